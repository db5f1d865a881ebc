#include "commands.h"

#include <string.h>

#include "app/files.h"
#include "app/message.h"

/* log: which of its commands? */

static const char overview[] =
    "usage: cleanpath log COMMAND ... [--state DIR]\n"
    "\n"
    "  verify                        is the chain whole, and is all there that it speaks of?\n"
    "  show                          entries, as lines of text or of JSON\n"
    "  explain LSP|SEQ               why a path is what it is: the order, why each rule lets each\n"
    "                                element pass, the plan, the inputs; from the log alone\n"
    "  content DIGEST                what an entry speaks of: a policy's text, a network's snapshot\n"
    "  cut --before DATE --by NAME --why TEXT\n"
    "                                let old entries go, signed off; the daemon must not run\n"
    "\n"
    "exit codes: 0 yes; 1 the chain is broken, the path forbidden; 66 not there; 69 the daemon holds it; 78 made by a newer release\n";

static const struct entry {
    const char *name;
    cp_exit (*run)(int argc, char *const *argv);
} commands[] = {
    {"verify", cp_command_log_verify},   {"show", cp_command_log_show},
    {"explain", cp_command_log_explain}, {"content", cp_command_log_content},
    {"cut", cp_command_log_cut},
};

static cp_exit unknown_command(const char *word)
{
    const char *names[CP_COUNT(commands)];
    const char *near;

    for (size_t i = 0; i < CP_COUNT(commands); i++)
        names[i] = commands[i].name;
    near = cp_nearest_name(word, names, CP_COUNT(names));
    if (near == NULL)
        return cp_say_usage("log", "log: unknown command '%s'", word);
    return cp_say_usage("log", "log: unknown command '%s'; did you mean '%s'?", word, near);
}

cp_exit cp_command_log(int argc, char *const *argv)
{
    if (argc < 1)
        return cp_say_usage("log", "log: verify, show, explain, content or cut?");
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)
        return cp_stdout_write(CP_TEXT(overview));
    for (size_t i = 0; i < CP_COUNT(commands); i++) {
        if (strcmp(argv[0], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    return unknown_command(argv[0]);
}
