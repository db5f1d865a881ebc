#include "read_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_target_run(CP_ROLE_NETWORK, "x.clab.yml", (cp_text){(const char *)data, size});
    return 0;
}
