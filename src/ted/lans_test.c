#include "ted_say.h"

/* LANs, and the steps from router to router that the network has. */

static uint32_t cost_of(const struct trial *t, const char *from, const char *to)
{
    const struct cp_ted_step *steps;
    uint32_t count, cost = 0;

    assert_int_equal(cp_ted_steps(t->ted, t->arena, &steps, &count), CP_OK);
    for (uint32_t i = 0; i < count; i++)
        if (cp_text_is(steps[i].from, from) && cp_text_is(steps[i].to, to))
            cost = steps[i].cost;
    return cost;
}

/* --- LANs --------------------------------------------------------------------------------------- */

static void say_member(struct trial *t, uint32_t router, uint32_t there, uint32_t back)
{
    say_half(t, 0, (struct half){{router, 1}, {0, 5}, 0, there}, 2);
    say_half(t, 0, (struct half){{1, router}, {5, 0}, 0, back}, 2);
}

/* r1, r2 and r3 on lan7, where they leave for 11, 12 and 13. */
static void open_lan(struct trial *t)
{
    struct cp_build *build;
    struct cp_link_row row = cp_link_row_make(CP_PLACE_NONE, CP_TEXT("r1 r2 r3"), CP_TEXT(""));

    *t = (struct trial){0};
    build = trial_build(t);
    for (uint32_t i = 1; i <= 3; i++) {
        char id[4];

        (void)snprintf(id, sizeof id, "r%u", i);
        trial_node(build, id, "");
        trial_fact(build, id, "router-id",
                   (const char *[]){"10.255.0.1", "10.255.0.2", "10.255.0.3"}[i - 1]);
    }
    row.id = CP_TEXT("lan7");
    row.link_class = CP_TEXT("lan");
    row.metric_ab = 3;
    assert_int_equal(cp_build_link(build, &row, &t->diag), CP_OK);
    trial_finish(t, build);
    trial_open(t, two, 1);
    cp_ted_feed_up(t->ted, 0, 1);
    for (uint32_t r = 1; r <= 3; r++) {
        say_node(t, 0, r, r, 1);
        say_member(t, r, 10 + r, 1);
    }
    cp_ted_feed_full(t->ted, 0, 1);
}

static void a_pseudonode_and_its_routers_are_one_link(void **state)
{
    struct cp_ted_news news;
    const struct cp_link_rec *rec;
    struct trial t;

    (void)state;
    open_lan(&t);
    trial_view(&t, 2);
    assert_int_equal(t.view.net->link_count, 1);
    rec = trial_rec(&t, "lan7");
    assert_int_equal(rec->ends.count, 3);
    assert_int_equal(t.view.net->ends[rec->ends.first + 2].metric, 13);
    say_member(&t, 3, 0, 1); /* one way only */
    cp_ted_news(t.ted, 3, &news);
    assert_true(news.worse);
    trial_view(&t, 3);
    assert_int_equal(trial_rec(&t, "lan7")->ends.count, 2);
    trial_close(&t);
}

/* r1 on the LAN, with its adjacency SIDs towards r2 and r3; 0: none. */
static void say_lan_sids(struct trial *t, uint32_t to2, uint32_t to3, uint64_t now_us)
{
    static const char r2[6] = {0, 0, 0, 0, 0, 2}, r3[6] = {0, 0, 0, 0, 0, 3};
    struct cp_ls_sid sids[2];
    struct statement s = {0};
    uint32_t count = 0;

    if (to2 != 0)
        sids[count++] = (struct cp_ls_sid){
            .type = 1100, .flags = 0x30, .is_label = true, .value = to2, .neighbour = {r2, 6}};
    if (to3 != 0)
        sids[count++] = (struct cp_ls_sid){
            .type = 1100, .flags = 0x30, .is_label = true, .value = to3, .neighbour = {r3, 6}};
    s.nlri.type = CP_LS_LINK;
    s.nlri.protocol = CP_LS_ISIS_L2;
    set_router(s.local, 1, 0, &s.nlri.local);
    set_router(s.remote, 1, 5, &s.nlri.remote);
    s.attribute = (struct cp_ls_attribute){
        .has = CP_LS_IGP_METRIC, .igp_metric = 11, .sids = sids, .sid_count = count};
    s.nlri.key = CP_TEXT("half 1.0 1.5 0");
    assert_int_equal(cp_ted_announce(t->ted, 0, &s.nlri, &s.attribute, now_us), CP_OK);
}

static void a_lan_of_which_an_adjacency_sid_is_another_is_as_good_as_gone(void **state)
{
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    for (uint32_t to3 = 0; to3 < 2; to3++) {
        open_lan(&t);
        say_lan_sids(&t, 15002, 15003, 2);
        trial_view(&t, 2);
        say_lan_sids(&t, 15002, to3 * 15009, 3);
        cp_ted_news(t.ted, 3, &news);
        assert_int_equal(news.link_gone_count, 1);
        cp_ted_news(t.ted, 3, &news);
        assert_int_equal(news.link_gone_count, 0); /* it was told */
        trial_close(&t);
    }
}

static void a_lan_stands_where_a_sid_comes_or_its_neighbour_leaves(void **state)
{
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    open_lan(&t);
    say_lan_sids(&t, 15002, 0, 2);
    trial_view(&t, 2);
    say_lan_sids(&t, 15002, 15003, 3);
    cp_ted_news(t.ted, 3, &news);
    assert_true(news.worse);
    assert_int_equal(news.link_gone_count, 0);
    assert_false(news.left);
    trial_view(&t, 3);
    say_lan_sids(&t, 15002, 0, 4);
    say_member(&t, 3, 0, 0);
    cp_ted_news(t.ted, 4, &news);
    assert_int_equal(news.link_gone_count, 0);
    assert_true(news.left && news.worse);
    assert_int_equal(cost_of(&t, "r1", "r3"), 0);
    assert_int_equal(cost_of(&t, "r1", "r2"), 11);
    cp_ted_tell_again(t.ted);
    cp_ted_news(t.ted, 5, &news);
    assert_true(news.left);
    trial_view(&t, 6);
    cp_ted_tell_again(t.ted);
    cp_ted_news(t.ted, 7, &news);
    assert_false(news.left);
    trial_close(&t);
}

/* --- steps -------------------------------------------------------------------------------------- */

static void steps_are_those_of_the_network_as_it_is(void **state)
{
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    open_row(&t, 1);
    assert_int_equal(cost_of(&t, "r1", "r2"), 10);
    assert_int_equal(cost_of(&t, "r1", "r3"), 0);
    say_half(&t, 0, (struct half){{1, 2}, {0, 0}, 1, 33}, 2);
    cp_ted_news(t.ted, 2, &news);
    assert_true(news.worse);
    assert_int_equal(cost_of(&t, "r1", "r2"), 33);
    assert_int_equal(cost_of(&t, "r2", "r1"), 10);
    trial_close(&t);
    open_lan(&t);
    trial_view(&t, 2);
    assert_int_equal(cost_of(&t, "r3", "r1"), 13);
    assert_int_equal(cost_of(&t, "r1", "r3"), 11);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pseudonode_and_its_routers_are_one_link),
        cmocka_unit_test(a_lan_of_which_an_adjacency_sid_is_another_is_as_good_as_gone),
        cmocka_unit_test(a_lan_stands_where_a_sid_comes_or_its_neighbour_leaves),
        cmocka_unit_test(steps_are_those_of_the_network_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
