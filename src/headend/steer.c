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

static const struct cp_edge_first *first_of(const struct steer *steer, uint32_t number)
{
    return cp_edge_first_find(steer->known.policy, number);
}

void steer_look_at_links(struct steer *steer)
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
    steer_look_at_links(out);
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

void steer_let_go(struct steer *steer, uint32_t d)
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
}

void steer_put_prefixes(struct steer *steer, uint32_t d, uint8_t type, uint32_t mtu)
{
    const struct cp_edge_demand *demand = &steer->known.policy->demands[d];

    for (uint32_t i = 0; i < demand->prefix_count; i++) {
        ask_relieve(steer->ask);
        cp_nl_put_prefix(&steer->ask->steps, steer->known.policy, demand, i, type, mtu);
    }
}

int steer_stop(struct steer *steer, uint32_t d)
{
    const struct cp_edge_demand *demand = &steer->known.policy->demands[d];
    int error, reading;

    steer_put_prefixes(steer, d, RTN_PROHIBIT, 0);
    ask_relieve(steer->ask);
    cp_nl_delete_paths(&steer->ask->steps, demand, 0);
    error = ask_commit(steer->ask, NULL);
    steer->known.demands[d].mtu = 0;
    cp_nl_believe(&steer->known.demands[d], CP_AGENT_STATE_STOPPED, NULL, 0);
    reading = steer_read(steer, d, NULL);
    error = error != 0 ? error : reading;
    steer_let_go(steer, d);
    reading = ask_commit(steer->ask, NULL);
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

    steer_look_at_links(steer);
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
