#include "base/cell.h"

static bool must_quote(cp_text cell)
{
    for (size_t i = 0; i < cell.len; i++) {
        char c = cell.at[i];

        if (c == ',' || c == '"' || c == '\n' || c == '\r')
            return true;
    }
    return false;
}

void cp_cell_inside_quotes(struct cp_out *out, cp_text part)
{
    for (size_t i = 0; i < part.len; i++) {
        if (part.at[i] == '"')
            cp_out_char(out, '"');
        cp_out_char(out, part.at[i]);
    }
}

void cp_cell_first(struct cp_out *out, cp_text cell)
{
    if (!must_quote(cell)) {
        cp_out_text(out, cell);
        return;
    }
    cp_out_char(out, '"');
    cp_cell_inside_quotes(out, cell);
    cp_out_char(out, '"');
}

void cp_cell_next(struct cp_out *out, cp_text cell)
{
    cp_out_char(out, ',');
    cp_cell_first(out, cell);
}
