#include "inside.h"

#include <stdlib.h>
#include <string.h>

/*
 * Routes: a node segment is a flow, walked like that of an audit's demand whose verdict is ok.  The
 * same flow may come of several candidates: then what the strongest claims of it is shown.
 */

static bool asks(const struct cp_prove *p, cp_state state)
{
    return p->request.states == 0 || (p->request.states >> state & 1u) != 0;
}

/* One more than the failures up to which the list is said to be clean; 0: nothing is said. */
static uint32_t claimed(const struct cp_prove *p, const struct cp_segment_proof *proof,
                        cp_state state)
{
    uint32_t depth = proof->state_depth[state];

    if (!asks(p, state))
        return 0;
    return depth == CP_DEPTH_NONE || depth > p->request.depth ? p->request.depth + 1 : depth;
}

static uint32_t greater(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t walk_depth(const struct cp_prove *p, uint32_t treatment,
                           const struct cp_segment_proof *proof)
{
    bool all = p->route->request->judged == CP_SEGMENTS_ALL;
    uint32_t judged = all ? p->request.depth : p->markings[treatment].deepest;
    uint32_t limit =
        greater(claimed(p, proof, CP_STATE_STEADY), claimed(p, proof, CP_STATE_TRANSITION));
    uint32_t depth = greater(judged, limit > 0 ? limit - 1 : 0);

    return depth < p->request.depth ? depth : p->request.depth;
}

static int compare_nodes(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* The demand's ends and the segment's own two. */
static cp_err list_ends(const struct cp_prove *p, const struct cp_segment *segment,
                        struct cp_arena *arena, struct prove_flow *flow)
{
    const struct cp_case *c = p->judge->net;
    const struct cp_demand *d = &c->demands[flow->demand];
    uint32_t count = 0;
    uint32_t *ends = CP_TAKE(arena, (size_t)d->src.count + d->dst.count + 2, uint32_t);

    if (ends == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < d->src.count; i++)
        ends[count++] = p->net.node_of_case[c->demand_ends[d->src.first + i].at];
    for (uint32_t i = 0; i < d->dst.count; i++)
        ends[count++] = p->net.node_of_case[c->demand_ends[d->dst.first + i].at];
    ends[count++] = segment->from;
    ends[count++] = segment->to;
    qsort(ends, count, sizeof *ends, compare_nodes);
    flow->ends = ends;
    flow->end_count = count;
    return CP_OK;
}

static cp_err add_segment(struct cp_prove *p, uint32_t demand, const struct cp_candidate *candidate,
                          const struct cp_segment *segment, struct cp_arena *arena)
{
    const struct cp_segment_proof *proof = &candidate->segments.proof;
    struct prove_flow *flow = &p->flows[p->flow_count];

    if (segment->kind != CP_SEGMENT_NODE || segment->from == segment->to)
        return CP_OK;
    *flow = (struct prove_flow){.demand = demand,
                                .treatment = p->judge->demand_treatment[demand],
                                .source = segment->from,
                                .destination = segment->to,
                                .direction = candidate->direction,
                                .liar = claimed(p, proof, CP_STATE_LIAR)};
    flow->most = walk_depth(p, flow->treatment, proof);
    p->flow_count++;
    return list_ends(p, segment, arena, flow);
}

static uint64_t count_segments(const struct cp_prove *p)
{
    uint64_t total = 0;

    for (uint32_t d = 0; d < p->judge->net->demand_count; d++)
        for (uint32_t i = 0; i < p->route->results[d].candidate_count; i++)
            total += p->route->results[d].candidates[i].segments.count;
    return total;
}

/* Of flows that are alike, one with the largest claims. */
static void join_alike(struct cp_prove *p)
{
    uint32_t kept = 0;

    if (p->flow_count > 0)
        qsort(p->flows, p->flow_count, sizeof *p->flows, cp_prove_compare_flows);
    for (uint32_t i = 0; i < p->flow_count; i++) {
        struct prove_flow *last = &p->flows[kept > 0 ? kept - 1 : 0];

        if (kept > 0 && cp_prove_compare_flows(last, &p->flows[i]) == 0) {
            last->most = greater(last->most, p->flows[i].most);
            last->liar = greater(last->liar, p->flows[i].liar);
        } else {
            p->flows[kept++] = p->flows[i];
        }
    }
    p->flow_count = kept;
}

cp_err cp_prove_segments(struct cp_prove *p, struct cp_arena *arena)
{
    uint64_t total = count_segments(p);

    if (total >= UINT32_MAX)
        return CP_ERR_LIMIT;
    p->flows = CP_TAKE(arena, total, struct prove_flow);
    if (p->flows == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t d = 0; d < p->judge->net->demand_count; d++) {
        const struct cp_route_result *r = &p->route->results[d];

        if (p->markings[p->judge->demand_treatment[d]].all == 0)
            continue;
        for (uint32_t i = 0; i < r->candidate_count; i++)
            for (uint32_t k = 0;
                 r->candidates[i].segments.at != NULL && k < r->candidates[i].segments.count; k++)
                CP_TRY(
                    add_segment(p, d, &r->candidates[i], &r->candidates[i].segments.at[k], arena));
    }
    join_alike(p);
    return CP_OK;
}
