#include <errno.h>
#include <string.h>

#include <linux/netfilter/nf_tables.h>
#include <linux/rtnetlink.h>

#include "steer.h"

/*
 * What the kernel has of a demand, in three questions: its nexthops and the routes that packets to its prefixes take;
 * the routes that the first SIDs take; the filter's verified ways.
 */

static const uint8_t families[] = {4, 6};

struct reading {
    const struct steer *steer;
    const struct cp_edge_demand *demand;
    struct cp_nl_nexthop groups[2], members[2][CP_AGENT_PATHS];
    bool all; /* all routes are asked for: a packet to a prefix may take that of one inside of it */
    uint32_t right, wrong; /* routes that go to the group; that go elsewhere */
    uint32_t first;        /* way out of the first SID that was asked for */
    bool verified;         /* the filter lets it; packets: that went it */
    uint64_t packets;
};

static void on_nexthop(struct reading *reading, const struct cp_nl_nexthop *nexthop)
{
    uint32_t which = nexthop->id & 7, f = nexthop->id >> 3 & 1;

    if (which == CP_NEXTHOP_GROUP)
        reading->groups[f] = *nexthop;
    else if (which < CP_AGENT_PATHS)
        reading->members[f][which] = *nexthop;
}

static bool is_behind(const struct steer *steer, const struct cp_edge_demand *demand,
                      const struct cp_nl_route *route)
{
    for (uint32_t i = 0; demand != NULL && i < demand->prefix_count; i++) {
        const cp_edge_prefix *prefix = &steer->policy->prefixes[demand->prefix_first + i];

        if (cp_ip_eq(prefix->address, route->prefix.address) &&
            prefix->length == route->prefix.length)
            return true;
    }
    return false;
}

static void on_route(struct reading *reading, const struct cp_nl_route *route)
{
    const struct cp_edge_demand *demand = reading->demand;
    uint32_t group =
        CP_NEXTHOP(demand->class, demand->endpoint, route->prefix.address.family, CP_NEXTHOP_GROUP);
    bool ours =
        route->table == CP_TABLE_CLASS + demand->class && is_behind(reading->steer, demand, route);

    if (!ours && reading->all)
        return;
    reading->right += ours && route->nexthop == group;
    reading->wrong += !(ours && route->nexthop == group) && route->type != RTN_PROHIBIT;
}

static void on_first_answer(void *to, const struct nlmsghdr *answer)
{
    struct reading *reading = to;
    struct cp_nl_nexthop nexthop;
    struct cp_nl_route route;
    uint8_t protocol;

    if (cp_nl_read_nexthop(answer, &nexthop))
        on_nexthop(reading, &nexthop);
    else if (cp_nl_read_route(answer, &protocol, &route))
        on_route(reading, &route);
}

/* An address of the prefix: not its first one, which may mean the whole, nor the loopback's. */
static cp_ip inside(cp_edge_prefix prefix)
{
    uint32_t last = prefix.address.family == 4 ? 3 : 15;

    if (prefix.length <= 8 * last + 6)
        prefix.address.bytes[last] |= 2;
    return prefix.address;
}

/* slots: how many nexthops of a group are looked at */
static void ask_first(struct reading *reading, uint32_t slots)
{
    const struct cp_edge_demand *demand = reading->demand;
    struct kernel *kernel = reading->steer->kernel;

    for (uint32_t f = 0; f < 2; f++) {
        uint32_t id = CP_NEXTHOP(demand->class, demand->endpoint, families[f], 0);

        if (!steer_has_family(reading->steer, demand, families[f]))
            continue;
        for (uint32_t i = 0; i < slots; i++)
            cp_nl_ask_nexthop(&kernel->nl, RTM_GETNEXTHOP, id + i);
        cp_nl_ask_nexthop(&kernel->nl, RTM_GETNEXTHOP, id + CP_NEXTHOP_GROUP);
    }
    for (uint32_t i = 0; i < demand->prefix_count; i++)
        reading->all =
            reading->all || reading->steer->policy->prefixes[demand->prefix_first + i].divided;
    if (reading->all)
        cp_nl_ask_all(&kernel->nl, RTM_GETROUTE);
    for (uint32_t i = 0; i < demand->prefix_count && !reading->all; i++) {
        cp_ip address = inside(reading->steer->policy->prefixes[demand->prefix_first + i]);

        kernel_relieve(kernel, on_first_answer, reading);
        cp_nl_put_route(&kernel->nl, RTM_GETROUTE,
                        &(struct cp_nl_route){.prefix = {.address = address,
                                                         .length = address.family == 4 ? 32 : 128},
                                              .mark = demand->class << CP_MARK_SHIFT});
    }
}

/* A family's paths, as the group has them: false where they are none of ours. */
static bool take_paths(const struct reading *reading, uint32_t f, struct steer_demand *out)
{
    const struct cp_edge_demand *demand = reading->demand;
    const struct cp_edge_node *end = cp_edge_node_find(reading->steer->policy, demand->endpoint);
    const struct cp_nl_nexthop *group = &reading->groups[f];

    out->path_count = group->member_count;
    for (uint32_t i = 0; i < group->member_count; i++) {
        const struct cp_nl_nexthop *member = &reading->members[f][i];

        if (group->members[i] != CP_NEXTHOP(demand->class, demand->endpoint, families[f], i) ||
            member->id != group->members[i] || member->device != reading->steer->device ||
            !cp_ip_eq(member->last, end->unpack[f]))
            return false;
        out->paths[i] = member->path;
        out->paths[i].weight = group->weights[i];
    }
    return true;
}

/* Both families go the same ways.  false: they do not. */
static bool join_paths(const struct reading *reading, struct steer_demand *out)
{
    struct steer_demand other = *out;

    if (reading->groups[0].member_count == 0 || reading->groups[1].member_count == 0)
        return take_paths(reading, reading->groups[0].member_count == 0, out);
    return take_paths(reading, 0, out) && take_paths(reading, 1, &other) &&
           out->path_count == other.path_count &&
           memcmp(out->paths, other.paths, sizeof other.paths) == 0;
}

/* Which way out the answers' routes are. */
static void on_outer(void *to, const struct nlmsghdr *answer)
{
    struct reading *reading = to;
    const struct steer *steer = reading->steer;
    struct cp_nl_route route;
    uint8_t protocol;

    if (!cp_nl_read_route(answer, &protocol, &route) || route.table != CP_TABLE_OUTER)
        return;
    for (uint32_t i = 0; i < steer->policy->first_count; i++)
        if (cp_ip_eq(route.via, steer->policy->firsts[i].via) && route.oif == steer->links[i])
            reading->first = steer->policy->firsts[i].number;
}

static void on_verified(void *to, const struct nlmsghdr *answer)
{
    struct reading *reading = to;
    struct cp_nl_verified way;

    reading->verified =
        reading->verified || cp_nl_read_verified(answer, 0, &way, &reading->packets);
}

/* Where the outer packets of a path go, and whether the filter lets them: both families the same. */
static int read_first(struct reading *reading, struct cp_agent_path *path, bool *verified)
{
    struct kernel *kernel = reading->steer->kernel;
    int error = 0;

    for (uint32_t f = 0; f < 2 && error == 0; f++) {
        cp_ip sid = cp_agent_first_sid(reading->steer->policy, reading->demand, path, families[f]);
        const struct cp_edge_first *first;

        if (reading->groups[f].member_count == 0)
            continue;
        reading->first = 0;
        reading->verified = false;
        cp_nl_put_route(&kernel->nl, RTM_GETROUTE,
                        &(struct cp_nl_route){.prefix = {.address = sid, .length = 128},
                                              .source = reading->steer->policy->source});
        error = kernel_commit(kernel, on_outer, reading);
        first = cp_edge_first_find(reading->steer->policy, reading->first);
        *verified =
            *verified && first != NULL && (path->first == 0 || path->first == first->number);
        if (!*verified) { /* its link is down, say; the way it had is known yet */
            uint32_t index = steer_first_sid(reading->steer, reading->demand, path, families[f]);

            if (path->first == 0 && index != STEER_NO_SID)
                path->first = reading->steer->outers[index].first;
            return error;
        }
        path->first = first->number;
        cp_nl_put_verified(&kernel->nl, NFT_MSG_GETSETELEM,
                           &(struct cp_nl_verified){reading->demand->class << CP_MARK_SHIFT,
                                                    first->interface, sid, first->via});
        error = error != 0 ? error : kernel_commit(kernel, on_verified, reading);
        *verified = reading->verified;
        if (*verified &&
            (f == 0 || path->segment_count == 0 || reading->groups[0].member_count == 0))
            path->packets += reading->packets; /* a first SID that both share is counted once */
    }
    return error;
}

int steer_read(struct steer *steer, uint32_t d)
{
    struct steer_demand *out = &steer->demands[d];
    struct reading reading = {.steer = steer, .demand = &steer->policy->demands[d]};
    uint32_t slots = out->path_count > 0 ? out->path_count : CP_AGENT_PATHS;
    bool whole;
    int error;

    if (steer->kernel->words != NULL)
        return 0;
    ask_first(&reading, slots); /* as many as it is believed to have; all where there are others */
    error = kernel_commit(steer->kernel, on_first_answer, &reading);
    if (reading.groups[0].member_count > slots || reading.groups[1].member_count > slots) {
        reading.right = reading.wrong = 0;
        ask_first(&reading, CP_AGENT_PATHS);
        error = error != 0 ? error : kernel_commit(steer->kernel, on_first_answer, &reading);
    }
    out->state = CP_AGENT_STATE_BROKEN;
    out->path_count = 0;
    memset(out->paths, 0, sizeof out->paths);
    if (error == 0 && reading.right == 0 && reading.wrong == 0) {
        out->state = CP_AGENT_STATE_STOPPED; /* whatever nexthops are left: nothing goes there */
        return 0;
    }
    whole = join_paths(&reading, out);
    for (uint32_t i = 0; i < out->path_count && error == 0; i++)
        error = read_first(&reading, &out->paths[i], &whole);
    if (error == 0 && whole && out->path_count > 0 && reading.right == reading.demand->prefix_count)
        out->state = CP_AGENT_STATE_INSTALLED;
    return error;
}

struct leftovers {
    const struct steer *steer;
    bool known; /* what demands have: what they do not have is old too */
    struct cp_nl deletions;
};

static const struct cp_edge_demand *demand_of(const struct steer *steer, uint32_t nexthop)
{
    if ((nexthop & CP_NEXTHOP_MASK) != CP_NEXTHOP_OURS)
        return NULL;
    return cp_edge_demand_find(steer->policy, nexthop >> 20 & CP_EDGE_CLASS_MAX,
                               nexthop >> 4 & CP_EDGE_NUMBER_MAX);
}

/* Who holds a first SID; NULL: nobody. */
static const struct steer_outer *held(const struct steer *steer, cp_ip address)
{
    const struct cp_edge_sid *sid = cp_edge_sid_find(steer->policy, address);
    const struct steer_outer *outer =
        sid == NULL ? NULL : &steer->outers[sid - steer->policy->sids];

    return outer != NULL && outer->holders > 0 ? outer : NULL;
}

/* A nexthop that the policy does not know, or no path of its demand; it takes its routes with it. */
static bool is_old_nexthop(const struct leftovers *left, const struct cp_nl_nexthop *nexthop)
{
    const struct cp_edge_demand *demand = demand_of(left->steer, nexthop->id);
    uint32_t which = nexthop->id & 7;

    if (nexthop->protocol != CP_KERNEL_PROTOCOL ||
        (nexthop->id & CP_NEXTHOP_MASK) != CP_NEXTHOP_OURS)
        return false;
    if (demand == NULL || !left->known)
        return demand == NULL;
    return which != CP_NEXTHOP_GROUP &&
           which >= left->steer->demands[demand - left->steer->policy->demands].path_count;
}

static bool is_old_route(const struct leftovers *left, const struct cp_nl_route *route)
{
    if (left->known && route->table == CP_TABLE_OUTER)
        return route->type == RTN_UNICAST && held(left->steer, route->prefix.address) == NULL;
    return route->nexthop != 0 &&
           !is_behind(left->steer, demand_of(left->steer, route->nexthop), route);
}

static bool is_old_way(const struct leftovers *left, const struct cp_nl_verified *way)
{
    const struct cp_edge_policy *policy = left->steer->policy;
    const struct steer_outer *outer = held(left->steer, way->sid);
    const struct cp_edge_first *first =
        outer == NULL ? NULL : cp_edge_first_find(policy, outer->first);
    cp_edge_classes class = cp_edge_class_bit(policy, way->mark >> CP_MARK_SHIFT);

    return first == NULL || !cp_text_eq(first->interface, way->interface) ||
           !cp_ip_eq(first->via, way->via) ||
           (way->mark != 0 && (class & cp_edge_sid_classes(policy, way->sid)) == 0);
}

static void on_leftover(void *to, const struct nlmsghdr *answer)
{
    struct leftovers *left = to;
    struct cp_nl_nexthop nexthop;
    struct cp_nl_route route;
    struct cp_nl_verified way;
    uint64_t packets;
    uint8_t protocol;

    if (cp_nl_is_full(&left->deletions))
        return; /* the next round has the rest */
    if (cp_nl_read_nexthop(answer, &nexthop)) {
        if (is_old_nexthop(left, &nexthop))
            cp_nl_ask_nexthop(&left->deletions, RTM_DELNEXTHOP, nexthop.id);
    } else if (cp_nl_read_route(answer, &protocol, &route)) {
        if (protocol == CP_KERNEL_PROTOCOL && is_old_route(left, &route))
            cp_nl_put_route(&left->deletions, RTM_DELROUTE,
                            &(struct cp_nl_route){.table = route.table,
                                                  .prefix = route.prefix,
                                                  .metric = route.metric});
    }
    for (uint32_t i = 0;
         left->deletions.used == 0 && cp_nl_read_verified(answer, i, &way, &packets); i++)
        if (is_old_way(left, &way))
            cp_nl_put_verified(&left->deletions, NFT_MSG_DELSETELEM, &way);
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
    struct leftovers left = {.steer = steer};
    int error = delete_leftovers(steer, RTM_GETNEXTHOP, &left);

    if (error == 0)
        error = delete_leftovers(steer, RTM_GETROUTE, &left);
    for (uint32_t d = 0; d < steer->policy->demand_count && error == 0; d++) {
        const struct cp_edge_demand *demand = &steer->policy->demands[d];
        struct steer_demand *at = &steer->demands[d];

        error = steer_read(steer, d);
        for (uint32_t p = 0; p < at->path_count; p++)
            for (uint32_t f = 0; f < 2; f++)
                if (steer_has_family(steer, demand, families[f]))
                    steer_hold(steer, at,
                               steer_first_sid(steer, demand, &at->paths[p], families[f]),
                               at->paths[p].first);
    }
    left.known = true;
    for (uint32_t i = 0; i < CP_COUNT(asked) && error == 0; i++)
        error = delete_leftovers(steer, asked[i], &left);
    return error;
}
