#include "paths_heap.h"

/* A binary heap: the plain one of all textbooks. */

cp_err cp_heap_push(struct heap *heap, struct heap_entry entry)
{
    void *entries = heap->entries;
    uint32_t at = heap->count;

    if (heap->count == heap->cap) {
        CP_TRY(
            cp_arena_grow(heap->arena, &entries, heap->count, &heap->cap, sizeof *heap->entries));
        heap->entries = entries;
    }
    heap->count++;
    for (; at > 0 && heap_before(entry, heap->entries[(at - 1) / 2]); at = (at - 1) / 2)
        heap->entries[at] = heap->entries[(at - 1) / 2];
    heap->entries[at] = entry;
    return CP_OK;
}

bool cp_heap_pop(struct heap *heap, struct heap_entry *out)
{
    struct heap_entry last;
    uint32_t at = 0;

    if (heap->count == 0)
        return false;
    *out = heap->entries[0];
    last = heap->entries[--heap->count];
    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child >= heap->count)
            break;
        if (child + 1 < heap->count && heap_before(heap->entries[child + 1], heap->entries[child]))
            child++;
        if (!heap_before(heap->entries[child], last))
            break;
        heap->entries[at] = heap->entries[child];
        at = child;
    }
    if (heap->count > 0)
        heap->entries[at] = last;
    return true;
}
