#pragma once

#include "made.h"

/**
 * The list of what a run wrote into a folder, kept there as the file `written`: SHA-256 and name, as sha256sum
 * has them.  A later run takes away what the list has, it does not write anew, and is as it was written;
 * nothing else.
 */
struct cp_written {
    const char *folder;
    struct cp_arena *arena;
    cp_text before; /* the list of an earlier run; empty: none */
    bool listed;    /* there is such a file */
    struct cp_out *list;
    const char **names; /* [count] of this run */
    uint32_t count, cap;
};

/* All say what is wrong: IO, MISSING, INPUT, SYSTEM. */

/** Reads what an earlier run left.  folder: borrowed, as is the arena. */
cp_exit cp_written_open(const char *folder, struct cp_arena *arena, struct cp_written *out);
/** Of this run: a file of this name (a plain one) with this text. */
cp_exit cp_written_add(struct cp_written *w, const char *name, cp_text text);
/** Puts the list beside the files, where there are any or a list was there. */
cp_exit cp_written_list(struct cp_written *w, struct cp_made *made);
/** When all is in its place: takes away what is left of an earlier run, and names other configuration. */
cp_exit cp_written_clear(struct cp_written *w);
