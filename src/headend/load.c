#include <string.h>

#include <linux/rtnetlink.h>

#include "netlink/question.h"

#include "steer.h"

/* What the kernel has: of one demand, and at the start of all, where what nobody asks for goes. */

enum { FAMILIES = 2 };

/* Asks what was gathered where it is much. */
static void relieve(struct kernel *kernel, struct cp_nl_reading *reading)
{
    if (cp_nl_is_full(&kernel->nl))
        kernel_send(kernel, cp_nl_take, reading);
}

/* Nexthops, the routes that packets to the prefixes take, and the ways of the paths that it is believed to have. */
static int ask(struct steer *steer, struct cp_nl_reading *reading, uint32_t slots)
{
    const struct cp_nl_demand *at =
        &steer->known.demands[reading->demand - steer->known.policy->demands];
    struct kernel *kernel = steer->kernel;

    cp_nl_ask_paths(&kernel->nl, reading, slots);
    for (uint32_t i = 0; i < reading->demand->prefix_count && !reading->all; i++) {
        relieve(kernel, reading);
        cp_nl_ask_prefix(&kernel->nl, reading, i);
    }
    relieve(kernel, reading);
    cp_nl_ask_ways(&kernel->nl, reading, at->paths, at->path_count);
    return kernel_commit(kernel, cp_nl_take, reading);
}

static bool is_foreseen(const struct foreseen *foreseen, const struct cp_nl_reading *reading)
{
    bool same = foreseen != NULL && foreseen->way_count == reading->way_count;

    for (uint32_t i = 0; i < reading->way_count && same; i++)
        same = foreseen->ways[i].first == reading->ways[i].first &&
               cp_ip_eq(foreseen->ways[i].sid, reading->ways[i].sid);
    return same;
}

/* Whether the ways pass the filter, what went by them and by the demand. */
static int ask_filter(struct steer *steer, const struct cp_nl_reading *reading,
                      struct cp_nl_count *counts)
{
    cp_nl_put_questions(&steer->ask->steps, steer->known.policy, reading->demand, reading->ways,
                        reading->way_count);
    return ask_commit(steer->ask, counts);
}

/* The way out as the kernel has it; where it is gone with its link, say, as it was known. */
static void take_first(struct steer *steer, const struct cp_edge_demand *demand,
                       struct cp_agent_path *path, const struct cp_nl_way *way, bool *whole)
{
    uint32_t index = cp_nl_first_sid(&steer->known, demand, path, way->family);

    *whole =
        *whole && way->first != NULL && (path->first == 0 || path->first == way->first->number);
    if (path->first == 0 && way->first != NULL)
        path->first = way->first->number;
    else if (path->first == 0 && index != CP_NL_NO_SID)
        path->first = steer->known.outers[index].first;
}

/* Both families go the same ways, and the filter lets them. */
static void take_counts(struct steer *steer, const struct cp_nl_reading *reading,
                        struct cp_nl_demand *at, const struct cp_nl_count *counts, bool *whole)
{
    for (uint32_t i = 0; i < reading->way_count; i++) {
        const struct cp_nl_way *way = &reading->ways[i];
        struct cp_agent_path *path = &at->paths[way->path];
        bool passes = counts[i].packets != UINT64_MAX;

        take_first(steer, reading->demand, path, way, whole);
        *whole = *whole && passes;
        steer->raised = steer->raised && passes;
        if (passes && (way->family == 4 || path->segment_count == 0 ||
                       !cp_nl_has_family(steer->known.policy, reading->demand, 4)))
            path->packets += counts[i].packets; /* a first SID that both share is counted once */
    }
    at->left = (struct cp_nl_count){0, 0};
    for (uint32_t i = reading->way_count; i < reading->way_count + FAMILIES; i++) {
        if (counts[i].packets == UINT64_MAX)
            continue;
        at->left.packets += counts[i].packets;
        at->left.bytes += counts[i].bytes;
    }
}

int steer_read(struct steer *steer, uint32_t d, const struct foreseen *foreseen)
{
    struct cp_nl_demand *out = &steer->known.demands[d];
    struct cp_nl_reading reading = {.place = &steer->known.place,
                                    .demand = &steer->known.policy->demands[d]};
    struct cp_nl_count counts[CP_COUNT(foreseen->counts)];
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
    if (error == 0 && !cp_nl_has_ways(&reading, out->paths, out->path_count)) {
        cp_nl_ask_ways(&steer->kernel->nl, &reading, out->paths, out->path_count);
        error = kernel_commit(steer->kernel, cp_nl_take, &reading);
    }
    if (error != 0)
        return error;
    if (is_foreseen(foreseen, &reading))
        memcpy(counts, foreseen->counts, sizeof counts);
    else
        error = ask_filter(steer, &reading, counts);
    take_counts(steer, &reading, out, counts, &whole);
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
        error = steer_read(steer, d, NULL);
        cp_nl_hold_all(&steer->known, d);
    }
    steer->known.whole = true;
    if (error == 0)
        error = delete_leftovers(steer, RTM_GETNEXTHOP);
    return error == 0 ? delete_leftovers(steer, RTM_GETROUTE) : error;
}
