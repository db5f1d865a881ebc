#pragma once

#include "sweep/weights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tiny.h"

/**
 * For tests: the weights of a tiny net, random changes of them, and weights worked out by plain code:
 * every pair of arcs of every place, the arc between their ends looked up.
 */
#define FAILED_MOST 8u

/* ---- plain weights ---- */

struct plain {
    struct cp_weight *up, *down;
};

/* What is so at present; kept by the tests themselves. */
struct state {
    uint32_t *end_metric;
    uint8_t *link_failed, *node_failed;
};

static inline void join(struct cp_weight *to, uint64_t weight, uint32_t marks)
{
    if (weight >= CP_WEIGHT_NONE || weight > to->weight)
        return;
    if (weight < to->weight)
        *to = (struct cp_weight){.weight = weight, .marks = marks};
    else
        to->marks |= marks;
}

static inline void join_hop(const struct cp_hierarchy *h, struct plain *p, uint32_t from,
                            uint32_t to, struct cp_weight hop)
{
    uint32_t arc = from > to ? cp_hierarchy_arc(h, from, to) : cp_hierarchy_arc(h, to, from);

    assert_int_not_equal(arc, UINT32_MAX);
    join(from > to ? &p->up[arc] : &p->down[arc], hop.weight, hop.marks);
}

static inline void join_end(const struct cp_hierarchy *h, const struct cp_marks *marks,
                            const uint8_t *closed, const struct state *s, uint32_t end,
                            struct plain *p)
{
    const struct cp_graph *g = h->graph;
    uint32_t link = g->end_link[end];
    uint32_t node = g->end_node[end];
    uint32_t place = h->place_of_node[node];
    uint32_t lan = h->place_of_lan[link];
    uint32_t other = g->end_node[end == g->end_first[link] ? end + 1 : g->end_first[link]];
    bool leaves = closed == NULL || !closed[node];
    uint64_t weight = (uint64_t)h->scale * s->end_metric[end];

    if (s->link_failed[link] > 0 || s->node_failed[node] > 0)
        return;
    if (lan != UINT32_MAX) {
        join_hop(h, p, lan, place, (struct cp_weight){.weight = 1});
        if (leaves)
            join_hop(h, p, place, lan, (struct cp_weight){.weight = weight - 1});
    } else if (leaves && s->node_failed[other] == 0) {
        join_hop(h, p, place, h->place_of_node[other],
                 (struct cp_weight){.weight = weight, .marks = marks->link[link]});
    }
}

static inline void join_pair(const struct cp_hierarchy *h, struct plain *p, uint32_t i, uint32_t k,
                             uint32_t marks)
{
    join_hop(h, p, h->arc_to[i], h->arc_to[k],
             (struct cp_weight){.weight = p->down[i].weight + p->up[k].weight,
                                .marks = p->down[i].marks | p->up[k].marks | marks});
}

static inline struct plain plain_make(const struct cp_weights *w, const struct cp_marks *marks,
                                      const struct state *s, struct cp_arena *arena)
{
    const struct cp_hierarchy *h = w->hierarchy;
    struct plain p = {.up = CP_TAKE(arena, h->arc_count, struct cp_weight),
                      .down = CP_TAKE(arena, h->arc_count, struct cp_weight)};

    assert_non_null(p.up);
    assert_non_null(p.down);
    for (uint32_t arc = 0; arc < h->arc_count; arc++)
        p.up[arc].weight = p.down[arc].weight = CP_WEIGHT_NONE;
    for (uint32_t end = 0; end < h->graph->end_first[h->graph->link_count]; end++)
        join_end(h, marks, w->closed, s, end, &p);
    for (uint32_t v = h->place_count; v-- > h->core_count;) {
        uint32_t middle =
            h->node_at[v] != UINT32_MAX ? marks->node[h->node_at[v]] : marks->link[h->link_at[v]];

        for (uint32_t i = h->arc_first[v]; i < h->arc_first[v + 1]; i++)
            for (uint32_t k = h->arc_first[v]; k < h->arc_first[v + 1]; k++)
                if (i != k)
                    join_pair(h, &p, i, k, middle);
    }
    return p;
}

static inline void assert_weights(const struct cp_weights *w, const struct cp_marks *marks,
                                  const struct state *s, struct cp_arena *work)
{
    cp_arena_mark mark = cp_arena_mark_get(work);
    struct plain p = plain_make(w, marks, s, work);
    uint32_t wrong = 0;

    for (uint32_t arc = 0; arc < w->hierarchy->arc_count; arc++)
        if (w->up[arc] != p.up[arc].weight || w->up_marks[arc] != p.up[arc].marks ||
            w->down[arc] != p.down[arc].weight || w->down_marks[arc] != p.down[arc].marks)
            wrong++;
    assert_int_equal(wrong, 0);
    cp_arena_reset(work, mark);
}

/* ---- a tiny net and its weights ---- */

/* What has been done so far, to go back to. */
struct moment {
    cp_weights_mark mark;
    struct tiny_state state;
    uint32_t failed[FAILED_MOST]; /* elements, each as often as it failed */
    uint32_t failed_count;
};

struct tiny_bench {
    struct cp_arena *arena, *work;
    struct tiny_net *net;
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles;
    struct cp_weights weights;
    struct moment now;
};

static inline struct cp_hierarchy_budget some_budget(struct tiny_net *net)
{
    if (tiny_pick(&net->numbers, 1, 2) == 1)
        return cp_hierarchy_usual_budget(&net->graph);
    return (struct cp_hierarchy_budget){.arcs = tiny_pick(&net->numbers, 0, 20),
                                        .triangles = tiny_pick(&net->numbers, 0, 20),
                                        .core_degree = tiny_pick(&net->numbers, 0, 4)};
}

static inline void open_hierarchy(struct tiny_bench *b, uint64_t seed)
{
    struct cp_hierarchy_budget budget;

    *b = (struct tiny_bench){.arena = cp_arena_open(SIZE_MAX), .work = cp_arena_open(SIZE_MAX)};
    assert_non_null(b->arena);
    assert_non_null(b->work);
    assert_int_equal(tiny_make(seed, b->arena, &b->net), CP_OK);
    CP_ASSERT(b->net != NULL);
    budget = some_budget(b->net);
    assert_int_equal(cp_hierarchy_make(&b->net->graph, &budget, b->arena, b->work, &b->hierarchy),
                     CP_OK);
    assert_int_equal(cp_triangles_make(&b->hierarchy, b->arena, &b->triangles), CP_OK);
}

static inline cp_err make_weights(struct tiny_bench *b, const struct cp_triangles *triangles,
                                  struct cp_weights *out)
{
    return cp_weights_make(&b->hierarchy, triangles, b->net->marks, b->net->closed, b->arena, out);
}

static inline void open_bench(struct tiny_bench *b, uint64_t seed)
{
    open_hierarchy(b, seed);
    assert_int_equal(make_weights(b, &b->triangles, &b->weights), CP_OK);
    b->now.state = tiny_state_make(b->net);
}

static inline void close_bench(struct tiny_bench *b)
{
    cp_arena_close(b->arena);
    cp_arena_close(b->work);
}

static inline void assert_as_fresh(struct tiny_bench *b)
{
    const struct state s = {.end_metric = b->now.state.end_metric,
                            .link_failed = b->now.state.link_failed,
                            .node_failed = b->now.state.node_failed};
    const struct cp_graph *g = &b->net->graph;

    assert_weights(&b->weights, &b->net->marks, &s, b->work);
    assert_memory_equal(b->weights.end_metric, s.end_metric,
                        g->end_first[g->link_count] * sizeof(uint32_t));
    assert_memory_equal(b->weights.link_failed, s.link_failed, g->link_count);
    assert_memory_equal(b->weights.node_failed, s.node_failed, g->node_count);
}

/* A random change; the state follows if it succeeds. */
static inline cp_err change(struct tiny_bench *b)
{
    uint64_t *seed = &b->net->numbers;
    struct moment *now = &b->now;
    uint32_t ends = b->net->end_first[b->net->graph.link_count];
    uint32_t kind = tiny_pick(seed, 1, 3);

    if (kind == 1 && now->failed_count > 0) {
        uint32_t at = tiny_pick(seed, 0, now->failed_count - 1);

        CP_TRY(cp_weights_restore(&b->weights, now->failed[at]));
        tiny_restore(b->net, &now->state, now->failed[at]);
        now->failed[at] = now->failed[--now->failed_count];
    } else if (kind <= 2 && now->failed_count < FAILED_MOST) {
        uint32_t element = tiny_element(b->net);

        CP_TRY(cp_weights_fail(&b->weights, element));
        tiny_fail(b->net, &now->state, element);
        now->failed[now->failed_count++] = element;
    } else if (ends > 0) {
        uint32_t end = tiny_pick(seed, 0, ends - 1);
        uint32_t metric = tiny_metric(b->net->metrics, seed);

        CP_TRY(cp_weights_set_metric(&b->weights, end, metric));
        now->state.end_metric[end] = metric;
    }
    return CP_OK;
}
