#pragma once

#include "daemon.h"

/**
 * What observations said of each path since the start: how many, and over which nodes its packets were seen.  Control
 * judges them (control/control.h); this is for people.  Nodes are those of proofs that still hold, of the path that is meant now.
 */
struct sights;

cp_exit daemon_sights_open(struct daemon *d);
void daemon_sights_close(struct daemon *d);

/** lsp: as it is after the observation was judged; NULL where it is no more. */
void daemon_sights_add(struct daemon *d, const struct cp_control_sight *sight, cp_sight_says says,
                       const struct cp_control_lsp *lsp);

/** Borrowed until the next observation. */
struct sighted {
    uint64_t agreeing, contradicting, last_us;
    const cp_text *proof; /* [proof_count] nodes of the last proof, in their order */
    uint32_t proof_count;
    const cp_text *nodes; /* [node_count] of all proofs that hold, by id */
    uint32_t node_count;
};
/** Nodes are given only where the path is proven.  Errors: NOMEM. */
CP_MUST_USE cp_err daemon_sights_of(const struct daemon *d, const struct cp_control_lsp *lsp,
                                    struct cp_arena *arena, struct sighted *out);

struct sights_sum {
    uint64_t agreeing, contradicting, not_placed, last_us;
};
struct sights_sum daemon_sights_sum(const struct daemon *d);
