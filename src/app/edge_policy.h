#pragma once

#include "answer.h"
#include "edge_facts.h"
#include "route/sids.h"

/**
 * The edge policy of one headend (permit/policy.h) from a judged case: what an agent there may do at all, whoever orders it.
 *
 * Of each class: adjacencies, node segments and ways out over what all rules about its traffic trust on the day, until the
 * licences that some of it rests on end.  Facts of nodes: `tunnel-source`, `inside` (interfaces), `unpack4`, `unpack6`, `behind`
 * (prefixes); the ports of links are interfaces, their `address-a` and `address-b` next hops.
 */
struct cp_edge_class_wanted {
    cp_text name;    /* of the policies' */
    uint32_t number; /* the colour */
    cp_text also;    /* words of select beside the prefixes; may be empty */
    cp_text
        answer; /* those of a second select beside the first (edge_answer.h); empty: there is none */
};

struct cp_edge_ask {
    const struct cp_judge *judge;
    const struct cp_net *net;
    const struct cp_sids *sids;
    uint32_t head;                              /* node of the case */
    const struct cp_edge_class_wanted *classes; /* [class_count] by number */
    uint32_t class_count;
    const char *const *hmacs; /* [hmac_count] "17 sha256", by number */
    uint32_t hmac_count;
    uint64_t serial;
    cp_text issued; /* RFC 3339 */
    uint32_t mtu;
    bool loose; /* node segments too */
};

/**
 * All lines but the signature, appended, and what was found; where facts->refused, the lines are for nobody.
 * Errors: NOMEM and what licences say.
 */
CP_MUST_USE cp_err cp_edge_policy_write(const struct cp_edge_ask *ask, struct cp_arena *arena,
                                        struct cp_out *out, struct cp_edge_facts *facts);
