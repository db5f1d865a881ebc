#include "engine.h"

#include <string.h>

#include "near.h"

/*
 * Rules with at or near judge what is there.  Which nodes that is comes from conditions of their own;
 * a link is at a place where one of its ends is.  What an element is lies in the raw planes, so that a
 * reason may lead to things elsewhere; here the verdict is kept where the place is, and only there.
 */

struct places {
    struct cp_engine *engine;
    struct cp_conditions at, start; /* by rule: its `at`, where its `near` starts */
    struct cp_planes started;       /* nodes where near starts: bad: certainly; unknown: perhaps */
    struct cp_planes node,
        link; /* bad: certainly there; unknown: perhaps; licensed: were nothing lacking */
};

/* --- at ----------------------------------------------------------------------------------- */

static cp_err make_conditions(struct cp_engine *engine, bool near, struct cp_conditions *out)
{
    struct cp_condition *conditions =
        CP_TAKE(engine->arena, engine->rule_count, struct cp_condition);

    if (conditions == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < engine->rule_count; i++) {
        const struct cp_rule *rule = engine->rules[i].rule;
        const struct cp_select *select = near ? &rule->near.from : &rule->at;
        conditions[i] = (struct cp_condition){.policy = engine->rules[i].policy,
                                              .absent = near && !rule->has_near,
                                              .selects = {select},
                                              .select_count = select->given ? 1 : 0,
                                              .layers = UINT32_MAX,
                                              .enough = cp_grade_least(rule->enough)};
    }
    return cp_conditions_make(&engine->ground, conditions, engine->rule_count, out);
}

static bool see_node(struct cp_engine *engine, const struct cp_conditions *set, uint32_t node)
{
    struct cp_subject subject = {
        .kind = CP_OBJECT_NODE, .object = node, .name = CP_NAME_SILENT, .grade = CP_WEIGHT_MOST};

    return cp_conditions_see(&engine->ground, set, &subject, CP_SEE_AGAINST, &engine->product,
                             &engine->seen);
}

static void put_nodes(struct places *p)
{
    struct cp_engine *engine = p->engine;
    uint32_t nodes = engine->net->node_count;

    for (uint32_t node = 0; node < nodes; node++) {
        (void)see_node(engine, &p->at, node);
        for (uint32_t w = 0; w < engine->words; w++) {
            size_t cell = (size_t)w * nodes + node;
            uint64_t lacking = engine->seen.lacking[w] & engine->unstated[w];
            p->node.bad[cell] = engine->seen.sure[w];
            p->node.unknown[cell] = engine->seen.perhaps[w] | lacking;
            p->node.licensed[cell] = engine->seen.lacking[w];
        }
    }
}

static void put_links(struct places *p)
{
    const struct cp_case *net = p->engine->net;

    for (uint32_t link = 0; link < net->link_count; link++) {
        cp_range ends = net->links[link].ends;
        for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
            for (uint32_t w = 0; w < p->engine->words; w++) {
                size_t to = (size_t)w * net->link_count + link;
                size_t from = (size_t)w * net->node_count + net->ends[i].node.at;
                p->link.bad[to] |= p->node.bad[from];
                p->link.unknown[to] |= p->node.unknown[from];
                p->link.licensed[to] |= p->node.licensed[from];
            }
        }
    }
}

/* --- near --------------------------------------------------------------------------------- */

/* Elements of a class that is looked through, as bytes. */
static cp_err find_passed(struct cp_engine *engine, const struct cp_texts *classes,
                          cp_object_kind kind, uint8_t *passed)
{
    const struct cp_values *values = &engine->cat->values[CP_DIM_CLASS];
    uint32_t count = kind == CP_OBJECT_NODE ? engine->net->node_count : engine->net->link_count;
    uint8_t *wanted = CP_TAKE(engine->arena, values->count, uint8_t);

    if (wanted == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t value = CP_VALUE_FIRST; value < values->count; value++) {
        cp_text rest = values->at[value];
        cp_text word = CP_TEXT("");
        while (cp_text_word(&rest, "\n", &word)) {
            cp_text folded = CP_TEXT("");
            CP_TRY(cp_word_fold(word, engine->arena, &folded));
            for (uint32_t i = 0; i < classes->count; i++)
                wanted[value] |= cp_text_eq(classes->at[i], folded);
        }
    }
    for (uint32_t i = 0; i < count; i++)
        passed[i] = wanted[cp_catalogue_value(engine->cat, CP_DIM_CLASS, kind, i)];
    return CP_OK;
}

static cp_err walk(struct cp_engine *engine, const struct cp_near *near, const uint8_t *from,
                   struct cp_near_marks *out)
{
    uint8_t *node_passed = CP_TAKE(engine->arena, engine->net->node_count, uint8_t);
    uint8_t *link_passed = CP_TAKE(engine->arena, engine->net->link_count, uint8_t);
    struct cp_near_walk ask = {.from = from,
                               .node_passed = node_passed,
                               .link_passed = link_passed,
                               .layers = near->layers,
                               .hops = near->hops};

    if (node_passed == NULL || link_passed == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(find_passed(engine, &near->look_through, CP_OBJECT_NODE, node_passed));
    CP_TRY(find_passed(engine, &near->look_through, CP_OBJECT_LINK, link_passed));
    return cp_near_hops(engine->net, &ask, engine->arena, out);
}

/* Who is near, for certain or perhaps, as bytes. */
struct nearness {
    struct cp_near_marks sure, perhaps;
};

static cp_err find_near(struct cp_engine *engine, const struct cp_near *near, const uint8_t *from,
                        struct nearness *out)
{
    struct cp_near_circle circle = {from, near->layers, near->within_m};

    if (near->hops == 0)
        return cp_near_radius(engine->net, &circle, engine->arena, &out->sure, &out->perhaps);
    CP_TRY(walk(engine, near, from, &out->sure));
    out->perhaps = (struct cp_near_marks){NULL, NULL};
    return CP_OK;
}

static void keep_marked(struct cp_planes *planes, const uint8_t *const marks[4], uint32_t rule)
{
    uint64_t bit = UINT64_C(1) << (rule & 63);

    for (uint32_t i = 0; i < planes->count; i++) {
        size_t cell = (size_t)(rule >> 6) * planes->count + i;
        bool perhaps = false;
        for (uint32_t k = 0; k < 4; k++)
            perhaps = perhaps || (marks[k] != NULL && marks[k][i] != 0);
        if (marks[0][i] == 0)
            planes->bad[cell] &= ~bit;
        if (!perhaps) {
            planes->unknown[cell] &= ~bit;
            planes->licensed[cell] &= ~bit;
        }
    }
}

/* Where the near of each rule starts: node by node for all rules. */
static void put_starts(struct places *p)
{
    struct cp_engine *engine = p->engine;
    uint32_t nodes = engine->net->node_count;

    for (uint32_t node = 0; node < nodes; node++) {
        (void)see_node(engine, &p->start, node);
        for (uint32_t w = 0; w < engine->words; w++) {
            size_t cell = (size_t)w * nodes + node;
            p->started.bad[cell] = engine->seen.sure[w];
            p->started.unknown[cell] =
                engine->seen.perhaps[w] | (engine->seen.lacking[w] & engine->unstated[w]);
        }
    }
}

/* Nodes where a rule's near starts, for certain or perhaps; false where these are the same. */
static bool find_start(const struct places *p, uint32_t rule, uint8_t *sure, uint8_t *perhaps)
{
    uint32_t nodes = p->engine->net->node_count;
    size_t base = (size_t)(rule >> 6) * nodes;
    bool differ = false;

    for (uint32_t node = 0; node < nodes; node++) {
        sure[node] = p->started.bad[base + node] >> (rule & 63) & 1;
        perhaps[node] = p->started.unknown[base + node] >> (rule & 63) & 1;
        differ = differ || sure[node] != perhaps[node];
    }
    return differ;
}

static bool same_texts(const struct cp_texts *a, const struct cp_texts *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        if (!cp_text_eq(a->at[i], b->at[i]))
            return false;
    }
    return true;
}

/* Rules of one place are common, and a walk over a large network is not made twice for it. */
static bool same_near(const struct places *p, uint32_t a, uint32_t b)
{
    const struct cp_near *x = &p->engine->rules[a].rule->near;
    const struct cp_near *y = &p->engine->rules[b].rule->near;
    uint32_t nodes = p->engine->net->node_count;
    const struct cp_planes *s = &p->started;

    if (x->hops != y->hops || x->within_m != y->within_m || x->layers != y->layers ||
        !same_texts(&x->look_through, &y->look_through))
        return false;
    for (uint32_t node = 0; node < nodes; node++) {
        size_t at = (size_t)(a >> 6) * nodes + node;
        size_t to = (size_t)(b >> 6) * nodes + node;
        if (((s->bad[at] >> (a & 63)) & 1) != ((s->bad[to] >> (b & 63)) & 1) ||
            ((s->unknown[at] >> (a & 63)) & 1) != ((s->unknown[to] >> (b & 63)) & 1))
            return false;
    }
    return true;
}

static cp_err walk_near(struct places *p, uint32_t rule, struct nearness *from_sure,
                        struct nearness *from_perhaps)
{
    struct cp_engine *engine = p->engine;
    const struct cp_near *near = &engine->rules[rule].rule->near;
    uint8_t *sure = CP_TAKE(engine->arena, engine->net->node_count, uint8_t);
    uint8_t *perhaps = CP_TAKE(engine->arena, engine->net->node_count, uint8_t);

    if (sure == NULL || perhaps == NULL)
        return CP_ERR_NOMEM;
    bool differ = find_start(p, rule, sure, perhaps);
    CP_TRY(find_near(engine, near, sure, from_sure));
    return differ ? find_near(engine, near, perhaps, from_perhaps) : CP_OK;
}

static void keep_near(struct places *p, uint32_t rule, const struct nearness *sure,
                      const struct nearness *perhaps)
{
    keep_marked(&p->node,
                (const uint8_t *const[]){sure->sure.nodes, sure->perhaps.nodes, perhaps->sure.nodes,
                                         perhaps->perhaps.nodes},
                rule);
    keep_marked(&p->link,
                (const uint8_t *const[]){sure->sure.links, sure->perhaps.links, perhaps->sure.links,
                                         perhaps->perhaps.links},
                rule);
}

/* done: [rule_count] rules that an earlier one's walk has served. */
static cp_err mark_near(struct places *p, uint32_t rule, uint8_t *done)
{
    struct cp_engine *engine = p->engine;
    cp_arena_mark start = cp_arena_mark_get(engine->arena);
    struct nearness from_sure = {0};
    struct nearness from_perhaps = {0};

    CP_TRY(walk_near(p, rule, &from_sure, &from_perhaps));
    for (uint32_t other = rule; other < engine->rule_count; other++) {
        if (done[other] != 0 || !engine->rules[other].rule->has_near ||
            (other != rule && !same_near(p, rule, other)))
            continue;
        done[other] = 1;
        keep_near(p, other, &from_sure, &from_perhaps);
    }
    cp_arena_reset(engine->arena, start);
    return CP_OK;
}

static cp_err mark_all_near(struct places *p)
{
    uint8_t *done = CP_TAKE(p->engine->arena, p->engine->rule_count, uint8_t);

    if (done == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t rule = 0; rule < p->engine->rule_count; rule++) {
        if (p->engine->rules[rule].rule->has_near && done[rule] == 0)
            CP_TRY(mark_near(p, rule, done));
    }
    return CP_OK;
}

/* ------------------------------------------------------------------------------------------ */

/* The verdict there: certain where both are, unknown where either is. */
static void keep_there(struct cp_engine *engine, const struct cp_planes *is,
                       const struct cp_planes *there, struct cp_planes *out, uint32_t kind_bit)
{
    for (uint32_t w = 0; w < engine->words; w++) {
        for (uint32_t i = 0; i < is->count; i++) {
            size_t at = (size_t)w * is->count + i;
            uint64_t some = is->bad[at] | is->unknown[at];
            uint64_t bad = is->bad[at] & there->bad[at];
            uint64_t lacking = some & there->licensed[at] & ~there->unknown[at];
            out->bad[at] = bad;
            out->unknown[at] = some & there->unknown[at] & ~bad;
            out->licensed[at] = is->licensed[at] & there->unknown[at] & ~bad;
            for (uint32_t b = 0; lacking != 0; b++, lacking >>= 1) {
                if ((lacking & 1) != 0 && engine->gap_elements[w * 64 + b]++ == 0)
                    engine->gap_first[w * 64 + b] = i | kind_bit;
            }
        }
    }
}

cp_err cp_engine_place(struct cp_engine *engine)
{
    struct places p = {.engine = engine};
    bool some = false;

    for (uint32_t w = 0; w < engine->words; w++)
        some = some || engine->placed[w] != 0;
    engine->node_there = engine->node;
    engine->link_there = engine->link;
    if (!some)
        return CP_OK;
    CP_TRY(
        cp_planes_take(engine->words, engine->net->node_count, engine->arena, &engine->node_there));
    CP_TRY(
        cp_planes_take(engine->words, engine->net->link_count, engine->arena, &engine->link_there));
    engine->node_at =
        CP_TAKE(engine->arena, (size_t)engine->words * engine->net->node_count, uint64_t);
    if (engine->node_at == NULL)
        return CP_ERR_NOMEM;
    cp_arena_mark mark = cp_arena_mark_get(engine->arena);
    CP_TRY(cp_planes_take(engine->words, engine->net->node_count, engine->arena, &p.node));
    p.node.unknown = engine->node_at;
    CP_TRY(cp_planes_take(engine->words, engine->net->link_count, engine->arena, &p.link));
    CP_TRY(make_conditions(engine, false, &p.at));
    CP_TRY(make_conditions(engine, true, &p.start));
    CP_TRY(cp_planes_take(engine->words, engine->net->node_count, engine->arena, &p.started));
    put_nodes(&p);
    put_links(&p);
    put_starts(&p);
    CP_TRY(mark_all_near(&p));
    keep_there(engine, &engine->node, &p.node, &engine->node_there, 0);
    keep_there(engine, &engine->link, &p.link, &engine->link_there, CP_SCOPE_LINK);
    cp_arena_reset(engine->arena, mark);
    return CP_OK;
}

bool cp_engine_is_at(const struct cp_engine *engine, uint32_t rule, uint32_t node)
{
    size_t at = (size_t)(rule >> 6) * engine->net->node_count + node;

    return engine->node_at == NULL || (engine->node_at[at] >> (rule & 63) & 1) != 0;
}
