#include "base/out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct cp_out cp_out_make(struct cp_arena *arena)
{
    return (struct cp_out){.arena = arena};
}

struct cp_out cp_out_to(struct cp_arena *arena, cp_out_sink sink, void *to)
{
    return (struct cp_out){.arena = arena, .sink = sink, .sink_to = to};
}

enum { PIECE_BYTES = 65536 };

static void hand_over(struct cp_out *out)
{
    if (out->err == CP_OK && out->len > 0)
        out->err = out->sink(out->sink_to, (cp_text){out->at, out->len});
    out->len = 0;
}

/* Room for len more bytes and a zero; false (and stuck) where there is none. */
static bool make_room(struct cp_out *out, size_t len)
{
    uint64_t need = (uint64_t)out->len + len + 1;
    uint64_t cap = out->cap < 256 ? 256 : out->cap;
    char *grown;

    if (out->sink != NULL && out->len > 0 && need > PIECE_BYTES) {
        hand_over(out);
        need = (uint64_t)len + 1;
    }
    if (out->err != CP_OK)
        return false;
    if (need <= out->cap)
        return true;
    while (cap < need && cap <= UINT32_MAX)
        cap *= 2;
    if (cap > UINT32_MAX)
        cap = UINT32_MAX;
    grown = need > cap ? NULL : CP_TAKE(out->arena, (size_t)cap, char);
    if (grown == NULL) {
        out->err = CP_ERR_NOMEM;
        return false;
    }
    if (out->len > 0)
        memcpy(grown, out->at, out->len);
    out->at = grown;
    out->cap = (uint32_t)cap;
    return true;
}

/* Most of what is written fits: it costs no more than to copy it. */
static bool has_room(const struct cp_out *out, size_t len)
{
    return out->err == CP_OK && out->sink == NULL && len < out->cap - out->len;
}

void cp_out_text(struct cp_out *out, cp_text text)
{
    if (text.len == 0 || (!has_room(out, text.len) && !make_room(out, text.len)))
        return;
    memcpy(out->at + out->len, text.at, text.len);
    out->len += (uint32_t)text.len;
}

char *cp_out_claim(struct cp_out *out, size_t len)
{
    char *at;

    if (!has_room(out, len) && !make_room(out, len))
        return NULL;
    at = out->at + out->len;
    out->len += (uint32_t)len;
    return at;
}

void cp_out_str(struct cp_out *out, const char *zero_ended)
{
    cp_out_text(out, cp_text_of(zero_ended));
}

void cp_out_char(struct cp_out *out, char c)
{
    if (has_room(out, 1) || make_room(out, 1))
        out->at[out->len++] = c;
}

void cp_out_u64(struct cp_out *out, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do { /* answers are full of numbers: printf takes ten times as long */
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    cp_out_text(out, (cp_text){&digits[at], sizeof digits - at});
}

void cp_out_format(struct cp_out *out, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    CP_ASSERT(len >= 0);
    if (!make_room(out, (size_t)len))
        return;
    va_start(args, format);
    (void)vsnprintf(out->at + out->len, (size_t)len + 1, format, args);
    va_end(args);
    out->len += (uint32_t)len;
}

cp_err cp_out_done(struct cp_out *out, cp_text *text)
{
    if (out->sink != NULL)
        hand_over(out);
    if (!make_room(out, 0))
        return out->err;
    out->at[out->len] = '\0';
    *text = (cp_text){out->at, out->len};
    return CP_OK;
}
