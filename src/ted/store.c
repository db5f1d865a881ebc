#include <string.h>

#include "inside.h"

/*
 * A feed's statements, found by their key: open addressing with linear probing, at most three quarters full.  Keys and
 * blobs lie in an arena; what was replaced stays in it until more is dead than alive, and then all that lives moves
 * to a new arena: months of changes take no more memory than twice what stands.
 */

enum { FIRST_SLOTS = 64, SLACK_BYTES = 65536 };

static uint32_t hash_of(cp_text key)
{
    uint64_t h = 0xcbf29ce484222325u;
    size_t at = 0;

    for (; at + 8 <= key.len; at += 8) {
        uint64_t word;

        memcpy(&word, key.at + at, sizeof word);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    for (; at < key.len; at++)
        h = (h ^ (unsigned char)key.at[at]) * 0x100000001b3u;
    h = (h ^ h >> 32) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

static size_t rounded(size_t bytes)
{
    return (bytes + 15) & ~(size_t)15;
}

static size_t table_bytes(const struct ted_store *s)
{
    return rounded((size_t)s->thing_cap * sizeof *s->things) +
           rounded(((size_t)s->mask + 1) * sizeof *s->slots);
}

cp_err cp_ted_store_open(struct ted_store *s, size_t bytes_max, uint32_t things_max)
{
    *s = (struct ted_store){.bytes_max = bytes_max,
                            .things_max = things_max,
                            .mask = FIRST_SLOTS - 1,
                            .thing_cap = FIRST_SLOTS - FIRST_SLOTS / 4,
                            .first_free = CP_NONE};
    s->arena = cp_arena_open(bytes_max);
    if (s->arena == NULL)
        return CP_ERR_NOMEM;
    s->things = CP_TAKE(s->arena, s->thing_cap, struct ted_thing);
    s->slots = CP_TAKE(s->arena, (size_t)s->mask + 1, uint32_t);
    return s->things == NULL || s->slots == NULL ? CP_ERR_NOMEM : CP_OK;
}

void cp_ted_store_close(struct ted_store *s)
{
    cp_arena_close(s->arena);
    *s = (struct ted_store){.first_free = CP_NONE};
}

/* --- slots -------------------------------------------------------------------------------------- */

static bool is_key(const struct ted_thing *t, cp_text key, uint32_t hash)
{
    return t->hash == hash && t->key_len == key.len && memcmp(t->key, key.at, key.len) == 0;
}

/* The slot of the key, or the empty one where it belongs. */
static uint32_t probe(const struct ted_store *s, cp_text key, uint32_t hash)
{
    uint32_t at = hash & s->mask;

    while (s->slots[at] != 0 && !is_key(&s->things[s->slots[at] - 1], key, hash))
        at = (at + 1) & s->mask;
    return at;
}

/* Empties a slot, and moves those after it that would not be found any more. */
static void empty_slot(struct ted_store *s, uint32_t at)
{
    uint32_t gap = at;

    for (uint32_t i = (at + 1) & s->mask; s->slots[i] != 0; i = (i + 1) & s->mask) {
        uint32_t home = s->things[s->slots[i] - 1].hash & s->mask;

        if (((i - home) & s->mask) < ((i - gap) & s->mask))
            continue;
        s->slots[gap] = s->slots[i];
        gap = i;
    }
    s->slots[gap] = 0;
}

static void fill_slots(struct ted_store *s)
{
    for (uint32_t i = 0; i < s->thing_count; i++) {
        uint32_t at = s->things[i].hash & s->mask;

        if (s->things[i].kind == 0)
            continue;
        while (s->slots[at] != 0)
            at = (at + 1) & s->mask;
        s->slots[at] = i + 1;
    }
}

/* --- room --------------------------------------------------------------------------------------- */

static cp_err move_thing(struct cp_arena *arena, struct ted_thing *t)
{
    uint8_t *key = CP_TAKE(arena, t->key_len, uint8_t);
    void *blob = t->blob == NULL ? NULL : cp_arena_take(arena, t->blob_len, 1);

    if (key == NULL || (t->blob != NULL && blob == NULL))
        return CP_ERR_NOMEM;
    memcpy(key, t->key, t->key_len);
    if (blob != NULL)
        memcpy(blob, t->blob, t->blob_len);
    t->key = key;
    t->blob = blob;
    t->blob_cap = t->blob_len;
    return CP_OK;
}

/* All that lives to a new arena, with room for so many things.  The store stands as it was where that fails. */
static cp_err move_all(struct ted_store *s, uint32_t cap)
{
    struct cp_arena *arena = cp_arena_open(s->bytes_max);
    struct ted_store next = *s;
    uint32_t slots = FIRST_SLOTS;
    cp_err err = CP_OK;

    if (arena == NULL)
        return CP_ERR_NOMEM;
    while (slots - slots / 4 < cap)
        slots *= 2;
    next.arena = arena;
    next.mask = slots - 1;
    next.thing_cap = cap;
    next.thing_count = 0;
    next.first_free = CP_NONE;
    next.things = CP_TAKE(arena, cap, struct ted_thing);
    next.slots = CP_TAKE(arena, slots, uint32_t);
    if (next.things == NULL || next.slots == NULL)
        err = CP_ERR_NOMEM;
    for (uint32_t i = 0; i < s->thing_count && err == CP_OK; i++) {
        if (s->things[i].kind == 0)
            continue;
        next.things[next.thing_count] = s->things[i];
        err = move_thing(arena, &next.things[next.thing_count++]);
    }
    if (err != CP_OK) {
        cp_arena_close(arena);
        return err;
    }
    fill_slots(&next);
    cp_arena_close(s->arena);
    *s = next;
    return CP_OK;
}

/* Room in the tables for one more thing. */
static cp_err make_room(struct ted_store *s)
{
    uint32_t cap = s->thing_cap;

    if (s->first_free != CP_NONE || s->thing_count < s->thing_cap)
        return CP_OK;
    if (s->live >= s->things_max)
        return CP_ERR_LIMIT;
    cap = cap > s->things_max / 2 ? s->things_max : cap * 2;
    return move_all(s, cap);
}

/* Where most of the arena is dead. */
static void tidy(struct ted_store *s)
{
    size_t alive = s->bytes_live + table_bytes(s);
    cp_err err;

    if (cp_arena_used(s->arena) < 2 * alive + SLACK_BYTES)
        return;
    err = move_all(s, s->thing_cap);
    (void)err; /* without memory for it the store stays as it is */
}

/* --- statements --------------------------------------------------------------------------------- */

static cp_err set_blob(struct ted_store *s, struct ted_thing *t, cp_text blob)
{
    if (blob.len > t->blob_cap || t->blob == NULL) {
        void *at = cp_arena_take(s->arena, blob.len, 1);

        if (at == NULL)
            return CP_ERR_NOMEM;
        s->bytes_live -= rounded(t->blob_cap);
        t->blob = at;
        t->blob_cap = (uint32_t)blob.len;
        s->bytes_live += rounded(blob.len);
    }
    memcpy(t->blob, blob.at, blob.len);
    t->blob_len = (uint32_t)blob.len;
    return CP_OK;
}

static cp_err replace(struct ted_store *s, struct ted_thing *t, ted_kind kind, cp_text blob,
                      ted_put *did)
{
    uint32_t len = t->blob == NULL ? 0 : t->blob_len;

    if (t->kind == kind && len == blob.len &&
        (len == 0 || memcmp(t->blob, blob.at, blob.len) == 0)) {
        *did = TED_SAME;
        return CP_OK;
    }
    if (blob.len > 0)
        CP_TRY(set_blob(s, t, blob));
    else {
        s->bytes_live -= rounded(t->blob_cap);
        t->blob = NULL;
        t->blob_len = t->blob_cap = 0;
    }
    s->of_kind[t->kind]--;
    s->of_kind[kind]++;
    t->kind = kind;
    *did = TED_CHANGED;
    return CP_OK;
}

static cp_err add(struct ted_store *s, cp_text key, ted_kind kind, cp_text blob,
                  struct ted_thing *made)
{
    uint8_t *at = CP_TAKE(s->arena, key.len, uint8_t);

    if (at == NULL)
        return CP_ERR_NOMEM;
    memcpy(at, key.at, key.len);
    *made = (struct ted_thing){.key = at, .key_len = (uint32_t)key.len, .kind = kind};
    if (blob.len > 0)
        CP_TRY(set_blob(s, made, blob));
    s->bytes_live += rounded(key.len);
    return CP_OK;
}

cp_err cp_ted_store_put(struct ted_store *s, cp_text key, ted_kind kind, cp_text blob,
                        uint32_t generation, ted_put *did)
{
    uint32_t hash = hash_of(key);
    struct ted_thing made;
    uint32_t at, slot;

    CP_ASSERT(key.len > 0 && kind >= TED_NODE && kind <= TED_NOT_USED);
    if (key.len > CP_TED_KEY_BYTES_MAX || blob.len > UINT32_MAX)
        return CP_ERR_LIMIT;
    slot = probe(s, key, hash);
    if (s->slots[slot] != 0) {
        struct ted_thing *t = &s->things[s->slots[slot] - 1];

        CP_TRY(replace(s, t, kind, blob, did));
        t->generation = generation;
        tidy(s);
        return CP_OK;
    }
    CP_TRY(make_room(s));
    CP_TRY(add(s, key, kind, blob, &made));
    made.hash = hash;
    made.generation = generation;
    at = s->first_free != CP_NONE ? s->first_free : s->thing_count++;
    if (at == s->first_free)
        s->first_free = s->things[at].hash;
    s->things[at] = made;
    s->slots[probe(s, key, hash)] = at + 1;
    s->live++;
    s->of_kind[kind]++;
    *did = TED_CAME;
    return CP_OK;
}

static void drop_at(struct ted_store *s, uint32_t slot)
{
    uint32_t at = s->slots[slot] - 1;
    struct ted_thing *t = &s->things[at];

    empty_slot(s, slot);
    s->bytes_live -= rounded(t->key_len) + rounded(t->blob_cap);
    s->of_kind[t->kind]--;
    s->live--;
    *t = (struct ted_thing){.hash = s->first_free};
    s->first_free = at;
}

const struct ted_thing *cp_ted_store_find(const struct ted_store *s, cp_text key)
{
    uint32_t slot = probe(s, key, hash_of(key));

    return s->slots[slot] == 0 ? NULL : &s->things[s->slots[slot] - 1];
}

bool cp_ted_store_drop(struct ted_store *s, cp_text key)
{
    uint32_t slot = probe(s, key, hash_of(key));

    if (s->slots[slot] == 0)
        return false;
    drop_at(s, slot);
    tidy(s);
    return true;
}

bool cp_ted_store_sweep(struct ted_store *s, uint32_t generation)
{
    bool any = false;

    for (uint32_t i = 0; i < s->thing_count; i++) {
        const struct ted_thing *t = &s->things[i];

        if (t->kind == 0 || t->generation == generation)
            continue;
        drop_at(s, probe(s, (cp_text){t->key, t->key_len}, t->hash));
        any = true;
    }
    tidy(s);
    return any;
}
