#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "edge/edge.h"
#include "permit/request.h"

/*
 * An edge with an agent whose kernel is a table, controllers that are the real machine of their side, and a file that is a
 * buffer; for tests.  All of it moves when rig_run is called, and not before.
 */

enum {
    RIG_CONTROLLERS = 2,
    RIG_DEMANDS = 2,
    RIG_LSPS = 64,
    RIG_ASKS = 64,
    RIG_PROBES = 256,
    RIG_PROBE_BYTES = 2048,
    RIG_KEPT_BYTES = 65536
};

#define RIG_SECOND_US UINT64_C(1000000)
#define RIG_BEGINS_US UINT64_C(1795000000000000)

static const char rig_policy_1[] = "cleanpath-edge-policy 1\n"
                                   "serial 1\n"
                                   "issued 2026-11-29T10:00:00Z\n"
                                   "head 1 r1 2001:db8::1\n"
                                   "node 4 r4\n"
                                   "node 5 r5\n"
                                   "node 6 r6\n"
                                   "node 8 r8 10.255.0.8 2001:db8::8\n"
                                   "source fcff:1::1\n"
                                   "class 100 sensitive\n"
                                   "class 200 secret\n"
                                   "inside e-h\n"
                                   "first 1 e-4 fc01:4::4 4 100,200\n"
                                   "first 2 e-6 fc01:6::6 6 100,200\n"
                                   "select 100 to 10.2.8.0/24\n"
                                   "select 200 to 10.3.8.0/24\n"
                                   "adjacency fcbb:4::45 4 5 100,200\n"
                                   "adjacency fcbb:4::48 4 8 100,200\n"
                                   "adjacency fcbb:5::58 5 8 100,200\n"
                                   "adjacency fcbb:6::68 6 8 100\n"
                                   "unpack4 fcbb:8::d4 8\n"
                                   "behind 100 8 10.2.8.0/24\n"
                                   "behind 200 8 10.3.8.0/24\n"
                                   "local-adjacency fcbb:1::14 fc01:4::4 e-4\n"
                                   "local-adjacency fcbb:1::16 fc01:6::6 e-6\n"
                                   "mtu 1280\n"
                                   "signature none\n";
static const char rig_policy_8[] = "cleanpath-edge-policy 1\n"
                                   "serial 1\n"
                                   "issued 2026-11-29T10:00:00Z\n"
                                   "head 8 r8 2001:db8::8\n"
                                   "node 1 r1 2001:db8::1\n"
                                   "node 4 r4\n"
                                   "node 5 r5\n"
                                   "node 6 r6\n"
                                   "source fcff:8::1\n"
                                   "class 100 sensitive\n"
                                   "class 200 secret\n"
                                   "inside e-h\n"
                                   "first 1 e-4 fc08:4::4 4 100,200\n"
                                   "first 2 e-6 fc08:6::6 6 100,200\n"
                                   "select 100 to 10.2.1.0/24\n"
                                   "select 200 to 10.3.1.0/24\n"
                                   "adjacency fcbb:4::41 4 1 100,200\n"
                                   "adjacency fcbb:6::61 6 1 100,200\n"
                                   "unpack4 fcbb:1::d4 1\n"
                                   "behind 100 1 10.2.1.0/24\n"
                                   "behind 200 1 10.3.1.0/24\n"
                                   "mtu 1280\n"
                                   "signature none\n";

struct rig_lsp { /* as its controller heard of it last */
    char name[64];
    uint32_t plsp_id, srp_id;
    bool up, has_actual, same, proof_known, alive; /* same: the actual path is the intended one */
    cp_pce_lsp_state state;
    uint32_t error;
    uint64_t proven_us;
    uint32_t hop_count;
    uint8_t hops[16][16];
};

struct rig_controller {
    struct cp_arena *arena;
    struct cp_pce *pce;
    bool reachable, connected, up, synced;
    uint32_t lsp_count, srp_id;
    struct rig_lsp lsps[RIG_LSPS];
    uint32_t errors, error_srp, error_type, error_value;
    uint32_t answered_srp; /* of the last report that answers one */
};

struct rig_kernel {
    uint32_t state, path_count;
    struct cp_agent_path paths[CP_AGENT_PATHS];
};

struct rig_probe {
    uint8_t first[16]; /* segment */
    uint32_t segment_count;
    size_t len;
    char bytes[RIG_PROBE_BYTES];
};

struct rig {
    struct cp_arena *arena;
    const struct cp_edge_policy *policy;
    struct cp_edge *edge;
    uint64_t now_us;
    struct cp_edge_controller named[RIG_CONTROLLERS];
    struct cp_edge_peer peer;
    struct cp_edge_config config;
    struct rig_controller controllers[RIG_CONTROLLERS];
    struct rig_kernel kernel[RIG_DEMANDS];
    bool agent_waits;       /* it answers nothing */
    uint32_t kernel_result; /* of orders and stops, in place of doing it */
    uint32_t broken_first;  /* a way out whose link is down */
    struct cp_agent_request asks[RIG_ASKS];
    uint32_t ask_count, orders, stops, reads, locals;
    bool disk_full, disk_waits, keeping;
    char kept[RIG_KEPT_BYTES], writing[RIG_KEPT_BYTES];
    size_t kept_len, writing_len;
    uint32_t keeps;
    struct rig_probe probes[RIG_PROBES];
    uint32_t probe_count;
    bool loud;
};

static inline cp_ip rig_ip(const char *text)
{
    return cp_ip_find(cp_text_of(text));
}

/* --- the agent ---------------------------------------------------------------------------------- */

static inline struct cp_agent_answer rig_do(struct rig *r, const struct cp_agent_request *asked)
{
    struct cp_agent_request q = {0};
    struct cp_agent_answer a = {.kind = asked->kind,
                                .number = asked->number,
                                .class = asked->class,
                                .endpoint = asked->endpoint,
                                .serial = r->policy->serial,
                                .now_us = r->now_us};
    struct rig_kernel *k = &r->kernel[asked->class == 100 ? 0 : 1];

    a.result =
        cp_agent_check(r->policy, r->now_us, (cp_text){(const char *)asked, sizeof *asked}, &q);
    r->orders += asked->kind == CP_AGENT_ORDER;
    r->stops += asked->kind == CP_AGENT_STOP;
    r->reads += asked->kind == CP_AGENT_READ;
    r->locals += asked->kind == CP_AGENT_LOCALS;
    assert_int_not_equal(a.result, CP_AGENT_MALFORMED);
    assert_int_not_equal(a.result, CP_AGENT_UNKNOWN);
    if (asked->kind != CP_AGENT_READ && r->kernel_result != CP_AGENT_DONE) {
        a.result = r->kernel_result;
    } else if (a.result == CP_AGENT_DONE && asked->kind == CP_AGENT_ORDER) {
        k->state = CP_AGENT_STATE_INSTALLED;
        k->path_count = q.path_count;
        memcpy(k->paths, q.paths, sizeof k->paths);
    } else if (a.result == CP_AGENT_DONE && asked->kind == CP_AGENT_STOP) {
        *k = (struct rig_kernel){.state = CP_AGENT_STATE_STOPPED};
    }
    a.state = k->state;
    for (uint32_t i = 0; i < k->path_count && r->broken_first != 0; i++)
        if (k->paths[i].first == r->broken_first)
            a.state = CP_AGENT_STATE_BROKEN;
    if (a.state == CP_AGENT_STATE_BROKEN && a.result == CP_AGENT_DONE &&
        asked->kind == CP_AGENT_ORDER)
        a.result = CP_AGENT_KERNEL;
    a.path_count = k->path_count;
    memcpy(a.paths, k->paths, sizeof a.paths);
    return a;
}

/* The first request that waits; false: none does. */
static inline bool rig_answer(struct rig *r)
{
    struct cp_agent_answer answer;

    if (r->ask_count == 0)
        return false;
    answer = rig_do(r, &r->asks[0]);
    memmove(&r->asks[0], &r->asks[1], --r->ask_count * sizeof r->asks[0]);
    cp_edge_answered(r->edge, &answer, r->now_us);
    return true;
}

/* --- the file ------------------------------------------------------------------------------------ */

static inline bool rig_written(struct rig *r)
{
    if (!r->keeping)
        return false;
    r->keeping = false;
    if (!r->disk_full) {
        memcpy(r->kept, r->writing, r->writing_len);
        r->kept_len = r->writing_len;
    }
    r->keeps++;
    cp_edge_kept(r->edge, !r->disk_full, r->now_us);
    return true;
}

/* --- controllers --------------------------------------------------------------------------------- */

static inline void rig_controller_set(struct rig *r, uint32_t at, uint64_t epoch, const char *name)
{
    struct rig_controller *c = &r->controllers[at];
    struct cp_pce_config config = {.keepalive_s = 30,
                                   .dead_s = 120,
                                   .colour_forms = CP_PCE_COLOUR_ASSOCIATION,
                                   .speaker = {epoch != 0, epoch, cp_text_of(name)}};

    cp_pce_close(c->pce);
    cp_arena_close(c->arena);
    *c = (struct rig_controller){.arena = cp_arena_open(1 << 22)};
    assert_non_null(c->arena);
    assert_int_equal(cp_pce_open(&config, c->arena, &c->pce), CP_OK);
}

static inline struct rig_lsp *rig_lsp(struct rig *r, uint32_t at, const char *name)
{
    struct rig_controller *c = &r->controllers[at];

    for (uint32_t i = 0; i < c->lsp_count; i++)
        if (strcmp(c->lsps[i].name, name) == 0)
            return &c->lsps[i];
    return NULL;
}

static inline bool rig_same(struct cp_pce_path a, struct cp_pce_path b)
{
    bool same = a.count == b.count;

    for (uint32_t i = 0; same && i < a.count; i++)
        same = memcmp(a.at[i].srv6, b.at[i].srv6, 16) == 0;
    return same;
}

static inline void rig_hear_lsp(struct rig *r, uint32_t at, const struct cp_pce_lsp *l)
{
    struct rig_controller *c = &r->controllers[at];
    char name[64];
    struct rig_lsp *has;

    (void)snprintf(name, sizeof name, "%.*s", (int)l->name.len, l->name.at);
    has = rig_lsp(r, at, name);
    if (l->srp_id != 0)
        c->answered_srp = l->srp_id;
    if (l->removed) {
        if (has != NULL)
            *has = c->lsps[--c->lsp_count];
        return;
    }
    if (has == NULL) {
        assert_true(c->lsp_count < RIG_LSPS);
        has = &c->lsps[c->lsp_count++];
    }
    *has = (struct rig_lsp){.plsp_id = l->plsp_id,
                            .srp_id = l->srp_id,
                            .up = l->wanted_up,
                            .state = l->state,
                            .has_actual = l->actual.count > 0,
                            .same = rig_same(l->actual, l->intended),
                            .proof_known = l->proof.known,
                            .alive = l->proof.alive,
                            .proven_us = l->proof.proven_us,
                            .hop_count = l->intended.count,
                            .error = l->error};
    memcpy(has->name, name, sizeof name);
    for (uint32_t i = 0; i < l->intended.count; i++)
        memcpy(has->hops[i], l->intended.at[i].srv6, 16);
}

static inline void rig_hear(struct rig *r, uint32_t at, const struct cp_pce_event *event)
{
    struct rig_controller *c = &r->controllers[at];

    switch (event->kind) {
    case CP_PCE_EV_UP:
        c->up = true;
        return;
    case CP_PCE_EV_DOWN:
        c->up = c->synced = false;
        c->lsp_count = 0;
        return;
    case CP_PCE_EV_LSP:
        rig_hear_lsp(r, at, &event->lsp);
        return;
    case CP_PCE_EV_SYNCED:
        c->synced = true;
        return;
    case CP_PCE_EV_ERROR:
        c->errors++;
        c->error_srp = event->srp_id;
        c->error_type = event->error_type;
        c->error_value = event->error_value;
        return;
    case CP_PCE_EV_REQUEST:
        fail();
    }
}

static inline void rig_cut(struct rig *r, uint32_t at)
{
    struct rig_controller *c = &r->controllers[at];
    struct cp_pce_event event;

    if (!c->connected)
        return;
    c->connected = false;
    cp_pce_closed(c->pce, r->now_us);
    while (cp_pce_next(c->pce, &event))
        rig_hear(r, at, &event);
    cp_edge_closed(r->edge, at, r->now_us);
}

/* Bytes of the controller's go to the edge, and it hears what came; false: nothing moved. */
static inline bool rig_move(struct rig *r, uint32_t at)
{
    struct rig_controller *c = &r->controllers[at];
    struct cp_pce_event event;
    static char bytes[1 << 16];
    cp_text out;

    if (!c->connected)
        return false;
    while (cp_pce_next(c->pce, &event))
        rig_hear(r, at, &event);
    out = cp_text_sub(cp_pce_out(c->pce), 0, sizeof bytes);
    if (out.len == 0) {
        if (cp_pce_closing(c->pce))
            rig_cut(r, at);
        return false;
    }
    memcpy(bytes, out.at, out.len);
    cp_pce_sent(c->pce, out.len);
    cp_edge_bytes(r->edge, at, (cp_text){bytes, out.len}, r->now_us);
    return true;
}

/* "fcbb:4::45 fcbb:5::58" */
static inline struct cp_pce_path rig_path(struct cp_pce_hop hops[16], const char *sids)
{
    cp_text rest = cp_text_of(sids), word;
    uint32_t count = 0;

    while (cp_text_word(&rest, " ", &word)) {
        hops[count] = (struct cp_pce_hop){.kind = CP_PCE_HOP_SRV6};
        memcpy(hops[count++].srv6, cp_ip_find(word).bytes, 16);
    }
    return (struct cp_pce_path){hops, count};
}

static inline uint32_t rig_initiate(struct rig *r, uint32_t at, const char *name,
                                    uint32_t colour_preference, const char *sids)
{
    struct rig_controller *c = &r->controllers[at];
    struct cp_pce_hop hops[16];
    struct cp_pce_order order = {.kind = CP_PCE_INITIATE,
                                 .srp_id = ++c->srp_id,
                                 .name = cp_text_of(name),
                                 .src = rig_ip("2001:db8::1"),
                                 .dst = rig_ip("2001:db8::8"),
                                 .colour = colour_preference / 1000,
                                 .preference = colour_preference % 1000,
                                 .up = true};

    if (r->policy->nodes[0].number == 8) {
        order.src = rig_ip("2001:db8::8");
        order.dst = rig_ip("2001:db8::1");
    }
    order.path = rig_path(hops, sids);
    assert_int_equal(cp_pce_order(c->pce, &order, r->now_us), CP_OK);
    return c->srp_id;
}

static inline uint32_t rig_update(struct rig *r, uint32_t at, const char *name, const char *sids)
{
    struct rig_controller *c = &r->controllers[at];
    struct cp_pce_hop hops[16];
    struct cp_pce_order order = {.kind = CP_PCE_UPDATE, .srp_id = ++c->srp_id, .up = true};

    assert_non_null(rig_lsp(r, at, name));
    order.plsp_id = rig_lsp(r, at, name)->plsp_id;
    order.up = sids[0] != '\0';
    order.path = rig_path(hops, sids);
    assert_int_equal(cp_pce_order(c->pce, &order, r->now_us), CP_OK);
    return c->srp_id;
}

static inline uint32_t rig_remove(struct rig *r, uint32_t at, const char *name)
{
    struct rig_controller *c = &r->controllers[at];
    struct cp_pce_order order = {.kind = CP_PCE_REMOVE, .srp_id = ++c->srp_id};

    assert_non_null(rig_lsp(r, at, name));
    order.plsp_id = rig_lsp(r, at, name)->plsp_id;
    assert_int_equal(cp_pce_order(c->pce, &order, r->now_us), CP_OK);
    return c->srp_id;
}

/* --- all of it ------------------------------------------------------------------------------------ */

static inline void rig_probe(struct rig *r, const struct cp_edge_act *a)
{
    struct rig_probe *p;

    if (r->probe_count == RIG_PROBES)
        return;
    assert_true(a->text.len <= RIG_PROBE_BYTES && a->segment_count > 0);
    p = &r->probes[r->probe_count++];
    *p = (struct rig_probe){.segment_count = a->segment_count, .len = a->text.len};
    memcpy(p->first, a->segments[0], 16);
    memcpy(p->bytes, a->text.at, a->text.len);
}

static inline void rig_act(struct rig *r, const struct cp_edge_act *a)
{
    struct rig_controller *c = &r->controllers[a->controller];

    switch (a->kind) {
    case CP_EDGE_KEEP:
        assert_true(a->text.len <= RIG_KEPT_BYTES && !r->keeping);
        memcpy(r->writing, a->text.at, a->text.len);
        r->writing_len = a->text.len;
        r->keeping = true;
        return;
    case CP_EDGE_ASK:
        assert_true(r->ask_count < RIG_ASKS);
        r->asks[r->ask_count++] = a->request;
        return;
    case CP_EDGE_CALL:
        if (!c->reachable) {
            cp_edge_closed(r->edge, a->controller, r->now_us);
            return;
        }
        c->connected = true;
        cp_pce_connected(c->pce, rig_ip("2001:db8::1"), r->now_us);
        cp_edge_connected(r->edge, a->controller, r->now_us);
        return;
    case CP_EDGE_SEND:
        if (c->connected)
            cp_pce_take(c->pce, a->text, r->now_us);
        return;
    case CP_EDGE_HANG_UP:
        (void)rig_move(r, a->controller);
        rig_cut(r, a->controller);
        return;
    case CP_EDGE_PROBE:
        rig_probe(r, a);
        return;
    case CP_EDGE_SAY:
        if (r->loud)
            (void)fprintf(stderr, "# %.*s\n", (int)a->text.len, a->text.at);
        return;
    }
}

/* One thing of each kind that waits; false: nothing does. */
static inline bool rig_step(struct rig *r)
{
    struct cp_edge_act a;
    bool moved = false;

    while (cp_edge_next(r->edge, &a)) {
        rig_act(r, &a);
        moved = true;
    }
    if (!r->disk_waits)
        moved = rig_written(r) || moved;
    if (!r->agent_waits)
        moved = rig_answer(r) || moved;
    for (uint32_t i = 0; i < RIG_CONTROLLERS; i++)
        moved = rig_move(r, i) || moved;
    return moved;
}

static inline void rig_run(struct rig *r)
{
    for (uint32_t i = 0; rig_step(r); i++)
        assert_true(i < 100000);
}

/* Time goes on, in steps of 50 ms. */
static inline void rig_wait(struct rig *r, uint64_t us)
{
    for (uint64_t end = r->now_us + us; r->now_us < end;) {
        r->now_us += 50000;
        for (uint32_t i = 0; i < RIG_CONTROLLERS; i++)
            if (r->controllers[i].pce != NULL &&
                cp_pce_deadline(r->controllers[i].pce) <= r->now_us)
                cp_pce_tick(r->controllers[i].pce, r->now_us);
        if (cp_edge_deadline(r->edge) <= r->now_us)
            cp_edge_tick(r->edge, r->now_us);
        rig_run(r);
    }
}

static inline void rig_edge_open(struct rig *r)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};

    assert_int_equal(cp_edge_open(&r->config, &r->edge), CP_OK);
    if (r->kept_len > 0)
        assert_int_equal(cp_edge_restore(r->edge, (cp_text){r->kept, r->kept_len}, &diag), CP_OK);
    cp_edge_agent_there(r->edge, r->now_us);
    cp_edge_tick(r->edge, r->now_us);
}

/* The program dies: what was not written is lost, what the agent was asked may be done. */
static inline void rig_edge_kill(struct rig *r)
{
    for (uint32_t i = 0; i < RIG_CONTROLLERS; i++)
        rig_cut(r, i);
    cp_edge_close(r->edge);
    r->edge = NULL;
    r->keeping = false;
    r->ask_count = 0;
}

static inline void rig_open(struct rig *r, const char *policy)
{
    memset(r, 0, sizeof *r);
    r->arena = cp_arena_open(1 << 22);
    r->now_us = RIG_BEGINS_US;
    assert_non_null(r->arena);
    assert_int_equal(
        cp_edge_policy_read(cp_text_of(policy), CP_TEXT(""), r->arena, &r->policy, NULL), CP_OK);
    for (uint32_t i = 0; i < RIG_DEMANDS; i++)
        r->kernel[i].state = CP_AGENT_STATE_STOPPED;
    r->named[0] = (struct cp_edge_controller){CP_TEXT("east"), rig_ip("2001:db8::e")};
    r->named[1] = (struct cp_edge_controller){CP_TEXT("west"), rig_ip("2001:db8::f")};
    r->config = (struct cp_edge_config){.policy = r->policy,
                                        .controllers = r->named,
                                        .controller_count = RIG_CONTROLLERS,
                                        .keepalive_s = 30,
                                        .dead_s = 120,
                                        .lsp_max = 32,
                                        .look_us = 10 * RIG_SECOND_US};
    for (uint32_t i = 0; i < RIG_CONTROLLERS; i++)
        rig_controller_set(r, i, i + 1, i == 0 ? "east" : "west");
}

static inline void rig_close(struct rig *r)
{
    cp_edge_close(r->edge);
    for (uint32_t i = 0; i < RIG_CONTROLLERS; i++) {
        cp_pce_close(r->controllers[i].pce);
        cp_arena_close(r->controllers[i].arena);
    }
    cp_arena_close(r->arena);
}
