#include "base/joined.h"

/* Chains are halved whenever one is gone along, so they stay short (Tarjan, van Leeuwen 1984). */

cp_err cp_joined_make(struct cp_arena *arena, uint32_t count, struct cp_joined *out)
{
    *out = (struct cp_joined){.parent = CP_TAKE(arena, count, uint32_t), .count = count};
    if (out->parent == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        out->parent[i] = i;
    return CP_OK;
}

uint32_t cp_joined_root(struct cp_joined *joined, uint32_t a)
{
    while (joined->parent[a] != a) {
        joined->parent[a] = joined->parent[joined->parent[a]];
        a = joined->parent[a];
    }
    return a;
}

void cp_joined_join(struct cp_joined *joined, uint32_t a, uint32_t b)
{
    a = cp_joined_root(joined, a);
    b = cp_joined_root(joined, b);
    if (a < b)
        joined->parent[b] = a;
    else
        joined->parent[a] = b;
}
