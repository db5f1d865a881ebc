#include "inside.h"

/* That the first candidate is the cheapest: lower bounds towards all destinations, over what bears no mark. */

static bool check_bound(struct cp_check *c, const struct cp_bundle_route *r, uint32_t v)
{
    const uint64_t *marks = c->net.treatments[r->demand->treatment].marks;

    for (uint32_t i = c->net.hop_first[v]; i < c->net.hop_first[v + 1]; i++) {
        uint64_t cost = cp_bundle_hop_cost(&c->net, i, r->metric);
        uint32_t to = c->net.hops[i].to;

        if (cost > 0 && (marks[c->net.hops[i].link] | marks[c->links + to]) == 0 &&
            c->potentials.at[v] > cp_plus(cost, cp_stamped_get(&c->potentials, to, 0)))
            return cp_refuse(c, "a bound of a path is none", c->links + v);
    }
    return true;
}

static bool read_bounds(struct cp_check *c, cp_rd *rd, const struct cp_bundle_route *r)
{
    uint32_t count = cp_rd_below(rd, c->net.node_count + 1), v = NIL;

    cp_stamped_clear(&c->potentials);
    for (uint32_t i = 0; i < count && !rd->bad; i++) {
        v = cp_rd_ascending(rd, v, c->net.node_count);
        cp_stamped_put(&c->potentials, v, cp_rd_number(rd));
        if (rd->bad || c->potentials.at[v] == 0 ||
            cp_bundle_has_node(r->demand->dst, r->demand->dst_count, v))
            return cp_refuse(c, "bounds of a path are not written in the one way", NIL);
    }
    for (v = 0; v < c->net.node_count; v++)
        if (cp_stamped_has(&c->potentials, v) && !check_bound(c, r, v))
            return false;
    return true;
}

bool cp_read_route(struct cp_check *c, cp_rd *rd)
{
    const struct cp_bundle_route *r = &c->answer.routes[c->demand_at];
    bool here = c->demand_at < c->answer.route_count && cp_rd_number(rd) == c->demand_at++;
    uint32_t shown = cp_rd_below(rd, 2);

    if (rd->bad || !here || (shown == 1 && !(r->is_free && r->has_path)))
        return cp_refuse(c, "a demand's paths out of place", NIL);
    c->report.demand = r->demand->id;
    if (shown == 1 && !read_bounds(c, rd, r))
        return false;
    for (uint32_t i = 0; shown == 1 && i < r->demand->src_count; i++)
        if (c->net.treatments[r->demand->treatment].marks[c->links + r->demand->src[i]] == 0 &&
            cp_stamped_get(&c->potentials, r->demand->src[i], 0) < r->cost)
            return cp_refuse(c, "a cheaper path is not ruled out", NIL);
    return true;
}
