#include "base/wr.h"

void cp_wr_number(struct cp_out *out, uint64_t value)
{
    for (; value > 127; value >>= 7)
        cp_out_char(out, (char)(unsigned char)((value & 127) | 128));
    cp_out_char(out, (char)(unsigned char)value);
}

static void refuse(struct cp_out *out)
{
    if (out->err == CP_OK)
        out->err = CP_ERR_RANGE;
}

static void fixed(struct cp_out *out, uint64_t value, uint32_t width)
{
    if (width < 8 && value >> (8 * width) != 0)
        refuse(out);
    for (uint32_t i = width; i-- > 0;)
        cp_out_char(out, (char)(unsigned char)(value >> (8 * i) & 255));
}

void cp_wr_u8(struct cp_out *out, uint64_t value)
{
    fixed(out, value, 1);
}

void cp_wr_u16(struct cp_out *out, uint64_t value)
{
    fixed(out, value, 2);
}

void cp_wr_u24(struct cp_out *out, uint64_t value)
{
    fixed(out, value, 3);
}

void cp_wr_u32(struct cp_out *out, uint64_t value)
{
    fixed(out, value, 4);
}

void cp_wr_u64(struct cp_out *out, uint64_t value)
{
    fixed(out, value, 8);
}

void cp_wr_zero(struct cp_out *out, size_t count)
{
    while (count-- > 0)
        cp_out_char(out, '\0');
}

cp_wr_length cp_wr_open_length(struct cp_out *out, uint32_t width)
{
    cp_wr_length length = {out->len, width};

    CP_ASSERT(out->sink == NULL);
    cp_wr_zero(out, width);
    return length;
}

void cp_wr_close_length(struct cp_out *out, cp_wr_length length, uint32_t more)
{
    uint64_t value;

    if (out->err != CP_OK)
        return;
    CP_ASSERT(length.at + length.width <= out->len);
    value = (uint64_t)(out->len - length.at - length.width) + more;
    if (value >> (8 * length.width) != 0)
        refuse(out);
    for (uint32_t i = 0; i < length.width; i++)
        out->at[length.at + i] = (char)(unsigned char)(value >> (8 * (length.width - 1 - i)) & 255);
}
