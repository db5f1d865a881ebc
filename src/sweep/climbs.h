#pragma once

#include "sweep/weights.h"

/**
 * The lightest ways from some places straight up to each of their ancestors, or straight down from
 * those, kept true while weights change.  Only for hierarchies without a core.
 */
typedef enum { CLIMBS_UP, CLIMBS_DOWN } climbs_direction;

struct climb {
    uint64_t weight; /* CP_WEIGHT_NONE: no way */
    uint32_t marks;  /* of all that such ways meet, both ends included; 0: no way */
};

/** A climb to some place that is not as it was. */
struct climb_before {
    uint32_t climber;
    uint64_t weight; /* before */
};

struct cp_climbs {
    const struct cp_weights *weights; /* borrowed */
    climbs_direction direction;
    uint32_t count;          /* of climbers */
    const uint32_t *climber; /* [count] borrowed: their places, ascending, all different */
    /* All that hangs below a place has numbers up to before its end; so do the climbers there:
     * climber_first[p] to before climber_first[end[p]]. */
    uint32_t *end;           /* [places] */
    uint32_t *climber_first; /* [places + 1] */
    /* Climbs to place p, by climber: climbs[climb_first[p]] on. */
    uint64_t *climb_first; /* [places + 1] */
    struct climb *climbs;
    struct climbs_inside *inside;
};

/** NOMEM, LIMIT (more than 2^32 - 1 climbs). */
CP_MUST_USE cp_err cp_climbs_open(const struct cp_weights *weights, climbs_direction direction,
                                  const uint32_t *climber, uint32_t count, struct cp_arena *arena,
                                  struct cp_climbs *out);

/** Climbs to a place have changed, and are as they will stay: some of its climbers, ascending. */
typedef void cp_climbs_heed(void *heeder, uint32_t place, const struct climb_before *before,
                            uint32_t count);

/** After changes of some arcs: each that is not as it was at the last update must be listed. */
void cp_climbs_update(struct cp_climbs *c, const struct cp_arc_before *arcs, uint32_t count,
                      cp_climbs_heed *heed, void *heeder);

/** Climbers whose line of ancestors holds the place (or who are there). */
static inline uint32_t cp_climbs_count(const struct cp_climbs *c, uint32_t place)
{
    return c->climber_first[c->end[place]] - c->climber_first[place];
}

/** The climb to a place on the climber's line. */
static inline struct climb *cp_climb(const struct cp_climbs *c, uint32_t place, uint32_t climber)
{
    return &c->climbs[c->climb_first[place] + climber - c->climber_first[place]];
}
