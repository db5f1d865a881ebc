#include "app/sources.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "finder.h"
#include "app/message.h"
#include "walk.h"

/*
 * Networks, sites, facts and demands, then tables that vouch for evidence, then the evidence: in this
 * order they are read, so that who reads evidence knows what is vouched for.
 */

static const struct word {
    const char *word;
    cp_source_kind kind;
    cp_role role;
} words[] = {{"network", CP_SOURCE_READ, CP_ROLE_NETWORK},
             {"facts", CP_SOURCE_READ, CP_ROLE_FACTS},
             {"sites", CP_SOURCE_READ, CP_ROLE_SITES},
             {"demands", CP_SOURCE_READ, CP_ROLE_DEMANDS},
             {"vouching", CP_SOURCE_READ, CP_ROLE_EVIDENCE_TABLE},
             {"evidence", CP_SOURCE_EVIDENCE, CP_ROLE_NETWORK},
             {"any", CP_SOURCE_ANY, CP_ROLE_NETWORK}};

const char *cp_source_word(const struct cp_source *source)
{
    size_t i = 0;

    while (words[i].kind != source->kind ||
           (source->kind == CP_SOURCE_READ && words[i].role != source->role))
        i++;
    return words[i].word;
}

bool cp_source_of_word(cp_text word, struct cp_source *source)
{
    for (size_t i = 0; i < CP_COUNT(words); i++) {
        if (!cp_text_is(word, words[i].word))
            continue;
        source->kind = words[i].kind;
        source->role = words[i].role;
        return true;
    }
    return false;
}

cp_exit cp_finder_add(struct cp_finder *f, const struct cp_source *source)
{
    bool document = source->kind != CP_SOURCE_READ;
    uint32_t *count = document ? &f->document_count : &f->count;
    uint32_t *cap = document ? &f->document_cap : &f->cap;
    void *list = document ? f->documents : f->list;

    if (source->where != NULL) {
        if (cp_map_find(f->wheres, cp_text_of(source->where)) != CP_MAP_NONE)
            return CP_EXIT_OK;
        if (cp_map_add(f->wheres, cp_text_of(source->where), f->count) != CP_OK)
            return cp_say_no_memory();
    }
    if (f->count + f->document_count == CP_SOURCES_MAX) {
        cp_say("more than %u files in a case", CP_SOURCES_MAX);
        return CP_EXIT_INPUT;
    }
    if (cp_arena_grow(f->arena, &list, *count, cap, sizeof(*source)) != CP_OK)
        return cp_say_no_memory();
    if (document)
        f->documents = list;
    else
        f->list = list;
    ((struct cp_source *)list)[(*count)++] = *source;
    return CP_EXIT_OK;
}

static cp_exit add(struct cp_finder *f, cp_role role, const char *path, const char *name)
{
    return cp_finder_add(
        f, &(struct cp_source){.kind = CP_SOURCE_READ, .role = role, .path = path, .name = name});
}

const char *cp_finder_path(const struct cp_finder *f, const char *name)
{
    return cp_path_join(f->folder, name, f->arena);
}

static cp_exit add_from_folder(struct cp_finder *f, cp_role role, const char *name)
{
    const char *path = cp_finder_path(f, name);

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

bool cp_finder_has(const struct cp_finder *f, const char *name)
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

bool cp_sources_may_be(const char *name)
{
    static const char *const names[] = {"nodes.csv",    "links.csv", "sites.csv", "policy.yaml",
                                        "evidence.csv", "evidence",  "netbox"};

    for (size_t i = 0; i < CP_COUNT(names); i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return starts(name, "network.") || starts(name, "demands.") ||
           (starts(name, "facts") && ends(name, ".csv"));
}

static cp_exit keep_name(struct cp_finder *f, uint32_t *cap, const char *name)
{
    void *names = (void *)f->names;
    cp_text kept;

    if (name[0] == '.')
        return CP_EXIT_OK;
    if (f->name_count == CP_FOLDER_FILES_MAX) {
        cp_say("%s: more than %u files", f->folder, CP_FOLDER_FILES_MAX);
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

static cp_exit list_folder(struct cp_finder *f)
{
    DIR *folder = opendir(f->folder);
    cp_exit code = CP_EXIT_OK;
    uint32_t cap = 0;

    if (folder == NULL)
        return say_no_folder(f->folder, errno);
    for (;;) {
        const struct dirent *entry;

        errno = 0;
        entry = readdir(folder);
        if (entry == NULL && errno != 0)
            code = say_no_folder(f->folder, errno);
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
static cp_exit add_matching(struct cp_finder *f, cp_role role, const char *start, const char *end)
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

/* "nodes.csv", "links.csv" or "netbox": the first of the folder's networks beside network.*; or NULL */
static const char *other_network(const struct cp_finder *f)
{
    static const char *const names[] = {"nodes.csv", "links.csv"};

    for (size_t i = 0; i < CP_COUNT(names); i++) {
        if (cp_finder_has(f, names[i]))
            return names[i];
    }
    return NULL;
}

/* Two networks in one folder: which one is meant? */
static cp_exit refuse_two(const struct cp_finder *f, const char *one, const char *other)
{
    cp_say("%s has both %s and %s: one network, please, or name each as --network PATH", f->folder,
           one, other);
    return CP_EXIT_INPUT;
}

static cp_exit say_no_network(const struct cp_finder *f, bool nodes, bool links)
{
    cp_say("%s has no network: %s", f->folder,
           nodes   ? "nodes.csv is there, links.csv is not"
           : links ? "links.csv is there, nodes.csv is not"
                   : "neither network.*, netbox/ nor nodes.csv and links.csv");
    return CP_EXIT_MISSING;
}

static cp_exit add_tables(struct cp_finder *f)
{
    bool nodes = cp_finder_has(f, "nodes.csv"), links = cp_finder_has(f, "links.csv");
    cp_exit code;

    if (!nodes && !links && (cp_finder_has(f, "evidence") || f->wanted->evidence_count > 0))
        return CP_EXIT_OK; /* what devices say of themselves and their neighbours is a network */
    if (!nodes || !links)
        return say_no_network(f, nodes, links);
    code = add_from_folder(f, CP_ROLE_NETWORK, "nodes.csv");
    return code != CP_EXIT_OK ? code : add_from_folder(f, CP_ROLE_NETWORK, "links.csv");
}

static cp_exit add_folder_network(struct cp_finder *f)
{
    const char *other = other_network(f), *path = cp_finder_path(f, "netbox");
    bool netbox = cp_finder_has(f, "netbox") && path != NULL && cp_path_is_folder(path);
    uint32_t before = f->count;
    cp_exit code = add_matching(f, CP_ROLE_NETWORK, "network.", "");

    if (path == NULL)
        return cp_say_no_memory();
    if (code != CP_EXIT_OK)
        return code;
    if (f->count > before && (other != NULL || netbox))
        return refuse_two(f, f->list[before].name, other != NULL ? other : "netbox");
    if (netbox && other != NULL)
        return refuse_two(f, "netbox", other);
    if (netbox)
        return cp_finder_network_folder(f, path, "netbox");
    return f->count > before ? CP_EXIT_OK : add_tables(f);
}

static cp_exit add_networks(struct cp_finder *f)
{
    const struct cp_sources_wanted *wanted = f->wanted;
    cp_exit code = CP_EXIT_OK;

    if (wanted->network_count == 0)
        return f->folder != NULL ? add_folder_network(f) : CP_EXIT_OK;
    for (uint32_t i = 0; code == CP_EXIT_OK && i < wanted->network_count; i++) {
        const char *path = wanted->networks[i];

        code = cp_path_is_folder(path) ? cp_finder_network_folder(f, path, path)
                                       : add(f, CP_ROLE_NETWORK, path, path);
    }
    return code;
}

static cp_exit add_sites(struct cp_finder *f)
{
    if (f->wanted->sites != NULL)
        return add(f, CP_ROLE_SITES, f->wanted->sites, f->wanted->sites);
    return cp_finder_has(f, "sites.csv") ? add_from_folder(f, CP_ROLE_SITES, "sites.csv")
                                         : CP_EXIT_OK;
}

static cp_exit add_facts(struct cp_finder *f)
{
    cp_exit code = add_matching(f, CP_ROLE_FACTS, "facts", ".csv");

    for (uint32_t i = 0; code == CP_EXIT_OK && i < f->wanted->fact_count; i++)
        code = add(f, CP_ROLE_FACTS, f->wanted->facts[i], f->wanted->facts[i]);
    return code;
}

static cp_exit add_demands(struct cp_finder *f)
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

static cp_exit add_policies(struct cp_finder *f)
{
    const struct cp_sources_wanted *wanted = f->wanted;
    uint32_t named = wanted->policy_count;

    if (wanted->policies_wanted == CP_POLICIES_LEFT)
        return CP_EXIT_OK;
    if (named == 0 && !cp_finder_has(f, "policy.yaml"))
        return wanted->policies_wanted == CP_POLICIES_NEEDED ? say_no_policy(f->folder)
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
    f->policies[0].path = cp_finder_path(f, "policy.yaml");
    return f->policies[0].path == NULL ? cp_say_no_memory() : CP_EXIT_OK;
}

/* The documents after all others, which are known now. */
static cp_exit join_lists(struct cp_finder *f, struct cp_sources *out)
{
    uint32_t count = f->count + f->document_count;
    struct cp_source *list = CP_TAKE(f->arena, count, struct cp_source);

    if (list == NULL)
        return cp_say_no_memory();
    if (f->count > 0)
        memcpy(list, f->list, f->count * sizeof(*list));
    if (f->document_count > 0)
        memcpy(list + f->count, f->documents, f->document_count * sizeof(*list));
    *out = (struct cp_sources){.list = list,
                               .count = count,
                               .policies = f->policies,
                               .policy_count = f->policy_count,
                               .passed_over = f->passed_over,
                               .passed_over_count = f->passed_over_count};
    return CP_EXIT_OK;
}

static cp_exit list_case(struct cp_finder *f)
{
    return f->folder != NULL ? list_folder(f) : CP_EXIT_OK;
}

cp_exit cp_sources_find(const struct cp_sources_wanted *wanted, struct cp_arena *arena,
                        struct cp_sources *out)
{
    static cp_exit (*const steps[])(struct cp_finder * f) = {
        cp_finder_any,      list_case,    add_networks,
        add_sites,          add_facts,    add_demands,
        cp_finder_evidence, add_policies, cp_finder_name_passed_over};
    struct cp_finder f = {.wanted = wanted, .arena = arena, .folder = wanted->folder};
    cp_exit code = CP_EXIT_OK;

    if (cp_map_open(arena, &f.wheres) != CP_OK)
        return cp_say_no_memory();
    for (size_t i = 0; code == CP_EXIT_OK && i < CP_COUNT(steps); i++)
        code = steps[i](&f);
    return code == CP_EXIT_OK ? join_lists(&f, out) : code;
}
