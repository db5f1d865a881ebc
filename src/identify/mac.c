#include "identify/mac.h"

#include "mac_table.h"

/*
 * Prefixes are numbers of 24, 28 or 36 bits; the longest that has an owner counts, so three searches a look-up.
 */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool cp_mac_parse(cp_text text, struct cp_mac *out)
{
    struct cp_mac mac = {{0}};
    size_t digits = 0;

    for (size_t i = 0; i < text.len; i++) {
        int digit = hex_digit(text.at[i]);
        bool mark = text.at[i] == ':' || text.at[i] == '-' || text.at[i] == '.';
        if (digit < 0 && (!mark || digits == 0 || digits == 12 || hex_digit(text.at[i - 1]) < 0))
            return false;
        if (digit < 0)
            continue;
        if (digits == 12)
            return false;
        mac.bytes[digits / 2] = (uint8_t)(mac.bytes[digits / 2] << 4 | digit);
        digits++;
    }
    *out = mac;
    return digits == 12;
}

bool cp_mac_is_nobodys(struct cp_mac mac)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < 6; i++)
        sum |= mac.bytes[i];
    return sum == 0 || (mac.bytes[0] & 3) != 0;
}

uint64_t cp_mac_prefix(struct cp_mac mac, uint32_t bits)
{
    uint64_t number = 0;

    for (size_t i = 0; i < 6; i++)
        number = number << 8 | mac.bytes[i];
    return number >> (48 - bits) << (48 - bits);
}

static uint32_t find_built_in(const struct cp_makers *makers, uint64_t prefix, uint32_t bits)
{
    size_t from = 0;
    size_t to = cp_mac_entry_count;
    uint64_t key = prefix << 8 | bits;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (cp_mac_entries[middle].key < key)
            from = middle + 1;
        else
            to = middle;
    }
    if (from == cp_mac_entry_count || cp_mac_entries[from].key != key)
        return CP_MAKER_UNKNOWN;
    return cp_makers_find(makers, cp_text_of(cp_mac_makers[cp_mac_entries[from].maker]));
}

struct cp_mac_owner cp_mac_owner_find(const struct cp_makers *makers,
                                      const struct cp_mac_registry *registry, struct cp_mac mac)
{
    static const uint32_t lengths[] = {36, 28, 24};
    struct cp_mac_owner owner = {CP_MAKER_UNKNOWN, CP_TEXT("")};

    for (size_t i = 0; i < CP_COUNT(lengths); i++) {
        uint64_t prefix = cp_mac_prefix(mac, lengths[i]);
        if (cp_mac_registry_find(registry, prefix, lengths[i], &owner))
            break;
        owner.maker = find_built_in(makers, prefix, lengths[i]);
        if (owner.maker != CP_MAKER_UNKNOWN)
            break;
    }
    if (owner.maker < cp_makers_count(makers))
        owner.name = cp_makers_name(makers, owner.maker);
    return owner;
}
