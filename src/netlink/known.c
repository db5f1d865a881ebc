#include "netlink/known.h"

#include <string.h>

#include <linux/rtnetlink.h>

static const uint8_t families[] = {4, 6};

cp_err cp_nl_known_make(const struct cp_edge_policy *policy, struct cp_arena *arena,
                        struct cp_nl_known *out)
{
    *out =
        (struct cp_nl_known){.policy = policy,
                             .demands = CP_TAKE(arena, policy->demand_count, struct cp_nl_demand),
                             .outers = CP_TAKE(arena, policy->sid_count, struct cp_nl_outer),
                             .links = CP_TAKE(arena, policy->first_count, uint32_t)};
    out->place = (struct cp_nl_place){policy, out->links, 0};
    return out->demands != NULL && out->outers != NULL && out->links != NULL ? CP_OK : CP_ERR_NOMEM;
}

static bool holds(const struct cp_nl_demand *at, uint32_t sid)
{
    for (uint32_t i = 0; i < at->held_count; i++)
        if (at->held[i] == sid)
            return true;
    return false;
}

void cp_nl_hold(struct cp_nl_known *known, struct cp_nl_demand *at, uint32_t sid, uint32_t first)
{
    if (sid == CP_NL_NO_SID)
        return;
    if (!holds(at, sid)) {
        CP_ASSERT(at->held_count < CP_NL_HELD_MAX);
        at->held[at->held_count++] = sid;
        known->outers[sid].holders++;
    }
    if (known->outers[sid].first == 0)
        known->outers[sid].first = first;
}

uint32_t cp_nl_first_sid(const struct cp_nl_known *known, const struct cp_edge_demand *demand,
                         const struct cp_agent_path *path, uint8_t family)
{
    cp_ip address = cp_agent_first_sid(known->policy, demand, path, family);
    const struct cp_edge_sid *sid = cp_edge_sid_find(known->policy, address);

    return sid == NULL ? CP_NL_NO_SID : (uint32_t)(sid - known->policy->sids);
}

void cp_nl_hold_all(struct cp_nl_known *known, uint32_t d)
{
    const struct cp_edge_demand *demand = &known->policy->demands[d];
    struct cp_nl_demand *at = &known->demands[d];

    for (uint32_t p = 0; p < 2 * at->path_count; p++)
        if (cp_nl_has_family(known->policy, demand, families[p % 2]))
            cp_nl_hold(known, at,
                       cp_nl_first_sid(known, demand, &at->paths[p / 2], families[p % 2]),
                       at->paths[p / 2].first);
}

void cp_nl_believe(struct cp_nl_demand *at, cp_agent_state state, const struct cp_agent_path *paths,
                   uint32_t path_count)
{
    at->state = state;
    at->path_count = path_count;
    memset(at->paths, 0, sizeof at->paths);
    for (uint32_t i = 0; i < path_count; i++)
        at->paths[i] = paths[i];
}

/* Who holds a first SID; NULL: nobody. */
static const struct cp_nl_outer *held(const struct cp_nl_known *known, cp_ip address)
{
    const struct cp_edge_sid *sid = cp_edge_sid_find(known->policy, address);
    const struct cp_nl_outer *outer =
        sid == NULL ? NULL : &known->outers[sid - known->policy->sids];

    return outer != NULL && outer->holders > 0 ? outer : NULL;
}

/* A nexthop that the policy does not know, or no path of its demand; it takes its routes with it. */
static bool is_old_nexthop(const struct cp_nl_known *known, const struct cp_nl_nexthop *nexthop)
{
    const struct cp_edge_demand *demand = cp_nl_owner(known->policy, nexthop->id);
    uint32_t which = nexthop->id & 7;

    if (nexthop->protocol != CP_KERNEL_PROTOCOL ||
        (nexthop->id & CP_NEXTHOP_MASK) != CP_NEXTHOP_OURS)
        return false;
    if (demand == NULL || !known->whole)
        return demand == NULL;
    return which != CP_NEXTHOP_GROUP &&
           which >= known->demands[demand - known->policy->demands].path_count;
}

static bool is_ours(const struct cp_edge_sid *sid)
{
    return sid != NULL && sid->kind >= CP_EDGE_LOCAL_ADJACENCY;
}

/* Whether what a class's table prohibits lies behind one of its demands: else others' ways behind a wider prefix end there. */
static bool is_to_be_stopped(const struct cp_nl_known *known, const struct cp_nl_route *route)
{
    const struct cp_edge_policy *policy = known->policy;

    for (uint32_t d = 0; d < policy->demand_count; d++)
        if (CP_TABLE_CLASS + policy->demands[d].class == route->table &&
            cp_nl_is_behind(policy, &policy->demands[d], route))
            return true;
    return false;
}

static bool is_old_route(const struct cp_nl_known *known, const struct cp_nl_route *route)
{
    if (route->table == CP_TABLE_LOCALS)
        return !is_ours(cp_edge_sid_find(known->policy, route->prefix.address));
    if (known->whole && route->table == CP_TABLE_OUTER)
        return route->type == RTN_UNICAST && held(known, route->prefix.address) == NULL;
    if (route->type == RTN_PROHIBIT && route->prefix.length > 0)
        return !is_to_be_stopped(known, route);
    return route->nexthop != 0 &&
           !cp_nl_is_behind(known->policy, cp_nl_owner(known->policy, route->nexthop), route);
}

void cp_nl_put_leftover(struct cp_nl_steps *steps, const struct cp_nl_known *known,
                        const struct nlmsghdr *answer)
{
    struct cp_nl_nexthop nexthop;
    struct cp_nl_route route;
    struct cp_nl_step *step;
    uint8_t protocol;

    if (cp_nl_steps_full(steps))
        return; /* the next round has the rest */
    if (cp_nl_read_nexthop(answer, &nexthop)) {
        if (is_old_nexthop(known, &nexthop))
            cp_nl_steps_add(steps, CP_NL_STEP_UNHOP)->nexthop = nexthop.id;
    } else if (cp_nl_read_route(answer, &protocol, &route) && protocol == CP_KERNEL_PROTOCOL &&
               is_old_route(known, &route)) {
        /* What a table ends in has no length either: such a route is prohibited, not deleted. */
        step = cp_nl_steps_add(steps,
                               route.prefix.length == 0 ? CP_NL_STEP_ROUTE : CP_NL_STEP_UNROUTE);
        step->table = route.table;
        step->type = RTN_PROHIBIT;
        step->address = route.prefix.address;
        step->length = route.prefix.length;
        step->metric = route.prefix.length == 0 ? 0 : route.metric;
    }
}

void cp_nl_put_local_sid(struct cp_nl_steps *steps, const struct cp_edge_policy *policy,
                         uint32_t sid, uint32_t link)
{
    const struct cp_edge_sid *local = &policy->sids[sid];
    struct cp_nl_step *step;

    if (local->kind < CP_EDGE_LOCAL_ADJACENCY)
        return;
    step = cp_nl_steps_add(steps, CP_NL_STEP_ROUTE);
    step->table = CP_TABLE_LOCALS;
    step->type = RTN_PROHIBIT;
    step->address = local->sid;
    step->length = 128;
    if (local->kind == CP_EDGE_LOCAL_ADJACENCY && link == 0)
        return;
    step->type = RTN_UNICAST;
    step->local = (uint8_t)(local->kind - CP_EDGE_LOCAL_ADJACENCY + CP_NL_LOCAL_ADJACENCY);
    if (local->kind == CP_EDGE_LOCAL_ADJACENCY) {
        step->oif = link;
        step->via = local->via;
    }
}
