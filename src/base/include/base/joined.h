#pragma once

#include "base/arena.h"

/** Sets of things by number, each alone at first, that are joined two by two (union-find). */
struct cp_joined {
    uint32_t *parent; /* [count] */
    uint32_t count;
};

/** Errors: NOMEM. */
CP_MUST_USE cp_err cp_joined_make(struct cp_arena *arena, uint32_t count, struct cp_joined *out);
void cp_joined_join(struct cp_joined *joined, uint32_t a, uint32_t b);
/** The least of the thing's set.  Cost: next to nothing on average. */
uint32_t cp_joined_root(struct cp_joined *joined, uint32_t a);
