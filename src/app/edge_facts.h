#pragma once

#include "base/address.h"
#include "base/list.h"
#include "model/case.h"
#include "permit/policy.h"

/**
 * Facts of a headend's edge policy (edge_policy.h), and what is wrong with them.
 *
 * Lists are the union of all facts of an object that state the attribute, in one cell or in several rows; of what can be
 * one thing alone two that differ are a finding with both places.  What does not count is told, too.
 */

/** warns: the policy is written all the same. */
struct cp_edge_finding {
    const char *why; /* constant */
    cp_text subject;
    cp_place place, other; /* other: what it contradicts; without a file: nothing */
    bool warns;
};

struct cp_edge_facts {
    const struct cp_case *c;
    cp_date as_of;
    struct cp_arena *arena;
    struct cp_list findings; /* of struct cp_edge_finding */
    bool refused;            /* one of them does not only warn */
};

typedef enum {
    CP_EDGE_PREFIX,
    CP_EDGE_INTERFACE,
    CP_EDGE_ADDRESS, /* its length, as in 10.1.0.1/24, is left out */
    CP_EDGE_SID,     /* an IPv6 address */
    CP_EDGE_ANY
} cp_edge_value;

struct cp_edge_word {
    cp_text text; /* as it stands there */
    cp_place place;
    cp_edge_prefix prefix; /* of prefixes; of addresses: its address */
    uint32_t order;
};

struct cp_edge_words {
    struct cp_edge_word *at;
    uint32_t count;
};

/** Errors: NOMEM. */
CP_MUST_USE cp_err cp_edge_facts_find(struct cp_edge_facts *facts,
                                      const struct cp_edge_finding *finding);
/**
 * What all facts of a node (kind CP_OBJECT_NODE) or link that state the attribute say, each once, as they stand in the case.
 * What is no such value is a finding and left out.  Cost: O(n log n).  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_edge_facts_words(struct cp_edge_facts *facts, cp_object_kind kind,
                                       uint32_t object, const char *attribute, cp_edge_value value,
                                       struct cp_edge_words *out);
/** The one SID or address that a node states; family 0: none.  Two are a finding.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_edge_facts_one(struct cp_edge_facts *facts, uint32_t node,
                                     const char *attribute, cp_ip *out);
/** " 10.0.0.1 2001:db8::1": all that a node's loopback and router-id are, each once, where they are addresses.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_edge_facts_addresses(struct cp_edge_facts *facts, uint32_t node,
                                           struct cp_out *out);
/**
 * The next hop at an end of a link: the IPv6 address that the attribute states, one of fe80::/10 only where there is
 * no other; family 0: none.  Two are a finding.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_edge_facts_next_hop(struct cp_edge_facts *facts, uint32_t link,
                                          const char *attribute, cp_ip *out);
