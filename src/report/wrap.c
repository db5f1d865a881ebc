#include "wrap.h"

enum { NO_CHARACTER = 0xfffd }; /* one byte long: no UTF-8 */

struct span {
    uint32_t from, to;
};

static bool among(uint32_t code, const struct span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (code >= spans[i].from && code <= spans[i].to)
            return true;
    }
    return false;
}

/* Columns as terminals count them, after Unicode's East Asian Width, coarsely. */
static uint32_t columns_of(uint32_t code)
{
    static const struct span none[] = {
        {0x300, 0x36f}, {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};
    static const struct span two[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf},
                                      {0xac00, 0xd7a3},   {0xf900, 0xfaff},  {0xfe30, 0xfe6f},
                                      {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                                      {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

    if (code < 0x300)
        return 1;
    if (among(code, none, CP_COUNT(none)))
        return 0;
    return among(code, two, CP_COUNT(two)) ? 2 : 1;
}

/* Writes the word where out is given; its columns. */
static uint32_t put_word(struct cp_out *out, cp_text word)
{
    uint32_t columns = 0;

    for (size_t at = 0; at < word.len;) {
        uint32_t code = 0;
        size_t len = cp_text_char(word, at, &code);
        bool broken = code == NO_CHARACTER && len == 1;
        bool shown = !broken && !cp_text_is_unsafe(code);

        if (out != NULL)
            cp_out_text(out, shown ? cp_text_sub(word, at, len) : CP_TEXT("?"));
        columns += shown ? columns_of(code) : 1;
        at += len;
    }
    return columns;
}

static void put_indent(struct cp_out *out, uint32_t columns)
{
    for (uint32_t i = 0; i < columns; i++)
        cp_out_char(out, ' ');
}

void cp_wrap_word(struct cp_out *out, cp_text text)
{
    (void)put_word(out, text);
}

uint32_t cp_wrap_columns(cp_text text)
{
    return put_word(NULL, text);
}

void cp_wrap(struct cp_out *out, cp_text paragraph, struct cp_wrap how)
{
    put_indent(out, how.first);
    cp_wrap_from(out, paragraph, how, how.first);
}

void cp_wrap_from(struct cp_out *out, cp_text paragraph, struct cp_wrap how, uint32_t column)
{
    bool line_is_empty = true;
    cp_text word;

    while (cp_text_word(&paragraph, " ", &word)) {
        uint32_t columns = put_word(NULL, word);

        if (!line_is_empty && how.columns > 0 && column + 1 + columns > how.columns) {
            cp_out_char(out, '\n');
            put_indent(out, how.rest);
            column = how.rest;
            line_is_empty = true;
        }
        if (!line_is_empty) {
            cp_out_char(out, ' ');
            column++;
        }
        (void)put_word(out, word);
        column += columns;
        line_is_empty = false;
    }
    cp_out_char(out, '\n');
}
