#include "flow.h"

#include <string.h>

/*
 * The search grows sets of failures level by level.  Level k holds every transition F to F + f with
 * |F| = k - 1 that can matter:
 *
 *   - level 1: each f on the closure without failures;
 *   - from F to F + f: F + e to F + f + e with e on the transition's closure (e failed before), and
 *     F + f to F + f + e with e on the closure after F + f (e fails next).
 *
 * Nothing is missed: a node keeps its next hops, in both states, as long as no failure lies on its
 * closure; so failures that meet nothing of a closure leave the source's closure as it was, and what is
 * left of the set was a smaller one, at a lower level.  Each level asks for the marks alone, which
 * is fast (walk.h); only when something is still sought are the closures themselves walked.
 */

static const struct failure_set no_failures = {.element = {UINT32_MAX, UINT32_MAX, UINT32_MAX,
                                                           UINT32_MAX, UINT32_MAX, UINT32_MAX,
                                                           UINT32_MAX, UINT32_MAX}};

_Static_assert(CP_AUDIT_DEPTH_MAX == 8, "no_failures is written out");

struct hunt {
    struct flow_search *s;
    const struct flow *flow;
    struct flow_result *result;
    bool open[SEEK_COUNT][2];  /* still sought, in steady and in transition */
    struct failure_set before; /* failures that `after` was begun with */
    uint32_t before_count;
};

cp_err flow_search_open(struct flow_search *s)
{
    const struct cp_graph *g = &s->net->graph;
    const struct marking *m = s->marking;

    CP_TRY(cp_queue_open(s->work, g->hop_first[g->node_count] + 1, &s->queue));
    CP_TRY(cp_walk_open(g, s->work, &s->walk));
    CP_TRY(cp_routes_open(g, m->marks, NULL, s->work, &s->routes));
    CP_TRY(cp_routes_open(g, m->marks, m->banned, s->work, &s->honest));
    CP_TRY(cp_after_open(&s->routes, s->queue, s->work, &s->after));
    CP_TRY(cp_after_open(&s->routes, s->queue, s->work, &s->change));
    CP_TRY(cp_after_open(&s->honest, s->queue, s->work, &s->honest_after));
    return cp_liar_open(&s->honest, m->liars, m->liar_count, s->queue, s->work, &s->liar);
}

void flow_search_to(struct flow_search *s, uint32_t destination)
{
    cp_routes_to(&s->routes, destination, s->queue);
    if ((s->marking->all & FORBIDDEN_BITS) == 0)
        return; /* nobody to lie */
    cp_routes_to(&s->honest, destination, s->queue);
    cp_liar_begin(s->liar);
}

static struct cp_failure failure_of(const struct net *net, uint32_t element)
{
    uint32_t at = 0;

    switch (cp_graph_element(&net->graph, element, &at)) {
    case CP_ELEMENT_LINK:
        return (struct cp_failure){.kind = CP_FAIL_LINK, .at = net->case_link[at]};
    case CP_ELEMENT_NODE:
        return (struct cp_failure){.kind = CP_FAIL_NODE, .at = net->case_node[at]};
    case CP_ELEMENT_SRLG:
        break;
    }
    return (struct cp_failure){.kind = CP_FAIL_SRLG, .at = net->case_srlg[at]};
}

cp_err flow_exposure(struct flow_search *s, const struct flow *flow, cp_state state,
                     const struct failure_set *set, uint32_t count, struct cp_exposure **out)
{
    struct cp_exposure *e = CP_TAKE(s->answers, 1, struct cp_exposure);

    if (e == NULL)
        return CP_ERR_NOMEM;
    e->state = state;
    e->direction = flow->direction;
    e->failure_count = count;
    for (uint32_t i = 0; i < count; i++)
        e->failures[i] = failure_of(s->net, set->element[i]);
    *out = e;
    return CP_OK;
}

cp_err flow_exposure_way(struct flow_search *s, const struct cp_walk_way *way, uint32_t marks,
                         struct cp_exposure *e)
{
    const struct net *net = s->net;
    cp_node *nodes = CP_TAKE(s->answers, way->node_count, cp_node);
    cp_link *links = CP_TAKE(s->answers, way->node_count, cp_link);
    uint32_t at = 0;
    bool is_link = cp_graph_element(&net->graph, way->element, &at) == CP_ELEMENT_LINK;

    if (nodes == NULL || links == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < way->node_count; i++) {
        nodes[i].at = net->case_node[way->nodes[i]];
        if (i + 1 < way->node_count)
            links[i].at = net->case_link[way->links[i]];
    }
    e->nodes = nodes;
    e->links = links;
    e->node_count = way->node_count;
    e->kind = is_link ? CP_OBJECT_LINK : CP_OBJECT_NODE;
    e->element = is_link ? net->case_link[at] : net->case_node[at];
    e->rule = marking_rule(s->marking, s->judge, s->treatment, e->kind, e->element, marks);
    return CP_OK;
}

/* Marks that some rule judges at this depth with failures of these kinds. */
static uint32_t judged_marks(const struct marking *m, uint32_t depth, uint32_t kinds)
{
    uint32_t marks = 0;

    for (uint32_t p = 0; p < m->profile_count; p++)
        if (m->profiles[p].depth >= depth && (kinds & ~m->profiles[p].failure_kinds) == 0)
            marks |= UINT32_C(1) << p;
    return marks;
}

static uint32_t sought_marks(const struct marking *m, seek what, uint32_t depth, uint32_t kinds)
{
    switch (what) {
    case SEEK_EXPOSED:
        return FORBIDDEN_BITS;
    case SEEK_VIOLATION:
        return judged_marks(m, depth, kinds);
    case SEEK_UNSURE:
    case SEEK_COUNT:
        break;
    }
    return judged_marks(m, depth, kinds) << PROFILES;
}

static bool is_open(const struct hunt *h, seek what)
{
    return h->open[what][CP_STATE_STEADY] || h->open[what][CP_STATE_TRANSITION];
}

static bool any_open(const struct hunt *h)
{
    return is_open(h, SEEK_EXPOSED) || is_open(h, SEEK_VIOLATION) || is_open(h, SEEK_UNSURE);
}

static bool is_found(const struct hunt *h, seek what)
{
    return h->result->found[what][CP_STATE_STEADY] != NULL ||
           h->result->found[what][CP_STATE_TRANSITION] != NULL;
}

static void close_both(struct hunt *h, seek what)
{
    h->open[what][CP_STATE_STEADY] = false;
    h->open[what][CP_STATE_TRANSITION] = false;
}

/* Enters what the marks of one state show into the result. */
static cp_err look(struct hunt *h, const struct cp_walk_states *states, cp_state state,
                   uint32_t seen, const struct failure_set *set, uint32_t count)
{
    struct flow_search *s = h->s;
    uint32_t kinds = failure_set_kinds(s, set, count);

    for (seek what = SEEK_EXPOSED; what < SEEK_COUNT; what++) {
        uint32_t marks = seen & sought_marks(s->marking, what, count, kinds);
        struct cp_walk_way way = {0};
        struct cp_exposure *exposure = NULL;

        if (!h->open[what][state] || marks == 0)
            continue;
        bool there = cp_walk_find(s->walk, states, h->flow->source, marks, &way);

        CP_ASSERT(there);
        CP_TRY(flow_exposure(s, h->flow, state, set, count, &exposure));
        CP_TRY(flow_exposure_way(s, &way, marks, exposure));
        h->result->found[what][state] = exposure;
        h->open[what][state] = false;
        if (what == SEEK_EXPOSED)
            h->result->state_depth[state] = count;
    }
    return CP_OK;
}

static void begin_before(struct hunt *h, const struct failure_set *set, uint32_t count)
{
    size_t size_bytes = count * sizeof set->element[0];

    if (h->before_count == count && memcmp(h->before.element, set->element, size_bytes) == 0)
        return;
    h->before = *set;
    h->before_count = count;
    cp_after_begin(h->s->after, set->element, count);
}

/* States of a set of count >= 1: before its last failure, while it happens, after it. */
static struct cp_walk_states transition_of(struct hunt *h, const struct failure_set *set,
                                           uint32_t count)
{
    struct flow_search *s = h->s;
    struct cp_walk_states states = {.routes = &s->routes, .change = s->change};

    if (count > 1) {
        begin_before(h, set, count - 1);
        states.after = s->after;
    }
    cp_after_begin(s->change, set->element, count);
    return states;
}

static struct cp_walk_states steady_of(const struct hunt *h)
{
    return (struct cp_walk_states){.routes = &h->s->routes, .after = h->s->change};
}

static bool is_open_in(const struct hunt *h, cp_state state)
{
    return h->open[SEEK_EXPOSED][state] || h->open[SEEK_VIOLATION][state] ||
           h->open[SEEK_UNSURE][state];
}

static cp_err try_set(struct hunt *h, const struct failure_set *set, uint32_t count)
{
    struct flow_search *s = h->s;
    struct cp_walk_states transition = transition_of(h, set, count);
    struct cp_walk_states steady = steady_of(h);
    uint32_t seen = 0;

    if (is_open_in(h, CP_STATE_TRANSITION)) {
        seen = cp_walk_marks(s->walk, &transition, h->flow->source);
        if (seen == 0)
            return CP_OK; /* nor after it: that closure is part of this one */
        CP_TRY(look(h, &transition, CP_STATE_TRANSITION, seen, set, count));
    }
    if (!is_open_in(h, CP_STATE_STEADY))
        return CP_OK;
    seen = cp_walk_marks(s->walk, &steady, h->flow->source);
    return look(h, &steady, CP_STATE_STEADY, seen, set, count);
}

/* After a level: what needs no deeper search. */
static void close_seeks(struct hunt *h, uint32_t depth)
{
    if (is_found(h, SEEK_VIOLATION)) {
        close_both(h, SEEK_VIOLATION);
        close_both(h, SEEK_UNSURE);
    }
    if (is_found(h, SEEK_UNSURE))
        close_both(h, SEEK_UNSURE);
    if (depth >= h->s->marking->deepest) {
        close_both(h, SEEK_VIOLATION);
        close_both(h, SEEK_UNSURE);
    }
}

static cp_err try_level(struct hunt *h, const struct failure_sets *sets, uint32_t depth)
{
    for (uint32_t i = 0; i < sets->count && any_open(h); i++)
        CP_TRY(try_set(h, &sets->at[i], depth));
    close_seeks(h, depth);
    return CP_OK;
}

/* Good until the next walk. */
static struct met meet(struct flow_search *s, const struct cp_walk_states *states, uint32_t source)
{
    struct met met = {0};

    met.count = cp_walk_elements(s->walk, states, source, &met.element);
    return met;
}

static cp_err grow(struct hunt *h, const struct failure_sets *sets, uint32_t depth,
                   struct failure_sets *next)
{
    struct flow_search *s = h->s;

    for (uint32_t i = 0; i < sets->count; i++) {
        const struct failure_set *set = &sets->at[i];
        struct cp_walk_states transition = transition_of(h, set, depth);
        struct cp_walk_states steady = steady_of(h);
        struct met met = meet(s, &transition, h->flow->source);

        CP_TRY(failure_sets_extend(s, set, depth, met, EXTEND_BEFORE, next));
        met = meet(s, &steady, h->flow->source);
        CP_TRY(failure_sets_extend(s, set, depth, met, EXTEND_CHANGE, next));
    }
    failure_sets_tidy(next);
    return CP_OK;
}

/* Whether anything at all may fail beside the demand's ends. */
static bool something_may_fail(const struct flow_search *s)
{
    uint32_t elements = cp_graph_element_count(&s->net->graph);

    for (uint32_t e = 0; e < elements; e++)
        if (flow_may_fail(s, e))
            return true;
    return false;
}

static cp_err look_today(struct hunt *h)
{
    struct flow_search *s = h->s;
    struct cp_walk_states today = {.routes = &s->routes};
    uint32_t seen = s->routes.seen[h->flow->source];

    CP_TRY(look(h, &today, CP_STATE_STEADY, seen, &no_failures, 0));
    if (h->result->found[SEEK_EXPOSED][CP_STATE_STEADY] != NULL) {
        h->open[SEEK_EXPOSED][CP_STATE_TRANSITION] = false;
        if (s->request->depth > 0 && something_may_fail(s))
            h->result->state_depth[CP_STATE_TRANSITION] = 1;
    }
    close_seeks(h, 0);
    return CP_OK;
}

static void open_seeks(struct hunt *h)
{
    uint32_t all = h->s->marking->all;

    for (int state = CP_STATE_STEADY; state <= CP_STATE_TRANSITION; state++) {
        h->open[SEEK_EXPOSED][state] = (all & FORBIDDEN_BITS) != 0;
        h->open[SEEK_VIOLATION][state] = (all & FORBIDDEN_BITS) != 0;
        h->open[SEEK_UNSURE][state] = (all & UNDECIDED_BITS) != 0;
    }
}

cp_err flow_expose(struct flow_search *s, const struct flow *flow, struct flow_result *result)
{
    struct hunt h = {.s = s, .flow = flow, .result = result};
    struct cp_walk_states today = {.routes = &s->routes};
    struct failure_sets sets = {0};

    open_seeks(&h);
    CP_TRY(look_today(&h));
    if (s->request->depth == 0 || !any_open(&h))
        return CP_OK;
    CP_TRY(
        failure_sets_extend(s, &no_failures, 0, meet(s, &today, flow->source), EXTEND_SET, &sets));
    failure_sets_tidy(&sets);
    for (uint32_t depth = 1;; depth++) {
        struct failure_sets next = {0};

        CP_TRY(try_level(&h, &sets, depth));
        if (depth == s->request->depth || !any_open(&h))
            return CP_OK;
        CP_TRY(grow(&h, &sets, depth, &next));
        sets = next;
    }
}

/* One set of failures under lies, entered into the result if some lie exposes the flow. */
static cp_err try_lies(struct flow_search *s, const struct flow *flow,
                       const struct failure_set *set, uint32_t count, struct flow_result *result)
{
    struct cp_walk_states honest = {.routes = &s->honest, .after = s->honest_after};
    struct cp_walk_way way = {0};
    struct cp_exposure *exposure = NULL;

    cp_after_begin(s->honest_after, set->element, count);
    struct cp_liar_way drawn = cp_liar_draws(s->liar, s->honest_after, flow->source);

    if (drawn.drawn) {
        cp_liar_path(s->liar, &drawn, &way.nodes, &way.links, &way.node_count);
        way.element = cp_graph_element_of_node(&s->net->graph, drawn.near);
    } else if (!cp_walk_find(s->walk, &honest, flow->source, FORBIDDEN_BITS, &way)) {
        return CP_OK;
    }
    CP_TRY(flow_exposure(s, flow, CP_STATE_LIAR, set, count, &exposure));
    CP_TRY(flow_exposure_way(s, &way, FORBIDDEN_BITS, exposure));
    result->liar = exposure;
    result->state_depth[CP_STATE_LIAR] = count;
    return CP_OK;
}

static cp_err grow_lies(struct flow_search *s, const struct flow *flow,
                        const struct failure_sets *sets, uint32_t depth, struct failure_sets *next)
{
    struct cp_walk_states honest = {.routes = &s->honest, .after = s->honest_after};

    for (uint32_t i = 0; i < sets->count; i++) {
        cp_after_begin(s->honest_after, sets->at[i].element, depth);
        struct met met = meet(s, &honest, flow->source);

        CP_TRY(failure_sets_extend(s, &sets->at[i], depth, met, EXTEND_SET, next));
    }
    failure_sets_tidy(next);
    return CP_OK;
}

/*
 * The same growth over honest closures alone: a lie that draws nobody now does so only once the
 * honest way gets longer, and failures off it leave it as it is while drawn ways only get longer.
 */
cp_err flow_expose_by_lies(struct flow_search *s, const struct flow *flow,
                           struct flow_result *result)
{
    struct failure_set none = no_failures;
    struct failure_sets sets = {.at = &none, .count = 1, .cap = 1};

    if ((s->marking->all & FORBIDDEN_BITS) == 0)
        return CP_OK;
    for (uint32_t depth = 0; depth <= s->request->depth; depth++) {
        struct failure_sets next = {0};

        for (uint32_t i = 0; i < sets.count && result->liar == NULL; i++)
            CP_TRY(try_lies(s, flow, &sets.at[i], depth, result));
        if (result->liar != NULL || depth == s->request->depth)
            break;
        CP_TRY(grow_lies(s, flow, &sets, depth, &next));
        sets = next;
    }
    return CP_OK;
}
