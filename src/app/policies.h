#pragma once

#include "args.h"
#include "base/out.h"
#include "policy/policy.h"

/* What the commands about policies have in common: their files and options. */

struct cp_policy_file {
    const char *path;
    const struct cp_policy *policy;
};

/** What was asked of such a command.  All in the arena. */
struct cp_policy_run {
    struct cp_arena *arena;
    struct cp_policy_file *files; /* [count], in the order given */
    uint32_t count;
    bool json;
    cp_date as_of; /* CP_DATE_NONE: not given */
    struct cp_out out;
};

/** The options of these commands; as_of comes last, for the one command that has it. */
extern const struct cp_option cp_policy_options[2];

/** Runs a command's work on its arguments: parses, reads each file, then calls; *run is its own. */
cp_exit cp_policy_run(const struct cp_command *command, int argc, char *const *argv,
                      cp_exit (*work)(struct cp_policy_run *run));

/** Writes run->out to stdout; `code`, or what kept it from that. */
cp_exit cp_policy_answer(struct cp_policy_run *run, cp_exit code);
