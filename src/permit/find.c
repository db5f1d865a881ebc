#include "find.h"

#include <stdlib.h>
#include <string.h>

/* The one of count things of a size that has the number; they begin with their numbers, which ascend. */
static const void *find_number(const void *things, uint32_t count, size_t size, uint32_t number)
{
    uint32_t low = 0, high = count;
    const char *at = things;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2, here;

        memcpy(&here, at + middle * size, sizeof here);
        if (here == number)
            return at + middle * size;
        if (here < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct cp_edge_node *cp_edge_node_find(const struct cp_edge_policy *policy, uint32_t number)
{
    if (policy->node_count == 0)
        return NULL;
    if (policy->nodes[0].number == number)
        return policy->nodes;
    return find_number(policy->nodes + 1, policy->node_count - 1, sizeof *policy->nodes, number);
}

const struct cp_edge_first *cp_edge_first_find(const struct cp_edge_policy *policy, uint32_t number)
{
    return find_number(policy->firsts, policy->first_count, sizeof *policy->firsts, number);
}

const struct cp_edge_hmac *cp_edge_hmac_find(const struct cp_edge_policy *policy, uint32_t number)
{
    return find_number(policy->hmacs, policy->hmac_count, sizeof *policy->hmacs, number);
}

cp_edge_classes cp_edge_class_bit(const struct cp_edge_policy *policy, uint32_t class)
{
    const struct cp_edge_class *at =
        find_number(policy->classes, policy->class_count, sizeof *at, class);

    return at == NULL ? 0 : UINT64_C(1) << (at - policy->classes);
}

int cp_edge_demand_compare(const void *left, const void *right)
{
    const struct cp_edge_demand *a = left, *b = right;

    if (a->class != b->class)
        return a->class < b->class ? -1 : 1;
    return (a->endpoint > b->endpoint) - (a->endpoint < b->endpoint);
}

const struct cp_edge_demand *cp_edge_demand_find(const struct cp_edge_policy *policy,
                                                 uint32_t class, uint32_t endpoint)
{
    struct cp_edge_demand asked = {.class = class, .endpoint = endpoint};

    return bsearch(&asked, policy->demands, policy->demand_count, sizeof asked,
                   cp_edge_demand_compare);
}

const struct cp_edge_sid *cp_edge_sid_find(const struct cp_edge_policy *policy, cp_ip sid)
{
    uint32_t low = 0, high = policy->sid_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (cp_ip_cmp(policy->sids[middle].sid, sid) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < policy->sid_count && cp_ip_eq(policy->sids[low].sid, sid) ? &policy->sids[low]
                                                                           : NULL;
}

cp_edge_classes cp_edge_sid_classes(const struct cp_edge_policy *policy, cp_ip asked)
{
    const struct cp_edge_sid *sid = cp_edge_sid_find(policy, asked),
                             *end = policy->sids + policy->sid_count;
    cp_edge_classes classes = 0;

    for (; sid != NULL && sid < end && cp_ip_eq(sid->sid, asked); sid++)
        classes |= sid->kind <= CP_EDGE_NODE_SID ? sid->classes
                                                 : cp_edge_node_find(policy, sid->from)->behind;
    return classes;
}

uint64_t cp_edge_next_until(const struct cp_edge_policy *policy, uint64_t now_us)
{
    uint64_t next_us = UINT64_MAX;

    for (uint32_t i = 0; i < policy->sid_count; i++)
        if (policy->sids[i].until_us > now_us && policy->sids[i].until_us < next_us)
            next_us = policy->sids[i].until_us;
    return next_us;
}
