#pragma once

#include "model/case.h"

/**
 * What lies near a place: by hops, or by distance.  Plain arrays in and out; who is at the place
 * and who is looked through is the caller's to say.
 */

/** Nodes and links as bytes: 1 for those meant. */
struct cp_near_marks {
    uint8_t *nodes; /* [node_count] */
    uint8_t *links; /* [link_count] */
};
/** No mark yet.  Given in the arena.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_near_marks_give(const struct cp_case *net, struct cp_arena *arena,
                                      struct cp_near_marks *out);

/** Whether a layer is one of these; bits 1 << cp_layer. */
static inline bool cp_near_is_of(uint32_t layers, cp_layer layer)
{
    return (layers >> layer & 1) != 0;
}

/** A place, and how to walk from it. */
struct cp_near_walk {
    const uint8_t *from;        /* [node_count] 1: at the place */
    const uint8_t *node_passed; /* [node_count] 1: passed without counting, and not marked itself */
    const uint8_t
        *link_passed; /* [link_count] 1: the same; its far end counts as one hop like any */
    uint32_t layers;  /* of the links walked along; bits 1 << cp_layer */
    uint32_t hops;
};

/**
 * Walks from the nodes at a place along links of the layers, also over what carries them where a
 * circuit is looked through, and marks what is at most `hops` away.
 *
 * A node counts as one hop when it is reached; nodes at the place are not marked.  A link is marked
 * where it joins a node less than `hops` away (or at the place) to another, unless it is passed.
 *
 * Who looks through a circuit sees what carries it: the ends of its supporting links, of all
 * alternatives and of theirs in turn down to the lowest layer, are reached with its far end, at
 * the same cost, and the walk goes on from them; those supporting links are marked like the
 * circuit would be.  Only links of the layers count; another still shows what lies below it.
 *
 * The marks are given in the arena.  Cost: O(nodes + ends of links + supports).  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_near_hops(const struct cp_case *net, const struct cp_near_walk *walk,
                                struct cp_arena *arena, struct cp_near_marks *out);

/** Micro-degrees, CP_COORD_NONE where not known. */
struct cp_spot {
    int32_t lat_udeg, lon_udeg;
};

/** Where a node is: its own coordinates, else its site's.  Both numbers are known, or neither. */
struct cp_spot cp_near_spot(const struct cp_case *net, uint32_t node);

/**
 * Distance on the great circle of a sphere of 6,371,008.8 m, in millimetres, exact to better than
 * 1 m up to 20,000 km; integers only.  Both spots are known.
 */
uint64_t cp_near_distance_mm(struct cp_spot a, struct cp_spot b);

#define CP_NEAR_HALF_ROUND_MM 20015114442u /* from pole to pole */

/** A point of a sphere of radius 2^30: x, y, z. */
struct cp_near_point {
    int32_t at[3];
};
struct cp_near_point cp_near_point(struct cp_spot spot);
struct cp_near_point cp_near_opposite(struct cp_near_point point);
/** The square of the longest straight line on that sphere whose ends are no farther apart than an arc
 * of at most a quarter of the earth's round, as cp_near_distance_mm has it. */
uint64_t cp_near_squared_line(uint64_t arc_mm);

/** A place, and the radius around it. */
struct cp_near_circle {
    const uint8_t *from; /* [node_count] 1: at the place */
    uint32_t layers;     /* of what is marked; bits 1 << cp_layer */
    uint32_t within_m;
};

/**
 * Marks nodes and links of the layers that are, or have an end, at most within_m from a node at
 * the place; the nodes at the place too.  In `unknown` it marks what may be near and is not in
 * *out: nodes whose spot nobody knows and links that end at one; and, where a node at the place
 * is itself one of these, all that is not near another.
 *
 * Both marks are given in the arena.
 * Cost: O(nodes (log nodes)^2 + pairs of boxes that the radius cuts).  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_near_radius(const struct cp_case *net, const struct cp_near_circle *circle,
                                  struct cp_arena *arena, struct cp_near_marks *out,
                                  struct cp_near_marks *unknown);
