#include "session/bgp.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "contest.h"
#include "model/build.h"
#include "ted/ls.h"

/*
 * What a ted takes: 1,000,000 NLRI as FRR 10.7 sends them (bench/ls_table.c), from bytes of UPDATEs through the session
 * into its table, on one core; the memory that it takes for each; and, of a network of 1,000 routers and 4,000 links,
 * how long a new view takes, and the news of one link that is lost.  Times are the processor's.
 */

enum { NLRI = 1000000, PATTERN = 112, NODES = 8, LINKS = 28, ROUTERS = 1000, DEGREE = 4 };

struct told {
    struct cp_arena *arena;
    struct cp_bgp *hears, *tells;
    cp_text node, link, prefix;
    uint32_t next;
};

static double processor_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- the table ---------------------------------------------------------------------------------- */

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
    static const struct cp_ls_range range = {.size = 8000, .first = 16000};
    static const struct cp_ls_sid adjacency = {
        .type = 1099, .is_label = true, .value = 15000, .flags = 0x30};
    static const struct cp_ls_sid prefix_sid = {.type = 1158, .value = 7, .flags = 0x40};
    struct cp_ls_attribute node = {.has = CP_LS_NODE_NAME | CP_LS_SR_CAPABILITIES,
                                   .node_name = CP_TEXT("router-1"),
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

static uint64_t hear(struct cp_bgp *from, struct cp_bgp *to, struct cp_ted *ted)
{
    struct cp_bgp_event event;
    uint64_t count = 0;

    while (cp_bgp_out(from).len > 0) {
        cp_text bytes = cp_text_sub(cp_bgp_out(from), 0, cp_bgp_room(to));

        cp_bgp_take(to, bytes, 0);
        cp_bgp_sent(from, bytes.len);
        while (cp_bgp_next(to, &event)) {
            if (event.kind != CP_BGP_EV_ANNOUNCED || ted == NULL)
                continue;
            check(cp_ted_announce(ted, 0, &event.nlri, event.attribute, 0));
            count++;
        }
    }
    return count;
}

static void open_both(struct told *t)
{
    struct cp_bgp_config hears = {.local_as = 65000, .router_id = 1};
    struct cp_bgp_config tells = {.local_as = 65000, .router_id = 2};

    t->arena = need(cp_arena_open(64 << 20));
    check(cp_bgp_open(&hears, t->arena, &t->hears));
    check(cp_bgp_open(&tells, t->arena, &t->tells));
    cp_bgp_connected(t->hears, 0);
    cp_bgp_connected(t->tells, 0);
    for (uint32_t i = 0; i < 4; i++) {
        (void)hear(t->hears, t->tells, NULL);
        (void)hear(t->tells, t->hears, NULL);
    }
    attributes_make(t);
}

static void run_table(struct cp_ted *ted)
{
    struct told t = {0};
    double seconds = 0;
    uint64_t heard = 0;

    open_both(&t);
    while (tell(&t)) {
        double start = processor_s();

        heard += hear(t.tells, t.hears, ted);
        seconds += processor_s() - start;
    }
    if (heard != NLRI)
        figures_void("ted-table");
    figures_put("ted-table/nlri", (double)heard / seconds, "NLRI/s");
    figures_put("ted-table/memory", (double)cp_ted_bytes(ted) / NLRI, "B/NLRI");
    cp_bgp_close(t.hears);
    cp_bgp_close(t.tells);
    cp_arena_close(t.arena);
}

/* --- views -------------------------------------------------------------------------------------- */

static const struct cp_case *inventory_make(struct cp_arena *arena)
{
    const struct cp_case *c = NULL;
    struct cp_build *build;
    char a[32], b[32];

    check(cp_build_open(arena, &build));
    for (uint32_t i = 0; i < ROUTERS; i++) {
        struct cp_node_row row;

        (void)snprintf(a, sizeof a, "0000.0000.%04x", i + 1);
        row = cp_node_row_make(CP_PLACE_NONE, cp_text_of(a));
        check(cp_build_node(build, &row, NULL));
    }
    for (uint32_t i = 0; i < ROUTERS * DEGREE; i++) {
        struct cp_link_row row;

        (void)snprintf(a, sizeof a, "0000.0000.%04x", i % ROUTERS + 1);
        (void)snprintf(b, sizeof b, "0000.0000.%04x",
                       (i % ROUTERS + 1 + i / ROUTERS * 37) % ROUTERS + 1);
        row = cp_link_row_make(CP_PLACE_NONE, cp_text_of(a), cp_text_of(b));
        row.metric_ab = 10;
        check(cp_build_link(build, &row, NULL));
    }
    check(cp_build_finish(build, CP_DATE_NONE, &c, NULL));
    return c;
}

/* Of a link each half; back: from its other end. */
static void half_make(struct cp_ls_nlri *nlri, uint32_t link, bool back, char bytes[128])
{
    uint32_t a = link % ROUTERS;
    uint32_t b = (a + 1 + link / ROUTERS * 37) % ROUTERS;

    *nlri = (struct cp_ls_nlri){.type = CP_LS_LINK, .protocol = CP_LS_ISIS_L2};
    router_of((back ? b : a) + 1, bytes);
    router_of((back ? a : b) + 1, bytes + 6);
    nlri->local = (struct cp_ls_node){.has = CP_LS_NODE_ROUTER, .router = {bytes, 6}};
    nlri->remote = (struct cp_ls_node){.has = CP_LS_NODE_ROUTER, .router = {bytes + 6, 6}};
    nlri->has = CP_LS_HAS_LOCAL4 | CP_LS_HAS_REMOTE4;
    nlri->local4 = cp_ip_v4(0x0a000000 + 2 * link + back);
    nlri->remote4 = cp_ip_v4(0x0a000000 + 2 * link + !back);
    (void)snprintf(bytes + 12, 100, "%u %d", link, back);
    nlri->key = cp_text_of(bytes + 12);
}

static void network_tell(struct cp_ted *ted)
{
    struct cp_ls_attribute link = {.has = CP_LS_IGP_METRIC | CP_LS_TE_METRIC | CP_LS_DELAY,
                                   .igp_metric = 10,
                                   .te_metric = 10,
                                   .delay_us = 1000};
    struct cp_ls_attribute node = {0};
    struct cp_ls_nlri nlri;
    char bytes[128];

    cp_ted_feed_up(ted, 0, 0);
    for (uint32_t i = 0; i < ROUTERS; i++) {
        nlri = (struct cp_ls_nlri){.type = CP_LS_NODE, .protocol = CP_LS_ISIS_L2};
        router_of(i + 1, bytes);
        nlri.local = (struct cp_ls_node){.has = CP_LS_NODE_ROUTER, .router = {bytes, 6}};
        (void)snprintf(bytes + 12, 100, "node %u", i);
        nlri.key = cp_text_of(bytes + 12);
        check(cp_ted_announce(ted, 0, &nlri, &node, 0));
    }
    for (uint32_t i = 0; i < 2 * ROUTERS * DEGREE; i++) {
        half_make(&nlri, i / 2, i % 2 != 0, bytes);
        check(cp_ted_announce(ted, 0, &nlri, &link, 0));
    }
    cp_ted_feed_full(ted, 0, 0);
}

static void run_views(struct cp_ted *ted)
{
    enum { ROUNDS = 20 };
    struct cp_ls_attribute link = {.has = CP_LS_IGP_METRIC, .igp_metric = 10};
    double views = 0;
    double news = 0;

    network_tell(ted);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
        struct cp_ted_view view;
        struct cp_ted_news told;
        struct cp_ls_nlri nlri;
        char bytes[128];
        double start = processor_s();

        check(cp_ted_view(ted, 0, arena, &view));
        views += processor_s() - start;
        if (view.net->link_count != ROUTERS * DEGREE)
            figures_void("ted-view");
        half_make(&nlri, i, false, bytes);
        start = processor_s();
        cp_ted_withdraw(ted, 0, &nlri, 0);
        cp_ted_news(ted, 0, &told);
        news += processor_s() - start;
        if (told.link_gone_count != 1)
            figures_void("ted-news");
        check(cp_ted_announce(ted, 0, &nlri, &link, 0));
        cp_arena_close(arena);
    }
    figures_put("ted-view/1000-routers", views / ROUNDS * 1e3, "ms");
    figures_put("ted-news/one-link", news / ROUNDS * 1e3, "ms");
}

int main(void)
{
    static const struct cp_ted_feed feed = {{"bgp", 3}, CP_TED_BGP_LS};
    struct cp_ted_config config = {
        .feeds = &feed, .feed_count = 1, .stale_us = 1, .disagree_us = 1};
    struct cp_arena *arena = need(cp_arena_open(SIZE_MAX));
    const struct cp_case *inventory = inventory_make(arena);
    struct cp_ted *ted;

    figures_begin(getenv("BENCH_ROWS"), NULL);
    check(cp_ted_open(&config, inventory, (size_t)2 << 30, &ted, NULL));
    run_table(ted);
    cp_ted_close(ted);
    check(cp_ted_open(&config, inventory, (size_t)2 << 30, &ted, NULL));
    run_views(ted);
    cp_ted_close(ted);
    cp_arena_close(arena);
    return figures_end();
}
