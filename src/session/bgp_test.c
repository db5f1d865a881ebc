#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "session/bgp.h"
#include "wire/errors.h"

/* Two speakers joined, with a clock of the test's own; and one whose peer is bytes. */

#define SECOND UINT64_C(1000000)

struct pair {
    struct cp_arena *arena;
    struct cp_bgp *hears, *tells;
    uint64_t now_us;
};

static const struct cp_bgp_config hearer = {
    .local_as = 65000, .remote_as = 65000, .router_id = 0x0a000001, .hold_s = 90};
static const struct cp_bgp_config teller = {
    .local_as = 65000, .remote_as = 0, .router_id = 0x0a000002, .hold_s = 30};

static struct pair pair_of(const struct cp_bgp_config *a, const struct cp_bgp_config *b)
{
    struct pair p = {.arena = cp_arena_open(16 << 20), .now_us = 5};

    assert_non_null(p.arena);
    assert_int_equal(cp_bgp_open(a, p.arena, &p.hears), CP_OK);
    assert_int_equal(cp_bgp_open(b, p.arena, &p.tells), CP_OK);
    return p;
}

static struct pair pair_open(void)
{
    return pair_of(&hearer, &teller);
}

static void pair_close(struct pair *p)
{
    cp_bgp_close(p->hears);
    cp_bgp_close(p->tells);
    cp_arena_close(p->arena);
}

/* Bytes of one to the other, `most` at a time; whether there were any. */
static bool move(struct pair *p, struct cp_bgp *from, struct cp_bgp *to, size_t most)
{
    cp_text bytes = cp_bgp_out(from);

    if (bytes.len == 0)
        return false;
    bytes = cp_text_sub(bytes, 0, most < cp_bgp_room(to) ? most : cp_bgp_room(to));
    cp_bgp_take(to, bytes, p->now_us);
    cp_bgp_sent(from, bytes.len);
    return true;
}

static cp_bgp_event_kind want(struct cp_bgp *of, struct cp_bgp_event *event)
{
    assert_true(cp_bgp_next(of, event));
    return event->kind;
}

static void quiet(struct cp_bgp *of)
{
    struct cp_bgp_event event;

    assert_false(cp_bgp_next(of, &event));
}

static void up_by(struct pair *p, size_t most)
{
    struct cp_bgp_event event;
    bool heard = false, told = false;

    cp_bgp_connected(p->hears, p->now_us);
    cp_bgp_connected(p->tells, p->now_us);
    while (!heard || !told) {
        bool moved = move(p, p->tells, p->hears, most);

        if (cp_bgp_next(p->hears, &event)) {
            assert_int_equal(event.kind, CP_BGP_EV_UP);
            heard = true;
        }
        moved = move(p, p->hears, p->tells, most) || moved;
        if (cp_bgp_next(p->tells, &event)) {
            assert_int_equal(event.kind, CP_BGP_EV_UP);
            told = true;
        }
        assert_true(moved || (heard && told));
    }
    while (move(p, p->tells, p->hears, SIZE_MAX) || move(p, p->hears, p->tells, SIZE_MAX))
        continue;
    quiet(p->hears);
    quiet(p->tells);
}

static cp_text nlri_of(struct pair *p, uint8_t router)
{
    char bytes[6] = {0, 0, 0, 0, 0, (char)router};
    struct cp_ls_nlri nlri = {.type = CP_LS_NODE, .protocol = CP_LS_ISIS_L2};
    struct cp_out out = cp_out_make(p->arena);
    cp_text text;

    nlri.local.has = CP_LS_NODE_ROUTER;
    nlri.local.router = (cp_text){bytes, sizeof bytes};
    cp_ls_nlri_write(&out, &nlri);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

static cp_text attribute_of(struct pair *p, uint32_t metric)
{
    struct cp_ls_attribute attribute = {.has = CP_LS_TE_METRIC, .te_metric = metric};
    struct cp_out out = cp_out_make(p->arena);
    cp_text text;

    cp_ls_attribute_write(&out, &attribute);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

static void a_session_comes_up_however_its_bytes_are_cut(void **state)
{
    static const size_t cuts[] = {1, 2, 3, 7, 18, 19, 20, 64, SIZE_MAX};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cuts); i++) {
        struct pair p = pair_open();

        up_by(&p, cuts[i]);
        pair_close(&p);
    }
}

static void what_one_tells_the_other_hears_in_order(void **state)
{
    struct pair p = pair_open();
    struct cp_bgp_event event;
    cp_text both;

    (void)state;
    up_by(&p, SIZE_MAX);
    assert_int_equal(cp_text_join(nlri_of(&p, 1), nlri_of(&p, 2), p.arena, &both), CP_OK);
    assert_int_equal(cp_bgp_announce(p.tells, both, attribute_of(&p, 7), p.now_us), CP_OK);
    assert_int_equal(cp_bgp_announce(p.tells, nlri_of(&p, 3), CP_TEXT(""), p.now_us), CP_OK);
    assert_int_equal(cp_bgp_withdraw(p.tells, nlri_of(&p, 1), p.now_us), CP_OK);
    assert_int_equal(cp_bgp_end_of_rib(p.tells, p.now_us), CP_OK);
    assert_true(move(&p, p.tells, p.hears, SIZE_MAX));
    for (uint8_t router = 1; router <= 2; router++) {
        assert_int_equal(want(p.hears, &event), CP_BGP_EV_ANNOUNCED);
        assert_true(cp_text_eq(event.nlri.key, nlri_of(&p, router)));
        assert_non_null(event.attribute);
        assert_int_equal(event.attribute->te_metric, 7);
    }
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_ANNOUNCED);
    assert_null(event.attribute);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_WITHDRAWN);
    assert_true(cp_text_eq(event.nlri.key, nlri_of(&p, 1)));
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_END_OF_RIB);
    quiet(p.hears);
    pair_close(&p);
}

static void silence_ends_a_session_at_its_hold_time_and_keepalives_prevent_it(void **state)
{
    struct pair p = pair_open();
    struct cp_bgp_event event;
    uint64_t up_us = p.now_us;

    (void)state;
    up_by(&p, SIZE_MAX);
    for (uint32_t i = 0; i < 20; i++) { /* the smaller hold time, 30 s; a third of it */
        p.now_us += 10 * SECOND;
        assert_int_equal(cp_bgp_deadline(p.tells), p.now_us);
        cp_bgp_tick(p.tells, p.now_us);
        cp_bgp_tick(p.hears, p.now_us);
        while (move(&p, p.tells, p.hears, SIZE_MAX) || move(&p, p.hears, p.tells, SIZE_MAX))
            continue;
        while (cp_bgp_next(p.hears, &event) || cp_bgp_next(p.tells, &event))
            assert_int_equal(event.kind, CP_BGP_EV_END_OF_RIB);
    }
    assert_true(p.now_us > up_us + 100 * SECOND);
    p.now_us += 30 * SECOND - 1;
    cp_bgp_tick(p.hears, p.now_us);
    quiet(p.hears);
    p.now_us += 1;
    cp_bgp_tick(p.hears, p.now_us);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_DOWN);
    assert_int_equal(event.code, CP_BGP_HOLD_EXPIRED);
    assert_false(event.received);
    assert_true(cp_bgp_closing(p.hears));
    pair_close(&p);
}

static void a_whole_message_that_waits_is_a_sign_of_life(void **state)
{
    struct pair p = pair_open();

    (void)state;
    up_by(&p, SIZE_MAX);
    assert_int_equal(cp_bgp_announce(p.tells, nlri_of(&p, 1), CP_TEXT(""), p.now_us), CP_OK);
    assert_true(move(&p, p.tells, p.hears, SIZE_MAX));
    p.now_us += 31 * SECOND;
    cp_bgp_tick(p.hears, p.now_us);
    assert_false(cp_bgp_closing(p.hears));
    pair_close(&p);
}

static void what_is_wrong_with_the_peer_is_said_in_its_notification(void **state)
{
    static const struct {
        struct cp_bgp_config peer;
        uint32_t code, subcode;
    } wrong[] = {
        {{.local_as = 65001, .router_id = 2, .hold_s = 30}, CP_BGP_OPEN_ERROR, 2},
        {{.local_as = 65000, .router_id = 0x0a000001, .hold_s = 30}, CP_BGP_OPEN_ERROR, 3},
        {{.local_as = 65000, .router_id = 2, .hold_s = 2}, CP_BGP_OPEN_ERROR, 6},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct pair p = pair_of(&hearer, &wrong[i].peer);
        struct cp_bgp_event event;

        cp_bgp_connected(p.hears, p.now_us);
        cp_bgp_connected(p.tells, p.now_us);
        assert_true(move(&p, p.tells, p.hears, SIZE_MAX));
        assert_int_equal(want(p.hears, &event), CP_BGP_EV_DOWN);
        assert_int_equal(event.code, wrong[i].code);
        assert_int_equal(event.subcode, wrong[i].subcode);
        assert_true(cp_bgp_closing(p.hears));
        pair_close(&p);
    }
}

static void a_stop_is_a_cease_and_the_peer_hears_it(void **state)
{
    struct pair p = pair_open();
    struct cp_bgp_event event;

    (void)state;
    up_by(&p, SIZE_MAX);
    cp_bgp_stop(p.hears, CP_BGP_CEASE_SHUTDOWN, p.now_us);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_DOWN);
    assert_true(move(&p, p.hears, p.tells, SIZE_MAX));
    assert_int_equal(want(p.tells, &event), CP_BGP_EV_DOWN);
    assert_true(event.received);
    assert_int_equal(event.code, CP_BGP_CEASE);
    assert_int_equal(event.subcode, CP_BGP_CEASE_SHUTDOWN);
    assert_int_equal(cp_bgp_announce(p.tells, nlri_of(&p, 1), CP_TEXT(""), p.now_us),
                     CP_ERR_CONFLICT);
    pair_close(&p);
}

static void a_notification_is_told_once_by_both_sides_when_the_connection_is_gone_too(void **state)
{
    struct pair p = pair_open();
    struct cp_session_notice notice;
    struct cp_bgp_event event;

    (void)state;
    up_by(&p, SIZE_MAX);
    assert_false(cp_bgp_notice(p.hears, &notice));
    cp_bgp_stop(p.hears, CP_BGP_CEASE_SHUTDOWN, p.now_us);
    assert_true(move(&p, p.hears, p.tells, SIZE_MAX));
    assert_int_equal(want(p.tells, &event), CP_BGP_EV_DOWN);
    cp_bgp_closed(p.hears, p.now_us);
    cp_bgp_closed(p.tells, p.now_us);
    cp_bgp_connected(p.tells, p.now_us);
    assert_true(cp_bgp_notice(p.hears, &notice));
    assert_true(notice.given && notice.code == CP_BGP_CEASE &&
                notice.value == CP_BGP_CEASE_SHUTDOWN);
    assert_true(cp_bgp_notice(p.tells, &notice));
    assert_false(notice.given);
    assert_string_equal(cp_bgp_suberror_name(notice.code, notice.value), "Administrative Shutdown");
    assert_false(cp_bgp_notice(p.tells, &notice));
    pair_close(&p);
}

static void after_a_lost_connection_all_begins_again(void **state)
{
    struct pair p = pair_open();
    struct cp_bgp_event event;

    (void)state;
    up_by(&p, SIZE_MAX);
    assert_int_equal(cp_bgp_announce(p.tells, nlri_of(&p, 1), CP_TEXT(""), p.now_us), CP_OK);
    assert_true(move(&p, p.tells, p.hears, 30)); /* half a message */
    cp_bgp_closed(p.hears, p.now_us);
    cp_bgp_closed(p.tells, p.now_us);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_DOWN);
    assert_int_equal(want(p.tells, &event), CP_BGP_EV_DOWN);
    assert_true(cp_bgp_deadline(p.hears) == UINT64_MAX);
    up_by(&p, SIZE_MAX);
    pair_close(&p);
}

/* An UPDATE of these attributes, to who hears. */
static void update(struct pair *p, const char *attributes, size_t len)
{
    struct cp_bgp_update is = {.attributes = {attributes, len}};
    struct cp_out out = cp_out_make(p->arena);
    cp_text bytes;

    cp_bgp_update_write(&out, &is, CP_BGP_MESSAGE_MAX);
    assert_int_equal(cp_out_done(&out, &bytes), CP_OK);
    cp_bgp_take(p->hears, bytes, p->now_us);
}

#define NODE "\0\1\0\x17\2\0\0\0\0\0\0\0\0\1\0\0\x0a\2\3\0\6\0\0\0\0\0\1"
#define REACH "\x80\x0e\x24\x40\x04\x47\4\x0a\0\0\1\0" NODE
#define UNREACH_BROKEN "\x80\x0f\7\x40\x04\x47\0\1\0\x17"
#define ORIGIN "\x40\1\1\0"
#define AS_PATH "\x40\2\0"
#define UPDATE(p, attributes) update((p), attributes, sizeof(attributes) - 1)

/* RFC 7606 TEST: the session stays. */
static void a_wrong_attribute_withdraws_what_it_came_with(void **state)
{
    struct pair p = pair_open();
    struct cp_bgp_event event;

    (void)state;
    up_by(&p, SIZE_MAX);
    UPDATE(&p, REACH "\x40\1\1\7" AS_PATH);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_MALFORMED);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_WITHDRAWN);
    assert_true(cp_text_eq(event.nlri.key, nlri_of(&p, 1)));
    quiet(p.hears);
    assert_false(cp_bgp_closing(p.hears));
    pair_close(&p);
}

/* RFC 9552 8.2.2 TEST: the attribute goes, the NLRI stays. */
static void a_malformed_link_state_attribute_is_discarded(void **state)
{
    struct pair p = pair_open();
    struct cp_bgp_event event;

    (void)state;
    up_by(&p, SIZE_MAX);
    UPDATE(&p, REACH ORIGIN AS_PATH "\x80\x1d\7\4\x44\0\3\0\0\1");
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_MALFORMED);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_ANNOUNCED);
    assert_null(event.attribute);
    quiet(p.hears);
    assert_false(cp_bgp_closing(p.hears));
    pair_close(&p);
}

static void nlri_that_go_past_their_attribute_reset_the_session(void **state)
{
    struct pair p = pair_open();
    struct cp_bgp_event event;

    (void)state;
    up_by(&p, SIZE_MAX);
    UPDATE(&p, UNREACH_BROKEN);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_DOWN);
    assert_int_equal(event.code, CP_BGP_UPDATE_ERROR);
    assert_int_equal(event.subcode, 9);
    quiet(p.hears);
    pair_close(&p);
}

static void other_families_are_passed_over(void **state)
{
    struct pair p = pair_open();

    (void)state;
    up_by(&p, SIZE_MAX);
    UPDATE(&p, "\x80\x0e\x0a\0\2\1\0\0\x20\x20\1\x0d\xb8" ORIGIN AS_PATH);
    UPDATE(&p, "\x80\x0f\3\0\2\1"); /* their End-of-RIB is not ours */
    UPDATE(&p, "");
    quiet(p.hears);
    assert_false(cp_bgp_closing(p.hears));
    pair_close(&p);
}

static void who_says_no_end_of_rib_is_full_when_it_is_quiet(void **state)
{
    struct pair p = pair_open();
    struct cp_bgp_event event;

    (void)state;
    up_by(&p, SIZE_MAX);
    for (uint32_t s = 0; s < CP_BGP_QUIET_LONG_US / SECOND; s++) {
        cp_bgp_tick(p.hears, p.now_us);
        cp_bgp_tick(p.tells, p.now_us);
        while (move(&p, p.tells, p.hears, SIZE_MAX) || move(&p, p.hears, p.tells, SIZE_MAX))
            continue;
        quiet(p.hears);
        quiet(p.tells);
        p.now_us += SECOND;
    }
    cp_bgp_tick(p.hears, p.now_us);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_END_OF_RIB);
    assert_int_equal(cp_bgp_end_of_rib(p.tells, p.now_us), CP_OK);
    assert_true(move(&p, p.tells, p.hears, SIZE_MAX));
    quiet(p.hears); /* once is enough */
    pair_close(&p);
}

static void an_open_in_a_session_is_an_error_of_the_machine(void **state)
{
    struct pair p = pair_open();
    struct cp_bgp_event event;

    (void)state;
    up_by(&p, SIZE_MAX);
    cp_bgp_connected(p.tells, p.now_us); /* as if it had begun anew on the old connection */
    assert_true(move(&p, p.tells, p.hears, SIZE_MAX));
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_DOWN);
    assert_int_equal(event.code, CP_BGP_FSM_ERROR);
    pair_close(&p);
}

static void more_bytes_than_are_kept_end_the_session(void **state)
{
    static const char zeros[65536];
    struct pair p = pair_open();
    struct cp_bgp_event event;

    (void)state;
    up_by(&p, SIZE_MAX);
    while (cp_bgp_room(p.hears) >= sizeof zeros)
        cp_bgp_take(p.hears, (cp_text){zeros, sizeof zeros}, p.now_us);
    assert_false(cp_bgp_closing(p.hears));
    cp_bgp_take(p.hears, (cp_text){zeros, sizeof zeros}, p.now_us);
    assert_int_equal(want(p.hears, &event), CP_BGP_EV_DOWN);
    assert_int_equal(event.code, CP_BGP_CEASE);
    assert_int_equal(event.subcode, CP_BGP_CEASE_RESOURCES);
    pair_close(&p);
}

static void a_peer_that_takes_no_bytes_is_told_no_more(void **state)
{
    struct pair p = pair_open();
    cp_err err = CP_OK;
    uint32_t told = 0;
    cp_text nlri = nlri_of(&p, 1);

    (void)state;
    up_by(&p, SIZE_MAX);
    for (; err == CP_OK && told < 1000000; told++)
        err = cp_bgp_announce(p.tells, nlri, CP_TEXT(""), p.now_us);
    assert_int_equal(err, CP_ERR_LIMIT);
    while (move(&p, p.tells, p.hears, SIZE_MAX)) {
        struct cp_bgp_event event;

        while (cp_bgp_next(p.hears, &event))
            told -= event.kind == CP_BGP_EV_ANNOUNCED;
    }
    assert_int_equal(told,
                     1); /* each that was taken came, whole; the one that was refused did not */
    assert_int_equal(cp_bgp_announce(p.tells, nlri, CP_TEXT(""), p.now_us), CP_OK);
    pair_close(&p);
}

enum { ROUTERS = 32, ROUNDS = 60, ABSENT = 0 };

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* What the one tells, at random: `table` has each router's metric, or ABSENT. */
static void tell_at_random(struct pair *p, uint32_t *seed, uint32_t table[ROUTERS])
{
    uint32_t router = next_random(seed) % ROUTERS;
    cp_text nlri = nlri_of(p, (uint8_t)router);

    if (next_random(seed) % 3 == 0) {
        assert_int_equal(cp_bgp_withdraw(p->tells, nlri, p->now_us), CP_OK);
        table[router] = ABSENT;
        return;
    }
    table[router] = 1 + next_random(seed) % 1000;
    assert_int_equal(cp_bgp_announce(p->tells, nlri, attribute_of(p, table[router]), p->now_us),
                     CP_OK);
}

static void hear_into(struct cp_bgp *hears, uint32_t table[ROUTERS])
{
    struct cp_bgp_event event;

    while (cp_bgp_next(hears, &event)) {
        uint32_t router = (uint8_t)event.nlri.local.router.at[5];

        assert_true(event.kind == CP_BGP_EV_ANNOUNCED || event.kind == CP_BGP_EV_WITHDRAWN);
        table[router] = event.kind == CP_BGP_EV_ANNOUNCED ? event.attribute->te_metric : ABSENT;
    }
}

static void after_all_is_heard_both_tables_are_the_same_however_it_came(void **state)
{
    (void)state;
    for (uint32_t seed = 1, run = 0; run < 50; run++) {
        struct pair p = pair_open();
        uint32_t told[ROUTERS] = {ABSENT}, heard[ROUTERS] = {ABSENT};

        up_by(&p, 1 + next_random(&seed) % 40);
        for (uint32_t round = 0; round < ROUNDS; round++) {
            for (uint32_t i = next_random(&seed) % 8; i > 0; i--)
                tell_at_random(&p, &seed, told);
            for (uint32_t i = next_random(&seed) % 8; i > 0; i--) {
                (void)move(&p, p.tells, p.hears, 1 + next_random(&seed) % 200);
                hear_into(p.hears, heard);
            }
        }
        while (move(&p, p.tells, p.hears, 1 + next_random(&seed) % 200))
            hear_into(p.hears, heard);
        assert_memory_equal(told, heard, sizeof told);
        pair_close(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_comes_up_however_its_bytes_are_cut),
        cmocka_unit_test(what_one_tells_the_other_hears_in_order),
        cmocka_unit_test(silence_ends_a_session_at_its_hold_time_and_keepalives_prevent_it),
        cmocka_unit_test(a_whole_message_that_waits_is_a_sign_of_life),
        cmocka_unit_test(what_is_wrong_with_the_peer_is_said_in_its_notification),
        cmocka_unit_test(a_stop_is_a_cease_and_the_peer_hears_it),
        cmocka_unit_test(a_notification_is_told_once_by_both_sides_when_the_connection_is_gone_too),
        cmocka_unit_test(after_a_lost_connection_all_begins_again),
        cmocka_unit_test(a_wrong_attribute_withdraws_what_it_came_with),
        cmocka_unit_test(a_malformed_link_state_attribute_is_discarded),
        cmocka_unit_test(nlri_that_go_past_their_attribute_reset_the_session),
        cmocka_unit_test(other_families_are_passed_over),
        cmocka_unit_test(who_says_no_end_of_rib_is_full_when_it_is_quiet),
        cmocka_unit_test(an_open_in_a_session_is_an_error_of_the_machine),
        cmocka_unit_test(more_bytes_than_are_kept_end_the_session),
        cmocka_unit_test(a_peer_that_takes_no_bytes_is_told_no_more),
        cmocka_unit_test(after_all_is_heard_both_tables_are_the_same_however_it_came),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
