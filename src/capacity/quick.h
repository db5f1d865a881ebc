#pragma once

#include "plan.h"

/**
 * Searches of large networks by an elimination hierarchy (sweep/hierarchy.h) of each ground: where the flows to one
 * node are few, only what they ask is worked out.
 */
struct cp_quick;

/**
 * *out is NULL where plain searches do as well: a small network, much traffic to each node, LANs or links that
 * are open in one direction alone.  Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_quick_open(const struct cp_plan *plan, uint32_t ground_count,
                                 struct cp_quick **out);

void cp_quick_close(struct cp_quick *quick); /* NULL is allowed */

/** From now on under these prices [ends].  Errors: NOMEM. */
typedef enum {
    CP_QUICK_SCALED,
    CP_QUICK_AS_THEY_ARE /* whole numbers of at most 32 bits, none 0 where something is open */
} cp_quick_scale;
CP_MUST_USE cp_err cp_quick_price(struct cp_quick *quick, const double *price,
                                  cp_quick_scale scale);

/**
 * The IGP's cost from a node to a destination, without failures; CP_UNREACHABLE: no way.  Cheap where the
 * destination is that of the last call.
 */
uint64_t cp_quick_igp_cost(struct cp_quick *quick, uint32_t to, uint32_t node);

/** Whether the flow is one that it can search for; quick may be NULL. */
bool cp_quick_serves(const struct cp_quick *quick, const struct cp_plan_flow *flow);

/**
 * The cheapest path of a flow that it serves, put into plan->trees as a search to the destination would leave
 * it there, along that path alone.  Its distance is at most the true one: below it by less than a thousand-millionth
 * of the largest price for each node there is.  false: there is none.
 */
bool cp_quick_path(struct cp_quick *quick, struct cp_plan *plan, uint32_t flow);
