#pragma once

#include "graph/queue.h"
#include "sweep/reach.h"

#include "forward/walk.h"

/**
 * The state `liar`: banned nodes advertise what they like on their own links and among themselves
 * (DESIGN 2.2; docs/notes/0001 has the formula and why it is exact).
 *
 * A lie draws traffic to a liar when the way over it can be made no longer than the honest one: true
 * cost to the nearest liar, plus 1 for an invented link if the best exit is another liar's, plus 1
 * for the exit's own link, plus the true cost from there on.
 */

/** What holds of the liars whatever the destination, without failures.  Immutable; threads share it. */
struct cp_liar_ground {
    const struct cp_graph *graph;
    const uint8_t *banned; /* [nodes] */
    uint64_t *near;        /* [nodes] true cost to the nearest liar, over honest nodes */
    struct cp_reach exits; /* of the honest nodes beside a liar */
};

/** Who may lie: banned [nodes] and node [count], ascending, name the same nodes. */
struct cp_liars {
    const uint8_t *banned;
    const uint32_t *node;
    uint32_t count;
};

/** honest: weights with the liars closed.  Cost: one shortest-path tree and O(arcs).  NOMEM. */
CP_MUST_USE cp_err cp_liar_ground_make(const struct cp_weights *honest, struct cp_liars liars,
                                       struct cp_arena *arena, struct cp_arena *work,
                                       struct cp_liar_ground *out);

/** For one thread. */
struct cp_liar;

/** The queue has room for hops + 1.  NOMEM. */
CP_MUST_USE cp_err cp_liar_open(const struct cp_liar_ground *ground, struct cp_queue *queue,
                                struct cp_arena *arena, struct cp_liar **out);

/** honest: routes with the liars banned, without failures; once for each destination. */
void cp_liar_begin(struct cp_liar *liar, const struct cp_routes *honest);

/** honest: what holds from now on: those routes, or after failures (never CP_DURING).  Borrowed. */
void cp_liar_under(struct cp_liar *liar, const struct cp_view *honest);

/**
 * The way by which some lie draws packets from a source: true links to the liar `near`, then, where
 * `far` is another liar, an invented link to that.  drawn false: no lie does.
 */
struct cp_liar_way {
    bool drawn;
    uint32_t near, far;
};
struct cp_liar_way cp_liar_draws(struct cp_liar *liar, uint32_t source);

/**
 * The true way from the source to way->near: nodes [node_count], links between them; element is
 * the liar.  Right after the cp_liar_draws that gave the way; good until the next.
 */
void cp_liar_path(struct cp_liar *liar, const struct cp_liar_way *drawn, struct cp_walk_way *way);
