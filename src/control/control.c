#include "control/control.h"

#include "control/limits.h"
#include "given.h"
#include "hold.h"

/* Opening, time, and what is so. */

enum { WORK_BYTES = 1 << 28 };

/* --- opening ------------------------------------------------------------------------------------- */

static cp_err copy_peers(struct cp_control *c)
{
    struct cp_control_peer *peers = CP_TAKE(c->arena, c->config.peer_count, struct cp_control_peer);

    if (peers == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->config.peer_count; i++) {
        peers[i] = c->config.peers[i];
        CP_TRY(cp_text_copy(peers[i].name, c->arena, &peers[i].name));
        CP_TRY(cp_text_copy(peers[i].node, c->arena, &peers[i].node));
        CP_TRY(cp_text_copy(peers[i].system, c->arena, &peers[i].system));
    }
    c->config.peers = peers;
    return CP_OK;
}

static cp_err copy_delegated(struct cp_control *c)
{
    uint32_t count = c->config.delegated_count;
    struct cp_control_delegated *d = CP_TAKE(c->arena, count, struct cp_control_delegated);

    c->carriers = CP_TAKE(c->arena, count, struct ctl_carrier);
    if (d == NULL || c->carriers == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        d[i] = c->config.delegated[i];
        CP_TRY(cp_text_copy(d[i].peer, c->arena, &d[i].peer));
        CP_TRY(cp_text_copy(d[i].name, c->arena, &d[i].name));
        CP_TRY(cp_text_copy(d[i].demand, c->arena, &d[i].demand));
        c->carriers[i].lsp = CP_NONE;
    }
    c->config.delegated = d;
    return CP_OK;
}

static cp_err open_all(struct cp_control *c, size_t bytes_max)
{
    c->pool.arena = cp_arena_open(bytes_max);
    c->out = cp_arena_open(bytes_max);
    c->work = cp_arena_open(WORK_BYTES);
    if (c->pool.arena == NULL || c->out == NULL || c->work == NULL)
        return CP_ERR_NOMEM;
    c->out_empty = cp_arena_mark_get(c->out);
    CP_TRY(copy_peers(c));
    CP_TRY(copy_delegated(c));
    c->peers = CP_TAKE(c->arena, c->config.peer_count, struct ctl_peer);
    if (c->peers == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < c->config.peer_count; i++)
        c->peers[i] = (struct ctl_peer){.first = CP_NONE, .last = CP_NONE, .node = CP_NONE};
    CP_TRY(cp_ctl_table_open(c));
    return cp_ctl_alarms_open(c);
}

cp_err cp_control_open(const struct cp_control_config *config, size_t bytes_max,
                       struct cp_control **out, struct cp_diag *diag)
{
    struct cp_arena *arena = cp_arena_open(bytes_max);
    struct cp_control *c = arena == NULL ? NULL : CP_TAKE(arena, 1, struct cp_control);
    cp_err err;

    if (c == NULL) {
        cp_arena_close(arena);
        return CP_ERR_NOMEM;
    }
    *c = (struct cp_control){.arena = arena,
                             .config = *config,
                             .leave_us = UINT64_MAX,
                             .peers_us = UINT64_MAX,
                             .given_us = UINT64_MAX,
                             .given_next_us = UINT64_MAX};
    if (config->at_once == 0)
        c->config.at_once = CP_CONTROL_AT_ONCE;
    if (config->wakes_most == 0)
        c->config.wakes_most = CP_CONTROL_AT_ONCE;
    err = config->lsp_max > CP_CONTROL_LSPS_MAX ? CP_ERR_LIMIT : open_all(c, bytes_max);
    if (err != CP_OK) {
        cp_control_close(c);
        return cp_diag_set(diag, err, CP_PLACE_NONE,
                           "the controller's tables do not fit its memory", CP_TEXT(""));
    }
    *out = c;
    return CP_OK;
}

void cp_control_close(struct cp_control *c)
{
    if (c == NULL)
        return;
    cp_ctl_epoch_close(c->epoch);
    cp_arena_close(c->pool.arena);
    cp_arena_close(c->out);
    cp_arena_close(c->work);
    cp_arena_close(c->arena);
}

/* --- time ---------------------------------------------------------------------------------------- */

static cp_err look_at_peers(struct cp_control *c)
{
    c->peers_us = UINT64_MAX;
    for (uint32_t i = 0; i < c->config.peer_count; i++)
        if (c->peers[i].first != CP_NONE && !c->peers[i].synced)
            CP_TRY(cp_ctl_alarm_about(c, "peer", c->config.peers[i].name,
                                      "LSPs of it are intended, and it is not there"));
    return CP_OK;
}

static cp_err tick(struct cp_control *c)
{
    CP_TRY(c->err);
    if (c->epoch == NULL)
        return CP_OK;
    CP_TRY(cp_ctl_hold_check(c));
    for (uint32_t i = 0; i < c->config.wakes_most && c->heap_count > 0; i++) {
        uint32_t slot = c->heap[0];

        if (c->lsps[slot].wake_us > c->now_us)
            break;
        CP_TRY(cp_ctl_wake(c, slot));
    }
    if (c->leave_us <= c->now_us)
        CP_TRY(cp_ctl_look_at_leaving(c));
    if (c->given_us <= c->now_us)
        CP_TRY(cp_ctl_look_at_given(c));
    return c->peers_us <= c->now_us ? look_at_peers(c) : CP_OK;
}

cp_err cp_control_tick(struct cp_control *c, uint64_t now_us)
{
    cp_arena_mark mark = cp_arena_mark_get(c->work);
    cp_err err;

    c->now_us = now_us;
    err = tick(c);
    cp_arena_reset(c->work, mark);
    return err;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t cp_control_deadline(const struct cp_control *c)
{
    uint64_t at =
        least(least(c->given_us, c->leave_us), least(c->peers_us, cp_ctl_hold_deadline(c)));

    if (c->epoch == NULL)
        return UINT64_MAX;
    return c->heap_count > 0 ? least(at, c->lsps[c->heap[0]].wake_us) : at;
}

/* --- what is so ---------------------------------------------------------------------------------- */

uint32_t cp_control_lsp_count(const struct cp_control *c)
{
    return c->live_count;
}

static uint64_t proven_us(const struct cp_control *c, const struct ctl_lsp *l)
{
    bool valid =
        l->proven_us != 0 && l->same && c->now_us - l->proven_us <= c->config.proof_valid_us;

    return valid ? l->proven_us : 0;
}

/*
 * Installed over a path that is known to be clean, by a headend that drops what it cannot carry.  What has vanished from
 * the view may be forbidden by now, and so may anything by the rules of a refused plan.
 */
static bool is_upheld(const struct cp_control *c, const struct ctl_lsp *l)
{
    return l->in_plan != CP_NONE && l->intended_is == CP_TRACE_CLEAN && !l->doubted &&
           l->seen == SIGHT_NONE && !c->plan_doubted;
}

static bool is_enforcing(const struct cp_control *c, const struct ctl_lsp *l)
{
    return l->phase == CP_LSP_INSTALLED && l->peer != CP_NONE && !c->peers[l->peer].fails_open &&
           is_upheld(c, l);
}

/* Reported as intended, and the intended one is held to: it was clean, and what a plan does not know of it by now is gone. */
static cp_trace_kind installed_is(const struct ctl_lsp *l)
{
    return l->same && l->held_broken ? CP_TRACE_BROKEN : l->installed_is;
}

bool cp_control_is_gone(const struct cp_control *c, uint32_t element)
{
    return c->epoch->gone_elements[element] != 0;
}

static void tell(const struct cp_control *c, const struct ctl_lsp *l, struct cp_control_lsp *out)
{
    const struct ctl_way *installed = l->same ? &l->intended : &l->installed;

    *out = (struct cp_control_lsp){.key = l->key,
                                   .name = l->name,
                                   .in_plan = l->in_plan,
                                   .peer = l->peer,
                                   .phase = l->phase,
                                   .up = l->known && l->up,
                                   .reported = l->known,
                                   .ordered = l->ordered,
                                   .synced = l->peer != CP_NONE && c->peers[l->peer].synced,
                                   .lost_us = l->peer == CP_NONE ? 0 : c->peers[l->peer].lost_us,
                                   .upheld = is_upheld(c, l),
                                   .seen_forbidden =
                                       l->seen == SIGHT_FORBIDDEN &&
                                       l->seen_us >= least(l->intended_us, l->installed_us),
                                   .moving = l->moving && l->srp_id != 0,
                                   .left_is = l->same ? l->left_is : l->installed_is,
                                   .delegated = l->delegated,
                                   .enforcing = is_enforcing(c, l),
                                   .intended = cp_ctl_way_path(&l->intended),
                                   .installed = cp_ctl_way_path(installed),
                                   .touches = l->intended.touches,
                                   .installed_touches = installed->touches,
                                   .touch_count = l->intended.touch_count,
                                   .installed_touch_count = installed->touch_count,
                                   .touched = l->touched,
                                   .installed_is = installed_is(l),
                                   .intended_us = l->intended_us,
                                   .installed_us = l->installed_us,
                                   .proven_us = proven_us(c, l),
                                   .why = l->why,
                                   .back = l->back};
}

void cp_control_lsp(const struct cp_control *c, uint32_t at, struct cp_control_lsp *out)
{
    tell(c, &c->lsps[c->live[at]], out);
}

void cp_control_lsp_of(const struct cp_control *c, uint32_t in_plan, struct cp_control_lsp *out)
{
    tell(c, &c->lsps[c->epoch->slot_of[in_plan]], out);
}

bool cp_control_doubted(const struct cp_control *c)
{
    return c->plan_doubted;
}

void cp_control_status(const struct cp_control *c, struct cp_control_status *out)
{
    *out = c->status;
    out->alarms = c->alarms.count;
    out->doubted = c->plan_doubted;
    out->partial = c->partial;
    for (uint32_t i = 0; i < c->live_count; i++) {
        const struct ctl_lsp *l = &c->lsps[c->live[i]];

        out->enforcing += is_enforcing(c, l);
        out->proven += proven_us(c, l) != 0;
    }
}

size_t cp_control_memory(const struct cp_control *c)
{
    return cp_arena_used(c->arena) + cp_arena_used(c->pool.arena) + cp_arena_used(c->out) +
           cp_arena_used(c->work);
}
