#include "commands.h"

#include "answer.h"
#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"
#include "report/difference.h"

/*
 * policy diff: two audits of one case, with OLD and with NEW in the same place, set against each
 * other.  The case is read twice, since a policy is an input of it.
 */

struct side {
    struct cp_audit_options options;
    struct cp_answer answer;
    struct cp_notes *notes;
    bool opened;
};

/* policy: OLD or NEW, which stands before the policies given by --policy. */
static cp_exit open_side(struct side *side, const struct cp_audit_options *options,
                         const char *policy, const struct cp_notes *before, struct cp_arena *arena)
{
    uint32_t others = options->wanted.policy_count;
    const char **policies = (const char **)cp_arena_take(arena, others + 1, sizeof(char *));

    if (policies == NULL || cp_notes_open(before, arena, &side->notes) != CP_OK)
        return cp_say_no_memory();
    policies[0] = policy;
    for (uint32_t i = 0; i < others; i++)
        policies[i + 1] = options->wanted.policies[i];
    side->options = *options;
    side->options.wanted.policies = policies;
    side->options.wanted.policy_count = others + 1;
    side->options.policies_kept = 1;
    side->opened = true;
    return cp_answer_open(&side->options, side->notes, &side->answer);
}

static cp_exit make_answer(struct cp_answer *answer)
{
    cp_exit code = cp_answer_find(answer);

    answer->loaded.sources.passed_over_count = 0; /* the other policy may lie in the folder */
    return code == CP_EXIT_OK ? cp_answer_make(answer) : code;
}

static bool same_case(const struct cp_case *a, const struct cp_case *b)
{
    return a->node_count == b->node_count && a->link_count == b->link_count &&
           a->demand_count == b->demand_count;
}

static cp_exit compare(const struct side *sides, cp_output output)
{
    struct cp_report before = cp_answer_report(&sides[0].answer);
    struct cp_report after = cp_answer_report(&sides[1].answer);
    struct cp_out out = cp_out_make(sides[1].answer.loaded.kept);
    const struct cp_difference *difference;
    cp_text text;
    cp_exit code;
    cp_err err;

    if (!same_case(before.judge->net, after.judge->net)) {
        cp_say("policy diff: the case was changed while it was read");
        return CP_EXIT_IO;
    }
    err = cp_difference_make(&before, &after, out.arena, &difference);
    if (err == CP_OK)
        err = output == CP_OUTPUT_JSON ? cp_difference_json(difference, &out)
                                       : cp_difference_text(difference, &out);
    if (err != CP_OK || cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    code = cp_stdout_write(text);
    if (code != CP_EXIT_OK)
        return code;
    return cp_difference_is_worse(difference) ? CP_EXIT_VIOLATION : CP_EXIT_OK;
}

static cp_exit diff(struct cp_audit_options *options, struct cp_arena *arena)
{
    struct side sides[2] = {{.opened = false}, {.opened = false}};
    const char *policies[2];
    cp_exit code = CP_EXIT_OK;

    if (options->plain_count < 2)
        return cp_say_usage("policy diff", "policy diff: which OLD and NEW policy?");
    if (options->wanted.policy_count == CP_POLICIES_MAX)
        return cp_say_usage("policy diff", "--policy: more than %u policies", CP_POLICIES_MAX);
    policies[0] = options->plain[0];
    policies[1] = options->plain[1];
    options->plain += 2;
    options->plain_count -= 2;
    code = cp_audit_options_take_folder(options);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < CP_COUNT(sides); i++) {
        code = open_side(&sides[i], options, policies[i], i == 0 ? NULL : sides[0].notes, arena);
        if (code == CP_EXIT_OK)
            code = make_answer(&sides[i].answer);
    }
    if (code == CP_EXIT_OK)
        code = compare(sides, options->output);
    for (uint32_t i = 0; i < CP_COUNT(sides); i++) {
        if (sides[i].opened)
            cp_answer_close(&sides[i].answer);
    }
    return code;
}

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    struct cp_audit_options options;
    bool help = false;
    cp_exit code =
        cp_audit_options_read(&cp_policy_diff_command, argc, argv, arena, &options, &help);

    if (code != CP_EXIT_OK)
        return code;
    return help ? cp_help_command(&cp_policy_diff_command) : diff(&options, arena);
}

cp_exit cp_command_policy_diff(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
