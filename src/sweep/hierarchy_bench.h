#pragma once

#include "sweep/hierarchy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiny.h"

/**
 * For tests: hierarchies of tiny graphs, and of graphs of a thousand nodes, under all kinds of budgets.
 */
#define BENCH_SEEDS 4000u
#define LARGE_NODES 1000u
#define LARGE_LINKS 3000u

typedef enum {
    LARGE_GRID, /* 32 nodes a row */
    LARGE_RING,
    LARGE_TREE,   /* each node to any before it */
    LARGE_RANDOM, /* each node to two at random */
    LARGE_LANS,   /* of two to four ends */
    LARGE_SHAPES
} large_shape;

struct large_net {
    struct cp_graph graph;
    struct cp_graph_parts parts;
    uint32_t end_first[LARGE_LINKS + 1], end_node[4 * LARGE_LINKS], end_metric[4 * LARGE_LINKS];
    uint32_t no_srlgs[LARGE_LINKS + 1];
};

static inline void large_add(struct large_net *n, const uint32_t *nodes, uint32_t count)
{
    uint32_t link = n->parts.link_count++;

    CP_ASSERT(link < LARGE_LINKS);
    n->end_first[link + 1] = n->end_first[link] + count;
    for (uint32_t e = 0; e < count; e++) {
        n->end_node[n->end_first[link] + e] = nodes[e];
        n->end_metric[n->end_first[link] + e] = 1;
    }
}

static inline void large_join(struct large_net *n, uint32_t a, uint32_t b)
{
    uint32_t nodes[] = {a, b};

    if (a != b)
        large_add(n, nodes, 2);
}

/* Nodes at growing distances, so that all are different. */
static inline void large_add_lan(struct large_net *n, uint64_t *seed)
{
    uint32_t nodes[4] = {tiny_pick(seed, 0, LARGE_NODES - 1)};
    uint32_t count = tiny_pick(seed, 2, 4);

    for (uint32_t i = 1; i < count; i++)
        nodes[i] = (nodes[i - 1] + tiny_pick(seed, 1, 9)) % LARGE_NODES;
    large_add(n, nodes, count);
}

static inline void large_add_node(struct large_net *n, large_shape shape, uint32_t v,
                                  uint64_t *seed)
{
    switch (shape) {
    case LARGE_GRID:
        if (v % 32 != 31 && v + 1 < LARGE_NODES)
            large_join(n, v, v + 1);
        if (v + 32 < LARGE_NODES)
            large_join(n, v, v + 32);
        break;
    case LARGE_RING:
        large_join(n, v, (v + 1) % LARGE_NODES);
        break;
    case LARGE_TREE:
        large_join(n, v, v == 0 ? 0 : tiny_pick(seed, 0, v - 1));
        break;
    case LARGE_RANDOM:
        large_join(n, v, tiny_pick(seed, 0, LARGE_NODES - 1));
        large_join(n, v, tiny_pick(seed, 0, LARGE_NODES - 1));
        break;
    case LARGE_LANS:
    case LARGE_SHAPES:
        large_add_lan(n, seed);
    }
}

/** NOMEM */
static inline cp_err large_make(large_shape shape, struct cp_arena *arena, struct large_net **out)
{
    struct large_net *n = CP_TAKE(arena, 1, struct large_net);
    uint64_t seed = (uint64_t)shape;

    if (n == NULL)
        return CP_ERR_NOMEM;
    n->parts = (struct cp_graph_parts){.node_count = LARGE_NODES,
                                       .end_first = n->end_first,
                                       .end_node = n->end_node,
                                       .end_metric = n->end_metric,
                                       .link_srlg_first = n->no_srlgs,
                                       .link_srlgs = n->no_srlgs};
    for (uint32_t v = 0; v < LARGE_NODES; v++)
        large_add_node(n, shape, v, &seed);
    *out = n;
    return cp_graph_make(&n->parts, arena, &n->graph);
}

/* ---- hierarchies ---- */

static const struct cp_hierarchy_budget no_limit = {.arcs = UINT64_MAX, .triangles = UINT64_MAX};

struct bench {
    struct cp_arena *arena, *work;
    const struct cp_graph *graph;
    struct cp_hierarchy_budget budget;
    struct cp_hierarchy h;
    struct tiny_net *net; /* NULL: the graph is large */
    uint64_t numbers;
};

static inline struct bench open_bench(uint64_t seed)
{
    struct bench b = {.arena = cp_arena_open(SIZE_MAX),
                      .work = cp_arena_open(SIZE_MAX),
                      .budget = no_limit,
                      .numbers = seed};

    assert_non_null(b.arena);
    assert_non_null(b.work);
    return b;
}

static inline void close_bench(struct bench *b)
{
    cp_arena_close(b->arena);
    cp_arena_close(b->work);
}

/* A third of the budgets is soon spent, a third never. */
static inline struct cp_hierarchy_budget some_budget(struct bench *b)
{
    switch (tiny_pick(&b->numbers, 0, 2)) {
    case 0:
        return (struct cp_hierarchy_budget){.arcs = tiny_pick(&b->numbers, 0, 40),
                                            .triangles = tiny_pick(&b->numbers, 0, 10),
                                            .core_degree = tiny_pick(&b->numbers, 0, 4)};
    case 1:
        return cp_hierarchy_usual_budget(b->graph);
    default:
        return no_limit;
    }
}

static inline void make(struct bench *b)
{
    assert_int_equal(cp_hierarchy_make(b->graph, &b->budget, b->arena, b->work, &b->h), CP_OK);
    CP_ASSERT(b->h.place_of_node != NULL && b->h.parent != NULL);
}

static inline struct bench open_tiny(uint64_t seed)
{
    struct bench b = open_bench(seed);

    assert_int_equal(tiny_make(seed, b.arena, &b.net), CP_OK);
    CP_ASSERT(b.net != NULL);
    b.graph = &b.net->graph;
    b.budget = some_budget(&b);
    return b;
}

typedef void check(struct bench *b);

static inline void check_tiny(check *what)
{
    for (uint64_t seed = 0; seed < BENCH_SEEDS; seed++) {
        struct bench b = open_tiny(seed);

        make(&b);
        what(&b);
        close_bench(&b);
    }
}

static inline struct bench open_large(large_shape shape)
{
    struct bench b = open_bench((uint64_t)shape);
    struct large_net *net = NULL;

    assert_int_equal(large_make(shape, b.arena, &net), CP_OK);
    CP_ASSERT(net != NULL);
    b.graph = &net->graph;
    return b;
}

/* With no limit, the usual budget, and one that is spent on all but trees. */
static inline void check_large(check *what)
{
    for (uint32_t i = 0; i < 3 * LARGE_SHAPES; i++) {
        struct bench b = open_large((large_shape)(i % LARGE_SHAPES));

        if (i / LARGE_SHAPES == 1)
            b.budget = cp_hierarchy_usual_budget(b.graph);
        if (i / LARGE_SHAPES == 2)
            b.budget =
                (struct cp_hierarchy_budget){.arcs = UINT64_MAX, .triangles = 9, .core_degree = 2};
        make(&b);
        what(&b);
        close_bench(&b);
    }
}
