#pragma once

#include "base/arena.h"
#include "base/text.h"

/** Bytes that wait, in memory that doubles until a limit.  All zero: empty. */
struct session_buffer {
    char *at;
    uint32_t first, len, cap;
};

/** arena: the buffer's own, with room for four times `most`.  false: more than `most` would wait, or no memory. */
bool cp_buffer_append(struct session_buffer *buffer, struct cp_arena *arena, uint32_t most,
                      cp_text bytes);
cp_text cp_buffer_text(const struct session_buffer *buffer);
/** The first `count` bytes, or all, are done with. */
void cp_buffer_drop(struct session_buffer *buffer, size_t count);
