#pragma once

#include "filter.h"
#include "kernel/kernel.h"

#define BARRIER_NAME_MAX 128

/**
 * All but the filter: the device, the tunnel's source and keys, prohibiting defaults, rules, in that order.  Rules of
 * ours that the policy does not have go last; one that the kernel has otherwise than it was meant (an old one knows no
 * DSCP) is ENOTSUP.  secrets: lines of key number and secret; EBADMSG: they are not, ENOKEY: one is missing.  0, or an
 * errno.
 */
int barrier_routes(struct kernel *kernel, const struct cp_edge_policy *policy, cp_text secrets,
                   struct cp_arena *arena);
/** Name below /proc/sys and value, as many as there are; false: no more.  */
bool barrier_sysctl(const struct cp_edge_policy *policy, uint32_t which,
                    char name[BARRIER_NAME_MAX], const char **value);
/** All of it, the filter first.  NULL, or what failed; errno says why: ESTALE: the kernel has a newer policy. Where the kernel's words are set: it is told on standard output. */
const char *barrier_raise(struct kernel *kernel, const struct cp_edge_policy *policy,
                          cp_text secrets, struct cp_arena *arena);
