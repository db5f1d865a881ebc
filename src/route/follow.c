#include "stages.h"

/*
 * A demand that was placed anew keeps its primaries; what goes with them is found by avoiding what they use: first all
 * that the wish for disjointness names, then less and less of it.
 */

/* What was wished, and the ends that two paths may have in common: those that have no other to choose from (paths.h). */
struct apart {
    const struct cp_route *r;
    const struct cp_path_ask *wish;
    uint32_t lone_src, lone_dst; /* CP_NONE: there are several */
};

static bool is_listed(const uint32_t *list, uint32_t count, uint32_t what)
{
    bool in = false;

    for (uint32_t i = 0; i < count && !in; i++)
        in = list[i] == what;
    return in;
}

static uint32_t lone_end(const struct apart *a, const uint32_t *marks, const uint32_t *nodes,
                         uint32_t count)
{
    const struct cp_graph *g = &a->r->net.graph;
    uint32_t lone = CP_NONE;

    for (uint32_t i = 0; i < count; i++) {
        if (marks[nodes[i]] != 0 ||
            is_listed(a->wish->avoid, a->wish->avoid_count, cp_graph_element_of_node(g, nodes[i])))
            continue;
        if (lone != CP_NONE)
            return CP_NONE;
        lone = nodes[i];
    }
    return lone;
}

static struct apart apart_of(const struct cp_route *r, uint32_t treatment,
                             const struct cp_path_ask *wish)
{
    const uint32_t *marks = r->markings[treatment].marks.node;
    struct apart a = {.r = r, .wish = wish};

    a.lone_src = lone_end(&a, marks, wish->src, wish->src_count);
    a.lone_dst = lone_end(&a, marks, wish->dst, wish->dst_count);
    return a;
}

static bool node_counts(const struct apart *a, uint32_t node)
{
    return node != a->lone_src && node != a->lone_dst;
}

static uint32_t site_of(const struct cp_route *r, uint32_t node)
{
    return r->judge->net->nodes[r->net.case_node[node]].site;
}

/* Sites of the wish's ends are no risk that a path could avoid. */
static bool site_counts(const struct apart *a, uint32_t site)
{
    const struct cp_path_ask *wish = a->wish;
    bool counts = site != CP_NONE;

    for (uint32_t i = 0; i < wish->src_count && counts; i++)
        counts = site_of(a->r, wish->src[i]) != site;
    for (uint32_t i = 0; i < wish->dst_count && counts; i++)
        counts = site_of(a->r, wish->dst[i]) != site;
    return counts;
}

static void avoid(struct cp_avoided *a, uint32_t element)
{
    if (!is_listed(a->at, a->count, element))
        a->at[a->count++] = element;
}

static void avoid_site(const struct cp_route *r, uint32_t site, struct cp_avoided *a)
{
    for (uint32_t v = 0; v < r->net.graph.node_count; v++)
        if (site_of(r, v) == site)
            avoid(a, cp_graph_element_of_node(&r->net.graph, v));
}

/* How far apart a try wants two paths to be. */
struct distance {
    cp_disjoint kind;
    bool at_ends; /* their ends, too, where there are others */
};

static void avoid_nodes(const struct apart *apart, const struct cp_path *path, struct distance how,
                        struct cp_avoided *a)
{
    uint32_t first = how.at_ends ? 0 : 1;

    for (uint32_t i = first; i + first <= path->link_count; i++) {
        uint32_t site = site_of(apart->r, path->nodes[i]);

        if (!node_counts(apart, path->nodes[i]))
            continue;
        avoid(a, cp_graph_element_of_node(&apart->r->net.graph, path->nodes[i]));
        if (how.kind == CP_DISJOINT_SITE && site_counts(apart, site))
            avoid_site(apart->r, site, a);
    }
}

static void avoid_path(const struct apart *apart, const struct cp_path *path, struct distance how,
                       struct cp_avoided *a)
{
    const struct cp_graph *g = &apart->r->net.graph;

    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t l = path->links[i];

        avoid(a, cp_graph_element_of_link(l));
        for (uint32_t s = g->link_srlg_first[l];
             how.kind == CP_DISJOINT_SRLG && s < g->link_srlg_first[l + 1]; s++)
            avoid(a, cp_graph_element_of_srlg(g, g->link_srlgs[s]));
    }
    if (how.kind >= CP_DISJOINT_NODE)
        avoid_nodes(apart, path, how, a);
}

void cp_route_avoid_path(const struct cp_route *r, uint32_t demand, const struct cp_path_ask *wish,
                         const struct cp_avoid_path *what, struct cp_avoided *a)
{
    struct apart apart = apart_of(r, r->judge->demand_treatment[demand], wish);

    avoid_path(&apart, what->path, (struct distance){wish->disjoint, what->at_ends}, a);
}

/* What primaries and backups have in common of the kind that was asked. */
struct common {
    uint32_t *elements, *sites; /* as in cp_paths */
    uint32_t element_count, site_count;
};

static void add_once(uint32_t *list, uint32_t *count, uint32_t what)
{
    if (!is_listed(list, *count, what))
        list[(*count)++] = what;
}

static void compare_links(const struct apart *apart, uint32_t a, uint32_t b, struct common *common)
{
    const struct cp_graph *g = &apart->r->net.graph;
    const uint32_t *of_b = &g->link_srlgs[g->link_srlg_first[b]];
    uint32_t b_count = g->link_srlg_first[b + 1] - g->link_srlg_first[b];

    if (a == b)
        add_once(common->elements, &common->element_count, cp_graph_element_of_link(a));
    for (uint32_t i = g->link_srlg_first[a];
         apart->wish->disjoint == CP_DISJOINT_SRLG && i < g->link_srlg_first[a + 1]; i++)
        if (is_listed(of_b, b_count, g->link_srlgs[i]))
            add_once(common->elements, &common->element_count,
                     cp_graph_element_of_srlg(g, g->link_srlgs[i]));
}

static void compare_nodes(const struct apart *apart, uint32_t a, uint32_t b, struct common *common)
{
    uint32_t site = site_of(apart->r, a);

    if (apart->wish->disjoint < CP_DISJOINT_NODE || !node_counts(apart, a) ||
        !node_counts(apart, b))
        return;
    if (a == b)
        add_once(common->elements, &common->element_count,
                 cp_graph_element_of_node(&apart->r->net.graph, a));
    if (apart->wish->disjoint == CP_DISJOINT_SITE && site == site_of(apart->r, b) &&
        site_counts(apart, site))
        add_once(common->sites, &common->site_count, site);
}

static void compare_paths(const struct apart *apart, const struct cp_path *a,
                          const struct cp_path *b, struct common *common)
{
    for (uint32_t i = 0; i < a->link_count; i++)
        for (uint32_t k = 0; k < b->link_count; k++)
            compare_links(apart, a->links[i], b->links[k], common);
    for (uint32_t i = 0; i <= a->link_count; i++)
        for (uint32_t k = 0; k <= b->link_count; k++)
            compare_nodes(apart, a->nodes[i], b->nodes[k], common);
}

/* One try: a path that avoids what the primaries use of this kind. */
static cp_err try_backup(struct cp_route_worker *w, const struct apart *apart,
                         struct cp_placed placed, struct distance how, struct cp_paths *out)
{
    const struct cp_path_ask *wish = apart->wish;
    struct cp_avoided a = {.own = wish->avoid_count};
    struct cp_path_ask ask = *wish;
    struct cp_paths found;

    a.at = CP_TAKE(w->work, cp_graph_element_count(&apart->r->net.graph) + a.own, uint32_t);
    if (a.at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < wish->avoid_count; i++)
        avoid(&a, wish->avoid[i]);
    for (uint32_t i = 0; i < placed.count; i++)
        avoid_path(apart, &placed.paths[i].path, how, &a);
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

/* From all that the wish names down to links alone. */
static cp_err try_all(struct cp_route_worker *w, const struct apart *apart, struct cp_placed placed,
                      struct cp_paths *out)
{
    for (uint32_t kind = apart->wish->disjoint; kind > CP_DISJOINT_NONE && !out->has_backup; kind--)
        for (int at_ends = 1; at_ends >= 0 && !out->has_backup; at_ends--)
            CP_TRY(try_backup(w, apart, placed, (struct distance){(cp_disjoint)kind, at_ends == 1},
                              out));
    return CP_OK;
}

/* Apart from all primaries; else from the largest alone. */
static cp_err find_backup(struct cp_route_worker *w, const struct apart *apart,
                          struct cp_placed placed, struct cp_paths *out)
{
    CP_TRY(try_all(w, apart, placed, out));
    placed.count = 1;
    return out->has_backup ? CP_OK : try_all(w, apart, placed, out);
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

static cp_err find_common(struct cp_route_worker *w, const struct apart *apart,
                          struct cp_placed placed, struct cp_paths *out)
{
    const struct cp_route *r = apart->r;
    size_t most = cp_graph_element_count(&r->net.graph);
    struct common common = {.elements = CP_TAKE(w->answers, most, uint32_t),
                            .sites = CP_TAKE(w->answers, r->judge->net->site_count, uint32_t)};

    if (common.elements == NULL || common.sites == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < placed.count; i++)
        compare_paths(apart, &placed.paths[i].path, &out->backup, &common);
    if (out->primary_back.nodes != NULL && out->backup_back.nodes != NULL)
        compare_paths(apart, &out->primary_back, &out->backup_back, &common);
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
    uint32_t treatment = w->route->judge->demand_treatment[demand];
    struct cp_path_ask wish;
    struct apart apart;

    CP_ASSERT(placed.count > 0);
    *out = (struct cp_paths){.found = true, .exact = true, .primary = placed.paths[0].path};
    CP_TRY(cp_route_finder(w, treatment));
    CP_TRY(cp_route_ask(w, demand, &wish));
    apart = apart_of(w->route, treatment, &wish);
    CP_TRY(find_backup(w, &apart, placed, out));
    CP_TRY(find_ways_back(w, &wish, out));
    if (out->has_backup)
        CP_TRY(find_common(w, &apart, placed, out));
    /* Simple means: that they find none apart does not show that there is none. */
    out->exact = out->exact && (out->disjoint || !w->route->wishes[demand].disjoint_asked);
    return CP_OK;
}

cp_err cp_route_find_common(struct cp_route_worker *w, uint32_t demand,
                            const struct cp_path_ask *wish, struct cp_paths *out)
{
    struct apart apart = apart_of(w->route, w->route->judge->demand_treatment[demand], wish);
    struct cp_placed_path placed = {.path = out->primary};

    return find_common(w, &apart, (struct cp_placed){&placed, 1}, out);
}
