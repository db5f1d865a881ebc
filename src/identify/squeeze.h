#pragma once

#include "base/text.h"

/**
 * A text as it is searched for words: letters and digits alone, folded as fold.h does, one byte of marks
 * beside each.  A word is a run of letters and digits; a character of a script without spaces is one of its own.
 */
enum { CP_SQUEEZE_RUN = 64, CP_SQUEEZE_WORDS = 8 };

enum {
    CP_SQUEEZE_START = 1,  /* a word starts here */
    CP_SQUEEZE_END = 2,    /* a word may end before here: a word starts, or digits follow letters */
    CP_SQUEEZE_SPACE = 16, /* only a space stands before this word */
    CP_SQUEEZE_INNER = 8,  /* letters follow digits: "92cpx86" */
    CP_SQUEEZE_MUTE =
        32, /* in a path ("/builds/c/R1/main") or a run of hex digits ("00:d0:cb:f5:b9:8b"): no word */
    CP_SQUEEZE_HYPHEN = 4, /* only a hyphen stands before this word: "DS-7608" */
};

struct cp_squeezed {
    char *bytes;
    uint8_t *marks; /* [len] */
    size_t len, cap;
    size_t first_gap,
        second_gap; /* where what follows the first and the second space lies; 0: nothing does */
    bool mixed;     /* some word has letters of Latin and of Greek or Cyrillic */
};

/**
 * *out starts as zeroes and is used again: its room in the arena grows with the longest text only.
 * Cost: O(bytes).  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_squeeze(cp_text text, struct cp_arena *arena, struct cp_squeezed *out);
