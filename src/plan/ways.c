#include "graph/queue.h"

#include "parts.h"

/*
 * Plain Dijkstra from the destination backwards, one row of distances a destination, kept until other elements are
 * gone or the rows take more than ROWS_BYTES.  Nothing here is shared with the engine that plans: who checks with it
 * checks on his own.
 */

enum { ROWS_BYTES = 64 << 20 };

struct rows {
    struct cp_arena *arena;
    cp_arena_mark empty;
    uint64_t **of; /* [nodes] NULL: not known */
    uint64_t version;
};

struct plan_ways {
    const struct cp_plan *plan;
    struct rows before, after;
    struct cp_queue *queue;
};

static cp_err open_rows(struct rows *rows, uint32_t nodes)
{
    rows->arena = cp_arena_open(SIZE_MAX);
    if (rows->arena == NULL)
        return CP_ERR_NOMEM;
    rows->of = (uint64_t **)cp_arena_take(rows->arena, nodes, sizeof *rows->of);
    rows->empty = cp_arena_mark_get(rows->arena);
    return rows->of == NULL ? CP_ERR_NOMEM : CP_OK;
}

cp_err cp_plan_ways_open(const struct cp_plan *plan, struct cp_arena *arena, struct plan_ways **out)
{
    struct plan_ways *w = CP_TAKE(arena, 1, struct plan_ways);

    if (w == NULL)
        return CP_ERR_NOMEM;
    *w = (struct plan_ways){.plan = plan};
    *out = w;
    CP_TRY(open_rows(&w->before, plan->net.graph.node_count));
    CP_TRY(open_rows(&w->after, plan->net.graph.node_count));
    return cp_queue_open(arena, plan->net.graph.hop_first[plan->net.graph.node_count] + 1,
                         &w->queue);
}

void cp_plan_ways_close(struct plan_ways *w)
{
    if (w == NULL)
        return;
    cp_arena_close(w->before.arena);
    cp_arena_close(w->after.arena);
}

static void forget(struct rows *rows, uint32_t nodes)
{
    cp_arena_reset(rows->arena, rows->empty);
    for (uint32_t v = 0; v < nodes; v++)
        rows->of[v] = NULL;
}

static bool is_gone(const struct cp_plan_gone *gone, uint32_t element)
{
    return gone != NULL && gone->elements[element] != 0;
}

static void spread(struct plan_ways *w, uint32_t to, const struct cp_plan_gone *gone,
                   uint64_t *dist)
{
    const struct cp_graph *g = &w->plan->net.graph;
    uint64_t key;
    uint32_t v;

    for (v = 0; v < g->node_count; v++)
        dist[v] = CP_UNREACHABLE;
    if (is_gone(gone, cp_graph_element_of_node(g, to)))
        return;
    dist[to] = 0;
    cp_queue_clear(w->queue);
    cp_queue_push(w->queue, 0, to);
    while (cp_queue_pop(w->queue, &key, &v)) {
        if (key != dist[v])
            continue;
        for (uint32_t h = g->hop_first[v]; h < g->hop_first[v + 1]; h++) {
            const struct cp_hop *hop = &g->hops[h];

            if (is_gone(gone, cp_graph_element_of_link(hop->link)) ||
                is_gone(gone, cp_graph_element_of_node(g, hop->to)) ||
                key + hop->in >= dist[hop->to])
                continue;
            dist[hop->to] = key + hop->in;
            cp_queue_push(w->queue, dist[hop->to], hop->to);
        }
    }
}

cp_err cp_plan_ways_to(struct plan_ways *w, uint32_t to, const struct cp_plan_gone *gone,
                       const uint64_t **dist)
{
    uint32_t nodes = w->plan->net.graph.node_count;
    struct rows *rows = gone == NULL ? &w->before : &w->after;

    if ((gone != NULL && rows->version != gone->version) || cp_arena_used(rows->arena) > ROWS_BYTES)
        forget(rows, nodes);
    if (gone != NULL)
        rows->version = gone->version;
    if (rows->of[to] == NULL) {
        rows->of[to] = CP_TAKE(rows->arena, nodes, uint64_t);
        if (rows->of[to] == NULL)
            return CP_ERR_NOMEM;
        spread(w, to, gone, rows->of[to]);
    }
    *dist = rows->of[to];
    return CP_OK;
}
