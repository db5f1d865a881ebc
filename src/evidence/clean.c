#include "clean.h"

#include <string.h>

struct cleaning {
    char *to;
    size_t len, limit;
    bool space; /* one stands before the next character */
    unsigned changed;
};

/* Most texts are plain already. */
static bool is_plain(cp_text text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (c < ' ' || c > '~')
            return false;
        if (c == ' ' && (i == 0 || i + 1 == text.len || text.at[i - 1] == ' '))
            return false;
    }
    return true;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

static bool is_white(uint32_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || c == 0x2028 || c == 0x2029;
}

/* False where there is no more room. */
static bool put(struct cleaning *c, const char *bytes, size_t len)
{
    size_t space = c->space && c->len > 0 ? 1 : 0;

    if (c->len + space + len > c->limit) {
        c->changed |= CP_CLEAN_CUT;
        return false;
    }
    if (space > 0)
        c->to[c->len++] = ' ';
    memcpy(c->to + c->len, bytes, len);
    c->len += len;
    c->space = false;
    return true;
}

/* One character; false where the text ends for want of room. */
static bool clean_character(struct cleaning *c, uint32_t codepoint, const char *bytes, size_t len)
{
    if (is_white(codepoint)) {
        c->space = true;
        return true;
    }
    if (is_control(codepoint)) {
        c->changed |= CP_CLEAN_CONTROL;
        c->space = true;
        return true;
    }
    if (cp_text_is_unsafe(codepoint)) {
        c->changed |= CP_CLEAN_HIDDEN;
        return true;
    }
    return put(c, bytes, len);
}

static void clean_utf8(struct cleaning *c, cp_text text)
{
    for (size_t at = 0; at < text.len;) {
        uint32_t codepoint;
        size_t len = cp_text_char(text, at, &codepoint);

        if (!clean_character(c, codepoint, text.at + at, len))
            return;
        at += len;
    }
}

/* ISO 8859-1 is the first 256 characters of Unicode: two bytes of UTF-8 from 0x80 on. */
static void clean_latin1(struct cleaning *c, cp_text text)
{
    c->changed |= CP_CLEAN_LATIN1;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        char two[2] = {(char)(0xc0 | byte >> 6), (char)(0x80 | (byte & 0x3f))};
        bool high = byte >= 0x80;

        if (!clean_character(c, byte, high ? two : &text.at[i], high ? 2 : 1))
            return;
    }
}

/* Strings of fixed length are filled up with zeros. */
static cp_text without_zeros(cp_text text)
{
    while (text.len > 0 && text.at[text.len - 1] == '\0')
        text.len--;
    return text;
}

cp_err cp_clean(cp_text raw, size_t limit_bytes, struct cp_arena *arena, cp_text *out,
                unsigned *changed)
{
    cp_text text = without_zeros(raw);
    struct cleaning c = {.limit = limit_bytes};

    *changed = 0;
    if (text.len <= limit_bytes && is_plain(text))
        return cp_text_copy(text, arena, out);
    if (2 * text.len < c.limit)
        c.limit = 2 * text.len; /* a byte of ISO 8859-1 is two of UTF-8 */
    c.to = cp_arena_take(arena, c.limit + 1, 1);
    if (c.to == NULL)
        return CP_ERR_NOMEM;
    if (cp_text_bad_utf8(text) < text.len)
        clean_latin1(&c, text);
    else
        clean_utf8(&c, text);
    *out = (cp_text){c.to, c.len};
    *changed = c.changed;
    return CP_OK;
}
