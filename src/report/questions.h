#pragma once

#include "report/explain.h"

/* What an explanation goes through: elements, one after the other. */

struct cp_question {
    cp_object_kind kind; /* node or link */
    uint32_t at;
    bool all_rules; /* else only those that are against it or in doubt */
};

/** What the rule makes of the element, unknown as it has it. */
cp_trust cp_question_trust(const struct cp_judge *judge, uint32_t rule, cp_object_kind kind,
                           uint32_t at);

/** Of a thing that is asked about, or of the whole case (NULL): nodes before links.  A demand has none.
 * Errors: NOMEM. */
CP_MUST_USE cp_err cp_questions_make(const struct cp_judge *judge, const struct cp_asked *asked,
                                     struct cp_arena *arena, const struct cp_question **out,
                                     uint32_t *count);

/** The exposure that an explanation of a demand shows; NULL: none. */
const struct cp_exposure *cp_question_exposure(const struct cp_demand_result *result);

/** "element", "scope", "manager", "below", "part", "fact", "licence" */
const char *cp_words_step(cp_step_kind kind);
