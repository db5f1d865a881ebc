#pragma once

#include "filter.h"

/** The sets that hold what the policy permits, as nft reads them; empty. */
void sets_declare(struct cp_out *out);
/**
 * What is in them at a time.  Each element is over when what permits it is.  Cost: O(steps log
 * steps), a step being two SIDs that may follow each other.  Errors: NOMEM.
 */
CP_MUST_USE cp_err sets_fill(const struct cp_edge_policy *policy, const struct barrier_time *time,
                             struct cp_arena *arena, struct cp_out *out);
