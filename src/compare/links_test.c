#include "compare_trial.h"

/* Links: which are the same, where they differ, which are missed. */

static void a_link_without_ports_is_any_between_its_devices(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2");
    link(&t, CP_SIDE_A, "x", "r1", "r2");
    link(&t, CP_SIDE_A, "y", "r1 2", "r2 2");
    link(&t, CP_SIDE_B, "p", "r2 2", "r1 2");
    link(&t, CP_SIDE_B, "q", "r2 9", "r1 9");
    compare(&t);
    ASSERT_NO_ROWS(&t);
    assert_int_equal(t.c->links[CP_SIDE_A].matched, 2);
    trial_close(&t);
}

static void cables_exchanged_at_a_device_are_told_port_by_port(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3");
    link(&t, CP_SIDE_A, "a2", "r1 1", "r2 1");
    link(&t, CP_SIDE_A, "a3", "r1 2", "r3 1");
    link(&t, CP_SIDE_B, "b2", "r1 2", "r2 1");
    link(&t, CP_SIDE_B, "b3", "r1 1", "r3 1");
    compare(&t);
    ASSERT_ROWS(&t, "port a2 b2: r1 1 | r1 2", "port a3 b3: r1 2 | r1 1");
    trial_close(&t);
}

static void a_cable_that_was_seen_is_told_on_the_grade_of_the_sighting(void **state)
{
    static const cp_grade grades[] = {CP_GRADE_CLAIM, CP_GRADE_UNAUTHENTICATED_READ};
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3");
    link(&t, CP_SIDE_A, "a2", "r1 1", "r2 1");
    link(&t, CP_SIDE_A, "a3", "r1 2", "r3 1");
    seen(&t, CP_SIDE_B, "r1 9", "r2 1");
    seen(&t, CP_SIDE_B, "r1 2", "r2 7");
    compare(&t);
    assert_true(t.c->row_count >= 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_true(t.c->rows[i].kind == CP_DIFFERS_PORT || t.c->rows[i].kind == CP_DIFFERS_END);
        for (int side = CP_SIDE_A; side < CP_SIDES; side++)
            assert_int_equal(t.c->values[t.c->rows[i].values[side].first].grade, grades[side]);
    }
    trial_close(&t);
}

static void a_moved_cable_is_told_at_each_port_that_it_left_or_came_to(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3 r4");
    link(&t, CP_SIDE_A, "a", "r1 1", "r2 1");
    link(&t, CP_SIDE_B, "b", "r1 1", "r3 1");
    link(&t, CP_SIDE_B, "c", "r4 1", "r2 1");
    compare(&t);
    ASSERT_ROWS(&t, "end a/r1 1 b: r2 1 | r3 1", "end a/r2 1 c: r1 1 | r4 1");
    trial_close(&t);
}

static void a_lan_is_seen_by_two_of_its_members_at_a_time(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3 r4");
    lan(&t, CP_SIDE_A, "lan", "r1 r2 r3");
    seen(&t, CP_SIDE_B, "r1 1", "r2 1");
    seen(&t, CP_SIDE_B, "r2 1", "r3 1");
    seen(&t, CP_SIDE_B, "r3 1", "r4 1");
    compare(&t);
    ASSERT_ROWS(&t, "link - r3--r4");
    assert_int_equal(t.c->links[CP_SIDE_A].unclaimed, 1);
    trial_close(&t);
}

static void members_that_only_one_side_of_a_lan_has_are_told(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3 r4");
    lan(&t, CP_SIDE_A, "lan", "r1 r2 r3");
    lan(&t, CP_SIDE_B, "lan", "r1 r2 r4");
    compare(&t);
    ASSERT_ROWS(&t, "end lan lan: r3 | r4");
    trial_close(&t);
}

static void a_link_is_missed_only_by_who_claims_to_know(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3 r4 o1 o2");
    link(&t, CP_SIDE_A, "seen", "r1 1", "r2 1");
    link(&t, CP_SIDE_A, "read", "r1 2", "r2 2");
    link(&t, CP_SIDE_A, "not read", "r3 1", "r4 1");
    seen(&t, CP_SIDE_B, "r1 1", "r2 1");
    compare(&t);
    ASSERT_ROWS(&t, "link read -");
    assert_int_equal(t.c->links[CP_SIDE_A].unclaimed, 1);
    trial_close(&t);
}

static void neighbours_see_no_leased_circuits_and_nothing_over_switches(void **state)
{
    struct trial t = trial_open();
    struct cp_link_row row;

    (void)state;
    nodes(&t, "r1 r2 r3");
    link(&t, CP_SIDE_A, "e", "r1 1", "r3 1");
    row = link_row(&t, "l", "r1 2", "r2 2");
    row.link_class = CP_TEXT("leased-circuit");
    assert_int_equal(cp_build_link(t.build[CP_SIDE_A], &row, &t.diag), CP_OK);
    row = link_row(&t, "o", "r1 1", "r2 3");
    row.over = CP_TEXT("e");
    assert_int_equal(cp_build_link(t.build[CP_SIDE_A], &row, &t.diag), CP_OK);
    seen(&t, CP_SIDE_B, "r1 1", "r3 1");
    compare(&t);
    ASSERT_NO_ROWS(&t);
    assert_int_equal(t.c->links[CP_SIDE_A].unclaimed, 2);
    trial_close(&t);
}

static void an_inventory_that_states_links_misses_those_that_are_seen(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2 r3");
    link(&t, CP_SIDE_A, "c", "r1 1", "r2 1");
    seen(&t, CP_SIDE_B, "r1 1", "r2 1");
    seen(&t, CP_SIDE_B, "r1 2", "r3 1");
    compare(&t);
    ASSERT_ROWS(&t, "link - r1--r3");
    trial_close(&t);
}

static void an_inventory_without_links_misses_none(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2");
    seen(&t, CP_SIDE_B, "r1 1", "r2 1");
    compare(&t);
    ASSERT_NO_ROWS(&t);
    assert_int_equal(t.c->links[CP_SIDE_B].unclaimed, 1);
    trial_close(&t);
}

static void links_of_a_device_that_only_one_side_has_are_not_told_again(void **state)
{
    struct trial t = trial_open();

    (void)state;
    nodes(&t, "r1 r2");
    node(&t, CP_SIDE_A, "gone", "");
    link(&t, CP_SIDE_A, "", "r1 1", "gone 1");
    link(&t, CP_SIDE_A, "", "r1 2", "r2 1");
    link(&t, CP_SIDE_B, "", "r1 2", "r2 1");
    compare(&t);
    ASSERT_ROWS(&t, "device gone -");
    assert_int_equal(t.c->links[CP_SIDE_A].without_end, 1);
    trial_close(&t);
}

static void sides_that_give_every_link_the_metric_one_state_none(void **state)
{
    struct trial t = trial_open();
    struct cp_link_row row;

    (void)state;
    nodes(&t, "r1 r2");
    row = link_row(&t, "", "r1", "r2");
    row.metric_ab = 10;
    row.metric_ba = 20;
    assert_int_equal(cp_build_link(t.build[CP_SIDE_A], &row, &t.diag), CP_OK);
    link(&t, CP_SIDE_B, "", "r2", "r1");
    compare(&t);
    ASSERT_NO_ROWS(&t);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_without_ports_is_any_between_its_devices),
        cmocka_unit_test(cables_exchanged_at_a_device_are_told_port_by_port),
        cmocka_unit_test(a_cable_that_was_seen_is_told_on_the_grade_of_the_sighting),
        cmocka_unit_test(a_moved_cable_is_told_at_each_port_that_it_left_or_came_to),
        cmocka_unit_test(a_lan_is_seen_by_two_of_its_members_at_a_time),
        cmocka_unit_test(members_that_only_one_side_of_a_lan_has_are_told),
        cmocka_unit_test(a_link_is_missed_only_by_who_claims_to_know),
        cmocka_unit_test(neighbours_see_no_leased_circuits_and_nothing_over_switches),
        cmocka_unit_test(an_inventory_that_states_links_misses_those_that_are_seen),
        cmocka_unit_test(an_inventory_without_links_misses_none),
        cmocka_unit_test(links_of_a_device_that_only_one_side_has_are_not_told_again),
        cmocka_unit_test(sides_that_give_every_link_the_metric_one_state_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
