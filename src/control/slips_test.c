#include "rig.h"

/* Routers that report an LSP on another path than the one that is meant: in the ERO, or in the RRO. */

static const struct cp_control_step *only_update(const struct rig *r)
{
    assert_int_equal(orders(r), 1);
    assert_non_null(order(r, CP_PCE_UPDATE));
    return order(r, CP_PCE_UPDATE);
}

/* A report of the LSP up on hops of another path. */
static void report_over(struct rig *r, struct cp_pce_lsp l, uint32_t first_label, uint32_t second)
{
    const struct cp_pce_hop hops[2] = {{.kind = CP_PCE_HOP_LABEL, .label = first_label},
                                       {.kind = CP_PCE_HOP_LABEL, .label = second}};

    l.intended = (struct cp_pce_path){hops, 2};
    l.state = CP_PCE_LSP_ACTIVE;
    report(r, 0, l);
}

/* A label that nobody has. */
#define OVER_NOWHERE (FIRST_LABEL + 999)

/* --- in the ERO ---------------------------------------------------------------------------------- */

static void another_path_is_ordered_back_once_and_then_an_alarm(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    report_over(&r, l, OVER_2, OVER_2 + 2);
    assert_true(is_over(only_update(&r)->order.path, OVER_1));
    assert_int_equal(lsp(&r, KEY).installed_is, CP_TRACE_CLEAN);
    assert_true(is_over(lsp(&r, KEY).installed, OVER_2));
    assert_false(alarmed(&r, "astray/" KEY));
    l.srp_id = only_update(&r)->order.srp_id;
    report_over(&r, l, OVER_2, OVER_2 + 2);
    assert_int_equal(orders(&r), 0);
    assert_true(alarmed(&r, "astray/" KEY));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_ASTRAY);
    r.now += 60 * SECOND;
    tick(&r);
    assert_true(is_over(only_update(&r)->order.path, OVER_1)); /* it is tried again */
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_ASTRAY);
    report(&r, 0, as_ordered(only_update(&r), 7, CP_PCE_LSP_ACTIVE));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_false(alarmed(&r, "astray/" KEY));
    rig_close(&r);
}

static void a_forbidden_path_reported_is_an_alarm_at_once_that_names_element_and_rule(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;
    const struct cp_control_alarm *at;

    (void)state;
    r.net.node_bad[4] = true;
    l = install(&r);
    report_over(&r, l, OVER_4, OVER_4 + 2);
    assert_int_equal(lsp(&r, KEY).installed_is, CP_TRACE_FORBIDDEN);
    assert_true(alarmed(&r, "astray/" KEY));
    assert_true(is_over(only_update(&r)->order.path, OVER_1));
    for (uint32_t i = 0, n = cp_control_alarms(r.c, &at); i < n; i++)
        if (cp_text_is(at[i].id, "astray/" KEY))
            assert_true(says(at[i].document, "\"id\": \"n4\"") &&
                        says(at[i].document, "\"rule\": \"no-bad\""));
    rig_close(&r);
}

static void a_router_that_alternates_is_not_answered_at_its_own_pace(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);
    uint32_t count = 0;

    (void)state;
    for (uint32_t i = 0; i < 100; i++) {
        l.state = CP_PCE_LSP_ACTIVE;
        report_over(&r, l, OVER_2, OVER_2 + 2);
        count += orders(&r);
        report_over(&r, l, OVER_1, OVER_1 + 2);
        count += orders(&r);
        r.now += 1000;
    }
    assert_true(count <= 2);
    rig_close(&r);
}

static void a_path_with_a_hop_that_nobody_knows_is_an_alarm_at_once(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    report_over(&r, l, OVER_1, OVER_NOWHERE);
    assert_int_equal(lsp(&r, KEY).installed_is, CP_TRACE_UNKNOWN);
    assert_true(alarmed(&r, "astray/" KEY));
    assert_false(lsp(&r, KEY).enforcing);
    assert_true(is_over(only_update(&r)->order.path, OVER_1)); /* and ordered back */
    rig_close(&r);
}

static void a_dirty_path_of_what_is_not_delegated_is_told_at_once(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;

    (void)state;
    r.net.node_bad[4] = true;
    l = install(&r);
    l.delegated = false;
    report_over(&r, l, OVER_2, OVER_2 + 2); /* another one, and clean */
    assert_false(alarmed(&r, "astray/" KEY));
    report_over(&r, l, OVER_4, OVER_4 + 2);
    assert_true(alarmed(&r, "astray/" KEY));
    assert_false(lsp(&r, KEY).enforcing);
    assert_int_equal(orders(&r), 0); /* nothing can be ordered */
    rig_close(&r);
}

static void while_held_a_router_does_not_stay_on_a_dirty_path_of_its_own_choice(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;

    (void)state;
    r.net.node_bad[4] = true;
    l = install(&r);
    cp_control_hold(r.c, true, CP_TEXT("somebody"), r.now);
    drain(&r);
    link_gone(&r, 1);
    assert_int_equal(orders(&r), 0); /* its path is broken, and held to */
    report_over(&r, l, OVER_4, OVER_4 + 2);
    assert_true(is_over(only_update(&r)->order.path, OVER_2));
    rig_close(&r);
}

/* --- at once, or not at all ------------------------------------------------------------------------ */

static void what_its_router_reports_down_by_itself_is_an_alarm_at_once(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    l.state = CP_PCE_LSP_DOWN;
    report(&r, 0, l);
    assert_true(alarmed(&r, "astray/" KEY));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_ASTRAY);
    assert_int_equal(orders(&r), 0); /* the order waits; what is so does not */
    l.state = CP_PCE_LSP_ACTIVE;
    report(&r, 0, l);
    assert_false(alarmed(&r, "astray/" KEY));
    rig_close(&r);
}

static void what_its_router_removes_by_itself_is_an_alarm_at_once(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    l.removed = true;
    report(&r, 0, l);
    assert_true(alarmed(&r, "astray/" KEY));
    assert_non_null(order(&r, CP_PCE_INITIATE));
    report(&r, 0, as_ordered(order(&r, CP_PCE_INITIATE), 8, CP_PCE_LSP_ACTIVE));
    assert_false(alarmed(&r, "astray/" KEY));
    rig_close(&r);
}

static void a_report_that_lags_behind_an_order_is_no_alarm(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    r.net.node_bad[1] = true;
    plan(&r); /* what it has is forbidden by now: told with the order that leaves it */
    assert_true(is_over(only_update(&r)->order.path, OVER_2));
    assert_true(lsp(&r, KEY).moving);
    for (uint32_t i = 0; i < 3; i++) {
        report_over(&r, l, OVER_1, OVER_1 + 2);
        assert_false(alarmed(&r, "astray/" KEY));
        assert_int_equal(lsp(&r, KEY).left_is, CP_TRACE_FORBIDDEN);
    }
    rig_close(&r);
}

static void the_path_that_is_left_is_judged_anew_until_its_router_reports_the_new_one_up(
    void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r), moved;

    (void)state;
    r.net.links[0].cost = 9;
    plan(&r);
    r.now += 11 * SECOND;
    tick(&r);
    assert_true(is_over(only_update(&r)->order.path, OVER_2));
    moved = as_ordered(only_update(&r), l.plsp_id, CP_PCE_LSP_GOING_UP);
    report(&r, 0, moved);
    assert_true(lsp(&r, KEY).moving);
    assert_int_equal(lsp(&r, KEY).left_is, CP_TRACE_CLEAN);
    r.net.node_bad[1] = true;
    plan(&r);
    assert_true(lsp(&r, KEY).moving);
    assert_int_equal(lsp(&r, KEY).left_is, CP_TRACE_FORBIDDEN);
    moved.state = CP_PCE_LSP_ACTIVE;
    report(&r, 0, moved);
    assert_false(lsp(&r, KEY).moving);
    rig_close(&r);
}

static void a_third_path_that_is_forbidden_is_told_before_the_order_is_answered(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;

    (void)state;
    r.net.node_bad[4] = true;
    l = install(&r);
    link_gone(&r, 1);
    assert_true(is_over(only_update(&r)->order.path, OVER_2));
    assert_false(alarmed(&r, "astray/" KEY));
    report_over(&r, l, OVER_4, OVER_4 + 2);
    assert_true(alarmed(&r, "astray/" KEY));
    assert_false(lsp(&r, KEY).moving);
    assert_int_equal(orders(&r), 0); /* one is out */
    rig_close(&r);
}

/* --- in the RRO ---------------------------------------------------------------------------------- */

/* Reported as meant, but for what its packets are said to go over. */
static void report_with(struct rig *r, struct cp_pce_lsp l, const struct cp_pce_hop *rro,
                        uint32_t count)
{
    l.actual = (struct cp_pce_path){rro, count};
    report(r, 0, l);
}

static void segments_recorded_count_whatever_is_recorded_beside_them(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);
    struct cp_pce_hop rro[3] = {{.kind = CP_PCE_HOP_LABEL, .label = OVER_1},
                                {.kind = CP_PCE_HOP_LABEL, .label = OVER_1 + 2},
                                {.kind = CP_PCE_HOP_OTHER}};

    (void)state;
    report_with(&r, l, rro, 2);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_int_equal(orders(&r), 0);
    report_with(&r, l, rro, 3);
    assert_int_equal(lsp(&r, KEY).installed_is, CP_TRACE_UNKNOWN);
    assert_true(alarmed(&r, "astray/" KEY));
    assert_int_equal(orders(&r), 1);
    rig_close(&r);
}

static void what_is_not_understood_is_never_the_intended_path(void **state)
{
    static const struct cp_pce_hop odd[2] = {{.kind = CP_PCE_HOP_OTHER},
                                             {.kind = CP_PCE_HOP_OTHER}};

    (void)state;
    for (int ero = 0; ero < 2; ero++) {
        struct rig r = rig();
        struct cp_pce_lsp l = install(&r);

        if (ero == 1)
            l.intended = (struct cp_pce_path){odd, 2};
        report_with(&r, l, odd, ero == 1 ? 0 : 2);
        assert_int_equal(orders(&r), 1);
        assert_int_equal(lsp(&r, KEY).installed_is, CP_TRACE_UNKNOWN);
        assert_false(lsp(&r, KEY).enforcing);
        assert_true(alarmed(&r, "astray/" KEY));
        rig_close(&r);
    }
}

static struct cp_pce_hop at_node(uint32_t node)
{
    return (struct cp_pce_hop){.kind = CP_PCE_HOP_ADDRESS, .local = fake_address(node)};
}

static void nodes_recorded_agree_where_they_are_known_and_of_the_path(void **state)
{
    const struct cp_pce_hop over_1[3] = {at_node(0), at_node(1), at_node(3)};
    const struct cp_pce_hop over_2[3] = {at_node(0), at_node(2), at_node(3)};
    const struct cp_pce_hop nowhere[3] = {at_node(0), at_node(77), at_node(3)};

    (void)state;
    for (int i = 0; i < 3; i++) {
        const struct cp_pce_hop *const rro[] = {over_1, over_2, nowhere};
        struct rig r = rig();
        struct cp_pce_lsp l = install(&r);

        report_with(&r, l, rro[i], 3);
        assert_int_equal(orders(&r), i == 0 ? 0 : 1);
        assert_true(lsp(&r, KEY).enforcing == (i == 0));
        assert_true(alarmed(&r, "astray/" KEY) == (i != 0));
        rig_close(&r);
    }
}

static void before_the_first_plan_no_recorded_node_is_known(void **state)
{
    const struct cp_pce_hop over_2[3] = {at_node(0), at_node(2), at_node(3)};
    const struct cp_control_delegated d = {CP_TEXT("r0"), CP_TEXT("green"), CP_TEXT("d1")};
    struct rig r = rig_of(&d, 1);
    struct cp_pce_lsp l = {.plsp_id = 5,
                           .name = CP_TEXT("green"),
                           .dst = fake_address(3),
                           .delegated = true,
                           .wanted_up = true,
                           .state = CP_PCE_LSP_ACTIVE,
                           .intended = {fake_hops_over_1(), 2}};

    (void)state;
    up(&r, 0);
    report_with(&r, l, over_2,
                3); /* what a router's own LSP was said to do counts when it is bound */
    synced(&r, 0);
    plan(&r);
    assert_false(lsp(&r, KEY).enforcing);
    assert_int_not_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_true(is_over(only_update(&r)->order.path, OVER_1));
    rig_close(&r);
}

/* --- what is ordered again ------------------------------------------------------------------------ */

static void another_path_at_the_same_moment_is_no_order_again(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    link_gone(&r, 0);
    assert_true(is_over(only_update(&r)->order.path, OVER_2));
    assert_null(record(&r, CP_RECORD_AGAIN));
    rig_close(&r);
}

static void after_a_restart_it_is_said_that_nobody_knows_whether_it_was_ordered(void **state)
{
    struct rig r = rig(), after = rig();

    (void)state;
    connect(&r, 0);
    plan(&r);
    assert_int_equal(
        cp_control_restore(after.c, CP_TEXT(KEY), record(&r, CP_RECORD_INTENT)->state, NULL),
        CP_OK);
    connect(&after, 0);
    plan(&after);
    assert_non_null(order(&after, CP_PCE_INITIATE));
    assert_true(says(record(&after, CP_RECORD_AGAIN)->document,
                     "whether it was ordered before the start is not known"));
    after.now += 5 * SECOND;
    tick(&after);
    assert_true(says(record(&after, CP_RECORD_AGAIN)->document,
                     "\"why\": \"its router has not reported that it is done\""));
    rig_close(&r);
    rig_close(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(another_path_at_the_same_moment_is_no_order_again),
        cmocka_unit_test(after_a_restart_it_is_said_that_nobody_knows_whether_it_was_ordered),
        cmocka_unit_test(another_path_is_ordered_back_once_and_then_an_alarm),
        cmocka_unit_test(a_forbidden_path_reported_is_an_alarm_at_once_that_names_element_and_rule),
        cmocka_unit_test(a_router_that_alternates_is_not_answered_at_its_own_pace),
        cmocka_unit_test(a_path_with_a_hop_that_nobody_knows_is_an_alarm_at_once),
        cmocka_unit_test(a_dirty_path_of_what_is_not_delegated_is_told_at_once),
        cmocka_unit_test(while_held_a_router_does_not_stay_on_a_dirty_path_of_its_own_choice),
        cmocka_unit_test(what_its_router_reports_down_by_itself_is_an_alarm_at_once),
        cmocka_unit_test(what_its_router_removes_by_itself_is_an_alarm_at_once),
        cmocka_unit_test(
            the_path_that_is_left_is_judged_anew_until_its_router_reports_the_new_one_up),
        cmocka_unit_test(a_report_that_lags_behind_an_order_is_no_alarm),
        cmocka_unit_test(a_third_path_that_is_forbidden_is_told_before_the_order_is_answered),
        cmocka_unit_test(segments_recorded_count_whatever_is_recorded_beside_them),
        cmocka_unit_test(what_is_not_understood_is_never_the_intended_path),
        cmocka_unit_test(nodes_recorded_agree_where_they_are_known_and_of_the_path),
        cmocka_unit_test(before_the_first_plan_no_recorded_node_is_known)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
