#pragma once

#include "base/text.h"

/**
 * How far a piece of evidence carries, weakest first.  The order is the meaning: of two grades the
 * greater is enough wherever the lesser is.
 */
typedef enum {
    CP_GRADE_CLAIM, /* a label, a table, a supplier's word; also where nothing is said */
    CP_GRADE_UNAUTHENTICATED_READ, /* asked of the device over a channel that anyone could answer */
    CP_GRADE_NEIGHBOUR_VIEW,       /* what a neighbour saw of it */
    CP_GRADE_TWO_PERSON_INSPECTION, /* two people opened it and signed */
    CP_GRADE_AUTHENTICATED_READ,    /* asked of the device over an authenticated channel */
    CP_GRADE_DEVICE_IDENTITY,       /* a certificate of its maker's, IEEE 802.1AR */
    CP_GRADE_ATTESTED,              /* measured and attested by hardware */
    CP_GRADE_COUNT
} cp_grade;

/** "claim", "unauthenticated-read", ... as files write it. */
const char *cp_grade_name(cp_grade grade);
/**
 * The grade that a word of `evidence` means, folded as fold.h does with hyphens for spaces; CP_GRADE_COUNT
 * where it means none.  "self-declared" is a claim; the empty word is a claim.
 */
cp_grade cp_grade_find(cp_text word);
/** The nearest grade to a mistyped word; NULL where none is near. */
const char *cp_grade_nearest(cp_text word);
