#include "capacity/capacity.h"

#include <math.h>

#include "answer.h"
#include "begin.h"
#include "failing.h"
#include "master.h"
#include "moves.h"
#include "plan.h"
#include "quick.h"
#include "settle.h"
#include "level.h"
#include "trees.h"

/* Rounds of the fast heuristic. */
#define ROUNDS 60u
/* Of the linear program. */
#define TOLERANCE 1e-6

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

static uint32_t count_fixed(const struct cp_plan *plan)
{
    uint32_t count = 0;

    for (uint32_t f = 0; f < plan->flow_count && plan->request->fixed != NULL; f++)
        count += plan->request->fixed[f].link_count > 0 && plan->flows[f].bps > 0;
    return count;
}

static cp_err place(struct cp_plan *plan, const struct cp_failing_ask *failing,
                    struct cp_arena *arena, struct cp_capacity_answer *out)
{
    struct cp_level_ask ask = {.gap = failing->gap, .rounds = ROUNDS};
    struct cp_master *master = NULL;
    struct cp_level level;
    struct cp_igp igp;
    uint32_t end = CP_NONE;
    struct cp_answer_proof proof;

    CP_TRY(cp_igp_open(plan, &igp));
    CP_TRY(cp_begin(plan, &igp));
    out->any_capacity = has_capacity(plan);
    out->fixed_count = count_fixed(plan);
    CP_TRY(cp_level_open(plan, &level));
    CP_TRY(cp_master_open(&level, &master));
    if (out->any_capacity) {
        CP_TRY(cp_level_run(&level, &ask));
        CP_TRY(cp_master_lower(master, ask.gap));
        cp_settle_shorter(&level);
        CP_TRY(cp_master_shorten(master));
        if (plan->request->move == CP_MOVE_SOME)
            CP_TRY(cp_moves_settle(&level, master, ask.gap));
        CP_TRY(cp_settle_ordinary(&level, &igp));
        CP_TRY(cp_settle_few(&level, master));
    }
    cp_plan_load(plan, level.load);
    out->exact = cp_plan_worst(plan, level.load, &end) <=
                 level.bound.value * (1 + ask.gap) * (1 + TOLERANCE);
    cp_answer_round(plan);
    CP_TRY(cp_answer_place(plan, arena, out));
    CP_TRY(cp_answer_prove(plan, &level, arena, &proof));
    out->bound_ppm = proof.bound_ppm;
    out->prices = proof.prices;
    if (out->any_capacity && plan->request->failure_count > 0)
        CP_TRY(cp_failing_place(plan, &igp, failing, out));
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
    struct cp_failing_ask failing = {
        .judge = judge, .markings = markings, .gap = request->gap_ppm / 1e6};
    struct cp_plan plan = {0};
    cp_err err =
        work == NULL ? CP_ERR_NOMEM : cp_plan_make(judge, net, markings, request, work, &plan);

    if (err == CP_OK)
        err = cp_quick_open(&plan, judge->treatment_count, &plan.quick);
    if (err == CP_OK)
        err = place(&plan, &failing, arena, &answer);
    cp_quick_close(plan.quick);
    cp_arena_close(work);
    CP_TRY(err);
    *out = answer;
    return CP_OK;
}
