#pragma once

#include "netlink/message.h"

/* What everybody may ask the kernel. */

/** Which route a packet takes: to an address; from an address (family 0: not said), with a mark. */
void cp_nl_ask_route(struct cp_nl *nl, cp_ip to, cp_ip from, uint32_t mark);
void cp_nl_ask_nexthop(struct cp_nl *nl, uint32_t id);
/** All that there are: RTM_GETROUTE, RTM_GETNEXTHOP, RTM_GETRULE. */
void cp_nl_ask_all(struct cp_nl *nl, uint16_t type);
