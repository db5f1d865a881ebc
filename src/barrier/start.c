#include "barrier/start.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/signature.h"

enum { FILE_MAX = 1 << 28 };

const char *start_read_words(char **words, const struct start_option *options, bool *dry)
{
    for (; *words != NULL; words++) {
        const struct start_option *option = options;

        if (strcmp(*words, "--dry-run") == 0) {
            *dry = true;
            continue;
        }
        while (option->name != NULL && strcmp(*words, option->name) != 0)
            option++;
        if (option->name == NULL || words[1] == NULL)
            return *words;
        *option->value = *++words;
    }
    return NULL;
}

bool start_read_file(const char *path, struct cp_arena *arena, cp_text *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat about;
    char *at;
    ssize_t len = 0;

    if (fd < 0)
        return false;
    at = fstat(fd, &about) != 0 || about.st_size > FILE_MAX
             ? NULL
             : CP_TAKE(arena, (size_t)about.st_size + 1, char);
    *out = (cp_text){at, 0};
    while (at != NULL && (len = read(fd, at + out->len, (size_t)about.st_size + 1 - out->len)) > 0)
        out->len += (size_t)len;
    (void)close(fd);
    return at != NULL && len == 0 && out->len <= (size_t)about.st_size;
}

static bool read_or_tell(const char *path, struct cp_arena *arena, cp_text *out)
{
    errno = ENOMEM;
    if (arena != NULL && start_read_file(path, arena, out)) {
        errno = ENODATA; /* an empty key would be none */
        if (out->len > 0)
            return true;
    }
    (void)fprintf(stderr, "%s: %s: cannot be read: %s\n", program_invocation_short_name, path,
                  strerror(errno));
    return false;
}

const struct cp_edge_policy *start_read_policy(const char *policy_path, const char *key_path,
                                               struct cp_arena *arena)
{
    struct cp_diag diag = {.place = CP_PLACE_NONE, .why = "no memory"};
    const struct cp_edge_policy *policy;
    cp_text text, key;

    if (!read_or_tell(policy_path, arena, &text) || !read_or_tell(key_path, arena, &key))
        return NULL;
    if (!cp_signature_is_public_key(key)) {
        (void)fprintf(stderr, "%s: %s: holds no public key of Ed25519 (PEM)\n",
                      program_invocation_short_name, key_path);
        return NULL;
    }
    if (cp_edge_policy_read(text, key, arena, &policy, &diag) != CP_OK) {
        (void)fprintf(stderr, diag.subject[0] == '\0' ? "%s:%u:%u: %s\n" : "%s:%u:%u: %s: '%s'\n",
                      policy_path, diag.place.line, diag.place.column, diag.why, diag.subject);
        return NULL;
    }
    return policy;
}

bool start_is_older(const struct cp_edge_policy *policy, uint64_t serial, uint64_t issued_us)
{
    return policy->serial < serial || (policy->serial == serial && policy->issued_us < issued_us);
}
