#include "permit/words.h"

#include <string.h>

#include "base/num.h"

/* Single words of the edge policy, each by itself: none refers to another line. */

enum { PROTO_TCP = 6, PROTO_UDP = 17, PROTO_DCCP = 33, PROTO_SCTP = 132 };

bool cp_edge_is_name(cp_text word, size_t len_max)
{
    if (word.len == 0 || word.len > len_max || word.at[0] == '-' || word.at[0] == '.')
        return false;
    for (size_t i = 0; i < word.len; i++)
        if (memchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", word.at[i],
                   65) == NULL)
            return false;
    return true;
}

bool cp_edge_read_prefix(cp_text word, cp_edge_prefix *prefix)
{
    size_t slash = cp_text_find(word, '/', 0);
    cp_ip address = cp_ip_find(cp_text_sub(word, 0, slash));
    uint32_t length, width = address.family == 4 ? 32 : 128;

    if (slash >= word.len || address.family == 0 ||
        cp_num_u32(cp_text_sub(word, slash + 1, word.len), width, &length) != CP_OK)
        return false;
    for (uint32_t bit = length; bit < width; bit++)
        if ((address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0)
            return false;
    *prefix = (cp_edge_prefix){.address = address, .length = (uint8_t)length};
    return true;
}

static bool read_mark(cp_text word, uint32_t *mark)
{
    uint32_t value = 0;

    if (!cp_text_starts(word, CP_TEXT("0x")))
        return cp_num_u32(word, CP_EDGE_NUMBER_MAX, mark) == CP_OK && *mark > 0;
    for (size_t i = 2; i < word.len; i++) {
        const char *digits = "0123456789abcdef", *at = memchr(digits, word.at[i], 16);

        if (at == NULL || i > 5)
            return false;
        value = value << 4 | (uint32_t)(at - digits);
    }
    *mark = value;
    return value > 0;
}

/* The kernel's rules know neither 0 nor 65535. */
static bool read_ports(cp_text word, uint32_t proto, cp_edge_ports *ports)
{
    size_t dash = cp_text_find(word, '-', 0);
    cp_text high = dash < word.len ? cp_text_sub(word, dash + 1, word.len) : word;

    return cp_num_u32(cp_text_sub(word, 0, dash), CP_EDGE_NUMBER_MAX, &ports->low) == CP_OK &&
           cp_num_u32(high, CP_EDGE_NUMBER_MAX, &ports->high) == CP_OK && ports->low > 0 &&
           ports->low <= ports->high && ports->high < CP_EDGE_NUMBER_MAX &&
           (proto == PROTO_TCP || proto == PROTO_UDP || proto == PROTO_DCCP || proto == PROTO_SCTP);
}

static bool read_value(cp_edge_key key, cp_text word, struct cp_edge_select *select)
{
    switch (key) {
    case CP_EDGE_FROM:
        return cp_edge_read_prefix(word, &select->from);
    case CP_EDGE_TO:
        return cp_edge_read_prefix(word, &select->to) &&
               (select->from.address.family == 0 ||
                select->from.address.family == select->to.address.family);
    case CP_EDGE_DSCP:
        return cp_num_u32(word, 63, &select->dscp) == CP_OK;
    case CP_EDGE_PROTO:
        return cp_num_u32(word, 255, &select->proto) == CP_OK;
    case CP_EDGE_FROM_PORT:
        return read_ports(word, select->proto, &select->from_port);
    case CP_EDGE_PORT:
        return read_ports(word, select->proto, &select->port);
    case CP_EDGE_MARK:
        return read_mark(word, &select->mark);
    case CP_EDGE_KEYS:
        break;
    }
    return false;
}

const char *cp_edge_read_selectors(cp_text words, cp_edge_key first, struct cp_edge_select *select,
                                   cp_text *wrong)
{
    static const char *const keys[CP_EDGE_KEYS] = {"from",      "to",   "dscp", "proto",
                                                   "from-port", "port", "mark"};
    uint32_t key = first;
    cp_text word;

    *wrong = (cp_text){0};
    if (!cp_text_word(&words, " ", &word))
        return "selects nothing";
    do {
        cp_text value = {0};

        while (key < CP_EDGE_KEYS && !cp_text_is(word, keys[key]))
            key++;
        *wrong = word;
        if (key == CP_EDGE_KEYS)
            return "not a selector here";
        if (!cp_text_word(&words, " ", &value))
            value = (cp_text){0};
        *wrong = value;
        if (!read_value((cp_edge_key)key++, value, select))
            return "not a value for this selector";
    } while (cp_text_word(&words, " ", &word));
    return NULL;
}

struct cp_edge_select cp_edge_select_any(uint32_t class)
{
    return (struct cp_edge_select){.class = class,
                                   .dscp = UINT32_MAX,
                                   .proto = UINT32_MAX,
                                   .from_port = CP_EDGE_PORTS_ANY,
                                   .port = CP_EDGE_PORTS_ANY,
                                   .mark = UINT32_MAX};
}
