#include "graph/queue.h"

/*
 * Bucket i > 0 holds keys that differ from the last popped key first in bit i - 1 (from below);
 * bucket 0 holds keys equal to it.  A pop from an empty bucket 0 moves the lowest filled bucket's
 * entries down; each entry moves down at most 64 times.  Buckets are lists in one pool.
 */

#define BUCKETS 65
#define NIL UINT32_MAX

struct entry {
    uint64_t key;
    uint32_t node, next;
};

struct cp_queue {
    struct entry *pool;
    uint32_t cap, fresh, spare;
    uint64_t last;
    uint64_t filled; /* bit i - 1: bucket i > 0 has entries */
    uint32_t head[BUCKETS];
};

static void forget(struct cp_queue *q)
{
    for (uint32_t i = 0; i < BUCKETS; i++)
        q->head[i] = NIL;
    q->fresh = 0;
    q->spare = NIL;
    q->last = 0;
    q->filled = 0;
}

cp_err cp_queue_open(struct cp_arena *arena, uint32_t cap, struct cp_queue **out)
{
    struct cp_queue *q = CP_TAKE(arena, 1, struct cp_queue);

    if (q == NULL)
        return CP_ERR_NOMEM;
    q->pool = CP_TAKE(arena, cap, struct entry);
    if (q->pool == NULL)
        return CP_ERR_NOMEM;
    q->cap = cap;
    forget(q);
    *out = q;
    return CP_OK;
}

void cp_queue_clear(struct cp_queue *q)
{
    forget(q);
}

static uint32_t bucket_of(const struct cp_queue *q, uint64_t key)
{
    uint64_t differ = key ^ q->last;

    return differ == 0 ? 0 : 64u - (uint32_t)__builtin_clzll(differ);
}

static void put(struct cp_queue *q, uint32_t at)
{
    uint32_t b = bucket_of(q, q->pool[at].key);

    q->pool[at].next = q->head[b];
    q->head[b] = at;
    if (b > 0)
        q->filled |= UINT64_C(1) << (b - 1);
}

void cp_queue_push(struct cp_queue *q, uint64_t key, uint32_t node)
{
    uint32_t at = q->spare;

    CP_ASSERT(key >= q->last);
    if (at != NIL) {
        q->spare = q->pool[at].next;
    } else {
        CP_ASSERT(q->fresh < q->cap);
        at = q->fresh++;
    }
    q->pool[at].key = key;
    q->pool[at].node = node;
    put(q, at);
}

/* Moves the lowest filled bucket down, so that bucket 0 has its least keys. */
static void settle(struct cp_queue *q)
{
    uint32_t b = 1u + (uint32_t)__builtin_ctzll(q->filled);
    uint32_t at = q->head[b];
    uint64_t least = UINT64_MAX;

    for (uint32_t i = at; i != NIL; i = q->pool[i].next)
        if (q->pool[i].key < least)
            least = q->pool[i].key;
    q->last = least;
    q->head[b] = NIL;
    q->filled &= ~(UINT64_C(1) << (b - 1));
    while (at != NIL) {
        uint32_t next = q->pool[at].next;

        put(q, at);
        at = next;
    }
}

bool cp_queue_pop(struct cp_queue *q, uint64_t *key, uint32_t *node)
{
    if (q->head[0] == NIL) {
        if (q->filled == 0)
            return false;
        settle(q);
    }

    uint32_t at = q->head[0];

    q->head[0] = q->pool[at].next;
    *key = q->pool[at].key;
    *node = q->pool[at].node;
    q->pool[at].next = q->spare;
    q->spare = at;
    return true;
}
