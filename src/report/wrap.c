#include "wrap.h"

struct span {
    uint32_t from, to;
};

/* Lengths of well-formed UTF-8, told by the first byte (RFC 3629 4). */
static size_t character_len(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xe0)
        return 2;
    return first < 0xf0 ? 3 : 4;
}

static uint32_t character_at(cp_text text, size_t at, size_t len)
{
    static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = (unsigned char)text.at[at] & first_bits[len];

    for (size_t i = 1; i < len; i++)
        code = code << 6 | ((unsigned char)text.at[at + i] & 0x3fu);
    return code;
}

static bool among(uint32_t code, const struct span *spans, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (code >= spans[i].from && code <= spans[i].to)
            return true;
    }
    return false;
}

/* Controls, and what turns the direction of text around. */
static bool is_obeyed(uint32_t code)
{
    static const struct span spans[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0x200e, 0x200f},
                                        {0x2028, 0x202e}, {0x2066, 0x2069}, {0x061c, 0x061c}};

    return among(code, spans, CP_COUNT(spans));
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

/* Length of the character at the start of text; 0 where its first byte begins none. */
static size_t good_character(cp_text text)
{
    size_t len = character_len((unsigned char)text.at[0]);

    if (len > text.len || cp_text_bad_utf8(cp_text_sub(text, 0, len)) != len)
        return 0;
    return len;
}

/* Writes the word where out is given; its columns. */
static uint32_t put_word(struct cp_out *out, cp_text word)
{
    uint32_t columns = 0;

    for (size_t at = 0; at < word.len;) {
        cp_text rest = cp_text_sub(word, at, word.len - at);
        size_t len = good_character(rest);
        uint32_t code = len == 0 ? 0 : character_at(rest, 0, len);
        bool shown = len > 0 && !is_obeyed(code);

        if (out != NULL)
            cp_out_text(out, shown ? cp_text_sub(rest, 0, len) : CP_TEXT("?"));
        columns += shown ? columns_of(code) : 1;
        at += len == 0 ? 1 : len;
    }
    return columns;
}

static void put_indent(struct cp_out *out, uint32_t columns)
{
    for (uint32_t i = 0; i < columns; i++)
        cp_out_char(out, ' ');
}

void cp_wrap(struct cp_out *out, cp_text paragraph, uint32_t first, uint32_t rest)
{
    uint32_t column = first;
    bool line_is_empty = true;
    cp_text word;

    put_indent(out, first);
    while (cp_text_word(&paragraph, " ", &word)) {
        uint32_t columns = put_word(NULL, word);

        if (!line_is_empty && column + 1 + columns > CP_WRAP_COLUMNS) {
            cp_out_char(out, '\n');
            put_indent(out, rest);
            column = rest;
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
