#include "slow.h"

#include <stdlib.h>
#include <string.h>

/* A node that a way of some cost has been found from. */
struct slow_found {
    uint64_t cost;
    uint32_t node;
};

static void *take(struct cp_arena *arena, size_t count, size_t size_bytes)
{
    void *at = cp_arena_take(arena, count, size_bytes);

    if (at == NULL)
        abort();
    return at;
}

/* ---- the state ---- */

struct slow_state slow_state_take(const struct cp_graph *g, struct cp_arena *arena)
{
    return (struct slow_state){.end_metric =
                                   take(arena, g->end_first[g->link_count], sizeof(uint32_t)),
                               .link_out = take(arena, g->link_count, sizeof(uint32_t)),
                               .node_out = take(arena, g->node_count, sizeof(uint32_t))};
}

void slow_state_copy(const struct cp_graph *g, const struct slow_state *from, struct slow_state *to)
{
    memcpy(to->end_metric, from->end_metric, g->end_first[g->link_count] * sizeof(uint32_t));
    memcpy(to->link_out, from->link_out, g->link_count * sizeof(uint32_t));
    memcpy(to->node_out, from->node_out, g->node_count * sizeof(uint32_t));
}

void slow_open(struct slow *s, const struct cp_graph *g, struct cp_arena *arena)
{
    size_t hops = 1;

    for (uint32_t l = 0; l < g->link_count; l++) {
        size_t ends = g->end_first[l + 1] - g->end_first[l];

        hops += ends * ends;
    }
    s->graph = g;
    s->state = slow_state_take(g, arena);
    s->heap = take(arena, hops, sizeof *s->heap);
    s->settled = take(arena, g->node_count, sizeof *s->settled);
    memcpy(s->state.end_metric, g->end_metric, g->end_first[g->link_count] * sizeof(uint32_t));
}

static void count(struct slow *s, uint32_t element, uint32_t reason)
{
    const struct cp_graph *g = s->graph;

    if (element < g->link_count) {
        s->state.link_out[element] += reason;
        return;
    }
    element -= g->link_count;
    if (element < g->node_count) {
        s->state.node_out[element] += reason;
        return;
    }
    element -= g->node_count;
    for (uint32_t l = 0; l < g->link_count; l++)
        for (uint32_t i = g->link_srlg_first[l]; i < g->link_srlg_first[l + 1]; i++)
            s->state.link_out[l] += g->link_srlgs[i] == element ? reason : 0;
}

void slow_fail(struct slow *s, uint32_t element)
{
    count(s, element, 1);
}

void slow_restore(struct slow *s, uint32_t element)
{
    count(s, element, UINT32_MAX);
}

/* ---- the heap: the least cost at the root, 0; below i are 2 i + 1 and 2 i + 2 ---- */

static void push(struct slow *s, uint64_t cost, uint32_t node)
{
    uint32_t at = s->heap_count++;

    for (; at > 0 && s->heap[(at - 1) / 2].cost > cost; at = (at - 1) / 2)
        s->heap[at] = s->heap[(at - 1) / 2];
    s->heap[at] = (struct slow_found){cost, node};
}

static struct slow_found pop(struct slow *s)
{
    struct slow_found least = s->heap[0];
    struct slow_found last = s->heap[--s->heap_count];
    uint32_t at = 0;

    for (uint32_t below = 1; below < s->heap_count; below = 2 * at + 1) {
        if (below + 1 < s->heap_count && s->heap[below + 1].cost < s->heap[below].cost)
            below++;
        if (s->heap[below].cost >= last.cost)
            break;
        s->heap[at] = s->heap[below];
        at = below;
    }
    s->heap[at] = last;
    return least;
}

/* ---- the search ---- */

/* Whether packets go from one end of a link to another. */
static bool is_open(const struct slow *s, uint32_t from_end, uint32_t to_end)
{
    const struct cp_graph *g = s->graph;
    uint32_t from = g->end_node[from_end];

    return from_end != to_end && s->state.link_out[g->end_link[from_end]] == 0 &&
           s->state.node_out[from] == 0 && s->state.node_out[g->end_node[to_end]] == 0 &&
           (s->closed == NULL || s->closed[from] == 0);
}

/* Finds ways from the other ends of a settled node's link. */
static void go_back(struct slow *s, uint64_t *cost, uint32_t end)
{
    const struct cp_graph *g = s->graph;
    uint32_t link = g->end_link[end];

    for (uint32_t other = g->end_first[link]; other < g->end_first[link + 1]; other++) {
        uint64_t way = cost[g->end_node[end]] + s->state.end_metric[other];

        if (!is_open(s, other, end) || way >= cost[g->end_node[other]])
            continue;
        cost[g->end_node[other]] = way;
        push(s, way, g->end_node[other]);
    }
}

static void find_costs(struct slow *s, uint32_t destination, uint64_t *cost)
{
    const struct cp_graph *g = s->graph;

    for (uint32_t v = 0; v < g->node_count; v++)
        cost[v] = CP_UNREACHABLE;
    s->settled_count = 0;
    if (s->state.node_out[destination] > 0)
        return;
    cost[destination] = 0;
    push(s, 0, destination);
    while (s->heap_count > 0) {
        struct slow_found least = pop(s);

        if (least.cost != cost[least.node])
            continue; /* a cheaper way was found since */
        s->settled[s->settled_count++] = least.node;
        for (uint32_t i = g->node_end_first[least.node]; i < g->node_end_first[least.node + 1]; i++)
            go_back(s, cost, g->node_ends[i]);
    }
}

/* What the ways over one end of a node meet; how many hops those are. */
static uint32_t see(const struct slow *s, struct slow_answer *answer, uint32_t end)
{
    const struct cp_graph *g = s->graph;
    uint32_t link = g->end_link[end];
    uint32_t node = g->end_node[end];
    uint32_t hops = 0;

    for (uint32_t other = g->end_first[link]; other < g->end_first[link + 1]; other++) {
        uint32_t next = g->end_node[other];

        if (!is_open(s, end, other) || answer->cost[next] == CP_UNREACHABLE ||
            answer->cost[next] + s->state.end_metric[end] != answer->cost[node])
            continue;
        answer->seen[node] |= s->link_marks[link] | answer->seen[next];
        hops++;
    }
    return hops;
}

struct slow_answer slow_search(struct slow *s, uint32_t destination, struct cp_arena *arena)
{
    const struct cp_graph *g = s->graph;
    struct slow_answer answer = {.cost = take(arena, g->node_count, sizeof(uint64_t)),
                                 .seen = take(arena, g->node_count, sizeof(uint32_t))};

    find_costs(s, destination, answer.cost);
    for (uint32_t i = 0; i < s->settled_count; i++) {
        uint32_t node = s->settled[i];
        uint32_t hops = 0;

        answer.seen[node] = s->node_marks[node];
        for (uint32_t k = g->node_end_first[node]; k < g->node_end_first[node + 1]; k++)
            hops += see(s, &answer, g->node_ends[k]);
        answer.ties += hops > 1;
    }
    return answer;
}

/* ---- LANs ---- */

/* The end's node can be gone on from. */
static bool end_leads_on(const struct slow *s, const struct slow_answer *answer, uint32_t end)
{
    return s->state.link_out[s->graph->end_link[end]] == 0 &&
           answer->cost[s->graph->end_node[end]] != CP_UNREACHABLE;
}

uint64_t slow_lan_cost(const struct slow *s, const struct slow_answer *answer, uint32_t link)
{
    const struct cp_graph *g = s->graph;
    uint64_t least = CP_UNREACHABLE;

    for (uint32_t end = g->end_first[link]; end < g->end_first[link + 1]; end++)
        if (end_leads_on(s, answer, end) && answer->cost[g->end_node[end]] < least)
            least = answer->cost[g->end_node[end]];
    return least;
}

uint32_t slow_lan_seen(const struct slow *s, const struct slow_answer *answer, uint32_t link)
{
    const struct cp_graph *g = s->graph;
    uint64_t least = slow_lan_cost(s, answer, link);
    uint32_t seen = 0;

    for (uint32_t end = g->end_first[link]; end < g->end_first[link + 1]; end++)
        if (end_leads_on(s, answer, end) && answer->cost[g->end_node[end]] == least)
            seen |= s->link_marks[link] | answer->seen[g->end_node[end]];
    return seen;
}
