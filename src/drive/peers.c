#include "control/headend.h"
#include "inside.h"

/*
 * One session a peer, each in an arena of its own.  What a PCC says goes to control, what a speaker says to the ted.
 */

enum { SESSION_BYTES = 64 << 20 /* at most, of one peer */ };

/* --- opening ------------------------------------------------------------------------------------ */

static cp_err open_pce(struct cp_drive *d, struct drive_peer *p, uint32_t number)
{
    const struct cp_headend *system = cp_headend_find(p->config.system);
    uint32_t forms =
        system != NULL ? system->colour_forms : CP_PCE_COLOUR_ASSOCIATION | CP_PCE_COLOUR_VENDOR;
    struct cp_pce_config config = {.keepalive_s = d->config.keepalive_s,
                                   .dead_s = d->config.dead_s,
                                   .colour_forms = forms,
                                   .session_id = (uint8_t)number};

    if (cp_text_starts(p->config.system, CP_TEXT("linux-agent"))) /* others need not know it */
        config.speaker = d->config.speaker;

    return cp_pce_open(&config, p->arena, &p->pce);
}

static cp_err open_bgp(struct cp_drive *d, struct drive_peer *p)
{
    struct cp_bgp_config config = {.local_as = d->config.local_as,
                                   .remote_as = p->config.remote_as,
                                   .router_id = d->config.router_id,
                                   .hold_s = d->config.hold_s};

    return cp_bgp_open(&config, p->arena, &p->bgp);
}

static cp_err open_peer(struct cp_drive *d, uint32_t at, uint32_t *feeds, uint32_t *pccs)
{
    struct drive_peer *p = &d->peers[at];

    *p = (struct drive_peer){.config = d->config.peers[at],
                             .feed = CP_NONE,
                             .pcc = CP_NONE,
                             .call_at_us = UINT64_MAX,
                             .call_after_us = CALL_FIRST_US,
                             .depth_max = UINT32_MAX};
    if (p->config.kind == CP_PEER_DOCUMENTS) {
        p->feed = (*feeds)++;
        return CP_OK;
    }
    p->arena = cp_arena_open(SESSION_BYTES);
    if (p->arena == NULL)
        return CP_ERR_NOMEM;
    if (p->config.kind == CP_PEER_BGP) {
        p->feed = (*feeds)++;
        p->call_at_us = p->config.passive ? UINT64_MAX : 0;
        return open_bgp(d, p);
    }
    p->pcc = (*pccs)++;
    d->peer_of_pcc[p->pcc] = at;
    return open_pce(d, p, at);
}

cp_err cp_drive_open_peers(struct cp_drive *d)
{
    uint32_t feeds = 0, pccs = 0;

    d->peers = CP_TAKE(d->arena, d->config.peer_count, struct drive_peer);
    d->waiting = CP_TAKE(d->arena, d->config.peer_count, uint32_t);
    d->peer_of_pcc = CP_TAKE(d->arena, d->config.peer_count, uint32_t);
    if (d->peers == NULL || d->waiting == NULL || d->peer_of_pcc == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < d->config.peer_count; i++)
        CP_TRY(open_peer(d, i, &feeds, &pccs));
    return CP_OK;
}

void cp_drive_close_peers(struct cp_drive *d)
{
    for (uint32_t i = 0; d->peers != NULL && i < d->config.peer_count; i++) {
        cp_pce_close(d->peers[i].pce);
        cp_bgp_close(d->peers[i].bgp);
        cp_arena_close(d->peers[i].held_arena);
        cp_arena_close(d->peers[i].arena);
    }
}

/* --- sending ------------------------------------------------------------------------------------ */

void cp_drive_wait(struct cp_drive *d, uint32_t peer)
{
    struct drive_peer *p = &d->peers[peer];

    if (p->waits)
        return;
    if (d->waiting_first == d->waiting_count)
        d->waiting_first = d->waiting_count = 0;
    if (d->waiting_count == d->config.peer_count) { /* some of those before were served */
        for (uint32_t i = d->waiting_first; i < d->waiting_count; i++)
            d->waiting[i - d->waiting_first] = d->waiting[i];
        d->waiting_count -= d->waiting_first;
        d->waiting_first = 0;
    }
    p->waits = true;
    d->waiting[d->waiting_count++] = peer;
}

cp_text cp_drive_peer_out(const struct drive_peer *p)
{
    if (p->pce != NULL)
        return cp_pce_out(p->pce);
    return p->bgp != NULL ? cp_bgp_out(p->bgp) : CP_TEXT("");
}

void cp_drive_peer_sent(struct drive_peer *p, size_t count)
{
    if (p->pce != NULL)
        cp_pce_sent(p->pce, count);
    else if (p->bgp != NULL)
        cp_bgp_sent(p->bgp, count);
}

bool cp_drive_peer_closing(const struct drive_peer *p)
{
    if (p->close)
        return true;
    if (p->pce != NULL)
        return cp_pce_closing(p->pce);
    return p->bgp != NULL && cp_bgp_closing(p->bgp);
}

/* --- PCCs --------------------------------------------------------------------------------------- */

/* A headend that can push less than was thought needs other lists. */
static void note_depth(struct cp_drive *d, struct drive_peer *p, uint32_t depth_max)
{
    if (p->depth_max == depth_max)
        return;
    p->depth_max = depth_max;
    cp_drive_want_plan(d, cp_drive_soon(d), CP_TEXT("depth of a headend"));
}

static cp_err hear_pcc(struct cp_drive *d, struct drive_peer *p, const struct cp_pce_event *event)
{
    switch (event->kind) {
    case CP_PCE_EV_UP:
        p->up = true;
        p->synced = false;
        note_depth(d, p, event->peer.depth_max);
        break;
    case CP_PCE_EV_DOWN:
        p->up = p->synced = false;
        cp_drive_forget_held(p);
        break;
    case CP_PCE_EV_SYNCED:
        p->synced = true;
        break;
    case CP_PCE_EV_REQUEST:
        if (cp_drive_hold_request(d, p, &event->request))
            return CP_OK;
        break;
    case CP_PCE_EV_LSP:
        CP_TRY(cp_control_peer_event(d->control, p->pcc, event, d->now_us));
        return cp_drive_hear_probes(d, p, &event->lsp);
    case CP_PCE_EV_ERROR:
        break;
    }
    return cp_control_peer_event(d->control, p->pcc, event, d->now_us);
}

static cp_err hear_pce(struct cp_drive *d, struct drive_peer *p)
{
    struct cp_pce_event event;

    while (cp_pce_next(p->pce, &event))
        CP_TRY(hear_pcc(d, p, &event));
    return CP_OK;
}

/* --- bytes --------------------------------------------------------------------------------------- */

static cp_err hear(struct cp_drive *d, uint32_t peer)
{
    struct drive_peer *p = &d->peers[peer];

    CP_TRY(p->pce != NULL ? hear_pce(d, p) : cp_drive_hear_speaker(d, p));
    cp_drive_wait(d, peer);
    return CP_OK;
}

static size_t room_of(const struct drive_peer *p)
{
    return p->pce != NULL ? cp_pce_room(p->pce) : cp_bgp_room(p->bgp);
}

cp_err cp_drive_connected(struct cp_drive *d, uint32_t peer, uint64_t now_us)
{
    struct drive_peer *p = &d->peers[peer];

    d->now_us = now_us;
    CP_ASSERT(p->config.kind != CP_PEER_DOCUMENTS);
    p->connected = true;
    p->close = false;
    if (p->pce != NULL)
        cp_pce_connected(p->pce, p->config.address, now_us);
    else
        cp_bgp_connected(p->bgp, now_us);
    return hear(d, peer);
}

/* What finds no room at once does so when the messages before it have been told. */
cp_err cp_drive_bytes(struct cp_drive *d, uint32_t peer, cp_text bytes, uint64_t now_us)
{
    struct drive_peer *p = &d->peers[peer];

    d->now_us = now_us;
    CP_ASSERT(p->config.kind != CP_PEER_DOCUMENTS);
    while (bytes.len > 0 && !cp_drive_peer_closing(p)) {
        size_t room = room_of(p);
        cp_text part = cp_text_sub(bytes, 0, room < bytes.len ? room : bytes.len);

        CP_ASSERT(part.len > 0);
        if (p->pce != NULL)
            cp_pce_take(p->pce, part, now_us);
        else
            cp_bgp_take(p->bgp, part, now_us);
        bytes = cp_text_sub(bytes, part.len, bytes.len);
        CP_TRY(hear(d, peer));
    }
    return p->feed != CP_NONE ? cp_drive_hear(d, now_us) : CP_OK;
}

/* A peer that we call is called again, later each time until a session with it comes up. */
static void call_again(struct cp_drive *d, struct drive_peer *p)
{
    if (p->config.kind != CP_PEER_BGP || p->config.passive)
        return;
    p->call_at_us = d->now_us + p->call_after_us;
    p->call_after_us = p->call_after_us * 2 < CALL_LAST_US ? p->call_after_us * 2 : CALL_LAST_US;
    d->calling = 0;
}

cp_err cp_drive_closed(struct cp_drive *d, uint32_t peer, uint64_t now_us)
{
    struct drive_peer *p = &d->peers[peer];

    d->now_us = now_us;
    if (d->sending == peer)
        d->sending = CP_NONE;
    p->connected = false;
    if (p->config.kind == CP_PEER_DOCUMENTS) {
        p->up = p->full = false;
        cp_ted_feed_down(d->ted, p->feed, now_us);
        return cp_drive_hear(d, now_us);
    }
    if (p->pce != NULL)
        cp_pce_closed(p->pce, now_us);
    else
        cp_bgp_closed(p->bgp, now_us);
    CP_TRY(hear(d, peer));
    if (p->feed != CP_NONE && !p->up) /* it has never come */
        cp_ted_feed_down(d->ted, p->feed, now_us);
    call_again(d, p);
    return p->feed != CP_NONE ? cp_drive_hear(d, now_us) : CP_OK;
}

cp_err cp_drive_document(struct cp_drive *d, uint32_t peer, cp_text json, uint64_t now_us,
                         struct cp_diag *diag)
{
    struct drive_peer *p = &d->peers[peer];

    d->now_us = now_us;
    CP_ASSERT(p->config.kind == CP_PEER_DOCUMENTS);
    CP_TRY(cp_ted_document(d->ted, p->feed, json, now_us, diag));
    p->up = p->full =
        true; /* a document is all of it: the ted takes the feed for up and full by itself */
    return cp_drive_hear(d, now_us);
}

/* --- time ---------------------------------------------------------------------------------------- */

static uint64_t deadline_of(const struct drive_peer *p)
{
    if (p->pce != NULL)
        return cp_pce_deadline(p->pce);
    return p->bgp != NULL ? cp_bgp_deadline(p->bgp) : UINT64_MAX;
}

cp_err cp_drive_tick_peers(struct cp_drive *d, uint64_t now_us)
{
    for (uint32_t i = 0; i < d->config.peer_count; i++) {
        struct drive_peer *p = &d->peers[i];

        if (cp_drive_held_until(p) <= now_us)
            CP_TRY(cp_drive_answer_held(d, p));
        if (deadline_of(p) > now_us)
            continue;
        if (p->pce != NULL)
            cp_pce_tick(p->pce, now_us);
        else
            cp_bgp_tick(p->bgp, now_us);
        CP_TRY(hear(d, i));
    }
    return CP_OK;
}

uint64_t cp_drive_peers_deadline(const struct cp_drive *d)
{
    uint64_t at = UINT64_MAX;

    for (uint32_t i = 0; i < d->config.peer_count; i++) {
        uint64_t own = deadline_of(&d->peers[i]), held = cp_drive_held_until(&d->peers[i]);

        at = own < at ? own : at;
        at = held < at ? held : at;
    }
    return at;
}
