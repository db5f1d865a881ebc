#pragma once

#include "graph/queue.h"
#include "segments_inside.h"

/** Paths that segments lead along: within_depth.c looks for them, segment_ways.c for what one segment can do. */

#define WAYS_FAR UINT64_MAX

/** What a search for a path of few segments leaves out of the network, and what it counts. */
struct segment_terrain {
    struct cp_segmenter *s;
    const struct cp_within_ask *ask;
    uint64_t *far; /* [nodes] least cost to a destination over what may be used; WAYS_FAR: none */
    uint32_t *fewest; /* [nodes] segments to a destination, at least; CP_NONE: no way */
    uint64_t *igp;    /* [nodes] of the last spread */
    uint64_t *along;  /* [nodes] what its way counts */
    uint8_t *bad;     /* [nodes] 1: no segment may go there */
    struct cp_queue *queue;
};

/** far, fewest.  NOMEM. */
CP_MUST_USE cp_err cp_terrain_open(struct segment_terrain *t);

/** What a step counts in the metric of the ask; CP_COST_NONE: it may not be made. */
uint32_t cp_terrain_step(const struct segment_terrain *t, uint32_t from, uint32_t link,
                         uint32_t to);

/**
 * Where a node segment from the node may go as far as can be told without failures: along [nodes], bad 0 where
 * it may and along counts it.
 */
void cp_terrain_spread(struct segment_terrain *t, uint32_t from);
