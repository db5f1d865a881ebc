#pragma once

#include "netlink/message.h"
#include "netlink/rules.h"
#include "permit/policy.h"

/* What the barrier puts beside the filter. */

/**
 * Selects by one of: select, source, mark; or, for what we send ourselves, by a mark and the select's protocol.  With past: what the select is not for goes on with the rules from that priority on; its
 * ports and mark stay out of it.
 */
struct cp_nl_rule {
    uint8_t family;                       /* 4, 6 */
    uint32_t priority, table, mark, past; /* past 0: to the table; else there is none */
    bool own;                             /* of what we send ourselves */
    const struct cp_edge_select *select;
    cp_ip source;
};

/**
 * RTM_NEWRULE makes one more after those of its priority, though there is one like it.  RTM_DELRULE deletes the first that has
 * all that the message says, and perhaps more.
 */
void cp_nl_put_rule(struct cp_nl *nl, uint16_t type, const struct cp_nl_rule *rule);
/** *select: always set; source is part of it.  false: the answer is no rule. */
bool cp_nl_read_rule(const struct nlmsghdr *answer, uint8_t *protocol, struct cp_nl_rule *out,
                     struct cp_edge_select *select);
/** CP_DEVICE, set up; an address of it, which has this index. */
void cp_nl_put_device(struct cp_nl *nl);
void cp_nl_put_address(struct cp_nl *nl, uint32_t device, cp_ip address);
/** seg6's own family has a number that is asked for (0: it is not there); the source of what is encapsulated; a key. */
void cp_nl_ask_seg6(struct cp_nl *nl);
uint16_t cp_nl_read_seg6(const struct nlmsghdr *answer);
void cp_nl_put_tunnel_source(struct cp_nl *nl, uint16_t seg6, cp_ip source);
#define CP_NL_SECRET_MAX 64u
void cp_nl_put_hmac(struct cp_nl *nl, uint16_t seg6, const struct cp_edge_hmac *hmac,
                    cp_text secret);
