#include "drive_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/read.h"

static void must(cp_err err)
{
    if (err == CP_OK)
        return;
    (void)fprintf(stderr, "the rig's own step failed: error %d\n", (int)err);
    abort();
}

/* --- what the operator says --------------------------------------------------------------------------- */

static const char policy_text[] = "cleanpath-policy: 1\n"
                                  "id: test\n"
                                  "says: Secret traffic does not pass Huawei equipment.\n"
                                  "authority: { by: us, owner: us@example.org }\n"
                                  "traffic:\n"
                                  "  secret: { says: Any flow that is named so. }\n"
                                  "rules:\n"
                                  "  - id: no-huawei\n"
                                  "    says: Secret traffic does not pass Huawei equipment.\n"
                                  "    forbid-transit: { maker: huawei }\n"
                                  "    of: secret\n"
                                  "    unknown: untrusted\n";

static void write_nodes(const struct rig *r, struct cp_out *out)
{
    cp_out_str(out, "id,maker,loopback\n");
    for (uint32_t v = 0; v < r->routers; v++)
        cp_out_format(out, "n%u,%s,10.0.0.%u\n", v, r->maker[v], v + 1);
}

static void write_links(const struct rig *r, struct cp_out *out)
{
    cp_out_str(out, "id,a,b,maker,capacity_bps\n");
    for (uint32_t l = 0; l < r->links; l++)
        cp_out_format(out, "l%u,n%u,n%u,Nokia,1000000000\n", l, r->link[l].a, r->link[l].b);
}

static void write_facts(const struct rig *r, struct cp_out *out)
{
    cp_out_str(out, "object,attribute,value\n");
    for (uint32_t l = 0; l < r->links; l++)
        cp_out_format(out, "l%u,address-a,10.1.%u.1\nl%u,address-b,10.1.%u.2\n", l, l, l, l);
}

static void write_demands(const struct rig *r, struct cp_out *out)
{
    cp_out_str(out, "id,src,dst,class\n");
    for (uint32_t i = 0; i <= r->more_demands; i++)
        cp_out_format(out, "d%u,n0,n%u,%s\n", i, r->routers - 1, r->unruled ? "" : "secret");
}

static void read_table(struct rig *r, struct cp_read *read, cp_role role, const char *path,
                       void (*write)(const struct rig *r, struct cp_out *out))
{
    struct cp_out out = cp_out_make(r->arena);
    struct cp_diag diag = {0};
    cp_text text;

    write(r, &out);
    must(cp_out_done(&out, &text));
    must(cp_read_document(read, role, cp_text_of(path), text, &diag));
}

static void make_inventory(struct rig *r)
{
    struct cp_diag diag = {0};
    struct cp_build *build;
    struct cp_read *read;

    must(cp_build_open(r->arena, &build));
    must(cp_read_open(build, r->arena, &read));
    read_table(r, read, CP_ROLE_NETWORK, "nodes.csv", write_nodes);
    read_table(r, read, CP_ROLE_NETWORK, "links.csv", write_links);
    read_table(r, read, CP_ROLE_FACTS, "facts.csv", write_facts);
    read_table(r, read, CP_ROLE_DEMANDS, "demands.csv", write_demands);
    must(cp_read_finish(read, &diag));
    must(cp_build_finish(build, CP_DATE_NONE, &r->net, &diag));
    must(cp_policy_read(cp_text_of(policy_text), 0, r->arena, &r->policy.policy, &diag));
    must(cp_date_parse(CP_TEXT("2026-11-28"), &r->policy.as_of));
}

/* --- what the network says ----------------------------------------------------------------------------- */

static uint32_t adjacency(const struct rig *r, uint32_t l, uint32_t from)
{
    uint32_t first = r->link[l].sid != 0 ? r->link[l].sid : 15000 + 2 * l;

    return first + (r->link[l].a == from ? 0 : 1);
}

static void write_vertices(const struct rig *r, struct cp_out *out)
{
    for (uint32_t v = 0; v < r->routers; v++)
        cp_out_format(
            out,
            "%s{\"vertex-id\":%u,\"status\":\"Sync\",\"origin\":\"ISIS_L2\",\"name\":\"n%u\","
            "\"router-id\":\"10.0.0.%u\",\"vertex-type\":\"Standard\",\"segment-routing\":{"
            "\"srgb-size\":8000,\"srgb-lower\":16000,\"srlb-size\":1000,\"srlb-lower\":15000,"
            "\"msd\":10}}",
            v == 0 ? "" : ",", v + 1, v, v + 1);
}

static void write_edge(const struct rig *r, uint32_t l, uint32_t from, struct cp_out *out)
{
    const struct rig_link *link = &r->link[l];
    uint32_t local = link->a == from ? 1 : 2;

    cp_out_format(
        out,
        "{\"edge-id\":%u,\"status\":\"Sync\",\"origin\":\"ISIS_L2\",\"local-vertex-id\":%u,"
        "\"remote-vertex-id\":%u,\"metric\":%u,\"edge-attributes\":{\"te-metric\":%u,"
        "\"local-address\":\"10.1.%u.%u\",\"remote-address\":\"10.1.%u.%u\"},"
        "\"segment-routing\":[{\"adj-sid\":%u,\"flags\":\"0x30\",\"weight\":0}]}",
        2 * l + local, from + 1, (link->a == from ? link->b : link->a) + 1, link->metric,
        link->metric, l, local, l, 3 - local, adjacency(r, l, from));
}

static void write_edges(const struct rig *r, uint32_t hidden, struct cp_out *out)
{
    bool first = true;

    for (uint32_t l = 0; l < r->links; l++) {
        if (r->link[l].down || (hidden >> l & 1) != 0)
            continue;
        cp_out_str(out, first ? "" : ",");
        write_edge(r, l, r->link[l].a, out);
        cp_out_str(out, ",");
        write_edge(r, l, r->link[l].b, out);
        first = false;
    }
}

static void write_subnets(const struct rig *r, struct cp_out *out)
{
    for (uint32_t v = 0; v < r->routers; v++)
        cp_out_format(
            out,
            "%s{\"subnet-id\":\"10.0.0.%u/32\",\"status\":\"Sync\",\"origin\":\"ISIS_L2\","
            "\"vertex-id\":%u,\"metric\":0,\"segment-routing\":{\"pref-sid\":%u,\"algo\":0,"
            "\"flags\":\"0x40\"}}",
            v == 0 ? "" : ",", v + 1, v + 1, r->sid[v] != 0 ? r->sid[v] : v);
}

/* --- PCCs ------------------------------------------------------------------------------------------------ */

static void report(struct rig *r, struct rig_pcc *p, const struct rig_lsp *lsp, uint32_t srp_id,
                   bool syncing, bool removed)
{
    struct cp_pce_hop hops[16];
    struct cp_pce_lsp said = {.plsp_id = lsp->plsp_id,
                              .srp_id = srp_id,
                              .name = {lsp->name, lsp->name_len},
                              .dst = lsp->dst,
                              .delegated = true,
                              .created = true,
                              .removed = removed,
                              .wanted_up = lsp->up,
                              .syncing = syncing,
                              .state = lsp->up ? CP_PCE_LSP_ACTIVE : CP_PCE_LSP_DOWN,
                              .colour_known = true,
                              .colour = lsp->colour,
                              .path_setup_type = 1};

    said.src = r->peers[r->feeds + (uint32_t)(p - r->pccs)].address;
    for (uint32_t i = 0; i < lsp->count; i++)
        hops[i] = (struct cp_pce_hop){.kind = CP_PCE_HOP_LABEL, .label = lsp->labels[i]};
    said.intended = (struct cp_pce_path){hops, lsp->count};
    if (lsp->up)
        said.actual = said.intended;
    said.proof = (struct cp_pce_proof){p->probes, p->alive, r->now_us, UINT64_MAX};
    must(cp_pcc_report(p->pcc, &said, r->now_us));
}

static void obey(struct rig *r, struct rig_pcc *p, const struct cp_pce_order *order)
{
    uint32_t i = 0;

    r->orders++;
    if (order->kind == CP_PCE_REPLY || order->kind == CP_PCE_NO_PATH) {
        p->replies += order->kind == CP_PCE_REPLY;
        p->no_paths += order->kind == CP_PCE_NO_PATH;
        p->reply_count = order->path.count;
        for (uint32_t k = 0; k < order->path.count && k < 16; k++)
            p->reply[k] = order->path.at[k].label;
        return;
    }
    while (i < RIG_LSPS && (order->kind == CP_PCE_INITIATE ? p->lsps[i].used
                                                           : p->lsps[i].plsp_id != order->plsp_id))
        i++;
    p->srp_id = order->srp_id;
    if (i == RIG_LSPS || p->silent)
        return;
    if (order->kind == CP_PCE_INITIATE) {
        p->lsps[i] = (struct rig_lsp){.used = true,
                                      .plsp_id = i + 1,
                                      .dst = order->dst,
                                      .colour = order->colour,
                                      .name_len = order->name.len < 64 ? order->name.len : 63};
        memcpy(p->lsps[i].name, order->name.at, p->lsps[i].name_len);
    }
    p->lsps[i].up = order->kind == CP_PCE_INITIATE || (order->kind == CP_PCE_UPDATE && order->up);
    p->lsps[i].count = order->path.count;
    for (uint32_t k = 0; k < order->path.count && k < 16; k++)
        p->lsps[i].labels[k] = order->path.at[k].label;
    report(r, p, &p->lsps[i], order->srp_id, false, order->kind == CP_PCE_REMOVE);
    if (order->kind == CP_PCE_REMOVE)
        p->lsps[i] = (struct rig_lsp){0};
}

static void hear_pcc(struct rig *r, struct rig_pcc *p)
{
    struct cp_pcc_event event;

    while (cp_pcc_next(p->pcc, &event)) {
        if (event.kind == CP_PCC_EV_ORDER)
            obey(r, p, &event.order);
        if (event.kind != CP_PCC_EV_UP)
            continue;
        for (uint32_t i = 0; i < RIG_LSPS; i++)
            if (p->lsps[i].used)
                report(r, p, &p->lsps[i], 0, true, false);
        must(cp_pcc_synced(p->pcc, r->now_us));
    }
}

static void make_pcc(struct rig *r, uint32_t pcc)
{
    static const struct cp_pcc_config config = {.stateful = true,
                                                .updates = true,
                                                .initiates = true,
                                                .sr = true,
                                                .depth_max = 10,
                                                .colour_forms = CP_PCE_COLOUR_ASSOCIATION |
                                                                CP_PCE_COLOUR_VENDOR};

    must(cp_pcc_open(&config, r->arena, &r->pccs[pcc].pcc));
}

/* --- the drive -------------------------------------------------------------------------------------------- */

static cp_err run_parts(void *to, struct cp_planning *planning, uint32_t parts)
{
    struct cp_planning_worker *worker;
    cp_err err = CP_OK;

    CP_TRY(cp_planning_worker_open(planning, to, &worker));
    for (uint32_t i = 0; i < parts && err == CP_OK; i++)
        err = cp_planning_run(worker, i);
    cp_planning_worker_close(worker);
    return err;
}

static void pump(struct rig *r);

static void plan(struct rig *r)
{
    struct cp_arena *arenas[2] = {cp_arena_open(SIZE_MAX), cp_arena_open(SIZE_MAX)};
    struct cp_drive_job *job = r->job;
    const struct cp_plan *made;
    struct cp_diag diag = {0};

    must(cp_drive_job_make(job, arenas[0], run_parts, arenas[1], &made, &diag));
    r->job = NULL;
    r->plans++;
    must(cp_drive_planned(r->drive, job, &(struct cp_drive_made){made, false, arenas, 2},
                          r->now_us));
}

static void keep(struct rig *r, const struct cp_control_step *step)
{
    uint32_t i = 0;

    while (i < r->record_count &&
           !cp_text_eq(step->key, (cp_text){r->records[i].key, r->records[i].key_len}))
        i++;
    if (i == RIG_LSPS || step->key.len >= 64 || step->state.len >= 4096)
        abort();
    r->record_count += i == r->record_count;
    r->records[i].key_len = step->key.len;
    r->records[i].state_len = step->state.len;
    memcpy(r->records[i].key, step->key.at, step->key.len);
    if (step->state.len > 0)
        memcpy(r->records[i].state, step->state.at, step->state.len);
}

static void do_act(struct rig *r, const struct cp_drive_act *act)
{
    struct rig_pcc *p = &r->pccs[act->peer < r->feeds ? 0 : act->peer - r->feeds];

    if (act->kind == CP_ACT_RECORD &&
        (act->step.record == CP_RECORD_INTENT || act->step.record == CP_RECORD_STATE))
        keep(r, &act->step);
    if (act->kind == CP_ACT_RECORD && act->step.record == CP_RECORD_REQUEST)
        (void)snprintf(r->request, sizeof r->request, "%.*s", (int)act->step.document.len,
                       act->step.document.at);
    if (act->kind == CP_ACT_PLAN) {
        r->job = act->job;
        r->job_us = r->now_us + r->plan_takes_us;
    }
    if (act->kind == CP_ACT_SEND && p->connected) {
        cp_pcc_take(p->pcc, act->bytes, r->now_us);
        hear_pcc(r, p);
    }
    if (act->kind != CP_ACT_CLOSE)
        return;
    p->refused++;
    p->connected = false;
    must(cp_drive_closed(r->drive, act->peer, r->now_us));
    cp_pcc_closed(p->pcc, r->now_us);
}

static bool pump_pcc(struct rig *r, uint32_t pcc)
{
    struct rig_pcc *p = &r->pccs[pcc];
    cp_text bytes;

    hear_pcc(r, p);
    bytes = cp_pcc_out(p->pcc);
    if (bytes.len == 0)
        return false;
    if (p->connected)
        must(cp_drive_bytes(r->drive, r->feeds + pcc, bytes, r->now_us));
    cp_pcc_sent(p->pcc, bytes.len);
    return true;
}

static void pump(struct rig *r)
{
    bool more = true;

    while (more) {
        struct cp_drive_act act;

        more = false;
        while (cp_drive_next(r->drive, &act)) {
            do_act(r, &act);
            more = true;
        }
        if (r->job != NULL && r->job_us <= r->now_us) {
            plan(r);
            more = true;
        }
        for (uint32_t i = 0; i < 2; i++)
            more = pump_pcc(r, i) || more;
    }
}

static void make_peers(struct rig *r)
{
    static const char *const feeds[RIG_FEEDS] = {"feed0", "feed1"}, *const pccs[] = {"pcc0",
                                                                                     "pcc1"};
    static char nodes[2][8];

    for (uint32_t f = 0; f < r->feeds && f < RIG_FEEDS; f++)
        r->peers[f] = (struct cp_drive_peer){
            .kind = CP_PEER_DOCUMENTS, .name = cp_text_of(feeds[f]), .feed = CP_TED_FRR_ISIS};
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t v = i == 0 ? 0 : r->routers - 1;

        (void)snprintf(nodes[i], sizeof nodes[i], "n%u", v);
        r->peers[r->feeds + i] = (struct cp_drive_peer){.kind = CP_PEER_PCEP,
                                                        .name = cp_text_of(pccs[i]),
                                                        .node = cp_text_of(nodes[i]),
                                                        .address = cp_ip_v4(0x0a000001 + v),
                                                        .system = cp_text_of(r->system),
                                                        .guarded = r->guarded};
    }
}

static void start(struct rig *r)
{
    static const struct cp_plan_colour colours[] = {{{"secret", 6}, 100}};
    struct cp_drive_config config = {
        .peers = r->peers,
        .peer_count = r->feeds + 2,
        .stale_us = 20 * RIG_SECOND,
        .disagree_us = 5 * RIG_SECOND,
        .plan_after_us = RIG_SECOND,
        .bytes_max = (size_t)1 << 28,
        .control = {.damp_us = 5 * RIG_SECOND,
                    .drain_us = RIG_SECOND,
                    .hold_window_us = 5 * RIG_SECOND,
                    .settle_us = 5 * RIG_SECOND,
                    .proof_valid_us = 60 * RIG_SECOND,
                    .hold_ppm = 900000,
                    .lsp_max = 100,
                    .preference = 200},
        .plan = {.colours = colours,
                 .colour_count = 1,
                 .colour_first = 1000,
                 .request_class = {"secret", 6},
                 .request = {.judged = CP_SEGMENTS_AS_RULED,
                             .otherwise = {.metric = CP_METRIC_IGP,
                                           .disjoint = CP_DISJOINT_NODE,
                                           .hops_max = CP_NONE,
                                           .delay_max_us = CP_PATH_DELAY_NONE},
                             .strict = !r->shortest,
                             .depth_max = CP_NONE}}};
    struct cp_diag diag = {0};

    make_inventory(r);
    must(cp_drive_open(&config, r->net, &r->policy, 1, &r->drive, &diag));
    for (uint32_t i = 0; i < r->record_count; i++)
        must(cp_drive_restore(r->drive, (cp_text){r->records[i].key, r->records[i].key_len},
                              (cp_text){r->records[i].state, r->records[i].state_len}, &diag));
    pump(r);
}

void rig_open(struct rig *r)
{
    r->arena = cp_arena_open(SIZE_MAX);
    r->now_us = 1000 * RIG_SECOND;
    make_peers(r);
    for (uint32_t i = 0; i < 2; i++)
        make_pcc(r, i);
    start(r);
}

void rig_restart(struct rig *r)
{
    cp_drive_close(r->drive);
    r->job = NULL;
    for (uint32_t i = 0; i < 2; i++) {
        r->pccs[i].connected = false;
        cp_pcc_closed(r->pccs[i].pcc, r->now_us);
    }
    r->orders = 0;
    start(r);
}

void rig_close(struct rig *r)
{
    cp_drive_close(r->drive);
    for (uint32_t i = 0; i < 2; i++)
        cp_pcc_close(r->pccs[i].pcc);
    cp_arena_close(r->arena);
}

/* --- what happens ------------------------------------------------------------------------------------------ */

void rig_tell(struct rig *r, uint32_t feed)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_out out = cp_out_make(arena);
    struct cp_diag diag = {0};
    cp_text text;

    cp_out_str(&out, "{\"ted\":{\"name\":\"ISIS\",\"key\":1,\"vertices\":[");
    write_vertices(r, &out);
    cp_out_str(&out, "],\"edges\":[");
    write_edges(r, r->hidden[feed], &out);
    cp_out_str(&out, "],\"subnets\":[");
    write_subnets(r, &out);
    cp_out_str(&out, "]}}");
    must(cp_out_done(&out, &text));
    must(cp_drive_document(r->drive, feed, text, r->now_us, &diag));
    cp_arena_close(arena);
    pump(r);
}

void rig_lose(struct rig *r, uint32_t feed)
{
    must(cp_drive_closed(r->drive, feed, r->now_us));
    pump(r);
}

void rig_wait(struct rig *r, uint64_t us)
{
    uint64_t end_us = r->now_us + us;

    for (;;) {
        uint64_t due_us = cp_drive_deadline(r->drive);

        if (r->job != NULL && r->job_us < due_us)
            due_us = r->job_us;
        if (due_us > end_us)
            break;
        r->now_us = due_us > r->now_us ? due_us : r->now_us;
        must(cp_drive_tick(r->drive, r->now_us));
        pump(r);
    }
    r->now_us = end_us;
    pump(r);
}

void rig_connect(struct rig *r, uint32_t pcc)
{
    r->pccs[pcc].connected = true;
    cp_pcc_connected(r->pccs[pcc].pcc, cp_ip_v4(0x0a0000fe), r->now_us);
    must(cp_drive_connected(r->drive, r->feeds + pcc, r->now_us));
    pump(r);
}

void rig_cut(struct rig *r, uint32_t pcc)
{
    r->pccs[pcc].connected = false;
    must(cp_drive_closed(r->drive, r->feeds + pcc, r->now_us));
    cp_pcc_closed(r->pccs[pcc].pcc, r->now_us);
    pump(r);
}

void rig_report(struct rig *r, uint32_t pcc, const struct rig_lsp *lsp, uint32_t srp_id)
{
    report(r, &r->pccs[pcc], lsp, srp_id, false, false);
    pump(r);
}

void rig_ask(struct rig *r, uint32_t pcc, const struct cp_pce_request *request)
{
    must(cp_pcc_ask(r->pccs[pcc].pcc, request, r->now_us));
    pump(r);
}

struct cp_drive_verdict rig_verdict(struct rig *r)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct cp_drive_verdict said = {.verdict = CP_VERDICT_UNDECIDED, .why = "no plan"};
    struct cp_drive_verdicts all;

    must(cp_drive_verdicts_open(r->drive, r->now_us, arena, &all));
    if (all.plan != NULL)
        cp_drive_verdict(&all, 0, &said);
    cp_arena_close(arena);
    return said;
}

const struct rig_lsp *rig_up(const struct rig *r, uint32_t pcc)
{
    for (uint32_t i = 0; i < RIG_LSPS; i++)
        if (r->pccs[pcc].lsps[i].used && r->pccs[pcc].lsps[i].up)
            return &r->pccs[pcc].lsps[i];
    return NULL;
}
