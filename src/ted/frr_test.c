#include "ted_trial.h"

static const struct cp_ted_feed isis = {{"r1", 2}, CP_TED_FRR_ISIS};
static const struct cp_ted_feed ospf = {{"r1", 2}, CP_TED_FRR_OSPF};

static void tell(struct trial *t, uint32_t feed, const char *path, uint64_t now_us)
{
    assert_int_equal(cp_ted_document(t->ted, feed, trial_file(t, path), now_us, &t->diag), CP_OK);
}

static void a_document_of_isis_becomes_the_inventory_as_it_is(void **state)
{
    const struct cp_ted_alarm *alarms;
    struct trial t = {0};
    const struct cp_link_rec *rec;
    uint32_t at;

    (void)state;
    trial_planes8(&t);
    trial_open(&t, &isis, 1);
    tell(&t, 0, "tests/ted/frr8.4.4-isis.json", 5);
    trial_view(&t, 5);
    assert_int_equal(t.view.net->node_count, 8);
    assert_int_equal(t.view.net->link_count, 10);
    /* Of a network of both, FRR 8.4 tells the IPv6 adjacency alone. */
    assert_int_equal(cp_ted_alarms(t.ted, 5, &alarms), 8);
    for (uint32_t i = 0; i < 8; i++)
        assert_int_equal(alarms[i].kind, CP_TED_ALARM_SID);
    for (size_t i = 0; i < CP_COUNT(planes8); i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "%s--%s", planes8[i].a, planes8[i].b);
        rec = trial_rec(&t, id);
        assert_non_null(rec);
        assert_int_equal(t.view.net->ends[rec->ends.first].metric, planes8[i].metric);
        assert_int_equal(t.view.net->ends[rec->ends.first + 1].metric, planes8[i].metric);
    }
    assert_text(t.view.net->nodes[2].sid, "index:3");
    assert_text(trial_fact_of(t.view.net, CP_OBJECT_NODE, 0, "srgb"), "16000-23999");
    assert_text(trial_fact_of(t.view.net, CP_OBJECT_NODE, 0, "srlb"), "15000-15999");
    assert_text(trial_fact_of(t.view.net, CP_OBJECT_NODE, 7, "msd"), "8");
    at = cp_case_link(t.view.net, CP_TEXT("r1--r2")).at;
    assert_text(trial_fact_of(t.view.net, CP_OBJECT_LINK, at, "adj-sid-ab"), "15003");
    assert_text(trial_fact_of(t.view.net, CP_OBJECT_LINK, at, "adj-sid-ba"), "15004");
    assert_text(trial_fact_of(t.view.net, CP_OBJECT_LINK, at, "address-a"), "10.1.0.1 fc01:1::1");
    assert_int_equal(t.view.net->links[at].delay_us, 1000);
    assert_int_equal(t.view.net->links[at].capacity_bps, 1000000000);
    assert_true(t.view.nodes[0].seen && t.view.nodes[0].known);
    assert_int_equal(t.view.nodes[0].address.bytes[3], 1);
    trial_close(&t);
}

static void a_document_of_ospf_is_read_and_its_half_described_link_is_listed(void **state)
{
    const struct cp_ted_alarm *alarms;
    struct trial t = {0};
    uint32_t at;

    (void)state;
    trial_planes8(&t);
    trial_open(&t, &ospf, 1);
    tell(&t, 0, "tests/ted/frr8.4.4-ospf.json", 5);
    trial_view(&t, 5);
    /* Of one edge the capture has no other end: FRR did not know it yet. */
    assert_int_equal(t.view.net->link_count, 9);
    assert_int_equal(cp_ted_alarms(t.ted, 5, &alarms), 2);
    assert_int_equal(alarms[0].kind, CP_TED_ALARM_HALF_LINK);
    assert_int_equal(alarms[1].kind, CP_TED_ALARM_HALF_LINK);
    assert_int_equal(cp_ted_count(t.ted, 0).half_links, 2);
    assert_int_equal(cp_ted_count(t.ted, 0).malformed, 0);
    assert_text(t.view.net->nodes[2].sid, "index:3");
    at = cp_case_link(t.view.net, CP_TEXT("r1--r2")).at;
    /* 15002 is a backup. */
    assert_text(trial_fact_of(t.view.net, CP_OBJECT_LINK, at, "adj-sid-ab"), "15003");
    trial_close(&t);
}

static void a_link_that_is_down_is_told_once_and_comes_back_as_good_news(void **state)
{
    struct cp_ted_news news;
    struct trial t = {0};
    uint32_t at;

    (void)state;
    trial_planes8(&t);
    trial_open(&t, &isis, 1);
    tell(&t, 0, "tests/ted/frr8.4.4-isis.json", 5);
    trial_view(&t, 5);
    at = cp_case_link(t.view.net, CP_TEXT("r4--r5")).at;
    cp_ted_news(t.ted, 6, &news);
    assert_int_equal(news.link_gone_count + news.node_gone_count, 0);
    assert_false(news.better || news.worse);
    tell(&t, 0, "tests/ted/frr8.4.4-isis-r4-r5-down.json", 7);
    cp_ted_news(t.ted, 7, &news);
    assert_int_equal(news.node_gone_count, 0);
    assert_int_equal(news.link_gone_count, 1);
    assert_int_equal(news.links_gone[0].at, at);
    assert_false(news.better);
    cp_ted_news(t.ted, 8, &news);
    assert_int_equal(news.link_gone_count, 0);
    tell(&t, 0, "tests/ted/frr8.4.4-isis.json", 9);
    cp_ted_news(t.ted, 9, &news);
    assert_true(news.better);
    assert_false(news.worse);
    tell(&t, 0, "tests/ted/frr8.4.4-isis-r4-r5-down.json", 10);
    trial_view(&t, 10);
    assert_int_equal(t.view.net->link_count, 9);
    assert_null(trial_rec(&t, "r4--r5"));
    trial_close(&t);
}

static void what_is_no_document_changes_nothing_and_says_where(void **state)
{
    struct cp_ted_news news;
    struct trial t = {0};

    (void)state;
    trial_planes8(&t);
    trial_open(&t, &isis, 1);
    tell(&t, 0, "tests/ted/frr8.4.4-isis.json", 5);
    trial_view(&t, 5);
    assert_int_equal(cp_ted_document(t.ted, 0, CP_TEXT("{\"ted\":\n {\"edges\": 7}}"), 6, &t.diag),
                     CP_ERR_MALFORMED);
    assert_int_equal(t.diag.place.line, 2);
    assert_int_equal(cp_ted_document(t.ted, 0, CP_TEXT("{}"), 6, &t.diag), CP_ERR_MALFORMED);
    cp_ted_news(t.ted, 6, &news);
    assert_int_equal(news.link_gone_count, 0);
    assert_int_equal(cp_ted_count(t.ted, 0).malformed, 2);
    assert_int_equal(cp_ted_count(t.ted, 0).links, 20);
    trial_close(&t);
}

static bool is_not_understood(struct trial *t, uint64_t now_us)
{
    const struct cp_ted_alarm *alarms;
    uint32_t count;
    bool found = false;

    trial_view(t, now_us);
    count = cp_ted_alarms(t->ted, now_us, &alarms);
    for (uint32_t i = 0; i < count; i++)
        found = found || alarms[i].kind == CP_TED_ALARM_NOT_UNDERSTOOD;
    return found;
}

static void that_a_document_is_not_understood_ends_with_one_that_is(void **state)
{
    struct trial t = {0};

    (void)state;
    trial_planes8(&t);
    trial_open(&t, &isis, 1);
    tell(&t, 0, "tests/ted/frr8.4.4-isis.json", 5);
    assert_false(is_not_understood(&t, 5));
    for (uint64_t at = 6; at < 10; at += 2) {
        assert_int_equal(cp_ted_document(t.ted, 0, CP_TEXT("{}"), at, &t.diag), CP_ERR_MALFORMED);
        assert_true(is_not_understood(&t, at));
        tell(&t, 0, "tests/ted/frr8.4.4-isis.json", at + 1);
        assert_false(is_not_understood(&t, at + 1));
    }
    assert_int_equal(cp_ted_count(t.ted, 0).malformed, 2);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_of_isis_becomes_the_inventory_as_it_is),
        cmocka_unit_test(a_document_of_ospf_is_read_and_its_half_described_link_is_listed),
        cmocka_unit_test(a_link_that_is_down_is_told_once_and_comes_back_as_good_news),
        cmocka_unit_test(what_is_no_document_changes_nothing_and_says_where),
        cmocka_unit_test(that_a_document_is_not_understood_ends_with_one_that_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
