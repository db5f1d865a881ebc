#pragma once

#include "base/scan.h"

#include "doc.h"

/** A cell as it is meant: without its quotes. */
typedef struct {
    cp_text text;
    cp_place place; /* of its first byte, the quote where it is quoted */
} cp_cell;

/**
 * Records of a CSV text (RFC 4180): cells between commas, quotes doubled inside quoted cells, line
 * ends CR LF, LF or CR.  Lines without any byte hold no record.
 */
struct cp_csv {
    struct cp_doc *doc;
    cp_scan scan;
    cp_cell *cells; /* of the record, until the next one */
    uint32_t count, cap;
};

struct cp_csv cp_csv_make(struct cp_doc *doc);

/**
 * The next record, or *more = false.
 * Errors: MALFORMED (a quote in a cell that does not begin with one, text after a closing quote, a
 * quoted cell that never ends), LIMIT (columns), NOMEM.
 */
CP_MUST_USE cp_err cp_csv_next(struct cp_csv *csv, bool *more);
