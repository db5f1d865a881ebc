#include <string.h>

#include "inside.h"

/*
 * LSPs on their way out: the plan has no LSP of their key any more.  Where others carry their demands now, those come
 * first: they are installed and verified, then the old one drains, and then it goes.  One that goes over what is no longer
 * allowed, or of which that cannot be told, does not wait; while held, and by a plan whose view is not whole, only the former goes: what the plan
 * does not have may have vanished with the nodes that are missed, or not been told yet.
 */

enum { DEMANDS_KEPT = 8, LOOK_US = 50000 };

/* --- what it carries ----------------------------------------------------------------------------- */

cp_err cp_ctl_demands(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    const struct cp_plan_lsp *p = cp_plan_lsp(c->epoch->plan, l->in_plan);
    const struct cp_case *net = cp_plan_view(c->epoch->plan)->net;
    struct cp_out out = cp_out_make(c->work);
    cp_text text;

    for (uint32_t i = 0; i < p->demand_count && i < DEMANDS_KEPT; i++) {
        if (i > 0)
            cp_out_char(&out, '\n');
        cp_out_text(&out, net->demands[p->demands[i]].id);
    }
    CP_TRY(cp_out_done(&out, &text));
    if (cp_text_eq(text, l->demands))
        return CP_OK;
    cp_ctl_text_give(&c->pool, &l->demands);
    return cp_ctl_text_take(&c->pool, text, &l->demands);
}

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
    const struct cp_plan_lsp
        *was; /* in the plan before: then all of its demands count, not some; NULL */
    const struct cp_case *before;
    uint32_t was_next;
    uint32_t at; /* CP_NONE: the next demand */
};

static bool next_demand(struct successors *s, cp_text *demand)
{
    if (s->was == NULL)
        return cp_text_word(&s->rest, "\n", demand);
    if (s->was_next == s->was->demand_count)
        return false;
    *demand = s->before->demands[s->was->demands[s->was_next++]].id;
    return true;
}

static bool next_successor(struct successors *s, uint32_t *in_plan)
{
    cp_text demand;

    for (;;) {
        if (s->at == CP_NONE) {
            if (!next_demand(s, &demand))
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

typedef enum {
    LEAVES_CLEAN,
    LEAVES_UNKNOWN, /* nobody knows whether it is clean */
    LEAVES_DIRTY /* over what is forbidden, or on a way that its router took by itself and nobody knows */
} leaves;

/* Whether the new plan allows, for who carries its demands now, all that the old path touched.  What its network does
 * not have any more is not known to be allowed: no packet that matters gets through there either. */
static bool is_allowed(const struct ctl_epoch *old, const struct ctl_epoch *e, uint32_t element,
                       uint32_t treatment)
{
    const struct cp_net *net = cp_plan_net(old->plan);
    const struct cp_case *before = cp_plan_view(old->plan)->net;
    const struct cp_case *after = cp_plan_view(e->plan)->net;
    uint32_t rule, at;

    if (element < net->graph.link_count) {
        at = cp_case_link(after, before->links[net->case_link[element]].id).at;
        return at != CP_NONE && cp_plan_allows(e->plan, treatment, CP_OBJECT_LINK, at, &rule);
    }
    at = cp_case_node(after, before->nodes[net->case_node[element - net->graph.link_count]].id).at;
    return at != CP_NONE && cp_plan_allows(e->plan, treatment, CP_OBJECT_NODE, at, &rule);
}

static bool is_in_network(const struct ctl_epoch *old, const struct ctl_epoch *e, uint32_t element)
{
    const struct cp_net *net = cp_plan_net(old->plan);
    const struct cp_case *before = cp_plan_view(old->plan)->net;
    const struct cp_case *after = cp_plan_view(e->plan)->net;
    uint32_t at;

    if (element < net->graph.link_count) {
        at = cp_case_link(after, before->links[net->case_link[element]].id).at;
        return at != CP_NONE && e->link_of_case[at] != CP_NONE;
    }
    at = cp_case_node(after, before->nodes[net->case_node[element - net->graph.link_count]].id).at;
    return at != CP_NONE && cp_plan_net(e->plan)->node_of_case[at] != CP_NONE;
}

static leaves judge_way(const struct ctl_way *way, const struct ctl_epoch *old,
                        const struct ctl_epoch *e, uint32_t treatment)
{
    leaves worst = LEAVES_CLEAN;

    for (uint32_t i = 0; i < way->touch_count; i++) {
        if (is_allowed(old, e, way->touches[i], treatment))
            continue;
        if (is_in_network(old, e, way->touches[i]))
            return LEAVES_DIRTY;
        worst = LEAVES_UNKNOWN;
    }
    return worst;
}

/* By the demands that it carried: all of them where the plan before tells; who carries none of them any more has
 * nobody who could say what it may pass. */
static leaves judge_by_successors(const struct ctl_lsp *l, const struct ctl_epoch *old,
                                  const struct ctl_epoch *e)
{
    struct successors s = successors_of(e, l);
    uint32_t in_plan = cp_plan_find(old->plan, l->key);
    const struct ctl_way *way = l->known && !l->same ? &l->installed : &l->intended;
    leaves worst = LEAVES_CLEAN;
    bool any = false;

    if (in_plan != CP_NONE) {
        s.was = cp_plan_lsp(old->plan, in_plan);
        s.before = cp_plan_view(old->plan)->net;
    }
    while (worst != LEAVES_DIRTY && next_successor(&s, &in_plan)) {
        leaves is = judge_way(way, old, e, cp_plan_lsp(e->plan, in_plan)->treatment);

        any = true;
        worst = is > worst ? is : worst;
    }
    return any ? worst : LEAVES_UNKNOWN;
}

static leaves judge(const struct cp_control *c, const struct ctl_lsp *l,
                    const struct ctl_epoch *old, const struct ctl_epoch *e)
{
    const struct ctl_way *way = l->known && !l->same ? &l->installed : &l->intended;

    if (l->known && !l->same && l->up && l->installed_is != CP_TRACE_CLEAN)
        return l->installed_is == CP_TRACE_FORBIDDEN || !c->partial ? LEAVES_DIRTY : LEAVES_UNKNOWN;
    if (old == NULL || way->touch_count == 0)
        return LEAVES_UNKNOWN;
    return judge_by_successors(l, old, e);
}

cp_err cp_ctl_leave(struct cp_control *c, uint32_t slot, const struct ctl_epoch *old,
                    struct ctl_epoch *e)
{
    struct ctl_lsp *l = &c->lsps[slot];
    leaves is;

    l->in_plan = CP_NONE;
    l->better_us = UINT64_MAX;
    if (l->aim == AIM_GONE || l->laid_by)
        return CP_OK;
    CP_TRY(gather(e));
    is = judge(c, l, old, e);
    if (is != LEAVES_DIRTY && c->partial)
        return CP_OK; /* another plan may have it */
    l->dirty = l->dirty || is != LEAVES_CLEAN;
    if (l->aim == AIM_PATH && is != LEAVES_DIRTY && c->held)
        return CP_OK; /* it is looked at again when that ends */
    if (l->aim == AIM_PATH && !l->dirty && (l->known || l->srp_id != 0))
        return CP_OK; /* drains when its time has come */
    cp_ctl_go(c, slot);
    return CP_OK;
}

void cp_ctl_go(struct cp_control *c, uint32_t slot)
{
    c->lsps[slot].aim = AIM_GONE;
    c->lsps[slot].drain_us = UINT64_MAX;
    cp_ctl_supersede(c, slot);
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
    if (c->held || c->partial)
        return CP_OK; /* a later plan may have them */
    if (e->leaving_count > 0)
        CP_TRY(gather(e));
    for (uint32_t i = 0; i < e->leaving_count; i++) {
        uint32_t slot = e->leaving[i];
        struct ctl_lsp *l = &c->lsps[slot];

        if (!l->used || l->in_plan != CP_NONE || l->aim != AIM_PATH || l->drain_us != UINT64_MAX)
            continue;
        if (l->dirty) { /* it was held back */
            cp_ctl_go(c, slot);
            CP_TRY(cp_ctl_push(c, slot));
            continue;
        }
        if (!all_settled(c, l)) {
            more = true;
            continue;
        }
        l->drain_us = c->now_us + c->config.drain_us;
        cp_ctl_phase(c, slot, CP_LSP_DRAINING, NULL);
        cp_ctl_timer(c, slot);
    }
    if (more)
        c->leave_us = c->now_us + LOOK_US;
    return CP_OK;
}
