#include "engine.h"

#include "making.h"

#include <string.h>

/*
 * Rules as conditions: the target and `where` say whom a rule is against; each exception of a rule, and each
 * licence that relaxes it and holds, is a condition with the rule's own bit, the first of all rules in
 * one set, the second in the next, so that relief is found for all rules at once.
 */

/* What a thing that can neither route nor see traffic is to rules about traffic (DESIGN 2.1). */
static const struct cp_select neither = {.given = true,
                                         .capabilities = CP_CAN_NEITHER,
                                         .installed_before = CP_DATE_NONE,
                                         .installed_after = CP_DATE_NONE};

/* The first day of all: of a rule without a beginning, before any list is cut. */
static const cp_date before_all = CP_DATE_NONE + 1;

static uint64_t bit_of(uint32_t rule)
{
    return UINT64_C(1) << (rule & 63);
}

/* --- against ------------------------------------------------------------------------------ */

/* The rule against who stands on its lists on a day; NULL: on its policy's. */
static struct cp_condition condition_of(const struct cp_engine_rule *of, cp_date as_of)
{
    const struct cp_rule *rule = of->rule;
    struct cp_condition c = {.policy = of->policy,
                             .selects = {&rule->target, &rule->where},
                             .select_count = rule->where.given ? 2 : 1,
                             .turned = rule->require,
                             .layers = rule->layers,
                             .enough = cp_grade_least(rule->enough)};

    if (rule->effect == CP_EFFECT_FORBID_INSTALL) {
        c.asks_installed = true;
        c.installed = rule->window;
        if (c.installed.until == CP_DATE_NONE || c.installed.until > as_of)
            c.installed.until = as_of; /* what is to come is not there yet */
    }
    return c;
}

/*
 * Lists change, and what is installed is judged by the list of the day of its installation.  The window of
 * such a rule is cut where some list that it names changes: each stretch is a condition of its own, the
 * first of all rules in one set, the second in the next.
 */
struct stretches {
    cp_date *from; /* [count] ascending; each ends the day before the next begins */
    uint32_t count, cap;
};

static cp_err cut(struct cp_engine *engine, struct stretches *of, cp_date day,
                  struct cp_window window)
{
    void *at = of->from;
    uint32_t place = 0;

    if (day == CP_DATE_NONE || (window.from != CP_DATE_NONE && day <= window.from) ||
        day > window.until)
        return CP_OK;
    while (place < of->count && of->from[place] < day)
        place++;
    if (place < of->count && of->from[place] == day)
        return CP_OK;
    CP_TRY(cp_arena_grow(engine->arena, &at, of->count, &of->cap, sizeof(cp_date)));
    of->from = at;
    memmove(of->from + place + 1, of->from + place, (of->count - place) * sizeof(cp_date));
    of->from[place] = day;
    of->count++;
    return CP_OK;
}

static cp_err cut_by_lists(struct cp_engine *engine, const struct cp_engine_rule *of,
                           const struct cp_select *select, struct cp_window window,
                           struct stretches *out)
{
    const struct cp_policy *policy = engine->ground.policies[of->policy].policy;

    for (uint32_t i = 0; i < select->maker_list_count; i++) {
        const struct cp_maker_list *list = &policy->lists[select->maker_lists[i]];
        for (uint32_t k = 0; k < list->count; k++) {
            cp_date until = list->makers[k].window.until;
            CP_TRY(cut(engine, out, list->makers[k].window.from, window));
            CP_TRY(cut(engine, out, until == CP_DATE_NONE ? until : until + 1, window));
        }
    }
    return CP_OK;
}

/* The days on which the stretches of a rule begin, its own window's first. */
static cp_err find_stretches(struct cp_engine *engine, const struct cp_engine_rule *of,
                             struct stretches *out)
{
    cp_date as_of = engine->ground.policies[of->policy].as_of;
    struct cp_window window = condition_of(of, as_of).installed;

    *out = (struct stretches){0};
    if (of->rule->effect != CP_EFFECT_FORBID_INSTALL)
        return CP_OK;
    CP_TRY(cut_by_lists(engine, of, &of->rule->target, window, out));
    return cut_by_lists(engine, of, &of->rule->where, window, out);
}

/* Stretch number `at`, with the day that its lists are read on; absent past the last. */
static struct cp_condition stretch(const struct cp_engine *engine, const struct cp_engine_rule *of,
                                   const struct stretches *all, uint32_t at)
{
    struct cp_condition c = condition_of(of, engine->ground.policies[of->policy].as_of);

    if (at > all->count || (at > 0 && all->count == 0)) {
        c.absent = true;
        return c;
    }
    if (all->count == 0)
        return c;
    /* Of the stretch before the first cut the day before it is as good as any. */
    if (at == 0) {
        c.installed.until = all->from[0] - 1;
        c.day = c.installed.from == CP_DATE_NONE ? &before_all : &of->rule->window.from;
        return c;
    }
    c.installed.from = all->from[at - 1];
    c.day = &all->from[at - 1];
    if (at < all->count)
        c.installed.until = all->from[at] - 1;
    return c;
}

static cp_err make_set(struct cp_engine *engine, const struct stretches *all, uint32_t at,
                       struct cp_conditions *out)
{
    struct cp_condition *conditions =
        CP_TAKE(engine->arena, engine->rule_count, struct cp_condition);

    if (conditions == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < engine->rule_count; i++)
        conditions[i] = stretch(engine, &engine->rules[i], &all[i], at);
    return cp_conditions_make(&engine->ground, conditions, engine->rule_count, out);
}

static cp_err make_against(struct cp_engine *engine)
{
    struct stretches *all = CP_TAKE(engine->arena, engine->rule_count, struct stretches);

    if (all == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < engine->rule_count; i++) {
        CP_TRY(find_stretches(engine, &engine->rules[i], &all[i]));
        engine->later_count =
            all[i].count > engine->later_count ? all[i].count : engine->later_count;
    }
    engine->later = CP_TAKE(engine->arena, engine->later_count, struct cp_conditions);
    if (engine->later == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(make_set(engine, all, 0, &engine->against));
    for (uint32_t at = 1; at <= engine->later_count; at++)
        CP_TRY(make_set(engine, all, at, &engine->later[at - 1]));
    return CP_OK;
}

/* --- what can do neither ------------------------------------------------------------------- */

static cp_err make_neither(struct cp_engine *engine)
{
    struct cp_condition *conditions =
        CP_TAKE(engine->arena, engine->rule_count, struct cp_condition);

    if (conditions == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < engine->rule_count; i++)
        conditions[i] = (struct cp_condition){
            .policy = engine->rules[i].policy,
            .absent = engine->rules[i].rule->effect != CP_EFFECT_FORBID_TRANSIT,
            .selects = {&neither},
            .select_count = 1,
            .layers = UINT32_MAX,
            .how = CP_SEE_RELIEF,
            .enough = cp_grade_least(engine->rules[i].rule->enough)};
    return cp_conditions_make(&engine->ground, conditions, engine->rule_count, &engine->neither);
}

/* --- reliefs ------------------------------------------------------------------------------ */

/* Licences that hold, by the rule that they relax: of rule r from first[r] on. */
struct held_by_rule {
    uint32_t *first; /* [rule_count + 1] */
    struct cp_held *at;
    uint32_t *rule_of; /* by number of a rule among all policies' rules: its place, CP_NONE */
};

static uint32_t number_of(const struct cp_judge_making *m, uint32_t policy, uint32_t rule)
{
    for (uint32_t p = 0; p < policy; p++)
        rule += m->policies[p].policy->rule_count;
    return rule;
}

typedef void visit_held(struct held_by_rule *by, uint32_t rule, struct cp_held held);

static void count_held(struct held_by_rule *by, uint32_t rule, struct cp_held held)
{
    (void)held;
    by->first[rule + 1]++;
}

/* Starts move up while they are filled, and are moved back after. */
static void put_held(struct held_by_rule *by, uint32_t rule, struct cp_held held)
{
    by->at[by->first[rule]++] = held;
}

static void visit_licences(const struct cp_judge_making *m, struct held_by_rule *by,
                           visit_held *visit)
{
    uint32_t number = 0;

    for (uint32_t p = 0; p < m->policy_count; p++) {
        const struct cp_policy *policy = m->policies[p].policy;
        for (uint32_t i = 0; i < policy->licence_count; i++, number++) {
            struct cp_held held = {.licence = &policy->licences[i], .number = number};
            if (!cp_judging_licensed(m, p, held.licence, &held.until))
                continue;
            for (uint32_t k = 0; k < held.licence->relax_count; k++) {
                uint32_t rule = by->rule_of[number_of(m, p, held.licence->relaxes[k])];
                if (rule != CP_NONE)
                    visit(by, rule, held);
            }
        }
    }
}

static cp_err index_licences(const struct cp_engine *engine, const struct cp_judge_making *m,
                             struct held_by_rule *by)
{
    uint32_t rules = engine->rule_count;
    uint32_t all = number_of(m, m->policy_count, 0);

    by->first = CP_TAKE(engine->arena, (size_t)rules + 1, uint32_t);
    by->rule_of = CP_TAKE(engine->arena, all, uint32_t);
    if (by->first == NULL || by->rule_of == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < all; i++)
        by->rule_of[i] = CP_NONE;
    for (uint32_t i = 0; i < rules; i++) {
        const struct cp_engine_rule *of = &engine->rules[i];
        const struct cp_rule *first = m->policies[of->policy].policy->rules;
        by->rule_of[number_of(m, of->policy, (uint32_t)(of->rule - first))] = i;
    }
    visit_licences(m, by, count_held);
    for (uint32_t i = 0; i < rules; i++)
        by->first[i + 1] += by->first[i];
    by->at = CP_TAKE(engine->arena, by->first[rules], struct cp_held);
    if (by->at == NULL)
        return CP_ERR_NOMEM;
    visit_licences(m, by, put_held);
    for (uint32_t i = rules; i > 0; i--)
        by->first[i] = by->first[i - 1];
    by->first[0] = 0;
    return CP_OK;
}

/* The licence number `at` of a rule; none: no more. */
static struct cp_held licence(const struct held_by_rule *by, uint32_t rule, uint32_t at)
{
    return by->first[rule] + at < by->first[rule + 1] ? by->at[by->first[rule] + at]
                                                      : (struct cp_held){.licence = NULL};
}

static struct cp_condition relief(const struct cp_engine_rule *of, const struct cp_select *select)
{
    return (struct cp_condition){.policy = of->policy,
                                 .absent = select == NULL,
                                 .selects = {select},
                                 .select_count = select != NULL && select->given ? 1 : 0,
                                 .layers = UINT32_MAX,
                                 .how = CP_SEE_RELIEF,
                                 .enough = cp_grade_least(of->rule->enough)};
}

static cp_err make_relief(struct cp_engine *engine, const struct held_by_rule *by, uint32_t layer,
                          struct cp_condition *scratch)
{
    bool licensed = layer >= engine->licence_first;
    uint32_t at = licensed ? layer - engine->licence_first : layer;

    for (uint32_t i = 0; i < engine->rule_count; i++) {
        const struct cp_engine_rule *of = &engine->rules[i];
        struct cp_held held = licensed ? licence(by, i, at) : (struct cp_held){.licence = NULL};
        const struct cp_select *select = NULL;
        if (held.licence != NULL)
            select = &held.licence->covers;
        else if (!licensed && at < of->rule->except_count)
            select = &of->rule->excepts[at];
        scratch[i] = relief(of, select);
        if (licensed)
            engine->held[(size_t)at * engine->rule_count + i] = held;
    }
    return cp_conditions_make(&engine->ground, scratch, engine->rule_count,
                              &engine->reliefs[layer]);
}

static cp_err take_reliefs(struct cp_engine *engine, const struct cp_judge_making *m,
                           uint32_t exceptions, uint32_t licensed)
{
    uint32_t licences = 0;

    for (uint32_t p = 0; p < m->policy_count; p++)
        licences += m->policies[p].policy->licence_count;
    engine->licence_first = exceptions;
    engine->relief_count = exceptions + licensed;
    engine->reliefs = CP_TAKE(engine->arena, engine->relief_count, struct cp_conditions);
    engine->held = CP_TAKE(engine->arena, (size_t)licensed * engine->rule_count, struct cp_held);
    engine->covered = CP_TAKE(engine->arena, licences, struct cp_covered);
    return engine->reliefs == NULL || engine->held == NULL || engine->covered == NULL ? CP_ERR_NOMEM
                                                                                      : CP_OK;
}

static cp_err make_reliefs(struct cp_engine *engine, const struct cp_judge_making *m)
{
    struct cp_condition *scratch = CP_TAKE(engine->arena, engine->rule_count, struct cp_condition);
    struct held_by_rule by;
    uint32_t exceptions = 0;
    uint32_t licensed = 0;

    if (scratch == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(index_licences(engine, m, &by));
    for (uint32_t i = 0; i < engine->rule_count; i++) {
        uint32_t mine = engine->rules[i].rule->except_count;
        uint32_t held = by.first[i + 1] - by.first[i];
        exceptions = mine > exceptions ? mine : exceptions;
        licensed = held > licensed ? held : licensed;
    }
    CP_TRY(take_reliefs(engine, m, exceptions, licensed));
    for (uint32_t layer = 0; layer < engine->relief_count; layer++)
        CP_TRY(make_relief(engine, &by, layer, scratch));
    return CP_OK;
}

/* --- memory ------------------------------------------------------------------------------- */

static cp_err take_mask(struct cp_engine *engine, uint64_t **mask)
{
    *mask = CP_TAKE(engine->arena, engine->words, uint64_t);
    return *mask == NULL ? CP_ERR_NOMEM : CP_OK;
}

static cp_err make_masks(struct cp_engine *engine)
{
    CP_TRY(take_mask(engine, &engine->unstated));
    CP_TRY(take_mask(engine, &engine->carried));
    CP_TRY(take_mask(engine, &engine->by_site));
    CP_TRY(take_mask(engine, &engine->by_operator));
    CP_TRY(take_mask(engine, &engine->placed));
    for (uint32_t i = 0; i < engine->rule_count; i++) {
        const struct cp_rule *rule = engine->rules[i].rule;
        uint32_t w = i >> 6;
        if (rule->unstated == CP_UNSTATED_IS_UNKNOWN)
            engine->unstated[w] |= bit_of(i);
        if (rule->effect != CP_EFFECT_FORBID_INSTALL)
            engine->carried[w] |= bit_of(i);
        if (rule->scope == CP_SCOPE_SITE)
            engine->by_site[w] |= bit_of(i);
        if (rule->scope == CP_SCOPE_OPERATOR)
            engine->by_operator[w] |= bit_of(i);
        if (rule->at.given || rule->has_near)
            engine->placed[w] |= bit_of(i);
    }
    return CP_OK;
}

cp_err cp_planes_take(uint32_t words, uint32_t count, struct cp_arena *arena, struct cp_planes *out)
{
    size_t cells = (size_t)words * count;

    out->count = count;
    out->bad = CP_TAKE(arena, cells, uint64_t);
    out->unknown = CP_TAKE(arena, cells, uint64_t);
    out->licensed = CP_TAKE(arena, cells, uint64_t);
    return out->bad == NULL || out->unknown == NULL || out->licensed == NULL ? CP_ERR_NOMEM : CP_OK;
}

static cp_err take_scratch(struct cp_engine *engine)
{
    uint32_t products = (engine->ground.product_count + 63) / 64;

    CP_TRY(cp_seen_make(engine->words, engine->arena, &engine->seen));
    CP_TRY(cp_seen_make(engine->words, engine->arena, &engine->relief));
    CP_TRY(cp_seen_make(engine->words, engine->arena, &engine->relieved));
    CP_TRY(cp_seen_make(products, engine->arena, &engine->product));
    return cp_own_take(engine, engine->arena, &engine->own);
}

static cp_err take_gaps(struct cp_engine *engine)
{
    engine->gap_elements = CP_TAKE(engine->arena, engine->rule_count, uint32_t);
    engine->gap_first = CP_TAKE(engine->arena, engine->rule_count, uint32_t);
    return engine->gap_elements == NULL || engine->gap_first == NULL ? CP_ERR_NOMEM : CP_OK;
}

cp_err cp_engine_borrow(const struct cp_engine *engine, struct cp_arena *arena,
                        struct cp_engine *out)
{
    *out = *engine;
    out->arena = arena;
    out->covered = NULL;
    return take_scratch(out);
}

cp_err cp_engine_make(const struct cp_ground *ground, const struct cp_survey *survey,
                      const struct cp_engine_ask *ask, struct cp_arena *arena,
                      struct cp_engine **out)
{
    struct cp_engine *engine = CP_TAKE(arena, 1, struct cp_engine);

    if (engine == NULL)
        return CP_ERR_NOMEM;
    *engine = (struct cp_engine){.ground = *ground,
                                 .survey = survey,
                                 .cat = ground->cat,
                                 .net = ground->cat->net,
                                 .arena = arena,
                                 .rules = ask->rules,
                                 .rule_count = ask->rule_count,
                                 .transit_count = ask->transit_count,
                                 .words = (ask->rule_count + 63) / 64};
    CP_TRY(make_masks(engine));
    CP_TRY(make_against(engine));
    CP_TRY(make_neither(engine));
    CP_TRY(make_reliefs(engine, ask->making));
    CP_TRY(cp_planes_take(engine->words, engine->net->node_count, engine->arena, &engine->node));
    CP_TRY(cp_planes_take(engine->words, engine->net->link_count, engine->arena, &engine->link));
    CP_TRY(take_scratch(engine));
    CP_TRY(take_gaps(engine));
    CP_TRY(cp_engine_spread(engine));
    CP_TRY(cp_engine_place(engine));
    *out = engine;
    return CP_OK;
}
