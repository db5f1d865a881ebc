#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Short runs show nothing; longer ones are drawn ten times a second at most. */
#define FIRST_MS 500u
#define AGAIN_MS 100u

static uint64_t now_ms(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void cp_progress_open(struct cp_progress *progress, uint32_t total)
{
    *progress = (struct cp_progress){
        .terminal = isatty(STDERR_FILENO) == 1, .total = total, .next_ms = now_ms() + FIRST_MS};
    (void)pthread_mutex_init(&progress->lock, NULL);
}

void cp_progress_step(struct cp_progress *progress, uint32_t done)
{
    uint64_t now;

    if (!progress->terminal || pthread_mutex_trylock(&progress->lock) != 0)
        return; /* another thread is drawing */
    now = now_ms();
    if (now >= progress->next_ms) {
        (void)fprintf(stderr, "\raudit: %u of %u parts\033[K", done, progress->total);
        (void)fflush(stderr);
        progress->drawn = true;
        progress->next_ms = now + AGAIN_MS;
    }
    (void)pthread_mutex_unlock(&progress->lock);
}

void cp_progress_close(struct cp_progress *progress)
{
    if (progress->drawn)
        (void)fputs("\r\033[K", stderr);
    (void)pthread_mutex_destroy(&progress->lock);
}
