#pragma once

#include "netlink/message.h"
#include "permit/request.h"

/* What the kernel says.  What does not have the form of what is asked for is false, or nothing. */

struct cp_nl_nexthop {
    uint32_t id;
    uint8_t protocol;
    /* A group: member ids and weights. */
    uint32_t member_count;
    uint32_t members[CP_AGENT_PATHS];
    uint8_t weights[CP_AGENT_PATHS];
    /* Else an encapsulation on a device: the last segment apart.  weight is not said. */
    uint32_t device;
    struct cp_agent_path path;
    cp_ip last;
};

bool cp_nl_read_nexthop(const struct nlmsghdr *answer, struct cp_nl_nexthop *out);

/** What is not said is zero. */
struct cp_nl_route {
    uint32_t table;
    cp_edge_prefix prefix;
    uint32_t metric, nexthop, oif;
    cp_ip via;
    uint8_t type; /* RTN_... */
};

bool cp_nl_read_route(const struct nlmsghdr *answer, uint8_t *protocol, struct cp_nl_route *out);
/** The link that a message tells of, or of an address of it; UINT32_MAX: of none. */
uint32_t cp_nl_read_link(const struct nlmsghdr *told);
