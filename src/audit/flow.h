#pragma once

#include "forward/liar.h"
#include "forward/walk.h"
#include "net.h"

/**
 * One flow: a demand's packets from one source to one destination, in one direction; and the search
 * for the fewest failures that expose it.
 */
struct flow {
    uint32_t demand, treatment, source, destination; /* graph nodes */
    cp_direction direction;
};

/** What is sought in steady and in transition states. */
typedef enum {
    SEEK_EXPOSED,   /* a forbidden element, at whatever depth */
    SEEK_VIOLATION, /* one that a rule judges at this depth and these failures */
    SEEK_UNSURE,    /* an element reported as unknown, judged likewise */
    SEEK_COUNT
} seek;

struct flow_result {
    uint32_t state_depth[CP_STATE_COUNT]; /* CP_DEPTH_NONE */
    /* First exposure of each kind, in steady and in transition; NULL where none was sought or found.
     * A transition at depth 1 that follows from an exposure today has none of its own. */
    const struct cp_exposure *found[SEEK_COUNT][2];
    const struct cp_exposure *liar;
};

/** All that searching flows of one treatment needs; one thread at a time. */
struct flow_search {
    const struct net *net;
    const struct cp_judge *judge;
    const struct cp_treatment *treatment;
    const struct marking *marking;
    const struct cp_audit_request *request;
    struct cp_arena *answers; /* exposures are given here */
    struct cp_arena *work;
    struct cp_queue *queue;
    struct cp_walk *walk;
    struct cp_routes routes, honest;
    struct cp_after *after, *change, *honest_after;
    struct cp_liar *liar;
    /* The demand's own ends: these nodes never fail.  Graph nodes, ascending. */
    const uint32_t *ends;
    uint32_t end_count;
};

/** The fields from net to work are set by the caller.  NOMEM. */
CP_MUST_USE cp_err flow_search_open(struct flow_search *s);
/** Computes the routes to a destination; flows to it may then be searched. */
void flow_search_to(struct flow_search *s, uint32_t destination);

/** Steady and transition.  NOMEM, LIMIT. */
CP_MUST_USE cp_err flow_expose(struct flow_search *s, const struct flow *flow,
                               struct flow_result *result);
/** Liar.  NOMEM, LIMIT. */
CP_MUST_USE cp_err flow_expose_by_lies(struct flow_search *s, const struct flow *flow,
                                       struct flow_result *result);

/** A set of failures: ascending elements; in a transition the last one is the change.  Padded. */
struct failure_set {
    uint32_t element[CP_AUDIT_DEPTH_MAX];
};

struct failure_sets {
    struct failure_set *at;
    uint32_t count, cap;
};

/** Whether the element may fail at all: of a kind asked, and no end of the demand. */
bool flow_may_fail(const struct flow_search *s, uint32_t element);
/** Kinds of the first count failures, as bits. */
uint32_t failure_set_kinds(const struct flow_search *s, const struct failure_set *set,
                           uint32_t count);

/** How a set of failures is made one larger by e. */
typedef enum {
    EXTEND_SET,    /* e among the others, ascending */
    EXTEND_BEFORE, /* e among all but the last, which stays the change */
    EXTEND_CHANGE  /* e last, as the change; the others ascending */
} extension;

/** Elements met in a closure: nodes and links as failure elements. */
struct met {
    const uint32_t *element;
    uint32_t count;
};

/**
 * Adds, for each failure that touches something met (the elements themselves, SRLGs of the links),
 * may fail and is not in the set of `count` yet, that set with it.  NOMEM, LIMIT.
 */
CP_MUST_USE cp_err failure_sets_extend(struct flow_search *s, const struct failure_set *set,
                                       uint32_t count, struct met met, extension how,
                                       struct failure_sets *out);
/** Sorts and drops repeats. */
void failure_sets_tidy(struct failure_sets *sets);

/** An exposure in the answers' arena, without its way.  NOMEM. */
CP_MUST_USE cp_err flow_exposure(struct flow_search *s, const struct flow *flow, cp_state state,
                                 const struct failure_set *set, uint32_t count,
                                 struct cp_exposure **out);
/** Fills in the way, the element and the rule.  NOMEM. */
CP_MUST_USE cp_err flow_exposure_way(struct flow_search *s, const struct cp_walk_way *way,
                                     uint32_t marks, struct cp_exposure *exposure);
