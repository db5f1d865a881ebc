#include <string.h>

#include "inside.h"

/*
 * Controllers, each called again and again; at most one is obeyed.  What is heard of its epoch is kept before anything else
 * of it is heard: until then its messages wait.
 */

enum { CALL_FIRST_US = SECOND_US, CALL_LAST_US = 30 * SECOND_US, DEPTH_MAX = CP_AGENT_SEGMENTS };

cp_err cp_edge_sessions_open(struct cp_edge *e)
{
    struct cp_pcc_config config = {.keepalive_s = e->config.keepalive_s,
                                   .dead_s = e->config.dead_s,
                                   .stateful = true,
                                   .updates = true,
                                   .initiates = true,
                                   .srv6 = true,
                                   .depth_max = DEPTH_MAX,
                                   .colour_forms = CP_PCE_COLOUR_ASSOCIATION};

    for (uint32_t i = 0; i < e->config.controller_count; i++) {
        config.session_id = (uint8_t)i;
        e->sessions[i].call_after_us = CALL_FIRST_US;
        CP_TRY(cp_pcc_open(&config, e->arena, &e->sessions[i].pcc));
    }
    return CP_OK;
}

void cp_edge_sessions_close(struct cp_edge *e)
{
    for (uint32_t i = 0; i < e->config.controller_count; i++)
        cp_pcc_close(e->sessions[i].pcc);
}

struct edge_session *cp_edge_session_get(struct cp_edge *e)
{
    struct edge_session *s = e->obeyed == NONE ? NULL : &e->sessions[e->obeyed];

    return s != NULL && s->told_synced && cp_pcc_is_up(s->pcc) ? s : NULL;
}

static const char *name_of(const struct cp_edge *e, uint32_t at)
{
    return e->config.controllers[at].name.at;
}

static int name_len(const struct cp_edge *e, uint32_t at)
{
    return (int)e->config.controllers[at].name.len;
}

/* --- epochs ---------------------------------------------------------------------------------------- */

static void refuse(struct cp_edge *e, uint32_t at, const char *why)
{
    e->controllers_refused++;
    cp_edge_say(e, CP_EDGE_SAYS_WARNING, "controller %.*s is refused: %s", name_len(e, at),
                name_of(e, at), why);
    cp_pcc_end(e->sessions[at].pcc, CP_PCEP_CLOSE_NONE);
}

/* NULL: it may be obeyed. */
static const char *why_not(const struct cp_edge *e, const struct edge_session *s)
{
    cp_text has = {e->epoch_of, e->epoch_of_len};

    if (!s->speaker.known)
        return "it does not say its epoch";
    if (s->speaker.epoch < e->epoch)
        return "its epoch is over: a later one was seen";
    if (s->speaker.epoch == e->epoch && !cp_text_eq(s->speaker.name, has))
        return "another one has its epoch";
    if (e->claim != 0 && s->speaker.epoch <= e->claim)
        return "a later one has come";
    if (e->obeyed != NONE && s->speaker.epoch == e->epoch)
        return "its other session is there";
    return NULL;
}

static void obey(struct cp_edge *e, uint32_t at)
{
    struct edge_session *s = &e->sessions[at];
    uint32_t before = e->obeyed;

    if (before != NONE && before != at) {
        cp_edge_say(e, CP_EDGE_SAYS_NOTICE, "controller %.*s takes over from %.*s", name_len(e, at),
                    name_of(e, at), name_len(e, before), name_of(e, before));
        e->sessions[before].who = WHO_NOBODY;
        cp_pcc_end(e->sessions[before].pcc, CP_PCEP_CLOSE_NONE);
    }
    e->obeyed = at;
    s->who = WHO_OBEYED;
    s->told_synced = false;
    s->call_after_us = CALL_FIRST_US;
    for (uint32_t i = 0; i < e->lsp_end; i++)
        e->lsps[i].srp_id = 0; /* of whoever was obeyed before */
    cp_edge_say(e, CP_EDGE_SAYS_NOTICE, "controller %.*s is obeyed: epoch %llu", name_len(e, at),
                name_of(e, at), (unsigned long long)e->epoch);
}

static void come_up(struct cp_edge *e, uint32_t at, const struct cp_pcc_event *event)
{
    struct edge_session *s = &e->sessions[at];
    const char *why;

    s->speaker = event->speaker;
    why = why_not(e, s);
    if (why != NULL) {
        refuse(e, at, why);
        return;
    }
    if (s->speaker.epoch == e->epoch) {
        obey(e, at);
        return;
    }
    s->who = WHO_WAITS;
    e->claim = s->speaker.epoch;
    e->claim_of = at;
    e->claim_name_len = (uint8_t)s->speaker.name.len;
    memcpy(e->claim_name, s->speaker.name.at, s->speaker.name.len);
    cp_edge_keep(e, KEEP_NOW);
    e->claim_change = e->change;
}

static void hear_session(struct cp_edge *e, uint32_t at);

/* What was written last may be from before the claim: then the next one is waited for. */
void cp_edge_sessions_kept(struct cp_edge *e, bool kept)
{
    uint32_t at = e->claim_of;
    struct edge_session *s = at == NONE ? NULL : &e->sessions[at];

    if (s == NULL || e->claim_change > e->keeping_change)
        return;
    if (kept) {
        e->epoch = e->claim;
        e->epoch_of_len = e->claim_name_len;
        memcpy(e->epoch_of, e->claim_name, e->claim_name_len);
    }
    e->claim = 0;
    e->claim_of = NONE;
    if (s->who != WHO_WAITS) { /* it is gone again, and who was obeyed is over all the same */
        if (kept && e->obeyed != NONE) {
            at = e->obeyed;
            refuse(e, at, "its epoch is over: a later one was seen");
            hear_session(e, at);
        }
        return;
    }
    if (kept) {
        obey(e, at);
    } else {
        s->who = WHO_NOBODY;
        refuse(e, at, "its epoch cannot be kept");
    }
    hear_session(e, at);
}

/* --- what sessions say ------------------------------------------------------------------------------ */

static void go_down(struct cp_edge *e, uint32_t at, const struct cp_pcc_event *event)
{
    struct edge_session *s = &e->sessions[at];

    cp_edge_say(e, s->who == WHO_OBEYED ? CP_EDGE_SAYS_WARNING : CP_EDGE_SAYS_INFO,
                "controller %.*s: %s%s", name_len(e, at), name_of(e, at), event->why,
                s->who == WHO_OBEYED ? "; what the kernel has stays" : "");
    if (e->obeyed == at)
        e->obeyed = NONE;
    s->who = WHO_NOBODY;
    s->told_synced = false;
}

static void hear(struct cp_edge *e, uint32_t at, const struct cp_pcc_event *event)
{
    switch (event->kind) {
    case CP_PCC_EV_UP:
        come_up(e, at, event);
        return;
    case CP_PCC_EV_DOWN:
        go_down(e, at, event);
        return;
    case CP_PCC_EV_ORDER:
        if (e->obeyed == at)
            cp_edge_order(e, event);
        return;
    case CP_PCC_EV_ERROR:
        cp_edge_say(e, CP_EDGE_SAYS_WARNING, "controller %.*s sends the error %u/%u",
                    name_len(e, at), name_of(e, at), event->error_type, event->error_value);
        return;
    }
}

/* Its orders come after it was told what there is. */
static void hear_session(struct cp_edge *e, uint32_t at)
{
    struct edge_session *s = &e->sessions[at];
    struct cp_pcc_event event;

    while (s->who != WHO_WAITS && cp_pcc_next(s->pcc, &event)) {
        hear(e, at, &event);
        if (e->obeyed == at && !s->told_synced)
            cp_edge_reports_send(e);
    }
}

void cp_edge_connected(struct cp_edge *e, uint32_t at, uint64_t now_us)
{
    struct edge_session *s = &e->sessions[at];

    e->now_us = now_us;
    s->connected = true;
    s->hung_up = false;
    cp_pcc_connected(s->pcc, e->config.controllers[at].address, now_us);
    hear_session(e, at);
}

void cp_edge_bytes(struct cp_edge *e, uint32_t at, cp_text bytes, uint64_t now_us)
{
    struct edge_session *s = &e->sessions[at];

    e->now_us = now_us;
    while (bytes.len > 0 && s->connected && !cp_pcc_closing(s->pcc)) {
        size_t room = cp_pcc_room(s->pcc);
        cp_text part = cp_text_sub(bytes, 0, room < bytes.len ? room : bytes.len);

        if (part.len == 0) { /* its epoch is not kept yet, and it does not wait */
            refuse(e, at, "it sends too much before it is heard");
            break;
        }
        cp_pcc_take(s->pcc, part, now_us);
        bytes = cp_text_sub(bytes, part.len, bytes.len);
        hear_session(e, at);
    }
    hear_session(e, at);
}

void cp_edge_closed(struct cp_edge *e, uint32_t at, uint64_t now_us)
{
    struct edge_session *s = &e->sessions[at];

    e->now_us = now_us;
    if (s->connected)
        cp_pcc_closed(s->pcc, now_us);
    s->connected = false;
    if (s->who == WHO_WAITS)
        s->who = WHO_NOBODY;
    hear_session(e, at);
    s->call_at_us = now_us + s->call_after_us;
    s->call_after_us = 2 * s->call_after_us < CALL_LAST_US ? 2 * s->call_after_us : CALL_LAST_US;
    if (e->sending == at)
        e->sending = NONE;
}

void cp_edge_sessions_end(struct cp_edge *e, const char *why)
{
    for (uint32_t i = 0; i < e->config.controller_count; i++)
        if (e->sessions[i].connected) {
            cp_edge_say(e, CP_EDGE_SAYS_WARNING, "controller %.*s is left: %s", name_len(e, i),
                        name_of(e, i), why);
            cp_pcc_end(e->sessions[i].pcc, CP_PCEP_CLOSE_NONE);
            hear_session(e, i);
        }
}

/* --- time and bytes --------------------------------------------------------------------------------- */

void cp_edge_sessions_tick(struct cp_edge *e)
{
    for (uint32_t i = 0; i < e->config.controller_count; i++)
        if (e->sessions[i].connected && cp_pcc_deadline(e->sessions[i].pcc) <= e->now_us) {
            cp_pcc_tick(e->sessions[i].pcc, e->now_us);
            hear_session(e, i);
        }
}

/* Nobody is called before it is known what there is to tell. */
static bool may_call(const struct cp_edge *e)
{
    return e->whole;
}

uint64_t cp_edge_sessions_deadline(const struct cp_edge *e)
{
    uint64_t at = UINT64_MAX;

    for (uint32_t i = 0; i < e->config.controller_count; i++) {
        const struct edge_session *s = &e->sessions[i];
        uint64_t own = s->connected  ? cp_pcc_deadline(s->pcc)
                       : may_call(e) ? s->call_at_us
                                     : UINT64_MAX;

        at = own < at ? own : at;
    }
    return at;
}

static bool call_next(struct cp_edge *e, struct cp_edge_act *out)
{
    for (uint32_t i = 0; may_call(e) && i < e->config.controller_count; i++) {
        struct edge_session *s = &e->sessions[i];

        if (s->connected || s->call_at_us > e->now_us)
            continue;
        s->call_at_us = UINT64_MAX; /* until it is known what came of it */
        *out = (struct cp_edge_act){.kind = CP_EDGE_CALL, .controller = i};
        return true;
    }
    return false;
}

bool cp_edge_sessions_next(struct cp_edge *e, struct cp_edge_act *out)
{
    if (e->sending != NONE)
        cp_pcc_sent(e->sessions[e->sending].pcc, e->sending_bytes);
    e->sending = NONE;
    for (uint32_t i = 0; i < e->config.controller_count; i++) {
        struct edge_session *s = &e->sessions[i];
        cp_text bytes = s->connected ? cp_pcc_out(s->pcc) : CP_TEXT("");

        if (bytes.len > 0) {
            e->sending = i;
            e->sending_bytes = bytes.len;
            *out = (struct cp_edge_act){.kind = CP_EDGE_SEND, .controller = i, .text = bytes};
            return true;
        }
        if (s->connected && !s->hung_up && cp_pcc_closing(s->pcc)) {
            s->hung_up = true;
            *out = (struct cp_edge_act){.kind = CP_EDGE_HANG_UP, .controller = i};
            return true;
        }
    }
    return call_next(e, out);
}
