#pragma once

#include "cli.h"

/** Columns of a table, found by the line of their heads. */

#define CP_CLI_COLUMNS_MAX 12u

/** How cells of a row are told apart. */
typedef enum {
    CP_COLUMNS_SPACED, /* a cell may run over its column, a space is always behind it */
    CP_COLUMNS_CUT,    /* the device cuts cells at their columns: they may touch */
    CP_COLUMNS_WRAPPED, /* a cell that is too long goes on below, in lines whose first cell is empty */
} cp_columns;

struct cp_cli_columns {
    uint32_t count;
    size_t at[CP_CLI_COLUMNS_MAX]; /* offsets in the line */
};

/** Whether the line holds all heads, in order, each at a word's start. */
bool cp_cli_columns_find(cp_text line, const struct cp_cli_key *heads, uint32_t count,
                         struct cp_cli_columns *columns);
/**
 * The cells of a row from the column from on, trimmed.  Where they do not stand below their heads they
 * are what two spaces part, else the words, if there are as many.  Of the last cell what stands before
 * two spaces: columns that were not asked for follow.  False: the row does not have the table's form.
 */
bool cp_cli_columns_cut(cp_text row, const struct cp_cli_columns *columns, cp_columns how,
                        uint32_t from, cp_text cells[CP_CLI_COLUMNS_MAX]);
