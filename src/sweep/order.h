#pragma once

#include "sweep/hierarchy.h"

/**
 * Minimum-degree elimination of a simple undirected graph: take out a vertex with the fewest
 * neighbours, join those to each other, and so on.
 */
struct cp_simple {
    uint32_t count;
    const uint32_t *first; /* [count + 1] */
    const uint32_t *to;    /* [first[count]] each neighbour once, no loops; both ways */
};

struct cp_order {
    uint32_t count, eliminated; /* eliminated == count: there is no core */
    /* [count] the vertices as they were eliminated, then those of the core. */
    const uint32_t *sequence;
    /* Of step i, what vertex sequence[i] was joined to when it went: upper[first[i]] to before
     * upper[first[i + 1]].  In the core: those neighbours that come later in the sequence. */
    const uint32_t *first; /* [count + 1] */
    const uint32_t *upper;
};

/**
 * All is given in the arena, scratch included.  Same graph, same order.  Errors: NOMEM, LIMIT.
 * The vertices of the core come breadth first, the last one first reached: in reverse, neighbours
 * have near numbers.
 */
CP_MUST_USE cp_err cp_order_make(const struct cp_simple *graph,
                                 const struct cp_hierarchy_budget *budget, struct cp_arena *arena,
                                 struct cp_order *out);
