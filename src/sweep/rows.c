#include "sweep/rows.h"

#include <string.h>

#include "core.h"
#include "rows_inside.h"

/*
 * A sweep climbs from all destinations at once, over the union of their lines of ancestors, and
 * then goes through the places from the top (rows_kernel.h).  Destinations near each other have most
 * of their lines in common.  The core's rows come from a search a lane, between the two.
 */

/* ---- weights ---- */

struct cp_arc_after cp_arc_after_get(const struct cp_weights *w, uint32_t arc)
{
    return (struct cp_arc_after){.arc = arc,
                                 .up = cp_rows_narrow(w->up[arc]),
                                 .down = cp_rows_narrow(w->down[arc]),
                                 .up_marks = w->up_marks[arc],
                                 .down_marks = w->down_marks[arc]};
}

static void load_places(struct cp_rows *rows, const struct cp_weights *weights)
{
    struct cp_rows_inside *in = rows->inside;

    memcpy(in->place_marks, weights->place_marks, rows->hierarchy->place_count * sizeof(uint32_t));
    for (uint32_t i = 0; i < in->inner_count; i++)
        in->inner[i].marks = in->place_marks[in->inner[i].place];
    for (uint32_t i = 0; i < in->leaf_count; i++)
        in->leaf_marks[i].place = in->place_marks[in->leaves[i].place];
}

/* The core's search reads the weights themselves. */
static void load_arc(struct cp_rows *rows, const struct cp_weights *weights, uint32_t arc)
{
    const struct cp_hierarchy *h = rows->hierarchy;
    struct cp_arc_after now = cp_arc_after_get(weights, arc);

    if (arc >= h->arc_first[h->core_count])
        cp_rows_arc_set(rows->inside, &now);
}

void cp_rows_load(struct cp_rows *rows, const struct cp_weights *weights)
{
    CP_ASSERT(weights->hierarchy == rows->hierarchy);
    CP_ASSERT(rows->inside->start_count == 0);
    rows->inside->weights = weights;
    for (uint32_t a = 0; a < rows->hierarchy->arc_count; a++)
        load_arc(rows, weights, a);
    if (rows->inside->kind == CP_ROWS_COSTS_AND_MARKS)
        load_places(rows, weights);
}

void cp_rows_load_arcs(struct cp_rows *rows, const struct cp_weights *weights,
                       const struct cp_arc_before *arcs, uint32_t count)
{
    CP_ASSERT(weights->hierarchy == rows->hierarchy);
    CP_ASSERT(rows->inside->start_count == 0);
    rows->inside->weights = weights;
    for (uint32_t i = 0; i < count; i++)
        load_arc(rows, weights, arcs[i].arc);
}

/* ---- slots ---- */

static void set_slot(const struct cp_hierarchy *h, struct cp_rows_inside *in, uint32_t place,
                     uint32_t slot)
{
    uint32_t i = in->at[place].index;

    CP_ASSERT(place >= h->core_count);
    in->at[place].slot = slot;
    if (i < in->inner_count)
        in->inner[i].slot = slot;
    else
        in->leaves[i - in->inner_count].slot = slot;
}

static void deal_slot(const struct cp_hierarchy *h, struct cp_rows_inside *in, uint32_t place)
{
    CP_ASSERT(in->slot_count < in->slot_cap);
    in->slot_place[in->slot_count] = place;
    set_slot(h, in, place, in->slot_count++);
}

static void take_slots_back(const struct cp_hierarchy *h, struct cp_rows_inside *in)
{
    for (uint32_t s = CP_SLOT_FIRST; s < in->slot_count; s++)
        set_slot(h, in, in->slot_place[s], CP_SLOT_NONE);
    in->slot_count = CP_SLOT_FIRST;
    in->seed_ways_made = false;
}

/* Words of job_due that lines have bits in. */
struct span {
    uint32_t first, end;
};

/* Deals a leaf its slot; puts down inner places from there up, as far as no other line did. */
static void follow_line(const struct cp_hierarchy *h, struct cp_rows_inside *in, uint32_t place,
                        struct span *span)
{
    if (in->at[place].index >= in->inner_count) {
        if (in->at[place].slot == CP_SLOT_NONE)
            deal_slot(h, in, place);
        place = h->parent[place];
    }
    while (place >= h->core_count) {
        uint32_t job = in->at[place].index;
        uint64_t bit = UINT64_C(1) << job % 64;

        if ((in->job_due[job / 64] & bit) != 0)
            return;
        in->job_due[job / 64] |= bit;
        if (job / 64 < span->first)
            span->first = job / 64;
        if (job / 64 >= span->end)
            span->end = job / 64 + 1;
        if (h->parent[place] == place)
            return;
        place = h->parent[place];
    }
}

/* Slots for all lines, from the bottom up: jobs are in the order of places. */
static void deal_slots(struct cp_rows *rows)
{
    const struct cp_hierarchy *h = rows->hierarchy;
    struct cp_rows_inside *in = rows->inside;
    struct span span = {.first = UINT32_MAX};

    take_slots_back(h, in);
    for (uint32_t l = 0; l < rows->lanes; l++)
        if (in->lane_place[l] >= h->core_count)
            follow_line(h, in, in->lane_place[l], &span);
    for (uint32_t w = span.end; w-- > span.first;)
        while (in->job_due[w] != 0) {
            uint32_t bit = 63 - (uint32_t)__builtin_clzll(in->job_due[w]);

            in->job_due[w] ^= UINT64_C(1) << bit;
            deal_slot(h, in, in->inner[64 * w + bit].place);
        }
    for (uint32_t l = 0; l < rows->lanes; l++)
        in->lane_slot[l] = in->at[in->lane_place[l]].slot;
}

/* ---- sweep ---- */

enum { SEARCHED = 1, MARKED = 2 }; /* stamps of labels */

/* What the destination's line leaves with the core. */
static void seed_core(struct cp_rows *rows, uint32_t destination)
{
    const struct cp_hierarchy *h = rows->hierarchy;
    const struct cp_weights *w = rows->inside->weights;
    struct label *labels = rows->inside->labels;
    uint32_t last = UINT32_MAX;

    for (uint32_t p = 0; p < h->core_count; p++)
        labels[p] = (struct label){.weight = CP_WEIGHT_NONE};
    for (uint32_t p = destination; p >= h->core_count && p != last; p = h->parent[p]) {
        labels[p] = (struct label){.weight = CP_WEIGHT_NONE};
        last = p;
    }
    labels[destination] = (struct label){.marks = w->place_marks[destination]};
    last = UINT32_MAX;
    for (uint32_t p = destination; p >= h->core_count && p != last; p = h->parent[p]) {
        struct label from = labels[p];

        for (uint32_t a = h->arc_first[p]; a < h->arc_first[p + 1]; a++) {
            struct label *to = &labels[h->arc_to[a]];
            uint64_t weight = from.weight + w->down[a];
            uint32_t marks = from.marks | w->down_marks[a] | w->place_marks[h->arc_to[a]];

            if (weight >= CP_WEIGHT_NONE || weight > to->weight)
                continue;
            to->marks = weight < to->weight ? marks : to->marks | marks;
            to->weight = weight;
        }
        last = p;
    }
}

/* A lane of the core's rows. */
static void search_core(struct cp_rows *rows, uint32_t lane)
{
    struct cp_rows_inside *in = rows->inside;

    seed_core(rows, in->lane_place[lane]);
    cp_core_settle(in->core, in->weights, in->labels, SEARCHED);
    for (uint32_t p = 0; p < rows->hierarchy->core_count; p++) {
        size_t at = (size_t)p * rows->lanes + lane;

        rows->cost[at] = cp_rows_narrow(in->labels[p].weight);
        if (in->kind == CP_ROWS_COSTS)
            continue;
        cp_core_mark(in->core, in->weights, in->labels, p, MARKED);
        rows->marks[at] = in->labels[p].weight < CP_WEIGHT_NONE ? in->labels[p].marks : 0;
    }
}

/* Lanes left over repeat the first one's. */
static void repeat_core(struct cp_rows *rows, uint32_t lane)
{
    for (uint32_t p = 0; p < rows->hierarchy->core_count; p++) {
        size_t first = (size_t)p * rows->lanes;

        rows->cost[first + lane] = rows->cost[first];
        if (rows->marks != NULL)
            rows->marks[first + lane] = rows->marks[first];
    }
}

void cp_rows_sweep(struct cp_rows *rows, const uint32_t *destinations, uint32_t count)
{
    const struct cp_hierarchy *h = rows->hierarchy;
    struct cp_rows_inside *in = rows->inside;

    CP_ASSERT(in->weights != NULL && in->start_count == 0);
    CP_ASSERT(count > 0 && count <= rows->lanes);
    for (uint32_t l = 0; l < rows->lanes; l++)
        in->lane_place[l] = h->place_of_node[destinations[l < count ? l : 0]];
    deal_slots(rows);
    in->kernel->climb(rows);
    for (uint32_t l = 0; l < rows->lanes && in->core != NULL; l++)
        if (l < count)
            search_core(rows, l);
        else
            repeat_core(rows, l);
    in->kernel->pass(rows);
}
