#include "made.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"
#include "app/message.h"

static cp_exit say_unmade(const char *path, int error)
{
    cp_say("cannot write %s: %s", path, strerror(error));
    return CP_EXIT_IO;
}

/* A name in the arena; NULL where there is no room. */
static char *joined(struct cp_arena *arena, const char *a, const char *b, const char *c)
{
    size_t size = strlen(a) + strlen(b) + strlen(c) + 1;
    char *name = CP_TAKE(arena, size, char);

    if (name != NULL)
        (void)snprintf(name, size, "%s%s%s", a, b, c);
    return name;
}

/* Without the slashes at its end, which would make a name beside it one inside it. */
static char *trimmed(struct cp_arena *arena, const char *path)
{
    char *name = joined(arena, path, "", "");
    size_t len = strlen(path);

    while (name != NULL && len > 1 && name[len - 1] == '/')
        name[--len] = '\0';
    return name;
}

cp_exit cp_made_file_open(const char *path, cp_made_how how, struct cp_arena *arena,
                          struct cp_made *made)
{
    struct stat about;

    *made = (struct cp_made){.arena = arena, .how = how, .path = path};
    if (lstat(path, &about) != 0)
        return errno == ENOENT ? CP_EXIT_OK : say_unmade(path, errno);
    if (!S_ISREG(about.st_mode)) {
        cp_say("%s is no file that can be written over", path);
        return CP_EXIT_USAGE;
    }
    if (how == CP_MADE_OVER)
        return CP_EXIT_OK;
    cp_say("%s is there already: --force writes over it", path);
    return CP_EXIT_USAGE;
}

static cp_exit is_empty(const char *path, bool *empty)
{
    DIR *dir = opendir(path);

    if (dir == NULL)
        return say_unmade(path, errno);
    *empty = true;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            *empty = false;
    (void)closedir(dir);
    return CP_EXIT_OK;
}

static cp_exit make_folder(struct cp_made *made)
{
    mode_t mask = umask(0);

    (void)umask(mask);
    made->working = joined(made->arena, made->folder, ".making-", "XXXXXX");
    if (made->working == NULL)
        return cp_say_no_memory();
    if (mkdtemp(made->working) == NULL || chmod(made->working, 0777 & ~mask) != 0) {
        cp_exit code = say_unmade(made->folder, errno);

        made->working = NULL;
        return code;
    }
    return CP_EXIT_OK;
}

cp_exit cp_made_folder_open(const char *path, cp_made_how how, struct cp_arena *arena,
                            struct cp_made *made)
{
    struct stat about;
    bool empty = true;
    cp_exit code;

    *made = (struct cp_made){.arena = arena, .how = how, .folder = trimmed(arena, path)};
    if (made->folder == NULL)
        return cp_say_no_memory();
    if (stat(made->folder, &about) != 0)
        return errno == ENOENT ? make_folder(made) : say_unmade(path, errno);
    if (!S_ISDIR(about.st_mode)) {
        cp_say("%s is there already and is no folder", path);
        return CP_EXIT_USAGE;
    }
    code = is_empty(made->folder, &empty);
    if (code != CP_EXIT_OK || empty || how == CP_MADE_OVER)
        return code;
    cp_say(how == CP_MADE_FRESH
               ? "%s is there already and not empty"
               : "%s is there already and not empty: --force writes over files of the same names",
           path);
    return CP_EXIT_USAGE;
}

static const char *home_of(const struct cp_made *made)
{
    return made->working != NULL ? made->working : made->folder;
}

cp_exit cp_made_begin(struct cp_made *made, const char *name, struct cp_made_file **out)
{
    void *files = made->files;
    struct cp_made_file *file;
    mode_t mask = umask(0);

    (void)umask(mask);
    CP_ASSERT((name == NULL) == (made->folder == NULL));
    if (cp_arena_grow(made->arena, &files, made->count, &made->cap, sizeof(*file)) != CP_OK)
        return cp_say_no_memory();
    made->files = files;
    file = &made->files[made->count];
    *out = file;
    *file = (struct cp_made_file){.path = made->path, .fd = -1};
    if (name != NULL)
        file->path = joined(made->arena, home_of(made), "/", name);
    file->working =
        file->path == NULL ? NULL : joined(made->arena, file->path, ".making-", "XXXXXX");
    if (file->working == NULL)
        return cp_say_no_memory();
    file->fd = mkstemp(file->working);
    if (file->fd < 0) {
        file->working = NULL;
        return say_unmade(file->path, errno);
    }
    made->count++;
    if (fchmod(file->fd, 0666 & ~mask) != 0)
        return say_unmade(file->path, errno);
    return CP_EXIT_OK;
}

cp_err cp_made_put(void *to, cp_text piece)
{
    struct cp_made_file *file = to;
    size_t done = 0;

    while (file->error == 0 && done < piece.len) {
        ssize_t put = write(file->fd, piece.at + done, piece.len - done);

        if (put >= 0)
            done += (size_t)put;
        else if (errno != EINTR)
            file->error = errno;
    }
    return file->error == 0 ? CP_OK : CP_ERR_LIMIT;
}

cp_exit cp_made_end(struct cp_made_file *file)
{
    int fd = file->fd;

    file->fd = -1;
    if (file->error == 0 && fsync(fd) != 0 && errno != EINVAL && errno != EROFS)
        file->error = errno;
    if (close(fd) != 0 && file->error == 0)
        file->error = errno;
    return file->error == 0 ? CP_EXIT_OK : say_unmade(file->path, file->error);
}

cp_exit cp_made_keep(struct cp_made *made)
{
    for (uint32_t i = 0; i < made->count; i++) {
        struct cp_made_file *file = &made->files[i];

        if (rename(file->working, file->path) != 0)
            return say_unmade(file->path, errno);
        file->working = NULL;
    }
    if (made->working == NULL)
        return CP_EXIT_OK;
    if (rename(made->working, made->folder) != 0)
        return say_unmade(made->folder, errno);
    made->working = NULL;
    return CP_EXIT_OK;
}

void cp_made_close(struct cp_made *made)
{
    for (uint32_t i = 0; i < made->count; i++) {
        struct cp_made_file *file = &made->files[i];

        if (file->fd >= 0)
            (void)close(file->fd);
        if (file->working != NULL)
            (void)unlink(file->working);
        else if (made->working != NULL)
            (void)unlink(file->path);
        file->fd = -1;
    }
    if (made->working != NULL)
        (void)rmdir(made->working);
    made->working = NULL;
    made->count = 0;
}
