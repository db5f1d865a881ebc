#include "parts.h"

/*
 * An LSP that has no clean path for what feeds disagree about is not blocked by rules: the link that one of them has not may
 * be there.  Of each one without a path that is looked for: over what is allowed and there it is not reached, with what is in
 * doubt it is.  Whose the links in doubt are is not known here, so it is said that there may be a way, and no more.  Cost: one
 * search for each such LSP, while feeds disagree.
 */

struct doubting {
    const struct cp_plan *plan;
    const struct cp_marks *marks;
    const uint32_t **ends; /* [doubts] graph nodes; CP_NONE: not in the graph */
    uint32_t *queue;       /* [nodes] */
    uint32_t
        *by; /* [nodes] the first doubt on the way there; CP_NONE: none yet; NOT: not reached */
    uint32_t count;
};

#define NOT (CP_NONE - 1)

static cp_err place(struct doubting *d, struct cp_arena *arena)
{
    const struct cp_ted_view *view = d->plan->ask.view;

    d->ends = (const uint32_t **)cp_arena_take(arena, view->doubt_count, sizeof *d->ends);
    if (d->ends == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < view->doubt_count; i++) {
        uint32_t *ends = CP_TAKE(arena, view->doubts[i].end_count, uint32_t);

        if (ends == NULL)
            return CP_ERR_NOMEM;
        for (uint32_t k = 0; k < view->doubts[i].end_count; k++) {
            uint32_t v = cp_case_node(view->net, view->doubts[i].ends[k]).at;

            ends[k] = v == CP_NONE ? CP_NONE : d->plan->net.node_of_case[v];
        }
        d->ends[i] = ends;
    }
    return CP_OK;
}

static void reach(struct doubting *d, uint32_t node, uint32_t by)
{
    if (d->by[node] != NOT || d->marks->node[node] != 0)
        return;
    d->by[node] = by;
    d->queue[d->count++] = node;
}

static void spread(struct doubting *d, uint32_t from)
{
    const struct cp_graph *g = &d->plan->net.graph;

    for (uint32_t h = g->hop_first[from]; h < g->hop_first[from + 1]; h++)
        if (d->marks->link[g->hops[h].link] == 0)
            reach(d, g->hops[h].to, d->by[from]);
}

static void spread_doubts(struct doubting *d, uint32_t from)
{
    const struct cp_ted_view *view = d->plan->ask.view;

    for (uint32_t i = 0; i < view->doubt_count; i++) {
        bool on = false;

        for (uint32_t k = 0; k < view->doubts[i].end_count && !on; k++)
            on = d->ends[i][k] == from;
        for (uint32_t k = 0; k < view->doubts[i].end_count && on; k++) {
            uint32_t v = d->ends[i][k];

            if (v != CP_NONE)
                reach(d, v, d->by[from] == CP_NONE ? i : d->by[from]);
        }
    }
}

/* First all that is reached without doubts, then what is with them. */
static uint32_t find(struct doubting *d, const struct cp_plan_lsp *lsp)
{
    uint32_t nodes = d->plan->net.graph.node_count;
    uint32_t from = d->plan->net.node_of_case[lsp->headend];
    uint32_t to = d->plan->net.node_of_case[lsp->endpoint];

    if (from == CP_NONE || to == CP_NONE)
        return CP_NONE;
    d->marks = &d->plan->routes.markings[lsp->treatment].marks;
    d->count = 0;
    for (uint32_t v = 0; v < nodes; v++)
        d->by[v] = NOT;
    reach(d, from, CP_NONE);
    for (uint32_t i = 0; i < d->count; i++)
        spread(d, d->queue[i]);
    if (d->by[to] != NOT)
        return CP_NONE;
    for (uint32_t i = 0; i < d->count; i++) {
        spread_doubts(d, d->queue[i]);
        if (d->by[d->queue[i]] != CP_NONE)
            spread(d, d->queue[i]);
    }
    return d->by[to] == NOT ? CP_NONE : d->by[to];
}

static cp_err doubt_all(struct cp_plan *plan, struct cp_arena *work)
{
    uint32_t nodes = plan->net.graph.node_count;
    struct doubting d = {.plan = plan,
                         .queue = CP_TAKE(work, nodes, uint32_t),
                         .by = CP_TAKE(work, nodes, uint32_t)};

    if (d.queue == NULL || d.by == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(place(&d, work));
    for (uint32_t i = 0; i < plan->lsp_count; i++) {
        struct cp_plan_lsp *lsp = &plan->lsps[i];
        uint32_t doubt = lsp->option_count > 0 ? CP_NONE : find(&d, lsp);

        if (doubt == CP_NONE)
            continue;
        lsp->doubt = &plan->ask.view->doubts[doubt];
        lsp->blocking = NULL;
    }
    return CP_OK;
}

cp_err cp_plan_doubt(struct cp_plan *plan)
{
    struct cp_arena *work;
    cp_err err;

    if (plan->ask.view->doubt_count == 0)
        return CP_OK;
    work = cp_arena_open(SIZE_MAX);
    if (work == NULL)
        return CP_ERR_NOMEM;
    err = doubt_all(plan, work);
    cp_arena_close(work);
    return err;
}
