#include "sweep/weights.h"

#include <string.h>

#include "weights_inside.h"

/*
 * The weight of an arc is the least of its base, the crossings of the graph that it stands for, and
 * of its triangles, the ways from its one end down to a place below both and up to the other.  All
 * arcs of that place are numbered higher: going from the last place to the first, a place's arcs are
 * done when its turn comes, and each pair of them is joined to the arc between their upper ends.
 * That looks at each triangle once.
 *
 * Bases are not stored: most arcs have no more than one crossing, and undoing has less to bring back.
 */

/* ---- crossings ---- */

/* What it weighs to leave an end's node, in the graph's metric times `scale`. */
static inline uint64_t leave(const struct cp_weights *w, uint32_t end, uint64_t scale)
{
    if (w->closed != NULL && w->closed[w->hierarchy->graph->end_node[end]] != 0)
        return CP_WEIGHT_NONE;
    return w->end_metric[end] * scale;
}

/* The LAN's marks are those of its place. */
static struct pair lan_crossing(const struct cp_weights *w, const struct cp_crossing *c)
{
    bool climbs = c->end_up != UINT32_MAX;
    uint64_t on = leave(w, climbs ? c->end_up : c->end_down, w->hierarchy->scale);

    CP_ASSERT(w->hierarchy->scale == 2);
    if (on < CP_WEIGHT_NONE)
        on--;
    return (struct pair){.up = climbs ? on : 1, .down = climbs ? 1 : on};
}

/* A crossing as though nothing had failed; of a direction without a way the marks mean nothing. */
static inline struct pair open_crossing(const struct cp_weights *w, const struct cp_crossing *c)
{
    uint64_t scale = w->hierarchy->scale;

    if (c->end_up == UINT32_MAX || c->end_down == UINT32_MAX)
        return lan_crossing(w, c);
    return (struct pair){.up = leave(w, c->end_up, scale),
                         .down = leave(w, c->end_down, scale),
                         .up_marks = w->link_marks[c->link],
                         .down_marks = w->link_marks[c->link]};
}

static bool end_is_out(const struct cp_weights *w, uint32_t end)
{
    return end != UINT32_MAX && w->node_failed[w->hierarchy->graph->end_node[end]] != 0;
}

static bool crossing_is_out(const struct cp_weights *w, const struct cp_crossing *c)
{
    return w->link_failed[c->link] != 0 || end_is_out(w, c->end_up) || end_is_out(w, c->end_down);
}

struct pair cp_weights_base(const struct cp_weights *w, uint32_t arc)
{
    const struct cp_hierarchy *h = w->hierarchy;
    struct pair all = {.up = CP_WEIGHT_NONE, .down = CP_WEIGHT_NONE};

    for (uint32_t i = h->crossing_first[arc]; i < h->crossing_first[arc + 1]; i++)
        if (!crossing_is_out(w, &h->crossings[i]))
            join_pair(&all, open_crossing(w, &h->crossings[i]));
    return all;
}

/* ---- all arcs, when nothing has failed ---- */

static void join_crossings(struct cp_weights *w)
{
    const struct cp_hierarchy *h = w->hierarchy;

    for (uint32_t arc = 0; arc < h->arc_count; arc++)
        w->up[arc] = w->down[arc] = CP_WEIGHT_NONE;
    for (uint32_t i = 0; i < h->crossing_first[h->arc_count]; i++) {
        const struct cp_crossing *crossing = &h->crossings[i];
        struct pair pair = arc_pair(w, crossing->arc);

        join_pair(&pair, open_crossing(w, crossing));
        arc_set(w, crossing->arc, pair);
    }
}

/* Joins the ways through a place, whose arcs are done, to the arcs between the places above it. */
static void join_through(struct cp_weights *w, uint32_t middle)
{
    const struct cp_hierarchy *h = w->hierarchy;
    uint32_t first = h->arc_first[middle];

    for (uint32_t i = first + 1; i < h->arc_first[middle + 1]; i++) {
        uint32_t arc = h->arc_first[h->arc_to[i]];

        for (uint32_t k = first; k < i; k++, arc++) {
            while (h->arc_to[arc] != h->arc_to[k]) /* what is above a place is joined */
                arc++;
            struct pair pair = arc_pair(w, arc);

            join_triangle(w, &pair, i, k, w->place_marks[middle]);
            arc_set(w, arc, pair);
        }
    }
}

static void work_out_all(struct cp_weights *w)
{
    const struct cp_hierarchy *h = w->hierarchy;

    join_crossings(w);
    for (uint32_t v = h->place_count; v-- > h->core_count && w->triangles == NULL;)
        join_through(w, v);
    for (uint32_t arc = h->arc_count; arc-- > 0 && w->triangles != NULL;) {
        struct pair pair = arc_pair(w, arc);

        join_triangles(w, &pair, arc);
        arc_set(w, arc, pair);
    }
}

/* ---- making and copying ---- */

static uint32_t end_count(const struct cp_graph *g)
{
    return g->end_first[g->link_count];
}

/* Takes all that the weights own. */
static cp_err take_arrays(struct cp_weights *w, struct cp_arena *arena)
{
    const struct cp_hierarchy *h = w->hierarchy;

    w->up = CP_TAKE(arena, h->arc_count, uint64_t);
    w->down = CP_TAKE(arena, h->arc_count, uint64_t);
    w->up_marks = CP_TAKE(arena, h->arc_count, uint32_t);
    w->down_marks = CP_TAKE(arena, h->arc_count, uint32_t);
    w->place_marks = CP_TAKE(arena, h->place_count, uint32_t);
    w->end_metric = CP_TAKE(arena, end_count(h->graph), uint32_t);
    w->link_failed = CP_TAKE(arena, h->graph->link_count, uint8_t);
    w->node_failed = CP_TAKE(arena, h->graph->node_count, uint8_t);
    if (w->up == NULL || w->down == NULL || w->up_marks == NULL || w->down_marks == NULL ||
        w->place_marks == NULL || w->end_metric == NULL || w->link_failed == NULL ||
        w->node_failed == NULL)
        return CP_ERR_NOMEM;
    return cp_weights_log_open(w, arena, &w->log);
}

cp_err cp_weights_make(const struct cp_hierarchy *h, const struct cp_triangles *triangles,
                       struct cp_marks marks, const uint8_t *closed, struct cp_arena *arena,
                       struct cp_weights *out)
{
    struct cp_weights w = {
        .hierarchy = h, .triangles = triangles, .link_marks = marks.link, .closed = closed};

    CP_TRY(take_arrays(&w, arena));
    for (uint32_t p = 0; p < h->place_count; p++)
        w.place_marks[p] =
            h->node_at[p] != UINT32_MAX ? marks.node[h->node_at[p]] : marks.link[h->link_at[p]];
    memcpy(w.end_metric, h->graph->end_metric, end_count(h->graph) * sizeof(uint32_t));
    work_out_all(&w);
    *out = w;
    return CP_OK;
}

cp_err cp_weights_copy(const struct cp_weights *from, const struct cp_triangles *triangles,
                       struct cp_arena *arena, struct cp_weights *out)
{
    const struct cp_hierarchy *h = from->hierarchy;
    struct cp_weights w = *from;

    w.triangles = triangles;
    CP_TRY(take_arrays(&w, arena));
    memcpy(w.up, from->up, h->arc_count * sizeof(uint64_t));
    memcpy(w.down, from->down, h->arc_count * sizeof(uint64_t));
    memcpy(w.up_marks, from->up_marks, h->arc_count * sizeof(uint32_t));
    memcpy(w.down_marks, from->down_marks, h->arc_count * sizeof(uint32_t));
    memcpy(w.place_marks, from->place_marks, h->place_count * sizeof(uint32_t));
    memcpy(w.end_metric, from->end_metric, end_count(h->graph) * sizeof(uint32_t));
    memcpy(w.link_failed, from->link_failed, h->graph->link_count);
    memcpy(w.node_failed, from->node_failed, h->graph->node_count);
    *out = w;
    return CP_OK;
}
