#include "commands.h"

#include <string.h>

#include "app/files.h"
#include "app/message.h"

/* policy: which of its commands? */

static const char overview[] =
    "usage: cleanpath policy COMMAND ...\n"
    "\n"
    "  check FILE...                 are the policies valid, and what would a careful reader ask?\n"
    "  test FILE...                  do the policies' own tests pass?\n"
    "  explain FILE                  the policy in plain English, complete enough to sign\n"
    "  makers [FILE]                 the makers known, with those that a policy adds\n"
    "  diff OLD NEW [CASE-FOLDER]    what changes for a case if NEW takes the place of OLD?\n"
    "\n"
    "exit codes: 0 yes; 1 a test fails, or something gets worse; 66 no such file; 78 invalid\n";

static const struct entry {
    const char *name;
    cp_exit (*run)(int argc, char *const *argv);
} commands[] = {
    {"check", cp_command_policy_check},     {"test", cp_command_policy_test},
    {"explain", cp_command_policy_explain}, {"makers", cp_command_policy_makers},
    {"diff", cp_command_policy_diff},
};

static cp_exit unknown_command(const char *word)
{
    const char *names[CP_COUNT(commands)];
    const char *near;

    for (size_t i = 0; i < CP_COUNT(commands); i++)
        names[i] = commands[i].name;
    near = cp_nearest_name(word, names, CP_COUNT(names));
    if (near == NULL)
        return cp_say_usage("policy", "policy: unknown command '%s'", word);
    return cp_say_usage("policy", "policy: unknown command '%s'; did you mean '%s'?", word, near);
}

cp_exit cp_command_policy(int argc, char *const *argv)
{
    if (argc < 1)
        return cp_say_usage("policy", "policy: check, test, explain, makers or diff?");
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
        return cp_stdout_write(CP_TEXT(overview));
    for (size_t i = 0; i < CP_COUNT(commands); i++) {
        if (strcmp(argv[0], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    return unknown_command(argv[0]);
}
