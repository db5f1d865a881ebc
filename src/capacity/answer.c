#include "answer.h"

#include <math.h>

#define PPM 1000000u
#define PRICE_MOST 1e9
/* More than sums of doubles err by. */
#define SAFE 1e-9

static uint64_t whole(double value)
{
    return value >= (double)CP_FIGURE_MOST ? CP_FIGURE_MOST : value <= 0 ? 0 : (uint64_t)value;
}

uint64_t cp_answer_ppm_down(double value)
{
    return whole(floor(value * PPM * (1 - SAFE)));
}

uint64_t cp_answer_ppm_up(double value)
{
    return whole(ceil(value * PPM * (1 - SAFE)));
}

static void round_flow(struct cp_plan *plan, const struct cp_plan_flow *flow)
{
    uint32_t largest = CP_NONE;
    double sum = 0;
    uint32_t left = PPM;

    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next) {
        sum += plan->ways[w].share;
        if (largest == CP_NONE || plan->ways[w].share > plan->ways[largest].share)
            largest = w;
    }
    if (largest == CP_NONE)
        return;
    CP_ASSERT(sum > 0);
    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next) {
        uint32_t ppm = (uint32_t)(plan->ways[w].share / sum * PPM);

        ppm = w == largest ? 0 : ppm < left ? ppm : left;
        left -= ppm;
        plan->ways[w].share = (double)ppm / PPM;
    }
    plan->ways[largest].share = (double)left / PPM;
}

void cp_answer_round(struct cp_plan *plan)
{
    for (uint32_t f = 0; f < plan->flow_count; f++)
        round_flow(plan, &plan->flows[f]);
}

static cp_err write_path(const struct cp_plan *plan, const struct cp_plan_way *way,
                         struct cp_arena *arena, struct cp_path *out)
{
    const struct cp_graph *g = plan->graph;
    uint32_t *nodes = CP_TAKE(arena, (size_t)way->count + 1, uint32_t);
    uint32_t *links = CP_TAKE(arena, way->count, uint32_t);

    if (nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    *out = (struct cp_path){
        .nodes = nodes, .links = links, .link_count = way->count, .cost = way->cost};
    for (uint32_t i = 0; i < way->count; i++) {
        uint32_t end = plan->steps[way->first + i].end;
        uint32_t delay_us = plan->c->links[plan->net->case_link[g->end_link[end]]].delay_us;

        nodes[i] = g->end_node[end];
        links[i] = g->end_link[end];
        if (delay_us == CP_DELAY_NONE || out->delay_us == CP_PATH_DELAY_NONE)
            out->delay_us = CP_PATH_DELAY_NONE;
        else
            out->delay_us += delay_us;
    }
    nodes[way->count] = way->last;
    return CP_OK;
}

static uint32_t source_of(const struct cp_plan *plan, const struct cp_plan_way *way)
{
    return plan->graph->end_node[plan->steps[way->first].end];
}

/* By share, largest first; of alike ones the first found. */
static void insert(struct cp_placed_path *paths, uint32_t count, struct cp_placed_path path)
{
    uint32_t i = count;

    for (; i > 0 && paths[i - 1].share_ppm < path.share_ppm; i--)
        paths[i] = paths[i - 1];
    paths[i] = path;
}

static cp_err write_placement(const struct cp_plan *plan, const struct cp_plan_flow *flow,
                              struct cp_arena *arena, struct cp_placement *out)
{
    uint32_t count = 0;

    *out = (struct cp_placement){.placed = flow->ways != CP_NONE,
                                 .sensitive = flow->sensitive,
                                 .source = CP_NONE,
                                 .destination = CP_NONE};
    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next)
        count += plan->ways[w].share > 0 && !plan->ways[w].igp;
    struct cp_placed_path *paths = CP_TAKE(arena, count, struct cp_placed_path);

    if (paths == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next) {
        const struct cp_plan_way *way = &plan->ways[w];
        struct cp_placed_path path = {.share_ppm = (uint32_t)(way->share * PPM + 0.5)};

        if (way->share <= 0)
            continue;
        out->source = source_of(plan, way);
        out->destination = way->last;
        if (way->igp)
            continue;
        CP_TRY(write_path(plan, way, arena, &path.path));
        insert(paths, out->path_count++, path);
    }
    if (out->path_count > 0) {
        out->source = paths[0].path.nodes[0];
        out->destination = paths[0].path.nodes[paths[0].path.link_count];
    }
    out->paths = paths;
    out->moved = !flow->sensitive && out->path_count > 0;
    return CP_OK;
}

struct cp_link_load cp_answer_load(const struct cp_plan *plan, const double *load, uint32_t end)
{
    struct cp_link_load of = {.end = end, .failure = CP_NONE};

    if (end == CP_NONE)
        return of;
    of.load_bps = whole(load[end] + 0.5);
    of.capacity_bps = plan->c->links[plan->net->case_link[plan->graph->end_link[end]]].capacity_bps;
    return of;
}

cp_err cp_answer_place(struct cp_plan *plan, struct cp_arena *arena, struct cp_capacity_answer *out)
{
    struct cp_placement *placements = CP_TAKE(arena, plan->flow_count, struct cp_placement);
    uint64_t *load_bps = CP_TAKE(arena, plan->end_count, uint64_t);
    double *load = CP_TAKE(plan->arena, plan->end_count, double);
    double *slack = CP_TAKE(plan->arena, plan->end_count, double);
    uint32_t end = CP_NONE;

    if (placements == NULL || load_bps == NULL || load == NULL || slack == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t f = 0; f < plan->flow_count; f++) {
        CP_TRY(write_placement(plan, &plan->flows[f], arena, &placements[f]));
        out->moved_count += placements[f].moved;
    }
    cp_plan_load(plan, load);
    for (uint32_t e = 0; e < plan->end_count; e++)
        load_bps[e] = whole(load[e] + 0.5);
    out->worst_ppm = cp_answer_ppm_up(cp_plan_worst(plan, load, &end));
    out->worst = cp_answer_load(plan, load, end);
    cp_plan_add_slack(plan, slack);
    out->fits = out->fits_failed = cp_plan_fits(plan, load, slack);
    out->placements = placements;
    out->load_bps = load_bps;
    return CP_OK;
}

cp_err cp_answer_prove(struct cp_plan *plan, struct cp_level *level, struct cp_arena *arena,
                       struct cp_answer_proof *out)
{
    const double *price = level->bound.price;
    uint64_t *prices = CP_TAKE(arena, plan->end_count, uint64_t);
    double *rounded = CP_TAKE(plan->arena, plan->end_count, double);
    double most = 0;

    if (prices == NULL || rounded == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t e = 0; e < plan->end_count; e++)
        most = price[e] > most ? price[e] : most;
    for (uint32_t e = 0; e < plan->end_count && most > 0; e++) {
        double least = plan->quick == NULL ? 0 : 1; /* what it searches by is no less */
        double whole_price = floor(price[e] / most * PRICE_MOST);

        rounded[e] = plan->capacity[e] <= 0 ? 0 : whole_price > least ? whole_price : least;
        prices[e] = whole(rounded[e]);
    }
    CP_TRY(cp_bound_price(plan, rounded, &level->survey, NULL));
    *out = (struct cp_answer_proof){
        .prices = prices,
        .bound_ppm = cp_answer_ppm_down(cp_bound_of(plan, rounded, &level->survey))};
    return CP_OK;
}
