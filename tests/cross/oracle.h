#pragma once

#include <stdbool.h>
#include <stdint.h>

/**
 * What the audit should say, found the slow way: every set of failures, every transition, shortest
 * paths by Floyd and Warshall, closures by their definition (DESIGN 2.2, docs/notes/0001).
 * For networks so small that a set of nodes or of links is the bits of one word.  Shares no code
 * with the rooms it judges.
 */
#define ORACLE_NODES 12u
#define ORACLE_LINKS 24u
#define ORACLE_SRLGS 8u
#define ORACLE_ENDS 4u
#define ORACLE_RULES 6u
#define ORACLE_DEPTH 4u

#define ORACLE_NEVER UINT32_MAX  /* a depth */
#define ORACLE_NO_WAY 100000000u /* a cost; metrics are far below it */

enum { ORACLE_FAIL_LINK = 1, ORACLE_FAIL_NODE = 2, ORACLE_FAIL_SRLG = 4 };

/** Two ends, or more for a LAN; from each end to each other one at the metric of the end left. */
struct oracle_link {
    uint32_t end_count;
    uint32_t node[ORACLE_ENDS], metric[ORACLE_ENDS];
    uint32_t srlgs; /* bits */
};

struct oracle_net {
    uint32_t node_count, link_count, srlg_count;
    struct oracle_link links[ORACLE_LINKS];
};

/** Nodes and links, as bits. */
struct oracle_set {
    uint32_t nodes, links;
};

struct oracle_rule {
    uint32_t depth, kinds;           /* under-failure */
    struct oracle_set bad, doubtful; /* forbidden; reported as undecided */
};

struct oracle_demand {
    uint32_t src, dst; /* nodes, as bits */
    struct oracle_rule rules[ORACLE_RULES];
    uint32_t rule_count;
};

struct oracle_failure {
    uint32_t kind, at;
};

/** Which failures to try. */
struct oracle_ask {
    uint32_t depth, kinds;
};

enum { ORACLE_STEADY, ORACLE_TRANSITION, ORACLE_LIAR, ORACLE_STATES };
enum { ORACLE_FORWARD, ORACLE_REVERSE };

struct oracle_answer {
    uint32_t depth[ORACLE_STATES]; /* fewest failures that expose; ORACLE_NEVER */
    uint32_t cut;                  /* fewest failures that leave no pair a way */
    uint32_t violation, undecided; /* fewest of a judged exposure; ORACLE_NEVER */
    bool clean_way;
    /* By depth, state and direction: some exposure; some that a rule judges. */
    bool exposed[ORACLE_DEPTH + 1][2][2], judged[ORACLE_DEPTH + 1][2][2];
};

void oracle_audit(const struct oracle_net *net, const struct oracle_demand *demand,
                  const struct oracle_ask *ask, struct oracle_answer *answer);

/** What is gone when these fail. */
struct oracle_set oracle_failed(const struct oracle_net *net, const struct oracle_failure *failures,
                                uint32_t count);

/** The network without what failed: least costs between all nodes, through none of not_through. */
struct oracle_state {
    const struct oracle_net *net;
    struct oracle_set failed;
    uint32_t cost[ORACLE_NODES][ORACLE_NODES];
};
void oracle_state_make(const struct oracle_net *net, struct oracle_set failed, uint32_t not_through,
                       struct oracle_state *state);

/** The closure of a flow; empty where there is no way. */
struct oracle_set oracle_steady(const struct oracle_state *state, uint32_t from, uint32_t to);

/** All that a flow's packets can visit while each router forwards as before or as after. */
struct oracle_set oracle_transition(const struct oracle_net *net, struct oracle_set before,
                                    struct oracle_set after, uint32_t from, uint32_t to);

/** The same, of the states before and after. */
struct oracle_set oracle_mixture(const struct oracle_state states[2], uint32_t from, uint32_t to);

/** Whether router `at` sends packets for `to` over the link to `next`. */
bool oracle_forwards(const struct oracle_state *state, uint32_t at, uint32_t link, uint32_t next,
                     uint32_t to);

/** Whether some lie of the liars (those that failed do not lie) draws the flow's packets to one. */
bool oracle_draws(const struct oracle_net *net, struct oracle_set failed, uint32_t liars,
                  uint32_t from, uint32_t to);

/**
 * Least cost from a live liar on to `to` as lies can make it: over a link of its own, or over an
 * invented one to another liar and a link of that one's.  ORACLE_NO_WAY where there is none.
 */
uint32_t oracle_beyond(const struct oracle_net *net, struct oracle_set failed, uint32_t liars,
                       uint32_t liar, uint32_t to);

/** Links on honest shortest paths of a flow. */
uint32_t oracle_honest_links(const struct oracle_net *net, struct oracle_set failed, uint32_t liars,
                             uint32_t from, uint32_t to);

/** Whether some pair has a way. */
bool oracle_connected(const struct oracle_net *net, struct oracle_set failed,
                      const struct oracle_demand *demand);

static inline bool oracle_has(uint32_t bits, uint32_t at)
{
    return (bits >> at & 1u) != 0;
}
