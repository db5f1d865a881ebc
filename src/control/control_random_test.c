#include "life_checks.h"
#include "share.h"

/*
 * Random lives of a controller: plans, vanishing things, sessions that come and go, routers that answer late, wrongly or
 * not at all, restarts.  After every step plain rules are checked against what the test itself knows:
 *
 * - no order carries a path that the walk, with all that is known to be gone, does not find clean;
 * - what is ordered was recorded before: the path is that of the last INTENT of its LSP;
 * - an order names an LSP that we made, or one that the config tells of;
 * - phases are counted as they are;
 * - what a plan will change at once is foreseen before it is adopted.
 *
 * In the end routers behave and time passes: then every LSP with a way is installed on a clean one, every other is down,
 * and routers have no LSP of ours besides.  Each life is lived twice: the same bytes come out.
 */

/* --- what happens -------------------------------------------------------------------------------- */

static void open_control(struct life *l)
{
    const struct cp_control_peer peers[PEERS] = {
        {.name = CP_TEXT("r0"), .node = CP_TEXT("n0"), .system = CP_TEXT("linux-agent")},
        {.name = CP_TEXT("r1"), .node = CP_TEXT("n1"), .system = CP_TEXT("frr-8.4.4")},
        {.name = CP_TEXT("r2"), .node = CP_TEXT("n2")},
        {.name = CP_TEXT("r3"), .node = CP_TEXT("n3")}};
    struct cp_control_config config = {.peers = peers,
                                       .peer_count = PEERS,
                                       .damp_us = 10 * SECOND,
                                       .drain_us = 2 * SECOND,
                                       .hold_window_us = 5 * SECOND,
                                       .settle_us = 5 * SECOND,
                                       .proof_valid_us = 30 * SECOND,
                                       .hold_ppm = 400000,
                                       .lsp_max = LSP_MAX};

    assert_int_equal(cp_control_open(&config, 1 << 26, &l->c, NULL), CP_OK);
}

static void make_net(struct life *l)
{
    l->net = (struct fake_net){.node_count = 4 + draw(l, 4), .link_count = 0, .version = 1};
    for (uint32_t i = 1; i < l->net.node_count; i++)
        l->net.links[l->net.link_count++] =
            (struct fake_link){draw(l, i), i, 1 + draw(l, 9), false};
    while (l->net.link_count < l->net.node_count * 2 && l->net.link_count < 14) {
        uint32_t a = draw(l, l->net.node_count), b = draw(l, l->net.node_count);

        if (a != b)
            l->net.links[l->net.link_count++] = (struct fake_link){a, b, 1 + draw(l, 9), false};
    }
}

static void make_demands(struct life *l)
{
    l->net.demand_count = 0;
    for (uint32_t i = 0; i < 6; i++) {
        struct fake_demand d = {.src = draw(l, 4),
                                .dst = draw(l, l->net.node_count),
                                .name = draw(l, 4),
                                .colour = FAKE_COLOUR + draw(l, 2)};
        bool twice = d.src == d.dst;

        for (uint32_t k = 0; k < l->net.demand_count; k++) {
            const struct fake_demand *o = &l->net.demands[k];

            twice = twice || (o->src == d.src && o->dst == d.dst && o->colour == d.colour);
        }
        if (!twice)
            l->net.demands[l->net.demand_count++] = d;
    }
}

static void give_plan(struct life *l, bool refused)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_control_outlook outlook;
    struct cp_control_status status;
    struct carried before;
    struct cp_plan *plan;

    cp_control_status(l->c, &status);
    l->net.version++;
    plan = fake_plan(&l->net);
    if (!refused)
        memset(l->gone, 0, sizeof l->gone);
    find_carried(l, &before);
    assert_int_equal(cp_control_outlook(l->c, plan, arena, &outlook), CP_OK);
    assert_int_equal(cp_control_plan(l->c, plan, refused, CP_TEXT("topology"), l->now), CP_OK);
    if (cp_control_plan_kept(l->c) == plan)
        check_foreseen(l, &before, status.held, &outlook);
    cp_arena_close(arena);
    drain(l);
    for (uint32_t i = 0; i < CP_COUNT(l->plans); i++)
        if (l->plans[i] != cp_control_plan_kept(l->c)) {
            fake_plan_close(l->plans[i]);
            l->plans[i] = NULL;
        }
    if (cp_control_plan_kept(l->c) != plan) {
        fake_plan_close(plan);
        return;
    }
    for (uint32_t i = 0; i < CP_COUNT(l->plans); i++)
        if (l->plans[i] == NULL) {
            l->plans[i] = plan;
            return;
        }
    fail();
}

static void vanish(struct life *l)
{
    const struct cp_plan *plan = cp_control_plan_kept(l->c);
    cp_node node = {draw(l, l->net.node_count)};
    cp_link link = {draw(l, l->net.link_count)};
    struct cp_ted_news news = {0};

    if (plan == NULL)
        return;
    if (draw(l, 4) == 0) {
        l->net.node_lost[node.at] = true;
        l->gone[l->net.link_count + node.at] = 1;
        news.nodes_gone = &node;
        news.node_gone_count = 1;
    } else {
        l->net.links[link.at].down = true;
        l->gone[link.at] = 1;
        news.links_gone = &link;
        news.link_gone_count = 1;
    }
    assert_int_equal(cp_control_gone(l->c, &news, l->now), CP_OK);
}

static void session_up(struct life *l, uint32_t peer)
{
    struct router *r = &l->routers[peer];

    r->up = true;
    tell(l, peer,
         &(struct cp_pce_event){.kind = CP_PCE_EV_UP,
                                .peer = {.stateful = true,
                                         .updates = true,
                                         .initiates = true,
                                         .syncs = true,
                                         .depth_max = UINT32_MAX}});
    drain(l);
    for (uint32_t i = 0; i < ROUTER_LSPS; i++)
        if (r->lsps[i].plsp_id != 0)
            tell_lsp(l, peer, &r->lsps[i], 0, true);
    tell(l, peer, &(struct cp_pce_event){.kind = CP_PCE_EV_SYNCED});
    drain(l);
}

static void session_down(struct life *l, uint32_t peer)
{
    if (!l->routers[peer].up)
        return;
    l->routers[peer].up = false;
    tell(l, peer, &(struct cp_pce_event){.kind = CP_PCE_EV_DOWN, .why = "lost"});
}

static void do_action(struct life *l, uint32_t at)
{
    struct action a = l->actions[at];
    struct router *r = &l->routers[a.peer];
    struct router_lsp *lsp = &r->lsps[a.lsp];

    l->actions[at] = l->actions[--l->action_count];
    if (lsp->plsp_id == 0)
        return;
    lsp->up = lsp->wanted_up && a.comes_up;
    if (r->up)
        tell_lsp(l, a.peer, lsp, a.srp_id, false);
    drain(l);
}

static uint64_t next_action(const struct life *l, uint32_t *at)
{
    uint64_t soonest = UINT64_MAX;

    for (uint32_t i = 0; i < l->action_count; i++)
        if (l->actions[i].at_us < soonest) {
            soonest = l->actions[i].at_us;
            *at = i;
        }
    return soonest;
}

/* Time passes, with all that is due in it. */
static void pass(struct life *l, uint64_t us)
{
    uint64_t until = l->now + us;

    for (;;) {
        uint32_t at = 0;
        uint64_t action = next_action(l, &at), deadline = cp_control_deadline(l->c);
        uint64_t next = action < deadline ? action : deadline;

        if (next > until)
            break;
        if (next > l->now)
            l->now = next;
        if (action <= l->now)
            do_action(l, at);
        if (deadline <= l->now)
            assert_int_equal(cp_control_tick(l->c, l->now), CP_OK);
        drain(l);
    }
    l->now = until;
    assert_int_equal(cp_control_tick(l->c, l->now), CP_OK);
    drain(l);
}

/* A router's LSP changes by itself. */
static void misbehave(struct life *l)
{
    uint32_t peer = draw(l, PEERS);
    struct router *r = &l->routers[peer];
    struct router_lsp *lsp = &r->lsps[draw(l, 6)];

    if (!r->up || lsp->plsp_id == 0 || !lsp->ours)
        return;
    switch (draw(l, 4)) {
    case 0:
        tell_removed(l, peer, lsp, 0);
        return;
    case 1:
        lsp->delegated = !lsp->delegated;
        break;
    case 2:
        lsp->up = !lsp->up;
        break;
    default:
        lsp->up = true;
        lsp->count = 1 + draw(l, 3);
        for (uint32_t i = 0; i < lsp->count; i++)
            lsp->hops[i] =
                (struct cp_pce_hop){.kind = CP_PCE_HOP_LABEL,
                                    .label = FIRST_LABEL + draw(l, 2 * l->net.link_count + 2)};
    }
    tell_lsp(l, peer, lsp, 0, false);
}

static void see(struct life *l)
{
    char texts[FAKE_HOPS][8];
    cp_text nodes[FAKE_HOPS];
    struct cp_control_lsp lsp;
    struct cp_control_sight s = {.nodes = nodes, .witness = CP_TEXT("w"), .at_us = l->now};
    cp_sight_says says;

    if (cp_control_lsp_count(l->c) == 0)
        return;
    cp_control_lsp(l->c, draw(l, cp_control_lsp_count(l->c)), &lsp);
    s.key = lsp.key;
    s.node_count = draw(l, 4);
    for (uint32_t i = 0; i < s.node_count; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "n%u", draw(l, FAKE_NODES));
        nodes[i] = cp_text_of(texts[i]);
    }
    assert_int_equal(cp_control_seen(l->c, &s, l->now, &says), CP_OK);
}

static void ask(struct life *l)
{
    uint32_t peer = draw(l, PEERS);
    struct cp_pce_event e = {.kind = CP_PCE_EV_REQUEST,
                             .request = {.id = draw(l, 99),
                                         .src = fake_address(draw(l, 14)),
                                         .dst = fake_address(draw(l, 14)),
                                         .segments_max = UINT32_MAX,
                                         .not_understood = draw(l, 4) == 0}};

    if (l->routers[peer].up)
        tell(l, peer, &e);
}

static void restart(struct life *l)
{
    for (uint32_t i = 0; i < PEERS; i++)
        l->routers[i].up = false;
    cp_control_close(l->c);
    for (uint32_t i = 0; i < CP_COUNT(l->plans); i++) {
        fake_plan_close(l->plans[i]);
        l->plans[i] = NULL;
    }
    open_control(l);
    l->held = l->frozen = false;
    for (uint32_t i = 0; i < l->state_count; i++)
        assert_int_equal(cp_control_restore(l->c, cp_text_of(l->states[i].key),
                                            cp_text_of(l->states[i].state), NULL),
                         CP_OK);
    if (draw(l, 2) == 0)
        session_up(l, draw(l, PEERS));
    give_plan(l, false);
}

static void heal(struct life *l)
{
    uint32_t link = draw(l, l->net.link_count), node = draw(l, l->net.node_count);

    l->net.links[link].down = false;
    l->net.node_lost[node] = false;
    give_plan(l, false);
}

static void step(struct life *l)
{
    uint32_t peer = draw(l, PEERS), node = draw(l, l->net.node_count);

    switch (draw(l, 16)) {
    case 0:
    case 1:
    case 2:
        vanish(l);
        break;
    case 3:
    case 4:
        heal(l);
        break;
    case 5:
        l->net.node_bad[node] = !l->net.node_bad[node] && node > 3;
        give_plan(l, draw(l, 4) == 0);
        break;
    case 6:
        make_demands(l);
        give_plan(l, draw(l, 4) == 0);
        break;
    case 7:
        if (draw(l, 3) == 0)
            session_down(l, peer);
        break;
    case 8:
    case 9:
        if (!l->routers[peer].up)
            session_up(l, peer);
        break;
    case 10:
        if (l->wild)
            misbehave(l);
        break;
    case 11:
        see(l);
        break;
    case 12:
        ask(l);
        break;
    case 13:
        l->held = draw(l, 8) == 0;
        cp_control_hold(l->c, l->held, CP_TEXT("somebody"), l->now);
        break;
    case 14:
        l->frozen = draw(l, 8) == 0;
        cp_control_freeze(l->c, l->frozen, CP_TEXT("feeds disagree"), l->now);
        break;
    default:
        if (draw(l, 6) == 0)
            restart(l);
    }
    drain(l);
    pass(l, draw(l, 3) == 0 ? draw(l, 12 * SECOND) : draw(l, SECOND));
}

/* --- the end ------------------------------------------------------------------------------------- */

static void make_strangers(struct life *l)
{
    for (uint32_t i = 0; i < PEERS; i++) {
        struct router *r = &l->routers[i];

        r->lsps[ROUTER_LSPS - 1] = (struct router_lsp){.plsp_id = 1000,
                                                       .name = "somebody-else",
                                                       .delegated = true,
                                                       .wanted_up = true,
                                                       .up = true,
                                                       .dst = 0};
        r->next_plsp = i;
    }
}

/* A person acknowledges all that was seen. */
static void acknowledge_all(struct life *l)
{
    const struct cp_control_alarm *alarms;
    uint32_t count = cp_control_alarms(l->c, &alarms);
    char ids[256][64];
    bool changed;

    assert_true(count <= 256);
    for (uint32_t i = 0; i < count; i++)
        (void)snprintf(ids[i], sizeof ids[i], "%.*s", (int)alarms[i].id.len, alarms[i].id.at);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(
            cp_control_acknowledge(l->c, cp_text_of(ids[i]), CP_TEXT("somebody"), l->now, &changed),
            CP_OK);
    drain(l);
}

static void calm_down(struct life *l)
{
    l->wild = false;
    for (uint32_t i = 0; i < PEERS; i++) {
        session_down(l, i);
        drain(l);
        for (uint32_t k = 0; k < ROUTER_LSPS; k++)
            if (l->routers[i].lsps[k].ours)
                l->routers[i].lsps[k].delegated = true;
        session_up(l, i);
    }
    cp_control_freeze(l->c, false, CP_TEXT(""), l->now);
    cp_control_hold(l->c, false, CP_TEXT("somebody"), l->now);
    drain(l);
    give_plan(l, false);
    acknowledge_all(l);
    for (uint32_t i = 0; i < 60; i++)
        pass(l, 60 * (uint64_t)SECOND);
}

static void check_calm_lsp(struct life *l, const struct cp_control_lsp *lsp)
{
    const struct cp_plan *plan = cp_control_plan_kept(l->c);
    const struct cp_plan_lsp *p;
    uint32_t touches[2 * FAKE_HOPS + 2];

    assert_int_not_equal(lsp->in_plan, CP_NONE);
    p = &plan->lsps[lsp->in_plan];
    if (p->option_count == 0) {
        assert_int_equal(lsp->phase, CP_LSP_DOWN);
        return;
    }
    assert_int_equal(lsp->phase, CP_LSP_INSTALLED);
    assert_int_equal(fake_trace(plan, p->headend, p->endpoint, lsp->installed,
                                &(struct cp_plan_gone){.elements = l->gone, .version = 1}, touches)
                         .kind,
                     CP_TRACE_CLEAN);
}

static void check_calm_router(struct life *l, uint32_t peer)
{
    for (uint32_t i = 0; i < ROUTER_LSPS; i++) {
        const struct router_lsp *r = &l->routers[peer].lsps[i];
        const struct cp_plan_lsp *p;

        if (r->plsp_id == 0)
            continue;
        if (!r->ours) {
            assert_true(r->plsp_id == 1000 && r->up); /* untouched */
            continue;
        }
        p = planned(l, cp_text_sub(cp_text_of(r->name), 3, 99));
        assert_non_null(p);
        assert_int_equal(r->up, p->option_count > 0);
    }
}

static void check_calm(struct life *l)
{
    struct cp_control_status s;

    for (uint32_t i = 0; i < cp_control_lsp_count(l->c); i++) {
        struct cp_control_lsp lsp;

        cp_control_lsp(l->c, i, &lsp);
        check_calm_lsp(l, &lsp);
    }
    assert_int_equal(cp_control_lsp_count(l->c), l->net.demand_count);
    assert_true(l->state_count <= l->net.demand_count);
    for (uint32_t i = 0; i < PEERS; i++)
        check_calm_router(l, i);
    cp_control_status(l->c, &s);
    assert_true(!s.held && !s.frozen && s.peers_synced == PEERS);
}

static uint64_t live(uint64_t seed, bool wild, uint64_t *path_orders)
{
    static struct life l;
    uint64_t out;

    memset(&l, 0, sizeof l);
    l.seed = seed * 0x9e3779b97f4a7c15u + 1;
    l.now = 100 * (uint64_t)SECOND;
    l.wild = wild;
    open_control(&l);
    make_net(&l);
    make_demands(&l);
    make_strangers(&l);
    for (uint32_t i = 0; i < PEERS; i++)
        if (draw(&l, 4) > 0)
            session_up(&l, i);
    give_plan(&l, false);
    for (uint32_t i = 0; i < 100; i++)
        step(&l);
    calm_down(&l);
    check_calm(&l);
    out = l.print;
    *path_orders += l.path_orders;
    cp_control_close(l.c);
    for (uint32_t i = 0; i < CP_COUNT(l.plans); i++)
        fake_plan_close(l.plans[i]);
    return out;
}

static uint64_t seeds(void)
{
    const char *said = getenv("CP_CONTROL_SEEDS");

    return said == NULL ? share_of(1000) : strtoull(said, NULL, 10);
}

static void lives(bool wild)
{
    const char *one = getenv("CP_CONTROL_SEED");
    uint64_t path_orders = 0, first = one == NULL ? 0 : strtoull(one, NULL, 10);
    uint64_t end = one == NULL ? seeds() : first + 1;

    for (uint64_t seed = first; seed < end; seed++) {
        uint64_t print_once;

        if (getenv("CP_CONTROL_LOUD") != NULL)
            print_message("seed %llu\n", (unsigned long long)seed);
        print_once = live(seed, wild, &path_orders);
        if (seed % 16 == 0)
            assert_int_equal(live(seed, wild, &path_orders), print_once);
    }
    print_message("%llu orders of paths in %llu lives\n", (unsigned long long)path_orders,
                  (unsigned long long)(end - first));
    assert_true(path_orders > 4 * (end - first) || one != NULL);
}

static void in_the_end_all_is_as_it_should_be_with_routers_that_behave(void **state)
{
    (void)state;
    lives(false);
}

static void in_the_end_all_is_as_it_should_be_after_routers_that_did_not(void **state)
{
    (void)state;
    lives(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_end_all_is_as_it_should_be_with_routers_that_behave),
        cmocka_unit_test(in_the_end_all_is_as_it_should_be_after_routers_that_did_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
