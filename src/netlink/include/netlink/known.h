#pragma once

#include "netlink/demand.h"

/*
 * What is known of the kernel: demands as they were read last, and first SIDs with those who hold them.  A first SID
 * has one first hop, whichever demand uses it.
 */
#define CP_NL_HELD_MAX (4 * CP_AGENT_PATHS)
#define CP_NL_NO_SID UINT32_MAX

/** A demand as the kernel has it, and the first SIDs that it holds, as indexes of the policy's sids. */
struct cp_nl_demand {
    cp_agent_state state;
    uint32_t path_count, held_count;
    uint32_t mtu; /* that its routes were given; 0: not known */
    uint32_t held[CP_NL_HELD_MAX];
    struct cp_agent_path paths[CP_AGENT_PATHS];
    struct cp_nl_count left; /* what of it has left, by whatever way */
};

/** A first SID that demands hold: its packets go to that first hop. */
struct cp_nl_outer {
    uint32_t holders;
    uint32_t first; /* number; 0: not known, or none */
    bool missing;   /* its link has changed: its route may be gone */
};

struct cp_nl_known {
    const struct cp_edge_policy *policy;
    struct cp_nl_demand *demands; /* [demand_count] */
    struct cp_nl_outer *outers;   /* [sid_count] */
    uint32_t *links;              /* [first_count], what place has */
    struct cp_nl_place place;
    bool whole; /* all demands were read: what they do not have nobody has */
};

/** Nothing of it yet; all in the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_nl_known_make(const struct cp_edge_policy *policy, struct cp_arena *arena,
                                    struct cp_nl_known *out);
/** The index of the SID that a path's packets of a family go to first; CP_NL_NO_SID: the policy has it not. */
uint32_t cp_nl_first_sid(const struct cp_nl_known *known, const struct cp_edge_demand *demand,
                         const struct cp_agent_path *path, uint8_t family);
/** The demand holds the SID; first: the way out that it has, as far as that is not known, or 0. */
void cp_nl_hold(struct cp_nl_known *known, struct cp_nl_demand *at, uint32_t sid, uint32_t first);
/** It holds the first SIDs of the paths that it has. */
void cp_nl_hold_all(struct cp_nl_known *known, uint32_t demand);
/** It is believed to be so, until it is read. */
void cp_nl_believe(struct cp_nl_demand *at, cp_agent_state state, const struct cp_agent_path *paths,
                   uint32_t path_count);
/** Where the answer tells of something of ours that the policy does not know, or nobody has: the step that deletes it. */
void cp_nl_put_leftover(struct cp_nl_steps *steps, const struct cp_nl_known *known,
                        const struct nlmsghdr *answer);
/** One of the policy's SIDs of our own; nothing where it is none.  link: index of an adjacency's interface; 0: there is none, and it is prohibited. */
void cp_nl_put_local_sid(struct cp_nl_steps *steps, const struct cp_edge_policy *policy,
                         uint32_t sid, uint32_t link);
