#pragma once

#include "netlink/message.h"

/* What the kernel says.  What does not have the form of what is asked for is false, or nothing. */

/**
 * Whether an error that answers a message of this type stands in the way: not that what is to be deleted is not
 * there, nor that what is to be made is, nor any answer to a question.
 */
bool cp_nl_is_failure(int error, uint16_t type);

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
/** local is not said. */
bool cp_nl_read_route(const struct nlmsghdr *answer, uint8_t *protocol, struct cp_nl_route *out);
/** *select: always set; source is part of it. */
bool cp_nl_read_rule(const struct nlmsghdr *answer, uint8_t *protocol, struct cp_nl_rule *out,
                     struct cp_edge_select *select);
/** Packets; UINT64_MAX: it is none. */
uint64_t cp_nl_read_counter(const struct nlmsghdr *answer);
/** One of the verified ways of an answer, and the packets that went it; false: it has fewer.  Borrows the answer. */
bool cp_nl_read_verified(const struct nlmsghdr *answer, uint32_t which, struct cp_nl_verified *out,
                         uint64_t *packets);
/** The link that a message tells of, or of an address of it; UINT32_MAX: of none. */
uint32_t cp_nl_read_link(const struct nlmsghdr *told);
uint16_t cp_nl_read_seg6(const struct nlmsghdr *answer); /* 0: it is not there */
