#pragma once

#include "forward/routes.h"

/**
 * Routes after failures, worked out only where they are asked for.
 *
 * Failures can only make ways longer, so the old costs are exact lower bounds and most nodes keep
 * them.  A node asked about is put in one of three kinds: *clean* (no failure on any of its old
 * ways: its closure is the old one), *touched* (some ways are gone, the cost stays), *moved* (the
 * cost grows, or there is no way).  A moved node's cost is found by A* with the old costs as
 * potential, through moved nodes only: the first node that is not moved ends the search.
 *
 * One set of failures at a time; what was worked out is forgotten by the next begin.
 * Source: Hart, Nilsson, Raphael 1968 for the search; the three kinds are ours.
 */
struct cp_after;

typedef enum { CP_CLEAN, CP_TOUCHED, CP_MOVED } cp_change;

CP_MUST_USE cp_err cp_after_open(const struct cp_routes *routes, struct cp_queue *queue,
                                 struct cp_arena *arena, struct cp_after **out);

/** Failure elements (graph.h) of any kinds; the routes must be those of the destination asked. */
void cp_after_begin(struct cp_after *after, const uint32_t *failures, uint32_t count);

const struct cp_routes *cp_after_routes(const struct cp_after *after);
bool cp_after_link_failed(const struct cp_after *after, uint32_t link);
bool cp_after_node_failed(const struct cp_after *after, uint32_t node);

cp_change cp_after_change(struct cp_after *after, uint32_t node);

/** Least cost to the destination; CP_UNREACHABLE if none, or above bound. */
uint64_t cp_after_cost(struct cp_after *after, uint32_t node, uint64_t bound);

/**
 * The node's next hops, as indexes into graph.hops, ascending; returns how many.
 * out: room for as many as the node has hops.
 */
uint32_t cp_after_next_hops(struct cp_after *after, uint32_t node, uint32_t *out);
