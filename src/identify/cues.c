#include "cues.h"

#include <string.h>

#include "identify/fold.h"

#include "cue_table.h"
#include "model_table.h"
#include "number_table.h"

/*
 * A text is squeezed (squeeze.h) to letters and digits with marks where words start and end.  From each
 * start the bytes are extended to the ends that follow, and each run is looked up in one map of whole
 * words and one of beginnings; the longest that is found counts, and reading goes on after it.  A run is at
 * most CP_SQUEEZE_RUN bytes and CP_SQUEEZE_WORDS words, so the cost a byte is bounded.
 */

enum {
    BEGINNING_MIN = 2,
    BEGINNING_MAX = 20,
    PLAIN_BEGINNING_MIN = 5,
    DIGITS_MIN = 3,
    SPACED_MIN = 3,
    SHORT_NAME =
        3, /* names of no more letters are words of other things, too: "F5", "A10", "NEC" */
    CHIP_WORDS = 3, /* after a maker's name: "NEC V850 CPU" */
    INNER_MIN = 5,  /* of what is found inside a word */
    PAIR_BITS = 65536,
    FILTER_WORDS = PAIR_BITS / 64
};

struct cp_cues {
    const struct cp_makers *makers;
    struct cp_arena *arena;
    struct cp_map *words, *beginnings;
    struct cp_cue *at;
    uint32_t count, cap;
    uint8_t *marks;                /* [makers] */
    struct cp_map *kin;            /* pairs of makers, in both orders */
    struct cp_squeezed room;       /* of the word at hand */
    uint64_t filter[FILTER_WORDS]; /* by the first two bytes: whether any beginning starts so */
};

enum { MARK_GUARDED = 1, MARK_HOUSE = 2, MARK_BOXLESS = 4, MARK_OTHERS = 8, MARK_CHIPS = 16 };

/* --- making ------------------------------------------------------------------------------- */

uint32_t cp_cues_maker(const struct cp_cues *cues, const char *name)
{
    uint32_t maker = cp_makers_find(cues->makers, cp_text_of(name));

    return maker == CP_MAKER_UNKNOWN ? CP_MAKER_OTHER : maker;
}

/* The key of a word of a table, in the arena. */
static cp_err make_key(struct cp_cues *cues, cp_text word, cp_text *key)
{
    CP_TRY(cp_squeeze(word, cues->arena, &cues->room));
    return cp_text_copy((cp_text){cues->room.bytes, cues->room.len}, cues->arena, key);
}

/* Adds a cue under a key, or joins its traits to the same maker's there.  What two makers claim is the first's. */
static cp_err add_key(struct cp_cues *cues, struct cp_map *map, cp_text key, struct cp_cue cue)
{
    void *at = cues->at;

    if (key.len == 0 || cp_map_find(map, key) != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(cp_arena_grow(cues->arena, &at, cues->count, &cues->cap, sizeof(cue)));
    cues->at = at;
    cues->at[cues->count] = cue;
    return cp_map_add(map, key, cues->count++);
}

static void note_filter(struct cp_cues *cues, cp_text key)
{
    uint32_t pair = (uint32_t)(uint8_t)key.at[0] << 8 | (uint8_t)key.at[1];

    cues->filter[pair / 64] |= (uint64_t)1 << pair % 64;
}

static bool passes_filter(const struct cp_cues *cues, const char *at)
{
    uint32_t pair = (uint32_t)(uint8_t)at[0] << 8 | (uint8_t)at[1];

    return (cues->filter[pair / 64] >> pair % 64 & 1) != 0;
}

static cp_err add_list(struct cp_cues *cues, const char *list, struct cp_map *map,
                       struct cp_cue cue)
{
    cp_text rest = cp_text_of(list);
    cp_text word = CP_TEXT("");
    cp_text key = CP_TEXT("");

    while (cp_text_word(&rest, "|", &word)) {
        CP_TRY(make_key(cues, word, &key));
        if (map == cues->beginnings && (key.len < BEGINNING_MIN || key.len > BEGINNING_MAX))
            continue;
        CP_TRY(add_key(cues, map, key, cue));
        if (map == cues->beginnings)
            note_filter(cues, key);
    }
    return CP_OK;
}

static cp_err add_entry(struct cp_cues *cues, const struct cp_cue_entry *entry)
{
    uint32_t maker = cp_cues_maker(cues, entry->maker);
    struct cp_cue product = {maker, 0, CP_CLUE_SYSTEM_TEXT};
    struct cp_cue first = {maker, CP_CUE_FIRST, CP_CLUE_SYSTEM_TEXT};
    struct cp_cue software = {maker, 0, CP_CLUE_SOFTWARE};
    struct cp_cue anywhere = {maker, CP_CUE_ANYWHERE, CP_CLUE_SOFTWARE};
    struct cp_cue image = {maker, CP_CUE_IMAGE | CP_CUE_ANYWHERE, CP_CLUE_SOFTWARE};

    if (maker == CP_MAKER_OTHER)
        return CP_OK;
    CP_TRY(add_list(cues, entry->images, cues->words, image));
    CP_TRY(add_list(cues, entry->anywhere, cues->words, anywhere));
    CP_TRY(add_list(cues, entry->software, cues->words, software));
    CP_TRY(add_list(cues, entry->products, cues->words, product));
    CP_TRY(add_list(cues, entry->first, cues->words, first));
    return add_list(cues, entry->families, cues->beginnings, product);
}

/* Sets traits of what stands in the map under the words of a list. */
static cp_err mark_list(struct cp_cues *cues, const char *list, uint16_t traits, bool only_names)
{
    cp_text rest = cp_text_of(list);
    cp_text word = CP_TEXT("");
    cp_text key = CP_TEXT("");

    while (cp_text_word(&rest, "|", &word)) {
        CP_TRY(make_key(cues, word, &key));
        uint32_t at = cp_map_find(cues->words, key);
        if (at != CP_MAP_NONE && (!only_names || (cues->at[at].traits & CP_CUE_NAME) != 0))
            cues->at[at].traits |= traits;
    }
    return CP_OK;
}

/* Whose short name counts wherever it stands: no hint of a guarded maker is lost, and nothing else is an H3C. */
static bool is_unmistakable(const struct cp_cues *cues, uint32_t maker)
{
    return cp_cues_guarded(cues, maker) || maker == cp_cues_maker(cues, "h3c");
}

static cp_err add_names(struct cp_cues *cues, struct cp_map *ignored, const cp_text *names,
                        uint32_t count, struct cp_cue cue)
{
    cp_text key = CP_TEXT("");
    uint16_t plain = cue.traits;

    for (uint32_t i = 0; i < count; i++) {
        CP_TRY(make_key(cues, names[i], &key));
        cue.traits = plain;
        if (key.len <= SHORT_NAME && (plain & CP_CUE_NAME) != 0 &&
            !is_unmistakable(cues, cue.maker))
            cue.traits |= CP_CUE_FIRST;
        if (key.len >= BEGINNING_MIN && cp_map_find(ignored, key) == CP_MAP_NONE)
            CP_TRY(add_key(cues, cues->words, key, cue));
    }
    return CP_OK;
}

static cp_err add_maker(struct cp_cues *cues, struct cp_map *ignored, uint32_t maker)
{
    struct cp_maker_about about = cp_makers_about(cues->makers, maker);
    uint16_t anywhere = cp_cues_house(cues, maker) ? CP_CUE_ANYWHERE : 0;
    struct cp_cue name = {maker, CP_CUE_NAME | anywhere, CP_CLUE_SYSTEM_TEXT};
    struct cp_cue software = {maker, anywhere, CP_CLUE_SOFTWARE};

    CP_TRY(add_names(cues, ignored, &about.name, 1, name));
    CP_TRY(add_names(cues, ignored, about.names, about.name_count, name));
    CP_TRY(add_names(cues, ignored, about.registry, about.registry_count, name));
    return add_names(cues, ignored, about.software, about.software_count, software);
}

static cp_err make_ignored(struct cp_cues *cues, struct cp_map **out)
{
    cp_text rest = cp_text_of(cp_cue_ignored);
    cp_text word = CP_TEXT("");
    cp_text key = CP_TEXT("");

    CP_TRY(cp_map_open(cues->arena, out));
    while (cp_text_word(&rest, "|", &word)) {
        CP_TRY(make_key(cues, word, &key));
        if (cp_map_find(*out, key) == CP_MAP_NONE)
            CP_TRY(cp_map_add(*out, key, 0));
    }
    return CP_OK;
}

static cp_err add_models(struct cp_cues *cues)
{
    for (size_t i = 0; i < cp_model_entry_count; i++) {
        uint32_t maker = cp_cues_maker(cues, cp_model_entries[i].maker);
        struct cp_cue model = {maker, 0, CP_CLUE_MODEL};
        if (maker != CP_MAKER_OTHER)
            CP_TRY(add_list(cues, cp_model_entries[i].models, cues->words, model));
    }
    return CP_OK;
}

/* --- makers ------------------------------------------------------------------------------- */

static uint32_t root_of(const struct cp_makers *makers, uint32_t maker)
{
    while (cp_makers_parent(makers, maker) != CP_MAKER_OTHER)
        maker = cp_makers_parent(makers, maker);
    return maker;
}

static void mark_makers(struct cp_cues *cues, const char *list, uint8_t mark)
{
    cp_text rest = cp_text_of(list);
    cp_text name = CP_TEXT("");

    while (cp_text_word(&rest, "|", &name)) {
        uint32_t maker = cp_makers_find(cues->makers, name);
        if (maker < cp_makers_count(cues->makers))
            cues->marks[maker] |= mark;
    }
}

/* Traits of all names of a maker: "Intel Corporation" is as much as "Intel". */
static void mark_names(struct cp_cues *cues)
{
    for (uint32_t i = 0; i < cues->count; i++) {
        struct cp_cue *cue = &cues->at[i];
        uint8_t marks = (cue->traits & CP_CUE_NAME) != 0 ? cues->marks[cue->maker] : 0;
        cue->traits |= (uint16_t)(((marks & MARK_OTHERS) != 0 ? CP_CUE_OTHERS : 0) |
                                  ((marks & MARK_CHIPS) != 0 ? CP_CUE_CHIPS : 0));
    }
}

bool cp_cues_guarded(const struct cp_cues *cues, uint32_t maker)
{
    for (; maker < cp_makers_count(cues->makers); maker = cp_makers_parent(cues->makers, maker)) {
        if ((cues->marks[maker] & MARK_GUARDED) != 0)
            return true;
    }
    return false;
}

bool cp_cues_house(const struct cp_cues *cues, uint32_t maker)
{
    return maker < cp_makers_count(cues->makers) && (cues->marks[maker] & MARK_HOUSE) != 0;
}

bool cp_cues_boxless(const struct cp_cues *cues, uint32_t maker)
{
    return maker < cp_makers_count(cues->makers) && (cues->marks[maker] & MARK_BOXLESS) != 0;
}

struct pair {
    uint32_t of[2];
};

static cp_err add_kin(struct cp_cues *cues, const char *words)
{
    cp_text rest = cp_text_of(words);
    cp_text name = CP_TEXT("");
    struct pair *pairs = CP_TAKE(cues->arena, 2, struct pair);

    if (pairs == NULL)
        return CP_ERR_NOMEM;
    for (size_t i = 0; i < 2 && cp_text_word(&rest, "|", &name); i++) {
        uint32_t maker = cp_makers_find(cues->makers, name);
        if (maker >= cp_makers_count(cues->makers))
            return CP_OK;
        pairs[0].of[i] = pairs[1].of[1 - i] = root_of(cues->makers, maker);
    }
    for (size_t i = 0; i < 2; i++) {
        cp_text key = {(const char *)&pairs[i], sizeof(pairs[i])};
        if (cp_map_find(cues->kin, key) == CP_MAP_NONE)
            CP_TRY(cp_map_add(cues->kin, key, 0));
    }
    return CP_OK;
}

bool cp_cues_kin(const struct cp_cues *cues, uint32_t a, uint32_t b)
{
    if (a == b)
        return true;
    if (a >= cp_makers_count(cues->makers) || b >= cp_makers_count(cues->makers))
        return false;
    struct pair pair = {{root_of(cues->makers, a), root_of(cues->makers, b)}};
    return pair.of[0] == pair.of[1] ||
           cp_map_find(cues->kin, (cp_text){(const char *)&pair, sizeof(pair)}) != CP_MAP_NONE;
}

cp_err cp_cues_make(const struct cp_makers *makers, struct cp_arena *arena,
                    const struct cp_cues **out)
{
    struct cp_cues *cues = CP_TAKE(arena, 1, struct cp_cues);
    struct cp_map *ignored = NULL;

    if (cues == NULL)
        return CP_ERR_NOMEM;
    *cues = (struct cp_cues){.makers = makers, .arena = arena};
    cues->marks = CP_TAKE(arena, cp_makers_count(makers), uint8_t);
    if (cues->marks == NULL)
        return CP_ERR_NOMEM;
    mark_makers(cues, cp_number_guarded, MARK_GUARDED);
    mark_makers(cues, cp_number_houses, MARK_HOUSE);
    mark_makers(cues, cp_number_boxless, MARK_BOXLESS);
    mark_makers(cues, cp_cue_of_others, MARK_OTHERS);
    mark_makers(cues, cp_cue_of_chips, MARK_CHIPS);
    CP_TRY(cp_map_open(arena, &cues->words));
    CP_TRY(cp_map_open(arena, &cues->beginnings));
    CP_TRY(cp_map_open(arena, &cues->kin));
    for (size_t i = 0; i < cp_number_kin_count; i++)
        CP_TRY(add_kin(cues, cp_number_kin[i]));
    CP_TRY(make_ignored(cues, &ignored));
    for (size_t i = 0; i < cp_cue_entry_count; i++)
        CP_TRY(add_entry(cues, &cp_cue_entries[i]));
    for (uint32_t i = 0; i < cp_makers_count(makers); i++)
        CP_TRY(add_maker(cues, ignored, i));
    CP_TRY(add_models(cues));
    CP_TRY(mark_list(cues, cp_cue_first_only, CP_CUE_FIRST, true));
    CP_TRY(mark_list(cues, cp_cue_of_others, CP_CUE_OTHERS, true));
    mark_names(cues);
    CP_TRY(mark_list(cues, cp_cue_base_systems, CP_CUE_BASE, false));
    *out = cues;
    return CP_OK;
}

/* --- reading ------------------------------------------------------------------------------ */

struct reading {
    const struct cp_cues *cues;
    struct cp_arena *arena;
    struct cp_cue_list *list;
    size_t host_from, host_to; /* where the host's own name stands */
};

/* A cue found; each once. */
static cp_err keep(struct reading *r, struct cp_cue cue)
{
    struct cp_cue_list *list = r->list;
    void *at = list->at;

    for (uint32_t i = 0; i < list->count; i++) {
        if (list->at[i].maker == cue.maker && list->at[i].kind == cue.kind &&
            list->at[i].traits == cue.traits)
            return CP_OK;
    }
    CP_TRY(cp_arena_grow(r->arena, &at, list->count, &list->cap, sizeof(cue)));
    list->at = at;
    list->at[list->count++] = cue;
    return CP_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static uint32_t digits_in(const struct cp_squeezed *t, size_t from, size_t to)
{
    uint32_t digits = 0;

    for (size_t i = from; i < to; i++)
        digits += is_digit(t->bytes[i]);
    return digits;
}

/* Whether a beginning counts (cue_table.h): long ones of letters alone wherever they stand, others in one word. */
static bool begins_well(const struct cp_squeezed *t, size_t from, size_t end, size_t whole)
{
    uint32_t digits = digits_in(t, from, end);
    bool is_long = end - from >= PLAIN_BEGINNING_MIN;

    if (is_long && digits == 0)
        return true;
    if (end > whole || (!is_long && digits_in(t, from, whole) < (digits > 0 ? DIGITS_MIN : 1)))
        return false;
    return digits > 0 || (end < whole && is_digit(t->bytes[end]));
}

/* Whether the word that starts here goes on with the one before: "DS-7608", "ERS 5510". */
static bool is_joined(const struct cp_squeezed *t, size_t from, size_t at)
{
    if ((t->marks[at] & CP_SQUEEZE_HYPHEN) != 0)
        return true;
    return (t->marks[at] & CP_SQUEEZE_SPACE) != 0 && is_digit(t->bytes[at]) &&
           at - from >= SPACED_MIN && digits_in(t, from, at) == 0;
}

/* The end of the word here and of those that are joined to it. */
static size_t end_of_whole(const struct cp_squeezed *t, size_t from)
{
    size_t end = from + 1;

    while (end < t->len && end - from <= CP_SQUEEZE_RUN &&
           ((t->marks[end] & CP_SQUEEZE_START) == 0 || is_joined(t, from, end)))
        end++;
    return end;
}

/* The longest word or beginning from here; *to is its end.  CP_MAP_NONE where there is none. */
static uint32_t find_longest(const struct reading *r, size_t from, size_t *to)
{
    const struct cp_squeezed *t = &r->list->text;
    bool begins = t->len - from >= 2 && passes_filter(r->cues, t->bytes + from);
    size_t whole = begins ? end_of_whole(t, from) : from;
    uint32_t found = CP_MAP_NONE;
    uint32_t words = 0;

    for (size_t end = from + 1; end <= t->len && end - from <= CP_SQUEEZE_RUN; end++) {
        cp_text key = {t->bytes + from, end - from};
        uint32_t at = CP_MAP_NONE;
        if ((t->marks[end - 1] & CP_SQUEEZE_MUTE) != 0)
            break;
        if (end == t->len || (t->marks[end] & CP_SQUEEZE_START) != 0)
            words++;
        if (end == t->len || (t->marks[end] & CP_SQUEEZE_END) != 0)
            at = cp_map_find(r->cues->words, key);
        if (at == CP_MAP_NONE && begins && key.len <= BEGINNING_MAX && key.len >= BEGINNING_MIN &&
            begins_well(t, from, end, whole))
            at = cp_map_find(r->cues->beginnings, key);
        if (at != CP_MAP_NONE) {
            found = at;
            *to = end;
        }
        if (words == CP_SQUEEZE_WORDS)
            break;
    }
    return found;
}

static size_t next_start(const struct cp_squeezed *t, size_t from)
{
    while (from < t->len && (t->marks[from] & CP_SQUEEZE_START) == 0)
        from++;
    return from;
}

static bool word_is(const struct cp_squeezed *t, size_t from, const char *word)
{
    return cp_text_is((cp_text){t->bytes + from, next_start(t, from + 1) - from}, word);
}

/* uname's "Linux HOST VERSION": the second word is what somebody called the host. */
static void find_host(struct reading *r)
{
    static const char *const systems[] = {"linux", "freebsd", "openbsd", "netbsd",
                                          "sunos", "darwin",  "pfsense", "aix"};
    const struct cp_squeezed *t = &r->list->text;

    for (size_t i = 0; i < CP_COUNT(systems) && t->len > 0; i++) {
        if (!word_is(t, 0, systems[i]) || t->first_gap == 0)
            continue;
        r->host_from = t->first_gap;
        r->host_to = t->second_gap;
    }
}

static bool is_whom_for(const struct cp_squeezed *t, size_t at)
{
    static const char *const words[] = {"for", "compatible", "with", "to", "von"};
    size_t before = at;

    if (at == 0)
        return false;
    /* No further back than the longest of the words: one word may be all of a long text. */
    for (before = at - 1; before > 0 && at - before <= sizeof("compatible") &&
                          (t->marks[before] & CP_SQUEEZE_START) == 0;)
        before--;
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (cp_text_is((cp_text){t->bytes + before, at - before}, words[i]))
            return true;
    }
    return false;
}

/* Whether one of the next words says that a chip is named: "NEC V850 CPU", "Realtek chip". */
static bool is_of_chip(const struct cp_squeezed *t, size_t to)
{
    static const char *const words[] = {"cpu", "processor", "chip", "chipset", "soc", "v850"};
    size_t at = next_start(t, to);

    for (uint32_t n = 0; n < CHIP_WORDS && at < t->len; n++) {
        for (size_t i = 0; i < CP_COUNT(words); i++) {
            if (word_is(t, at, words[i]))
                return true;
        }
        at = next_start(t, at + 1);
    }
    return false;
}

static cp_err keep_found(struct reading *r, struct cp_cue cue, size_t from, size_t to)
{
    if ((cue.traits & CP_CUE_FIRST) != 0 && from != 0)
        return CP_OK;
    if (from >= r->host_from && from < r->host_to)
        cue.traits |= CP_CUE_HOST;
    if ((cue.traits & CP_CUE_NAME) != 0 && is_whom_for(&r->list->text, from))
        cue.traits |= CP_CUE_AFTER_FOR;
    if ((cue.traits & CP_CUE_CHIPS) != 0 && is_of_chip(&r->list->text, to))
        cue.traits |= CP_CUE_OTHERS;
    return keep(r, cue);
}

/* The next start of a word, or of letters after digits in one. */
static size_t next_to_read(const struct cp_squeezed *t, size_t from)
{
    while (from < t->len && (t->marks[from] & (CP_SQUEEZE_START | CP_SQUEEZE_INNER)) == 0)
        from++;
    return from;
}

static cp_err read_words(struct reading *r)
{
    for (size_t at = next_start(&r->list->text, 0); at < r->list->text.len;) {
        size_t to = at + 1;
        bool inner = (r->list->text.marks[at] & CP_SQUEEZE_START) == 0;
        uint32_t found = find_longest(r, at, &to);
        if (found != CP_MAP_NONE && inner && to - at < INNER_MIN)
            found = CP_MAP_NONE;
        if (found != CP_MAP_NONE)
            CP_TRY(keep_found(r, r->cues->at[found], at, to));
        at = next_to_read(&r->list->text, found == CP_MAP_NONE ? at + 1 : to);
    }
    return CP_OK;
}

/* Names of guarded makers inside words: "myhuaweibox".  A few fixed words: linear. */
static cp_err read_inside(struct reading *r)
{
    cp_text text = {r->list->text.bytes, r->list->text.len};
    cp_text rest = cp_text_of(cp_number_guarded);
    cp_text name = CP_TEXT("");

    while (cp_text_word(&rest, "|", &name)) {
        uint32_t maker = cp_makers_find(r->cues->makers, name);
        struct cp_cue cue = {maker, CP_CUE_NAME | CP_CUE_INSIDE, CP_CLUE_SYSTEM_TEXT};
        bool found = false;
        for (size_t at = 0; maker < cp_makers_count(r->cues->makers) && !found && at < text.len;
             at++) {
            at = cp_text_find(text, name.at[0], at);
            found = cp_text_starts(cp_text_sub(text, at, name.len), name) &&
                    (name.len > 3 || (r->list->text.marks[at] & CP_SQUEEZE_START) != 0);
        }
        if (found)
            CP_TRY(keep(r, cue));
    }
    return CP_OK;
}

cp_err cp_cues_read(const struct cp_cues *cues, cp_text text, struct cp_arena *arena,
                    struct cp_cue_list *list)
{
    struct reading r = {.cues = cues, .arena = arena, .list = list};

    list->count = 0;
    CP_TRY(cp_squeeze(text, arena, &list->text));
    find_host(&r);
    CP_TRY(read_words(&r));
    CP_TRY(read_inside(&r));
    if (list->text.mixed)
        CP_TRY(keep(&r, (struct cp_cue){CP_MAKER_UNKNOWN, CP_CUE_DISGUISED, CP_CLUE_SYSTEM_TEXT}));
    return CP_OK;
}
