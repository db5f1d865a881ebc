#include <stdio.h>
#include <string.h>

#include "app/machine.h"
#include "app/message.h"
#include "loop.h"

/* cleanpathd [--check-config] [FILE] */

static const char usual_path[] = "/etc/cleanpath/cleanpathd.yaml";

static const char help[] =
    "usage: cleanpathd [--check-config] [FILE]\n"
    "\n"
    "Learns a network, keeps its audit current and steers sensitive demands onto clean paths.\n"
    "FILE is /etc/cleanpath/cleanpathd.yaml where none is given; cleanpathd(8) says more.\n"
    "\n"
    "  --check-config  says what is wrong with the file, the case and the policies, and ends\n"
    "  --help, --version\n";

static cp_exit check(const struct daemon_config *config)
{
    struct inputs *inputs = NULL;
    cp_exit code = daemon_inputs_read(config, &inputs);

    daemon_inputs_free(inputs);
    if (code == CP_EXIT_OK)
        (void)printf("%s: ok\n", config->path);
    return code;
}

static cp_exit run(const char *path, bool only_check)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct daemon_config config;
    cp_exit code = arena == NULL ? cp_say_no_memory() : daemon_config_read(path, arena, &config);

    if (code == CP_EXIT_OK)
        code = only_check ? check(&config) : daemon_run(&config);
    cp_arena_close(arena);
    return code;
}

int main(int argc, char **argv)
{
    const char *path = NULL;
    bool only_check = false;

    cp_message_program("cleanpathd");
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            (void)fputs(help, stdout);
            return CP_EXIT_OK;
        }
        if (strcmp(argv[i], "--version") == 0) {
            (void)printf("cleanpathd %s\n", CP_VERSION);
            return CP_EXIT_OK;
        }
        if (strcmp(argv[i], "--check-config") == 0)
            only_check = true;
        else if (argv[i][0] == '-' || path != NULL)
            return (int)cp_say_usage(NULL, "'%s' is not understood", argv[i]);
        else
            path = argv[i];
    }
    return (int)run(path != NULL ? path : usual_path, only_check);
}
