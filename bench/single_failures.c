#include "workloads.h"

#include <stdlib.h>

#include "contest.h"

/*
 * 1,000 demands after every single link failure, from nothing: order and weights are counted.
 *
 * Only links on a demand's cheapest paths can change its answer.  For costs the links of one cheapest
 * path are enough: ours and the peer take those, the peer for a sample of the demands; its time is
 * scaled up by the number of searches that all demands need.  The row "marks" is of costs and marks,
 * after each link of all cheapest paths, since what a closure meets may change where the cost does not.
 *
 * Compared: for each demand of the sample the sum of (cost after - cost before) over its links; a
 * link that some cheapest path avoids adds 0, so the sum does not depend on which path was taken.
 */

enum { DEMANDS = 1000, SAMPLE = 40 };

/* Stands for "no way" in sums of costs. */
static const uint64_t NO_WAY = UINT64_C(1) << 40;

struct task {
    uint32_t link, demand;
};

struct work {
    struct network *network;
    struct peer *peer;
    struct pair *demands;
    uint64_t *answer;   /* [DEMANDS] */
    uint64_t peer_runs; /* for all demands */
    struct task *tasks;
    uint32_t task_count, task_cap;
    uint32_t *seen;  /* [nodes] the last demand whose cheapest paths met the node */
    uint32_t *queue; /* [nodes] scratch; then links of a path */
    uint32_t marks;  /* of all answers, so that they are worked out */
};

static uint64_t cost_or(uint64_t cost)
{
    return cost == CP_UNREACHABLE ? NO_WAY : cost;
}

static uint64_t peer_cost_or(uint32_t cost)
{
    return cost == PEER_NONE ? NO_WAY : cost;
}

static uint64_t sample_checksum(const struct work *w)
{
    uint64_t sum = 0;

    for (uint32_t d = 0; d < SAMPLE; d++)
        sum = checksum_add(sum, w->answer[d]);
    return sum;
}

static void add_task(struct work *w, uint32_t link, uint32_t demand)
{
    if (w->task_count == w->task_cap) {
        w->task_cap = w->task_cap == 0 ? 4096 : 2 * w->task_cap;
        w->tasks = need(realloc(w->tasks, w->task_cap * sizeof(*w->tasks)));
    }
    w->tasks[w->task_count++] = (struct task){link, demand};
}

/* A task for each link on a cheapest path of the demand. */
static void add_all_paths(struct work *w, struct cp_labels *labels, uint32_t demand)
{
    const struct cp_graph *g = &w->network->graph;
    uint32_t head = 0, tail = 0;

    w->seen[w->demands[demand].src] = demand;
    w->queue[tail++] = w->demands[demand].src;
    while (head < tail) {
        uint32_t v = w->queue[head++];
        uint64_t cost = cp_labels_cost(labels, v);

        for (uint32_t i = g->hop_first[v]; i < g->hop_first[v + 1]; i++) {
            const struct cp_hop *hop = &g->hops[i];
            uint64_t rest = cp_labels_cost(labels, hop->to);

            if (rest == CP_UNREACHABLE || rest + hop->out != cost)
                continue;
            add_task(w, hop->link, demand);
            if (w->seen[hop->to] != demand) {
                w->seen[hop->to] = demand;
                w->queue[tail++] = hop->to;
            }
        }
    }
}

static int by_link(const void *a, const void *b)
{
    const struct task *x = a, *y = b;

    if (x->link != y->link)
        return x->link < y->link ? -1 : 1;
    return (x->demand > y->demand) - (x->demand < y->demand);
}

static void run_tasks(struct work *w, struct ours *ours, struct cp_labels *labels,
                      cp_label_kind kind, const uint64_t *base)
{
    struct cp_weights *weights = &ours->weights;

    for (uint32_t i = 0; i < w->task_count;) {
        uint32_t link = w->tasks[i].link;
        cp_weights_mark mark = cp_weights_mark_get(weights);

        check(cp_weights_fail(weights, cp_graph_element_of_link(link)));
        for (; i < w->task_count && w->tasks[i].link == link; i++) {
            uint32_t d = w->tasks[i].demand;

            cp_labels_to(labels, weights, w->demands[d].dst);
            w->answer[d] += cost_or(cp_labels_cost(labels, w->demands[d].src)) - base[d];
            if (kind == CP_COSTS_AND_MARKS)
                w->marks |= cp_labels_seen(labels, w->demands[d].src);
        }
        cp_weights_undo(weights, mark);
    }
}

static void add_path(struct work *w, const struct ours *ours, struct cp_labels *labels,
                     uint32_t demand)
{
    uint32_t links;

    ours_path(ours, labels, w->demands[demand].src, w->demands[demand].dst, w->queue, &links);
    for (uint32_t i = 0; i < links; i++)
        add_task(w, w->queue[i], demand);
}

static void run_kind(struct work *w, cp_label_kind kind, struct turn *turn)
{
    double start = now_s();
    struct ours *ours = ours_make(w->network, NULL, WEIGHTS_THAT_CHANGE);
    struct cp_labels *labels;
    uint64_t *base = need(calloc(DEMANDS, sizeof(*base)));

    check(cp_labels_open(&ours->hierarchy, kind, ours->arena, &labels));
    w->task_count = 0;
    for (uint32_t v = 0; v < w->network->graph.node_count; v++)
        w->seen[v] = UINT32_MAX;
    for (uint32_t d = 0; d < DEMANDS; d++) {
        cp_labels_to(labels, &ours->weights, w->demands[d].dst);
        base[d] = cost_or(cp_labels_cost(labels, w->demands[d].src));
        w->answer[d] = 0;
        if (kind == CP_COSTS_ONLY)
            add_path(w, ours, labels, d);
        else
            add_all_paths(w, labels, d);
    }
    qsort(w->tasks, w->task_count, sizeof(*w->tasks), by_link);
    run_tasks(w, ours, labels, kind, base);
    turn->seconds = now_s() - start;
    turn->checksum = sample_checksum(w);
    free(base);
    ours_free(ours);
}

static void run_costs(void *at, struct turn *turn)
{
    run_kind(at, CP_COSTS_ONLY, turn);
}

static void run_marks(void *at, struct turn *turn)
{
    run_kind(at, CP_COSTS_AND_MARKS, turn);
}

static void run_peer(void *at, struct turn *turn)
{
    struct work *w = at;
    uint64_t runs = 0;
    double start = now_s();

    for (uint32_t d = 0; d < SAMPLE; d++) {
        struct pair pair = w->demands[d];
        uint32_t links;
        uint64_t base = peer_cost_or(peer_path(w->peer, pair.src, pair.dst, w->queue, &links));

        w->answer[d] = 0;
        for (uint32_t i = 0; i < links; i++) {
            uint32_t link = w->queue[i];

            peer_set_metric(w->peer, link, PEER_NONE);
            w->answer[d] += peer_cost_or(peer_cost(w->peer, pair.src, pair.dst)) - base;
            peer_set_metric(w->peer, link, w->network->isp.links[link].metric);
        }
        runs += 1 + links;
    }
    turn->seconds = (now_s() - start) * (double)w->peer_runs / (double)runs;
    turn->checksum = sample_checksum(w);
}

/* How often the peer has to search for all demands: once, and once for each link of one path. */
static uint64_t count_peer_runs(struct work *w)
{
    struct ours *ours = ours_make(w->network, NULL, WEIGHTS_FIXED);
    struct cp_labels *labels;
    uint64_t runs = 0;

    check(cp_labels_open(&ours->hierarchy, CP_COSTS_ONLY, ours->arena, &labels));
    for (uint32_t d = 0; d < DEMANDS; d++) {
        uint32_t links;

        cp_labels_to(labels, &ours->weights, w->demands[d].dst);
        ours_path(ours, labels, w->demands[d].src, w->demands[d].dst, w->queue, &links);
        runs += 1 + links;
    }
    ours_free(ours);
    return runs;
}

static void single_failures(const char *name, const struct network_plan *plan)
{
    struct network *network = network_make(plan, 1);
    struct work w = {.network = network,
                     .peer = peer_open(&network->isp, NULL),
                     .demands = network_demands(network, DEMANDS, 7),
                     .answer = need(calloc(DEMANDS, sizeof(uint64_t))),
                     .seen = need(calloc(plan->nodes, sizeof(uint32_t))),
                     .queue = need(calloc(plan->nodes, sizeof(uint32_t)))};
    struct contest contest = {
        .name = name,
        .unit = "ms",
        .units = 1e3,
        .rounds = 7,
        .warm = true,
        .sides = {{NULL, PEER_RUN(run_peer), SIDE_PEER, "boost(sampled:40)"},
                  {"", run_costs, SIDE_OURS, NULL},
                  {"marks", run_marks, SIDE_OURS, NULL}},
        .side_count = 3,
        .work = &w,
    };

    w.peer_runs = count_peer_runs(&w);
    contest_run(&contest);
    peer_close(w.peer);
    network_free(network);
    free(w.demands);
    free(w.answer);
    free(w.tasks);
    free(w.seen);
    free(w.queue);
}

void bench_single_failures(void)
{
    static const struct network_plan wide = {.shape = NETWORK_ISP, .nodes = 10000};
    static const struct network_plan hops = {
        .shape = NETWORK_ISP, .nodes = 10000, .metrics = ISP_HOPS};

    if (figures_wanted("single_failures_isp10k_1000_demands"))
        single_failures("single_failures_isp10k_1000_demands", &wide);
    if (figures_wanted("single_failures_hops_isp10k_1000_demands"))
        single_failures("single_failures_hops_isp10k_1000_demands", &hops);
}
