#include "frr_pieces.h"

#include "base/num.h"

bool cp_ted_frr_after(cp_text text, const char *prefix, cp_text *rest)
{
    cp_text p = cp_text_of(prefix);

    if (!cp_text_starts(text, p))
        return false;
    *rest = cp_text_sub(text, p.len, text.len);
    return true;
}

bool cp_ted_frr_number(cp_text *rest, uint32_t *number)
{
    size_t len = 0;

    while (len < rest->len && rest->at[len] >= '0' && rest->at[len] <= '9')
        len++;
    if (cp_num_u32(cp_text_sub(*rest, 0, len), UINT32_MAX, number) != CP_OK)
        return false;
    *rest = cp_text_sub(*rest, len, rest->len);
    return true;
}

bool cp_ted_frr_word(cp_text *rest, const char *word)
{
    return cp_ted_frr_after(*rest, word, rest);
}

bool cp_ted_frr_hex(cp_text text, uint32_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool digit = c >= '0' && c <= '9';

        if (i == 8 || (!digit && (c < 'a' || c > 'f')))
            return false;
        *number = *number << 4 | (uint32_t)(digit ? c - '0' : c - 'a' + 10);
    }
    return text.len > 0;
}

cp_text cp_ted_frr_last(cp_text *text)
{
    cp_text all = cp_text_trim(*text);
    size_t from = all.len;

    while (from > 0 && all.at[from - 1] != ' ')
        from--;
    *text = cp_text_sub(all, 0, from);
    return cp_text_sub(all, from, all.len);
}

bool cp_ted_frr_address(cp_text text, uint8_t family, cp_ip *out)
{
    cp_ip ip = cp_ip_find(cp_text_trim(text));

    if (ip.family != family)
        return false;
    *out = ip;
    return true;
}

bool cp_ted_frr_neighbour(cp_text text, struct ted_router *router)
{
    uint32_t pseudonode;

    if (text.len != 17 || text.at[14] != '.' ||
        !cp_ted_system_id(cp_text_sub(text, 0, 14), router->id) ||
        !cp_ted_frr_hex(cp_text_sub(text, 15, 2), &pseudonode))
        return false;
    router->family = TED_ISIS;
    router->len = pseudonode != 0 ? 7 : 6;
    router->id[6] = (uint8_t)pseudonode;
    return true;
}
