#include "master.h"

#include <math.h>

#include "program.h"
#include "trees.h"

/*
 * Column generation: solve, search under the duals of the ends, add to each flow its cheapest path where that
 * is cheaper than the flow's own dual.
 */

#define ROUNDS_LOWER 200u
#define ROUNDS_SHORTEN 12u
/* Least cost is the least of aims: no more rounds where one gains less, as a part of the cost, or after so many steps. */
#define GAIN_LEAST 2e-3
#define WORK_MOST UINT64_C(500000000)
/* A way enters that is so much cheaper, as a part of what its flow pays. */
#define CHEAPER 1e-7
/* Load above the least that a placement at least cost may not have. */
#define SLACK 1e-9

struct cp_master {
    struct cp_level *level;
    struct cp_program program;
    double *price; /* [ends] under which paths are looked for now */
    uint32_t entered;
};

cp_err cp_master_open(struct cp_level *level, struct cp_master **out)
{
    struct cp_master *m = CP_TAKE(level->plan->arena, 1, struct cp_master);

    if (m == NULL)
        return CP_ERR_NOMEM;
    *m = (struct cp_master){.level = level,
                            .price = CP_TAKE(level->plan->arena, level->plan->end_count, double)};
    *out = m;
    return m->price == NULL ? CP_ERR_NOMEM : cp_program_open(level->plan, &m->program);
}

/* In the program are the ways in use, and each flow's first. */
static void begin(struct cp_master *m, cp_program_kind kind)
{
    struct cp_plan *plan = m->level->plan;

    for (uint32_t w = 0; w < plan->way_count; w++) {
        plan->ways[w].in = plan->ways[w].share > 0;
        plan->ways[w].status = 3; /* at its lower bound */
    }
    for (uint32_t f = 0; f < plan->flow_count; f++)
        if (plan->flows[f].ways != CP_NONE)
            plan->ways[plan->flows[f].ways].in = true;
    m->program.kind = kind;
    m->program.scale = m->level->worst;
    m->program.warm = false;
}

/* What a bit a second of the flow may pay at most for a new way. */
static double limit(const struct cp_master *m, uint32_t flow)
{
    const struct cp_plan *plan = m->level->plan;
    const struct cp_plan_flow *f = &plan->flows[flow];

    if (m->program.flow_row[flow] >= 0)
        return m->program.flow_dual[flow] / f->bps;
    for (uint32_t w = f->ways; w != CP_NONE; w = plan->ways[w].next)
        if (plan->ways[w].share > 0)
            return cp_plan_price(plan, &plan->ways[w], m->price);
    return 0;
}

static cp_err enter(void *with, struct cp_plan *plan, uint32_t flow, uint32_t from)
{
    struct cp_master *m = with;
    uint32_t way = CP_NONE;

    if (plan->flows[flow].held || plan->trees->dist[from] >= limit(m, flow) * (1 - CHEAPER))
        return CP_OK;
    CP_TRY(cp_plan_add_path(plan, flow, from, &way));
    if (!plan->ways[way].in) {
        plan->ways[way].in = true;
        plan->ways[way].status = 3;
        m->entered++;
    }
    return CP_OK;
}

/* Prices of the ends by the duals of the program. */
static void read_prices(struct cp_master *m)
{
    const struct cp_plan *plan = m->level->plan;

    for (uint32_t e = 0; e < plan->end_count; e++) {
        double dual = -m->program.end_dual[e];

        m->price[e] = m->program.end_row[e] >= 0 && dual > 0
                          ? dual / (plan->capacity[e] * m->program.scale)
                          : 0;
    }
}

static cp_err look(struct cp_master *m)
{
    struct cp_level *s = m->level;
    struct cp_bound_visit visit = {.path = enter, .with = m};

    m->entered = 0;
    CP_TRY(cp_bound_price(s->plan, m->price, &s->survey, &visit));
    if (m->program.kind == CP_PROGRAM_SHORTEN)
        return CP_OK;
    double bound = cp_bound_of(s->plan, m->price, &s->survey);

    if (bound > s->bound.value) {
        s->bound.value = bound;
        for (uint32_t e = 0; e < s->plan->end_count; e++)
            s->bound.price[e] = m->price[e];
    }
    return CP_OK;
}

cp_err cp_master_lower(struct cp_master *m, double gap)
{
    struct cp_level *s = m->level;
    cp_program_end end = CP_PROGRAM_SOLVED;

    begin(m, CP_PROGRAM_LOWER);
    m->program.rows_above = s->bound.value * (1 - SLACK);
    for (uint32_t round = 0;
         round < ROUNDS_LOWER && !cp_plan_spent(s->plan) && !cp_level_is_near(s, gap); round++) {
        CP_TRY(cp_program_solve(&m->program, &end));
        if (end != CP_PROGRAM_SOLVED)
            break;
        cp_plan_load(s->plan, s->load);
        cp_level_keep(s);
        read_prices(m);
        CP_TRY(look(m));
        if (m->entered == 0)
            break;
    }
    cp_level_take_kept(s);
    return CP_OK;
}

cp_err cp_master_rebalance(struct cp_master *m)
{
    struct cp_level *s = m->level;
    cp_program_end end = CP_PROGRAM_SOLVED;

    s->worst = (double)INFINITY;
    cp_plan_load(s->plan, s->load);
    cp_level_keep(s);
    begin(m, CP_PROGRAM_LOWER);
    for (uint32_t w = 0; w < s->plan->way_count; w++)
        s->plan->ways[w].in = s->plan->ways[w].share > 0;
    m->program.rows_above = 0;
    CP_TRY(cp_program_solve(&m->program, &end));
    if (end == CP_PROGRAM_SOLVED) {
        cp_plan_load(s->plan, s->load);
        cp_level_keep(s);
    }
    cp_level_take_kept(s);
    return CP_OK;
}

static double total_cost(const struct cp_plan *plan)
{
    double sum = 0;

    for (uint32_t f = 0; f < plan->flow_count; f++)
        for (uint32_t w = plan->flows[f].ways; w != CP_NONE; w = plan->ways[w].next)
            sum += plan->flows[f].bps * plan->ways[w].share * (double)plan->ways[w].cost;
    return sum;
}

/* Keeps the shares that the program gave where they cost less and load nothing more. */
static void keep_shorter(struct cp_master *m, double *least)
{
    struct cp_level *s = m->level;
    uint32_t end = CP_NONE;
    double cost = total_cost(s->plan);

    cp_plan_load(s->plan, s->load);
    if (cost >= *least || cp_plan_worst(s->plan, s->load, &end) > s->worst * (1 + 1e-7))
        return;
    *least = cost;
    for (uint32_t w = 0; w < s->plan->way_count; w++)
        s->plan->ways[w].kept = s->plan->ways[w].share;
}

cp_err cp_master_shorten(struct cp_master *m)
{
    struct cp_level *s = m->level;
    cp_program_end end = CP_PROGRAM_SOLVED;
    double least = total_cost(s->plan);
    double first = least;
    uint64_t spent = 0;

    for (uint32_t w = 0; w < s->plan->way_count; w++)
        s->plan->ways[w].kept = s->plan->ways[w].share;
    CP_TRY(cp_level_shorten(s));
    spent = s->plan->spent;
    begin(m, CP_PROGRAM_SHORTEN);
    m->program.rows_above = s->worst * (1 - SLACK);
    m->program.cost_scale = least > 0 ? 1 / least : 0;
    for (uint32_t round = 0; round < ROUNDS_SHORTEN && !cp_plan_spent(s->plan); round++) {
        CP_TRY(cp_program_solve(&m->program, &end));
        if (end != CP_PROGRAM_SOLVED)
            break;
        double before = least;

        keep_shorter(m, &least);
        if (least > before * (1 - GAIN_LEAST) && least < first * (1 - GAIN_LEAST))
            break;
        if (s->plan->spent > spent + WORK_MOST)
            break;
        read_prices(m);
        for (uint32_t e = 0; e < s->plan->end_count; e++)
            m->price[e] += s->plan->cost[e] == UINT64_MAX
                               ? 0
                               : (double)s->plan->cost[e] * m->program.cost_scale;
        CP_TRY(look(m));
        if (m->entered == 0)
            break;
    }
    cp_level_take_kept(s);
    return CP_OK;
}
