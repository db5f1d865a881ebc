#pragma once

#include "base/arena.h"
#include "app/exit.h"

/* Options of the command line: --name, --name VALUE, --name=VALUE; "--" ends them. */

struct cp_option {
    const char *name;  /* "--json" */
    const char *value; /* what the help calls it, "FILE"; NULL: takes none */
    const char *help;
    bool repeats; /* may be given more than once */
};

/** A command's line in the help, and its options. */
struct cp_command {
    const char *name;  /* "audit", "policy check"; "" of a program that has one command alone */
    const char *usage; /* what follows the name */
    const char *says;  /* one sentence */
    const struct cp_option *options;
    uint32_t option_count;
    uint32_t plain_max; /* arguments that are no options */
};

#define CP_ARG_PLAIN UINT32_MAX
#define CP_PLAIN_ANY UINT32_MAX /* plain_max: as many as one likes */

/** One argument: an option by its index, or a plain one. */
struct cp_arg {
    uint32_t option;
    const char *value; /* NULL where the option takes none */
};

struct cp_args {
    const struct cp_arg *list; /* [count], in the order given */
    uint32_t count;
    bool help; /* --help stands somewhere: nothing else counts */
};

/**
 * argv [argc]: without the program's and the command's name; borrowed.
 * CP_EXIT_OK, or what is wrong has been said and its exit code is given.
 */
cp_exit cp_args_parse(const struct cp_command *command, int argc, char *const *argv,
                      struct cp_arena *arena, struct cp_args *out);
