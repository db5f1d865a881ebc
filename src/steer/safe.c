#include "safe.h"

#include <inttypes.h>
#include <string.h>

#include "base/address.h"
#include "base/num.h"

#define QUOTED_MAX 64u

static bool is_letter_or_digit(uint32_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool read4(cp_text text, uint8_t bytes[16])
{
    uint32_t parts = 0;
    size_t at = 0;

    while (parts < 4 && at <= text.len) {
        size_t end = cp_text_find(text, '.', at);
        cp_text part = cp_text_sub(text, at, end - at);
        uint32_t value = 0;

        if (part.len > 3 || (part.len > 1 && part.at[0] == '0') ||
            cp_num_u32(part, 255, &value) != CP_OK)
            return false;
        bytes[parts++] = (uint8_t)value;
        at = end + 1;
    }
    return parts == 4 && at == text.len + 1;
}

static bool read_group(cp_text part, uint16_t *group)
{
    uint32_t value = 0;

    for (size_t i = 0; i < part.len; i++) {
        char c = part.at[i];
        uint32_t low = (uint32_t)(unsigned char)c | 0x20u;

        if (c >= '0' && c <= '9')
            value = value * 16 + (uint32_t)(c - '0');
        else if (low >= 'a' && low <= 'f')
            value = value * 16 + (low - 'a' + 10);
        else
            return false;
    }
    *group = (uint16_t)value;
    return part.len > 0 && part.len <= 4;
}

/* Groups with one colon between; an empty text has none.  At most 8. */
static bool read_groups(cp_text text, uint16_t groups[8], uint32_t *count)
{
    size_t at = 0;

    *count = 0;
    while (text.len > 0 && at <= text.len) {
        size_t end = cp_text_find(text, ':', at);

        if (*count == 8 || !read_group(cp_text_sub(text, at, end - at), &groups[(*count)++]))
            return false;
        at = end + 1;
    }
    return true;
}

/* RFC 4291 2.2, but for IPv4 in the last two groups, which no loopback is written with. */
static bool read6(cp_text text, uint8_t bytes[16])
{
    uint16_t head[8] = {0};
    uint16_t tail[8] = {0};
    uint32_t head_count = 0;
    uint32_t tail_count = 0;
    size_t gap = 0;

    while (gap < text.len && !cp_text_starts(cp_text_sub(text, gap, 2), CP_TEXT("::")))
        gap++;
    if (!read_groups(cp_text_sub(text, 0, gap), head, &head_count))
        return false;
    if (gap < text.len && !read_groups(cp_text_sub(text, gap + 2, text.len), tail, &tail_count))
        return false;
    if (gap < text.len ? head_count + tail_count > 7 : head_count != 8)
        return false;
    for (uint32_t i = 0; i < tail_count; i++)
        head[8 - tail_count + i] = tail[i];
    for (size_t i = 0; i < 8; i++) {
        bytes[2 * i] = (uint8_t)(head[i] >> 8);
        bytes[2 * i + 1] = (uint8_t)(head[i] & 0xff);
    }
    return true;
}

static bool is_plain4(const uint8_t bytes[16])
{
    bool link_local = bytes[0] == 169 && bytes[1] == 254;

    return bytes[0] != 0 && bytes[0] != 127 && bytes[0] < 224 && !link_local;
}

bool cp_steer_address_is_plain6(const uint8_t bytes[16])
{
    static const uint8_t zero[15];
    bool low = memcmp(bytes, zero, sizeof(zero)) == 0 && bytes[15] <= 1;
    bool link_local = bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;

    return !low && !link_local && bytes[0] != 0xff;
}

struct cp_steer_address cp_steer_address_read(cp_text text)
{
    struct cp_steer_address got = {0};
    cp_text trimmed = cp_text_trim(text);
    cp_text bare = trimmed;

    if (cp_text_ends(trimmed, CP_TEXT("/128")) && cp_text_find(trimmed, ':', 0) < trimmed.len)
        bare.len -= 4;
    else if (cp_text_ends(trimmed, CP_TEXT("/32")) && cp_text_find(trimmed, '.', 0) < trimmed.len)
        bare.len -= 3;
    if (read4(bare, got.bytes) && is_plain4(got.bytes))
        got.family = 4;
    else if (read6(bare, got.bytes) && cp_steer_address_is_plain6(got.bytes))
        got.family = 6;
    return got;
}

void cp_steer_address_write(struct cp_out *out, const struct cp_steer_address *address)
{
    CP_ASSERT(address->family == 4 || address->family == 6);
    if (address->family == 6)
        cp_out_ipv6(out, address->bytes);
    else
        cp_out_format(out, "%u.%u.%u.%u", address->bytes[0], address->bytes[1], address->bytes[2],
                      address->bytes[3]);
}

void cp_steer_quote(struct cp_out *out, cp_text name)
{
    size_t at = 0;

    cp_out_char(out, '"');
    for (uint32_t i = 0; at < name.len && i < QUOTED_MAX; i++) {
        uint32_t c = 0;

        at += cp_text_char(name, at, &c);
        if (is_letter_or_digit(c) || (c != 0 && c < 128 && strchr(" ._:/+-", (int)c) != NULL))
            cp_out_char(out, (char)c);
        else
            cp_out_format(out, "\\u{%" PRIx32 "}", c);
    }
    cp_out_str(out, at < name.len ? "\"..." : "\"");
}

bool cp_steer_is_word(cp_text text, const char *signs, size_t len_max)
{
    if (text.len == 0 || text.len > len_max || !is_letter_or_digit((unsigned char)text.at[0]))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (!is_letter_or_digit(c) && (c == 0 || strchr(signs, c) == NULL))
            return false;
    }
    return true;
}
