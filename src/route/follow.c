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

/* What primaries and backups have in common of the kind that was asked. */
struct common {
    uint32_t *elements, *sites; /* as in cp_paths */
    uint32_t element_count, site_count;
};

static void add_once(uint32_t *list, uint32_t *count, uint32_t what)
{
    for (uint32_t i = 0; i < *count; i++)
        if (list[i] == what)
            return;
    list[(*count)++] = what;
}

static bool is_in_srlg(const struct cp_graph *g, uint32_t link, uint32_t srlg)
{
    bool in = false;

    for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1]; i++)
        in = in || g->link_srlgs[i] == srlg;
    return in;
}

static void compare_links(const struct cp_graph *g, uint32_t a, uint32_t b, cp_disjoint kind,
                          struct common *common)
{
    if (a == b)
        add_once(common->elements, &common->element_count, cp_graph_element_of_link(a));
    for (uint32_t i = g->link_srlg_first[a];
         kind == CP_DISJOINT_SRLG && i < g->link_srlg_first[a + 1]; i++)
        if (is_in_srlg(g, b, g->link_srlgs[i]))
            add_once(common->elements, &common->element_count,
                     cp_graph_element_of_srlg(g, g->link_srlgs[i]));
}

/* Nodes between the ends of both. */
static void compare_nodes(const struct cp_route *r, uint32_t a, uint32_t b, cp_disjoint kind,
                          struct common *common)
{
    uint32_t site = site_of(r, a);

    if (a == b && kind >= CP_DISJOINT_NODE)
        add_once(common->elements, &common->element_count,
                 cp_graph_element_of_node(&r->net.graph, a));
    if (kind == CP_DISJOINT_SITE && site != CP_NONE && site == site_of(r, b))
        add_once(common->sites, &common->site_count, site);
}

static void compare_paths(const struct cp_route *r, const struct cp_path *a,
                          const struct cp_path *b, cp_disjoint kind, struct common *common)
{
    for (uint32_t i = 0; i < a->link_count; i++)
        for (uint32_t k = 0; k < b->link_count; k++) {
            compare_links(&r->net.graph, a->links[i], b->links[k], kind, common);
            if (i > 0 && k > 0)
                compare_nodes(r, a->nodes[i], b->nodes[k], kind, common);
        }
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

/* First all that the wish for disjointness names is avoided, of all primaries; then less of it; then of the largest alone. */
static cp_err find_backup(struct cp_route_worker *w, const struct cp_path_ask *wish,
                          struct cp_placed placed, struct cp_paths *out)
{
    for (uint32_t kind = wish->disjoint; kind > CP_DISJOINT_NONE && !out->has_backup; kind--)
        CP_TRY(try_backup(w, wish, placed, (cp_disjoint)kind, out));
    placed.count = 1;
    for (uint32_t kind = wish->disjoint; kind > CP_DISJOINT_NONE && !out->has_backup; kind--)
        CP_TRY(try_backup(w, wish, placed, (cp_disjoint)kind, out));
    return CP_OK;
}

static bool same_ends(const struct cp_path *a, const struct cp_path *b)
{
    return a->nodes[0] == b->nodes[0] && a->nodes[a->link_count] == b->nodes[b->link_count];
}

/*
 * The ways back between the ends that the first primary has: two that share as little as the wish says where the
 * backup has the same ends.
 */
static cp_err find_ways_back(struct cp_route_worker *w, const struct cp_path_ask *wish,
                             struct cp_paths *out)
{
    const struct cp_path *there = &out->primary;
    bool both = out->has_backup && same_ends(there, &out->backup);
    struct cp_path_ask ask = *wish;
    struct cp_paths found;

    ask.src = &there->nodes[there->link_count];
    ask.dst = &there->nodes[0];
    ask.src_count = ask.dst_count = 1;
    ask.disjoint = both ? wish->disjoint : CP_DISJOINT_NONE;
    CP_TRY(cp_paths_find(w->finder, &ask, w->answers, &found));
    out->exact = out->exact && found.exact;
    if (found.found)
        out->primary_back = found.primary;
    if (both && found.has_backup)
        out->backup_back = found.backup;
    return CP_OK;
}

static cp_err find_common(struct cp_route_worker *w, struct cp_placed placed, cp_disjoint kind,
                          struct cp_paths *out)
{
    const struct cp_route *r = w->route;
    size_t most = cp_graph_element_count(&r->net.graph);
    struct common common = {.elements = CP_TAKE(w->answers, most, uint32_t),
                            .sites = CP_TAKE(w->answers, r->judge->net->site_count, uint32_t)};

    if (common.elements == NULL || common.sites == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < placed.count; i++)
        compare_paths(r, &placed.paths[i].path, &out->backup, kind, &common);
    if (out->primary_back.nodes != NULL && out->backup_back.nodes != NULL)
        compare_paths(r, &out->primary_back, &out->backup_back, kind, &common);
    out->shared = common.elements;
    out->shared_count = common.element_count;
    out->shared_sites = common.sites;
    out->shared_site_count = common.site_count;
    out->disjoint = common.element_count + common.site_count == 0;
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
    CP_TRY(find_backup(w, &wish, placed, out));
    CP_TRY(find_ways_back(w, &wish, out));
    return out->has_backup ? find_common(w, placed, wish.disjoint, out) : CP_OK;
}
