#pragma once

#include "base/text.h"

/* Interfaces of this namespace. */

/** A socket that is told of links and addresses that change, as rtnetlink tells; NULL: errno says why. */
struct mnl_socket *links_open(void);
/** Its index; 0: it is not there. */
uint32_t links_find(cp_text interface);
/** 0: it is not there. */
uint32_t links_mtu(struct mnl_socket *links, cp_text interface);
