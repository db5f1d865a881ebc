#include "forward/walk.h"

#include <string.h>

/*
 * Breadth-first from the source over next hops, each node and link once.  Where only marks are
 * asked, a node that is clean in both states is not opened: its closure is the old one, whose marks
 * the routes have.
 */

#define NIL UINT32_MAX

struct cp_walk {
    const struct cp_graph *g;
    uint32_t *node_stamp, *link_stamp;
    uint32_t *parent;      /* [nodes] node before, in the last walk */
    uint32_t *parent_link; /* [nodes] */
    uint32_t *queue;       /* [nodes] */
    uint32_t *hops;        /* [2 * largest degree] next hops at hand */
    uint32_t *elements;    /* [nodes + links] */
    uint32_t *way_nodes, *way_links;
    uint32_t stamp, head, tail, element_count;
};

static uint32_t largest_degree(const struct cp_graph *g)
{
    uint32_t most = 0;

    for (uint32_t v = 0; v < g->node_count; v++)
        if (g->hop_first[v + 1] - g->hop_first[v] > most)
            most = g->hop_first[v + 1] - g->hop_first[v];
    return most;
}

cp_err cp_walk_open(const struct cp_graph *g, struct cp_arena *arena, struct cp_walk **out)
{
    size_t nodes = g->node_count;
    size_t links = g->link_count;
    struct cp_walk *w = CP_TAKE(arena, 1, struct cp_walk);

    if (w == NULL)
        return CP_ERR_NOMEM;
    *w = (struct cp_walk){.g = g,
                          .node_stamp = CP_TAKE(arena, nodes, uint32_t),
                          .link_stamp = CP_TAKE(arena, links, uint32_t),
                          .parent = CP_TAKE(arena, nodes, uint32_t),
                          .parent_link = CP_TAKE(arena, nodes, uint32_t),
                          .queue = CP_TAKE(arena, nodes, uint32_t),
                          .hops = CP_TAKE(arena, 2 * (size_t)largest_degree(g), uint32_t),
                          .elements = CP_TAKE(arena, nodes + links, uint32_t),
                          .way_nodes = CP_TAKE(arena, nodes + 1, uint32_t),
                          .way_links = CP_TAKE(arena, nodes + 1, uint32_t)};
    if (w->node_stamp == NULL || w->link_stamp == NULL || w->parent == NULL ||
        w->parent_link == NULL || w->queue == NULL || w->hops == NULL || w->elements == NULL ||
        w->way_nodes == NULL || w->way_links == NULL)
        return CP_ERR_NOMEM;
    *out = w;
    return CP_OK;
}

static uint32_t routes_next_hops(const struct cp_routes *r, uint32_t node, uint32_t *out)
{
    uint32_t count = 0;

    if (r->cost[node] == CP_UNREACHABLE)
        return 0;
    for (uint32_t i = r->graph->hop_first[node]; i < r->graph->hop_first[node + 1]; i++)
        if (cp_routes_uses(r, node, &r->graph->hops[i]))
            out[count++] = i;
    return count;
}

/* Next hops in either state; those in both stand twice. */
static uint32_t next_hops(struct cp_walk *w, const struct cp_walk_states *s, uint32_t node)
{
    uint32_t count = s->after == NULL ? routes_next_hops(s->routes, node, w->hops)
                                      : cp_after_next_hops(s->after, node, w->hops);

    if (s->change != NULL)
        count += cp_after_next_hops(s->change, node, w->hops + count);
    return count;
}

static bool has_way(const struct cp_walk_states *s, uint32_t source)
{
    if (s->after == NULL)
        return s->routes->cost[source] != CP_UNREACHABLE;
    return cp_after_cost(s->after, source, UINT64_MAX - 1) != CP_UNREACHABLE;
}

static bool is_clean(const struct cp_walk_states *s, uint32_t node)
{
    return (s->after == NULL || cp_after_change(s->after, node) == CP_CLEAN) &&
           (s->change == NULL || cp_after_change(s->change, node) == CP_CLEAN);
}

static void begin(struct cp_walk *w, uint32_t source)
{
    if (++w->stamp == 0) {
        memset(w->node_stamp, 0, w->g->node_count * sizeof *w->node_stamp);
        memset(w->link_stamp, 0, w->g->link_count * sizeof *w->link_stamp);
        w->stamp = 1;
    }
    w->head = 0;
    w->tail = 0;
    w->node_stamp[source] = w->stamp;
    w->parent[source] = NIL;
    w->queue[w->tail++] = source;
}

/* True if the node was not met before. */
static bool meet_node(struct cp_walk *w, uint32_t node, uint32_t from, uint32_t link)
{
    if (w->node_stamp[node] == w->stamp)
        return false;
    w->node_stamp[node] = w->stamp;
    w->parent[node] = from;
    w->parent_link[node] = link;
    w->queue[w->tail++] = node;
    return true;
}

static bool meet_link(struct cp_walk *w, uint32_t link)
{
    if (w->link_stamp[link] == w->stamp)
        return false;
    w->link_stamp[link] = w->stamp;
    return true;
}

uint32_t cp_walk_marks(struct cp_walk *w, const struct cp_walk_states *s, uint32_t source)
{
    const struct cp_marks *marks = &s->routes->marks;
    uint32_t seen = 0;

    if (!has_way(s, source))
        return 0;
    begin(w, source);
    while (w->head < w->tail) {
        uint32_t node = w->queue[w->head++];

        if (is_clean(s, node)) {
            seen |= s->routes->seen[node];
            continue;
        }
        seen |= marks->node[node];
        uint32_t count = next_hops(w, s, node);

        for (uint32_t i = 0; i < count; i++) {
            const struct cp_hop *hop = &w->g->hops[w->hops[i]];

            seen |= marks->link[hop->link];
            (void)meet_node(w, hop->to, node, hop->link);
        }
    }
    return seen;
}

uint32_t cp_walk_elements(struct cp_walk *w, const struct cp_walk_states *s, uint32_t source,
                          const uint32_t **elements)
{
    w->element_count = 0;
    *elements = w->elements;
    if (!has_way(s, source))
        return 0;
    begin(w, source);
    w->elements[w->element_count++] = cp_graph_element_of_node(w->g, source);
    while (w->head < w->tail) {
        uint32_t node = w->queue[w->head++];
        uint32_t count = next_hops(w, s, node);

        for (uint32_t i = 0; i < count; i++) {
            const struct cp_hop *hop = &w->g->hops[w->hops[i]];

            if (meet_link(w, hop->link))
                w->elements[w->element_count++] = cp_graph_element_of_link(hop->link);
            if (meet_node(w, hop->to, node, hop->link))
                w->elements[w->element_count++] = cp_graph_element_of_node(w->g, hop->to);
        }
    }
    return w->element_count;
}

/* The way from the source to `node`, then over `link` to `beyond` where link is not NIL. */
static void read_way(struct cp_walk *w, uint32_t node, uint32_t link, uint32_t beyond,
                     struct cp_walk_way *way)
{
    uint32_t length = 1;

    for (uint32_t v = node; w->parent[v] != NIL; v = w->parent[v])
        length++;
    way->node_count = length;
    for (uint32_t v = node, i = length; i-- > 0; v = w->parent[v]) {
        w->way_nodes[i] = v;
        if (i > 0)
            w->way_links[i - 1] = w->parent_link[v];
    }
    if (link != NIL) {
        w->way_links[length - 1] = link;
        w->way_nodes[length] = beyond;
        way->node_count++;
    }
    way->nodes = w->way_nodes;
    way->links = w->way_links;
}

bool cp_walk_find(struct cp_walk *w, const struct cp_walk_states *s, uint32_t source,
                  uint32_t marks, struct cp_walk_way *way)
{
    const struct cp_marks *all = &s->routes->marks;

    if (!has_way(s, source))
        return false;
    begin(w, source);
    while (w->head < w->tail) {
        uint32_t node = w->queue[w->head++];

        if ((all->node[node] & marks) != 0) {
            read_way(w, node, NIL, NIL, way);
            way->element = cp_graph_element_of_node(w->g, node);
            return true;
        }
        uint32_t count = next_hops(w, s, node);

        for (uint32_t i = 0; i < count; i++) {
            const struct cp_hop *hop = &w->g->hops[w->hops[i]];

            if ((all->link[hop->link] & marks) != 0) {
                read_way(w, node, hop->link, hop->to, way);
                way->element = cp_graph_element_of_link(hop->link);
                return true;
            }
            (void)meet_node(w, hop->to, node, hop->link);
        }
    }
    return false;
}
