#pragma once

#include "base/diag.h"

/** A file of values, each of which stands somewhere in it: what is found wrong with one later is said with its place. */

/** Where the value stands in the file that was read to this address. */
struct cp_placed {
    const void *value;
    cp_place place;
    const struct cp_placed *next;
};

struct cp_placed_file {
    const char *path;
    const struct cp_placed *placed; /* newest first */
};

/** One line to people, with the place of a value in front: "FILE:LINE:COLUMN: "; "FILE: " for what is not said in the file. */
void cp_placed_say(const struct cp_placed_file *file, const void *value, const char *format, ...)
    CP_PRINTF(3, 4);
/** Whether the file says it, and where. */
bool cp_placed_find(const struct cp_placed_file *file, const void *value, cp_place *place);
