#include "base/scan.h"

#include <string.h>

cp_scan cp_scan_make(cp_text text, uint32_t file)
{
    cp_scan scan = {.text = text, .place = {.file = file, .line = 1, .column = 1}};

    if (cp_text_starts(text, CP_TEXT("\xef\xbb\xbf")))
        scan.at = 3;
    return scan;
}

int cp_scan_peek(const cp_scan *scan)
{
    return scan->at < scan->text.len ? (unsigned char)scan->text.at[scan->at] : -1;
}

int cp_scan_next(cp_scan *scan)
{
    int c = cp_scan_peek(scan);

    if (c < 0)
        return c;
    scan->at++;
    scan->place.column++;
    if (c == '\n' || (c == '\r' && cp_scan_peek(scan) != '\n')) {
        scan->place.line++;
        scan->place.column = 1;
    }
    return c;
}

bool cp_scan_at_end(const cp_scan *scan)
{
    return scan->at >= scan->text.len;
}

enum take_while { TAKE_WHILE_ABSENT = 0, TAKE_WHILE_AMONG = 1 };

static cp_text take(cp_scan *scan, const char *among, enum take_while which)
{
    size_t count = strlen(among);
    size_t from = scan->at;

    while (!cp_scan_at_end(scan)) {
        bool is_among = memchr(among, scan->text.at[scan->at], count) != NULL;

        if (is_among != (which == TAKE_WHILE_AMONG))
            break;
        (void)cp_scan_next(scan);
    }
    return cp_text_sub(scan->text, from, scan->at - from);
}

cp_text cp_scan_while(cp_scan *scan, const char *among)
{
    return take(scan, among, TAKE_WHILE_AMONG);
}

cp_text cp_scan_until(cp_scan *scan, const char *among)
{
    return take(scan, among, TAKE_WHILE_ABSENT);
}

bool cp_scan_line(cp_scan *scan, cp_text *line)
{
    if (cp_scan_at_end(scan))
        return false;
    *line = cp_scan_until(scan, "\r\n");
    if (cp_scan_next(scan) == '\r' && cp_scan_peek(scan) == '\n')
        (void)cp_scan_next(scan);
    return true;
}
