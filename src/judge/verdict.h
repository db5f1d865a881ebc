#pragma once

#include "survey.h"

/** What one rule makes of every element, and the share that each has of its own. */
struct cp_verdict_of {
    const struct cp_survey *survey;
    const struct cp_rule *rule;
    uint8_t *node_trust, *link_trust; /* cp_trust, as found: before the rule's `unknown` */
};

/**
 * docs/notes/0001 "Verdict on an element".
 * Cost: O(facts + elements + supports + ends of supports).  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_verdict_make(const struct cp_survey *survey, const struct cp_rule *rule,
                                   struct cp_arena *arena, struct cp_verdict_of *out);

/** Of one statement, whatever its layer. */
cp_trust cp_verdict_fact(const struct cp_verdict_of *verdict, uint32_t fact);
/** Whether parts of elements of this layer count under the rule. */
bool cp_verdict_counts(const struct cp_rule *rule, cp_layer layer);
/** Of an object's own parts and software: no ports, managers or layers below. */
cp_trust cp_verdict_own(const struct cp_verdict_of *verdict, cp_object_kind kind, uint32_t object);
/** Whether nothing says who made the thing itself, and that makes it unknown. */
bool cp_verdict_is_unstated(const struct cp_verdict_of *verdict, cp_object_kind kind,
                            uint32_t object);
/** Whether a fact about a port counts under the rule: its layer is the node's. */
bool cp_verdict_port_counts(const struct cp_verdict_of *verdict, uint32_t fact);
/** Of the ports at a link's ends. */
cp_trust cp_verdict_ports(const struct cp_verdict_of *verdict, uint32_t link);
/** Whether an end of a supporting link counts for the link above. */
bool cp_verdict_end_counts(const struct cp_case *net, uint32_t link, uint32_t support, cp_node end);

/** Unknown becomes what the rule makes of it. */
cp_trust cp_verdict_treated(cp_trust found, cp_unknown unknown);
