#include "route/paths.h"

#include "paths_inside.h"

/*
 * From an ask to its answer: the ask in terms of places, the search that is the right one for it, the
 * way back, and what the two paths share.
 */

static cp_err take_scratch(struct cp_paths_finder *f, struct cp_arena *arena)
{
    const struct cp_paths_ground *g = f->ground;
    size_t places = g->place_count;
    uint64_t entries = (uint64_t)g->way_count + 8u * (uint64_t)g->place_count + 8;
    size_t elements = cp_graph_element_count(&g->net->graph);

    if (entries > UINT32_MAX)
        return CP_ERR_LIMIT;
    CP_TRY(cp_queue_open(arena, (uint32_t)entries, &f->queue));
    f->near = CP_TAKE(arena, places, struct near);
    f->spots = CP_TAKE(arena, 2 * places, struct spot);
    f->waiting = CP_TAKE(arena, 2 * places + 2, struct step);
    f->line = CP_TAKE(arena, places + 1, uint32_t);
    f->path = CP_TAKE(arena, places + 1, uint32_t);
    f->places = CP_TAKE(arena, places + 1, uint32_t);
    f->position = CP_TAKE(arena, places, uint32_t);
    f->flow = CP_TAKE(arena, 2 * places, uint32_t);
    f->place_out = CP_TAKE(arena, places, uint8_t);
    f->link_out = CP_TAKE(arena, g->net->graph.link_count, uint8_t);
    f->seen = CP_TAKE(arena, elements + g->c->site_count, uint8_t);
    f->list = CP_TAKE(arena, elements + g->c->site_count, uint32_t);
    if (f->near == NULL || f->spots == NULL || f->waiting == NULL || f->line == NULL ||
        f->path == NULL || f->places == NULL || f->position == NULL || f->flow == NULL ||
        f->place_out == NULL || f->link_out == NULL || f->seen == NULL || f->list == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

/* What ears need, where there can be any. */
static cp_err take_ears(struct cp_paths_finder *f, struct cp_arena *arena)
{
    const struct cp_paths_ground *g = f->ground;
    size_t places = g->place_count;
    size_t arcs = g->hierarchy.arc_count;

    if (g->triangles.first == NULL)
        return CP_OK;
    f->up = CP_TAKE(arena, arcs, uint64_t);
    f->down = CP_TAKE(arena, arcs, uint64_t);
    f->dirty = CP_TAKE(arena, arcs / 64 + 1, uint64_t);
    f->climb = CP_TAKE(arena, places, uint64_t);
    f->climbed = CP_TAKE(arena, places, uint32_t);
    f->chain = CP_TAKE(arena, 2 * places, uint32_t);
    f->stack = CP_TAKE(arena, places + 2, uint64_t);
    f->way_out = CP_TAKE(arena, g->way_count, uint8_t);
    if (f->up == NULL || f->down == NULL || f->dirty == NULL || f->climb == NULL ||
        f->climbed == NULL || f->chain == NULL || f->stack == NULL || f->way_out == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t p = 0; p < places; p++)
        f->climb[p] = WAY_NONE;
    return CP_OK;
}

cp_err cp_paths_finder_open(const struct cp_paths_ground *ground, struct cp_arena *arena,
                            struct cp_paths_finder **out)
{
    struct cp_paths_finder *f = CP_TAKE(arena, 1, struct cp_paths_finder);

    if (f == NULL)
        return CP_ERR_NOMEM;
    f->ground = ground;
    f->work = arena;
    f->spot_levels = 1;
    CP_TRY(take_scratch(f, arena));
    CP_TRY(take_ears(f, arena));
    for (uint32_t p = 0; p < ground->place_count; p++)
        f->position[p] = f->flow[2 * (size_t)p] = f->flow[2 * (size_t)p + 1] = CP_NONE;
    *out = f;
    return CP_OK;
}

/* ---- the ask ---- */

static void leave_out_node(struct cp_paths_finder *f, uint32_t node, uint8_t out)
{
    if (f->ground->place[node] != CP_NONE)
        f->place_out[f->ground->place[node]] = out;
}

static void leave_out_site(struct cp_paths_finder *f, uint32_t site, uint8_t out)
{
    const struct cp_paths_ground *g = f->ground;

    for (uint32_t v = 0; v < g->net->graph.node_count; v++)
        if (g->c->nodes[g->net->case_node[v]].site == site)
            leave_out_node(f, v, out);
}

void cp_paths_leave_out(struct cp_paths_finder *f, uint32_t element, uint8_t out)
{
    const struct cp_graph *g = &f->ground->net->graph;
    uint32_t at = 0;

    if (element >= cp_graph_element_count(g)) {
        leave_out_site(f, element - cp_graph_element_count(g), out);
        return;
    }
    switch (cp_graph_element(g, element, &at)) {
    case CP_ELEMENT_LINK:
        f->link_out[at] = out;
        break;
    case CP_ELEMENT_NODE:
        leave_out_node(f, at, out);
        break;
    case CP_ELEMENT_SRLG:
        for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
            f->link_out[g->srlg_links[i]] = out;
        break;
    }
}

void cp_paths_avoid(struct cp_paths_finder *f, const struct cp_path_ask *ask, bool on)
{
    f->any_out = on && ask->avoid_count > 0;
    for (uint32_t i = 0; i < ask->avoid_count; i++)
        cp_paths_leave_out(f, ask->avoid[i], on);
}

static cp_err list_places(const struct cp_paths_finder *f, const uint32_t *nodes, uint32_t count,
                          struct cp_arena *work, struct places *out)
{
    uint32_t *at = CP_TAKE(work, count, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    *out = (struct places){.at = at};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t place = f->ground->place[nodes[i]];

        if (place != CP_NONE && f->place_out[place] == 0)
            at[out->count++] = place;
    }
    out->lone = out->count == 1 ? at[0] : CP_NONE;
    return CP_OK;
}

static bool overlaps(struct cp_paths_finder *f, const struct errand *e)
{
    bool overlap = false;

    for (uint32_t i = 0; i < e->src.count; i++)
        f->position[e->src.at[i]] = 0;
    for (uint32_t i = 0; i < e->dst.count; i++)
        overlap = overlap || f->position[e->dst.at[i]] != CP_NONE;
    for (uint32_t i = 0; i < e->src.count; i++)
        f->position[e->src.at[i]] = CP_NONE;
    return overlap;
}

static cp_err make_errand(struct cp_paths_finder *f, const struct cp_path_ask *ask,
                          struct cp_arena *work, struct errand *out)
{
    CP_ASSERT(ask->metric < CP_METRIC_COUNT && ask->disjoint < CP_DISJOINT_COUNT);
    *out =
        (struct errand){.ask = ask, .flavour = &f->ground->flavours[ask->metric][ask->co_routed]};
    CP_ASSERT(out->flavour->ways != NULL); /* the metric was named when the ground was made */
    CP_TRY(list_places(f, ask->src, ask->src_count, work, &out->src));
    CP_TRY(list_places(f, ask->dst, ask->dst_count, work, &out->dst));
    out->overlap = overlaps(f, out);
    out->disjoint = ask->disjoint;
    if ((ask->disjoint == CP_DISJOINT_SRLG && f->ground->net->graph.srlg_count == 0) ||
        (ask->disjoint == CP_DISJOINT_SITE && f->ground->c->site_count == 0))
        out->disjoint = CP_DISJOINT_NODE;
    return CP_OK;
}

/* ---- the answer ---- */

static uint64_t delay_sum(uint64_t sum, uint32_t delay_us)
{
    return sum == CP_PATH_DELAY_NONE || delay_us == CP_DELAY_NONE ? CP_PATH_DELAY_NONE
                                                                  : sum + delay_us;
}

/* The path of a track, or of its reverse. */
static cp_err make_path(const struct cp_paths_ground *g, const struct way *ways,
                        const struct track *t, struct cp_arena *arena, struct cp_path *out)
{
    uint32_t *nodes = CP_TAKE(arena, (size_t)t->count + 1, uint32_t);
    uint32_t *links = CP_TAKE(arena, t->count, uint32_t);
    struct cp_path path = {.nodes = nodes, .links = links};
    uint32_t reached = 0;

    if (nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    nodes[0] = g->node_at[t->start];
    for (uint32_t i = 0; i < t->count; i++) {
        const struct way *way = &ways[t->ways[i]];

        path.cost += way->cost;
        if (!ground_is_lan(g, ways[way->back].to)) {
            uint32_t link = g->link[t->ways[i]];

            links[path.link_count++] = link;
            path.delay_us = delay_sum(path.delay_us, g->c->links[g->net->case_link[link]].delay_us);
        }
        if (!ground_is_lan(g, way->to))
            nodes[++reached] = g->node_at[way->to];
    }
    *out = path;
    return CP_OK;
}

static cp_err turn(const struct way *ways, const struct track *t, struct cp_arena *work,
                   struct track *out)
{
    uint32_t *back = CP_TAKE(work, t->count, uint32_t);

    if (back == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < t->count; i++)
        back[t->count - 1 - i] = ways[t->ways[i]].back;
    *out = (struct track){.count = t->count,
                          .ways = back,
                          .start = t->count == 0 ? t->start : ways[t->ways[t->count - 1]].to};
    return CP_OK;
}

static cp_err turn_both(const struct way *ways, const struct found *there, struct cp_arena *work,
                        struct found *back)
{
    *back = (struct found){.exact = true};
    CP_TRY(turn(ways, &there->primary, work, &back->primary));
    if (there->backup.count > 0)
        CP_TRY(turn(ways, &there->backup, work, &back->backup));
    return CP_OK;
}

/* ---- */

struct job {
    struct cp_paths_finder *f;
    struct cp_arena *arena, *work;
    const struct cp_path_ask *ask;
    struct found there, back;
};

/* The ends that a pair has chosen, in the order of the ask from the other side. */
static cp_err chosen_ends(struct job *job, const struct found *there, bool starts,
                          struct places *out)
{
    const struct way *ways = job->f->ground->flavours[job->ask->metric][0].ways;
    const struct track *tracks[] = {&there->primary, &there->backup};
    uint32_t *at = CP_TAKE(job->work, CP_COUNT(tracks), uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    *out = (struct places){.at = at, .lone = CP_NONE};
    for (uint32_t i = 0; i < CP_COUNT(tracks) && tracks[i]->count > 0; i++) {
        uint32_t last = tracks[i]->ways[tracks[i]->count - 1];

        at[out->count++] = starts ? tracks[i]->start : ways[last].to;
    }
    if (out->count == 2 && at[0] == at[1])
        out->count = 1;
    if (out->count == 1)
        out->lone = at[0];
    return CP_OK;
}

static uint64_t cost_of(const struct way *ways, const struct found *found)
{
    return cp_track_cost(ways, &found->primary) + cp_track_cost(ways, &found->backup);
}

/* Whether a pair, or a path, is better than another of the same errand. */
static bool is_better(struct job *job, const struct errand *e, const struct found *a,
                      const struct found *b)
{
    const struct way *ways = e->flavour->ways;
    uint32_t shared_a, shared_b;

    if (a->primary.count == 0 || (b->backup.count > 0 && a->backup.count == 0))
        return false;
    if (b->backup.count == 0)
        return a->backup.count > 0 || cost_of(ways, a) < cost_of(ways, b);
    shared_a = cp_share_list(job->f, e, &a->primary, &a->backup);
    shared_b = cp_share_list(job->f, e, &b->primary, &b->backup);
    return shared_a < shared_b || (shared_a == shared_b && cost_of(ways, a) < cost_of(ways, b));
}

/* The way back: the way there turned round, where nothing is better. */
static cp_err search_back(struct job *job, const struct errand *there)
{
    const struct cp_paths_ground *g = job->f->ground;
    struct errand e = *there;
    struct found other;

    CP_TRY(turn_both(e.flavour->ways, &job->there, job->work, &job->back));
    if (job->ask->co_routed || g->even[job->ask->metric])
        return CP_OK;
    CP_TRY(chosen_ends(job, &job->there, false, &e.src));
    CP_TRY(chosen_ends(job, &job->there, true, &e.dst));
    e.overlap = overlaps(job->f, &e);
    CP_TRY(cp_search(job->f, &e, job->work, &other));
    job->back.exact = other.exact;
    if (is_better(job, &e, &other, &job->back))
        job->back = other;
    return CP_OK;
}

static cp_err put_shared(struct job *job, const struct errand *e, struct cp_paths *out)
{
    uint32_t elements = cp_graph_element_count(&job->f->ground->net->graph);
    uint32_t all = cp_share_list(job->f, e, &job->there.primary, &job->there.backup);
    uint32_t *list = CP_TAKE(job->arena, all, uint32_t);
    uint32_t sites = 0;

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < all; i++) {
        sites += job->f->list[i] >= elements;
        list[i] = job->f->list[i] >= elements ? job->f->list[i] - elements : job->f->list[i];
    }
    out->shared = list;
    out->shared_count = all - sites;
    out->shared_sites = list + (all - sites);
    out->shared_site_count = sites;
    out->disjoint = all == 0;
    return CP_OK;
}

static cp_err put(struct job *job, const struct errand *e, struct cp_paths *out)
{
    const struct cp_paths_ground *g = job->f->ground;
    const struct way *ways = g->flavours[job->ask->metric][0].ways;
    struct cp_paths paths = {.found = job->there.primary.count > 0,
                             .has_backup = job->there.backup.count > 0,
                             .exact = job->there.exact && job->back.exact};

    if (paths.found)
        CP_TRY(make_path(g, ways, &job->there.primary, job->arena, &paths.primary));
    if (job->back.primary.count > 0)
        CP_TRY(make_path(g, ways, &job->back.primary, job->arena, &paths.primary_back));
    if (paths.has_backup) {
        CP_TRY(make_path(g, ways, &job->there.backup, job->arena, &paths.backup));
        CP_TRY(put_shared(job, e, &paths));
    }
    if (job->back.backup.count > 0)
        CP_TRY(make_path(g, ways, &job->back.backup, job->arena, &paths.backup_back));
    *out = paths;
    return CP_OK;
}

static cp_err find(struct job *job, struct cp_paths *out)
{
    struct errand e;

    CP_TRY(make_errand(job->f, job->ask, job->work, &e));
    CP_TRY(cp_search(job->f, &e, job->work, &job->there));
    job->back.exact = true;
    if (job->there.primary.count > 0)
        CP_TRY(search_back(job, &e));
    return put(job, &e, out);
}

cp_err cp_paths_find(struct cp_paths_finder *f, const struct cp_path_ask *ask,
                     struct cp_arena *arena, struct cp_paths *out)
{
    struct job job = {.f = f, .arena = arena, .work = f->work, .ask = ask};
    cp_arena_mark mark = cp_arena_mark_get(f->work);
    cp_err err;

    CP_ASSERT(arena != f->work);
    cp_paths_avoid(f, ask, true);
    err = find(&job, out);
    cp_paths_avoid(f, ask, false);
    cp_arena_reset(f->work, mark);
    return err;
}
