#pragma once

#include "model/case.h"
#include "names.h"

/** A row: a site, a node, a demand, a fact, or two ends of a link. */
struct cp_at_row {
    const struct cp_case *c;
    uint32_t at;
    uint32_t end;             /* of links: the first of the two ends that this row names */
    struct cp_fact_name name; /* of facts */
};

struct cp_column {
    const char *name;
    bool required;
    /** Adds the value to a cell; nothing where there is none. */
    void (*add)(const struct cp_at_row *row, struct cp_out *cell);
};

struct cp_columns {
    const struct cp_column *list;
    uint32_t count;
};

extern const struct cp_columns cp_node_columns, cp_link_columns, cp_site_columns, cp_demand_columns,
    cp_fact_columns;
