#include "route/route.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "contest.h"
#include "isp_case.h"

/*
 * All of `route` on generated networks, on two threads: one maker of six is forbidden, single failures of links and
 * nodes, steady and transition states.  For each demand a path and one that shares no node with it, both ways
 * back, the shortest clean segment list of each, and the proof of it.  All demands have a clean way but where the name
 * says blocked: for one that has none, what stands in its way is found.  `_processors` is the time of both
 * threads together, which other work on the machine hardly changes.
 */

enum { THREADS = 2 };

struct size {
    const char *name;
    uint32_t nodes;
    isp_metrics metrics;
    uint32_t makers; /* one of so many is forbidden */
    uint32_t demands, rounds;
    bool blocked; /* some demands have no clean way */
};

struct job {
    const struct size *size;
    struct isp isp;
    struct bench_case b;
    bool said;
};

/* A stage's parts, taken one by one. */
struct stage {
    struct cp_route *route;
    uint32_t parts, next;
    pthread_mutex_t lock;
};

struct thread {
    pthread_t id;
    struct stage *stage;
    struct cp_arena *answers;
};

static bool take(struct stage *s, uint32_t *part)
{
    bool there;

    pthread_mutex_lock(&s->lock);
    there = s->next < s->parts;
    *part = s->next;
    s->next += there;
    pthread_mutex_unlock(&s->lock);
    return there;
}

static void *run_thread(void *at)
{
    struct thread *t = at;
    struct cp_route_worker *worker = NULL;
    uint32_t part;

    check(cp_route_worker_open(t->stage->route, t->answers, &worker));
    while (take(t->stage, &part))
        check(cp_route_run(worker, part));
    cp_route_worker_close(worker);
    return NULL;
}

static void run_stage(struct stage *s, struct thread *threads)
{
    s->next = 0;
    for (int i = 0; i < THREADS; i++) {
        threads[i].stage = s;
        if (pthread_create(&threads[i].id, NULL, run_thread, &threads[i]) != 0)
            check(CP_ERR_NOMEM);
    }
    for (int i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i].id, NULL);
}

static const struct cp_route_request request = {
    .proof = {.depth = 1,
              .failure_kinds = CP_FAIL_LINK | CP_FAIL_NODE,
              .states = 1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION},
    .judged = CP_SEGMENTS_AS_RULED,
    .otherwise = {.metric = CP_METRIC_IGP,
                  .disjoint = CP_DISJOINT_NODE,
                  .hops_max = CP_NONE,
                  .delay_max_us = CP_PATH_DELAY_NONE},
    .depth_max = CP_NONE,
    .capacity = CP_CAPACITY_IGNORE};

struct tally {
    uint64_t status[3], lists, segments, links, of[8], unproven;
};

static struct tally count(const struct job *job, const struct cp_route_answer *answer)
{
    struct tally t = {0};

    for (uint32_t d = 0; d < job->size->demands; d++) {
        const struct cp_route_result *r = &answer->results[d];

        t.status[r->status]++;
        for (uint32_t i = 0; i < r->candidate_count; i++) {
            const struct cp_segment_list *l = &r->candidates[i].segments;

            t.lists++;
            t.segments += l->count;
            t.links += r->candidates[i].path.link_count;
            t.of[l->count < 7 ? l->count : 7]++;
            t.unproven += !l->proof.clean;
        }
    }
    return t;
}

static void say(const struct job *job, const struct cp_route_answer *answer, const double *seconds)
{
    struct tally t = count(job, answer);

    fprintf(
        stderr,
        "  %u nodes, %u links, %u demands: routed %lu, partly %lu, no way %lu; %lu lists of %.2f "
        "segments over %.1f links (1 to 7 and more: %lu %lu %lu %lu %lu %lu %lu), unproven %lu; "
        "opened in %.2f s, paths %.2f, lists %.2f; %.2f s of processors\n",
        job->size->nodes, job->isp.link_count, job->size->demands, t.status[CP_ROUTED],
        t.status[CP_PARTIAL], t.status[CP_NO_WAY], t.lists, (double)t.segments / (double)t.lists,
        (double)t.links / (double)t.lists, t.of[1], t.of[2], t.of[3], t.of[4], t.of[5], t.of[6],
        t.of[7], t.unproven, seconds[0], seconds[1], seconds[2], seconds[3]);
}

static const char *with(char *name, size_t size, const struct job *job, const char *suffix)
{
    (void)snprintf(name, size, "%s_%s", job->size->name, suffix);
    return name;
}

/* The lists again, on one thread that remembers nothing yet: how many a second, and of how many states. */
static void list_again(const struct job *job, const struct cp_route_answer *answer)
{
    struct cp_segments_basis basis = {.judge = answer->judge,
                                      .net = answer->net,
                                      .request = request.proof,
                                      .judged = request.judged};
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    const struct cp_segments_ground *ground = NULL;
    struct cp_segmenter *segmenter = NULL;
    clock_t processor = clock();
    uint32_t lists = 0;
    char name[128];
    double seconds;

    check(cp_segments_ground_make(&basis, arena, &ground));
    check(cp_segmenter_open(ground, arena, &segmenter));
    for (uint32_t d = 0; d < job->size->demands; d++)
        for (uint32_t i = 0; i < answer->results[d].candidate_count; i++, lists++) {
            const struct cp_path *path = &answer->results[d].candidates[i].path;
            uint32_t a = path->nodes[0];
            uint32_t b = path->nodes[path->link_count];
            uint32_t ends[2] = {a < b ? a : b, a < b ? b : a};
            struct cp_segment_ask ask = {
                .path = path, .ends = ends, .end_count = 2, .depth_max = CP_NONE};
            struct cp_segment_list list;

            check(cp_segments_find(segmenter, &ask, arena, &list));
        }
    seconds = (double)(clock() - processor) / CLOCKS_PER_SEC;
    figures_put(with(name, sizeof name, job, "lists"), lists / seconds, "1/s");
    figures_put(with(name, sizeof name, job, "states"),
                (double)cp_segmenter_looked(segmenter) / seconds, "1/s");
    cp_segmenter_close(segmenter);
    cp_arena_close(arena);
}

static void run(void *work, struct turn *turn)
{
    struct job *job = work;
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    struct thread threads[THREADS];
    struct stage stage = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct cp_route_answer answer;
    double seconds[4] = {0};
    clock_t processors = clock();
    double start = now_s();
    double last = start;
    uint32_t stages = 0;

    for (int i = 0; i < THREADS; i++)
        threads[i].answers = need(cp_arena_open(SIZE_MAX));
    check(cp_route_open(&job->b.judge, &request, arena, &stage.route, NULL));
    for (;;) {
        double now = now_s();

        seconds[stages++] = now - last;
        last = now;
        check(cp_route_next(stage.route, &stage.parts));
        if (stage.parts == 0)
            break;
        run_stage(&stage, threads);
    }
    cp_route_finish(stage.route, &answer);
    seconds[3] = (double)(clock() - processors) / CLOCKS_PER_SEC;
    turn->seconds = now_s() - start;
    if (!job->said) {
        char name[128];

        say(job, &answer, seconds);
        figures_put(with(name, sizeof name, job, "processors"), seconds[3], "s");
        list_again(job, &answer);
    }
    job->said = true;
    for (int i = 0; i < THREADS; i++)
        cp_arena_close(threads[i].answers);
    cp_arena_close(arena);
}

static uint32_t root_of(uint32_t *parent, uint32_t v)
{
    while (parent[v] != v)
        v = parent[v] = parent[parent[v]];
    return v;
}

/* Nodes outside the largest part of the network that hangs together without those forbidden: [nodes] of malloc. */
static uint8_t *apart(const struct isp *isp)
{
    uint32_t *parent = need(calloc(isp->node_count, sizeof *parent));
    uint32_t *size = need(calloc(isp->node_count, sizeof *size));
    uint8_t *out = need(calloc(isp->node_count, sizeof *out));
    uint32_t largest = 0;

    for (uint32_t v = 0; v < isp->node_count; v++)
        parent[v] = v;
    for (uint32_t l = 0; l < isp->link_count; l++)
        if (!isp->forbidden[isp->links[l].a] && !isp->forbidden[isp->links[l].b])
            parent[root_of(parent, isp->links[l].a)] = root_of(parent, isp->links[l].b);
    for (uint32_t v = 0; v < isp->node_count; v++)
        size[root_of(parent, v)]++;
    for (uint32_t v = 0; v < isp->node_count; v++)
        largest = size[v] > size[largest] ? v : largest;
    for (uint32_t v = 0; v < isp->node_count; v++)
        out[v] = root_of(parent, v) != largest;
    free(parent);
    free(size);
    return out;
}

static void measure(const struct size *size)
{
    struct job job = {.size = size, .isp = isp_make(size->nodes, size->metrics, 1)};
    struct contest contest = {.name = size->name,
                              .unit = "s",
                              .units = 1,
                              .rounds = size->rounds,
                              .sides = {{.suffix = "", .run = run, .kind = SIDE_OURS}},
                              .side_count = 1,
                              .work = &job};
    uint64_t numbers = 7;
    uint8_t *barred;

    for (uint32_t v = 0; v < size->nodes; v++)
        job.isp.forbidden[v] = isp_random(&numbers) % size->makers == 0;
    barred = apart(&job.isp);
    isp_case_make(&job.b, &job.isp, size->blocked ? NULL : barred, size->demands, 2);
    (void)contest_run(&contest);
    free(barred);
    isp_free(&job.isp);
}

int main(void)
{
    static const struct size sizes[] = {
        {"route_isp10k_wide_10000_demands_k1", 10000, ISP_WIDE, 6, 10000, 3, false},
        {"route_isp10k_hops_10000_demands_k1", 10000, ISP_HOPS, 6, 10000, 3, false},
        {"route_isp10k_wide_1of20_10000_demands_k1", 10000, ISP_WIDE, 20, 10000, 3, false},
        {"route_isp10k_wide_1of100_10000_demands_k1", 10000, ISP_WIDE, 100, 10000, 3, false},
        {"route_isp10k_hops_1of100_10000_demands_k1", 10000, ISP_HOPS, 100, 10000, 3, false},
        {"route_isp10k_wide_blocked_10000_demands_k1", 10000, ISP_WIDE, 6, 10000, 1, true},
        {"route_isp1k_wide_10000_demands_k1", 1000, ISP_WIDE, 6, 10000, 3, false},
    };

    figures_begin(getenv("BENCH_ROWS"), NULL);
    for (size_t i = 0; i < CP_COUNT(sizes); i++)
        if (figures_wanted(sizes[i].name))
            measure(&sizes[i]);
    return figures_end();
}
