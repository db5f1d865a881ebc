#pragma once

#include "base/out.h"
#include "permit/policy.h"

/*
 * A packet is unpacked where its destination lies: behind the SID that the longest prefix of the class says.  A hash set for each
 * length of prefix is looked into, the longest first: sets of ranges cost 7.5 ns a prefix and packet (docs/notes/0019).
 */

struct behind_prefix {
    uint32_t mark;
    uint8_t family, length;
    bool inside; /* of a shorter one of the class: then no shorter one is looked for */
    cp_ip address, unpack;
};

struct behind {
    struct behind_prefix *prefixes; /* ascending by class, address and length */
    uint32_t count;
    bool has[2][129],
        inside[2][129]; /* of IPv4, IPv6, by length: any; any that are inside of others */
};

/** Errors: NOMEM. */
CP_MUST_USE cp_err behind_gather(const struct cp_edge_policy *policy, struct cp_arena *arena,
                                 struct behind *out);
/** The sets, empty; the chains `direct4`, `direct6` (without a routing header), `inside4`, `inside6`; and what fills the sets. */
void behind_declare(const struct behind *behind, struct cp_out *out);
void behind_put_chains(const struct behind *behind, struct cp_out *out);
void behind_fill(const struct behind *behind, struct cp_out *out);
/** The first bits of an address. */
cp_ip behind_mask(uint8_t family, uint32_t length);
/** The first bytes as nft reads what stands somewhere in a packet: 0x0a000001. */
void behind_put_hex(struct cp_out *out, cp_ip address, uint32_t len);
