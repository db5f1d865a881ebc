#include "pce_world.h"

/* The PCE's machine against bytes made here: every timer. */

/* --- timers -------------------------------------------------------------------------------------- */

/* RFC 5440 6.2 TEST, 7.15: no Open in time is PCErr 1/2 */
static void no_open_in_time_ends_it(void **state)
{
    struct world w = world();

    (void)state;
    connect(&w);
    want_deadline(&w, OPEN_WAIT_S);
    want_error(&w, 1, 2);
    want_down(&w);
    world_free(&w);
}

/* RFC 5440 6.2 TEST, 7.15: no Keepalive in time is PCErr 1/7 */
static void no_keepalive_in_time_ends_it(void **state)
{
    struct world w = world();

    (void)state;
    connect(&w);
    take(&w, open_of(&w, 0, 0, true));
    want_nothing(&w);
    want_sent(&w, CP_PCEP_KEEPALIVE);
    want_deadline(&w, OPEN_WAIT_S);
    want_error(&w, 1, 7);
    want_down(&w);
    world_free(&w);
}

/* RFC 5440 6.3 TEST: a Keepalive when nothing else was sent for so long */
static void a_keepalive_goes_out_when_nothing_else_did(void **state)
{
    struct world w = world();
    struct cp_pce_order order = {.kind = CP_PCE_NO_PATH, .request_id = 1};

    (void)state;
    up_with(&w, 0, 0, false);
    want_deadline(&w, 30);
    want_sent(&w, CP_PCEP_KEEPALIVE);
    at(&w, 20);
    assert_int_equal(cp_pce_order(w.pce, &order, w.now_us), CP_OK);
    want_sent(&w, CP_PCEP_PCREP);
    want_deadline(&w, 30);
    want_sent(&w, CP_PCEP_KEEPALIVE);
    world_free(&w);
}

/* RFC 5440 7.3 TEST: what the peer said of its dead timer counts; RFC 5440 7.17: CLOSE reason 2 */
static void a_silent_peer_is_dead_after_what_it_said(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 10, 40, false);
    at(&w, 39);
    take(&w, keepalive(&w));
    want_nothing(&w);
    want_deadline(&w, 40);
    want_close(&w, CP_PCEP_CLOSE_DEAD);
    want_down(&w);
    world_free(&w);
}

/* RFC 5440 7.3 TEST: without Keepalives the dead timer is ignored */
static void a_dead_timer_without_keepalives_is_ignored(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 0, 40, false);
    assert_true(cp_pce_deadline(w.pce) == UINT64_MAX);
    world_free(&w);
}

static void a_message_that_is_not_finished_in_time_ends_it(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 0, 0, false);
    take(&w, cp_text_sub(report_of(&w, 1, 0, "a"), 0, 7));
    want_nothing(&w);
    at(&w, FINISH_S - 1);
    take(&w, cp_text_sub(report_of(&w, 1, 0, "a"), 7, 1)); /* a drop now and then helps nothing */
    want_nothing(&w);
    want_deadline(&w, 1);
    want_close(&w, CP_PCEP_CLOSE_MALFORMED);
    want_down(&w);
    world_free(&w);
}

static void a_synchronisation_without_end_ends_it(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 0, 0, true);
    at(&w, SYNC_S - 1);
    take(&w, report_of(&w, 1, CP_PCEP_LSP_SYNC, "a"));
    want(&w, CP_PCE_EV_LSP);
    want_nothing(&w);
    want_deadline(&w, 1);
    want_error(&w, 20, 1);
    want_close(&w, CP_PCEP_CLOSE_NONE);
    want_down(&w);
    world_free(&w);
}

static void after_its_end_synchronisation_has_no_deadline(void **state)
{
    struct cp_pce_config config = pair_pce_config();
    struct world w;

    (void)state;
    config.keepalive_s = 0;
    w = world_of(&config);
    up_with(&w, 0, 0, true);
    take(&w, report_of(&w, 0, 0, ""));
    want(&w, CP_PCE_EV_SYNCED);
    assert_true(cp_pce_deadline(w.pce) == UINT64_MAX);
    take(&w, report_of(&w, 0, 0, "")); /* a second end is nothing */
    want_nothing(&w);
    assert_false(cp_pce_closing(w.pce));
    world_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_open_in_time_ends_it),
        cmocka_unit_test(no_keepalive_in_time_ends_it),
        cmocka_unit_test(a_keepalive_goes_out_when_nothing_else_did),
        cmocka_unit_test(a_silent_peer_is_dead_after_what_it_said),
        cmocka_unit_test(a_dead_timer_without_keepalives_is_ignored),
        cmocka_unit_test(a_message_that_is_not_finished_in_time_ends_it),
        cmocka_unit_test(a_synchronisation_without_end_ends_it),
        cmocka_unit_test(after_its_end_synchronisation_has_no_deadline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
