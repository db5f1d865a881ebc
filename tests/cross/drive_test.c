#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "drive_rig.h"

/*
 *      n1 (huawei)
 *     /  \
 *   n0    n3      over n1 it costs 20, over n2 40
 *     \  /
 *      n2
 */
static struct rig square(void)
{
    return (struct rig){.routers = 4,
                        .links = 4,
                        .feeds = 1,
                        .link = {{0, 1, 10, false, 0},
                                 {1, 3, 10, false, 0},
                                 {0, 2, 20, false, 0},
                                 {2, 3, 20, false, 0}},
                        .maker = {"Nokia", "Huawei", "Nokia", "Nokia"},
                        .system = "frr-8.4"};
}

/* Over n2 in half: nobody needs to be steered. */
static void turn_to_clean(struct rig *r)
{
    r->link[2].metric = r->link[3].metric = 5;
}

static void open_and_tell(struct rig *r)
{
    rig_open(r);
    rig_tell(r, 0);
    rig_wait(r, 5 * RIG_SECOND);
}

static void open_and_steer(struct rig *r)
{
    open_and_tell(r);
    rig_connect(r, 0);
    rig_connect(r, 1);
    rig_wait(r, 20 * RIG_SECOND);
}

/* --- verdicts ------------------------------------------------------------------------------------- */

static void what_nobody_steers_is_a_violation_where_the_network_routes_it_over_what_is_forbidden(
    void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    open_and_tell(&r);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_VIOLATION);
    assert_true(said.unsteered);
    assert_non_null(said.exposure);
    assert_int_equal(said.exposure->element, 1);
    assert_false(said.down);
    rig_close(&r);
}

static void what_nobody_steers_is_ok_with_a_reason_where_its_ordinary_way_is_clean(void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    turn_to_clean(&r);
    open_and_tell(&r);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_OK);
    assert_true(said.unsteered);
    assert_non_null(said.why);
    rig_close(&r);
}

static void a_clean_ordinary_way_is_not_ok_while_a_feed_has_not_told_all(void **state)
{
    struct rig r = square();

    (void)state;
    turn_to_clean(&r);
    r.feeds = 2;
    open_and_tell(&r);
    rig_wait(&r, 60 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_tell(&r, 1);
    rig_wait(&r, 5 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

static void a_clean_ordinary_way_is_not_ok_while_news_have_no_plan_yet(void **state)
{
    struct rig r = square();

    (void)state;
    turn_to_clean(&r);
    r.plan_takes_us = RIG_SECOND;
    open_and_tell(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    r.link[2].metric = 100;
    rig_tell(&r, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_wait(&r, 5 * RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_close(&r);
}

static void a_demand_without_any_way_has_no_path(void **state)
{
    struct rig r = square();

    (void)state;
    r.link[0].down = r.link[2].down = true;
    open_and_tell(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_NO_PATH);
    rig_close(&r);
}

static void what_both_routers_carry_as_intended_is_ok_without_a_reason(void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    open_and_tell(&r);
    rig_connect(&r, 0);
    rig_wait(&r, 20 * RIG_SECOND);
    said = rig_verdict(&r); /* the way back is steered by nobody */
    assert_int_equal(said.verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(said.exposure->direction, CP_REVERSE);
    rig_connect(&r, 1);
    rig_wait(&r, 20 * RIG_SECOND);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_OK);
    assert_null(said.why);
    rig_close(&r);
}

static void a_lost_session_makes_it_undecided_where_the_router_keeps_what_it_has(void **state)
{
    struct rig r = square();

    (void)state;
    open_and_steer(&r);
    rig_cut(&r, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_close(&r);
}

static void a_lost_session_makes_it_a_violation_where_the_router_lets_it_go(void **state)
{
    struct rig r = square();

    (void)state;
    r.system = "junos";
    open_and_steer(&r);
    rig_cut(&r, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_close(&r);
}

static void a_guarded_headend_that_was_never_there_is_no_violation(void **state)
{
    struct rig r = square();

    (void)state;
    r.guarded = true;
    open_and_tell(&r);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    rig_close(&r);
}

static void without_a_clean_path_it_is_a_violation_where_its_headend_fails_open(void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    open_and_steer(&r);
    r.link[2].down = true;
    rig_tell(&r, 0);
    rig_wait(&r, 20 * RIG_SECOND);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_VIOLATION);
    assert_false(said.down);
    rig_close(&r);
}

static void without_a_clean_path_it_is_down_where_its_headend_is_guarded(void **state)
{
    struct rig r = square();
    struct cp_drive_verdict said;

    (void)state;
    r.guarded = true;
    open_and_steer(&r);
    r.link[2].down = true;
    rig_tell(&r, 0);
    rig_wait(&r, 20 * RIG_SECOND);
    said = rig_verdict(&r);
    assert_int_equal(said.verdict, CP_VERDICT_NO_PATH);
    assert_true(said.down);
    assert_non_null(said.blocking);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            what_nobody_steers_is_a_violation_where_the_network_routes_it_over_what_is_forbidden),
        cmocka_unit_test(what_nobody_steers_is_ok_with_a_reason_where_its_ordinary_way_is_clean),
        cmocka_unit_test(a_clean_ordinary_way_is_not_ok_while_a_feed_has_not_told_all),
        cmocka_unit_test(a_clean_ordinary_way_is_not_ok_while_news_have_no_plan_yet),
        cmocka_unit_test(a_demand_without_any_way_has_no_path),
        cmocka_unit_test(what_both_routers_carry_as_intended_is_ok_without_a_reason),
        cmocka_unit_test(a_lost_session_makes_it_undecided_where_the_router_keeps_what_it_has),
        cmocka_unit_test(a_lost_session_makes_it_a_violation_where_the_router_lets_it_go),
        cmocka_unit_test(a_guarded_headend_that_was_never_there_is_no_violation),
        cmocka_unit_test(without_a_clean_path_it_is_a_violation_where_its_headend_fails_open),
        cmocka_unit_test(without_a_clean_path_it_is_down_where_its_headend_is_guarded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
