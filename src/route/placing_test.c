#include "small_world.h"

/* What becomes of demands that are placed together, and of the lists whose loads count. */

/* Two demands of 6 over links of 10: one way does not hold both. */
static void put_narrow(struct world *w)
{
    static const char *const ids[] = {"a", "b", "c", "d"};

    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(w, ids[i]);
    link(w, "a", "c", 1, 10);
    link(w, "c", "b", 1, 10);
    link(w, "a", "d", 2, 10);
    link(w, "d", "b", 2, 10);
    demand(w, "a", "b", "secret", 6);
    demand(w, "a", "b", "secret", 6);
}

/* As put_narrow, with another source that goes by the first one. */
static void two_gateways_that_go_by_one_are_not_apart_when_placed_anew(void **state)
{
    static const char *const ids[] = {"b", "c", "d"};
    struct world w = open_world();

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(&w, ids[i]);
    gateway(&w, "a");
    gateway(&w, "far");
    link(&w, "far", "a", 1, CP_BPS_NONE);
    link(&w, "a", "c", 1, 10);
    link(&w, "c", "b", 1, 10);
    link(&w, "a", "d", 2, 10);
    link(&w, "d", "b", 2, 10);
    demand(&w, "tag:gate", "b", "secret", 6);
    demand(&w, "tag:gate", "b", "secret", 6);
    w.request.otherwise.disjoint_asked = true;
    w.request.capacity = CP_CAPACITY_WITHIN;
    run(&w);
    for (uint32_t d = 0; d < 2; d++) {
        const struct cp_route_result *r = &w.answer.results[d];
        uint32_t a = cp_graph_element_of_node(&w.answer.net->graph, 3);
        bool told = false;

        for (uint32_t i = 0; i < r->shared_count; i++)
            told = told || r->shared[i] == a;
        assert_true(told);
        assert_int_equal(r->status, CP_PARTIAL);
        assert_int_equal(r->lacks & CP_LACKS_DISJOINT, CP_LACKS_DISJOINT);
    }
    cp_arena_close(w.arena);
}

static void demands_that_overload_a_link_are_placed_together(void **state)
{
    struct world w = open_world();

    (void)state;
    put_narrow(&w);
    w.request.capacity = CP_CAPACITY_WITHIN;
    run(&w);
    assert_non_null(w.answer.capacity);
    assert_true(w.answer.capacity->worst_ppm <= 620000 && w.answer.capacity->worst_ppm >= 600000);
    for (uint32_t d = 0; d < 2; d++) {
        uint32_t sum = 0;

        assert_int_equal(w.answer.results[d].status, CP_ROUTED);
        for (uint32_t i = 0; i < w.answer.results[d].candidate_count; i++) {
            const struct cp_candidate *c = &w.answer.results[d].candidates[i];

            sum += c->role == CP_ROLE_PRIMARY && c->direction == CP_FORWARD ? c->share_ppm : 0;
            assert_true(c->segments.proof.clean);
        }
        assert_int_equal(sum, 1000000);
    }
    cp_arena_close(w.arena);
}

static void capacities_are_left_alone_where_that_is_asked(void **state)
{
    struct world w = open_world();

    (void)state;
    put_narrow(&w);
    w.request.capacity = CP_CAPACITY_IGNORE;
    run(&w);
    assert_null(w.answer.capacity);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a c b");
    assert_path(&w, candidate(&w, 1, CP_ROLE_PRIMARY, CP_FORWARD), "a c b");
    cp_arena_close(w.arena);
}

static void what_no_placement_can_carry_is_said(void **state)
{
    struct world w = open_world();

    (void)state;
    node(&w, "a");
    node(&w, "b");
    link(&w, "a", "b", 1, 5);
    demand(&w, "a", "b", "secret", 6);
    w.request.capacity = CP_CAPACITY_WITHIN;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_PARTIAL);
    assert_int_equal(w.answer.results[0].lacks, CP_LACKS_CAPACITY);
    cp_arena_close(w.arena);
}

static void a_list_whose_load_counts_puts_it_where_it_was_counted(void **state)
{
    struct world w = open_world();

    (void)state;
    put_square(&w);
    demand(&w, "a", "d", "secret", 900);
    w.request.capacity = CP_CAPACITY_WITHIN;
    run(&w);
    assert_path(&w, candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD), "a b d");
    assert_true(keeps_alone(candidate(&w, 0, CP_ROLE_PRIMARY, CP_FORWARD)));
    cp_arena_close(w.arena);
}

static bool share_a_link(const struct cp_path *a, const struct cp_path *b)
{
    for (uint32_t i = 0; i < a->link_count; i++)
        for (uint32_t k = 0; k < b->link_count; k++)
            if (a->links[i] == b->links[k])
                return true;
    return false;
}

/* a to b over c, d or e, each dearer than the one before; the ways back the same, though the other way round. */
static void ways_back_of_what_was_moved_are_apart_as_well(void **state)
{
    struct world w = open_world();
    static const char *const ids[] = {"a", "b", "c", "d", "e"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(&w, ids[i]);
    for (uint32_t i = 2; i < 5; i++) {
        link(&w, "a", ids[i], i, 10);
        link(&w, ids[i], "b", i, 10);
    }
    demand(&w, "a", "b", "secret", 9);
    demand(&w, "a", "b", "secret", 9);
    w.request.capacity = CP_CAPACITY_WITHIN;
    w.request.otherwise.disjoint_asked = true;
    run(&w);
    for (uint32_t d = 0; d < 2; d++) {
        const struct cp_candidate *back = candidate(&w, d, CP_ROLE_PRIMARY, CP_REVERSE);
        const struct cp_candidate *spare = candidate(&w, d, CP_ROLE_BACKUP, CP_REVERSE);

        assert_non_null(back);
        assert_non_null(spare);
        assert_false(share_a_link(&back->path, &spare->path));
        assert_int_equal(w.answer.results[d].lacks & CP_LACKS_BACKUP, 0);
    }
    cp_arena_close(w.arena);
}

static void ordinary_demands_that_are_moved_are_told_where_to(void **state)
{
    struct world w = open_world();
    uint32_t sum = 0;

    (void)state;
    put_square(&w);
    demand(&w, "a", "d", "secret", 9);
    demand(&w, "a", "d", "", 900);
    w.request.capacity = CP_CAPACITY_WITHIN;
    w.request.place.move = CP_MOVE_ALL;
    run(&w);
    const struct cp_route_result *r = &w.answer.results[1];

    assert_int_equal(w.answer.capacity->moved_count, 1);
    assert_int_equal(r->status, CP_ROUTED);
    assert_true(r->candidate_count > 0);
    for (uint32_t i = 0; i < r->candidate_count; i++) {
        assert_int_equal(r->candidates[i].direction, CP_FORWARD);
        assert_true(keeps_alone(&r->candidates[i]));
        sum += r->candidates[i].share_ppm;
    }
    assert_int_equal(sum, 1000000);
    cp_arena_close(w.arena);
}

/* a - b - d, with a detour b - x - d that holds little, and a - f - d: when b - d fails a node segment would
 * send all over x. */
static void loads_after_failures_are_those_of_lists_that_no_failure_leads_elsewhere(void **state)
{
    struct world w = open_world();
    static const char *const ids[] = {"a", "b", "d", "f", "x"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ids); i++)
        node(&w, ids[i]);
    link(&w, "a", "b", 10, 1000);
    link(&w, "b", "d", 10, 1000);
    link(&w, "b", "x", 10, 1);
    link(&w, "x", "d", 10, 1);
    link(&w, "a", "f", 50, 1000);
    link(&w, "f", "d", 50, 1000);
    demand(&w, "a", "d", "secret", 900);
    w.request.capacity = CP_CAPACITY_WITHIN;
    w.request.capacity_failures = CP_FAIL_LINK;
    run(&w);
    for (uint32_t i = 0; i < w.answer.results[0].candidate_count; i++) {
        const struct cp_segment_list *list = &w.answer.results[0].candidates[i].segments;

        for (uint32_t k = 0; k < list->count; k++)
            assert_int_equal(list->at[k].kind, CP_SEGMENT_ADJACENCY);
    }
    assert_true(w.answer.capacity->worst_failed_ppm <= 1000000);
    cp_arena_close(w.arena);
}

static void what_is_blocked_loads_nothing(void **state)
{
    struct world w = open_world();

    (void)state;
    node(&w, "a");
    node(&w, "b");
    link(&w, "a", "b", 1, 10);
    demand(&w, "a", "b", "secret", 9);
    w.request.capacity = CP_CAPACITY_WITHIN;
    w.request.otherwise.hops_max = 0;
    run(&w);
    assert_int_equal(w.answer.results[0].status, CP_NO_WAY);
    assert_int_equal(w.answer.capacity->worst_ppm, 0);
    cp_arena_close(w.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_gateways_that_go_by_one_are_not_apart_when_placed_anew),
        cmocka_unit_test(demands_that_overload_a_link_are_placed_together),
        cmocka_unit_test(capacities_are_left_alone_where_that_is_asked),
        cmocka_unit_test(what_no_placement_can_carry_is_said),
        cmocka_unit_test(a_list_whose_load_counts_puts_it_where_it_was_counted),
        cmocka_unit_test(ways_back_of_what_was_moved_are_apart_as_well),
        cmocka_unit_test(ordinary_demands_that_are_moved_are_told_where_to),
        cmocka_unit_test(loads_after_failures_are_those_of_lists_that_no_failure_leads_elsewhere),
        cmocka_unit_test(what_is_blocked_loads_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
