#include "base/map.h"

/*
 * Open addressing with linear probing, at most three quarters full, doubling.  A slot keeps its
 * key's hash: a large map is bound by cache misses, and so neither growing nor a near miss reads
 * keys.  The old slots stay in the arena: as much again at most.
 */

struct slot {
    const char *at;
    uint32_t len, hash;
    uint32_t value; /* plus 1; 0: an empty slot */
};

struct cp_map {
    struct cp_arena *arena;
    struct slot *slots;
    uint32_t count, mask; /* slots are mask + 1, a power of two */
};

enum { FIRST_SLOTS = 16 };

/* FNV-1a of 64 bits (draft-eastlake-fnv).  The low bits of its product depend on the low bits of
 * the bytes alone and slots are chosen by them, so the halves are folded together, spread by an odd
 * number and folded again. */
static uint32_t hash_of(cp_text key)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t at = 0; at < key.len; at++)
        h = (h ^ (unsigned char)key.at[at]) * 0x100000001b3u;
    h = (h ^ (h >> 32)) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

/* The slot that holds the key, or the empty one where it belongs. */
static struct slot *probe(const struct cp_map *map, cp_text key, uint32_t hash)
{
    uint32_t i = hash & map->mask;

    for (; map->slots[i].value != 0; i = (i + 1) & map->mask) {
        const struct slot *slot = &map->slots[i];

        if (slot->hash == hash && cp_text_eq((cp_text){slot->at, slot->len}, key))
            break;
    }
    return &map->slots[i];
}

cp_err cp_map_open(struct cp_arena *arena, struct cp_map **out)
{
    struct cp_map *map = CP_TAKE(arena, 1, struct cp_map);

    if (map == NULL)
        return CP_ERR_NOMEM;
    *map = (struct cp_map){
        .arena = arena, .slots = CP_TAKE(arena, FIRST_SLOTS, struct slot), .mask = FIRST_SLOTS - 1};
    if (map->slots == NULL)
        return CP_ERR_NOMEM;
    *out = map;
    return CP_OK;
}

/* Keys that fit: three quarters of the slots. */
static uint32_t room(uint32_t mask)
{
    return mask - mask / 4;
}

cp_err cp_map_reserve(struct cp_map *map, uint32_t keys)
{
    uint32_t mask = map->mask;
    struct slot *slots;

    while (room(mask) < keys) {
        if (mask > UINT32_MAX / 2)
            return CP_ERR_NOMEM;
        mask = mask * 2 + 1;
    }
    if (mask == map->mask)
        return CP_OK;
    slots = CP_TAKE(map->arena, (size_t)mask + 1, struct slot);
    if (slots == NULL)
        return CP_ERR_NOMEM;
    for (size_t i = 0; i <= map->mask; i++) {
        uint32_t to = map->slots[i].hash & mask;

        if (map->slots[i].value == 0)
            continue;
        while (slots[to].value != 0)
            to = (to + 1) & mask;
        slots[to] = map->slots[i];
    }
    map->slots = slots;
    map->mask = mask;
    return CP_OK;
}

cp_err cp_map_add(struct cp_map *map, cp_text key, uint32_t value)
{
    uint32_t hash = hash_of(key);
    struct slot *slot = probe(map, key, hash);

    CP_ASSERT(value != CP_MAP_NONE);
    if (slot->value != 0)
        return CP_ERR_DUPLICATE;
    if (key.len > UINT32_MAX)
        return CP_ERR_NOMEM;
    if (map->count >= room(map->mask)) {
        CP_TRY(cp_map_reserve(map, map->count + 1));
        slot = probe(map, key, hash);
    }
    *slot = (struct slot){.at = key.at, .len = (uint32_t)key.len, .hash = hash, .value = value + 1};
    map->count++;
    return CP_OK;
}

uint32_t cp_map_find(const struct cp_map *map, cp_text key)
{
    return probe(map, key, hash_of(key))->value - 1; /* none: 0 - 1 is CP_MAP_NONE */
}
