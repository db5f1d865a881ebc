#include "workloads.h"

#include <stdlib.h>

#include "contest.h"
#include "lanes.h"
#include "machine.h"
#include "plain.h"

/*
 * Costs between all nodes: ours sweeps every node, in near order, as many at once as the registers
 * hold; the peer runs a sample of the sources.  The first audit does the same from nothing: order,
 * weights with marks, and for every pair what its closure meets.
 */

enum { SAMPLE = 64 };

struct work {
    struct network *network;
    struct ours *ours;
    struct cp_rows rows[CP_ISA_AVX512 + 1];
    struct peer *peer;
    uint32_t *order;  /* all nodes, near ones together */
    uint32_t *sample; /* [SAMPLE] */
    /* [nodes] by destination: the sum of all costs to it, modulo 2^32 (ways that are not count as
     * CP_ROWS_NONE); how many nodes have the excluded maker on some cheapest way to it. */
    uint32_t *cost_sum, *exposed;
};

static uint64_t sample_checksum(const struct work *w)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < SAMPLE; i++)
        sum = checksum_add(sum, w->cost_sum[w->sample[i]]);
    return sum;
}

static void sweep(struct work *w, struct cp_rows *rows, uint32_t first, uint32_t *count)
{
    uint32_t left = w->network->graph.node_count - first;

    *count = left < rows->lanes ? left : rows->lanes;
    cp_rows_sweep(rows, w->order + first, *count);
}

/* Sums each lane over all nodes (places: there are no others here). */
static void sum_lanes(struct work *w, const struct cp_rows *rows, const uint32_t *destinations,
                      uint32_t count)
{
    uint32_t cost[LANES_MAX] = {0}, exposed[LANES_MAX] = {0};
    size_t places = rows->hierarchy->place_count, lanes = rows->lanes;

    lanes_sum(rows->cost, places, lanes, UINT32_MAX, cost);
    if (rows->marks != NULL)
        lanes_sum(rows->marks, places, lanes, EXCLUDED_MAKER_BIT, exposed);
    for (uint32_t lane = 0; lane < count; lane++) {
        w->cost_sum[destinations[lane]] = cost[lane];
        w->exposed[destinations[lane]] = exposed[lane];
    }
}

static void run_isa(struct work *w, cp_isa isa, struct turn *turn)
{
    struct cp_rows *rows = &w->rows[isa];
    uint32_t nodes = w->network->graph.node_count, count;
    double start = now_s();

    for (uint32_t i = 0; i < nodes; i += count)
        sweep(w, rows, i, &count);
    turn->seconds = now_s() - start;

    for (uint32_t i = 0; i < nodes; i += count) {
        sweep(w, rows, i, &count);
        sum_lanes(w, rows, w->order + i, count);
    }
    turn->checksum = sample_checksum(w);
}

static void run_plain(void *at, struct turn *turn)
{
    run_isa(at, CP_ISA_PLAIN, turn);
}

static void run_sse2(void *at, struct turn *turn)
{
    run_isa(at, CP_ISA_SSE2, turn);
}

static void run_avx2(void *at, struct turn *turn)
{
    run_isa(at, CP_ISA_AVX2, turn);
}

static void run_avx512(void *at, struct turn *turn)
{
    run_isa(at, CP_ISA_AVX512, turn);
}

static void run_peer(void *at, struct turn *turn)
{
    struct work *w = at;
    uint32_t nodes = w->network->graph.node_count;
    double took_s = 0;

    for (uint32_t i = 0; i < SAMPLE; i++) {
        double start = now_s();
        const uint32_t *cost = peer_costs(w->peer, w->sample[i]);
        uint32_t sum = 0;

        took_s += now_s() - start;
        for (uint32_t v = 0; v < nodes; v++)
            sum += cost[v] == PEER_NONE ? (uint32_t)CP_ROWS_NONE : cost[v];
        w->cost_sum[w->sample[i]] = sum;
    }
    turn->seconds = took_s * nodes / SAMPLE;
    turn->checksum = sample_checksum(w);
}

static void open_work(struct work *w, uint32_t nodes)
{
    struct network_plan plan = {.shape = NETWORK_ISP, .nodes = nodes};

    w->network = network_make(&plan, 1);
    w->ours = ours_make(w->network, NULL, WEIGHTS_FIXED);
    w->peer = peer_open(&w->network->isp, NULL);
    w->order = ours_near_order(w->ours);
    w->sample = network_draw(w->network, SAMPLE, 42);
    w->cost_sum = need(calloc(nodes, sizeof(*w->cost_sum)));
    w->exposed = need(calloc(nodes, sizeof(*w->exposed)));
}

static void close_work(struct work *w)
{
    ours_free(w->ours);
    peer_close(w->peer);
    network_free(w->network);
    free(w->order);
    free(w->sample);
    free(w->cost_sum);
    free(w->exposed);
}

void bench_all_sources(void)
{
    static const side_run runs[] = {run_plain, run_sse2, run_avx2, run_avx512};
    struct work w = {0};
    struct contest contest = {
        .name = "all_sources_isp10k",
        .unit = "us_a_source",
        .rounds = 7,
        .warm = true,
        .sides = {{NULL, PEER_RUN(run_peer), SIDE_PEER, "boost(sampled:64)"}},
        .side_count = 1,
        .work = &w,
    };

    if (!figures_wanted(contest.name))
        return;
    open_work(&w, 10000);
    contest.units = 1e6 / w.network->graph.node_count;
    for (int isa = CP_ISA_PLAIN; isa <= CP_ISA_AVX512; isa++) {
        if (!machine_has((cp_isa)isa))
            continue;
        w.rows[isa] = ours_rows(w.ours, (cp_isa)isa, CP_ROWS_COSTS);
        contest.sides[contest.side_count++] =
            (struct side){isa_name((cp_isa)isa), runs[isa], SIDE_OURS, NULL};
    }
    contest_run(&contest);
    close_work(&w);
}

/* Order, weights with marks, and every pair, from nothing. */
static void run_first_audit(void *at, struct turn *turn)
{
    struct work *w = at;
    double start = now_s();
    struct ours *ours = ours_make(w->network, NULL, WEIGHTS_FIXED);
    struct cp_rows rows = ours_rows(ours, machine_widest(), CP_ROWS_COSTS_AND_MARKS);
    uint32_t *order = ours_near_order(ours), nodes = w->network->graph.node_count, count;

    for (uint32_t i = 0; i < nodes; i += count) {
        count = nodes - i < rows.lanes ? nodes - i : rows.lanes;
        cp_rows_sweep(&rows, order + i, count);
        sum_lanes(w, &rows, order + i, count);
    }
    turn->seconds = now_s() - start;
    turn->checksum = sample_checksum(w);
    ours_free(ours);
    free(order);
}

/* Whether a few destinations are as plain.h says. */
static bool is_right(struct work *w)
{
    enum { DESTINATIONS = 4 };
    uint32_t nodes = w->network->graph.node_count;
    uint64_t *cost = need(calloc(nodes, sizeof(*cost)));
    uint32_t *marks = need(calloc(nodes, sizeof(*marks)));
    struct turn turn;
    bool right = true;

    run_first_audit(w, &turn);
    for (uint32_t i = 0; i < DESTINATIONS; i++) {
        uint32_t destination = w->sample[i], sum = 0, exposed = 0;

        plain_routes(w->network, destination, UINT32_MAX, cost, marks);
        for (uint32_t v = 0; v < nodes; v++) {
            sum += cost[v] == CP_UNREACHABLE ? (uint32_t)CP_ROWS_NONE : (uint32_t)cost[v];
            exposed += marks[v] & EXCLUDED_MAKER_BIT;
        }
        right = right && w->cost_sum[destination] == sum && w->exposed[destination] == exposed;
    }
    free(cost);
    free(marks);
    return right;
}

void bench_first_audit(void)
{
    struct work w = {0};
    struct contest contest = {
        .name = "first_audit_isp10k",
        .unit = "ms",
        .units = 1e3,
        .rounds = 7,
        .warm = true,
        .sides = {{NULL, PEER_RUN(run_peer), SIDE_PEER, "boost(sampled:64)"},
                  {"", run_first_audit, SIDE_OURS, NULL}},
        .side_count = 2,
        .work = &w,
    };

    if (!figures_wanted(contest.name))
        return;
    open_work(&w, 10000);
    if (is_right(&w))
        contest_run(&contest);
    else
        figures_void(contest.name);
    close_work(&w);
}
