#include "ours.h"

#include <stdlib.h>

#include "contest.h"

struct ours *ours_make(const struct network *network, const uint8_t *closed, ours_kind kind)
{
    struct ours *o = need(calloc(1, sizeof(*o)));
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(&network->graph);
    struct cp_marks marks = {network->node_marks, network->link_marks};
    const struct cp_triangles *triangles = kind == WEIGHTS_THAT_CHANGE ? &o->triangles : NULL;

    o->network = network;
    o->arena = need(cp_arena_open(SIZE_MAX));
    o->work = need(cp_arena_open(SIZE_MAX));
    check(cp_hierarchy_make(&network->graph, &budget, o->arena, o->work, &o->hierarchy));
    if (triangles != NULL)
        check(cp_triangles_make(&o->hierarchy, o->arena, &o->triangles));
    check(cp_weights_make(&o->hierarchy, triangles, marks, closed, o->arena, &o->weights));
    return o;
}

void ours_free(struct ours *o)
{
    cp_arena_close(o->arena);
    cp_arena_close(o->work);
    free(o);
}

uint32_t *ours_near_order(struct ours *o)
{
    uint32_t *order = need(calloc(o->network->graph.node_count, sizeof(*order)));

    cp_hierarchy_near_order(&o->hierarchy, order);
    return order;
}

struct cp_rows ours_rows(struct ours *o, cp_isa isa, cp_rows_kind kind)
{
    struct cp_rows rows;

    check(cp_rows_open(&o->hierarchy, isa, kind, o->arena, &rows));
    cp_rows_load(&rows, &o->weights);
    return rows;
}

/* The first hop of a cheapest way on from the node. */
static const struct cp_hop *next_hop(const struct ours *o, struct cp_labels *labels, uint32_t node)
{
    const struct cp_graph *g = &o->network->graph;
    uint64_t cost = cp_labels_cost(labels, node);

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        uint64_t rest;

        if (o->weights.link_failed[hop->link] != 0)
            continue;
        rest = cp_labels_cost(labels, hop->to);
        if (rest != CP_UNREACHABLE && rest + hop->out == cost)
            return hop;
    }
    return NULL;
}

void ours_path(const struct ours *o, struct cp_labels *labels, uint32_t src, uint32_t dst,
               uint32_t *links, uint32_t *count)
{
    *count = 0;
    if (cp_labels_cost(labels, src) == CP_UNREACHABLE)
        return;
    while (src != dst) {
        const struct cp_hop *hop = need((void *)(uintptr_t)next_hop(o, labels, src));

        links[(*count)++] = hop->link;
        src = hop->to;
    }
}
