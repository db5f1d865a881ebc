#include <stdlib.h>

#include "parts.h"

/* Which node an address means: router ids that feeds tell, and loopbacks of the inventory.  One that two nodes claim
 * means neither. */

static int compare(const void *a, const void *b)
{
    const struct plan_address *x = a;
    const struct plan_address *y = b;
    int order = cp_ip_cmp(x->address, y->address);

    if (order != 0)
        return order;
    return x->node < y->node ? -1 : x->node > y->node;
}

static void add(struct cp_plan *plan, cp_ip address, uint32_t node)
{
    if (address.family != 0)
        plan->addresses[plan->address_count++] = (struct plan_address){address, node};
}

static void drop_shared(struct cp_plan *plan)
{
    struct plan_address *at = plan->addresses;
    uint32_t kept = 0;

    for (uint32_t i = 0, end; i < plan->address_count; i = end) {
        bool one = true;

        for (end = i + 1; end < plan->address_count && cp_ip_eq(at[end].address, at[i].address);
             end++)
            one = one && at[end].node == at[i].node;
        if (one)
            at[kept++] = at[i];
    }
    plan->address_count = kept;
}

cp_err cp_plan_make_addresses(struct cp_plan *plan, struct cp_arena *arena)
{
    const struct cp_ted_view *view = plan->ask.view;

    plan->addresses = CP_TAKE(arena, (size_t)view->net->node_count * 3, struct plan_address);
    if (plan->addresses == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < view->net->node_count; v++) {
        if (view->net->nodes[v].layer != CP_LAYER_IP)
            continue;
        add(plan, view->nodes[v].address, v);
        add(plan, view->nodes[v].address6, v);
        add(plan, cp_ip_find(view->net->nodes[v].loopback), v);
    }
    qsort(plan->addresses, plan->address_count, sizeof *plan->addresses, compare);
    drop_shared(plan);
    return CP_OK;
}

uint32_t cp_plan_node_of(const struct cp_plan *plan, cp_ip address)
{
    for (uint32_t lo = 0, hi = plan->address_count; lo < hi;) {
        uint32_t mid = lo + (hi - lo) / 2;
        int order = cp_ip_cmp(plan->addresses[mid].address, address);

        if (order == 0)
            return plan->addresses[mid].node;
        if (order < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return CP_NONE;
}
