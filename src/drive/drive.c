#include "drive/drive.h"

#include <string.h>

#include "inside.h"

/*
 * Each call brings one thing in, lets the ted and control make of it what they will, and leaves what is to be done
 * where cp_drive_next finds it: control's steps, bytes of sessions, the next plan.
 */

enum { WORK_BYTES = 1 << 28 };

/* --- opening ----------------------------------------------------------------------------------- */

static cp_err copy_text(struct cp_drive *d, cp_text *text)
{
    return cp_text_copy(*text, d->arena, text);
}

static cp_err copy_peers(struct cp_drive *d)
{
    struct cp_drive_peer *peers = CP_TAKE(d->arena, d->config.peer_count, struct cp_drive_peer);

    if (peers == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < d->config.peer_count; i++) {
        peers[i] = d->config.peers[i];
        CP_TRY(copy_text(d, &peers[i].name));
        CP_TRY(copy_text(d, &peers[i].node));
        CP_TRY(copy_text(d, &peers[i].system));
    }
    d->config.peers = peers;
    return CP_OK;
}

static cp_err copy_colours(struct cp_drive *d)
{
    struct cp_plan_config *plan = &d->config.plan;
    struct cp_plan_colour *colours = CP_TAKE(d->arena, plan->colour_count, struct cp_plan_colour);

    if (colours == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < plan->colour_count; i++) {
        colours[i] = plan->colours[i];
        CP_TRY(copy_text(d, &colours[i].traffic_class));
    }
    plan->colours = colours;
    return copy_text(d, &plan->request_class);
}

static cp_err open_ted(struct cp_drive *d, struct cp_diag *diag)
{
    const struct cp_drive_config *c = &d->config;
    struct cp_ted_feed *feeds = CP_TAKE(d->arena, c->peer_count, struct cp_ted_feed);
    struct cp_ted_config config = {.feeds = feeds,
                                   .identities = c->identities,
                                   .identity_count = c->identity_count,
                                   .stale_us = c->stale_us,
                                   .disagree_us = c->disagree_us};

    if (feeds == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->peer_count; i++) {
        if (c->peers[i].kind == CP_PEER_PCEP)
            continue;
        feeds[config.feed_count++] = (struct cp_ted_feed){
            c->peers[i].name, c->peers[i].kind == CP_PEER_BGP ? CP_TED_BGP_LS : c->peers[i].feed};
    }
    return cp_ted_open(&config, d->inventory, c->bytes_max, &d->ted, diag);
}

static cp_err open_control(struct cp_drive *d, struct cp_diag *diag)
{
    struct cp_control_config config = d->config.control;
    struct cp_control_peer *peers = CP_TAKE(d->arena, d->config.peer_count, struct cp_control_peer);

    if (peers == NULL)
        return CP_ERR_NOMEM;
    config.peers = peers;
    config.peer_count = 0;
    for (uint32_t i = 0; i < d->config.peer_count; i++) {
        const struct cp_drive_peer *p = &d->config.peers[i];

        if (p->kind == CP_PEER_PCEP)
            peers[config.peer_count++] = (struct cp_control_peer){.name = p->name,
                                                                  .address = p->address,
                                                                  .node = p->node,
                                                                  .system = p->system,
                                                                  .guarded = p->guarded};
    }
    return cp_control_open(&config, d->config.bytes_max, &d->control, diag);
}

static cp_err open_all(struct cp_drive *d, struct cp_diag *diag)
{
    CP_TRY(copy_peers(d));
    CP_TRY(copy_colours(d));
    d->work = cp_arena_open(WORK_BYTES);
    d->gone_arena = cp_arena_open(WORK_BYTES);
    if (d->work == NULL || d->gone_arena == NULL)
        return CP_ERR_NOMEM;
    d->work_empty = cp_arena_mark_get(d->work);
    CP_TRY(open_ted(d, diag));
    CP_TRY(open_control(d, diag));
    return cp_drive_open_peers(d);
}

cp_err cp_drive_open(const struct cp_drive_config *config, const struct cp_case *inventory,
                     const struct cp_judge_policy *policies, uint32_t policy_count,
                     struct cp_drive **out, struct cp_diag *diag)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_drive *d = arena == NULL ? NULL : CP_TAKE(arena, 1, struct cp_drive);
    cp_err err;

    if (d == NULL) {
        cp_arena_close(arena);
        return CP_ERR_NOMEM;
    }
    *d = (struct cp_drive){.arena = arena,
                           .config = *config,
                           .inventory = inventory,
                           .policies = policies,
                           .policy_count = policy_count,
                           .sending = CP_NONE,
                           .plan_at_us = UINT64_MAX,
                           .worse_by_us = UINT64_MAX};
    d->given[d->given_count++] = (struct given){inventory, false};
    err = open_all(d, diag);
    if (err != CP_OK) {
        cp_drive_close(d);
        return err;
    }
    cp_drive_want_plan(d, 0, CP_TEXT("start"));
    *out = d;
    return CP_OK;
}

void cp_drive_close(struct cp_drive *d)
{
    if (d == NULL)
        return;
    cp_drive_close_peers(d);
    cp_drive_close_changes(d);
    cp_control_close(d->control);
    cp_ted_close(d->ted);
    cp_drive_close_epochs(d);
    cp_arena_close(d->gone_arena);
    cp_arena_close(d->work);
    cp_arena_close(d->arena);
}

cp_err cp_drive_restore(struct cp_drive *d, cp_text key, cp_text state, struct cp_diag *diag)
{
    return cp_control_restore(d->control, key, state, diag);
}

/* --- what a person says ------------------------------------------------------------------------- */

static cp_err take_inventory(struct cp_drive *d, const struct cp_case *inventory,
                             struct cp_diag *diag)
{
    if (d->given_count == GIVEN_MAX)
        return cp_diag_set(diag, CP_ERR_LIMIT, CP_PLACE_NONE,
                           "the plans of too many reloads are still in use; try again soon",
                           CP_TEXT(""));
    CP_TRY(cp_ted_inventory(d->ted, inventory, diag));
    for (uint32_t i = 0; i < d->given_count; i++)
        d->given[i].over = true;
    d->given[d->given_count++] = (struct given){inventory, false};
    d->inventory = inventory;
    if (d->latest != NULL) /* what it has again is not taken out any more */
        memset(d->nodes_taken, 0, d->latest->view.net->node_count);
    return CP_OK;
}

cp_err cp_drive_reload(struct cp_drive *d, const struct cp_case *inventory,
                       const struct cp_judge_policy *policies, uint32_t policy_count,
                       uint64_t now_us, struct cp_diag *diag)
{
    CP_TRY(take_inventory(d, inventory, diag));
    d->policies = policies;
    d->policy_count = policy_count;
    cp_control_overrule(d->control);
    cp_drive_want_plan(d, now_us, CP_TEXT("reload"));
    return cp_drive_hear(d, now_us);
}

cp_err cp_drive_hold(struct cp_drive *d, bool held, cp_text who, uint64_t now_us)
{
    d->now_us = now_us;
    cp_control_hold(d->control, held, who, now_us);
    return CP_OK;
}

cp_err cp_drive_seen(struct cp_drive *d, const struct cp_control_sight *sight, uint64_t now_us,
                     cp_sight_says *says)
{
    d->now_us = now_us;
    return cp_control_seen(d->control, sight, now_us, says);
}

cp_err cp_drive_acknowledge(struct cp_drive *d, cp_text alarm, cp_text who, uint64_t now_us,
                            bool *changed)
{
    d->now_us = now_us;
    return cp_control_acknowledge(d->control, alarm, who, now_us, changed);
}

/* --- time --------------------------------------------------------------------------------------- */

/* Who does not come (a speaker that is to call us) fails without an event that could tell of it. */
static void miss_feeds(struct cp_drive *d, uint64_t now_us)
{
    if (d->missing_us == 0)
        d->missing_us = now_us + FEEDS_WAIT_US;
    if (d->missing_us > now_us)
        return;
    d->missing_us = UINT64_MAX;
    for (uint32_t i = 0; i < d->config.peer_count; i++)
        if (d->peers[i].feed != CP_NONE && !d->peers[i].up)
            cp_ted_feed_down(d->ted, d->peers[i].feed, now_us);
}

void cp_drive_unread(struct cp_drive *d, uint64_t now_us)
{
    if (d->missing_us != 0 && d->missing_us != UINT64_MAX)
        d->missing_us = now_us + FEEDS_WAIT_US;
    for (uint32_t i = 0; i < d->config.peer_count; i++) {
        if (d->peers[i].pce != NULL)
            cp_pce_unread(d->peers[i].pce, now_us);
        else if (d->peers[i].bgp != NULL)
            cp_bgp_unread(d->peers[i].bgp, now_us);
    }
}

cp_err cp_drive_tick(struct cp_drive *d, uint64_t now_us)
{
    d->now_us = now_us;
    miss_feeds(d, now_us);
    CP_TRY(cp_drive_tick_peers(d, now_us));
    CP_TRY(cp_drive_hear(d, now_us));
    return cp_control_tick(d->control, now_us);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t cp_drive_deadline(const struct cp_drive *d)
{
    uint64_t at = sooner(cp_ted_deadline(d->ted), cp_control_deadline(d->control));

    if (d->job == NULL)
        at = sooner(at, cp_drive_plan_at(d));
    if (d->missing_us != 0)
        at = sooner(at, d->missing_us);
    return sooner(at, cp_drive_peers_deadline(d));
}

/* --- what is so --------------------------------------------------------------------------------- */

const struct cp_control *cp_drive_control(const struct cp_drive *d)
{
    return d->control;
}

struct cp_ted *cp_drive_ted(struct cp_drive *d)
{
    return d->ted;
}

bool cp_drive_peer_notice(struct cp_drive *d, uint32_t peer, struct cp_session_notice *out)
{
    struct drive_peer *p = &d->peers[peer];

    if (p->pce != NULL)
        return cp_pce_notice(p->pce, out);
    return p->bgp != NULL && cp_bgp_notice(p->bgp, out);
}

struct cp_session_end cp_drive_peer_ended(const struct cp_drive *d, uint32_t peer)
{
    const struct drive_peer *p = &d->peers[peer];

    if (p->pce != NULL)
        return cp_pce_ended(p->pce);
    return p->bgp != NULL ? cp_bgp_ended(p->bgp) : (struct cp_session_end){0};
}

const char *cp_drive_peer_state(const struct cp_drive *d, uint32_t peer)
{
    const struct drive_peer *p = &d->peers[peer];

    if (!p->connected && p->config.kind != CP_PEER_DOCUMENTS)
        return "down";
    if (!p->up)
        return p->config.kind == CP_PEER_DOCUMENTS ? "down" : "opening";
    return p->pcc != CP_NONE ? (p->synced ? "up" : "synchronising")
                             : (p->full ? "up" : "synchronising");
}
