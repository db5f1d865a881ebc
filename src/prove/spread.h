#pragma once

#include "forward/routes.h"

/** What packets from a source can visit: by some routes, or by either of two. */
struct spread {
    const struct cp_graph *g;
    uint32_t *node_stamp, *link_stamp;
    uint32_t stamp;
    uint32_t *nodes, *links; /* in the order of discovery */
    uint32_t node_count, link_count;
};

/** NOMEM. */
CP_MUST_USE cp_err cp_visit_open(const struct cp_graph *g, struct cp_arena *arena,
                                 struct spread *out);
/** after: NULL: by `before` alone.  Nothing where the source has no way before. */
void cp_visit_from(struct spread *s, const struct cp_routes *before, const struct cp_routes *after,
                   uint32_t source);
