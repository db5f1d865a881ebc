#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "app/exit.h"

/* Files, whole: in, and out. */

#define CP_FILE_BYTES_MAX ((size_t)4 << 30)

/** A file while it is read, its bytes in an arena.  Close it in any case. */
struct cp_file {
    const char *path; /* borrowed */
    struct cp_arena *arena;
    char *at;
    size_t len, cap, given; /* given: of the bytes at the start, to who asked for lines */
    int fd;
    bool ended;
};

/* All say what is wrong: MISSING, IO, INPUT (too large), SYSTEM. */

cp_exit cp_file_open(const char *path, struct cp_arena *arena, struct cp_file *file);
void cp_file_close(struct cp_file *file);
/** Reads until at least so many bytes are there, or the file ends. */
cp_exit cp_file_fill(struct cp_file *file, size_t bytes);
/** What is there; until the next call. */
cp_text cp_file_text(const struct cp_file *file);
/** Whether nothing more is to come from the file. */
bool cp_file_is_read(const struct cp_file *file);
/**
 * The next whole lines, of about so many bytes (one line may be longer); the last of a file may lack
 * its end.  They stay until the next call.
 */
cp_exit cp_file_lines(struct cp_file *file, size_t bytes, cp_text *lines);
/** Whether all of it was given as lines. */
bool cp_file_at_end(const struct cp_file *file);

/** The whole file, in the arena.  Says what is wrong: MISSING, IO, INPUT (too large), SYSTEM. */
cp_exit cp_file_read(const char *path, struct cp_arena *arena, cp_text *out);

/** Whether there is a stdout at all: before other files are opened, which would take its number.  IO. */
cp_exit cp_stdout_check(void);

/** The whole text to stdout, which stays open.  IO. */
cp_exit cp_stdout_put(cp_text text);

/** The same, and the last there is: it is closed, and nothing is lost in silence.  IO. */
cp_exit cp_stdout_write(cp_text text);
