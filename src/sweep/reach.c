#include "sweep/reach.h"

#include <string.h>

/* Ways up, from the bottom: each place hands on what it has over its arcs, once. */

static cp_err take(const struct cp_hierarchy *h, struct cp_arena *arena, struct cp_reach *out)
{
    *out = (struct cp_reach){.weight = CP_TAKE(arena, h->place_count, uint64_t),
                             .node = CP_TAKE(arena, h->place_count, uint32_t)};
    if (out->weight == NULL || out->node == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < h->place_count; p++)
        out->weight[p] = CP_WEIGHT_NONE;
    memset(out->node, 0xff, h->place_count * sizeof *out->node);
    return CP_OK;
}

static void hand_on(const struct cp_weights *w, struct cp_reach *reach, uint32_t place)
{
    const struct cp_hierarchy *h = w->hierarchy;

    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++) {
        uint32_t to = h->arc_to[a];
        uint64_t weight = reach->weight[place] + w->up[a];

        if (weight >= reach->weight[to])
            continue;
        reach->weight[to] = weight;
        reach->node[to] = reach->node[place];
    }
}

cp_err cp_reach_make(const struct cp_weights *w, const uint32_t *nodes, uint32_t count,
                     struct cp_arena *arena, struct cp_reach *out)
{
    const struct cp_hierarchy *h = w->hierarchy;

    CP_TRY(take(h, arena, out));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = h->place_of_node[nodes[i]];

        if (w->node_failed[nodes[i]] != 0)
            continue;
        out->weight[place] = 0;
        out->node[place] = nodes[i];
    }
    for (uint32_t p = h->place_count; p-- > h->core_count;)
        if (out->weight[p] < CP_WEIGHT_NONE)
            hand_on(w, out, p);
    return CP_OK;
}

uint64_t cp_reach_cost(const struct cp_reach *reach, const struct cp_labels *labels, uint32_t *node)
{
    uint32_t place = UINT32_MAX;
    uint64_t cost = cp_labels_meet(labels, reach->weight, &place);

    *node = place == UINT32_MAX ? UINT32_MAX : reach->node[place];
    return cost;
}
