#include "rows_inside.h"

#include <stdlib.h>

#include "core.h"

/*
 * All that depends on the hierarchy alone is laid out once: which places are leaves and which of
 * them go together, what a job's row is made of, and which jobs look up to it.
 */

enum { ALIGN_BYTES = 64 };

uint32_t cp_isa_lanes(cp_isa isa)
{
    static const uint32_t lanes[] = {
        [CP_ISA_PLAIN] = 1, [CP_ISA_SSE2] = 4, [CP_ISA_AVX2] = 8, [CP_ISA_AVX512] = 16};

    return lanes[isa];
}

static const struct cp_rows_kernel *kernel_for(cp_isa isa, cp_rows_kind kind)
{
    switch (isa) {
    case CP_ISA_PLAIN:
        return cp_rows_plain(kind);
    case CP_ISA_SSE2:
        return cp_rows_sse2(kind);
    case CP_ISA_AVX2:
        return cp_rows_avx2(kind);
    case CP_ISA_AVX512:
        return cp_rows_avx512(kind);
    }
    return NULL;
}

/* ---- leaves ---- */

static cp_err take_aligned(struct cp_arena *arena, size_t count, size_t size_bytes, void **out)
{
    char *taken = NULL;

    if (count <= (SIZE_MAX - ALIGN_BYTES) / size_bytes)
        taken = cp_arena_take(arena, count * size_bytes + ALIGN_BYTES - 1, 1);
    if (taken == NULL)
        return CP_ERR_NOMEM;
    *out = taken + (-(uintptr_t)taken & (ALIGN_BYTES - 1));
    return CP_OK;
}

cp_err cp_row_table_take(const struct cp_rows *rows, struct cp_arena *arena, uint32_t count,
                         struct cp_row_table *out)
{
    size_t numbers = (size_t)count * rows->lanes;
    void *cost = NULL;
    void *marks = NULL;

    CP_TRY(take_aligned(arena, numbers, sizeof *out->cost, &cost));
    if (rows->inside->kind == CP_ROWS_COSTS_AND_MARKS)
        CP_TRY(take_aligned(arena, numbers, sizeof *out->marks, &marks));
    *out = (struct cp_row_table){.cost = cost, .marks = marks};
    return CP_OK;
}

/* Whether a place that has none below it is a leaf. */
static bool has_leaf_arcs(const struct cp_hierarchy *h, uint32_t place)
{
    uint32_t arcs = h->arc_first[place + 1] - h->arc_first[place];

    return arcs == 1 || arcs == 2;
}

/* Counts both kinds of places; index is 1 at leaves. */
static void find_leaves(const struct cp_hierarchy *h, struct cp_rows_inside *in)
{
    for (uint32_t p = h->core_count; p < h->place_count; p++)
        in->at[p].index = has_leaf_arcs(h, p);
    for (uint32_t a = 0; a < h->arc_count; a++)
        in->at[h->arc_to[a]].index = 0;
    for (uint32_t p = h->core_count; p < h->place_count; p++) {
        uint32_t arcs = h->arc_first[p + 1] - h->arc_first[p];

        in->leaf_count += in->at[p].index;
        in->up_count += in->at[p].index == 0 ? arcs : 0;
    }
    in->inner_count = h->place_count - h->core_count - in->leaf_count;
}

/* Until they are grouped, leaves carry the places above them. */
static struct cp_leaf leaf_to_sort(const struct cp_hierarchy *h, uint32_t place)
{
    return (struct cp_leaf){.place = place,
                            .slot = h->arc_to[h->arc_first[place + 1] - 1],
                            .weight = {(int32_t)h->arc_to[h->arc_first[place]]}};
}

static int compare(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare_leaves(const void *a, const void *b)
{
    const struct cp_leaf *x = a;
    const struct cp_leaf *y = b;

    if (x->slot != y->slot)
        return compare(x->slot, y->slot);
    if (x->weight[0] != y->weight[0])
        return compare((uint32_t)x->weight[0], (uint32_t)y->weight[0]);
    return compare(x->place, y->place);
}

static void list_places(const struct cp_hierarchy *h, struct cp_rows_inside *in)
{
    uint32_t inner = 0;
    uint32_t leaf = 0;
    uint32_t arcs = 0;

    for (uint32_t p = h->core_count; p < h->place_count; p++) {
        if (in->at[p].index == 1) {
            in->leaves[leaf++] = leaf_to_sort(h, p);
            continue;
        }
        in->at[p].index = inner;
        in->inner[inner++] = (struct cp_inner){.place = p, .arc_first = arcs};
        arcs += h->arc_first[p + 1] - h->arc_first[p];
    }
    in->inner[inner].arc_first = arcs;
    qsort(in->leaves, leaf, sizeof *in->leaves, compare_leaves);
}

static void group_leaves(struct cp_rows_inside *in)
{
    for (uint32_t i = 0; i < in->leaf_count; i++) {
        struct cp_leaf *leaf = &in->leaves[i];
        struct cp_leaf_group *group = &in->groups[in->group_count];
        uint32_t above[2] = {(uint32_t)leaf->weight[0], leaf->slot};

        if (in->group_count == 0 || group[-1].above[0] != above[0] ||
            group[-1].above[1] != above[1]) {
            *group = (struct cp_leaf_group){.first = i, .above = {above[0], above[1]}};
            in->group_count++;
        }
        in->groups[in->group_count - 1].end = i + 1;
        in->at[leaf->place].index = in->inner_count + i;
        in->leaf_at[i].group = in->group_count - 1;
        leaf->slot = CP_SLOT_NONE;
        leaf->weight[0] = leaf->weight[1] = CP_ROWS_NONE;
    }
    in->group_job = (in->inner_count + 4095) / 4096 * 4096;
}

/* ---- jobs below ---- */

/* While jobs are listed, an inner place's slot is its last word, plus 1, and its marks count words. */
typedef void below_visit(struct cp_rows_inside *in, struct cp_inner *above, uint32_t job);

static void count_below(struct cp_rows_inside *in, struct cp_inner *above, uint32_t job)
{
    (void)in;
    above->marks += above->slot != job / 64 + 1;
    above->slot = job / 64 + 1;
}

static void add_below(struct cp_rows_inside *in, struct cp_inner *above, uint32_t job)
{
    above->marks += above->slot != job / 64 + 1;
    above->slot = job / 64 + 1;

    struct cp_jobs_below *below = &in->below[above->below_first + above->marks - 1];

    below->word = job / 64;
    below->jobs |= UINT64_C(1) << job % 64;
}

static void visit_place(const struct cp_hierarchy *h, struct cp_rows_inside *in, uint32_t place,
                        uint32_t job, below_visit *visit)
{
    if (place >= h->core_count)
        visit(in, &in->inner[in->at[place].index], job);
}

/* All pairs of a job and an inner place above it, by job. */
static void visit_below(const struct cp_hierarchy *h, struct cp_rows_inside *in, below_visit *visit)
{
    for (uint32_t i = 0; i < in->inner_count; i++) {
        uint32_t place = in->inner[i].place;

        for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++)
            visit_place(h, in, h->arc_to[a], i, visit);
    }
    for (uint32_t g = 0; g < in->group_count; g++) {
        const struct cp_leaf_group *group = &in->groups[g];

        visit_place(h, in, group->above[0], in->group_job + g, visit);
        visit_place(h, in, group->above[1], in->group_job + g, visit);
    }
}

static cp_err list_below(const struct cp_hierarchy *h, struct cp_rows_inside *in,
                         struct cp_arena *arena)
{
    uint32_t used = 0;

    visit_below(h, in, count_below);
    for (uint32_t i = 0; i <= in->inner_count; i++) {
        in->inner[i].below_first = used;
        used += in->inner[i].marks;
        in->inner[i].marks = in->inner[i].slot = 0;
    }
    in->below = CP_TAKE(arena, used, struct cp_jobs_below);
    if (in->below == NULL)
        return CP_ERR_NOMEM;
    visit_below(h, in, add_below);
    for (uint32_t i = 0; i < in->inner_count; i++) {
        in->inner[i].marks = 0;
        in->inner[i].slot = CP_SLOT_NONE;
    }
    return CP_OK;
}

/* ---- opening, arrays ---- */

static cp_err take_places(const struct cp_hierarchy *h, struct cp_rows_inside *in,
                          struct cp_arena *arena)
{
    in->at = CP_TAKE(arena, h->place_count, struct cp_place_at);
    if (in->at == NULL)
        return CP_ERR_NOMEM;
    find_leaves(h, in);
    in->inner = CP_TAKE(arena, (size_t)in->inner_count + 1, struct cp_inner);
    in->leaves = CP_TAKE(arena, in->leaf_count, struct cp_leaf);
    in->leaf_at = CP_TAKE(arena, in->leaf_count, struct cp_leaf_at);
    in->groups = CP_TAKE(arena, in->leaf_count, struct cp_leaf_group);
    if (in->inner == NULL || in->leaves == NULL || in->leaf_at == NULL || in->groups == NULL)
        return CP_ERR_NOMEM;
    list_places(h, in);
    group_leaves(in);

    in->job_word_count = (in->group_job + in->group_count + 4095) / 4096;
    in->job_due = CP_TAKE(arena, (size_t)in->job_word_count * 64, uint64_t);
    in->job_words_due = CP_TAKE(arena, in->job_word_count, uint64_t);
    if (in->job_due == NULL || in->job_words_due == NULL)
        return CP_ERR_NOMEM;
    return list_below(h, in, arena);
}

/* Says of a place's arcs where they are: from `at` on. */
static void list_arcs(const struct cp_hierarchy *h, struct cp_rows_inside *in, uint32_t place,
                      uint32_t at)
{
    for (uint32_t a = h->arc_first[place]; a < h->arc_first[place + 1]; a++, at++) {
        in->down[a] = (struct cp_arc_down){.from = place, .up_at = at};
        if (at < in->up_count)
            in->up[at].to = h->arc_to[a];
    }
}

static cp_err take_arcs(const struct cp_hierarchy *h, struct cp_rows_inside *in,
                        struct cp_arena *arena)
{
    in->up = CP_TAKE(arena, in->up_count, struct cp_arc_up);
    in->down = CP_TAKE(arena, h->arc_count, struct cp_arc_down);
    if (in->up == NULL || in->down == NULL)
        return CP_ERR_NOMEM;
    CP_ASSERT(in->up_count + 2 * (uint64_t)in->leaf_count <= UINT32_MAX);
    for (uint32_t i = 0; i < in->inner_count; i++)
        list_arcs(h, in, in->inner[i].place, in->inner[i].arc_first);
    for (uint32_t i = 0; i < in->leaf_count; i++)
        list_arcs(h, in, in->leaves[i].place, in->up_count + 2 * i);
    if (in->kind == CP_ROWS_COSTS)
        return CP_OK;
    in->leaf_marks = CP_TAKE(arena, in->leaf_count, struct cp_leaf_marks);
    in->place_marks = CP_TAKE(arena, h->place_count, uint32_t);
    if (in->leaf_marks == NULL || in->place_marks == NULL)
        return CP_ERR_NOMEM;
    return CP_OK;
}

/* The longest line of ancestors, the place itself included.  Slots are scratch. */
static uint32_t height_of(const struct cp_hierarchy *h, struct cp_place_at *at)
{
    uint32_t height = 0;

    for (uint32_t p = h->core_count; p < h->place_count; p++) {
        uint32_t parent = h->parent[p];

        at[p].slot = parent == p || parent < h->core_count ? 1 : at[parent].slot + 1;
        if (at[p].slot > height)
            height = at[p].slot;
    }
    return height;
}

static cp_err take_seeds(const struct cp_rows *rows, struct cp_rows_inside *in,
                         struct cp_arena *arena)
{
    const struct cp_hierarchy *h = rows->hierarchy;
    uint64_t lines = (uint64_t)height_of(h, in->at) * rows->lanes;

    in->slot_count = CP_SLOT_FIRST;
    in->slot_cap = CP_SLOT_FIRST + (uint32_t)(lines < h->place_count ? lines : h->place_count);
    in->slot_place = CP_TAKE(arena, in->slot_cap, uint32_t);
    in->slot_due = CP_TAKE(arena, in->slot_cap / 64 + 1, uint64_t);
    in->lane_place = CP_TAKE(arena, rows->lanes, uint32_t);
    in->lane_slot = CP_TAKE(arena, rows->lanes, uint32_t);
    in->seed_way_first = CP_TAKE(arena, (size_t)in->slot_cap + 1, uint32_t);
    in->seed_ways = CP_TAKE(arena, h->arc_count, struct cp_seed_way);
    if (in->slot_place == NULL || in->slot_due == NULL || in->lane_place == NULL ||
        in->lane_slot == NULL || in->seed_way_first == NULL || in->seed_ways == NULL)
        return CP_ERR_NOMEM;
    CP_TRY(cp_row_table_take(rows, arena, in->slot_cap, &in->seeds));
    for (uint32_t l = 0; l < rows->lanes; l++)
        in->seeds.cost[CP_SLOT_NONE * rows->lanes + l] = CP_ROWS_NONE;
    for (uint32_t p = 0; p < h->place_count; p++)
        in->at[p].slot = p < h->core_count ? CP_SLOT_SPARE : CP_SLOT_NONE;
    return CP_OK;
}

cp_err cp_rows_open(const struct cp_hierarchy *h, cp_isa isa, cp_rows_kind kind,
                    struct cp_arena *arena, struct cp_rows *out)
{
    struct cp_rows_inside *in = CP_TAKE(arena, 1, struct cp_rows_inside);
    struct cp_rows rows = {.hierarchy = h, .lanes = cp_isa_lanes(isa), .inside = in};
    struct cp_row_table table = {0};

    if (in == NULL)
        return CP_ERR_NOMEM;
    in->kernel = kernel_for(isa, kind);
    CP_ASSERT(in->kernel != NULL && in->kernel->lanes == rows.lanes);
    in->kind = kind;
    in->arena = arena;
    in->slot_due_first = UINT32_MAX;
    in->probed_first = UINT32_MAX;
    CP_TRY(take_places(h, in, arena));
    CP_TRY(take_arcs(h, in, arena));
    CP_TRY(take_seeds(&rows, in, arena));
    CP_TRY(cp_row_table_take(&rows, arena, h->place_count, &table));
    if (h->core_count > 0) {
        in->labels = CP_TAKE(arena, h->place_count, struct label);
        if (in->labels == NULL)
            return CP_ERR_NOMEM;
        CP_TRY(cp_core_open(h, arena, &in->core));
    }
    rows.cost = table.cost;
    rows.marks = table.marks;
    *out = rows;
    return CP_OK;
}
