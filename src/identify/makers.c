#include "makers.h"

#include "base/map.h"

#include "identify/fold.h"
#include "limits.h"
#include "maker_table.h"
#include "vocabulary.h"

/*
 * One map from folded names (fold.h) to makers.  The policy's names go in first, so where the
 * built-in table claims one of them too, its claim finds the name taken.  A second map has the names
 * without spaces and marks, for texts that are no name but hold one.
 */

enum { SOFTWARE_WORDS_BYTES = 64, NAME_BYTES = 64, NAME_WORDS = 6, NAME_WORDS_MAX = 128 };

struct maker {
    cp_text name;
    uint32_t parent; /* CP_MAKER_OTHER: nobody's affiliate */
};

struct cp_makers {
    struct cp_arena *arena;
    struct maker *at;
    uint32_t count, cap;
    struct cp_map *names;
    struct cp_map *squeezed;
    struct cp_map *software;
};

/* --- names -------------------------------------------------------------------------------- */

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

static cp_err add_squeezed(struct cp_makers *makers, cp_text key, uint32_t maker)
{
    struct cp_folded buffer;
    cp_text squeezed = cp_fold_squeeze(key, &buffer);

    if (cp_map_find(makers->squeezed, squeezed) != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(cp_text_copy(squeezed, makers->arena, &squeezed));
    return cp_map_add(makers->squeezed, squeezed, maker);
}

/* Claims a name for a maker; *owner is whose it is afterwards. */
static cp_err claim(struct cp_makers *makers, cp_text name, uint32_t maker, uint32_t *owner)
{
    struct cp_folded buffer;
    cp_text key = CP_TEXT("");

    (void)cp_fold(name, &buffer, &key); /* its length is checked before */
    *owner = cp_map_find(makers->names, key);
    if (*owner != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(cp_text_copy(key, makers->arena, &key));
    CP_TRY(cp_map_add(makers->names, key, maker));
    *owner = maker;
    return add_squeezed(makers, key, maker);
}

/* --- the policy's own --------------------------------------------------------------------- */

static cp_err check_name(const struct cp_yaml *at, struct cp_diag *diag)
{
    struct cp_folded buffer;
    cp_text name = at->text;
    cp_text key = CP_TEXT("");

    CP_TRY(cp_value_text(at, &name, diag));
    if (name.len > CP_LIMIT_POLICY_NAME_BYTES || !cp_fold(name, &buffer, &key))
        return cp_diag_set(diag, CP_ERR_LIMIT, at->place, "a name is at most 255 bytes", name);
    if (means_unknown(key))
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
    struct cp_folded buffer;
    cp_text key = CP_TEXT("");

    CP_TRY(check_name(at, diag));
    (void)cp_fold(at->text, &buffer, &key);
    uint32_t affiliate = cp_map_find(makers->names, key);
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
    CP_TRY(cp_map_open(arena, &makers->squeezed));
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
    struct cp_folded buffer;
    cp_text key = CP_TEXT("");

    if (!cp_fold(name, &buffer, &key))
        return CP_MAKER_OTHER;
    if (means_unknown(key))
        return CP_MAKER_UNKNOWN;
    uint32_t maker = cp_map_find(makers->names, key);
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
    struct cp_folded buffer;
    cp_text key = CP_TEXT("");

    (void)cp_fold(software, &buffer, &key); /* its first words do */
    uint32_t maker = cp_map_find(makers->names, key);
    if (maker == CP_MAP_NONE)
        maker = find_first_words(makers->names, makers->software, key);
    return maker == CP_MAP_NONE ? CP_MAKER_UNKNOWN : maker;
}

/* --- names that are like one ----------------------------------------------------------------- */

static bool is_between(char c)
{
    unsigned char byte = (unsigned char)c;

    return byte < 0x80 && !(byte >= 'a' && byte <= 'z') && !(byte >= '0' && byte <= '9');
}

static size_t words_of(cp_text key, cp_text *words)
{
    size_t count = 0;

    for (size_t from = 0; from < key.len && count < NAME_WORDS_MAX;) {
        size_t to = from;
        while (to < key.len && !is_between(key.at[to]))
            to++;
        if (to > from)
            words[count++] = cp_text_sub(key, from, to - from);
        from = to + 1;
    }
    return count;
}

/* A maker whose name is a word of the text, or some words after each other: "hua wei digital". */
static uint32_t find_words(const struct cp_makers *makers, cp_text key)
{
    cp_text words[NAME_WORDS_MAX];
    struct cp_folded buffer;
    size_t count = words_of(key, words);

    for (size_t first = 0; first < count; first++) {
        size_t from = (size_t)(words[first].at - key.at);
        for (size_t last = first; last < count && last < first + NAME_WORDS; last++) {
            size_t to = (size_t)(words[last].at - key.at) + words[last].len;
            uint32_t maker = cp_map_find(
                makers->squeezed, cp_fold_squeeze(cp_text_sub(key, from, to - from), &buffer));
            if (maker != CP_MAP_NONE)
                return maker;
        }
    }
    return CP_MAP_NONE;
}

/* A maker whose name, in a script that may have no spaces, stands anywhere in the text. */
static uint32_t find_inside(const struct cp_makers *makers, cp_text key)
{
    uint32_t code = 0;

    for (size_t from = 0; from < key.len; from += cp_text_char(key, from, &code)) {
        size_t to = from;
        for (uint32_t chars = 0; to < key.len && to - from < NAME_BYTES; chars++) {
            size_t width = cp_text_char(key, to, &code);
            if (code < 0x80)
                break;
            to += width;
            uint32_t maker = cp_map_find(makers->names, cp_text_sub(key, from, to - from));
            if (chars > 0 && maker != CP_MAP_NONE)
                return maker;
        }
    }
    return CP_MAP_NONE;
}

uint32_t cp_makers_resembles(const struct cp_makers *makers, cp_text name)
{
    struct cp_folded buffer;
    cp_text key = CP_TEXT("");

    if (!cp_fold(name, &buffer, &key) || cp_fold_is_mixed(key))
        return CP_MAKER_UNKNOWN;
    uint32_t maker = find_first_words(makers->names, NULL, key);
    if (maker == CP_MAP_NONE)
        maker = find_words(makers, key);
    if (maker == CP_MAP_NONE)
        maker = find_inside(makers, key);
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
