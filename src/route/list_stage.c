#include "stages.h"

/* The last stage: the lists that keep a demand's paths, and how it stands; or what blocks it. */

#define WHOLE_PPM 1000000u

struct naming {
    struct cp_route_worker *w;
    uint32_t demand;
    const uint32_t *ends; /* [end_count] the demand's own, ascending */
    uint32_t end_count;
    bool alone;                           /* lists keep to their paths alone while nothing fails */
    bool strict;                          /* and are of adjacencies alone: whatever fails */
    const struct cp_route_depths *depths; /* NULL: nothing is known of other paths */
    struct cp_candidate *at;
    uint32_t count;
};

/* What is known of other paths: that this one took the place of one, or that none has a list that fits. */
static void add_depth(const struct cp_route_depth *depth, struct cp_candidate *c)
{
    if (c->segments.at == NULL && depth->least > 0) {
        c->segments.least = depth->least;
        c->segments.shortest = c->segments.shortest && depth->sure;
    }
    if (depth->passed_least == 0)
        return;
    c->passed_cost = depth->passed_cost;
    c->passed_least = depth->passed_least;
    c->segments.shortest = c->segments.shortest && depth->sure;
}

/* A way that there is not (no nodes) adds nothing. */
static cp_err add_candidate(struct naming *n, cp_path_role role, cp_direction direction,
                            const struct cp_placed_path *placed)
{
    const struct cp_route *r = n->w->route;
    struct cp_candidate *c = &n->at[n->count];
    struct cp_segment_ask ask = {.path = &placed->path,
                                 .treatment = r->judge->demand_treatment[n->demand],
                                 .ends = n->ends,
                                 .end_count = n->end_count,
                                 .strict = n->strict,
                                 .alone = n->alone,
                                 .depth_max = r->request->depth_max};

    if (placed->path.nodes == NULL)
        return CP_OK;
    *c = (struct cp_candidate){
        .role = role, .direction = direction, .share_ppm = placed->share_ppm, .path = placed->path};
    n->count++;
    CP_TRY(cp_segments_find(n->w->segmenter, &ask, n->w->answers, &c->segments));
    if (n->depths != NULL)
        add_depth(&n->depths->of[role][direction], c);
    return CP_OK;
}

static cp_err add_whole(struct naming *n, cp_path_role role, cp_direction direction,
                        const struct cp_path *path)
{
    return add_candidate(n, role, direction, &(struct cp_placed_path){*path, WHOLE_PPM});
}

static bool same_list(const struct cp_segment_list *a, const struct cp_segment_list *b)
{
    bool same = a->at != NULL && b->at != NULL && a->count == b->count;

    for (uint32_t i = 0; same && i < a->count; i++)
        same = a->at[i].kind == b->at[i].kind && a->at[i].to == b->at[i].to &&
               a->at[i].link == b->at[i].link;
    return same;
}

/* A backup whose shortest list is a primary's (their paths are equal-cost ways) backs up nothing: it keeps to its
 * own path then. */
static cp_err add_backup(struct naming *n, cp_direction direction, const struct cp_path *path)
{
    uint32_t before = n->count;
    bool same = false;

    CP_TRY(add_whole(n, CP_ROLE_BACKUP, direction, path));
    for (uint32_t i = 0; i < before && n->count > before; i++)
        same = same || (n->at[i].direction == direction &&
                        same_list(&n->at[i].segments, &n->at[before].segments));
    if (!same || n->alone)
        return CP_OK;
    n->count = before;
    n->alone = true;
    CP_TRY(add_whole(n, CP_ROLE_BACKUP, direction, path));
    n->alone = false;
    return CP_OK;
}

static cp_err add_all(struct naming *n, struct cp_placed placed, const struct cp_paths *paths)
{
    n->at = CP_TAKE(n->w->answers, (size_t)placed.count + 3, struct cp_candidate);
    if (n->at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < placed.count; i++)
        CP_TRY(add_candidate(n, CP_ROLE_PRIMARY, CP_FORWARD, &placed.paths[i]));
    CP_TRY(add_whole(n, CP_ROLE_PRIMARY, CP_REVERSE, &paths->primary_back));
    if (!paths->has_backup)
        return CP_OK;
    CP_TRY(add_backup(n, CP_FORWARD, &paths->backup));
    return add_backup(n, CP_REVERSE, &paths->backup_back);
}

/* Whether a link of the path carries more than it can in its direction. */
static bool is_overloaded(const struct cp_route *r, const struct cp_path *path)
{
    const struct cp_graph *g = &r->net.graph;

    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t l = path->links[i];
        uint32_t e = g->end_first[l];

        while (g->end_node[e] != path->nodes[i])
            e++;
        if (r->capacity->load_bps[e] > r->judge->net->links[r->net.case_link[l]].capacity_bps)
            return true;
    }
    return false;
}

/* What the candidates lack of what was asked, and whether each direction has one whose list can be pushed. */
static void weigh(const struct cp_route *r, const struct cp_paths *paths,
                  struct cp_route_result *result)
{
    bool pinned[2] = {false, false};
    uint32_t lacks = paths->exact ? 0 : CP_LACKS_CERTAINTY;

    for (uint32_t i = 0; i < result->candidate_count; i++) {
        const struct cp_candidate *c = &result->candidates[i];

        if (!c->segments.shortest)
            lacks |= CP_LACKS_CERTAINTY;
        if (c->segments.at != NULL)
            pinned[c->direction] = true;
        else
            lacks |= c->role == CP_ROLE_PRIMARY ? CP_LACKS_DEPTH : CP_LACKS_BACKUP_DEPTH;
        if (r->capacity != NULL && !r->capacity->fits && c->direction == CP_FORWARD &&
            c->role == CP_ROLE_PRIMARY && is_overloaded(r, &c->path))
            lacks |= CP_LACKS_CAPACITY;
    }
    if (paths->primary_back.nodes == NULL)
        lacks |= CP_LACKS_WAY_BACK;
    if (result->wishes.disjoint_asked && result->wishes.disjoint != CP_DISJOINT_NONE) {
        lacks |= paths->has_backup ? 0 : CP_LACKS_BACKUP;
        lacks |= paths->has_backup && !paths->disjoint ? CP_LACKS_DISJOINT : 0;
    }
    result->lacks = lacks;
    result->status = lacks == 0 ? CP_ROUTED : CP_PARTIAL;
    if (!pinned[CP_FORWARD] || !pinned[CP_REVERSE])
        result->status = CP_NO_WAY;
}

/* Where all demands were placed together and this one with them: its shares; else its one path. */
static struct cp_placed placed_paths(const struct cp_route *r, uint32_t demand,
                                     struct cp_placed_path *alone)
{
    const struct cp_placement *p = r->capacity == NULL ? NULL : &r->capacity->placements[demand];

    *alone = (struct cp_placed_path){r->found[demand].primary, WHOLE_PPM};
    if (p == NULL || !p->placed || p->path_count == 0)
        return (struct cp_placed){alone, 1};
    return (struct cp_placed){p->paths, p->path_count};
}

static bool is_found(const struct cp_placed *placed, const struct cp_path *path)
{
    const struct cp_path *first = &placed->paths[0].path;
    bool same = placed->count == 1 && first->link_count == path->link_count &&
                first->nodes[0] == path->nodes[0];

    for (uint32_t i = 0; same && i < path->link_count; i++)
        same = first->links[i] == path->links[i] && first->nodes[i + 1] == path->nodes[i + 1];
    return same;
}

/* Many cases have no demand that is blocked, so it is opened for the first. */
static cp_err open_blocking(struct cp_route_worker *w, uint32_t treatment)
{
    struct cp_route *r = w->route;

    if (w->blocking != NULL && w->blocking_treatment == treatment)
        return CP_OK;
    cp_route_close_blocking(w);
    w->blocking_memory = cp_arena_open(SIZE_MAX);
    w->blocking_treatment = treatment;
    if (w->blocking_memory == NULL)
        return CP_ERR_NOMEM;
    return cp_blocking_open(&r->net, r->judge, &r->markings[treatment], treatment,
                            w->blocking_memory, &w->blocking);
}

void cp_route_close_blocking(struct cp_route_worker *w)
{
    cp_blocking_close(w->blocking);
    cp_arena_close(w->blocking_memory);
    w->blocking = NULL;
    w->blocking_memory = NULL;
}

/* An ordinary demand that was moved: its lists, there alone; what comes back goes by the IGP. */
static cp_err list_moved(struct naming *n, const struct cp_path_ask *ask)
{
    const struct cp_route *r = n->w->route;
    const struct cp_placement *placement = &r->capacity->placements[n->demand];
    struct cp_route_result *result = &n->w->route->results[n->demand];

    CP_TRY(cp_route_ends(n->w, ask, &n->ends, &n->end_count));
    n->alone = cp_route_keeps_alone(r, n->demand);
    n->strict = cp_route_is_strict(r, n->demand);
    n->at = CP_TAKE(n->w->answers, placement->path_count, struct cp_candidate);
    if (n->at == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < placement->path_count; i++)
        CP_TRY(add_candidate(n, CP_ROLE_PRIMARY, CP_FORWARD, &placement->paths[i]));
    for (uint32_t i = 0; i < n->count; i++)
        if (n->at[i].segments.at == NULL)
            result->lacks |= CP_LACKS_DEPTH;
    result->candidates = n->at;
    result->candidate_count = n->count;
    result->status = result->lacks == 0 ? CP_ROUTED : CP_PARTIAL;
    return CP_OK;
}

static cp_err find_blocking(struct cp_route_worker *w, uint32_t demand,
                            const struct cp_path_ask *ask)
{
    struct cp_route *r = w->route;
    uint32_t treatment = r->judge->demand_treatment[demand];
    struct cp_blocking *blocking = CP_TAKE(w->answers, 1, struct cp_blocking);

    if (blocking == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(open_blocking(w, treatment));
    CP_TRY(cp_blocking_find(w->blocking, ask, w->answers, blocking));
    r->results[demand].status = CP_NO_WAY;
    r->results[demand].lacks = r->found[demand].exact ? 0 : CP_LACKS_CERTAINTY;
    r->results[demand].blocking = blocking;
    return CP_OK;
}

cp_err cp_route_find_lists(struct cp_route_worker *w, uint32_t demand)
{
    struct cp_route *r = w->route;
    struct cp_route_result *result = &r->results[demand];
    struct naming n = {.w = w, .demand = demand};
    struct cp_paths paths = r->found[demand];
    struct cp_placed_path alone;
    struct cp_path_ask ask;
    struct cp_placed placed;

    CP_TRY(cp_route_ask(w, demand, &ask));
    if (cp_route_is_moved(r, demand))
        return list_moved(&n, &ask);
    if (!paths.found)
        return find_blocking(w, demand, &ask);
    placed = placed_paths(r, demand, &alone);
    bool found = is_found(&placed, &paths.primary);

    if (!found)
        CP_TRY(cp_route_follow(w, demand, placed, &paths));
    CP_TRY(cp_route_ends(w, &ask, &n.ends, &n.end_count));
    n.alone = cp_route_keeps_alone(r, demand);
    n.strict = cp_route_is_strict(r, demand);
    n.depths = found ? r->depths[demand] : NULL;
    CP_TRY(add_all(&n, placed, &paths));
    result->candidates = n.at;
    result->candidate_count = n.count;
    result->shared = paths.shared;
    result->shared_count = paths.shared_count;
    result->shared_sites = paths.shared_sites;
    result->shared_site_count = paths.shared_site_count;
    weigh(r, &paths, result);
    return CP_OK;
}
