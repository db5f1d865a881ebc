#include "workloads.h"

#include <stdio.h>
#include <stdlib.h>

#include "contest.h"
#include "machine.h"

/*
 * Costs from one source to all nodes, one maker's nodes left out.  Ours sweeps with one lane, one
 * source after another; the weights without the maker are made before and are the row "customise".
 * Metrics are the same both ways, so costs to a destination are costs from it.
 */

enum { SOURCES_MAX = 64 };

struct work {
    struct network *network;
    struct ours *ours;
    struct cp_rows rows, wide; /* of one lane; of the widest registers */
    struct peer *peer;
    struct repair *heap;
    const uint8_t *excluded;
    const uint32_t *sources;
    uint32_t source_count;
    uint64_t sums[SOURCES_MAX];
};

/* Of the costs to the nodes that are not left out; UINT32_MAX: no way. */
static uint64_t sum_costs(const struct work *w, const uint32_t *cost)
{
    uint64_t sum = 0;

    for (uint32_t v = 0; v < w->network->graph.node_count; v++)
        if (w->excluded == NULL || !w->excluded[v])
            sum += ((uint64_t)cost[v] + 1) * (2 * (uint64_t)v + 1);
    return sum;
}

static uint64_t sum_lane(const struct work *w, const struct cp_rows *rows, uint32_t lane)
{
    uint64_t sum = 0;

    for (uint32_t v = 0; v < w->network->graph.node_count; v++)
        if (w->excluded == NULL || !w->excluded[v])
            sum += ((uint64_t)ours_lane(rows, v, lane) + 1) * (2 * (uint64_t)v + 1);
    return sum;
}

static void add_sum(struct turn *turn, uint64_t sum)
{
    turn->checksum = checksum_add(turn->checksum, sum);
}

static void run_ours(void *at, struct turn *turn)
{
    struct work *w = at;

    for (uint32_t i = 0; i < w->source_count; i++) {
        double start = now_s();

        cp_rows_sweep(&w->rows, &w->sources[i], 1);
        turn->seconds += now_s() - start;
        add_sum(turn, sum_lane(w, &w->rows, 0));
    }
}

static void run_wide(void *at, struct turn *turn)
{
    struct work *w = at;

    for (uint32_t i = 0; i < w->source_count; i += w->wide.lanes) {
        uint32_t left = w->source_count - i;
        uint32_t count = left < w->wide.lanes ? left : w->wide.lanes;
        double start = now_s();

        cp_rows_sweep(&w->wide, &w->sources[i], count);
        turn->seconds += now_s() - start;
        for (uint32_t lane = 0; lane < count; lane++)
            add_sum(turn, sum_lane(w, &w->wide, lane));
    }
}

static void run_peer(void *at, struct turn *turn)
{
    struct work *w = at;

    for (uint32_t i = 0; i < w->source_count; i++) {
        double start = now_s();
        const uint32_t *cost = w->excluded != NULL ? peer_costs_without(w->peer, w->sources[i])
                                                   : peer_costs(w->peer, w->sources[i]);

        turn->seconds += now_s() - start;
        add_sum(turn, sum_costs(w, cost));
    }
}

static void run_heap(void *at, struct turn *turn)
{
    struct work *w = at;

    for (uint32_t i = 0; i < w->source_count; i++) {
        double start = now_s();
        const uint32_t *cost = repair_costs(w->heap, w->sources[i], w->excluded);

        turn->seconds += now_s() - start;
        add_sum(turn, sum_costs(w, cost));
    }
}

static void close_work(struct work *w)
{
    ours_free(w->ours);
    peer_close(w->peer);
    repair_close(w->heap);
    network_free(w->network);
}

/* ---- one maker left out ---- */

struct scale {
    const char *name;
    uint32_t nodes, sources, rounds;
};

static const struct scale scales[] = {
    {"isp10k", 10000, 16, 9},
    {"isp100k", 100000, 8, 7},
    {"isp1m", 1000000, 3, 5},
};

static void without_maker(const char *name, const struct scale *scale)
{
    struct network_plan plan = {.shape = NETWORK_ISP, .nodes = scale->nodes};
    struct network *network = network_make(&plan, 1);
    uint32_t *sources = network_draw(network, scale->sources, 42);
    struct work w = {.network = network,
                     .ours = ours_make(network, network->isp.forbidden, WEIGHTS_FIXED),
                     .peer = peer_open(&network->isp, network->isp.forbidden),
                     .heap = repair_open(&network->isp),
                     .excluded = network->isp.forbidden,
                     .sources = sources,
                     .source_count = scale->sources};
    struct contest contest = {
        .name = name,
        .unit = "ms",
        .units = 1e3 / scale->sources,
        .rounds = scale->rounds,
        .warm = true,
        .sides = {{NULL, PEER_RUN(run_peer), SIDE_PEER, "boost"},
                  {"heap", run_heap, SIDE_PEER, "own heap"},
                  {"", run_ours, SIDE_OURS, NULL}},
        .side_count = 3,
        .work = &w,
    };

    w.rows = ours_rows(w.ours, CP_ISA_PLAIN, CP_ROWS_COSTS);
    contest_run(&contest);
    close_work(&w);
    free(sources);
}

static void order_and_customise(const char *order, const char *customise, const struct scale *scale)
{
    enum { TIMES = 5 };
    struct network_plan plan = {.shape = NETWORK_ISP, .nodes = scale->nodes};
    struct network *network = network_make(&plan, 1);
    struct cp_hierarchy_budget budget = cp_hierarchy_usual_budget(&network->graph);
    struct cp_marks marks = {network->node_marks, network->link_marks};
    double order_s[TIMES], customise_s[TIMES];

    for (int i = 0; i < TIMES; i++) {
        struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
        struct cp_arena *work = need(cp_arena_open(SIZE_MAX));
        struct cp_hierarchy hierarchy;
        struct cp_weights weights;
        double start = now_s(), ordered, customised;

        check(cp_hierarchy_make(&network->graph, &budget, arena, work, &hierarchy));
        ordered = now_s();
        check(cp_weights_make(&hierarchy, NULL, marks, network->isp.forbidden, arena, &weights));
        customised = now_s();
        order_s[i] = ordered - start;
        customise_s[i] = customised - ordered;
        cp_arena_close(arena);
        cp_arena_close(work);
    }
    figures_put(order, median(order_s, TIMES) * 1e3, "ms");
    figures_put(customise, median(customise_s, TIMES) * 1e3, "ms");
    network_free(network);
}

void bench_one_source(void)
{
    for (size_t i = 0; i < CP_COUNT(scales); i++) {
        char name[64], order[64], customise[64];

        snprintf(name, sizeof(name), "one_source_%s", scales[i].name);
        snprintf(order, sizeof(order), "order_%s", scales[i].name);
        snprintf(customise, sizeof(customise), "customise_%s", scales[i].name);
        if (figures_wanted(name))
            without_maker(name, &scales[i]);
        if (figures_wanted(order) || figures_wanted(customise))
            order_and_customise(order, customise, &scales[i]);
    }
}

/* ---- inputs that suit us less ---- */

struct bad_input {
    const char *name;
    struct network_plan plan;
};

static const struct bad_input bad_inputs[] = {
    {"bad_inputs_random100", {NETWORK_RANDOM, 100, ISP_HOPS, NUMBERED_AS_MADE}},
    {"bad_inputs_random1k", {NETWORK_RANDOM, 1000, ISP_WIDE, NUMBERED_AS_MADE}},
    {"bad_inputs_random1k_hops", {NETWORK_RANDOM, 1000, ISP_HOPS, NUMBERED_AS_MADE}},
    {"bad_inputs_preferential1k_hops", {NETWORK_PREFERENTIAL, 1000, ISP_HOPS, NUMBERED_AS_MADE}},
    {"bad_inputs_random10k", {NETWORK_RANDOM, 10000, ISP_WIDE, NUMBERED_AS_MADE}},
    {"bad_inputs_random10k_hops", {NETWORK_RANDOM, 10000, ISP_HOPS, NUMBERED_AS_MADE}},
    {"bad_inputs_preferential10k", {NETWORK_PREFERENTIAL, 10000, ISP_WIDE, NUMBERED_AS_MADE}},
    {"bad_inputs_preferential10k_hops", {NETWORK_PREFERENTIAL, 10000, ISP_HOPS, NUMBERED_AS_MADE}},
    {"bad_inputs_grid10k", {NETWORK_GRID, 10000, ISP_WIDE, NUMBERED_AS_MADE}},
    {"bad_inputs_grid10k_hops", {NETWORK_GRID, 10000, ISP_HOPS, NUMBERED_AS_MADE}},
    {"bad_inputs_isp10k_shuffled", {NETWORK_ISP, 10000, ISP_WIDE, NUMBERED_AT_RANDOM}},
    {"bad_inputs_isp10k_hops", {NETWORK_ISP, 10000, ISP_HOPS, NUMBERED_AS_MADE}},
    {"bad_inputs_random100k", {NETWORK_RANDOM, 100000, ISP_WIDE, NUMBERED_AT_RANDOM}},
};

enum { SPOTS = 2, SPOT_SOURCES = 16 };

/* A few nodes from each of some spots of the near order: [SPOTS * SPOT_SOURCES]. */
static uint32_t *near_sources(struct ours *ours)
{
    uint32_t nodes = ours->network->graph.node_count, *order = ours_near_order(ours);

    for (uint32_t s = 1; s < SPOTS; s++)
        for (uint32_t i = 0; i < SPOT_SOURCES; i++)
            order[s * SPOT_SOURCES + i] = order[(uint64_t)s * nodes / SPOTS + i];
    return order;
}

static double on_bad_input(const struct bad_input *input)
{
    struct network *network = network_make(&input->plan, 1);
    struct ours *ours = ours_make(network, NULL, WEIGHTS_FIXED);
    uint32_t *sources = near_sources(ours);
    struct work w = {.network = network,
                     .ours = ours,
                     .peer = peer_open(&network->isp, NULL),
                     .heap = repair_open(&network->isp),
                     .sources = sources,
                     .source_count = SPOTS * SPOT_SOURCES};
    struct contest contest = {
        .name = input->name,
        .unit = "ms",
        .units = 1e3 / (SPOTS * SPOT_SOURCES),
        .rounds = 5,
        .warm = true,
        .sides = {{NULL, PEER_RUN(run_peer), SIDE_PEER, "boost"},
                  {"heap", run_heap, SIDE_PEER, "own heap"},
                  {"", run_ours, SIDE_OURS, NULL},
                  {"lanes", run_wide, SIDE_OURS, NULL}},
        .side_count = 4,
        .work = &w,
    };
    double worst;

    w.rows = ours_rows(ours, CP_ISA_PLAIN, CP_ROWS_COSTS);
    w.wide = ours_rows(ours, machine_widest(), CP_ROWS_COSTS);
    worst = contest_run(&contest).worst_ratio;
    close_work(&w);
    free(sources);
    return worst;
}

void bench_bad_inputs(void)
{
    double worst = -1;

    for (size_t i = 0; i < CP_COUNT(bad_inputs); i++) {
        double ratio = -1;

        if (figures_wanted(bad_inputs[i].name))
            ratio = on_bad_input(&bad_inputs[i]);
        if (ratio >= 0 && (worst < 0 || ratio < worst))
            worst = ratio;
    }
    if (worst >= 0)
        figures_put_ratio("bad_inputs_worst", worst, "times", worst,
                          peer_present() ? "boost" : "own heap (peer absent)");
}
