#include "base/address.h"

#include <string.h>

#include "base/num.h"

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

/* --- reading ---------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool parse_group(cp_text text, uint8_t *out)
{
    uint32_t value = 0;

    if (text.len < 1 || text.len > 4)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_digit(text.at[i]);

        if (digit < 0)
            return false;
        value = value << 4 | (uint32_t)digit;
    }
    out[0] = (uint8_t)(value >> 8);
    out[1] = (uint8_t)value;
    return true;
}

enum { GROUPS_BAD = 100 };

/* Groups of a part of an address beside "::": out [16].  Returns how many; GROUPS_BAD. */
static uint32_t parse_groups(cp_text text, uint8_t *out)
{
    uint32_t count = 0;

    for (size_t at = 0; text.len > 0 && at <= text.len;) {
        size_t end = cp_text_find(text, ':', at);

        if (count == GROUPS ||
            !parse_group(cp_text_sub(text, at, end - at), out + (size_t)2 * count))
            return GROUPS_BAD;
        count++;
        at = end + 1;
    }
    return count;
}

/* RFC 4291 2.2, forms 1 and 2; not the one with an IPv4 address at its end. */
cp_err cp_ipv6_parse(cp_text text, uint8_t *out)
{
    uint8_t head[16] = {0};
    uint8_t tail[16] = {0};
    size_t gap = 0;
    uint32_t before;
    uint32_t after;

    while (gap + 1 < text.len && (text.at[gap] != ':' || text.at[gap + 1] != ':'))
        gap++;
    if (gap + 1 >= text.len) {
        memset(out, 0, 16);
        return parse_groups(text, out) == GROUPS ? CP_OK : CP_ERR_MALFORMED;
    }
    before = parse_groups(cp_text_sub(text, 0, gap), head);
    after = parse_groups(cp_text_sub(text, gap + 2, text.len), tail);
    if (before + after >= GROUPS)
        return CP_ERR_MALFORMED;
    memset(out, 0, 16);
    memcpy(out, head, (size_t)2 * before);
    memcpy(out + 16 - (size_t)2 * after, tail, (size_t)2 * after);
    return CP_OK;
}

static bool parse_ipv4(cp_text text, uint8_t *out)
{
    uint32_t bytes = 0;
    size_t at = 0;

    while (bytes < 4) {
        size_t dot = cp_text_find(text, '.', at);
        cp_text part = cp_text_sub(text, at, dot - at);
        uint32_t value;

        if (part.len == 0 || part.len > 3 || (part.len > 1 && part.at[0] == '0') ||
            cp_num_u32(part, 255, &value) != CP_OK)
            return false;
        out[bytes++] = (uint8_t)value;
        if (dot == text.len)
            return bytes == 4;
        at = dot + 1;
    }
    return false;
}

cp_ip cp_ip_v4(uint32_t address)
{
    return (cp_ip){4,
                   {(uint8_t)(address >> 24), (uint8_t)(address >> 16), (uint8_t)(address >> 8),
                    (uint8_t)address}};
}

cp_ip cp_ip_v6(const uint8_t bytes[16])
{
    cp_ip out = {.family = 6};

    memcpy(out.bytes, bytes, sizeof out.bytes);
    return out;
}

cp_ip cp_ip_find(cp_text text)
{
    cp_ip out = {.family = 4};

    if (parse_ipv4(text, out.bytes))
        return out;
    out.family = 6;
    if (cp_ipv6_parse(text, out.bytes) == CP_OK)
        return out;
    return (cp_ip){0};
}

int cp_ip_cmp(cp_ip a, cp_ip b)
{
    if (a.family != b.family)
        return a.family < b.family ? -1 : 1;
    return memcmp(a.bytes, b.bytes, sizeof a.bytes);
}

bool cp_ip_eq(cp_ip a, cp_ip b)
{
    return cp_ip_cmp(a, b) == 0;
}

void cp_out_ip(struct cp_out *out, cp_ip address)
{
    for (size_t i = 0; i < 4 && address.family == 4; i++) {
        if (i > 0)
            cp_out_char(out, '.');
        cp_out_u64(out, address.bytes[i]);
    }
    if (address.family == 4)
        return;
    if (address.family == 6)
        cp_out_ipv6(out, address.bytes);
    else
        cp_out_char(out, '-');
}
