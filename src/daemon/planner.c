#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/jobs.h"
#include "app/machine.h"
#include "app/message.h"
#include "app/proof.h"
#include "daemon.h"
#include "licences.h"
#include "report/routes.h"

/*
 * A plan is made on threads of its own beside the loop, and then our own checker goes over its routes as over those of
 * every other answer: one that it refuses is not adopted.
 */

enum { PLANNER_NICE = 3 }; /* above the loop's: half its share */

struct planning {
    uv_work_t work;
    struct daemon *daemon;
    const struct cp_loaded *inputs; /* that it is made of */
    uint64_t inputs_entry;          /* that tells of them */
    struct cp_drive_job *job;
    struct cp_arena *arena; /* the plan's */
    struct daemon_planners planners;
    const struct cp_plan *plan;
    struct cp_arena *text; /* of the network */
    cp_text network;
    struct licences *licences; /* that end soon by its rules */
    struct cp_diag diag;
    cp_err err;
    bool refused;
};

static cp_err open_worker(void *planning, struct cp_arena *answers, void **worker)
{
    struct cp_planning_worker *opened = NULL;
    cp_err err = cp_planning_worker_open(planning, answers, &opened);

    *worker = opened;
    return err;
}

static cp_err run_part(void *worker, uint32_t part)
{
    return cp_planning_run(worker, part);
}

static void close_worker(void *worker)
{
    cp_planning_worker_close(worker);
}

/*
 * A plan takes all processors for seconds, and the loop may have bad news to act upon meanwhile: who makes plans gives
 * way, to the loop alone: sensitive packets may be going where they are forbidden until there is a plan, and on a busy
 * machine a niceness of 15 takes thirty times as long.  On Linux a thread's niceness is its own, and those that it starts
 * have it too.  Where it may not be set, plans are made all the same.
 */
static void give_way(void)
{
    (void)setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, (id_t)getpid()) + PLANNER_NICE);
}

cp_err daemon_plan_stage(void *to, struct cp_planning *stage, uint32_t parts)
{
    struct daemon_planners *p = to;
    struct cp_work work = {.name = "plan",
                           .of = stage,
                           .parts = parts,
                           .open = open_worker,
                           .run = run_part,
                           .close = close_worker};

    give_way();
    return cp_jobs_run(&work, p->jobs, cp_machine_memory(), p->workers);
}

/* The network as the plan saw it, for the log; empty where memory does not do. */
static cp_text network_of(const struct planning *p)
{
    const struct cp_route_answer *answer = cp_plan_routes(p->plan);
    struct cp_prove_ask ask = {
        .judge = answer->judge, .request = &answer->request->proof, .route = answer};
    struct cp_out out = cp_out_make(p->text);
    cp_text network;

    if (p->text == NULL || cp_prove_network(&ask, &out) != CP_OK ||
        cp_out_done(&out, &network) != CP_OK)
        return CP_TEXT("");
    return network;
}

/* Whether the checker upholds the plan's routes. */
static bool is_upheld(const struct planning *p)
{
    const struct cp_route_answer *answer = cp_plan_routes(p->plan);
    struct cp_routes routes = {.answer = answer,
                               .plane = answer->request->sids != NULL
                                            ? cp_sids_plane(answer->request->sids)
                                            : CP_PLANE_SR_MPLS};
    struct cp_report report = {.judge = answer->judge, .request = &answer->request->proof};
    struct cp_proof_ask ask = {
        .prove = {.judge = answer->judge, .request = &answer->request->proof, .route = answer},
        .jobs = p->planners.jobs};
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct cp_out out = cp_out_make(arena);
    bool upheld = false;

    if (arena != NULL && cp_routes_json(&routes, &out) == CP_OK &&
        cp_out_done(&out, &ask.answer) == CP_OK &&
        cp_report_warnings(&report, arena, &ask.prove.warnings, &ask.prove.warning_count) == CP_OK)
        upheld = cp_proof_make(&ask) == CP_EXIT_OK;
    cp_arena_close(arena);
    return upheld;
}

static void make(uv_work_t *work)
{
    struct planning *p = work->data;

    p->err =
        cp_drive_job_make(p->job, p->arena, daemon_plan_stage, &p->planners, &p->plan, &p->diag);
    p->refused = p->err == CP_OK && !is_upheld(p);
    if (p->err != CP_OK)
        return;
    p->network = network_of(p);
    p->licences = daemon_licences_of(p->plan);
}

/* What the plan lies in is the drive's from here on. */
static void hand_over(struct planning *p)
{
    struct daemon *d = p->daemon;
    struct cp_arena **arenas = calloc(p->planners.jobs + 1, sizeof(struct cp_arena *));
    uint32_t count = 0;

    if (arenas == NULL) {
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    daemon_state_planned(d, p->inputs_entry);
    if (p->err == CP_OK && !p->refused && p->inputs_entry == d->inputs_entry) {
        daemon_licences_take(d, p->licences);
        p->licences = NULL;
    }
    if (p->err == CP_OK && !d->stopping)
        daemon_state_view(d, p->plan, p->network, !p->refused);
    arenas[count++] = p->arena;
    for (uint32_t i = 0; i < p->planners.jobs; i++)
        if (p->planners.workers[i] != NULL)
            arenas[count++] = p->planners.workers[i];
    daemon_check(d, cp_drive_planned(d->drive, p->job,
                                     &(struct cp_drive_made){p->err == CP_OK ? p->plan : NULL,
                                                             p->refused, arenas, count},
                                     daemon_now_us(d)));
    free(arenas);
}

static void made(uv_work_t *work, int status)
{
    struct planning *p = work->data;
    struct daemon *d = p->daemon;

    (void)status;
    d->counts.plans++;
    d->counts.plans_failed += p->err != CP_OK;
    daemon_span_add(&d->planning_time, (uv_hrtime() - d->planned_ns) / 1000);
    if (p->err != CP_OK)
        (void)cp_loaded_say(p->inputs, &p->diag, p->err, NULL, CP_EXIT_INPUT);
    d->planning = false;
    hand_over(p);
    daemon_licences_close(p->licences); /* of a plan that is not taken */
    cp_arena_close(p->text);
    free(p->planners.workers);
    free(p);
    if (d->stopping)
        daemon_stop(d);
    else
        daemon_pump(d);
}

void daemon_plan(struct daemon *d, struct cp_drive_job *job)
{
    struct planning *p = calloc(1, sizeof *p);

    if (p == NULL) {
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    p->daemon = d;
    p->inputs = daemon_inputs_loaded(d->inputs[d->inputs_count - 1]);
    p->inputs_entry = d->inputs_entry;
    p->job = job;
    p->work.data = p;
    p->diag.place = CP_PLACE_NONE;
    p->planners.jobs = d->config->jobs > 0 ? d->config->jobs : cp_machine_cores();
    p->planners.workers = calloc(p->planners.jobs, sizeof(struct cp_arena *));
    p->arena = cp_arena_open(cp_machine_memory());
    p->text = cp_arena_open(cp_machine_memory());
    if (p->planners.workers == NULL || p->arena == NULL ||
        uv_queue_work(&d->loop, &p->work, make, made) != 0) {
        free(p->planners.workers);
        cp_arena_close(p->arena);
        cp_arena_close(p->text);
        free(p);
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    d->planning = true;
    d->planned_ns = uv_hrtime();
}
