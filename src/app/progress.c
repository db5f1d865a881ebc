#include "progress.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/*
 * The thread sleeps on the condition until it is time to draw, or all is over.  Short runs show
 * nothing; longer ones are drawn ten times a second.
 */

#define FIRST_MS 500
#define AGAIN_MS 100

static struct timespec after(struct timespec time, long ms)
{
    time.tv_sec += ms / 1000;
    time.tv_nsec += ms % 1000 * 1000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_nsec -= 1000000000;
        time.tv_sec++;
    }
    return time;
}

static void draw(struct cp_progress *progress, struct timespec start, struct timespec now)
{
    unsigned done = atomic_load(&progress->done); /* before begun: never more are done */
    unsigned begun = atomic_load(&progress->begun);
    long long passed_s = (long long)(now.tv_sec - start.tv_sec);

    passed_s -= now.tv_nsec < start.tv_nsec;
    (void)fprintf(stderr, "\r%s: %u of %u parts done, %u under way, %lld:%02lld\033[K",
                  progress->name, done, progress->total, begun - done, passed_s / 60,
                  passed_s % 60);
    (void)fflush(stderr);
}

static void *draw_until_over(void *arg)
{
    struct cp_progress *progress = arg;
    struct timespec start, now, next;
    bool drawn = false;

    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    next = after(start, FIRST_MS);
    (void)pthread_mutex_lock(&progress->lock);
    while (!progress->ended) {
        if (pthread_cond_timedwait(&progress->over, &progress->lock, &next) != ETIMEDOUT)
            continue;
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        draw(progress, start, now);
        drawn = true;
        next = after(now, AGAIN_MS);
    }
    (void)pthread_mutex_unlock(&progress->lock);
    if (drawn)
        (void)fputs("\r\033[K", stderr);
    return NULL;
}

void cp_progress_open(struct cp_progress *progress, const char *name, uint32_t total)
{
    pthread_condattr_t monotonic;

    *progress = (struct cp_progress){.name = name, .total = total};
    if (isatty(STDERR_FILENO) != 1)
        return;
    (void)pthread_mutex_init(&progress->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&progress->over, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    /* Where no thread is to be had there is no line: the work matters more. */
    progress->drawing = pthread_create(&progress->artist, NULL, draw_until_over, progress) == 0;
}

void cp_progress_begin(struct cp_progress *progress)
{
    atomic_fetch_add(&progress->begun, 1);
}

void cp_progress_end(struct cp_progress *progress)
{
    atomic_fetch_add(&progress->done, 1);
}

void cp_progress_close(struct cp_progress *progress)
{
    if (!progress->drawing)
        return;
    (void)pthread_mutex_lock(&progress->lock);
    progress->ended = true;
    (void)pthread_cond_signal(&progress->over);
    (void)pthread_mutex_unlock(&progress->lock);
    (void)pthread_join(progress->artist, NULL);
    (void)pthread_cond_destroy(&progress->over);
    (void)pthread_mutex_destroy(&progress->lock);
}
