#include "small_world.h"

/* From demands to what is said of them. */

static void both_directions_get_a_primary_and_a_backup_with_clean_lists(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_ROUTED);
    assert_int_equal(w.answer.results[0].candidate_count, 4);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a c b");
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_REVERSE), "b c a");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD), "a d b");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_REVERSE), "b d a");
    for (uint32_t i = 0; i < 4; i++) {
        const struct cp_segment_list *list = &w.answer.results[0].candidates[i].segments;

        assert_non_null(list->at);
        assert_true(list->proof.clean);
        assert_int_equal(w.answer.results[0].candidates[i].share_ppm, 1000000);
    }
    cp_arena_close(w.arena);
}

static void where_there_is_no_clean_path_it_says_what_blocks(void **state)
{
    struct world w = open_world();

    (void)state;
    node(&w, "a");
    node(&w, "b");
    node(&w, "bad");
    link(&w, "a", "bad", 1, CP_BPS_NONE);
    link(&w, "bad", "b", 1, CP_BPS_NONE);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    run(&w);
    const struct cp_route_result *r = &w.answer.results[0];

    assert_int_equal(r->status, CP_NO_WAY);
    assert_int_equal(r->candidate_count, 0);
    assert_non_null(r->blocking);
    assert_int_equal(r->blocking->why, CP_BLOCKED_BY_RULES);
    assert_int_equal(r->blocking->smallest_count, 1);
    assert_int_equal(r->blocking->smallest[0].object, 2);
    cp_arena_close(w.arena);
}

static void a_lack_of_what_was_asked_is_no_full_answer(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    node(&w, "e");
    link(&w, "b", "e", 1, CP_BPS_NONE);
    demand(&w, "a", "e", "secret", CP_BPS_NONE);
    w.request.otherwise.disjoint_asked = true;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_PARTIAL);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_DISJOINT);
    assert_int_equal(w.answer.results[0].shared_count, 2); /* b and b - e */
    cp_arena_close(w.arena);
}

static void what_was_not_asked_for_is_no_lack(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    node(&w, "e");
    link(&w, "b", "e", 1, CP_BPS_NONE);
    demand(&w, "a", "e", "secret", CP_BPS_NONE);
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_ROUTED);
    assert_int_equal(w.answer.results[0].shared_count, 2);
    cp_arena_close(w.arena);
}

static void lists_that_no_headend_can_push_leave_a_demand_unrouted(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    w.request.strict = true;
    w.request.depth_max = 1;
    run(&w);
    const struct cp_candidate *c = candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD);

    assert_int_equal(w.answer.results[0].status, CP_NO_WAY);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_DEPTH | CP_LACKS_BACKUP_DEPTH);
    assert_null(c->segments.at);
    assert_int_equal(c->segments.least, 2);
    cp_arena_close(w.arena);
}

/* a - x - y - b costs 3, a - c - b costs 8, a - d - b 20. */
static void put_ladder(struct world *w)
{
    static const char *const ids[] = {"a", "b", "c", "d", "x", "y"};

    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(w, ids[i]);
    link(w, "a", "x", 1, 10);
    link(w, "x", "y", 1, 10);
    link(w, "y", "b", 1, 10);
    link(w, "a", "c", 4, 10);
    link(w, "c", "b", 4, 10);
    link(w, "a", "d", 10, 10);
    link(w, "d", "b", 10, 10);
}

static void a_path_whose_list_is_too_long_gives_way_to_one_that_fits(void **state)
{
    struct world w = open_world();

    (void)state;
    put_ladder(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    w.request.strict = true;
    w.request.depth_max = 2;
    run(&w);
    const struct cp_candidate *c = candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD);

    assert_int_equal(w.answer.results[0].status, CP_ROUTED);
    assert_int_equal(w.answer.results[0].lacks, 0);
    assert_path(&w, c, "a c b");
    assert_int_equal(c->path.cost, 8);
    assert_int_equal(c->passed_cost, 3);
    assert_int_equal(c->passed_least, 3);
    assert_int_equal(c->segments.count, 2);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_REVERSE), "b c a");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD), "a d b");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_REVERSE), "b d a");
    cp_arena_close(w.arena);
}

static void wishes_hold_for_a_path_that_fits(void **state)
{
    (void)state;
    for (uint32_t wish = 0; wish < 4; wish++) {
        struct world w = open_world();
        uint32_t c = 7 + 2; /* after seven links, the third node */
        uint32_t d = 7 + 3;
        struct cp_must_pass must = {&d, 1};

        put_ladder(&w);
        demand(&w, "a", "b", "secret", wish == 3 ? 1 : CP_BPS_NONE);
        w.request.strict = true;
        w.request.depth_max = 2;
        w.request.capacity = wish == 3 ? CP_CAPACITY_WITHIN : CP_CAPACITY_IGNORE;
        w.request.otherwise.disjoint = CP_DISJOINT_NONE;
        w.request.otherwise.avoid = &c;
        w.request.otherwise.avoid_count = wish == 0;
        w.request.otherwise.require = &must;
        w.request.otherwise.require_count = wish == 1;
        w.request.otherwise.co_routed = wish == 2;
        run(&w);
        assert_int_equal(w.answer.results[0].status, CP_ROUTED);
        assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD),
                    wish < 2 ? "a d b" : "a c b");
        cp_arena_close(w.arena);
    }
}

static void two_paths_that_were_asked_for_share_nothing_though_both_have_to_fit(void **state)
{
    struct world w = open_world();

    (void)state;
    put_ladder(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    w.request.strict = true;
    w.request.depth_max = 2;
    w.request.otherwise.disjoint_asked = true;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_ROUTED);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a c b");
    assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD), "a d b");
    cp_arena_close(w.arena);
}

static void a_refusal_names_the_smallest_depth_of_all_paths(void **state)
{
    struct world w = open_world();

    (void)state;
    put_ladder(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    w.request.strict = true;
    w.request.depth_max = 1;
    w.request.otherwise.disjoint = CP_DISJOINT_NONE;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_NO_WAY);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_DEPTH);
    assert_int_equal(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)->segments.least, 2);
    cp_arena_close(w.arena);
}

static void demands_that_no_rule_holds_for_stay_as_they_are(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    demand(&w, "a", "b", "secret", CP_BPS_NONE);
    demand(&w, "a", "b", "", CP_BPS_NONE);
    run(&w);
    assert_true(w.answer.results[0].covered);
    assert_false(w.answer.results[1].covered);
    assert_int_equal(w.answer.results[1].candidate_count, 0);
    assert_int_equal(w.answer.results[1].status, CP_ROUTED);
    cp_arena_close(w.arena);
}

static void without_any_rule_all_demands_are_routed(void **state)
{
    struct world w = open_world();

    (void)state;
    put_plane(&w);
    demand(&w, "a", "b", "", CP_BPS_NONE);
    run(&w);
    assert_false(w.answer.results[0].covered);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a bad b");
    cp_arena_close(w.arena);
}

/* Whether a path passes all of these takes longer to tell than there is time. */
static void a_budget_that_ends_before_a_path_is_found_leaves_it_uncertain(void **state)
{
    struct cp_demand_row row;
    struct world w = open_world();
    char at[] = "n0x0";
    char before[] = "n0x0";

    (void)state;
    for (uint32_t i = 0; i < 7; i++)
        for (uint32_t k = 0; k < 7; k++) {
            at[1] = before[1] = (char)('0' + i);
            at[3] = before[3] = (char)('0' + k);
            node(&w, at);
            before[1]--;
            if (i > 0)
                link(&w, at, before, 1 + k % 3, CP_BPS_NONE);
            before[1]++;
            before[3]--;
            if (k > 0)
                link(&w, at, before, 1 + i % 5, CP_BPS_NONE);
        }
    row = cp_demand_row_make(place(&w), CP_TEXT("n0x0"), CP_TEXT("n6x6"));
    row.traffic_class = CP_TEXT("secret");
    row.require = CP_TEXT("n4x1 n4x5 n3x3 n5x6 n5x3 n6x1 n5x0 n0x6 "
                          "n5x4 n4x4 n2x3 n3x6 n2x1 n2x5 n5x2 n2x2");
    assert_int_equal(cp_build_demand(w.build, &row, NULL), CP_OK);
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_NO_WAY);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_CERTAINTY);
    assert_false(w.answer.results[0].blocking->exact);
    cp_arena_close(w.arena);
}

static void rules_alone_leave_packets_all_clean_ways_of_least_cost(void **state)
{
    struct world w = open_world();

    (void)state;
    put_square(&w);
    demand(&w, "a", "d", "secret", CP_BPS_NONE);
    w.request.otherwise.disjoint = CP_DISJOINT_NONE;
    run(&w);
    assert_int_equal(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)->segments.count, 1);
    cp_arena_close(w.arena);
}

static void a_list_keeps_to_a_path_of_which_something_was_asked(void **state)
{
    (void)state;
    for (uint32_t wish = 0; wish < 3; wish++) {
        struct world w = open_world();
        uint32_t e = 4 + 2; /* after four links, the third node */

        put_square(&w);
        demand(&w, "a", "d", "secret", CP_BPS_NONE);
        w.request.otherwise.disjoint = CP_DISJOINT_NONE;
        w.request.otherwise.hops_max = wish == 0 ? 2 : CP_NONE;
        w.request.otherwise.co_routed = wish == 1;
        w.request.otherwise.avoid = &e;
        w.request.otherwise.avoid_count = wish == 2;
        run(&w);
        assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a b d");
        assert_true(keeps_alone(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)));
        cp_arena_close(w.arena);
    }
}

static void a_backup_of_equal_cost_has_a_list_of_its_own(void **state)
{
    (void)state;
    for (uint32_t asked = 0; asked < 2; asked++) {
        struct world w = open_world();

        put_square(&w);
        demand(&w, "a", "d", "secret", CP_BPS_NONE);
        w.request.otherwise.disjoint_asked = asked != 0;
        run(&w);
        assert_path(&w, candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD), "a e d");
        assert_true(keeps_alone(candidate(&w, 0, CP_ROLE_BACKUP, CP_FORWARD)));
        assert_int_equal(keeps_alone(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)), asked);
        cp_arena_close(w.arena);
    }
}

static void without_demands_there_is_nothing_to_do(void **state)
{
    struct world w = open_world();

    (void)state;
    node(&w, "a");
    run(&w);
    assert_int_equal(w.answer.judge->net->demand_count, 0);
    cp_arena_close(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_directions_get_a_primary_and_a_backup_with_clean_lists),
        cmocka_unit_test(where_there_is_no_clean_path_it_says_what_blocks),
        cmocka_unit_test(a_lack_of_what_was_asked_is_no_full_answer),
        cmocka_unit_test(what_was_not_asked_for_is_no_lack),
        cmocka_unit_test(lists_that_no_headend_can_push_leave_a_demand_unrouted),
        cmocka_unit_test(a_path_whose_list_is_too_long_gives_way_to_one_that_fits),
        cmocka_unit_test(wishes_hold_for_a_path_that_fits),
        cmocka_unit_test(two_paths_that_were_asked_for_share_nothing_though_both_have_to_fit),
        cmocka_unit_test(a_refusal_names_the_smallest_depth_of_all_paths),
        cmocka_unit_test(demands_that_no_rule_holds_for_stay_as_they_are),
        cmocka_unit_test(without_any_rule_all_demands_are_routed),
        cmocka_unit_test(a_budget_that_ends_before_a_path_is_found_leaves_it_uncertain),
        cmocka_unit_test(rules_alone_leave_packets_all_clean_ways_of_least_cost),
        cmocka_unit_test(a_list_keeps_to_a_path_of_which_something_was_asked),
        cmocka_unit_test(a_backup_of_equal_cost_has_a_list_of_its_own),
        cmocka_unit_test(without_demands_there_is_nothing_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
