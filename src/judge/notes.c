#include "making.h"

#include "base/map.h"

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

/*
 * Each different word that rules ask about is numbered, then all words of the case are looked up among
 * them once.
 */

typedef enum { SITE_TAG, TAG, SITE, ROLE, CLASS, TECHNOLOGY, OPERATOR, KIND_COUNT } word_kind;

static const char *const kind_keys[KIND_COUNT] = {
    [SITE_TAG] = "site-tag", [TAG] = "tag",     [SITE] = "site",
    [ROLE] = "role",         [CLASS] = "class", [TECHNOLOGY] = "technology",
    [OPERATOR] = "operator",
};

struct asked_word {
    cp_text text;
    word_kind kind;
    uint32_t policy; /* the last that asked */
    bool borne;
};

/* A word, and a policy that asks about it. */
struct asking {
    uint32_t word, policy;
};

struct unmet {
    struct cp_judge_making *m;
    uint32_t policy;
    struct cp_map *ids[KIND_COUNT];
    struct asked_word *words; /* [word_count] */
    struct asking *askings;   /* [asking_count] in the order of policies and rules, all different */
    uint32_t word_count, word_cap, asking_count, asking_cap;
};

static cp_err number_word(struct unmet *u, word_kind kind, cp_text text, uint32_t *id)
{
    void *at = u->words;

    *id = cp_map_find(u->ids[kind], text);
    if (*id != CP_MAP_NONE)
        return CP_OK;
    *id = u->word_count;
    CP_TRY(cp_arena_grow(u->m->arena, &at, *id, &u->word_cap, sizeof(struct asked_word)));
    u->words = at;
    u->words[u->word_count++] = (struct asked_word){text, kind, CP_NONE, false};
    return cp_map_add(u->ids[kind], text, *id);
}

static cp_err ask(struct unmet *u, const struct cp_texts *texts, word_kind kind)
{
    for (uint32_t i = 0; i < texts->count; i++) {
        void *at = u->askings;
        uint32_t id = 0;
        CP_TRY(number_word(u, kind, texts->at[i], &id));
        if (u->words[id].policy == u->policy)
            continue;
        u->words[id].policy = u->policy;
        CP_TRY(cp_arena_grow(u->m->arena, &at, u->asking_count, &u->asking_cap,
                             sizeof(struct asking)));
        u->askings = at;
        u->askings[u->asking_count++] = (struct asking){id, u->policy};
    }
    return CP_OK;
}

static cp_err look(struct unmet *u, const struct cp_select *select)
{
    CP_TRY(ask(u, &select->site_tags, SITE_TAG));
    CP_TRY(ask(u, &select->tags, TAG));
    CP_TRY(ask(u, &select->sites, SITE));
    CP_TRY(ask(u, &select->roles, ROLE));
    CP_TRY(ask(u, &select->classes, CLASS));
    CP_TRY(ask(u, &select->technologies, TECHNOLOGY));
    return ask(u, &select->operators, OPERATOR);
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

static cp_err look_at_rules(struct unmet *u)
{
    const struct cp_judge_making *m = u->m;

    for (u->policy = 0; u->policy < m->policy_count; u->policy++) {
        const struct cp_policy *policy = m->policies[u->policy].policy;
        for (uint32_t i = 0; i < policy->rule_count; i++) {
            if (cp_judging_in_force(m, u->policy, &policy->rules[i]))
                CP_TRY(look_at_rule(u, policy, &policy->rules[i]));
        }
    }
    return CP_OK;
}

static void bear(struct unmet *u, word_kind kind, cp_text word)
{
    uint32_t id = cp_map_find(u->ids[kind], word);

    if (id != CP_MAP_NONE)
        u->words[id].borne = true;
}

static void bear_tags(struct unmet *u, word_kind kind, cp_range tags)
{
    for (uint32_t i = 0; i < tags.count; i++)
        bear(u, kind, u->m->net->tags[tags.first + i]);
}

/* What is said several times is one word of the catalogue. */
static cp_err bear_words(struct unmet *u, word_kind kind, cp_dim dim)
{
    const struct cp_values *values = &u->m->ground->cat->values[dim];

    for (uint32_t i = CP_VALUE_FIRST; i < values->count; i++) {
        cp_arena_mark mark = cp_arena_mark_get(u->m->arena);
        cp_text rest = values->at[i];
        cp_text word = CP_TEXT("");
        while (cp_text_word(&rest, "\n", &word)) {
            CP_TRY(cp_word_fold(word, u->m->arena, &word));
            bear(u, kind, word);
        }
        cp_arena_reset(u->m->arena, mark);
    }
    return CP_OK;
}

static cp_err bear_all(struct unmet *u)
{
    const struct cp_case *net = u->m->net;

    for (uint32_t i = 0; i < net->site_count; i++) {
        bear_tags(u, SITE_TAG, net->sites[i].tags);
        bear(u, SITE, net->sites[i].id);
    }
    for (uint32_t i = 0; i < net->node_count; i++)
        bear_tags(u, TAG, net->nodes[i].tags);
    for (uint32_t i = 0; i < net->link_count; i++)
        bear_tags(u, TAG, net->links[i].tags);
    CP_TRY(bear_words(u, ROLE, CP_DIM_ROLE));
    CP_TRY(bear_words(u, CLASS, CP_DIM_CLASS));
    CP_TRY(bear_words(u, TECHNOLOGY, CP_DIM_TECHNOLOGY));
    return bear_words(u, OPERATOR, CP_DIM_OPERATOR);
}

static cp_err note_unmet(struct cp_judge_making *m)
{
    struct unmet u = {.m = m};
    struct cp_unmet *unmet;
    uint32_t count = 0;

    for (uint32_t i = 0; i < KIND_COUNT; i++)
        CP_TRY(cp_map_open(m->arena, &u.ids[i]));
    CP_TRY(look_at_rules(&u));
    if (u.word_count > 0)
        CP_TRY(bear_all(&u));
    unmet = CP_TAKE(m->arena, u.asking_count, struct cp_unmet);
    if (unmet == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < u.asking_count; i++) {
        const struct asked_word *word = &u.words[u.askings[i].word];
        if (!word->borne)
            unmet[count++] =
                (struct cp_unmet){kind_keys[word->kind], word->text, u.askings[i].policy};
    }
    m->judge->unmet = unmet;
    m->judge->unmet_count = count;
    return CP_OK;
}

cp_err cp_judging_notes(struct cp_judge_making *m)
{
    CP_TRY(note_licences(m));
    CP_TRY(note_gaps(m));
    return note_unmet(m);
}
