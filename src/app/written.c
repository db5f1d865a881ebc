#include "written.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/out.h"
#include "base/sha256.h"
#include "app/files.h"
#include "app/message.h"

#define LIST "written"
#define LIST_BYTES_MAX ((off_t)16 << 20)
#define DIGEST 64u /* hex digits; two spaces, the name and a line's end follow */

static bool is_configuration(const char *name)
{
    cp_text text = cp_text_of(name);

    return name[0] != '.' &&
           (cp_text_ends(text, CP_TEXT(".conf")) || cp_text_ends(text, CP_TEXT(".sh")));
}

static char *path_of(const struct cp_written *w, const char *name)
{
    size_t size = strlen(w->folder) + strlen(name) + 2;
    char *path = CP_TAKE(w->arena, size, char);

    if (path != NULL)
        (void)snprintf(path, size, "%s/%s", w->folder, name);
    return path;
}

static bool is_file(const char *path, off_t size_max)
{
    struct stat about;

    return lstat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= size_max;
}

cp_exit cp_written_open(const char *folder, struct cp_arena *arena, struct cp_written *out)
{
    struct cp_out *list = CP_TAKE(arena, 1, struct cp_out);
    char *path = NULL;

    *out = (struct cp_written){.folder = folder, .arena = arena, .list = list};
    path = path_of(out, LIST);
    if (path == NULL || list == NULL)
        return cp_say_no_memory();
    *list = cp_out_make(arena);
    if (!is_file(path, LIST_BYTES_MAX))
        return CP_EXIT_OK;
    out->listed = true;
    return cp_file_read(path, arena, &out->before);
}

cp_exit cp_written_add(struct cp_written *w, const char *name, cp_text text)
{
    void *names = w->names;
    char digest[DIGEST + 1];

    if (cp_arena_grow(w->arena, &names, w->count, &w->cap, sizeof(*w->names)) != CP_OK)
        return cp_say_no_memory();
    w->names = names;
    w->names[w->count++] = name;
    cp_sha256_hex(text, digest);
    cp_out_format(w->list, "%s  %s\n", digest, name);
    return CP_EXIT_OK;
}

cp_exit cp_written_list(struct cp_written *w, struct cp_made *made)
{
    struct cp_made_file *file;
    cp_text text;
    cp_exit code, ended;

    if (w->count == 0 && !w->listed)
        return CP_EXIT_OK;
    if (cp_out_done(w->list, &text) != CP_OK)
        return cp_say_no_memory();
    code = cp_made_begin(made, LIST, &file);
    if (code != CP_EXIT_OK)
        return code;
    if (cp_made_put(file, text) != CP_OK)
        code = CP_EXIT_IO; /* said where the file ends */
    ended = cp_made_end(file);
    return code == CP_EXIT_OK ? ended : code;
}

static bool is_of_this_run(const struct cp_written *w, const char *name)
{
    bool found = false;

    for (uint32_t i = 0; i < w->count && !found; i++)
        found = strcmp(w->names[i], name) == 0;
    return found;
}

/* The name that a line has; NULL where it is no such line, or the name leads elsewhere. */
static char *name_in(const struct cp_written *w, cp_text line)
{
    size_t len = line.len > DIGEST + 2 ? line.len - DIGEST - 2 : 0;
    char *name = CP_TAKE(w->arena, len + 1, char);

    if (name == NULL || len == 0)
        return NULL;
    memcpy(name, line.at + DIGEST + 2, len);
    return strlen(name) == len && strchr(name, '/') == NULL && is_configuration(name) ? name : NULL;
}

static cp_exit take_away(const struct cp_written *w, cp_text line)
{
    char *name = name_in(w, line);
    char *path = name == NULL ? NULL : path_of(w, name);
    char digest[DIGEST + 1];
    cp_text text;
    cp_exit code;

    if (path == NULL || is_of_this_run(w, name) || !is_file(path, (off_t)CP_FILE_BYTES_MAX))
        return CP_EXIT_OK;
    code = cp_file_read(path, w->arena, &text);
    if (code != CP_EXIT_OK)
        return code;
    cp_sha256_hex(text, digest);
    if (memcmp(digest, line.at, DIGEST) != 0)
        return CP_EXIT_OK;
    if (unlink(path) != 0) {
        cp_say("cannot take away %s: %s", path, strerror(errno));
        return CP_EXIT_IO;
    }
    cp_say("%s is taken away: an earlier run wrote it, and this answer has none", path);
    return CP_EXIT_OK;
}

static int is_configuration_entry(const struct dirent *entry)
{
    return is_configuration(entry->d_name);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static cp_exit name_others(const struct cp_written *w)
{
    struct dirent **entries = NULL;
    int count = scandir(w->folder, &entries, is_configuration_entry, by_bytes);

    if (count < 0) {
        cp_say("cannot read %s: %s", w->folder, strerror(errno));
        return CP_EXIT_IO;
    }
    for (int i = 0; i < count; i++) {
        if (!is_of_this_run(w, entries[i]->d_name))
            cp_say("warning: %s/%s stays, and this answer says nothing of it", w->folder,
                   entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return CP_EXIT_OK;
}

cp_exit cp_written_clear(struct cp_written *w)
{
    cp_exit code = CP_EXIT_OK;
    size_t from = 0;

    while (code == CP_EXIT_OK && from < w->before.len) {
        size_t end = cp_text_find(w->before, '\n', from);

        code = take_away(w, (cp_text){w->before.at + from, end - from});
        from = end + 1;
    }
    return code == CP_EXIT_OK ? name_others(w) : code;
}
