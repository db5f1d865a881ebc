#include "ways.h"

/* One hierarchy serves all treatments: marks, liars and failures only change weights. */

static cp_err make_hierarchy(const struct cp_net *net, uint32_t depth, struct cp_arena *arena,
                             const struct cp_hierarchy **out)
{
    struct cp_hierarchy *h = CP_TAKE(arena, 1, struct cp_hierarchy);
    struct cp_hierarchy_budget budget = depth == 0 ? cp_hierarchy_usual_budget(&net->graph)
                                                   : cp_hierarchy_budget_for_changes(&net->graph);
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    cp_err err = CP_ERR_NOMEM;

    if (h != NULL && work != NULL)
        err = cp_hierarchy_make(&net->graph, &budget, arena, work, h);
    cp_arena_close(work);
    *out = h;
    return err;
}

static cp_err make_weights(const struct ways *ways, const struct cp_hierarchy *h,
                           const struct cp_marking *marking, const uint8_t *closed,
                           struct cp_arena *arena, const struct cp_weights **out)
{
    struct cp_weights *w = CP_TAKE(arena, 1, struct cp_weights);

    if (w == NULL)
        return CP_ERR_NOMEM;
    *out = w;
    return cp_weights_make(h, ways->triangles, marking->marks, closed, arena, w);
}

static cp_err make_ground(const struct cp_marking *m, struct cp_arena *arena, struct ways *ways)
{
    struct cp_liar_ground *ground = CP_TAKE(arena, 1, struct cp_liar_ground);
    struct cp_liars liars = {m->banned, m->liars, m->liar_count};
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    cp_err err = CP_ERR_NOMEM;

    if (ground != NULL && work != NULL)
        err = cp_liar_ground_make(ways->honest, liars, arena, work, ground);
    cp_arena_close(work);
    ways->liars = ground;
    return err;
}

static bool any_marked(const struct cp_marking *markings, uint32_t count)
{
    for (uint32_t t = 0; t < count; t++)
        if (markings[t].all != 0)
            return true;
    return false;
}

cp_err cp_ways_make(const struct ways_ask *ask, struct cp_arena *arena, struct ways *out)
{
    const struct cp_hierarchy *h = NULL;
    struct cp_triangles *triangles = NULL;

    if (ask->needed == WAYS_WHERE_MARKED && !any_marked(ask->markings, ask->treatment_count))
        return CP_OK;
    CP_TRY(make_hierarchy(ask->net, ask->request->depth, arena, &h));
    if (ask->request->depth >= 1) {
        triangles = CP_TAKE(arena, 1, struct cp_triangles);
        if (triangles == NULL)
            return CP_ERR_NOMEM;
        CP_TRY(cp_triangles_make(h, arena, triangles));
    }
    for (uint32_t t = 0; t < ask->treatment_count; t++) {
        const struct cp_marking *m = &ask->markings[t];
        struct ways *ways = &out[t];

        if (ask->needed == WAYS_WHERE_MARKED && m->all == 0)
            continue;
        ways->triangles = triangles;
        CP_TRY(make_weights(ways, h, m, NULL, arena, &ways->all));
        if (!cp_audit_asks(ask->request, CP_STATE_LIAR) || m->all == 0)
            continue;
        ways->honest = ways->all;
        if (m->liar_count > 0)
            CP_TRY(make_weights(ways, h, m, m->banned, arena, &ways->honest));
        CP_TRY(make_ground(m, arena, ways));
    }
    return CP_OK;
}
