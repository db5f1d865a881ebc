#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/log_text.h"
#include "app/machine.h"
#include "app/message.h"
#include "fits.h"
#include "serve/log.h"
#include "loop.h"
#include "serve/secret.h"
#include "serve/tls.h"

/* cleanpathd [--check-config] [FILE] */

static const char usual_path[] = "/etc/cleanpath/cleanpathd.yaml";

static const char help[] =
    "usage: cleanpathd [--check-config] [FILE]\n"
    "\n"
    "Learns a network, keeps its audit current and steers sensitive demands onto clean paths.\n"
    "FILE is /etc/cleanpath/cleanpathd.yaml where none is given; cleanpathd(8) says more.\n"
    "\n"
    "  --check-config  says what is wrong with the file, the case, the policies and what they need\n"
    "                  of this machine, and ends\n"
    "  --help, --version\n";

/* Keys and certificates, as listening would use them: the code is that of the first that is wrong. */
static cp_exit check_secrets(const struct daemon_config *config)
{
    const struct tls_files files = daemon_config_tls(config);
    struct tls_context *tls = NULL;
    char key[SECRET_BYTES_MAX];
    cp_exit code = CP_EXIT_OK;
    size_t len;

    if (config->tls_certificate != NULL)
        code = tls_context_open(&files, &tls);
    tls_context_close(tls);
    for (uint32_t i = 0; i < config->drive.peer_count; i++) {
        const char *const *file = &config->peers[i].md5_key_file;
        cp_exit read = *file == NULL ? CP_EXIT_OK : secret_read(&config->file, file, key, &len);

        if (code == CP_EXIT_OK)
            code = read;
    }
    explicit_bzero(key, sizeof key);
    return code;
}

/* What is left to the drive: it is opened, and closed again. */
static cp_exit check_drive(const struct daemon_config *config, const struct cp_loaded *l)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    struct cp_drive *drive = NULL;
    cp_err err =
        cp_drive_open(&config->drive, l->net, l->policies, l->sources.policy_count, &drive, &diag);

    if (err != CP_OK)
        return daemon_config_refused(config, &diag, err);
    cp_drive_close(drive);
    return CP_EXIT_OK;
}

/* Against the configuration and by the policies: what is wrong with either is said. */
static cp_exit check_case(const struct daemon_config *config, const struct inputs *inputs,
                          struct cp_arena *arena)
{
    cp_exit fits = daemon_config_fits(config, daemon_inputs_loaded(inputs), arena);
    cp_exit judged = daemon_inputs_judged(inputs, arena);

    if (fits == CP_EXIT_OK)
        fits = daemon_config_headends(config, daemon_inputs_loaded(inputs), arena);
    return fits != CP_EXIT_OK ? fits : judged;
}

static cp_exit check_inputs(const struct daemon_config *config, struct cp_arena *arena)
{
    struct inputs *inputs = NULL;
    cp_exit code = daemon_inputs_read(config, &inputs);

    if (code == CP_EXIT_OK)
        code = check_case(config, inputs, arena);
    if (code == CP_EXIT_OK)
        code = check_drive(config, daemon_inputs_loaded(inputs));
    daemon_inputs_free(inputs);
    return code;
}

/* All that is wrong is said; the code is that of the first. */
static cp_exit check(const struct daemon_config *config, struct cp_arena *arena)
{
    cp_exit codes[] = {check_secrets(config), check_inputs(config, arena),
                       daemon_config_usable(config, USABLE_AT_A_START)};

    for (size_t i = 0; i < CP_COUNT(codes); i++)
        if (codes[i] != CP_EXIT_OK)
            return codes[i];
    (void)printf("%s: ok\n", config->file.path);
    return CP_EXIT_OK;
}

/* The configuration does not hold; what is wrong with the files that it names is said all the same. */
static void check_files(const struct daemon_config *config, struct cp_arena *arena)
{
    struct inputs *inputs = NULL;

    if (config->inputs_known && daemon_inputs_read(config, &inputs) == CP_EXIT_OK)
        (void)daemon_inputs_judged(inputs, arena);
    daemon_inputs_free(inputs);
}

/*
 * A policy's day is that of its zone, for which TZ is set for a moment: a variable that is there already is replaced, and the
 * list of all of them stays where it is.
 */
static void keep_zone(void)
{
    (void)setenv("TZ", ":/etc/localtime", 0);
}

static cp_err write_words(struct cp_out *out, const char *kind, cp_text about, cp_text document)
{
    cp_log_kind known;

    return cp_log_kind_of(cp_text_of(kind), &known)
               ? cp_log_write_words(out, known, about, document)
               : CP_ERR_UNKNOWN_ID;
}

static cp_exit run(const char *path, bool only_check)
{
    struct cp_arena *arena = cp_arena_open(cp_machine_memory());
    struct daemon_config config = {.file.path = path};
    cp_exit code;

    keep_zone();
    log_writes(write_words);
    if (!only_check) /* until it is read which form is wanted */
        log_open(LOG_TEXT, LOG_INFO);
    code = arena == NULL ? cp_say_no_memory() : daemon_config_read(path, arena, &config);

    if (code == CP_EXIT_OK)
        code = only_check ? check(&config, arena) : daemon_run(&config);
    else if (only_check && code == CP_EXIT_POLICY)
        check_files(&config, arena);
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
