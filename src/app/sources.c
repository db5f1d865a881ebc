#include "sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/out.h"
#include "base/sha256.h"
#include "files.h"
#include "machine.h"
#include "message.h"

struct finder {
    const struct cp_sources_wanted *wanted;
    struct cp_arena *arena;
    const char **names; /* [name_count] in the folder, in byte order */
    uint32_t name_count;
    struct cp_source *list;
    struct cp_policy_source *policies;
    uint32_t count, cap, policy_count;
};

static cp_exit add(struct finder *f, cp_role role, const char *path, const char *name)
{
    void *list = f->list;

    if (cp_arena_grow(f->arena, &list, f->count, &f->cap, sizeof(*f->list)) != CP_OK)
        return cp_say_no_memory();
    f->list = list;
    f->list[f->count++] = (struct cp_source){.role = role, .path = path, .name = name};
    return CP_EXIT_OK;
}

/* folder/name; NULL where memory is out */
static const char *path_in_folder(const struct finder *f, const char *name)
{
    size_t size = strlen(f->wanted->folder) + strlen(name) + 2;
    bool slash = cp_text_ends(cp_text_of(f->wanted->folder), CP_TEXT("/"));
    char *path = CP_TAKE(f->arena, size, char);

    if (path != NULL)
        (void)snprintf(path, size, "%s%s%s", f->wanted->folder, slash ? "" : "/", name);
    return path;
}

static cp_exit add_from_folder(struct finder *f, cp_role role, const char *name)
{
    const char *path = path_in_folder(f, name);

    return path == NULL ? cp_say_no_memory() : add(f, role, path, name);
}

static bool starts(const char *name, const char *start)
{
    return strncmp(name, start, strlen(start)) == 0;
}

static bool ends(const char *name, const char *end)
{
    return cp_text_ends(cp_text_of(name), cp_text_of(end));
}

static bool has(const struct finder *f, const char *name)
{
    for (uint32_t i = 0; i < f->name_count; i++) {
        if (strcmp(f->names[i], name) == 0)
            return true;
    }
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static cp_exit keep_name(struct finder *f, uint32_t *cap, const char *name)
{
    void *names = (void *)f->names;
    cp_text kept;

    if (name[0] == '.')
        return CP_EXIT_OK;
    if (f->name_count == CP_FOLDER_FILES_MAX) {
        cp_say("%s: more than %u files", f->wanted->folder, CP_FOLDER_FILES_MAX);
        return CP_EXIT_INPUT;
    }
    if (cp_arena_grow(f->arena, &names, f->name_count, cap, sizeof(*f->names)) != CP_OK ||
        cp_text_copy(cp_text_of(name), f->arena, &kept) != CP_OK)
        return cp_say_no_memory();
    f->names = names;
    f->names[f->name_count++] = kept.at;
    return CP_EXIT_OK;
}

static cp_exit say_no_folder(const char *folder, int error)
{
    if (error == ENOTDIR)
        cp_say("%s is no case folder; a single file is given as --network FILE", folder);
    else if (error == ENOENT)
        cp_say("no such case folder: %s", folder);
    else
        cp_say("cannot read %s: %s", folder, strerror(error));
    return error == ENOTDIR || error == ENOENT ? CP_EXIT_MISSING : CP_EXIT_IO;
}

static cp_exit list_folder(struct finder *f)
{
    DIR *folder = opendir(f->wanted->folder);
    cp_exit code = CP_EXIT_OK;
    uint32_t cap = 0;

    if (folder == NULL)
        return say_no_folder(f->wanted->folder, errno);
    for (;;) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(folder);
        if (entry == NULL && errno != 0)
            code = say_no_folder(f->wanted->folder, errno);
        if (entry == NULL || code != CP_EXIT_OK)
            break;
        code = keep_name(f, &cap, entry->d_name);
    }
    (void)closedir(folder);
    if (f->name_count > 0)
        qsort((void *)f->names, f->name_count, sizeof(*f->names), by_name);
    return code;
}

/* The folder's files START*END, in byte order. */
static cp_exit add_matching(struct finder *f, cp_role role, const char *start, const char *end)
{
    for (uint32_t i = 0; i < f->name_count; i++) {
        cp_exit code;

        if (!starts(f->names[i], start) || !ends(f->names[i], end))
            continue;
        code = add_from_folder(f, role, f->names[i]);
        if (code != CP_EXIT_OK)
            return code;
    }
    return CP_EXIT_OK;
}

static cp_exit add_folder_network(struct finder *f)
{
    bool nodes = has(f, "nodes.csv"), links = has(f, "links.csv");
    uint32_t before = f->count;
    cp_exit code = add_matching(f, CP_ROLE_NETWORK, "network.", "");

    if (code != CP_EXIT_OK)
        return code;
    if (f->count > before && (nodes || links)) {
        cp_say("%s has both %s and %s: one network, please, or name each as --network FILE",
               f->wanted->folder, f->list[before].name, nodes ? "nodes.csv" : "links.csv");
        return CP_EXIT_INPUT;
    }
    if (f->count > before)
        return CP_EXIT_OK;
    if (!nodes || !links) {
        cp_say("%s has no network: %s", f->wanted->folder,
               nodes   ? "nodes.csv is there, links.csv is not"
               : links ? "links.csv is there, nodes.csv is not"
                       : "neither network.* nor nodes.csv and links.csv");
        return CP_EXIT_MISSING;
    }
    code = add_from_folder(f, CP_ROLE_NETWORK, "nodes.csv");
    return code != CP_EXIT_OK ? code : add_from_folder(f, CP_ROLE_NETWORK, "links.csv");
}

static cp_exit add_networks(struct finder *f)
{
    const struct cp_sources_wanted *wanted = f->wanted;

    if (wanted->network_count == 0)
        return add_folder_network(f);
    for (uint32_t i = 0; i < wanted->network_count; i++) {
        cp_exit code = add(f, CP_ROLE_NETWORK, wanted->networks[i], wanted->networks[i]);

        if (code != CP_EXIT_OK)
            return code;
    }
    return CP_EXIT_OK;
}

static cp_exit add_sites(struct finder *f)
{
    if (f->wanted->sites != NULL)
        return add(f, CP_ROLE_SITES, f->wanted->sites, f->wanted->sites);
    return has(f, "sites.csv") ? add_from_folder(f, CP_ROLE_SITES, "sites.csv") : CP_EXIT_OK;
}

static cp_exit add_facts(struct finder *f)
{
    cp_exit code = add_matching(f, CP_ROLE_FACTS, "facts", ".csv");

    for (uint32_t i = 0; code == CP_EXIT_OK && i < f->wanted->fact_count; i++)
        code = add(f, CP_ROLE_FACTS, f->wanted->facts[i], f->wanted->facts[i]);
    return code;
}

static cp_exit add_demands(struct finder *f)
{
    if (f->wanted->demands != NULL)
        return add(f, CP_ROLE_DEMANDS, f->wanted->demands, f->wanted->demands);
    return add_matching(f, CP_ROLE_DEMANDS, "demands.", "");
}

/* Fail closed: without a policy nothing would be forbidden, and everything would comply. */
static cp_exit say_no_policy(const char *folder)
{
    if (folder == NULL)
        cp_say("no policy: give one as --policy FILE");
    else
        cp_say("no policy: %s has no policy.yaml and no --policy FILE is given", folder);
    return CP_EXIT_MISSING;
}

static cp_exit add_policies(struct finder *f)
{
    const struct cp_sources_wanted *wanted = f->wanted;
    uint32_t named = wanted->policy_count;

    if (named == 0 && !has(f, "policy.yaml"))
        return wanted->policies_wanted == CP_POLICIES_NEEDED ? say_no_policy(wanted->folder)
                                                             : CP_EXIT_OK;
    f->policy_count = named > 0 ? named : 1;
    f->policies = CP_TAKE(f->arena, f->policy_count, struct cp_policy_source);
    if (f->policies == NULL)
        return cp_say_no_memory();
    for (uint32_t i = 0; i < named; i++)
        f->policies[i].path = f->policies[i].name = wanted->policies[i];
    if (named > 0)
        return CP_EXIT_OK;
    f->policies[0].name = "policy.yaml";
    f->policies[0].path = path_in_folder(f, "policy.yaml");
    return f->policies[0].path == NULL ? cp_say_no_memory() : CP_EXIT_OK;
}

/* --- what is passed over ---------------------------------------------------------------------- */

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

static bool is_read(const struct finder *f, const char *name, const struct stat *file)
{
    for (uint32_t i = 0; i < f->count; i++) {
        if (is_source(f->list[i].path, f->list[i].name, name, file))
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
    if (wanted->policy_count > 0 && strcmp(name, "policy.yaml") == 0)
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
static bool is_passed_over(const struct finder *f, const char *name)
{
    const char *path = path_in_folder(f, name);
    struct stat file;

    if (starts(name, "README") || is_replaced(f->wanted, name) || path == NULL ||
        stat(path, &file) != 0)
        return false;
    return S_ISREG(file.st_mode) && !is_read(f, name, &file);
}

/* The name that was perhaps meant; NULL where none is near. */
static const char *meant_name(struct cp_arena *arena, const char *name)
{
    static const char *const names[] = {"nodes.csv",   "links.csv",   "sites.csv",  "facts.csv",
                                        "demands.csv", "policy.yaml", "network.gml"};
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
static cp_exit name_passed_over(struct finder *f, cp_text *text)
{
    struct cp_out line = cp_out_make(f->arena);
    uint32_t count = 0;

    for (uint32_t i = 0; i < f->name_count; i++) {
        const char *name = f->names[i];
        const char *meant;

        if (!is_passed_over(f, name))
            continue;
        if (count++ == 0) {
            cp_out_str(&line, f->wanted->folder);
            cp_out_str(&line, ": not read: ");
        } else {
            cp_out_str(&line, ", ");
        }
        cp_out_str(&line, name);
        meant = meant_name(f->arena, name);
        if (meant != NULL)
            cp_out_format(&line, " (did you mean %s?)", meant);
    }
    return cp_out_done(&line, text) == CP_OK ? CP_EXIT_OK : cp_say_no_memory();
}

cp_exit cp_sources_find(const struct cp_sources_wanted *wanted, struct cp_arena *arena,
                        struct cp_sources *out)
{
    static cp_exit (*const steps[])(struct finder * f) = {add_networks, add_sites, add_facts,
                                                          add_demands, add_policies};
    struct finder f = {.wanted = wanted, .arena = arena};
    cp_exit code = wanted->folder != NULL ? list_folder(&f) : CP_EXIT_OK;
    cp_text passed_over = CP_TEXT("");

    for (size_t i = 0; code == CP_EXIT_OK && i < CP_COUNT(steps); i++)
        code = steps[i](&f);
    if (code == CP_EXIT_OK)
        code = name_passed_over(&f, &passed_over);
    if (code == CP_EXIT_OK)
        *out = (struct cp_sources){.list = f.list,
                                   .count = f.count,
                                   .policies = f.policies,
                                   .policy_count = f.policy_count,
                                   .passed_over = passed_over};
    return code;
}

/* --- digests ---------------------------------------------------------------------------------- */

static cp_exit read_digest(const char *path, struct cp_arena *bytes, char out[65])
{
    cp_arena_mark empty = cp_arena_mark_get(bytes);
    cp_text text;
    cp_exit code = cp_file_read(path, bytes, &text);

    out[0] = '\0';
    if (code == CP_EXIT_OK)
        cp_sha256_hex(text, out);
    cp_arena_reset(bytes, empty);
    return code;
}

cp_exit cp_sources_read_digests(struct cp_sources *sources)
{
    struct cp_arena *bytes = cp_arena_open(cp_machine_memory());
    cp_exit code = bytes != NULL ? CP_EXIT_OK : cp_say_no_memory();

    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->policy_count; i++)
        code = read_digest(sources->policies[i].path, bytes, sources->policies[i].sha256);
    for (uint32_t i = 0; code == CP_EXIT_OK && i < sources->count; i++)
        code = read_digest(sources->list[i].path, bytes, sources->list[i].sha256);
    cp_arena_close(bytes);
    return code;
}

static void write_digest(struct cp_out *out, const char *name, const char *sha256)
{
    char digest[65];

    cp_sha256_hex(cp_text_of(name), digest);
    cp_out_str(out, digest);
    cp_out_format(out, " %s\n", sha256);
}

cp_err cp_sources_digest(const struct cp_sources *sources, struct cp_arena *work, char out[65])
{
    struct cp_out digests = cp_out_make(work);
    cp_text text;

    for (uint32_t i = 0; i < sources->count; i++)
        write_digest(&digests, sources->list[i].name, sources->list[i].sha256);
    for (uint32_t i = 0; i < sources->policy_count; i++)
        write_digest(&digests, sources->policies[i].name, sources->policies[i].sha256);
    CP_TRY(cp_out_done(&digests, &text));
    cp_sha256_hex(text, out);
    return CP_OK;
}

const char *cp_sources_path(const struct cp_sources *sources, uint32_t file)
{
    if (file < sources->count)
        return sources->list[file].path;
    file -= sources->count;
    return file < sources->policy_count ? sources->policies[file].path : NULL;
}
