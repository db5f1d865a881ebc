#include <stdlib.h>

#include "identify/fold.h"
#include "inside.h"
#include "model/port.h"

/*
 * What both sides state of a thing: values are collected, sorted by part and attribute, and those of
 * A set against those of B.  A value is alone where none of the other side agrees with it.
 */

static const struct {
    const char *attribute;
    cp_differs kind;
} compared[] = {
    {"maker", CP_DIFFERS_MAKER},       {"model", CP_DIFFERS_MODEL},
    {"serial", CP_DIFFERS_SERIAL},     {"part-number", CP_DIFFERS_PART_NUMBER},
    {"software", CP_DIFFERS_SOFTWARE},
};

/* Values of one attribute on one side, past which texts are only compared whole. */
enum { LOOSELY_MAX = 16 };

static cp_differs kind_of(cp_text attribute)
{
    for (size_t i = 0; i < CP_COUNT(compared); i++)
        if (cp_text_is(attribute, compared[i].attribute))
            return compared[i].kind;
    return CP_DIFFERS_COUNT;
}

cp_grade cp_comparing_grade(const struct cp_case *net, uint32_t evidence)
{
    return evidence == CP_NONE
               ? CP_GRADE_CLAIM
               : cp_grade_of(net->evidence[evidence].kind, net->evidence[evidence].who).grade;
}

static cp_err state(struct cp_comparing *c, struct cp_stated stated)
{
    void *all = c->stated;
    bool states = false;

    CP_TRY(cp_stated_fold(c, &stated, &states));
    if (!states)
        return CP_OK;
    CP_TRY(cp_arena_grow(c->work, &all, c->stated_count, &c->stated_cap, sizeof(*c->stated)));
    c->stated = all;
    c->stated[c->stated_count++] = stated;
    return CP_OK;
}

static cp_err fold_part(struct cp_comparing *c, cp_text part, cp_text *out)
{
    struct cp_port_name buffer;

    return part.len == 0 ? CP_OK : cp_text_copy(cp_port_fold(part, &buffer), c->work, out);
}

static bool is_over(const struct cp_comparing *c, cp_side side, cp_date expires)
{
    cp_date as_of = c->side[side].as_of;

    return as_of != CP_DATE_NONE && expires != CP_DATE_NONE && expires < as_of;
}

static cp_err state_facts(struct cp_comparing *c, cp_side side, const struct cp_fact *facts,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct cp_fact *fact = &facts[i];
        struct cp_stated s = {.kind = kind_of(fact->attribute), .side = side, .shown = fact->part};

        if (s.kind == CP_DIFFERS_COUNT || is_over(c, side, fact->expires))
            continue;
        s.value.value = fact->value;
        s.value.place = fact->place;
        s.value.grade = cp_comparing_grade(c->side[side].net, fact->evidence);
        CP_TRY(fold_part(c, fact->part, &s.part));
        CP_TRY(state(c, s));
    }
    return CP_OK;
}

/* Derived facts are in the order of the case: nodes, then links. */
static uint32_t first_derived(const struct cp_compare_side *side, cp_object_kind kind, uint32_t at)
{
    uint32_t from = 0, to = side->derived_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const struct cp_derived_fact *fact = &side->derived[middle];

        if (fact->kind < kind || (fact->kind == kind && fact->object < at))
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static cp_err state_derived(struct cp_comparing *c, cp_side side, cp_object_kind kind, uint32_t at)
{
    const struct cp_compare_side *from = &c->side[side];

    for (uint32_t i = first_derived(from, kind, at);
         i < from->derived_count && from->derived[i].kind == kind && from->derived[i].object == at;
         i++) {
        const struct cp_derived_fact *fact = &from->derived[i];
        struct cp_stated s = {.kind = CP_DIFFERS_MAKER, .side = side, .shown = fact->part};

        if (is_over(c, side, fact->expires))
            continue;
        s.value.value = fact->maker;
        s.value.place = fact->place;
        s.value.grade = fact->grade;
        CP_TRY(fold_part(c, fact->part, &s.part));
        CP_TRY(state(c, s));
    }
    return CP_OK;
}

/* Groups */

static int order_of(uint32_t a, uint32_t b)
{
    return a == b ? 0 : a < b ? -1 : 1;
}

static int by_part_and_kind(const struct cp_stated *x, const struct cp_stated *y)
{
    int order = cp_text_cmp(x->part, y->part);

    return order != 0 ? order : order_of(x->kind, y->kind);
}

static int by_value(const void *a, const void *b)
{
    const struct cp_stated *x = a, *y = b;
    int order = by_part_and_kind(x, y);

    if (order == 0)
        order = order_of(x->side, y->side);
    if (order == 0)
        order = cp_text_cmp(x->folded, y->folded);
    if (order == 0)
        order = order_of(y->value.grade, x->value.grade);
    if (order == 0)
        order = order_of(x->value.place.file, y->value.place.file);
    if (order == 0)
        order = order_of(x->value.place.line, y->value.place.line);
    return order != 0 ? order : order_of(x->value.place.column, y->value.place.column);
}

/* Of equal values the one of the best grade stays. */
static uint32_t without_repeats(struct cp_stated *at, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 1; i < count; i++) {
        if (at[kept].side == at[i].side && by_part_and_kind(&at[kept], &at[i]) == 0 &&
            cp_text_eq(at[kept].folded, at[i].folded))
            continue;
        at[++kept] = at[i];
    }
    return count == 0 ? 0 : kept + 1;
}

/* Whether some value of the others agrees.  others [count], sorted by the folded text. */
static bool has_agreeing(const struct cp_stated *one, const struct cp_stated *others,
                         uint32_t count)
{
    uint32_t from = 0, to = count;

    for (uint32_t i = 0; count <= LOOSELY_MAX && i < count; i++)
        if (cp_stated_agree(one, &others[i]))
            return true;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;

        if (cp_text_cmp(others[middle].folded, one->folded) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from < count && cp_text_eq(others[from].folded, one->folded);
}

static bool has_belonging(const struct cp_comparing *c, const struct cp_stated *one,
                          const struct cp_stated *others, uint32_t count)
{
    for (uint32_t i = 0; i < count && i < LOOSELY_MAX; i++)
        if (cp_stated_belong(c->makers, one, &others[i]))
            return true;
    return false;
}

/* Marks the values that are alone.  *note: the only ones are makers that belong together. */
static bool find_alone(const struct cp_comparing *c, struct cp_stated *at, uint32_t a_count,
                       uint32_t b_count, bool *note)
{
    bool found = false;

    *note = true;
    for (uint32_t i = 0; i < a_count + b_count; i++) {
        const struct cp_stated *others = i < a_count ? at + a_count : at;
        uint32_t count = i < a_count ? b_count : a_count;

        at[i].value.alone = !has_agreeing(&at[i], others, count);
        found = found || at[i].value.alone;
        if (at[i].value.alone && !has_belonging(c, &at[i], others, count))
            *note = false;
    }
    return found;
}

static cp_err compare_group(struct cp_comparing *c, struct cp_stated *at, uint32_t a_count,
                            uint32_t b_count, struct cp_compare_row row)
{
    if (a_count == 0 || b_count == 0 || !find_alone(c, at, a_count, b_count, &row.note))
        return CP_OK;
    row.kind = at->kind;
    row.part = at->shown;
    for (uint32_t i = 0; i < a_count + b_count; i++)
        CP_TRY(cp_comparing_value(c, &row, at[i].side, &at[i].value));
    return cp_comparing_row(c, &row);
}

static cp_err compare_stated(struct cp_comparing *c, cp_object_kind kind,
                             const uint32_t at[CP_SIDES])
{
    struct cp_compare_row row = {.object = kind, .at = {at[CP_SIDE_A], at[CP_SIDE_B]}};
    uint32_t count;

    if (c->stated_count > 0)
        qsort(c->stated, c->stated_count, sizeof(*c->stated), by_value);
    count = without_repeats(c->stated, c->stated_count);
    for (uint32_t i = 0; i < count;) {
        uint32_t sides[CP_SIDES] = {0}, first = i;

        for (; i < count && by_part_and_kind(&c->stated[first], &c->stated[i]) == 0; i++)
            sides[c->stated[i].side]++;
        CP_TRY(compare_group(c, &c->stated[first], sides[CP_SIDE_A], sides[CP_SIDE_B], row));
    }
    return CP_OK;
}

static cp_err state_of(struct cp_comparing *c, cp_side side, cp_object_kind kind, uint32_t at)
{
    const struct cp_case *net = c->side[side].net;
    const uint32_t *starts = kind == CP_OBJECT_NODE ? net->node_facts : net->link_facts;

    CP_TRY(state_facts(c, side, &net->facts[starts[at]], starts[at + 1] - starts[at]));
    return state_derived(c, side, kind, at);
}

/* Cells of a node's record. */

static struct cp_stated_value cell_value(const struct cp_case *net, uint32_t node, cp_text value,
                                         const char *attribute)
{
    struct cp_stated_value stated = {
        .value = value, .place = net->nodes[node].place, .grade = CP_GRADE_CLAIM};

    for (uint32_t i = net->node_facts[node]; i < net->node_facts[node + 1]; i++) {
        const struct cp_fact *fact = &net->facts[i];

        if (fact->part.len > 0 || !cp_text_is(fact->attribute, attribute) ||
            !cp_text_eq(fact->value, value))
            continue;
        stated.place = fact->place;
        stated.grade = cp_comparing_grade(net, fact->evidence);
        break;
    }
    return stated;
}

static cp_err state_cells(struct cp_comparing *c, cp_side side, uint32_t node)
{
    const struct cp_node_rec *rec = &c->side[side].net->nodes[node];
    const struct {
        cp_text value;
        const char *attribute;
        cp_differs kind;
    } cells[] = {{rec->role, "role", CP_DIFFERS_ROLE},
                 {rec->operator_name, "operator", CP_DIFFERS_OPERATOR},
                 {rec->loopback, "loopback", CP_DIFFERS_LOOPBACK},
                 {rec->sid, "sid", CP_DIFFERS_SID}};

    for (size_t i = 0; i < CP_COUNT(cells); i++) {
        struct cp_stated s = {.kind = cells[i].kind, .side = side};

        if (cells[i].value.len == 0)
            continue;
        s.value = cell_value(c->side[side].net, node, cells[i].value, cells[i].attribute);
        CP_TRY(state(c, s));
    }
    return CP_OK;
}

static cp_err compare_sites(struct cp_comparing *c, const uint32_t at[CP_SIDES])
{
    struct cp_compare_row row = {
        .kind = CP_DIFFERS_SITE, .object = CP_OBJECT_NODE, .at = {at[CP_SIDE_A], at[CP_SIDE_B]}};
    struct cp_stated_value values[CP_SIDES];
    uint32_t sites[CP_SIDES];

    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        const struct cp_case *net = c->side[side].net;

        sites[side] = net->nodes[at[side]].site;
        if (sites[side] == CP_NONE)
            return CP_OK;
        values[side] = cell_value(net, at[side], net->sites[sites[side]].id, "site");
        values[side].alone = true;
    }
    if (c->site_partner[CP_SIDE_A][sites[CP_SIDE_A]] == sites[CP_SIDE_B])
        return CP_OK;
    return cp_comparing_pair(c, row, values);
}

static cp_err compare_names(struct cp_comparing *c, const uint32_t at[CP_SIDES])
{
    struct cp_compare_row row = {
        .kind = CP_DIFFERS_NAME, .object = CP_OBJECT_NODE, .at = {at[CP_SIDE_A], at[CP_SIDE_B]}};
    struct cp_stated_value values[CP_SIDES];

    if (c->by[CP_SIDE_A][at[CP_SIDE_A]] < CP_MATCH_SERIAL)
        return CP_OK;
    for (int side = CP_SIDE_A; side < CP_SIDES; side++) {
        const struct cp_node_rec *rec = &c->side[side].net->nodes[at[side]];

        values[side] = (struct cp_stated_value){
            .value = rec->id, .place = rec->place, .grade = CP_GRADE_CLAIM, .alone = true};
    }
    return cp_comparing_pair(c, row, values);
}

cp_err cp_comparing_facts(struct cp_comparing *c, cp_object_kind kind, const uint32_t at[CP_SIDES])
{
    cp_arena_mark mark;
    cp_err err = CP_OK;

    /* The list itself outlives the mark only as memory that is written anew. */
    mark = cp_arena_mark_get(c->work);
    c->stated = NULL;
    c->stated_count = c->stated_cap = 0;
    for (int side = CP_SIDE_A; err == CP_OK && side < CP_SIDES; side++) {
        err = state_of(c, (cp_side)side, kind, at[side]);
        if (err == CP_OK && kind == CP_OBJECT_NODE)
            err = state_cells(c, (cp_side)side, at[side]);
    }
    if (err == CP_OK)
        err = compare_stated(c, kind, at);
    cp_arena_reset(c->work, mark);
    return err;
}

static cp_err alone_device(struct cp_comparing *c, cp_side side, uint32_t node)
{
    struct cp_compare_row row = {
        .kind = CP_DIFFERS_DEVICE, .object = CP_OBJECT_NODE, .at = {CP_NONE, CP_NONE}};

    row.at[side] = node;
    return c->doubtful[side][node] ? CP_OK : cp_comparing_row(c, &row);
}

cp_err cp_comparing_values(struct cp_comparing *c)
{
    for (uint32_t i = 0; i < c->side[CP_SIDE_A].net->node_count; i++) {
        const uint32_t at[CP_SIDES] = {i, c->partner[CP_SIDE_A][i]};

        if (at[CP_SIDE_B] == CP_NONE) {
            CP_TRY(alone_device(c, CP_SIDE_A, i));
            continue;
        }
        CP_TRY(compare_names(c, at));
        CP_TRY(cp_comparing_facts(c, CP_OBJECT_NODE, at));
        CP_TRY(compare_sites(c, at));
    }
    for (uint32_t i = 0; i < c->side[CP_SIDE_B].net->node_count; i++)
        if (c->partner[CP_SIDE_B][i] == CP_NONE)
            CP_TRY(alone_device(c, CP_SIDE_B, i));
    return CP_OK;
}

cp_err cp_comparing_sites(struct cp_comparing *c)
{
    const struct cp_case *a = c->side[CP_SIDE_A].net, *b = c->side[CP_SIDE_B].net;

    for (uint32_t i = 0; i < a->site_count; i++) {
        uint32_t other = c->site_partner[CP_SIDE_A][i];
        struct cp_compare_row row = {
            .kind = CP_DIFFERS_COUNTRY, .object = CP_OBJECT_SITE, .at = {i, other}};
        struct cp_stated_value values[CP_SIDES];

        if (other == CP_NONE || a->sites[i].country.len == 0 || b->sites[other].country.len == 0 ||
            cp_text_same_word(a->sites[i].country, b->sites[other].country))
            continue;
        values[CP_SIDE_A] = (struct cp_stated_value){
            .value = a->sites[i].country, .place = a->sites[i].place, .alone = true};
        values[CP_SIDE_B] = (struct cp_stated_value){
            .value = b->sites[other].country, .place = b->sites[other].place, .alone = true};
        CP_TRY(cp_comparing_pair(c, row, values));
    }
    return CP_OK;
}
