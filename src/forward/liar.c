#include "forward/liar.h"

#include <stdlib.h>
#include <string.h>

/*
 * From the source a ball of honest nodes grows until it holds the nearest liars; the best exit is
 * the liar from which, with a link of its own at metric 1, the destination is nearest.  The cheapest
 * drawn way is then nearest + best exit if one liar is both, else 1 more.  Exits are read off the
 * honest routes, in the order of their lower bounds, so that few are asked about after failures.
 */

#define NIL UINT32_MAX

struct exit_way {
    uint64_t least; /* 1 + honest cost from the neighbour, without failures */
    uint32_t liar, hop;
};

struct label {
    uint64_t far;
    uint32_t stamp, parent, parent_link;
};

struct cp_liar {
    const struct cp_graph *g;
    const uint8_t *banned;
    const uint32_t *liars;
    uint32_t liar_count;
    uint32_t destination;
    uint64_t *near;         /* [nodes] true cost to the nearest liar, without failures */
    struct exit_way *exits; /* by least, then hop; own links that lead to an honest way */
    uint32_t exit_count;
    struct cp_queue *queue;
    struct label *labels; /* [nodes] */
    uint32_t *nearest;    /* [liars] those at the least cost from the source */
    uint32_t nearest_count;
    uint32_t *path_nodes, *path_links;
    uint32_t stamp;
};

/* Honest nodes only are gone through: a liar is where the way ends. */
static void find_near(struct cp_liar *l)
{
    const struct cp_graph *g = l->g;
    uint64_t cost = 0;
    uint32_t node = 0;

    for (uint32_t v = 0; v < g->node_count; v++)
        l->near[v] = l->banned[v] ? 0 : CP_UNREACHABLE;
    cp_queue_clear(l->queue);
    for (uint32_t k = 0; k < l->liar_count; k++)
        cp_queue_push(l->queue, 0, l->liars[k]);
    while (cp_queue_pop(l->queue, &cost, &node))
        for (uint32_t i = g->hop_first[node]; cost == l->near[node] && i < g->hop_first[node + 1];
             i++) {
            const struct cp_hop *hop = &g->hops[i];

            if (cost + hop->in >= l->near[hop->to])
                continue;
            l->near[hop->to] = cost + hop->in;
            cp_queue_push(l->queue, cost + hop->in, hop->to);
        }
}

cp_err cp_liar_open(const struct cp_graph *g, struct cp_liars liars, struct cp_queue *queue,
                    struct cp_arena *arena, struct cp_liar **out)
{
    struct cp_liar *l = CP_TAKE(arena, 1, struct cp_liar);
    size_t exits = 0;

    if (l == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < liars.count; i++)
        exits += g->hop_first[liars.node[i] + 1] - g->hop_first[liars.node[i]];
    *l = (struct cp_liar){.g = g,
                          .banned = liars.banned,
                          .liars = liars.node,
                          .liar_count = liars.count,
                          .near = CP_TAKE(arena, g->node_count, uint64_t),
                          .exits = CP_TAKE(arena, exits, struct exit_way),
                          .queue = queue,
                          .labels = CP_TAKE(arena, g->node_count, struct label),
                          .nearest = CP_TAKE(arena, liars.count, uint32_t),
                          .path_nodes = CP_TAKE(arena, g->node_count, uint32_t),
                          .path_links = CP_TAKE(arena, g->node_count, uint32_t)};
    if (l->near == NULL || l->exits == NULL || l->labels == NULL || l->nearest == NULL ||
        l->path_nodes == NULL || l->path_links == NULL)
        return CP_ERR_NOMEM;
    find_near(l);
    *out = l;
    return CP_OK;
}

static int compare_exits(const void *a, const void *b)
{
    const struct exit_way *x = a;
    const struct exit_way *y = b;

    if (x->least != y->least)
        return x->least < y->least ? -1 : 1;
    return x->hop < y->hop ? -1 : x->hop > y->hop;
}

void cp_liar_begin(struct cp_liar *l, const struct cp_routes *honest)
{
    const struct cp_graph *g = l->g;

    l->destination = honest->destination;
    l->exit_count = 0;
    for (uint32_t k = 0; k < l->liar_count; k++) {
        uint32_t liar = l->liars[k];

        for (uint32_t i = g->hop_first[liar]; i < g->hop_first[liar + 1]; i++) {
            uint64_t rest = honest->cost[g->hops[i].to];

            if (rest != CP_UNREACHABLE)
                l->exits[l->exit_count++] =
                    (struct exit_way){.least = rest + 1, .liar = liar, .hop = i};
        }
    }
    if (l->exit_count > 0)
        qsort(l->exits, l->exit_count, sizeof *l->exits, compare_exits);
}

/* e(liar) of note 0001; CP_UNREACHABLE if there is no honest way from any neighbour. */
static uint64_t exit_cost(const struct cp_liar *l, const struct cp_view *honest, uint32_t liar)
{
    const struct cp_graph *g = l->g;
    uint64_t best = CP_UNREACHABLE;

    if (liar == l->destination)
        return 0;
    for (uint32_t i = g->hop_first[liar]; i < g->hop_first[liar + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        uint64_t rest = cp_view_cost(honest, hop->to);

        if (rest < best - 1 && !cp_view_failed(honest, hop))
            best = rest + 1;
    }
    return best;
}

/* The liar with the least exit cost, the first of equals; UINT32_MAX if there is none. */
static uint32_t best_exit(const struct cp_liar *l, const struct cp_view *honest, uint64_t *cost)
{
    uint32_t best = NIL;

    *cost = CP_UNREACHABLE;
    if (l->banned[l->destination]) {
        *cost = 0;
        return l->destination;
    }
    for (uint32_t i = 0; i < l->exit_count && l->exits[i].least < *cost; i++) {
        const struct cp_hop *hop = &l->g->hops[l->exits[i].hop];
        uint64_t rest = cp_view_cost(honest, hop->to);

        if (rest < *cost - 1 && !cp_view_failed(honest, hop) &&
            !cp_view_node_failed(honest, l->exits[i].liar)) {
            *cost = rest + 1;
            best = l->exits[i].liar;
        }
    }
    return best;
}

static void open_node(struct cp_liar *l, const struct cp_view *honest, uint32_t node)
{
    const struct cp_graph *g = l->g;
    uint64_t far = l->labels[node].far;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        struct label *label = &l->labels[hop->to];

        if (cp_view_failed(honest, hop))
            continue;
        if (label->stamp == l->stamp && label->far <= far + hop->out)
            continue;
        *label = (struct label){
            .far = far + hop->out, .stamp = l->stamp, .parent = node, .parent_link = hop->link};
        cp_queue_push(l->queue, label->far, hop->to);
    }
}

/* Liars at the least true cost from the source; that cost, or CP_UNREACHABLE if above bound. */
static uint64_t find_nearest(struct cp_liar *l, const struct cp_view *honest, uint32_t source,
                             uint64_t bound)
{
    uint64_t key = 0;
    uint32_t node = 0;
    uint64_t least = CP_UNREACHABLE;

    if (++l->stamp == 0) {
        memset(l->labels, 0, l->g->node_count * sizeof *l->labels);
        l->stamp = 1;
    }
    l->nearest_count = 0;
    l->labels[source] = (struct label){.stamp = l->stamp, .parent = NIL, .parent_link = NIL};
    cp_queue_clear(l->queue);
    cp_queue_push(l->queue, 0, source);
    while (cp_queue_pop(l->queue, &key, &node) && key <= bound && key <= least) {
        if (key != l->labels[node].far)
            continue;
        if (l->banned[node]) {
            least = key;
            l->nearest[l->nearest_count++] = node;
        } else {
            open_node(l, honest, node);
        }
    }
    return least;
}

/* Costs only grow with failures, so those without are bounds that settle most questions at once. */
static bool out_of_reach(const struct cp_liar *l, uint32_t source, uint64_t honest_cost)
{
    uint64_t least_exit = l->exit_count > 0 ? l->exits[0].least : CP_UNREACHABLE;

    if (l->banned[l->destination])
        least_exit = 0;
    return l->near[source] == CP_UNREACHABLE || least_exit == CP_UNREACHABLE ||
           l->near[source] + least_exit > honest_cost;
}

struct cp_liar_way cp_liar_draws(struct cp_liar *l, const struct cp_view *honest, uint32_t source)
{
    struct cp_liar_way none = {.near = NIL, .far = NIL};
    uint64_t honest_cost = l->banned[source] ? CP_UNREACHABLE : cp_view_cost(honest, source);
    uint64_t least_exit = 0;

    if (out_of_reach(l, source, honest_cost))
        return none;
    uint32_t far = best_exit(l, honest, &least_exit);

    if (far == NIL || least_exit > honest_cost)
        return none;
    uint64_t near = find_nearest(l, honest, source, honest_cost - least_exit);

    if (near == CP_UNREACHABLE)
        return none;
    for (uint32_t i = 0; i < l->nearest_count; i++) /* one liar both near and last */
        if (exit_cost(l, honest, l->nearest[i]) == least_exit)
            return (struct cp_liar_way){true, l->nearest[i], l->nearest[i]};
    if (near + 1 + least_exit > honest_cost)
        return none;
    return (struct cp_liar_way){true, l->nearest[0], far};
}

void cp_liar_path(struct cp_liar *l, const struct cp_liar_way *drawn, struct cp_walk_way *way)
{
    uint32_t length = 0;

    CP_ASSERT(drawn->drawn);
    for (uint32_t v = drawn->near; v != NIL; v = l->labels[v].parent)
        length++;
    for (uint32_t v = drawn->near, i = length; i-- > 0; v = l->labels[v].parent) {
        l->path_nodes[i] = v;
        if (i > 0)
            l->path_links[i - 1] = l->labels[v].parent_link;
    }
    *way = (struct cp_walk_way){.nodes = l->path_nodes,
                                .links = l->path_links,
                                .node_count = length,
                                .element = cp_graph_element_of_node(l->g, drawn->near)};
}
