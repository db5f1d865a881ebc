#include "cli_neighbour.h"

/* Tables of neighbours. */

uint32_t cp_cli_find_heads(const struct cp_cli_section *section, const struct cp_seen_table *table)
{
    struct cp_cli_columns columns;

    for (uint32_t i = 0; i < section->count; i++)
        if (cp_cli_columns_find(section->lines[i].text, table->columns, table->column_count,
                                &columns))
            return i;
    return section->count;
}

/* The first cell alone, and the rest of the row below, under the other columns. */
static bool goes_on(const struct cp_cli_section *section, uint32_t line)
{
    cp_text text = cp_cli_at(section, line);
    cp_text next = line + 1 < section->count ? section->lines[line + 1].text : (cp_text){"", 0};

    return cp_text_find(text, ' ', 0) == text.len && next.len > 0 && next.at[0] == ' ' &&
           section->lines[line + 1].fate == CP_CLI_OPEN;
}

struct row {
    struct cp_seen_making *making;
    const struct cp_seen_table *table;
    const struct cp_cli_columns *columns;
};

/* A port has a number, or is one of those for management. */
static bool is_port(cp_text port)
{
    for (size_t i = 0; i < port.len; i++)
        if (port.at[i] >= '0' && port.at[i] <= '9')
            return true;
    return cp_cli_index(port, "mgmt") < port.len || cp_cli_index(port, "management") < port.len;
}

/* Lines below whose first cell is empty hold the rest of cells. */
static cp_err unwrap(struct row *row, uint32_t line, cp_text *cells)
{
    struct cp_cli_section *section = row->making->section;
    cp_text more[CP_CLI_COLUMNS_MAX];

    while (row->table->cells == CP_COLUMNS_WRAPPED && ++line < section->count &&
           section->lines[line].fate == CP_CLI_OPEN &&
           cp_cli_columns_cut(section->lines[line].text, row->columns, CP_COLUMNS_CUT, 0, more) &&
           more[0].len == 0) {
        for (uint32_t i = 1; i < row->table->column_count; i++)
            if (more[i].len > 0 && cells[i].len < CP_CLI_DESCR_BYTES)
                CP_TRY(cp_cli_glue(section, cells[i], "", more[i], &cells[i]));
        cp_cli_mark(section, line, CP_CLI_USED);
    }
    return CP_OK;
}

/* What a device cuts off it marks: such a name is none; a port stands before its description. */
static cp_text whole(cp_seen_what what, cp_text value)
{
    size_t comma = cp_text_find(value, ',', 0);

    if (!cp_text_ends(value, CP_TEXT("*")) && !cp_text_ends(value, CP_TEXT("...")))
        return value;
    if (what == CP_SEEN_PORT && comma < value.len)
        return cp_text_sub(value, 0, comma);
    return what == CP_SEEN_NAME || what == CP_SEEN_PORT ? CP_TEXT("") : value;
}

/* Some devices cut without a mark: a name that touches the next column may go on. */
static cp_err remark_cut(const struct row *row, uint32_t line, cp_text name)
{
    struct cp_cli_section *section = row->making->section;
    size_t end = row->columns->at[1];
    cp_text text = section->lines[line].text;

    if (row->table->cells != CP_COLUMNS_CUT || end >= text.len || text.at[end - 1] == ' ')
        return CP_OK;
    return cp_device_remark(section->doc, CP_REMARK_FINDING, cp_cli_place(section, line, name),
                            "a name as long as its column, which may be cut", name);
}

/* Sets the cells of a line from the column from on; one that names no port is no row. */
static cp_err set_cells(struct row *row, uint32_t line, uint32_t from)
{
    struct cp_cli_section *section = row->making->section;
    cp_text cells[CP_CLI_COLUMNS_MAX];
    bool fits =
        cp_cli_columns_cut(section->lines[line].text, row->columns, row->table->cells, from, cells);

    for (uint32_t i = from; i < row->table->column_count && fits; i++)
        if (row->table->columns[i].what == CP_SEEN_LOCAL)
            fits = is_port(cells[i]);
    cp_cli_mark(section, line, fits ? CP_CLI_USED : CP_CLI_ODD);
    if (!fits)
        *row->making = cp_seen_again(row->making);
    if (fits)
        CP_TRY(unwrap(row, line, cells));
    if (fits && from == 0)
        CP_TRY(remark_cut(row, line, cells[0]));
    for (uint32_t i = from; i < row->table->column_count && fits; i++) {
        cp_seen_what what = (cp_seen_what)row->table->columns[i].what;

        CP_TRY(cp_seen_set(row->making, line, what, whole(what, cells[i])));
    }
    return CP_OK;
}

static cp_err read_row(struct row *row, uint32_t *line)
{
    struct cp_cli_section *section = row->making->section;
    uint32_t from = 0;

    if (goes_on(section, *line)) {
        CP_TRY(cp_seen_set(row->making, *line, (cp_seen_what)row->table->columns[0].what,
                           cp_cli_at(section, *line)));
        cp_cli_mark(section, *line, CP_CLI_USED);
        (*line)++;
        from = 1;
    }
    CP_TRY(set_cells(row, *line, from));
    return cp_seen_end(row->making);
}

cp_err cp_cli_read_neighbour_table(struct cp_cli_section *section,
                                   const struct cp_seen_table *table)
{
    uint32_t head = cp_cli_find_heads(section, table);
    struct cp_seen_making making = cp_seen_begin(section, table->protocol);
    struct cp_cli_columns columns;
    struct row row = {&making, table, &columns};

    if (!cp_cli_columns_find(section->lines[head].text, table->columns, table->column_count,
                             &columns))
        return CP_OK;
    cp_cli_mark_range(section, 0, head + 1, CP_CLI_HEADING);
    for (uint32_t i = head + 1; i < section->count; i++) {
        uint32_t total;

        if (section->lines[i].fate != CP_CLI_OPEN)
            continue;
        if (cp_seen_total(cp_cli_at(section, i), &total)) {
            making.counted = total;
            cp_cli_mark(section, i, CP_CLI_COUNTER);
        } else {
            CP_TRY(read_row(&row, &i));
        }
    }
    return cp_seen_finish(&making);
}
