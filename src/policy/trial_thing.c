#include "trial_read.h"

#include "base/num.h"
#include "identify/fold.h"
#include "model/limits.h"

#include "limits.h"
#include "vocabulary.h"

/* What `with` says of things: first each by itself, then all that one says of others. */

/* "unknown" may be said of most attributes: they are then neither met nor not. */
static bool is_unknown(cp_text text)
{
    return cp_text_is(text, "unknown");
}

/* Words of a closed list, or "unknown". */
static cp_err check_words(const struct cp_yaml *value, cp_vocabulary which, struct cp_diag *diag)
{
    uint32_t index = 0;

    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_value_some(value, diag));
    for (const struct cp_yaml *at = cp_value_first(value); at != NULL; at = at->next) {
        if (at->kind != CP_YAML_TEXT || !is_unknown(at->text))
            CP_TRY(cp_vocabulary_word(which, at, &index, diag));
        if (value->kind == CP_YAML_TEXT)
            break;
    }
    return CP_OK;
}

static cp_err check_capability(const struct cp_yaml *value, struct cp_diag *diag)
{
    CP_TRY(check_words(value, CP_WORDS_CAPABILITY, diag));
    if (value == NULL || value->kind == CP_YAML_TEXT || value->count == 1)
        return CP_OK;
    for (const struct cp_yaml *at = value->first; at != NULL; at = at->next) {
        if (cp_text_is(at->text, "neither"))
            return cp_diag_set(diag, CP_ERR_CONFLICT, at->place, "this word stands alone",
                               at->text);
    }
    return CP_OK;
}

/* A day, or "unknown". */
static cp_err read_installed(const struct cp_yaml *map, cp_text *out, struct cp_diag *diag)
{
    const struct cp_yaml *value = cp_value_find(map, "installed");
    cp_date date = CP_DATE_NONE;

    if (value == NULL)
        return CP_OK;
    if (value->kind != CP_YAML_TEXT || !is_unknown(value->text))
        CP_TRY(cp_value_date(value, &date, diag));
    *out = value->text;
    return CP_OK;
}

/* --- parts -------------------------------------------------------------------------------- */

/* What a part and a whole thing have in common. */
struct nature {
    cp_text *maker, *software, *model, *product, *class_word, *technology;
    cp_text *capability, *function, *evidence, *installed;
};

static cp_err read_product(struct cp_trial_reader *r, const struct cp_yaml *map, cp_text *out)
{
    const struct cp_yaml *value = cp_value_find(map, "product");

    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_value_text(value, out, r->diag));
    return is_unknown(*out) ? CP_OK : cp_trial_id(r, CP_IDS_PRODUCTS, *out, value->place, NULL);
}

static cp_err read_nature(struct cp_trial_reader *r, const struct cp_yaml *map,
                          const struct nature *out)
{
    struct cp_arena *arena = r->policy->arena;
    uint32_t grade = 0;

    CP_TRY(cp_value_text_at(map, "maker", out->maker, r->diag));
    CP_TRY(cp_value_text_at(map, "software", out->software, r->diag));
    CP_TRY(cp_value_text_at(map, "model", out->model, r->diag));
    CP_TRY(read_product(r, map, out->product));
    CP_TRY(cp_value_text_at(map, "class", out->class_word, r->diag));
    CP_TRY(cp_value_words_at(map, "technology", arena, out->technology, r->diag));
    CP_TRY(check_capability(cp_value_find(map, "capability"), r->diag));
    CP_TRY(cp_value_words_at(map, "capability", arena, out->capability, r->diag));
    CP_TRY(check_words(cp_value_find(map, "function"), CP_WORDS_FUNCTION, r->diag));
    CP_TRY(cp_value_words_at(map, "function", arena, out->function, r->diag));
    CP_TRY(cp_vocabulary_word_at(CP_WORDS_GRADE, map, "evidence", &grade, r->diag));
    CP_TRY(cp_value_text_at(map, "evidence", out->evidence, r->diag));
    return read_installed(map, out->installed, r->diag);
}

/* "core-9/xcvr-3" is a name that `expect` may use. */
static cp_err tie_part(struct cp_trial_reader *r, cp_text thing, cp_text slot)
{
    cp_text name = CP_TEXT("");

    CP_TRY(cp_text_join(thing, CP_TEXT("/"), r->policy->arena, &name));
    CP_TRY(cp_text_join(name, slot, r->policy->arena, &name));
    return cp_trial_tie(r, name, CP_TIE_NAMED);
}

static cp_err read_part(struct cp_trial_reader *r, const struct cp_yaml *map,
                        const struct cp_trial_thing *thing, struct cp_trial_part *part)
{
    const struct nature nature = {
        .maker = &part->maker,
        .software = &part->software,
        .model = &part->model,
        .product = &part->product,
        .class_word = &part->class_word,
        .technology = &part->technology,
        .capability = &part->capability,
        .function = &part->function,
        .evidence = &part->evidence,
        .installed = &part->installed,
    };
    const struct cp_yaml *slot = NULL;

    part->place = map->place;
    CP_TRY(cp_vocabulary_keys(CP_KEYS_PART, map, r->diag));
    CP_TRY(cp_value_get(map, "slot", &slot, r->diag));
    CP_TRY(cp_value_text(slot, &part->slot, r->diag));
    CP_TRY(cp_value_id(part->slot, slot->place, r->diag));
    for (const struct cp_trial_part *other = thing->parts; other < part; other++) {
        if (cp_text_eq(other->slot, part->slot))
            return cp_diag_set(r->diag, CP_ERR_DUPLICATE, slot->place, "two parts have this slot",
                               part->slot);
    }
    CP_TRY(read_nature(r, map, &nature));
    return tie_part(r, thing->name, part->slot);
}

static cp_err read_parts(struct cp_trial_reader *r, const struct cp_yaml *list,
                         struct cp_trial_thing *thing)
{
    if (list == NULL)
        return CP_OK;
    CP_TRY(cp_value_kind(list, CP_YAML_LIST, r->diag));
    struct cp_trial_part *parts = CP_TAKE(r->policy->arena, list->count, struct cp_trial_part);
    if (parts == NULL)
        return CP_ERR_NOMEM;
    thing->parts = parts;
    for (const struct cp_yaml *at = list->first; at != NULL; at = at->next)
        CP_TRY(read_part(r, at, thing, &parts[thing->part_count++]));
    return CP_OK;
}

/* --- a thing by itself -------------------------------------------------------------------- */

static cp_err read_layer(struct cp_trial_reader *r, const struct cp_yaml *map,
                         struct cp_trial_thing *thing)
{
    uint32_t layer = CP_LAYER_IP;

    CP_TRY(cp_vocabulary_word_at(CP_WORDS_LAYER, map, "layer", &layer, r->diag));
    thing->layer = (cp_layer)layer;
    thing->has_layer = cp_value_find(map, "layer") != NULL;
    return CP_OK;
}

static cp_err read_number(struct cp_trial_reader *r, const struct cp_yaml *map, const char *key,
                          cp_text *out)
{
    const struct cp_yaml *value = cp_value_find(map, key);
    uint64_t number = 0;

    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_value_text(value, out, r->diag));
    if (is_unknown(*out))
        return CP_OK;
    cp_err err = cp_num_u64(*out, UINT64_MAX - 1, &number);
    if (err != CP_OK)
        return cp_diag_set(r->diag, err, value->place, "expected a whole number, or unknown", *out);
    return CP_OK;
}

static cp_err read_degrees(struct cp_trial_reader *r, const struct cp_yaml *map, const char *key,
                           int64_t most, cp_text *out)
{
    const struct cp_yaml *value = cp_value_find(map, key);
    int64_t udeg = 0;

    if (value == NULL)
        return CP_OK;
    CP_TRY(cp_value_text(value, out, r->diag));
    cp_err err = cp_num_scaled(*out, 6, &udeg);
    if (err == CP_OK && (udeg > most * 1000000 || udeg < -most * 1000000))
        err = CP_ERR_RANGE;
    if (err != CP_OK)
        return cp_diag_set(r->diag, err, value->place,
                           most == 90 ? "expected degrees from -90 to 90"
                                      : "expected degrees from -180 to 180",
                           *out);
    return CP_OK;
}

static cp_err read_point(struct cp_trial_reader *r, const struct cp_yaml *map,
                         struct cp_trial_thing *thing)
{
    const struct cp_yaml *lat = cp_value_find(map, "lat");
    const struct cp_yaml *lon = cp_value_find(map, "lon");

    CP_TRY(read_degrees(r, map, "lat", 90, &thing->lat));
    CP_TRY(read_degrees(r, map, "lon", 180, &thing->lon));
    if ((lat == NULL) == (lon == NULL))
        return CP_OK;
    const struct cp_yaml *one = lat != NULL ? lat : lon;
    return cp_diag_set(r->diag, CP_ERR_MALFORMED, one->key_place, "a point has lat and lon",
                       one->key);
}

static cp_err read_standing(struct cp_trial_reader *r, const struct cp_yaml *map,
                            struct cp_trial_thing *thing)
{
    struct cp_arena *arena = r->policy->arena;

    CP_TRY(cp_value_text_at(map, "role", &thing->role, r->diag));
    CP_TRY(cp_value_text_at(map, "operator", &thing->operator_name, r->diag));
    CP_TRY(cp_value_text_at(map, "country", &thing->country, r->diag));
    CP_TRY(cp_value_text_at(map, "site", &thing->site, r->diag));
    CP_TRY(cp_value_words_at(map, "site-tag", arena, &thing->site_tags, r->diag));
    CP_TRY(cp_value_words_at(map, "tag", arena, &thing->tags, r->diag));
    CP_TRY(cp_value_words_at(map, "managed-by", arena, &thing->managers, r->diag));
    CP_TRY(read_number(r, map, "premises", &thing->premises));
    CP_TRY(read_number(r, map, "capacity", &thing->capacity));
    CP_TRY(read_number(r, map, "traffic", &thing->traffic));
    return read_point(r, map, thing);
}

/* --- links -------------------------------------------------------------------------------- */

enum { LINK_CLASS_NONE, LINK_CLASS_LEASED, LINK_CLASS_LAN };

/* What class of links a word means.  A misspelt leased-circuit would be one that no rule looks at. */
static cp_err link_class(struct cp_trial_reader *r, const struct cp_yaml *value, int *out)
{
    static const cp_text leased = {"leased-circuit", sizeof("leased-circuit") - 1};
    struct cp_folded buffer;
    cp_text word = CP_TEXT("");

    *out = LINK_CLASS_NONE;
    if (value == NULL || !cp_fold_word(value->text, &buffer, &word))
        return CP_OK;
    if (cp_text_is(word, "lan"))
        *out = LINK_CLASS_LAN;
    else if (cp_text_eq(word, leased))
        *out = LINK_CLASS_LEASED;
    else if (cp_text_nearest(word, &leased, 1) == 0) {
        cp_err err = cp_diag_set(r->diag, CP_ERR_UNKNOWN_ID, value->place,
                                 "a misspelt class of links", value->text);
        cp_diag_hint(r->diag, leased);
        return err;
    }
    return CP_OK;
}

/* Where on the path, from 1; 0: it is not there. */
static uint32_t path_position(const struct cp_trial *trial, cp_text name)
{
    for (uint32_t i = 0; i < trial->through.count; i++) {
        if (cp_text_eq(trial->through.at[i], name))
            return i + 1;
    }
    return 0;
}

static bool texts_hold(const struct cp_texts *texts, cp_text wanted)
{
    for (uint32_t i = 0; i < texts->count; i++) {
        if (cp_text_eq(texts->at[i], wanted))
            return true;
    }
    return false;
}

static cp_err read_ends(struct cp_trial_reader *r, const struct cp_yaml *value, int class,
                        struct cp_trial_thing *thing)
{
    CP_TRY(cp_value_texts(value, r->policy->arena, &thing->ends, r->diag));
    if (thing->ends.count < 2)
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, value->place, "a link has at least two ends",
                           value->key);
    if (thing->ends.count > 2 && class != LINK_CLASS_LAN)
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, value->place,
                           "only a lan has more than two ends", value->key);
    if (thing->ends.count > CP_LIMIT_LAN_ENDS)
        return cp_diag_set(r->diag, CP_ERR_LIMIT, value->place, "a lan has at most 512 ends",
                           value->key);
    return CP_OK;
}

/* A link on the path joins what stands beside it there. */
static cp_err place_on_path(struct cp_trial_reader *r, uint32_t position,
                            struct cp_trial_thing *thing)
{
    const struct cp_texts *path = &r->trial->through;

    if (position == 0)
        return CP_OK;
    if (position == 1 || position == path->count)
        return cp_diag_set(r->diag, CP_ERR_MALFORMED, thing->place,
                           "a path begins and ends at ip nodes", thing->name);
    const cp_text *beside = &path->at[position - 2];
    cp_text *ends = CP_TAKE(r->policy->arena, 2, cp_text);
    if (ends == NULL)
        return CP_ERR_NOMEM;
    ends[0] = beside[0];
    ends[1] = beside[2];
    if (thing->ends.count == 0)
        thing->ends = (struct cp_texts){.at = ends, .count = 2};
    if (!texts_hold(&thing->ends, ends[0]) || !texts_hold(&thing->ends, ends[1]))
        return cp_diag_set(r->diag, CP_ERR_CONFLICT, thing->place,
                           "on the path it joins others than its ends", thing->name);
    return CP_OK;
}

static cp_err refuse_keys(struct cp_trial_reader *r, const struct cp_yaml *map,
                          const struct cp_trial_thing *thing)
{
    static const char *const of_nodes[] = {"role", "country", "site",     "site-tag", "managed-by",
                                           "lat",  "lon",     "premises", "traffic"};
    static const char *const of_links[] = {"over", "capacity"};
    const char *const *keys = thing->is_link ? of_nodes : of_links;
    size_t count = thing->is_link ? CP_COUNT(of_nodes) : CP_COUNT(of_links);

    for (size_t i = 0; i < count; i++) {
        const struct cp_yaml *value = cp_value_find(map, keys[i]);
        if (value != NULL)
            return cp_diag_set(r->diag, CP_ERR_MALFORMED, value->key_place,
                               thing->is_link ? "a link has none of its own" : "only a link has it",
                               value->key);
    }
    return CP_OK;
}

static cp_err read_link(struct cp_trial_reader *r, const struct cp_yaml *map,
                        struct cp_trial_thing *thing)
{
    const struct cp_yaml *ends = cp_value_find(map, "ends");
    const struct cp_yaml *over = cp_value_find(map, "over");
    uint32_t position = path_position(r->trial, thing->name);
    int class = LINK_CLASS_NONE;

    CP_TRY(link_class(r, cp_value_find(map, "class"), &class));
    thing->is_link = ends != NULL || (position > 0 && class != LINK_CLASS_NONE);
    CP_TRY(refuse_keys(r, map, thing));
    if (!thing->is_link)
        return CP_OK;
    if (ends != NULL)
        CP_TRY(read_ends(r, ends, class, thing));
    if (over != NULL)
        CP_TRY(cp_value_texts(over, r->policy->arena, &thing->over, r->diag));
    return place_on_path(r, position, thing);
}

/* --- all things --------------------------------------------------------------------------- */

static cp_err tie_far_end(struct cp_trial_reader *r, const struct cp_trial_thing *thing)
{
    cp_text name = CP_TEXT("");

    CP_TRY(cp_text_join(thing->name, CP_TEXT(" far end"), r->policy->arena, &name));
    return cp_trial_tie(r, name, CP_TIE_NAMED);
}

static cp_err tie_thing(struct cp_trial_reader *r, const struct cp_trial_thing *thing)
{
    cp_text rest = thing->managers;
    cp_text name = CP_TEXT("");

    CP_TRY(cp_trial_tie(r, thing->name, CP_TIE_DESCRIBED | (thing->is_link ? CP_TIE_LINK : 0u)));
    while (cp_text_word(&rest, " ", &name))
        CP_TRY(cp_trial_tie(r, name, CP_TIE_MANAGER));
    for (uint32_t i = 0; i < thing->ends.count; i++) {
        if (is_unknown(thing->ends.at[i]))
            CP_TRY(tie_far_end(r, thing));
        else
            CP_TRY(cp_trial_tie(r, thing->ends.at[i], CP_TIE_END));
    }
    return CP_OK;
}

static cp_err read_thing(struct cp_trial_reader *r, const struct cp_yaml *map,
                         struct cp_trial_thing *thing)
{
    const struct nature nature = {
        .maker = &thing->maker,
        .software = &thing->software,
        .model = &thing->model,
        .product = &thing->product,
        .class_word = &thing->class_word,
        .technology = &thing->technology,
        .capability = &thing->capability,
        .function = &thing->function,
        .evidence = &thing->evidence,
        .installed = &thing->installed,
    };

    *thing = (struct cp_trial_thing){.name = map->key, .place = map->key_place};
    CP_TRY(cp_trial_element(r, map->key, map->key_place));
    CP_TRY(cp_vocabulary_keys(CP_KEYS_THING, map, r->diag));
    CP_TRY(read_layer(r, map, thing));
    CP_TRY(read_nature(r, map, &nature));
    CP_TRY(read_standing(r, map, thing));
    CP_TRY(read_parts(r, cp_value_find(map, "parts"), thing));
    CP_TRY(read_link(r, map, thing));
    return tie_thing(r, thing);
}

/* --- what one says of others -------------------------------------------------------------- */

/* Each of a key's names must be of the test, and a node or a link as asked. */
static cp_err check_named(struct cp_trial_reader *r, const struct cp_yaml *value, uint32_t known,
                          bool link, bool may_be_unknown)
{
    if (value == NULL)
        return CP_OK;
    for (const struct cp_yaml *at = cp_value_first(value); at != NULL; at = at->next) {
        uint32_t ties = cp_trial_ties(r, at->text);
        if (!may_be_unknown || !is_unknown(at->text)) {
            CP_TRY(cp_trial_element(r, at->text, at->place));
            if ((ties & known) == 0)
                return cp_trial_stranger(r, at->text, known, at->place);
            if (((ties & CP_TIE_LINK) != 0) != link)
                return cp_diag_set(r->diag, CP_ERR_MALFORMED, at->place,
                                   link ? "expected a link" : "expected a node", at->text);
        }
        if (value->kind == CP_YAML_TEXT)
            break;
    }
    return CP_OK;
}

/* The same site stands in one country. */
static cp_err check_country(struct cp_trial_reader *r, const struct cp_yaml *map, uint32_t index)
{
    const struct cp_trial_thing *thing = &r->trial->things[index];

    if (thing->site.len == 0 || thing->country.len == 0)
        return CP_OK;
    for (uint32_t i = 0; i < index; i++) {
        const struct cp_trial_thing *other = &r->trial->things[i];
        if (cp_text_eq(other->site, thing->site) && other->country.len > 0 &&
            !cp_text_eq(other->country, thing->country))
            return cp_diag_set(r->diag, CP_ERR_CONFLICT, cp_value_find(map, "country")->place,
                               "its site is in another country", thing->country);
    }
    return CP_OK;
}

/* Beside a path or a device, what no link, manager or place ties to it is a misspelling. */
static bool is_stray(const struct cp_trial_reader *r, const struct cp_trial_thing *thing)
{
    const struct cp_trial *trial = r->trial;
    uint32_t ties = cp_trial_ties(r, thing->name);

    if (thing->is_link || (trial->through.count == 0 && trial->device.len == 0))
        return false;
    if ((ties & (CP_TIE_PASSED | CP_TIE_MANAGER | CP_TIE_END)) != 0)
        return false;
    return thing->site.len == 0 && thing->site_tags.len == 0 && thing->operator_name.len == 0 &&
           thing->lat.len == 0;
}

static cp_err check_layers(struct cp_trial_reader *r, const struct cp_trial_thing *thing)
{
    uint32_t position = path_position(r->trial, thing->name);

    if (!thing->is_link) {
        bool outer = position == 1 || (position > 0 && position == r->trial->through.count);
        return !outer || thing->layer == CP_LAYER_IP
                   ? CP_OK
                   : cp_diag_set(r->diag, CP_ERR_MALFORMED, thing->place,
                                 "a path begins and ends at ip nodes", thing->name);
    }
    if (!thing->has_layer || thing->layer != CP_LAYER_IP)
        return CP_OK;
    for (uint32_t i = 0; i < thing->ends.count; i++) {
        const struct cp_trial_thing *end = cp_trial_thing_find(r->trial, thing->ends.at[i]);
        if (end != NULL && end->layer != CP_LAYER_IP)
            return cp_diag_set(r->diag, CP_ERR_CONFLICT, thing->place,
                               "a link of layer ip has ends of layer ip", thing->name);
    }
    return CP_OK;
}

static cp_err check_thing(struct cp_trial_reader *r, const struct cp_yaml *map, uint32_t index)
{
    const struct cp_trial_thing *thing = &r->trial->things[index];

    if (is_stray(r, thing))
        return cp_trial_stranger(r, thing->name, CP_TIE_PASSED, thing->place);
    CP_TRY(check_named(r, cp_value_find(map, "managed-by"), CP_TIE_MANAGER, false, false));
    CP_TRY(
        check_named(r, cp_value_find(map, "ends"), CP_TIE_PASSED | CP_TIE_DESCRIBED, false, true));
    CP_TRY(check_named(r, cp_value_find(map, "over"), CP_TIE_LINK, true, false));
    CP_TRY(check_country(r, map, index));
    return check_layers(r, thing);
}

/* Two links in a row would join each other. */
static cp_err check_path(struct cp_trial_reader *r)
{
    const struct cp_texts *path = &r->trial->through;

    for (uint32_t i = 1; i < path->count; i++) {
        if ((cp_trial_ties(r, path->at[i - 1]) & CP_TIE_LINK) != 0 &&
            (cp_trial_ties(r, path->at[i]) & CP_TIE_LINK) != 0)
            return cp_diag_set(r->diag, CP_ERR_MALFORMED, r->trial->place,
                               "two links without a node between", path->at[i]);
    }
    return CP_OK;
}

cp_err cp_trial_things_read(struct cp_trial_reader *r, const struct cp_yaml *map)
{
    uint32_t index = 0;

    if (map == NULL)
        return CP_OK;
    CP_TRY(cp_value_kind(map, CP_YAML_MAP, r->diag));
    struct cp_trial_thing *things = CP_TAKE(r->policy->arena, map->count, struct cp_trial_thing);
    if (things == NULL)
        return CP_ERR_NOMEM;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(read_thing(r, at, &things[index++]));
    r->trial->things = things;
    r->trial->thing_count = index;
    CP_TRY(check_path(r));
    index = 0;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next)
        CP_TRY(check_thing(r, at, index++));
    return CP_OK;
}
