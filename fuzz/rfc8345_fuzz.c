#include "read_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Topologies and inventories; what is no network of RFC 8345 is another format's, or refused. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_target_run(CP_ROLE_NETWORK, "network.json", (cp_text){(const char *)data, size});
    return 0;
}
