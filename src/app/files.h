#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "exit.h"

/* Files, whole: in, and out. */

#define CP_FILE_BYTES_MAX ((size_t)4 << 30)

/** The whole file, in the arena.  Says what is wrong: MISSING, IO, INPUT (too large), SYSTEM. */
cp_exit cp_file_read(const char *path, struct cp_arena *arena, cp_text *out);

/** Whether there is a stdout at all: before other files are opened, which would take its number.  IO. */
cp_exit cp_stdout_check(void);

/** The whole text to stdout, which stays open.  IO. */
cp_exit cp_stdout_put(cp_text text);

/** The same, and the last there is: it is closed, and nothing is lost in silence.  IO. */
cp_exit cp_stdout_write(cp_text text);
