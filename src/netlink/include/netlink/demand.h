#pragma once

#include "netlink/answer.h"
#include "netlink/step.h"

/*
 * A demand in the kernel: a group of nexthops a family, to which its prefixes lead.  It is read in three questions:
 * nexthops and the routes that packets to its prefixes take; the routes that its first SIDs take; whether the filter lets
 * these pass.
 */

/** Where and by what: the policy, and the kernel's numbers of interfaces. */
struct cp_nl_place {
    const struct cp_edge_policy *policy;
    const uint32_t *links; /* [first_count] of first hops; 0: it is not there */
    uint32_t device;       /* of CP_DEVICE; 0: likewise */
};

/** Paths that a demand has in the kernel. */
struct cp_nl_had {
    const struct cp_agent_path *paths;
    uint32_t path_count;
};

/** Whether anything of a family (4, 6) is behind it. */
bool cp_nl_has_family(const struct cp_edge_policy *policy, const struct cp_edge_demand *demand,
                      uint8_t family);
/** What SRv6 adds to a packet of a path, in bytes. */
uint32_t cp_nl_overhead(const struct cp_agent_path *path);

/** Nexthops and groups of all families; what is as in `had` is left out (NULL: nothing is known to be there). */
void cp_nl_put_paths(struct cp_nl_steps *steps, const struct cp_edge_policy *policy,
                     const struct cp_edge_demand *demand, const struct cp_agent_path *paths,
                     uint32_t path_count, const struct cp_nl_had *had);
/** One of the demand's prefixes to its group (RTN_UNICAST) or nowhere (RTN_PROHIBIT). */
void cp_nl_put_prefix(struct cp_nl_steps *steps, const struct cp_edge_policy *policy,
                      const struct cp_edge_demand *demand, uint32_t which, uint8_t type,
                      uint32_t mtu);
/** Nexthops from the first on; all and the groups where from is 0. */
void cp_nl_delete_paths(struct cp_nl_steps *steps, const struct cp_edge_demand *demand,
                        uint32_t from);
/** The way out of a first SID: CP_NL_STEP_ROUTE, CP_NL_STEP_UNROUTE. */
void cp_nl_put_outer(struct cp_nl_steps *steps, cp_nl_step_kind kind,
                     const struct cp_nl_place *place, cp_ip sid, const struct cp_edge_first *first);

/** Where the outer packets of a path go, of one family. */
struct cp_nl_way {
    uint32_t path; /* its index */
    uint8_t family;
    cp_ip sid;                         /* the first */
    const struct cp_edge_first *first; /* NULL: nowhere that we know */
};

struct cp_nl_reading {
    const struct cp_nl_place *place;
    const struct cp_edge_demand *demand;
    struct cp_nl_nexthop groups[2], members[2][CP_AGENT_PATHS]; /* IPv4, IPv6 */
    bool all; /* all routes are asked for: a packet to a prefix may take that of one inside of it */
    uint32_t right, wrong; /* routes that go to the group; that go elsewhere */
    struct cp_nl_way ways[2 * CP_AGENT_PATHS];
    uint32_t way_count;
};

/** Begins anew.  slots: how many nexthops of a group are asked for. */
void cp_nl_ask_paths(struct cp_nl *nl, struct cp_nl_reading *reading, uint32_t slots);
/** Then: a packet to one of its prefixes, unless `all` is set. */
void cp_nl_ask_prefix(struct cp_nl *nl, const struct cp_nl_reading *reading, uint32_t which);
/** Which ways the outer packets of these paths go. */
void cp_nl_ask_ways(struct cp_nl *nl, struct cp_nl_reading *reading,
                    const struct cp_agent_path *paths, uint32_t path_count);
/** Whether it is the ways of these paths that were asked for. */
bool cp_nl_has_ways(const struct cp_nl_reading *reading, const struct cp_agent_path *paths,
                    uint32_t path_count);
/** The ways of paths as they are ordered; how many. */
uint32_t cp_nl_find_ways(const struct cp_edge_policy *policy, const struct cp_edge_demand *demand,
                         const struct cp_agent_path *paths, uint32_t path_count,
                         struct cp_nl_way ways[2 * CP_AGENT_PATHS]);
/** Whether the filter lets packets of these ways out, [way_count]; and what of the demand has left, of IPv4 and IPv6. */
void cp_nl_put_questions(struct cp_nl_steps *steps, const struct cp_edge_policy *policy,
                         const struct cp_edge_demand *demand, const struct cp_nl_way *ways,
                         uint32_t way_count);
/** An answer to any of them; to is the reading. */
void cp_nl_take(void *to, const struct nlmsghdr *answer);
/** Paths as the groups have them, without first hops.  false: none of ours, or the families go other ways. */
bool cp_nl_read_paths(const struct cp_nl_reading *reading,
                      struct cp_agent_path paths[CP_AGENT_PATHS], uint32_t *path_count);

/** Whether they are the same, whatever went over them. */
bool cp_nl_same_paths(const struct cp_agent_path *a, uint32_t a_count,
                      const struct cp_agent_path *b, uint32_t b_count);

/** Whose nexthop or group it is; NULL: of nobody that the policy knows. */
const struct cp_edge_demand *cp_nl_owner(const struct cp_edge_policy *policy, uint32_t nexthop);
/** Whether the route's prefix is one of those behind the demand, which may be NULL. */
bool cp_nl_is_behind(const struct cp_edge_policy *policy, const struct cp_edge_demand *demand,
                     const struct cp_nl_route *route);
