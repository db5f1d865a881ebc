#pragma once

#include "app/log_text.h"
#include "args.h"

/* What the commands of the log have in common. */

#define CP_STATE_FOLDER "/var/lib/cleanpath"
#define CP_LOG_STATE_OPTION                                                                       \
    {                                                                                             \
        "--state", "DIR", "the daemon's state folder; " CP_STATE_FOLDER " where not given", false \
    }

/** Says what is wrong. */
cp_exit cp_log_open(const char *folder, cp_store_use use, struct cp_store **out);
/** Says that reading or writing failed, and why. */
cp_exit cp_log_say(const struct cp_store *store, cp_store_err err);

/** A command that has no plain argument but, perhaps, one. */
struct cp_log_arg {
    const char *state, *plain;
    const char
        *values[8]; /* of the command's other options, by their index; "" where one takes none */
    bool help;
};
/** Reads the arguments and runs it, or shows its help; option 0 is CP_LOG_STATE_OPTION. */
cp_exit cp_log_run(const struct cp_command *command, int argc, char *const *argv,
                   cp_exit (*run)(const struct cp_log_arg *arg, struct cp_arena *arena));
