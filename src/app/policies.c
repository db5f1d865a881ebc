#include "policies.h"

#include "commands.h"
#include "app/files.h"
#include "app/machine.h"
#include "app/message.h"

enum { OPTION_JSON, OPTION_AS_OF };

const struct cp_option cp_policy_options[2] = {
    [OPTION_JSON] = {"--json", NULL, "one JSON document instead of text", false},
    [OPTION_AS_OF] = {"--as-of", "DATE", "say too what is in force on YYYY-MM-DD", false},
};

static cp_exit read_arguments(const struct cp_args *args, struct cp_policy_run *run)
{
    run->files = CP_TAKE(run->arena, args->count, struct cp_policy_file);
    if (run->files == NULL)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < args->count; i++) {
        const struct cp_arg *arg = &args->list[i];

        if (arg->option == OPTION_JSON)
            run->json = true;
        else if (arg->option == CP_ARG_PLAIN)
            run->files[run->count++].path = arg->value;
        else if (cp_date_parse(cp_text_of(arg->value), &run->as_of) != CP_OK)
            return cp_say_usage("policy explain", "--as-of: '%s' is not a day as YYYY-MM-DD",
                                arg->value);
    }
    return CP_EXIT_OK;
}

static cp_exit read_file(struct cp_policy_file *file, struct cp_arena *arena)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_text bytes;
    cp_exit code = cp_file_read(file->path, arena, &bytes);
    cp_err err;

    if (code != CP_EXIT_OK)
        return code;
    err = cp_policy_read(bytes, 0, arena, &file->policy, &diag);
    return err == CP_OK ? CP_EXIT_OK : cp_say_diag(&diag, err, file->path, CP_EXIT_POLICY);
}

/* Each file says what is wrong with it; the first code stands. */
static cp_exit read_files(struct cp_policy_run *run)
{
    cp_exit worst = CP_EXIT_OK;

    for (uint32_t i = 0; i < run->count; i++) {
        cp_exit code = read_file(&run->files[i], run->arena);

        if (worst == CP_EXIT_OK)
            worst = code;
    }
    return worst;
}

static cp_exit run_in(const struct cp_command *command, int argc, char *const *argv,
                      struct cp_policy_run *run, cp_exit (*work)(struct cp_policy_run *run))
{
    struct cp_args args;
    cp_exit code = cp_args_parse(command, argc, argv, run->arena, &args);

    if (code != CP_EXIT_OK)
        return code;
    if (args.help)
        return cp_help_command(command);
    code = read_arguments(&args, run);
    if (code == CP_EXIT_OK)
        code = read_files(run);
    return code == CP_EXIT_OK ? work(run) : code;
}

cp_exit cp_policy_run(const struct cp_command *command, int argc, char *const *argv,
                      cp_exit (*work)(struct cp_policy_run *run))
{
    struct cp_policy_run run = {.arena = cp_arena_open(cp_machine_memory()), .as_of = CP_DATE_NONE};
    cp_exit code;

    if (run.arena == NULL)
        return cp_say_no_memory();
    run.out = cp_out_make(run.arena);
    code = run_in(command, argc, argv, &run, work);
    cp_arena_close(run.arena);
    return code;
}

cp_exit cp_policy_answer(struct cp_policy_run *run, cp_exit code)
{
    cp_text text;
    cp_exit written;

    if (cp_out_done(&run->out, &text) != CP_OK)
        return cp_say_no_memory();
    written = cp_stdout_write(text);
    return written == CP_EXIT_OK ? code : written;
}
