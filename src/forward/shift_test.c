#include "forward/shift.h"

#include "small_bench.h"
#include "share.h"

/*
 * Shifts, from routes that are already after up to two failures, against both sides worked out anew
 * by Floyd and Warshall, and against plain reachability.
 */

#define SEEDS 4000u
#define SHIFTS 5u

typedef void shift_check(struct small_bench *b);

/* Several shifts one after the other, from routes to two nodes: none may remember another. */
static void check_shifts(shift_check *check)
{
    for (uint64_t seed = 0; seed < share_of(SEEDS); seed++) {
        struct small_bench b;

        small_bench_open(&b, seed);
        for (uint32_t i = 0; i < 2; i++) {
            small_bench_route(&b, small_node(&b), SMALL_FAILURES - 1);
            for (uint32_t k = 0; k < SHIFTS; k++) {
                small_bench_shift(&b);
                check(&b);
            }
        }
        cp_arena_close(b.arena);
    }
}

static uint64_t cost_at(const struct small_bench *b, cp_moment moment, uint32_t node)
{
    return small_wide(small_old(b, moment)->costs.least[node][b->routes.destination]);
}

static bool is_clean(const struct small_bench *b, uint32_t node)
{
    struct small_set met = small_bench_closure(b, CP_BEFORE, node);

    return (met.nodes & b->changed.nodes) == 0 && (met.links & b->changed.links) == 0;
}

static void check_clean(struct small_bench *b)
{
    for (uint32_t i = 0; i < SMALL_NODES; i++) {
        uint32_t node = small_node(b);

        assert_int_equal(cp_shift_is_clean(b->shift, node), is_clean(b, node));
    }
}

static void a_node_is_clean_just_where_its_closure_misses_the_failure(void **state)
{
    (void)state;
    check_shifts(check_clean);
}

/* ---- views ---- */

static void check_next_hops(struct small_bench *b, cp_moment moment, uint32_t node)
{
    const struct cp_graph *g = &b->net->graph;
    struct cp_view view = small_bench_view(b, moment);
    uint32_t got[2 * 4 * SMALL_LINKS];
    uint32_t count = cp_view_next_hops(&view, node, got);
    uint32_t at = 0;

    assert_true(count <= 2 * (g->hop_first[node + 1] - g->hop_first[node]));
    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        bool expected = small_forwards(small_old(b, moment), node, hop, b->routes.destination) ||
                        small_forwards(small_new(b, moment), node, hop, b->routes.destination);
        bool found = false;

        for (uint32_t k = 0; k < count; k++)
            found = found || got[k] == i;
        assert_int_equal(found, expected);
        assert_true(moment == CP_DURING || !expected || got[at++] == i); /* in order, each once */
    }
    assert_true(moment == CP_DURING || at == count);
}

static cp_moment some_moment(struct small_bench *b)
{
    static const cp_moment moments[] = {CP_BEFORE, CP_DURING, CP_AFTER};

    return moments[small_pick(&b->numbers, 0, 2)];
}

static void check_next_hops_anywhere(struct small_bench *b)
{
    for (uint32_t i = 0; i < SMALL_NODES; i++)
        check_next_hops(b, some_moment(b), small_node(b));
}

static void next_hops_are_those_of_the_moment(void **state)
{
    (void)state;
    check_shifts(check_next_hops_anywhere);
}

static void check_view(struct small_bench *b)
{
    const struct cp_graph *g = &b->net->graph;
    cp_moment moment = some_moment(b);
    struct cp_view view = small_bench_view(b, moment);
    struct small_set failed = b->failed[moment == CP_AFTER ? 1 : 0];

    for (uint32_t v = 0; v < g->node_count; v++) {
        assert_int_equal(cp_view_cost(&view, v), cost_at(b, moment, v));
        for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++)
            assert_int_equal(cp_view_failed(&view, &g->hops[i]),
                             small_has(failed.links, g->hops[i].link) ||
                                 small_has(failed.nodes, g->hops[i].to));
    }
}

static void what_fails_is_out_after_the_change_and_passable_during_it(void **state)
{
    (void)state;
    check_shifts(check_view);
}

/* ---- marks ---- */

static void check_seen(const struct small_bench *b, uint32_t source)
{
    struct small_set during = small_bench_closure(b, CP_DURING, source);

    assert_int_equal(cp_shift_seen_during(b->shift, source), SMALL_MARKS(during));
}

/* Sources that have a way before, in some order, some of them twice, up to all at a time. */
static void see_in_batches(struct small_bench *b)
{
    uint32_t sources[2 * SMALL_NODES];

    for (uint32_t batch = 0; batch < 3; batch++) {
        uint32_t wanted = small_pick(&b->numbers, 0, SMALL_NODES);
        uint32_t count = 0;

        for (uint32_t i = 0; i < wanted; i++) {
            uint32_t source = small_node(b);

            if (cp_routes_cost(&b->routes, source) != CP_UNREACHABLE)
                sources[count++] = source;
        }
        cp_shift_see(b->shift, sources, count);
        for (uint32_t i = 0; i < count; i++)
            check_seen(b, sources[i]);
    }
}

static void marks_are_those_of_all_that_can_be_reached(void **state)
{
    (void)state;
    check_shifts(see_in_batches);
}

/* Questions of all kinds in a random order: none may spoil another's answer. */
static void ask_at_random(struct small_bench *b)
{
    for (uint32_t i = 0; i < 12; i++) {
        uint32_t node = small_node(b);

        switch (small_pick(&b->numbers, 0, 2)) {
        case 0:
            assert_int_equal(cp_shift_is_clean(b->shift, node), is_clean(b, node));
            break;
        case 1:
            check_next_hops(b, some_moment(b), node);
            break;
        default:
            see_in_batches(b);
        }
    }
}

static void answers_do_not_depend_on_what_was_asked_before(void **state)
{
    (void)state;
    check_shifts(ask_at_random);
}

/* ---- by hand ---- */

/* 0 - 1 - 2 - 3 in a line of metric 1; 4 beside 0 and 3, 10 away from each; 5 alone. */
static void open_line(struct small_bench *b, struct small_net *net)
{
    static const uint32_t end_first[] = {0, 2, 4, 6, 8, 10};
    static const uint32_t end_node[] = {0, 1, 1, 2, 2, 3, 0, 4, 4, 3};
    static const uint32_t end_metric[] = {1, 1, 1, 1, 1, 1, 10, 10, 10, 10};
    static const uint32_t no_srlgs[] = {0, 0, 0, 0, 0, 0};
    static const uint32_t node_marks[] = {1, 2, 4, 8, 16, 32};
    static const uint32_t link_marks[] = {256, 512, 1024, 2048, 4096};
    const struct cp_graph_parts parts = {.node_count = 6,
                                         .link_count = 5,
                                         .end_first = end_first,
                                         .end_node = end_node,
                                         .end_metric = end_metric,
                                         .link_srlg_first = no_srlgs,
                                         .link_srlgs = no_srlgs};

    *net = (struct small_net){.marks = {.node = node_marks, .link = link_marks}};
    *b = (struct small_bench){.arena = cp_arena_open(SIZE_MAX), .net = net};
    assert_non_null(b->arena);
    assert_int_equal(cp_graph_make(&parts, b->arena, &net->graph), CP_OK);
    assert_int_equal(small_bench_fill(b), CP_OK);
    assert_int_equal(cp_routes_to(&b->routes, 3, NULL, 0), CP_OK);
}

/* Node 1 turns its packets back to 0 while 0 still sends them to 1: both then meet it all. */
static void while_routers_disagree_packets_may_go_in_circles(void **state)
{
    static const uint32_t sources[] = {0, 1, 2};
    struct small_net net;
    struct small_bench b;

    (void)state;
    open_line(&b, &net);
    assert_int_equal(cp_shift_by(b.shift, &b.routes, &b.after, 1), CP_OK); /* 1 - 2 */
    cp_shift_see(b.shift, sources, 3);
    assert_false(cp_shift_is_clean(b.shift, 0));
    assert_true(cp_shift_is_clean(b.shift, 2));
    assert_int_equal(cp_routes_cost(&b.after, 0), 20);
    assert_int_equal(cp_routes_cost(&b.after, 1), 21);
    assert_int_equal(cp_routes_seen(&b.after, 0), 1 | 8 | 16 | 2048 | 4096);
    assert_int_equal(cp_shift_seen_during(b.shift, 0), 31 | 7936);
    assert_int_equal(cp_shift_seen_during(b.shift, 1), 31 | 7936);
    assert_int_equal(cp_shift_seen_during(b.shift, 2), 4 | 8 | 1024);
    cp_arena_close(b.arena);
}

static void a_node_that_fails_has_no_way(void **state)
{
    static const uint32_t source = 1;
    struct small_net net;
    struct small_bench b;

    (void)state;
    open_line(&b, &net);
    assert_int_equal(
        cp_shift_by(b.shift, &b.routes, &b.after, cp_graph_element_of_node(&net.graph, 1)), CP_OK);
    cp_shift_see(b.shift, &source, 1);
    assert_false(cp_shift_is_clean(b.shift, 1));
    assert_int_equal(cp_routes_cost(&b.after, 1), CP_UNREACHABLE);
    assert_int_equal(cp_routes_seen(&b.after, 1), 0);
    assert_int_equal(cp_shift_seen_during(b.shift, 1), 2 | 4 | 8 | 512 | 1024);
    cp_arena_close(b.arena);
}

static void a_node_without_a_way_has_nothing_to_lose(void **state)
{
    struct small_net net;
    struct small_bench b;

    (void)state;
    open_line(&b, &net);
    assert_int_equal(
        cp_shift_by(b.shift, &b.routes, &b.after, cp_graph_element_of_node(&net.graph, 5)), CP_OK);
    assert_true(cp_shift_is_clean(b.shift, 5));
    assert_int_equal(cp_routes_cost(&b.after, 5), CP_UNREACHABLE);
    cp_arena_close(b.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_is_clean_just_where_its_closure_misses_the_failure),
        cmocka_unit_test(next_hops_are_those_of_the_moment),
        cmocka_unit_test(what_fails_is_out_after_the_change_and_passable_during_it),
        cmocka_unit_test(marks_are_those_of_all_that_can_be_reached),
        cmocka_unit_test(answers_do_not_depend_on_what_was_asked_before),
        cmocka_unit_test(while_routers_disagree_packets_may_go_in_circles),
        cmocka_unit_test(a_node_that_fails_has_no_way),
        cmocka_unit_test(a_node_without_a_way_has_nothing_to_lose),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
