#include "base/wr.h"

void cp_wr_number(struct cp_out *out, uint64_t value)
{
    for (; value > 127; value >>= 7)
        cp_out_char(out, (char)(unsigned char)((value & 127) | 128));
    cp_out_char(out, (char)(unsigned char)value);
}
