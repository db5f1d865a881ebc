#pragma once

#include "audit/audit.h"
#include "ground/path.h"
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

/** How a list was shown to be clean: the least depth at which each state exposes it; CP_DEPTH_NONE. */
struct cp_segment_proof {
    uint32_t state_depth[CP_STATE_COUNT];
};

struct cp_segment_list {
    const struct cp_segment
        *at; /* [count]; NULL where the headend's depth forbids every clean list */
    uint32_t count;
    uint32_t least; /* segments of the shortest clean list, whatever the headend can do */
    uint32_t depth; /* what the headend can put on a packet; CP_NONE: nobody says */
    struct cp_segment_proof proof; /* of the list, or of the shortest clean one */
};

struct cp_segment_ask {
    const struct cp_path *path;
    uint32_t treatment; /* index into cp_judge.treatments */
    const uint32_t
        *ends; /* [end_count] the demand's own ends, ascending graph nodes: they never fail */
    uint32_t end_count;
    bool strict;        /* adjacency segments alone */
    uint32_t depth_max; /* CP_NONE: what the headend states */
};

/** What all threads share: routes of every treatment, and which segments were found clean. */
struct cp_segments_ground;

/**
 * request: depth, kinds and states to be clean in.  A state at a depth counts against a rule as far as
 * `judged` says: CP_SEGMENTS_AS_RULED: where the rule's own under-failure asks for it (steady without
 * failures always); CP_SEGMENTS_ALL: everywhere in the request.  judge, net, sids: borrowed.
 */
typedef enum { CP_SEGMENTS_AS_RULED, CP_SEGMENTS_ALL } cp_segments_judged;
CP_MUST_USE cp_err cp_segments_ground_make(const struct cp_judge *judge, const struct cp_net *net,
                                           const struct cp_sids *sids,
                                           const struct cp_audit_request *request,
                                           cp_segments_judged judged, struct cp_arena *arena,
                                           const struct cp_segments_ground **out);

struct cp_segmenter; /* one thread */
CP_MUST_USE cp_err cp_segmenter_open(const struct cp_segments_ground *ground,
                                     struct cp_arena *arena, struct cp_segmenter **out);

/**
 * The shortest clean list for the path; of several the one whose first segments reach farthest, and of
 * a node segment and an adjacency alike the node segment where its proof is as good.  Errors: NOMEM, LIMIT.
 */
CP_MUST_USE cp_err cp_segments_find(struct cp_segmenter *segmenter,
                                    const struct cp_segment_ask *ask, struct cp_arena *arena,
                                    struct cp_segment_list *out);
/** What a list given from outside is worth: the same proof, for any list.  from: its headend. */
CP_MUST_USE cp_err cp_segments_prove(struct cp_segmenter *segmenter, uint32_t treatment,
                                     const struct cp_segment *list, uint32_t count,
                                     const uint32_t *ends, uint32_t end_count,
                                     struct cp_segment_proof *out);
