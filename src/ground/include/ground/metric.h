#pragma once

#include "base/arena.h"
#include "ground/net.h"

/** What a path's cost is counted in. */
typedef enum {
    CP_METRIC_IGP, /* metric_ab, metric_ba */
    CP_METRIC_TE, /* the TE metric; a link that states none has its IGP metric (RFC 5305 3.7, RFC 3785) */
    CP_METRIC_DELAY, /* microseconds; a link that states none cannot be shown to be near: not used */
    CP_METRIC_COUNT
} cp_metric;

/** "igp", "te", "delay", as inputs and answers write it. */
const char *cp_metric_name(cp_metric metric);
/** CP_METRIC_COUNT where the word names none. */
cp_metric cp_metric_find(cp_text word);

#define CP_COST_NONE UINT32_MAX /* the link may not be used under this metric */

/**
 * Costs of leaving each end of the graph (cp_graph.end_node) in the metric: cost [ends], >= 1 (a delay
 * of 0 counts as 1), or CP_COST_NONE.  TE metrics are facts of links: `te-metric` for both directions,
 * `te-metric-ab`, `te-metric-ba` for one.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_metric_costs(const struct cp_net *net, const struct cp_case *c,
                                   cp_metric metric, struct cp_arena *arena, const uint32_t **cost);
