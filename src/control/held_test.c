#include "rig.h"

/* A path that is broken, and held to, is told to be so, and left where it turns out to be dirty; so is one of which nobody tells
 * the segments any more. */

static void hold(struct rig *r, bool held)
{
    cp_control_hold(r->c, held, CP_TEXT("somebody"), r->now);
    drain(r);
}

static bool is_held(const struct rig *r)
{
    struct cp_control_status status;

    cp_control_status(r->c, &status);
    return status.held;
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

/* --- what lies behind what the view lacks --------------------------------------------------------- */

/* n0 to n3 over n1 and n2, else over n4. */
static struct fake_net in_a_row_net(void)
{
    struct fake_net net = diamond();

    net.links[1] = (struct fake_link){1, 2, 1, false};
    net.links[2] = (struct fake_link){2, 3, 1, false};
    net.links[3].down = true;
    net.blind = true;
    return net;
}

static struct rig in_a_row(void)
{
    struct rig r = rig();

    r.net = in_a_row_net();
    return r;
}

static void is_moved_off_n2(const struct rig *r)
{
    const struct cp_control_step *o = order(r, CP_PCE_UPDATE);

    assert_non_null(o);
    assert_true(is_over(o->order.path, OVER_4));
    assert_true(
        says(record(r, CP_RECORD_INTENT)->document, "\"id\": \"n2\", \"rule\": \"no-bad\""));
}

static void a_held_path_that_a_rule_forbids_behind_what_vanished_is_left(void **state)
{
    struct rig r = in_a_row();

    (void)state;
    (void)install(&r);
    hold(&r, true);
    r.net.node_lost[1] = true;
    for (int i = 0; i < 3; i++) { /* each sees no more than n0 of it */
        plan(&r);
        assert_int_equal(orders(&r), 0);
        assert_true(alarmed(&r, "broken/" KEY));
    }
    r.net.node_bad[2] = true;
    plan(&r);
    is_moved_off_n2(&r);
    assert_false(alarmed(&r, "broken/" KEY));
    rig_close(&r);
}

static void so_is_one_of_which_a_feed_has_not_told_all_yet(void **state)
{
    struct rig r = in_a_row();

    (void)state;
    (void)install(&r);
    cp_control_partial(r.c, true);
    r.net.node_lost[1] = true;
    plan(&r);
    assert_int_equal(orders(&r), 0);
    r.net.node_bad[2] = true;
    plan(&r);
    is_moved_off_n2(&r);
    rig_close(&r);
}

/* Of two LSPs over n1 one is looked at when it vanishes; before the other is, a plan comes, and with it news that hold. */
static void so_is_one_of_which_was_not_known_that_it_is_broken_before_the_hold(void **state)
{
    const cp_node one[] = {{1}}, more[] = {{5}, {6}, {7}};
    struct rig r = rig_with(NULL, 0, 1);

    (void)state;
    r.net = in_a_row_net();
    r.net.node_count = 8;
    r.net.demands[r.net.demand_count++] =
        (struct fake_demand){.src = 0, .dst = 3, .name = 2, .colour = 200};
    connect(&r, 0);
    plan(&r);
    tick(&r);
    nodes_gone(&r, one, 1);
    assert_false(is_held(&r));
    r.net.node_lost[1] = true;
    r.plans[r.plan_count] = fake_plan(&r.net);
    assert_int_equal(cp_control_plan_late(
                         r.c, r.plans[r.plan_count++], false, CP_TEXT("topology"),
                         &(struct cp_ted_news){.nodes_gone = more, .node_gone_count = 3}, r.now),
                     CP_OK);
    drain(&r);
    assert_true(is_held(&r));
    assert_true(alarmed(&r, "broken/" KEY) || alarmed(&r, "broken/n0>n3/200"));
    r.net.node_lost[5] = r.net.node_lost[6] = r.net.node_lost[7] = r.net.node_bad[2] = true;
    plan(&r);
    assert_true(is_held(&r));
    assert_true(is_over(lsp(&r, KEY).intended, OVER_4));
    assert_true(is_over(lsp(&r, "n0>n3/200").intended, OVER_4));
    rig_close(&r);
}

static void what_it_touches_outlives_a_restart(void **state)
{
    struct rig r = in_a_row(), after = in_a_row();

    (void)state;
    come_after(&r, &after);
    cp_control_partial(after.c, true);
    after.net.node_lost[1] = true;
    plan(&after);
    assert_int_equal(orders(&after), 0);
    after.net.node_bad[2] = true;
    plan(&after);
    is_moved_off_n2(&after);
    rig_close(&after);
    rig_close(&r);
}

/* The path over n1 stays, and packets pass another node beside it by now. */
static void pass(struct rig *r, uint32_t node)
{
    r->now += SECOND;
    r->net.beside = node;
    plan(r);
}

static void what_it_touches_by_now_outlives_a_restart_too(void **state)
{
    struct rig r = rig(), after = rig();
    const struct cp_control_step *kept = NULL;

    (void)state;
    (void)install(&r);
    pass(&r, 4);
    assert_null(record(&r, CP_RECORD_STATE)); /* it was kept a second ago */
    r.now += 9 * SECOND;
    tick(&r);
    kept = record(&r, CP_RECORD_STATE);
    assert_non_null(kept);
    assert_int_equal(kept->document.len, 0);
    assert_true(says(kept->state, "t n n1\n") && says(kept->state, "t n n4\n"));

    assert_int_equal(cp_control_restore(after.c, CP_TEXT(KEY), kept->state, NULL), CP_OK);
    connect(&after, 0);
    cp_control_partial(after.c, true);
    after.net.blind = after.net.node_lost[1] = after.net.node_bad[4] = true;
    plan(&after);
    assert_true(is_over(lsp(&after, KEY).intended, OVER_2));
    rig_close(&after);
    rig_close(&r);
}

static void who_alternates_what_it_touches_is_kept_at_our_pace(void **state)
{
    struct rig r = rig(), after = rig();
    uint32_t count = 0;

    (void)state;
    (void)install(&r);
    for (uint32_t i = 0; i < 14; i++) {
        pass(&r, i % 2 == 0 ? 4 : 2);
        count += record(&r, CP_RECORD_STATE) != NULL;
        if (record(&r, CP_RECORD_STATE) != NULL) {
            assert_int_equal(
                cp_control_restore(after.c, CP_TEXT(KEY), record(&r, CP_RECORD_STATE)->state, NULL),
                CP_OK);
            after.net = r.net;
        }
    }
    assert_int_equal(count, 1);
    connect(&after, 0);
    plan(&after);
    assert_null(record(&after, CP_RECORD_STATE)); /* a restart keeps nothing that is kept already */
    rig_close(&after);
    rig_close(&r);
}

static void what_is_known_again_is_judged_as_it_is(void **state)
{
    struct rig r = in_a_row();

    (void)state;
    (void)install(&r);
    hold(&r, true);
    r.net.node_lost[1] = true;
    plan(&r);
    r.net.node_lost[1] = false;
    plan(&r);
    is_told_well(&r);
    hold(&r, false);
    r.net.node_bad[2] = true;
    plan(&r);
    is_moved_off_n2(&r);
    rig_close(&r);
}

/* --- segments that nobody tells any more ---------------------------------------------------------- */

/* Installed; then the feed that told the labels is let go. */
static struct rig without_labels(bool lacking)
{
    struct rig r = in_a_row();

    (void)install(&r);
    cp_control_lacking(r.c, lacking);
    r.net.mute = true;
    r.net.told = 5; /* it is not on the path */
    plan(&r);
    return r;
}

static void a_path_of_which_a_lost_feed_alone_told_the_segments_stays(void **state)
{
    struct rig r = without_labels(true);

    (void)state;
    assert_int_equal(orders(&r), 0);
    assert_false(alarmed(&r, "down/" KEY));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    assert_non_null(lsp(&r, KEY).why);
    assert_false(lsp(&r, KEY).enforcing);
    cp_control_lacking(r.c, false);
    r.net.mute = false;
    plan(&r);
    assert_int_equal(orders(&r), 0);
    is_told_well(&r);
    rig_close(&r);
}

static void one_whose_segments_a_feed_that_is_there_has_not_goes_down(void **state)
{
    struct rig r = without_labels(false);

    (void)state;
    assert_true(alarmed(&r, "down/" KEY));
    rig_close(&r);
}

static void one_of_whose_segments_another_is_told_goes_down(void **state)
{
    struct rig r = without_labels(true);

    (void)state;
    r.net.told = 0; /* from n0 to n1 */
    plan(&r);
    assert_true(alarmed(&r, "down/" KEY));
    rig_close(&r);
}

static void bad_news_of_what_it_touches_is_acted_upon(void **state)
{
    for (int what = 0; what < 3; what++) {
        struct rig r = without_labels(true);

        (void)state;
        if (what == 0) {
            link_gone(&r, 2);
        } else if (what == 1) {
            r.net.node_bad[2] = true;
            plan(&r);
        } else {
            r.net.node_lost[2] = true;
            plan(&r);
        }
        assert_true(alarmed(&r, "down/" KEY));
        assert_false(order(&r, CP_PCE_UPDATE)->order.up);
        rig_close(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_held_path_over_what_is_gone_is_broken_whatever_its_router_says),
        cmocka_unit_test(it_is_moved_and_the_alarm_ends_when_a_person_thaws),
        cmocka_unit_test(the_alarm_ends_when_a_plan_has_the_path_again),
        cmocka_unit_test(the_alarm_ends_when_nobody_needs_the_path_any_more),
        cmocka_unit_test(a_held_path_that_a_rule_forbids_behind_what_vanished_is_left),
        cmocka_unit_test(so_is_one_of_which_a_feed_has_not_told_all_yet),
        cmocka_unit_test(so_is_one_of_which_was_not_known_that_it_is_broken_before_the_hold),
        cmocka_unit_test(what_it_touches_outlives_a_restart),
        cmocka_unit_test(what_it_touches_by_now_outlives_a_restart_too),
        cmocka_unit_test(who_alternates_what_it_touches_is_kept_at_our_pace),
        cmocka_unit_test(what_is_known_again_is_judged_as_it_is),
        cmocka_unit_test(a_path_of_which_a_lost_feed_alone_told_the_segments_stays),
        cmocka_unit_test(one_whose_segments_a_feed_that_is_there_has_not_goes_down),
        cmocka_unit_test(one_of_whose_segments_another_is_told_goes_down),
        cmocka_unit_test(bad_news_of_what_it_touches_is_acted_upon)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
