#pragma once

#include "plan.h"

/**
 * The equal-cost IGP paths of flows, as routers split over them: evenly over the next hops at each one
 * (parallel links count each, and on a LAN each neighbour).  Of several ends the pair at least cost
 * carries the flow, and of alike ones that of the lowest destination, then source.
 */
struct cp_igp {
    struct cp_plan *plan;
    double *inflow; /* [nodes] scratch, all 0 between calls */
    uint32_t to;    /* destination of the last search, or CP_NONE */
    uint32_t *open; /* [nodes] scratch: nodes with inflow */
    bool failing;   /* something of the plan's open ground has failed: plan->quick does not know */
};

CP_MUST_USE cp_err cp_igp_open(struct cp_plan *plan, struct cp_igp *out);

/** The plan's open ground has changed: searches begin anew. */
static inline void cp_igp_forget(struct cp_igp *igp)
{
    igp->to = CP_NONE;
}

/**
 * The flow's way in plan->scratch; way->count 0: none.  Cheap where flows to one destination come one
 * after the other.
 */
void cp_igp_way(struct cp_igp *igp, uint32_t flow, struct cp_plan_way *way);
