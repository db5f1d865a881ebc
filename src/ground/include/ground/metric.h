#pragma once

#include "base/arena.h"
#include "ground/net.h"
#include "model/wishes.h"

#define CP_COST_NONE UINT32_MAX /* the link may not be used under this metric */

/**
 * Costs of leaving each end of the graph (cp_graph.end_node) in the metric: cost [ends], >= 1 (a delay
 * of 0 counts as 1), or CP_COST_NONE.  TE metrics are facts of links: `te-metric` for both directions,
 * `te-metric-ab`, `te-metric-ba` for one, which counts before it; of a LAN of more than two ends
 * `te-metric` alone counts, for every end.  Of several statements the first counts.
 * The costs are in the arena, or the graph's own.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_metric_costs(const struct cp_net *net, const struct cp_case *c,
                                   cp_metric metric, struct cp_arena *arena, const uint32_t **cost);
