#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "app/message.h"

/* Each folder is listed whole and sorted, then its things are visited; those of a folder below come in
 * the place of its name with a slash behind it, which is where byte order puts them. */

struct entry {
    const char *name; /* below the top; folders have a slash at the end */
    mode_t type;
};

struct walk {
    struct cp_arena *arena;
    const struct cp_walker *walker;
    const char *top;
    uint32_t files;
};

struct listing {
    struct entry *list;
    uint32_t count, cap;
};

const char *cp_path_join(const char *folder, const char *name, struct cp_arena *arena)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    bool slash = cp_text_ends(cp_text_of(folder), CP_TEXT("/"));
    char *path = CP_TAKE(arena, size, char);

    if (path != NULL)
        (void)snprintf(path, size, "%s%s%s", folder, slash ? "" : "/", name);
    return path;
}

bool cp_path_is_folder(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static cp_exit say_unreadable(const struct walk *w, const char *path, int error)
{
    if (!w->walker->quiet)
        cp_say("cannot read %s: %s", path, strerror(error));
    return error == ENOENT || error == ENOTDIR ? CP_EXIT_MISSING : CP_EXIT_IO;
}

static cp_exit say_too_many(const struct walk *w)
{
    if (!w->walker->quiet)
        cp_say("%s: more than %u files", w->top, CP_WALK_FILES_MAX);
    return CP_EXIT_INPUT;
}

/* below: the folder's name below the top, "" or with a slash at its end */
static cp_exit keep_entry(struct walk *w, const char *below, const char *name,
                          struct listing *listing)
{
    size_t size = strlen(below) + strlen(name) + 2;
    char *full = CP_TAKE(w->arena, size, char);
    void *list = listing->list;
    const char *path;
    struct stat about;

    if (full == NULL)
        return cp_say_no_memory();
    (void)snprintf(full, size, "%s%s", below, name);
    path = cp_path_join(w->top, full, w->arena);
    if (path == NULL || cp_arena_grow(w->arena, &list, listing->count, &listing->cap,
                                      sizeof(*listing->list)) != CP_OK)
        return cp_say_no_memory();
    listing->list = list;
    if (lstat(path, &about) != 0)
        return errno == ENOENT ? CP_EXIT_OK : say_unreadable(w, path, errno); /* it has just gone */
    if (S_ISDIR(about.st_mode))
        full[size - 2] = '/';
    listing->list[listing->count++] = (struct entry){full, about.st_mode & S_IFMT};
    return CP_EXIT_OK;
}

static cp_exit list_folder(struct walk *w, const char *path, const char *below,
                           struct listing *listing)
{
    DIR *folder = opendir(path);
    cp_exit code = CP_EXIT_OK;

    if (folder == NULL)
        return say_unreadable(w, path, errno);
    while (code == CP_EXIT_OK) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(folder);
        if (entry == NULL && errno != 0)
            code = say_unreadable(w, path, errno);
        if (entry == NULL || code != CP_EXIT_OK)
            break;
        if (entry->d_name[0] != '.')
            code = keep_entry(w, below, entry->d_name, listing);
        if (listing->count > CP_WALK_FILES_MAX)
            code = say_too_many(w);
    }
    (void)closedir(folder);
    if (listing->count > 0)
        qsort(listing->list, listing->count, sizeof(*listing->list), by_name);
    return code;
}

static cp_exit visit_file(struct walk *w, const char *name)
{
    const char *path = cp_path_join(w->top, name, w->arena);

    if (path == NULL)
        return cp_say_no_memory();
    if (++w->files > CP_WALK_FILES_MAX)
        return say_too_many(w);
    return w->walker->file != NULL ? w->walker->file(w->walker->state, path, name) : CP_EXIT_OK;
}

static cp_exit visit_other(const struct walk *w, const struct entry *entry)
{
    if (w->walker->other == NULL)
        return CP_EXIT_OK;
    return w->walker->other(w->walker->state, entry->name,
                            S_ISLNK(entry->type) ? "a symbolic link" : "no regular file");
}

static cp_exit visit_folder(struct walk *w, const char *below, uint32_t depth)
{
    const char *path = below[0] == '\0' ? w->top : cp_path_join(w->top, below, w->arena);
    struct listing listing = {.count = 0};
    cp_exit code = CP_EXIT_OK;

    if (path == NULL)
        return cp_say_no_memory();
    if (depth > CP_WALK_DEPTH_MAX) {
        if (!w->walker->quiet)
            cp_say("%s: folders more than %u deep", w->top, CP_WALK_DEPTH_MAX);
        return CP_EXIT_INPUT;
    }
    if (w->walker->folder != NULL)
        code = w->walker->folder(w->walker->state, path);
    if (code == CP_EXIT_OK)
        code = list_folder(w, path, below, &listing);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < listing.count; i++) {
        const struct entry *entry = &listing.list[i];

        if (S_ISDIR(entry->type))
            code = visit_folder(w, entry->name, depth + 1);
        else if (S_ISREG(entry->type))
            code = visit_file(w, entry->name);
        else
            code = visit_other(w, entry);
    }
    return code;
}

cp_exit cp_walk(const char *top, struct cp_arena *arena, const struct cp_walker *walker)
{
    struct walk walk = {.arena = arena, .walker = walker, .top = top};

    return visit_folder(&walk, "", 0);
}
