#include "paths_inside.h"

/*
 * The allowed part of the network: its graph, an elimination hierarchy of that (sweep/hierarchy.h), its
 * ways with the costs of each metric, and for each metric the hierarchy's arcs as customizable
 * contraction hierarchies have them: the least cost through places below.
 */

struct making {
    const struct cp_net *net;
    const struct cp_marks *marks;
    struct cp_arena *arena, *work;
    struct cp_paths_ground *ground;
    uint32_t *link_of;  /* [allowed links] graph link */
    uint32_t *end_of;   /* [allowed ends] end of the graph */
    uint32_t *way_at;   /* [allowed ends] the way that leaves the end's node */
    uint32_t *off_at;   /* [allowed ends] of LANs: the way from the LAN to the node */
    uint32_t *free_way; /* [places] the next way of it to be made */
};

/* ---- the graph of allowed elements ---- */

static uint32_t allowed_ends(const struct making *m, uint32_t link)
{
    const struct cp_graph *g = &m->net->graph;
    uint32_t count = 0;

    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++)
        count += m->marks->node[g->end_node[e]] == 0;
    return m->marks->link[link] == 0 && count >= 2 ? count : 0;
}

static void fill_ends(struct making *m, struct cp_graph_parts *parts, uint32_t *first,
                      uint32_t *node, uint32_t *metric)
{
    const struct cp_graph *g = &m->net->graph;
    uint32_t ends = 0;

    for (uint32_t l = 0; l < g->link_count; l++) {
        if (allowed_ends(m, l) == 0)
            continue;
        for (uint32_t e = g->end_first[l]; e < g->end_first[l + 1]; e++) {
            if (m->marks->node[g->end_node[e]] != 0)
                continue;
            node[ends] = g->end_node[e];
            metric[ends] = 1;
            m->end_of[ends++] = e;
        }
        m->link_of[parts->link_count++] = l;
        first[parts->link_count] = ends;
    }
}

static cp_err make_allowed(struct making *m)
{
    const struct cp_graph *g = &m->net->graph;
    uint32_t ends = g->end_first[g->link_count];
    struct cp_graph_parts parts = {.node_count = g->node_count};
    uint32_t *first = CP_TAKE(m->arena, (size_t)g->link_count + 1, uint32_t);
    uint32_t *node = CP_TAKE(m->arena, ends, uint32_t);
    uint32_t *metric = CP_TAKE(m->arena, ends, uint32_t);
    uint32_t *no_srlgs = CP_TAKE(m->arena, (size_t)g->link_count + 1, uint32_t);

    m->link_of = CP_TAKE(m->work, g->link_count, uint32_t);
    m->end_of = CP_TAKE(m->work, ends, uint32_t);
    m->way_at = CP_TAKE(m->work, ends, uint32_t);
    m->off_at = CP_TAKE(m->work, ends, uint32_t);
    if (first == NULL || node == NULL || metric == NULL || no_srlgs == NULL || m->link_of == NULL ||
        m->end_of == NULL || m->way_at == NULL || m->off_at == NULL)
        return CP_ERR_NOMEM;
    fill_ends(m, &parts, first, node, metric);
    parts.end_first = first;
    parts.end_node = node;
    parts.end_metric = metric;
    parts.link_srlg_first = no_srlgs;
    return cp_graph_make_on(&parts, m->arena, &m->ground->allowed);
}

static cp_err make_hierarchy(struct making *m)
{
    struct cp_paths_ground *ground = m->ground;
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(&ground->allowed);
    uint32_t nodes = m->net->graph.node_count;
    uint32_t *place = CP_TAKE(m->arena, nodes, uint32_t);

    if (place == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_hierarchy_make(&ground->allowed, &budget, m->arena, m->work, &ground->hierarchy));
    for (uint32_t v = 0; v < nodes; v++)
        place[v] = m->marks->node[v] == 0 ? ground->hierarchy.place_of_node[v] : CP_NONE;
    ground->place = place;
    ground->place_count = ground->hierarchy.place_count;
    ground->node_at = ground->hierarchy.node_at;
    return CP_OK;
}

/* Ears are for hierarchies of this many triangles at most: 12 bytes each. */
#define TRIANGLES_MOST (UINT64_C(1) << 25)

static uint64_t pair_count(const struct cp_hierarchy *h, uint32_t place)
{
    uint64_t arcs = h->arc_first[place + 1] - h->arc_first[place];

    return arcs * (arcs - (arcs > 0)) / 2;
}

static void fill_pairs(const struct cp_hierarchy *h, uint32_t place, uint32_t *pairs)
{
    uint32_t first = h->arc_first[place];

    for (uint32_t i = first + 1; i < h->arc_first[place + 1]; i++) {
        uint32_t arc = h->arc_first[h->arc_to[i]];

        for (uint32_t k = first; k < i; k++, arc++) {
            while (h->arc_to[arc] != h->arc_to[k]) /* what is above a place is joined */
                arc++;
            *pairs++ = arc;
        }
    }
}

static cp_err make_pairs(struct making *m, uint64_t count)
{
    const struct cp_hierarchy *h = &m->ground->hierarchy;
    uint64_t *first = CP_TAKE(m->arena, h->place_count, uint64_t);
    uint32_t *pairs = CP_TAKE(m->arena, count, uint32_t);
    uint64_t next = 0;

    if (first == NULL || pairs == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < h->place_count; p++) {
        first[p] = next;
        fill_pairs(h, p, pairs + next);
        next += pair_count(h, p);
    }
    m->ground->pair_first = first;
    m->ground->pair_arc = pairs;
    return CP_OK;
}

static cp_err make_triangles(struct making *m)
{
    struct cp_paths_ground *ground = m->ground;
    const struct cp_hierarchy *h = &ground->hierarchy;
    uint64_t count = 0;

    for (uint32_t p = 0; p < h->place_count; p++)
        count += pair_count(h, p);
    if (h->core_count > 0 || count > TRIANGLES_MOST)
        return CP_OK;
    CP_TRY(make_pairs(m, count));
    return cp_triangles_make(h, m->arena, &ground->triangles);
}

/* ---- ways ---- */

static uint32_t lan_place(const struct making *m, uint32_t link)
{
    return m->ground->hierarchy.place_of_lan[link];
}

static uint32_t end_place(const struct making *m, uint32_t end)
{
    return m->ground->hierarchy.place_of_node[m->ground->allowed.end_node[end]];
}

/* Where the ways of each place begin. */
static cp_err count_ways(struct making *m)
{
    const struct cp_graph *g = &m->ground->allowed;
    uint32_t places = m->ground->place_count;
    uint32_t *first = CP_TAKE(m->arena, (size_t)places + 1, uint32_t);

    m->free_way = CP_TAKE(m->work, places, uint32_t);
    if (first == NULL || m->free_way == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t e = 0; e < g->end_first[g->link_count]; e++) {
        uint32_t lan = lan_place(m, g->end_link[e]);

        first[end_place(m, e) + 1]++;
        if (lan != UINT32_MAX)
            first[lan + 1]++;
    }
    for (uint32_t p = 0; p < places; p++) {
        first[p + 1] += first[p];
        m->free_way[p] = first[p];
    }
    m->ground->first = first;
    m->ground->way_count = first[places];
    return CP_OK;
}

/* By link, then end, at each place. */
static cp_err number_ways(struct making *m)
{
    const struct cp_graph *g = &m->ground->allowed;
    uint32_t *link = CP_TAKE(m->arena, m->ground->way_count, uint32_t);

    if (link == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t e = 0; e < g->end_first[g->link_count]; e++) {
        uint32_t lan = lan_place(m, g->end_link[e]);

        m->way_at[e] = m->free_way[end_place(m, e)]++;
        link[m->way_at[e]] = m->link_of[g->end_link[e]];
        if (lan == UINT32_MAX)
            continue;
        m->off_at[e] = m->free_way[lan]++;
        link[m->off_at[e]] = m->link_of[g->end_link[e]];
    }
    m->ground->link = link;
    return CP_OK;
}

static uint64_t wide(uint32_t cost)
{
    return cost == CP_COST_NONE ? WAY_NONE : cost;
}

static void fill_link(const struct making *m, uint32_t link, const uint32_t *cost, bool co_routed,
                      struct way *ways)
{
    const struct cp_graph *g = &m->ground->allowed;
    uint32_t lan = lan_place(m, link);

    for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
        uint32_t other = e == g->end_first[link] ? e + 1 : g->end_first[link];
        uint64_t on = wide(cost[m->end_of[e]]);

        if (lan != UINT32_MAX) {
            ways[m->way_at[e]] = (struct way){.cost = on, .to = lan, .back = m->off_at[e]};
            ways[m->off_at[e]] = (struct way){.cost = co_routed || on == WAY_NONE ? on : 0,
                                              .to = end_place(m, e),
                                              .back = m->way_at[e]};
            continue;
        }
        if (co_routed && on < WAY_NONE)
            on += wide(cost[m->end_of[other]]);
        ways[m->way_at[e]] =
            (struct way){.cost = on, .to = end_place(m, other), .back = m->way_at[other]};
    }
}

/* ---- costs over the hierarchy ---- */

/* Hands what goes through a place on to the arcs between those above it. */
static void join_through(const struct cp_hierarchy *h, uint32_t middle, uint64_t *up,
                         uint64_t *down)
{
    uint32_t first = h->arc_first[middle];

    for (uint32_t i = first + 1; i < h->arc_first[middle + 1]; i++) {
        uint32_t arc = h->arc_first[h->arc_to[i]];

        for (uint32_t k = first; k < i; k++, arc++) {
            while (h->arc_to[arc] != h->arc_to[k]) /* what is above a place is joined */
                arc++;
            uint64_t climb = down[i] + up[k];
            uint64_t descent = down[k] + up[i];

            up[arc] = climb < up[arc] ? climb : up[arc];
            down[arc] = descent < down[arc] ? descent : down[arc];
        }
    }
}

static cp_err customise(struct making *m, struct flavour *flavour)
{
    const struct cp_paths_ground *ground = m->ground;
    const struct cp_hierarchy *h = &ground->hierarchy;
    uint64_t *up = CP_TAKE(m->arena, h->arc_count, uint64_t);
    uint64_t *down = CP_TAKE(m->arena, h->arc_count, uint64_t);

    if (up == NULL || down == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t a = 0; a < h->arc_count; a++)
        up[a] = down[a] = WAY_NONE;
    for (uint32_t p = 0; p < ground->place_count; p++)
        for (uint32_t w = ground->first[p]; w < ground->first[p + 1]; w++) {
            const struct way *way = &flavour->ways[w];
            bool climbs = way->to < p;
            uint32_t arc =
                climbs ? cp_hierarchy_arc(h, p, way->to) : cp_hierarchy_arc(h, way->to, p);
            uint64_t *cost = climbs ? &up[arc] : &down[arc];

            *cost = way->cost < *cost ? way->cost : *cost;
        }
    for (uint32_t p = h->place_count; p-- > 0;)
        join_through(h, p, up, down);
    flavour->up = up;
    flavour->down = down;
    return CP_OK;
}

static cp_err make_flavour(struct making *m, const uint32_t *cost, bool co_routed,
                           struct flavour *out)
{
    struct way *ways = CP_TAKE(m->arena, m->ground->way_count, struct way);

    if (ways == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < m->ground->allowed.link_count; l++)
        fill_link(m, l, cost, co_routed, ways);
    out->ways = ways;
    if (m->ground->hierarchy.core_count == 0)
        CP_TRY(customise(m, out));
    return CP_OK;
}

static bool is_even(const struct making *m, const uint32_t *cost)
{
    const struct cp_graph *g = &m->ground->allowed;

    for (uint32_t l = 0; l < g->link_count; l++)
        for (uint32_t e = g->end_first[l] + 1; e < g->end_first[l + 1]; e++)
            if (cost[m->end_of[e]] != cost[m->end_of[g->end_first[l]]])
                return false;
    return true;
}

/* Where all links cost the same both ways, both ways together cost twice as much: what is least stays so. */
static cp_err make_metric(struct making *m, cp_metric metric)
{
    struct cp_paths_ground *ground = m->ground;
    const uint32_t *cost = NULL;

    CP_TRY(cp_metric_costs(m->net, ground->c, metric, m->work, &cost));
    ground->even[metric] = is_even(m, cost);
    CP_TRY(make_flavour(m, cost, false, &ground->flavours[metric][0]));
    if (ground->even[metric])
        ground->flavours[metric][1] = ground->flavours[metric][0];
    else
        CP_TRY(make_flavour(m, cost, true, &ground->flavours[metric][1]));
    return CP_OK;
}

static cp_err make(struct making *m, uint32_t metrics)
{
    CP_TRY(make_allowed(m));
    CP_TRY(make_hierarchy(m));
    CP_TRY(make_triangles(m));
    CP_TRY(count_ways(m));
    CP_TRY(number_ways(m));
    for (uint32_t metric = 0; metric < CP_METRIC_COUNT; metric++)
        if ((metrics & (1u << metric)) != 0)
            CP_TRY(make_metric(m, (cp_metric)metric));
    return CP_OK;
}

cp_err cp_paths_ground_make(const struct cp_net *net, const struct cp_case *c,
                            const struct cp_marking *marking, uint32_t metrics,
                            struct cp_arena *arena, const struct cp_paths_ground **out)
{
    struct cp_paths_ground *ground = CP_TAKE(arena, 1, struct cp_paths_ground);
    struct making m = {.net = net,
                       .marks = &marking->marks,
                       .arena = arena,
                       .work = cp_arena_open(SIZE_MAX),
                       .ground = ground};
    cp_err err = CP_ERR_NOMEM;

    if (m.work != NULL && ground != NULL) {
        ground->net = net;
        ground->c = c;
        err = make(&m, metrics);
    }
    cp_arena_close(m.work);
    if (err == CP_OK)
        *out = ground;
    return err;
}
