#include "squeeze.h"

#include <string.h>

#include "identify/fold.h"

/* One pass, character by character; a folded character is never longer than it was. */

typedef enum { BETWEEN, LETTER, DIGIT, LONE } sort;

enum { LATIN = 1, OTHER_SCRIPT = 2 };

struct squeezing {
    struct cp_squeezed *out;
    sort last;
    unsigned scripts; /* of the word so far */
    unsigned gaps;
    bool gap;       /* a space since the last letter or digit */
    size_t mute_to; /* where the path or the hex digits at hand end */
    unsigned joint; /* what stands between and no more: HYPHEN, SPACE, or 0 */
};

/* Scripts that write without spaces: each character starts a word. */
static bool is_lone(uint32_t code)
{
    return (code >= 0x1100 && code < 0x1200) || (code >= 0x2e80 && code < 0xd7b0) ||
           (code >= 0xf900 && code < 0xfb00) || (code >= 0x20000 && code < 0x32000);
}

static sort sort_of(uint32_t code)
{
    if (code < 0x80) {
        if (code >= '0' && code <= '9')
            return DIGIT;
        return code >= 'a' && code <= 'z' ? LETTER : BETWEEN;
    }
    if (code == 0xfffd || code == 0xae || code == 0xa9 || code == 0xb7 ||
        (code >= 0x2000 && code < 0x2e80))
        return BETWEEN;
    return is_lone(code) ? LONE : LETTER;
}

static unsigned script_of(uint32_t code)
{
    if (code >= 'a' && code <= 'z')
        return LATIN;
    return code >= 0x370 && code < 0x530 ? OTHER_SCRIPT : 0;
}

static void add(struct squeezing *s, cp_text piece, uint32_t code, sort is)
{
    struct cp_squeezed *out = s->out;
    bool start = s->last == BETWEEN || s->last == LONE || is == LONE;

    if (start)
        s->scripts = 0;
    s->scripts |= script_of(code);
    out->mixed = out->mixed || s->scripts == (LATIN | OTHER_SCRIPT);
    if (s->gap && out->len > 0) {
        if (++s->gaps == 1)
            out->first_gap = out->len;
        else if (s->gaps == 2)
            out->second_gap = out->len;
    }
    s->gap = false;
    if (start)
        out->marks[out->len] |= (uint8_t)s->joint;
    s->joint = 0;
    out->marks[out->len] |=
        (uint8_t)(start ? CP_SQUEEZE_START | CP_SQUEEZE_END
                        : (s->last == LETTER && is == DIGIT ? CP_SQUEEZE_END : 0));
    if (!start && s->last == DIGIT && is == LETTER)
        out->marks[out->len] |= CP_SQUEEZE_INNER;
    memcpy(out->bytes + out->len, piece.at, piece.len);
    out->len += piece.len;
    s->last = is;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_word_byte(char c)
{
    return is_hex(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

/* The end of a path that starts here, after a blank or nothing: a slash and another. */
static size_t end_of_path(cp_text text, size_t at)
{
    unsigned slashes = 0;
    size_t to = at;

    if (text.at[at] != '/' || (at > 0 && !is_blank(text.at[at - 1])))
        return at;
    for (; to < text.len && !is_blank(text.at[to]); to++)
        slashes += text.at[to] == '/';
    return slashes > 1 ? to : at;
}

/* The end of three or more pairs of hex digits with one mark between. */
static size_t end_of_hex(cp_text text, size_t at)
{
    unsigned pairs = 0;
    size_t end = at;

    for (size_t to = at; to + 1 < text.len && is_hex(text.at[to]) && is_hex(text.at[to + 1]);) {
        to += 2;
        if (to < text.len && is_word_byte(text.at[to]))
            break;
        pairs++;
        end = to;
        if (to == text.len || (text.at[to] != ':' && text.at[to] != '-'))
            break;
        to++;
    }
    return pairs > 2 ? end : at;
}

/* Where a path or hex digits start, where they end.  What was scanned is not scanned again: linear. */
static void look_ahead(struct squeezing *s, cp_text text, size_t at)
{
    if (at < s->mute_to)
        return;
    s->mute_to = end_of_path(text, at);
    if (s->mute_to == at && s->last == BETWEEN)
        s->mute_to = end_of_hex(text, at);
}

static cp_err make_room(size_t len, struct cp_arena *arena, struct cp_squeezed *out)
{
    struct cp_squeezed room = *out;

    if (len > room.cap || room.bytes == NULL) {
        room.cap = len > 2 * room.cap ? len : 2 * room.cap;
        room.bytes = CP_TAKE(arena, room.cap, char);
        room.marks = CP_TAKE(arena, room.cap, uint8_t);
    }
    if (room.bytes == NULL || room.marks == NULL)
        return CP_ERR_NOMEM;
    if (len > 0)
        memset(room.marks, 0, len);
    *out = (struct cp_squeezed){.bytes = room.bytes, .marks = room.marks, .cap = room.cap};
    return CP_OK;
}

cp_err cp_squeeze(cp_text text, struct cp_arena *arena, struct cp_squeezed *out)
{
    struct squeezing s = {.out = out, .last = BETWEEN};
    struct cp_folded buffer;

    CP_TRY(make_room(text.len, arena, out));
    for (size_t at = 0; at < text.len;) {
        uint32_t code = 0;
        cp_text piece = cp_text_sub(text, at, cp_text_char(text, at, &code));
        char small = 0;
        look_ahead(&s, text, at);
        bool invisible = code >= 0x80 && cp_text_is_unsafe(code);
        at += piece.len;
        s.gap = s.gap || code == ' ' || code == '\t' || code == '\n' || code == '\r';
        if (code >= 'A' && code <= 'Z') {
            small = (char)(code - 'A' + 'a');
            code = (unsigned char)small;
            piece.at = &small;
        } else if (code >= 0x80 && code != 0xfffd) {
            (void)cp_fold(piece, &buffer, &piece);
            if (piece.len > 0)
                (void)cp_text_char(piece, 0, &code);
        }
        sort is = piece.len == 0 ? BETWEEN : sort_of(code);
        if (is != BETWEEN) {
            add(&s, piece, code, is);
            if (at <= s.mute_to)
                out->marks[out->len - 1] |= CP_SQUEEZE_MUTE;
        } else if (!invisible) { /* what is not seen ends no word */
            s.joint = s.last == BETWEEN ? 0
                      : code == '-'     ? CP_SQUEEZE_HYPHEN
                      : code == ' '     ? CP_SQUEEZE_SPACE
                                        : 0;
            s.last = BETWEEN;
        }
    }
    if (s.gaps == 1)
        out->second_gap = out->len;
    return CP_OK;
}
