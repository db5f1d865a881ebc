#include "drive_square.h"

/* What of verdicts is told: each change once, as it is, and nothing is left out. */

enum { LOOKS = 1000 };

static bool next(struct rig *r, struct cp_drive_change *out)
{
    uint32_t looks = LOOKS;
    cp_change_more more;

    assert_int_equal(cp_drive_change(r->drive, r->now_us, &looks, out, &more), CP_OK);
    assert_int_not_equal(more, CP_CHANGE_MORE);
    return more == CP_CHANGE_ONE;
}

static void expect(struct rig *r, cp_verdict from, cp_verdict to)
{
    struct cp_drive_change change;

    assert_true(next(r, &change));
    assert_true(cp_text_is(change.demand, "d0"));
    assert_true(change.had && !change.gone);
    assert_int_equal(change.from, from);
    assert_int_equal(change.to.verdict, to);
    assert_false(next(r, &change));
}

static void expect_none(struct rig *r)
{
    struct cp_drive_change change;

    assert_false(next(r, &change));
}

static void what_was_never_told_is_told_with_the_first_plan(void **state)
{
    struct rig r = square();
    struct cp_drive_change change;

    (void)state;
    rig_open(&r);
    expect_none(&r); /* there is no plan */
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    assert_true(next(&r, &change));
    assert_false(change.had);
    assert_int_equal(change.to.verdict, CP_VERDICT_VIOLATION);
    assert_non_null(change.to.exposure);
    expect_none(&r);
    rig_close(&r);
}

static struct rig steered(void)
{
    struct rig r = square();
    struct cp_drive_change change;

    open_and_steer(&r);
    assert_true(next(&r, &change));
    assert_int_equal(change.to.verdict, CP_VERDICT_OK);
    expect_none(&r);
    return r;
}

/* Without time going by: no turn of all demands helps. */
static void each_change_is_told_once_in_the_moment_of_its_report(void **state)
{
    struct rig r = steered();
    struct rig_lsp lsp = *rig_up(&r, 0);

    (void)state;
    r.pccs[0].silent = true;
    lsp.up = false;
    rig_report(&r, 0, &lsp, 0);
    expect(&r, CP_VERDICT_OK, CP_VERDICT_VIOLATION);
    rig_report(&r, 0, &lsp, 0);
    expect_none(&r);
    lsp.up = true;
    rig_report(&r, 0, &lsp, 0);
    expect(&r, CP_VERDICT_VIOLATION, CP_VERDICT_OK);
    rig_close(&r);
}

static void what_follows_from_time_alone_is_told_within_a_second(void **state)
{
    struct rig r = steered();

    (void)state;
    rig_cut(&r, 0);
    expect(&r, CP_VERDICT_OK, CP_VERDICT_UNDECIDED);
    rig_wait(&r, 29 * RIG_SECOND);
    expect_none(&r);
    rig_wait(&r, 2 * RIG_SECOND); /* FRR has let it go */
    expect(&r, CP_VERDICT_UNDECIDED, CP_VERDICT_VIOLATION);
    rig_close(&r);
}

static void that_a_plan_is_still_to_come_is_told_where_it_does_not_come(void **state)
{
    struct rig r = square();
    struct cp_drive_change change;

    (void)state;
    r.link[2].metric = r.link[3].metric = 5; /* nobody needs to be steered */
    r.plan_takes_us = 20 * RIG_SECOND;
    rig_open(&r);
    rig_tell(&r, 0);
    rig_wait(&r, 60 * RIG_SECOND);
    assert_true(next(&r, &change));
    assert_int_equal(change.to.verdict, CP_VERDICT_OK);
    r.link[0].metric = 11;
    rig_tell(&r, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    expect_none(&r);
    rig_wait(&r, 4 * RIG_SECOND);
    expect_none(&r);
    rig_wait(&r, 2 * RIG_SECOND);
    expect(&r, CP_VERDICT_OK, CP_VERDICT_UNDECIDED);
    rig_wait(&r, 40 * RIG_SECOND);
    expect(&r, CP_VERDICT_UNDECIDED, CP_VERDICT_OK);
    rig_close(&r);
}

static void what_was_told_before_a_restart_is_not_told_again(void **state)
{
    struct rig r = square();

    (void)state;
    rig_open(&r);
    assert_int_equal(cp_drive_told(r.drive, CP_TEXT("d0"), CP_VERDICT_VIOLATION), CP_OK);
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    expect_none(&r);
    rig_connect(&r, 0);
    rig_connect(&r, 1);
    rig_wait(&r, 20 * RIG_SECOND);
    expect(&r, CP_VERDICT_VIOLATION, CP_VERDICT_OK);
    rig_close(&r);
}

static void of_a_demand_that_is_no_more_it_is_told_that_it_is_gone(void **state)
{
    struct rig r = square();
    struct cp_drive_change change;

    (void)state;
    rig_open(&r);
    assert_int_equal(cp_drive_told(r.drive, CP_TEXT("old"), CP_VERDICT_OK), CP_OK);
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    assert_true(next(&r, &change));
    assert_true(change.gone && change.had && cp_text_is(change.demand, "old"));
    assert_int_equal(change.from, CP_VERDICT_OK);
    assert_true(next(&r, &change));
    assert_true(cp_text_is(change.demand, "d0"));
    expect_none(&r);
    rig_close(&r);
}

static void report(struct rig *r, struct rig_lsp *lsp, bool up)
{
    lsp->up = up;
    rig_report(r, 0, lsp, 0);
}

/* As often as the bucket has it; the last of them is of a violation. */
static struct rig_lsp alternate(struct rig *r, uint32_t times)
{
    struct rig_lsp lsp = *rig_up(r, 0);

    r->pccs[0].silent = true;
    for (uint32_t i = 0; i < times; i++) {
        report(r, &lsp, i % 2 != 0);
        expect(r, i % 2 == 0 ? CP_VERDICT_OK : CP_VERDICT_VIOLATION,
               i % 2 == 0 ? CP_VERDICT_VIOLATION : CP_VERDICT_OK);
    }
    return lsp;
}

/* One of the bucket was for the first of all, which is that it is ok. */
static void what_alternates_is_told_once_a_minute_with_how_often_and_the_worst(void **state)
{
    struct rig r = steered();
    struct cp_drive_change change;
    struct rig_lsp lsp = alternate(&r, CP_CHANGES_AT_ONCE - 1);
    uint64_t seen = cp_drive_changes_seen(r.drive), told_us = r.now_us;

    (void)state;
    for (uint32_t i = 0; i < 80; i++) {
        report(&r, &lsp, i % 2 == 0);
        expect_none(&r);
        assert_int_equal(rig_verdict(&r).verdict,
                         i % 2 == 0 ? CP_VERDICT_OK : CP_VERDICT_VIOLATION);
    }
    assert_int_equal(cp_drive_changes_seen(r.drive), seen + 80);
    report(&r, &lsp, true);
    expect_none(&r);
    report(&r, &lsp, false);
    rig_wait(&r, told_us + CP_CHANGES_SLOW_US - RIG_SECOND - r.now_us);
    report(&r, &lsp, false);
    expect_none(&r);
    rig_wait(&r, 2 * RIG_SECOND);
    assert_true(next(&r, &change));
    assert_int_equal(change.from, CP_VERDICT_VIOLATION);
    assert_int_equal(change.to.verdict, CP_VERDICT_VIOLATION); /* as it was: but not all the time */
    assert_int_equal(change.changes, 82);
    assert_int_equal(change.worst, CP_VERDICT_VIOLATION);
    expect_none(&r);
    rig_close(&r);
}

static void what_comes_to_rest_is_told_as_it_is_and_is_told_at_once_later(void **state)
{
    struct rig r = steered();
    struct cp_drive_change change;
    struct rig_lsp lsp = alternate(&r, CP_CHANGES_AT_ONCE - 1);

    (void)state;
    report(&r, &lsp, true);
    expect_none(&r);
    rig_wait(&r, CP_CHANGES_SLOW_US + RIG_SECOND);
    assert_true(next(&r, &change));
    assert_int_equal(change.from, CP_VERDICT_VIOLATION);
    assert_int_equal(change.to.verdict, CP_VERDICT_OK);
    assert_int_equal(change.changes, 1);
    expect_none(&r);
    rig_wait(&r, CP_CHANGES_ONE_MORE_US);
    expect_none(&r);
    report(&r, &lsp, false);
    expect(&r, CP_VERDICT_OK, CP_VERDICT_VIOLATION);
    report(&r, &lsp, true);
    expect_none(&r);
    rig_close(&r);
}

enum { MANY = CP_CHANGES_SLOW_MOST + 100 * CP_CHANGES_SLOW_A_SECOND };

/* How many are told now; each demand's count goes up. */
static uint32_t tell_all(struct rig *r, uint32_t *told)
{
    struct cp_drive_change change;
    uint32_t count = 0, looks = 10 * MANY;
    cp_change_more more;

    for (;;) {
        assert_int_equal(cp_drive_change(r->drive, r->now_us, &looks, &change, &more), CP_OK);
        if (more != CP_CHANGE_ONE)
            break;
        told[change.at]++;
        count++;
    }
    assert_int_equal(more, CP_CHANGE_NONE);
    return count;
}

/* All change four times a second; of those that the bucket has no room for none waits for ever. */
static void of_more_that_alternate_than_there_is_room_for_each_comes_in_its_turn(void **state)
{
    struct rig r = square();
    struct rig_lsp lsp;
    uint32_t told[MANY] = {0};
    uint32_t count = 0;

    (void)state;
    r.more_demands = MANY - 1;
    open_and_steer(&r);
    lsp = *rig_up(&r, 0);
    r.pccs[0].silent = true;
    for (uint32_t i = 0; i < CP_CHANGES_AT_ONCE; i++) {
        assert_int_equal(tell_all(&r, told), MANY);
        report(&r, &lsp, i % 2 != 0);
    }
    assert_int_equal(tell_all(&r, told), 0);
    memset(told, 0, sizeof told);
    for (uint32_t i = 0; i < 175 * 4; i++) {
        rig_wait(&r, RIG_SECOND / 4);
        report(&r, &lsp, i % 2 == 0);
        count += tell_all(&r, told);
    }
    /* From the 60th second to the 175th. */
    assert_in_range(count, CP_CHANGES_SLOW_MOST + 110 * CP_CHANGES_SLOW_A_SECOND,
                    CP_CHANGES_SLOW_MOST + 116 * CP_CHANGES_SLOW_A_SECOND);
    for (uint32_t i = 0; i < MANY; i++)
        assert_in_range(told[i], 1, 2);
    rig_close(&r);
}

static void a_violation_from_before_a_restart_stands_until_its_router_is_back(void **state)
{
    struct rig r = steered();

    (void)state;
    rig_cut(&r, 0);
    rig_wait(&r, 31 * RIG_SECOND); /* FRR has let it go */
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_restart(&r);
    assert_int_equal(cp_drive_told(r.drive, CP_TEXT("d0"), CP_VERDICT_VIOLATION), CP_OK);
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    expect_none(&r);
    rig_connect(&r, 0);
    rig_connect(&r, 1);
    rig_wait(&r, 20 * RIG_SECOND);
    expect(&r, CP_VERDICT_VIOLATION, CP_VERDICT_OK);
    rig_cut(&r, 0); /* something better was known since */
    expect(&r, CP_VERDICT_OK, CP_VERDICT_UNDECIDED);
    rig_close(&r);
}

static void that_no_rule_holds_for_it_any_more_is_told_once(void **state)
{
    struct rig r = square();
    struct cp_drive_change change;

    (void)state;
    r.unruled = true;
    rig_open(&r);
    assert_int_equal(cp_drive_told(r.drive, CP_TEXT("d0"), CP_VERDICT_OK), CP_OK);
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    assert_true(next(&r, &change));
    assert_true(change.had && !change.gone && !change.to.sensitive);
    assert_int_equal(change.from, CP_VERDICT_OK);
    rig_wait(&r, 2 * RIG_SECOND);
    expect_none(&r);
    rig_close(&r);
}

/* The way out waits for a plan; the way back is one that its router has and does not have up. */
static void a_way_that_waits_for_a_plan_delays_nothing_that_is_so_without_one(void **state)
{
    struct rig r = square();
    struct cp_drive_change change;
    struct rig_lsp lsp;

    (void)state;
    r.link[2].metric = r.link[3].metric = 5;
    r.plan_takes_us = 20 * RIG_SECOND;
    rig_open(&r);
    rig_tell(&r, 0);
    rig_connect(&r, 1);
    rig_wait(&r, 60 * RIG_SECOND);
    assert_true(next(&r, &change));
    assert_int_equal(change.to.verdict, CP_VERDICT_OK);
    r.link[0].metric = 11;
    rig_tell(&r, 0);
    expect_none(&r);
    lsp = *rig_up(&r, 1);
    lsp.up = false;
    r.pccs[1].silent = true;
    rig_report(&r, 1, &lsp, 0);
    expect(&r, CP_VERDICT_OK, CP_VERDICT_UNDECIDED);
    rig_close(&r);
}

static void who_may_look_no_more_is_asked_to_come_again(void **state)
{
    struct rig r = square();
    struct cp_drive_change change;
    cp_change_more more;
    uint32_t looks = 0;

    (void)state;
    open_and_tell(&r);
    assert_int_equal(cp_drive_change(r.drive, r.now_us, &looks, &change, &more), CP_OK);
    assert_int_equal(more, CP_CHANGE_MORE);
    looks = 1;
    assert_int_equal(cp_drive_change(r.drive, r.now_us, &looks, &change, &more), CP_OK);
    assert_int_equal(more, CP_CHANGE_ONE);
    assert_int_equal(looks, 0);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_never_told_is_told_with_the_first_plan),
        cmocka_unit_test(each_change_is_told_once_in_the_moment_of_its_report),
        cmocka_unit_test(what_follows_from_time_alone_is_told_within_a_second),
        cmocka_unit_test(that_a_plan_is_still_to_come_is_told_where_it_does_not_come),
        cmocka_unit_test(what_was_told_before_a_restart_is_not_told_again),
        cmocka_unit_test(of_a_demand_that_is_no_more_it_is_told_that_it_is_gone),
        cmocka_unit_test(what_alternates_is_told_once_a_minute_with_how_often_and_the_worst),
        cmocka_unit_test(what_comes_to_rest_is_told_as_it_is_and_is_told_at_once_later),
        cmocka_unit_test(of_more_that_alternate_than_there_is_room_for_each_comes_in_its_turn),
        cmocka_unit_test(a_violation_from_before_a_restart_stands_until_its_router_is_back),
        cmocka_unit_test(that_no_rule_holds_for_it_any_more_is_told_once),
        cmocka_unit_test(a_way_that_waits_for_a_plan_delays_nothing_that_is_so_without_one),
        cmocka_unit_test(who_may_look_no_more_is_asked_to_come_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
