#include "reply.h"

#include <string.h>

#include "base/num.h"

/*
 * What a request's path may not use: what is gone, what the rules that hold for it forbid, and what the request itself leaves
 * out, by address, group, bandwidth or shared risk.  What of that is not understood leaves no path.
 */

/* --- what is left out -------------------------------------------------------------------------- */

static void mask(struct replying *r, uint32_t element)
{
    r->p->out[element] = 1;
    r->masked = true;
}

void cp_plan_leave_gone_out(struct replying *r)
{
    const struct cp_graph *g = &r->p->plan->net.graph;
    uint32_t elements = g->link_count + g->node_count;

    memset(r->p->out, 0, elements);
    if (r->gone != NULL)
        memcpy(r->p->out, r->gone->elements, elements);
    cp_plan_leave_lans_out(r->p, r->gone);
}

static void mask_gone_and_forbidden(struct replying *r)
{
    const struct cp_plan *plan = r->p->plan;
    const struct cp_graph *g = &plan->net.graph;

    cp_plan_leave_gone_out(r);
    for (uint32_t i = 0; i < r->treatment_count; i++) {
        const struct cp_marks *marks = &plan->routes.markings[r->treatments[i]].marks;

        r->masked = r->masked || i > 0;
        for (uint32_t l = 0; l < g->link_count; l++)
            r->p->out[l] |= marks->link[l] != 0;
        for (uint32_t v = 0; v < g->node_count; v++)
            r->p->out[g->link_count + v] |= marks->node[v] != 0;
    }
}

/* The fact about a link with this attribute, as a whole number; false: nobody says. */
static bool number_of(const struct cp_case *c, uint32_t link, const char *attribute, uint32_t *out)
{
    for (uint32_t f = c->link_facts[link]; f < c->link_facts[link + 1]; f++)
        if (c->facts[f].part.len == 0 && cp_text_is(c->facts[f].attribute, attribute))
            return cp_num_u32(c->facts[f].value, UINT32_MAX, out) == CP_OK;
    return false;
}

static bool fits_affinity(const struct cp_pce_request *q, uint32_t groups)
{
    return (q->exclude_any & groups) == 0 &&
           (q->include_any == 0 || (q->include_any & groups) != 0) &&
           (q->include_all & groups) == q->include_all;
}

/* A link is left out whole where either direction does not fit: a LAN, and links whose groups nobody says, too. */
static void mask_affinities(struct replying *r)
{
    const struct cp_plan *plan = r->p->plan;
    const struct cp_pce_request *q = r->request;

    if ((q->exclude_any | q->include_any | q->include_all) == 0)
        return;
    for (uint32_t l = 0; l < plan->net.graph.link_count; l++) {
        uint32_t ab, ba;
        uint32_t link = plan->net.case_link[l];

        if (!number_of(plan->ask.view->net, link, "admin-group-ab", &ab) ||
            !number_of(plan->ask.view->net, link, "admin-group-ba", &ba) || !fits_affinity(q, ab) ||
            !fits_affinity(q, ba))
            mask(r, l);
    }
}

void cp_plan_leave_narrow_out(struct replying *r)
{
    const struct cp_plan *plan = r->p->plan;

    for (uint32_t l = 0; l < plan->net.graph.link_count && r->request->bandwidth_bps > 0; l++)
        if (plan->ask.view->net->links[plan->net.case_link[l]].capacity_bps <
            r->request->bandwidth_bps)
            mask(r, l);
}

/* --- addresses --------------------------------------------------------------------------------- */

static bool covers(cp_ip prefix, uint32_t bits, cp_ip address)
{
    if (prefix.family != address.family || address.family == 0)
        return false;
    for (uint32_t i = 0; i < bits && i < (prefix.family == 4 ? 32u : 128u); i++) {
        uint8_t bit = (uint8_t)(0x80u >> i % 8);

        if ((prefix.bytes[i / 8] & bit) != (address.bytes[i / 8] & bit))
            return false;
    }
    return true;
}

/* The two ends of a link by their interface addresses: bit 0: a, bit 1: b. */
static uint32_t ends_covered(const struct cp_case *c, uint32_t link, cp_ip prefix, uint32_t bits)
{
    uint32_t ends = 0;

    for (uint32_t f = c->link_facts[link]; f < c->link_facts[link + 1]; f++) {
        const struct cp_fact *fact = &c->facts[f];

        if (cp_text_is(fact->attribute, "address-a") &&
            covers(prefix, bits, cp_ip_find(fact->value)))
            ends |= 1;
        if (cp_text_is(fact->attribute, "address-b") &&
            covers(prefix, bits, cp_ip_find(fact->value)))
            ends |= 2;
    }
    return ends;
}

/* A node may have several addresses that the prefix covers, and is meant once. */
static void add_nodes(const struct cp_plan *plan, cp_ip prefix, uint32_t bits, uint8_t *has,
                      struct meant *out)
{
    for (uint32_t i = 0; i < plan->address_count; i++) {
        uint32_t v = plan->net.node_of_case[plan->addresses[i].node];

        if (has[v] != 0 || !covers(prefix, bits, plan->addresses[i].address))
            continue;
        has[v] = 1;
        out->elements[out->count++] = cp_graph_element_of_node(&plan->net.graph, v);
    }
}

cp_err cp_plan_find_meant(struct replying *r, cp_ip prefix, uint32_t bits, struct meant *out)
{
    const struct cp_plan *plan = r->p->plan;
    const struct cp_graph *g = &plan->net.graph;
    uint8_t *has = CP_TAKE(r->p->work, g->node_count, uint8_t);

    out->count = 0;
    out->elements = CP_TAKE(r->p->work, (size_t)g->node_count + g->link_count, uint32_t);
    if (out->elements == NULL || has == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < g->link_count; l++)
        if (ends_covered(plan->ask.view->net, plan->net.case_link[l], prefix, bits) != 0)
            out->elements[out->count++] = l;
    add_nodes(plan, prefix, bits, has, out);
    CP_ASSERT(out->count <= g->node_count + g->link_count);
    return CP_OK;
}

static void mask_srlgs_of(struct replying *r, uint32_t link)
{
    const struct cp_graph *g = &r->p->plan->net.graph;

    mask(r, link);
    for (uint32_t i = g->link_srlg_first[link]; i < g->link_srlg_first[link + 1]; i++)
        for (uint32_t k = g->srlg_first[g->link_srlgs[i]]; k < g->srlg_first[g->link_srlgs[i] + 1];
             k++)
            mask(r, g->srlg_links[k]);
}

/* A port's address names the link; where the node is meant, both ends', which is at least that node. */
static void mask_meant(struct replying *r, uint32_t element, cp_pce_out_of of)
{
    const struct cp_graph *g = &r->p->plan->net.graph;

    if (element >= g->link_count || of == CP_PCE_OF_INTERFACE)
        mask(r, element);
    else if (of == CP_PCE_OF_SRLG)
        mask_srlgs_of(r, element);
    else
        for (uint32_t e = g->end_first[element]; e < g->end_first[element + 1]; e++)
            if (g->end_node[e] != r->from && g->end_node[e] != r->to)
                mask(r, cp_graph_element_of_node(g, g->end_node[e]));
}

static void mask_srlg(struct replying *r, uint32_t number)
{
    const struct cp_plan *plan = r->p->plan;
    const struct cp_graph *g = &plan->net.graph;

    for (uint32_t s = 0; s < g->srlg_count; s++) {
        uint32_t named;

        if (cp_num_u32(plan->ask.view->net->srlgs[plan->net.case_srlg[s]], UINT32_MAX, &named) !=
                CP_OK ||
            named != number)
            continue;
        for (uint32_t k = g->srlg_first[s]; k < g->srlg_first[s + 1]; k++)
            mask(r, g->srlg_links[k]);
    }
}

/* RFC 5521 2.1: what must be left out and is not understood leaves no path; what should be may stay. */
static cp_err mask_exclusion(struct replying *r, const struct cp_pce_exclusion *x)
{
    cp_arena_mark mark = cp_arena_mark_get(r->p->work);
    struct meant meant;

    switch (x->kind) {
    case CP_PCE_OUT_SRLG:
        mask_srlg(r, x->number);
        return CP_OK;
    case CP_PCE_OUT_AS:
    case CP_PCE_OUT_OTHER:
        if (x->mandatory)
            cp_plan_refuse(r, "it leaves something out that is not known here");
        return CP_OK;
    case CP_PCE_OUT_ADDRESS:
        break;
    }
    CP_TRY(cp_plan_find_meant(r, x->address, x->prefix_bits, &meant));
    if (meant.count == 0 && x->mandatory)
        cp_plan_refuse(r, "it leaves an address out that is nobody's here");
    for (uint32_t i = 0; i < meant.count; i++)
        mask_meant(r, meant.elements[i], x->of);
    cp_arena_reset(r->p->work, mark); /* a request may leave out very many */
    return CP_OK;
}

cp_err cp_plan_leave_out(struct replying *r, bool also_desired)
{
    r->masked = false;
    mask_gone_and_forbidden(r);
    mask_affinities(r);
    cp_plan_leave_narrow_out(r);
    for (uint32_t i = 0; i < r->request->exclusion_count; i++)
        if (r->request->exclusions[i].mandatory || also_desired)
            CP_TRY(mask_exclusion(r, &r->request->exclusions[i]));
    return CP_OK;
}
