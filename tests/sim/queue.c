#include <stdlib.h>

#include "sim.h"

/* Events by time, then by the order in which they were put: a binary heap. */

static bool is_before(const struct event *a, const struct event *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

static void swap(struct event *a, struct event *b)
{
    struct event c = *a;

    *a = *b;
    *b = c;
}

void queue_put(struct queue *q, struct event event)
{
    if (q->count == q->cap) {
        q->cap = q->cap == 0 ? 256 : q->cap * 2;
        q->heap = room(q->heap, q->cap, sizeof *q->heap);
    }
    event.order = q->order++;
    q->heap[q->count] = event;
    for (uint32_t at = q->count++; at > 0 && is_before(&q->heap[at], &q->heap[(at - 1) / 2]);
         at = (at - 1) / 2)
        swap(&q->heap[at], &q->heap[(at - 1) / 2]);
}

bool queue_take(struct queue *q, struct event *out)
{
    if (q->count == 0)
        return false;
    *out = q->heap[0];
    q->heap[0] = q->heap[--q->count];
    for (uint32_t at = 0;;) {
        uint32_t least = at;

        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < q->count; child++)
            if (is_before(&q->heap[child], &q->heap[least]))
                least = child;
        if (least == at)
            return true;
        swap(&q->heap[at], &q->heap[least]);
        at = least;
    }
}

void queue_close(struct queue *q)
{
    for (uint32_t i = 0; i < q->count; i++)
        free(q->heap[i].bytes);
    free(q->heap);
    *q = (struct queue){0};
}
