#include "identify/fold.h"

#include <string.h>

/* One pass, character by character; no character grows, so the buffer bounds the work. */

static bool is_space(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xa0 || code == 0x1680 ||
           (code >= 0x2000 && code <= 0x200a) || code == 0x202f || code == 0x205f || code == 0x3000;
}

/* Capitals, by what is added to make them small. */
static const struct {
    uint32_t from, to, by;
} capitals[] = {
    {'A', 'Z', 0x20},     {0xc0, 0xd6, 0x20},   {0xd8, 0xde, 0x20},   {0x386, 0x386, 0x26},
    {0x388, 0x38a, 0x25}, {0x38c, 0x38c, 0x40}, {0x38e, 0x38f, 0x3f}, {0x391, 0x3a1, 0x20},
    {0x3a3, 0x3ab, 0x20}, {0x400, 0x40f, 0x50}, {0x410, 0x42f, 0x20},
};

static uint32_t small(uint32_t code)
{
    if (code >= 0xff01 && code <= 0xff5e)
        code = code - 0xff01 + '!'; /* full-width forms of ASCII */
    for (size_t i = 0; i < CP_COUNT(capitals); i++) {
        if (code >= capitals[i].from && code <= capitals[i].to)
            return code + capitals[i].by;
    }
    return code == 0x3c2 ? 0x3c3 : code; /* the sigma that ends a word */
}

/* Characters that fold to something else are below U+0800: one or two bytes. */
static size_t encode(uint32_t code, char *into)
{
    if (code < 0x80) {
        into[0] = (char)code;
        return 1;
    }
    CP_ASSERT(code < 0x800);
    into[0] = (char)(0xc0 | code >> 6);
    into[1] = (char)(0x80 | (code & 0x3f));
    return 2;
}

static bool append(struct cp_folded *buffer, size_t *len, cp_text bytes)
{
    if (bytes.len > sizeof(buffer->bytes) - *len)
        return false;
    memcpy(buffer->bytes + *len, bytes.at, bytes.len);
    *len += bytes.len;
    return true;
}

bool cp_fold(cp_text name, struct cp_folded *buffer, cp_text *out)
{
    bool whole = true;
    bool space = false;
    size_t len = 0;

    for (size_t at = 0; at < name.len && whole;) {
        uint32_t code = 0;
        char bytes[2];
        size_t width = cp_text_char(name, at, &code);
        cp_text piece = cp_text_sub(name, at, width);
        at += width;
        if (is_space(code)) {
            space = len > 0;
            continue;
        }
        if (cp_text_is_unsafe(code))
            continue;
        if (small(code) != code)
            piece = (cp_text){bytes, encode(small(code), bytes)};
        if (space)
            whole = append(buffer, &len, CP_TEXT(" "));
        whole = whole && append(buffer, &len, piece);
        space = false;
    }
    *out = (cp_text){buffer->bytes, len};
    return whole;
}

static bool is_latin(unsigned char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_ascii_mark(unsigned char c)
{
    return c < 0x80 && !is_latin(c) && !(c >= '0' && c <= '9');
}

cp_text cp_fold_squeeze(cp_text folded, struct cp_folded *buffer)
{
    size_t len = 0;

    CP_ASSERT(folded.len <= sizeof(buffer->bytes));
    for (size_t i = 0; i < folded.len; i++) {
        if (!is_ascii_mark((unsigned char)folded.at[i]))
            buffer->bytes[len++] = folded.at[i];
    }
    return (cp_text){buffer->bytes, len};
}

bool cp_fold_is_mixed(cp_text folded)
{
    bool latin = false;
    bool other = false;

    for (size_t at = 0; at < folded.len && !(latin && other);) {
        uint32_t code = 0;
        at += cp_text_char(folded, at, &code);
        if (code < 0x80 && is_ascii_mark((unsigned char)code))
            latin = other = false;
        latin = latin || (code < 0x80 && is_latin((unsigned char)code));
        other = other || (code >= 0x370 && code < 0x530);
    }
    return latin && other;
}

bool cp_fold_word(cp_text word, struct cp_folded *buffer, cp_text *out)
{
    bool whole = cp_fold(word, buffer, out);
    size_t len = 0;

    for (size_t i = 0; i < out->len; i++) {
        char c = buffer->bytes[i] == ' ' || buffer->bytes[i] == '_' ? '-' : buffer->bytes[i];
        if (c == '-' && len > 0 && buffer->bytes[len - 1] == '-')
            continue;
        buffer->bytes[len++] = c;
    }
    out->len = len;
    return whole;
}
