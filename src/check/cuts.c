#include "inside.h"

/*
 * How many failures leave a demand no way.  Not fewer: ways are given of which no smaller set fails all.
 * Not more: after the failures that the answer names, closed sets of nodes keep its ends apart.
 */

#define TRIES_MAX 16000000u /* ways looked at for one demand */

struct cover {
    const uint32_t *elements,
        *ends; /* of each way those that may fail; where each way ends there */
    uint32_t count, tries;
    struct cp_bundle_set failed;
};

static bool has_failed(const struct cover *cover, uint32_t way)
{
    uint32_t first = way == 0 ? 0 : cover->ends[way - 1];

    for (uint32_t i = first; i < cover->ends[way]; i++)
        for (uint32_t k = 0; k < cover->failed.count; k++)
            if (cover->elements[i] == cover->failed.at[k])
                return true;
    return false;
}

/* Whether some way is left whatever `more` elements fail too: at most that deep. */
static bool is_left(struct cover *cover, uint32_t more)
{
    uint32_t way = 0, first;

    while (way < cover->count && has_failed(cover, way) && cover->tries++ < TRIES_MAX)
        way++;
    if (way == cover->count || cover->tries >= TRIES_MAX)
        return false;
    first = way == 0 ? 0 : cover->ends[way - 1];
    for (uint32_t i = first; more > 0 && i < cover->ends[way]; i++) {
        bool left;

        cover->failed.at[cover->failed.count++] = cover->elements[i];
        left = is_left(cover, more - 1);
        cover->failed.count--;
        if (!left)
            return false;
    }
    return true;
}

static bool add_element(struct cp_check *c, uint32_t demand, uint32_t element)
{
    uint32_t *at = NULL;

    if (!cp_may_fail(c, demand, element))
        return true;
    at = cp_more(c, &c->ways, sizeof *at);
    if (at != NULL)
        *at = element;
    return at != NULL;
}

static bool is_in(const uint32_t *at, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (at[i] == node)
            return true;
    return false;
}

static bool read_way(struct cp_check *c, cp_rd *rd, uint32_t demand)
{
    const struct cp_bundle_demand *d = &c->net.demands[demand];
    uint32_t first = cp_rd_below(rd, c->net.node_count), v = first, *end;

    for (uint64_t left = cp_rd_number(rd); left > 0 && !rd->bad; left--) {
        uint32_t at = c->net.hop_first[v], link = 0, k = 0;

        k = cp_rd_below(rd, c->net.hop_first[v + 1] - at);
        if (rd->bad)
            break;
        link = c->net.hops[at + k].link;
        v = c->net.hops[at + k].to;
        if (!add_element(c, demand, link) || !add_element(c, demand, c->net.link_count + v))
            return false;
        for (uint32_t i = 0; i < c->net.links[link].srlg_count; i++)
            if (!add_element(c, demand,
                             c->net.link_count + c->net.node_count + c->net.links[link].srlgs[i]))
                return false;
    }
    end = cp_more(c, &c->way_ends, sizeof *end);
    if (end == NULL)
        return false;
    *end = c->ways.count;
    return (!rd->bad && v != first && is_in(d->src, d->src_count, first) &&
            is_in(d->dst, d->dst_count, v)) ||
           cp_refuse(c, "a way does not join the demand's ends", NIL);
}

/* Nodes of closed sets: met holds the sets of each as bits. */
static bool read_closed(struct cp_check *c, cp_rd *rd, uint32_t bit)
{
    uint32_t count = cp_rd_below(rd, c->net.node_count + 1), v = NIL;
    cp_rd again = *rd;

    for (uint32_t i = 0; i < count && !rd->bad; i++) {
        v = cp_rd_ascending(rd, v, c->net.node_count);
        cp_stamped_put(&c->met, v, cp_stamped_get(&c->met, v, 0) | UINT64_C(1) << bit);
    }
    v = NIL;
    for (uint32_t i = 0; i < count && !rd->bad; i++) {
        v = cp_rd_ascending(&again, v, c->net.node_count);
        for (uint32_t k = c->net.hop_first[v]; k < c->net.hop_first[v + 1]; k++)
            if (!cp_stamped_has(&c->before.failed, c->net.link_count + v) &&
                cp_usable(&c->before, &c->net.hops[k]) &&
                (cp_stamped_get(&c->met, c->net.hops[k].to, 0) >> bit & 1u) == 0)
                return cp_refuse(c, "a way leads out of a closed set", c->net.link_count + v);
    }
    return true;
}

static bool read_cut(struct cp_check *c, cp_rd *rd, uint32_t demand)
{
    const struct cp_bundle_demand *d = &c->net.demands[demand];
    uint32_t sets = cp_rd_below(rd, 65);

    if (!cp_all_may_fail(c, demand, &c->answer.results[demand].cut))
        return cp_refuse(c, "a cut names what may not fail", NIL);
    cp_compose(&c->before, &c->answer.results[demand].cut);
    cp_stamped_clear(&c->met);
    for (uint32_t bit = 0; bit < sets && !rd->bad; bit++)
        if (!read_closed(c, rd, bit))
            return false;
    for (uint32_t s = 0; s < d->src_count; s++)
        for (uint32_t t = 0; t < d->dst_count; t++)
            if (d->src[s] != d->dst[t] &&
                cp_stamped_get(&c->met, d->src[s], 0) == cp_stamped_get(&c->met, d->dst[t], 0))
                return cp_refuse(c, "no closed set keeps the ends apart", NIL);
    return true;
}

/* So many ways that share nothing need no trying. */
static bool share_nothing(struct cp_check *c)
{
    cp_stamped_clear(&c->met);
    for (uint32_t i = 0; i < c->ways.count; i++)
        if (!cp_stamped_add(&c->met, AT(c->ways, uint32_t)[i], 1))
            return false;
    return true;
}

bool cp_read_cuts(struct cp_check *c, cp_rd *rd)
{
    uint32_t demand = cp_rd_below(rd, c->net.demand_count);
    uint32_t depth = rd->bad ? 0 : c->answer.results[demand].cut_depth;
    uint32_t less = depth == NIL ? c->net.depth : depth - 1;
    struct cover cover = {.tries = 0};

    if (rd->bad || demand != c->demand_at++)
        return cp_refuse(c, "a demand out of place", NIL);
    c->report.demand = c->net.demands[demand].id;
    c->ways.count = c->way_ends.count = 0;
    for (uint64_t left = cp_rd_number(rd); left > 0 && !rd->bad; left--)
        if (!read_way(c, rd, demand))
            return false;
    if (depth == 0)
        return c->way_ends.count == 0 || cp_refuse(c, "ways where there are none", NIL);
    cover.elements = c->ways.at;
    cover.ends = c->way_ends.at;
    cover.count = c->way_ends.count;
    if (!(cover.count > less && share_nothing(c)) && !is_left(&cover, less))
        return cp_refuse(c, "fewer failures may cut the demand off", NIL);
    return depth == NIL || read_cut(c, rd, demand);
}
