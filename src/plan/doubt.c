#include <stdlib.h>

#include "parts.h"

/*
 * An LSP that has no clean path for what feeds disagree about: the link that one of them has not may be there.  Of each one
 * without a path that is looked for: over what is allowed and there it is not reached, with what is in doubt it is.  Whether the
 * links in doubt are allowed is not known here (the routers at their ends must be), so it is said that there may be a way, and no more.
 * One search serves all LSPs of a headend and a treatment; it goes over each link and each doubt once.  All of them together
 * take no more steps than they are given: who is not looked at then is told so.
 */

enum { STEPS_MOST = 50000000 /* a tenth of a second or two */ };

struct doubting {
    const struct cp_plan *plan;
    const struct cp_marks *marks;
    uint32_t *end_first; /* [doubts + 1] */
    uint32_t *ends;      /* graph nodes by doubt, those alone that are in the graph */
    uint32_t *at_first;  /* [nodes + 1] */
    uint32_t *at;        /* doubts by graph node, ascending */
    uint32_t *queue;     /* [nodes] */
    uint32_t
        *by; /* [nodes] the first doubt on the way there; CP_NONE: none yet; NOT: not reached */
    bool *spread; /* [doubts] all that it joins is reached */
    uint32_t count;
    uint64_t steps; /* of all searches; left */
};

#define NOT (CP_NONE - 1)

/* --- whom doubts join ---------------------------------------------------------------------------- */

static cp_err list_ends(struct doubting *d, struct cp_arena *arena)
{
    const struct cp_ted_view *view = d->plan->ask.view;
    uint32_t sum = 0;

    for (uint32_t i = 0; i < view->doubt_count; i++)
        sum += view->doubts[i].end_count;
    d->end_first = CP_TAKE(arena, (size_t)view->doubt_count + 1, uint32_t);
    d->ends = CP_TAKE(arena, sum, uint32_t);
    if (d->end_first == NULL || d->ends == NULL)
        return CP_ERR_NOMEM;
    sum = 0;
    for (uint32_t i = 0; i < view->doubt_count; i++) {
        for (uint32_t k = 0; k < view->doubts[i].end_count; k++) {
            uint32_t v = cp_case_node(view->net, view->doubts[i].ends[k]).at;

            v = v == CP_NONE ? CP_NONE : d->plan->net.node_of_case[v];
            if (v != CP_NONE)
                d->ends[sum++] = v;
        }
        d->end_first[i + 1] = sum;
    }
    return CP_OK;
}

/* Counted, summed, filled. */
static cp_err index_nodes(struct doubting *d, struct cp_arena *arena)
{
    uint32_t nodes = d->plan->net.graph.node_count, doubts = d->plan->ask.view->doubt_count;

    d->at_first = CP_TAKE(arena, (size_t)nodes + 2, uint32_t);
    d->at = CP_TAKE(arena, d->end_first[doubts], uint32_t);
    if (d->at_first == NULL || d->at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t k = 0; k < d->end_first[doubts]; k++)
        d->at_first[d->ends[k] + 2]++;
    for (uint32_t v = 1; v < nodes + 2; v++)
        d->at_first[v] += d->at_first[v - 1];
    for (uint32_t i = 0; i < doubts; i++)
        for (uint32_t k = d->end_first[i]; k < d->end_first[i + 1]; k++)
            d->at[d->at_first[d->ends[k] + 1]++] = i;
    return CP_OK;
}

/* --- one search ---------------------------------------------------------------------------------- */

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

/* A doubt joins each of its ends to all others: whoever is met first reaches them all. */
static void spread_doubts(struct doubting *d, uint32_t from)
{
    for (uint32_t n = d->at_first[from]; n < d->at_first[from + 1]; n++) {
        uint32_t i = d->at[n];

        if (d->spread[i])
            continue;
        d->spread[i] = true;
        for (uint32_t k = d->end_first[i]; k < d->end_first[i + 1]; k++)
            reach(d, d->ends[k], d->by[from] == CP_NONE ? i : d->by[from]);
    }
}

/* First all that is reached without doubts, then what is with them. */
static void search(struct doubting *d, uint32_t from)
{
    uint32_t nodes = d->plan->net.graph.node_count;

    d->count = 0;
    for (uint32_t v = 0; v < nodes; v++)
        d->by[v] = NOT;
    for (uint32_t i = 0; i < d->plan->ask.view->doubt_count; i++)
        d->spread[i] = false;
    reach(d, from, CP_NONE);
    for (uint32_t i = 0; i < d->count; i++)
        spread(d, d->queue[i]);
    for (uint32_t i = 0; i < d->count; i++) {
        spread_doubts(d, d->queue[i]);
        if (d->by[d->queue[i]] != CP_NONE)
            spread(d, d->queue[i]);
    }
}

/* --- all ----------------------------------------------------------------------------------------- */

/* What a search costs at most: nodes, hops, doubts, and ends of these twice. */
static uint64_t cost(const struct doubting *d)
{
    const struct cp_graph *g = &d->plan->net.graph;
    uint32_t doubts = d->plan->ask.view->doubt_count;

    return (uint64_t)g->node_count + g->hop_first[g->node_count] + doubts +
           2 * (uint64_t)d->end_first[doubts];
}

/* An LSP without a path. */
struct sought {
    uint32_t treatment, headend, lsp;
};

static int by_search(const void *a, const void *b)
{
    const struct sought *x = a;
    const struct sought *y = b;

    if (x->treatment != y->treatment)
        return x->treatment < y->treatment ? -1 : 1;
    return x->headend < y->headend ? -1 : x->headend > y->headend;
}

/* sought [count]: all of one headend and one treatment. */
static void doubt_some(struct doubting *d, struct cp_plan_lsp *lsps, const struct sought *sought,
                       uint32_t count)
{
    const uint32_t *node_of_case = d->plan->net.node_of_case;
    uint32_t from = node_of_case[sought[0].headend];
    bool looks = d->steps >= cost(d);

    if (from == CP_NONE)
        return;
    d->marks = &d->plan->routes.markings[sought[0].treatment].marks;
    if (looks) {
        d->steps -= cost(d);
        search(d, from);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct cp_plan_lsp *lsp = &lsps[sought[i].lsp];
        uint32_t to = node_of_case[lsp->endpoint];
        uint32_t by = looks && to != CP_NONE ? d->by[to] : NOT;

        lsp->undoubted = !looks;
        if (by != NOT && by != CP_NONE)
            lsp->doubt = &d->plan->ask.view->doubts[by];
    }
}

static cp_err doubt_all(struct cp_plan *plan, struct cp_arena *work)
{
    uint32_t nodes = plan->net.graph.node_count, count = 0;
    uint64_t steps = plan->ask.config.doubt_steps;
    struct doubting d = {.plan = plan,
                         .queue = CP_TAKE(work, nodes, uint32_t),
                         .by = CP_TAKE(work, nodes, uint32_t),
                         .spread = CP_TAKE(work, plan->ask.view->doubt_count, bool),
                         .steps = steps == 0 ? STEPS_MOST : steps};
    struct sought *sought = CP_TAKE(work, plan->lsp_count, struct sought);

    if (d.queue == NULL || d.by == NULL || d.spread == NULL || sought == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(list_ends(&d, work));
    CP_TRY(index_nodes(&d, work));
    for (uint32_t i = 0; i < plan->lsp_count; i++)
        if (plan->lsps[i].option_count == 0)
            sought[count++] = (struct sought){plan->lsps[i].treatment, plan->lsps[i].headend, i};
    if (count > 0)
        qsort(sought, count, sizeof *sought, by_search);
    for (uint32_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && by_search(&sought[i], &sought[end]) == 0;)
            end++;
        doubt_some(&d, plan->lsps, &sought[i], end - i);
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
