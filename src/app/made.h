#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "app/exit.h"

/**
 * Files that are made whole or not at all: written beside their place under a name of their own, and
 * moved there at the end.  What was there before stays until then.
 */

typedef enum {
    CP_MADE_NEW,  /* unless --force asks to write over what is there */
    CP_MADE_OVER, /* in the place of what is there */
    CP_MADE_FRESH /* never over anything */
} cp_made_how;

struct cp_made_file {
    const char *path; /* where it goes */
    char *working;    /* where it is now; NULL: nowhere yet */
    int fd;
    int error; /* errno of the first write that failed */
};

struct cp_made {
    struct cp_arena *arena; /* for names */
    cp_made_how how;
    const char *folder; /* where it goes, where the files lie in one; NULL: a file alone */
    char *working;      /* the folder that is made; NULL: it is there already */
    const char *path;   /* of a file alone */
    struct cp_made_file *files;
    uint32_t count, cap;
};

/* All say what is wrong: USAGE (something is there), IO, SYSTEM.  Close it in any case. */

/** A file alone, at a path. */
cp_exit cp_made_file_open(const char *path, cp_made_how how, struct cp_arena *arena,
                          struct cp_made *made);
/** A folder for files: a new one, an empty one, or, to write OVER, any. */
cp_exit cp_made_folder_open(const char *path, cp_made_how how, struct cp_arena *arena,
                            struct cp_made *made);
/** Begins a file, in the folder under this name or the file alone (name NULL); *out is good until the next. */
cp_exit cp_made_begin(struct cp_made *made, const char *name, struct cp_made_file **out);
/** A cp_out_sink; to: the file.  Its error says that file->error is set. */
cp_err cp_made_put(void *to, cp_text piece);
/** Ends a file; its error, if there was one, is said here. */
cp_exit cp_made_end(struct cp_made_file *file);
/** Moves everything to its place. */
cp_exit cp_made_keep(struct cp_made *made);
/** What was not kept is taken away. */
void cp_made_close(struct cp_made *made);
