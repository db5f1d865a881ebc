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
    assert_text(disagreement(&t, "r3", 50)->said, "one has it; two has it not");
    assert_text(disagreement(&t, "r2--r3", 50)->said, "one has it; two has it not");
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

/* --- documents ----------------------------------------------------------------------------------- */

static const struct cp_ted_feed ls_and_ospf[2] = {{{"ls", 2}, CP_TED_BGP_LS},
                                                  {{"r1", 2}, CP_TED_FRR_OSPF}};
static const struct cp_ted_feed ls_and_isis[2] = {{{"ls", 2}, CP_TED_BGP_LS},
                                                  {{"r1", 2}, CP_TED_FRR_ISIS}};

struct place {
    uint8_t protocol;
    uint32_t area; /* of OSPF */
};

static void set_end(const struct place *in, char *bytes, uint32_t router, struct cp_ls_node *node)
{
    if (in->protocol != CP_LS_OSPFV2) {
        set_router(bytes, router, 0, node);
        return;
    }
    memcpy(bytes, "\x0a\xff\0", 4);
    bytes[3] = (char)router;
    node->has = CP_LS_NODE_ROUTER | CP_LS_NODE_AREA;
    node->router = (cp_text){bytes, 4};
    node->area = in->area;
}

static void say_node_in(struct trial *t, struct place in, uint32_t router)
{
    struct statement s = {.nlri = {.type = CP_LS_NODE, .protocol = in.protocol}};

    set_end(&in, s.local, router, &s.nlri.local);
    s.address = cp_ip_v4(0x0aff0000u + router);
    s.attribute.local_routers = &s.address;
    s.attribute.local_router_count = 1;
    (void)snprintf(s.key, sizeof s.key, "node %u %u %u", in.protocol, in.area, router);
    s.nlri.key = cp_text_of(s.key);
    assert_int_equal(cp_ted_announce(t->ted, 0, &s.nlri, &s.attribute, 1), CP_OK);
}

static void say_half_in(struct trial *t, struct place in, uint32_t a, uint32_t b)
{
    struct statement s = {.nlri = {.type = CP_LS_LINK, .protocol = in.protocol}};
    uint32_t low = a < b ? a : b, high = a < b ? b : a;

    set_end(&in, s.local, a, &s.nlri.local);
    set_end(&in, s.remote, b, &s.nlri.remote);
    s.nlri.has = CP_LS_HAS_LOCAL4 | CP_LS_HAS_REMOTE4;
    s.nlri.local4 = cp_ip_v4(0x0a020000u + 256 * low + 16 * high + (a < b ? 1 : 2));
    s.nlri.remote4 = cp_ip_v4(0x0a020000u + 256 * low + 16 * high + (a < b ? 2 : 1));
    s.attribute.has = CP_LS_IGP_METRIC;
    s.attribute.igp_metric = 10;
    (void)snprintf(s.key, sizeof s.key, "half %u %u %u %u", in.protocol, in.area, a, b);
    s.nlri.key = cp_text_of(s.key);
    assert_int_equal(cp_ted_announce(t->ted, 0, &s.nlri, &s.attribute, 1), CP_OK);
}

static void say_link_in(struct trial *t, struct place in, uint32_t a, uint32_t b)
{
    say_half_in(t, in, a, b);
    say_half_in(t, in, b, a);
}

/* Of FRR: routers and links as "r" and "a-b", with one origin each. */
struct written {
    char text[8192];
    size_t len;
};

static void write_edge(struct written *w, const char *origin, unsigned long long base,
                       const uint32_t ends[2])
{
    uint32_t low = ends[0] < ends[1] ? ends[0] : ends[1], sum = ends[0] + ends[1];
    uint32_t first = ends[0] == low ? 1 : 2;

    w->len += (size_t)snprintf(
        w->text + w->len, sizeof w->text - w->len,
        "{\"status\": \"Sync\", \"origin\": \"%s\", \"local-vertex-id\": %llu, "
        "\"remote-vertex-id\": %llu, \"metric\": 10, \"edge-attributes\": {\"local-address\": "
        "\"10.2.%u.%u\", \"remote-address\": \"10.2.%u.%u\"}}",
        origin, base + ends[0], base + ends[1], low, 16 * (sum - low) + first, low,
        16 * (sum - low) + 3 - first);
}

/* what: "1:ISIS_L1 2:ISIS_L2 1-2:ISIS_L1 ", a word each. */
static void say_document(struct trial *t, unsigned long long base, const char *what)
{
    struct written w = {"{\"ted\": {\"vertices\": [", 0};
    const char *before = "";

    w.len = strlen(w.text);
    for (int edges = 0; edges < 2; edges++) {
        cp_text rest = cp_text_of(what), word;

        while (cp_text_word(&rest, " ", &word)) {
            uint32_t ends[2] = {(uint32_t)(word.at[0] - '0'), (uint32_t)(word.at[2] - '0')};
            char origin[16];

            (void)snprintf(origin, sizeof origin, "%.*s",
                           (int)word.len - (word.at[1] == '-' ? 4 : 2),
                           word.at + (word.at[1] == '-' ? 4 : 2));
            if ((word.at[1] == '-') != (edges != 0))
                continue;
            w.len += (size_t)snprintf(w.text + w.len, sizeof w.text - w.len, "%s", before);
            before = ", ";
            if (edges != 0)
                write_edge(&w, origin, base, ends);
            else
                w.len += (size_t)snprintf(w.text + w.len, sizeof w.text - w.len,
                                          "{\"vertex-id\": %llu, \"status\": \"Sync\", "
                                          "\"origin\": \"%s\", \"router-id\": \"10.255.0.%u\"}",
                                          base + ends[0], origin, ends[0]);
        }
        w.len += (size_t)snprintf(w.text + w.len, sizeof w.text - w.len, "%s",
                                  edges == 0 ? "], \"edges\": [" : "]}}");
        before = "";
    }
    assert_int_equal(cp_ted_document(t->ted, 1, (cp_text){w.text, w.len}, 1, &t->diag), CP_OK);
}

enum { OSPF_BASE = 0x0aff0000 };

/* r2 and r4 are on the border; r1 in area 1, r3 in area 0. */
static void say_two_areas(struct trial *t)
{
    const struct place one = {CP_LS_OSPFV2, 1}, zero = {CP_LS_OSPFV2, 0};

    trial_planes8(t);
    trial_open(t, ls_and_ospf, 2);
    cp_ted_feed_up(t->ted, 0, 1);
    for (uint32_t r = 1; r <= 4; r++) {
        if (r != 3)
            say_node_in(t, one, r);
        if (r != 1)
            say_node_in(t, zero, r);
    }
    say_link_in(t, one, 1, 2);
    say_link_in(t, one, 1, 4);
    say_link_in(t, zero, 2, 3);
    say_link_in(t, zero, 3, 4);
    say_link_in(t, zero, 2, 4);
    cp_ted_feed_full(t->ted, 0, 1);
}

/* FRR's OSPF document names no area. */
static void a_document_without_area_knows_the_areas_of_its_inner_routers_alone(void **state)
{
    struct trial t = {0};

    (void)state;
    say_two_areas(&t);
    say_document(&t, OSPF_BASE,
                 "1:OSPFv2 2:OSPFv2 4:OSPFv2 1-2:OSPFv2 2-1:OSPFv2 1-4:OSPFv2 4-1:OSPFv2");
    assert_int_equal(disagreements(&t, 1), 0);
    trial_view(&t, 1);
    assert_int_equal(t.view.net->link_count, 5);
    trial_close(&t);
}

static void in_an_area_that_it_knows_it_is_a_witness(void **state)
{
    struct trial t = {0};

    (void)state;
    say_two_areas(&t);
    say_document(&t, OSPF_BASE, "1:OSPFv2 2:OSPFv2 1-2:OSPFv2 2-1:OSPFv2");
    assert_int_equal(disagreement(&t, "r4", 1)->feed, 1);
    assert_non_null(disagreement(&t, "r1--r4", 1));
    assert_int_equal(disagreements(&t, 1), 2);
    trial_close(&t);
}

/* FRR's IS-IS document has one vertex, and one edge, for both levels: which of the two it names says nothing. */
static void a_document_has_one_level_of_what_is_in_both(void **state)
{
    const struct place levels[2] = {{CP_LS_ISIS_L1, 0}, {CP_LS_ISIS_L2, 0}};
    struct trial t = {0};

    (void)state;
    trial_planes8(&t);
    trial_open(&t, ls_and_isis, 2);
    cp_ted_feed_up(t.ted, 0, 1);
    for (uint32_t r = 1; r <= 3; r++)
        for (uint32_t k = 0; k < 2; k++)
            say_node_in(&t, levels[k], r);
    for (uint32_t k = 0; k < 2; k++) {
        say_link_in(&t, levels[k], 1, 2);
        say_link_in(&t, levels[k], 2, 3);
    }
    cp_ted_feed_full(t.ted, 0, 1);
    say_document(&t, 0,
                 "1:ISIS_L1 2:ISIS_L1 3:ISIS_L2 1-2:ISIS_L2 2-1:ISIS_L1 2-3:ISIS_L2 3-2:ISIS_L2");
    assert_int_equal(disagreements(&t, 1), 0);
    trial_view(&t, 1);
    assert_int_equal(t.view.net->link_count, 2);

    say_document(&t, 0, "1:ISIS_L1 2:ISIS_L1 1-2:ISIS_L2 2-1:ISIS_L1");
    assert_int_equal(disagreement(&t, "r3", 1)->feed, 1);
    assert_non_null(disagreement(&t, "r2--r3", 1));
    trial_close(&t);
}

/* A router in more areas than any is: its feed is believed of none of them. */
static void who_tells_of_a_router_in_ever_more_areas_covers_it_not(void **state)
{
    struct trial t = {0};

    (void)state;
    trial_planes8(&t);
    trial_open(&t, ls_and_ospf, 2);
    cp_ted_feed_up(t.ted, 0, 1);
    for (uint32_t area = 0; area < 1000; area++)
        say_node_in(&t, (struct place){CP_LS_OSPFV2, area}, 1);
    say_node_in(&t, (struct place){CP_LS_OSPFV2, 0}, 2);
    cp_ted_feed_full(t.ted, 0, 1);
    say_document(&t, OSPF_BASE, "1:OSPFv2 2:OSPFv2 1-2:OSPFv2 2-1:OSPFv2");
    trial_view(&t, 1);
    assert_non_null(trial_rec(&t, "r1--r2"));
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
        cmocka_unit_test(a_document_without_area_knows_the_areas_of_its_inner_routers_alone),
        cmocka_unit_test(in_an_area_that_it_knows_it_is_a_witness),
        cmocka_unit_test(a_document_has_one_level_of_what_is_in_both),
        cmocka_unit_test(who_tells_of_a_router_in_ever_more_areas_covers_it_not),
        cmocka_unit_test(scopes_are_those_of_plain_reachability),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
