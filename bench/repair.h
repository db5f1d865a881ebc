#pragma once

#include <stdint.h>

#include "isp.h"

/**
 * A good scalar program for all single failures: Dijkstra with a 4-ary heap from one source, then for
 * each failure new costs for the region that lost its every shortest path and for no other node.
 * Metrics are the same both ways.  Costs only, 32 bits wide.
 *
 * Source: Ramalingam, Reps, On the computational complexity of dynamic graph problems, 1996.
 */
struct repair;

#define REPAIR_NONE UINT32_MAX

struct repair *repair_open(const struct isp *net);
void repair_close(struct repair *repair);

/** Costs from the source to all nodes, excluded ones [nodes] left out (NULL: none): [nodes]. */
const uint32_t *repair_costs(struct repair *repair, uint32_t source, const uint8_t *excluded);
/** Costs of a source, and what the failures after it need. */
const uint32_t *repair_from(struct repair *repair, uint32_t source);

/** Nodes whose cost is another one after a failure, and that cost; good until the next one. */
struct region {
    const uint32_t *nodes; /* [count] */
    const uint32_t *cost;  /* [nodes of the network], by node; REPAIR_NONE: no way */
    uint32_t count;
};
struct region repair_link(struct repair *repair, uint32_t link);
/** Not of the source.  The node itself is not in the region. */
struct region repair_node(struct repair *repair, uint32_t node);
