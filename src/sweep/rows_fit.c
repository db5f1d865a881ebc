#include "sweep/rows.h"

#include "graph/queue.h"

/*
 * A least way visits no place twice; that bounds costs whatever fails.  As things are, a way by a
 * node in the middle weighs no less than the least one: two searches from any node bound all costs
 * of its component.
 */

static uint64_t heaviest_crossing(const struct cp_weights *w)
{
    const struct cp_graph *g = w->hierarchy->graph;
    uint64_t heaviest = 0;

    for (uint32_t end = 0; end < g->end_first[g->link_count]; end++) {
        bool lan = w->hierarchy->place_of_lan[g->end_link[end]] != UINT32_MAX;
        uint64_t weight = (uint64_t)w->hierarchy->scale * w->end_metric[end] - lan;

        if (weight > heaviest)
            heaviest = weight;
    }
    return heaviest;
}

bool cp_rows_fit_always(const struct cp_weights *weights)
{
    uint64_t hops = (uint64_t)weights->hierarchy->place_count - 1;

    return hops == 0 || heaviest_crossing(weights) <= ((uint64_t)CP_ROWS_NONE - 1) / hops;
}

typedef enum { TO_ROOT, FROM_ROOT } ways_kind;

/* Searches of the graph itself, a component at a time. */
struct survey {
    const struct cp_weights *weights;
    struct cp_queue *queue;
    uint64_t *cost;    /* [nodes] CP_UNREACHABLE between searches */
    uint32_t *reached; /* [nodes] by this search */
    uint8_t *surveyed; /* [nodes] */
    uint32_t reached_count;
};

static bool is_open(const struct cp_weights *w, uint32_t node)
{
    return w->node_failed[node] == 0 && (w->closed == NULL || w->closed[node] == 0);
}

static void reach(struct survey *s, uint32_t node, uint64_t cost)
{
    if (cost >= s->cost[node])
        return;
    if (s->cost[node] == CP_UNREACHABLE)
        s->reached[s->reached_count++] = node;
    s->cost[node] = cost;
    cp_queue_push(s->queue, cost, node);
}

/* Over the link of an end at the node. */
static void cross(struct survey *s, uint32_t node, uint32_t end, ways_kind ways)
{
    const struct cp_weights *w = s->weights;
    const struct cp_graph *g = w->hierarchy->graph;
    uint32_t link = g->end_link[end];

    if (w->link_failed[link] != 0)
        return;
    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
        uint32_t other = g->end_node[e];
        uint32_t metric = w->end_metric[ways == FROM_ROOT ? end : e];

        if (w->node_failed[other] == 0 && is_open(w, ways == FROM_ROOT ? node : other))
            reach(s, other, s->cost[node] + metric);
    }
}

/* The largest cost from or to the root of what can be reached. */
static uint64_t farthest(struct survey *s, uint32_t root, ways_kind ways)
{
    const struct cp_graph *g = s->weights->hierarchy->graph;
    uint64_t far = 0;
    uint64_t cost = 0;
    uint32_t node = 0;

    cp_queue_clear(s->queue);
    reach(s, root, 0);
    while (cp_queue_pop(s->queue, &cost, &node)) {
        if (cost != s->cost[node])
            continue;
        far = cost;
        for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++)
            cross(s, node, g->node_ends[i], ways);
    }
    while (s->reached_count > 0) {
        node = s->reached[--s->reached_count];
        s->cost[node] = CP_UNREACHABLE;
        s->surveyed[node] |= is_open(s->weights, node);
    }
    return far;
}

static cp_err survey_open(const struct cp_weights *weights, struct cp_arena *work,
                          struct survey *out)
{
    const struct cp_graph *g = weights->hierarchy->graph;
    struct survey s = {.weights = weights,
                       .cost = CP_TAKE(work, g->node_count, uint64_t),
                       .reached = CP_TAKE(work, g->node_count, uint32_t),
                       .surveyed = CP_TAKE(work, g->node_count, uint8_t)};

    if (s.cost == NULL || s.reached == NULL || s.surveyed == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_queue_open(work, g->hop_first[g->node_count] + 1, &s.queue));
    for (uint32_t v = 0; v < g->node_count; v++)
        s.cost[v] = CP_UNREACHABLE;
    *out = s;
    return CP_OK;
}

/* Ways between nodes of a component can lead over its root; a LAN's place is 1 further away. */
cp_err cp_rows_fit_now(const struct cp_weights *weights, struct cp_arena *work, bool *fit)
{
    uint64_t most = ((uint64_t)CP_ROWS_NONE - 2) / weights->hierarchy->scale;
    struct survey s;

    CP_TRY(survey_open(weights, work, &s));
    *fit = true;
    for (uint32_t v = 0; v < weights->hierarchy->graph->node_count && *fit; v++)
        if (s.surveyed[v] == 0 && is_open(weights, v))
            *fit = farthest(&s, v, TO_ROOT) + farthest(&s, v, FROM_ROOT) <= most;
    return CP_OK;
}
