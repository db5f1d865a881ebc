#include <stdio.h>
#include <string.h>

#include "app/machine.h"
#include "app/message.h"
#include "edged.h"

/* cleanpath-edge [--check-config] [FILE], cleanpath-edge status [--json] [FILE] */

static const char usual_path[] = "/etc/cleanpath/cleanpath-edge.yaml";

static const char help[] =
    "usage: cleanpath-edge [--check-config] [FILE]\n"
    "       cleanpath-edge status [--json] [FILE]\n"
    "\n"
    "Has this machine's agent steer sensitive traffic as a controller orders it, probes the paths,\n"
    "and tells the controller what the kernel has.\n"
    "FILE is /etc/cleanpath/cleanpath-edge.yaml where none is given; cleanpath-edge(8) says more.\n"
    "\n"
    "  status          what the running one has\n"
    "  --json          as one document\n"
    "  --check-config  says what is wrong with the file, the edge policy, keys and certificates\n"
    "  --help, --version\n";

struct asked {
    const char *path;
    bool check, status, json;
};

static cp_exit check(const struct edged_config *config)
{
    const struct tls_files files = edged_config_tls(config);
    struct tls_context *tls = NULL;
    struct edged_made made;
    cp_exit code = edged_make(config, &made), other = CP_EXIT_OK;

    if (*files.certificate != NULL)
        other = tls_context_open(&files, &tls);
    tls_context_close(tls);
    cp_arena_close(made.arena);
    code = code == CP_EXIT_OK ? other : code;
    if (code == CP_EXIT_OK)
        (void)printf("%s: ok\n", config->file.path);
    return code;
}

static cp_exit run(const struct asked *asked)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct edged_config config = {.file.path = asked->path};
    cp_exit code;

    if (!asked->check && !asked->status) /* until it is read which form is wanted */
        log_open(LOG_TEXT, LOG_INFO);
    code = arena == NULL ? cp_say_no_memory() : edged_config_read(asked->path, arena, &config);
    if (code == CP_EXIT_OK && asked->status)
        code = edged_ask(config.status_path, asked->json);
    else if (code == CP_EXIT_OK)
        code = asked->check ? check(&config) : edged_run(&config);
    cp_arena_close(arena);
    return code;
}

int main(int argc, char **argv)
{
    struct asked asked = {.path = NULL};

    cp_message_program("cleanpath-edge");
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            (void)fputs(help, stdout);
            return CP_EXIT_OK;
        }
        if (strcmp(argv[i], "--version") == 0) {
            (void)printf("cleanpath-edge %s\n", CP_VERSION);
            return CP_EXIT_OK;
        }
        if (i == 1 && strcmp(argv[i], "status") == 0)
            asked.status = true;
        else if (strcmp(argv[i], "--check-config") == 0 && !asked.status)
            asked.check = true;
        else if (strcmp(argv[i], "--json") == 0 && asked.status)
            asked.json = true;
        else if (argv[i][0] == '-' || asked.path != NULL)
            return (int)cp_say_usage(NULL, "'%s' is not understood", argv[i]);
        else
            asked.path = argv[i];
    }
    if (asked.path == NULL)
        asked.path = usual_path;
    return (int)run(&asked);
}
