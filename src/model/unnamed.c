#include "unnamed.h"

/* Open addressing with linear probing, less than half full. */

/* FNV-1a of 64 bits (draft-eastlake-fnv), spread by an odd number. */
static uint32_t hash_of(cp_text id)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < id.len; i++)
        hash = (hash ^ (unsigned char)id.at[i]) * 0x100000001b3u;
    return (uint32_t)((hash ^ hash >> 32) * 0x9e3779b97f4a7c15u >> 32);
}

/* The slot of the link with this id, or the empty one where it belongs. */
static uint32_t *probe(const struct cp_unnamed *u, cp_text id)
{
    uint32_t at = hash_of(id) & u->mask;

    while (u->slots[at] != 0 && !cp_text_eq(u->links[u->slots[at] - 1].id, id))
        at = (at + 1) & u->mask;
    return &u->slots[at];
}

cp_err cp_unnamed_open(const struct cp_link_rec *links, uint32_t count, struct cp_arena *arena,
                       struct cp_unnamed **out)
{
    struct cp_unnamed *u = CP_TAKE(arena, 1, struct cp_unnamed);
    size_t slots = 1;

    if (u == NULL)
        return CP_ERR_NOMEM;
    while (slots <= 2 * (size_t)count)
        slots *= 2;
    *u = (struct cp_unnamed){
        .links = links, .slots = CP_TAKE(arena, slots, uint32_t), .mask = (uint32_t)(slots - 1)};
    *out = u;
    return u->slots == NULL ? CP_ERR_NOMEM : CP_OK;
}

bool cp_unnamed_add(struct cp_unnamed *u, uint32_t link)
{
    uint32_t *slot = probe(u, u->links[link].id);

    if (*slot != 0)
        return false;
    *slot = link + 1;
    return true;
}

uint32_t cp_unnamed_find(const struct cp_map *given, const struct cp_unnamed *unnamed, cp_text id)
{
    uint32_t link = cp_map_find(given, id);

    if (link != CP_MAP_NONE || unnamed == NULL)
        return link;
    return *probe(unnamed, id) - 1; /* none: 0 - 1 is CP_NONE */
}
