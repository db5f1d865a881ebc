#include <stdlib.h>
#include <string.h>

#include "parts.h"

/*
 * Hops followed as routers do, from the headend on.  A node's SID leads there over all shortest ways, of the plan's network and
 * of the one of now, each router on the way by its old or its new next hops; an adjacency's SID leads over that
 * link alone.  What is behind the last hop goes to the endpoint as the network routes it.
 *
 * Whoever is met is looked up in the marks of the treatment.  Cost: O(hops) for adjacencies; a node's SID takes its
 * closure, and a row of distances the first time.
 */

enum { GUESSES = 4096 };

cp_err cp_picker_open(const struct cp_plan *plan, struct cp_arena *arena, struct cp_picker **out)
{
    const struct cp_graph *g = &plan->net.graph;
    uint32_t elements = g->link_count + g->node_count;
    struct cp_picker *p = CP_TAKE(arena, 1, struct cp_picker);

    if (p == NULL)
        return CP_ERR_NOMEM;
    *p = (struct cp_picker){.plan = plan,
                            .memory = cp_arena_open(SIZE_MAX),
                            .work = cp_arena_open(SIZE_MAX),
                            .out = CP_TAKE(arena, elements, uint8_t),
                            .touched = CP_TAKE(arena, elements, uint32_t),
                            .stamps = CP_TAKE(arena, elements, uint32_t),
                            .queue = CP_TAKE(arena, g->node_count, uint32_t),
                            .entered = CP_TAKE(arena, g->node_count, uint32_t),
                            .guess = CP_TAKE(arena, GUESSES, uint32_t)};
    *out = p;
    if (p->memory == NULL || p->work == NULL || p->out == NULL || p->touched == NULL ||
        p->stamps == NULL || p->queue == NULL || p->entered == NULL || p->guess == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_segmenter_open(plan->ground, p->memory, &p->segmenter));
    CP_TRY(cp_plan_search_open(plan, arena, &p->search));
    return cp_plan_ways_open(plan, arena, &p->ways);
}

void cp_picker_close(struct cp_picker *p)
{
    if (p == NULL)
        return;
    cp_segmenter_close(p->segmenter);
    cp_plan_ways_close(p->ways);
    cp_arena_close(p->memory);
    cp_arena_close(p->work);
}

/* --- SIDs -------------------------------------------------------------------------------------- */

struct target {
    uint32_t owner; /* the node whose SID it is */
    uint32_t link;  /* CP_NONE: the node itself */
    uint32_t to;    /* where it leads */
    uint32_t hop;   /* of the graph; CP_NONE: the node itself */
};

static bool is_same(const struct cp_sid *sid, const struct cp_pce_hop *hop)
{
    if (!sid->known)
        return false;
    if (hop->kind == CP_PCE_HOP_LABEL)
        return sid->plane == CP_PLANE_SR_MPLS && sid->label == hop->label;
    return hop->kind == CP_PCE_HOP_SRV6 && sid->plane == CP_PLANE_SRV6 &&
           memcmp(sid->srv6, hop->srv6, sizeof sid->srv6) == 0;
}

static bool is_node_sid(const struct cp_plan *plan, uint32_t reader, uint32_t node,
                        const struct cp_pce_hop *hop)
{
    struct cp_sid sid = cp_sids_of_node(plan->sids, reader, node);

    return is_same(&sid, hop);
}

static bool find_adjacency(const struct cp_plan *plan, uint32_t owner, const struct cp_pce_hop *hop,
                           struct target *out)
{
    const struct cp_graph *g = &plan->net.graph;

    for (uint32_t h = g->hop_first[owner]; h < g->hop_first[owner + 1]; h++) {
        if (!is_same(&plan->hop_sids[h], hop))
            continue;
        *out = (struct target){owner, g->hops[h].link, g->hops[h].to, h};
        return true;
    }
    return false;
}

bool cp_plan_tells_adjacency(const struct cp_plan *plan, uint32_t node, uint32_t link)
{
    const struct cp_graph *g = &plan->net.graph;

    for (uint32_t h = g->hop_first[node]; h < g->hop_first[node + 1]; h++)
        if (g->hops[h].link == link && !plan->hop_sids[h].known)
            return false;
    return true;
}

static uint32_t slot_of(const struct cp_pce_hop *hop)
{
    uint32_t sum = hop->label;

    for (uint32_t i = 0; hop->kind == CP_PCE_HOP_SRV6 && i < sizeof hop->srv6; i++)
        sum = sum * 31 + hop->srv6[i];
    return sum % GUESSES;
}

/* Whose SID it is for the router that reads it.  Adjacencies of the reader come first: labels of the two do not meet
 * (route/sids.h), and SRv6 addresses are everybody's. */
static bool resolve_by(const struct cp_plan *plan, uint32_t reader, const struct cp_pce_hop *hop,
                       uint32_t *guess, struct target *out)
{
    uint32_t nodes = plan->net.graph.node_count;

    if (find_adjacency(plan, reader, hop, out))
        return true;
    if (*guess < nodes && is_node_sid(plan, reader, *guess, hop)) {
        *out = (struct target){*guess, CP_NONE, *guess, CP_NONE};
        return true;
    }
    for (uint32_t v = 0; v < nodes; v++)
        if (is_node_sid(plan, reader, v, hop)) {
            *guess = v;
            *out = (struct target){v, CP_NONE, v, CP_NONE};
            return true;
        }
    for (uint32_t v = 0; v < nodes && hop->kind == CP_PCE_HOP_SRV6; v++)
        if (find_adjacency(plan, v, hop, out))
            return true;
    return false;
}

static bool resolve(struct cp_picker *p, uint32_t reader, const struct cp_pce_hop *hop,
                    struct target *out)
{
    return resolve_by(p->plan, reader, hop, &p->guess[slot_of(hop)], out);
}

uint32_t cp_plan_node_by_sid(const struct cp_plan *plan, uint32_t from,
                             const struct cp_pce_hop *hop)
{
    uint32_t reader = plan->net.node_of_case[from], guess = 0;
    struct target target;

    return reader != CP_NONE && resolve_by(plan, reader, hop, &guess, &target)
               ? plan->net.case_node[target.to]
               : CP_NONE;
}

/* --- what is met ------------------------------------------------------------------------------- */

struct walking {
    struct cp_picker *p;
    const struct plan_walk *walk;
    struct cp_trace trace;
    uint32_t watched; /* graph node; CP_NONE */
    uint32_t *onward; /* [onward_count] links by which they go on from it */
    uint32_t onward_count;
};

/* The worst and the first of what is met counts. */
static void meet(struct walking *w, uint32_t element, uint32_t mark)
{
    struct cp_picker *p = w->p;

    if (p->stamps[element] == p->stamp)
        return;
    p->stamps[element] = p->stamp;
    p->touched[p->touched_count++] = element;
    if (mark != 0 && (w->trace.kind != CP_TRACE_FORBIDDEN || w->trace.unjudged)) {
        w->trace.kind = CP_TRACE_FORBIDDEN;
        w->trace.unjudged = false;
        w->trace.element = element;
    }
}

static void meet_node(struct walking *w, uint32_t node)
{
    const struct cp_plan *plan = w->p->plan;

    meet(w, cp_graph_element_of_node(&plan->net.graph, node),
         plan->routes.markings[w->walk->treatment].marks.node[node]);
}

static void note_onward(struct walking *w, uint32_t link)
{
    for (uint32_t i = 0; i < w->onward_count; i++)
        if (w->onward[i] == link)
            return;
    w->onward[w->onward_count++] = link;
}

static void meet_link(struct walking *w, uint32_t from, uint32_t link)
{
    if (from == w->watched)
        note_onward(w, link);
    meet(w, cp_graph_element_of_link(link),
         w->p->plan->routes.markings[w->walk->treatment].marks.link[link]);
}

static void break_at(struct walking *w, uint32_t element)
{
    if (w->trace.kind != CP_TRACE_CLEAN)
        return;
    w->trace.kind = CP_TRACE_BROKEN;
    w->trace.element = element;
}

static bool is_gone(const struct walking *w, uint32_t element)
{
    return w->walk->gone != NULL && w->walk->gone->elements[element] != 0;
}

static bool is_hop_shut(const struct walking *w, uint32_t hop)
{
    const uint8_t *shut = w->walk->gone == NULL ? NULL : w->walk->gone->shut;

    return shut != NULL && shut[hop] != 0;
}

/* --- flows ------------------------------------------------------------------------------------- */

/* Next hops of a node towards a destination by one set of distances: each is met, and its far end queued. */
static void fan_out(struct walking *w, uint32_t v, const uint64_t *dist, bool now, uint32_t *count)
{
    struct cp_picker *p = w->p;
    const struct cp_graph *g = &p->plan->net.graph;

    for (uint32_t h = g->hop_first[v]; h < g->hop_first[v + 1]; h++) {
        const struct cp_hop *hop = &g->hops[h];
        uint32_t cost = now ? cp_plan_ways_cost(p->ways, h) : hop->out;

        if (dist[v] == CP_UNREACHABLE || dist[v] == 0 || dist[hop->to] == CP_UNREACHABLE ||
            dist[hop->to] + cost != dist[v] || (now && cost == UINT32_MAX))
            continue;
        meet_link(w, v, hop->link);
        if (p->entered[hop->to] == p->entered_stamp)
            continue;
        p->entered[hop->to] = p->entered_stamp;
        p->queue[(*count)++] = hop->to;
    }
}

/* Over what came since the plan was made: whose it is nobody has judged. */
static void stray(struct walking *w, uint32_t v, const uint64_t *dist)
{
    if (w->trace.kind == CP_TRACE_FORBIDDEN ||
        !cp_plan_ways_stray(w->p->ways, w->walk->gone, v, dist))
        return;
    w->trace.kind = CP_TRACE_FORBIDDEN;
    w->trace.unjudged = true;
    w->trace.element = cp_graph_element_of_node(&w->p->plan->net.graph, v);
}

static cp_err flow(struct walking *w, uint32_t from, uint32_t to)
{
    struct cp_picker *p = w->p;
    const struct cp_plan_gone *gone = w->walk->gone;
    const uint64_t *before, *after = NULL;
    uint32_t count = 1;

    CP_TRY(cp_plan_ways_to(p->ways, to, NULL, &before));
    if (gone != NULL)
        CP_TRY(cp_plan_ways_to(p->ways, to, gone, &after));
    if ((after != NULL ? after : before)[from] == CP_UNREACHABLE)
        break_at(w, cp_graph_element_of_node(&p->plan->net.graph, to));
    p->entered_stamp++;
    p->entered[from] = p->entered_stamp;
    p->queue[0] = from;
    for (uint32_t i = 0; i < count; i++) {
        meet_node(w, p->queue[i]);
        fan_out(w, p->queue[i], before, false, &count);
        if (after == NULL)
            continue;
        fan_out(w, p->queue[i], after, true, &count);
        stray(w, p->queue[i], after);
    }
    return CP_OK;
}

/* --- hops -------------------------------------------------------------------------------------- */

static cp_err follow(struct walking *w, const struct target *t, uint32_t *at)
{
    const struct cp_graph *g = &w->p->plan->net.graph;

    if (t->owner != *at)
        CP_TRY(flow(w, *at, t->owner));
    *at = t->to;
    if (t->link == CP_NONE)
        return CP_OK;
    if (is_gone(w, cp_graph_element_of_link(t->link)) || is_hop_shut(w, t->hop))
        break_at(w, cp_graph_element_of_link(t->link));
    meet_link(w, t->owner, t->link);
    if (is_gone(w, cp_graph_element_of_node(g, t->to)))
        break_at(w, cp_graph_element_of_node(g, t->to));
    meet_node(w, t->to);
    return CP_OK;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* Whether the SID is another one by now, or means another thing to who reads it. */
static bool is_other(const struct walking *w, uint32_t reader, const struct target *t)
{
    const uint8_t *others = w->walk->gone == NULL ? NULL : w->walk->gone->others;

    if (others == NULL || (t->link != CP_NONE && t->owner == reader))
        return false;
    return others[t->owner] != 0 || others[reader] != 0;
}

static cp_err walk_hops(struct walking *w)
{
    uint32_t at = w->walk->from;

    meet_node(w, at);
    for (uint32_t i = 0; i < w->walk->hops.count; i++) {
        struct target t;

        if (!resolve(w->p, at, &w->walk->hops.at[i], &t) || is_other(w, at, &t)) {
            if (w->trace.kind != CP_TRACE_FORBIDDEN)
                w->trace.kind = CP_TRACE_UNKNOWN;
            w->trace.reader = at;
            return CP_OK;
        }
        CP_TRY(follow(w, &t, &at));
    }
    w->trace.arrives = at == w->walk->to && w->walk->hops.count > 0;
    if (at != w->walk->to)
        CP_TRY(flow(w, at, w->walk->to));
    return CP_OK;
}

cp_err cp_plan_walk(struct cp_picker *p, const struct plan_walk *walk, struct cp_trace *out)
{
    struct walking w = {
        .p = p,
        .walk = walk,
        .trace = {.kind = CP_TRACE_CLEAN, .element = CP_NONE, .rule = CP_NONE, .reader = CP_NONE},
        .watched = CP_NONE};

    p->stamp++;
    p->touched_count = 0;
    CP_TRY(walk_hops(&w));
    qsort(p->touched, p->touched_count, sizeof *p->touched, by_number);
    w.trace.touches = p->touched;
    w.trace.touch_count = p->touched_count;
    *out = w.trace;
    return CP_OK;
}

/* --- for who asks about an LSP ------------------------------------------------------------------ */

static void name_rule(const struct cp_plan *plan, uint32_t treatment, struct cp_trace *trace)
{
    uint32_t at = 0;
    bool node = cp_graph_element(&plan->net.graph, trace->element, &at) == CP_ELEMENT_NODE;
    uint32_t object = node ? plan->net.case_node[at] : plan->net.case_link[at];

    (void)cp_plan_allows(plan, treatment, node ? CP_OBJECT_NODE : CP_OBJECT_LINK, object,
                         &trace->rule);
}

static struct plan_walk walk_of(const struct cp_plan *plan, const struct cp_plan_course *course,
                                const struct cp_plan_gone *gone)
{
    return (struct plan_walk){.treatment = course->treatment,
                              .from = plan->net.node_of_case[course->headend],
                              .to = plan->net.node_of_case[course->endpoint],
                              .hops = course->hops,
                              .gone = gone == NULL || gone->version == 0 ? NULL : gone};
}

static struct cp_plan_course course_of(const struct cp_plan *plan, uint32_t lsp,
                                       struct cp_pce_path hops)
{
    const struct cp_plan_lsp *l = cp_plan_lsp(plan, lsp);

    return (struct cp_plan_course){l->headend, l->endpoint, l->treatment, hops};
}

cp_err cp_plan_trace_course(struct cp_picker *p, const struct cp_plan_course *course,
                            const struct cp_plan_gone *gone, struct cp_arena *arena,
                            struct cp_trace *out)
{
    struct plan_walk walk = walk_of(p->plan, course, gone);
    uint32_t *touches;

    *out = (struct cp_trace){
        .kind = CP_TRACE_UNKNOWN, .element = CP_NONE, .rule = CP_NONE, .reader = CP_NONE};
    if (walk.from == CP_NONE || walk.to == CP_NONE)
        return CP_OK;
    CP_TRY(cp_plan_walk(p, &walk, out));
    if (out->kind == CP_TRACE_FORBIDDEN)
        name_rule(p->plan, course->treatment, out);
    touches = CP_TAKE(arena, out->touch_count, uint32_t);
    if (touches == NULL)
        return CP_ERR_NOMEM;
    if (out->touch_count > 0)
        memcpy(touches, out->touches, out->touch_count * sizeof *touches);
    out->touches = touches;
    return CP_OK;
}

cp_err cp_plan_trace(struct cp_picker *p, uint32_t lsp, struct cp_pce_path hops,
                     const struct cp_plan_gone *gone, struct cp_arena *arena, struct cp_trace *out)
{
    const struct cp_plan_course course = course_of(p->plan, lsp, hops);

    return cp_plan_trace_course(p, &course, gone, arena, out);
}

cp_err cp_plan_onward(struct cp_picker *p, const struct cp_plan_passage *passage,
                      struct cp_arena *arena, const uint32_t **links, uint32_t *count)
{
    const struct cp_graph *g = &p->plan->net.graph;
    const struct cp_plan_course course = course_of(p->plan, passage->lsp, passage->hops);
    struct plan_walk walk = walk_of(p->plan, &course, passage->gone);
    uint32_t most = g->hop_first[passage->node + 1] - g->hop_first[passage->node];
    struct walking w = {
        .p = p, .walk = &walk, .watched = passage->node, .onward = CP_TAKE(arena, most, uint32_t)};

    if (w.onward == NULL)
        return CP_ERR_NOMEM;
    p->stamp++;
    p->touched_count = 0;
    CP_TRY(walk_hops(&w));
    qsort(w.onward, w.onward_count, sizeof *w.onward, by_number);
    *links = w.onward;
    *count = w.onward_count;
    return CP_OK;
}
