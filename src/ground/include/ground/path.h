#pragma once

#include <stdint.h>

/**
 * A way through a graph (graph/graph.h), from nodes[0] over links[0] to nodes[1] and so on; over a
 * LAN links[i] is the LAN and nodes[i + 1] says which end is left.  No node stands twice.
 */
struct cp_path {
    const uint32_t *nodes; /* [link_count + 1] graph nodes */
    const uint32_t *links; /* [link_count] graph links */
    uint32_t link_count;
    uint64_t cost;     /* in the metric that it was asked in */
    uint64_t delay_us; /* CP_PATH_DELAY_NONE: some link states none */
};
#define CP_PATH_DELAY_NONE UINT64_MAX
