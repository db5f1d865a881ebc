#include "inside.h"

/*
 * How many failures leave a demand no way.  Not fewer: ways are given of which no smaller set fails all.
 * Not more: after the failures that the answer names, closed sets of nodes keep its ends apart.
 */

#define TRIES_MAX 16000000u /* looks at a way, for one demand */

/* Whether some way is left whatever `more` elements fail too.  ways: what may fail of each, and NIL. */
static bool is_left(const struct cp_check *c, cp_failures *failed, uint32_t more, uint32_t *tries)
{
    const uint32_t *way = c->ways.at, *end = way, *last = way + c->ways.count;

    while (end < last && *end != NIL && ++*tries < TRIES_MAX)
        if (cp_failures_hold(failed, *end++)) {
            while (*end != NIL)
                end++;
            way = ++end;
        }
    if (end == last || *tries >= TRIES_MAX)
        return false;
    for (bool left = true; more > 0 && way < end; way++) {
        failed->at[failed->count++] = *way;
        left = is_left(c, failed, more - 1, tries);
        failed->count--;
        if (!left)
            return false;
    }
    return true;
}

/* So many ways that share nothing need no trying. */
static bool share_nothing(struct cp_check *c)
{
    const uint32_t *way = c->ways.at;

    cp_stamped_clear(&c->met);
    for (uint32_t i = 0; i < c->ways.count; i++)
        if (way[i] != NIL && !cp_stamped_add(&c->met, way[i], 1))
            return false;
    return true;
}

static bool read_way(struct cp_check *c, cp_rd *rd, uint32_t demand)
{
    const struct cp_bundle_demand *d = &c->net.demands[demand];
    uint32_t first = cp_rd_below(rd, c->net.node_count), v = first;

    c->reached.count = 0;
    for (uint64_t left = cp_rd_number(rd); left > 0 && !rd->bad; left--) {
        uint32_t degree = (uint32_t)(first_hop(c, v + 1) - first_hop(c, v));
        const hop *h = first_hop(c, v) + cp_rd_below(rd, degree);

        if (rd->bad)
            break;
        v = h->to;
        cp_push(c, &c->reached, h->link);
        cp_push(c, &c->reached, c->links + v);
    }
    cp_touch(c, demand, &c->ways);
    cp_push(c, &c->ways, NIL);
    return (!rd->bad && v != first && cp_bundle_has_node(d->src, d->src_count, first) &&
            cp_bundle_has_node(d->dst, d->dst_count, v)) ||
           cp_refuse(c, "a way does not join the demand's ends", NIL);
}

/* met: which of the closed sets hold a node, as bits; reached: nodes that some of them hold. */
static bool read_cut(struct cp_check *c, cp_rd *rd, uint32_t demand)
{
    const struct cp_bundle_demand *d = &c->net.demands[demand];
    uint32_t sets = cp_rd_below(rd, 65);

    cp_compose(&c->before, &c->answer.results[demand].cut);
    cp_stamped_clear(&c->met);
    c->reached.count = 0;
    for (uint32_t bit = 0; bit < sets && !rd->bad; bit++) {
        uint32_t count = cp_rd_below(rd, c->net.node_count + 1);

        for (uint32_t i = 0, v = NIL; i < count && !rd->bad; i++) {
            v = cp_rd_ascending(rd, v, c->net.node_count);
            cp_push(c, &c->reached, v);
            cp_stamped_put(&c->met, v, cp_stamped_get(&c->met, v, 0) | UINT64_C(1) << bit);
        }
    }
    for (uint32_t i = 0; i < c->reached.count; i++) {
        uint32_t v = CP_AT(c->reached, uint32_t)[i];

        for (const hop *h = first_hop(c, v); h < first_hop(c, v + 1); h++)
            if ((c->met.at[v] & ~cp_stamped_get(&c->met, h->to, 0)) != 0 &&
                cp_usable(&c->before, h) && !cp_stamped_has(&c->before.failed, c->links + v))
                return cp_refuse(c, "a way leads out of a closed set", c->links + v);
    }
    for (uint32_t s = 0; s < d->src_count; s++)
        for (uint32_t t = 0; t < d->dst_count; t++)
            if (d->src[s] != d->dst[t] &&
                cp_stamped_get(&c->met, d->src[s], 0) == cp_stamped_get(&c->met, d->dst[t], 0))
                return cp_refuse(c, "no closed set keeps the ends apart", NIL);
    return true;
}

bool cp_read_cuts(struct cp_check *c, cp_rd *rd)
{
    const char *why =
        cp_bundle_paths_read(&c->net, &c->answer, c->demand_at, rd, &c->potentials.at);
    uint32_t demand, depth, less, tries = 0;
    uint64_t count;
    cp_failures failed = {.count = 0};

    if (c->answer.routes != NULL)
        return (c->demand_at++ < c->answer.demand_count && why == NULL) || cp_refuse(c, why, NIL);
    demand = cp_rd_below(rd, c->net.demand_count);
    count = cp_rd_number(rd);
    if (rd->bad || demand != c->demand_at++)
        return cp_refuse(c, "a demand out of place", NIL);
    c->report.demand = c->net.demands[demand].id;
    c->ways.count = 0;
    for (uint64_t i = 0; i < count && !rd->bad; i++)
        if (!read_way(c, rd, demand))
            return false;
    depth = c->answer.results[demand].cut_depth;
    if (depth == 0)
        return count == 0 || cp_refuse(c, "ways where there are none", NIL);
    less = depth == NIL ? c->net.depth : depth - 1;
    if (!(count > less && share_nothing(c)) &&
        (c->ways.count == 0 || !is_left(c, &failed, less, &tries)))
        return cp_refuse(c, "fewer failures may cut the demand off", NIL);
    return depth == NIL || read_cut(c, rd, demand);
}
