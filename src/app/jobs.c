#include "app/jobs.h"

#include <pthread.h>
#include <stdatomic.h>

#include "progress.h"

/*
 * Threads take the next part that nobody has, until none is left or one of them fails.  The first
 * worker is the calling thread, so the work gets done even where no thread can be made.  Parts are
 * taken in order and finished once taken, so of the parts that fail the lowest one always runs, and
 * its error is the answer, whatever the threads do.
 */

#define NO_FAILURE UINT64_MAX

struct crew {
    const struct cp_work *work;
    atomic_uint next;
    _Atomic uint64_t failure; /* part << 32 | cp_err, the lowest; or NO_FAILURE */
    struct cp_progress progress;
};

struct worker {
    struct crew *crew;
    struct cp_arena *arena;
    pthread_t thread;
    bool started;
};

static void keep_lowest(struct crew *crew, uint32_t part, cp_err err)
{
    uint64_t failure = (uint64_t)part << 32 | (uint32_t)err;
    uint64_t kept = atomic_load(&crew->failure);

    while (failure < kept && !atomic_compare_exchange_weak(&crew->failure, &kept, failure))
        ; /* kept is what another thread put there meanwhile */
}

static void work(struct worker *worker)
{
    struct crew *crew = worker->crew;
    void *scratch = NULL;
    cp_err opened = crew->work->open(crew->work->of, worker->arena, &scratch);

    while (atomic_load(&crew->failure) == NO_FAILURE) {
        uint32_t part = atomic_fetch_add(&crew->next, 1);
        cp_err err;

        if (part >= crew->work->parts)
            break;
        cp_progress_begin(&crew->progress);
        err = opened == CP_OK ? crew->work->run(scratch, part) : opened;
        if (err != CP_OK)
            keep_lowest(crew, part, err);
        cp_progress_end(&crew->progress);
    }
    crew->work->close(scratch);
}

static void *work_in_thread(void *worker)
{
    work(worker);
    return NULL;
}

/* False where there is no memory for it, or no thread to be had. */
static bool hire(struct worker *worker, size_t arena_limit_bytes, struct cp_arena **arena)
{
    if (*arena == NULL)
        *arena = cp_arena_open(arena_limit_bytes);
    if (*arena == NULL)
        return false;
    worker->arena = *arena;
    worker->started = pthread_create(&worker->thread, NULL, work_in_thread, worker) == 0;
    return worker->started;
}

static cp_err run_crew(struct crew *crew, struct worker *workers, uint32_t jobs,
                       size_t arena_limit_bytes, struct cp_arena **arenas)
{
    if (arenas[0] == NULL)
        arenas[0] = cp_arena_open(arena_limit_bytes);
    if (arenas[0] == NULL)
        return CP_ERR_NOMEM;
    workers[0].arena = arenas[0];
    for (uint32_t i = 0; i < jobs; i++)
        workers[i].crew = crew;
    for (uint32_t i = 1; i < jobs && i < crew->work->parts; i++) {
        if (!hire(&workers[i], arena_limit_bytes, &arenas[i]))
            break;
    }
    work(&workers[0]);
    for (uint32_t i = 1; i < jobs; i++) {
        if (workers[i].started)
            (void)pthread_join(workers[i].thread, NULL);
    }
    uint64_t failure = atomic_load(&crew->failure);
    return failure == NO_FAILURE ? CP_OK : (cp_err)(uint32_t)failure;
}

cp_err cp_jobs_run(const struct cp_work *of, uint32_t jobs, size_t arena_limit_bytes,
                   struct cp_arena **arenas)
{
    struct crew crew = {.work = of, .failure = NO_FAILURE};
    struct worker workers[CP_JOBS_MAX] = {0};
    cp_err err;

    CP_ASSERT(jobs >= 1 && jobs <= CP_JOBS_MAX);
    cp_progress_open(&crew.progress, of->name, of->parts);
    err = run_crew(&crew, workers, jobs, arena_limit_bytes, arenas);
    cp_progress_close(&crew.progress);
    return err;
}

static cp_err open_audit(void *audit, struct cp_arena *answers, void **worker)
{
    struct cp_audit_worker *opened = NULL;
    cp_err err = cp_audit_worker_open(audit, answers, &opened);

    *worker = opened;
    return err;
}

static cp_err run_audit(void *worker, uint32_t part)
{
    return cp_audit_run(worker, part);
}

static void close_audit(void *worker)
{
    cp_audit_worker_close(worker);
}

cp_err cp_jobs_audit(struct cp_audit *audit, uint32_t jobs, size_t arena_limit_bytes,
                     struct cp_arena **arenas)
{
    struct cp_work of = {"audit", audit, cp_audit_parts(audit), open_audit, run_audit, close_audit};

    for (uint32_t i = 0; i < jobs; i++)
        arenas[i] = NULL;
    return cp_jobs_run(&of, jobs, arena_limit_bytes, arenas);
}
