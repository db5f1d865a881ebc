#include <string.h>

#include "algorithm.h"
#include "route/flexalgo.h"

/*
 * A design that lets nothing out of its participants but to each other, over links that nothing is against, is
 * clean in every state: whatever routers do, a closure is a part of that.  So only others, and what a
 * hijacked definition leaves, are searched (algorithm.h).
 */

enum { HIGHEST_PRIORITY = 255 };

/* Links and nodes gone over for each definition, at most: what fits some seconds. */
#define WORK_MOST UINT64_C(400000000)
#define SEARCHES_MOST UINT64_C(200000)

/* Which ends a definition leaves. */
typedef enum { LEAVES_ALL, LEAVES_COLOURED, LEAVES_OTHERS, LEAVES_COUNT } leaves;

struct judging {
    const struct cp_flexalgo_of *of;
    const struct cp_flexalgo_design *design;
    const struct cp_audit_request *request;
    const struct cp_graph *g;
    struct cp_arena *work;
    const uint8_t *node_in, *liar;         /* [nodes] */
    const uint8_t *end_in[LEAVES_COUNT];   /* [ends] */
    const uint32_t *cost[CP_METRIC_COUNT]; /* [ends] */
    uint32_t *component;                   /* [nodes] of an even design; NULL */
    struct cp_flexalgo_verdict *out;
};

/* --- opening ------------------------------------------------------------------------------ */

static cp_err open_nodes(struct judging *j)
{
    uint8_t *node_in = CP_TAKE(j->work, j->g->node_count, uint8_t);
    uint8_t *liar = CP_TAKE(j->work, j->g->node_count, uint8_t);

    if (node_in == NULL || liar == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t v = 0; v < j->g->node_count; v++)
        liar[v] = j->of->marking->marks.node[v] != 0;
    for (uint32_t i = 0; i < j->design->participant_count; i++)
        node_in[j->design->participants[i]] = !liar[j->design->participants[i]];
    j->node_in = node_in;
    j->liar = liar;
    return CP_OK;
}

static cp_err open_ends(struct judging *j)
{
    const struct cp_graph *g = j->g;
    uint32_t ends = g->end_first[g->link_count];
    uint8_t *end_in[LEAVES_COUNT];

    for (int i = 0; i < LEAVES_COUNT; i++) {
        end_in[i] = CP_TAKE(j->work, ends, uint8_t);
        if (end_in[i] == NULL)
            return CP_ERR_NOMEM;
        memset(end_in[i], i != LEAVES_COLOURED, ends);
        j->end_in[i] = end_in[i];
    }
    for (uint32_t i = 0; i < j->design->colour_count; i++) {
        const struct cp_flexalgo_colour *colour = &j->design->colours[i];

        for (uint32_t e = g->end_first[colour->link]; e < g->end_first[colour->link + 1]; e++)
            if (g->end_node[e] == colour->node) {
                end_in[LEAVES_COLOURED][e] = 1;
                end_in[LEAVES_OTHERS][e] = 0;
            }
    }
    for (int metric = 0; metric < CP_METRIC_COUNT; metric++)
        CP_TRY(cp_metric_costs(j->of->net, j->of->judge->net, (cp_metric)metric, j->work,
                               &j->cost[metric]));
    return CP_OK;
}

static leaves own_leaves(const struct judging *j)
{
    return j->design->kind == CP_FLEXALGO_INCLUDE ? LEAVES_COLOURED : LEAVES_OTHERS;
}

static struct algorithm topology(const struct judging *j, leaves what, cp_metric metric)
{
    return (struct algorithm){.graph = j->g,
                              .marks = j->of->marking->marks,
                              .node_in = j->node_in,
                              .liar = j->liar,
                              .end_in = j->end_in[what],
                              .end_cost = j->cost[metric]};
}

static cp_err open_hunt(struct judging *j, const struct algorithm *topology,
                        struct algorithm_hunt **out)
{
    uint64_t size = (uint64_t)j->g->node_count + j->g->hop_first[j->g->node_count] + 1;
    uint64_t budget = WORK_MOST / size;

    return cp_algorithm_open(topology, j->request, budget < SEARCHES_MOST ? budget : SEARCHES_MOST,
                             j->work, out);
}

/* --- what the design leaves --------------------------------------------------------------- */

static bool leaves_by(const struct judging *j, uint32_t end)
{
    return j->node_in[j->g->end_node[end]] && j->end_in[own_leaves(j)][end] &&
           j->cost[j->design->metric][end] != CP_COST_NONE;
}

/* Whether packets of participants can meet something that the rules are against; notes who can join. */
static bool is_leaky(struct judging *j)
{
    const struct cp_graph *g = j->g;
    bool leaky = false;

    for (uint32_t end = 0; end < g->end_first[g->link_count]; end++) {
        uint32_t link = g->end_link[end];

        if (!leaves_by(j, end))
            continue;
        for (uint32_t e = g->end_first[link]; e < g->end_first[link + 1]; e++) {
            bool to_liar = j->liar[g->end_node[e]] != 0;
            bool to_marked = j->of->marking->marks.link[link] != 0 && j->node_in[g->end_node[e]];

            if (e == end)
                continue;
            j->out->liar_joins = j->out->liar_joins || to_liar;
            leaky = leaky || to_liar || to_marked;
        }
    }
    return leaky;
}

/* Parts that hang together, where all participants on a link have the same of it. */
static cp_err find_components(struct judging *j)
{
    const struct cp_graph *g = j->g;
    uint8_t *link_in = CP_TAKE(j->work, g->link_count, uint8_t);
    uint32_t *component = CP_TAKE(j->work, g->node_count, uint32_t);

    if (link_in == NULL || component == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t l = 0; l < g->link_count; l++) {
        uint32_t in = 0;
        uint32_t with = 0;

        for (uint32_t e = g->end_first[l]; e < g->end_first[l + 1]; e++) {
            in += leaves_by(j, e);
            with += j->node_in[g->end_node[e]];
        }
        if (in > 0 && in < with)
            return CP_OK;
        link_in[l] = in > 0;
    }
    CP_TRY(cp_graph_components(g, j->node_in, link_in, component, j->work));
    j->component = component;
    return CP_OK;
}

/* --- demands ------------------------------------------------------------------------------ */

/* A demand's pairs of ends, both directions of each after the other. */
struct pairs {
    const struct judging *j;
    const struct cp_demand *demand;
    uint64_t at, count;
    struct algorithm_flow flow;
};

static uint32_t end_node(const struct judging *j, cp_range ends, uint32_t at)
{
    return j->of->net->node_of_case[j->of->judge->net->demand_ends[ends.first + at].at];
}

static cp_err open_pairs(const struct judging *j, uint32_t demand, struct pairs *p)
{
    const struct cp_demand *d = &j->of->judge->net->demands[demand];
    uint32_t *ends = CP_TAKE(j->work, (size_t)d->src.count + d->dst.count, uint32_t);

    if (ends == NULL)
        return CP_ERR_NOMEM;
    *p = (struct pairs){.j = j,
                        .demand = d,
                        .count = UINT64_C(2) * d->src.count * d->dst.count,
                        .flow = {.ends = ends, .failed = CP_NONE}};
    for (uint32_t i = 0; i < d->src.count; i++)
        ends[p->flow.end_count++] = end_node(j, d->src, i);
    for (uint32_t i = 0; i < d->dst.count; i++)
        ends[p->flow.end_count++] = end_node(j, d->dst, i);
    return CP_OK;
}

/* The next of the pairs whose ends take part. */
static bool next_pair(struct pairs *p)
{
    while (p->at < p->count) {
        uint64_t pair = p->at / 2;
        uint32_t from = end_node(p->j, p->demand->src, (uint32_t)(pair / p->demand->dst.count));
        uint32_t to = end_node(p->j, p->demand->dst, (uint32_t)(pair % p->demand->dst.count));
        bool forward = p->at++ % 2 == 0;

        p->flow.source = forward ? from : to;
        p->flow.destination = forward ? to : from;
        if (from != to && p->j->node_in[from] && p->j->node_in[to])
            return true;
    }
    return false;
}

/* Whether some pair has a way there and back. */
static bool is_served(const struct judging *j, struct pairs pairs, struct algorithm_hunt *hunt)
{
    bool there = false;

    while (next_pair(&pairs)) {
        const struct algorithm_flow *flow = &pairs.flow;
        bool has = j->component != NULL
                       ? j->component[flow->source] == j->component[flow->destination]
                       : cp_algorithm_serves(hunt, flow);

        if (pairs.at % 2 == 1)
            there = has;
        else if (there && has)
            return true;
    }
    return false;
}

static bool is_asked(const struct judging *j, int state)
{
    return j->request->states == 0 || (j->request->states >> state & 1u) != 0;
}

/* How the demand fares in a state; *depth: the least so far, of all demands. */
static cp_err try_demand(struct pairs pairs, struct algorithm_hunt *hunt, cp_state state,
                         uint32_t *depth)
{
    while (*depth > 0 && next_pair(&pairs)) {
        uint32_t found = CP_DEPTH_NONE;

        CP_TRY(cp_algorithm_hunt(hunt, &pairs.flow, state, *depth, &found));
        *depth = found < *depth ? found : *depth;
    }
    return CP_OK;
}

/* --- the design as it stands -------------------------------------------------------------- */

static cp_err judge_states(struct judging *j, struct pairs *pairs, uint32_t demand,
                           struct algorithm_hunt *hunt, uint32_t *least)
{
    for (int state = 0; state < CP_STATE_COUNT; state++) {
        uint32_t *depth = &j->out->state_depth[state];

        if (is_asked(j, state))
            CP_TRY(try_demand(*pairs, hunt, (cp_state)state, depth));
        if (*depth >= *least)
            continue;
        *least = *depth;
        j->out->demand = demand;
    }
    return CP_OK;
}

static cp_err judge_design(struct judging *j)
{
    const struct cp_judge *judge = j->of->judge;
    struct algorithm own = topology(j, own_leaves(j), j->design->metric);
    struct algorithm_hunt *hunt = NULL;
    uint32_t least = CP_DEPTH_NONE;
    bool leaky = is_leaky(j);

    CP_TRY(find_components(j));
    CP_TRY(open_hunt(j, &own, &hunt));
    for (uint32_t d = 0; d < judge->net->demand_count; d++) {
        cp_arena_mark mark = cp_arena_mark_get(j->work);
        struct pairs pairs;

        if (judge->demand_treatment[d] != j->of->treatment)
            continue;
        CP_TRY(open_pairs(j, d, &pairs));
        j->out->unserved += !is_served(j, pairs, hunt);
        if (leaky)
            CP_TRY(judge_states(j, &pairs, d, hunt, &least));
        cp_arena_reset(j->work, mark);
    }
    j->out->exact = j->out->exact && !cp_algorithm_is_exhausted(hunt);
    return CP_OK;
}

/* --- hijacked ----------------------------------------------------------------------------- */

/* Whether some liar is in the network of some participant: by links that are there, whoever is on them. */
static cp_err has_liars(struct judging *j, bool *has)
{
    const struct cp_graph *g = j->g;
    uint8_t *all = CP_TAKE(j->work, (size_t)g->node_count + g->link_count, uint8_t);
    uint32_t *component = CP_TAKE(j->work, g->node_count, uint32_t);
    uint8_t *takes_part = CP_TAKE(j->work, g->node_count, uint8_t);

    if (all == NULL || component == NULL || takes_part == NULL)
        return CP_ERR_NOMEM;
    memset(all, 1, (size_t)g->node_count + g->link_count);
    CP_TRY(cp_graph_components(g, all, all, component, j->work));
    for (uint32_t v = 0; v < g->node_count; v++)
        takes_part[component[v]] |= j->node_in[v];
    *has = false;
    for (uint32_t v = 0; v < g->node_count; v++)
        *has = *has || (j->liar[v] && takes_part[component[v]]);
    return CP_OK;
}

static bool is_unbeatable(const struct cp_flexalgo_design *design)
{
    for (uint32_t i = 0; i < design->definer_count; i++)
        if (design->definers[i] == design->unbeatable)
            return design->priority == HIGHEST_PRIORITY;
    return false;
}

/* The definer that must fail first can, for this demand. */
static bool can_fail(const struct judging *j, const struct pairs *pairs)
{
    for (uint32_t i = 0; i < pairs->flow.end_count; i++)
        if (pairs->flow.ends[i] == j->design->unbeatable)
            return false;
    return j->request->depth >= 1 && (j->request->failure_kinds & CP_FAIL_NODE) != 0;
}

/* Definitions that a liar may have win. */
struct definitions {
    struct algorithm topology[LEAVES_COUNT * CP_METRIC_COUNT];
    struct algorithm_hunt *hunt[LEAVES_COUNT * CP_METRIC_COUNT];
    uint32_t count;
};

static cp_err open_definitions(struct judging *j, struct definitions *d)
{
    d->count = 0;
    for (int what = 0; what < LEAVES_COUNT; what++)
        for (int metric = 0; metric < CP_METRIC_COUNT; metric++) {
            d->topology[d->count] = topology(j, (leaves)what, (cp_metric)metric);
            CP_TRY(open_hunt(j, &d->topology[d->count], &d->hunt[d->count]));
            d->count++;
        }
    return CP_OK;
}

static cp_err hijack_demand(struct judging *j, struct definitions *definitions, uint32_t demand,
                            uint32_t *first)
{
    bool unbeatable = is_unbeatable(j->design);
    uint32_t depth = j->out->hijack_depth;
    struct pairs pairs;

    CP_TRY(open_pairs(j, demand, &pairs));
    if (unbeatable && !can_fail(j, &pairs))
        return CP_OK;
    if (unbeatable)
        pairs.flow.failed = cp_graph_element_of_node(j->g, j->design->unbeatable);
    for (uint32_t i = 0; i < definitions->count; i++)
        CP_TRY(try_demand(pairs, definitions->hunt[i], CP_STATE_LIAR, &depth));
    if (depth < j->out->hijack_depth)
        *first = demand;
    j->out->hijack_depth = depth;
    return CP_OK;
}

static cp_err hijack_all(struct judging *j)
{
    const struct cp_judge *judge = j->of->judge;
    uint32_t first = CP_NONE;
    struct definitions definitions;

    CP_TRY(open_definitions(j, &definitions));
    for (uint32_t d = 0; d < judge->net->demand_count; d++) {
        cp_arena_mark mark = cp_arena_mark_get(j->work);

        if (judge->demand_treatment[d] == j->of->treatment)
            CP_TRY(hijack_demand(j, &definitions, d, &first));
        cp_arena_reset(j->work, mark);
    }
    for (uint32_t i = 0; i < definitions.count; i++)
        j->out->exact = j->out->exact && !cp_algorithm_is_exhausted(definitions.hunt[i]);
    if (j->out->demand == CP_NONE)
        j->out->demand = first;
    return CP_OK;
}

static cp_err judge_hijack(struct judging *j)
{
    bool liars = false;

    if (!is_asked(j, CP_STATE_LIAR))
        return CP_OK;
    CP_TRY(has_liars(j, &liars));
    if (!liars)
        return CP_OK;
    j->out->hijacked = !is_unbeatable(j->design);
    return hijack_all(j);
}

static cp_err judge_all(struct judging *j)
{
    CP_TRY(open_nodes(j));
    CP_TRY(open_ends(j));
    CP_TRY(judge_design(j));
    return judge_hijack(j);
}

cp_err cp_flexalgo_judge(const struct cp_flexalgo_of *of, const struct cp_flexalgo_design *design,
                         const struct cp_audit_request *request, struct cp_flexalgo_verdict *out)
{
    struct judging j = {.of = of,
                        .design = design,
                        .request = request,
                        .g = &of->net->graph,
                        .work = cp_arena_open(SIZE_MAX),
                        .out = out};
    cp_err err = CP_ERR_NOMEM;

    *out = (struct cp_flexalgo_verdict){
        .hijack_depth = CP_DEPTH_NONE, .demand = CP_NONE, .exact = true};
    for (int state = 0; state < CP_STATE_COUNT; state++)
        out->state_depth[state] = CP_DEPTH_NONE;
    if (j.work != NULL)
        err = judge_all(&j);
    cp_arena_close(j.work);
    return err;
}
