#pragma once

#include "sweep/hierarchy.h"
#include "sweep/labels.h"
#include "sweep/rows.h"
#include "sweep/weights.h"

#include "network.h"

/** The engine, ready for a network. */
struct ours {
    const struct network *network;
    struct cp_arena *arena, *work;
    struct cp_hierarchy hierarchy;
    struct cp_triangles triangles; /* where weights change */
    struct cp_weights weights;
};

typedef enum { WEIGHTS_FIXED, WEIGHTS_THAT_CHANGE } ours_kind;

/** closed: cp_weights_make's. */
struct ours *ours_make(const struct network *network, const uint8_t *closed, ours_kind kind);
void ours_free(struct ours *ours);

/** Nodes in near order [nodes]; the caller frees them. */
uint32_t *ours_near_order(struct ours *ours);
/** Rows, loaded. */
struct cp_rows ours_rows(struct ours *ours, cp_isa isa, cp_rows_kind kind);

/** A cost as a 32-bit number; UINT32_MAX: no way. */
static inline uint32_t ours_lane(const struct cp_rows *rows, uint32_t node, uint32_t lane)
{
    size_t at = (size_t)rows->hierarchy->place_of_node[node] * rows->lanes + lane;

    return rows->cost[at] == CP_ROWS_NONE ? UINT32_MAX : (uint32_t)rows->cost[at];
}

/** The links of one cheapest path from src to the destination of the labels: links [nodes], *count. */
void ours_path(const struct ours *ours, struct cp_labels *labels, uint32_t src, uint32_t dst,
               uint32_t *links, uint32_t *count);
