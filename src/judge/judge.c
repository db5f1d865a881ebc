#include "policy/judge.h"

#include "base/map.h"

#include "presence.h"
#include "reason.h"

/*
 * The facts are surveyed once; each transit rule in force on the date then gives every element its
 * verdict.  Demands are sorted by the set of classes they belong to (64 bits), so that what the
 * audit prepares for a set is prepared once.
 */

struct cp_judge_inside {
    const struct cp_verdict_of *verdicts; /* [cp_judge.rule_count] */
};

struct making {
    const struct cp_policy *policy;
    const struct cp_case *net;
    cp_date as_of;
    struct cp_arena *arena;
    struct cp_judge *judge;
    struct cp_survey *survey;
};

static bool in_force(const struct making *m, const struct cp_rule *rule, cp_effect effect)
{
    return rule->effect == effect && cp_window_holds(rule->window, m->as_of);
}

/* --- rules -------------------------------------------------------------------------------- */

static cp_err judge_rules(struct making *m)
{
    uint32_t most = m->policy->rule_count;
    struct cp_judge_rule *rules = CP_TAKE(m->arena, most, struct cp_judge_rule);
    struct cp_verdict_of *verdicts = CP_TAKE(m->arena, most, struct cp_verdict_of);
    struct cp_judge_inside *inside = CP_TAKE(m->arena, 1, struct cp_judge_inside);
    uint32_t count = 0;

    if (rules == NULL || verdicts == NULL || inside == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < most; i++) {
        const struct cp_rule *rule = &m->policy->rules[i];
        if (!in_force(m, rule, CP_EFFECT_FORBID_TRANSIT))
            continue;
        CP_TRY(cp_verdict_make(m->survey, rule, m->arena, &verdicts[count]));
        rules[count] = (struct cp_judge_rule){.id = rule->id,
                                              .says = rule->says,
                                              .unknown = rule->unknown,
                                              .depth = rule->depth,
                                              .failure_kinds = rule->failure_kinds,
                                              .node_trust = verdicts[count].node_trust,
                                              .link_trust = verdicts[count].link_trust};
        count++;
    }
    inside->verdicts = verdicts;
    m->judge->rules = rules;
    m->judge->rule_count = count;
    m->judge->inside = inside;
    return CP_OK;
}

static cp_err judge_presences(struct making *m)
{
    struct cp_presences presences = {0};

    for (uint32_t i = 0; i < m->policy->rule_count; i++) {
        const struct cp_rule *rule = &m->policy->rules[i];
        if (in_force(m, rule, CP_EFFECT_FORBID_PRESENCE))
            CP_TRY(cp_presence_find(m->survey, rule, m->arena, &presences));
    }
    m->judge->presences = presences.at;
    m->judge->presence_count = presences.count;
    return CP_OK;
}

/* Words of the selectors of rules in force, and of the classes that they are about. */
static cp_err find_unmet(struct making *m)
{
    struct cp_unmet_words unmet = {0};

    for (uint32_t i = 0; i < m->policy->rule_count; i++) {
        const struct cp_rule *rule = &m->policy->rules[i];
        if (!cp_window_holds(rule->window, m->as_of))
            continue;
        if (rule->has_at)
            CP_TRY(cp_select_unmet(&rule->at, m->net, m->arena, &unmet));
        if (rule->traffic_class != CP_NONE)
            CP_TRY(cp_select_unmet(&m->policy->classes[rule->traffic_class].select, m->net,
                                   m->arena, &unmet));
    }
    m->judge->unmet = unmet.at;
    m->judge->unmet_count = unmet.count;
    return CP_OK;
}

/* --- classes of demands ------------------------------------------------------------------- */

static bool meets(const struct cp_case *net, cp_range ends, const uint8_t *chosen)
{
    for (uint32_t i = ends.first; i < ends.first + ends.count; i++) {
        if (chosen[net->demand_ends[i].at] != 0)
            return true;
    }
    return false;
}

/* Adds a class to the sets of the demands without a class of their own that meet its selector. */
static void select_demands(const struct making *m, uint32_t class, uint8_t *chosen, uint64_t *sets)
{
    const struct cp_case *net = m->net;
    const struct cp_traffic *traffic = &m->policy->classes[class];

    for (uint32_t node = 0; node < net->node_count; node++)
        chosen[node] = cp_select_meets(&traffic->select, net, node);
    for (uint32_t i = 0; i < net->demand_count; i++) {
        const struct cp_demand *demand = &net->demands[i];
        if (demand->traffic_class.len > 0)
            continue;
        bool src = meets(net, demand->src, chosen);
        bool dst = meets(net, demand->dst, chosen);
        if (traffic->ends == CP_ENDS_BOTH ? src && dst : src || dst)
            sets[i] |= (uint64_t)1 << class;
    }
}

static cp_err name_demands(const struct making *m, uint64_t *sets, struct cp_diag *diag)
{
    cp_arena_mark mark = cp_arena_mark_get(m->arena);

    for (uint32_t i = 0; i < m->net->demand_count; i++) {
        const struct cp_demand *demand = &m->net->demands[i];
        uint32_t class = 0;
        if (demand->traffic_class.len == 0)
            continue;
        CP_TRY(cp_policy_class(m->policy, demand->traffic_class, demand->place, m->arena, &class,
                               diag));
        cp_arena_reset(m->arena, mark);
        sets[i] = (uint64_t)1 << class;
    }
    return CP_OK;
}

static cp_err classify(const struct making *m, uint64_t *sets, struct cp_diag *diag)
{
    CP_TRY(name_demands(m, sets, diag));
    cp_arena_mark mark = cp_arena_mark_get(m->arena);
    uint8_t *chosen = CP_TAKE(m->arena, m->net->node_count, uint8_t);
    if (chosen == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t class = 0; class < m->policy->class_count; class ++) {
        if (m->policy->classes[class].ends != CP_ENDS_NONE)
            select_demands(m, class, chosen, sets);
    }
    cp_arena_reset(m->arena, mark);
    return CP_OK;
}

/* --- treatments --------------------------------------------------------------------------- */

static cp_err name_treatment(const struct making *m, uint64_t set, cp_text *out)
{
    struct cp_out names = cp_out_make(m->arena);
    const char *between = "";

    for (uint32_t class = 0; class < m->policy->class_count; class ++) {
        if ((set >> class & 1) == 0)
            continue;
        cp_out_str(&names, between);
        cp_out_text(&names, m->policy->classes[class].id);
        between = " ";
    }
    return cp_out_done(&names, out);
}

static cp_err make_treatment(const struct making *m, uint64_t set, struct cp_treatment *out)
{
    uint32_t *rules = CP_TAKE(m->arena, m->judge->rule_count, uint32_t);
    uint32_t count = 0;

    if (rules == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < m->judge->rule_count; i++) {
        uint32_t class = m->judge->inside->verdicts[i].rule->traffic_class;
        if (class == CP_NONE || (set >> class & 1) != 0)
            rules[count++] = i;
    }
    out->rules = rules;
    out->rule_count = count;
    return name_treatment(m, set, &out->traffic_class);
}

static cp_err treat_demands(struct making *m, const uint64_t *sets)
{
    uint32_t *of = CP_TAKE(m->arena, m->net->demand_count, uint32_t);
    struct cp_treatment *treatments = NULL;
    struct cp_map *known = NULL;
    uint32_t count = 0;
    uint32_t cap = 0;

    if (of == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(m->arena, &known));
    for (uint32_t i = 0; i < m->net->demand_count; i++) {
        /* The key is the set's bytes: only ever compared with bytes of this process. */
        cp_text key = {(const char *)&sets[i], sizeof(sets[i])};
        void *at = treatments;
        of[i] = cp_map_find(known, key);
        if (of[i] != CP_MAP_NONE)
            continue;
        CP_TRY(cp_arena_grow(m->arena, &at, count, &cap, sizeof(*treatments)));
        treatments = at;
        CP_TRY(make_treatment(m, sets[i], &treatments[count]));
        CP_TRY(cp_map_add(known, key, count));
        of[i] = count++;
    }
    m->judge->treatments = treatments;
    m->judge->treatment_count = count;
    m->judge->demand_treatment = of;
    return CP_OK;
}

/* ------------------------------------------------------------------------------------------ */

/* Nothing is forbidden: one treatment without rules. */
static cp_err judge_nothing(struct making *m)
{
    m->judge->treatments = CP_TAKE(m->arena, 1, struct cp_treatment);
    m->judge->treatment_count = 1;
    m->judge->demand_treatment = CP_TAKE(m->arena, m->net->demand_count, uint32_t);
    if (m->judge->treatments == NULL || m->judge->demand_treatment == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

static cp_err judge_all(struct making *m, struct cp_diag *diag)
{
    uint64_t *sets = CP_TAKE(m->arena, m->net->demand_count, uint64_t);

    if (sets == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(classify(m, sets, diag));
    CP_TRY(cp_survey_make(m->policy->makers, m->net, m->as_of, m->arena, &m->survey));
    m->judge->remarks = m->survey->remarks;
    m->judge->remark_count = m->survey->remark_count;
    CP_TRY(judge_rules(m));
    CP_TRY(judge_presences(m));
    CP_TRY(find_unmet(m));
    return treat_demands(m, sets);
}

cp_err cp_judge_make(const struct cp_policy *policy, const struct cp_case *net, cp_date as_of,
                     struct cp_arena *arena, const struct cp_judge **out, struct cp_diag *diag)
{
    struct cp_judge *judge = CP_TAKE(arena, 1, struct cp_judge);
    struct making m = {
        .policy = policy, .net = net, .as_of = as_of, .arena = arena, .judge = judge};

    if (judge == NULL)
        return CP_ERR_NOMEM;
    *judge = (struct cp_judge){.as_of = as_of, .net = net, .policy = policy};
    CP_TRY(policy == NULL ? judge_nothing(&m) : judge_all(&m, diag));
    *out = judge;
    return CP_OK;
}

cp_err cp_judge_reason(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                       uint32_t object, struct cp_arena *arena, struct cp_reason *out)
{
    struct cp_because because;
    struct cp_reason got = {.trust = CP_TRUSTED};

    CP_ASSERT(rule < judge->rule_count && kind != CP_OBJECT_SITE);
    const struct cp_verdict_of *verdict = &judge->inside->verdicts[rule];
    CP_TRY(cp_because_find(verdict, kind, object, arena, &because));
    got.trust =
        (cp_trust)(kind == CP_OBJECT_NODE ? verdict->node_trust : verdict->link_trust)[object];
    CP_TRY(cp_because_write(&because, judge->net, arena, &got.sentence, &got.reason));
    *out = got;
    return CP_OK;
}
