#include "ted_say.h"

/* Time, feeds against each other, identities, parallel links: by hand, over the lab's inventory. */

static const struct cp_ted_alarm *alarm_of(struct trial *t, cp_ted_alarm_kind kind, uint64_t now_us)
{
    const struct cp_ted_alarm *alarms;
    uint32_t count = cp_ted_alarms(t->ted, now_us, &alarms);

    for (uint32_t i = 0; i < count; i++)
        if (alarms[i].kind == kind)
            return &alarms[i];
    return NULL;
}

static void a_lost_feed_stands_for_a_while_and_then_goes(void **state)
{
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    open_row(&t, 1);
    cp_ted_feed_down(t.ted, 0, 10);
    cp_ted_news(t.ted, 10, &news);
    assert_int_equal(news.link_gone_count, 0);
    assert_int_equal(alarm_of(&t, CP_TED_ALARM_FEED_LOST, 10)->since_us, 10);
    assert_int_equal(cp_ted_deadline(t.ted), 1010);
    cp_ted_news(t.ted, 1009, &news);
    assert_int_equal(news.link_gone_count, 0);
    cp_ted_news(t.ted, 1010, &news);
    assert_int_equal(news.link_gone_count, 2);
    assert_int_equal(news.node_gone_count, 3);
    assert_null(alarm_of(&t, CP_TED_ALARM_FEED_LOST, 1010));
    assert_int_equal(alarm_of(&t, CP_TED_ALARM_FEED_STALE, 1010)->since_us, 1010);
    say_row(&t, 0, 2000);
    cp_ted_news(t.ted, 2000, &news);
    assert_true(news.better);
    assert_null(alarm_of(&t, CP_TED_ALARM_FEED_STALE, 2000));
    trial_close(&t);
}

static uint32_t links_gone(struct trial *t, uint64_t now_us)
{
    struct cp_ted_news news;
    uint32_t count = 0;

    for (int i = 0; i < 2; i++) { /* links first, then the rest */
        cp_ted_news(t->ted, now_us, &news);
        count += news.link_gone_count;
    }
    return count;
}

/* A document has SIDs that FRR's BGP-LS has not. */
static void sids_of_a_feed_that_was_let_go_are_not_told_as_gone(void **state)
{
    const struct half half = {{1, 2}, {0, 0}, 1, 10};
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    open_row(&t, 2);
    say_half_by(&t, 1, half, 24001, 2);
    trial_view(&t, 2);
    assert_false(cp_ted_lacks(t.ted));
    cp_ted_feed_down(t.ted, 1, 10);
    assert_int_equal(links_gone(&t, 1010), 0);
    assert_true(cp_ted_lacks(t.ted));
    say_half_by(&t, 0, half, 24002, 1020); /* another one is */
    assert_int_equal(links_gone(&t, 1020), 1);

    trial_view(&t, 1020);
    (void)links_gone(&t, 1020);
    say_row(&t, 1, 1030); /* without it */
    cp_ted_news(t.ted, 1030, &news);
    assert_true(news.worse); /* a view is to be made, though it is as before */
    assert_false(cp_ted_lacks(t.ted));
    say_half(&t, 0, half, 1040);
    assert_int_equal(links_gone(&t, 1040), 1); /* who could tell of it is there */
    trial_close(&t);
}

static void a_feed_that_never_came_is_lost_until_it_comes(void **state)
{
    struct cp_ted_news news;
    struct trial t = {0};

    (void)state;
    trial_planes8(&t);
    trial_open(&t, two, 1);
    assert_null(alarm_of(&t, CP_TED_ALARM_FEED_LOST, 5));
    cp_ted_feed_down(t.ted, 0, 10);
    cp_ted_feed_down(t.ted, 0, 20);
    assert_int_equal(alarm_of(&t, CP_TED_ALARM_FEED_LOST, 30)->since_us, 10);
    assert_non_null(alarm_of(&t, CP_TED_ALARM_FEED_LOST, 5000)); /* it has nothing to let go */
    assert_null(alarm_of(&t, CP_TED_ALARM_FEED_STALE, 5000));
    say_row(&t, 0, 6000);
    cp_ted_news(t.ted, 6000, &news);
    assert_true(news.better);
    assert_null(alarm_of(&t, CP_TED_ALARM_FEED_LOST, 6000));
    trial_close(&t);
}

static void a_feed_that_restarts_in_time_moves_only_what_it_did_not_say_again(void **state)
{
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    open_row(&t, 1);
    cp_ted_feed_down(t.ted, 0, 10);
    cp_ted_feed_up(t.ted, 0, 20);
    for (uint32_t r = 1; r <= 3; r++)
        say_node(&t, 0, r, r, 21);
    say_link(&t, 0, 1, 2, 1, 22);
    cp_ted_news(t.ted, 23, &news);
    assert_int_equal(news.link_gone_count, 0);
    cp_ted_feed_full(t.ted, 0, 30);
    cp_ted_news(t.ted, 30, &news);
    assert_int_equal(news.link_gone_count, 1);
    assert_int_equal(news.node_gone_count, 0);
    assert_int_equal(cp_ted_deadline(t.ted), UINT64_MAX);
    trial_close(&t);
}

static void what_one_feed_lacks_is_gone_at_once_and_freezes_when_it_lasts(void **state)
{
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    open_row(&t, 2);
    say_half(&t, 1, (struct half){{2, 3}, {0, 0}, 2, 0}, 50);
    cp_ted_news(t.ted, 50, &news);
    assert_int_equal(news.link_gone_count, 1);
    assert_false(cp_ted_frozen(t.ted));
    assert_int_equal(alarm_of(&t, CP_TED_ALARM_DISAGREE, 50)->since_us, 50);
    assert_int_equal(cp_ted_deadline(t.ted), 150);
    assert_text(alarm_of(&t, CP_TED_ALARM_DISAGREE, 50)->said, "one has it; two has a part of it");
    trial_view(&t, 60);
    assert_int_equal(t.view.doubt_count, 1);
    assert_text(t.view.doubts[0].subject, "r2--r3");
    assert_text(t.view.doubts[0].said, "one has it; two has a part of it");
    assert_int_equal(t.view.doubts[0].end_count, 2);
    assert_text(t.view.doubts[0].ends[0], "r2");
    assert_text(t.view.doubts[0].ends[1], "r3");
    cp_ted_news(t.ted, 150, &news);
    assert_true(cp_ted_frozen(t.ted));
    say_half(&t, 0, (struct half){{2, 3}, {0, 0}, 2, 0}, 160);
    cp_ted_news(t.ted, 160, &news);
    assert_false(cp_ted_frozen(t.ted));
    assert_int_equal(news.link_gone_count, 0);
    trial_view(&t, 160);
    assert_int_equal(t.view.doubt_count, 0);
    trial_close(&t);
}

static void a_lost_feed_is_no_witness_against_another(void **state)
{
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    open_row(&t, 2);
    cp_ted_feed_down(t.ted, 1, 40);
    say_half(&t, 0, (struct half){{2, 3}, {0, 0}, 2, 0}, 50);
    cp_ted_news(t.ted, 50, &news);
    assert_int_equal(news.link_gone_count, 1); /* what the lost one said does not hold it up */
    say_link(&t, 0, 2, 3, 2, 60);
    cp_ted_news(t.ted, 60, &news);
    assert_true(news.better);
    assert_null(alarm_of(&t, CP_TED_ALARM_DISAGREE, 60));
    trial_close(&t);
}

static void metrics_that_differ_are_an_alarm_and_the_first_feed_is_believed(void **state)
{
    struct trial t;
    const struct cp_link_rec *rec;

    (void)state;
    open_row(&t, 2);
    say_half(&t, 1, (struct half){{1, 2}, {0, 0}, 1, 33}, 5);
    trial_view(&t, 5);
    rec = trial_rec(&t, "r1--r2");
    assert_int_equal(t.view.net->ends[rec->ends.first].metric, 10);
    assert_text(alarm_of(&t, CP_TED_ALARM_DISAGREE, 5)->said,
                "one has metric 10 from r1; two has metric 33 from r1");
    assert_int_equal(t.view.doubt_count, 0); /* it is there */
    trial_close(&t);
}

static void two_routers_with_one_address_are_nobody(void **state)
{
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    open_row(&t, 1);
    say_node(&t, 0, 3, 2, 5);
    cp_ted_news(t.ted, 5, &news);
    assert_int_equal(news.node_gone_count, 2);
    assert_int_equal(news.link_gone_count, 2);
    assert_non_null(alarm_of(&t, CP_TED_ALARM_IDENTITY, 5));
    trial_view(&t, 5);
    assert_int_not_equal(cp_case_node(t.view.net, CP_TEXT("unknown:0000.0000.0002")).at, CP_NONE);
    assert_int_not_equal(cp_case_node(t.view.net, CP_TEXT("unknown:0000.0000.0003")).at, CP_NONE);
    trial_close(&t);
}

static void the_config_says_who_a_router_is(void **state)
{
    const struct cp_ted_identity identities[] = {{CP_TEXT("0000.0000.0009"), CP_TEXT("r4")}};
    struct cp_ted_config config = {
        .feeds = two, .feed_count = 1, .identities = identities, .identity_count = 1};
    struct trial t = {0};

    (void)state;
    trial_planes8(&t);
    assert_int_equal(cp_ted_open(&config, t.inventory, 1u << 20, &t.ted, &t.diag), CP_OK);
    say_row(&t, 0, 1);
    say_node(&t, 0, 9, 0, 1);
    trial_view(&t, 1);
    assert_true(t.view.nodes[3].seen);
    assert_int_equal(t.view.net->node_count, 8);
    trial_close(&t);
}

static void an_identity_of_no_node_is_an_error(void **state)
{
    const struct cp_ted_identity identities[] = {{CP_TEXT("0000.0000.0009"), CP_TEXT("r44")}};
    struct cp_ted_config config = {
        .feeds = two, .feed_count = 1, .identities = identities, .identity_count = 1};
    struct trial t = {0};

    (void)state;
    trial_planes8(&t);
    assert_int_equal(cp_ted_open(&config, t.inventory, 1u << 20, &t.ted, &t.diag),
                     CP_ERR_UNKNOWN_ID);
    assert_string_equal(t.diag.subject, "r44");
    t.ted = NULL;
    trial_close(&t);
}

static void routers_and_links_that_nobody_knows_are_there_without_facts(void **state)
{
    struct trial t;
    uint32_t at;

    (void)state;
    open_row(&t, 1);
    say_node(&t, 0, 77, 0, 2);
    say_link(&t, 0, 1, 77, 9, 2);
    say_link(&t, 0, 1, 3, 8, 2);
    trial_view(&t, 2);
    at = cp_case_node(t.view.net, CP_TEXT("unknown:0000.0000.004d")).at;
    assert_int_equal(at, 8);
    assert_false(t.view.nodes[at].known);
    assert_int_equal(t.view.net->node_facts[at], t.view.net->node_facts[at + 1]);
    assert_non_null(trial_rec(&t, "unknown:r1--r3/10.1.0.33"));
    assert_non_null(trial_rec(&t, "unknown:r1--unknown:0000.0000.004d/10.1.0.37"));
    assert_non_null(alarm_of(&t, CP_TED_ALARM_UNKNOWN_NODE, 2));
    assert_non_null(alarm_of(&t, CP_TED_ALARM_UNKNOWN_LINK, 2));
    trial_close(&t);
}

/* --- parallel links ----------------------------------------------------------------------------- */

static void open_parallel(struct trial *t, bool addresses)
{
    struct cp_build *build;

    *t = (struct trial){0};
    build = trial_build(t);
    trial_node(build, "r1", "10.255.0.1");
    trial_node(build, "r2", "10.255.0.2");
    trial_link(build, "r1", "r2", 5);
    trial_link(build, "r2", "r1", 5);
    if (addresses) {
        trial_fact(build, "r1--r2", "address-a", "10.1.0.5/30");
        trial_fact(build, "r2--r1#2", "address-a", "10.1.0.10");
    }
    trial_finish(t, build);
    trial_open(t, two, 1);
    cp_ted_feed_up(t->ted, 0, 1);
    say_node(t, 0, 1, 1, 1);
    say_node(t, 0, 2, 2, 1);
    say_half(t, 0, (struct half){{1, 2}, {0, 0}, 1, 11}, 1);
    say_half(t, 0, (struct half){{2, 1}, {0, 0}, 1, 12}, 1);
    say_half(t, 0, (struct half){{1, 2}, {0, 0}, 2, 21}, 1);
    say_half(t, 0, (struct half){{2, 1}, {0, 0}, 2, 22}, 1);
    cp_ted_feed_full(t->ted, 0, 1);
    trial_view(t, 1);
}

static void parallel_links_are_told_apart_by_their_addresses(void **state)
{
    const struct cp_link_rec *rec;
    struct trial t;

    (void)state;
    open_parallel(&t, true);
    assert_int_equal(t.view.net->link_count, 2);
    rec = trial_rec(&t, "r1--r2");
    assert_int_equal(t.view.net->ends[rec->ends.first].metric, 11);
    assert_int_equal(t.view.net->ends[rec->ends.first + 1].metric, 12);
    rec = trial_rec(&t, "r2--r1#2");
    assert_int_equal(t.view.net->ends[rec->ends.first].metric, 22);
    assert_int_equal(t.view.net->ends[rec->ends.first + 1].metric, 21);
    trial_close(&t);
}

static void parallel_links_that_cannot_be_told_apart_are_unknown(void **state)
{
    struct trial t;

    (void)state;
    open_parallel(&t, false);
    assert_int_equal(t.view.net->link_count, 2);
    assert_null(trial_rec(&t, "r1--r2"));
    assert_non_null(trial_rec(&t, "unknown:r1--r2/10.1.0.5"));
    assert_non_null(trial_rec(&t, "unknown:r1--r2/10.1.0.9"));
    trial_close(&t);
}

static void half_links_without_addresses_are_none_where_there_are_several(void **state)
{
    struct trial t;

    (void)state;
    open_row(&t, 1);
    say_half(&t, 0, (struct half){{1, 2}, {0, 0}, 0, 9}, 2); /* beside the one with addresses */
    trial_view(&t, 2);
    assert_int_equal(t.view.net->link_count, 1);
    assert_int_equal(alarm_of(&t, CP_TED_ALARM_HALF_LINK, 2)->count, 1);
    assert_int_equal(cp_ted_count(t.ted, 0).half_links, 3);
    trial_close(&t);
}

static void half_links_without_addresses_are_a_link_where_they_are_alone(void **state)
{
    struct trial t;

    (void)state;
    open_row(&t, 1);
    say_node(&t, 0, 8, 8, 2);
    say_link(&t, 0, 3, 8, 0, 2);
    trial_view(&t, 2);
    assert_non_null(trial_rec(&t, "r3--r8"));
    say_half(&t, 0, (struct half){{8, 3}, {0, 0}, 0, 0}, 3);
    trial_view(&t, 3);
    assert_null(trial_rec(&t, "r3--r8"));
    trial_close(&t);
}

static void a_link_at_the_greatest_metric_is_not_used(void **state)
{
    struct trial t;

    (void)state;
    open_row(&t, 1);
    say_half(&t, 0, (struct half){{1, 2}, {0, 0}, 1, 0xffffff}, 2);
    trial_view(&t, 2);
    assert_int_equal(t.view.net->link_count, 1);
    trial_close(&t);
}

/* --- below -------------------------------------------------------------------------------------- */

static void a_link_below_another_stays_below_when_nobody_reports_it(void **state)
{
    struct trial t = {0};
    struct cp_build *build = trial_build(&t);
    struct cp_link_row row = cp_link_row_make(CP_PLACE_NONE, CP_TEXT("r1"), CP_TEXT("r2"));
    const struct cp_link_rec *over, *below;

    (void)state;
    trial_node(build, "r1", "10.255.0.1");
    trial_node(build, "r2", "10.255.0.2");
    trial_node(build, "r3", "10.255.0.3");
    row.id = CP_TEXT("tunnel");
    row.over = CP_TEXT("below");
    row.metric_ab = 1;
    assert_int_equal(cp_build_link(build, &row, &t.diag), CP_OK);
    row = cp_link_row_make(CP_PLACE_NONE, CP_TEXT("r3"), CP_TEXT("r2"));
    row.id = CP_TEXT("below");
    row.metric_ab = 1;
    assert_int_equal(cp_build_link(build, &row, &t.diag), CP_OK);
    trial_finish(&t, build);
    trial_open(&t, two, 1);
    cp_ted_feed_up(t.ted, 0, 1);
    say_node(&t, 0, 1, 1, 1);
    say_node(&t, 0, 2, 2, 1);
    say_link(&t, 0, 1, 2, 1, 1);
    cp_ted_feed_full(t.ted, 0, 1);
    trial_view(&t, 1);
    over = trial_rec(&t, "tunnel");
    below = trial_rec(&t, "below");
    assert_int_equal(over->layer, CP_LAYER_IP);
    assert_int_equal(below->layer, CP_LAYER_ETHERNET);
    assert_ptr_equal(
        &t.view.net->links
             [t.view.net->supports[t.view.net->alternatives[over->alternatives.first].first].at],
        below);
    trial_close(&t);
}

static void another_inventory_is_joined_anew(void **state)
{
    struct cp_ted_news news;
    struct trial t, other = {0};
    struct cp_build *build;

    (void)state;
    open_row(&t, 1);
    build = trial_build(&other);
    trial_node(build, "r3", "10.255.0.3");
    trial_node(build, "r2", "10.255.0.2");
    trial_link(build, "r2", "r3", 1);
    trial_finish(&other, build);
    assert_int_equal(cp_ted_inventory(t.ted, other.inventory, &t.diag), CP_OK);
    cp_ted_news(t.ted, 2, &news);
    assert_true(news.worse);
    assert_int_equal(news.node_gone_count, 1); /* r1 is unknown now */
    assert_int_equal(news.nodes_gone[0].at, 0);
    assert_int_equal(news.node_taken_count, 6); /* those that nobody ever saw, too */
    assert_int_equal(news.nodes_taken[0].at, 0);
    assert_int_equal(news.link_gone_count, 1);
    trial_view(&t, 2);
    assert_non_null(trial_rec(&t, "r2--r3"));
    cp_ted_tell_again(t.ted);
    cp_ted_news(t.ted, 3, &news);
    assert_int_equal(news.node_taken_count, 0); /* the new view has it as unknown */
    trial_close(&t);
    cp_arena_close(other.arena);
}

static void a_trial_of_another_inventory_is_joined_and_changes_nothing(void **state)
{
    struct cp_ted_news news;
    struct cp_ted_view view;
    struct trial t, other = {0};
    struct cp_build *build;
    uint64_t version;

    (void)state;
    open_row(&t, 1);
    cp_ted_news(t.ted, 2, &news);
    trial_view(&t, 2);
    version = t.view.version;
    build = trial_build(&other);
    trial_node(build, "r3", "10.255.0.3");
    trial_node(build, "r2", "10.255.0.2");
    trial_link(build, "r2", "r3", 1);
    trial_finish(&other, build);
    assert_int_equal(cp_ted_trial(t.ted, other.inventory, other.arena, &view, &t.diag), CP_OK);
    assert_true(view.nodes[0].known && view.nodes[0].seen);
    assert_true(view.net->node_count > other.inventory->node_count); /* r1: nobody knows it */
    assert_false(view.nodes[other.inventory->node_count].known);
    assert_int_not_equal(cp_case_link(view.net, CP_TEXT("r2--r3")).at, CP_NONE);
    cp_ted_news(t.ted, 3, &news);
    assert_false(news.worse);
    assert_false(news.better);
    assert_int_equal(news.node_gone_count + news.link_gone_count, 0);
    trial_view(&t, 3);
    assert_int_equal(t.view.version, version + 1);
    assert_non_null(trial_rec(&t, "r1--r2"));
    trial_close(&t);
    cp_arena_close(other.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_feed_stands_for_a_while_and_then_goes),
        cmocka_unit_test(sids_of_a_feed_that_was_let_go_are_not_told_as_gone),
        cmocka_unit_test(a_feed_that_never_came_is_lost_until_it_comes),
        cmocka_unit_test(a_feed_that_restarts_in_time_moves_only_what_it_did_not_say_again),
        cmocka_unit_test(what_one_feed_lacks_is_gone_at_once_and_freezes_when_it_lasts),
        cmocka_unit_test(a_lost_feed_is_no_witness_against_another),
        cmocka_unit_test(metrics_that_differ_are_an_alarm_and_the_first_feed_is_believed),
        cmocka_unit_test(two_routers_with_one_address_are_nobody),
        cmocka_unit_test(the_config_says_who_a_router_is),
        cmocka_unit_test(an_identity_of_no_node_is_an_error),
        cmocka_unit_test(routers_and_links_that_nobody_knows_are_there_without_facts),
        cmocka_unit_test(parallel_links_are_told_apart_by_their_addresses),
        cmocka_unit_test(parallel_links_that_cannot_be_told_apart_are_unknown),
        cmocka_unit_test(half_links_without_addresses_are_none_where_there_are_several),
        cmocka_unit_test(half_links_without_addresses_are_a_link_where_they_are_alone),
        cmocka_unit_test(a_link_at_the_greatest_metric_is_not_used),
        cmocka_unit_test(a_link_below_another_stays_below_when_nobody_reports_it),
        cmocka_unit_test(another_inventory_is_joined_anew),
        cmocka_unit_test(a_trial_of_another_inventory_is_joined_and_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
