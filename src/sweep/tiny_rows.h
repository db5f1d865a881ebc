#pragma once

#include "sweep/rows.h"

#include "tiny_weights.h"

/**
 * For tests: rows for each set of instructions that this machine has; nets larger than tiny ones.
 */
#define LANES_MOST 16u
#define ISAS 4

static const cp_rows_kind kinds[] = {CP_ROWS_COSTS, CP_ROWS_COSTS_AND_MARKS};

static inline bool machine_has(cp_isa isa)
{
#if defined(__x86_64__)
    if (isa == CP_ISA_AVX512)
        return __builtin_cpu_supports("avx512f") != 0;
    return isa != CP_ISA_AVX2 || __builtin_cpu_supports("avx2") != 0;
#else
    return isa == CP_ISA_PLAIN;
#endif
}

/* The next one from here on; ISAS if there is none. */
static inline int next_isa(int isa)
{
    while (isa < ISAS && !machine_has((cp_isa)isa))
        isa++;
    return isa;
}

static inline void open_rows(const struct cp_weights *w, int isa, cp_rows_kind kind,
                             struct cp_arena *arena, struct cp_rows *rows)
{
    assert_int_equal(cp_rows_open(w->hierarchy, (cp_isa)isa, kind, arena, rows), CP_OK);
    assert_int_equal(rows->lanes, cp_isa_lanes((cp_isa)isa));
    assert_int_equal((uintptr_t)rows->cost % (rows->lanes * sizeof *rows->cost), 0);
    assert_int_equal(rows->marks != NULL, kind == CP_ROWS_COSTS_AND_MARKS);
    cp_rows_load(rows, w);
}

/* Some destinations, fewer than lanes at times. */
struct targets {
    uint32_t nodes[LANES_MOST], count;
};

/* false: every node has failed, or nearly. */
static inline bool pick_targets(const struct cp_weights *w, uint64_t *seed, uint32_t lanes,
                                struct targets *out)
{
    uint32_t nodes = w->hierarchy->graph->node_count;
    uint32_t wanted = tiny_pick(seed, 1, lanes);

    out->count = 0;
    for (uint32_t tries = 0; tries < 100 && out->count < wanted; tries++) {
        uint32_t node = tiny_pick(seed, 0, nodes - 1);

        if (w->node_failed[node] == 0)
            out->nodes[out->count++] = node;
    }
    return out->count > 0;
}

static inline uint32_t target_of(const struct targets *t, uint32_t lane)
{
    return t->nodes[lane < t->count ? lane : 0];
}

/* ---- larger nets ---- */

#define NET_NODES 300u
#define LARGE_NET_NODES 12000u
#define NET_LINKS (2 * LARGE_NET_NODES)

/* A ring, shortcuts across it, and many nodes that hang on one or two others. */
struct net {
    struct cp_arena *arena, *work;
    struct cp_graph graph;
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles;
    struct cp_weights weights;
    uint32_t end_first[NET_LINKS + 1], end_node[2 * NET_LINKS], end_metric[2 * NET_LINKS];
    uint32_t srlg_first[NET_LINKS + 1];
    uint32_t node_marks[LARGE_NET_NODES], link_marks[NET_LINKS];
    uint32_t node_count, link_count;
};

static inline void net_join(struct net *n, uint64_t *seed, uint32_t a, uint32_t b)
{
    uint32_t end = 2 * n->link_count;

    if (a == b)
        return;
    n->end_node[end] = a;
    n->end_node[end + 1] = b;
    n->end_metric[end] = tiny_pick(seed, 1, 6);
    n->end_metric[end + 1] = tiny_pick(seed, 1, 6);
    n->link_marks[n->link_count] = UINT32_C(1) << tiny_pick(seed, 16, 31);
    n->end_first[++n->link_count] = end + 2;
}

static inline void net_fill(struct net *n, uint64_t seed)
{
    uint32_t ring = n->node_count / 5;

    for (uint32_t v = 0; v < ring; v++) {
        net_join(n, &seed, v, (v + 1) % ring);
        if (v % 3 == 0)
            net_join(n, &seed, v, (v + tiny_pick(&seed, 2, 9)) % ring);
    }
    for (uint32_t v = ring; v < n->node_count; v++) {
        uint32_t up = v / 5 * 5 % v; /* five in a row hang on the same */

        net_join(n, &seed, v, up);
        if (v % 7 != 0)
            net_join(n, &seed, v, (up + 1) % ring);
    }
    for (uint32_t v = 0; v < n->node_count; v++)
        n->node_marks[v] = UINT32_C(1) << tiny_pick(&seed, 0, 15);
}

static inline struct net *net_open(uint64_t seed, uint32_t nodes)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);

    assert_non_null(arena);
    struct net *n = CP_TAKE(arena, 1, struct net);

    assert_non_null(n);
    CP_ASSERT(n != NULL);
    n->arena = arena;
    n->work = cp_arena_open(SIZE_MAX);
    assert_non_null(n->work);
    n->node_count = nodes;
    net_fill(n, seed);
    struct cp_graph_parts parts = {.node_count = nodes,
                                   .link_count = n->link_count,
                                   .end_first = n->end_first,
                                   .end_node = n->end_node,
                                   .end_metric = n->end_metric,
                                   .link_srlg_first = n->srlg_first};

    assert_int_equal(cp_graph_make(&parts, arena, &n->graph), CP_OK);
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(&n->graph);

    assert_int_equal(cp_hierarchy_make(&n->graph, &budget, arena, n->work, &n->hierarchy), CP_OK);
    assert_int_equal(n->hierarchy.core_count, 0);
    assert_int_equal(cp_triangles_make(&n->hierarchy, arena, &n->triangles), CP_OK);
    assert_int_equal(
        cp_weights_make(&n->hierarchy, &n->triangles,
                        (struct cp_marks){.node = n->node_marks, .link = n->link_marks}, NULL,
                        arena, &n->weights),
        CP_OK);
    return n;
}

static inline void net_close(struct net *n)
{
    cp_arena_close(n->work);
    cp_arena_close(n->arena);
}
