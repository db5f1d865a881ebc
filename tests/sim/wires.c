#include <string.h>

#include "sim.h"

/*
 * Connections to the controller: bytes arrive late, in pieces, in order; a connection breaks and is made again.  At its
 * other end is a machine, a PCC's or a BGP speaker's, which the functions below call by what it is.
 */

enum { CHUNK_MOST = 400 };

static struct event after(const struct sim *s, uint64_t after_us, event_kind kind, uint32_t wire)
{
    return (struct event){.at_us = s->now_us + after_us, .kind = kind, .a = wire};
}

static uint64_t later_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static struct cp_pcc *pcc_at(const struct sim *s, uint32_t wire)
{
    return wire < ROUTERS_MOST ? s->routers[wire].pcc : NULL;
}

static struct cp_bgp *bgp_at(const struct sim *s, uint32_t wire)
{
    return wire < ROUTERS_MOST ? NULL : s->feeds[wire - ROUTERS_MOST].bgp;
}

/* --- the machine at the other end -------------------------------------------------------------------- */

static cp_text out_of(const struct sim *s, uint32_t wire)
{
    return pcc_at(s, wire) != NULL ? cp_pcc_out(pcc_at(s, wire)) : cp_bgp_out(bgp_at(s, wire));
}

static void sent(struct sim *s, uint32_t wire, size_t count)
{
    if (pcc_at(s, wire) != NULL)
        cp_pcc_sent(pcc_at(s, wire), count);
    else
        cp_bgp_sent(bgp_at(s, wire), count);
}

static bool is_closing(const struct sim *s, uint32_t wire)
{
    return pcc_at(s, wire) != NULL ? cp_pcc_closing(pcc_at(s, wire))
                                   : cp_bgp_closing(bgp_at(s, wire));
}

static uint64_t deadline_of(const struct sim *s, uint32_t wire)
{
    return pcc_at(s, wire) != NULL ? cp_pcc_deadline(pcc_at(s, wire))
                                   : cp_bgp_deadline(bgp_at(s, wire));
}

static void closed(struct sim *s, uint32_t wire)
{
    if (pcc_at(s, wire) != NULL)
        cp_pcc_closed(pcc_at(s, wire), s->now_us);
    else
        cp_bgp_closed(bgp_at(s, wire), s->now_us);
}

static void hear_events(struct sim *s, uint32_t wire)
{
    if (pcc_at(s, wire) != NULL)
        pcc_hear(s, wire);
    else
        speaker_hear(s, wire - ROUTERS_MOST);
}

/* As many as find room. */
static size_t take_some(struct sim *s, uint32_t wire, cp_text bytes)
{
    size_t room_bytes =
        pcc_at(s, wire) != NULL ? cp_pcc_room(pcc_at(s, wire)) : cp_bgp_room(bgp_at(s, wire));
    cp_text part = cp_text_sub(bytes, 0, room_bytes < bytes.len ? room_bytes : bytes.len);

    if (pcc_at(s, wire) != NULL)
        cp_pcc_take(pcc_at(s, wire), part, s->now_us);
    else
        cp_bgp_take(bgp_at(s, wire), part, s->now_us);
    return part.len;
}

/* --- bytes ------------------------------------------------------------------------------------------- */

static bool is_connected(const struct wire *w)
{
    return (w->connection & 1) != 0;
}

void wire_open(struct sim *s, uint32_t wire, uint32_t router)
{
    struct wire *w = &s->wires[wire];

    *w = (struct wire){.used = true, .router = router, .tick_us = UINT64_MAX};
    w->arena = cp_arena_open((size_t)1 << 24);
    queue_put(&s->queue, after(s, chance_pick(&s->chance, 1, 3000) * MS, EV_CONNECT, wire));
}

/* What waits goes on its way in pieces, each not before the one before it. */
static void send_out(struct sim *s, uint32_t wire)
{
    struct wire *w = &s->wires[wire];
    cp_text bytes = out_of(s, wire);
    size_t count = bytes.len;

    while (bytes.len > 0) {
        cp_text part = cp_text_sub(bytes, 0, chance_pick(&s->chance, 1, CHUNK_MOST));
        struct event e = after(s, chance_pick(&s->chance, 1, 20) * MS, EV_TO_DRIVE, wire);

        e.b = w->connection;
        e.at_us = w->to_drive_us = later_of(e.at_us, w->to_drive_us);
        e.len = part.len;
        e.bytes = room(NULL, part.len, 1);
        memcpy(e.bytes, part.at, part.len);
        queue_put(&s->queue, e);
        bytes = cp_text_sub(bytes, part.len, bytes.len);
    }
    sent(s, wire, count);
}

static void schedule_tick(struct sim *s, uint32_t wire)
{
    struct wire *w = &s->wires[wire];
    uint64_t due_us = deadline_of(s, wire);

    if (due_us == UINT64_MAX || due_us >= w->tick_us)
        return;
    w->tick_us = later_of(due_us, s->now_us);
    queue_put(&s->queue, after(s, w->tick_us - s->now_us, EV_WIRE_TICK, wire));
}

/* This side of the connection ends; the controller hears of it a little later. */
static void hang_up(struct sim *s, uint32_t wire)
{
    struct wire *w = &s->wires[wire];
    struct event e = after(s, 5 * MS, EV_DRIVE_CLOSED, wire);

    e.b = w->connection++;
    e.at_us = later_of(e.at_us, w->to_drive_us);
    queue_put(&s->queue, e);
    closed(s, wire);
    hear_events(s, wire);
    queue_put(&s->queue, after(s, chance_pick(&s->chance, 1000, 6000) * MS, EV_CONNECT, wire));
}

void wire_cut(struct sim *s, uint32_t wire)
{
    struct wire *w = &s->wires[wire];

    if (!w->used || !is_connected(w))
        return;
    trace(s, "connection %u is cut", wire);
    w->to_drive_us = 0;
    hang_up(s, wire);
}

void wire_hear(struct sim *s, uint32_t wire)
{
    struct wire *w = &s->wires[wire];

    hear_events(s, wire);
    if (is_connected(w))
        send_out(s, wire);
    if (is_connected(w) && is_closing(s, wire))
        hang_up(s, wire);
    schedule_tick(s, wire);
}

/* --- events ------------------------------------------------------------------------------------------ */

static void connect(struct sim *s, uint32_t wire)
{
    struct wire *w = &s->wires[wire];

    if (is_connected(w))
        return;
    if (!s->routers[w->router].up || s->drive == NULL || w->at_drive != 0) {
        queue_put(&s->queue, after(s, 2 * SECOND, EV_CONNECT, wire));
        return;
    }
    w->at_drive = ++w->connection;
    w->to_drive_us = w->to_there_us = s->now_us;
    if (pcc_at(s, wire) != NULL)
        cp_pcc_connected(pcc_at(s, wire), cp_ip_v4(0x0a0000fe), s->now_us);
    else
        cp_bgp_connected(bgp_at(s, wire), s->now_us);
    controller_pump(s, cp_drive_connected(s->drive, w->peer, controller_now(s)));
    wire_hear(s, wire);
}

static void take(struct sim *s, const struct event *e)
{
    cp_text bytes = {e->bytes, e->len};

    while (bytes.len > 0 && s->wires[e->a].connection == e->b && !is_closing(s, e->a)) {
        size_t len = take_some(s, e->a, bytes);

        bytes = cp_text_sub(bytes, len, bytes.len);
        wire_hear(s, e->a);
        if (len == 0)
            return;
    }
}

static void tick(struct sim *s, const struct event *e)
{
    struct wire *w = &s->wires[e->a];

    if (w->tick_us != e->at_us)
        return;
    w->tick_us = UINT64_MAX;
    if (pcc_at(s, e->a) != NULL)
        cp_pcc_tick(pcc_at(s, e->a), s->now_us);
    else
        cp_bgp_tick(bgp_at(s, e->a), s->now_us);
    wire_hear(s, e->a);
}

void wire_event(struct sim *s, const struct event *e)
{
    struct wire *w = &s->wires[e->a];

    if (e->kind == EV_CONNECT) {
        connect(s, e->a);
    } else if (e->kind == EV_WIRE_TICK) {
        tick(s, e);
    } else if (e->kind == EV_TO_THERE) {
        take(s, e);
    } else if (w->connection == e->b) { /* closed by the controller */
        w->connection++;
        closed(s, e->a);
        wire_hear(s, e->a);
        queue_put(&s->queue, after(s, chance_pick(&s->chance, 1000, 6000) * MS, EV_CONNECT, e->a));
    }
}
