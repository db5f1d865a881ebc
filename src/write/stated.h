#pragma once

#include "model/case.h"

/* Which facts of a case the row of their object states. */

typedef enum { CP_CELL_MAKER, CP_CELL_MODEL, CP_CELL_SOFTWARE, CP_CELL_COUNT } cp_cell;

struct cp_cells {
    cp_text values[CP_CELL_COUNT];
    uint32_t count; /* so many of the object's facts, from the first on, are cells */
};

/** Cells are read before all other facts of their object, in the order maker, model, software. */
struct cp_cells cp_cells_of(const struct cp_case *c, cp_object_kind kind, uint32_t object);
bool cp_fact_is_cell(const struct cp_case *c, uint32_t fact);

/** Whether a fact must be written as foreign (model/build.h), or would be read as something else. */
bool cp_fact_is_foreign(const struct cp_case *c, uint32_t fact);
