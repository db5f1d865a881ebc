#pragma once

#include "netlink/message.h"

/*
 * What the privileged agent does, in steps of fixed size; there is nothing else that it does.  Numbers are in the
 * machine's order, what a kind does not use is zero.
 *
 * A datagram is 1 to CP_NL_STEPS_MAX steps: changes, or questions, which the kernel is sent in one system call; others may follow
 * behind a CP_NL_STEP_THEN.  Its answer is one struct cp_nl_stepped, cut off behind as many counts as there were
 * steps.  Where one is not whole (cp_nl_step_is_whole), no question and no THEN, the answer is EINVAL and nothing is done.
 */
#define CP_NL_STEPS_MAX 128u
#define CP_NL_SEGMENTS 13u
#define CP_NL_MEMBERS 4u

typedef enum {
    /* Changes. */
    CP_NL_STEP_ROUTE = 1, /* puts a route in place of what is there */
    CP_NL_STEP_UNROUTE,
    CP_NL_STEP_NEXTHOP, /* an encapsulation */
    CP_NL_STEP_GROUP,   /* of the nexthops that come before its number, `count` of them */
    CP_NL_STEP_UNHOP,   /* deletes a nexthop or a group */
    /* Questions, which are answered with counts. */
    CP_NL_STEP_ELEMENT, /* whether a set of the filter (which: cp_nl_set) has a key, and what went by it */
    CP_NL_STEP_DROPPED, /* what the filter dropped (which: 0 of the tunnel's source, 1 clear by selector, 2 by mark) */
    /* What follows is done after what comes before, and only where all of that was done. */
    CP_NL_STEP_THEN
} cp_nl_step_kind;

/** Sets that are asked, and their keys. */
typedef enum {
    CP_NL_SET_WAYS,   /* mark, interface, first SID, next hop */
    CP_NL_SET_ENDS,   /* mark, SID that unpacks: a demand of one family */
    CP_NL_SET_LOCALS, /* SID of our own, cp_edge_sid_kind, interface, next hop */
    CP_NL_SET_POLICY, /* serial, issued: the policy that the barrier was raised by */
    CP_NL_SETS
} cp_nl_set;

/** What a SID of our own does. */
typedef enum {
    CP_NL_LOCAL_NONE,
    CP_NL_LOCAL_ADJACENCY, /* End.X, to `via` over `oif` */
    CP_NL_LOCAL_END,
    CP_NL_LOCAL_UNPACK4, /* to wherever the packet then goes, as the next */
    CP_NL_LOCAL_UNPACK6
} cp_nl_local;

struct cp_nl_step {
    uint32_t kind;    /* cp_nl_step_kind */
    uint32_t table;   /* of routes: one of ours */
    uint32_t metric;  /* of routes that are deleted */
    uint32_t nexthop; /* ours: of nexthops, and of routes that lead to a group */
    uint32_t oif;     /* of routes to a first hop, and of local adjacencies */
    uint32_t mtu;     /* of routes; 0: not said */
    uint32_t hmac;    /* of nexthops: key number; 0: none */
    uint32_t which;   /* of questions */
    cp_ip address;    /* of routes: the prefix's */
    cp_ip via;
    uint8_t length;                     /* of the prefix */
    uint8_t type;                       /* RTN_UNICAST, RTN_PROHIBIT */
    uint8_t local;                      /* of routes: cp_nl_local */
    uint8_t count;                      /* of a nexthop's segments, of a group's members */
    uint8_t weights[CP_NL_MEMBERS];     /* of groups: 1 to 255 */
    uint8_t reduced;                    /* of nexthops */
    uint8_t key_len;                    /* of questions */
    uint8_t bytes[CP_NL_SEGMENTS * 16]; /* segments; or the key */
};

_Static_assert(sizeof(struct cp_nl_step) == 284, "no padding");

/** Of a question; packets UINT64_MAX: it is not there, or was not asked. */
struct cp_nl_count {
    uint64_t packets, bytes;
};

struct cp_nl_stepped {
    uint32_t error; /* errno of the first change that failed */
    uint32_t unused;
    struct cp_nl_count counts[CP_NL_STEPS_MAX];
};

bool cp_nl_step_is_question(const struct cp_nl_step *step);
/** Whether it is one of the changes above, of what is ours in the kernel, and not of what a table ends in. */
bool cp_nl_step_is_whole(const struct cp_nl_step *step);
/** A change that is whole, or a route that a table ends in, as a message.  device: index of CP_DEVICE. */
void cp_nl_put_step(struct cp_nl *nl, const struct cp_nl_step *step, uint32_t device);

/** Steps of one datagram as they are gathered.  Whoever adds to a full one has a bug. */
struct cp_nl_steps {
    uint32_t count;
    struct cp_nl_step at[CP_NL_STEPS_MAX];
};

/** Of orders that share a datagram no more are gathered. */
#define CP_NL_STEPS_MANY (CP_NL_STEPS_MAX - 16u)
/** Those that are gathered are to be sent first: a demand's next path may have no room beside them. */
bool cp_nl_steps_full(const struct cp_nl_steps *steps);
/** One more, zeroed but for its kind.  THEN where nothing comes before is left out, and NULL. */
struct cp_nl_step *cp_nl_steps_add(struct cp_nl_steps *steps, cp_nl_step_kind kind);
