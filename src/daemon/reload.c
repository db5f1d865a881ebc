#include "reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api.h"
#include "app/jobs.h"
#include "app/machine.h"
#include "app/message.h"
#include "log.h"
#include "notify.h"
#include "report/difference.h"

/*
 * The work is done beside the loop: read the files, judge the new case by the old policies and by the new ones, audit it
 * by both, and write what differs.  The old inputs stay while they are looked at: only the loop lets go of them, and
 * not while a reload is under way.
 */

enum { NOW, THEN, SIDES, MESSAGE_ROOM = 256 };

struct side {
    const struct cp_judge *judge;
    struct cp_audit_request request;
    const struct cp_demand_result *results;
    struct cp_arena **workers; /* [jobs] */
    struct cp_report_summary summary;
};

struct reload {
    uv_work_t work;
    struct daemon *daemon;
    uint64_t ticket;
    bool dry_run, changed;
    const struct cp_loaded *old;
    struct inputs *inputs; /* new */
    struct cp_arena *arena;
    uint32_t jobs;
    struct side sides[SIDES];
    const struct cp_difference *difference;
    cp_text json; /* of the difference */
    cp_exit code;
    char why[MESSAGE_ROOM];
};

/* --- beside the loop ------------------------------------------------------------------------------- */

static bool same_inputs(const struct cp_loaded *a, const struct cp_loaded *b)
{
    if (a->net->input_count != b->net->input_count || a->as_of != b->as_of)
        return false;
    for (uint32_t i = 0; i < a->net->input_count; i++)
        if (!cp_text_eq(a->net->inputs[i].path, b->net->inputs[i].path) ||
            strcmp(a->net->inputs[i].sha256, b->net->inputs[i].sha256) != 0)
            return false;
    return true;
}

static cp_err audit(struct reload *r, struct side *side, const struct cp_loaded *policies,
                    const struct cp_case *net)
{
    struct cp_judge_ask ask = {
        policies->policies, policies->sources.policy_count, net, policies->as_of, 0, NULL};
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_audit *audit;
    struct cp_report report;
    cp_err err = cp_judge_make(&ask, r->arena, &side->judge, &diag);

    side->workers = CP_TAKE(r->arena, r->jobs, struct cp_arena *);
    if (side->workers == NULL)
        return CP_ERR_NOMEM;
    if (err == CP_OK) {
        uint32_t depth = r->daemon->config->failures_depth;

        side->request = (struct cp_audit_request){
            .depth = depth != CP_NONE ? depth : cp_audit_depth_wanted(side->judge),
            .failure_kinds =
                CP_FAIL_LINK | CP_FAIL_NODE | (net->srlg_count > 0 ? CP_FAIL_SRLG : 0u)};
        err = cp_audit_open(side->judge, &side->request, r->arena, &audit, &diag);
    }
    if (err == CP_OK)
        err = cp_jobs_audit(audit, r->jobs, cp_machine_memory(), side->workers);
    if (err == CP_OK)
        err = cp_audit_finish(audit, r->arena, &side->results);
    if (err != CP_OK) {
        (void)snprintf(r->why, sizeof r->why, "%s%s%s",
                       diag.why != NULL ? diag.why : cp_err_name(err),
                       diag.subject[0] != '\0' ? ": " : "", diag.subject);
        return err;
    }
    report = (struct cp_report){
        .judge = side->judge, .request = &side->request, .results = side->results};
    side->summary = cp_report_summarize(&report);
    return CP_OK;
}

static struct cp_report report_of(const struct side *side)
{
    return (struct cp_report){
        .judge = side->judge, .request = &side->request, .results = side->results};
}

static cp_err compare(struct reload *r, const struct cp_loaded *old, const struct cp_loaded *new)
{
    struct cp_report *reports = CP_TAKE(r->arena, SIDES, struct cp_report);
    struct cp_out out = cp_out_make(r->arena);

    if (reports == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(audit(r, &r->sides[NOW], old, new->net));
    CP_TRY(audit(r, &r->sides[THEN], new, new->net));
    reports[NOW] = report_of(&r->sides[NOW]);
    reports[THEN] = report_of(&r->sides[THEN]);
    CP_TRY(cp_difference_make(&reports[NOW], &reports[THEN], r->arena, &r->difference));
    CP_TRY(cp_difference_json(r->difference, &out));
    return cp_out_done(&out, &r->json);
}

static void work(uv_work_t *work)
{
    struct reload *r = work->data;
    const struct cp_loaded *old = r->old;
    cp_err err;

    r->code = daemon_inputs_read(r->daemon->config, &r->inputs);
    if (r->code != CP_EXIT_OK) {
        (void)snprintf(r->why, sizeof r->why, "the files do not hold; the log says where");
        return;
    }
    r->changed = !same_inputs(old, daemon_inputs_loaded(r->inputs));
    err = compare(r, old, daemon_inputs_loaded(r->inputs));
    if (err == CP_ERR_NOMEM)
        r->code = CP_EXIT_SYSTEM;
    else if (err != CP_OK)
        r->code = CP_EXIT_POLICY;
}

/* --- in the loop ----------------------------------------------------------------------------------- */

static const char *verdict_word(cp_verdict verdict)
{
    static const char *const words[] = {[CP_VERDICT_OK] = "ok",
                                        [CP_VERDICT_VIOLATION] = "violation",
                                        [CP_VERDICT_UNDECIDED] = "undecided",
                                        [CP_VERDICT_NO_PATH] = "no-path"};

    return words[verdict];
}

static cp_err list_changes(struct reload *r, struct cp_web_reload *answer)
{
    const struct cp_difference *d = r->difference;
    uint32_t count = d->demand_count < CP_WEB_CHANGES_MAX ? d->demand_count : CP_WEB_CHANGES_MAX;
    struct cp_web_change *list = CP_TAKE(r->arena, count, struct cp_web_change);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t demand = d->demands[i];

        list[i] =
            (struct cp_web_change){.demand = r->sides[THEN].judge->net->demands[demand].id,
                                   .before = verdict_word(r->sides[NOW].results[demand].verdict),
                                   .after = verdict_word(r->sides[THEN].results[demand].verdict)};
    }
    answer->changes = list;
    answer->change_count = d->demand_count;
    answer->elements_changed = d->element_count;
    return CP_OK;
}

static cp_err list_inputs(struct reload *r, struct cp_web_reload *answer)
{
    const struct cp_case *old = r->old->net;
    const struct cp_case *new = r->sides[THEN].judge->net;
    cp_text *list = CP_TAKE(r->arena, new->input_count, cp_text);

    if (list == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < new->input_count; i++) {
        bool same = i < old->input_count && cp_text_eq(old->inputs[i].path, new->inputs[i].path) &&
                    strcmp(old->inputs[i].sha256, new->inputs[i].sha256) == 0;

        if (!same)
            list[answer->inputs.count++] = new->inputs[i].path;
    }
    answer->inputs.list = list;
    return CP_OK;
}

static cp_err write_answer(struct reload *r, uint64_t seq, cp_text *text)
{
    const struct cp_report_summary *now = &r->sides[NOW].summary, *then = &r->sides[THEN].summary;
    struct cp_web_reload answer = {.dry_run = r->dry_run,
                                   .changed = r->changed,
                                   .before_ok = now->ok,
                                   .before_violation = now->violation,
                                   .before_undecided = now->undecided,
                                   .before_no_path = now->no_path,
                                   .after_ok = then->ok,
                                   .after_violation = then->violation,
                                   .after_undecided = then->undecided,
                                   .after_no_path = then->no_path,
                                   .log_seq = seq};
    struct cp_out out = cp_out_make(r->arena);
    struct cp_json json = cp_json_make(&out);

    CP_TRY(list_changes(r, &answer));
    CP_TRY(list_inputs(r, &answer));
    cp_web_reload_json(&json, &answer);
    return cp_out_done(&out, text);
}

static cp_err write_entry(struct reload *r, cp_text *text)
{
    struct cp_out out = cp_out_make(r->arena);
    struct cp_json json = cp_json_make(&out);

    cp_json_object(&json, NULL, CP_JSON_FLAT);
    cp_json_bool(&json, "changed", r->changed);
    cp_json_u64(&json, "demands_changed", r->difference->demand_count);
    cp_json_u64(&json, "elements_changed", r->difference->element_count);
    cp_json_u64(&json, "worse_demands", r->difference->worse.demands);
    cp_json_u64(&json, "violations_before", r->sides[NOW].summary.violation);
    cp_json_u64(&json, "violations_after", r->sides[THEN].summary.violation);
    cp_json_close(&json);
    CP_TRY(cp_out_done(&out, text));
    *text = cp_text_trim(*text);
    return CP_OK;
}

static bool take(struct reload *r, uint64_t *seq)
{
    struct daemon *d = r->daemon;
    const struct cp_loaded *l = daemon_inputs_loaded(r->inputs);
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text entry;
    cp_err err;

    if (d->inputs_count == DAEMON_INPUTS_MAX || write_entry(r, &entry) != CP_OK) {
        (void)snprintf(r->why, sizeof r->why, "too many reloads at once; try again soon");
        return false;
    }
    err = cp_drive_reload(d->drive, l->net, l->policies, l->sources.policy_count, daemon_now_us(d),
                          &diag);
    if (err != CP_OK) {
        (void)snprintf(r->why, sizeof r->why, "%s", diag.why != NULL ? diag.why : cp_err_name(err));
        return false;
    }
    d->inputs[d->inputs_count++] = r->inputs;
    r->inputs = NULL;
    d->inputs_us = daemon_now_us(d);
    daemon_state_inputs(d);
    *seq = daemon_state_content(d, CP_LOG_RELOAD, entry, r->json);
    log_record(LOG_NOTICE, "reload", CP_TEXT(""), entry);
    if (daemon_keep_all(d))
        return true;
    (void)snprintf(r->why, sizeof r->why, "it could not be kept");
    return false;
}

static void refuse(struct reload *r)
{
    struct cp_web_problem problem;

    r->daemon->counts.reloads_refused++;
    log_say(LOG_ERROR, "reload", NULL, "refused, what was in force stays: %s", r->why);
    cp_web_problem_set(&problem, "%s", r->why);
    api_settle(r->daemon, r->ticket, CP_WEB_INVALID, CP_TEXT(""), &problem);
}

static void end(struct reload *r)
{
    for (uint32_t s = 0; s < SIDES; s++)
        for (uint32_t i = 0; r->sides[s].workers != NULL && i < r->jobs; i++)
            cp_arena_close(r->sides[s].workers[i]);
    daemon_inputs_free(r->inputs);
    cp_arena_close(r->arena);
    free(r);
}

static void conclude(struct reload *r)
{
    struct daemon *d = r->daemon;
    uint64_t seq = 0;
    cp_text answer;

    if (r->code != CP_EXIT_OK) {
        refuse(r);
        return;
    }
    if (!r->dry_run && !r->changed)
        log_say(LOG_INFO, "reload", NULL, "nothing is different");
    else if (!r->dry_run && !take(r, &seq)) {
        refuse(r);
        return;
    }
    d->counts.reloads += !r->dry_run && r->changed;
    if (write_answer(r, seq, &answer) != CP_OK)
        daemon_check(d, CP_ERR_NOMEM);
    else
        api_settle(d, r->ticket, CP_WEB_OK, answer, NULL);
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

bool reload_start(struct daemon *d, bool dry_run, uint64_t ticket)
{
    struct reload *r;

    if (d->reload != NULL)
        return false;
    r = calloc(1, sizeof *r);
    if (r == NULL)
        return false;
    *r = (struct reload){.daemon = d,
                         .ticket = ticket,
                         .old = daemon_inputs_loaded(d->inputs[d->inputs_count - 1]),
                         .dry_run = dry_run,
                         .arena = cp_arena_open(cp_machine_memory()),
                         .jobs = d->config->jobs > 0 ? d->config->jobs : cp_machine_cores()};
    r->work.data = r;
    if (r->arena == NULL || uv_queue_work(&d->loop, &r->work, work, done) != 0) {
        end(r);
        return false;
    }
    d->reload = r;
    if (!dry_run)
        tell_manager();
    return true;
}

void reload_at_midnight(struct daemon *d)
{
    const struct cp_loaded *l = daemon_inputs_loaded(d->inputs[d->inputs_count - 1]);
    int64_t now_s = (int64_t)(daemon_now_us(d) / 1000000), soonest = INT64_MAX;

    if (d->midnight_s != 0 && now_s >= d->midnight_s && d->reload == NULL) {
        log_say(LOG_INFO, "reload", NULL, "a new day");
        d->midnight_s = reload_start(d, false, 0) ? 0 : d->midnight_s;
        return;
    }
    if (d->midnight_s != 0 || d->reload != NULL || d->planning)
        return; /* the zone is set for a moment: no other thread may run */
    for (uint32_t i = 0; i < l->sources.policy_count; i++) {
        int64_t at = cp_machine_midnight(l->policies[i].policy->timezone);

        soonest = at < soonest ? at : soonest;
    }
    d->midnight_s = soonest == INT64_MAX ? 0 : soonest;
}
