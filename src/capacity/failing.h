#pragma once

#include "igp.h"

/** Loads after failures, of a plan whose shares are settled. */
struct cp_failing_ask {
    const struct cp_judge *judge;
    const struct cp_marking *markings;
    double gap;
};

/** Fills in worst_failed and the bound on it. */
CP_MUST_USE cp_err cp_failing_place(struct cp_plan *plan, struct cp_igp *igp,
                                    const struct cp_failing_ask *ask,
                                    struct cp_capacity_answer *out);
