#include "forward/routes.h"

/*
 * Dijkstra's algorithm from the destination against the direction of travel, each hop relaxed once.
 * Costs are >= 1, so every next hop of a node is settled before it, and the OR over its next hops
 * can be gathered while they relax it: an equal cost adds marks, a lower one starts anew.
 */

cp_err cp_routes_open(const struct cp_graph *graph, struct cp_marks marks, const uint8_t *banned,
                      struct cp_arena *arena, struct cp_routes *out)
{
    *out = (struct cp_routes){.graph = graph,
                              .marks = marks,
                              .banned = banned,
                              .cost = CP_TAKE(arena, graph->node_count, uint64_t),
                              .seen = CP_TAKE(arena, graph->node_count, uint32_t)};
    return out->cost == NULL || out->seen == NULL ? CP_ERR_NOMEM : CP_OK;
}

static void relax(struct cp_routes *r, uint32_t node, struct cp_queue *queue)
{
    const struct cp_graph *g = r->graph;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        uint64_t cost = r->cost[node] + hop->in;

        if (cost > r->cost[hop->to] || (r->banned != NULL && r->banned[hop->to]))
            continue;
        uint32_t seen = r->seen[node] | r->marks.link[hop->link];

        if (cost < r->cost[hop->to]) {
            r->cost[hop->to] = cost;
            r->seen[hop->to] = seen;
            cp_queue_push(queue, cost, hop->to);
        } else {
            r->seen[hop->to] |= seen;
        }
    }
}

void cp_routes_to(struct cp_routes *r, uint32_t destination, struct cp_queue *queue)
{
    uint64_t cost = 0;
    uint32_t node = 0;

    CP_ASSERT(destination < r->graph->node_count);
    for (uint32_t v = 0; v < r->graph->node_count; v++) {
        r->cost[v] = CP_UNREACHABLE;
        r->seen[v] = 0;
    }
    r->destination = destination;
    r->cost[destination] = 0;
    cp_queue_clear(queue);
    cp_queue_push(queue, 0, destination);
    while (cp_queue_pop(queue, &cost, &node)) {
        if (cost != r->cost[node])
            continue; /* a shorter way was found since */
        r->seen[node] |= r->marks.node[node];
        relax(r, node, queue);
    }
}
