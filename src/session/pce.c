#include "session/pce.h"

#include "pce_inside.h"

/*
 * The machine of RFC 5440 6 and appendix A from the PCE's side, with a connection that others make: both sides send
 * their Open at once; each accepts the other's with a Keepalive; then state is synchronised (RFC 8231 5.6).
 *
 * One message at a time is taken apart when its first event is asked for, in an arena that the next one empties, so a
 * peer costs its buffers and the names of its LSPs.
 */

enum {
    SECOND_US = 1000000,
    OPEN_WAIT_US = 60 * SECOND_US, /* RFC 5440 6.2: OpenWait and KeepWait */
    MINUTE_US = 60 * SECOND_US,
    WORK_BYTES = 16 << 20,
    KEPT_BYTES = 256 << 10 /* of scratch and of each buffer, while there is nothing in it */
};

/* --- opening ------------------------------------------------------------------------------------- */

static cp_err open_arenas(struct cp_pce *pce)
{
    pce->names_arena = cp_arena_open((size_t)pce->config.lsp_max * 600 + 65536);
    pce->work = cp_arena_open(WORK_BYTES);
    pce->in_arena = cp_arena_open(4 * (size_t)CP_PCE_IN_BYTES_MAX);
    pce->out_arena = cp_arena_open(4 * (size_t)CP_PCE_OUT_BYTES_MAX);
    if (pce->names_arena == NULL || pce->work == NULL || pce->in_arena == NULL ||
        pce->out_arena == NULL)
        return CP_ERR_NOMEM;
    pce->names_empty = cp_arena_mark_get(pce->names_arena);
    pce->work_empty = cp_arena_mark_get(pce->work);
    pce->in_empty = cp_arena_mark_get(pce->in_arena);
    pce->out_empty = cp_arena_mark_get(pce->out_arena);
    return CP_OK;
}

cp_err cp_pce_open(const struct cp_pce_config *config, struct cp_arena *arena, struct cp_pce **out)
{
    struct cp_pce *pce = CP_TAKE(arena, 1, struct cp_pce);
    cp_err err;

    if (pce == NULL)
        return CP_ERR_NOMEM;
    *pce = (struct cp_pce){.config = *config, .state = PCE_IDLE};
    if (pce->config.lsp_max == 0)
        pce->config.lsp_max = CP_PCE_LSPS_MAX;
    if (pce->config.message_bytes_max == 0)
        pce->config.message_bytes_max = CP_PCE_MESSAGE_BYTES_MAX;
    err = open_arenas(pce);
    if (err != CP_OK) {
        cp_pce_close(pce);
        return err;
    }
    *out = pce;
    return CP_OK;
}

void cp_pce_close(struct cp_pce *pce)
{
    if (pce == NULL)
        return;
    cp_arena_close(pce->names_arena);
    cp_arena_close(pce->work);
    cp_arena_close(pce->in_arena);
    cp_arena_close(pce->out_arena);
}

/*
 * What one large message, or a burst, took is given back once it is over: a thousand peers that each had theirs would
 * else hold it for months.
 */
static void renew(struct cp_arena **arena, size_t limit_bytes, cp_arena_mark *empty)
{
    struct cp_arena *fresh = cp_arena_open(limit_bytes);

    if (fresh == NULL)
        return;
    cp_arena_close(*arena);
    *arena = fresh;
    *empty = cp_arena_mark_get(fresh);
}

static void rest(struct cp_pce *pce)
{
    if (pce->work_large || cp_arena_used(pce->work) > KEPT_BYTES) {
        pce->work_large = false;
        pce->message = (struct cp_pcep_message){0};
        pce->groups = (struct cp_pcep_groups){0};
        renew(&pce->work, WORK_BYTES, &pce->work_empty);
    }
    if (pce->in.len == 0 && pce->in.cap > KEPT_BYTES / 4) {
        pce->in = (struct session_buffer){0};
        renew(&pce->in_arena, 4 * (size_t)CP_PCE_IN_BYTES_MAX, &pce->in_empty);
    }
}

static uint8_t byte_of(uint32_t seconds)
{
    return (uint8_t)(seconds > 255 ? 255 : seconds);
}

/* Everything of the connection before is forgotten. */
static void start_over(struct cp_pce *pce)
{
    cp_pce_names_clear(pce);
    cp_arena_reset(pce->work, pce->work_empty);
    cp_arena_reset(pce->in_arena, pce->in_empty);
    cp_arena_reset(pce->out_arena, pce->out_empty);
    pce->in = pce->out = (struct session_buffer){0};
    pce->telling = pce->tell_up = pce->tell_down = pce->tell_synced = false;
    pce->their_open = pce->our_open_accepted = pce->syncing = pce->retried = pce->refused = false;
    pce->unknown_messages = 0;
    pce->minute_us = 0;
    pce->open_deadline_us = pce->keepalive_at_us = UINT64_MAX;
    pce->finish_by_us = pce->sync_by_us = UINT64_MAX;
    pce->taken_bytes = 0;
    pce->taking = false;
}

void cp_pce_connected(struct cp_pce *pce, cp_ip peer, uint64_t now_us)
{
    start_over(pce);
    pce->address = peer;
    pce->keepalive_s = byte_of(pce->config.keepalive_s);
    pce->our_dead_s = byte_of(pce->config.dead_s);
    pce->state = PCE_OPEN_WAIT;
    pce->open_deadline_us = now_us + OPEN_WAIT_US;
    pce->now_us = now_us;
    cp_pce_send_open(pce);
}

/* --- ending -------------------------------------------------------------------------------------- */

void cp_pce_end(struct cp_pce *pce, const char *why)
{
    if (pce->state == PCE_IDLE || pce->state == PCE_CLOSING)
        return;
    pce->tell_down = true;
    pce->tell_up = pce->tell_synced = false;
    pce->end = (struct cp_session_end){why, pce->taking, pce->taking_at, pce->taking_type};
    pce->state = PCE_CLOSING;
    pce->telling = false;
}

void cp_pce_closed(struct cp_pce *pce, uint64_t now_us)
{
    pce->now_us = now_us;
    cp_pce_end(pce, "the connection was closed");
    pce->state = PCE_IDLE;
    pce->in.len = pce->out.len = 0;
}

static void fail(struct cp_pce *pce, uint8_t type, uint8_t value, const char *why)
{
    cp_pce_send_error(pce, type, value, NULL);
    cp_pce_end(pce, why);
}

static void close_with(struct cp_pce *pce, uint8_t reason, const char *why)
{
    cp_pce_send_close(pce, reason);
    cp_pce_end(pce, why);
}

/* --- opening messages ---------------------------------------------------------------------------- */

static void come_up(struct cp_pce *pce)
{
    if (!pce->their_open || !pce->our_open_accepted || pce->state == PCE_UP)
        return;
    pce->state = PCE_UP;
    pce->open_deadline_us = UINT64_MAX;
    pce->syncing = pce->peer.syncs;
    pce->sync_by_us = pce->syncing ? pce->now_us + CP_PCE_SYNC_US : UINT64_MAX;
    pce->tell_up = true;
    pce->tell_synced = !pce->syncing; /* it has no state to tell */
    if (pce->keepalive_s > 0)
        pce->keepalive_at_us = pce->now_us + (uint64_t)pce->keepalive_s * SECOND_US;
}

static const struct cp_pcep_object *open_object(const struct cp_pce *pce)
{
    uint32_t at = 0;
    const struct cp_pcep_object *open =
        cp_pcep_next(&pce->message, CP_PCEP_CLASS_OPEN, &at, pce->message.count);

    return open == NULL || open->fault != NULL || open->known != CP_PCEP_KNOWN ? NULL : open;
}

/* Any timers will do but those by which a peer that is well would be declared dead. */
static bool timers_fit(const struct cp_pcep_open *open)
{
    return open->keepalive_s == 0 || open->dead_s == 0 || open->dead_s >= open->keepalive_s;
}

/* RFC 5440 6.2, 7.15: what can be negotiated is refused once with what would do (1/4); a second time it ends the
 * session (1/5). */
static void refuse_open(struct cp_pce *pce, const struct cp_pcep_object *open)
{
    if (pce->refused) {
        fail(pce, 1, 5, "its second Open cannot be accepted either");
        return;
    }
    pce->refused = true;
    pce->open_deadline_us = pce->now_us + OPEN_WAIT_US;
    cp_pce_send_refusal(pce, &open->is.open);
}

/* RFC 5440 6.2: an Open that cannot be is PCErr 1/1. */
static void take_open(struct cp_pce *pce)
{
    const struct cp_pcep_object *open = open_object(pce);

    if (open == NULL || pce->their_open) {
        fail(pce, 1, 1, "an Open that is none, or a second one");
        return;
    }
    if (!timers_fit(&open->is.open)) {
        refuse_open(pce, open);
        return;
    }
    pce->their_open = true;
    /* RFC 5440 7.3: without Keepalives its dead timer says nothing */
    pce->dead_s = open->is.open.keepalive_s == 0 ? 0 : open->is.open.dead_s;
    cp_pce_read_peer(pce, open);
    pce->state = PCE_KEEP_WAIT;
    pce->open_deadline_us = pce->now_us + OPEN_WAIT_US;
    cp_pce_send_keepalive(pce);
    come_up(pce);
}

/* It does not take our Open as it is: its proposal is, once (RFC 5440 6.2). */
static void take_refusal(struct cp_pce *pce)
{
    const struct cp_pcep_object *open = open_object(pce);
    uint32_t at = 0;
    const struct cp_pcep_object *error =
        cp_pcep_next(&pce->message, CP_PCEP_CLASS_ERROR, &at, pce->message.count);
    bool negotiable = error != NULL && error->fault == NULL && error->is.error.type == 1 &&
                      error->is.error.value == 4;

    if (error != NULL && error->fault == NULL)
        cp_session_note(&pce->notices, false, error->is.error.type, error->is.error.value);
    if (!negotiable || open == NULL || pce->retried) {
        cp_pce_end(pce, pce->retried ? "it refused our second Open, too" : "it refused our Open");
        return;
    }
    if (!timers_fit(&open->is.open)) { /* RFC 5440 7.15: what it proposes cannot be */
        fail(pce, 1, 6, "it proposes timers that cannot be");
        return;
    }
    pce->retried = true;
    pce->keepalive_s = open->is.open.keepalive_s;
    pce->our_dead_s = open->is.open.dead_s;
    cp_pce_send_open(pce);
}

static void take_early(struct cp_pce *pce)
{
    switch (pce->message.type) {
    case CP_PCEP_OPEN:
        take_open(pce);
        return;
    case CP_PCEP_KEEPALIVE:
        if (!pce->their_open) {
            fail(pce, 1, 1, "a Keepalive before its Open");
            return;
        }
        pce->our_open_accepted = true;
        come_up(pce);
        return;
    case CP_PCEP_PCERR:
        take_refusal(pce);
        return;
    case CP_PCEP_CLOSE:
        cp_pce_end(pce, "it closed the session while that was opened");
        return;
    default:
        fail(pce, 1, 1, "a message before its Open was in");
    }
}

/* --- messages of a session ------------------------------------------------------------------------ */

/* RFC 5440 6.9: up to five a minute are answered; more end the session. */
static void take_unknown(struct cp_pce *pce)
{
    if (pce->now_us - pce->minute_us > MINUTE_US) {
        pce->minute_us = pce->now_us;
        pce->unknown_messages = 0;
    }
    if (++pce->unknown_messages > CP_PCE_UNKNOWN_MESSAGES_MAX) {
        close_with(pce, CP_PCEP_CLOSE_UNKNOWN_MESSAGES, "too many messages that are not known");
        return;
    }
    cp_pce_send_error(pce, 2, 0, NULL);
}

static void take_groups(struct cp_pce *pce)
{
    if (cp_pcep_group(&pce->message, pce->work, &pce->groups) != CP_OK) {
        close_with(pce, CP_PCEP_CLOSE_NONE, "no memory for a message of it");
        return;
    }
    if (pce->groups.fault.why != NULL && pce->groups.fault.error_type != 0 &&
        pce->message.type != CP_PCEP_PCERR)
        cp_pce_send_error(pce, pce->groups.fault.error_type, pce->groups.fault.error_value, NULL);
    pce->telling = true;
    pce->next_group = 0;
}

static void take_late(struct cp_pce *pce)
{
    switch (pce->message.type) {
    case CP_PCEP_KEEPALIVE:
    case CP_PCEP_PCNTF:
        return;
    case CP_PCEP_CLOSE:
        cp_pce_end(pce, "it closed the session");
        return;
    case CP_PCEP_PCRPT:
        if (!pce->peer.stateful) {
            cp_pce_send_error(pce, 19, 5,
                              NULL); /* RFC 8231 8.5: it did not say that it is stateful */
            return;
        }
        take_groups(pce);
        return;
    case CP_PCEP_PCREQ:
    case CP_PCEP_PCERR:
        take_groups(pce);
        return;
    case CP_PCEP_STARTTLS:
        cp_pce_send_error(pce, 25, 1, NULL); /* RFC 8253 4.2: after other messages */
        return;
    default:
        take_unknown(pce);
    }
}

/* --- bytes --------------------------------------------------------------------------------------- */

static void take_message(struct cp_pce *pce, cp_text bytes)
{
    struct cp_pcep_fault fault = {0};

    pce->work_large = pce->work_large || cp_arena_used(pce->work) > KEPT_BYTES;
    cp_arena_reset(pce->work, pce->work_empty);
    if (cp_pcep_decode(bytes, pce->work, &pce->message, &fault) != CP_OK) {
        if (fault.error_type != 0)
            cp_pce_send_error(pce, fault.error_type, fault.error_value, NULL);
        /* RFC 5440 6.8: a message that cannot be taken apart */
        close_with(pce, CP_PCEP_CLOSE_MALFORMED,
                   fault.why != NULL ? fault.why : "a malformed message");
        return;
    }
    if (pce->state == PCE_UP)
        take_late(pce);
    else
        take_early(pce);
}

/* Takes one message out of the buffer; false: none is whole. */
static bool take_front(struct cp_pce *pce)
{
    cp_text bytes = cp_buffer_text(&pce->in);
    struct cp_pcep_frame frame = cp_pcep_frame(bytes);
    cp_rd head = cp_rd_make(bytes);

    if (frame.kind == CP_PCEP_FRAME_BAD) {
        close_with(pce, CP_PCEP_CLOSE_MALFORMED, frame.why);
        return false;
    }
    cp_rd_skip(&head, 1);
    pce->taking_type = cp_rd_u8(&head);
    if (frame.size > pce->config.message_bytes_max && frame.size > 0) {
        close_with(pce, CP_PCEP_CLOSE_MALFORMED, "a message that is too long");
        return false;
    }
    if (frame.kind == CP_PCEP_FRAME_SHORT) {
        if (pce->finish_by_us == UINT64_MAX)
            pce->finish_by_us = pce->now_us + CP_PCE_FINISH_US;
        return false;
    }
    pce->finish_by_us = UINT64_MAX;
    cp_buffer_drop(&pce->in, frame.size);
    pce->taken_bytes += frame.size;
    take_message(pce, cp_text_sub(bytes, 0, frame.size));
    return true;
}

static bool take_next(struct cp_pce *pce)
{
    bool taken;

    if (pce->in.len == 0)
        return false;
    pce->taking = true;
    pce->taking_type = 0;
    pce->taking_at = pce->taken_bytes;
    taken = take_front(pce);
    pce->taking = false;
    return taken;
}

void cp_pce_take(struct cp_pce *pce, cp_text bytes, uint64_t now_us)
{
    pce->now_us = now_us;
    if (pce->state == PCE_IDLE || pce->state == PCE_CLOSING)
        return;
    pce->heard_us = now_us;
    if (!cp_buffer_append(&pce->in, pce->in_arena, CP_PCE_IN_BYTES_MAX, bytes))
        close_with(pce, CP_PCEP_CLOSE_NONE, "more bytes than are kept of one peer");
}

size_t cp_pce_room(const struct cp_pce *pce)
{
    return CP_PCE_IN_BYTES_MAX - pce->in.len;
}

bool cp_pce_notice(struct cp_pce *pce, struct cp_session_notice *out)
{
    return cp_session_notice_next(&pce->notices, out);
}

struct cp_session_end cp_pce_ended(const struct cp_pce *pce)
{
    return pce->state == PCE_CLOSING ? pce->end : (struct cp_session_end){0};
}

static bool tell_own(struct cp_pce *pce, struct cp_pce_event *event)
{
    *event = (struct cp_pce_event){.kind = CP_PCE_EV_DOWN, .why = pce->end.why};
    if (pce->tell_down) {
        pce->tell_down = false;
        return true;
    }
    if (pce->tell_up) {
        pce->tell_up = false;
        *event = (struct cp_pce_event){.kind = CP_PCE_EV_UP, .peer = pce->peer};
        return true;
    }
    if (pce->tell_synced) {
        pce->tell_synced = false;
        *event = (struct cp_pce_event){.kind = CP_PCE_EV_SYNCED};
        return true;
    }
    return false;
}

/* Messages are taken till one of them has something to tell. */
static bool next(struct cp_pce *pce, struct cp_pce_event *event)
{
    for (;;) {
        if (tell_own(pce, event) || cp_pce_tell(pce, event))
            return true;
        if (pce->tell_down)
            continue;
        if (pce->state == PCE_IDLE || pce->state == PCE_CLOSING)
            return false;
        if (!take_next(pce) && !pce->tell_down)
            return false;
    }
}

bool cp_pce_next(struct cp_pce *pce, struct cp_pce_event *event)
{
    if (next(pce, event))
        return true;
    rest(pce);
    return false;
}

/* --- time ---------------------------------------------------------------------------------------- */

static uint64_t dead_at(const struct cp_pce *pce)
{
    return pce->their_open && pce->dead_s > 0 ? pce->heard_us + (uint64_t)pce->dead_s * SECOND_US
                                              : UINT64_MAX;
}

static void push_on(uint64_t *deadline_us, uint64_t to_us)
{
    if (*deadline_us != UINT64_MAX)
        *deadline_us = to_us;
}

void cp_pce_unread(struct cp_pce *pce, uint64_t now_us)
{
    pce->heard_us = now_us;
    push_on(&pce->open_deadline_us, now_us + OPEN_WAIT_US);
    push_on(&pce->finish_by_us, now_us + CP_PCE_FINISH_US);
    push_on(&pce->sync_by_us, now_us + CP_PCE_SYNC_US);
}

void cp_pce_tick(struct cp_pce *pce, uint64_t now_us)
{
    pce->now_us = now_us;
    if (pce->state == PCE_IDLE || pce->state == PCE_CLOSING)
        return;
    if (now_us >= pce->open_deadline_us) {
        /* RFC 5440 6.2: OpenWait, KeepWait */
        fail(pce, 1, pce->their_open ? 7 : 2, "it did not open the session in time");
    } else if (now_us >= dead_at(pce)) {
        close_with(pce, CP_PCEP_CLOSE_DEAD, "nothing was heard of it in time");
    } else if (now_us >= pce->finish_by_us) {
        close_with(pce, CP_PCEP_CLOSE_MALFORMED, "it did not finish a message in time");
    } else if (now_us >= pce->sync_by_us) {
        cp_pce_send_error(pce, 20, 1, NULL);
        close_with(pce, CP_PCEP_CLOSE_NONE, "it did not tell its state in time");
    } else if (now_us >= pce->keepalive_at_us) {
        cp_pce_send_keepalive(pce);
        pce->keepalive_at_us = now_us + (uint64_t)pce->keepalive_s * SECOND_US;
    }
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t cp_pce_deadline(const struct cp_pce *pce)
{
    if (pce->state == PCE_IDLE || pce->state == PCE_CLOSING)
        return UINT64_MAX;
    return sooner(sooner(pce->open_deadline_us, dead_at(pce)),
                  sooner(sooner(pce->finish_by_us, pce->sync_by_us), pce->keepalive_at_us));
}

/* --- sending ------------------------------------------------------------------------------------- */

cp_text cp_pce_out(const struct cp_pce *pce)
{
    return cp_buffer_text(&pce->out);
}

void cp_pce_sent(struct cp_pce *pce, size_t count)
{
    cp_buffer_drop(&pce->out, count);
    if (pce->out.len == 0 && pce->out.cap > KEPT_BYTES) {
        pce->out = (struct session_buffer){0};
        renew(&pce->out_arena, 4 * (size_t)CP_PCE_OUT_BYTES_MAX, &pce->out_empty);
    }
}

bool cp_pce_closing(const struct cp_pce *pce)
{
    return pce->state == PCE_CLOSING;
}
