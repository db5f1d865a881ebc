#pragma once

#include "sweep/weights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiny.h"

/** For tests: networks of some hundreds of nodes. */
typedef enum {
    CROWD_NEAR, /* each node beside two near it: narrow, as networks are */
    CROWD_FAR,  /* each node beside two anywhere: hardly to be cut in parts */
    CROWD_SHAPES
} crowd_shape;

typedef enum {
    CROWD_HOPS,
    CROWD_FEW, /* 1 to 4 */
    CROWD_ANY, /* of any length: 1 to UINT32_MAX, and small ones as often as large ones */
    CROWD_METRICS
} crowd_metrics;

struct crowd_net {
    struct cp_graph graph;
    struct cp_marks marks;
    uint32_t *end_first, *end_node, *end_metric, *no_srlgs, *node_marks, *link_marks;
    uint32_t link_count;
};

static inline uint32_t crowd_metric(crowd_metrics metrics, uint64_t *seed)
{
    if (metrics == CROWD_HOPS)
        return 1;
    if (metrics == CROWD_FEW)
        return tiny_pick(seed, 1, 4);
    return tiny_pick(seed, 1, UINT32_MAX) >> tiny_pick(seed, 0, 31) | 1;
}

static inline void crowd_join(struct crowd_net *n, uint32_t a, uint32_t b, uint32_t there,
                              uint32_t back)
{
    uint32_t end = n->end_first[n->link_count];

    if (a == b)
        return;
    n->end_node[end] = a;
    n->end_node[end + 1] = b;
    n->end_metric[end] = there;
    n->end_metric[end + 1] = back;
    n->end_first[++n->link_count] = end + 2;
}

/* A LAN of three nodes in a row. */
static inline void crowd_join_lan(struct crowd_net *n, uint32_t first, crowd_metrics metrics,
                                  uint64_t *seed)
{
    uint32_t end = n->end_first[n->link_count];

    for (uint32_t i = 0; i < 3; i++) {
        n->end_node[end + i] = first + i;
        n->end_metric[end + i] = crowd_metric(metrics, seed);
    }
    n->end_first[++n->link_count] = end + 3;
}

static inline struct crowd_net crowd_open(uint32_t links, uint32_t nodes, struct cp_arena *arena)
{
    struct crowd_net n = {.end_first = CP_TAKE(arena, links + 1, uint32_t),
                          .end_node = CP_TAKE(arena, (size_t)3 * links, uint32_t),
                          .end_metric = CP_TAKE(arena, (size_t)3 * links, uint32_t),
                          .no_srlgs = CP_TAKE(arena, links + 1, uint32_t),
                          .node_marks = CP_TAKE(arena, nodes, uint32_t),
                          .link_marks = CP_TAKE(arena, links, uint32_t)};

    assert_non_null(n.end_first);
    assert_non_null(n.end_node);
    assert_non_null(n.end_metric);
    assert_non_null(n.no_srlgs);
    assert_non_null(n.node_marks);
    assert_non_null(n.link_marks);
    return n;
}

/** After all links are joined: few bits on few nodes and links. */
static inline void crowd_close(struct crowd_net *n, uint32_t nodes, uint64_t *seed,
                               struct cp_arena *arena)
{
    const struct cp_graph_parts parts = {.node_count = nodes,
                                         .link_count = n->link_count,
                                         .end_first = n->end_first,
                                         .end_node = n->end_node,
                                         .end_metric = n->end_metric,
                                         .link_srlg_first = n->no_srlgs};

    for (uint32_t v = 0; v < nodes; v++)
        n->node_marks[v] = UINT32_C(1) << tiny_pick(seed, 0, 15) & (uint32_t)tiny_number(seed);
    for (uint32_t l = 0; l < n->link_count; l++)
        n->link_marks[l] = UINT32_C(1) << tiny_pick(seed, 16, 31) & (uint32_t)tiny_number(seed);
    n->marks = (struct cp_marks){.node = n->node_marks, .link = n->link_marks};
    assert_int_equal(cp_graph_make(&parts, arena, &n->graph), CP_OK);
}

static inline struct crowd_net crowd_make(uint32_t nodes, crowd_shape shape, crowd_metrics metrics,
                                          uint64_t *seed, struct cp_arena *arena)
{
    struct crowd_net n = crowd_open(3 * nodes, nodes, arena);

    for (uint32_t v = 1; v < nodes; v++) {
        uint32_t back = shape == CROWD_NEAR && v > 6 ? v - 6 : 0;
        uint32_t there = crowd_metric(metrics, seed);

        crowd_join(&n, v, tiny_pick(seed, back, v - 1), there, there);
        crowd_join(&n, v, tiny_pick(seed, back, v - 1), there, crowd_metric(metrics, seed));
        if (v + 3 < nodes && tiny_pick(seed, 1, 20) == 1)
            crowd_join_lan(&n, v, metrics, seed);
    }
    crowd_close(&n, nodes, seed, arena);
    return n;
}
