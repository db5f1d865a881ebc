#include "base/rd.h"

cp_rd cp_rd_make(cp_text bytes)
{
    return (cp_rd){.left = bytes};
}

static uint64_t fail(cp_rd *rd)
{
    *rd = (cp_rd){.left = {rd->left.at, 0}, .bad = true};
    return 0;
}

uint64_t cp_rd_number(cp_rd *rd)
{
    uint64_t value = 0;

    for (uint32_t i = 0; i < rd->left.len && i < 10; i++) {
        uint64_t byte = (unsigned char)rd->left.at[i];
        uint64_t bits = byte & 127;

        if ((i > 0 && byte == 0) || (i == 9 && bits > 1))
            break; /* not the shortest; more than 64 bits */
        value |= bits << (7 * i);
        if (byte < 128) {
            rd->left = cp_text_sub(rd->left, i + 1, rd->left.len);
            return value;
        }
    }
    return fail(rd);
}

uint32_t cp_rd_below(cp_rd *rd, uint32_t limit)
{
    uint64_t value = cp_rd_number(rd);

    return rd->bad || value >= limit ? (uint32_t)fail(rd) : (uint32_t)value;
}

uint32_t cp_rd_ascending(cp_rd *rd, uint32_t before, uint32_t limit)
{
    uint32_t step = cp_rd_below(rd, limit);

    if (before == UINT32_MAX)
        return step;
    if (rd->bad || step == 0 || before >= limit || step >= limit - before)
        return (uint32_t)fail(rd);
    return before + step;
}

cp_text cp_rd_bytes(cp_rd *rd, uint64_t count)
{
    cp_text taken = {rd->left.at, 0};

    if (count > rd->left.len) {
        (void)fail(rd);
        return taken;
    }
    taken = cp_text_sub(rd->left, 0, (size_t)count);
    rd->left = cp_text_sub(rd->left, (size_t)count, rd->left.len);
    return taken;
}

size_t cp_rd_left(const cp_rd *rd)
{
    return rd->left.len;
}

void cp_rd_skip(cp_rd *rd, uint64_t count)
{
    (void)cp_rd_bytes(rd, count);
}

cp_rd cp_rd_sub(cp_rd *rd, uint64_t count)
{
    cp_text bytes = cp_rd_bytes(rd, count);

    return (cp_rd){.left = bytes, .bad = rd->bad};
}

void cp_rd_fail(cp_rd *rd)
{
    (void)fail(rd);
}

/* The next bytes as a number, high byte first. */
static uint64_t fixed(cp_rd *rd, uint32_t width)
{
    cp_text bytes = cp_rd_bytes(rd, width);
    uint64_t value = 0;

    for (size_t i = 0; i < bytes.len; i++)
        value = value << 8 | (unsigned char)bytes.at[i];
    return value;
}

uint8_t cp_rd_u8(cp_rd *rd)
{
    return (uint8_t)fixed(rd, 1);
}

uint16_t cp_rd_u16(cp_rd *rd)
{
    return (uint16_t)fixed(rd, 2);
}

uint32_t cp_rd_u24(cp_rd *rd)
{
    return (uint32_t)fixed(rd, 3);
}

uint32_t cp_rd_u32(cp_rd *rd)
{
    return (uint32_t)fixed(rd, 4);
}

uint64_t cp_rd_u64(cp_rd *rd)
{
    return fixed(rd, 8);
}

bool cp_rd_done(const cp_rd *rd)
{
    return !rd->bad && rd->left.len == 0;
}
