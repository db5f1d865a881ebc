#pragma once

#include "model/case.h"

/**
 * The next snapshot of a case whose IP layer is now known to be another: what routers say of themselves, over what
 * the inputs say.
 */

/** A node: those of the case first, in its order; then others, of layer ip. */
struct cp_topology_node {
    cp_text id;  /* of another one; of the case's not looked at */
    cp_text sid; /* at NULL: the case's */
};

/** A link of layer ip that is there. */
struct cp_topology_link {
    cp_link link; /* of the case, each once; CP_NONE: another one */
    cp_text id;   /* of another one */
    const struct cp_end
        *ends; /* [end_count] two or more, all different nodes of the next snapshot */
    uint32_t end_count;
    uint64_t capacity_bps; /* CP_BPS_NONE: as it was */
    uint32_t delay_us;     /* CP_DELAY_NONE: as it was */
    const cp_text *srlgs;  /* [srlg_count] besides those that it has */
    uint32_t srlg_count;
    bool lan; /* of another one */
};

struct cp_topology {
    const struct cp_topology_node *nodes; /* [node_count], at least those of the case */
    const struct cp_topology_link *links; /* [link_count] */
    /* [fact_count of the case] not 0: this fact is not taken over; NULL: all are. */
    const uint8_t *left_out;
    /* Facts to add: objects are nodes as above, links as indexes into `links`. */
    const struct cp_case_addition *facts;
    uint32_t node_count, link_count, fact_count;
};

/**
 * Sites, demands, nodes and links of other layers stay, with their facts; of the links of layer ip those alone that the
 * topology names, in the case's order, then the others in the order given.  One that is not there but that
 * something stands over stays too, as of layer ethernet: what is over it is as clean as it is, and no packet takes it as
 * a way.  Texts are borrowed.  placed [link_count] out: the index of each link.
 * Cost: O(case).  Errors: NOMEM, LIMIT, DUPLICATE (an id of another node or link is taken).
 */
CP_MUST_USE cp_err cp_case_with_topology(const struct cp_case *c,
                                         const struct cp_topology *topology, struct cp_arena *arena,
                                         cp_link *placed, const struct cp_case **out);
