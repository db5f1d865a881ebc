#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "session/limits.h"
#include "session/pcc.h"

/* A PCE and a PCC with a pipe of bytes between them, for tests. */

struct pair {
    struct cp_arena *arena;
    struct cp_pce *pce;
    struct cp_pcc *pcc;
    uint64_t now_us;
    bool pce_open, pcc_open; /* each end's view of the connection */
};

#define PAIR_SECOND_US 1000000u

static inline cp_ip pair_ip(uint32_t last)
{
    return cp_ip_v4(0x0a000000u + last);
}

static inline struct cp_pcc_config pair_pcc_config(void)
{
    return (struct cp_pcc_config){.keepalive_s = 30,
                                  .dead_s = 120,
                                  .session_id = 7,
                                  .stateful = true,
                                  .updates = true,
                                  .initiates = true,
                                  .sr = true,
                                  .srv6 = true,
                                  .depth_max = 10,
                                  .colour_forms = CP_PCE_COLOUR_ASSOCIATION | CP_PCE_COLOUR_VENDOR};
}

static inline struct cp_pce_config pair_pce_config(void)
{
    return (struct cp_pce_config){.keepalive_s = 30,
                                  .dead_s = 120,
                                  .colour_forms = CP_PCE_COLOUR_ASSOCIATION,
                                  .session_id = 9};
}

static inline struct pair pair_make(const struct cp_pce_config *pce,
                                    const struct cp_pcc_config *pcc)
{
    struct pair p = {.arena = cp_arena_open(1 << 20), .now_us = 1000};

    assert_non_null(p.arena);
    assert_int_equal(cp_pce_open(pce, p.arena, &p.pce), CP_OK);
    assert_int_equal(cp_pcc_open(pcc, p.arena, &p.pcc), CP_OK);
    return p;
}

static inline void pair_connect(struct pair *p)
{
    cp_pce_connected(p->pce, pair_ip(1), p->now_us);
    cp_pcc_connected(p->pcc, pair_ip(2), p->now_us);
    p->pce_open = p->pcc_open = true;
}

static inline void pair_free(struct pair *p)
{
    cp_pce_close(p->pce);
    cp_pcc_close(p->pcc);
    cp_arena_close(p->arena);
}

/* At most so many bytes go each way; false: none went. */
static inline bool pair_move_to_pce(struct pair *p, size_t most)
{
    cp_text bytes = cp_text_sub(cp_pcc_out(p->pcc), 0, most);

    if (!p->pce_open || !p->pcc_open)
        return false;
    bytes = cp_text_sub(bytes, 0, cp_pce_room(p->pce));
    if (bytes.len == 0)
        return false;
    cp_pce_take(p->pce, bytes, p->now_us);
    cp_pcc_sent(p->pcc, bytes.len);
    return true;
}

static inline bool pair_move_to_pcc(struct pair *p, size_t most)
{
    cp_text bytes = cp_text_sub(cp_pce_out(p->pce), 0, most);

    if (!p->pce_open || !p->pcc_open)
        return false;
    bytes = cp_text_sub(bytes, 0, cp_pcc_room(p->pcc));
    if (bytes.len == 0)
        return false;
    cp_pcc_take(p->pcc, bytes, p->now_us);
    cp_pce_sent(p->pce, bytes.len);
    return true;
}

/* The next event of the PCE's side, bytes moved till there is one or nothing more goes. */
static inline bool pair_pce_event(struct pair *p, struct cp_pce_event *event)
{
    for (;;) {
        if (cp_pce_next(p->pce, event))
            return true;
        if (!pair_move_to_pce(p, SIZE_MAX))
            return false;
    }
}

static inline bool pair_pcc_event(struct pair *p, struct cp_pcc_event *event)
{
    for (;;) {
        if (cp_pcc_next(p->pcc, event))
            return true;
        if (!pair_move_to_pcc(p, SIZE_MAX))
            return false;
    }
}

static inline struct cp_pce_event pair_want_pce(struct pair *p, cp_pce_event_kind kind)
{
    struct cp_pce_event event = {.kind = CP_PCE_EV_DOWN};

    assert_true(pair_pce_event(p, &event));
    assert_int_equal(event.kind, kind);
    return event;
}

static inline struct cp_pcc_event pair_want_pcc(struct pair *p, cp_pcc_event_kind kind)
{
    struct cp_pcc_event event = {.kind = CP_PCC_EV_DOWN};

    assert_true(pair_pcc_event(p, &event));
    assert_int_equal(event.kind, kind);
    return event;
}

/* Both up; what the PCC has of LSPs is not told yet. */
static inline void pair_up(struct pair *p)
{
    struct cp_pce_event event;
    struct cp_pcc_event other;

    pair_connect(p);
    assert_false(pair_pce_event(p, &event)); /* its Open is in, ours is not accepted */
    assert_false(cp_pcc_next(p->pcc, &other));
    pair_want_pcc(p, CP_PCC_EV_UP);
    event = pair_want_pce(p, CP_PCE_EV_UP);
    assert_true(event.kind == CP_PCE_EV_UP);
}

static inline void pair_synced(struct pair *p)
{
    pair_up(p);
    assert_int_equal(cp_pcc_synced(p->pcc, p->now_us), CP_OK);
    pair_want_pce(p, CP_PCE_EV_SYNCED);
}

/* The PCC has an LSP, and has delegated it. */
static inline void pair_have(struct pair *p, uint32_t plsp_id)
{
    struct cp_pce_lsp lsp = {.plsp_id = plsp_id, .name = CP_TEXT("had"), .delegated = true};

    assert_int_equal(cp_pcc_report(p->pcc, &lsp, p->now_us), CP_OK);
    pair_want_pce(p, CP_PCE_EV_LSP);
}

static inline struct cp_pce_path pair_labels(struct cp_pce_hop *hops, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        hops[i] = (struct cp_pce_hop){.kind = CP_PCE_HOP_LABEL, .label = 16000 + i};
    return (struct cp_pce_path){hops, count};
}

static inline void pair_assert_path(struct cp_pce_path a, struct cp_pce_path b)
{
    assert_int_equal(a.count, b.count);
    for (uint32_t i = 0; i < a.count; i++) {
        assert_int_equal(a.at[i].kind, b.at[i].kind);
        assert_int_equal(a.at[i].label, b.at[i].label);
        assert_memory_equal(a.at[i].srv6, b.at[i].srv6, sizeof a.at[i].srv6);
        assert_true(cp_ip_eq(a.at[i].local, b.at[i].local));
    }
}

static inline void pair_assert_text(cp_text a, cp_text b)
{
    assert_true(cp_text_eq(a, b));
}
