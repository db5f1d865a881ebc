#pragma once

#include "audit/audit.h"
#include "ground/marking.h"
#include "ground/metric.h"
#include "route/sids.h"

/**
 * A Flex-Algo design (RFC 9350) that keeps a treatment's traffic on allowed elements: the routers compute
 * the paths, inside what the definition leaves.
 *
 * A link's colours are advertised by both its ends, each for its own direction.  A definition excludes links that
 * bear a colour; or includes only links that bear one: then an end that says nothing is left out, and only
 * what trusted ends say is believed (RFC 9350 5.1, 13).
 */
typedef enum {
    CP_FLEXALGO_INCLUDE, /* trusted ends colour what is allowed; include-any that colour */
    CP_FLEXALGO_EXCLUDE  /* trusted ends colour what is not; exclude that colour */
} cp_flexalgo_kind;

/** The colour (affinity) that an end of a link must bear. */
struct cp_flexalgo_colour {
    uint32_t link, node; /* graph: the link, and the trusted end that advertises it */
};

struct cp_flexalgo_design {
    cp_flexalgo_kind kind;
    uint32_t algorithm; /* 128 to 255 */
    cp_metric metric;
    uint32_t affinity_bit;
    const struct cp_flexalgo_colour *colours; /* [colour_count] by link, then node */
    uint32_t colour_count;
    const uint32_t *
        definers; /* [definer_count] nodes that must advertise the definition, at the highest priority, so that it wins (RFC 9350 5.3) */
    uint32_t definer_count;
    uint32_t priority;
    const uint32_t
        *participants; /* [participant_count] allowed nodes: they alone advertise the algorithm */
    uint32_t participant_count;
};

/** What the design is worth for the treatment's demands, as an audit of the topology that it leaves. */
struct cp_flexalgo_verdict {
    /* Least depth at which some demand of the treatment is exposed: in each state, as the design stands. */
    uint32_t state_depth[CP_STATE_COUNT];
    bool
        liar_joins; /* a node that is not allowed can take part by advertising the algorithm and colours */
    bool hijacked; /* some node that is not allowed could have its definition win */
    uint32_t
        hijack_depth; /* least depth at which some demand is exposed under a hijacked definition; CP_DEPTH_NONE */
    uint32_t demand;   /* the first demand for which the worst of these holds; CP_NONE */
    uint32_t unserved; /* demands of the treatment whose ends the design does not connect */
};

/** Errors: NOMEM, LIMIT.  kind: which of the two; the caller sets both beside each other. */
CP_MUST_USE cp_err cp_flexalgo_make(const struct cp_judge *judge, const struct cp_net *net,
                                    const struct cp_marking *marking, uint32_t treatment,
                                    cp_flexalgo_kind kind, cp_metric metric, uint32_t algorithm,
                                    struct cp_arena *arena, struct cp_flexalgo_design *out);
CP_MUST_USE cp_err cp_flexalgo_judge(const struct cp_judge *judge, const struct cp_net *net,
                                     const struct cp_marking *marking, uint32_t treatment,
                                     const struct cp_flexalgo_design *design,
                                     const struct cp_audit_request *request, struct cp_arena *arena,
                                     struct cp_flexalgo_verdict *out);
