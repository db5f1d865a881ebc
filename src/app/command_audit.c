#include "commands.h"

#include "answer.h"
#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"

/* audit: one answer, and its report. */

#define TEXT_COLUMNS_MAX 100u /* on a wider terminal too: longer lines are hard to read */

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

static cp_exit report_answer(const struct cp_answer *answer)
{
    cp_output output = answer->options->output;
    struct cp_report report = cp_answer_report(answer);
    struct cp_report_summary summary = cp_report_summarize(&report);
    struct cp_out out = cp_out_make(answer->loaded.kept);
    cp_text text;
    cp_exit code;

    report.colour = output == CP_OUTPUT_TEXT && cp_machine_colour();
    report.columns = text_columns();
    if (write_report(&report, output, &out) != CP_OK || cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    code = cp_stdout_write(text);
    return code == CP_EXIT_OK ? (cp_exit)cp_report_exit_code(&summary) : code;
}

static cp_exit run_steps(struct cp_answer *answer)
{
    static cp_exit (*const steps[])(struct cp_answer * a) = {cp_answer_find, cp_answer_judge,
                                                             cp_answer_examine, cp_answer_apart};
    cp_exit code = CP_EXIT_OK;

    for (size_t i = 0; code == CP_EXIT_OK && i < CP_COUNT(steps); i++)
        code = steps[i](answer);
    if (code == CP_EXIT_OK)
        code = cp_answer_uphold(answer);
    return code == CP_EXIT_OK ? report_answer(answer) : code;
}

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    struct cp_audit_options options;
    bool help = false;
    cp_exit code = cp_audit_options_read(&cp_audit_command, argc, argv, arena, &options, &help);

    if (code == CP_EXIT_OK && !help)
        code = cp_audit_options_take_folder(&options);
    if (code != CP_EXIT_OK)
        return code;
    return help ? cp_help_command(&cp_audit_command) : cp_answer_once(&options, arena, run_steps);
}

cp_exit cp_command_audit(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
