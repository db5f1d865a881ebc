#include "igp.h"

#include <math.h>

#include "quick.h"
#include "trees.h"

cp_err cp_igp_open(struct cp_plan *plan, struct cp_igp *out)
{
    *out = (struct cp_igp){.plan = plan,
                           .inflow = CP_TAKE(plan->arena, plan->graph->node_count, double),
                           .open = CP_TAKE(plan->arena, plan->graph->node_count, uint32_t),
                           .to = CP_NONE};
    return out->inflow == NULL || out->open == NULL ? CP_ERR_NOMEM : CP_OK;
}

static void search(struct cp_igp *igp, uint32_t to)
{
    struct cp_plan *plan = igp->plan;
    struct cp_trees_ask ask = {
        .ground = &plan->open, .price = plan->metric, .dst = &to, .dst_count = 1};

    if (igp->to != to)
        plan->spent += cp_trees_to(plan->trees, &ask);
    igp->to = to;
}

/* Next routers of the node over one of its ends; to each of them is passed on `each`. */
static uint32_t pass(struct cp_igp *igp, uint32_t node, uint32_t end, double each)
{
    const struct cp_plan *plan = igp->plan;
    const struct cp_graph *g = plan->graph;
    const double *dist = plan->trees->dist;
    uint32_t link = g->end_link[end];
    uint32_t count = 0;

    for (uint32_t e = g->end_first[link];
         e < g->end_first[link + 1] && plan->open.end_shut[end] == 0; e++) {
        uint32_t to = g->end_node[e];
        double over = plan->metric[end] + dist[to];

        /* Costs are whole numbers below 2^53: sums are exact. */
        if (e == end || over > dist[node] || over < dist[node])
            continue;
        igp->inflow[to] += each;
        count++;
    }
    return count;
}

static void leave(struct cp_igp *igp, uint32_t node, struct cp_plan_way *way)
{
    struct cp_plan *plan = igp->plan;
    const struct cp_graph *g = plan->graph;
    double inflow = igp->inflow[node];
    uint32_t hops = 0;

    igp->inflow[node] = 0;
    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++)
        hops += pass(igp, node, g->node_ends[i], 0);
    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t end = g->node_ends[i];
        uint32_t over = pass(igp, node, end, inflow / hops);

        if (over > 0)
            plan->scratch[way->count++] =
                (struct cp_plan_step){.part = inflow * over / hops, .end = end};
    }
}

static uint32_t nearest_destination(struct cp_igp *igp, uint32_t flow)
{
    const struct cp_plan_flow *f = &igp->plan->flows[flow];
    double least = (double)INFINITY;
    uint32_t best = CP_NONE;

    if (f->dst_count == 1)
        return f->dst[0];
    for (uint32_t i = 0; i < f->dst_count; i++) {
        search(igp, f->dst[i]);
        uint32_t from = cp_plan_nearest(igp->plan, flow);

        if (from != CP_NONE && igp->plan->trees->dist[from] < least) {
            least = igp->plan->trees->dist[from];
            best = f->dst[i];
        }
    }
    return best;
}

static uint64_t path_cost(const struct cp_plan *plan, uint32_t from)
{
    const struct cp_trees *trees = plan->trees;
    uint64_t cost = 0;

    for (uint32_t v = from; trees->by[v] != CP_NONE; v = trees->onto[v])
        cost += plan->cost[trees->by[v]] == UINT64_MAX ? 0 : plan->cost[trees->by[v]];
    return cost;
}

static void plain_way(struct cp_igp *igp, uint32_t flow, struct cp_plan_way *way)
{
    struct cp_plan *plan = igp->plan;
    const struct cp_trees *trees = plan->trees;
    uint32_t to = nearest_destination(igp, flow);
    uint32_t from = CP_NONE;

    *way = (struct cp_plan_way){.igp = true, .last = to};
    if (to == CP_NONE)
        return;
    search(igp, to);
    from = cp_plan_nearest(plan, flow);
    if (from == CP_NONE)
        return;
    way->cost = path_cost(plan, from);
    igp->inflow[from] = 1;
    for (uint32_t i = trees->settled_count; i-- > 1;)
        if (igp->inflow[trees->settled[i]] > 0)
            leave(igp, trees->settled[i], way);
    igp->inflow[to] = 0;
}

static bool is_listed(const struct cp_igp *igp, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (igp->open[i] == node)
            return true;
    return false;
}

static double quick_cost(const struct cp_igp *igp, uint32_t to, uint32_t node)
{
    uint64_t cost = cp_quick_igp_cost(igp->plan->quick, to, node);

    return cost == CP_UNREACHABLE ? (double)INFINITY : (double)cost;
}

/* Of the nodes with inflow the farthest one: all that flows into it has arrived. */
static uint32_t take_farthest(struct cp_igp *igp, uint32_t *count)
{
    const double *dist = igp->plan->trees->dist;
    uint32_t best = 0;

    for (uint32_t i = 1; i < *count; i++)
        if (dist[igp->open[i]] > dist[igp->open[best]])
            best = i;
    uint32_t node = igp->open[best];

    igp->open[best] = igp->open[--*count];
    return node;
}

/* The flow's way by distances of the nodes that it meets and of their neighbours alone. */
static void quick_way(struct cp_igp *igp, uint32_t from, uint32_t to, struct cp_plan_way *way)
{
    struct cp_plan *plan = igp->plan;
    const struct cp_graph *g = plan->graph;
    double *dist = plan->trees->dist;
    uint32_t count = 0;

    igp->to = CP_NONE;
    dist[from] = quick_cost(igp, to, from);
    if (dist[from] >= (double)INFINITY)
        return;
    igp->inflow[from] = 1;
    igp->open[count++] = from;
    while (count > 0) {
        uint32_t node = take_farthest(igp, &count);
        uint32_t first = g->hop_first[node];
        uint32_t last = g->hop_first[node + 1];

        for (uint32_t h = first; h < last; h++) {
            dist[g->hops[h].to] = quick_cost(igp, to, g->hops[h].to);
            if (igp->inflow[g->hops[h].to] <= 0 && g->hops[h].to != to &&
                dist[node] - (double)g->hops[h].out >= dist[g->hops[h].to] &&
                !is_listed(igp, count, g->hops[h].to))
                igp->open[count++] = g->hops[h].to;
        }
        plan->spent += last - first;
        leave(igp, node, way);
    }
    igp->inflow[to] = 0;
}

/* The cost in the metric asked of the path that takes the first hop each time. */
static uint64_t first_path_cost(const struct cp_plan *plan, uint32_t from, uint32_t to)
{
    const struct cp_graph *g = plan->graph;
    const double *dist = plan->trees->dist;
    uint64_t cost = 0;

    for (uint32_t node = from; node != to;) {
        uint32_t i = g->node_end_first[node];

        while (plan->metric[g->node_ends[i]] + dist[g->end_node[g->node_ends[i] ^ 1]] > dist[node])
            i++;
        CP_ASSERT(i < g->node_end_first[node + 1]);
        cost += plan->cost[g->node_ends[i]] == UINT64_MAX ? 0 : plan->cost[g->node_ends[i]];
        node = g->end_node[g->node_ends[i] ^ 1];
    }
    return cost;
}

void cp_igp_way(struct cp_igp *igp, uint32_t flow, struct cp_plan_way *way)
{
    const struct cp_plan_flow *f = &igp->plan->flows[flow];

    if (igp->failing || !cp_quick_serves(igp->plan->quick, f)) {
        plain_way(igp, flow, way);
        return;
    }
    *way = (struct cp_plan_way){.igp = true, .last = f->dst[0]};
    quick_way(igp, f->src[0], f->dst[0], way);
    if (way->count > 0)
        way->cost = first_path_cost(igp->plan, f->src[0], f->dst[0]);
}
