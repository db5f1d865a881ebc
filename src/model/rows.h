#pragma once

#include "model/build.h"

/**
 * All rows of a build in order of arrival, packed: what is not given takes no room, so a large
 * network's rows take little more than their text, and that text is what the case then borrows.
 */
typedef enum {
    CP_ROW_SITE,
    CP_ROW_NODE,
    CP_ROW_LINK,
    CP_ROW_LAN_MORE, /* a further row of a LAN: a struct cp_link_row */
    CP_ROW_DEMAND,
    CP_ROW_FACT,
    CP_ROW_LAST_RECORD, /* a fact of its own about the last site, node or link row before it */
    CP_ROW_LAST_FACT,   /* about the last site, node or link row before it */
    CP_ROW_LINK_FACT,   /* about the link with a number */
    CP_ROW_LEFT_OUT,    /* what was one of these: never unpacked */
} cp_row_kind;

struct cp_row_chunk;

struct cp_rows {
    struct cp_arena *arena;
    struct cp_row_chunk *first, *last;
};

/** One packed row: a copy of the pointer stays good as long as the arena. */
typedef const unsigned char *cp_row;

/** A walk over all rows; {rows->first} is its start. */
typedef struct {
    struct cp_row_chunk *chunk;
    size_t at;
} cp_row_walk;

/** MALFORMED where a text of the row has control characters or is not UTF-8, LIMIT where it is
 * too long. */
CP_MUST_USE cp_err cp_rows_check(cp_row_kind kind, const void *row, cp_place place,
                                 struct cp_diag *diag);

/** Takes the spaces around its texts away, all but names'. */
void cp_rows_trim(cp_row_kind kind, void *row);

/** Keeps a row that was checked; its texts are made to point at the kept ones.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_rows_keep(struct cp_rows *rows, cp_row_kind kind, void *row, cp_row *kept);

/** false at the end. */
bool cp_rows_next(cp_row_walk *walk, cp_row_kind *kind, cp_row *row);

/** Makes the row that the walk gave last one of another kind with the same struct, or LEFT_OUT. */
void cp_rows_change(const cp_row_walk *walk, cp_row row, cp_row_kind kind);

/** Into a row of the kind's struct. */
void cp_rows_unpack(cp_row_kind kind, cp_row packed, void *row);

/** "A--B" of a link's row as it was unpacked, or A alone where b is empty: it lies in the packed row. */
cp_text cp_rows_default_id(const struct cp_link_row *row);
