#include "forward/routes.h"

#include "small_bench.h"

/* Routes against Floyd and Warshall, to each node of each network in turn. */

#define SEEDS 4000u

static void check_routes(const struct small_bench *b)
{
    for (uint32_t v = 0; v < b->net->graph.node_count; v++) {
        uint32_t cost = b->state[0].costs.least[v][b->routes.destination];
        struct small_set met = small_bench_closure(b, CP_BEFORE, v);

        assert_int_equal(cp_routes_cost(&b->routes, v), small_wide(cost));
        assert_int_equal(cp_routes_seen(&b->routes, v), SMALL_MARKS(met));
        assert_int_equal(cp_routes_node_failed(&b->routes, v), small_has(b->failed[0].nodes, v));
    }
    for (uint32_t l = 0; l < b->net->graph.link_count; l++)
        assert_int_equal(cp_routes_link_failed(&b->routes, l), small_has(b->failed[0].links, l));
}

static void check_networks(uint32_t failures_most, uint64_t seed_first, uint64_t seed_step)
{
    for (uint64_t seed = seed_first; seed < SEEDS; seed += seed_step) {
        struct small_bench b;

        small_bench_open(&b, seed);
        for (uint32_t to = 0; to < b.net->graph.node_count; to++) {
            small_bench_route(&b, to, failures_most);
            check_routes(&b);
        }
        cp_arena_close(b.arena);
    }
}

static void routes_agree_with_floyd_and_warshall(void **state)
{
    (void)state;
    check_networks(0, 1, 3);
    check_networks(0, 2, 3);
}

static void banned_nodes_are_never_passed(void **state)
{
    (void)state;
    check_networks(0, 0, 3);
}

/* The routes before to another node, after other failures, must not show. */
static void routes_after_failures_are_those_of_what_is_left(void **state)
{
    (void)state;
    check_networks(SMALL_FAILURES, 0, 1);
}

static void a_hop_is_used_just_when_it_is_on_a_shortest_way(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct small_bench b;

        small_bench_open(&b, seed);
        small_bench_route(&b, small_node(&b), 2);
        const struct cp_graph *g = &b.net->graph;

        for (uint32_t v = 0; v < g->node_count; v++)
            for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++)
                assert_int_equal(
                    cp_routes_uses(&b.routes, cp_routes_cost(&b.routes, v), &g->hops[i]),
                    small_forwards(&b.state[0], v, &g->hops[i], b.routes.destination));
        cp_arena_close(b.arena);
    }
}

static void a_network_may_be_one_node(void **state)
{
    static const uint32_t none[] = {0};
    static const uint32_t marks[] = {5};
    const struct cp_graph_parts parts = {.node_count = 1,
                                         .end_first = none,
                                         .end_node = none,
                                         .end_metric = none,
                                         .link_srlg_first = none,
                                         .link_srlgs = none};
    struct small_net net = {.marks = {.node = marks, .link = none}};
    struct small_bench b = {.arena = cp_arena_open(SIZE_MAX), .net = &net};

    (void)state;
    assert_non_null(b.arena);
    assert_int_equal(cp_graph_make(&parts, b.arena, &net.graph), CP_OK);
    assert_int_equal(small_bench_fill(&b), CP_OK);
    assert_int_equal(cp_routes_to(&b.routes, 0, NULL, 0), CP_OK);
    assert_int_equal(cp_routes_cost(&b.routes, 0), 0);
    assert_int_equal(cp_routes_seen(&b.routes, 0), 5);
    cp_arena_close(b.arena);
}

/* Of routes, shifts and walks alike. */
static void each_take_that_fails_is_told(void **state)
{
    cp_err err = CP_ERR_NOMEM;
    uint64_t takes = 0;
    struct small_bench b;

    (void)state;
    small_bench_open(&b, 3);
    for (; err != CP_OK; takes++) {
        struct small_bench again = {.arena = cp_arena_open(SIZE_MAX), .net = b.net, .numbers = 1};

        assert_non_null(again.arena);
        cp_arena_fail_after(again.arena, takes);
        err = small_bench_fill(&again);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(again.arena);
    }
    assert_true(takes > 20);
    cp_arena_close(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_agree_with_floyd_and_warshall),
        cmocka_unit_test(banned_nodes_are_never_passed),
        cmocka_unit_test(routes_after_failures_are_those_of_what_is_left),
        cmocka_unit_test(a_hop_is_used_just_when_it_is_on_a_shortest_way),
        cmocka_unit_test(a_network_may_be_one_node),
        cmocka_unit_test(each_take_that_fails_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
