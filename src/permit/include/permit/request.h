#pragma once

#include "permit/policy.h"

/*
 * What the agent is asked, and what it answers: a struct of fixed size in each datagram of a SOCK_SEQPACKET
 * Unix socket, numbers in the machine's order, what is unused zero.  Anything else is answered with
 * CP_AGENT_MALFORMED and changes nothing.  Requests may wait, as many as the socket holds; they are answered in their order, and
 * orders that wait together are done together.
 *
 * A demand is what the edge policy steers by (class, endpoint): all prefixes of its `behind` lines.
 */

#define CP_AGENT_SEGMENTS 12u
#define CP_AGENT_PATHS 4u

typedef enum {
    CP_AGENT_ORDER = 1, /* a demand goes by these paths, in place of all it had */
    CP_AGENT_STOP,      /* a demand goes nowhere: its prefixes are prohibited, in place */
    CP_AGENT_READ,      /* what the kernel has of a demand */
    CP_AGENT_COUNTERS,  /* what the filter dropped */
    CP_AGENT_LOCALS,    /* puts the policy's local SIDs where they are not */
    CP_AGENT_POLICY     /* which policy is in force */
} cp_agent_kind;

typedef enum {
    CP_AGENT_DONE,      /* done, and the kernel has it so */
    CP_AGENT_MALFORMED, /* size, kind, counts, something unused that is not zero */
    CP_AGENT_UNKNOWN, /* the policy has no such demand (class, endpoint with something behind it) */
    CP_AGENT_FIRST, /* no such first hop, or it is not permitted to all who may use the first SID */
    CP_AGENT_SID,   /* a segment is not one of the policy's, or not for the class */
    CP_AGENT_EXPIRED, /* it was, but its `until` is over */
    CP_AGENT_CHAIN,   /* a segment does not begin where the last one ended, or a node comes twice */
    CP_AGENT_END,     /* the path does not end at the endpoint, or that cannot unpack this family */
    CP_AGENT_HMAC,    /* no such key */
    CP_AGENT_TOO_NARROW, /* full-size packets of the policy's `mtu` do not fit */
    CP_AGENT_BARRIER,    /* not there, or raised by another policy: nothing is steered without it */
    CP_AGENT_KERNEL /* the kernel refused (error: errno), or has something else than was meant */
} cp_agent_result;

/** Of a demand, as the kernel has it. */
typedef enum {
    CP_AGENT_STATE_NONE, /* the answer is not about a demand */
    CP_AGENT_STATE_STOPPED =
        2, /* its prefixes are prohibited, by routes or by what the class's table ends in */
    CP_AGENT_STATE_INSTALLED, /* all its prefixes go by the paths below, and the filter lets them */
    CP_AGENT_STATE_BROKEN /* anything else: partly, or a first hop is not there (its link is down) */
} cp_agent_state;

/**
 * A path is a way out and then the SIDs that follow.  The segments may begin with a local adjacency of
 * ours, with first 0: that is the first hop over the same interface and next hop.  They may end with the
 * endpoint's unpack SID; where they do not, the agent puts it there, for IPv4 and IPv6 as the prefixes
 * behind are.  What is read back has neither.
 */
struct cp_agent_path {
    uint8_t segments[CP_AGENT_SEGMENTS][16];
    /* Answers alone: what left for this first hop and first SID, of all demands of the class that share them. */
    uint64_t packets;
    uint32_t first;  /* number of a `first` line of the policy */
    uint32_t hmac;   /* key number of an `hmac` line; 0: none */
    uint8_t weight;  /* 1 to 255 */
    uint8_t reduced; /* 1: the outer destination is not in the routing header too (RFC 8986 5.2) */
    uint8_t segment_count; /* 0: the endpoint is the next node */
    uint8_t unused[5];
};

struct cp_agent_request {
    uint32_t kind;       /* cp_agent_kind */
    uint32_t number;     /* the asker's own, comes back in the answer */
    uint32_t class;      /* of ORDER, STOP and READ; 0 in the others */
    uint32_t endpoint;   /* node number */
    uint32_t path_count; /* 1 to CP_AGENT_PATHS for ORDER; 0 in the others */
    uint32_t unused;
    struct cp_agent_path paths[CP_AGENT_PATHS];
};

struct cp_agent_answer {
    uint32_t kind, number, class, endpoint; /* as asked */
    uint32_t path_count;
    uint32_t result; /* cp_agent_result */
    uint32_t state;  /* cp_agent_state, of ORDER, STOP and READ */
    uint32_t error;  /* errno of KERNEL and BARRIER; 0: what the kernel has is not what was meant */
    uint64_t serial; /* of the policy in force, in every answer */
    uint64_t now_us; /* the time that `until` is judged by */
    /*
     * ORDER, READ: packets and bytes of the demand that left since the barrier was raised.  COUNTERS: packets dropped: from
     * the tunnel's source, clear by selector, clear by mark.  POLICY: demands, issued_us, 1 where the barrier was raised by it.
     */
    uint64_t count[4];
    struct cp_agent_path paths[CP_AGENT_PATHS];
};

_Static_assert(sizeof(struct cp_agent_path) == 216, "no padding");
_Static_assert(sizeof(struct cp_agent_request) == 24 + 4 * 216, "no padding");
_Static_assert(sizeof(struct cp_agent_answer) == 80 + 4 * 216, "no padding");

/**
 * Takes a datagram and says whether the policy permits what it asks, at this time.  DONE: it does, and *out is it,
 * each path in the one form that is read back: first set, no local adjacency, no unpack SID.  Else *out is as far as
 * it was understood (all zero where not).  Pure; cost: O(segments log SIDs).
 */
cp_agent_result cp_agent_check(const struct cp_edge_policy *policy, uint64_t now_us,
                               cp_text datagram, struct cp_agent_request *out);
/** The same of one path of a demand, which is put into that form in place. */
cp_agent_result cp_agent_check_path(const struct cp_edge_policy *policy, uint64_t now_us,
                                    const struct cp_edge_demand *demand,
                                    struct cp_agent_path *path);
/** The SID that the outer packet of a checked path goes to: its first segment, or what unpacks this family (4, 6). */
cp_ip cp_agent_first_sid(const struct cp_edge_policy *policy, const struct cp_edge_demand *demand,
                         const struct cp_agent_path *path, uint8_t family);
