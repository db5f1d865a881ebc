#pragma once

#include "network.h"

/**
 * Costs and marks to one destination by Dijkstra's rule and a walk over its order, to check fast
 * answers with.  failed: an element (graph.h), or UINT32_MAX.  cost, marks [nodes] out:
 * CP_UNREACHABLE and 0 where there is no way.
 */
void plain_routes(const struct network *network, uint32_t destination, uint32_t failed,
                  uint64_t *cost, uint32_t *marks);
