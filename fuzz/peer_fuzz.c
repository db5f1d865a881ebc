#include <stddef.h>
#include <stdint.h>

#include "app/peer.h"

/* What comes from the daemon's socket: an answer's head, then events.  Each call takes some bytes or is the last. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cp_text left = {(const char *)data, size};
    struct cp_peer_event event;
    uint32_t status = 0;
    cp_text body;
    size_t used;

    if (cp_peer_answer(left, &status, &body)) {
        CP_ASSERT(status >= 100 && status <= 599 && body.len < left.len);
        left = body;
    }
    while (cp_peer_event(left, &used, &event)) {
        CP_ASSERT(used > 0 && used <= left.len && event.data.len > 0 && event.data.len < used);
        left = cp_text_sub(left, used, left.len);
    }
    CP_ASSERT(used <= left.len);
    return 0;
}
