#include "answer.h"

#include "jobs.h"
#include "machine.h"
#include "message.h"
#include "remarks.h"
#include "report/words.h"

/*
 * Files to rows, rows to a snapshot, the policies' verdicts on it, the states, the results.
 * Each step hands on what it made, or has said what is wrong and hands on the exit code.
 */

cp_exit cp_answer_open(const struct cp_audit_options *options, struct cp_notes *notes,
                       struct cp_answer *a)
{
    *a = (struct cp_answer){.options = options,
                            .notes = notes,
                            .kept = cp_arena_open(cp_machine_memory()),
                            .files = cp_arena_open(cp_machine_memory())};
    if (a->kept == NULL || a->files == NULL)
        return cp_say_no_memory();
    a->workers =
        (struct cp_arena **)cp_arena_take(a->files, options->jobs, sizeof(struct cp_arena *));
    return a->workers == NULL ? cp_say_no_memory() : CP_EXIT_OK;
}

void cp_answer_close(struct cp_answer *a)
{
    uint32_t jobs = a->options->jobs;

    for (uint32_t i = 0; a->alone_workers != NULL && i < a->sources.policy_count * jobs; i++)
        cp_arena_close(a->alone_workers[i]);
    for (uint32_t i = 0; a->workers != NULL && i < jobs; i++)
        cp_arena_close(a->workers[i]);
    cp_arena_close(a->files);
    cp_arena_close(a->kept);
}

cp_exit cp_answer_once(const struct cp_audit_options *options, struct cp_arena *arena,
                       cp_exit (*work)(struct cp_answer *answer))
{
    struct cp_notes *notes;
    struct cp_answer answer;
    cp_exit code;

    if (cp_notes_open(NULL, arena, &notes) != CP_OK)
        return cp_say_no_memory();
    code = cp_answer_open(options, notes, &answer);
    if (code == CP_EXIT_OK)
        code = work(&answer);
    cp_answer_close(&answer);
    return code;
}

cp_exit cp_answer_find(struct cp_answer *a)
{
    return cp_sources_find(&a->options->wanted, a->files, &a->sources);
}

cp_exit cp_answer_note_passed_over(const struct cp_answer *a, struct cp_notes *notes)
{
    if (a->sources.passed_over.len == 0)
        return CP_EXIT_OK;
    return cp_note(notes, CP_NOTE_NAMED, a->sources.passed_over);
}

cp_exit cp_answer_read(struct cp_answer *a)
{
    a->found = cp_arena_mark_get(a->files);
    return cp_sources_read(&a->sources, a->files, a->kept);
}

/* fallback: the file being read, for a diag without a place; NULL where it is about no file */
static cp_exit say_diag(const struct cp_answer *a, const struct cp_diag *diag, cp_err err,
                        const char *fallback, cp_exit otherwise)
{
    const char *path = cp_sources_path(&a->sources, diag->place.file);

    return cp_say_diag(diag, err, path != NULL ? path : fallback, otherwise);
}

static cp_exit read_sources(struct cp_answer *a, struct cp_build *build)
{
    struct cp_read *read;

    if (cp_read_open(build, a->files, &read) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < a->sources.count; i++)
        if (a->sources.list[i].role == CP_ROLE_DEMANDS)
            cp_read_leave_demands(read);
    for (uint32_t i = 0; i < a->sources.count; i++) {
        const struct cp_source *source = &a->sources.list[i];
        struct cp_diag diag = {.place = CP_PLACE_NONE};
        cp_err err =
            cp_read_document(read, source->role, cp_text_of(source->name), source->bytes, &diag);

        if (err != CP_OK)
            return say_diag(a, &diag, err, source->path, CP_EXIT_INPUT);
    }
    return CP_EXIT_OK;
}

static cp_exit read_policy(struct cp_answer *a, struct cp_build *build,
                           const struct cp_policy_source *source, const struct cp_policy **policy)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    uint32_t file;
    cp_err err;

    err = cp_build_input(build, cp_text_of(source->name), source->bytes, &file);
    if (err != CP_OK)
        return cp_say_diag(&diag, err, source->path, CP_EXIT_INPUT);
    err = cp_policy_read(source->bytes, file, a->kept, policy, &diag);
    if (err != CP_OK)
        return say_diag(a, &diag, err, source->path, CP_EXIT_POLICY);
    cp_build_used(build, file, (*policy)->rule_count + (*policy)->trial_count);
    return CP_EXIT_OK;
}

/* By id, so that the order in which they are given changes no answer; ids may yet be the same. */
static void order_policies(struct cp_judge_policy *policies, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct cp_judge_policy one = policies[i];
        uint32_t at = i;

        for (; at > 0 && cp_text_cmp(one.policy->id, policies[at - 1].policy->id) < 0; at--)
            policies[at] = policies[at - 1];
        policies[at] = one;
    }
}

static cp_exit read_policies(struct cp_answer *a, struct cp_build *build)
{
    uint32_t count = a->sources.policy_count;
    cp_exit code = CP_EXIT_OK;

    a->policies = CP_TAKE(a->kept, count, struct cp_judge_policy);
    if (a->policies == NULL)
        return cp_say_no_memory();
    for (uint32_t i = 0; code == CP_EXIT_OK && i < count; i++)
        code = read_policy(a, build, &a->sources.policies[i], &a->policies[i].policy);
    if (code == CP_EXIT_OK)
        order_policies(a->policies + a->options->policies_kept, count - a->options->policies_kept);
    return code;
}

static cp_exit warn_of_zone(struct cp_answer *a, cp_text zone)
{
    struct cp_out out = cp_out_make(a->files);
    cp_text line;

    cp_out_str(&out, "warning: this machine does not know the policy's time zone ");
    cp_out_text(&out, zone);
    cp_out_str(&out, ": the day is its own");
    if (cp_out_done(&out, &line) != CP_OK)
        return cp_say_no_memory();
    return cp_note(a->notes, CP_NOTE_NAMED, line);
}

/* The day is today where none is given: in the zone that the policy means, if it names one. */
static cp_exit settle_day(struct cp_answer *a, struct cp_judge_policy *policy)
{
    cp_text zone = policy->policy->timezone;
    bool known = true;

    policy->as_of = a->options->as_of;
    if (policy->as_of == CP_DATE_NONE)
        policy->as_of = cp_machine_today(zone, &known);
    return known ? CP_EXIT_OK : warn_of_zone(a, zone);
}

/* The case's own day is the latest of theirs. */
static cp_exit settle_days(struct cp_answer *a)
{
    cp_exit code = CP_EXIT_OK;

    a->as_of = CP_DATE_NONE;
    for (uint32_t i = 0; code == CP_EXIT_OK && i < a->sources.policy_count; i++) {
        code = settle_day(a, &a->policies[i]);
        if (a->policies[i].as_of > a->as_of)
            a->as_of = a->policies[i].as_of;
    }
    return code;
}

static cp_exit make_case(struct cp_answer *a)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_build *build;
    cp_exit code;
    cp_err err;

    if (cp_build_open(a->kept, &build) != CP_OK)
        return cp_say_no_memory();
    code = read_sources(a, build);
    if (code == CP_EXIT_OK)
        code = read_policies(a, build);
    if (code == CP_EXIT_OK)
        code = settle_days(a);
    if (code != CP_EXIT_OK)
        return code;
    err = cp_build_finish(build, a->as_of, &a->net, &diag);
    if (err != CP_OK)
        return say_diag(a, &diag, err, NULL, CP_EXIT_INPUT);
    cp_arena_reset(a->files, a->found); /* rows are copies: the bytes have done their work */
    return cp_remarks_refuse(a->net, &a->sources, a->options->lenient, a->notes, a->files);
}

static cp_exit judge_case(struct cp_answer *a)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_judge_make(
        &(struct cp_judge_ask){a->policies, a->sources.policy_count, a->net, a->as_of, 0, NULL},
        a->kept, &a->judge, &diag);

    if (err != CP_OK) /* two policies of one id, or a demand of a class that no policy has */
        return say_diag(a, &diag, err, NULL,
                        err == CP_ERR_DUPLICATE ? CP_EXIT_POLICY : CP_EXIT_INPUT);
    return cp_remarks_summarize(a->judge, a->notes, a->files);
}

static struct cp_audit_request request_of(const struct cp_answer *a)
{
    uint32_t kinds = a->options->failure_kinds;

    if (kinds == 0)
        kinds = CP_FAIL_LINK | CP_FAIL_NODE | (a->net->srlg_count > 0 ? CP_FAIL_SRLG : 0u);
    return (struct cp_audit_request){.depth = a->options->depth, .failure_kinds = kinds};
}

cp_exit cp_answer_audit(const struct cp_answer *a, const struct cp_judge *judge,
                        struct cp_arena *arena, struct cp_arena **workers,
                        const struct cp_demand_result **results)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_audit *audit;
    cp_err err = cp_audit_open(judge, &a->request, arena, &audit, &diag);

    if (err != CP_OK)
        return say_diag(a, &diag, err, NULL, CP_EXIT_INPUT);
    err = cp_jobs_run(audit, a->options->jobs, cp_machine_memory(), workers);
    if (err == CP_ERR_LIMIT)
        err = cp_diag_set(&diag, err, CP_PLACE_NONE,
                          "more sets of failures than are searched; a smaller --failures has fewer",
                          cp_text_of(NULL));
    if (err == CP_OK)
        err = cp_audit_finish(audit, arena, results);
    return err == CP_OK ? CP_EXIT_OK : cp_say_diag(&diag, err, NULL, CP_EXIT_INPUT);
}

static cp_exit examine(struct cp_answer *a)
{
    a->request = request_of(a);
    return cp_answer_audit(a, a->judge, a->kept, a->workers, &a->results);
}

static bool licences_matter(const struct cp_judge *judge)
{
    for (uint32_t i = 0; i < judge->licence_count; i++) {
        const struct cp_licence_use *use = &judge->licences[i];

        if (use->holds && (use->nodes > 0 || use->links > 0))
            return true;
    }
    return false;
}

/* The licence of a demand that stands worse once some have ended; after: what it gets then. */
static cp_err find_licence(const struct cp_answer *a, const struct cp_judge *judge,
                           const struct cp_demand_result *after, struct cp_demand_licence *owed)
{
    const struct cp_exposure *exposure = cp_words_decisive(after);
    struct cp_relief relief;

    if (exposure == NULL)
        return CP_OK;
    CP_TRY(cp_judge_lapsed(a->judge, judge,
                           &(struct cp_lapse){exposure->rule, exposure->kind, exposure->element},
                           a->kept, &relief));
    *owed = (struct cp_demand_licence){.licence = relief.licence,
                                       .until = relief.until,
                                       .policy = a->judge->rules[exposure->rule].policy,
                                       .without = after->verdict,
                                       .kind = exposure->kind,
                                       .element = exposure->element,
                                       .rule = exposure->rule};
    return CP_OK;
}

/* Audits again as if licences that end by then did not hold (past NULL: none), for demands that owe
 * their verdict to no earlier end. */
static cp_exit audit_after(struct cp_answer *a, const cp_date *past, struct cp_arena *arena,
                           struct cp_arena **workers, struct cp_demand_licence *owed)
{
    const struct cp_demand_result *after = NULL;
    const struct cp_judge *judge;
    cp_exit code;

    if (cp_judge_after(a->judge, past, arena, &judge) != CP_OK)
        return cp_say_no_memory();
    code = cp_answer_audit(a, judge, arena, workers, &after);
    for (uint32_t d = 0; code == CP_EXIT_OK && d < a->net->demand_count; d++) {
        if (owed[d].licence == NULL && after[d].verdict > a->results[d].verdict &&
            find_licence(a, judge, &after[d], &owed[d]) != CP_OK)
            code = cp_say_no_memory();
    }
    return code;
}

/* One end: with memory of its own, since an audit of a large network takes much. */
static cp_exit weigh_end(struct cp_answer *a, const cp_date *past, struct cp_demand_licence *owed)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    uint32_t jobs = a->options->jobs;
    struct cp_arena **workers;
    cp_exit code;

    if (arena == NULL)
        return cp_say_no_memory();
    workers = (struct cp_arena **)cp_arena_take(arena, jobs, sizeof(struct cp_arena *));
    code = workers != NULL ? audit_after(a, past, arena, workers, owed) : cp_say_no_memory();
    for (uint32_t i = 0; workers != NULL && i < jobs; i++)
        cp_arena_close(workers[i]);
    cp_arena_close(arena);
    return code;
}

/* What each demand is ok by: the first end of licences after which it stands worse. */
static cp_exit weigh_licences(struct cp_answer *a)
{
    struct cp_demand_licence *owed;
    struct cp_licence_ends ends;
    cp_exit code = CP_EXIT_OK;

    if (!licences_matter(a->judge) || a->net->demand_count == 0)
        return CP_EXIT_OK;
    owed = CP_TAKE(a->kept, a->net->demand_count, struct cp_demand_licence);
    if (owed == NULL || cp_judge_licence_ends(a->judge, a->kept, &ends) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < ends.count && code == CP_EXIT_OK; i++)
        code = weigh_end(a, &ends.at[i], owed);
    if (ends.endless && code == CP_EXIT_OK)
        code = weigh_end(a, NULL, owed);
    a->licences = owed;
    return code;
}

struct cp_report cp_answer_report(const struct cp_answer *a)
{
    return (struct cp_report){.judge = a->judge,
                              .request = &a->request,
                              .results = a->results,
                              .licences = a->licences,
                              .alone = a->alone};
}

static cp_exit note_warnings(struct cp_answer *a)
{
    struct cp_report report = cp_answer_report(a);
    const cp_text *warnings;
    uint32_t count;

    if (cp_report_warnings(&report, a->files, &warnings, &count) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < count; i++) {
        cp_exit code;
        cp_text line;

        if (cp_text_join(CP_TEXT("warning: "), warnings[i], a->files, &line) != CP_OK)
            return cp_say_no_memory();
        code = cp_note(a->notes, CP_NOTE_NAMED, line);
        if (code != CP_EXIT_OK)
            return code;
    }
    return CP_EXIT_OK;
}

cp_exit cp_answer_judge(struct cp_answer *a)
{
    cp_exit code = cp_answer_note_passed_over(a, a->notes);

    if (code == CP_EXIT_OK)
        code = make_case(a);
    return code == CP_EXIT_OK ? judge_case(a) : code;
}

cp_exit cp_answer_examine(struct cp_answer *a)
{
    cp_exit code = examine(a);

    if (code == CP_EXIT_OK)
        code = weigh_licences(a);
    return code == CP_EXIT_OK ? note_warnings(a) : code;
}

cp_exit cp_answer_make(struct cp_answer *a)
{
    cp_exit code = cp_answer_judge(a);

    return code == CP_EXIT_OK ? cp_answer_examine(a) : code;
}
