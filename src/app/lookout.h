#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "app/exit.h"

/**
 * Waits, without working, until files may have changed, a moment has come, or nobody reads stdout any
 * more.  Says too often rather than too seldom that a file may have changed: look at its bytes.
 *
 * Sees what this machine does to files; what other machines do on a network file system stays
 * hidden from it.
 */
struct cp_lookout {
    struct cp_arena *arena;       /* of what is looked at; its own */
    int changes, clock;           /* an inotify and a timerfd */
    struct cp_lookout_spot *list; /* [count] */
    uint32_t count, cap;
};

typedef enum {
    CP_SEEN_CHANGE,    /* of a file looked at; it has been quiet for a moment since */
    CP_SEEN_TIME,      /* the moment has come, or the clock was set */
    CP_SEEN_NO_READER, /* nobody reads stdout any more */
} cp_sight;

/** What is wrong has been said: SYSTEM.  Close it in any case. */
cp_exit cp_lookout_open(struct cp_lookout *lookout);
void cp_lookout_close(struct cp_lookout *lookout);

/**
 * Forgets what it looks at.  What is then named is looked at before it returns: read the files
 * after it, and no change is missed.  SYSTEM.
 */
cp_exit cp_lookout_restart(struct cp_lookout *lookout);

/** Whether a file that is called so counts. */
typedef bool (*cp_lookout_counts)(const char *name);
/**
 * All files of a folder but hidden ones, and the way to it, which need not be there yet.  counts: what becomes of others than
 * these is not looked at once they are there; NULL: all count.  SYSTEM.
 */
cp_exit cp_lookout_folder(struct cp_lookout *lookout, const char *path, cp_lookout_counts counts);
/** The same with all folders below it, as cp_walk goes through them; or one file.  SYSTEM. */
cp_exit cp_lookout_tree(struct cp_lookout *lookout, const char *path);
/** One file, whatever is put in its place, and what symbolic links it is reached by.  SYSTEM. */
cp_exit cp_lookout_file(struct cp_lookout *lookout, const char *path);

/** The moment, in seconds since 1970 (UTC).  IO. */
cp_exit cp_lookout_alarm(struct cp_lookout *lookout, int64_t at_s);

/** Waits.  IO, SYSTEM. */
cp_exit cp_lookout_wait(struct cp_lookout *lookout, cp_sight *seen);
