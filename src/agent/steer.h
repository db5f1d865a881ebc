#pragma once

#include "barrier/kernel.h"
#include "netlink/demand.h"

enum { STEER_HELD_MAX = 4 * CP_AGENT_PATHS };
#define STEER_NO_SID UINT32_MAX

/** A demand as the kernel has it, and the first SIDs that it holds, as indexes of the policy's sids. */
struct steer_demand {
    cp_agent_state state;
    uint32_t path_count, held_count;
    uint32_t held[STEER_HELD_MAX];
    struct cp_agent_path paths[CP_AGENT_PATHS];
};

/** A first SID that demands hold: its packets go to that first hop, and the filter lets them. */
struct steer_outer {
    uint32_t holders;
    uint32_t first; /* number; 0: not known, or none */
    bool missing;   /* its link has changed: its route may be gone */
};

struct steer {
    struct kernel *kernel;
    const struct cp_edge_policy *policy;
    struct steer_demand *demands; /* [demand_count] */
    struct steer_outer *outers;   /* [sid_count] */
    uint32_t *links;              /* [first_count] what place has */
    struct cp_nl_place place;
};

/** Knows nothing yet of what the kernel has.  Errors: NOMEM. */
CP_MUST_USE cp_err steer_make(struct kernel *kernel, const struct cp_edge_policy *policy,
                              struct cp_arena *arena, struct steer *out);
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
/** Links have changed: first hops that the kernel may have dropped are put back by steer_restore. */
void steer_links_changed(struct steer *steer);
/** Whether all are back. */
bool steer_restore(struct steer *steer);
/** Puts the policy's local SIDs.  0, or an errno. */
int steer_locals(struct steer *steer);

/* Between steer.c and load.c. */

/** The index of the SID that a path's packets of a family go to first; STEER_NO_SID: the policy has it not. */
uint32_t steer_first_sid(const struct steer *steer, const struct cp_edge_demand *demand,
                         const struct cp_agent_path *path, uint8_t family);
/** The demand holds the first SIDs of the paths that it has. */
void steer_hold_all(struct steer *steer, uint32_t demand);
