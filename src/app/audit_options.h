#pragma once

#include "args.h"
#include "audit/audit.h"
#include "sources.h"

typedef enum { CP_OUTPUT_TEXT, CP_OUTPUT_JSON, CP_OUTPUT_CSV } cp_output;

/** What the user asks of an audit.  All borrowed. */
struct cp_audit_options {
    const struct cp_command *command;
    struct cp_sources_wanted wanted;
    cp_date as_of; /* CP_DATE_NONE: not given */
    uint32_t depth;
    uint32_t failure_kinds; /* CP_FAIL_... bits; 0: not given */
    uint32_t jobs;
    cp_output output;
    bool lenient;
};

/** Two commands that ask for the same; a watch writes no CSV. */
extern const struct cp_command cp_audit_command, cp_watch_command;

/**
 * command: one of the two.  argv [argc]: what follows its name; borrowed.
 * *help: its help is asked for, and nothing else is set.  CP_EXIT_OK, or what is wrong has been said.
 */
cp_exit cp_audit_options_read(const struct cp_command *command, int argc, char *const *argv,
                              struct cp_arena *arena, struct cp_audit_options *out, bool *help);
