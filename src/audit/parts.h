#pragma once

#include "search.h"

/** What an audit is made of: audit.c makes it and puts its results together, worker.c runs it. */

struct part {
    uint32_t first, count; /* in cp_audit.order; or demands, for a part of cuts */
    bool cuts;
};

struct cut_result {
    uint32_t size;
    uint32_t elements[CP_AUDIT_DEPTH_MAX];
};

struct cp_audit {
    const struct cp_judge *judge;
    struct cp_audit_request request;
    const struct cp_pinned *pinned; /* [demands]; NULL: none is held to segments */
    struct cp_net net;
    struct cp_marking *markings; /* [treatments] */
    struct ways *ways;           /* [treatments] */
    struct flow *flows;          /* by demand, direction, source, destination */
    uint32_t *flow_first;        /* [demands + 1] */
    uint32_t *order;             /* flows by treatment, destination, source */
    struct flow_result *flow_results;
    struct cut_result *cut_results; /* [demands] */
    struct part *parts;
    uint32_t flow_count, part_count;
};

/** The graph node of a demand's end (index into the case's demand_ends). */
static inline uint32_t cp_audit_node(const struct cp_audit *a, uint32_t end)
{
    return a->net.node_of_case[a->judge->net->demand_ends[end].at];
}

/** Whether two flows (indexes into order) are searched together. */
static inline bool cp_audit_same_group(const struct cp_audit *a, uint32_t i, uint32_t k)
{
    const struct flow *x = &a->flows[a->order[i]];
    const struct flow *y = &a->flows[a->order[k]];

    return x->treatment == y->treatment && x->destination == y->destination;
}
