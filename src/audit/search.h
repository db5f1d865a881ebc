#pragma once

#include "forward/liar.h"
#include "forward/walk.h"
#include "ways.h"

/**
 * The search of a group of flows: packets of demands of one treatment, from several sources to one
 * destination.  A failure is looked at once for all sources that it touches.
 */

/** What is sought in steady and in transition states. */
typedef enum {
    SEEK_EXPOSED,   /* a forbidden element, at whatever depth */
    SEEK_VIOLATION, /* one that a rule judges at this depth and these failures */
    SEEK_UNSURE,    /* an element reported as unknown, judged likewise */
    SEEK_COUNT
} seek;

/** A demand's packets from one source to one destination, in one direction. */
struct flow {
    uint32_t demand, treatment, source, destination; /* graph nodes */
    cp_direction direction;
    /* The demand's own ends, which never fail: graph nodes, ascending. */
    const uint32_t *ends;
    uint32_t end_count;
};

struct flow_result {
    uint32_t state_depth[CP_STATE_COUNT]; /* CP_DEPTH_NONE */
    /* First exposure of each kind, in steady and in transition; NULL where none was sought or found.
     * A transition at depth 1 that follows from an exposure today has none of its own. */
    const struct cp_exposure *found[SEEK_COUNT][2];
    const struct cp_exposure *liar;
};

/** A set of failures; in a transition the last one is the change.  Padded with UINT32_MAX. */
struct failure_set {
    uint32_t element[CP_AUDIT_DEPTH_MAX];
};

/** What a hunt says where nobody wants to see exposures (flows.c). */
struct tale {
    bool only_judged; /* the first exposure that counts ends the hunt, and no other is sought */
    bool counted;     /* there is one that counts: judged_... */
    cp_state judged_state;
    uint32_t judged_count;
    struct failure_set judged_set;
    struct failure_set sets[CP_STATE_COUNT]; /* of state_depth, where it is not CP_DEPTH_NONE */
};

/** A flow while it is searched. */
struct hunt {
    const struct flow *flow;
    struct flow_result *result;
    struct tale *tale;        /* NULL: exposures are made */
    bool open[SEEK_COUNT][2]; /* still sought, in steady and in transition */
};

struct failure_sets {
    struct failure_set *at;
    uint32_t count, cap;
};

struct source_entry {
    uint32_t source, next;
};

/** Which sources' closures hold which element, for some routes. */
struct source_index {
    uint32_t *head;  /* [elements] first entry, where stamped */
    uint32_t *stamp; /* [elements] */
    uint32_t *taken; /* [nodes] stamp: a source already gathered */
    struct source_entry *entries;
    uint32_t count, cap, now, gathering;
};

/** Routes of a group: without failures, after some, and after one more than those. */
struct route_set {
    struct cp_routes none, some, more;
};

/** All that searching groups of one treatment needs; one thread at a time. */
struct search {
    /* set by the caller */
    const struct cp_net *net;
    const struct cp_judge *judge;
    const struct cp_treatment *treatment;
    const struct cp_marking *marking;
    const struct ways *ways;
    const struct cp_audit_request *request;
    bool judge_all; /* every rule judges at every depth and all failures; lies count, too */
    struct cp_arena *answers; /* exposures are given here */
    struct cp_arena *lasting; /* what lives as long as the search */
    struct cp_arena *work;    /* what a group takes is given back after it */
    /* by cp_search_open */
    struct cp_queue *queue;
    struct cp_walk *walk;
    struct cp_shift *shift;
    struct cp_liar *liar;
    struct route_set routes;
    struct route_set honest; /* with the liars banned */
    struct source_index index;
    uint32_t *hunt_of; /* [nodes] index of the first hunt from that source, or CP_NONE */
    uint32_t *sources; /* [nodes] those at hand */
    uint32_t source_count;
    uint64_t looked; /* states of flows that were looked at */
    /* the group at hand */
    uint32_t destination;
    struct hunt *hunts; /* by source */
    uint32_t hunt_count;
};

/** NOMEM. */
CP_MUST_USE cp_err cp_search_open(struct search *s);

/**
 * Searches the flows of one group, hunts [count] by source, in every state up to the depth asked.
 * NOMEM, LIMIT (more sets of failures than memory is meant for).
 */
CP_MUST_USE cp_err cp_search_group(struct search *s, struct hunt *hunts, uint32_t count);
/** Its two halves. */
CP_MUST_USE cp_err cp_search_steady(struct search *s);
CP_MUST_USE cp_err cp_search_lies(struct search *s);

/** The routes without failures are those to the destination.  NOMEM. */
CP_MUST_USE cp_err cp_search_today(struct search *s, uint32_t destination);

/** Whether all failures of the set may happen to this flow: none is an end of its demand. */
bool cp_search_may_happen(const struct search *s, const struct flow *flow,
                          const struct failure_set *set, uint32_t count);

/** The next hunt from the same source as hunts[i], or hunt_count. */
uint32_t cp_search_next_hunt(const struct search *s, uint32_t i);

/**
 * One visit to each set of a level, `count` failures each.
 *
 * wanted: whether some flow from the source still wants to see the set.  visit: called after
 * the shift by the set's last failure from the routes after the others, with, in s->sources, those
 * wanting sources whose closure before it that failure touches, if there are any.
 */
struct pass {
    struct route_set *routes;
    /* Only failures are of interest that leave some node of a source's closure without a next hop
     * (cp_walk_pivots): the closure before was looked at. */
    bool only_pivots;
    bool (*wanted)(const struct search *s, uint32_t source, const struct failure_set *set,
                   uint32_t count);
    cp_err (*visit)(struct search *s, const struct failure_set *set, uint32_t count,
                    struct failure_sets *next);
};
CP_MUST_USE cp_err cp_search_pass(struct search *s, const struct pass *pass,
                                  const struct failure_sets *sets, uint32_t count,
                                  struct failure_sets *next);

/** Sources of the group that want to see the network without failures, into s->sources. */
void cp_search_all_sources(struct search *s, const struct pass *pass);

/** Whether the state is asked for. */
static inline bool cp_search_in(const struct search *s, cp_state state)
{
    return cp_audit_asks(s->request, state);
}

/** Kinds of the first count failures, as bits. */
uint32_t cp_failure_kinds(const struct search *s, const struct failure_set *set, uint32_t count);

extern const struct failure_set cp_no_failures;

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
CP_MUST_USE cp_err cp_failure_sets_extend(struct search *s, const struct failure_set *set,
                                          uint32_t count, struct met met, extension how,
                                          struct failure_sets *out);
/** Sorts and drops repeats. */
void cp_failure_sets_tidy(struct failure_sets *sets);

/** Notes an exposure in the hunt's tale. */
void cp_tale_note(struct hunt *h, seek what, cp_state state, const struct failure_set *set,
                  uint32_t count);
void cp_tale_note_lie(const struct search *s, struct hunt *h, const struct failure_set *set,
                      uint32_t count);

/** Whether anything of the kinds asked may fail but these nodes (ascending). */
bool cp_search_something_may_fail(const struct search *s, const uint32_t *ends, uint32_t end_count);

/** An exposure in the answers' arena, with its way, its element and its rule.  NOMEM. */
struct exposure_of {
    const struct flow *flow;
    cp_state state;
    const struct failure_set *set;
    uint32_t count;
    uint32_t marks; /* what the element bears */
};
CP_MUST_USE cp_err cp_exposure_make(struct search *s, const struct exposure_of *of,
                                    const struct cp_walk_way *way, const struct cp_exposure **out);
