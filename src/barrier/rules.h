#pragma once

#include "netlink/setup.h"

/*
 * The barrier's rules.  The kernel looks at one after the other, so those of selects stand in blocks, and before a block a rule that
 * leads past it what none of it is for.
 */
struct rules {
    struct cp_nl_rule *rules; /* ascending by family and priority */
    uint32_t count;
};

/** Errors: LIMIT (more than CP_SELECTS_MAX would stand behind the main table's rule), NOMEM. */
CP_MUST_USE cp_err rules_gather(const struct cp_edge_policy *policy, struct cp_arena *arena,
                                struct rules *out);
/** Which of them is the same as one of the kernel's, to the byte; count: none. */
uint32_t rules_find(const struct rules *rules, const struct cp_nl_rule *asked);
