#pragma once

#include "base/diag.h"
#include "base/joined.h"
#include "base/map.h"
#include "base/rd.h"
#include "base/stamped.h"
#include "base/rd.h"

/**
 * What a bundle says (cleanpath-bundle(5)), as numbers: its network, and what its answer claims about it.
 *
 * Reading resolves names and refuses what refers to nothing; whether a claim is true is for who checks it.
 * Elements are numbers: links, then nodes, then SRLGs.
 */

#define CP_BUNDLE_NONE UINT32_MAX       /* nothing; a depth that is null */
#define CP_BUNDLE_DEPTH_MAX 8u          /* failures at a time */
#define CP_BUNDLE_PROFILES_MAX 32u      /* different under-failures of rules */
#define CP_BUNDLE_FORBIDDEN 0xffffffffu /* marks: bit p for profile p; 32 higher where undecided */

enum {
    CP_BUNDLE_LINK = 1,
    CP_BUNDLE_NODE = 2,
    CP_BUNDLE_SRLG = 4,
    CP_BUNDLE_STEADY = 8,
    CP_BUNDLE_TRANSITION = 16,
    CP_BUNDLE_LIAR = 32
};

struct cp_bundle_link {
    const uint32_t *ends;  /* [2 * end_count] node, metric of leaving it */
    const uint32_t *srlgs; /* [srlg_count] ascending */
    uint32_t end_count, srlg_count;
};

/** A way out of a node. */
struct cp_bundle_hop {
    uint32_t to, link, out, in; /* metrics there and back */
};

/** at NULL: not stated. */
struct cp_bundle_policy {
    cp_text id, says, by, ref, owner, as_of, path;
};

/** A file that was read: how many of its records. */
struct cp_bundle_read {
    cp_text path;
    uint64_t used, ignored, not_understood;
};

struct cp_bundle_rule {
    const struct cp_bundle_policy *policy;
    cp_text id, says;
    uint32_t depth, kinds, profile; /* under-failure; an index into profiles */
};

/** An element that a rule is against. */
struct cp_bundle_against {
    cp_text reason;
    uint32_t rule, element;
    bool undecided;
};

struct cp_bundle_treatment {
    cp_text name;          /* at NULL: none */
    const uint32_t *rules; /* [rule_count] ascending */
    uint32_t rule_count;
    uint32_t deepest;    /* under-failure of its rules that are against something */
    uint32_t liar_count; /* nodes that it forbids */
    uint64_t *marks;     /* [links + nodes] */
    uint64_t all;        /* OR of the marks */
    uint8_t *liars;      /* [nodes] 1: forbidden */
    bool spare;          /* while reading: reads like another one, and is no demand's so far */
};

struct cp_bundle_demand {
    cp_text id, src_name, dst_name;
    const uint32_t *src, *dst; /* [src_count], [dst_count] nodes, ascending */
    uint64_t bandwidth;        /* UINT64_MAX: none stated */
    uint32_t treatment, src_count, dst_count;
    const struct cp_bundle_demand *ends_of; /* whose ends never fail either; NULL: nobody's */
    bool one_way;                           /* from src to dst alone */
};

/** What stands for a segment on a packet. */
struct cp_bundle_sid {
    uint32_t from, to, link; /* link: of an adjacency; CP_BUNDLE_NONE: a node segment */
    cp_text text;
};
/** By their first three members, node segments first. */
int cp_bundle_sid_compare(const void *a, const void *b);

struct cp_bundle_net {
    cp_text as_of; /* at NULL: of no day */
    const struct cp_bundle_policy *policies;
    const struct cp_bundle_read *inputs;
    const cp_text *warnings;
    uint32_t policy_count, input_count, warning_count;
    uint32_t depth, kinds, states; /* asked: CP_BUNDLE_... bits */
    uint32_t node_count, link_count, srlg_count, rule_count, against_count, treatment_count;
    uint32_t demand_count, profile_count;
    const cp_text *ids[3]; /* of links, nodes, SRLGs */
    struct cp_map *find[3];
    const struct cp_bundle_link *links;
    const struct cp_bundle_rule *rules;
    const struct cp_bundle_against *against; /* by rule, then element */
    struct cp_bundle_treatment *treatments;
    const struct cp_bundle_demand *demands;
    uint32_t profile_depth[CP_BUNDLE_PROFILES_MAX], profile_kinds[CP_BUNDLE_PROFILES_MAX];
    const uint32_t *hop_first;        /* [nodes + 1] ways out of node v: hops[hop_first[v]] on */
    const struct cp_bundle_hop *hops; /* by link, then by end */
    const uint32_t *srlg_first; /* [srlgs + 1] links of SRLG g: srlg_links[srlg_first[g]] on */
    const uint32_t *srlg_links;
    /* te, delay: [hops] costs of ways out, 0: not to be used; NULL: not in the network. */
    const struct cp_bundle_sid *sids; /* [sid_count] ascending */
    uint32_t sid_count;
    const uint32_t *hop_costs[2];
};

/** What the rule says of the element; NULL: it is not against it. */
const struct cp_bundle_against *cp_bundle_find_against(const struct cp_bundle_net *net,
                                                       uint32_t rule, uint32_t element);
/** text: the file `network`.  work: scratch, another arena.  Errors: MALFORMED (line), LIMIT, NOMEM. */
CP_MUST_USE cp_err cp_bundle_net_read(cp_text text, struct cp_arena *arena, struct cp_arena *work,
                                      struct cp_bundle_net *out, struct cp_diag *diag);
/** CP_BUNDLE_LINK, _NODE or _SRLG. */
uint32_t cp_bundle_kind(const struct cp_bundle_net *net, uint32_t element);
cp_text cp_bundle_id(const struct cp_bundle_net *net, uint32_t element);

/** Failures; ascending, but of a transition the last one is the change. */
typedef struct {
    uint32_t count, at[CP_BUNDLE_DEPTH_MAX]; /* CP_BUNDLE_NONE behind the last */
} cp_failures;

/** How one more failure is put into a set. */
typedef enum {
    CP_FAILURES_AMONG,  /* in place: all ascend */
    CP_FAILURES_BEFORE, /* before the change, in place among the others */
    CP_FAILURES_CHANGE  /* as the change, behind all others, which ascend then */
} cp_failures_place;

/** By count, then by elements: below 0, 0, above 0. */
int cp_failures_compare(const void *a, const void *b);
/** Sorts count sets and drops those that stand twice; returns how many are left. */
uint32_t cp_failures_tidy(cp_failures *sets, uint32_t count);
bool cp_failures_hold(const cp_failures *set, uint32_t element);
/** The set has room, and does not hold the element. */
cp_failures cp_failures_with(const cp_failures *set, uint32_t element, cp_failures_place place);
/** All ascending, the change too. */
cp_failures cp_failures_after(const cp_failures *set);
/** Without the change. */
cp_failures cp_failures_before(const cp_failures *set);

/** From bytes: its size, then its elements as ascending numbers.  What cannot be makes rd bad. */
cp_failures cp_failures_read(const struct cp_bundle_net *net, cp_rd *rd);

/** Marks of rules that judge what is met under the set: by how many failures it holds, and of which kinds. */
uint64_t cp_bundle_judged(const struct cp_bundle_net *net, const cp_failures *set);
/** Whether it may fail for the demand: it is of a kind asked, and none of its ends. */
bool cp_bundle_may_fail(const struct cp_bundle_net *net, uint32_t demand, uint32_t element);
bool cp_bundle_all_may_fail(const struct cp_bundle_net *net, uint32_t demand,
                            const cp_failures *set);
/** Whether anything in the network may fail for the demand. */
bool cp_bundle_some_may_fail(const struct cp_bundle_net *net, uint32_t demand);

/** A demand's packets from one source to one destination. */
struct cp_bundle_flow {
    uint32_t destination, treatment, demand, direction, source;
};
int cp_bundle_flow_compare(const void *a, const void *b);
/** All flows of demands whose treatment marks something, in the order of the members.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_bundle_flows(const struct cp_bundle_net *net, struct cp_arena *arena,
                                   struct cp_bundle_flow **out, uint32_t *count);
/** The way out of a node over a link to another node; NULL: there is none. */
const struct cp_bundle_hop *cp_bundle_find_hop(const struct cp_bundle_net *net, uint32_t node,
                                               uint32_t link, uint32_t to);
/** Whether the nodes [count] hold it. */
bool cp_bundle_has_node(const uint32_t *nodes, uint32_t count, uint32_t node);
/** Whether two ends of the demand, neither of them marked, hang together.  marks [links + nodes]; NULL: none. */
bool cp_bundle_has_way(const struct cp_bundle_net *net, uint32_t demand, struct cp_joined *joined,
                       const uint64_t *marks);
/** All flows under all sets of failures, up to the depth asked; at most UINT64_MAX. */
uint64_t cp_bundle_covered(const struct cp_bundle_net *net, uint32_t flow_count);
/** Nodes that hang together over links and nodes without marks (NULL: over all).  Errors: NOMEM. */
CP_MUST_USE cp_err cp_bundle_join(const struct cp_bundle_net *net, const uint64_t *marks,
                                  struct cp_arena *arena, struct cp_joined *out);

/** An exposure that the answer shows. */
struct cp_bundle_claim {
    uint32_t state, direction, element;      /* state 0: null; direction 1: reverse */
    const struct cp_bundle_against *against; /* why: a rule of the treatment, and its reason */
    cp_failures set;
    const uint32_t *nodes, *links; /* [node_count], [node_count - 1] */
    uint32_t node_count;
};
enum { CP_CLAIM_EXPOSURE, CP_CLAIM_VIOLATION, CP_CLAIM_UNDECIDED, CP_CLAIM_LIAR, CP_CLAIM_COUNT };
typedef enum {
    CP_BUNDLE_OK,
    CP_BUNDLE_UNDECIDED,
    CP_BUNDLE_VIOLATION,
    CP_BUNDLE_NO_PATH,
    CP_BUNDLE_VERDICTS
} cp_bundle_verdict;

/** What an audit says of a demand. */
struct cp_bundle_result {
    uint32_t exposure, steady, transition, liar, cut_depth; /* CP_BUNDLE_NONE: null */
    cp_bundle_verdict verdict;
    bool clean_way, judged;
    cp_failures cut;
    struct cp_bundle_claim claims[CP_CLAIM_COUNT];
};

struct cp_bundle_input {
    cp_text path, sha256;
};

/** What routing says of a demand, beside its flows. */
struct cp_bundle_route {
    const struct cp_bundle_demand *demand; /* as the network has it */
    uint32_t candidate_count, metric;      /* 0 igp, 1 te, 2 delay */
    uint64_t cost;                         /* of the first candidate */
    bool has_path;                         /* that leads from src to dst */
    bool has_list;                         /* some candidate from src to dst has a segment list */
    bool is_free;                          /* nothing but the metric bounds its choice */
};

/** Why a bundle's files were not read to their end. */
struct cp_bundle_fault {
    const char *why;  /* constant, lower case, no full stop; NULL: nothing is wrong */
    const char *file; /* that is not understood, and where; NULL: it is, but does not hold */
    cp_place place;
    cp_text demand, element; /* of the answer; may be empty */
};

struct cp_bundle_answer {
    struct cp_bundle_fault fault;
    struct cp_bundle_result *results; /* [demands of the network] */
    struct cp_bundle_input *inputs;
    uint32_t input_count;
    const struct cp_bundle_route *routes; /* [demand_count] NULL: an audit */
    uint32_t demand_count;                /* of the file `network` */
};

/**
 * text: the file answer.json, of an audit.  Its demands must be the network's, its depth and kinds those of the
 * network, its rules and reasons those that the network has; its numbers must not contradict each other.  Errors: MALFORMED, UNKNOWN_ID, CONFLICT (with
 * the line), NOMEM.
 */
CP_MUST_USE cp_err cp_bundle_answer_read(cp_text text, const struct cp_bundle_net *net,
                                         struct cp_arena *arena, struct cp_arena *work,
                                         struct cp_bundle_answer *out, struct cp_diag *diag);

/* How far what an audit says of a demand reaches. */

/** Below this depth it says that the state exposes nothing; 0: it says nothing of the state. */
uint32_t cp_bundle_limit(const struct cp_bundle_net *net, const struct cp_bundle_result *result,
                         uint32_t state);
/** To this depth it says something of transitions. */
uint32_t cp_bundle_open(const struct cp_bundle_net *net, const struct cp_bundle_answer *answer,
                        uint32_t demand);
/** So many failures have to be gone through: M of cleanpath-bundle(5). */
uint32_t cp_bundle_depth(const struct cp_bundle_net *net, const struct cp_bundle_answer *answer,
                         uint32_t demand);
/** Marks that it says are not met in the state (steady or transition) under the set. */
uint64_t cp_bundle_denied(const struct cp_bundle_net *net, const struct cp_bundle_result *result,
                          const cp_failures *set, uint32_t state);

/**
 * Of an audit or, by its first line, of routing.  Of that the network's demands are afterwards the answer's flows, node segments, one a demand
 * with one source and one destination; their results are those of demands that are ok, with the part of
 * the candidate that the segment stands for as the first claim: a way without failures.
 */
CP_MUST_USE cp_err cp_bundle_any_read(cp_text text, struct cp_bundle_net *net,
                                      struct cp_arena *arena, struct cp_arena *work,
                                      struct cp_bundle_answer *out, struct cp_diag *diag);
/**
 * Both files: the network, then the answer that is of it.  Into out, too: the fault, where the error is
 * not NOMEM.  Errors: those of both.
 */
CP_MUST_USE cp_err cp_bundle_read(cp_text network, cp_text answer, struct cp_arena *arena,
                                  struct cp_arena *work, struct cp_bundle_net *net,
                                  struct cp_bundle_answer *out);
/**
 * Reads what shows a route's first candidate to be the cheapest, if that is shown; bounds [nodes]: scratch.
 * NULL: it holds, or the answer is an audit's and nothing is read; else why not.
 */
const char *cp_bundle_paths_read(const struct cp_bundle_net *net,
                                 const struct cp_bundle_answer *answer, uint32_t demand, cp_rd *rd,
                                 struct cp_stamped *bounds);
/** Of the way out hops[hop]; 0: not to be used. */
uint64_t cp_bundle_hop_cost(const struct cp_bundle_net *net, uint32_t hop, uint32_t metric);

/** What made the bundle, and the sums of its files and inputs: hex. */
struct cp_bundle_manifest {
    cp_text answer, network, certificate; /* sums */
    struct cp_bundle_input *inputs;
    uint32_t input_count;
};
/** Whether it names the answer's inputs, one by one; there is one at least. */
bool cp_bundle_same_inputs(const struct cp_bundle_manifest *manifest,
                           const struct cp_bundle_answer *answer);
/** Whether it has these sums (hex) of the files. */
bool cp_bundle_is_of(const struct cp_bundle_manifest *manifest, const char *answer,
                     const char *network, const char *certificate);
/** Its last row is the sum of those before it, which is checked.  Errors: MALFORMED, CONFLICT, NOMEM. */
CP_MUST_USE cp_err cp_bundle_manifest_read(cp_text text, struct cp_arena *arena,
                                           struct cp_arena *work, struct cp_bundle_manifest *out);
