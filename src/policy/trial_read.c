#include "trial_read.h"

#include "base/map.h"

#include "limits.h"
#include "vocabulary.h"

/*
 * A test is read in three steps: its subject (here), what it says of things (trial_thing.c), and what it
 * expects (trial_expect.c).  The first two gather every name that the third may speak of.
 */

/* --- names -------------------------------------------------------------------------------- */

cp_err cp_trial_tie(struct cp_trial_reader *r, cp_text name, uint32_t tie)
{
    struct cp_trial_names *names = &r->names;
    uint32_t index = cp_map_find(names->map, name);

    if (index == CP_MAP_NONE) {
        void *at = names->at;
        index = names->count;
        CP_TRY(cp_arena_grow(r->policy->arena, &at, index, &names->cap, sizeof(*names->at)));
        names->at = at;
        CP_TRY(cp_map_add(names->map, name, index));
        names->at[index] = (struct cp_trial_name){name, 0};
        names->count++;
    }
    names->at[index].ties |= tie;
    return CP_OK;
}

uint32_t cp_trial_ties(const struct cp_trial_reader *r, cp_text name)
{
    uint32_t index = cp_map_find(r->names.map, name);

    return index == CP_MAP_NONE ? 0 : r->names.at[index].ties;
}

cp_err cp_trial_stranger(struct cp_trial_reader *r, cp_text name, uint32_t ties, cp_place place)
{
    cp_text *others = CP_TAKE(r->policy->arena, r->names.count, cp_text);
    size_t count = 0;

    if (others == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < r->names.count; i++) {
        const struct cp_trial_name *other = &r->names.at[i];
        if ((other->ties & ties) != 0 && !cp_text_eq(other->text, name))
            others[count++] = other->text;
    }
    cp_err err =
        cp_diag_set(r->diag, CP_ERR_UNKNOWN_ID, place, "the test does not have this element", name);
    size_t nearest = cp_text_nearest(name, others, count);
    if (nearest < count)
        cp_diag_hint(r->diag, others[nearest]);
    return err;
}

/* `site:x` and `tag:x` would name sets of nodes in a demand. */
cp_err cp_trial_element(struct cp_trial_reader *r, cp_text name, cp_place place)
{
    CP_TRY(cp_value_id(name, place, r->diag));
    if (cp_text_starts(name, CP_TEXT("site:")) || cp_text_starts(name, CP_TEXT("tag:")))
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, place, "a test names single elements", name);
    if (cp_text_is(name, "unknown"))
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, place, "only an end of a link may be unknown",
                           name);
    return CP_OK;
}

static cp_text id_at(const struct cp_policy *policy, cp_ids ids, uint32_t i)
{
    switch (ids) {
    case CP_IDS_RULES:
        return policy->rules[i].id;
    case CP_IDS_LICENCES:
        return policy->licences[i].id;
    case CP_IDS_CLASSES:
        return policy->classes[i].id;
    case CP_IDS_PRODUCTS:
        return policy->products[i].id;
    }
    return CP_TEXT("");
}

static uint32_t id_count(const struct cp_policy *policy, cp_ids ids)
{
    switch (ids) {
    case CP_IDS_RULES:
        return policy->rule_count;
    case CP_IDS_LICENCES:
        return policy->licence_count;
    case CP_IDS_CLASSES:
        return policy->class_count;
    case CP_IDS_PRODUCTS:
        return policy->product_count;
    }
    return 0;
}

cp_err cp_trial_id(struct cp_trial_reader *r, cp_ids ids, cp_text id, cp_place place,
                   uint32_t *index)
{
    static const char *const none[] = {
        [CP_IDS_RULES] = "no such rule",
        [CP_IDS_LICENCES] = "no such licence",
        [CP_IDS_CLASSES] = "no such traffic class",
        [CP_IDS_PRODUCTS] = "no such product",
    };
    uint32_t count = id_count(r->policy, ids);

    for (uint32_t i = 0; i < count; i++) {
        if (!cp_text_eq(id_at(r->policy, ids, i), id))
            continue;
        if (index != NULL)
            *index = i;
        return CP_OK;
    }
    cp_text *all = CP_TAKE(r->policy->arena, count, cp_text);
    if (all == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        all[i] = id_at(r->policy, ids, i);
    cp_err err = cp_diag_set(r->diag, CP_ERR_UNKNOWN_ID, place, none[ids], id);
    size_t nearest = cp_text_nearest(id, all, count);
    if (nearest < count)
        cp_diag_hint(r->diag, all[nearest]);
    return err;
}

const struct cp_trial_thing *cp_trial_thing_find(const struct cp_trial *trial, cp_text name)
{
    for (uint32_t i = 0; i < trial->thing_count; i++) {
        if (cp_text_eq(trial->things[i].name, name))
            return &trial->things[i];
    }
    return NULL;
}

/* --- the subject -------------------------------------------------------------------------- */

static cp_err read_through(struct cp_trial_reader *r, const struct cp_yaml *value)
{
    CP_TRY(cp_value_kind(value, CP_YAML_LIST, r->diag));
    if (value->count < 2)
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, value->place, "a path has at least two ends",
                           value->key);
    if (value->count > CP_LIMIT_POLICY_PATH)
        return cp_diag_set(r->diag, CP_ERR_LIMIT, value->place, "a path has at most 4096 elements",
                           value->key);
    CP_TRY(cp_value_texts(value, r->policy->arena, &r->trial->through, r->diag));
    for (const struct cp_yaml *at = value->first; at != NULL; at = at->next) {
        CP_TRY(cp_trial_element(r, at->text, at->place));
        CP_TRY(cp_trial_tie(r, at->text, CP_TIE_PASSED));
    }
    return CP_OK;
}

static cp_err read_device(struct cp_trial_reader *r, const struct cp_yaml *value)
{
    CP_TRY(cp_value_text(value, &r->trial->device, r->diag));
    CP_TRY(cp_trial_element(r, r->trial->device, value->place));
    return cp_trial_tie(r, r->trial->device, CP_TIE_PASSED);
}

/* A path, a device, or nothing but the things of `with`. */
static cp_err read_subject(struct cp_trial_reader *r, const struct cp_yaml *map)
{
    const struct cp_yaml *through = cp_value_find(map, "through");
    const struct cp_yaml *device = cp_value_find(map, "device");
    const struct cp_yaml *of = cp_value_find(map, "of");

    if (through != NULL && device != NULL)
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, device->key_place,
                           "a test has a path (through) or a device, not both", device->key);
    if (through == NULL && device == NULL && cp_value_find(map, "with") == NULL)
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, map->place,
                           "a test has a path (through), a device or things (with)", CP_TEXT(""));
    if (of != NULL && through == NULL)
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, of->key_place, "goes with a path only",
                           of->key);
    if (of != NULL) {
        CP_TRY(cp_value_text(of, &r->trial->traffic_class, r->diag));
        CP_TRY(cp_trial_id(r, CP_IDS_CLASSES, of->text, of->place, NULL));
    }
    if (through != NULL)
        return read_through(r, through);
    return device == NULL ? CP_OK : read_device(r, device);
}

/* --- a test ------------------------------------------------------------------------------- */

static cp_err read_trial(struct cp_trial_reader *r, const struct cp_yaml *map)
{
    const struct cp_yaml *at = NULL;
    const struct cp_yaml *expect = NULL;

    r->trial->place = map->place;
    CP_TRY(cp_map_open(r->policy->arena, &r->names.map));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_TEST, map, r->diag));
    CP_TRY(cp_value_text_at(map, "says", &r->trial->says, r->diag));
    CP_TRY(cp_value_get(map, "at", &at, r->diag));
    CP_TRY(cp_value_date(at, &r->trial->at, r->diag));
    CP_TRY(read_subject(r, map));
    CP_TRY(cp_trial_things_read(r, cp_value_find(map, "with")));
    CP_TRY(cp_value_get(map, "expect", &expect, r->diag));
    return cp_trial_expect_read(r, expect);
}

cp_err cp_trials_read(const struct cp_yaml *list, struct cp_policy *policy, struct cp_diag *diag)
{
    CP_TRY(cp_value_kind(list, CP_YAML_LIST, diag));
    struct cp_trial *trials = CP_TAKE(policy->arena, list->count, struct cp_trial);
    if (trials == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = list->first; at != NULL; at = at->next) {
        struct cp_trial_reader r = {.policy = policy, .trial = &trials[policy->trial_count++]};
        r.diag = diag;
        CP_TRY(read_trial(&r, at));
    }
    policy->trials = trials;
    return CP_OK;
}
