#pragma once

#include "base/arena.h"
#include "sweep/labels.h"

/**
 * Routes to one destination, after some failures or none: for every node its least cost, and the OR
 * of the marks of all that its packets can visit on any of its equal-cost ways.
 *
 * Marks are bits that the caller gives to nodes and links; "an element that a rule forbids" is one.
 * A node that is banned (closed in the weights) is never passed, but may be the destination.
 *
 * Costs and marks are worked out when a node is first asked about (sweep/labels.h), also through a
 * const pointer: one thread at a time.
 */
#define CP_ROUTES_FAILURES_MAX 9u

struct cp_routes {
    const struct cp_graph *graph;
    struct cp_marks marks;
    const struct cp_weights *weights; /* as they are after the failures */
    struct cp_weights *own;           /* those, where failures can be asked for; else NULL */
    struct cp_labels *labels;
    struct cp_route *known; /* [nodes] valid where stamped */
    uint32_t destination, stamp;
    uint32_t failure_count, failures[CP_ROUTES_FAILURES_MAX];
    cp_weights_mark marks_before[CP_ROUTES_FAILURES_MAX]; /* the log of `own` before each failure */
};

/** What is known of a node's way to the destination. */
struct cp_route {
    uint64_t cost;
    uint32_t seen, stamp;
};

/** Routes without failures.  weights: borrowed, without failures.  NOMEM. */
CP_MUST_USE cp_err cp_routes_open(const struct cp_weights *weights, struct cp_marks marks,
                                  struct cp_arena *arena, struct cp_routes *out);
/** Routes after failures: with a copy of the weights; triangles: the hierarchy's.  NOMEM. */
CP_MUST_USE cp_err cp_routes_open_failing(const struct cp_weights *weights,
                                          const struct cp_triangles *triangles,
                                          struct cp_marks marks, struct cp_arena *arena,
                                          struct cp_routes *out);

/**
 * Routes to a destination after some failures (elements of graph.h of any kind, never the
 * destination); none where cp_routes_open opened them, at most CP_ROUTES_FAILURES_MAX.  Cost: what is different
 * in the weights from the last failures asked, and the destination's ancestors.  NOMEM.
 */
CP_MUST_USE cp_err cp_routes_to(struct cp_routes *routes, uint32_t destination,
                                const uint32_t *failures, uint32_t failure_count);

/** Works a node's route out. */
const struct cp_route *cp_routes_ask(const struct cp_routes *routes, uint32_t node);

static inline const struct cp_route *cp_routes_get(const struct cp_routes *routes, uint32_t node)
{
    const struct cp_route *route = &routes->known[node];

    return route->stamp == routes->stamp ? route : cp_routes_ask(routes, node);
}

/** CP_UNREACHABLE where there is no way; a failed node has none. */
static inline uint64_t cp_routes_cost(const struct cp_routes *routes, uint32_t node)
{
    return cp_routes_get(routes, node)->cost;
}

/** Marks of the node's whole closure, itself included; 0: no way. */
static inline uint32_t cp_routes_seen(const struct cp_routes *routes, uint32_t node)
{
    return cp_routes_get(routes, node)->seen;
}

static inline bool cp_routes_link_failed(const struct cp_routes *routes, uint32_t link)
{
    return routes->weights->link_failed[link] != 0;
}

static inline bool cp_routes_node_failed(const struct cp_routes *routes, uint32_t node)
{
    return routes->weights->node_failed[node] != 0;
}

/** Whether a hop of node `from`, whose cost this is, lies on a shortest way of it to the destination. */
static inline bool cp_routes_uses(const struct cp_routes *routes, uint64_t cost,
                                  const struct cp_hop *hop)
{
    return cost != CP_UNREACHABLE && hop->out <= cost &&
           !cp_routes_link_failed(routes, hop->link) &&
           cp_routes_cost(routes, hop->to) == cost - hop->out;
}
