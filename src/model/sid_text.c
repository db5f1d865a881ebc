#include "model/sid_text.h"

#include <string.h>

#include "base/num.h"

static cp_err parse_block(cp_text word, struct cp_label_block *block)
{
    size_t dash = cp_text_find(word, '-', 0);

    if (dash == word.len)
        return CP_ERR_MALFORMED;
    CP_TRY(cp_num_u32(cp_text_sub(word, 0, dash), CP_LABEL_LAST, &block->first));
    CP_TRY(cp_num_u32(cp_text_sub(word, dash + 1, word.len), CP_LABEL_LAST, &block->last));
    return block->first < CP_LABEL_FIRST || block->first > block->last ? CP_ERR_RANGE : CP_OK;
}

cp_err cp_label_blocks_parse(cp_text text, struct cp_label_block *blocks, uint32_t *count)
{
    cp_text rest = text;
    cp_text word;

    *count = 0;
    while (cp_text_word(&rest, " ", &word)) {
        struct cp_label_block block;

        CP_TRY(parse_block(word, &block));
        if (*count == CP_LABEL_BLOCKS_MAX)
            return CP_ERR_RANGE;
        for (uint32_t i = 0; i < *count; i++)
            if (block.first <= blocks[i].last && blocks[i].first <= block.last)
                return CP_ERR_RANGE;
        blocks[(*count)++] = block;
    }
    return *count == 0 ? CP_ERR_MALFORMED : CP_OK;
}

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

enum { GROUPS = 8, GROUPS_BAD = 100 };

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

/* RFC 4291 2.2, forms 1 and 2: SIDs are not written with an IPv4 address at their end. */
static cp_err parse_ipv6(cp_text text, uint8_t *out)
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

cp_err cp_sid_text_parse(cp_text text, struct cp_sid_text *out)
{
    static const cp_text label = {"label:", 6};
    static const cp_text index = {"index:", 6};
    cp_text number = text;

    *out = (struct cp_sid_text){.kind = CP_SID_TEXT_PLAIN};
    if (cp_text_starts(text, label))
        out->kind = CP_SID_TEXT_LABEL;
    else if (cp_text_starts(text, index))
        out->kind = CP_SID_TEXT_INDEX;
    else if (cp_text_find(text, ':', 0) < text.len) {
        out->kind = CP_SID_TEXT_SRV6;
        return parse_ipv6(text, out->srv6);
    }
    if (out->kind != CP_SID_TEXT_PLAIN)
        number = cp_text_sub(text, label.len, text.len);
    CP_TRY(cp_num_u32(number, CP_LABEL_LAST, &out->number));
    return out->kind == CP_SID_TEXT_LABEL && out->number < CP_LABEL_FIRST ? CP_ERR_RANGE : CP_OK;
}

cp_err cp_locator_parse(cp_text text, struct cp_locator *out)
{
    size_t slash = cp_text_find(text, '/', 0);

    *out = (struct cp_locator){0};
    if (slash == text.len)
        return CP_ERR_MALFORMED;
    CP_TRY(parse_ipv6(cp_text_sub(text, 0, slash), out->address));
    CP_TRY(cp_num_u32(cp_text_sub(text, slash + 1, text.len), CP_LOCATOR_BITS_MAX, &out->bits));
    if (out->bits == 0)
        return CP_ERR_RANGE;
    for (uint32_t bit = out->bits; bit < 128; bit++)
        if ((out->address[bit / 8] & 0x80u >> bit % 8) != 0)
            return CP_ERR_MALFORMED;
    return CP_OK;
}
