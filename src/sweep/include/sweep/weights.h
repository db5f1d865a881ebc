#pragma once

#include "sweep/hierarchy.h"

/**
 * A hierarchy's arcs under given metrics, marks and failures: for both directions of each arc the
 * least weight (cost times hierarchy->scale) of a way through places below it, and the OR of the
 * marks of all that such ways of least weight meet between the arc's ends.
 *
 * (weight, marks) with (sum, OR) along a way and (least, OR where equal) over ways is an idempotent
 * semiring, so the marks are exact over all equal-cost ways.
 *
 * The ways of a node that is closed are passed by no packet: none leaves it, though it may be a destination.
 */
#define CP_WEIGHT_NONE (UINT64_C(1) << 62) /* no way; larger sums count as this */

struct cp_marks {         /* bits that the caller gives: "an element that a rule forbids" is one */
    const uint32_t *node; /* [nodes] */
    const uint32_t *link; /* [links] */
};

struct cp_weight {
    uint64_t weight; /* CP_WEIGHT_NONE: none, and marks 0 */
    uint32_t marks;
};

/** An arc as it was before some change. */
struct cp_arc_before {
    uint32_t arc;
    uint32_t up_marks, down_marks;
    uint64_t up, down;
};

struct cp_weights {
    const struct cp_hierarchy *hierarchy; /* borrowed */
    const struct cp_triangles *triangles; /* borrowed; NULL where nothing ever changes */
    uint64_t *up, *down;                  /* [arcs] from `from` to `to`, and back */
    uint32_t *up_marks, *down_marks;      /* [arcs] */
    uint32_t *place_marks;                /* [places] of the node, or of the LAN's link */
    const uint32_t *link_marks;           /* [links] borrowed */
    const uint8_t *closed;                /* [nodes] borrowed; NULL: none */
    uint32_t *end_metric;                 /* [ends] at first the graph's */
    uint8_t *link_failed;                 /* [links] how many reasons it has to be out */
    uint8_t *node_failed;                 /* [nodes] */
    struct cp_weights_log *log;
};

/**
 * All weights, with nothing failed, in one pass from the bottom.  O(triangles).  triangles may be
 * NULL; with them it is a little faster.  The marks are borrowed.  NOMEM (out is then as it was).
 */
CP_MUST_USE cp_err cp_weights_make(const struct cp_hierarchy *h,
                                   const struct cp_triangles *triangles, struct cp_marks marks,
                                   const uint8_t *closed, struct cp_arena *arena,
                                   struct cp_weights *out);

/**
 * A copy that may be changed on its own, with an empty log of its own; shares what is borrowed.
 * NOMEM (out is then as it was).
 */
CP_MUST_USE cp_err cp_weights_copy(const struct cp_weights *from,
                                   const struct cp_triangles *triangles, struct cp_arena *arena,
                                   struct cp_weights *out);

/**
 * Changes, each worked out at the cost of the arcs that it concerns.  The log holds the arcs changed
 * since it was last forgotten, each as it was before each change; it grows in the arena that the
 * weights were made in.  Only with triangles.
 * Errors: NOMEM, LIMIT (2^32 - 1 arcs or changes in the log); all is then as it was before the call.
 *
 * cp_weights_fail: one reason more for an element (graph.h) to be out; an SRLG is one for each of
 * its links.  At most 255 reasons at a time for one link or node.
 */
CP_MUST_USE cp_err cp_weights_fail(struct cp_weights *w, uint32_t element);
/** The metric of an end (index into graph->end_node), >= 1. */
CP_MUST_USE cp_err cp_weights_set_metric(struct cp_weights *w, uint32_t end, uint32_t metric);
/** Takes back one failure of an element that has failed (a live link comes up). */
CP_MUST_USE cp_err cp_weights_restore(struct cp_weights *w, uint32_t element);

/** Where the log stands; going back to it undoes all changes since, newest first. */
typedef struct {
    uint32_t arcs, changes;
} cp_weights_mark;
cp_weights_mark cp_weights_mark_get(const struct cp_weights *w);
void cp_weights_undo(struct cp_weights *w, cp_weights_mark mark);
/** The changes stay; they can no longer be undone. */
void cp_weights_forget(struct cp_weights *w);
/** Arcs logged since the mark (an arc may come up more than once); good until the next change. */
uint32_t cp_weights_changed(const struct cp_weights *w, cp_weights_mark mark,
                            const struct cp_arc_before **arcs);
