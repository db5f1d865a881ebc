#include "settle.h"

#include <math.h>

#include "trees.h"

/* Load above the worst that is no worse: sums of doubles differ. */
#define SAME 1e-9
#define PART_LEAST 1e-9
/* Moves of single paths off the worst end, at most. */
#define MOVES_MOST 500u

static void add_load(const struct cp_plan *plan, double *load, uint32_t way, double bps)
{
    const struct cp_plan_way *w = &plan->ways[way];

    for (uint32_t i = w->first; i < w->first + w->count; i++)
        load[plan->steps[i].end] += bps * plan->steps[i].part;
}

/* The largest part of a capacity that is loaded on the way. */
static double worst_on(const struct cp_plan *plan, const double *load, uint32_t way)
{
    const struct cp_plan_way *w = &plan->ways[way];
    double worst = 0;

    for (uint32_t i = w->first; i < w->first + w->count; i++) {
        uint32_t e = plan->steps[i].end;

        if (plan->capacity[e] > 0 && load[e] > worst * plan->capacity[e])
            worst = load[e] / plan->capacity[e];
    }
    return worst;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static double cost_of(const struct cp_plan *plan, const struct cp_plan_flow *flow)
{
    double sum = 0;

    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next)
        sum += plan->ways[w].share * (double)plan->ways[w].cost;
    return sum;
}

/* How many bits a second more fit on the way with no load above the worst. */
static double room_on(const struct cp_level *s, uint32_t way)
{
    const struct cp_plan *plan = s->plan;
    const struct cp_plan_way *w = &plan->ways[way];
    double room = (double)INFINITY;

    for (uint32_t i = w->first; i < w->first + w->count; i++) {
        const struct cp_plan_step *step = &plan->steps[i];
        double left = plan->capacity[step->end] * s->worst - s->load[step->end];

        if (plan->capacity[step->end] > 0 && left < room * step->part)
            room = left / step->part;
    }
    return room > 0 ? room : 0;
}

/* The cheapest way of the flow that costs more than `above` (or as much and stands later than it) and less
 * than `below`. */
static uint32_t next_cheapest(const struct cp_plan *plan, const struct cp_plan_flow *flow,
                              uint32_t after, uint64_t below)
{
    uint32_t best = CP_NONE;
    bool passed = after == CP_NONE;

    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next) {
        uint64_t cost = plan->ways[w].cost;
        bool later = after == CP_NONE || cost > plan->ways[after].cost ||
                     (passed && cost == plan->ways[after].cost);

        passed = passed || w == after;
        if (later && w != after && cost < below &&
            (best == CP_NONE || cost < plan->ways[best].cost))
            best = w;
    }
    return best;
}

/* As much of the way's share as fits goes to cheaper ways. */
static void shorten_way(struct cp_level *s, const struct cp_plan_flow *flow, uint32_t way)
{
    struct cp_plan_way *ways = s->plan->ways;
    double left = flow->bps * ways[way].share;

    add_load(s->plan, s->load, way, -left);
    for (uint32_t w = next_cheapest(s->plan, flow, CP_NONE, ways[way].cost);
         w != CP_NONE && left > 0; w = next_cheapest(s->plan, flow, w, ways[way].cost)) {
        double room = room_on(s, w);
        double by = room < left ? room : left;

        if (by < PART_LEAST * flow->bps)
            continue;
        add_load(s->plan, s->load, w, by);
        ways[w].share += by / flow->bps;
        left -= by;
    }
    left = left < PART_LEAST * flow->bps ? 0 : left;
    add_load(s->plan, s->load, way, left);
    ways[way].share = left / flow->bps;
}

void cp_settle_shorter(struct cp_level *s)
{
    struct cp_plan *plan = s->plan;

    cp_plan_load(plan, s->load);
    for (uint32_t f = 0; f < plan->flow_count; f++)
        for (uint32_t w = plan->flows[f].ways; cp_plan_places(&plan->flows[f]) && w != CP_NONE;
             w = plan->ways[w].next)
            if (plan->ways[w].share > 0)
                shorten_way(s, &plan->flows[f], w);
}

static void put_all_on(struct cp_plan *plan, struct cp_plan_flow *flow, double *load, uint32_t way)
{
    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next) {
        add_load(plan, load, w, -flow->bps * plan->ways[w].share);
        plan->ways[w].share = w == way;
    }
    add_load(plan, load, way, flow->bps);
}

/* Whether the flow has gone back to the IGP's way. */
static bool go_back(struct cp_level *s, struct cp_plan_flow *flow)
{
    struct cp_plan *plan = s->plan;
    double before = cost_of(plan, flow);

    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next)
        add_load(plan, s->load, w, -flow->bps * plan->ways[w].share);
    add_load(plan, s->load, flow->stay, flow->bps);
    bool fits = worst_on(plan, s->load, flow->stay) <= s->worst * (1 + SAME) &&
                (double)plan->ways[flow->stay].cost <= before * (1 + SAME);

    add_load(plan, s->load, flow->stay, -flow->bps);
    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next)
        add_load(plan, s->load, w, flow->bps * plan->ways[w].share);
    if (fits)
        put_all_on(plan, flow, s->load, flow->stay);
    return fits;
}

/* What is left of the IGP's way while paths are taken from it, by hops: over a LAN there may be several. */
struct unravel {
    struct cp_plan *plan;
    double *left; /* [hops of the graph] all 0 between flows */
    struct cp_igp *igp;
};

static uint32_t end_of(const struct cp_graph *g, uint32_t node, uint32_t link)
{
    uint32_t end = g->end_first[link];

    while (g->end_node[end] != node)
        end++;
    return end;
}

/* The hop out of the node with most left; CP_NONE: nothing is. */
static uint32_t most_left(const struct unravel *u, uint32_t node)
{
    const struct cp_graph *g = u->plan->graph;
    uint32_t best = CP_NONE;

    for (uint32_t h = g->hop_first[node]; h < g->hop_first[node + 1]; h++)
        if (u->left[h] > PART_LEAST && (best == CP_NONE || u->left[h] > u->left[best]))
            best = h;
    return best;
}

/* One path of what is left, in scratch; returns how much of it there is. */
static double take_path(struct unravel *u, uint32_t from, struct cp_plan_way *path)
{
    struct cp_plan *plan = u->plan;
    const struct cp_graph *g = plan->graph;
    double amount = 1;

    path->count = 0;
    path->cost = 0;
    for (uint32_t node = from; node != path->last;) {
        uint32_t hop = most_left(u, node);

        if (hop == CP_NONE)
            return 0;
        uint32_t end = end_of(g, node, g->hops[hop].link);

        CP_ASSERT(path->count < plan->end_count);
        amount = u->left[hop] < amount ? u->left[hop] : amount;
        path->cost += plan->cost[end] == UINT64_MAX ? 0 : plan->cost[end];
        plan->scratch[path->count++] = (struct cp_plan_step){.part = 1, .end = end};
        node = g->hops[hop].to;
    }
    for (uint32_t node = from; node != path->last;) {
        uint32_t hop = most_left(u, node);

        node = g->hops[hop].to;
        u->left[hop] -= amount;
    }
    return amount;
}

/* The step's part goes evenly over the next routers that its end leads to. */
static void lay_step(struct unravel *u, const struct cp_plan_step *step)
{
    const struct cp_plan *plan = u->plan;
    const struct cp_graph *g = plan->graph;
    const double *dist = plan->trees->dist;
    uint32_t node = g->end_node[step->end];

    for (uint32_t pass = 0, count = 0; pass < 2; pass++)
        for (uint32_t h = g->hop_first[node]; h < g->hop_first[node + 1]; h++) {
            double over = plan->metric[step->end] + dist[g->hops[h].to];

            if (g->hops[h].link != g->end_link[step->end] || over < dist[node] || over > dist[node])
                continue;
            if (pass == 0)
                count++;
            else
                u->left[h] = step->part / count;
        }
}

static void clear_step(struct unravel *u, const struct cp_plan_step *step)
{
    const struct cp_graph *g = u->plan->graph;
    uint32_t node = g->end_node[step->end];

    for (uint32_t h = g->hop_first[node]; h < g->hop_first[node + 1]; h++)
        u->left[h] = 0;
}

/* The IGP's way becomes the paths that it is made of. */
static cp_err unravel(struct unravel *u, uint32_t flow)
{
    struct cp_plan *plan = u->plan;
    const struct cp_plan_way stay = plan->ways[plan->flows[flow].stay];
    uint32_t from = plan->graph->end_node[plan->steps[stay.first].end];
    double given = 0;
    uint32_t way = CP_NONE;
    struct cp_plan_way again;

    cp_igp_way(u->igp, flow, &again); /* so that distances are those to its destination */
    for (uint32_t i = 0; i < stay.count; i++)
        lay_step(u, &plan->steps[stay.first + i]);
    for (;;) {
        struct cp_plan_way path = {.last = stay.last};
        double amount = take_path(u, from, &path);

        if (amount <= 0)
            break;
        CP_TRY(cp_plan_add(plan, flow, &path, plan->scratch, &way));
        plan->ways[way].share += stay.share * amount;
        given += amount;
    }
    CP_ASSERT(way != CP_NONE);
    plan->ways[way].share += stay.share * (1 - given);
    plan->ways[plan->flows[flow].stay].share = 0;
    for (uint32_t i = 0; i < stay.count; i++)
        clear_step(u, &plan->steps[stay.first + i]);
    return CP_OK;
}

cp_err cp_settle_ordinary(struct cp_level *s, struct cp_igp *igp)
{
    struct cp_plan *plan = s->plan;
    struct unravel u = {
        .plan = plan,
        .left = CP_TAKE(plan->arena, plan->graph->hop_first[plan->graph->node_count], double),
        .igp = igp};

    if (u.left == NULL)
        return CP_ERR_NOMEM;
    cp_igp_forget(igp);
    cp_plan_load(plan, s->load);
    for (uint32_t f = 0; f < plan->flow_count; f++) {
        struct cp_plan_flow *flow = &plan->flows[f];

        if (!cp_plan_places(flow) || flow->stay == CP_NONE || plan->ways[flow->stay].share >= 1)
            continue;
        if (!go_back(s, flow) && plan->ways[flow->stay].share > 0)
            CP_TRY(unravel(&u, f));
    }
    return CP_OK;
}

/* Whether shares of the flow had to go: those past the most that may be. */
static bool thin(struct cp_plan *plan, const struct cp_plan_flow *flow, uint32_t most)
{
    uint32_t used = 0;
    bool thinned = false;

    for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next)
        used += plan->ways[w].share > 0;
    for (; used > most; used--) {
        uint32_t least = CP_NONE;
        double share = 0;

        for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next)
            if (plan->ways[w].share > 0 &&
                (least == CP_NONE || plan->ways[w].share <= plan->ways[least].share))
                least = w;
        share = plan->ways[least].share;
        plan->ways[least].share = 0;
        for (uint32_t w = flow->ways; w != CP_NONE; w = plan->ways[w].next)
            plan->ways[w].share /= 1 - share;
        thinned = true;
    }
    return thinned;
}

static bool passes(const struct cp_plan *plan, const struct cp_plan_way *way, uint32_t end)
{
    for (uint32_t i = way->first; i < way->first + way->count; i++)
        if (plan->steps[i].end == end)
            return true;
    return false;
}

/* The best that comes of moving one path of the flow that passes the worst end to another way. */
struct best_move {
    uint32_t flow, from, to;
    double worst;
};

static void try_moves(struct cp_level *s, uint32_t flow, uint32_t from, struct best_move *best)
{
    const struct cp_plan *plan = s->plan;
    double bps = plan->flows[flow].bps * plan->ways[from].share;

    add_load(plan, s->load, from, -bps);
    for (uint32_t to = plan->flows[flow].ways; to != CP_NONE; to = plan->ways[to].next) {
        if (to == from || plan->ways[to].igp)
            continue;
        add_load(plan, s->load, to, bps);
        double worst = larger(worst_on(plan, s->load, to), worst_on(plan, s->load, from));

        if (worst < best->worst * (1 - SAME))
            *best = (struct best_move){.flow = flow, .from = from, .to = to, .worst = worst};
        add_load(plan, s->load, to, -bps);
    }
    add_load(plan, s->load, from, bps);
}

/* Moves single paths off the worst end while that helps. */
static void move_paths(struct cp_level *s)
{
    struct cp_plan *plan = s->plan;

    for (uint32_t moves = 0; moves < MOVES_MOST; moves++) {
        uint32_t end = CP_NONE;
        struct best_move best = {.flow = CP_NONE};

        cp_plan_load(plan, s->load);
        best.worst = cp_plan_worst(plan, s->load, &end);
        for (uint32_t f = 0; f < plan->flow_count && end != CP_NONE; f++)
            for (uint32_t w = plan->flows[f].ways; w != CP_NONE && cp_plan_places(&plan->flows[f]);
                 w = plan->ways[w].next)
                if (plan->ways[w].share > 0 && !plan->ways[w].igp &&
                    passes(plan, &plan->ways[w], end))
                    try_moves(s, f, w, &best);
        if (best.flow == CP_NONE)
            return;
        plan->ways[best.to].share += plan->ways[best.from].share;
        plan->ways[best.from].share = 0;
    }
}

cp_err cp_settle_few(struct cp_level *s, struct cp_master *master)
{
    struct cp_plan *plan = s->plan;
    bool thinned = false;

    if (plan->request->paths_max == 0)
        return CP_OK;
    for (uint32_t f = 0; f < plan->flow_count; f++)
        if (cp_plan_places(&plan->flows[f]) &&
            thin(plan, &plan->flows[f], plan->request->paths_max))
            thinned = true;
    if (!thinned)
        return CP_OK;
    for (uint32_t i = 0; i < 2; i++) {
        move_paths(s);
        CP_TRY(cp_master_rebalance(master));
    }
    return CP_OK;
}
