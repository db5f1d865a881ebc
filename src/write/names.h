#pragma once

#include "base/out.h"
#include "model/case.h"

/* Names as the tables read them back: model/build.h, finish. */

/** How a fact's object is written: `object` with its kind before it where need be, and `part` apart. */
struct cp_fact_name {
    cp_text prefix; /* "", "node:", "link:", "site:" */
    cp_text id;
    cp_text joined; /* the part after a slash; empty: none */
    cp_text part;   /* the part in a column of its own; empty: none */
};

/** scratch: used again and again.  CONFLICT where no name means this thing and no other; NOMEM. */
CP_MUST_USE cp_err cp_fact_name_find(const struct cp_case *c, const struct cp_fact *fact,
                                     struct cp_out *scratch, struct cp_fact_name *name);

/** Adds nodes to a list cell, so that the cell is read as these.  A cell of several words is no node's id. */
void cp_name_managers(const struct cp_case *c, const cp_node *nodes, uint32_t count,
                      struct cp_out *cell);
/** The same for the links of one alternative. */
void cp_name_supports(const struct cp_case *c, const cp_link *links, uint32_t count,
                      struct cp_out *cell);
