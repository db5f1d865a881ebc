#pragma once

#include "forward/routes.h"

/**
 * One more failure, from routes before it to routes after it, worked out for the sources asked and
 * no further than their packets need.
 *
 * Failures only make ways longer, so the costs before are lower bounds and mostly still true.  A
 * node is *clean* (the failure is not on its closure: nothing changes for it), *touched* (some ways
 * are gone, the cost stays) or *moved* (the cost grows, or there is no way).  A moved node's cost is
 * found by A* with the costs before as potential, through moved nodes only; nodes whose cost is
 * known end the search, so what one source needs is there for the next.
 *
 * Source: Hart, Nilsson, Raphael 1968 for the search; the three kinds are ours.
 */
struct cp_shift;

typedef enum { CP_CLEAN, CP_TOUCHED, CP_MOVED } cp_change;

/** The queue has room for hops + 1.  NOMEM. */
CP_MUST_USE cp_err cp_shift_open(const struct cp_graph *graph, struct cp_queue *queue,
                                 struct cp_arena *arena, struct cp_shift **out);

/**
 * before: borrowed until the next call.  element: a failure element (graph.h) of any kind, never
 * the destination.  Forgets what was worked out for the last one.  Cost: O(what fails).
 */
void cp_shift_by(struct cp_shift *shift, const struct cp_routes *before, uint32_t element);

/** These work out what they need and keep it until the next cp_shift_by. */
cp_change cp_shift_change(struct cp_shift *shift, uint32_t node);
/** Cost after the failure; CP_UNREACHABLE if there is no way. */
uint64_t cp_shift_cost(struct cp_shift *shift, uint32_t node);

/**
 * Marks of the closures of some sources, all before the failure with a way: after it, and while
 * routers disagree about it.  Cost: O(hops of what is not clean in those closures), beside the costs.
 * Then seen_after (0: no way) and seen_during may be asked for these sources.
 */
void cp_shift_see(struct cp_shift *shift, const uint32_t *sources, uint32_t count);
uint32_t cp_shift_seen_after(const struct cp_shift *shift, uint32_t source);
uint32_t cp_shift_seen_during(const struct cp_shift *shift, uint32_t source);

/**
 * What forwarding looks like at some moment: by the routes (shift NULL, or CP_BEFORE), by those
 * after the shift, or by either.
 */
typedef enum { CP_BEFORE, CP_DURING, CP_AFTER } cp_moment;

struct cp_view {
    const struct cp_routes *routes;
    struct cp_shift *shift; /* from these routes; may be NULL at CP_BEFORE */
    cp_moment moment;
};

/** Before and during the change: the cost before it. */
uint64_t cp_view_cost(const struct cp_view *view, uint32_t node);
/** Whether the hop's link or far node is out; during the change what changes is still passable. */
bool cp_view_failed(const struct cp_view *view, const struct cp_hop *hop);
bool cp_view_node_failed(const struct cp_view *view, uint32_t node);
/**
 * Next hops of a node as indexes into graph.hops; at CP_DURING those of both sides, some twice.
 * out: room for twice the node's hops.  Returns how many.
 */
uint32_t cp_view_next_hops(const struct cp_view *view, uint32_t node, uint32_t *out);
