#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

/*
 * Blocks in a chain, newest first; a take moves the newest block's fill mark.  Blocks come zeroed
 * from the system, so only bytes that a reset gave back are cleared again: a large fresh array
 * costs nothing until it is touched.  A reset keeps the largest block that it frees as a spare, so
 * that loops over a scratch arena do not go to the system each time round.
 *
 * Under the address sanitizer all that is not taken is poisoned, and each take has a gap behind it.
 */

#if defined(__SANITIZE_ADDRESS__)
#define POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON 1
#endif
#endif

#ifdef POISON
#include <sanitizer/asan_interface.h>
/* Small first blocks: to clear and poison them is most of the time of many short arenas. */
enum { GAP_BYTES = 16, FIRST_BLOCK_BYTES = 4 * 1024 };
#else
#define ASAN_POISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
enum { GAP_BYTES = 0, FIRST_BLOCK_BYTES = 64 * 1024 };
#endif

enum { ALIGN_BYTES = 16, LARGEST_BLOCK_BYTES = 16 * 1024 * 1024 };

struct block {
    struct block *older;
    size_t size_bytes, used_bytes;
    size_t dirty_bytes; /* bytes from here on were never handed out and are zero */
    _Alignas(ALIGN_BYTES) unsigned char bytes[];
};

struct cp_arena {
    struct block *newest, *spare;
    size_t limit_bytes, total_bytes, next_block_bytes;
    uint64_t takes_left; /* UINT64_MAX: no end to them */
};

struct cp_arena *cp_arena_open(size_t limit_bytes)
{
    struct cp_arena *arena = calloc(1, sizeof(*arena));

    if (arena == NULL)
        return NULL;
    arena->limit_bytes = limit_bytes;
    arena->next_block_bytes = FIRST_BLOCK_BYTES;
    arena->takes_left = UINT64_MAX;
    return arena;
}

static void block_free(struct block *block)
{
    if (block == NULL)
        return;
    ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->size_bytes);
    free(block);
}

void cp_arena_close(struct cp_arena *arena)
{
    if (arena == NULL)
        return;
    while (arena->newest != NULL) {
        struct block *block = arena->newest;

        arena->newest = block->older;
        block_free(block);
    }
    block_free(arena->spare);
    free(arena);
}

static struct block *block_make(struct cp_arena *arena, size_t size_bytes)
{
    size_t want = arena->next_block_bytes > size_bytes ? arena->next_block_bytes : size_bytes;
    struct block *block = arena->spare;

    if (block != NULL && block->size_bytes >= size_bytes) {
        arena->spare = NULL;
        return block;
    }
    if (want > SIZE_MAX - sizeof(*block))
        return NULL;
    block = calloc(1, sizeof(*block) + want);
    if (block == NULL)
        return NULL;
    block->size_bytes = want;
    ASAN_POISON_MEMORY_REGION(block->bytes, block->size_bytes);
    if (arena->next_block_bytes < LARGEST_BLOCK_BYTES)
        arena->next_block_bytes *= 2;
    return block;
}

static bool have_room(const struct block *block, size_t size_bytes)
{
    return block != NULL && block->size_bytes - block->used_bytes >= size_bytes;
}

/* Hands out the next bytes of a block that has room for them and the gap. */
static void *block_take(struct block *block, size_t size_bytes, size_t rounded_bytes)
{
    unsigned char *at = block->bytes + block->used_bytes;
    size_t dirty = 0;

    if (block->dirty_bytes > block->used_bytes)
        dirty = block->dirty_bytes - block->used_bytes;
    ASAN_UNPOISON_MEMORY_REGION(at, size_bytes);
    memset(at, 0, dirty < size_bytes ? dirty : size_bytes);
    block->used_bytes += rounded_bytes + GAP_BYTES;
    return at;
}

void *cp_arena_take(struct cp_arena *arena, size_t count, size_t size_bytes)
{
    size_t bytes, rounded;

    if (size_bytes != 0 && count > (SIZE_MAX / 2) / size_bytes)
        return NULL;
    bytes = count * size_bytes;
    rounded = bytes == 0 ? ALIGN_BYTES : (bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
    if (rounded > arena->limit_bytes - arena->total_bytes)
        return NULL;
    if (arena->takes_left == 0)
        return NULL;
    if (!have_room(arena->newest, rounded + GAP_BYTES)) {
        struct block *block = block_make(arena, rounded + GAP_BYTES);

        if (block == NULL)
            return NULL;
        block->older = arena->newest;
        arena->newest = block;
    }
    if (arena->takes_left != UINT64_MAX)
        arena->takes_left--;
    arena->total_bytes += rounded;
    return block_take(arena->newest, bytes, rounded);
}

cp_arena_mark cp_arena_mark_get(const struct cp_arena *arena)
{
    return (cp_arena_mark){.block = arena->newest,
                           .used_bytes = arena->newest == NULL ? 0 : arena->newest->used_bytes,
                           .total_bytes = arena->total_bytes};
}

/* Gives back all of a block from used_bytes on. */
static void block_cut(struct block *block, size_t used_bytes)
{
    if (block->dirty_bytes < block->used_bytes)
        block->dirty_bytes = block->used_bytes;
    block->used_bytes = used_bytes;
    ASAN_POISON_MEMORY_REGION(block->bytes + used_bytes, block->size_bytes - used_bytes);
}

static void block_spare(struct cp_arena *arena, struct block *block)
{
    struct block *smaller = block;

    block_cut(block, 0);
    if (arena->spare == NULL || arena->spare->size_bytes < block->size_bytes) {
        smaller = arena->spare;
        arena->spare = block;
    }
    block_free(smaller);
}

void cp_arena_reset(struct cp_arena *arena, cp_arena_mark mark)
{
    while (arena->newest != mark.block) {
        struct block *block = arena->newest;

        CP_ASSERT(block != NULL);
        arena->newest = block->older;
        block_spare(arena, block);
    }
    if (arena->newest != NULL) {
        CP_ASSERT(mark.used_bytes <= arena->newest->used_bytes);
        block_cut(arena->newest, mark.used_bytes);
    }
    arena->total_bytes = mark.total_bytes;
}

size_t cp_arena_used(const struct cp_arena *arena)
{
    return arena->total_bytes;
}

void cp_arena_fail_after(struct cp_arena *arena, uint64_t takes)
{
    arena->takes_left = takes;
}

cp_err cp_arena_grow(struct cp_arena *arena, void **at, uint32_t used, uint32_t *cap,
                     size_t size_bytes)
{
    uint32_t more;
    void *grown;

    if (used < *cap)
        return CP_OK;
    if (*cap == UINT32_MAX)
        return CP_ERR_LIMIT;
    more = *cap > UINT32_MAX / 2 ? UINT32_MAX : *cap * 2;
    if (more < 16)
        more = 16;
    grown = cp_arena_take(arena, more, size_bytes);
    if (grown == NULL)
        return CP_ERR_NOMEM;
    if (used > 0)
        memcpy(grown, *at, (size_t)used * size_bytes);
    *at = grown;
    *cap = more;
    return CP_OK;
}
