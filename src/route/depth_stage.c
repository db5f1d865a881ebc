#include "stages.h"

/*
 * After the first stage: where the list of a path is longer than its headend can push, another path whose list
 * is not.  What the demand asks of its paths stays: they avoid, pass and are bounded as before; a backup that was
 * asked for shares as little.  Where that cannot be told, the path stays, and is refused.
 */

#define WHOLE_PPM 1000000u

struct fitting {
    struct cp_route_worker *w;
    const struct cp_path_ask *wish;
    struct cp_paths *paths;
    struct cp_route_depths *depths;
    bool asked; /* two paths were asked for */
    bool apart; /* two paths that share nothing were asked for, and found */
    uint32_t demand, treatment;
    const uint32_t *ends, *cost;
    uint32_t end_count;
    bool alone;
    bool strict;
};

static bool has_limit(const struct cp_route *r, const struct cp_path_ask *ask)
{
    bool limit = r->request->depth_max != CP_NONE;

    for (uint32_t i = 0; i < ask->src_count && !limit; i++)
        limit = cp_segments_depth(r->segments, ask->src[i], CP_NONE) != CP_NONE;
    for (uint32_t i = 0; i < ask->dst_count && !limit; i++)
        limit = cp_segments_depth(r->segments, ask->dst[i], CP_NONE) != CP_NONE;
    return limit;
}

static bool overlaps(const struct cp_path_ask *ask)
{
    for (uint32_t i = 0; i < ask->src_count; i++)
        for (uint32_t k = 0; k < ask->dst_count; k++)
            if (ask->src[i] == ask->dst[k])
                return true;
    return false;
}

static cp_err get_costs(struct cp_route_worker *w, cp_metric metric, const uint32_t **cost)
{
    if (w->costs[metric] == NULL)
        CP_TRY(cp_metric_costs(&w->route->net, w->route->judge->net, metric, w->memory,
                               &w->costs[metric]));
    *cost = w->costs[metric];
    return CP_OK;
}

/* ---- lists ---- */

/* *needed: segments that the list lacks room for; 0: it fits, or there is no such path. */
static cp_err is_refused(struct fitting *f, const struct cp_path *path, uint32_t *needed)
{
    const struct cp_route *r = f->w->route;
    struct cp_segment_ask ask = {.path = path,
                                 .treatment = f->treatment,
                                 .ends = f->ends,
                                 .end_count = f->end_count,
                                 .strict = f->strict,
                                 .alone = f->alone,
                                 .depth_max = r->request->depth_max};
    struct cp_segment_list list;
    uint32_t depth;

    *needed = 0;
    if (path->nodes == NULL)
        return CP_OK;
    depth = cp_segments_depth(r->segments, path->nodes[0], ask.depth_max);
    if (path->link_count <= depth)
        return CP_OK; /* links alone fit */
    CP_TRY(cp_segments_find(f->w->segmenter, &ask, f->w->work, &list));
    if (list.at == NULL && list.least != CP_NONE)
        *needed = list.least;
    return CP_OK;
}

/* ---- searches ---- */

struct search {
    const uint32_t *src, *dst;
    uint32_t src_count, dst_count;
    const struct cp_path *apart; /* that it may share nothing with; NULL */
    bool primary;
};

static cp_err leave_out(const struct fitting *f, const struct search *s, uint8_t **out)
{
    const struct cp_route *r = f->w->route;
    const struct cp_graph *g = &r->net.graph;
    struct cp_avoided a = {.own = f->wish->avoid_count};

    *out = NULL;
    if (f->wish->avoid_count == 0 && s->apart == NULL)
        return CP_OK;
    *out = CP_TAKE(f->w->work, (size_t)g->link_count + g->node_count, uint8_t);
    a.at = CP_TAKE(f->w->work, cp_graph_element_count(g) + a.own, uint32_t);
    if (*out == NULL || a.at == NULL)
        return CP_ERR_NOMEM;
    for (; a.count < a.own; a.count++)
        a.at[a.count] = f->wish->avoid[a.count];
    if (s->apart != NULL)
        cp_route_avoid_path(r, f->demand, f->wish,
                            &(struct cp_avoid_path){s->apart, s->src == f->wish->src}, &a);
    for (uint32_t i = 0; i < a.count; i++) {
        uint32_t of = 0;

        if (cp_graph_element(g, a.at[i], &of) != CP_ELEMENT_SRLG) {
            (*out)[a.at[i]] = 1;
            continue;
        }
        for (uint32_t k = g->srlg_first[of]; k < g->srlg_first[of + 1]; k++)
            (*out)[g->srlg_links[k]] = 1;
    }
    return CP_OK;
}

static cp_err seek(struct fitting *f, const struct search *s, struct cp_within *found)
{
    const struct cp_route *r = f->w->route;
    struct cp_within_ask ask = {.treatment = f->treatment,
                                .src = s->src,
                                .dst = s->dst,
                                .src_count = s->src_count,
                                .dst_count = s->dst_count,
                                .ends = f->ends,
                                .end_count = f->end_count,
                                .strict = f->strict,
                                .alone = f->alone || s->apart != NULL,
                                .both = f->wish->co_routed,
                                .depth_max = r->request->depth_max,
                                .cost = f->cost,
                                .hops_max = f->wish->hops_max,
                                .delay_max_us = f->wish->delay_max_us,
                                .require = f->wish->require,
                                .require_count = s->primary ? f->wish->require_count : 0};
    uint8_t *out;

    CP_TRY(leave_out(f, s, &out));
    ask.out = out;
    return cp_segments_within(f->w->segmenter, &ask, f->w->answers, found);
}

static struct search there_of(const struct fitting *f)
{
    return (struct search){.src = f->wish->src,
                           .dst = f->wish->dst,
                           .src_count = f->wish->src_count,
                           .dst_count = f->wish->dst_count};
}

static struct search between(const uint32_t *from, const uint32_t *to)
{
    return (struct search){.src = from, .dst = to, .src_count = 1, .dst_count = 1};
}

static cp_err turn(const struct fitting *f, const struct cp_path *path, struct cp_path *out)
{
    const struct cp_graph *g = &f->w->route->net.graph;
    uint32_t count = path->link_count;
    uint32_t *nodes = CP_TAKE(f->w->answers, (size_t)count + 1, uint32_t);
    uint32_t *links = CP_TAKE(f->w->answers, count, uint32_t);
    uint64_t cost = 0;

    if (nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i <= count; i++)
        nodes[i] = path->nodes[count - i];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t e;

        links[i] = path->links[count - 1 - i];
        for (e = g->end_first[links[i]]; g->end_node[e] != nodes[i]; e++)
            continue;
        cost += f->cost[e];
    }
    *out = (struct cp_path){nodes, links, count, cost, path->delay_us};
    return CP_OK;
}

/* ---- one of the paths ---- */

static struct cp_route_depth *depth_of(const struct fitting *f, cp_path_role role,
                                       cp_direction direction)
{
    return &f->depths->of[role][direction];
}

/* *path gives way to what was found; else what is known of the refusal is noted.  *changed: it did. */
static void settle(struct cp_route_depth *depth, const struct cp_within *found, uint32_t needed,
                   struct cp_path *path, bool *changed)
{
    *changed = found->path.nodes != NULL;
    *depth = (struct cp_route_depth){.sure = found->sure};
    if (!*changed) {
        depth->least = found->least < needed ? found->least : needed;
        return;
    }
    depth->passed_cost = path->cost;
    depth->passed_least = needed;
    *path = found->path;
}

/* Whether two paths meet between their ends, or use one link. */
static bool meet(const struct cp_path *a, const struct cp_path *b)
{
    for (uint32_t i = 0; i < a->link_count; i++)
        for (uint32_t k = 0; k < b->link_count; k++)
            if (a->links[i] == b->links[k] || (i > 0 && k > 0 && a->nodes[i] == b->nodes[k]))
                return true;
    return false;
}

/* A way back, or a backup's: between the ends that the way there has. */
static cp_err fit_back(struct fitting *f, cp_path_role role, const struct cp_path *other,
                       struct cp_path *back)
{
    struct cp_within found;
    uint32_t needed = 0;
    bool changed = false;
    struct search s;

    CP_TRY(is_refused(f, back, &needed));
    if (needed == 0 &&
        (back->nodes == NULL || role == CP_ROLE_PRIMARY || other == NULL ||
         !depth_of(f, CP_ROLE_PRIMARY, CP_REVERSE)->passed_least || !meet(back, other)))
        return CP_OK;
    if (f->wish->co_routed) { /* it fits or is turned with the way there */
        *depth_of(f, role, CP_REVERSE) = (struct cp_route_depth){.least = needed};
        return CP_OK;
    }
    s = between(&back->nodes[0], &back->nodes[back->link_count]);
    s.primary = role == CP_ROLE_PRIMARY;
    s.apart = other;
    CP_TRY(seek(f, &s, &found));
    if (other != NULL && f->asked)
        found.sure = found.sure && found.path.nodes != NULL;
    settle(depth_of(f, role, CP_REVERSE), &found, needed, back, &changed);
    return CP_OK;
}

/* Whether the way there, or where both are one the way back, is refused. */
static cp_err needs_another(struct fitting *f, const struct cp_path *there,
                            const struct cp_path *back, uint32_t *needed)
{
    CP_TRY(is_refused(f, there, needed));
    if (*needed == 0 && f->wish->co_routed)
        CP_TRY(is_refused(f, back, needed));
    return CP_OK;
}

static bool same_ends(const struct cp_path *a, const struct cp_path *b)
{
    return a->nodes[0] == b->nodes[0] && a->nodes[a->link_count] == b->nodes[b->link_count];
}

/* The other paths stay. */
static cp_err swap_primary(struct fitting *f, const struct cp_path *path)
{
    struct cp_paths *p = f->paths;
    bool same = same_ends(path, &p->primary);
    struct cp_path_ask ask = *f->wish;
    struct cp_paths back;

    p->primary = *path;
    if (f->wish->co_routed)
        return turn(f, path, &p->primary_back);
    if (same)
        return CP_OK;
    p->primary_back = (struct cp_path){.nodes = NULL};
    ask.src = &path->nodes[path->link_count];
    ask.dst = &path->nodes[0];
    ask.src_count = ask.dst_count = 1;
    ask.disjoint = CP_DISJOINT_NONE;
    CP_TRY(cp_paths_find(f->w->finder, &ask, f->w->answers, &back));
    p->primary_back = back.primary;
    return CP_OK;
}

/* The other paths are found anew. */
static cp_err follow(struct fitting *f, uint32_t demand, const struct cp_path *path)
{
    struct cp_placed_path placed = {*path, WHOLE_PPM};
    struct cp_paths *p = f->paths;
    bool exact = p->exact;

    CP_TRY(cp_route_follow(f->w, demand, (struct cp_placed){&placed, 1}, p));
    f->apart = f->apart && p->has_backup && p->disjoint;
    p->exact = p->exact && exact && (!f->asked || p->disjoint);
    return f->wish->co_routed ? turn(f, path, &p->primary_back) : CP_OK;
}

/* Another primary: apart from a backup that was asked for; else the cheapest, and another backup. */
static cp_err fit_primary(struct fitting *f, uint32_t demand)
{
    struct cp_paths *p = f->paths;
    struct cp_within found = {.least = CP_NONE};
    struct search s = there_of(f);
    struct cp_path path = p->primary;
    uint32_t needed = 0;
    bool changed = false;

    CP_TRY(needs_another(f, &p->primary, &p->primary_back, &needed));
    if (needed == 0)
        return CP_OK;
    s.primary = true;
    s.apart = f->apart ? &p->backup : NULL;
    CP_TRY(seek(f, &s, &found));
    if (s.apart != NULL && found.path.nodes == NULL) {
        s.apart = NULL;
        CP_TRY(seek(f, &s, &found));
        found.sure = false;
    }
    settle(depth_of(f, CP_ROLE_PRIMARY, CP_FORWARD), &found, needed, &path, &changed);
    if (!changed)
        return CP_OK;
    return s.apart != NULL ? swap_primary(f, &path) : follow(f, demand, &path);
}

static cp_err fit_backup(struct fitting *f)
{
    struct cp_paths *p = f->paths;
    struct cp_within found = {.least = CP_NONE};
    struct search s = there_of(f);
    uint32_t needed = 0;
    bool changed = false;
    bool same;

    CP_TRY(needs_another(f, &p->backup, &p->backup_back, &needed));
    if (needed == 0)
        return CP_OK;
    s.apart = &p->primary;
    struct cp_path path = p->backup;

    found.sure = true;
    if (p->disjoint)
        CP_TRY(seek(f, &s, &found));
    if (found.path.nodes == NULL && f->asked)
        found.sure = false; /* another primary may leave room for one */
    settle(depth_of(f, CP_ROLE_BACKUP, CP_FORWARD), &found, needed, &path, &changed);
    if (!changed)
        return CP_OK;
    same = same_ends(&path, &p->backup);
    p->backup = path;
    if (f->wish->co_routed)
        return turn(f, &path, &p->backup_back);
    if (same)
        return CP_OK;
    s = between(&path.nodes[path.link_count], &path.nodes[0]);
    s.apart = &p->primary;
    CP_TRY(seek(f, &s, &found));
    p->backup_back = found.path;
    return CP_OK;
}

static void exchange(struct cp_path *a, struct cp_path *b)
{
    struct cp_path before = *a;

    *a = *b;
    *b = before;
}

/* The primary is the cheaper one of two that fit. */
static void order_pair(struct fitting *f)
{
    struct cp_paths *p = f->paths;
    struct cp_route_depth(*of)[2] = f->depths->of;
    struct cp_route_depth before = of[CP_ROLE_PRIMARY][CP_REVERSE];

    if (!p->has_backup || p->backup.cost >= p->primary.cost || f->wish->require_count > 0 ||
        of[CP_ROLE_PRIMARY][CP_FORWARD].passed_least == 0 ||
        of[CP_ROLE_BACKUP][CP_FORWARD].least > 0)
        return;
    exchange(&p->primary, &p->backup);
    exchange(&p->primary_back, &p->backup_back);
    of[CP_ROLE_PRIMARY][CP_REVERSE] = of[CP_ROLE_BACKUP][CP_REVERSE];
    of[CP_ROLE_BACKUP][CP_REVERSE] = before;
}

/* Whether some path took the place of another. */
static bool gave_way(const struct fitting *f)
{
    bool any = false;

    for (int role = 0; role < 2; role++)
        for (int direction = 0; direction < 2; direction++)
            any = any || f->depths->of[role][direction].passed_least > 0;
    return any;
}

/* ---- all of them ---- */

static cp_err open_fitting(struct fitting *f, uint32_t demand)
{
    struct cp_route *r = f->w->route;

    f->asked = r->wishes[demand].disjoint_asked && f->wish->disjoint != CP_DISJOINT_NONE;
    f->alone = cp_route_keeps_alone(r, demand);
    f->strict = cp_route_is_strict(r, demand);
    f->depths = CP_TAKE(f->w->answers, 1, struct cp_route_depths);
    if (f->depths == NULL)
        return CP_ERR_NOMEM;
    f->apart = f->asked && f->paths->has_backup && f->paths->disjoint;
    if (f->w->segmenter == NULL)
        CP_TRY(cp_segmenter_open(r->segments, f->w->memory, &f->w->segmenter));
    CP_TRY(cp_route_ends(f->w, f->wish, &f->ends, &f->end_count));
    return get_costs(f->w, f->wish->metric, &f->cost);
}

cp_err cp_route_fit(struct cp_route_worker *w, uint32_t demand, const struct cp_path_ask *ask)
{
    struct cp_route *r = w->route;
    struct cp_paths *p = &r->found[demand];
    struct fitting f = {.w = w,
                        .wish = ask,
                        .paths = p,
                        .demand = demand,
                        .treatment = r->judge->demand_treatment[demand]};

    if (!p->found || !has_limit(r, ask) || overlaps(ask))
        return CP_OK;
    CP_TRY(open_fitting(&f, demand));
    CP_TRY(fit_primary(&f, demand));
    CP_TRY(fit_back(&f, CP_ROLE_PRIMARY,
                    f.apart && p->backup_back.nodes != NULL ? &p->backup_back : NULL,
                    &p->primary_back));
    if (p->has_backup) {
        CP_TRY(fit_backup(&f));
        CP_TRY(fit_back(&f, CP_ROLE_BACKUP, p->primary_back.nodes != NULL ? &p->primary_back : NULL,
                        &p->backup_back));
    }
    order_pair(&f);
    r->depths[demand] = f.depths;
    return p->has_backup && gave_way(&f) ? cp_route_find_common(w, demand, ask, p) : CP_OK;
}
