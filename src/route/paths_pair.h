#pragma once

#include "paths_near.h"

/** A pair in the making: its first path, and where the second goes. */
struct search {
    struct cp_paths_finder *f;
    const struct errand *e;
    const struct way *ways;
    uint32_t *path, *places; /* the first path's [hops] ways and [hops + 1] places */
    uint32_t hops;
    uint64_t least; /* the first path's cost */
    uint32_t level;
    uint32_t waiting; /* entries of f->waiting */
    uint32_t last;    /* the state in which the second path ends */
};

enum { UNITS = 2 };

/** Whether the first path's place has two states, since it counts when both pass it. */
static inline bool splits(const struct search *s, uint32_t at)
{
    return place_counts(s->f->ground, s->e, s->places[at]);
}

/** A unit of flow over a way, by the place that it leaves. */
static inline void add_flow(struct search *s, uint32_t w)
{
    uint32_t from = s->ways[s->ways[w].back].to;
    uint32_t *flow = &s->f->flow[(size_t)UNITS * from];

    flow[flow[0] == CP_NONE ? 0 : 1] = w;
}

/**
 * The second path by ears (ears.h): lays its flow, takes back the pieces of the first path that it cancels
 * (s->path: CP_NONE), and returns the place where it starts.  NOMEM.
 */
CP_MUST_USE cp_err cp_detour_find(struct search *s, struct cp_arena *work, uint32_t *start);
