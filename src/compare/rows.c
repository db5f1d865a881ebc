#include <stdio.h>

#include "inside.h"

cp_err cp_comparing_row(struct cp_comparing *c, const struct cp_compare_row *row)
{
    void *rows = c->rows;

    CP_TRY(cp_arena_grow(c->arena, &rows, c->row_count, &c->row_cap, sizeof(*c->rows)));
    c->rows = rows;
    c->rows[c->row_count++] = *row;
    if (row->note)
        c->out->notes++;
    else
        c->out->counts[row->kind]++;
    return CP_OK;
}

cp_err cp_comparing_value(struct cp_comparing *c, struct cp_compare_row *row, cp_side side,
                          const struct cp_stated_value *value)
{
    void *values = c->values;

    CP_TRY(cp_arena_grow(c->arena, &values, c->value_count, &c->value_cap, sizeof(*c->values)));
    c->values = values;
    if (row->values[side].count == 0)
        row->values[side].first = c->value_count;
    CP_ASSERT(row->values[side].first + row->values[side].count == c->value_count);
    row->values[side].count++;
    c->values[c->value_count++] = *value;
    return CP_OK;
}

cp_err cp_comparing_pair(struct cp_comparing *c, struct cp_compare_row row,
                         const struct cp_stated_value values[CP_SIDES])
{
    CP_TRY(cp_comparing_value(c, &row, CP_SIDE_A, &values[CP_SIDE_A]));
    CP_TRY(cp_comparing_value(c, &row, CP_SIDE_B, &values[CP_SIDE_B]));
    return cp_comparing_row(c, &row);
}

cp_err cp_comparing_number(struct cp_comparing *c, uint64_t number, cp_text *out)
{
    char digits[24];

    (void)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    return cp_text_copy(cp_text_of(digits), c->arena, out);
}
