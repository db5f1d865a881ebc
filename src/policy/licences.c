#include "reading.h"

#include "amount.h"
#include "limits.h"
#include "select_read.h"
#include "window.h"

/* `licences`: dated relaxations of rules, and on which days each holds. */

static cp_err read_extension(const struct cp_yaml *map, struct cp_reading *reading,
                             struct cp_extension *extension)
{
    const struct cp_yaml *on = NULL;
    const struct cp_yaml *until = NULL;

    CP_TRY(cp_vocabulary_keys(CP_KEYS_EXTENSION, map, reading->diag));
    extension->place = map->place;
    CP_TRY(cp_value_get(map, "on", &on, reading->diag));
    CP_TRY(cp_value_date(on, &extension->on, reading->diag));
    CP_TRY(cp_value_get(map, "until", &until, reading->diag));
    CP_TRY(cp_value_date(until, &extension->until, reading->diag));
    return cp_value_text_at(map, "ref", &extension->ref, reading->diag);
}

/* Whether a was said when b is said: on an earlier day, or on the same and before it in the file. */
static bool said_before(const struct cp_extension *a, const struct cp_extension *b)
{
    return a->on < b->on || (a->on == b->on && a < b);
}

static cp_err check_extensions(const struct cp_yaml *list, const struct cp_licence *licence,
                               struct cp_diag *diag)
{
    const struct cp_yaml *at = list->first;

    for (uint32_t i = 0; i < licence->extension_count; i++, at = at->next) {
        const struct cp_extension *one = &licence->extensions[i];
        cp_date end = licence->window.until;
        CP_ASSERT(at != NULL); /* an extension for each thing of the list */
        for (uint32_t k = 0; k < licence->extension_count; k++) {
            const struct cp_extension *other = &licence->extensions[k];
            if (said_before(other, one) && other->until > end)
                end = other->until;
        }
        if (one->until < end) {
            const struct cp_yaml *until = cp_value_find(at, "until");
            return cp_diag_set(diag, CP_ERR_CONFLICT, until->place,
                               "it ends before what it extends", until->text);
        }
    }
    return CP_OK;
}

static cp_err read_extensions(const struct cp_yaml *list, struct cp_reading *reading,
                              struct cp_licence *licence)
{
    struct cp_extension *extensions = NULL;

    if (list == NULL)
        return CP_OK;
    CP_TRY(cp_value_kind(list, CP_YAML_LIST, reading->diag));
    CP_TRY(cp_value_some(list, reading->diag));
    if (licence->window.until == CP_DATE_NONE)
        return cp_diag_set(reading->diag, CP_ERR_CONFLICT, list->key_place,
                           "a licence without until has no end to extend", list->key);
    if (list->count > CP_LIMIT_POLICY_EXTENSIONS)
        return cp_diag_set(reading->diag, CP_ERR_LIMIT, list->place,
                           "a licence has at most 256 extensions", list->key);
    extensions = CP_TAKE(reading->arena, list->count, struct cp_extension);
    if (extensions == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = list->first; at != NULL; at = at->next)
        CP_TRY(read_extension(at, reading, &extensions[licence->extension_count++]));
    licence->extensions = extensions;
    return check_extensions(list, licence, reading->diag);
}

static cp_err read_granted(const struct cp_yaml *map, struct cp_reading *reading,
                           struct cp_licence *licence)
{
    if (map == NULL)
        return CP_OK;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_GRANTED, map, reading->diag));
    CP_TRY(cp_value_text_at(map, "by", &licence->by, reading->diag));
    CP_TRY(cp_value_text_at(map, "ref", &licence->ref, reading->diag));
    return cp_value_date_at(map, "on", &licence->granted_on, reading->diag);
}

static cp_err read_after_end(const struct cp_yaml *map, struct cp_reading *reading,
                             struct cp_licence *licence)
{
    const struct cp_yaml *value = NULL;
    uint32_t word = 0;

    if (map == NULL)
        return CP_OK;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_AFTER_END, map, reading->diag));
    CP_TRY(cp_value_get(map, "if-no-path", &value, reading->diag));
    CP_TRY(cp_vocabulary_word(CP_WORDS_IF_NO_PATH, value, &word, reading->diag));
    licence->after_end = (cp_no_path)word;
    return CP_OK;
}

/* A share has no elements of which some could be let off: such a rule is relaxed whole. */
static cp_err read_covers(const struct cp_yaml *map, struct cp_reading *reading,
                          struct cp_licence *licence)
{
    const struct cp_policy *policy = reading->policy;

    if (map == NULL)
        return CP_OK;
    for (uint32_t i = 0; i < licence->relax_count; i++) {
        cp_effect effect = policy->rules[licence->relaxes[i]].effect;
        if (effect == CP_EFFECT_CAP || effect == CP_EFFECT_SUPPLIERS)
            return cp_diag_set(reading->diag, CP_ERR_MALFORMED, map->key_place,
                               "does not go with a rule that counts: it is relaxed whole",
                               map->key);
    }
    return cp_select_read(map, CP_KEYS_SELECT, "the selector is empty", reading, &licence->covers);
}

static cp_err read_scope(const struct cp_yaml *map, struct cp_reading *reading,
                         struct cp_licence *licence)
{
    const struct cp_yaml *relaxes = NULL;
    struct cp_indexes rules = {NULL, 0};

    CP_TRY(cp_value_get(map, "relaxes", &relaxes, reading->diag));
    CP_TRY(cp_names_get_all(&reading->rules, relaxes, reading->arena, &rules, reading->diag));
    licence->relaxes = rules.at;
    licence->relax_count = rules.count;
    return read_covers(cp_value_find(map, "covers"), reading, licence);
}

static cp_err read_name(const struct cp_yaml *map, struct cp_reading *reading,
                        struct cp_licence *licence)
{
    const struct cp_yaml *id = NULL;
    const struct cp_yaml *says = NULL;

    CP_TRY(cp_value_get(map, "id", &id, reading->diag));
    CP_TRY(cp_value_text(id, &licence->id, reading->diag));
    CP_TRY(cp_names_add(&reading->licences, licence->id, id->place, reading->diag));
    CP_TRY(cp_value_get(map, "says", &says, reading->diag));
    return cp_value_text(says, &licence->says, reading->diag);
}

static cp_err read_licence(const struct cp_yaml *map, struct cp_reading *reading,
                           struct cp_licence *licence)
{
    CP_TRY(cp_vocabulary_keys(CP_KEYS_LICENCE, map, reading->diag));
    *licence = (struct cp_licence){
        .place = map->place, .granted_on = CP_DATE_NONE, .after_end = CP_NO_PATH_BLOCK};
    CP_TRY(read_name(map, reading, licence));
    CP_TRY(read_scope(map, reading, licence));
    CP_TRY(read_granted(cp_value_find(map, "granted"), reading, licence));
    CP_TRY(cp_window_read(map, &licence->window, reading->diag));
    CP_TRY(read_extensions(cp_value_find(map, "extended"), reading, licence));
    const struct cp_yaml *warn = cp_value_find(map, "warn-before");
    if (warn != NULL)
        CP_TRY(cp_amount_days(warn, &licence->warn_before_days, reading->diag));
    return read_after_end(cp_value_find(map, "after-end"), reading, licence);
}

cp_err cp_licences_read(const struct cp_yaml *list, struct cp_reading *reading)
{
    CP_TRY(cp_value_kind(list, CP_YAML_LIST, reading->diag));
    if (list->count > CP_LIMIT_POLICY_LICENCES)
        return cp_diag_set(reading->diag, CP_ERR_LIMIT, list->place,
                           "a policy has at most 1024 licences", CP_TEXT(""));
    CP_TRY(cp_names_open(&reading->licences, list->count, reading->arena));
    struct cp_licence *licences = CP_TAKE(reading->arena, list->count, struct cp_licence);
    if (licences == NULL)
        return CP_ERR_NOMEM;
    reading->policy->licences = licences;
    for (const struct cp_yaml *at = list->first; at != NULL; at = at->next)
        CP_TRY(read_licence(at, reading, &licences[reading->policy->licence_count++]));
    return CP_OK;
}

bool cp_licence_holds(const struct cp_licence *licence, cp_date day, cp_date *until)
{
    struct cp_window window = licence->window;

    for (uint32_t i = 0; i < licence->extension_count; i++) {
        const struct cp_extension *extension = &licence->extensions[i];
        if (extension->on <= day && window.until != CP_DATE_NONE && extension->until > window.until)
            window.until = extension->until;
    }
    *until = window.until;
    return (licence->granted_on == CP_DATE_NONE || licence->granted_on <= day) &&
           cp_window_holds(window, day);
}
