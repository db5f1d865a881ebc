#include "bgp_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte: what the rest is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_arena *arena;
    cp_text bytes;

    if (size == 0)
        return 0;
    arena = bgp_target_arena();
    bytes = (cp_text){(const char *)data + 1, size - 1};
    if (data[0] % 3 == 0)
        bgp_target_attribute(bytes, arena);
    else
        bgp_target_walk(bytes, data[0] % 3 == 1 ? CP_LS_SAFI : CP_LS_SAFI_VPN, arena);
    return 0;
}
