#pragma once

#include "args.h"
#include "base/out.h"

/* One file a command.  argv [argc]: what follows the command's name. */

cp_exit cp_command_audit(int argc, char *const *argv);
cp_exit cp_command_watch(int argc, char *const *argv);
cp_exit cp_command_compare(int argc, char *const *argv);
cp_exit cp_command_demo(int argc, char *const *argv);
cp_exit cp_command_edge_policy(int argc, char *const *argv);
cp_exit cp_command_explain(int argc, char *const *argv);
cp_exit cp_command_identify(int argc, char *const *argv);
cp_exit cp_command_import(int argc, char *const *argv);
cp_exit cp_command_policy(int argc, char *const *argv);
cp_exit cp_command_policy_check(int argc, char *const *argv);
cp_exit cp_command_policy_test(int argc, char *const *argv);
cp_exit cp_command_policy_explain(int argc, char *const *argv);
cp_exit cp_command_policy_makers(int argc, char *const *argv);
cp_exit cp_command_policy_diff(int argc, char *const *argv);
cp_exit cp_command_help(void);
cp_exit cp_command_route(int argc, char *const *argv);
cp_exit cp_command_version(void);
cp_exit cp_command_log(int argc, char *const *argv);
cp_exit cp_command_log_verify(int argc, char *const *argv);
cp_exit cp_command_log_show(int argc, char *const *argv);
cp_exit cp_command_log_explain(int argc, char *const *argv);
cp_exit cp_command_log_content(int argc, char *const *argv);
cp_exit cp_command_log_cut(int argc, char *const *argv);
cp_exit cp_command_demands(int argc, char *const *argv);
cp_exit cp_command_paths(int argc, char *const *argv);
cp_exit cp_command_elements(int argc, char *const *argv);
cp_exit cp_command_status(int argc, char *const *argv);
cp_exit cp_command_reload(int argc, char *const *argv);
cp_exit cp_command_hold(int argc, char *const *argv);
cp_exit cp_command_thaw(int argc, char *const *argv);
cp_exit cp_command_acknowledge(int argc, char *const *argv);
/** watch with --socket: the daemon's events. */
cp_exit cp_command_follow(int argc, char *const *argv);
/** watch: of a case's files or, with --socket, of the daemon. */
cp_exit cp_command_watch_any(int argc, char *const *argv);

/** A command's own help, made from its options, to stdout. */
cp_exit cp_help_command(const struct cp_command *command);
/** Commands that DESIGN names and this release has not; NULL at the end. */
extern const char *const cp_later_commands[];
/** Says that a command is not in this release; CP_EXIT_USAGE. */
cp_exit cp_say_later(const char *command);
