#include "forward/routes.h"

#include <string.h>

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
                              .seen = CP_TAKE(arena, graph->node_count, uint32_t),
                              .link_failed = CP_TAKE(arena, graph->link_count, uint8_t),
                              .node_failed = CP_TAKE(arena, graph->node_count, uint8_t)};
    if (out->cost == NULL || out->seen == NULL || out->link_failed == NULL ||
        out->node_failed == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

static bool is_barred(const struct cp_routes *r, const struct cp_hop *hop)
{
    return r->link_failed[hop->link] || r->node_failed[hop->to] ||
           (r->banned != NULL && r->banned[hop->to]);
}

static void relax(struct cp_routes *r, uint32_t node, struct cp_queue *queue)
{
    const struct cp_graph *g = r->graph;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        uint64_t cost = r->cost[node] + hop->in;

        if (cost > r->cost[hop->to] || is_barred(r, hop))
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

static void fail(struct cp_routes *r, uint32_t element)
{
    const struct cp_graph *g = r->graph;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        r->link_failed[at] = 1;
        break;
    case CP_ELEMENT_NODE:
        CP_ASSERT(at != r->destination);
        r->node_failed[at] = 1;
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            r->link_failed[g->srlg_links[i]] = 1;
        break;
    }
}

static void begin(struct cp_routes *r, uint32_t destination)
{
    const struct cp_graph *g = r->graph;

    CP_ASSERT(destination < g->node_count);
    for (uint32_t v = 0; v < g->node_count; v++) {
        r->cost[v] = CP_UNREACHABLE;
        r->seen[v] = 0;
    }
    memset(r->link_failed, 0, g->link_count * sizeof *r->link_failed);
    memset(r->node_failed, 0, g->node_count * sizeof *r->node_failed);
    r->destination = destination;
    r->cost[destination] = 0;
}

void cp_routes_to(struct cp_routes *r, uint32_t destination, const uint32_t *failures,
                  uint32_t failure_count, struct cp_queue *queue)
{
    uint64_t cost = 0;
    uint32_t node = 0;

    begin(r, destination);
    for (uint32_t i = 0; i < failure_count; i++)
        fail(r, failures[i]);
    cp_queue_clear(queue);
    cp_queue_push(queue, 0, destination);
    while (cp_queue_pop(queue, &cost, &node)) {
        if (cost != r->cost[node])
            continue; /* a shorter way was found since */
        r->seen[node] |= r->marks.node[node];
        relax(r, node, queue);
    }
}
