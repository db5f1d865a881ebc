#include <stddef.h>
#include <stdint.h>

#include "base/rd.h"
#include "session/limits.h"
#include "session/pce.h"
#include "wire/pcep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A PCE's session that is told anything at any time.  The input is steps of one byte and what it needs: bytes from
 * the peer (cut as they come), time, orders, bytes taken off, the connection made and lost.  What goes out must be
 * PCEP; nothing may grow past its limits; a deadline that is passed must not come back.
 */

enum { STEPS_MAX = 2000 };

struct fuzz {
    cp_rd left;
    struct cp_pce *pce;
    uint64_t now_us;
    struct cp_arena *arena, *work; /* the machine's; what it sent, taken apart */
    cp_arena_mark empty;
};

static void drain(struct fuzz *f)
{
    struct cp_pce_event event;

    while (cp_pce_next(f->pce, &event)) {
        CP_ASSERT(event.kind != CP_PCE_EV_LSP ||
                  (event.lsp.plsp_id != 0 && event.lsp.plsp_id >> 20 == 0));
        CP_ASSERT(event.kind != CP_PCE_EV_DOWN || event.why != NULL);
        CP_ASSERT(event.kind != CP_PCE_EV_REQUEST || event.request.id != 0);
    }
}

static void check_out(struct fuzz *f)
{
    for (;;) {
        cp_text out = cp_pce_out(f->pce);
        struct cp_pcep_frame frame = cp_pcep_frame(out);
        struct cp_pcep_message message;
        struct cp_pcep_fault fault;

        if (out.len == 0)
            return;
        CP_ASSERT(frame.kind == CP_PCEP_FRAME_WHOLE);
        cp_arena_reset(f->work, f->empty);
        CP_ASSERT(cp_pcep_decode(cp_text_sub(out, 0, frame.size), f->work, &message, &fault) ==
                  CP_OK);
        CP_ASSERT(message.fault_count == 0);
        cp_pce_sent(f->pce, frame.size);
    }
}

static void order(struct fuzz *f)
{
    uint8_t kind = cp_rd_u8(&f->left);
    uint8_t count = cp_rd_u8(&f->left) & 7;
    struct cp_pce_hop hops[8] = {{0}};
    struct cp_pce_order o = {.kind = (cp_pce_order_kind)(kind % 5),
                             .srp_id = kind,
                             .plsp_id = cp_rd_u8(&f->left),
                             .request_id = kind,
                             .name = cp_rd_bytes(&f->left, kind & 15),
                             .src = cp_ip_v4(1),
                             .dst = cp_ip_v4(2),
                             .up = true,
                             .path = {hops, count}};

    for (uint32_t i = 0; i < count; i++)
        hops[i] = (struct cp_pce_hop){.kind = (cp_pce_hop_kind)(cp_rd_u8(&f->left) & 3),
                                      .label = cp_rd_u24(&f->left)};
    if (cp_pce_order(f->pce, &o, f->now_us) == CP_OK)
        CP_ASSERT(cp_pce_out(f->pce).len > 0);
}

static void time_goes(struct fuzz *f)
{
    f->now_us += (uint64_t)cp_rd_u8(&f->left) * cp_rd_u8(&f->left) * 10000;
    if (cp_pce_deadline(f->pce) > f->now_us)
        return;
    cp_pce_tick(f->pce, f->now_us);
    drain(f);
    for (uint32_t i = 0; i < 8 && cp_pce_deadline(f->pce) <= f->now_us; i++) {
        cp_pce_tick(f->pce, f->now_us); /* several were due: one a tick */
        drain(f);
    }
    CP_ASSERT(cp_pce_deadline(f->pce) > f->now_us);
}

/* The peer opens as FRR does, so that what comes after is not about opening alone. */
static void open_up(struct fuzz *f)
{
    static const char bytes[] = "\x20\x01\x00\x14\x01\x10\x00\x10\x20\x1e\x78\x00"
                                "\x00\x10\x00\x04\x00\x00\x00\x05"
                                "\x20\x02\x00\x04";

    cp_pce_connected(f->pce, cp_ip_v4(3), f->now_us);
    cp_pce_take(f->pce, (cp_text){bytes, sizeof bytes - 1}, f->now_us);
    drain(f);
}

static void step(struct fuzz *f)
{
    uint8_t what = cp_rd_u8(&f->left);
    size_t many = (what & 7) > 1 ? 0 : ((size_t)(what >> 4) << 8) + cp_rd_u8(&f->left);

    many = many < cp_rd_left(&f->left) ? many : cp_rd_left(&f->left);
    switch (what & 7) {
    case 0:
    case 1:
        cp_pce_take(f->pce, cp_rd_bytes(&f->left, many), f->now_us);
        CP_ASSERT(cp_pce_room(f->pce) <= CP_PCE_IN_BYTES_MAX);
        return;
    case 2:
        drain(f);
        return;
    case 3:
        time_goes(f);
        return;
    case 4:
        order(f);
        return;
    case 5:
        check_out(f);
        return;
    case 6:
        cp_pce_closed(f->pce, f->now_us);
        drain(f);
        open_up(f);
        return;
    default:
        cp_pce_closed(f->pce, f->now_us);
        cp_pce_connected(f->pce, cp_ip_v4(3), f->now_us);
    }
}

/* One machine for all inputs: a new connection starts it afresh, and to open arenas takes most of the time. */
static struct fuzz *machine(void)
{
    static struct fuzz f;
    struct cp_pce_config config = {.keepalive_s = 30,
                                   .dead_s = 120,
                                   .colour_forms = CP_PCE_COLOUR_ASSOCIATION | CP_PCE_COLOUR_VENDOR,
                                   .lsp_max = 8};

    if (f.pce != NULL)
        return &f;
    f.arena = cp_arena_open(1 << 20);
    f.work = cp_arena_open(16 << 20);
    if (f.arena == NULL || f.work == NULL || cp_pce_open(&config, f.arena, &f.pce) != CP_OK)
        return NULL;
    f.empty = cp_arena_mark_get(f.work);
    return &f;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz *f = machine();

    if (f == NULL)
        return 0;
    f->left = cp_rd_make((cp_text){(const char *)data, size});
    f->now_us = 1;
    open_up(f);
    for (uint32_t i = 0; i < STEPS_MAX && cp_rd_left(&f->left) > 0; i++)
        step(f);
    drain(f);
    check_out(f);
    cp_pce_closed(f->pce, f->now_us);
    drain(f);
    return 0;
}
