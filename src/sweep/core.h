#pragma once

#include "sweep/weights.h"

/** What is known of a place's ways to the destination. */
struct label {
    uint64_t weight; /* CP_WEIGHT_NONE: no way */
    uint32_t marks;
    uint32_t stamp; /* what the numbers mean, and to which destination */
};

/**
 * The search of the core for labels.h: which arcs meet at each core place, and scratch for one thread.
 *
 * Weights are read where they are, by arc: a copy in the order of the search makes a search a fifth
 * faster, but costs half a search itself and has to be kept true.
 */
struct cp_core;

/** The hierarchy has a core.  NOMEM, LIMIT (2^31 arcs). */
CP_MUST_USE cp_err cp_core_open(const struct cp_hierarchy *h, struct cp_arena *arena,
                                struct cp_core **out);

/**
 * Works out the weights of all core places.  labels [core]: in, the seeds that came from below; out,
 * the least weights, the marks of those seeds that are as light (0 where none is) and the stamp.
 */
void cp_core_settle(struct cp_core *core, const struct cp_weights *weights, struct label *labels,
                    uint32_t stamp);

/**
 * Completes the marks of a core place after cp_core_settle, and of those on its ways; a label with
 * the stamp `done` is complete already.  O(arcs of the places on its ways).
 */
void cp_core_mark(struct cp_core *core, const struct cp_weights *weights, struct label *labels,
                  uint32_t place, uint32_t done);
