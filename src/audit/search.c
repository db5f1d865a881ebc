#include "search.h"

#include <string.h>

/*
 * What the searches of steady.c and lies.c share: sets of failures come sorted, so those that differ
 * in the last failure alone stand together.  For each such run the routes after the other failures
 * are computed once, each wanting source's closure in them is walked once, and an index from elements
 * to sources tells for each last failure whom it touches.  All others keep their closures.
 *
 * Who only looks for what a failure brings about asks for less (only_pivots): where every node of a source's
 * closure has a next hop left, the closures during and after the failure lie inside the one before it.  That was
 * looked at one level before, and what was sought there is more: whatever is judged after a failure is judged
 * before it.
 */

static cp_err open_routes(struct search *s, const struct cp_weights *weights,
                          struct route_set *routes)
{
    const struct cp_triangles *triangles = s->ways->triangles;
    struct cp_marks marks = s->marking->marks;

    CP_TRY(cp_routes_open(weights, marks, s->lasting, &routes->none));
    if (s->request->depth < 1)
        return CP_OK;
    CP_TRY(cp_routes_open_failing(weights, triangles, marks, s->lasting, &routes->more));
    if (s->request->depth < 2)
        return CP_OK; /* nothing happens after a failure */
    return cp_routes_open_failing(weights, triangles, marks, s->lasting, &routes->some);
}

static cp_err open_index(struct search *s)
{
    const struct cp_graph *g = &s->net->graph;
    uint32_t elements = cp_graph_element_count(g);

    s->index.head = CP_TAKE(s->lasting, elements, uint32_t);
    s->index.stamp = CP_TAKE(s->lasting, elements, uint32_t);
    s->index.taken = CP_TAKE(s->lasting, g->node_count, uint32_t);
    s->hunt_of = CP_TAKE(s->lasting, g->node_count, uint32_t);
    s->sources = CP_TAKE(s->lasting, g->node_count, uint32_t);
    if (s->index.head == NULL || s->index.stamp == NULL || s->index.taken == NULL ||
        s->hunt_of == NULL || s->sources == NULL)
        return CP_ERR_NOMEM;
    memset(s->hunt_of, 0xff, g->node_count * sizeof *s->hunt_of);
    return CP_OK;
}

cp_err cp_search_open(struct search *s)
{
    const struct cp_graph *g = &s->net->graph;
    uint64_t entries = (uint64_t)g->hop_first[g->node_count] + 1;

    if (entries > UINT32_MAX)
        return CP_ERR_LIMIT;
    CP_TRY(open_index(s));
    CP_TRY(cp_queue_open(s->lasting, (uint32_t)entries, &s->queue));
    CP_TRY(cp_walk_open(g, s->lasting, &s->walk));
    CP_TRY(cp_shift_open(g, s->lasting, &s->shift));
    CP_TRY(open_routes(s, s->ways->all, &s->routes));
    if (s->ways->honest == NULL)
        return CP_OK;
    CP_TRY(open_routes(s, s->ways->honest, &s->honest));
    return cp_liar_open(s->ways->liars, s->queue, s->lasting, &s->liar);
}

static bool is_end(const struct flow *flow, uint32_t node)
{
    uint32_t low = 0;
    uint32_t high = flow->end_count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (flow->ends[mid] == node)
            return true;
        if (flow->ends[mid] < node)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

bool cp_search_may_happen(const struct search *s, const struct flow *flow,
                          const struct failure_set *set, uint32_t count)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < count; i++)
        if (cp_graph_element(&s->net->graph, set->element[i], &at) == CP_ELEMENT_NODE &&
            is_end(flow, at))
            return false;
    return true;
}

uint32_t cp_search_next_hunt(const struct search *s, uint32_t i)
{
    uint32_t next = i + 1;

    if (next < s->hunt_count && s->hunts[next].flow->source == s->hunts[i].flow->source)
        return next;
    return s->hunt_count;
}

static bool same_prefix(const struct failure_set *a, const struct failure_set *b, uint32_t count)
{
    return memcmp(a->element, b->element, count * sizeof a->element[0]) == 0;
}

static cp_err routes_after(struct search *s, struct route_set *routes,
                           const struct failure_set *set, uint32_t count,
                           const struct cp_routes **out)
{
    *out = count == 0 ? &routes->none : &routes->some;
    if (count == 0)
        return CP_OK;
    return cp_routes_to(&routes->some, s->destination, set->element, count);
}

static cp_err enter(struct search *s, uint32_t element, uint32_t source)
{
    struct source_index *x = &s->index;
    void *at = x->entries;

    if (x->count == x->cap) {
        CP_TRY(cp_arena_grow(s->work, &at, x->count, &x->cap, sizeof *x->entries));
        x->entries = at;
    }
    if (x->stamp[element] != x->now) {
        x->stamp[element] = x->now;
        x->head[element] = CP_NONE;
    }
    x->entries[x->count] = (struct source_entry){source, x->head[element]};
    x->head[element] = x->count++;
    return CP_OK;
}

/* A stamp that no entry bears: all are forgotten when it comes round. */
static void next_stamp(uint32_t *now, uint32_t *stamps, size_t count)
{
    if (++*now != 0)
        return;
    memset(stamps, 0, count * sizeof *stamps);
    *now = 1;
}

/* Walks the closure of each wanting source.  The index is good until the next. */
static cp_err make_index(struct search *s, const struct pass *pass, const struct cp_routes *routes,
                         const struct failure_set *set, uint32_t count)
{
    struct cp_view view = cp_view_of(routes);

    s->index.count = 0;
    next_stamp(&s->index.now, s->index.stamp, cp_graph_element_count(&s->net->graph));
    for (uint32_t i = 0; i < s->hunt_count; i++) {
        uint32_t source = s->hunts[i].flow->source;
        const uint32_t *met = NULL;

        if (s->hunt_of[source] != i || !pass->wanted(s, source, set, count))
            continue;
        uint32_t met_count = pass->only_pivots ? cp_walk_pivots(s->walk, &view, source, &met)
                                               : cp_walk_elements(s->walk, &view, &source, 1, &met);

        for (uint32_t k = 0; k < met_count; k++)
            CP_TRY(enter(s, met[k], source));
    }
    return CP_OK;
}

static void gather_on(struct search *s, const struct pass *pass, uint32_t element,
                      const struct failure_set *set, uint32_t count)
{
    struct source_index *x = &s->index;

    if (x->stamp[element] != x->now)
        return;
    for (uint32_t i = x->head[element]; i != CP_NONE; i = x->entries[i].next) {
        uint32_t source = x->entries[i].source;

        if (x->taken[source] == x->gathering || !pass->wanted(s, source, set, count))
            continue;
        x->taken[source] = x->gathering;
        s->sources[s->source_count++] = source;
    }
}

/* Wanting sources whose closure the set's last failure touches. */
static void gather_sources(struct search *s, const struct pass *pass, const struct failure_set *set,
                           uint32_t count)
{
    const struct cp_graph *g = &s->net->graph;
    uint32_t last = set->element[count - 1];
    uint32_t at = 0;

    s->source_count = 0;
    next_stamp(&s->index.gathering, s->index.taken, g->node_count);
    if (cp_graph_element(g, last, &at) != CP_ELEMENT_SRLG) {
        gather_on(s, pass, last, set, count);
        return;
    }
    gather_on(s, pass, last, set, count); /* by pivots alone */
    for (uint32_t i = g->srlg_first[at]; i < g->srlg_first[at + 1]; i++)
        gather_on(s, pass, cp_graph_element_of_link(g->srlg_links[i]), set, count);
}

static bool any_wanted(const struct search *s, const struct pass *pass,
                       const struct failure_set *set, uint32_t count)
{
    for (uint32_t i = 0; i < s->hunt_count; i++)
        if (pass->wanted(s, s->hunts[i].flow->source, set, count))
            return true;
    return false;
}

/* Routes after the first `count` failures and the index for them; NULL if nobody wants them. */
static cp_err begin_run(struct search *s, const struct pass *pass, const struct failure_set *set,
                        uint32_t count, const struct cp_routes **before)
{
    *before = NULL;
    if (!any_wanted(s, pass, set, count))
        return CP_OK;
    CP_TRY(routes_after(s, pass->routes, set, count, before));
    return make_index(s, pass, *before, set, count);
}

cp_err cp_search_pass(struct search *s, const struct pass *pass, const struct failure_sets *sets,
                      uint32_t count, struct failure_sets *next)
{
    const struct cp_routes *before = NULL; /* NULL: nobody wants this run of sets */

    CP_ASSERT(count >= 1 && count <= s->request->depth);
    for (uint32_t i = 0; i < sets->count; i++) {
        const struct failure_set *set = &sets->at[i];

        if (i == 0 || !same_prefix(set, set - 1, count - 1))
            CP_TRY(begin_run(s, pass, set, count - 1, &before));
        if (before == NULL)
            continue;
        gather_sources(s, pass, set, count);
        if (s->source_count == 0)
            continue;
        CP_TRY(cp_shift_by(s->shift, before, &pass->routes->more, set->element[count - 1]));
        CP_TRY(pass->visit(s, set, count, next));
    }
    if (next != NULL)
        cp_failure_sets_tidy(next);
    return CP_OK;
}

void cp_search_all_sources(struct search *s, const struct pass *pass)
{
    s->source_count = 0;
    for (uint32_t i = 0; i < s->hunt_count; i++) {
        uint32_t source = s->hunts[i].flow->source;

        if (s->hunt_of[source] == i && pass->wanted(s, source, &cp_no_failures, 0))
            s->sources[s->source_count++] = source;
    }
}

static void begin_group(struct search *s, struct hunt *hunts, uint32_t count)
{
    s->hunts = hunts;
    s->hunt_count = count;
    s->destination = hunts[0].flow->destination;
    for (uint32_t i = count; i-- > 0;) {
        s->hunt_of[hunts[i].flow->source] = i;
        for (int state = 0; state < CP_STATE_COUNT; state++)
            hunts[i].result->state_depth[state] = CP_DEPTH_NONE;
    }
}

/* The halves take what they need from the arena, the index's entries among it. */
static void end_half(struct search *s, cp_arena_mark mark)
{
    cp_arena_reset(s->work, mark);
    s->index.entries = NULL;
    s->index.count = 0;
    s->index.cap = 0;
}

cp_err cp_search_group(struct search *s, struct hunt *hunts, uint32_t count)
{
    cp_arena_mark mark = cp_arena_mark_get(s->work);

    CP_ASSERT(count > 0);
    begin_group(s, hunts, count);
    CP_TRY(cp_search_steady(s));
    end_half(s, mark);
    CP_TRY(cp_search_lies(s));
    end_half(s, mark);
    for (uint32_t i = 0; i < count; i++)
        s->hunt_of[hunts[i].flow->source] = CP_NONE;
    return CP_OK;
}
