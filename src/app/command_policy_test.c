#include "commands.h"

#include "judge/judge.h"
#include "app/message.h"
#include "policies.h"
#include "base/json.h"

/* policy test FILE...: do their own tests pass? */

static const struct cp_command command = {
    "policy test", "FILE... [--json]", "Do the policies' own tests pass?", cp_policy_options, 1,
    CP_PLAIN_ANY,
};

struct tally {
    uint32_t passed, failed;
};

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

static void write_start(struct cp_policy_run *run, const struct cp_policy_file *file,
                        struct cp_json *json)
{
    if (run->json) {
        cp_json_object(json, NULL, CP_JSON_LINES);
        cp_json_str(json, "path", file->path);
        cp_json_text(json, "id", file->policy->id);
        cp_json_array(json, "tests", CP_JSON_LINES);
    } else if (file->policy->trial_count == 0) {
        cp_out_text(&run->out, file->policy->id);
        cp_out_str(&run->out, " carries no tests\n");
    } else if (run->count > 1) {
        cp_out_text(&run->out, file->policy->id);
        cp_out_char(&run->out, '\n');
    }
}

static void write_sums(struct cp_json *json, const struct tally *tally)
{
    cp_json_u64(json, "passed", tally->passed);
    cp_json_u64(json, "failed", tally->failed);
}

static cp_exit test_file(struct cp_policy_run *run, const struct cp_policy_file *file,
                         struct cp_json *json, struct tally *all)
{
    struct tally tally = {0, 0};

    write_start(run, file, json);
    for (uint32_t i = 0; i < file->policy->trial_count; i++) {
        struct cp_policy_outcome outcome = {.passed = false};
        struct cp_diag diag = {.place = CP_PLACE_NONE};
        cp_err err = cp_policy_test(file->policy, i, run->arena, &outcome, &diag);

        if (err != CP_OK)
            return cp_say_diag(&diag, err, file->path, CP_EXIT_POLICY);
        if (run->json)
            write_outcome_json(json, &outcome);
        else
            write_outcome_text(&run->out, &outcome);
        *(outcome.passed ? &tally.passed : &tally.failed) += 1;
    }
    if (run->json) {
        cp_json_close(json);
        write_sums(json, &tally);
        cp_json_close(json);
    }
    all->passed += tally.passed;
    all->failed += tally.failed;
    return CP_EXIT_OK;
}

static void write_end(struct cp_policy_run *run, struct cp_json *json, const struct tally *all)
{
    if (run->json) {
        cp_json_close(json);
        write_sums(json, all);
        cp_json_close(json);
    } else if (all->passed + all->failed > 0) {
        cp_out_format(&run->out, "%u passed, %u failed\n", all->passed, all->failed);
    }
}

static cp_exit test(struct cp_policy_run *run)
{
    struct cp_json json = cp_json_make(&run->out);
    struct tally all = {0, 0};
    cp_exit code = CP_EXIT_OK;

    if (run->count == 0)
        return cp_say_usage(command.name, "%s: which FILE?", command.name);
    if (run->json) {
        cp_json_object(&json, NULL, CP_JSON_LINES);
        cp_json_str(&json, "schema", "cleanpath.policy-test/2");
        cp_json_array(&json, "policies", CP_JSON_LINES);
    }
    for (uint32_t i = 0; code == CP_EXIT_OK && i < run->count; i++)
        code = test_file(run, &run->files[i], &json, &all);
    if (code != CP_EXIT_OK)
        return code;
    write_end(run, &json, &all);
    return cp_policy_answer(run, all.failed > 0 ? CP_EXIT_VIOLATION : CP_EXIT_OK);
}

cp_exit cp_command_policy_test(int argc, char *const *argv)
{
    return cp_policy_run(&command, argc, argv, test);
}
