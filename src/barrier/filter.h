#pragma once

#include "base/out.h"
#include "permit/policy.h"

/** When the barrier is raised: what `until` is judged by, and since boot at the same moment. */
struct barrier_time {
    uint64_t now_us, boot_us;
    uint64_t
        margin_us; /* how long it may take until the kernel has it: what is over by then is left out */
    uint64_t turn; /* how often it has been raised since boot, this time too */
};

/**
 * The filter as nft reads it, in one transaction: what leaves is permitted by the policy as a whole packet, or not of a class.
 * Errors: NOMEM.
 */
CP_MUST_USE cp_err barrier_filter(const struct cp_edge_policy *policy,
                                  const struct barrier_time *time, struct cp_arena *arena,
                                  struct cp_out *out);
