#include "permit/request.h"

#include <string.h>

/*
 * A path that is permitted passes nodes and links of the policy alone: each segment begins where the last one ended,
 * from the first hop to the endpoint, and no node comes twice.  So whoever orders cannot leave what was signed.
 */

static cp_ip segment(const struct cp_agent_path *path, uint32_t at)
{
    return cp_ip_v6(path->segments[at]);
}

/* The first hop over the link that a local adjacency SID names; 0: there is none. */
static uint32_t first_of_local(const struct cp_edge_policy *policy, cp_ip sid)
{
    const struct cp_edge_sid *local = cp_edge_sid_find(policy, sid);

    if (local == NULL || local->kind != CP_EDGE_LOCAL_ADJACENCY)
        return 0;
    for (uint32_t i = 0; i < policy->first_count; i++)
        if (cp_ip_eq(policy->firsts[i].via, local->via) &&
            cp_text_eq(policy->firsts[i].interface, local->interface))
            return policy->firsts[i].number;
    return 0;
}

static void drop_segments(struct cp_agent_path *path, uint32_t from, uint32_t count)
{
    path->segment_count = (uint8_t)(path->segment_count - count);
    memmove(path->segments[from], path->segments[from + count],
            (size_t)(CP_AGENT_SEGMENTS - from - count) * 16);
    memset(path->segments[path->segment_count], 0,
           (size_t)(CP_AGENT_SEGMENTS - path->segment_count) * 16);
}

/* first set, no local adjacency, no unpack SID. */
static void make_plain(const struct cp_edge_policy *policy, const struct cp_edge_node *end,
                       struct cp_agent_path *path)
{
    if (path->first == 0 && path->segment_count > 0) {
        path->first = first_of_local(policy, segment(path, 0));
        if (path->first != 0)
            drop_segments(path, 0, 1);
    }
    if (path->segment_count > 0) {
        cp_ip last = segment(path, path->segment_count - 1u);

        if (cp_ip_eq(last, end->unpack[0]) || cp_ip_eq(last, end->unpack[1]))
            drop_segments(path, path->segment_count - 1u, 1);
    }
}

/* Which line of the SID is for the class now. */
static cp_agent_result find_sid(const struct cp_edge_policy *policy, cp_ip asked,
                                cp_edge_classes class, uint64_t now_us,
                                const struct cp_edge_sid **out)
{
    const struct cp_edge_sid *sid = cp_edge_sid_find(policy, asked),
                             *end = policy->sids + policy->sid_count;
    cp_agent_result result = CP_AGENT_SID;

    for (; sid != NULL && sid < end && cp_ip_eq(sid->sid, asked); sid++) {
        if (sid->kind > CP_EDGE_NODE_SID || (sid->classes & class) == 0)
            continue;
        *out = sid;
        if (now_us < sid->until_us)
            return CP_AGENT_DONE;
        result = CP_AGENT_EXPIRED;
    }
    return result;
}

static cp_agent_result check_chain(const struct cp_edge_policy *policy, uint64_t now_us,
                                   const struct cp_edge_demand *demand,
                                   const struct cp_agent_path *path, uint32_t at)
{
    cp_edge_classes class = cp_edge_class_bit(policy, demand->class);
    uint32_t passed[CP_AGENT_SEGMENTS + 2] = {policy->nodes[0].number, at}, count = 2;

    if (at == passed[0])
        return CP_AGENT_CHAIN;
    for (uint32_t i = 0; i < path->segment_count; i++) {
        const struct cp_edge_sid *sid = NULL;
        cp_agent_result result = find_sid(policy, segment(path, i), class, now_us, &sid);

        if (result != CP_AGENT_DONE)
            return result;
        if (sid->kind == CP_EDGE_ADJACENCY && sid->from != at)
            return CP_AGENT_CHAIN;
        for (uint32_t p = 0; p < count; p++)
            if (passed[p] == sid->to)
                return CP_AGENT_CHAIN;
        at = passed[count++] = sid->to;
    }
    return at == demand->endpoint ? CP_AGENT_DONE : CP_AGENT_END;
}

cp_ip cp_agent_first_sid(const struct cp_edge_policy *policy, const struct cp_edge_demand *demand,
                         const struct cp_agent_path *path, uint8_t family)
{
    return path->segment_count > 0
               ? segment(path, 0)
               : cp_edge_node_find(policy, demand->endpoint)->unpack[family == 6];
}

static bool is_whole(const struct cp_agent_path *path)
{
    static const struct cp_agent_path nothing = {.packets = 0};
    uint32_t count = path->segment_count;

    return count <= CP_AGENT_SEGMENTS && path->weight > 0 && path->reduced <= 1 &&
           path->packets == 0 && memcmp(path->unused, nothing.unused, sizeof path->unused) == 0 &&
           memcmp(path->segments + count, nothing.segments,
                  (size_t)(CP_AGENT_SEGMENTS - count) * 16) == 0;
}

cp_agent_result cp_agent_check_path(const struct cp_edge_policy *policy, uint64_t now_us,
                                    const struct cp_edge_demand *demand, struct cp_agent_path *path)
{
    const struct cp_edge_node *end = cp_edge_node_find(policy, demand->endpoint);
    const struct cp_edge_first *first;
    cp_edge_classes needed = cp_edge_class_bit(policy, demand->class);

    if (!is_whole(path))
        return CP_AGENT_MALFORMED;
    make_plain(policy, end, path);
    first = cp_edge_first_find(policy, path->first);
    for (uint8_t family = 4; family <= 6; family = (uint8_t)(family + 2))
        needed |= cp_edge_sid_classes(policy, cp_agent_first_sid(policy, demand, path, family));
    if (first == NULL || (needed & ~first->classes) != 0)
        return CP_AGENT_FIRST;
    if (path->hmac != 0 && cp_edge_hmac_find(policy, path->hmac) == NULL)
        return CP_AGENT_HMAC;
    return check_chain(policy, now_us, demand, path, first->node);
}

/* Counts and what is unused. */
static bool is_asked(const struct cp_agent_request *request)
{
    static const struct cp_agent_path nothing[CP_AGENT_PATHS];
    bool of_demand = request->kind <= CP_AGENT_READ;

    return request->kind >= CP_AGENT_ORDER && request->kind <= CP_AGENT_POLICY &&
           request->unused == 0 && (of_demand || (request->class == 0 && request->endpoint == 0)) &&
           request->path_count <= CP_AGENT_PATHS &&
           (request->path_count > 0) == (request->kind == CP_AGENT_ORDER) &&
           memcmp(request->paths + request->path_count, nothing,
                  (CP_AGENT_PATHS - request->path_count) * sizeof *nothing) == 0;
}

cp_agent_result cp_agent_check(const struct cp_edge_policy *policy, uint64_t now_us,
                               cp_text datagram, struct cp_agent_request *out)
{
    const struct cp_edge_demand *demand;

    memset(out, 0, sizeof *out);
    if (datagram.len != sizeof *out)
        return CP_AGENT_MALFORMED;
    memcpy(out, datagram.at, sizeof *out);
    if (!is_asked(out))
        return CP_AGENT_MALFORMED;
    if (out->kind > CP_AGENT_READ)
        return CP_AGENT_DONE;
    demand = cp_edge_demand_find(policy, out->class, out->endpoint);
    if (demand == NULL)
        return CP_AGENT_UNKNOWN;
    for (uint32_t i = 0; i < out->path_count; i++) {
        cp_agent_result result = cp_agent_check_path(policy, now_us, demand, &out->paths[i]);

        if (result != CP_AGENT_DONE)
            return result;
    }
    return CP_AGENT_DONE;
}
