#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * What an enterprise number says beyond the name of its registrant.  IANA records who asked for a number;
 * whose box answers it is another matter.
 */
typedef enum {
    CP_NUMBER_AGENT,    /* of an agent or of a standard: says nothing of the box or its software */
    CP_NUMBER_SOFTWARE, /* of a system that runs on others' boxes: says who made the software */
    CP_NUMBER_SHARED,   /* boxes of the makers in `also` are known to answer it as well */
    CP_NUMBER_BORROWED, /* of another registrant: `maker` wrote it into its own MIBs and boxes */
} cp_number_kind;

struct cp_number_note {
    uint32_t number;
    cp_number_kind kind;
    const char *maker; /* SOFTWARE: whose system; BORROWED: whose boxes; else NULL */
    const char *also;  /* SHARED: makers, '|' between them */
};

/** NULL where the number carries as its registrant's.  Cost: O(log notes). */
const struct cp_number_note *cp_number_note_find(uint32_t number);

/** [cp_number_note_count] ascending. */
extern const struct cp_number_note cp_number_notes[];
extern const size_t cp_number_note_count;

/* Makers that sell systems for others' boxes: their names in a text name the software, '|' between. */
extern const char *const cp_number_houses;
/* Those of them that never made a box: whoever names one as the maker of a box means its system. */
extern const char *const cp_number_boxless;

/**
 * Makers whose names, boxes and numbers went from one to another, so that both may stand in what one box says:
 * each "a|b".  Whoever the text names made the box.
 */
extern const char *const cp_number_kin[];
extern const size_t cp_number_kin_count;

/* Makers that nobody may be mistaken for another: one clue of these is enough to conclude no other. */
extern const char *const cp_number_guarded;
