#pragma once

#include "base/date.h"
#include "ground/net.h"
#include "model/case.h"

/**
 * Segment identifiers of a case: what inputs say, in one form for both data planes.
 *
 * Of nodes: the column `sid`, and the facts `srgb` and `srlb` ("16000-23999", several blocks one after
 * the other), `msd` (SIDs that the node can put on a packet) and `locator` ("fd00:0:1::/48").
 * Of links: the facts `adj-sid-ab` and `adj-sid-ba`, of the direction that leaves the end a, or b.  On a LAN
 * each pair of ends has one (RFC 8667 2.2.2): the fact's part is FROM/TO, two ids of ends, and the attribute
 * adj-sid-ab ("lan7/r1/r2,adj-sid-ab,24001").
 *
 * What a node's `sid` is:
 *   - an IPv6 address: its SRv6 End SID;
 *   - `label:N`, or a number N inside the node's own SRGB: an SR-MPLS label as that node has it;
 *   - `index:N`, or a number N below the size of that SRGB: an index into everybody's SRGB.
 *   A number that is both by its value is an error, as is one that is neither.  Without `srgb` a node has 16000-23999.
 *   A label is kept as its index, since other nodes may have other labels for it.
 *
 * Labels of an index differ where SRGBs differ.  A label means what the node makes of it that looks it up
 * (RFC 8660 2.10), so whose SRGB it is counted in is asked with it: for a segment of a list that is the node where
 * the segment begins.  For the first that is the headend, which looks it up itself before it
 * sends the packet on under the label of its next hop; who writes that outgoing label himself asks for the
 * next hop's.  Where the reader's SRGB does not reach to the index, there is no label (known false).
 *
 * An adjacency's SID is an IPv6 address (End.X), a label (outside the node's own SRGB, which is for global segments: RFC 8402 2), or `index:N`
 * into the node's SRLB; without `srlb` that is 15000-15999.
 *
 * Facts that have expired are not used, nor are those that say `unknown`.
 */
typedef enum { CP_PLANE_SR_MPLS, CP_PLANE_SRV6 } cp_plane;

struct cp_sid {
    bool known;
    cp_plane plane;
    uint32_t label;   /* SR-MPLS */
    uint8_t srv6[16]; /* SRv6: the address */
};

struct cp_sids;

/**
 * Errors, with a diag that says where: MALFORMED and RANGE (values that are none), DUPLICATE (two nodes
 * with one SID, two adjacencies of a node with one), CONFLICT (both planes; an index that may be a label;
 * two statements about one thing), UNKNOWN_ID (a part of a LAN that names no two ends of it); NOMEM.
 */
CP_MUST_USE cp_err cp_sids_make(const struct cp_case *c, const struct cp_net *net, cp_date as_of,
                                struct cp_arena *arena, const struct cp_sids **out,
                                struct cp_diag *diag);
/**
 * A plan: the same with a SID for whatever has none.  What the case states stays.
 *
 * SR-MPLS: nodes get the least index from 1 on that no node has, in the order of the graph; adjacencies the
 * least label of their node's SRLB that is free there, in the order of its hops.
 * SRv6: nodes without SID or locator get the locator 5f00:0:X::/64, X the 32 bits of their number from 1
 * on (5f00::/16 is set aside for SIDs: RFC 9602), which they need not lead to anywhere else; End is function 1
 * of the locator, and End.X functions from 0x100 on in the order of the hops (those taken left out).
 *
 * Errors: LIMIT (an SRGB, SRLB or locator is too small for all), CONFLICT (the case states SIDs of the
 * other plane), DUPLICATE (a planned address that is stated elsewhere); NOMEM.
 */
CP_MUST_USE cp_err cp_sids_assign(const struct cp_sids *stated, cp_plane plane,
                                  struct cp_arena *arena, const struct cp_sids **out,
                                  struct cp_diag *diag);

/**
 * The same where headends say that they can push less: depths [graph nodes] CP_NONE where nothing is said, borrowed as
 * the stated ones are.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_sids_with_depths(const struct cp_sids *stated, const uint32_t *depths,
                                       uint32_t node_count, struct cp_arena *arena,
                                       const struct cp_sids **out);

/** SR-MPLS where nothing is stated, or labels; SRv6 where addresses, or locators alone, are. */
cp_plane cp_sids_plane(const struct cp_sids *sids);
/** Whether any node or link states one. */
bool cp_sids_stated(const struct cp_sids *sids);
/** reader: whose SRGB an index is counted in.  Graph nodes and links. */
struct cp_sid cp_sids_of_node(const struct cp_sids *sids, uint32_t reader, uint32_t node);
struct cp_sid cp_sids_of_adjacency(const struct cp_sids *sids, uint32_t link, uint32_t from,
                                   uint32_t to);
/** The node's index, CP_NONE where it has none (SR-MPLS), and its blocks: at least one each. */
uint32_t cp_sids_index(const struct cp_sids *sids, uint32_t node);
/**
 * Largest number of segments in a list that the node can put on a packet; CP_NONE: not stated.
 * SR-MPLS: the labels that it can impose; a service label above the list takes one of them (RFC 8491 5):
 * state what is left.  SRv6: the SIDs of the header that H.Encaps adds; 0 is one segment without a header
 * (RFC 9352 4.3).
 */
uint32_t cp_sids_depth(const struct cp_sids *sids, uint32_t node);
