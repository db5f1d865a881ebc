#pragma once

#include "sweep/weights.h"

/* What weights.c, which works all arcs out, and weights_change.c, which goes on from some, share. */

/** What an arc weighs in both directions. */
struct pair {
    uint64_t up, down;
    uint32_t up_marks, down_marks;
};

/* Least and OR.  Whether a way is better than the last is as good as random, hence no branches. */
static inline void join(uint64_t *weight, uint32_t *marks, uint64_t way, uint32_t way_marks)
{
    uint32_t less = way < *weight ? UINT32_MAX : 0;
    uint32_t same = ((way == *weight) & (way < CP_WEIGHT_NONE)) ? UINT32_MAX : 0;

    *marks = (*marks & ~less) | (way_marks & (less | same));
    *weight = way < *weight ? way : *weight;
}

static inline void join_pair(struct pair *pair, struct pair other)
{
    join(&pair->up, &pair->up_marks, other.up, other.up_marks);
    join(&pair->down, &pair->down_marks, other.down, other.down_marks);
}

/* The ways that two arcs of one place make, in both directions: to_from leads to the `from`. */
static inline void join_triangle(const struct cp_weights *w, struct pair *pair, uint32_t to_from,
                                 uint32_t to_to, uint32_t middle_marks)
{
    join(&pair->up, &pair->up_marks, w->down[to_from] + w->up[to_to],
         w->down_marks[to_from] | w->up_marks[to_to] | middle_marks);
    join(&pair->down, &pair->down_marks, w->down[to_to] + w->up[to_from],
         w->down_marks[to_to] | w->up_marks[to_from] | middle_marks);
}

/* All ways through places below an arc.  Its legs are done. */
static inline void join_triangles(const struct cp_weights *w, struct pair *pair, uint32_t arc)
{
    const struct cp_triangle *all = w->triangles->all;

    for (uint64_t i = w->triangles->first[arc]; i < w->triangles->first[arc + 1]; i++)
        join_triangle(w, pair, all[i].to_from, all[i].to_to,
                      w->place_marks[w->hierarchy->arc_from[all[i].to_from]]);
}

static inline struct pair arc_pair(const struct cp_weights *w, uint32_t arc)
{
    return (struct pair){.up = w->up[arc],
                         .down = w->down[arc],
                         .up_marks = w->up_marks[arc],
                         .down_marks = w->down_marks[arc]};
}

static inline void arc_set(struct cp_weights *w, uint32_t arc, struct pair pair)
{
    w->up[arc] = pair.up;
    w->down[arc] = pair.down;
    w->up_marks[arc] = pair.up_marks;
    w->down_marks[arc] = pair.down_marks;
}

/** The least over the arc's crossings alone, as they are now. */
struct pair cp_weights_base(const struct cp_weights *w, uint32_t arc);

/** An empty log for weights whose arrays are taken.  NOMEM. */
CP_MUST_USE cp_err cp_weights_log_open(const struct cp_weights *w, struct cp_arena *arena,
                                       struct cp_weights_log **out);
