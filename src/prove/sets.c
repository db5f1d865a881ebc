#include "sets.h"

#include <stdlib.h>
#include <string.h>

/* Sets are found by (parent, element) in a table of open addresses, at most half full. */

#define FIRST_SLOTS 64u

cp_err cp_sets_open(struct cp_arena *arena, struct sets *out)
{
    *out = (struct sets){.arena = arena, .slot_count = FIRST_SLOTS, .cap = FIRST_SLOTS / 2};
    out->slots = CP_TAKE(arena, FIRST_SLOTS, uint32_t);
    out->at = CP_TAKE(arena, out->cap, struct set);
    if (out->slots == NULL || out->at == NULL)
        return CP_ERR_NOMEM;
    memset(out->slots, 0xff, FIRST_SLOTS * sizeof *out->slots);
    out->at[out->count++] =
        (struct set){.parent = CP_SETS_NONE, .element = CP_SETS_NONE, .needs = CP_SETS_NONE};
    return CP_OK;
}

static uint32_t slot_of(const struct sets *s, uint32_t parent, uint32_t element)
{
    uint64_t mixed = ((uint64_t)parent << 32 | element) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t at = (uint32_t)(mixed >> 32) & (s->slot_count - 1);

    while (s->slots[at] != CP_SETS_NONE &&
           (s->at[s->slots[at]].parent != parent || s->at[s->slots[at]].element != element))
        at = (at + 1) & (s->slot_count - 1);
    return at;
}

static cp_err grow(struct sets *s)
{
    void *at = s->at;

    if (s->slot_count > UINT32_MAX / 4)
        return CP_ERR_LIMIT;
    CP_TRY(cp_arena_grow(s->arena, &at, s->count, &s->cap, sizeof *s->at));
    s->at = at;
    if (s->count < s->slot_count / 2)
        return CP_OK;
    s->slot_count *= 2;
    s->slots = CP_TAKE(s->arena, s->slot_count, uint32_t);
    if (s->slots == NULL)
        return CP_ERR_NOMEM;
    memset(s->slots, 0xff, s->slot_count * sizeof *s->slots);
    for (uint32_t i = 1; i < s->count; i++)
        s->slots[slot_of(s, s->at[i].parent, s->at[i].element)] = i;
    return CP_OK;
}

static cp_err child(struct sets *s, uint32_t parent, uint32_t element, uint32_t *out)
{
    uint32_t slot = slot_of(s, parent, element);

    if (s->slots[slot] == CP_SETS_NONE) {
        if (s->count == s->cap || s->count >= s->slot_count / 2) {
            CP_TRY(grow(s));
            slot = slot_of(s, parent, element);
        }
        s->slots[slot] = s->count;
        s->at[s->count++] = (struct set){.parent = parent,
                                         .element = element,
                                         .depth = s->at[parent].depth + 1,
                                         .needs = CP_SETS_NONE};
    }
    *out = s->slots[slot];
    return CP_OK;
}

cp_err cp_sets_plus(struct sets *s, uint32_t set, uint32_t element, uint32_t *out)
{
    uint32_t larger[CP_SETS_DEPTH_MAX];
    uint32_t count = 0;

    CP_ASSERT(s->at[set].depth < CP_SETS_DEPTH_MAX);
    while (set != 0 && s->at[set].element > element) {
        larger[count++] = s->at[set].element;
        set = s->at[set].parent;
    }
    CP_ASSERT(set == 0 || s->at[set].element != element);
    CP_TRY(child(s, set, element, &set));
    while (count > 0)
        CP_TRY(child(s, set, larger[--count], &set));
    *out = set;
    return CP_OK;
}

cp_err cp_sets_of(struct sets *s, const uint32_t *elements, uint32_t count, uint32_t *out)
{
    *out = 0;
    for (uint32_t i = 0; i < count; i++)
        if (!cp_sets_holds(s, *out, elements[i]))
            CP_TRY(cp_sets_plus(s, *out, elements[i], out));
    return CP_OK;
}

bool cp_sets_holds(const struct sets *s, uint32_t set, uint32_t element)
{
    while (set != 0 && s->at[set].element > element)
        set = s->at[set].parent;
    return set != 0 && s->at[set].element == element;
}

uint32_t cp_sets_elements(const struct sets *s, uint32_t set, uint32_t out[CP_SETS_DEPTH_MAX])
{
    uint32_t depth = s->at[set].depth;

    for (uint32_t i = depth; i-- > 0; set = s->at[set].parent)
        out[i] = s->at[set].element;
    return depth;
}

cp_err cp_sets_need(struct sets *s, uint32_t set, uint32_t node, uint64_t cost)
{
    if (s->need_count == s->need_cap) {
        void *at = s->needs;

        CP_TRY(cp_arena_grow(s->arena, &at, s->need_count, &s->need_cap, sizeof *s->needs));
        s->needs = at;
    }
    s->needs[s->need_count] = (struct need){node, s->at[set].needs, cost};
    s->at[set].needs = s->need_count++;
    return CP_OK;
}

uint32_t cp_sets_find(const struct sets *s, const uint32_t *elements, uint32_t count)
{
    uint32_t set = 0;

    for (uint32_t i = 0; i < count && set != CP_SETS_NONE; i++)
        set = s->slots[slot_of(s, set, elements[i])];
    return set;
}

struct keyed {
    uint32_t depth, set;
    uint32_t elements[CP_SETS_DEPTH_MAX];
};

static int compare(const void *a, const void *b)
{
    const struct keyed *x = a;
    const struct keyed *y = b;

    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    for (uint32_t i = 0; i < x->depth; i++)
        if (x->elements[i] != y->elements[i])
            return x->elements[i] < y->elements[i] ? -1 : 1;
    return 0;
}

cp_err cp_sets_order(const struct sets *s, struct cp_arena *arena, uint32_t **out)
{
    cp_arena_mark mark;
    uint32_t *order = CP_TAKE(arena, s->count, uint32_t);
    struct keyed *keyed;

    mark = cp_arena_mark_get(arena);
    keyed = CP_TAKE(arena, s->count, struct keyed);
    if (order == NULL || keyed == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < s->count; i++) {
        keyed[i].set = i;
        keyed[i].depth = cp_sets_elements(s, i, keyed[i].elements);
    }
    qsort(keyed, s->count, sizeof *keyed, compare);
    for (uint32_t i = 0; i < s->count; i++)
        order[i] = keyed[i].set;
    cp_arena_reset(arena, mark);
    *out = order;
    return CP_OK;
}
