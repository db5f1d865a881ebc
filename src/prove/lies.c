#include "inside.h"

#include <stdlib.h>
#include <string.h>

/*
 * Where no lie draws a source, this is to be shown: a + E > H, with a its cost to the nearest liar, E
 * the least exit (1 and the honest cost beside a liar), H its honest cost; where a + E = H, also that
 * no liar that near has an exit that good.  Costs without failures are lower bounds of both and mostly
 * do; exits that may be too good are relied on exactly, then a is.
 *
 * Where a lie does, H is relied on, and the closure behind the exit that draws.
 */

struct exit {
    uint64_t bound; /* at least its honest cost, whatever fails */
    uint32_t node;
};

struct proof {
    struct cp_prove_worker *w;
    const struct cp_marking *marking;
    const struct liars *liars;
    struct tour tour; /* over honest routes */
    struct sets *honest, *near;
    const struct exit *exits; /* [exit_count] by bound */
    uint32_t exit_count;
    bool target_lies; /* the destination is a liar: an exit of no cost */
};

static cp_err honest_routes(struct cp_prove_worker *w, uint32_t treatment)
{
    const struct cp_prove *p = w->prove;
    const struct cp_weights *weights = p->liars[treatment].honest;
    struct cp_routes *routes;

    if (w->honest[treatment] != NULL)
        return CP_OK;
    routes = CP_TAKE(w->lasting, 1, struct cp_routes);
    if (routes == NULL)
        return CP_ERR_NOMEM;
    if (p->request.depth == 0)
        CP_TRY(cp_routes_open(weights, p->no_marks, w->lasting, routes));
    else
        CP_TRY(cp_routes_open_failing(weights, p->triangles, p->no_marks, w->lasting, routes));
    w->honest[treatment] = routes;
    return CP_OK;
}

static int compare_exits(const void *a, const void *b)
{
    const struct exit *x = a;
    const struct exit *y = b;

    if (x->bound != y->bound)
        return x->bound < y->bound ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

/* Costs over all nodes are lower bounds of honest ones, and what the plain labels show anyway. */
static cp_err list_exits(struct proof *f)
{
    const struct bounds *b = &f->w->bounds; /* plain, and not capped yet */
    struct exit *exits = CP_TAKE(f->w->work, f->liars->beside_count, struct exit);

    if (exits == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < f->liars->beside_count; i++)
        exits[i] = (struct exit){b->at[f->liars->beside[i]], f->liars->beside[i]};
    if (f->liars->beside_count > 0)
        qsort(exits, f->liars->beside_count, sizeof *exits, compare_exits);
    f->exits = exits;
    f->exit_count = f->liars->beside_count;
    return CP_OK;
}

static bool is_far(struct cp_prove_worker *w, uint32_t node, uint64_t cost)
{
    return w->far_stamp[node] == w->far_now && w->far[node] <= cost;
}

/* Cost from the source to the nearest liar over honest nodes, under the routes' failures. */
static uint64_t find_near(const struct proof *f, uint32_t source)
{
    struct cp_prove_worker *w = f->w;
    const struct cp_graph *g = &w->prove->net.graph;
    const struct cp_routes *routes = f->tour.before;
    uint64_t cost = 0;
    uint32_t node = source;

    if (++w->far_now == 0) {
        memset(w->far_stamp, 0, g->node_count * sizeof *w->far_stamp);
        w->far_now = 1;
    }
    cp_queue_clear(w->queue);
    cp_queue_push(w->queue, 0, source);
    w->far[source] = 0;
    w->far_stamp[source] = w->far_now;
    while (cp_queue_pop(w->queue, &cost, &node)) {
        if (f->marking->banned[node])
            return cost;
        if (cost != w->far[node])
            continue;
        for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];

            if (cp_routes_link_failed(routes, hop->link) ||
                cp_routes_node_failed(routes, hop->to) || is_far(w, hop->to, cost + hop->out))
                continue;
            w->far[hop->to] = cost + hop->out;
            w->far_stamp[hop->to] = w->far_now;
            cp_queue_push(w->queue, cost + hop->out, hop->to);
        }
    }
    return CP_UNREACHABLE;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
    return a == CP_UNREACHABLE || b == CP_UNREACHABLE ? CP_UNREACHABLE : a + b;
}

/* Whether a way of that cost would draw: no more than the honest one. */
static bool is_drawn(uint64_t cost, uint64_t honest)
{
    return cost != CP_UNREACHABLE && cost <= honest;
}

static cp_err need_near(struct proof *f, uint32_t honest_set, uint32_t node)
{
    uint32_t elements[CP_SETS_DEPTH_MAX];
    uint32_t count = cp_sets_elements(f->honest, honest_set, elements);
    uint32_t set;

    CP_TRY(cp_sets_of(f->near, elements, count, &set));
    return cp_sets_need(f->near, set, node, find_near(f, node));
}

/* A flow under a set: what it takes to see that nothing draws it.  (Where something does, nothing would.) */
static cp_err see(void *to, uint32_t set, const struct prove_flow *flow)
{
    struct proof *f = to;
    uint64_t honest = cp_routes_cost(f->tour.before, flow->source);
    uint64_t near = f->liars->near[flow->source];
    bool near_matters = f->target_lies && is_drawn(near, honest);

    if (honest == CP_UNREACHABLE && f->tour.before->failure_count > 0) {
        near = find_near(f, flow->source);
        if (near == CP_UNREACHABLE)
            return need_near(f, set, flow->source);
    }
    for (uint32_t i = 0; i < f->exit_count; i++) {
        const struct exit *exit = &f->exits[i];
        uint64_t cost;

        if (!is_drawn(plus(near, plus(exit->bound, 1)), honest))
            break;
        if (cp_routes_node_failed(f->tour.before, exit->node))
            continue;
        cost = cp_routes_cost(f->tour.before, exit->node);
        CP_TRY(cp_sets_need(f->honest, set, exit->node, cost));
        near_matters = near_matters || is_drawn(plus(near, plus(cost, 1)), honest);
    }
    return near_matters ? need_near(f, set, flow->source) : CP_OK;
}

static const struct cp_hop *hop_over(const struct cp_graph *g, uint32_t from, uint32_t link,
                                     uint32_t to)
{
    for (uint32_t i = g->hop_first[from]; i < g->hop_first[from + 1]; i++)
        if (g->hops[i].link == link && g->hops[i].to == to)
            return &g->hops[i];
    return NULL;
}

/* Cost of the way that an exposure shows; CP_UNREACHABLE where it is none. */
static uint64_t cost_of(const struct cp_prove *p, const struct cp_exposure *e)
{
    uint64_t cost = 0;

    for (uint32_t i = 0; i + 1 < e->node_count; i++) {
        const struct cp_hop *hop =
            hop_over(&p->net.graph, p->net.node_of_case[e->nodes[i].at],
                     p->link_of_case[e->links[i].at], p->net.node_of_case[e->nodes[i + 1].at]);

        if (hop == NULL)
            return CP_UNREACHABLE;
        cost += hop->out;
    }
    return cost;
}

static bool is_up(const struct proof *f, const struct cp_hop *hop)
{
    return !cp_routes_link_failed(f->tour.before, hop->link) &&
           !cp_routes_node_failed(f->tour.before, hop->to);
}

/* Whether the node has a liar beside it, other than `but`, over a link that is up. */
static bool has_liar_beside(const struct proof *f, uint32_t node, uint32_t but)
{
    const struct cp_graph *g = f->tour.g;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++)
        if (f->marking->banned[g->hops[i].to] && g->hops[i].to != but && is_up(f, &g->hops[i]))
            return true;
    return false;
}

/* The honest node beside the liar from which it is nearest; CP_NONE where there is none. */
static uint32_t best_beside(const struct proof *f, uint32_t liar)
{
    const struct cp_graph *g = f->tour.g;
    uint64_t least = CP_UNREACHABLE;
    uint32_t best = CP_NONE;

    for (uint32_t i = g->hop_first[liar]; i < g->hop_first[liar + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];

        if (!is_up(f, hop) || f->marking->banned[hop->to] ||
            cp_routes_cost(f->tour.before, hop->to) >= least)
            continue;
        least = cp_routes_cost(f->tour.before, hop->to);
        best = hop->to;
    }
    return best;
}

static uint32_t best_elsewhere(const struct proof *f, uint32_t liar)
{
    uint64_t least = CP_UNREACHABLE;
    uint32_t best = CP_NONE;

    for (uint32_t i = 0; i < f->exit_count; i++) {
        uint32_t node = f->exits[i].node;

        if (f->exits[i].bound >= least)
            break;
        if (cp_routes_cost(f->tour.before, node) >= least || !has_liar_beside(f, node, liar))
            continue;
        least = cp_routes_cost(f->tour.before, node);
        best = node;
    }
    return best;
}

/* The exposure's lie draws: H, and the closure behind the exit by which it does. */
static cp_err see_drawn(struct proof *f, const struct prove_flow *flow, const struct cp_exposure *e,
                        const uint32_t *failures, uint32_t count)
{
    const struct cp_prove *p = f->w->prove;
    uint32_t liar = p->net.node_of_case[e->element];
    uint64_t cost = cost_of(p, e);
    uint64_t honest;
    uint32_t exit;
    uint32_t set;

    CP_TRY(cp_sets_of(f->honest, failures, count, &set));
    CP_TRY(cp_routes_to(f->tour.before, flow->destination, failures, count));
    honest = cp_routes_cost(f->tour.before, flow->source);
    CP_TRY(cp_sets_need(f->honest, set, flow->source, honest));
    if (liar == flow->destination)
        return CP_OK;
    exit = best_beside(f, liar);
    if (exit != CP_NONE &&
        is_drawn(plus(cost, plus(cp_routes_cost(f->tour.before, exit), 1)), honest))
        return cp_tour_witness(&f->tour, exit, failures, count, false);
    if (f->target_lies)
        return CP_OK;
    exit = best_elsewhere(f, liar);
    return exit == CP_NONE ? CP_OK : cp_tour_witness(&f->tour, exit, failures, count, false);
}

static cp_err see_exposure(struct proof *f, const struct prove_flow *flow)
{
    const struct cp_prove *p = f->w->prove;
    const struct cp_exposure *e = p->results == NULL ? NULL : p->results[flow->demand].liar;
    uint32_t failures[CP_SETS_DEPTH_MAX];

    if (e == NULL || e->direction != flow->direction ||
        p->net.node_of_case[e->nodes[0].at] != flow->source ||
        p->net.node_of_case[e->destination.at] != flow->destination)
        return CP_OK;
    for (uint32_t i = 0; i < e->failure_count; i++)
        failures[i] = cp_prove_element(p, e->failures[i]);
    if (e->kind == CP_OBJECT_LINK)
        return cp_tour_witness(&f->tour, flow->source, failures, e->failure_count, false);
    return see_drawn(f, flow, e, failures, e->failure_count);
}

/* Those not exposed to lies without failures, each as deep as the answer says. */
static cp_err walk(struct proof *f, const struct prove_flow *flows, uint32_t count)
{
    const struct cp_prove *p = f->w->prove;
    struct prove_flow *own = CP_TAKE(f->w->work, count, struct prove_flow);
    uint32_t own_count = 0;

    if (own == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t depth = flows[i].liar;

        if (depth == 0)
            continue;
        own[own_count] = flows[i];
        own[own_count++].most = depth - 1 < p->request.depth ? depth - 1 : p->request.depth;
    }
    f->tour.flows = own;
    f->tour.flow_count = own_count;
    return cp_tour_steady(&f->tour);
}

cp_err cp_prove_lies(struct cp_prove_worker *w, uint32_t treatment, const struct prove_flow *flows,
                     uint32_t count, struct sets *honest, struct sets *near)
{
    struct proof f = {.w = w,
                      .marking = &w->prove->markings[treatment],
                      .liars = &w->prove->liars[treatment],
                      .tour = w->tour,
                      .honest = honest,
                      .near = near};

    CP_TRY(honest_routes(w, treatment));
    f.target_lies = f.marking->banned[flows[0].destination];
    f.tour.before = w->honest[treatment];
    f.tour.sets = honest;
    f.tour.destination = flows[0].destination;
    f.tour.seen = see;
    f.tour.seen_to = &f;
    f.tour.touched = NULL;
    f.tour.touched_cap = 0;
    CP_TRY(list_exits(&f));
    CP_TRY(walk(&f, flows, count));
    for (uint32_t i = 0; i < count; i++)
        CP_TRY(see_exposure(&f, &flows[i]));
    /* Stamps have moved on in arrays that both tours use. */
    w->tour.before_stamp = f.tour.before_stamp;
    w->tour.after_stamp = f.tour.after_stamp;
    w->tour.element_now = f.tour.element_now;
    w->tour.spread.stamp = f.tour.spread.stamp;
    return CP_OK;
}
