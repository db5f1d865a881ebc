#include "policy/policy.h"

#include "limits.h"
#include "rules.h"

/*
 * The file as a tree (yaml_tree.c), its words against the vocabulary (vocabulary.c), its sections in the
 * order in which they need each other, which is not the order of the file.
 */

static cp_err check_version(const struct cp_yaml *map, struct cp_diag *diag)
{
    const struct cp_yaml *version = NULL;
    cp_text text = CP_TEXT("");

    CP_TRY(cp_value_get(map, "cleanpath-policy", &version, diag));
    CP_TRY(cp_value_text(version, &text, diag));
    if (!cp_text_is(text, "1"))
        return cp_diag_set(diag, CP_ERR_MALFORMED, version->place,
                           "only version 1 of the language is known", text);
    return CP_OK;
}

/* Who signed it is for people; here the words must only be texts. */
static cp_err check_authority(const struct cp_yaml *map, struct cp_diag *diag)
{
    const struct cp_yaml *by = NULL;
    cp_text text = CP_TEXT("");

    if (map == NULL)
        return CP_OK;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_AUTHORITY, map, diag));
    CP_TRY(cp_value_get(map, "by", &by, diag));
    CP_TRY(cp_value_text(by, &text, diag));
    CP_TRY(cp_value_text_at(map, "ref", &text, diag));
    return cp_value_text_at(map, "owner", &text, diag);
}

static cp_err read_defaults(const struct cp_yaml *map, struct cp_policy *policy,
                            struct cp_diag *diag)
{
    const struct cp_yaml *unknown = NULL;
    uint32_t word = CP_UNKNOWN_IS_UNTRUSTED;

    if (map == NULL)
        return CP_OK;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_DEFAULTS, map, diag));
    unknown = cp_value_find(map, "unknown");
    if (unknown != NULL)
        CP_TRY(cp_vocabulary_word(CP_WORDS_UNKNOWN, unknown, &word, diag));
    policy->unknown = (cp_unknown)word;
    return CP_OK;
}

static cp_err read_head(const struct cp_yaml *map, struct cp_policy *policy, struct cp_diag *diag)
{
    const struct cp_yaml *id = NULL;
    const struct cp_yaml *zone = cp_value_find(map, "timezone");

    CP_TRY(check_version(map, diag));
    CP_TRY(cp_value_get(map, "id", &id, diag));
    CP_TRY(cp_value_text(id, &policy->id, diag));
    CP_TRY(cp_value_id(policy->id, id->place, diag));
    CP_TRY(cp_value_text_at(map, "says", &policy->says, diag));
    CP_TRY(cp_value_text_at(map, "timezone", &policy->timezone, diag));
    if (zone != NULL)
        CP_TRY(cp_timezone_check(policy->timezone, zone->place, diag));
    CP_TRY(check_authority(cp_value_find(map, "authority"), diag));
    return read_defaults(cp_value_find(map, "defaults"), policy, diag);
}

/* --- traffic ------------------------------------------------------------------------------ */

static cp_err read_ends(const struct cp_yaml *map, const struct cp_policy *policy,
                        struct cp_traffic *class, struct cp_diag *diag)
{
    const struct cp_yaml *both = cp_value_find(map, "both-ends");
    const struct cp_yaml *any = cp_value_find(map, "any-end");

    if (both != NULL && any != NULL)
        return cp_diag_set(diag, CP_ERR_MALFORMED, any->key_place,
                           "a class has both-ends or any-end, not both", any->key);
    if (both == NULL && any == NULL)
        return CP_OK;
    class->ends = both != NULL ? CP_ENDS_BOTH : CP_ENDS_ANY;
    return cp_select_read(both != NULL ? both : any, CP_KEYS_SELECT_ENDS, policy->arena,
                          &class->select, diag);
}

static cp_err read_class(const struct cp_yaml *map, const struct cp_policy *policy,
                         struct cp_traffic *class, struct cp_diag *diag)
{
    const struct cp_yaml *directions = NULL;
    cp_text says = CP_TEXT(""); /* for people; here it must only be a text */
    uint32_t word = 0;

    class->id = map->key;
    CP_TRY(cp_value_id(map->key, map->key_place, diag));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_CLASS, map, diag));
    CP_TRY(cp_value_text_at(map, "says", &says, diag));
    directions = cp_value_find(map, "directions");
    if (directions != NULL)
        CP_TRY(cp_vocabulary_word(CP_WORDS_DIRECTIONS, directions, &word, diag));
    return read_ends(map, policy, class, diag);
}

static cp_err read_traffic(const struct cp_yaml *map, struct cp_policy *policy,
                           struct cp_diag *diag)
{
    CP_TRY(cp_value_kind(map, CP_YAML_MAP, diag));
    if (map->count > CP_LIMIT_POLICY_CLASSES)
        return cp_diag_set(diag, CP_ERR_LIMIT, map->place, "too many traffic classes", CP_TEXT(""));
    policy->classes = CP_TAKE(policy->arena, map->count, struct cp_traffic);
    if (policy->classes == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(read_class(at, policy, &policy->classes[policy->class_count++], diag));
    return CP_OK;
}

cp_err cp_policy_class(const struct cp_policy *policy, cp_text id, cp_place place,
                       struct cp_arena *arena, uint32_t *out, struct cp_diag *diag)
{
    cp_text *ids = CP_TAKE(arena, policy->class_count, cp_text);

    if (ids == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < policy->class_count; i++) {
        ids[i] = policy->classes[i].id;
        *out = i;
        if (cp_text_eq(ids[i], id))
            return CP_OK;
    }
    *out = CP_NONE;
    cp_err err = cp_diag_set(diag, CP_ERR_UNKNOWN_ID, place, "no such traffic class", id);
    size_t nearest = cp_text_nearest(id, ids, policy->class_count);
    if (nearest < policy->class_count)
        cp_diag_hint(diag, ids[nearest]);
    return err;
}

/* ------------------------------------------------------------------------------------------ */

typedef cp_err read_section(const struct cp_yaml *value, struct cp_policy *policy,
                            struct cp_diag *diag);

static cp_err read_sections(const struct cp_yaml *map, struct cp_policy *policy,
                            struct cp_diag *diag)
{
    static const struct {
        const char *key;
        read_section *read;
    } sections[] = {
        {"maker-lists", cp_lists_read},
        {"traffic", read_traffic},
        {"rules", cp_rules_read},
        {"tests", cp_trials_read},
    };

    for (size_t i = 0; i < CP_COUNT(sections); i++) {
        const struct cp_yaml *value = cp_value_find(map, sections[i].key);
        if (value != NULL)
            CP_TRY(sections[i].read(value, policy, diag));
    }
    return CP_OK;
}

cp_err cp_policy_read(cp_text bytes, uint32_t file, struct cp_arena *arena,
                      const struct cp_policy **out, struct cp_diag *diag)
{
    struct cp_policy *policy = CP_TAKE(arena, 1, struct cp_policy);
    const struct cp_yaml *map = NULL;
    const struct cp_yaml *rules = NULL;

    if (policy == NULL)
        return CP_ERR_NOMEM;
    *policy = (struct cp_policy){.arena = arena};
    CP_TRY(cp_yaml_parse(bytes, file, arena, &map, diag));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_POLICY, map, diag));
    CP_TRY(read_head(map, policy, diag));
    CP_TRY(cp_value_get(map, "rules", &rules, diag));
    CP_TRY(cp_makers_make(cp_value_find(map, "makers"), arena, &policy->makers, diag));
    CP_TRY(read_sections(map, policy, diag));
    *out = policy;
    return CP_OK;
}

cp_text cp_policy_id(const struct cp_policy *policy)
{
    return policy->id;
}

cp_text cp_policy_says(const struct cp_policy *policy)
{
    return policy->says;
}

cp_text cp_policy_timezone(const struct cp_policy *policy)
{
    return policy->timezone;
}

uint32_t cp_policy_rule_count(const struct cp_policy *policy)
{
    return policy->rule_count;
}

uint32_t cp_policy_test_count(const struct cp_policy *policy)
{
    return policy->trial_count;
}
