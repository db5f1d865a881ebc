#include "reading.h"

#include "amount.h"
#include "limits.h"
#include "select_read.h"

/* `traffic`: classes of demands, and which ends make a demand one of a class. */

static cp_err read_ends(const struct cp_yaml *map, struct cp_reading *reading,
                        struct cp_traffic *class)
{
    const struct cp_yaml *both = cp_value_find(map, "both-ends");
    const struct cp_yaml *any = cp_value_find(map, "any-end");

    if (both != NULL && any != NULL)
        return cp_diag_set(reading->diag, CP_ERR_MALFORMED, any->key_place,
                           "a class has both-ends or any-end, not both", any->key);
    if (both == NULL && any == NULL)
        return CP_OK;
    class->ends = both != NULL ? CP_ENDS_BOTH : CP_ENDS_ANY;
    return cp_select_read(both != NULL ? both : any, CP_KEYS_SELECT_PLACE, "the selector is empty",
                          reading, &class->select);
}

/* Words of the model stand in the vocabulary in the same order. */
static cp_err read_wished(const struct cp_yaml *map, struct cp_wished *wished, struct cp_diag *diag)
{
    uint32_t metric = CP_METRIC_COUNT, disjoint = CP_DISJOINT_COUNT, said = CP_SAID_NOTHING - 1u;
    const struct cp_yaml *delay = cp_value_find(map, "max-delay");
    const struct cp_yaml *hops = cp_value_find(map, "max-hops");

    CP_TRY(cp_vocabulary_word_at(CP_WORDS_METRIC, map, "metric", &metric, diag));
    CP_TRY(cp_vocabulary_word_at(CP_WORDS_DISJOINT, map, "disjoint", &disjoint, diag));
    CP_TRY(cp_vocabulary_word_at(CP_WORDS_SAID, map, "co-routed", &said, diag));
    *wished = (struct cp_wished){.metric = (cp_metric)metric,
                                 .disjoint = (cp_disjoint)disjoint,
                                 .co_routed = (cp_said)(said + 1)};
    if (delay != NULL)
        CP_TRY(cp_amount_delay(delay, &wished->delay_max_us, diag));
    return hops == NULL ? CP_OK : cp_amount_hops(hops, &wished->hops_max, diag);
}

static cp_err read_paths(const struct cp_yaml *map, struct cp_reading *reading,
                         struct cp_traffic *class)
{
    if (map == NULL)
        return CP_OK;
    class->paths_place = map->key_place;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_PATHS, map, reading->diag));
    if (map->count == 0)
        return cp_diag_set(reading->diag, CP_ERR_MALFORMED, map->place,
                           "nothing is wanted of the paths", map->key);
    CP_TRY(read_wished(map, &class->paths, reading->diag));
    return cp_vocabulary_bits_at(CP_WORDS_FAILURE, map, "survive", &class->survive, reading->diag);
}

static cp_err read_class(const struct cp_yaml *map, struct cp_reading *reading,
                         struct cp_traffic *class)
{
    uint32_t word = 0; /* each demand is judged both ways: there is one word only */

    CP_TRY(cp_names_add(&reading->classes, map->key, map->key_place, reading->diag));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_CLASS, map, reading->diag));
    *class = (struct cp_traffic){.id = map->key,
                                 .place = map->key_place,
                                 .paths = CP_WISHED_NOTHING,
                                 .paths_place = map->key_place};
    CP_TRY(cp_value_text_at(map, "says", &class->says, reading->diag));
    CP_TRY(cp_vocabulary_word_at(CP_WORDS_DIRECTIONS, map, "directions", &word, reading->diag));
    CP_TRY(read_paths(cp_value_find(map, "paths"), reading, class));
    return read_ends(map, reading, class);
}

cp_err cp_traffic_read(const struct cp_yaml *map, struct cp_reading *reading)
{
    CP_TRY(cp_value_kind(map, CP_YAML_MAP, reading->diag));
    if (map->count > CP_LIMIT_POLICY_CLASSES)
        return cp_diag_set(reading->diag, CP_ERR_LIMIT, map->place,
                           "a policy has at most 64 traffic classes", CP_TEXT(""));
    CP_TRY(cp_names_open(&reading->classes, map->count, reading->arena));
    struct cp_traffic *classes = CP_TAKE(reading->arena, map->count, struct cp_traffic);
    if (classes == NULL)
        return CP_ERR_NOMEM;
    reading->policy->classes = classes;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(read_class(at, reading, &classes[reading->policy->class_count++]));
    return CP_OK;
}

uint32_t cp_policy_find_class(const struct cp_policy *policy, cp_text id)
{
    for (uint32_t i = 0; i < policy->class_count; i++) {
        if (cp_text_eq(policy->classes[i].id, id))
            return i;
    }
    return CP_NONE;
}
