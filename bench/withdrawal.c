#include "drive/drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/policy.h"
#include "read/read.h"

#include "contest.h"
#include "routers.h"

/*
 * From a withdrawal of BGP-LS on the wire to the last PCUpd, the controller whole, through bytes.  One link after
 * another is withdrawn; every GROUP of them come back together, with a new plan, which is not measured: nor are the
 * wire and what keeps records (daemon.c has both).  Each withdrawal's time is the processor's, and the clock's.
 */

enum { GROUP = 20, TRIALS = 200, TRIALS_FULL = 1000 };

#define SECOND UINT64_C(1000000)

struct letter { /* bytes on their way to a peer */
    uint32_t peer;
    size_t at, len;
};

struct world {
    struct routers routers;
    struct cp_arena *arena;
    const struct cp_case *net;
    struct cp_judge_policy policy;
    struct cp_drive_peer *peers; /* [ROUTERS + 1] */
    struct cp_drive *drive;
    struct cp_arena *plan_arenas[2];
    uint64_t records, record_bytes, plans;
    char *mail;
    size_t mail_len, mail_cap;
    struct letter *letters;
    uint32_t letter_count, letter_cap, sends;
};

static void make_case(struct world *w)
{
    static const cp_role roles[] = {[ROUTERS_NODES] = CP_ROLE_NETWORK,
                                    [ROUTERS_LINKS] = CP_ROLE_NETWORK,
                                    [ROUTERS_FACTS] = CP_ROLE_FACTS,
                                    [ROUTERS_DEMANDS] = CP_ROLE_DEMANDS};
    struct cp_build *build;
    struct cp_read *read;
    struct cp_diag diag = {0};

    check(cp_build_open(w->arena, &build));
    check(cp_read_open(build, w->arena, &read));
    for (routers_table t = ROUTERS_NODES; t <= ROUTERS_DEMANDS; t++)
        check(cp_read_document(read, roles[t], cp_text_of(routers_file(t)),
                               routers_text(&w->routers, t), &diag));
    check(cp_read_finish(read, &diag));
    check(cp_build_finish(build, CP_DATE_NONE, &w->net, &diag));
    check(cp_policy_read(routers_text(&w->routers, ROUTERS_POLICY), 0, w->arena, &w->policy.policy,
                         &diag));
    check(cp_date_parse(CP_TEXT("2026-11-28"), &w->policy.as_of));
}

/* --- the controller ------------------------------------------------------------------------------------ */

static cp_text number(struct world *w, const char *before, uint32_t value)
{
    struct cp_out out = cp_out_make(w->arena);
    cp_text text;

    cp_out_format(&out, "%s%u", before, value);
    check(cp_out_done(&out, &text));
    return text;
}

static void open_drive(struct world *w)
{
    static const struct cp_plan_colour colours[] = {{{"secret", 6}, ROUTERS_COLOUR}};
    struct cp_drive_config config = {
        .peers = w->peers,
        .peer_count = ROUTERS + 1,
        .hold_s = 0,
        .local_as = 65000,
        .router_id = 1,
        .stale_us = 100 * SECOND,
        .disagree_us = 100 * SECOND,
        .plan_after_us = 3600 * SECOND,
        .bytes_max = (size_t)1 << 34,
        .control = {.damp_us = 1,
                    .drain_us = SECOND,
                    .hold_window_us = SECOND,
                    .settle_us = 5 * SECOND,
                    .proof_valid_us = 60 * SECOND,
                    .hold_ppm = 1000000,
                    .lsp_max = 200000,
                    .preference = 200},
        .plan = {.colours = colours,
                 .colour_count = 1,
                 .colour_first = 1000,
                 .request = {.proof = {.depth = 0,
                                       .failure_kinds = CP_FAIL_LINK | CP_FAIL_NODE,
                                       .states = 1u << CP_STATE_STEADY},
                             .judged = CP_SEGMENTS_AS_RULED,
                             .otherwise = {.metric = CP_METRIC_IGP,
                                           .disjoint = CP_DISJOINT_NODE,
                                           .hops_max = CP_NONE,
                                           .delay_max_us = CP_PATH_DELAY_NONE},
                             .strict = true,
                             .depth_max = CP_NONE}}};
    struct cp_diag diag = {0};

    w->peers = need(CP_TAKE(w->arena, ROUTERS + 1, struct cp_drive_peer));
    config.peers = w->peers;
    w->peers[0] = (struct cp_drive_peer){
        .kind = CP_PEER_BGP, .name = CP_TEXT("feed"), .remote_as = 65000, .passive = true};
    for (uint32_t v = 0; v < ROUTERS; v++)
        w->peers[v + 1] = (struct cp_drive_peer){.kind = CP_PEER_PCEP,
                                                 .name = number(w, "n", v),
                                                 .node = number(w, "n", v),
                                                 .address = routers_address(v),
                                                 .guarded = true};
    check(cp_drive_open(&config, w->net, &w->policy, 1, &w->drive, &diag));
}

static cp_err run_parts(void *to, struct cp_planning *planning, uint32_t parts)
{
    struct world *w = to;
    struct cp_planning_worker *worker;
    cp_err err = CP_OK;

    CP_TRY(cp_planning_worker_open(planning, w->plan_arenas[1], &worker));
    for (uint32_t i = 0; i < parts && err == CP_OK; i++)
        err = cp_planning_run(worker, i);
    cp_planning_worker_close(worker);
    return err;
}

static void make_plan(struct world *w, struct cp_drive_job *job)
{
    const struct cp_plan *plan;
    struct cp_diag diag = {0};

    w->plans++;
    for (int i = 0; i < 2; i++)
        w->plan_arenas[i] = need(cp_arena_open(SIZE_MAX));
    check(cp_drive_job_make(job, w->plan_arenas[0], run_parts, w, &plan, &diag));
    check(cp_drive_planned(w->drive, job, &(struct cp_drive_made){plan, false, w->plan_arenas, 2},
                           w->routers.now_us));
}

static void post(struct world *w, uint32_t peer, cp_text bytes)
{
    while (w->mail_len + bytes.len > w->mail_cap) {
        w->mail_cap = w->mail_cap == 0 ? 1 << 20 : w->mail_cap * 2;
        w->mail = need(realloc(w->mail, w->mail_cap));
    }
    if (w->letter_count == w->letter_cap) {
        w->letter_cap = w->letter_cap == 0 ? 1024 : w->letter_cap * 2;
        w->letters = need(realloc(w->letters, w->letter_cap * sizeof *w->letters));
    }
    memcpy(w->mail + w->mail_len, bytes.at, bytes.len);
    w->letters[w->letter_count++] = (struct letter){peer, w->mail_len, bytes.len};
    w->mail_len += bytes.len;
}

/* All that the drive asks for. */
static void pump(struct world *w)
{
    struct cp_drive_act act;

    while (cp_drive_next(w->drive, &act)) {
        if (act.kind == CP_ACT_SEND)
            post(w, act.peer, act.bytes);
        else if (act.kind == CP_ACT_PLAN)
            make_plan(w, act.job);
        else if (act.kind == CP_ACT_RECORD) {
            w->records++;
            w->record_bytes += act.step.document.len + act.step.state.len;
        }
    }
}

/* What peers say is heard at once. */
static size_t say(void *to, uint32_t peer, cp_text bytes)
{
    struct world *w = to;

    check(cp_drive_bytes(w->drive, peer, bytes, w->routers.now_us));
    return bytes.len;
}

/* Until nobody has anything to say at this moment. */
static void settle(struct world *w)
{
    pump(w);
    while (w->letter_count > 0) {
        for (uint32_t i = 0; i < w->letter_count; i++) {
            struct letter letter = w->letters[i];

            routers_take(&w->routers, letter.peer, (cp_text){w->mail + letter.at, letter.len});
        }
        w->letter_count = 0;
        w->mail_len = 0;
        pump(w);
    }
}

/* What is due by now, a part in each call. */
static void catch_up(struct world *w)
{
    while (cp_drive_deadline(w->drive) <= w->routers.now_us) {
        check(cp_drive_tick(w->drive, w->routers.now_us));
        pump(w);
    }
}

/* Time goes by, with all that is due in it. */
static void pass(struct world *w, uint64_t time_us)
{
    uint64_t end_us = w->routers.now_us + time_us;

    for (;;) {
        uint64_t due_us;

        catch_up(w);
        settle(w);
        due_us = cp_drive_deadline(w->drive);
        if (due_us <= w->routers.now_us)
            continue;
        if (w->routers.now_us == end_us)
            return;
        w->routers.now_us = due_us < end_us ? due_us : end_us;
    }
}

/* --- starting -------------------------------------------------------------------------------------------- */

static void connect_all(struct world *w)
{
    cp_bgp_connected(w->routers.bgp, w->routers.now_us);
    check(cp_drive_connected(w->drive, 0, w->routers.now_us));
    routers_hear(&w->routers, 0);
    settle(w);
    for (uint32_t v = 0; v < ROUTERS; v++) {
        routers_tell_node(&w->routers, v);
        routers_hear(&w->routers, 0);
    }
    for (uint32_t l = 0; l < w->routers.isp.link_count; l++) {
        routers_tell_link(&w->routers, l, true);
        routers_hear(&w->routers, 0);
    }
    check(cp_bgp_end_of_rib(w->routers.bgp, w->routers.now_us));
    routers_hear(&w->routers, 0);
    settle(w);
    pass(w, SECOND); /* routers are let in once there is a plan */
    for (uint32_t v = 0; v < ROUTERS; v++) {
        cp_pcc_connected(w->routers.pccs[v], cp_ip_v4(1), w->routers.now_us);
        check(cp_drive_connected(w->drive, v + 1, w->routers.now_us));
        routers_hear(&w->routers, v + 1);
    }
    settle(w);
    pass(w, 20 * SECOND);
}

static void print_phases(const struct world *w, const char *when)
{
    struct cp_control_status status;

    cp_control_status(cp_drive_control(w->drive), &status);
    fprintf(stderr, "  %s: %u LSPs installed, %u down, %u not yet; %llu orders, %llu plans\n", when,
            status.by_phase[CP_LSP_INSTALLED], status.by_phase[CP_LSP_DOWN],
            status.by_phase[CP_LSP_WAITING] + status.by_phase[CP_LSP_INSTALLING],
            (unsigned long long)w->routers.orders, (unsigned long long)w->plans);
}

/* --- measuring ------------------------------------------------------------------------------------------- */

static double seconds_of(clockid_t clock)
{
    struct timespec t;

    if (clock_gettime(clock, &t) != 0)
        abort();
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct took {
    double cpu_ms, wall_ms;
};

/* The bytes are there; how long until all that follows from them is. */
static struct took withdraw(struct world *w, uint32_t l)
{
    struct took took;
    double cpu, wall;
    cp_text bytes;

    routers_tell_link(&w->routers, l, false);
    bytes = cp_bgp_out(w->routers.bgp);
    cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    wall = seconds_of(CLOCK_MONOTONIC);
    check(cp_drive_bytes(w->drive, 0, bytes, w->routers.now_us));
    pump(w);
    catch_up(w);
    took.cpu_ms = (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1000;
    took.wall_ms = (seconds_of(CLOCK_MONOTONIC) - wall) * 1000;
    w->sends = w->letter_count;
    cp_bgp_sent(w->routers.bgp, bytes.len);
    settle(w);
    pass(w, SECOND);
    return took;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void put(const char *name, double *ms, uint32_t count)
{
    char row[64];

    qsort(ms, count, sizeof *ms, ascending);
    (void)snprintf(row, sizeof row, "%s_p50", name);
    figures_put(row, ms[count / 2], "ms");
    (void)snprintf(row, sizeof row, "%s_p99", name);
    figures_put(row, ms[count * 99 / 100], "ms");
    (void)snprintf(row, sizeof row, "%s_most", name);
    figures_put(row, ms[count - 1], "ms");
}

static void measure(struct world *w, uint32_t trials)
{
    double *cpu = need(calloc(trials, sizeof *cpu)), *wall = need(calloc(trials, sizeof *wall));
    uint64_t before = w->routers.orders;

    for (uint32_t i = 0; i < trials; i++) {
        uint64_t orders = w->routers.orders;
        struct took took =
            withdraw(w, (uint32_t)((uint64_t)i * w->routers.isp.link_count / trials));

        if (getenv("BENCH_EACH") != NULL)
            fprintf(stderr, "  l%u: %.2f ms, %u sends, %llu orders\n",
                    (uint32_t)((uint64_t)i * w->routers.isp.link_count / trials), took.cpu_ms,
                    w->sends, (unsigned long long)(w->routers.orders - orders));
        cpu[i] = took.cpu_ms;
        wall[i] = took.wall_ms;
        if ((i + 1) % GROUP != 0)
            continue;
        for (uint32_t k = i + 1 - GROUP; k <= i; k++)
            routers_tell_link(&w->routers,
                              (uint32_t)((uint64_t)k * w->routers.isp.link_count / trials), true);
        routers_hear(&w->routers, 0);
        pass(w, 3700 * SECOND);
    }
    fprintf(stderr, "  %.1f orders a withdrawal and its return\n",
            (double)(w->routers.orders - before) / trials);
    put("withdrawal_cpu", cpu, trials);
    put("withdrawal_wall", wall, trials);
    free(cpu);
    free(wall);
}

int main(void)
{
    struct world w = {.arena = need(cp_arena_open(SIZE_MAX))};

    figures_begin(getenv("BENCH_ROWS"), NULL);
    if (figures_wanted("withdrawal")) {
        routers_open(&w.routers, say, &w);
        w.routers.now_us = 1000 * SECOND;
        make_case(&w);
        open_drive(&w);
        connect_all(&w);
        print_phases(&w, "before");
        measure(&w, getenv("BENCH_FULL") != NULL ? TRIALS_FULL : TRIALS);
        print_phases(&w, "after");
        cp_drive_close(w.drive);
        routers_close(&w.routers);
        free(w.mail);
        free(w.letters);
    }
    cp_arena_close(w.arena);
    return figures_end();
}
