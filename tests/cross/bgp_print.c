#include "wire/bgp.h"
#include "wire/ls.h"

#include <stdio.h>

/*
 * BGP messages on standard input, as text; then, of each NLRI of BGP-LS and each of its attributes, whether our writer
 * makes the bytes that came: "differs: ..." where it does not.  Stops at what is no message: "no message: why".
 */

enum { INPUT_BYTES_MAX = 1 << 22, ARENA_BYTES = 256 << 20 };

static void compare(cp_text bytes, struct cp_out *out, const char *what)
{
    cp_text again;

    if (cp_out_done(out, &again) != CP_OK || !cp_text_eq(bytes, again))
        (void)printf("differs: %s\n", what);
}

static void compare_nlri(const struct cp_bgp_reach *reach, struct cp_arena *arena)
{
    struct cp_ls_walk walk = cp_ls_walk_make(reach->nlri, reach->safi);
    struct cp_ls_nlri nlri;
    struct cp_ls_fault fault;
    cp_ls_step step;

    if (!reach->there || reach->afi != CP_LS_AFI)
        return;
    while ((step = cp_ls_walk_next(&walk, &nlri, &fault)) != CP_LS_END) {
        struct cp_out out = cp_out_make(arena);

        if (step != CP_LS_GOT)
            continue;
        cp_ls_nlri_write(&out, &nlri);
        compare(nlri.key, &out, "NLRI");
    }
}

static void compare_update(cp_text message, cp_bgp_context context, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);
    struct cp_bgp_update update;
    struct cp_bgp_fault fault;
    struct cp_ls_attribute attribute;
    struct cp_ls_fault ls_fault;

    if (cp_bgp_update_decode(message, context, &update, &fault) != CP_OK)
        return;
    compare_nlri(&update.reach, arena);
    compare_nlri(&update.unreach, arena);
    if (cp_ls_attribute_decode(update.link_state, arena, &attribute, &ls_fault) != CP_OK)
        return;
    cp_ls_attribute_write(&out, &attribute);
    compare(update.link_state, &out, "attribute");
}

int main(void)
{
    static char input[INPUT_BYTES_MAX];
    const cp_bgp_context context = {.as4 = true, .internal = true};
    cp_text rest = {input, fread(input, 1, sizeof input, stdin)};

    while (rest.len > 0) {
        struct cp_bgp_frame frame = cp_bgp_frame(rest, CP_BGP_EXTENDED_MESSAGE_MAX);
        struct cp_arena *arena = cp_arena_open(ARENA_BYTES);
        struct cp_out out;
        cp_text message, text;

        if (arena == NULL)
            return 1;
        out = cp_out_make(arena);
        message = cp_text_sub(rest, 0, frame.kind == CP_BGP_FRAME_WHOLE ? frame.size : rest.len);
        cp_bgp_print(&out, message, context);
        if (cp_out_done(&out, &text) != CP_OK)
            return 1;
        (void)printf("%s", text.at);
        if (frame.kind == CP_BGP_FRAME_WHOLE && frame.type == CP_BGP_UPDATE)
            compare_update(message, context, arena);
        rest = cp_text_sub(rest, message.len, rest.len);
        cp_arena_close(arena);
    }
    return 0;
}
