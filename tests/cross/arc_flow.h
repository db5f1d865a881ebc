#pragma once

#include "graph/graph.h"

/** A demand between two nodes, over nodes and links of which some are shut. */
struct arc_demand {
    uint32_t src, dst;
    double bps;
    const uint8_t *node_shut,
        *link_shut; /* [nodes], [links]; the same pointers: one commodity with others */
};

/**
 * The least worst load of any splitting of all demands, as a part of capacity [ends] (0: no limit), base [ends]
 * (NULL: none) being there already: the multicommodity flow, as a linear program whose columns are flows
 * over arcs to each destination, solved by CLP's dual simplex.  Slow and plainly right.  Every demand has a way.
 * Negative: CLP gave up.
 */
double arc_flow_least(const struct cp_graph *graph, const double *capacity, const double *base,
                      const struct arc_demand *demands, uint32_t count);
