#pragma once

#include "kernel/kernel.h"
#include "netlink/known.h"

#include "ask.h"

/** What the filter says of the ways that an order is to go, asked as it is done. */
struct foreseen {
    struct cp_nl_way ways[2 * CP_AGENT_PATHS];
    uint32_t way_count;
    struct cp_nl_count counts[2 * CP_AGENT_PATHS + 2]; /* of each way; of IPv4 and IPv6 */
};

/** The kernel, which is read here, and the agent, which changes it. */
struct steer {
    struct kernel *kernel;
    struct mnl_socket *links;
    struct ask *ask;
    struct cp_nl_known known;
    bool raised; /* the barrier was there when it was asked last */
};

/** A demand is to go by these paths. */
struct steer_order {
    uint32_t demand, path_count;
    const struct cp_agent_path *paths;
    cp_agent_result result;
    int error; /* errno of KERNEL and BARRIER */

    /* As it is done. */
    uint32_t mtu;                                    /* that its ways out leave for a packet */
    struct cp_nl_outer *changed[2 * CP_AGENT_PATHS]; /* first hops that it puts, [changed_count] */
    uint32_t changed_count;
    uint32_t asked_at; /* its first question among the steps */
    struct foreseen foreseen;
    bool done;
};

/** Knows nothing yet of what the kernel has.  Errors: NOMEM. */
CP_MUST_USE cp_err steer_make(struct kernel *kernel, struct mnl_socket *links, struct ask *ask,
                              const struct cp_edge_policy *policy, struct cp_arena *arena,
                              struct steer *out);
/** Takes up what the kernel has: what the policy does not know is deleted, the rest read.  0, or an errno. */
int steer_load(struct steer *steer);
/**
 * Does the first of these orders, whose paths are checked, and beside it those behind that do not hinder each other, in one
 * datagram to the agent: nearly all of the time that an order takes is waking it.  What failed so is done again, alone.  How many.
 */
uint32_t steer_orders(struct steer *steer, struct steer_order *orders, uint32_t count);
/** Looks for links again: they may have changed. */
void steer_look_at_links(struct steer *steer);
/** The demand lets go of all first SIDs but those of the paths that it has; to be committed. */
void steer_let_go(struct steer *steer, uint32_t demand);
/** Its prefixes lead to its group (RTN_UNICAST) or nowhere (RTN_PROHIBIT); to be committed. */
void steer_put_prefixes(struct steer *steer, uint32_t demand, uint8_t type, uint32_t mtu);
/** Prohibits it.  0, or an errno. */
int steer_stop(struct steer *steer, uint32_t demand);
/** Reads it from the kernel.  foreseen: NULL, or what the filter has said. */
int steer_read(struct steer *steer, uint32_t demand, const struct foreseen *foreseen);
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
