#include <string.h>

#include "identify/fold.h"
#include "inside.h"

/*
 * Devices are matched by one kind of key after the other, strongest first.  Each kind makes proposals
 * from keys that one device of each side has; a device that is proposed to two stays without a partner, so
 * nothing depends on an order.  What several have is kept as a doubt.
 */

enum { KEY_BYTES = 256 };

struct matching {
    struct cp_comparing *c;
    struct cp_pair_keys keys;
    uint32_t *doubtful;
    struct cp_compare_doubt *doubts;
    uint32_t doubtful_count, doubtful_cap, doubt_count, doubt_cap;
    cp_match_by by;
};

static cp_err add_key(struct matching *m, cp_text text, cp_side side, uint32_t node)
{
    uint32_t key[5] = {0};

    if (text.len == 0)
        return CP_OK;
    CP_TRY(cp_comparing_word(m->c, text, &key[0]));
    return cp_pairs_add(&m->keys, key, side, node);
}

/* Texts to keys */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_hex(char c)
{
    return is_digit(c) || (small(c) >= 'a' && small(c) <= 'f');
}

static cp_text lower(cp_text text, char buffer[KEY_BYTES])
{
    text = cp_text_trim(text);
    if (text.len > KEY_BYTES)
        return text;
    for (size_t i = 0; i < text.len; i++)
        buffer[i] = small(text.at[i]);
    return (cp_text){buffer, text.len};
}

/* An address of IPv4 or IPv6, by its looks: a name would have other letters, or no mark. */
static bool is_address(cp_text text)
{
    size_t dots = 0, colons = 0;

    for (size_t i = 0; i < text.len; i++) {
        dots += text.at[i] == '.';
        colons += text.at[i] == ':';
        if (!is_hex(text.at[i]) && text.at[i] != '.' && text.at[i] != ':')
            return false;
        if (colons == 0 && !is_digit(text.at[i]) && text.at[i] != '.' && dots > 0)
            return false;
    }
    return colons > 1 || (dots == 3 && is_digit(text.at[0]));
}

static cp_err name_key(struct matching *m, cp_text name, cp_side side, uint32_t node)
{
    char buffer[KEY_BYTES];
    cp_text text = lower(name, buffer);

    if (m->by == CP_MATCH_LABEL) {
        if (is_address(text))
            return CP_OK;
        text = cp_text_sub(text, 0, cp_text_find(text, '.', 0));
    }
    return add_key(m, text, side, node);
}

static bool is_of_one_character(cp_text text)
{
    for (size_t i = 1; i < text.len; i++)
        if (text.at[i] != text.at[0])
            return false;
    return true;
}

static cp_err serial_key(struct matching *m, cp_text serial, cp_side side, uint32_t node)
{
    struct cp_folded buffer, squeezed;
    cp_text folded;

    if (!cp_fold(serial, &buffer, &folded) || cp_makers_means_unknown(folded))
        return CP_OK;
    folded = cp_fold_squeeze(folded, &squeezed);
    return folded.len < 4 || is_of_one_character(folded) ? CP_OK : add_key(m, folded, side, node);
}

static cp_err address_key(struct matching *m, cp_text address, cp_side side, uint32_t node)
{
    static const char *const of_everybody[] = {"0.0.0.0", "::", "::1"};
    char buffer[KEY_BYTES];
    cp_text text = lower(cp_text_sub(address, 0, cp_text_find(address, '/', 0)), buffer);

    if (!is_address(text) || cp_text_starts(text, CP_TEXT("127.")))
        return CP_OK;
    for (size_t i = 0; i < CP_COUNT(of_everybody); i++)
        if (cp_text_is(text, of_everybody[i]))
            return CP_OK;
    return add_key(m, text, side, node);
}

static cp_err mac_key(struct matching *m, cp_text mac, cp_side side, uint32_t node)
{
    char digits[12];
    size_t len = 0;

    for (size_t i = 0; i < mac.len; i++) {
        if (is_hex(mac.at[i]) && len < sizeof(digits))
            digits[len++] = small(mac.at[i]);
        else if (strchr(":-.", mac.at[i]) == NULL)
            return CP_OK;
        else if (len == sizeof(digits))
            return CP_OK;
    }
    if (len != sizeof(digits) || is_of_one_character((cp_text){digits, len}))
        return CP_OK;
    return add_key(m, (cp_text){digits, len}, side, node);
}

/* Keys of one kind. */

static cp_err fact_keys(struct matching *m, cp_side side, uint32_t node, const char *attribute,
                        cp_err (*key)(struct matching *m, cp_text text, cp_side side,
                                      uint32_t node))
{
    const struct cp_case *net = m->c->side[side].net;

    for (uint32_t i = net->node_facts[node]; i < net->node_facts[node + 1]; i++)
        if (net->facts[i].part.len == 0 && cp_text_is(net->facts[i].attribute, attribute))
            CP_TRY(key(m, net->facts[i].value, side, node));
    return CP_OK;
}

static cp_err keys_of(struct matching *m, cp_side side, uint32_t node)
{
    const struct cp_node_rec *rec = &m->c->side[side].net->nodes[node];

    switch (m->by) {
    case CP_MATCH_ID:
        return add_key(m, rec->id, side, node);
    case CP_MATCH_NAME:
    case CP_MATCH_LABEL:
        CP_TRY(name_key(m, rec->id, side, node));
        return fact_keys(m, side, node, "sys-name", name_key);
    case CP_MATCH_SERIAL:
        return fact_keys(m, side, node, "serial", serial_key);
    case CP_MATCH_ADDRESS:
        CP_TRY(address_key(m, rec->id, side, node));
        CP_TRY(address_key(m, rec->loopback, side, node));
        return fact_keys(m, side, node, "address", address_key);
    case CP_MATCH_MAC:
        CP_TRY(mac_key(m, rec->id, side, node));
        return fact_keys(m, side, node, "mac", mac_key);
    case CP_MATCH_COUNT:
        break;
    }
    return CP_OK;
}

static cp_err keep_doubtful(struct matching *m, const struct cp_pair_key *at, uint32_t count,
                            cp_range *range)
{
    *range = (cp_range){m->doubtful_count, count};
    for (uint32_t i = 0; i < count; i++) {
        void *all = m->doubtful;

        CP_TRY(cp_arena_grow(m->c->work, &all, m->doubtful_count, &m->doubtful_cap,
                             sizeof(*m->doubtful)));
        m->doubtful = all;
        m->doubtful[m->doubtful_count++] = at[i].at;
    }
    return CP_OK;
}

static cp_err keep_doubt(struct matching *m, const struct cp_pair_group *group)
{
    struct cp_compare_doubt doubt = {.by = m->by, .key = m->c->word_texts[group->a->key[0]]};
    void *doubts = m->doubts;

    CP_TRY(keep_doubtful(m, group->a, group->a_count, &doubt.nodes[CP_SIDE_A]));
    CP_TRY(keep_doubtful(m, group->b, group->b_count, &doubt.nodes[CP_SIDE_B]));
    CP_TRY(cp_arena_grow(m->c->work, &doubts, m->doubt_count, &m->doubt_cap, sizeof(*m->doubts)));
    m->doubts = doubts;
    m->doubts[m->doubt_count++] = doubt;
    return CP_OK;
}

static cp_err keep_doubts(struct matching *m)
{
    struct cp_pair_group group;
    uint32_t from = 0;

    while (cp_pairs_next(&m->keys, &from, &group)) {
        bool several = group.a_count > 1 || group.b_count > 1;

        if (group.a_count == 0 || group.b_count == 0)
            continue;
        if (several || m->c->partner[CP_SIDE_A][group.a->at] != group.b->at)
            CP_TRY(keep_doubt(m, &group));
    }
    return CP_OK;
}

static void note_how(struct matching *m)
{
    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        for (uint32_t i = 0; i < m->c->side[side].net->node_count; i++)
            if (m->c->partner[side][i] != CP_NONE && m->c->by[side][i] == CP_MATCH_COUNT)
                m->c->by[side][i] = (uint8_t)m->by;
}

static void clear(uint32_t *at, uint32_t count)
{
    memset(at, 0xff, count * sizeof(*at)); /* CP_NONE */
}

static cp_err match_by(struct matching *m, cp_match_by by)
{
    m->by = by;
    m->keys.count = 0;
    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        for (uint32_t i = 0; i < m->c->side[side].net->node_count; i++)
            if (m->c->partner[side][i] == CP_NONE)
                CP_TRY(keys_of(m, (cp_side)side, i));
    }
    CP_TRY(cp_pairs_match(&m->keys, m->c->partner));
    note_how(m);
    return keep_doubts(m);
}

/* Doubts whose devices were matched after all are none. */

static uint32_t still_alone(const struct matching *m, cp_side side, cp_range range)
{
    uint32_t alone = 0;

    for (uint32_t i = 0; i < range.count; i++)
        alone += m->c->partner[side][m->doubtful[range.first + i]] == CP_NONE;
    return alone;
}

static void copy_alone(struct matching *m, cp_side side, cp_range from, cp_range *to,
                       uint32_t *into)
{
    to->count = 0;
    for (uint32_t i = 0; i < from.count; i++) {
        uint32_t node = m->doubtful[from.first + i];

        if (m->c->partner[side][node] != CP_NONE)
            continue;
        m->c->doubtful[side][node] = true;
        into[to->first + to->count++] = node;
    }
}

static cp_err settle_doubts(struct matching *m)
{
    struct cp_compare_doubt *doubts = CP_TAKE(m->c->arena, m->doubt_count, struct cp_compare_doubt);
    uint32_t *nodes = CP_TAKE(m->c->arena, m->doubtful_count, uint32_t);
    uint32_t count = 0, used = 0;

    if (doubts == NULL || nodes == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < m->doubt_count; i++) {
        const struct cp_compare_doubt *from = &m->doubts[i];
        struct cp_compare_doubt *to = &doubts[count];

        if (still_alone(m, CP_SIDE_A, from->nodes[CP_SIDE_A]) == 0 ||
            still_alone(m, CP_SIDE_B, from->nodes[CP_SIDE_B]) == 0)
            continue;
        *to = *from;
        CP_TRY(cp_text_copy(from->key, m->c->arena, &to->key));
        for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
            to->nodes[side].first = used;
            copy_alone(m, (cp_side)side, from->nodes[side], &to->nodes[side], nodes);
            used += to->nodes[side].count;
        }
        count++;
    }
    m->c->out->doubts = doubts;
    m->c->out->doubtful = nodes;
    m->c->out->doubt_count = count;
    return CP_OK;
}

static cp_err list_matches(struct cp_comparing *c)
{
    const struct cp_case *net = c->side[CP_SIDE_A].net;
    struct cp_compare_match *matches = CP_TAKE(c->arena, net->node_count, struct cp_compare_match);

    if (matches == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < net->node_count; i++)
        if (c->partner[CP_SIDE_A][i] != CP_NONE)
            matches[c->out->match_count++] = (struct cp_compare_match){
                .at = {i, c->partner[CP_SIDE_A][i]}, .by = (cp_match_by)c->by[CP_SIDE_A][i]};
    c->out->matches = matches;
    return CP_OK;
}

/* Sites: by id, then by id or name without regard to case. */

static cp_err site_keys(struct cp_comparing *c, struct cp_pair_keys *keys, cp_side side,
                        uint32_t site, bool exactly)
{
    const struct cp_site *rec = &c->side[side].net->sites[site];
    const cp_text texts[] = {rec->id, exactly ? CP_TEXT("") : rec->name};
    char buffer[KEY_BYTES];

    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        uint32_t key[5] = {0};

        if (texts[i].len == 0)
            continue;
        CP_TRY(cp_comparing_word(c, exactly ? texts[i] : lower(texts[i], buffer), &key[0]));
        CP_TRY(cp_pairs_add(keys, key, side, site));
    }
    return CP_OK;
}

static cp_err match_sites(struct cp_comparing *c, bool exactly)
{
    struct cp_pair_keys keys = {.work = c->work};

    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        for (uint32_t i = 0; i < c->side[side].net->site_count; i++)
            if (c->site_partner[side][i] == CP_NONE)
                CP_TRY(site_keys(c, &keys, (cp_side)side, i, exactly));
    return cp_pairs_match(&keys, c->site_partner);
}

cp_err cp_comparing_devices(struct cp_comparing *c)
{
    struct matching m = {.c = c, .keys = {.work = c->work}};

    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        uint32_t nodes = c->side[side].net->node_count, sites = c->side[side].net->site_count;

        c->partner[side] = CP_TAKE(c->work, nodes, uint32_t);
        c->by[side] = CP_TAKE(c->work, nodes, uint8_t);
        c->doubtful[side] = CP_TAKE(c->work, nodes, bool);
        c->site_partner[side] = CP_TAKE(c->work, sites, uint32_t);
        if (c->partner[side] == NULL || c->by[side] == NULL || c->doubtful[side] == NULL ||
            c->site_partner[side] == NULL)
            return CP_ERR_NOMEM;
        clear(c->partner[side], nodes);
        memset(c->by[side], CP_MATCH_COUNT, nodes);
        clear(c->site_partner[side], sites);
    }
    for (int by = CP_MATCH_ID; by < CP_MATCH_COUNT; by++)
        CP_TRY(match_by(&m, (cp_match_by)by));
    CP_TRY(settle_doubts(&m));
    CP_TRY(list_matches(c));
    CP_TRY(match_sites(c, true));
    return match_sites(c, false);
}
