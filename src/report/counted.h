#pragma once

#include "report/report.h"

/** An element under a cap or a rule about suppliers. */
struct cp_counted_entry {
    const struct cp_rule *rule;
    uint32_t policy;
    cp_trust verdict; /* of the rule on the whole */
    struct cp_counting counting;
    cp_text sum; /* what the rule comes to */
};

/** Those that an element is, or may be, among: caps, then suppliers.  *out [*count] in the arena.
 * Errors: NOMEM. */
CP_MUST_USE cp_err cp_counted_collect(const struct cp_judge *judge, cp_object_kind kind,
                                      uint32_t at, struct cp_arena *arena,
                                      const struct cp_counted_entry **out, uint32_t *count);

/** "counted", "perhaps counted", "among, not counted"; of suppliers "counted as nokia's", ... */
void cp_phrase_counting(struct cp_out *out, const struct cp_counted_entry *entry);

/** "yes", "perhaps", "no" */
const char *cp_words_counts(cp_counts counts);
