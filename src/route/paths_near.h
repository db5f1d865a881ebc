#pragma once

#include "paths_inside.h"

/**
 * Costs of places to the nearest target of an errand, for those that are asked about: over the hierarchy
 * where there is one and nothing is avoided; else a search from the targets that stops at the first
 * source, and places that it has not settled have that source's cost, which is no more than theirs.
 * Either way no way is shorter than the difference that it makes.
 */

/** The nearest source, the first of several, and its cost; WAY_NONE: no way. */
void cp_near_open(struct cp_paths_finder *f, const struct errand *e, uint32_t *source,
                  uint64_t *cost);

uint64_t cp_near_work_out(struct cp_paths_finder *f, uint32_t asked);

static inline uint64_t near_cost(struct cp_paths_finder *f, uint32_t place)
{
    const struct near *near = &f->near[place];

    if (near->stamp == f->near_stamp + NEAR_DONE)
        return near->cost;
    return f->over == NULL ? f->near_most : cp_near_work_out(f, place);
}
