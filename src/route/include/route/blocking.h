#pragma once

#include "ground/marking.h"
#include "route/paths.h"

/**
 * What stands in the way of a demand that has no clean path: sets of elements that its rules are against and
 * whose replacement would give it one (DESIGN 1: blocking cut), or what else keeps it: no way at all, a
 * bound, an avoided element.
 */
struct cp_blocker {
    cp_object_kind kind;
    uint32_t object;       /* node or link of the case */
    uint64_t cost;         /* of its replacement: the fact `replacement-cost`, else 1 */
    const uint32_t *rules; /* [rule_count] indexes into cp_judge.rules: all that are against it */
    uint32_t rule_count;
};

/** A rule which, if it alone did not hold for the demand, would leave it a clean way. */
struct cp_concession {
    uint32_t rule; /* index into cp_judge.rules */
    uint64_t cost; /* of the path that there would be */
    const struct cp_licence *
        licence; /* one of the policy that relaxes the rule but does not hold on the day, or ends; NULL: none */
    cp_date until; /* until when that would help */
};

typedef enum {
    CP_BLOCKED_BY_RULES,  /* smallest, cheapest and concessions say how */
    CP_BLOCKED_BY_WISHES, /* a clean way exists, but for bounds, avoid and require lists: `wishes` */
    CP_BLOCKED_ANYWAY     /* no way even over all elements */
} cp_blocked;

enum { CP_WISH_HOPS = 1, CP_WISH_DELAY = 2, CP_WISH_AVOID = 4, CP_WISH_REQUIRE = 8 };

struct cp_blocking {
    cp_blocked why;
    const struct cp_blocker
        *smallest; /* fewest; of those the cheapest, of those the first by element */
    const struct cp_blocker *cheapest; /* least total cost; of those the fewest, then the first */
    uint32_t smallest_count, cheapest_count;
    uint64_t smallest_cost, cheapest_cost;
    const struct cp_concession
        *concessions; /* single rules, in the order of rules; none: several must go */
    uint32_t concession_count;
    uint32_t
        wishes; /* CP_WISH_... bits: the least set of them whose going would leave a clean way */
};

/**
 * ask: its ends, avoid list and bounds; disjoint does not count.  Errors: NOMEM.
 * Exact.  An element counts once however many rules are against it; a blocker's parts go with it.
 */
CP_MUST_USE cp_err cp_blocking_find(const struct cp_net *net, const struct cp_judge *judge,
                                    const struct cp_marking *marking, uint32_t treatment,
                                    const struct cp_path_ask *ask, struct cp_arena *arena,
                                    struct cp_blocking *out);
