#include "forward/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "small_net.h"

/* Everything here is to one destination, asked about in random orders and compared with small_net.h. */

#define SEEDS 4000u
#define FAILURES_MOST 4u
#define BITS(set) ((set).nodes | (set).links << 8) /* the marks of small_net.h */

static const struct small_set none_failed = {0, 0};

struct bench {
    struct cp_arena *arena;
    struct small_net *net;
    struct cp_queue *queue;
    struct cp_routes routes;
    struct cp_after *after, *change;
    struct cp_walk *walk;
    uint64_t numbers;
};

static cp_err open_bench(struct bench *b)
{
    const struct cp_graph *g = &b->net->graph;

    CP_TRY(cp_queue_open(b->arena, g->hop_first[g->node_count] + 1, &b->queue));
    CP_TRY(cp_routes_open(g, b->net->marks, NULL, b->arena, &b->routes));
    CP_TRY(cp_after_open(&b->routes, b->queue, b->arena, &b->after));
    CP_TRY(cp_after_open(&b->routes, b->queue, b->arena, &b->change));
    return cp_walk_open(g, b->arena, &b->walk);
}

static void setup_bench(struct bench *b, uint64_t seed)
{
    *b = (struct bench){.arena = cp_arena_open(SIZE_MAX), .numbers = seed};
    assert_non_null(b->arena);
    assert_int_equal(small_make(seed, b->arena, &b->net), CP_OK);
    CP_ASSERT(b->net != NULL);
    assert_int_equal(open_bench(b), CP_OK);
}

static uint32_t some_node(struct bench *b)
{
    return small_pick(&b->numbers, 0, b->net->graph.node_count - 1);
}

static uint64_t wide(uint32_t cost)
{
    return cost < SMALL_NO_WAY ? cost : CP_UNREACHABLE;
}

/* ---- routes ---- */

static void check_routes(struct bench *b, const uint8_t *banned, uint32_t to)
{
    struct small_costs costs;
    uint32_t not_through = 0;

    for (uint32_t v = 0; v < b->net->graph.node_count; v++)
        not_through |= (banned[v] && v != to ? 1u : 0u) << v;
    /* A banned node has no way of its own either, unless it is the destination. */
    costs = small_costs_make(b->net, (struct small_set){.nodes = not_through}, 0);
    for (uint32_t v = 0; v < b->net->graph.node_count; v++) {
        struct small_set failed[2] = {{.nodes = not_through}, {.nodes = not_through}};
        struct small_set met = small_closure(b->net, failed, v, to);

        assert_int_equal(b->routes.cost[v], wide(costs.least[v][to]));
        assert_int_equal(b->routes.seen[v], BITS(met));
    }
}

static void routes_agree_with_floyd_and_warshall(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint8_t banned[SMALL_NODES] = {0};
        struct bench b;

        setup_bench(&b, seed);
        for (uint32_t to = 0; to < b.net->graph.node_count; to++) {
            cp_routes_to(&b.routes, to, b.queue);
            check_routes(&b, banned, to);
        }
        cp_arena_close(b.arena);
    }
}

static void banned_nodes_are_never_passed(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint8_t banned[SMALL_NODES] = {0};
        struct bench b;

        setup_bench(&b, seed);
        for (uint32_t v = 0; v < b.net->graph.node_count; v++)
            banned[v] = small_pick(&b.numbers, 1, 4) == 1;
        assert_int_equal(cp_routes_open(&b.net->graph, b.net->marks, banned, b.arena, &b.routes),
                         CP_OK);
        for (uint32_t to = 0; to < b.net->graph.node_count; to++) {
            cp_routes_to(&b.routes, to, b.queue);
            check_routes(&b, banned, to);
        }
        cp_arena_close(b.arena);
    }
}

/* ---- routes after failures ---- */

struct failures {
    uint32_t element[FAILURES_MOST + 1], count;
    struct small_set failed;
};

static struct failures some_failures(struct bench *b)
{
    struct failures f = {0};

    f.count = small_failures(b->net, &b->numbers, FAILURES_MOST, b->routes.destination, f.element);
    f.failed = small_fail(b->net, f.element, f.count);
    return f;
}

static cp_change change_of(const struct bench *b, const struct failures *f, uint32_t node)
{
    uint32_t to = b->routes.destination;
    struct small_costs old = small_costs_make(b->net, none_failed, 0);
    struct small_costs now = small_costs_make(b->net, f->failed, 0);
    const struct small_set before[2] = {none_failed, none_failed};
    struct small_set met = small_closure(b->net, before, node, to);

    if (now.least[node][to] != old.least[node][to])
        return CP_MOVED;
    return (met.nodes & f->failed.nodes) != 0 || (met.links & f->failed.links) != 0 ? CP_TOUCHED
                                                                                    : CP_CLEAN;
}

static void check_cost(struct bench *b, const struct small_costs *now, uint32_t node)
{
    uint64_t cost = wide(now->least[node][b->routes.destination]);
    uint64_t bound = small_pick(&b->numbers, 0, 20);

    if (bound > 16)
        bound = bound > 18 ? UINT64_MAX - 1 : UINT64_MAX;
    assert_int_equal(cp_after_cost(b->after, node, bound), cost <= bound ? cost : CP_UNREACHABLE);
}

static void check_next_hops(struct bench *b, const struct failures *f,
                            const struct small_costs *now, uint32_t node)
{
    const struct cp_graph *g = &b->net->graph;
    uint32_t got[4 * SMALL_LINKS], expected[4 * SMALL_LINKS];
    uint32_t got_count = cp_after_next_hops(b->after, node, got);
    uint32_t count = 0;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++)
        if (small_forwards(b->net, f->failed, now, node, &g->hops[i], b->routes.destination))
            expected[count++] = i;
    assert_int_equal(got_count, count);
    assert_memory_equal(got, expected, count * sizeof *got);
}

/* Random questions in a random order: none may spoil another's answer. */
static void ask_at_random(struct bench *b, const struct failures *f)
{
    struct small_costs now = small_costs_make(b->net, f->failed, 0);

    for (uint32_t i = 0; i < 24; i++) {
        uint32_t node = some_node(b);

        switch (small_pick(&b->numbers, 0, 2)) {
        case 0:
            assert_int_equal(cp_after_change(b->after, node), change_of(b, f, node));
            break;
        case 1:
            check_cost(b, &now, node);
            break;
        default:
            check_next_hops(b, f, &now, node);
        }
    }
    for (uint32_t l = 0; l < b->net->graph.link_count; l++)
        assert_int_equal(cp_after_link_failed(b->after, l), small_has(f->failed.links, l));
    for (uint32_t v = 0; v < b->net->graph.node_count; v++)
        assert_int_equal(cp_after_node_failed(b->after, v), small_has(f->failed.nodes, v));
}

static void after_failures_all_answers_are_those_of_new_routes(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct bench b;

        setup_bench(&b, seed);
        for (uint32_t i = 0; i < 2; i++) {
            cp_routes_to(&b.routes, some_node(&b), b.queue);
            for (uint32_t k = 0; k < 4; k++) {
                struct failures f = some_failures(&b);

                cp_after_begin(b.after, f.element, f.count);
                ask_at_random(&b, &f);
            }
        }
        assert_ptr_equal(cp_after_routes(b.after), &b.routes);
        cp_arena_close(b.arena);
    }
}

/* ---- closures ---- */

struct states {
    struct cp_walk_states walk;
    struct small_set failed[2];
};

/* No failures; some; some happening to none or to others. */
static struct states some_states(struct bench *b)
{
    struct states s = {.walk = {.routes = &b->routes}};
    struct failures f = some_failures(b);

    if (small_pick(&b->numbers, 0, 2) > 0) {
        s.walk.after = b->after;
        f.count = f.count < 2 ? f.count : 2;
        cp_after_begin(b->after, f.element, f.count);
        s.failed[0] = small_fail(b->net, f.element, f.count);
    } else {
        f.count = 0;
    }
    s.failed[1] = s.failed[0];
    if (small_pick(&b->numbers, 0, 2) > 0) {
        struct failures more = some_failures(b);

        s.walk.change = b->change;
        if (more.count > 0)
            f.element[f.count++] = more.element[0];
        cp_after_begin(b->change, f.element, f.count);
        s.failed[1] = small_fail(b->net, f.element, f.count);
    }
    return s;
}

static void check_elements(struct bench *b, const struct states *s, uint32_t source,
                           struct small_set expected)
{
    const struct cp_graph *g = &b->net->graph;
    const uint32_t *elements = NULL;
    uint32_t count = cp_walk_elements(b->walk, &s->walk, source, &elements);
    struct small_set met = {0};

    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = 0;
        cp_element_kind kind = cp_graph_element(g, elements[i], &at);
        uint32_t *bits = kind == CP_ELEMENT_NODE ? &met.nodes : &met.links;

        assert_true(kind != CP_ELEMENT_SRLG);
        assert_false(small_has(*bits, at)); /* each just once */
        *bits |= 1u << at;
    }
    assert_int_equal(BITS(met), BITS(expected));
    assert_true(count == 0 || elements[0] == cp_graph_element_of_node(g, source));
}

static bool is_forwarded(const struct bench *b, const struct states *s, uint32_t from,
                         uint32_t link, uint32_t next)
{
    const struct cp_graph *g = &b->net->graph;

    for (uint32_t k = 0; k < 2; k++) {
        struct small_costs costs = small_costs_make(b->net, s->failed[k], 0);

        for (uint32_t i = g->hop_first[from]; i < g->hop_first[from + 1]; i++)
            if (g->hops[i].link == link && g->hops[i].to == next &&
                small_forwards(b->net, s->failed[k], &costs, from, &g->hops[i],
                               b->routes.destination))
                return true;
    }
    return false;
}

/* Fewest links on a way in the closure that ends at a marked node, or is over a marked link. */
static uint32_t fewest_links(const struct bench *b, const struct states *s, uint32_t source,
                             uint32_t marks)
{
    uint32_t reached = 1u << source;

    if ((b->net->node_marks[source] & marks) != 0)
        return 0;
    for (uint32_t links = 1;; links++) {
        uint32_t next = reached;

        for (uint32_t v = 0; v < b->net->graph.node_count; v++)
            for (uint32_t i = b->net->graph.hop_first[v]; i < b->net->graph.hop_first[v + 1]; i++) {
                const struct cp_hop *hop = &b->net->graph.hops[i];

                if (!small_has(reached, v) || !is_forwarded(b, s, v, hop->link, hop->to))
                    continue;
                if (((b->net->node_marks[hop->to] | b->net->link_marks[hop->link]) & marks) != 0)
                    return links;
                next |= 1u << hop->to;
            }
        assert_int_not_equal(next, reached);
        reached = next;
    }
}

static void check_way(struct bench *b, const struct states *s, uint32_t source, uint32_t marks,
                      const struct cp_walk_way *way)
{
    uint32_t at = 0;
    uint32_t last = way->node_count - 1;

    assert_int_equal(way->nodes[0], source);
    for (uint32_t i = 0; i < last; i++)
        assert_true(is_forwarded(b, s, way->nodes[i], way->links[i], way->nodes[i + 1]));
    if (cp_graph_element(&b->net->graph, way->element, &at) == CP_ELEMENT_NODE) {
        assert_int_equal(at, way->nodes[last]);
        assert_true((b->net->node_marks[at] & marks) != 0);
    } else {
        assert_true(last > 0);
        assert_int_equal(at, way->links[last - 1]);
        assert_true((b->net->link_marks[at] & marks) != 0);
    }
    assert_int_equal(last, fewest_links(b, s, source, marks));
}

static void check_find(struct bench *b, const struct states *s, uint32_t source,
                       struct small_set met)
{
    uint32_t marks = (uint32_t)small_number(&b->numbers);
    struct cp_walk_way way = {0};

    marks &= (uint32_t)small_number(&b->numbers); /* a quarter of them */
    bool found = cp_walk_find(b->walk, &s->walk, source, marks, &way);

    assert_int_equal(found, (BITS(met) & marks) != 0);
    if (found)
        check_way(b, s, source, marks, &way);
}

static void closures_hold_what_either_state_forwards_to(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct bench b;

        setup_bench(&b, seed);
        cp_routes_to(&b.routes, some_node(&b), b.queue);
        for (uint32_t i = 0; i < 4; i++) {
            struct states s = some_states(&b);

            for (uint32_t k = 0; k < 3; k++) {
                uint32_t source = some_node(&b);
                struct small_set met = small_closure(b.net, s.failed, source, b.routes.destination);

                assert_int_equal(cp_walk_marks(b.walk, &s.walk, source), BITS(met));
                check_elements(&b, &s, source, met);
            }
        }
        cp_arena_close(b.arena);
    }
}

static void a_way_to_what_is_sought_is_real_and_shortest(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct bench b;

        setup_bench(&b, seed);
        cp_routes_to(&b.routes, some_node(&b), b.queue);
        for (uint32_t i = 0; i < 4; i++) {
            struct states s = some_states(&b);
            uint32_t source = some_node(&b);

            check_find(&b, &s, source,
                       small_closure(b.net, s.failed, source, b.routes.destination));
        }
        cp_arena_close(b.arena);
    }
}

/* From 0 to 3 over 1 or 2: node 2 is one link away, and so nearer than the link from 1 on. */
static void a_marked_node_is_found_before_a_link_farther_on(void **state)
{
    static const uint32_t end_first[] = {0, 2, 4, 6, 8};
    static const uint32_t end_node[] = {0, 1, 0, 2, 1, 3, 2, 3};
    static const uint32_t end_metric[] = {1, 1, 1, 1, 1, 1, 1, 1};
    static const uint32_t no_srlgs[] = {0, 0, 0, 0, 0};
    static const uint32_t node_marks[] = {0, 0, 1, 0};
    static const uint32_t link_marks[] = {0, 0, 1, 0};
    const struct cp_graph_parts parts = {.node_count = 4,
                                         .link_count = 4,
                                         .end_first = end_first,
                                         .end_node = end_node,
                                         .end_metric = end_metric,
                                         .link_srlg_first = no_srlgs,
                                         .link_srlgs = no_srlgs};
    struct small_net net = {.marks = {.node = node_marks, .link = link_marks}};
    struct bench b = {.arena = cp_arena_open(SIZE_MAX), .net = &net};
    struct cp_walk_states states = {.routes = &b.routes};
    struct cp_walk_way way = {0};

    (void)state;
    assert_non_null(b.arena);
    assert_int_equal(cp_graph_make(&parts, b.arena, &net.graph), CP_OK);
    assert_int_equal(open_bench(&b), CP_OK);
    cp_routes_to(&b.routes, 3, b.queue);
    assert_true(cp_walk_find(b.walk, &states, 0, 1, &way));
    assert_int_equal(way.node_count, 2);
    assert_int_equal(way.element, cp_graph_element_of_node(&net.graph, 2));
    cp_arena_close(b.arena);
}

static void each_take_that_fails_is_told(void **state)
{
    uint64_t takes = 0;
    struct bench b;

    (void)state;
    setup_bench(&b, 3);
    for (;; takes++) {
        struct cp_arena *whole = b.arena;

        b.arena = cp_arena_open(SIZE_MAX);
        assert_non_null(b.arena);
        cp_arena_fail_after(b.arena, takes);
        cp_err err = open_bench(&b);

        cp_arena_close(b.arena);
        b.arena = whole;
        if (err == CP_OK)
            break;
        assert_int_equal(err, CP_ERR_NOMEM);
    }
    assert_true(takes > 10);
    cp_arena_close(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_agree_with_floyd_and_warshall),
        cmocka_unit_test(banned_nodes_are_never_passed),
        cmocka_unit_test(after_failures_all_answers_are_those_of_new_routes),
        cmocka_unit_test(closures_hold_what_either_state_forwards_to),
        cmocka_unit_test(a_way_to_what_is_sought_is_real_and_shortest),
        cmocka_unit_test(a_marked_node_is_found_before_a_link_farther_on),
        cmocka_unit_test(each_take_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
