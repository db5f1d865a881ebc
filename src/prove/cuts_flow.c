#include "cuts.h"

#include <string.h>

/*
 * The greatest flow from a demand's sources to its destinations, a unit a way, and the ways read out of it.
 *
 * A vertex of the flow is a node or a link, split in two: in 2 v, out 2 v + 1.
 */

void cp_cuts_next_stamp(struct cuts *c)
{
    if (++c->now == 0) {
        memset(c->stamp, 0, 2 * ((size_t)c->g->node_count + c->g->link_count) * sizeof *c->stamp);
        c->now = 1;
    }
}

bool cp_cuts_ask(const struct cuts *c, uint32_t kind)
{
    return (c->p->request.failure_kinds & kind) != 0;
}

/* Whether only one way may go through: nodes come first among vertices, then links. */
static bool is_single(const struct cuts *c, uint32_t vertex)
{
    if (vertex >= c->g->node_count)
        return cp_cuts_ask(c, CP_FAIL_LINK);
    return cp_cuts_ask(c, CP_FAIL_NODE) && c->side[vertex] == 0;
}

bool cp_cuts_reach(struct cuts *c, uint32_t half, uint32_t from, uint32_t *tail)
{
    if (c->stamp[half] == c->now)
        return false;
    c->stamp[half] = c->now;
    c->parent[half] = from;
    c->queue[(*tail)++] = half;
    return true;
}

/* The end of a link at a node, both given: an index into end_node. */
static uint32_t end_at(const struct cp_graph *g, uint32_t link, uint32_t node)
{
    uint32_t e = g->end_first[link];

    while (g->end_node[e] != node)
        e++;
    return e;
}

/* Arcs of the residual graph out of a node's half. */
static void from_node(struct cuts *c, uint32_t half, uint32_t *tail)
{
    const struct cp_graph *g = c->g;
    uint32_t node = half / 2;

    if (half % 2 == 0) { /* in: through it, or back onto the links that it was reached by */
        if (!is_single(c, node) || c->through[node] == 0)
            (void)cp_cuts_reach(c, half + 1, half, tail);
    } else if (c->through[node] > 0) {
        (void)cp_cuts_reach(c, half - 1, half, tail);
    }
    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t e = g->node_ends[i];
        uint32_t vertex = g->node_count + g->end_link[e];

        if (half % 2 == 1)
            (void)cp_cuts_reach(c, 2 * vertex, half, tail);
        else if (c->off[e] > 0)
            (void)cp_cuts_reach(c, 2 * vertex + 1, half, tail);
    }
}

static void from_link(struct cuts *c, uint32_t half, uint32_t *tail)
{
    const struct cp_graph *g = c->g;
    uint32_t vertex = half / 2;
    uint32_t link = vertex - g->node_count;

    if (half % 2 == 0) {
        if (!is_single(c, vertex) || c->through[vertex] == 0)
            (void)cp_cuts_reach(c, half + 1, half, tail);
    } else if (c->through[vertex] > 0) {
        (void)cp_cuts_reach(c, half - 1, half, tail);
    }
    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
        if (half % 2 == 1)
            (void)cp_cuts_reach(c, 2 * g->end_node[e], half, tail);
        else if (c->onto[e] > 0)
            (void)cp_cuts_reach(c, 2 * g->end_node[e] + 1, half, tail);
    }
}

/* One more unit along the arc between two halves. */
static void push(struct cuts *c, uint32_t from, uint32_t to)
{
    const struct cp_graph *g = c->g;
    uint32_t x = from / 2;
    uint32_t y = to / 2;
    uint32_t node = x < g->node_count ? x : y;
    uint32_t end;

    if (x == y) {
        c->through[x] = (uint8_t)(c->through[x] + (to > from ? 1 : -1));
        return;
    }
    end = end_at(g, (x < g->node_count ? y : x) - g->node_count, node);
    if (from % 2 == 1 && x == node)
        c->onto[end]++;
    else if (from % 2 == 1)
        c->off[end]++;
    else if (x == node)
        c->off[end]--;
    else
        c->onto[end]--;
}

/* False where there is no further way. */
static bool augment(struct cuts *c)
{
    uint32_t tail = 0;

    cp_cuts_next_stamp(c);
    for (uint32_t i = 0; i < c->src_count; i++)
        (void)cp_cuts_reach(c, 2 * c->src[i] + 1, UINT32_MAX, &tail);
    for (uint32_t head = 0; head < tail; head++) {
        uint32_t half = c->queue[head];

        if (half % 2 == 0 && half / 2 < c->g->node_count && c->side[half / 2] == 2) {
            for (; c->parent[half] != UINT32_MAX; half = c->parent[half])
                push(c, c->parent[half], half);
            return true;
        }
        if (half / 2 < c->g->node_count)
            from_node(c, half, &tail);
        else
            from_link(c, half, &tail);
    }
    return false;
}

cp_err cp_cuts_put_hop(struct cuts *c, uint32_t hop)
{
    if (c->hop_count == c->hop_cap) {
        void *at = c->hops;

        CP_TRY(cp_arena_grow(c->work, &at, c->hop_count, &c->hop_cap, sizeof *c->hops));
        c->hops = at;
    }
    c->hops[c->hop_count++] = hop;
    return CP_OK;
}

cp_err cp_cuts_put_way(struct cuts *c, uint32_t source, uint32_t first)
{
    if (c->way_count == c->way_cap) {
        void *at = c->ways;

        CP_TRY(cp_arena_grow(c->work, &at, c->way_count, &c->way_cap, sizeof *c->ways));
        c->ways = at;
    }
    c->ways[c->way_count++] = (struct way){source, first, c->hop_count - first};
    return CP_OK;
}

/* The way out of a node over a link to another node. */
static uint32_t hop_to(const struct cp_graph *g, uint32_t from, uint32_t link, uint32_t to)
{
    uint32_t i = g->hop_first[from];

    while (g->hops[i].link != link || g->hops[i].to != to)
        i++;
    return i - g->hop_first[from];
}

/* Takes one unit out of the node, onto a link and off it; the hop, or CP_NONE. */
static uint32_t take_hop(struct cuts *c, uint32_t node)
{
    const struct cp_graph *g = c->g;

    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t e = g->node_ends[i];
        uint32_t link = g->end_link[e];

        if (c->onto[e] == 0)
            continue;
        for (uint32_t o = g->end_first[link]; o < g->end_first[link + 1]; o++) {
            if (c->off[o] == 0 || o == e)
                continue;
            c->onto[e]--;
            c->off[o]--;
            return hop_to(g, node, link, g->end_node[o]);
        }
        c->onto[e]--; /* onto a link and off at the same end: nothing */
        c->off[e]--;
        i--;
    }
    return CP_NONE;
}

/* Reads ways out of the flow, units of it.  A way that comes back to a node goes on from there. */
static cp_err read_ways(struct cuts *c, uint32_t units)
{
    const struct cp_graph *g = c->g;
    uint32_t *seen = CP_TAKE(c->work, g->node_count, uint32_t);

    if (seen == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t s = 0; s < c->src_count && units > 0; s++) {
        uint32_t node = c->src[s];
        uint32_t first = c->hop_count;
        uint32_t hop = take_hop(c, node);

        if (hop == CP_NONE)
            continue;
        memset(seen, 0xff, g->node_count * sizeof *seen);
        seen[node] = first;
        for (;;) {
            CP_TRY(cp_cuts_put_hop(c, hop));
            node = g->hops[g->hop_first[node] + hop].to;
            if (seen[node] != UINT32_MAX) {
                for (uint32_t v = 0; v < g->node_count; v++)
                    if (seen[v] != UINT32_MAX && seen[v] > seen[node])
                        seen[v] = UINT32_MAX;
                c->hop_count = seen[node];
            }
            seen[node] = c->hop_count;
            if (c->side[node] == 2)
                break;
            hop = take_hop(c, node);
            CP_ASSERT(hop != CP_NONE);
        }
        CP_TRY(cp_cuts_put_way(c, c->src[s], first));
        units--;
        s--; /* there may be more from here */
    }
    return CP_OK;
}

cp_err cp_cuts_flow(struct cuts *c, uint32_t wanted)
{
    const struct cp_graph *g = c->g;
    uint32_t units = 0;
    cp_err err;

    while (units < wanted && augment(c))
        units++;
    err = read_ways(c, units);
    memset(c->through, 0, (size_t)g->node_count + g->link_count);
    memset(c->onto, 0, g->end_first[g->link_count]);
    memset(c->off, 0, g->end_first[g->link_count]);
    return err;
}
