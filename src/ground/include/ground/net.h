#pragma once

#include "graph/graph.h"
#include "model/case.h"

#include "ground/failure.h"

/** The IP layer of a case as a graph, with the way back to the case.  Immutable; threads share it. */
struct cp_net {
    struct cp_graph graph;
    const uint32_t *node_of_case; /* [case nodes] graph node, or CP_NONE */
    const uint32_t *case_node;    /* [graph nodes] */
    const uint32_t *case_link;    /* [graph links] */
    const uint32_t *case_srlg;    /* [graph srlgs] */
};

/** Errors: LIMIT, NOMEM. */
CP_MUST_USE cp_err cp_net_make(const struct cp_case *c, struct cp_arena *arena, struct cp_net *out);

/** What a failure element of the graph is in the case. */
struct cp_failure cp_net_failure(const struct cp_net *net, uint32_t element);
