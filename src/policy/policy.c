#include "policy/policy.h"

#include "claims.h"
#include "makers_read.h"
#include "rules.h"
#include "trial_read.h"
#include "vocabulary.h"
#include "window.h"

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

static cp_err read_authority(const struct cp_yaml *map, struct cp_policy *policy,
                             struct cp_diag *diag)
{
    const struct cp_yaml *by = NULL;

    if (map == NULL)
        return CP_OK;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_AUTHORITY, map, diag));
    CP_TRY(cp_value_get(map, "by", &by, diag));
    CP_TRY(cp_value_text(by, &policy->by, diag));
    CP_TRY(cp_value_text_at(map, "ref", &policy->ref, diag));
    return cp_value_text_at(map, "owner", &policy->owner, diag);
}

static cp_err read_head(const struct cp_yaml *map, struct cp_policy *policy, struct cp_diag *diag)
{
    const struct cp_yaml *id = NULL;
    const struct cp_yaml *zone = cp_value_find(map, "timezone");

    CP_TRY(check_version(map, diag));
    CP_TRY(cp_value_get(map, "id", &id, diag));
    CP_TRY(cp_value_text(id, &policy->id, diag));
    CP_TRY(cp_value_id(policy->id, id->place, diag));
    policy->id_place = id->place;
    CP_TRY(cp_value_text_at(map, "says", &policy->says, diag));
    CP_TRY(cp_value_text_at(map, "version", &policy->version, diag));
    CP_TRY(cp_value_text_at(map, "timezone", &policy->timezone, diag));
    if (zone != NULL) {
        CP_TRY(cp_timezone_check(policy->timezone, zone->place, diag));
        policy->timezone_place = zone->place;
    }
    return read_authority(cp_value_find(map, "authority"), policy, diag);
}

typedef cp_err read_section(const struct cp_yaml *value, struct cp_reading *reading);

static cp_err read_tests(const struct cp_yaml *list, struct cp_reading *reading)
{
    return cp_trials_read(list, reading->policy, reading->diag);
}

static cp_err read_sections(const struct cp_yaml *map, struct cp_reading *reading)
{
    static const struct {
        const char *key;
        read_section *read;
    } sections[] = {
        {"maker-lists", cp_lists_read}, {"products", cp_products_read},
        {"traffic", cp_traffic_read},   {"rules", cp_rules_read},
        {"licences", cp_licences_read}, {"tests", read_tests},
    };

    for (size_t i = 0; i < CP_COUNT(sections); i++) {
        const struct cp_yaml *value = cp_value_find(map, sections[i].key);
        if (value != NULL)
            CP_TRY(sections[i].read(value, reading));
    }
    return CP_OK;
}

cp_err cp_policy_read(cp_text bytes, uint32_t file, struct cp_arena *arena,
                      const struct cp_policy **out, struct cp_diag *diag)
{
    struct cp_policy *policy = CP_TAKE(arena, 1, struct cp_policy);
    const struct cp_yaml *map = NULL;
    const struct cp_yaml *rules = NULL;
    struct cp_reading reading = {
        .policy = policy,
        .arena = arena,
        .diag = diag,
        .lists = {.none = "no such maker list", .twice = "two lists have this id"},
        .products = {.none = "no such product", .twice = "two products have this id"},
        .classes = {.none = "no such traffic class", .twice = "two classes have this id"},
        .rules = {.none = "no such rule", .twice = "two rules have this id"},
        .licences = {.none = "no such licence", .twice = "two licences have this id"},
    };

    if (policy == NULL)
        return CP_ERR_NOMEM;
    *policy = (struct cp_policy){.arena = arena, .file = file};
    CP_TRY(cp_yaml_parse(bytes, file, arena, &map, diag));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_POLICY, map, diag));
    CP_TRY(read_head(map, policy, diag));
    CP_TRY(cp_defaults_read(cp_value_find(map, "defaults"), &reading));
    CP_TRY(cp_value_get(map, "rules", &rules, diag));
    policy->rules_place = rules->place;
    CP_TRY(cp_makers_read(cp_value_find(map, "makers"), arena, &policy->makers,
                          &policy->policy_maker_count, diag));
    CP_TRY(cp_claims_read(cp_value_find(map, "makers"), &reading));
    CP_TRY(read_sections(map, &reading));
    *out = policy;
    return CP_OK;
}
