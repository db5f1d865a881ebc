#include "makers.h"

#include "base/map.h"

#include "limits.h"
#include "maker_table.h"
#include "vocabulary.h"

/*
 * One map from folded names (trimmed, ASCII lower case) to makers.  The policy's names go in first,
 * so where the built-in table claims one of them too, its claim finds the name taken.
 */

enum { SOFTWARE_WORDS_BYTES = 64 };

struct maker {
    cp_text name;
    uint32_t parent; /* CP_MAKER_OTHER: nobody's affiliate */
};

struct cp_makers {
    struct cp_arena *arena;
    struct maker *at;
    uint32_t count, cap;
    struct cp_map *names;
    struct cp_map *software;
};

/* --- names -------------------------------------------------------------------------------- */

struct folded {
    char bytes[CP_LIMIT_POLICY_NAME_BYTES];
    size_t len;
};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The text in the buffer; empty where it is too long to be a name in any table. */
static cp_text fold(cp_text name, struct folded *into)
{
    cp_text text = cp_text_trim(name);

    into->len = text.len <= sizeof(into->bytes) ? text.len : 0;
    for (size_t i = 0; i < into->len; i++)
        into->bytes[i] = lower(text.at[i]);
    return (cp_text){into->bytes, into->len};
}

static bool means_unknown(cp_text folded)
{
    static const char *const words[] = {"",     "unknown", "?",   "-",  "n/a",     "none",
                                        "null", "nil",     "tbd", "na", "unnamed", "unspecified"};

    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (cp_text_is(folded, words[i]))
            return true;
    }
    return false;
}

/* Whether a word may end before this byte: "VRP8" and "IOS-XR" have "VRP" and "IOS" as words. */
static bool ends_word(char next)
{
    unsigned char c = (unsigned char)next;

    return c < 0x80 && !(c >= 'a' && c <= 'z');
}

/* ------------------------------------------------------------------------------------------ */

static cp_err add_maker(struct cp_makers *makers, cp_text name, uint32_t *out)
{
    void *at = makers->at;

    CP_TRY(cp_arena_grow(makers->arena, &at, makers->count, &makers->cap, sizeof(struct maker)));
    makers->at = at;
    makers->at[makers->count] = (struct maker){.name = name, .parent = CP_MAKER_OTHER};
    *out = makers->count++;
    return CP_OK;
}

/* Claims a name for a maker; *owner is whose it is afterwards. */
static cp_err claim(struct cp_makers *makers, cp_text name, uint32_t maker, uint32_t *owner)
{
    struct folded buffer;
    cp_text key = fold(name, &buffer);

    *owner = cp_map_find(makers->names, key);
    if (*owner != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(cp_text_copy(key, makers->arena, &key));
    CP_TRY(cp_map_add(makers->names, key, maker));
    *owner = maker;
    return CP_OK;
}

/* --- the policy's own --------------------------------------------------------------------- */

static cp_err check_name(const struct cp_yaml *at, struct cp_diag *diag)
{
    struct folded buffer;
    cp_text name = at->text;

    CP_TRY(cp_value_text(at, &name, diag));
    if (name.len > CP_LIMIT_POLICY_NAME_BYTES)
        return cp_diag_set(diag, CP_ERR_LIMIT, at->place, "a name is at most 255 bytes", name);
    if (means_unknown(fold(name, &buffer)))
        return cp_diag_set(diag, CP_ERR_MALFORMED, at->place, "this word means that nobody knows",
                           name);
    return CP_OK;
}

static cp_err claim_for_policy(struct cp_makers *makers, cp_text name, cp_place place,
                               uint32_t maker, struct cp_diag *diag)
{
    uint32_t owner = 0;

    CP_TRY(claim(makers, name, maker, &owner));
    if (owner != maker)
        return cp_diag_set(diag, CP_ERR_DUPLICATE, place, "two makers claim this name", name);
    return CP_OK;
}

static cp_err add_policy_keys(struct cp_makers *makers, const struct cp_yaml *map,
                              struct cp_diag *diag)
{
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next) {
        uint32_t maker = 0;
        struct cp_yaml key = {.kind = CP_YAML_TEXT, .place = at->key_place, .text = at->key};
        CP_TRY(cp_value_id(at->key, at->key_place, diag));
        CP_TRY(check_name(&key, diag));
        CP_TRY(add_maker(makers, at->key, &maker));
        CP_TRY(claim_for_policy(makers, at->key, at->key_place, maker, diag));
    }
    return CP_OK;
}

static cp_err add_policy_names(struct cp_makers *makers, const struct cp_yaml *entry,
                               uint32_t maker, struct cp_diag *diag)
{
    const struct cp_yaml *names = cp_value_find(entry, "names");

    if (names == NULL)
        return CP_OK;
    CP_TRY(cp_value_some(names, diag));
    for (const struct cp_yaml *at = cp_value_first(names); at != NULL; at = at->next) {
        CP_TRY(check_name(at, diag));
        CP_TRY(claim_for_policy(makers, at->text, at->place, maker, diag));
        if (names->kind == CP_YAML_TEXT)
            break;
    }
    return CP_OK;
}

static cp_err add_policy_affiliate(struct cp_makers *makers, const struct cp_yaml *at,
                                   uint32_t maker, struct cp_diag *diag)
{
    struct folded buffer;

    CP_TRY(check_name(at, diag));
    uint32_t affiliate = cp_map_find(makers->names, fold(at->text, &buffer));
    if (affiliate == maker)
        return CP_OK; /* listed among the names too */
    if (affiliate == CP_MAP_NONE) {
        cp_text name = CP_TEXT("");
        uint32_t owner = 0;
        CP_TRY(cp_text_lower(cp_text_trim(at->text), makers->arena, &name));
        CP_TRY(add_maker(makers, name, &affiliate));
        CP_TRY(claim(makers, at->text, affiliate, &owner));
    }
    uint32_t parent = makers->at[affiliate].parent;
    if (parent != CP_MAKER_OTHER && parent != maker)
        return cp_diag_set(diag, CP_ERR_DUPLICATE, at->place, "two makers claim this affiliate",
                           at->text);
    makers->at[affiliate].parent = maker;
    return CP_OK;
}

static cp_err add_policy_affiliates(struct cp_makers *makers, const struct cp_yaml *entry,
                                    uint32_t maker, struct cp_diag *diag)
{
    const struct cp_yaml *list = cp_value_find(entry, "affiliates");

    if (list == NULL)
        return CP_OK;
    CP_TRY(cp_value_some(list, diag));
    for (const struct cp_yaml *at = cp_value_first(list); at != NULL; at = at->next) {
        CP_TRY(add_policy_affiliate(makers, at, maker, diag));
        if (list->kind == CP_YAML_TEXT)
            break;
    }
    return CP_OK;
}

/* Enterprise numbers are for those who identify devices; here they must only be numbers. */
static cp_err check_pens(const struct cp_yaml *entry, struct cp_diag *diag)
{
    const struct cp_yaml *list = cp_value_find(entry, "pen");

    if (list == NULL)
        return CP_OK;
    CP_TRY(cp_value_some(list, diag));
    for (const struct cp_yaml *at = cp_value_first(list); at != NULL; at = at->next) {
        uint32_t number = 0;
        CP_TRY(cp_value_number(at, &number, diag));
        if (list->kind == CP_YAML_TEXT)
            break;
    }
    return CP_OK;
}

static cp_err refuse_circles(const struct cp_makers *makers, const struct cp_yaml *map,
                             struct cp_diag *diag)
{
    uint32_t maker = 0;

    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next, maker++) {
        uint32_t up = makers->at[maker].parent;
        for (uint32_t steps = 0; up != CP_MAKER_OTHER; steps++, up = makers->at[up].parent) {
            if (up == maker || steps > makers->count)
                return cp_diag_set(diag, CP_ERR_CONFLICT, at->key_place, "affiliates in a circle",
                                   at->key);
        }
    }
    return CP_OK;
}

static cp_err add_policy(struct cp_makers *makers, const struct cp_yaml *map, struct cp_diag *diag)
{
    uint32_t maker = 0;

    CP_TRY(cp_value_kind(map, CP_YAML_MAP, diag));
    CP_TRY(add_policy_keys(makers, map, diag));
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next, maker++) {
        CP_TRY(cp_vocabulary_keys(CP_KEYS_MAKER, at, diag));
        CP_TRY(add_policy_names(makers, at, maker, diag));
        CP_TRY(check_pens(at, diag));
    }
    maker = 0;
    for (const struct cp_yaml *at = map->first; at != NULL; at = at->next, maker++)
        CP_TRY(add_policy_affiliates(makers, at, maker, diag));
    return refuse_circles(makers, map, diag);
}

/* --- the built-in ones -------------------------------------------------------------------- */

static cp_err add_entry_names(struct cp_makers *makers, const struct cp_maker_entry *entry,
                              uint32_t maker)
{
    cp_text names = cp_text_of(entry->names);
    cp_text software = cp_text_of(entry->software);
    cp_text word = CP_TEXT("");
    uint32_t owner = 0;

    while (cp_text_word(&names, "|", &word))
        CP_TRY(claim(makers, word, maker, &owner));
    while (cp_text_word(&software, "|", &word)) {
        if (cp_map_find(makers->software, word) == CP_MAP_NONE)
            CP_TRY(cp_map_add(makers->software, word, maker));
    }
    return CP_OK;
}

/* The maker of an entry; a policy may have given its name to another. */
static cp_err add_entry(struct cp_makers *makers, const struct cp_maker_entry *entry)
{
    cp_text name = cp_text_of(entry->name);
    uint32_t maker = cp_map_find(makers->names, name);

    if (maker == CP_MAP_NONE) {
        CP_TRY(add_maker(makers, name, &maker));
        CP_TRY(claim(makers, name, maker, &maker));
    }
    return add_entry_names(makers, entry, maker);
}

static bool is_above(const struct cp_makers *makers, uint32_t maker, uint32_t below)
{
    for (uint32_t up = below; up != CP_MAKER_OTHER; up = makers->at[up].parent) {
        if (up == maker)
            return true;
    }
    return false;
}

static void join_affiliates(struct cp_makers *makers)
{
    for (size_t i = 0; i < cp_maker_table_len; i++) {
        const struct cp_maker_entry *entry = &cp_maker_table[i];
        if (entry->affiliate_of == NULL)
            continue;
        uint32_t maker = cp_map_find(makers->names, cp_text_of(entry->name));
        uint32_t parent = cp_map_find(makers->names, cp_text_of(entry->affiliate_of));
        CP_ASSERT(maker != CP_MAP_NONE && parent != CP_MAP_NONE);
        /* What the policy says about whom a maker belongs to holds, and circles are none. */
        if (makers->at[maker].parent == CP_MAKER_OTHER && !is_above(makers, maker, parent))
            makers->at[maker].parent = parent;
    }
}

cp_err cp_makers_make(const struct cp_yaml *policy_makers, struct cp_arena *arena,
                      const struct cp_makers **out, struct cp_diag *diag)
{
    struct cp_makers *makers = CP_TAKE(arena, 1, struct cp_makers);

    if (makers == NULL)
        return CP_ERR_NOMEM;
    *makers = (struct cp_makers){.arena = arena};
    CP_TRY(cp_map_open(arena, &makers->names));
    CP_TRY(cp_map_open(arena, &makers->software));
    if (policy_makers != NULL)
        CP_TRY(add_policy(makers, policy_makers, diag));
    for (size_t i = 0; i < cp_maker_table_len; i++)
        CP_TRY(add_entry(makers, &cp_maker_table[i]));
    join_affiliates(makers);
    *out = makers;
    return CP_OK;
}

/* --- questions ---------------------------------------------------------------------------- */

uint32_t cp_makers_count(const struct cp_makers *makers)
{
    return makers->count;
}

cp_text cp_makers_name(const struct cp_makers *makers, uint32_t maker)
{
    CP_ASSERT(maker < makers->count);
    return makers->at[maker].name;
}

uint32_t cp_makers_parent(const struct cp_makers *makers, uint32_t maker)
{
    CP_ASSERT(maker < makers->count);
    return makers->at[maker].parent;
}

uint32_t cp_makers_find(const struct cp_makers *makers, cp_text name)
{
    struct folded buffer;
    cp_text key = fold(name, &buffer);

    if (cp_text_trim(name).len == 0 || (key.len > 0 && means_unknown(key)))
        return CP_MAKER_UNKNOWN;
    uint32_t maker = key.len > 0 ? cp_map_find(makers->names, key) : CP_MAP_NONE;
    return maker == CP_MAP_NONE ? CP_MAKER_OTHER : maker;
}

/* The longest first words that are in the map, or in the other one (which may be NULL). */
static uint32_t find_first_words(const struct cp_map *map, const struct cp_map *other, cp_text key)
{
    size_t len = key.len < SOFTWARE_WORDS_BYTES ? key.len : SOFTWARE_WORDS_BYTES;

    for (; len > 0; len--) {
        if (len < key.len && !ends_word(key.at[len]))
            continue;
        uint32_t maker = cp_map_find(map, cp_text_sub(key, 0, len));
        if (maker == CP_MAP_NONE && other != NULL)
            maker = cp_map_find(other, cp_text_sub(key, 0, len));
        if (maker != CP_MAP_NONE)
            return maker;
    }
    return CP_MAP_NONE;
}

uint32_t cp_makers_find_software(const struct cp_makers *makers, cp_text software)
{
    struct folded buffer;
    cp_text key = fold(cp_text_sub(cp_text_trim(software), 0, CP_LIMIT_POLICY_NAME_BYTES), &buffer);
    uint32_t maker = cp_map_find(makers->names, key);

    if (maker == CP_MAP_NONE)
        maker = find_first_words(makers->software, makers->names, key);
    return maker == CP_MAP_NONE ? CP_MAKER_UNKNOWN : maker;
}

uint32_t cp_makers_resembles(const struct cp_makers *makers, cp_text name)
{
    struct folded buffer;
    cp_text key = fold(cp_text_sub(cp_text_trim(name), 0, CP_LIMIT_POLICY_NAME_BYTES), &buffer);
    uint32_t maker = find_first_words(makers->names, NULL, key);

    return maker == CP_MAP_NONE ? CP_MAKER_OTHER : maker;
}

/* The nearest of the canonical names. */
static cp_err hint_nearest(const struct cp_makers *makers, cp_text name, struct cp_diag *diag)
{
    cp_arena_mark mark = cp_arena_mark_get(makers->arena);
    cp_text *names = CP_TAKE(makers->arena, makers->count, cp_text);

    if (names == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < makers->count; i++)
        names[i] = makers->at[i].name;
    size_t nearest = cp_text_nearest(name, names, makers->count);
    if (nearest < makers->count)
        cp_diag_hint(diag, names[nearest]);
    cp_arena_reset(makers->arena, mark);
    return CP_OK;
}

cp_err cp_makers_get(const struct cp_makers *makers, const struct cp_yaml *value, uint32_t *maker,
                     struct cp_diag *diag)
{
    CP_TRY(check_name(value, diag));
    *maker = cp_makers_find(makers, value->text);
    if (*maker != CP_MAKER_OTHER)
        return CP_OK;
    cp_err err = cp_diag_set(diag, CP_ERR_UNKNOWN_ID, value->place, "no such maker", value->text);
    CP_TRY(hint_nearest(makers, value->text, diag));
    return err;
}
