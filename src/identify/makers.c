#include "identify/makers.h"

#include "identify/fold.h"

#include "maker_index.h"

/*
 * Answers from the maps that maker_build.c filled: one look-up for a name, one for each beginning or
 * run of words for texts that may hold one.
 */

enum { SOFTWARE_WORDS_BYTES = 64, NAME_BYTES = 64, NAME_WORDS = 6, NAME_WORDS_MAX = 128 };

/* --- names -------------------------------------------------------------------------------- */

bool cp_makers_means_unknown(cp_text folded)
{
    static const char *const words[] = {
        "",      "unknown", "?",         "-",         "n/a",       "none",
        "null",  "nil",     "tbd",       "na",        "unnamed",   "unspecified",
        "oem",   "generic", "white box", "white-box", "whitebox",  "various",
        "other", "no name", "no-name",   "noname",    "unbranded", "custom"};

    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (cp_text_is(folded, words[i]))
            return true;
    }
    return false;
}

cp_err cp_makers_check(struct cp_maker_word word, struct cp_diag *diag)
{
    struct cp_folded buffer;
    cp_text key = CP_TEXT("");

    if (word.text.len > CP_LIMIT_NAME_BYTES || !cp_fold(word.text, &buffer, &key))
        return cp_diag_set(diag, CP_ERR_LIMIT, word.place, "a name is at most 255 bytes",
                           word.text);
    if (cp_makers_means_unknown(key))
        return cp_diag_set(diag, CP_ERR_MALFORMED, word.place, "this word means that nobody knows",
                           word.text);
    return CP_OK;
}

/* Whether a word may end before this byte: "VRP8" and "IOS-XR" have "VRP" and "IOS" as words. */
static bool ends_word(char next)
{
    unsigned char c = (unsigned char)next;

    return c < 0x80 && !(c >= 'a' && c <= 'z');
}

/* --- questions ---------------------------------------------------------------------------- */

uint32_t cp_makers_count(const struct cp_makers *makers)
{
    return makers->count;
}

cp_text cp_makers_name(const struct cp_makers *makers, uint32_t maker)
{
    CP_ASSERT(maker < makers->count);
    return makers->at[maker].about.name;
}

uint32_t cp_makers_parent(const struct cp_makers *makers, uint32_t maker)
{
    CP_ASSERT(maker < makers->count);
    return makers->at[maker].about.parent;
}

struct cp_maker_about cp_makers_about(const struct cp_makers *makers, uint32_t maker)
{
    CP_ASSERT(maker < makers->count);
    return makers->at[maker].about;
}

cp_control cp_makers_controlled(const struct cp_makers *makers, uint32_t maker, cp_text country)
{
    uint32_t bit = cp_country_bit(country);

    if (maker == CP_MAKER_UNKNOWN || maker == CP_MAKER_OTHER)
        return CP_CONTROL_UNKNOWN;
    CP_ASSERT(maker < makers->count);
    const struct cp_maker *at = &makers->at[maker];
    if (bit < CP_COUNTRY_BITS && (at->control.bits[bit / 64] >> bit % 64 & 1) != 0)
        return CP_CONTROL_YES;
    return at->control_unknown ? CP_CONTROL_UNKNOWN : CP_CONTROL_NO;
}

cp_control cp_makers_controlled_only(const struct cp_makers *makers, uint32_t maker,
                                     const cp_text *countries, uint32_t count)
{
    if (maker == CP_MAKER_UNKNOWN || maker == CP_MAKER_OTHER)
        return CP_CONTROL_UNKNOWN;
    CP_ASSERT(maker < makers->count);
    const struct cp_maker *at = &makers->at[maker];
    struct cp_countries others = at->control;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = cp_country_bit(countries[i]);
        if (bit < CP_COUNTRY_BITS)
            others.bits[bit / 64] &= ~((uint64_t)1 << bit % 64);
    }
    for (size_t i = 0; i < CP_COUNTRY_WORDS; i++) {
        if (others.bits[i] != 0)
            return CP_CONTROL_NO;
    }
    return at->control_unknown ? CP_CONTROL_UNKNOWN : CP_CONTROL_YES;
}

uint32_t cp_makers_find(const struct cp_makers *makers, cp_text name)
{
    struct cp_folded buffer;
    cp_text key = CP_TEXT("");

    if (!cp_fold(name, &buffer, &key))
        return CP_MAKER_OTHER;
    if (cp_makers_means_unknown(key))
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

uint32_t cp_makers_find_pen(const struct cp_makers *makers, uint32_t pen)
{
    uint32_t from = 0;
    uint32_t to = makers->pen_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (makers->pens[middle].number < pen)
            from = middle + 1;
        else
            to = middle;
    }
    return from < makers->pen_count && makers->pens[from].number == pen ? makers->pens[from].maker
                                                                        : CP_MAKER_OTHER;
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
    struct cp_folded buffer;
    cp_text folded = CP_TEXT("");

    (void)cp_fold(name, &buffer, &folded);
    if (names == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < makers->count; i++)
        names[i] = makers->at[i].about.name;
    size_t nearest = cp_text_nearest(folded, names, makers->count);
    if (nearest < makers->count)
        cp_diag_hint(diag, names[nearest]);
    cp_arena_reset(makers->arena, mark);
    return CP_OK;
}

cp_err cp_makers_get(const struct cp_makers *makers, struct cp_maker_word name, uint32_t *maker,
                     struct cp_diag *diag)
{
    CP_TRY(cp_makers_check(name, diag));
    uint32_t got = cp_makers_find(makers, name.text);
    if (got != CP_MAKER_OTHER) {
        *maker = got;
        return CP_OK;
    }
    cp_err err = cp_diag_set(diag, CP_ERR_UNKNOWN_ID, name.place, "no such maker", name.text);
    CP_TRY(hint_nearest(makers, name.text, diag));
    return err;
}
