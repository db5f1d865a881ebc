#include "warnings.h"

#include "aims.h"

/*
 * Rules whose own words keep them from ever saying anything.  Only what is certain whatever a network
 * holds: the makers on its lists over its days, keys that leave nothing in common, exceptions that
 * ask no more than the rule does.
 */

/* A selector of a rule, and the key that it stands under. */
struct asked {
    const char *key;
    const struct cp_select *select;
};

enum { ASKED_MAX = 3, TEXT_KEYS = 9 };

/* What an element must meet for the rule to be about it. */
struct question {
    struct asked asked[ASKED_MAX];
    uint32_t count;
};

static void ask(struct question *question, const char *key, const struct cp_select *select)
{
    CP_ASSERT(question->count < ASKED_MAX);
    if (select->given)
        question->asked[question->count++] = (struct asked){key, select};
}

/* Of an allow-list, what it does not name is what it is about: its target asks nothing.  Shares of
 * capacity are asked of links by their ends too: two words may be met by one link. */
static struct question question_of(const struct cp_rule *rule)
{
    static const char *const keys[CP_EFFECT_COUNT] = {
        [CP_EFFECT_FORBID_TRANSIT] = "forbid-transit",
        [CP_EFFECT_FORBID_PRESENCE] = "forbid-presence",
        [CP_EFFECT_FORBID_INSTALL] = "forbid-install",
        [CP_EFFECT_CAP] = "what",
    };
    struct question question = {.count = 0};

    if (!rule->require && rule->effect != CP_EFFECT_SUPPLIERS)
        ask(&question, keys[rule->effect], &rule->target);
    if (rule->effect == CP_EFFECT_CAP && rule->counted_in != CP_COUNTED_CAPACITY)
        ask(&question, "among", &rule->among);
    ask(&question, "where", &rule->where);
    ask(&question, "at", &rule->at);
    return question;
}

static void list_texts(const struct cp_select *select, const struct cp_texts *out[TEXT_KEYS])
{
    const struct cp_texts *all[TEXT_KEYS] = {
        &select->control,      &select->classes,   &select->roles,
        &select->technologies, &select->operators, &select->sites,
        &select->countries,    &select->site_tags, &select->tags,
    };

    for (uint32_t i = 0; i < TEXT_KEYS; i++)
        out[i] = all[i];
}

static bool has_text(const struct cp_texts *texts, cp_text text)
{
    for (uint32_t i = 0; i < texts->count; i++) {
        if (cp_text_eq(texts->at[i], text))
            return true;
    }
    return false;
}

static bool has_index(const uint32_t *indexes, uint32_t count, uint32_t index)
{
    for (uint32_t i = 0; i < count; i++) {
        if (indexes[i] == index)
            return true;
    }
    return false;
}

/* --- makers ----------------------------------------------------------------------------------- */

/* Whether a selector asks for a maker, and none is such on any day of the rule. */
static bool names_nobody(const struct cp_policy *policy, const struct cp_select *select,
                         struct cp_window window, cp_aim aim, uint8_t *target)
{
    if (!select->has_makers && select->control.count == 0)
        return false;
    if (cp_select_aims_other(policy, select) != CP_TARGET_NO)
        return false;
    cp_select_aims_within(policy, select, window, aim, target);
    for (uint32_t i = 0; i < cp_makers_count(policy->makers); i++) {
        if (target[i] != CP_TARGET_NO)
            return false;
    }
    return true;
}

static cp_err warn_of_nobody(struct cp_warnings *warnings, const struct cp_rule *rule,
                             uint8_t *target)
{
    const struct cp_policy *policy = warnings->policy;
    cp_aim aim = rule->require ? CP_AIM_ALL : CP_AIM_ANY;

    if (names_nobody(policy, &rule->target, rule->window, aim, target))
        CP_TRY(cp_warnings_add(warnings, rule->place, "rule", rule->id,
                               rule->require ? "allows no maker on any of its days"
                                             : "is against no maker on any of its days"));
    if (names_nobody(policy, &rule->where, rule->window, CP_AIM_ANY, target))
        CP_TRY(cp_warnings_add(warnings, rule->place, "rule", rule->id,
                               "can never be violated: its where names no maker on any of its "
                               "days"));
    return CP_OK;
}

/* --- keys that leave nothing in common -------------------------------------------------------- */

static bool are_apart(const struct cp_texts *a, const struct cp_texts *b)
{
    for (uint32_t i = 0; i < a->count; i++) {
        if (has_text(b, a->at[i]))
            return false;
    }
    return a->count > 0 && b->count > 0;
}

/* Before the earlier and after the later: no day is left. */
static bool no_day_between(cp_date before, cp_date after)
{
    return before != CP_DATE_NONE && after != CP_DATE_NONE && before - 1 <= after;
}

/* The key by which nothing at all can meet both; NULL where something may. */
static const char *contradiction(const struct cp_select *a, const struct cp_select *b)
{
    if (a->layers != 0 && b->layers != 0 && (a->layers & b->layers) == 0)
        return "layer";
    if (no_day_between(a->installed_before, b->installed_after) ||
        no_day_between(b->installed_before, a->installed_after))
        return "day of installation";
    return NULL;
}

/* The key of which a node has one word, so that only links, with their ends apart, can meet both. */
static const char *division(const struct cp_select *a, const struct cp_select *b)
{
    if (are_apart(&a->roles, &b->roles))
        return "role";
    if (are_apart(&a->operators, &b->operators))
        return "operator";
    if (are_apart(&a->sites, &b->sites))
        return "site";
    return are_apart(&a->countries, &b->countries) ? "country" : NULL;
}

static cp_err warn_of_pair(struct cp_warnings *warnings, const struct cp_rule *rule,
                           const struct asked *one, const struct asked *two)
{
    const char *never = contradiction(one->select, two->select);
    const char *links = division(one->select, two->select);
    bool counts_nodes = rule->effect == CP_EFFECT_CAP;
    struct cp_out out = cp_out_make(warnings->arena);
    cp_text after = CP_TEXT("");

    if (never == NULL && links == NULL)
        return CP_OK;
    cp_out_str(&out, never != NULL || counts_nodes ? "can never be violated"
                                                   : "can be violated by links only");
    cp_out_format(&out, ": its %s and its %s have no %s in common", one->key, two->key,
                  never != NULL ? never : links);
    CP_TRY(cp_out_done(&out, &after));
    return cp_warnings_add(warnings, rule->place, "rule", rule->id, after.at);
}

static cp_err warn_of_pairs(struct cp_warnings *warnings, const struct cp_rule *rule,
                            const struct question *question)
{
    for (uint32_t i = 0; i < question->count; i++) {
        const struct asked *one = &question->asked[i];
        if (one->select->layers != 0 && (one->select->layers & rule->layers) == 0)
            CP_TRY(cp_warnings_add(warnings, rule->place, "rule", rule->id,
                                   "can never be violated: its layers have none of those that "
                                   "it selects"));
        for (uint32_t k = i + 1; k < question->count; k++)
            CP_TRY(warn_of_pair(warnings, rule, one, &question->asked[k]));
    }
    return CP_OK;
}

/* A rule about what is installed knows no other days than its own. */
static cp_err warn_of_install(struct cp_warnings *warnings, const struct cp_rule *rule,
                              const struct question *question)
{
    for (uint32_t i = 0; i < question->count && rule->effect == CP_EFFECT_FORBID_INSTALL; i++) {
        const struct cp_select *select = question->asked[i].select;
        bool before = select->installed_before != CP_DATE_NONE &&
                      select->installed_before <= rule->window.from;
        bool after = select->installed_after != CP_DATE_NONE &&
                     rule->window.until != CP_DATE_NONE &&
                     select->installed_after >= rule->window.until;
        if (before || after)
            return cp_warnings_add(warnings, rule->place, "rule", rule->id,
                                   "can never be violated: what it selects was installed on none "
                                   "of its days");
    }
    return CP_OK;
}

static bool is_blind(const struct cp_policy *policy, const struct cp_select *select)
{
    for (uint32_t i = 0; i < select->product_count; i++) {
        if (policy->products[select->products[i]].select.capabilities != CP_CAN_NEITHER)
            return select->capabilities == CP_CAN_NEITHER;
    }
    return select->product_count > 0 || select->capabilities == CP_CAN_NEITHER;
}

/* Traffic passes nothing in what can neither route nor see it. */
static cp_err warn_of_blind(struct cp_warnings *warnings, const struct cp_rule *rule)
{
    if (rule->effect != CP_EFFECT_FORBID_TRANSIT ||
        (!is_blind(warnings->policy, &rule->target) && !is_blind(warnings->policy, &rule->where)))
        return CP_OK;
    return cp_warnings_add(
        warnings, rule->place, "rule", rule->id,
        "can never be violated: it is about transit, and what has the capability "
        "neither counts for none");
}

/* --- exceptions ------------------------------------------------------------------------------- */

static bool all_texts_are_in(const struct cp_texts *narrow, const struct cp_texts *wide)
{
    for (uint32_t i = 0; i < narrow->count; i++) {
        if (!has_text(wide, narrow->at[i]))
            return false;
    }
    return narrow->count > 0;
}

static bool all_indexes_are_in(const uint32_t *narrow, uint32_t count, const uint32_t *wide,
                               uint32_t wide_count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!has_index(wide, wide_count, narrow[i]))
            return false;
    }
    return true;
}

static bool bits_are_in(uint32_t narrow, uint32_t wide)
{
    return narrow != 0 && (narrow & ~wide) == 0;
}

/* Keys of the exception that are not lists of texts, each met by whatever meets the other selector. */
enum {
    MAKERS = 1,
    PRODUCTS = 2,
    LAYERS = 4,
    FUNCTIONS = 8,
    CAPABILITIES = 16,
    BEFORE = 32,
    AFTER = 64
};

static unsigned keys_of(const struct cp_select *select)
{
    return (select->has_makers ? MAKERS : 0u) | (select->product_count > 0 ? PRODUCTS : 0u) |
           (select->layers != 0 ? LAYERS : 0u) | (select->functions != 0 ? FUNCTIONS : 0u) |
           (select->capabilities != 0 ? CAPABILITIES : 0u) |
           (select->installed_before != CP_DATE_NONE ? BEFORE : 0u) |
           (select->installed_after != CP_DATE_NONE ? AFTER : 0u);
}

static unsigned keys_met(const struct cp_select *except, const struct cp_select *asked)
{
    unsigned common = keys_of(except) & keys_of(asked);
    unsigned met = 0;

    if (all_indexes_are_in(asked->makers, asked->maker_count, except->makers,
                           except->maker_count) &&
        all_indexes_are_in(asked->maker_lists, asked->maker_list_count, except->maker_lists,
                           except->maker_list_count))
        met |= MAKERS;
    if (all_indexes_are_in(asked->products, asked->product_count, except->products,
                           except->product_count))
        met |= PRODUCTS;
    met |= bits_are_in(asked->layers, except->layers) ? LAYERS : 0u;
    met |= bits_are_in(asked->functions, except->functions) ? FUNCTIONS : 0u;
    met |= bits_are_in(asked->capabilities, except->capabilities) ? CAPABILITIES : 0u;
    met |= asked->installed_before <= except->installed_before ? BEFORE : 0u;
    met |= asked->installed_after >= except->installed_after ? AFTER : 0u;
    return met & common;
}

/* Whether each key of the exception is asked already, at least as narrowly, by the rule itself. */
static bool excepts_all(const struct cp_select *except, const struct question *question)
{
    const struct cp_texts *wide[TEXT_KEYS];
    bool met[TEXT_KEYS] = {false};
    unsigned keys = 0;

    list_texts(except, wide);
    for (uint32_t i = 0; i < question->count; i++) {
        const struct cp_texts *narrow[TEXT_KEYS];
        list_texts(question->asked[i].select, narrow);
        keys |= keys_met(except, question->asked[i].select);
        for (uint32_t k = 0; k < TEXT_KEYS; k++)
            met[k] = met[k] || all_texts_are_in(narrow[k], wide[k]);
    }
    for (uint32_t k = 0; k < TEXT_KEYS; k++) {
        if (wide[k]->count > 0 && !met[k])
            return false;
    }
    return keys == keys_of(except);
}

static cp_err warn_of_excepts(struct cp_warnings *warnings, const struct cp_rule *rule,
                              const struct question *question)
{
    for (uint32_t i = 0; i < rule->except_count; i++) {
        if (excepts_all(&rule->excepts[i], question))
            CP_TRY(cp_warnings_add(warnings, rule->excepts[i].place, "rule", rule->id,
                                   "excepts all that it is about: this exception asks nothing that "
                                   "the rule does not ask already"));
    }
    return CP_OK;
}

/* ----------------------------------------------------------------------------------------------- */

cp_err cp_warn_of_idle_rules(struct cp_warnings *warnings)
{
    const struct cp_policy *policy = warnings->policy;
    uint8_t *target = CP_TAKE(warnings->arena, cp_makers_count(policy->makers), uint8_t);

    if (target == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < policy->rule_count; i++) {
        const struct cp_rule *rule = &policy->rules[i];
        struct question question = question_of(rule);
        CP_TRY(warn_of_nobody(warnings, rule, target));
        CP_TRY(warn_of_pairs(warnings, rule, &question));
        CP_TRY(warn_of_install(warnings, rule, &question));
        CP_TRY(warn_of_blind(warnings, rule));
        CP_TRY(warn_of_excepts(warnings, rule, &question));
        if (rule->effect == CP_EFFECT_CAP && rule->at_most_bp == 10000)
            CP_TRY(cp_warnings_add(warnings, rule->place, "rule", rule->id,
                                   "can never be violated: no share is above 100 %"));
    }
    return CP_OK;
}
