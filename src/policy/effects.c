#include "effects.h"

#include "amount.h"
#include "select_read.h"

/* What a rule does, finer than cp_effect: keys of rules go with some of these and not with others. */
typedef enum {
    TRANSIT,
    PRESENCE,
    INSTALL,
    ALLOW_TRANSIT,
    ALLOW_PRESENCE,
    CAP,
    SUPPLIERS,
    DEED_COUNT
} deed;

enum {
    OF_PATHS = 1u << TRANSIT | 1u << ALLOW_TRANSIT,
    OF_PLACES = 1u << PRESENCE | 1u << INSTALL | 1u << ALLOW_PRESENCE,
    OF_ELEMENTS = OF_PATHS | OF_PLACES,
};

/* Keys that say nothing beside some effects would be passed over in silence: they are refused. */
static cp_err refuse_strangers(const struct cp_yaml *map, deed does, struct cp_diag *diag)
{
    static const struct {
        const char *key;
        unsigned goes_with;
    } keys[] = {
        {"of", OF_PATHS},        {"under-failure", OF_PATHS}, {"if-no-path", OF_PATHS},
        {"at", OF_PLACES},       {"near", OF_PLACES},         {"where", OF_ELEMENTS},
        {"except", OF_ELEMENTS}, {"scope", OF_ELEMENTS},      {"layers", OF_ELEMENTS},
    };
    static const char *const why[DEED_COUNT] = {
        [TRANSIT] = "does not go with forbid-transit",
        [PRESENCE] = "does not go with forbid-presence",
        [INSTALL] = "does not go with forbid-install",
        [ALLOW_TRANSIT] = "does not go with a require that has of",
        [ALLOW_PRESENCE] = "does not go with a require that has no of",
        [CAP] = "does not go with cap",
        [SUPPLIERS] = "does not go with at-least",
    };

    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next) {
        for (size_t i = 0; i < CP_COUNT(keys); i++) {
            if (cp_text_is(at->key, keys[i].key) && (keys[i].goes_with & 1u << does) == 0)
                return cp_diag_set(diag, CP_ERR_MALFORMED, at->key_place, why[does], at->key);
        }
    }
    return CP_OK;
}

static cp_err read_among(const struct cp_yaml *map, struct cp_reading *reading,
                         struct cp_rule *rule)
{
    const struct cp_yaml *among = NULL;

    CP_TRY(cp_value_get(map, "among", &among, reading->diag));
    return cp_select_read(among, CP_KEYS_SELECT, "the selector is empty", reading, &rule->among);
}

/* --- one function an effect ------------------------------------------------------------------ */

static cp_err read_forbidden(const struct cp_yaml *map, struct cp_reading *reading,
                             struct cp_rule *rule)
{
    return cp_select_read(map, CP_KEYS_SELECT, "whom does it forbid", reading, &rule->target);
}

static cp_err read_suppliers(const struct cp_yaml *map, const struct cp_yaml *at_least,
                             struct cp_reading *reading, struct cp_rule *rule)
{
    static const char *const allowing[] = {"maker", "maker-list", "country-of-control"};

    for (size_t i = 0; i < CP_COUNT(allowing); i++) {
        const struct cp_yaml *at = cp_value_find(map, allowing[i]);
        if (at != NULL)
            return cp_diag_set(reading->diag, CP_ERR_MALFORMED, at->key_place,
                               "does not go with at-least", at->key);
    }
    CP_TRY(cp_amount_suppliers(at_least, &rule->at_least, reading->diag));
    return read_among(map, reading, rule);
}

static cp_err read_require(const struct cp_yaml *map, struct cp_reading *reading,
                           struct cp_rule *rule)
{
    CP_TRY(cp_vocabulary_keys(CP_KEYS_REQUIRE, map, reading->diag));
    const struct cp_yaml *at_least = cp_value_find(map, "at-least");
    const struct cp_yaml *among = cp_value_find(map, "among");

    if (at_least != NULL)
        return read_suppliers(map, at_least, reading, rule);
    if (among != NULL)
        return cp_diag_set(reading->diag, CP_ERR_MALFORMED, among->key_place,
                           "goes only with at-least", among->key);
    rule->require = true;
    return cp_select_read(map, CP_KEYS_REQUIRE, "whom does it allow", reading, &rule->target);
}

static cp_err read_cap(const struct cp_yaml *map, struct cp_reading *reading, struct cp_rule *rule)
{
    const struct cp_yaml *what = NULL;
    const struct cp_yaml *counted_in = NULL;
    const struct cp_yaml *at_most = NULL;
    uint32_t word = 0;

    CP_TRY(cp_vocabulary_keys(CP_KEYS_CAP, map, reading->diag));
    CP_TRY(cp_value_get(map, "what", &what, reading->diag));
    CP_TRY(cp_select_read(what, CP_KEYS_SELECT, "the selector is empty", reading, &rule->target));
    CP_TRY(read_among(map, reading, rule));
    CP_TRY(cp_value_get(map, "counted-in", &counted_in, reading->diag));
    CP_TRY(cp_vocabulary_word(CP_WORDS_COUNTED, counted_in, &word, reading->diag));
    rule->counted_in = (cp_counted)word;
    CP_TRY(cp_value_get(map, "at-most", &at_most, reading->diag));
    return cp_amount_share(at_most, &rule->at_most_bp, reading->diag);
}

/* --------------------------------------------------------------------------------------------- */

typedef cp_err read_deed(const struct cp_yaml *map, struct cp_reading *reading,
                         struct cp_rule *rule);

struct effect {
    const char *key;
    read_deed *read;
    deed does;
    cp_effect effect;
};

static const struct effect *find_effect(cp_text key)
{
    static const struct effect effects[] = {
        {"forbid-transit", read_forbidden, TRANSIT, CP_EFFECT_FORBID_TRANSIT},
        {"forbid-presence", read_forbidden, PRESENCE, CP_EFFECT_FORBID_PRESENCE},
        {"forbid-install", read_forbidden, INSTALL, CP_EFFECT_FORBID_INSTALL},
        {"require", read_require, ALLOW_PRESENCE, CP_EFFECT_FORBID_PRESENCE},
        {"cap", read_cap, CAP, CP_EFFECT_CAP},
    };

    for (size_t i = 0; i < CP_COUNT(effects); i++) {
        if (cp_text_is(key, effects[i].key))
            return &effects[i];
    }
    return NULL;
}

/* The value of the rule's one effect. */
static cp_err find_one(const struct cp_yaml *map, const struct cp_rule *rule,
                       const struct cp_yaml **out, struct cp_diag *diag)
{
    const struct cp_yaml *found = NULL;

    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next) {
        if (find_effect(at->key) == NULL)
            continue;
        if (found != NULL)
            return cp_diag_set(diag, CP_ERR_MALFORMED, at->key_place, "a rule has one effect",
                               at->key);
        found = at;
    }
    if (found == NULL)
        return cp_diag_set(diag, CP_ERR_MALFORMED, map->place,
                           "a rule needs an effect such as forbid-transit", rule->id);
    *out = found;
    return CP_OK;
}

cp_err cp_effect_read(const struct cp_yaml *map, struct cp_reading *reading, struct cp_rule *rule)
{
    const struct cp_yaml *value = NULL;

    CP_TRY(find_one(map, rule, &value, reading->diag));
    CP_ASSERT(value != NULL);
    const struct effect *effect = find_effect(value->key);
    deed does = effect->does;
    CP_TRY(effect->read(value, reading, rule));
    rule->effect = effect->effect;
    if (rule->at_least > 0) {
        does = SUPPLIERS;
        rule->effect = CP_EFFECT_SUPPLIERS;
    } else if (rule->require && cp_value_find(map, "of") != NULL) {
        does = ALLOW_TRANSIT;
        rule->effect = CP_EFFECT_FORBID_TRANSIT;
    }
    return refuse_strangers(map, does, reading->diag);
}
