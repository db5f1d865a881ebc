#pragma once

#include "inside.h"

/* Ways that share nothing that may fail: by a flow (cuts_flow.c), and of sets of failures (cuts.c). */

struct way {
    uint32_t source, first, count; /* hops, in cuts.hops */
};

struct cuts {
    const struct cp_prove *p;
    const struct cp_graph *g;
    struct cp_arena *work;
    /* the demand at hand */
    const uint32_t *src, *dst; /* graph nodes */
    uint32_t src_count, dst_count;
    struct way *ways;
    uint32_t way_count, way_cap;
    uint32_t *hops; /* numbers of ways out */
    uint32_t hop_count, hop_cap;
    uint8_t *side;                /* [nodes] 1: of src, 2: of dst */
    uint8_t *link_out, *node_out; /* under the set at hand */
    uint32_t failed[CP_SETS_DEPTH_MAX];
    uint32_t failed_count;
    /* searches */
    uint32_t *stamp;  /* [2 * (nodes + links)] */
    uint32_t *parent; /* the vertex before */
    uint32_t *queue;
    uint32_t now;
    /* the flow: for each vertex out of in, and for each end of a link both ways over it */
    uint8_t *through;    /* [nodes + links] */
    uint8_t *onto, *off; /* [ends] from the node to the link, from the link to the node */
};

/** A search begins: no half has been reached. */
void cp_cuts_next_stamp(struct cuts *c);
/** Whether elements of this kind (a cp_failure_kind's bit) may fail. */
bool cp_cuts_ask(const struct cuts *c, uint32_t kind);
/** A half of a vertex, reached from another one: true, and it is in the queue, where that is the first time. */
bool cp_cuts_reach(struct cuts *c, uint32_t half, uint32_t from, uint32_t *tail);
/** A hop, by its number out of its node, at the end of all; NOMEM. */
CP_MUST_USE cp_err cp_cuts_put_hop(struct cuts *c, uint32_t hop);
/** A way of the hops from `first` on; NOMEM. */
CP_MUST_USE cp_err cp_cuts_put_way(struct cuts *c, uint32_t source, uint32_t first);
/** Ways of a greatest flow, up to so many.  No end may be on both sides; NOMEM. */
CP_MUST_USE cp_err cp_cuts_flow(struct cuts *c, uint32_t wanted);
