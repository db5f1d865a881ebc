#pragma once

#include "graph/graph.h"

/**
 * Ways between two sides of a graph that share nothing that fails alone, and what separates the
 * sides where there are no more.
 *
 * Vertices are nodes and links alike: vertex v < node_count is a node, the others are links.  What
 * may fail alone carries one way, the rest any number; the sides' own nodes never fail.  Nothing
 * here costs more than what its search touches.
 */

/** Roles of a node as an end, as bits. */
enum { CP_FLOW_SRC = 1, CP_FLOW_DST = 2 };

/** What one search put down about a state. */
struct cp_flow_mark {
    uint32_t stamp; /* the search that reached it */
    uint32_t parent;
};

/** Ways over one end of a link: each word is an epoch and a count, see flow.c. */
struct cp_flow_end {
    uint32_t into; /* from the end's node onto the link */
    uint32_t from; /* off the link at this end */
};

struct cp_flow {
    const struct cp_graph *g;
    bool links_fail, nodes_fail;
    uint8_t *role;              /* [nodes] CP_FLOW_..., 0: no end */
    uint8_t *hub;               /* [nodes] a bit for each set of hubs that it is in */
    uint8_t *dead;              /* [vertices] failures tried at present that take it away */
    struct cp_flow_end *ends;   /* [ends] */
    uint32_t *through;          /* [vertices] ways that go through it, an epoch and a count */
    struct cp_flow_mark *marks; /* [2 * vertices] */
    uint32_t *queue;            /* [2 * vertices] states as the last search reached them */
    uint32_t tail;              /* of those: how many */
    uint32_t stamp, epoch;
    uint32_t budget; /* a search gives up when it has reached more states */
    uint64_t spent;  /* states that all searches have reached */
};

/**
 * Ways go from the nodes `from` to nodes with the role `to`, and to those in one of the sets `hubs`
 * that are no ends.  Such a hub fails like any node: one way at most ends there.
 */
struct cp_flow_task {
    const uint32_t *from; /* [from_count] all have a role, which is not `to` */
    uint32_t from_count;
    uint8_t to, hubs;
};

/** Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_flow_open(const struct cp_graph *g, struct cp_arena *arena,
                                struct cp_flow *out);

/**
 * The number of ways, counted up to most (at most 255), or until a search gave up.  They lie in the
 * flow until the next call.
 */
uint32_t cp_flow_ways(struct cp_flow *f, const struct cp_flow_task *task, uint32_t most);

/**
 * After cp_flow_ways stopped short: the least cut [ways] nearest to `from`, as elements; their number,
 * 0 where the last search gave up.
 */
uint32_t cp_flow_near_cut(const struct cp_flow *f, uint32_t *elements);

/** The same, farthest from `from`; no search gave up.  Spoils what the last search reached. */
uint32_t cp_flow_far_cut(struct cp_flow *f, const struct cp_flow_task *task, uint32_t *elements);

/** Whether a way of the task may end at this node. */
static inline bool cp_flow_is_goal(const struct cp_flow *f, const struct cp_flow_task *task,
                                   uint32_t node)
{
    if (f->role[node] != 0)
        return (f->role[node] & task->to) != 0;
    return (f->hub[node] & task->hubs) != 0;
}

/** Whether the vertex can fail alone. */
static inline bool cp_flow_fails_alone(const struct cp_flow *f, uint32_t vertex)
{
    if (vertex >= f->g->node_count)
        return f->links_fail;
    return f->nodes_fail && f->role[vertex] == 0;
}

/** Begins a search with stamps of its own. */
void cp_flow_begin(struct cp_flow *f);

/** Takes one way out of the flow, from a node of the task on; the links of the way in order. */
typedef void (*cp_flow_visit)(void *context, uint32_t link);
void cp_flow_peel(struct cp_flow *f, const struct cp_flow_task *task, uint32_t node,
                  cp_flow_visit visit, void *context);

/** Ways that leave a node, less those that come to it. */
uint32_t cp_flow_leaving(const struct cp_flow *f, uint32_t node);
