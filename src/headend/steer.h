#pragma once

#include "kernel/kernel.h"
#include "netlink/known.h"

#include "ask.h"

/** The kernel, which is read here, and the agent, which changes it. */
struct steer {
    struct kernel *kernel;
    struct mnl_socket *links;
    struct ask *ask;
    struct cp_nl_known known;
    bool raised; /* the barrier was there when it was asked last */
};

/** Knows nothing yet of what the kernel has.  Errors: NOMEM. */
CP_MUST_USE cp_err steer_make(struct kernel *kernel, struct mnl_socket *links, struct ask *ask,
                              const struct cp_edge_policy *policy, struct cp_arena *arena,
                              struct steer *out);
/** Takes up what the kernel has: what the policy does not know is deleted, the rest read.  0, or an errno. */
int steer_load(struct steer *steer);
/** The demand goes by these checked paths.  *error: errno of KERNEL and BARRIER. */
cp_agent_result steer_order(struct steer *steer, uint32_t demand, const struct cp_agent_path *paths,
                            uint32_t path_count, int *error);
/** Prohibits it.  0, or an errno. */
int steer_stop(struct steer *steer, uint32_t demand);
/** Reads it from the kernel. */
int steer_read(struct steer *steer, uint32_t demand);
/** Stops what a policy, which may be another one, does not permit at this time.  false: not all would stop. */
bool steer_judge(struct steer *steer, const struct cp_edge_policy *by, uint64_t now_us);
/** A link (0: any) has changed: first hops there that the kernel may have dropped are put back by steer_restore.  Whether there are any. */
bool steer_link_changed(struct steer *steer, uint32_t index);
/** Whether all are back. */
bool steer_restore(struct steer *steer);
/** Puts the policy's local SIDs.  0, or an errno. */
int steer_locals(struct steer *steer);
/** Whether the barrier has been raised by the policy in force. */
bool steer_is_raised(struct steer *steer);
