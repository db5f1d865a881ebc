#pragma once

#include "plan.h"

/**
 * What no placement can beat, by prices of ends (Lagrange; Farley 1990): whoever is placed pays at least
 * for its cheapest way, and the worst load is at least the average of the loads by what each end's whole
 * capacity costs:
 *
 *     worst >= sum over flows (bandwidth * least price of a way) / sum over ends (price * capacity)
 *
 * Where only so many ordinary flows may move, those that would save most count as moved.
 */
struct cp_bound {
    double value; /* part of a capacity */
    double
        *price; /* [ends] of which it is the bound: whole numbers, 0 where there is no capacity */
};

/** What a flow pays at least under some prices: [flow_count], filled by a survey. */
struct cp_bound_survey {
    double *stay;  /* of its first way where it is bound to it or is the IGP's; else INFINITY */
    double *least; /* of any path; INFINITY: bound, or none */
    double *saved; /* scratch */
};

CP_MUST_USE cp_err cp_bound_open(const struct cp_plan *plan, struct cp_bound_survey *survey,
                                 struct cp_bound *bound);

/** What is done with the cheapest path of each flow, right after the search that has it. */
struct cp_bound_visit {
    cp_err (*path)(void *with, struct cp_plan *plan, uint32_t flow, uint32_t from);
    void *with;
};

/** Prices all flows; visit may be NULL.  Errors: those of visit. */
CP_MUST_USE cp_err cp_bound_price(struct cp_plan *plan, const double *price,
                                  struct cp_bound_survey *survey,
                                  const struct cp_bound_visit *visit);

/** The bound that the prices of the last survey prove. */
double cp_bound_of(const struct cp_plan *plan, const double *price,
                   const struct cp_bound_survey *survey);
