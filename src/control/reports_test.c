#include "rig.h"

/* What routers say, and how the controller takes it. */

static const struct cp_control_step *only_update(const struct rig *r)
{
    assert_int_equal(orders(r), 1);
    assert_non_null(order(r, CP_PCE_UPDATE));
    return order(r, CP_PCE_UPDATE);
}

/* --- orders that are not done -------------------------------------------------------------------- */

static void an_order_that_is_not_done_is_given_again_with_longer_and_longer_waits(void **state)
{
    struct rig r = rig();
    uint64_t last = 0, wait = 0;
    uint32_t count = 0;

    (void)state;
    connect(&r, 0);
    plan(&r);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    for (uint32_t i = 0; i < 3000; i++) {
        r.now += SECOND;
        tick(&r);
        if (orders(&r) == 0)
            continue;
        count++;
        assert_true(last == 0 || r.now - last >= wait);
        wait = last == 0 ? 0 : r.now - last;
        last = r.now;
    }
    assert_true(alarmed(&r, "astray/" KEY));
    assert_true(count >= 8 && count < 20);
    rig_close(&r);
}

static void active_three_seconds_late_is_no_fault(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);
    const struct cp_control_step *o;

    (void)state;
    link_gone(&r, 1);
    o = only_update(&r);
    l = as_ordered(o, 7, CP_PCE_LSP_DOWN);
    report(&r, 0, l);
    l.state = CP_PCE_LSP_GOING_UP;
    report(&r, 0, l);
    r.now += 3 * SECOND;
    tick(&r);
    assert_int_equal(orders(&r), 0);
    l.state = CP_PCE_LSP_ACTIVE;
    report(&r, 0, l);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_false(alarmed(&r, "astray/" KEY));
    rig_close(&r);
}

static void an_old_report_does_not_count_for_a_new_order(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    link_gone(&r, 1);
    assert_non_null(order(&r, CP_PCE_UPDATE));
    report(&r, 0, l); /* crossed the order: still over n1 */
    assert_int_equal(orders(&r), 0);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLING);
    rig_close(&r);
}

static void a_router_that_never_says_which_order_it_answers_is_believed_in_the_end(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    link_gone(&r, 1);
    l = as_ordered(only_update(&r), 7, CP_PCE_LSP_ACTIVE);
    l.srp_id = 0;
    report(&r, 0, l);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLING);
    r.now += 5 * SECOND;
    tick(&r);
    assert_int_equal(orders(&r), 0);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    rig_close(&r);
}

static void an_initiation_whose_path_went_bad_meanwhile_is_taken_down_when_it_is_reported(
    void **state)
{
    struct rig r = rig();
    struct cp_pce_hop hops[FAKE_HOPS];
    struct cp_pce_lsp l;

    (void)state;
    connect(&r, 0);
    plan(&r);
    l = as_ordered(order(&r, CP_PCE_INITIATE), 7, CP_PCE_LSP_ACTIVE);
    memcpy(hops, l.intended.at, l.intended.count * sizeof *hops);
    l.intended.at = hops;
    r.net.node_bad[1] = r.net.node_bad[2] = r.net.node_bad[4] = true;
    plan(&r);
    assert_true(alarmed(&r, "down/" KEY));
    assert_int_equal(orders(&r), 0); /* its PLSP-ID is not known */
    report(&r, 0, l);
    assert_non_null(order(&r, CP_PCE_UPDATE));
    assert_false(order(&r, CP_PCE_UPDATE)->order.up);
    rig_close(&r);
}

static void an_lsp_that_is_reported_with_another_colour_is_not_the_intended_one(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;

    (void)state;
    l = install(&r);
    assert_true(lsp(&r, KEY).enforcing);
    l.colour_known = true;
    l.colour = 100;
    report(&r, 0, l);
    assert_true(lsp(&r, KEY).enforcing);
    l.colour = 1;
    report(&r, 0, l);
    assert_int_not_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_false(lsp(&r, KEY).enforcing);
    rig_close(&r);
}

static void refuse(struct rig *r, uint32_t srp_id, uint32_t type, uint32_t value)
{
    event(r, 0,
          &(struct cp_pce_event){
              .kind = CP_PCE_EV_ERROR, .srp_id = srp_id, .error_type = type, .error_value = value});
}

static void a_refused_initiation_is_an_alarm_and_tried_again_later(void **state)
{
    struct rig r = rig();

    (void)state;
    connect(&r, 0);
    plan(&r);
    refuse(&r, order(&r, CP_PCE_INITIATE)->order.srp_id, 24, 2);
    assert_true(alarmed(&r, "astray/" KEY));
    assert_non_null(strstr(lsp(&r, KEY).why, "internal error"));
    assert_int_equal(orders(&r), 0);
    r.now += 5 * SECOND;
    tick(&r);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    report(&r, 0, as_ordered(order(&r, CP_PCE_INITIATE), 7, CP_PCE_LSP_UP));
    assert_false(alarmed(&r, "astray/" KEY));
    rig_close(&r);
}

static void an_unknown_plsp_id_is_made_anew(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    link_gone(&r, 1);
    refuse(&r, only_update(&r)->order.srp_id, 19, 3);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    assert_true(is_over(order(&r, CP_PCE_INITIATE)->order.path, OVER_2));
    rig_close(&r);
}

static void a_late_error_of_an_older_order_says_nothing_of_the_newer(void **state)
{
    struct rig r = rig();
    uint32_t first;

    (void)state;
    (void)install(&r);
    link_gone(&r, 1);
    first = only_update(&r)->order.srp_id;
    link_gone(&r, 2);
    assert_true(is_over(only_update(&r)->order.path, OVER_4));
    refuse(&r, first, 24, 2);
    refuse(&r, 0, 24, 2);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLING);
    rig_close(&r);
}

/* --- delegation ---------------------------------------------------------------------------------- */

static void without_delegation_nothing_is_ordered_and_with_it_at_once(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    l.delegated = false;
    report(&r, 0, l);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    link_gone(&r, 1);
    assert_int_equal(orders(&r), 0);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_WAITING);
    r.now += 10 * SECOND; /* a router takes that long to choose another PCE */
    l.delegated = true;
    report(&r, 0, l);
    assert_true(is_over(only_update(&r)->order.path, OVER_2));
    rig_close(&r);
}

static void delegation_that_stays_away_is_an_alarm(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    l.delegated = false;
    report(&r, 0, l);
    link_gone(&r, 1);
    for (uint32_t i = 0; i < 30; i++) {
        r.now += SECOND;
        tick(&r);
        assert_int_equal(orders(&r), 0);
    }
    assert_true(alarmed(&r, "astray/" KEY));
    rig_close(&r);
}

/* --- LSPs of others ------------------------------------------------------------------------------ */

static void what_others_have_is_never_touched(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = {.plsp_id = 3,
                           .name = CP_TEXT("GREEN-static"),
                           .delegated = true,
                           .wanted_up = true,
                           .state = CP_PCE_LSP_ACTIVE};

    (void)state;
    up(&r, 0);
    report(&r, 0, l);
    l.plsp_id = 4;
    l.name = CP_TEXT("theirs");
    l.created = true; /* of another controller */
    l.delegated = false;
    report(&r, 0, l);
    l.plsp_id = 5;
    l.name = CP_TEXT("cp:" KEY); /* our name, and not made by a PCE */
    l.created = false;
    l.delegated = true;
    report(&r, 0, l);
    synced(&r, 0);
    plan(&r);
    assert_int_equal(orders(&r), 1);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    assert_int_equal(cp_control_lsp_count(r.c), 1);
    rig_close(&r);
}

static void what_we_made_and_no_longer_intend_is_removed(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = {.plsp_id = 9,
                           .name = CP_TEXT("cp:n0>n2/100"),
                           .delegated = true,
                           .created = true,
                           .state = CP_PCE_LSP_UP};

    (void)state;
    up(&r, 0);
    report(&r, 0, l);
    synced(&r, 0);
    assert_int_equal(orders(&r), 0); /* before the first plan nothing */
    plan(&r);
    assert_int_equal(order(&r, CP_PCE_REMOVE)->order.plsp_id, 9);
    report(&r, 0,
           (struct cp_pce_lsp){
               .plsp_id = 9, .srp_id = order(&r, CP_PCE_REMOVE)->order.srp_id, .removed = true});
    assert_int_equal(cp_control_lsp_count(r.c), 1);
    rig_close(&r);
}

/* --- LSPs of the routers' own that are delegated --------------------------------------------------- */

static struct cp_pce_lsp green(void)
{
    return (struct cp_pce_lsp){.plsp_id = 2,
                               .name = CP_TEXT("GREEN-pce"),
                               .dst = fake_address(3),
                               .delegated = true,
                               .wanted_up = true,
                               .state = CP_PCE_LSP_ACTIVE};
}

static void a_delegated_lsp_carries_the_demand_that_the_config_says(void **state)
{
    const struct cp_control_delegated d = {CP_TEXT("r0"), CP_TEXT("GREEN-pce"), CP_TEXT("d1")};
    struct rig r = rig_of(&d, 1);

    (void)state;
    connect(&r, 0);
    plan(&r);
    assert_int_equal(orders(&r), 0); /* nothing is initiated beside it */
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_WAITING);
    report(&r, 0, green());
    assert_true(is_over(only_update(&r)->order.path, OVER_1));
    assert_int_equal(only_update(&r)->order.plsp_id, 2);
    assert_true(cp_text_is(lsp(&r, KEY).name, "GREEN-pce"));
    rig_close(&r);
}

static void a_delegated_lsp_is_found_by_endpoint_where_no_colour_is_reported(void **state)
{
    const struct cp_control_delegated d = {.peer = CP_TEXT("r0"), .name = CP_TEXT("GREEN-pce")};
    struct rig r = rig_of(&d, 1);

    (void)state;
    connect(&r, 0);
    plan(&r);
    assert_int_equal(orders(&r), 0); /* it may yet come */
    r.now += SECOND;
    report(&r, 0, green());
    assert_int_equal(only_update(&r)->order.plsp_id, 2);
    rig_close(&r);
}

static void where_no_delegated_lsp_comes_one_is_initiated_after_a_while(void **state)
{
    const struct cp_control_delegated d = {.peer = CP_TEXT("r0"), .name = CP_TEXT("GREEN-pce")};
    struct rig r = rig_of(&d, 1);

    (void)state;
    connect(&r, 0);
    plan(&r);
    r.now += 5 * SECOND;
    tick(&r);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    rig_close(&r);
}

static void a_delegated_lsp_that_nothing_needs_any_more_is_left_alone(void **state)
{
    const struct cp_control_delegated d = {CP_TEXT("r0"), CP_TEXT("GREEN-pce"), CP_TEXT("d1")};
    struct rig r = rig_of(&d, 1);

    (void)state;
    connect(&r, 0);
    report(&r, 0, green());
    plan(&r);
    report(&r, 0, as_ordered(only_update(&r), 2, CP_PCE_LSP_ACTIVE));
    r.net.demand_count = 0;
    plan(&r);
    r.now += 60 * SECOND;
    tick(&r);
    tick(&r);
    assert_int_equal(orders(&r), 0);
    assert_int_equal(cp_control_lsp_count(r.c), 0);
    rig_close(&r);
}

/* --- sessions ------------------------------------------------------------------------------------ */

static void a_lost_session_leaves_what_is_and_the_next_one_gets_what_changed(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);

    (void)state;
    event(&r, 0, &(struct cp_pce_event){.kind = CP_PCE_EV_DOWN, .why = "lost"});
    assert_true(alarmed(&r, "peer/r0"));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_WAITING);
    assert_true(is_over(lsp(&r, KEY).installed, OVER_1));
    link_gone(&r, 1);
    assert_int_equal(orders(&r), 0);
    assert_non_null(record(&r, CP_RECORD_INTENT));
    up(&r, 0);
    l.plsp_id = 70; /* other numbers in another session */
    l.syncing = true;
    report(&r, 0, l);
    assert_int_equal(orders(&r), 0);
    synced(&r, 0);
    assert_int_equal(only_update(&r)->order.plsp_id, 70);
    assert_true(is_over(only_update(&r)->order.path, OVER_2));
    assert_false(alarmed(&r, "peer/r0"));
    rig_close(&r);
}

static void what_is_not_reported_by_the_end_of_synchronisation_is_made_anew(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    event(&r, 0, &(struct cp_pce_event){.kind = CP_PCE_EV_DOWN, .why = "lost"});
    connect(&r, 0);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    assert_int_equal(orders(&r), 1);
    rig_close(&r);
}

static void a_router_that_is_needed_and_never_comes_is_an_alarm(void **state)
{
    struct rig r = rig();

    (void)state;
    plan(&r);
    assert_false(alarmed(&r, "peer/r0"));
    r.now += 5 * SECOND;
    tick(&r);
    assert_true(alarmed(&r, "peer/r0"));
    assert_false(alarmed(&r, "peer/r3")); /* nothing is wanted of it */
    rig_close(&r);
}

static void headends_that_no_session_is_configured_for_are_an_alarm_until_none_is(void **state)
{
    struct rig r = rig();
    const struct cp_control_alarm *at;

    (void)state;
    plan(&r);
    assert_false(alarmed(&r, "no-peer"));
    r.net.demands[1] = (struct fake_demand){.src = 2, .dst = 3, .name = 2};
    r.net.demands[2] = (struct fake_demand){.src = 2, .dst = 0, .name = 3};
    r.net.demands[3] = (struct fake_demand){.src = 4, .dst = 0, .name = 4};
    r.net.demand_count = 4;
    plan(&r);
    assert_true(alarmed(&r, "no-peer"));
    assert_int_equal(cp_control_alarms(r.c, &at), 1);
    assert_true(says(at[0].document, "at which paths begin: n2, n4\""));
    r.net.demand_count = 1;
    plan(&r);
    assert_false(alarmed(&r, "no-peer"));
    rig_close(&r);
}

static void a_router_that_makes_up_lsps_of_ours_leaves_room_for_others(void **state)
{
    struct rig r = rig();
    char name[32];

    (void)state;
    connect(&r, 1);
    for (uint32_t i = 1; i <= 64; i++) {
        (void)snprintf(name, sizeof name, "cp:made up %u", i);
        report(&r, 1,
               (struct cp_pce_lsp){.plsp_id = i,
                                   .name = cp_text_of(name),
                                   .created = true,
                                   .delegated = true,
                                   .state = CP_PCE_LSP_UP});
    }
    assert_int_equal(cp_control_lsp_count(r.c), 3);
    assert_true(alarmed(&r, "orphans/r3")); /* what it says is there, and not removed */
    (void)install(&r);
    assert_false(alarmed(&r, "plan-refused"));
    for (uint32_t i = 1; i <= 3; i++) /* what it takes back may be followed by others */
        report(&r, 1, (struct cp_pce_lsp){.plsp_id = i, .removed = true});
    assert_int_equal(cp_control_lsp_count(r.c), 1);
    report(&r, 1,
           (struct cp_pce_lsp){
               .plsp_id = 65, .name = CP_TEXT("cp:another"), .created = true, .delegated = true});
    assert_int_equal(cp_control_lsp_count(r.c), 2);
    up(&r, 1); /* it says all of them again */
    assert_false(alarmed(&r, "orphans/r3"));
    rig_close(&r);
}

/* --- restarts ------------------------------------------------------------------------------------ */

static void after_a_restart_what_the_router_has_is_kept_as_it_is(void **state)
{
    struct rig before = rig(), r = rig();
    struct cp_pce_lsp l;
    cp_text saved;

    (void)state;
    connect(&before, 0);
    plan(&before);
    saved = record(&before, CP_RECORD_INTENT)->state;
    assert_true(saved.len > 0);
    l = as_ordered(order(&before, CP_PCE_INITIATE), 7, CP_PCE_LSP_ACTIVE);
    l.srp_id = 0;
    assert_int_equal(cp_control_restore(r.c, CP_TEXT(KEY), saved, NULL), CP_OK);
    up(&r, 0);
    report(&r, 0, l);
    synced(&r, 0);
    assert_int_equal(orders(&r), 0);
    r.now += 60 * SECOND;
    plan(&r);
    assert_int_equal(orders(&r), 0);
    assert_null(record(&r, CP_RECORD_INTENT));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    rig_close(&before);
    rig_close(&r);
}

static void broken_states_are_refused_and_make_nothing(void **state)
{
    struct rig before = rig(), r = rig();
    cp_text saved;

    (void)state;
    connect(&before, 0);
    plan(&before);
    saved = record(&before, CP_RECORD_INTENT)->state;
    for (size_t len = 1; len < saved.len; len++) {
        struct rig one = rig();
        cp_err err = cp_control_restore(one.c, CP_TEXT(KEY), cp_text_sub(saved, 0, len), NULL);

        assert_true(err == CP_OK || err == CP_ERR_MALFORMED || err == CP_ERR_RANGE);
        assert_int_equal(cp_control_lsp_count(one.c), err == CP_OK);
        rig_close(&one);
    }
    assert_int_equal(cp_control_restore(r.c, CP_TEXT(KEY), CP_TEXT("cp2 path"), NULL),
                     CP_ERR_MALFORMED);
    assert_int_equal(cp_control_restore(r.c, CP_TEXT(KEY), CP_TEXT(""), NULL), CP_OK);
    assert_int_equal(cp_control_lsp_count(r.c), 0);
    assert_int_equal(cp_control_restore(r.c, CP_TEXT(KEY), saved, NULL), CP_OK);
    assert_int_equal(cp_control_restore(r.c, CP_TEXT(KEY), saved, NULL), CP_ERR_DUPLICATE);
    rig_close(&before);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_that_is_not_done_is_given_again_with_longer_and_longer_waits),
        cmocka_unit_test(active_three_seconds_late_is_no_fault),
        cmocka_unit_test(an_old_report_does_not_count_for_a_new_order),
        cmocka_unit_test(a_router_that_never_says_which_order_it_answers_is_believed_in_the_end),
        cmocka_unit_test(
            an_initiation_whose_path_went_bad_meanwhile_is_taken_down_when_it_is_reported),
        cmocka_unit_test(an_lsp_that_is_reported_with_another_colour_is_not_the_intended_one),
        cmocka_unit_test(a_refused_initiation_is_an_alarm_and_tried_again_later),
        cmocka_unit_test(an_unknown_plsp_id_is_made_anew),
        cmocka_unit_test(a_late_error_of_an_older_order_says_nothing_of_the_newer),
        cmocka_unit_test(without_delegation_nothing_is_ordered_and_with_it_at_once),
        cmocka_unit_test(delegation_that_stays_away_is_an_alarm),
        cmocka_unit_test(what_others_have_is_never_touched),
        cmocka_unit_test(what_we_made_and_no_longer_intend_is_removed),
        cmocka_unit_test(a_delegated_lsp_carries_the_demand_that_the_config_says),
        cmocka_unit_test(a_delegated_lsp_is_found_by_endpoint_where_no_colour_is_reported),
        cmocka_unit_test(where_no_delegated_lsp_comes_one_is_initiated_after_a_while),
        cmocka_unit_test(a_delegated_lsp_that_nothing_needs_any_more_is_left_alone),
        cmocka_unit_test(a_lost_session_leaves_what_is_and_the_next_one_gets_what_changed),
        cmocka_unit_test(what_is_not_reported_by_the_end_of_synchronisation_is_made_anew),
        cmocka_unit_test(headends_that_no_session_is_configured_for_are_an_alarm_until_none_is),
        cmocka_unit_test(a_router_that_makes_up_lsps_of_ours_leaves_room_for_others),
        cmocka_unit_test(a_router_that_is_needed_and_never_comes_is_an_alarm),
        cmocka_unit_test(after_a_restart_what_the_router_has_is_kept_as_it_is),
        cmocka_unit_test(broken_states_are_refused_and_make_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
