#include "moves.h"

#include <stdlib.h>

#include "settle.h"

/*
 * Which ordinary flows to move where only so many may: from none on, those that save most under the prices of
 * what is moved so far, in a few choices; or those that moved most where all might; whichever comes out lower.
 */

/* How often it is asked which to move next, and rounds of levelling between. */
#define CHOICES 8u
#define ROUNDS_A_CHOICE 24u

/* Ordinary flows by what their moving is worth, the most first. */
struct worth {
    double saved;
    uint32_t flow;
};

static int compare_worth(const void *a, const void *b)
{
    const struct worth *x = a;
    const struct worth *y = b;

    if (x->saved > y->saved || x->saved < y->saved)
        return x->saved > y->saved ? -1 : 1;
    return x->flow < y->flow ? -1 : x->flow > y->flow;
}

static uint32_t count_moved(const struct cp_plan *plan)
{
    uint32_t count = 0;

    for (uint32_t f = 0; f < plan->flow_count; f++) {
        const struct cp_plan_flow *flow = &plan->flows[f];

        count += cp_plan_places(flow) && flow->stay != CP_NONE && plan->ways[flow->stay].share < 1;
    }
    return count;
}

/* Puts a flow on the IGP's way, to stay there. */
static void hold(struct cp_plan *plan, uint32_t flow)
{
    plan->flows[flow].held = true;
    for (uint32_t w = plan->flows[flow].ways; w != CP_NONE; w = plan->ways[w].next)
        plan->ways[w].share = w == plan->flows[flow].stay;
}

/* What is paid less where the flow moves, under prices that leave it where it is. */
static double saved_by(const struct cp_level *s, uint32_t flow)
{
    return s->plan->flows[flow].bps * (s->survey.stay[flow] - s->survey.least[flow]);
}

/* What moved, by what the IGP's way would pay for it. */
static double saved_so_far(const struct cp_level *s, uint32_t flow)
{
    const struct cp_plan_flow *f = &s->plan->flows[flow];
    const struct cp_plan_way *stay = &s->plan->ways[f->stay];

    return f->bps * (1 - stay->share) * cp_plan_price(s->plan, stay, s->bound.price);
}

/* Ordinary flows that may be moved and are held, or that are not, by what that is worth. */
static uint32_t rank(const struct cp_level *s, bool held, struct worth *all)
{
    const struct cp_plan *plan = s->plan;
    uint32_t count = 0;

    for (uint32_t f = 0; f < plan->flow_count; f++) {
        const struct cp_plan_flow *flow = &plan->flows[f];

        if (flow->bound || flow->stay == CP_NONE || flow->bps <= 0 || flow->held != held)
            continue;
        double worth = held ? saved_by(s, f) : saved_so_far(s, f);

        if (worth > 0)
            all[count++] = (struct worth){.flow = f, .saved = worth};
    }
    if (count > 1)
        qsort(all, count, sizeof *all, compare_worth);
    return count;
}

static void hold_all(struct cp_plan *plan)
{
    for (uint32_t f = 0; f < plan->flow_count; f++)
        if (!plan->flows[f].bound && plan->flows[f].stay != CP_NONE)
            hold(plan, f);
}

static cp_err level_again(struct cp_level *s, struct cp_master *master, double gap)
{
    struct cp_level_ask ask = {.gap = gap, .rounds = ROUNDS_A_CHOICE};

    CP_TRY(cp_level_run(s, &ask));
    return cp_master_lower(master, gap);
}

/* Of those that moved while all might, the ones worth most. */
static cp_err choose_of_moved(struct cp_level *s, struct cp_master *master, double gap,
                              struct worth *all)
{
    uint32_t count = rank(s, false, all);

    hold_all(s->plan);
    for (uint32_t i = 0; i < count && i < s->plan->request->moves_max; i++)
        s->plan->flows[all[i].flow].held = false;
    return level_again(s, master, gap);
}

/* From none on, those worth most under the prices of what is moved so far, a few at a time. */
static cp_err choose_by_price(struct cp_level *s, struct cp_master *master, double gap,
                              struct worth *all)
{
    uint32_t left = s->plan->request->moves_max;

    hold_all(s->plan);
    for (uint32_t choice = 0; choice < CHOICES && left > 0; choice++) {
        uint32_t most = (left + CHOICES - choice - 1) / (CHOICES - choice);

        CP_TRY(level_again(s, master, gap));
        CP_TRY(cp_bound_price(s->plan, s->price, &s->survey, NULL));
        uint32_t count = rank(s, true, all);

        for (uint32_t i = 0; i < count && i < most; i++, left--)
            s->plan->flows[all[i].flow].held = false;
        if (count == 0)
            break;
    }
    return level_again(s, master, gap);
}

/* A choice with the shares that came of it. */
struct choice {
    double worst;
    uint8_t *held; /* [flows] */
    double *share; /* [ways] */
    uint32_t ways;
};

static cp_err note(const struct cp_level *s, struct choice *c)
{
    const struct cp_plan *plan = s->plan;

    *c = (struct choice){.worst = s->worst,
                         .held = CP_TAKE(plan->arena, plan->flow_count, uint8_t),
                         .share = CP_TAKE(plan->arena, plan->way_count, double),
                         .ways = plan->way_count};
    if (c->held == NULL || c->share == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t f = 0; f < plan->flow_count; f++)
        c->held[f] = plan->flows[f].held;
    for (uint32_t w = 0; w < plan->way_count; w++)
        c->share[w] = plan->ways[w].share;
    return CP_OK;
}

static void take_back(struct cp_level *s, const struct choice *c)
{
    for (uint32_t f = 0; f < s->plan->flow_count; f++)
        s->plan->flows[f].held = c->held[f] != 0;
    for (uint32_t w = 0; w < s->plan->way_count; w++)
        s->plan->ways[w].share = w < c->ways ? c->share[w] : 0;
    s->worst = c->worst;
}

cp_err cp_moves_settle(struct cp_level *s, struct cp_master *master, double gap)
{
    struct cp_plan *plan = s->plan;
    struct worth *all = CP_TAKE(plan->arena, plan->flow_count, struct worth);
    struct choice first;

    if (all == NULL)
        return CP_ERR_NOMEM;
    if (count_moved(plan) <= plan->request->moves_max)
        return CP_OK;
    CP_TRY(choose_of_moved(s, master, gap, all));
    CP_TRY(note(s, &first));
    CP_TRY(choose_by_price(s, master, gap, all));
    if (first.worst <= s->worst)
        take_back(s, &first);
    cp_settle_shorter(s);
    return cp_master_shorten(master);
}
