#include "session/bgp.h"

#include "bgp_inside.h"

/*
 * RFC 4271 8 with a connection that the owner makes: OpenSent, OpenConfirm, Established; any error sends its
 * NOTIFICATION and ends the session, but for what RFC 7606 can put right at less cost.
 *
 * One message at a time is looked at, in an arena that the next one empties; of an UPDATE one NLRI a call, and its
 * attribute is taken apart once.
 */

enum {
    SECOND_US = 1000000,
    OPEN_HOLD_US = 240 * SECOND_US, /* RFC 4271 8.2.2: a large value, 4 minutes suggested */
    WORK_BYTES = 16 << 20
};

/* --- opening and ending -------------------------------------------------------------------------- */

static cp_err open_arenas(struct cp_bgp *b)
{
    b->in_arena = cp_arena_open(4 * (size_t)CP_PCE_IN_BYTES_MAX);
    b->out_arena = cp_arena_open(4 * (size_t)CP_PCE_OUT_BYTES_MAX);
    b->work = cp_arena_open(WORK_BYTES);
    if (b->in_arena == NULL || b->out_arena == NULL || b->work == NULL)
        return CP_ERR_NOMEM;
    b->in_empty = cp_arena_mark_get(b->in_arena);
    b->out_empty = cp_arena_mark_get(b->out_arena);
    b->work_empty = cp_arena_mark_get(b->work);
    return CP_OK;
}

cp_err cp_bgp_open(const struct cp_bgp_config *config, struct cp_arena *arena, struct cp_bgp **out)
{
    struct cp_bgp *b = CP_TAKE(arena, 1, struct cp_bgp);
    cp_err err;

    if (b == NULL)
        return CP_ERR_NOMEM;
    *b = (struct cp_bgp){.config = *config};
    err = open_arenas(b);
    if (err != CP_OK)
        cp_bgp_close(b);
    else
        *out = b;
    return err;
}

void cp_bgp_close(struct cp_bgp *b)
{
    if (b == NULL)
        return;
    cp_arena_close(b->in_arena);
    cp_arena_close(b->out_arena);
    cp_arena_close(b->work);
}

static void end(struct cp_bgp *b, const char *why)
{
    if (b->state == BGP_IDLE || b->state == BGP_CLOSING)
        return;
    b->tell_down = true;
    b->tell_up = b->tell_full = b->tell_malformed = b->tell_refresh = false;
    b->end = (struct cp_session_end){why, b->taking || b->telling != TELL_NOTHING, b->taking_at,
                                     b->taking_type};
    b->state = BGP_CLOSING;
    b->telling = TELL_NOTHING;
}

cp_err cp_bgp_send(struct cp_bgp *b, struct cp_out *out)
{
    cp_text bytes;

    CP_TRY(cp_out_done(out, &bytes));
    return cp_buffer_append(&b->out, b->out_arena, CP_PCE_OUT_BYTES_MAX, bytes) ? CP_OK
                                                                                : CP_ERR_LIMIT;
}

static void notify(struct cp_bgp *b, const struct cp_bgp_notification *n, const char *why)
{
    cp_arena_mark mark = cp_arena_mark_get(b->work);
    struct cp_out out = cp_out_make(b->work);

    if (b->state == BGP_IDLE || b->state == BGP_CLOSING)
        return;
    b->down_code = n->code;
    b->down_subcode = n->subcode;
    b->down_received = false;
    cp_bgp_notification_write(&out, n);
    if (cp_bgp_send(b, &out) != CP_OK) {
        end(b, why); /* what does not fit is not sent: the connection is closed all the same */
        return;
    }
    cp_session_note(&b->notices, true, n->code, n->subcode);
    cp_arena_reset(b->work, mark);
    end(b, why);
}

static void fail(struct cp_bgp *b, uint8_t code, uint8_t subcode, const char *why)
{
    notify(b, &(struct cp_bgp_notification){.code = code, .subcode = subcode}, why);
}

static void fail_as(struct cp_bgp *b, const struct cp_bgp_fault *fault)
{
    notify(b,
           &(struct cp_bgp_notification){
               .code = fault->code, .subcode = fault->subcode, .data = fault->data},
           fault->why);
}

void cp_bgp_stop(struct cp_bgp *b, cp_bgp_cease cease, uint64_t now_us)
{
    b->now_us = now_us;
    fail(b, CP_BGP_CEASE, (uint8_t)cease, "it was stopped here");
}

static void send_open(struct cp_bgp *b)
{
    struct cp_out out = cp_out_make(b->work);
    struct cp_bgp_open open = {.version = 4,
                               .as = b->config.local_as,
                               .hold_s = (uint16_t)b->config.hold_s,
                               .router_id = b->config.router_id,
                               .route_refresh = true,
                               .extended_message = true,
                               .as4 = true,
                               .graceful_restart =
                                   true, /* RFC 4724 4: as a helper, and for End-of-RIB */
                               .families = {{.afi = CP_LS_AFI, .safi = CP_LS_SAFI}},
                               .family_count = 1};

    open.as2 = open.as > UINT16_MAX ? 23456 : (uint16_t)open.as;
    cp_bgp_open_write(&out, &open);
    if (cp_bgp_send(b, &out) != CP_OK)
        end(b, "its OPEN could not be written");
}

void cp_bgp_connected(struct cp_bgp *b, uint64_t now_us)
{
    cp_arena_reset(b->in_arena, b->in_empty);
    cp_arena_reset(b->out_arena, b->out_empty);
    cp_arena_reset(b->work, b->work_empty);
    *b = (struct cp_bgp){.config = b->config,
                         .in_arena = b->in_arena,
                         .out_arena = b->out_arena,
                         .work = b->work,
                         .in_empty = b->in_empty,
                         .out_empty = b->out_empty,
                         .work_empty = b->work_empty,
                         .state = BGP_OPEN_SENT,
                         .size_max = CP_BGP_MESSAGE_MAX,
                         .now_us = now_us,
                         .hold_us = OPEN_HOLD_US,
                         .hold_at_us = now_us + OPEN_HOLD_US,
                         .keepalive_at_us = UINT64_MAX,
                         .quiet_at_us = UINT64_MAX,
                         .telling = TELL_NOTHING,
                         .notices = b->notices};
    send_open(b);
}

void cp_bgp_closed(struct cp_bgp *b, uint64_t now_us)
{
    b->now_us = now_us;
    end(b, "the connection was closed");
    b->state = BGP_IDLE;
    b->in.len = b->out.len = 0;
}

/* --- OPEN and KEEPALIVE -------------------------------------------------------------------------- */

static void send_keepalive(struct cp_bgp *b)
{
    cp_arena_mark mark = cp_arena_mark_get(b->work);
    struct cp_out out = cp_out_make(b->work);

    cp_bgp_keepalive_write(&out);
    if (cp_bgp_send(b, &out) != CP_OK)
        end(b, "the peer does not take its bytes");
    cp_arena_reset(b->work, mark);
    if (b->hold_us > 0)
        b->keepalive_at_us = b->now_us + b->hold_us / 3;
}

static void restart_hold(struct cp_bgp *b)
{
    b->hold_at_us = b->hold_us > 0 ? b->now_us + b->hold_us : UINT64_MAX;
}

/* RFC 4271 4.2: the smaller of both; 0 of either means none. */
static void agree_on_hold(struct cp_bgp *b)
{
    uint32_t hold_s = b->theirs.hold_s < b->config.hold_s ? b->theirs.hold_s : b->config.hold_s;

    b->hold_us = (uint64_t)hold_s * SECOND_US;
    restart_hold(b);
}

static void take_open(struct cp_bgp *b, cp_text message)
{
    struct cp_bgp_fault fault = {0};

    if (cp_bgp_open_decode(message, &b->theirs, &fault) != CP_OK) {
        fail_as(b, &fault);
        return;
    }
    if (b->config.remote_as != 0 && b->theirs.as != b->config.remote_as) {
        fail(b, CP_BGP_OPEN_ERROR, 2, "its AS is not the one that it should have");
        return;
    }
    if (b->theirs.router_id == 0 ||
        (b->theirs.as == b->config.local_as && b->theirs.router_id == b->config.router_id)) {
        fail(b, CP_BGP_OPEN_ERROR, 3, "its router id cannot be"); /* RFC 6286 2.2 */
        return;
    }
    if (!cp_bgp_open_has(&b->theirs, CP_LS_AFI, CP_LS_SAFI)) {
        fail(b, CP_BGP_OPEN_ERROR, 7, "it does not speak BGP-LS"); /* RFC 5492 5 */
        return;
    }
    b->context = (cp_bgp_context){b->theirs.as4, b->theirs.as == b->config.local_as};
    if (b->theirs.extended_message)
        b->size_max = CP_BGP_EXTENDED_MESSAGE_MAX;
    agree_on_hold(b);
    b->state = BGP_OPEN_CONFIRM;
    send_keepalive(b);
}

/* RFC 4724 4: a peer with graceful restart says End-of-RIB; one that does not is not waited for without end. */
static uint64_t quiet_us(const struct cp_bgp *b)
{
    return b->theirs.graceful_restart ? CP_BGP_QUIET_LONG_US : CP_BGP_QUIET_US;
}

static void come_up(struct cp_bgp *b)
{
    b->state = BGP_ESTABLISHED;
    b->tell_up = true;
    b->quiet_at_us = b->now_us + quiet_us(b);
}

/* --- UPDATE -------------------------------------------------------------------------------------- */

static void say_malformed(struct cp_bgp *b, const char *why)
{
    b->tell_malformed = true;
    b->malformed_why = why;
}

static void take_apart(struct cp_bgp *b)
{
    struct cp_ls_fault fault = {0};

    b->has_attribute = false;
    if (!b->update.has_link_state || !b->update.reach.there)
        return;
    if (cp_ls_attribute_decode(b->update.link_state, b->work, &b->attribute, &fault) == CP_OK)
        b->has_attribute = true;
    else
        say_malformed(b, fault.why != NULL ? fault.why : "a BGP-LS attribute past its limits");
}

static bool is_ours(const struct cp_bgp_reach *reach)
{
    return reach->there && reach->afi == CP_LS_AFI && reach->safi == CP_LS_SAFI;
}

static void walk_reach(struct cp_bgp *b)
{
    b->telling = is_ours(&b->update.reach) ? TELL_REACH : TELL_NOTHING;
    if (b->telling == TELL_REACH)
        b->walk = cp_ls_walk_make(b->update.reach.nlri, b->update.reach.safi);
}

static void take_update(struct cp_bgp *b, cp_text message)
{
    struct cp_bgp_fault fault = {0};

    if (b->quiet_at_us != UINT64_MAX)
        b->quiet_at_us = b->now_us + quiet_us(b);
    if (cp_bgp_update_decode(message, b->context, &b->update, &fault) != CP_OK) {
        fail_as(b, &fault);
        return;
    }
    b->as_withdrawn = fault.remedy == CP_BGP_TREAT_AS_WITHDRAW;
    if (fault.remedy != CP_BGP_NOTHING)
        say_malformed(b, fault.why);
    if (b->update.end_of_rib) {
        b->tell_full = !b->full && is_ours(&b->update.unreach);
        return;
    }
    take_apart(b);
    if (is_ours(&b->update.unreach)) {
        b->telling = TELL_UNREACH;
        b->walk = cp_ls_walk_make(b->update.unreach.nlri, b->update.unreach.safi);
    } else
        walk_reach(b);
}

static bool tell_one(bool *flag, cp_bgp_event_kind kind, struct cp_bgp_event *event)
{
    if (!*flag)
        return false;
    *flag = false;
    *event = (struct cp_bgp_event){.kind = kind};
    return true;
}

static bool tell_own(struct cp_bgp *b, struct cp_bgp_event *event)
{
    if (tell_one(&b->tell_down, CP_BGP_EV_DOWN, event)) {
        event->why = b->end.why;
        event->code = b->down_code;
        event->subcode = b->down_subcode;
        event->received = b->down_received;
        return true;
    }
    if (tell_one(&b->tell_up, CP_BGP_EV_UP, event))
        return true;
    if (tell_one(&b->tell_malformed, CP_BGP_EV_MALFORMED, event)) {
        event->why = b->malformed_why;
        return true;
    }
    if (tell_one(&b->tell_full, CP_BGP_EV_END_OF_RIB, event)) {
        b->full = true;
        b->quiet_at_us = UINT64_MAX;
        return true;
    }
    return tell_one(&b->tell_refresh, CP_BGP_EV_REFRESH, event);
}

/* The next NLRI of the UPDATE; false: it is told. */
static bool tell_nlri(struct cp_bgp *b, struct cp_bgp_event *event)
{
    struct cp_ls_fault fault = {0};

    while (b->telling != TELL_NOTHING) {
        bool withdrawn = b->telling == TELL_UNREACH || b->as_withdrawn;

        *event =
            (struct cp_bgp_event){.kind = withdrawn ? CP_BGP_EV_WITHDRAWN : CP_BGP_EV_ANNOUNCED};
        switch (cp_ls_walk_next(&b->walk, &event->nlri, &fault)) {
        case CP_LS_GOT:
            event->attribute = !withdrawn && b->has_attribute ? &b->attribute : NULL;
            return true;
        case CP_LS_BROKEN:
            /* RFC 9552 8.2.2: what was withdrawn behind it nobody knows.  BGP-LS is all that is spoken here: reset. */
            fail(b, CP_BGP_UPDATE_ERROR, 9, fault.why);
            return tell_own(b, event);
        case CP_LS_BAD:
            *event = (struct cp_bgp_event){.kind = CP_BGP_EV_MALFORMED, .why = fault.why};
            return true;
        case CP_LS_END:
            break;
        }
        if (b->telling == TELL_UNREACH)
            walk_reach(b);
        else
            b->telling = TELL_NOTHING;
    }
    return false;
}

/* --- messages ------------------------------------------------------------------------------------ */

static void take_notification(struct cp_bgp *b, cp_text message)
{
    struct cp_bgp_notification n = {0};

    if (cp_bgp_notification_decode(message, &n) == CP_OK) {
        b->down_code = n.code;
        b->down_subcode = n.subcode;
        cp_session_note(&b->notices, false, n.code, n.subcode);
    }
    b->down_received = true;
    end(b, "it ended the session");
}

static void take_refresh(struct cp_bgp *b, cp_text message)
{
    struct cp_bgp_refresh refresh;
    struct cp_bgp_fault fault = {0};

    if (cp_bgp_refresh_decode(message, &refresh, &fault) != CP_OK) {
        if (fault.remedy == CP_BGP_RESET)
            fail_as(b, &fault);
        return;
    }
    b->tell_refresh =
        refresh.afi == CP_LS_AFI && refresh.safi == CP_LS_SAFI && refresh.subtype == 0;
}

static void take_established(struct cp_bgp *b, uint8_t type, cp_text message)
{
    restart_hold(b);
    switch (type) {
    case CP_BGP_UPDATE:
        take_update(b, message);
        return;
    case CP_BGP_KEEPALIVE:
        return;
    case CP_BGP_ROUTE_REFRESH:
        take_refresh(b, message);
        return;
    default: /* RFC 6608 3: an OPEN now */
        fail(b, CP_BGP_FSM_ERROR, 3, "an OPEN in a session");
    }
}

static void take_message(struct cp_bgp *b, uint8_t type, cp_text message)
{
    if (type == CP_BGP_NOTIFICATION)
        take_notification(b, message);
    else if (b->state == BGP_ESTABLISHED)
        take_established(b, type, message);
    else if (b->state == BGP_OPEN_SENT && type == CP_BGP_OPEN)
        take_open(b, message);
    else if (b->state == BGP_OPEN_CONFIRM && type == CP_BGP_KEEPALIVE) {
        restart_hold(b);
        come_up(b);
    } else /* RFC 6608 3: 1 in OpenSent, 2 in OpenConfirm */
        fail(b, CP_BGP_FSM_ERROR, b->state == BGP_OPEN_SENT ? 1 : 2,
             "a message that cannot come before the session is up");
}

/* The message at the front of the buffer; false: none is whole. */
static bool take_front(struct cp_bgp *b)
{
    cp_text bytes = cp_buffer_text(&b->in), message;
    struct cp_bgp_frame frame;

    /* RFC 8654 4: we said that we take long ones; whether the peer says so too is about ours to it. */
    frame = cp_bgp_frame(bytes, CP_BGP_EXTENDED_MESSAGE_MAX);
    if (frame.kind == CP_BGP_FRAME_BAD)
        fail_as(b, &frame.fault);
    if (frame.kind != CP_BGP_FRAME_WHOLE)
        return false;
    cp_arena_reset(b->work, b->work_empty);
    if (cp_text_copy(cp_text_sub(bytes, 0, frame.size), b->work, &message) != CP_OK) {
        fail(b, CP_BGP_CEASE, CP_BGP_CEASE_RESOURCES, "no memory for a message of it");
        return false;
    }
    cp_buffer_drop(&b->in, frame.size);
    b->taken_bytes += frame.size;
    b->taking_type = frame.type;
    take_message(b, frame.type, message);
    return true;
}

static bool take_next(struct cp_bgp *b)
{
    bool taken;

    if (b->in.len == 0)
        return false;
    b->taking = true;
    b->taking_type = 0;
    b->taking_at = b->taken_bytes;
    taken = take_front(b);
    b->taking = false;
    return taken;
}

bool cp_bgp_notice(struct cp_bgp *b, struct cp_session_notice *out)
{
    return cp_session_notice_next(&b->notices, out);
}

struct cp_session_end cp_bgp_ended(const struct cp_bgp *b)
{
    return b->state == BGP_CLOSING ? b->end : (struct cp_session_end){0};
}

size_t cp_bgp_room(const struct cp_bgp *b)
{
    return CP_PCE_IN_BYTES_MAX - b->in.len;
}

void cp_bgp_take(struct cp_bgp *b, cp_text bytes, uint64_t now_us)
{
    b->now_us = now_us;
    if (b->state == BGP_IDLE || b->state == BGP_CLOSING)
        return;
    if (!cp_buffer_append(&b->in, b->in_arena, CP_PCE_IN_BYTES_MAX, bytes))
        fail(b, CP_BGP_CEASE, CP_BGP_CEASE_RESOURCES, "more bytes than are kept of one peer");
}

bool cp_bgp_next(struct cp_bgp *b, struct cp_bgp_event *event)
{
    for (;;) {
        if (tell_own(b, event) || tell_nlri(b, event))
            return true;
        if (b->state == BGP_IDLE || b->state == BGP_CLOSING)
            return false;
        if (!take_next(b) && !b->tell_down)
            return false;
    }
}

/* --- time ---------------------------------------------------------------------------------------- */

static bool message_waits(const struct cp_bgp *b)
{
    cp_text bytes = cp_buffer_text(&b->in);

    return bytes.len > 0 &&
           cp_bgp_frame(bytes, CP_BGP_EXTENDED_MESSAGE_MAX).kind == CP_BGP_FRAME_WHOLE;
}

void cp_bgp_unread(struct cp_bgp *b, uint64_t now_us)
{
    b->now_us = now_us;
    if (b->state == BGP_IDLE || b->state == BGP_CLOSING)
        return;
    restart_hold(b);
    if (b->quiet_at_us != UINT64_MAX)
        b->quiet_at_us = now_us + quiet_us(b); /* its table may be among what was not read */
}

void cp_bgp_tick(struct cp_bgp *b, uint64_t now_us)
{
    b->now_us = now_us;
    if (b->state == BGP_IDLE || b->state == BGP_CLOSING)
        return;
    if (now_us >= b->hold_at_us && message_waits(b))
        restart_hold(b); /* it was heard of: we are late */
    if (now_us >= b->hold_at_us) {
        fail(b, CP_BGP_HOLD_EXPIRED, 0, "nothing was heard of it in time");
        return;
    }
    if (now_us >= b->keepalive_at_us)
        send_keepalive(b);
    if (now_us >= b->quiet_at_us) {
        b->quiet_at_us = UINT64_MAX;
        b->tell_full = !b->full;
    }
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t cp_bgp_deadline(const struct cp_bgp *b)
{
    if (b->state == BGP_IDLE || b->state == BGP_CLOSING)
        return UINT64_MAX;
    return sooner(b->hold_at_us, sooner(b->keepalive_at_us, b->quiet_at_us));
}

/* --- sending ------------------------------------------------------------------------------------- */

cp_text cp_bgp_out(const struct cp_bgp *b)
{
    return cp_buffer_text(&b->out);
}

void cp_bgp_sent(struct cp_bgp *b, size_t count)
{
    cp_buffer_drop(&b->out, count);
}

bool cp_bgp_closing(const struct cp_bgp *b)
{
    return b->state == BGP_CLOSING;
}
