#include "making.h"

#include "base/map.h"

#include "reason.h"

/*
 * What rules about presence or installation do not want: nodes, then links, at their places.  Of each
 * element every bad part of its own; and the element as a whole where it is worse than these (through
 * its ports, its managers or what is under it).
 *
 * Element by element, for all rules at once: each statement is seen once, and each rule reads its bit.
 * The findings are then put in the order of the rules.  Reasons are made when somebody asks.
 */

enum { PARTS_COMPARED = 16 };

/* What each of an element's own statements comes to, and the thing itself where none names its maker. */
struct statements {
    struct cp_own *own; /* [cap] */
    uint32_t *fact;     /* [count] CP_NONE: nothing is stated of the thing itself */
    uint32_t *part;     /* [count] the first statement about the same part */
    uint8_t *worst;     /* [count] cp_trust of a part under a rule, at its first statement */
    uint32_t *which;    /* [count] the first that states it */
    uint32_t count, cap;
};

struct finder {
    struct cp_engine engine; /* a copy with scratch of its own */
    struct cp_judge_making *m;
    struct statements of;
    uint64_t *rules; /* [words] those that are not about transit */
    struct cp_presence *at;
    uint32_t count, cap;
};

/* The thing that is looked at, under one rule. */
struct sight {
    cp_object_kind kind;
    uint32_t object, rule;
    cp_trust there; /* no part is judged worse: perhaps it is not at the place */
};

/* --- statements --------------------------------------------------------------------------- */

static cp_err grow(struct finder *f, uint32_t count)
{
    struct statements *of = &f->of;
    uint32_t cap = of->cap * 2 > count ? of->cap * 2 : count;

    if (count <= of->cap)
        return CP_OK;
    *of = (struct statements){.own = CP_TAKE(f->m->arena, cap, struct cp_own),
                              .fact = CP_TAKE(f->m->arena, cap, uint32_t),
                              .part = CP_TAKE(f->m->arena, cap, uint32_t),
                              .worst = CP_TAKE(f->m->arena, cap, uint8_t),
                              .which = CP_TAKE(f->m->arena, cap, uint32_t),
                              .cap = cap};
    if (of->own == NULL || of->fact == NULL || of->part == NULL || of->worst == NULL ||
        of->which == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < cap; i++)
        CP_TRY(cp_own_take(&f->engine, f->m->arena, &of->own[i]));
    return CP_OK;
}

static cp_text part_of(const struct finder *f, uint32_t at)
{
    uint32_t fact = f->of.fact[at];

    return fact == CP_NONE ? CP_TEXT("") : f->m->net->facts[fact].part;
}

/* Few parts are compared with each other, many are looked up. */
static cp_err number_parts(struct finder *f)
{
    cp_arena_mark mark = cp_arena_mark_get(f->m->arena);
    struct cp_map *parts = NULL;

    if (f->of.count > PARTS_COMPARED)
        CP_TRY(cp_map_open(f->m->arena, &parts));
    for (uint32_t i = 0; i < f->of.count; i++) {
        uint32_t first = 0;
        if (parts != NULL)
            first = cp_map_find(parts, part_of(f, i));
        while (parts == NULL && first < i && !cp_text_eq(part_of(f, first), part_of(f, i)))
            first++;
        f->of.part[i] = first < i ? f->of.part[first] : i;
        if (parts != NULL && first == CP_MAP_NONE)
            CP_TRY(cp_map_add(parts, part_of(f, i), i));
    }
    cp_arena_reset(f->m->arena, mark);
    return CP_OK;
}

static void add_statement(struct finder *f, uint32_t fact, cp_object_kind kind, uint32_t object)
{
    struct cp_own *own = &f->of.own[f->of.count];

    cp_own_clear(&f->engine, own);
    if (fact == CP_NONE)
        cp_own_unstated(&f->engine, kind, object, own);
    else
        cp_own_fact(&f->engine, fact, own);
    f->of.fact[f->of.count++] = fact;
}

static cp_err gather(struct finder *f, cp_object_kind kind, uint32_t object)
{
    const struct cp_survey *s = f->engine.survey;
    uint32_t first = 0;
    uint32_t end = 0;

    cp_survey_facts(s, kind, object, &first, &end);
    CP_TRY(grow(f, end - first + 1));
    f->of.count = 0;
    for (uint32_t fact = first; fact < end; fact++) {
        if (cp_survey_is_own(s, fact))
            add_statement(f, fact, kind, object);
    }
    if (!cp_survey_is_stated(s, kind, object))
        add_statement(f, CP_NONE, kind, object);
    return number_parts(f);
}

/* --- findings ----------------------------------------------------------------------------- */

/* Of a link the site of its first end that is at the place of the rule; else of its first. */
static uint32_t site_of(const struct finder *f, const struct sight *sight)
{
    const struct cp_case *net = f->m->net;
    uint32_t first = CP_NONE;

    if (sight->kind == CP_OBJECT_NODE)
        return net->nodes[sight->object].site;
    cp_range ends = net->links[sight->object].ends;
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        uint32_t node = net->ends[i].node.at;
        uint32_t site = net->nodes[node].site;
        if (first == CP_NONE)
            first = site;
        if (cp_engine_is_at(&f->engine, sight->rule, node))
            return site;
    }
    return first;
}

static cp_err add(struct finder *f, const struct sight *sight, cp_trust found, uint32_t fact)
{
    cp_unknown unknown = f->engine.rules[sight->rule].rule->unknown;
    cp_trust kept = found < sight->there ? found : sight->there;
    void *at = f->at;

    /* The findings grow beside the scratch of statements: both live as long as the judge. */
    CP_TRY(cp_arena_grow(f->m->arena, &at, f->count, &f->cap, sizeof(struct cp_presence)));
    f->at = at;
    f->at[f->count++] = (struct cp_presence){.rule = sight->rule,
                                             .object = sight->object,
                                             .fact = fact,
                                             .site = site_of(f, sight),
                                             .kind = (uint8_t)sight->kind,
                                             .trust = (uint8_t)cp_trust_treated(kept, unknown),
                                             .found = (uint8_t)kept};
    return CP_OK;
}

/* The worst that is stated of each part under a rule, and by whom first.  Answers the worst of all. */
static cp_trust weigh_parts(struct finder *f, uint32_t rule)
{
    const struct statements *of = &f->of;
    cp_trust worst = CP_TRUSTED;

    for (uint32_t i = 0; i < of->count; i++) {
        uint32_t part = of->part[i];
        cp_trust trust = cp_own_trust(&of->own[i], rule);
        if (part != i && trust <= of->worst[part])
            continue;
        of->worst[part] = (uint8_t)trust;
        of->which[part] = i;
        worst = trust > worst ? trust : worst;
    }
    return worst;
}

/* Every part of that level with a fact about it. */
static cp_err add_parts(struct finder *f, const struct sight *sight, cp_trust level)
{
    const struct statements *of = &f->of;

    if (cp_trust_treated(level, f->engine.rules[sight->rule].rule->unknown) == CP_TRUSTED)
        return CP_OK;
    for (uint32_t i = 0; i < of->count; i++) {
        uint32_t fact = of->fact[of->which[of->part[i]]];
        if (of->part[i] == i && of->worst[i] == level && fact != CP_NONE)
            CP_TRY(add(f, sight, level, fact));
    }
    return CP_OK;
}

static bool is_unstated(const struct finder *f, uint32_t rule, cp_trust own)
{
    uint32_t last = f->of.count - 1;

    return f->of.count > 0 && f->of.fact[last] == CP_NONE &&
           cp_own_trust(&f->of.own[last], rule) == own;
}

static cp_err judge_under(struct finder *f, cp_object_kind kind, uint32_t object, uint32_t rule)
{
    struct sight sight = {kind, object, rule,
                          cp_judge_trust(&f->m->judge->rules[rule], kind, object)};
    cp_trust whole = cp_engine_trust(&f->engine, rule, kind, object);

    if (cp_trust_treated(sight.there, f->engine.rules[rule].rule->unknown) == CP_TRUSTED)
        return CP_OK;
    cp_trust own = weigh_parts(f, rule);
    CP_TRY(add_parts(f, &sight, CP_UNTRUSTED));
    CP_TRY(add_parts(f, &sight, CP_UNKNOWN));
    if (own == whole && !is_unstated(f, rule, own))
        return CP_OK;
    return add(f, &sight, whole, CP_NONE);
}

static cp_err judge_element(struct finder *f, cp_object_kind kind, uint32_t object)
{
    const struct cp_planes *there =
        kind == CP_OBJECT_NODE ? &f->engine.node_there : &f->engine.link_there;
    bool gathered = false;

    for (uint32_t w = 0; w < f->engine.words; w++) {
        size_t at = (size_t)w * there->count + object;
        uint64_t left = (there->bad[at] | there->unknown[at]) & f->rules[w];
        if (left != 0 && !gathered)
            CP_TRY(gather(f, kind, object));
        gathered = gathered || left != 0;
        for (uint32_t b = 0; left != 0; b++, left >>= 1) {
            if ((left & 1) != 0)
                CP_TRY(judge_under(f, kind, object, w * 64 + b));
        }
    }
    return CP_OK;
}

/* By rule; of one rule nodes and links stay in the order of the case. */
static cp_err put_in_order(struct finder *f)
{
    struct cp_presence *sorted = CP_TAKE(f->m->arena, f->count, struct cp_presence);
    uint32_t *next = CP_TAKE(f->m->arena, f->engine.rule_count + 1, uint32_t);

    if (sorted == NULL || next == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < f->count; i++)
        next[f->at[i].rule + 1]++;
    for (uint32_t r = 0; r < f->engine.rule_count; r++)
        next[r + 1] += next[r];
    for (uint32_t i = 0; i < f->count; i++)
        sorted[next[f->at[i].rule]++] = f->at[i];
    f->m->judge->presences = sorted;
    f->m->judge->presence_count = f->count;
    return CP_OK;
}

cp_err cp_judging_presences(struct cp_judge_making *m)
{
    struct finder f = {.m = m, .rules = CP_TAKE(m->arena, m->engine->words, uint64_t)};

    if (f.rules == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_engine_borrow(m->engine, m->arena, &f.engine));
    for (uint32_t rule = m->engine->transit_count; rule < m->engine->rule_count; rule++)
        f.rules[rule >> 6] |= UINT64_C(1) << (rule & 63);
    for (uint32_t node = 0; node < m->net->node_count; node++)
        CP_TRY(judge_element(&f, CP_OBJECT_NODE, node));
    for (uint32_t link = 0; link < m->net->link_count; link++)
        CP_TRY(judge_element(&f, CP_OBJECT_LINK, link));
    return put_in_order(&f);
}
