#include "rig.h"

/* What is taken out of service: when it counts as down, and what is told of it. */

static const struct cp_pce_hop nowhere = {.kind = CP_PCE_HOP_LABEL, .label = 1048575};

/* No clean path is left: ordered down. */
static struct cp_pce_lsp lose(struct rig *r)
{
    struct cp_pce_lsp l = install(r);

    r->net.node_bad[1] = r->net.node_bad[2] = r->net.node_bad[4] = true;
    plan(r);
    assert_int_equal(orders(r), 1);
    assert_false(order(r, CP_PCE_UPDATE)->order.up);
    return l;
}

static const struct cp_control_step *any_order(const struct rig *r)
{
    for (uint32_t i = 0; i < r->step_count; i++)
        if (r->steps[i].kind == CP_DO_ORDER)
            return &r->steps[i];
    return NULL;
}

/* As FRR answers: administratively up, down, and going up 4 ms later.  Orders that follow. */
static uint32_t answer(struct rig *r, struct cp_pce_lsp *l, uint32_t srp_id)
{
    uint32_t count;

    l->srp_id = srp_id;
    l->state = CP_PCE_LSP_DOWN;
    report(r, 0, *l);
    count = orders(r);
    l->state = CP_PCE_LSP_GOING_UP;
    r->now += 4000;
    report(r, 0, *l);
    return count + orders(r);
}

static void on_a_list_that_leads_nowhere_it_is_down_though_it_goes_up_for_ever(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = lose(&r);

    (void)state;
    l.intended = (struct cp_pce_path){&nowhere, 1};
    assert_int_equal(answer(&r, &l, any_order(&r)->order.srp_id), 0);
    for (uint32_t i = 0; i < 600; i++) {
        assert_string_equal(lsp(&r, KEY).why, "no clean path");
        assert_int_equal(answer(&r, &l, l.srp_id), 0);
        r.now += SECOND / 2;
        tick(&r);
        assert_int_equal(orders(&r), 0);
    }
    assert_true(alarmed(&r, "down/" KEY));
    assert_false(alarmed(&r, "astray/" KEY));
    rig_close(&r);
}

static void a_restart_orders_nothing_of_what_leads_nowhere_already(void **state)
{
    struct rig r = rig(), after = rig();
    struct cp_pce_lsp l = lose(&r);

    (void)state;
    assert_int_equal(
        cp_control_restore(after.c, CP_TEXT(KEY), record(&r, CP_RECORD_INTENT)->state, NULL),
        CP_OK);
    after.net = r.net;
    up(&after, 0);
    l.intended = (struct cp_pce_path){&nowhere, 1};
    l.state = CP_PCE_LSP_GOING_UP;
    report(&after, 0, l);
    synced(&after, 0);
    plan(&after);
    assert_int_equal(orders(&after), 0);
    assert_int_equal(lsp(&after, KEY).phase, CP_LSP_DOWN);
    assert_string_equal(lsp(&after, KEY).why, "no clean path");
    rig_close(&r);
    rig_close(&after);
}

static void what_goes_up_again_is_ordered_down_at_our_pace_and_later_and_later(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = lose(&r);
    uint64_t last = r.now, wait = 4 * SECOND;
    uint32_t count = 0;

    (void)state;
    assert_int_equal(answer(&r, &l, any_order(&r)->order.srp_id), 0);
    for (uint32_t i = 0; i < 3000; i++) {
        r.now += SECOND;
        tick(&r);
        assert_string_not_equal(lsp(&r, KEY).why, "no clean path");
        if (orders(&r) == 0) {
            assert_int_equal(answer(&r, &l, 0), 0); /* it tells it ever anew */
            continue;
        }
        count++;
        assert_int_equal(orders(&r), 1);
        assert_true(says(record(&r, CP_RECORD_AGAIN)->document, "\"ordered_again\": \""));
        assert_true(
            says(record(&r, CP_RECORD_AGAIN)->document, "its router has it up, or means to"));
        assert_true(r.now - last >= wait);
        wait = r.now - last;
        last = r.now;
        assert_int_equal(answer(&r, &l, any_order(&r)->order.srp_id), 0);
    }
    assert_true(count >= 6 && count < 20);
    assert_true(alarmed(&r, "astray/" KEY));
    rig_close(&r);
}

static void who_answers_and_stays_down_is_believed_whatever_it_says_it_wants(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = lose(&r);

    (void)state;
    l.srp_id = any_order(&r)->order.srp_id;
    l.state = CP_PCE_LSP_DOWN;
    report(&r, 0, l);
    for (uint32_t i = 0; i < 60; i++) {
        r.now += SECOND;
        tick(&r);
        assert_int_equal(orders(&r), 0);
    }
    assert_string_equal(lsp(&r, KEY).why, "no clean path");
    assert_false(alarmed(&r, "astray/" KEY));
    rig_close(&r);
}

/* --- after a restart ----------------------------------------------------------------------------- */

static const struct cp_control_alarm *alarm_of(const struct rig *r, const char *id)
{
    const struct cp_control_alarm *at;

    for (uint32_t i = 0, n = cp_control_alarms(r->c, &at); i < n; i++)
        if (cp_text_is(at[i].id, id))
            return &at[i];
    return NULL;
}

static void a_restart_ends_no_alarm_of_what_is_down(void **state)
{
    struct rig r = rig(), after = rig();
    const struct cp_control_alarm *alarm;

    (void)state;
    (void)lose(&r);
    assert_true(alarmed(&r, "down/" KEY));
    assert_int_equal(
        cp_control_restore(after.c, CP_TEXT(KEY), record(&r, CP_RECORD_DOWN)->state, NULL), CP_OK);
    drain(&after);
    alarm = alarm_of(&after, "down/" KEY); /* before the first plan */
    assert_non_null(alarm);
    assert_true(alarm->since_us == alarm_of(&r, "down/" KEY)->since_us);
    after.net = r.net;
    after.now = r.now + 60 * SECOND;
    plan(&after); /* its router is not there yet */
    alarm = alarm_of(&after, "down/" KEY);
    assert_non_null(alarm);
    assert_true(alarm->since_us == alarm_of(&r, "down/" KEY)->since_us);
    assert_true(says(alarm->document, "\"demands\": [\"d1\"]"));
    assert_null(record(&after, CP_RECORD_DOWN)); /* it is no news */
    connect(&after, 0);
    assert_true(alarmed(&after, "down/" KEY));
    after.net.node_bad[2] = false;
    after.now += 60 * SECOND;
    plan(&after);
    assert_false(alarmed(&after, "down/" KEY));
    rig_close(&r);
    rig_close(&after);
}

static void an_alarm_from_before_a_restart_ends_with_its_demand(void **state)
{
    struct rig r = rig(), after = rig();

    (void)state;
    (void)lose(&r);
    assert_int_equal(
        cp_control_restore(after.c, CP_TEXT(KEY), record(&r, CP_RECORD_INTENT)->state, NULL),
        CP_OK);
    after.net.demand_count = 0;
    plan(&after);
    assert_false(alarmed(&after, "down/" KEY));
    rig_close(&r);
    rig_close(&after);
}

/* --- what blocks it ------------------------------------------------------------------------------ */

/* Both ways of the plan's network are gone between two plans. */
static void lose_between_plans(struct rig *r)
{
    r->net.links[4].down = true; /* n4 is no way */
    (void)install(r);
    link_gone(r, 0);
    link_gone(r, 2);
    assert_int_equal(lsp(r, KEY).phase, CP_LSP_DOWN);
    r->net.links[0].down = r->net.links[2].down = true;
}

static uint32_t downs(const struct rig *r)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < r->step_count; i++)
        count += r->steps[i].kind == CP_DO_RECORD && r->steps[i].record == CP_RECORD_DOWN;
    return count;
}

static void what_goes_down_between_plans_is_told_again_with_its_cut_once(void **state)
{
    struct rig r = rig();
    const struct cp_control_step *down;

    (void)state;
    lose_between_plans(&r);
    down = record(&r, CP_RECORD_DOWN);
    assert_true(down != NULL && !says(down->document, "\"cut\""));
    r.net.node_bad[4] = true;
    r.net.links[4].down = false; /* n4 would be a way, and is forbidden */
    plan(&r);
    assert_int_equal(downs(&r), 1);
    down = record(&r, CP_RECORD_DOWN);
    assert_true(says(down->document, "\"cut\": [{\"kind\": \"node\", \"id\": \"n4\", "
                                     "\"rules\": [{\"rule\": \"no-bad\"}]}]"));
    assert_true(says(alarm_of(&r, "down/" KEY)->document, "\"id\": \"n4\""));
    for (uint32_t i = 0; i < 3; i++) {
        r.now += 60 * SECOND;
        plan(&r);
        assert_int_equal(downs(&r), 0);
        tick(&r);
        assert_int_equal(downs(&r), 0);
    }
    rig_close(&r);
}

static void another_cut_is_told_and_a_way_that_comes_ends_that(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)lose(&r);
    r.net.node_bad[4] = false;
    r.net.node_lost[4] = true;
    plan(&r);
    assert_int_equal(downs(&r), 0); /* at our pace */
    r.now += 10 * SECOND;
    tick(&r);
    assert_int_equal(downs(&r), 1); /* of n1 and n2 alone */
    assert_false(says(record(&r, CP_RECORD_DOWN)->document, "\"id\": \"n4\""));
    r.now += 60 * SECOND;
    r.net.node_bad[2] = false;
    plan(&r);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLING);
    assert_int_equal(downs(&r), 0);
    r.net.node_bad[2] = true;
    plan(&r);
    assert_int_equal(downs(&r), 1); /* it went down anew, by the cut that it had before */
    rig_close(&r);
}

static void of_cuts_that_alternate_the_last_is_told_at_our_pace(void **state)
{
    struct rig r = rig();
    uint32_t count = 0;
    bool last = true;

    (void)state;
    (void)lose(&r);
    for (uint32_t i = 0; i < 14; i++) { /* a plan a second */
        r.now += SECOND;
        r.net.node_bad[4] = i % 2 != 0;
        r.net.node_lost[4] = i % 2 == 0;
        plan(&r);
        count += downs(&r);
    }
    assert_int_equal(count, 1);
    for (uint32_t i = 0; i < 30; i++) { /* it ends */
        r.now += SECOND;
        tick(&r);
        if (downs(&r) > 0)
            last = says(record(&r, CP_RECORD_DOWN)->document, "\"id\": \"n4\"");
        count += downs(&r);
    }
    assert_true(last && count <= 2);
    rig_close(&r);
}

static void a_feed_that_has_not_told_all_blocks_nothing(void **state)
{
    struct rig r = rig();

    (void)state;
    lose_between_plans(&r);
    r.net.node_bad[4] = true;
    cp_control_partial(r.c, true);
    plan(&r);
    assert_int_equal(downs(&r), 0);
    cp_control_partial(r.c, false);
    plan(&r);
    assert_int_equal(downs(&r), 1);
    rig_close(&r);
}

static void a_cut_that_was_told_before_a_restart_is_no_news_and_another_is(void **state)
{
    struct rig r = rig(), after = rig(), other = rig();
    cp_text kept;

    (void)state;
    (void)lose(&r);
    kept = record(&r, CP_RECORD_DOWN)->state;
    assert_int_equal(cp_control_restore(after.c, CP_TEXT(KEY), kept, NULL), CP_OK);
    assert_int_equal(cp_control_restore(other.c, CP_TEXT(KEY), kept, NULL), CP_OK);
    after.net = other.net = r.net;
    plan(&after);
    assert_int_equal(downs(&after), 0);
    assert_true(says(alarm_of(&after, "down/" KEY)->document, "\"cut\""));
    other.net.node_bad[4] = false;
    other.net.node_lost[4] = true;
    plan(&other);
    assert_int_equal(downs(&other), 1);
    rig_close(&r);
    rig_close(&after);
    rig_close(&other);
}

static void what_feeds_disagree_about_is_told_beside_the_cut(void **state)
{
    struct rig r = rig();
    const struct cp_control_step *down;

    (void)state;
    r.net.doubted = true;
    (void)lose(&r);
    down = record(&r, CP_RECORD_DOWN);
    assert_true(says(down->document, "\"blocked-by\": \"rules\""));
    assert_true(says(down->document, "\"cut\": [{\"kind\""));
    assert_false(says(down->document, "feeds that disagree"));
    assert_true(says(down->document, "\"disagree\": \"n0--n1\""));
    assert_true(says(down->document, "\"said\": \"x has it; y has it not\""));
    r.net.doubted = false;
    r.now += 20 * SECOND;
    plan(&r); /* they agree: it is the rule */
    down = record(&r, CP_RECORD_DOWN);
    assert_true(says(down->document, "\"blocked-by\": \"rules\""));
    assert_false(says(down->document, "\"disagree\""));
    rig_close(&r);
}

static void a_clean_path_that_is_there_again_is_told_while_it_is_damped(void **state)
{
    struct rig r = rig();
    const struct cp_control_alarm *at;

    (void)state;
    (void)lose(&r);
    assert_null(lsp(&r, KEY).back);
    r.now += SECOND;
    r.net.node_bad[2] = false;
    plan(&r);
    assert_int_equal(orders(&r), 0);
    assert_true(strstr(lsp(&r, KEY).back, "a clean path is there again") != NULL);
    assert_true(alarmed(&r, "down/" KEY));
    for (uint32_t i = cp_control_alarms(r.c, &at); i-- > 0;)
        if (cp_text_is(at[i].id, "down/" KEY)) {
            assert_true(says(at[i].document, "a clean path is there again"));
            assert_true(says(at[i].document, "\"waits-until\": \"1970-01-01T00:00:11.000000Z\""));
        }
    r.net.node_bad[2] = true;
    plan(&r);
    assert_null(lsp(&r, KEY).back);
    assert_false(says(alarm_of(&r, "down/" KEY)->document, "waits-until"));
    r.net.node_bad[2] = false;
    plan(&r);
    r.now += 10 * SECOND;
    tick(&r);
    assert_null(lsp(&r, KEY).back);
    assert_false(alarmed(&r, "down/" KEY));
    rig_close(&r);
}

/* Its packets go the ordinary way for as long as it is down. */
static void where_the_headend_fails_open_a_clean_path_is_taken_at_once(void **state)
{
    struct rig r = rig();

    (void)state;
    r.net.demands[0] = (struct fake_demand){.src = 3, .dst = 0, .name = 1};
    r.net.node_bad[1] = r.net.node_bad[2] = r.net.node_bad[4] = true;
    connect(&r, 1);
    plan(&r);
    assert_true(alarmed(&r, "down/n3>n0/100"));
    r.now += SECOND;
    r.net.node_bad[2] = false;
    plan(&r);
    assert_non_null(order(&r, CP_PCE_INITIATE));
    assert_false(alarmed(&r, "down/n3>n0/100"));
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(on_a_list_that_leads_nowhere_it_is_down_though_it_goes_up_for_ever),
        cmocka_unit_test(a_restart_orders_nothing_of_what_leads_nowhere_already),
        cmocka_unit_test(what_goes_up_again_is_ordered_down_at_our_pace_and_later_and_later),
        cmocka_unit_test(who_answers_and_stays_down_is_believed_whatever_it_says_it_wants),
        cmocka_unit_test(a_restart_ends_no_alarm_of_what_is_down),
        cmocka_unit_test(an_alarm_from_before_a_restart_ends_with_its_demand),
        cmocka_unit_test(what_goes_down_between_plans_is_told_again_with_its_cut_once),
        cmocka_unit_test(another_cut_is_told_and_a_way_that_comes_ends_that),
        cmocka_unit_test(of_cuts_that_alternate_the_last_is_told_at_our_pace),
        cmocka_unit_test(a_feed_that_has_not_told_all_blocks_nothing),
        cmocka_unit_test(a_cut_that_was_told_before_a_restart_is_no_news_and_another_is),
        cmocka_unit_test(a_clean_path_that_is_there_again_is_told_while_it_is_damped),
        cmocka_unit_test(where_the_headend_fails_open_a_clean_path_is_taken_at_once),
        cmocka_unit_test(what_feeds_disagree_about_is_told_beside_the_cut)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
