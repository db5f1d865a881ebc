#pragma once

#include "exit.h"
#include "read/read.h"

/* The files of a case, found by name and by flag. */

#define CP_FOLDER_FILES_MAX 4096u

/** A file of the case.  Its name for people is the one given, or the name inside the folder. */
struct cp_source {
    cp_role role;
    const char *path, *name;
};

/** What the user named; lists in the order given, all borrowed. */
struct cp_sources_wanted {
    const char *folder; /* NULL: none */
    const char *const *networks, *const *facts;
    uint32_t network_count, fact_count;
    const char *sites, *demands, *policy; /* NULL: none */
};

/** What is to be read, in this order; then the policy. */
struct cp_sources {
    const struct cp_source *list;
    uint32_t count;
    const char *policy_path, *policy_name;
};

/**
 * The path, as it can be opened, of an input by its number in the case: they are registered in the order
 * of the list, the policy after them.  NULL where there is none.
 */
const char *cp_sources_path(const struct cp_sources *sources, uint32_t file);

/**
 * The folder's files by their names (DESIGN 4), and in their place or beside them those named.  What
 * of the folder is then not read is said, but for folders, hidden files and README files.
 * CP_EXIT_OK, or what is wrong has been said.
 */
cp_exit cp_sources_find(const struct cp_sources_wanted *wanted, struct cp_arena *arena,
                        struct cp_sources *out);
