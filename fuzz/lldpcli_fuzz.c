#include "evidence_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    evidence_target_run("x.lldp", (cp_text){(const char *)data, size});
    return 0;
}
