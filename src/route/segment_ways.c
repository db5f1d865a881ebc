#include <string.h>

#include "within_depth.h"

/*
 * One search of the network by its own metric says of all node segments from a node (or to one) whether
 * they are clean while nothing fails, whether theirs is the only way of least cost, and what it counts: a node
 * inherits what is wrong with any of the nodes before it.
 */

enum { WAY_BAD = 1, WAY_AGAIN = 2 };

typedef enum { SPREAD_FROM, SPREAD_TO } spread_way;

static bool is_node_open(const struct segment_terrain *t, uint32_t node)
{
    const struct cp_within_ask *ask = t->ask;
    const struct cp_graph *g = &t->s->ground->net->graph;

    return t->s->ground->markings[ask->treatment].marks.node[node] == 0 &&
           (ask->out == NULL || ask->out[cp_graph_element_of_node(g, node)] == 0);
}

static uint32_t end_cost(const struct segment_terrain *t, uint32_t link, uint32_t node)
{
    const struct cp_graph *g = &t->s->ground->net->graph;
    uint32_t e = g->end_first[link];

    while (g->end_node[e] != node)
        e++;
    return t->ask->cost[e];
}

uint32_t cp_terrain_step(const struct segment_terrain *t, uint32_t from, uint32_t link, uint32_t to)
{
    const struct cp_within_ask *ask = t->ask;
    uint64_t cost = 0;

    if (t->s->ground->markings[ask->treatment].marks.link[link] != 0 || !is_node_open(t, from) ||
        !is_node_open(t, to) || (ask->out != NULL && ask->out[cp_graph_element_of_link(link)] != 0))
        return CP_COST_NONE;
    cost = end_cost(t, link, from);
    if (cost == CP_COST_NONE || !ask->both)
        return (uint32_t)cost;
    cost += end_cost(t, link, to);
    return cost < CP_COST_NONE ? (uint32_t)cost : CP_COST_NONE;
}

static void reach(struct segment_terrain *t, uint32_t at, const struct cp_hop *hop, spread_way way)
{
    bool from = way == SPREAD_FROM;
    uint64_t cost = t->igp[at] + (from ? hop->out : hop->in);
    uint32_t step = 0;
    uint8_t bad = t->bad[at];

    if (cost > t->igp[hop->to])
        return;
    step = from ? cp_terrain_step(t, at, hop->link, hop->to)
                : cp_terrain_step(t, hop->to, hop->link, at);
    bad |= step == CP_COST_NONE ? WAY_BAD : 0;
    if (cost == t->igp[hop->to]) {
        t->bad[hop->to] |= bad | WAY_AGAIN;
        return;
    }
    t->igp[hop->to] = cost;
    t->bad[hop->to] = bad;
    t->along[hop->to] = t->along[at] + step;
    cp_queue_push(t->queue, cost, hop->to);
}

/* bad: 0 where a segment may go. */
static void spread(struct segment_terrain *t, uint32_t from, spread_way way)
{
    const struct cp_graph *g = &t->s->ground->net->graph;
    uint8_t wrong = t->ask->alone ? WAY_BAD | WAY_AGAIN : WAY_BAD;
    uint64_t cost = 0;
    uint32_t at = 0;

    memset(t->igp, 0xff, g->node_count * sizeof *t->igp);
    memset(t->bad, WAY_BAD, g->node_count);
    cp_queue_clear(t->queue);
    t->igp[from] = 0;
    t->along[from] = 0;
    t->bad[from] = is_node_open(t, from) ? 0 : WAY_BAD;
    cp_queue_push(t->queue, 0, from);
    while (cp_queue_pop(t->queue, &cost, &at))
        for (uint32_t i = g->hop_first[at]; cost == t->igp[at] && i < g->hop_first[at + 1]; i++)
            reach(t, at, &g->hops[i], way);
    for (uint32_t v = 0; v < g->node_count; v++)
        t->bad[v] = (t->bad[v] & wrong) != 0;
}

void cp_terrain_spread(struct segment_terrain *t, uint32_t from)
{
    spread(t, from, SPREAD_FROM);
}

/* Least costs to the destinations over what may be used. */
static void find_far(struct segment_terrain *t)
{
    const struct cp_graph *g = &t->s->ground->net->graph;
    uint64_t far = 0;
    uint32_t at = 0;

    memset(t->far, 0xff, g->node_count * sizeof *t->far);
    cp_queue_clear(t->queue);
    for (uint32_t i = 0; i < t->ask->dst_count; i++) {
        at = t->ask->dst[i];
        if (!is_node_open(t, at))
            continue;
        t->far[at] = 0;
        cp_queue_push(t->queue, 0, at);
    }
    while (cp_queue_pop(t->queue, &far, &at)) {
        if (far != t->far[at])
            continue;
        for (uint32_t i = g->hop_first[at]; i < g->hop_first[at + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];
            uint32_t step = cp_terrain_step(t, hop->to, hop->link, at);

            if (step == CP_COST_NONE || far + step >= t->far[hop->to])
                continue;
            t->far[hop->to] = far + step;
            cp_queue_push(t->queue, far + step, hop->to);
        }
    }
}

/* Of adjacencies alone: links to the nearest destination. */
static cp_err count_links(struct segment_terrain *t)
{
    const struct cp_graph *g = &t->s->ground->net->graph;
    uint32_t *line = CP_TAKE(t->s->work, g->node_count, uint32_t);
    uint32_t count = 0;

    if (line == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < g->node_count; v++)
        if (t->far[v] == 0)
            line[count++] = v;
    for (uint32_t k = 0; k < count; k++)
        for (uint32_t i = g->hop_first[line[k]]; i < g->hop_first[line[k] + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];

            if (t->fewest[hop->to] != CP_NONE ||
                cp_terrain_step(t, hop->to, hop->link, line[k]) == CP_COST_NONE)
                continue;
            t->fewest[hop->to] = t->fewest[line[k]] + 1;
            line[count++] = hop->to;
        }
    return CP_OK;
}

/* One segment where a node segment may do, or a link; else two at least. */
static void count_segments(struct segment_terrain *t)
{
    const struct cp_graph *g = &t->s->ground->net->graph;

    for (uint32_t v = 0; v < g->node_count; v++)
        if (t->fewest[v] == CP_NONE && t->far[v] != WAYS_FAR)
            t->fewest[v] = 2;
    for (uint32_t k = 0; k < t->ask->dst_count; k++) {
        uint32_t at = t->ask->dst[k];

        if (t->far[at] != 0)
            continue;
        spread(t, at, SPREAD_TO);
        for (uint32_t v = 0; v < g->node_count; v++)
            if (t->bad[v] == 0 && t->fewest[v] == 2)
                t->fewest[v] = 1;
        for (uint32_t i = g->hop_first[at]; i < g->hop_first[at + 1]; i++)
            if (t->fewest[g->hops[i].to] == 2 &&
                cp_terrain_step(t, g->hops[i].to, g->hops[i].link, at) != CP_COST_NONE)
                t->fewest[g->hops[i].to] = 1;
    }
}

cp_err cp_terrain_open(struct segment_terrain *t)
{
    const struct cp_graph *g = &t->s->ground->net->graph;
    struct cp_arena *work = t->s->work;
    uint64_t entries = (uint64_t)g->hop_first[g->node_count] + g->node_count + 8;

    if (entries > UINT32_MAX)
        return CP_ERR_LIMIT;
    CP_TRY(cp_queue_open(work, (uint32_t)entries, &t->queue));
    t->far = CP_TAKE(work, g->node_count, uint64_t);
    t->igp = CP_TAKE(work, g->node_count, uint64_t);
    t->along = CP_TAKE(work, g->node_count, uint64_t);
    t->fewest = CP_TAKE(work, g->node_count, uint32_t);
    t->bad = CP_TAKE(work, g->node_count, uint8_t);
    if (t->far == NULL || t->igp == NULL || t->along == NULL || t->fewest == NULL || t->bad == NULL)
        return CP_ERR_NOMEM;
    find_far(t);
    for (uint32_t v = 0; v < g->node_count; v++)
        t->fewest[v] = t->far[v] == 0 ? 0 : CP_NONE;
    if (t->ask->strict)
        return count_links(t);
    count_segments(t);
    return CP_OK;
}
