#include "rig.h"

/* Probes as bytes, and two edges that probe each other. */

#define KEY CP_TEXT("0123456789abcdef0123456789abcdef")
#define OVER_4 "fcbb:1::14 fcbb:4::48"
#define OVER_6 "fcbb:1::16 fcbb:6::68"
#define BACK_4 "fcbb:4::41"
#define BACK_6 "fcbb:6::61"

/* --- bytes ----------------------------------------------------------------------------------------- */

static struct cp_edge_probe sample(void)
{
    return (struct cp_edge_probe){.sender = 1,
                                  .receiver = 8,
                                  .class = 100,
                                  .path = 7,
                                  .number = UINT64_C(1) << 40,
                                  .nonce = 5,
                                  .your_nonce = 6,
                                  .size = 1272,
                                  .full = true,
                                  .unpacks = true,
                                  .heard_count = 2,
                                  .heard = {{9, 17, 18, 3}, {10, 0, 1, 1}}};
}

static void a_probe_arrives_as_it_was_made(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 16);
    struct cp_edge_probe made = sample(), got;
    cp_text bytes;

    (void)state;
    assert_int_equal(cp_edge_probe_write(&made, KEY, arena, &bytes), CP_OK);
    assert_int_equal(bytes.len, 1272);
    assert_int_equal(cp_edge_probe_sender(bytes), 1);
    assert_true(cp_edge_probe_read(bytes, KEY, &got));
    assert_memory_equal(&got, &made, sizeof got);
    assert_false(cp_edge_probe_read(bytes, CP_TEXT("another key, as long"), &got));
    cp_arena_close(arena);
}

static void a_probe_that_was_cut_or_changed_is_none(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 16);
    struct cp_edge_probe made = sample(), got;
    static char copy[1272];
    cp_text bytes;

    (void)state;
    assert_int_equal(cp_edge_probe_write(&made, KEY, arena, &bytes), CP_OK);
    for (size_t len = 0; len < bytes.len; len++)
        assert_false(cp_edge_probe_read(cp_text_sub(bytes, 0, len), KEY, &got));
    for (size_t at = 0; at < 50 + 2 * 24 + 32; at++) {
        memcpy(copy, bytes.at, bytes.len);
        copy[at] = (char)(copy[at] ^ 0x10);
        assert_false(cp_edge_probe_read((cp_text){copy, bytes.len}, KEY, &got));
    }
    cp_arena_close(arena);
}

static void a_probe_that_does_not_fit_its_size_is_not_made(void **state)
{
    struct cp_arena *arena = cp_arena_open(1 << 16);
    struct cp_edge_probe made = sample();
    cp_text bytes;

    (void)state;
    made.size = 50 + 2 * 24 + 32 - 1;
    assert_int_equal(cp_edge_probe_write(&made, KEY, arena, &bytes), CP_ERR_RANGE);
    made.size++;
    assert_int_equal(cp_edge_probe_write(&made, KEY, arena, &bytes), CP_OK);
    cp_arena_close(arena);
}

/* --- two edges --------------------------------------------------------------------------------------- */

static struct rig one, eight;
static bool cut[2][2]; /* of [1 to 8, back], [plane 4, plane 6] */
static bool narrow;    /* small ones alone come through */
static struct rig_probe old[64];
static uint32_t old_count;

static void carry(struct rig *from, struct rig *to, const bool lost[2])
{
    for (uint32_t i = 0; i < from->probe_count; i++) {
        const struct rig_probe *p = &from->probes[i];

        if (to->edge == NULL || lost[p->first[3] == 6] || (narrow && p->len > 500))
            continue;
        if (old_count < CP_COUNT(old) && from == &eight)
            old[old_count++] = *p;
        cp_edge_probed(to->edge, (cp_text){p->bytes, p->len}, to->now_us);
    }
    from->probe_count = 0;
}

static void both_wait(uint64_t us)
{
    for (uint64_t gone = 0; gone < us; gone += 50000) {
        carry(&one, &eight, cut[0]);
        carry(&eight, &one, cut[1]);
        if (one.edge != NULL)
            rig_wait(&one, 50000);
        if (eight.edge != NULL)
            rig_wait(&eight, 50000);
    }
}

static void open_one(struct rig *r, const char *policy, struct cp_edge_peer peer, uint64_t nonce)
{
    rig_open(r, policy);
    r->peer = peer;
    r->config.probing = (struct cp_edge_probing){.peers = &r->peer,
                                                 .peer_count = 1,
                                                 .every_us = 200000,
                                                 .window = 5,
                                                 .least = 3,
                                                 .retry_us = 5 * RIG_SECOND_US,
                                                 .nonce = nonce};
    rig_edge_open(r);
    r->controllers[0].reachable = true;
    rig_run(r);
    assert_true(r->controllers[0].synced);
}

static void open_both(void)
{
    memset(cut, 0, sizeof cut);
    narrow = false;
    old_count = 0;
    open_one(&one, rig_policy_1, (struct cp_edge_peer){8, rig_ip("fcff:8::1"), KEY}, 111);
    open_one(&eight, rig_policy_8, (struct cp_edge_peer){1, rig_ip("fcff:1::1"), KEY}, 888);
    (void)rig_initiate(&one, 0, "a", 100200, OVER_4);
    (void)rig_initiate(&eight, 0, "b", 100200, BACK_4);
    rig_run(&one);
    rig_run(&eight);
}

static void close_both(void)
{
    rig_close(&one);
    rig_close(&eight);
}

static void a_path_is_proven_when_probes_of_full_size_come_through(void **state)
{
    (void)state;
    open_both();
    assert_true(rig_lsp(&one, 0, "a")->proof_known);
    assert_false(rig_lsp(&one, 0, "a")->alive);
    both_wait(3 * RIG_SECOND_US);
    assert_true(rig_lsp(&one, 0, "a")->alive);
    assert_in_range(rig_lsp(&one, 0, "a")->proven_us, one.now_us - 3 * RIG_SECOND_US, one.now_us);
    assert_true(rig_lsp(&eight, 0, "b")->alive);
    both_wait(60 * RIG_SECOND_US);
    assert_in_range(rig_lsp(&one, 0, "a")->proven_us, one.now_us - 15 * RIG_SECOND_US, one.now_us);
    close_both();
}

static void what_the_kernel_does_not_have_any_more_is_not_proven_and_says_why(void **state)
{
    struct cp_edge_lsp l;

    (void)state;
    open_both();
    both_wait(3 * RIG_SECOND_US);
    assert_true(cp_edge_lsp_get(one.edge, 0, &l));
    assert_true(l.alive && l.proven);
    one.kernel[0] = (struct rig_kernel){.state = CP_AGENT_STATE_BROKEN};
    one.kernel_result = CP_AGENT_KERNEL;
    both_wait(30 * RIG_SECOND_US);
    assert_true(cp_edge_lsp_get(one.edge, 0, &l));
    assert_int_equal(l.phase, CP_EDGE_NOT_THERE);
    assert_false(l.alive || l.proven);
    assert_string_equal(l.why, "the kernel refused it, or has something else");
    assert_false(rig_lsp(&one, 0, "a")->alive);
    close_both();
}

static void a_path_that_is_too_narrow_is_never_proven_and_is_not_left(void **state)
{
    (void)state;
    open_both();
    narrow = true;
    both_wait(30 * RIG_SECOND_US);
    assert_false(rig_lsp(&one, 0, "a")->alive);
    assert_int_equal(rig_lsp(&one, 0, "a")->proven_us, 0);
    assert_int_equal(one.kernel[0].state, CP_AGENT_STATE_INSTALLED);
    close_both();
}

static void a_path_to_an_edge_whose_own_sids_may_be_gone_is_alive_and_not_proven(void **state)
{
    (void)state;
    open_both();
    both_wait(5 * RIG_SECOND_US);
    assert_true(rig_lsp(&eight, 0, "b")->alive);
    for (uint32_t silent = 0; silent < 2; silent++) {
        one.kernel_result = silent ? CP_AGENT_DONE : CP_AGENT_KERNEL;
        one.agent_waits = silent;
        both_wait(5 * RIG_SECOND_US);
        assert_false(rig_lsp(&eight, 0, "b")->alive);
        assert_true(rig_lsp(&one, 0, "a")->alive);
        one.kernel_result = CP_AGENT_DONE;
        one.agent_waits = false;
        both_wait(5 * RIG_SECOND_US);
        assert_true(rig_lsp(&eight, 0, "b")->alive);
    }
    assert_int_equal(one.stops + eight.stops, 0);
    close_both();
}

static void a_path_that_was_never_alive_is_not_left(void **state)
{
    (void)state;
    open_both();
    cut[0][0] = cut[1][0] = true;
    both_wait(60 * RIG_SECOND_US);
    assert_int_equal(one.kernel[0].state, CP_AGENT_STATE_INSTALLED);
    assert_int_equal(one.stops, 0);
    close_both();
}

static void a_dead_path_is_left_for_the_backup_by_that_edge_alone(void **state)
{
    uint64_t began_us;

    (void)state;
    open_both();
    (void)rig_initiate(&one, 0, "backup", 100100, OVER_6);
    rig_run(&one);
    both_wait(5 * RIG_SECOND_US);
    cut[0][0] = true;
    began_us = one.now_us;
    while (one.kernel[0].paths[0].first == 1 && one.now_us - began_us < 10 * RIG_SECOND_US)
        both_wait(50000);
    assert_in_range(one.now_us - began_us, 0, 2 * RIG_SECOND_US);
    both_wait(3 * RIG_SECOND_US);
    assert_int_equal(rig_lsp(&one, 0, "backup")->state, CP_PCE_LSP_ACTIVE);
    assert_true(rig_lsp(&one, 0, "backup")->alive);
    assert_int_equal(rig_lsp(&one, 0, "a")->state, CP_PCE_LSP_DOWN);
    assert_int_equal(one.stops, 0);
    assert_int_equal(eight.orders, 1);
    assert_int_equal(eight.stops, 0);
    close_both();
}

static void a_dead_path_without_a_backup_is_stopped_and_tried_again(void **state)
{
    (void)state;
    open_both();
    both_wait(5 * RIG_SECOND_US);
    cut[0][0] = true;
    both_wait(3 * RIG_SECOND_US);
    assert_int_equal(one.kernel[0].state, CP_AGENT_STATE_STOPPED);
    assert_int_equal(rig_lsp(&one, 0, "a")->state, CP_PCE_LSP_DOWN);
    assert_false(rig_lsp(&one, 0, "a")->alive);
    both_wait(60 * RIG_SECOND_US);
    assert_int_equal(one.kernel[0].state, CP_AGENT_STATE_STOPPED);
    assert_in_range(one.orders, 2, 6); /* 5, 10, 20 seconds after each other */
    cut[0][0] = false;
    both_wait(60 * RIG_SECOND_US);
    assert_int_equal(one.kernel[0].state, CP_AGENT_STATE_INSTALLED);
    assert_true(rig_lsp(&one, 0, "a")->alive);
    close_both();
}

static void an_order_of_the_controller_ends_the_wait(void **state)
{
    (void)state;
    open_both();
    both_wait(5 * RIG_SECOND_US);
    cut[0][0] = true;
    both_wait(3 * RIG_SECOND_US);
    assert_int_equal(one.kernel[0].state, CP_AGENT_STATE_STOPPED);
    (void)rig_update(&one, 0, "a", OVER_6);
    both_wait(2 * RIG_SECOND_US);
    assert_int_equal(rig_lsp(&one, 0, "a")->state, CP_PCE_LSP_ACTIVE);
    assert_true(rig_lsp(&one, 0, "a")->alive);
    close_both();
}

static void old_probes_that_are_sent_again_keep_nothing_alive(void **state)
{
    (void)state;
    open_both();
    both_wait(5 * RIG_SECOND_US);
    assert_true(rig_lsp(&one, 0, "a")->alive && old_count > 20);
    cut[0][0] = cut[1][0] = true;
    for (uint32_t i = 0; i < 200; i++) {
        for (uint32_t k = 0; k < old_count; k++)
            cp_edge_probed(one.edge, (cp_text){old[k].bytes, old[k].len}, one.now_us);
        both_wait(50000);
    }
    assert_false(rig_lsp(&one, 0, "a")->alive);
    close_both();
}

static void when_both_ways_are_cut_at_once_both_edges_take_their_backups(void **state)
{
    (void)state;
    open_both();
    (void)rig_initiate(&one, 0, "backup", 100100, OVER_6);
    (void)rig_initiate(&eight, 0, "backup", 100100, BACK_6);
    rig_run(&one);
    rig_run(&eight);
    both_wait(5 * RIG_SECOND_US);
    cut[0][0] = cut[1][0] = true;
    both_wait(6 * RIG_SECOND_US);
    assert_true(rig_lsp(&one, 0, "backup")->alive);
    assert_true(rig_lsp(&eight, 0, "backup")->alive);
    assert_int_equal(one.stops + eight.stops, 0);
    cut[0][0] = cut[1][0] = false;
    both_wait(60 * RIG_SECOND_US);
    assert_true(rig_lsp(&one, 0, "a")->alive);
    assert_true(rig_lsp(&eight, 0, "b")->alive);
    close_both();
}

static void a_silent_far_edge_stops_nothing(void **state)
{
    (void)state;
    open_both();
    both_wait(5 * RIG_SECOND_US);
    cut[0][0] = cut[1][0] = true;
    both_wait(60 * RIG_SECOND_US);
    assert_int_equal(one.stops + eight.stops, 0);
    assert_false(rig_lsp(&one, 0, "a")->alive);
    cut[0][0] = cut[1][0] = false;
    both_wait(3 * RIG_SECOND_US);
    assert_true(rig_lsp(&one, 0, "a")->alive);
    close_both();
}

static void a_far_edge_that_restarts_costs_no_path(void **state)
{
    (void)state;
    open_both();
    both_wait(5 * RIG_SECOND_US);
    rig_edge_kill(&eight);
    eight.config.probing.nonce = 889;
    both_wait(RIG_SECOND_US / 2);
    eight.now_us = one.now_us;
    rig_edge_open(&eight);
    both_wait(10 * RIG_SECOND_US);
    assert_int_equal(one.stops, 0);
    assert_int_equal(eight.stops, 0);
    assert_true(rig_lsp(&one, 0, "a")->alive);
    both_wait(40 * RIG_SECOND_US);
    assert_true(rig_lsp(&eight, 0, "b")->alive);
    close_both();
}

static void an_edge_that_was_stopped_for_a_while_leaves_no_path(void **state)
{
    (void)state;
    open_both();
    both_wait(5 * RIG_SECOND_US);
    for (uint32_t i = 0; i < 40; i++) { /* two seconds in which it is not running */
        rig_wait(&eight, 50000);
        one.now_us += 50000;
    }
    eight.probe_count = 0;
    both_wait(10 * RIG_SECOND_US);
    assert_int_equal(one.stops, 0);
    assert_true(rig_lsp(&one, 0, "a")->alive);
    close_both();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_probe_arrives_as_it_was_made),
        cmocka_unit_test(a_probe_that_was_cut_or_changed_is_none),
        cmocka_unit_test(a_probe_that_does_not_fit_its_size_is_not_made),
        cmocka_unit_test(a_path_is_proven_when_probes_of_full_size_come_through),
        cmocka_unit_test(what_the_kernel_does_not_have_any_more_is_not_proven_and_says_why),
        cmocka_unit_test(a_path_that_is_too_narrow_is_never_proven_and_is_not_left),
        cmocka_unit_test(a_path_to_an_edge_whose_own_sids_may_be_gone_is_alive_and_not_proven),
        cmocka_unit_test(a_path_that_was_never_alive_is_not_left),
        cmocka_unit_test(a_dead_path_is_left_for_the_backup_by_that_edge_alone),
        cmocka_unit_test(a_dead_path_without_a_backup_is_stopped_and_tried_again),
        cmocka_unit_test(an_order_of_the_controller_ends_the_wait),
        cmocka_unit_test(old_probes_that_are_sent_again_keep_nothing_alive),
        cmocka_unit_test(when_both_ways_are_cut_at_once_both_edges_take_their_backups),
        cmocka_unit_test(a_silent_far_edge_stops_nothing),
        cmocka_unit_test(a_far_edge_that_restarts_costs_no_path),
        cmocka_unit_test(an_edge_that_was_stopped_for_a_while_leaves_no_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
