#pragma once

#include "graph/graph.h"

/**
 * Costs and marks to a destination in a graph whose metrics change and whose parts fail, found the
 * slow way: Dijkstra's algorithm from the start each time.  Nothing is kept between searches but
 * what has been done to the network.  Shares no code with the rooms it judges.
 */
struct slow_state {
    uint32_t *end_metric;          /* [ends] */
    uint32_t *link_out, *node_out; /* [links], [nodes] how many reasons each has to be out */
};

struct slow {
    const struct cp_graph *graph;
    const uint32_t *node_marks, *link_marks; /* [nodes], [links] */
    const uint8_t *closed;                   /* [nodes] no packet leaves these; NULL: none */
    struct slow_state state;
    struct slow_found *heap; /* [ends of all links times their other ends + 1] */
    uint32_t heap_count;
    uint32_t *settled; /* [nodes] in the order of their costs */
    uint32_t settled_count;
};

struct slow_answer {
    uint64_t *cost; /* [nodes] CP_UNREACHABLE: no way */
    uint32_t *seen; /* [nodes] marks of all that ways of least cost meet; 0: no way */
    uint32_t ties;  /* nodes with more than one hop to send packets over */
};

/**
 * As the graph is: nothing has failed.  The caller has set marks and closed nodes.  All in the arena; the
 * process ends where there is no memory.
 */
void slow_open(struct slow *slow, const struct cp_graph *graph, struct cp_arena *arena);

struct slow_state slow_state_take(const struct cp_graph *graph, struct cp_arena *arena);
void slow_state_copy(const struct cp_graph *graph, const struct slow_state *from,
                     struct slow_state *to);

/** One reason more for an element (graph.h) to be out, or one less. */
void slow_fail(struct slow *slow, uint32_t element);
void slow_restore(struct slow *slow, uint32_t element);

/** From every node to the destination; one that has failed is reached by none, itself included. */
struct slow_answer slow_search(struct slow *slow, uint32_t destination, struct cp_arena *arena);

/** What the LAN's own place should have: least cost from any of its ends, and the marks of all ways. */
uint64_t slow_lan_cost(const struct slow *slow, const struct slow_answer *answer, uint32_t link);
uint32_t slow_lan_seen(const struct slow *slow, const struct slow_answer *answer, uint32_t link);
