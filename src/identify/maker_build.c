#include "identify/makers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "identify/fold.h"

#include "maker_index.h"
#include "maker_table.h"

/*
 * One map from folded names (fold.h) to makers.  The rows' names go in first, so where the built-in
 * table claims one of them too, its claim finds the name taken.  Who belongs to whom is asked when
 * all names are known: of the rows first, then of the table where no row has spoken.
 */

enum { POOL_BYTES = 8192, NAMES_USUAL = 4096 };
static_assert(POOL_BYTES >= CP_LIMIT_NAME_BYTES, "a name fits the pool");

struct build {
    struct cp_makers *makers;
    const struct cp_maker_row *rows; /* row i is maker i */
    uint32_t count;
    struct cp_diag *diag;
};

/* --- makers and their lists --------------------------------------------------------------- */

static cp_err add_maker(struct cp_makers *makers, cp_text name, uint32_t *out)
{
    void *at = makers->at;
    struct cp_maker maker = {.about = {.name = name, .parent = CP_MAKER_OTHER}};

    for (size_t i = 0; i < CP_MAKER_LISTS; i++)
        maker.chains[i].first = CP_MAP_NONE;
    CP_TRY(cp_arena_grow(makers->arena, &at, makers->count, &makers->cap, sizeof(maker)));
    makers->at = at;
    makers->at[makers->count] = maker;
    *out = makers->count++;
    return CP_OK;
}

static cp_err add_item(struct cp_makers *makers, uint32_t maker, cp_maker_list list,
                       struct cp_maker_item item)
{
    struct cp_maker_chain *chain = &makers->at[maker].chains[list];
    void *at = makers->items;

    item.next = CP_MAP_NONE;
    CP_TRY(cp_arena_grow(makers->arena, &at, makers->item_count, &makers->item_cap, sizeof(item)));
    makers->items = at;
    makers->items[makers->item_count] = item;
    if (chain->count == 0)
        chain->first = makers->item_count;
    else
        makers->items[chain->last].next = makers->item_count;
    chain->last = makers->item_count++;
    chain->count++;
    return CP_OK;
}

static bool has_number(const struct cp_makers *makers, uint32_t maker, cp_maker_list list,
                       uint32_t number)
{
    uint32_t at = makers->at[maker].chains[list].first;

    while (at != CP_MAP_NONE && makers->items[at].number != number)
        at = makers->items[at].next;
    return at != CP_MAP_NONE;
}

/* A text in the pool: thousands of names take few pieces of the arena. */
static cp_err keep(struct cp_makers *makers, cp_text text, cp_text *out)
{
    if (makers->pool_left < text.len) {
        makers->pool = CP_TAKE(makers->arena, POOL_BYTES, char);
        if (makers->pool == NULL) {
            makers->pool_left = 0;
            return CP_ERR_NOMEM;
        }
        makers->pool_left = POOL_BYTES;
    }
    if (text.len > 0)
        memcpy(makers->pool, text.at, text.len);
    *out = (cp_text){makers->pool, text.len};
    makers->pool += text.len;
    makers->pool_left -= text.len;
    return CP_OK;
}

static cp_err add_squeezed(struct cp_makers *makers, cp_text key, uint32_t maker)
{
    struct cp_folded buffer;
    cp_text squeezed = cp_fold_squeeze(key, &buffer);

    if (cp_map_find(makers->squeezed, squeezed) != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(keep(makers, squeezed, &squeezed));
    return cp_map_add(makers->squeezed, squeezed, maker);
}

/* Claims a name for a maker; *owner is whose it was before, CP_MAP_NONE where it was nobody's. */
static cp_err claim(struct cp_makers *makers, cp_text name, uint32_t maker, uint32_t *owner)
{
    struct cp_folded buffer;
    cp_text key = CP_TEXT("");

    (void)cp_fold(name, &buffer, &key); /* its length is checked before */
    *owner = cp_map_find(makers->names, key);
    if (*owner != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(keep(makers, key, &key));
    CP_TRY(cp_map_add(makers->names, key, maker));
    return add_squeezed(makers, key, maker);
}

static cp_err claim_software(struct cp_makers *makers, cp_text name, uint32_t maker,
                             uint32_t *owner)
{
    struct cp_folded buffer;
    cp_text key = CP_TEXT("");

    (void)cp_fold(name, &buffer, &key);
    *owner = cp_map_find(makers->software, key);
    if (*owner != CP_MAP_NONE)
        return CP_OK;
    CP_TRY(keep(makers, key, &key));
    CP_TRY(cp_map_add(makers->software, key, maker));
    return add_item(makers, maker, CP_MAKER_SOFTWARE, (struct cp_maker_item){.text = name});
}

static cp_err claim_pen(struct cp_makers *makers, struct cp_maker_pen_claim claimed)
{
    void *at = makers->pens;

    CP_TRY(cp_arena_grow(makers->arena, &at, makers->pen_count, &makers->pen_cap,
                         sizeof(struct cp_maker_pen_claim)));
    makers->pens = at;
    claimed.order = makers->pen_count;
    makers->pens[makers->pen_count++] = claimed;
    return CP_OK;
}

/* --- names of rows ------------------------------------------------------------------------ */

static cp_err add_row(const struct build *b, const struct cp_maker_row *row)
{
    uint32_t maker = 0;
    uint32_t owner = 0;

    CP_TRY(cp_makers_check(row->name, b->diag));
    CP_TRY(add_maker(b->makers, row->name.text, &maker));
    CP_TRY(claim(b->makers, row->name.text, maker, &owner));
    if (owner != CP_MAP_NONE)
        return cp_diag_set(b->diag, CP_ERR_DUPLICATE, row->name.place, "two makers claim this name",
                           row->name.text);
    b->makers->at[maker].about.from_policy = true;
    b->makers->at[maker].about.country = row->country;
    return CP_OK;
}

static cp_err add_row_names(const struct build *b, uint32_t maker)
{
    const struct cp_maker_words words = b->rows[maker].names;

    for (uint32_t i = 0; i < words.count; i++) {
        uint32_t owner = 0;
        CP_TRY(cp_makers_check(words.at[i], b->diag));
        CP_TRY(claim(b->makers, words.at[i].text, maker, &owner));
        if (owner == CP_MAP_NONE)
            CP_TRY(add_item(b->makers, maker, CP_MAKER_NAMES,
                            (struct cp_maker_item){.text = words.at[i].text}));
        else if (owner != maker)
            return cp_diag_set(b->diag, CP_ERR_DUPLICATE, words.at[i].place,
                               "two makers claim this name", words.at[i].text);
    }
    return CP_OK;
}

static cp_err add_row_software(const struct build *b, uint32_t maker)
{
    const struct cp_maker_words words = b->rows[maker].software;

    for (uint32_t i = 0; i < words.count; i++) {
        uint32_t owner = 0;
        CP_TRY(cp_makers_check(words.at[i], b->diag));
        CP_TRY(claim_software(b->makers, words.at[i].text, maker, &owner));
        if (owner != CP_MAP_NONE && owner != maker)
            return cp_diag_set(b->diag, CP_ERR_DUPLICATE, words.at[i].place,
                               "two makers claim this software", words.at[i].text);
    }
    return CP_OK;
}

static cp_err add_row_pens(const struct build *b, uint32_t maker)
{
    const struct cp_maker_row *row = &b->rows[maker];

    for (uint32_t i = 0; i < row->pen_count; i++)
        CP_TRY(claim_pen(b->makers, (struct cp_maker_pen_claim){.number = row->pens[i].number,
                                                                .maker = maker,
                                                                .from_row = true,
                                                                .place = row->pens[i].place}));
    return CP_OK;
}

static cp_err add_rows(const struct build *b)
{
    for (uint32_t i = 0; i < b->count; i++)
        CP_TRY(add_row(b, &b->rows[i]));
    for (uint32_t i = 0; i < b->count; i++) {
        CP_TRY(add_row_names(b, i));
        CP_TRY(add_row_software(b, i));
        CP_TRY(add_row_pens(b, i));
    }
    return CP_OK;
}

/* --- names of the table ------------------------------------------------------------------- */

static cp_err add_entry_names(struct cp_makers *makers, const char *list, cp_maker_list kind,
                              uint32_t maker)
{
    cp_text names = cp_text_of(list);
    cp_text word = CP_TEXT("");

    while (cp_text_word(&names, "|", &word)) {
        uint32_t owner = 0;
        CP_TRY(claim(makers, word, maker, &owner));
        if (owner == CP_MAP_NONE || kind == CP_MAKER_REGISTRY)
            CP_TRY(add_item(makers, maker, kind, (struct cp_maker_item){.text = word}));
    }
    return CP_OK;
}

static cp_err add_entry_software(struct cp_makers *makers, const struct cp_maker_entry *entry,
                                 uint32_t maker)
{
    cp_text software = cp_text_of(entry->software);
    cp_text word = CP_TEXT("");
    uint32_t owner = 0;

    while (cp_text_word(&software, "|", &word))
        CP_TRY(claim_software(makers, word, maker, &owner));
    return CP_OK;
}

/* The maker of an entry; a row may have given its name to another. */
static cp_err add_entry(struct cp_makers *makers, const struct cp_maker_entry *entry)
{
    cp_text name = cp_text_of(entry->name);
    uint32_t maker = cp_makers_find(makers, name);
    uint32_t owner = 0;

    if (maker == CP_MAKER_OTHER) {
        CP_TRY(add_maker(makers, name, &maker));
        CP_TRY(claim(makers, name, maker, &owner));
    }
    CP_TRY(add_entry_names(makers, entry->names, CP_MAKER_NAMES, maker));
    CP_TRY(add_entry_names(makers, entry->registry, CP_MAKER_REGISTRY, maker));
    CP_TRY(add_entry_software(makers, entry, maker));
    for (size_t i = 0; i < CP_COUNT(entry->pens) && entry->pens[i] != 0; i++)
        CP_TRY(claim_pen(makers,
                         (struct cp_maker_pen_claim){.number = entry->pens[i], .maker = maker}));
    if (makers->at[maker].about.country.len == 0)
        makers->at[maker].about.country = cp_text_of(entry->country);
    return CP_OK;
}

/* --- who belongs to whom ------------------------------------------------------------------ */

/* A maker by any of its names; one that no table has becomes a maker. */
static cp_err find_or_add(const struct build *b, struct cp_maker_word word, uint32_t *maker)
{
    cp_text name = CP_TEXT("");
    uint32_t owner = 0;

    CP_TRY(cp_makers_check(word, b->diag));
    *maker = cp_makers_find(b->makers, word.text);
    if (*maker != CP_MAKER_OTHER)
        return CP_OK;
    CP_TRY(cp_text_lower(cp_text_trim(word.text), b->makers->arena, &name));
    CP_TRY(add_maker(b->makers, name, maker));
    return claim(b->makers, name, *maker, &owner);
}

static cp_err add_row_affiliates(const struct build *b, uint32_t maker)
{
    const struct cp_maker_words words = b->rows[maker].affiliates;

    for (uint32_t i = 0; i < words.count; i++) {
        uint32_t affiliate = 0;
        CP_TRY(find_or_add(b, words.at[i], &affiliate));
        if (affiliate == maker)
            continue; /* listed among the names too */
        uint32_t *parent = &b->makers->at[affiliate].about.parent;
        if (*parent != CP_MAKER_OTHER && *parent != maker)
            return cp_diag_set(b->diag, CP_ERR_DUPLICATE, words.at[i].place,
                               "two makers claim this affiliate", words.at[i].text);
        *parent = maker;
        b->makers->at[affiliate].about.from_policy = true;
    }
    return CP_OK;
}

static cp_err add_row_owners(const struct build *b, uint32_t maker)
{
    const struct cp_maker_words words = b->rows[maker].owners;

    for (uint32_t i = 0; i < words.count; i++) {
        uint32_t owner = 0;
        CP_TRY(find_or_add(b, words.at[i], &owner));
        if (!has_number(b->makers, maker, CP_MAKER_OWNERS, owner))
            CP_TRY(add_item(b->makers, maker, CP_MAKER_OWNERS,
                            (struct cp_maker_item){.number = owner}));
        b->makers->at[owner].about.from_policy = true;
    }
    b->makers->at[maker].owners_said = words.count > 0;
    return CP_OK;
}

static cp_err join_rows(const struct build *b)
{
    struct cp_maker_walk walk = {NULL, NULL};
    uint32_t circle = 0;

    for (uint32_t i = 0; i < b->count; i++)
        CP_TRY(add_row_affiliates(b, i));
    for (uint32_t i = 0; i < b->count; i++)
        CP_TRY(add_row_owners(b, i));
    CP_TRY(cp_maker_walk_make(b->makers, &walk));
    cp_makers_settle(b->makers, &walk, &circle);
    if (circle == CP_MAP_NONE)
        return CP_OK;
    CP_ASSERT(circle < b->count); /* what is no row has only a row above it */
    return cp_diag_set(b->diag, CP_ERR_CONFLICT, b->rows[circle].name.place,
                       "affiliates or owners in a circle", b->rows[circle].name.text);
}

/* What rows say about whom a maker belongs to holds, and circles are none. */
static cp_err join_entry(struct cp_makers *makers, const struct cp_maker_entry *entry,
                         struct cp_maker_walk *walk)
{
    uint32_t maker = cp_makers_find(makers, cp_text_of(entry->name));
    cp_text owners = cp_text_of(entry->owners);
    cp_text word = CP_TEXT("");

    if (entry->affiliate_of != NULL) {
        uint32_t parent = cp_makers_find(makers, cp_text_of(entry->affiliate_of));
        CP_ASSERT(maker < makers->count && parent < makers->count);
        if (makers->at[maker].about.parent == CP_MAKER_OTHER &&
            !cp_maker_is_below(makers, parent, maker, walk))
            makers->at[maker].about.parent = parent;
    }
    while (!makers->at[maker].owners_said && cp_text_word(&owners, "|", &word)) {
        uint32_t owner = cp_makers_find(makers, word);
        CP_ASSERT(owner < makers->count);
        if (!has_number(makers, maker, CP_MAKER_OWNERS, owner) &&
            !cp_maker_is_below(makers, owner, maker, walk))
            CP_TRY(
                add_item(makers, maker, CP_MAKER_OWNERS, (struct cp_maker_item){.number = owner}));
    }
    return CP_OK;
}

static cp_err join_table(struct cp_makers *makers)
{
    struct cp_maker_walk walk = {NULL, NULL};
    uint32_t circle = 0;

    CP_TRY(cp_maker_walk_make(makers, &walk));
    for (size_t i = 0; i < cp_maker_table_count(); i++)
        CP_TRY(join_entry(makers, cp_maker_table_at(i), &walk));
    cp_makers_settle(makers, &walk, &circle);
    CP_ASSERT(circle == CP_MAP_NONE);
    return CP_OK;
}

/* --- enterprise numbers ------------------------------------------------------------------- */

static int compare_pens(const void *a, const void *b)
{
    const struct cp_maker_pen_claim *one = a;
    const struct cp_maker_pen_claim *two = b;

    if (one->number != two->number)
        return one->number < two->number ? -1 : 1;
    return one->order < two->order ? -1 : one->order > two->order;
}

/* Sorts; of equal numbers the first claim stays.  Two rows may not claim one. */
static cp_err settle_pens(const struct build *b)
{
    struct cp_makers *makers = b->makers;
    uint32_t kept = 0;

    if (makers->pen_count > 0)
        qsort(makers->pens, makers->pen_count, sizeof(makers->pens[0]), compare_pens);
    for (uint32_t i = 0; i < makers->pen_count; i++) {
        struct cp_maker_pen_claim pen = makers->pens[i];
        if (kept > 0 && makers->pens[kept - 1].number == pen.number) {
            if (pen.from_row && pen.maker != makers->pens[kept - 1].maker)
                return cp_diag_set(b->diag, CP_ERR_DUPLICATE, pen.place,
                                   "two makers claim this enterprise number",
                                   makers->at[pen.maker].about.name);
            continue;
        }
        makers->pens[kept++] = pen;
        CP_TRY(add_item(makers, pen.maker, CP_MAKER_PENS,
                        (struct cp_maker_item){.number = pen.number}));
    }
    makers->pen_count = kept;
    return CP_OK;
}

/* --- arrays ------------------------------------------------------------------------------- */

/* The texts of a chain to *free, which moves on. */
static const cp_text *put_texts(const struct cp_makers *makers, struct cp_maker_chain chain,
                                cp_text **free)
{
    cp_text *texts = *free;

    for (uint32_t at = chain.first; at != CP_MAP_NONE; at = makers->items[at].next)
        *(*free)++ = makers->items[at].text;
    return texts;
}

static const uint32_t *put_numbers(const struct cp_makers *makers, struct cp_maker_chain chain,
                                   uint32_t **free)
{
    uint32_t *numbers = *free;

    for (uint32_t at = chain.first; at != CP_MAP_NONE; at = makers->items[at].next)
        *(*free)++ = makers->items[at].number;
    return numbers;
}

static cp_err put_arrays(struct cp_makers *makers)
{
    cp_text *texts = CP_TAKE(makers->arena, makers->item_count, cp_text);
    uint32_t *numbers = CP_TAKE(makers->arena, makers->item_count, uint32_t);

    if (texts == NULL || numbers == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < makers->count; i++) {
        const struct cp_maker_chain *chains = makers->at[i].chains;
        struct cp_maker_about *about = &makers->at[i].about;
        about->names = put_texts(makers, chains[CP_MAKER_NAMES], &texts);
        about->name_count = chains[CP_MAKER_NAMES].count;
        about->software = put_texts(makers, chains[CP_MAKER_SOFTWARE], &texts);
        about->software_count = chains[CP_MAKER_SOFTWARE].count;
        about->registry = put_texts(makers, chains[CP_MAKER_REGISTRY], &texts);
        about->registry_count = chains[CP_MAKER_REGISTRY].count;
        about->owners = put_numbers(makers, chains[CP_MAKER_OWNERS], &numbers);
        about->owner_count = chains[CP_MAKER_OWNERS].count;
        about->pens = put_numbers(makers, chains[CP_MAKER_PENS], &numbers);
        about->pen_count = chains[CP_MAKER_PENS].count;
    }
    return CP_OK;
}

cp_err cp_makers_make(const struct cp_maker_row *rows, uint32_t count, struct cp_arena *arena,
                      const struct cp_makers **out, struct cp_diag *diag)
{
    struct cp_makers *makers = CP_TAKE(arena, 1, struct cp_makers);
    struct build b = {makers, rows, count, diag};

    if (makers == NULL)
        return CP_ERR_NOMEM;
    *makers = (struct cp_makers){.arena = arena};
    CP_TRY(cp_map_open(arena, &makers->names));
    CP_TRY(cp_map_open(arena, &makers->squeezed));
    CP_TRY(cp_map_open(arena, &makers->software));
    CP_TRY(cp_map_reserve(makers->names, NAMES_USUAL));
    CP_TRY(cp_map_reserve(makers->squeezed, NAMES_USUAL));
    CP_TRY(add_rows(&b));
    for (size_t i = 0; i < cp_maker_table_count(); i++)
        CP_TRY(add_entry(makers, cp_maker_table_at(i)));
    CP_TRY(join_rows(&b));
    CP_TRY(join_table(makers));
    CP_TRY(settle_pens(&b));
    CP_TRY(put_arrays(makers));
    *out = makers;
    return CP_OK;
}
