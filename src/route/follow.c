#include "stages.h"

/*
 * A demand that was placed anew keeps its primaries; what goes with them is found by avoiding what they use: first all
 * that the wish for disjointness names, then less and less of it.
 */

struct avoided {
    uint32_t *at; /* elements, the wish's own first */
    uint32_t count, own;
};

static void avoid(struct avoided *a, uint32_t element)
{
    for (uint32_t i = 0; i < a->count; i++)
        if (a->at[i] == element)
            return;
    a->at[a->count++] = element;
}

static uint32_t site_of(const struct cp_route *r, uint32_t node)
{
    return r->judge->net->nodes[r->net.case_node[node]].site;
}

/* All nodes of a site but the demand's ends. */
static void avoid_site(const struct cp_route *r, const struct cp_path *path, uint32_t site,
                       struct avoided *a)
{
    if (site == CP_NONE || site == site_of(r, path->nodes[0]) ||
        site == site_of(r, path->nodes[path->link_count]))
        return;
    for (uint32_t v = 0; v < r->net.graph.node_count; v++)
        if (site_of(r, v) == site)
            avoid(a, cp_graph_element_of_node(&r->net.graph, v));
}

static void avoid_path(const struct cp_route *r, const struct cp_path *path, cp_disjoint kind,
                       struct avoided *a)
{
    const struct cp_graph *g = &r->net.graph;

    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t l = path->links[i];

        avoid(a, cp_graph_element_of_link(l));
        for (uint32_t s = g->link_srlg_first[l];
             kind == CP_DISJOINT_SRLG && s < g->link_srlg_first[l + 1]; s++)
            avoid(a, cp_graph_element_of_srlg(g, g->link_srlgs[s]));
    }
    for (uint32_t i = 1; i < path->link_count && kind >= CP_DISJOINT_NODE; i++) {
        avoid(a, cp_graph_element_of_node(g, path->nodes[i]));
        if (kind == CP_DISJOINT_SITE)
            avoid_site(r, path, site_of(r, path->nodes[i]), a);
    }
}

static void share(struct cp_paths *out, uint32_t *shared, uint32_t element)
{
    for (uint32_t i = 0; i < out->shared_count; i++)
        if (shared[i] == element)
            return;
    shared[out->shared_count++] = element;
    out->shared = shared;
}

/* What the backup shares with a primary: links, and nodes between the ends. */
static void note_shared(const struct cp_route *r, const struct cp_path *primary,
                        struct cp_paths *out, uint32_t *shared)
{
    const struct cp_path *backup = &out->backup;

    for (uint32_t i = 0; i < backup->link_count; i++)
        for (uint32_t k = 0; k < primary->link_count; k++) {
            if (backup->links[i] == primary->links[k])
                share(out, shared, cp_graph_element_of_link(backup->links[i]));
            if (i > 0 && k > 0 && backup->nodes[i] == primary->nodes[k])
                share(out, shared, cp_graph_element_of_node(&r->net.graph, backup->nodes[i]));
        }
}

static bool same_path(const struct cp_path *a, const struct cp_path *b)
{
    bool same = a->link_count == b->link_count && a->nodes[0] == b->nodes[0];

    for (uint32_t i = 0; same && i < a->link_count; i++)
        same = a->links[i] == b->links[i] && a->nodes[i + 1] == b->nodes[i + 1];
    return same;
}

/* One try: a path that avoids what the primaries use of this kind. */
static cp_err try_backup(struct cp_route_worker *w, const struct cp_path_ask *wish,
                         struct cp_placed placed, cp_disjoint kind, struct cp_paths *out)
{
    const struct cp_route *r = w->route;
    struct avoided a = {.own = wish->avoid_count};
    struct cp_path_ask ask = *wish;
    struct cp_paths found;

    a.at = CP_TAKE(w->work, cp_graph_element_count(&r->net.graph) + a.own, uint32_t);
    if (a.at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < wish->avoid_count; i++)
        avoid(&a, wish->avoid[i]);
    for (uint32_t i = 0; i < placed.count; i++)
        avoid_path(r, &placed.paths[i].path, kind, &a);
    ask.avoid = a.at;
    ask.avoid_count = a.count;
    ask.disjoint = CP_DISJOINT_NONE;
    ask.require_count = 0;
    CP_TRY(cp_paths_find(w->finder, &ask, w->answers, &found));
    out->has_backup = found.found;
    out->backup = found.primary;
    out->backup_back = found.primary_back;
    out->exact = out->exact && found.exact;
    return CP_OK;
}

static cp_err find_backup(struct cp_route_worker *w, const struct cp_path_ask *wish,
                          struct cp_placed placed, struct cp_paths *out)
{
    const struct cp_route *r = w->route;
    uint32_t *shared;

    for (uint32_t kind = wish->disjoint; kind > CP_DISJOINT_NONE && !out->has_backup; kind--) {
        CP_TRY(try_backup(w, wish, placed, (cp_disjoint)kind, out));
        out->disjoint = out->has_backup && kind == wish->disjoint;
    }
    if (!out->has_backup || out->disjoint)
        return CP_OK;
    shared = CP_TAKE(w->answers, 2u * out->backup.link_count + 1, uint32_t);
    if (shared == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < placed.count; i++) {
        CP_ASSERT(!same_path(&placed.paths[i].path, &out->backup));
        note_shared(r, &placed.paths[i].path, out, shared);
    }
    return CP_OK;
}

/* The way back between the ends that the first primary has. */
static cp_err find_way_back(struct cp_route_worker *w, const struct cp_path_ask *wish,
                            struct cp_paths *out)
{
    const struct cp_path *there = &out->primary;
    struct cp_path_ask ask = *wish;
    struct cp_paths found;

    ask.src = &there->nodes[there->link_count];
    ask.dst = &there->nodes[0];
    ask.src_count = ask.dst_count = 1;
    ask.disjoint = CP_DISJOINT_NONE;
    CP_TRY(cp_paths_find(w->finder, &ask, w->answers, &found));
    if (found.found)
        out->primary_back = found.primary;
    return CP_OK;
}

cp_err cp_route_follow(struct cp_route_worker *w, uint32_t demand, struct cp_placed placed,
                       struct cp_paths *out)
{
    struct cp_path_ask wish;

    CP_ASSERT(placed.count > 0);
    *out = (struct cp_paths){.found = true, .exact = true, .primary = placed.paths[0].path};
    CP_TRY(cp_route_finder(w, w->route->judge->demand_treatment[demand]));
    CP_TRY(cp_route_ask(w, demand, &wish));
    CP_TRY(find_way_back(w, &wish, out));
    return find_backup(w, &wish, placed, out);
}
