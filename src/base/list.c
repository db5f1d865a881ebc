#include "base/list.h"

void *cp_list_more(struct cp_list *list, struct cp_arena *arena, size_t size)
{
    if (cp_arena_grow(arena, &list->at, list->count, &list->cap, size) != CP_OK)
        return NULL;
    return (char *)list->at + size * list->count++;
}
