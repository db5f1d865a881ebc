#pragma once

#include "base/arena.h"

/**
 * A monotone priority queue of (key, node): no key pushed may be below the last one popped.
 * A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990): O(1) a push, O(64) amortised a pop at worst.
 * Equal keys come out in an order that depends on the pushes alone.
 */
struct cp_queue;

/** Room for cap entries at a time.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_queue_open(struct cp_arena *arena, uint32_t cap, struct cp_queue **out);
/** Empties it; keys may start anywhere again.  O(1). */
void cp_queue_clear(struct cp_queue *queue);
void cp_queue_push(struct cp_queue *queue, uint64_t key, uint32_t node);
/** The entry with the least key; false when it is empty. */
bool cp_queue_pop(struct cp_queue *queue, uint64_t *key, uint32_t *node);
