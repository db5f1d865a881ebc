#include "ted_trial.h"

#include "ground/net.h"
#include "route/sids.h"
#include "ted/ls.h"
#include "share.h"

/*
 * Networks of a few routers with parallel links, LANs, routers that are not in the inventory, missing addresses and late
 * attributes, told by several feeds in random order, with repeats, withdrawals, losses and returns.  What is believed
 * in the end must be what a ted says that was told the last word of each alone, in another order; and what news called gone
 * must be what the view after lacks of the view before.
 */

enum { SEEDS = 3000, FEEDS = 3, THINGS = 48, STEPS = 160 };

static uint64_t rng;

static uint32_t draw(uint32_t below)
{
    rng ^= rng << 13;
    rng ^= rng >> 7;
    rng ^= rng << 17;
    return (uint32_t)((rng >> 16) % below);
}

/* --- statements --------------------------------------------------------------------------------- */

struct thing {
    struct cp_ls_nlri nlri;
    struct cp_ls_attribute attributes[3]; /* it may say one of these */
    cp_ip routers[3];
    struct cp_ls_sid sids[3][2];
    struct cp_ls_range ranges[3];
    char key[200], local[8], remote[8], name[3][8];
    bool by_feed[FEEDS]; /* who tells it */
};

struct told {
    bool there;
    uint8_t which; /* 3: without an attribute */
};

struct scene {
    struct thing things[THINGS];
    uint32_t count;
    struct told now[FEEDS][THINGS];
    bool up[FEEDS], full[FEEDS];
    bool calm; /* all feeds say the same, and most of it whole */
};

static void set_router(char *bytes, uint32_t router, uint32_t pseudonode, struct cp_ls_node *node)
{
    memset(bytes, 0, 8);
    bytes[5] = (char)(router + 1);
    bytes[6] = (char)pseudonode;
    node->has = CP_LS_NODE_ROUTER;
    node->router = (cp_text){bytes, pseudonode != 0 ? 7u : 6u};
}

static void set_key(struct thing *t)
{
    (void)snprintf(t->key, sizeof t->key, "%u %u %02x%02x %02x%02x %u %u %u %u %u %u", t->nlri.type,
                   t->nlri.protocol, (unsigned char)t->local[5], (unsigned char)t->local[6],
                   (unsigned char)t->remote[5], (unsigned char)t->remote[6], t->nlri.local_id,
                   t->nlri.remote_id, t->nlri.local4.bytes[3], t->nlri.remote4.bytes[3],
                   t->nlri.prefix.bytes[3], t->nlri.has);
    t->nlri.key = (cp_text){t->key, strlen(t->key)};
}

static struct thing *next_thing(struct scene *s, uint16_t type, uint8_t protocol)
{
    struct thing *t = &s->things[s->count++];

    assert_true(s->count <= THINGS);
    memset(t, 0, sizeof *t);
    t->nlri.type = type;
    t->nlri.protocol = protocol;
    for (int f = 0; f < FEEDS; f++)
        t->by_feed[f] = s->calm || draw(4) != 0;
    return t;
}

static void make_node(struct scene *s, uint32_t router, uint8_t protocol)
{
    struct thing *t = next_thing(s, CP_LS_NODE, protocol);

    set_router(t->local, router, 0, &t->nlri.local);
    for (uint32_t i = 0; i < 3; i++) {
        struct cp_ls_attribute *a = &t->attributes[i];

        /* Now and then another router's address. */
        t->routers[i] = cp_ip_v4(0x0aff0001u + (draw(30) == 0 ? draw(5) : router));
        a->local_routers = &t->routers[i];
        a->local_router_count = draw(4) != 0;
        a->has = CP_LS_SR_CAPABILITIES;
        t->ranges[i] = (struct cp_ls_range){8000, draw(3) == 0 ? 20000 : 16000, false};
        a->sr_capabilities = (struct cp_ls_ranges){.count = draw(2), .at = &t->ranges[i]};
        (void)snprintf(t->name[i], sizeof t->name[i], "r%u", router + (draw(30) == 0));
        if (draw(2) != 0) {
            a->has |= CP_LS_NODE_NAME;
            a->node_name = (cp_text){t->name[i], strlen(t->name[i])};
        }
    }
    set_key(t);
}

static void make_half(struct scene *s, uint32_t from, uint32_t to, uint32_t link, uint8_t protocol)
{
    struct thing *t = next_thing(s, CP_LS_LINK, protocol);
    bool lesser = from < to;

    set_router(t->local, from, 0, &t->nlri.local);
    set_router(t->remote, to, 0, &t->nlri.remote);
    if (draw(6) != 0 || link == 4) { /* of two between the same routers one alone may say nothing */
        t->nlri.has |= CP_LS_HAS_LOCAL4;
        t->nlri.local4 = cp_ip_v4(0x0a010000u + 4 * link + (lesser ? 1 : 2));
    }
    if (draw(6) != 0) {
        t->nlri.has |= CP_LS_HAS_REMOTE4;
        t->nlri.remote4 = cp_ip_v4(0x0a010000u + 4 * link + (lesser ? 2 : 1));
    }
    if (draw(6) == 0) {
        t->nlri.has |= CP_LS_HAS_IDS;
        t->nlri.local_id = 2 * link + (lesser ? 1 : 2);
        t->nlri.remote_id = draw(2) == 0 ? 0 : 2 * link + (lesser ? 2 : 1);
    }
    for (uint32_t i = 0; i < 3; i++) {
        struct cp_ls_attribute *a = &t->attributes[i];

        a->has = draw(s->calm ? 60 : 8) != 0 ? CP_LS_IGP_METRIC : 0;
        a->igp_metric = 10 * (1 + draw(2));
        if (draw(2) != 0) {
            a->has |= CP_LS_DELAY | CP_LS_TE_METRIC;
            a->delay_us = 100 * draw(3);
            a->te_metric = 1 + draw(3);
        }
        t->sids[i][0] = (struct cp_ls_sid){.type = 1099,
                                           .flags = draw(4) == 0 ? 0x70 : 0x30,
                                           .is_label = true,
                                           .value = 24000 + draw(40) * 100 + link};
        a->sids = t->sids[i];
        a->sid_count = draw(2);
    }
    set_key(t);
}

static void make_prefix(struct scene *s, uint32_t router, uint8_t protocol)
{
    struct thing *t = next_thing(s, CP_LS_PREFIX4, protocol);

    set_router(t->local, router, 0, &t->nlri.local);
    t->nlri.has = CP_LS_HAS_PREFIX;
    t->nlri.prefix = cp_ip_v4(0x0afe0001u + router);
    t->nlri.prefix_bits = 32;
    for (uint32_t i = 0; i < 3; i++) {
        t->sids[i][0] = (struct cp_ls_sid){
            .type = 1158, .flags = 0x40, .value = draw(20) == 0 ? draw(5) : router + 1};
        t->attributes[i].sids = t->sids[i];
        t->attributes[i].sid_count = draw(5) != 0;
    }
    set_key(t);
}

/* Both halves of a router's place on a LAN. */
static void make_member(struct scene *s, uint32_t router, uint8_t protocol)
{
    for (int back = 0; back < 2; back++) {
        struct thing *t = next_thing(s, CP_LS_LINK, protocol);

        set_router(back ? t->remote : t->local, router, 0, back ? &t->nlri.remote : &t->nlri.local);
        set_router(back ? t->local : t->remote, 0, 1, back ? &t->nlri.local : &t->nlri.remote);
        for (uint32_t i = 0; i < 3; i++) {
            t->attributes[i].has = CP_LS_IGP_METRIC;
            t->attributes[i].igp_metric = back ? 0 : 7;
        }
        set_key(t);
    }
}

static void make_scene(struct scene *s, bool calm)
{
    static const uint8_t pairs[6][2] = {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {0, 1}, {3, 4}};
    uint8_t protocol = (uint8_t)(1 + draw(2));

    memset(s, 0, sizeof *s);
    s->calm = calm;
    for (uint32_t r = 0; r < 5; r++) {
        make_node(s, r, protocol);
        if (draw(3) == 0)
            make_node(s, r, (uint8_t)(3 - protocol));
        make_prefix(s, r, protocol);
    }
    for (uint32_t i = 0; i < 6; i++) {
        make_half(s, pairs[i][0], pairs[i][1], i, protocol);
        make_half(s, pairs[i][1], pairs[i][0], i, protocol);
    }
    if (draw(2) != 0)
        for (uint32_t r = 0; r < 3; r++)
            make_member(s, r, protocol);
}

/* --- the inventory ------------------------------------------------------------------------------ */

static void make_inventory(struct trial *t)
{
    struct cp_build *build = trial_build(t);

    trial_node(build, "r0", "10.255.0.1");
    trial_node(build, "r1", "10.255.0.2");
    trial_node(build, "r2", "");
    trial_node(build, "r3", "10.255.0.4");
    trial_fact(build, "r2", "router-id", "10.255.0.3");
    trial_link(build, "r0", "r1", 5);
    trial_link(build, "r0", "r1", 5);
    trial_link(build, "r1", "r2", 5);
    trial_link(build, "r2", "r3", 5);
    trial_link(build, "r3", "r0", 5);
    trial_fact(build, "r0--r1", "address-a", "10.1.0.1");
    trial_fact(build, "r0--r1#2", "address-b", "10.1.0.18");
    if (draw(2) != 0) { /* SIDs of the inventory, which routers may say otherwise */
        trial_fact(build, "r2--r3", "adj-sid-ab", "24100");
        trial_fact(build, "r3", "sid", "index:4");
        trial_fact(build, "r0", "sid", "20003");
        trial_fact(build, "r0", "srgb", "20000-21000");
        trial_fact(build, "r1", "srlb", "16000-16999");
        trial_fact(build, "r1", "srgb", "30000-30999");
    }
    trial_finish(t, build);
}

/* --- telling ------------------------------------------------------------------------------------ */

static const struct cp_ted_feed feeds[FEEDS] = {
    {{"a", 1}, CP_TED_BGP_LS}, {{"b", 1}, CP_TED_BGP_LS}, {{"c", 1}, CP_TED_BGP_LS}};

static void announce(struct cp_ted *ted, struct scene *s, uint32_t f, uint32_t i, uint64_t now_us)
{
    const struct thing *t = &s->things[i];
    uint8_t which = s->now[f][i].which;

    assert_int_equal(
        cp_ted_announce(ted, f, &t->nlri, which < 3 ? &t->attributes[which] : NULL, now_us), CP_OK);
}

static void tell_one(struct trial *t, struct scene *s, uint32_t f, uint32_t i, uint32_t what)
{
    if (!s->up[f] || !s->things[i].by_feed[f])
        return;
    if (what == 4) {
        cp_ted_withdraw(t->ted, f, &s->things[i].nlri, 1);
        s->now[f][i].there = false;
        return;
    }
    s->now[f][i] = (struct told){true, (uint8_t)what};
    announce(t->ted, s, f, i, 1);
    if (draw(8) == 0)
        announce(t->ted, s, f, i, 1);
}

static void tell_something(struct trial *t, struct scene *s)
{
    uint32_t i = draw(s->count);
    uint32_t what = draw(5);

    if (!s->calm) {
        tell_one(t, s, draw(FEEDS), i, what);
        return;
    }
    for (uint32_t f = 0; f < FEEDS; f++)
        tell_one(t, s, f, i, draw(4) != 0 ? 0 : what);
}

/* A network at rest, as all feeds tell it. */
static void tell_all(struct trial *t, struct scene *s)
{
    for (uint32_t f = 0; f < FEEDS && s->calm; f++) {
        cp_ted_feed_up(t->ted, f, 1);
        s->up[f] = true;
        for (uint32_t i = 0; i < s->count; i++)
            tell_one(t, s, f, i, 0);
        cp_ted_feed_full(t->ted, f, 1);
        s->full[f] = true;
    }
}

/* A feed comes, is whole, or is lost and says all of it again. */
static void move_feed(struct trial *t, struct scene *s, uint64_t now_us)
{
    uint32_t f = draw(FEEDS);

    if (!s->up[f]) {
        cp_ted_feed_up(t->ted, f, now_us);
        s->up[f] = true;
        return;
    }
    if (!s->full[f]) {
        cp_ted_feed_full(t->ted, f, now_us);
        s->full[f] = true;
        return;
    }
    if (draw(3) != 0)
        return;
    cp_ted_feed_down(t->ted, f, now_us);
    cp_ted_feed_up(t->ted, f, now_us);
    for (uint32_t i = s->count; i-- > 0;)
        if (s->now[f][i].there)
            announce(t->ted, s, f, i, now_us);
    cp_ted_feed_full(t->ted, f, now_us);
}

static void settle_feeds(struct trial *t, struct scene *s, uint64_t now_us)
{
    for (uint32_t f = 0; f < FEEDS; f++) {
        if (!s->up[f])
            cp_ted_feed_up(t->ted, f, now_us);
        if (!s->full[f])
            cp_ted_feed_full(t->ted, f, now_us);
        s->up[f] = s->full[f] = true;
    }
}

/* --- the same ----------------------------------------------------------------------------------- */

static void same_texts(cp_text a, cp_text b)
{
    assert_true(cp_text_eq(a, b));
}

static void same_cases(const struct cp_case *a, const struct cp_case *b)
{
    assert_int_equal(a->node_count, b->node_count);
    assert_int_equal(a->link_count, b->link_count);
    assert_int_equal(a->fact_count, b->fact_count);
    for (uint32_t v = 0; v < a->node_count; v++) {
        same_texts(a->nodes[v].id, b->nodes[v].id);
        same_texts(a->nodes[v].sid, b->nodes[v].sid);
        assert_int_equal(a->node_facts[v], b->node_facts[v]);
    }
    for (uint32_t l = 0; l < a->link_count; l++) {
        const struct cp_link_rec *x = &a->links[l];
        const struct cp_link_rec *y = &b->links[l];

        same_texts(x->id, y->id);
        assert_int_equal(x->delay_us, y->delay_us);
        assert_int_equal(x->ends.count, y->ends.count);
        for (uint32_t e = 0; e < x->ends.count; e++) {
            assert_int_equal(a->ends[x->ends.first + e].node.at,
                             b->ends[y->ends.first + e].node.at);
            assert_int_equal(a->ends[x->ends.first + e].metric, b->ends[y->ends.first + e].metric);
        }
        assert_int_equal(a->link_facts[l], b->link_facts[l]);
    }
    for (uint32_t f = 0; f < a->fact_count; f++) {
        same_texts(a->facts[f].attribute, b->facts[f].attribute);
        same_texts(a->facts[f].value, b->facts[f].value);
        same_texts(a->facts[f].part, b->facts[f].part);
    }
}

static void same_alarms(struct cp_ted *x, struct cp_ted *y, uint64_t now_us)
{
    const struct cp_ted_alarm *a;
    const struct cp_ted_alarm *b;
    uint32_t count = cp_ted_alarms(x, now_us, &a);

    assert_int_equal(cp_ted_alarms(y, now_us, &b), count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(a[i].kind, b[i].kind);
        same_texts(a[i].subject, b[i].subject);
        assert_string_equal(a[i].why, b[i].why);
        assert_int_equal(a[i].count, b[i].count);
    }
}

/* Whether the link has a SID in the one view that it has not in the other. */
static bool lost_sid(const struct cp_case *before, uint32_t l, const struct cp_case *after,
                     uint32_t now)
{
    for (uint32_t f = before->link_facts[l]; f < before->link_facts[l + 1]; f++) {
        bool found = !cp_text_starts(before->facts[f].attribute, CP_TEXT("adj-sid"));

        for (uint32_t k = after->link_facts[now]; k < after->link_facts[now + 1] && !found; k++)
            found = cp_text_eq(before->facts[f].attribute, after->facts[k].attribute) &&
                    cp_text_eq(before->facts[f].value, after->facts[k].value);
        if (!found)
            return true;
    }
    return false;
}

static uint64_t sids_lost;

/* What the view after lacks of the one before is what news said, no more and no less; a link that lost a SID is told, too. */
static void check_gone(const struct cp_ted_view *before, const struct cp_ted_view *after,
                       const uint8_t *nodes, const uint8_t *links)
{
    for (uint32_t v = 0; v < before->net->node_count; v++) {
        cp_node now = cp_case_node(after->net, before->net->nodes[v].id);
        bool gone = before->nodes[v].seen && (now.at == CP_NONE || !after->nodes[now.at].seen);

        assert_int_equal(nodes[v], gone);
    }
    for (uint32_t l = 0; l < before->net->link_count; l++) {
        uint32_t now = cp_case_link(after->net, before->net->links[l].id).at;

        if (now == CP_NONE || links[l] == 0) {
            assert_int_equal(links[l], now == CP_NONE);
            continue;
        }
        assert_true(lost_sid(before->net, l, after->net, now));
        sids_lost++;
    }
}

static void tell_last_words(struct trial *t, struct scene *s)
{
    uint32_t order[THINGS];

    for (uint32_t f = 0; f < FEEDS; f++) {
        cp_ted_feed_up(t->ted, f, 1);
        for (uint32_t i = 0; i < s->count; i++)
            order[i] = i;
        for (uint32_t i = s->count; i > 1; i--) {
            uint32_t k = draw(i);
            uint32_t kept = order[i - 1];

            order[i - 1] = order[k];
            order[k] = kept;
        }
        for (uint32_t i = 0; i < s->count; i++)
            if (s->now[f][order[i]].there)
                announce(t->ted, s, f, order[i], 1);
        cp_ted_feed_full(t->ted, f, 1);
    }
}

/* Whatever routers say, SIDs can be made of the view. */
static void check_sids(struct trial *t)
{
    const struct cp_sids *sids;
    struct cp_net net;
    cp_err err;

    assert_int_equal(cp_net_make(t->view.net, t->arena, &net), CP_OK);
    err = cp_sids_make(t->view.net, &net, CP_DATE_NONE, t->arena, &sids, &t->diag);
    if (err != CP_OK)
        fail_msg("%s: %s '%s'", cp_err_name(err), t->diag.why, t->diag.subject);
}

/* How much there was to compare. */
static uint64_t links_seen, links_unknown, links_gone;

static void run_seed(uint64_t seed, struct scene *s)
{
    struct trial t = {0};
    struct trial plain = {0};
    struct cp_ted_view before;
    struct cp_ted_news news;
    uint8_t nodes[64] = {0};
    uint8_t links[64] = {0};

    rng = seed * 0x9e3779b97f4a7c15u + 1;
    make_scene(s, seed % 2 == 0);
    make_inventory(&t);
    trial_open(&t, feeds, FEEDS);
    tell_all(&t, s);
    for (uint64_t step = 1; step < STEPS; step++) {
        if (draw(6) == 0)
            move_feed(&t, s, 1);
        else
            tell_something(&t, s);
        if (step == STEPS / 2)
            settle_feeds(&t, s, 1);
        if (draw(STEPS / 6) != 0 && step != STEPS / 2)
            continue;
        before = t.view;
        cp_ted_news(t.ted, 1, &news);
        trial_view(&t, 1);
        memset(nodes, 0, sizeof nodes);
        memset(links, 0, sizeof links);
        for (uint32_t i = 0; i < news.node_gone_count; i++)
            nodes[news.nodes_gone[i].at] = 1;
        for (uint32_t i = 0; i < news.link_gone_count; i++)
            links[news.links_gone[i].at] = 1;
        check_sids(&t);
        links_gone += news.link_gone_count;
        if (before.net != NULL)
            check_gone(&before, &t.view, nodes, links);
        if (before.net != NULL && !news.better && !news.worse &&
            news.node_gone_count + news.link_gone_count == 0)
            same_cases(before.net, t.view.net);
        links_seen += t.view.net->link_count;
        for (uint32_t l = 0; l < t.view.net->link_count; l++)
            links_unknown += cp_text_starts(t.view.net->links[l].id, CP_TEXT("unknown:"));
    }
    settle_feeds(&t, s, 1);
    trial_view(&t, 1);
    plain.arena = t.arena;
    plain.inventory = t.inventory;
    trial_open(&plain, feeds, FEEDS);
    tell_last_words(&plain, s);
    trial_view(&plain, 1);
    same_cases(t.view.net, plain.view.net);
    same_alarms(t.ted, plain.ted, 1);
    cp_ted_close(plain.ted);
    trial_close(&t);
}

static void what_is_believed_depends_on_the_last_words_alone(void **state)
{
    const uint32_t seeds = share_of(SEEDS);
    static struct scene s;

    (void)state;
    for (uint64_t seed = 1; seed <= seeds; seed++)
        run_seed(seed, &s);
    assert_true(links_seen > (uint64_t)10 * seeds && links_unknown > seeds && links_gone > seeds);
    assert_true(sids_lost > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_believed_depends_on_the_last_words_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
