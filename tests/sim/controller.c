#include <stdlib.h>
#include <string.h>

#include "sim.h"

/*
 * The controller's owner, as the daemon is: it carries bytes, keeps records, makes plans, and does in order what the
 * drive asks for.  It dies at any act when the seed says so: what was kept by then is kept, and nothing else.
 */

uint64_t controller_now(const struct sim *s)
{
    return s->now_us + s->skew_us;
}

static void digest(struct sim *s, cp_text bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        s->digest = (s->digest ^ (unsigned char)bytes.at[i]) * 0x100000001b3u;
}

static void digest_number(struct sim *s, uint64_t number)
{
    s->digest = (s->digest ^ number) * 0x9e3779b97f4a7c15u;
    s->digest ^= s->digest >> 29;
}

/* --- starting ------------------------------------------------------------------------------------- */

static void make_peers(struct sim *s)
{
    s->peer_count = 0;
    for (uint32_t f = 0; f < s->feed_count; f++) {
        (void)snprintf(s->names[s->peer_count], sizeof s->names[0], "feed%u", f);
        s->peers[s->peer_count] = (struct cp_drive_peer){
            .kind = s->feeds[f].bgp != NULL ? CP_PEER_BGP : CP_PEER_DOCUMENTS,
            .name = cp_text_of(s->names[s->peer_count]),
            .address = cp_ip_v4(0x0a000001 + s->feeds[f].collector),
            .remote_as = 65000,
            .passive = true,
            .feed = CP_TED_FRR_ISIS};
        s->wires[ROUTERS_MOST + f].peer = s->peer_count;
        s->peer_count++;
    }
    for (uint32_t r = 0; r < s->router_count; r++) {
        (void)snprintf(s->names[s->peer_count], sizeof s->names[0], "r%u", r);
        s->wires[r].peer = s->peer_count;
        s->peers[s->peer_count] = (struct cp_drive_peer){
            .kind = CP_PEER_PCEP,
            .name = cp_text_of(s->names[s->peer_count]),
            .node = cp_text_of(s->names[s->peer_count]),
            .address = cp_ip_v4(0x0a000001 + r),
            .system = cp_text_of(s->routers[r].system),
            .guarded = s->routers[r].drops && strcmp(s->routers[r].system, "linux-agent") != 0};
        s->peer_count++;
    }
}

static struct cp_drive_config config_of(const struct sim *s)
{
    static const struct cp_plan_colour colours[COLOURS] = {{{"secret", 6}, COLOUR},
                                                           {{"sealed", 6}, COLOUR + 1}};
    /* A controller that looks at few LSPs in one call, as a large one does. */
    uint32_t few = s->seed % 4 == 3 ? 1 + (uint32_t)(s->seed / 4 % 3) : 0;

    return (struct cp_drive_config){
        .peers = s->peers,
        .peer_count = s->peer_count,
        .keepalive_s = 10,
        .dead_s = 40,
        .hold_s = 30,
        .local_as = 65000,
        .router_id = 0x0a0000fe,
        .stale_us = 20 * SECOND,
        .disagree_us = 5 * SECOND,
        .plan_after_us = 500 * MS,
        .bytes_max = (size_t)1 << 30,
        .control = {.damp_us = 5 * SECOND,
                    .drain_us = SECOND,
                    .hold_window_us = 5 * SECOND,
                    .settle_us = 5 * SECOND,
                    .proof_valid_us = 60 * SECOND,
                    .hold_ppm = 250000,
                    .lsp_max = 1000,
                    .preference = 200,
                    .at_once = few,
                    .wakes_most = few},
        .plan = {.colours = colours,
                 .colour_count = COLOURS,
                 .colour_first = 1000,
                 .request_class = {"secret", 6},
                 .request = {.proof = {.depth = 0,
                                       .failure_kinds = CP_FAIL_LINK | CP_FAIL_NODE,
                                       .states = 1u << CP_STATE_STEADY},
                             .judged = CP_SEGMENTS_AS_RULED,
                             .otherwise = {.metric = CP_METRIC_IGP,
                                           .disjoint = CP_DISJOINT_NODE,
                                           .hops_max = CP_NONE,
                                           .delay_max_us = CP_PATH_DELAY_NONE},
                             .strict = s->strict,
                             .depth_max = CP_NONE}}};
}

static void restore(struct sim *s)
{
    struct cp_diag diag = {0};

    for (uint32_t i = 0; i < s->record_count; i++) {
        const struct record *r = &s->records[i];
        cp_err err = r->state_len == 0 ? CP_OK
                                       : cp_drive_restore(s->drive, (cp_text){r->key, r->key_len},
                                                          (cp_text){r->state, r->state_len}, &diag);

        if (err != CP_OK)
            fail(s, "what was kept cannot be given back", "%.*s: error %d", (int)r->key_len, r->key,
                 (int)err);
    }
}

static void restore_told(struct sim *s)
{
    for (uint32_t i = 0; i < s->demand_count; i++) {
        char id[16];

        (void)snprintf(id, sizeof id, "d%u", i);
        s->told[i].in_life = 0;
        if (s->told[i].had)
            must(cp_drive_told(s->drive, cp_text_of(id), s->told[i].verdict));
    }
}

void controller_start(struct sim *s)
{
    struct inventory *inventory = inventory_make(s);
    struct cp_drive_config config;
    struct cp_diag diag = {0};

    make_peers(s);
    config = config_of(s);
    must(cp_drive_open(&config, inventory->net, &inventory->policy, 1, &s->drive, &diag));
    s->life++;
    s->given_us = s->rules_us;
    s->tick_us = UINT64_MAX;
    s->held = false;
    for (uint32_t f = 0; f < s->feed_count; f++)
        s->feeds[f].said_len = 0;
    restore(s);
    restore_told(s);
    trace(s, "controller starts, %u records", s->record_count);
    controller_pump(s, CP_OK);
}

/* --- what it asks for -------------------------------------------------------------------------------- */

/* WIRES_MOST: it has none. */
static uint32_t wire_of(const struct sim *s, uint32_t peer)
{
    uint32_t w = 0;

    while (w < WIRES_MOST && (!s->wires[w].used || s->wires[w].peer != peer))
        w++;
    return w;
}

static void send_to(struct sim *s, uint32_t wire, cp_text bytes)
{
    struct wire *w = &s->wires[wire];
    uint64_t due_us = s->now_us + chance_pick(&s->chance, 1, 20) * MS;
    struct event e = {.kind = EV_TO_THERE, .a = wire, .b = w->at_drive, .len = bytes.len};

    if (w->at_drive == 0 || (s->plant == PLANT_LOST && bytes.len > 60 && chance_of(&s->chance, 50)))
        return;
    s->sent += bytes.len;
    w->to_there_us = due_us > w->to_there_us ? due_us : w->to_there_us;
    e.at_us = w->to_there_us;
    e.bytes = room(NULL, bytes.len, 1);
    memcpy(e.bytes, bytes.at, bytes.len);
    queue_put(&s->queue, e);
}

static cp_err run_parts(void *to, struct cp_planning *planning, uint32_t parts)
{
    struct sim *s = to;
    struct cp_planning_worker *worker;
    cp_err err = CP_OK;

    CP_TRY(cp_planning_worker_open(planning, s->job_arenas[1], &worker));
    for (uint32_t i = 0; i < parts && err == CP_OK; i++)
        err = cp_planning_run(worker, i);
    cp_planning_worker_close(worker);
    return err;
}

/* Made at once, and ready some time later. */
static void make_plan(struct sim *s, struct cp_drive_job *job)
{
    struct cp_diag diag = {0};
    uint64_t takes_us =
        chance_pick(&s->chance, 1, !s->calm && chance_of(&s->chance, 15) ? 8000 : 200) * MS;
    cp_err err;

    s->job = job;
    s->job_given_us = s->given_us;
    s->plans++;
    for (int i = 0; i < 2; i++)
        s->job_arenas[i] = cp_arena_open((size_t)1 << 29);
    err = cp_drive_job_make(job, s->job_arenas[0], run_parts, s, &s->plan, &diag);
    if (err != CP_OK)
        fail(s, "a plan cannot be made", "error %d: %s", (int)err,
             diag.why == NULL ? "-" : diag.why);
    s->job_refused = chance_of(&s->chance, s->calm ? 0 : 3);
    queue_put(&s->queue,
              (struct event){.at_us = s->now_us + takes_us, .kind = EV_PLANNED, .b = s->life});
}

/* The other side hears of it after all that is on its way. */
static void tell_closed(struct sim *s, uint32_t wire)
{
    const struct wire *w = &s->wires[wire];
    uint64_t due_us = s->now_us + 5 * MS;

    queue_put(&s->queue, (struct event){.at_us = due_us > w->to_there_us ? due_us : w->to_there_us,
                                        .kind = EV_THERE_CLOSED,
                                        .a = wire,
                                        .b = w->at_drive});
}

static void close_from_here(struct sim *s, uint32_t wire)
{
    uint32_t connection = s->wires[wire].at_drive;

    if (connection == 0)
        return;
    tell_closed(s, wire);
    queue_put(
        &s->queue,
        (struct event){.at_us = s->now_us, .kind = EV_DRIVE_CLOSED, .a = wire, .b = connection});
}

static void note_record(struct sim *s, const struct cp_control_step *step)
{
    digest(s, step->key);
    digest(s, step->document);
    digest(s, step->state);
    trace(s, "record %u %.*s %.*s", (unsigned)step->record, (int)step->key.len,
          step->key.len > 0 ? step->key.at : "", (int)step->document.len,
          step->document.len > 0 ? step->document.at : "");
}

static void do_act(struct sim *s, const struct cp_drive_act *act)
{
    digest_number(s, (uint64_t)act->kind << 32 | act->peer);
    digest_number(s, s->now_us);
    switch (act->kind) {
    case CP_ACT_RECORD:
        note_record(s, &act->step);
        record_keep(s, &act->step);
        break;
    case CP_ACT_ALARM:
        digest(s, act->step.document);
        trace(s, "alarm %s %.*s %.*s", act->step.begins ? "begins" : "ends", (int)act->step.key.len,
              act->step.key.len > 0 ? act->step.key.at : "", (int)act->step.document.len,
              act->step.document.len > 0 ? act->step.document.at : "");
        break;
    case CP_ACT_SEND:
        digest(s, act->bytes);
        send_to(s, wire_of(s, act->peer), act->bytes);
        break;
    case CP_ACT_CLOSE:
        close_from_here(s, wire_of(s, act->peer));
        break;
    case CP_ACT_PLAN:
        make_plan(s, act->job);
        break;
    case CP_ACT_LET_GO:
        inventory_let_go(s, act->inventory);
        break;
    case CP_ACT_CALL:
        break;
    }
}

static void schedule_tick(struct sim *s)
{
    uint64_t due_us = cp_drive_deadline(s->drive);

    if (due_us == UINT64_MAX)
        return;
    due_us = due_us > s->skew_us ? due_us - s->skew_us : 0;
    if (due_us <= s->now_us)
        due_us = s->now_us;
    if (due_us >= s->tick_us && s->tick_us >= s->now_us)
        return;
    s->tick_us = due_us;
    queue_put(&s->queue, (struct event){.at_us = due_us, .kind = EV_TICK, .b = s->life});
}

void controller_pump(struct sim *s, cp_err err)
{
    struct cp_drive_act act;

    if (err != CP_OK)
        fail(s, "the drive returns an error", "%d", (int)err);
    while (s->broken == NULL && cp_drive_next(s->drive, &act)) {
        if (s->kill_after > 0 && --s->kill_after == 0) {
            controller_crash(s);
            return;
        }
        s->acts++;
        do_act(s, &act);
    }
    if (s->broken == NULL)
        schedule_tick(s);
}

/* --- events ------------------------------------------------------------------------------------------ */

static void drop_job(struct sim *s)
{
    for (int i = 0; i < 2; i++) {
        cp_arena_close(s->job_arenas[i]);
        s->job_arenas[i] = NULL;
    }
    s->job = NULL;
}

void controller_close(struct sim *s)
{
    cp_drive_close(s->drive);
    s->drive = NULL;
    drop_job(s);
    inventories_close(s);
}

void controller_crash(struct sim *s)
{
    if (s->drive == NULL)
        return;
    trace(s, "controller dies");
    s->crashes++;
    s->kill_after = 0;
    for (uint32_t w = 0; w < WIRES_MOST; w++) {
        if (s->wires[w].at_drive != 0)
            tell_closed(s, w);
        s->wires[w].at_drive = 0;
    }
    controller_close(s);
    queue_put(&s->queue, (struct event){.at_us = s->now_us + chance_pick(&s->chance, 1, 15000) * MS,
                                        .kind = EV_RESTART});
}

void controller_reload(struct sim *s)
{
    struct inventory *inventory;
    struct cp_diag diag = {0};
    cp_err err;

    if (s->drive == NULL)
        return; /* it reads the files when it starts */
    if (s->plant == PLANT_UNREAD)
        return;
    inventory = inventory_make(s);
    err =
        cp_drive_reload(s->drive, inventory->net, &inventory->policy, 1, controller_now(s), &diag);
    if (err == CP_ERR_LIMIT) { /* a person tries again later */
        inventory_let_go(s, inventory->net);
        queue_put(&s->queue, (struct event){.at_us = s->now_us + SECOND, .kind = EV_UNDO, .a = 3});
        return;
    }
    s->given_us = s->rules_us;
    controller_pump(s, err);
}

void controller_hold(struct sim *s, bool held)
{
    if (s->drive == NULL)
        return;
    s->held = held;
    trace(s, held ? "the operator holds" : "the operator thaws");
    controller_pump(s, cp_drive_hold(s->drive, held, CP_TEXT("operator"), controller_now(s)));
}

static void planned(struct sim *s)
{
    struct cp_arena *arenas[2] = {s->job_arenas[0], s->job_arenas[1]};
    struct cp_drive_job *job = s->job;

    s->job = NULL;
    s->job_arenas[0] = s->job_arenas[1] = NULL;
    if (!s->job_refused && s->planned_us < s->rules_us && s->job_given_us == s->rules_us)
        s->planned_us = s->now_us;
    if (s->plant == PLANT_LEAK)
        memory_leak(s);
    trace(s, "a plan is ready%s", s->job_refused ? ", refused" : "");
    controller_pump(s, cp_drive_planned(s->drive, job,
                                        &(struct cp_drive_made){s->plan, s->job_refused, arenas, 2},
                                        controller_now(s)));
}

static void tick(struct sim *s)
{
    s->tick_us = UINT64_MAX;
    s->spins = s->last_tick_us == s->now_us ? s->spins + 1 : 0;
    s->last_tick_us = s->now_us;
    if (s->spins > 1000) {
        fail(s, "the drive's deadline does not pass", "at %llu",
             (unsigned long long)cp_drive_deadline(s->drive));
        return;
    }
    controller_pump(s, cp_drive_tick(s->drive, controller_now(s)));
}

void controller_event(struct sim *s, const struct event *e)
{
    if (e->kind == EV_RESTART) {
        if (s->drive == NULL)
            controller_start(s);
        return;
    }
    if (s->drive == NULL)
        return;
    if (e->kind == EV_TICK && e->b == s->life && e->at_us == s->tick_us) {
        tick(s);
    } else if (e->kind == EV_PLANNED && e->b == s->life && s->job != NULL) {
        planned(s);
    } else if (e->kind == EV_TO_DRIVE && s->wires[e->a].at_drive == e->b) {
        controller_pump(s, cp_drive_bytes(s->drive, s->wires[e->a].peer,
                                          (cp_text){e->bytes, e->len}, controller_now(s)));
    } else if (e->kind == EV_DRIVE_CLOSED && s->wires[e->a].at_drive == e->b) {
        s->wires[e->a].at_drive = 0;
        controller_pump(s, cp_drive_closed(s->drive, s->wires[e->a].peer, controller_now(s)));
    }
}
