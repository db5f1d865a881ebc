#include "commands.h"

#include <string.h>

#include "files.h"
#include "machine.h"
#include "message.h"
#include "policy/policy.h"
#include "report/json.h"

/* policy check FILE: is it valid?  policy test FILE: do its own tests pass? */

enum { OPTION_JSON };

static const struct cp_option options[] = {
    {"--json", NULL, "one JSON document instead of text", false},
};

static const struct cp_command check_command = {
    "policy check", "FILE [--json]", "Is the policy valid?", options, CP_COUNT(options), 1};
static const struct cp_command test_command = {
    "policy test", "FILE [--json]",   "Do the policy's own tests pass?",
    options,       CP_COUNT(options), 1};

static const char overview[] = "usage: cleanpath policy check FILE\n"
                               "       cleanpath policy test FILE\n"
                               "\n"
                               "  check   is the policy valid?\n"
                               "  test    do the policy's own tests pass?\n"
                               "\n"
                               "exit codes: 0 yes; 1 a test fails; 66 no such file; 78 invalid\n";

struct run {
    const char *path;
    bool json;
    struct cp_arena *arena;
    const struct cp_policy *policy;
    struct cp_out out;
};

static cp_exit read_arguments(const struct cp_command *command, const struct cp_args *args,
                              struct run *run)
{
    for (uint32_t i = 0; i < args->count; i++) {
        if (args->list[i].option == OPTION_JSON)
            run->json = true;
        else
            run->path = args->list[i].value;
    }
    if (run->path == NULL)
        return cp_say_usage(command->name, "%s: which FILE?", command->name);
    return CP_EXIT_OK;
}

static cp_exit read_policy(struct run *run)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text bytes;
    cp_exit code = cp_file_read(run->path, run->arena, &bytes);
    cp_err err;

    if (code != CP_EXIT_OK)
        return code;
    err = cp_policy_read(bytes, 0, run->arena, &run->policy, &diag);
    return err == CP_OK ? CP_EXIT_OK : cp_say_diag(&diag, err, run->path, CP_EXIT_POLICY);
}

static cp_exit write_answer(struct run *run, cp_exit code)
{
    cp_text text;
    cp_exit written;

    if (cp_out_done(&run->out, &text) != CP_OK)
        return cp_say_no_memory();
    written = cp_stdout_write(text);
    return written == CP_EXIT_OK ? code : written;
}

static cp_exit check(struct run *run)
{
    uint32_t rules = cp_policy_rule_count(run->policy), tests = cp_policy_test_count(run->policy);
    struct cp_json json = cp_json_make(&run->out);

    if (run->json) {
        cp_json_object(&json, NULL, CP_JSON_LINES);
        cp_json_str(&json, "schema", "cleanpath.policy-check/1");
        cp_json_text(&json, "id", cp_policy_id(run->policy));
        cp_json_text(&json, "says", cp_policy_says(run->policy));
        cp_json_u64(&json, "rules", rules);
        cp_json_u64(&json, "tests", tests);
        cp_json_close(&json);
    } else {
        cp_out_text(&run->out, cp_policy_id(run->policy));
        cp_out_format(&run->out, " is valid: %u rule%s, %u test%s\n", rules, rules == 1 ? "" : "s",
                      tests, tests == 1 ? "" : "s");
    }
    return write_answer(run, CP_EXIT_OK);
}

static void write_outcome_text(struct cp_out *out, const struct cp_policy_outcome *outcome)
{
    cp_out_str(out, outcome->passed ? "passed  " : "FAILED  ");
    cp_out_text(out, outcome->says);
    if (!outcome->passed) {
        cp_out_format(out, " (line %u)\n        expected  ", outcome->place.line);
        cp_out_text(out, outcome->expected);
        cp_out_str(out, "\n        got       ");
        cp_out_text(out, outcome->got);
    }
    cp_out_char(out, '\n');
}

static void write_outcome_json(struct cp_json *json, const struct cp_policy_outcome *outcome)
{
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_text(json, "says", outcome->says);
    cp_json_bool(json, "passed", outcome->passed);
    cp_json_text(json, "expected", outcome->expected);
    cp_json_text(json, "got", outcome->got);
    cp_json_u64(json, "line", outcome->place.line);
    cp_json_close(json);
}

static void write_test_start(struct run *run, struct cp_json *json)
{
    if (!run->json)
        return;
    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_str(json, "schema", "cleanpath.policy-test/1");
    cp_json_text(json, "id", cp_policy_id(run->policy));
    cp_json_array(json, "tests", CP_JSON_LINES);
}

static void write_test_end(struct run *run, struct cp_json *json, uint32_t passed, uint32_t failed)
{
    if (run->json) {
        cp_json_close(json);
        cp_json_u64(json, "passed", passed);
        cp_json_u64(json, "failed", failed);
        cp_json_close(json);
    } else if (passed + failed == 0) {
        cp_out_text(&run->out, cp_policy_id(run->policy));
        cp_out_str(&run->out, " carries no tests\n");
    } else {
        cp_out_format(&run->out, "%u passed, %u failed\n", passed, failed);
    }
}

static cp_exit test(struct run *run)
{
    struct cp_json json = cp_json_make(&run->out);
    uint32_t passed = 0, failed = 0;

    write_test_start(run, &json);
    for (uint32_t i = 0; i < cp_policy_test_count(run->policy); i++) {
        struct cp_policy_outcome outcome = {.passed = false};
        struct cp_diag diag = {.place = CP_PLACE_NONE};
        cp_err err = cp_policy_test(run->policy, i, run->arena, &outcome, &diag);

        if (err != CP_OK)
            return cp_say_diag(&diag, err, run->path, CP_EXIT_POLICY);
        if (run->json)
            write_outcome_json(&json, &outcome);
        else
            write_outcome_text(&run->out, &outcome);
        *(outcome.passed ? &passed : &failed) += 1;
    }
    write_test_end(run, &json, passed, failed);
    return write_answer(run, failed > 0 ? CP_EXIT_VIOLATION : CP_EXIT_OK);
}

static cp_exit run_in(const struct cp_command *command, int argc, char *const *argv,
                      struct cp_arena *arena)
{
    struct run run = {.arena = arena, .out = cp_out_make(arena)};
    struct cp_args args;
    cp_exit code = cp_args_parse(command, argc, argv, arena, &args);

    if (code != CP_EXIT_OK)
        return code;
    if (args.help)
        return cp_help_command(command);
    code = read_arguments(command, &args, &run);
    if (code == CP_EXIT_OK)
        code = read_policy(&run);
    if (code != CP_EXIT_OK)
        return code;
    return command == &check_command ? check(&run) : test(&run);
}

static cp_exit run_with_arena(const struct cp_command *command, int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code;

    if (arena == NULL)
        return cp_say_no_memory();
    code = run_in(command, argc, argv, arena);
    cp_arena_close(arena);
    return code;
}

cp_exit cp_command_policy(int argc, char *const *argv)
{
    static const char *const names[] = {"check", "test", "explain", "diff"};
    const char *near;

    if (argc < 1)
        return cp_say_usage("policy", "policy: check or test?");
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
        return cp_stdout_write(CP_TEXT(overview));
    if (strcmp(argv[0], "check") == 0)
        return run_with_arena(&check_command, argc - 1, argv + 1);
    if (strcmp(argv[0], "test") == 0)
        return run_with_arena(&test_command, argc - 1, argv + 1);
    if (strcmp(argv[0], "explain") == 0)
        return cp_say_later("policy explain");
    if (strcmp(argv[0], "diff") == 0)
        return cp_say_later("policy diff");
    near = cp_nearest_name(argv[0], names, CP_COUNT(names));
    if (near == NULL)
        return cp_say_usage("policy", "policy: unknown command '%s'", argv[0]);
    return cp_say_usage("policy", "policy: unknown command '%s'; did you mean '%s'?", argv[0],
                        near);
}
