#include "forward/after.h"

#include <string.h>

/*
 * Kinds are found by walking a node's old ways down to nodes known already or nearer to the
 * destination than any failure (the floor), with a stack of our own: O(hops of the nodes between).
 * The search for a moved node's cost opens moved nodes only; those on the way found have their
 * costs then too, and those opened in vain are known to have no way.  Per failure the work is in
 * proportion to the nodes that the failure moves between the node asked and the old routes.
 */

enum { COST_UNKNOWN, COST_EXACT, COST_ABOVE };

struct cell {
    uint64_t cost; /* exact, or a bound that the cost is above */
    uint32_t stamp;
    uint8_t change, known;
};

struct label {
    uint64_t far; /* cost from the node that the search began at */
    uint32_t stamp, parent;
};

struct cp_after {
    const struct cp_routes *routes;
    struct cp_queue *queue;
    struct cell *cells;    /* [nodes] */
    struct label *labels;  /* [nodes] */
    uint32_t *link_failed; /* [links] stamp */
    uint32_t *node_failed; /* [nodes] stamp */
    uint32_t *stack;       /* [nodes] */
    uint32_t *opened;      /* [nodes] */
    uint64_t floor;        /* nodes with an old cost below this are clean */
    uint32_t stamp, search;
};

cp_err cp_after_open(const struct cp_routes *routes, struct cp_queue *queue, struct cp_arena *arena,
                     struct cp_after **out)
{
    uint32_t nodes = routes->graph->node_count;
    struct cp_after *a = CP_TAKE(arena, 1, struct cp_after);

    if (a == NULL)
        return CP_ERR_NOMEM;
    *a = (struct cp_after){.routes = routes,
                           .queue = queue,
                           .cells = CP_TAKE(arena, nodes, struct cell),
                           .labels = CP_TAKE(arena, nodes, struct label),
                           .link_failed = CP_TAKE(arena, routes->graph->link_count, uint32_t),
                           .node_failed = CP_TAKE(arena, nodes, uint32_t),
                           .stack = CP_TAKE(arena, nodes, uint32_t),
                           .opened = CP_TAKE(arena, nodes, uint32_t)};
    if (a->cells == NULL || a->labels == NULL || a->link_failed == NULL || a->node_failed == NULL ||
        a->stack == NULL || a->opened == NULL)
        return CP_ERR_NOMEM;
    *out = a;
    return CP_OK;
}

const struct cp_routes *cp_after_routes(const struct cp_after *a)
{
    return a->routes;
}

bool cp_after_link_failed(const struct cp_after *a, uint32_t link)
{
    return a->link_failed[link] == a->stamp;
}

bool cp_after_node_failed(const struct cp_after *a, uint32_t node)
{
    return a->node_failed[node] == a->stamp;
}

static void lower_floor(struct cp_after *a, uint64_t cost)
{
    if (cost < a->floor)
        a->floor = cost;
}

/* The nearest node that can lose a way is not the nearest end of the link: no way leaves there. */
static void fail_link(struct cp_after *a, uint32_t link)
{
    const struct cp_graph *g = a->routes->graph;
    uint64_t nearest = CP_UNREACHABLE;
    uint64_t second = CP_UNREACHABLE;

    a->link_failed[link] = a->stamp;
    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
        uint64_t cost = a->routes->cost[g->end_node[e]];

        if (cost < nearest) {
            second = nearest;
            nearest = cost;
        } else if (cost < second) {
            second = cost;
        }
    }
    lower_floor(a, second);
}

static void fail(struct cp_after *a, uint32_t element)
{
    const struct cp_graph *g = a->routes->graph;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        fail_link(a, at);
        break;
    case CP_ELEMENT_NODE:
        a->node_failed[at] = a->stamp;
        lower_floor(a, a->routes->cost[at]);
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            fail_link(a, g->srlg_links[i]);
        break;
    }
}

static void next_stamp(struct cp_after *a)
{
    const struct cp_graph *g = a->routes->graph;

    if (++a->stamp != 0)
        return;
    for (uint32_t v = 0; v < g->node_count; v++) {
        a->cells[v].stamp = 0;
        a->node_failed[v] = 0;
    }
    memset(a->link_failed, 0, g->link_count * sizeof *a->link_failed);
    a->stamp = 1;
}

void cp_after_begin(struct cp_after *a, const uint32_t *failures, uint32_t count)
{
    next_stamp(a);
    a->floor = CP_UNREACHABLE;
    for (uint32_t i = 0; i < count; i++)
        fail(a, failures[i]);
    CP_ASSERT(a->node_failed[a->routes->destination] != a->stamp);
}

static bool hop_failed(const struct cp_after *a, const struct cp_hop *hop)
{
    return cp_after_link_failed(a, hop->link) || cp_after_node_failed(a, hop->to);
}

/* Nodes that no failure can touch, or that have no way to lose. */
static bool below_floor(const struct cp_after *a, uint32_t node)
{
    return a->routes->cost[node] < a->floor || a->routes->cost[node] == CP_UNREACHABLE;
}

static bool is_known(const struct cp_after *a, uint32_t node)
{
    return a->cells[node].stamp == a->stamp || below_floor(a, node);
}

static cp_change known_change(const struct cp_after *a, uint32_t node)
{
    return a->cells[node].stamp == a->stamp ? (cp_change)a->cells[node].change : CP_CLEAN;
}

static void set_change(struct cp_after *a, uint32_t node, cp_change change)
{
    a->cells[node] = (struct cell){.stamp = a->stamp, .change = (uint8_t)change};
    if (change != CP_MOVED) {
        a->cells[node].known = COST_EXACT;
        a->cells[node].cost = a->routes->cost[node];
    } else if (cp_after_node_failed(a, node)) {
        a->cells[node].known = COST_EXACT;
        a->cells[node].cost = CP_UNREACHABLE;
    }
}

/* Pushes an old next hop that is not known yet, if any; else settles the node.  True if settled. */
static bool settle_change(struct cp_after *a, uint32_t node, uint32_t *depth)
{
    const struct cp_routes *r = a->routes;
    const struct cp_graph *g = r->graph;
    bool touched = false;
    bool alive = false;

    if (cp_after_node_failed(a, node)) {
        set_change(a, node, CP_MOVED);
        return true;
    }
    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];

        if (!cp_routes_uses(r, node, hop))
            continue;
        if (hop_failed(a, hop)) {
            touched = true;
        } else if (!is_known(a, hop->to)) {
            a->stack[(*depth)++] = hop->to;
            return false;
        } else {
            cp_change below = known_change(a, hop->to);

            touched = touched || below != CP_CLEAN;
            alive = alive || below != CP_MOVED;
        }
    }
    set_change(a, node, !touched ? CP_CLEAN : alive ? CP_TOUCHED : CP_MOVED);
    return true;
}

/* Old ways lead to ever smaller costs, so the stack never holds a node twice. */
cp_change cp_after_change(struct cp_after *a, uint32_t node)
{
    uint32_t depth = 0;

    if (is_known(a, node))
        return known_change(a, node);
    a->stack[depth++] = node;
    while (depth > 0) {
        uint32_t top = a->stack[depth - 1];

        if (settle_change(a, top, &depth))
            depth--;
    }
    return known_change(a, node);
}

static bool has_exact_cost(const struct cp_after *a, uint32_t node)
{
    return a->cells[node].stamp == a->stamp && a->cells[node].known == COST_EXACT;
}

/* A lower bound of the node's cost, exact where it is known. */
static uint64_t potential(const struct cp_after *a, uint32_t node)
{
    return has_exact_cost(a, node) ? a->cells[node].cost : a->routes->cost[node];
}

static void open_node(struct cp_after *a, uint32_t node)
{
    const struct cp_graph *g = a->routes->graph;
    uint64_t far = a->labels[node].far;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        struct label *label = &a->labels[hop->to];
        uint64_t rest = potential(a, hop->to);

        if (rest == CP_UNREACHABLE || hop_failed(a, hop))
            continue;
        if (label->stamp == a->search && label->far <= far + hop->out)
            continue;
        *label = (struct label){.far = far + hop->out, .stamp = a->search, .parent = node};
        cp_queue_push(a->queue, label->far + rest, hop->to);
    }
}

static void set_cost(struct cp_after *a, uint32_t node, uint8_t known, uint64_t cost)
{
    a->cells[node].known = known;
    a->cells[node].cost = cost;
}

/* The costs of all nodes on the way that the search found. */
static void settle_way(struct cp_after *a, uint32_t from, uint32_t to, uint64_t cost)
{
    while (to != from) {
        to = a->labels[to].parent;
        set_cost(a, to, COST_EXACT, cost - a->labels[to].far);
    }
}

static void next_search(struct cp_after *a, uint32_t from)
{
    if (++a->search == 0) {
        for (uint32_t v = 0; v < a->routes->graph->node_count; v++)
            a->labels[v].stamp = 0;
        a->search = 1;
    }
    a->labels[from] = (struct label){.far = 0, .stamp = a->search, .parent = from};
    cp_queue_clear(a->queue);
    cp_queue_push(a->queue, a->routes->cost[from], from);
}

/* Potentials of moved nodes are consistent; nodes with exact costs end the search. */
static void search_cost(struct cp_after *a, uint32_t from, uint64_t bound)
{
    uint64_t key = 0;
    uint32_t node = 0;
    uint32_t opened = 0;

    next_search(a, from);
    while (cp_queue_pop(a->queue, &key, &node)) {
        if (key > bound) {
            set_cost(a, from, COST_ABOVE, bound);
            return;
        }
        if (key != a->labels[node].far + potential(a, node))
            continue; /* reached on a shorter way since */
        if (cp_after_change(a, node) != CP_MOVED || has_exact_cost(a, node)) {
            settle_way(a, from, node, key);
            return;
        }
        a->opened[opened++] = node;
        open_node(a, node);
    }
    for (uint32_t i = 0; i < opened; i++)
        set_cost(a, a->opened[i], COST_EXACT, CP_UNREACHABLE);
}

uint64_t cp_after_cost(struct cp_after *a, uint32_t node, uint64_t bound)
{
    uint64_t cost = a->routes->cost[node];

    if (cost != CP_UNREACHABLE && cp_after_change(a, node) == CP_MOVED) {
        const struct cell *cell = &a->cells[node];

        if (cell->known == COST_UNKNOWN || (cell->known == COST_ABOVE && bound > cell->cost))
            search_cost(a, node, bound);
        if (cell->known == COST_ABOVE)
            return CP_UNREACHABLE;
        cost = cell->cost;
    }
    return cost > bound ? CP_UNREACHABLE : cost;
}

static bool is_next_hop(struct cp_after *a, uint64_t cost, const struct cp_hop *hop)
{
    uint64_t lower = a->routes->cost[hop->to];

    if (hop_failed(a, hop) || lower == CP_UNREACHABLE || lower + hop->out > cost)
        return false;
    bool moved = cp_after_change(a, hop->to) == CP_MOVED;

    if (lower + hop->out == cost)
        return !moved;
    return moved && cp_after_cost(a, hop->to, cost - hop->out) == cost - hop->out;
}

uint32_t cp_after_next_hops(struct cp_after *a, uint32_t node, uint32_t *out)
{
    const struct cp_routes *r = a->routes;
    const struct cp_graph *g = r->graph;
    cp_change change = cp_after_change(a, node);
    uint32_t count = 0;

    if (r->cost[node] == CP_UNREACHABLE || node == r->destination)
        return 0;
    uint64_t cost = change == CP_MOVED ? cp_after_cost(a, node, UINT64_MAX - 1) : r->cost[node];

    if (cost == CP_UNREACHABLE)
        return 0;
    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        bool used = change == CP_CLEAN ? cp_routes_uses(r, node, hop) : is_next_hop(a, cost, hop);

        if (used)
            out[count++] = i;
    }
    return count;
}
