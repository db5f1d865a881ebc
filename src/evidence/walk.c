#include "walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "limits.h"

struct cp_walk cp_walk_make(struct cp_device_doc *doc)
{
    return (struct cp_walk){.doc = doc};
}

cp_err cp_walk_add(struct cp_walk *walk, const struct cp_object *object, cp_value_kind kind,
                   cp_text value, cp_place place)
{
    struct cp_grid *grid = &walk->grids[object->grid];
    uint32_t *index = CP_TAKE(walk->doc->scratch, object->index_len, uint32_t);
    void *cells = grid->cells;

    if (index == NULL)
        return CP_ERR_NOMEM;
    memcpy(index, object->index, object->index_len * sizeof(*index));
    CP_TRY(cp_arena_grow(walk->doc->scratch, &cells, grid->cell_count, &grid->cell_cap,
                         sizeof(*grid->cells)));
    grid->cells = cells;
    grid->cells[grid->cell_count++] = (struct cp_cell){.value = value,
                                                       .place = place,
                                                       .index = index,
                                                       .index_len = (uint8_t)object->index_len,
                                                       .column = (uint8_t)object->column,
                                                       .kind = kind};
    walk->used++;
    return CP_OK;
}

/* --- objects of enterprises ---------------------------------------------------------------- */

/* What makers write of their own: an object below the number that IANA gave them. */
static bool enterprise_of(cp_text oid, uint32_t *number)
{
    static const cp_text before = {"1.3.6.1.4.1.", 12};
    uint64_t sum = 0;
    size_t at = before.len;

    if (!cp_text_starts(oid, before))
        return false;
    for (; at < oid.len && oid.at[at] >= '0' && oid.at[at] <= '9' && sum <= UINT32_MAX; at++)
        sum = sum * 10 + (uint64_t)(oid.at[at] - '0');
    *number = (uint32_t)sum;
    return sum > 0 && sum <= UINT32_MAX && at < oid.len && oid.at[at] == '.';
}

/* One is many lines long: the last is looked at first. */
static void note_enterprise(struct cp_walk *walk, cp_text oid, cp_place place)
{
    uint32_t number;

    if (!enterprise_of(oid, &number) || walk->enterprise_count == CP_ENTERPRISES_MAX)
        return;
    for (uint32_t i = walk->enterprise_count; i-- > 0;)
        if (walk->enterprises[i].number == number)
            return;
    walk->enterprises[walk->enterprise_count++] = (struct cp_enterprise){number, place};
}

void cp_walk_other(struct cp_walk *walk, cp_text oid, cp_place place)
{
    if (walk->other++ == 0)
        walk->other_place = place;
    note_enterprise(walk, oid, place);
}

static cp_err say_enterprises(struct cp_walk *walk)
{
    for (uint32_t i = 0; i < walk->enterprise_count; i++) {
        struct cp_out oid = cp_out_make(walk->doc->scratch);
        cp_text text;

        cp_out_format(&oid, "1.3.6.1.4.1.%u", walk->enterprises[i].number);
        CP_TRY(cp_out_done(&oid, &text));
        CP_TRY(cp_device_says(walk->doc, walk->enterprises[i].place, CP_TEXT(""), "private-objects",
                              text));
    }
    return CP_OK;
}

/* --- rows ---------------------------------------------------------------------------------- */

static int compare_index(const uint32_t *a, uint32_t a_len, const uint32_t *b, uint32_t b_len)
{
    for (uint32_t i = 0; i < a_len && i < b_len; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return a_len == b_len ? 0 : a_len < b_len ? -1 : 1;
}

/* By index, then column; of two that are alike the earlier comes first. */
static int compare_cells(const void *left, const void *right)
{
    const struct cp_cell *a = left, *b = right;
    int order = compare_index(a->index, a->index_len, b->index, b->index_len);

    if (order != 0)
        return order;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return a->place.line == b->place.line ? 0 : a->place.line < b->place.line ? -1 : 1;
}

static bool same_object(const struct cp_cell *a, const struct cp_cell *b)
{
    return a->column == b->column &&
           compare_index(a->index, a->index_len, b->index, b->index_len) == 0;
}

/* Objects that say whose the device or a part of it is: whatever value of one comes first, the others
 * must not be lost. */
static bool says_whose(cp_grid_name grid, uint32_t column)
{
    switch (grid) {
    case CP_GRID_SYSTEM:
    case CP_GRID_ENGINE:
    case CP_GRID_BRIDGE:
        return true;
    case CP_GRID_PARTS:
        return column == 2 || column == 3 || column == 12 || column == 13;
    case CP_GRID_LLDP_LOCAL:
        return column == 4;
    case CP_GRID_MED_LOCAL:
        return column == 6 || column == 7;
    case CP_GRID_OWN:
        return column == CP_OWN_MAKER || column == CP_OWN_MODEL;
    default:
        return false;
    }
}

static cp_err drop(struct cp_walk *walk, cp_remark_kind kind, const struct cp_cell *cell,
                   const char *why)
{
    walk->used--;
    return cp_device_remark(walk->doc, kind, cell->place, why, cell->value);
}

/* Where the values of the cell's object begin among those kept; kept: it is the first of them. */
static uint32_t values_from(const struct cp_grid *grid, uint32_t kept, const struct cp_cell *cell)
{
    while (kept > 0 && same_object(&grid->cells[kept - 1], cell))
        kept--;
    return kept;
}

static bool has_value(const struct cp_grid *grid, uint32_t from, uint32_t to, cp_text value)
{
    for (uint32_t i = from; i < to; i++)
        if (cp_text_eq(grid->cells[i].value, value))
            return true;
    return false;
}

/* Of an object that stands twice the first value counts, and the others are remarked; of one that
 * says whose the device is, each different value counts. */
static cp_err drop_repeats(struct cp_walk *walk, cp_grid_name name)
{
    struct cp_grid *grid = &walk->grids[name];
    uint32_t kept = 0;

    for (uint32_t i = 0; i < grid->cell_count; i++) {
        const struct cp_cell *cell = &grid->cells[i];
        uint32_t from = values_from(grid, kept, cell);

        if (from == kept)
            grid->cells[kept++] = *cell;
        else if (has_value(grid, from, kept, cell->value))
            CP_TRY(drop(walk, CP_REMARK_IGNORED, cell,
                        "an object that stands twice with the same value"));
        else if (!says_whose(name, cell->column))
            CP_TRY(drop(walk, CP_REMARK_IGNORED, cell,
                        "an object that stands twice: the first value counts"));
        else if (kept - from == CP_LIMIT_OBJECT_VALUES)
            CP_TRY(drop(walk, CP_REMARK_NOT_UNDERSTOOD, cell,
                        "more different values of one object than are kept"));
        else
            grid->cells[kept++] = *cell;
    }
    grid->cell_count = kept;
    return CP_OK;
}

static cp_err find_rows(struct cp_walk *walk, struct cp_grid *grid)
{
    grid->rows = CP_TAKE(walk->doc->scratch, grid->cell_count, struct cp_grid_row);
    if (grid->rows == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < grid->cell_count; i++) {
        const struct cp_cell *cell = &grid->cells[i];
        const struct cp_cell *last = i > 0 ? cell - 1 : NULL;

        if (last == NULL ||
            compare_index(last->index, last->index_len, cell->index, cell->index_len) != 0)
            grid->rows[grid->row_count++] = (struct cp_grid_row){.first = i};
        grid->rows[grid->row_count - 1].count++;
    }
    return CP_OK;
}

static cp_err settle(struct cp_walk *walk, cp_grid_name name)
{
    struct cp_grid *grid = &walk->grids[name];

    if (grid->cell_count == 0)
        return CP_OK;
    qsort(grid->cells, grid->cell_count, sizeof(*grid->cells), compare_cells);
    CP_TRY(drop_repeats(walk, name));
    return find_rows(walk, grid);
}

const struct cp_cell *cp_grid_first(const struct cp_grid *grid, uint32_t row)
{
    return &grid->cells[grid->rows[row].first];
}

uint32_t cp_grid_from(const struct cp_grid *grid, const uint32_t *index, uint32_t index_len)
{
    uint32_t from = 0, to = grid->row_count;

    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        const struct cp_cell *cell = cp_grid_first(grid, middle);

        if (compare_index(cell->index, cell->index_len, index, index_len) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

uint32_t cp_grid_find(const struct cp_grid *grid, const uint32_t *index, uint32_t index_len)
{
    uint32_t row = cp_grid_from(grid, index, index_len);
    const struct cp_cell *cell;

    if (row == grid->row_count)
        return CP_NONE;
    cell = cp_grid_first(grid, row);
    return compare_index(cell->index, cell->index_len, index, index_len) == 0 ? row : CP_NONE;
}

const struct cp_cell *cp_grid_cell(const struct cp_grid *grid, uint32_t row, uint32_t column)
{
    if (row == CP_NONE)
        return NULL;
    for (uint32_t i = 0; i < grid->rows[row].count; i++)
        if (grid->cells[grid->rows[row].first + i].column == column)
            return &grid->cells[grid->rows[row].first + i];
    return NULL;
}

const struct cp_cell *cp_grid_more(const struct cp_grid *grid, const struct cp_cell *cell)
{
    const struct cp_cell *next = cell + 1;

    if (next == grid->cells + grid->cell_count || !same_object(cell, next))
        return NULL;
    return next;
}

/* --- all of it ----------------------------------------------------------------------------- */

cp_err cp_walk_finish(struct cp_walk *walk)
{
    for (size_t i = 0; i < CP_GRID_COUNT; i++)
        CP_TRY(settle(walk, (cp_grid_name)i));
    CP_TRY(cp_walk_system(walk));
    CP_TRY(cp_walk_ports(walk));
    CP_TRY(cp_walk_parts(walk));
    CP_TRY(cp_walk_sightings(walk));
    CP_TRY(say_enterprises(walk));
    CP_TRY(cp_device_remarks(walk->doc, CP_REMARK_IGNORED, walk->other_place,
                             "an object that says nothing of makers or neighbours", CP_TEXT(""),
                             walk->other));
    return cp_device_used(walk->doc, walk->used);
}
