#include "capacity_case.h"

#include <stdio.h>
#include <stdlib.h>

#include "read/read.h"

#include "arc_flow.h"
#include "contest.h"
#include "isp.h"

static bool add_file(struct cp_read *read, cp_role role, const char *path)
{
    FILE *file = fopen(path, "rb");
    struct cp_diag diag;
    size_t room = (size_t)1 << 24, len;
    char *bytes;

    if (file == NULL)
        return false;
    bytes = need(malloc(room));
    len = fread(bytes, 1, room, file);
    (void)fclose(file);
    check(cp_read_document(read, role, cp_text_of(path), (cp_text){bytes, len}, &diag));
    free(bytes);
    return true;
}

static void give_capacity(struct capacity_case *k)
{
    struct cp_link_rec *links = need(CP_TAKE(k->arena, k->c.link_count, struct cp_link_rec));
    uint64_t all_bps = 0;
    bool some = false;

    for (uint32_t l = 0; l < k->c.link_count; l++)
        some = some || k->c.links[l].capacity_bps != CP_BPS_NONE;
    for (uint32_t d = 0; d < k->c.demand_count; d++)
        if (k->c.demands[d].bandwidth_bps != CP_BPS_NONE)
            all_bps += k->c.demands[d].bandwidth_bps;
    for (uint32_t l = 0; l < k->c.link_count; l++) {
        links[l] = k->c.links[l];
        if (!some)
            links[l].capacity_bps = all_bps;
    }
    k->made_up_capacity = !some;
    k->c.links = links;
}

bool capacity_case_read(struct capacity_case *k, const char *network, const char *demands)
{
    struct cp_build *build;
    struct cp_read *read;
    const struct cp_case *made;
    struct cp_diag diag;

    *k = (struct capacity_case){.arena = need(cp_arena_open(SIZE_MAX))};
    check(cp_build_open(k->arena, &build));
    check(cp_read_open(build, k->arena, &read));
    if (!add_file(read, CP_ROLE_NETWORK, network) ||
        (demands != NULL && !add_file(read, CP_ROLE_DEMANDS, demands))) {
        cp_arena_close(k->arena);
        return false;
    }
    check(cp_read_finish(read, &diag));
    check(cp_build_finish(build, CP_DATE_NONE, &made, &diag));
    k->c = *made;
    give_capacity(k);
    return true;
}

/* More columns than this take the exact program too long. */
#define ARC_COLUMNS_MOST 12000u

static void put_links(struct capacity_case *k, const struct isp *isp, uint64_t *seed)
{
    struct cp_link_rec *link = need(CP_TAKE(k->arena, isp->link_count, struct cp_link_rec));
    struct cp_end *end = need(CP_TAKE(k->arena, 2 * (size_t)isp->link_count, struct cp_end));

    for (size_t l = 0; l < isp->link_count; l++) {
        const struct isp_link *of = &isp->links[l];

        end[2 * l] = (struct cp_end){.node = {of->a}, .metric = of->metric};
        end[2 * l + 1] = (struct cp_end){.node = {of->b}, .metric = of->metric};
        link[l] = (struct cp_link_rec){.ends = {(uint32_t)(2 * l), 2},
                                       .delay_us = CP_DELAY_NONE,
                                       .capacity_bps = UINT64_C(10000000000)
                                                       << 2 * (isp_random(seed) % 3)};
    }
    k->c.links = link;
    k->c.ends = end;
    k->c.link_count = isp->link_count;
}

static void put_demands(struct capacity_case *k, uint32_t count, uint64_t *seed)
{
    struct cp_demand *demand = need(CP_TAKE(k->arena, count, struct cp_demand));
    cp_node *ends = need(CP_TAKE(k->arena, 2 * (size_t)count, cp_node));

    for (size_t d = 0; d < count; d++) {
        ends[2 * d].at = (uint32_t)(isp_random(seed) % k->c.node_count);
        do
            ends[2 * d + 1].at = (uint32_t)(isp_random(seed) % k->c.node_count);
        while (ends[2 * d + 1].at == ends[2 * d].at);
        demand[d] = (struct cp_demand){.src = {(uint32_t)(2 * d), 1},
                                       .dst = {(uint32_t)(2 * d + 1), 1},
                                       .bandwidth_bps = 1000000 * (1 + isp_random(seed) % 1000)};
    }
    k->c.demands = demand;
    k->c.demand_ends = ends;
    k->c.demand_count = count;
}

/* Capacities by what the IGP loads, the fuller direction of each link counting. */
static void capacity_by_load(struct capacity_case *k, uint64_t *seed)
{
    struct cp_link_rec *link = need(CP_TAKE(k->arena, k->c.link_count, struct cp_link_rec));
    struct capacity_case as_is = *k;
    struct cp_capacity_answer answer;

    capacity_case_judge(&as_is, 0);
    (void)capacity_case_igp(&as_is, &answer);
    for (size_t l = 0; l < k->c.link_count; l++) {
        uint64_t a = answer.load_bps[2 * l], b = answer.load_bps[2 * l + 1];
        uint64_t most = a > b ? a : b;

        link[l] = k->c.links[l];
        link[l].capacity_bps = most / 100 * (80 + isp_random(seed) % 120) + 1000000000;
    }
    k->c.links = link;
}

void capacity_case_isp(struct capacity_case *k, uint32_t nodes, uint32_t demands,
                       capacity_kind kind)
{
    uint64_t seed = 1;
    struct isp isp = isp_make(nodes, ISP_WIDE, seed);

    *k = (struct capacity_case){.arena = need(cp_arena_open(SIZE_MAX))};
    k->c.nodes = need(CP_TAKE(k->arena, nodes, struct cp_node_rec));
    k->c.node_count = nodes;
    put_links(k, &isp, &seed);
    put_demands(k, demands, &seed);
    if (kind == CAPACITY_BY_LOAD)
        capacity_by_load(k, &seed);
    isp_free(&isp);
}

static void leave_out(struct capacity_case *k, const uint64_t *bad)
{
    struct cp_demand *kept = need(CP_TAKE(k->arena, k->c.demand_count, struct cp_demand));
    uint32_t count = 0;

    for (uint32_t d = 0; d < k->c.demand_count; d++) {
        const struct cp_demand *of = &k->c.demands[d];

        if (bad[k->c.demand_ends[of->src.first].at] == 0 &&
            bad[k->c.demand_ends[of->dst.first].at] == 0)
            kept[count++] = *of;
    }
    k->left_out = k->c.demand_count - count;
    k->c.demands = kept;
    k->c.demand_count = count;
}

void capacity_case_judge(struct capacity_case *k, uint32_t percent)
{
    static const uint32_t first_rule = 0;
    uint32_t nodes = k->c.node_count;
    uint64_t *bad = need(CP_TAKE(k->arena, nodes, uint64_t));
    uint64_t *none = need(CP_TAKE(k->arena, (size_t)nodes + k->c.link_count, uint64_t));
    uint64_t seed = percent;

    k->forbidden = (nodes * percent + 50) / 100;
    for (uint32_t i = 0; i < k->forbidden;) {
        uint64_t *at = &bad[isp_random(&seed) % nodes];

        i += *at == 0;
        *at = 1;
    }
    leave_out(k, bad);
    k->rule = (struct cp_judge_rule){
        .node_bad = bad, .node_unknown = none, .link_bad = none, .link_unknown = none, .bit = 1};
    k->treatment = (struct cp_treatment){.rules = &first_rule, .rule_count = 1};
    k->judge =
        (struct cp_judge){.rules = &k->rule,
                          .treatments = &k->treatment,
                          .demand_treatment = need(CP_TAKE(k->arena, k->c.demand_count, uint32_t)),
                          .rule_count = 1,
                          .transit_count = 1,
                          .treatment_count = 1,
                          .net = &k->c};
    check(cp_net_make(&k->c, k->arena, &k->net));
    check(cp_marking_make(&k->net, &k->judge, &k->treatment, k->arena, &k->marking));
}

uint64_t capacity_case_igp(struct capacity_case *k, struct cp_capacity_answer *answer)
{
    struct cp_treatment none = {.rules = k->treatment.rules};
    struct cp_judge judge = k->judge;
    struct cp_capacity_request request = {.move = CP_MOVE_NONE};
    struct cp_marking marking;

    judge.treatments = &none;
    check(cp_marking_make(&k->net, &judge, &none, k->arena, &marking));
    check(cp_capacity_place(&judge, &k->net, &marking, &request, k->arena, answer));
    return answer->worst_ppm;
}

double capacity_case_exact(struct capacity_case *k)
{
    const struct cp_graph *g = &k->net.graph;
    uint32_t ends = g->end_first[g->link_count], count = 0;
    double *capacity = need(CP_TAKE(k->arena, ends, double));
    uint8_t *node_shut = need(CP_TAKE(k->arena, g->node_count, uint8_t));
    uint8_t *link_shut = need(CP_TAKE(k->arena, g->link_count, uint8_t));
    struct arc_demand *demand = need(CP_TAKE(k->arena, k->c.demand_count, struct arc_demand));

    if (g->node_count * ends > ARC_COLUMNS_MOST)
        return -1;
    for (uint32_t e = 0; e < ends; e++)
        capacity[e] = (double)k->c.links[k->net.case_link[g->end_link[e]]].capacity_bps;
    for (uint32_t v = 0; v < g->node_count; v++)
        node_shut[v] = k->marking.marks.node[v] != 0;
    for (uint32_t d = 0; d < k->c.demand_count; d++) {
        const struct cp_demand *of = &k->c.demands[d];
        uint32_t a = k->net.node_of_case[k->c.demand_ends[of->src.first].at];
        uint32_t b = k->net.node_of_case[k->c.demand_ends[of->dst.first].at];

        if (k->marking.component[a] == k->marking.component[b] && of->bandwidth_bps > 0)
            demand[count++] = (struct arc_demand){.src = a,
                                                  .dst = b,
                                                  .bps = (double)of->bandwidth_bps,
                                                  .node_shut = node_shut,
                                                  .link_shut = link_shut};
    }
    return arc_flow_least(g, capacity, NULL, demand, count);
}

void capacity_case_close(struct capacity_case *k)
{
    cp_arena_close(k->arena);
}
