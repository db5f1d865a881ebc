#pragma once

#include "base/out.h"
#include "netlink/message.h"

/** The name of an interface, or NULL; buffer has room for 16 bytes. */
typedef const char *(*cp_nl_name)(uint32_t index, char *buffer);

/** What messages ask the kernel to change, as lines of `ip` and `nft`; questions are left out.  Secrets are not told. */
void cp_nl_words(const struct cp_nl *nl, cp_nl_name name, struct cp_out *out);
