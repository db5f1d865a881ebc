#include <string.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>

#include "steer.h"

/* What the kernel has: of one demand, and at the start of all, where what nobody asks for goes. */

static const uint8_t families[] = {4, 6};

static int ask(struct steer *steer, struct cp_nl_reading *reading, uint32_t slots)
{
    struct kernel *kernel = steer->kernel;

    cp_nl_ask_paths(&kernel->nl, reading, slots);
    for (uint32_t i = 0; i < reading->demand->prefix_count && !reading->all; i++) {
        kernel_relieve(kernel, cp_nl_take, reading);
        cp_nl_ask_prefix(&kernel->nl, reading, i);
    }
    return kernel_commit(kernel, cp_nl_take, reading);
}

/* Where the outer packets of a path go, and whether the filter lets them: both families the same. */
static int read_first(struct steer *steer, struct cp_nl_reading *reading,
                      struct cp_agent_path *path, bool *whole)
{
    struct kernel *kernel = steer->kernel;
    int error = 0;

    for (uint32_t f = 0; f < 2 && error == 0; f++) {
        cp_ip sid = cp_agent_first_sid(steer->known.policy, reading->demand, path, families[f]);
        uint32_t index = cp_nl_first_sid(&steer->known, reading->demand, path, families[f]);

        if (reading->groups[f].member_count == 0)
            continue;
        cp_nl_ask_outer(&kernel->nl, reading, sid);
        error = kernel_commit(kernel, cp_nl_take, reading);
        if (error == 0 && reading->first != NULL) {
            cp_nl_ask_verified(&kernel->nl, reading, sid);
            error = kernel_commit(kernel, cp_nl_take, reading);
        }
        *whole = *whole && reading->verified &&
                 (path->first == 0 || path->first == reading->first->number);
        if (path->first == 0 && reading->first != NULL)
            path->first = reading->first->number;
        else if (path->first == 0 &&
                 index != CP_NL_NO_SID) /* its link is down, say; what it had is known yet */
            path->first = steer->known.outers[index].first;
        if (reading->verified &&
            (f == 0 || path->segment_count == 0 || reading->groups[0].member_count == 0))
            path->packets += reading->packets; /* a first SID that both share is counted once */
    }
    return error;
}

int steer_read(struct steer *steer, uint32_t d)
{
    struct cp_nl_demand *out = &steer->known.demands[d];
    struct cp_nl_reading reading = {.place = &steer->known.place,
                                    .demand = &steer->known.policy->demands[d]};
    uint32_t slots = out->path_count > 0 ? out->path_count : CP_AGENT_PATHS;
    bool whole;
    int error;

    if (steer->kernel->words != NULL)
        return 0;
    error = ask(steer, &reading,
                slots); /* as many as it is believed to have; all where there are others */
    if (error == 0 &&
        (reading.groups[0].member_count > slots || reading.groups[1].member_count > slots))
        error = ask(steer, &reading, CP_AGENT_PATHS);
    out->state = CP_AGENT_STATE_BROKEN;
    whole = cp_nl_read_paths(&reading, out->paths, &out->path_count);
    if (error == 0 && reading.right == 0 && reading.wrong == 0) {
        out->state = CP_AGENT_STATE_STOPPED; /* whatever nexthops are left: nothing goes there */
        out->path_count = 0;
        memset(out->paths, 0, sizeof out->paths);
        return 0;
    }
    for (uint32_t i = 0; i < out->path_count && error == 0; i++)
        error = read_first(steer, &reading, &out->paths[i], &whole);
    if (error == 0 && whole && out->path_count > 0 && reading.right == reading.demand->prefix_count)
        out->state = CP_AGENT_STATE_INSTALLED;
    return error;
}

struct leftovers {
    const struct cp_nl_known *known;
    struct cp_nl deletions;
};

static void on_leftover(void *to, const struct nlmsghdr *answer)
{
    struct leftovers *left = to;

    cp_nl_put_leftover(&left->deletions, left->known, answer);
}

/* type: RTM_GET...; 0: the verified ways, of which one at a time can be deleted */
static int delete_leftovers(struct steer *steer, uint16_t type, struct leftovers *left)
{
    int error = 0;

    do {
        cp_nl_clear(&left->deletions);
        if (type == 0)
            cp_nl_ask_all_verified(&steer->kernel->nl);
        else
            cp_nl_ask_all(&steer->kernel->nl, type);
        error = kernel_commit(steer->kernel, on_leftover, left);
        if (error != 0 || left->deletions.used == 0)
            return error;
        steer->kernel->nl = left->deletions;
        error = kernel_commit(steer->kernel, NULL, NULL);
    } while (error == 0);
    return error;
}

int steer_load(struct steer *steer)
{
    static const uint16_t asked[] = {RTM_GETNEXTHOP, RTM_GETROUTE, 0};
    struct leftovers left = {.known = &steer->known};
    int error = delete_leftovers(steer, RTM_GETNEXTHOP, &left);

    if (error == 0)
        error = delete_leftovers(steer, RTM_GETROUTE, &left);
    for (uint32_t d = 0; d < steer->known.policy->demand_count && error == 0; d++) {
        error = steer_read(steer, d);
        cp_nl_hold_all(&steer->known, d);
    }
    steer->known.whole = true;
    for (uint32_t i = 0; i < CP_COUNT(asked) && error == 0; i++)
        error = delete_leftovers(steer, asked[i], &left);
    return error;
}
