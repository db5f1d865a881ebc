#include "serve/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static cp_exit check_mode(const struct cp_placed_file *file, const char *const *path, int fd)
{
    struct stat is;

    if (fstat(fd, &is) != 0 || !S_ISREG(is.st_mode)) {
        cp_placed_say(file, path, "'%s' is no file", *path);
        return CP_EXIT_IO;
    }
    if ((is.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return CP_EXIT_OK;
    cp_placed_say(file, path,
                  "'%s' holds a secret, and others than its owner may use it (mode %03o; 600 is "
                  "wanted)",
                  *path, (unsigned)is.st_mode & 0777);
    return CP_EXIT_REFUSED;
}

static cp_exit open_secret(const struct cp_placed_file *file, const char *const *path, FILE **out)
{
    FILE *stream = fopen(*path, "re");
    int why = errno;
    cp_exit code;

    if (stream == NULL) {
        cp_placed_say(file, path, "'%s' cannot be read: %s", *path, strerror(why));
        return why == ENOENT ? CP_EXIT_MISSING : CP_EXIT_IO;
    }
    code = check_mode(file, path, fileno(stream));
    if (code != CP_EXIT_OK)
        (void)fclose(stream);
    else
        *out = stream;
    return code;
}

cp_exit secret_check(const struct cp_placed_file *file, const char *const *path)
{
    FILE *stream;
    cp_exit code = open_secret(file, path, &stream);

    if (code == CP_EXIT_OK)
        (void)fclose(stream);
    return code;
}

cp_exit secret_read(const struct cp_placed_file *file, const char *const *path,
                    char to[SECRET_BYTES_MAX], size_t *len)
{
    char line[SECRET_BYTES_MAX + 3]; /* a line end, and one more to see that it is too long */
    size_t count;
    FILE *stream;
    cp_exit code = open_secret(file, path, &stream);

    if (code != CP_EXIT_OK)
        return code;
    count = fread(line, 1, sizeof line, stream);
    (void)fclose(stream);
    for (size_t i = 0; i < count; i++)
        if (line[i] == '\n' || line[i] == '\r')
            count = i;
    if (count == 0 || count > SECRET_BYTES_MAX) {
        cp_placed_say(file, path, "'%s': a key of 1 to %d bytes on its first line is wanted", *path,
                      SECRET_BYTES_MAX);
        return CP_EXIT_INPUT;
    }
    memcpy(to, line, count);
    *len = count;
    return CP_EXIT_OK;
}
