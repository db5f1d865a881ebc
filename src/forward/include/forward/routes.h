#pragma once

#include "graph/graph.h"
#include "graph/queue.h"

/**
 * Routes to one destination in the network without failures: for every node its least cost, and the OR of
 * the marks of all that its packets can visit on any of its equal-cost ways.
 *
 * Marks are bits that the caller gives to nodes and links; "an element that rule 3 forbids" is one.
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
};

/** Takes cost and seen from the arena; routes are then computed by cp_routes_to.  NOMEM. */
CP_MUST_USE cp_err cp_routes_open(const struct cp_graph *graph, struct cp_marks marks,
                                  const uint8_t *banned, struct cp_arena *arena,
                                  struct cp_routes *out);

/** Cost: O(hops + nodes * 64).  The queue needs room for hops + 1 entries. */
void cp_routes_to(struct cp_routes *routes, uint32_t destination, struct cp_queue *queue);

/** Whether a hop of node `from` lies on a shortest way of `from` to the destination. */
static inline bool cp_routes_uses(const struct cp_routes *routes, uint32_t from,
                                  const struct cp_hop *hop)
{
    uint64_t rest = routes->cost[hop->to];

    return rest != CP_UNREACHABLE && rest + hop->out == routes->cost[from];
}
