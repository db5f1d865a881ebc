#include "control/headend.h"
#include "given.h"
#include "refusals.h"
#include "state.h"

/*
 * What routers are told.  One order of an LSP is out at a time; it is done when the router reports the LSP as it is meant
 * (up on that path, or not up, or gone).  What is not done in settle_us is ordered again, after longer and longer, and
 * from the second time on it is an alarm.
 */

enum { TRIES_QUIET = 2, BACKOFF_MOST = 6 };

void cp_ctl_phase(struct cp_control *c, uint32_t slot, cp_lsp_phase phase, const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];

    c->status.by_phase[l->phase]--;
    c->status.by_phase[phase]++;
    l->phase = phase;
    l->why = why;
    cp_ctl_news(c, slot);
}

static cp_err astray(struct cp_control *c, uint32_t slot, const char *why,
                     const struct ctl_cause *cause)
{
    cp_ctl_phase(c, slot, CP_LSP_ASTRAY, why);
    return cp_ctl_alarm_lsp(c, "astray", slot, why, cause);
}

static cp_err settled(struct cp_control *c, uint32_t slot, cp_lsp_phase phase, const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];

    cp_ctl_set_srp(c, slot, 0);
    l->due_us = l->retry_us = UINT64_MAX;
    l->tries = 0;
    l->moving = false;
    cp_ctl_phase(c, slot, phase, why);
    return cp_ctl_alarm_lsp_end(c, "astray", slot);
}

static cp_err installed(struct cp_control *c, uint32_t slot)
{
    const struct ctl_lsp *l = &c->lsps[slot];
    const char *why = l->held_broken                     ? CTL_HELD_BROKEN
                      : l->intended_is != CP_TRACE_CLEAN ? cp_ctl_waits_for(c)
                                                         : NULL;

    return settled(c, slot, CP_LSP_INSTALLED, why);
}

void cp_ctl_supersede(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    /* An initiation that is not answered yet has no PLSP-ID: it is waited for. */
    l->outdated = l->srp_id != 0;
    if (l->outdated && l->order == CP_PCE_INITIATE && l->plsp_id == 0)
        return;
    cp_ctl_set_srp(c, slot, 0);
    l->due_us = l->retry_us = UINT64_MAX;
    l->tries = 0;
    l->acked = false;
}

void cp_ctl_forget_session(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    cp_ctl_set_srp(c, slot, 0);
    cp_ctl_set_plsp(c, slot, 0);
    l->due_us = l->retry_us = UINT64_MAX;
    l->tries = 0;
    l->calm_us = 0;
    l->delegated = l->acked = l->moving = false;
    cp_ctl_timer(c, slot);
}

/* --- sending ------------------------------------------------------------------------------------ */

/* RFC 8231 7.2: 0 and 0xffffffff are reserved. */
uint32_t cp_ctl_next_srp(struct ctl_peer *p)
{
    p->srp_last = p->srp_last >= UINT32_MAX - 1 ? 1 : p->srp_last + 1;
    return p->srp_last;
}

/* A label that no router hands out by itself (the last of 20 bits): a list of it alone resolves nowhere. */
static const struct cp_pce_hop nowhere = {.kind = CP_PCE_HOP_LABEL, .label = 1048575};

/* What a router is told that is to take an LSP out of service: no path, or for one that would keep the old labels in
 * use (or might: of a system that nobody knows) one that it cannot
 * resolve. */
struct cp_pce_path cp_ctl_path_down(const struct cp_control *c, uint32_t peer, bool srv6)
{
    const struct cp_headend *headend = cp_headend_find(c->config.peers[peer].system);

    if (srv6 || (headend != NULL && !headend->keeps_labels))
        return (struct cp_pce_path){0};
    return (struct cp_pce_path){&nowhere, 1};
}

static bool is_srv6(struct cp_pce_path path)
{
    return path.count > 0 && path.at[0].kind == CP_PCE_HOP_SRV6;
}

static cp_err send(struct cp_control *c, uint32_t slot, cp_pce_order_kind kind, bool up)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_control_step step = {.kind = CP_DO_ORDER,
                                   .peer = l->peer,
                                   .key = l->key,
                                   .order = {.kind = kind,
                                             .srp_id = cp_ctl_next_srp(&c->peers[l->peer]),
                                             .plsp_id = kind == CP_PCE_INITIATE ? 0 : l->plsp_id,
                                             .name = l->name,
                                             .src = l->src,
                                             .dst = l->dst,
                                             .colour = l->colour,
                                             .preference = c->config.preference,
                                             .up = up}};

    CP_TRY(cp_ctl_record_again(c, slot, kind));
    CP_TRY(cp_ctl_ordered(c, slot));
    if (kind == CP_PCE_INITIATE || (kind == CP_PCE_UPDATE && up))
        step.order.path = cp_ctl_way_path(&l->intended);
    else if (kind == CP_PCE_UPDATE)
        step.order.path = cp_ctl_path_down(c, l->peer, is_srv6(cp_ctl_way_path(&l->intended)));
    CP_TRY(cp_ctl_step(c, &step));
    cp_ctl_set_srp(c, slot, step.order.srp_id);
    l->order = kind;
    l->outdated = false;
    l->lags = true;
    l->acked = false;
    l->tries++;
    l->due_us = c->now_us + c->config.settle_us;
    l->retry_us = UINT64_MAX;
    c->status.orders++;
    return CP_OK;
}

uint64_t cp_ctl_backoff(const struct cp_control *c, uint32_t tries)
{
    uint32_t doublings = tries < TRIES_QUIET ? 0 : tries - TRIES_QUIET + 1;

    return c->now_us +
           (c->config.settle_us << (doublings < BACKOFF_MOST ? doublings : BACKOFF_MOST));
}

/* Nothing can be ordered now: it is looked at again, and is an alarm the second time. */
static cp_err wait_or_astray(struct cp_control *c, uint32_t slot, const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];

    l->tries++;
    l->retry_us = cp_ctl_backoff(c, l->tries);
    if (l->tries >= TRIES_QUIET)
        return astray(c, slot, why, CTL_CAUSE("waiting"));
    if (l->phase != CP_LSP_ASTRAY)
        cp_ctl_phase(c, slot, CP_LSP_WAITING, why);
    return CP_OK;
}

static cp_err cannot(struct cp_control *c, uint32_t slot, const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];

    l->tries++;
    l->retry_us = cp_ctl_backoff(c, l->tries);
    return astray(c, slot, why, CTL_CAUSE("headend"));
}

/* --- up ------------------------------------------------------------------------------------------ */

static bool is_up_as_meant(const struct ctl_lsp *l)
{
    return l->plsp_id != 0 && l->known && l->same && l->up;
}

static void under_way(struct cp_control *c, uint32_t slot, cp_lsp_phase phase, const char *why)
{
    if (c->lsps[slot].phase != CP_LSP_ASTRAY || c->lsps[slot].tries <= 1)
        cp_ctl_phase(c, slot, phase, why);
}

static cp_err begin_path(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->carrier != CP_NONE)
        return wait_or_astray(c, slot, "its router does not report the LSP that carries it");
    if (cp_ctl_awaits_carrier(c, l))
        return wait_or_astray(c, slot, "its router may yet delegate an LSP for it");
    if (!c->peers[l->peer].initiates)
        return cannot(c, slot, "its router takes no LSPs from a PCE");
    if (l->src.family == 0 || l->dst.family == 0)
        return cannot(c, slot, "of one of its ends no address is known");
    CP_TRY(send(c, slot, CP_PCE_INITIATE, true));
    under_way(c, slot, CP_LSP_INSTALLING, "ordered");
    return CP_OK;
}

/* What its router has is forbidden, or has a hop that nobody knows, which is not trusted (but where some feed may yet tell of
 * it); NULL: neither. */
static const char *dirty_words(const struct cp_control *c, const struct ctl_lsp *l)
{
    if (!l->known || !l->up || l->same || l->installed.count == 0)
        return NULL;
    if (l->installed_is == CP_TRACE_FORBIDDEN)
        return "it is up on a path that is forbidden";
    return l->installed_is == CP_TRACE_UNKNOWN && !c->partial
               ? "it is up on a path with a hop that nobody knows: unknown is not trusted"
               : NULL;
}

const char *cp_ctl_waits_for(const struct cp_control *c)
{
    return c->partial   ? "a feed that has not told all may know its path"
           : c->lacking ? "a feed that is lost may know its segments"
                        : CTL_HELD_BROKEN;
}

/* The intended path is broken, and held to.  Where the router has another one meanwhile that is dirty, that is left. */
static cp_err push_broken(struct cp_control *c, uint32_t slot)
{
    const char *dirty = dirty_words(c, &c->lsps[slot]);
    struct ctl_cause cause;

    cp_ctl_phase(c, slot, CP_LSP_WAITING, cp_ctl_waits_for(c));
    if (dirty == NULL)
        return CP_OK;
    CP_TRY(cp_ctl_trace_installed(c, slot, &cause));
    CP_TRY(astray(c, slot, dirty, &cause));
    return cp_ctl_escape(c, slot, &cause);
}

static cp_err push_path(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    const struct ctl_peer *p = &c->peers[l->peer];

    if (is_up_as_meant(l))
        return installed(c, slot);
    if (l->intended_is != CP_TRACE_CLEAN) /* it is not ordered anew */
        return push_broken(c, slot);
    if (c->overruled) {
        cp_ctl_phase(c, slot, CP_LSP_WAITING, "rules that are in force by now have no plan yet");
        return CP_OK;
    }
    if (l->intended.count > p->depth_max)
        return cannot(c, slot, "the list is deeper than its router can push");
    if (l->plsp_id == 0)
        return begin_path(c, slot);
    if (!l->delegated)
        return wait_or_astray(c, slot, "its router has not delegated it");
    if (!p->updates)
        return cannot(c, slot, "its router takes no updates");
    CP_TRY(send(c, slot, CP_PCE_UPDATE, true));
    under_way(c, slot, CP_LSP_INSTALLING, "ordered");
    return CP_OK;
}

/* --- down, gone ---------------------------------------------------------------------------------- */

/* FRR never says that it is administratively down, and goes up for ever: on a list that leads nowhere that is all the same. */
static bool is_down_as_meant(const struct ctl_lsp *l)
{
    bool leads_nowhere = l->installed.count == 1 && l->installed.hops[0].kind == CP_PCE_HOP_LABEL &&
                         l->installed.hops[0].label == nowhere.label;

    return l->plsp_id == 0 || (!l->up && (!l->wanted_up || leads_nowhere));
}

static cp_err push_down(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (is_down_as_meant(l))
        return settled(c, slot, CP_LSP_DOWN, cp_ctl_down_words(l));
    if (!l->delegated)
        return cannot(c, slot, "it must be down, and its router has not delegated it");
    under_way(c, slot, CP_LSP_DOWN, "no clean path; not yet reported down");
    /* A router that does not take it out of service is asked to remove it, where it is ours. */
    if (l->carrier == CP_NONE && l->created && l->tries >= TRIES_QUIET)
        return send(c, slot, CP_PCE_REMOVE, false);
    return send(c, slot, CP_PCE_UPDATE, false);
}

/* What nobody asked us to make is left to its router. */
static cp_err push_gone(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct cp_pce_path before = cp_ctl_way_path(l->same ? &l->intended : &l->installed);

    if (l->carrier != CP_NONE || l->plsp_id == 0)
        return cp_ctl_forget(c, slot);
    if (!l->delegated && l->dirty)
        return cannot(
            c, slot,
            "it goes over what is forbidden, or where nobody knows, and its router has not "
            "delegated it: it cannot be removed");
    if (!l->delegated)
        return wait_or_astray(c, slot, "its router has not delegated it: it cannot be removed");
    if (l->saved || (l->tries == 0 && l->key.len == 0))
        CP_TRY(cp_ctl_record_intent(c, slot, before, CTL_CAUSE("no longer intended")));
    under_way(c, slot, CP_LSP_REMOVING, "ordered");
    return send(c, slot, CP_PCE_REMOVE, false);
}

/* --- pushing ------------------------------------------------------------------------------------- */

static cp_err push_aim(struct cp_control *c, uint32_t slot)
{
    switch (c->lsps[slot].aim) {
    case AIM_NOTHING:
        break;
    case AIM_PATH:
        return c->lsps[slot].in_plan == CP_NONE ? CP_OK : push_path(c, slot);
    case AIM_DOWN:
        return push_down(c, slot);
    case AIM_GONE:
        return push_gone(c, slot);
    }
    return CP_OK;
}

static cp_err push_without_session(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->aim == AIM_GONE && (l->peer == CP_NONE || !l->known))
        return cp_ctl_forget(c, slot);
    if (l->aim == AIM_DOWN)
        cp_ctl_phase(c, slot, CP_LSP_DOWN, cp_ctl_down_words(l));
    else
        cp_ctl_phase(c, slot, CP_LSP_WAITING,
                     l->peer == CP_NONE ? "no router session is configured for its headend"
                                        : "its router is not connected, or not synchronised");
    return CP_OK;
}

static cp_err push(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->laid_by)
        return CP_OK;
    if (c->epoch == NULL)
        return CP_OK; /* before the first plan nobody knows what should be */
    if (l->peer == CP_NONE || !c->peers[l->peer].synced)
        return push_without_session(c, slot);
    if (c->partial && l->aim == AIM_GONE && !l->dirty)
        return CP_OK; /* the next plan may want it */
    if (l->srp_id != 0 || (l->retry_us != UINT64_MAX && l->retry_us > c->now_us))
        return CP_OK;
    l->retry_us = UINT64_MAX;
    if (l->doubted && l->aim == AIM_PATH) {
        CP_TRY(cp_ctl_look(c, slot));
        if (l->srp_id != 0 || l->retry_us != UINT64_MAX)
            return CP_OK; /* it was moved */
    }
    return push_aim(c, slot);
}

static cp_err then_timer(struct cp_control *c, uint32_t slot, cp_arena_mark mark, cp_err err)
{
    cp_arena_reset(c->work, mark);
    if (c->lsps[slot].used)
        cp_ctl_timer(c, slot);
    return err;
}

cp_err cp_ctl_push(struct cp_control *c, uint32_t slot)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);

    return then_timer(c, slot, mark, push(c, slot));
}

/* --- what the router says ------------------------------------------------------------------------ */

cp_err cp_ctl_not_carried(struct cp_control *c, uint32_t slot, const char *why)
{
    return c->lsps[slot].phase == CP_LSP_INSTALLED ? astray(c, slot, why, CTL_CAUSE("reported"))
                                                   : CP_OK;
}

/* It does not say yet that it has done what it was told, and is on a third path.  One that lags behind the order is no news. */
static cp_err slip_before_answer(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    const char *dirty =
        l->lags || l->aim != AIM_PATH || l->in_plan == CP_NONE ? NULL : dirty_words(c, l);
    struct ctl_cause cause;

    if (dirty == NULL)
        return CP_OK;
    CP_TRY(cp_ctl_trace_installed(c, slot, &cause));
    return astray(c, slot, dirty, &cause);
}

/* Up on another path: ordered again once, then an alarm; over what is forbidden or unknown it is an alarm at once. */
static cp_err slip(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    struct ctl_cause cause;
    const char *why = "it is up on another path than the intended one", *dirty;

    CP_TRY(cp_ctl_trace_installed(c, slot, &cause));
    dirty = dirty_words(c, l);
    cp_ctl_set_srp(c, slot, 0);
    l->due_us = UINT64_MAX;
    if (l->tries < TRIES_QUIET && c->now_us >= l->calm_us) {
        l->calm_us = c->now_us + c->config.settle_us;
        if (dirty != NULL)
            CP_TRY(astray(c, slot, dirty, &cause));
        l->retry_us = UINT64_MAX;
        return push(c, slot);
    }
    if (l->retry_us == UINT64_MAX)
        l->retry_us = cp_ctl_backoff(c, l->tries);
    return astray(c, slot, dirty != NULL ? dirty : why, &cause);
}

/* On its way out, and its router has it on another way than the one that was clean: it does not wait. */
static cp_err slip_leaving(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->up && !l->same && !c->partial) {
        l->dirty = true;
        cp_ctl_go(c, slot);
    }
    return push(c, slot);
}

static cp_err heard_answer(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    /* It was made for an intent that is over: what it got is taken back now, not when the order's time is over. */
    if (l->order == CP_PCE_INITIATE && l->plsp_id != 0 && l->aim != AIM_PATH &&
        (l->up || l->aim == AIM_GONE)) {
        cp_ctl_set_srp(c, slot, 0);
        l->due_us = UINT64_MAX;
        l->tries = 0;
        return push(c, slot);
    }
    if (!l->acked)
        return slip_before_answer(c, slot);
    if (l->aim == AIM_DOWN && is_down_as_meant(l))
        return settled(c, slot, CP_LSP_DOWN, cp_ctl_down_words(l));
    if (l->aim != AIM_PATH || l->order == CP_PCE_REMOVE)
        return CP_OK;
    if (is_up_as_meant(l))
        return installed(c, slot);
    if (l->order == CP_PCE_INITIATE && l->up) { /* the intent changed meanwhile, perhaps */
        cp_ctl_set_srp(c, slot, 0);
        l->due_us = UINT64_MAX;
        return push(c, slot);
    }
    if (!l->up)
        return CP_OK;
    return l->in_plan == CP_NONE ? slip_leaving(c, slot) : slip(c, slot);
}

/* It cannot be ordered back: then at least it is told at once. */
static cp_err heard_of_others(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    const char *dirty = dirty_words(c, l);
    struct ctl_cause cause;

    if (l->phase == CP_LSP_INSTALLED || l->phase == CP_LSP_INSTALLING)
        cp_ctl_phase(c, slot, CP_LSP_WAITING, "its router has not delegated it");
    if (dirty != NULL) {
        CP_TRY(cp_ctl_trace_installed(c, slot, &cause));
        CP_TRY(astray(c, slot, dirty, &cause));
    }
    return push(c, slot);
}

static cp_err heard_unasked(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->aim == AIM_PATH && l->in_plan == CP_NONE)
        return slip_leaving(c, slot);
    if (l->aim != AIM_PATH)
        return push(c, slot);
    if (is_up_as_meant(l))
        return installed(c, slot);
    if (!l->up) {
        if (l->phase == CP_LSP_INSTALLED && l->same && l->delegated)
            l->retry_us = c->now_us + c->config.settle_us; /* it may bring it up again by itself */
        CP_TRY(cp_ctl_not_carried(c, slot, "its router reports it down, and nobody told it to"));
    }
    if (!l->delegated)
        return heard_of_others(c, slot);
    return l->up ? slip(c, slot) : push(c, slot);
}

cp_err cp_ctl_heard(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err;

    if (c->epoch == NULL || l->peer == CP_NONE || !c->peers[l->peer].synced)
        return CP_OK;
    if (l->delegated && l->phase == CP_LSP_WAITING && l->srp_id == 0) {
        l->retry_us = UINT64_MAX; /* what was waited for may have come */
        l->tries = 0;
    }
    err = l->srp_id != 0 ? heard_answer(c, slot) : heard_unasked(c, slot);
    return then_timer(c, slot, mark, err);
}

/* The order that is out is over, and what it was for is not so. */
cp_err cp_ctl_refused(struct cp_control *c, uint32_t slot, const char *why)
{
    struct ctl_lsp *l = &c->lsps[slot];
    cp_arena_mark mark = cp_arena_mark_get(c->work);

    cp_ctl_set_srp(c, slot, 0);
    l->due_us = UINT64_MAX;
    l->moving = false;
    l->retry_us = cp_ctl_backoff(c, l->tries);
    return then_timer(c, slot, mark, astray(c, slot, why, CTL_CAUSE("refused")));
}

/* --- time ---------------------------------------------------------------------------------------- */

static const char *late_words(const struct ctl_lsp *l)
{
    if (l->aim == AIM_DOWN)
        return "its router does not take it down";
    if (l->aim == AIM_GONE)
        return "its router does not remove it";
    if (l->plsp_id == 0)
        return "its router does not report it";
    return l->up ? "its router stays with another path" : "its router does not report it up";
}

static cp_err late(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    cp_ctl_set_srp(c, slot, 0);
    l->due_us = UINT64_MAX;
    l->moving = false;
    /* A router that never says which order it answers is believed once it has had its time. */
    if (l->aim == AIM_PATH && is_up_as_meant(l))
        return installed(c, slot);
    if (l->aim == AIM_DOWN && l->acked && !l->up && !l->rising) {
        l->wanted_up = false; /* it said so by staying down */
        return settled(c, slot, CP_LSP_DOWN, cp_ctl_down_words(l));
    }
    if (l->aim == AIM_PATH && l->in_plan == CP_NONE)
        return slip_leaving(c, slot);
    if (l->tries >= TRIES_QUIET) {
        l->retry_us = cp_ctl_backoff(c, l->tries);
        return astray(c, slot, late_words(l), CTL_CAUSE("late"));
    }
    return push(c, slot);
}

static cp_err wake(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (l->drain_us <= c->now_us && l->in_plan == CP_NONE && l->aim == AIM_PATH && !c->held &&
        !c->partial) {
        cp_ctl_go(c, slot);
        return push(c, slot);
    }
    if (l->drain_us <= c->now_us)
        l->drain_us = UINT64_MAX;
    if (l->forgive_us <= c->now_us)
        CP_TRY(cp_ctl_refusals_age(c, slot));
    if (l->better_us <= c->now_us) {
        l->better_us = UINT64_MAX;
        CP_TRY(l->doubted ? cp_ctl_look(c, slot) : cp_ctl_consider(c, slot, CTL_CAUSE("plan")));
    }
    if (l->due_us <= c->now_us)
        return late(c, slot);
    return l->retry_us <= c->now_us ? push(c, slot) : CP_OK;
}

cp_err cp_ctl_wake(struct cp_control *c, uint32_t slot)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);

    return then_timer(c, slot, mark, wake(c, slot));
}
