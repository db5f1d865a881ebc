#include "buffer.h"

#include <string.h>

static bool make_room(struct session_buffer *b, struct cp_arena *arena, uint32_t most,
                      uint32_t more)
{
    uint32_t cap = b->cap < 1024 ? 1024 : b->cap;
    char *grown;

    if (b->first > 0) {
        memmove(b->at, b->at + b->first, b->len);
        b->first = 0;
    }
    if (more > most || b->len > most - more)
        return false;
    while (cap < b->len + more)
        cap *= 2;
    if (cap == b->cap)
        return true;
    grown = CP_TAKE(arena, cap, char);
    if (grown == NULL)
        return false;
    if (b->len > 0)
        memcpy(grown, b->at, b->len);
    b->at = grown;
    b->cap = cap;
    return true;
}

bool cp_buffer_append(struct session_buffer *b, struct cp_arena *arena, uint32_t most,
                      cp_text bytes)
{
    if (bytes.len > most || b->len + bytes.len > most)
        return false;
    if (b->first + b->len + bytes.len > b->cap && !make_room(b, arena, most, (uint32_t)bytes.len))
        return false;
    if (bytes.len > 0)
        memcpy(b->at + b->first + b->len, bytes.at, bytes.len);
    b->len += (uint32_t)bytes.len;
    return true;
}

cp_text cp_buffer_text(const struct session_buffer *b)
{
    return b->len == 0 ? CP_TEXT("") : (cp_text){b->at + b->first, b->len};
}

void cp_buffer_drop(struct session_buffer *b, size_t count)
{
    uint32_t gone = count > b->len ? b->len : (uint32_t)count;

    b->first += gone;
    b->len -= gone;
    if (b->len == 0)
        b->first = 0;
}
