#include "isp_case.h"

#include <stdlib.h>

#include "contest.h"

static void add_network(struct bench_case *b, const struct isp *isp)
{
    struct cp_node_rec *nodes = need(calloc(isp->node_count, sizeof *nodes));
    struct cp_link_rec *links = need(calloc(isp->link_count, sizeof *links));
    struct cp_end *ends = need(calloc(2 * (size_t)isp->link_count, sizeof *ends));

    for (size_t l = 0; l < isp->link_count; l++) {
        ends[2 * l] = (struct cp_end){.node = {isp->links[l].a}, .metric = isp->links[l].metric};
        ends[2 * l + 1] =
            (struct cp_end){.node = {isp->links[l].b}, .metric = isp->links[l].metric};
        links[l] = (struct cp_link_rec){.ends = {(uint32_t)(2 * l), 2}};
    }
    b->net.nodes = nodes;
    b->net.links = links;
    b->net.ends = ends;
    b->net.node_count = isp->node_count;
    b->net.link_count = isp->link_count;
}

static void add_demands(struct bench_case *b, uint32_t nodes, const uint8_t *barred, uint32_t count,
                        uint64_t seed)
{
    struct cp_demand *demands = need(calloc(count, sizeof *demands));
    cp_node *ends = need(calloc(2 * (size_t)count, sizeof *ends));

    for (size_t d = 0; d < count; d++) {
        uint32_t pair[2];

        do {
            for (int i = 0; i < 2; i++)
                do
                    pair[i] = (uint32_t)(isp_random(&seed) % nodes);
                while (barred[pair[i]]);
        } while (pair[0] == pair[1]);
        ends[2 * d].at = pair[0];
        ends[2 * d + 1].at = pair[1];
        demands[d] = (struct cp_demand){.src = {(uint32_t)(2 * d), 1},
                                        .dst = {(uint32_t)(2 * d + 1), 1},
                                        .wished = CP_WISHED_NOTHING};
    }
    b->net.demands = demands;
    b->net.demand_ends = ends;
    b->net.demand_count = count;
}

static void add_rule(struct bench_case *b, const struct isp *isp, uint32_t demand_count)
{
    static const uint32_t first_rule = 0;
    uint64_t *bad = need(calloc(isp->node_count, sizeof *bad));
    uint64_t *none = need(calloc((size_t)isp->node_count + isp->link_count, sizeof *none));

    for (uint32_t v = 0; v < isp->node_count; v++)
        bad[v] = isp->forbidden[v];
    b->rule = (struct cp_judge_rule){.depth = 1,
                                     .failure_kinds = CP_FAIL_ALL,
                                     .node_bad = bad,
                                     .node_unknown = none,
                                     .link_bad = none,
                                     .link_unknown = none,
                                     .bit = 1};
    b->treatment = (struct cp_treatment){.rules = &first_rule, .rule_count = 1};
    b->judge = (struct cp_judge){.rules = &b->rule,
                                 .treatments = &b->treatment,
                                 .demand_treatment = need(calloc(demand_count, sizeof(uint32_t))),
                                 .rule_count = 1,
                                 .transit_count = 1,
                                 .treatment_count = 1,
                                 .net = &b->net};
}

void isp_case_make(struct bench_case *b, const struct isp *isp, const uint8_t *barred,
                   uint32_t demands, uint64_t seed)
{
    add_network(b, isp);
    add_demands(b, isp->node_count, barred != NULL ? barred : isp->forbidden, demands, seed);
    add_rule(b, isp, demands);
}
