#include "forward/routes.h"

/*
 * The work is the sweep room's: failures change the arcs that stand for them, and labels read costs
 * and marks off the arcs.  Most nodes are asked about many times, so what is known is kept by node.
 */

cp_err cp_routes_open(const struct cp_weights *weights, struct cp_marks marks,
                      struct cp_arena *arena, struct cp_routes *out)
{
    const struct cp_graph *g = weights->hierarchy->graph;

    *out = (struct cp_routes){.graph = g,
                              .marks = marks,
                              .weights = weights,
                              .known = CP_TAKE(arena, g->node_count, struct cp_route)};
    if (out->known == NULL)
        return CP_ERR_NOMEM;
    return cp_labels_open(weights->hierarchy, CP_COSTS_AND_MARKS, arena, &out->labels);
}

cp_err cp_routes_open_failing(const struct cp_weights *weights,
                              const struct cp_triangles *triangles, struct cp_marks marks,
                              struct cp_arena *arena, struct cp_routes *out)
{
    struct cp_weights *own = CP_TAKE(arena, 1, struct cp_weights);

    if (own == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_weights_copy(weights, triangles, arena, own));
    CP_TRY(cp_routes_open(own, marks, arena, out));
    out->own = own;
    return CP_OK;
}

const struct cp_route *cp_routes_ask(const struct cp_routes *r, uint32_t node)
{
    struct cp_route *route = &r->known[node];

    route->cost = cp_labels_cost_and_seen(r->labels, node, &route->seen);
    route->stamp = r->stamp;
    return route;
}

static void next_stamp(struct cp_routes *r)
{
    if (++r->stamp != 0)
        return;
    for (uint32_t v = 0; v < r->graph->node_count; v++)
        r->known[v].stamp = 0;
    r->stamp = 1;
}

/* Undoes the failures from the first on that is not among the new ones in its place. */
static void keep_common(struct cp_routes *r, const uint32_t *failures, uint32_t count)
{
    uint32_t kept = 0;

    while (kept < r->failure_count && kept < count && r->failures[kept] == failures[kept])
        kept++;
    if (kept < r->failure_count)
        cp_weights_undo(r->own, r->marks_before[kept]);
    r->failure_count = kept;
}

static cp_err fail(struct cp_routes *r, uint32_t element)
{
    CP_ASSERT(r->failure_count < CP_ROUTES_FAILURES_MAX);
    r->marks_before[r->failure_count] = cp_weights_mark_get(r->own);
    CP_TRY(cp_weights_fail(r->own, element));
    r->failures[r->failure_count++] = element;
    return CP_OK;
}

cp_err cp_routes_to(struct cp_routes *r, uint32_t destination, const uint32_t *failures,
                    uint32_t failure_count)
{
    CP_ASSERT(destination < r->graph->node_count);
    CP_ASSERT(failure_count == 0 || r->own != NULL);
    keep_common(r, failures, failure_count);
    for (uint32_t i = r->failure_count; i < failure_count; i++)
        CP_TRY(fail(r, failures[i]));
    CP_ASSERT(r->weights->node_failed[destination] == 0);
    cp_labels_to(r->labels, r->weights, destination);
    r->destination = destination;
    next_stamp(r);
    return CP_OK;
}
