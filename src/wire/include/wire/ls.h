#pragma once

#include "base/address.h"
#include "base/out.h"
#include "base/rd.h"
#include "wire/limits.h"
#include "wire/ls_attribute.h"

/*
 * What BGP-LS says of a network (RFC 9552; SR-MPLS RFC 9085, SRv6 RFC 9514): the NLRI name a node, a link, a prefix or
 * an SRv6 SID; the attribute says what it is like (ls_attribute.h).
 *
 *     struct cp_ls_walk walk = cp_ls_walk_make(bytes, safi);
 *     while ((got = cp_ls_walk_next(&walk, &nlri, &fault)) != CP_LS_END) ...
 *
 * Nothing is copied: all texts point into the bytes of the message, and live as long as these.
 */

#define CP_LS_AFI 16388u
#define CP_LS_SAFI 71u
#define CP_LS_SAFI_VPN 72u /* with a route distinguisher in front */

typedef enum {
    CP_LS_NODE = 1,
    CP_LS_LINK = 2,
    CP_LS_PREFIX4 = 3,
    CP_LS_PREFIX6 = 4,
    CP_LS_SRV6_SID = 6 /* RFC 9514 6 */
} cp_ls_type;

typedef enum { /* RFC 9552 5.2, table 2 */
               CP_LS_ISIS_L1 = 1,
               CP_LS_ISIS_L2 = 2,
               CP_LS_OSPFV2 = 3,
               CP_LS_DIRECT = 4,
               CP_LS_STATIC = 5,
               CP_LS_OSPFV3 = 6,
               CP_LS_BGP = 7 /* RFC 9086 */
} cp_ls_protocol;

/* Which fields of a node descriptor are there. */
#define CP_LS_NODE_AS 0x01u            /* 512 */
#define CP_LS_NODE_LS_ID 0x02u         /* 513 (deprecated by RFC 9552, still sent) */
#define CP_LS_NODE_AREA 0x04u          /* 514 */
#define CP_LS_NODE_ROUTER 0x08u        /* 515 */
#define CP_LS_NODE_BGP_ROUTER_ID 0x10u /* 516, RFC 9086 */
#define CP_LS_NODE_MEMBER_AS 0x20u     /* 517, RFC 9086 */

/**
 * A node (RFC 9552 5.2.1).  Two of them are the same node when protocol, instance and `bytes` are the same.
 *
 * router: 6 bytes of an IS-IS system, 7 of its pseudonode; 4 of an OSPF router, 8 of its pseudonode (the router
 * and the address of its interface).  Other lengths are refused by whoever cannot use them.
 */
struct cp_ls_node {
    uint8_t has;   /* CP_LS_NODE_... */
    cp_text bytes; /* the sub-TLVs as they came; encoding takes those without a field from here */
    uint32_t as, ls_id, area, bgp_router_id, member_as;
    cp_text router;
};

/* Which fields of a link or prefix descriptor are there. */
#define CP_LS_HAS_IDS 0x001u        /* 258 */
#define CP_LS_HAS_LOCAL4 0x002u     /* 259 */
#define CP_LS_HAS_REMOTE4 0x004u    /* 260 */
#define CP_LS_HAS_LOCAL6 0x008u     /* 261 */
#define CP_LS_HAS_REMOTE6 0x010u    /* 262 */
#define CP_LS_HAS_TOPOLOGIES 0x020u /* 263 */
#define CP_LS_HAS_ROUTE_TYPE 0x040u /* 264 */
#define CP_LS_HAS_PREFIX 0x080u     /* 265 */
#define CP_LS_HAS_SID 0x100u        /* 518, RFC 9514 6.1 */

/**
 * One NLRI.  Announcements and withdrawals of one thing have the same `key`, byte for byte (RFC 9552 5.1: that is why
 * TLVs are in order).  Of repeated descriptor TLVs the first has the field; all are in `tlvs`.
 */
struct cp_ls_nlri {
    uint16_t
        type; /* cp_ls_type, or another number: then only key, distinguisher and body are there */
    cp_text key;            /* distinguisher, type, length, body */
    bool vpn;               /* SAFI 72 */
    uint64_t distinguisher; /* where vpn */
    cp_text body;           /* behind type, length and distinguisher */
    uint8_t protocol;       /* cp_ls_protocol, or another number */
    uint64_t instance;
    struct cp_ls_node local;
    struct cp_ls_node
        remote;   /* of a link; an SRv6 SID, node or prefix has none (has 0, bytes empty) */
    uint16_t has; /* CP_LS_HAS_... */
    uint32_t local_id, remote_id;
    cp_ip local4, remote4, local6, remote6;
    cp_text topologies; /* multi-topology ids, two bytes each: cp_ls_topology */
    uint8_t route_type; /* OSPF: RFC 9552 5.2.3.1 */
    cp_ip prefix;       /* bits behind prefix_bits are as they came */
    uint8_t prefix_bits;
    uint8_t sid[16];
    cp_text tlvs; /* descriptors behind the nodes; encoding takes those without a field from here */
};

/** What is wrong with an NLRI or attribute. */
struct cp_ls_fault {
    uint32_t offset; /* in the bytes that were given */
    const char *why; /* constant, lower case; NULL: nothing is wrong */
};

/** How many multi-topology ids there are, and one of them (12 bits); 0 past the last. */
uint32_t cp_ls_topology_count(cp_text topologies);
uint16_t cp_ls_topology(cp_text topologies, uint32_t index);

typedef enum {
    CP_LS_END,
    CP_LS_GOT,
    CP_LS_BAD, /* this NLRI is malformed and left out ("NLRI discard"); type and key are there; go on */
    CP_LS_BROKEN /* where the next one begins cannot be known; the next answer is END */
} cp_ls_step;

struct cp_ls_walk {
    cp_rd rd;
    cp_text whole;
    uint16_t safi;
};

/** bytes: the NLRI field of MP_REACH_NLRI or MP_UNREACH_NLRI. */
struct cp_ls_walk cp_ls_walk_make(cp_text bytes, uint16_t safi);
/** Cost: one pass over the NLRI's bytes, no memory. */
cp_ls_step cp_ls_walk_next(struct cp_ls_walk *walk, struct cp_ls_nlri *nlri,
                           struct cp_ls_fault *fault);
/** The same for one NLRI whose bytes are `key` (as a table keeps it).  Errors: MALFORMED. */
CP_MUST_USE cp_err cp_ls_nlri_decode(cp_text key, uint16_t safi, struct cp_ls_nlri *nlri,
                                     struct cp_ls_fault *fault);

/** Bytes of an NLRI, TLVs in order.  Of an unknown type the body is written.  Errors stick to the out: RANGE. */
void cp_ls_nlri_write(struct cp_out *out, const struct cp_ls_nlri *nlri);
/** One line, without its end. */
void cp_ls_nlri_print(struct cp_out *out, const struct cp_ls_nlri *nlri);

/**
 * The attribute of type 29.  Errors: MALFORMED (RFC 9552 8.2.2: the whole attribute is to be discarded), NOMEM (also
 * for an attribute past its limits).
 */
CP_MUST_USE cp_err cp_ls_attribute_decode(cp_text bytes, struct cp_arena *arena,
                                          struct cp_ls_attribute *out, struct cp_ls_fault *fault);
/** Its bytes: TLVs with fields in ascending order, then the others as they came.  Errors stick: RANGE. */
void cp_ls_attribute_write(struct cp_out *out, const struct cp_ls_attribute *attribute);
/** A line for each thing said, indented by two spaces. */
void cp_ls_attribute_print(struct cp_out *out, const struct cp_ls_attribute *attribute);
