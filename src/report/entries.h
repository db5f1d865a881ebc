#pragma once

#include "report/report.h"

/** One line of a section: an exposure of a demand. */
struct cp_entry {
    uint32_t rule, depth, demand; /* in the order that they sort by */
    const struct cp_exposure *exposure;
};

/** Which exposure of a result a section shows; NULL: none. */
typedef const struct cp_exposure *(*cp_entry_pick)(const struct cp_demand_result *result);

/** What a pick finds, by rule, then fewest failures, then place of the demand in the file.
 * Errors: NOMEM. */
CP_MUST_USE cp_err cp_entries_collect(const struct cp_report *report, cp_entry_pick pick,
                                      struct cp_arena *arena, const struct cp_entry **out,
                                      uint32_t *count);

/** An element and how many violating demands meet it where their verdict is decided. */
struct cp_culprit {
    uint32_t demands;
    cp_object_kind kind;
    uint32_t element;
};

/** Those that most violations meet first (nodes before links, then in the order of the file), all
 * of them.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_culprits_collect(const struct cp_report *report, struct cp_arena *arena,
                                       const struct cp_culprit **out, uint32_t *count);
