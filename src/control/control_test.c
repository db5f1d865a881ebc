#include "rig.h"

/* --- the plain way ------------------------------------------------------------------------------- */

static void a_plan_is_ordered_reported_and_installed(void **state)
{
    struct rig r = rig();
    const struct cp_control_step *o, *i;

    (void)state;
    connect(&r, 0);
    plan(&r);
    i = record(&r, CP_RECORD_INTENT);
    o = order(&r, CP_PCE_INITIATE);
    assert_true(i != NULL && o != NULL && i < o);
    assert_true(is_over(o->order.path, OVER_1));
    assert_int_equal(o->order.colour, FAKE_COLOUR);
    assert_true(cp_text_is(o->order.name, "cp:" KEY));
    assert_true(says(i->document, "\"after\": [\"16000\", \"16002\"]"));
    assert_true(
        says(i->document, "\"class\": \"secret\", \"demands\": [\"d1\"], \"demand-count\": 1"));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLING);
    report(&r, 0, as_ordered(o, 7, CP_PCE_LSP_DOWN)); /* FRR: O=0 first, ACTIVE 3 s later */
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLING);
    r.now += 3 * SECOND;
    connect(&r, 1);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLING);
    rig_close(&r);
    r = rig();
    (void)install(&r);
    assert_true(lsp(&r, KEY).enforcing);
    assert_int_equal(lsp(&r, KEY).installed_us, r.now);
    rig_close(&r);
}

static void a_vanished_link_is_an_update_at_once_after_its_record(void **state)
{
    struct rig r = rig();
    const struct cp_control_step *o, *i;

    (void)state;
    (void)install(&r);
    link_gone(&r, 1);
    i = record(&r, CP_RECORD_INTENT);
    o = order(&r, CP_PCE_UPDATE);
    assert_true(i != NULL && o != NULL && i < o);
    assert_int_equal(o->order.plsp_id, 7);
    assert_true(o->order.up && is_over(o->order.path, OVER_2));
    assert_true(says(i->document, "\"id\": \"n1--n3.1\""));
    assert_int_equal(orders(&r), 1);
    report(&r, 0, as_ordered(o, 7, CP_PCE_LSP_ACTIVE));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    link_gone(&r, 5);
    assert_int_equal(r.step_count, 0); /* it does not touch it */
    rig_close(&r);
}

static void the_same_plan_again_orders_nothing(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    r.now += 60 * SECOND;
    plan(&r);
    assert_int_equal(orders(&r), 0);
    assert_null(record(&r, CP_RECORD_INTENT));
    assert_ptr_equal(cp_control_plan_kept(r.c), r.plans[1]);
    rig_close(&r);
}

static void a_better_path_waits_until_the_last_move_is_damp_us_ago(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;

    (void)state;
    r.net.links[1].down = true;
    l = install(&r); /* over n2 */
    assert_true(is_over(l.intended, OVER_2));
    r.net.links[1].down = false;
    r.now += 4 * SECOND;
    plan(&r);
    assert_int_equal(orders(&r), 0);
    assert_true(cp_control_deadline(r.c) <= SECOND + 10 * (uint64_t)SECOND);
    r.now = SECOND + 10 * (uint64_t)SECOND - 1;
    tick(&r);
    assert_int_equal(orders(&r), 0);
    r.now += 1;
    tick(&r);
    assert_non_null(order(&r, CP_PCE_UPDATE));
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_1));
    assert_true(says(record(&r, CP_RECORD_INTENT)->document, "\"reason\": \"better\""));
    rig_close(&r);
}

static void an_equal_path_is_no_reason_to_move(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    r.net.links[2].cost = r.net.links[3].cost = 1; /* over n2 as good as over n1 now */
    r.now += 60 * SECOND;
    plan(&r);
    tick(&r);
    assert_int_equal(orders(&r), 0);
    rig_close(&r);
}

static void a_path_that_a_new_policy_forbids_is_left_at_once(void **state)
{
    struct rig r = rig();
    const struct cp_control_step *i;

    (void)state;
    (void)install(&r);
    r.net.node_bad[1] = true;
    plan_as(&r, false);
    drain(&r); /* no tick, no damping */
    i = record(&r, CP_RECORD_INTENT);
    assert_non_null(i);
    assert_true(says(i->document, "\"reason\": \"forbidden\"") &&
                says(i->document, "\"id\": \"n1\"") && says(i->document, "\"rule\": \"no-bad\""));
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    rig_close(&r);
}

static void what_vanished_while_a_plan_was_made_is_known_before_its_first_order(void **state)
{
    struct rig r = rig();
    cp_link gone = {2};
    struct cp_ted_news news = {.links_gone = &gone, .link_gone_count = 1};

    (void)state;
    (void)install(&r);
    r.net.node_bad[1] = true; /* n1 is forbidden now, and the link to n2 is gone */
    r.plans[r.plan_count] = fake_plan(&r.net);
    assert_int_equal(
        cp_control_plan_late(r.c, r.plans[r.plan_count++], false, CP_TEXT("policy"), &news, r.now),
        CP_OK);
    drain(&r);
    assert_int_equal(orders(&r), 1);
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_4));
    rig_close(&r);
}

static void without_a_clean_path_it_goes_down_and_an_alarm_tells_why(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l;
    const struct cp_control_step *o;

    (void)state;
    l = install(&r);
    r.net.node_bad[1] = r.net.node_bad[2] = r.net.node_bad[4] = true;
    plan(&r);
    o = order(&r, CP_PCE_UPDATE);
    assert_true(o != NULL && !o->order.up && o->order.path.count == 0);
    assert_non_null(record(&r, CP_RECORD_DOWN));
    assert_true(says(record(&r, CP_RECORD_DOWN)->document, "\"demands\": [\"d1\"]"));
    assert_true(alarmed(&r, "down/" KEY));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_DOWN);
    l.srp_id = o->order.srp_id;
    l.wanted_up = false;
    l.state = CP_PCE_LSP_DOWN;
    report(&r, 0, l);
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_DOWN);
    assert_false(alarmed(&r, "astray/" KEY));
    r.net.node_bad[2] = false;
    r.now += 60 * SECOND;
    plan(&r);
    assert_true(order(&r, CP_PCE_UPDATE)->order.up);
    assert_false(alarmed(&r, "down/" KEY));
    rig_close(&r);
}

static void a_refused_plan_is_not_adopted_and_the_last_one_stands(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    r.net.node_bad[1] = true;
    plan_as(&r, true);
    drain(&r);
    assert_int_equal(orders(&r), 0);
    assert_true(alarmed(&r, "plan-refused"));
    assert_false(lsp(&r, KEY).enforcing); /* the rules that it was made for may forbid it */
    assert_ptr_equal(cp_control_plan_kept(r.c), r.plans[0]);
    plan(&r);
    assert_false(alarmed(&r, "plan-refused"));
    assert_non_null(order(&r, CP_PCE_UPDATE));
    rig_close(&r);
}

static void under_rules_that_no_plan_was_made_for_nothing_is_called_enforcing(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    cp_control_doubt(r.c);
    tick(&r);
    assert_false(lsp(&r, KEY).enforcing);
    plan(&r);
    assert_true(lsp(&r, KEY).enforcing);
    assert_int_equal(orders(&r), 0);
    rig_close(&r);
}

static void a_plan_that_could_not_be_made_is_as_one_that_is_refused(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    assert_true(lsp(&r, KEY).enforcing);
    assert_int_equal(cp_control_plan(r.c, NULL, false, CP_TEXT("policy"), r.now), CP_OK);
    drain(&r);
    assert_true(alarmed(&r, "plan-refused"));
    assert_true(says(record(&r, CP_RECORD_PLAN)->document, "\"adopted\": false"));
    assert_false(lsp(&r, KEY).enforcing);
    assert_int_equal(orders(&r), 0);
    plan(&r);
    assert_false(alarmed(&r, "plan-refused"));
    assert_true(lsp(&r, KEY).enforcing);
    rig_close(&r);
}

static void a_plan_with_more_lsps_than_there_is_room_for_is_refused(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    for (uint32_t i = 0; i < FAKE_DEMANDS; i++)
        r.net.demands[i] =
            (struct fake_demand){.src = i % 5, .dst = (i + 1) % 5, .name = i, .colour = 200 + i};
    r.net.demand_count = FAKE_DEMANDS;
    plan(&r);
    assert_ptr_equal(cp_control_plan_kept(r.c), r.plans[1]); /* 12 and one that goes: 13 of 16 */
    for (uint32_t i = 0; i < FAKE_DEMANDS; i++)
        r.net.demands[i].colour = 300 + i;
    plan(&r);
    assert_true(alarmed(&r, "plan-refused"));
    assert_ptr_equal(cp_control_plan_kept(r.c), r.plans[1]);
    rig_close(&r);
}

/* --- holding, freezing --------------------------------------------------------------------------- */

static void when_too_many_trusted_nodes_vanish_nothing_moves_but_what_is_dirty(void **state)
{
    struct rig r = rig();
    const cp_node lost[] = {{1}, {2}, {4}};

    (void)state;
    (void)install(&r);
    nodes_gone(&r, lost, 3); /* of five, half is the limit */
    assert_int_equal(orders(&r), 0);
    assert_true(alarmed(&r, "hold"));
    assert_non_null(record(&r, CP_RECORD_HOLD));
    assert_int_equal(lsp(&r, KEY).phase, CP_LSP_INSTALLED);
    r.net.node_lost[1] = r.net.node_lost[2] = r.net.node_lost[4] = true;
    plan(&r);
    assert_int_equal(orders(&r), 0); /* broken, not dirty */
    r.net.node_bad[1] = true;
    plan(&r);
    assert_int_equal(orders(&r), 1);
    assert_false(order(&r, CP_PCE_UPDATE)->order.up);
    rig_close(&r);
}

static void a_hold_ends_when_they_are_back(void **state)
{
    struct rig r = rig();
    const cp_node lost[] = {{1}, {2}, {4}};

    (void)state;
    (void)install(&r);
    nodes_gone(&r, lost, 3);
    r.now += 60 * SECOND;
    plan(&r);
    assert_false(alarmed(&r, "hold"));
    assert_int_equal(orders(&r), 0);
    rig_close(&r);
}

static void a_hold_stays_when_they_vanish_again_while_the_plan_is_made(void **state)
{
    struct rig r = rig();
    cp_node gone[5] = {{0}, {1}, {2}, {3}, {4}};
    struct cp_ted_news news = {.nodes_gone = gone, .node_gone_count = 5};

    (void)state;
    (void)install(&r);
    assert_int_equal(cp_control_gone(r.c, &news, r.now), CP_OK);
    drain(&r);
    assert_true(alarmed(&r, "hold"));
    r.plans[r.plan_count] = fake_plan(&r.net);
    assert_int_equal(cp_control_plan_late(r.c, r.plans[r.plan_count++], false, CP_TEXT("topology"),
                                          &news, r.now),
                     CP_OK);
    drain(&r);
    assert_true(alarmed(&r, "hold"));
    assert_null(record(&r, CP_RECORD_HOLD));
    assert_int_equal(orders(&r), 0);
    rig_close(&r);
}

static void a_hold_ends_when_a_person_thaws(void **state)
{
    struct rig r = rig();
    const cp_node lost[] = {{1}, {2}, {4}};

    (void)state;
    (void)install(&r);
    nodes_gone(&r, lost, 3);
    cp_control_hold(r.c, false, CP_TEXT("somebody"), r.now);
    drain(&r);
    assert_true(says(record(&r, CP_RECORD_HOLD)->document, "\"who\": \"somebody\""));
    assert_false(alarmed(&r, "hold"));
    tick(&r);
    assert_false(order(&r, CP_PCE_UPDATE)->order.up);
    rig_close(&r);
}

static void a_hold_outlives_a_restart_until_they_are_back_or_a_person_thaws(void **state)
{
    static const cp_node gone[] = {{1}, {2}, {4}};
    struct rig r = rig(), after = rig(), later = rig();
    cp_text saved, path;

    (void)state;
    connect(&r, 0);
    plan(&r);
    path = record(&r, CP_RECORD_INTENT)->state;
    nodes_gone(&r, gone, 3);
    assert_true(alarmed(&r, "hold"));
    assert_true(cp_text_is(record(&r, CP_RECORD_HOLD)->key, "hold"));
    saved = record(&r, CP_RECORD_HOLD)->state;

    after.net.node_lost[1] = after.net.node_lost[2] = after.net.node_lost[4] = true;
    assert_int_equal(cp_control_restore(after.c, CP_TEXT("hold"), saved, NULL), CP_OK);
    assert_int_equal(cp_control_restore(after.c, CP_TEXT(KEY), path, NULL), CP_OK);
    drain(&after);
    assert_true(alarmed(&after, "hold"));
    connect(&after, 0);
    plan(&after); /* they are not back: what is broken is neither moved nor taken down */
    assert_true(alarmed(&after, "hold"));
    assert_int_equal(orders(&after), 0);
    assert_null(record(&after, CP_RECORD_INTENT));
    assert_true(is_over(lsp(&after, KEY).intended, OVER_1));
    cp_control_hold(after.c, false, CP_TEXT("a person"), after.now);
    drain(&after);
    assert_false(alarmed(&after, "hold"));
    assert_int_equal(record(&after, CP_RECORD_HOLD)->state.len, 0);

    assert_int_equal(cp_control_restore(later.c, CP_TEXT("hold"), saved, NULL), CP_OK);
    plan(&later); /* they are back */
    assert_false(alarmed(&later, "hold"));
    rig_close(&r);
    rig_close(&after);
    rig_close(&later);
}

static void a_hold_is_kept_with_those_that_vanish_while_it_stands(void **state)
{
    static const cp_node gone[] = {{1}, {2}, {4}}, more = {3};
    struct rig r = rig(), after = rig();
    cp_text saved;

    (void)state;
    plan(&r);
    nodes_gone(&r, gone, 3);
    assert_false(says(record(&r, CP_RECORD_HOLD)->state, " n3\n"));
    nodes_gone(&r, &more, 1);
    saved = record(&r, CP_RECORD_HOLD)->state;
    assert_true(says(saved, " n1\n") && says(saved, " n3\n"));
    nodes_gone(&r, &more, 1);
    assert_null(record(&r, CP_RECORD_HOLD)); /* no news */
    after.net.node_lost[1] = after.net.node_lost[2] = after.net.node_lost[3] = true;
    assert_int_equal(cp_control_restore(after.c, CP_TEXT("hold"), saved, NULL), CP_OK);
    plan(&after); /* of the first three one is back */
    assert_true(alarmed(&after, "hold"));
    rig_close(&r);
    rig_close(&after);
}

static void a_kept_name_may_begin_with_a_space(void **state)
{
    const cp_text kept = CP_TEXT("hold1 5\nv 5  r1\nv 5 r2\n");
    struct rig r = rig();

    (void)state;
    assert_int_equal(cp_control_restore(r.c, CP_TEXT("hold"), kept, NULL), CP_OK);
    drain(&r);
    assert_int_equal(r.step_count, 1);
    assert_true(says(r.steps[0].document, "\"vanished\": [\" r1\", \"r2\"]"));
    rig_close(&r);
}

static void nodes_that_vanish_one_after_another_are_no_hold(void **state)
{
    struct rig r = rig();
    const cp_node lost[] = {{4}, {2}, {1}};

    (void)state;
    (void)install(&r);
    for (uint32_t i = 0; i < 3; i++) {
        nodes_gone(&r, &lost[i], 1);
        r.now += 6 * SECOND;
        tick(&r);
    }
    assert_false(alarmed(&r, "hold"));
    assert_true(alarmed(&r, "down/" KEY));
    rig_close(&r);
}

static void while_feeds_disagree_bad_news_is_heard_and_good_news_waits(void **state)
{
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    cp_control_freeze(r.c, true, CP_TEXT("feeds disagree"), r.now);
    drain(&r);
    assert_true(alarmed(&r, "frozen"));
    link_gone(&r, 1);
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    report(&r, 0, as_ordered(order(&r, CP_PCE_UPDATE), 7, CP_PCE_LSP_UP));
    r.now += 60 * SECOND;
    plan(&r); /* the link is back */
    assert_int_equal(orders(&r), 0);
    cp_control_freeze(r.c, false, CP_TEXT(""), r.now);
    tick(&r);
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_1));
    assert_false(alarmed(&r, "frozen"));
    rig_close(&r);
}

/* --- headends ------------------------------------------------------------------------------------ */

static void a_headend_that_fails_open_is_never_called_enforcing(void **state)
{
    struct rig r = rig();

    (void)state;
    r.net.demands[0] = (struct fake_demand){.src = 3, .dst = 0, .name = 1};
    connect(&r, 1);
    plan(&r);
    report(&r, 1, as_ordered(order(&r, CP_PCE_INITIATE), 7, CP_PCE_LSP_ACTIVE));
    assert_int_equal(lsp(&r, "n3>n0/100").phase, CP_LSP_INSTALLED);
    assert_false(lsp(&r, "n3>n0/100").enforcing);
    assert_true(alarmed(&r, "fails-open/r3"));
    r.net.demands[0] = (struct fake_demand){.src = 1, .dst = 0, .name = 1};
    connect(&r, 2); /* of a system that nobody knows, and guarded */
    plan(&r);
    report(&r, 2, as_ordered(order(&r, CP_PCE_INITIATE), 7, CP_PCE_LSP_ACTIVE));
    assert_true(lsp(&r, "n1>n0/100").enforcing);
    rig_close(&r);
}

static void memory_does_not_grow_with_what_happens(void **state)
{
    struct rig r = rig();
    struct cp_pce_lsp l = install(&r);
    size_t used = 0;

    (void)state;
    for (uint32_t i = 0; i < 100000; i++) {
        struct cp_pce_hop hops[FAKE_HOPS];
        const struct cp_control_step *o;

        r.now += SECOND;
        l.intended.count = 1 + i % 3;
        l.state = i % 2 == 0 ? CP_PCE_LSP_UP : CP_PCE_LSP_DOWN;
        report(&r, 0, l);
        o = order(&r, CP_PCE_UPDATE);
        if (o != NULL) {
            memcpy(hops, o->order.path.at, o->order.path.count * sizeof *hops);
            l.intended = (struct cp_pce_path){hops, o->order.path.count};
            report(&r, 0, l);
        }
        cp_arena_close(r.kept);
        r.kept = cp_arena_open(SIZE_MAX);
        tick(&r);
        if (i == 1000)
            used = cp_control_memory(r.c);
        l.intended.at = fake_hops_over_1();
    }
    assert_true(cp_control_memory(r.c) <= used);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_is_ordered_reported_and_installed),
        cmocka_unit_test(a_vanished_link_is_an_update_at_once_after_its_record),
        cmocka_unit_test(the_same_plan_again_orders_nothing),
        cmocka_unit_test(a_better_path_waits_until_the_last_move_is_damp_us_ago),
        cmocka_unit_test(an_equal_path_is_no_reason_to_move),
        cmocka_unit_test(a_path_that_a_new_policy_forbids_is_left_at_once),
        cmocka_unit_test(what_vanished_while_a_plan_was_made_is_known_before_its_first_order),
        cmocka_unit_test(without_a_clean_path_it_goes_down_and_an_alarm_tells_why),
        cmocka_unit_test(a_refused_plan_is_not_adopted_and_the_last_one_stands),
        cmocka_unit_test(under_rules_that_no_plan_was_made_for_nothing_is_called_enforcing),
        cmocka_unit_test(a_plan_that_could_not_be_made_is_as_one_that_is_refused),
        cmocka_unit_test(a_plan_with_more_lsps_than_there_is_room_for_is_refused),
        cmocka_unit_test(when_too_many_trusted_nodes_vanish_nothing_moves_but_what_is_dirty),
        cmocka_unit_test(a_hold_ends_when_they_are_back),
        cmocka_unit_test(a_hold_stays_when_they_vanish_again_while_the_plan_is_made),
        cmocka_unit_test(a_hold_ends_when_a_person_thaws),
        cmocka_unit_test(a_hold_outlives_a_restart_until_they_are_back_or_a_person_thaws),
        cmocka_unit_test(a_hold_is_kept_with_those_that_vanish_while_it_stands),
        cmocka_unit_test(a_kept_name_may_begin_with_a_space),
        cmocka_unit_test(nodes_that_vanish_one_after_another_are_no_hold),
        cmocka_unit_test(while_feeds_disagree_bad_news_is_heard_and_good_news_waits),
        cmocka_unit_test(a_headend_that_fails_open_is_never_called_enforcing),
        cmocka_unit_test(memory_does_not_grow_with_what_happens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
