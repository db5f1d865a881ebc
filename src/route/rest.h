#pragma once

#include "seek.h"

/** More require lists than this, and nothing is said of what is left. */
#define REST_LISTS_MAX 4u

/** What a search needs to know of the ground (seek.c). */
struct rest_ground {
    const uint8_t *node_is, *link_is; /* [nodes], [links] 1: must not be used; 2: a destination */
    const uint32_t *meets;            /* [links + nodes] require lists that it is on, as bits */
    uint32_t must;                    /* lists, as the bits from 0 on */
};

/** What a way on from somewhere adds at least; found false: there is none. */
struct rest {
    uint64_t key[2]; /* to what the goal counts, in that order */
    uint32_t hops;   /* links, of the best by that with the fewest */
    bool found;
};

/**
 * rest [nodes << lists]: at place node << lists | lists not met yet: meeting those lists, even if nodes were walked
 * twice.  Cost: links times 4^lists.  NOMEM, LIMIT (2^32 - 1 places).
 */
CP_MUST_USE cp_err cp_rest_find(const struct seek_ask *ask, const struct rest_ground *ground,
                                struct cp_arena *work, const struct rest **rest);
