#include <string.h>

#include "inside.h"
#include "model/port.h"

/*
 * Links are matched between devices that were: by both ports, then by what is left of them.  Ends are
 * numbered by the devices of A; a link with an end that the other side has not can only be met at the
 * port of its other end (a cable that was moved).
 */

/* One end as it is compared. */
struct end {
    uint32_t node;  /* of A; CP_NONE: the other side has it not */
    uint32_t port;  /* a word; CP_NONE: not given */
    uint32_t exact; /* the same with the number of a sub-interface, but for 0 */
};

struct linking {
    struct cp_comparing *c;
    struct cp_pair_keys keys;
    struct end *ends[CP_SIDES]; /* as cp_case.ends */
    bool *above[CP_SIDES];      /* [links] */
};

static const struct cp_case *net_of(const struct linking *l, cp_side side)
{
    return l->c->side[side].net;
}

static const struct cp_link_rec *link_of(const struct linking *l, cp_side side, uint32_t link)
{
    return &net_of(l, side)->links[link];
}

static const struct end *ends_of(const struct linking *l, cp_side side, uint32_t link)
{
    return &l->ends[side][link_of(l, side, link)->ends.first];
}

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

static cp_err number_port(struct linking *l, cp_text port, struct end *end)
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

static cp_err number_ends(struct linking *l, cp_side side)
{
    const struct cp_case *net = net_of(l, side);
    uint32_t count = 0;

    for (uint32_t i = 0; i < net->link_count; i++)
        if (net->links[i].ends.first + net->links[i].ends.count > count)
            count = net->links[i].ends.first + net->links[i].ends.count;
    l->ends[side] = CP_TAKE(l->c->work, count, struct end);
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

/* Links still to be matched, with two ends. */
static bool is_open(const struct linking *l, cp_side side, uint32_t link)
{
    return l->c->link_partner[side][link] == CP_NONE && !link_of(l, side, link)->lan &&
           link_of(l, side, link)->ends.count == 2;
}

static bool are_both_known(const struct end *ends)
{
    return ends[0].node != CP_NONE && ends[1].node != CP_NONE;
}

/* Adds the keys of a link for one step. */
typedef cp_err (*add_keys)(struct linking *l, cp_side side, uint32_t link);

static cp_err add_all(struct linking *l, add_keys add)
{
    l->keys.count = 0;
    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        for (uint32_t i = 0; i < net_of(l, (cp_side)side)->link_count; i++)
            if (is_open(l, (cp_side)side, i))
                CP_TRY(add(l, (cp_side)side, i));
    return CP_OK;
}

/* 0: ends as they stand; 1: exchanged, so that the lesser node, else the lesser port, is first. */
static uint32_t first_end(const struct end *ends)
{
    if (ends[0].node != ends[1].node)
        return ends[0].node > ends[1].node;
    return ends[0].port > ends[1].port;
}

static cp_err add_both_ports(struct linking *l, cp_side side, uint32_t link)
{
    const struct end *ends = ends_of(l, side, link);
    uint32_t first = first_end(ends);
    const uint32_t key[5] = {ends[first].node, ends[first].exact, ends[1 - first].node,
                             ends[1 - first].exact, (uint32_t)link_of(l, side, link)->layer};

    if (!are_both_known(ends) || ends[0].port == CP_NONE || ends[1].port == CP_NONE)
        return CP_OK;
    return cp_pairs_add(&l->keys, key, side, link);
}

static cp_err add_both_ports_of_any_layer(struct linking *l, cp_side side, uint32_t link)
{
    const struct end *ends = ends_of(l, side, link);
    uint32_t first = first_end(ends);
    const uint32_t key[5] = {ends[first].node, ends[first].port, ends[1 - first].node,
                             ends[1 - first].port, 0};

    if (!are_both_known(ends) || ends[0].port == CP_NONE || ends[1].port == CP_NONE)
        return CP_OK;
    return cp_pairs_add(&l->keys, key, side, link);
}

static bool is_bare(const struct linking *l, cp_side side, uint32_t link)
{
    const struct end *ends = ends_of(l, side, link);

    return ends[0].port == CP_NONE && ends[1].port == CP_NONE;
}

/* Whether the link bears the id that one gets by default, which depends on the order of the rows. */
static bool has_default_id(const struct linking *l, cp_side side, uint32_t link)
{
    const struct cp_case *net = net_of(l, side);
    const struct cp_link_rec *rec = link_of(l, side, link);
    cp_text a = net->nodes[net->ends[rec->ends.first].node.at].id;
    cp_text b = net->nodes[net->ends[rec->ends.first + 1].node.at].id;
    cp_text rest = cp_text_sub(rec->id, a.len, rec->id.len);

    return cp_text_starts(rec->id, a) && cp_text_starts(rest, CP_TEXT("--")) &&
           cp_text_starts(cp_text_sub(rest, 2, rest.len), b);
}

/* Parallel links without ports and names: those alike are the same. */
static cp_err add_alike(struct linking *l, cp_side side, uint32_t link)
{
    const struct cp_link_rec *rec = link_of(l, side, link);
    const struct cp_end *metrics = &net_of(l, side)->ends[rec->ends.first];
    const struct end *ends = ends_of(l, side, link);
    uint32_t first = first_end(ends);
    const uint32_t key[5] = {ends[first].node, ends[1 - first].node, metrics[first].metric,
                             metrics[1 - first].metric,
                             (uint32_t)(rec->capacity_bps ^ rec->capacity_bps >> 32)};

    if (!are_both_known(ends) || !is_bare(l, side, link) || !has_default_id(l, side, link))
        return CP_OK;
    return cp_pairs_add(&l->keys, key, side, link);
}

static cp_err add_id(struct linking *l, cp_side side, uint32_t link)
{
    const struct end *ends = ends_of(l, side, link);
    uint32_t first = first_end(ends);
    uint32_t key[5] = {0, ends[first].node, ends[1 - first].node, 0, 0};

    if (!are_both_known(ends))
        return CP_OK;
    CP_TRY(cp_comparing_word(l->c, link_of(l, side, link)->id, &key[0]));
    return cp_pairs_add(&l->keys, key, side, link);
}

/* The nodes of both ends and one port: a key for each port that is given. */
static cp_err add_one_port(struct linking *l, cp_side side, uint32_t link)
{
    const struct end *ends = ends_of(l, side, link);

    for (uint32_t i = 0; i < 2; i++) {
        const uint32_t key[5] = {ends[i].node, ends[i].port, ends[1 - i].node, 0, 0};

        if (are_both_known(ends) && ends[i].port != CP_NONE)
            CP_TRY(cp_pairs_add(&l->keys, key, side, link));
    }
    return CP_OK;
}

static cp_err add_nodes(struct linking *l, cp_side side, uint32_t link)
{
    const struct end *ends = ends_of(l, side, link);
    uint32_t first = first_end(ends);
    const uint32_t key[5] = {ends[first].node, ends[1 - first].node, 0, 0, 0};

    return are_both_known(ends) ? cp_pairs_add(&l->keys, key, side, link) : CP_OK;
}

static void pair(struct linking *l, uint32_t a, uint32_t b)
{
    l->c->link_partner[CP_SIDE_A][a] = b;
    l->c->link_partner[CP_SIDE_B][b] = a;
}

/* Links with both ports alike are one as often as both sides have them. */
static cp_err match_in_order(struct linking *l, add_keys add)
{
    struct cp_pair_group group;
    uint32_t from = 0;

    CP_TRY(add_all(l, add));
    cp_pairs_sort(&l->keys);
    while (cp_pairs_next(&l->keys, &from, &group))
        for (uint32_t i = 0; i < group.a_count && i < group.b_count; i++)
            pair(l, group.a[i].at, group.b[i].at);
    return CP_OK;
}

static cp_err match_one_to_one(struct linking *l, add_keys add)
{
    CP_TRY(add_all(l, add));
    return cp_pairs_match(&l->keys, l->c->link_partner);
}

/* The next link of one side in a group that is open and bare or not; count: none. */
static uint32_t next_open(const struct linking *l, const struct cp_pair_key *at, uint32_t count,
                          uint32_t from, bool bare)
{
    while (from < count && (!is_open(l, (cp_side)at[from].side, at[from].at) ||
                            is_bare(l, (cp_side)at[from].side, at[from].at) != bare))
        from++;
    return from;
}

static void pair_those(struct linking *l, const struct cp_pair_group *group, bool a_bare,
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
static cp_err match_nodes(struct linking *l)
{
    struct cp_pair_group group;
    uint32_t from = 0;

    CP_TRY(add_all(l, add_nodes));
    cp_pairs_sort(&l->keys);
    while (cp_pairs_next(&l->keys, &from, &group)) {
        pair_those(l, &group, true, true);
        pair_those(l, &group, true, false);
        pair_those(l, &group, false, true);
    }
    return match_one_to_one(l, add_nodes);
}

/* LANs: by id where a member is the same, then by their members. */

static bool is_open_lan(const struct linking *l, cp_side side, uint32_t link)
{
    const struct cp_link_rec *rec = link_of(l, side, link);

    return l->c->link_partner[side][link] == CP_NONE && (rec->lan || rec->ends.count != 2);
}

static cp_err add_lan(struct linking *l, cp_side side, uint32_t link, bool by_id)
{
    const struct cp_link_rec *rec = link_of(l, side, link);
    uint32_t key[5] = {0};
    uint32_t members[CP_SIDES] = {0}; /* their sum, and that of their squares */

    if (by_id) {
        CP_TRY(cp_comparing_word(l->c, rec->id, &key[0]));
        return cp_pairs_add(&l->keys, key, side, link);
    }
    for (uint32_t i = 0; i < rec->ends.count; i++) {
        uint32_t node = ends_of(l, side, link)[i].node;

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

static cp_err match_lans(struct linking *l, bool by_id)
{
    l->keys.count = 0;
    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        for (uint32_t i = 0; i < net_of(l, (cp_side)side)->link_count; i++)
            if (is_open_lan(l, (cp_side)side, i))
                CP_TRY(add_lan(l, (cp_side)side, i, by_id));
    return cp_pairs_match(&l->keys, l->c->link_partner);
}

/* Differences of a pair. */

static struct cp_compare_row row_of(cp_differs kind, uint32_t a, uint32_t b)
{
    return (struct cp_compare_row){.kind = kind, .object = CP_OBJECT_LINK, .at = {a, b}};
}

/* "NODE PORT" of an end, or "NODE". */
static cp_err end_text(const struct linking *l, cp_side side, uint32_t end, cp_text *out)
{
    const struct cp_case *net = net_of(l, side);
    cp_text node = net->nodes[net->ends[end].node.at].id, port = net->ends[end].port;

    *out = node;
    if (port.len == 0)
        return CP_OK;
    CP_TRY(cp_text_join(node, CP_TEXT(" "), l->c->arena, out));
    return cp_text_join(*out, port, l->c->arena, out);
}

static cp_err end_value(const struct linking *l, cp_side side, uint32_t link, uint32_t end,
                        struct cp_stated_value *out)
{
    *out = (struct cp_stated_value){.place = link_of(l, side, link)->place, .alone = true};
    return end_text(l, side, end, &out->value);
}

/* The number of B's end that is A's end i. */
static uint32_t end_of_b(const struct linking *l, uint32_t a, uint32_t b, uint32_t i)
{
    const struct end *x = ends_of(l, CP_SIDE_A, a), *y = ends_of(l, CP_SIDE_B, b);

    for (uint32_t j = 0; j < link_of(l, CP_SIDE_B, b)->ends.count; j++)
        if (x[i].node != CP_NONE && y[j].node == x[i].node)
            return j;
    return CP_NONE;
}

static cp_err compare_port(struct linking *l, uint32_t a, uint32_t b, uint32_t i, uint32_t j)
{
    const struct end *x = &ends_of(l, CP_SIDE_A, a)[i], *y = &ends_of(l, CP_SIDE_B, b)[j];
    struct cp_stated_value values[CP_SIDES];

    if (x->port == CP_NONE || y->port == CP_NONE || x->port == y->port)
        return CP_OK;
    CP_TRY(
        end_value(l, CP_SIDE_A, a, link_of(l, CP_SIDE_A, a)->ends.first + i, &values[CP_SIDE_A]));
    CP_TRY(
        end_value(l, CP_SIDE_B, b, link_of(l, CP_SIDE_B, b)->ends.first + j, &values[CP_SIDE_B]));
    return cp_comparing_pair(l->c, row_of(CP_DIFFERS_PORT, a, b), values);
}

/* A side that gives no link a metric other than 1 states none. */
static bool states_metrics(const struct cp_case *net)
{
    for (uint32_t i = 0; i < net->link_count; i++)
        for (uint32_t j = 0; j < net->links[i].ends.count; j++)
            if (net->ends[net->links[i].ends.first + j].metric != 1)
                return true;
    return false;
}

static cp_err compare_numbers(struct linking *l, struct cp_compare_row row, uint64_t a, uint64_t b,
                              uint64_t none)
{
    struct cp_stated_value values[CP_SIDES] = {
        {.place = link_of(l, CP_SIDE_A, row.at[CP_SIDE_A])->place, .alone = true},
        {.place = link_of(l, CP_SIDE_B, row.at[CP_SIDE_B])->place, .alone = true}};

    if (a == b || a == none || b == none)
        return CP_OK;
    CP_TRY(cp_comparing_number(l->c, a, &values[CP_SIDE_A].value));
    CP_TRY(cp_comparing_number(l->c, b, &values[CP_SIDE_B].value));
    return cp_comparing_pair(l->c, row, values);
}

static cp_err compare_classes(struct linking *l, uint32_t a, uint32_t b)
{
    const struct cp_link_rec *x = link_of(l, CP_SIDE_A, a), *y = link_of(l, CP_SIDE_B, b);
    const struct cp_stated_value values[CP_SIDES] = {
        {.value = x->link_class, .place = x->place, .alone = true},
        {.value = y->link_class, .place = y->place, .alone = true}};

    if (x->link_class.len == 0 || y->link_class.len == 0 ||
        cp_text_same_word(x->link_class, y->link_class))
        return CP_OK;
    return cp_comparing_pair(l->c, row_of(CP_DIFFERS_CLASS, a, b), values);
}

static cp_text srlg(const struct linking *l, cp_side side, uint32_t i)
{
    return net_of(l, side)->srlgs[net_of(l, side)->link_srlgs[i]];
}

static bool has_srlg(const struct linking *l, cp_side side, cp_range list, cp_text name)
{
    for (uint32_t i = 0; i < list.count; i++)
        if (cp_text_same_word(srlg(l, side, list.first + i), name))
            return true;
    return false;
}

/* Where both sides name risk groups: those that only one has. */
static cp_err compare_srlgs(struct linking *l, uint32_t a, uint32_t b)
{
    struct cp_compare_row row = row_of(CP_DIFFERS_SRLGS, a, b);
    bool differ = false;

    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        const struct cp_link_rec *rec = link_of(l, (cp_side)side, row.at[side]);
        cp_side other = side == CP_SIDE_A ? CP_SIDE_B : CP_SIDE_A;
        cp_range others = link_of(l, other, row.at[other])->srlgs;

        if (rec->srlgs.count == 0 || others.count == 0)
            return CP_OK;
        for (uint32_t i = 0; i < rec->srlgs.count; i++) {
            struct cp_stated_value value = {.value = srlg(l, (cp_side)side, rec->srlgs.first + i),
                                            .place = rec->place};

            value.alone = !has_srlg(l, other, others, value.value);
            differ = differ || value.alone;
            CP_TRY(cp_comparing_value(l->c, &row, (cp_side)side, &value));
        }
    }
    return differ ? cp_comparing_row(l->c, &row) : CP_OK;
}

static cp_err compare_operators(struct linking *l, uint32_t a, uint32_t b)
{
    const struct cp_link_rec *x = link_of(l, CP_SIDE_A, a), *y = link_of(l, CP_SIDE_B, b);
    const struct cp_stated_value values[CP_SIDES] = {
        {.value = x->operator_name, .place = x->place, .alone = true},
        {.value = y->operator_name, .place = y->place, .alone = true}};

    if (x->operator_name.len == 0 || y->operator_name.len == 0 ||
        cp_text_same_word(x->operator_name, y->operator_name))
        return CP_OK;
    return cp_comparing_pair(l->c, row_of(CP_DIFFERS_OPERATOR, a, b), values);
}

/* Ends of a LAN that only one side has, where it states others too. */
static cp_err compare_members(struct linking *l, uint32_t a, uint32_t b)
{
    struct cp_compare_row row = row_of(CP_DIFFERS_END, a, b);

    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        const struct cp_link_rec *rec = link_of(l, (cp_side)side, row.at[side]);
        cp_side other = side == CP_SIDE_A ? CP_SIDE_B : CP_SIDE_A;
        const struct end *others = ends_of(l, other, row.at[other]);

        for (uint32_t i = 0; i < rec->ends.count; i++) {
            const struct end *end = &ends_of(l, (cp_side)side, row.at[side])[i];
            struct cp_stated_value value;
            uint32_t j = 0;

            while (j < link_of(l, other, row.at[other])->ends.count &&
                   (end->node == CP_NONE || others[j].node != end->node))
                j++;
            if (j < link_of(l, other, row.at[other])->ends.count)
                continue;
            CP_TRY(end_value(l, (cp_side)side, row.at[side], rec->ends.first + i, &value));
            CP_TRY(cp_comparing_value(l->c, &row, (cp_side)side, &value));
        }
    }
    return row.values[0].count + row.values[1].count > 0 ? cp_comparing_row(l->c, &row) : CP_OK;
}

/* "10 from r1": the metric of an end, in the words of its side. */
static cp_err metric_value(struct linking *l, cp_side side, uint32_t link, uint32_t end,
                           struct cp_stated_value *out)
{
    const struct cp_case *net = net_of(l, side);

    *out = (struct cp_stated_value){.place = link_of(l, side, link)->place, .alone = true};
    CP_TRY(cp_comparing_number(l->c, net->ends[end].metric, &out->value));
    CP_TRY(cp_text_join(out->value, CP_TEXT(" from "), l->c->arena, &out->value));
    return cp_text_join(out->value, net->nodes[net->ends[end].node.at].id, l->c->arena,
                        &out->value);
}

/* The numbers of B's end that is A's end i, if their metrics differ; CP_NONE. */
static uint32_t end_of_other_metric(const struct linking *l, uint32_t a, uint32_t b, uint32_t i)
{
    uint32_t j = end_of_b(l, a, b, i);

    if (j == CP_NONE ||
        net_of(l, CP_SIDE_A)->ends[link_of(l, CP_SIDE_A, a)->ends.first + i].metric ==
            net_of(l, CP_SIDE_B)->ends[link_of(l, CP_SIDE_B, b)->ends.first + j].metric)
        return CP_NONE;
    return link_of(l, CP_SIDE_B, b)->ends.first + j;
}

static cp_err compare_metrics(struct linking *l, uint32_t a, uint32_t b)
{
    struct cp_compare_row row = row_of(CP_DIFFERS_METRIC, a, b);
    cp_range ends = link_of(l, CP_SIDE_A, a)->ends;
    struct cp_stated_value value;

    for (uint32_t i = 0; i < ends.count; i++) {
        if (end_of_other_metric(l, a, b, i) == CP_NONE)
            continue;
        CP_TRY(metric_value(l, CP_SIDE_A, a, ends.first + i, &value));
        CP_TRY(cp_comparing_value(l->c, &row, CP_SIDE_A, &value));
    }
    if (row.values[CP_SIDE_A].count == 0)
        return CP_OK;
    for (uint32_t i = 0; i < ends.count; i++) {
        uint32_t other = end_of_other_metric(l, a, b, i);

        if (other == CP_NONE)
            continue;
        CP_TRY(metric_value(l, CP_SIDE_B, b, other, &value));
        CP_TRY(cp_comparing_value(l->c, &row, CP_SIDE_B, &value));
    }
    return cp_comparing_row(l->c, &row);
}

static cp_err compare_ends(struct linking *l, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < link_of(l, CP_SIDE_A, a)->ends.count; i++) {
        uint32_t j = end_of_b(l, a, b, i);

        if (j != CP_NONE)
            CP_TRY(compare_port(l, a, b, i, j));
    }
    return CP_OK;
}

static cp_err compare_pair(struct linking *l, uint32_t a, uint32_t b, bool metrics)
{
    const struct cp_link_rec *x = link_of(l, CP_SIDE_A, a), *y = link_of(l, CP_SIDE_B, b);
    const uint32_t at[CP_SIDES] = {a, b};

    if (x->lan || y->lan)
        CP_TRY(compare_members(l, a, b));
    CP_TRY(compare_ends(l, a, b));
    if (metrics)
        CP_TRY(compare_metrics(l, a, b));
    CP_TRY(compare_classes(l, a, b));
    CP_TRY(compare_numbers(l, row_of(CP_DIFFERS_CAPACITY, a, b), x->capacity_bps, y->capacity_bps,
                           CP_BPS_NONE));
    CP_TRY(compare_numbers(l, row_of(CP_DIFFERS_DELAY, a, b), x->delay_us, y->delay_us,
                           CP_DELAY_NONE));
    CP_TRY(compare_operators(l, a, b));
    CP_TRY(compare_srlgs(l, a, b));
    return cp_comparing_facts(l->c, CP_OBJECT_LINK, at);
}

static cp_err compare_pairs(struct linking *l)
{
    bool metrics = states_metrics(net_of(l, CP_SIDE_A)) && states_metrics(net_of(l, CP_SIDE_B));

    for (uint32_t i = 0; i < net_of(l, CP_SIDE_A)->link_count; i++) {
        uint32_t other = l->c->link_partner[CP_SIDE_A][i];

        if (other != CP_NONE)
            CP_TRY(compare_pair(l, i, other, metrics));
    }
    return CP_OK;
}

/* A link between two members of a LAN of the other side is that LAN as two of them see it. */

static cp_err add_lan_members(struct linking *l, cp_side side, struct cp_pair_keys *members)
{
    const struct cp_case *net = net_of(l, side);

    for (uint32_t i = 0; i < net->link_count; i++) {
        if (!net->links[i].lan)
            continue;
        for (uint32_t j = 0; j < net->links[i].ends.count; j++) {
            const uint32_t key[5] = {ends_of(l, side, i)[j].node, 0, 0, 0, 0};

            if (key[0] != CP_NONE)
                CP_TRY(cp_pairs_add(members, key, side, i));
        }
    }
    cp_pairs_sort(members);
    return CP_OK;
}

static uint32_t first_member(const struct cp_pair_keys *members, uint32_t node, uint32_t link)
{
    uint32_t from = 0, to = members->count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const struct cp_pair_key *key = &members->at[middle];

        if (key->key[0] < node || (key->key[0] == node && key->at < link))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* LANs of one node that are looked through. */
enum { LANS_MAX = 256 };

static bool is_covered(const struct cp_pair_keys *members, const struct end *ends)
{
    uint32_t at = first_member(members, ends[0].node, 0);

    for (uint32_t i = 0; i < LANS_MAX && at + i < members->count; i++) {
        const struct cp_pair_key *lan = &members->at[at + i];
        uint32_t other;

        if (lan->key[0] != ends[0].node)
            return false;
        other = first_member(members, ends[1].node, lan->at);
        if (other < members->count && members->at[other].key[0] == ends[1].node &&
            members->at[other].at == lan->at)
            return true;
    }
    return false;
}

static cp_err cover(struct linking *l, cp_side side)
{
    struct cp_pair_keys members = {.work = l->c->work};

    CP_TRY(add_lan_members(l, side == CP_SIDE_A ? CP_SIDE_B : CP_SIDE_A, &members));
    for (uint32_t i = 0; i < net_of(l, side)->link_count; i++)
        if (is_open(l, side, i) && are_both_known(ends_of(l, side, i)) &&
            is_covered(&members, ends_of(l, side, i)))
            l->c->link_told[side][i] = true;
    return CP_OK;
}

/* Cables that were moved: a port that is left with one link on each side, to different ends. */

static cp_err add_port(struct linking *l, cp_side side, uint32_t link)
{
    const struct end *ends = ends_of(l, side, link);

    for (uint32_t i = 0; i < 2; i++) {
        /* key[2] is not compared with others': one link has one key for each end */
        const uint32_t key[5] = {ends[i].node, ends[i].exact, 0, 0, 0};

        if (ends[i].node != CP_NONE && ends[i].port != CP_NONE && !l->above[side][link] &&
            !l->c->link_told[side][link])
            CP_TRY(cp_pairs_add(&l->keys, key, side, link));
    }
    return CP_OK;
}

/* The end of a link at which its key was made. */
static uint32_t end_with(const struct linking *l, cp_side side, uint32_t link,
                         const uint32_t key[5])
{
    const struct end *ends = ends_of(l, side, link);

    return ends[0].node == key[0] && ends[0].exact == key[1] ? 0 : 1;
}

static bool is_doubtful_end(const struct linking *l, cp_side side, uint32_t end)
{
    return l->c->doubtful[side][net_of(l, side)->ends[end].node.at];
}

static cp_err tell_moved(struct linking *l, const struct cp_pair_group *group)
{
    uint32_t at[CP_SIDES] = {group->a->at, group->b->at};
    uint32_t far[CP_SIDES];
    struct cp_stated_value values[CP_SIDES];
    struct cp_compare_row row = row_of(CP_DIFFERS_END, at[CP_SIDE_A], at[CP_SIDE_B]);

    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        uint32_t near = end_with(l, (cp_side)side, at[side], group->a->key);

        far[side] = link_of(l, (cp_side)side, at[side])->ends.first + 1 - near;
        l->c->link_told[side][at[side]] = true;
    }
    if (is_doubtful_end(l, CP_SIDE_A, far[CP_SIDE_A]) ||
        is_doubtful_end(l, CP_SIDE_B, far[CP_SIDE_B]))
        return CP_OK;
    for (int side = CP_SIDE_A; side < CP_SIDES; side++)
        CP_TRY(end_value(l, (cp_side)side, at[side], far[side], &values[side]));
    if (l->ends[CP_SIDE_A][far[CP_SIDE_A]].node != CP_NONE &&
        l->ends[CP_SIDE_A][far[CP_SIDE_A]].node == l->ends[CP_SIDE_B][far[CP_SIDE_B]].node)
        row.kind = CP_DIFFERS_PORT;
    CP_TRY(end_text(l, CP_SIDE_A,
                    2 * link_of(l, CP_SIDE_A, at[CP_SIDE_A])->ends.first + 1 - far[CP_SIDE_A],
                    &row.part));
    return cp_comparing_pair(l->c, row, values);
}

static cp_err find_moved(struct linking *l)
{
    struct cp_pair_group group;
    uint32_t from = 0;

    CP_TRY(add_all(l, add_port));
    cp_pairs_sort(&l->keys);
    while (cp_pairs_next(&l->keys, &from, &group))
        if (group.a_count == 1 && group.b_count == 1)
            CP_TRY(tell_moved(l, &group));
    return CP_OK;
}

static cp_err open_links(struct linking *l)
{
    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        uint32_t links = net_of(l, (cp_side)side)->link_count;

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
    struct linking l = {.c = c, .keys = {.work = c->work}};

    CP_TRY(open_links(&l));
    CP_TRY(match_lans(&l, true));
    CP_TRY(match_lans(&l, false));
    CP_TRY(match_in_order(&l, add_both_ports));
    CP_TRY(match_in_order(&l, add_both_ports_of_any_layer));
    CP_TRY(match_in_order(&l, add_alike));
    CP_TRY(match_one_to_one(&l, add_id));
    CP_TRY(match_one_to_one(&l, add_one_port));
    CP_TRY(match_nodes(&l));
    CP_TRY(compare_pairs(&l));
    CP_TRY(cover(&l, CP_SIDE_A));
    CP_TRY(cover(&l, CP_SIDE_B));
    return find_moved(&l);
}
