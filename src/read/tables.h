#pragma once

#include "doc.h"

/*
 * The CSV tables: a table is a list of columns; a column says where its checked value goes in the row
 * and how a cell becomes one.  table_list.c has them, tables.c reads them.
 */

typedef enum {
    CELL_NAME, /* an id: taken as it is */
    CELL_TEXT, /* without outer spaces; a line break is a space */
    CELL_LAYER,
    CELL_METRIC,
    CELL_BPS,
    CELL_DELAY,
    CELL_LAT,
    CELL_LON,
    CELL_DATE,
    CELL_ADDRESSES,
    CELL_SID,
    CELL_YES,  /* yes or no */
    CELL_SAID, /* yes or no, which is not the same as nothing */
    CELL_PATH_METRIC,
    CELL_DISJOINT,
    CELL_BOUND, /* a whole number from 1 on */
} cp_cell_kind;

typedef enum {
    NEED_NOTHING,
    NEED_COLUMN, /* its cells may be empty */
    NEED_CELL,
} cp_cell_need;

struct cp_column {
    const char *name;
    cp_cell_kind kind;
    cp_cell_need required;
    size_t value_at;  /* offset of the value in the row */
    size_t place_at;  /* offset of the cell's place; 0: not kept */
    size_t column_at; /* offset of the cell's column; 0: not kept */
};

union cp_table_row {
    struct cp_node_row node;
    struct cp_link_row link;
    struct cp_site_row site;
    struct cp_demand_row demand;
    struct cp_fact_row fact;
    struct cp_vouched vouched;
};

struct cp_table {
    cp_format format;
    const struct cp_column *columns;
    uint32_t count;
    void (*make)(cp_place place, union cp_table_row *row);
    cp_err (*add)(struct cp_doc *doc, const union cp_table_row *row);
};

/** The table of a format that is one. */
const struct cp_table *cp_table_of(cp_format format);
