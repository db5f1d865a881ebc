#pragma once

#include "app/exit.h"
#include "read/read.h"

/* The files of a case, found by name and by flag. */

#define CP_FOLDER_FILES_MAX 4096u
#define CP_POLICIES_MAX 64u    /* that are applied together */
#define CP_SOURCES_MAX 250000u /* files of a case: below what a case takes */

typedef enum {
    CP_SOURCE_READ,     /* a document of the room read, by its role */
    CP_SOURCE_EVIDENCE, /* what a device said */
    CP_SOURCE_ANY,      /* a network or evidence: its bytes say which */
} cp_source_kind;

/** A file of the case.  Its name for people is the one given, or the name inside the folder. */
struct cp_source {
    cp_source_kind kind;
    cp_role role; /* READ */
    const char *path, *name;
    const char *where; /* without symbolic links on the way; of evidence, its tables, and ANY */
    bool walked;       /* found by a walk through a folder, and no symbolic link */
    char sha256[65];   /* hex, of the bytes that were read last; "": they were not */
};

typedef enum {
    CP_POLICIES_NEEDED, /* fail closed: without one nothing would be forbidden */
    CP_POLICIES_TAKEN,  /* the folder's and those named, where there are any: they know makers */
    CP_POLICIES_LEFT,
} cp_policies_wanted;

/** What the user named; lists in the order given, all borrowed. */
struct cp_sources_wanted {
    const char *folder;                                           /* NULL: none */
    const char *const *networks, *const *facts, *const *policies; /* networks: files and folders */
    const char *const *evidence;                                  /* files and folders */
    const char *const *any; /* a case folder (at most one), networks, evidence, folders of these */
    uint32_t network_count, fact_count, policy_count, evidence_count, any_count;
    const char *sites, *demands; /* NULL: none */
    cp_policies_wanted policies_wanted;
};

/** A policy: no document of the case, but what the case is judged by. */
struct cp_policy_source {
    const char *path, *name;
    char sha256[65]; /* as of a source */
};

/** What is to be read, in this order; then the policies. */
struct cp_sources {
    struct cp_source *list;
    struct cp_policy_source *policies;
    uint32_t count, policy_count;
    const cp_text *passed_over; /* [passed_over_count] lines that name what is not read */
    uint32_t passed_over_count;
};

/** What the source was read as, in a word of the log of decisions: "network", "evidence", "any", ... */
const char *cp_source_word(const struct cp_source *source);
/** Sets kind and role by that word; false: it is none. */
bool cp_source_of_word(cp_text word, struct cp_source *source);

/**
 * The path, as it can be opened, of an input by its number in the case: they are registered in the order
 * of the list, the policies after them.  NULL where there is none.
 */
const char *cp_sources_path(const struct cp_sources *sources, uint32_t file);

/**
 * The folder's files by their names (DESIGN 4), and in their place or beside them those named.
 * A folder that is given as a network or as evidence, and netbox/ and evidence/ of a case folder,
 * are walked through (walk.h); of a network's the files *.json, *.jsonl and *.ndjson are read.  A file
 * that two names lead to is read once.
 * Hidden files and README files are not passed over, nor other folders of a case folder: nobody
 * thinks that they are read.
 * CP_EXIT_OK, or what is wrong has been said.
 */
cp_exit cp_sources_find(const struct cp_sources_wanted *wanted, struct cp_arena *arena,
                        struct cp_sources *out);

/** Whether a file or folder of this name in a case folder may be of the case: others are never read. */
bool cp_sources_may_be(const char *name);

/** Reads all of them, one after the other, for their digests alone.  CP_EXIT_OK, or it has been said. */
cp_exit cp_sources_read_digests(struct cp_sources *sources);

/**
 * SHA-256 of all names and digests in their order.  Of two readings with the same digest nothing has
 * changed.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_sources_digest(const struct cp_sources *sources, struct cp_arena *work,
                                     char out[65]);
