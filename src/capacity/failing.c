#include "failing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "begin.h"
#include "master.h"
#include "trees.h"

/*
 * After a failure ordinary traffic that is hit follows the IGP, and the shares of sensitive flows whose paths are
 * hit are placed anew on clean paths of what is left; all else stays.  First each failure with these shares
 * on least-cost paths: most are far from the worst and need no more.  Then the failures that are worst so are placed
 * for the least load, worst first, until one placed so is worse than all others unplaced.
 */

#define ROUNDS 40u
#define FAILED 2u /* bit of shut elements */

/* Ways in use by the links and nodes that they pass. */
struct passing {
    uint32_t *first; /* [links + nodes + 1] as elements of the graph */
    uint32_t *way;
};

struct failing {
    struct cp_plan *plan;
    struct cp_igp *igp;
    const struct cp_failing_ask *ask;
    uint32_t ground_count;
    struct passing passing;
    uint32_t *flow_of_way; /* [ways] */
    uint32_t *rank;        /* [flows] place in plan.order */
    uint8_t *hit;          /* [ways] all 0 between failures */
    uint32_t *hits;        /* [hit_count] ways, by rank of their flow */
    uint32_t hit_count;
    double *load;       /* [ends] without failure */
    double *base;       /* [ends] after a failure, without what is placed anew */
    double *now;        /* [ends] after a failure */
    double *slack;      /* [ends] by which it may be off */
    double *cost;       /* [ends] to search least-cost paths by */
    double *worst;      /* [failures] with hit shares on least-cost paths */
    uint32_t *by_worst; /* [failures] */
};

static uint32_t *counts_of(struct failing *f)
{
    return f->passing.first + 1;
}

/* Calls for each link and node of each way in use. */
static void pass_ways(struct failing *f,
                      void (*each)(struct failing *f, uint32_t element, uint32_t way))
{
    const struct cp_plan *plan = f->plan;
    const struct cp_graph *g = plan->graph;

    for (uint32_t w = 0; w < plan->way_count; w++) {
        const struct cp_plan_way *way = &plan->ways[w];

        if (way->share <= 0)
            continue;
        for (uint32_t i = way->first; i < way->first + way->count; i++) {
            uint32_t end = plan->steps[i].end;

            each(f, g->end_link[end], w);
            /* Of the IGP's way a node with several ends is met several times: it does no harm. */
            each(f, cp_graph_element_of_node(g, g->end_node[end]), w);
        }
        each(f, cp_graph_element_of_node(g, way->last), w);
    }
}

static void count_passing(struct failing *f, uint32_t element, uint32_t way)
{
    (void)way;
    counts_of(f)[element]++;
}

static void list_passing(struct failing *f, uint32_t element, uint32_t way)
{
    f->passing.way[f->passing.first[element]++] = way;
}

static cp_err index_ways(struct failing *f)
{
    const struct cp_graph *g = f->plan->graph;
    size_t elements = (size_t)g->link_count + g->node_count;

    f->passing.first = CP_TAKE(f->plan->arena, elements + 2, uint32_t);
    if (f->passing.first == NULL)
        return CP_ERR_NOMEM;
    pass_ways(f, count_passing);
    for (size_t i = 0; i < elements; i++)
        f->passing.first[i + 1] += f->passing.first[i];
    f->passing.way = CP_TAKE(f->plan->arena, f->passing.first[elements], uint32_t);
    if (f->passing.way == NULL)
        return CP_ERR_NOMEM;
    pass_ways(f, list_passing);
    for (size_t i = elements; i > 0; i--)
        f->passing.first[i] = f->passing.first[i - 1];
    f->passing.first[0] = 0;
    return CP_OK;
}

static cp_err take(struct failing *f)
{
    struct cp_plan *plan = f->plan;
    struct cp_arena *arena = plan->arena;

    f->flow_of_way = CP_TAKE(arena, plan->way_count, uint32_t);
    f->rank = CP_TAKE(arena, plan->flow_count, uint32_t);
    f->hit = CP_TAKE(arena, plan->way_count, uint8_t);
    f->hits = CP_TAKE(arena, plan->way_count, uint32_t);
    f->load = CP_TAKE(arena, plan->end_count, double);
    f->base = CP_TAKE(arena, plan->end_count, double);
    f->now = CP_TAKE(arena, plan->end_count, double);
    f->slack = CP_TAKE(arena, plan->end_count, double);
    f->cost = CP_TAKE(arena, plan->end_count, double);
    f->worst = CP_TAKE(arena, plan->request->failure_count, double);
    f->by_worst = CP_TAKE(arena, plan->request->failure_count, uint32_t);
    return f->flow_of_way == NULL || f->rank == NULL || f->hit == NULL || f->hits == NULL ||
                   f->load == NULL || f->base == NULL || f->now == NULL || f->slack == NULL ||
                   f->cost == NULL || f->worst == NULL || f->by_worst == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

static void fill(struct failing *f)
{
    const struct cp_plan *plan = f->plan;

    for (uint32_t i = 0; i < plan->flow_count; i++) {
        f->rank[plan->order[i]] = i;
        for (uint32_t w = plan->flows[i].ways; w != CP_NONE; w = plan->ways[w].next)
            f->flow_of_way[w] = i;
    }
    for (uint32_t e = 0; e < plan->end_count; e++)
        f->cost[e] = plan->cost[e] == UINT64_MAX ? 0 : (double)plan->cost[e];
    cp_plan_load(plan, f->load);
}

static void shut(uint8_t *flag, bool failed)
{
    *flag = (uint8_t)(failed ? *flag | FAILED : *flag & ~FAILED);
}

static void shut_link(struct cp_plan *plan, uint32_t grounds, uint32_t link, bool failed)
{
    const struct cp_graph *g = plan->graph;

    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
        shut(&plan->open.end_shut[e], failed);
        for (uint32_t t = 0; t < grounds; t++)
            shut(&plan->grounds[t].end_shut[e], failed);
    }
}

/* The element fails, or is back. */
static void shut_element(struct cp_plan *plan, uint32_t grounds, uint32_t element, bool failed)
{
    const struct cp_graph *g = plan->graph;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        shut_link(plan, grounds, at, failed);
        break;
    case CP_ELEMENT_NODE:
        shut(&plan->open.node_shut[at], failed);
        for (uint32_t t = 0; t < grounds; t++)
            shut(&plan->grounds[t].node_shut[at], failed);
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            shut_link(plan, grounds, g->srlg_links[i], failed);
        break;
    }
}

static void hit_passing(struct failing *f, uint32_t element)
{
    for (uint32_t i = f->passing.first[element]; i < f->passing.first[element + 1]; i++) {
        uint32_t way = f->passing.way[i];

        if (f->hit[way] == 0)
            f->hits[f->hit_count++] = way;
        f->hit[way] = 1;
    }
}

static void sort_hits(struct failing *f)
{
    /* Few at a time, and the lists are nearly sorted where demands are: by insertion of ranks in runs. */
    for (uint32_t gap = f->hit_count / 2; gap > 0; gap /= 2)
        for (uint32_t i = gap; i < f->hit_count; i++) {
            uint32_t way = f->hits[i];
            uint32_t at = i;

            for (; at >= gap; at -= gap) {
                uint32_t other = f->hits[at - gap];
                uint32_t a = f->rank[f->flow_of_way[other]];
                uint32_t b = f->rank[f->flow_of_way[way]];

                if (a < b || (a == b && other < way))
                    break;
                f->hits[at] = other;
            }
            f->hits[at] = way;
        }
}

/* The ways that the element takes down. */
static void find_hits(struct failing *f, uint32_t element)
{
    const struct cp_graph *g = f->plan->graph;
    uint32_t at = 0;

    f->hit_count = 0;
    if (cp_graph_element(g, element, &at) == CP_ELEMENT_SRLG)
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            hit_passing(f, g->srlg_links[i]);
    else
        hit_passing(f, element);
    for (uint32_t i = 0; i < f->hit_count; i++)
        f->hit[f->hits[i]] = 0;
    sort_hits(f);
}

static void add_steps(double *load, const struct cp_plan_step *steps, uint32_t count, double bps)
{
    for (uint32_t i = 0; i < count; i++)
        load[steps[i].end] += bps * steps[i].part;
}

/* base becomes the load without the hit ways, and with what ordinary traffic does by itself. */
static void follow_igp(struct failing *f)
{
    struct cp_plan *plan = f->plan;

    for (uint32_t e = 0; e < plan->end_count; e++)
        f->base[e] = f->load[e];
    cp_igp_forget(f->igp);
    f->igp->failing = true;
    for (uint32_t i = 0; i < f->hit_count; i++) {
        const struct cp_plan_way *way = &plan->ways[f->hits[i]];
        const struct cp_plan_flow *flow = &plan->flows[f->flow_of_way[f->hits[i]]];
        double bps = flow->bps * way->share;
        struct cp_plan_way now;

        add_steps(f->base, plan->steps + way->first, way->count, -bps);
        if (flow->sensitive || bps <= 0)
            continue;
        cp_igp_way(f->igp, f->flow_of_way[f->hits[i]], &now);
        add_steps(f->base, plan->scratch, now.count, bps);
    }
    for (uint32_t e = 0; e < plan->end_count; e++)
        f->base[e] = f->base[e] < 0 ? 0 : f->base[e];
    cp_igp_forget(f->igp);
}

/* Hit shares of sensitive flows as a plan of their own, each flow's together; its arena is empty but for it. */
static cp_err plan_hits(struct failing *f, const struct cp_capacity_request *request,
                        struct cp_arena *arena, struct cp_plan *out)
{
    const struct cp_plan *plan = f->plan;

    *out = *plan;
    out->arena = arena;
    out->request = request;
    out->base = f->base;
    out->quick = NULL; /* that is for what was open before the failure */
    out->flows = CP_TAKE(arena, f->hit_count, struct cp_plan_flow);
    out->flow_count = 0;
    out->ways = NULL;
    out->steps = NULL;
    out->way_count = out->way_cap = out->step_count = out->step_cap = 0;
    if (out->flows == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < f->hit_count; i++) {
        const struct cp_plan_flow *flow = &plan->flows[f->flow_of_way[f->hits[i]]];
        double bps = flow->bps * plan->ways[f->hits[i]].share;
        struct cp_plan_flow *last = &out->flows[out->flow_count];

        if (!flow->sensitive || bps <= 0)
            continue;
        if (out->flow_count > 0 && last[-1].demand == flow->demand) {
            last[-1].bps += bps;
            continue;
        }
        *last = *flow;
        last->bps = bps;
        last->ways = last->stay = CP_NONE;
        last->bound = last->held = false;
        out->flow_count++;
    }
    return cp_plan_make_groups(out);
}

/* Each flow of such a plan begins on its least-cost path of what is left; some have none. */
static cp_err begin_hits(const struct failing *f, struct cp_plan *plan)
{
    for (uint32_t g = 0; g < plan->group_count; g++) {
        const struct cp_plan_group *group = &plan->groups[g];
        const struct cp_plan_flow *first = &plan->flows[plan->order[group->first]];
        struct cp_trees_ask ask = {.ground = &plan->grounds[first->ground],
                                   .price = f->cost,
                                   .dst = first->dst,
                                   .dst_count = first->dst_count};

        plan->spent += cp_trees_to(plan->trees, &ask);
        for (uint32_t i = group->first; i < group->first + group->count; i++) {
            uint32_t from = cp_plan_nearest(plan, plan->order[i]);
            uint32_t way = CP_NONE;

            if (from == CP_NONE)
                continue;
            CP_TRY(cp_plan_add_path(plan, plan->order[i], from, &way));
            plan->ways[way].share = 1;
        }
    }
    return CP_OK;
}

typedef enum { BY_COST, BY_LOAD } placing;

/* The load after a failure, in f->now, with the hit shares placed. */
static cp_err place_hits(struct failing *f, uint32_t failure, placing how, struct cp_arena *arena)
{
    struct cp_capacity_request request = *f->plan->request;
    struct cp_level_ask ask = {.gap = f->ask->gap, .rounds = ROUNDS};
    struct cp_master *master = NULL;
    struct cp_level level;
    struct cp_plan hits;

    request.move = CP_MOVE_NONE;
    find_hits(f, f->plan->request->failures[failure]);
    follow_igp(f);
    CP_TRY(plan_hits(f, &request, arena, &hits));
    CP_TRY(begin_hits(f, &hits));
    if (how == BY_LOAD) {
        CP_TRY(cp_level_open(&hits, &level));
        CP_TRY(cp_master_open(&level, &master));
        CP_TRY(cp_level_run(&level, &ask));
        CP_TRY(cp_master_lower(master, ask.gap));
    }
    cp_plan_load(&hits, f->now);
    memset(f->slack, 0, f->plan->end_count * sizeof *f->slack);
    cp_plan_add_slack(f->plan, f->slack);
    cp_plan_add_slack(&hits, f->slack);
    f->plan->spent = hits.spent;
    return CP_OK;
}

/* The failure happens, is placed for in an arena that is emptied first, and is over. */
static cp_err try_failure(struct failing *f, uint32_t failure, placing how, struct cp_arena *work)
{
    cp_arena_mark start = cp_arena_mark_get(work);
    uint32_t element = f->plan->request->failures[failure];

    shut_element(f->plan, f->ground_count, element, true);
    cp_err err = place_hits(f, failure, how, work);

    shut_element(f->plan, f->ground_count, element, false);
    cp_arena_reset(work, start);
    return err;
}

static cp_err try_all(struct failing *f, struct cp_arena *work)
{
    uint32_t count = f->plan->request->failure_count;
    uint32_t end = CP_NONE;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;

        CP_TRY(try_failure(f, i, BY_COST, work));
        f->worst[i] = cp_plan_worst(f->plan, f->now, &end);
        for (; at > 0 && f->worst[f->by_worst[at - 1]] < f->worst[i]; at--)
            f->by_worst[at] = f->by_worst[at - 1];
        f->by_worst[at] = i;
    }
    return CP_OK;
}

/* Of the failures by_worst those that could be the worst. */
static cp_err lower_worst(struct failing *f, struct cp_arena *work, struct cp_capacity_answer *out)
{
    double worst = -1;

    out->fits_failed = true;
    for (uint32_t i = 0; i < f->plan->request->failure_count; i++) {
        uint32_t failure = f->by_worst[i];
        uint32_t end = CP_NONE;

        if (f->worst[failure] <= worst && (f->worst[failure] <= 1 || !out->fits_failed))
            break;
        CP_TRY(try_failure(f, failure, cp_plan_spent(f->plan) ? BY_COST : BY_LOAD, work));
        double least = cp_plan_worst(f->plan, f->now, &end);

        out->fits_failed = out->fits_failed && cp_plan_fits(f->plan, f->now, f->slack);
        if (least <= worst)
            continue;
        worst = least;
        out->worst_failed_ppm = cp_answer_ppm_up(least);
        out->worst_failed = cp_answer_load(f->plan, f->now, end);
        out->worst_failed.failure = failure;
    }
    return CP_OK;
}

/* What no placement beats after the failure: all placed anew, in what is left. */
static cp_err prove(const struct failing *f, uint32_t failure, struct cp_arena *work,
                    struct cp_capacity_answer *out)
{
    const struct cp_plan *plan = f->plan;
    struct cp_level_ask ask = {.gap = f->ask->gap, .rounds = ROUNDS};
    struct cp_answer_proof proof;
    struct cp_level level;
    struct cp_plan anew;
    struct cp_igp igp;

    CP_TRY(cp_plan_make(f->ask->judge, plan->net, f->ask->markings, plan->request, work, &anew));
    shut_element(&anew, f->ground_count, plan->request->failures[failure], true);
    CP_TRY(cp_igp_open(&anew, &igp));
    CP_TRY(cp_begin(&anew, &igp));
    CP_TRY(cp_level_open(&anew, &level));
    CP_TRY(cp_level_run(&level, &ask));
    CP_TRY(cp_answer_prove(&anew, &level, work, &proof));
    out->bound_failed_ppm = proof.bound_ppm;
    return CP_OK;
}

static cp_err place(struct failing *f, struct cp_arena *work, struct cp_capacity_answer *out)
{
    CP_TRY(take(f));
    fill(f);
    CP_TRY(index_ways(f));
    CP_TRY(try_all(f, work));
    CP_TRY(lower_worst(f, work, out));
    return prove(f, out->worst_failed.failure, work, out);
}

cp_err cp_failing_place(struct cp_plan *plan, struct cp_igp *igp, const struct cp_failing_ask *ask,
                        struct cp_capacity_answer *out)
{
    struct failing f = {
        .plan = plan, .igp = igp, .ask = ask, .ground_count = ask->judge->treatment_count};
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    cp_err err = work == NULL ? CP_ERR_NOMEM : place(&f, work, out);

    cp_arena_close(work);
    return err;
}
