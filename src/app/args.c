#include "args.h"

#include <string.h>

#include "app/message.h"

#define OPTIONS_MAX 32u

/* A command's name before a message; a program of one command has none. */
#define NAMED(command) (command)->name, (command)->name[0] != '\0' ? ": " : ""

struct parser {
    const struct cp_command *command;
    struct cp_arg *list;
    uint32_t count, plain_count;
    bool given[OPTIONS_MAX];
};

/* Index of the option whose name is the first len bytes of word. */
static uint32_t find_option(const struct cp_command *command, const char *word, size_t len)
{
    for (uint32_t i = 0; i < command->option_count; i++) {
        const char *name = command->options[i].name;

        if (strlen(name) == len && memcmp(name, word, len) == 0)
            return i;
    }
    return CP_ARG_PLAIN;
}

static cp_exit unknown_option(const struct cp_command *command, const char *word)
{
    const char *names[OPTIONS_MAX + 1];
    const char *near;

    CP_ASSERT(command->option_count <= OPTIONS_MAX);
    for (uint32_t i = 0; i < command->option_count; i++)
        names[i] = command->options[i].name;
    names[command->option_count] = "--help";
    near = cp_nearest_name(word, names, command->option_count + 1);
    if (near == NULL)
        return cp_say_usage(command->name, "%s%sunknown option '%s'", NAMED(command), word);
    return cp_say_usage(command->name, "%s%sunknown option '%s'; did you mean '%s'?",
                        NAMED(command), word, near);
}

static cp_exit take_plain(struct parser *p, const char *word)
{
    if (p->plain_count == p->command->plain_max)
        return cp_say_usage(p->command->name, "%s%sone argument too many: '%s'", NAMED(p->command),
                            word);
    p->plain_count++;
    p->list[p->count++] = (struct cp_arg){CP_ARG_PLAIN, word};
    return CP_EXIT_OK;
}

/* Takes the option at argv[0] and perhaps its value at argv[1]; *used says how many. */
static cp_exit take_option(struct parser *p, int argc, char *const *argv, int *used)
{
    const char *equals = strchr(argv[0], '=');
    size_t len = equals != NULL ? (size_t)(equals - argv[0]) : strlen(argv[0]);
    uint32_t at = find_option(p->command, argv[0], len);
    const struct cp_option *option;
    const char *value = equals != NULL ? equals + 1 : NULL;

    if (at == CP_ARG_PLAIN)
        return unknown_option(p->command, argv[0]);
    option = &p->command->options[at];
    if (option->value == NULL && value != NULL)
        return cp_say_usage(p->command->name, "%s takes no value", option->name);
    if (option->value != NULL && value == NULL) {
        if (argc < 2)
            return cp_say_usage(p->command->name, "%s needs a value: %s", option->name,
                                option->value);
        value = argv[1];
        *used = 2;
    }
    if (p->given[at] && !option->repeats)
        return cp_say_usage(p->command->name, "%s is given twice", option->name);
    p->given[at] = true;
    p->list[p->count++] = (struct cp_arg){at, value};
    return CP_EXIT_OK;
}

static bool asks_for_help(int argc, char *const *argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    }
    return false;
}

cp_exit cp_args_parse(const struct cp_command *command, int argc, char *const *argv,
                      struct cp_arena *arena, struct cp_args *out)
{
    struct parser p = {.command = command, .list = CP_TAKE(arena, (size_t)argc, struct cp_arg)};
    bool options_end = false;

    if (p.list == NULL)
        return cp_say_no_memory();
    *out = (struct cp_args){.help = asks_for_help(argc, argv)};
    if (out->help)
        return CP_EXIT_OK;
    for (int i = 0, used; i < argc; i += used) {
        cp_exit code = CP_EXIT_OK;

        used = 1;
        if (!options_end && strcmp(argv[i], "--") == 0)
            options_end = true;
        else if (options_end || argv[i][0] != '-' || argv[i][1] == '\0')
            code = take_plain(&p, argv[i]);
        else
            code = take_option(&p, argc - i, argv + i, &used);
        if (code != CP_EXIT_OK)
            return code;
    }
    out->list = p.list;
    out->count = p.count;
    return CP_EXIT_OK;
}
