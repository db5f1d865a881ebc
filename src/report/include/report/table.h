#pragma once

#include "base/out.h"

#define CP_TABLE_CELLS_MAX 8u

/**
 * A table for people: a column is as wide as its widest cell (up to 40 characters), two spaces stand between.  The last cell
 * of a row is a sentence: broken into lines in its column where `columns` leaves it room, else in lines of its own below.
 * What a terminal would obey or hide becomes '?'; an empty cell but the last is "-".
 *
 * heads [cells], rows [row_count * cells]
 */
struct cp_table {
    const char *const *heads;
    const cp_text *rows;
    uint32_t cells, row_count;
    uint32_t columns; /* lines of at most so many, for a terminal; 0: a row is one line */
};

/** Borrows all.  An error stays in out: NOMEM.  Cost: O(cells' characters). */
void cp_table_write(struct cp_out *out, const struct cp_table *table);
