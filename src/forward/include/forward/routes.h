#pragma once

#include "graph/graph.h"
#include "graph/queue.h"

/**
 * Routes to one destination, after some failures or none: for every node its least cost, and the OR
 * of the marks of all that its packets can visit on any of its equal-cost ways.
 *
 * Marks are bits that the caller gives to nodes and links; "an element that a rule forbids" is one.
 * A node that is banned is never passed (but may be the destination).
 */
struct cp_marks {
    const uint32_t *node; /* [nodes] */
    const uint32_t *link; /* [links] */
};

struct cp_routes {
    const struct cp_graph *graph;
    struct cp_marks marks;
    const uint8_t *banned; /* [nodes], or NULL: none */
    uint32_t destination;
    uint64_t *cost; /* [nodes] CP_UNREACHABLE where there is no way */
    uint32_t *seen; /* [nodes] marks of the node's whole closure, itself included; 0: no way */
    uint8_t *link_failed; /* [links] */
    uint8_t *node_failed; /* [nodes] these also have no cost */
};

/** Takes the arrays from the arena; the routes are then computed or copied into them.  NOMEM. */
CP_MUST_USE cp_err cp_routes_open(const struct cp_graph *graph, struct cp_marks marks,
                                  const uint8_t *banned, struct cp_arena *arena,
                                  struct cp_routes *out);

/**
 * Routes to a destination after some failures (elements of graph.h of any kind, never the
 * destination).  Cost: O(hops + nodes * 64).  The queue has room for hops + 1.
 */
void cp_routes_to(struct cp_routes *routes, uint32_t destination, const uint32_t *failures,
                  uint32_t failure_count, struct cp_queue *queue);

/** Whether a hop of node `from` lies on a shortest way of `from` to the destination. */
static inline bool cp_routes_uses(const struct cp_routes *routes, uint32_t from,
                                  const struct cp_hop *hop)
{
    uint64_t rest = routes->cost[hop->to];

    return rest != CP_UNREACHABLE && rest + hop->out == routes->cost[from] &&
           !routes->link_failed[hop->link];
}
