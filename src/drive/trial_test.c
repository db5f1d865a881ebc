#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "drive/trial.h"
#include "model/build.h"
#include "session/pcc.h"

/*
 * A drive that has learned the network of tests/ted/frr8.4.4-isis.json, and ordered its path for d1 (r1 to r8) of the router
 * of r1: over r4, r7 and r6, for what is Huawei's (r2, r3) is forbidden.  Then: what another inventory would make of that.
 */

enum { FEED, PCEP, PEERS, NODES = 8 };
#define SECOND UINT64_C(1000000) /* microseconds */
#define KEY "r1>r8/1000"

static const char policy_text[] = "cleanpath-policy: 1\n"
                                  "id: lab\n"
                                  "says: A policy for a test.\n"
                                  "authority: { by: us }\n"
                                  "traffic:\n"
                                  "  secret: { says: Any flow that is named so. }\n"
                                  "rules:\n"
                                  "  - id: no-huawei\n"
                                  "    says: Secret traffic does not pass Huawei equipment.\n"
                                  "    forbid-transit: { maker: huawei }\n"
                                  "    of: secret\n"
                                  "    unknown: untrusted\n";

static const struct {
    const char *a, *b;
    uint32_t metric;
} links[] = {{"r1", "r2", 10}, {"r2", "r3", 10}, {"r3", "r8", 10}, {"r1", "r4", 20},
             {"r4", "r5", 20}, {"r5", "r6", 20}, {"r6", "r8", 20}, {"r4", "r7", 10},
             {"r7", "r6", 10}, {"r2", "r5", 30}};

struct rig {
    struct cp_arena *arena;
    struct cp_judge_policy policy;
    struct cp_drive *drive;
    struct cp_pcc *router;
    uint32_t orders;
    uint64_t now_us;
};

/* --- the case ------------------------------------------------------------------------------------ */

/* bad: of each router, '1' where it is Huawei's; demands: "END" or "END END", from r1. */
static const struct cp_case *make_case(struct rig *r, const char *bad, const char *ends)
{
    const struct cp_case *net;
    struct cp_build *build;
    cp_text rest = cp_text_of(ends), end;
    char text[NODES][2][16];
    uint32_t file;

    assert_int_equal(cp_build_open(r->arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("t.csv"), CP_TEXT("bytes"), &file), CP_OK);
    for (uint32_t i = 0; i < NODES; i++) {
        struct cp_node_row row;

        (void)snprintf(text[i][0], sizeof text[i][0], "r%u", i + 1);
        (void)snprintf(text[i][1], sizeof text[i][1], "10.255.0.%u", i + 1);
        row = cp_node_row_make((cp_place){file, i + 2, 0}, cp_text_of(text[i][0]));
        row.loopback = cp_text_of(text[i][1]);
        row.maker = bad[i] == '1' ? CP_TEXT("Huawei") : CP_TEXT("Nokia");
        assert_int_equal(cp_build_node(build, &row, NULL), CP_OK);
    }
    for (uint32_t i = 0; i < CP_COUNT(links); i++) {
        struct cp_link_row row = cp_link_row_make((cp_place){file, i + 2, 0},
                                                  cp_text_of(links[i].a), cp_text_of(links[i].b));

        row.metric_ab = links[i].metric;
        assert_int_equal(cp_build_link(build, &row, NULL), CP_OK);
    }
    for (uint32_t i = 0; cp_text_word(&rest, " ", &end); i++) {
        struct cp_demand_row row =
            cp_demand_row_make((cp_place){file, i + 2, 0}, CP_TEXT("r1"), end);

        row.id = i == 0 ? CP_TEXT("d1") : CP_TEXT("d2");
        row.traffic_class = CP_TEXT("secret");
        assert_int_equal(cp_build_demand(build, &row, NULL), CP_OK);
    }
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &net, NULL), CP_OK);
    return net;
}

/* --- plans --------------------------------------------------------------------------------------- */

static cp_err run_parts(void *to, struct cp_planning *planning, uint32_t parts)
{
    struct cp_arena *arena = to;
    struct cp_planning_worker *worker;
    cp_err err = CP_OK;

    CP_TRY(cp_planning_worker_open(planning, arena, &worker));
    for (uint32_t i = 0; i < parts && err == CP_OK; i++)
        err = cp_planning_run(worker, i);
    cp_planning_worker_close(worker);
    return err;
}

static void plan(struct rig *r, struct cp_drive_job *job)
{
    struct cp_arena *arenas[] = {cp_arena_open(SIZE_MAX), cp_arena_open(SIZE_MAX)};
    struct cp_drive_made made = {.arenas = arenas, .count = 2};

    assert_int_equal(cp_drive_job_make(job, arenas[0], run_parts, arenas[1], &made.plan, NULL),
                     CP_OK);
    assert_int_equal(cp_drive_planned(r->drive, job, &made, r->now_us), CP_OK);
}

/* What comes out, until nothing does. */
static void pump(struct rig *r)
{
    struct cp_drive_act act;
    struct cp_pcc_event event;

    for (bool more = true; more;) {
        cp_text bytes = cp_pcc_out(r->router);
        struct cp_drive_job *job = NULL;

        more = bytes.len > 0;
        if (more)
            assert_int_equal(cp_drive_bytes(r->drive, PCEP, bytes, r->now_us), CP_OK);
        cp_pcc_sent(r->router, bytes.len);
        while (cp_drive_next(r->drive, &act)) {
            if (act.kind == CP_ACT_SEND && act.peer == PCEP)
                cp_pcc_take(r->router, act.bytes, r->now_us);
            if (act.kind == CP_ACT_PLAN)
                job = act.job;
            more = more || act.kind == CP_ACT_SEND;
        }
        while (cp_pcc_next(r->router, &event)) {
            if (event.kind == CP_PCC_EV_UP)
                assert_int_equal(cp_pcc_synced(r->router, r->now_us), CP_OK);
            r->orders += event.kind == CP_PCC_EV_ORDER;
            more = true;
        }
        if (job != NULL) {
            plan(r, job);
            more = true;
        }
    }
}

/* --- the rig ------------------------------------------------------------------------------------- */

static void open_drive(struct rig *r)
{
    const struct cp_drive_peer peers[PEERS] = {
        [FEED] = {.kind = CP_PEER_DOCUMENTS, .name = CP_TEXT("isis"), .feed = CP_TED_FRR_ISIS},
        [PCEP] = {.kind = CP_PEER_PCEP,
                  .name = CP_TEXT("pcc1"),
                  .address = cp_ip_v4(0x7f000002),
                  .node = CP_TEXT("r1"),
                  .system = CP_TEXT("frr-8.4")}};
    const struct cp_drive_config config = {
        .peers = peers,
        .peer_count = PEERS,
        .stale_us = 120 * SECOND,
        .disagree_us = 10 * SECOND,
        .bytes_max = (size_t)1 << 28,
        .control = {.damp_us = SECOND,
                    .drain_us = SECOND,
                    .settle_us = 15 * SECOND,
                    .hold_window_us = 10 * SECOND,
                    .hold_ppm = 900000,
                    .lsp_max = 100},
        .plan = {.colour_first = 1000,
                 .request = {.otherwise = {.metric = CP_METRIC_IGP,
                                           .disjoint = CP_DISJOINT_NODE,
                                           .hops_max = CP_NONE,
                                           .delay_max_us = CP_PATH_DELAY_NONE},
                             .strict = true,
                             .depth_max = CP_NONE,
                             .judged = CP_SEGMENTS_AS_RULED}}};

    assert_int_equal(
        cp_drive_open(&config, make_case(r, "01100000", "r8"), &r->policy, 1, &r->drive, NULL),
        CP_OK);
}

static void learn(struct rig *r)
{
    static char bytes[1 << 18];
    FILE *file = fopen("tests/ted/frr8.4.4-isis.json", "rb");
    size_t len;

    assert_non_null(file);
    len = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    assert_true(len > 0 && len < sizeof bytes);
    assert_int_equal(cp_drive_document(r->drive, FEED, (cp_text){bytes, len}, r->now_us, NULL),
                     CP_OK);
    pump(r);
}

static void connect_router(struct rig *r)
{
    const struct cp_pcc_config config = {.keepalive_s = 30,
                                         .dead_s = 120,
                                         .stateful = true,
                                         .updates = true,
                                         .initiates = true,
                                         .sr = true,
                                         .depth_max = 8};

    assert_int_equal(cp_pcc_open(&config, r->arena, &r->router), CP_OK);
    assert_int_equal(cp_drive_connected(r->drive, PCEP, r->now_us), CP_OK);
    cp_pcc_connected(r->router, cp_ip_v4(0x7f000001), r->now_us);
    pump(r);
}

static int rig_open(void **state)
{
    static struct rig r;

    r = (struct rig){.arena = cp_arena_open(SIZE_MAX), .now_us = SECOND};
    assert_int_equal(
        cp_policy_read(cp_text_of(policy_text), CP_PLACE_NO_FILE, r.arena, &r.policy.policy, NULL),
        CP_OK);
    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-21"), &r.policy.as_of), CP_OK);
    open_drive(&r);
    connect_router(&r);
    learn(&r);
    for (uint32_t i = 0; i < 50 && r.orders == 0; i++) {
        r.now_us += SECOND / 10;
        assert_int_equal(cp_drive_tick(r.drive, r.now_us), CP_OK);
        pump(&r);
    }
    assert_int_equal(r.orders, 1);
    *state = &r;
    return 0;
}

static int rig_close(void **state)
{
    struct rig *r = *state;

    cp_drive_close(r->drive);
    cp_pcc_close(r->router);
    cp_arena_close(r->arena);
    return 0;
}

static struct cp_drive_losses losses_of(struct rig *r, const struct cp_case *net)
{
    const struct cp_drive_given given = {net, &r->policy, 1};
    struct cp_drive_losses losses;
    const struct cp_plan *plan;
    struct cp_drive_job *job;

    assert_int_equal(cp_drive_trial(r->drive, &given, r->arena, &job, NULL), CP_OK);
    assert_int_equal(cp_drive_job_make(job, r->arena, run_parts, r->arena, &plan, NULL), CP_OK);
    assert_int_equal(cp_drive_losses(r->drive, plan, r->arena, &losses), CP_OK);
    pump(r);
    assert_int_equal(r->orders, 1); /* a trial orders nothing */
    assert_int_equal(losses.paths.carried, 1);
    return losses;
}

/* --- what is so ---------------------------------------------------------------------------------- */

static void the_same_inventory_moves_nothing(void **state)
{
    struct rig *r = *state;
    struct cp_drive_losses l = losses_of(r, make_case(r, "01100000", "r8"));

    assert_int_equal(l.carried, 1);
    assert_int_equal(l.count + l.leaving_count, 0);
    assert_int_equal(l.paths.kept, 1);
    assert_int_equal(l.paths.installed, 0);
}

static void a_maker_that_forbids_the_path_moves_it_at_once(void **state)
{
    struct rig *r = *state;
    struct cp_drive_losses l = losses_of(r, make_case(r, "01100010", "r8"));

    assert_int_equal(l.count, 0);
    assert_int_equal(l.paths.moving_count, 1);
    assert_true(cp_text_is(l.paths.moving[0], KEY));
    assert_int_equal(l.paths.at_once, 1);
}

static void a_maker_that_allows_a_cheaper_one_moves_it_later(void **state)
{
    struct rig *r = *state;
    struct cp_drive_losses l = losses_of(r, make_case(r, "00000000", "r8"));

    assert_int_equal(l.paths.moving_count, 1);
    assert_int_equal(l.paths.at_once, 0);
}

static void a_maker_of_what_all_ways_pass_takes_it_down(void **state)
{
    struct rig *r = *state;
    struct cp_drive_losses l = losses_of(r, make_case(r, "01110000", "r8"));

    assert_int_equal(l.count, 1);
    assert_int_equal(l.paths.down, 1);
}

static void paths_of_demands_that_come_and_go_are_installed_and_removed(void **state)
{
    struct rig *r = *state;
    struct cp_drive_losses l = losses_of(r, make_case(r, "01100000", "r8 r7"));

    assert_int_equal(l.paths.kept, 1);
    assert_int_equal(l.paths.installed, 1); /* the other way's router is not there */
    l = losses_of(r, make_case(r, "01100000", "r7"));
    assert_int_equal(l.paths.removed, 1);
    assert_int_equal(l.paths.installed, 1);
}

#define WITH_RIG(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RIG(the_same_inventory_moves_nothing),
        WITH_RIG(a_maker_that_forbids_the_path_moves_it_at_once),
        WITH_RIG(a_maker_that_allows_a_cheaper_one_moves_it_later),
        WITH_RIG(a_maker_of_what_all_ways_pass_takes_it_down),
        WITH_RIG(paths_of_demands_that_come_and_go_are_installed_and_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
