#include "reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api.h"
#include "app/jobs.h"
#include "app/machine.h"
#include "app/message.h"
#include "fits.h"
#include "serve/notify.h"
#include "reload_inside.h"

/*
 * The work is done beside the loop: read the files, audit the new case by the new policies and the old case by the old
 * ones, and write what differs.  The loop then joins the new case with what feeds tell, and beside it again a plan is made
 * of that, which says what becomes of those that are steered.  The old inputs stay while they are looked at: only the loop
 * lets go of them, and not while a reload is under way.
 */

enum { AGAIN_S = 60 /* after a new day's refusal */ };

/* --- beside the loop ------------------------------------------------------------------------------- */

static bool same_files(const struct cp_loaded *a, const struct cp_loaded *b)
{
    if (a->net->input_count != b->net->input_count)
        return false;
    for (uint32_t i = 0; i < a->net->input_count; i++)
        if (!cp_text_eq(a->net->inputs[i].path, b->net->inputs[i].path) ||
            strcmp(a->net->inputs[i].sha256, b->net->inputs[i].sha256) != 0)
            return false;
    return true;
}

/* The days of all policies: each has a zone of its own. */
static bool same_days(const struct cp_loaded *a, const struct cp_loaded *b)
{
    if (a->sources.policy_count != b->sources.policy_count)
        return false;
    for (uint32_t i = 0; i < a->sources.policy_count; i++)
        if (a->policies[i].as_of != b->policies[i].as_of)
            return false;
    return a->as_of == b->as_of;
}

static cp_err open_workers(struct reload *r, struct cp_arena ***out)
{
    *out = CP_TAKE(r->arena, r->planners.jobs, struct cp_arena *);
    return *out != NULL ? CP_OK : CP_ERR_NOMEM;
}

static void close_workers(struct reload *r, struct cp_arena **workers)
{
    for (uint32_t i = 0; workers != NULL && i < r->planners.jobs; i++)
        cp_arena_close(workers[i]);
}

static cp_err run_audit(struct reload *r, struct reload_side *side, struct cp_diag *diag)
{
    const struct cp_case *net = side->judge->net;
    uint32_t depth = r->daemon->config->failures_depth;
    struct cp_audit *audit;

    side->request = (struct cp_audit_request){
        .depth = depth != CP_NONE ? depth : cp_audit_depth_wanted(side->judge),
        .failure_kinds = CP_FAIL_LINK | CP_FAIL_NODE | (net->srlg_count > 0 ? CP_FAIL_SRLG : 0u)};
    CP_TRY(open_workers(r, &side->workers));
    CP_TRY(cp_audit_open(side->judge, &side->request, r->arena, &audit, diag));
    CP_TRY(cp_jobs_audit(audit, r->planners.jobs, cp_machine_memory(), side->workers));
    return cp_audit_finish(audit, r->arena, &side->results);
}

static struct cp_report report_of(const struct reload_side *side)
{
    return (struct cp_report){
        .judge = side->judge, .request = &side->request, .results = side->results};
}

static cp_err audit(struct reload *r, struct reload_side *side, const struct cp_loaded *l,
                    struct cp_diag *diag)
{
    struct cp_judge_ask ask = {l->policies, l->sources.policy_count, l->net, l->as_of, 0, NULL};
    struct cp_report report;

    CP_TRY(cp_judge_make(&ask, r->arena, &side->judge, diag));
    CP_TRY(run_audit(r, side, diag));
    report = report_of(side);
    side->summary = cp_report_summarize(&report);
    return CP_OK;
}

static cp_err set_against(struct reload *r)
{
    struct cp_report *reports = CP_TAKE(r->arena, RELOAD_SIDES, struct cp_report);
    struct cp_out out = cp_out_make(r->arena);

    if (reports == NULL)
        return CP_ERR_NOMEM;
    reports[RELOAD_NOW] = report_of(&r->sides[RELOAD_NOW]);
    reports[RELOAD_THEN] = report_of(&r->sides[RELOAD_THEN]);
    CP_TRY(
        cp_difference_make(&reports[RELOAD_NOW], &reports[RELOAD_THEN], r->arena, &r->difference));
    CP_TRY(cp_difference_json(r->difference, &out));
    return cp_out_done(&out, &r->json);
}

/* The new ones first: what is wrong with them is told.  Those in force judge what is in force, as of its day. */
static cp_err compare(struct reload *r, struct cp_diag *diag)
{
    CP_TRY(audit(r, &r->sides[RELOAD_THEN], r->new, diag));
    CP_TRY(audit(r, &r->sides[RELOAD_NOW], r->old, diag));
    return set_against(r);
}

static cp_exit read_files(struct reload *r)
{
    const struct daemon_config *config = r->daemon->config;
    cp_exit code = daemon_inputs_read(config, &r->inputs);

    if (code != CP_EXIT_OK)
        return code;
    r->new = daemon_inputs_loaded(r->inputs);
    return daemon_config_fits(config, r->new, r->arena);
}

/* Whoever left other or broken files about did not ask for them; and the day has come all the same. */
static cp_exit judge_memory(struct reload *r)
{
    cp_exit code;

    cp_say_plain("the files are not those in force, or do not hold: what is in force is judged as "
                 "of the new day, and they wait for a reload");
    daemon_inputs_free(r->inputs);
    r->in_memory = true;
    r->new = NULL;
    code = daemon_inputs_today(r->old_inputs, &r->inputs);
    if (code == CP_EXIT_OK)
        r->new = daemon_inputs_loaded(r->inputs);
    return code;
}

static cp_exit read_all(struct reload *r)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_exit code = CP_EXIT_OK;
    cp_err err;

    if (r->ask.cause == RELOAD_ASKED || r->ask.cause == RELOAD_SIGNAL)
        code = daemon_config_unchanged(r->daemon->config);
    if (code == CP_EXIT_OK)
        code = read_files(r);
    if (r->ask.cause == RELOAD_NEW_DAY && (code != CP_EXIT_OK || !same_files(r->old, r->new)))
        code = judge_memory(r);
    if (code != CP_EXIT_OK)
        return code;
    r->other_files = !same_files(r->old, r->new);
    r->changed = r->other_files || !same_days(r->old, r->new) || (r->not_whole && !r->in_memory);
    err = compare(r, &diag);
    return err == CP_OK ? CP_EXIT_OK : cp_loaded_say(r->new, &diag, err, NULL, CP_EXIT_POLICY);
}

static void look(uv_work_t *work)
{
    struct reload *r = work->data;

    log_catch_on(&r->caught);
    r->code = read_all(r);
    if (r->code != CP_EXIT_OK && r->new == NULL)
        reload_say_changed(r);
    log_catch_on(NULL);
}

static void plan(uv_work_t *work)
{
    struct reload *r = work->data;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err;

    log_catch_on(&r->caught);
    err = cp_drive_job_make(r->trial, r->arena, daemon_plan_stage, &r->planners, &r->plan, &diag);
    if (err != CP_OK)
        r->code = cp_loaded_say(daemon_inputs_loaded(r->inputs), &diag, err, NULL, CP_EXIT_POLICY);
    log_catch_on(NULL);
}

/* --- in the loop: what comes of it ------------------------------------------------------------------ */

static void set_day(struct daemon *d, daemon_day day)
{
    if (d->day == DAY_FINE || day == DAY_FINE)
        d->day_us = daemon_now_us(d);
    d->day = day;
}

/* Also where nothing is different: they are the files in force, as of today. */
static void settle_day(struct reload *r)
{
    struct daemon *d = r->daemon;
    int64_t next = daemon_inputs_midnight(r->inputs), now = (int64_t)time(NULL);

    d->midnight_s = next > now ? next : now + AGAIN_S;
    d->midnight_told = false;
    if (!r->in_memory)
        set_day(d, DAY_FINE);
    else
        set_day(d, daemon_inputs_are_whole(r->inputs) ? DAY_IN_MEMORY : DAY_NOT_WHOLE);
}

/* Nobody waits for an answer where files changed by themselves: that they are refused stands until others are in force. */
static void raise_alarm(struct reload *r)
{
    struct daemon *d = r->daemon;
    static const char began[] = "files have changed and are refused, what was in force stays: ";
    char text[REFUSED_BYTES];
    size_t len;

    (void)snprintf(text, sizeof text, "%s%.*s", began, (int)(sizeof text - sizeof began),
                   r->caught.lines);
    len = cp_text_bad_utf8(cp_text_trim(cp_text_of(text))); /* where it was cut */
    for (size_t i = 0; i < len; i++)
        d->refused_why[i] = text[i] == '\n' ? ' ' : text[i];
    d->refused_why[len] = '\0';
    if (d->refused_us == 0)
        d->refused_us = daemon_now_us(d);
}

/* Who asked for what, and what is wrong with it; false: it could not be kept, and the daemon ends. */
static bool log_refusal(struct reload *r)
{
    cp_text entry;

    if (reload_refused_entry(r, &entry) != CP_OK) {
        daemon_check(r->daemon, CP_ERR_NOMEM);
        return false;
    }
    (void)daemon_state_entry(r->daemon, CP_LOG_RELOAD, CP_TEXT(""), entry);
    return daemon_keep_all(r->daemon);
}

/* Each line of what is wrong. */
static void refuse(struct reload *r)
{
    struct daemon *d = r->daemon;
    const char *lines = r->caught.lines;
    struct cp_web_problem problem = {.errors = lines};
    bool again = r->ask.cause == RELOAD_NEW_DAY && d->midnight_told;
    int first = (int)strcspn(lines, "\n");

    if (r->new != NULL) {
        log_catch_on(&r->caught);
        reload_say_changed(r);
        log_catch_on(NULL);
    }
    if (r->ask.cause == RELOAD_CHANGE)
        raise_alarm(r);
    d->counts.reloads_refused += !r->ask.dry_run;
    for (const char *at = lines; *at != '\0' && !again && !r->ask.dry_run;
         at += strcspn(at, "\n") + 1)
        log_say(LOG_ERROR, "reload", NULL, "refused, what was in force stays: %.*s",
                (int)strcspn(at, "\n"), at);
    if (r->ask.cause == RELOAD_NEW_DAY) {
        if (!again)
            log_say(LOG_ERROR, "reload", NULL,
                    "a new day has come, and the rules are judged as of the old one until that is "
                    "mended");
        d->midnight_told = true;
        d->midnight_s = (int64_t)time(NULL) + AGAIN_S;
        set_day(d, DAY_REFUSED);
    }
    if (!again && !r->ask.dry_run && !log_refusal(r))
        return;
    cp_web_problem_set(&problem, "%.*s%s", first, lines,
                       lines[first] != '\0' && lines[first + 1] != '\0' ? " (the first of several)"
                                                                        : "");
    api_settle(d, r->ask.ticket, CP_WEB_INVALID, CP_TEXT(""), &problem);
}

/* Whether it is not to be taken because of what those that are steered would lose. */
static bool loses(struct reload *r)
{
    bool warn = r->ask.accept_loss || !reload_needs_accept_loss(r);

    if ((r->losses.count == 0 && r->losses.leaving_count == 0) || r->ask.dry_run)
        return false;
    log_catch_on(&r->caught);
    if (r->losses.count > 0)
        reload_say_losses(r);
    if (r->losses.leaving_count > 0)
        reload_say_leaving(r);
    if (!warn)
        cp_say_plain(
            "to take it all the same: cleanpath reload --accept-loss (POST /v1/reload?accept-loss)");
    log_catch_on(NULL);
    return !warn;
}

static bool take(struct reload *r, uint64_t *seq)
{
    struct daemon *d = r->daemon;
    const struct cp_loaded *l = r->new;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text entry;
    cp_err err = reload_entry(r, &entry);

    if (err == CP_OK && d->inputs_count == DAEMON_INPUTS_MAX)
        err = cp_diag_set(&diag, CP_ERR_LIMIT, CP_PLACE_NONE,
                          "too many reloads at once; try again soon", CP_TEXT(""));
    if (err == CP_OK)
        err = cp_drive_reload(d->drive, l->net, l->policies, l->sources.policy_count,
                              daemon_now_us(d), &diag);
    if (err != CP_OK) {
        log_catch_on(&r->caught);
        (void)cp_loaded_say(l, &diag, err, NULL, CP_EXIT_POLICY);
        log_catch_on(NULL);
        return false;
    }
    settle_day(r);
    d->inputs[d->inputs_count++] = r->inputs;
    r->inputs = NULL;
    d->inputs_us = daemon_now_us(d);
    daemon_state_inputs(d);
    *seq = daemon_state_content(d, CP_LOG_RELOAD, entry, r->json);
    log_record(LOG_NOTICE, "reload", CP_TEXT(""), entry);
    return true;
}

static void answer(struct reload *r, uint64_t seq)
{
    struct daemon *d = r->daemon;
    cp_text json;

    if (reload_answer(r, seq, &json) != CP_OK)
        daemon_check(d, CP_ERR_NOMEM);
    else
        api_settle(d, r->ask.ticket, CP_WEB_OK, json, NULL);
}

static void conclude(struct reload *r)
{
    struct daemon *d = r->daemon;
    bool wanted = !r->ask.dry_run && r->changed;
    uint64_t seq = 0;

    if (r->plan != NULL && cp_drive_losses(d->drive, r->plan, r->arena, &r->losses) != CP_OK) {
        daemon_check(d, CP_ERR_NOMEM);
        return;
    }
    if (r->code != CP_EXIT_OK || loses(r) || (wanted && !take(r, &seq))) {
        refuse(r);
        return;
    }
    if (!r->ask.dry_run)
        log_say_caught(&r->caught, LOG_WARNING, "reload");
    if (!r->ask.dry_run && !r->in_memory)
        d->refused_us = 0;
    if (!r->ask.dry_run && !r->changed) {
        settle_day(r);
        log_say(LOG_INFO, "reload", NULL, "nothing is different");
    }
    d->counts.reloads += wanted;
    /* What is in force is answered for once it is kept; where it cannot be, the daemon ends. */
    if (!wanted || daemon_keep_all(d))
        answer(r, seq);
}

static void end(struct reload *r)
{
    for (uint32_t s = 0; s < RELOAD_SIDES; s++)
        close_workers(r, r->sides[s].workers);
    close_workers(r, r->planners.workers);
    daemon_inputs_free(r->inputs);
    cp_arena_close(r->arena);
    free(r);
}

static void done(uv_work_t *work, int status)
{
    struct reload *r = work->data;
    struct daemon *d = r->daemon;

    (void)status;
    d->reload = NULL;
    if (!d->stopping)
        conclude(r);
    end(r);
    notify_say("READY=1");
    daemon_pump(d);
}

/* The network as it was learned, with the new inventory; false: no plan is to be made of it. */
static bool join(struct reload *r)
{
    struct daemon *d = r->daemon;
    const struct cp_loaded *l = r->new;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err;

    if (d->stopping || r->code != CP_EXIT_OK || !r->changed ||
        cp_control_plan_kept(cp_drive_control(d->drive)) == NULL)
        return false;
    err = open_workers(r, &r->planners.workers);
    if (err == CP_OK)
        err = cp_drive_trial(d->drive,
                             &(struct cp_drive_given){l->net, l->policies, l->sources.policy_count},
                             r->arena, &r->trial, &diag);
    if (err == CP_OK)
        return true;
    log_catch_on(&r->caught);
    r->code = cp_loaded_say(l, &diag, err, NULL, CP_EXIT_POLICY);
    log_catch_on(NULL);
    return false;
}

static void looked(uv_work_t *work, int status)
{
    struct reload *r = work->data;

    if (!join(r)) {
        done(work, status);
        return;
    }
    if (uv_queue_work(&r->daemon->loop, &r->work, plan, done) != 0)
        done(work, status);
}

/* --- in the loop: when ------------------------------------------------------------------------------ */

static void tell_manager(void)
{
    struct timespec now;
    char state[96];

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%llu",
                   (unsigned long long)now.tv_sec * 1000000 +
                       (unsigned long long)now.tv_nsec / 1000);
    notify_say(state);
}

bool reload_start(struct daemon *d, struct reload_ask ask)
{
    struct reload *r;

    if (d->reload != NULL)
        return false;
    r = calloc(1, sizeof *r);
    if (r == NULL)
        return false;
    r->daemon = d;
    r->ask = ask;
    r->old_inputs = d->inputs[d->inputs_count - 1];
    r->old = daemon_inputs_loaded(r->old_inputs);
    r->not_whole = d->day == DAY_NOT_WHOLE;
    r->arena = cp_arena_open(cp_machine_memory());
    r->planners.jobs = d->config->jobs > 0 ? d->config->jobs : cp_machine_cores();
    r->work.data = r;
    if (r->arena == NULL || uv_queue_work(&d->loop, &r->work, look, looked) != 0) {
        end(r);
        return false;
    }
    d->reload = r;
    if (!ask.dry_run)
        tell_manager();
    return true;
}

void reload_at_midnight(struct daemon *d)
{
    if (d->reload != NULL || (int64_t)time(NULL) < d->midnight_s)
        return;
    if (!d->midnight_told)
        log_say(LOG_INFO, "reload", NULL, "a new day");
    (void)reload_start(d, (struct reload_ask){.cause = RELOAD_NEW_DAY}); /* or a second later */
}
