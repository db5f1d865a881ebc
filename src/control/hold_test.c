#include "rig.h"

/* Who counts as vanished, and what is told of a hold. */

static void news_of(struct rig *r, const cp_node *gone, uint32_t gone_count, const cp_node *taken,
                    uint32_t taken_count)
{
    const struct cp_ted_news news = {.nodes_gone = gone,
                                     .node_gone_count = gone_count,
                                     .nodes_taken = taken,
                                     .node_taken_count = taken_count};

    assert_int_equal(cp_control_gone(r->c, &news, r->now), CP_OK);
    drain(r);
}

static cp_text hold_alarm(const struct rig *r)
{
    const struct cp_control_alarm *at;
    uint32_t count = cp_control_alarms(r->c, &at);

    for (uint32_t i = 0; i < count; i++)
        if (cp_text_is(at[i].id, "hold"))
            return at[i].document;
    fail();
    return CP_TEXT("");
}

/* --- the inventory has them no more -------------------------------------------------------------- */

static void who_is_taken_out_has_not_vanished_and_its_paths_leave_at_once(void **state)
{
    static const cp_node out[] = {{1}, {2}, {4}};
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    news_of(&r, out, 1, out, 1);
    assert_true(is_over(order(&r, CP_PCE_UPDATE)->order.path, OVER_2));
    news_of(&r, &out[1], 2, out, 3);
    assert_false(alarmed(&r, "hold"));
    assert_false(order(&r, CP_PCE_UPDATE)->order.up);
    r.net.node_out[1] = r.net.node_out[2] = r.net.node_out[4] = true;
    plan(&r);
    assert_false(alarmed(&r, "hold"));
    rig_close(&r);
}

static void those_that_vanish_in_the_same_moment_count_among_those_that_are_left(void **state)
{
    static const cp_node gone[] = {{1}, {2}, {4}};
    struct rig r = rig(), few = rig();

    (void)state;
    (void)install(&r);
    news_of(&r, gone, 3, &gone[2], 1); /* two of four, half is the limit */
    assert_true(alarmed(&r, "hold"));
    assert_true(says(record(&r, CP_RECORD_HOLD)->document, "\"vanished\": [\"n1\", \"n2\"]"));
    assert_int_equal(orders(&r), 0);
    (void)install(&few);
    news_of(&few, gone, 3, &gone[1], 2); /* one of three */
    assert_false(alarmed(&few, "hold"));
    rig_close(&r);
    rig_close(&few);
}

static void who_vanished_and_is_taken_out_then_counts_no_more(void **state)
{
    static const cp_node gone[] = {{1}, {2}, {4}};
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    news_of(&r, gone, 2, NULL, 0);
    news_of(&r, NULL, 0, gone, 2);
    news_of(&r, &gone[2], 1, gone, 2); /* one of three */
    assert_false(alarmed(&r, "hold"));
    rig_close(&r);
}

static void what_is_gone_by_the_time_of_the_plan_counts_likewise(void **state)
{
    static const cp_node gone[] = {{1}, {2}, {4}};
    struct cp_ted_news news = {.nodes_gone = gone, .node_gone_count = 3, .nodes_taken = gone};

    (void)state;
    for (uint32_t taken = 2; taken <= 3; taken++) {
        struct rig r = rig();

        (void)install(&r);
        news.node_taken_count = taken == 3 ? 3 : 0;
        r.plans[r.plan_count] = fake_plan(&r.net);
        assert_int_equal(cp_control_plan_late(r.c, r.plans[r.plan_count++], false,
                                              CP_TEXT("topology"), &news, r.now),
                         CP_OK);
        drain(&r);
        assert_int_equal(alarmed(&r, "hold"), taken == 2);
        rig_close(&r);
    }
}

static void a_hold_ends_when_the_inventory_has_them_no_more(void **state)
{
    static const cp_node gone[] = {{1}, {2}, {4}};
    struct rig r = rig(), after = rig();
    cp_text saved;

    (void)state;
    (void)install(&r);
    nodes_gone(&r, gone, 3);
    saved = record(&r, CP_RECORD_HOLD)->state;
    r.net.node_lost[1] = r.net.node_out[2] = r.net.node_out[4] = true;
    plan(&r);
    assert_false(alarmed(&r, "hold"));
    assert_true(says(record(&r, CP_RECORD_HOLD)->document, "has them no more"));
    after.net = r.net;
    assert_int_equal(cp_control_restore(after.c, CP_TEXT("hold"), saved, NULL), CP_OK);
    drain(&after);
    assert_true(alarmed(&after, "hold"));
    plan(&after); /* started with the other inventory */
    assert_false(alarmed(&after, "hold"));
    rig_close(&r);
    rig_close(&after);
}

/* --- what is told -------------------------------------------------------------------------------- */

static void the_alarm_names_those_that_are_missed_now(void **state)
{
    static const cp_node gone[] = {{1}, {2}, {4}}, more = {3};
    struct rig r = rig(), after = rig();
    cp_text saved;

    (void)state;
    (void)install(&r);
    nodes_gone(&r, gone, 3);
    assert_true(says(hold_alarm(&r), "at once: 3 are missed: n1, n2, n4\""));
    assert_true(says(hold_alarm(&r), "\"vanished\": [\"n1\", \"n2\", \"n4\"]"));
    nodes_gone(&r, &more, 1);
    assert_true(says(hold_alarm(&r), "4 are missed: n1, n2, n4, n3\""));
    saved = record(&r, CP_RECORD_HOLD)->state;
    assert_int_equal(cp_control_restore(after.c, CP_TEXT("hold"), saved, NULL), CP_OK);
    assert_true(says(hold_alarm(&after), "4 are missed: n1, n2, n4, n3\""));
    r.net.node_lost[2] = r.net.node_lost[3] = r.net.node_lost[4] = true;
    plan(&r); /* one of them is back */
    assert_true(says(hold_alarm(&r), "3 are missed: n2, n4, n3\""));
    rig_close(&r);
    rig_close(&after);
}

static void of_many_the_first_are_named_and_the_rest_is_counted(void **state)
{
    cp_node gone[FAKE_NODES];
    struct rig r = rig();

    (void)state;
    r.net.node_count = FAKE_NODES;
    for (uint32_t i = 0; i < FAKE_NODES; i++)
        gone[i].at = i;
    plan(&r);
    nodes_gone(&r, gone, FAKE_NODES);
    assert_true(says(hold_alarm(&r), "12 are missed: n0, n1, "));
    assert_true(says(hold_alarm(&r), ", n9 and 2 more\""));
    assert_true(says(hold_alarm(&r), "\"vanished_count\": 12"));
    rig_close(&r);
}

static void a_persons_hold_names_nobody(void **state)
{
    static const cp_node gone = {1};
    struct rig r = rig();

    (void)state;
    (void)install(&r);
    nodes_gone(&r, &gone, 1);
    cp_control_hold(r.c, true, CP_TEXT("somebody"), r.now);
    drain(&r);
    assert_true(says(hold_alarm(&r), "a person holds\""));
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_taken_out_has_not_vanished_and_its_paths_leave_at_once),
        cmocka_unit_test(those_that_vanish_in_the_same_moment_count_among_those_that_are_left),
        cmocka_unit_test(who_vanished_and_is_taken_out_then_counts_no_more),
        cmocka_unit_test(what_is_gone_by_the_time_of_the_plan_counts_likewise),
        cmocka_unit_test(a_hold_ends_when_the_inventory_has_them_no_more),
        cmocka_unit_test(the_alarm_names_those_that_are_missed_now),
        cmocka_unit_test(of_many_the_first_are_named_and_the_rest_is_counted),
        cmocka_unit_test(a_persons_hold_names_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
