#include "prove/prove.h"

#include <stdlib.h>
#include <string.h>

#include "inside.h"

/*
 * Parts in the order of their pieces: treatments with liars, destinations, demands some at a time.
 * Flows are made as the audit makes them: all pairs of a demand's ends, both ways.
 */

#define DEMANDS_A_PART 64u
#define FLOWS_MAX 200000000u

static bool is_against(const struct cp_prove *p, uint32_t demand)
{
    return p->markings[p->judge->demand_treatment[demand]].all != 0;
}

uint32_t cp_prove_element(const struct cp_prove *p, struct cp_failure failure)
{
    const struct cp_graph *g = &p->net.graph;

    switch (failure.kind) {
    case CP_FAIL_LINK:
        return cp_graph_element_of_link(p->link_of_case[failure.at]);
    case CP_FAIL_NODE:
        return cp_graph_element_of_node(g, p->net.node_of_case[failure.at]);
    default:
        return cp_graph_element_of_srlg(g, p->srlg_of_case[failure.at]);
    }
}

uint32_t cp_prove_claimed(const struct cp_prove *p, uint32_t demand, cp_state state)
{
    uint32_t depth = p->results[demand].state_depth[state];

    return depth == CP_DEPTH_NONE ? p->request.depth + 1 : depth;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Failures up to which the demand's flows are walked: M of cleanpath-bundle(5). */
static uint32_t walk_depth(const struct cp_prove *p, uint32_t demand)
{
    const struct cp_marking *m = &p->markings[p->judge->demand_treatment[demand]];
    uint32_t steady = cp_prove_claimed(p, demand, CP_STATE_STEADY);
    uint32_t transition = cp_prove_claimed(p, demand, CP_STATE_TRANSITION);
    uint32_t judged = p->results[demand].verdict == CP_VERDICT_VIOLATION ? 0 : m->deepest;
    uint32_t depth = most(judged, most(steady, transition > 0 ? transition : 1) - 1);

    if (steady == 0)
        return 0;
    return depth < p->request.depth ? depth : p->request.depth;
}

static int compare_u32(uint32_t x, uint32_t y)
{
    return x < y ? -1 : x > y;
}

static int compare_nodes(const void *a, const void *b)
{
    return compare_u32(*(const uint32_t *)a, *(const uint32_t *)b);
}

int cp_prove_compare_flows(const void *a, const void *b)
{
    const struct prove_flow *x = a;
    const struct prove_flow *y = b;
    int order = compare_u32(x->destination, y->destination);

    if (order == 0)
        order = compare_u32(x->source, y->source);
    if (order == 0)
        order = compare_u32(x->demand, y->demand);
    return order != 0 ? order : compare_u32(x->direction, y->direction);
}

static uint32_t node_of(const struct cp_prove *p, uint32_t end)
{
    return p->net.node_of_case[p->judge->net->demand_ends[end].at];
}

static cp_err demand_ends(const struct cp_prove *p, uint32_t demand, struct cp_arena *arena,
                          const uint32_t **ends, uint32_t *count)
{
    const struct cp_demand *d = &p->judge->net->demands[demand];
    uint32_t *at = CP_TAKE(arena, (size_t)d->src.count + d->dst.count, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    *count = 0;
    for (uint32_t i = 0; i < d->src.count; i++)
        at[(*count)++] = node_of(p, d->src.first + i);
    for (uint32_t i = 0; i < d->dst.count; i++)
        at[(*count)++] = node_of(p, d->dst.first + i);
    qsort(at, *count, sizeof *at, compare_nodes);
    *ends = at;
    return CP_OK;
}

static cp_err write_flows(struct cp_prove *p, uint32_t demand, struct cp_arena *arena)
{
    const struct cp_demand *d = &p->judge->net->demands[demand];
    struct prove_flow flow = {.demand = demand,
                              .treatment = p->judge->demand_treatment[demand],
                              .most = walk_depth(p, demand),
                              .liar = cp_prove_claimed(p, demand, CP_STATE_LIAR)};

    CP_TRY(demand_ends(p, demand, arena, &flow.ends, &flow.end_count));
    for (uint32_t s = 0; s < d->src.count; s++)
        for (uint32_t t = 0; t < d->dst.count; t++) {
            uint32_t from = node_of(p, d->src.first + s);
            uint32_t to = node_of(p, d->dst.first + t);

            if (from == to)
                continue;
            flow.source = from;
            flow.destination = to;
            flow.direction = CP_FORWARD;
            p->flows[p->flow_count++] = flow;
            flow.source = to;
            flow.destination = from;
            flow.direction = CP_REVERSE;
            p->flows[p->flow_count++] = flow;
        }
    return CP_OK;
}

static cp_err make_flows(struct cp_prove *p, struct cp_arena *arena)
{
    const struct cp_case *c = p->judge->net;
    uint64_t total = 0;

    for (uint32_t d = 0; d < c->demand_count; d++)
        if (is_against(p, d))
            total += 2 * (uint64_t)c->demands[d].src.count * c->demands[d].dst.count;
    if (total > FLOWS_MAX)
        return CP_ERR_LIMIT;
    p->flows = CP_TAKE(arena, total, struct prove_flow);
    if (p->flows == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < c->demand_count; d++)
        if (is_against(p, d))
            CP_TRY(write_flows(p, d, arena));
    if (p->flow_count > 0)
        qsort(p->flows, p->flow_count, sizeof *p->flows, cp_prove_compare_flows);
    return CP_OK;
}

static cp_err make_groups(struct cp_prove *p, struct cp_arena *arena)
{
    p->groups = CP_TAKE(arena, p->net.graph.node_count, struct group);
    if (p->groups == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < p->flow_count; i++) {
        uint32_t to = p->flows[i].destination;

        if (p->group_count == 0 || p->groups[p->group_count - 1].destination != to)
            p->groups[p->group_count++] = (struct group){.destination = to, .first = i};
        p->groups[p->group_count - 1].count++;
    }
    return CP_OK;
}

static cp_err make_weights(const struct cp_prove *p, const struct cp_hierarchy *h,
                           const uint8_t *closed, struct cp_arena *arena,
                           const struct cp_weights **out)
{
    struct cp_weights *w = CP_TAKE(arena, 1, struct cp_weights);

    if (w == NULL)
        return CP_ERR_NOMEM;
    *out = w;
    return cp_weights_make(h, p->triangles, p->no_marks, closed, arena, w);
}

static cp_err find_beside(const struct cp_prove *p, const struct cp_marking *m,
                          struct cp_arena *arena, struct liars *liars)
{
    const struct cp_graph *g = &p->net.graph;
    uint32_t *beside = CP_TAKE(arena, g->node_count, uint32_t);

    if (beside == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < g->node_count; v++) {
        bool found = false;

        for (uint32_t i = g->hop_first[v]; !m->banned[v] && i < g->hop_first[v + 1]; i++)
            found = found || m->banned[g->hops[i].to];
        if (found)
            beside[liars->beside_count++] = v;
    }
    liars->beside = beside;
    return CP_OK;
}

static cp_err find_near(const struct cp_prove *p, const struct cp_marking *m,
                        struct cp_arena *arena, struct liars *liars)
{
    const struct cp_graph *g = &p->net.graph;
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    struct bounds b = {0};
    struct cp_queue *queue;
    uint64_t *near = CP_TAKE(arena, g->node_count, uint64_t);
    cp_err err = work == NULL || near == NULL ? CP_ERR_NOMEM : CP_OK;

    if (err == CP_OK)
        err = cp_queue_open(work, g->hop_first[g->node_count] + g->node_count + 1, &queue);
    if (err == CP_OK)
        err = cp_bounds_make(g, queue, work, &b);
    if (err == CP_OK) {
        b.kind = BOUNDS_NEAR;
        b.liar = m->banned;
        cp_bounds_settle(&b);
        memcpy(near, b.at, g->node_count * sizeof *near);
        liars->near = near;
    }
    cp_arena_close(work);
    return err;
}

static bool asks(const struct cp_prove *p, cp_state state)
{
    return p->request.states == 0 || (p->request.states >> state & 1u) != 0;
}

/* Treatments that some demand is of and that forbid some node. */
static cp_err make_liars(struct cp_prove *p, const struct cp_hierarchy *h, struct cp_arena *arena)
{
    uint32_t count = p->judge->treatment_count;
    uint8_t *used = CP_TAKE(arena, count, uint8_t);

    p->liars = CP_TAKE(arena, count, struct liars);
    p->near_parts = CP_TAKE(arena, count, uint32_t);
    if (used == NULL || p->liars == NULL || p->near_parts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; p->route == NULL && d < p->judge->net->demand_count; d++)
        used[p->judge->demand_treatment[d]] = 1;
    for (uint32_t i = 0; p->route != NULL && i < p->flow_count; i++)
        used[p->flows[i].treatment] = 1;
    for (uint32_t t = 0; t < count && asks(p, CP_STATE_LIAR); t++) {
        const struct cp_marking *m = &p->markings[t];

        if (!used[t] || m->liar_count == 0)
            continue;
        p->near_parts[p->near_count++] = t;
        CP_TRY(find_near(p, m, arena, &p->liars[t]));
        CP_TRY(find_beside(p, m, arena, &p->liars[t]));
        if (h != NULL)
            CP_TRY(make_weights(p, h, m->banned, arena, &p->liars[t].honest));
    }
    return CP_OK;
}

static cp_err make_hierarchy(struct cp_prove *p, struct cp_arena *arena,
                             const struct cp_hierarchy **out)
{
    const struct cp_graph *g = &p->net.graph;
    bool failing = p->request.depth > 0;
    struct cp_hierarchy *h = CP_TAKE(arena, 1, struct cp_hierarchy);
    struct cp_hierarchy_budget budget =
        failing ? cp_hierarchy_budget_for_changes(g) : cp_hierarchy_usual_budget(g);
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    cp_err err = CP_ERR_NOMEM;

    if (h != NULL && work != NULL)
        err = cp_hierarchy_make(g, &budget, arena, work, h);
    cp_arena_close(work);
    *out = h;
    if (err == CP_OK && failing) {
        struct cp_triangles *triangles = CP_TAKE(arena, 1, struct cp_triangles);

        if (triangles == NULL)
            return CP_ERR_NOMEM;
        err = cp_triangles_make(h, arena, triangles);
        p->triangles = triangles;
    }
    return err;
}

static cp_err make_markings(struct cp_prove *p, struct cp_arena *arena)
{
    struct cp_marking *markings = CP_TAKE(arena, p->judge->treatment_count, struct cp_marking);

    if (markings == NULL)
        return CP_ERR_NOMEM;
    p->markings = markings;
    for (uint32_t t = 0; t < p->judge->treatment_count; t++)
        CP_TRY(cp_marking_make(&p->net, p->judge, &p->judge->treatments[t], arena, &markings[t]));
    return CP_OK;
}

/* [count] where each of the case stands in the graph's list, CP_NONE where it does not. */
static const uint32_t *turned(const uint32_t *case_of, uint32_t listed, uint32_t count,
                              struct cp_arena *arena)
{
    uint32_t *out = CP_TAKE(arena, count, uint32_t);

    if (out == NULL)
        return NULL;
    memset(out, 0xff, count * sizeof *out);
    for (uint32_t i = 0; i < listed; i++)
        out[case_of[i]] = i;
    return out;
}

static cp_err make_components(struct cp_prove *p, struct cp_arena *arena)
{
    const struct cp_graph *g = &p->net.graph;
    uint32_t *component = CP_TAKE(arena, g->node_count, uint32_t);
    uint8_t *ok = CP_TAKE(arena, most(g->node_count, g->link_count), uint8_t);

    if (component == NULL || ok == NULL)
        return CP_ERR_NOMEM;
    memset(ok, 1, most(g->node_count, g->link_count));
    p->component = component;
    return cp_graph_components(g, ok, ok, component, arena);
}

static cp_err make_names(struct cp_prove *p, struct cp_arena *arena)
{
    const struct cp_graph *g = &p->net.graph;
    const struct cp_case *c = p->judge->net;
    uint32_t *none = CP_TAKE(arena, most(g->node_count, g->link_count), uint32_t);

    p->no_marks = (struct cp_marks){none, none};
    p->link_of_case = turned(p->net.case_link, g->link_count, c->link_count, arena);
    p->srlg_of_case = turned(p->net.case_srlg, g->srlg_count, c->srlg_count, arena);
    return none == NULL || p->link_of_case == NULL || p->srlg_of_case == NULL ? CP_ERR_NOMEM
                                                                              : CP_OK;
}

/* The IGP's too, whatever is asked: demands that wish for nothing go by it. */
static cp_err make_costs(struct cp_prove *p, struct cp_arena *arena)
{
    const struct cp_case *c = p->judge->net;
    bool used[CP_METRIC_COUNT] = {[CP_METRIC_IGP] = true};

    for (uint32_t d = 0; p->route != NULL && d < c->demand_count; d++)
        used[p->route->results[d].wishes.metric] = true;
    for (int m = 0; p->route != NULL && m < CP_METRIC_COUNT; m++)
        if (used[m])
            CP_TRY(cp_metric_costs(&p->net, c, (cp_metric)m, arena, &p->costs[m]));
    return CP_OK;
}

cp_err cp_prove_open(const struct cp_prove_ask *ask, struct cp_arena *arena, struct cp_prove **out)
{
    struct cp_prove *p = CP_TAKE(arena, 1, struct cp_prove);
    const struct cp_hierarchy *h = NULL;

    if (p == NULL)
        return CP_ERR_NOMEM;
    *p = (struct cp_prove){.judge = ask->judge,
                           .request = *ask->request,
                           .results = ask->results,
                           .route = ask->route};
    CP_TRY(cp_net_make(p->judge->net, arena, &p->net));
    CP_TRY(make_names(p, arena));
    CP_TRY(make_components(p, arena));
    CP_TRY(make_markings(p, arena));
    CP_TRY(p->route != NULL ? cp_prove_segments(p, arena) : make_flows(p, arena));
    CP_TRY(make_groups(p, arena));
    CP_TRY(make_costs(p, arena));
    if (p->flow_count > 0) {
        CP_TRY(make_hierarchy(p, arena, &h));
        CP_TRY(make_weights(p, h, NULL, arena, &p->weights));
    }
    CP_TRY(make_liars(p, h, arena));
    *out = p;
    return CP_OK;
}

static uint32_t demand_parts(const struct cp_prove *p)
{
    return (p->judge->net->demand_count + DEMANDS_A_PART - 1) / DEMANDS_A_PART;
}

uint32_t cp_prove_parts(const struct cp_prove *p)
{
    return p->near_count + p->group_count + demand_parts(p);
}

static cp_err open_routes(struct cp_prove_worker *w)
{
    const struct cp_prove *p = w->prove;

    if (p->weights == NULL)
        return CP_OK;
    w->tour = (struct tour){.g = &p->net.graph,
                            .failure_kinds = p->request.failure_kinds,
                            .before = &w->before,
                            .work = w->work};
    CP_TRY(cp_tour_prepare(&w->tour, w->lasting));
    if (p->request.depth == 0)
        return cp_routes_open(p->weights, p->no_marks, w->lasting, &w->before);
    w->tour.after = &w->after;
    CP_TRY(cp_routes_open_failing(p->weights, p->triangles, p->no_marks, w->lasting, &w->before));
    return cp_routes_open_failing(p->weights, p->triangles, p->no_marks, w->lasting, &w->after);
}

cp_err cp_prove_worker_open(const struct cp_prove *p, struct cp_arena *arena,
                            struct cp_prove_worker **out)
{
    const struct cp_graph *g = &p->net.graph;
    struct cp_prove_worker *w = CP_TAKE(arena, 1, struct cp_prove_worker);

    if (w == NULL)
        return CP_ERR_NOMEM;
    *w = (struct cp_prove_worker){.prove = p, .lasting = arena, .work = cp_arena_open(SIZE_MAX)};
    *out = w;
    w->honest = (struct cp_routes **)cp_arena_take(arena, p->judge->treatment_count,
                                                   sizeof(struct cp_routes *));
    w->far = CP_TAKE(arena, g->node_count, uint64_t);
    w->far_stamp = CP_TAKE(arena, g->node_count, uint32_t);
    if (w->work == NULL || w->honest == NULL || w->far == NULL || w->far_stamp == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_queue_open(arena, g->hop_first[g->node_count] + g->node_count + 1, &w->queue));
    CP_TRY(cp_bounds_make(g, w->queue, arena, &w->bounds));
    CP_TRY(cp_bounds_make(g, w->queue, arena, &w->near));
    return open_routes(w);
}

void cp_prove_worker_close(struct cp_prove_worker *w)
{
    if (w != NULL)
        cp_arena_close(w->work);
}

static cp_err make_piece(struct cp_prove_worker *w, uint32_t part, uint32_t demand,
                         struct cp_out *out)
{
    const struct cp_prove *p = w->prove;

    if (part < p->near_count)
        return cp_prove_near(w, p->near_parts[part], out);
    if (part < p->near_count + p->group_count)
        return cp_prove_group(w, &p->groups[part - p->near_count], out);
    return p->route != NULL ? cp_prove_paths(w, demand, out) : cp_prove_cuts(w, demand, out);
}

static cp_err run_piece(struct cp_prove_worker *w, uint32_t part, uint32_t demand,
                        cp_prove_take take, void *to)
{
    cp_arena_mark mark = cp_arena_mark_get(w->work);
    struct cp_out out = cp_out_make(w->work);
    cp_text piece;

    CP_TRY(make_piece(w, part, demand, &out));
    CP_TRY(cp_out_done(&out, &piece));
    CP_TRY(take(to, piece));
    cp_arena_reset(w->work, mark);
    return CP_OK;
}

cp_err cp_prove_run(struct cp_prove_worker *w, uint32_t part, cp_prove_take take, void *to)
{
    const struct cp_prove *p = w->prove;
    uint32_t demands = p->judge->net->demand_count;
    uint32_t first;

    CP_ASSERT(part < cp_prove_parts(p));
    if (part < p->near_count + p->group_count)
        return run_piece(w, part, 0, take, to);
    first = (part - p->near_count - p->group_count) * DEMANDS_A_PART;
    for (uint32_t d = first; d < demands && d < first + DEMANDS_A_PART; d++)
        CP_TRY(run_piece(w, part, d, take, to));
    return CP_OK;
}

void cp_prove_length(struct cp_out *out, size_t length)
{
    cp_wr_number(out, length);
}
