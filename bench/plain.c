#include "plain.h"

#include "graph/queue.h"

#include "contest.h"

/* A node's marks are ready when it is settled: all its next hops are nearer and were settled before. */

struct search {
    const struct network *network;
    uint32_t failed_link, failed_node;
    uint64_t *cost;
    uint32_t *marks;
};

static bool passable(const struct search *s, const struct cp_hop *hop)
{
    return hop->link != s->failed_link && hop->to != s->failed_node;
}

static void settle(struct search *s, uint32_t v, struct cp_queue *queue)
{
    const struct cp_graph *g = &s->network->graph;

    s->marks[v] = s->network->node_marks[v];
    for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];

        if (!passable(s, hop))
            continue;
        if (s->cost[hop->to] != CP_UNREACHABLE && s->cost[hop->to] + hop->out == s->cost[v])
            s->marks[v] |= s->marks[hop->to] | s->network->link_marks[hop->link];
        if (s->cost[v] + hop->in < s->cost[hop->to]) {
            s->cost[hop->to] = s->cost[v] + hop->in;
            cp_queue_push(queue, s->cost[hop->to], hop->to);
        }
    }
}

void plain_routes(const struct network *network, uint32_t destination, uint32_t failed,
                  uint64_t *cost, uint32_t *marks)
{
    const struct cp_graph *g = &network->graph;
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    struct search s = {network, UINT32_MAX, UINT32_MAX, cost, marks};
    struct cp_queue *queue;
    uint64_t key;
    uint32_t v;

    if (failed < g->link_count)
        s.failed_link = failed;
    else if (failed != UINT32_MAX)
        s.failed_node = failed - g->link_count;
    for (v = 0; v < g->node_count; v++) {
        cost[v] = CP_UNREACHABLE;
        marks[v] = 0;
    }
    check(cp_queue_open(arena, 2 * g->hop_first[g->node_count] + 1, &queue));
    cost[destination] = 0;
    cp_queue_push(queue, 0, destination);
    while (cp_queue_pop(queue, &key, &v))
        if (key == cost[v])
            settle(&s, v, queue);
    cp_arena_close(arena);
}
