#pragma once

#include "sweep/weights.h"

/**
 * Costs and marks to one destination, worked out for the nodes that are asked about and for no
 * others: a node asked needs those of its ancestors in the hierarchy, each at the cost of its arcs.
 * In a graph with a core the destination's search of the core comes first.
 *
 * Any metrics: sums are 64 bits wide.
 */
struct cp_labels;

/** Scratch for one thread.  marks: whether cp_labels_seen will be asked.  NOMEM, LIMIT (a core of 2^31 arcs). */
typedef enum { CP_COSTS_ONLY, CP_COSTS_AND_MARKS } cp_label_kind;
CP_MUST_USE cp_err cp_labels_open(const struct cp_hierarchy *h, cp_label_kind kind,
                                  struct cp_arena *arena, struct cp_labels **out);

/**
 * From now on answers are about this destination (a node that has not failed) under these weights,
 * borrowed: they stay as they are until the next call, which reads them anew.
 * O(ancestors and their arcs); and the core's search, whose time is mostly O(core and its arcs).
 */
void cp_labels_to(struct cp_labels *labels, const struct cp_weights *weights, uint32_t destination);

/** Cost from the node to the destination; CP_UNREACHABLE where there is no way. */
uint64_t cp_labels_cost(struct cp_labels *labels, uint32_t node);
/** Marks of the node's closure, itself, the links and the destination included; 0: no way. */
uint32_t cp_labels_seen(struct cp_labels *labels, uint32_t node);
/** Both at once. */
uint64_t cp_labels_cost_and_seen(struct cp_labels *labels, uint32_t node, uint32_t *seen);

/**
 * The cost of the best way that goes up as `above` says and then on to the destination: above
 * [places] are weights of ways from some nodes up to each place, through places below it.
 * CP_UNREACHABLE if there is none; *place: where it turns down.  O(ancestors and core).
 */
uint64_t cp_labels_meet(const struct cp_labels *labels, const uint64_t *above, uint32_t *place);

/** Costs of all nodes: cost [nodes]. */
void cp_labels_all_costs(struct cp_labels *labels, uint64_t *cost);
