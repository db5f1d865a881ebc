#include "inside.h"
#include "session/bgp.h"
#include "ted/ls.h"

/*
 * One session a peer, each in an arena of its own.  What a PCC says goes to control, what a speaker says to the ted.
 */

enum {
    SESSION_BYTES = 64 << 20, /* at most, of one peer */
    CALL_FIRST_US = 1000000,
    CALL_LAST_US = 60000000,
    KEPT_BUSY = 4096 /* events of one peer at a time */
};

/* --- opening ------------------------------------------------------------------------------------ */

static cp_err open_pce(struct cp_drive *d, struct drive_peer *p, uint32_t number)
{
    const struct cp_headend *system = cp_headend_find(p->config.system);
    struct cp_pce_config config = {.keepalive_s = d->config.keepalive_s,
                                   .dead_s = d->config.dead_s,
                                   .colour_forms = system->colour_forms,
                                   .session_id = (uint8_t)number};

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

cp_err drive_open_peers(struct cp_drive *d)
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

void drive_close_peers(struct cp_drive *d)
{
    for (uint32_t i = 0; d->peers != NULL && i < d->config.peer_count; i++)
        cp_arena_close(d->peers[i].arena);
}

/* --- sending ------------------------------------------------------------------------------------ */

void drive_wait(struct cp_drive *d, uint32_t peer)
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

cp_text drive_peer_out(const struct drive_peer *p)
{
    if (p->pce != NULL)
        return cp_pce_out(p->pce);
    return p->bgp != NULL ? cp_bgp_out(p->bgp) : CP_TEXT("");
}

void drive_peer_sent(struct drive_peer *p, size_t count)
{
    if (p->pce != NULL)
        cp_pce_sent(p->pce, count);
    else if (p->bgp != NULL)
        cp_bgp_sent(p->bgp, count);
}

bool drive_peer_closing(const struct drive_peer *p)
{
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
    drive_want_plan(d, d->now_us, CP_TEXT("depth of a headend"));
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
        break;
    case CP_PCE_EV_SYNCED:
        p->synced = true;
        break;
    case CP_PCE_EV_LSP:
    case CP_PCE_EV_REQUEST:
    case CP_PCE_EV_ERROR:
        break;
    }
    return cp_control_peer_event(d->control, p->pcc, event, d->now_us);
}

/* --- speakers ----------------------------------------------------------------------------------- */

static cp_err hear_speaker(struct cp_drive *d, struct drive_peer *p,
                           const struct cp_bgp_event *event)
{
    switch (event->kind) {
    case CP_BGP_EV_UP:
        p->up = true;
        p->call_after_us = CALL_FIRST_US;
        cp_ted_feed_up(d->ted, p->feed, d->now_us);
        return CP_OK;
    case CP_BGP_EV_DOWN:
        p->up = p->full = false;
        cp_ted_feed_down(d->ted, p->feed, d->now_us);
        return CP_OK;
    case CP_BGP_EV_END_OF_RIB:
        p->full = true;
        cp_ted_feed_full(d->ted, p->feed, d->now_us);
        return CP_OK;
    default:
        return CP_OK;
    }
}
