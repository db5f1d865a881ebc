#include <errno.h>
#include <string.h>

#include <linux/rtnetlink.h>

#include "kernel/links.h"

#include "steer.h"

/*
 * An order is steps for the agent, questions behind them whether the filter lets its ways pass, and the reading of what the kernel
 * has then.  A batch is orders whose steps and questions fit into one datagram.
 */

enum { ETHERNET_MTU = 1500 };
enum { THENS = 4, GROUPS = 2, ENDS = 2 }; /* steps of an order beside those of its ways */

static const uint8_t families[] = {4, 6};

static const struct cp_edge_demand *demand_of(const struct steer *steer,
                                              const struct steer_order *order)
{
    return &steer->known.policy->demands[order->demand];
}

/* --- the room that its ways leave ------------------------------------------------------------------ */

/* Where nothing is sent (--dry-run) interfaces need not be there. */
static uint32_t mtu_of_link(const struct steer *steer, cp_text interface)
{
    uint32_t mtu = links_mtu(steer->links, interface);

    return mtu == 0 && steer->ask->words != NULL ? (uint32_t)ETHERNET_MTU : mtu;
}

/* What the links of the first hops leave for a packet. */
static uint32_t mtu_of(const struct steer *steer, const struct steer_order *order)
{
    uint32_t least = UINT32_MAX;

    for (uint32_t i = 0; i < order->path_count; i++) {
        const struct cp_edge_first *first =
            cp_edge_first_find(steer->known.policy, order->paths[i].first);
        uint32_t mtu = mtu_of_link(steer, first->interface);
        uint32_t extra = cp_nl_overhead(&order->paths[i]), left = mtu > extra ? mtu - extra : 0;

        least = left < least ? left : least;
    }
    return least;
}

static bool is_narrow(const struct steer *steer, const struct steer_order *order)
{
    return order->mtu < steer->known.policy->mtu;
}

static bool is_link_missing(const struct steer *steer, const struct steer_order *order)
{
    const struct cp_edge_policy *policy = steer->known.policy;

    for (uint32_t i = 0; i < order->path_count; i++)
        if (links_find(cp_edge_first_find(policy, order->paths[i].first)->interface) == 0)
            return true;
    return false;
}

static void refuse_narrow(struct steer *steer, struct steer_order *order)
{
    order->error = steer_read(steer, order->demand, NULL);
    order->result = CP_AGENT_TOO_NARROW;
    if (!is_link_missing(steer, order))
        return;
    order->error = order->error != 0 ? order->error : ENODEV; /* it may come, and be wide enough */
    order->result = CP_AGENT_KERNEL;
}

/* --- steps ----------------------------------------------------------------------------------------- */

/* Puts the first hops that are not as they are meant to be, again: all. */
static void put_firsts(struct steer *steer, struct steer_order *order, bool again)
{
    order->changed_count = 0;
    for (uint32_t turn = 0; turn < 2 * order->path_count; turn++) {
        const struct cp_agent_path *path = &order->paths[turn / 2];
        uint8_t family = families[turn % 2];
        uint32_t sid;

        if (!cp_nl_has_family(steer->known.policy, demand_of(steer, order), family))
            continue;
        sid = cp_nl_first_sid(&steer->known, demand_of(steer, order), path, family);
        cp_nl_hold(&steer->known, &steer->known.demands[order->demand], sid, 0);
        if (!again && steer->known.outers[sid].first == path->first)
            continue;
        cp_nl_put_outer(&steer->ask->steps, CP_NL_STEP_ROUTE, &steer->known.place,
                        steer->known.policy->sids[sid].sid,
                        cp_edge_first_find(steer->known.policy, path->first));
        order->changed[order->changed_count++] = &steer->known.outers[sid];
        steer->known.outers[sid].first = path->first;
    }
}

static void put_questions(struct steer *steer, struct steer_order *order)
{
    const struct cp_edge_policy *policy = steer->known.policy;
    const struct cp_edge_demand *demand = demand_of(steer, order);
    struct foreseen *foreseen = &order->foreseen;

    foreseen->way_count =
        cp_nl_find_ways(policy, demand, order->paths, order->path_count, foreseen->ways);
    ask_relieve(steer->ask);
    (void)cp_nl_steps_add(&steer->ask->steps, CP_NL_STEP_THEN);
    order->asked_at = steer->ask->steps.count;
    cp_nl_put_questions(&steer->ask->steps, policy, demand, foreseen->ways, foreseen->way_count);
}

/* again: all of it, for somebody else took some away; else what is as it was is left out, and the reading finds whether it is */
static int gather(struct steer *steer, struct steer_order *order, bool again)
{
    const struct cp_edge_demand *demand = demand_of(steer, order);
    struct cp_nl_demand *at = &steer->known.demands[order->demand];
    struct cp_nl_had had = {at->paths, at->path_count};
    bool standing = !again && at->state == CP_AGENT_STATE_INSTALLED;
    int error = 0;

    (void)cp_nl_steps_add(&steer->ask->steps, CP_NL_STEP_THEN);
    put_firsts(steer, order, again);
    if (order->changed_count > 0 && demand->prefix_count > CP_NL_STEPS_MAX / 2)
        error = ask_commit(steer->ask, NULL); /* they may not fit into one datagram */
    if (error != 0)
        return error;
    (void)cp_nl_steps_add(&steer->ask->steps, CP_NL_STEP_THEN);
    cp_nl_put_paths(&steer->ask->steps, steer->known.policy, demand, order->paths,
                    order->path_count, standing ? &had : NULL);
    if (!standing || at->mtu != order->mtu)
        steer_put_prefixes(steer, order->demand, RTN_UNICAST, order->mtu);
    if (again || had.path_count > order->path_count) {
        ask_relieve(steer->ask);
        (void)cp_nl_steps_add(&steer->ask->steps, CP_NL_STEP_THEN);
        cp_nl_delete_paths(&steer->ask->steps, demand, order->path_count);
    }
    put_questions(steer, order);
    return 0;
}

/* counts: of the last datagram's steps, [asked]. */
static void settle(struct steer *steer, struct steer_order *order, int error,
                   const struct cp_nl_count *counts, uint32_t asked)
{
    struct cp_nl_demand *at = &steer->known.demands[order->demand];
    struct foreseen *foreseen = &order->foreseen;

    at->mtu = error == 0 ? order->mtu : 0;
    for (uint32_t i = 0; i < order->changed_count; i++)
        order->changed[i]->missing = error != 0; /* and is put again */
    if (error != 0)
        return;
    CP_ASSERT(order->asked_at + foreseen->way_count + ENDS <= asked);
    cp_nl_believe(at, CP_AGENT_STATE_INSTALLED, order->paths, order->path_count);
    memcpy(foreseen->counts, counts + order->asked_at,
           (foreseen->way_count + ENDS) * sizeof *counts);
}

static void read_back(struct steer *steer, struct steer_order *order, int error)
{
    const struct cp_nl_demand *at = &steer->known.demands[order->demand];
    int reading = steer_read(steer, order->demand, error == 0 ? &order->foreseen : NULL);

    order->error = error != 0 ? error : reading;
    order->done = order->error == 0 && at->state == CP_AGENT_STATE_INSTALLED &&
                  cp_nl_same_paths(at->paths, at->path_count, order->paths, order->path_count);
}

static void do_again(struct steer *steer, struct steer_order *order)
{
    struct cp_nl_count counts[CP_NL_STEPS_MAX];
    uint32_t asked;
    int error;

    steer_look_at_links(steer);
    error = gather(steer, order, true);
    asked = steer->ask->steps.count;
    error = error != 0 ? error : ask_commit(steer->ask, counts);
    settle(steer, order, error, counts, asked);
    read_back(steer, order, error);
}

/* --- batches --------------------------------------------------------------------------------------- */

/* Steps at most, where it is not done again. */
static uint32_t room_for(const struct steer *steer, const struct steer_order *order)
{
    uint32_t ways = 2 * order->path_count, others = 2 * (CP_AGENT_PATHS - order->path_count);

    return THENS + ways + (ways + GROUPS) + demand_of(steer, order)->prefix_count + others +
           (ways + ENDS);
}

/*
 * Whether the order behind `count` of them can be done beside them.  One that gives a first SID another way out than one before it
 * can too: that one finds it otherwise than it was meant, and is done again, as is then the other.  What is gathered is not sent
 * before all of them are: answers to the questions of those before would be lost.
 */
static bool joins(const struct steer *steer, struct steer_order *orders, uint32_t count)
{
    struct steer_order *order = &orders[count];

    for (uint32_t i = 0; i < count; i++)
        if (orders[i].demand == order->demand)
            return false;
    order->mtu = mtu_of(steer, order);
    return !is_narrow(steer, order) &&
           demand_of(steer, order)->prefix_count <= CP_NL_STEPS_MAX / 2 &&
           steer->ask->steps.count + room_for(steer, order) <= CP_NL_STEPS_MANY;
}

static void finish(struct steer *steer, struct steer_order *order, int letting)
{
    order->error = order->error != 0 ? order->error : letting;
    if (order->done && order->error == 0)
        order->result = CP_AGENT_DONE;
    else
        order->result = steer_is_raised(steer) && steer->known.place.device != 0 ? CP_AGENT_KERNEL
                                                                                 : CP_AGENT_BARRIER;
}

/* Gathers as many as can be done at once, at least one; how many. */
static uint32_t gather_batch(struct steer *steer, struct steer_order *orders, uint32_t count,
                             int *error)
{
    uint32_t taken = 0;

    do
        *error = gather(steer, &orders[taken++], false);
    while (*error == 0 && taken < count && joins(steer, orders, taken));
    return taken;
}

uint32_t steer_orders(struct steer *steer, struct steer_order *orders, uint32_t count)
{
    struct cp_nl_count counts[CP_NL_STEPS_MAX];
    uint32_t asked;
    int error, letting;

    orders->mtu = mtu_of(steer, orders);
    if (!steer->raised && !steer_is_raised(steer)) {
        orders->result = CP_AGENT_BARRIER;
        return 1;
    }
    if (is_narrow(steer, orders)) {
        refuse_narrow(steer, orders);
        return 1;
    }
    count = gather_batch(steer, orders, count, &error);
    asked = steer->ask->steps.count;
    error = error != 0 ? error : ask_commit(steer->ask, counts);
    for (uint32_t i = 0; i < count; i++)
        settle(steer, &orders[i], error, counts, asked);
    for (uint32_t i = 0; i < count; i++) {
        read_back(steer, &orders[i], error);
        if (!orders[i].done)
            do_again(steer, &orders[i]);
    }
    for (uint32_t i = 0; i < count; i++)
        steer_let_go(steer, orders[i].demand);
    letting = ask_commit(steer->ask, NULL);
    for (uint32_t i = 0; i < count; i++)
        finish(steer, &orders[i], letting);
    return count;
}
