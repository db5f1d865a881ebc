#include "read_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As a network, and as demands of the target's own graph. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cp_text bytes = {(const char *)data, size};

    read_target_run(CP_ROLE_NETWORK, "x.xml", bytes);
    read_target_run(CP_ROLE_DEMANDS, "x.xml", bytes);
    return 0;
}
