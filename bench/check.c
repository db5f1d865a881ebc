#include "check/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "bundle.h"
#include "contest.h"
#include "isp_case.h"

/*
 * The checker on bundles of generated networks, on one core.  A state is one flow (demand, direction) under one set
 * of failures: covered are all that the answer speaks of, visited those that were followed one by one, since the
 * failures touch what the flow meets.  Bytes are those of the certificate a demand and state.
 */

struct size {
    const char *name;
    uint32_t nodes;
    isp_metrics metrics;
    uint32_t demands, depth, rounds;
};

struct job {
    const struct size *size;
    struct cp_arena *arena;
    struct bundle b;
    cp_text *pieces;
    uint32_t count, cap;
    uint64_t bytes;
    struct cp_check_report report;
};

static void audit(struct job *job)
{
    struct cp_audit *audit = NULL;
    struct cp_audit_worker *worker = NULL;
    const struct cp_demand_result *results = NULL;

    check(cp_audit_open(job->b.judge, &job->b.request, job->arena, &audit, NULL));
    check(cp_audit_worker_open(audit, job->arena, &worker));
    for (uint32_t p = 0; p < cp_audit_parts(audit); p++)
        check(cp_audit_run(worker, p));
    cp_audit_worker_close(worker);
    check(cp_audit_finish(audit, job->arena, &results));
    job->b.results = CP_TAKE(job->arena, job->size->demands, struct cp_demand_result);
    need(job->b.results);
    for (uint32_t d = 0; d < job->size->demands; d++)
        job->b.results[d] = results[d];
}

static cp_err take(void *to, cp_text piece)
{
    struct job *job = to;
    void *at = job->pieces;

    if (job->count == job->cap)
        check(cp_arena_grow(job->arena, &at, job->count, &job->cap, sizeof *job->pieces));
    job->pieces = at;
    job->bytes += piece.len;
    return cp_text_copy(piece, job->arena, &job->pieces[job->count++]);
}

static void prove(struct job *job)
{
    struct cp_prove_ask ask = {
        .judge = job->b.judge, .request = &job->b.request, .results = job->b.results};
    struct cp_out out = cp_out_make(job->arena);
    struct cp_prove *prove = NULL;
    struct cp_prove_worker *worker = NULL;

    check(cp_prove_network(&ask, &out));
    check(cp_out_done(&out, &job->b.network));
    check(cp_prove_open(&ask, job->arena, &prove));
    check(cp_prove_worker_open(prove, job->arena, &worker));
    for (uint32_t i = 0; i < cp_prove_parts(prove); i++)
        check(cp_prove_run(worker, i, take, job));
    cp_prove_worker_close(worker);
    job->b.answer = bundle_answer(&job->b, job->arena);
}

/* Without reading network and answer, which is done once. */
static void run(void *work, struct turn *turn)
{
    struct job *job = work;
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    struct cp_arena *scratch = need(cp_arena_open(SIZE_MAX));
    struct cp_check *checker = NULL;
    double start;

    check(cp_check_open(job->b.network, job->b.answer, arena, scratch, &checker));
    start = now_s();
    for (uint32_t i = 0; i < job->count; i++)
        check(cp_check_piece(checker, job->pieces[i]));
    cp_check_finish(checker, &job->report);
    turn->seconds = now_s() - start;
    turn->checksum = job->report.visited;
    if (!job->report.holds) {
        fprintf(stderr, "refused: %s, demand %.*s\n", job->report.why, (int)job->report.demand.len,
                job->report.demand.at);
        exit(1);
    }
    cp_arena_close(arena);
    cp_arena_close(scratch);
}

static void put(const struct job *job, const char *what, double value, const char *unit)
{
    char name[120];

    (void)snprintf(name, sizeof name, "%s_%s", job->size->name, what);
    figures_put(name, value, unit);
}

static void measure(const struct size *size)
{
    struct isp isp = isp_make(size->nodes, size->metrics, 1);
    struct job job = {.size = size, .arena = need(cp_arena_open(SIZE_MAX))};
    struct bench_case c;
    double best = 0;

    isp_case_make(&c, &isp, NULL, size->demands, 2);
    job.b.judge = bundle_named(&c.judge, job.arena);
    job.b.request = (struct cp_audit_request){.depth = size->depth,
                                              .failure_kinds = CP_FAIL_LINK | CP_FAIL_NODE};
    audit(&job);
    prove(&job);
    for (uint32_t i = 0; i < size->rounds; i++) {
        struct turn turn;

        run(&job, &turn);
        best = i == 0 || turn.seconds < best ? turn.seconds : best;
    }
    put(&job, "covered", (double)job.report.covered / best / 1e6, "million/s");
    put(&job, "visited", (double)job.report.visited / best / 1e6, "million/s");
    put(&job, "bytes_covered", (double)job.bytes / ((double)job.report.covered / 2), "B");
    put(&job, "bytes_visited", (double)job.bytes / ((double)job.report.visited / 2), "B");
    cp_arena_close(job.arena);
    isp_free(&isp);
}

int main(void)
{
    static const struct size sizes[] = {
        {"check_isp10k_wide_1000_demands_k1", 10000, ISP_WIDE, 1000, 1, 3},
        {"check_isp10k_hops_1000_demands_k1", 10000, ISP_HOPS, 1000, 1, 3},
        {"check_isp1k_wide_1000_demands_k2", 1000, ISP_WIDE, 1000, 2, 3},
        {"check_isp110_wide_5000_demands_k2", 110, ISP_WIDE, 5000, 2, 3},
    };

    figures_begin(getenv("BENCH_ROWS"), NULL);
    for (size_t i = 0; i < CP_COUNT(sizes); i++)
        if (figures_wanted(sizes[i].name))
            measure(&sizes[i]);
    return figures_end();
}
