#include "drive/drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/policy.h"
#include "read/read.h"
#include "session/bgp.h"
#include "session/pcc.h"

#include "contest.h"
#include "isp.h"

/*
 * From a withdrawal of BGP-LS on the wire to the last PCUpd, the controller whole, through bytes: 1,000 nodes of which
 * one in twenty is forbidden, 10,000 demands (each both ways) on all the others as headends, each with a PCEP session.  One
 * link after another is withdrawn; every GROUP of them come back together, with a new plan, which is not measured: nor
 * are the wire and what keeps records.  Each withdrawal's time is the processor's, and the clock's.
 */

enum {
    NODES = 1000,
    DEMANDS = 10000,
    GROUP = 20,
    TRIALS = 200,
    TRIALS_FULL = 1000,
    LABEL_NODE = 16000,
    LABEL_ADJACENCY = 100000
};

#define SECOND UINT64_C(1000000)

struct letter { /* bytes on their way to a peer */
    uint32_t peer;
    size_t at, len;
};

struct world {
    struct isp isp;
    struct cp_arena *arena, *work;
    cp_arena_mark empty;
    const struct cp_case *net;
    struct cp_judge_policy policy;
    struct cp_drive_peer *peers; /* [NODES + 1] the speaker, then the nodes */
    struct cp_drive *drive;
    struct cp_bgp *bgp;
    struct cp_pcc **pccs; /* [NODES] */
    uint32_t *plsp_ids;   /* [NODES] the next one */
    struct cp_arena *plan_arenas[2];
    uint64_t now_us, orders, records, record_bytes, plans;
    char *mail;
    size_t mail_len, mail_cap;
    struct letter *letters;
    uint32_t letter_count, letter_cap, sends;
};

/* --- the case ---------------------------------------------------------------------------------------- */

static uint32_t node_address(uint32_t v)
{
    return 0x0a000001 + v;
}

static uint32_t end_address(uint32_t l, uint32_t end)
{
    return 0x0b000000 + 2 * l + end;
}

static void out_address(struct cp_out *out, uint32_t address)
{
    cp_out_ip(out, cp_ip_v4(address));
}

static void write_nodes(const struct world *w, struct cp_out *out)
{
    cp_out_str(out, "id,maker,loopback\n");
    for (uint32_t v = 0; v < w->isp.node_count; v++) {
        cp_out_format(out, "n%u,%s,", v, w->isp.forbidden[v] != 0 ? "Huawei" : "Nokia");
        out_address(out, node_address(v));
        cp_out_char(out, '\n');
    }
}

static void write_links(const struct world *w, struct cp_out *out)
{
    cp_out_str(out, "id,a,b,maker\n");
    for (uint32_t l = 0; l < w->isp.link_count; l++)
        cp_out_format(out, "l%u,n%u,n%u,Nokia\n", l, w->isp.links[l].a, w->isp.links[l].b);
}

static void write_facts(const struct world *w, struct cp_out *out)
{
    static const char *const names[2] = {"address-a", "address-b"};

    cp_out_str(out, "object,attribute,value\n");
    for (uint32_t i = 0; i < w->isp.link_count * 2; i++) {
        cp_out_format(out, "l%u,%s,", i / 2, names[i % 2]);
        out_address(out, end_address(i / 2, i % 2));
        cp_out_char(out, '\n');
    }
}

static void write_demands(const struct world *w, struct cp_out *out)
{
    uint64_t state = 7;

    cp_out_str(out, "id,src,dst,class\n");
    for (uint32_t d = 0, a = 0; d < DEMANDS; a = (a + 1) % NODES) {
        uint32_t b = (uint32_t)(isp_random(&state) % NODES);

        if (a == b || w->isp.forbidden[a] != 0 || w->isp.forbidden[b] != 0)
            continue;
        cp_out_format(out, "d%u,n%u,n%u,secret\n", d++, a, b);
    }
}

static const char policy_text[] = "cleanpath-policy: 1\n"
                                  "id: bench\n"
                                  "says: Secret traffic does not pass some equipment.\n"
                                  "authority: { by: us, owner: us@example.org }\n"
                                  "traffic:\n"
                                  "  secret: { says: Any flow that is named so. }\n"
                                  "rules:\n"
                                  "  - id: no-huawei\n"
                                  "    says: Secret traffic does not pass it.\n"
                                  "    forbid-transit: { maker: huawei }\n"
                                  "    of: secret\n"
                                  "    unknown: untrusted\n";

static void read_table(struct world *w, struct cp_read *read, cp_role role, const char *path,
                       void (*write)(const struct world *w, struct cp_out *out))
{
    struct cp_out out = cp_out_make(w->arena);
    struct cp_diag diag = {0};
    cp_text text;

    write(w, &out);
    check(cp_out_done(&out, &text));
    check(cp_read_document(read, role, cp_text_of(path), text, &diag));
}

static void make_case(struct world *w)
{
    struct cp_build *build;
    struct cp_read *read;
    struct cp_diag diag = {0};

    check(cp_build_open(w->arena, &build));
    check(cp_read_open(build, w->arena, &read));
    read_table(w, read, CP_ROLE_NETWORK, "nodes.csv", write_nodes);
    read_table(w, read, CP_ROLE_NETWORK, "links.csv", write_links);
    read_table(w, read, CP_ROLE_FACTS, "facts.csv", write_facts);
    read_table(w, read, CP_ROLE_DEMANDS, "demands.csv", write_demands);
    check(cp_read_finish(read, &diag));
    check(cp_build_finish(build, CP_DATE_NONE, &w->net, &diag));
    check(cp_policy_read(cp_text_of(policy_text), 0, w->arena, &w->policy.policy, &diag));
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
    static const struct cp_plan_colour colours[] = {{{"secret", 6}, 100}};
    struct cp_drive_config config = {
        .peers = w->peers,
        .peer_count = NODES + 1,
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

    w->peers = need(CP_TAKE(w->arena, NODES + 1, struct cp_drive_peer));
    config.peers = w->peers;
    w->peers[0] = (struct cp_drive_peer){
        .kind = CP_PEER_BGP, .name = CP_TEXT("feed"), .remote_as = 65000, .passive = true};
    for (uint32_t v = 0; v < NODES; v++)
        w->peers[v + 1] = (struct cp_drive_peer){.kind = CP_PEER_PCEP,
                                                 .name = number(w, "n", v),
                                                 .node = number(w, "n", v),
                                                 .address = cp_ip_v4(node_address(v)),
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
                           w->now_us));
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

/* --- the routers ---------------------------------------------------------------------------------------- */

static void obey(struct world *w, uint32_t node, const struct cp_pcc_event *event)
{
    const struct cp_pce_order *order = &event->order;
    struct cp_pce_lsp lsp = {.plsp_id = order->plsp_id,
                             .srp_id = order->srp_id,
                             .name = order->name,
                             .src = cp_ip_v4(node_address(node)),
                             .dst = order->dst,
                             .delegated = true,
                             .created = true,
                             .wanted_up = true,
                             .state = CP_PCE_LSP_ACTIVE,
                             .colour_known = true,
                             .colour = 100,
                             .preference = 200,
                             .path_setup_type = 1,
                             .intended = order->path,
                             .actual = order->path};

    w->orders++;
    if (order->kind == CP_PCE_INITIATE)
        lsp.plsp_id = ++w->plsp_ids[node];
    else if (order->kind != CP_PCE_UPDATE)
        return;
    if (order->kind == CP_PCE_UPDATE && !order->up) {
        lsp.state = CP_PCE_LSP_DOWN;
        lsp.wanted_up = false;
        lsp.actual.count = 0;
    }
    check(cp_pcc_report(w->pccs[node], &lsp, w->now_us));
}

static void hear_pcc(struct world *w, uint32_t node)
{
    struct cp_pcc_event event;
    cp_text out;

    while (cp_pcc_next(w->pccs[node], &event)) {
        if (event.kind == CP_PCC_EV_UP)
            check(cp_pcc_synced(w->pccs[node], w->now_us));
        else if (event.kind == CP_PCC_EV_ORDER)
            obey(w, node, &event);
    }
    out = cp_pcc_out(w->pccs[node]);
    if (out.len == 0)
        return;
    check(cp_drive_bytes(w->drive, node + 1, out, w->now_us));
    cp_pcc_sent(w->pccs[node], out.len);
}

static void hear_speaker(struct world *w)
{
    struct cp_bgp_event event;
    cp_text out;

    while (cp_bgp_next(w->bgp, &event))
        ;
    out = cp_bgp_out(w->bgp);
    if (out.len == 0)
        return;
    check(cp_drive_bytes(w->drive, 0, out, w->now_us));
    cp_bgp_sent(w->bgp, out.len);
}

static void deliver(struct world *w, const struct letter *letter)
{
    cp_text bytes = {w->mail + letter->at, letter->len};

    while (bytes.len > 0) {
        size_t room =
            letter->peer == 0 ? cp_bgp_room(w->bgp) : cp_pcc_room(w->pccs[letter->peer - 1]);
        cp_text part = cp_text_sub(bytes, 0, room);

        if (letter->peer == 0)
            cp_bgp_take(w->bgp, part, w->now_us);
        else
            cp_pcc_take(w->pccs[letter->peer - 1], part, w->now_us);
        bytes = cp_text_sub(bytes, part.len, bytes.len);
        if (letter->peer == 0)
            hear_speaker(w);
        else
            hear_pcc(w, letter->peer - 1);
    }
}

/* Until nobody has anything to say at this moment. */
static void settle(struct world *w)
{
    pump(w);
    while (w->letter_count > 0) {
        for (uint32_t i = 0; i < w->letter_count; i++) {
            struct letter letter = w->letters[i];

            deliver(w, &letter);
        }
        w->letter_count = 0;
        w->mail_len = 0;
        pump(w);
    }
}

/* What is due by now, a part in each call. */
static void catch_up(struct world *w)
{
    while (cp_drive_deadline(w->drive) <= w->now_us) {
        check(cp_drive_tick(w->drive, w->now_us));
        pump(w);
    }
}

/* Time goes by, with all that is due in it. */
static void pass(struct world *w, uint64_t time_us)
{
    uint64_t end_us = w->now_us + time_us;

    for (;;) {
        uint64_t due_us;

        catch_up(w);
        settle(w);
        due_us = cp_drive_deadline(w->drive);
        if (due_us <= w->now_us)
            continue;
        if (w->now_us == end_us)
            return;
        w->now_us = due_us < end_us ? due_us : end_us;
    }
}

/* --- what the speaker says ------------------------------------------------------------------------------- */

static struct cp_ls_node ls_node(uint32_t v, char id[6])
{
    memset(id, 0, 6);
    id[4] = (char)((v + 1) >> 8);
    id[5] = (char)(v + 1);
    return (struct cp_ls_node){
        .has = CP_LS_NODE_AS | CP_LS_NODE_ROUTER, .as = 65000, .router = {id, 6}};
}

static void tell(struct world *w, const struct cp_ls_nlri *nlri,
                 const struct cp_ls_attribute *attribute)
{
    struct cp_out key = cp_out_make(w->work), value = cp_out_make(w->work);
    cp_text nlri_text, attribute_text;

    cp_ls_nlri_write(&key, nlri);
    check(cp_out_done(&key, &nlri_text));
    if (attribute == NULL) {
        check(cp_bgp_withdraw(w->bgp, nlri_text, w->now_us));
    } else {
        cp_ls_attribute_write(&value, attribute);
        check(cp_out_done(&value, &attribute_text));
        check(cp_bgp_announce(w->bgp, nlri_text, attribute_text, w->now_us));
    }
    cp_arena_reset(w->work, w->empty);
}

static void tell_node(struct world *w, uint32_t v)
{
    char id[6];
    cp_ip address = cp_ip_v4(node_address(v));
    struct cp_ls_range global = {8000, LABEL_NODE, false};
    struct cp_ls_msd msd = {1, 60};
    struct cp_ls_sid sid = {.type = 1158, .flags = 0x40, .value = v + 1};
    struct cp_ls_nlri node = {
        .type = CP_LS_NODE, .protocol = CP_LS_ISIS_L2, .local = ls_node(v, id)};
    struct cp_ls_nlri prefix = {.type = CP_LS_PREFIX4,
                                .protocol = CP_LS_ISIS_L2,
                                .local = ls_node(v, id),
                                .has = CP_LS_HAS_PREFIX,
                                .prefix = address,
                                .prefix_bits = 32};
    struct cp_ls_attribute of_node = {.has = CP_LS_SR_CAPABILITIES | CP_LS_NODE_MSD,
                                      .sr_capabilities = {0xc0, 1, &global},
                                      .local_routers = &address,
                                      .local_router_count = 1,
                                      .node_msd = &msd,
                                      .node_msd_count = 1};
    struct cp_ls_attribute of_prefix = {.has = CP_LS_PREFIX_METRIC, .sids = &sid, .sid_count = 1};

    tell(w, &node, &of_node);
    tell(w, &prefix, &of_prefix);
}

static void tell_link(struct world *w, uint32_t l, bool there)
{
    const struct isp_link *link = &w->isp.links[l];

    for (uint32_t end = 0; end < 2; end++) {
        char id[6], other[6];
        struct cp_ls_nlri nlri = {.type = CP_LS_LINK,
                                  .protocol = CP_LS_ISIS_L2,
                                  .local = ls_node(end == 0 ? link->a : link->b, id),
                                  .remote = ls_node(end == 0 ? link->b : link->a, other),
                                  .has = CP_LS_HAS_LOCAL4 | CP_LS_HAS_REMOTE4,
                                  .local4 = cp_ip_v4(end_address(l, end)),
                                  .remote4 = cp_ip_v4(end_address(l, 1 - end))};
        struct cp_ls_sid sid = {
            .type = 1099, .flags = 0x30, .is_label = true, .value = LABEL_ADJACENCY + 2 * l + end};
        struct cp_ls_attribute attribute = {
            .has = CP_LS_IGP_METRIC, .igp_metric = link->metric, .sids = &sid, .sid_count = 1};

        tell(w, &nlri, there ? &attribute : NULL);
    }
}

/* --- starting -------------------------------------------------------------------------------------------- */

static void open_routers(struct world *w)
{
    struct cp_bgp_config bgp = {.local_as = 65000, .remote_as = 65000, .router_id = 2};
    struct cp_pcc_config pcc = {.stateful = true,
                                .updates = true,
                                .initiates = true,
                                .sr = true,
                                .depth_max = 60,
                                .colour_forms = CP_PCE_COLOUR_ASSOCIATION | CP_PCE_COLOUR_VENDOR};

    w->pccs = need(calloc(NODES, sizeof(struct cp_pcc *)));
    w->plsp_ids = need(calloc(NODES, sizeof *w->plsp_ids));
    check(cp_bgp_open(&bgp, w->arena, &w->bgp));
    for (uint32_t v = 0; v < NODES; v++)
        check(cp_pcc_open(&pcc, w->arena, &w->pccs[v]));
}

static void connect_all(struct world *w)
{
    cp_bgp_connected(w->bgp, w->now_us);
    check(cp_drive_connected(w->drive, 0, w->now_us));
    hear_speaker(w);
    settle(w);
    for (uint32_t v = 0; v < NODES; v++) {
        tell_node(w, v);
        hear_speaker(w);
    }
    for (uint32_t l = 0; l < w->isp.link_count; l++) {
        tell_link(w, l, true);
        hear_speaker(w);
    }
    check(cp_bgp_end_of_rib(w->bgp, w->now_us));
    hear_speaker(w);
    settle(w);
    pass(w, SECOND); /* routers are let in once there is a plan */
    for (uint32_t v = 0; v < NODES; v++) {
        cp_pcc_connected(w->pccs[v], cp_ip_v4(1), w->now_us);
        check(cp_drive_connected(w->drive, v + 1, w->now_us));
        hear_pcc(w, v);
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
            (unsigned long long)w->orders, (unsigned long long)w->plans);
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

    tell_link(w, l, false);
    bytes = cp_bgp_out(w->bgp);
    cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    wall = seconds_of(CLOCK_MONOTONIC);
    check(cp_drive_bytes(w->drive, 0, bytes, w->now_us));
    pump(w);
    catch_up(w);
    took.cpu_ms = (seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu) * 1000;
    took.wall_ms = (seconds_of(CLOCK_MONOTONIC) - wall) * 1000;
    w->sends = w->letter_count;
    cp_bgp_sent(w->bgp, bytes.len);
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
    uint64_t before = w->orders;

    for (uint32_t i = 0; i < trials; i++) {
        uint64_t orders = w->orders;
        struct took took = withdraw(w, (uint32_t)((uint64_t)i * w->isp.link_count / trials));

        if (getenv("BENCH_EACH") != NULL)
            fprintf(stderr, "  l%u: %.2f ms, %u sends, %llu orders\n",
                    (uint32_t)((uint64_t)i * w->isp.link_count / trials), took.cpu_ms, w->sends,
                    (unsigned long long)(w->orders - orders));
        cpu[i] = took.cpu_ms;
        wall[i] = took.wall_ms;
        if ((i + 1) % GROUP != 0)
            continue;
        for (uint32_t k = i + 1 - GROUP; k <= i; k++)
            tell_link(w, (uint32_t)((uint64_t)k * w->isp.link_count / trials), true);
        hear_speaker(w);
        pass(w, 3700 * SECOND);
    }
    fprintf(stderr, "  %.1f orders a withdrawal and its return\n",
            (double)(w->orders - before) / trials);
    put("withdrawal_cpu", cpu, trials);
    put("withdrawal_wall", wall, trials);
    free(cpu);
    free(wall);
}

static void close_all(struct world *w)
{
    cp_drive_close(w->drive);
    cp_bgp_close(w->bgp);
    for (uint32_t v = 0; v < NODES; v++)
        cp_pcc_close(w->pccs[v]);
    free(w->pccs);
    free(w->plsp_ids);
    free(w->mail);
    free(w->letters);
    cp_arena_close(w->work);
    cp_arena_close(w->arena);
    isp_free(&w->isp);
}

int main(void)
{
    struct world w = {.isp = isp_make(NODES, ISP_WIDE, 1),
                      .arena = need(cp_arena_open(SIZE_MAX)),
                      .work = need(cp_arena_open(SIZE_MAX)),
                      .now_us = 1000 * SECOND};

    w.empty = cp_arena_mark_get(w.work);
    figures_begin(getenv("BENCH_ROWS"), NULL);
    if (figures_wanted("withdrawal")) {
        make_case(&w);
        open_drive(&w);
        open_routers(&w);
        connect_all(&w);
        print_phases(&w, "before");
        measure(&w, getenv("BENCH_FULL") != NULL ? TRIALS_FULL : TRIALS);
        print_phases(&w, "after");
        close_all(&w);
    }
    return figures_end();
}
