#include <string.h>

#include "base/num.h"

#include "parts.h"

/*
 * A path for who asks.  Its constraints become a mask of elements, bounds and sets to pass, and one search heeds them
 * all; what cannot be put so is no path.  A list that must keep clear of more than one treatment's rules says, or of what
 * the request leaves out, is of adjacencies alone: routers cannot lead it elsewhere.
 */

enum { TREATMENTS_MAX = 64 };

struct replying {
    struct cp_picker *p;
    const struct cp_pce_request *request;
    const struct cp_plan_gone *gone;
    uint32_t from, to; /* graph nodes */
    uint32_t treatments[TREATMENTS_MAX];
    uint32_t treatment_count;
    bool masked; /* something is left out beyond the first treatment's rules */
    struct cp_must_pass *require;
    uint32_t require_count;
    const char *why; /* why there can be no path; NULL: nothing yet */
};

static void refuse(struct replying *r, const char *why)
{
    if (r->why == NULL)
        r->why = why;
}

/* --- whose rules hold -------------------------------------------------------------------------- */

static void add_treatment(struct replying *r, uint32_t treatment)
{
    if (r->p->plan->ask.judge->treatments[treatment].rule_count == 0)
        return;
    for (uint32_t i = 0; i < r->treatment_count; i++)
        if (r->treatments[i] == treatment)
            return;
    if (r->treatment_count == TREATMENTS_MAX)
        refuse(r, "more sets of rules hold for it than are heeded at once");
    else
        r->treatments[r->treatment_count++] = treatment;
}

static bool holds(const struct cp_case *c, cp_range ends, uint32_t node)
{
    for (uint32_t i = 0; i < ends.count; i++)
        if (c->demand_ends[ends.first + i].at == node)
            return true;
    return false;
}

static bool is_in_class(const struct cp_treatment *t, cp_text name)
{
    cp_text rest = t->traffic_class, word;

    while (cp_text_word(&rest, " ", &word))
        if (cp_text_eq(word, name))
            return true;
    return false;
}

static void find_treatments(struct replying *r)
{
    const struct cp_plan *plan = r->p->plan;
    const struct cp_case *c = plan->ask.view->net;
    const struct cp_judge *judge = plan->ask.judge;
    uint32_t a = plan->net.case_node[r->from], b = plan->net.case_node[r->to];
    bool joined = false;

    for (uint32_t d = 0; d < c->demand_count; d++) {
        const struct cp_demand *demand = &c->demands[d];

        if ((holds(c, demand->src, a) && holds(c, demand->dst, b)) ||
            (holds(c, demand->src, b) && holds(c, demand->dst, a))) {
            joined = true;
            add_treatment(r, judge->demand_treatment[d]);
        }
    }
    for (uint32_t t = 0; t < judge->treatment_count && !joined; t++)
        if (plan->ask.config.request_class.len == 0 ||
            is_in_class(&judge->treatments[t], plan->ask.config.request_class))
            add_treatment(r, t);
    if (r->treatment_count == 0)
        refuse(r, "no rule is known that a path for it could be held to");
}

/* --- what is left out -------------------------------------------------------------------------- */

static void mask(struct replying *r, uint32_t element)
{
    r->p->out[element] = 1;
    r->masked = true;
}

static void mask_gone_and_forbidden(struct replying *r)
{
    const struct cp_plan *plan = r->p->plan;
    const struct cp_graph *g = &plan->net.graph;
    uint32_t elements = g->link_count + g->node_count;

    memset(r->p->out, 0, elements);
    if (r->gone != NULL)
        memcpy(r->p->out, r->gone->elements, elements);
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

static void mask_narrow(struct replying *r)
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

/** What a prefix means: nodes with such addresses, links with such ports. */
struct meant {
    uint32_t *elements; /* [count] */
    uint32_t count;
};

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

static cp_err find_meant(struct replying *r, cp_ip prefix, uint32_t bits, struct meant *out)
{
    const struct cp_plan *plan = r->p->plan;
    const struct cp_graph *g = &plan->net.graph;

    out->count = 0;
    out->elements = CP_TAKE(r->p->work, (size_t)g->node_count + g->link_count, uint32_t);
    if (out->elements == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < g->link_count; l++)
        if (ends_covered(plan->ask.view->net, plan->net.case_link[l], prefix, bits) != 0)
            out->elements[out->count++] = l;
    for (uint32_t i = 0; i < plan->address_count; i++) {
        uint32_t v = plan->net.node_of_case[plan->addresses[i].node];

        if (covers(prefix, bits, plan->addresses[i].address))
            out->elements[out->count++] = cp_graph_element_of_node(g, v);
    }
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
    struct meant meant;

    switch (x->kind) {
    case CP_PCE_OUT_SRLG:
        mask_srlg(r, x->number);
        return CP_OK;
    case CP_PCE_OUT_AS:
    case CP_PCE_OUT_OTHER:
        if (x->mandatory)
            refuse(r, "it leaves something out that is not known here");
        return CP_OK;
    case CP_PCE_OUT_ADDRESS:
        break;
    }
    CP_TRY(find_meant(r, x->address, x->prefix_bits, &meant));
    if (meant.count == 0 && x->mandatory)
        refuse(r, "it leaves an address out that is nobody's here");
    for (uint32_t i = 0; i < meant.count; i++)
        mask_meant(r, meant.elements[i], x->of);
    return CP_OK;
}

/* --- what must be passed ----------------------------------------------------------------------- */

static cp_err require(struct replying *r)
{
    const struct cp_pce_path *include = &r->request->include;

    if (include->count > CP_REQUIRE_MAX)
        refuse(r, "it names more to pass than can be heeded");
    if (r->why != NULL || include->count == 0)
        return CP_OK;
    r->require = CP_TAKE(r->p->work, include->count, struct cp_must_pass);
    if (r->require == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < include->count; i++) {
        const struct cp_pce_hop *hop = &include->at[i];
        struct meant meant;

        CP_TRY(find_meant(r, hop->local, hop->local.family == 4 ? 32 : 128, &meant));
        if (meant.count == 0)
            refuse(r, "it names something to pass that is not known here");
        r->require[r->require_count++] = (struct cp_must_pass){meant.elements, meant.count};
    }
    return CP_OK;
}

static bool is_element_of(const struct cp_graph *g, const struct cp_path *path, uint32_t step,
                          const struct cp_must_pass *must)
{
    for (uint32_t i = 0; i < must->count; i++)
        if (must->elements[i] == cp_graph_element_of_node(g, path->nodes[step]) ||
            (step > 0 && must->elements[i] == path->links[step - 1]))
            return true;
    return false;
}

/* RFC 7896: the list is one of things to pass in its order. */
static bool keeps_order(const struct replying *r, const struct cp_path *path)
{
    uint32_t step = 0;

    for (uint32_t i = 0; i < r->require_count; i++) {
        while (step <= path->link_count &&
               !is_element_of(&r->p->plan->net.graph, path, step, &r->require[i]))
            step++;
        if (step > path->link_count)
            return false;
    }
    return true;
}

/* --- bounds ------------------------------------------------------------------------------------ */

static bool metric_of(uint32_t type, cp_metric *metric)
{
    static const struct {
        uint32_t type;
        cp_metric metric;
    } known[] = {{CP_PCE_METRIC_IGP, CP_METRIC_IGP},
                 {CP_PCE_METRIC_TE, CP_METRIC_TE},
                 {CP_PCE_METRIC_DELAY, CP_METRIC_DELAY}};

    for (size_t i = 0; i < CP_COUNT(known); i++)
        if (known[i].type == type) {
            *metric = known[i].metric;
            return true;
        }
    return false;
}

/* In what the path is to be least: the first metric without a bound, else the first of all, else the IGP's. */
static cp_metric objective(const struct replying *r)
{
    cp_metric metric = CP_METRIC_IGP;

    for (uint32_t i = 0; i < r->request->metric_count; i++)
        if (!r->request->metrics[i].bound && metric_of(r->request->metrics[i].type, &metric))
            return metric;
    for (uint32_t i = 0; i < r->request->metric_count; i++)
        if (metric_of(r->request->metrics[i].type, &metric))
            return metric;
    return CP_METRIC_IGP;
}

static void bound(struct replying *r, struct cp_within_ask *ask)
{
    for (uint32_t i = 0; i < r->request->metric_count; i++) {
        const struct cp_pce_metric *m = &r->request->metrics[i];
        cp_metric metric;

        if (!m->bound)
            continue;
        if (m->type == CP_PCE_METRIC_HOPS)
            ask->hops_max = m->value < ask->hops_max ? (uint32_t)m->value : ask->hops_max;
        else if (m->type == CP_PCE_METRIC_DELAY)
            ask->delay_max_us = m->value < ask->delay_max_us ? m->value : ask->delay_max_us;
        else if (!metric_of(m->type, &metric))
            refuse(r, "it bounds a metric that is not known here");
    }
}

static uint64_t cost_of(const struct cp_plan *plan, const struct cp_path *path, cp_metric metric)
{
    const struct cp_graph *g = &plan->net.graph;
    uint64_t sum = 0;

    for (uint32_t i = 0; i < path->link_count; i++) {
        uint32_t e = g->end_first[path->links[i]];

        while (g->end_node[e] != path->nodes[i])
            e++;
        if (plan->metric_cost[metric][e] == CP_COST_NONE)
            return UINT64_MAX;
        sum += plan->metric_cost[metric][e];
    }
    return sum;
}

/* Bounds on sums that the search does not heed itself: the least-cost path in another metric may pass them. */
static bool is_within(const struct replying *r, const struct cp_path *path)
{
    for (uint32_t i = 0; i < r->request->metric_count; i++) {
        const struct cp_pce_metric *m = &r->request->metrics[i];
        cp_metric metric;

        if (m->bound && metric_of(m->type, &metric) && cost_of(r->p->plan, path, metric) > m->value)
            return false;
    }
    return true;
}

/* --- the answer -------------------------------------------------------------------------------- */

static bool is_plane_asked(const struct replying *r)
{
    uint32_t type = r->request->path_setup_type;

    return type == (cp_sids_plane(r->p->plan->sids) == CP_PLANE_SRV6 ? 3u : 1u);
}

static cp_err mask_all(struct replying *r, bool also_desired)
{
    r->masked = false;
    mask_gone_and_forbidden(r);
    mask_affinities(r);
    mask_narrow(r);
    for (uint32_t i = 0; i < r->request->exclusion_count; i++)
        if (r->request->exclusions[i].mandatory || also_desired)
            CP_TRY(mask_exclusion(r, &r->request->exclusions[i]));
    return CP_OK;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static cp_err list_path(struct replying *r, const struct cp_within_ask *ask,
                        const struct cp_path *path, struct cp_arena *arena,
                        struct cp_plan_reply *out)
{
    struct cp_segment_ask of = {.path = path,
                                .treatment = ask->treatment,
                                .ends = ask->ends,
                                .end_count = ask->end_count,
                                .strict = ask->strict,
                                .alone = true,
                                .depth_max = ask->depth_max};
    struct cp_segment_list list;
    struct cp_trace trace;
    bool known;

    CP_TRY(cp_segments_find(r->p->segmenter, &of, r->p->work, &list));
    CP_TRY(cp_plan_hops(r->p->plan, &list, arena, &out->hops, &known));
    if (!known || list.count > r->request->segments_max) {
        refuse(r, "no list of the path can be pushed");
        return CP_OK;
    }
    for (uint32_t i = 0; i < r->treatment_count; i++) {
        struct plan_walk walk = {.treatment = r->treatments[i],
                                 .from = r->from,
                                 .to = r->to,
                                 .hops = out->hops,
                                 .gone = r->gone};

        CP_TRY(cp_plan_walk(r->p, &walk, &trace));
        if (trace.kind != CP_TRACE_CLEAN || !trace.arrives)
            refuse(r, "the path that was found does not stand its own walk");
    }
    out->found = r->why == NULL;
    return CP_OK;
}

static cp_err search(struct replying *r, struct cp_arena *arena, struct cp_plan_reply *out)
{
    const struct cp_route_request *usual = &r->p->plan->ask.config.request;
    uint32_t ends[2] = {least(r->from, r->to), r->from > r->to ? r->from : r->to};
    cp_metric metric = objective(r);
    struct cp_within_ask ask = {.treatment = r->treatments[0],
                                .src = &r->from,
                                .dst = &r->to,
                                .src_count = 1,
                                .dst_count = 1,
                                .ends = ends,
                                .end_count = 2,
                                .strict = usual->strict || r->masked,
                                .alone = true,
                                .depth_max = least(usual->depth_max, r->request->segments_max),
                                .cost = r->p->plan->metric_cost[metric],
                                .out = r->p->out,
                                .hops_max = CP_NONE,
                                .delay_max_us = CP_PATH_DELAY_NONE,
                                .require = r->require,
                                .require_count = r->require_count};
    struct cp_within found;

    bound(r, &ask);
    if (r->why != NULL)
        return CP_OK;
    CP_TRY(cp_segments_within(r->p->segmenter, &ask, r->p->work, &found));
    if (found.path.nodes == NULL)
        refuse(r, "no path keeps the rules and the constraints");
    else if (!keeps_order(r, &found.path) || !is_within(r, &found.path))
        refuse(r, "no path was found that keeps all constraints");
    return r->why != NULL ? CP_OK : list_path(r, &ask, &found.path, arena, out);
}

static cp_err answer(struct replying *r, struct cp_arena *arena, struct cp_plan_reply *out)
{
    if (r->request->not_understood)
        refuse(r, "it holds a constraint that is not understood");
    if (!is_plane_asked(r))
        refuse(r, "paths are set up in another way here");
    find_treatments(r);
    CP_TRY(require(r));
    if (r->why != NULL)
        return CP_OK;
    CP_TRY(mask_all(r, true));
    if (r->why == NULL)
        CP_TRY(search(r, arena, out));
    if (out->found)
        return CP_OK;
    r->why = NULL; /* what should be left out may be used where nothing else will do */
    CP_TRY(mask_all(r, false));
    return r->why == NULL ? search(r, arena, out) : CP_OK;
}

cp_err cp_plan_reply(struct cp_picker *p, const struct cp_pce_request *request,
                     const struct cp_plan_gone *gone, struct cp_arena *arena,
                     struct cp_plan_reply *out)
{
    struct replying r = {
        .p = p, .request = request, .gone = gone == NULL || gone->version == 0 ? NULL : gone};
    uint32_t src = cp_plan_node_of(p->plan, request->src);
    uint32_t dst = cp_plan_node_of(p->plan, request->dst);
    cp_arena_mark mark = cp_arena_mark_get(p->work);
    cp_err err = CP_OK;

    *out = (struct cp_plan_reply){.unknown_src = src == CP_NONE, .unknown_dst = dst == CP_NONE};
    if (src == CP_NONE || dst == CP_NONE || src == dst) {
        out->why = "an end is not known, or both are one";
        return CP_OK;
    }
    r.from = p->plan->net.node_of_case[src];
    r.to = p->plan->net.node_of_case[dst];
    err = answer(&r, arena, out);
    out->why = out->found ? NULL : r.why;
    cp_arena_reset(p->work, mark);
    return err;
}
