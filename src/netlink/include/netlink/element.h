#pragma once

#include "netlink/step.h"

/** A question; interface: the name of its oif, 16 bytes, the rest of which is zero. */
void cp_nl_put_question(struct cp_nl *nl, const struct cp_nl_step *question,
                        const char interface[16]);
/** false: the message does not answer one. */
bool cp_nl_read_count(const struct nlmsghdr *answer, struct cp_nl_count *out);
