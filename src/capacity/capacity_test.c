#include "small_case.h"

/* Two ways from 0 to 3: over 1 at metric 1 a hop, over 2 at metric 2. */
static void put_square(struct small *s)
{
    put_link(s, 0, 1, 1, 100);
    put_link(s, 1, 3, 1, 100);
    put_link(s, 0, 2, 2, 100);
    put_link(s, 2, 3, 2, 100);
}

static void a_demand_is_spread_over_what_is_there(void **state)
{
    struct small *s = *state;

    put_square(s);
    put_demand(s, SENSITIVE, 0, 3, 100);
    const struct cp_capacity_answer *a = place_all(s);

    assert_in_range(a->worst_ppm, 499999, 501000);
    assert_in_range(a->bound_ppm, 499000, 500000);
    assert_true(a->any_capacity && a->placements[0].placed && a->placements[0].sensitive);
    assert_int_equal(a->placements[0].path_count, 2);
    assert_int_equal(a->placements[0].source, 0);
    assert_int_equal(a->placements[0].destination, 3);
}

static void a_forbidden_node_is_not_used_though_it_would_help(void **state)
{
    struct small *s = *state;

    put_square(s);
    s->node_bad[1] = 1;
    put_demand(s, SENSITIVE, 0, 3, 100);
    const struct cp_capacity_answer *a = place_all(s);

    assert_int_equal(a->worst_ppm, 1000000);
    assert_int_equal(a->bound_ppm, 999999);
    assert_int_equal(a->placements[0].path_count, 1);
    assert_int_equal(a->placements[0].paths[0].path.nodes[1], 2);
    assert_int_equal(a->placements[0].paths[0].path.cost, 4);
    assert_int_equal(a->placements[0].paths[0].path.delay_us, 20);
    assert_int_equal(a->placements[0].paths[0].share_ppm, 1000000);
}

static void where_no_way_is_clean_the_others_are_placed(void **state)
{
    struct small *s = *state;

    put_square(s);
    s->node_bad[1] = s->node_bad[2] = 1;
    put_demand(s, SENSITIVE, 0, 3, 100);
    put_demand(s, ORDINARY, 0, 3, 50);
    const struct cp_capacity_answer *a = place_all(s);

    assert_false(a->placements[0].placed);
    assert_true(a->placements[1].placed);
    assert_int_equal(a->worst_ppm, 500000);
}

static void ordinary_traffic_stays_unless_it_may_move(void **state)
{
    struct small *s = *state;

    put_square(s);
    put_demand(s, ORDINARY, 0, 3, 100);
    assert_int_equal(place_all(s)->worst_ppm, 1000000);
    assert_int_equal(s->answer.bound_ppm, 999999);
    assert_int_equal(s->answer.placements[0].path_count, 0);
    assert_int_equal(s->answer.placements[0].destination, 3);
    assert_false(s->answer.placements[0].moved);
    s->request.move = CP_MOVE_ALL;
    assert_in_range(place_all(s)->worst_ppm, 499999, 501000);
    assert_true(s->answer.placements[0].moved);
    assert_int_equal(s->answer.moved_count, 1);
}

static void without_limits_or_bandwidths_nothing_is_loaded(void **state)
{
    struct small *s = *state;

    put_square(s);
    put_demand(s, SENSITIVE, 0, 3, CP_BPS_NONE);
    assert_false(place_all(s)->any_capacity);
    assert_true(s->answer.placements[0].placed);
    assert_int_equal(s->answer.placements[0].paths[0].path.nodes[1], 1);
    s->demands[0].bandwidth_bps = 100;
    for (uint32_t l = 0; l < 4; l++)
        s->links[l].capacity_bps = CP_BPS_NONE;
    assert_false(place_all(s)->any_capacity);
    assert_int_equal(s->answer.worst_ppm, 0);
    assert_int_equal(s->answer.load_bps[0], 100);
}

static void a_given_path_is_kept(void **state)
{
    static const uint32_t nodes[] = {0, 2, 3}, links[] = {2, 3};
    struct cp_path fixed[2] = {{.nodes = nodes, .links = links, .link_count = 2, .cost = 4}};
    struct small *s = *state;

    put_square(s);
    put_demand(s, SENSITIVE, 0, 3, 100);
    put_demand(s, SENSITIVE, 0, 3, 100);
    s->request.fixed = fixed;
    const struct cp_capacity_answer *a = place_all(s);

    assert_int_equal(a->placements[0].path_count, 1);
    assert_int_equal(a->placements[0].paths[0].path.nodes[1], 2);
    assert_int_equal(a->fixed_count, 1);
    assert_in_range(a->worst_ppm, 999999, 1001000);
    assert_in_range(a->bound_ppm, 999000, 1000000);
}

static void a_demand_that_is_left_out_loads_nothing(void **state)
{
    static const uint8_t left_out[] = {1, 0, 1};
    static const uint32_t failures[] = {0};
    struct small *s = *state;

    put_square(s);
    put_demand(s, SENSITIVE, 0, 3, 100);
    put_demand(s, SENSITIVE, 0, 3, 10);
    put_demand(s, ORDINARY, 0, 3, 100);
    s->request.left_out = left_out;
    s->request.failures = failures;
    s->request.failure_count = 1;
    const struct cp_capacity_answer *a = place_all(s);

    assert_in_range(a->worst_ppm, 50000, 50100);
    assert_int_equal(a->worst_failed_ppm, 100000);
    assert_false(a->placements[0].placed || a->placements[2].placed);
    assert_true(a->placements[1].placed);
}

static void no_demands_are_an_answer(void **state)
{
    struct small *s = *state;

    put_square(s);
    assert_false(place_all(s)->any_capacity);
    assert_int_equal(s->answer.worst.end, CP_NONE);
}

static void a_full_arena_is_an_error_each_time(void **state)
{
    struct small *s = *state;
    uint64_t takes = 0;

    put_square(s);
    put_demand(s, SENSITIVE, 0, 3, 100);
    put_demand(s, ORDINARY, 0, 3, 100);
    assert_int_equal(try_place(s), CP_OK);
    for (cp_err err = CP_ERR_NOMEM; err != CP_OK; takes++) {
        struct cp_arena *arena = cp_arena_open((size_t)1 << 20);

        assert_non_null(arena);
        cp_arena_fail_after(arena, takes);
        err = cp_capacity_place(&s->judge, &s->net, s->markings, &s->request, arena, &s->answer);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
    assert_true(takes > 3);
}

/* 0 and 1 on a LAN with 2: each may send as much as it carries. */
static void on_a_lan_each_node_has_the_capacity(void **state)
{
    static const uint32_t nodes[] = {0, 1, 2};
    struct small *s = *state;

    put_lan(s, nodes, 3, 1, 100);
    put_demand(s, SENSITIVE, 0, 2, 100);
    put_demand(s, SENSITIVE, 1, 2, 50);
    const struct cp_capacity_answer *a = place_all(s);

    assert_int_equal(a->worst_ppm, 1000000);
    assert_int_equal(a->load_bps[0], 100);
    assert_int_equal(a->load_bps[1], 50);
    assert_int_equal(a->load_bps[2], 0);
    assert_int_equal(a->worst.end, 0);
}

static void a_dear_path_is_used_where_it_lowers_the_worst_load_and_only_there(void **state)
{
    struct small *s = *state;

    put_square(s);
    put_link(s, 0, 3, 100, 1000); /* dear and wide */
    put_demand(s, SENSITIVE, 0, 3, 100);
    const struct cp_capacity_answer *a = place_all(s);

    assert_in_range(a->worst_ppm, 83333, 83340); /* 100 over 1200 */
    assert_int_equal(a->placements[0].path_count, 3);
    put_link(s, 4, 5, 1, 10);
    put_demand(s, SENSITIVE, 4, 5, 10); /* nothing helps that, and nothing else need be below it */
    a = place_all(s);
    assert_int_equal(a->worst_ppm, 1000000);
    assert_int_equal(a->placements[0].path_count, 1);
    assert_int_equal(a->placements[0].paths[0].path.cost, 2);
    assert_true(a->exact);
}

static void demands_with_several_ends_take_the_best(void **state)
{
    static const uint32_t nodes[] = {0, 1, 2};
    cp_range ends[] = {{0, 1}, {1, 2}};
    struct small *s = *state;

    put_square(s);
    put_demand_among(s, SENSITIVE, ends, nodes, 100);
    const struct cp_capacity_answer *a = place_all(s);

    assert_in_range(a->worst_ppm, 499999, 501000); /* half to each */
    assert_int_equal(a->placements[0].path_count, 2);
    s->request.paths_max = 1;
    a = place_all(s);
    assert_int_equal(a->placements[0].path_count, 1);
    assert_int_equal(a->worst_ppm, 1000000);
}

static void a_demand_to_itself_has_no_path(void **state)
{
    struct small *s = *state;

    put_square(s);
    put_demand(s, SENSITIVE, 1, 1, 100);
    put_demand(s, ORDINARY, 1, 1, 100);
    const struct cp_capacity_answer *a = place_all(s);

    assert_false(a->placements[0].placed);
    assert_false(a->placements[1].placed);
    assert_int_equal(a->worst_ppm, 0);
}

static void after_a_failure_what_is_hit_goes_round_it(void **state)
{
    static const uint32_t failures[] = {0, 4 + 3};
    struct small *s = *state;

    put_square(s);
    put_demand(s, SENSITIVE, 0, 3, 100);
    s->request.failures = failures;
    s->request.failure_count = 1;
    const struct cp_capacity_answer *a = place_all(s);

    assert_int_equal(a->worst_failed_ppm, 1000000);
    assert_in_range(a->bound_failed_ppm, 999990, 1000000);
    assert_int_equal(a->worst_failed.failure, 0);
    assert_int_equal(s->net.graph.end_link[a->worst_failed.end], 2);
    s->request.failures = failures + 1; /* its own end */
    a = place_all(s);
    assert_int_equal(a->worst_failed_ppm, 0);
}

static void what_can_fit_exactly_does_though_the_gap_would_allow_more(void **state)
{
    static const uint64_t bps[] = {900, 800, 800}; /* 2500 out of 0, whose links carry 2500 */
    struct small *s = *state;

    for (uint64_t unit = 1; unit <= 1000000; unit *= 1000) {
        s->c.link_count = s->c.demand_count = s->end_count = s->demand_end_count = 0;
        put_link(s, 0, 1, 10, 1000 * unit);
        put_link(s, 1, 3, 10, 1000 * unit);
        put_link(s, 0, 2, 11, 1000 * unit);
        put_link(s, 2, 3, 11, 500 * unit);
        put_link(s, 0, 4, 5, 1000 * unit);
        put_link(s, 4, 3, 5, 1000 * unit);
        s->node_bad[4] = 1;
        for (uint32_t d = 0; d < 3; d++)
            put_demand(s, d == 0 ? SENSITIVE : ORDINARY, 0, 3, bps[d] * unit);
        s->request.move = CP_MOVE_ALL;
        s->request.gap_ppm = 1000;
        const struct cp_capacity_answer *a = place_all(s);

        assert_in_range(a->worst_ppm, 1000000, 1000010);
        assert_true(a->fits && a->fits_failed);
    }
    s->demands[1].bandwidth_bps += 100000;
    assert_false(place_all(s)->fits);
}

static void one_bit_too_much_does_not_fit(void **state)
{
    struct small *s = *state;

    put_link(s, 0, 1, 1, UINT64_C(100000000000));
    put_demand(s, SENSITIVE, 0, 1, UINT64_C(100000000000));
    assert_true(place_all(s)->fits);
    s->demands[0].bandwidth_bps++;
    assert_false(place_all(s)->fits);
}

static void one_bit_too_much_after_a_failure_does_not_fit_then(void **state)
{
    static const uint32_t failures[] = {0, 1, 2, 3};
    struct small *s = *state;

    put_square(s);
    put_demand(s, SENSITIVE, 0, 3, 100);
    s->request.failures = failures;
    s->request.failure_count = 4;
    assert_true(place_all(s)->fits && s->answer.fits_failed);
    s->demands[0].bandwidth_bps = 101;
    assert_true(place_all(s)->fits && !s->answer.fits_failed);
    assert_int_equal(s->answer.worst_failed.load_bps, 101);
    assert_int_equal(s->answer.worst_failed.capacity_bps, 100);
}

static void nothing_fits_on_a_link_that_carries_nothing(void **state)
{
    struct small *s = *state;

    put_link(s, 0, 1, 1, 0);
    put_demand(s, SENSITIVE, 0, 1, 1);
    assert_false(place_all(s)->fits);
    assert_int_equal(s->answer.worst.capacity_bps, 0);
    assert_int_equal(s->answer.worst.load_bps, 1);
}

static void loads_past_the_largest_figure_stand_as_that(void **state)
{
    struct small *s = *state;

    put_link(s, 0, 1, 1, 100);
    for (uint32_t d = 0; d < 3; d++)
        put_demand(s, SENSITIVE, 0, 1, INT64_MAX);
    assert_int_equal(place_all(s)->worst_ppm, CP_FIGURE_MOST);
    assert_int_equal(s->answer.worst.load_bps, CP_FIGURE_MOST);
}

static void a_small_budget_still_gives_an_answer_with_its_bound(void **state)
{
    struct small *s = *state;

    put_square(s);
    put_demand(s, SENSITIVE, 0, 3, 100);
    s->request.budget = 1;
    const struct cp_capacity_answer *a = place_all(s);

    assert_true(a->placements[0].placed);
    assert_true(a->bound_ppm <= 500000 && a->worst_ppm >= 500000);
    assert_int_equal(a->exact, a->worst_ppm <= a->bound_ppm + 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_demand_is_spread_over_what_is_there),
        TEST(a_forbidden_node_is_not_used_though_it_would_help),
        TEST(where_no_way_is_clean_the_others_are_placed),
        TEST(ordinary_traffic_stays_unless_it_may_move),
        TEST(without_limits_or_bandwidths_nothing_is_loaded),
        TEST(a_given_path_is_kept),
        TEST(a_demand_that_is_left_out_loads_nothing),
        TEST(no_demands_are_an_answer),
        TEST(a_full_arena_is_an_error_each_time),
        TEST(on_a_lan_each_node_has_the_capacity),
        TEST(a_dear_path_is_used_where_it_lowers_the_worst_load_and_only_there),
        TEST(demands_with_several_ends_take_the_best),
        TEST(a_demand_to_itself_has_no_path),
        TEST(after_a_failure_what_is_hit_goes_round_it),
        TEST(what_can_fit_exactly_does_though_the_gap_would_allow_more),
        TEST(one_bit_too_much_does_not_fit),
        TEST(one_bit_too_much_after_a_failure_does_not_fit_then),
        TEST(nothing_fits_on_a_link_that_carries_nothing),
        TEST(loads_past_the_largest_figure_stand_as_that),
        TEST(a_small_budget_still_gives_an_answer_with_its_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
