#include "model/bundle.h"

/*
 * That the first candidate is the cheapest: lower bounds towards all destinations at once, over what bears
 * no mark.  Each is no more than any way out costs and what is left from there.
 */

static bool is_bound(const struct cp_bundle_net *net, const struct cp_bundle_route *r,
                     const struct cp_stamped *bounds, uint32_t v)
{
    const uint64_t *marks = net->treatments[r->demand->treatment].marks;

    for (uint32_t i = net->hop_first[v]; i < net->hop_first[v + 1]; i++) {
        uint64_t cost = cp_bundle_hop_cost(net, i, r->metric);
        uint32_t to = net->hops[i].to;
        uint64_t left = cp_stamped_get(bounds, to, 0);

        if (cost > 0 && (marks[net->hops[i].link] | marks[net->link_count + to]) == 0 &&
            bounds->at[v] > cost && bounds->at[v] - cost > left)
            return false;
    }
    return true;
}

static const char *read_bounds(const struct cp_bundle_net *net, const struct cp_bundle_route *r,
                               cp_rd *rd, struct cp_stamped *bounds)
{
    uint32_t count = cp_rd_below(rd, net->node_count + 1);
    uint32_t v = CP_BUNDLE_NONE;

    cp_stamped_clear(bounds);
    for (uint32_t i = 0; i < count && !rd->bad; i++) {
        v = cp_rd_ascending(rd, v, net->node_count);
        cp_stamped_put(bounds, v, cp_rd_number(rd));
        if (bounds->at[v] == 0 || cp_bundle_has_node(r->demand->dst, r->demand->dst_count, v))
            return "bounds of a path are not written in the one way";
    }
    for (v = 0; v < net->node_count && !rd->bad; v++)
        if (cp_stamped_has(bounds, v) && !is_bound(net, r, bounds, v))
            return "a bound of a path is none";
    return NULL;
}

static const char *read_cheapest(const struct cp_bundle_net *net, const struct cp_bundle_route *r,
                                 cp_rd *rd, struct cp_stamped *bounds)
{
    const uint64_t *marks = net->treatments[r->demand->treatment].marks;
    const char *why = read_bounds(net, r, rd, bounds);

    for (uint32_t i = 0; why == NULL && i < r->demand->src_count; i++)
        if (marks[net->link_count + r->demand->src[i]] == 0 &&
            cp_stamped_get(bounds, r->demand->src[i], 0) < r->cost)
            why = "a cheaper path is not ruled out";
    return why;
}

static bool ends_overlap(const struct cp_bundle_demand *d)
{
    for (uint32_t i = 0; i < d->src_count; i++)
        if (cp_bundle_has_node(d->dst, d->dst_count, d->src[i]))
            return true;
    return false;
}

const char *cp_bundle_paths_read(const struct cp_bundle_net *net,
                                 const struct cp_bundle_answer *answer, uint32_t demand, cp_rd *rd,
                                 struct cp_stamped *bounds)
{
    const struct cp_bundle_route *r;
    uint32_t shown;

    if (answer->routes == NULL)
        return NULL;
    if (demand >= answer->demand_count || cp_rd_number(rd) != demand)
        return "a demand's paths out of place";
    r = &answer->routes[demand];
    shown = cp_rd_below(rd, 2);
    if ((shown == 1) != (r->is_free && r->has_path && !ends_overlap(r->demand)))
        return "the cheapest path is shown where the metric alone chooses, and nowhere else";
    return shown == 0 ? NULL : read_cheapest(net, r, rd, bounds);
}
