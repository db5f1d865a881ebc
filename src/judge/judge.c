#include "judge/judge.h"

#include <stdlib.h>

#include "making.h"
#include "reason.h"
#include "trial.h"

/*
 * What the case says is looked at once (survey, catalogue); the rules of all policies that are in force go
 * over it together (engine); then come demands, what stands where it should not, counts and notes.
 */

cp_trust cp_trust_treated(cp_trust found, cp_unknown unknown)
{
    if (found != CP_UNKNOWN)
        return found;
    switch (unknown) {
    case CP_UNKNOWN_IS_UNTRUSTED:
        return CP_UNTRUSTED;
    case CP_UNKNOWN_IS_UNDECIDED:
        return CP_UNKNOWN;
    case CP_UNKNOWN_IS_TRUSTED:
        return CP_TRUSTED;
    }
    return CP_UNTRUSTED;
}

bool cp_judging_in_force(const struct cp_judge_making *m, uint32_t policy,
                         const struct cp_rule *rule)
{
    return cp_window_holds(rule->window, m->policies[policy].as_of);
}

bool cp_judging_licensed(const struct cp_judge_making *m, uint32_t policy,
                         const struct cp_licence *licence, cp_date *until)
{
    bool holds = cp_licence_holds(licence, m->policies[policy].as_of, until);

    if (licence == m->also)
        return true;
    if (!holds || (m->flags & CP_JUDGE_WITHOUT_LICENCES) != 0)
        return false;
    return m->licences_past == NULL || *until == CP_DATE_NONE || *until > *m->licences_past;
}

/* --- rules -------------------------------------------------------------------------------- */

static void gather(const struct cp_judge_making *m, cp_effect effect, struct cp_engine_rule *rules,
                   uint32_t *count)
{
    for (uint32_t p = 0; p < m->policy_count; p++) {
        for (uint32_t i = 0; i < m->policies[p].policy->rule_count; i++) {
            const struct cp_rule *rule = &m->policies[p].policy->rules[i];
            if (rule->effect == effect && cp_judging_in_force(m, p, rule))
                rules[(*count)++] = (struct cp_engine_rule){rule, p};
        }
    }
}

static cp_err gather_rules(const struct cp_judge_making *m, struct cp_engine_ask *ask)
{
    struct cp_engine_rule *rules;
    uint32_t most = 0;

    for (uint32_t p = 0; p < m->policy_count; p++)
        most += m->policies[p].policy->rule_count;
    rules = CP_TAKE(m->arena, most, struct cp_engine_rule);
    if (rules == NULL)
        return CP_ERR_NOMEM;
    gather(m, CP_EFFECT_FORBID_TRANSIT, rules, &ask->rule_count);
    ask->transit_count = ask->rule_count;
    gather(m, CP_EFFECT_FORBID_PRESENCE, rules, &ask->rule_count);
    gather(m, CP_EFFECT_FORBID_INSTALL, rules, &ask->rule_count);
    ask->rules = rules;
    ask->making = m;
    return CP_OK;
}

static struct cp_judge_rule rule_of(const struct cp_engine *engine, uint32_t at)
{
    const struct cp_rule *rule = engine->rules[at].rule;
    size_t node = (size_t)(at >> 6) * engine->net->node_count;
    size_t link = (size_t)(at >> 6) * engine->net->link_count;

    return (struct cp_judge_rule){.id = rule->id,
                                  .says = rule->says,
                                  .rule = rule,
                                  .policy = engine->rules[at].policy,
                                  .unknown = rule->unknown,
                                  .depth = rule->depth,
                                  .failure_kinds = rule->failure_kinds,
                                  .node_bad = engine->node_there.bad + node,
                                  .node_unknown = engine->node_there.unknown + node,
                                  .node_licensed = engine->node_there.licensed + node,
                                  .link_bad = engine->link_there.bad + link,
                                  .link_unknown = engine->link_there.unknown + link,
                                  .link_licensed = engine->link_there.licensed + link,
                                  .bit = UINT64_C(1) << (at & 63)};
}

static cp_err publish_rules(struct cp_judge_making *m)
{
    const struct cp_engine *engine = m->engine;
    struct cp_judge_rule *rules = CP_TAKE(m->arena, engine->rule_count, struct cp_judge_rule);
    struct cp_judge_inside *inside = CP_TAKE(m->arena, 1, struct cp_judge_inside);

    if (rules == NULL || inside == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < engine->rule_count; i++)
        rules[i] = rule_of(engine, i);
    *inside = (struct cp_judge_inside){.engine = engine, .flags = m->flags};
    m->judge->inside = inside;
    m->judge->rules = rules;
    m->judge->rule_count = engine->rule_count;
    m->judge->transit_count = engine->transit_count;
    return CP_OK;
}

/* --- findings ----------------------------------------------------------------------------- */

static cp_err publish_remarks(struct cp_judge_making *m, const struct cp_survey *survey,
                              const struct cp_catalogue *cat)
{
    uint32_t count = survey->remark_count + cat->remark_count;
    struct cp_remark *remarks = CP_TAKE(m->arena, count, struct cp_remark);

    if (remarks == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < survey->remark_count; i++)
        remarks[i] = survey->remarks[i];
    for (uint32_t i = 0; i < cat->remark_count; i++)
        remarks[survey->remark_count + i] = cat->remarks[i];
    m->judge->remarks = remarks;
    m->judge->remark_count = count;
    return CP_OK;
}

static cp_err run_engine(struct cp_judge_making *m)
{
    bool trial = (m->flags & CP_JUDGE_TRIAL) != 0;
    struct cp_stated *names = CP_TAKE(m->arena, 1, struct cp_stated);
    struct cp_catalogue *cat = CP_TAKE(m->arena, 1, struct cp_catalogue);
    struct cp_survey *survey = NULL;
    struct cp_engine_ask ask = {0};

    m->ground = CP_TAKE(m->arena, 1, struct cp_ground);
    if (names == NULL || cat == NULL || m->ground == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_stated_open(m->policies, m->policy_count, m->arena, names));
    CP_TRY(cp_catalogue_make(m->net, m->judge->as_of, trial, m->arena, cat));
    CP_TRY(cp_survey_make(names, cat, trial ? CP_TEXT(CP_TRIAL_TRUSTED_MAKER) : CP_TEXT(""),
                          m->arena, &survey));
    CP_TRY(cp_ground_make(cat, names, m->policies, m->policy_count, m->arena, m->ground));
    CP_TRY(gather_rules(m, &ask));
    CP_TRY(cp_engine_make(m->ground, survey, &ask, m->arena, &m->engine));
    CP_TRY(publish_rules(m));
    return publish_remarks(m, survey, cat);
}

/* Nothing is forbidden: one treatment without rules. */
static cp_err judge_nothing(struct cp_judge_making *m)
{
    m->judge->treatments = CP_TAKE(m->arena, 1, struct cp_treatment);
    m->judge->treatment_count = 1;
    m->judge->demand_treatment = CP_TAKE(m->arena, m->net->demand_count, uint32_t);
    if (m->judge->treatments == NULL || m->judge->demand_treatment == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

static cp_err judge_all(struct cp_judge_making *m, struct cp_diag *diag)
{
    CP_TRY(run_engine(m));
    CP_TRY(cp_judging_demands(m, diag));
    CP_TRY(cp_judging_presences(m));
    CP_TRY(cp_judging_counts(m));
    return cp_judging_notes(m);
}

static cp_err check_policies(const struct cp_judge_ask *ask, struct cp_diag *diag)
{
    for (uint32_t i = 0; i < ask->count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            const struct cp_policy *policy = ask->policies[i].policy;
            if (cp_text_eq(ask->policies[k].policy->id, policy->id))
                return cp_diag_set(diag, CP_ERR_DUPLICATE, policy->id_place,
                                   "two policies have this id", policy->id);
        }
    }
    return CP_OK;
}

/* also: as in cp_judge_making. */
static cp_err make_judge(const struct cp_judge_ask *ask, const struct cp_licence *also,
                         struct cp_arena *arena, const struct cp_judge **out, struct cp_diag *diag)
{
    struct cp_judge *judge = CP_TAKE(arena, 1, struct cp_judge);
    struct cp_judge_policy *kept = CP_TAKE(arena, ask->count, struct cp_judge_policy);
    struct cp_judge_making m = {.policies = kept,
                                .policy_count = ask->count,
                                .flags = ask->flags,
                                .licences_past = ask->licences_past,
                                .also = also,
                                .net = ask->net,
                                .arena = arena,
                                .judge = judge};

    if (judge == NULL || kept == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(check_policies(ask, diag));
    *judge = (struct cp_judge){.policies = kept,
                               .policy_count = ask->count,
                               .as_of = ask->count == 0 ? ask->as_of : CP_DATE_NONE,
                               .net = ask->net};
    for (uint32_t p = 0; p < ask->count; p++) {
        kept[p] = ask->policies[p];
        if (kept[p].as_of > judge->as_of)
            judge->as_of = kept[p].as_of;
    }
    CP_TRY(ask->count == 0 ? judge_nothing(&m) : judge_all(&m, diag));
    *out = judge;
    return CP_OK;
}

cp_err cp_judge_make(const struct cp_judge_ask *ask, struct cp_arena *arena,
                     const struct cp_judge **out, struct cp_diag *diag)
{
    return make_judge(ask, NULL, arena, out, diag);
}

/* --- questions ---------------------------------------------------------------------------- */

static cp_err write_reason(const struct cp_judge *judge, cp_trust trust,
                           const struct cp_because *because, struct cp_arena *arena,
                           struct cp_reason *out)
{
    struct cp_reason got = {.trust = trust, .weak = because->weak};

    CP_TRY(cp_because_write(because, judge->net, arena, &got.sentence, &got.reason));
    *out = got;
    return CP_OK;
}

cp_err cp_judge_reason(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                       uint32_t object, struct cp_arena *arena, struct cp_reason *out)
{
    cp_trust trust = cp_judge_trust(&judge->rules[rule], kind, object);
    struct cp_because because = {.place = CP_PLACE_NONE};
    struct cp_engine engine;

    CP_ASSERT(rule < judge->rule_count && kind != CP_OBJECT_SITE);
    if (trust != CP_TRUSTED) {
        CP_TRY(cp_engine_borrow(judge->inside->engine, arena, &engine));
        CP_TRY(cp_because_find(&engine, rule, kind, object, &because));
    }
    return write_reason(judge, trust, &because, arena, out);
}

cp_err cp_judge_presence_reason(const struct cp_judge *judge, const struct cp_presence *presence,
                                struct cp_arena *arena, struct cp_reason *out)
{
    struct cp_because because = {.place = CP_PLACE_NONE};
    struct cp_engine engine;

    if (judge->inside == NULL)
        return write_reason(judge, (cp_trust)presence->found, &because, arena, out);
    CP_TRY(cp_engine_borrow(judge->inside->engine, arena, &engine));
    CP_TRY(presence->fact == CP_NONE
               ? cp_because_find(&engine, presence->rule, (cp_object_kind)presence->kind,
                                 presence->object, &because)
               : cp_because_fact(&engine, presence->rule, presence->fact, &because));
    return write_reason(judge, (cp_trust)presence->found, &because, arena, out);
}

static bool is_licensed(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                        uint32_t object)
{
    const struct cp_judge_rule *of = &judge->rules[rule];
    uint64_t bad = (kind == CP_OBJECT_NODE ? of->node_bad : of->link_bad)[object];
    uint64_t licensed = (kind == CP_OBJECT_NODE ? of->node_licensed : of->link_licensed)[object];

    return (licensed & ~bad & of->bit) != 0;
}

static bool is_later(cp_date a, cp_date b)
{
    return b != CP_DATE_NONE && (a == CP_DATE_NONE || a > b);
}

bool cp_relief_is_better(struct cp_relief one, struct cp_relief best)
{
    if (best.licence == NULL || is_later(one.until, best.until))
        return true;
    return one.until == best.until && cp_text_cmp(one.licence->id, best.licence->id) < 0;
}

/* Of the licences that cover what the chain ends at, the one that covers it longest. */
static struct cp_relief covering(struct cp_engine *engine, uint32_t rule,
                                 const struct cp_chain *chain)
{
    const struct cp_link_of_chain *last = &chain->links[chain->count - 1];
    struct cp_subject subject =
        chain->fact != CP_NONE ? cp_own_subject(engine, chain->fact)
                               : cp_own_unstated_subject(engine, last->object_kind, last->object);
    struct cp_relief best = {.until = CP_DATE_NONE};

    for (uint32_t layer = engine->licence_first; layer < engine->relief_count; layer++) {
        size_t at = (size_t)(layer - engine->licence_first) * engine->rule_count + rule;
        struct cp_relief one = {engine->held[at].licence, engine->held[at].until};
        (void)cp_conditions_see(&engine->ground, &engine->reliefs[layer], &subject, CP_SEE_RELIEF,
                                &engine->product, &engine->relief);
        if ((engine->relief.sure[rule >> 6] >> (rule & 63) & 1) != 0 &&
            cp_relief_is_better(one, best))
            best = one;
    }
    return best;
}

static cp_err add_licence(struct cp_engine *engine, struct cp_relief relief, struct cp_step *steps,
                          uint32_t *count)
{
    struct cp_out words = cp_out_make(engine->arena);
    char date[11];

    if (relief.licence == NULL)
        return CP_OK;
    cp_out_str(&words, "licence ");
    cp_out_text(&words, relief.licence->id);
    if (relief.licence->by.len > 0) {
        cp_out_str(&words, " of ");
        cp_out_text(&words, relief.licence->by);
    }
    if (relief.until != CP_DATE_NONE) {
        cp_date_format(relief.until, date);
        cp_out_format(&words, ", until %s", date);
    }
    steps[*count] = steps[*count - 1];
    steps[*count].kind = CP_STEP_LICENCE;
    steps[*count].fact = CP_NONE;
    steps[*count].place = relief.licence->place;
    return cp_out_done(&words, &steps[(*count)++].sentence);
}

cp_err cp_judge_chain(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                      uint32_t object, struct cp_arena *arena, struct cp_steps *out)
{
    struct cp_step *steps = CP_TAKE(arena, CP_STEPS_MAX, struct cp_step);
    cp_trust trust = cp_judge_trust(&judge->rules[rule], kind, object);
    bool licensed = trust == CP_TRUSTED && is_licensed(judge, rule, kind, object);
    struct cp_engine engine;
    struct cp_chain chain;
    struct cp_relief relief = {.until = CP_DATE_NONE};
    uint32_t count = 0;

    if (steps == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_engine_borrow(judge->inside->engine, arena, &engine));
    if (trust == CP_TRUSTED && !licensed) {
        CP_TRY(cp_steps_alone(&engine, kind, object, steps, &count));
    } else {
        cp_trust raw = cp_engine_trust(&engine, rule, kind, object);
        cp_seek seek = raw == CP_UNTRUSTED ? CP_SEEK_UNTRUSTED : CP_SEEK_UNKNOWN;
        CP_TRY(
            cp_chain_find(&engine, rule, licensed ? CP_SEEK_LICENSED : seek, kind, object, &chain));
        CP_TRY(cp_steps_write(&engine, rule, &chain, steps, &count));
        if (licensed)
            relief = covering(&engine, rule, &chain);
        CP_TRY(add_licence(&engine, relief, steps, &count));
    }
    *out = (struct cp_steps){steps, count, relief};
    return CP_OK;
}

/* --- licences ----------------------------------------------------------------------------- */

static int compare_dates(const void *a, const void *b)
{
    const cp_date *x = a;
    const cp_date *y = b;

    return (*x > *y) - (*x < *y);
}

cp_err cp_judge_licence_ends(const struct cp_judge *judge, struct cp_arena *arena,
                             struct cp_licence_ends *out)
{
    cp_date *dates = CP_TAKE(arena, judge->licence_count, cp_date);
    struct cp_licence_ends ends = {.at = dates};
    uint32_t kept = 0;

    if (dates == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < judge->licence_count; i++) {
        const struct cp_licence_use *use = &judge->licences[i];
        if (use->holds && use->until == CP_DATE_NONE)
            ends.endless = true;
        else if (use->holds)
            dates[ends.count++] = use->until;
    }
    if (ends.count > 1)
        qsort(dates, ends.count, sizeof(*dates), compare_dates);
    for (uint32_t i = 0; i < ends.count; i++) {
        if (i == 0 || dates[i] != dates[i - 1])
            dates[kept++] = dates[i];
    }
    ends.count = kept;
    *out = ends;
    return CP_OK;
}

cp_err cp_judge_lapsed(const struct cp_judge *before, const struct cp_judge *after,
                       const struct cp_lapse *of, struct cp_arena *arena, struct cp_relief *out)
{
    struct cp_engine then;
    struct cp_engine now;
    struct cp_chain chain;
    cp_trust raw = cp_engine_trust(after->inside->engine, of->rule, of->kind, of->object);

    *out = (struct cp_relief){.until = CP_DATE_NONE};
    if (raw == CP_TRUSTED)
        return CP_OK;
    CP_TRY(cp_engine_borrow(after->inside->engine, arena, &now));
    CP_TRY(cp_engine_borrow(before->inside->engine, arena, &then));
    CP_TRY(cp_chain_find(&now, of->rule, raw == CP_UNTRUSTED ? CP_SEEK_UNTRUSTED : CP_SEEK_UNKNOWN,
                         of->kind, of->object, &chain));
    *out = covering(&then, of->rule, &chain);
    return CP_OK;
}

cp_err cp_judge_after(const struct cp_judge *judge, const cp_date *past, struct cp_arena *arena,
                      const struct cp_judge **out)
{
    uint32_t without = past == NULL ? CP_JUDGE_WITHOUT_LICENCES : 0;
    struct cp_judge_ask ask = {.policies = judge->policies,
                               .count = judge->policy_count,
                               .net = judge->net,
                               .as_of = judge->as_of,
                               .flags = judge->inside->flags | without,
                               .licences_past = past};

    return cp_judge_make(&ask, arena, out, NULL);
}

cp_err cp_judge_with(const struct cp_judge *judge, const struct cp_licence *licence,
                     struct cp_arena *arena, const struct cp_judge **out)
{
    struct cp_judge_ask ask = {.policies = judge->policies,
                               .count = judge->policy_count,
                               .net = judge->net,
                               .as_of = judge->as_of,
                               .flags = judge->inside->flags};

    return make_judge(&ask, licence, arena, out, NULL);
}

cp_err cp_judge_licence(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                        uint32_t object, struct cp_arena *arena, struct cp_relief *out)
{
    cp_trust trust = cp_judge_trust(&judge->rules[rule], kind, object);
    struct cp_lapse of = {rule, kind, object};
    struct cp_licence_ends ends;
    cp_arena_mark mark;

    *out = (struct cp_relief){.until = CP_DATE_NONE};
    if (!is_licensed(judge, rule, kind, object))
        return CP_OK;
    CP_TRY(cp_judge_licence_ends(judge, arena, &ends));
    mark = cp_arena_mark_get(arena);
    for (uint32_t i = 0; i <= ends.count && out->licence == NULL; i++) {
        const struct cp_judge *after = NULL;
        CP_TRY(cp_judge_after(judge, i < ends.count ? &ends.at[i] : NULL, arena, &after));
        if (rule < after->rule_count && cp_judge_trust(&after->rules[rule], kind, object) > trust)
            CP_TRY(cp_judge_lapsed(judge, after, &of, arena, out));
        cp_arena_reset(arena, mark);
    }
    return CP_OK;
}
