#include "commands.h"

#include "app/message.h"
#include "policies.h"
#include "base/json.h"

/* policy check FILE...: are they valid?  What of them a careful reader would ask about is said. */

static const struct cp_command command = {
    "policy check",
    "FILE... [--json]",
    "Are the policies valid?  What a careful reader would ask about is said on stderr.",
    cp_policy_options,
    1,
    CP_PLAIN_ANY,
};

static void say_warning(const struct cp_policy_file *file, const struct cp_policy_warning *warning)
{
    cp_say_plain("%s:%u:%u: warning: %.*s", file->path, warning->place.line, warning->place.column,
                 (int)warning->sentence.len, warning->sentence.at);
}

static void write_warning(struct cp_json *json, const struct cp_policy_warning *warning)
{
    cp_json_object(json, NULL, CP_JSON_FLAT);
    cp_json_u64(json, "line", warning->place.line);
    cp_json_u64(json, "column", warning->place.column);
    cp_json_text(json, "sentence", warning->sentence);
    cp_json_close(json);
}

static void write_json(struct cp_json *json, const struct cp_policy_file *file,
                       const struct cp_policy_warning *warnings, uint32_t count)
{
    const struct cp_policy *policy = file->policy;

    cp_json_object(json, NULL, CP_JSON_LINES);
    cp_json_str(json, "path", file->path);
    cp_json_text(json, "id", policy->id);
    cp_json_text(json, "says", policy->says);
    cp_json_u64(json, "rules", policy->rule_count);
    cp_json_u64(json, "tests", policy->trial_count);
    cp_json_array(json, "warnings", CP_JSON_LINES);
    for (uint32_t i = 0; i < count; i++)
        write_warning(json, &warnings[i]);
    cp_json_close(json);
    cp_json_close(json);
}

static void write_text(struct cp_out *out, const struct cp_policy *policy, uint32_t warnings)
{
    uint32_t rules = policy->rule_count, tests = policy->trial_count;

    cp_out_text(out, policy->id);
    cp_out_format(out, " is valid: %u rule%s, %u test%s", rules, rules == 1 ? "" : "s", tests,
                  tests == 1 ? "" : "s");
    if (warnings > 0)
        cp_out_format(out, ", %u warning%s", warnings, warnings == 1 ? "" : "s");
    cp_out_char(out, '\n');
}

static cp_exit check_file(struct cp_policy_run *run, const struct cp_policy_file *file,
                          struct cp_json *json)
{
    const struct cp_policy_warning *warnings;
    uint32_t count;

    if (cp_policy_warnings(file->policy, run->arena, &warnings, &count) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < count; i++)
        say_warning(file, &warnings[i]);
    if (run->json)
        write_json(json, file, warnings, count);
    else
        write_text(&run->out, file->policy, count);
    return CP_EXIT_OK;
}

static cp_exit check(struct cp_policy_run *run)
{
    struct cp_json json = cp_json_make(&run->out);
    cp_exit code = CP_EXIT_OK;

    if (run->count == 0)
        return cp_say_usage(command.name, "%s: which FILE?", command.name);
    if (run->json) {
        cp_json_object(&json, NULL, CP_JSON_LINES);
        cp_json_str(&json, "schema", "cleanpath.policy-check/2");
        cp_json_array(&json, "policies", CP_JSON_LINES);
    }
    for (uint32_t i = 0; code == CP_EXIT_OK && i < run->count; i++)
        code = check_file(run, &run->files[i], &json);
    if (code != CP_EXIT_OK)
        return code;
    if (run->json) {
        cp_json_close(&json);
        cp_json_close(&json);
    }
    return cp_policy_answer(run, CP_EXIT_OK);
}

cp_exit cp_command_policy_check(int argc, char *const *argv)
{
    return cp_policy_run(&command, argc, argv, check);
}
