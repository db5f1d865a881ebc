#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/** A line on stderr that says how far a long run is; only on a terminal, gone at the end. */
struct cp_progress {
    pthread_mutex_t lock;
    bool terminal, drawn;
    uint32_t total;
    uint64_t next_ms; /* no earlier than this is it drawn again */
};

void cp_progress_open(struct cp_progress *progress, uint32_t total);
/** From any thread.  done: parts finished so far. */
void cp_progress_step(struct cp_progress *progress, uint32_t done);
void cp_progress_close(struct cp_progress *progress);
