#include "routing.h"

#include "app/jobs.h"
#include "app/machine.h"
#include "app/message.h"
#include "app/proof.h"

/*
 * A case and its policies as an audit loads them; then what lists must be clean in, SIDs, and routing stage by stage.
 */

cp_exit cp_routing_open(const struct cp_route_options *options, struct cp_notes *notes,
                        struct cp_routing *r)
{
    *r = (struct cp_routing){.options = options};
    return cp_answer_open(&options->audit, notes, &r->answer);
}

void cp_routing_close(struct cp_routing *r)
{
    cp_answer_close(&r->answer);
}

/* --- what is asked ------------------------------------------------------------------------- */

/* Kinds of failure after which some rule still judges. */
static uint32_t kinds_wanted(const struct cp_judge *judge)
{
    uint32_t kinds = 0;

    for (uint32_t i = 0; i < judge->transit_count; i++)
        if (judge->rules[i].depth > 0)
            kinds |= judge->rules[i].failure_kinds;
    if (judge->net->srlg_count == 0)
        kinds &= ~(uint32_t)CP_FAIL_SRLG;
    return kinds;
}

/*
 * What the rules name is always examined.  A --failures as deep as that makes everything within it count,
 * and so do lies, which no rule judges; else what each rule asks does.
 */
static void ask_proof(const struct cp_routing *r, struct cp_route_request *request)
{
    const struct cp_audit_options *asked = &r->options->audit;
    const struct cp_judge *judge = r->answer.judge;
    uint32_t wanted = cp_audit_depth_wanted(judge);
    uint32_t usual = CP_FAIL_LINK | CP_FAIL_NODE | (judge->net->srlg_count > 0 ? CP_FAIL_SRLG : 0u);
    uint32_t kinds = asked->failure_kinds != 0 ? asked->failure_kinds : usual;
    bool all = r->options->liars || (asked->depth_given && asked->depth >= wanted);

    request->judged = all ? CP_SEGMENTS_ALL : CP_SEGMENTS_AS_RULED;
    request->proof = (struct cp_audit_request){
        .depth = asked->depth > wanted ? asked->depth : wanted,
        .failure_kinds = kinds | kinds_wanted(judge),
        .states = r->options->liars ? 0 : 1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION};
}

static void ask(struct cp_routing *r)
{
    const struct cp_route_options *o = r->options;

    r->request = (struct cp_route_request){.otherwise = o->otherwise,
                                           .strict = o->strict,
                                           .depth_max = o->depth_max,
                                           .capacity = o->capacity,
                                           .place = {.metric = o->otherwise.metric,
                                                     .move = o->move,
                                                     .moves_max = o->moves_max,
                                                     .gap_ppm = 1000},
                                           .capacity_failures = o->capacity_failures |
                                                                cp_routes_survived(r->answer.judge),
                                           .sids = r->sids};
    ask_proof(r, &r->request);
}

/* --- SIDs ---------------------------------------------------------------------------------- */

static cp_exit make_sids(struct cp_routing *r)
{
    const struct cp_route_options *o = r->options;
    struct cp_loaded *l = &r->answer.loaded;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_net_make(l->net, l->kept, &r->net);

    if (err == CP_OK)
        err = cp_sids_make(l->net, &r->net, l->as_of, l->kept, &r->sids, &diag);
    if (err == CP_OK && o->assign_sids)
        err = cp_sids_assign(r->sids, o->plane_given ? o->plane : cp_sids_plane(r->sids), l->kept,
                             &r->sids, &diag);
    if (err != CP_OK)
        return cp_loaded_say(l, &diag, err, NULL, CP_EXIT_INPUT);
    r->plane = cp_sids_plane(r->sids);
    if (!o->plane_given || o->plane == r->plane)
        return CP_EXIT_OK;
    if (cp_sids_stated(r->sids))
        return cp_say_usage("route", "--data-plane: the case states SIDs of the other one");
    r->plane = o->plane;
    return CP_EXIT_OK;
}

/* --- routing ------------------------------------------------------------------------------- */

static cp_err open_worker(void *route, struct cp_arena *answers, void **worker)
{
    struct cp_route_worker *opened = NULL;
    cp_err err = cp_route_worker_open(route, answers, &opened);

    *worker = opened;
    return err;
}

static cp_err run_part(void *worker, uint32_t part)
{
    return cp_route_run(worker, part);
}

static void close_worker(void *worker)
{
    cp_route_worker_close(worker);
}

static cp_err run_stages(struct cp_routing *r, struct cp_route *route)
{
    struct cp_work work = {
        .name = "route", .of = route, .open = open_worker, .run = run_part, .close = close_worker};

    for (;;) {
        CP_TRY(cp_route_next(route, &work.parts));
        if (work.parts == 0)
            return CP_OK;
        CP_TRY(cp_jobs_run(&work, r->options->audit.jobs, cp_machine_memory(), r->answer.workers));
    }
}

static cp_exit route(struct cp_routing *r)
{
    struct cp_loaded *l = &r->answer.loaded;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_route *route;
    cp_err err = cp_route_open(r->answer.judge, &r->request, l->kept, &route, &diag);

    if (err != CP_OK) /* two classes that cannot both be kept, a name that nothing bears */
        return cp_loaded_say(l, &diag, err, NULL,
                             err == CP_ERR_CONFLICT ? CP_EXIT_POLICY : CP_EXIT_INPUT);
    err = run_stages(r, route);
    if (err == CP_ERR_LIMIT)
        err = cp_diag_set(&diag, err, CP_PLACE_NONE,
                          "more sets of failures than are searched; a smaller --failures has fewer",
                          CP_TEXT(""));
    if (err == CP_OK)
        cp_route_finish(route, &r->found);
    return err == CP_OK ? CP_EXIT_OK : cp_say_diag(&diag, err, NULL, CP_EXIT_INPUT);
}

/* --- designs ------------------------------------------------------------------------------- */

/* The metric of the treatment's first demand; CP_METRIC_COUNT: no rule about traffic holds for its demands. */
static cp_metric metric_of(const struct cp_routing *r, uint32_t treatment)
{
    const struct cp_judge *judge = r->answer.judge;

    for (uint32_t d = 0; d < judge->net->demand_count; d++)
        if (judge->demand_treatment[d] == treatment && r->found.results[d].covered)
            return r->found.results[d].wishes.metric;
    return CP_METRIC_COUNT;
}

static cp_err make_design(struct cp_routing *r, const struct cp_flexalgo_of *of,
                          const struct cp_flexalgo_ask *wanted)
{
    struct cp_arena *arena = r->answer.loaded.kept;
    struct cp_flexalgo_design *design = CP_TAKE(arena, 1, struct cp_flexalgo_design);
    struct cp_flexalgo_verdict *verdict = CP_TAKE(arena, 1, struct cp_flexalgo_verdict);
    struct cp_audit_request request = r->request.proof;

    if (design == NULL || verdict == NULL)
        return CP_ERR_NOMEM;
    request.states = 0; /* lies too: a design stands or falls with them */
    CP_TRY(cp_flexalgo_make(of, wanted, arena, design));
    CP_TRY(cp_flexalgo_judge(of, design, &request, verdict));
    r->designs[r->design_count++] = (struct cp_routes_design){of->treatment, design, verdict};
    return CP_OK;
}

/* Of each treatment both kinds, which share an algorithm: one of them is to be chosen. */
static cp_exit design(struct cp_routing *r)
{
    const struct cp_judge *judge = r->answer.judge;
    uint32_t algorithm = r->options->algorithm;

    if (algorithm == 0)
        return CP_EXIT_OK;
    r->designs =
        CP_TAKE(r->answer.loaded.kept, (size_t)judge->treatment_count * 2, struct cp_routes_design);
    if (r->designs == NULL)
        return cp_say_no_memory();
    for (uint32_t t = 0; t < judge->treatment_count; t++) {
        struct cp_flexalgo_of of = {judge, r->found.net, &r->found.markings[t], t};
        struct cp_flexalgo_ask wanted = {CP_FLEXALGO_INCLUDE, metric_of(r, t), algorithm};
        cp_err err;

        if (wanted.metric == CP_METRIC_COUNT)
            continue;
        if (algorithm++ > 255)
            return cp_say_usage("route",
                                "--flex-algo: too few numbers from %u to 255 for all "
                                "classes of demands",
                                r->options->algorithm);
        err = make_design(r, &of, &wanted);
        wanted.kind = CP_FLEXALGO_EXCLUDE;
        if (err == CP_OK)
            err = make_design(r, &of, &wanted);
        if (err != CP_OK)
            return cp_say_diag(&(struct cp_diag){.place = CP_PLACE_NONE}, err, NULL, CP_EXIT_INPUT);
    }
    return CP_EXIT_OK;
}

cp_exit cp_routing_make(struct cp_routing *r)
{
    cp_exit code = cp_answer_find(&r->answer);

    if (code == CP_EXIT_OK)
        code = cp_answer_judge(&r->answer);
    if (code == CP_EXIT_OK)
        code = make_sids(r);
    if (code != CP_EXIT_OK)
        return code;
    ask(r);
    code = route(r);
    if (code == CP_EXIT_OK)
        code = cp_routing_weigh_licences(r);
    return code == CP_EXIT_OK ? design(r) : code;
}

cp_exit cp_routing_uphold(const struct cp_routing *r)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct cp_routes routes = cp_routing_report(r);
    struct cp_out out = cp_out_make(arena);
    struct cp_report report = {.judge = r->answer.judge, .request = &r->request.proof};
    struct cp_proof_ask ask = {
        .prove = {.judge = r->answer.judge, .request = &r->request.proof, .route = &r->found},
        .jobs = r->options->audit.jobs,
        .bundle = r->options->bundle};
    cp_exit code = CP_EXIT_OK;

    if (arena == NULL || cp_routes_json(&routes, &out) != CP_OK ||
        cp_out_done(&out, &ask.answer) != CP_OK ||
        cp_report_warnings(&report, arena, &ask.prove.warnings, &ask.prove.warning_count) != CP_OK)
        code = cp_say_no_memory();
    if (code == CP_EXIT_OK)
        code = cp_proof_make(&ask);
    cp_arena_close(arena);
    return code;
}

struct cp_routes cp_routing_report(const struct cp_routing *r)
{
    return (struct cp_routes){.answer = &r->found,
                              .licences = r->licences,
                              .designs = r->designs,
                              .design_count = r->design_count,
                              .plane = r->plane,
                              .assigned_sids = r->options->assign_sids};
}
