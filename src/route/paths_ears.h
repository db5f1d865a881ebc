#pragma once

#include "paths_inside.h"

/**
 * Ears of a path: the cheapest ways from one place of it to another that pass none of its places in between
 * and use none of its links; found over the hierarchy, whose arcs are worked out anew without the path.
 */
enum { EARS_HOPS_MOST = 96 };

/** The path: places [hops + 1], which have their positions in f->position, and ways [hops]. */
struct ears {
    struct cp_paths_finder *f;
    const struct errand *e;
    const uint32_t *places, *ways;
    uint32_t hops;
    struct ear_column *columns; /* [hops + 2] ways down to each place, and to other targets */
    struct cp_arena *work;
};

/** Column or row of other targets or sources than the path's own. */
static inline uint32_t ears_others(const struct ears *ears)
{
    return ears->hops + 1;
}

/** Whether ears can be found for the errand and a path of so many hops. */
bool cp_ears_can(const struct cp_paths_finder *f, const struct errand *e, uint32_t hops);

/** Ways, places: borrowed.  After use cp_ears_close, whatever came back.  NOMEM. */
CP_MUST_USE cp_err cp_ears_open(struct ears *ears);
void cp_ears_close(struct ears *ears);

/** Costs of the ears from a place of the path, or from other sources, to each column: cost [hops + 2]. */
void cp_ears_row(struct ears *ears, uint32_t row, uint64_t *cost);

/** The ways of an ear that there is, from its end: ways [*count], room for one a place of the ground. */
void cp_ears_unpack(struct ears *ears, uint32_t row, uint32_t column, uint32_t *ways,
                    uint32_t *count);
