#include "forward/shift.h"

#include <string.h>

/*
 * Kinds are found by walking a node's old ways down to nodes known already or nearer to the
 * destination than the failure (the floor), with a stack of our own.  The search for a moved node's
 * cost opens moved nodes only; those on the way found have their costs then too, and those opened in
 * vain are known to have no way.
 *
 * Marks: from the sources the walk gathers what is not clean, by next hops of both sides; a clean
 * node answers for all behind it with the marks it had.  Next hops of both sides may form circles, so
 * marks are passed along the hops between gathered nodes, to and fro, until nothing is added: at most
 * once for each mark and node, in practice two or three times.
 */

struct cell {
    uint64_t cost; /* after; where known */
    uint32_t stamp;
    uint32_t seen_after, seen_during;
    uint8_t change;
    bool known;    /* cost is */
    bool gathered; /* its marks are worked out */
};

struct label {
    uint64_t far; /* cost from the node that the search began at */
    uint32_t stamp, parent;
};

struct edge {
    uint32_t from, to;
    bool after; /* a next hop after the failure; else one before it */
};

struct cp_shift {
    const struct cp_graph *g;
    const struct cp_routes *before;
    struct cp_queue *queue;
    struct cell *cells;    /* [nodes] valid where stamped */
    struct label *labels;  /* [nodes] valid where stamped by the search */
    uint32_t *link_failed; /* [links] stamp */
    uint32_t *node_failed; /* [nodes] stamp */
    uint32_t *stack;       /* [nodes] */
    uint32_t *opened;      /* [nodes] */
    uint32_t *gathered;    /* [nodes] */
    struct edge *edges;    /* [hops] next hops between gathered nodes */
    uint64_t floor;        /* nodes with a cost below this before are clean */
    uint32_t stamp, search, gathered_count, edge_count;
};

cp_err cp_shift_open(const struct cp_graph *g, struct cp_queue *queue, struct cp_arena *arena,
                     struct cp_shift **out)
{
    struct cp_shift *s = CP_TAKE(arena, 1, struct cp_shift);

    if (s == NULL)
        return CP_ERR_NOMEM;
    *s = (struct cp_shift){.g = g,
                           .queue = queue,
                           .cells = CP_TAKE(arena, g->node_count, struct cell),
                           .labels = CP_TAKE(arena, g->node_count, struct label),
                           .link_failed = CP_TAKE(arena, g->link_count, uint32_t),
                           .node_failed = CP_TAKE(arena, g->node_count, uint32_t),
                           .stack = CP_TAKE(arena, g->node_count, uint32_t),
                           .opened = CP_TAKE(arena, g->node_count, uint32_t),
                           .gathered = CP_TAKE(arena, g->node_count, uint32_t),
                           .edges = CP_TAKE(arena, g->hop_first[g->node_count], struct edge)};
    if (s->cells == NULL || s->labels == NULL || s->link_failed == NULL || s->node_failed == NULL ||
        s->stack == NULL || s->opened == NULL || s->gathered == NULL || s->edges == NULL)
        return CP_ERR_NOMEM;
    *out = s;
    return CP_OK;
}

static bool node_fails(const struct cp_shift *s, uint32_t node)
{
    return s->node_failed[node] == s->stamp;
}

/* Whether the hop is gone after the failure (it may have been before). */
static bool hop_gone(const struct cp_shift *s, const struct cp_hop *hop)
{
    return s->link_failed[hop->link] == s->stamp || node_fails(s, hop->to) ||
           s->before->link_failed[hop->link] || s->before->node_failed[hop->to];
}

static void lower_floor(struct cp_shift *s, uint64_t cost)
{
    if (cost < s->floor)
        s->floor = cost;
}

/* The nearest node that can lose a way is not the nearest end of the link: no way leaves there. */
static void fail_link(struct cp_shift *s, uint32_t link)
{
    const struct cp_graph *g = s->g;
    uint64_t nearest = CP_UNREACHABLE;
    uint64_t second = CP_UNREACHABLE;

    s->link_failed[link] = s->stamp;
    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
        uint64_t cost = s->before->cost[g->end_node[e]];

        if (cost < nearest) {
            second = nearest;
            nearest = cost;
        } else if (cost < second) {
            second = cost;
        }
    }
    lower_floor(s, second);
}

static void fail(struct cp_shift *s, uint32_t element)
{
    const struct cp_graph *g = s->g;
    uint32_t at = 0;

    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        fail_link(s, at);
        break;
    case CP_ELEMENT_NODE:
        CP_ASSERT(at != s->before->destination);
        s->node_failed[at] = s->stamp;
        lower_floor(s, s->before->cost[at]);
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            fail_link(s, g->srlg_links[i]);
        break;
    }
}

static void next_stamp(struct cp_shift *s)
{
    if (++s->stamp != 0)
        return;
    for (uint32_t v = 0; v < s->g->node_count; v++)
        s->cells[v].stamp = 0;
    memset(s->link_failed, 0, s->g->link_count * sizeof *s->link_failed);
    memset(s->node_failed, 0, s->g->node_count * sizeof *s->node_failed);
    s->stamp = 1;
}

void cp_shift_by(struct cp_shift *s, const struct cp_routes *before, uint32_t element)
{
    CP_ASSERT(before->graph == s->g);
    next_stamp(s);
    s->before = before;
    s->floor = CP_UNREACHABLE;
    s->gathered_count = 0;
    s->edge_count = 0;
    fail(s, element);
}

/* Nodes that the failure cannot touch, and nodes that have no way to lose. */
static bool below_floor(const struct cp_shift *s, uint32_t node)
{
    return s->before->cost[node] < s->floor || s->before->cost[node] == CP_UNREACHABLE;
}

static bool is_stamped(const struct cp_shift *s, uint32_t node)
{
    return s->cells[node].stamp == s->stamp;
}

static bool is_known(const struct cp_shift *s, uint32_t node)
{
    return is_stamped(s, node) || below_floor(s, node);
}

static cp_change known_change(const struct cp_shift *s, uint32_t node)
{
    return is_stamped(s, node) ? (cp_change)s->cells[node].change : CP_CLEAN;
}

static void set_change(struct cp_shift *s, uint32_t node, cp_change change)
{
    bool known = change != CP_MOVED || node_fails(s, node);

    s->cells[node] =
        (struct cell){.cost = change == CP_MOVED ? CP_UNREACHABLE : s->before->cost[node],
                      .stamp = s->stamp,
                      .change = (uint8_t)change,
                      .known = known};
}

/* Pushes an old next hop that is not known yet, if any; else settles the node.  True if settled. */
static bool settle_change(struct cp_shift *s, uint32_t node, uint32_t *depth)
{
    const struct cp_graph *g = s->g;
    bool touched = false;
    bool alive = false;

    if (node_fails(s, node)) {
        set_change(s, node, CP_MOVED);
        return true;
    }
    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];

        if (!cp_routes_uses(s->before, node, hop))
            continue;
        if (hop_gone(s, hop)) {
            touched = true;
        } else if (!is_known(s, hop->to)) {
            s->stack[(*depth)++] = hop->to;
            return false;
        } else {
            cp_change below = known_change(s, hop->to);

            touched = touched || below != CP_CLEAN;
            alive = alive || below != CP_MOVED;
        }
    }
    set_change(s, node, !touched ? CP_CLEAN : alive ? CP_TOUCHED : CP_MOVED);
    return true;
}

/* Old ways lead to ever smaller costs, so the stack never holds a node twice. */
cp_change cp_shift_change(struct cp_shift *s, uint32_t node)
{
    uint32_t depth = 0;

    if (is_known(s, node))
        return known_change(s, node);
    s->stack[depth++] = node;
    while (depth > 0)
        if (settle_change(s, s->stack[depth - 1], &depth))
            depth--;
    return known_change(s, node);
}

static bool has_known_cost(const struct cp_shift *s, uint32_t node)
{
    return is_stamped(s, node) && s->cells[node].known;
}

/* A lower bound of the node's cost, exact where it is known. */
static uint64_t potential(const struct cp_shift *s, uint32_t node)
{
    return has_known_cost(s, node) ? s->cells[node].cost : s->before->cost[node];
}

static void open_node(struct cp_shift *s, uint32_t node)
{
    const struct cp_graph *g = s->g;
    uint64_t far = s->labels[node].far;

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        struct label *label = &s->labels[hop->to];
        uint64_t rest = potential(s, hop->to);

        if (rest == CP_UNREACHABLE || hop_gone(s, hop))
            continue;
        if (label->stamp == s->search && label->far <= far + hop->out)
            continue;
        *label = (struct label){.far = far + hop->out, .stamp = s->search, .parent = node};
        cp_queue_push(s->queue, label->far + rest, hop->to);
    }
}

static void set_cost(struct cp_shift *s, uint32_t node, uint64_t cost)
{
    s->cells[node].known = true;
    s->cells[node].cost = cost;
}

/* The costs of all nodes on the way that the search found. */
static void settle_way(struct cp_shift *s, uint32_t from, uint32_t to, uint64_t cost)
{
    while (to != from) {
        to = s->labels[to].parent;
        set_cost(s, to, cost - s->labels[to].far);
    }
}

static void next_search(struct cp_shift *s, uint32_t from)
{
    if (++s->search == 0) {
        for (uint32_t v = 0; v < s->g->node_count; v++)
            s->labels[v].stamp = 0;
        s->search = 1;
    }
    s->labels[from] = (struct label){.far = 0, .stamp = s->search, .parent = from};
    cp_queue_clear(s->queue);
    cp_queue_push(s->queue, s->before->cost[from], from);
}

/*
 * Potentials of moved nodes are consistent.  Nodes of known cost end the search and are not opened,
 * so that their larger potentials do no harm.
 */
static void search_cost(struct cp_shift *s, uint32_t from)
{
    uint64_t key = 0;
    uint32_t node = 0;
    uint32_t opened = 0;

    next_search(s, from);
    while (cp_queue_pop(s->queue, &key, &node)) {
        if (key != s->labels[node].far + potential(s, node))
            continue; /* reached on a shorter way since */
        if (cp_shift_change(s, node) != CP_MOVED || has_known_cost(s, node)) {
            settle_way(s, from, node, key);
            return;
        }
        s->opened[opened++] = node;
        open_node(s, node);
    }
    for (uint32_t i = 0; i < opened; i++)
        set_cost(s, s->opened[i], CP_UNREACHABLE);
}

uint64_t cp_shift_cost(struct cp_shift *s, uint32_t node)
{
    if (cp_shift_change(s, node) != CP_MOVED)
        return s->before->cost[node];
    if (!s->cells[node].known)
        search_cost(s, node);
    return s->cells[node].cost;
}

/* Whether the hop of a node with this cost after the failure is a next hop then. */
static bool is_next_hop(struct cp_shift *s, uint64_t cost, const struct cp_hop *hop)
{
    uint64_t lower = s->before->cost[hop->to];

    if (hop_gone(s, hop) || lower == CP_UNREACHABLE || lower + hop->out > cost)
        return false;
    if (lower + hop->out == cost)
        return cp_shift_change(s, hop->to) != CP_MOVED;
    return cp_shift_change(s, hop->to) == CP_MOVED && cp_shift_cost(s, hop->to) == cost - hop->out;
}

/* Adds a node that is not clean to those whose marks are worked out. */
static void gather(struct cp_shift *s, uint32_t node)
{
    struct cell *cell = &s->cells[node];

    if (cell->gathered)
        return;
    cell->gathered = true;
    cell->seen_during = s->before->marks.node[node];
    cell->seen_after = cp_shift_cost(s, node) == CP_UNREACHABLE ? 0 : cell->seen_during;
    s->gathered[s->gathered_count++] = node;
}

static void add_next_hop(struct cp_shift *s, uint32_t node, const struct cp_hop *hop, bool after)
{
    struct cell *cell = &s->cells[node];
    uint32_t seen = s->before->marks.link[hop->link];

    if (cp_shift_change(s, hop->to) == CP_CLEAN) {
        seen |= s->before->seen[hop->to];
    } else {
        gather(s, hop->to);
        s->edges[s->edge_count++] = (struct edge){node, hop->to, after};
    }
    cell->seen_during |= seen;
    if (after)
        cell->seen_after |= seen;
}

static void gather_next_hops(struct cp_shift *s, uint32_t node)
{
    const struct cp_graph *g = s->g;
    uint64_t cost = cp_shift_cost(s, node);

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];
        bool after = cost != CP_UNREACHABLE && is_next_hop(s, cost, hop);

        if (after || cp_routes_uses(s->before, node, hop))
            add_next_hop(s, node, hop, after);
    }
}

static bool pass_marks(struct cp_shift *s, const struct edge *edge)
{
    struct cell *from = &s->cells[edge->from];
    const struct cell *to = &s->cells[edge->to];
    uint32_t during = to->seen_during & ~from->seen_during;
    uint32_t after = edge->after ? to->seen_after & ~from->seen_after : 0;

    from->seen_during |= during;
    from->seen_after |= after;
    return (during | after) != 0;
}

void cp_shift_see(struct cp_shift *s, const uint32_t *sources, uint32_t count)
{
    uint32_t at = s->gathered_count;
    bool changed = true;

    for (uint32_t i = 0; i < count; i++)
        if (cp_shift_change(s, sources[i]) != CP_CLEAN)
            gather(s, sources[i]);
    while (at < s->gathered_count)
        gather_next_hops(s, s->gathered[at++]);
    while (changed) {
        changed = false;
        for (uint32_t i = s->edge_count; i-- > 0;)
            changed = pass_marks(s, &s->edges[i]) || changed;
        for (uint32_t i = 0; changed && i < s->edge_count; i++)
            (void)pass_marks(s, &s->edges[i]);
    }
}

uint32_t cp_shift_seen_after(const struct cp_shift *s, uint32_t source)
{
    return known_change(s, source) == CP_CLEAN ? s->before->seen[source]
                                               : s->cells[source].seen_after;
}

uint32_t cp_shift_seen_during(const struct cp_shift *s, uint32_t source)
{
    return known_change(s, source) == CP_CLEAN ? s->before->seen[source]
                                               : s->cells[source].seen_during;
}

uint64_t cp_view_cost(const struct cp_view *view, uint32_t node)
{
    return view->moment == CP_AFTER ? cp_shift_cost(view->shift, node) : view->routes->cost[node];
}

bool cp_view_failed(const struct cp_view *view, const struct cp_hop *hop)
{
    if (view->moment == CP_AFTER)
        return hop_gone(view->shift, hop);
    return view->routes->link_failed[hop->link] || view->routes->node_failed[hop->to];
}

bool cp_view_node_failed(const struct cp_view *view, uint32_t node)
{
    return view->routes->node_failed[node] ||
           (view->moment == CP_AFTER && node_fails(view->shift, node));
}

static uint32_t old_next_hops(const struct cp_view *view, uint32_t node, uint32_t *out)
{
    const struct cp_routes *r = view->routes;
    uint32_t count = 0;

    if (r->cost[node] == CP_UNREACHABLE)
        return 0;
    for (uint32_t i = r->graph->hop_first[node]; i < r->graph->hop_first[node + 1]; i++)
        if (cp_routes_uses(r, node, &r->graph->hops[i]))
            out[count++] = i;
    return count;
}

static uint32_t new_next_hops(const struct cp_view *view, uint32_t node, uint32_t *out)
{
    struct cp_shift *s = view->shift;
    uint64_t cost = cp_shift_cost(s, node);
    uint32_t count = 0;

    if (cost == CP_UNREACHABLE || node == s->before->destination)
        return 0;
    for (uint32_t i = s->g->hop_first[node]; i < s->g->hop_first[node + 1]; i++)
        if (is_next_hop(s, cost, &s->g->hops[i]))
            out[count++] = i;
    return count;
}

uint32_t cp_view_next_hops(const struct cp_view *view, uint32_t node, uint32_t *out)
{
    uint32_t count = 0;

    if (view->moment == CP_BEFORE || cp_shift_change(view->shift, node) == CP_CLEAN)
        return old_next_hops(view, node, out);
    if (view->moment == CP_DURING)
        count = old_next_hops(view, node, out);
    return count + new_next_hops(view, node, out + count);
}
