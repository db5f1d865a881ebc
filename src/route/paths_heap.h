#pragma once

#include "base/arena.h"

/** A heap of numbers by (shared, cost, number): the least first.  Grows in its arena. */
struct heap_entry {
    uint64_t cost;
    uint32_t shared, at;
};
struct heap {
    struct cp_arena *arena;
    struct heap_entry *entries;
    uint32_t count, cap;
};

/** NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_heap_push(struct heap *heap, struct heap_entry entry);
bool cp_heap_pop(struct heap *heap, struct heap_entry *out);

static inline bool heap_before(struct heap_entry a, struct heap_entry b)
{
    if (a.shared != b.shared)
        return a.shared < b.shared;
    return a.cost < b.cost || (a.cost == b.cost && a.at < b.at);
}
