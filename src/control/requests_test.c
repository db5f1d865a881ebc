#include "rig.h"

/* --- requests ------------------------------------------------------------------------------------ */

static void ask(struct rig *r, uint32_t src, uint32_t dst, bool not_understood)
{
    struct cp_pce_event e = {.kind = CP_PCE_EV_REQUEST,
                             .request = {.id = 5,
                                         .src = fake_address(src),
                                         .dst = fake_address(dst),
                                         .segments_max = UINT32_MAX,
                                         .not_understood = not_understood}};

    event(r, 0, &e);
}

static void a_request_gets_a_clean_path_or_none_and_is_recorded(void **state)
{
    struct rig r = rig();

    (void)state;
    connect(&r, 0);
    ask(&r, 0, 3, false);
    assert_non_null(order(&r, CP_PCE_NO_PATH)); /* no plan yet */
    r.net.node_bad[1] = true;
    plan(&r);
    ask(&r, 0, 3, false);
    assert_true(is_over(order(&r, CP_PCE_REPLY)->order.path, OVER_2));
    assert_int_equal(order(&r, CP_PCE_REPLY)->order.request_id, 5);
    assert_true(record(&r, CP_RECORD_REQUEST) < order(&r, CP_PCE_REPLY));
    ask(&r, 0, 3, true);
    assert_non_null(order(&r, CP_PCE_NO_PATH));
    ask(&r, 0, 77, false);
    assert_true(order(&r, CP_PCE_NO_PATH)->order.unknown_dst);
    assert_false(order(&r, CP_PCE_NO_PATH)->order.unknown_src);
    cp_control_doubt(r.c); /* other rules, which the plan does not heed */
    ask(&r, 0, 3, false);
    assert_non_null(order(&r, CP_PCE_NO_PATH));
    plan(&r);
    ask(&r, 0, 3, false);
    assert_non_null(order(&r, CP_PCE_REPLY));
    rig_close(&r);
}

static void nothing_is_ordered_by_rules_that_are_over(void **state)
{
    struct rig r = rig();

    (void)state;
    plan(&r);
    cp_control_overrule(r.c);
    connect(&r, 0);
    assert_null(order(&r, CP_PCE_INITIATE));
    plan(&r);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    rig_close(&r);
}

static void a_plan_of_rules_that_are_over_by_now_orders_nothing(void **state)
{
    struct rig r = rig();

    (void)state;
    connect(&r, 0);
    cp_control_outdated(r.c, true);
    plan(&r);
    assert_null(order(&r, CP_PCE_INITIATE));
    assert_int_equal(cp_control_answers(r.c), false);
    cp_control_outdated(r.c, false);
    plan(&r);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_gets_a_clean_path_or_none_and_is_recorded),
        cmocka_unit_test(nothing_is_ordered_by_rules_that_are_over),
        cmocka_unit_test(a_plan_of_rules_that_are_over_by_now_orders_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
