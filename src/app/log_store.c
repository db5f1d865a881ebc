#include "log_store.h"

#include "app/message.h"
#include "commands.h"

#define ARENA_BYTES ((size_t)1 << 30)

cp_exit cp_log_say(const struct cp_store *store, cp_store_err err)
{
    const char *why = store != NULL ? cp_store_why(store) : "";

    cp_say("log: %s%s%s", cp_store_err_name(err), why[0] != '\0' ? ": " : "", why);
    return err == CP_STORE_NOMEM ? CP_EXIT_SYSTEM : CP_EXIT_IO;
}

static cp_exit exit_of(cp_store_err err)
{
    switch (err) {
    case CP_STORE_OK:
        return CP_EXIT_OK;
    case CP_STORE_MISSING:
        return CP_EXIT_MISSING;
    case CP_STORE_HELD:
        return CP_EXIT_PEER;
    case CP_STORE_NEWER:
        return CP_EXIT_POLICY;
    case CP_STORE_FOREIGN:
    case CP_STORE_LIMIT:
    case CP_STORE_MALFORMED:
        return CP_EXIT_INPUT;
    case CP_STORE_FORBIDDEN:
        return CP_EXIT_REFUSED;
    case CP_STORE_NOMEM:
        return CP_EXIT_SYSTEM;
    case CP_STORE_ORDER:
    case CP_STORE_IO:
        break;
    }
    return CP_EXIT_IO;
}

cp_exit cp_log_open(const char *folder, cp_store_use use, struct cp_store **out)
{
    struct cp_diag diag = {.why = ""};
    cp_store_err err = cp_store_open(folder, use, out, &diag);

    if (err != CP_STORE_OK)
        cp_say("%s: %s%s%s", folder, cp_store_err_name(err), diag.subject[0] != '\0' ? ": " : "",
               diag.subject);
    return exit_of(err);
}

static cp_exit read_args(const struct cp_command *command, int argc, char *const *argv,
                         struct cp_arena *arena, struct cp_log_arg *out)
{
    struct cp_args args;
    cp_exit code = cp_args_parse(command, argc, argv, arena, &args);

    *out = (struct cp_log_arg){.state = CP_STATE_FOLDER};
    if (code != CP_EXIT_OK)
        return code;
    out->help = args.help;
    for (uint32_t i = 0; i < args.count; i++) {
        const char *value = args.list[i].value != NULL ? args.list[i].value : "";

        if (args.list[i].option == CP_ARG_PLAIN)
            out->plain = value;
        else if (args.list[i].option == 0)
            out->state = value;
        else if (args.list[i].option < CP_COUNT(out->values))
            out->values[args.list[i].option] = value;
    }
    return CP_EXIT_OK;
}

cp_exit cp_log_run(const struct cp_command *command, int argc, char *const *argv,
                   cp_exit (*run)(const struct cp_log_arg *arg, struct cp_arena *arena))
{
    struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
    struct cp_log_arg arg;
    cp_exit code;

    if (arena == NULL)
        return cp_say_no_memory();
    code = read_args(command, argc, argv, arena, &arg);
    if (code == CP_EXIT_OK)
        code = arg.help ? cp_help_command(command) : run(&arg, arena);
    cp_arena_close(arena);
    return code;
}
