#include "session/pcc.h"

#include <string.h>

#include "pcc_inside.h"

/*
 * The other end of pce.c, written apart from it, so that what one of them gets wrong the other one finds.  It shares
 * the buffers and the paths with it, and nothing that decides.
 */

enum {
    SECOND_US = 1000000,
    OPEN_WAIT_US = 60 * SECOND_US, /* RFC 5440 6.2 */
    WORK_BYTES = 16 << 20
};

cp_err cp_pcc_open(const struct cp_pcc_config *config, struct cp_arena *arena, struct cp_pcc **out)
{
    struct cp_pcc *pcc = CP_TAKE(arena, 1, struct cp_pcc);

    if (pcc == NULL)
        return CP_ERR_NOMEM;
    *pcc = (struct cp_pcc){.config = *config, .state = PCE_IDLE};
    pcc->work = cp_arena_open(WORK_BYTES);
    pcc->in_arena = cp_arena_open(4 * (size_t)CP_PCE_IN_BYTES_MAX);
    pcc->out_arena = cp_arena_open(4 * (size_t)CP_PCE_OUT_BYTES_MAX);
    if (pcc->work == NULL || pcc->in_arena == NULL || pcc->out_arena == NULL) {
        cp_pcc_close(pcc);
        return CP_ERR_NOMEM;
    }
    pcc->work_empty = cp_arena_mark_get(pcc->work);
    pcc->in_empty = cp_arena_mark_get(pcc->in_arena);
    pcc->out_empty = cp_arena_mark_get(pcc->out_arena);
    *out = pcc;
    return CP_OK;
}

void cp_pcc_close(struct cp_pcc *pcc)
{
    if (pcc == NULL)
        return;
    cp_arena_close(pcc->work);
    cp_arena_close(pcc->in_arena);
    cp_arena_close(pcc->out_arena);
}

void cp_pcc_connected(struct cp_pcc *pcc, cp_ip peer, uint64_t now_us)
{
    struct cp_pcc fresh = {.config = pcc->config,
                           .in_arena = pcc->in_arena,
                           .out_arena = pcc->out_arena,
                           .work = pcc->work,
                           .in_empty = pcc->in_empty,
                           .out_empty = pcc->out_empty,
                           .work_empty = pcc->work_empty,
                           .state = PCE_OPEN_WAIT,
                           .peer = {.address = peer},
                           .now_us = now_us,
                           .heard_us = now_us,
                           .open_deadline_us = now_us + OPEN_WAIT_US,
                           .keepalive_at_us = UINT64_MAX};

    cp_arena_reset(pcc->work, pcc->work_empty);
    cp_arena_reset(pcc->in_arena, pcc->in_empty);
    cp_arena_reset(pcc->out_arena, pcc->out_empty);
    *pcc = fresh;
    if ((pcc->config.wrongs & CP_PCC_NO_OPEN) == 0)
        cp_pcc_send_open(pcc);
}

/* --- ending -------------------------------------------------------------------------------------- */

void cp_pcc_over(struct cp_pcc *pcc, const char *why)
{
    if (pcc->state == PCE_IDLE || pcc->state == PCE_CLOSING)
        return;
    pcc->state = PCE_CLOSING;
    pcc->tell_up = pcc->telling = false;
    pcc->tell_down = true;
    pcc->down_why = why;
}

void cp_pcc_end(struct cp_pcc *pcc, uint8_t reason)
{
    struct cp_pcep_object close = {
        .class_id = CP_PCEP_CLASS_CLOSE, .type = 1, .is.close = {.reason = reason}};

    if (pcc->state == PCE_IDLE || pcc->state == PCE_CLOSING)
        return;
    if (cp_pcc_send(pcc, &(struct cp_pcep_message){
                             .type = CP_PCEP_CLOSE, .count = 1, .objects = &close}) != CP_OK) {
        cp_pcc_over(pcc, "the PCE does not take its bytes");
        return;
    }
    cp_pcc_over(pcc, "closed by its owner");
}

void cp_pcc_closed(struct cp_pcc *pcc, uint64_t now_us)
{
    pcc->now_us = now_us;
    cp_pcc_over(pcc, "the connection was closed");
    pcc->state = PCE_IDLE;
    pcc->in.len = pcc->out.len = 0;
}

/* --- opening ------------------------------------------------------------------------------------- */

static const struct cp_pcep_object *first_of(const struct cp_pcc *pcc, uint8_t class_id)
{
    uint32_t at = 0;
    const struct cp_pcep_object *o = cp_pcep_next(&pcc->message, class_id, &at, pcc->message.count);

    return o == NULL || o->fault != NULL || o->known != CP_PCEP_KNOWN ? NULL : o;
}

static void come_up(struct cp_pcc *pcc)
{
    if (!pcc->their_open || !pcc->our_open_accepted || pcc->state == PCE_UP)
        return;
    pcc->state = PCE_UP;
    pcc->tell_up = true;
    pcc->open_deadline_us = UINT64_MAX;
    if (pcc->config.keepalive_s > 0 && (pcc->config.wrongs & CP_PCC_SILENT) == 0)
        pcc->keepalive_at_us = pcc->now_us + (uint64_t)pcc->config.keepalive_s * SECOND_US;
}

static bool refuses(struct cp_pcc *pcc)
{
    bool again = pcc->refused_once;

    pcc->refused_once = true;
    if (again)
        return (pcc->config.wrongs & CP_PCC_REFUSES_TWICE) != 0;
    return (pcc->config.wrongs & (CP_PCC_REFUSES_ONCE | CP_PCC_REFUSES_TWICE)) != 0;
}

/* The first that is well formed counts; its name outlives the message. */
static void read_speaker(struct cp_pcc *pcc, struct cp_pcep_tlvs tlvs)
{
    for (uint32_t i = 0; i < tlvs.count && !pcc->speaker.known; i++)
        if (tlvs.at[i].form == CP_PCEP_TLV_VENDOR && tlvs.at[i].is.enterprise == CP_PCE_ENTERPRISE)
            pcc->speaker = cp_pce_speaker_read(tlvs.at[i].bytes);
    if (pcc->speaker.name.len > 0)
        memcpy(pcc->speaker_name, pcc->speaker.name.at, pcc->speaker.name.len);
    pcc->speaker.name.at = pcc->speaker_name;
}

static void take_open(struct cp_pcc *pcc)
{
    const struct cp_pcep_object *open = first_of(pcc, CP_PCEP_CLASS_OPEN);
    const struct cp_pcep_tlv *stateful;

    if (open == NULL || pcc->their_open) {
        cp_pcc_over(pcc, "an Open that is none, or a second one");
        return;
    }
    if (refuses(pcc)) {
        cp_pcc_send_refusal(pcc);
        return;
    }
    stateful = cp_pcep_tlv_find(open->tlvs, CP_PCEP_TLV_STATEFUL_PCE_CAPABILITY);
    if (stateful != NULL && stateful->form == CP_PCEP_TLV_NUMBER) {
        pcc->peer.stateful = true;
        pcc->peer.updates = (stateful->is.number & CP_PCEP_STATEFUL_UPDATE) != 0;
        pcc->peer.initiates = (stateful->is.number & CP_PCEP_STATEFUL_INITIATE) != 0;
    }
    pcc->peer.depth_max = UINT32_MAX;
    read_speaker(pcc, open->tlvs);
    pcc->dead_s = open->is.open.keepalive_s == 0 ? 0 : open->is.open.dead_s;
    pcc->their_open = true;
    pcc->state = PCE_KEEP_WAIT;
    pcc->open_deadline_us = pcc->now_us + OPEN_WAIT_US;
    if ((pcc->config.wrongs & CP_PCC_NO_ACCEPT) == 0)
        cp_pcc_send_keepalive(pcc);
    come_up(pcc);
}

/* The PCE's proposal is taken as it is. */
static void take_refusal(struct cp_pcc *pcc)
{
    const struct cp_pcep_object *open = first_of(pcc, CP_PCEP_CLASS_OPEN);
    const struct cp_pcep_object *error = first_of(pcc, CP_PCEP_CLASS_ERROR);

    if (open == NULL || error == NULL || error->is.error.type != 1 || error->is.error.value != 4) {
        cp_pcc_over(pcc, "the PCE refused its Open");
        return;
    }
    pcc->config.keepalive_s = open->is.open.keepalive_s;
    pcc->config.dead_s = open->is.open.dead_s;
    cp_pcc_send_open(pcc);
}

static void take_close(struct cp_pcc *pcc)
{
    const struct cp_pcep_object *close = first_of(pcc, CP_PCEP_CLASS_CLOSE);

    pcc->close_reason = close != NULL ? close->is.close.reason : 0;
    cp_pcc_over(pcc, "the PCE closed the session");
}

/* --- messages ------------------------------------------------------------------------------------ */

static void take_groups(struct cp_pcc *pcc)
{
    if (cp_pcep_group(&pcc->message, pcc->work, &pcc->groups) != CP_OK) {
        cp_pcc_over(pcc, "no memory for a message");
        return;
    }
    pcc->telling = true;
    pcc->next_group = 0;
}

static void take_message(struct cp_pcc *pcc)
{
    bool up = pcc->state == PCE_UP;

    switch (pcc->message.type) {
    case CP_PCEP_OPEN:
        take_open(pcc);
        return;
    case CP_PCEP_KEEPALIVE:
        pcc->our_open_accepted = true;
        come_up(pcc);
        return;
    case CP_PCEP_CLOSE:
        take_close(pcc);
        return;
    case CP_PCEP_PCERR:
        if (up)
            take_groups(pcc);
        else
            take_refusal(pcc);
        return;
    case CP_PCEP_PCREP:
    case CP_PCEP_PCUPD:
    case CP_PCEP_PCINITIATE:
        if (up)
            take_groups(pcc);
        else
            cp_pcc_over(pcc, "a message before the session was up");
        return;
    default:
        return;
    }
}

static bool take_next(struct cp_pcc *pcc)
{
    cp_text bytes = cp_buffer_text(&pcc->in);
    struct cp_pcep_frame frame;
    struct cp_pcep_fault fault = {0};

    if (pcc->in.len == 0)
        return false;
    frame = cp_pcep_frame(bytes);
    if (frame.kind == CP_PCEP_FRAME_SHORT)
        return false;
    if (frame.kind == CP_PCEP_FRAME_BAD) {
        cp_pcc_over(pcc, "bytes that are no PCEP");
        return false;
    }
    cp_buffer_drop(&pcc->in, frame.size);
    cp_arena_reset(pcc->work, pcc->work_empty);
    if (cp_pcep_decode(cp_text_sub(bytes, 0, frame.size), pcc->work, &pcc->message, &fault) !=
        CP_OK) {
        cp_pcc_over(pcc, "a malformed message");
        return false;
    }
    take_message(pcc);
    return true;
}

void cp_pcc_take(struct cp_pcc *pcc, cp_text bytes, uint64_t now_us)
{
    pcc->now_us = now_us;
    if (pcc->state == PCE_IDLE || pcc->state == PCE_CLOSING)
        return;
    pcc->heard_us = now_us;
    if (!cp_buffer_append(&pcc->in, pcc->in_arena, CP_PCE_IN_BYTES_MAX, bytes))
        cp_pcc_over(pcc, "more bytes than are kept");
}

size_t cp_pcc_room(const struct cp_pcc *pcc)
{
    return CP_PCE_IN_BYTES_MAX - pcc->in.len;
}

bool cp_pcc_next(struct cp_pcc *pcc, struct cp_pcc_event *event)
{
    for (;;) {
        *event = (struct cp_pcc_event){
            .kind = CP_PCC_EV_DOWN, .why = pcc->down_why, .close_reason = pcc->close_reason};
        if (pcc->tell_down) {
            pcc->tell_down = false;
            return true;
        }
        if (pcc->tell_up) {
            pcc->tell_up = false;
            *event = (struct cp_pcc_event){
                .kind = CP_PCC_EV_UP, .peer = pcc->peer, .speaker = pcc->speaker};
            return true;
        }
        if (cp_pcc_tell(pcc, event))
            return true;
        if (pcc->state == PCE_IDLE || pcc->state == PCE_CLOSING)
            return false;
        if (!take_next(pcc) && !pcc->tell_down)
            return false;
    }
}

bool cp_pcc_is_up(const struct cp_pcc *pcc)
{
    return pcc->state == PCE_UP;
}

/* --- time ---------------------------------------------------------------------------------------- */

static uint64_t dead_at(const struct cp_pcc *pcc)
{
    return pcc->their_open && pcc->dead_s > 0 ? pcc->heard_us + (uint64_t)pcc->dead_s * SECOND_US
                                              : UINT64_MAX;
}

void cp_pcc_tick(struct cp_pcc *pcc, uint64_t now_us)
{
    pcc->now_us = now_us;
    if (pcc->state == PCE_IDLE || pcc->state == PCE_CLOSING)
        return;
    if (now_us >= pcc->open_deadline_us)
        cp_pcc_over(pcc, "the PCE did not open the session in time");
    else if (now_us >= dead_at(pcc))
        cp_pcc_end(pcc, CP_PCEP_CLOSE_DEAD);
    else if (now_us >= pcc->keepalive_at_us)
        cp_pcc_send_keepalive(pcc);
}

uint64_t cp_pcc_deadline(const struct cp_pcc *pcc)
{
    uint64_t at =
        pcc->open_deadline_us < pcc->keepalive_at_us ? pcc->open_deadline_us : pcc->keepalive_at_us;

    if (pcc->state == PCE_IDLE || pcc->state == PCE_CLOSING)
        return UINT64_MAX;
    return dead_at(pcc) < at ? dead_at(pcc) : at;
}

/* --- sending ------------------------------------------------------------------------------------- */

cp_text cp_pcc_out(const struct cp_pcc *pcc)
{
    return cp_buffer_text(&pcc->out);
}

void cp_pcc_sent(struct cp_pcc *pcc, size_t count)
{
    cp_buffer_drop(&pcc->out, count);
}

bool cp_pcc_closing(const struct cp_pcc *pcc)
{
    return pcc->state == PCE_CLOSING;
}
