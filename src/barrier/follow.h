#pragma once

#include "base/out.h"
#include "permit/policy.h"

/*
 * Which SIDs may follow one: those that begin at the node where it ends.  Pairs of SIDs would be as many as SIDs into a node times
 * SIDs out of it; but a node has its SIDs from its locator (RFC 8986 3.1), so that the first bits of one tell where it begins.  How
 * many bits that takes is found from the policy: as many as tell the SIDs of each two nodes apart, all 128 where that must be.
 */

struct follow_start {
    uint32_t node;
    cp_ip prefix; /* the rest is zero */
};

struct follow {
    uint32_t bits;              /* 1 to 128 */
    struct follow_start *start; /* [count] ascending by node and prefix, each once */
    uint32_t count;
};

/** Node SIDs are not among them: they may follow any.  Cost: O(SIDs log SIDs).  Errors: NOMEM. */
CP_MUST_USE cp_err follow_gather(const struct cp_edge_policy *policy, struct cp_arena *arena,
                                 struct follow *out);
/** Those of a node, [*count]. */
const struct follow_start *follow_of(const struct follow *follow, uint32_t node, uint32_t *count);
/** What of an address is compared: whole words, for nft pads what it reads to them. */
uint32_t follow_words(const struct follow *follow);
/** These words of what stands so many bits into the packet's network header. */
void follow_put_field(const struct follow *follow, struct cp_out *out, uint32_t at);
