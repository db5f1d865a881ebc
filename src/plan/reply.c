#include "reply.h"

/*
 * A path for who asks.  Its constraints become a mask of elements, bounds and sets to pass, and one search heeds them
 * all; what cannot be put so is no path.  Its list is of the kind that the plan's are.  Where nodes' segments may be in it, it is
 * proven for each treatment, and its walk keeps clear of all that is left out; else, and while something is gone that the
 * proofs do not know of, it is of adjacencies alone: routers cannot lead it elsewhere.
 */

/* --- whose rules hold -------------------------------------------------------------------------- */

static void add_treatment(struct replying *r, uint32_t treatment)
{
    if (r->p->plan->ask.judge->treatments[treatment].rule_count == 0)
        return;
    for (uint32_t i = 0; i < r->treatment_count; i++)
        if (r->treatments[i] == treatment)
            return;
    if (r->treatment_count == TREATMENTS_MAX)
        cp_plan_refuse(r, "more sets of rules hold for it than are heeded at once");
    else
        r->treatments[r->treatment_count++] = treatment;
}

static bool holds(const struct cp_case *c, cp_range ends, uint32_t node)
{
    for (uint32_t i = 0; i < ends.count; i++)
        if (c->demand_ends[ends.first + i].at == node)
            return true;
    return false;
}

static bool is_in_class(const struct cp_treatment *t, cp_text name)
{
    cp_text rest = t->traffic_class, word;

    while (cp_text_word(&rest, " ", &word))
        if (cp_text_eq(word, name))
            return true;
    return false;
}

static void find_treatments(struct replying *r)
{
    const struct cp_plan *plan = r->p->plan;
    const struct cp_case *c = plan->ask.view->net;
    const struct cp_judge *judge = plan->ask.judge;
    uint32_t a = plan->net.case_node[r->from], b = plan->net.case_node[r->to];
    bool joined = false;

    for (uint32_t d = 0; d < c->demand_count; d++) {
        const struct cp_demand *demand = &c->demands[d];

        if ((holds(c, demand->src, a) && holds(c, demand->dst, b)) ||
            (holds(c, demand->src, b) && holds(c, demand->dst, a))) {
            joined = true;
            add_treatment(r, judge->demand_treatment[d]);
        }
    }
    for (uint32_t t = 0; t < judge->treatment_count && !joined; t++)
        if (plan->ask.config.request_class.len == 0 ||
            is_in_class(&judge->treatments[t], plan->ask.config.request_class))
            add_treatment(r, t);
    if (r->treatment_count == 0)
        cp_plan_refuse(r, "no rule is known that a path for it could be held to");
}

/* --- what must be passed ----------------------------------------------------------------------- */

static cp_err require(struct replying *r)
{
    const struct cp_pce_path *include = &r->request->include;

    if (include->count > CP_REQUIRE_MAX)
        cp_plan_refuse(r, "it names more to pass than can be heeded");
    if (r->why != NULL || include->count == 0)
        return CP_OK;
    r->require = CP_TAKE(r->p->work, include->count, struct cp_must_pass);
    if (r->require == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < include->count; i++) {
        const struct cp_pce_hop *hop = &include->at[i];
        struct meant meant;

        CP_TRY(cp_plan_find_meant(r, hop->local, hop->local.family == 4 ? 32 : 128, &meant));
        if (meant.count == 0)
            cp_plan_refuse(r, "it names something to pass that is not known here");
        r->require[r->require_count++] = (struct cp_must_pass){meant.elements, meant.count};
    }
    return CP_OK;
}

static bool is_element_of(const struct cp_graph *g, const struct cp_path *path, uint32_t step,
                          const struct cp_must_pass *must)
{
    for (uint32_t i = 0; i < must->count; i++)
        if (must->elements[i] == cp_graph_element_of_node(g, path->nodes[step]) ||
            (step > 0 && must->elements[i] == path->links[step - 1]))
            return true;
    return false;
}

/* RFC 7896: the list is one of things to pass in its order. */
static bool keeps_order(const struct replying *r, const struct cp_path *path)
{
    uint32_t step = 0;

    for (uint32_t i = 0; i < r->require_count; i++) {
        while (step <= path->link_count &&
               !is_element_of(&r->p->plan->net.graph, path, step, &r->require[i]))
            step++;
        if (step > path->link_count)
            return false;
    }
    return true;
}

/* --- bounds ------------------------------------------------------------------------------------ */

static bool metric_of(uint32_t type, cp_metric *metric)
{
    static const struct {
        uint32_t type;
        cp_metric metric;
    } known[] = {{CP_PCE_METRIC_IGP, CP_METRIC_IGP},
                 {CP_PCE_METRIC_TE, CP_METRIC_TE},
                 {CP_PCE_METRIC_DELAY, CP_METRIC_DELAY}};

    for (size_t i = 0; i < CP_COUNT(known); i++)
        if (known[i].type == type) {
            *metric = known[i].metric;
            return true;
        }
    return false;
}

/* In what the path is to be least: the first metric without a bound, else the first of all, else the IGP's. */
static cp_metric objective(const struct replying *r)
{
    cp_metric metric = CP_METRIC_IGP;

    for (uint32_t i = 0; i < r->request->metric_count; i++)
        if (!r->request->metrics[i].bound && metric_of(r->request->metrics[i].type, &metric))
            return metric;
    for (uint32_t i = 0; i < r->request->metric_count; i++)
        if (metric_of(r->request->metrics[i].type, &metric))
            return metric;
    return CP_METRIC_IGP;
}

static void bound(struct replying *r, struct cp_within_ask *ask)
{
    for (uint32_t i = 0; i < r->request->metric_count; i++) {
        const struct cp_pce_metric *m = &r->request->metrics[i];
        cp_metric metric;

        if (!m->bound)
            continue;
        if (m->type == CP_PCE_METRIC_HOPS)
            ask->hops_max = m->value < ask->hops_max ? (uint32_t)m->value : ask->hops_max;
        else if (m->type == CP_PCE_METRIC_DELAY)
            ask->delay_max_us = m->value < ask->delay_max_us ? m->value : ask->delay_max_us;
        else if (!metric_of(m->type, &metric))
            cp_plan_refuse(r, "it bounds a metric that is not known here");
    }
}

static uint64_t cost_of(const struct cp_plan *plan, const struct cp_path *path, cp_metric metric)
{
    const struct cp_graph *g = &plan->net.graph;
    uint64_t sum = 0;

    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t e = g->end_first[path->links[i]];

        while (g->end_node[e] != path->nodes[i])
            e++;
        if (plan->metric_cost[metric][e] == CP_COST_NONE)
            return UINT64_MAX;
        sum += plan->metric_cost[metric][e];
    }
    return sum;
}

/* Bounds on sums that the search does not heed itself: the least-cost path in another metric may pass them. */
static bool is_within(const struct replying *r, const struct cp_path *path)
{
    for (uint32_t i = 0; i < r->request->metric_count; i++) {
        const struct cp_pce_metric *m = &r->request->metrics[i];
        cp_metric metric;

        if (m->bound && metric_of(m->type, &metric) && cost_of(r->p->plan, path, metric) > m->value)
            return false;
    }
    return true;
}

/* --- the answer -------------------------------------------------------------------------------- */

static bool is_plane_asked(const struct replying *r)
{
    uint32_t type = r->request->path_setup_type;

    return type == (cp_sids_plane(r->p->plan->sids) == CP_PLANE_SRV6 ? 3u : 1u);
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static bool meets_left_out(const struct replying *r, const struct cp_trace *trace)
{
    for (uint32_t i = 0; i < trace->touch_count; i++)
        if (r->p->out[trace->touches[i]] != 0)
            return true;
    return false;
}

/* For a treatment: where packets go now, and, of a list that failures may lead elsewhere, in every state that its rules name. */
static cp_err prove(struct replying *r, uint32_t treatment, const struct cp_within_ask *ask,
                    const struct cp_segment_list *list, struct cp_pce_path hops)
{
    const struct cp_segments_given given = {.treatment = treatment,
                                            .at = list->at,
                                            .count = list->count,
                                            .ends = ask->ends,
                                            .end_count = ask->end_count};
    struct plan_walk walk = {
        .treatment = treatment, .from = r->from, .to = r->to, .hops = hops, .gone = r->gone};
    struct cp_segment_proof proof = {.clean = true};
    struct cp_trace trace;

    CP_TRY(cp_plan_walk(r->p, &walk, &trace));
    if (trace.kind != CP_TRACE_CLEAN || !trace.arrives)
        cp_plan_refuse(r, "the path that was found does not stand its own walk");
    else if (meets_left_out(r, &trace))
        cp_plan_refuse(r, "no list of the path keeps clear of what is left out");
    if (r->why != NULL || ask->strict || treatment == ask->treatment)
        return CP_OK;
    CP_TRY(cp_segments_prove(r->p->segmenter, &given, &proof));
    if (!proof.clean)
        cp_plan_refuse(r, "no list of the path keeps all the rules that hold for it");
    return CP_OK;
}

static cp_err list_path(struct replying *r, const struct cp_within_ask *ask,
                        const struct cp_path *path, struct cp_arena *arena,
                        struct cp_plan_reply *out)
{
    struct cp_segment_ask of = {.path = path,
                                .treatment = ask->treatment,
                                .ends = ask->ends,
                                .end_count = ask->end_count,
                                .strict = ask->strict,
                                .alone = true,
                                .depth_max = ask->depth_max};
    struct cp_segment_list list;
    bool known;

    CP_TRY(cp_segments_find(r->p->segmenter, &of, r->p->work, &list));
    CP_TRY(cp_plan_hops(r->p->plan, &list, arena, &out->hops, &known));
    if (!known || list.count > r->request->segments_max) {
        cp_plan_refuse(r, "no list of the path can be pushed");
        return CP_OK;
    }
    for (uint32_t i = 0; i < r->treatment_count && r->why == NULL; i++)
        CP_TRY(prove(r, r->treatments[i], ask, &list, out->hops));
    out->found = r->why == NULL;
    return CP_OK;
}

static cp_err search_kind(struct replying *r, bool strict, struct cp_arena *arena,
                          struct cp_plan_reply *out)
{
    const struct cp_route_request *usual = &r->p->plan->ask.config.request;
    uint32_t ends[2] = {least(r->from, r->to), r->from > r->to ? r->from : r->to};
    cp_metric metric = objective(r);
    struct cp_within_ask ask = {.treatment = r->treatments[0],
                                .src = &r->from,
                                .dst = &r->to,
                                .src_count = 1,
                                .dst_count = 1,
                                .ends = ends,
                                .end_count = 2,
                                .strict = strict,
                                .alone = true,
                                .depth_max = least(usual->depth_max, r->request->segments_max),
                                .cost = r->p->plan->metric_cost[metric],
                                .out = r->p->out,
                                .hops_max = CP_NONE,
                                .delay_max_us = CP_PATH_DELAY_NONE,
                                .require = r->require,
                                .require_count = r->require_count};
    struct cp_within found;

    bound(r, &ask);
    if (r->why != NULL)
        return CP_OK;
    CP_TRY(cp_segments_within(r->p->segmenter, &ask, r->p->work, &found));
    r->sought =
        found.path.nodes == NULL || !keeps_order(r, &found.path) || !is_within(r, &found.path);
    if (found.path.nodes == NULL)
        cp_plan_refuse(r, "no path keeps the rules and the constraints");
    else if (r->sought)
        cp_plan_refuse(r, "no path was found that keeps all constraints");
    r->unlisted = r->why == NULL;
    return r->unlisted ? list_path(r, &ask, &found.path, arena, out) : CP_OK;
}

/* Shortest lists hold adjacencies too, where these are needed: only what is left out beyond the first treatment's rules may
 * want them alone. */
static cp_err search(struct replying *r, struct cp_arena *arena, struct cp_plan_reply *out)
{
    if (!r->p->plan->ask.config.request.strict && r->gone == NULL) {
        CP_TRY(search_kind(r, false, arena, out));
        if (out->found || !r->masked)
            return CP_OK;
        r->why = NULL;
    }
    return search_kind(r, true, arena, out);
}

static cp_err answer(struct replying *r, struct cp_arena *arena, struct cp_plan_reply *out)
{
    if (r->request->not_understood)
        cp_plan_refuse(r, "it holds a constraint that is not understood");
    if (!is_plane_asked(r))
        cp_plan_refuse(r, "paths are set up in another way here");
    find_treatments(r);
    CP_TRY(require(r));
    if (r->why != NULL)
        return CP_OK;
    CP_TRY(cp_plan_leave_out(r, true));
    if (r->why == NULL)
        CP_TRY(search(r, arena, out));
    if (out->found)
        return CP_OK;
    r->why = NULL; /* what should be left out may be used where nothing else will do */
    CP_TRY(cp_plan_leave_out(r, false));
    return r->why == NULL ? search(r, arena, out) : CP_OK;
}

cp_err cp_plan_reply(struct cp_picker *p, const struct cp_pce_request *request,
                     const struct cp_plan_gone *gone, struct cp_arena *arena,
                     struct cp_plan_reply *out)
{
    struct replying r = {
        .p = p, .request = request, .gone = gone == NULL || gone->version == 0 ? NULL : gone};
    uint32_t src = cp_plan_node_of(p->plan, request->src);
    uint32_t dst = cp_plan_node_of(p->plan, request->dst);
    cp_arena_mark mark = cp_arena_mark_get(p->work);
    cp_err err = CP_OK;

    *out = (struct cp_plan_reply){.unknown_src = src == CP_NONE,
                                  .unknown_dst = dst == CP_NONE,
                                  .element = CP_NONE,
                                  .rule = CP_NONE};
    if (src == CP_NONE || dst == CP_NONE || src == dst) {
        out->why = "an end is not known, or both are one";
        return CP_OK;
    }
    r.from = p->plan->net.node_of_case[src];
    r.to = p->plan->net.node_of_case[dst];
    err = answer(&r, arena, out);
    out->why = out->found ? NULL : r.why;
    if (err == CP_OK && !out->found && r.sought)
        err = cp_plan_hindrance(&r, out);
    else if (!out->found && r.unlisted)
        out->hindered = CP_HINDERED_LIST;
    cp_arena_reset(p->work, mark);
    return err;
}

/* --- a path that is there ------------------------------------------------------------------------ */

static uint32_t badness(const struct cp_trace *trace)
{
    static const uint32_t by_kind[] = {[CP_TRACE_CLEAN] = 0,
                                       [CP_TRACE_BROKEN] = 1,
                                       [CP_TRACE_UNKNOWN] = 2,
                                       [CP_TRACE_FORBIDDEN] = 3};

    return by_kind[trace->kind];
}

cp_err cp_plan_trace_request(struct cp_picker *p, const struct cp_pce_request *request,
                             struct cp_pce_path hops, const struct cp_plan_gone *gone,
                             struct cp_arena *arena, struct cp_plan_judged *out)
{
    struct replying r = {.p = p, .request = request};
    struct cp_plan_course course = {.headend = cp_plan_node_of(p->plan, request->src),
                                    .endpoint = cp_plan_node_of(p->plan, request->dst),
                                    .hops = hops};

    *out = (struct cp_plan_judged){.why = "an end is not known, or both are one"};
    if (course.headend == CP_NONE || course.endpoint == CP_NONE ||
        course.headend == course.endpoint)
        return CP_OK;
    r.from = p->plan->net.node_of_case[course.headend];
    r.to = p->plan->net.node_of_case[course.endpoint];
    if (!is_plane_asked(&r))
        cp_plan_refuse(&r, "paths are set up in another way here");
    find_treatments(&r);
    out->why = r.why;
    for (uint32_t i = 0; i < r.treatment_count && r.why == NULL; i++) {
        struct cp_trace trace;

        course.treatment = r.treatments[i];
        CP_TRY(cp_plan_trace_course(p, &course, gone, arena, &trace));
        if (trace.kind == CP_TRACE_CLEAN && !trace.arrives)
            trace.kind = CP_TRACE_BROKEN;
        if (i == 0 || badness(&trace) > badness(&out->trace))
            out->trace = trace;
    }
    return CP_OK;
}
