#include <string.h>

#include <linux/rtnetlink.h>

#include "netlink/question.h"

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

/* A path's first SID of one family: where its packets go, and a question whether the filter lets them. */
struct outer {
    uint32_t path, family;
    cp_ip sid;
    const struct cp_edge_first *first;
};

static int ask_outers(struct steer *steer, struct cp_nl_reading *reading,
                      const struct cp_nl_demand *at, struct outer *outers, uint32_t *count)
{
    int error = 0;

    *count = 0;
    for (uint32_t p = 0; p < 2 * at->path_count && error == 0; p++) {
        struct outer *outer = &outers[*count];

        if (reading->groups[p % 2].member_count == 0)
            continue;
        *outer = (struct outer){.path = p / 2, .family = families[p % 2]};
        outer->sid = cp_agent_first_sid(steer->known.policy, reading->demand, &at->paths[p / 2],
                                        families[p % 2]);
        cp_nl_ask_outer(&steer->kernel->nl, reading, outer->sid);
        error = kernel_commit(steer->kernel, cp_nl_take, reading);
        outer->first = reading->first;
        cp_nl_put_way(&steer->ask->steps, reading, outer->sid);
        ++*count;
    }
    for (uint32_t f = 0; f < 2; f++)
        cp_nl_put_end(&steer->ask->steps, reading, families[f]);
    return error;
}

/* The way out as the kernel has it; where it is gone with its link, say, as it was known. */
static void take_first(struct steer *steer, struct cp_nl_reading *reading,
                       struct cp_agent_path *path, const struct outer *outer, bool *whole)
{
    uint32_t index = cp_nl_first_sid(&steer->known, reading->demand, path, (uint8_t)outer->family);

    *whole = *whole && outer->first != NULL &&
             (path->first == 0 || path->first == outer->first->number);
    if (path->first == 0 && outer->first != NULL)
        path->first = outer->first->number;
    else if (path->first == 0 && index != CP_NL_NO_SID)
        path->first = steer->known.outers[index].first;
}

/* Where the outer packets of its paths go, and whether the filter lets them: both families the same. */
static int read_firsts(struct steer *steer, struct cp_nl_reading *reading, struct cp_nl_demand *at,
                       bool *whole)
{
    struct outer outers[2 * CP_AGENT_PATHS];
    struct cp_nl_count counts[2 * CP_AGENT_PATHS + 2];
    uint32_t count;
    int error = ask_outers(steer, reading, at, outers, &count), asking = ask_commit(steer->ask, counts);

    for (uint32_t i = 0; i < count; i++) {
        struct cp_agent_path *path = &at->paths[outers[i].path];
        bool passes = counts[i].packets != UINT64_MAX;

        take_first(steer, reading, path, &outers[i], whole);
        *whole = *whole && passes;
        steer->raised = steer->raised && passes;
        if (passes && (outers[i].family == 4 || path->segment_count == 0 ||
                       reading->groups[0].member_count == 0))
            path->packets += counts[i].packets; /* a first SID that both share is counted once */
    }
    at->left = (struct cp_nl_count){0, 0};
    for (uint32_t f = 0; f < 2; f++) {
        if (counts[count + f].packets == UINT64_MAX)
            continue;
        at->left.packets += counts[count + f].packets;
        at->left.bytes += counts[count + f].bytes;
    }
    return error != 0 ? error : asking;
}

int steer_read(struct steer *steer, uint32_t d)
{
    struct cp_nl_demand *out = &steer->known.demands[d];
    struct cp_nl_reading reading = {.place = &steer->known.place,
                                    .demand = &steer->known.policy->demands[d]};
    uint32_t slots = out->path_count > 0 ? out->path_count : CP_AGENT_PATHS;
    bool whole;
    int error;

    if (steer->ask->words != NULL)
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
        out->left = (struct cp_nl_count){0, 0};
        return 0;
    }
    if (error == 0)
        error = read_firsts(steer, &reading, out, &whole);
    if (error == 0 && whole && out->path_count > 0 && reading.right == reading.demand->prefix_count)
        out->state = CP_AGENT_STATE_INSTALLED;
    return error;
}

static void on_leftover(void *to, const struct nlmsghdr *answer)
{
    struct steer *steer = to;

    cp_nl_put_leftover(&steer->ask->steps, &steer->known, answer);
}

/* type: RTM_GET... */
static int delete_leftovers(struct steer *steer, uint16_t type)
{
    int error;
    uint32_t found;

    do {
        cp_nl_ask_all(&steer->kernel->nl, type);
        error = steer->ask->words != NULL ? 0 : kernel_commit(steer->kernel, on_leftover, steer);
        cp_nl_clear(&steer->kernel->nl);
        found = steer->ask->steps.count;
        error = error != 0 ? error : ask_commit(steer->ask, NULL);
    } while (error == 0 && found > 0);
    return error;
}

int steer_load(struct steer *steer)
{
    int error = delete_leftovers(steer, RTM_GETNEXTHOP);

    if (error == 0)
        error = delete_leftovers(steer, RTM_GETROUTE);
    for (uint32_t d = 0; d < steer->known.policy->demand_count && error == 0; d++) {
        error = steer_read(steer, d);
        cp_nl_hold_all(&steer->known, d);
    }
    steer->known.whole = true;
    if (error == 0)
        error = delete_leftovers(steer, RTM_GETNEXTHOP);
    return error == 0 ? delete_leftovers(steer, RTM_GETROUTE) : error;
}
