#include "forward/walk.h"

#include <string.h>

/* Breadth-first from the sources over next hops, each node and link once. */

#define NIL UINT32_MAX

struct cp_walk {
    const struct cp_graph *g;
    uint32_t *node_stamp, *link_stamp;
    uint32_t *parent;      /* [nodes] node before, in the last walk */
    uint32_t *parent_link; /* [nodes] */
    uint32_t *queue;       /* [nodes] */
    uint32_t *hops;        /* [2 * largest degree] next hops at hand */
    uint32_t *elements;    /* [nodes + links + SRLGs] */
    uint32_t *pivot_stamp; /* [elements] */
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
                          .elements = CP_TAKE(arena, cp_graph_element_count(g), uint32_t),
                          .pivot_stamp = CP_TAKE(arena, cp_graph_element_count(g), uint32_t),
                          .way_nodes = CP_TAKE(arena, nodes + 1, uint32_t),
                          .way_links = CP_TAKE(arena, nodes + 1, uint32_t)};
    if (w->node_stamp == NULL || w->link_stamp == NULL || w->parent == NULL ||
        w->parent_link == NULL || w->queue == NULL || w->hops == NULL || w->elements == NULL ||
        w->pivot_stamp == NULL || w->way_nodes == NULL || w->way_links == NULL)
        return CP_ERR_NOMEM;
    *out = w;
    return CP_OK;
}

static void begin(struct cp_walk *w)
{
    if (++w->stamp == 0) {
        memset(w->node_stamp, 0, w->g->node_count * sizeof *w->node_stamp);
        memset(w->link_stamp, 0, w->g->link_count * sizeof *w->link_stamp);
        memset(w->pivot_stamp, 0, cp_graph_element_count(w->g) * sizeof *w->pivot_stamp);
        w->stamp = 1;
    }
    w->head = 0;
    w->tail = 0;
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

static void note_node(struct cp_walk *w, uint32_t node, uint32_t from, uint32_t link)
{
    if (meet_node(w, node, from, link))
        w->elements[w->element_count++] = cp_graph_element_of_node(w->g, node);
}

uint32_t cp_walk_elements(struct cp_walk *w, const struct cp_view *view, const uint32_t *sources,
                          uint32_t source_count, const uint32_t **elements)
{
    begin(w);
    w->element_count = 0;
    for (uint32_t i = 0; i < source_count; i++)
        if (cp_view_cost(view, sources[i]) != CP_UNREACHABLE)
            note_node(w, sources[i], NIL, NIL);
    while (w->head < w->tail) {
        uint32_t node = w->queue[w->head++];
        uint32_t count = cp_view_next_hops(view, node, w->hops);

        for (uint32_t i = 0; i < count; i++) {
            const struct cp_hop *hop = &w->g->hops[w->hops[i]];

            if (meet_link(w, hop->link))
                w->elements[w->element_count++] = cp_graph_element_of_link(hop->link);
            note_node(w, hop->to, node, hop->link);
        }
    }
    *elements = w->elements;
    return w->element_count;
}

static void note_pivot(struct cp_walk *w, uint32_t element)
{
    if (w->pivot_stamp[element] == w->stamp)
        return;
    w->pivot_stamp[element] = w->stamp;
    w->elements[w->element_count++] = element;
}

static bool is_in_srlg(const struct cp_graph *g, uint32_t link, uint32_t srlg)
{
    for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1]; i++)
        if (g->link_srlgs[i] == srlg)
            return true;
    return false;
}

/* SRLGs that all next hops at hand are in. */
static void note_shared_srlgs(struct cp_walk *w, uint32_t count)
{
    const struct cp_graph *g = w->g;
    uint32_t first = g->hops[w->hops[0]].link;

    for (uint32_t i = g->link_srlg_first[first]; i < g->link_srlg_first[first + 1]; i++) {
        uint32_t in = 1;

        while (in < count && is_in_srlg(g, g->hops[w->hops[in]].link, g->link_srlgs[i]))
            in++;
        if (in == count)
            note_pivot(w, cp_graph_element_of_srlg(g, g->link_srlgs[i]));
    }
}

/* What all next hops at hand have in common. */
static void note_pivots(struct cp_walk *w, uint32_t count)
{
    const struct cp_hop *first = &w->g->hops[w->hops[0]];
    bool same_link = true;
    bool same_node = true;

    for (uint32_t i = 1; i < count; i++) {
        same_link = same_link && w->g->hops[w->hops[i]].link == first->link;
        same_node = same_node && w->g->hops[w->hops[i]].to == first->to;
    }
    if (same_node)
        note_pivot(w, cp_graph_element_of_node(w->g, first->to));
    if (same_link)
        note_pivot(w, cp_graph_element_of_link(first->link));
    else
        note_shared_srlgs(w, count);
}

uint32_t cp_walk_pivots(struct cp_walk *w, const struct cp_view *view, uint32_t source,
                        const uint32_t **elements)
{
    CP_ASSERT(view->moment != CP_DURING);
    begin(w);
    w->element_count = 0;
    if (cp_view_cost(view, source) != CP_UNREACHABLE)
        (void)meet_node(w, source, NIL, NIL);
    while (w->head < w->tail) {
        uint32_t node = w->queue[w->head++];
        uint32_t count = cp_view_next_hops(view, node, w->hops);

        for (uint32_t i = 0; i < count; i++)
            (void)meet_node(w, w->g->hops[w->hops[i]].to, node, w->g->hops[w->hops[i]].link);
        if (count > 0)
            note_pivots(w, count);
    }
    *elements = w->elements;
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

static bool found_node(struct cp_walk *w, uint32_t node, struct cp_walk_way *way)
{
    read_way(w, node, NIL, NIL, way);
    way->element = cp_graph_element_of_node(w->g, node);
    return true;
}

bool cp_walk_find(struct cp_walk *w, const struct cp_view *view, uint32_t source, uint32_t marks,
                  struct cp_walk_way *way)
{
    const struct cp_marks *all = &view->routes->marks;

    begin(w);
    if (cp_view_cost(view, source) == CP_UNREACHABLE)
        return false;
    (void)meet_node(w, source, NIL, NIL);
    if ((all->node[source] & marks) != 0)
        return found_node(w, source, way);
    while (w->head < w->tail) {
        uint32_t node = w->queue[w->head++];
        uint32_t count = cp_view_next_hops(view, node, w->hops);

        for (uint32_t i = 0; i < count; i++) {
            const struct cp_hop *hop = &w->g->hops[w->hops[i]];

            if ((all->link[hop->link] & marks) != 0) {
                read_way(w, node, hop->link, hop->to, way);
                way->element = cp_graph_element_of_link(hop->link);
                return true;
            }
            if (meet_node(w, hop->to, node, hop->link) && (all->node[hop->to] & marks) != 0)
                return found_node(w, hop->to, way);
        }
    }
    return false;
}
