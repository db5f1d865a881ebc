#include "base/address.h"

enum { GROUPS = 8 };

static unsigned group_at(const uint8_t *address, size_t group)
{
    return (unsigned)address[2 * group] << 8 | (unsigned)address[2 * group + 1];
}

/* RFC 5952 4.2.3: the longest run of groups of zero, the first of equals, of two or more. */
static void longest_zeros(const uint8_t *address, size_t *from, size_t *len)
{
    *from = *len = 0;
    for (size_t i = 0; i < GROUPS;) {
        size_t run = 0;

        while (i + run < GROUPS && group_at(address, i + run) == 0)
            run++;
        if (run > *len && run > 1) {
            *from = i;
            *len = run;
        }
        i += run + 1;
    }
}

void cp_out_ipv6(struct cp_out *out, const uint8_t address[16])
{
    size_t zeros_from, zeros;

    longest_zeros(address, &zeros_from, &zeros);
    for (size_t i = 0; i < GROUPS; i++) {
        if (zeros > 0 && i == zeros_from) {
            cp_out_str(out, "::");
            i += zeros - 1;
            continue;
        }
        cp_out_format(out, "%s%x", i > 0 && i != zeros_from + zeros ? ":" : "",
                      group_at(address, i));
    }
}
