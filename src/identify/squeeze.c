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
