#include "rig.h"

/* A path that is broken, and held to, is told to be so. */

static void hold(struct rig *r, bool held)
{
    cp_control_hold(r->c, held, CP_TEXT("somebody"), r->now);
    drain(r);
}

static void is_told_broken(const struct rig *r)
{
    struct cp_control_lsp l = lsp(r, KEY);
    const struct cp_control_alarm *at;
    uint32_t count = cp_control_alarms(r->c, &at);

    assert_true(alarmed(r, "broken/" KEY));
    assert_int_equal(l.installed_is, CP_TRACE_BROKEN);
    assert_non_null(l.why);
    assert_non_null(strstr(l.why, "gone; held"));
    assert_false(l.enforcing);
    for (uint32_t i = 0; i < count && !cp_text_is(at->id, "broken/" KEY); i++)
        at++;
    assert_true(cp_text_is(at->id, "broken/" KEY) && says(at->document, "\"kind\": \"link\""));
}

static void is_told_well(const struct rig *r)
{
    struct cp_control_lsp l = lsp(r, KEY);

    assert_int_equal(l.phase, CP_LSP_INSTALLED);
    assert_int_equal(l.installed_is, CP_TRACE_CLEAN);
    assert_null(l.why);
    assert_true(l.enforcing);
    assert_false(alarmed(r, "broken/" KEY));
}

static void a_held_path_over_what_is_gone_is_broken_whatever_its_router_says(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    hold(&r, true);
    is_told_well(&r);
    link_gone(&r, 1);
    assert_int_equal(orders(&r), 0);
    is_told_broken(&r);
    report(&r, 0, l);
    is_told_broken(&r);
    rig_close(&r);
}

static void it_is_moved_and_the_alarm_ends_when_a_person_thaws(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    hold(&r, true);
    link_gone(&r, 1);
    hold(&r, false);
    r.now += SECOND;
    tick(&r);
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    assert_false(alarmed(&r, "broken/" KEY));
    rig_close(&r);
}

static void the_alarm_ends_when_a_plan_has_the_path_again(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    hold(&r, true);
    link_gone(&r, 1);
    r.net.links[1].down = true;
    plan(&r); /* not yet: it does not know the link any more */
    is_told_broken(&r);
    r.net.links[1].down = false;
    plan(&r);
    is_told_well(&r);
    assert_int_equal(orders(&r), 0);
    rig_close(&r);
}

static void the_alarm_ends_when_nobody_needs_the_path_any_more(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    hold(&r, true);
    link_gone(&r, 1);
    r.net.demand_count = 0;
    plan(&r);
    assert_false(alarmed(&r, "broken/" KEY));
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_path_over_what_is_gone_is_broken_whatever_its_router_says),
        cmocka_unit_test(it_is_moved_and_the_alarm_ends_when_a_person_thaws),
        cmocka_unit_test(the_alarm_ends_when_a_plan_has_the_path_again),
        cmocka_unit_test(the_alarm_ends_when_nobody_needs_the_path_any_more)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
