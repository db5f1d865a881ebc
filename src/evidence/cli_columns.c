#include "cli_columns.h"

#include <string.h>

static bool same_at(cp_text line, size_t at, cp_text head)
{
    return cp_text_same_word(cp_text_sub(line, at, head.len), head) &&
           (at == 0 || line.at[at - 1] == ' ') &&
           (at + head.len == line.len || line.at[at + head.len] == ' ');
}

bool cp_cli_columns_find(cp_text line, const struct cp_cli_key *heads, uint32_t count,
                         struct cp_cli_columns *columns)
{
    size_t at = 0;

    if (count > CP_CLI_COLUMNS_MAX)
        return false;
    columns->count = count;
    for (uint32_t i = 0; i < count; i++) {
        cp_text head = cp_text_of(heads[i].key);

        while (at + head.len <= line.len && !same_at(line, at, head))
            at++;
        if (at + head.len > line.len)
            return false;
        columns->at[i] = at;
        at += head.len;
    }
    return true;
}

static bool by_words(cp_text row, uint32_t count, uint32_t from, cp_text *cells)
{
    cp_text rest = row;

    for (uint32_t i = from; i < count; i++) {
        cells[i] = cp_cli_word(&rest);
        if (cells[i].len == 0)
            return false;
    }
    return cp_text_trim(rest).len == 0;
}

/* Where two spaces begin; len: nowhere. */
static size_t gap_in(cp_text text)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.at[i] == ' ' && text.at[i + 1] == ' ')
            return i;
    return text.len;
}

static bool by_gaps(cp_text row, uint32_t count, uint32_t from, cp_text *cells)
{
    cp_text rest = cp_text_trim(row);

    for (uint32_t i = from; i < count; i++) {
        size_t gap = gap_in(rest);

        cells[i] = cp_text_sub(rest, 0, gap);
        rest = cp_text_trim(cp_text_sub(rest, gap, rest.len));
        if (cells[i].len == 0)
            return false;
    }
    return rest.len == 0;
}

/* Whether a cell runs into the column at this offset. */
static bool runs_over(cp_text row, size_t at)
{
    return at > 0 && at < row.len && row.at[at] != ' ' && row.at[at - 1] != ' ';
}

/* False where the cells do not stand below their heads: one runs over, or is two. */
static bool by_columns(cp_text row, const struct cp_cli_columns *columns, cp_columns how,
                       uint32_t from, cp_text *cells)
{
    for (uint32_t i = from; i < columns->count; i++) {
        size_t start = i == from ? 0 : columns->at[i];
        bool last = i + 1 == columns->count;
        size_t end = last ? row.len : columns->at[i + 1];

        if (start >= row.len) {
            cells[i] = (cp_text){"", 0};
            continue;
        }
        cells[i] = cp_text_trim(cp_text_sub(row, start, end - start));
        if (last)
            cells[i] = cp_text_sub(cells[i], 0, gap_in(cells[i]));
        if (gap_in(cells[i]) < cells[i].len)
            return false;
        if (!last && runs_over(row, end) && how != CP_COLUMNS_CUT)
            return false;
    }
    return true;
}

bool cp_cli_columns_cut(cp_text row, const struct cp_cli_columns *columns, cp_columns how,
                        uint32_t from, cp_text cells[CP_CLI_COLUMNS_MAX])
{
    return by_columns(row, columns, how, from, cells) ||
           by_gaps(row, columns->count, from, cells) || by_words(row, columns->count, from, cells);
}
