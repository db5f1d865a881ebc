#include <string.h>

#include "inside.h"

/*
 * Each path of an installed demand is probed at the interval; every EIGHTH probe has the size of the largest packets that the
 * path is to carry, the first among them.  A path is alive while `least` of the last `window` probes that are due came
 * through.  What came through is known from the far edge's own probes: where they come and do not tell of ours, ours are lost; where
 * none come, it may be the way back, and the path is given SILENCE times as long.  Who was not running for a while takes another
 * nonce: what it missed then says nothing of paths.
 */

enum {
    EIGHTH = 8,
    SILENCE = 3,
    DOUBLINGS_MOST = 5,
    UDP_BYTES = 8,
    CALM = 8,
    USUAL_RETRY_US = 5 * SECOND_US
};

static const struct cp_edge_probing *config_of(const struct cp_edge *e)
{
    return &e->config.probing;
}

/* Of a path that is the same as before nothing is forgotten. */
void cp_edge_probes_begin(struct cp_edge *e, struct edge_lsp *l)
{
    struct edge_probing *p = &l->probing;

    if (p->began_us != 0 && cp_edge_path_same(&p->path, &l->path))
        return;
    *p = (struct edge_probing){.number = p->number,
                               .base = p->number,
                               .last = p->last,
                               .map = p->map,
                               .full_last = p->full_last,
                               .waits = p->waits,
                               .began_us = e->now_us,
                               .path = l->path};
    l->proven_us = 0;
}

/* --- what came through ----------------------------------------------------------------------------- */

static bool came(const struct edge_probing *p, uint64_t number)
{
    return number <= p->last && p->last - number < 64 && (p->map >> (p->last - number) & 1) != 0;
}

struct tally {
    uint32_t due, came;
};

/* Of the last of a window that were sent an interval and a half before that time, or came through. */
static struct tally count(const struct cp_edge *e, const struct edge_probing *p, uint64_t as_of_us)
{
    const struct cp_edge_probing *c = config_of(e);
    struct tally t = {0};

    for (uint64_t n = p->number;
         n > p->base && p->number - n < CP_EDGE_WINDOW_MAX && t.due < c->window; n--) {
        uint64_t sent_us = p->sent_us[n % CP_EDGE_WINDOW_MAX];

        if (as_of_us < sent_us + c->every_us + c->every_us / 2 && !came(p, n))
            continue;
        t.due++;
        t.came += came(p, n);
    }
    return t;
}

/* The far edge spoke since they were sent, and did not tell of them. */
static bool is_lost(const struct cp_edge *e, const struct edge_lsp *l)
{
    struct tally t = count(e, &l->probing, e->demands[l->demand].heard_us);

    return t.due >= config_of(e)->window && t.came < config_of(e)->least;
}

static bool is_silent(const struct cp_edge *e, const struct edge_lsp *l)
{
    const struct cp_edge_probing *c = config_of(e);
    uint64_t heard_us = e->demands[l->demand].heard_us;
    uint64_t since_us = heard_us > l->probing.began_us ? heard_us : l->probing.began_us;

    return e->now_us - since_us > (uint64_t)SILENCE * c->window * c->every_us;
}

void cp_edge_die(struct cp_edge *e, struct edge_lsp *l, const char *why)
{
    uint64_t retry_us = config_of(e)->peer_count > 0 ? config_of(e)->retry_us : USUAL_RETRY_US;

    l->dead = true;
    l->dead_until_us =
        e->now_us + (retry_us << (l->deaths < DOUBLINGS_MOST ? l->deaths : DOUBLINGS_MOST));
    l->deaths++;
    l->probing.alive = l->probing.full = false;
    l->probing.began_us = 0; /* whatever comes next is another try */
    e->demands[l->demand].stop = true;
    cp_edge_say(e, CP_EDGE_SAYS_WARNING, "%.*s: %s: it is left", (int)l->name_len, l->name, why);
    cp_edge_demand_wake(e, l->demand);
    cp_edge_report(e, l);
}

static void die(struct cp_edge *e, struct edge_lsp *l)
{
    cp_edge_die(e, l, "its probes do not come through any more");
}

/*
 * Where the far edge is silent that may be for its own path, or for its end: it is left for another one if there is one, and stays
 * else, for two edges that both had stopped would not hear each other again.
 */
static void be_silent(struct cp_edge *e, struct edge_lsp *l)
{
    l->probing.alive = l->probing.full = false;
    if ((l->probing.was_alive || l->deaths > 0) && cp_edge_demand_has_other(e, l))
        die(e, l);
}

/* One that has been alive for a while is as good as one that never died. */
static void judge(struct cp_edge *e, struct edge_lsp *l)
{
    const struct cp_edge_probing *c = config_of(e);
    struct edge_probing *p = &l->probing;

    if (p->alive && e->now_us - p->began_us > CALM * c->retry_us)
        l->deaths = 0;
    if (e->now_us < e->lenient_until_us)
        return;
    if (is_lost(e, l)) {
        if (p->was_alive || l->deaths > 0)
            die(e, l);
    } else if (is_silent(e, l)) {
        be_silent(e, l);
    } else if (!p->alive && count(e, p, e->now_us).came >= c->least) {
        p->alive = p->was_alive = true;
        cp_edge_say(e, CP_EDGE_SAYS_INFO, "%.*s: its probes come through", (int)l->name_len,
                    l->name);
    }
}

/* --- sending --------------------------------------------------------------------------------------- */

void cp_edge_probes_tick(struct cp_edge *e, uint32_t demand)
{
    struct edge_demand *d = &e->demands[demand];

    if (e->peer_of_demand[demand] == NONE)
        return;
    for (uint32_t i = d->first_lsp; i != NONE; i = e->lsps[i].next) {
        struct edge_lsp *l = &e->lsps[i];

        if (l->probing.began_us == 0 || l->dead || cp_edge_demand_path(d, l) == NONE)
            continue;
        judge(e, l);
        if (l->probing.waits || l->dead || l->path.segment_count == 0)
            continue;
        l->probing.waits = true;
        cp_edge_queue_put(&e->probe_queue, i);
    }
    cp_edge_report_changes(e, demand);
}

/* So that with its headers the datagram is as long as the largest packet of the path: 40 and 8 + 16 n bytes more than that
 * which it carries, n with the unpack SID, in whose place the far edge's address stands. */
static uint16_t full_size(const struct cp_edge *e, const struct cp_agent_path *path)
{
    uint32_t size = e->config.policy->mtu - UDP_BYTES - (path->reduced ? 16 : 0);

    return (uint16_t)(size < CP_EDGE_PROBE_BYTES_MAX ? size : CP_EDGE_PROBE_BYTES_MAX);
}

static bool send(struct cp_edge *e, struct edge_lsp *l, struct cp_edge_act *out)
{
    const struct edge_demand *d = &e->demands[l->demand];
    uint32_t at = e->peer_of_demand[l->demand];
    const struct cp_edge_peer *peer = &config_of(e)->peers[at];
    struct edge_probing *p = &l->probing;
    struct cp_edge_probe probe = {.sender = e->config.policy->nodes[0].number,
                                  .receiver = peer->node,
                                  .class = l->colour,
                                  .path = cp_edge_lsp_index(e, l) + 1,
                                  .number = ++p->number,
                                  .nonce = e->nonce,
                                  .your_nonce = e->peers[at].nonce,
                                  .size = CP_EDGE_PROBE_LEAST,
                                  .unpacks = cp_edge_locals_are_there(e),
                                  .heard_count = d->heard_count};

    p->sent_us[p->number % CP_EDGE_WINDOW_MAX] = e->now_us;
    probe.full = (p->number - p->base) % EIGHTH == 1;
    if (probe.full)
        probe.size = full_size(e, &l->path);
    memcpy(probe.heard, d->heard, sizeof probe.heard);
    cp_arena_reset(e->work, e->work_empty);
    *out = (struct cp_edge_act){.kind = CP_EDGE_PROBE,
                                .segments = (const uint8_t(*)[16])l->path.segments,
                                .segment_count = l->path.segment_count,
                                .address = peer->address};
    return cp_edge_probe_write(&probe, peer->key, e->work, &out->text) == CP_OK;
}

bool cp_edge_probes_next(struct cp_edge *e, struct cp_edge_act *out)
{
    uint32_t i;

    while ((i = cp_edge_queue_take(&e->probe_queue)) != NONE) {
        struct edge_lsp *l = &e->lsps[i];

        l->probing.waits = false;
        if (l->used && l->probing.began_us != 0 && !l->dead && send(e, l, out))
            return true;
    }
    return false;
}

/* --- hearing --------------------------------------------------------------------------------------- */

static bool is_retired(const struct edge_peer *peer, uint64_t nonce)
{
    for (uint32_t i = 0; i < RETIRED; i++)
        if (peer->retired[i] == nonce)
            return true;
    return false;
}

/* What was lost while the far edge was not heard says nothing: both ways may have been cut. */
static void count_anew(struct cp_edge *e, const struct edge_demand *d)
{
    for (uint32_t i = d->first_lsp; i != NONE; i = e->lsps[i].next)
        e->lsps[i].probing.base = e->lsps[i].probing.number;
}

/* What it heard of ours in the life before is over. */
static void begin_anew(struct cp_edge *e, uint32_t at)
{
    for (uint32_t i = 0; i < e->config.policy->demand_count; i++)
        if (e->peer_of_demand[i] == at) {
            e->demands[i].heard_count = 0;
            count_anew(e, &e->demands[i]);
        }
}

void cp_edge_probes_away(struct cp_edge *e)
{
    e->nonce++;
    for (uint32_t i = 0; i < config_of(e)->peer_count; i++)
        begin_anew(e, i);
}

/* Whether it is of the life of the peer that counts.  Another one does where it answers ours, or where nothing else does. */
static bool is_of_its_life(struct cp_edge *e, uint32_t at, const struct cp_edge_probe *probe)
{
    struct edge_peer *peer = &e->peers[at];
    bool answers = probe->your_nonce == e->nonce;
    uint64_t patience_us = (uint64_t)SILENCE * config_of(e)->window * config_of(e)->every_us;

    if (probe->nonce != peer->nonce) {
        if (is_retired(peer, probe->nonce) ||
            (!answers && peer->sure_us != 0 && e->now_us - peer->sure_us < patience_us))
            return false;
        memmove(&peer->retired[1], &peer->retired[0], sizeof peer->retired - sizeof(uint64_t));
        peer->retired[0] = peer->nonce;
        peer->nonce = probe->nonce;
        peer->sure_us = 0;
        begin_anew(e, at);
    }
    if (answers)
        peer->sure_us = e->now_us;
    return true;
}

static struct cp_edge_heard *heard_of(struct edge_demand *d, uint32_t path)
{
    uint32_t oldest = 0;

    for (uint32_t i = 0; i < d->heard_count; i++) {
        if (d->heard[i].path == path)
            return &d->heard[i];
        if (d->heard_at_us[i] < d->heard_at_us[oldest])
            oldest = i;
    }
    if (d->heard_count < CP_AGENT_PATHS)
        oldest = d->heard_count++;
    d->heard[oldest] = (struct cp_edge_heard){.path = path};
    return &d->heard[oldest];
}

/* False: it came before. */
static bool note(struct cp_edge *e, struct edge_demand *d, const struct cp_edge_probe *probe)
{
    struct cp_edge_heard *h = heard_of(d, probe->path);
    uint64_t ahead = probe->number > h->last ? probe->number - h->last : 0;
    uint64_t behind = ahead == 0 ? h->last - probe->number : 0;

    if (ahead == 0 && (behind >= 64 || (h->map >> behind & 1) != 0))
        return false;
    if (ahead > 0) {
        h->map = ahead < 64 ? h->map << ahead | 1 : 1;
        h->last = probe->number;
    } else {
        h->map |= (uint64_t)1 << behind;
    }
    if (probe->full && (uint32_t)probe->number > h->full)
        h->full = (uint32_t)probe->number;
    d->heard_at_us[h - d->heard] = e->now_us;
    return true;
}

/* What it tells of ours: of what is older than what is known nothing is taken. */
static void learn(struct cp_edge *e, const struct edge_demand *d, const struct cp_edge_heard *h,
                  bool unpacks)
{
    struct edge_lsp *l = h->path == 0 || h->path > e->lsp_end ? NULL : &e->lsps[h->path - 1];
    struct edge_probing *p;

    if (l == NULL || !l->used || &e->demands[l->demand] != d || l->probing.began_us == 0)
        return;
    p = &l->probing;
    if (h->last > p->number || h->last < p->last)
        return;
    p->map = h->map | (h->last - p->last < 64 ? p->map << (h->last - p->last) : 0);
    p->last = h->last;
    if (unpacks && h->full > p->full_last && h->full > (uint32_t)p->base &&
        h->full <= (uint32_t)p->number) {
        p->full = true;
        p->full_last = h->full;
        l->proven_us = e->now_us;
    }
}

/* What ends at SIDs that may not be there is alive, and not proven. */
static void disprove(struct cp_edge *e, const struct edge_demand *d)
{
    for (uint32_t i = d->first_lsp; i != NONE; i = e->lsps[i].next) {
        e->lsps[i].probing.full = false;
        e->lsps[i].probing.full_last = (uint32_t)e->lsps[i].probing.number;
    }
}

static uint32_t peer_by(const struct cp_edge *e, uint32_t node)
{
    for (uint32_t i = 0; i < config_of(e)->peer_count; i++)
        if (config_of(e)->peers[i].node == node)
            return i;
    return NONE;
}

void cp_edge_probed(struct cp_edge *e, cp_text bytes, uint64_t now_us)
{
    uint32_t at = peer_by(e, cp_edge_probe_sender(bytes));
    const struct cp_edge_demand *of;
    struct cp_edge_probe probe;
    struct edge_demand *d;

    e->now_us = now_us;
    if (at == NONE || !cp_edge_probe_read(bytes, config_of(e)->peers[at].key, &probe) ||
        probe.receiver != e->config.policy->nodes[0].number)
        return;
    of = cp_edge_demand_find(e->config.policy, probe.class, probe.sender);
    if (of == NULL || !is_of_its_life(e, at, &probe))
        return;
    d = &e->demands[of - e->config.policy->demands];
    if (!note(e, d, &probe) || probe.your_nonce != e->nonce)
        return;
    if (now_us - d->heard_us > 3 * config_of(e)->every_us)
        count_anew(e, d);
    d->heard_us = now_us;
    for (uint32_t i = 0; i < probe.heard_count; i++)
        learn(e, d, &probe.heard[i], probe.unpacks);
    if (!probe.unpacks)
        disprove(e, d);
}
