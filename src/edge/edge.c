#include "edge/edge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "inside.h"

/*
 * All that there is room for is taken when it is opened.  What has something to do stands in a queue, each once; what
 * is looked at by the clock (probes, what the kernel has, who is to be tried again) is spread over SLOTS parts of the
 * probes' interval.
 */

enum {
    USUAL_EVERY_US = 1600000, /* of the slots, where nothing is probed */
    KEEP_LATE_US = SECOND_US,
    AGENT_PATIENCE_US = 30 * SECOND_US,
    WORK_BYTES = 64 << 20
};

/* --- words --------------------------------------------------------------------------------------- */

void cp_edge_say(struct cp_edge *e, cp_edge_level level, const char *format, ...)
{
    struct saying *s;
    va_list args;

    if (e->saying_count == CP_EDGE_SAYINGS_MAX) {
        e->left_out++;
        return;
    }
    s = &e->sayings[(e->saying_first + e->saying_count++) % CP_EDGE_SAYINGS_MAX];
    s->level = level;
    va_start(args, format);
    (void)vsnprintf(s->text, sizeof s->text, format, args);
    va_end(args);
}

static const char *const result_words[] = {
    [CP_AGENT_DONE] = "done",
    [CP_AGENT_MALFORMED] = "the agent takes it for malformed",
    [CP_AGENT_UNKNOWN] = "the edge policy has no such demand",
    [CP_AGENT_FIRST] = "its first hop is not permitted",
    [CP_AGENT_SID] = "a segment of it is not permitted for the class",
    [CP_AGENT_EXPIRED] = "the permission of a segment is over",
    [CP_AGENT_CHAIN] = "its segments make no unbroken chain without a node twice",
    [CP_AGENT_END] = "it does not end at the endpoint, or that does not unpack",
    [CP_AGENT_HMAC] = "the edge policy has no such key",
    [CP_AGENT_TOO_NARROW] = "packets of full size do not fit its links",
    [CP_AGENT_BARRIER] = "the barrier has not been raised by the agent's policy",
    [CP_AGENT_KERNEL] = "the kernel refused it, or has something else"};

const char *cp_edge_result_words(uint32_t result)
{
    return result < CP_COUNT(result_words) ? result_words[result] : "an answer that is not known";
}

/* --- queues -------------------------------------------------------------------------------------- */

void cp_edge_queue_put(struct edge_queue *q, uint32_t number)
{
    CP_ASSERT(q->count < q->cap);
    q->at[(q->first + q->count++) % q->cap] = number;
}

uint32_t cp_edge_queue_take(struct edge_queue *q)
{
    uint32_t number;

    if (q->count == 0)
        return NONE;
    number = q->at[q->first];
    q->first = (q->first + 1) % q->cap;
    q->count--;
    return number;
}

static cp_err make_queue(struct cp_arena *arena, uint32_t cap, struct edge_queue *q)
{
    q->cap = cap + 1;
    q->at = CP_TAKE(arena, q->cap, uint32_t);
    return q->at == NULL ? CP_ERR_NOMEM : CP_OK;
}

/* --- opening ------------------------------------------------------------------------------------- */

static cp_err check(const struct cp_edge_config *c)
{
    const struct cp_edge_probing *p = &c->probing;

    if (c->controller_count > CP_EDGE_CONTROLLERS_MAX || c->lsp_max > CP_EDGE_LSPS_MAX ||
        p->peer_count > CP_EDGE_PEERS_MAX)
        return CP_ERR_LIMIT;
    if (p->peer_count > 0 &&
        (p->every_us < 1000 || p->window == 0 || p->window > CP_EDGE_WINDOW_MAX / 2 ||
         p->least == 0 || p->least > p->window || p->retry_us == 0 || p->nonce == 0))
        return CP_ERR_RANGE;
    return CP_OK;
}

static uint32_t peer_of(const struct cp_edge_config *c, uint32_t node)
{
    for (uint32_t i = 0; i < c->probing.peer_count; i++)
        if (c->probing.peers[i].node == node)
            return i;
    return NONE;
}

static cp_err take_all(struct cp_edge *e)
{
    uint32_t demands = e->config.policy->demand_count;

    e->lsp_cap = e->config.lsp_max != 0 ? e->config.lsp_max : CP_EDGE_LSPS_MAX;
    e->lsps = CP_TAKE(e->arena, e->lsp_cap, struct edge_lsp);
    e->demands = CP_TAKE(e->arena, demands, struct edge_demand);
    e->peers = CP_TAKE(e->arena, e->config.probing.peer_count, struct edge_peer);
    e->peer_of_demand = CP_TAKE(e->arena, demands, uint32_t);
    if (e->lsps == NULL || e->demands == NULL || e->peers == NULL || e->peer_of_demand == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < demands; i++) {
        e->demands[i] = (struct edge_demand){.first_lsp = NONE};
        e->peer_of_demand[i] = peer_of(&e->config, e->config.policy->demands[i].endpoint);
    }
    cp_edge_locals_open(e);
    CP_TRY(make_queue(e->arena, demands, &e->work_queue));
    CP_TRY(make_queue(e->arena, e->lsp_cap, &e->report_queue));
    CP_TRY(make_queue(e->arena, e->lsp_cap, &e->probe_queue));
    return cp_edge_sessions_open(e);
}

static cp_err open_arenas(struct cp_edge *e)
{
    e->work = cp_arena_open(WORK_BYTES);
    e->kept_arena = cp_arena_open(WORK_BYTES);
    if (e->work == NULL || e->kept_arena == NULL)
        return CP_ERR_NOMEM;
    e->work_empty = cp_arena_mark_get(e->work);
    e->kept_empty = cp_arena_mark_get(e->kept_arena);
    return CP_OK;
}

cp_err cp_edge_open(const struct cp_edge_config *config, struct cp_edge **out)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_edge *e;
    cp_err err = check(config);

    *out = NULL;
    e = arena == NULL ? NULL : CP_TAKE(arena, 1, struct cp_edge);
    if (err != CP_OK || e == NULL) {
        cp_arena_close(arena);
        return err != CP_OK ? err : CP_ERR_NOMEM;
    }
    *e = (struct cp_edge){.config = *config,
                          .arena = arena,
                          .obeyed = NONE,
                          .sending = NONE,
                          .keep_at_us = UINT64_MAX,
                          .claim_of = NONE,
                          .nonce = config->probing.nonce};
    err = open_arenas(e);
    if (err == CP_OK)
        err = take_all(e);
    if (err != CP_OK)
        cp_edge_close(e);
    else
        *out = e;
    return err;
}

void cp_edge_close(struct cp_edge *e)
{
    struct cp_arena *arena;

    if (e == NULL)
        return;
    cp_edge_sessions_close(e);
    cp_arena_close(e->work);
    cp_arena_close(e->kept_arena);
    arena = e->arena;
    cp_arena_close(arena);
}

/* --- keeping ------------------------------------------------------------------------------------- */

void cp_edge_keep(struct cp_edge *e, edge_keep_when when)
{
    uint64_t at = when == KEEP_NOW ? e->now_us : e->now_us + KEEP_LATE_US;

    e->change++;
    if (at < e->keep_at_us)
        e->keep_at_us = at;
}

bool cp_edge_is_kept(const struct cp_edge *e)
{
    return e->kept_change == e->change;
}

void cp_edge_keep_now(struct cp_edge *e, uint64_t now_us)
{
    e->now_us = now_us;
    cp_edge_keep(e, KEEP_NOW);
}

static bool keep_next(struct cp_edge *e, struct cp_edge_act *out)
{
    if (e->keeping || e->keep_at_us > e->now_us)
        return false;
    *out = (struct cp_edge_act){.kind = CP_EDGE_KEEP};
    e->keep_at_us = UINT64_MAX;
    if (cp_edge_kept_write(e, &out->text) != CP_OK) {
        cp_edge_say(e, CP_EDGE_SAYS_WARNING, "no memory for what is to be kept");
        e->keep_at_us = e->now_us + SECOND_US;
        return false;
    }
    e->keeping = true;
    e->keeping_change = e->change;
    return true;
}

/* What was made with a change that is kept by now may be ordered. */
static void wake_kept(struct cp_edge *e, uint64_t before)
{
    for (uint32_t i = 0; i < e->lsp_end; i++)
        if (e->lsps[i].used && e->lsps[i].change > before && e->lsps[i].change <= e->kept_change)
            cp_edge_demand_wake(e, e->lsps[i].demand);
}

void cp_edge_kept(struct cp_edge *e, bool kept, uint64_t now_us)
{
    uint64_t before = e->kept_change;

    e->now_us = now_us;
    CP_ASSERT(e->keeping);
    e->keeping = false;
    if (kept) {
        e->kept_change = e->keeping_change;
        wake_kept(e, before);
    } else {
        cp_edge_say(e, CP_EDGE_SAYS_WARNING,
                    "what is ordered cannot be kept: nothing new is obeyed until it can");
        e->keep_at_us = now_us + SECOND_US;
    }
    cp_edge_sessions_kept(e, kept);
}

/* --- the agent ----------------------------------------------------------------------------------- */

void cp_edge_agent_there(struct cp_edge *e, uint64_t now_us)
{
    e->now_us = now_us;
    e->agent_there = true;
    e->whole = e->config.policy->demand_count == 0;
    e->unknown = e->config.policy->demand_count;
    e->ask_count = 0;
    cp_edge_locals_begin(e);
    for (uint32_t i = 0; i < e->config.policy->demand_count; i++) {
        e->demands[i].known = e->demands[i].busy = e->demands[i].counted = false;
        e->demands[i].again_us = 0;
        cp_edge_demand_wake(e, i);
    }
}

void cp_edge_agent_lost(struct cp_edge *e, uint64_t now_us)
{
    e->now_us = now_us;
    if (e->agent_there) {
        e->agent_lost_us = now_us;
        cp_edge_say(e, CP_EDGE_SAYS_WARNING,
                    "the agent is not there: what the kernel has stays as it is");
    }
    e->agent_there = e->whole = false;
    e->ask_count = 0;
    for (uint32_t i = 0; i < e->config.policy->demand_count; i++)
        e->demands[i].busy = false;
}

/* --- time ---------------------------------------------------------------------------------------- */

static uint64_t slot_us(const struct cp_edge *e)
{
    return (e->config.probing.peer_count > 0 ? e->config.probing.every_us : USUAL_EVERY_US) / SLOTS;
}

/* Whoever was not running for a while heard nothing of what came through then. */
static void be_lenient(struct cp_edge *e)
{
    uint64_t every_us = slot_us(e) * SLOTS;

    if (e->slot_at_us == 0 || e->now_us - e->slot_at_us <= 2 * every_us)
        return;
    e->lenient_until_us = e->now_us + 2 * every_us;
    cp_edge_probes_away(e);
}

static void tick_slots(struct cp_edge *e)
{
    uint32_t demands = e->config.policy->demand_count;

    if (e->now_us < e->slot_at_us)
        return;
    be_lenient(e);
    for (uint32_t k = 0; k < SLOTS && e->slot_at_us <= e->now_us; k++) {
        for (uint32_t i = e->slot; i < demands; i += SLOTS) {
            cp_edge_demand_tick(e, i);
            cp_edge_probes_tick(e, i);
        }
        e->slot = (e->slot + 1) % SLOTS;
        e->slot_at_us = e->slot_at_us == 0 ? e->now_us + slot_us(e) : e->slot_at_us + slot_us(e);
    }
    if (e->slot_at_us <= e->now_us) /* it was away for longer than a round */
        e->slot_at_us = e->now_us + slot_us(e);
}

void cp_edge_tick(struct cp_edge *e, uint64_t now_us)
{
    e->now_us = now_us;
    tick_slots(e);
    cp_edge_sessions_tick(e);
    if (!e->agent_there && e->agent_lost_us != 0 && now_us - e->agent_lost_us > AGENT_PATIENCE_US) {
        e->agent_lost_us = 0;
        cp_edge_sessions_end(e, "the agent is not there: what the kernel has is not known");
    }
}

uint64_t cp_edge_deadline(const struct cp_edge *e)
{
    uint64_t at = cp_edge_sessions_deadline(e);

    at = e->slot_at_us < at ? e->slot_at_us : at;
    at = cp_edge_locals_deadline(e) < at ? cp_edge_locals_deadline(e) : at;
    return !e->keeping && e->keep_at_us < at ? e->keep_at_us : at;
}

/* --- what is to be done -------------------------------------------------------------------------- */

static bool say_next(struct cp_edge *e, struct cp_edge_act *out)
{
    const struct saying *s = &e->sayings[e->saying_first];

    if (e->saying_count == 0)
        return false;
    e->saying_first = (e->saying_first + 1) % CP_EDGE_SAYINGS_MAX;
    e->saying_count--;
    *out =
        (struct cp_edge_act){.kind = CP_EDGE_SAY, .level = s->level, .text = cp_text_of(s->text)};
    return true;
}

bool cp_edge_next(struct cp_edge *e, struct cp_edge_act *out)
{
    if (say_next(e, out) || keep_next(e, out) || cp_edge_locals_next(e, out) ||
        cp_edge_demands_next(e, out))
        return true;
    cp_edge_reports_send(e);
    return cp_edge_sessions_next(e, out) || cp_edge_probes_next(e, out) || say_next(e, out);
}

/* --- what is so ---------------------------------------------------------------------------------- */

uint32_t cp_edge_lsp_end(const struct cp_edge *e)
{
    return e->lsp_end;
}

static uint64_t packets_of(const struct cp_edge *e, const struct edge_lsp *l)
{
    const struct edge_demand *d = &e->demands[l->demand];
    uint32_t at = cp_edge_demand_path(d, l);

    return at == NONE ? UINT64_MAX : d->paths[at].packets;
}

static const char *why_not_there(const struct cp_edge *e, const struct edge_lsp *l)
{
    uint32_t result = l->result != CP_AGENT_DONE ? l->result : e->demands[l->demand].result;

    return result != CP_AGENT_DONE ? cp_edge_result_words(result)
                                   : "the kernel has it otherwise, or in part";
}

bool cp_edge_lsp_get(const struct cp_edge *e, uint32_t at, struct cp_edge_lsp *out)
{
    const struct edge_lsp *l = &e->lsps[at];

    if (at >= e->lsp_end || !l->used)
        return false;
    *out = (struct cp_edge_lsp){.name = {l->name, l->name_len},
                                .plsp_id = cp_edge_lsp_index(e, l) + 1,
                                .class = e->config.policy->demands[l->demand].class,
                                .endpoint = e->config.policy->demands[l->demand].endpoint,
                                .preference = l->preference,
                                .phase = cp_edge_lsp_phase(e, l),
                                .why = why_not_there(e, l),
                                .proven = cp_edge_lsp_is_proven(e, l),
                                .alive = cp_edge_lsp_is_alive(e, l),
                                .proven_us = l->proven_us,
                                .packets = packets_of(e, l),
                                .demand_packets = e->demands[l->demand].packets,
                                .demand_bytes = e->demands[l->demand].bytes};
    return true;
}

void cp_edge_status_get(const struct cp_edge *e, struct cp_edge_status *out)
{
    *out = (struct cp_edge_status){.epoch = e->epoch,
                                   .epoch_of = {e->epoch_of, e->epoch_of_len},
                                   .obeyed = e->obeyed,
                                   .agent_there = e->agent_there,
                                   .whole = e->whole,
                                   .policy_serial = e->policy_serial,
                                   .orders = e->orders,
                                   .refused = e->refused,
                                   .controllers_refused = e->controllers_refused,
                                   .left_out = e->left_out};
}
