#include "capacity/capacity.h"

#include <math.h>

#include "answer.h"
#include "igp.h"
#include "master.h"
#include "plan.h"
#include "settle.h"
#include "spread.h"
#include "trees.h"

/* Rounds of the fast heuristic. */
#define ROUNDS 60u

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

        if (fixed != NULL && fixed[at].link_count > 0) {
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

            if (!searched)
                plan->spent += cp_trees_to(plan->trees, &ask);
            searched = true;
            cp_igp_forget(igp);
            uint32_t from = cp_plan_nearest(plan, at);

            if (from != CP_NONE)
                CP_TRY(cp_plan_add_path(plan, at, from, &way));
        }
        if (flow->ways != CP_NONE)
            plan->ways[flow->ways].share = 1;
    }
    return CP_OK;
}

static cp_err begin(struct cp_plan *plan, struct cp_igp *igp)
{
    double *cost = CP_TAKE(plan->arena, plan->end_count, double);

    if (cost == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t e = 0; e < plan->end_count; e++)
        cost[e] = plan->cost[e] == UINT64_MAX ? 0 : (double)plan->cost[e];
    for (uint32_t g = 0; g < plan->group_count; g++)
        CP_TRY(begin_group(plan, &plan->groups[g], cost, igp));
    return CP_OK;
}

static bool has_capacity(const struct cp_plan *plan)
{
    bool limit = false;
    bool demand = false;

    for (uint32_t e = 0; e < plan->end_count && !limit; e++)
        limit = plan->capacity[e] > 0;
    for (uint32_t f = 0; f < plan->flow_count && !demand; f++)
        demand = plan->flows[f].bps > 0;
    return limit && demand;
}

static cp_err place(struct cp_plan *plan, struct cp_arena *arena, struct cp_capacity_answer *out)
{
    struct cp_spread_ask ask = {.gap = plan->request->gap_ppm / 1e6, .rounds = ROUNDS};
    struct cp_master *master = NULL;
    struct cp_spread spread;
    struct cp_igp igp;

    CP_TRY(cp_igp_open(plan, &igp));
    CP_TRY(begin(plan, &igp));
    out->any_capacity = has_capacity(plan);
    CP_TRY(cp_spread_open(plan, &spread));
    CP_TRY(cp_master_open(&spread, &master));
    if (out->any_capacity) {
        CP_TRY(cp_spread_run(&spread, &ask));
        CP_TRY(cp_master_lower(master, ask.gap));
        CP_TRY(cp_master_shorten(master));
        if (plan->request->move == CP_MOVE_SOME)
            CP_TRY(cp_settle_moves(&spread, master, ask.gap));
        CP_TRY(cp_settle_ordinary(&spread, &igp));
        CP_TRY(cp_settle_few(&spread, master));
    }
    cp_answer_round(plan);
    CP_TRY(cp_answer_place(plan, arena, out));
    CP_TRY(cp_answer_prove(plan, spread.bound.price, &spread.survey, arena, out));
    out->exact = (double)out->worst_ppm <= (double)out->bound_ppm * (1 + ask.gap) + 1;
    return CP_OK;
}

cp_err cp_capacity_place(const struct cp_judge *judge, const struct cp_net *net,
                         const struct cp_marking *markings,
                         const struct cp_capacity_request *request, struct cp_arena *arena,
                         struct cp_capacity_answer *out)
{
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    struct cp_capacity_answer answer = {.worst = {.end = CP_NONE, .failure = CP_NONE},
                                        .worst_failed = {.end = CP_NONE, .failure = CP_NONE}};
    struct cp_plan plan;
    cp_err err =
        work == NULL ? CP_ERR_NOMEM : cp_plan_make(judge, net, markings, request, work, &plan);

    if (err == CP_OK)
        err = place(&plan, arena, &answer);
    cp_arena_close(work);
    CP_TRY(err);
    *out = answer;
    return CP_OK;
}
