#include "world.h"

/* Demands that are held to segments. */

static const struct cp_demand_result *held(struct world *w, const struct cp_pinned *pinned,
                                           uint32_t depth)
{
    struct cp_audit_request request = {.depth = depth, .failure_kinds = CP_FAIL_ALL};
    const struct cp_demand_result *results = NULL;
    struct cp_audit *audit = NULL;
    struct cp_audit_worker *worker = NULL;
    struct cp_diag diag = {0};

    assert_int_equal(cp_audit_open_pinned(&w->judge, &request, pinned, w->arena, &audit, &diag),
                     CP_OK);
    assert_int_equal(cp_audit_worker_open(audit, w->arena, &worker), CP_OK);
    for (uint32_t i = 0; i < cp_audit_parts(audit); i++)
        assert_int_equal(cp_audit_run(worker, i), CP_OK);
    cp_audit_worker_close(worker);
    assert_int_equal(cp_audit_finish(audit, w->arena, &results), CP_OK);
    return results;
}

static struct cp_pin flow(uint32_t from, uint32_t to, cp_direction direction)
{
    return (struct cp_pin){{from}, {to}, {CP_NONE}, direction};
}

static struct cp_pin over(uint32_t from, uint32_t to, uint32_t link, cp_direction direction)
{
    return (struct cp_pin){{from}, {to}, {link}, direction};
}

/*
 * 0 - 1 - 2 over the forbidden 1, and 0 - 3 - 4 - 2, which costs more; 3 reaches 2 over 4.
 */
static void put_ways(struct world *w, uint32_t depth)
{
    put_nodes(w, 5);
    join(w, 0, 1, 1);
    join(w, 1, 2, 1);
    join(w, 0, 3, 2);
    join(w, 3, 4, 2);
    join(w, 4, 2, 2);
    put_rule(w, depth, CP_FAIL_ALL);
    put_node_trust(w, 0, 1, CP_UNTRUSTED);
    put_demand(w, 0, 2);
}

static void one_segment_to_the_end_is_the_networks_own_way(void **state)
{
    struct world *w = *state;
    struct cp_pin pins[] = {flow(0, 2, CP_FORWARD), flow(2, 0, CP_REVERSE)};
    struct cp_pinned pinned = {pins, 2};

    put_ways(w, 2);
    for (uint32_t depth = 0; depth <= 2; depth++) {
        const struct cp_demand_result *own = audit(w, depth, CP_FAIL_ALL);
        const struct cp_demand_result *got = held(w, &pinned, depth);

        assert_memory_equal(own->state_depth, got->state_depth, sizeof own->state_depth);
        assert_int_equal(own->verdict, got->verdict);
        assert_int_equal(own->cut_depth, got->cut_depth);
    }
}

static void links_alone_are_clean_whatever_fails(void **state)
{
    struct world *w = *state;
    struct cp_pin pins[] = {over(0, 3, 2, CP_FORWARD), over(3, 4, 3, CP_FORWARD),
                            over(4, 2, 4, CP_FORWARD), over(2, 4, 4, CP_REVERSE),
                            over(4, 3, 3, CP_REVERSE), over(3, 0, 2, CP_REVERSE)};
    struct cp_pinned pinned = {pins, 6};

    put_ways(w, 2);
    assert_depths(audit(w, 2, CP_FAIL_ALL), 0, 1, 0);
    assert_depths(held(w, &pinned, 2), NEVER, NEVER, NEVER);
    assert_int_equal(held(w, &pinned, 2)->verdict, CP_VERDICT_OK);
}

static void a_segment_is_exposed_when_a_failure_turns_its_packets(void **state)
{
    struct world *w = *state;
    struct cp_pin pins[] = {over(0, 3, 2, CP_FORWARD), flow(3, 2, CP_FORWARD),
                            over(2, 4, 4, CP_REVERSE), over(4, 3, 3, CP_REVERSE),
                            over(3, 0, 2, CP_REVERSE)};
    struct cp_pinned pinned = {pins, 5};
    static const uint32_t way[] = {3, 0, 1};

    put_ways(w, 1);
    w->ends[12].metric = 1; /* 3 to 4: now over 4 the way from 3 costs 3, over 0 and 1 4 */
    assert_depths(held(w, &pinned, 1), 1, 1, 1);
    assert_int_equal(held(w, &pinned, 1)->verdict, CP_VERDICT_VIOLATION);
    assert_way(held(w, &pinned, 1)->exposure, way, 3);
    assert_int_equal(held(w, &pinned, 1)->exposure->direction, CP_FORWARD);
}

static void a_forbidden_link_or_node_is_met_today(void **state)
{
    struct world *w = *state;
    struct cp_pin pins[] = {over(0, 1, 0, CP_FORWARD), flow(2, 0, CP_REVERSE)};
    struct cp_pinned pinned = {pins, 2};
    static const uint32_t way[] = {0, 1};
    const struct cp_demand_result *got;

    put_ways(w, 0);
    got = held(w, &pinned, 1);
    assert_depths(got, 0, 1, 0);
    assert_int_equal(got->verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(got->exposure->kind, CP_OBJECT_NODE);
    assert_int_equal(got->exposure->element, 1);
    assert_way(got->exposure, way, 2);
    put_node_trust(w, 0, 1, CP_TRUSTED);
    put_link_trust(w, 0, 0, CP_UNTRUSTED);
    pinned.count = 1;
    got = held(w, &pinned, 0);
    assert_int_equal(got->exposure->kind, CP_OBJECT_LINK);
    assert_int_equal(got->exposure->element, 0);
}

static void an_unknown_link_leaves_it_undecided_where_the_rule_reports(void **state)
{
    struct world *w = *state;
    struct cp_pin pin = over(0, 3, 2, CP_FORWARD);
    struct cp_pinned pinned = {&pin, 1};

    put_ways(w, 0);
    w->rules[0].unknown = CP_UNKNOWN_IS_UNDECIDED;
    put_link_trust(w, 0, 2, CP_UNKNOWN);
    assert_int_equal(held(w, &pinned, 0)->verdict, CP_VERDICT_UNDECIDED);
    assert_non_null(held(w, &pinned, 0)->undecided);
}

static void a_demand_without_segments_goes_as_the_network_routes_it(void **state)
{
    struct world *w = *state;
    struct cp_pinned pinned = {NULL, 0};

    put_ways(w, 1);
    assert_depths(held(w, &pinned, 1), 0, 1, 0);
    assert_int_equal(held(w, &pinned, 1)->verdict, CP_VERDICT_VIOLATION);
}

#define PINS_TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PINS_TEST(one_segment_to_the_end_is_the_networks_own_way),
        PINS_TEST(links_alone_are_clean_whatever_fails),
        PINS_TEST(a_segment_is_exposed_when_a_failure_turns_its_packets),
        PINS_TEST(a_forbidden_link_or_node_is_met_today),
        PINS_TEST(an_unknown_link_leaves_it_undecided_where_the_rule_reports),
        PINS_TEST(a_demand_without_segments_goes_as_the_network_routes_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
