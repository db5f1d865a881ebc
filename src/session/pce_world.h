#pragma once

/* The PCE's machine, and a peer of it whose bytes are made here. */

#include "pcep_trial.h"

#include "wire/pcep.h"

enum { OPEN_WAIT_S = 60, FINISH_S = 60, SYNC_S = 300 };

struct world {
    struct cp_arena *arena, *made; /* made: what is sent to the machine */
    struct cp_pce *pce;
    uint64_t now_us;
};

static inline struct world world_of(const struct cp_pce_config *config)
{
    struct world w = {
        .arena = cp_arena_open(1 << 20), .made = cp_arena_open(16 << 20), .now_us = 5000000};

    assert_non_null(w.arena);
    assert_non_null(w.made);
    assert_int_equal(cp_pce_open(config, w.arena, &w.pce), CP_OK);
    return w;
}

static inline struct world world(void)
{
    struct cp_pce_config config = pair_pce_config();

    return world_of(&config);
}

static inline void world_free(struct world *w)
{
    cp_pce_close(w->pce);
    cp_arena_close(w->arena);
    cp_arena_close(w->made);
}

static inline cp_text bytes_of(struct world *w, const struct cp_pcep_message *message)
{
    struct cp_out out = cp_out_make(w->made);
    cp_text bytes;

    cp_pcep_encode(&out, message);
    assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
    return bytes;
}

static inline cp_text message_of(struct world *w, uint8_t type,
                                 const struct cp_pcep_object *objects, uint32_t count)
{
    return bytes_of(w, &(struct cp_pcep_message){.type = type, .count = count, .objects = objects});
}

static inline cp_text open_of(struct world *w, uint8_t keepalive_s, uint8_t dead_s, bool stateful)
{
    struct cp_pcep_tlv tlv = cp_pcep_tlv_number(CP_PCEP_TLV_STATEFUL_PCE_CAPABILITY, 5);
    struct cp_pcep_object open = {
        .class_id = CP_PCEP_CLASS_OPEN,
        .type = 1,
        .tlvs = {&tlv, stateful},
        .is.open = {.version = 1, .keepalive_s = keepalive_s, .dead_s = dead_s}};

    return message_of(w, CP_PCEP_OPEN, &open, 1);
}

static inline cp_text keepalive(struct world *w)
{
    return message_of(w, CP_PCEP_KEEPALIVE, NULL, 0);
}

static inline cp_text close_of(struct world *w)
{
    struct cp_pcep_object close = {
        .class_id = CP_PCEP_CLASS_CLOSE, .type = 1, .is.close = {.reason = 1}};

    return message_of(w, CP_PCEP_CLOSE, &close, 1);
}

static inline cp_text refusal(struct world *w, uint8_t value, uint8_t keepalive_s, uint8_t dead_s)
{
    struct cp_pcep_object objects[] = {
        {.class_id = CP_PCEP_CLASS_ERROR, .type = 1, .is.error = {.type = 1, .value = value}},
        {.class_id = CP_PCEP_CLASS_OPEN,
         .type = 1,
         .is.open = {.version = 1, .keepalive_s = keepalive_s, .dead_s = dead_s}}};

    return message_of(w, CP_PCEP_PCERR, objects, 2);
}

static inline cp_text report_of(struct world *w, uint32_t plsp_id, uint32_t flags, const char *name)
{
    struct cp_pcep_tlv tlv = cp_pcep_tlv_bytes(CP_PCEP_TLV_SYMBOLIC_PATH_NAME, cp_text_of(name));
    struct cp_pcep_object objects[] = {{.class_id = CP_PCEP_CLASS_LSP,
                                        .type = 1,
                                        .tlvs = {&tlv, name[0] != '\0'},
                                        .is.lsp = {.plsp_id = plsp_id, .flags = (uint16_t)flags}},
                                       {.class_id = CP_PCEP_CLASS_ERO, .type = 1}};

    return message_of(w, CP_PCEP_PCRPT, objects, 2);
}

static inline cp_text odd(struct world *w)
{
    return message_of(w, 99, NULL, 0);
}

static inline void take(struct world *w, cp_text bytes)
{
    cp_pce_take(w->pce, bytes, w->now_us);
}

static inline void want(struct world *w, cp_pce_event_kind kind)
{
    struct cp_pce_event event = {.kind = CP_PCE_EV_REQUEST};

    assert_true(cp_pce_next(w->pce, &event));
    assert_int_equal(event.kind, kind);
}

static inline void want_nothing(struct world *w)
{
    struct cp_pce_event event;

    assert_false(cp_pce_next(w->pce, &event));
}

/* The machine's next message, taken off its buffer; type 0: none. */
static inline struct cp_pcep_message sent(struct world *w)
{
    cp_text out = cp_pce_out(w->pce);
    struct cp_pcep_frame frame = cp_pcep_frame(out);
    struct cp_pcep_message message = {.type = 0};
    struct cp_pcep_fault fault;

    if (out.len == 0)
        return message;
    assert_int_equal(frame.kind, CP_PCEP_FRAME_WHOLE);
    assert_int_equal(cp_pcep_decode(cp_text_sub(out, 0, frame.size), w->made, &message, &fault),
                     CP_OK);
    cp_pce_sent(w->pce, frame.size);
    return message;
}

static inline struct cp_pcep_object object_at(const struct cp_pcep_message *m, uint32_t at)
{
    struct cp_pcep_object none = {0};

    return at < m->count ? m->objects[at] : none;
}

static inline void want_sent(struct world *w, uint8_t type)
{
    assert_int_equal(sent(w).type, type);
}

static inline void want_error(struct world *w, uint8_t type, uint8_t value)
{
    struct cp_pcep_message m = sent(w);
    uint32_t at = 0;
    const struct cp_pcep_object *error;

    assert_int_equal(m.type, CP_PCEP_PCERR);
    error = cp_pcep_next(&m, CP_PCEP_CLASS_ERROR, &at, m.count);
    assert_non_null(error);
    assert_int_equal(error->is.error.type, type);
    assert_int_equal(error->is.error.value, value);
}

static inline void want_close(struct world *w, uint8_t reason)
{
    struct cp_pcep_message m = sent(w);

    assert_int_equal(m.type, CP_PCEP_CLOSE);
    assert_int_equal(object_at(&m, 0).is.close.reason, reason);
}

static inline void want_down(struct world *w)
{
    want(w, CP_PCE_EV_DOWN);
    want_nothing(w);
    assert_true(cp_pce_closing(w->pce));
    assert_true(cp_pce_deadline(w->pce) == UINT64_MAX);
}

static inline void at(struct world *w, uint64_t seconds_later)
{
    w->now_us += seconds_later * PAIR_SECOND_US;
}

/* The deadline is so many seconds away; a tick before it does nothing. */
static inline void want_deadline(struct world *w, uint64_t seconds)
{
    assert_true(cp_pce_deadline(w->pce) == w->now_us + seconds * PAIR_SECOND_US);
    cp_pce_tick(w->pce, w->now_us + seconds * PAIR_SECOND_US - 1);
    want_nothing(w);
    assert_int_equal(cp_pce_out(w->pce).len, 0);
    at(w, seconds);
    cp_pce_tick(w->pce, w->now_us);
}

static inline void connect(struct world *w)
{
    cp_pce_connected(w->pce, pair_ip(1), w->now_us);
    want_sent(w, CP_PCEP_OPEN);
}

static inline void up_with(struct world *w, uint8_t keepalive_s, uint8_t dead_s, bool stateful)
{
    connect(w);
    take(w, open_of(w, keepalive_s, dead_s, stateful));
    take(w, keepalive(w));
    want(w, CP_PCE_EV_UP);
    if (!stateful)
        want(w, CP_PCE_EV_SYNCED);
    want_nothing(w);
    want_sent(w, CP_PCEP_KEEPALIVE);
}
