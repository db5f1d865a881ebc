#include "snmp_options.h"

#include <string.h>
#include <time.h>

#include "base/map.h"
#include "base/num.h"
#include "base/out.h"

#include "args.h"
#include "app/files.h"
#include "app/message.h"

enum {
    OPTION_OUT,
    OPTION_USER,
    OPTION_AUTH,
    OPTION_PRIV,
    OPTION_LEVEL,
    OPTION_CONTEXT,
    OPTION_V2C,
    OPTION_SECRETS,
    OPTION_WHO,
    OPTION_DATE,
    OPTION_TIMEOUT,
    OPTION_RETRIES,
    OPTION_AT_ONCE,
    OPTION_MAX_OBJECTS,
    OPTION_MAX_BYTES,
    OPTION_MAX_SECONDS,
};

static const struct cp_option options[] = {
    [OPTION_OUT] = {"--out", "FOLDER", "where the walks go, and evidence.csv", false},
    [OPTION_USER] = {"--user", "NAME", "the user of SNMPv3", false},
    [OPTION_AUTH] = {"--auth", "PROTOCOL", "MD5, SHA, SHA-224, SHA-256 (unless said), ...", false},
    [OPTION_PRIV] = {"--priv", "PROTOCOL", "DES, AES (unless said), AES-192, AES-256", false},
    [OPTION_LEVEL] = {"--level", "LEVEL", "authPriv (unless said), authNoPriv, noAuthNoPriv",
                      false},
    [OPTION_CONTEXT] = {"--context", "NAME", "the context of SNMPv3", false},
    [OPTION_V2C] = {"--v2c", NULL, "SNMPv2c, by a community: anyone could answer", false},
    [OPTION_SECRETS] = {"--secrets", "FILE", "pass-phrases, or the community (mode 0600)", false},
    [OPTION_WHO] = {"--who", "NAME", "who read it, for evidence.csv", false},
    [OPTION_DATE] = {"--date", "DATE", "the day it was read, for evidence.csv; today", false},
    [OPTION_TIMEOUT] = {"--timeout", "SECONDS", "for each answer; 2", false},
    [OPTION_RETRIES] = {"--retries", "N", "askings after the first, 0 to 100; 3", false},
    [OPTION_AT_ONCE] = {"--at-once", "N", "devices at a time; 8", false},
    [OPTION_MAX_OBJECTS] = {"--max-objects", "N", "of one device; 1000000", false},
    [OPTION_MAX_BYTES] = {"--max-bytes", "N", "of one device; 268435456", false},
    [OPTION_MAX_SECONDS] = {"--max-seconds", "N", "for one device; 600", false},
};

static const struct cp_command command = {
    "",
    "[NAME=]HOST... --out FOLDER --user NAME ...",
    "asks network devices over SNMP what and whose they are, and whom they see: a walk a device, "
    "for cleanpath.",
    options,
    CP_COUNT(options),
    CP_PLAIN_ANY,
};

/* --- help ---------------------------------------------------------------------------------- */

static cp_exit write_help(struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_out_format(&out, "usage: cleanpath-snmp %s\n\n%s\n\n", command.usage, command.says);
    for (size_t i = 0; i < CP_COUNT(options); i++) {
        const char *value = options[i].value != NULL ? options[i].value : "";

        cp_out_format(&out, "  %s %-*s %s\n", options[i].name, (int)(24 - strlen(options[i].name)),
                      value, options[i].help);
    }
    cp_out_str(&out,
               "\n"
               "Pass-phrases stand in the file of --secrets, as lines \"auth WORDS\", \"priv "
               "WORDS\" and\n"
               "\"community WORDS\", or in CLEANPATH_SNMP_AUTH, CLEANPATH_SNMP_PRIV and\n"
               "CLEANPATH_SNMP_COMMUNITY: never on the command line.\n"
               "\n"
               "exit codes: 0 all read; 64 usage; 65 a line of secrets is not understood; 66 "
               "a file is\n"
               "missing; 69 no answer, or it ended early; 71 out of memory; 74 input or output "
               "failed;\n"
               "77 wrong credentials\n");
    if (cp_out_done(&out, &text) != CP_OK)
        return cp_say_no_memory();
    return cp_stdout_write(text);
}

/* --- hosts --------------------------------------------------------------------------------- */

/* A name that is safe for a file: other characters become _. */
static char *file_name(const char *node, struct cp_arena *arena)
{
    static const char ending[] = ".snmprec";
    size_t len = strlen(node);
    char *file = cp_arena_take(arena, len + sizeof(ending), 1);

    if (file == NULL)
        return NULL;
    for (size_t i = 0; i < len; i++) {
        char c = node[i];
        bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '-' || (i > 0 && (c == '.' || c == '_'));

        file[i] = c;
        if (!safe)
            file[i] = '_';
    }
    memcpy(file + len, ending, sizeof(ending));
    return file;
}

static cp_exit read_host(const char *word, struct cp_arena *arena, struct cp_snmp_host *host)
{
    const char *equals = strchr(word, '=');
    cp_text node = {word, equals != NULL ? (size_t)(equals - word) : strlen(word)}, kept;

    host->peer = equals != NULL ? equals + 1 : word;
    if (node.len == 0 || host->peer[0] == '\0')
        return cp_say_usage("", "a host without a name: '%s'", word);
    if (cp_text_bad_utf8(node) < node.len || cp_text_unsafe(node) < node.len)
        return cp_say_usage("", "a name with a control or invisible character: '%s'", word);
    if (cp_text_copy(node, arena, &kept) != CP_OK)
        return cp_say_no_memory();
    host->node = kept.at;
    host->file = file_name(host->node, arena);
    return host->file != NULL ? CP_EXIT_OK : cp_say_no_memory();
}

static cp_exit read_hosts(const struct cp_args *args, struct cp_arena *arena,
                          struct cp_snmp_options *out)
{
    struct cp_snmp_host *hosts = CP_TAKE(arena, args->count, struct cp_snmp_host);
    struct cp_map *files;

    if (hosts == NULL || cp_map_open(arena, &files) != CP_OK)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < args->count; i++) {
        struct cp_snmp_host *host = &hosts[out->host_count];
        cp_exit code;

        if (args->list[i].option != CP_ARG_PLAIN)
            continue;
        code = read_host(args->list[i].value, arena, host);
        if (code != CP_EXIT_OK)
            return code;
        switch (cp_map_add(files, cp_text_of(host->file), out->host_count)) {
        case CP_OK:
            break;
        case CP_ERR_DUPLICATE:
            return cp_say_usage("", "two hosts for one file, %s: give them names, NAME=HOST",
                                host->file);
        default:
            return cp_say_no_memory();
        }
        out->host_count++;
    }
    out->hosts = hosts;
    return out->host_count > 0 ? CP_EXIT_OK : cp_say_usage("", "no host is given");
}

/* --- options ------------------------------------------------------------------------------- */

static cp_exit read_from(const char *name, const char *value, uint64_t min, uint64_t max,
                         uint64_t *out)
{
    if (cp_num_u64(cp_text_of(value), max, out) == CP_OK && *out >= min)
        return CP_EXIT_OK;
    return cp_say_usage("", "%s: no whole number from %llu to %llu: '%s'", name,
                        (unsigned long long)min, (unsigned long long)max, value);
}

static cp_exit read_number(const char *name, const char *value, uint64_t max, uint64_t *out)
{
    return read_from(name, value, 1, max, out);
}

static cp_exit read_level(const char *value, cp_snmp_level *level)
{
    static const char *const names[] = {[CP_SNMP_NO_AUTH] = "noAuthNoPriv",
                                        [CP_SNMP_AUTH] = "authNoPriv",
                                        [CP_SNMP_AUTH_PRIV] = "authPriv"};

    for (size_t i = CP_SNMP_NO_AUTH; i < CP_COUNT(names); i++) {
        if (cp_text_same_word(cp_text_of(value), cp_text_of(names[i]))) {
            *level = (cp_snmp_level)i;
            return CP_EXIT_OK;
        }
    }
    return cp_say_usage("", "--level: authPriv, authNoPriv or noAuthNoPriv, not '%s'", value);
}

static cp_exit read_date(const char *value, cp_date *date)
{
    if (cp_date_parse(cp_text_of(value), date) == CP_OK)
        return CP_EXIT_OK;
    return cp_say_usage("", "--date: no date YYYY-MM-DD: '%s'", value);
}

static const char **text_of(struct cp_snmp_options *out, uint32_t option)
{
    switch (option) {
    case OPTION_OUT:
        return &out->out;
    case OPTION_USER:
        return &out->user;
    case OPTION_AUTH:
        return &out->auth;
    case OPTION_PRIV:
        return &out->priv;
    case OPTION_CONTEXT:
        return &out->context;
    case OPTION_SECRETS:
        return &out->secrets;
    case OPTION_WHO:
        return &out->who;
    default:
        return NULL;
    }
}

static cp_exit read_small(const char *name, const char *value, uint32_t min, uint32_t max,
                          uint32_t *out)
{
    uint64_t number = 0;
    cp_exit code = read_from(name, value, min, max, &number);

    if (code == CP_EXIT_OK)
        *out = (uint32_t)number;
    return code;
}

static cp_exit read_option(const struct cp_arg *arg, struct cp_snmp_options *out)
{
    const char *name = options[arg->option].name;
    const char **text = text_of(out, arg->option);
    cp_exit code;

    if (text != NULL) {
        *text = arg->value;
        return CP_EXIT_OK;
    }
    switch (arg->option) {
    case OPTION_LEVEL:
        return read_level(arg->value, &out->level);
    case OPTION_DATE:
        return read_date(arg->value, &out->date);
    case OPTION_TIMEOUT:
        code = read_small(name, arg->value, 1, 3600, &out->timeout_ms);
        out->timeout_ms *= 1000;
        return code;
    case OPTION_RETRIES:
        return read_small(name, arg->value, 0, 100, &out->retries);
    case OPTION_AT_ONCE:
        return read_small(name, arg->value, 1, 1000, &out->at_once);
    case OPTION_MAX_OBJECTS:
        return read_number(name, arg->value, UINT64_MAX / 2, &out->objects_max);
    case OPTION_MAX_BYTES:
        return read_number(name, arg->value, UINT64_MAX / 2, &out->bytes_max);
    case OPTION_MAX_SECONDS:
        return read_number(name, arg->value, 1000000, &out->seconds_max);
    default:
        return CP_EXIT_OK;
    }
}

static bool has(const struct cp_args *args, uint32_t option)
{
    for (uint32_t i = 0; i < args->count; i++)
        if (args->list[i].option == option)
            return true;
    return false;
}

/* What only SNMPv3 has, and what it must have. */
static cp_exit check_version(const struct cp_args *args, struct cp_snmp_options *out)
{
    static const uint32_t of_v3[] = {OPTION_USER, OPTION_AUTH, OPTION_PRIV, OPTION_LEVEL,
                                     OPTION_CONTEXT};

    if (!has(args, OPTION_V2C))
        return out->user != NULL ? CP_EXIT_OK : cp_say_usage("", "SNMPv3 needs --user NAME");
    for (size_t i = 0; i < CP_COUNT(of_v3); i++)
        if (has(args, of_v3[i]))
            return cp_say_usage("", "%s is of SNMPv3: not with --v2c", options[of_v3[i]].name);
    out->level = CP_SNMP_V2C;
    return CP_EXIT_OK;
}

static cp_date today(void)
{
    time_t now = time(NULL);
    struct tm day = {0};
    char text[32];
    cp_date date;

    if (localtime_r(&now, &day) == NULL || strftime(text, sizeof(text), "%Y-%m-%d", &day) == 0 ||
        cp_date_parse(cp_text_of(text), &date) != CP_OK)
        return CP_DATE_NONE;
    return date;
}

cp_exit cp_snmp_options_read(int argc, char *const *argv, struct cp_arena *arena,
                             struct cp_snmp_options *out, bool *help)
{
    struct cp_args args;
    cp_exit code = cp_args_parse(&command, argc, argv, arena, &args);

    *help = code == CP_EXIT_OK && args.help;
    if (*help)
        return write_help(arena);
    *out = (struct cp_snmp_options){.auth = "SHA-256",
                                    .priv = "AES",
                                    .context = "",
                                    .who = "",
                                    .level = CP_SNMP_AUTH_PRIV,
                                    .date = today(),
                                    .timeout_ms = 2000,
                                    .retries = 3,
                                    .at_once = 8,
                                    .objects_max = 1000000,
                                    .bytes_max = (uint64_t)256 << 20,
                                    .seconds_max = 600};
    for (uint32_t i = 0; i < args.count && code == CP_EXIT_OK; i++)
        if (args.list[i].option != CP_ARG_PLAIN)
            code = read_option(&args.list[i], out);
    if (code == CP_EXIT_OK)
        code = check_version(&args, out);
    if (code == CP_EXIT_OK && out->out == NULL)
        code = cp_say_usage("", "where to? --out FOLDER");
    return code == CP_EXIT_OK ? read_hosts(&args, arena, out) : code;
}
