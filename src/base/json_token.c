#include "json_token.h"

#include <string.h>

/* Eight bytes at a time where nothing happens: dumps are mostly texts and white space.  Lines can
 * only end in white space (RFC 8259 7: controls in texts are escaped), so nothing else counts them. */

#define EACH_BYTE(c) (UINT64_C(0x0101010101010101) * (c))
#define HIGH_BITS EACH_BYTE(0x80)

enum { WORD_BYTES = 8, SUBJECT_BYTES = 24 };

static int byte_at(const struct cp_json_in *in, size_t at)
{
    return at < in->text.len ? (unsigned char)in->text.at[at] : -1;
}

cp_place cp_json_token_place(const struct cp_json_in *in)
{
    size_t column = in->at - in->line_start + 1;

    return (cp_place){in->file, in->line, column < UINT32_MAX ? (uint32_t)column : UINT32_MAX};
}

void cp_json_token_space(struct cp_json_in *in)
{
    const char *at = in->text.at;
    size_t len = in->text.len, i = in->at;

    for (; i < len && (unsigned char)at[i] <= ' '; i++) {
        if (at[i] == ' ' || at[i] == '\t')
            continue;
        if (at[i] != '\n' && at[i] != '\r')
            break;
        if (at[i] == '\r' && i + 1 < len && at[i + 1] == '\n')
            continue;
        in->line += in->line < UINT32_MAX;
        in->line_start = i + 1;
    }
    in->at = i;
}

/* What stands at the cursor, for a message: up to the next thing that ends a word. */
static cp_text word_here(const struct cp_json_in *in)
{
    cp_text rest = cp_text_sub(in->text, in->at, SUBJECT_BYTES);
    size_t len = 0;

    while (len < rest.len && memchr(" \t\r\n,:[]{}\"", rest.at[len], 11) == NULL)
        len++;
    return cp_text_sub(rest, 0, len > 0 ? len : 1);
}

cp_err cp_json_token_refuse(struct cp_json_in *in, const char *why, struct cp_diag *diag)
{
    if (in->at >= in->text.len)
        return cp_diag_set(diag, CP_ERR_MALFORMED, cp_json_token_place(in),
                           "the JSON ends too early", CP_TEXT(""));
    return cp_diag_set(diag, CP_ERR_MALFORMED, cp_json_token_place(in), why, word_here(in));
}

static cp_err refuse_at(struct cp_json_in *in, size_t at, const char *why, struct cp_diag *diag)
{
    in->at = at;
    return cp_json_token_refuse(in, why, diag);
}

/* Four hexadecimal digits; UINT32_MAX where they are none. */
static uint32_t hex4(cp_text text, size_t at)
{
    uint32_t unit = 0;

    for (size_t i = at; i < at + 4; i++) {
        char c = i < text.len ? text.at[i] : ' ';

        if (c >= '0' && c <= '9')
            unit = unit << 4 | (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            unit = unit << 4 | (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            unit = unit << 4 | (uint32_t)(c - 'A' + 10);
        else
            return UINT32_MAX;
    }
    return unit;
}

enum { HIGH_FROM = 0xd800, LOW_FROM = 0xdc00, LOW_TO = 0xdfff };

/* The character of the escape whose reverse solidus is at `at`, and its length in bytes; 0: it is
 * none.  RFC 8259 7: beyond U+FFFF as two surrogates; one alone is no character (8.2). */
static size_t escape_at(cp_text text, size_t at, uint32_t *codepoint)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char c = at + 1 < text.len ? text.at[at + 1] : '\0';
    const char *found = c == '\0' ? NULL : strchr(letters, c);
    uint32_t high, low;

    if (found != NULL) {
        *codepoint = (unsigned char)meant[found - letters];
        return 2;
    }
    if (c != 'u')
        return 0;
    high = hex4(text, at + 2);
    *codepoint = high;
    if (high < HIGH_FROM || (high > LOW_TO && high != UINT32_MAX))
        return 6;
    if (high >= LOW_FROM || at + 7 >= text.len || text.at[at + 6] != '\\' || text.at[at + 7] != 'u')
        return 0;
    low = hex4(text, at + 8);
    if (low < LOW_FROM || low > LOW_TO)
        return 0;
    *codepoint = 0x10000 + ((high - HIGH_FROM) << 10) + (low - LOW_FROM);
    return 12;
}

/* Whether one of eight bytes is below a space, above ASCII, a quotation mark or a reverse solidus:
 * (x - 0x01..) & ~x has the high bit of a byte that is zero, and perhaps of ones above it. */
static bool is_eventful(const char *at)
{
    uint64_t word, quote, solidus;

    memcpy(&word, at, WORD_BYTES);
    quote = word ^ EACH_BYTE('"');
    solidus = word ^ EACH_BYTE('\\');
    return ((word | (word - EACH_BYTE(' ')) | ((quote - EACH_BYTE(1)) & ~quote) |
             ((solidus - EACH_BYTE(1)) & ~solidus)) &
            HIGH_BITS) != 0;
}

/* The first byte at or after `at` that must be looked at. */
static size_t pass_plain(cp_text text, size_t at)
{
    while (at + WORD_BYTES <= text.len && !is_eventful(text.at + at))
        at += WORD_BYTES;
    while (at < text.len && (unsigned char)text.at[at] >= ' ' &&
           (unsigned char)text.at[at] < 0x80 && text.at[at] != '"' && text.at[at] != '\\')
        at++;
    return at;
}

cp_err cp_json_token_text(struct cp_json_in *in, struct cp_json_raw *raw, struct cp_diag *diag)
{
    size_t from = in->at + 1, at = from, bad;
    bool is_high = false;

    raw->place = cp_json_token_place(in);
    raw->escaped = false;
    for (;;) {
        uint32_t codepoint;
        size_t len = 1;
        int c;

        at = pass_plain(in->text, at);
        c = byte_at(in, at);
        if (c == '"')
            break;
        if (c < ' ')
            return refuse_at(in, at, "a text must not hold this control character", diag);
        if (c == '\\') {
            len = escape_at(in->text, at, &codepoint);
            raw->escaped = true;
        }
        if (len == 0)
            return refuse_at(in, at, "this is no escape of JSON", diag);
        is_high |= c >= 0x80;
        at += len;
    }
    raw->text = cp_text_sub(in->text, from, at - from);
    bad = is_high ? cp_text_bad_utf8(raw->text) : raw->text.len;
    if (bad < raw->text.len)
        return refuse_at(in, from + bad, "a text must be UTF-8", diag);
    in->at = at + 1;
    return CP_OK;
}

static size_t utf8_write(uint32_t c, char *to)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3f));
    to[2] = (char)(0x80 | (c >> 6 & 0x3f));
    to[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* No escape is shorter than what it stands for. */
cp_err cp_json_token_plain(const struct cp_json_raw *raw, struct cp_arena *arena, cp_text *out)
{
    char *copy;
    size_t len = 0;

    if (!raw->escaped) {
        *out = raw->text;
        return CP_OK;
    }
    copy = CP_TAKE(arena, raw->text.len + 1, char);
    if (copy == NULL)
        return CP_ERR_NOMEM;
    for (size_t at = 0; at < raw->text.len;) {
        size_t to = cp_text_find(raw->text, '\\', at);
        uint32_t codepoint = 0;

        memcpy(copy + len, raw->text.at + at, to - at);
        len += to - at;
        at = to;
        if (at == raw->text.len)
            break;
        at += escape_at(raw->text, at, &codepoint);
        len += utf8_write(codepoint, copy + len);
    }
    *out = (cp_text){copy, len};
    return CP_OK;
}

static size_t pass_digits(const struct cp_json_in *in, size_t at)
{
    while (byte_at(in, at) >= '0' && byte_at(in, at) <= '9')
        at++;
    return at;
}

/* RFC 8259 6: no plus sign, no leading zeros, digits on both sides of the point. */
cp_err cp_json_token_number(struct cp_json_in *in, cp_text *number, struct cp_diag *diag)
{
    size_t from = in->at, at = from + (byte_at(in, from) == '-'), to;

    to = pass_digits(in, at);
    if (to == at)
        return refuse_at(in, to, "a number needs digits", diag);
    if (byte_at(in, at) == '0' && to > at + 1)
        return refuse_at(in, at, "a number must not begin with a zero", diag);
    if (byte_at(in, to) == '.') {
        at = to + 1;
        to = pass_digits(in, at);
        if (to == at)
            return refuse_at(in, to, "a number needs digits after its point", diag);
    }
    if (byte_at(in, to) == 'e' || byte_at(in, to) == 'E') {
        at = to + 1;
        at += byte_at(in, at) == '+' || byte_at(in, at) == '-';
        to = pass_digits(in, at);
        if (to == at)
            return refuse_at(in, to, "a number needs digits in its exponent", diag);
    }
    *number = cp_text_sub(in->text, from, to - from);
    in->at = to;
    return CP_OK;
}

cp_err cp_json_token_word(struct cp_json_in *in, cp_json_kind kind, struct cp_diag *diag)
{
    cp_text word = kind == CP_JSON_NULL    ? CP_TEXT("null")
                   : kind == CP_JSON_FALSE ? CP_TEXT("false")
                                           : CP_TEXT("true");

    if (!cp_text_eq(cp_text_sub(in->text, in->at, word.len), word)) {
        cp_text rest = cp_text_sub(in->text, in->at, word.len);

        if (rest.len < word.len && cp_text_starts(word, rest))
            in->at = in->text.len; /* the end is what is wrong */
        return cp_json_token_refuse(in, "this is no value of JSON", diag);
    }
    in->at += word.len;
    return CP_OK;
}
