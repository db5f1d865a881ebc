#pragma once

#include "exit.h"
#include "read/read.h"

/* The files of a case, found by name and by flag. */

#define CP_FOLDER_FILES_MAX 4096u
#define CP_POLICIES_MAX 64u /* that are applied together */

/** A file of the case.  Its name for people is the one given, or the name inside the folder. */
struct cp_source {
    cp_role role;
    const char *path, *name;
    cp_text bytes; /* once they have been read */
};

/** What the user named; lists in the order given, all borrowed. */
struct cp_sources_wanted {
    const char *folder; /* NULL: none */
    const char *const *networks, *const *facts, *const *policies;
    uint32_t network_count, fact_count, policy_count;
    const char *sites, *demands; /* NULL: none */
};

/** A policy: no document of the case, but what the case is judged by. */
struct cp_policy_source {
    const char *path, *name;
    cp_text bytes; /* once they have been read */
};

/** What is to be read, in this order; then the policies. */
struct cp_sources {
    struct cp_source *list;
    struct cp_policy_source *policies; /* at least one */
    uint32_t count, policy_count;
    cp_text passed_over; /* a line that names what of the folder is not read; empty: nothing */
};

/**
 * The path, as it can be opened, of an input by its number in the case: they are registered in the order
 * of the list, the policies after them.  NULL where there is none.
 */
const char *cp_sources_path(const struct cp_sources *sources, uint32_t file);

/**
 * The folder's files by their names (DESIGN 4), and in their place or beside them those named.
 * Folders, hidden files and README files are not passed over: nobody thinks that they are read.
 * CP_EXIT_OK, or what is wrong has been said.
 */
cp_exit cp_sources_find(const struct cp_sources_wanted *wanted, struct cp_arena *arena,
                        struct cp_sources *out);

/**
 * Reads all of them, the policies first.
 * bytes: for the files of the list; policy_bytes: for the policies, whose texts may point into it.
 * CP_EXIT_OK, or what is wrong has been said.
 */
cp_exit cp_sources_read(struct cp_sources *sources, struct cp_arena *bytes,
                        struct cp_arena *policy_bytes);

/**
 * After a read: SHA-256 of all names and contents in their order.  Of two readings with the same
 * digest nothing has changed.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_sources_digest(const struct cp_sources *sources, struct cp_arena *work,
                                     char out[65]);
