#include "tables.h"

#include <string.h>

#include "base/num.h"
#include "model/sid_text.h"

#include "address.h"
#include "csv.h"
#include "number.h"

/* Header, then records; each cell is looked at once. */

/* Header */

#define NO_COLUMN UINT32_MAX /* a column of the user's own, left out */

enum { COLUMNS_MAX = 16 };

static uint32_t column_find(const struct cp_table *table, cp_text name)
{
    uint32_t i = 0;

    while (i < table->count && !cp_text_is(name, table->columns[i].name))
        i++;
    return i;
}

static cp_err unknown_column(struct cp_doc *doc, const struct cp_table *table, cp_cell cell)
{
    cp_text names[COLUMNS_MAX];
    size_t nearest = 0;
    cp_err err = cp_doc_fail(doc, CP_ERR_UNKNOWN_ID, cell.place, "unknown column", cell.text);

    CP_ASSERT(table->count <= COLUMNS_MAX);
    for (uint32_t i = 0; i < table->count; i++)
        names[i] = cp_text_of(table->columns[i].name);
    while (nearest < table->count && !cp_text_same_word(cell.text, names[nearest]))
        nearest++;
    if (nearest == table->count)
        nearest = cp_text_nearest(cell.text, names, table->count);
    if (nearest < table->count)
        cp_diag_hint(doc->diag, names[nearest]);
    return err;
}

static cp_err header_cell(struct cp_doc *doc, const struct cp_table *table, cp_cell cell,
                          uint32_t *column)
{
    cell.text = cp_text_trim(cell.text);
    if (cp_text_starts(cell.text, CP_TEXT("x-"))) {
        *column = NO_COLUMN;
        return cp_doc_tally(doc, CP_REMARK_IGNORED, cell.place,
                            "columns that begin with x- are the user's own", cell.text);
    }
    *column = column_find(table, cell.text);
    return *column < table->count ? CP_OK : unknown_column(doc, table, cell);
}

static cp_err require_columns(struct cp_doc *doc, const struct cp_table *table, cp_place place,
                              const bool *seen)
{
    for (uint32_t i = 0; i < table->count; i++)
        if (table->columns[i].required != NEED_NOTHING && !seen[i])
            return cp_doc_fail(doc, CP_ERR_MALFORMED, place, "the header lacks a required column",
                               cp_text_of(table->columns[i].name));
    return CP_OK;
}

/* columns [csv->count]: the table's column in each place of a record. */
static cp_err read_header(struct cp_csv *csv, const struct cp_table *table, uint32_t *columns)
{
    struct cp_doc *doc = csv->doc;
    bool seen[COLUMNS_MAX] = {false};
    bool more;

    CP_TRY(cp_csv_next(csv, &more));
    if (!more)
        return cp_doc_fail(doc, CP_ERR_MALFORMED, cp_doc_start(doc), "no header", CP_TEXT(""));
    for (uint32_t i = 0; i < csv->count; i++) {
        CP_TRY(header_cell(doc, table, csv->cells[i], &columns[i]));
        if (columns[i] == NO_COLUMN)
            continue;
        if (seen[columns[i]])
            return cp_doc_fail(doc, CP_ERR_DUPLICATE, csv->cells[i].place, "column stands twice",
                               csv->cells[i].text);
        seen[columns[i]] = true;
    }
    return require_columns(doc, table, csv->cells[0].place, seen);
}

/* Cells */

static cp_err bad_cell(struct cp_doc *doc, cp_err err, cp_cell cell, const char *why)
{
    return cp_doc_fail(doc, err, cell.place, why, cell.text);
}

static cp_err read_name(struct cp_doc *doc, cp_cell cell, cp_text *out)
{
    *out = cell.text;
    if (cp_text_trim(cell.text).len == cell.text.len)
        return CP_OK;
    return cp_doc_tally(doc, CP_REMARK_FINDING, cell.place, "a name with spaces around it",
                        cell.text);
}

/* Cells that hold one word of a few: its number is the value of the enum. */
static const struct words {
    cp_cell_kind kind;
    const char *why;
    const char *list; /* spaces between */
    uint32_t first;   /* the value of the first */
} words[] = {
    {CELL_LAYER, "unknown layer", "ip ethernet optical radio management", CP_LAYER_IP},
    {CELL_PATH_METRIC, "no metric: igp, te or delay", "igp te delay", CP_METRIC_IGP},
    {CELL_DISJOINT, "no kind of disjointness: none, link, node, srlg or site",
     "none link node srlg site", CP_DISJOINT_NONE},
    {CELL_SAID, "neither yes nor no", "no yes", CP_SAID_NO},
};

static cp_err read_word(struct cp_doc *doc, cp_cell_kind kind, cp_cell cell, uint32_t *out)
{
    cp_text names[CP_LAYER_COUNT], rest;
    const struct words *of = words;
    size_t count = 0, nearest;
    cp_err err;

    while (of->kind != kind)
        of++;
    rest = cp_text_of(of->list);
    while (count < CP_COUNT(names) && cp_text_word(&rest, " ", &names[count])) {
        *out = of->first + (uint32_t)count;
        if (cp_text_eq(cell.text, names[count++]))
            return CP_OK;
    }
    err = bad_cell(doc, CP_ERR_UNKNOWN_ID, cell, of->why);
    nearest = cp_text_nearest(cell.text, names, count);
    if (nearest < count)
        cp_diag_hint(doc->diag, names[nearest]);
    return err;
}

static cp_err read_u32(struct cp_doc *doc, cp_cell cell, uint32_t min, const char *why,
                       uint32_t *out)
{
    uint64_t number;
    cp_err err = cp_number_whole(cell.text, 0, UINT32_MAX - (min == 0), &number);

    if (err != CP_OK || number < min)
        return bad_cell(doc, err != CP_OK ? err : CP_ERR_RANGE, cell, why);
    *out = (uint32_t)number;
    return CP_OK;
}

static cp_err read_bps(struct cp_doc *doc, cp_cell cell, uint64_t *out)
{
    cp_err err = cp_number_whole(cell.text, 0, CP_BPS_NONE - 1, out);

    return err == CP_OK ? CP_OK : bad_cell(doc, err, cell, "not a whole number of bits a second");
}

static cp_err read_degrees(struct cp_doc *doc, cp_cell cell, int limit_deg, int32_t *out)
{
    cp_err err = cp_number_degrees(cell.text, limit_deg, out);

    if (err == CP_OK)
        return CP_OK;
    return bad_cell(doc, err, cell,
                    limit_deg == CP_LAT_LIMIT_DEG ? "not a latitude from -90 to 90"
                                                  : "not a longitude from -180 to 180");
}

static cp_err read_date(struct cp_doc *doc, cp_cell cell, cp_date *out)
{
    cp_err err = cp_date_parse(cell.text, out);

    return err == CP_OK ? CP_OK : bad_cell(doc, err, cell, "not a date like 2026-11-21");
}

static cp_err read_yes(struct cp_doc *doc, cp_cell cell, bool *out)
{
    *out = cp_text_is(cell.text, "yes");
    if (*out || cp_text_is(cell.text, "no"))
        return CP_OK;
    return bad_cell(doc, CP_ERR_MALFORMED, cell, "neither yes nor no");
}

static cp_err read_addresses(struct cp_doc *doc, cp_cell cell, cp_text *out)
{
    cp_text rest = cell.text;

    for (cp_text word; cp_text_word(&rest, " ", &word);)
        if (!cp_address_valid(word))
            return bad_cell(doc, CP_ERR_MALFORMED, cell, "not an IP address");
    *out = cell.text;
    return CP_OK;
}

/* A SID is an MPLS label or index (label:N, index:N where it says so), or an SRv6 SID written as an IPv6 address. */
static cp_err read_sid(struct cp_doc *doc, cp_cell cell, cp_text *out)
{
    struct cp_sid_text sid;
    uint32_t number;

    *out = cell.text;
    if (cp_num_u32(cell.text, UINT32_MAX, &number) == CP_OK || cp_address_valid(cell.text) ||
        cp_sid_text_parse(cell.text, &sid) == CP_OK)
        return CP_OK;
    return bad_cell(doc, CP_ERR_MALFORMED, cell, "not a segment identifier");
}

/* Writes the value of a cell that is not empty to `to`, a field of the kind's type. */
static cp_err read_value(struct cp_doc *doc, cp_cell_kind kind, cp_cell cell, char *to)
{
    union {
        cp_text text;
        uint32_t u32;
        uint64_t u64;
        int32_t i32;
        cp_date date;
        bool yes;
    } value;
    size_t size = sizeof(cp_text);

    switch (kind) {
    case CELL_NAME:
        CP_TRY(read_name(doc, cell, &value.text));
        break;
    case CELL_TEXT:
        value.text = cell.text;
        break;
    case CELL_ADDRESSES:
        CP_TRY(read_addresses(doc, cell, &value.text));
        break;
    case CELL_SID:
        CP_TRY(read_sid(doc, cell, &value.text));
        break;
    case CELL_LAYER:
    case CELL_PATH_METRIC:
    case CELL_DISJOINT:
    case CELL_SAID:
        CP_TRY(read_word(doc, kind, cell, &value.u32));
        size = sizeof(value.u32);
        break;
    case CELL_METRIC:
        CP_TRY(read_u32(doc, cell, 1, "not a metric from 1 to 4294967294", &value.u32));
        size = sizeof(value.u32);
        break;
    case CELL_BOUND:
        CP_TRY(read_u32(doc, cell, 1, "not a whole number from 1 on", &value.u32));
        size = sizeof(value.u32);
        break;
    case CELL_DELAY:
        CP_TRY(read_u32(doc, cell, 0, "not a whole number of microseconds", &value.u32));
        size = sizeof(value.u32);
        break;
    case CELL_BPS:
        CP_TRY(read_bps(doc, cell, &value.u64));
        size = sizeof(value.u64);
        break;
    case CELL_LAT:
        CP_TRY(read_degrees(doc, cell, CP_LAT_LIMIT_DEG, &value.i32));
        size = sizeof(value.i32);
        break;
    case CELL_LON:
        CP_TRY(read_degrees(doc, cell, CP_LON_LIMIT_DEG, &value.i32));
        size = sizeof(value.i32);
        break;
    case CELL_DATE:
        CP_TRY(read_date(doc, cell, &value.date));
        size = sizeof(value.date);
        break;
    case CELL_YES:
        CP_TRY(read_yes(doc, cell, &value.yes));
        size = sizeof(value.yes);
        break;
    }
    memcpy(to, &value, size);
    return CP_OK;
}

/* Of a cell on the row's first line; 0 stands for the row's own. */
static void keep_column(cp_place cell, cp_place row, char *to)
{
    uint16_t column = 0;

    if (cell.line == row.line && cell.column <= UINT16_MAX && cell.column != row.column)
        column = (uint16_t)cell.column;
    memcpy(to, &column, sizeof(column));
}

static cp_err read_cell(struct cp_doc *doc, const struct cp_column *column, cp_cell cell,
                        cp_place row_place, union cp_table_row *row)
{
    char *bytes = (char *)row;

    if (column->kind != CELL_NAME) {
        cell.text = cp_text_trim(cell.text);
        CP_TRY(cp_doc_one_line(doc, cell.place, cell.text, &cell.text));
    }
    if (column->column_at != 0)
        keep_column(cell.place, row_place, bytes + column->column_at);
    if (cp_text_trim(cell.text).len == 0) {
        if (column->required != NEED_CELL)
            return CP_OK;
        return cp_doc_fail(doc, CP_ERR_MALFORMED, cell.place, "empty cell in a required column",
                           cp_text_of(column->name));
    }
    CP_TRY(read_value(doc, column->kind, cell, bytes + column->value_at));
    if (column->place_at != 0)
        memcpy(bytes + column->place_at, &cell.place, sizeof(cell.place));
    return CP_OK;
}

/* Records */

static bool all_empty(const struct cp_csv *csv)
{
    for (uint32_t i = 0; i < csv->count; i++)
        if (cp_text_trim(csv->cells[i].text).len > 0)
            return false;
    return true;
}

static cp_err read_record(struct cp_csv *csv, const struct cp_table *table, const uint32_t *columns)
{
    struct cp_doc *doc = csv->doc;
    union cp_table_row row;

    if (all_empty(csv))
        return cp_doc_tally(doc, CP_REMARK_IGNORED, csv->cells[0].place, "empty rows say nothing",
                            CP_TEXT(""));
    table->make(csv->cells[0].place, &row);
    for (uint32_t i = 0; i < csv->count; i++)
        if (columns[i] != NO_COLUMN)
            CP_TRY(read_cell(doc, &table->columns[columns[i]], csv->cells[i], csv->cells[0].place,
                             &row));
    return table->add(doc, &row);
}

static cp_err ragged(struct cp_csv *csv, uint32_t width)
{
    uint32_t at = csv->count < width ? csv->count - 1 : width;

    return cp_doc_fail(csv->doc, CP_ERR_MALFORMED, csv->cells[at].place,
                       csv->count < width ? "the row has fewer cells than the header"
                                          : "the row has more cells than the header",
                       csv->cells[at].text);
}

/* So many as there are line ends. */
static void expect_rows(struct cp_doc *doc, bool ids_given)
{
    cp_text text = doc->text;
    size_t rows = 0;

    for (size_t at = cp_text_find(text, '\n', 0); at < text.len; rows++)
        at = cp_text_find(text, '\n', at + 1);
    if (doc->format == CP_FORMAT_NODES_CSV)
        cp_build_expect(doc->build, rows, 0);
    else if (doc->format == CP_FORMAT_LINKS_CSV && ids_given)
        cp_build_expect(doc->build, 0, rows);
}

static bool has_ids(const struct cp_table *table, const uint32_t *columns, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (columns[i] != NO_COLUMN && strcmp(table->columns[columns[i]].name, "id") == 0)
            return true;
    return false;
}

cp_err cp_read_table(struct cp_doc *doc)
{
    const struct cp_table *table = cp_table_of(doc->format);
    struct cp_csv csv = cp_csv_make(doc);
    uint32_t columns[CP_LIMIT_COLUMNS] = {0};
    uint32_t width;

    CP_TRY(cp_doc_check_text(doc));
    CP_TRY(read_header(&csv, table, columns));
    width = csv.count;
    expect_rows(doc, has_ids(table, columns, width));
    for (;;) {
        bool more;

        CP_TRY(cp_csv_next(&csv, &more));
        if (!more)
            return CP_OK;
        if (csv.count != width && !all_empty(&csv))
            return ragged(&csv, width);
        CP_TRY(read_record(&csv, table, columns));
    }
}
