#include "engine.h"

#include "base/map.h"

/*
 * Rules about whole sites or networks: what is found of its own anywhere there counts for all that is
 * there.  Groups are the sites, then the operators, whose names are compared folded.  The first
 * culprit of each group is kept, so that a reason need not look for one.
 */

static cp_err group_operators(struct cp_engine *engine)
{
    const struct cp_values *values = &engine->cat->values[CP_DIM_OPERATOR];
    uint32_t next = engine->net->site_count;
    struct cp_map *known = NULL;

    engine->operator_group = CP_TAKE(engine->arena, values->count, uint32_t);
    if (engine->operator_group == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(engine->arena, &known));
    for (uint32_t value = 0; value < values->count; value++) {
        cp_text rest = values->at[value];
        cp_text first = CP_TEXT("");
        cp_text folded = CP_TEXT("");
        engine->operator_group[value] = CP_NONE;
        if (value < CP_VALUE_FIRST || !cp_text_word(&rest, "\n", &first))
            continue; /* whoever doubts the operator says so after its name */
        CP_TRY(cp_word_fold(first, engine->arena, &folded));
        uint32_t group = cp_map_find(known, folded);
        if (group == CP_MAP_NONE) {
            group = next++;
            CP_TRY(cp_map_add(known, folded, group));
        }
        engine->operator_group[value] = group;
    }
    engine->group_count = next;
    return CP_OK;
}

uint32_t cp_scope_site(const struct cp_engine *engine, uint32_t node)
{
    return engine->net->nodes[node].site; /* CP_NONE where it stands at none */
}

uint32_t cp_scope_operator(const struct cp_engine *engine, cp_object_kind kind, uint32_t object)
{
    return engine->operator_group[cp_catalogue_value(engine->cat, CP_DIM_OPERATOR, kind, object)];
}

/* --- groups of an element ------------------------------------------------------------------- */

typedef void visit(struct cp_engine *engine, struct cp_planes *groups, uint32_t group,
                   const uint64_t *rules, cp_object_kind kind, uint32_t object);

static void visit_node(struct cp_engine *engine, struct cp_planes *groups, uint32_t node,
                       visit *see)
{
    uint32_t site = cp_scope_site(engine, node);
    uint32_t operated = cp_scope_operator(engine, CP_OBJECT_NODE, node);

    if (site != CP_NONE)
        see(engine, groups, site, engine->by_site, CP_OBJECT_NODE, node);
    if (operated != CP_NONE)
        see(engine, groups, operated, engine->by_operator, CP_OBJECT_NODE, node);
}

/* A link is at the sites of its ends; without an operator of its own it is in their networks. */
static void visit_link(struct cp_engine *engine, struct cp_planes *groups, uint32_t link,
                       visit *see)
{
    cp_range ends = engine->net->links[link].ends;
    uint32_t operated = cp_scope_operator(engine, CP_OBJECT_LINK, link);

    if (operated != CP_NONE)
        see(engine, groups, operated, engine->by_operator, CP_OBJECT_LINK, link);
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        uint32_t node = engine->net->ends[i].node.at;
        uint32_t site = cp_scope_site(engine, node);
        uint32_t theirs = cp_scope_operator(engine, CP_OBJECT_NODE, node);
        if (site != CP_NONE)
            see(engine, groups, site, engine->by_site, CP_OBJECT_LINK, link);
        if (operated == CP_NONE && theirs != CP_NONE)
            see(engine, groups, theirs, engine->by_operator, CP_OBJECT_LINK, link);
    }
}

static void visit_all(struct cp_engine *engine, struct cp_planes *groups, visit *see)
{
    for (uint32_t node = 0; node < engine->net->node_count; node++)
        visit_node(engine, groups, node, see);
    for (uint32_t link = 0; link < engine->net->link_count; link++)
        visit_link(engine, groups, link, see);
}

/* --- to the groups and back ----------------------------------------------------------------- */

static void witness(struct cp_engine *engine, uint32_t group, uint32_t w, uint64_t bits,
                    uint32_t element, size_t which)
{
    for (uint32_t b = 0; bits != 0; b++, bits >>= 1) {
        if ((bits & 1) == 0)
            continue;
        size_t row = engine->scoped[w * 64 + b];
        struct cp_scope_group *of = &engine->witnesses[row * engine->group_count + group];
        uint32_t *const firsts[] = {&of->bad, &of->unknown, &of->licensed};
        uint32_t *first = firsts[which];
        if (*first == CP_NONE)
            *first = element;
    }
}

static void gather(struct cp_engine *engine, struct cp_planes *groups, uint32_t group,
                   const uint64_t *rules, cp_object_kind kind, uint32_t object)
{
    const struct cp_planes *planes = kind == CP_OBJECT_NODE ? &engine->node : &engine->link;
    uint32_t element = kind == CP_OBJECT_NODE ? object : object | CP_SCOPE_LINK;

    for (uint32_t w = 0; w < engine->words; w++) {
        size_t at = (size_t)w * planes->count + object;
        size_t to = (size_t)w * groups->count + group;
        uint64_t bad = planes->bad[at] & rules[w];
        uint64_t unknown = planes->unknown[at] & rules[w];
        uint64_t licensed = planes->licensed[at] & rules[w];
        witness(engine, group, w, bad & ~groups->bad[to], element, 0);
        witness(engine, group, w, unknown & ~bad & ~groups->unknown[to], element, 1);
        witness(engine, group, w, licensed & ~groups->licensed[to], element, 2);
        groups->bad[to] |= bad;
        groups->unknown[to] |= unknown & ~bad;
        groups->licensed[to] |= licensed;
    }
}

static void hand_out(struct cp_engine *engine, struct cp_planes *groups, uint32_t group,
                     const uint64_t *rules, cp_object_kind kind, uint32_t object)
{
    struct cp_planes *planes = kind == CP_OBJECT_NODE ? &engine->node : &engine->link;

    for (uint32_t w = 0; w < engine->words; w++) {
        size_t at = (size_t)w * planes->count + object;
        size_t from = (size_t)w * groups->count + group;
        planes->bad[at] |= groups->bad[from] & rules[w];
        planes->unknown[at] |= groups->unknown[from] & rules[w];
        planes->licensed[at] |= groups->licensed[from] & rules[w];
    }
}

static cp_err take_groups(struct cp_engine *engine, struct cp_planes *groups)
{
    size_t cells = (size_t)engine->words * engine->group_count;
    size_t count = (size_t)engine->scoped_count * engine->group_count;

    groups->count = engine->group_count;
    groups->bad = CP_TAKE(engine->arena, cells, uint64_t);
    groups->unknown = CP_TAKE(engine->arena, cells, uint64_t);
    groups->licensed = CP_TAKE(engine->arena, cells, uint64_t);
    engine->witnesses = CP_TAKE(engine->arena, count, struct cp_scope_group);
    if (groups->bad == NULL || groups->unknown == NULL || groups->licensed == NULL ||
        engine->witnesses == NULL)
        return CP_ERR_NOMEM;
    for (size_t i = 0; i < count; i++)
        engine->witnesses[i] = (struct cp_scope_group){CP_NONE, CP_NONE, CP_NONE};
    return CP_OK;
}

/* --- what stands nowhere ------------------------------------------------------------------- */

/* Rules that something of its own is bad under, anywhere. */
static void find_alarmed(const struct cp_engine *engine, uint64_t *rules)
{
    const struct cp_planes *planes[] = {&engine->node, &engine->link};

    for (size_t kind = 0; kind < CP_COUNT(planes); kind++) {
        for (uint32_t w = 0; w < engine->words; w++) {
            const uint64_t *bad = planes[kind]->bad + (size_t)w * planes[kind]->count;
            const uint64_t *unknown = planes[kind]->unknown + (size_t)w * planes[kind]->count;
            for (uint32_t at = 0; at < planes[kind]->count; at++)
                rules[w] |= bad[at] | unknown[at];
        }
    }
}

/* A node that states no site or operator is reached by none: a gap, where there is anything to reach. */
static void count_nowhere(struct cp_engine *engine, uint32_t node, const uint64_t *alarmed)
{
    bool no_site = cp_scope_site(engine, node) == CP_NONE;
    bool no_operator = cp_scope_operator(engine, CP_OBJECT_NODE, node) == CP_NONE;

    for (uint32_t w = 0; w < engine->words; w++) {
        size_t at = (size_t)w * engine->node.count + node;
        uint64_t bits =
            ((no_site ? engine->by_site[w] : 0) | (no_operator ? engine->by_operator[w] : 0)) &
            alarmed[w] & ~engine->node.bad[at];
        for (uint32_t b = 0; bits != 0; b++, bits >>= 1) {
            uint32_t rule = w * 64 + b;
            if ((bits & 1) != 0 && engine->gap_elements[rule]++ == 0)
                engine->gap_first[rule] = node;
        }
    }
}

static cp_err find_nowhere(struct cp_engine *engine)
{
    uint64_t *alarmed = CP_TAKE(engine->arena, engine->words, uint64_t);

    if (alarmed == NULL)
        return CP_ERR_NOMEM;
    find_alarmed(engine, alarmed);
    for (uint32_t node = 0; node < engine->net->node_count; node++)
        count_nowhere(engine, node, alarmed);
    return CP_OK;
}

cp_err cp_engine_scope(struct cp_engine *engine)
{
    struct cp_planes groups = {0};

    engine->scoped = CP_TAKE(engine->arena, engine->rule_count, uint32_t);
    if (engine->scoped == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < engine->rule_count; i++) {
        bool scoped = engine->rules[i].rule->scope != CP_SCOPE_ELEMENT;
        engine->scoped[i] = scoped ? engine->scoped_count++ : CP_NONE;
    }
    if (engine->scoped_count == 0)
        return CP_OK;
    CP_TRY(group_operators(engine));
    CP_TRY(take_groups(engine, &groups));
    CP_TRY(find_nowhere(engine));
    visit_all(engine, &groups, gather);
    visit_all(engine, &groups, hand_out);
    return CP_OK;
}
