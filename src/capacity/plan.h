#pragma once

#include "capacity/capacity.h"

/**
 * The question as numbers.
 *
 * A *flow* is a demand that is placed; a *way* is how it may go: a path, or, for ordinary traffic, all
 * its equal-cost IGP paths together.  Each way has a share of its flow; shares of a flow sum to 1.  What
 * counts is what leaves an end of the graph (cp_graph.end_node): a point-to-point link has a capacity in
 * each direction, and on a LAN each node may send as much as the LAN carries.
 */

/** What a treatment leaves to its flows, before and after failures. */
struct cp_plan_ground {
    uint8_t *node_shut; /* [nodes] not 0: may not be used */
    uint8_t *end_shut;  /* [ends] not 0: the link may not be entered here */
};

/** Part of a way: so much of its flow leaves by this end. */
struct cp_plan_step {
    double part; /* above 0, at most 1 */
    uint32_t end;
};

struct cp_plan_way {
    uint32_t next;         /* of the same flow, or CP_NONE */
    uint32_t first, count; /* in cp_plan.steps: of a path in its order */
    uint32_t last;         /* node at which it ends */
    uint32_t check;        /* sum over its ends: different ways mostly differ in it */
    bool igp;              /* the equal-cost IGP paths together, not one path */
    double share;
    double kept;    /* the share that was best so far */
    uint64_t cost;  /* in the metric asked; of IGP paths that of one of them */
    double expense; /* scratch of who spreads */
    bool in;        /* a column of the linear program */
    uint8_t status; /* in its basis */
};

struct cp_plan_flow {
    uint32_t demand;
    uint32_t ground;           /* index of its treatment, and of cp_plan.grounds */
    const uint32_t *src, *dst; /* graph nodes, ascending; none is in both */
    uint32_t src_count, dst_count;
    double bps;
    uint32_t ways; /* the first, or CP_NONE: it has no way at all */
    uint32_t stay; /* the IGP's way of ordinary traffic, or CP_NONE */
    bool sensitive;
    bool bound; /* to its first way: it is not placed but stays there */
    bool
        held; /* back on the IGP's way since only so many may move: others might have been chosen */
};

/** Flows that go to the same nodes over the same ground, which one search prices. */
struct cp_plan_group {
    uint32_t first, count; /* in cp_plan.order */
};

struct cp_plan {
    const struct cp_graph *graph;
    const struct cp_net *net;
    const struct cp_case *c;
    const struct cp_capacity_request *request;
    struct cp_arena *arena; /* of all that is here */
    uint32_t end_count;
    double *capacity;               /* [ends] bits a second; 0: no limit */
    uint64_t *cost;                 /* [ends] in the metric asked; UINT64_MAX: not used */
    double *metric;                 /* [ends] the IGP's */
    struct cp_plan_ground *grounds; /* [treatment_count] */
    struct cp_plan_ground open;     /* where the IGP goes: everywhere but where something failed */
    struct cp_plan_flow *flows;
    uint32_t flow_count;
    uint32_t *order; /* [flow_count] flows by ground and destinations */
    struct cp_plan_group *groups;
    uint32_t group_count;
    struct cp_plan_way *ways;
    uint32_t way_count, way_cap;
    struct cp_plan_step *steps;
    uint32_t step_count, step_cap;
    uint64_t spent, budget; /* steps of search: links looked at */
    const double *base;     /* [ends] load that is there whatever is placed; NULL: none */
    struct cp_trees *trees;
    struct cp_quick *quick;       /* NULL: plain searches will do */
    struct cp_plan_step *scratch; /* [ends + 1] of who makes a way */
};

CP_MUST_USE cp_err cp_plan_make(const struct cp_judge *judge, const struct cp_net *net,
                                const struct cp_marking *markings,
                                const struct cp_capacity_request *request, struct cp_arena *arena,
                                struct cp_plan *out);

/** Sets order and groups by the flows.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_plan_make_groups(struct cp_plan *plan);

/** Adds a way to its flow with share 0, unless it has the same already; *way is that one or the new. */
CP_MUST_USE cp_err cp_plan_add(struct cp_plan *plan, uint32_t flow, const struct cp_plan_way *like,
                               const struct cp_plan_step *steps, uint32_t *way);

/** Adds the path from `from` that the last search to the flow's destinations found. */
CP_MUST_USE cp_err cp_plan_add_path(struct cp_plan *plan, uint32_t flow, uint32_t from,
                                    uint32_t *way);

/** The flow's source with the least distance in the last search; CP_NONE: it reaches none. */
uint32_t cp_plan_nearest(const struct cp_plan *plan, uint32_t flow);

/** What leaves each end, by the shares: load [ends], set. */
void cp_plan_load(const struct cp_plan *plan, double *load);

/** The worst part of a capacity that is loaded; *end: where, the first of several, or CP_NONE. */
double cp_plan_worst(const struct cp_plan *plan, const double *load, uint32_t *end);

/** Whether what leaves an end is no more than it can carry, to a bit a second, or to its slack [ends]. */
bool cp_plan_fits(const struct cp_plan *plan, const double *load, const double *slack);

/** Adds to each end's slack how far the millionths of shares may be off there: nothing where no flow is split. */
void cp_plan_add_slack(const struct cp_plan *plan, double *slack);

/** Whether the flow's shares are to be found. */
static inline bool cp_plan_places(const struct cp_plan_flow *flow)
{
    return !flow->bound && !flow->held && flow->ways != CP_NONE && flow->bps > 0;
}

static inline bool cp_plan_spent(const struct cp_plan *plan)
{
    return plan->spent > plan->budget;
}

/** What a bit a second of the flow pays on the way. */
double cp_plan_price(const struct cp_plan *plan, const struct cp_plan_way *way,
                     const double *price);
