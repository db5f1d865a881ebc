#pragma once

#include "rows_inside.h"

/*
 * The kernel, written once for all machines.  Whoever includes it defines
 *
 *   KERNEL_TARGET     what the compiler must know to use the machine's instructions
 *   LANES             how many lanes a vec has: a row is one vec
 *   vec               LANES numbers of 32 bits, signed where that matters
 *   vec_load, vec_store, vec_all, vec_add, vec_or, vec_xor, vec_min
 *   vec_keep(x, a, b) x in lanes where a <= b, elsewhere 0
 *   vec_any(x)        whether any bit is set
 *
 * and gets kernel_costs and kernel_marks.
 *
 * A row is the least over the place's seeds and its arcs.  Marks ride along: those of what is less
 * replace, those of what is equal are added.  Sums stay below 2^31 because each row is cut down to
 * CP_ROWS_NONE at its end.  Marks of lanes without a way mean nothing until then, and are dropped.
 *
 * Most rows of a real network are leaves'.  The rows above a group of them stay in registers, and a
 * leaf costs hardly more than its store.
 */

#define KERNEL static inline CP_ALWAYS_INLINE KERNEL_TARGET
#define ENTRY static KERNEL_TARGET

/* A row in registers; its marks are not looked at where there are none. */
struct row {
    vec cost, marks;
};

KERNEL struct row row_load(struct cp_row_table table, uint32_t at, bool marks)
{
    struct row row = {.cost = vec_load(table.cost + (size_t)at * LANES)};

    if (marks)
        row.marks = vec_load(table.marks + (size_t)at * LANES);
    else
        row.marks = row.cost;
    return row;
}

KERNEL void row_store(struct cp_row_table table, uint32_t at, struct row row, bool marks)
{
    vec_store(table.cost + (size_t)at * LANES, row.cost);
    if (marks)
        vec_store(table.marks + (size_t)at * LANES, row.marks);
}

/* The row at the far side of something that weighs this. */
KERNEL struct row row_beyond(struct row row, int32_t weight, uint32_t marks_of, bool marks)
{
    row.cost = vec_add(row.cost, vec_all(weight));
    if (marks)
        row.marks = vec_or(row.marks, vec_all((int32_t)marks_of));
    return row;
}

KERNEL struct row row_least(struct row a, struct row b, bool marks)
{
    if (marks)
        a.marks = vec_or(vec_keep(a.marks, a.cost, b.cost), vec_keep(b.marks, b.cost, a.cost));
    a.cost = vec_min(a.cost, b.cost);
    return a;
}

KERNEL struct row row_finish(struct row row, uint32_t place_marks, bool marks)
{
    if (marks)
        row.marks = vec_keep(vec_or(row.marks, vec_all((int32_t)place_marks)), row.cost,
                             vec_all(CP_ROWS_NONE - 1));
    row.cost = vec_min(row.cost, vec_all(CP_ROWS_NONE));
    return row;
}

KERNEL bool row_differs(struct row a, struct row b, bool marks)
{
    vec differ = vec_xor(a.cost, b.cost);

    if (marks)
        differ = vec_or(differ, vec_xor(a.marks, b.marks));
    return vec_any(differ);
}

/* What the loops below read again and again. */
struct view {
    struct cp_row_table rows, seeds;
    const struct cp_arc_up *up;
    const struct cp_leaf *leaves;
    const struct cp_leaf_marks *leaf_marks;
};

KERNEL struct view view_of(const struct cp_rows *rows)
{
    const struct cp_rows_inside *in = rows->inside;

    return (struct view){.rows = {.cost = rows->cost, .marks = rows->marks},
                         .seeds = in->seeds,
                         .up = in->up,
                         .leaves = in->leaves,
                         .leaf_marks = in->leaf_marks};
}

/* ---- seeds ---- */

KERNEL void climb(struct cp_rows *rows, bool marks)
{
    const struct cp_rows_inside *in = rows->inside;
    const struct cp_hierarchy *h = rows->hierarchy;
    struct cp_row_table seeds = in->seeds;
    struct row none = {.cost = vec_all(CP_ROWS_NONE), .marks = vec_all(0)};

    for (uint32_t s = CP_SLOT_SPARE; s < in->slot_count; s++)
        row_store(seeds, s, none, marks);
    for (uint32_t l = 0; l < LANES; l++)
        seeds.cost[(size_t)in->lane_slot[l] * LANES + l] = 0;
    for (uint32_t s = CP_SLOT_FIRST; s < in->slot_count; s++) {
        uint32_t place = in->slot_place[s];
        struct row row =
            row_finish(row_load(seeds, s, marks), marks ? in->place_marks[place] : 0, marks);

        row_store(seeds, s, row, marks);
        for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++) {
            uint32_t to = in->at[h->arc_to[a]].slot;
            struct row way = row_beyond(row, in->down[a].weight, in->down[a].marks, marks);

            row_store(seeds, to, row_least(row_load(seeds, to, marks), way, marks), marks);
        }
    }
}

/* Where the place is itself the destination, nothing else counts. */
KERNEL struct row own_seeds(const struct cp_rows *rows, uint32_t slot, struct row row, bool marks)
{
    const struct cp_rows_inside *in = rows->inside;
    size_t spare = (size_t)CP_SLOT_SPARE * LANES;

    row_store(in->seeds, CP_SLOT_SPARE, row, marks);
    for (uint32_t l = 0; l < LANES; l++) {
        if (in->lane_slot[l] != slot)
            continue;
        in->seeds.cost[spare + l] = 0;
        if (marks)
            in->seeds.marks[spare + l] = in->place_marks[in->slot_place[slot]];
    }
    return row_load(in->seeds, CP_SLOT_SPARE, marks);
}

KERNEL bool reseed(struct cp_rows *rows, uint32_t slot, bool marks)
{
    const struct cp_rows_inside *in = rows->inside;
    struct row old = row_load(in->seeds, slot, marks);
    struct row row = row_load(in->seeds, CP_SLOT_NONE, marks);

    for (uint32_t i = in->seed_way_first[slot]; i < in->seed_way_first[slot + 1]; i++) {
        struct cp_seed_way way = in->seed_ways[i];
        struct row below = row_load(in->seeds, way.slot, marks);

        row = row_least(row,
                        row_beyond(below, in->down[way.arc].weight, in->down[way.arc].marks, marks),
                        marks);
    }
    row = row_finish(row, marks ? in->place_marks[in->slot_place[slot]] : 0, marks);
    row = own_seeds(rows, slot, row, marks);
    row_store(in->seeds, CP_SLOT_SPARE, old, marks);
    row_store(in->seeds, slot, row, marks);
    return row_differs(old, row, marks);
}

/* ---- rows ---- */

KERNEL struct row inner_row(const struct view *view, const struct cp_inner *inner, bool marks)
{
    struct row row = row_load(view->seeds, inner[0].slot, marks);

    for (uint32_t a = inner[0].arc_first, end = inner[1].arc_first; a < end; a++) {
        struct cp_arc_up arc = view->up[a];
        struct row above = row_load(view->rows, arc.to, marks);

        row = row_least(row, row_beyond(above, arc.weight, arc.marks, marks), marks);
    }
    return row_finish(row, inner[0].marks, marks);
}

/* The rows above leaves. */
struct above {
    struct row row[2];
};

KERNEL struct above above_get(const struct view *view, const uint32_t place[2], bool marks)
{
    return (struct above){
        {row_load(view->rows, place[0], marks), row_load(view->rows, place[1], marks)}};
}

KERNEL struct row leaf_row(const struct view *view, const struct above *above, uint32_t leaf,
                           bool marks)
{
    struct cp_leaf at = view->leaves[leaf];
    struct cp_leaf_marks bits = {0};

    if (marks)
        bits = view->leaf_marks[leaf];

    struct row row = row_beyond(above->row[0], at.weight[0], bits.arc[0], marks);

    row = row_least(row, row_beyond(above->row[1], at.weight[1], bits.arc[1], marks), marks);
    if (at.slot != CP_SLOT_NONE)
        row = row_least(row, row_load(view->seeds, at.slot, marks), marks);
    return row_finish(row, bits.place, marks);
}

KERNEL void pass(struct cp_rows *rows, bool marks)
{
    const struct cp_rows_inside *in = rows->inside;
    const struct cp_inner *inner = in->inner;
    const struct cp_leaf_group *groups = in->groups;
    struct view view = view_of(rows);

    for (uint32_t i = 0, count = in->inner_count; i < count; i++)
        row_store(view.rows, inner[i].place, inner_row(&view, &inner[i], marks), marks);
    for (uint32_t g = 0, count = in->group_count; g < count; g++) {
        struct above above = above_get(&view, groups[g].above, marks);

        for (uint32_t i = groups[g].first, end = groups[g].end; i < end; i++)
            row_store(view.rows, view.leaves[i].place, leaf_row(&view, &above, i, marks), marks);
    }
}

/* ---- repair ---- */

/* A row that may change, and the log. */
struct change {
    struct cp_row_table rows, before;
    struct cp_row_before *log;
};

KERNEL struct change change_of(const struct cp_rows *rows)
{
    const struct cp_rows_inside *in = rows->inside;

    return (struct change){.rows = {.cost = rows->cost, .marks = rows->marks},
                           .before = in->rows_before,
                           .log = in->row_log};
}

/*
 * Writes a row.  The old one goes into the log at `at`, where there is room; it stays there only if
 * the caller counts it, as he does if the row changed.  So there is no branch.
 */
KERNEL bool row_change(const struct change *change, uint32_t at, uint32_t place, struct row row,
                       bool marks)
{
    struct row old = row_load(change->rows, place, marks);

    row_store(change->before, at, old, marks);
    row_store(change->rows, place, row, marks);
    change->log[at] = (struct cp_row_before){.place = place, .log_at = at};
    return row_differs(old, row, marks);
}

/* The same, but the old row stays and the new one goes into the log. */
KERNEL bool row_probe(const struct change *change, uint32_t at, uint32_t place, struct row row,
                      bool marks)
{
    row_store(change->before, at, row, marks);
    change->log[at] = (struct cp_row_before){.place = place, .log_at = at};
    return row_differs(row_load(change->rows, place, marks), row, marks);
}

KERNEL cp_err settle_inner(struct cp_rows *rows, const struct cp_inner *inner, bool marks)
{
    struct cp_rows_inside *in = rows->inside;

    if (in->row_count == in->row_cap)
        CP_TRY(cp_rows_log_reserve(rows, 1));
    struct view view = view_of(rows);
    struct change change = change_of(rows);
    struct row row = inner_row(&view, inner, marks);

    if (!row_change(&change, in->row_count, inner[0].place, row, marks))
        return CP_OK;
    in->row_count++;
    for (uint32_t i = inner[0].below_first; i < inner[1].below_first; i++) {
        struct cp_jobs_below below = in->below[i];

        in->job_due[below.word] |= below.jobs;
        in->job_words_due[below.word / 64] |= UINT64_C(1) << below.word % 64;
    }
    return CP_OK;
}

KERNEL cp_err settle_leaves(struct cp_rows *rows, const struct cp_leaf_group *group,
                            cp_settle_kind kind, bool marks)
{
    struct cp_rows_inside *in = rows->inside;

    if (in->row_cap - in->row_count < group->end - group->first)
        CP_TRY(cp_rows_log_reserve(rows, group->end - group->first));
    struct view view = view_of(rows);
    struct change change = change_of(rows);
    struct above above = above_get(&view, group->above, marks);
    uint32_t at = in->row_count;

    for (uint32_t i = group->first, end = group->end; i < end; i++) {
        struct row row = leaf_row(&view, &above, i, marks);
        uint32_t place = view.leaves[i].place;

        if (kind == CP_SETTLE_REPAIR)
            at += row_change(&change, at, place, row, marks);
        else
            at += row_probe(&change, at, place, row, marks);
    }
    in->row_count = at;
    return CP_OK;
}

/* Leaves with changed arcs, but those whose group's turn comes. */
KERNEL cp_err settle_single_leaves(struct cp_rows *rows, cp_settle_kind kind, bool marks)
{
    struct cp_rows_inside *in = rows->inside;

    for (; in->leaf_due_count > 0; in->leaf_due_count--) {
        uint32_t leaf = in->leaf_due[in->leaf_due_count - 1];
        uint32_t job = in->group_job + in->leaf_at[leaf].group;
        struct cp_leaf_group alone = in->groups[in->leaf_at[leaf].group];

        if ((in->job_due[job / 64] >> job % 64 & 1) != 0)
            continue;
        alone.first = leaf;
        alone.end = leaf + 1;
        CP_TRY(settle_leaves(rows, &alone, kind, marks));
    }
    return CP_OK;
}

KERNEL cp_err settle_job(struct cp_rows *rows, uint32_t job, cp_settle_kind kind, bool marks)
{
    const struct cp_rows_inside *in = rows->inside;

    if (job < in->group_job)
        return settle_inner(rows, &in->inner[job], marks);
    return settle_leaves(rows, &in->groups[job - in->group_job], kind, marks);
}

/* Jobs of words of words. */
KERNEL cp_err settle_jobs(struct cp_rows *rows, uint32_t first, uint32_t end, cp_settle_kind kind,
                          bool marks)
{
    struct cp_rows_inside *in = rows->inside;

    for (uint32_t k = first; k < end; k++)
        while (in->job_words_due[k] != 0) {
            uint32_t word = 64 * k + (uint32_t)__builtin_ctzll(in->job_words_due[k]);

            while (in->job_due[word] != 0) {
                uint32_t job = 64 * word + (uint32_t)__builtin_ctzll(in->job_due[word]);

                in->job_due[word] &= in->job_due[word] - 1;
                CP_TRY(settle_job(rows, job, kind, marks));
            }
            in->job_words_due[k] &= in->job_words_due[k] - 1;
        }
    return CP_OK;
}

KERNEL cp_err settle(struct cp_rows *rows, cp_settle_kind kind, bool marks)
{
    struct cp_rows_inside *in = rows->inside;

    CP_TRY(settle_jobs(rows, 0, in->group_job / 4096, kind, marks));
    if (kind == CP_SETTLE_PROBE)
        in->probed_first = in->row_count;
    CP_TRY(settle_single_leaves(rows, kind, marks));
    return settle_jobs(rows, in->group_job / 4096, in->job_word_count, kind, marks);
}

KERNEL void restore(struct cp_rows *rows, uint32_t first, uint32_t end, bool marks)
{
    struct change change = change_of(rows);

    for (uint32_t i = first; i < end; i++)
        row_store(change.rows, change.log[i].place, row_load(change.before, i, marks), marks);
}

/* ---- by kind ---- */

ENTRY void climb_costs(struct cp_rows *rows)
{
    climb(rows, false);
}

ENTRY void climb_marks(struct cp_rows *rows)
{
    climb(rows, true);
}

ENTRY void pass_costs(struct cp_rows *rows)
{
    pass(rows, false);
}

ENTRY void pass_marks(struct cp_rows *rows)
{
    pass(rows, true);
}

ENTRY bool reseed_costs(struct cp_rows *rows, uint32_t slot)
{
    return reseed(rows, slot, false);
}

ENTRY bool reseed_marks(struct cp_rows *rows, uint32_t slot)
{
    return reseed(rows, slot, true);
}

ENTRY cp_err settle_costs(struct cp_rows *rows, cp_settle_kind kind)
{
    if (kind == CP_SETTLE_PROBE)
        return settle(rows, CP_SETTLE_PROBE, false);
    return settle(rows, CP_SETTLE_REPAIR, false);
}

ENTRY cp_err settle_marks(struct cp_rows *rows, cp_settle_kind kind)
{
    if (kind == CP_SETTLE_PROBE)
        return settle(rows, CP_SETTLE_PROBE, true);
    return settle(rows, CP_SETTLE_REPAIR, true);
}

ENTRY void restore_costs(struct cp_rows *rows, uint32_t first, uint32_t end)
{
    restore(rows, first, end, false);
}

ENTRY void restore_marks(struct cp_rows *rows, uint32_t first, uint32_t end)
{
    restore(rows, first, end, true);
}

static const struct cp_rows_kernel kernel_costs = {.lanes = LANES,
                                                   .climb = climb_costs,
                                                   .pass = pass_costs,
                                                   .reseed = reseed_costs,
                                                   .settle = settle_costs,
                                                   .restore = restore_costs};

static const struct cp_rows_kernel kernel_marks = {.lanes = LANES,
                                                   .climb = climb_marks,
                                                   .pass = pass_marks,
                                                   .reseed = reseed_marks,
                                                   .settle = settle_marks,
                                                   .restore = restore_marks};
