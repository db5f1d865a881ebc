#pragma once

#include "graph/graph.h"

/**
 * An elimination hierarchy of a graph: which places (nodes, and LANs of more than two ends) are
 * taken out one after another, and the arcs that stand in for the ways through what was taken out.
 * It depends on what is connected, not on metrics or failures, so one serves them all.
 *
 * Each place has arcs to places of smaller number only: place 0 is the top, the last one eliminated.
 * Places are numbered depth first: all that hangs below a place, by `parent`, follows it at once.
 * Where eliminating on would cost more arcs than it saves work, the places left make up the core:
 * places 0 to core_count - 1, breadth first, with the arcs that they have by then.  What hangs from
 * the core's first place follows the core, then what hangs from its second, and so on.
 *
 * Source: customizable contraction hierarchies (Dibbelt, Strasser, Wagner 2014), with minimum-degree
 * order; partial elimination: Maniu, Senellart, Jog 2019.
 */
struct cp_hierarchy {
    const struct cp_graph *graph; /* borrowed */
    uint32_t place_count, core_count, arc_count;
    /* Weights are costs times this: 2 where there are LANs, so that a way onto a LAN (2 * metric - 1)
     * and off it (1) both weigh something; else 1. */
    uint32_t scale;
    const uint32_t *place_of_node; /* [nodes] */
    const uint32_t *place_of_lan; /* [links] the place of a LAN; UINT32_MAX for links of two ends */
    const uint32_t *node_at;      /* [places] the node, or UINT32_MAX at a LAN's place */
    const uint32_t *link_at;      /* [places] the LAN's link, or UINT32_MAX at a node's place */
    /* Arcs of place p: arc_first[p] to before arc_first[p + 1]; arc_to [arcs] is ascending there. */
    const uint32_t *arc_first;
    const uint32_t *arc_to;
    const uint32_t *arc_from; /* [arcs] */
    /* [places] the largest of arc_to, p itself where p has no arcs or lies in the core.  All arcs of
     * a place go to its ancestors and, where the line of ancestors ends in the core, to the core. */
    const uint32_t *parent;
    /* What arcs stand for of the graph itself: crossings.  A link of two ends is one, a LAN of n ends is n.
     * Crossings of arc a: crossing_first[a] to before crossing_first[a + 1], by link and end.
     * An arc without any is a shortcut alone. */
    const uint32_t *crossing_first; /* [arcs + 1] */
    const struct cp_crossing *crossings;
    const uint32_t *crossing_of_end; /* [ends of the graph] index into crossings */
};

/** A link of two ends, or a LAN's link to one of its ends (then one of the ends is UINT32_MAX). */
struct cp_crossing {
    uint32_t link, arc;
    uint32_t end_up; /* end (index into graph->end_node) at the arc's `from`: its metric goes up */
    uint32_t end_down; /* end at the arc's `to`: its metric goes down */
};

/** How far elimination goes. */
struct cp_hierarchy_budget {
    uint64_t arcs, triangles; /* give up beyond, or as soon as they are bound to be */
    uint32_t core_degree;     /* after giving up: places with more neighbours stay in the core */
    /* Give up too where, once all have more neighbours than core_degree, those left are joined to
     * more than this on average, mostly by links of the graph: a mesh's arcs save nothing, and a
     * change of one concerns the triangles of all.  0: however dense. */
    uint32_t dense_degree;
};

/** Arcs and triangles in proportion to the links' ends; what cp_hierarchy_make wants for real networks. */
struct cp_hierarchy_budget cp_hierarchy_usual_budget(const struct cp_graph *graph);
/**
 * For weights that change more often than they are asked about, as an audit's do failure after
 * failure: fewer triangles, since a change concerns those of its arcs.  Operators' networks have a
 * twentieth of these; small random graphs and grids get a core.
 */
struct cp_hierarchy_budget cp_hierarchy_budget_for_changes(const struct cp_graph *graph);

/**
 * Errors: NOMEM, LIMIT (more than 2^32 - 1 arcs).  Same graph, same hierarchy.
 * work: scratch that the caller resets.  Cost: O(triangles); milliseconds for 10,000 nodes.
 */
CP_MUST_USE cp_err cp_hierarchy_make(const struct cp_graph *graph,
                                     const struct cp_hierarchy_budget *budget,
                                     struct cp_arena *arena, struct cp_arena *work,
                                     struct cp_hierarchy *out);

/** The arc from place `from` up to place `to`; UINT32_MAX if there is none.  O(log arcs of from). */
uint32_t cp_hierarchy_arc(const struct cp_hierarchy *h, uint32_t from, uint32_t to);

/**
 * Nodes in an order in which neighbours share most of their ancestors: out [nodes].  Destinations
 * that are swept together should be near each other in it.
 */
void cp_hierarchy_near_order(const struct cp_hierarchy *h, uint32_t *out);

/**
 * The triangles below each arc: an arc x to y has one for each place v that was eliminated before
 * both, with arcs to both.  Needed where weights are changed, not where they are worked out once.
 */
struct cp_triangle {
    uint32_t to_from, to_to; /* arcs from v to the arc's `from` and to its `to` */
};
struct cp_triangles {
    const uint64_t *first;         /* [arcs + 1] */
    const struct cp_triangle *all; /* by arc, then v descending */
};
/** NOMEM.  O(triangles); 8 bytes a triangle, 8 an arc. */
CP_MUST_USE cp_err cp_triangles_make(const struct cp_hierarchy *h, struct cp_arena *arena,
                                     struct cp_triangles *out);
