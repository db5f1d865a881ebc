#include "rules.h"

#include "effects.h"
#include "limits.h"
#include "select_read.h"
#include "window.h"

/* `rules`, and the `defaults` that fill in where a rule is silent. */

static cp_err read_under_failure(const struct cp_yaml *map, struct cp_rule *rule,
                                 struct cp_diag *diag)
{
    static const char *const keys[] = {"any-one-of", "any-two-of", "any-three-of"};

    if (map == NULL)
        return CP_OK;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_UNDER_FAILURE, map, diag));
    if (map->count != 1)
        return cp_diag_set(diag, CP_ERR_MALFORMED, map->place,
                           "expected one of any-one-of, any-two-of, any-three-of", map->key);
    for (uint32_t i = 0; i < CP_COUNT(keys); i++) {
        if (cp_text_is(map->first->key, keys[i]))
            rule->depth = i + 1;
    }
    return cp_vocabulary_bits(CP_WORDS_FAILURE, map->first, &rule->failure_kinds, diag);
}

static cp_err read_grade(const struct cp_yaml *map, struct cp_rule *rule, struct cp_diag *diag)
{
    uint32_t word = (uint32_t)rule->enough;

    CP_TRY(cp_vocabulary_word_at(CP_WORDS_GRADE, map, "enough-evidence", &word, diag));
    rule->enough = word < CP_GRADE_COUNT ? (cp_grade)word : CP_GRADE_CLAIM; /* self-declared */
    return CP_OK;
}

/* What a rule says or else takes from the defaults, which stand in it already. */
static cp_err read_words(const struct cp_yaml *map, struct cp_rule *rule, struct cp_diag *diag)
{
    uint32_t unknown = (uint32_t)rule->unknown;
    uint32_t unstated = (uint32_t)rule->unstated;
    uint32_t no_path = (uint32_t)rule->no_path;

    CP_TRY(cp_vocabulary_word_at(CP_WORDS_UNKNOWN, map, "unknown", &unknown, diag));
    CP_TRY(cp_vocabulary_word_at(CP_WORDS_UNSTATED, map, "unstated", &unstated, diag));
    CP_TRY(cp_vocabulary_word_at(CP_WORDS_IF_NO_PATH, map, "if-no-path", &no_path, diag));
    rule->unknown = (cp_unknown)unknown;
    rule->unstated = (cp_unstated)unstated;
    rule->no_path = (cp_no_path)no_path;
    CP_TRY(cp_vocabulary_bits_at(CP_WORDS_LAYER, map, "layers", &rule->layers, diag));
    CP_TRY(read_grade(map, rule, diag));
    return read_under_failure(cp_value_find(map, "under-failure"), rule, diag);
}

cp_err cp_defaults_read(const struct cp_yaml *map, struct cp_reading *reading)
{
    struct cp_rule *defaults = &reading->defaults;

    *defaults = (struct cp_rule){.unknown = CP_UNKNOWN_IS_UNTRUSTED,
                                 .unstated = CP_UNSTATED_IS_OUTSIDE,
                                 .enough = CP_GRADE_CLAIM,
                                 .layers = (1u << CP_LAYER_COUNT) - 1,
                                 .no_path = CP_NO_PATH_BLOCK};
    if (map == NULL)
        return CP_OK;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_DEFAULTS, map, reading->diag));
    return read_words(map, defaults, reading->diag);
}

/* Defaults that say nothing beside the rule's effect are left out of it. */
static void take_defaults(const struct cp_rule *defaults, struct cp_rule *rule)
{
    bool elements = rule->effect != CP_EFFECT_CAP && rule->effect != CP_EFFECT_SUPPLIERS;
    bool paths = rule->effect == CP_EFFECT_FORBID_TRANSIT;

    rule->unknown = defaults->unknown;
    rule->unstated = defaults->unstated;
    rule->enough = defaults->enough;
    rule->layers = elements ? defaults->layers : (1u << CP_LAYER_COUNT) - 1;
    rule->depth = paths ? defaults->depth : 0;
    rule->failure_kinds = paths ? defaults->failure_kinds : 0;
    rule->no_path = paths ? defaults->no_path : CP_NO_PATH_BLOCK;
}

/* --- which elements --------------------------------------------------------------------------- */

static cp_err read_excepts(const struct cp_yaml *value, struct cp_reading *reading,
                           struct cp_rule *rule)
{
    if (value->kind != CP_YAML_LIST)
        CP_TRY(cp_value_kind(value, CP_YAML_MAP, reading->diag));
    else
        CP_TRY(cp_value_some(value, reading->diag));
    uint32_t count = cp_value_count(value);
    const struct cp_yaml *at = cp_value_first(value);
    if (count > CP_LIMIT_POLICY_EXCEPTS)
        return cp_diag_set(reading->diag, CP_ERR_LIMIT, value->place,
                           "a rule has at most 64 exceptions", value->key);
    struct cp_select *excepts = CP_TAKE(reading->arena, count, struct cp_select);
    if (excepts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++, at = at->next)
        CP_TRY(cp_select_read(at, CP_KEYS_SELECT, "the selector is empty", reading, &excepts[i]));
    rule->excepts = excepts;
    rule->except_count = count;
    return CP_OK;
}

static cp_err read_bounds(const struct cp_yaml *map, struct cp_reading *reading,
                          struct cp_rule *rule)
{
    const struct cp_yaml *of = cp_value_find(map, "of");
    const struct cp_yaml *at = cp_value_find(map, "at");
    const struct cp_yaml *near = cp_value_find(map, "near");
    const struct cp_yaml *where = cp_value_find(map, "where");
    const struct cp_yaml *excepts = cp_value_find(map, "except");
    uint32_t scope = CP_SCOPE_ELEMENT;

    rule->traffic_class = CP_NONE;
    if (of != NULL)
        CP_TRY(cp_names_get(&reading->classes, of, &rule->traffic_class, reading->diag));
    if (at != NULL)
        CP_TRY(
            cp_select_read(at, CP_KEYS_SELECT_PLACE, "the selector is empty", reading, &rule->at));
    rule->has_near = near != NULL;
    if (near != NULL)
        CP_TRY(cp_near_read(near, reading, &rule->near));
    if (where != NULL)
        CP_TRY(
            cp_select_read(where, CP_KEYS_SELECT, "the selector is empty", reading, &rule->where));
    if (excepts != NULL)
        CP_TRY(read_excepts(excepts, reading, rule));
    CP_TRY(cp_vocabulary_word_at(CP_WORDS_SCOPE, map, "scope", &scope, reading->diag));
    rule->scope = (cp_scope)scope;
    return CP_OK;
}

/* --- a rule ----------------------------------------------------------------------------------- */

static cp_err read_name(const struct cp_yaml *map, struct cp_reading *reading, struct cp_rule *rule)
{
    const struct cp_yaml *id = NULL;
    const struct cp_yaml *says = NULL;

    CP_TRY(cp_value_get(map, "id", &id, reading->diag));
    CP_TRY(cp_value_text(id, &rule->id, reading->diag));
    CP_TRY(cp_names_add(&reading->rules, rule->id, id->place, reading->diag));
    CP_TRY(cp_value_get(map, "says", &says, reading->diag));
    return cp_value_text(says, &rule->says, reading->diag);
}

/* What was installed before a rule began is not its business, so it must say when it began. */
static cp_err read_window(const struct cp_yaml *map, struct cp_rule *rule, struct cp_diag *diag)
{
    const struct cp_yaml *from = NULL;

    if (rule->effect == CP_EFFECT_FORBID_INSTALL)
        CP_TRY(cp_value_get(map, "from", &from, diag));
    return cp_window_read(map, &rule->window, diag);
}

static cp_err read_rule(const struct cp_yaml *map, struct cp_reading *reading, struct cp_rule *rule)
{
    CP_TRY(cp_vocabulary_keys(CP_KEYS_RULE, map, reading->diag));
    *rule = (struct cp_rule){.place = map->place};
    CP_TRY(read_name(map, reading, rule));
    CP_TRY(cp_effect_read(map, reading, rule));
    CP_TRY(read_window(map, rule, reading->diag));
    take_defaults(&reading->defaults, rule);
    CP_TRY(read_words(map, rule, reading->diag));
    return read_bounds(map, reading, rule);
}

cp_err cp_rules_read(const struct cp_yaml *list, struct cp_reading *reading)
{
    CP_TRY(cp_value_kind(list, CP_YAML_LIST, reading->diag));
    if (list->count > CP_LIMIT_POLICY_RULES)
        return cp_diag_set(reading->diag, CP_ERR_LIMIT, list->place,
                           "a policy has at most 1024 rules", CP_TEXT(""));
    CP_TRY(cp_names_open(&reading->rules, list->count, reading->arena));
    struct cp_rule *rules = CP_TAKE(reading->arena, list->count, struct cp_rule);
    if (rules == NULL)
        return CP_ERR_NOMEM;
    reading->policy->rules = rules;
    for (const struct cp_yaml *at = list->first; at != NULL; at = at->next)
        CP_TRY(read_rule(at, reading, &rules[reading->policy->rule_count++]));
    return CP_OK;
}
