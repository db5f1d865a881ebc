#include "commands.h"

#include <sys/stat.h>

#include "answer.h"
#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"
#include "names.h"

/* explain: why are elements and demands what they are? */

#define TEXT_COLUMNS_MAX 100u

/* An argument is a NAME and no folder only where --network or --evidence says what it is about. */
static cp_exit take_folder(struct cp_audit_options *options)
{
    struct stat about;

    if (options->plain_count > 0 &&
        options->wanted.network_count + options->wanted.evidence_count > 0 &&
        (stat(options->plain[0], &about) != 0 || !S_ISDIR(about.st_mode)))
        return CP_EXIT_OK;
    return cp_audit_options_take_folder(options);
}

static cp_exit find_names(const struct cp_answer *answer, const struct cp_asked **out,
                          bool *demands)
{
    const struct cp_audit_options *options = answer->options;
    struct cp_asked *asked = CP_TAKE(answer->loaded.kept, options->plain_count, struct cp_asked);
    cp_exit code = CP_EXIT_OK;

    if (asked == NULL)
        return cp_say_no_memory();
    *demands = false;
    for (uint32_t i = 0; code == CP_EXIT_OK && i < options->plain_count; i++) {
        code = cp_name_find(answer->loaded.net, options->plain[i], answer->loaded.kept, &asked[i]);
        *demands = *demands || asked[i].kind == CP_ASKED_DEMAND;
    }
    *out = asked;
    return code;
}

static cp_exit write_answer(const struct cp_answer *answer, const struct cp_asked *asked)
{
    struct cp_report report = cp_answer_report(answer);
    uint32_t count = answer->options->plain_count, columns = cp_machine_columns();
    struct cp_out out = cp_out_make(answer->loaded.kept);
    cp_text text;
    cp_err err;

    report.columns = columns > TEXT_COLUMNS_MAX ? TEXT_COLUMNS_MAX : columns;
    err = answer->options->output == CP_OUTPUT_JSON ? cp_explain_json(&report, asked, count, &out)
                                                    : cp_explain_text(&report, asked, count, &out);
    if (err != CP_OK || cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    return cp_stdout_write(text);
}

/* The audit is run only where a demand is asked about. */
static cp_exit explain(struct cp_answer *answer)
{
    const struct cp_asked *asked = NULL;
    bool demands = false;
    cp_exit code = cp_answer_find(answer);

    if (code == CP_EXIT_OK)
        code = cp_answer_judge(answer);
    if (code == CP_EXIT_OK)
        code = find_names(answer, &asked, &demands);
    if (code == CP_EXIT_OK && demands)
        code = cp_answer_examine(answer);
    if (code == CP_EXIT_OK && demands)
        code = cp_answer_uphold(answer);
    return code == CP_EXIT_OK ? write_answer(answer, asked) : code;
}

static cp_exit run(int argc, char *const *argv, struct cp_arena *arena)
{
    struct cp_audit_options options;
    bool help = false;
    cp_exit code = cp_audit_options_read(&cp_explain_command, argc, argv, arena, &options, &help);

    if (code == CP_EXIT_OK && help)
        return cp_help_command(&cp_explain_command);
    if (code == CP_EXIT_OK)
        code = take_folder(&options);
    return code == CP_EXIT_OK ? cp_answer_once(&options, arena, explain) : code;
}

cp_exit cp_command_explain(int argc, char *const *argv)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    cp_exit code = arena != NULL ? run(argc, argv, arena) : cp_say_no_memory();

    cp_arena_close(arena);
    return code;
}
