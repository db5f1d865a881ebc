#pragma once

#include <linux/netlink.h>

#include "netlink/numbers.h"
#include "permit/request.h"

#define CP_NL_BATCH_MAX 65536u
#define CP_NL_MESSAGE_MAX 4096u /* no message of ours is larger */

/** Messages to the kernel, gathered behind each other; all of one protocol.  Whoever adds to a full one has a bug. */
struct cp_nl {
    union {
        char at[CP_NL_BATCH_MAX];
        struct nlmsghdr aligned;
    } bytes;
    size_t used;
    uint32_t
        asked; /* how many of them are answered with a last word (an error, or the end of a dump) */
    uint32_t sequence;
    int protocol; /* NETLINK_... */
};

bool cp_nl_is_full(const struct cp_nl *nl);
/** Forgets the messages. */
void cp_nl_clear(struct cp_nl *nl);

/** What a route, or a question for one, says; what is zero is not said. */
struct cp_nl_route {
    uint32_t table;
    cp_edge_prefix prefix;
    uint32_t metric, nexthop, oif, mtu;
    cp_ip via;
    const struct cp_edge_sid *local; /* a SID of ours */
    uint32_t link;                   /* of a local adjacency: what its packets leave by */
    uint8_t type;                    /* RTN_... */
    uint32_t mark;                   /* of questions alone, as source is */
    cp_ip source;
};

/** Selects by one of: select, source, mark. */
struct cp_nl_rule {
    uint8_t family; /* 4, 6 */
    uint32_t priority, table, mark;
    const struct cp_edge_select *select;
    cp_ip source;
};

/* type: RTM_NEW... puts, in place of what is there; RTM_DEL...; RTM_GET... */
void cp_nl_put_route(struct cp_nl *nl, uint16_t type, const struct cp_nl_route *route);
/**
 * RTM_NEWRULE makes one more after those of its priority, though there is one like it.  RTM_DELRULE deletes the first that has
 * all that the message says, and perhaps more.
 */
void cp_nl_put_rule(struct cp_nl *nl, uint16_t type, const struct cp_nl_rule *rule);
/** The path's segments and then last, on the device. */
void cp_nl_put_nexthop(struct cp_nl *nl, uint32_t id, uint32_t device,
                       const struct cp_agent_path *path, cp_ip last);
/** Of path_count nexthops, whose ids follow each other from the first on, with the paths' weights. */
void cp_nl_put_group(struct cp_nl *nl, uint32_t id, uint32_t first,
                     const struct cp_agent_path *paths, uint32_t path_count);
/** RTM_GETNEXTHOP, RTM_DELNEXTHOP. */
void cp_nl_ask_nexthop(struct cp_nl *nl, uint16_t type, uint32_t id);
/** All that there are: RTM_GETROUTE, RTM_GETNEXTHOP, RTM_GETRULE. */
void cp_nl_ask_all(struct cp_nl *nl, uint16_t type);
/** A verified way of the filter; its interface's name is borrowed. */
struct cp_nl_verified {
    uint32_t mark;
    cp_text interface;
    cp_ip sid, via;
};

/** NFT_MSG_NEWSETELEM, NFT_MSG_DELSETELEM (each to be sent alone), NFT_MSG_GETSETELEM. */
void cp_nl_put_verified(struct cp_nl *nl, uint8_t type, const struct cp_nl_verified *way);
void cp_nl_ask_all_verified(struct cp_nl *nl);
void cp_nl_ask_counter(struct cp_nl *nl, const char *name);
/** CP_DEVICE, set up; an address of it, which has this index. */
void cp_nl_put_device(struct cp_nl *nl);
void cp_nl_put_address(struct cp_nl *nl, uint32_t device, cp_ip address);
/** seg6's own family has a number that is asked for; the source of what is encapsulated; a key. */
void cp_nl_ask_seg6(struct cp_nl *nl);
void cp_nl_put_tunnel_source(struct cp_nl *nl, uint16_t seg6, cp_ip source);
#define CP_NL_SECRET_MAX 64u
void cp_nl_put_hmac(struct cp_nl *nl, uint16_t seg6, const struct cp_edge_hmac *hmac,
                    cp_text secret);
