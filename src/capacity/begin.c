#include "begin.h"

#include "quick.h"
#include "trees.h"

/* The path that the demand is given, as its only way. */
static cp_err take_fixed(struct cp_plan *plan, uint32_t flow, const struct cp_path *path)
{
    const struct cp_graph *g = plan->graph;
    struct cp_plan_way like = {.last = path->nodes[path->link_count], .cost = path->cost};

    CP_ASSERT(path->link_count <= plan->end_count);
    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t e = g->end_first[path->links[i]];

        while (g->end_node[e] != path->nodes[i])
            e++;
        CP_ASSERT(e < g->end_first[path->links[i] + 1]);
        plan->scratch[like.count++] = (struct cp_plan_step){.part = 1, .end = e};
    }
    plan->flows[flow].bound = true;
    return cp_plan_add(plan, flow, &like, plan->scratch, &plan->flows[flow].ways);
}

/* Whether nothing on the path has failed; what the rules say of it is the asker's. */
static bool is_open(const struct cp_plan *plan, const struct cp_path *path)
{
    for (uint32_t i = 0; i < path->link_count; i++)
        if (plan->open.end_shut[plan->graph->end_first[path->links[i]]] != 0)
            return false;
    for (uint32_t i = 0; i <= path->link_count; i++)
        if (plan->open.node_shut[path->nodes[i]] != 0)
            return false;
    return true;
}

/* The least-cost path of each sensitive flow of a group, and the IGP's way of each ordinary one. */
static cp_err begin_group(struct cp_plan *plan, const struct cp_plan_group *group,
                          const double *cost, struct cp_igp *igp)
{
    bool searched = false;
    uint32_t way = CP_NONE;

    for (uint32_t i = group->first; i < group->first + group->count; i++) {
        uint32_t at = plan->order[i];
        struct cp_plan_flow *flow = &plan->flows[at];
        const struct cp_path *fixed = plan->request->fixed;
        struct cp_plan_way like = {0};

        if (fixed != NULL && fixed[at].link_count > 0 && is_open(plan, &fixed[at])) {
            CP_TRY(take_fixed(plan, at, &fixed[at]));
        } else if (!flow->sensitive) {
            cp_igp_way(igp, at, &like);
            flow->bound = plan->request->move == CP_MOVE_NONE;
            if (like.count > 0)
                CP_TRY(cp_plan_add(plan, at, &like, plan->scratch, &flow->stay));
        } else {
            struct cp_trees_ask ask = {.ground = &plan->grounds[flow->ground],
                                       .price = cost,
                                       .dst = flow->dst,
                                       .dst_count = flow->dst_count};

            uint32_t from = CP_NONE;

            cp_igp_forget(igp);
            if (cp_quick_serves(plan->quick, flow)) {
                from = cp_quick_path(plan->quick, plan, at) ? flow->src[0] : CP_NONE;
            } else {
                if (!searched)
                    plan->spent += cp_trees_to(plan->trees, &ask);
                searched = true;
                from = cp_plan_nearest(plan, at);
            }

            if (from != CP_NONE)
                CP_TRY(cp_plan_add_path(plan, at, from, &way));
        }
        if (flow->ways != CP_NONE)
            plan->ways[flow->ways].share = 1;
    }
    return CP_OK;
}

cp_err cp_begin(struct cp_plan *plan, struct cp_igp *igp)
{
    double *cost = CP_TAKE(plan->arena, plan->end_count, double);

    if (cost == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t e = 0; e < plan->end_count; e++)
        cost[e] = plan->cost[e] == UINT64_MAX ? 0 : (double)plan->cost[e];
    if (plan->quick != NULL)
        CP_TRY(cp_quick_price(plan->quick, cost, CP_QUICK_AS_THEY_ARE));
    for (uint32_t g = 0; g < plan->group_count; g++)
        CP_TRY(begin_group(plan, &plan->groups[g], cost, igp));
    return CP_OK;
}
