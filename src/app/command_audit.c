#include "commands.h"

#include "audit_options.h"
#include "files.h"
#include "jobs.h"
#include "machine.h"
#include "message.h"
#include "remarks.h"
#include "report/report.h"

/*
 * audit: files to rows, rows to a snapshot, the policy's verdicts on it, the states, the answer.
 * Each step hands on what it made, or has said what is wrong and hands on the exit code.
 */

#define TEXT_COLUMNS_MAX 100u /* on a wider terminal too: longer lines are hard to read */

struct audit {
    struct cp_audit_options options;
    struct cp_arena *kept;     /* the case, the policy, the answer */
    struct cp_arena *files;    /* what was asked, and the files' bytes until the case stands */
    struct cp_arena **workers; /* [options.jobs] */
    struct cp_sources sources;
    const struct cp_policy *policy;
    const struct cp_case *net;
    const struct cp_judge *judge;
    struct cp_audit_request request;
    const struct cp_demand_result *results;
};

/* fallback: the file being read, for a diag without a place; NULL where it is about no file */
static cp_exit say_diag(const struct audit *a, const struct cp_diag *diag, cp_err err,
                        const char *fallback, cp_exit otherwise)
{
    const char *path = cp_sources_path(&a->sources, diag->place.file);

    return cp_say_diag(diag, err, path != NULL ? path : fallback, otherwise);
}

static cp_exit read_sources(struct audit *a, struct cp_build *build)
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
        cp_text bytes;
        cp_exit code = cp_file_read(source->path, a->files, &bytes);
        cp_err err;

        if (code != CP_EXIT_OK)
            return code;
        err = cp_read_document(read, source->role, cp_text_of(source->name), bytes, &diag);
        if (err != CP_OK)
            return say_diag(a, &diag, err, source->path, CP_EXIT_INPUT);
    }
    return CP_EXIT_OK;
}

static cp_exit read_policy(struct audit *a, struct cp_build *build, cp_text bytes)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    const char *path = a->sources.policy_path;
    uint32_t file;
    cp_err err;

    err = cp_build_input(build, cp_text_of(a->sources.policy_name), bytes, &file);
    if (err != CP_OK)
        return cp_say_diag(&diag, err, path, CP_EXIT_INPUT);
    err = cp_policy_read(bytes, file, a->kept, &a->policy, &diag);
    if (err != CP_OK)
        return say_diag(a, &diag, err, path, CP_EXIT_POLICY);
    cp_build_used(build, file, cp_policy_rule_count(a->policy) + cp_policy_test_count(a->policy));
    return CP_EXIT_OK;
}

/* The day is today where none is given: in the zone that the policy means, if it names one. */
static void settle_day(struct audit *a)
{
    cp_text zone = cp_policy_timezone(a->policy);
    bool known = true;

    if (a->options.as_of != CP_DATE_NONE)
        return;
    a->options.as_of = cp_machine_today(zone, &known);
    if (!known)
        cp_say(
            "warning: this machine does not know the policy's time zone %.*s: the day is its own",
            (int)zone.len, zone.at);
}

static cp_exit make_case(struct audit *a)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_arena_mark before = cp_arena_mark_get(a->files);
    struct cp_build *build;
    cp_text policy_bytes; /* kept: the policy's texts may point into them */
    cp_exit code;
    cp_err err;

    if (cp_build_open(a->kept, &build) != CP_OK)
        return cp_say_no_memory();
    code = cp_file_read(a->sources.policy_path, a->kept, &policy_bytes);
    if (code == CP_EXIT_OK)
        code = read_sources(a, build);
    if (code == CP_EXIT_OK)
        code = read_policy(a, build, policy_bytes);
    if (code != CP_EXIT_OK)
        return code;
    settle_day(a);
    err = cp_build_finish(build, a->options.as_of, &a->net, &diag);
    if (err != CP_OK)
        return say_diag(a, &diag, err, NULL, CP_EXIT_INPUT);
    cp_arena_reset(a->files, before); /* rows are copies: the bytes have done their work */
    return cp_remarks_refuse(a->net, &a->sources, a->options.lenient, a->files);
}

static cp_exit judge_case(struct audit *a)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_judge_make(a->policy, a->net, a->options.as_of, a->kept, &a->judge, &diag);

    if (err != CP_OK)
        return say_diag(a, &diag, err, NULL, CP_EXIT_INPUT);
    return cp_remarks_summarize(a->judge, a->files);
}

static struct cp_audit_request request_of(const struct audit *a)
{
    uint32_t kinds = a->options.failure_kinds;

    if (kinds == 0)
        kinds = CP_FAIL_LINK | CP_FAIL_NODE | (a->net->srlg_count > 0 ? CP_FAIL_SRLG : 0u);
    return (struct cp_audit_request){.depth = a->options.depth, .failure_kinds = kinds};
}

static cp_exit examine(struct audit *a)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_audit *audit;
    cp_err err;

    a->request = request_of(a);
    err = cp_audit_open(a->judge, &a->request, a->kept, &audit, &diag);
    if (err != CP_OK)
        return say_diag(a, &diag, err, NULL, CP_EXIT_INPUT);
    err = cp_jobs_run(audit, a->options.jobs, cp_machine_memory(), a->workers);
    if (err == CP_ERR_LIMIT)
        err = cp_diag_set(&diag, err, CP_PLACE_NONE,
                          "more sets of failures than are searched; a smaller --failures has fewer",
                          cp_text_of(NULL));
    if (err == CP_OK)
        err = cp_audit_finish(audit, a->kept, &a->results);
    return err == CP_OK ? CP_EXIT_OK : cp_say_diag(&diag, err, NULL, CP_EXIT_INPUT);
}

static cp_exit say_warnings(const struct cp_report *report, struct cp_arena *arena)
{
    const cp_text *warnings;
    uint32_t count;

    if (cp_report_warnings(report, arena, &warnings, &count) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < count; i++)
        cp_say("warning: %.*s", (int)warnings[i].len, warnings[i].at);
    return CP_EXIT_OK;
}

static cp_err write_report(const struct cp_report *report, cp_output output, struct cp_out *out)
{
    switch (output) {
    case CP_OUTPUT_TEXT:
        return cp_report_text(report, out);
    case CP_OUTPUT_JSON:
        return cp_report_json(report, out);
    case CP_OUTPUT_CSV:
        return cp_report_csv(report, out);
    }
    return CP_OK;
}

static uint32_t text_columns(void)
{
    uint32_t columns = cp_machine_columns();

    return columns > TEXT_COLUMNS_MAX ? TEXT_COLUMNS_MAX : columns;
}

static cp_exit answer(struct audit *a)
{
    struct cp_report report = {
        .judge = a->judge,
        .request = &a->request,
        .results = a->results,
        .colour = a->options.output == CP_OUTPUT_TEXT && cp_machine_colour(),
        .columns = text_columns(),
    };
    struct cp_report_summary summary = cp_report_summarize(&report);
    struct cp_out out = cp_out_make(a->kept);
    cp_exit code = say_warnings(&report, a->files);
    cp_text text;

    if (code != CP_EXIT_OK)
        return code;
    if (write_report(&report, a->options.output, &out) != CP_OK ||
        cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    code = cp_stdout_write(text);
    return code == CP_EXIT_OK ? (cp_exit)cp_report_exit_code(&summary) : code;
}

static cp_exit run_steps(struct audit *a)
{
    static cp_exit (*const steps[])(struct audit * a) = {make_case, judge_case, examine, answer};
    cp_exit code = cp_sources_find(&a->options.wanted, a->files, &a->sources);

    for (size_t i = 0; code == CP_EXIT_OK && i < CP_COUNT(steps); i++)
        code = steps[i](a);
    return code;
}

static cp_exit run(struct audit *a, int argc, char *const *argv)
{
    struct cp_args args;
    cp_exit code = cp_args_parse(&cp_audit_command, argc, argv, a->files, &args);

    if (code != CP_EXIT_OK)
        return code;
    if (args.help)
        return cp_help_command(&cp_audit_command);
    code = cp_audit_options_read(&args, a->files, &a->options);
    if (code != CP_EXIT_OK)
        return code;
    a->workers =
        (struct cp_arena **)cp_arena_take(a->files, a->options.jobs, sizeof(struct cp_arena *));
    return a->workers == NULL ? cp_say_no_memory() : run_steps(a);
}

static void close_arenas(struct audit *a)
{
    for (uint32_t i = 0; a->workers != NULL && i < a->options.jobs; i++)
        cp_arena_close(a->workers[i]);
    cp_arena_close(a->files);
    cp_arena_close(a->kept);
}

cp_exit cp_command_audit(int argc, char *const *argv)
{
    struct audit a = {.kept = cp_arena_open(cp_machine_memory()),
                      .files = cp_arena_open(cp_machine_memory())};
    cp_exit code;

    if (a.kept == NULL || a.files == NULL)
        code = cp_say_no_memory();
    else
        code = run(&a, argc, argv);
    close_arenas(&a);
    return code;
}
