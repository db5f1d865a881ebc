#pragma once

#include "kernel/kernel.h"
#include "netlink/step.h"

/** Does what a datagram of len bytes asks for, and answers; the answer's length. */
size_t steps_answer(struct kernel *kernel, const struct cp_nl_step *steps, size_t len,
                    struct cp_nl_stepped *out);
