#include "algorithm.h"

#include <string.h>

#include "graph/queue.h"
#include "ground/metric.h"

/*
 * A failure that touches nothing in a closure changes nothing in it, so sets of failures grow by what was
 * met: as in room `audit`, but one flow at a time, and each set from the start.  Sets are tried by size.
 *
 * Lies, by docs/notes/0001: a liar's own ends are always in, at a metric of 1, so it is left by the one from which the
 * destination is nearest; it is reached by true ways, whose last end an honest node must have in.
 */

#define FAR UINT64_MAX

/* Routers as they are after some failures. */
struct world {
    uint8_t *node_down, *link_down; /* [nodes], [links] how many reasons */
    uint64_t *cost;                 /* [nodes] to the destination over honest nodes; FAR */
};

struct failures {
    uint32_t element[CP_AUDIT_DEPTH_MAX];
    uint32_t count;
};

struct algorithm_hunt {
    const struct algorithm *a;
    const struct cp_graph *g;
    const struct cp_audit_request *request;
    struct cp_arena *work;
    struct cp_queue *queue;
    struct world before, after;
    uint64_t *near;  /* [nodes] true cost from the source */
    uint8_t *met;    /* [links + nodes] in the closure walked last */
    uint32_t *list;  /* [links + nodes] those */
    uint32_t *stack; /* [nodes] */
    uint32_t list_count;
    uint64_t budget; /* searches left */
    const struct algorithm_flow *flow;
    cp_state state;
    uint32_t limit; /* failures that are tried now */
    bool found, exhausted;
};

/* --- opening ------------------------------------------------------------------------------ */

static bool open_world(const struct cp_graph *g, struct cp_arena *work, struct world *w)
{
    w->node_down = CP_TAKE(work, g->node_count, uint8_t);
    w->link_down = CP_TAKE(work, g->link_count, uint8_t);
    w->cost = CP_TAKE(work, g->node_count, uint64_t);
    return w->node_down != NULL && w->link_down != NULL && w->cost != NULL;
}

cp_err cp_algorithm_open(const struct algorithm *algorithm, const struct cp_audit_request *request,
                         uint64_t budget, struct cp_arena *work, struct algorithm_hunt **out)
{
    const struct cp_graph *g = algorithm->graph;
    size_t elements = (size_t)g->link_count + g->node_count;
    uint64_t entries = (uint64_t)g->hop_first[g->node_count] + 1;
    struct algorithm_hunt *h = CP_TAKE(work, 1, struct algorithm_hunt);

    if (h == NULL)
        return CP_ERR_NOMEM;
    if (request->depth > CP_AUDIT_DEPTH_MAX || entries > UINT32_MAX)
        return CP_ERR_LIMIT;
    *h = (struct algorithm_hunt){.a = algorithm,
                                 .g = g,
                                 .request = request,
                                 .work = work,
                                 .near = CP_TAKE(work, g->node_count, uint64_t),
                                 .met = CP_TAKE(work, elements, uint8_t),
                                 .list = CP_TAKE(work, elements, uint32_t),
                                 .stack = CP_TAKE(work, g->node_count, uint32_t),
                                 .budget = budget};
    if (h->near == NULL || h->met == NULL || h->list == NULL || h->stack == NULL ||
        !open_world(g, work, &h->before) || !open_world(g, work, &h->after))
        return CP_ERR_NOMEM;
    *out = h;
    return cp_queue_open(work, (uint32_t)entries, &h->queue);
}

bool cp_algorithm_is_exhausted(const struct algorithm_hunt *hunt)
{
    return hunt->exhausted;
}

/* --- routes ------------------------------------------------------------------------------- */

static void fail(struct world *w, const struct cp_graph *g, uint32_t element)
{
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        w->link_down[at] = 1;
        return;
    case CP_ELEMENT_NODE:
        w->node_down[at] = 1;
        return;
    case CP_ELEMENT_SRLG:
        break;
    }
    for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
        w->link_down[g->srlg_links[i]] = 1;
}

/* Whether honest packets can leave by the end. */
static bool is_open(const struct algorithm_hunt *h, const struct world *w, uint32_t end)
{
    uint32_t node = h->g->end_node[end];

    return h->a->node_in[node] && h->a->end_in[end] && h->a->end_cost[end] != CP_COST_NONE &&
           !w->node_down[node] && !w->link_down[h->g->end_link[end]];
}

/* Honest nodes whose way to the destination goes on over this one. */
static void open_towards(struct algorithm_hunt *h, struct world *w, uint32_t node)
{
    const struct cp_graph *g = h->g;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t link = g->end_link[g->node_ends[i]];

        for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
            uint32_t from = g->end_node[e];
            uint64_t cost = w->cost[node] + h->a->end_cost[e];

            if (from == node || !is_open(h, w, e) || cost >= w->cost[from])
                continue;
            w->cost[from] = cost;
            cp_queue_push(h->queue, cost, from);
        }
    }
}

/* Costs after these failures. */
static void find_costs(struct algorithm_hunt *h, struct world *w, const struct failures *failed)
{
    const struct cp_graph *g = h->g;
    uint64_t cost = 0;
    uint32_t node = 0;

    h->exhausted = h->exhausted || h->budget == 0;
    h->budget -= h->budget > 0;
    memset(w->node_down, 0, g->node_count * sizeof *w->node_down);
    memset(w->link_down, 0, g->link_count * sizeof *w->link_down);
    for (uint32_t i = 0; i < failed->count; i++)
        fail(w, g, failed->element[i]);
    for (uint32_t v = 0; v < g->node_count; v++)
        w->cost[v] = FAR;
    w->cost[h->flow->destination] = 0;
    cp_queue_clear(h->queue);
    cp_queue_push(h->queue, 0, h->flow->destination);
    while (cp_queue_pop(h->queue, &cost, &node))
        if (cost == w->cost[node])
            open_towards(h, w, node);
}

bool cp_algorithm_serves(struct algorithm_hunt *h, const struct algorithm_flow *flow)
{
    h->flow = flow;
    find_costs(h, &h->before, &(struct failures){0});
    return h->before.cost[flow->source] != FAR;
}

/* --- closures ----------------------------------------------------------------------------- */

static uint32_t marks_of(const struct algorithm_hunt *h, uint32_t element)
{
    uint32_t links = h->g->link_count;

    return element < links ? h->a->marks.link[element] : h->a->marks.node[element - links];
}

static void meet(struct algorithm_hunt *h, uint32_t element)
{
    if (h->met[element])
        return;
    h->met[element] = 1;
    h->list[h->list_count++] = element;
    h->found = h->found || marks_of(h, element) != 0;
}

/* Whether a router sends packets by this end to that node. */
static bool sends(const struct algorithm_hunt *h, const struct world *w, uint32_t end, uint32_t to)
{
    uint64_t cost = w->cost[h->g->end_node[end]];

    return cost != FAR && w->cost[to] != FAR && is_open(h, w, end) && !w->node_down[to] &&
           cost == w->cost[to] + h->a->end_cost[end];
}

/* Goes on from a node; deep is how many stand on the stack. */
static uint32_t walk_from(struct algorithm_hunt *h, const struct world *also, uint32_t node,
                          uint32_t deep)
{
    const struct cp_graph *g = h->g;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t end = g->node_ends[i];
        uint32_t link = g->end_link[end];

        for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
            uint32_t to = g->end_node[e];

            if (to == node ||
                (!sends(h, &h->before, end, to) && (also == NULL || !sends(h, also, end, to))))
                continue;
            meet(h, cp_graph_element_of_link(link));
            if (!h->met[cp_graph_element_of_node(g, to)])
                h->stack[deep++] = to;
            meet(h, cp_graph_element_of_node(g, to));
        }
    }
    return deep;
}

/* The closure, by the routes before and, where given, by others, too: into the list; found: it is exposed. */
static void walk(struct algorithm_hunt *h, const struct world *also)
{
    uint32_t deep = 0;

    for (uint32_t i = 0; i < h->list_count; i++)
        h->met[h->list[i]] = 0;
    h->list_count = 0;
    if (h->before.cost[h->flow->source] == FAR)
        return;
    meet(h, cp_graph_element_of_node(h->g, h->flow->source));
    h->stack[deep++] = h->flow->source;
    while (deep > 0) {
        uint32_t node = h->stack[--deep];

        if (node != h->flow->destination)
            deep = walk_from(h, also, node, deep);
    }
}

/* --- lies --------------------------------------------------------------------------------- */

/* Of the way from a liar to the destination, at its best; FAR. */
static uint64_t exit_cost(const struct algorithm_hunt *h, uint32_t liar)
{
    const struct cp_graph *g = h->g;
    uint64_t best = FAR;

    for (uint32_t i = g->node_end_first[liar]; i < g->node_end_first[liar + 1]; i++) {
        uint32_t link = g->end_link[g->node_ends[i]];

        for (uint32_t e = g->end_first[link];
             !h->before.link_down[link] && e < g->end_first[link + 1]; e++) {
            uint32_t to = g->end_node[e];

            if (to != liar && h->before.cost[to] < best - 1 && !h->before.node_down[to])
                best = h->before.cost[to] + 1;
        }
    }
    return best;
}

/* From an honest node to those beside it. */
static void open_from(struct algorithm_hunt *h, uint32_t node)
{
    const struct cp_graph *g = h->g;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t end = g->node_ends[i];
        uint32_t link = g->end_link[end];

        for (uint32_t e = g->end_first[link];
             is_open(h, &h->before, end) && e < g->end_first[link + 1]; e++) {
            uint32_t to = g->end_node[e];
            uint64_t cost = h->near[node] + h->a->end_cost[end];

            if (h->before.node_down[to] || (!h->a->node_in[to] && !h->a->liar[to]) ||
                cost >= h->near[to])
                continue;
            h->near[to] = cost;
            cp_queue_push(h->queue, cost, to);
        }
    }
}

/* True costs from the source, over honest nodes. */
static void find_near(struct algorithm_hunt *h)
{
    uint64_t cost = 0;
    uint32_t node = 0;

    for (uint32_t v = 0; v < h->g->node_count; v++)
        h->near[v] = FAR;
    h->near[h->flow->source] = 0;
    cp_queue_clear(h->queue);
    cp_queue_push(h->queue, 0, h->flow->source);
    while (cp_queue_pop(h->queue, &cost, &node))
        if (cost == h->near[node] && !h->a->liar[node])
            open_from(h, node);
}

/*
 * Whether some lie draws packets: the nearest liar and the best exit are one liar's, or two liars' with an
 * invented link between them; no other two are better.
 */
static bool is_drawn(struct algorithm_hunt *h)
{
    uint64_t near = FAR;
    uint64_t exit = FAR;
    bool both = false;

    find_near(h);
    for (uint32_t v = 0; v < h->g->node_count; v++) {
        if (!h->a->liar[v] || h->before.node_down[v])
            continue;
        uint64_t beyond = exit_cost(h, v);

        near = h->near[v] < near ? h->near[v] : near;
        exit = beyond < exit ? beyond : exit;
    }
    if (near == FAR || exit == FAR)
        return false;
    for (uint32_t v = 0; v < h->g->node_count; v++)
        if (h->a->liar[v] && !h->before.node_down[v] && h->near[v] == near)
            both = both || exit_cost(h, v) == exit;
    return near + exit + (both ? 0 : 1) <= h->before.cost[h->flow->source];
}

/* --- sets of failures --------------------------------------------------------------------- */

static uint32_t kind_bit(cp_element_kind kind)
{
    switch (kind) {
    case CP_ELEMENT_LINK:
        return CP_FAIL_LINK;
    case CP_ELEMENT_NODE:
        return CP_FAIL_NODE;
    case CP_ELEMENT_SRLG:
        break;
    }
    return CP_FAIL_SRLG;
}

static bool may_fail(const struct algorithm_hunt *h, uint32_t element)
{
    uint32_t at = 0;
    cp_element_kind kind = cp_graph_element(h->g, element, &at);

    if ((h->request->failure_kinds & kind_bit(kind)) == 0)
        return false;
    for (uint32_t i = 0; kind == CP_ELEMENT_NODE && i < h->flow->end_count; i++)
        if (h->flow->ends[i] == at)
            return false;
    return true;
}

static bool holds(const struct failures *f, uint32_t element)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (f->element[i] == element)
            return true;
    return false;
}

struct touching {
    uint32_t *element;
    uint32_t count;
};

/* Failures that touch what was met: in the work arena.  Of a group with several links met, as often. */
static cp_err find_touching(struct algorithm_hunt *h, struct touching *out)
{
    const struct cp_graph *g = h->g;
    size_t most = h->list_count;

    for (uint32_t i = 0; i < h->list_count; i++)
        if (h->list[i] < g->link_count)
            most += g->link_srlg_first[h->list[i] + 1] - g->link_srlg_first[h->list[i]];
    *out = (struct touching){.element = CP_TAKE(h->work, most, uint32_t)};
    if (out->element == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < h->list_count; i++) {
        uint32_t link = h->list[i];

        out->element[out->count++] = link;
        if (link >= g->link_count)
            continue;
        for (uint32_t k = g->link_srlg_first[link]; k < g->link_srlg_first[link + 1]; k++)
            out->element[out->count++] = cp_graph_element_of_srlg(g, g->link_srlgs[k]);
    }
    return CP_OK;
}

/* What is done with each set that is one larger. */
typedef cp_err visit(struct algorithm_hunt *h, const struct failures *failed, uint32_t change);

/* Visits the set with each failure on what was met. */
static cp_err grow(struct algorithm_hunt *h, const struct failures *failed, uint32_t change,
                   visit *next)
{
    cp_arena_mark mark = cp_arena_mark_get(h->work);
    struct touching touching;

    CP_TRY(find_touching(h, &touching));
    for (uint32_t i = 0; i < touching.count && !h->found && !h->exhausted; i++) {
        struct failures more = *failed;
        uint32_t element = touching.element[i];

        if (!may_fail(h, element) || holds(failed, element) || element == change)
            continue;
        more.element[more.count++] = element;
        CP_TRY(next(h, &more, change));
    }
    cp_arena_reset(h->work, mark);
    return CP_OK;
}

/* steady and liar */
static cp_err try_set(struct algorithm_hunt *h, const struct failures *failed, uint32_t change)
{
    find_costs(h, &h->before, failed);
    walk(h, NULL);
    if (!h->found && h->state == CP_STATE_LIAR)
        h->found = is_drawn(h);
    if (h->found || failed->count == h->limit)
        return CP_OK;
    return grow(h, failed, change, try_set);
}

/* The last failure, `change`, comes after the others. */
static cp_err try_change(struct algorithm_hunt *h, const struct failures *failed, uint32_t change)
{
    struct failures then = *failed;

    then.element[then.count++] = change;
    find_costs(h, &h->before, failed);
    find_costs(h, &h->after, &then);
    walk(h, &h->after);
    if (h->found || then.count == h->limit)
        return CP_OK;
    return grow(h, failed, change, try_change);
}

static cp_err begin_change(struct algorithm_hunt *h, const struct failures *with, uint32_t none)
{
    struct failures failed = *with;

    (void)none;
    return try_change(h, &failed, failed.element[--failed.count]);
}

static cp_err try_transitions(struct algorithm_hunt *h, const struct failures *failed,
                              uint32_t none)
{
    bool exposed = false;

    if (failed->count >= h->limit)
        return CP_OK;
    find_costs(h, &h->before, failed);
    walk(h, NULL);
    exposed = h->found;
    h->found = false;
    if (exposed) { /* whatever fails next, if something can */
        for (uint32_t e = 0; e < cp_graph_element_count(h->g) && !h->found; e++)
            h->found = may_fail(h, e) && !holds(failed, e);
        return CP_OK;
    }
    CP_TRY(grow(h, failed, none, begin_change));
    if (h->found || failed->count + 1 >= h->limit)
        return CP_OK;
    find_costs(h, &h->before, failed);
    walk(h, NULL);
    return grow(h, failed, none, try_transitions);
}

cp_err cp_algorithm_hunt(struct algorithm_hunt *h, const struct algorithm_flow *flow,
                         cp_state state, uint32_t below, uint32_t *depth)
{
    struct failures first = {.count = flow->failed != CP_NONE};
    uint32_t past = below < h->request->depth + 1 ? below : h->request->depth + 1;

    CP_ASSERT(h->a->node_in[flow->source] && h->a->node_in[flow->destination]);
    first.element[0] = flow->failed;
    h->flow = flow;
    h->state = state;
    h->found = false;
    *depth = CP_DEPTH_NONE;
    for (uint32_t limit = first.count; limit < past && !h->found && !h->exhausted; limit++) {
        h->limit = limit;
        CP_TRY(state == CP_STATE_TRANSITION ? try_transitions(h, &first, CP_NONE)
                                            : try_set(h, &first, CP_NONE));
        if (h->found)
            *depth = limit;
    }
    return CP_OK;
}
