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

static uint64_t bit_of(uint32_t rule)
{
    return UINT64_C(1) << (rule & 63);
}

/* --- against ------------------------------------------------------------------------------ */

static struct cp_condition condition_of(const struct cp_engine_rule *of, cp_date as_of)
{
    const struct cp_rule *rule = of->rule;
    struct cp_condition c = {.policy = of->policy,
                             .selects = {&rule->target, &rule->where},
                             .select_count = rule->where.given ? 2 : 1,
                             .turned = rule->require,
                             .layers = rule->layers,
                             .enough = rule->enough};

    if (rule->effect == CP_EFFECT_FORBID_INSTALL) {
        c.asks_installed = true;
        c.installed = rule->window;
        if (c.installed.until == CP_DATE_NONE || c.installed.until > as_of)
            c.installed.until = as_of; /* what is to come is not there yet */
    }
    return c;
}

static cp_err make_against(struct cp_engine *engine)
{
    struct cp_condition *conditions =
        CP_TAKE(engine->arena, engine->rule_count, struct cp_condition);

    if (conditions == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < engine->rule_count; i++)
        conditions[i] =
            condition_of(&engine->rules[i], engine->ground.policies[engine->rules[i].policy].as_of);
    return cp_conditions_make(&engine->ground, conditions, engine->rule_count, &engine->against);
}

/* --- reliefs ------------------------------------------------------------------------------ */

static uint32_t exception_count(const struct cp_engine_rule *of)
{
    return of->rule->except_count + (of->rule->effect == CP_EFFECT_FORBID_TRANSIT ? 1 : 0);
}

static const struct cp_select *exception(const struct cp_engine_rule *of, uint32_t at)
{
    return at < of->rule->except_count ? &of->rule->excepts[at] : &neither;
}

/* The licence number `at` of those that relax a rule and hold; none: no more. */
static struct cp_held licence(const struct cp_judge_making *m, const struct cp_engine_rule *of,
                              uint32_t at)
{
    const struct cp_policy *policy = m->policies[of->policy].policy;
    uint32_t rule = (uint32_t)(of->rule - policy->rules);
    uint32_t number = 0;

    for (uint32_t p = 0; p < of->policy; p++)
        number += m->policies[p].policy->licence_count;
    for (uint32_t i = 0; i < policy->licence_count; i++) {
        const struct cp_licence *l = &policy->licences[i];
        struct cp_held held = {.licence = l, .number = number + i};
        bool relaxes = false;
        for (uint32_t k = 0; k < l->relax_count; k++)
            relaxes = relaxes || l->relaxes[k] == rule;
        if (relaxes && cp_judging_licensed(m, of->policy, l, &held.until) && at-- == 0)
            return held;
    }
    return (struct cp_held){.licence = NULL};
}

static uint32_t licence_count(const struct cp_judge_making *m, const struct cp_engine_rule *of)
{
    uint32_t count = 0;

    while (licence(m, of, count).licence != NULL)
        count++;
    return count;
}

static struct cp_condition relief(const struct cp_engine_rule *of, const struct cp_select *select)
{
    return (struct cp_condition){.policy = of->policy,
                                 .absent = select == NULL,
                                 .selects = {select},
                                 .select_count = select != NULL && select->given ? 1 : 0,
                                 .layers = UINT32_MAX,
                                 .all = true,
                                 .enough = of->rule->enough};
}

static cp_err make_relief(struct cp_engine *engine, const struct cp_judge_making *m, uint32_t layer,
                          struct cp_condition *scratch)
{
    bool licensed = layer >= engine->licence_first;
    uint32_t at = licensed ? layer - engine->licence_first : layer;

    for (uint32_t i = 0; i < engine->rule_count; i++) {
        const struct cp_engine_rule *of = &engine->rules[i];
        struct cp_held held = licensed ? licence(m, of, at) : (struct cp_held){.licence = NULL};
        const struct cp_select *select = NULL;
        if (held.licence != NULL)
            select = &held.licence->covers;
        else if (!licensed && at < exception_count(of))
            select = exception(of, at);
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
    uint32_t exceptions = 0;
    uint32_t licensed = 0;

    if (scratch == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < engine->rule_count; i++) {
        uint32_t mine = exception_count(&engine->rules[i]);
        uint32_t held = licence_count(m, &engine->rules[i]);
        exceptions = mine > exceptions ? mine : exceptions;
        licensed = held > licensed ? held : licensed;
    }
    CP_TRY(take_reliefs(engine, m, exceptions, licensed));
    for (uint32_t layer = 0; layer < engine->relief_count; layer++)
        CP_TRY(make_relief(engine, m, layer, scratch));
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
    uint32_t products = engine->ground.products == NULL ? 0 : engine->ground.products->words;

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
