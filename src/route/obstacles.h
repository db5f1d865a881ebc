#pragma once

#include "route/blocking.h"

/**
 * What the rules of a treatment have against the elements of the graph: made once, asked for each demand that
 * they block.
 */
struct obstacles {
    const struct cp_net *net;
    const struct cp_judge *judge;
    const struct cp_treatment *treatment;
    uint32_t elements;        /* links and nodes, as in graph.h */
    const uint32_t *how_many; /* [elements] rules against it */
    const uint32_t *alone; /* [elements] the one, where there is one: place among the treatment's */
    const uint8_t *frees;  /* [rules of the treatment] 1: alone against something */
    const uint32_t *relevant; /* [relevant_count] places of rules that are against something */
    uint32_t relevant_count;
    const uint64_t *price; /* [elements] of replacing each */
};

/** NOMEM. */
CP_MUST_USE cp_err cp_obstacles_make(const struct cp_net *net, const struct cp_judge *judge,
                                     const struct cp_marking *marking, uint32_t treatment,
                                     struct cp_arena *arena, struct obstacles *out);

/** Whether the treatment's rule at this place is against the element. */
bool cp_obstacles_against(const struct obstacles *o, uint32_t place, uint32_t element);

/** against [elements] out: 1 where some rule is; for searches (seek.h). */
void cp_obstacles_all(const struct obstacles *o, uint32_t *against);
/** ... some rule but the one at this place. */
void cp_obstacles_but_one(const struct obstacles *o, uint32_t place, uint32_t *against);
/** ... some rule that is not waived: waived [rules of the treatment]. */
void cp_obstacles_but(const struct obstacles *o, const uint8_t *waived, uint32_t *against);
/** ... bits of the rules against it, by place among the relevant ones, of which there are at most 16. */
void cp_obstacles_bits(const struct obstacles *o, uint32_t *against);

/** The case's node or link that an element is; it as a blocker, in the arena.  NOMEM. */
CP_MUST_USE cp_err cp_obstacles_blocker(const struct obstacles *o, uint32_t element,
                                        struct cp_arena *arena, struct cp_blocker *out);
