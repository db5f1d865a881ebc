#include "fake_plan.h"
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

#define SECOND UINT64_C(1000000) /* microseconds */

/* LSP_MAX: a router's share of the table has room for all that the control ever made on it and forgot. */
enum { PEERS = 4, ROUTER_LSPS = 64, ACTIONS = 512, STATES = 64, LSP_MAX = 96 };

struct router_lsp {
    uint32_t plsp_id; /* 0: none here */
    char name[80];
    bool ours, delegated, wanted_up, up;
    uint32_t dst;
    struct cp_pce_hop hops[FAKE_HOPS];
    uint32_t count;
};

struct router {
    bool up;
    uint32_t next_plsp;
    struct router_lsp lsps[ROUTER_LSPS];
};

struct action { /* a router reports an LSP later */
    uint64_t at_us;
    uint32_t peer, lsp, srp_id;
    bool comes_up;
};

struct kept_state {
    char key[80];
    char state[2048];
};

struct life {
    struct cp_control *c;
    struct cp_plan *plans[3];
    struct fake_net net;
    uint8_t gone[FAKE_LINKS + FAKE_NODES]; /* told, of the plan that is kept */
    struct router routers[PEERS];
    struct action actions[ACTIONS];
    uint32_t action_count;
    struct kept_state states[STATES];
    uint32_t state_count;
    uint64_t now, print, seed;
    bool wild; /* routers may misbehave */
    bool held, frozen;
    uint64_t order_count, path_orders;
};

static uint32_t draw(struct life *l, uint32_t below)
{
    l->seed = l->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(l->seed >> 33) % below;
}

static void print(struct life *l, const void *at, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)at;

    for (size_t i = 0; i < len; i++)
        l->print = (l->print ^ bytes[i]) * 0x100000001b3u;
}

/* --- routers ------------------------------------------------------------------------------------- */

static void tell(struct life *l, uint32_t peer, const struct cp_pce_event *event)
{
    assert_int_equal(cp_control_peer_event(l->c, peer, event, l->now), CP_OK);
}

static void tell_lsp(struct life *l, uint32_t peer, const struct router_lsp *r, uint32_t srp_id,
                     bool syncing)
{
    struct cp_pce_event e = {.kind = CP_PCE_EV_LSP,
                             .lsp = {.plsp_id = r->plsp_id,
                                     .srp_id = srp_id,
                                     .name = cp_text_of(r->name),
                                     .dst = fake_address(r->dst),
                                     .delegated = r->delegated,
                                     .created = r->ours,
                                     .wanted_up = r->wanted_up,
                                     .syncing = syncing,
                                     .state = r->up ? CP_PCE_LSP_ACTIVE : CP_PCE_LSP_DOWN,
                                     .intended = {r->hops, r->count}}};

    tell(l, peer, &e);
}

static void tell_removed(struct life *l, uint32_t peer, struct router_lsp *r, uint32_t srp_id)
{
    struct cp_pce_event e = {.kind = CP_PCE_EV_LSP,
                             .lsp = {.plsp_id = r->plsp_id,
                                     .srp_id = srp_id,
                                     .name = cp_text_of(r->name),
                                     .created = r->ours,
                                     .removed = true}};

    r->plsp_id = 0;
    tell(l, peer, &e);
}

static void later(struct life *l, uint64_t after_us, uint32_t peer, uint32_t lsp, uint32_t srp_id,
                  bool comes_up)
{
    assert_true(l->action_count < ACTIONS);
    l->actions[l->action_count++] = (struct action){l->now + after_us, peer, lsp, srp_id, comes_up};
}

static void refuse(struct life *l, uint32_t peer, uint32_t srp_id)
{
    static const uint32_t types[][2] = {{19, 1}, {19, 3}, {19, 6}, {23, 1}, {24, 1}, {10, 3}};
    const uint32_t *type = types[draw(l, CP_COUNT(types))];

    tell(l, peer,
         &(struct cp_pce_event){.kind = CP_PCE_EV_ERROR,
                                .srp_id = srp_id,
                                .error_type = type[0],
                                .error_value = type[1]});
}

static struct router_lsp *router_lsp(struct router *r, uint32_t plsp_id)
{
    for (uint32_t i = 0; i < ROUTER_LSPS && plsp_id != 0; i++)
        if (r->lsps[i].plsp_id == plsp_id)
            return &r->lsps[i];
    return NULL;
}

static struct router_lsp *free_lsp(struct router *r)
{
    for (uint32_t i = 0; i < ROUTER_LSPS; i++)
        if (r->lsps[i].plsp_id == 0)
            return &r->lsps[i];
    fail();
    return NULL;
}

static uint32_t node_of(cp_ip address)
{
    for (uint32_t i = 0; i < FAKE_NODES; i++)
        if (cp_ip_eq(fake_address(i), address))
            return i;
    fail();
    return 0;
}

/* What a router has after an order.  NULL: nothing is to be reported. */
static struct router_lsp *obey(struct life *l, const struct cp_control_step *s)
{
    struct router *r = &l->routers[s->peer];
    struct router_lsp *to = router_lsp(r, s->order.plsp_id);

    if (s->order.kind == CP_PCE_INITIATE) {
        for (uint32_t i = 0; i < ROUTER_LSPS; i++)
            if (r->lsps[i].plsp_id != 0 && cp_text_is(s->order.name, r->lsps[i].name)) {
                tell(l, s->peer,
                     &(struct cp_pce_event){.kind = CP_PCE_EV_ERROR,
                                            .srp_id = s->order.srp_id,
                                            .error_type = 23,
                                            .error_value = 1});
                return NULL;
            }
        to = free_lsp(r);
        *to = (struct router_lsp){.plsp_id = ++r->next_plsp,
                                  .ours = true,
                                  .delegated = true,
                                  .dst = node_of(s->order.dst)};
        memcpy(to->name, s->order.name.at, s->order.name.len);
    }
    if (to == NULL)
        return NULL; /* removed by itself meanwhile */
    to->wanted_up = s->order.kind == CP_PCE_INITIATE || s->order.up;
    to->up = false;
    to->count = s->order.path.count;
    for (uint32_t i = 0; i < to->count; i++)
        to->hops[i] = s->order.path.at[i];
    return to;
}

static void take_order(struct life *l, const struct cp_control_step *s)
{
    struct router *r = &l->routers[s->peer];
    struct router_lsp *to;
    uint32_t at;

    if (!r->up || (l->wild && draw(l, 12) == 0))
        return; /* lost, or ignored */
    if (l->wild && draw(l, 12) == 0) {
        refuse(l, s->peer, s->order.srp_id);
        return;
    }
    if (s->order.kind == CP_PCE_REMOVE) {
        to = router_lsp(r, s->order.plsp_id);
        if (to != NULL)
            tell_removed(l, s->peer, to, s->order.srp_id);
        return;
    }
    to = obey(l, s);
    if (to == NULL)
        return;
    at = (uint32_t)(to - r->lsps);
    if (draw(l, 2) == 0)
        tell_lsp(l, s->peer, to, s->order.srp_id, false); /* O=0 at once */
    later(l, draw(l, 3 * SECOND), s->peer, at, draw(l, 10) == 0 ? 0 : s->order.srp_id,
          to->wanted_up);
}

/* --- checks -------------------------------------------------------------------------------------- */

static struct kept_state *state_of(struct life *l, cp_text key, bool make)
{
    for (uint32_t i = 0; i < l->state_count; i++)
        if (cp_text_is(key, l->states[i].key))
            return &l->states[i];
    if (!make)
        return NULL;
    assert_true(l->state_count < STATES);
    memset(&l->states[l->state_count], 0, sizeof l->states[0]);
    memcpy(l->states[l->state_count].key, key.at, key.len);
    return &l->states[l->state_count++];
}

static void keep(struct life *l, const struct cp_control_step *s)
{
    struct kept_state *k;

    if (s->record != CP_RECORD_INTENT && s->record != CP_RECORD_HOLD && s->state.len == 0)
        return;
    k = state_of(l, s->key, true);
    assert_true(s->state.len < sizeof k->state);
    memset(k->state, 0, sizeof k->state);
    memcpy(k->state, s->state.at == NULL ? "" : s->state.at, s->state.len);
    if (s->state.len == 0) {
        *k = l->states[--l->state_count];
    }
}

/* The labels of a state's lines, against a path's. */
static void check_recorded(const struct kept_state *k, struct cp_pce_path path)
{
    const char *at = k == NULL ? NULL : k->state;
    uint32_t count = 0;

    assert_non_null(at);
    while ((at = strstr(at, "\nl ")) != NULL) {
        at += 3;
        assert_true(count < path.count && strtoul(at, NULL, 10) == path.at[count].label);
        count++;
    }
    assert_int_equal(count, path.count);
}

static const struct cp_plan_lsp *planned(const struct life *l, cp_text key)
{
    const struct cp_plan *plan = cp_control_plan_kept(l->c);

    for (uint32_t i = 0; i < plan->lsp_count; i++)
        if (cp_text_eq(plan->lsps[i].key, key))
            return &plan->lsps[i];
    return NULL;
}

static void check_order(struct life *l, const struct cp_control_step *s)
{
    uint32_t touches[2 * FAKE_HOPS + 2];
    const struct cp_plan *plan = cp_control_plan_kept(l->c);
    const struct cp_plan_lsp *p;
    struct cp_trace t;

    if (s->order.kind == CP_PCE_UPDATE || s->order.kind == CP_PCE_REMOVE) {
        const struct router_lsp *r = router_lsp(&l->routers[s->peer], s->order.plsp_id);

        assert_true(r == NULL || r->ours);
    }
    if (s->order.kind != CP_PCE_INITIATE && (s->order.kind != CP_PCE_UPDATE || !s->order.up))
        return;
    p = planned(l, s->key);
    assert_non_null(p);
    assert_true(s->order.path.count > 0);
    t = fake_trace(plan, p->headend, p->endpoint, s->order.path,
                   &(struct cp_plan_gone){.elements = l->gone, .version = 1}, touches);
    assert_int_equal(t.kind, CP_TRACE_CLEAN);
    assert_true(t.arrives);
    check_recorded(state_of(l, s->key, false), s->order.path);
    l->path_orders++;
}

static void check_counts(const struct life *l)
{
    struct cp_control_status s;
    uint32_t by_phase[CP_LSP_REMOVING + 1] = {0};

    for (uint32_t i = 0; i < cp_control_lsp_count(l->c); i++) {
        struct cp_control_lsp lsp;

        cp_control_lsp(l->c, i, &lsp);
        by_phase[lsp.phase]++;
    }
    cp_control_status(l->c, &s);
    assert_memory_equal(by_phase, s.by_phase, sizeof by_phase);
}

/* Takes the steps as they are; orders reach routers after all steps of the call are out, as bytes do. */
static void drain(struct life *l)
{
    static struct cp_control_step steps[4096];
    static struct cp_pce_hop hops[4096][FAKE_HOPS];
    static char names[4096][80];
    uint32_t count = 0;
    struct cp_control_step s;

    while (cp_control_next(l->c, &s)) {
        print(l, &s.kind, sizeof s.kind);
        print(l, s.document.at, s.document.len);
        print(l, s.state.at, s.state.len);
        if (s.kind == CP_DO_RECORD)
            keep(l, &s);
        if (s.kind != CP_DO_ORDER)
            continue;
        print(l, &s.order.srp_id, sizeof s.order.srp_id);
        check_order(l, &s);
        assert_true(count < CP_COUNT(steps));
        for (uint32_t i = 0; i < s.order.path.count; i++)
            hops[count][i] = s.order.path.at[i];
        memset(names[count], 0, sizeof names[count]);
        if (s.order.name.len > 0)
            memcpy(names[count], s.order.name.at, s.order.name.len);
        s.order.path.at = hops[count];
        s.order.name = cp_text_of(names[count]);
        s.key = s.document = s.state = CP_TEXT("");
        steps[count++] = s;
    }
    check_counts(l);
    l->order_count += count;
    for (uint32_t i = 0; i < count; i++) {
        struct cp_control_step order = steps[i];
        struct cp_pce_hop path[FAKE_HOPS];
        char name[80];

        if (order.order.kind == CP_PCE_REPLY || order.order.kind == CP_PCE_NO_PATH)
            continue;
        memcpy(path, hops[i], sizeof path);
        memcpy(name, names[i], sizeof name);
        order.order.path.at = path;
        order.order.name = cp_text_of(name);
        take_order(l, &order);
    }
    if (count > 0)
        drain(l); /* what they said at once */
}

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

/* Of the LSPs that routers have on a path that is meant: keys, and prints of the hops. */
struct carried {
    char keys[LSP_MAX][80];
    uint64_t prints[LSP_MAX];
    uint32_t count;
};

static uint64_t print_of(struct cp_pce_path path)
{
    uint64_t sum = path.count;

    for (uint32_t i = 0; i < path.count; i++)
        sum = sum * 0x100000001b3u + path.at[i].label;
    return sum;
}

static void find_carried(const struct life *l, struct carried *out)
{
    struct cp_control_lsp lsp;

    out->count = 0;
    for (uint32_t i = 0; i < cp_control_lsp_count(l->c); i++) {
        cp_control_lsp(l->c, i, &lsp);
        if (lsp.in_plan == CP_NONE || !lsp.ordered || lsp.intended.count == 0)
            continue;
        (void)snprintf(out->keys[out->count], sizeof out->keys[0], "%.*s", (int)lsp.key.len,
                       lsp.key.at);
        out->prints[out->count++] = print_of(lsp.intended);
    }
}

/* The plan was adopted: what was foreseen for at once is so, and what moved was foreseen; but while it is held or frozen. */
static void check_foreseen(const struct life *l, const struct carried *before, bool held,
                           const struct cp_control_outlook *outlook)
{
    uint32_t moved = 0, down = 0, removed = before->count;
    struct cp_control_status status;
    struct cp_control_lsp lsp;

    assert_int_equal(outlook->carried,
                     outlook->kept + outlook->moving_count + outlook->down + outlook->removed);
    cp_control_status(l->c, &status);
    assert_true(held || !status.held || outlook->holds);
    /* One that was on its way out and is planned again shows what was meant then, and means nothing yet. */
    assert_true(outlook->carried <= before->count);
    if (status.held || status.frozen || outlook->carried < before->count)
        return;
    for (uint32_t i = 0; i < cp_control_lsp_count(l->c); i++) {
        cp_control_lsp(l->c, i, &lsp);
        for (uint32_t k = 0; k < before->count && lsp.in_plan != CP_NONE; k++) {
            if (!cp_text_is(lsp.key, before->keys[k]))
                continue;
            removed--;
            down += lsp.intended.count == 0;
            moved += lsp.intended.count > 0 && print_of(lsp.intended) != before->prints[k];
        }
    }
    assert_int_equal(removed, outlook->removed);
    assert_int_equal(down, outlook->down);
    assert_in_range(moved, outlook->at_once, outlook->moving_count);
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
