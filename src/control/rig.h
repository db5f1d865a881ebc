#pragma once

#include "fake_offers.h"

/*
 *      n1
 *    /    \           three ways from n0 to n3: over n1 (cost 2), n2 (4), n4 (6)
 *  n0--n2--n3
 *    \    /
 *      n4
 */

#define SECOND UINT64_C(1000000) /* microseconds */

struct rig {
    struct cp_control *c;
    struct cp_plan *plans[16];
    uint32_t plan_count;
    uint64_t now;
    struct fake_net net;
    /* Of the steps taken last. */
    struct cp_control_step steps[64];
    uint32_t step_count;
    struct cp_arena *kept; /* what they point at: a rig may be copied */
};

static inline struct fake_net diamond(void)
{
    struct fake_net net = {.node_count = 5, .link_count = 6, .demand_count = 1, .version = 1};

    net.links[0] = (struct fake_link){0, 1, 1, false};
    net.links[1] = (struct fake_link){1, 3, 1, false};
    net.links[2] = (struct fake_link){0, 2, 2, false};
    net.links[3] = (struct fake_link){2, 3, 2, false};
    net.links[4] = (struct fake_link){0, 4, 3, false};
    net.links[5] = (struct fake_link){4, 3, 3, false};
    net.demands[0] = (struct fake_demand){.src = 0, .dst = 3, .name = 1};
    return net;
}

/* The routers of n0, n3 and n1, in this order.  few: LSPs looked at in one call; 0: as usual. */
static inline struct rig rig_with(const struct cp_control_delegated *delegated, uint32_t count,
                                  uint32_t few)
{
    const struct cp_control_peer peers[] = {
        {.name = CP_TEXT("r0"), .node = CP_TEXT("n0"), .system = CP_TEXT("linux-agent")},
        {.name = CP_TEXT("r3"), .node = CP_TEXT("n3"), .system = CP_TEXT("frr-8.4.4")},
        {.name = CP_TEXT("r1"), .node = CP_TEXT("n1"), .guarded = true}};
    struct cp_control_config config = {.peers = peers,
                                       .peer_count = 3,
                                       .delegated = delegated,
                                       .delegated_count = count,
                                       .damp_us = 10 * SECOND,
                                       .drain_us = 2 * SECOND,
                                       .hold_window_us = 5 * SECOND,
                                       .settle_us = 5 * SECOND,
                                       .proof_valid_us = 30 * SECOND,
                                       .hold_ppm = 500000,
                                       .lsp_max = 16,
                                       .preference = 200,
                                       .at_once = few,
                                       .wakes_most = few};
    struct rig r = {.now = SECOND, .net = diamond(), .kept = cp_arena_open(SIZE_MAX)};

    assert_int_equal(cp_control_open(&config, 1 << 24, &r.c, NULL), CP_OK);
    return r;
}

static inline struct rig rig_of(const struct cp_control_delegated *delegated, uint32_t count)
{
    return rig_with(delegated, count, 0);
}

static inline struct rig rig(void)
{
    return rig_of(NULL, 0);
}

static inline void rig_close(struct rig *r)
{
    cp_control_close(r->c);
    for (uint32_t i = 0; i < r->plan_count; i++)
        fake_plan_close(r->plans[i]);
    cp_arena_close(r->kept);
}

static inline void drain(struct rig *r)
{
    struct cp_control_step s;

    r->step_count = 0;
    while (cp_control_next(r->c, &s)) {
        uint32_t at = r->step_count++;
        struct cp_pce_hop *hops;

        assert_true(at < 64);
        r->steps[at] = s;
        assert_int_equal(cp_text_copy(s.key, r->kept, &r->steps[at].key), CP_OK);
        assert_int_equal(cp_text_copy(s.document, r->kept, &r->steps[at].document), CP_OK);
        assert_int_equal(cp_text_copy(s.state, r->kept, &r->steps[at].state), CP_OK);
        assert_int_equal(cp_text_copy(s.order.name, r->kept, &r->steps[at].order.name), CP_OK);
        hops = CP_TAKE(r->kept, FAKE_HOPS, struct cp_pce_hop);
        assert_true(hops != NULL && s.order.path.count <= FAKE_HOPS);
        for (uint32_t i = 0; i < s.order.path.count; i++)
            hops[i] = s.order.path.at[i];
        r->steps[at].order.path.at = hops;
    }
}

static inline void plan_as(struct rig *r, bool refused)
{
    r->plans[r->plan_count] = fake_plan(&r->net);
    assert_int_equal(
        cp_control_plan(r->c, r->plans[r->plan_count++], refused, CP_TEXT("topology"), r->now),
        CP_OK);
}

static inline void tick(struct rig *r)
{
    assert_int_equal(cp_control_tick(r->c, r->now), CP_OK);
    drain(r);
}

static inline void plan(struct rig *r)
{
    plan_as(r, false);
    assert_int_equal(cp_control_tick(r->c, r->now), CP_OK);
    drain(r);
}

static inline void event(struct rig *r, uint32_t peer, const struct cp_pce_event *e)
{
    assert_int_equal(cp_control_peer_event(r->c, peer, e, r->now), CP_OK);
    drain(r);
}

static inline void up(struct rig *r, uint32_t peer)
{
    struct cp_pce_event e = {.kind = CP_PCE_EV_UP,
                             .peer = {.stateful = true,
                                      .updates = true,
                                      .initiates = true,
                                      .sr = true,
                                      .syncs = true,
                                      .depth_max = 8}};

    event(r, peer, &e);
}

static inline void synced(struct rig *r, uint32_t peer)
{
    event(r, peer, &(struct cp_pce_event){.kind = CP_PCE_EV_SYNCED});
}

static inline void connect(struct rig *r, uint32_t peer)
{
    up(r, peer);
    synced(r, peer);
}

static inline const struct cp_control_step *order(const struct rig *r, cp_pce_order_kind kind)
{
    for (uint32_t i = 0; i < r->step_count; i++)
        if (r->steps[i].kind == CP_DO_ORDER && r->steps[i].order.kind == kind)
            return &r->steps[i];
    return NULL;
}

static inline const struct cp_control_step *record(const struct rig *r, cp_record_kind kind)
{
    for (uint32_t i = 0; i < r->step_count; i++)
        if (r->steps[i].kind == CP_DO_RECORD && r->steps[i].record == kind)
            return &r->steps[i];
    return NULL;
}

static inline uint32_t orders(const struct rig *r)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < r->step_count; i++)
        count += r->steps[i].kind == CP_DO_ORDER;
    return count;
}

static inline bool says(cp_text text, const char *what)
{
    return strstr(text.at, what) != NULL;
}

static inline bool alarmed(const struct rig *r, const char *id)
{
    const struct cp_control_alarm *at;
    uint32_t count = cp_control_alarms(r->c, &at);

    for (uint32_t i = 0; i < count; i++)
        if (cp_text_is(at[i].id, id))
            return true;
    return false;
}

static inline struct cp_control_lsp lsp(const struct rig *r, const char *key)
{
    struct cp_control_lsp l;

    for (uint32_t i = 0; i < cp_control_lsp_count(r->c); i++) {
        cp_control_lsp(r->c, i, &l);
        if (cp_text_is(l.key, key))
            return l;
    }
    fail();
    return l;
}

static inline bool is_over(struct cp_pce_path path, uint32_t first_label)
{
    return path.count > 0 && path.at[0].label == first_label;
}

#define OVER_1 (FIRST_LABEL + 0)
#define OVER_2 (FIRST_LABEL + 4)
#define OVER_4 (FIRST_LABEL + 8)
#define KEY "n0>n3/100"

static inline struct cp_pce_lsp as_ordered(const struct cp_control_step *o, uint32_t plsp_id,
                                           cp_pce_lsp_state state)
{
    return (struct cp_pce_lsp){.plsp_id = plsp_id,
                               .srp_id = o->order.srp_id,
                               .name = o->order.name,
                               .delegated = true,
                               .created = true,
                               .wanted_up = true,
                               .state = state,
                               .intended = o->order.path};
}

static inline void report(struct rig *r, uint32_t peer, struct cp_pce_lsp l)
{
    event(r, peer, &(struct cp_pce_event){.kind = CP_PCE_EV_LSP, .lsp = l});
}

/* Planned, ordered, reported up: the hops stay those of the order. */
static inline struct cp_pce_lsp install(struct rig *r)
{
    struct cp_pce_lsp l;
    const struct cp_control_step *o;
    static struct cp_pce_hop hops[FAKE_HOPS];

    connect(r, 0);
    plan(r);
    o = order(r, CP_PCE_INITIATE);
    assert_non_null(o);
    l = as_ordered(o, 7, CP_PCE_LSP_ACTIVE);
    memcpy(hops, o->order.path.at, o->order.path.count * sizeof *hops);
    l.intended.at = hops;
    report(r, 0, l);
    assert_int_equal(lsp(r, KEY).phase, CP_LSP_INSTALLED);
    l.srp_id = 0;
    return l;
}

/* Planned and ordered by `before`, which ends then; the router has it, and tells who comes after. */
static inline void come_after(struct rig *before, struct rig *after)
{
    struct cp_pce_lsp l;

    connect(before, 0);
    plan(before);
    assert_int_equal(
        cp_control_restore(after->c, CP_TEXT(KEY), record(before, CP_RECORD_INTENT)->state, NULL),
        CP_OK);
    l = as_ordered(order(before, CP_PCE_INITIATE), 7, CP_PCE_LSP_ACTIVE);
    l.srp_id = 0;
    up(after, 0);
    report(after, 0, l);
    synced(after, 0);
}

static inline void link_gone(struct rig *r, uint32_t link)
{
    cp_link gone = {link};

    assert_int_equal(
        cp_control_gone(r->c, &(struct cp_ted_news){.links_gone = &gone, .link_gone_count = 1},
                        r->now),
        CP_OK);
    drain(r);
}

static inline void nodes_gone(struct rig *r, const cp_node *nodes, uint32_t count)
{
    assert_int_equal(
        cp_control_gone(r->c, &(struct cp_ted_news){.nodes_gone = nodes, .node_gone_count = count},
                        r->now),
        CP_OK);
    drain(r);
}

/* The hops over n1, for as long as the program runs. */
static inline const struct cp_pce_hop *fake_hops_over_1(void)
{
    static const struct cp_pce_hop hops[4] = {{.kind = CP_PCE_HOP_LABEL, .label = FIRST_LABEL},
                                              {.kind = CP_PCE_HOP_LABEL, .label = FIRST_LABEL + 2},
                                              {.kind = CP_PCE_HOP_LABEL, .label = FIRST_LABEL + 4},
                                              {.kind = CP_PCE_HOP_LABEL, .label = FIRST_LABEL + 6}};

    return hops;
}
