#pragma once

#include "sweep/rows.h"

/**
 * What rows.c, rows_repair.c and the kernels share.
 *
 * A place outside the core that has one arc or two, and no place below it, is a *leaf*; nobody
 * reads its row.  Leaves with arcs to the same places form a *group*: the rows above are read once
 * for all.  All other places outside the core are *inner*.
 *
 * Rows are worked out in *jobs*: an inner place is one, in the order of places, then come the
 * groups.  A job needs rows of the core and of earlier jobs only.
 *
 * The destinations and their ancestors outside the core have *seeds*: what the ways that only come
 * down weigh and meet.  They have a *slot* each, a place before those above it.
 */

/** Rows of as many lanes as struct cp_rows has; marks is NULL where that has none. */
struct cp_row_table {
    int32_t *cost;
    uint32_t *marks;
};

enum {
    CP_SLOT_NONE,  /* of places without seeds: all CP_ROWS_NONE, never written */
    CP_SLOT_SPARE, /* of core places, and scratch: written, never read as seeds */
    CP_SLOT_FIRST
};

struct cp_inner {
    uint32_t place, slot, marks;
    uint32_t arc_first;   /* into `up`; the next place's is the end */
    uint32_t below_first; /* into `below`; likewise */
};

struct cp_leaf {
    uint32_t place, slot;
    int32_t weight[2]; /* of its arcs; CP_ROWS_NONE for a second one that it has not */
};

struct cp_leaf_marks {
    uint32_t place, arc[2];
};

struct cp_leaf_group {
    uint32_t first, end; /* leaves */
    uint32_t above[2];   /* places; the same twice where leaves have one arc */
};

/** An arc of an inner place. */
struct cp_arc_up {
    uint32_t to;
    int32_t weight;
    uint32_t marks;
};

/** Any arc, from above. */
struct cp_arc_down {
    uint32_t from;
    uint32_t up_at; /* into `up`; of leaf i's arcs, up_count + 2 * i and 1 more */
    int32_t weight;
    uint32_t marks;
};

/** Of a leaf, what is not needed to work out its row. */
struct cp_leaf_at {
    uint32_t group;
    uint32_t stamp; /* of the last repair that it was due in */
};

/** Jobs whose places have an arc to some inner place, as far as they share a word of job_due. */
struct cp_jobs_below {
    uint64_t jobs;
    uint32_t word;
};

/** Where to look a place up. */
struct cp_place_at {
    uint32_t index; /* into inner; of a leaf, inner_count more than into leaves */
    uint32_t slot;
};

/** A way to the seeds of a slot from those of a slot below it. */
struct cp_seed_way {
    uint32_t slot, arc;
};

/** What the logs held when a repair began. */
struct cp_repair_start {
    uint32_t arcs, seeds, rows;
};

/** A probe leaves old rows of leaves where they are, and logs the new ones. */
typedef enum { CP_SETTLE_REPAIR, CP_SETTLE_PROBE } cp_settle_kind;

struct cp_rows_kernel {
    uint32_t lanes;
    /** Works out all seeds; slots have been dealt out. */
    void (*climb)(struct cp_rows *rows);
    /** Works out all rows but those of the core. */
    void (*pass)(struct cp_rows *rows);
    /** Works out a slot's seeds again; the old ones are in CP_SLOT_SPARE.  Whether they differ. */
    bool (*reseed)(struct cp_rows *rows, uint32_t slot);
    /** Does jobs and leaves that are due, and logs rows that change.  NOMEM, LIMIT: not all. */
    cp_err (*settle)(struct cp_rows *rows, cp_settle_kind kind);
    /** Puts back rows from the log. */
    void (*restore)(struct cp_rows *rows, uint32_t first, uint32_t end);
};

struct cp_rows_inside {
    const struct cp_rows_kernel *kernel;
    struct cp_arena *arena; /* the logs grow in it */
    cp_rows_kind kind;

    struct cp_place_at *at;           /* [places] */
    struct cp_inner *inner;           /* [inner_count + 1] by place */
    struct cp_leaf *leaves;           /* by group */
    struct cp_leaf_marks *leaf_marks; /* NULL where rows have none */
    struct cp_leaf_at *leaf_at;       /* [leaf_count] */
    struct cp_leaf_group *groups;
    struct cp_jobs_below *below; /* by inner place */
    uint32_t inner_count, leaf_count, group_count;
    uint32_t group_job; /* of the first group: the next multiple of 4096 from inner_count on */

    /* Marks are 0 where rows have none. */
    struct cp_arc_up *up;     /* [up_count] by inner place */
    struct cp_arc_down *down; /* [arcs] */
    uint32_t up_count;
    uint32_t *place_marks; /* [places] */

    /* Seeds, since the last sweep */
    struct cp_row_table seeds; /* [slot_cap] */
    uint32_t slot_count, slot_cap;
    uint32_t *slot_place; /* [slot_cap] */
    uint32_t *lane_place; /* [lanes] of the destination */
    uint32_t *lane_slot;  /* [lanes] */

    /* The core, where there is one */
    const struct cp_weights *weights; /* borrowed */
    struct cp_core *core;
    struct label *labels; /* [places] */

    /* What is due: a bit for each job, and in job_words_due one for each word of those. */
    uint64_t *job_due, *job_words_due;
    uint32_t job_word_count; /* of job_words_due */
    uint64_t *slot_due;
    uint32_t slot_due_first; /* no word before it is set; UINT32_MAX: none is */
    uint32_t *leaf_due;      /* [leaf_due_cap] leaves */
    uint32_t leaf_due_count, leaf_due_cap;

    /* Ways into slot s: seed_ways[seed_way_first[s]] on.  Made for the first repair that asks. */
    bool seed_ways_made;
    uint32_t *seed_way_first; /* [slot_cap + 1] */
    struct cp_seed_way *seed_ways;

    /* Logs */
    struct cp_repair_start *starts; /* of the repairs that are not undone */
    struct cp_arc_after *arc_log;   /* arcs as they were */
    uint32_t *seed_log;             /* slots */
    struct cp_row_before *row_log;
    struct cp_row_table seeds_before, rows_before;
    uint32_t start_count, start_cap;
    uint32_t arc_count, arc_cap;
    uint32_t seed_count, seed_cap;
    uint32_t row_count, row_cap;
    uint32_t probed_first; /* rows logged from here on are new ones; UINT32_MAX: none are */
    uint32_t stamp;        /* of the last repair */
};

/** By kind.  NULL: not for this machine (all but the plain one are for x86-64). */
const struct cp_rows_kernel *cp_rows_plain(cp_rows_kind kind);
const struct cp_rows_kernel *cp_rows_sse2(cp_rows_kind kind);
const struct cp_rows_kernel *cp_rows_avx2(cp_rows_kind kind);
const struct cp_rows_kernel *cp_rows_avx512(cp_rows_kind kind);

/** A table of rows, aligned; NOMEM. */
CP_MUST_USE cp_err cp_row_table_take(const struct cp_rows *rows, struct cp_arena *arena,
                                     uint32_t count, struct cp_row_table *out);

/** Room for `more` rows in the log.  NOMEM, LIMIT. */
CP_MUST_USE cp_err cp_rows_log_reserve(struct cp_rows *rows, uint32_t more);

/** A weight as rows have it.  Where costs fit, an arc that does not is on no least way. */
static inline int32_t cp_rows_narrow(uint64_t weight)
{
    return weight < (uint64_t)CP_ROWS_NONE ? (int32_t)weight : CP_ROWS_NONE;
}

/** Of arcs outside the core; marks are 0 where rows have none. */
static inline struct cp_arc_after cp_rows_arc_get(const struct cp_rows_inside *in, uint32_t arc)
{
    struct cp_arc_down down = in->down[arc];
    struct cp_arc_after now = {.arc = arc, .down = down.weight, .down_marks = down.marks};

    if (down.up_at < in->up_count) {
        now.up = in->up[down.up_at].weight;
        now.up_marks = in->up[down.up_at].marks;
        return now;
    }
    uint32_t leaf = (down.up_at - in->up_count) / 2;
    uint32_t which = (down.up_at - in->up_count) % 2;

    now.up = in->leaves[leaf].weight[which];
    if (in->leaf_marks != NULL)
        now.up_marks = in->leaf_marks[leaf].arc[which];
    return now;
}

static inline void cp_rows_arc_set(struct cp_rows_inside *in, const struct cp_arc_after *arc)
{
    struct cp_arc_down *down = &in->down[arc->arc];
    bool marks = in->kind == CP_ROWS_COSTS_AND_MARKS;

    down->weight = arc->down;
    down->marks = marks ? arc->down_marks : 0;
    if (down->up_at < in->up_count) {
        in->up[down->up_at].weight = arc->up;
        in->up[down->up_at].marks = marks ? arc->up_marks : 0;
        return;
    }
    uint32_t leaf = (down->up_at - in->up_count) / 2;
    uint32_t which = (down->up_at - in->up_count) % 2;

    in->leaves[leaf].weight[which] = arc->up;
    if (marks)
        in->leaf_marks[leaf].arc[which] = arc->up_marks;
}
