#include "forward/shift.h"

#include <string.h>

/*
 * Whether a node is clean is found by walking its old ways down to nodes known already or nearer to
 * the destination than the failure (the floor), with a stack of our own.
 *
 * Marks during the change: from the sources the walk gathers what is not clean, by next hops of both
 * sides; a clean node answers for all behind it with the marks it had.  Next hops of both sides may
 * form circles, so marks are passed along the hops between gathered nodes, to and fro, until nothing
 * is added: at most once for each mark and node, in practice two or three times.
 */

struct cell {
    uint32_t stamp;
    uint32_t seen_during;
    bool clean;
    bool gathered; /* its marks are worked out */
};

struct edge {
    uint32_t from, to;
};

struct cp_shift {
    const struct cp_graph *g;
    const struct cp_routes *before, *after;
    struct cell *cells;    /* [nodes] valid where stamped */
    uint32_t *link_failed; /* [links] stamp: it fails now, whatever failed before */
    uint32_t *node_failed; /* [nodes] stamp */
    uint32_t *stack;       /* [nodes] */
    uint32_t *gathered;    /* [nodes] */
    struct edge *edges;    /* [hops] next hops between gathered nodes */
    uint64_t floor;        /* nodes with a cost below this before are clean */
    uint32_t stamp, gathered_count, edge_count;
};

cp_err cp_shift_open(const struct cp_graph *g, struct cp_arena *arena, struct cp_shift **out)
{
    struct cp_shift *s = CP_TAKE(arena, 1, struct cp_shift);

    if (s == NULL)
        return CP_ERR_NOMEM;
    *s = (struct cp_shift){.g = g,
                           .cells = CP_TAKE(arena, g->node_count, struct cell),
                           .link_failed = CP_TAKE(arena, g->link_count, uint32_t),
                           .node_failed = CP_TAKE(arena, g->node_count, uint32_t),
                           .stack = CP_TAKE(arena, g->node_count, uint32_t),
                           .gathered = CP_TAKE(arena, g->node_count, uint32_t),
                           .edges = CP_TAKE(arena, g->hop_first[g->node_count], struct edge)};
    if (s->cells == NULL || s->link_failed == NULL || s->node_failed == NULL || s->stack == NULL ||
        s->gathered == NULL || s->edges == NULL)
        return CP_ERR_NOMEM;
    *out = s;
    return CP_OK;
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
        uint64_t cost = cp_routes_cost(s->before, g->end_node[e]);

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
        s->node_failed[at] = s->stamp;
        lower_floor(s, cp_routes_cost(s->before, at));
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

cp_err cp_shift_by(struct cp_shift *s, const struct cp_routes *before, struct cp_routes *after,
                   uint32_t element)
{
    uint32_t failures[CP_ROUTES_FAILURES_MAX];
    uint32_t count = before->failure_count;

    CP_ASSERT(before->graph == s->g && after->graph == s->g);
    CP_ASSERT(count < CP_ROUTES_FAILURES_MAX);
    memcpy(failures, before->failures, count * sizeof *failures);
    failures[count] = element;
    CP_TRY(cp_routes_to(after, before->destination, failures, count + 1));
    next_stamp(s);
    s->before = before;
    s->after = after;
    s->floor = CP_UNREACHABLE;
    s->gathered_count = 0;
    s->edge_count = 0;
    fail(s, element);
    return CP_OK;
}

/* Nodes that the failure cannot touch, and nodes that have no way to lose. */
static bool below_floor(const struct cp_shift *s, uint32_t node)
{
    uint64_t cost = cp_routes_cost(s->before, node);

    return cost < s->floor || cost == CP_UNREACHABLE;
}

static bool is_stamped(const struct cp_shift *s, uint32_t node)
{
    return s->cells[node].stamp == s->stamp;
}

static bool is_known(const struct cp_shift *s, uint32_t node)
{
    return is_stamped(s, node) || below_floor(s, node);
}

static bool known_clean(const struct cp_shift *s, uint32_t node)
{
    return !is_stamped(s, node) || s->cells[node].clean;
}

static void settle(struct cp_shift *s, uint32_t node, bool clean)
{
    s->cells[node] = (struct cell){.stamp = s->stamp, .clean = clean};
}

/* Pushes an old next hop that is not known yet, if any; else settles the node.  True if settled. */
static bool look_down(struct cp_shift *s, uint32_t node, uint32_t *depth)
{
    const struct cp_graph *g = s->g;
    uint64_t cost = cp_routes_cost(s->before, node);
    bool clean = s->node_failed[node] != s->stamp;

    for (uint32_t i = g->hop_first[node]; clean && i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];

        if (!cp_routes_uses(s->before, cost, hop))
            continue;
        if (s->link_failed[hop->link] == s->stamp || s->node_failed[hop->to] == s->stamp) {
            clean = false;
        } else if (!is_known(s, hop->to)) {
            s->stack[(*depth)++] = hop->to;
            return false;
        } else {
            clean = known_clean(s, hop->to);
        }
    }
    settle(s, node, clean);
    return true;
}

/* Old ways lead to ever smaller costs, so the stack never holds a node twice. */
bool cp_shift_is_clean(struct cp_shift *s, uint32_t node)
{
    uint32_t depth = 0;

    if (is_known(s, node))
        return known_clean(s, node);
    s->stack[depth++] = node;
    while (depth > 0)
        if (look_down(s, s->stack[depth - 1], &depth))
            depth--;
    return known_clean(s, node);
}

/* Adds a node that is not clean to those whose marks are worked out. */
static void gather(struct cp_shift *s, uint32_t node)
{
    struct cell *cell = &s->cells[node];

    if (cell->gathered)
        return;
    cell->gathered = true;
    cell->seen_during = s->before->marks.node[node];
    s->gathered[s->gathered_count++] = node;
}

static void add_next_hop(struct cp_shift *s, uint32_t node, const struct cp_hop *hop)
{
    uint32_t seen = s->before->marks.link[hop->link];

    if (cp_shift_is_clean(s, hop->to)) {
        seen |= cp_routes_seen(s->before, hop->to);
    } else {
        gather(s, hop->to);
        s->edges[s->edge_count++] = (struct edge){node, hop->to};
    }
    s->cells[node].seen_during |= seen;
}

/* Costs that are known to stay need not be worked out anew. */
static bool is_used_after(const struct cp_shift *s, uint64_t cost, const struct cp_hop *hop)
{
    uint64_t least = cp_routes_cost(s->before, hop->to);

    if (least == CP_UNREACHABLE || least > cost || cost - least < hop->out)
        return false; /* costs only grow */
    if (least < s->floor)
        return cost != CP_UNREACHABLE && cost - least == hop->out &&
               !cp_routes_link_failed(s->after, hop->link);
    return cp_routes_uses(s->after, cost, hop);
}

static void gather_next_hops(struct cp_shift *s, uint32_t node)
{
    const struct cp_graph *g = s->g;
    uint64_t before = cp_routes_cost(s->before, node);
    uint64_t after = cp_routes_cost(s->after, node);

    for (uint32_t i = g->hop_first[node]; i < g->hop_first[node + 1]; i++) {
        const struct cp_hop *hop = &g->hops[i];

        if (cp_routes_uses(s->before, before, hop) || is_used_after(s, after, hop))
            add_next_hop(s, node, hop);
    }
}

static bool pass_marks(struct cp_shift *s, const struct edge *edge)
{
    struct cell *from = &s->cells[edge->from];
    uint32_t more = s->cells[edge->to].seen_during & ~from->seen_during;

    from->seen_during |= more;
    return more != 0;
}

void cp_shift_see(struct cp_shift *s, const uint32_t *sources, uint32_t count)
{
    uint32_t at = s->gathered_count;
    bool changed = true;

    for (uint32_t i = 0; i < count; i++)
        if (!cp_shift_is_clean(s, sources[i]))
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

uint32_t cp_shift_seen_during(const struct cp_shift *s, uint32_t source)
{
    return known_clean(s, source) ? cp_routes_seen(s->before, source)
                                  : s->cells[source].seen_during;
}

struct cp_view cp_shift_view(struct cp_shift *shift, cp_moment moment)
{
    return (struct cp_view){.routes = moment == CP_AFTER ? shift->after : shift->before,
                            .shift = shift,
                            .moment = moment};
}

struct cp_view cp_view_of(const struct cp_routes *routes)
{
    return (struct cp_view){.routes = routes, .moment = CP_BEFORE};
}

static uint32_t next_hops(const struct cp_routes *r, uint32_t node, uint32_t *out)
{
    uint64_t cost = cp_routes_cost(r, node);
    uint32_t count = 0;

    for (uint32_t i = r->graph->hop_first[node];
         cost != CP_UNREACHABLE && i < r->graph->hop_first[node + 1]; i++)
        if (cp_routes_uses(r, cost, &r->graph->hops[i]))
            out[count++] = i;
    return count;
}

uint32_t cp_view_next_hops(const struct cp_view *view, uint32_t node, uint32_t *out)
{
    uint32_t count = next_hops(view->routes, node, out);

    if (view->moment != CP_DURING || cp_shift_is_clean(view->shift, node))
        return count;
    return count + next_hops(view->shift->after, node, out + count);
}
