#pragma once

#include "policy/judge.h"

#include "value.h"
#include "vocabulary.h"

/** Which nodes a policy speaks of: every key must be met, each by one of its words. */
struct cp_select {
    struct cp_texts site_tags, tags, sites;
};

/** which: the keys allowed.  Errors: MALFORMED, DUPLICATE, NOMEM. */
CP_MUST_USE cp_err cp_select_read(const struct cp_yaml *value, cp_vocabulary which,
                                  struct cp_arena *arena, struct cp_select *out,
                                  struct cp_diag *diag);
bool cp_select_meets(const struct cp_select *select, const struct cp_case *net, uint32_t node);

/** Words of selectors that nothing in a case bears, each once. */
struct cp_unmet_words {
    struct cp_unmet *at;
    uint32_t count, cap;
};
/** Adds those of this selector.  Cost: O(words * tags).  Errors: NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_select_unmet(const struct cp_select *select, const struct cp_case *net,
                                   struct cp_arena *arena, struct cp_unmet_words *out);
