#pragma once

#include "forward/after.h"

/**
 * Closures: all that packets from a source can visit while each router forwards by its next hops
 * before a change, after it, or either (DESIGN 2.2 steady and transition).
 */
struct cp_walk;

CP_MUST_USE cp_err cp_walk_open(const struct cp_graph *graph, struct cp_arena *arena,
                                struct cp_walk **out);

/** Whose next hops count.  after NULL: the routes without failures; change NULL: no change. */
struct cp_walk_states {
    const struct cp_routes *routes;
    struct cp_after *after;  /* failures so far */
    struct cp_after *change; /* those and the one that happens; its element stays passable */
};

/** Marks of the closure.  Clean nodes answer for all behind them, so this is much the fastest. */
uint32_t cp_walk_marks(struct cp_walk *walk, const struct cp_walk_states *states, uint32_t source);

/**
 * Elements of the closure: nodes and links as failure elements (graph.h), in the order of
 * discovery; *elements is good until the next call.  Returns how many.
 */
uint32_t cp_walk_elements(struct cp_walk *walk, const struct cp_walk_states *states,
                          uint32_t source, const uint32_t **elements);

/**
 * A shortest (fewest hops) way in the closure to a node or link that bears one of the marks:
 * nodes [*node_count] from the source on, links [*node_count - 1] between them, the last node being
 * the marked one or the far end of the marked link.  *element is the marked failure element.
 * false where nothing in the closure bears them.  Good until the next call.
 */
struct cp_walk_way {
    const uint32_t *nodes, *links;
    uint32_t node_count, element;
};
bool cp_walk_find(struct cp_walk *walk, const struct cp_walk_states *states, uint32_t source,
                  uint32_t marks, struct cp_walk_way *way);
