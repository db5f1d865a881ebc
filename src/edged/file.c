#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/files.h"
#include "app/message.h"
#include "edged.h"

/* The state: one file, replaced whole. */

enum { PATH_BYTES = 4096 };

static bool path_of(const struct edged_config *c, const char *name, char to[PATH_BYTES])
{
    int len = snprintf(to, PATH_BYTES, "%s/%s", c->state_folder, name);

    return len > 0 && len < PATH_BYTES;
}

cp_exit edged_file_read(const struct edged_config *c, struct cp_arena *arena, cp_text *text,
                        bool *found)
{
    char path[PATH_BYTES];
    struct stat is;

    *found = false;
    *text = CP_TEXT("");
    if (!path_of(c, "edge.json", path))
        return cp_say_diag(NULL, CP_ERR_LIMIT, c->state_folder, CP_EXIT_POLICY);
    if (stat(path, &is) != 0 && errno == ENOENT)
        return CP_EXIT_OK;
    *found = true;
    return cp_file_read(path, arena, text);
}

static int write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t count = write(fd, bytes, len);

        if (count < 0 && errno != EINTR)
            return errno;
        if (count > 0) {
            bytes += count;
            len -= (size_t)count;
        }
    }
    return fsync(fd) == 0 ? 0 : errno;
}

static int sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), why = 0;

    if (fd < 0)
        return errno;
    if (fsync(fd) != 0)
        why = errno;
    (void)close(fd);
    return why;
}

int edged_file_write(const struct edged_config *c, const char *bytes, size_t len)
{
    char path[PATH_BYTES], next[PATH_BYTES];
    int fd, why;

    if (!path_of(c, "edge.json", path) || !path_of(c, "edge.json.new", next))
        return ENAMETOOLONG;
    fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    why = write_all(fd, bytes, len);
    if (close(fd) != 0 && why == 0)
        why = errno;
    if (why == 0 && rename(next, path) != 0)
        why = errno;
    return why != 0 ? why : sync_folder(c->state_folder);
}

cp_exit edged_file_check(const struct edged_config *c)
{
    int fd;

    if (mkdir(c->state_folder, 0700) != 0 && errno != EEXIST) {
        cp_placed_say(&c->file, &c->state_folder, "the state's folder '%s' cannot be made: %s",
                      c->state_folder, strerror(errno));
        return CP_EXIT_IO;
    }
    if (faccessat(AT_FDCWD, c->state_folder, W_OK | X_OK, AT_EACCESS) != 0) {
        cp_placed_say(&c->file, &c->state_folder,
                      "the state's folder '%s' cannot be written to: %s", c->state_folder,
                      strerror(errno));
        return CP_EXIT_IO;
    }
    fd = open(c->state_folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return CP_EXIT_OK; /* it is held until the program ends */
    cp_placed_say(&c->file, &c->state_folder, "the state's folder '%s' is another one's: %s",
                  c->state_folder, strerror(errno));
    return CP_EXIT_IO;
}
