#include "given.h"

#include "base/out.h"

/*
 * LSPs that a router delegates to us although we did not make them and the config does not list them: such that were
 * asked for (PCReq) and are delegated then, or that somebody configured there.  None is kept on the best path; but what its
 * router gave into our hand does not stay where requests between its ends may not go: it is told, and ordered elsewhere,
 * or out of service.
 */

/* Of the table's room: what all routers may take, and what one may. */
enum { ALL_SHARE = 2, ONE_SHARE = 8, ONE_MOST = 256 };

#define ALONE "the configuration does not list it: "

uint32_t cp_ctl_given_most(const struct cp_control *c)
{
    return c->config.lsp_max / ALL_SHARE;
}

cp_err cp_ctl_own_name(struct cp_control *c, uint32_t peer, const struct cp_pce_lsp *lsp,
                       cp_text *out)
{
    struct cp_out text = cp_out_make(c->work);

    cp_out_text(&text, c->config.peers[peer].name);
    cp_out_char(&text, '/');
    cp_out_text(&text, lsp->name);
    if (lsp->name.len == 0)
        cp_out_format(&text, "PLSP-ID %u", lsp->plsp_id);
    return cp_out_done(&text, out);
}

/* --- which there are ----------------------------------------------------------------------------- */

/* By its number in this session, else by its name; the place that points to it. */
static struct ctl_given **find(struct ctl_peer *p, uint32_t plsp_id, cp_text name)
{
    struct ctl_given **by_name = NULL, **at;

    for (at = &p->given; *at != NULL; at = &(*at)->next) {
        if (!(*at)->stale && (*at)->said.lsp.plsp_id == plsp_id)
            return at;
        if (cp_text_eq((*at)->name, name))
            by_name = at;
    }
    return by_name != NULL ? by_name : at;
}

static cp_err drop(struct cp_control *c, uint32_t peer, struct ctl_given **at)
{
    static const struct cp_pce_lsp gone = {.removed = true};
    struct ctl_given *g = *at;

    CP_TRY(cp_ctl_alarm_about_end(c, "delegated", g->name));
    CP_TRY(cp_ctl_alarm_about_end(c, "delegated-dirty", g->name));
    CP_TRY(cp_ctl_keep_said(c, &g->said, &gone));
    *at = g->next;
    cp_ctl_text_give(&c->pool, &g->name);
    cp_ctl_give(&c->pool, g, sizeof *g);
    c->peers[peer].given_count--;
    c->given_count--;
    return CP_OK;
}

/* NULL: no room is left. */
static cp_err make(struct cp_control *c, uint32_t peer, cp_text name, struct ctl_given **out)
{
    struct ctl_peer *p = &c->peers[peer];

    *out = NULL;
    if (p->given_count >= ONE_MOST || p->given_count > c->config.lsp_max / ONE_SHARE ||
        c->given_count >= cp_ctl_given_most(c))
        return cp_ctl_alarm_about(
            c, "delegated", c->config.peers[peer].name,
            "it delegates more LSPs that the configuration does not list than there is room "
            "for: nobody looks where the rest goes");
    *out = (struct ctl_given *)cp_ctl_take(&c->pool, sizeof **out);
    if (*out == NULL)
        return CP_ERR_NOMEM;
    **out = (struct ctl_given){.next = p->given};
    CP_TRY(cp_ctl_text_take(&c->pool, name, &(*out)->name));
    p->given = *out;
    p->given_count++;
    c->given_count++;
    return CP_OK;
}

static void wake(struct cp_control *c, struct ctl_given *g, uint64_t at_us)
{
    g->look_us = at_us;
    if (at_us < c->given_us)
        c->given_us = at_us;
    if (at_us < c->given_next_us)
        c->given_next_us = at_us;
}

cp_err cp_ctl_given_heard(struct cp_control *c, uint32_t peer, const struct cp_pce_lsp *lsp)
{
    struct ctl_given **at, *g;
    cp_text name;

    CP_TRY(cp_ctl_own_name(c, peer, lsp, &name));
    at = find(&c->peers[peer], lsp->plsp_id, name);
    g = *at;
    if (lsp->removed || !lsp->delegated)
        return g == NULL ? CP_OK : drop(c, peer, at);
    if (g == NULL)
        CP_TRY(make(c, peer, name, &g));
    if (g == NULL)
        return CP_OK;
    g->stale = false;
    g->reported_us = c->now_us;
    wake(c, g, c->now_us);
    return cp_ctl_keep_said(c, &g->said, lsp);
}

void cp_ctl_given_stale(struct cp_control *c, uint32_t peer)
{
    for (struct ctl_given *g = c->peers[peer].given; g != NULL; g = g->next)
        g->stale = true;
}

cp_err cp_ctl_given_synced(struct cp_control *c, uint32_t peer)
{
    struct ctl_given **at = &c->peers[peer].given;

    while (*at != NULL) {
        struct ctl_given *g = *at;

        if (g->stale) {
            CP_TRY(drop(c, peer, at));
            continue;
        }
        g->retry_us = 0;
        wake(c, g, c->now_us);
        at = &g->next;
    }
    return CP_OK;
}

void cp_ctl_doubt_given(struct cp_control *c)
{
    for (uint32_t i = 0; i < c->config.peer_count; i++)
        for (struct ctl_given *g = c->peers[i].given; g != NULL; g = g->next) {
            g->retry_us = 0;
            wake(c, g, c->now_us);
        }
}

/* --- where they go ------------------------------------------------------------------------------- */

/* Its headend is the router that reports it, whatever it calls itself. */
static struct cp_pce_request as_request(const struct cp_control *c, uint32_t peer,
                                        const struct ctl_given *g)
{
    const struct ctl_peer *p = &c->peers[peer];
    const struct cp_pce_lsp *lsp = &g->said.lsp;
    cp_ip own = {0};

    if (p->node != CP_NONE)
        own = cp_plan_view(c->epoch->plan)->nodes[p->node].address;
    return (struct cp_pce_request){.src = own.family != 0 ? own : lsp->src,
                                   .dst = lsp->dst,
                                   .path_setup_type = lsp->path_setup_type,
                                   .segments_max = p->depth_max,
                                   .plsp_id = lsp->plsp_id};
}

static bool carries(const struct ctl_given *g)
{
    const struct cp_pce_lsp *lsp = &g->said.lsp;

    return (lsp->state == CP_PCE_LSP_UP || lsp->state == CP_PCE_LSP_ACTIVE) &&
           cp_ctl_given_path(g).count > 0;
}

/* NULL: nothing bad is known of where it goes. */
static const char *dirty_words(const struct cp_control *c, const struct ctl_given *g,
                               const struct cp_plan_judged *judged)
{
    if (judged->why != NULL || !carries(g))
        return NULL;
    if (judged->trace.kind == CP_TRACE_FORBIDDEN)
        return "it is delegated to us, and up on a path that is forbidden";
    return judged->trace.kind == CP_TRACE_UNKNOWN && !c->partial && !c->lacking
               ? "it is delegated to us, and up on a path with a hop that nobody knows: unknown "
                 "is not trusted"
               : NULL;
}

static const char *words(const struct cp_control *c, const struct ctl_given *g,
                         const struct cp_plan_judged *judged)
{
    if (judged->why != NULL)
        return ALONE "nobody keeps it clean";
    if (carries(g) && judged->trace.kind == CP_TRACE_UNKNOWN && (c->partial || c->lacking))
        return ALONE "where it goes a feed may know that has not told all, or is lost";
    return g->taken_down ? ALONE "it is out of service, for no clean path was left"
                         : ALONE "it is kept off what requests between its ends may not pass, and "
                                 "no more";
}

/* --- orders -------------------------------------------------------------------------------------- */

static cp_err send(struct cp_control *c, uint32_t peer, struct ctl_given *g,
                   const struct cp_plan_reply *reply)
{
    struct cp_pce_path now = cp_ctl_given_path(g);
    bool srv6 = now.count > 0 && now.at[0].kind == CP_PCE_HOP_SRV6;
    const struct cp_control_step step = {
        .kind = CP_DO_ORDER,
        .peer = peer,
        .order = {.kind = CP_PCE_UPDATE,
                  .srp_id = cp_ctl_next_srp(&c->peers[peer]),
                  .plsp_id = g->said.lsp.plsp_id,
                  .up = reply->found,
                  .path = reply->found ? reply->hops : cp_ctl_path_down(c, peer, srv6)}};

    g->taken_down = !reply->found;
    g->retry_us = cp_ctl_backoff(c, ++g->tries);
    c->status.orders++;
    wake(c, g, g->retry_us);
    return cp_ctl_step(c, &step);
}

/* Onto a clean path; where there is none one that carries something is taken out of service. */
static cp_err order(struct cp_control *c, uint32_t peer, struct ctl_given *g,
                    const struct ctl_cause *cause)
{
    const struct ctl_peer *p = &c->peers[peer];
    struct cp_pce_request request = as_request(c, peer, g);
    struct cp_plan_reply reply;

    if (g->stale || !p->synced || !p->updates || c->plan_doubted)
        return CP_OK;
    if (c->now_us < g->retry_us) {
        wake(c, g, g->retry_us);
        return CP_OK;
    }
    CP_TRY(cp_plan_reply(c->epoch->picker, &request, &c->epoch->gone, c->work, &reply));
    if (!reply.found && !carries(g))
        return CP_OK;
    CP_TRY(cp_ctl_record_given(c, peer, g, &reply, cause));
    return send(c, peer, g, &reply);
}

static cp_err look(struct cp_control *c, uint32_t peer, struct ctl_given *g)
{
    struct cp_pce_request request = as_request(c, peer, g);
    struct ctl_cause cause = {"delegated", CP_NONE, CP_NONE};
    struct cp_plan_judged judged;
    const char *dirty;

    g->look_us = UINT64_MAX;
    CP_TRY(cp_plan_trace_request(c->epoch->picker, &request, cp_ctl_given_path(g), &c->epoch->gone,
                                 c->work, &judged));
    dirty = dirty_words(c, g, &judged);
    if (dirty != NULL) {
        cause.element = judged.trace.element;
        cause.rule = judged.trace.rule;
        CP_TRY(cp_ctl_alarm_given(c, g, dirty, &cause));
    } else {
        CP_TRY(cp_ctl_alarm_about_end(c, "delegated-dirty", g->name));
    }
    if (dirty == NULL && carries(g)) {
        g->taken_down = false;
        g->tries = 0;
    }
    if (dirty != NULL || g->taken_down)
        CP_TRY(order(c, peer, g, &cause));
    g->dirty = dirty != NULL;
    g->why = dirty != NULL ? dirty : words(c, g, &judged);
    return cp_ctl_alarm_about(c, "delegated", g->name, words(c, g, &judged));
}

static cp_err look_at_peer(struct cp_control *c, uint32_t peer, uint32_t *looked)
{
    for (struct ctl_given *g = c->peers[peer].given; g != NULL; g = g->next) {
        cp_arena_mark mark = cp_arena_mark_get(c->work);

        if (g->look_us <= c->now_us) {
            (*looked)++;
            CP_TRY(look(c, peer, g));
        }
        cp_arena_reset(c->work, mark);
        if (g->look_us < c->given_next_us)
            c->given_next_us = g->look_us;
    }
    return CP_OK;
}

/* All of one router at a time, until enough is looked at for one call; the rest with the next. */
cp_err cp_ctl_look_at_given(struct cp_control *c)
{
    uint32_t looked = 0;

    if (c->given_peer == 0)
        c->given_next_us = UINT64_MAX;
    while (c->given_peer < c->config.peer_count && looked < c->config.wakes_most)
        CP_TRY(look_at_peer(c, c->given_peer++, &looked));
    if (c->given_peer < c->config.peer_count)
        return CP_OK;
    c->given_us = c->given_next_us;
    c->given_peer = 0;
    return CP_OK;
}

/* --- what is so ---------------------------------------------------------------------------------- */

static cp_lsp_phase phase_of(const struct ctl_given *g)
{
    if (g->stale)
        return CP_LSP_WAITING;
    if (carries(g))
        return g->dirty ? CP_LSP_ASTRAY : CP_LSP_INSTALLED;
    return g->taken_down ? CP_LSP_DOWN : CP_LSP_WAITING;
}

static struct cp_control_given describe(const struct cp_control *c, uint32_t peer,
                                        const struct ctl_given *g)
{
    return (struct cp_control_given){.name = g->name,
                                     .peer = peer,
                                     .headend = c->peers[peer].node,
                                     .dst = g->said.lsp.dst,
                                     .colour = g->said.lsp.colour_known ? g->said.lsp.colour : 0,
                                     .phase = phase_of(g),
                                     .why = g->why,
                                     .path = cp_ctl_given_path(g),
                                     .reported_us = g->reported_us,
                                     .is = CP_TRACE_UNKNOWN,
                                     .rule = CP_NONE};
}

cp_err cp_control_each_given(const struct cp_control *c, cp_control_visit visit, void *user)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < c->config.peer_count; i++)
        for (const struct ctl_given *g = c->peers[i].given; g != NULL; g = g->next) {
            struct cp_control_given given = describe(c, i, g);

            CP_TRY(visit(user, at++, &given));
        }
    return CP_OK;
}

/* The walk is that by which it is looked at. */
static cp_err trace(const struct cp_control *c, const struct ctl_given *g, struct cp_arena *arena,
                    struct cp_control_given *out)
{
    struct cp_pce_request request;
    struct cp_plan_judged judged;

    if (c->epoch == NULL)
        return CP_OK;
    request = as_request(c, out->peer, g);
    CP_TRY(cp_plan_trace_request(c->epoch->picker, &request, out->path, &c->epoch->gone, arena,
                                 &judged));
    if (judged.why != NULL)
        return CP_OK;
    out->is = judged.trace.kind;
    out->rule = judged.trace.rule;
    out->touches = judged.trace.touches;
    out->touch_count = judged.trace.touch_count;
    return CP_OK;
}

cp_err cp_control_given(const struct cp_control *c, uint32_t at, struct cp_arena *arena,
                        struct cp_control_given *out)
{
    uint32_t peer = 0;
    const struct ctl_given *g;

    for (; at >= c->peers[peer].given_count; peer++)
        at -= c->peers[peer].given_count;
    g = c->peers[peer].given;
    for (; at > 0; at--)
        g = g->next;
    *out = describe(c, peer, g);
    return trace(c, g, arena, out);
}
