#pragma once

#include "forward/routes.h"

/**
 * One more failure: from routes before it to routes after it, and what packets can meet while
 * routers disagree about which of them holds.
 *
 * A node is *clean* where the failure is not on its closure: nothing changes for it, nor for any
 * packet that it forwards.  Failures only make ways longer, so nodes that are nearer to the
 * destination than anything that fails are clean.
 */
struct cp_shift;

/** NOMEM. */
CP_MUST_USE cp_err cp_shift_open(const struct cp_graph *graph, struct cp_arena *arena,
                                 struct cp_shift **out);

/**
 * before: borrowed until the next call.  after: routes that failures can be asked of, opened on the
 * same weights; here they become those after the element (graph.h) fails too, which is never the
 * destination.  Forgets what was worked out for the last one.  Cost: as cp_routes_to.  NOMEM.
 */
CP_MUST_USE cp_err cp_shift_by(struct cp_shift *shift, const struct cp_routes *before,
                               struct cp_routes *after, uint32_t element);

/** Worked out where it is asked, and kept until the next cp_shift_by. */
bool cp_shift_is_clean(struct cp_shift *shift, uint32_t node);

/**
 * Marks of the closures of some sources, all before the failure with a way, while routers disagree.
 * Cost: O(hops of what is not clean in those closures).  Then seen_during may be asked for these
 * sources; those after the failure are those of the routes after it.
 */
void cp_shift_see(struct cp_shift *shift, const uint32_t *sources, uint32_t count);
uint32_t cp_shift_seen_during(const struct cp_shift *shift, uint32_t source);

/** What forwarding looks like at some moment: by the routes before, by those after, or by either. */
typedef enum { CP_BEFORE, CP_DURING, CP_AFTER } cp_moment;

struct cp_view {
    const struct cp_routes *routes; /* at CP_BEFORE and CP_DURING those before, else those after */
    struct cp_shift *shift;         /* at CP_DURING: from these routes */
    cp_moment moment;
};

/** The view at a moment of a shift. */
struct cp_view cp_shift_view(struct cp_shift *shift, cp_moment moment);
/** Of routes without any change. */
struct cp_view cp_view_of(const struct cp_routes *routes);

/** Before and during the change: the cost before it. */
static inline uint64_t cp_view_cost(const struct cp_view *view, uint32_t node)
{
    return cp_routes_cost(view->routes, node);
}

/** Whether the hop's link or far node is out; during the change what changes is still passable. */
static inline bool cp_view_failed(const struct cp_view *view, const struct cp_hop *hop)
{
    return cp_routes_link_failed(view->routes, hop->link) ||
           cp_routes_node_failed(view->routes, hop->to);
}

/**
 * Next hops of a node as indexes into graph.hops; at CP_DURING those of both sides, some twice.
 * out: room for twice the node's hops.  Returns how many.
 */
uint32_t cp_view_next_hops(const struct cp_view *view, uint32_t node, uint32_t *out);
