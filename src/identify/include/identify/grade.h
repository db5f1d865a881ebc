#pragma once

#include <stdint.h>

#include "base/date.h"
#include "base/text.h"

/**
 * How far a piece of evidence carries, weakest first.  The order is the meaning: of two grades the
 * greater is enough wherever the lesser is; but an unauthenticated read is never enough (see cp_grade_weight).
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
/** Whether the text names two people: two different names with one of , ; & + / | or the word "and" between. */
bool cp_grade_names_two(cp_text who);

/**
 * What a piece of evidence counts as: the grade of its word, and a claim where that is none, or is an inspection by two
 * whose `who` does not name two people.
 */
struct cp_graded {
    cp_grade grade;
    const char *why; /* constant: why it is a claim only, "...: counts as a claim"; NULL */
};
struct cp_graded cp_grade_of(cp_text word, cp_text who);

/** For how many days after its date evidence of the grade keeps it; UINT32_MAX: for ever.  What is older is a claim. */
uint32_t cp_grade_life_days(cp_grade grade);
/** Whether it is past a life; what has no date (or no day is asked) does not age. */
bool cp_grade_has_aged(cp_date date, uint32_t life_days, cp_date as_of);

/** The nearest grade to a mistyped word; NULL where none is near. */
const char *cp_grade_nearest(cp_text word);

/**
 * What a grade weighs where something is to be trusted for it: more for a greater grade, but nothing for an
 * unauthenticated read: whatever anyone could have answered accuses and never clears, though inventories' claims may do.
 */
typedef uint8_t cp_weight;
#define CP_WEIGHT_NOTHING 0u
#define CP_WEIGHT_MOST ((cp_weight)(CP_GRADE_COUNT - 1))

cp_weight cp_grade_weight(cp_grade grade);
/** The least weight that is enough where this grade is; never nothing. */
cp_weight cp_grade_least(cp_grade enough);
/** The grade that weighs so. */
cp_grade cp_weight_grade(cp_weight weight);
