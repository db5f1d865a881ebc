#include "rules.h"

#include "limits.h"

/* --- maker lists -------------------------------------------------------------------------- */

static cp_err read_makers(const struct cp_yaml *value, const struct cp_policy *policy,
                          struct cp_maker_list *list, struct cp_diag *diag)
{
    CP_TRY(cp_value_some(value, diag));
    uint32_t *makers =
        CP_TAKE(policy->arena, value->kind == CP_YAML_LIST ? value->count : 1, uint32_t);
    const struct cp_yaml *at = cp_value_first(value);

    if (makers == NULL)
        return CP_ERR_NOMEM;
    do {
        CP_TRY(cp_makers_get(policy->makers, at, &makers[list->count++], diag));
        at = at->next;
    } while (value->kind == CP_YAML_LIST && at != NULL);
    list->makers = makers;
    return CP_OK;
}

static cp_err read_list(const struct cp_yaml *map, const struct cp_policy *policy,
                        struct cp_maker_list *list, struct cp_diag *diag)
{
    const struct cp_yaml *makers = NULL;
    const struct cp_yaml *affiliates = NULL;
    cp_text version = CP_TEXT(""); /* for those who compare policies; here it must only be a text */
    uint32_t excluded = 0;

    list->id = map->key;
    CP_TRY(cp_value_id(map->key, map->key_place, diag));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_MAKER_LIST, map, diag));
    CP_TRY(cp_value_text_at(map, "version", &version, diag));
    CP_TRY(cp_value_get(map, "makers", &makers, diag));
    CP_TRY(read_makers(makers, policy, list, diag));
    affiliates = cp_value_find(map, "affiliates");
    if (affiliates != NULL)
        CP_TRY(cp_vocabulary_word(CP_WORDS_AFFILIATES, affiliates, &excluded, diag));
    list->affiliates = excluded == 0;
    return CP_OK;
}

cp_err cp_lists_read(const struct cp_yaml *map, struct cp_policy *policy, struct cp_diag *diag)
{
    CP_TRY(cp_value_kind(map, CP_YAML_MAP, diag));
    policy->lists = CP_TAKE(policy->arena, map->count, struct cp_maker_list);
    if (policy->lists == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(read_list(at, policy, &policy->lists[policy->list_count++], diag));
    return CP_OK;
}

/* --- whom a rule is against --------------------------------------------------------------- */

/* Names a maker and, where they count, all that belong to it. */
static void aim(const struct cp_makers *makers, uint32_t maker, bool affiliates, uint8_t *target)
{
    target[maker] = CP_TARGET_NAMED;
    for (uint32_t i = 0; affiliates && i < cp_makers_count(makers); i++) {
        uint32_t up = i;
        while (up != CP_MAKER_OTHER && up != maker)
            up = cp_makers_parent(makers, up);
        if (up == maker && target[i] == CP_TARGET_NO)
            target[i] = CP_TARGET_AFFILIATE;
    }
}

static cp_err no_such_list(const struct cp_policy *policy, const struct cp_yaml *at,
                           struct cp_diag *diag)
{
    cp_text *ids = CP_TAKE(policy->arena, policy->list_count, cp_text);

    if (ids == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < policy->list_count; i++)
        ids[i] = policy->lists[i].id;
    cp_err err = cp_diag_set(diag, CP_ERR_UNKNOWN_ID, at->place, "no such maker list", at->text);
    size_t nearest = cp_text_nearest(at->text, ids, policy->list_count);
    if (nearest < policy->list_count)
        cp_diag_hint(diag, ids[nearest]);
    return err;
}

static cp_err aim_at_list(const struct cp_policy *policy, const struct cp_yaml *at, uint8_t *target,
                          struct cp_diag *diag)
{
    cp_text name = CP_TEXT("");

    CP_TRY(cp_value_text(at, &name, diag));
    for (uint32_t i = 0; i < policy->list_count; i++) {
        const struct cp_maker_list *list = &policy->lists[i];
        if (!cp_text_eq(list->id, name))
            continue;
        for (uint32_t k = 0; k < list->count; k++)
            aim(policy->makers, list->makers[k], list->affiliates, target);
        return CP_OK;
    }
    return no_such_list(policy, at, diag);
}

static cp_err aim_at_maker(const struct cp_policy *policy, const struct cp_yaml *at,
                           uint8_t *target, struct cp_diag *diag)
{
    uint32_t maker = 0;

    CP_TRY(cp_makers_get(policy->makers, at, &maker, diag));
    aim(policy->makers, maker, true, target);
    return CP_OK;
}

typedef cp_err aim_at(const struct cp_policy *policy, const struct cp_yaml *at, uint8_t *target,
                      struct cp_diag *diag);

static cp_err aim_at_all(const struct cp_yaml *value, const struct cp_policy *policy,
                         aim_at *aim_at_one, uint8_t *target, struct cp_diag *diag)
{
    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_value_some(value, diag));
    for (const struct cp_yaml *at = cp_value_first(value); at != NULL; at = at->next) {
        CP_TRY(aim_at_one(policy, at, target, diag));
        if (value->kind == CP_YAML_TEXT)
            break;
    }
    return CP_OK;
}

static cp_err read_target(const struct cp_yaml *map, const struct cp_policy *policy,
                          struct cp_rule *rule, struct cp_diag *diag)
{
    uint8_t *target = CP_TAKE(policy->arena, cp_makers_count(policy->makers), uint8_t);

    if (target == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_TARGET, map, diag));
    if (map->count == 0)
        return cp_diag_set(diag, CP_ERR_MALFORMED, map->place, "whom does it forbid", map->key);
    CP_TRY(aim_at_all(cp_value_find(map, "maker"), policy, aim_at_maker, target, diag));
    CP_TRY(aim_at_all(cp_value_find(map, "maker-list"), policy, aim_at_list, target, diag));
    rule->target = target;
    return CP_OK;
}

/* --- a rule ------------------------------------------------------------------------------- */

static cp_err read_effect(const struct cp_yaml *map, const struct cp_policy *policy,
                          struct cp_rule *rule, struct cp_diag *diag)
{
    const struct cp_yaml *transit = cp_value_find(map, "forbid-transit");
    const struct cp_yaml *presence = cp_value_find(map, "forbid-presence");

    if (transit == NULL && presence == NULL)
        return cp_diag_set(diag, CP_ERR_MALFORMED, map->place,
                           "a rule needs an effect such as forbid-transit", rule->id);
    if (transit != NULL && presence != NULL)
        return cp_diag_set(diag, CP_ERR_MALFORMED, presence->key_place, "a rule has one effect",
                           presence->key);
    rule->effect = transit != NULL ? CP_EFFECT_FORBID_TRANSIT : CP_EFFECT_FORBID_PRESENCE;
    return read_target(transit != NULL ? transit : presence, policy, rule, diag);
}

/* Keys that say nothing beside the rule's effect would be passed over in silence. */
static cp_err refuse_strangers(const struct cp_yaml *map, const struct cp_rule *rule,
                               struct cp_diag *diag)
{
    static const char *const transit_only[] = {"of", "under-failure", "if-no-path"};
    const struct cp_yaml *at = NULL;

    if (rule->effect == CP_EFFECT_FORBID_TRANSIT) {
        at = cp_value_find(map, "at");
        return at == NULL ? CP_OK
                          : cp_diag_set(diag, CP_ERR_MALFORMED, at->key_place,
                                        "does not go with forbid-transit", at->key);
    }
    for (size_t i = 0; i < CP_COUNT(transit_only); i++) {
        at = cp_value_find(map, transit_only[i]);
        if (at != NULL)
            return cp_diag_set(diag, CP_ERR_MALFORMED, at->key_place,
                               "does not go with forbid-presence", at->key);
    }
    return CP_OK;
}

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

static cp_err read_words(const struct cp_yaml *map, const struct cp_policy *policy,
                         struct cp_rule *rule, struct cp_diag *diag)
{
    const struct cp_yaml *unknown = cp_value_find(map, "unknown");
    const struct cp_yaml *layers = cp_value_find(map, "layers");
    const struct cp_yaml *no_path = cp_value_find(map, "if-no-path");
    uint32_t word = (uint32_t)policy->unknown;

    if (unknown != NULL)
        CP_TRY(cp_vocabulary_word(CP_WORDS_UNKNOWN, unknown, &word, diag));
    rule->unknown = (cp_unknown)word;
    rule->layers = (1u << CP_LAYER_COUNT) - 1;
    if (layers != NULL)
        CP_TRY(cp_vocabulary_bits(CP_WORDS_LAYER, layers, &rule->layers, diag));
    /* Whether traffic may leak is for those who steer it; here the word must only be one. */
    return no_path == NULL ? CP_OK : cp_vocabulary_word(CP_WORDS_IF_NO_PATH, no_path, &word, diag);
}

static cp_err read_scope(const struct cp_yaml *map, const struct cp_policy *policy,
                         struct cp_rule *rule, struct cp_diag *diag)
{
    const struct cp_yaml *of = cp_value_find(map, "of");
    const struct cp_yaml *at = cp_value_find(map, "at");
    cp_text id = CP_TEXT("");

    rule->traffic_class = CP_NONE;
    if (of != NULL) {
        CP_TRY(cp_value_text(of, &id, diag));
        CP_TRY(cp_policy_class(policy, id, of->place, policy->arena, &rule->traffic_class, diag));
    }
    rule->has_at = at != NULL;
    if (at != NULL)
        CP_TRY(cp_select_read(at, CP_KEYS_SELECT_PLACE, policy->arena, &rule->at, diag));
    return CP_OK;
}

static cp_err read_name(const struct cp_yaml *map, const struct cp_policy *policy,
                        struct cp_rule *rule, struct cp_diag *diag)
{
    const struct cp_yaml *id = NULL;
    const struct cp_yaml *says = NULL;

    CP_TRY(cp_value_get(map, "id", &id, diag));
    CP_TRY(cp_value_text(id, &rule->id, diag));
    CP_TRY(cp_value_id(rule->id, id->place, diag));
    for (const struct cp_rule *other = policy->rules; other < rule; other++) {
        if (cp_text_eq(other->id, rule->id))
            return cp_diag_set(diag, CP_ERR_DUPLICATE, id->place, "two rules have this id",
                               rule->id);
    }
    CP_TRY(cp_value_get(map, "says", &says, diag));
    return cp_value_text(says, &rule->says, diag);
}

static cp_err read_rule(const struct cp_yaml *map, const struct cp_policy *policy,
                        struct cp_rule *rule, struct cp_diag *diag)
{
    CP_TRY(cp_vocabulary_keys(CP_KEYS_RULE, map, diag));
    CP_TRY(read_name(map, policy, rule, diag));
    CP_TRY(read_effect(map, policy, rule, diag));
    CP_TRY(refuse_strangers(map, rule, diag));
    CP_TRY(cp_window_read(map, &rule->window, diag));
    CP_TRY(read_words(map, policy, rule, diag));
    CP_TRY(read_scope(map, policy, rule, diag));
    return read_under_failure(cp_value_find(map, "under-failure"), rule, diag);
}

cp_err cp_rules_read(const struct cp_yaml *list, struct cp_policy *policy, struct cp_diag *diag)
{
    CP_TRY(cp_value_kind(list, CP_YAML_LIST, diag));
    if (list->count > CP_LIMIT_POLICY_RULES)
        return cp_diag_set(diag, CP_ERR_LIMIT, list->place, "too many rules", CP_TEXT(""));
    policy->rules = CP_TAKE(policy->arena, list->count, struct cp_rule);
    if (policy->rules == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = list->first; at != NULL; at = at->next)
        CP_TRY(read_rule(at, policy, &policy->rules[policy->rule_count++], diag));
    return CP_OK;
}
