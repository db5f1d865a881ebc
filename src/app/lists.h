#pragma once

#include "told.h"

/* Demands, paths and elements of cleanpathd's API as rows of a table, and what the command ends with. */

enum { CP_LIST_CELLS_MOST = 6 };

struct cp_list {
    const char *name; /* "demands"; of one: without the s */
    const char *heads[CP_LIST_CELLS_MOST];
    uint32_t cells;
    const char *word; /* the member by which they are counted: "verdict" */
    const char *const
        *words; /* what it may say, in the order in which they are told; NULL at the end */
    /** Writes a cell. */
    void (*write)(struct cp_out *out, value_at thing, uint32_t cell);
    /** 0; 1: there is a violation, or no way; 2: it is not as it should be, or not known. */
    int (*code)(value_at thing);
};

extern const struct cp_list cp_list_demands, cp_list_paths, cp_list_elements;
