#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "drive/drive.h"
#include "session/bgp.h"

/* A drive with one speaker of BGP-LS, of a network that nobody described: what the speaker does wrong costs its session. */

struct rig {
    struct cp_arena *arena;
    struct cp_case inventory;
    struct cp_drive *drive;
    struct cp_bgp *speaker;
    bool closed;
    uint32_t plans;
    struct cp_drive_job *job; /* NULL: none is out */
    uint64_t now_us;
};

static void open_inventory(struct rig *r)
{
    struct cp_map *nodes, *links;
    uint32_t *none = CP_TAKE(r->arena, 1, uint32_t);

    assert_non_null(none);
    assert_int_equal(cp_map_open(r->arena, &nodes), CP_OK);
    assert_int_equal(cp_map_open(r->arena, &links), CP_OK);
    r->inventory = (struct cp_case){
        .node_ids = nodes, .link_ids = links, .node_facts = none, .link_facts = none};
}

static void rig_open(struct rig *r, uint64_t stale_us)
{
    const struct cp_drive_peer peer = {.kind = CP_PEER_BGP,
                                       .name = CP_TEXT("speaker"),
                                       .address = cp_ip_v4(0x0a000002),
                                       .remote_as = 65000,
                                       .passive = true};
    const struct cp_drive_config config = {.peers = &peer,
                                           .peer_count = 1,
                                           .local_as = 65000,
                                           .router_id = 0x0a000001,
                                           .hold_s = 90,
                                           .stale_us = stale_us,
                                           .disagree_us = 1,
                                           .control = {.lsp_max = 1, .hold_ppm = 1},
                                           .bytes_max = 1 << 24};
    const struct cp_bgp_config speaker = {
        .local_as = 65000, .remote_as = 65000, .router_id = 0x0a000002, .hold_s = 90};

    *r = (struct rig){.arena = cp_arena_open(SIZE_MAX), .now_us = 5};
    assert_non_null(r->arena);
    open_inventory(r);
    assert_int_equal(cp_drive_open(&config, &r->inventory, NULL, 0, &r->drive, NULL), CP_OK);
    assert_int_equal(cp_bgp_open(&speaker, r->arena, &r->speaker), CP_OK);
}

static void rig_close(struct rig *r)
{
    cp_drive_close(r->drive);
    cp_bgp_close(r->speaker);
    cp_arena_close(r->arena);
}

/* Both sides' bytes, until there are none. */
static void pump(struct rig *r)
{
    struct cp_bgp_event event;
    struct cp_drive_act act;

    for (bool more = true; more;) {
        cp_text bytes = cp_bgp_out(r->speaker);

        more = bytes.len > 0;
        assert_int_equal(cp_drive_bytes(r->drive, 0, bytes, r->now_us), CP_OK);
        cp_bgp_sent(r->speaker, bytes.len);
        while (cp_drive_next(r->drive, &act)) {
            if (act.kind == CP_ACT_SEND)
                cp_bgp_take(r->speaker, act.bytes, r->now_us);
            r->closed = r->closed || act.kind == CP_ACT_CLOSE;
            r->plans += act.kind == CP_ACT_PLAN;
            r->job = act.kind == CP_ACT_PLAN ? act.job : r->job;
            more = more || act.kind == CP_ACT_SEND;
        }
        while (cp_bgp_next(r->speaker, &event))
            more = true;
    }
}

/* An UPDATE with a node, or with a link from router 1 to it; a descriptor that nobody knows makes its key so long. */
static size_t write_update(uint8_t *to, bool link, uint8_t router, uint16_t pad_len)
{
    const uint8_t routers[] = {1, 0, 0, 10, 2, 3, 0, 6, 0, 0, 0, 0, 0, link ? 1 : router,
                               1, 1, 0, 10, 2, 3, 0, 6, 0, 0, 0, 0, 0, router}; /* IGP router ids */
    uint16_t ends_len = link ? sizeof routers : sizeof routers / 2;
    uint16_t nlri_len = (uint16_t)(9 + ends_len + 4 + pad_len);
    uint16_t reach_len = (uint16_t)(9 + 4 + nlri_len);
    uint16_t attributes_len = (uint16_t)(4 + 3 + 7 + 4 + reach_len);
    uint16_t size = (uint16_t)(23 + attributes_len);
    uint8_t head[] = {(uint8_t)(size >> 8),
                      (uint8_t)size,
                      2,
                      0,
                      0,
                      (uint8_t)(attributes_len >> 8),
                      (uint8_t)attributes_len,
                      0x40,
                      1,
                      1,
                      0, /* ORIGIN */
                      0x40,
                      2,
                      0, /* AS_PATH: empty */
                      0x40,
                      5,
                      4,
                      0,
                      0,
                      0,
                      100, /* LOCAL_PREF */
                      0x90,
                      14, /* MP_REACH_NLRI */
                      (uint8_t)(reach_len >> 8),
                      (uint8_t)reach_len,
                      0x40,
                      4,
                      71,
                      4,
                      10,
                      0,
                      0,
                      2,
                      0, /* BGP-LS, next hop */
                      0,
                      link ? 2 : 1, /* NLRI type */
                      (uint8_t)(nlri_len >> 8),
                      (uint8_t)nlri_len,
                      2,
                      0,
                      0,
                      0,
                      0,
                      0,
                      0,
                      0,
                      0}; /* IS-IS level 2 */
    uint8_t pad[] = {0xf0, 0, (uint8_t)(pad_len >> 8), (uint8_t)pad_len};
    size_t at = 16;

    memset(to, 0xff, 16);
    memcpy(to + at, head, sizeof head);
    at += sizeof head;
    memcpy(to + at, routers, ends_len);
    at += ends_len;
    memcpy(to + at, pad, sizeof pad);
    at += sizeof pad;
    memset(to + at, 0, pad_len);
    assert_int_equal(at + pad_len, size);
    return size;
}

static void tell(struct rig *r, bool link, uint8_t router, uint16_t pad_len)
{
    static uint8_t bytes[16384];
    size_t size = write_update(bytes, link, router, pad_len);

    assert_int_equal(cp_drive_bytes(r->drive, 0, (cp_text){(const char *)bytes, size}, r->now_us),
                     CP_OK);
    pump(r);
}

static void a_statement_past_the_limits_costs_its_speaker_the_session_and_nobody_else_anything(
    void **state)
{
    struct rig r;

    (void)state;
    rig_open(&r, 1);
    assert_int_equal(cp_drive_connected(r.drive, 0, r.now_us), CP_OK);
    cp_bgp_connected(r.speaker, r.now_us);
    pump(&r);
    assert_string_equal(cp_drive_peer_state(r.drive, 0), "synchronising");
    tell(&r, true, 2, 64);
    assert_int_equal(cp_ted_count(cp_drive_ted(r.drive), 0).links, 1);
    assert_false(r.closed);
    tell(&r, true, 2, 8192);
    assert_true(r.closed);
    assert_int_equal(cp_drive_closed(r.drive, 0, r.now_us), CP_OK);
    assert_string_equal(cp_drive_peer_state(r.drive, 0), "down");
    assert_int_equal(cp_ted_count(cp_drive_ted(r.drive), 0).links, 1);
    assert_int_equal(cp_drive_connected(r.drive, 0, r.now_us), CP_OK);
    rig_close(&r);
}

static void come_up(struct rig *r)
{
    assert_int_equal(cp_drive_connected(r->drive, 0, r->now_us), CP_OK);
    cp_bgp_connected(r->speaker, r->now_us);
    pump(r);
    assert_string_equal(cp_drive_peer_state(r->drive, 0), "synchronising");
}

/* End-of-RIB of BGP-LS (RFC 4724 2): an UPDATE that withdraws nothing of that family. */
static void tell_end(struct rig *r)
{
    static const uint8_t end[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0,    29,   2,    0,
                                  0,    0,    6,    0x80, 15,   3,    0x40, 4,    71};

    assert_int_equal(
        cp_drive_bytes(r->drive, 0, (cp_text){(const char *)end, sizeof end}, r->now_us), CP_OK);
    pump(r);
    assert_string_equal(cp_drive_peer_state(r->drive, 0), "up");
}

/* Time passes, and plans come to nothing. */
static void wait(struct rig *r, uint64_t us)
{
    static const struct cp_drive_made nothing = {0};

    for (uint64_t end_us = r->now_us + us; r->now_us < end_us; r->now_us += 10000) {
        assert_int_equal(cp_drive_tick(r->drive, r->now_us), CP_OK);
        pump(r);
        if (r->job != NULL) {
            assert_int_equal(cp_drive_planned(r->drive, r->job, &nothing, r->now_us), CP_OK);
            r->job = NULL;
            pump(r);
        }
    }
}

static void what_a_speaker_says_before_it_has_told_all_anew_gets_a_plan_when_it_has(void **state)
{
    struct rig r;

    (void)state;
    rig_open(&r, 60000000);
    come_up(&r);
    tell(&r, false, 2, 0);
    tell_end(&r);
    wait(&r, 1000000);
    assert_int_equal(r.plans, 1);
    assert_int_equal(cp_drive_closed(r.drive, 0, r.now_us), CP_OK);
    cp_bgp_closed(r.speaker, r.now_us);
    pump(&r);
    come_up(&r);
    tell(&r, false, 2, 0);
    tell(&r, false, 3, 0); /* another router */
    wait(&r, 1000000);
    assert_int_equal(r.plans, 1);
    tell_end(&r);
    wait(&r, 1000000);
    assert_int_equal(r.plans, 2);
    rig_close(&r);
}

static void a_speaker_that_does_not_come_is_an_alarm(void **state)
{
    const struct cp_ted_alarm *alarms;
    struct rig r;

    (void)state;
    rig_open(&r, 1000000);
    assert_int_equal(cp_drive_tick(r.drive, r.now_us), CP_OK);
    assert_int_equal(cp_ted_alarms(cp_drive_ted(r.drive), r.now_us, &alarms), 0);
    assert_int_equal(cp_drive_deadline(r.drive), r.now_us + 30000000);
    r.now_us += 30000000;
    assert_int_equal(cp_drive_tick(r.drive, r.now_us), CP_OK);
    assert_int_equal(cp_ted_alarms(cp_drive_ted(r.drive), r.now_us, &alarms), 1);
    assert_int_equal(alarms[0].kind, CP_TED_ALARM_FEED_LOST);
    assert_int_equal(alarms[0].since_us, r.now_us);
    rig_close(&r);
}

static void who_was_not_read_was_not_silent(void **state)
{
    struct rig r;

    (void)state;
    rig_open(&r, 60000000);
    come_up(&r);
    tell(&r, false, 2, 0);
    for (uint32_t i = 0; i < 10;
         i++) { /* neither its hold time passes nor the quiet that ends a table */
        r.now_us += 100000000;
        cp_drive_unread(r.drive, r.now_us);
        assert_int_equal(cp_drive_tick(r.drive, r.now_us), CP_OK);
        assert_string_equal(cp_drive_peer_state(r.drive, 0), "synchronising");
    }
    r.now_us += 90000000;
    assert_int_equal(cp_drive_tick(r.drive, r.now_us), CP_OK);
    pump(&r);
    assert_true(r.closed);
    rig_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_statement_past_the_limits_costs_its_speaker_the_session_and_nobody_else_anything),
        cmocka_unit_test(a_speaker_that_does_not_come_is_an_alarm),
        cmocka_unit_test(who_was_not_read_was_not_silent),
        cmocka_unit_test(what_a_speaker_says_before_it_has_told_all_anew_gets_a_plan_when_it_has)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
