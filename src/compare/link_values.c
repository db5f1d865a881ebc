#include <string.h>

#include "linking.h"
#include "model/seen.h"

/* Where links that were matched differ. */

struct cp_compare_row cp_linking_row(cp_differs kind, uint32_t a, uint32_t b)
{
    return (struct cp_compare_row){.kind = kind, .object = CP_OBJECT_LINK, .at = {a, b}};
}

cp_err cp_linking_end_text(const struct cp_linking *l, cp_side side, uint32_t end, cp_text *out)
{
    const struct cp_case *net = cp_linking_net(l, side);
    cp_text node = net->nodes[net->ends[end].node.at].id, port = net->ends[end].port;

    *out = node;
    if (port.len == 0)
        return CP_OK;
    CP_TRY(cp_text_join(node, CP_TEXT(" "), l->c->arena, out));
    return cp_text_join(*out, port, l->c->arena, out);
}

static bool is_same_place(cp_place a, cp_place b)
{
    return a.file == b.file && a.line == b.line && a.column == b.column;
}

static cp_grade find_grade(const struct cp_case *net, uint32_t link)
{
    for (uint32_t i = net->link_facts[link]; i < net->link_facts[link + 1]; i++) {
        const struct cp_fact *fact = &net->facts[i];

        if (is_same_place(fact->place, net->links[link].place) &&
            cp_link_seen_end(net, (cp_link){link}, fact) != CP_NONE)
            return cp_comparing_grade(net, fact->evidence);
    }
    return CP_GRADE_CLAIM;
}

static cp_grade grade_of_link(struct cp_linking *l, cp_side side, uint32_t link)
{
    if (l->graded[side].link != link + 1) {
        l->graded[side].link = link + 1;
        l->graded[side].grade = find_grade(cp_linking_net(l, side), link);
    }
    return l->graded[side].grade;
}

cp_err cp_linking_end_value(struct cp_linking *l, cp_side side, uint32_t link, uint32_t end,
                            struct cp_stated_value *out)
{
    *out = (struct cp_stated_value){.place = cp_linking_link(l, side, link)->place,
                                    .grade = grade_of_link(l, side, link),
                                    .alone = true};
    return cp_linking_end_text(l, side, end, &out->value);
}

/* Seats the ends of a link at their nodes; of several at one node the first. */
static void seat_ends(struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);

    for (uint32_t i = cp_linking_link(l, side, link)->ends.count; i-- > 0;)
        if (ends[i].node != CP_NONE)
            l->seats[ends[i].node] = i;
}

static void leave_seats(struct cp_linking *l, cp_side side, uint32_t link)
{
    const struct cp_linking_end *ends = cp_linking_ends(l, side, link);

    for (uint32_t i = 0; i < cp_linking_link(l, side, link)->ends.count; i++)
        if (ends[i].node != CP_NONE)
            l->seats[ends[i].node] = CP_NONE;
}

/* The number of the end of the seated link that is at the node of this one. */
static uint32_t end_beside(const struct cp_linking *l, cp_side side, uint32_t link, uint32_t i)
{
    uint32_t node = cp_linking_ends(l, side, link)[i].node;

    return node == CP_NONE ? CP_NONE : l->seats[node];
}

static cp_err compare_port(struct cp_linking *l, uint32_t a, uint32_t b, uint32_t i, uint32_t j)
{
    const struct cp_linking_end *x = &cp_linking_ends(l, CP_SIDE_A, a)[i],
                                *y = &cp_linking_ends(l, CP_SIDE_B, b)[j];
    struct cp_stated_value values[CP_SIDES];

    if (x->port == CP_NONE || y->port == CP_NONE || x->port == y->port)
        return CP_OK;
    CP_TRY(cp_linking_end_value(l, CP_SIDE_A, a, cp_linking_link(l, CP_SIDE_A, a)->ends.first + i,
                                &values[CP_SIDE_A]));
    CP_TRY(cp_linking_end_value(l, CP_SIDE_B, b, cp_linking_link(l, CP_SIDE_B, b)->ends.first + j,
                                &values[CP_SIDE_B]));
    return cp_comparing_pair(l->c, cp_linking_row(CP_DIFFERS_PORT, a, b), values);
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

static cp_err compare_numbers(struct cp_linking *l, struct cp_compare_row row, uint64_t a,
                              uint64_t b, uint64_t none)
{
    struct cp_stated_value values[CP_SIDES] = {
        {.place = cp_linking_link(l, CP_SIDE_A, row.at[CP_SIDE_A])->place, .alone = true},
        {.place = cp_linking_link(l, CP_SIDE_B, row.at[CP_SIDE_B])->place, .alone = true}};

    if (a == b || a == none || b == none)
        return CP_OK;
    CP_TRY(cp_comparing_number(l->c, a, &values[CP_SIDE_A].value));
    CP_TRY(cp_comparing_number(l->c, b, &values[CP_SIDE_B].value));
    return cp_comparing_pair(l->c, row, values);
}

static cp_err compare_classes(struct cp_linking *l, uint32_t a, uint32_t b)
{
    const struct cp_link_rec *x = cp_linking_link(l, CP_SIDE_A, a),
                             *y = cp_linking_link(l, CP_SIDE_B, b);
    const struct cp_stated_value values[CP_SIDES] = {
        {.value = x->link_class, .place = x->place, .alone = true},
        {.value = y->link_class, .place = y->place, .alone = true}};

    if (x->link_class.len == 0 || y->link_class.len == 0 ||
        cp_text_same_word(x->link_class, y->link_class))
        return CP_OK;
    return cp_comparing_pair(l->c, cp_linking_row(CP_DIFFERS_CLASS, a, b), values);
}

static cp_text srlg(const struct cp_linking *l, cp_side side, uint32_t i)
{
    return cp_linking_net(l, side)->srlgs[cp_linking_net(l, side)->link_srlgs[i]];
}

/* The names of a list in small letters. */
static cp_err list_srlgs(const struct cp_linking *l, cp_side side, cp_range list,
                         struct cp_map **out)
{
    CP_TRY(cp_map_open(l->c->work, out));
    for (uint32_t i = 0; i < list.count; i++) {
        cp_text name;

        CP_TRY(cp_text_lower(srlg(l, side, list.first + i), l->c->work, &name));
        if (cp_map_find(*out, name) == CP_MAP_NONE)
            CP_TRY(cp_map_add(*out, name, 0));
    }
    return CP_OK;
}

/* Where both sides name risk groups: those that only one has. */
static cp_err compare_srlgs(struct cp_linking *l, uint32_t a, uint32_t b)
{
    struct cp_compare_row row = cp_linking_row(CP_DIFFERS_SRLGS, a, b);
    bool differ = false;

    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        const struct cp_link_rec *rec = cp_linking_link(l, (cp_side)side, row.at[side]);
        cp_side other = side == CP_SIDE_A ? CP_SIDE_B : CP_SIDE_A;
        cp_range others = cp_linking_link(l, other, row.at[other])->srlgs;

        struct cp_map *names;

        if (rec->srlgs.count == 0 || others.count == 0)
            return CP_OK;
        CP_TRY(list_srlgs(l, other, others, &names));
        for (uint32_t i = 0; i < rec->srlgs.count; i++) {
            struct cp_stated_value value = {.value = srlg(l, (cp_side)side, rec->srlgs.first + i),
                                            .place = rec->place};

            cp_text name;

            CP_TRY(cp_text_lower(value.value, l->c->work, &name));
            value.alone = cp_map_find(names, name) == CP_MAP_NONE;
            differ = differ || value.alone;
            CP_TRY(cp_comparing_value(l->c, &row, (cp_side)side, &value));
        }
    }
    return differ ? cp_comparing_row(l->c, &row) : CP_OK;
}

static cp_err compare_operators(struct cp_linking *l, uint32_t a, uint32_t b)
{
    const struct cp_link_rec *x = cp_linking_link(l, CP_SIDE_A, a),
                             *y = cp_linking_link(l, CP_SIDE_B, b);
    const struct cp_stated_value values[CP_SIDES] = {
        {.value = x->operator_name, .place = x->place, .alone = true},
        {.value = y->operator_name, .place = y->place, .alone = true}};

    if (x->operator_name.len == 0 || y->operator_name.len == 0 ||
        cp_text_same_word(x->operator_name, y->operator_name))
        return CP_OK;
    return cp_comparing_pair(l->c, cp_linking_row(CP_DIFFERS_OPERATOR, a, b), values);
}

/* Ends of a LAN that only one side has, where it states others too. */
static cp_err compare_members(struct cp_linking *l, uint32_t a, uint32_t b)
{
    struct cp_compare_row row = cp_linking_row(CP_DIFFERS_END, a, b);

    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        const struct cp_link_rec *rec = cp_linking_link(l, (cp_side)side, row.at[side]);
        cp_side other = side == CP_SIDE_A ? CP_SIDE_B : CP_SIDE_A;

        seat_ends(l, other, row.at[other]);
        for (uint32_t i = 0; i < rec->ends.count; i++) {
            struct cp_stated_value value;

            if (end_beside(l, (cp_side)side, row.at[side], i) != CP_NONE)
                continue;
            CP_TRY(
                cp_linking_end_value(l, (cp_side)side, row.at[side], rec->ends.first + i, &value));
            CP_TRY(cp_comparing_value(l->c, &row, (cp_side)side, &value));
        }
        leave_seats(l, other, row.at[other]);
    }
    return row.values[0].count + row.values[1].count > 0 ? cp_comparing_row(l->c, &row) : CP_OK;
}

/* "10 from r1": the metric of an end, in the words of its side. */
static cp_err metric_value(struct cp_linking *l, cp_side side, uint32_t link, uint32_t end,
                           struct cp_stated_value *out)
{
    const struct cp_case *net = cp_linking_net(l, side);

    *out = (struct cp_stated_value){.place = cp_linking_link(l, side, link)->place, .alone = true};
    CP_TRY(cp_comparing_number(l->c, net->ends[end].metric, &out->value));
    CP_TRY(cp_text_join(out->value, CP_TEXT(" from "), l->c->arena, &out->value));
    return cp_text_join(out->value, net->nodes[net->ends[end].node.at].id, l->c->arena,
                        &out->value);
}

/* The numbers of B's end that is A's end i, if their metrics differ; CP_NONE. */
static uint32_t end_of_other_metric(const struct cp_linking *l, uint32_t a, uint32_t b, uint32_t i)
{
    uint32_t j = end_beside(l, CP_SIDE_A, a, i);

    if (j == CP_NONE ||
        cp_linking_net(l, CP_SIDE_A)
                ->ends[cp_linking_link(l, CP_SIDE_A, a)->ends.first + i]
                .metric == cp_linking_net(l, CP_SIDE_B)
                               ->ends[cp_linking_link(l, CP_SIDE_B, b)->ends.first + j]
                               .metric)
        return CP_NONE;
    return cp_linking_link(l, CP_SIDE_B, b)->ends.first + j;
}

static cp_err compare_metrics(struct cp_linking *l, uint32_t a, uint32_t b)
{
    struct cp_compare_row row = cp_linking_row(CP_DIFFERS_METRIC, a, b);
    cp_range ends = cp_linking_link(l, CP_SIDE_A, a)->ends;
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

static cp_err compare_ends(struct cp_linking *l, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < cp_linking_link(l, CP_SIDE_A, a)->ends.count; i++) {
        uint32_t j = end_beside(l, CP_SIDE_A, a, i);

        if (j != CP_NONE)
            CP_TRY(compare_port(l, a, b, i, j));
    }
    return CP_OK;
}

static cp_err compare_pair(struct cp_linking *l, uint32_t a, uint32_t b, bool metrics)
{
    const struct cp_link_rec *x = cp_linking_link(l, CP_SIDE_A, a),
                             *y = cp_linking_link(l, CP_SIDE_B, b);
    const uint32_t at[CP_SIDES] = {a, b};

    if (x->lan || y->lan)
        CP_TRY(compare_members(l, a, b));
    seat_ends(l, CP_SIDE_B, b);
    CP_TRY(compare_ends(l, a, b));
    if (metrics)
        CP_TRY(compare_metrics(l, a, b));
    leave_seats(l, CP_SIDE_B, b);
    CP_TRY(compare_classes(l, a, b));
    CP_TRY(compare_numbers(l, cp_linking_row(CP_DIFFERS_CAPACITY, a, b), x->capacity_bps,
                           y->capacity_bps, CP_BPS_NONE));
    CP_TRY(compare_numbers(l, cp_linking_row(CP_DIFFERS_DELAY, a, b), x->delay_us, y->delay_us,
                           CP_DELAY_NONE));
    CP_TRY(compare_operators(l, a, b));
    CP_TRY(compare_srlgs(l, a, b));
    return cp_comparing_facts(l->c, CP_OBJECT_LINK, at);
}

cp_err cp_linking_values(struct cp_linking *l)
{
    uint32_t nodes = cp_linking_net(l, CP_SIDE_A)->node_count;
    bool metrics = states_metrics(cp_linking_net(l, CP_SIDE_A)) &&
                   states_metrics(cp_linking_net(l, CP_SIDE_B));

    l->seats = CP_TAKE(l->c->work, nodes, uint32_t);
    if (l->seats == NULL)
        return CP_ERR_NOMEM;
    memset(l->seats, 0xff, nodes * sizeof(*l->seats)); /* CP_NONE */
    for (uint32_t i = 0; i < cp_linking_net(l, CP_SIDE_A)->link_count; i++) {
        uint32_t other = l->c->link_partner[CP_SIDE_A][i];

        if (other != CP_NONE)
            CP_TRY(compare_pair(l, i, other, metrics));
    }
    return CP_OK;
}
