#pragma once

#include "sweep/weights.h"

/**
 * Costs and marks from all places to several destinations at once: a row for each place, with a lane
 * for each destination.  One pass down the hierarchy fills all rows; after changes of the weights
 * only rows that change are worked out again.
 *
 * Lanes are 32 bits wide: rows serve networks whose costs fit (cp_rows_fit); others have labels.h.
 *
 * Source: PHAST (Delling, Goldberg, Nowatzyk, Werneck 2011) for the sweep; marks and repair are ours.
 */
/** Instructions to use.  All but the plain ones are for x86-64, and there only where the machine has them. */
typedef enum {
    CP_ISA_PLAIN, /* 1 lane, any machine */
    CP_ISA_SSE2,  /* 4 */
    CP_ISA_AVX2,  /* 8 */
    CP_ISA_AVX512 /* 16 */
} cp_isa;

uint32_t cp_isa_lanes(cp_isa isa);

#define CP_ROWS_NONE INT32_C(0x3fffffff) /* no way */

/**
 * Whether all costs between nodes fit in lanes, whatever fails: (places - 1) * the largest weight of a
 * crossing is below CP_ROWS_NONE.
 */
bool cp_rows_fit_always(const struct cp_weights *weights);
/**
 * Whether they do as the weights are now: O(2 full searches a component).  Some that barely would
 * (the largest cost is above half of what fits) are said not to.  NOMEM.
 */
CP_MUST_USE cp_err cp_rows_fit_now(const struct cp_weights *weights, struct cp_arena *work,
                                   bool *fit);

typedef enum { CP_ROWS_COSTS, CP_ROWS_COSTS_AND_MARKS } cp_rows_kind;

struct cp_rows {
    const struct cp_hierarchy *hierarchy;
    uint32_t lanes;
    int32_t *cost;   /* [places * lanes] weight to the lane's destination, or CP_ROWS_NONE */
    uint32_t *marks; /* [places * lanes] 0 where there is no way; NULL for CP_ROWS_COSTS */
    struct cp_rows_inside *inside;
};

/**
 * isa: one that this machine has; of another architecture's it is a bug to ask.  Rows are aligned to
 * their width.  The arena is kept: the logs of repairs grow in it.  Each thread needs its own.  NOMEM.
 */
CP_MUST_USE cp_err cp_rows_open(const struct cp_hierarchy *h, cp_isa isa, cp_rows_kind kind,
                                struct cp_arena *arena, struct cp_rows *out);

/**
 * Takes the weights over, narrowed.  They must fit.  O(arcs).  No repair may be open.  In a hierarchy
 * with a core sweeps read the weights themselves: they are borrowed, and must stay as they were loaded.
 */
void cp_rows_load(struct cp_rows *rows, const struct cp_weights *weights);
/** The same for some arcs (those changed since): O(count). */
void cp_rows_load_arcs(struct cp_rows *rows, const struct cp_weights *weights,
                       const struct cp_arc_before *arcs, uint32_t count);

/**
 * Fills all rows for the destinations: nodes [count], at least one, at most `lanes`, none of them
 * failed; lanes left over repeat the first.  No repair may be open.  Destinations near each other
 * (cp_hierarchy_near_order) are swept faster: O(arcs), and O(arcs of all their ancestors).
 */
void cp_rows_sweep(struct cp_rows *rows, const uint32_t *destinations, uint32_t count);

/** An arc as it is after a change, narrow: what rows need to know of a failure, found once for all. */
struct cp_arc_after {
    uint32_t arc;
    int32_t up, down;
    uint32_t up_marks, down_marks;
};
/** What the weights say of the arc now. */
struct cp_arc_after cp_arc_after_get(const struct cp_weights *weights, uint32_t arc);

/** A row as it was. */
struct cp_row_before {
    uint32_t place;
    uint32_t log_at; /* for cp_rows_cost_before and cp_rows_marks_before */
};

/**
 * Changes some arcs and works out again the rows that this changes, after a sweep.  Repairs nest;
 * each is undone by one cp_rows_undo, newest first.  *changed lists the rows that differ now, each
 * once and after those of its place's ancestors; it stays until the repair is undone.  A destination
 * that fails keeps the way of no cost to itself.
 *
 * Only for hierarchies without core.  O(rows that change and those below them).  Errors: NOMEM, LIMIT;
 * nothing is changed then.
 */
CP_MUST_USE cp_err cp_rows_repair(struct cp_rows *rows, const struct cp_arc_after *arcs,
                                  uint32_t count, const struct cp_row_before **changed,
                                  uint32_t *changed_count);
void cp_rows_undo(struct cp_rows *rows);
/** The repairs stay; the log is emptied. */
void cp_rows_forget(struct cp_rows *rows);
/** The lanes of a changed row before the repair that changed it: [lanes]. */
const int32_t *cp_rows_cost_before(const struct cp_rows *rows, const struct cp_row_before *row);
const uint32_t *cp_rows_marks_before(const struct cp_rows *rows, const struct cp_row_before *row);

/** What a probe found.  Rows that changed are read by the functions below. */
struct cp_rows_found {
    const struct cp_row_before *changed; /* [count] as of cp_rows_repair */
    uint32_t count;
    uint32_t written;      /* these are new in the tables, old here; the rest vice versa */
    const int32_t *cost;   /* [count * lanes] */
    const uint32_t *marks; /* [count * lanes] NULL for CP_ROWS_COSTS */
};

/**
 * As cp_rows_repair, but for a look only, and faster: most rows are of places that no other row
 * depends on, and these stay as they were in the tables.  Nothing but undoing it may follow.
 */
CP_MUST_USE cp_err cp_rows_probe(struct cp_rows *rows, const struct cp_arc_after *arcs,
                                 uint32_t count, struct cp_rows_found *found);

/** The lanes of the i-th changed row, before and after. */
static inline const int32_t *cp_found_cost_before(const struct cp_rows *rows,
                                                  const struct cp_rows_found *found, uint32_t i)
{
    if (i < found->written)
        return found->cost + (size_t)i * rows->lanes;
    return rows->cost + (size_t)found->changed[i].place * rows->lanes;
}

static inline const int32_t *cp_found_cost_after(const struct cp_rows *rows,
                                                 const struct cp_rows_found *found, uint32_t i)
{
    if (i >= found->written)
        return found->cost + (size_t)i * rows->lanes;
    return rows->cost + (size_t)found->changed[i].place * rows->lanes;
}

static inline const uint32_t *cp_found_marks_before(const struct cp_rows *rows,
                                                    const struct cp_rows_found *found, uint32_t i)
{
    if (i < found->written)
        return found->marks + (size_t)i * rows->lanes;
    return rows->marks + (size_t)found->changed[i].place * rows->lanes;
}

static inline const uint32_t *cp_found_marks_after(const struct cp_rows *rows,
                                                   const struct cp_rows_found *found, uint32_t i)
{
    if (i >= found->written)
        return found->marks + (size_t)i * rows->lanes;
    return rows->marks + (size_t)found->changed[i].place * rows->lanes;
}
