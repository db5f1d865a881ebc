#pragma once

#include "plan.h"

/**
 * Least distances from all nodes to some destinations, over one ground, under any prices of ends.
 * Distances are sums of doubles: exact where prices are whole numbers and sums stay below 2^53.
 */
struct cp_trees {
    const struct cp_graph *graph;
    double *dist;      /* [nodes] INFINITY: no way */
    uint32_t *by;      /* [nodes] the end by which the node is left; CP_NONE at destinations */
    uint32_t *onto;    /* [nodes] the node that comes next */
    uint32_t *settled; /* [settled_count] nodes, nearest first */
    uint32_t settled_count;
    uint8_t *link_done; /* [links] scratch */
    struct cp_trees_entry *heap;
};

struct cp_trees_entry {
    double key;
    uint32_t node;
};

CP_MUST_USE cp_err cp_trees_open(const struct cp_graph *graph, struct cp_arena *arena,
                                 struct cp_trees **out);

/** What to search over. price [ends] >= 0; of alike distances the one found first, in order of ends. */
struct cp_trees_ask {
    const struct cp_plan_ground *ground;
    const double *price;
    const uint32_t *dst;
    uint32_t dst_count;
};

/** Returns the ends looked at. */
uint64_t cp_trees_to(struct cp_trees *trees, const struct cp_trees_ask *ask);
