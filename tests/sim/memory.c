#include <malloc.h>
#include <stdlib.h>

#include "sim.h"

/*
 * A long storm, in which the controller does not die: what the whole process has in use, the least of each quarter of it.  What
 * grows with what happens is seen by the last quarter; all else goes up and down with the network.
 */

enum { SLACK_BYTES = 1 << 18 };

static uint64_t in_use(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

/* A sanitizer's memory is not. */
bool memory_is_known(void)
{
    return in_use() > 0;
}

void memory_check(struct sim *s)
{
    uint64_t since_us = s->now_us - 1000 * SECOND;
    uint64_t quarter = s->long_s == 0 ? 4 : since_us * 4 / (s->long_s * SECOND), now;

    if (quarter > 3)
        return;
    now = in_use();
    if (s->least_bytes[quarter] == 0 || s->least_bytes[quarter] > now)
        s->least_bytes[quarter] = now;
}

void memory_check_quiet(struct sim *s)
{
    uint64_t before = s->least_bytes[0] > s->least_bytes[1] ? s->least_bytes[0] : s->least_bytes[1];

    if (s->long_s > 0 && s->least_bytes[3] > before + before / 16 + SLACK_BYTES)
        fail(s, "memory grows with what happens", "%llu, %llu, %llu, %llu bytes at least",
             (unsigned long long)s->least_bytes[0], (unsigned long long)s->least_bytes[1],
             (unsigned long long)s->least_bytes[2], (unsigned long long)s->least_bytes[3]);
    trace(s, "memory: %llu, %llu, %llu, %llu bytes at least", (unsigned long long)s->least_bytes[0],
          (unsigned long long)s->least_bytes[1], (unsigned long long)s->least_bytes[2],
          (unsigned long long)s->least_bytes[3]);
}

void memory_leak(struct sim *s)
{
    struct leaked *leaked = room(NULL, 1, sizeof *leaked);

    leaked->next = s->leaked;
    s->leaked = leaked;
}

void memory_close(struct sim *s)
{
    while (s->leaked != NULL) {
        struct leaked *next = s->leaked->next;

        free(s->leaked);
        s->leaked = next;
    }
}
