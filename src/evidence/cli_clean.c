#include "cli.h"

#include <string.h>

/*
 * A log holds what a terminal was sent: carriage returns and backspaces that write over what stood
 * there (pagers take their "More" away so), moves of the cursor, colours.  Each line is played once on a
 * row of cells, so that what a person saw is read.  Lines without any of that are borrowed as they are.
 */

enum { TAB = 8, ESCAPE = 0x1b, DELETE = 0x7f, MOVE_MAX = 512, NUMBER_MAX = 9999 };

struct row {
    char *cells;
    size_t cap, at, end;
};

static bool acts(char c)
{
    return (unsigned char)c < ' ' || c == DELETE;
}

static bool is_plain(cp_text line)
{
    for (size_t i = 0; i < line.len; i++)
        if (acts(line.at[i]))
            return false;
    return true;
}

static void put(struct row *row, char c)
{
    if (row->at >= row->cap)
        return;
    while (row->end < row->at)
        row->cells[row->end++] = ' ';
    row->cells[row->at++] = c;
    if (row->at > row->end)
        row->end = row->at;
}

static void tabulate(struct row *row)
{
    do {
        if (row->at >= row->end)
            put(row, ' ');
        else
            row->at++;
    } while (row->at % TAB != 0 && row->at < row->cap);
}

static void blank_to_cursor(struct row *row)
{
    for (size_t i = 0; i < row->at && i < row->end; i++)
        row->cells[i] = ' ';
}

static void erase(struct row *row, uint32_t how)
{
    if (how != 0)
        blank_to_cursor(row);
    if (how != 1 && row->end > row->at)
        row->end = row->at;
}

static void obey(struct row *row, char command, uint32_t number)
{
    size_t step = number == 0 ? 1 : number;

    if (step > MOVE_MAX)
        step = MOVE_MAX;
    if (command == 'D')
        row->at -= step < row->at ? step : row->at;
    else if (command == 'C' && row->at + step <= row->cap)
        row->at += step;
    else if (command == 'G')
        row->at = step - 1 < row->cap ? step - 1 : row->cap;
    else if (command == 'K' || command == 'J')
        erase(row, number);
}

/* ESC ] ... BEL or ESC \: names of windows and the like. */
static size_t skip_text(cp_text line, size_t i)
{
    while (i < line.len && line.at[i] != '\a' && line.at[i] != ESCAPE)
        i++;
    if (i < line.len && line.at[i] == ESCAPE)
        i++;
    return i < line.len ? i + 1 : i;
}

/* ECMA-48: parameters, then one letter.  i stands behind the escape; returns what follows. */
static size_t escape(struct row *row, cp_text line, size_t i)
{
    uint32_t number = 0;

    if (i >= line.len)
        return i;
    if (line.at[i] == ']')
        return skip_text(line, i + 1);
    if (line.at[i] == '(' || line.at[i] == ')')
        return i + 1 < line.len ? i + 2 : line.len;
    if (line.at[i] != '[')
        return i + 1;
    for (i++; i < line.len && line.at[i] >= ' ' && line.at[i] < '@'; i++)
        if (line.at[i] >= '0' && line.at[i] <= '9' && number <= NUMBER_MAX)
            number = number * 10 + (uint32_t)(line.at[i] - '0');
    if (i >= line.len)
        return i;
    obey(row, line.at[i], number);
    return i + 1;
}

static void play(struct row *row, cp_text line)
{
    size_t i = 0;

    while (i < line.len) {
        char c = line.at[i++];

        if (c == ESCAPE)
            i = escape(row, line, i);
        else if (c == '\b')
            row->at -= row->at > 0 ? 1 : 0;
        else if (c == '\r')
            row->at = 0;
        else if (c == '\t')
            tabulate(row);
        else if ((unsigned char)c >= ' ' && c != DELETE)
            put(row, c);
    }
}

/* One row of cells serves all lines; what stands on it at the end is copied. */
static cp_err played(struct cp_device_doc *doc, struct row *row, cp_text line, cp_text *out)
{
    if (row->cells == NULL) {
        row->cap = (size_t)CP_CLI_LINE_BYTES * TAB;
        row->cells = CP_TAKE(doc->scratch, row->cap, char);
    }
    if (row->cells == NULL)
        return CP_ERR_NOMEM;
    row->at = row->end = 0;
    play(row, line);
    while (row->end > 0 && row->cells[row->end - 1] == ' ')
        row->end--;
    return cp_text_copy((cp_text){row->cells, row->end}, doc->scratch, out);
}

/* A pager's line that nothing has written over. */
static cp_text without_pager(cp_text line)
{
    static const char *const pagers[] = {
        "---- More ----", "--More--",     "<--- More --->",
        "---(more)---",   "--- More ---", "Press any key to continue (Q to quit)",
    };
    cp_text trimmed = cp_text_trim(line);

    for (size_t i = 0; i < CP_COUNT(pagers); i++) {
        cp_text pager = cp_text_of(pagers[i]);

        if (cp_text_starts(trimmed, pager))
            return cp_text_sub(trimmed, pager.len, trimmed.len);
    }
    return line;
}

static cp_text next_line(cp_text text, size_t *at)
{
    size_t end = cp_text_find(text, '\n', *at);
    cp_text line = cp_text_sub(text, *at, end - *at);

    *at = end < text.len ? end + 1 : end;
    while (line.len > 0 && (line.at[line.len - 1] == '\r' || line.at[line.len - 1] == ' '))
        line.len--;
    return line;
}

static uint32_t count_lines(cp_text text)
{
    uint32_t count = 0;
    size_t at = 0;

    while (at < text.len) {
        (void)next_line(text, &at);
        count++;
    }
    return count;
}

static bool decorates(cp_text line)
{
    for (size_t i = 0; i < line.len; i++)
        if (memchr("-=+*_~#|. ", line.at[i], 10) == NULL)
            return false;
    return true;
}

/* What some systems print above a prompt: which engine or member one is at, where in the tree. */
static bool stands_above_prompt(cp_text line)
{
    static const char *const whole[] = {"[/]", "(ex)[/]", "[edit]", "[]"};
    static const char *const begins[] = {"{master", "{backup", "{primary", "{secondary",
                                         "{linecard"};

    line = cp_text_trim(line);
    for (size_t i = 0; i < CP_COUNT(whole); i++)
        if (cp_text_is(line, whole[i]))
            return true;
    for (size_t i = 0; i < CP_COUNT(begins); i++)
        if (cp_text_starts(line, cp_text_of(begins[i])) && cp_text_ends(line, CP_TEXT("}")))
            return true;
    return false;
}

static cp_err clean_line(struct cp_device_doc *doc, struct row *row, cp_text raw,
                         struct cp_cli_line *line)
{
    line->text = raw;
    if (raw.len > CP_CLI_LINE_BYTES) {
        line->text.len = 0;
        line->fate = CP_CLI_LONG;
        return CP_OK;
    }
    if (!is_plain(raw))
        CP_TRY(played(doc, row, raw, &line->text));
    line->text = without_pager(line->text);
    if (cp_text_trim(line->text).len == 0)
        line->fate = CP_CLI_BLANK;
    else if (decorates(line->text) || stands_above_prompt(line->text))
        line->fate = CP_CLI_DECORATION;
    return CP_OK;
}

cp_err cp_cli_clean(struct cp_device_doc *doc, struct cp_cli_line **lines, uint32_t *count)
{
    cp_text text = doc->text;
    struct row row = {.cells = NULL};
    size_t at = 0;

    if (cp_text_starts(text, CP_TEXT("\xef\xbb\xbf")))
        text = cp_text_sub(text, 3, text.len);
    *count = count_lines(text);
    *lines = CP_TAKE(doc->scratch, *count, struct cp_cli_line);
    if (*lines == NULL)
        return CP_ERR_NOMEM;
    for (uint32_t i = 0; i < *count; i++) {
        (*lines)[i].number = i + 1;
        CP_TRY(clean_line(doc, &row, next_line(text, &at), &(*lines)[i]));
    }
    return CP_OK;
}
