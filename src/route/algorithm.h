#pragma once

#include "audit/audit.h"
#include "graph/graph.h"
#include "sweep/weights.h"

/**
 * What routers do in the topology of one algorithm, whose links may be there in one direction alone: found
 * anew for each set of failures, by searches of the whole network.  For questions that are few.
 */
struct algorithm {
    const struct cp_graph *graph;
    struct cp_marks marks;    /* elements with any bit are those not to be met */
    const uint8_t *node_in;   /* [nodes] honest, and takes part */
    const uint8_t *liar;      /* [nodes] may say what it likes; never node_in */
    const uint8_t *end_in;    /* [ends] of honest nodes: packets may leave by it */
    const uint32_t *end_cost; /* [ends] of those; CP_COST_NONE: it has no metric, so it is out */
};

/** Packets of a demand, and failures that are there from the start. */
struct algorithm_flow {
    uint32_t source, destination; /* node_in */
    const uint32_t *ends;         /* [end_count] the demand's own, which never fail, ascending */
    uint32_t end_count;
    uint32_t failed; /* an element (graph.h) that has failed from the start and counts; CP_NONE */
};

struct algorithm_hunt;

/** budget: searches of the network, in all.  request: borrowed.  NOMEM, LIMIT (depth, or 2^32 hops). */
CP_MUST_USE cp_err cp_algorithm_open(const struct algorithm *algorithm,
                                     const struct cp_audit_request *request, uint64_t budget,
                                     struct cp_arena *work, struct algorithm_hunt **out);

/**
 * *depth: the least number of failures, of the request's kinds and below `below`, that expose the flow in the
 * state, as docs/notes/0001 has it; CP_DEPTH_NONE.  NOMEM.
 */
CP_MUST_USE cp_err cp_algorithm_hunt(struct algorithm_hunt *hunt, const struct algorithm_flow *flow,
                                     cp_state state, uint32_t below, uint32_t *depth);

/** Whether packets have a way without failures. */
bool cp_algorithm_serves(struct algorithm_hunt *hunt, const struct algorithm_flow *flow);

/** Whether the budget ran out. */
bool cp_algorithm_is_exhausted(const struct algorithm_hunt *hunt);
