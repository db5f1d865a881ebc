#include "csv.h"

#include "base/out.h"

/* One pass over the bytes.  Cells are slices of the text; only those with doubled quotes are copied. */

struct cp_csv cp_csv_make(struct cp_doc *doc)
{
    return (struct cp_csv){.doc = doc, .scan = cp_scan_make(doc->text, doc->file)};
}

/* RFC 4180 2.7: a quote inside a quoted cell is written twice. */
static cp_err undouble(struct cp_doc *doc, cp_text text, cp_text *out)
{
    struct cp_out cell = cp_out_make(doc->arena);

    for (size_t at = 0; at < text.len;) {
        size_t quote = cp_text_find(text, '"', at);

        cp_out_text(&cell, cp_text_sub(text, at, quote - at));
        if (quote < text.len)
            cp_out_char(&cell, '"');
        at = quote + 2;
    }
    return cp_out_done(&cell, out);
}

static bool at_cell_end(const cp_scan *scan)
{
    int c = cp_scan_peek(scan);

    return c < 0 || c == ',' || c == '\n' || c == '\r';
}

static cp_err quoted(struct cp_csv *csv, cp_cell *cell)
{
    cp_scan *scan = &csv->scan;
    size_t from = scan->at + 1;
    bool doubled = false;

    (void)cp_scan_next(scan);
    for (;;) {
        (void)cp_scan_until(scan, "\"");
        if (cp_scan_next(scan) < 0)
            return cp_doc_fail(csv->doc, CP_ERR_MALFORMED, cell->place, "quoted cell never ends",
                               CP_TEXT(""));
        if (cp_scan_peek(scan) != '"')
            break;
        (void)cp_scan_next(scan);
        doubled = true;
    }
    if (!at_cell_end(scan))
        return cp_doc_fail(csv->doc, CP_ERR_MALFORMED, scan->place, "text after a closing quote",
                           CP_TEXT(""));
    cell->text = cp_text_sub(scan->text, from, scan->at - 1 - from);
    return doubled ? undouble(csv->doc, cell->text, &cell->text) : CP_OK;
}

/* RFC 4180 2.5: a cell that is not quoted holds no quote. */
static cp_err unquoted(struct cp_csv *csv, cp_cell *cell)
{
    cell->text = cp_scan_until(&csv->scan, ",\"\r\n");
    if (cp_scan_peek(&csv->scan) == '"')
        return cp_doc_fail(csv->doc, CP_ERR_MALFORMED, csv->scan.place,
                           "quote inside a cell that does not begin with one", CP_TEXT(""));
    return CP_OK;
}

static cp_err push_cell(struct cp_csv *csv)
{
    cp_cell cell = {.place = csv->scan.place};
    void *cells = csv->cells;

    if (csv->count == CP_LIMIT_COLUMNS)
        return cp_doc_fail(csv->doc, CP_ERR_LIMIT, cell.place, "too many columns", CP_TEXT(""));
    if (cp_scan_peek(&csv->scan) == '"')
        CP_TRY(quoted(csv, &cell));
    else
        CP_TRY(unquoted(csv, &cell));
    if (csv->count == csv->cap)
        CP_TRY(cp_arena_grow(csv->doc->arena, &cells, csv->count, &csv->cap, sizeof(cp_cell)));
    csv->cells = cells;
    csv->cells[csv->count++] = cell;
    return CP_OK;
}

static void end_line(cp_scan *scan)
{
    if (cp_scan_next(scan) == '\r' && cp_scan_peek(scan) == '\n')
        (void)cp_scan_next(scan);
}

cp_err cp_csv_next(struct cp_csv *csv, bool *more)
{
    csv->count = 0;
    (void)cp_scan_while(&csv->scan, "\r\n");
    *more = !cp_scan_at_end(&csv->scan);
    if (!*more)
        return CP_OK;
    CP_TRY(push_cell(csv));
    while (cp_scan_peek(&csv->scan) == ',') {
        (void)cp_scan_next(&csv->scan);
        CP_TRY(push_cell(csv));
    }
    end_line(&csv->scan);
    return CP_OK;
}

bool cp_csv_header_has(cp_text text, cp_text column)
{
    cp_scan scan = cp_scan_make(text, CP_PLACE_NO_FILE);
    cp_text header;

    (void)cp_scan_while(&scan, "\r\n");
    if (!cp_scan_line(&scan, &header))
        return false;
    for (cp_text cell; cp_text_word(&header, ",", &cell);) {
        cell = cp_text_trim(cell);
        if (cell.len >= 2 && cell.at[0] == '"')
            cell = cp_text_sub(cell, 1, cell.len - 2);
        if (cp_text_eq(cell, column))
            return true;
    }
    return false;
}
