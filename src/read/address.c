#include "address.h"

#include "base/num.h"

static bool number_up_to(cp_text text, uint32_t max)
{
    uint32_t number;

    return text.len <= 3 && cp_num_u32(text, max, &number) == CP_OK;
}

static bool ipv4(cp_text text)
{
    uint32_t count = 0;

    for (size_t at = 0; at <= text.len; count++) {
        size_t end = cp_text_find(text, '.', at);

        if (!number_up_to(cp_text_sub(text, at, end - at), 255))
            return false;
        at = end + 1;
    }
    return count == 4;
}

static bool hex_group(cp_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return text.len >= 1 && text.len <= 4;
}

enum { GROUPS = 8, GROUPS_BAD = 100 };

/* How many 16-bit groups stand in a part of an address between or beside "::". */
static uint32_t groups(cp_text text, bool last)
{
    uint32_t count = 0;

    if (text.len == 0)
        return 0;
    for (size_t at = 0; at <= text.len;) {
        size_t end = cp_text_find(text, ':', at);
        cp_text group = cp_text_sub(text, at, end - at);

        if (hex_group(group))
            count += 1;
        else if (last && end == text.len && ipv4(group))
            count += 2;
        else
            return GROUPS_BAD;
        at = end + 1;
    }
    return count;
}

static size_t find_gap(cp_text text)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.at[i] == ':' && text.at[i + 1] == ':')
            return i;
    return text.len;
}

static bool ipv6(cp_text text)
{
    size_t gap = find_gap(text);

    if (gap == text.len)
        return groups(text, true) == GROUPS;
    return groups(cp_text_sub(text, 0, gap), false) +
               groups(cp_text_sub(text, gap + 2, text.len), true) <
           GROUPS;
}

bool cp_address_valid(cp_text text)
{
    size_t slash = cp_text_find(text, '/', 0);
    cp_text length = cp_text_sub(text, slash + 1, text.len);
    cp_text address = cp_text_sub(text, 0, slash);

    if (ipv4(address))
        return slash == text.len || number_up_to(length, 32);
    return ipv6(address) && (slash == text.len || number_up_to(length, 128));
}
