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

/* Whether a cell runs into the column at this offset. */
static bool runs_over(cp_text row, size_t at)
{
    return at > 0 && at < row.len && row.at[at] != ' ' && row.at[at - 1] != ' ';
}

bool cp_cli_columns_cut(cp_text row, const struct cp_cli_columns *columns, cp_columns how,
                        uint32_t from, cp_text cells[CP_CLI_COLUMNS_MAX])
{
    for (uint32_t i = from; i < columns->count; i++) {
        size_t start = i == from ? 0 : columns->at[i];
        size_t end = i + 1 < columns->count ? columns->at[i + 1] : row.len;

        if (how == CP_COLUMNS_SPACED && i > from && runs_over(row, start))
            return by_words(row, columns->count, from, cells);
        cells[i] =
            start < row.len ? cp_text_trim(cp_text_sub(row, start, end - start)) : (cp_text){"", 0};
    }
    return true;
}
