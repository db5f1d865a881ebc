#pragma once

#include "base/arena.h"

/**
 * Sets of numbers, many of them, each one more than another: equal sets are one number, so that they
 * compare at once.
 */
typedef uint32_t element_set;
#define CP_ELEMENT_SET_EMPTY ((element_set)0)

struct cp_element_sets;

/** Sets of numbers below `limit`.  arena: grows there.  NOMEM. */
CP_MUST_USE cp_err cp_element_sets_open(struct cp_arena *arena, uint32_t limit,
                                        struct cp_element_sets **out);

/** *out is the set with the element.  NOMEM, LIMIT (2^32 - 1 pieces).  Cost: O(log limit). */
CP_MUST_USE cp_err cp_element_sets_add(struct cp_element_sets *sets, element_set set,
                                       uint32_t element, element_set *out);
bool cp_element_sets_has(const struct cp_element_sets *sets, element_set set, uint32_t element);

/**
 * Order of two sets of one size, written ascending, element by element: below 0: the first comes first; 0:
 * they are equal.  So it is the one that holds the least element of those that only one holds.
 */
int cp_element_sets_compare(const struct cp_element_sets *sets, element_set one, element_set other);
