#include "rules.h"

#include "limits.h"

/* The section `tests` as trials: every name in them is checked here, so that running one cannot
 * fail for a misspelling. */

/* --- what `with` describes ---------------------------------------------------------------- */

static cp_err read_part(const struct cp_yaml *map, struct cp_trial_part *part, struct cp_diag *diag)
{
    const struct cp_yaml *slot = NULL;

    CP_TRY(cp_vocabulary_keys(CP_KEYS_PART, map, diag));
    CP_TRY(cp_value_get(map, "slot", &slot, diag));
    CP_TRY(cp_value_text(slot, &part->slot, diag));
    CP_TRY(cp_value_id(part->slot, slot->place, diag));
    CP_TRY(cp_value_text_at(map, "maker", &part->maker, diag));
    return cp_value_text_at(map, "software", &part->software, diag);
}

static cp_err read_parts(const struct cp_yaml *list, struct cp_arena *arena,
                         struct cp_trial_thing *thing, struct cp_diag *diag)
{
    if (list == NULL)
        return CP_OK;
    CP_TRY(cp_value_kind(list, CP_YAML_LIST, diag));
    struct cp_trial_part *parts = CP_TAKE(arena, list->count, struct cp_trial_part);
    if (parts == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = list->first; at != NULL; at = at->next)
        CP_TRY(read_part(at, &parts[thing->part_count++], diag));
    thing->parts = parts;
    return CP_OK;
}

static cp_err read_layer(const struct cp_yaml *value, struct cp_trial_thing *thing,
                         struct cp_diag *diag)
{
    uint32_t layer = CP_LAYER_IP;

    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_vocabulary_word(CP_WORDS_LAYER, value, &layer, diag));
    thing->layer = (cp_layer)layer;
    thing->has_layer = true;
    return CP_OK;
}

/* `site:x` and `tag:x` would name sets of nodes in a demand. */
static cp_err check_element(cp_text name, cp_place place, struct cp_diag *diag)
{
    CP_TRY(cp_value_id(name, place, diag));
    if (cp_text_starts(name, CP_TEXT("site:")) || cp_text_starts(name, CP_TEXT("tag:")))
        return cp_diag_set(diag, CP_ERR_MALFORMED, place, "a test names single elements", name);
    return CP_OK;
}

static cp_err read_thing(const struct cp_yaml *map, struct cp_arena *arena,
                         struct cp_trial_thing *thing, struct cp_diag *diag)
{
    const struct cp_yaml *installed = NULL;
    cp_date date = CP_DATE_NONE;

    *thing = (struct cp_trial_thing){.name = map->key, .place = map->key_place};
    CP_TRY(check_element(map->key, map->key_place, diag));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_THING, map, diag));
    CP_TRY(read_layer(cp_value_find(map, "layer"), thing, diag));
    CP_TRY(cp_value_text_at(map, "maker", &thing->maker, diag));
    CP_TRY(cp_value_text_at(map, "software", &thing->software, diag));
    CP_TRY(cp_value_text_at(map, "class", &thing->link_class, diag));
    CP_TRY(cp_value_text_at(map, "role", &thing->role, diag));
    CP_TRY(cp_value_text_at(map, "evidence", &thing->evidence, diag));
    CP_TRY(cp_value_words_at(map, "site-tag", arena, &thing->site_tags, diag));
    CP_TRY(cp_value_words_at(map, "tag", arena, &thing->tags, diag));
    CP_TRY(cp_value_words_at(map, "managed-by", arena, &thing->managers, diag));
    installed = cp_value_find(map, "installed");
    if (installed != NULL) {
        CP_TRY(cp_value_date(installed, &date, diag));
        thing->installed = installed->text;
    }
    return read_parts(cp_value_find(map, "parts"), arena, thing, diag);
}

static cp_err read_things(const struct cp_yaml *map, struct cp_arena *arena, struct cp_trial *trial,
                          struct cp_diag *diag)
{
    if (map == NULL)
        return CP_OK;
    CP_TRY(cp_value_kind(map, CP_YAML_MAP, diag));
    struct cp_trial_thing *things = CP_TAKE(arena, map->count, struct cp_trial_thing);
    if (things == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(read_thing(at, arena, &things[trial->thing_count++], diag));
    trial->things = things;
    return CP_OK;
}

/* --- names that must be there ------------------------------------------------------------- */

/* Refuses an element that is neither on the path nor the device. */
static cp_err check_known(const struct cp_trial *trial, cp_text name, cp_place place,
                          struct cp_diag *diag)
{
    const cp_text *names = trial->device.len > 0 ? &trial->device : trial->through.at;
    uint32_t count = trial->device.len > 0 ? 1 : trial->through.count;

    if (cp_trial_passes(trial, name))
        return CP_OK;
    cp_err err =
        cp_diag_set(diag, CP_ERR_UNKNOWN_ID, place, "the test does not pass this element", name);
    size_t nearest = cp_text_nearest(name, names, count);
    if (nearest < count)
        cp_diag_hint(diag, names[nearest]);
    return err;
}

static bool has_word(cp_text words, cp_text wanted)
{
    cp_text word = CP_TEXT("");

    while (cp_text_word(&words, " ", &word)) {
        if (cp_text_eq(word, wanted))
            return true;
    }
    return false;
}

static bool manages_something(const struct cp_trial *trial, cp_text name)
{
    for (uint32_t i = 0; i < trial->thing_count; i++) {
        if (has_word(trial->things[i].managers, name))
            return true;
    }
    return false;
}

/* A class makes a link of an element; a link has no place, role or manager of its own. */
static cp_err check_link(const struct cp_trial *trial, const struct cp_trial_thing *thing,
                         struct cp_diag *diag)
{
    if (thing->link_class.len == 0)
        return CP_OK;
    if (trial->device.len > 0 || !cp_trial_passes(trial, thing->name))
        return cp_diag_set(diag, CP_ERR_MALFORMED, thing->place,
                           "classes of devices are not supported by this release",
                           thing->link_class);
    if (thing->site_tags.len > 0 || thing->role.len > 0 || thing->managers.len > 0)
        return cp_diag_set(diag, CP_ERR_MALFORMED, thing->place,
                           "a link has no site-tag, role or managed-by", thing->name);
    return CP_OK;
}

static cp_err check_things(const struct cp_trial *trial, struct cp_diag *diag)
{
    for (uint32_t i = 0; i < trial->thing_count; i++) {
        const struct cp_trial_thing *thing = &trial->things[i];
        CP_TRY(check_link(trial, thing, diag));
        if (!manages_something(trial, thing->name))
            CP_TRY(check_known(trial, thing->name, thing->place, diag));
    }
    return CP_OK;
}

/* --- what is expected --------------------------------------------------------------------- */

static cp_err check_rule(const struct cp_policy *policy, cp_text id, cp_place place,
                         struct cp_diag *diag)
{
    cp_text *ids = CP_TAKE(policy->arena, policy->rule_count, cp_text);

    if (ids == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < policy->rule_count; i++) {
        ids[i] = policy->rules[i].id;
        if (cp_text_eq(ids[i], id))
            return CP_OK;
    }
    cp_err err = cp_diag_set(diag, CP_ERR_UNKNOWN_ID, place, "no such rule", id);
    size_t nearest = cp_text_nearest(id, ids, policy->rule_count);
    if (nearest < policy->rule_count)
        cp_diag_hint(diag, ids[nearest]);
    return err;
}

static cp_err bad_expectation(const struct cp_yaml *value, struct cp_diag *diag)
{
    return cp_diag_set(diag, CP_ERR_MALFORMED, value->place,
                       "expected ok, or violates RULE at ELEMENT, perhaps because unknown",
                       value->text);
}

static cp_err read_because(const struct cp_yaml *value, cp_text rest, struct cp_trial *trial,
                           struct cp_diag *diag)
{
    cp_text word = CP_TEXT("");
    cp_text cause = CP_TEXT("");
    cp_text more = CP_TEXT("");

    if (!cp_text_word(&rest, " ", &word))
        return CP_OK;
    if (!cp_text_is(word, "because") || !cp_text_word(&rest, " ", &cause) ||
        cp_text_word(&rest, " ", &more))
        return bad_expectation(value, diag);
    if (cp_text_is(cause, "evidence"))
        return cp_diag_set(diag, CP_ERR_MALFORMED, value->place, "not supported by this release",
                           cause);
    if (!cp_text_is(cause, "unknown"))
        return bad_expectation(value, diag);
    trial->because_unknown = true;
    return CP_OK;
}

/* "r1/xcvr-3" is a part of the element r1. */
static cp_text element_of(const struct cp_trial *trial, cp_text name)
{
    for (uint32_t i = 0; i < trial->through.count; i++) {
        if (cp_text_eq(trial->through.at[i], name))
            return name;
    }
    if (trial->device.len > 0 && name.len > trial->device.len &&
        cp_text_starts(name, trial->device) && name.at[trial->device.len] == '/')
        return trial->device;
    return name;
}

static cp_err read_breach(const struct cp_yaml *value, cp_text rest, const struct cp_policy *policy,
                          struct cp_trial *trial, struct cp_diag *diag)
{
    cp_text at = CP_TEXT("");

    if (!cp_text_word(&rest, " ", &trial->rule) || !cp_text_word(&rest, " ", &at) ||
        !cp_text_is(at, "at") || !cp_text_word(&rest, " ", &trial->element))
        return bad_expectation(value, diag);
    CP_TRY(read_because(value, rest, trial, diag));
    CP_TRY(check_rule(policy, trial->rule, value->place, diag));
    return check_known(trial, element_of(trial, trial->element), value->place, diag);
}

static cp_err read_expect(const struct cp_yaml *value, const struct cp_policy *policy,
                          struct cp_trial *trial, struct cp_diag *diag)
{
    cp_text word = CP_TEXT("");
    cp_text more = CP_TEXT("");

    CP_TRY(cp_value_text(value, &trial->expect_text, diag));
    cp_text rest = trial->expect_text;
    if (!cp_text_word(&rest, " ", &word))
        return bad_expectation(value, diag);
    if (cp_text_is(word, "ok")) {
        if (!cp_text_word(&rest, " ", &more))
            return CP_OK;
        return cp_diag_set(diag, CP_ERR_MALFORMED, value->place, "not supported by this release",
                           trial->expect_text);
    }
    trial->expect = cp_text_is(word, "undecided") ? CP_EXPECT_UNDECIDED : CP_EXPECT_VIOLATES;
    if (!cp_text_is(word, "violates") && !cp_text_is(word, "undecided"))
        return bad_expectation(value, diag);
    return read_breach(value, rest, policy, trial, diag);
}

/* --- a test ------------------------------------------------------------------------------- */

/* A path begins and ends at IP nodes and a link stands between two nodes. */
static cp_err check_path(const struct cp_trial *trial, cp_place place, struct cp_diag *diag)
{
    bool link_before = true;

    for (uint32_t i = 0; i < trial->through.count; i++) {
        const struct cp_trial_thing *thing = cp_trial_thing_find(trial, trial->through.at[i]);
        bool link = thing != NULL && thing->link_class.len > 0;
        bool outer = i == 0 || i + 1 == trial->through.count;
        if (outer && thing != NULL && (link || thing->layer != CP_LAYER_IP))
            return cp_diag_set(diag, CP_ERR_MALFORMED, thing->place,
                               "a path begins and ends at ip nodes", thing->name);
        if (link && link_before)
            return cp_diag_set(diag, CP_ERR_MALFORMED, place, "two links without a node between",
                               thing->name);
        link_before = link;
    }
    return CP_OK;
}

static cp_err read_through(const struct cp_yaml *value, struct cp_arena *arena,
                           struct cp_trial *trial, struct cp_diag *diag)
{
    CP_TRY(cp_value_kind(value, CP_YAML_LIST, diag));
    if (value->count < 2)
        return cp_diag_set(diag, CP_ERR_MALFORMED, value->place, "a path has at least two ends",
                           value->key);
    if (value->count > CP_LIMIT_POLICY_PATH)
        return cp_diag_set(diag, CP_ERR_LIMIT, value->place, "the path is too long", value->key);
    CP_TRY(cp_value_texts(value, arena, &trial->through, diag));
    for (const struct cp_yaml *at = value->first; at != NULL; at = at->next)
        CP_TRY(check_element(at->text, at->place, diag));
    return CP_OK;
}

/* Whether it is a path or a device. */
static cp_err read_subject(const struct cp_yaml *map, const struct cp_policy *policy,
                           struct cp_trial *trial, struct cp_diag *diag)
{
    const struct cp_yaml *through = cp_value_find(map, "through");
    const struct cp_yaml *device = cp_value_find(map, "device");
    const struct cp_yaml *of = cp_value_find(map, "of");
    uint32_t class = 0;

    if ((through == NULL) == (device == NULL))
        return cp_diag_set(diag, CP_ERR_MALFORMED, map->place,
                           "a test has a path (through) or a device", CP_TEXT(""));
    if (device != NULL && of != NULL)
        return cp_diag_set(diag, CP_ERR_MALFORMED, of->key_place, "does not go with device",
                           of->key);
    if (of != NULL) {
        CP_TRY(cp_value_text(of, &trial->traffic_class, diag));
        CP_TRY(cp_policy_class(policy, of->text, of->place, policy->arena, &class, diag));
    }
    if (through != NULL)
        return read_through(through, policy->arena, trial, diag);
    CP_TRY(cp_value_text(device, &trial->device, diag));
    return check_element(trial->device, device->place, diag);
}

static cp_err read_trial(const struct cp_yaml *map, const struct cp_policy *policy,
                         struct cp_trial *trial, struct cp_diag *diag)
{
    const struct cp_yaml *at = NULL;
    const struct cp_yaml *expect = NULL;

    trial->place = map->place;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_TEST, map, diag));
    CP_TRY(cp_value_text_at(map, "says", &trial->says, diag));
    CP_TRY(cp_value_get(map, "at", &at, diag));
    CP_TRY(cp_value_date(at, &trial->at, diag));
    CP_TRY(read_subject(map, policy, trial, diag));
    CP_TRY(read_things(cp_value_find(map, "with"), policy->arena, trial, diag));
    CP_TRY(check_things(trial, diag));
    CP_TRY(check_path(trial, map->place, diag));
    CP_TRY(cp_value_get(map, "expect", &expect, diag));
    return read_expect(expect, policy, trial, diag);
}

cp_err cp_trials_read(const struct cp_yaml *list, struct cp_policy *policy, struct cp_diag *diag)
{
    CP_TRY(cp_value_kind(list, CP_YAML_LIST, diag));
    policy->trials = CP_TAKE(policy->arena, list->count, struct cp_trial);
    if (policy->trials == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = list->first; at != NULL; at = at->next)
        CP_TRY(read_trial(at, policy, &policy->trials[policy->trial_count++], diag));
    return CP_OK;
}
