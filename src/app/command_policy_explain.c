#include "commands.h"

#include "app/message.h"
#include "policies.h"
#include "report/english.h"
#include "base/json.h"

/* policy explain FILE: the policy in plain English; with a day, what is in force then. */

enum { JSON_AND_AS_OF = 2 };

static const struct cp_command command = {
    "policy explain",
    "FILE [--as-of DATE] [--json]",
    "The policy in plain English, complete enough to sign.",
    cp_policy_options,
    JSON_AND_AS_OF,
    1,
};

/* "RULES" and each id on a line of its own; `held` says which */
static void write_ids(struct cp_out *out, const char *what, const struct cp_policy *policy,
                      cp_date day, bool licences)
{
    uint32_t count = licences ? policy->licence_count : policy->rule_count;
    uint32_t shown = 0;
    cp_date until;

    for (uint32_t i = 0; i < count; i++) {
        if (licences ? !cp_licence_holds(&policy->licences[i], day, &until)
                     : !cp_window_holds(policy->rules[i].window, day))
            continue;
        cp_out_str(out, shown++ == 0 ? what : ", ");
        cp_out_text(out, licences ? policy->licences[i].id : policy->rules[i].id);
    }
    if (shown == 0)
        cp_out_format(out, "%snone", what);
    cp_out_str(out, ".\n");
}

static void write_day(struct cp_out *out, const struct cp_policy *policy, cp_date day)
{
    char date[11];

    cp_date_format(day, date);
    cp_out_format(out, "\nIN FORCE ON %s\n", date);
    write_ids(out, "Rules: ", policy, day, false);
    write_ids(out, "Licences: ", policy, day, true);
}

static cp_exit explain(struct cp_policy_run *run)
{
    struct cp_json json = cp_json_make(&run->out);
    const struct cp_policy *policy;
    struct cp_out english = cp_out_make(run->arena);
    cp_text text;

    if (run->count == 0)
        return cp_say_usage(command.name, "%s: which FILE?", command.name);
    policy = run->files[0].policy;
    if (cp_english_policy(policy, &english) != CP_OK)
        return cp_say_no_memory();
    if (run->as_of != CP_DATE_NONE)
        write_day(&english, policy, run->as_of);
    if (cp_out_done(&english, &text) != CP_OK)
        return cp_say_no_memory();
    if (run->json) {
        cp_json_object(&json, NULL, CP_JSON_LINES);
        cp_json_str(&json, "schema", "cleanpath.policy-explain/1");
        cp_json_str(&json, "path", run->files[0].path);
        cp_json_text(&json, "id", policy->id);
        cp_json_text(&json, "english", text);
        cp_json_close(&json);
    } else {
        cp_out_text(&run->out, text);
    }
    return cp_policy_answer(run, CP_EXIT_OK);
}

cp_exit cp_command_policy_explain(int argc, char *const *argv)
{
    return cp_policy_run(&command, argc, argv, explain);
}
