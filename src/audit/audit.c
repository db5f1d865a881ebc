#include "audit/audit.h"

#include <stdlib.h>

#include "graph/cut.h"

#include "parts.h"
#include "pins.h"

/*
 * A demand is split into flows (pair of ends, direction); flows are grouped by treatment and
 * destination, since routes are to a destination; each group is a part of the work.  Further parts
 * find the cuts of some demands each.  Every part writes only its own flows' or demands'
 * results; finish puts them together in the order of the case, whatever the parts' order was.
 */

_Static_assert(CP_AUDIT_DEPTH_MAX == CP_CUT_DEPTH_MAX, "cuts are sought as deep as exposures");

#define CUTS_A_PART 64u
#define FLOWS_MAX 200000000u

/* Calls for no flows where nothing is marked: such a demand cannot be exposed. */
static bool needs_flows(const struct cp_audit *a, uint32_t demand)
{
    return a->markings[a->judge->demand_treatment[demand]].all != 0;
}

static bool is_pinned(const struct cp_audit *a, uint32_t demand)
{
    return a->pinned != NULL && a->pinned[demand].count > 0;
}

/* Both ends are ascending, so nodes in both are found in one pass. */
static uint64_t count_flows(const struct cp_audit *a, uint32_t demand)
{
    const struct cp_case *c = a->judge->net;
    const struct cp_demand *d = &c->demands[demand];
    uint64_t pairs = (uint64_t)d->src.count * d->dst.count;
    uint32_t t = 0;

    if (!needs_flows(a, demand))
        return 0;
    if (is_pinned(a, demand))
        return cp_audit_pin_count(a, demand);
    for (uint32_t s = 0; s < d->src.count; s++) {
        uint32_t node = c->demand_ends[d->src.first + s].at;

        while (t < d->dst.count && c->demand_ends[d->dst.first + t].at < node)
            t++;
        pairs -= t < d->dst.count && c->demand_ends[d->dst.first + t].at == node;
    }
    return 2 * pairs;
}

static int compare_u32(uint32_t x, uint32_t y)
{
    return x < y ? -1 : x > y;
}

static int compare_nodes(const void *a, const void *b)
{
    return compare_u32(*(const uint32_t *)a, *(const uint32_t *)b);
}

/* The demand's own ends, ascending graph nodes; repeats do no harm. */
static cp_err demand_ends(const struct cp_audit *a, uint32_t demand, struct cp_arena *arena,
                          const uint32_t **ends, uint32_t *count)
{
    const struct cp_demand *d = &a->judge->net->demands[demand];
    uint32_t *at = CP_TAKE(arena, (size_t)d->src.count + d->dst.count, uint32_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    *count = 0;
    for (uint32_t i = 0; i < d->src.count; i++)
        at[(*count)++] = cp_audit_node(a, d->src.first + i);
    for (uint32_t i = 0; i < d->dst.count; i++)
        at[(*count)++] = cp_audit_node(a, d->dst.first + i);
    qsort(at, *count, sizeof *at, compare_nodes);
    *ends = at;
    return CP_OK;
}

static cp_err write_flows(struct cp_audit *a, uint32_t demand, struct cp_arena *arena)
{
    const struct cp_demand *d = &a->judge->net->demands[demand];
    uint32_t at = a->flow_first[demand];
    const uint32_t *ends = NULL;
    uint32_t end_count = 0;

    if (is_pinned(a, demand))
        return cp_audit_pin_flows(a, demand, arena);
    CP_TRY(demand_ends(a, demand, arena, &ends, &end_count));

    for (int direction = CP_FORWARD; direction <= CP_REVERSE; direction++)
        for (uint32_t s = 0; s < d->src.count; s++)
            for (uint32_t t = 0; t < d->dst.count; t++) {
                uint32_t from = cp_audit_node(a, d->src.first + s);
                uint32_t to = cp_audit_node(a, d->dst.first + t);

                if (from == to)
                    continue;
                a->flows[at++] = (struct flow){.demand = demand,
                                               .treatment = a->judge->demand_treatment[demand],
                                               .source = direction == CP_FORWARD ? from : to,
                                               .destination = direction == CP_FORWARD ? to : from,
                                               .direction = (cp_direction)direction,
                                               .ends = ends,
                                               .end_count = end_count};
            }
    return CP_OK;
}

struct keyed {
    struct flow flow;
    uint32_t at;
};

static int compare_flows(const void *a, const void *b)
{
    const struct keyed *x = a;
    const struct keyed *y = b;
    int order = compare_u32(x->flow.treatment, y->flow.treatment);

    if (order == 0)
        order = compare_u32(x->flow.destination, y->flow.destination);
    if (order == 0)
        order = compare_u32(x->flow.source, y->flow.source);
    return order != 0 ? order : compare_u32(x->at, y->at);
}

static cp_err order_flows(struct cp_audit *a, struct cp_arena *arena)
{
    struct keyed *keyed = CP_TAKE(arena, a->flow_count, struct keyed);

    a->order = CP_TAKE(arena, a->flow_count, uint32_t);
    if (keyed == NULL || a->order == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < a->flow_count; i++)
        keyed[i] = (struct keyed){.flow = a->flows[i], .at = i};
    if (a->flow_count > 0)
        qsort(keyed, a->flow_count, sizeof *keyed, compare_flows);
    for (uint32_t i = 0; i < a->flow_count; i++)
        a->order[i] = keyed[i].at;
    return CP_OK;
}

static cp_err make_flows(struct cp_audit *a, struct cp_arena *arena, struct cp_diag *diag)
{
    uint32_t demands = a->judge->net->demand_count;
    uint64_t total = 0;

    a->flow_first = CP_TAKE(arena, (size_t)demands + 1, uint32_t);
    if (a->flow_first == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < demands; d++) {
        total += count_flows(a, d);
        if (total > FLOWS_MAX)
            return cp_diag_set(diag, CP_ERR_LIMIT, a->judge->net->demands[d].place,
                               "more than 200000000 flows up to this demand",
                               a->judge->net->demands[d].id);
        a->flow_first[d + 1] = (uint32_t)total;
    }
    a->flow_count = (uint32_t)total;
    a->flows = CP_TAKE(arena, total, struct flow);
    a->flow_results = CP_TAKE(arena, total, struct flow_result);
    if (a->flows == NULL || a->flow_results == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < demands; d++)
        if (needs_flows(a, d))
            CP_TRY(write_flows(a, d, arena));
    return order_flows(a, arena);
}

static uint32_t count_groups(const struct cp_audit *a)
{
    uint32_t groups = 0;

    for (uint32_t i = 0; i < a->flow_count; i++)
        groups += i == 0 || !cp_audit_same_group(a, i, i - 1);
    return groups;
}

/* A part for each group: they differ in length by so much that more in one would hide the progress. */
static void make_flow_parts(struct cp_audit *a)
{
    for (uint32_t i = 0; i < a->flow_count; i++) {
        if (i == 0 || !cp_audit_same_group(a, i, i - 1))
            a->parts[a->part_count++] = (struct part){.first = i};
        a->parts[a->part_count - 1].count++;
    }
}

static cp_err make_parts(struct cp_audit *a, struct cp_arena *arena)
{
    uint32_t demands = a->judge->net->demand_count;
    size_t most = (size_t)count_groups(a) + demands / CUTS_A_PART + 1;

    a->parts = CP_TAKE(arena, most, struct part);
    a->cut_results = CP_TAKE(arena, demands, struct cut_result);
    if (a->parts == NULL || a->cut_results == NULL)
        return CP_ERR_NOMEM;
    make_flow_parts(a);
    for (uint32_t d = 0; d < demands; d += CUTS_A_PART)
        a->parts[a->part_count++] =
            (struct part){.first = d,
                          .count = demands - d < CUTS_A_PART ? demands - d : CUTS_A_PART,
                          .cuts = true};
    CP_ASSERT(a->part_count <= most);
    return CP_OK;
}

cp_err cp_audit_open(const struct cp_judge *judge, const struct cp_audit_request *request,
                     struct cp_arena *arena, struct cp_audit **out, struct cp_diag *diag)
{
    return cp_audit_open_pinned(judge, request, NULL, arena, out, diag);
}

cp_err cp_audit_open_pinned(const struct cp_judge *judge, const struct cp_audit_request *request,
                            const struct cp_pinned *pinned, struct cp_arena *arena,
                            struct cp_audit **out, struct cp_diag *diag)
{
    struct cp_audit *a = CP_TAKE(arena, 1, struct cp_audit);

    if (a == NULL)
        return CP_ERR_NOMEM;
    if (request->depth > CP_AUDIT_DEPTH_MAX)
        return cp_diag_set(diag, CP_ERR_LIMIT, CP_PLACE_NONE,
                           "failure sets of more than 8 are not examined", cp_text_of(NULL));
    a->judge = judge;
    a->request = *request;
    a->pinned = pinned;
    CP_TRY(cp_net_make(judge->net, arena, &a->net));
    a->markings = CP_TAKE(arena, judge->treatment_count, struct cp_marking);
    if (a->markings == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t t = 0; t < judge->treatment_count; t++) {
        cp_err err = cp_marking_make(&a->net, judge, &judge->treatments[t], arena, &a->markings[t]);

        if (err == CP_ERR_LIMIT)
            return cp_diag_set(diag, err, CP_PLACE_NONE,
                               "more than 16 different under-failure in one class",
                               judge->treatments[t].traffic_class);
        CP_TRY(err);
    }
    a->ways = CP_TAKE(arena, judge->treatment_count, struct ways);
    if (a->ways == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_ways_make(&(struct ways_ask){&a->net, a->markings, judge->treatment_count, request,
                                           WAYS_WHERE_MARKED},
                        arena, a->ways));
    CP_TRY(make_flows(a, arena, diag));
    CP_TRY(make_parts(a, arena));
    *out = a;
    return CP_OK;
}

uint32_t cp_audit_parts(const struct cp_audit *a)
{
    return a->part_count;
}

static uint32_t least(uint32_t x, uint32_t y)
{
    return x < y ? x : y;
}

/* The better of two: fewer failures, then steady before transition; the first of equals. */
static const struct cp_exposure *better(const struct cp_exposure *a, const struct cp_exposure *b)
{
    if (a == NULL || b == NULL)
        return a == NULL ? b : a;
    if (a->failure_count != b->failure_count)
        return a->failure_count < b->failure_count ? a : b;
    return b->state < a->state ? b : a;
}

/* own: of the links that the demand is held to. */
static const struct cp_exposure *best(const struct cp_audit *a, uint32_t demand,
                                      const struct flow_result *own, seek what)
{
    const struct cp_exposure *found = own->found[what][CP_STATE_STEADY];

    for (uint32_t f = a->flow_first[demand]; f < a->flow_first[demand + 1]; f++) {
        found = better(found, a->flow_results[f].found[what][CP_STATE_STEADY]);
        found = better(found, a->flow_results[f].found[what][CP_STATE_TRANSITION]);
    }
    return found;
}

static void join_result(const struct flow_result *of, struct cp_demand_result *r)
{
    for (int state = 0; state < CP_STATE_COUNT; state++)
        r->state_depth[state] = least(r->state_depth[state], of->state_depth[state]);
    r->liar = better(r->liar, of->liar);
    r->steady = better(r->steady, of->found[SEEK_EXPOSED][CP_STATE_STEADY]);
}

static void join_flows(const struct cp_audit *a, uint32_t demand, const struct flow_result *own,
                       struct cp_demand_result *r)
{
    const struct cp_exposure *exposed = best(a, demand, own, SEEK_EXPOSED);

    r->violation = best(a, demand, own, SEEK_VIOLATION);
    r->undecided = best(a, demand, own, SEEK_UNSURE);
    join_result(own, r);
    for (uint32_t f = a->flow_first[demand]; f < a->flow_first[demand + 1]; f++)
        join_result(&a->flow_results[f], r);
    r->exposure_depth = least(r->state_depth[CP_STATE_STEADY], r->state_depth[CP_STATE_TRANSITION]);
    r->exposure = exposed;
    if (r->violation != NULL && r->violation->failure_count == r->exposure_depth) {
        r->exposure = r->violation;
        r->violation = NULL;
    }
}

static void read_cut(const struct cp_audit *a, uint32_t demand, struct cp_demand_result *r)
{
    const struct cut_result *cut = &a->cut_results[demand];

    r->cut_depth = cut->size;
    for (uint32_t i = 0; cut->size != CP_DEPTH_NONE && i < cut->size; i++)
        r->cut[i] = cp_net_failure(&a->net, cut->elements[i]);
}

/* Sources in a component of what bears no mark: the first of them, and whether there are more. */
struct clean_end {
    uint32_t stamp, node;
    bool several;
};

struct clean_ends {
    struct clean_end *ends; /* [nodes] by component */
    uint32_t stamp;
};

/* Whether two different ends hang together: the components of src, each with its first node. */
static bool has_clean_way(const struct cp_audit *a, uint32_t demand, struct clean_ends *met)
{
    const struct cp_demand *d = &a->judge->net->demands[demand];
    const uint32_t *component = a->markings[a->judge->demand_treatment[demand]].component;

    met->stamp++;
    for (uint32_t s = 0; s < d->src.count; s++) {
        uint32_t from = cp_audit_node(a, d->src.first + s);

        if (component[from] == CP_NONE)
            continue;
        struct clean_end *end = &met->ends[component[from]];

        end->several = end->stamp == met->stamp;
        if (!end->several)
            *end = (struct clean_end){.stamp = met->stamp, .node = from};
    }
    for (uint32_t t = 0; t < d->dst.count; t++) {
        uint32_t to = cp_audit_node(a, d->dst.first + t);

        if (component[to] == CP_NONE || met->ends[component[to]].stamp != met->stamp)
            continue;
        if (met->ends[component[to]].several || met->ends[component[to]].node != to)
            return true;
    }
    return false;
}

static cp_verdict verdict(const struct cp_demand_result *r, bool violated)
{
    if (r->cut_depth == 0)
        return CP_VERDICT_NO_PATH;
    if (violated)
        return CP_VERDICT_VIOLATION;
    return r->undecided != NULL ? CP_VERDICT_UNDECIDED : CP_VERDICT_OK;
}

cp_err cp_audit_finish(struct cp_audit *a, struct cp_arena *arena,
                       const struct cp_demand_result **results)
{
    uint32_t demands = a->judge->net->demand_count;
    struct cp_demand_result *all = CP_TAKE(arena, demands, struct cp_demand_result);
    struct clean_ends met = {.ends = CP_TAKE(arena, a->net.graph.node_count, struct clean_end)};

    if (all == NULL || met.ends == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < demands; d++) {
        struct cp_demand_result *r = &all[d];
        uint32_t treatment = a->judge->demand_treatment[d];
        struct flow_result own = {{CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE}, {{NULL}}, NULL};

        for (int state = 0; state < CP_STATE_COUNT; state++)
            r->state_depth[state] = CP_DEPTH_NONE;
        if (is_pinned(a, d))
            CP_TRY(cp_audit_pin_links(a, d, arena, &own));
        read_cut(a, d, r);
        join_flows(a, d, &own, r);
        r->judged = a->judge->treatments[treatment].rule_count > 0;
        r->clean_way = has_clean_way(a, d, &met);
        r->verdict = verdict(r, best(a, d, &own, SEEK_VIOLATION) != NULL);
    }
    *results = all;
    return CP_OK;
}

uint32_t cp_audit_way_count(const struct cp_audit *a, uint32_t demand)
{
    return a->flow_first[demand + 1] - a->flow_first[demand];
}

void cp_audit_way(const struct cp_audit *a, uint32_t demand, uint32_t at, struct cp_audit_way *out)
{
    const struct flow *flow = &a->flows[a->flow_first[demand] + at];
    const struct flow_result *r = &a->flow_results[a->flow_first[demand] + at];
    const struct cp_exposure *violation = better(r->found[SEEK_VIOLATION][CP_STATE_STEADY],
                                                 r->found[SEEK_VIOLATION][CP_STATE_TRANSITION]);
    const struct cp_exposure *unsure =
        better(r->found[SEEK_UNSURE][CP_STATE_STEADY], r->found[SEEK_UNSURE][CP_STATE_TRANSITION]);

    CP_ASSERT(at < cp_audit_way_count(a, demand));
    *out = (struct cp_audit_way){.from = {a->net.case_node[flow->source]},
                                 .to = {a->net.case_node[flow->destination]},
                                 .verdict = CP_VERDICT_OK,
                                 .exposure = violation != NULL ? violation : unsure};
    if (violation != NULL)
        out->verdict = CP_VERDICT_VIOLATION;
    else if (unsure != NULL)
        out->verdict = CP_VERDICT_UNDECIDED;
}

uint32_t cp_audit_depth_wanted(const struct cp_judge *judge)
{
    uint32_t deepest = 0;

    for (uint32_t r = 0; r < judge->transit_count; r++)
        if (judge->rules[r].depth > deepest)
            deepest = judge->rules[r].depth;
    return deepest;
}
