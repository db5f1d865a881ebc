#include "steer.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "kernel/links.h"
#include "netlink/element.h"

/*
 * Every change leaves the old or the new way whole after each datagram to the agent: a first SID has its route before a
 * nexthop goes there, nexthops, groups and routes are replaced in place, and what was the old way's alone goes
 * last.  What the kernel has is read back each time; that is what is kept.
 */

enum { ETHERNET_MTU = 1500 };

static const uint8_t families[] = {4, 6};

static const struct cp_edge_first *first_of(const struct steer *steer, uint32_t number)
{
    return cp_edge_first_find(steer->known.policy, number);
}

static void look_at_links(struct steer *steer)
{
    for (uint32_t i = 0; i < steer->known.policy->first_count; i++)
        steer->known.links[i] = links_find(steer->known.policy->firsts[i].interface);
    steer->known.place.device = links_find(CP_TEXT(CP_DEVICE));
}

cp_err steer_make(struct kernel *kernel, struct mnl_socket *links, struct ask *ask,
                  const struct cp_edge_policy *policy, struct cp_arena *arena, struct steer *out)
{
    *out = (struct steer){.kernel = kernel, .links = links, .ask = ask};
    CP_TRY(cp_nl_known_make(policy, arena, &out->known));
    look_at_links(out);
    return CP_OK;
}

bool steer_is_raised(struct steer *steer)
{
    struct cp_nl_step *step = cp_nl_steps_add(&steer->ask->steps, CP_NL_STEP_ELEMENT);
    struct cp_nl_count count;
    uint64_t key[] = {htobe64(steer->known.policy->serial),
                      htobe64(steer->known.policy->issued_us)};

    step->which = CP_NL_SET_POLICY;
    cp_nl_add_key(step, key, sizeof key);
    steer->raised = ask_commit(steer->ask, &count) == 0 && count.packets != UINT64_MAX;
    return steer->raised || steer->ask->words != NULL;
}

/* Lets go of all first SIDs but those of the paths that it has. */
static int let_go(struct steer *steer, uint32_t d)
{
    struct cp_nl_demand *at = &steer->known.demands[d], before = *at;

    at->held_count = 0;
    cp_nl_hold_all(&steer->known, d);
    for (uint32_t i = 0; i < before.held_count; i++) {
        struct cp_nl_outer *outer = &steer->known.outers[before.held[i]];

        if (--outer->holders > 0 || outer->first == 0)
            continue;
        ask_relieve(steer->ask);
        cp_nl_put_outer(&steer->ask->steps, CP_NL_STEP_UNROUTE, &steer->known.place,
                        steer->known.policy->sids[before.held[i]].sid,
                        first_of(steer, outer->first));
        outer->first = 0;
    }
    return ask_commit(steer->ask, NULL);
}

static void put_prefixes(struct steer *steer, const struct cp_edge_demand *demand, uint8_t type,
                         uint32_t mtu)
{
    for (uint32_t i = 0; i < demand->prefix_count; i++) {
        ask_relieve(steer->ask);
        cp_nl_put_prefix(&steer->ask->steps, steer->known.policy, demand, i, type, mtu);
    }
}

/* Puts the first hops that are not as they are meant to be, again: all; those that it puts, and how many. */
static uint32_t put_firsts(struct steer *steer, uint32_t d, const struct cp_agent_path *paths,
                           uint32_t path_count, bool again,
                           struct cp_nl_outer *changed[2 * CP_AGENT_PATHS])
{
    const struct cp_edge_demand *demand = &steer->known.policy->demands[d];
    uint32_t count = 0;

    for (uint32_t p = 0; p < 2 * path_count; p++) {
        const struct cp_agent_path *path = &paths[p / 2];
        uint32_t sid;

        if (!cp_nl_has_family(steer->known.policy, demand, families[p % 2]))
            continue;
        sid = cp_nl_first_sid(&steer->known, demand, path, families[p % 2]);
        cp_nl_hold(&steer->known, &steer->known.demands[d], sid, 0);
        if (!again && steer->known.outers[sid].first == path->first)
            continue;
        cp_nl_put_outer(&steer->ask->steps, CP_NL_STEP_ROUTE, &steer->known.place,
                        steer->known.policy->sids[sid].sid, first_of(steer, path->first));
        changed[count++] = &steer->known.outers[sid];
        steer->known.outers[sid].first = path->first;
    }
    return count;
}

/* Where nothing is sent (--dry-run) interfaces need not be there. */
static uint32_t mtu_of_link(const struct steer *steer, cp_text interface)
{
    uint32_t mtu = links_mtu(steer->links, interface);

    return mtu == 0 && steer->ask->words != NULL ? (uint32_t)ETHERNET_MTU : mtu;
}

/* What the links of the first hops leave for a packet. */
static uint32_t mtu_of(const struct steer *steer, const struct cp_agent_path *paths,
                       uint32_t path_count)
{
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < path_count; i++) {
        uint32_t mtu = mtu_of_link(steer, first_of(steer, paths[i].first)->interface);
        uint32_t extra = cp_nl_overhead(&paths[i]), left = mtu > extra ? mtu - extra : 0;

        least = left < least ? left : least;
    }
    return least;
}

static bool is_missing(const struct steer *steer, const struct cp_agent_path *paths,
                       uint32_t path_count)
{
    for (uint32_t i = 0; i < path_count; i++)
        if (links_find(first_of(steer, paths[i].first)->interface) == 0)
            return true;
    return false;
}

/* again: all of it, for somebody else took some away; else what is as it was is left out, and the reading finds whether it is */
static int put_all(struct steer *steer, uint32_t d, const struct cp_agent_path *paths,
                   uint32_t path_count, uint32_t mtu, bool again)
{
    const struct cp_edge_demand *demand = &steer->known.policy->demands[d];
    struct cp_nl_demand *at = &steer->known.demands[d];
    struct cp_nl_had had = {at->paths, at->path_count};
    bool standing = !again && at->state == CP_AGENT_STATE_INSTALLED;
    struct cp_nl_outer *changed[2 * CP_AGENT_PATHS];
    uint32_t change_count = put_firsts(steer, d, paths, path_count, again, changed);
    int error = 0;

    if (change_count > 0 && demand->prefix_count > CP_NL_STEPS_MAX / 2)
        error = ask_commit(steer->ask, NULL); /* they may not fit into one datagram */
    if (error != 0)
        return error;
    (void)cp_nl_steps_add(&steer->ask->steps, CP_NL_STEP_THEN);
    cp_nl_put_paths(&steer->ask->steps, steer->known.policy, demand, paths, path_count,
                    standing ? &had : NULL);
    if (!standing || at->mtu != mtu)
        put_prefixes(steer, demand, RTN_UNICAST, mtu);
    if (again || had.path_count > path_count) {
        ask_relieve(steer->ask);
        (void)cp_nl_steps_add(&steer->ask->steps, CP_NL_STEP_THEN);
        cp_nl_delete_paths(&steer->ask->steps, demand, path_count);
    }
    error = ask_commit(steer->ask, NULL);
    at->mtu = error == 0 ? mtu : 0;
    for (uint32_t i = 0; i < change_count; i++)
        changed[i]->missing = error != 0; /* and is put again */
    if (error == 0)
        cp_nl_believe(at, CP_AGENT_STATE_INSTALLED, paths, path_count);
    return error;
}

cp_agent_result steer_order(struct steer *steer, uint32_t d, const struct cp_agent_path *paths,
                            uint32_t path_count, int *error)
{
    struct cp_nl_demand *at = &steer->known.demands[d];
    uint32_t mtu = mtu_of(steer, paths, path_count);
    bool narrow = mtu < steer->known.policy->mtu, done = false;
    int letting;

    *error = 0;
    if (!steer->raised && !steer_is_raised(steer))
        return CP_AGENT_BARRIER;
    for (uint32_t tries = 0; tries < 2 && !done && !narrow; tries++) {
        int reading;

        *error = put_all(steer, d, paths, path_count, mtu, tries > 0);
        reading = steer_read(steer, d);
        *error = *error != 0 ? *error : reading;
        done = *error == 0 && at->state == CP_AGENT_STATE_INSTALLED &&
               cp_nl_same_paths(at->paths, at->path_count, paths, path_count);
        if (!done)
            look_at_links(steer);
    }
    if (narrow) {
        *error = steer_read(steer, d);
        if (!is_missing(steer, paths, path_count))
            return CP_AGENT_TOO_NARROW;
        *error = *error != 0 ? *error : ENODEV; /* it may come, and be wide enough */
        return CP_AGENT_KERNEL;
    }
    letting = let_go(steer, d);
    *error = *error != 0 ? *error : letting;
    if (done && *error == 0)
        return CP_AGENT_DONE;
    return steer_is_raised(steer) && steer->known.place.device != 0 ? CP_AGENT_KERNEL
                                                                    : CP_AGENT_BARRIER;
}

int steer_stop(struct steer *steer, uint32_t d)
{
    const struct cp_edge_demand *demand = &steer->known.policy->demands[d];
    int error, reading;

    put_prefixes(steer, demand, RTN_PROHIBIT, 0);
    ask_relieve(steer->ask);
    cp_nl_delete_paths(&steer->ask->steps, demand, 0);
    error = ask_commit(steer->ask, NULL);
    steer->known.demands[d].mtu = 0;
    cp_nl_believe(&steer->known.demands[d], CP_AGENT_STATE_STOPPED, NULL, 0);
    reading = steer_read(steer, d);
    error = error != 0 ? error : reading;
    reading = let_go(steer, d);
    return error != 0 ? error : reading;
}

bool steer_judge(struct steer *steer, const struct cp_edge_policy *by, uint64_t now_us)
{
    bool whole = true;

    for (uint32_t d = 0; d < steer->known.policy->demand_count; d++) {
        const struct cp_edge_demand *was = &steer->known.policy->demands[d];
        const struct cp_edge_demand *is = cp_edge_demand_find(by, was->class, was->endpoint);
        cp_agent_result result = is == NULL ? CP_AGENT_UNKNOWN : CP_AGENT_DONE;

        for (uint32_t p = 0; p < steer->known.demands[d].path_count && result == CP_AGENT_DONE;
             p++) {
            struct cp_agent_path path = steer->known.demands[d].paths[p];

            path.packets = 0;
            result = cp_agent_check_path(by, now_us, is, &path);
        }
        if (steer->known.demands[d].path_count > 0 && result != CP_AGENT_DONE)
            whole = steer_stop(steer, d) == 0 && steer->known.demands[d].path_count == 0 && whole;
    }
    return whole;
}

bool steer_link_changed(struct steer *steer, uint32_t index)
{
    const struct cp_edge_policy *policy = steer->known.policy;
    bool any = false;

    look_at_links(steer);
    for (uint32_t i = 0; i < policy->sid_count; i++) {
        struct cp_nl_outer *outer = &steer->known.outers[i];
        const struct cp_edge_first *first = first_of(steer, outer->first);

        if (outer->holders == 0 || first == NULL ||
            (index != 0 && steer->known.links[first - policy->firsts] != index))
            continue;
        outer->missing = any = true;
    }
    return any;
}

bool steer_restore(struct steer *steer)
{
    bool whole = true;

    for (uint32_t i = 0; i < steer->known.policy->sid_count; i++) {
        struct cp_nl_outer *outer = &steer->known.outers[i];

        if (!outer->missing || outer->holders == 0 || outer->first == 0)
            continue;
        cp_nl_put_outer(&steer->ask->steps, CP_NL_STEP_ROUTE, &steer->known.place,
                        steer->known.policy->sids[i].sid, first_of(steer, outer->first));
        outer->missing = ask_commit(steer->ask, NULL) != 0;
        whole = whole && !outer->missing;
    }
    return whole;
}

int steer_locals(struct steer *steer)
{
    for (uint32_t i = 0; i < steer->known.policy->sid_count; i++) {
        cp_text interface = steer->known.policy->sids[i].interface;

        ask_relieve(steer->ask);
        cp_nl_put_local_sid(&steer->ask->steps, steer->known.policy, i,
                            interface.len > 0 ? links_find(interface) : 0);
    }
    return ask_commit(steer->ask, NULL);
}
