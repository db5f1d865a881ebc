#include "sweep/hierarchy.h"

#include "order.h"

/*
 * The order says which places are joined; the rest is numbering and sorting by counting.
 *
 * Any order in which places come after their ancestors is an order of elimination with the same
 * arcs.  Places are numbered depth first: what hangs below a place follows it, and a pass over all
 * places finds the rows of the ancestors in the cache.  O(arcs), but for a binary search a crossing.
 */

#define NONE UINT32_MAX

/* A hierarchy while it is made: what it points to as const, to be written. */
struct draft {
    const struct cp_graph *graph;
    struct cp_order order; /* of vertices: nodes, then LANs */
    struct cp_hierarchy h;
    uint32_t *place_of_node, *place_of_lan, *node_at, *link_at;
    uint32_t *arc_first, *arc_to, *arc_from, *parent;
};

static bool is_lan(const struct cp_graph *g, uint32_t link)
{
    return g->end_first[link + 1] - g->end_first[link] != 2;
}

struct cp_hierarchy_budget cp_hierarchy_usual_budget(const struct cp_graph *graph)
{
    uint64_t ends = graph->end_first[graph->link_count];

    return (struct cp_hierarchy_budget){.arcs = 6 * ends + 1000,
                                        .triangles = 300 * ends + 1000000,
                                        .core_degree = 8,
                                        .dense_degree = 64};
}

struct cp_hierarchy_budget cp_hierarchy_budget_for_changes(const struct cp_graph *graph)
{
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(graph);

    budget.triangles = UINT64_C(8) * graph->end_first[graph->link_count] + 1000;
    return budget;
}

/* ---- the graph of places ---- */

/* Numbers the LANs from node_count on: place_of_lan holds vertices at first. */
static uint32_t number_lans(const struct cp_graph *g, uint32_t *place_of_lan)
{
    uint32_t vertices = g->node_count;

    for (uint32_t l = 0; l < g->link_count; l++)
        place_of_lan[l] = is_lan(g, l) ? vertices++ : NONE;
    return vertices;
}

/* The vertex that an end's node is joined to over the end's link. */
static uint32_t across(const struct cp_graph *g, const uint32_t *place_of_lan, uint32_t end)
{
    uint32_t link = g->end_link[end];
    uint32_t first = g->end_first[link];

    if (place_of_lan[link] != NONE)
        return place_of_lan[link];
    return g->end_node[end == first ? first + 1 : first];
}

/* The neighbours of a node, each once; stamp [vertices] is below node + 1 at first. */
static uint32_t *add_node(const struct cp_graph *g, const uint32_t *place_of_lan, uint32_t node,
                          uint32_t *stamp, uint32_t *to)
{
    for (uint32_t i = g->node_end_first[node]; i < g->node_end_first[node + 1]; i++) {
        uint32_t other = across(g, place_of_lan, g->node_ends[i]);

        if (stamp[other] == node + 1)
            continue;
        stamp[other] = node + 1;
        *to++ = other;
    }
    return to;
}

static cp_err make_simple(const struct cp_graph *g, const uint32_t *place_of_lan, uint32_t vertices,
                          struct cp_arena *work, struct cp_simple *out)
{
    uint32_t *first = CP_TAKE(work, (size_t)vertices + 1, uint32_t);
    uint32_t *stamp = CP_TAKE(work, vertices, uint32_t);
    uint64_t ends = g->end_first[g->link_count];
    uint32_t *to = CP_TAKE(work, 2 * ends, uint32_t);
    uint32_t *end = to;

    if (first == NULL || stamp == NULL || to == NULL)
        return CP_ERR_NOMEM;
    if (2 * ends >= UINT32_MAX)
        return CP_ERR_LIMIT;
    for (uint32_t v = 0; v < g->node_count; v++) {
        end = add_node(g, place_of_lan, v, stamp, end);
        first[v + 1] = (uint32_t)(end - to);
    }
    for (uint32_t l = 0; l < g->link_count; l++) {
        if (place_of_lan[l] == NONE)
            continue;
        for (uint32_t e = g->end_first[l]; e < g->end_first[l + 1]; e++)
            *end++ = g->end_node[e];
        first[place_of_lan[l] + 1] = (uint32_t)(end - to);
    }
    *out = (struct cp_simple){.count = vertices, .first = first, .to = to};
    return CP_OK;
}

/* ---- numbering ---- */

/*
 * The parent of each step: that of its upper neighbours which goes first, NONE where it has none and
 * in the core.  size [steps]: how many steps hang below each, with it.
 */
static void grow_trees(const struct cp_order *o, const uint32_t *step, uint32_t *parent,
                       uint32_t *size)
{
    for (uint32_t i = 0; i < o->count; i++) {
        parent[i] = NONE;
        size[i]++;
        for (uint32_t k = o->first[i]; i < o->eliminated && k < o->first[i + 1]; k++)
            if (step[o->upper[k]] < parent[i])
                parent[i] = step[o->upper[k]];
        if (parent[i] != NONE)
            size[parent[i]] += size[i];
    }
}

/*
 * Numbers the steps: the core, then what hangs from its first place, from its second, ..., then the
 * other trees.  In each tree a step comes before what hangs below it, every subtree is in one piece,
 * and of subtrees side by side the one whose top went last is first.  size becomes the next free
 * place below each step.
 */
static void number_steps(const struct cp_order *o, const uint32_t *parent, uint32_t *size,
                         uint32_t *place)
{
    uint32_t used = o->count - o->eliminated;

    for (uint32_t i = o->count; i-- > 0;) {
        uint32_t below = size[i];

        if (i >= o->eliminated) {
            place[i] = o->count - 1 - i;
            size[i] = used;
            used += below - 1;
            continue;
        }
        uint32_t *next = parent[i] == NONE ? &used : &size[parent[i]];

        place[i] = *next;
        *next += below;
        size[i] = place[i] + 1;
    }
}

/* What stands at each place, and where each vertex stands: place [vertices]. */
static cp_err number_places(struct draft *d, struct cp_arena *work, uint32_t *place)
{
    const struct cp_order *o = &d->order;
    uint32_t *step = CP_TAKE(work, o->count, uint32_t);
    uint32_t *parent = CP_TAKE(work, o->count, uint32_t);
    uint32_t *size = CP_TAKE(work, o->count, uint32_t);
    uint32_t *place_of_step = CP_TAKE(work, o->count, uint32_t);

    if (step == NULL || parent == NULL || size == NULL || place_of_step == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < o->count; i++)
        step[o->sequence[i]] = i;
    grow_trees(o, step, parent, size);
    number_steps(o, parent, size, place_of_step);
    for (uint32_t i = 0; i < o->count; i++)
        place[o->sequence[i]] = place_of_step[i];
    return CP_OK;
}

static cp_err take_places(struct draft *d, struct cp_arena *arena)
{
    d->node_at = CP_TAKE(arena, d->h.place_count, uint32_t);
    d->link_at = CP_TAKE(arena, d->h.place_count, uint32_t);
    d->place_of_node = CP_TAKE(arena, d->graph->node_count, uint32_t);
    d->parent = CP_TAKE(arena, d->h.place_count, uint32_t);
    if (d->node_at == NULL || d->link_at == NULL || d->place_of_node == NULL || d->parent == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

static void name_places(struct draft *d, const uint32_t *place)
{
    for (uint32_t p = 0; p < d->h.place_count; p++)
        d->node_at[p] = d->link_at[p] = NONE;
    for (uint32_t v = 0; v < d->graph->node_count; v++) {
        d->place_of_node[v] = place[v];
        d->node_at[place[v]] = v;
    }
    for (uint32_t l = 0; l < d->graph->link_count; l++) {
        if (d->place_of_lan[l] == NONE)
            continue;
        d->place_of_lan[l] = place[d->place_of_lan[l]];
        d->link_at[d->place_of_lan[l]] = l;
    }
}

/* ---- arcs ---- */

static void sums(uint32_t *first, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        first[i + 1] += first[i];
}

/* The arcs' starts, grouped by where they go: starts [arcs]; next [places + 1] zeroed scratch. */
static void group_by_end(const struct draft *d, const uint32_t *place, uint32_t *next,
                         uint32_t *starts)
{
    const struct cp_order *o = &d->order;

    for (uint32_t k = 0; k < d->h.arc_count; k++)
        next[place[o->upper[k]] + 1]++;
    sums(next, o->count);
    for (uint32_t i = 0; i < o->count; i++)
        for (uint32_t k = o->first[i]; k < o->first[i + 1]; k++)
            starts[next[place[o->upper[k]]]++] = place[o->sequence[i]];
}

/* Arcs are dealt out to their starts by ascending end: so they are sorted. */
static void deal_arcs(struct draft *d, const uint32_t *end_of, const uint32_t *starts,
                      uint32_t *next)
{
    uint32_t k = 0;

    for (uint32_t p = 0; p < d->h.place_count; p++)
        next[p] = d->arc_first[p];
    for (uint32_t to = 0; to < d->h.place_count; to++)
        for (; k < end_of[to]; k++) {
            uint32_t arc = next[starts[k]]++;

            CP_ASSERT(to < starts[k]);
            d->arc_to[arc] = to;
            d->arc_from[arc] = starts[k];
        }
}

static cp_err make_arcs(struct draft *d, const uint32_t *place, struct cp_arena *arena,
                        struct cp_arena *work)
{
    const struct cp_order *o = &d->order;
    uint32_t *ends = CP_TAKE(work, (size_t)o->count + 1, uint32_t);
    uint32_t *next = CP_TAKE(work, o->count, uint32_t);
    uint32_t *starts = CP_TAKE(work, d->h.arc_count, uint32_t);

    d->arc_first = CP_TAKE(arena, (size_t)o->count + 1, uint32_t);
    d->arc_to = CP_TAKE(arena, d->h.arc_count, uint32_t);
    d->arc_from = CP_TAKE(arena, d->h.arc_count, uint32_t);
    if (ends == NULL || next == NULL || starts == NULL || d->arc_first == NULL ||
        d->arc_to == NULL || d->arc_from == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < o->count; i++)
        d->arc_first[place[o->sequence[i]] + 1] = o->first[i + 1] - o->first[i];
    sums(d->arc_first, o->count);
    group_by_end(d, place, ends, starts);
    deal_arcs(d, ends, starts, next);
    for (uint32_t p = 0; p < o->count; p++) {
        bool has_parent = p >= d->h.core_count && d->arc_first[p + 1] > d->arc_first[p];

        d->parent[p] = has_parent ? d->arc_to[d->arc_first[p + 1] - 1] : p;
    }
    return CP_OK;
}

uint32_t cp_hierarchy_arc(const struct cp_hierarchy *h, uint32_t from, uint32_t to)
{
    uint32_t low = h->arc_first[from];
    uint32_t high = h->arc_first[from + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (h->arc_to[middle] < to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < h->arc_first[from + 1] && h->arc_to[low] == to ? low : NONE;
}

/* ---- crossings ---- */

/* The crossing between an end and what it is joined to: the other end, or the LAN. */
static struct cp_crossing cross(const struct cp_hierarchy *h, uint32_t end)
{
    const struct cp_graph *g = h->graph;
    uint32_t link = g->end_link[end];
    uint32_t here = h->place_of_node[g->end_node[end]];
    uint32_t there = h->place_of_lan[link];
    uint32_t other = NONE;

    if (there == NONE) {
        other = end == g->end_first[link] ? end + 1 : end - 1;
        there = h->place_of_node[g->end_node[other]];
    }

    bool up = here > there;
    struct cp_crossing c = {.link = link,
                            .arc = up ? cp_hierarchy_arc(h, here, there)
                                      : cp_hierarchy_arc(h, there, here),
                            .end_up = up ? end : other,
                            .end_down = up ? other : end};

    CP_ASSERT(c.arc != NONE);
    return c;
}

/* Whether a crossing is counted at this end: at the first one of a link of two. */
static bool counts(const struct cp_hierarchy *h, uint32_t end)
{
    uint32_t link = h->graph->end_link[end];

    return h->place_of_lan[link] != NONE || end == h->graph->end_first[link];
}

static cp_err make_crossings(struct cp_hierarchy *h, struct cp_arena *arena, struct cp_arena *work)
{
    uint32_t ends = h->graph->end_first[h->graph->link_count];
    uint32_t count = 0;

    for (uint32_t end = 0; end < ends; end++)
        count += counts(h, end);

    uint32_t *first = CP_TAKE(arena, (size_t)h->arc_count + 2, uint32_t);
    uint32_t *of_end = CP_TAKE(arena, ends, uint32_t);
    struct cp_crossing *sorted = CP_TAKE(arena, count, struct cp_crossing);
    struct cp_crossing *crossings = CP_TAKE(work, count, struct cp_crossing);

    if (first == NULL || of_end == NULL || sorted == NULL || crossings == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t end = 0, i = 0; end < ends; end++)
        if (counts(h, end)) {
            crossings[i] = cross(h, end);
            first[crossings[i++].arc + 2]++;
        }
    sums(first + 1, h->arc_count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = first[crossings[i].arc + 1]++;

        sorted[at] = crossings[i];
        if (sorted[at].end_up != NONE)
            of_end[sorted[at].end_up] = at;
        if (sorted[at].end_down != NONE)
            of_end[sorted[at].end_down] = at;
    }
    h->crossing_first = first;
    h->crossings = sorted;
    h->crossing_of_end = of_end;
    return CP_OK;
}

/* ---- all of it ---- */

static cp_err order_places(struct draft *d, const struct cp_hierarchy_budget *budget,
                           struct cp_arena *work)
{
    uint32_t vertices = number_lans(d->graph, d->place_of_lan);
    struct cp_simple simple = {0};

    CP_TRY(make_simple(d->graph, d->place_of_lan, vertices, work, &simple));
    CP_TRY(cp_order_make(&simple, budget, work, &d->order));
    d->h.place_count = vertices;
    d->h.core_count = vertices - d->order.eliminated;
    d->h.arc_count = d->order.first[vertices];
    d->h.scale = vertices > d->graph->node_count ? 2 : 1;
    return CP_OK;
}

cp_err cp_hierarchy_make(const struct cp_graph *graph, const struct cp_hierarchy_budget *budget,
                         struct cp_arena *arena, struct cp_arena *work, struct cp_hierarchy *out)
{
    struct draft d = {.graph = graph, .h = {.graph = graph}};

    d.place_of_lan = CP_TAKE(arena, graph->link_count, uint32_t);
    if (d.place_of_lan == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(order_places(&d, budget, work));

    uint32_t *place = CP_TAKE(work, d.h.place_count, uint32_t);

    if (place == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(number_places(&d, work, place));
    CP_TRY(take_places(&d, arena));
    name_places(&d, place);
    CP_TRY(make_arcs(&d, place, arena, work));
    d.h.place_of_node = d.place_of_node;
    d.h.place_of_lan = d.place_of_lan;
    d.h.node_at = d.node_at;
    d.h.link_at = d.link_at;
    d.h.arc_first = d.arc_first;
    d.h.arc_to = d.arc_to;
    d.h.arc_from = d.arc_from;
    d.h.parent = d.parent;
    CP_TRY(make_crossings(&d.h, arena, work));
    *out = d.h;
    return CP_OK;
}

void cp_hierarchy_near_order(const struct cp_hierarchy *h, uint32_t *out)
{
    uint32_t core = 0;
    uint32_t count = 0;

    for (uint32_t p = h->core_count; p < h->place_count; p++) {
        for (; core < h->core_count && (h->parent[p] == p || core <= h->parent[p]); core++)
            if (h->node_at[core] != NONE)
                out[count++] = h->node_at[core];
        if (h->node_at[p] != NONE)
            out[count++] = h->node_at[p];
    }
    for (; core < h->core_count; core++)
        if (h->node_at[core] != NONE)
            out[count++] = h->node_at[core];
    CP_ASSERT(count == h->graph->node_count);
}
