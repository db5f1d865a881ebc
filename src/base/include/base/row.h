#pragma once

#include "base/json_in.h"

/**
 * Lines of JSON, an array a line whose first item says what it is: files for people and programs.
 * Read strictly: a line has the items that its pattern asks, and is written as cp_json writes it
 * a flat thing, so that there is one way to write it.
 */
#define CP_ROW_TEXTS 8u
#define CP_ROW_NUMBERS 4u
#define CP_ROW_LISTS 4u

struct cp_row {
    cp_text text[CP_ROW_TEXTS]; /* "t": a text; "T": one that is not empty, or null: at is NULL */
    uint64_t number[CP_ROW_NUMBERS]; /* "n": a whole number; "N": or null: UINT64_MAX */
    const uint32_t
        *list[CP_ROW_LISTS]; /* "a": numbers below UINT32_MAX; "s": ascending, none twice */
    uint32_t count[CP_ROW_LISTS];
    uint32_t words; /* "w": names out of `words`, in its order, as bits */
};

/** What a row of some kind holds. */
struct cp_row_pattern {
    const char *kind, *items;
};

struct cp_rows {
    cp_text text;
    size_t at;
    const struct cp_row_pattern *patterns; /* [pattern_count] */
    const char *const *words;              /* [word_count] at most 32 */
    uint32_t pattern_count, word_count;
    struct cp_arena *work; /* scratch, given back by each call; not the rows' own arena */
    uint32_t line;         /* of the row read last, from 1 */
};

/**
 * The next row into *row, and its pattern's index; pattern_count: there is none.  Texts and lists: in
 * the arena.  Errors: MALFORMED, NOMEM.
 */
CP_MUST_USE cp_err cp_row_next(struct cp_rows *rows, struct cp_arena *arena, struct cp_row *row,
                               uint32_t *pattern);
