#pragma once

#include "ted/ted.h"
#include "wire/ls.h"

/**
 * Statements of BGP-LS (RFC 9552), kept by the bytes of their NLRI.
 *
 * attribute: NULL where the UPDATE had none, or none that could be used (RFC 9552 8.2.2): the thing is there, and
 * says nothing of itself.  A later statement of the same NLRI replaces this one whole.
 *
 * Nodes, links, prefixes and SRv6 SIDs of IS-IS and OSPF are used; of multi-topology ids (263) 0 and 2.  All else (other
 * NLRI types and protocols, SAFI 72, other topologies) is kept and counted, so that it is there once and can be withdrawn, and
 * not used.
 *
 * Errors: NOMEM, LIMIT (the statement is not in; the feed does not count as whole any more).
 * Cost: O(bytes of the statement).
 */
CP_MUST_USE cp_err cp_ted_announce(struct cp_ted *ted, uint32_t feed, const struct cp_ls_nlri *nlri,
                                   const struct cp_ls_attribute *attribute, uint64_t now_us);
/** Of what is not there: nothing. */
void cp_ted_withdraw(struct cp_ted *ted, uint32_t feed, const struct cp_ls_nlri *nlri,
                     uint64_t now_us);
/** Statements that were malformed, and left out. */
void cp_ted_malformed(struct cp_ted *ted, uint32_t feed, uint32_t count, uint64_t now_us);
