#pragma once

#include "log_case.h"

/**
 * Why the rules let the path of an intent pass: each of its elements under each rule about transit of the demands that it
 * carries, judged again from what the log keeps of inputs, policies and the network (log_case.h).
 */
struct cp_log_why;

/**
 * entries: [count] the intent first, then what it rests on.  *out NULL: the entry is no intent, or one without a path.
 * Close it in any case.  OK also where it cannot be judged, which the answer says; SYSTEM.
 */
cp_exit cp_log_why_open(struct cp_store *store, const struct cp_log_entry *entries, uint32_t count,
                        struct cp_arena *arena, struct cp_log_why **out);
void cp_log_why_close(struct cp_log_why *why); /* NULL is allowed */

/** A section of text.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_log_why_text(const struct cp_log_why *why, struct cp_out *out);
/** The member "judged"; null where why is NULL. */
CP_MUST_USE cp_err cp_log_why_json(const struct cp_log_why *why, struct cp_json *json);
/** VIOLATION, UNDECIDED: some element is not allowed by the code of today.  What is found is said on stderr too. */
cp_exit cp_log_why_code(const struct cp_log_why *why);
