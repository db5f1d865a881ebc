#pragma once

#include "graph/queue.h"

#include "forward/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "small_net.h"

/**
 * For tests: the engine over a small network, with routes to some destination after some failures,
 * a shift from them, and both sides of it worked out slowly.
 */
#define SMALL_FAILURES 3u /* at most; the last one is the shift's */

struct small_bench {
    struct cp_arena *arena;
    struct small_net *net;
    struct cp_queue *queue;
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles;
    struct cp_weights weights; /* without failures */
    struct cp_routes routes, after;
    struct cp_shift *shift;
    struct cp_walk *walk;
    uint8_t banned[SMALL_NODES];
    uint32_t failure[SMALL_FAILURES], failure_count; /* before the shift */
    struct small_set failed[2];                      /* before and after the shift */
    struct small_set changed;                        /* what the shift fails */
    struct small_state state[2];                     /* before and after; the banned failed too */
    uint64_t numbers;
};

/** Every fifth hierarchy has a core. */
static inline cp_err small_bench_weigh(struct small_bench *b)
{
    const struct cp_graph *g = &b->net->graph;
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(g);

    if (small_pick(&b->numbers, 1, 5) == 1)
        budget = (struct cp_hierarchy_budget){.core_degree = small_pick(&b->numbers, 0, 3)};
    CP_TRY(cp_hierarchy_make(g, &budget, b->arena, b->arena, &b->hierarchy));
    CP_TRY(cp_triangles_make(&b->hierarchy, b->arena, &b->triangles));
    return cp_weights_make(&b->hierarchy, &b->triangles, b->net->marks, b->banned, b->arena,
                           &b->weights);
}

static inline cp_err small_bench_fill(struct small_bench *b)
{
    const struct cp_graph *g = &b->net->graph;

    CP_TRY(small_bench_weigh(b));
    CP_TRY(cp_queue_open(b->arena, g->hop_first[g->node_count] + 1, &b->queue));
    CP_TRY(cp_routes_open_failing(&b->weights, &b->triangles, b->net->marks, b->arena, &b->routes));
    CP_TRY(cp_routes_open_failing(&b->weights, &b->triangles, b->net->marks, b->arena, &b->after));
    CP_TRY(cp_shift_open(g, b->arena, &b->shift));
    return cp_walk_open(g, b->arena, &b->walk);
}

/** Every third network has banned nodes. */
static inline void small_bench_open(struct small_bench *b, uint64_t seed)
{
    *b = (struct small_bench){.arena = cp_arena_open(SIZE_MAX), .numbers = seed};
    assert_non_null(b->arena);
    assert_int_equal(small_make(seed, b->arena, &b->net), CP_OK);
    CP_ASSERT(b->net != NULL);
    for (uint32_t v = 0; seed % 3 == 0 && v < b->net->graph.node_count; v++)
        b->banned[v] = small_pick(&b->numbers, 1, 4) == 1;
    assert_int_equal(small_bench_fill(b), CP_OK);
}

static inline uint32_t small_node(struct small_bench *b)
{
    return small_pick(&b->numbers, 0, b->net->graph.node_count - 1);
}

static inline uint64_t small_wide(uint32_t cost)
{
    return cost < SMALL_NO_WAY ? cost : CP_UNREACHABLE;
}

/* A banned node that is not the destination has no way, and is on none. */
static inline struct small_state small_bench_state(const struct small_bench *b,
                                                   struct small_set failed)
{
    for (uint32_t v = 0; v < b->net->graph.node_count; v++)
        failed.nodes |= (b->banned[v] && v != b->routes.destination ? 1u : 0u) << v;
    return small_state_make(b->net, failed);
}

/** Routes to a node after up to so many failures. */
static inline void small_bench_route(struct small_bench *b, uint32_t to, uint32_t failures_most)
{
    b->failure_count = small_failures(b->net, &b->numbers, failures_most, to, b->failure);
    assert_int_equal(cp_routes_to(&b->routes, to, b->failure, b->failure_count), CP_OK);
    b->failed[0] = small_fail(b->net, b->failure, b->failure_count);
    b->state[0] = small_bench_state(b, b->failed[0]);
}

/** One failure more, which may be of what has failed already. */
static inline void small_bench_shift(struct small_bench *b)
{
    uint32_t to = b->routes.destination;
    uint32_t element = 0;

    do
        element = small_pick(&b->numbers, 0, cp_graph_element_count(&b->net->graph) - 1);
    while (element == cp_graph_element_of_node(&b->net->graph, to));
    b->changed = small_fail(b->net, &element, 1);
    b->failed[1].nodes = b->failed[0].nodes | b->changed.nodes;
    b->failed[1].links = b->failed[0].links | b->changed.links;
    b->state[1] = small_bench_state(b, b->failed[1]);
    assert_int_equal(cp_shift_by(b->shift, &b->routes, &b->after, element), CP_OK);
}

/** The slow states whose next hops a moment mixes: old and new, the same but during the change. */
static inline const struct small_state *small_old(const struct small_bench *b, cp_moment moment)
{
    return &b->state[moment == CP_AFTER ? 1 : 0];
}

static inline const struct small_state *small_new(const struct small_bench *b, cp_moment moment)
{
    return &b->state[moment == CP_BEFORE ? 0 : 1];
}

static inline struct small_set small_bench_closure(const struct small_bench *b, cp_moment moment,
                                                   uint32_t source)
{
    return small_closure(b->net, small_old(b, moment), small_new(b, moment), source,
                         b->routes.destination);
}

static inline struct cp_view small_bench_view(const struct small_bench *b, cp_moment moment)
{
    return moment == CP_BEFORE ? cp_view_of(&b->routes) : cp_shift_view(b->shift, moment);
}
