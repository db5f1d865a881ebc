#include "finder.h"

#include <string.h>
#include <sys/stat.h>

#include "app/message.h"

/* What of a case folder somebody may think is read, and is not. */

static bool starts(const char *name, const char *start)
{
    return strncmp(name, start, strlen(start)) == 0;
}

static bool is_same(const struct stat *file, const char *path)
{
    struct stat other;

    return stat(path, &other) == 0 && file->st_dev == other.st_dev && file->st_ino == other.st_ino;
}

/* Found in the folder under this name, or the same file named by a flag (its name is its path). */
static bool is_source(const char *path, const char *source_name, const char *name,
                      const struct stat *file)
{
    return path == source_name ? is_same(file, path) : strcmp(source_name, name) == 0;
}

static bool is_read(const struct cp_finder *f, const char *name, const struct stat *file)
{
    for (uint32_t i = 0; i < f->count; i++) {
        if (!f->list[i].walked && is_source(f->list[i].path, f->list[i].name, name, file))
            return true;
    }
    for (uint32_t i = 0; i < f->document_count; i++) {
        if (!f->documents[i].walked && is_same(file, f->documents[i].path))
            return true;
    }
    for (uint32_t i = 0; i < f->policy_count; i++) {
        if (is_source(f->policies[i].path, f->policies[i].name, name, file))
            return true;
    }
    return false;
}

/* A file of the case that a flag has put another in the place of: its user knows. */
static bool is_replaced(const struct cp_sources_wanted *wanted, const char *name)
{
    if ((wanted->policy_count > 0 || wanted->policies_wanted == CP_POLICIES_LEFT) &&
        strcmp(name, "policy.yaml") == 0)
        return true;
    if (wanted->sites != NULL && strcmp(name, "sites.csv") == 0)
        return true;
    if (wanted->demands != NULL && starts(name, "demands."))
        return true;
    return wanted->network_count > 0 &&
           (starts(name, "network.") || strcmp(name, "nodes.csv") == 0 ||
            strcmp(name, "links.csv") == 0);
}

/* A file that somebody may think is read, and is not. */
static bool is_passed_over(const struct cp_finder *f, const char *name)
{
    const char *path = cp_finder_path(f, name);
    struct stat file;

    if (starts(name, "README") || is_replaced(f->wanted, name) || path == NULL ||
        stat(path, &file) != 0)
        return false;
    return S_ISREG(file.st_mode) && !is_read(f, name, &file);
}

/* The name that was perhaps meant; NULL where none is near. */
static const char *meant_name(struct cp_arena *arena, const char *name)
{
    static const char *const names[] = {"nodes.csv",   "links.csv",   "sites.csv",
                                        "facts.csv",   "demands.csv", "policy.yaml",
                                        "network.gml", "evidence.csv"};
    cp_text candidates[CP_COUNT(names)];
    cp_text small;

    for (size_t i = 0; i < CP_COUNT(names); i++)
        candidates[i] = cp_text_of(names[i]);
    if (cp_text_lower(cp_text_of(name), arena, &small) != CP_OK)
        return NULL;
    size_t at = cp_text_nearest(small, candidates, CP_COUNT(names));
    return at < CP_COUNT(names) && !cp_text_is(candidates[at], name) ? names[at] : NULL;
}

/* "case: not read: Facts.csv (did you mean facts.csv?), notes.txt" */
cp_exit cp_finder_name_passed_over(struct cp_finder *f)
{
    struct cp_out line = cp_out_make(f->arena);
    uint32_t count = 0;
    cp_text text;

    for (uint32_t i = 0; i < f->name_count; i++) {
        const char *name = f->names[i];
        const char *meant;

        if (!is_passed_over(f, name))
            continue;
        if (count++ == 0) {
            cp_out_str(&line, f->folder);
            cp_out_str(&line, ": not read: ");
        } else {
            cp_out_str(&line, ", ");
        }
        cp_out_str(&line, name);
        meant = meant_name(f->arena, name);
        if (meant != NULL)
            cp_out_format(&line, " (did you mean %s?)", meant);
    }
    if (cp_out_done(&line, &text) != CP_OK)
        return cp_say_no_memory();
    return count > 0 ? cp_finder_add_line(f, text) : CP_EXIT_OK;
}

cp_exit cp_finder_add_line(struct cp_finder *f, cp_text line)
{
    void *lines = f->passed_over;

    if (cp_arena_grow(f->arena, &lines, f->passed_over_count, &f->passed_over_cap, sizeof(line)) !=
        CP_OK)
        return cp_say_no_memory();
    f->passed_over = lines;
    f->passed_over[f->passed_over_count++] = line;
    return CP_EXIT_OK;
}
