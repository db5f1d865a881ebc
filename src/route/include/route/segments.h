#pragma once

#include "audit/audit.h"
#include "ground/path.h"
#include "route/paths.h"
#include "route/sids.h"

/**
 * Segment lists that keep a packet on a clean path (RFC 8402, 9256), proven by what routers will do.
 *
 * A node segment ends at a node and goes there by whatever shortest paths the network has at the
 * moment; an adjacency segment is one link, and when that fails the packet is dropped.  A list is
 * clean when in every state examined the union of its segments' closures holds no element that a rule
 * of the treatment forbids or leaves undecided at that depth.  It keeps to its path: without failures
 * the path is one of the ways that the list allows, and its equal-cost siblings are clean.
 */
typedef enum { CP_SEGMENT_NODE, CP_SEGMENT_ADJACENCY } cp_segment_kind;

struct cp_segment {
    cp_segment_kind kind;
    uint32_t from, to; /* graph nodes: where it begins, where it ends */
    uint32_t link;     /* graph link of an adjacency; CP_NONE */
    struct cp_sid sid;
};

/** What a list is worth. */
struct cp_segment_proof {
    bool clean; /* in every state that counts */
    /* Least depth at which each state of the request exposes it, also where that does not count; CP_DEPTH_NONE. */
    uint32_t state_depth[CP_STATE_COUNT];
};

struct cp_segment_list {
    const struct cp_segment *
        at; /* [count]; NULL where the headend's depth forbids every clean list, or there is none */
    uint32_t count;
    uint32_t
        least; /* segments of the shortest clean list, whatever the headend can do; CP_NONE: none */
    bool
        shortest; /* false: the search's budget ran out; the list is clean, a shorter one may be too */
    uint32_t depth;                /* what the headend can put on a packet; CP_NONE: nobody says */
    struct cp_segment_proof proof; /* of the list, or of the shortest clean one */
};

struct cp_segment_ask {
    const struct cp_path *path;
    uint32_t treatment; /* index into cp_judge.treatments */
    const uint32_t
        *ends; /* [end_count] the demand's own ends, ascending graph nodes: they never fail */
    uint32_t end_count;
    bool strict; /* adjacency segments alone */
    /* While nothing fails packets keep to the path alone: a node segment only where no other way costs as
     * little.  For demands that ask something of their path, or whose load counts. */
    bool alone;
    uint32_t depth_max; /* where the headend states no depth of its own; CP_NONE: no limit known */
};

/** What all threads share: routes of every treatment. */
struct cp_segments_ground;

typedef enum { CP_SEGMENTS_AS_RULED, CP_SEGMENTS_ALL } cp_segments_judged;

/**
 * request: depth, kinds and states to be clean in; `steady` is always among the states.  A state at a depth
 * counts against a rule as far as `judged` says: CP_SEGMENTS_AS_RULED: where the rule's own under-failure
 * asks for it (steady without failures always; lies never, since no rule can ask for them);
 * CP_SEGMENTS_ALL: everywhere in the request, lies too where it names that state; then what is undecided
 * counts as forbidden in all states, and undecided nodes may lie (the audit takes them at their word).
 * What the basis points to is borrowed.  Errors: NOMEM, LIMIT.
 */
struct cp_segments_basis {
    const struct cp_judge *judge;
    const struct cp_net *net;
    const struct cp_sids *sids; /* NULL: none are known */
    struct cp_audit_request request;
    cp_segments_judged judged;
};
CP_MUST_USE cp_err cp_segments_ground_make(const struct cp_segments_basis *basis,
                                           struct cp_arena *arena,
                                           const struct cp_segments_ground **out);

/** One thread.  It remembers which segments it found clean; no answer depends on what it was asked before. */
struct cp_segmenter;
CP_MUST_USE cp_err cp_segmenter_open(const struct cp_segments_ground *ground,
                                     struct cp_arena *arena, struct cp_segmenter **out);
void cp_segmenter_close(struct cp_segmenter *segmenter); /* NULL is allowed */

/**
 * The shortest clean list for the path, which has one link at least.  Each segment covers a stretch of
 * the path: an adjacency one link of it; a node segment any stretch that is a least-cost way of the failure-free
 * network (with `alone` the only one).  Of several lists that are alike in length: the one whose first segment ends soonest, then the
 * second, and so on.  One link is covered by a node segment where no state of the request ever exposes that
 * (it lives on when the link fails), else by an adjacency.
 *
 * A list is refused (`at` NULL, `least` and `proof` set) when it is longer than `depth`: what the
 * headend states (sids.h), else depth_max.  Every segment counts, also a first one that puts nothing on the
 * packet, for headends count segments, and some of them that one too.  A path that is not clean
 * itself has no clean list (`least` CP_NONE).
 *
 * The given list is in the arena.  Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_segments_find(struct cp_segmenter *segmenter,
                                    const struct cp_segment_ask *ask, struct cp_arena *arena,
                                    struct cp_segment_list *out);

/** What a path is to be that a headend can put a clean list for on its packets. */
struct cp_within_ask {
    uint32_t treatment;
    const uint32_t *src, *dst; /* graph nodes, ascending, none in both: any of them will do */
    uint32_t src_count, dst_count;
    const uint32_t
        *ends; /* [end_count] as in cp_segment_ask, and so are strict, alone, depth_max */
    uint32_t end_count;
    bool strict, alone;
    bool both; /* a path whose other way has a list that fits, too; costs of both ways count */
    uint32_t depth_max;
    const uint32_t *cost;  /* [ends of the graph] what counts (metric.h); without `alone`: IGP */
    const uint8_t *out;    /* [links + nodes] 1: not to be used; needs `alone`.  NULL: nothing */
    uint32_t hops_max;     /* CP_NONE */
    uint64_t delay_max_us; /* CP_PATH_DELAY_NONE */
    const struct cp_must_pass *require; /* [require_count] */
    uint32_t require_count;
};

struct cp_within {
    struct cp_path path; /* in the arena; nodes NULL: there is none, or it was not found */
    uint32_t
        least; /* where there is none: segments of the shortest clean list of all paths; CP_NONE */
    bool
        sure; /* false: the search was cut short: there may be a path, a cheaper one, a lesser depth */
};

/**
 * The least-cost path of all that have a clean list of as many segments as its headend can do; of several the one with
 * the fewest segments.
 * Cost: a search of the network for each node that a list gets to, and the proof of each segment that is tried; for
 * a depth of 1 or 2, or strict, little; else up to a budget.  Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_segments_within(struct cp_segmenter *segmenter,
                                      const struct cp_within_ask *ask, struct cp_arena *arena,
                                      struct cp_within *out);

/** What the headend states, else depth_max. */
uint32_t cp_segments_depth(const struct cp_segments_ground *ground, uint32_t node,
                           uint32_t depth_max);

/** A list given from outside. */
struct cp_segments_given {
    uint32_t treatment;
    const struct cp_segment *at; /* [count] SIDs are not looked at; adjacencies need their link */
    uint32_t count;
    const uint32_t *ends; /* [end_count] as in cp_segment_ask */
    uint32_t end_count;
};
/**
 * What it is worth: the same proof, for any list.  Errors: CONFLICT (a segment does not begin where the one
 * before it ends, or its link does not join its ends), NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_segments_prove(struct cp_segmenter *segmenter,
                                     const struct cp_segments_given *given,
                                     struct cp_segment_proof *out);

/** States of flows that the segmenter has looked at: for those who measure it. */
uint64_t cp_segmenter_looked(const struct cp_segmenter *segmenter);
