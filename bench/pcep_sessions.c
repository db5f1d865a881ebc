#include "session/pcc.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "contest.h"

/*
 * What 1,000 PCEP sessions with 100 LSPs each cost the PCE's side, through bytes: what they hold once all is told, and
 * how long it takes when all of them come back at once and tell everything again.  One PCC's machine plays all peers,
 * one after another; the bytes of all wait in their sessions before the first of them is taken apart.
 */

enum { SESSIONS = 1000, LSPS = 100, SEGMENTS = 6, ROUNDS = 5, CHUNK_BYTES = 16384 };

struct world {
    struct cp_arena *arena;
    struct cp_pce *pces[SESSIONS];
    struct cp_pcc *pcc;
    uint64_t now_us, lsps, synced;
};

static double resident_mb(void)
{
    FILE *file = need(fopen("/proc/self/statm", "r"));
    unsigned long pages = 0, resident = 0;

    if (fscanf(file, "%lu %lu", &pages, &resident) != 2)
        abort();
    fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

static void open_all(struct world *w)
{
    struct cp_pce_config pce = {
        .keepalive_s = 30, .dead_s = 120, .colour_forms = CP_PCE_COLOUR_ASSOCIATION};
    struct cp_pcc_config pcc = {.keepalive_s = 30,
                                .dead_s = 120,
                                .stateful = true,
                                .updates = true,
                                .initiates = true,
                                .sr = true,
                                .depth_max = 10,
                                .colour_forms = CP_PCE_COLOUR_ASSOCIATION};

    check(cp_pcc_open(&pcc, w->arena, &w->pcc));
    for (uint32_t i = 0; i < SESSIONS; i++)
        check(cp_pce_open(&pce, w->arena, &w->pces[i]));
}

static void hear(struct world *w, struct cp_pce *pce)
{
    struct cp_pce_event event;

    while (cp_pce_next(pce, &event)) {
        w->lsps += event.kind == CP_PCE_EV_LSP;
        w->synced += event.kind == CP_PCE_EV_SYNCED;
    }
}

static void to_pce(struct world *w, struct cp_pce *pce)
{
    while (cp_pcc_out(w->pcc).len > 0) {
        cp_text bytes = cp_text_sub(cp_pcc_out(w->pcc), 0, CHUNK_BYTES);

        if (cp_pce_room(pce) < bytes.len)
            hear(w, pce);
        cp_pce_take(pce, bytes, w->now_us);
        cp_pcc_sent(w->pcc, bytes.len);
    }
}

static void to_pcc(struct world *w, struct cp_pce *pce)
{
    struct cp_pcc_event event;
    cp_text bytes = cp_pce_out(pce);

    cp_pcc_take(w->pcc, bytes, w->now_us);
    cp_pce_sent(pce, bytes.len);
    while (cp_pcc_next(w->pcc, &event)) {
    }
}

static void report(struct world *w, uint32_t session, uint32_t number)
{
    struct cp_pce_hop hops[SEGMENTS] = {{0}};
    char name[32];
    struct cp_pce_lsp lsp = {.plsp_id = number + 1,
                             .src = cp_ip_v4(0x0a000000u + session),
                             .dst = cp_ip_v4(0x0a000000u + (session * 7 + number) % SESSIONS),
                             .delegated = true,
                             .created = true,
                             .wanted_up = true,
                             .syncing = true,
                             .state = CP_PCE_LSP_ACTIVE,
                             .colour_known = true,
                             .colour = 100,
                             .preference = 200,
                             .binding_known = true,
                             .binding_label = 40000 + number,
                             .intended = {hops, SEGMENTS},
                             .path_setup_type = 1};

    lsp.name.len = (size_t)snprintf(name, sizeof name, "cp-%u-%u-gov", session, number);
    lsp.name.at = name;
    for (uint32_t i = 0; i < SEGMENTS; i++)
        hops[i] = (struct cp_pce_hop){.kind = CP_PCE_HOP_LABEL,
                                      .label = 16000 + (session + number * i) % 4000};
    check(cp_pcc_report(w->pcc, &lsp, w->now_us));
}

static void tell(struct world *w, uint32_t session)
{
    struct cp_pce *pce = w->pces[session];

    cp_pce_closed(pce, w->now_us);
    hear(w, pce);
    cp_pce_connected(pce, cp_ip_v4(0x0a000000u + session), w->now_us);
    cp_pcc_connected(w->pcc, cp_ip_v4(1), w->now_us);
    to_pce(w, pce);
    hear(w, pce);
    to_pcc(w, pce);
    to_pce(w, pce);
    for (uint32_t i = 0; i < LSPS; i++)
        report(w, session, i);
    check(cp_pcc_synced(w->pcc, w->now_us));
    to_pce(w, pce);
}

/* Seconds of it all, and of what the PCE's side alone takes to hear what waits. */
static double tell_all(struct world *w, double *heard_s)
{
    double began = now_s(), told;

    w->lsps = w->synced = 0;
    w->now_us += 1000000;
    for (uint32_t i = 0; i < SESSIONS; i++)
        tell(w, i);
    told = now_s();
    for (uint32_t i = 0; i < SESSIONS; i++)
        hear(w, w->pces[i]);
    if (w->lsps != (uint64_t)SESSIONS * LSPS || w->synced != SESSIONS)
        figures_void("pcep_sessions");
    *heard_s = now_s() - told;
    return now_s() - began;
}

static void measure(void)
{
    struct world w = {.arena = need(cp_arena_open(16 << 20))};
    double before = resident_mb(), all[ROUNDS], heard[ROUNDS], first;

    open_all(&w);
    figures_put("pcep_sessions_memory_idle", resident_mb() - before, "MB");
    tell_all(&w, &first);
    figures_put("pcep_sessions_memory_100k_lsps", resident_mb() - before, "MB");
    for (uint32_t i = 0; i < ROUNDS; i++)
        all[i] = tell_all(&w, &heard[i]);
    figures_put("pcep_sessions_resync_both_ends", median(all, ROUNDS), "s");
    figures_put("pcep_sessions_resync_pce", median(heard, ROUNDS), "s");
    figures_put("pcep_sessions_memory_after_6_resyncs", resident_mb() - before, "MB");
    for (uint32_t i = 0; i < SESSIONS; i++)
        cp_pce_close(w.pces[i]);
    cp_pcc_close(w.pcc);
    cp_arena_close(w.arena);
}

int main(void)
{
    figures_begin(getenv("BENCH_ROWS"), NULL);
    if (figures_wanted("pcep_sessions"))
        measure();
    return figures_end();
}
