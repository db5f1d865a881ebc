#include "trees.h"

#include <math.h>
#include <string.h>

/*
 * Dijkstra backwards from the destinations.  The first node of a link that is settled is the nearest one
 * of it, so all other ends get their distance over the link from that one: each link is looked at once,
 * also a LAN of many ends.
 */

cp_err cp_trees_open(const struct cp_graph *graph, struct cp_arena *arena, struct cp_trees **out)
{
    struct cp_trees *t = CP_TAKE(arena, 1, struct cp_trees);
    size_t ends = graph->end_first[graph->link_count];

    if (t == NULL)
        return CP_ERR_NOMEM;
    *t = (struct cp_trees){.graph = graph,
                           .dist = CP_TAKE(arena, graph->node_count, double),
                           .by = CP_TAKE(arena, graph->node_count, uint32_t),
                           .onto = CP_TAKE(arena, graph->node_count, uint32_t),
                           .settled = CP_TAKE(arena, graph->node_count, uint32_t),
                           .link_done = CP_TAKE(arena, graph->link_count, uint8_t),
                           .heap =
                               CP_TAKE(arena, ends + graph->node_count + 1, struct cp_trees_entry)};
    if (t->dist == NULL || t->by == NULL || t->onto == NULL || t->settled == NULL ||
        t->link_done == NULL || t->heap == NULL)
        return CP_ERR_NOMEM;
    *out = t;
    return CP_OK;
}

static bool before(const struct cp_trees_entry *a, const struct cp_trees_entry *b)
{
    return a->key < b->key || (a->key <= b->key && a->node < b->node);
}

static void push(struct cp_trees_entry *heap, uint32_t *count, struct cp_trees_entry entry)
{
    uint32_t i = (*count)++;

    while (i > 0 && before(&entry, &heap[(i - 1) / 2])) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = entry;
}

static struct cp_trees_entry pop(struct cp_trees_entry *heap, uint32_t *count)
{
    struct cp_trees_entry least = heap[0];
    struct cp_trees_entry last = heap[--*count];
    uint32_t i = 0;

    for (uint32_t child = 1; child < *count; child = 2 * i + 1) {
        if (child + 1 < *count && before(&heap[child + 1], &heap[child]))
            child++;
        if (!before(&heap[child], &last))
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    return least;
}

/* All other ends of the link may leave over it to the node, which is the first of it to be settled. */
static void look(struct cp_trees *t, const struct cp_trees_ask *ask, uint32_t link, uint32_t node,
                 uint32_t *heap_count)
{
    const struct cp_graph *g = t->graph;

    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
        uint32_t from = g->end_node[e];
        double dist = t->dist[node] + ask->price[e];

        if (ask->ground->end_shut[e] != 0 || ask->ground->node_shut[from] != 0 ||
            dist >= t->dist[from])
            continue;
        t->dist[from] = dist;
        t->by[from] = e;
        t->onto[from] = node;
        push(t->heap, heap_count, (struct cp_trees_entry){.key = dist, .node = from});
    }
}

uint64_t cp_trees_to(struct cp_trees *t, const struct cp_trees_ask *ask)
{
    const struct cp_graph *g = t->graph;
    uint32_t heap_count = 0;
    uint64_t looked = 0;

    t->settled_count = 0;
    memset(t->link_done, 0, g->link_count);
    for (uint32_t v = 0; v < g->node_count; v++)
        t->dist[v] = (double)INFINITY;
    for (uint32_t i = 0; i < ask->dst_count; i++)
        if (ask->ground->node_shut[ask->dst[i]] == 0) {
            t->dist[ask->dst[i]] = 0;
            t->by[ask->dst[i]] = CP_NONE;
            push(t->heap, &heap_count, (struct cp_trees_entry){.key = 0, .node = ask->dst[i]});
        }
    while (heap_count > 0) {
        struct cp_trees_entry least = pop(t->heap, &heap_count);

        if (least.key > t->dist[least.node])
            continue; /* it was found nearer since */
        t->settled[t->settled_count++] = least.node;
        for (uint32_t i = g->node_end_first[least.node]; i < g->node_end_first[least.node + 1];
             i++) {
            uint32_t link = g->end_link[g->node_ends[i]];

            looked++;
            if (t->link_done[link] == 0)
                look(t, ask, link, least.node, &heap_count);
            t->link_done[link] = 1;
        }
    }
    return looked;
}
