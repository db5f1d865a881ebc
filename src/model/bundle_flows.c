#include "model/bundle.h"

#include <stdlib.h>
#include <string.h>

/* What the words of cleanpath-bundle(5) mean: sets of failures, judged, may fail, flow, component. */

int cp_failures_compare(const void *a, const void *b)
{
    const cp_failures *x = a;
    const cp_failures *y = b;

    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    for (uint32_t i = 0; i < x->count; i++)
        if (x->at[i] != y->at[i])
            return x->at[i] < y->at[i] ? -1 : 1;
    return 0;
}

uint32_t cp_failures_tidy(cp_failures *sets, uint32_t count)
{
    uint32_t kept = 0;

    if (count > 0)
        qsort(sets, count, sizeof *sets, cp_failures_compare);
    for (uint32_t i = 0; i < count; i++)
        if (i == 0 || cp_failures_compare(&sets[i], &sets[kept - 1]) != 0)
            sets[kept++] = sets[i];
    return kept;
}

bool cp_failures_hold(const cp_failures *set, uint32_t element)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->at[i] == element)
            return true;
    return false;
}

/* In place among the first `count` elements, which ascend. */
static void insert(cp_failures *set, uint32_t count, uint32_t element)
{
    for (; count > 0 && set->at[count - 1] > element; count--)
        set->at[count] = set->at[count - 1];
    set->at[count] = element;
}

cp_failures cp_failures_after(const cp_failures *set)
{
    cp_failures out = *set;

    if (set->count > 0)
        insert(&out, set->count - 1, set->at[set->count - 1]);
    return out;
}

cp_failures cp_failures_before(const cp_failures *set)
{
    cp_failures out = *set;

    CP_ASSERT(set->count > 0);
    out.at[--out.count] = CP_BUNDLE_NONE;
    return out;
}

cp_failures cp_failures_with(const cp_failures *set, uint32_t element, cp_failures_place place)
{
    cp_failures out = place == CP_FAILURES_CHANGE ? cp_failures_after(set) : *set;
    uint32_t last = set->count;

    CP_ASSERT(last < CP_BUNDLE_DEPTH_MAX);
    switch (place) {
    case CP_FAILURES_AMONG:
        insert(&out, last, element);
        break;
    case CP_FAILURES_BEFORE:
        CP_ASSERT(last > 0);
        out.at[last] = set->at[last - 1];
        insert(&out, last - 1, element);
        break;
    case CP_FAILURES_CHANGE:
        out.at[last] = element;
        break;
    }
    out.count++;
    return out;
}

cp_failures cp_failures_read(const struct cp_bundle_net *net, cp_rd *rd)
{
    uint32_t elements = net->link_count + net->node_count + net->srlg_count;
    cp_failures set;

    memset(&set, 0xff, sizeof set);
    set.count = cp_rd_below(rd, net->depth + 1);
    for (uint32_t i = 0; i < set.count; i++)
        set.at[i] = cp_rd_ascending(rd, i == 0 ? CP_BUNDLE_NONE : set.at[i - 1], elements);
    return set;
}

static uint32_t kinds_of(const struct cp_bundle_net *net, const cp_failures *set)
{
    uint32_t kinds = 0;

    for (uint32_t i = 0; i < set->count; i++)
        kinds |= cp_bundle_kind(net, set->at[i]);
    return kinds;
}

uint64_t cp_bundle_judged(const struct cp_bundle_net *net, const cp_failures *set)
{
    uint32_t kinds = kinds_of(net, set);
    uint64_t marks = 0;

    for (uint32_t p = 0; p < net->profile_count; p++)
        if (net->profile_depth[p] >= set->count && (kinds & ~net->profile_kinds[p]) == 0)
            marks |= (UINT64_C(1) << p) | (UINT64_C(1) << (p + CP_BUNDLE_PROFILES_MAX));
    return marks;
}

bool cp_bundle_has_node(const uint32_t *at, uint32_t count, uint32_t node)
{
    for (uint32_t i = 0; i < count; i++)
        if (at[i] == node)
            return true;
    return false;
}

static bool has_end(const struct cp_bundle_demand *d, uint32_t node)
{
    return cp_bundle_has_node(d->src, d->src_count, node) ||
           cp_bundle_has_node(d->dst, d->dst_count, node);
}

static bool is_end(const struct cp_bundle_demand *d, uint32_t node)
{
    return has_end(d, node) || (d->ends_of != NULL && has_end(d->ends_of, node));
}

bool cp_bundle_may_fail(const struct cp_bundle_net *net, uint32_t demand, uint32_t element)
{
    uint32_t kind = cp_bundle_kind(net, element);

    return (kind & net->kinds) != 0 &&
           (kind != CP_BUNDLE_NODE || !is_end(&net->demands[demand], element - net->link_count));
}

bool cp_bundle_all_may_fail(const struct cp_bundle_net *net, uint32_t demand,
                            const cp_failures *set)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (!cp_bundle_may_fail(net, demand, set->at[i]))
            return false;
    return true;
}

bool cp_bundle_some_may_fail(const struct cp_bundle_net *net, uint32_t demand)
{
    const struct cp_bundle_demand *d = &net->demands[demand];
    uint32_t ends = d->src_count;

    for (uint32_t i = 0; i < d->dst_count; i++)
        ends += !cp_bundle_has_node(d->src, d->src_count, d->dst[i]);
    return ((net->kinds & CP_BUNDLE_LINK) != 0 && net->link_count > 0) ||
           ((net->kinds & CP_BUNDLE_SRLG) != 0 && net->srlg_count > 0) ||
           ((net->kinds & CP_BUNDLE_NODE) != 0 && net->node_count > ends);
}

int cp_bundle_flow_compare(const void *a, const void *b)
{
    const struct cp_bundle_flow *x = a;
    const struct cp_bundle_flow *y = b;
    const uint32_t mine[] = {x->destination, x->treatment, x->demand, x->direction, x->source};
    const uint32_t other[] = {y->destination, y->treatment, y->demand, y->direction, y->source};

    for (size_t i = 0; i < CP_COUNT(mine); i++)
        if (mine[i] != other[i])
            return mine[i] < other[i] ? -1 : 1;
    return 0;
}

static uint64_t count_pairs(const struct cp_bundle_net *net, uint32_t demand)
{
    const struct cp_bundle_demand *d = &net->demands[demand];
    uint64_t pairs = (uint64_t)d->src_count * d->dst_count;

    if (net->treatments[d->treatment].all == 0)
        return 0;
    for (uint32_t s = 0, t = 0; s < d->src_count; s++) { /* both ascend */
        while (t < d->dst_count && d->dst[t] < d->src[s])
            t++;
        pairs -= t < d->dst_count && d->dst[t] == d->src[s];
    }
    return pairs;
}

static void put_flows(const struct cp_bundle_net *net, uint32_t demand, struct cp_bundle_flow **at)
{
    const struct cp_bundle_demand *d = &net->demands[demand];

    for (uint32_t s = 0; s < d->src_count; s++)
        for (uint32_t t = 0; t < d->dst_count; t++)
            if (d->src[s] != d->dst[t]) {
                *(*at)++ = (struct cp_bundle_flow){d->dst[t], d->treatment, demand, 0, d->src[s]};
                if (!d->one_way)
                    *(*at)++ =
                        (struct cp_bundle_flow){d->src[s], d->treatment, demand, 1, d->dst[t]};
            }
}

cp_err cp_bundle_flows(const struct cp_bundle_net *net, struct cp_arena *arena,
                       struct cp_bundle_flow **out, uint32_t *count)
{
    struct cp_bundle_flow *at;
    uint64_t total = 0;

    for (uint32_t d = 0; d < net->demand_count; d++)
        total += (net->demands[d].one_way ? 1 : 2) * count_pairs(net, d);
    if (total >= CP_BUNDLE_NONE)
        return CP_ERR_LIMIT;
    at = CP_TAKE(arena, total, struct cp_bundle_flow);
    if (at == NULL)
        return CP_ERR_NOMEM;
    *out = at;
    *count = (uint32_t)total;
    for (uint32_t d = 0; d < net->demand_count; d++)
        if (net->treatments[net->demands[d].treatment].all != 0)
            put_flows(net, d, &at);
    qsort(*out, total, sizeof **out, cp_bundle_flow_compare);
    return CP_OK;
}

uint64_t cp_bundle_covered(const struct cp_bundle_net *net, uint32_t flow_count)
{
    uint64_t elements = ((net->kinds & CP_BUNDLE_LINK) != 0 ? net->link_count : 0) +
                        ((net->kinds & CP_BUNDLE_NODE) != 0 ? net->node_count : 0) +
                        ((net->kinds & CP_BUNDLE_SRLG) != 0 ? net->srlg_count : 0);
    uint64_t sets = 1;
    uint64_t all = 1;

    for (uint64_t k = 1; k <= net->depth && k <= elements; k++) {
        sets = sets > UINT64_MAX / elements ? UINT64_MAX / elements : sets * (elements - k + 1) / k;
        all = all > UINT64_MAX - sets ? UINT64_MAX : all + sets;
    }
    return flow_count > 0 && all > UINT64_MAX / flow_count ? UINT64_MAX : all * flow_count;
}

cp_err cp_bundle_join(const struct cp_bundle_net *net, const uint64_t *marks,
                      struct cp_arena *arena, struct cp_joined *out)
{
    uint32_t links = net->link_count;

    CP_TRY(cp_joined_make(arena, net->node_count, out));
    for (uint32_t v = 0; v < net->node_count; v++)
        for (uint32_t i = net->hop_first[v]; i < net->hop_first[v + 1]; i++)
            if (marks == NULL ||
                (marks[net->hops[i].link] | marks[links + v] | marks[links + net->hops[i].to]) == 0)
                cp_joined_join(out, v, net->hops[i].to);
    return CP_OK;
}

const struct cp_bundle_hop *cp_bundle_find_hop(const struct cp_bundle_net *net, uint32_t node,
                                               uint32_t link, uint32_t to)
{
    for (uint32_t i = net->hop_first[node]; i < net->hop_first[node + 1]; i++)
        if (net->hops[i].link == link && net->hops[i].to == to)
            return &net->hops[i];
    return NULL;
}

bool cp_bundle_has_way(const struct cp_bundle_net *net, uint32_t demand, struct cp_joined *joined,
                       const uint64_t *marks)
{
    const struct cp_bundle_demand *d = &net->demands[demand];

    for (uint32_t s = 0; s < d->src_count; s++)
        for (uint32_t t = 0; t < d->dst_count; t++)
            if (d->src[s] != d->dst[t] &&
                (marks == NULL || marks[net->link_count + d->src[s]] == 0) &&
                cp_joined_root(joined, d->src[s]) == cp_joined_root(joined, d->dst[t]))
                return true;
    return false;
}
