#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * A line on stderr that says how far a long run is: parts done, parts under way, and the time that has
 * passed.  How large a part is shows only when it is done, so no share and no time left are told.
 * Only on a terminal, gone at the end.  A thread of its own draws it, so that it moves even while
 * nothing gets done.
 */
struct cp_progress {
    pthread_t artist;
    pthread_mutex_t lock;
    pthread_cond_t over; /* on the monotonic clock */
    bool drawing, ended; /* ended: under the lock */
    const char *name;    /* of the work; constant */
    uint32_t total;
    atomic_uint begun, done;
};

void cp_progress_open(struct cp_progress *progress, const char *name, uint32_t total);
/** From any thread: a part is begun; one that was begun is done. */
void cp_progress_begin(struct cp_progress *progress);
void cp_progress_end(struct cp_progress *progress);
void cp_progress_close(struct cp_progress *progress);
