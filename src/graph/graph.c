#include "graph/graph.h"

/*
 * Counting sort throughout: ends are grouped by node, then each node's hops are written in the
 * order of its links and their ends, so that equal input gives equal arrays.  O(hops).
 */

static uint32_t *copy(const uint32_t *from, size_t count, struct cp_arena *arena)
{
    uint32_t *to = CP_TAKE(arena, count, uint32_t);

    for (size_t i = 0; to != NULL && i < count; i++)
        to[i] = from[i];
    return to;
}

/* Groups items 0..count-1 by group_of[i]: first [groups + 1] and the items in order. */
static cp_err group(const uint32_t *group_of, uint32_t count, uint32_t groups,
                    struct cp_arena *arena, const uint32_t **first_out, uint32_t **items_out)
{
    uint32_t *first = CP_TAKE(arena, (size_t)groups + 2, uint32_t);
    uint32_t *items = CP_TAKE(arena, count, uint32_t);

    if (first == NULL || items == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        first[group_of[i] + 2]++;
    for (uint32_t i = 0; i < groups; i++)
        first[i + 2] += first[i + 1];
    for (uint32_t i = 0; i < count; i++)
        items[first[group_of[i] + 1]++] = i;
    *first_out = first;
    *items_out = items;
    return CP_OK;
}

/* The owner of each entry of a list of lists: owner[i] = l for first[l] <= i < first[l + 1]. */
static uint32_t *owners(const uint32_t *first, uint32_t count, struct cp_arena *arena)
{
    uint32_t *owner = CP_TAKE(arena, first[count], uint32_t);

    for (uint32_t l = 0; owner != NULL && l < count; l++)
        for (uint32_t i = first[l]; i < first[l + 1]; i++)
            owner[i] = l;
    return owner;
}

static cp_err make_srlgs(const struct cp_graph_parts *p, struct cp_arena *arena, struct cp_graph *g)
{
    uint32_t count = p->link_srlg_first[p->link_count];
    uint32_t *links = NULL;
    uint32_t *owner = owners(p->link_srlg_first, p->link_count, arena);

    if (owner == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(group(p->link_srlgs, count, p->srlg_count, arena, &g->srlg_first, &links));
    for (uint32_t i = 0; i < count; i++)
        links[i] = owner[links[i]];
    g->link_srlg_first = p->link_srlg_first;
    g->link_srlgs = p->link_srlgs;
    g->srlg_links = links;
    return CP_OK;
}

static cp_err count_hops(const struct cp_graph *g, uint32_t *first)
{
    uint64_t total = 0;

    for (uint32_t v = 0; v < g->node_count; v++) {
        first[v] = (uint32_t)total;
        for (uint32_t i = g->node_end_first[v]; i < g->node_end_first[v + 1]; i++) {
            uint32_t l = g->end_link[g->node_ends[i]];

            total += g->end_first[l + 1] - g->end_first[l] - 1;
        }
        if (total >= UINT32_MAX)
            return CP_ERR_LIMIT;
    }
    first[g->node_count] = (uint32_t)total;
    return CP_OK;
}

static void fill_hops(const struct cp_graph *g, struct cp_hop *hops)
{
    uint32_t n = 0;

    for (uint32_t v = 0; v < g->node_count; v++)
        for (uint32_t i = g->node_end_first[v]; i < g->node_end_first[v + 1]; i++) {
            uint32_t here = g->node_ends[i];
            uint32_t l = g->end_link[here];

            for (uint32_t e = g->end_first[l]; e < g->end_first[l + 1]; e++)
                if (e != here)
                    hops[n++] = (struct cp_hop){.to = g->end_node[e],
                                                .link = l,
                                                .out = g->end_metric[here],
                                                .in = g->end_metric[e]};
        }
    CP_ASSERT(n == g->hop_first[g->node_count]);
}

cp_err cp_graph_make_on(const struct cp_graph_parts *p, struct cp_arena *arena,
                        struct cp_graph *out)
{
    struct cp_graph g = {.node_count = p->node_count,
                         .link_count = p->link_count,
                         .srlg_count = p->srlg_count,
                         .end_first = p->end_first,
                         .end_node = p->end_node,
                         .end_metric = p->end_metric};
    uint32_t ends = p->end_first[p->link_count];
    uint32_t *node_ends = NULL;
    uint32_t *hop_first = CP_TAKE(arena, (size_t)p->node_count + 1, uint32_t);

    if ((uint64_t)p->node_count + p->link_count + p->srlg_count >= UINT32_MAX)
        return CP_ERR_LIMIT;
    g.end_link = owners(p->end_first, p->link_count, arena);
    if (hop_first == NULL || g.end_link == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(group(g.end_node, ends, p->node_count, arena, &g.node_end_first, &node_ends));
    g.node_ends = node_ends;
    CP_TRY(count_hops(&g, hop_first));
    g.hop_first = hop_first;

    struct cp_hop *hops = CP_TAKE(arena, hop_first[p->node_count], struct cp_hop);

    if (hops == NULL)
        return CP_ERR_NOMEM;
    fill_hops(&g, hops);
    g.hops = hops;
    CP_TRY(make_srlgs(p, arena, &g));
    *out = g;
    return CP_OK;
}

cp_err cp_graph_make(const struct cp_graph_parts *p, struct cp_arena *arena, struct cp_graph *out)
{
    uint32_t ends = p->end_first[p->link_count];
    uint32_t srlgs = p->link_srlg_first[p->link_count];
    struct cp_graph_parts copies = {
        .node_count = p->node_count,
        .link_count = p->link_count,
        .srlg_count = p->srlg_count,
        .end_first = copy(p->end_first, (size_t)p->link_count + 1, arena),
        .end_node = copy(p->end_node, ends, arena),
        .end_metric = copy(p->end_metric, ends, arena),
        .link_srlg_first = copy(p->link_srlg_first, (size_t)p->link_count + 1, arena),
        .link_srlgs = copy(p->link_srlgs, srlgs, arena),
    };

    if (copies.end_first == NULL || copies.end_node == NULL || copies.end_metric == NULL ||
        copies.link_srlg_first == NULL || copies.link_srlgs == NULL)
        return CP_ERR_NOMEM;
    return cp_graph_make_on(&copies, arena, out);
}

cp_element_kind cp_graph_element(const struct cp_graph *g, uint32_t element, uint32_t *at)
{
    CP_ASSERT(element < cp_graph_element_count(g));
    if (element < g->link_count) {
        *at = element;
        return CP_ELEMENT_LINK;
    }
    if (element < g->link_count + g->node_count) {
        *at = element - g->link_count;
        return CP_ELEMENT_NODE;
    }
    *at = element - g->link_count - g->node_count;
    return CP_ELEMENT_SRLG;
}

cp_err cp_graph_components(const struct cp_graph *g, const uint8_t *node_ok, const uint8_t *link_ok,
                           uint32_t *component, struct cp_arena *work)
{
    uint32_t *stack = CP_TAKE(work, g->node_count, uint32_t);

    if (stack == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < g->node_count; v++)
        component[v] = UINT32_MAX;
    for (uint32_t root = 0; root < g->node_count; root++) {
        uint32_t depth = 0;

        if (!node_ok[root] || component[root] != UINT32_MAX)
            continue;
        component[root] = root;
        stack[depth++] = root;
        while (depth > 0) {
            uint32_t v = stack[--depth];

            for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++) {
                const struct cp_hop *hop = &g->hops[i];

                if (!link_ok[hop->link] || !node_ok[hop->to] || component[hop->to] != UINT32_MAX)
                    continue;
                component[hop->to] = root;
                stack[depth++] = hop->to;
            }
        }
    }
    return CP_OK;
}
