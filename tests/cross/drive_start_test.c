#include "drive_square.h"

/* --- before all feeds have told all ------------------------------------------------------------------- */

static void nothing_new_is_installed_until_each_feed_has_told_all(void **state)
{
    struct rig r = square();
    struct cp_control_status status;

    (void)state;
    r.feeds = 2;
    open_and_tell(&r);
    assert_int_equal(r.plans, 0);
    rig_wait(&r, 40 * RIG_SECOND);
    assert_int_not_equal(r.plans, 0);
    rig_connect(&r, 0);
    rig_wait(&r, 60 * RIG_SECOND);
    assert_int_equal(r.orders, 0);
    cp_control_status(cp_drive_control(r.drive), &status);
    assert_true(status.partial);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_VIOLATION);
    rig_tell(&r, 1);
    rig_wait(&r, 20 * RIG_SECOND);
    assert_non_null(rig_up(&r, 0));
    cp_control_status(cp_drive_control(r.drive), &status);
    assert_false(status.partial);
    rig_close(&r);
}

/* Two feeds, steered; started again, the second one says nothing, and the first one does not know l2. */
static struct rig restarted(void)
{
    struct rig r = square();

    r.feeds = 2;
    return r;
}

static void restart(struct rig *r)
{
    rig_open(r);
    rig_tell(r, 0);
    rig_tell(r, 1);
    rig_connect(r, 0);
    rig_connect(r, 1);
    rig_wait(r, 20 * RIG_SECOND);
    assert_non_null(rig_up(r, 0));
}

static void start_with_one(struct rig *r)
{
    rig_restart(r);
    rig_connect(r, 0);
    rig_connect(r, 1);
    rig_tell(r, 0);
    rig_wait(r, 60 * RIG_SECOND);
    assert_int_not_equal(r->plans, 0);
}

static void after_a_restart_what_a_feed_has_not_told_yet_stays_in_force(void **state)
{
    struct rig r = restarted();

    (void)state;
    restart(&r);
    r.hidden[0] = 1 << 2;
    start_with_one(&r);
    assert_int_equal(r.orders, 0);
    assert_non_null(rig_up(&r, 0));
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_UNDECIDED);
    r.hidden[0] = 0;
    rig_tell(&r, 0);
    rig_tell(&r, 1);
    rig_wait(&r, 20 * RIG_SECOND);
    assert_int_equal(r.orders, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

static void what_is_gone_by_the_word_of_all_feeds_goes_down_when_the_last_has_told(void **state)
{
    struct rig r = restarted();

    (void)state;
    restart(&r);
    r.hidden[0] = r.hidden[1] = 1 << 2;
    start_with_one(&r);
    assert_non_null(rig_up(&r, 0));
    rig_tell(&r, 1);
    rig_wait(&r, 20 * RIG_SECOND);
    assert_null(rig_up(&r, 0));
    rig_close(&r);
}

static void bad_news_is_acted_upon_before_all_feeds_have_told_all(void **state)
{
    struct rig r = restarted();

    (void)state;
    restart(&r);
    r.maker[2] = "Huawei";
    start_with_one(&r);
    assert_null(rig_up(&r, 0));
    rig_close(&r);
}

static void what_a_feed_takes_back_is_gone_before_all_feeds_have_told_all(void **state)
{
    struct rig r = restarted();

    (void)state;
    restart(&r);
    start_with_one(&r);
    assert_non_null(rig_up(&r, 0));
    r.link[2].down = true;
    rig_tell(&r, 0);
    assert_null(rig_up(&r, 0));
    rig_close(&r);
}

/* --- feeds that are lost -------------------------------------------------------------------------------- */

/* Over n2, link 2; l4 (n0 n2) is down. */
static struct rig steered(void)
{
    struct rig r = square();

    r.system = "linux-agent";
    r.links = 5;
    r.link[4] = (struct rig_link){0, 2, 5, true, 0};
    open_and_steer(&r);
    assert_int_equal(rig_up(&r, 0)->labels[0], 15004);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    return r;
}

static void a_plan_that_comes_when_all_feeds_have_let_go_improves_nothing(void **state)
{
    struct rig r = steered();
    uint32_t plans = r.plans, orders = r.orders;

    (void)state;
    r.plan_takes_us = 30 * RIG_SECOND;
    r.link[4].down = false; /* a better way */
    rig_tell(&r, 0);
    rig_wait(&r, 2 * RIG_SECOND);
    rig_lose(&r, 0); /* its word stands for 20 s */
    rig_wait(&r, 35 * RIG_SECOND);
    assert_int_equal(r.plans, plans + 1);
    assert_int_equal(r.orders, orders);
    assert_int_not_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    r.plan_takes_us = 0;
    rig_tell(&r, 0);
    rig_wait(&r, 10 * RIG_SECOND);
    assert_int_equal(rig_up(&r, 0)->labels[0], 15008);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

static void what_is_gone_when_a_feed_is_back_does_not_wait_for_the_next_plan(void **state)
{
    struct rig r = steered();
    uint32_t plans = r.plans;

    (void)state;
    r.plan_takes_us = 30 * RIG_SECOND;
    rig_lose(&r, 0);
    rig_wait(&r, 30 * RIG_SECOND);
    assert_non_null(rig_up(&r, 0)); /* as the last plan has it */
    r.link[2].down = true;
    rig_tell(&r, 0);
    rig_wait(&r, RIG_SECOND);
    assert_int_equal(r.plans, plans);
    assert_null(rig_up(&r, 0));
    rig_close(&r);
}

static void what_is_there_when_a_feed_is_back_stays(void **state)
{
    struct rig r = steered();
    uint32_t orders = r.orders;

    (void)state;
    rig_lose(&r, 0);
    rig_wait(&r, 30 * RIG_SECOND);
    rig_tell(&r, 0);
    rig_wait(&r, 30 * RIG_SECOND);
    assert_int_equal(r.orders, orders);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

/* --- before the first plan ----------------------------------------------------------------------------- */

static void a_request_before_the_first_plan_waits_for_it(void **state)
{
    struct rig r = square();
    struct cp_pce_request asked;

    (void)state;
    rig_open(&r);
    rig_connect(&r, 0);
    rig_wait(&r, 10 * RIG_SECOND);
    assert_int_equal(r.pccs[0].refused, 0);
    asked = request(&r);
    rig_ask(&r, 0, &asked);
    rig_wait(&r, 20 * RIG_SECOND);
    assert_int_equal(r.pccs[0].replies + r.pccs[0].no_paths, 0);
    rig_tell(&r, 0);
    rig_wait(&r, 5 * RIG_SECOND);
    assert_reply(&r, (const uint32_t[]){15004, 15006}, 2);
    assert_int_equal(r.pccs[0].refused, 0);
    rig_close(&r);
}

static void a_request_that_waited_in_vain_is_asked_for_again_once_there_is_a_plan(void **state)
{
    struct rig r = square();
    struct cp_pce_request asked;

    (void)state;
    rig_open(&r);
    rig_connect(&r, 0);
    asked = request(&r);
    rig_ask(&r, 0, &asked);
    rig_wait(&r, 24 * RIG_SECOND);
    assert_int_equal(r.pccs[0].no_paths, 0);
    rig_wait(&r, 2 * RIG_SECOND); /* FRR waits 30 s */
    assert_int_equal(r.pccs[0].no_paths, 1);
    assert_int_equal(r.pccs[0].refused, 0);
    rig_tell(&r, 0);
    rig_wait(&r, 5 * RIG_SECOND);
    assert_int_equal(r.pccs[0].refused, 1);
    rig_connect(&r, 0);
    asked.id = 2;
    rig_ask(&r, 0, &asked);
    r.pccs[0].no_paths = 0;
    assert_reply(&r, (const uint32_t[]){15004, 15006}, 2);
    rig_close(&r);
}

static void more_requests_than_are_kept_are_turned_away_and_asked_for_again(void **state)
{
    struct rig r = square();
    struct cp_pce_request asked;

    (void)state;
    rig_open(&r);
    rig_connect(&r, 0);
    asked = request(&r);
    for (asked.id = 1; asked.id <= 40; asked.id++)
        rig_ask(&r, 0, &asked);
    assert_int_equal(r.pccs[0].no_paths, 8);
    rig_tell(&r, 0);
    rig_wait(&r, 5 * RIG_SECOND);
    assert_int_equal(r.pccs[0].replies, 32);
    assert_int_equal(r.pccs[0].refused, 1);
    rig_close(&r);
}

static void requests_of_a_session_that_is_lost_are_forgotten(void **state)
{
    struct rig r = square();
    struct cp_pce_request asked;

    (void)state;
    rig_open(&r);
    rig_connect(&r, 0);
    asked = request(&r);
    rig_ask(&r, 0, &asked);
    rig_cut(&r, 0);
    rig_connect(&r, 0);
    rig_tell(&r, 0);
    rig_wait(&r, 30 * RIG_SECOND);
    assert_int_equal(r.pccs[0].replies + r.pccs[0].no_paths, 0);
    assert_int_equal(r.pccs[0].refused, 0);
    rig_close(&r);
}

static void what_a_router_has_from_us_is_taken_up_though_nothing_was_kept(void **state)
{
    struct rig r = square();

    (void)state;
    open_and_steer(&r);
    r.record_count = 0;
    rig_restart(&r);
    rig_connect(&r, 0);
    rig_connect(&r, 1);
    rig_wait(&r, 20 * RIG_SECOND);
    assert_int_equal(r.orders, 0);
    rig_tell(&r, 0);
    rig_wait(&r, 20 * RIG_SECOND);
    assert_int_equal(r.orders, 0);
    assert_int_equal(rig_verdict(&r).verdict, CP_VERDICT_OK);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_new_is_installed_until_each_feed_has_told_all),
        cmocka_unit_test(after_a_restart_what_a_feed_has_not_told_yet_stays_in_force),
        cmocka_unit_test(what_is_gone_by_the_word_of_all_feeds_goes_down_when_the_last_has_told),
        cmocka_unit_test(bad_news_is_acted_upon_before_all_feeds_have_told_all),
        cmocka_unit_test(what_a_feed_takes_back_is_gone_before_all_feeds_have_told_all),
        cmocka_unit_test(a_plan_that_comes_when_all_feeds_have_let_go_improves_nothing),
        cmocka_unit_test(what_is_gone_when_a_feed_is_back_does_not_wait_for_the_next_plan),
        cmocka_unit_test(what_is_there_when_a_feed_is_back_stays),
        cmocka_unit_test(a_request_before_the_first_plan_waits_for_it),
        cmocka_unit_test(a_request_that_waited_in_vain_is_asked_for_again_once_there_is_a_plan),
        cmocka_unit_test(more_requests_than_are_kept_are_turned_away_and_asked_for_again),
        cmocka_unit_test(requests_of_a_session_that_is_lost_are_forgotten),
        cmocka_unit_test(what_a_router_has_from_us_is_taken_up_though_nothing_was_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
