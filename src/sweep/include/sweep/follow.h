#pragma once

#include "sweep/weights.h"

/**
 * Costs and marks of many demands, kept true while the weights of one network change under them: each
 * change of a link, node or metric gives the demands whose answers are not what they were.
 *
 * What is kept are the lightest ways from each demand's source straight up the hierarchy and from
 * above straight down to its destination; demands with the same ends share them.  A change costs a
 * few nanoseconds for each of those that run over an arc that changed, and more only where it matters.
 * In a hierarchy with a core all demands are asked anew instead (labels.h), by destination.
 *
 * Any metrics.
 */
struct cp_follow;

struct cp_follow_demand {
    uint32_t source, destination; /* nodes; may be the same */
};

/** As in labels.h.  A demand whose source or destination has failed has no way. */
struct cp_follow_answer {
    uint64_t cost; /* CP_UNREACHABLE: no way */
    uint32_t seen; /* marks of all that it meets, both ends included; 0: no way */
};

struct cp_follow_change {
    uint32_t demand;
    struct cp_follow_answer before, now;
};

/**
 * Follows demands [count] under the weights, which are borrowed and the only ones that it looks at;
 * demands are copied.  Memory: about 20 bytes for each ancestor of each source and destination, and
 * 100 for each arc.  Errors: NOMEM, LIMIT (more than 2^32 - 1 such ancestors).
 */
CP_MUST_USE cp_err cp_follow_open(const struct cp_weights *weights,
                                  const struct cp_follow_demand *demands, uint32_t count,
                                  struct cp_arena *arena, struct cp_follow **out);

/** The answer of a demand at the last update, or when it was opened. */
struct cp_follow_answer cp_follow_get(const struct cp_follow *follow, uint32_t demand);

/**
 * After one or more changes of the weights: arcs [count] are those that changed since the last update,
 * as cp_weights_changed lists them (what they were does not matter here, nor does it if some did
 * not change).  Returns how many demands have other answers now; *changed lists them, ascending, until
 * the next update.
 */
uint32_t cp_follow_update(struct cp_follow *follow, const struct cp_arc_before *arcs,
                          uint32_t count, const struct cp_follow_change **changed);
