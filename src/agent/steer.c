#include "steer.h"

#include <errno.h>
#include <string.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>

/*
 * Every change leaves the old or the new way whole after each step: the new first hop is verified and has its route
 * before a nexthop goes there, nexthops, groups and routes are replaced in place, and what was the old way's alone goes
 * last.  What the kernel has is read back each time; that is what is kept.
 */

static const uint8_t families[] = {4, 6};

static const struct cp_edge_first *first_of(const struct steer *steer, uint32_t number)
{
    return cp_edge_first_find(steer->policy, number);
}

static void look_at_links(struct steer *steer)
{
    for (uint32_t i = 0; i < steer->policy->first_count; i++)
        steer->links[i] = kernel_link(steer->policy->firsts[i].interface);
    steer->place =
        (struct cp_nl_place){steer->policy, steer->links, kernel_link(CP_TEXT(CP_DEVICE))};
}

cp_err steer_make(struct kernel *kernel, const struct cp_edge_policy *policy,
                  struct cp_arena *arena, struct steer *out)
{
    *out = (struct steer){.kernel = kernel,
                          .policy = policy,
                          .demands = CP_TAKE(arena, policy->demand_count, struct steer_demand),
                          .outers = CP_TAKE(arena, policy->sid_count, struct steer_outer),
                          .links = CP_TAKE(arena, policy->first_count, uint32_t)};
    if (out->demands == NULL || out->outers == NULL || out->links == NULL)
        return CP_ERR_NOMEM;
    look_at_links(out);
    return CP_OK;
}

/* What changes of a first SID for all that may use it; mark 0: probes. */
static int change_verified(struct steer *steer, uint8_t type, cp_ip sid, uint32_t first)
{
    const struct cp_edge_first *to = first_of(steer, first);
    cp_edge_classes classes = cp_edge_sid_classes(steer->policy, sid);
    int error = 0;

    for (uint32_t c = 0; c <= steer->policy->class_count; c++) {
        uint32_t mark = c == 0 ? 0 : steer->policy->classes[c - 1].number << CP_MARK_SHIFT;
        int now;

        if (c > 0 && (classes >> (c - 1) & 1) == 0)
            continue;
        cp_nl_put_verified(&steer->kernel->nl, type,
                           &(struct cp_nl_verified){mark, to->interface, sid, to->via});
        now = kernel_commit(steer->kernel, NULL, NULL);
        error = error != 0 ? error : now;
    }
    return error;
}

static bool holds(const struct steer_demand *at, uint32_t sid)
{
    for (uint32_t i = 0; i < at->held_count; i++)
        if (at->held[i] == sid)
            return true;
    return false;
}

/* One more holder of a first SID, unless it is one; first: the way out that it has, as far as that is not known. */
static void hold(struct steer *steer, struct steer_demand *at, uint32_t sid, uint32_t first)
{
    if (sid == STEER_NO_SID)
        return;
    if (!holds(at, sid)) {
        CP_ASSERT(at->held_count < STEER_HELD_MAX);
        at->held[at->held_count++] = sid;
        steer->outers[sid].holders++;
    }
    if (steer->outers[sid].first == 0)
        steer->outers[sid].first = first;
}

/* The first hop is verified, then it has its route, then the one before is verified no more. */
static int set_outer(struct steer *steer, uint32_t sid, uint32_t first)
{
    cp_ip address = steer->policy->sids[sid].sid;
    struct steer_outer *outer = &steer->outers[sid];
    uint32_t before = outer->first;
    int error = change_verified(steer, NFT_MSG_NEWSETELEM, address, first);

    if (error == 0) {
        cp_nl_put_outer(&steer->kernel->nl, RTM_NEWROUTE, &steer->place, address,
                        first_of(steer, first));
        error = kernel_commit(steer->kernel, NULL, NULL);
    }
    if (error == 0)
        *outer = (struct steer_outer){outer->holders, first, false};
    if (error != 0 && before != first)
        (void)change_verified(steer, NFT_MSG_DELSETELEM, address, first);
    if (error != 0 || before == 0 || before == first)
        return error;
    return change_verified(steer, NFT_MSG_DELSETELEM, address, before);
}

uint32_t steer_first_sid(const struct steer *steer, const struct cp_edge_demand *demand,
                         const struct cp_agent_path *path, uint8_t family)
{
    cp_ip address = cp_agent_first_sid(steer->policy, demand, path, family);
    const struct cp_edge_sid *sid = cp_edge_sid_find(steer->policy, address);

    return sid == NULL ? STEER_NO_SID : (uint32_t)(sid - steer->policy->sids);
}

void steer_hold_all(struct steer *steer, uint32_t d)
{
    const struct cp_edge_demand *demand = &steer->policy->demands[d];
    struct steer_demand *at = &steer->demands[d];

    for (uint32_t p = 0; p < 2 * at->path_count; p++)
        if (cp_nl_has_family(steer->policy, demand, families[p % 2]))
            hold(steer, at, steer_first_sid(steer, demand, &at->paths[p / 2], families[p % 2]),
                 at->paths[p / 2].first);
}

/* Lets go of all first SIDs but those of the paths that it has. */
static int let_go(struct steer *steer, uint32_t d)
{
    struct steer_demand *at = &steer->demands[d], before = *at;
    int error = 0;

    at->held_count = 0;
    steer_hold_all(steer, d);
    for (uint32_t i = 0; i < before.held_count; i++) {
        struct steer_outer *outer = &steer->outers[before.held[i]];
        cp_ip sid = steer->policy->sids[before.held[i]].sid;

        if (--outer->holders > 0 || outer->first == 0)
            continue;
        cp_nl_put_outer(&steer->kernel->nl, RTM_DELROUTE, &steer->place, sid,
                        first_of(steer, outer->first));
        error = error != 0 ? error : kernel_commit(steer->kernel, NULL, NULL);
        error = error != 0 ? error : change_verified(steer, NFT_MSG_DELSETELEM, sid, outer->first);
        outer->first = 0;
    }
    return error;
}

static void put_prefixes(struct steer *steer, const struct cp_edge_demand *demand, uint8_t type,
                         uint32_t mtu)
{
    for (uint32_t i = 0; i < demand->prefix_count; i++) {
        kernel_relieve(steer->kernel, NULL, NULL);
        cp_nl_put_prefix(&steer->kernel->nl, steer->policy, demand, i, type, mtu);
    }
}

/* Puts the first hops that are not as they are meant to be; again: all. */
static int put_firsts(struct steer *steer, uint32_t d, const struct cp_agent_path *paths,
                      uint32_t path_count, bool again)
{
    const struct cp_edge_demand *demand = &steer->policy->demands[d];

    for (uint32_t p = 0; p < 2 * path_count; p++) {
        const struct cp_agent_path *path = &paths[p / 2];
        uint32_t sid;
        int error;

        if (!cp_nl_has_family(steer->policy, demand, families[p % 2]))
            continue;
        sid = steer_first_sid(steer, demand, path, families[p % 2]);
        hold(steer, &steer->demands[d], sid, 0);
        if (!again && steer->outers[sid].first == path->first)
            continue;
        error = set_outer(steer, sid, path->first);
        if (error != 0)
            return error;
    }
    return 0;
}

/* had: how many nexthops there may be of before */
static int put(struct steer *steer, uint32_t d, const struct cp_agent_path *paths,
               uint32_t path_count, uint32_t mtu, uint32_t had)
{
    const struct cp_edge_demand *demand = &steer->policy->demands[d];
    int error;

    cp_nl_put_paths(&steer->kernel->nl, &steer->place, demand, paths, path_count);
    put_prefixes(steer, demand, RTN_UNICAST, mtu);
    error = kernel_commit(steer->kernel, NULL, NULL);
    if (error != 0 || had <= path_count)
        return error;
    cp_nl_delete_paths(&steer->kernel->nl, demand, path_count);
    return kernel_commit(steer->kernel, NULL, NULL);
}

/* What the links of the first hops leave for a packet. */
static uint32_t mtu_of(const struct steer *steer, const struct cp_agent_path *paths,
                       uint32_t path_count)
{
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < path_count; i++) {
        uint32_t mtu = kernel_mtu(steer->kernel, first_of(steer, paths[i].first)->interface);
        uint32_t extra = cp_nl_overhead(&paths[i]), left = mtu > extra ? mtu - extra : 0;

        least = left < least ? left : least;
    }
    return least;
}

/* What is meant to be so, until it is read (or told, where nothing is sent). */
static void believe(struct steer_demand *at, cp_agent_state state,
                    const struct cp_agent_path *paths, uint32_t path_count)
{
    at->state = state;
    at->path_count = path_count;
    memset(at->paths, 0, sizeof at->paths);
    for (uint32_t i = 0; i < path_count; i++)
        at->paths[i] = paths[i];
}

/* again: all of it, for somebody else took some away */
static int put_all(struct steer *steer, uint32_t d, const struct cp_agent_path *paths,
                   uint32_t path_count, bool again)
{
    uint32_t had = again ? CP_AGENT_PATHS : steer->demands[d].path_count,
             mtu = mtu_of(steer, paths, path_count);
    int error = put_firsts(steer, d, paths, path_count, again);

    if (error == 0)
        error = put(steer, d, paths, path_count, mtu, had);
    if (error == 0)
        believe(&steer->demands[d], CP_AGENT_STATE_INSTALLED, paths, path_count);
    return error;
}

cp_agent_result steer_order(struct steer *steer, uint32_t d, const struct cp_agent_path *paths,
                            uint32_t path_count, int *error)
{
    struct steer_demand *at = &steer->demands[d];
    bool narrow = mtu_of(steer, paths, path_count) < steer->policy->mtu, done = false;
    int letting;

    *error = 0;
    for (uint32_t tries = 0; tries < 2 && !done && !narrow; tries++) {
        int reading;

        *error = put_all(steer, d, paths, path_count, tries > 0);
        reading = steer_read(steer, d);
        *error = *error != 0 ? *error : reading;
        done = *error == 0 && at->state == CP_AGENT_STATE_INSTALLED &&
               cp_nl_same_paths(at->paths, at->path_count, paths, path_count);
        if (!done)
            look_at_links(steer);
    }
    if (narrow) {
        *error = steer_read(steer, d);
        return CP_AGENT_TOO_NARROW;
    }
    letting = let_go(steer, d);
    *error = *error != 0 ? *error : letting;
    if (done && *error == 0)
        return CP_AGENT_DONE;
    return *error == ENOENT || steer->place.device == 0 ? CP_AGENT_BARRIER : CP_AGENT_KERNEL;
}

int steer_stop(struct steer *steer, uint32_t d)
{
    const struct cp_edge_demand *demand = &steer->policy->demands[d];
    int error, reading;

    put_prefixes(steer, demand, RTN_PROHIBIT, 0);
    kernel_relieve(steer->kernel, NULL, NULL);
    cp_nl_delete_paths(&steer->kernel->nl, demand, 0);
    error = kernel_commit(steer->kernel, NULL, NULL);
    believe(&steer->demands[d], CP_AGENT_STATE_STOPPED, NULL, 0);
    reading = steer_read(steer, d);
    error = error != 0 ? error : reading;
    reading = let_go(steer, d);
    return error != 0 ? error : reading;
}

bool steer_judge(struct steer *steer, const struct cp_edge_policy *by, uint64_t now_us)
{
    bool whole = true;

    for (uint32_t d = 0; d < steer->policy->demand_count; d++) {
        const struct cp_edge_demand *was = &steer->policy->demands[d];
        const struct cp_edge_demand *is = cp_edge_demand_find(by, was->class, was->endpoint);
        cp_agent_result result = is == NULL ? CP_AGENT_UNKNOWN : CP_AGENT_DONE;

        for (uint32_t p = 0; p < steer->demands[d].path_count && result == CP_AGENT_DONE; p++) {
            struct cp_agent_path path = steer->demands[d].paths[p];

            path.packets = 0;
            result = cp_agent_check_path(by, now_us, is, &path);
        }
        if (steer->demands[d].path_count > 0 && result != CP_AGENT_DONE)
            whole = steer_stop(steer, d) == 0 && steer->demands[d].path_count == 0 && whole;
    }
    return whole;
}

void steer_links_changed(struct steer *steer)
{
    look_at_links(steer);
    for (uint32_t i = 0; i < steer->policy->sid_count; i++)
        steer->outers[i].missing = true;
}

bool steer_restore(struct steer *steer)
{
    bool whole = true;

    for (uint32_t i = 0; i < steer->policy->sid_count; i++) {
        struct steer_outer *outer = &steer->outers[i];

        if (!outer->missing || outer->holders == 0 || outer->first == 0)
            continue;
        cp_nl_put_outer(&steer->kernel->nl, RTM_NEWROUTE, &steer->place, steer->policy->sids[i].sid,
                        first_of(steer, outer->first));
        outer->missing = kernel_commit(steer->kernel, NULL, NULL) != 0;
        whole = whole && !outer->missing;
    }
    return whole;
}

int steer_locals(struct steer *steer)
{
    for (uint32_t i = 0; i < steer->policy->sid_count; i++) {
        const struct cp_edge_sid *sid = &steer->policy->sids[i];

        if (sid->kind < CP_EDGE_LOCAL_ADJACENCY)
            continue;
        kernel_relieve(steer->kernel, NULL, NULL);
        cp_nl_put_route(&steer->kernel->nl, RTM_NEWROUTE,
                        &(struct cp_nl_route){.table = CP_TABLE_LOCALS,
                                              .prefix = {.address = sid->sid, .length = 128},
                                              .local = sid,
                                              .type = RTN_UNICAST,
                                              .oif = steer->place.device});
    }
    return kernel_commit(steer->kernel, NULL, NULL);
}
