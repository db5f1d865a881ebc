#pragma once

#include "base/arena.h"
#include "app/exit.h"

/**
 * A folder and all below it, in the byte order of the names below the top.
 *
 * Hidden files and folders are not looked at.  A symbolic link at the top is followed, below it none is:
 * nothing in a folder leads out of it.
 */

#define CP_WALK_DEPTH_MAX 32u
#define CP_WALK_FILES_MAX 200000u /* of one walk */

/** Whom a walk tells; each may be NULL.  A code other than OK ends the walk. */
struct cp_walker {
    void *state;
    bool quiet; /* what is wrong is not said: who reads the files says it */
    /** Before its files are listed. */
    cp_exit (*folder)(void *state, const char *path);
    /** A regular file.  path: to open it; name: below the top.  Both lie in the arena. */
    cp_exit (*file)(void *state, const char *path, const char *name);
    /** Something that is neither; what: "a symbolic link", "no regular file". */
    cp_exit (*other)(void *state, const char *name, const char *what);
};

/** OK, or what is wrong has been said: MISSING, IO, INPUT (too deep, too many), SYSTEM. */
cp_exit cp_walk(const char *top, struct cp_arena *arena, const struct cp_walker *walker);

/** folder/name in the arena; NULL where memory is out. */
const char *cp_path_join(const char *folder, const char *name, struct cp_arena *arena);
/** Whether it is a folder, or a symbolic link to one. */
bool cp_path_is_folder(const char *path);
