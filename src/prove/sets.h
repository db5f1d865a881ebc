#pragma once

#include "base/arena.h"
#include "graph/graph.h"

/**
 * Sets of failures as a trie: a set's elements (graph.h) ascend along its line, its parent is the set
 * without its largest element.  Set 0 is the empty one.  With each set go the nodes whose costs under
 * it somebody relies on; a set on the line to another may have none.
 */
#define CP_SETS_NONE UINT32_MAX
#define CP_SETS_DEPTH_MAX 9u

struct need {
    uint32_t node, next; /* next: index into needs, or CP_SETS_NONE */
    uint64_t cost;       /* CP_UNREACHABLE: no way */
};

struct set {
    uint32_t parent, element, depth;
    uint32_t needs; /* the last entered, or CP_SETS_NONE */
};

struct sets {
    struct cp_arena *arena;
    struct set *at;
    uint32_t count, cap;
    uint32_t *slots; /* [slot_count] hash of (parent, element) */
    uint32_t slot_count;
    struct need *needs;
    uint32_t need_count, need_cap;
};

/** Holds the empty set.  NOMEM. */
CP_MUST_USE cp_err cp_sets_open(struct cp_arena *arena, struct sets *out);
/** The set with an element more, which it does not hold; made if it is not there.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_sets_plus(struct sets *s, uint32_t set, uint32_t element, uint32_t *out);
/** The set of elements in any order.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_sets_of(struct sets *s, const uint32_t *elements, uint32_t count,
                              uint32_t *out);
/** The same if it is there, else CP_SETS_NONE; elements ascend. */
uint32_t cp_sets_find(const struct sets *s, const uint32_t *elements, uint32_t count);
bool cp_sets_holds(const struct sets *s, uint32_t set, uint32_t element);
/** Elements of a set, ascending; returns how many. */
uint32_t cp_sets_elements(const struct sets *s, uint32_t set, uint32_t out[CP_SETS_DEPTH_MAX]);
/** Somebody relies on a node's cost under the set.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_sets_need(struct sets *s, uint32_t set, uint32_t node, uint64_t cost);
/** All sets by size, then elements: out [count].  NOMEM. */
CP_MUST_USE cp_err cp_sets_order(const struct sets *s, struct cp_arena *arena, uint32_t **out);
