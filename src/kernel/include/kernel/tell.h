#pragma once

#include "netlink/message.h"

/** For a kernel's `words`: the messages on standard output, as `ip` would have them. */
void kernel_tell(const struct cp_nl *nl);
