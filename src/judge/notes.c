#include "making.h"

/* What a reader of the verdicts must know: licences they rest on, gaps, words that nothing bears. */

/* --- licences ----------------------------------------------------------------------------- */

static bool relaxes_something(const struct cp_judge_making *m, uint32_t policy,
                              const struct cp_licence *licence)
{
    for (uint32_t k = 0; k < licence->relax_count; k++) {
        if (cp_judging_in_force(m, policy, &m->policies[policy].policy->rules[licence->relaxes[k]]))
            return true;
    }
    return false;
}

static struct cp_licence_use use_of(const struct cp_judge_making *m, uint32_t policy,
                                    uint32_t licence, uint32_t number)
{
    cp_date as_of = m->policies[policy].as_of;
    struct cp_licence_use use = {.licence = &m->policies[policy].policy->licences[licence],
                                 .policy = policy};

    use.holds = cp_judging_licensed(m, policy, use.licence, &use.until);
    use.warn = use.holds && use.until != CP_DATE_NONE && use.licence->warn_before_days > 0 &&
               (int64_t)use.until - as_of <= (int64_t)use.licence->warn_before_days;
    use.nodes = m->engine->covered[number].nodes;
    use.links = m->engine->covered[number].links;
    return use;
}

static cp_err note_licences(struct cp_judge_making *m)
{
    struct cp_licence_use *uses;
    uint32_t most = 0;
    uint32_t count = 0;
    uint32_t number = 0;

    for (uint32_t p = 0; p < m->policy_count; p++)
        most += m->policies[p].policy->licence_count;
    uses = CP_TAKE(m->arena, most, struct cp_licence_use);
    if (uses == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < m->policy_count; p++) {
        for (uint32_t i = 0; i < m->policies[p].policy->licence_count; i++, number++) {
            if (relaxes_something(m, p, &m->policies[p].policy->licences[i]))
                uses[count++] = use_of(m, p, i, number);
        }
    }
    m->judge->licences = uses;
    m->judge->licence_count = count;
    return CP_OK;
}

/* --- gaps --------------------------------------------------------------------------------- */

static const char *lacking_key(const struct cp_engine *engine, uint32_t rule, cp_object_kind kind,
                               uint32_t object)
{
    uint32_t first = 0;
    uint32_t end = 0;
    struct cp_subject subject = cp_own_unstated_subject(engine, kind, object);
    cp_dim dim =
        cp_conditions_doubt(&engine->ground, &engine->against, &subject, rule, CP_DOUBT_LACKING);

    cp_survey_facts(engine->survey, kind, object, &first, &end);
    for (uint32_t fact = first; fact < end && dim == CP_DIM_COUNT; fact++) {
        subject = cp_own_subject(engine, fact);
        if (engine->survey->name[fact] != CP_NAME_NONE)
            dim = cp_conditions_doubt(&engine->ground, &engine->against, &subject, rule,
                                      CP_DOUBT_LACKING);
    }
    if (dim != CP_DIM_COUNT)
        return cp_dim_key(dim);
    if (engine->rules[rule].rule->scope == CP_SCOPE_OPERATOR)
        return "operator";
    if (engine->rules[rule].rule->scope == CP_SCOPE_SITE)
        return "site";
    return (engine->placed[rule >> 6] >> (rule & 63) & 1) != 0 ? "site" : "product";
}

static cp_err note_gaps(struct cp_judge_making *m)
{
    const struct cp_engine *engine = m->engine;
    struct cp_gap *gaps = CP_TAKE(m->arena, engine->rule_count, struct cp_gap);
    uint32_t count = 0;

    if (gaps == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t rule = 0; rule < engine->rule_count; rule++) {
        uint32_t first = engine->gap_first[rule];
        cp_object_kind kind = (first & CP_SCOPE_LINK) != 0 ? CP_OBJECT_LINK : CP_OBJECT_NODE;
        uint32_t object = first & ~(uint32_t)CP_SCOPE_LINK;
        if (engine->gap_elements[rule] == 0)
            continue;
        gaps[count++] = (struct cp_gap){.rule = rule,
                                        .key = lacking_key(engine, rule, kind, object),
                                        .elements = engine->gap_elements[rule],
                                        .kind = kind,
                                        .object = object};
    }
    m->judge->gaps = gaps;
    m->judge->gap_count = count;
    return CP_OK;
}

/* --- words that nothing bears ----------------------------------------------------------------- */

struct unmet {
    struct cp_judge_making *m;
    uint32_t policy;
    struct cp_unmet *at;
    uint32_t count, cap;
};

typedef bool bears(const struct cp_judge_making *m, cp_text word);

static bool some_site_has_tag(const struct cp_judge_making *m, cp_text word)
{
    for (uint32_t i = 0; i < m->net->site_count; i++) {
        if (cp_case_has_tag(m->net, m->net->sites[i].tags, word))
            return true;
    }
    return false;
}

static bool something_has_tag(const struct cp_judge_making *m, cp_text word)
{
    for (uint32_t i = 0; i < m->net->node_count; i++) {
        if (cp_case_has_tag(m->net, m->net->nodes[i].tags, word))
            return true;
    }
    for (uint32_t i = 0; i < m->net->link_count; i++) {
        if (cp_case_has_tag(m->net, m->net->links[i].tags, word))
            return true;
    }
    return false;
}

static bool is_site(const struct cp_judge_making *m, cp_text word)
{
    return cp_case_site(m->net, word) != CP_NONE;
}

static bool is_role(const struct cp_judge_making *m, cp_text word)
{
    return cp_catalogue_has_word(m->ground->cat, CP_DIM_ROLE, word);
}

static bool is_class(const struct cp_judge_making *m, cp_text word)
{
    return cp_catalogue_has_word(m->ground->cat, CP_DIM_CLASS, word);
}

static bool is_technology(const struct cp_judge_making *m, cp_text word)
{
    return cp_catalogue_has_word(m->ground->cat, CP_DIM_TECHNOLOGY, word);
}

static bool is_operator(const struct cp_judge_making *m, cp_text word)
{
    return cp_catalogue_has_word(m->ground->cat, CP_DIM_OPERATOR, word);
}

static bool is_listed(const struct unmet *u, const char *key, cp_text word)
{
    for (uint32_t i = 0; i < u->count; i++) {
        if (u->at[i].policy == u->policy && cp_text_is(cp_text_of(key), u->at[i].key) &&
            cp_text_eq(u->at[i].word, word))
            return true;
    }
    return false;
}

static cp_err add_unmet(struct unmet *u, const struct cp_texts *words, const char *key, bears *has)
{
    for (uint32_t i = 0; i < words->count; i++) {
        void *at = u->at;
        if (has(u->m, words->at[i]) || is_listed(u, key, words->at[i]))
            continue;
        CP_TRY(cp_arena_grow(u->m->arena, &at, u->count, &u->cap, sizeof(struct cp_unmet)));
        u->at = at;
        u->at[u->count++] = (struct cp_unmet){key, words->at[i], u->policy};
    }
    return CP_OK;
}

static cp_err look(struct unmet *u, const struct cp_select *select)
{
    CP_TRY(add_unmet(u, &select->site_tags, "site-tag", some_site_has_tag));
    CP_TRY(add_unmet(u, &select->tags, "tag", something_has_tag));
    CP_TRY(add_unmet(u, &select->sites, "site", is_site));
    CP_TRY(add_unmet(u, &select->roles, "role", is_role));
    CP_TRY(add_unmet(u, &select->classes, "class", is_class));
    CP_TRY(add_unmet(u, &select->technologies, "technology", is_technology));
    return add_unmet(u, &select->operators, "operator", is_operator);
}

/* Exceptions and licences are left out: that nothing needs them is no slip. */
static cp_err look_at_rule(struct unmet *u, const struct cp_policy *policy,
                           const struct cp_rule *rule)
{
    CP_TRY(look(u, &rule->target));
    CP_TRY(look(u, &rule->where));
    CP_TRY(look(u, &rule->at));
    CP_TRY(look(u, &rule->among));
    if (rule->has_near)
        CP_TRY(look(u, &rule->near.from));
    return rule->traffic_class == CP_NONE ? CP_OK
                                          : look(u, &policy->classes[rule->traffic_class].select);
}

static cp_err note_unmet(struct cp_judge_making *m)
{
    struct unmet u = {.m = m};

    for (u.policy = 0; u.policy < m->policy_count; u.policy++) {
        const struct cp_policy *policy = m->policies[u.policy].policy;
        for (uint32_t i = 0; i < policy->rule_count; i++) {
            if (cp_judging_in_force(m, u.policy, &policy->rules[i]))
                CP_TRY(look_at_rule(&u, policy, &policy->rules[i]));
        }
    }
    m->judge->unmet = u.at;
    m->judge->unmet_count = u.count;
    return CP_OK;
}

cp_err cp_judging_notes(struct cp_judge_making *m)
{
    CP_TRY(note_licences(m));
    CP_TRY(note_gaps(m));
    return note_unmet(m);
}
