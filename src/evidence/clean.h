#pragma once

#include "base/text.h"

/**
 * Text from a device as one line that a name or a value may be: UTF-8, each run of white space one
 * space and none at the ends.  What had to be changed for it is said, so that it can be remarked.
 *
 * Control characters count as white space, what is not seen is left out: so names are compared too
 * (identify/fold.h).  Bytes that are not UTF-8 make the whole text ISO 8859-1.
 */
enum {
    CP_CLEAN_LATIN1 = 1,  /* was not UTF-8 */
    CP_CLEAN_CONTROL = 2, /* a control character but tab, line ends, and zeros at the end */
    CP_CLEAN_HIDDEN = 4,  /* a character that is not seen or changes the direction */
    CP_CLEAN_CUT = 8,     /* was longer than limit_bytes: cut at a character's edge */
};

/** *out may be empty; it is a copy.  Cost: O(length, at most limit_bytes and one run of spaces). */
CP_MUST_USE cp_err cp_clean(cp_text raw, size_t limit_bytes, struct cp_arena *arena, cp_text *out,
                            unsigned *changed);
