#include "control/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "contest.h"
#include "planned.h"

/*
 * What the controller's decisions cost with records and orders, without wires: 1,000 headends, all LSPs of 10,000 demands
 * installed; each of many links vanishes in its turn, the others there.  And: a plan adopted, all routers synchronised
 * anew, memory an LSP.
 */

#define SECOND UINT64_C(1000000) /* microseconds */

enum { TRIALS = 200 };

struct deciding {
    struct planned w;
    struct cp_control *c;
    uint64_t now;
    uint32_t *next_plsp; /* [nodes] */
    struct order {
        struct cp_pce_order order;
        uint32_t peer;
    } * orders;
    struct cp_arena *kept; /* of orders not answered yet */
    uint32_t order_count;
};

static double since(clock_t start)
{
    return (double)(clock() - start) * 1000 / CLOCKS_PER_SEC;
}

/* All steps; orders are kept for `answer`. */
static void take(struct deciding *d)
{
    struct cp_control_step s;

    while (cp_control_next(d->c, &s)) {
        struct order *o;
        struct cp_pce_hop *hops;

        if (s.kind != CP_DO_ORDER)
            continue;
        o = &d->orders[d->order_count++];
        *o = (struct order){s.order, s.peer};
        hops = need(CP_TAKE(d->kept, s.order.path.count, struct cp_pce_hop));
        memcpy(hops, s.order.path.at, s.order.path.count * sizeof *hops);
        o->order.path.at = hops;
        check(cp_text_copy(s.order.name, d->kept, &o->order.name));
    }
}

static void event(struct deciding *d, uint32_t peer, const struct cp_pce_event *e)
{
    check(cp_control_peer_event(d->c, peer, e, d->now));
}

/* Each order is reported done, until there are no more. */
static void answer(struct deciding *d)
{
    while (d->order_count > 0) {
        uint32_t count = d->order_count;

        d->order_count = 0;
        for (uint32_t i = 0; i < count; i++) {
            struct order o = d->orders[i];
            struct cp_pce_event e = {
                .kind = CP_PCE_EV_LSP,
                .lsp = {.plsp_id = o.order.plsp_id,
                        .srp_id = o.order.srp_id,
                        .name = o.order.name,
                        .delegated = true,
                        .created = true,
                        .wanted_up = o.order.path.count > 0,
                        .state = o.order.path.count > 0 ? CP_PCE_LSP_UP : CP_PCE_LSP_DOWN,
                        .intended = o.order.path}};

            if (o.order.kind == CP_PCE_INITIATE)
                e.lsp.plsp_id = ++d->next_plsp[o.peer];
            event(d, o.peer, &e);
        }
        take(d);
    }
    cp_arena_close(d->kept);
    d->kept = need(cp_arena_open(SIZE_MAX));
}

static void settle(struct deciding *d)
{
    for (;;) {
        check(cp_control_tick(d->c, d->now));
        take(d);
        answer(d);
        if (cp_control_deadline(d->c) > d->now)
            return;
    }
}

static void open_control(struct deciding *d)
{
    uint32_t nodes = d->w.view.net->node_count;
    struct cp_control_peer *peers = need(CP_TAKE(d->w.arena, nodes, struct cp_control_peer));
    struct cp_control_config config = {.peers = peers,
                                       .peer_count = nodes,
                                       .settle_us = 5 * SECOND,
                                       .hold_window_us = SECOND,
                                       .hold_ppm = 1000000,
                                       .lsp_max = 100000};

    for (uint32_t v = 0; v < nodes; v++) {
        peers[v].name = d->w.view.net->nodes[v].id;
        peers[v].address = d->w.view.nodes[v].address;
    }
    check(cp_control_open(&config, SIZE_MAX, &d->c, NULL));
}

static double adopt(struct deciding *d)
{
    clock_t start = clock();

    check(cp_control_plan(d->c, d->w.plan, false, CP_TEXT("bench"), d->now));
    take(d);
    return since(start);
}

/* Milliseconds for one link; *moved: orders. */
static double lose(struct deciding *d, uint32_t link, uint32_t *moved)
{
    cp_link gone = {link};
    struct cp_ted_news news = {.links_gone = &gone, .link_gone_count = 1};
    clock_t start = clock();
    double ms;

    check(cp_control_gone(d->c, &news, d->now));
    take(d);
    ms = since(start);
    *moved = d->order_count;
    answer(d);
    return ms;
}

/* All sessions anew, each reporting all its LSPs: milliseconds. */
static double resync(struct deciding *d, uint32_t *reported)
{
    uint32_t count = cp_control_lsp_count(d->c);
    struct cp_pce_event up = {.kind = CP_PCE_EV_UP,
                              .peer = {.stateful = true,
                                       .updates = true,
                                       .initiates = true,
                                       .syncs = true,
                                       .depth_max = UINT32_MAX}};
    clock_t start = clock();

    for (uint32_t v = 0; v < d->w.view.net->node_count; v++)
        event(d, v, &up);
    for (uint32_t i = 0; i < count; i++) {
        struct cp_control_lsp l;
        struct cp_pce_event e = {.kind = CP_PCE_EV_LSP};

        cp_control_lsp(d->c, i, &l);
        if (l.peer == CP_NONE || l.installed.count == 0)
            continue;
        e.lsp = (struct cp_pce_lsp){.plsp_id = i + 1,
                                    .name = l.name,
                                    .delegated = true,
                                    .created = true,
                                    .wanted_up = true,
                                    .syncing = true,
                                    .state = CP_PCE_LSP_UP,
                                    .intended = l.installed};
        event(d, l.peer, &e);
        (*reported)++;
    }
    for (uint32_t v = 0; v < d->w.view.net->node_count; v++)
        event(d, v, &(struct cp_pce_event){.kind = CP_PCE_EV_SYNCED});
    take(d);
    return since(start);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void lose_each(struct deciding *d)
{
    double *ms = need(calloc(TRIALS, sizeof *ms));
    uint32_t most = 0, all = 0;

    for (uint32_t i = 0; i < TRIALS; i++) {
        uint32_t moved;

        ms[i] = lose(d, i * d->w.isp.link_count / TRIALS, &moved);
        most = moved > most ? moved : most;
        all += moved;
        d->now += SECOND;
        (void)adopt(d);
        settle(d);
    }
    qsort(ms, TRIALS, sizeof *ms, ascending);
    figures_put("decide_gone_p50", ms[TRIALS / 2], "ms");
    figures_put("decide_gone_p99", ms[TRIALS * 99 / 100], "ms");
    figures_put("decide_gone_most", ms[TRIALS - 1], "ms");
    fprintf(stderr, "  %u LSPs moved, %u at most for a link\n", all, most);
    free(ms);
}

static void measure(void)
{
    struct deciding d = {.now = SECOND};
    struct cp_control_status status;
    uint32_t reported = 0;

    planned_make(&d.w, true);
    d.orders = need(calloc(200000, sizeof *d.orders));
    d.next_plsp = need(calloc(d.w.view.net->node_count, sizeof *d.next_plsp));
    d.kept = need(cp_arena_open(SIZE_MAX));
    open_control(&d);
    (void)resync(&d, &reported);
    figures_put("decide_first_plan", adopt(&d), "ms");
    settle(&d);
    cp_control_status(d.c, &status);
    fprintf(stderr, "  %u LSPs, %u installed, %u down\n", cp_control_lsp_count(d.c),
            status.by_phase[CP_LSP_INSTALLED], status.by_phase[CP_LSP_DOWN]);
    figures_put("decide_same_plan", adopt(&d), "ms");
    settle(&d);
    reported = 0;
    figures_put("decide_resync", resync(&d, &reported), "ms");
    fprintf(stderr, "  %u LSPs reported\n", reported);
    settle(&d);
    figures_put("decide_memory_an_lsp", (double)cp_control_memory(d.c) / cp_control_lsp_count(d.c),
                "bytes");
    lose_each(&d);
    cp_control_close(d.c);
    planned_free(&d.w);
    cp_arena_close(d.kept);
    free(d.orders);
    free(d.next_plsp);
}

int main(void)
{
    figures_begin(getenv("BENCH_ROWS"), NULL);
    if (figures_wanted("decide"))
        measure();
    return figures_end();
}
