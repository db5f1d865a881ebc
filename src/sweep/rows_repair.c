#include "rows_inside.h"

#include <string.h>

/*
 * After a change of arcs, only rows whose place has a changed arc, changed seeds or an arc to a row
 * that changed can change.  Seeds are gone through from the bottom up, rows from the top down, each
 * at most once, and what does not change goes no further.
 *
 * All that is overwritten is logged.  Logs are stacks; a repair is what lies above where it began.
 */

/* ---- logs ---- */

/* Doubles a table's room. */
static cp_err grow_table(const struct cp_rows *rows, struct cp_row_table *table, uint32_t used,
                         uint32_t cap)
{
    struct cp_row_table grown;
    size_t bytes = (size_t)used * rows->lanes * sizeof(int32_t);

    CP_TRY(cp_row_table_take(rows, rows->inside->arena, cap, &grown));
    if (used > 0) {
        memcpy(grown.cost, table->cost, bytes);
        if (grown.marks != NULL)
            memcpy(grown.marks, table->marks, bytes);
    }
    *table = grown;
    return CP_OK;
}

cp_err cp_rows_log_reserve(struct cp_rows *rows, uint32_t more)
{
    struct cp_rows_inside *in = rows->inside;
    struct cp_row_before *log = NULL;
    uint64_t cap = in->row_cap < 64 ? 64 : in->row_cap;

    while (cap - in->row_count < more)
        cap *= 2;
    if (cap > UINT32_MAX)
        return CP_ERR_LIMIT;
    if (cap == in->row_cap)
        return CP_OK;
    log = CP_TAKE(in->arena, cap, struct cp_row_before);
    if (log == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(grow_table(rows, &in->rows_before, in->row_count, (uint32_t)cap));
    if (in->row_count > 0)
        memcpy(log, in->row_log, in->row_count * sizeof *log);
    in->row_log = log;
    in->row_cap = (uint32_t)cap;
    return CP_OK;
}

static cp_err reserve_seed(struct cp_rows *rows)
{
    struct cp_rows_inside *in = rows->inside;
    uint32_t cap = in->seed_cap;
    void *log = in->seed_log;

    if (in->seed_count < in->seed_cap)
        return CP_OK;
    CP_TRY(cp_arena_grow(in->arena, &log, in->seed_count, &cap, sizeof *in->seed_log));
    CP_TRY(grow_table(rows, &in->seeds_before, in->seed_count, cap));
    in->seed_log = log;
    in->seed_cap = cap;
    return CP_OK;
}

static void copy_row(const struct cp_rows *rows, struct cp_row_table to, uint32_t to_at,
                     struct cp_row_table from, uint32_t from_at)
{
    size_t lanes = rows->lanes;

    memcpy(to.cost + to_at * lanes, from.cost + from_at * lanes, lanes * sizeof *to.cost);
    if (to.marks != NULL)
        memcpy(to.marks + to_at * lanes, from.marks + from_at * lanes, lanes * sizeof *to.marks);
}

static cp_err begin(struct cp_rows *rows)
{
    struct cp_rows_inside *in = rows->inside;
    void *starts = in->starts;

    if (in->row_cap == 0)
        CP_TRY(cp_rows_log_reserve(rows, 1));
    CP_TRY(cp_arena_grow(in->arena, &starts, in->start_count, &in->start_cap, sizeof *in->starts));
    in->starts = starts;
    in->starts[in->start_count++] = (struct cp_repair_start){
        .arcs = in->arc_count, .seeds = in->seed_count, .rows = in->row_count};
    return CP_OK;
}

/* ---- arcs ---- */

static void leaf_is_due(struct cp_rows_inside *in, uint32_t leaf)
{
    if (in->leaf_at[leaf].stamp == in->stamp)
        return;
    in->leaf_at[leaf].stamp = in->stamp;
    in->leaf_due[in->leaf_due_count++] = leaf;
}

static void row_is_due(struct cp_rows_inside *in, uint32_t place)
{
    uint32_t i = in->at[place].index;

    if (i >= in->inner_count) {
        leaf_is_due(in, i - in->inner_count);
        return;
    }
    in->job_due[i / 64] |= UINT64_C(1) << i % 64;
    in->job_words_due[i / 4096] |= UINT64_C(1) << i / 64 % 64;
}

static void seeds_are_due(struct cp_rows_inside *in, uint32_t slot)
{
    in->slot_due[slot / 64] |= UINT64_C(1) << slot % 64;
    if (slot / 64 < in->slot_due_first)
        in->slot_due_first = slot / 64;
}

/* Room in the log, and for leaves with a changed arc; nothing else makes a single leaf due. */
static cp_err reserve_arcs(struct cp_rows_inside *in, uint32_t count)
{
    while (in->arc_cap - in->arc_count < count) {
        void *log = in->arc_log;

        CP_TRY(cp_arena_grow(in->arena, &log, in->arc_cap, &in->arc_cap, sizeof *in->arc_log));
        in->arc_log = log;
    }
    while (in->leaf_due_cap < count) {
        void *due = in->leaf_due;

        CP_TRY(cp_arena_grow(in->arena, &due, in->leaf_due_cap, &in->leaf_due_cap,
                             sizeof *in->leaf_due));
        in->leaf_due = due;
    }
    return CP_OK;
}

static void change_arc(struct cp_rows *rows, const struct cp_arc_after *after)
{
    struct cp_rows_inside *in = rows->inside;
    struct cp_arc_after before = cp_rows_arc_get(in, after->arc);
    bool marks = in->kind == CP_ROWS_COSTS_AND_MARKS;
    uint32_t from = in->down[after->arc].from;

    in->arc_log[in->arc_count++] = before;
    cp_rows_arc_set(in, after);
    if (before.up != after->up || (marks && before.up_marks != after->up_marks))
        row_is_due(in, from);
    if (in->at[from].slot != CP_SLOT_NONE &&
        (before.down != after->down || (marks && before.down_marks != after->down_marks)))
        seeds_are_due(in, in->at[rows->hierarchy->arc_to[after->arc]].slot);
}

/* ---- seeds ---- */

/* Lists the ways into each slot, by counting. */
static void list_seed_ways(struct cp_rows *rows)
{
    const struct cp_hierarchy *h = rows->hierarchy;
    struct cp_rows_inside *in = rows->inside;
    uint32_t *first = in->seed_way_first;

    memset(first, 0, ((size_t)in->slot_count + 1) * sizeof *first);
    for (uint32_t s = CP_SLOT_FIRST; s < in->slot_count; s++)
        for (uint32_t p = in->slot_place[s], a = h->arc_first[p]; a < h->arc_first[p + 1]; a++)
            first[in->at[h->arc_to[a]].slot]++;
    for (uint32_t s = 0; s < in->slot_count; s++)
        first[s + 1] += first[s];
    for (uint32_t s = in->slot_count; s-- > CP_SLOT_FIRST;)
        for (uint32_t p = in->slot_place[s], a = h->arc_first[p]; a < h->arc_first[p + 1]; a++)
            in->seed_ways[--first[in->at[h->arc_to[a]].slot]] =
                (struct cp_seed_way){.slot = s, .arc = a};
    in->seed_ways_made = true;
}

static cp_err settle_slot(struct cp_rows *rows, uint32_t slot)
{
    const struct cp_hierarchy *h = rows->hierarchy;
    struct cp_rows_inside *in = rows->inside;
    uint32_t place = in->slot_place[slot];

    CP_TRY(reserve_seed(rows));
    if (!in->kernel->reseed(rows, slot))
        return CP_OK;
    in->seed_log[in->seed_count] = slot;
    copy_row(rows, in->seeds_before, in->seed_count++, in->seeds, CP_SLOT_SPARE);
    row_is_due(in, place);
    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++)
        seeds_are_due(in, in->at[h->arc_to[a]].slot);
    return CP_OK;
}

/* From the bottom up: slots are in that order. */
static cp_err settle_seeds(struct cp_rows *rows)
{
    struct cp_rows_inside *in = rows->inside;

    if (!in->seed_ways_made)
        list_seed_ways(rows);
    for (; in->slot_due_first <= (in->slot_count - 1) / 64; in->slot_due_first++) {
        uint64_t *word = &in->slot_due[in->slot_due_first];

        while (*word != 0) {
            uint32_t slot = 64 * in->slot_due_first + (uint32_t)__builtin_ctzll(*word);

            *word &= *word - 1;
            CP_TRY(settle_slot(rows, slot));
        }
    }
    in->slot_due_first = UINT32_MAX;
    return CP_OK;
}

/* ---- repair ---- */

/* Of all leaves' stamps. */
static void next_stamp(struct cp_rows_inside *in)
{
    if (in->stamp == UINT32_MAX) {
        for (uint32_t i = 0; i < in->leaf_count; i++)
            in->leaf_at[i].stamp = 0;
        in->stamp = 0;
    }
    in->stamp++;
}

static cp_err settle(struct cp_rows *rows, const struct cp_arc_after *arcs, uint32_t count,
                     cp_settle_kind kind)
{
    struct cp_rows_inside *in = rows->inside;

    CP_TRY(reserve_arcs(in, count));
    next_stamp(in);
    for (uint32_t i = 0; i < count; i++)
        change_arc(rows, &arcs[i]);
    if (in->slot_due_first != UINT32_MAX)
        CP_TRY(settle_seeds(rows));
    return in->kernel->settle(rows, kind);
}

/* Nothing is due any more. */
static void clear_due(struct cp_rows_inside *in)
{
    memset(in->job_due, 0, (size_t)in->job_word_count * 64 * sizeof *in->job_due);
    memset(in->job_words_due, 0, in->job_word_count * sizeof *in->job_words_due);
    memset(in->slot_due, 0, (in->slot_cap / 64 + 1) * sizeof *in->slot_due);
    in->slot_due_first = UINT32_MAX;
    in->leaf_due_count = 0;
}

/* *first: the first row logged. */
static cp_err change_arcs(struct cp_rows *rows, const struct cp_arc_after *arcs, uint32_t count,
                          cp_settle_kind kind, uint32_t *first)
{
    struct cp_rows_inside *in = rows->inside;
    cp_err err;

    CP_ASSERT(rows->hierarchy->core_count == 0);
    CP_ASSERT(in->slot_count > CP_SLOT_FIRST); /* there was a sweep */
    CP_ASSERT(in->probed_first == UINT32_MAX);
    CP_TRY(begin(rows));
    *first = in->row_count;
    err = settle(rows, arcs, count, kind);
    if (err != CP_OK) {
        clear_due(in);
        cp_rows_undo(rows);
    }
    return err;
}

cp_err cp_rows_repair(struct cp_rows *rows, const struct cp_arc_after *arcs, uint32_t count,
                      const struct cp_row_before **changed, uint32_t *changed_count)
{
    const struct cp_rows_inside *in = rows->inside;
    uint32_t first = 0;

    CP_TRY(change_arcs(rows, arcs, count, CP_SETTLE_REPAIR, &first));
    *changed = in->row_log + first;
    *changed_count = in->row_count - first;
    return CP_OK;
}

cp_err cp_rows_probe(struct cp_rows *rows, const struct cp_arc_after *arcs, uint32_t count,
                     struct cp_rows_found *found)
{
    const struct cp_rows_inside *in = rows->inside;
    uint32_t first = 0;

    CP_TRY(change_arcs(rows, arcs, count, CP_SETTLE_PROBE, &first));
    *found = (struct cp_rows_found){.changed = in->row_log + first,
                                    .count = in->row_count - first,
                                    .written = in->probed_first - first,
                                    .cost = in->rows_before.cost + (size_t)first * rows->lanes};
    if (in->kind == CP_ROWS_COSTS_AND_MARKS)
        found->marks = in->rows_before.marks + (size_t)first * rows->lanes;
    return CP_OK;
}

void cp_rows_undo(struct cp_rows *rows)
{
    struct cp_rows_inside *in = rows->inside;

    CP_ASSERT(in->start_count > 0);
    struct cp_repair_start start = in->starts[--in->start_count];
    uint32_t end = in->probed_first < in->row_count ? in->probed_first : in->row_count;

    in->kernel->restore(rows, start.rows, end);
    in->row_count = start.rows;
    in->probed_first = UINT32_MAX;
    while (in->seed_count > start.seeds) {
        in->seed_count--;
        copy_row(rows, in->seeds, in->seed_log[in->seed_count], in->seeds_before, in->seed_count);
    }
    while (in->arc_count > start.arcs)
        cp_rows_arc_set(in, &in->arc_log[--in->arc_count]);
}

void cp_rows_forget(struct cp_rows *rows)
{
    struct cp_rows_inside *in = rows->inside;

    CP_ASSERT(in->probed_first == UINT32_MAX);
    in->start_count = in->arc_count = in->seed_count = in->row_count = 0;
}

const int32_t *cp_rows_cost_before(const struct cp_rows *rows, const struct cp_row_before *row)
{
    return rows->inside->rows_before.cost + (size_t)row->log_at * rows->lanes;
}

const uint32_t *cp_rows_marks_before(const struct cp_rows *rows, const struct cp_row_before *row)
{
    return rows->inside->rows_before.marks + (size_t)row->log_at * rows->lanes;
}
