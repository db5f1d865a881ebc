#include "route/paths.h"

#include <stdio.h>
#include <stdlib.h>

#include "contest.h"
#include "isp.h"
#include "peer_pairs.h"

/*
 * The cheapest pair of clean paths, one demand after another: about 5 % of the nodes are forbidden.  Both
 * sides have the network as they like it before the clock starts; sums of costs of all pairs that are
 * disjoint must be equal.  Ours also finds the pairs that cannot be disjoint, and writes both paths
 * down, in both directions.  What is hard (SRLGs, sites, bounds) has no peer.
 */

struct size {
    const char *name;
    uint32_t nodes, demands, rounds;
    cp_disjoint disjoint;
    uint32_t stretch_percent; /* bound on delay, beyond the least that there is; 0: none */
};

struct job {
    const struct size *size;
    struct isp isp;
    struct cp_case c;
    struct cp_net net;
    struct cp_marking marking;
    struct cp_arena *lasting, *mine, *answers;
    struct cp_paths_finder *finder;
    struct pairs_peer *peer;
    uint32_t *src, *dst;
    uint64_t *delay_most; /* [demands] */
    bool said;
};

/* Half of the links in risk groups of four near ones, eight near nodes to a site. */
static void add_risks(struct job *job, struct cp_node_rec *nodes, struct cp_link_rec *links)
{
    const struct isp *isp = &job->isp;
    uint32_t groups = isp->link_count / 8 + 1;
    uint32_t sites = isp->node_count / 8 + 1;
    uint32_t *of = need(calloc(isp->link_count, sizeof *of));
    uint64_t seed = 11;

    for (uint32_t v = 0; v < isp->node_count; v++)
        nodes[v].site = v / 8;
    for (uint32_t l = 0; l < isp->link_count; l++) {
        of[l] = l / 8;
        links[l].srlgs = (cp_range){l, isp_random(&seed) % 2 == 0};
    }
    job->c.srlgs = need(calloc(groups, sizeof *job->c.srlgs));
    job->c.sites = need(calloc(sites, sizeof *job->c.sites));
    job->c.link_srlgs = of;
    job->c.srlg_count = groups;
    job->c.site_count = sites;
}

static void make_case(struct job *job)
{
    const struct isp *isp = &job->isp;
    struct cp_node_rec *nodes = need(calloc(isp->node_count, sizeof *nodes));
    struct cp_link_rec *links = need(calloc(isp->link_count, sizeof *links));
    struct cp_end *ends = need(calloc(2 * (size_t)isp->link_count, sizeof *ends));

    for (size_t v = 0; v < isp->node_count; v++)
        nodes[v].site = CP_NONE;
    for (size_t l = 0; l < isp->link_count; l++) {
        ends[2 * l] = (struct cp_end){.node = {isp->links[l].a}, .metric = isp->links[l].metric};
        ends[2 * l + 1] =
            (struct cp_end){.node = {isp->links[l].b}, .metric = isp->links[l].metric};
        links[l] =
            (struct cp_link_rec){.ends = {(uint32_t)(2 * l), 2}, .delay_us = isp->links[l].metric};
    }
    job->c = (struct cp_case){.nodes = nodes,
                              .links = links,
                              .ends = ends,
                              .node_count = isp->node_count,
                              .link_count = isp->link_count};
    add_risks(job, nodes, links);
    check(cp_net_make(&job->c, job->lasting, &job->net));
}

static void make_marking(struct job *job)
{
    uint32_t *node = need(CP_TAKE(job->lasting, job->isp.node_count, uint32_t));
    uint32_t *link = need(CP_TAKE(job->lasting, job->isp.link_count, uint32_t));

    for (uint32_t v = 0; v < job->isp.node_count; v++)
        node[v] = job->isp.forbidden[v];
    job->marking.marks = (struct cp_marks){.node = node, .link = link};
}

static void draw_demands(struct job *job)
{
    uint64_t seed = 7;

    job->src = need(calloc(job->size->demands, sizeof *job->src));
    job->dst = need(calloc(job->size->demands, sizeof *job->dst));
    for (uint32_t d = 0; d < job->size->demands; d++)
        do {
            job->src[d] = (uint32_t)(isp_random(&seed) % job->isp.node_count);
            job->dst[d] = (uint32_t)(isp_random(&seed) % job->isp.node_count);
        } while (job->src[d] == job->dst[d] || job->isp.forbidden[job->src[d]] ||
                 job->isp.forbidden[job->dst[d]]);
}

static struct cp_path_ask ask_of(const struct job *job, uint32_t d)
{
    return (struct cp_path_ask){.src = &job->src[d],
                                .dst = &job->dst[d],
                                .src_count = 1,
                                .dst_count = 1,
                                .metric = CP_METRIC_IGP,
                                .disjoint = job->size->disjoint,
                                .hops_max = CP_NONE,
                                .delay_max_us = job->delay_most[d]};
}

/* Delays are the metrics, so the least delay is the least cost. */
static void find_bounds(struct job *job)
{
    job->delay_most = need(calloc(job->size->demands, sizeof *job->delay_most));
    for (uint32_t d = 0; d < job->size->demands; d++) {
        struct cp_path_ask ask;
        struct cp_paths paths;

        job->delay_most[d] = CP_PATH_DELAY_NONE;
        if (job->size->stretch_percent == 0)
            continue;
        ask = ask_of(job, d);
        check(cp_paths_find(job->finder, &ask, job->answers, &paths));
        if (paths.found)
            job->delay_most[d] =
                paths.primary.delay_us * (100 + (uint64_t)job->size->stretch_percent) / 100;
    }
}

static void say(struct job *job, uint32_t disjoint, uint32_t backups, uint32_t inexact)
{
    if (!job->said)
        fprintf(
            stderr,
            "  %s: of %u demands %u have disjoint pairs, %u others a backup, %u are not exact\n",
            job->size->name, job->size->demands, disjoint, backups - disjoint, inexact);
    job->said = true;
}

static void run_ours(void *work, struct turn *turn)
{
    struct job *job = work;
    uint32_t disjoint = 0, backups = 0, inexact = 0;
    uint64_t sum = 0;
    double start = now_s();

    for (uint32_t d = 0; d < job->size->demands; d++) {
        struct cp_path_ask ask = ask_of(job, d);
        cp_arena_mark mark = cp_arena_mark_get(job->answers);
        struct cp_paths paths;

        check(cp_paths_find(job->finder, &ask, job->answers, &paths));
        if (paths.has_backup && paths.disjoint)
            sum = checksum_add(sum, paths.primary.cost + paths.backup.cost);
        disjoint += paths.has_backup && paths.disjoint;
        backups += paths.has_backup;
        inexact += !paths.exact;
        cp_arena_reset(job->answers, mark);
    }
    turn->seconds = now_s() - start;
    say(job, disjoint, backups, inexact);
    turn->checksum = sum;
}

static void run_peer(void *work, struct turn *turn)
{
    struct job *job = work;
    uint64_t sum = 0;
    double start = now_s();

    for (uint32_t d = 0; d < job->size->demands; d++) {
        uint64_t cost = pairs_peer_cost(job->peer, job->src[d], job->dst[d]);

        if (cost != PAIRS_NONE)
            sum = checksum_add(sum, cost);
    }
    turn->seconds = now_s() - start;
    turn->checksum = sum;
}

static bool is_hard(const struct size *size)
{
    return size->disjoint > CP_DISJOINT_NODE || size->stretch_percent != 0;
}

static void open_job(struct job *job)
{
    const struct cp_paths_ground *ground = NULL;
    double start;

    job->lasting = need(cp_arena_open(SIZE_MAX));
    job->mine = need(cp_arena_open(SIZE_MAX));
    job->answers = need(cp_arena_open(SIZE_MAX));
    job->isp = isp_make(job->size->nodes, ISP_WIDE, 1);
    make_case(job);
    make_marking(job);
    draw_demands(job);
    start = now_s();
    check(cp_paths_ground_make(&job->net, &job->c, &job->marking, 1u << CP_METRIC_IGP, job->lasting,
                               &ground));
    fprintf(stderr, "  %s: made ready in %.1f ms\n", job->size->name, (now_s() - start) * 1e3);
    check(cp_paths_finder_open(ground, job->mine, &job->finder));
    find_bounds(job);
    if (pairs_peer_present() && !is_hard(job->size))
        job->peer = pairs_peer_open(&job->isp, job->isp.forbidden,
                                    job->size->disjoint == CP_DISJOINT_NODE ? PAIRS_OF_NODES
                                                                            : PAIRS_OF_LINKS);
}

static void close_job(struct job *job)
{
    pairs_peer_close(job->peer);
    cp_arena_close(job->lasting);
    cp_arena_close(job->mine);
    cp_arena_close(job->answers);
    isp_free(&job->isp);
    free((void *)(uintptr_t)job->c.nodes);
    free((void *)(uintptr_t)job->c.links);
    free((void *)(uintptr_t)job->c.ends);
    free((void *)(uintptr_t)job->c.srlgs);
    free((void *)(uintptr_t)job->c.sites);
    free((void *)(uintptr_t)job->c.link_srlgs);
    free(job->delay_most);
    free(job->src);
    free(job->dst);
}

static void bench_size(const struct size *size)
{
    struct job job = {.size = size};
    struct contest contest = {
        .name = size->name,
        .unit = "ms_a_demand",
        .units = 1e3 / size->demands,
        .rounds = size->rounds,
        .warm = true,
        .sides = {{"", run_ours, SIDE_OURS, NULL},
                  {NULL, pairs_peer_present() ? run_peer : NULL, SIDE_PEER, "lemon"}},
        .side_count = is_hard(size) ? 1 : 2,
        .work = &job,
    };

    open_job(&job);
    contest_run(&contest);
    close_job(&job);
}

int main(void)
{
    static const struct size sizes[] = {
        {"disjoint_links_isp1k", 1000, 500, 9, CP_DISJOINT_LINK, 0},
        {"disjoint_links_isp10k", 10000, 200, 9, CP_DISJOINT_LINK, 0},
        {"disjoint_links_isp100k", 100000, 40, 7, CP_DISJOINT_LINK, 0},
        {"disjoint_nodes_isp1k", 1000, 500, 9, CP_DISJOINT_NODE, 0},
        {"disjoint_nodes_isp10k", 10000, 200, 9, CP_DISJOINT_NODE, 0},
        {"disjoint_nodes_isp100k", 100000, 40, 7, CP_DISJOINT_NODE, 0},
        {"disjoint_srlgs_isp1k", 1000, 200, 3, CP_DISJOINT_SRLG, 0},
        {"disjoint_srlgs_isp10k", 10000, 100, 3, CP_DISJOINT_SRLG, 0},
        {"disjoint_sites_isp1k", 1000, 200, 3, CP_DISJOINT_SITE, 0},
        {"disjoint_sites_isp10k", 10000, 100, 3, CP_DISJOINT_SITE, 0},
        {"disjoint_bounded_isp1k", 1000, 200, 3, CP_DISJOINT_NODE, 50},
        {"disjoint_bounded_isp10k", 10000, 100, 3, CP_DISJOINT_NODE, 50},
    };

    figures_begin(getenv("BENCH_ROWS"), NULL);
    for (size_t i = 0; i < CP_COUNT(sizes); i++)
        if (figures_wanted(sizes[i].name))
            bench_size(&sizes[i]);
    return figures_end();
}
