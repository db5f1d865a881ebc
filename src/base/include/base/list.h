#pragma once

#include "base/arena.h"

/** Things of one size behind each other, which grow in an arena. */
struct cp_list {
    void *at;
    uint32_t count, cap;
};
#define CP_AT(list, type) ((type *)(list).at)

/** Room for one more at the end, which may move them all; NULL: memory ended. */
void *cp_list_more(struct cp_list *list, struct cp_arena *arena, size_t size);
