#include "audit/audit.h"

#include <stdio.h>
#include <stdlib.h>

#include "contest.h"
#include "isp_case.h"

/*
 * The whole audit of generated networks on one core: every demand, steady, transition and liar,
 * both directions, all single link and node failures (and pairs or triples on the small ones).  The
 * ratio is that of the steady state alone: 0.5 says that the other two states cost as much again.  The case is built in memory; reading is measured elsewhere.
 */

struct size {
    const char *name;
    uint32_t nodes;
    isp_metrics metrics;
    uint32_t demands, depth, rounds;
};

enum { ALL_STATES = 0, STEADY_ONLY = 1u << CP_STATE_STEADY };

struct job {
    const struct size *size;
    struct isp isp;
    struct bench_case b;
    bool said;
};

static void say(const struct job *job, const struct cp_demand_result *results)
{
    const struct size *size = job->size;
    uint32_t tally[CP_STATE_COUNT] = {0}, exposed = 0;

    for (uint32_t d = 0; d < size->demands; d++) {
        exposed += results[d].exposure_depth != CP_DEPTH_NONE;
        for (int s = 0; s < CP_STATE_COUNT; s++)
            tally[s] += results[d].state_depth[s] != CP_DEPTH_NONE;
    }
    fprintf(stderr,
            "  %u nodes, %u links, %u demands, K=%u: exposed %u (steady %u, transition %u, "
            "liar %u)\n",
            size->nodes, job->isp.link_count, size->demands, size->depth, exposed, tally[0],
            tally[1], tally[2]);
}

/* What both sides answer. */
static uint64_t sum_of(const struct job *job, const struct cp_demand_result *results)
{
    uint64_t sum = 0;

    for (uint32_t d = 0; d < job->size->demands; d++) {
        sum = checksum_add(sum, results[d].state_depth[CP_STATE_STEADY]);
        sum = checksum_add(sum, results[d].cut_depth);
    }
    return sum;
}

static void run(struct job *job, uint32_t states, struct turn *turn)
{
    struct cp_audit_request request = {
        .depth = job->size->depth, .failure_kinds = CP_FAIL_LINK | CP_FAIL_NODE, .states = states};
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    struct cp_audit *audit = NULL;
    struct cp_audit_worker *worker = NULL;
    const struct cp_demand_result *results = NULL;
    double start = now_s();

    check(cp_audit_open(&job->b.judge, &request, arena, &audit, NULL));
    check(cp_audit_worker_open(audit, arena, &worker));
    for (uint32_t p = 0; p < cp_audit_parts(audit); p++)
        check(cp_audit_run(worker, p));
    cp_audit_worker_close(worker);
    check(cp_audit_finish(audit, arena, &results));
    turn->seconds = now_s() - start;
    turn->checksum = sum_of(job, results);
    if (states == ALL_STATES && !job->said)
        say(job, results);
    job->said = job->said || states == ALL_STATES;
    cp_arena_close(arena);
}

static void run_all(void *work, struct turn *turn)
{
    run(work, ALL_STATES, turn);
}

static void run_steady(void *work, struct turn *turn)
{
    run(work, STEADY_ONLY, turn);
}

static void compare(const struct size *size)
{
    struct job job = {.size = size, .isp = isp_make(size->nodes, size->metrics, 1)};
    struct contest contest = {.name = size->name,
                              .unit = "s",
                              .units = 1,
                              .rounds = size->rounds,
                              .sides = {{.suffix = "", .run = run_all, .kind = SIDE_OURS},
                                        {.suffix = "steady",
                                         .run = run_steady,
                                         .kind = SIDE_PEER,
                                         .words = "the-steady-state-alone"}},
                              .side_count = 2,
                              .work = &job};

    isp_case_make(&job.b, &job.isp, NULL, size->demands, 2);
    (void)contest_run(&contest);
    isp_free(&job.isp);
}

int main(void)
{
    static const struct size sizes[] = {
        {"audit_isp10k_wide_1000_demands_k1", 10000, ISP_WIDE, 1000, 1, 5},
        {"audit_isp10k_hops_1000_demands_k1", 10000, ISP_HOPS, 1000, 1, 5},
        {"audit_isp1k_wide_1000_demands_k2", 1000, ISP_WIDE, 1000, 2, 5},
        {"audit_isp1k_hops_1000_demands_k2", 1000, ISP_HOPS, 1000, 2, 3},
        {"audit_isp110_wide_5000_demands_k2", 110, ISP_WIDE, 5000, 2, 5},
        {"audit_isp110_hops_5000_demands_k2", 110, ISP_HOPS, 5000, 2, 3},
        {"audit_isp50_wide_100_demands_k3", 50, ISP_WIDE, 100, 3, 5},
        {"audit_isp1m_wide_100_demands_k0", 1000000, ISP_WIDE, 100, 0, 1},
    };

    figures_begin(getenv("BENCH_ROWS"), NULL);
    for (size_t i = 0; i < CP_COUNT(sizes); i++)
        if (figures_wanted(sizes[i].name))
            compare(&sizes[i]);
    return figures_end();
}
