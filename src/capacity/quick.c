#include "quick.h"

#include <math.h>

#include "sweep/labels.h"
#include "trees.h"

/*
 * Prices become whole metrics of up to METRIC_MOST, and at least 1: that is why distances are a little
 * less than they could be said to be.
 */

#define NODES_LEAST 500u
#define FLOWS_A_GROUP_MOST 20u
#define METRIC_MOST 1e9

/* What is open of a ground, as a graph of its own. */
struct sub {
    struct cp_graph graph;
    uint32_t *end; /* [ends] in the plan's graph */
    uint32_t *metric;
    struct cp_hierarchy hierarchy;
    struct cp_labels *labels;
    struct cp_weights weights;
    uint32_t to; /* that the labels are for, or CP_NONE */
};

struct cp_quick {
    const struct cp_plan *plan;
    struct cp_arena *weights; /* emptied at each change of prices */
    cp_arena_mark start;
    struct sub *subs; /* [ground_count] */
    struct sub igp;   /* everywhere, under the IGP's metrics */
    uint32_t ground_count;
    uint32_t *no_marks;
    double unit;  /* price of a metric of 1 */
    double slack; /* by so much in metric may distances be too long */
};

static bool is_whole(const struct cp_plan *plan, const struct cp_plan_ground *ground, uint32_t link)
{
    uint32_t first = plan->graph->end_first[link];

    return (ground->end_shut[first] == 0) == (ground->end_shut[first + 1] == 0);
}

static bool is_open(const struct cp_plan *plan, const struct cp_plan_ground *ground, uint32_t link)
{
    const struct cp_graph *g = plan->graph;
    uint32_t first = g->end_first[link];

    return ground->end_shut[first] == 0 && ground->node_shut[g->end_node[first]] == 0 &&
           ground->node_shut[g->end_node[first + 1]] == 0;
}

static bool pays(const struct cp_plan *plan, uint32_t ground_count)
{
    const struct cp_graph *g = plan->graph;

    if (g->node_count < NODES_LEAST ||
        plan->flow_count > (uint64_t)FLOWS_A_GROUP_MOST * plan->group_count)
        return false;
    for (uint32_t l = 0; l < g->link_count; l++) {
        if (g->end_first[l + 1] - g->end_first[l] != 2)
            return false;
        for (uint32_t t = 0; t < ground_count; t++)
            if (!is_whole(plan, &plan->grounds[t], l))
                return false;
    }
    return true;
}

static cp_err make_graph(const struct cp_plan *plan, const struct cp_plan_ground *ground,
                         struct sub *sub)
{
    const struct cp_graph *g = plan->graph;
    struct cp_arena *arena = plan->arena;
    uint32_t *first = CP_TAKE(arena, (size_t)g->link_count + 1, uint32_t);
    uint32_t *node = CP_TAKE(arena, plan->end_count, uint32_t);
    uint32_t *none = CP_TAKE(arena, (size_t)g->link_count + 1, uint32_t);
    struct cp_graph_parts parts = {.node_count = g->node_count,
                                   .end_first = first,
                                   .end_node = node,
                                   .link_srlg_first = none,
                                   .link_srlgs = none};

    sub->end = CP_TAKE(arena, plan->end_count, uint32_t);
    sub->metric = CP_TAKE(arena, plan->end_count, uint32_t);
    if (first == NULL || node == NULL || none == NULL || sub->end == NULL || sub->metric == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < g->link_count; l++) {
        if (!is_open(plan, ground, l))
            continue;
        for (uint32_t side = 0; side < 2; side++) {
            uint32_t at = 2 * parts.link_count + side;

            sub->end[at] = g->end_first[l] + side;
            node[at] = g->end_node[sub->end[at]];
            sub->metric[at] = 1;
        }
        parts.link_count++;
        first[parts.link_count] = 2 * parts.link_count;
    }
    parts.end_metric = sub->metric;
    return cp_graph_make_on(&parts, arena, &sub->graph);
}

static cp_err make_sub(const struct cp_plan *plan, const struct cp_plan_ground *ground,
                       struct cp_arena *work, struct sub *sub)
{
    cp_arena_mark mark = cp_arena_mark_get(work);

    sub->to = CP_NONE;
    CP_TRY(make_graph(plan, ground, sub));
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(&sub->graph);
    cp_err err = cp_hierarchy_make(&sub->graph, &budget, plan->arena, work, &sub->hierarchy);

    cp_arena_reset(work, mark);
    CP_TRY(err);
    return cp_labels_open(&sub->hierarchy, CP_COSTS_ONLY, plan->arena, &sub->labels);
}

static cp_err make_subs(struct cp_quick *q)
{
    for (uint32_t t = 0; t < q->ground_count; t++)
        CP_TRY(make_sub(q->plan, &q->plan->grounds[t], q->weights, &q->subs[t]));
    CP_TRY(make_sub(q->plan, &q->plan->open, q->weights, &q->igp));
    for (uint32_t e = 0; e < 2 * q->igp.graph.link_count; e++)
        q->igp.metric[e] = q->plan->graph->end_metric[q->igp.end[e]];
    return cp_weights_make(&q->igp.hierarchy, NULL,
                           (struct cp_marks){.node = q->no_marks, .link = q->no_marks}, NULL,
                           q->plan->arena, &q->igp.weights);
}

cp_err cp_quick_open(const struct cp_plan *plan, uint32_t ground_count, struct cp_quick **out)
{
    struct cp_arena *arena = plan->arena;
    size_t elements = (size_t)plan->graph->node_count + plan->graph->link_count;

    *out = NULL;
    if (!pays(plan, ground_count))
        return CP_OK;
    struct cp_quick *q = CP_TAKE(arena, 1, struct cp_quick);

    if (q == NULL)
        return CP_ERR_NOMEM;
    *q = (struct cp_quick){.plan = plan,
                           .subs = CP_TAKE(arena, ground_count, struct sub),
                           .ground_count = ground_count,
                           .no_marks = CP_TAKE(arena, elements, uint32_t),
                           .weights = cp_arena_open(SIZE_MAX)};
    *out = q;
    if (q->subs == NULL || q->no_marks == NULL || q->weights == NULL)
        return CP_ERR_NOMEM;
    q->start = cp_arena_mark_get(q->weights);
    return make_subs(q);
}

void cp_quick_close(struct cp_quick *quick)
{
    if (quick != NULL)
        cp_arena_close(quick->weights);
}

cp_err cp_quick_price(struct cp_quick *q, const double *price, cp_quick_scale scale)
{
    struct cp_marks marks = {.node = q->no_marks, .link = q->no_marks};
    double most = 0;

    for (uint32_t e = 0; e < q->plan->end_count; e++)
        most = price[e] > most ? price[e] : most;
    q->unit = most > 0 && scale == CP_QUICK_SCALED ? most / METRIC_MOST : 1;
    q->slack = 0;
    cp_arena_reset(q->weights, q->start);
    for (uint32_t t = 0; t < q->ground_count; t++) {
        struct sub *sub = &q->subs[t];

        sub->to = CP_NONE;
        for (uint32_t e = 0; e < 2 * sub->graph.link_count; e++) {
            double metric = floor(price[sub->end[e]] / q->unit);

            if (metric < 1)
                q->slack = (double)q->plan->graph->node_count;
            sub->metric[e] = metric < 1 ? 1 : (uint32_t)metric;
        }
        CP_TRY(cp_weights_make(&sub->hierarchy, NULL, marks, NULL, q->weights, &sub->weights));
    }
    return CP_OK;
}

/* The hop of a cheapest way, the first of alike ones; cost becomes that of where it leads. */
static uint32_t next_end(struct sub *sub, uint32_t node, uint64_t *cost)
{
    const struct cp_graph *g = &sub->graph;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t end = g->node_ends[i];
        uint64_t left = cp_labels_cost(sub->labels, g->end_node[end ^ 1]);

        if (left != CP_UNREACHABLE && left + sub->metric[end] == *cost) {
            *cost = left;
            return end;
        }
    }
    CP_ASSERT(false); /* a cost that no way has */
    return CP_NONE;
}

uint64_t cp_quick_igp_cost(struct cp_quick *q, uint32_t to, uint32_t node)
{
    if (q->igp.to != to)
        cp_labels_to(q->igp.labels, &q->igp.weights, to);
    q->igp.to = to;
    return cp_labels_cost(q->igp.labels, node);
}

bool cp_quick_serves(const struct cp_quick *quick, const struct cp_plan_flow *flow)
{
    return quick != NULL && flow->src_count == 1 && flow->dst_count == 1;
}

bool cp_quick_path(struct cp_quick *q, struct cp_plan *plan, uint32_t flow)
{
    const struct cp_plan_flow *f = &plan->flows[flow];
    struct sub *sub = &q->subs[f->ground];
    struct cp_trees *trees = plan->trees;
    uint32_t node = f->src[0];

    if (plan->grounds[f->ground].node_shut[f->dst[0]] != 0 ||
        plan->grounds[f->ground].node_shut[node] != 0)
        return false;
    if (sub->to != f->dst[0])
        cp_labels_to(sub->labels, &sub->weights, f->dst[0]);
    sub->to = f->dst[0];
    uint64_t cost = cp_labels_cost(sub->labels, node);

    if (cost == CP_UNREACHABLE)
        return false;
    double dist = ((double)cost - q->slack) * q->unit;

    trees->dist[node] = dist > 0 ? dist : 0;
    for (; node != f->dst[0]; node = trees->onto[node]) {
        uint32_t end = next_end(sub, node, &cost);

        trees->by[node] = sub->end[end];
        trees->onto[node] = sub->graph.end_node[end ^ 1];
        plan->spent++;
    }
    trees->by[node] = CP_NONE;
    return true;
}
