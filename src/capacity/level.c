#include "level.h"

#include <math.h>
#include <string.h>

#include "trees.h"

/*
 * Descent on a soft maximum of the loads, sum over ends exp(steepness * (load / worst - 1)), whose slope in an end's load
 * is its price.  Between searches each flow is shifted from its dear ways to its cheapest one, by Newton's step along the
 * ends in which they differ (gradient projection; Bertsekas, Gallager 1987), prices following at once; searches
 * then add ways that are cheaper still and prove bounds.  The steepness grows by and by: the soft maximum is above
 * the true one by at most log(ends) / steepness.  Frank-Wolfe, which shifts all flows at once, stalls far from that.
 */

#define STEEPNESS_FIRST 10.0
#define STEEPNESS_GROWTH 1.25
#define STEEPNESS_MOST 4000.0
#define SWEEPS_A_ROUND 8u
#define EXPONENT_STEP 1.0 /* no price changes by more than e to this in one shift */
#define EXPONENT_LEAST (-60.0)
#define SHARE_LEAST 1e-9
#define CHEAPER 1e-3 /* a new way is worth having that is so much cheaper */
#define TOLL_STEEPNESS_FIRST 50.0
#define TOLL_STEEPNESS_GROWTH 1.3
#define FULL_OFF 1e-7 /* what the linear program takes for full may be so much more */
#define TRACE 1e-7    /* so much of all that is paid may be for the trace of cost */

cp_err cp_level_open(struct cp_plan *plan, struct cp_level *out)
{
    *out = (struct cp_level){.plan = plan,
                             .load = CP_TAKE(plan->arena, plan->end_count, double),
                             .price = CP_TAKE(plan->arena, plan->end_count, double),
                             .tie = CP_TAKE(plan->arena, plan->end_count, double),
                             .change = CP_TAKE(plan->arena, plan->end_count, double),
                             .changed = CP_TAKE(plan->arena, plan->end_count, uint32_t)};
    if (out->load == NULL || out->price == NULL || out->tie == NULL || out->change == NULL ||
        out->changed == NULL)
        return CP_ERR_NOMEM;
    return cp_bound_open(plan, &out->survey, &out->bound);
}

static double price_of(const struct cp_level *s, uint32_t end)
{
    double capacity = s->plan->capacity[end];
    double exponent = 0;

    if (capacity <= 0)
        return 0;
    exponent = s->steepness * (s->load[end] / (capacity * s->scale) - 1);
    return exponent < EXPONENT_LEAST ? 0 : exp(exponent) / capacity;
}

static void price_all(struct cp_level *s)
{
    for (uint32_t e = 0; e < s->plan->end_count; e++)
        s->price[e] = price_of(s, e);
}

/* Prices to search by: those, scaled to a sum of 1 over all capacity, with a trace of the cost, so that
 * of ways alike the least in cost is found. */
static void set_tie(struct cp_level *s)
{
    const struct cp_plan *plan = s->plan;
    double whole = 0;

    for (uint32_t e = 0; e < plan->end_count; e++)
        whole += s->price[e] * plan->capacity[e];
    for (uint32_t e = 0; e < plan->end_count; e++) {
        s->price[e] = whole > 0 ? s->price[e] / whole : 0;
        s->tie[e] =
            s->price[e] + (plan->cost[e] == UINT64_MAX ? 0 : s->trace * (double)plan->cost[e]);
    }
}

static void set_trace(struct cp_level *s)
{
    double paid = 0;

    for (uint32_t f = 0; f < s->plan->flow_count; f++)
        if (s->plan->flows[f].ways != CP_NONE)
            paid += s->plan->flows[f].bps * (double)s->plan->ways[s->plan->flows[f].ways].cost;
    s->trace = paid > 0 ? TRACE * s->worst / paid : 0;
}

bool cp_level_is_near(const struct cp_level *s, double gap)
{
    bool decided = s->worst <= 1 + FULL_OFF || s->bound.value > 1;

    return decided && s->worst <= s->bound.value * (1 + gap);
}

void cp_level_keep(struct cp_level *s)
{
    uint32_t end = CP_NONE;
    double worst = cp_plan_worst(s->plan, s->load, &end);

    s->scale = worst;
    if (worst >= s->worst)
        return;
    s->worst = worst;
    for (uint32_t w = 0; w < s->plan->way_count; w++)
        s->plan->ways[w].kept = s->plan->ways[w].share;
}

void cp_level_take_kept(struct cp_level *s)
{
    for (uint32_t w = 0; w < s->plan->way_count; w++)
        s->plan->ways[w].share = s->plan->ways[w].kept;
    cp_plan_load(s->plan, s->load);
}

/* Notes what changes in the load where a bit a second goes over the way. */
static uint32_t mark(struct cp_level *s, const struct cp_plan_way *way, double sign, uint32_t count)
{
    for (uint32_t i = way->first; i < way->first + way->count; i++) {
        uint32_t e = s->plan->steps[i].end;

        if (s->change[e] >= 0 && s->change[e] <= 0)
            s->changed[count++] = e;
        s->change[e] += sign * s->plan->steps[i].part;
    }
    return count;
}

/* The bits a second that Newton's step shifts, between 0 and most. */
static double newton(const struct cp_level *s, uint32_t count, double slope, double most)
{
    double bend = 0;
    double step = most;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t e = s->changed[i];
        double by = s->change[e];

        if (s->plan->capacity[e] <= 0)
            continue;
        double rate = s->steepness / (s->plan->capacity[e] * s->scale);

        slope -= by * s->price[e];
        bend += by * by * s->price[e] * rate;
        if (by > 0 && step * by * rate > EXPONENT_STEP)
            step = EXPONENT_STEP / (by * rate);
    }
    if (slope <= 0)
        return 0;
    return bend > 0 && slope / bend < step ? slope / bend : step;
}

static void shift(struct cp_level *s, double bps, uint32_t from, uint32_t to)
{
    struct cp_plan_way *ways = s->plan->ways;
    uint32_t count = mark(s, &ways[from], -1, 0);

    /* An end that both pass comes to 0 and may be noted twice: it changes nothing. */
    count = mark(s, &ways[to], 1, count);
    double tolls = s->toll * ((double)ways[from].cost - (double)ways[to].cost);
    double by = newton(s, count, tolls, bps * ways[from].share);
    double share = by / bps;

    if (share > ways[from].share - SHARE_LEAST) {
        share = ways[from].share;
        by = bps * share;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t e = s->changed[i];
        double change = s->change[e];

        s->change[e] = 0;
        if (change >= 0 && change <= 0)
            continue;
        s->load[e] += by * change;
        s->price[e] = price_of(s, e);
    }
    ways[from].share -= share;
    ways[to].share += share;
}

static uint32_t cheapest(struct cp_level *s, const struct cp_plan_flow *flow)
{
    struct cp_plan_way *ways = s->plan->ways;
    uint32_t best = flow->ways;

    for (uint32_t w = flow->ways; w != CP_NONE; w = ways[w].next) {
        ways[w].expense =
            cp_plan_price(s->plan, &ways[w], s->price) + s->toll * (double)ways[w].cost;
        if (ways[w].expense < ways[best].expense)
            best = w;
    }
    return best;
}

static void balance(struct cp_level *s, uint32_t flow)
{
    const struct cp_plan_flow *f = &s->plan->flows[flow];
    struct cp_plan_way *ways = s->plan->ways;

    if (!cp_plan_places(f) || ways[f->ways].next == CP_NONE)
        return;
    uint32_t to = cheapest(s, f);

    for (uint32_t w = f->ways; w != CP_NONE; w = ways[w].next)
        if (w != to && ways[w].share > 0 && ways[w].expense > ways[to].expense)
            shift(s, f->bps, w, to);
}

void cp_level_sweep(struct cp_level *s, uint32_t times)
{
    for (uint32_t t = 0; t < times && s->scale > 0; t++) {
        price_all(s);
        for (uint32_t i = 0; i < s->plan->flow_count; i++)
            balance(s, s->plan->order[i]);
        cp_plan_load(s->plan, s->load); /* sums of many shifts drift */
        cp_level_keep(s);
    }
}

static cp_err add_cheaper(void *with, struct cp_plan *plan, uint32_t flow, uint32_t from)
{
    struct cp_level *s = with;
    double least = (double)INFINITY;
    uint32_t way = CP_NONE;

    for (uint32_t w = plan->flows[flow].ways; w != CP_NONE; w = plan->ways[w].next) {
        double price = cp_plan_price(plan, &plan->ways[w], s->tie);

        least = price < least ? price : least;
    }
    if (plan->flows[flow].held || plan->trees->dist[from] >= least * (1 - CHEAPER))
        return CP_OK;
    return cp_plan_add_path(plan, flow, from, &way);
}

/* The largest price of a whole capacity: above 1 where the end carries more than it should. */
static double dearest(const struct cp_level *s)
{
    double most = 0;

    for (uint32_t e = 0; e < s->plan->end_count; e++)
        if (s->price[e] * s->plan->capacity[e] > most)
            most = s->price[e] * s->plan->capacity[e];
    return most;
}

static double total_cost(const struct cp_plan *plan)
{
    double sum = 0;

    for (uint32_t f = 0; f < plan->flow_count; f++)
        for (uint32_t w = plan->flows[f].ways; w != CP_NONE; w = plan->ways[w].next)
            sum += plan->flows[f].bps * plan->ways[w].share * (double)plan->ways[w].cost;
    return sum;
}

/* The price of an end that is just full is 1 over its capacity: with a toll for which no end needs to be
 * dearer, loads stay below. */
cp_err cp_level_shorten(struct cp_level *s)
{
    struct cp_bound_visit visit = {.path = add_cheaper, .with = s};
    double cost = total_cost(s->plan);

    if (cost <= 0 || s->worst <= 0)
        return CP_OK;
    s->toll = s->worst / cost;
    s->scale = s->worst;
    for (s->steepness = TOLL_STEEPNESS_FIRST;
         s->steepness <= STEEPNESS_MOST && !cp_plan_spent(s->plan);
         s->steepness *= TOLL_STEEPNESS_GROWTH) {
        price_all(s);
        for (uint32_t e = 0; e < s->plan->end_count; e++)
            s->tie[e] = s->price[e] +
                        (s->plan->cost[e] == UINT64_MAX ? 0 : s->toll * (double)s->plan->cost[e]);
        CP_TRY(cp_bound_price(s->plan, s->tie, &s->survey, &visit));
        for (uint32_t t = 0; t < SWEEPS_A_ROUND; t++) {
            price_all(s);
            for (uint32_t i = 0; i < s->plan->flow_count; i++)
                balance(s, s->plan->order[i]);
            cp_plan_load(s->plan, s->load);
        }
        price_all(s);
        double most = dearest(s);

        if (most > 1)
            s->toll /= most;
    }
    s->toll = 0;
    return CP_OK;
}

static cp_err look(struct cp_level *s)
{
    struct cp_bound_visit visit = {.path = add_cheaper, .with = s};

    price_all(s);
    set_tie(s);
    CP_TRY(cp_bound_price(s->plan, s->tie, &s->survey, &visit));
    double bound = cp_bound_of(s->plan, s->price, &s->survey);

    if (bound > s->bound.value) {
        s->bound.value = bound;
        memcpy(s->bound.price, s->price, s->plan->end_count * sizeof *s->price);
    }
    return CP_OK;
}

cp_err cp_level_run(struct cp_level *s, const struct cp_level_ask *ask)
{
    s->worst = (double)INFINITY;
    s->steepness = STEEPNESS_FIRST;
    cp_plan_load(s->plan, s->load);
    cp_level_keep(s);
    set_trace(s);
    for (uint32_t round = 0; round < ask->rounds && !cp_plan_spent(s->plan) && s->scale > 0;
         round++) {
        CP_TRY(look(s));
        if (cp_level_is_near(s, ask->gap))
            break;
        cp_level_sweep(s, SWEEPS_A_ROUND);
        s->steepness *= STEEPNESS_GROWTH;
        if (s->steepness > STEEPNESS_MOST)
            s->steepness = STEEPNESS_MOST;
    }
    cp_level_take_kept(s);
    return CP_OK;
}
