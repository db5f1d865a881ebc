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
    uint32_t object; /* node or link of the case */
    uint64_t cost;   /* of its replacement: the largest fact `replacement-cost` of it, else 1 */
    const uint32_t *rules; /* [rule_count] indexes into cp_judge.rules: all that are against it */
    uint32_t rule_count;
};

/** A rule which, if it alone did not hold for the demand, would leave it a clean way. */
struct cp_concession {
    uint32_t rule; /* index into cp_judge.rules */
    uint64_t cost; /* of the path that there would be */
    /**
     * One of the policy that relaxes the rule and would give the demand a clean way, but does not hold on
     * the day: it ended, or has yet to begin.  Of several the one that ends last.  NULL: none.
     */
    const struct cp_licence *licence;
    cp_date until; /* its end as known on the day, which may be past; CP_DATE_NONE: it has none */
};

typedef enum {
    CP_BLOCKED_BY_RULES,  /* smallest, cheapest and concessions say how */
    CP_BLOCKED_BY_WISHES, /* a clean way exists, but for bounds, avoid and require lists: `wishes` */
    CP_BLOCKED_ANYWAY,    /* no way even over all elements */
    CP_BLOCKED_NOT        /* there is a clean way */
} cp_blocked;

enum {
    CP_WISH_HOPS = 1,
    CP_WISH_DELAY = 2,
    CP_WISH_AVOID = 4,
    CP_WISH_REQUIRE = 8,
    CP_WISH_METRIC = 16 /* the metric is delay, and some links state none */
};

struct cp_blocking {
    cp_blocked why;
    /**
     * With all wishes kept but for those in `wishes` of a demand that is blocked by rules.  A demand blocked by
     * wishes has cuts and concessions, too, where replacing elements would help and all wishes stay; else none.
     */
    const struct cp_blocker
        *smallest; /* fewest; of those the cheapest, of those the first by element (graph.h), but
                      with require lists any */
    const struct cp_blocker *cheapest; /* least total cost; of those the fewest, then the first */
    uint32_t smallest_count, cheapest_count;
    uint64_t smallest_cost, cheapest_cost;
    const struct cp_concession
        *concessions; /* single rules, in the order of rules; none: several must go */
    uint32_t concession_count;
    /**
     * Where no single rule will do: fewest rules, then the first by index into cp_judge.rules, that would have
     * to go together.  rules_exact false: more than 16 rules are against something, or the budget ran out: none
     * of these can be left out, but fewer others may do.
     */
    const uint32_t *rules;
    uint32_t rule_count;
    uint64_t rules_cost; /* of the path that there would be */
    bool rules_exact;
    /**
     * Blocked by wishes: the least set of CP_WISH_... bits whose going would leave a clean way.  Blocked by
     * rules: those that must go besides, since with them there is no way even over all elements; mostly 0.
     */
    uint32_t wishes;
    bool exact; /* false: the budget ran out: what is given holds, a better one may exist */
};

/** For the demands of one treatment; one thread at a time. */
struct cp_blocking_finder;

/** All borrowed.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_blocking_open(const struct cp_net *net, const struct cp_judge *judge,
                                    const struct cp_marking *marking, uint32_t treatment,
                                    struct cp_arena *arena, struct cp_blocking_finder **out);
void cp_blocking_close(struct cp_blocking_finder *finder); /* NULL is allowed */

/**
 * ask: its ends, metric, bounds, avoid and require lists; disjoint does not count.  arena: for the answer.
 *
 * Exact.  An element counts once however many rules are against it; a blocker's parts go with it.  Ends
 * count where rules are against them.
 * Cost: a search of the network for each of the two cuts, for each rule that alone stands against something, and
 * for each set of wishes tried.  With bounds or require lists searches may grow past all measure: each
 * ends after ask->budget steps (0: 200,000, or 16 a node where that is more), up to three times with require lists.
 * Errors: NOMEM, LIMIT (more than CP_REQUIRE_MAX require lists).
 */
CP_MUST_USE cp_err cp_blocking_find(struct cp_blocking_finder *finder,
                                    const struct cp_path_ask *ask, struct cp_arena *arena,
                                    struct cp_blocking *out);
