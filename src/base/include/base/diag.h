#pragma once

#include "base/text.h"

/** Where something stands in an input.  line and column (in bytes) count from 1; 0: unknown. */
typedef struct {
    uint32_t file; /* index of the input in its list; CP_PLACE_NO_FILE where there is none */
    uint32_t line;
    uint32_t column;
} cp_place;

#define CP_PLACE_NO_FILE UINT32_MAX
#define CP_PLACE_NONE ((cp_place){CP_PLACE_NO_FILE, 0, 0})

#define CP_DIAG_SUBJECT_MAX 96

/**
 * What a person is told about an error: where, what, about which name, and what was perhaps meant.
 * Shown as "FILE:LINE:COLUMN: why: 'subject'; did you mean 'hint'?".
 */
struct cp_diag {
    cp_place place;
    const char *why;                       /* constant, lower case, no full stop */
    char subject[CP_DIAG_SUBJECT_MAX + 1]; /* copied, cut at a character's edge; "" if none */
    char hint[CP_DIAG_SUBJECT_MAX + 1];    /* "" if none */
};

/**
 * Fills the diag in (which may be NULL) and hands err back: return cp_diag_set(d, ERR, ...).
 * Unsafe characters of the subject (cp_text_is_unsafe) are shown as '?': it comes from outside and goes to terminals.
 */
CP_MUST_USE cp_err cp_diag_set(struct cp_diag *diag, cp_err err, cp_place place, const char *why,
                               cp_text subject);
void cp_diag_hint(struct cp_diag *diag, cp_text hint);
