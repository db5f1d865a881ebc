#include <string.h>

#include "linking.h"
#include "model/port.h"

/*
 * Links are matched between devices that were: by both ports, then by what is left of them.  Ends are
 * numbered by the devices of A; a link with an end that the other side has not can only be met at the
 * port of its other end (a cable that was moved).
 */

bool cp_comparing_is_above(const struct cp_case *net, const struct cp_link_rec *link)
{
    for (uint32_t i = 0; i < link->alternatives.count; i++) {
        cp_range below = net->alternatives[link->alternatives.first + i];

        for (uint32_t j = 0; j < below.count; j++) {
            cp_layer layer = net->links[net->supports[below.first + j].at].layer;

            if (layer == CP_LAYER_IP || layer == CP_LAYER_ETHERNET)
                return true;
        }
    }
    return false;
}

static cp_err number_port(struct cp_linking *l, cp_text port, struct cp_linking_end *end)
{
    struct cp_port_name buffer;
    cp_text folded = cp_port_fold(port, &buffer), below = cp_port_below(folded);

    end->port = end->exact = CP_NONE;
    if (folded.len == 0)
        return CP_OK;
    CP_TRY(cp_comparing_word(l->c, below, &end->port));
    if (cp_text_ends(folded, CP_TEXT(".0")))
        folded = below;
    return cp_comparing_word(l->c, folded, &end->exact);
}

static cp_err number_ends(struct cp_linking *l, cp_side side)
{
    const struct cp_case *net = cp_linking_net(l, side);
    uint32_t count = 0;

    for (uint32_t i = 0; i < net->link_count; i++)
        if (net->links[i].ends.first + net->links[i].ends.count > count)
            count = net->links[i].ends.first + net->links[i].ends.count;
    l->ends[side] = CP_TAKE(l->c->work, count, struct cp_linking_end);
    l->above[side] = CP_TAKE(l->c->work, net->link_count, bool);
    if (l->ends[side] == NULL || l->above[side] == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t node = net->ends[i].node.at;

        l->ends[side][i].node = l->c->partner[side][node];
        if (side == CP_SIDE_A && l->ends[side][i].node != CP_NONE)
            l->ends[side][i].node = node;
        CP_TRY(number_port(l, net->ends[i].port, &l->ends[side][i]));
    }
    for (uint32_t i = 0; i < net->link_count; i++)
        l->above[side][i] = cp_comparing_is_above(net, &net->links[i]);
    return CP_OK;
}

cp_err cp_linking_add_all(struct cp_linking *l, cp_linking_add add)
{
    l->keys.count = 0;
    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        for (uint32_t i = 0; i < cp_linking_net(l, (cp_side)side)->link_count; i++)
            if (cp_linking_is_open(l, (cp_side)side, i))
                CP_TRY(add(l, (cp_side)side, i));
    return CP_OK;
}

/* 0: ends as they stand; 1: exchanged, so that the lesser node, else the lesser port, is first. */
static uint32_t first_end(const struct cp_linking_end *ends)
{
    if (ends[0].node != ends[1].node)
        return ends[0].node > ends[1].node;
    return ends[0].port > ends[1].port;
}

static cp_err add_both_ports(struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);
    uint32_t first = first_end(ends);
    const uint32_t key[5] = {ends[first].node, ends[first].exact, ends[1 - first].node,
                             ends[1 - first].exact,
                             (uint32_t)cp_linking_link(l, side, link)->layer};

    if (!cp_linking_both_known(ends) || ends[0].port == CP_NONE || ends[1].port == CP_NONE)
        return CP_OK;
    return cp_pairs_add(&l->keys, key, side, link);
}

static cp_err add_both_ports_of_any_layer(struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);
    uint32_t first = first_end(ends);
    const uint32_t key[5] = {ends[first].node, ends[first].port, ends[1 - first].node,
                             ends[1 - first].port, 0};

    if (!cp_linking_both_known(ends) || ends[0].port == CP_NONE || ends[1].port == CP_NONE)
        return CP_OK;
    return cp_pairs_add(&l->keys, key, side, link);
}

static bool is_bare(const struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);

    return ends[0].port == CP_NONE && ends[1].port == CP_NONE;
}

/* Whether the link bears the id that one gets by default, which depends on the order of the rows. */
static bool has_default_id(const struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_case *net = cp_linking_net(l, side);
    const struct cp_link_rec *rec = cp_linking_link(l, side, link);
    cp_text a = net->nodes[net->ends[rec->ends.first].node.at].id;
    cp_text b = net->nodes[net->ends[rec->ends.first + 1].node.at].id;
    cp_text rest = cp_text_sub(rec->id, a.len, rec->id.len);

    return cp_text_starts(rec->id, a) && cp_text_starts(rest, CP_TEXT("--")) &&
           cp_text_starts(cp_text_sub(rest, 2, rest.len), b);
}

/* Parallel links without ports and names: those alike are the same. */
static cp_err add_alike(struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_link_rec *rec = cp_linking_link(l, side, link);
    const struct cp_end *metrics = &cp_linking_net(l, side)->ends[rec->ends.first];
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);
    uint32_t first = first_end(ends);
    const uint32_t key[5] = {ends[first].node, ends[1 - first].node, metrics[first].metric,
                             metrics[1 - first].metric,
                             (uint32_t)(rec->capacity_bps ^ rec->capacity_bps >> 32)};

    if (!cp_linking_both_known(ends) || !is_bare(l, side, link) || !has_default_id(l, side, link))
        return CP_OK;
    return cp_pairs_add(&l->keys, key, side, link);
}

static cp_err add_id(struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);
    uint32_t first = first_end(ends);
    uint32_t key[5] = {0, ends[first].node, ends[1 - first].node, 0, 0};

    if (!cp_linking_both_known(ends))
        return CP_OK;
    CP_TRY(cp_comparing_word(l->c, cp_linking_link(l, side, link)->id, &key[0]));
    return cp_pairs_add(&l->keys, key, side, link);
}

/* The nodes of both ends and one port: a key for each port that is given. */
static cp_err add_one_port(struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);

    for (uint32_t i = 0; i < 2; i++) {
        const uint32_t key[5] = {ends[i].node, ends[i].port, ends[1 - i].node, 0, 0};

        if (cp_linking_both_known(ends) && ends[i].port != CP_NONE)
            CP_TRY(cp_pairs_add(&l->keys, key, side, link));
    }
    return CP_OK;
}

static cp_err add_nodes(struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);
    uint32_t first = first_end(ends);
    const uint32_t key[5] = {ends[first].node, ends[1 - first].node, 0, 0, 0};

    return cp_linking_both_known(ends) ? cp_pairs_add(&l->keys, key, side, link) : CP_OK;
}

static void pair(struct cp_linking *l, uint32_t a, uint32_t b)
{
    l->c->link_partner[CP_SIDE_A][a] = b;
    l->c->link_partner[CP_SIDE_B][b] = a;
}

/* Links with both ports alike are one as often as both sides have them. */
static cp_err match_in_order(struct cp_linking *l, cp_linking_add add)
{
    struct cp_pair_group group;
    uint32_t from = 0;

    CP_TRY(cp_linking_add_all(l, add));
    cp_pairs_sort(&l->keys);
    while (cp_pairs_next(&l->keys, &from, &group))
        for (uint32_t i = 0; i < group.a_count && i < group.b_count; i++)
            pair(l, group.a[i].at, group.b[i].at);
    return CP_OK;
}

static cp_err match_one_to_one(struct cp_linking *l, cp_linking_add add)
{
    CP_TRY(cp_linking_add_all(l, add));
    return cp_pairs_match(&l->keys, l->c->link_partner);
}

/* The next link of one side in a group that is open and bare or not; count: none. */
static uint32_t next_open(const struct cp_linking *l, const struct cp_pair_key *at, uint32_t count,
                          uint32_t from, bool bare)
{
    while (from < count && (!cp_linking_is_open(l, (cp_side)at[from].side, at[from].at) ||
                            is_bare(l, (cp_side)at[from].side, at[from].at) != bare))
        from++;
    return from;
}

static void pair_those(struct cp_linking *l, const struct cp_pair_group *group, bool a_bare,
                       bool b_bare)
{
    uint32_t a = next_open(l, group->a, group->a_count, 0, a_bare);
    uint32_t b = next_open(l, group->b, group->b_count, 0, b_bare);

    while (a < group->a_count && b < group->b_count) {
        pair(l, group->a[a].at, group->b[b].at);
        a = next_open(l, group->a, group->a_count, a + 1, a_bare);
        b = next_open(l, group->b, group->b_count, b + 1, b_bare);
    }
}

/* Between two nodes links without ports fit any; of those with ports the only ones left are one. */
static cp_err match_nodes(struct cp_linking *l)
{
    struct cp_pair_group group;
    uint32_t from = 0;

    CP_TRY(cp_linking_add_all(l, add_nodes));
    cp_pairs_sort(&l->keys);
    while (cp_pairs_next(&l->keys, &from, &group)) {
        pair_those(l, &group, true, true);
        pair_those(l, &group, true, false);
        pair_those(l, &group, false, true);
    }
    return match_one_to_one(l, add_nodes);
}

/* LANs: by id where a member is the same, then by their members. */

static bool is_open_lan(const struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_link_rec *rec = cp_linking_link(l, side, link);

    return l->c->link_partner[side][link] == CP_NONE && (rec->lan || rec->ends.count != 2);
}

static cp_err add_lan(struct cp_linking *l, cp_side side, uint32_t link, bool by_id)
{
    const struct cp_link_rec *rec = cp_linking_link(l, side, link);
    uint32_t key[5] = {0};
    uint32_t members[CP_SIDES] = {0}; /* their sum, and that of their squares */

    if (by_id) {
        CP_TRY(cp_comparing_word(l->c, rec->id, &key[0]));
        return cp_pairs_add(&l->keys, key, side, link);
    }
    for (uint32_t i = 0; i < rec->ends.count; i++) {
        uint32_t node = cp_linking_ends(l, side, link)[i].node;

        if (node == CP_NONE)
            return CP_OK;
        members[0] += node;
        members[1] += node * node;
    }
    key[1] = rec->ends.count;
    key[2] = members[0];
    key[3] = members[1];
    return cp_pairs_add(&l->keys, key, side, link);
}

static cp_err match_lans(struct cp_linking *l, bool by_id)
{
    l->keys.count = 0;
    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        for (uint32_t i = 0; i < cp_linking_net(l, (cp_side)side)->link_count; i++)
            if (is_open_lan(l, (cp_side)side, i))
                CP_TRY(add_lan(l, (cp_side)side, i, by_id));
    return cp_pairs_match(&l->keys, l->c->link_partner);
}

static cp_err open_links(struct cp_linking *l)
{
    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        uint32_t links = cp_linking_net(l, (cp_side)side)->link_count;

        l->c->link_partner[side] = CP_TAKE(l->c->work, links, uint32_t);
        l->c->link_told[side] = CP_TAKE(l->c->work, links, bool);
        if (l->c->link_partner[side] == NULL || l->c->link_told[side] == NULL)
            return CP_ERR_NOMEM;
        memset(l->c->link_partner[side], 0xff, links * sizeof(uint32_t)); /* CP_NONE */
    }
    CP_TRY(number_ends(l, CP_SIDE_A));
    return number_ends(l, CP_SIDE_B);
}

cp_err cp_comparing_links(struct cp_comparing *c)
{
    struct cp_linking l = {.c = c, .keys = {.work = c->work}};

    CP_TRY(open_links(&l));
    CP_TRY(match_lans(&l, true));
    CP_TRY(match_lans(&l, false));
    CP_TRY(match_in_order(&l, add_both_ports));
    CP_TRY(match_in_order(&l, add_both_ports_of_any_layer));
    CP_TRY(match_in_order(&l, add_alike));
    CP_TRY(match_one_to_one(&l, add_id));
    CP_TRY(match_one_to_one(&l, add_one_port));
    CP_TRY(match_nodes(&l));
    CP_TRY(cp_linking_values(&l));
    return cp_linking_moved(&l);
}
