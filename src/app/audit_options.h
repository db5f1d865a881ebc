#pragma once

#include "args.h"
#include "audit/audit.h"
#include "sources.h"

typedef enum { CP_OUTPUT_TEXT, CP_OUTPUT_JSON, CP_OUTPUT_CSV } cp_output;

/** What the user asks of an audit, or of what is made like one.  All borrowed. */
struct cp_audit_options {
    const struct cp_command *command;
    struct cp_sources_wanted wanted; /* folder: set by the command, from the plain arguments */
    const char *const *plain;        /* [plain_count] arguments that are no options, in order */
    uint32_t plain_count;
    cp_date as_of; /* CP_DATE_NONE: not given */
    uint32_t depth;
    uint32_t failure_kinds; /* CP_FAIL_... bits; 0: not given */
    uint32_t jobs;
    uint32_t policies_kept; /* so many of the first stay first; the others are taken by id */
    cp_output output;
    bool lenient;
};

/** Commands that ask for the same; only an audit writes CSV. */
extern const struct cp_command cp_audit_command, cp_watch_command;
extern const struct cp_command cp_explain_command, cp_policy_diff_command;

/**
 * command: one of these.  argv [argc]: what follows its name; borrowed.
 * *help: its help is asked for, and nothing else is set.  CP_EXIT_OK, or what is wrong has been said.
 */
cp_exit cp_audit_options_read(const struct cp_command *command, int argc, char *const *argv,
                              struct cp_arena *arena, struct cp_audit_options *out, bool *help);

/** The first plain argument, if there is one, is the case folder.  USAGE where no case is named. */
cp_exit cp_audit_options_take_folder(struct cp_audit_options *options);
