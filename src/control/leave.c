#include <string.h>

#include "inside.h"

/*
 * LSPs on their way out: the plan has no LSP of their key any more.  Where others carry their demands now, those come
 * first: they are installed and verified, then the old one drains, and then it goes.  One that goes over what is no longer
 * allowed, or of which that cannot be told, does not wait; while held, and by a plan whose view is not whole, only the former goes: what the plan
 * does not have may have vanished with the nodes that are missed, or not been told yet.
 */

enum { LOOK_US = 50000 };

/* --- what it carries ----------------------------------------------------------------------------- */

static cp_err note_demands(struct cp_control *c, struct ctl_lsp *l, const struct cp_plan *plan,
                           uint32_t in_plan, uint32_t most)
{
    const struct cp_plan_lsp *p = cp_plan_lsp(plan, in_plan);
    struct cp_out out = cp_out_make(c->work);

    l->demands_cut = p->demand_count > most;
    for (uint32_t i = 0; i < p->demand_count && i < most; i++) {
        if (i > 0)
            cp_out_char(&out, '\n');
        cp_out_text(&out, cp_plan_view(plan)->net->demands[p->demands[i]].id);
    }
    return cp_ctl_text_put(&c->pool, &out, &l->demands);
}

cp_err cp_ctl_demands(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];

    return note_demands(c, l, c->epoch->plan, l->in_plan, DEMANDS_KEPT);
}

/* --- what it touches ----------------------------------------------------------------------------- */

/* The way that the router may have: another one than the intended where it said so, and that too while it is ordered. */
static bool may_have_intended(const struct ctl_lsp *l)
{
    return !l->known || l->same || l->srp_id != 0;
}

static bool may_have_other(const struct ctl_lsp *l)
{
    return l->known && !l->same;
}

/* What only the plan before tells, which had it: whom it carried and what it touched.  Plans to come are judged by it. */
static cp_err note_before(struct cp_control *c, struct ctl_lsp *l, const struct ctl_epoch *old)
{
    uint32_t in_plan = old == NULL ? CP_NONE : cp_plan_find(old->plan, l->key);

    if (in_plan == CP_NONE)
        return CP_OK;
    CP_TRY(note_demands(c, l, old->plan, in_plan, UINT32_MAX));
    return cp_ctl_touched_note(c, l, old,
                               (may_have_intended(l) ? TOUCHED_INTENDED : 0u) |
                                   (may_have_other(l) ? TOUCHED_INSTALLED : 0u));
}

/* --- who carries it now -------------------------------------------------------------------------- */

static cp_err carry(struct ctl_epoch *e, uint32_t in_plan, uint32_t demand, uint32_t *count)
{
    cp_text id = cp_plan_view(e->plan)->net->demands[demand].id;
    uint32_t first = cp_map_find(e->carried, id);
    uint32_t at = (*count)++;

    e->carriers[at] = (struct ctl_carried){in_plan, CP_NONE};
    if (first == CP_MAP_NONE)
        return cp_map_add(e->carried, id, at);
    e->carriers[at].next = e->carriers[first].next;
    e->carriers[first].next = at;
    return CP_OK;
}

static cp_err gather(struct ctl_epoch *e)
{
    size_t all = 0;
    uint32_t count = 0;

    if (e->carried != NULL)
        return CP_OK;
    for (uint32_t i = 0; i < cp_plan_lsp_count(e->plan); i++)
        all += cp_plan_lsp(e->plan, i)->demand_count;
    if (all >= CP_NONE)
        return CP_ERR_LIMIT;
    e->carriers = CP_TAKE(e->arena, all, struct ctl_carried);
    if (e->carriers == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_map_open(e->arena, &e->carried));
    for (uint32_t i = 0; i < cp_plan_lsp_count(e->plan); i++) {
        const struct cp_plan_lsp *p = cp_plan_lsp(e->plan, i);

        for (uint32_t k = 0; k < p->demand_count; k++)
            CP_TRY(carry(e, i, p->demands[k], &count));
    }
    return CP_OK;
}

/* LSPs of the plan that carry, in its direction, what it carried. */
struct successors {
    const struct ctl_epoch *e;
    const struct ctl_lsp *l;
    cp_text rest;
    uint32_t at; /* CP_NONE: the next demand */
};

static bool next_successor(struct successors *s, uint32_t *in_plan)
{
    cp_text demand;

    for (;;) {
        if (s->at == CP_NONE) {
            if (!cp_text_word(&s->rest, "\n", &demand))
                return false;
            s->at = cp_map_find(s->e->carried, demand);
            continue;
        }
        *in_plan = s->e->carriers[s->at].in_plan;
        s->at = s->e->carriers[s->at].next;
        if (cp_plan_lsp(s->e->plan, *in_plan)->direction == s->l->direction)
            return true;
    }
}

static struct successors successors_of(const struct ctl_epoch *e, const struct ctl_lsp *l)
{
    return (struct successors){.e = e, .l = l, .rest = l->demands, .at = CP_NONE};
}

/* --- whether it is dirty ------------------------------------------------------------------------- */

static ctl_past worse(ctl_past a, ctl_past b)
{
    return a > b ? a : b;
}

/* Where the network of now leads it. */
static cp_err judge_walk(struct cp_control *c, const struct ctl_epoch *e,
                         const struct cp_plan_course *course, ctl_past *worst)
{
    struct cp_trace trace;

    CP_TRY(cp_plan_trace_course(e->picker, course, &e->gone, c->work, &trace));
    if (trace.kind == CP_TRACE_FORBIDDEN)
        *worst = worse(*worst, trace.unjudged && c->partial ? PAST_UNKNOWN : PAST_DIRTY);
    else if (trace.kind != CP_TRACE_CLEAN || !trace.arrives)
        *worst = worse(*worst, PAST_UNKNOWN);
    return CP_OK;
}

static cp_err judge_by(struct cp_control *c, const struct ctl_lsp *l, const struct ctl_epoch *e,
                       struct cp_plan_course course, ctl_past *worst)
{
    struct ctl_cause ignored;

    *worst = worse(*worst, cp_ctl_touched_judge(l, e, course.treatment, &ignored));
    if (course.headend == CP_NONE || course.endpoint == CP_NONE) {
        *worst = worse(*worst, PAST_UNKNOWN);
        return CP_OK;
    }
    course.hops = cp_ctl_way_path(&l->intended);
    if (may_have_intended(l))
        CP_TRY(judge_walk(c, e, &course, worst));
    course.hops = cp_ctl_way_path(&l->installed);
    return may_have_other(l) ? judge_walk(c, e, &course, worst) : CP_OK;
}

/* By the rules of all demands that it carried, each treatment once.  Where nobody carries any of them any more, or not all
 * are known, nobody says what it may pass. */
static cp_err judge_by_successors(struct cp_control *c, const struct ctl_lsp *l,
                                  const struct ctl_epoch *e, ctl_past *worst)
{
    struct successors s = successors_of(e, l);
    struct cp_plan_course course = {.headend = CP_NONE,
                                    .endpoint = cp_plan_node_of(e->plan, l->dst)};
    uint8_t *done = CP_TAKE(c->work, cp_plan_judge(e->plan)->treatment_count, uint8_t);
    uint32_t in_plan;
    bool any = false;

    if (done == NULL)
        return CP_ERR_NOMEM;
    if (l->peer != CP_NONE)
        course.headend = c->peers[l->peer].node;
    if (course.headend == CP_NONE)
        course.headend = cp_plan_node_of(e->plan, l->src);
    while (*worst != PAST_DIRTY && next_successor(&s, &in_plan)) {
        any = true;
        course.treatment = cp_plan_lsp(e->plan, in_plan)->treatment;
        if (done[course.treatment] != 0)
            continue;
        done[course.treatment] = 1;
        CP_TRY(judge_by(c, l, e, course, worst));
    }
    if (!any || l->demands_cut)
        *worst = worse(*worst, PAST_UNKNOWN);
    return CP_OK;
}

static cp_err judge(struct cp_control *c, const struct ctl_lsp *l, const struct ctl_epoch *e,
                    ctl_past *out)
{
    *out = PAST_CLEAN;
    if (l->known && !l->same && l->up && l->installed_is != CP_TRACE_CLEAN)
        *out = l->installed_is == CP_TRACE_FORBIDDEN || !c->partial ? PAST_DIRTY : PAST_UNKNOWN;
    return judge_by_successors(c, l, e, out);
}

static void decide(struct cp_control *c, uint32_t slot, ctl_past is)
{
    struct ctl_lsp *l = &c->lsps[slot];

    if (is != PAST_DIRTY && c->partial)
        return; /* another plan may have it */
    l->dirty = is != PAST_CLEAN;
    if (l->aim == AIM_PATH && is != PAST_DIRTY && c->held)
        return; /* it is looked at again when that ends */
    if (l->aim == AIM_PATH && !l->dirty && (l->known || l->srp_id != 0))
        return; /* drains when its time has come */
    cp_ctl_go(c, slot);
}

cp_err cp_ctl_leave(struct cp_control *c, uint32_t slot, const struct ctl_epoch *old,
                    struct ctl_epoch *e)
{
    struct ctl_lsp *l = &c->lsps[slot];
    ctl_past is;

    l->in_plan = CP_NONE;
    l->better_us = UINT64_MAX;
    if (l->aim == AIM_GONE || l->laid_by)
        return CP_OK;
    CP_TRY(gather(e));
    CP_TRY(note_before(c, l, old));
    CP_TRY(judge(c, l, e, &is));
    decide(c, slot, is);
    return CP_OK;
}

void cp_ctl_go(struct cp_control *c, uint32_t slot)
{
    c->lsps[slot].aim = AIM_GONE;
    c->lsps[slot].drain_us = UINT64_MAX;
    cp_ctl_supersede(c, slot);
}

/* --- other ways ---------------------------------------------------------------------------------- */

void cp_ctl_doubt_leaving(struct cp_control *c)
{
    c->epoch->leaving_judged = 0;
    if (c->epoch->leaving_count > 0)
        c->leave_us = c->now_us;
}

static bool is_leaving(const struct ctl_lsp *l)
{
    return l->used && l->in_plan == CP_NONE && l->aim == AIM_PATH;
}

/* Steps of the network are others than those that it was judged by. */
static cp_err judge_again(struct cp_control *c)
{
    struct ctl_epoch *e = c->epoch;

    for (uint32_t i = 0; i < c->config.wakes_most && e->leaving_judged < e->leaving_count; i++) {
        uint32_t slot = e->leaving[e->leaving_judged++];
        cp_arena_mark mark = cp_arena_mark_get(c->work);
        ctl_past is;

        if (!is_leaving(&c->lsps[slot]))
            continue;
        CP_TRY(judge(c, &c->lsps[slot], e, &is));
        cp_arena_reset(c->work, mark);
        decide(c, slot, is);
        if (c->lsps[slot].aim == AIM_GONE)
            CP_TRY(cp_ctl_push(c, slot));
    }
    return CP_OK;
}

/* --- draining ------------------------------------------------------------------------------------ */

static bool is_settled(const struct cp_control *c, uint32_t in_plan)
{
    cp_lsp_phase phase = c->lsps[c->epoch->slot_of[in_plan]].phase;

    return phase == CP_LSP_INSTALLED || phase == CP_LSP_DOWN;
}

static bool all_settled(const struct cp_control *c, const struct ctl_lsp *l)
{
    struct successors s = successors_of(c->epoch, l);
    uint32_t in_plan;

    while (next_successor(&s, &in_plan))
        if (!is_settled(c, in_plan))
            return false;
    return true;
}

cp_err cp_ctl_look_at_leaving(struct cp_control *c)
{
    struct ctl_epoch *e = c->epoch;
    bool more = false;

    c->leave_us = UINT64_MAX;
    if (e->leaving_count > 0)
        CP_TRY(gather(e));
    CP_TRY(judge_again(c));
    if (e->leaving_judged < e->leaving_count) {
        c->leave_us = c->now_us;
        return CP_OK;
    }
    if (c->held || c->partial)
        return CP_OK; /* a later plan may have them */
    for (uint32_t i = 0; i < e->leaving_count; i++) {
        uint32_t slot = e->leaving[i];
        struct ctl_lsp *l = &c->lsps[slot];

        if (!is_leaving(l))
            continue;
        if (l->dirty) { /* it was held back */
            cp_ctl_go(c, slot);
            CP_TRY(cp_ctl_push(c, slot));
            continue;
        }
        if (!all_settled(c, l)) { /* others by this plan, perhaps, than those it drained for */
            more = true;
            l->drain_us = UINT64_MAX;
            cp_ctl_timer(c, slot);
            continue;
        }
        if (l->drain_us != UINT64_MAX)
            continue;
        l->drain_us = c->now_us + c->config.drain_us;
        cp_ctl_phase(c, slot, CP_LSP_DRAINING, NULL);
        cp_ctl_timer(c, slot);
    }
    if (more)
        c->leave_us = c->now_us + LOOK_US;
    return CP_OK;
}
