#include "model/sid_text.h"

#include <string.h>

#include "base/address.h"
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
        return cp_ipv6_parse(text, out->srv6);
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
    CP_TRY(cp_ipv6_parse(cp_text_sub(text, 0, slash), out->address));
    CP_TRY(cp_num_u32(cp_text_sub(text, slash + 1, text.len), CP_LOCATOR_BITS_MAX, &out->bits));
    if (out->bits == 0)
        return CP_ERR_RANGE;
    for (uint32_t bit = out->bits; bit < 128; bit++)
        if ((out->address[bit / 8] & 0x80u >> bit % 8) != 0)
            return CP_ERR_MALFORMED;
    return CP_OK;
}
