#pragma once

#include "audit/audit.h"

#define CP_JOBS_MAX 1024u

/** Work in parts, each run once, by any worker, in any order. */
struct cp_work {
    const char *name; /* in the line of progress */
    void *of;
    uint32_t parts;
    /* A worker of one thread; answers: its own, living as long as what comes of the work is read. */
    cp_err (*open)(void *of, struct cp_arena *answers, void **worker);
    cp_err (*run)(void *worker, uint32_t part);
    void (*close)(void *worker); /* NULL is allowed */
};

/**
 * Runs every part on up to `jobs` threads.  arenas: [jobs] one a thread: NULL where none was needed yet;
 * the caller closes them when the results have been read, also after an error.
 */
CP_MUST_USE cp_err cp_jobs_run(const struct cp_work *work, uint32_t jobs, size_t arena_limit_bytes,
                               struct cp_arena **arenas);

/** The same of an audit; arenas: out, all made here. */
CP_MUST_USE cp_err cp_jobs_audit(struct cp_audit *audit, uint32_t jobs, size_t arena_limit_bytes,
                                 struct cp_arena **arenas);
