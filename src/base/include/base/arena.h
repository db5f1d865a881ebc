#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macro.h"

/**
 * Memory of things that die together.  All takes are freed at once by close; nothing singly.
 * A take past the limit returns NULL.  Not for two threads at a time.
 */
struct cp_arena;

/** A place in an arena to go back to: all that was taken after it is given back. */
typedef struct {
    void *block;
    size_t used_bytes;
    size_t total_bytes;
} cp_arena_mark;

/** NULL when the process is out of memory.  limit_bytes counts takes, each rounded up to 16. */
struct cp_arena *cp_arena_open(size_t limit_bytes);
void cp_arena_close(struct cp_arena *arena); /* NULL is allowed */

/** Zeroed memory for count things, aligned for any type; NULL past the limit.  count may be 0. */
CP_MUST_USE void *cp_arena_take(struct cp_arena *arena, size_t count, size_t size_bytes);

/** Zeroed array: CP_TAKE(arena, 12, struct thing) is a struct thing * or NULL. */
#define CP_TAKE(arena, count, type) ((type *)cp_arena_take((arena), (count), sizeof(type)))

cp_arena_mark cp_arena_mark_get(const struct cp_arena *arena);
void cp_arena_reset(struct cp_arena *arena, cp_arena_mark mark);

/** Bytes taken so far. */
size_t cp_arena_used(const struct cp_arena *arena);

/** For tests: the take after `takes` more succeeds no longer (nor any later one). */
void cp_arena_fail_after(struct cp_arena *arena, uint64_t takes);

/**
 * A growing array in an arena: *at holds *cap things, used of them taken.  Grows so that one more
 * fits (doubling; old contents are copied, the old space stays until the arena dies).
 * Errors: NOMEM, LIMIT (more than UINT32_MAX things).
 */
CP_MUST_USE cp_err cp_arena_grow(struct cp_arena *arena, void **at, uint32_t used, uint32_t *cap,
                                 size_t size_bytes);
