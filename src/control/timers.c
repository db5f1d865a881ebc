#include "inside.h"

/* A heap of slots by when they wake, then by slot; each knows its place in it. */

static bool is_before(const struct cp_control *c, uint32_t a, uint32_t b)
{
    const struct ctl_lsp *x = &c->lsps[a];
    const struct ctl_lsp *y = &c->lsps[b];

    return x->wake_us != y->wake_us ? x->wake_us < y->wake_us : a < b;
}

static void put(struct cp_control *c, uint32_t at, uint32_t slot)
{
    c->heap[at] = slot;
    c->lsps[slot].heap_at = at;
}

static void rise(struct cp_control *c, uint32_t at, uint32_t slot)
{
    while (at > 0 && is_before(c, slot, c->heap[(at - 1) / 2])) {
        put(c, at, c->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(c, at, slot);
}

static void sink(struct cp_control *c, uint32_t at, uint32_t slot)
{
    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child >= c->heap_count)
            break;
        if (child + 1 < c->heap_count && is_before(c, c->heap[child + 1], c->heap[child]))
            child++;
        if (is_before(c, slot, c->heap[child]))
            break;
        put(c, at, c->heap[child]);
        at = child;
    }
    put(c, at, slot);
}

void cp_ctl_timer_off(struct cp_control *c, uint32_t slot)
{
    uint32_t at = c->lsps[slot].heap_at;
    uint32_t other;

    c->lsps[slot].wake_us = UINT64_MAX;
    if (at == CP_NONE)
        return;
    c->lsps[slot].heap_at = CP_NONE;
    other = c->heap[--c->heap_count];
    if (other == slot)
        return;
    rise(c, at, other);
    sink(c, c->lsps[other].heap_at, other);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void cp_ctl_timer(struct cp_control *c, uint32_t slot)
{
    struct ctl_lsp *l = &c->lsps[slot];
    uint64_t wake = least(least(least(l->better_us, l->drain_us), least(l->due_us, l->retry_us)),
                          l->forgive_us);

    cp_ctl_news(c, slot);
    if (wake == l->wake_us && l->heap_at != CP_NONE)
        return;
    if (wake == UINT64_MAX) {
        cp_ctl_timer_off(c, slot);
        return;
    }
    if (l->heap_at == CP_NONE) {
        l->wake_us = wake;
        c->heap_count++;
        rise(c, c->heap_count - 1, slot);
        return;
    }
    l->wake_us = wake;
    rise(c, l->heap_at, slot);
    sink(c, l->heap_at, slot);
}
