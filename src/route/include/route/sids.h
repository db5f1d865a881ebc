#pragma once

#include "ground/net.h"
#include "model/case.h"

/**
 * Segment identifiers of a case: what inputs say, in one form for both data planes.
 *
 * Nodes: the column `sid` (an SR-MPLS label, an index into the SRGB, or an SRv6 End SID); facts `srgb`,
 * `srlb` ("16000-23999"), `msd` (labels or SRv6 segments that the node can put on a packet), `locator`.
 * Links: facts `adj-sid-ab` and `adj-sid-ba`, of the direction that leaves the end; on a LAN the part is the node
 * at the far end (RFC 8667 2.2.2).
 */
typedef enum { CP_PLANE_SR_MPLS, CP_PLANE_SRV6 } cp_plane;

struct cp_sid {
    bool known;
    cp_plane plane;
    uint32_t
        label; /* SR-MPLS: the label as the segment's own node or, of an index, the headend's SRGB has it */
    uint8_t srv6[16]; /* SRv6: the address */
};

struct cp_sids;

/** Errors: MALFORMED, RANGE, DUPLICATE (two nodes with one SID), CONFLICT (both planes mixed): the diag says where; NOMEM. */
CP_MUST_USE cp_err cp_sids_make(const struct cp_case *c, const struct cp_net *net,
                                struct cp_arena *arena, const struct cp_sids **out,
                                struct cp_diag *diag);
/**
 * The same where the case states none: SRGB 16000-23999 for all and indexes in the order of the nodes, or
 * locators below `block` (an IPv6 prefix of 32 bits), and SIDs of adjacencies in the order of the links.  What
 * the case does state stays.  LIMIT: more nodes than the SRGB holds.
 */
CP_MUST_USE cp_err cp_sids_assign(const struct cp_sids *stated, cp_plane plane,
                                  struct cp_arena *arena, const struct cp_sids **out,
                                  struct cp_diag *diag);

cp_plane cp_sids_plane(const struct cp_sids *sids);
/** headend: whose SRGB an index is counted in.  Graph nodes and links. */
struct cp_sid cp_sids_of_node(const struct cp_sids *sids, uint32_t headend, uint32_t node);
struct cp_sid cp_sids_of_adjacency(const struct cp_sids *sids, uint32_t link, uint32_t from,
                                   uint32_t to);
/** Largest number of SIDs that the node can put on a packet; CP_NONE: not stated. */
uint32_t cp_sids_depth(const struct cp_sids *sids, uint32_t node);
