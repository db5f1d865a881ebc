#pragma once

#include "base/diag.h"
#include "base/text.h"

/**
 * A cursor over the bytes of a text input: the only way readers of text formats look at untrusted
 * bytes.  At the end, peek and next give -1 for ever, so loops end.  Small: copy freely.
 */
typedef struct {
    cp_text text;
    size_t at;
    cp_place place; /* of the next byte; lines end at LF, and at CR that no LF follows */
} cp_scan;

/** Starts at line 1, column 1 of the input with this index.  A UTF-8 byte order mark is skipped. */
cp_scan cp_scan_make(cp_text text, uint32_t file);
int cp_scan_peek(const cp_scan *scan);
int cp_scan_next(cp_scan *scan);
bool cp_scan_at_end(const cp_scan *scan);
/** Takes bytes while they are (or are not) among the given ones; the taken text. */
cp_text cp_scan_while(cp_scan *scan, const char *among);
cp_text cp_scan_until(cp_scan *scan, const char *among);
/** Takes one line without its ending (LF, CR LF or CR); false at the end. */
bool cp_scan_line(cp_scan *scan, cp_text *line);
