#include "netlink/demand.h"

#include <string.h>

#include <linux/rtnetlink.h>

#include "netlink/element.h"
#include "netlink/question.h"
#include "netlink/rules.h"

enum { IPV6_HEADER = 40, SRH_HEADER = 8, SRH_HMAC = 40 };

static const uint8_t families[] = {4, 6};

_Static_assert(CP_AGENT_SEGMENTS + 1 == CP_NL_SEGMENTS && CP_AGENT_PATHS == CP_NL_MEMBERS &&
                   CP_EDGE_CLASS_MAX == CP_NL_CLASS_MAX,
               "what the policy may say fits into a step");

bool cp_nl_has_family(const struct cp_edge_policy *policy, const struct cp_edge_demand *demand,
                      uint8_t family)
{
    for (uint32_t i = 0; i < demand->prefix_count; i++)
        if (policy->prefixes[demand->prefix_first + i].address.family == family)
            return true;
    return false;
}

/* RFC 8754 2, RFC 8986 5.1, 5.2. */
uint32_t cp_nl_overhead(const struct cp_agent_path *path)
{
    uint32_t in_header = path->segment_count + (path->reduced != 0 ? 0u : 1u);

    if (in_header == 0 && path->hmac == 0)
        return IPV6_HEADER;
    return IPV6_HEADER + SRH_HEADER + 16 * in_header + (path->hmac != 0 ? SRH_HMAC : 0u);
}

static uint32_t id_of(const struct cp_edge_demand *demand, uint8_t family, uint32_t which)
{
    return CP_NEXTHOP(demand->class, demand->endpoint, family, which);
}

static void put_nexthop(struct cp_nl_steps *steps, uint32_t id, const struct cp_agent_path *path,
                        cp_ip last)
{
    struct cp_nl_step *step = cp_nl_steps_add(steps, CP_NL_STEP_NEXTHOP);

    step->nexthop = id;
    step->reduced = path->reduced;
    step->hmac = path->hmac;
    step->count = (uint8_t)(path->segment_count + 1);
    memcpy(step->bytes, path->segments, (size_t)path->segment_count * 16);
    memcpy(step->bytes + (size_t)path->segment_count * 16, last.bytes, 16);
}

/* Whether path i is encapsulated as it was. */
static bool has_nexthop(const struct cp_nl_had *had, const struct cp_agent_path *path, uint32_t i)
{
    return had != NULL && i < had->path_count && had->paths[i].hmac == path->hmac &&
           had->paths[i].reduced == path->reduced &&
           had->paths[i].segment_count == path->segment_count &&
           memcmp(had->paths[i].segments, path->segments, sizeof path->segments) == 0;
}

static bool has_group(const struct cp_nl_had *had, const struct cp_agent_path *paths,
                      uint32_t path_count)
{
    bool same = had != NULL && had->path_count == path_count;

    for (uint32_t i = 0; i < path_count && same; i++)
        same = had->paths[i].weight == paths[i].weight;
    return same;
}

void cp_nl_put_paths(struct cp_nl_steps *steps, const struct cp_edge_policy *policy,
                     const struct cp_edge_demand *demand, const struct cp_agent_path *paths,
                     uint32_t path_count, const struct cp_nl_had *had)
{
    const struct cp_edge_node *end = cp_edge_node_find(policy, demand->endpoint);

    for (uint32_t f = 0; f < 2; f++) {
        struct cp_nl_step *group;

        if (!cp_nl_has_family(policy, demand, families[f]))
            continue;
        for (uint32_t i = 0; i < path_count; i++)
            if (!has_nexthop(had, &paths[i], i))
                put_nexthop(steps, id_of(demand, families[f], i), &paths[i], end->unpack[f]);
        if (has_group(had, paths, path_count))
            continue;
        group = cp_nl_steps_add(steps, CP_NL_STEP_GROUP);
        group->nexthop = id_of(demand, families[f], CP_NEXTHOP_GROUP);
        group->count = (uint8_t)path_count;
        for (uint32_t i = 0; i < path_count; i++)
            group->weights[i] = paths[i].weight;
    }
}

void cp_nl_put_prefix(struct cp_nl_steps *steps, const struct cp_edge_policy *policy,
                      const struct cp_edge_demand *demand, uint32_t which, uint8_t type,
                      uint32_t mtu)
{
    const cp_edge_prefix *prefix = &policy->prefixes[demand->prefix_first + which];
    struct cp_nl_step *step = cp_nl_steps_add(steps, CP_NL_STEP_ROUTE);

    step->table = CP_TABLE_CLASS + demand->class;
    step->type = type;
    step->mtu = mtu;
    step->address = prefix->address;
    step->length = prefix->length;
    if (type == RTN_UNICAST)
        step->nexthop = id_of(demand, prefix->address.family, CP_NEXTHOP_GROUP);
}

static void put_unhop(struct cp_nl_steps *steps, uint32_t id)
{
    cp_nl_steps_add(steps, CP_NL_STEP_UNHOP)->nexthop = id;
}

void cp_nl_delete_paths(struct cp_nl_steps *steps, const struct cp_edge_demand *demand,
                        uint32_t from)
{
    for (uint32_t f = 0; f < 2; f++) {
        if (from == 0)
            put_unhop(steps, id_of(demand, families[f], CP_NEXTHOP_GROUP));
        for (uint32_t i = from; i < CP_AGENT_PATHS; i++)
            put_unhop(steps, id_of(demand, families[f], i));
    }
}

void cp_nl_put_outer(struct cp_nl_steps *steps, cp_nl_step_kind kind,
                     const struct cp_nl_place *place, cp_ip sid, const struct cp_edge_first *first)
{
    struct cp_nl_step *step = cp_nl_steps_add(steps, kind);

    step->table = CP_TABLE_OUTER;
    step->type = RTN_UNICAST;
    step->address = sid;
    step->length = 128;
    step->via = first->via;
    step->oif = place->links[first - place->policy->firsts];
}

bool cp_nl_is_behind(const struct cp_edge_policy *policy, const struct cp_edge_demand *demand,
                     const struct cp_nl_route *route)
{
    for (uint32_t i = 0; demand != NULL && i < demand->prefix_count; i++) {
        const cp_edge_prefix *prefix = &policy->prefixes[demand->prefix_first + i];

        if (cp_ip_eq(prefix->address, route->prefix.address) &&
            prefix->length == route->prefix.length)
            return true;
    }
    return false;
}

const struct cp_edge_demand *cp_nl_owner(const struct cp_edge_policy *policy, uint32_t nexthop)
{
    if ((nexthop & CP_NEXTHOP_MASK) != CP_NEXTHOP_OURS)
        return NULL;
    return cp_edge_demand_find(policy, nexthop >> 20 & CP_EDGE_CLASS_MAX,
                               nexthop >> 4 & CP_EDGE_NUMBER_MAX);
}

void cp_nl_ask_paths(struct cp_nl *nl, struct cp_nl_reading *reading, uint32_t slots)
{
    const struct cp_edge_policy *policy = reading->place->policy;
    const struct cp_edge_demand *demand = reading->demand;

    *reading = (struct cp_nl_reading){.place = reading->place, .demand = demand};
    for (uint32_t f = 0; f < 2; f++) {
        if (!cp_nl_has_family(policy, demand, families[f]))
            continue;
        for (uint32_t i = 0; i < slots; i++)
            cp_nl_ask_nexthop(nl, id_of(demand, families[f], i));
        cp_nl_ask_nexthop(nl, id_of(demand, families[f], CP_NEXTHOP_GROUP));
    }
    for (uint32_t i = 0; i < demand->prefix_count; i++)
        reading->all = reading->all || policy->prefixes[demand->prefix_first + i].divided;
    if (reading->all)
        cp_nl_ask_all(nl, RTM_GETROUTE);
}

/* An address of the prefix: not its first one, which may mean the whole, nor the loopback's. */
static cp_ip inside(cp_edge_prefix prefix)
{
    uint32_t last = prefix.address.family == 4 ? 3 : 15;

    if (prefix.length <= 8 * last + 6)
        prefix.address.bytes[last] |= 2;
    return prefix.address;
}

void cp_nl_ask_prefix(struct cp_nl *nl, const struct cp_nl_reading *reading, uint32_t which)
{
    cp_nl_ask_route(nl,
                    inside(reading->place->policy->prefixes[reading->demand->prefix_first + which]),
                    (cp_ip){0}, reading->demand->class << CP_MARK_SHIFT);
}

uint32_t cp_nl_find_ways(const struct cp_edge_policy *policy, const struct cp_edge_demand *demand,
                         const struct cp_agent_path *paths, uint32_t path_count,
                         struct cp_nl_way ways[2 * CP_AGENT_PATHS])
{
    uint32_t count = 0;

    for (uint32_t p = 0; p < 2 * path_count; p++)
        if (cp_nl_has_family(policy, demand, families[p % 2]))
            ways[count++] = (struct cp_nl_way){
                p / 2, families[p % 2],
                cp_agent_first_sid(policy, demand, &paths[p / 2], families[p % 2]),
                cp_edge_first_find(policy, paths[p / 2].first)};
    return count;
}

void cp_nl_ask_ways(struct cp_nl *nl, struct cp_nl_reading *reading,
                    const struct cp_agent_path *paths, uint32_t path_count)
{
    const struct cp_edge_policy *policy = reading->place->policy;

    reading->way_count = cp_nl_find_ways(policy, reading->demand, paths, path_count, reading->ways);
    for (uint32_t i = 0; i < reading->way_count; i++) {
        reading->ways[i].first = NULL; /* until it is told */
        cp_nl_ask_route(nl, reading->ways[i].sid, policy->source, 0);
    }
}

bool cp_nl_has_ways(const struct cp_nl_reading *reading, const struct cp_agent_path *paths,
                    uint32_t path_count)
{
    struct cp_nl_way ways[2 * CP_AGENT_PATHS];
    uint32_t count =
        cp_nl_find_ways(reading->place->policy, reading->demand, paths, path_count, ways);
    bool same = count == reading->way_count;

    for (uint32_t i = 0; i < count && same; i++)
        same = cp_ip_eq(ways[i].sid, reading->ways[i].sid);
    return same;
}

/* A question of a set whose keys begin with the demand's mark. */
static struct cp_nl_step *ask_set(struct cp_nl_steps *steps, cp_nl_set set,
                                  const struct cp_edge_demand *demand)
{
    struct cp_nl_step *step = cp_nl_steps_add(steps, CP_NL_STEP_ELEMENT);
    uint32_t mark = demand->class << CP_MARK_SHIFT;

    step->which = set;
    cp_nl_add_key(step, &mark, sizeof mark);
    return step;
}

static void put_way(struct cp_nl_steps *steps, const struct cp_edge_demand *demand, cp_ip sid,
                    const struct cp_edge_first *first)
{
    struct cp_nl_step *step = ask_set(steps, CP_NL_SET_WAYS, demand);
    char interface[16] = {0}; /* where it goes nowhere: of none, and there is no such way */
    cp_ip via = {0};

    if (first != NULL) {
        memcpy(interface, first->interface.at, first->interface.len);
        via = first->via;
    }
    cp_nl_add_key(step, interface, sizeof interface);
    cp_nl_add_key(step, sid.bytes, 16);
    cp_nl_add_key(step, via.bytes, 16);
}

void cp_nl_put_questions(struct cp_nl_steps *steps, const struct cp_edge_policy *policy,
                         const struct cp_edge_demand *demand, const struct cp_nl_way *ways,
                         uint32_t way_count)
{
    const struct cp_edge_node *end = cp_edge_node_find(policy, demand->endpoint);

    for (uint32_t i = 0; i < way_count; i++)
        put_way(steps, demand, ways[i].sid, ways[i].first);
    for (uint32_t f = 0; f < CP_COUNT(families); f++)
        cp_nl_add_key(ask_set(steps, CP_NL_SET_ENDS, demand), end->unpack[f].bytes, 16);
}

static void take_nexthop(struct cp_nl_reading *reading, const struct cp_nl_nexthop *nexthop)
{
    uint32_t which = nexthop->id & 7, f = nexthop->id >> 3 & 1;

    if (which == CP_NEXTHOP_GROUP)
        reading->groups[f] = *nexthop;
    else if (which < CP_AGENT_PATHS)
        reading->members[f][which] = *nexthop;
}

static const struct cp_edge_first *first_of_route(const struct cp_nl_place *place,
                                                  const struct cp_nl_route *route)
{
    for (uint32_t i = 0; i < place->policy->first_count; i++)
        if (cp_ip_eq(route->via, place->policy->firsts[i].via) && route->oif == place->links[i])
            return &place->policy->firsts[i];
    return NULL;
}

static void take_outer(struct cp_nl_reading *reading, const struct cp_nl_route *route)
{
    for (uint32_t i = 0; i < reading->way_count; i++)
        if (cp_ip_eq(reading->ways[i].sid, route->prefix.address))
            reading->ways[i].first = first_of_route(reading->place, route);
}

static void take_route(struct cp_nl_reading *reading, const struct cp_nl_route *route)
{
    const struct cp_edge_demand *demand = reading->demand;
    bool ours = route->table == CP_TABLE_CLASS + demand->class &&
                cp_nl_is_behind(reading->place->policy, demand, route);
    bool right =
        ours && route->nexthop == id_of(demand, route->prefix.address.family, CP_NEXTHOP_GROUP);

    if (!ours && reading->all)
        return;
    reading->right += right;
    reading->wrong += !right && route->type != RTN_PROHIBIT;
}

void cp_nl_take(void *to, const struct nlmsghdr *answer)
{
    struct cp_nl_reading *reading = to;
    struct cp_nl_nexthop nexthop;
    struct cp_nl_route route;
    uint8_t protocol;

    if (cp_nl_read_nexthop(answer, &nexthop))
        take_nexthop(reading, &nexthop);
    else if (cp_nl_read_route(answer, &protocol, &route) && route.table == CP_TABLE_OUTER)
        take_outer(reading, &route);
    else if (answer->nlmsg_type == RTM_NEWROUTE)
        take_route(reading, &route);
}

/* A family's paths, as the group has them: false where they are none of ours. */
static bool take_paths(const struct cp_nl_reading *reading, uint32_t f, struct cp_agent_path *paths,
                       uint32_t *path_count)
{
    const struct cp_edge_node *end =
        cp_edge_node_find(reading->place->policy, reading->demand->endpoint);
    const struct cp_nl_nexthop *group = &reading->groups[f];

    *path_count = group->member_count;
    for (uint32_t i = 0; i < group->member_count; i++) {
        const struct cp_nl_nexthop *member = &reading->members[f][i];

        if (group->members[i] != id_of(reading->demand, families[f], i) ||
            member->id != group->members[i] || member->device != reading->place->device ||
            !cp_ip_eq(member->last, end->unpack[f]))
            return false;
        paths[i] = member->path;
        paths[i].weight = group->weights[i];
    }
    return true;
}

bool cp_nl_read_paths(const struct cp_nl_reading *reading,
                      struct cp_agent_path paths[CP_AGENT_PATHS], uint32_t *path_count)
{
    struct cp_agent_path other[CP_AGENT_PATHS] = {{.first = 0}};
    uint32_t other_count;

    memset(paths, 0, sizeof other);
    if (reading->groups[0].member_count == 0 || reading->groups[1].member_count == 0)
        return take_paths(reading, reading->groups[0].member_count == 0, paths, path_count);
    return take_paths(reading, 0, paths, path_count) &&
           take_paths(reading, 1, other, &other_count) && *path_count == other_count &&
           memcmp(paths, other, sizeof other) == 0;
}

bool cp_nl_same_paths(const struct cp_agent_path *a, uint32_t a_count,
                      const struct cp_agent_path *b, uint32_t b_count)
{
    if (a_count != b_count)
        return false;
    for (uint32_t i = 0; i < a_count; i++) {
        struct cp_agent_path like = a[i];

        like.packets = b[i].packets;
        if (memcmp(&like, &b[i], sizeof like) != 0)
            return false;
    }
    return true;
}
