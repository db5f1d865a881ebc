#pragma once

#include "ground/marking.h"
#include "sets.h"
#include "spread.h"

/**
 * The walk of flows to one destination over the sets of failures that could matter to them, as the
 * checker does it: sets gets every set that it looks at, with the nodes whose costs it relies on.
 */
struct prove_flow {
    uint32_t demand, treatment, source, destination; /* graph nodes */
    uint32_t direction;
    const uint32_t *ends; /* [end_count] never fail: graph nodes, ascending */
    uint32_t end_count;
    uint32_t most; /* failures, up to which it is walked */
    uint32_t liar; /* the depth that is claimed of lies; one more than asked where none is */
};

/** Flow `flow` looks at the change from the set to the set with the element; element CP_SETS_NONE: at the set. */
struct step {
    uint32_t set, element, flow;
};

struct steps {
    struct step *at;
    uint32_t count, cap;
};

/** A piece of an array; valid where stamped. */
struct span {
    uint32_t first, count, stamp;
};

struct tour {
    const struct cp_graph *g;
    uint32_t failure_kinds;
    struct cp_routes *before,
        *after; /* that failures can be asked of; after: NULL: nothing fails */
    struct spread spread;
    struct cp_arena *work;                /* the caller resets it after each destination */
    uint32_t *known_before, *known_after; /* [nodes] stamp: entered for the sets at hand */
    uint32_t before_stamp, after_stamp;
    struct span *closures; /* [nodes] of sources: what touches the closure before, in `touched` */
    uint32_t *touched;     /* elements, each closure's ascending */
    uint32_t touched_count, touched_cap;
    uint32_t *touching;      /* [elements] scratch: what touches the spread at hand */
    uint32_t *element_stamp; /* [elements] */
    uint32_t element_now, touching_count;
    /* of the destination at hand */
    uint32_t destination;
    const struct prove_flow *flows; /* [flow_count] by source */
    uint32_t flow_count;
    struct sets *sets;
    uint64_t visits; /* transitions looked at */
    /* Of cp_tour_steady: told of each flow under each set, with the routes before being those. */
    cp_err (*seen)(void *to, uint32_t set, const struct prove_flow *flow);
    void *seen_to;
};

/** NOMEM. */
CP_MUST_USE cp_err cp_tour_prepare(struct tour *t, struct cp_arena *arena);
/** Steady states and transitions of all flows.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_tour_flows(struct tour *t);
/** Steady states alone: the walk for lies, by routes without the liars. */
CP_MUST_USE cp_err cp_tour_steady(struct tour *t);
/** Relies on the closure of a source under failures; where it is a transition, on its mixture when the
 * last of them is the change: what a witness needs.  The routes before are then those under the set
 * (before the change).  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_tour_witness(struct tour *t, uint32_t source, const uint32_t *failures,
                                   uint32_t count, bool transition);
