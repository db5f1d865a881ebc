#pragma once

#include "catalogue.h"

/** What facts say of one object, part by part, on the way into the catalogue. */

/* One statement about an attribute. */
struct cp_saying {
    cp_dim dim;
    uint32_t fact, value;
};

struct cp_part_fact {
    cp_text part;
    uint32_t fact;
};

/* Room for one object at a time. */
struct cp_reading {
    struct cp_catalogue *cat;
    struct cp_saying *said; /* [said_count] about the thing or part that is read */
    uint32_t said_count;
    struct cp_part_fact *parts;
};

/** Room for the object with the most facts.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_reading_open(struct cp_catalogue *cat, struct cp_reading *out);

/** What facts (of first to before end) say of the object's parts.  Cost: O(n log n).  Errors: NOMEM. */
CP_MUST_USE cp_err cp_reading_parts(struct cp_reading *r, uint32_t first, uint32_t end);
/** ... of the thing itself, of which its record is in *said already.  Likewise. */
CP_MUST_USE cp_err cp_reading_thing(struct cp_reading *r, uint32_t first, uint32_t end,
                                    struct cp_attributes *said);
