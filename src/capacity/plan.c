#include "plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trees.h"

/* Links looked at, where the request states no budget: some ten seconds of search. */
#define BUDGET_USUAL UINT64_C(1500000000)

/* A share in millionths may be off by so much, and by what the linear program takes for equal. */
#define SHARE_OFF 1.2e-6

static cp_err take_ends(struct cp_plan *plan)
{
    const struct cp_graph *g = plan->graph;
    const uint32_t *asked = NULL;

    plan->end_count = g->end_first[g->link_count];
    plan->capacity = CP_TAKE(plan->arena, plan->end_count, double);
    plan->cost = CP_TAKE(plan->arena, plan->end_count, uint64_t);
    plan->metric = CP_TAKE(plan->arena, plan->end_count, double);
    if (plan->capacity == NULL || plan->cost == NULL || plan->metric == NULL)
        return CP_ERR_NOMEM;
    if (plan->request->metric != CP_METRIC_IGP)
        CP_TRY(cp_metric_costs(plan->net, plan->c, plan->request->metric, plan->arena, &asked));
    for (uint32_t e = 0; e < plan->end_count; e++) {
        uint64_t bps = plan->c->links[plan->net->case_link[g->end_link[e]]].capacity_bps;
        uint32_t cost = asked == NULL ? g->end_metric[e] : asked[e];

        plan->capacity[e] = bps == CP_BPS_NONE ? 0 : bps == 0 ? 1 : (double)bps;
        plan->metric[e] = (double)g->end_metric[e];
        plan->cost[e] = asked != NULL && cost == CP_COST_NONE ? UINT64_MAX : cost;
    }
    return CP_OK;
}

static cp_err take_ground(struct cp_plan *plan, struct cp_plan_ground *ground)
{
    ground->node_shut = CP_TAKE(plan->arena, plan->graph->node_count, uint8_t);
    ground->end_shut = CP_TAKE(plan->arena, plan->end_count, uint8_t);
    return ground->node_shut == NULL || ground->end_shut == NULL ? CP_ERR_NOMEM : CP_OK;
}

static cp_err make_grounds(struct cp_plan *plan, const struct cp_judge *judge,
                           const struct cp_marking *markings)
{
    const struct cp_graph *g = plan->graph;

    plan->grounds = CP_TAKE(plan->arena, judge->treatment_count, struct cp_plan_ground);
    if (plan->grounds == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(take_ground(plan, &plan->open));
    for (uint32_t t = 0; t < judge->treatment_count; t++) {
        struct cp_plan_ground *ground = &plan->grounds[t];

        CP_TRY(take_ground(plan, ground));
        for (uint32_t v = 0; v < g->node_count; v++)
            ground->node_shut[v] = markings[t].marks.node[v] != 0;
        for (uint32_t e = 0; e < plan->end_count; e++)
            ground->end_shut[e] =
                markings[t].marks.link[g->end_link[e]] != 0 || plan->cost[e] == UINT64_MAX;
    }
    return CP_OK;
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static cp_err read_ends(struct cp_plan *plan, cp_range range, const uint32_t **nodes,
                        uint32_t *count)
{
    uint32_t *at = CP_TAKE(plan->arena, range.count, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < range.count; i++)
        at[i] = plan->net->node_of_case[plan->c->demand_ends[range.first + i].at];
    if (range.count > 1)
        qsort(at, range.count, sizeof *at, compare_u32);
    *nodes = at;
    *count = range.count;
    return CP_OK;
}

static bool holds(const uint32_t *nodes, uint32_t count, uint32_t node)
{
    return bsearch(&node, nodes, count, sizeof *nodes, compare_u32) != NULL;
}

/* Leaves out of `of` what `other` holds. */
static cp_err without(struct cp_arena *arena, const uint32_t **of, uint32_t *count,
                      const uint32_t *other, uint32_t other_count)
{
    uint32_t *left = CP_TAKE(arena, *count, uint32_t);
    uint32_t kept = 0;

    if (left == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < *count; i++)
        if (!holds(other, other_count, (*of)[i]))
            left[kept++] = (*of)[i];
    *of = left;
    *count = kept;
    return CP_OK;
}

/* A node that is at both ends counts as a source, unless it would leave no destination: then the first
 * of the sources has all others for destinations. */
static cp_err read_flow(struct cp_plan *plan, const struct cp_judge *judge, uint32_t demand)
{
    const struct cp_demand *d = &plan->c->demands[demand];
    struct cp_plan_flow *flow = &plan->flows[demand];
    const struct cp_treatment *treatment = &judge->treatments[judge->demand_treatment[demand]];

    *flow =
        (struct cp_plan_flow){.demand = demand,
                              .ground = judge->demand_treatment[demand],
                              .bps = d->bandwidth_bps == CP_BPS_NONE ? 0 : (double)d->bandwidth_bps,
                              .ways = CP_NONE,
                              .stay = CP_NONE,
                              .sensitive = treatment->rule_count > 0};
    if (plan->request->left_out != NULL && plan->request->left_out[demand] != 0)
        return CP_OK; /* without ends it has no way */
    CP_TRY(read_ends(plan, d->src, &flow->src, &flow->src_count));
    CP_TRY(read_ends(plan, d->dst, &flow->dst, &flow->dst_count));
    const uint32_t *all = flow->dst;
    uint32_t all_count = flow->dst_count;

    CP_TRY(without(plan->arena, &flow->dst, &flow->dst_count, flow->src, flow->src_count));
    if (flow->dst_count == 0 && flow->src_count > 0) {
        flow->src_count = 1;
        flow->dst = all;
        flow->dst_count = all_count;
        CP_TRY(without(plan->arena, &flow->dst, &flow->dst_count, flow->src, 1));
    }
    return CP_OK;
}

struct sort_key {
    const struct cp_plan_flow *flow;
};

static int compare_targets(const struct cp_plan_flow *a, const struct cp_plan_flow *b)
{
    if (a->ground != b->ground)
        return a->ground < b->ground ? -1 : 1;
    if (a->dst_count != b->dst_count)
        return a->dst_count < b->dst_count ? -1 : 1;
    for (uint32_t i = 0; i < a->dst_count; i++)
        if (a->dst[i] != b->dst[i])
            return a->dst[i] < b->dst[i] ? -1 : 1;
    return 0;
}

static int compare_keys(const void *a, const void *b)
{
    const struct cp_plan_flow *x = ((const struct sort_key *)a)->flow;
    const struct cp_plan_flow *y = ((const struct sort_key *)b)->flow;
    int order = compare_targets(x, y);

    return order != 0 ? order : x->demand < y->demand ? -1 : x->demand > y->demand;
}

cp_err cp_plan_make_groups(struct cp_plan *plan)
{
    struct sort_key *keys = CP_TAKE(plan->arena, plan->flow_count, struct sort_key);

    plan->group_count = 0;
    plan->order = CP_TAKE(plan->arena, plan->flow_count, uint32_t);
    plan->groups = CP_TAKE(plan->arena, plan->flow_count, struct cp_plan_group);
    if (keys == NULL || plan->order == NULL || plan->groups == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t f = 0; f < plan->flow_count; f++)
        keys[f].flow = &plan->flows[f];
    if (plan->flow_count > 1)
        qsort(keys, plan->flow_count, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < plan->flow_count; i++) {
        plan->order[i] = (uint32_t)(keys[i].flow - plan->flows);
        if (i == 0 || compare_targets(keys[i - 1].flow, keys[i].flow) != 0)
            plan->groups[plan->group_count++] = (struct cp_plan_group){.first = i};
        plan->groups[plan->group_count - 1].count++;
    }
    return CP_OK;
}

cp_err cp_plan_make(const struct cp_judge *judge, const struct cp_net *net,
                    const struct cp_marking *markings, const struct cp_capacity_request *request,
                    struct cp_arena *arena, struct cp_plan *out)
{
    *out = (struct cp_plan){.graph = &net->graph,
                            .net = net,
                            .c = judge->net,
                            .request = request,
                            .arena = arena,
                            .flow_count = judge->net->demand_count,
                            .budget = request->budget == 0 ? BUDGET_USUAL : request->budget};
    CP_TRY(take_ends(out));
    CP_TRY(make_grounds(out, judge, markings));
    out->flows = CP_TAKE(arena, out->flow_count, struct cp_plan_flow);
    if (out->flows == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t f = 0; f < out->flow_count; f++)
        CP_TRY(read_flow(out, judge, f));
    CP_TRY(cp_plan_make_groups(out));
    out->scratch = CP_TAKE(arena, out->end_count + 1, struct cp_plan_step);
    if (out->scratch == NULL)
        return CP_ERR_NOMEM;
    return cp_trees_open(&net->graph, arena, &out->trees);
}

static bool same_way(const struct cp_plan *plan, const struct cp_plan_way *a,
                     const struct cp_plan_way *b, const struct cp_plan_step *steps)
{
    if (a->count != b->count || a->check != b->check || a->last != b->last || a->igp != b->igp)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (plan->steps[a->first + i].end != steps[i].end)
            return false;
    return true;
}

static uint32_t check_of(const struct cp_plan_step *steps, uint32_t count)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum = sum * 31 + steps[i].end * UINT32_C(2654435761);
    return sum;
}

static cp_err make_room(struct cp_plan *plan, uint32_t steps)
{
    void *at = plan->ways;

    if (plan->way_count == plan->way_cap) {
        CP_TRY(
            cp_arena_grow(plan->arena, &at, plan->way_count, &plan->way_cap, sizeof *plan->ways));
        plan->ways = at;
    }
    at = plan->steps;
    while (plan->step_cap - plan->step_count < steps) {
        CP_TRY(
            cp_arena_grow(plan->arena, &at, plan->step_cap, &plan->step_cap, sizeof *plan->steps));
        plan->steps = at;
    }
    return CP_OK;
}

/* Ways of a flow stand in the order in which they were found. */
cp_err cp_plan_add(struct cp_plan *plan, uint32_t flow, const struct cp_plan_way *like,
                   const struct cp_plan_step *steps, uint32_t *way)
{
    struct cp_plan_way made = *like;
    uint32_t *link = &plan->flows[flow].ways;

    made.check = check_of(steps, made.count);
    made.next = CP_NONE;
    made.share = made.kept = 0;
    for (uint32_t w = *link; w != CP_NONE; w = plan->ways[w].next) {
        *way = w;
        if (same_way(plan, &plan->ways[w], &made, steps))
            return CP_OK;
    }
    CP_TRY(make_room(plan, made.count));
    while (*link != CP_NONE)
        link = &plan->ways[*link].next;
    made.first = plan->step_count;
    memcpy(plan->steps + made.first, steps, made.count * sizeof *steps);
    plan->step_count += made.count;
    plan->ways[plan->way_count] = made;
    *link = *way = plan->way_count++;
    return CP_OK;
}

uint32_t cp_plan_nearest(const struct cp_plan *plan, uint32_t flow)
{
    const struct cp_plan_flow *f = &plan->flows[flow];
    const double *dist = plan->trees->dist;
    uint32_t best = CP_NONE;

    for (uint32_t i = 0; i < f->src_count; i++)
        if (dist[f->src[i]] < (double)INFINITY && (best == CP_NONE || dist[f->src[i]] < dist[best]))
            best = f->src[i];
    return best;
}

cp_err cp_plan_add_path(struct cp_plan *plan, uint32_t flow, uint32_t from, uint32_t *way)
{
    const struct cp_trees *trees = plan->trees;
    struct cp_plan_way like = {.last = from};

    while (trees->by[like.last] != CP_NONE) {
        uint32_t end = trees->by[like.last];

        CP_ASSERT(like.count < plan->graph->node_count);
        plan->scratch[like.count++] = (struct cp_plan_step){.part = 1, .end = end};
        like.cost += plan->cost[end];
        like.last = trees->onto[like.last];
    }
    return cp_plan_add(plan, flow, &like, plan->scratch, way);
}

void cp_plan_load(const struct cp_plan *plan, double *load)
{
    for (uint32_t e = 0; e < plan->end_count; e++)
        load[e] = plan->base == NULL ? 0 : plan->base[e];
    for (uint32_t f = 0; f < plan->flow_count; f++)
        for (uint32_t w = plan->flows[f].ways; w != CP_NONE; w = plan->ways[w].next) {
            const struct cp_plan_way *way = &plan->ways[w];
            double bps = plan->flows[f].bps * way->share;

            for (uint32_t i = way->first; bps > 0 && i < way->first + way->count; i++)
                load[plan->steps[i].end] += bps * plan->steps[i].part;
        }
}

double cp_plan_worst(const struct cp_plan *plan, const double *load, uint32_t *end)
{
    double worst = 0;

    *end = CP_NONE;
    for (uint32_t e = 0; e < plan->end_count; e++)
        if (plan->capacity[e] > 0 && load[e] > worst * plan->capacity[e]) {
            worst = load[e] / plan->capacity[e];
            *end = e;
        }
    return worst;
}

static double carries(const struct cp_plan *plan, uint32_t end)
{
    return (double)plan->c->links[plan->net->case_link[plan->graph->end_link[end]]].capacity_bps;
}

bool cp_plan_fits(const struct cp_plan *plan, const double *load, const double *slack)
{
    bool fits = true;

    for (uint32_t e = 0; e < plan->end_count && fits; e++)
        fits = plan->capacity[e] <= 0 || floor(load[e] + 0.5) <= carries(plan, e) + slack[e];
    return fits;
}

static uint32_t count_used(const struct cp_plan *plan, const struct cp_plan_flow *flow)
{
    uint32_t used = 0;

    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next)
        used += plan->ways[w].share > 0;
    return used;
}

/* Each share but the largest is rounded down, and that takes the rest. */
void cp_plan_add_slack(const struct cp_plan *plan, double *slack)
{
    for (uint32_t f = 0; f < plan->flow_count; f++) {
        uint32_t used = count_used(plan, &plan->flows[f]);

        for (uint32_t w = plan->flows[f].ways; used > 1 && w != CP_NONE; w = plan->ways[w].next) {
            const struct cp_plan_way *way = &plan->ways[w];
            double off = way->share > 0 ? SHARE_OFF * used * plan->flows[f].bps : 0;

            for (uint32_t i = way->first; i < way->first + way->count; i++)
                slack[plan->steps[i].end] += off * plan->steps[i].part;
        }
    }
}

double cp_plan_price(const struct cp_plan *plan, const struct cp_plan_way *way, const double *price)
{
    double sum = 0;

    for (uint32_t i = way->first; i < way->first + way->count; i++)
        sum += price[plan->steps[i].end] * plan->steps[i].part;
    return sum;
}
