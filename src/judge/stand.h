#pragma once

#include "conditions.h"

/** How a word of a case stands to what a condition asks in one dimension. */

/** Each but firm implies the next: see conditions.h. */
struct cp_stand {
    bool firm, sure, perhaps, lacking;
};

struct cp_stand cp_stand_met(void);
struct cp_stand cp_stand_not_met(void);
struct cp_stand cp_stand_perhaps(void);

/** Both conditions are asked of the same thing. */
struct cp_stand cp_stand_both(struct cp_stand a, struct cp_stand b);
/** One more statement about the same thing: any is enough to be met, all are for being firm. */
struct cp_stand cp_stand_statements(struct cp_stand a, struct cp_stand b);
/** What a list forbids whoever is not on it. */
struct cp_stand cp_stand_turned(struct cp_stand stand);

/** Whether a condition asks about a dimension. */
bool cp_stand_asks(const struct cp_condition *condition, cp_dim dim);
/** The words that a selector asks in a dimension; empty also where it asks for bits or patterns. */
const struct cp_texts *cp_stand_words(cp_dim dim, const struct cp_select *select);
/** Of any dimension but the maker.  value: as tables have it. */
struct cp_stand cp_stand_of(const struct cp_ground *ground, cp_dim dim, uint32_t value,
                            const struct cp_condition *condition);
