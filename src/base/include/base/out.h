#pragma once

#include "base/arena.h"
#include "base/text.h"

/** Takes a piece of text, which is gone after the call.  Its error sticks to the cp_out. */
typedef cp_err (*cp_out_sink)(void *to, cp_text piece);

/**
 * Text that grows: reports are written here first and leave the program whole.  The first failure
 * (NOMEM) sticks and makes later writes nothing; ask once, at the end.
 */
struct cp_out {
    struct cp_arena *arena;
    char *at;
    uint32_t len, cap;
    cp_err err;
    cp_out_sink sink; /* NULL: everything is kept */
    void *sink_to;
};

struct cp_out cp_out_make(struct cp_arena *arena);
/** What is written goes to the sink in pieces of about 64 KiB, the last one at cp_out_done. */
struct cp_out cp_out_to(struct cp_arena *arena, cp_out_sink sink, void *to);
void cp_out_text(struct cp_out *out, cp_text text);
void cp_out_str(struct cp_out *out, const char *zero_ended);
void cp_out_char(struct cp_out *out, char c);
/** Room for len bytes, which the caller fills before anything else is written; NULL: stuck. */
char *cp_out_claim(struct cp_out *out, size_t len);
void cp_out_u64(struct cp_out *out, uint64_t number);
void cp_out_format(struct cp_out *out, const char *format, ...) CP_PRINTF(2, 3);
/** What was written (zero after it, not counted); with a sink, the empty text.  Errors: NOMEM, the sink's. */
CP_MUST_USE cp_err cp_out_done(struct cp_out *out, cp_text *text);
