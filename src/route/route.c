#include "route/route.h"

#include <stdlib.h>

#include "stages.h"

/*
 * First every demand's paths as if it were alone; then, where links have limits, all of them placed together;
 * then the lists that keep each path, or what blocks it.  Parts of a stage write to places of their own.
 */

#define PART_DEMANDS 32u

static const struct cp_treatment *treatment_of(const struct cp_route *r, uint32_t demand)
{
    return &r->judge->treatments[r->judge->demand_treatment[demand]];
}

/* Whether some rule about transit holds for some demand: if not, all are routed. */
static bool any_covered(const struct cp_route *r)
{
    for (uint32_t d = 0; d < r->judge->net->demand_count; d++)
        if (treatment_of(r, d)->rule_count > 0)
            return true;
    return false;
}

struct place {
    uint32_t treatment, destination, demand;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a;
    const struct place *y = b;

    if (x->treatment != y->treatment)
        return x->treatment < y->treatment ? -1 : 1;
    if (x->destination != y->destination)
        return x->destination < y->destination ? -1 : 1;
    return x->demand < y->demand ? -1 : x->demand > y->demand;
}

/* Demands that are routed, those of one treatment and destination together. */
static cp_err order_demands(struct cp_route *r, struct cp_arena *work)
{
    const struct cp_case *c = r->judge->net;
    struct place *places = CP_TAKE(work, c->demand_count, struct place);
    bool all = !any_covered(r);
    uint32_t count = 0;

    r->order = CP_TAKE(r->arena, c->demand_count, uint32_t);
    if (places == NULL || r->order == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < c->demand_count; d++) {
        r->results[d].covered = treatment_of(r, d)->rule_count > 0;
        if (all || r->results[d].covered)
            places[count++] = (struct place){r->judge->demand_treatment[d],
                                             c->demand_ends[c->demands[d].dst.first].at, d};
    }
    qsort(places, count, sizeof *places, compare_places);
    for (uint32_t i = 0; i < count; i++)
        r->order[i] = places[i].demand;
    r->order_count = count;
    return CP_OK;
}

static cp_err cut_parts(struct cp_route *r)
{
    r->parts = CP_TAKE(r->arena, r->order_count, struct part);
    if (r->parts == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < r->order_count; i++) {
        uint32_t treatment = r->judge->demand_treatment[r->order[i]];
        struct part *last = r->part_count > 0 ? &r->parts[r->part_count - 1] : NULL;

        if (last != NULL && last->count < PART_DEMANDS &&
            r->judge->demand_treatment[r->order[last->first]] == treatment)
            last->count++;
        else
            r->parts[r->part_count++] = (struct part){i, 1};
    }
    return CP_OK;
}

static cp_err get_wishes(struct cp_route *r, struct cp_diag *diag)
{
    for (uint32_t i = 0; i < r->order_count; i++) {
        uint32_t d = r->order[i];

        r->wishes[d] = r->request->otherwise;
        CP_TRY(cp_wishes_get(r->judge, &r->net, d, r->arena, &r->wishes[d], diag));
        r->results[d].wishes = r->wishes[d];
    }
    return CP_OK;
}

static cp_err make_grounds(struct cp_route *r)
{
    uint32_t count = r->judge->treatment_count;
    uint32_t *metrics = CP_TAKE(r->arena, count, uint32_t);

    r->markings = CP_TAKE(r->arena, count, struct cp_marking);
    r->grounds = (const struct cp_paths_ground **)cp_arena_take(r->arena, count,
                                                                sizeof(struct cp_paths_ground *));
    if (metrics == NULL || r->markings == NULL || r->grounds == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < r->order_count; i++)
        metrics[r->judge->demand_treatment[r->order[i]]] |= 1u << r->wishes[r->order[i]].metric;
    for (uint32_t t = 0; t < count; t++) {
        CP_TRY(cp_marking_make(&r->net, r->judge, &r->judge->treatments[t], r->arena,
                               &r->markings[t]));
        if (metrics[t] != 0)
            CP_TRY(cp_paths_ground_make(&r->net, r->judge->net, &r->markings[t], metrics[t],
                                        r->arena, &r->grounds[t]));
    }
    return CP_OK;
}

static cp_err make_segments(struct cp_route *r, struct cp_diag *diag)
{
    const struct cp_sids *sids = r->request->sids;

    if (sids == NULL)
        CP_TRY(cp_sids_make(r->judge->net, &r->net, r->judge->as_of, r->arena, &sids, diag));
    struct cp_segments_basis basis = {.judge = r->judge,
                                      .net = &r->net,
                                      .sids = sids,
                                      .request = r->request->proof,
                                      .judged = r->request->judged};

    return cp_segments_ground_make(&basis, r->arena, &r->segments);
}

static cp_err open_route(struct cp_route *r, struct cp_diag *diag)
{
    uint32_t demands = r->judge->net->demand_count;
    struct cp_arena *work;
    cp_err err;

    r->wishes = CP_TAKE(r->arena, demands, struct cp_wishes);
    r->found = CP_TAKE(r->arena, demands, struct cp_paths);
    r->depths = (const struct cp_route_depths **)cp_arena_take(r->arena, demands,
                                                               sizeof(struct cp_route_depths *));
    r->results = CP_TAKE(r->arena, demands, struct cp_route_result);
    if (r->wishes == NULL || r->found == NULL || r->depths == NULL || r->results == NULL)
        return CP_ERR_NOMEM;
    work = cp_arena_open(SIZE_MAX);
    err = work == NULL ? CP_ERR_NOMEM : order_demands(r, work);
    cp_arena_close(work);
    CP_TRY(err);
    CP_TRY(cp_net_make(r->judge->net, r->arena, &r->net));
    CP_TRY(get_wishes(r, diag));
    CP_TRY(make_grounds(r));
    CP_TRY(make_segments(r, diag));
    r->places = cp_route_places(r);
    return cut_parts(r);
}

cp_err cp_route_open(const struct cp_judge *judge, const struct cp_route_request *request,
                     struct cp_arena *arena, struct cp_route **out, struct cp_diag *diag)
{
    struct cp_route *r = CP_TAKE(arena, 1, struct cp_route);

    if (r == NULL)
        return CP_ERR_NOMEM;
    *r = (struct cp_route){.judge = judge, .request = request, .arena = arena, .stage = STAGE_DONE};
    CP_TRY(open_route(r, diag));
    *out = r;
    return CP_OK;
}

/* Ordinary demands that a placement moved off the IGP's paths are given lists, too: their load counts there. */
static cp_err take_moved(struct cp_route *r)
{
    uint32_t before = r->order_count;

    for (uint32_t d = 0; r->capacity != NULL && d < r->judge->net->demand_count; d++)
        if (cp_route_is_moved(r, d)) {
            r->results[d].wishes = r->wishes[d] = r->request->otherwise;
            r->order[r->order_count++] = d;
        }
    if (r->order_count == before)
        return CP_OK;
    r->part_count = 0;
    return cut_parts(r);
}

cp_err cp_route_next(struct cp_route *r, uint32_t *parts)
{
    *parts = 0;
    if (r->part_count == 0)
        return CP_OK;
    switch (r->stage) {
    case STAGE_DONE: /* before the first */
        r->stage = STAGE_PATHS;
        break;
    case STAGE_PATHS:
        CP_TRY(cp_route_place(r));
        CP_TRY(take_moved(r));
        r->stage = STAGE_LISTS;
        break;
    case STAGE_LISTS:
        r->part_count = 0;
        return CP_OK;
    }
    *parts = r->part_count;
    return CP_OK;
}

cp_err cp_route_worker_open(struct cp_route *route, struct cp_arena *answers,
                            struct cp_route_worker **out)
{
    struct cp_route_worker *w = CP_TAKE(answers, 1, struct cp_route_worker);

    if (w == NULL)
        return CP_ERR_NOMEM;
    *w = (struct cp_route_worker){.route = route,
                                  .answers = answers,
                                  .lasting = cp_arena_open(SIZE_MAX),
                                  .memory = cp_arena_open(SIZE_MAX),
                                  .work = cp_arena_open(SIZE_MAX),
                                  .treatment = CP_NONE};
    if (w->lasting == NULL || w->memory == NULL || w->work == NULL) {
        cp_route_worker_close(w);
        return CP_ERR_NOMEM;
    }
    *out = w;
    if (route->stage == STAGE_LISTS)
        CP_TRY(cp_segmenter_open(route->segments, w->memory, &w->segmenter));
    w->empty = cp_arena_mark_get(w->lasting);
    return CP_OK;
}

void cp_route_worker_close(struct cp_route_worker *w)
{
    if (w == NULL)
        return;
    cp_route_close_blocking(w);
    cp_segmenter_close(w->segmenter);
    cp_arena_close(w->lasting);
    cp_arena_close(w->memory);
    cp_arena_close(w->work);
}

cp_err cp_route_run(struct cp_route_worker *w, uint32_t part)
{
    struct cp_route *r = w->route;

    CP_ASSERT(part < r->part_count && r->stage != STAGE_DONE);
    for (uint32_t i = 0; i < r->parts[part].count; i++) {
        uint32_t d = r->order[r->parts[part].first + i];
        cp_arena_mark mark = cp_arena_mark_get(w->work);

        if (r->stage == STAGE_PATHS)
            CP_TRY(cp_route_find_paths(w, d));
        else
            CP_TRY(cp_route_find_lists(w, d));
        cp_arena_reset(w->work, mark);
    }
    return CP_OK;
}

void cp_route_finish(const struct cp_route *r, struct cp_route_answer *out)
{
    *out = (struct cp_route_answer){.judge = r->judge,
                                    .request = r->request,
                                    .net = &r->net,
                                    .markings = r->markings,
                                    .results = r->results,
                                    .capacity = r->capacity};
}
