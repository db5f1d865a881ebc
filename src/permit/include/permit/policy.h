#pragma once

#include "base/address.h"
#include "base/diag.h"

/*
 * The edge policy: what an agent may do at all, whoever orders it; a signed text, made off-line.
 *
 * Lines of words with spaces between; `#` begins a comment.  The kinds stand in the order below, and things of
 * one kind in ascending order of their numbers (`behind` by class and endpoint).  What is not known, stands twice or
 * elsewhere is an error with line and column.  The last line is `signature BASE64`: Ed25519 (RFC 8032) over all
 * bytes before that line.
 *
 *     cleanpath-edge-policy 1
 *     serial 42
 *     issued 2026-11-29T10:00:00Z
 *     head 1 r1                     our node: number (1 to 65535), name
 *     node 5 r5 fcff:5::1           a node that paths may pass; words after the name: its addresses
 *     source fcff:1::1              the tunnel's source, of nothing else
 *     class 100 sensitive           number (the colour; 1 to 1023), name
 *     inside e-h1                   an interface towards our own hosts
 *     first 1 e-r4 fc01:1::2 4 100  way out: number, interface, next hop, node there, CLASSES
 *     select 100 from 10.2.1.0/24 to 10.2.2.0/24 dscp 32 proto 17 port 5000-5999 mark 0x7
 *     select 100 to 10.2.2.0/24 proto 6 from-port 5432
 *     adjacency fcbb:4::45 4 5 100 until 2027-01-01T00:00:00Z   SID, node, next node, CLASSES
 *     node-sid fcbb:5::e 5 100      SID, node, CLASSES, until: a loose segment
 *     unpack4 fcbb:8::d4 8          decapsulation at a node, of IPv4
 *     unpack6 fcbb:8::d6 8          and of IPv6
 *     behind 100 8 10.2.2.0/24      what lies behind endpoint 8 for class 100
 *     local-adjacency fcbb:1::14 fc01:1::2 e-r4   our own SIDs: to a next hop on an interface,
 *     local-end fcbb:1::e           End,
 *     local-unpack4 fcbb:1::d4      decapsulation here
 *     local-unpack6 fcbb:1::d6
 *     hmac 17 sha256                key number, algorithm (sha1, sha256)
 *     mtu 1280                      of the traffic, at least 1280
 *     signature ...
 *
 * CLASSES are numbers with commas between.  A select has its words in that order, at least one; `from` and `to`
 * are of one family; `from-port`, before `port`, and `port` ask for a proto that has ports, and are 1 to 65534; `mark` is of the
 * low 16 bits (the high ones are ours).
 * `until TIME` is optional.  A SID that several lines name is the same adjacency in each, for other classes.
 */
#define CP_EDGE_CLASSES 64u
#define CP_EDGE_NUMBER_MAX 65535u
#define CP_EDGE_CLASS_MAX 1023u
#define CP_EDGE_WORD_MAX 64u
#define CP_EDGE_INTERFACE_MAX 15u

typedef uint64_t cp_edge_classes; /* bits: indexes of classes */

typedef struct {
    cp_ip address; /* family 0: none; bits past the length are zero */
    uint8_t length;
    bool divided; /* of what lies behind endpoints: another prefix of the class lies inside of it */
    uint32_t line;
} cp_edge_prefix;

typedef enum {
    CP_EDGE_ADJACENCY,
    CP_EDGE_NODE_SID,
    CP_EDGE_UNPACK4,
    CP_EDGE_UNPACK6,
    CP_EDGE_LOCAL_ADJACENCY,
    CP_EDGE_LOCAL_END,
    CP_EDGE_LOCAL_UNPACK4,
    CP_EDGE_LOCAL_UNPACK6
} cp_edge_sid_kind;

struct cp_edge_sid {
    cp_ip sid;
    cp_ip via;         /* of local adjacencies */
    cp_text interface; /* likewise */
    cp_edge_sid_kind kind;
    uint32_t from, to;       /* nodes; the same but for adjacencies; of local ones: head */
    cp_edge_classes classes; /* those that it is for; of unpack SIDs and local ones: 0 */
    uint64_t until_us;       /* the first moment at which it is over; UINT64_MAX: never */
    uint32_t line;
};

struct cp_edge_node {
    uint32_t number;
    cp_text name;
    cp_text addresses;      /* words, each an address */
    cp_ip unpack[2];        /* of IPv4, IPv6; family 0: none */
    cp_edge_classes behind; /* those with something behind it */
};

struct cp_edge_first {
    uint32_t number;
    cp_text interface;
    cp_ip via;
    uint32_t node; /* number */
    cp_edge_classes classes;
};

struct cp_edge_class {
    uint32_t number;
    cp_text name;
};

/** low UINT32_MAX: any, or none. */
typedef struct {
    uint32_t low, high;
} cp_edge_ports;

#define CP_EDGE_PORTS_ANY ((cp_edge_ports){UINT32_MAX, UINT32_MAX})

struct cp_edge_select {
    uint32_t class; /* number */
    cp_edge_prefix from, to;
    uint32_t dscp, proto;          /* UINT32_MAX: any */
    cp_edge_ports from_port, port; /* of where it comes from, and goes to */
    uint32_t mark;                 /* UINT32_MAX: any */
};

/** A demand: what lies behind one endpoint for one class. */
struct cp_edge_demand {
    uint32_t class, endpoint;            /* numbers */
    uint32_t prefix_first, prefix_count; /* of prefixes, at least one */
};

struct cp_edge_hmac {
    uint32_t number;
    uint32_t algorithm; /* as the kernel counts: 1 SHA-1, 2 SHA-256 */
};

/** All in ascending order of number, or class and endpoint, but nodes (head first) and selects as they stood; SIDs by address. */
struct cp_edge_policy {
    uint64_t serial, issued_us;
    cp_ip source;
    uint32_t mtu;
    cp_text *inside;
    struct cp_edge_node *nodes; /* the first is head */
    struct cp_edge_first *firsts;
    struct cp_edge_class *classes;
    struct cp_edge_select *selects;
    struct cp_edge_sid *sids;
    struct cp_edge_demand *demands;
    cp_edge_prefix *prefixes;
    struct cp_edge_hmac *hmacs;
    uint32_t inside_count, node_count, first_count, class_count, select_count, sid_count,
        demand_count, prefix_count, hmac_count;
};

/**
 * Reads a policy.  public_pem: the key that it must be signed with (PEM, SubjectPublicKeyInfo); empty: the
 * signature is not asked for (what the agent never does).  The text is borrowed and must outlive the policy.
 * Errors: MALFORMED, RANGE, DUPLICATE, UNKNOWN_ID, CONFLICT (not signed with the key), LIMIT, NOMEM; diag says where.
 */
CP_MUST_USE cp_err cp_edge_policy_read(cp_text text, cp_text public_pem, struct cp_arena *arena,
                                       const struct cp_edge_policy **out, struct cp_diag *diag);

/** NULL: no such thing. */
const struct cp_edge_node *cp_edge_node_find(const struct cp_edge_policy *policy, uint32_t number);
const struct cp_edge_first *cp_edge_first_find(const struct cp_edge_policy *policy,
                                               uint32_t number);
const struct cp_edge_hmac *cp_edge_hmac_find(const struct cp_edge_policy *policy, uint32_t number);
/** The first of those with this address; more may follow it. */
const struct cp_edge_sid *cp_edge_sid_find(const struct cp_edge_policy *policy, cp_ip sid);
/** All classes that may use a SID; of one that unpacks, those with something behind its node. */
cp_edge_classes cp_edge_sid_classes(const struct cp_edge_policy *policy, cp_ip asked);
/** The first moment after now at which a SID is over; UINT64_MAX: none. */
uint64_t cp_edge_next_until(const struct cp_edge_policy *policy, uint64_t now_us);
/** Its bit; 0: no such class. */
cp_edge_classes cp_edge_class_bit(const struct cp_edge_policy *policy, uint32_t class);
const struct cp_edge_demand *cp_edge_demand_find(const struct cp_edge_policy *policy,
                                                 uint32_t class, uint32_t endpoint);
