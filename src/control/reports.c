#include <string.h>

#include "control/headend.h"

#include "given.h"
#include "refusals.h"
#include "state.h"

/*
 * What routers say of their sessions and LSPs.  An LSP is one of ours by its PLSP-ID in this session, by the order that
 * it answers, or by the name that we gave it (and then only where a PCE made it); or one of the router's own that the
 * config tells of.  All others are somebody else's: never touched, but where they are delegated to us (given.c).
 */

/* --- LSPs ---------------------------------------------------------------------------------------- */

/* Whether an RRO says no more than nodes, by router id or loopback, that packets of the intended path may visit. */
static bool is_over_intended(const struct cp_control *c, const struct ctl_lsp *l,
                             struct cp_pce_path actual)
{
    for (uint32_t i = 0; i < actual.count; i++) {
        const struct cp_net *net;
        uint32_t node;

        if (actual.at[i].kind != CP_PCE_HOP_ADDRESS || c->epoch == NULL)
            return false;
        net = cp_plan_net(c->epoch->plan);
        node = cp_plan_node_of(c->epoch->plan, actual.at[i].local);
        node = node == CP_NONE ? CP_NONE : net->node_of_case[node];
        if (node == CP_NONE ||
            !cp_ctl_way_has(&l->intended, cp_graph_element_of_node(&net->graph, node)))
            return false;
    }
    return true;
}

/*
 * What it goes by: the RRO, where it has segments, or what is not understood, or nodes that nobody knows or that are not of the
 * intended path: no hop of it is passed over.  Else the ERO.  RFC 8231 6.1: intended and actual path.
 */
static struct cp_pce_path path_of(const struct cp_control *c, const struct ctl_lsp *l,
                                  const struct cp_pce_lsp *lsp)
{
    return is_over_intended(c, l, lsp->actual) ? lsp->intended : lsp->actual;
}

static bool is_as_intended(const struct cp_control *c, const struct ctl_lsp *l,
                           const struct cp_pce_lsp *lsp)
{
    struct cp_pce_path meant = cp_ctl_way_path(&l->intended);

    if (l->intended.count == 0 ||
        (lsp->dst.family != 0 && l->dst.family != 0 && !cp_ip_eq(lsp->dst, l->dst)))
        return false;
    /* With another colour it is steered into by other traffic, and ours is not carried. */
    if (l->carrier == CP_NONE && lsp->colour_known && lsp->colour != l->colour)
        return false;
    return cp_ctl_hops_same(lsp->intended, meant) && cp_ctl_hops_same(path_of(c, l, lsp), meant);
}

/* As intended by now.  What it leaves may come to be forbidden while it is not up there yet. */
static void leave(struct cp_control *c, struct ctl_lsp *l)
{
    if (l->moving && !l->same) {
        cp_ctl_way_clear(c, &l->left);
        cp_ctl_way_untouch(c, &l->installed);
        l->left = l->installed;
        l->installed = (struct ctl_way){0};
    }
    cp_ctl_way_clear(c, &l->installed);
}

static cp_err note_path(struct cp_control *c, uint32_t slot, const struct cp_pce_lsp *lsp)
{
    struct ctl_lsp *l = &c->lsps[slot];
    bool up = lsp->state == CP_PCE_LSP_UP || lsp->state == CP_PCE_LSP_ACTIVE;
    bool same = is_as_intended(c, l, lsp);
    struct cp_pce_path path = path_of(c, l, lsp);
    bool stays = l->known && l->same == same &&
                 (same || cp_ctl_hops_same(path, cp_ctl_way_path(&l->installed)));
    struct ctl_cause cause;

    if (stays && l->up == up)
        return CP_OK;
    if (!l->same)
        l->left_is = l->installed_is;
    l->lags = l->lags && stays;
    l->moving = l->moving && (stays || same);
    if (same)
        leave(c, l);
    else
        CP_TRY(cp_ctl_way_set(c, slot, &l->installed, path));
    CP_TRY(cp_ctl_ordered(c, slot));
    l->known = true;
    l->up = up;
    l->same = same;
    l->installed_us = c->now_us;
    cp_ctl_news(c, slot);
    CP_TRY(cp_ctl_trace_installed(c, slot, &cause));
    return cp_ctl_record_installed(c, slot, &cause);
}

static void not_there(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    cp_ctl_set_plsp(c, slot, 0);
    cp_ctl_way_clear(c, &l->installed);
    l->known = l->ordered = l->up = l->same = l->delegated = l->wanted_up = l->rising = false;
    l->lags = l->moving = false;
    l->installed_us = l->proven_us = 0;
    cp_ctl_news(c, slot);
}

/* Gone from the router: by our order, or by itself, and then it is made again, but not at the router's pace. */
static cp_err removed(struct cp_control *c, uint32_t slot, const struct cp_pce_lsp *lsp)
{
    struct ctl_lsp *l = &c->lsps[slot];
    bool asked = l->srp_id != 0 && l->order == CP_PCE_REMOVE;

    (void)lsp;
    not_there(c, slot);
    CP_TRY(cp_ctl_record_installed(c, slot, CTL_CAUSE("removed")));
    if (!asked && l->aim == AIM_PATH)
        CP_TRY(cp_ctl_not_carried(c, slot, "its router has removed it"));
    cp_ctl_set_srp(c, slot, 0);
    l->due_us = UINT64_MAX;
    if (!asked && c->now_us < l->calm_us)
        l->retry_us = l->calm_us;
    if (!asked)
        l->calm_us = c->now_us + c->config.settle_us;
    return cp_ctl_push(c, slot);
}

/*
 * It does not permit the path that is intended: what it has is down, or what it was asked for is refused and it stays on what it
 * has (RFC 8231 7.3.3).  A report may be of the path before, of which the router said so then, or say first that the order was heard.
 */
static bool is_refusal(const struct ctl_lsp *l, const struct cp_pce_lsp *lsp)
{
    bool answer = lsp->srp_id != 0 && lsp->srp_id == l->srp_id && cp_ctl_order_is_for_path(l) &&
                  lsp->state != CP_PCE_LSP_GOING_UP && !(l->up && l->same);

    return lsp->error == CP_PCE_LSP_UNACCEPTABLE && l->aim == AIM_PATH && l->in_plan != CP_NONE &&
           l->intended.count > 0 &&
           (answer || (!l->up && cp_ctl_hops_same(lsp->intended, cp_ctl_way_path(&l->intended))));
}

static cp_err report(struct cp_control *c, uint32_t slot, const struct cp_pce_lsp *lsp)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (lsp->removed)
        return removed(c, slot, lsp);
    if (l->plsp_id != lsp->plsp_id)
        cp_ctl_set_plsp(c, slot, lsp->plsp_id);
    l->delegated = lsp->delegated;
    l->created = lsp->created;
    l->wanted_up = lsp->wanted_up;
    l->rising = lsp->state == CP_PCE_LSP_GOING_UP;
    if (lsp->srp_id != 0 && lsp->srp_id == l->srp_id)
        l->acked = true;
    CP_TRY(note_path(c, slot, lsp));
    if (is_refusal(l, lsp))
        return cp_ctl_path_refused(c, slot, "its router reports that it does not permit the path");
    return cp_ctl_heard(c, slot);
}

cp_err cp_ctl_report(struct cp_control *c, uint32_t slot, const struct cp_pce_lsp *lsp)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err = report(c, slot, lsp);

    cp_arena_reset(c->work, mark);
    return err;
}

/* --- LSPs of the routers' own -------------------------------------------------------------------- */

static uint32_t find_carrier(const struct cp_control *c, uint32_t peer, cp_text name)
{
    for (uint32_t i = 0; i < c->config.delegated_count; i++)
        if (cp_text_eq(c->config.delegated[i].name, name) &&
            cp_text_eq(c->config.delegated[i].peer, c->config.peers[peer].name))
            return i;
    return CP_NONE;
}

cp_err cp_ctl_keep_said(struct cp_control *c, struct ctl_said *said, const struct cp_pce_lsp *lsp)
{
    uint32_t ero = lsp->removed ? 0 : lsp->intended.count;
    uint32_t rro = lsp->removed ? 0 : lsp->actual.count;

    cp_ctl_give(&c->pool, said->hops, said->hop_count * sizeof *said->hops);
    *said = (struct ctl_said){.lsp = *lsp};
    said->lsp.name = CP_TEXT("");
    said->lsp.actual = said->lsp.intended = (struct cp_pce_path){0};
    said->lsp.srp_id = 0;
    if (ero + rro == 0)
        return CP_OK;
    said->hops =
        (struct cp_pce_hop *)cp_ctl_take(&c->pool, ((size_t)ero + rro) * sizeof *said->hops);
    if (said->hops == NULL)
        return CP_ERR_NOMEM;
    said->hop_count = ero + rro;
    if (ero > 0)
        memcpy(said->hops, lsp->intended.at, ero * sizeof *said->hops);
    if (rro > 0)
        memcpy(said->hops + ero, lsp->actual.at, rro * sizeof *said->hops);
    said->lsp.intended = (struct cp_pce_path){said->hops, ero};
    said->lsp.actual = (struct cp_pce_path){said->hops + ero, rro};
    return CP_OK;
}

static bool carries(const struct cp_control *c, uint32_t slot, cp_text demand)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, c->lsps[slot].in_plan);
    const struct cp_case *net = cp_plan_view(c->epoch->plan)->net;

    for (uint32_t i = 0; i < p->demand_count; i++)
        if (cp_text_eq(net->demands[p->demands[i]].id, demand))
            return true;
    return false;
}

/* By demand where the config names one; else by endpoint and colour; some routers do not report a colour: then the only
 * one to that endpoint. */
static bool fits(const struct cp_control *c, const struct cp_control_delegated *d,
                 const struct ctl_carrier *k, uint32_t slot)
{
    const struct ctl_lsp *l = &c->lsps[slot];

    if (l->in_plan == CP_NONE || l->carrier != CP_NONE)
        return false;
    if (d->demand.len > 0)
        return carries(c, slot, d->demand);
    if (!k->reported || !cp_ip_eq(k->said.lsp.dst, l->dst))
        return false;
    return !k->said.lsp.colour_known || k->said.lsp.colour == l->colour;
}

static uint32_t fitting(const struct cp_control *c, uint32_t peer, uint32_t carrier)
{
    uint32_t found = CP_NONE;

    for (uint32_t s = c->peers[peer].first; s != CP_NONE; s = c->lsps[s].peer_next) {
        if (!fits(c, &c->config.delegated[carrier], &c->carriers[carrier], s))
            continue;
        if (found != CP_NONE)
            return CP_NONE;
        found = s;
    }
    return found;
}

static uint32_t peer_named(const struct cp_control *c, cp_text name)
{
    for (uint32_t i = 0; i < c->config.peer_count; i++)
        if (cp_text_eq(c->config.peers[i].name, name))
            return i;
    return CP_NONE;
}

static cp_err alarm_carrier(struct cp_control *c, uint32_t peer, cp_text name, const char *why)
{
    cp_text id;

    CP_TRY(cp_ctl_own_name(c, peer, &(struct cp_pce_lsp){.name = name}, &id));
    return why == NULL ? cp_ctl_alarm_about_end(c, "delegated", id)
                       : cp_ctl_alarm_about(c, "delegated", id, why);
}

static cp_err bind(struct cp_control *c, uint32_t carrier)
{
    const struct cp_control_delegated *d = &c->config.delegated[carrier];
    uint32_t peer = peer_named(c, d->peer);
    uint32_t slot = peer == CP_NONE ? CP_NONE : fitting(c, peer, carrier);
    cp_text name;

    if (c->carriers[carrier].lsp != CP_NONE)
        return CP_OK;
    if (slot == CP_NONE) {
        if (!c->carriers[carrier].reported)
            return peer == CP_NONE ? CP_OK : alarm_carrier(c, peer, d->name, NULL);
        return alarm_carrier(c, peer, d->name,
                             "an LSP that is delegated to us fits none, or several, of the plan");
    }
    if (c->lsps[slot].plsp_id != 0 || c->lsps[slot].srp_id != 0)
        return alarm_carrier(c, peer, d->name,
                             "what it should carry is carried by an LSP of ours already");
    CP_TRY(cp_ctl_text_take(&c->pool, d->name, &name));
    cp_ctl_set_name(c, slot, name);
    c->lsps[slot].carrier = carrier;
    c->carriers[carrier].lsp = slot;
    return alarm_carrier(c, peer, d->name, NULL);
}

cp_err cp_ctl_bind_carriers(struct cp_control *c)
{
    for (uint32_t i = 0; i < c->config.delegated_count; i++) {
        struct ctl_carrier *k = &c->carriers[i];
        bool fresh = k->lsp == CP_NONE;

        CP_TRY(bind(c, i));
        if (fresh && k->lsp != CP_NONE && k->reported)
            CP_TRY(cp_ctl_report(c, k->lsp, &k->said.lsp));
    }
    return CP_OK;
}

bool cp_ctl_awaits_carrier(const struct cp_control *c, const struct ctl_lsp *l)
{
    const struct ctl_peer *p = &c->peers[l->peer];

    if (c->now_us >= p->synced_us + c->config.settle_us)
        return false;
    for (uint32_t i = 0; i < c->config.delegated_count; i++)
        if (!c->carriers[i].reported && c->config.delegated[i].demand.len == 0 &&
            cp_text_eq(c->config.delegated[i].peer, c->config.peers[l->peer].name))
            return true;
    return false;
}

static cp_err hear_carrier(struct cp_control *c, uint32_t carrier, const struct cp_pce_lsp *lsp)
{
    struct ctl_carrier *k = &c->carriers[carrier];

    k->reported = !lsp->removed;
    CP_TRY(cp_ctl_keep_said(c, &k->said, lsp));
    if (c->epoch == NULL)
        return CP_OK;
    CP_TRY(bind(c, carrier));
    return k->lsp == CP_NONE ? CP_OK : cp_ctl_report(c, k->lsp, lsp);
}

/* --- whose it is --------------------------------------------------------------------------------- */

enum { ORPHANS_SHARE = 8 /* of the table, that one router may take */ };

/* What is not taken up stays there, and is reported again with the next session. */
static cp_err leave_orphan(struct cp_control *c, uint32_t peer)
{
    return cp_ctl_alarm_about(
        c, "orphans", c->config.peers[peer].name,
        "it reports more LSPs that bear our name than there is room for: what "
        "they carry is not known, and they are not removed");
}

/* A router that makes up LSPs of ours leaves room for those that are. */
static cp_err adopt_orphan(struct cp_control *c, uint32_t peer, const struct cp_pce_lsp *lsp)
{
    uint32_t slot;
    cp_err err;

    if (c->peers[peer].orphans > c->config.lsp_max / ORPHANS_SHARE)
        return leave_orphan(c, peer);
    err = cp_ctl_lsp_make(c, CP_TEXT(""), lsp->name, &slot);
    if (err == CP_ERR_LIMIT)
        return leave_orphan(c, peer);
    CP_TRY(err);
    c->peers[peer].orphans++;
    c->lsps[slot].aim = AIM_GONE;
    cp_ctl_set_peer(c, slot, peer);
    return cp_ctl_report(c, slot, lsp);
}

static uint32_t find_lsp(const struct cp_control *c, uint32_t peer, const struct cp_pce_lsp *lsp)
{
    uint32_t slot = cp_ctl_find_plsp(c, peer, lsp->plsp_id);

    if (slot != CP_NONE)
        return slot;
    if (lsp->srp_id != 0) {
        slot = cp_ctl_find_srp(c, peer, lsp->srp_id);
        if (slot != CP_NONE && c->lsps[slot].order == CP_PCE_INITIATE && c->lsps[slot].plsp_id == 0)
            return slot;
    }
    if (lsp->name.len == 0 || !lsp->created)
        return CP_NONE;
    slot = cp_ctl_find_name(c, peer, lsp->name);
    return slot != CP_NONE && c->lsps[slot].carrier == CP_NONE ? slot : CP_NONE;
}

static cp_err hear_lsp(struct cp_control *c, uint32_t peer, const struct cp_pce_lsp *lsp)
{
    uint32_t slot = find_lsp(c, peer, lsp);
    uint32_t carrier;

    if (slot != CP_NONE && c->lsps[slot].carrier == CP_NONE)
        return cp_ctl_report(c, slot, lsp);
    carrier = slot != CP_NONE ? c->lsps[slot].carrier : find_carrier(c, peer, lsp->name);
    if (carrier != CP_NONE)
        return hear_carrier(c, carrier, lsp);
    if (lsp->created && lsp->delegated && !lsp->removed && cp_ctl_name_is_ours(lsp->name))
        return adopt_orphan(c, peer, lsp);
    return cp_ctl_given_heard(c, peer, lsp);
}

/* --- sessions ------------------------------------------------------------------------------------ */

static void forget_all(struct cp_control *c, uint32_t peer)
{
    for (uint32_t s = c->peers[peer].first; s != CP_NONE; s = c->lsps[s].peer_next)
        cp_ctl_forget_session(c, s);
    for (uint32_t i = 0; i < c->config.delegated_count; i++)
        if (cp_text_eq(c->config.delegated[i].peer, c->config.peers[peer].name))
            c->carriers[i].reported = false;
    cp_ctl_given_stale(c, peer);
}

static cp_err push_all(struct cp_control *c, uint32_t peer)
{
    for (uint32_t s = c->peers[peer].first; s != CP_NONE;) {
        uint32_t next = c->lsps[s].peer_next;

        CP_TRY(cp_ctl_push(c, s));
        s = next;
    }
    return CP_OK;
}

/* RFC 8231 5.6: what was not reported by the end of synchronisation is not there. */
static cp_err synced(struct cp_control *c, uint32_t peer)
{
    struct ctl_peer *p = &c->peers[peer];

    if (p->synced)
        return CP_OK;
    for (uint32_t s = p->first; s != CP_NONE; s = c->lsps[s].peer_next) {
        cp_arena_mark mark = cp_arena_mark_get(c->work);

        if (c->lsps[s].plsp_id != 0)
            continue;
        c->lsps[s].ordered = false;
        if (!c->lsps[s].known)
            continue;
        not_there(c, s);
        CP_TRY(cp_ctl_record_installed(c, s, CTL_CAUSE("not reported at synchronisation")));
        cp_arena_reset(c->work, mark);
    }
    p->synced = true;
    p->synced_us = c->now_us;
    c->status.peers_synced++;
    CP_TRY(cp_ctl_record_peer(c, peer, "synchronised", NULL));
    CP_TRY(cp_ctl_alarm_about_end(c, "peer", c->config.peers[peer].name));
    CP_TRY(cp_ctl_given_synced(c, peer));
    return c->epoch == NULL ? CP_OK : push_all(c, peer);
}

static cp_err came_up(struct cp_control *c, uint32_t peer, const struct cp_pce_peer *said)
{
    struct ctl_peer *p = &c->peers[peer];

    c->status.peers_synced -= p->synced;
    c->status.peers_up += !p->up;
    p->up = true;
    p->synced = false;
    p->updates = said->updates;
    p->initiates = said->initiates;
    p->depth_max = said->depth_max;
    p->srp_last = 0;
    forget_all(c, peer);
    CP_TRY(cp_ctl_refusals_end(c, peer));
    CP_TRY(cp_ctl_alarm_about_end(c, "orphans", c->config.peers[peer].name));
    CP_TRY(cp_ctl_alarm_about_end(c, "delegated", c->config.peers[peer].name));
    CP_TRY(cp_ctl_record_peer(c, peer, "up", NULL));
    return said->syncs ? CP_OK : synced(c, peer);
}

/* Nothing is assumed of it: its last verified state stands here, and there for as long as its system keeps orders. */
static cp_err went_down(struct cp_control *c, uint32_t peer, const char *why)
{
    struct ctl_peer *p = &c->peers[peer];

    if (!p->up)
        return CP_OK;
    c->status.peers_synced -= p->synced;
    c->status.peers_up--;
    p->up = p->synced = false;
    p->lost_us = c->now_us;
    forget_all(c, peer);
    CP_TRY(cp_ctl_record_peer(c, peer, "down", why));
    if (p->first != CP_NONE)
        CP_TRY(cp_ctl_alarm_about(
            c, "peer", c->config.peers[peer].name,
            cp_headend_lost_words(cp_headend_find(c->config.peers[peer].system))));
    return push_all(c, peer);
}

/* --- what happens -------------------------------------------------------------------------------- */

cp_err cp_control_peer_event(struct cp_control *c, uint32_t peer, const struct cp_pce_event *event,
                             uint64_t now_us)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err = CP_OK;

    CP_ASSERT(peer < c->config.peer_count);
    c->now_us = now_us;
    switch (event->kind) {
    case CP_PCE_EV_UP:
        err = came_up(c, peer, &event->peer);
        break;
    case CP_PCE_EV_DOWN:
        err = went_down(c, peer, event->why);
        break;
    case CP_PCE_EV_LSP:
        err = hear_lsp(c, peer, &event->lsp);
        break;
    case CP_PCE_EV_SYNCED:
        err = synced(c, peer);
        break;
    case CP_PCE_EV_REQUEST:
        err = cp_ctl_request(c, peer, &event->request);
        break;
    case CP_PCE_EV_ERROR:
        err = cp_ctl_hear_error(c, peer, event);
        break;
    }
    cp_arena_reset(c->work, mark);
    return err;
}
