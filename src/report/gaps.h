#pragma once

#include "judge/judge.h"

/** Elements that a rule does not reach, or that a cap or a rule about suppliers does not count. */
struct cp_gap_line {
    uint32_t policy;
    cp_text rule;
    const char *key; /* as policies write it */
    uint32_t elements;
    bool counts;         /* of a cap or of suppliers: nobody keeps the first one */
    cp_object_kind kind; /* else the first of them */
    uint32_t object;
};

/** In the judge's order.  *out [*count] in the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_gaps_collect(const struct cp_judge *judge, struct cp_arena *arena,
                                   const struct cp_gap_line **out, uint32_t *count);

/** A key of policies in words: "class or model", "date of installation". */
const char *cp_words_key(const char *key);
