#include "read_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As every table. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cp_text bytes = {(const char *)data, size};

    read_target_run(CP_ROLE_NETWORK, "nodes.csv", bytes);
    read_target_run(CP_ROLE_NETWORK, "links.csv", bytes);
    read_target_run(CP_ROLE_SITES, "sites.csv", bytes);
    read_target_run(CP_ROLE_DEMANDS, "demands.csv", bytes);
    read_target_run(CP_ROLE_FACTS, "facts.csv", bytes);
    return 0;
}
