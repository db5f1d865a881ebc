#pragma once

#include "route/segments.h"

#include "sample.h"

/**
 * Closures of node segments by their definition, under every set of failures: those of the segment's own ends
 * among them, those of the demand's not.
 */
#define DEPTH_MOST 3u

/** What is asked of lists in one trial. */
struct ask {
    const struct sample *sample;
    struct oracle_demand demand;
    uint32_t states; /* bits; never 0 */
    cp_segments_judged judged;
};

/** A flow as the definition has it. */
struct facts {
    bool clean;
    uint32_t depth[CP_STATE_COUNT];
};

struct facts_of {
    struct facts at[ORACLE_NODES][ORACLE_NODES];
};

/** Those of whom it is wished to be known. */
struct pairs {
    bool wanted[ORACLE_NODES][ORACLE_NODES];
};

void stretches_find(const struct ask *ask, const struct pairs *pairs, struct facts_of *facts);
