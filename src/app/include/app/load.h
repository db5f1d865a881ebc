#pragma once

#include "judge/judge.h"
#include "app/notes.h"
#include "app/sources.h"

/**
 * A case from its files, and the policies beside it: the one way from names on the command line to a
 * snapshot, for every command that has one.
 *
 * Documents are read one after the other and let go, so that memory is that of the case and of the
 * largest document.
 */
struct cp_load_ask {
    const struct cp_sources_wanted *wanted; /* borrowed */
    cp_date as_of;          /* CP_DATE_NONE: today, for each policy in the zone that it names */
    bool undated;           /* no day at all: nothing has expired; only without policies */
    uint32_t policies_kept; /* so many of the first stay first; the others are taken by id */
    bool lenient;
    bool never_lenient; /* there is no --lenient that could be given */
    /* The bytes of an input by its number (cp_sources_path), in the arena, from where else than its file, and with an exit code
     * of its own; NULL: files are read. */
    cp_exit (*read)(void *of, uint32_t input, struct cp_arena *arena, cp_text *bytes);
    void *read_of;
};

/**
 * In order: open; find; then make, or digest first; then it may be read; close, always.  Each step
 * says what is wrong on stderr and gives the exit code; after that only close is left.
 */
struct cp_loaded {
    struct cp_load_ask ask;
    struct cp_notes *notes;    /* borrowed */
    struct cp_arena *kept;     /* the case and the policies; who has the case may add to it */
    struct cp_arena *scratch;  /* for who has the case, too */
    struct cp_sources sources; /* after find */
    struct cp_judge_policy *policies; /* [sources.policy_count] by id; from here on: after make */
    cp_date as_of;                    /* the latest of the policies'; without any the case's own */
    const struct cp_case *net;
};

/** notes: where what is said of the case is noted; NULL: what does not end the reading is not said.  OK or SYSTEM. */
cp_exit cp_load_open(const struct cp_load_ask *ask, struct cp_notes *notes,
                     struct cp_loaded *loaded);
/** Which files make up the case.  Who reads from elsewhere fills in `sources` instead. */
cp_exit cp_load_find(struct cp_loaded *loaded);
/**
 * Reads them and keeps their digests: see cp_sources_digest.  make reads them again and puts the
 * digests of what it read in their place, also where it fails.
 */
cp_exit cp_load_digest(struct cp_loaded *loaded);
/** Says what of the folder is not read, as make does: for who finds and makes nothing of it. */
cp_exit cp_load_note_passed_over(const struct cp_loaded *loaded, struct cp_notes *notes);
/**
 * Each file says what is wrong with it; the code is that of the first.  INPUT too where something was not understood and the
 * user is not lenient.
 */
cp_exit cp_load_make(struct cp_loaded *loaded);
/** open, find, make: for who asks once. */
cp_exit cp_load(const struct cp_load_ask *ask, struct cp_notes *notes, struct cp_loaded *out);
void cp_loaded_close(struct cp_loaded *loaded);
/** Adds to the case, as facts, what is concluded of makers: before it is judged.  SYSTEM. */
cp_exit cp_loaded_conclude(struct cp_loaded *loaded);

/**
 * Says what is wrong with an input of the case.  fallback: the path of the file being read, for a
 * diag without a place; NULL where it is about no file.
 */
cp_exit cp_loaded_say(const struct cp_loaded *loaded, const struct cp_diag *diag, cp_err err,
                      const char *fallback, cp_exit otherwise);
