#pragma once

#include "forward/shift.h"

/**
 * Closures: all that packets from a source can visit while routers forward as the view says
 * (DESIGN 2.2 steady: before or after; transition: during).
 */
struct cp_walk;

CP_MUST_USE cp_err cp_walk_open(const struct cp_graph *graph, struct cp_arena *arena,
                                struct cp_walk **out);

/**
 * Elements of the closures of some sources together: nodes and links as failure elements (graph.h), in the
 * order of discovery; *elements is good until the next call.  Sources without a way add nothing.
 */
uint32_t cp_walk_elements(struct cp_walk *walk, const struct cp_view *view, const uint32_t *sources,
                          uint32_t source_count, const uint32_t **elements);

/**
 * Of those elements, for one source and routes without any change, the ones whose failure leaves some node of the
 * closure without a next hop; and SRLGs (no elements of a closure themselves) of which that is true though it
 * is of none of their links.  When anything else fails, every node of the closure keeps its cost and some of
 * its next hops and gets no others: no closure, before, during or after, holds what this one does not.
 */
uint32_t cp_walk_pivots(struct cp_walk *walk, const struct cp_view *view, uint32_t source,
                        const uint32_t **elements);

/**
 * A shortest (fewest hops) way in the source's closure to a node or link that bears one of the
 * marks: nodes [node_count] from the source on, links [node_count - 1] between them, the last node
 * being the marked one or the far end of the marked link; element is the marked failure element.
 * false where nothing in the closure bears them.  Good until the next call.
 */
struct cp_walk_way {
    const uint32_t *nodes, *links;
    uint32_t node_count, element;
};
bool cp_walk_find(struct cp_walk *walk, const struct cp_view *view, uint32_t source, uint32_t marks,
                  struct cp_walk_way *way);
