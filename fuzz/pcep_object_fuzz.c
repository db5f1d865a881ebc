#include "pcep_target.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODY_BYTES_MAX = 4096, HEADERS_BYTES = 8 };

/* One object: class, type with flags, body.  The lengths around it always fit. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char message[HEADERS_BYTES + BODY_BYTES_MAX];
    size_t body;

    if (size < 2 || size - 2 > BODY_BYTES_MAX)
        return 0;
    body = (size - 2) / 4 * 4;
    message[0] = 0x20;
    message[1] = CP_PCEP_PCREQ;
    message[2] = (char)((body + HEADERS_BYTES) >> 8);
    message[3] = (char)((body + HEADERS_BYTES) & 255);
    message[4] = (char)data[0];
    message[5] = (char)data[1];
    message[6] = (char)((body + 4) >> 8);
    message[7] = (char)((body + 4) & 255);
    memcpy(message + HEADERS_BYTES, data + 2, body);
    pcep_target_run((cp_text){message, HEADERS_BYTES + body});
    return 0;
}
