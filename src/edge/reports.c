#include <string.h>

#include "inside.h"

/*
 * What the controller is told of each LSP: as the kernel has it by what was read back last.  An order is answered when
 * the agent has answered; where nothing is to be done for it, at once.
 */

enum { PROOF_US = 10 * SECOND_US };

void cp_edge_report(struct cp_edge *e, struct edge_lsp *l)
{
    if (l->queued)
        return;
    l->queued = true;
    cp_edge_queue_put(&e->report_queue, cp_edge_lsp_index(e, l));
}

/* What the kernel does not have is not probed, and proves nothing any more. */
bool cp_edge_lsp_is_alive(const struct cp_edge *e, const struct edge_lsp *l)
{
    return l->probing.alive && cp_edge_demand_path(&e->demands[l->demand], l) != NONE;
}

bool cp_edge_lsp_is_proven(const struct cp_edge *e, const struct edge_lsp *l)
{
    return l->probing.full && cp_edge_lsp_is_alive(e, l);
}

/* A proof that stands is told again and again: the controller lets it grow old. */
static bool has_news(const struct cp_edge *e, const struct edge_lsp *l)
{
    return cp_edge_lsp_phase(e, l) != (cp_edge_phase)l->told_phase ||
           l->told_alive != cp_edge_lsp_is_alive(e, l) ||
           l->told_proven != cp_edge_lsp_is_proven(e, l) ||
           (cp_edge_lsp_is_proven(e, l) && e->now_us - l->told_us > PROOF_US);
}

void cp_edge_report_changes(struct cp_edge *e, uint32_t demand)
{
    if (!e->demands[demand].known)
        return;
    for (uint32_t i = e->demands[demand].first_lsp; i != NONE; i = e->lsps[i].next)
        if (!e->lsps[i].removing && has_news(e, &e->lsps[i]))
            cp_edge_report(e, &e->lsps[i]);
}

void cp_edge_report_all(struct cp_edge *e)
{
    for (uint32_t i = 0; i < e->lsp_end; i++)
        if (e->lsps[i].used && !e->lsps[i].removing)
            cp_edge_report(e, &e->lsps[i]);
}

static cp_pce_lsp_state state_of(cp_edge_phase phase)
{
    switch (phase) {
    case CP_EDGE_ACTIVE:
        return CP_PCE_LSP_ACTIVE;
    case CP_EDGE_NEW:
    case CP_EDGE_ORDERED:
        return CP_PCE_LSP_GOING_UP;
    case CP_EDGE_LEAVES:
        return CP_PCE_LSP_GOING_DOWN;
    case CP_EDGE_DOWN:
    case CP_EDGE_WAITS:
    case CP_EDGE_DEAD:
    case CP_EDGE_NOT_THERE:
        break;
    }
    return CP_PCE_LSP_DOWN;
}

static cp_err make_path(struct cp_edge *e, const struct edge_hops *hops, struct cp_pce_path *out)
{
    struct cp_pce_hop *at = CP_TAKE(e->work, hops->count, struct cp_pce_hop);

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint8_t i = 0; i < hops->count; i++) {
        at[i].kind = CP_PCE_HOP_SRV6;
        memcpy(at[i].srv6, hops->at[i], 16);
    }
    *out = (struct cp_pce_path){at, hops->count};
    return CP_OK;
}

/* The kernel's path of it, as it was read back. */
static cp_err make_actual(struct cp_edge *e, const struct edge_lsp *l, struct cp_pce_path *out)
{
    const struct edge_demand *d = &e->demands[l->demand];
    uint32_t at = cp_edge_demand_path(d, l);
    struct edge_hops hops;

    *out = (struct cp_pce_path){NULL, 0};
    if (at == NONE)
        return CP_OK;
    cp_edge_path_hops(e, &d->paths[at], cp_edge_hops_begin_local(e, &l->hops), &hops);
    return make_path(e, &hops, out);
}

static struct cp_pce_proof proof_of(const struct cp_edge *e, const struct edge_lsp *l)
{
    const struct edge_demand *d = &e->demands[l->demand];
    uint32_t at = cp_edge_demand_path(d, l);

    return (struct cp_pce_proof){.known = e->peer_of_demand[l->demand] != NONE,
                                 .alive = cp_edge_lsp_is_proven(e, l),
                                 .proven_us = l->proven_us,
                                 .packets = at == NONE ? UINT64_MAX : d->paths[at].packets};
}

/* RFC 8231 7.3.3: why it is not up any more.  A permission of it ended, and its controller ordered nothing that could be refused. */
static uint32_t error_of(const struct cp_edge *e, const struct edge_lsp *l)
{
    return cp_edge_lsp_is_refused(l) && cp_edge_lsp_phase(e, l) == CP_EDGE_NOT_THERE
               ? CP_PCE_LSP_UNACCEPTABLE
               : CP_PCE_LSP_FINE;
}

static cp_err make(struct cp_edge *e, const struct edge_lsp *l, bool syncing,
                   struct cp_pce_lsp *out)
{
    *out = (struct cp_pce_lsp){.plsp_id = cp_edge_lsp_index(e, l) + 1,
                               .srp_id = l->srp_id,
                               .name = {l->name, l->name_len},
                               .src = l->src,
                               .dst = l->dst,
                               .delegated = true,
                               .created = true,
                               .removed = l->gone && !syncing,
                               .wanted_up = l->wanted_up,
                               .syncing = syncing,
                               .state = state_of(cp_edge_lsp_phase(e, l)),
                               .error = error_of(e, l),
                               .colour_known = true,
                               .colour = l->colour,
                               .preference = l->preference,
                               .path_setup_type = CP_PCEP_SETUP_SRV6,
                               .proof = proof_of(e, l)};
    CP_TRY(make_path(e, &l->hops, &out->intended));
    return make_actual(e, l, &out->actual);
}

/* An order is not answered while what it asks for is on its way. */
static bool may_answer(const struct cp_edge *e, const struct edge_lsp *l)
{
    cp_edge_phase phase = cp_edge_lsp_phase(e, l);

    return l->srp_id == 0 || l->gone ||
           (phase != CP_EDGE_NEW && phase != CP_EDGE_ORDERED && phase != CP_EDGE_LEAVES);
}

static cp_err tell(struct cp_edge *e, struct edge_lsp *l, struct edge_session *s, bool syncing)
{
    struct cp_pce_lsp report;
    cp_err err;

    cp_arena_reset(e->work, e->work_empty);
    CP_TRY(make(e, l, syncing, &report));
    if (!may_answer(e, l))
        report.srp_id = 0;
    err = cp_pcc_report(s->pcc, &report, e->now_us);
    if (report.srp_id != 0)
        l->srp_id = 0;
    l->told_phase = (uint8_t)cp_edge_lsp_phase(e, l);
    l->told_alive = cp_edge_lsp_is_alive(e, l);
    l->told_proven = cp_edge_lsp_is_proven(e, l);
    l->told_us = e->now_us;
    return err;
}

static cp_err tell_all(struct cp_edge *e, struct edge_session *s)
{
    for (uint32_t i = 0; i < e->lsp_end; i++)
        if (e->lsps[i].used)
            CP_TRY(tell(e, &e->lsps[i], s, true));
    return cp_pcc_synced(s->pcc, e->now_us);
}

/* One whose way out is over is gone with its last report; without a session nobody needs one. */
static cp_err tell_one(struct cp_edge *e, struct edge_lsp *l, struct edge_session *s)
{
    cp_err err = CP_OK;

    l->queued = false;
    if (!l->used || (l->removing && !l->gone))
        return CP_OK;
    if (l->gone && l->told_us == 0)
        s = NULL; /* nobody heard of it */
    if (s != NULL && (l->gone || may_answer(e, l) || has_news(e, l)))
        err = tell(e, l, s, false);
    if (l->gone)
        cp_edge_lsp_free(e, l);
    return err;
}

void cp_edge_reports_send(struct cp_edge *e)
{
    struct edge_session *s = e->obeyed == NONE ? NULL : &e->sessions[e->obeyed];
    cp_err err = CP_OK;

    if (s != NULL && !s->told_synced && e->whole && cp_pcc_is_up(s->pcc)) {
        err = tell_all(e, s);
        s->told_synced = true;
    }
    s = cp_edge_session_get(e);
    for (uint32_t i = cp_edge_queue_take(&e->report_queue); err == CP_OK && i != NONE;
         i = cp_edge_queue_take(&e->report_queue))
        err = tell_one(e, &e->lsps[i], s);
    if (err != CP_OK && e->obeyed != NONE) /* it does not take its bytes: all is told anew */
        cp_pcc_end(e->sessions[e->obeyed].pcc, CP_PCEP_CLOSE_NONE);
}
