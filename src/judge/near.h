#pragma once

#include "model/case.h"

/**
 * What lies near a place: by hops, or by distance.  Plain arrays in and out; who is at the place and
 * who is looked through is the caller's to say.
 */

/** Nodes and links as bytes: 1 for those meant. */
struct cp_near_marks {
    uint8_t *nodes; /* [node_count] */
    uint8_t *links; /* [link_count] */
};

/**
 * Walks from the nodes at a place along links of the layers (bits 1 << cp_layer), also over what carries
 * them where a circuit is looked through, and marks what is at most `hops` away.
 *
 * from          [node_count] 1: at the place
 * node_passed   [node_count] 1: passed without counting, and not marked itself
 * link_passed   [link_count] 1: the same of a link; its far end counts as one hop like any
 *
 * A node counts as one hop when it is reached; nodes at the place are not marked.  A link is marked
 * where it joins a node less than `hops` away (or at the place) to another, unless it is passed.
 * Cost: O(nodes + ends of links).  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_near_hops(const struct cp_case *net, const uint8_t *from,
                                const uint8_t *node_passed, const uint8_t *link_passed,
                                uint32_t layers, uint32_t hops, struct cp_arena *arena,
                                struct cp_near_marks *out);

/** Micro-degrees, CP_COORD_NONE where not known. */
struct cp_spot {
    int32_t lat_udeg, lon_udeg;
};

/** Where a node is: its own coordinates, else those of its site. */
struct cp_spot cp_near_spot(const struct cp_case *net, uint32_t node);

/**
 * Distance on the great circle of a sphere of 6,371,008.8 m, in millimetres, exact to better than
 * 1 m up to 20,000 km; integers only.  Both spots are known.
 */
uint64_t cp_near_distance_mm(struct cp_spot a, struct cp_spot b);

/**
 * Marks nodes and links of the layers that are, or have an end, at most within_m from a node at the
 * place; the nodes at the place too.  *unplaced: nodes of the layers whose spot nobody knows; they
 * are marked in `unknown`.  Cost: O(nodes log nodes + pairs that are near in latitude).  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_near_radius(const struct cp_case *net, const uint8_t *from, uint32_t layers,
                                  uint32_t within_m, struct cp_arena *arena,
                                  struct cp_near_marks *out, struct cp_near_marks *unknown);
