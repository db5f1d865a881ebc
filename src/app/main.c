#include <string.h>

#include "commands.h"
#include "app/message.h"

#define NAMES_MAX 32u

struct entry {
    const char *name;
    cp_exit (*run)(int argc, char *const *argv);
};

static const struct entry commands[] = {
    {"audit", cp_command_audit},
    {"watch", cp_command_watch_any},
    {"edge-policy", cp_command_edge_policy},
    {"explain", cp_command_explain},
    {"identify", cp_command_identify},
    {"policy", cp_command_policy},
    {"compare", cp_command_compare},
    {"import", cp_command_import},
    {"demo", cp_command_demo},
    {"route", cp_command_route},
    {"log", cp_command_log},
    {"status", cp_command_status},
    {"demands", cp_command_demands},
    {"paths", cp_command_paths},
    {"elements", cp_command_elements},
    {"reload", cp_command_reload},
    {"hold", cp_command_hold},
    {"thaw", cp_command_thaw},
    {"acknowledge", cp_command_acknowledge},
};

static cp_exit unknown_command(const char *word)
{
    const char *names[NAMES_MAX];
    const char *near;
    size_t count = 0;

    for (size_t i = 0; i < CP_COUNT(commands); i++)
        names[count++] = commands[i].name;
    for (size_t i = 0; cp_later_commands[i] != NULL; i++)
        names[count++] = cp_later_commands[i];
    near = cp_nearest_name(word, names, count);
    if (near == NULL)
        return cp_say_usage(NULL, "unknown command '%s'", word);
    return cp_say_usage(NULL, "unknown command '%s'; did you mean '%s'?", word, near);
}

static cp_exit run(int argc, char *const *argv)
{
    if (argc < 1)
        return cp_say_usage(NULL, "no command is given");
    if (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0 ||
        strcmp(argv[0], "help") == 0)
        return cp_command_help();
    if (strcmp(argv[0], "--version") == 0)
        return cp_command_version();
    for (size_t i = 0; i < CP_COUNT(commands); i++) {
        if (strcmp(argv[0], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    for (size_t i = 0; cp_later_commands[i] != NULL; i++) {
        if (strcmp(argv[0], cp_later_commands[i]) == 0)
            return cp_say_later(argv[0]);
    }
    if (argv[0][0] == '-')
        return cp_say_usage(NULL, "unknown option '%s'", argv[0]);
    return unknown_command(argv[0]);
}

int main(int argc, char **argv)
{
    return (int)run(argc > 0 ? argc - 1 : 0, argv + (argc > 0));
}
