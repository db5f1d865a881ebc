#include "bgp_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static cp_text text_of(cp_text message, struct cp_arena *arena)
{
    struct cp_out out = cp_out_make(arena);

    cp_bgp_print(&out, message, (cp_bgp_context){.as4 = true, .internal = true});
    return bgp_target_done(&out);
}

static void reach_run(const struct cp_bgp_reach *reach, struct cp_arena *arena)
{
    if (reach->there && reach->afi == CP_LS_AFI)
        bgp_target_walk(reach->nlri, reach->safi, arena);
}

/* An OPEN is written with what has fields; an UPDATE as it was. */
static void open_run(cp_text message, struct cp_arena *arena)
{
    struct cp_bgp_open open;
    struct cp_bgp_fault fault;
    struct cp_out out = cp_out_make(arena);

    if (cp_bgp_open_decode(message, &open, &fault) != CP_OK) {
        CP_ASSERT(fault.remedy == CP_BGP_RESET);
        return;
    }
    cp_bgp_open_write(&out, &open);
    if (out.err != CP_ERR_RANGE) /* more capabilities than fit without RFC 9072 */
        CP_ASSERT(cp_text_eq(text_of(message, arena), text_of(bgp_target_done(&out), arena)));
}

static void update_run(cp_text message, struct cp_arena *arena)
{
    struct cp_bgp_update update;
    struct cp_bgp_fault fault;
    struct cp_out out = cp_out_make(arena);

    if (cp_bgp_update_decode(message, (cp_bgp_context){true, true}, &update, &fault) != CP_OK)
        return;
    reach_run(&update.reach, arena);
    reach_run(&update.unreach, arena);
    bgp_target_attribute(update.link_state, arena);
    cp_bgp_update_write(&out, &update, CP_BGP_EXTENDED_MESSAGE_MAX);
    CP_ASSERT(cp_text_eq(bgp_target_done(&out), message));
}

/* Whole messages. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cp_text stream = {(const char *)data, size};
    struct cp_bgp_frame frame = cp_bgp_frame(stream, CP_BGP_EXTENDED_MESSAGE_MAX);
    struct cp_arena *arena;
    cp_text message;

    if (frame.kind != CP_BGP_FRAME_WHOLE)
        return 0;
    arena = bgp_target_arena();
    message = cp_text_sub(stream, 0, frame.size);
    CP_ASSERT(text_of(message, arena).len > 0);
    if (frame.type == CP_BGP_OPEN)
        open_run(message, arena);
    if (frame.type == CP_BGP_UPDATE)
        update_run(message, arena);
    return 0;
}
