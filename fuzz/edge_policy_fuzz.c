#include "base/signature.h"
#include "permit/policy.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The text of an edge policy; whoever signed it.  What is taken keeps its promises. */

static void check_ports(const struct cp_edge_select *select, cp_edge_ports ports)
{
    CP_ASSERT(ports.low == UINT32_MAX ||
              (ports.low > 0 && ports.low <= ports.high && ports.high < CP_EDGE_NUMBER_MAX &&
               select->proto != UINT32_MAX));
}

static void check(const struct cp_edge_policy *policy)
{
    CP_ASSERT(policy->node_count > 0 && policy->mtu >= 1280 && policy->source.family == 6);
    for (uint32_t i = 0; i < policy->sid_count; i++) {
        const struct cp_edge_sid *sid = &policy->sids[i],
                                 *found = cp_edge_sid_find(policy, sid->sid);

        CP_ASSERT(found != NULL && cp_ip_eq(found->sid, sid->sid) && found <= sid);
        CP_ASSERT(cp_edge_node_find(policy, sid->from) && cp_edge_node_find(policy, sid->to));
    }
    for (uint32_t i = 0; i < policy->select_count; i++) {
        check_ports(&policy->selects[i], policy->selects[i].from_port);
        check_ports(&policy->selects[i], policy->selects[i].port);
    }
    for (uint32_t i = 0; i < policy->demand_count; i++) {
        const struct cp_edge_demand *demand = &policy->demands[i];

        CP_ASSERT(cp_edge_demand_find(policy, demand->class, demand->endpoint) == demand);
        CP_ASSERT(demand->prefix_count > 0 &&
                  demand->prefix_first + demand->prefix_count <= policy->prefix_count);
    }
    for (uint32_t i = 0; i < policy->first_count; i++)
        CP_ASSERT(cp_edge_first_find(policy, policy->firsts[i].number) == &policy->firsts[i] &&
                  policy->firsts[i].interface.len <= 15 && policy->firsts[i].classes != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_arena *arena = cp_arena_open(1 << 24);
    const struct cp_edge_policy *policy;
    struct cp_diag diag = {.place = CP_PLACE_NONE};
    cp_err err = cp_edge_policy_read((cp_text){(const char *)data, size}, (cp_text){0}, arena,
                                     &policy, &diag);

    if (err == CP_OK)
        check(policy);
    else
        CP_ASSERT(err == CP_ERR_NOMEM || diag.why != NULL);
    cp_arena_close(arena);
    return 0;
}
