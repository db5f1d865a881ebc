#include "finder.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/message.h"
#include "walk.h"

/* Folders that are walked through: of networks, of evidence, and of whatever is in them. */

#define TABLE_NAME "evidence.csv"

struct tree {
    struct cp_finder *finder;
    cp_source_kind kind;
    const char *top, *name; /* as it can be opened; for people */
    const char *where;      /* of the top */
    uint32_t found, left;
    struct cp_out line; /* names what is left */
};

/* Without symbolic links on the way; as it is where it leads nowhere.  NULL where memory is out. */
static const char *real_path(struct cp_arena *arena, const char *path)
{
    char *real = realpath(path, NULL);
    cp_text copy = {NULL, 0};

    if (cp_text_copy(cp_text_of(real != NULL ? real : path), arena, &copy) != CP_OK)
        copy.at = NULL;
    free(real);
    return copy.at;
}

/* Of a file: its folder's real path and its own name, whatever that leads to. */
static const char *where_of(struct cp_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *folder;
    cp_text parent = CP_TEXT(".");

    if (slash != NULL &&
        cp_text_copy((cp_text){path, (size_t)(slash - path) + 1}, arena, &parent) != CP_OK)
        return NULL;
    folder = real_path(arena, parent.at);
    return folder == NULL ? NULL : cp_path_join(folder, slash != NULL ? slash + 1 : path, arena);
}

static bool is_table(const char *name)
{
    const char *slash = strrchr(name, '/');

    return strcmp(slash != NULL ? slash + 1 : name, TABLE_NAME) == 0;
}

/* --- what a walk comes by --------------------------------------------------------------------- */

static bool is_page(const char *name)
{
    static const char *const endings[] = {".json", ".jsonl", ".ndjson"};

    for (size_t i = 0; i < CP_COUNT(endings); i++) {
        if (cp_text_ends(cp_text_of(name), cp_text_of(endings[i])))
            return true;
    }
    return false;
}

static cp_exit leave(void *state, const char *name, const char *what)
{
    struct tree *tree = state;

    if (tree->left++ == 0) {
        cp_out_str(&tree->line, tree->name);
        cp_out_str(&tree->line, ": not read: ");
    } else {
        cp_out_str(&tree->line, ", ");
    }
    cp_out_str(&tree->line, name);
    if (what != NULL)
        cp_out_format(&tree->line, " (%s)", what);
    return CP_EXIT_OK;
}

static bool is_readme(const char *name)
{
    const char *slash = strrchr(name, '/');

    return strncmp(slash != NULL ? slash + 1 : name, "README", strlen("README")) == 0;
}

static cp_exit keep(void *state, const char *path, const char *name)
{
    struct tree *tree = state;
    struct cp_finder *f = tree->finder;
    bool named = tree->top == tree->name; /* by the user, and so its files are */
    struct cp_source source = {.kind = tree->kind,
                               .path = path,
                               .name = named ? path : cp_path_join(tree->name, name, f->arena),
                               .where = cp_path_join(tree->where, name, f->arena),
                               .walked = true};

    if (source.name == NULL || source.where == NULL)
        return cp_say_no_memory();
    if (is_readme(name))
        return CP_EXIT_OK;
    if (tree->kind == CP_SOURCE_READ) {
        source.role = CP_ROLE_NETWORK;
        if (!is_page(name))
            return leave(tree, name, NULL);
    } else if (is_table(name)) {
        source.kind = CP_SOURCE_READ;
        source.role = CP_ROLE_EVIDENCE_TABLE;
    } else {
        tree->found++;
    }
    tree->found += tree->kind == CP_SOURCE_READ;
    return cp_finder_add(f, &source);
}

static cp_exit walk(struct cp_finder *f, cp_source_kind kind, const char *path, const char *name)
{
    struct tree tree = {.finder = f,
                        .kind = kind,
                        .top = path,
                        .name = name,
                        .where = real_path(f->arena, path),
                        .line = cp_out_make(f->arena)};
    struct cp_walker walker = {.state = &tree, .file = keep, .other = leave};
    cp_exit code = tree.where != NULL ? cp_walk(path, f->arena, &walker) : cp_say_no_memory();
    cp_text line;

    if (code != CP_EXIT_OK)
        return code;
    if (tree.found == 0) {
        cp_say("%s has no files %s", name,
               kind == CP_SOURCE_READ ? "*.json, *.jsonl or *.ndjson" : "to read");
        return CP_EXIT_MISSING;
    }
    if (cp_out_done(&tree.line, &line) != CP_OK)
        return cp_say_no_memory();
    return tree.left > 0 ? cp_finder_add_line(f, line) : CP_EXIT_OK;
}

cp_exit cp_finder_network_folder(struct cp_finder *f, const char *path, const char *name)
{
    return walk(f, CP_SOURCE_READ, path, name);
}

/* --- evidence --------------------------------------------------------------------------------- */

static cp_exit add_file(struct cp_finder *f, cp_source_kind kind, const char *path)
{
    bool table = is_table(path);
    struct cp_source source = {.kind = table ? CP_SOURCE_READ : kind,
                               .role = CP_ROLE_EVIDENCE_TABLE,
                               .path = path,
                               .name = path,
                               .where = where_of(f->arena, path)};

    return source.where != NULL ? cp_finder_add(f, &source) : cp_say_no_memory();
}

static cp_exit add_case_table(struct cp_finder *f)
{
    struct cp_source source = {
        .kind = CP_SOURCE_READ, .role = CP_ROLE_EVIDENCE_TABLE, .name = TABLE_NAME};

    if (!cp_finder_has(f, TABLE_NAME))
        return CP_EXIT_OK;
    source.path = cp_finder_path(f, TABLE_NAME);
    source.where = source.path != NULL ? where_of(f->arena, source.path) : NULL;
    return source.where != NULL ? cp_finder_add(f, &source) : cp_say_no_memory();
}

static cp_exit add_case_evidence(struct cp_finder *f)
{
    const char *path;

    if (!cp_finder_has(f, "evidence"))
        return CP_EXIT_OK;
    path = cp_finder_path(f, "evidence");
    if (path == NULL)
        return cp_say_no_memory();
    return cp_path_is_folder(path) ? walk(f, CP_SOURCE_EVIDENCE, path, "evidence") : CP_EXIT_OK;
}

cp_exit cp_finder_evidence(struct cp_finder *f)
{
    const struct cp_sources_wanted *wanted = f->wanted;
    cp_exit code = add_case_table(f);

    if (code == CP_EXIT_OK)
        code = add_case_evidence(f);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < wanted->evidence_count; i++) {
        const char *path = wanted->evidence[i];

        code = cp_path_is_folder(path) ? walk(f, CP_SOURCE_EVIDENCE, path, path)
                                       : add_file(f, CP_SOURCE_EVIDENCE, path);
    }
    return code;
}

/* --- whatever it is --------------------------------------------------------------------------- */

/* What only a case folder has. */
static bool marks_case(const char *folder, const char *name, struct cp_arena *arena)
{
    const char *path;

    if (strcmp(name, "nodes.csv") == 0 || strcmp(name, "links.csv") == 0 ||
        strncmp(name, "network.", strlen("network.")) == 0)
        return true;
    if (strcmp(name, "netbox") != 0 && strcmp(name, "evidence") != 0)
        return false;
    path = cp_path_join(folder, name, arena);
    return path != NULL && cp_path_is_folder(path);
}

static bool is_case(const char *path, struct cp_arena *arena)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;
    bool found = false;

    if (folder == NULL)
        return false; /* what is wrong with it is said when it is walked through */
    while (!found && (entry = readdir(folder)) != NULL)
        found = marks_case(path, entry->d_name, arena);
    (void)closedir(folder);
    return found;
}

static cp_exit add_any(struct cp_finder *f, const char *path)
{
    if (!cp_path_is_folder(path))
        return add_file(f, CP_SOURCE_ANY, path);
    if (!is_case(path, f->arena))
        return walk(f, CP_SOURCE_ANY, path, path);
    if (f->folder != NULL) {
        cp_say("%s and %s are both case folders: one case, please", f->folder, path);
        return CP_EXIT_INPUT;
    }
    f->folder = path;
    return CP_EXIT_OK;
}

cp_exit cp_finder_any(struct cp_finder *f)
{
    cp_exit code = CP_EXIT_OK;

    for (uint32_t i = 0; code == CP_EXIT_OK && i < f->wanted->any_count; i++)
        code = add_any(f, f->wanted->any[i]);
    return code;
}
