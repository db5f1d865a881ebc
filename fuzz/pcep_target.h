#pragma once

#include "wire/pcep.h"

/*
 * What decodes is written, at the same length; what is written decodes to the same structs (the same text), and is
 * written the same again.  Groups hold all objects, each once.
 */

enum { PCEP_TARGET_ARENA_BYTES = 64 << 20 };

static inline cp_text pcep_target_bytes(const struct cp_pcep_message *message,
                                        struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text bytes = {NULL, 0};

    cp_pcep_encode(&out, message);
    CP_ASSERT(cp_out_done(&out, &bytes) == CP_OK);
    return bytes;
}

static inline cp_text pcep_target_text(const struct cp_pcep_message *message,
                                       struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text = {NULL, 0};

    cp_pcep_print(&out, message);
    CP_ASSERT(cp_out_done(&out, &text) == CP_OK);
    return text;
}

static inline void pcep_target_groups(const struct cp_pcep_message *message, struct cp_arena *arena)
{
    struct cp_pcep_groups groups;
    uint32_t next;

    CP_ASSERT(cp_pcep_group(message, arena, &groups) == CP_OK);
    next = groups.before_end;
    for (uint32_t i = 0; i < groups.count; i++) {
        CP_ASSERT(groups.at[i].first == next && groups.at[i].end > next);
        next = groups.at[i].end;
    }
    CP_ASSERT(next == message->count);
}

static inline void pcep_target_run(cp_text bytes)
{
    struct cp_arena *arena = cp_arena_open(PCEP_TARGET_ARENA_BYTES);
    struct cp_pcep_message first, second;
    struct cp_pcep_fault fault;
    cp_err err;

    CP_ASSERT(arena != NULL);
    err = cp_pcep_decode(bytes, arena, &first, &fault);
    CP_ASSERT((err == CP_OK) == (fault.why == NULL));
    if (err == CP_OK) {
        cp_text text = pcep_target_text(&first, arena);
        cp_text written = pcep_target_bytes(&first, arena);

        CP_ASSERT(written.len == bytes.len);
        CP_ASSERT(cp_pcep_decode(written, arena, &second, &fault) == CP_OK);
        CP_ASSERT(cp_text_eq(pcep_target_text(&second, arena), text));
        CP_ASSERT(cp_text_eq(pcep_target_bytes(&second, arena), written));
        pcep_target_groups(&first, arena);
    }
    cp_arena_close(arena);
}
