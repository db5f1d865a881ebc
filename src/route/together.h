#pragma once

#include "ground/net.h"
#include "route/paths.h"

/** Which nodes hang together over elements that nothing is against: what asks without wishes need to know. */
struct together {
    const uint32_t *component; /* [nodes] CP_NONE: something is against it */
};

/** What is against elements when some rule is left out of account. */
struct ground {
    const uint32_t *against;   /* [links + nodes] 0: nothing is */
    struct together *together; /* NULL: not asked yet */
};

/** against [links + nodes].  arena: for the answer and what it takes in between.  NOMEM. */
CP_MUST_USE cp_err cp_together_find(const struct cp_graph *g, const uint32_t *against,
                                    struct cp_arena *arena, struct together *out);

/** Whether a source and another node, a destination, hang together.  work: O(nodes).  NOMEM. */
CP_MUST_USE cp_err cp_together_ends(const struct together *together, const struct cp_graph *g,
                                    const struct cp_path_ask *ask, struct cp_arena *work,
                                    bool *out);
