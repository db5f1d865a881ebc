#pragma once

#include "element_set.h"
#include "ground/net.h"
#include "route/paths.h"

/**
 * One way from any source to any destination that is best in what it must pass against the rules (blocking.c):
 * all that a blocking cut, a concession or a wish that goes needs to know.
 */

/** What stands against elements (graph.h), for one search: 0: nothing does. */
struct seek_terrain {
    const uint32_t *against;  /* [links + nodes] bits, as the goal reads them */
    const uint32_t *told;     /* [links + nodes] elements that the answer is to name */
    const uint64_t *price;    /* [links + nodes] of replacing each; SEEK_FEWEST, SEEK_CHEAPEST */
    const uint32_t *cost;     /* [ends] in the metric; CP_COST_NONE: the link may not be used */
    const uint32_t *delay_us; /* [links] CP_DELAY_NONE: none stated */
};

typedef enum {
    SEEK_ANY,      /* fewest links, over elements that nothing is against */
    SEEK_NEAREST,  /* least cost, over elements that nothing is against */
    SEEK_FEWEST,   /* fewest elements that something is against; then cheapest; then first */
    SEEK_CHEAPEST, /* least price of those; then fewest; then first */
    SEEK_RULES     /* fewest bits of `against` together; then those first from bit 0 on */
} seek_goal;

/** SEEK_RULES: an element with this bit cannot be passed. */
#define SEEK_CLOSED (UINT32_C(1) << 31)
/** SEEK_RULES: bits that may be counted. */
#define SEEK_RULES_MAX 16u

/** A bound or list of the ask that a search keeps to: CP_WISH_... bits of blocking.h. */
struct seek_ask {
    const struct cp_graph *graph;
    const struct seek_terrain *terrain;
    const struct cp_path_ask *path;
    uint32_t wishes; /* those kept */
    seek_goal goal;
    uint64_t budget; /* labels expanded, where labels of a node may be many */
};

struct seek_found {
    bool found, exact; /* exact: nothing better was left out for want of budget */
    uint64_t cost;     /* SEEK_NEAREST: of the way; SEEK_FEWEST, SEEK_CHEAPEST: sum of prices */
    uint32_t rules;    /* SEEK_RULES: bits */
    const uint32_t
        *elements; /* [element_count] of the way, those to be named, ascending; in work */
    uint32_t element_count;
};

/** work: all that it takes stays there until the caller gives it back.  NOMEM, LIMIT (more than 32 require lists). */
CP_MUST_USE cp_err cp_seek(const struct seek_ask *ask, struct cp_arena *work,
                           struct seek_found *out);
