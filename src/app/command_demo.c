#include "commands.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/message.h"

/* Where the example lies, seen from the program: in the source tree, and installed. */
static const char *const places[] = {"/../examples/korea", "/../share/cleanpath/examples/korea"};

#define ARGS_MAX 64

/* Folder of the running program; false where the system does not say. */
static bool program_folder(char *folder, size_t size)
{
    ssize_t len = readlink("/proc/self/exe", folder, size - 1);
    char *slash;

    if (len <= 0 || (size_t)len >= size - 1)
        return false;
    folder[len] = '\0';
    slash = strrchr(folder, '/');
    if (slash == NULL)
        return false;
    *slash = '\0';
    return true;
}

static bool find_example(char *path, size_t size)
{
    char folder[PATH_MAX];
    struct stat about;

    if (!program_folder(folder, sizeof(folder)))
        return false;
    for (size_t i = 0; i < CP_COUNT(places); i++) {
        int len = snprintf(path, size, "%s%s", folder, places[i]);

        if (len > 0 && (size_t)len < size && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
            return true;
    }
    return false;
}

/* The audit of the example folder, with whatever options the user adds. */
cp_exit cp_command_demo(int argc, char *const *argv)
{
    char example[PATH_MAX + sizeof("/../share/cleanpath/examples/korea")];
    char *args[ARGS_MAX];

    if (argc >= ARGS_MAX)
        return cp_say_usage("audit", "demo: too many arguments");
    if (!find_example(example, sizeof(example))) {
        cp_say(
            "the example network is not there: examples/korea or share/cleanpath/examples/korea beside the program's folder");
        return CP_EXIT_MISSING;
    }
    args[0] = example;
    for (int i = 0; i < argc; i++)
        args[i + 1] = argv[i];
    return cp_command_audit(argc + 1, args);
}
