#pragma once

#include "ground/failure.h"
#include "judge/judge.h"

/**
 * The audit: for every demand, the fewest failures that bring its traffic onto an element that its
 * class forbids, in each state, and the fewest that leave it no way.  Exact for every depth asked
 * (DESIGN 2.2, docs/notes/0001).
 */

typedef enum { CP_STATE_STEADY, CP_STATE_TRANSITION, CP_STATE_LIAR, CP_STATE_COUNT } cp_state;
typedef enum {
    CP_VERDICT_OK,
    CP_VERDICT_UNDECIDED,
    CP_VERDICT_VIOLATION,
    CP_VERDICT_NO_PATH
} cp_verdict;
typedef enum { CP_FORWARD, CP_REVERSE } cp_direction;

#define CP_DEPTH_NONE UINT32_MAX /* never, up to the depth asked */

struct cp_audit_request {
    uint32_t depth;         /* K: failure sets up to this size; at most CP_AUDIT_DEPTH_MAX */
    uint32_t failure_kinds; /* CP_FAIL_... bits */
    uint32_t states;        /* bits 1 << cp_state: which are examined; 0: all */
};
#define CP_AUDIT_DEPTH_MAX 8u

/** An exposure with its proof for the eye: what fails, where the packet goes, what it meets. */
struct cp_exposure {
    cp_state state;
    cp_direction direction;
    struct cp_failure failures[CP_AUDIT_DEPTH_MAX]; /* in a transition the last one is the change */
    uint32_t failure_count;
    cp_object_kind kind; /* of the element: node or link */
    uint32_t element;
    uint32_t rule; /* index into cp_judge.rules: the one that forbids it */
    const cp_node
        *nodes; /* [node_count] from the source on, ending at the node, or beyond the link */
    const cp_link *links; /* [node_count - 1] between them */
    uint32_t node_count;
    cp_node destination; /* of the packets that meet it */
};

struct cp_demand_result {
    cp_verdict verdict;
    uint32_t exposure_depth, cut_depth; /* CP_DEPTH_NONE */
    uint32_t state_depth[CP_STATE_COUNT];
    bool
        clean_way; /* some path uses no forbidden and no undecided element, in the failure-free network */
    bool judged;                         /* some rule holds for the demand */
    const struct cp_exposure *exposure;  /* at exposure_depth; NULL if none */
    const struct cp_exposure *violation; /* the judged one, where it is not `exposure`; else NULL */
    const struct cp_exposure
        *undecided; /* to an element reported as unknown; may be NULL beside a violation */
    const struct cp_exposure *liar;            /* at state_depth[CP_STATE_LIAR]; NULL if none */
    const struct cp_exposure *steady;          /* at state_depth[CP_STATE_STEADY]; NULL if none */
    struct cp_failure cut[CP_AUDIT_DEPTH_MAX]; /* [cut_depth] failures that leave it no way */
};

/** An audit in parts, so that its caller may run them on several threads. */
struct cp_audit;

/** Errors: LIMIT (depth, too many kinds of under-failure, nodes or links past the engine's), NOMEM. */
CP_MUST_USE cp_err cp_audit_open(const struct cp_judge *judge,
                                 const struct cp_audit_request *request, struct cp_arena *arena,
                                 struct cp_audit **out, struct cp_diag *diag);

/**
 * A segment that packets of a demand are held to: a flow from one node to another that goes as the network
 * routes it, or one link alone, which every packet then takes in every state.  Nodes of layer ip; of a link both
 * are its ends.
 */
struct cp_pin {
    cp_node from, to;
    cp_link link; /* .at CP_NONE: a flow */
    cp_direction direction;
};
/** count 0: the demand goes as the network routes it. */
struct cp_pinned {
    const struct cp_pin *at; /* [count] */
    uint32_t count;
};
/**
 * The same, with demands that are held to segments: pinned [demand_count], borrowed.  Their exposures are those of
 * the union of their segments' closures; their cuts those of the network between their ends.
 */
CP_MUST_USE cp_err cp_audit_open_pinned(const struct cp_judge *judge,
                                        const struct cp_audit_request *request,
                                        const struct cp_pinned *pinned, struct cp_arena *arena,
                                        struct cp_audit **out, struct cp_diag *diag);

/** Parts are independent of each other; each is run exactly once, by any worker, in any order. */
uint32_t cp_audit_parts(const struct cp_audit *audit);

/** What one thread needs to run parts.  answers: the thread's own, living as long as the results are read. */
struct cp_audit_worker;
CP_MUST_USE cp_err cp_audit_worker_open(struct cp_audit *audit, struct cp_arena *answers,
                                        struct cp_audit_worker **out); /* NOMEM */
/** Errors: NOMEM, LIMIT (more sets of failures than are searched); then the worker is only closed. */
CP_MUST_USE cp_err cp_audit_run(struct cp_audit_worker *worker, uint32_t part);
void cp_audit_worker_close(struct cp_audit_worker *worker); /* NULL is allowed */

/** After every part has run: results[demand_count], the same whatever the threads did.  NOMEM. */
CP_MUST_USE cp_err cp_audit_finish(struct cp_audit *audit, struct cp_arena *arena,
                                   const struct cp_demand_result **results);

/**
 * After finish: the ways of a demand one by one, packets from one of its nodes to another.  There are none of a demand of
 * which nothing that the audit looks at is marked: it is ok, or has no path.
 */
struct cp_audit_way {
    cp_node from, to;
    cp_verdict verdict; /* of this way alone; never NO_PATH, which is the demand's */
    const struct cp_exposure *exposure; /* that makes it so; NULL where it is ok */
};
uint32_t cp_audit_way_count(const struct cp_audit *audit, uint32_t demand);
void cp_audit_way(const struct cp_audit *audit, uint32_t demand, uint32_t at,
                  struct cp_audit_way *out);

/** Largest under-failure depth among the rules about transit: an audit less deep judges less than they ask. */
uint32_t cp_audit_depth_wanted(const struct cp_judge *judge);
