#include "wish_names.h"

/*
 * What a demand does not say itself its classes say, of several the stricter; what none of them says the
 * request does.
 */

/* Whether what shares nothing of kind a shares nothing of kind b either. */
static bool holds(cp_disjoint a, cp_disjoint b)
{
    if (a == CP_DISJOINT_SITE && b == CP_DISJOINT_SRLG)
        return false;
    return a >= b;
}

static cp_err merge_metric(struct cp_wished *sum, const struct cp_traffic *class,
                           struct cp_diag *diag)
{
    cp_metric metric = class->paths.metric;

    if (metric == CP_METRIC_COUNT || metric == sum->metric)
        return CP_OK;
    if (sum->metric != CP_METRIC_COUNT)
        return cp_diag_set(diag, CP_ERR_CONFLICT, class->paths_place,
                           "a demand is in two classes that ask for paths by different metrics",
                           class->id);
    sum->metric = metric;
    return CP_OK;
}

static cp_err merge_disjoint(struct cp_wished *sum, const struct cp_traffic *class,
                             struct cp_diag *diag)
{
    cp_disjoint disjoint = class->paths.disjoint;

    if (disjoint == CP_DISJOINT_COUNT)
        return CP_OK;
    if (sum->disjoint == CP_DISJOINT_COUNT || holds(disjoint, sum->disjoint)) {
        sum->disjoint = disjoint;
        return CP_OK;
    }
    if (holds(sum->disjoint, disjoint))
        return CP_OK;
    return cp_diag_set(diag, CP_ERR_CONFLICT, class->paths_place,
                       "a demand is in two classes that ask for different kinds of disjointness",
                       class->id);
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    if (a == 0 || b == 0)
        return a | b;
    return a < b ? a : b;
}

/* What the demand and its classes say together. */
static cp_err merge(const struct cp_judge *judge, uint32_t demand, struct cp_wished *out,
                    struct cp_diag *diag)
{
    const struct cp_treatment *treatment = &judge->treatments[judge->demand_treatment[demand]];
    struct cp_wished own = judge->net->demands[demand].wished;
    struct cp_wished sum = CP_WISHED_NOTHING;

    for (uint32_t i = 0; i < treatment->class_count; i++) {
        const struct cp_traffic *class = treatment->classes[i];

        if (own.metric == CP_METRIC_COUNT)
            CP_TRY(merge_metric(&sum, class, diag));
        if (own.disjoint == CP_DISJOINT_COUNT)
            CP_TRY(merge_disjoint(&sum, class, diag));
        if (class->paths.co_routed > sum.co_routed)
            sum.co_routed = class->paths.co_routed;
        sum.delay_max_us = smaller(sum.delay_max_us, class->paths.delay_max_us);
        sum.hops_max = smaller(sum.hops_max, class->paths.hops_max);
    }
    *out = own;
    if (own.metric == CP_METRIC_COUNT)
        out->metric = sum.metric;
    if (own.disjoint == CP_DISJOINT_COUNT)
        out->disjoint = sum.disjoint;
    if (own.co_routed == CP_SAID_NOTHING)
        out->co_routed = sum.co_routed;
    if (own.delay_max_us == 0)
        out->delay_max_us = sum.delay_max_us;
    if (own.hops_max == 0)
        out->hops_max = sum.hops_max;
    return CP_OK;
}

cp_err cp_wishes_get(const struct cp_judge *judge, const struct cp_net *net, uint32_t demand,
                     struct cp_arena *arena, struct cp_wishes *wishes, struct cp_diag *diag)
{
    const struct cp_demand *d = &judge->net->demands[demand];
    struct cp_wish_names names = {judge->net, net, arena, diag};
    struct cp_wished said;

    CP_TRY(merge(judge, demand, &said, diag));
    if (said.metric != CP_METRIC_COUNT)
        wishes->metric = said.metric;
    if (said.disjoint != CP_DISJOINT_COUNT) {
        wishes->disjoint = said.disjoint;
        wishes->disjoint_asked = true;
    }
    if (said.co_routed != CP_SAID_NOTHING)
        wishes->co_routed = said.co_routed == CP_SAID_YES;
    if (said.delay_max_us != 0)
        wishes->delay_max_us = said.delay_max_us;
    if (said.hops_max != 0)
        wishes->hops_max = said.hops_max;
    if (d->avoid.len > 0)
        CP_TRY(
            cp_wish_avoid(&names, d->avoid, d->avoid_place, &wishes->avoid, &wishes->avoid_count));
    if (d->require.len == 0)
        return CP_OK;
    return cp_wish_require(&names, d->require, d->require_place, &wishes->require,
                           &wishes->require_count);
}
