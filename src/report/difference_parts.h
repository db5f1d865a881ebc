#pragma once

#include "report/difference.h"

/** What two policies say, set against each other.  *out [*count] in the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_difference_words(const struct cp_judge *before, const struct cp_judge *after,
                                       struct cp_arena *arena, const struct cp_words_change **out,
                                       uint32_t *count);

/** "rule", "licence", "list", ... */
const char *cp_words_kind_name(cp_words_kind kind);
/** "added", "gone", "changed" */
const char *cp_words_change_name(cp_change change);
