#pragma once

#include "edge_facts.h"
#include "edge_policy.h"

struct cp_edge_unpack {
    cp_ip of[2]; /* IPv4, IPv6; family 0: none */
};

/** The headend and the other ends of its demands, of each class: what lies behind them, and what unpacks there. */
struct cp_edge_ends {
    uint64_t *
        classes; /* [nodes] bits: places in ask->classes, of demands from or to the headend; of it: 0 */
    struct cp_edge_words
        *behind; /* [nodes] prefixes, of the headend and of ends; of others: none */
    struct cp_edge_unpack *unpack; /* [nodes] likewise */
};

/** Whether a class is among those of a treatment. */
bool cp_edge_ends_class(cp_text classes, cp_text class);
/** What packets are not told by, and what the agent could not do, is found.  Cost: O(demands + n log n).  Errors: NOMEM. */
CP_MUST_USE cp_err cp_edge_ends_make(const struct cp_edge_ask *ask, struct cp_edge_facts *facts,
                                     struct cp_edge_ends *out);
