#include "session/bgp.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "contest.h"

/*
 * A BGP-LS table of 1,000,000 NLRI, read: bytes of a session in, an event with its key, fields and attribute out.
 *
 * As FRR 10.7 sends them: one NLRI an UPDATE; of 112 there are 8 nodes, 20 links and 84 prefixes, with the attributes that
 * it gives them.  What is told is made between the timed parts; the time is the processor's.
 */

enum { NLRI = 1000000, PATTERN = 112, NODES = 8, LINKS = 28 };

struct told {
    struct cp_arena *arena;
    struct cp_bgp *hears, *tells;
    cp_text node, link, prefix; /* attributes */
    uint32_t next;
};

static cp_text attribute_text(struct cp_arena *arena, const struct cp_ls_attribute *attribute)
{
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    cp_ls_attribute_write(&out, attribute);
    check(cp_out_done(&out, &text));
    return text;
}

static void attributes_make(struct told *t)
{
    static const struct cp_ls_msd msd = {1, 10};
    static const struct cp_ls_range range = {.size = 8000, .first = 16000};
    static const struct cp_ls_sid adjacency = {
        .type = 1099, .is_label = true, .value = 15000, .flags = 0x30};
    static const struct cp_ls_sid prefix_sid = {.type = 1158, .value = 7};
    const cp_text area = CP_TEXT("\x49\0\1");
    const cp_ip router = cp_ip_v4(0x0aff0001);
    struct cp_ls_attribute node = {.has = CP_LS_NODE_MSD | CP_LS_NODE_NAME | CP_LS_SR_CAPABILITIES,
                                   .node_msd = &msd,
                                   .node_msd_count = 1,
                                   .node_name = CP_TEXT("router-1"),
                                   .areas = &area,
                                   .area_count = 1,
                                   .local_routers = &router,
                                   .local_router_count = 1,
                                   .sr_capabilities = {.at = &range, .count = 1}};
    struct cp_ls_attribute link = {.has = CP_LS_ADMIN_GROUP | CP_LS_BANDWIDTH | CP_LS_RESERVABLE |
                                          CP_LS_UNRESERVED | CP_LS_TE_METRIC | CP_LS_IGP_METRIC |
                                          CP_LS_DELAY,
                                   .bandwidth_bps = 10000000000,
                                   .reservable_bps = 10000000000,
                                   .te_metric = 10,
                                   .igp_metric = 10,
                                   .delay_us = 1000,
                                   .sids = &adjacency,
                                   .sid_count = 1};
    struct cp_ls_attribute prefix = {
        .has = CP_LS_PREFIX_METRIC, .prefix_metric = 10, .sids = &prefix_sid, .sid_count = 1};

    t->node = attribute_text(t->arena, &node);
    t->link = attribute_text(t->arena, &link);
    t->prefix = attribute_text(t->arena, &prefix);
}

static void router_of(uint32_t number, char bytes[6])
{
    for (uint32_t i = 0; i < 6; i++)
        bytes[i] = i < 2 ? 0 : (char)(number >> (8 * (5 - i)) & 255);
}

/* The NLRI of this number, and which attribute goes with it. */
static void nlri_write(struct cp_out *out, uint32_t number)
{
    struct cp_ls_nlri nlri = {.type = CP_LS_PREFIX4, .protocol = CP_LS_ISIS_L2};
    uint32_t of = number % PATTERN;
    char local[6], remote[6];

    router_of(number, local);
    router_of(number + 1, remote);
    nlri.local.has = CP_LS_NODE_ROUTER;
    nlri.local.router = (cp_text){local, sizeof local};
    if (of < NODES) {
        nlri.type = CP_LS_NODE;
    } else if (of < LINKS) {
        nlri.type = CP_LS_LINK;
        nlri.remote.has = CP_LS_NODE_ROUTER;
        nlri.remote.router = (cp_text){remote, sizeof remote};
        nlri.has = CP_LS_HAS_LOCAL4 | CP_LS_HAS_REMOTE4;
        nlri.local4 = cp_ip_v4(0x0a000000 + number);
        nlri.remote4 = cp_ip_v4(0x0a000000 + number + 1);
    } else {
        nlri.has = CP_LS_HAS_PREFIX;
        nlri.prefix = cp_ip_v4(0x0a000000 + number);
        nlri.prefix_bits = 32;
    }
    cp_ls_nlri_write(out, &nlri);
}

/* Tells as much as waits at once; false: all is told. */
static bool tell(struct told *t)
{
    while (t->next < NLRI) {
        cp_arena_mark mark = cp_arena_mark_get(t->arena);
        struct cp_out out = cp_out_make(t->arena);
        uint32_t of = t->next % PATTERN;
        cp_text nlri;
        cp_err err;

        nlri_write(&out, t->next);
        check(cp_out_done(&out, &nlri));
        err = cp_bgp_announce(t->tells, nlri,
                              of < NODES   ? t->node
                              : of < LINKS ? t->link
                                           : t->prefix,
                              0);
        cp_arena_reset(t->arena, mark);
        if (err == CP_ERR_LIMIT)
            break;
        check(err);
        t->next++;
    }
    return cp_bgp_out(t->tells).len > 0;
}

static double processor_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Everything that the one says, to the other; how many NLRI came of it, and what of them was read. */
static uint64_t hear(struct cp_bgp *from, struct cp_bgp *to, uint64_t *sum)
{
    struct cp_bgp_event event;
    uint64_t count = 0;

    while (cp_bgp_out(from).len > 0) {
        cp_text bytes = cp_text_sub(cp_bgp_out(from), 0, cp_bgp_room(to));

        cp_bgp_take(to, bytes, 0);
        cp_bgp_sent(from, bytes.len);
        while (cp_bgp_next(to, &event)) {
            if (event.kind != CP_BGP_EV_ANNOUNCED)
                continue;
            count++;
            *sum += event.nlri.key.len + (event.attribute != NULL ? event.attribute->has : 0);
        }
    }
    return count;
}

static void open_both(struct told *t)
{
    struct cp_bgp_config hears = {.local_as = 65000, .router_id = 1};
    struct cp_bgp_config tells = {.local_as = 65000, .router_id = 2};
    uint64_t sum = 0;

    t->arena = need(cp_arena_open(64 << 20));
    check(cp_bgp_open(&hears, t->arena, &t->hears));
    check(cp_bgp_open(&tells, t->arena, &t->tells));
    cp_bgp_connected(t->hears, 0);
    cp_bgp_connected(t->tells, 0);
    for (uint32_t i = 0; i < 4; i++) {
        (void)hear(t->hears, t->tells, &sum);
        (void)hear(t->tells, t->hears, &sum);
    }
    attributes_make(t);
}

int main(void)
{
    struct told t = {0};
    double seconds = 0;
    uint64_t heard = 0, sum = 0, bytes = 0;

    figures_begin(getenv("BENCH_ROWS"), NULL);
    open_both(&t);
    while (tell(&t)) {
        double start;

        bytes += cp_bgp_out(t.tells).len;
        start = processor_s();
        heard += hear(t.tells, t.hears, &sum);
        seconds += processor_s() - start;
    }
    if (heard != NLRI)
        figures_void("ls_table");
    figures_put("ls_table_nlri", (double)heard / seconds, "NLRI/s");
    figures_put("ls_table_bytes", (double)bytes / seconds, "B/s");
    (void)fprintf(stderr, "ls_table: %llu NLRI, %llu bytes, checksum %llu\n",
                  (unsigned long long)heard, (unsigned long long)bytes, (unsigned long long)sum);
    cp_bgp_close(t.hears);
    cp_bgp_close(t.tells);
    cp_arena_close(t.arena);
    return figures_end();
}
