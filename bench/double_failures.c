#include "workloads.h"

#include <stdio.h>
#include <stdlib.h>

#include "contest.h"

/*
 * Costs of 1,000 demands after every pair of link failures.
 *
 * Only pairs with a link on a demand's cheapest path and another one on its path after the first can
 * cost more than either link alone; where both lie on the path the pair is looked at from the
 * earlier one alone.  Ours and the peer go about it in the same way, the peer for a sample of the
 * demands; its time is scaled up by the number of searches that all demands need.
 *
 * Compared: for each demand of the sample the sum, over pairs that cost more than either link alone, of
 * (cost after both - the larger of the costs after one).  Such a pair has a link on whatever cheapest
 * path is taken, and the other on any path after it, so the sum does not depend on the paths.
 */

enum { DEMANDS = 1000, SAMPLE = 12, PATH_LINKS_MAX = 512 };

/* Stands for "no way" in sums of costs. */
static const uint64_t NO_WAY = UINT64_C(1) << 40;

struct path {
    uint32_t links[PATH_LINKS_MAX], count;
    uint64_t cost;
};

/* What differs between ours and the peer. */
struct prober {
    void (*fail)(void *side, uint32_t link);
    void (*restore)(void *side, uint32_t link); /* the newest failure */
    uint64_t (*cost)(void *side, struct pair pair);
    void (*find_path)(void *side, struct pair pair, struct path *path);
    void *side;
};

struct our_side {
    struct ours *ours;
    struct cp_labels *labels;
    cp_weights_mark marks[2];
    uint32_t failed;
};

struct peer_side {
    struct peer *peer;
    const struct isp *isp;
};

/* A pair of failures, as its first link's place on the path, and the second's or UINT32_MAX. */
struct probe {
    uint32_t first, second;
    uint64_t cost;
};

struct work {
    struct network *network;
    struct pair *demands;
    struct our_side ours;
    struct peer_side peer;
    uint64_t *answer; /* [DEMANDS] */
    uint32_t *runs;   /* [DEMANDS] searches for the demand */
    struct path path, next;
    uint64_t single[PATH_LINKS_MAX]; /* cost after each link of the path */
    struct probe *probes;
    uint32_t probe_count, probe_cap;
};

static void fail(void *at, uint32_t link)
{
    struct our_side *side = at;

    side->marks[side->failed++] = cp_weights_mark_get(&side->ours->weights);
    check(cp_weights_fail(&side->ours->weights, cp_graph_element_of_link(link)));
}

static void restore(void *at, uint32_t link)
{
    struct our_side *side = at;

    (void)link;
    cp_weights_undo(&side->ours->weights, side->marks[--side->failed]);
}

static uint64_t cost(void *at, struct pair pair)
{
    struct our_side *side = at;
    uint64_t found;

    cp_labels_to(side->labels, &side->ours->weights, pair.dst);
    found = cp_labels_cost(side->labels, pair.src);
    return found == CP_UNREACHABLE ? NO_WAY : found;
}

static void find_path(void *at, struct pair pair, struct path *path)
{
    struct our_side *side = at;

    path->cost = cost(side, pair);
    ours_path(side->ours, side->labels, pair.src, pair.dst, path->links, &path->count);
}

static void peer_fail(void *at, uint32_t link)
{
    peer_set_metric(((struct peer_side *)at)->peer, link, PEER_NONE);
}

static void peer_restore(void *at, uint32_t link)
{
    struct peer_side *side = at;

    peer_set_metric(side->peer, link, side->isp->links[link].metric);
}

static uint64_t peer_cost_of(void *at, struct pair pair)
{
    uint32_t found = peer_cost(((struct peer_side *)at)->peer, pair.src, pair.dst);

    return found == PEER_NONE ? NO_WAY : found;
}

static void peer_find_path(void *at, struct pair pair, struct path *path)
{
    uint32_t found =
        peer_path(((struct peer_side *)at)->peer, pair.src, pair.dst, path->links, &path->count);

    path->cost = found == PEER_NONE ? NO_WAY : found;
}

/* Where on the path the link is; UINT32_MAX where it is not. */
static uint32_t place_on(const struct path *path, uint32_t link)
{
    for (uint32_t i = 0; i < path->count; i++)
        if (path->links[i] == link)
            return i;
    return UINT32_MAX;
}

static void add_probe(struct work *w, struct probe probe)
{
    if (w->probe_count == w->probe_cap) {
        w->probe_cap = w->probe_cap == 0 ? 1024 : 2 * w->probe_cap;
        w->probes = need(realloc(w->probes, w->probe_cap * sizeof(*w->probes)));
    }
    w->probes[w->probe_count++] = probe;
}

/* All pairs whose earlier link on the path is this one, or whose only one is. */
static void probe_from(struct work *w, const struct prober *prober, struct pair pair,
                       uint32_t first)
{
    prober->fail(prober->side, w->path.links[first]);
    prober->find_path(prober->side, pair, &w->next);
    w->single[first] = w->next.cost;
    for (uint32_t i = 0; i < w->next.count; i++) {
        uint32_t link = w->next.links[i], second = place_on(&w->path, link);

        if (second < first)
            continue;
        prober->fail(prober->side, link);
        add_probe(w, (struct probe){first, second, prober->cost(prober->side, pair)});
        prober->restore(prober->side, link);
    }
    prober->restore(prober->side, w->path.links[first]);
}

static void probe_demand(struct work *w, const struct prober *prober, uint32_t d)
{
    struct pair pair = w->demands[d];

    w->answer[d] = 0;
    w->probe_count = 0;
    prober->find_path(prober->side, pair, &w->path);
    for (uint32_t i = 0; i < w->path.count; i++)
        probe_from(w, prober, pair, i);
    for (uint32_t i = 0; i < w->probe_count; i++) {
        struct probe p = w->probes[i];
        uint64_t larger = w->single[p.first];

        if (p.second != UINT32_MAX && w->single[p.second] > larger)
            larger = w->single[p.second];
        if (p.cost > larger)
            w->answer[d] += p.cost - larger;
    }
    w->runs[d] = 1 + w->path.count + w->probe_count;
}

static uint64_t sample_checksum(const struct work *w)
{
    uint64_t sum = 0;

    for (uint32_t d = 0; d < SAMPLE; d++)
        sum = checksum_add(sum, w->answer[d]);
    return sum;
}

static void run_ours(void *at, struct turn *turn)
{
    struct work *w = at;
    struct prober prober = {fail, restore, cost, find_path, &w->ours};
    double start = now_s();

    for (uint32_t d = 0; d < DEMANDS; d++)
        probe_demand(w, &prober, d);
    turn->seconds = now_s() - start;
    turn->checksum = sample_checksum(w);
}

static void run_peer(void *at, struct turn *turn)
{
    struct work *w = at;
    struct prober prober = {peer_fail, peer_restore, peer_cost_of, peer_find_path, &w->peer};
    uint64_t runs = 0, all_runs = 0;
    double start = now_s();

    for (uint32_t d = 0; d < SAMPLE; d++) {
        probe_demand(w, &prober, d);
        runs += w->runs[d];
    }
    turn->seconds = now_s() - start;
    for (uint32_t d = 0; d < DEMANDS; d++)
        all_runs += w->runs[d];
    turn->seconds *= (double)all_runs / (double)runs;
    turn->checksum = sample_checksum(w);
}

void bench_double_failures(void)
{
    static const struct network_plan plan = {.shape = NETWORK_ISP, .nodes = 10000};
    struct work w = {0};
    struct turn turn = {0};
    struct contest contest = {
        .name = "double_failures_isp10k_1000_demands",
        .unit = "ms",
        .units = 1e3,
        .rounds = 5,
        .sides = {{NULL, PEER_RUN(run_peer), SIDE_PEER, "boost(sampled:12)"},
                  {"", run_ours, SIDE_OURS, NULL}},
        .side_count = 2,
        .work = &w,
    };

    if (!figures_wanted(contest.name))
        return;
    w.network = network_make(&plan, 1);
    w.demands = network_demands(w.network, DEMANDS, 7);
    w.ours.ours = ours_make(w.network, NULL, WEIGHTS_THAT_CHANGE);
    check(
        cp_labels_open(&w.ours.ours->hierarchy, CP_COSTS_ONLY, w.ours.ours->arena, &w.ours.labels));
    w.peer = (struct peer_side){peer_open(&w.network->isp, NULL), &w.network->isp};
    w.answer = need(calloc(DEMANDS, sizeof(*w.answer)));
    w.runs = need(calloc(DEMANDS, sizeof(*w.runs)));
    run_ours(&w, &turn); /* warms up, and counts the searches of all demands */
    contest_run(&contest);
    ours_free(w.ours.ours);
    peer_close(w.peer.peer);
    network_free(w.network);
    free(w.demands);
    free(w.answer);
    free(w.runs);
    free(w.probes);
}
