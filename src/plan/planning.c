#include "plan/plan.h"

#include "parts.h"

/*
 * A plan is routing (route/route.h) of the network as it is now, turned into LSPs, each of which is walked once by
 * code of its own so that who moves traffic knows what each option touches.  Its last stage is the audit of the same network:
 * what becomes of demands for as long as nobody steers them.
 */

struct cp_planning {
    struct cp_arena *arena;
    struct cp_plan *plan;
    struct cp_route *route;
    bool auditing; /* the stages of the routes are over */
    bool audited;
};

static cp_err make_sids(struct cp_plan *plan, struct cp_arena *arena, struct cp_diag *diag)
{
    const struct cp_case *c = plan->ask.view->net;
    uint32_t nodes = plan->net.graph.node_count;
    uint32_t *depths;

    CP_TRY(cp_sids_make(c, &plan->net, plan->ask.judge->as_of, arena, &plan->sids, diag));
    if (plan->ask.depths == NULL)
        return CP_OK;
    depths = CP_TAKE(arena, nodes, uint32_t);
    if (depths == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < nodes; v++)
        depths[v] = plan->ask.depths[plan->net.case_node[v]];
    return cp_sids_with_depths(plan->sids, depths, nodes, arena, &plan->sids);
}

/* Walks ask for them far more often than there are hops. */
static cp_err list_hop_sids(struct cp_plan *plan, struct cp_arena *arena)
{
    const struct cp_graph *g = &plan->net.graph;
    struct cp_sid *sids = CP_TAKE(arena, g->hop_first[g->node_count], struct cp_sid);

    if (sids == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < g->node_count; v++)
        for (uint32_t h = g->hop_first[v]; h < g->hop_first[v + 1]; h++)
            sids[h] = cp_sids_of_adjacency(plan->sids, g->hops[h].link, v, g->hops[h].to);
    plan->hop_sids = sids;
    return CP_OK;
}

/* Lists are clean in every state that some rule judges, and to the depth that the config asks for besides. */
static void ask_proof(struct cp_plan *plan)
{
    struct cp_audit_request *proof = &plan->ask.config.request.proof;
    uint32_t wanted = cp_audit_depth_wanted(plan->ask.judge);

    proof->depth = proof->depth > wanted ? proof->depth : wanted;
    proof->failure_kinds |= CP_FAIL_LINK | CP_FAIL_NODE;
    if (plan->net.graph.srlg_count > 0)
        proof->failure_kinds |= CP_FAIL_SRLG;
    proof->states |= 1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION;
}

static cp_err open_plan(struct cp_planning *p, struct cp_diag *diag)
{
    struct cp_plan *plan = p->plan;

    CP_TRY(cp_net_make(plan->ask.view->net, p->arena, &plan->net));
    ask_proof(plan);
    CP_TRY(make_sids(plan, p->arena, diag));
    plan->ask.config.request.sids = plan->sids;
    for (uint32_t m = 0; m < CP_METRIC_COUNT; m++)
        CP_TRY(cp_metric_costs(&plan->net, plan->ask.view->net, (cp_metric)m, p->arena,
                               &plan->metric_cost[m]));
    plan->basis = (struct cp_segments_basis){.judge = plan->ask.judge,
                                             .net = &plan->net,
                                             .sids = plan->sids,
                                             .request = plan->ask.config.request.proof,
                                             .judged = plan->ask.config.request.judged};
    CP_TRY(cp_segments_ground_make(&plan->basis, p->arena, &plan->ground));
    CP_TRY(list_hop_sids(plan, p->arena));
    CP_TRY(cp_plan_make_addresses(plan, p->arena));
    return cp_route_open(plan->ask.judge, &plan->ask.config.request, p->arena, &p->route, diag);
}

/* Exposures deeper than any rule judges are of no use here, and lies are judged by none. */
static cp_err open_audit(struct cp_planning *p, struct cp_diag *diag)
{
    struct cp_audit_request request = p->plan->ask.config.request.proof;

    request.depth = cp_audit_depth_wanted(p->plan->ask.judge);
    request.states = 1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION;
    return cp_audit_open(p->plan->ask.judge, &request, p->arena, &p->plan->audit, diag);
}

cp_err cp_planning_open(const struct cp_plan_ask *ask, struct cp_arena *arena,
                        struct cp_planning **out, struct cp_diag *diag)
{
    struct cp_planning *p = CP_TAKE(arena, 1, struct cp_planning);
    struct cp_plan *plan = CP_TAKE(arena, 1, struct cp_plan);

    if (p == NULL || plan == NULL)
        return CP_ERR_NOMEM;
    CP_ASSERT(ask->judge->net == ask->view->net);
    *plan = (struct cp_plan){.ask = *ask};
    *p = (struct cp_planning){.arena = arena, .plan = plan};
    CP_TRY(open_plan(p, diag));
    CP_TRY(open_audit(p, diag));
    *out = p;
    return CP_OK;
}

cp_err cp_planning_next(struct cp_planning *p, uint32_t *parts)
{
    *parts = 0;
    if (!p->auditing)
        CP_TRY(cp_route_next(p->route, parts));
    if (*parts > 0 || p->audited)
        return CP_OK;
    p->audited = p->auditing;
    p->auditing = true;
    if (p->audited)
        return CP_OK;
    *parts = cp_audit_parts(p->plan->audit);
    p->audited = *parts == 0;
    return CP_OK;
}

struct cp_planning_worker {
    struct cp_route_worker *route; /* one of the two */
    struct cp_audit_worker *audit;
};

cp_err cp_planning_worker_open(struct cp_planning *p, struct cp_arena *answers,
                               struct cp_planning_worker **out)
{
    struct cp_planning_worker *w = CP_TAKE(answers, 1, struct cp_planning_worker);

    if (w == NULL)
        return CP_ERR_NOMEM;
    *out = w;
    return p->auditing ? cp_audit_worker_open(p->plan->audit, answers, &w->audit)
                       : cp_route_worker_open(p->route, answers, &w->route);
}

cp_err cp_planning_run(struct cp_planning_worker *worker, uint32_t part)
{
    return worker->audit != NULL ? cp_audit_run(worker->audit, part)
                                 : cp_route_run(worker->route, part);
}

void cp_planning_worker_close(struct cp_planning_worker *worker)
{
    if (worker == NULL)
        return;
    cp_route_worker_close(worker->route);
    cp_audit_worker_close(worker->audit);
}

/* --- the end ----------------------------------------------------------------------------------- */

/* What the option's packets may visit.  One that its own walk does not find clean is no option. */
static cp_err touch(struct cp_picker *picker, const struct cp_plan_lsp *lsp,
                    struct cp_plan_option *option, struct cp_arena *arena, bool *good)
{
    const struct cp_plan *plan = picker->plan;
    struct plan_walk walk = {.treatment = lsp->treatment,
                             .from = plan->net.node_of_case[lsp->headend],
                             .to = plan->net.node_of_case[lsp->endpoint],
                             .hops = option->hops};
    struct cp_trace trace;
    uint32_t *touches;

    CP_TRY(cp_plan_walk(picker, &walk, &trace));
    *good = trace.kind == CP_TRACE_CLEAN && trace.arrives;
    touches = CP_TAKE(arena, trace.touch_count, uint32_t);
    if (touches == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < trace.touch_count; i++)
        touches[i] = trace.touches[i];
    option->touches = touches;
    option->touch_count = trace.touch_count;
    return CP_OK;
}

static cp_err touch_all(struct cp_plan *plan, struct cp_picker *picker, struct cp_arena *arena)
{
    for (uint32_t i = 0; i < plan->lsp_count; i++) {
        struct cp_plan_lsp *lsp = &plan->lsps[i];
        struct cp_plan_option *kept = CP_TAKE(arena, lsp->option_count, struct cp_plan_option);
        uint32_t count = 0;

        if (kept == NULL)
            return CP_ERR_NOMEM;
        for (uint32_t k = 0; k < lsp->option_count; k++) {
            bool good = false;

            kept[count] = lsp->options[k];
            CP_TRY(touch(picker, lsp, &kept[count], arena, &good));
            count += good;
        }
        lsp->options = kept;
        lsp->option_count = count;
    }
    return CP_OK;
}

cp_err cp_planning_finish(struct cp_planning *p, const struct cp_plan **out)
{
    struct cp_plan *plan = p->plan;
    struct cp_picker *picker = NULL;
    struct cp_arena *work = cp_arena_open(SIZE_MAX);
    cp_err err = work == NULL ? CP_ERR_NOMEM : CP_OK;

    cp_route_finish(p->route, &plan->routes);
    if (err == CP_OK)
        err = cp_audit_finish(plan->audit, p->arena, &plan->unsteered);
    if (err == CP_OK)
        err = cp_plan_make_lsps(plan, p->arena);
    if (err == CP_OK)
        err = cp_picker_open(plan, work, &picker);
    if (err == CP_OK)
        err = touch_all(plan, picker, p->arena);
    if (err == CP_OK)
        err = cp_plan_doubt(plan);
    cp_picker_close(picker);
    cp_arena_close(work);
    CP_TRY(err);
    *out = plan;
    return CP_OK;
}

/* --- reading ----------------------------------------------------------------------------------- */

uint32_t cp_plan_lsp_count(const struct cp_plan *plan)
{
    return plan->lsp_count;
}

const struct cp_plan_lsp *cp_plan_lsp(const struct cp_plan *plan, uint32_t at)
{
    CP_ASSERT(at < plan->lsp_count);
    return &plan->lsps[at];
}

uint32_t cp_plan_find(const struct cp_plan *plan, cp_text key)
{
    uint32_t at = cp_map_find(plan->keys, key);

    return at == CP_MAP_NONE ? CP_NONE : at;
}

const struct cp_ted_view *cp_plan_view(const struct cp_plan *plan)
{
    return plan->ask.view;
}

const struct cp_net *cp_plan_net(const struct cp_plan *plan)
{
    return &plan->net;
}

const struct cp_judge *cp_plan_judge(const struct cp_plan *plan)
{
    return plan->ask.judge;
}

const struct cp_route_answer *cp_plan_routes(const struct cp_plan *plan)
{
    return &plan->routes;
}

const struct cp_demand_result *cp_plan_unsteered(const struct cp_plan *plan)
{
    return plan->unsteered;
}

const struct cp_audit *cp_plan_audit(const struct cp_plan *plan)
{
    return plan->audit;
}

/* Graph index of a case's IP node or link; CP_NONE. */
static uint32_t in_graph(const struct cp_plan *plan, cp_object_kind kind, uint32_t object)
{
    if (kind == CP_OBJECT_NODE)
        return plan->net.node_of_case[object];
    for (uint32_t lo = 0, hi = plan->net.graph.link_count; lo < hi;) { /* case_link ascends */
        uint32_t mid = lo + (hi - lo) / 2;

        if (plan->net.case_link[mid] == object)
            return mid;
        if (plan->net.case_link[mid] < object)
            lo = mid + 1;
        else
            hi = mid;
    }
    return CP_NONE;
}

bool cp_plan_allows(const struct cp_plan *plan, uint32_t treatment, cp_object_kind kind,
                    uint32_t object, uint32_t *rule)
{
    const struct cp_marking *m = &plan->routes.markings[treatment];
    uint32_t at = in_graph(plan, kind, object), marks;

    *rule = CP_NONE;
    if (at == CP_NONE)
        return false;
    marks = kind == CP_OBJECT_NODE ? m->marks.node[at] : m->marks.link[at];
    if (marks == 0)
        return true;
    *rule = cp_marking_rule(m, plan->ask.judge, &plan->ask.judge->treatments[treatment], kind,
                            object, marks);
    return false;
}
