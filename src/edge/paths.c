#include <string.h>

#include "inside.h"

/*
 * A controller's hops and the agent's paths.  Hops may begin with the SID of our own adjacency, and may end with the
 * endpoint's unpack SID; a path says which way out it is instead of the first, and leaves out the second, which the agent puts
 * there.
 */

/* The first line of the policy that bears the SID; NULL. */
static const struct cp_edge_sid *find_sid(const struct cp_edge_policy *p, const uint8_t sid[16])
{
    return cp_edge_sid_find(p, cp_ip_v6(sid));
}

/* Of several that lead there the first that the class may use, else the first. */
static uint32_t first_to(const struct cp_edge_policy *p, uint32_t node, uint32_t class)
{
    cp_edge_classes bit = cp_edge_class_bit(p, class);
    uint32_t found = 0;

    for (uint32_t i = 0; i < p->first_count; i++) {
        const struct cp_edge_first *f = &p->firsts[i];

        if (f->node != node)
            continue;
        if ((f->classes & bit) != 0)
            return f->number;
        if (found == 0)
            found = f->number;
    }
    return found;
}

static bool is_over(const struct cp_edge_first *f, const struct cp_edge_sid *local)
{
    return cp_ip_eq(f->via, local->via) && cp_text_eq(f->interface, local->interface);
}

static uint32_t first_over(const struct cp_edge_policy *p, const struct cp_edge_sid *local)
{
    for (uint32_t i = 0; i < p->first_count; i++)
        if (is_over(&p->firsts[i], local))
            return p->firsts[i].number;
    return 0;
}

static bool is_local(const struct cp_edge_sid *sid)
{
    return sid != NULL && sid->kind == CP_EDGE_LOCAL_ADJACENCY;
}

bool cp_edge_hops_begin_local(const struct cp_edge *e, const struct edge_hops *hops)
{
    return hops->count > 0 && is_local(find_sid(e->config.policy, hops->at[0]));
}

static bool is_unpack(const struct cp_edge_sid *sid, uint32_t node)
{
    return sid != NULL && sid->to == node &&
           (sid->kind == CP_EDGE_UNPACK4 || sid->kind == CP_EDGE_UNPACK6);
}

/* Where the way out must lead to for the hops from `at` on: none left: the endpoint. */
static uint32_t way_out(const struct cp_edge *e, const struct edge_lsp *l, uint8_t at, uint8_t end)
{
    const struct cp_edge_policy *p = e->config.policy;
    const struct cp_edge_sid *sid = at < end ? find_sid(p, l->hops.at[at]) : NULL;
    uint32_t node = sid != NULL ? sid->from : p->demands[l->demand].endpoint;

    return at < end && sid == NULL ? 0 : first_to(p, node, p->demands[l->demand].class);
}

/* What the policy does not have stays as it is: the agent says what is wrong with it. */
bool cp_edge_path_make(const struct cp_edge *e, const struct edge_lsp *l, struct cp_agent_path *out)
{
    const struct cp_edge_policy *p = e->config.policy;
    uint8_t at = 0, end = l->hops.count;
    const struct cp_edge_sid *first = end > 0 ? find_sid(p, l->hops.at[0]) : NULL;

    *out = (struct cp_agent_path){
        .hmac = e->config.hmac, .weight = 1, .reduced = e->config.reduced, .packets = 0};
    if (end > 0 && is_unpack(find_sid(p, l->hops.at[end - 1]), p->demands[l->demand].endpoint))
        end--;
    if (is_local(first) && end > 0) {
        out->first = first_over(p, first);
        at = out->first != 0;
    } else {
        out->first = way_out(e, l, at, end);
    }
    if (end - at > (int)CP_AGENT_SEGMENTS)
        return false;
    for (; at < end; at++)
        memcpy(out->segments[out->segment_count++], l->hops.at[at], 16);
    return true;
}

bool cp_edge_path_same(const struct cp_agent_path *a, const struct cp_agent_path *b)
{
    return a->first == b->first && a->hmac == b->hmac && a->reduced == b->reduced &&
           a->segment_count == b->segment_count &&
           memcmp(a->segments, b->segments, (size_t)16 * a->segment_count) == 0;
}

/* The SID of our own adjacency over this way out; NULL: it has none. */
static const uint8_t *local_sid(const struct cp_edge_policy *p, uint32_t first)
{
    const struct cp_edge_first *f = cp_edge_first_find(p, first);

    for (uint32_t i = 0; f != NULL && i < p->sid_count; i++)
        if (is_local(&p->sids[i]) && is_over(f, &p->sids[i]))
            return p->sids[i].sid.bytes;
    return NULL;
}

void cp_edge_path_hops(const struct cp_edge *e, const struct cp_agent_path *path, bool begins_local,
                       struct edge_hops *out)
{
    const uint8_t *local = begins_local ? local_sid(e->config.policy, path->first) : NULL;

    *out = (struct edge_hops){.count = 0};
    if (local != NULL)
        memcpy(out->at[out->count++], local, 16);
    for (uint8_t i = 0; i < path->segment_count && i < CP_AGENT_SEGMENTS; i++)
        memcpy(out->at[out->count++], path->segments[i], 16);
}
