#pragma once

#include "sweep/labels.h"

/**
 * How near any node of a set is to whatever destination: for each place, the least weight of a way
 * up to it from one of the set through places below it.  Made once; then each destination costs its
 * ancestors alone.
 */
struct cp_reach {
    uint64_t *weight; /* [places] CP_WEIGHT_NONE: no way */
    uint32_t *node;   /* [places] the one of the set that it is from */
};

/** nodes [count]: the set; a closed one reaches itself alone, a failed one nothing.  O(arcs).  NOMEM. */
CP_MUST_USE cp_err cp_reach_make(const struct cp_weights *weights, const uint32_t *nodes,
                                 uint32_t count, struct cp_arena *arena, struct cp_reach *out);

/**
 * The least cost from any of the set to the destination of the labels, which are under the weights
 * that the reach was made from; CP_UNREACHABLE if there is no way.  *node: one that has that cost.
 */
uint64_t cp_reach_cost(const struct cp_reach *reach, const struct cp_labels *labels,
                       uint32_t *node);
