#pragma once

#include "standing.h"

/**
 * What a watch tells: the first audit, and each change after it.  Demands come in the order of the
 * case, then those that are gone in the order that they had.
 */
struct cp_event {
    const struct cp_answer *answer;   /* the new one */
    const struct cp_standing *before; /* NULL: this is the first audit */
    const struct cp_standing *now;    /* taken from the answer */
};

/** A line for each thing that changed, then a summary.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_event_text(const struct cp_event *event, struct cp_out *out);
/** One line, one document: schema cleanpath.watch/1.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_event_json(const struct cp_event *event, struct cp_out *out);

/** Where a demand, finding or input was and where it is; CP_NONE: there it is not. */
struct cp_pair {
    uint32_t before, now;
};

/**
 * The next thing that differs between two standings (before is not NULL): of `now` first, then what
 * only `before` has; false after the last.  Begin with *at = 0.
 */
bool cp_event_demand(const struct cp_event *event, uint32_t *at, struct cp_pair *pair);
bool cp_event_finding(const struct cp_event *event, uint32_t *at, struct cp_pair *pair);
/** The same for inputs; *path: whose it is. */
bool cp_event_input(const struct cp_event *event, uint32_t *at, cp_text *path);
