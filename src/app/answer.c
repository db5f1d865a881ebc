#include "answer.h"

#include "app/jobs.h"
#include "app/machine.h"
#include "app/message.h"
#include "app/proof.h"
#include "pinned.h"
#include "remarks.h"
#include "report/words.h"

/*
 * A case and its policies, their verdicts on it, the states, the results.
 * Each step hands on what it made, or has said what is wrong and hands on the exit code.
 */

cp_exit cp_answer_open(const struct cp_audit_options *options, struct cp_notes *notes,
                       struct cp_answer *a)
{
    struct cp_load_ask ask = {.wanted = &options->wanted,
                              .as_of = options->as_of,
                              .policies_kept = options->policies_kept,
                              .lenient = options->lenient};
    cp_exit code;

    *a = (struct cp_answer){.options = options};
    code = cp_load_open(&ask, notes, &a->loaded);
    if (code != CP_EXIT_OK)
        return code;
    a->workers =
        (struct cp_arena **)cp_arena_take(a->loaded.kept, options->jobs, sizeof(struct cp_arena *));
    return a->workers == NULL ? cp_say_no_memory() : CP_EXIT_OK;
}

void cp_answer_close(struct cp_answer *a)
{
    uint32_t jobs = a->options->jobs;

    for (uint32_t i = 0; a->alone_workers != NULL && i < a->loaded.sources.policy_count * jobs; i++)
        cp_arena_close(a->alone_workers[i]);
    for (uint32_t i = 0; a->workers != NULL && i < jobs; i++)
        cp_arena_close(a->workers[i]);
    cp_loaded_close(&a->loaded);
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
    return cp_load_find(&a->loaded);
}

static cp_exit judge_case(struct cp_answer *a)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    const struct cp_loaded *l = &a->loaded;
    cp_err err = cp_judge_make(
        &(struct cp_judge_ask){l->policies, l->sources.policy_count, l->net, l->as_of, 0, NULL},
        l->kept, &a->judge, &diag);

    if (err != CP_OK) /* two policies of one id, or a demand of a class that no policy has */
        return cp_loaded_say(&a->loaded, &diag, err, NULL,
                             err == CP_ERR_DUPLICATE ? CP_EXIT_POLICY : CP_EXIT_INPUT);
    return cp_remarks_summarize(l->net, a->judge, l->notes, l->scratch);
}

static struct cp_audit_request request_of(const struct cp_answer *a)
{
    uint32_t kinds = a->options->failure_kinds;

    if (kinds == 0)
        kinds = CP_FAIL_LINK | CP_FAIL_NODE | (a->loaded.net->srlg_count > 0 ? CP_FAIL_SRLG : 0u);
    return (struct cp_audit_request){.depth = a->options->depth, .failure_kinds = kinds};
}

cp_exit cp_answer_audit(const struct cp_answer *a, const struct cp_judge *judge,
                        struct cp_arena *arena, struct cp_arena **workers,
                        const struct cp_demand_result **results)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_audit *audit;
    cp_err err = cp_audit_open_pinned(judge, &a->request, a->held == NULL ? NULL : a->held->pinned,
                                      arena, &audit, &diag);

    if (err != CP_OK)
        return cp_loaded_say(&a->loaded, &diag, err, NULL, CP_EXIT_INPUT);
    err = cp_jobs_audit(audit, a->options->jobs, cp_machine_memory(), workers);
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
    return cp_answer_audit(a, a->judge, a->loaded.kept, a->workers, &a->results);
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
                           a->loaded.kept, &relief));
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
    for (uint32_t d = 0; code == CP_EXIT_OK && d < a->loaded.net->demand_count; d++) {
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

    if (!licences_matter(a->judge) || a->loaded.net->demand_count == 0)
        return CP_EXIT_OK;
    owed = CP_TAKE(a->loaded.kept, a->loaded.net->demand_count, struct cp_demand_licence);
    if (owed == NULL || cp_judge_licence_ends(a->judge, a->loaded.kept, &ends) != CP_OK)
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
                              .alone = a->alone,
                              .held = a->held};
}

static cp_exit note_warnings(struct cp_answer *a)
{
    struct cp_report report = cp_answer_report(a);
    const cp_text *warnings;
    uint32_t count;

    if (cp_report_warnings(&report, a->loaded.scratch, &warnings, &count) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < count; i++) {
        cp_exit code;
        cp_text line;

        if (cp_text_join(CP_TEXT("warning: "), warnings[i], a->loaded.scratch, &line) != CP_OK)
            return cp_say_no_memory();
        code = cp_note(a->loaded.notes, CP_NOTE_NAMED, line);
        if (code != CP_EXIT_OK)
            return code;
    }
    return CP_EXIT_OK;
}

cp_exit cp_answer_judge(struct cp_answer *a)
{
    cp_exit code = cp_load_make(&a->loaded);

    if (code == CP_EXIT_OK)
        code = cp_loaded_conclude(&a->loaded);
    return code == CP_EXIT_OK ? judge_case(a) : code;
}

cp_exit cp_answer_examine(struct cp_answer *a)
{
    cp_exit code = CP_EXIT_OK;

    if (a->options->routes != NULL)
        code = cp_pinned_read(a->options->routes, &a->loaded, a->judge, &a->held);
    if (code == CP_EXIT_OK)
        code = examine(a);
    if (code == CP_EXIT_OK)
        code = weigh_licences(a);
    return code == CP_EXIT_OK ? note_warnings(a) : code;
}

cp_exit cp_answer_check(const struct cp_report *report, uint32_t jobs, const char *bundle)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct cp_out out = cp_out_make(arena);
    struct cp_proof_ask ask = {
        .prove = {.judge = report->judge, .request = report->request, .results = report->results},
        .jobs = jobs,
        .bundle = bundle};
    cp_exit code = CP_EXIT_OK;

    if (report->held != NULL) { /* certificates are of what the network itself does */
        cp_arena_close(arena);
        return CP_EXIT_OK;
    }
    if (arena == NULL || cp_report_json(report, &out) != CP_OK ||
        cp_out_done(&out, &ask.answer) != CP_OK ||
        cp_report_warnings(report, arena, &ask.prove.warnings, &ask.prove.warning_count) != CP_OK)
        code = cp_say_no_memory();
    if (code == CP_EXIT_OK)
        code = cp_proof_make(&ask);
    cp_arena_close(arena);
    return code;
}

cp_exit cp_answer_uphold(const struct cp_answer *a)
{
    struct cp_report report = cp_answer_report(a);

    return cp_answer_check(&report, a->options->jobs, a->options->bundle);
}

cp_exit cp_answer_make(struct cp_answer *a)
{
    cp_exit code = cp_answer_judge(a);

    if (code == CP_EXIT_OK)
        code = cp_answer_examine(a);
    return code == CP_EXIT_OK ? cp_answer_uphold(a) : code;
}
