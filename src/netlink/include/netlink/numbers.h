#pragma once

/*
 * What is ours in the kernel.  Rules, routes and nexthops bear our protocol; others leave these numbers alone.
 */
#define CP_KERNEL_PROTOCOL 201u /* rtnetlink's RTPROT_..., of all that is ours */

#define CP_TABLE_OUTER 0x43500000u  /* first SIDs to first hops, then a prohibiting default */
#define CP_TABLE_LOCALS 0x43500001u /* our own SIDs */
#define CP_TABLE_CLASS 0x43500400u  /* + class: prefixes to groups, then a prohibiting default */
#define CP_NL_CLASS_MAX 1023u

/* Nexthops: of class, endpoint, family, and which of the paths; or the group of these. */
#define CP_NEXTHOP_OURS 0x40000000u
#define CP_NEXTHOP_MASK 0xc0000000u
#define CP_NEXTHOP_GROUP 7u
#define CP_NEXTHOP(class, endpoint, family, which) \
    (CP_NEXTHOP_OURS | (class) << 20 | (endpoint) << 4 | ((family) == 6 ? 8u : 0u) | (which))

#define CP_DEVICE "sr0"       /* a bridge that is always up: what is encapsulated hangs on it */
#define CP_FILTER "cleanpath" /* an nftables table of family inet */
/* What the policy permits, as sets of that table: cleanpath-barrier(8). */
#define CP_SET_WAYS "ways"     /* mark, interface, first SID, next hop */
#define CP_SET_ENDS "ends"     /* mark, SID that unpacks */
#define CP_SET_LOCALS "locals" /* our own SID, kind (a mark; 0: prohibited), interface, next hop */
#define CP_SET_ISSUED "issued" /* serial, issued_us */
