#pragma once

#include "fake_offers.h"

/* A life of a controller for tests, and its routers, which answer late, wrongly or not at all. */

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

static inline uint32_t draw(struct life *l, uint32_t below)
{
    l->seed = l->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(l->seed >> 33) % below;
}

static inline void print(struct life *l, const void *at, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)at;

    for (size_t i = 0; i < len; i++)
        l->print = (l->print ^ bytes[i]) * 0x100000001b3u;
}

static inline void tell(struct life *l, uint32_t peer, const struct cp_pce_event *event)
{
    assert_int_equal(cp_control_peer_event(l->c, peer, event, l->now), CP_OK);
}

static inline void tell_lsp(struct life *l, uint32_t peer, const struct router_lsp *r,
                            uint32_t srp_id, bool syncing)
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

static inline void tell_removed(struct life *l, uint32_t peer, struct router_lsp *r,
                                uint32_t srp_id)
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

static inline void later(struct life *l, uint64_t after_us, uint32_t peer, uint32_t lsp,
                         uint32_t srp_id, bool comes_up)
{
    assert_true(l->action_count < ACTIONS);
    l->actions[l->action_count++] = (struct action){l->now + after_us, peer, lsp, srp_id, comes_up};
}

static inline void refuse(struct life *l, uint32_t peer, uint32_t srp_id)
{
    static const uint32_t types[][2] = {{19, 1}, {19, 3}, {19, 6}, {23, 1}, {24, 1}, {10, 3}};
    const uint32_t *type = types[draw(l, CP_COUNT(types))];

    tell(l, peer,
         &(struct cp_pce_event){.kind = CP_PCE_EV_ERROR,
                                .srp_id = srp_id,
                                .error_type = type[0],
                                .error_value = type[1]});
}

static inline struct router_lsp *router_lsp(struct router *r, uint32_t plsp_id)
{
    for (uint32_t i = 0; i < ROUTER_LSPS && plsp_id != 0; i++)
        if (r->lsps[i].plsp_id == plsp_id)
            return &r->lsps[i];
    return NULL;
}

static inline struct router_lsp *free_lsp(struct router *r)
{
    for (uint32_t i = 0; i < ROUTER_LSPS; i++)
        if (r->lsps[i].plsp_id == 0)
            return &r->lsps[i];
    fail();
    return NULL;
}

static inline uint32_t node_of(cp_ip address)
{
    for (uint32_t i = 0; i < FAKE_NODES; i++)
        if (cp_ip_eq(fake_address(i), address))
            return i;
    fail();
    return 0;
}

/* What a router has after an order.  NULL: nothing is to be reported. */
static inline struct router_lsp *obey(struct life *l, const struct cp_control_step *s)
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

static inline void take_order(struct life *l, const struct cp_control_step *s)
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
