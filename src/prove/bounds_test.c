#include "bounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * Tables on random small networks: under every set, labels put together as a reader does are lower bounds
 * on every arc, and exact where somebody relies on them.
 */
#define NODES 8u
#define LINKS 14u

struct small {
    struct cp_arena *arena;
    struct cp_graph g;
    struct cp_queue *queue;
    struct bounds b;
    uint8_t liar[NODES];
    uint32_t end_first[LINKS + 1], end_node[2 * LINKS], end_metric[2 * LINKS];
    uint32_t srlg_first[LINKS + 1];
    uint64_t seed;
};

static uint32_t pick(struct small *s, uint32_t below)
{
    s->seed = s->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(s->seed >> 33) % below;
}

static void open_small(struct small *s, uint64_t seed)
{
    *s = (struct small){.arena = cp_arena_open(SIZE_MAX), .seed = seed};
    struct cp_graph_parts parts = {.node_count = NODES,
                                   .link_count = LINKS,
                                   .end_first = s->end_first,
                                   .end_node = s->end_node,
                                   .end_metric = s->end_metric,
                                   .link_srlg_first = s->srlg_first};

    for (uint32_t l = 0; l < LINKS; l++) {
        uint32_t a = pick(s, NODES);
        uint32_t *node = &s->end_node[(size_t)2 * l];
        uint32_t *metric = &s->end_metric[(size_t)2 * l];

        s->end_first[l + 1] = 2 * l + 2;
        node[0] = a;
        node[1] = (a + 1 + pick(s, NODES - 1)) % NODES;
        metric[0] = 1 + pick(s, 5);
        metric[1] = 1 + pick(s, 5);
    }
    for (uint32_t v = 1; v < NODES; v++)
        s->liar[v] = pick(s, 4) == 0;
    assert_non_null(s->arena);
    assert_int_equal(cp_graph_make(&parts, s->arena, &s->g), CP_OK);
    assert_int_equal(cp_queue_open(s->arena, 4 * LINKS + NODES, &s->queue), CP_OK);
    assert_int_equal(cp_bounds_make(&s->g, s->queue, s->arena, &s->b), CP_OK);
    s->b.liar = s->liar;
}

static void put_out(struct bounds *b, uint32_t element, uint8_t out)
{
    uint32_t at = 0;

    if (cp_graph_element(b->g, element, &at) == CP_ELEMENT_LINK)
        b->link_out[at] = out;
    else
        b->node_out[at] = out;
}

static void all_out(struct small *s, const struct sets *sets, uint32_t set, uint8_t out)
{
    uint32_t elements[CP_SETS_DEPTH_MAX];
    uint32_t count = cp_sets_elements(sets, set, elements);

    for (uint32_t i = 0; i < count; i++)
        put_out(&s->b, elements[i], out);
}

/* Sets of up to two failures, each with some nodes' true costs. */
static void make_sets(struct small *s, struct sets *sets)
{
    assert_int_equal(cp_sets_open(s->arena, sets), CP_OK);
    for (uint32_t i = 0; i < 12; i++) {
        uint32_t elements[2] = {pick(s, LINKS), LINKS + 1 + pick(s, NODES - 1)};
        uint32_t set = 0;

        assert_int_equal(cp_sets_of(sets, elements, 1 + pick(s, 2), &set), CP_OK);
        all_out(s, sets, set, 1);
        cp_bounds_settle(&s->b);
        for (uint32_t v = 0; v < NODES; v++)
            if (s->b.node_out[v] == 0 && pick(s, 3) == 0)
                assert_int_equal(cp_sets_need(sets, set, v, s->b.at[v]), CP_OK);
        all_out(s, sets, set, 0);
    }
}

/* Labels under a set as a reader puts them together. */
static void compose(const struct table *t, uint32_t set, uint64_t *at)
{
    uint32_t elements[CP_SETS_DEPTH_MAX];
    uint32_t count = cp_sets_elements(t->sets, set, elements);

    for (uint32_t part = 0; part < 1u << count; part++) {
        uint32_t some[CP_SETS_DEPTH_MAX];
        uint32_t size = 0;

        for (uint32_t i = 0; i < count; i++)
            if ((part >> i & 1u) != 0)
                some[size++] = elements[i];
        uint32_t within = cp_sets_find(t->sets, some, size);

        for (uint32_t i = 0; within != CP_SETS_NONE && i < t->rows[within].count; i++) {
            const struct raise *r = &t->raises[t->rows[within].first + i];

            at[r->node] = r->after > at[r->node] ? r->after : at[r->node];
        }
    }
}

static void check_set(struct small *s, const struct table *t, uint32_t set, const uint64_t *base)
{
    const struct cp_graph *g = &s->g;
    uint64_t at[NODES];

    memcpy(at, base, sizeof at);
    compose(t, set, at);
    all_out(s, t->sets, set, 1);
    for (uint32_t v = 0; v < NODES; v++)
        for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];
            bool ends = s->b.kind != BOUNDS_PLAIN && s->liar[v];
            bool blind = s->b.kind == BOUNDS_HONEST && s->liar[hop->to];

            if (ends || blind || v == 0 || s->b.node_out[v] != 0 || s->b.node_out[hop->to] != 0 ||
                s->b.link_out[hop->link] != 0 || at[hop->to] == CP_UNREACHABLE)
                continue;
            assert_true(at[v] <= at[hop->to] + hop->out);
        }
    for (uint32_t i = t->sets->at[set].needs; i != CP_SETS_NONE; i = t->sets->needs[i].next) {
        const struct need *need = &t->sets->needs[i];

        if (s->b.kind == BOUNDS_PLAIN || !s->liar[need->node])
            assert_true(at[need->node] == need->cost);
    }
    all_out(s, t->sets, set, 0);
}

static void check_kind(bounds_kind kind)
{
    for (uint64_t seed = 0; seed < 400; seed++) {
        struct small s;
        struct sets sets;
        struct table t;
        uint64_t base[NODES];

        open_small(&s, seed);
        s.b.kind = kind;
        if (kind == BOUNDS_NEAR)
            s.liar[0] = 1;
        make_sets(&s, &sets);
        cp_bounds_settle(&s.b);
        memcpy(base, s.b.at, sizeof base);
        assert_int_equal(cp_table_make(&s.b, &sets, NULL, s.arena, &t), CP_OK);
        assert_memory_equal(base, s.b.at, sizeof base);
        for (uint32_t set = 0; set < sets.count; set++)
            check_set(&s, &t, set, base);
        cp_arena_close(s.arena);
    }
}

static void plain_labels_are_bounds_and_exact_where_needed(void **state)
{
    (void)state;
    check_kind(BOUNDS_PLAIN);
}

static void honest_labels_are_bounds_and_exact_where_needed(void **state)
{
    (void)state;
    check_kind(BOUNDS_HONEST);
}

static void near_labels_are_bounds_and_exact_where_needed(void **state)
{
    (void)state;
    check_kind(BOUNDS_NEAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_labels_are_bounds_and_exact_where_needed),
        cmocka_unit_test(honest_labels_are_bounds_and_exact_where_needed),
        cmocka_unit_test(near_labels_are_bounds_and_exact_where_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
