#pragma once

#include "netlink/step.h"

/* What of the filter is asked for. */

/** A key, which fields are put behind each other to; each is a multiple of 4 bytes.  In the question's own bytes. */
void cp_nl_add_key(struct cp_nl_step *question, const void *field, uint8_t len);
void cp_nl_put_question(struct cp_nl *nl, const struct cp_nl_step *question);
/** false: the message does not answer one. */
bool cp_nl_read_count(const struct nlmsghdr *answer, struct cp_nl_count *out);
