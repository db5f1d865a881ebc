#pragma once

#include "filter.h"
#include "follow.h"

/** The sets that hold what the policy permits, as nft reads them; empty. */
void sets_declare(const struct follow *follow, struct cp_out *out);
/**
 * What is in them at a time.  Each element is over when what permits it is.  Cost: O(n log n) for n elements: of `ways` a line for
 * each first hop and SID that may come first there, of `steps` for each SID and locator at the node where it ends.  Errors: NOMEM.
 */
CP_MUST_USE cp_err sets_fill(const struct cp_edge_policy *policy, const struct follow *follow,
                             const struct barrier_time *time, struct cp_arena *arena,
                             struct cp_out *out);
