#include "bound.h"

#include <math.h>
#include <stdlib.h>

#include "quick.h"
#include "trees.h"

cp_err cp_bound_open(const struct cp_plan *plan, struct cp_bound_survey *survey,
                     struct cp_bound *bound)
{
    survey->stay = CP_TAKE(plan->arena, plan->flow_count, double);
    survey->least = CP_TAKE(plan->arena, plan->flow_count, double);
    survey->saved = CP_TAKE(plan->arena, plan->flow_count, double);
    *bound = (struct cp_bound){.price = CP_TAKE(plan->arena, plan->end_count, double)};
    return survey->stay == NULL || survey->least == NULL || survey->saved == NULL ||
                   bound->price == NULL
               ? CP_ERR_NOMEM
               : CP_OK;
}

static bool is_placed(const struct cp_plan_flow *flow)
{
    return !flow->bound && flow->ways != CP_NONE;
}

static cp_err price_group(struct cp_plan *plan, const struct cp_plan_group *group,
                          const double *price, struct cp_bound_survey *survey,
                          const struct cp_bound_visit *visit)
{
    bool searched = false;

    for (uint32_t i = group->first; i < group->first + group->count; i++) {
        const struct cp_plan_flow *flow = &plan->flows[plan->order[i]];

        if (!is_placed(flow) || flow->bps <= 0)
            continue;
        struct cp_trees_ask ask = {.ground = &plan->grounds[flow->ground],
                                   .price = price,
                                   .dst = flow->dst,
                                   .dst_count = flow->dst_count};

        uint32_t from = CP_NONE;

        if (cp_quick_serves(plan->quick, flow)) {
            from = cp_quick_path(plan->quick, plan, plan->order[i]) ? flow->src[0] : CP_NONE;
        } else {
            if (!searched)
                plan->spent += cp_trees_to(plan->trees, &ask);
            searched = true;
            from = cp_plan_nearest(plan, plan->order[i]);
        }

        if (from == CP_NONE)
            continue;
        survey->least[plan->order[i]] = plan->trees->dist[from];
        if (visit != NULL)
            CP_TRY(visit->path(visit->with, plan, plan->order[i], from));
    }
    return CP_OK;
}

cp_err cp_bound_price(struct cp_plan *plan, const double *price, struct cp_bound_survey *survey,
                      const struct cp_bound_visit *visit)
{
    for (uint32_t f = 0; f < plan->flow_count; f++) {
        const struct cp_plan_flow *flow = &plan->flows[f];
        uint32_t stay = flow->bound ? flow->ways : flow->stay;

        survey->least[f] = (double)INFINITY;
        survey->stay[f] =
            stay == CP_NONE ? (double)INFINITY : cp_plan_price(plan, &plan->ways[stay], price);
    }
    if (plan->quick != NULL)
        CP_TRY(cp_quick_price(plan->quick, price, CP_QUICK_SCALED));
    for (uint32_t g = 0; g < plan->group_count; g++)
        CP_TRY(price_group(plan, &plan->groups[g], price, survey, visit));
    return CP_OK;
}

static int compare_falling(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return x > y ? -1 : x < y;
}

/* What ordinary flows save together if the request's number of them may move. */
static double most_saved(const struct cp_plan *plan, const struct cp_bound_survey *survey)
{
    uint32_t count = 0;
    double sum = 0;

    for (uint32_t f = 0; f < plan->flow_count; f++) {
        const struct cp_plan_flow *flow = &plan->flows[f];

        if (!flow->bound && flow->stay != CP_NONE && survey->least[f] < survey->stay[f])
            survey->saved[count++] = flow->bps * (survey->stay[f] - survey->least[f]);
    }
    if (count > 1)
        qsort(survey->saved, count, sizeof *survey->saved, compare_falling);
    for (uint32_t i = 0;
         i < count && (plan->request->move != CP_MOVE_SOME || i < plan->request->moves_max); i++)
        sum += survey->saved[i];
    return sum;
}

double cp_bound_of(const struct cp_plan *plan, const double *price,
                   const struct cp_bound_survey *survey)
{
    double paid = 0;
    double whole = 0;

    for (uint32_t e = 0; e < plan->end_count; e++) {
        whole += price[e] * plan->capacity[e];
        paid += plan->base == NULL ? 0 : price[e] * plan->base[e];
    }
    for (uint32_t f = 0; f < plan->flow_count; f++) {
        double least = plan->flows[f].stay != CP_NONE || plan->flows[f].bound ? survey->stay[f]
                                                                              : survey->least[f];

        if (least < (double)INFINITY)
            paid += plan->flows[f].bps * least;
    }
    paid -= most_saved(plan, survey);
    return whole > 0 && paid > 0 ? paid / whole : 0;
}
