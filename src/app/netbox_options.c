#include "netbox_options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "base/out.h"

#include "args.h"
#include "app/files.h"
#include "app/message.h"
#include "netbox_page.h"

#define TOKEN_VARIABLE "CLEANPATH_NETBOX_TOKEN"

enum { TOKEN_BYTES_MAX = 4096, LIMIT_MAX = 10000, TIMEOUT_MAX_S = 3600, RETRIES_MAX = 100 };

enum { OPTION_TOKEN, OPTION_CA, OPTION_LIMIT, OPTION_TIMEOUT, OPTION_RETRIES };

static const struct cp_option options[] = {
    [OPTION_TOKEN] = {"--token-file", "FILE", "the API token, alone in a file (mode 0600)", false},
    [OPTION_CA] = {"--ca", "FILE", "certificates (PEM) to trust instead of the system's", false},
    [OPTION_LIMIT] = {"--limit", "N", "objects a page; 1000", false},
    [OPTION_TIMEOUT] = {"--timeout", "SECONDS", "for each page; 120", false},
    [OPTION_RETRIES] = {"--retries", "N", "askings after the first; 5", false},
};

static const struct cp_command command = {
    "",
    "URL FOLDER [options]",
    "reads what a NetBox holds of a network over HTTPS: pages of its API into a new folder, for "
    "cleanpath.",
    options,
    CP_COUNT(options),
    2,
};

static cp_exit write_help(struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_out_format(&out, "usage: cleanpath-netbox %s\n\n%s\n\n", command.usage, command.says);
    for (size_t i = 0; i < CP_COUNT(options); i++)
        cp_out_format(&out, "  %s %-*s %s\n", options[i].name, (int)(24 - strlen(options[i].name)),
                      options[i].value, options[i].help);
    cp_out_str(&out, "\n"
                     "The token stands in the file of --token-file, or in " TOKEN_VARIABLE ";\n"
                     "one of the second version (nbt_...) goes as a bearer token.\n"
                     "The server's certificate is always checked.\n\n"
                     "exit codes: 0 done, 64 usage, 65 an answer that is no page, 66 a file is "
                     "missing,\n"
                     "69 no server, or none that is trusted, 74 input or output failed, 77 the "
                     "token is refused\n");
    return cp_out_done(&out, &text) == CP_OK ? cp_stdout_write(text) : cp_say_no_memory();
}

/* --- the token ---------------------------------------------------------------------------- */

static cp_exit say_failed(const char *path)
{
    cp_say("cannot read %s: %s", path, strerror(errno));
    return errno == ENOENT || errno == ENOTDIR ? CP_EXIT_MISSING : CP_EXIT_IO;
}

/* Of the open file: what is checked is what is read. */
static cp_exit read_token(int fd, const char *path, char *bytes, size_t *len)
{
    struct stat about;
    ssize_t got;

    if (fstat(fd, &about) != 0)
        return say_failed(path);
    if (!S_ISREG(about.st_mode) || (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        cp_say("%s: others may read or change it: chmod 600", path);
        return CP_EXIT_REFUSED;
    }
    got = read(fd, bytes, TOKEN_BYTES_MAX);
    if (got < 0)
        return say_failed(path);
    *len = (size_t)got;
    return CP_EXIT_OK;
}

static cp_exit token_from_file(const char *path, struct cp_arena *arena, cp_text *out)
{
    char bytes[TOKEN_BYTES_MAX];
    size_t len = 0;
    cp_exit code;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

    if (fd < 0)
        return say_failed(path);
    code = read_token(fd, path, bytes, &len);
    (void)close(fd);
    if (code == CP_EXIT_OK &&
        cp_text_copy(cp_text_trim((cp_text){bytes, len}), arena, out) != CP_OK)
        code = cp_say_no_memory();
    return code;
}

static cp_exit find_token(const char *path, struct cp_arena *arena, cp_text *token)
{
    const char *variable = getenv(TOKEN_VARIABLE);
    cp_exit code = CP_EXIT_OK;

    if (path != NULL)
        code = token_from_file(path, arena, token);
    else if (variable != NULL)
        *token = cp_text_trim(cp_text_of(variable));
    else
        code = cp_say_usage("", "no token: --token-file FILE, or " TOKEN_VARIABLE);
    if (code == CP_EXIT_OK && !cp_netbox_token_is_good(*token))
        code = cp_say_usage("", "the token is no token: letters, digits and . - _ alone");
    return code;
}

/* --- arguments ---------------------------------------------------------------------------- */

static cp_exit take_number(const char *name, const char *value, uint32_t max, uint32_t *out)
{
    if (cp_num_u32(cp_text_of(value), max, out) == CP_OK && *out > 0)
        return CP_EXIT_OK;
    return cp_say_usage("", "%s: a number from 1 to %u is wanted, not '%s'", name, max, value);
}

static cp_exit take_plain(const char *value, struct cp_netbox_options *out)
{
    if (out->server.len > 0) {
        out->folder = value;
        return CP_EXIT_OK;
    }
    out->server = cp_text_of(value);
    if (!cp_netbox_url_is_good(out->server))
        return cp_say_usage("", "no address of a server: https://HOST[:PORT][/PATH], not '%s'",
                            value);
    while (cp_text_ends(out->server, CP_TEXT("/")))
        out->server.len--;
    return CP_EXIT_OK;
}

static cp_exit take_arg(const struct cp_arg *arg, struct cp_netbox_options *out,
                        const char **token_file)
{
    switch (arg->option) {
    case OPTION_TOKEN:
        *token_file = arg->value;
        return CP_EXIT_OK;
    case OPTION_CA:
        out->ca = arg->value;
        return CP_EXIT_OK;
    case OPTION_LIMIT:
        return take_number("--limit", arg->value, LIMIT_MAX, &out->limit);
    case OPTION_TIMEOUT:
        return take_number("--timeout", arg->value, TIMEOUT_MAX_S, &out->timeout_s);
    case OPTION_RETRIES:
        return take_number("--retries", arg->value, RETRIES_MAX, &out->retries);
    default:
        return take_plain(arg->value, out);
    }
}

cp_exit cp_netbox_options_parse(int argc, char *const *argv, struct cp_arena *arena,
                                struct cp_netbox_options *out)
{
    const char *token_file = NULL;
    struct cp_args args;
    cp_exit code = cp_args_parse(&command, argc, argv, arena, &args);

    *out = (struct cp_netbox_options){.limit = 1000, .timeout_s = 120, .retries = 5};
    if (code == CP_EXIT_OK && args.help) {
        out->help = true;
        return write_help(arena);
    }
    for (uint32_t i = 0; code == CP_EXIT_OK && i < args.count; i++)
        code = take_arg(&args.list[i], out, &token_file);
    if (code == CP_EXIT_OK && (out->folder == NULL || out->folder[0] == '\0'))
        code = cp_say_usage("", "a server and a folder are wanted");
    if (code == CP_EXIT_OK && out->ca != NULL && access(out->ca, R_OK) != 0)
        code = say_failed(out->ca);
    return code == CP_EXIT_OK ? find_token(token_file, arena, &out->token) : code;
}
