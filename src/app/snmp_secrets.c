#include "snmp_secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scan.h"

#include "app/message.h"

enum { SECRETS_BYTES_MAX = 65536, PHRASE_BYTES_MIN = 8 };

/* --- lines --------------------------------------------------------------------------------- */

static cp_text *place_of(struct cp_snmp_secrets *secrets, cp_text word)
{
    if (cp_text_is(word, "auth"))
        return &secrets->auth;
    if (cp_text_is(word, "priv"))
        return &secrets->priv;
    return cp_text_is(word, "community") ? &secrets->community : NULL;
}

/* No line is shown, nor a part of it: it may be a pass-phrase. */
cp_err cp_snmp_secrets_parse(cp_text text, struct cp_snmp_secrets *out, struct cp_diag *diag)
{
    cp_scan scan = cp_scan_make(text, CP_PLACE_NO_FILE);
    cp_text line;

    *out = (struct cp_snmp_secrets){0};
    for (cp_place place = scan.place; cp_scan_line(&scan, &line); place = scan.place) {
        cp_text rest = line, word = CP_TEXT(""), *to;

        if (cp_text_trim(line).len == 0 || cp_text_trim(line).at[0] == '#')
            continue;
        (void)cp_text_word(&rest, " \t", &word);
        to = place_of(out, word);
        if (to == NULL)
            return cp_diag_set(diag, CP_ERR_MALFORMED, place,
                               "a line that begins with none of auth, priv and community",
                               CP_TEXT(""));
        if (to->len > 0)
            return cp_diag_set(diag, CP_ERR_DUPLICATE, place, "a secret that is given twice", word);
        *to = cp_text_trim(rest);
        if (to->len == 0)
            return cp_diag_set(diag, CP_ERR_MALFORMED, place, "a secret that is empty", word);
    }
    return CP_OK;
}

/* --- the file ------------------------------------------------------------------------------ */

static cp_exit say_failed(const char *path)
{
    cp_say("cannot read %s: %s", path, strerror(errno));
    return errno == ENOENT || errno == ENOTDIR ? CP_EXIT_MISSING : CP_EXIT_IO;
}

/* Of the open file: what is checked is what is read. */
static cp_exit check_file(int fd, const char *path)
{
    struct stat about;

    if (fstat(fd, &about) != 0)
        return say_failed(path);
    if (!S_ISREG(about.st_mode)) {
        cp_say("%s: not a plain file", path);
        return CP_EXIT_REFUSED;
    }
    if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0 ||
        (about.st_uid != geteuid() && about.st_uid != 0)) {
        cp_say("%s: others may read or change it: chmod 600 and make it your own", path);
        return CP_EXIT_REFUSED;
    }
    return CP_EXIT_OK;
}

static cp_exit read_all(int fd, const char *path, struct cp_arena *arena, cp_text *out)
{
    char *at = CP_TAKE(arena, SECRETS_BYTES_MAX, char);
    size_t len = 0;

    if (at == NULL)
        return cp_say_no_memory();
    while (len < SECRETS_BYTES_MAX) {
        ssize_t got = read(fd, at + len, SECRETS_BYTES_MAX - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return say_failed(path);
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *out = (cp_text){at, len};
    return CP_EXIT_OK;
}

static cp_exit read_file(const char *path, struct cp_arena *arena, struct cp_snmp_secrets *out)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    cp_exit code;
    cp_text text = CP_TEXT("");
    cp_err err;

    if (fd < 0)
        return say_failed(path);
    code = check_file(fd, path);
    if (code == CP_EXIT_OK)
        code = read_all(fd, path, arena, &text);
    (void)close(fd);
    if (code != CP_EXIT_OK)
        return code;
    err = cp_snmp_secrets_parse(text, out, &diag);
    return err == CP_OK ? CP_EXIT_OK : cp_say_diag(&diag, err, path, CP_EXIT_INPUT);
}

/* --- what the level needs ------------------------------------------------------------------ */

static cp_text from_environment(const char *name)
{
    return cp_text_of(getenv(name));
}

static cp_exit check_phrase(cp_text phrase, const char *what)
{
    if (phrase.len == 0)
        return cp_say_usage("", "no pass-phrase for %s: --secrets FILE", what);
    if (phrase.len >= PHRASE_BYTES_MIN)
        return CP_EXIT_OK;
    /* RFC 3414 11.2: a pass-phrase has at least 8 characters. */
    cp_say("the pass-phrase for %s is shorter than 8 characters", what);
    return CP_EXIT_REFUSED;
}

static cp_exit check_secrets(cp_snmp_level level, const struct cp_snmp_secrets *secrets)
{
    cp_exit code = CP_EXIT_OK;

    if (level == CP_SNMP_V2C)
        return secrets->community.len > 0
                   ? CP_EXIT_OK
                   : cp_say_usage("", "--v2c needs a community: --secrets FILE");
    if (level >= CP_SNMP_AUTH)
        code = check_phrase(secrets->auth, "authentication");
    if (code == CP_EXIT_OK && level == CP_SNMP_AUTH_PRIV)
        code = check_phrase(secrets->priv, "privacy");
    return code;
}

cp_exit cp_snmp_secrets_read(const struct cp_snmp_options *options, struct cp_arena *arena,
                             struct cp_snmp_secrets *out)
{
    *out = (struct cp_snmp_secrets){from_environment("CLEANPATH_SNMP_AUTH"),
                                    from_environment("CLEANPATH_SNMP_PRIV"),
                                    from_environment("CLEANPATH_SNMP_COMMUNITY")};
    if (options->secrets != NULL) {
        cp_exit code = read_file(options->secrets, arena, out);

        if (code != CP_EXIT_OK)
            return code;
    }
    return check_secrets(options->level, out);
}
