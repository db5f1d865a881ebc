#include "stages.h"

/* The first stage: a demand's paths as if it were alone in the network. */

cp_err cp_route_finder(struct cp_route_worker *w, uint32_t treatment)
{
    if (w->treatment == treatment)
        return CP_OK;
    w->treatment = CP_NONE;
    cp_arena_reset(w->lasting, w->empty);
    CP_TRY(cp_paths_finder_open(w->route->grounds[treatment], w->lasting, &w->finder));
    w->treatment = treatment;
    return CP_OK;
}

/* Graph nodes of one end, ascending as the case has them. */
static cp_err end_nodes(struct cp_route_worker *w, cp_range end, const uint32_t **nodes)
{
    const struct cp_route *r = w->route;
    uint32_t *at = CP_TAKE(w->work, end.count, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < end.count; i++)
        at[i] = r->net.node_of_case[r->judge->net->demand_ends[end.first + i].at];
    *nodes = at;
    return CP_OK;
}

cp_err cp_route_ask(struct cp_route_worker *w, uint32_t demand, struct cp_path_ask *out)
{
    const struct cp_demand *d = &w->route->judge->net->demands[demand];
    const struct cp_wishes *wishes = &w->route->wishes[demand];

    *out = (struct cp_path_ask){.src_count = d->src.count,
                                .dst_count = d->dst.count,
                                .metric = wishes->metric,
                                .disjoint = wishes->disjoint,
                                .co_routed = wishes->co_routed,
                                .hops_max = wishes->hops_max,
                                .delay_max_us = wishes->delay_max_us,
                                .avoid = wishes->avoid,
                                .avoid_count = wishes->avoid_count,
                                .require = wishes->require,
                                .require_count = wishes->require_count};
    CP_TRY(end_nodes(w, d->src, &out->src));
    return end_nodes(w, d->dst, &out->dst);
}

cp_err cp_route_ends(struct cp_route_worker *w, const struct cp_path_ask *ask,
                     const uint32_t **ends, uint32_t *count)
{
    uint32_t *at = CP_TAKE(w->work, (size_t)ask->src_count + ask->dst_count, uint32_t);
    uint32_t s = 0;
    uint32_t d = 0;

    if (at == NULL)
        return CP_ERR_NOMEM;
    *count = 0;
    while (s < ask->src_count || d < ask->dst_count) {
        bool first = d == ask->dst_count || (s < ask->src_count && ask->src[s] <= ask->dst[d]);
        uint32_t node = first ? ask->src[s++] : ask->dst[d++];

        if (*count == 0 || at[*count - 1] != node)
            at[(*count)++] = node;
    }
    *ends = at;
    return CP_OK;
}

/* Whether what it carries is counted on its paths. */
static bool is_loading(const struct cp_route *r, uint32_t demand)
{
    uint64_t bandwidth_bps = r->judge->net->demands[demand].bandwidth_bps;

    return r->places && bandwidth_bps != CP_BPS_NONE && bandwidth_bps > 0;
}

bool cp_route_keeps_alone(const struct cp_route *r, uint32_t demand)
{
    const struct cp_wishes *wishes = &r->wishes[demand];

    return is_loading(r, demand) || cp_wishes_bind(wishes, CP_METRIC_IGP) ||
           (wishes->disjoint_asked && wishes->disjoint != CP_DISJOINT_NONE);
}

bool cp_route_is_strict(const struct cp_route *r, uint32_t demand)
{
    return r->request->strict || (is_loading(r, demand) && r->request->capacity_failures != 0);
}

cp_err cp_route_find_paths(struct cp_route_worker *w, uint32_t demand)
{
    struct cp_route *r = w->route;
    struct cp_path_ask ask;

    CP_TRY(cp_route_finder(w, r->judge->demand_treatment[demand]));
    CP_TRY(cp_route_ask(w, demand, &ask));
    CP_TRY(cp_paths_find(w->finder, &ask, w->answers, &r->found[demand]));
    return cp_route_fit(w, demand, &ask);
}
