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
    const struct cp_routes *honest;
    const uint32_t *liars;
    uint32_t liar_count;
    struct exit_way
        *exits; /* by least, then liar, then hop; own links that lead to an honest way */
    uint32_t exit_count;
    struct cp_queue *queue;
    struct label *labels; /* [nodes] */
    uint32_t *nearest;    /* [liars] those at the least cost from the source */
    uint32_t nearest_count;
    uint32_t *path_nodes, *path_links;
    uint32_t stamp;
};

cp_err cp_liar_open(const struct cp_routes *honest, const uint32_t *liars, uint32_t count,
                    struct cp_queue *queue, struct cp_arena *arena, struct cp_liar **out)
{
    const struct cp_graph *g = honest->graph;
    struct cp_liar *l = CP_TAKE(arena, 1, struct cp_liar);
    size_t exits = 0;

    if (l == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        exits += g->hop_first[liars[i] + 1] - g->hop_first[liars[i]];
    *l = (struct cp_liar){.honest = honest,
                          .liars = liars,
                          .liar_count = count,
                          .exits = CP_TAKE(arena, exits, struct exit_way),
                          .queue = queue,
                          .labels = CP_TAKE(arena, g->node_count, struct label),
                          .nearest = CP_TAKE(arena, count, uint32_t),
                          .path_nodes = CP_TAKE(arena, g->node_count, uint32_t),
                          .path_links = CP_TAKE(arena, g->node_count, uint32_t)};
    if (l->exits == NULL || l->labels == NULL || l->nearest == NULL || l->path_nodes == NULL ||
        l->path_links == NULL)
        return CP_ERR_NOMEM;
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

void cp_liar_begin(struct cp_liar *l)
{
    const struct cp_routes *r = l->honest;
    const struct cp_graph *g = r->graph;

    l->exit_count = 0;
    for (uint32_t k = 0; k < l->liar_count; k++) {
        uint32_t liar = l->liars[k];

        for (uint32_t i = g->hop_first[liar]; i < g->hop_first[liar + 1]; i++) {
            uint64_t rest = r->cost[g->hops[i].to];

            if (rest != CP_UNREACHABLE)
                l->exits[l->exit_count++] =
                    (struct exit_way){.least = rest + 1, .liar = liar, .hop = i};
        }
    }
    qsort(l->exits, l->exit_count, sizeof *l->exits, compare_exits);
}

/* Whether the liar itself is where packets are to go. */
static bool is_destination(const struct cp_liar *l, uint32_t liar)
{
    return liar == l->honest->destination;
}

/* e(liar) of note 0001 where it is at most bound, else CP_UNREACHABLE. */
static uint64_t exit_cost(const struct cp_liar *l, struct cp_after *after, uint32_t liar,
                          uint64_t bound)
{
    const struct cp_graph *g = l->honest->graph;
    uint64_t best = CP_UNREACHABLE;

    if (is_destination(l, liar))
        return 0;
    for (uint32_t i = g->hop_first[liar]; i < g->hop_first[liar + 1] && bound > 0; i++) {
        const struct cp_hop *hop = &g->hops[i];

        if (cp_after_link_failed(after, hop->link) || cp_after_node_failed(after, hop->to))
            continue;
        uint64_t rest = cp_after_cost(after, hop->to, bound - 1);

        if (rest != CP_UNREACHABLE && rest + 1 < best) {
            best = rest + 1;
            bound = best;
        }
    }
    return best;
}

/* The liar with the least exit cost, the first of equals; NIL if there is none. */
static uint32_t best_exit(const struct cp_liar *l, struct cp_after *after, uint64_t *cost)
{
    const struct cp_graph *g = l->honest->graph;
    uint32_t best = NIL;

    *cost = CP_UNREACHABLE;
    if (l->honest->banned[l->honest->destination]) {
        *cost = 0;
        return l->honest->destination;
    }
    for (uint32_t i = 0; i < l->exit_count && l->exits[i].least < *cost; i++) {
        const struct cp_hop *hop = &g->hops[l->exits[i].hop];

        if (cp_after_node_failed(after, l->exits[i].liar) ||
            cp_after_link_failed(after, hop->link) || cp_after_node_failed(after, hop->to))
            continue;
        uint64_t rest = cp_after_cost(after, hop->to, UINT64_MAX - 1);

        if (rest != CP_UNREACHABLE && rest + 1 < *cost) {
            *cost = rest + 1;
            best = l->exits[i].liar;
        }
    }
    return best;
}

static void open_node(struct cp_liar *l, struct cp_after *after, uint32_t node)
{
    const struct cp_graph *g = l->honest->graph;
    uint64_t far = l->labels[node].far;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        struct label *label = &l->labels[hop->to];

        if (cp_after_link_failed(after, hop->link) || cp_after_node_failed(after, hop->to))
            continue;
        if (label->stamp == l->stamp && label->far <= far + hop->out)
            continue;
        *label = (struct label){
            .far = far + hop->out, .stamp = l->stamp, .parent = node, .parent_link = hop->link};
        cp_queue_push(l->queue, label->far, hop->to);
    }
}

/* Liars at the least true cost from the source; that cost, or CP_UNREACHABLE if above bound. */
static uint64_t find_nearest(struct cp_liar *l, struct cp_after *after, uint32_t source,
                             uint64_t bound)
{
    uint64_t key = 0;
    uint32_t node = 0;
    uint64_t least = CP_UNREACHABLE;

    if (++l->stamp == 0) {
        memset(l->labels, 0, l->honest->graph->node_count * sizeof *l->labels);
        l->stamp = 1;
    }
    l->nearest_count = 0;
    l->labels[source] = (struct label){.stamp = l->stamp, .parent = NIL, .parent_link = NIL};
    cp_queue_clear(l->queue);
    cp_queue_push(l->queue, 0, source);
    while (cp_queue_pop(l->queue, &key, &node) && key <= bound && key <= least) {
        if (key != l->labels[node].far)
            continue;
        if (l->honest->banned[node]) {
            least = key;
            l->nearest[l->nearest_count++] = node;
        } else {
            open_node(l, after, node);
        }
    }
    return least;
}

struct cp_liar_way cp_liar_draws(struct cp_liar *l, struct cp_after *after, uint32_t source)
{
    bool source_lies = l->honest->banned[source] != 0;
    uint64_t honest = source_lies ? CP_UNREACHABLE : cp_after_cost(after, source, UINT64_MAX - 1);
    struct cp_liar_way way = {.near = NIL, .far = NIL};
    uint64_t least_exit = 0;
    uint32_t far = best_exit(l, after, &least_exit);

    if (far == NIL)
        return way;
    uint64_t near = find_nearest(l, after, source, honest);

    if (near == CP_UNREACHABLE || near + least_exit > honest)
        return way;
    for (uint32_t i = 0; i < l->nearest_count; i++) /* one liar both near and last */
        if (exit_cost(l, after, l->nearest[i], least_exit) == least_exit)
            return (struct cp_liar_way){true, l->nearest[i], l->nearest[i]};
    if (near + 1 + least_exit > honest)
        return way;
    return (struct cp_liar_way){true, l->nearest[0], far};
}

void cp_liar_path(struct cp_liar *l, const struct cp_liar_way *way, const uint32_t **nodes,
                  const uint32_t **links, uint32_t *node_count)
{
    uint32_t length = 0;

    CP_ASSERT(way->drawn);
    for (uint32_t v = way->near; v != NIL; v = l->labels[v].parent)
        length++;
    *node_count = length;
    for (uint32_t v = way->near, i = length; i-- > 0; v = l->labels[v].parent) {
        l->path_nodes[i] = v;
        if (i > 0)
            l->path_links[i - 1] = l->labels[v].parent_link;
    }
    *nodes = l->path_nodes;
    *links = l->path_links;
}
