#pragma once

#include "isp_case.h"
#include "plan/plan.h"

/** A plan of a large network, for measurements: 1,000 nodes, 10,000 demands in both directions, one maker of twenty forbidden. */
struct planned {
    struct isp isp;
    struct bench_case b;
    struct cp_arena *arena;
    struct cp_ted_view view;
    const struct cp_plan *plan;
    struct cp_picker *picker;
};

/** strict: lists of adjacencies; else the shortest.  w stays where it is: the plan points into it. */
void planned_make(struct planned *w, bool strict);
void planned_free(struct planned *w);
