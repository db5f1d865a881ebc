#pragma once

#include "audit/flows.h"
#include "route/segments.h"

/** What the segmenter is made of: segments.c asks for lists, shortest.c finds them, answers.c remembers. */

struct cp_segments_ground {
    const struct cp_judge *judge;
    const struct cp_net *net;
    const struct cp_sids *sids; /* NULL: none are known */
    const struct cp_marking *markings;
    const struct cp_flows *flows;
    cp_segments_judged judged;
    /* [treatments] 1: a flow that is clean is never exposed in steady and transition, up to the depth asked. */
    const uint8_t *clean_is_all;
};

/** An answer about a flow between two nodes that alone never fail. */
struct answer {
    uint32_t treatment, from, to;
    uint8_t known; /* KNOWS_... bits */
    uint8_t clean, judged_state, judged_depth;
    uint64_t cost;
    uint32_t looked;      /* states that it took to tell whether it is clean */
    uint32_t judged_node; /* node in the set of failures: CP_NONE: none; ANY_NODE: several */
    uint32_t depth[CP_STATE_COUNT];
    uint32_t node[CP_STATE_COUNT]; /* in the sets of those, alike */
};
#define ANY_NODE (CP_NONE - 1u)
enum { KNOWS_COST = 1, KNOWS_CLEAN = 2, KNOWS_DEPTHS = 4 };

/** A thread's answers: a table with open addressing, emptied when it would pass its limit. */
struct answers {
    struct answer *at; /* [cap] */
    uint32_t cap, count;
};

struct cp_segmenter {
    const struct cp_segments_ground *ground;
    struct cp_flow_prover *prover;
    struct cp_arena *work;    /* of one path; its own */
    struct cp_arena *lasting; /* of the answers; its own */
    struct answers answers;
};

/** A flow asked about, and the demand's own ends (ascending), which do not fail either. */
struct question {
    uint32_t treatment, from, to;
    const uint32_t *ends;
    uint32_t end_count;
};

struct verdict {
    bool clean;
    cp_state state; /* where it is not: an exposure that counts */
    uint32_t depth;
};

/** Each answers from what is remembered where it can.  *charge: grows by the work that the answer took once. */
CP_MUST_USE cp_err cp_answer_cost(struct cp_segmenter *s, const struct question *q, uint64_t *cost);
CP_MUST_USE cp_err cp_answer_clean(struct cp_segmenter *s, const struct question *q,
                                   uint64_t *charge, struct verdict *out);
/** depth [CP_STATE_COUNT]. */
CP_MUST_USE cp_err cp_answer_depths(struct cp_segmenter *s, const struct question *q,
                                    uint32_t *depth);

/** Whether the path's stretch between two positions, a least-cost way, is the only one. */
CP_MUST_USE cp_err cp_stretch_is_alone(struct cp_segmenter *s, const struct cp_segment_ask *ask,
                                       uint32_t from, uint32_t to, bool *alone);

/** Metric of a link from one of its ends to another. */
uint32_t cp_link_cost(const struct cp_graph *g, uint32_t from, uint32_t link, uint32_t to);

/**
 * The cover of a path by fewest stretches: next [links + 1] out, where the stretch from each of its
 * positions ends; in the work arena.  Every link alone is a stretch.  *shortest: whether it surely is.
 */
struct cover {
    uint32_t *next;
    uint32_t count;
    bool shortest;
};
CP_MUST_USE cp_err cp_cover_find(struct cp_segmenter *s, const struct cp_segment_ask *ask,
                                 struct cover *out);
