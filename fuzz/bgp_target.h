#pragma once

#include "wire/bgp.h"
#include "wire/ls.h"

/* What decodes is written; what is written decodes to the same (the same text), and is written the same again. */

/* One arena for all inputs, emptied for each: to open one takes most of the time. */
static inline struct cp_arena *bgp_target_arena(void)
{
    static struct cp_arena *arena;
    static cp_arena_mark empty;

    if (arena == NULL) {
        arena = cp_arena_open((size_t)256 << 20);
        CP_ASSERT(arena != NULL);
        empty = cp_arena_mark_get(arena);
    }
    cp_arena_reset(arena, empty);
    return arena;
}

static inline cp_text bgp_target_done(struct cp_out *out)
{
    cp_text text = {NULL, 0};

    CP_ASSERT(cp_out_done(out, &text) == CP_OK);
    return text;
}

static inline cp_text bgp_target_nlri_text(const struct cp_ls_nlri *nlri, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);

    cp_ls_nlri_print(&out, nlri);
    return bgp_target_done(&out);
}

static inline cp_text bgp_target_attribute_text(const struct cp_ls_attribute *attribute,
                                                struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);

    cp_ls_attribute_print(&out, attribute);
    return bgp_target_done(&out);
}

static inline void bgp_target_nlri(const struct cp_ls_nlri *nlri, uint16_t safi,
                                   struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena), again = cp_out_make(arena);
    struct cp_ls_nlri second;
    struct cp_ls_fault fault;
    cp_text bytes, twice;

    cp_ls_nlri_write(&out, nlri);
    if (out.err == CP_ERR_RANGE)
        return; /* nodes that were missing stand there, empty: it can be too long */
    bytes = bgp_target_done(&out);
    CP_ASSERT(cp_ls_nlri_decode(bytes, safi, &second, &fault) == CP_OK);
    CP_ASSERT(cp_text_eq(bgp_target_nlri_text(nlri, arena), bgp_target_nlri_text(&second, arena)));
    cp_ls_nlri_write(&again, &second);
    twice = bgp_target_done(&again);
    CP_ASSERT(cp_text_eq(bytes, twice));
}

static inline void bgp_target_walk(cp_text bytes, uint16_t safi, struct cp_arena *arena)
{
    struct cp_ls_walk walk = cp_ls_walk_make(bytes, safi);
    struct cp_ls_nlri nlri;
    struct cp_ls_fault fault;
    cp_ls_step step;

    while ((step = cp_ls_walk_next(&walk, &nlri, &fault)) != CP_LS_END) {
        CP_ASSERT((step == CP_LS_GOT) == (fault.why == NULL));
        if (step == CP_LS_GOT)
            bgp_target_nlri(&nlri, safi, arena);
    }
}

static inline void bgp_target_attribute(cp_text bytes, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena), again = cp_out_make(arena);
    struct cp_ls_attribute first, second;
    struct cp_ls_fault fault;
    cp_text written;

    if (cp_ls_attribute_decode(bytes, arena, &first, &fault) != CP_OK) {
        CP_ASSERT(fault.why != NULL);
        return;
    }
    CP_ASSERT(fault.why == NULL);
    cp_ls_attribute_write(&out, &first);
    written = bgp_target_done(&out);
    CP_ASSERT(cp_ls_attribute_decode(written, arena, &second, &fault) == CP_OK);
    CP_ASSERT(cp_text_eq(bgp_target_attribute_text(&first, arena),
                         bgp_target_attribute_text(&second, arena)));
    cp_ls_attribute_write(&again, &second);
    CP_ASSERT(cp_text_eq(written, bgp_target_done(&again)));
}
