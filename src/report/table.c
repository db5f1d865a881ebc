#include "report/table.h"

#include "wrap.h"

enum { CELL_COLUMNS_MAX = 40, SENTENCE_COLUMNS_MIN = 24, BELOW = 4 };

struct widths {
    uint32_t of[CP_TABLE_CELLS_MAX];
    uint32_t last; /* columns before the last cell */
};

static cp_text shown(cp_text cell)
{
    return cell.len > 0 ? cell : CP_TEXT("-");
}

static struct widths measure(const struct cp_table *table)
{
    struct widths widths = {.last = 0};

    for (uint32_t i = 0; i + 1 < table->cells; i++) {
        widths.of[i] = cp_wrap_columns(cp_text_of(table->heads[i]));
        for (uint32_t row = 0; row < table->row_count; row++) {
            uint32_t columns = cp_wrap_columns(shown(table->rows[(size_t)row * table->cells + i]));

            if (columns > widths.of[i] && columns <= CELL_COLUMNS_MAX)
                widths.of[i] = columns;
        }
        widths.last += widths.of[i] + 2;
    }
    return widths;
}

static void put_spaces(struct cp_out *out, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        cp_out_char(out, ' ');
}

/* In the column that stands free there, or below. */
static void write_sentence(struct cp_out *out, const struct cp_table *table, uint32_t at,
                           uint32_t column, cp_text sentence)
{
    struct cp_wrap how = {table->columns, 0, column};
    uint32_t left = at + 2 > column ? at + 2 : column;

    if (sentence.len == 0) {
        cp_out_char(out, '\n');
        return;
    }
    if (table->columns > 0 && left + SENTENCE_COLUMNS_MIN > table->columns) {
        cp_out_char(out, '\n');
        how.first = how.rest = BELOW;
        cp_wrap(out, sentence, how);
        return;
    }
    put_spaces(out, left - at);
    cp_wrap_from(out, sentence, how, left);
}

/* A cell that is too long pushes those behind it to the right, until others leave room. */
static void write_row(struct cp_out *out, const struct cp_table *table, const struct widths *widths,
                      const cp_text *cells)
{
    uint32_t at = 0, column = 0;

    for (uint32_t i = 0; i + 1 < table->cells; i++) {
        uint32_t left = i == 0 ? 0 : at + 2 > column ? at + 2 : column;

        put_spaces(out, left - at);
        cp_wrap_word(out, shown(cells[i]));
        at = left + cp_wrap_columns(shown(cells[i]));
        column += widths->of[i] + 2;
    }
    write_sentence(out, table, at, widths->last, cells[table->cells - 1]);
}

void cp_table_write(struct cp_out *out, const struct cp_table *table)
{
    struct widths widths = measure(table);
    cp_text heads[CP_TABLE_CELLS_MAX];

    CP_ASSERT(table->cells > 0 && table->cells <= CP_TABLE_CELLS_MAX);
    for (uint32_t i = 0; i < table->cells; i++)
        heads[i] = cp_text_of(table->heads[i]);
    write_row(out, table, &widths, heads);
    for (uint32_t row = 0; row < table->row_count; row++)
        write_row(out, table, &widths, &table->rows[(size_t)row * table->cells]);
}
