#include "session/bgp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 1 << 20, STEPS_MAX = 4096 };

/* What must hold of every event. */
static void hear(struct cp_bgp *bgp, bool *up)
{
    struct cp_bgp_event event;

    while (cp_bgp_next(bgp, &event)) {
        switch (event.kind) {
        case CP_BGP_EV_UP:
            CP_ASSERT(!*up);
            *up = true;
            break;
        case CP_BGP_EV_DOWN:
            CP_ASSERT(event.why != NULL);
            *up = false;
            break;
        case CP_BGP_EV_MALFORMED:
            CP_ASSERT(*up && event.why != NULL);
            break;
        case CP_BGP_EV_WITHDRAWN:
            CP_ASSERT(event.attribute == NULL);
            CP_ASSERT(*up && event.nlri.key.len >= 4);
            break;
        case CP_BGP_EV_ANNOUNCED:
            CP_ASSERT(*up && event.nlri.key.len >= 4);
            break;
        case CP_BGP_EV_END_OF_RIB:
        case CP_BGP_EV_REFRESH:
            CP_ASSERT(*up);
            break;
        }
    }
}

/* One machine for all inputs: a new connection starts it afresh, and to open arenas takes most of the time. */
static struct cp_bgp *machine(void)
{
    static struct cp_bgp *bgp;
    struct cp_bgp_config config = {.local_as = 65000, .router_id = 0x0a000001, .hold_s = 90};
    static struct cp_arena *arena;

    if (bgp != NULL)
        return bgp;
    arena = cp_arena_open(ARENA_BYTES);
    CP_ASSERT(arena != NULL && cp_bgp_open(&config, arena, &bgp) == CP_OK);
    return bgp;
}

/*
 * The machine under arbitrary bytes in chunks: a byte says how many bytes come and how much time goes by; the odd one
 * among 64 is a connection lost and made again.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cp_bgp *bgp = machine();
    uint64_t now_us = 0;
    bool up = false;
    size_t at = 0;

    cp_bgp_connected(bgp, now_us);
    for (uint32_t step = 0; step < STEPS_MAX && at < size; step++) {
        uint8_t control = data[at++];
        size_t count = control % 64 == 63 ? size : (size_t)(control % 64) * 4;
        cp_text bytes = cp_text_sub((cp_text){(const char *)data, size}, at, count);

        now_us += (uint64_t)(control / 64) * 20000000;
        if (control == 64) {
            cp_bgp_closed(bgp, now_us);
            hear(bgp, &up);
            CP_ASSERT(!up);
            cp_bgp_connected(bgp, now_us);
        }
        cp_bgp_take(bgp, bytes, now_us);
        at += bytes.len;
        hear(bgp, &up);
        if (cp_bgp_deadline(bgp) <= now_us)
            cp_bgp_tick(bgp, now_us);
        hear(bgp, &up);
        CP_ASSERT(cp_bgp_deadline(bgp) > now_us);
        cp_bgp_sent(bgp, cp_bgp_out(bgp).len);
    }
    cp_bgp_closed(bgp, now_us);
    hear(bgp, &up);
    CP_ASSERT(!up);
    return 0;
}
