#include "tour.h"

#include <stdlib.h>
#include <string.h>

/*
 * Level k holds the changes (F, f) with |F| = k - 1 that each flow looks at:
 *
 *   - level 1: each f that touches the closure without failures;
 *   - from (F, f): (F + e, f) for e that touches the mixture (e failed before), and (F + f, e) for e
 *     that touches the closure after F + f (e fails next).
 *
 * A change (F, f) where f does not touch the closure after F changes nothing and is left at once.  Why
 * nothing is missed: audit/steady.c.  Here each flow is walked for itself; what flows share is the
 * labels of a set and, from one source, what a set makes of its closure.
 */

cp_err cp_tour_prepare(struct tour *t, struct cp_arena *arena)
{
    size_t nodes = t->g->node_count;
    size_t elements = cp_graph_element_count(t->g);

    t->known_before = CP_TAKE(arena, nodes, uint32_t);
    t->known_after = CP_TAKE(arena, nodes, uint32_t);
    t->closures = CP_TAKE(arena, nodes, struct span);
    t->touching = CP_TAKE(arena, elements, uint32_t);
    t->element_stamp = CP_TAKE(arena, elements, uint32_t);
    if (t->known_before == NULL || t->known_after == NULL || t->closures == NULL ||
        t->touching == NULL || t->element_stamp == NULL)
        return CP_ERR_NOMEM;
    return cp_visit_open(t->g, arena, &t->spread);
}

static int compare_elements(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static void touch(struct tour *t, uint32_t element)
{
    if (t->element_stamp[element] == t->element_now)
        return;
    t->element_stamp[element] = t->element_now;
    t->touching[t->touching_count++] = element;
}

/* What may fail and touches the spread: its nodes and links, SRLGs of the links; ascending. */
static void find_touching(struct tour *t)
{
    const struct cp_graph *g = t->g;
    const struct spread *s = &t->spread;

    if (++t->element_now == 0) {
        memset(t->element_stamp, 0, cp_graph_element_count(g) * sizeof *t->element_stamp);
        t->element_now = 1;
    }
    t->touching_count = 0;
    for (uint32_t i = 0; i < s->link_count; i++) {
        uint32_t link = s->links[i];

        if ((t->failure_kinds & CP_FAIL_LINK) != 0)
            touch(t, cp_graph_element_of_link(link));
        for (uint32_t k = g->link_srlg_first[link];
             (t->failure_kinds & CP_FAIL_SRLG) != 0 && k < g->link_srlg_first[link + 1]; k++)
            touch(t, cp_graph_element_of_srlg(g, g->link_srlgs[k]));
    }
    for (uint32_t i = 0; (t->failure_kinds & CP_FAIL_NODE) != 0 && i < s->node_count; i++)
        touch(t, cp_graph_element_of_node(g, s->nodes[i]));
    if (t->touching_count > 0)
        qsort(t->touching, t->touching_count, sizeof *t->touching, compare_elements);
}

static bool is_end(const struct prove_flow *flow, uint32_t node)
{
    uint32_t low = 0;
    uint32_t high = flow->end_count;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (flow->ends[mid] < node)
            low = mid + 1;
        else
            high = mid;
    }
    return low < flow->end_count && flow->ends[low] == node;
}

static bool may_fail(const struct tour *t, const struct prove_flow *flow, uint32_t element)
{
    uint32_t at = 0;

    return cp_graph_element(t->g, element, &at) != CP_ELEMENT_NODE || !is_end(flow, at);
}

static cp_err put_step(struct tour *t, struct steps *steps, struct step step)
{
    if (steps->count == steps->cap) {
        void *at = steps->at;

        CP_TRY(cp_arena_grow(t->work, &at, steps->count, &steps->cap, sizeof *steps->at));
        steps->at = at;
    }
    steps->at[steps->count++] = step;
    return CP_OK;
}

static int compare_steps(const void *a, const void *b)
{
    const struct step *x = a;
    const struct step *y = b;

    if (x->set != y->set)
        return x->set < y->set ? -1 : 1;
    if (x->element != y->element)
        return x->element < y->element ? -1 : 1;
    return x->flow < y->flow ? -1 : x->flow > y->flow;
}

static void tidy(struct steps *steps)
{
    uint32_t kept = 0;

    if (steps->count == 0)
        return;
    qsort(steps->at, steps->count, sizeof *steps->at, compare_steps);
    for (uint32_t i = 0; i < steps->count; i++)
        if (i == 0 || compare_steps(&steps->at[i], &steps->at[kept - 1]) != 0)
            steps->at[kept++] = steps->at[i];
    steps->count = kept;
}

static cp_err routes_under(struct tour *t, struct cp_routes *routes, uint32_t set)
{
    uint32_t elements[CP_SETS_DEPTH_MAX];
    uint32_t count = cp_sets_elements(t->sets, set, elements);

    return cp_routes_to(routes, t->destination, elements, count);
}

static void next_stamp(uint32_t *now, uint32_t *stamps, uint32_t count)
{
    if (++*now == 0) {
        memset(stamps, 0, count * sizeof *stamps);
        *now = 1;
    }
}

static cp_err need_before(struct tour *t, uint32_t set, uint32_t node)
{
    if (t->known_before[node] == t->before_stamp)
        return CP_OK;
    t->known_before[node] = t->before_stamp;
    return cp_sets_need(t->sets, set, node, cp_routes_cost(t->before, node));
}

static cp_err need_after(struct tour *t, uint32_t set, uint32_t node)
{
    if (t->known_after[node] == t->after_stamp || cp_routes_node_failed(t->after, node))
        return CP_OK;
    t->known_after[node] = t->after_stamp;
    return cp_sets_need(t->sets, set, node, cp_routes_cost(t->after, node));
}

/* The costs that the spread at hand stands on, by the routes before. */
static cp_err need_spread(struct tour *t, uint32_t set, uint32_t source)
{
    CP_TRY(need_before(t, set, source));
    for (uint32_t i = 0; i < t->spread.node_count; i++)
        CP_TRY(need_before(t, set, t->spread.nodes[i]));
    return CP_OK;
}

/* What touches the closure of a source by the routes before; worked out once a set. */
static cp_err closure_of(struct tour *t, uint32_t set, uint32_t source, const struct span **out)
{
    struct span *span = &t->closures[source];

    *out = span;
    if (span->stamp == t->before_stamp)
        return CP_OK;
    cp_visit_from(&t->spread, t->before, NULL, source);
    CP_TRY(need_spread(t, set, source));
    find_touching(t);
    while (t->touched_cap - t->touched_count < t->touching_count) {
        void *at = t->touched;

        CP_TRY(cp_arena_grow(t->work, &at, t->touched_cap, &t->touched_cap, sizeof *t->touched));
        t->touched = at;
    }
    *span = (struct span){t->touched_count, t->touching_count, t->before_stamp};
    if (t->touching_count > 0)
        memcpy(t->touched + t->touched_count, t->touching, t->touching_count * sizeof *t->touched);
    t->touched_count += t->touching_count;
    return CP_OK;
}

static bool touches(const struct tour *t, const struct span *span, uint32_t element)
{
    return span->count > 0 && bsearch(&element, t->touched + span->first, span->count,
                                      sizeof element, compare_elements) != NULL;
}

static void begin_set(struct tour *t)
{
    next_stamp(&t->before_stamp, t->known_before, t->g->node_count);
    t->touched_count = 0;
    if (t->before_stamp == 1)
        memset(t->closures, 0, t->g->node_count * sizeof *t->closures);
}

/* Flows of one source that look at one change: steps [count]. */
struct look {
    const struct step *steps;
    uint32_t count, after, size; /* set after the change; failures in it */
};

/* (F + e, f) or (F + f, e) for each e that touches what was met. */
static cp_err grow(struct tour *t, const struct look *look, bool before, struct steps *next)
{
    uint32_t set = before ? look->steps->set : look->after;

    for (uint32_t i = 0; i < t->touching_count; i++) {
        uint32_t e = t->touching[i];
        uint32_t grown = before ? CP_SETS_NONE : set;

        if (cp_sets_holds(t->sets, look->after, e))
            continue;
        for (uint32_t k = 0; k < look->count; k++) {
            const struct step *step = &look->steps[k];
            const struct prove_flow *flow = &t->flows[step->flow];

            if (flow->most <= look->size || !may_fail(t, flow, e))
                continue;
            if (grown == CP_SETS_NONE)
                CP_TRY(cp_sets_plus(t->sets, set, e, &grown));
            CP_TRY(put_step(t, next, (struct step){grown, before ? step->element : e, step->flow}));
        }
    }
    return CP_OK;
}

static bool any_deeper(const struct tour *t, const struct look *look)
{
    for (uint32_t k = 0; k < look->count; k++)
        if (t->flows[look->steps[k].flow].most > look->size)
            return true;
    return false;
}

/* The source's mixture and its closure after the change. */
static cp_err visit(struct tour *t, const struct look *look, struct steps *next)
{
    uint32_t source = t->flows[look->steps->flow].source;
    uint32_t set = look->steps->set;
    bool deeper = any_deeper(t, look);

    t->visits += look->count;
    cp_visit_from(&t->spread, t->before, t->after, source);
    CP_TRY(need_spread(t, set, source));
    for (uint32_t i = 0; i < t->spread.node_count; i++)
        CP_TRY(need_after(t, look->after, t->spread.nodes[i]));
    if (!deeper)
        return CP_OK;
    find_touching(t);
    CP_TRY(grow(t, look, true, next));
    cp_visit_from(&t->spread, t->after, NULL, source);
    find_touching(t);
    return grow(t, look, false, next);
}

/* Changes of one set by one element: steps [count], by source. */
static cp_err visit_change(struct tour *t, const struct step *steps, uint32_t count,
                           struct steps *next)
{
    struct look look = {.size = t->sets->at[steps->set].depth + 1};
    bool begun = false;

    for (uint32_t i = 0; i < count; i += look.count) {
        uint32_t source = t->flows[steps[i].flow].source;
        const struct span *closure;

        look.steps = &steps[i];
        look.count = 1;
        while (i + look.count < count && t->flows[steps[i + look.count].flow].source == source)
            look.count++;
        CP_TRY(closure_of(t, steps->set, source, &closure));
        if (!touches(t, closure, steps->element))
            continue;
        if (!begun) {
            CP_TRY(cp_sets_plus(t->sets, steps->set, steps->element, &look.after));
            CP_TRY(routes_under(t, t->after, look.after));
            next_stamp(&t->after_stamp, t->known_after, t->g->node_count);
            begun = true;
        }
        CP_TRY(visit(t, &look, next));
    }
    return CP_OK;
}

static cp_err visit_level(struct tour *t, const struct steps *steps, struct steps *next)
{
    uint32_t past;

    for (uint32_t i = 0; i < steps->count; i = past) {
        const struct step *first = &steps->at[i];

        if (i == 0 || first->set != (first - 1)->set) {
            CP_TRY(routes_under(t, t->before, first->set));
            begin_set(t);
        }
        for (past = i + 1; past < steps->count && steps->at[past].set == first->set &&
                           steps->at[past].element == first->element;)
            past++;
        CP_TRY(visit_change(t, first, past - i, next));
    }
    return CP_OK;
}

/* All flows without failures: their closures, and what may fail first. */
static cp_err visit_today(struct tour *t, struct steps *next)
{
    CP_TRY(routes_under(t, t->before, 0));
    begin_set(t);
    for (uint32_t i = 0; i < t->flow_count; i++) {
        const struct span *closure;

        CP_TRY(closure_of(t, 0, t->flows[i].source, &closure));
        t->visits++;
        for (uint32_t k = 0; t->flows[i].most > 0 && k < closure->count; k++) {
            uint32_t element = t->touched[closure->first + k];

            if (may_fail(t, &t->flows[i], element))
                CP_TRY(put_step(t, next, (struct step){0, element, i}));
        }
    }
    return CP_OK;
}

cp_err cp_tour_flows(struct tour *t)
{
    struct steps steps = {0};

    CP_TRY(visit_today(t, &steps));
    tidy(&steps);
    while (steps.count > 0) {
        struct steps next = {0};

        CP_TRY(visit_level(t, &steps, &next));
        tidy(&next);
        steps = next;
    }
    return CP_OK;
}

/* One flow after one set; the routes before are those after it. */
static cp_err visit_steady(struct tour *t, const struct step *step, struct steps *next)
{
    const struct prove_flow *flow = &t->flows[step->flow];
    const struct span *closure;

    CP_TRY(closure_of(t, step->set, flow->source, &closure));
    CP_TRY(t->seen(t->seen_to, step->set, flow));
    t->visits++;
    for (uint32_t k = 0; flow->most > t->sets->at[step->set].depth && k < closure->count; k++) {
        uint32_t element = t->touched[closure->first + k];
        uint32_t grown;

        if (!may_fail(t, flow, element) || cp_sets_holds(t->sets, step->set, element))
            continue;
        CP_TRY(cp_sets_plus(t->sets, step->set, element, &grown));
        CP_TRY(put_step(t, next, (struct step){grown, CP_SETS_NONE, step->flow}));
    }
    return CP_OK;
}

static cp_err visit_steady_level(struct tour *t, const struct steps *steps, struct steps *next)
{
    for (uint32_t i = 0; i < steps->count; i++) {
        if (i == 0 || steps->at[i].set != steps->at[i - 1].set) {
            CP_TRY(routes_under(t, t->before, steps->at[i].set));
            begin_set(t);
        }
        CP_TRY(visit_steady(t, &steps->at[i], next));
    }
    return CP_OK;
}

cp_err cp_tour_steady(struct tour *t)
{
    struct steps steps = {0};

    for (uint32_t i = 0; i < t->flow_count; i++)
        CP_TRY(put_step(t, &steps, (struct step){0, CP_SETS_NONE, i}));
    while (steps.count > 0) {
        struct steps next = {0};

        CP_TRY(visit_steady_level(t, &steps, &next));
        tidy(&next);
        steps = next;
    }
    return CP_OK;
}

cp_err cp_tour_witness(struct tour *t, uint32_t source, const uint32_t *failures, uint32_t count,
                       bool transition)
{
    uint32_t before = 0;
    uint32_t after = 0;

    CP_ASSERT(!transition || count > 0);
    CP_TRY(cp_sets_of(t->sets, failures, count - (transition ? 1 : 0), &before));
    CP_TRY(routes_under(t, t->before, before));
    begin_set(t);
    if (!transition) {
        cp_visit_from(&t->spread, t->before, NULL, source);
        return need_spread(t, before, source);
    }
    CP_TRY(cp_sets_plus(t->sets, before, failures[count - 1], &after));
    CP_TRY(routes_under(t, t->after, after));
    next_stamp(&t->after_stamp, t->known_after, t->g->node_count);
    cp_visit_from(&t->spread, t->before, t->after, source);
    CP_TRY(need_spread(t, before, source));
    for (uint32_t i = 0; i < t->spread.node_count; i++)
        CP_TRY(need_after(t, after, t->spread.nodes[i]));
    return CP_OK;
}
