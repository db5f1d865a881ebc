#include "ted_say.h"

/* What a feed should know: routers of the areas that it tells of. */

/* The alarm that feeds disagree on this. */
static const struct cp_ted_alarm *disagreement(struct trial *t, const char *subject,
                                               uint64_t now_us)
{
    const struct cp_ted_alarm *alarms;
    uint32_t count = cp_ted_alarms(t->ted, now_us, &alarms);

    for (uint32_t i = 0; i < count; i++)
        if (alarms[i].kind == CP_TED_ALARM_DISAGREE && cp_text_is(alarms[i].subject, subject))
            return &alarms[i];
    return NULL;
}

static uint32_t disagreements(struct trial *t, uint64_t now_us)
{
    const struct cp_ted_alarm *alarms;
    uint32_t count = cp_ted_alarms(t->ted, now_us, &alarms), found = 0;

    for (uint32_t i = 0; i < count; i++)
        found += alarms[i].kind == CP_TED_ALARM_DISAGREE;
    return found;
}

static void a_router_that_one_feed_alone_has_is_a_disagreement(void **state)
{
    struct cp_ted_news news;
    struct trial t;

    (void)state;
    open_row(&t, 2);
    withdraw_link(&t, 1, 2, 3, 2, 50);
    withdraw_node(&t, 1, 3, 50);
    cp_ted_news(t.ted, 50, &news);
    assert_int_equal(news.link_gone_count, 1);
    assert_non_null(disagreement(&t, "r2--r3", 50));
    assert_int_equal(disagreement(&t, "r3", 50)->feed, 1); /* who has it not */
    cp_ted_news(t.ted, 150, &news);
    assert_true(cp_ted_frozen(t.ted));
    trial_view(&t, 150);
    assert_null(trial_rec(&t, "r2--r3"));

    withdraw_link(&t, 0, 2, 3, 2, 160);
    withdraw_node(&t, 0, 3, 160);
    cp_ted_news(t.ted, 160, &news);
    assert_int_equal(disagreements(&t, 160), 0);
    assert_false(cp_ted_frozen(t.ted));
    trial_close(&t);
}

static void a_router_beyond_a_lan_is_one_of_the_area(void **state)
{
    struct trial t;

    (void)state;
    open_row(&t, 2);
    say_node(&t, 0, 4, 4, 50);
    for (uint32_t r = 3; r <= 4; r++) {
        say_half(&t, 0, (struct half){{r, 3}, {0, 7}, 0, 10}, 50);
        say_half(&t, 0, (struct half){{3, r}, {7, 0}, 0, 10}, 50);
    }
    assert_int_equal(disagreement(&t, "r4", 50)->feed, 1);
    trial_close(&t);
}

/* Two areas of level 1 are one domain by name; here nothing joins them but, perhaps, level 2. */
static void a_router_of_an_area_that_a_feed_does_not_tell_of_is_none(void **state)
{
    struct trial t;

    (void)state;
    open_row(&t, 2);
    say_node(&t, 0, 6, 6, 50);
    say_node(&t, 0, 7, 7, 50);
    say_link(&t, 0, 6, 7, 3, 50);
    assert_int_equal(disagreements(&t, 50), 0);
    trial_view(&t, 50);
    assert_non_null(trial_rec(&t, "r7--r6"));

    say_half(&t, 0, (struct half){{3, 7}, {0, 0}, 4, 10}, 60); /* one end alone joins nothing */
    assert_int_equal(disagreements(&t, 60), 0);
    say_half(&t, 0, (struct half){{7, 3}, {0, 0}, 4, 10}, 70);
    assert_non_null(disagreement(&t, "r6", 70));
    assert_non_null(disagreement(&t, "r7", 70));
    trial_view(&t, 70);
    assert_null(trial_rec(&t, "r7--r6"));
    trial_close(&t);
}

static void a_router_that_a_lost_feed_alone_has_is_none(void **state)
{
    struct trial t;

    (void)state;
    open_row(&t, 2);
    cp_ted_feed_down(t.ted, 0, 40);
    withdraw_link(&t, 1, 2, 3, 2, 50);
    withdraw_node(&t, 1, 3, 50);
    assert_null(disagreement(&t, "r3", 50));
    trial_view(&t, 50);
    assert_null(trial_rec(&t, "r2--r3")); /* who is up is believed */
    trial_close(&t);
}

/* --- against plain reachability ------------------------------------------------------------------- */

enum { SEEDS = 2000, ROUTERS = 6, LANS = 2, VERTICES = ROUTERS + LANS };

struct network {
    bool has[2][ROUTERS];
    bool says[2][VERTICES][VERTICES]; /* a half link; lans after the routers */
    bool reaches[2][VERTICES][VERTICES];
};

static uint32_t rng;

static uint32_t draw(uint32_t below)
{
    rng = rng * 1664525u + 1013904223u;
    return (rng >> 8) % below;
}

static void tell_half(struct trial *t, uint32_t feed, uint32_t a, uint32_t b)
{
    struct half h = {.link = 0, .metric = 10};
    uint32_t ends[2] = {a, b};

    for (uint32_t e = 0; e < 2; e++) {
        h.ends[e] = ends[e] < ROUTERS ? ends[e] + 1 : 1;
        h.pseudonodes[e] = ends[e] < ROUTERS ? 0 : ends[e];
    }
    say_half(t, feed, h, 1);
}

static void tell(struct trial *t, struct network *n, uint32_t feed)
{
    cp_ted_feed_up(t->ted, feed, 1);
    for (uint32_t v = 0; v < ROUTERS; v++) {
        n->has[feed][v] = draw(4) != 0;
        if (n->has[feed][v])
            say_node(t, feed, v + 1, v + 1, 1);
    }
    for (uint32_t i = 0; i < 14; i++) {
        uint32_t a = draw(VERTICES), b = draw(VERTICES);

        if (a == b || (a >= ROUTERS && b >= ROUTERS))
            continue;
        n->says[feed][a][b] = true;
        n->says[feed][b][a] |= draw(4) != 0;
    }
    for (uint32_t a = 0; a < VERTICES; a++)
        for (uint32_t b = 0; b < VERTICES; b++)
            if (n->says[feed][a][b])
                tell_half(t, feed, a, b);
    cp_ted_feed_full(t->ted, feed, 1);
}

/* Routers that neither feed describes join nothing. */
static bool is_there(const struct network *n, uint32_t v)
{
    return v >= ROUTERS || n->has[0][v] || n->has[1][v];
}

static void close_up(struct network *n, uint32_t feed)
{
    for (uint32_t a = 0; a < VERTICES; a++)
        for (uint32_t b = 0; b < VERTICES; b++)
            n->reaches[feed][a][b] = a == b || (is_there(n, a) && is_there(n, b) &&
                                                n->says[feed][a][b] && n->says[feed][b][a]);
    for (uint32_t k = 0; k < VERTICES; k++)
        for (uint32_t a = 0; a < VERTICES; a++)
            for (uint32_t b = 0; b < VERTICES; b++)
                n->reaches[feed][a][b] |= n->reaches[feed][a][k] && n->reaches[feed][k][b];
}

/* The feed lacks a router that the other has, and has one that the other says is in its scope. */
static bool should_know(const struct network *n, uint32_t feed, uint32_t v)
{
    bool shared = false;

    for (uint32_t u = 0; u < ROUTERS; u++)
        shared |= n->has[feed][u] && n->has[1 - feed][u] && n->reaches[1 - feed][v][u];
    return shared && n->has[1 - feed][v] && !n->has[feed][v];
}

static void scopes_are_those_of_plain_reachability(void **state)
{
    uint32_t found = 0;

    (void)state;
    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        struct network n = {0};
        struct trial t = {0};

        rng = seed * 2654435761u;
        trial_planes8(&t);
        trial_open(&t, two, 2);
        tell(&t, &n, 0);
        tell(&t, &n, 1);
        close_up(&n, 0);
        close_up(&n, 1);
        for (uint32_t feed = 0; feed < 2; feed++)
            for (uint32_t v = 0; v < ROUTERS; v++) {
                char id[8];
                const struct cp_ted_alarm *alarm;

                (void)snprintf(id, sizeof id, "r%u", v + 1);
                alarm = disagreement(&t, id, 1);
                if ((alarm != NULL && alarm->feed == feed) != should_know(&n, feed, v))
                    fail_msg("seed %u: feed %u, router %s", seed, feed, id);
                found += alarm != NULL;
            }
        trial_close(&t);
    }
    assert_true(found > SEEDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_router_that_one_feed_alone_has_is_a_disagreement),
        cmocka_unit_test(a_router_beyond_a_lan_is_one_of_the_area),
        cmocka_unit_test(a_router_of_an_area_that_a_feed_does_not_tell_of_is_none),
        cmocka_unit_test(a_router_that_a_lost_feed_alone_has_is_none),
        cmocka_unit_test(scopes_are_those_of_plain_reachability),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
