#pragma once

#include "args.h"
#include "audit/audit.h"
#include "app/sources.h"

typedef enum { CP_OUTPUT_TEXT, CP_OUTPUT_JSON, CP_OUTPUT_CSV } cp_output;

/** What the user asks of an audit, or of what is made like one.  All borrowed. */
struct cp_audit_options {
    const struct cp_command *command;
    struct cp_sources_wanted wanted; /* folder: set by the command, from the plain arguments */
    const char *const *plain;        /* [plain_count] arguments that are no options, in order */
    uint32_t plain_count;
    cp_date as_of; /* CP_DATE_NONE: not given */
    uint32_t depth;
    bool depth_given;
    uint32_t failure_kinds; /* CP_FAIL_... bits; 0: not given */
    uint32_t jobs;
    uint32_t policies_kept; /* so many of the first stay first; the others are taken by id */
    cp_output output;
    const char *bundle; /* folder to write; NULL: none */
    const char *routes; /* an answer of `route`; NULL: none */
    bool lenient;
};

/**
 * The options that all of these have, in front of those of their own; --json is one.  A command that has more
 * puts them behind and reads them itself: their numbers begin at CP_CASE_OPTIONS.
 */
#define CP_CASE_OPTIONS 12u
#define CP_CASE_OPTION_LIST                                                                      \
    {"--network", "PATH", "a network, file or folder of pages, instead of the folder's", true},  \
        {"--sites", "FILE", "sites, instead of the folder's", false},                            \
        {"--facts", "FILE", "facts, beside the folder's", true},                                 \
        {"--evidence", "PATH", "what devices said, file or folder, beside the folder's", true},  \
        {"--policy", "FILE", "a policy, instead of the folder's; several apply together", true}, \
        {"--demands", "FILE", "demands, instead of the folder's", false},                        \
        {"--as-of", "DATE",                                                                      \
         "judge as of YYYY-MM-DD; where absent today, in each policy's time zone", false},       \
        {"--failures", "K", "examine up to K failures at a time, 0 to 8 (1)", false},            \
        {"--fail", "KINDS",                                                                      \
         "what fails: link,node,srlg (link,node, and srlg where there are any)", false},         \
        {"--jobs", "N", "threads (all cores)", false},                                           \
    {                                                                                            \
        "--lenient", NULL, "go on without the records that are not understood", false            \
    }

/** Commands that ask for the same; only an audit writes CSV. */
extern const struct cp_command cp_audit_command, cp_watch_command;
extern const struct cp_command cp_explain_command, cp_policy_diff_command;

/**
 * command: one of these.  argv [argc]: what follows its name; borrowed.
 * *help: its help is asked for, and nothing else is set.  CP_EXIT_OK, or what is wrong has been said.
 */
cp_exit cp_audit_options_read(const struct cp_command *command, int argc, char *const *argv,
                              struct cp_arena *arena, struct cp_audit_options *out, bool *help);

/** The case options among the arguments, and the plain ones; what is behind them is left to the command. */
cp_exit cp_audit_options_take(const struct cp_command *command, const struct cp_args *args,
                              struct cp_arena *arena, struct cp_audit_options *out);

/** "link,node,srlg" as CP_FAIL_... bits, for an option of the command; says what is wrong. */
cp_exit cp_options_kinds(const struct cp_command *command, const struct cp_arg *arg, uint32_t *out);
/** A whole number from min to max. */
struct cp_option_range {
    uint32_t min, max;
};
cp_exit cp_options_number(const struct cp_command *command, const struct cp_arg *arg,
                          struct cp_option_range range, uint32_t *out);

/** The first plain argument, if there is one, is the case folder.  USAGE where no case is named. */
cp_exit cp_audit_options_take_folder(struct cp_audit_options *options);
