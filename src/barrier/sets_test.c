#include "sets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "behind.h"
#include "seen.h"

/* What policies become as sets. */

#define ISSUED "issued 2026-01-01T00:00:00Z\n"
#define NOW UINT64_C(1767225600000000) /* that moment */
#define HEAD "cleanpath-edge-policy 1\nserial 7\n" ISSUED "head 1 h\n"
#define NODES "node 2 a\nnode 3 b\nnode 4 c\nsource fcff::1\nclass 1 x\nclass 2 y\n"
#define TAIL "mtu 1280\nsignature x\n"

static struct cp_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = cp_arena_open(1 << 24);
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

static const struct cp_edge_policy *policy_of(const char *text)
{
    struct cp_diag diag = {.why = ""};
    const struct cp_edge_policy *policy = NULL;
    cp_err err = cp_edge_policy_read(cp_text_of(text), (cp_text){0}, arena, &policy, &diag);

    if (err != CP_OK)
        print_error("%u: %s\n", diag.place.line, diag.why);
    assert_int_equal(err, CP_OK);
    return policy;
}

/* The elements of a set, a line each. */
static cp_text elements_of(const struct cp_edge_policy *policy, const struct barrier_time *time,
                           const char *set)
{
    struct cp_out out = cp_out_make(arena);
    char before[64];
    const char *at;
    struct behind behind;
    struct follow follow;
    cp_text text;

    assert_int_equal(behind_gather(policy, arena, &behind), CP_OK);
    behind_fill(&behind, &out);
    assert_int_equal(follow_gather(policy, arena, &follow), CP_OK);
    assert_int_equal(sets_fill(policy, &follow, time, arena, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    (void)snprintf(before, sizeof before, "add element inet cleanpath %s {\n", set);
    at = strstr(text.at, before);
    if (at == NULL)
        return (cp_text){"", 0};
    at += strlen(before);
    return (cp_text){at, (size_t)(strstr(at, "\n}\n") + 1 - at)};
}

static void assert_elements(const char *policy, const char *set, const char *expected)
{
    struct barrier_time time = {.now_us = NOW};
    cp_text text = elements_of(policy_of(policy), &time, set);

    if (!cp_text_is(text, expected))
        print_error("%s:\n%.*s", set, (int)text.len, text.at);
    assert_true(cp_text_is(text, expected));
}

static const char chains[] = HEAD NODES
    "first 1 e-a fc01::2 2 1,2\nfirst 2 e-b fc02::2 3 2\n"
    "adjacency fcbb::23 2 3 1\nadjacency fcbb::34 3 4 1,2\nnode-sid fcbb::e 4 2\n"
    "unpack4 fcbb::d 4\nbehind 2 4 10.0.0.0/8\nlocal-adjacency fcbb::1 fc01::2 e-a\nlocal-end fcbb::2\n" TAIL;

static void ways_are_first_hops_and_what_may_come_first_there(void **state)
{
    (void)state;
    assert_elements(chains, "ways",
                    "  0x00000000 . \"e-a\" . fcbb::e . fc01::2,\n"
                    "  0x00000000 . \"e-a\" . fcbb::23 . fc01::2,\n"
                    "  0x00000000 . \"e-b\" . fcbb::e . fc02::2,\n"
                    "  0x00000000 . \"e-b\" . fcbb::34 . fc02::2,\n"
                    "  0x00010000 . \"e-a\" . fcbb::23 . fc01::2,\n"
                    "  0x00020000 . \"e-a\" . fcbb::e . fc01::2,\n"
                    "  0x00020000 . \"e-b\" . fcbb::e . fc02::2,\n"
                    "  0x00020000 . \"e-b\" . fcbb::34 . fc02::2\n");
}

/* 34 of node 3 and 35 of node 4: 128 bits tell them apart, and 23, of node 2, needs 124. */
static void steps_begin_where_the_one_before_ends(void **state)
{
    static const char close[] = HEAD NODES
        "adjacency fcbb::23 2 3 1\nadjacency fcbb::34 3 4 1,2\n"
        "adjacency fcbb::35 4 3 1\nadjacency fcbb::3f 4 3 2\nnode-sid fcbb::e 4 2\n" TAIL;

    (void)state;
    assert_elements(close, "steps",
                    "  0x00000000 . 0xfcbb000000000000000000000000000e . "
                    "0xfcbb0000000000000000000000000035,\n"
                    "  0x00000000 . 0xfcbb000000000000000000000000000e . "
                    "0xfcbb000000000000000000000000003f,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000023 . "
                    "0xfcbb0000000000000000000000000034,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000034 . "
                    "0xfcbb0000000000000000000000000035,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000034 . "
                    "0xfcbb000000000000000000000000003f,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000035 . "
                    "0xfcbb0000000000000000000000000034,\n"
                    "  0x00000000 . 0xfcbb000000000000000000000000003f . "
                    "0xfcbb0000000000000000000000000034,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000023 . "
                    "0xfcbb0000000000000000000000000034,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000034 . "
                    "0xfcbb0000000000000000000000000035,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000034 . "
                    "0xfcbb000000000000000000000000003f,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000035 . "
                    "0xfcbb0000000000000000000000000034,\n"
                    "  0x00020000 . 0xfcbb000000000000000000000000000e . "
                    "0xfcbb0000000000000000000000000035,\n"
                    "  0x00020000 . 0xfcbb000000000000000000000000000e . "
                    "0xfcbb000000000000000000000000003f,\n"
                    "  0x00020000 . 0xfcbb0000000000000000000000000034 . "
                    "0xfcbb0000000000000000000000000035,\n"
                    "  0x00020000 . 0xfcbb0000000000000000000000000034 . "
                    "0xfcbb000000000000000000000000003f,\n"
                    "  0x00020000 . 0xfcbb000000000000000000000000003f . "
                    "0xfcbb0000000000000000000000000034\n");
}

/* fcbb:2::/32 and fcbb:3::/32 differ in the last of 32 bits: a word, and no pair more, however many SIDs begin at node 3. */
static void steps_are_as_many_as_locators(void **state)
{
    static const char text[] =
        HEAD NODES "adjacency fcbb:2::1 2 3 1\nadjacency fcbb:3::1 3 4 1\n"
                   "adjacency fcbb:3::2 3 4 1\nadjacency fcbb:3:0:1::1 3 4 1\n" TAIL;
    struct follow follow;

    (void)state;
    assert_elements(text, "steps",
                    "  0x00000000 . 0xfcbb0002000000000000000000000001 . 0xfcbb0003,\n"
                    "  0x00010000 . 0xfcbb0002000000000000000000000001 . 0xfcbb0003\n");
    assert_int_equal(follow_gather(policy_of(text), arena, &follow), CP_OK);
    assert_int_equal(follow.bits, 32);
}

static void sids_are_those_that_may_be_passed(void **state)
{
    (void)state;
    assert_elements(chains, "sids",
                    "  0x00000000 . 0xfcbb000000000000000000000000000e,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000023,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000034,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000023,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000034,\n"
                    "  0x00020000 . 0xfcbb000000000000000000000000000e,\n"
                    "  0x00020000 . 0xfcbb0000000000000000000000000034\n");
    assert_elements(chains, "loose",
                    "  0x00000000 . 0xfcbb000000000000000000000000000e,\n"
                    "  0x00020000 . 0xfcbb000000000000000000000000000e\n");
}

/* Kind 0: it may lead nowhere. */
static void locals_are_our_own_sids_and_what_they_do(void **state)
{
    (void)state;
    assert_elements(chains, "locals",
                    "  fcbb::1 . 0x00000000 . \"sr0\" . ::,\n"
                    "  fcbb::2 . 0x00000000 . \"sr0\" . ::,\n"
                    "  fcbb::1 . 0x00000004 . \"e-a\" . fc01::2,\n"
                    "  fcbb::2 . 0x00000005 . \"sr0\" . ::\n");
}

/* Three nested prefixes: each in the set of its length, and those inside of others in another one too. */
static void prefixes_stand_by_length_and_those_inside_of_others_twice(void **state)
{
    static const char text[] =
        HEAD NODES "unpack4 fcbb::2 2\nunpack4 fcbb::3 3\n"
                   "behind 1 2 0.0.0.0/0\nbehind 1 2 10.1.1.0/24\nbehind 1 3 10.1.0.0/16\n" TAIL;

    (void)state;
    assert_elements(text, "behind4_0", "  0x00010000 . 0xfcbb0000000000000000000000000002\n");
    assert_elements(text, "behind4_16",
                    "  0x00010000 . 0xfcbb0000000000000000000000000003 . 0x0a010000\n");
    assert_elements(text, "behind4_24",
                    "  0x00010000 . 0xfcbb0000000000000000000000000002 . 0x0a010100\n");
    assert_elements(text, "inside4_0", "");
    assert_elements(text, "inside4_16", "  0x00010000 . 0x0a010000\n");
    assert_elements(text, "inside4_24", "  0x00010000 . 0x0a010100\n");
}

static void prefixes_of_other_classes_and_families_are_inside_of_none(void **state)
{
    static const char text[] =
        HEAD NODES "unpack4 fcbb::2 2\nunpack4 fcbb::3 3\nunpack6 fcbb::62 2\n"
                   "behind 1 2 10.0.0.0/8\nbehind 1 2 a00::/9\nbehind 2 3 10.1.0.0/16\n" TAIL;

    (void)state;
    assert_elements(text, "behind4_8",
                    "  0x00010000 . 0xfcbb0000000000000000000000000002 . 0x0a000000\n");
    assert_elements(text, "behind4_16",
                    "  0x00020000 . 0xfcbb0000000000000000000000000003 . 0x0a010000\n");
    assert_elements(text, "behind6_9",
                    "  0x00010000 . 0xfcbb0000000000000000000000000062 . "
                    "0x0a000000000000000000000000000000\n");
    assert_elements(text, "inside4_16", "");
    assert_elements(text, "inside6_9", "");
}

static void an_end_is_what_unpacks_for_a_class_that_has_something_behind_it(void **state)
{
    (void)state;
    assert_elements(HEAD NODES "unpack4 fcbb::2 2\nunpack4 fcbb::3 3\nunpack6 fcbb::63 3\n"
                               "behind 1 3 10.0.0.0/8\nbehind 1 3 fc02::/16\n" TAIL,
                    "ends",
                    "  0x00010000 . 0xfcbb0000000000000000000000000003,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000063\n");
}

/* fcbb::34 ends 10.5 s after now for class 1 (two lines), two days for class 2; fcbb::23 after 15 s. */
static void the_later_end_of_two_lines_counts(void **state)
{
    static const char text[] =
        HEAD NODES "first 1 e-a fc01::2 2 1,2\n"
                   "adjacency fcbb::23 2 3 1,2 until 2026-01-01T00:00:15Z\n"
                   "adjacency fcbb::34 3 4 1 until 2026-01-01T00:00:05Z\n"
                   "adjacency fcbb::34 3 4 1 until 2026-01-01T00:00:10.5Z\n"
                   "adjacency fcbb::34 3 4 2 until 2026-01-03T00:00:20Z\n" TAIL;

    (void)state;
    assert_elements(text, "sids",
                    "  0x00000000 . 0xfcbb0000000000000000000000000023 timeout 0d15000ms,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000034 timeout 2d20000ms,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000023 timeout 0d15000ms,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000034 timeout 0d10500ms,\n"
                    "  0x00020000 . 0xfcbb0000000000000000000000000023 timeout 0d15000ms,\n"
                    "  0x00020000 . 0xfcbb0000000000000000000000000034 timeout 2d20000ms\n");
    assert_elements(text, "steps",
                    "  0x00000000 . 0xfcbb0000000000000000000000000023 . "
                    "0xfcbb0000000000000000000000000030 timeout 0d15000ms,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000023 . "
                    "0xfcbb0000000000000000000000000030 timeout 0d15000ms,\n"
                    "  0x00020000 . 0xfcbb0000000000000000000000000023 . "
                    "0xfcbb0000000000000000000000000030 timeout 0d15000ms\n");
}

static void what_is_over_is_left_out_and_a_century_is_the_most(void **state)
{
    static const char text[] =
        HEAD NODES "node-sid fcbb::1 2 1 until 2026-01-01T00:00:00Z\n"
                   "node-sid fcbb::2 2 1 until 2026-01-01T00:00:00.000999Z\n"
                   "node-sid fcbb::3 2 1 until 2026-01-01T00:00:00.001Z\n"
                   "node-sid fcbb::4 2 1 until 2026-01-02T00:00:00.001Z\n"
                   "node-sid fcbb::5 2 1 until 9999-12-31T00:00:00Z\nnode-sid fcbb::6 2 1\n" TAIL;

    (void)state;
    assert_elements(text, "loose",
                    "  0x00000000 . 0xfcbb0000000000000000000000000003 timeout 0d1ms,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000004 timeout 1d1ms,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000005 timeout 36500d0ms,\n"
                    "  0x00000000 . 0xfcbb0000000000000000000000000006,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000003 timeout 0d1ms,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000004 timeout 1d1ms,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000005 timeout 36500d0ms,\n"
                    "  0x00010000 . 0xfcbb0000000000000000000000000006\n");
}

static void all_ends_earlier_by_the_margin(void **state)
{
    struct barrier_time time = {.now_us = NOW, .margin_us = 2000000};
    const struct cp_edge_policy *policy =
        policy_of(HEAD NODES "node-sid fcbb::1 2 1 until 2026-01-01T00:00:02Z\n"
                             "node-sid fcbb::2 2 1 until 2026-01-01T00:00:03Z\n" TAIL);
    cp_text text = elements_of(policy, &time, "loose");

    (void)state;
    assert_true(cp_text_is(text,
                           "  0x00000000 . 0xfcbb0000000000000000000000000002 timeout 0d1000ms,\n"
                           "  0x00010000 . 0xfcbb0000000000000000000000000002 timeout 0d1000ms\n"));
}

static void a_policy_that_permits_nothing_fills_no_set(void **state)
{
    static const char *const names[] = {"ways", "steps", "sids", "loose", "ends", "locals"};
    struct barrier_time time = {.now_us = 0x1234, .boot_us = 0x5678, .turn = 9};
    const struct cp_edge_policy *policy = policy_of(HEAD NODES TAIL);
    struct follow follow;
    struct cp_out out = cp_out_make(arena);
    cp_text text;

    (void)state;
    assert_int_equal(follow_gather(policy, arena, &follow), CP_OK);
    assert_int_equal(sets_fill(policy, &follow, &time, arena, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    for (size_t i = 0; i < CP_COUNT(names); i++) {
        char line[64];

        (void)snprintf(line, sizeof line, "add element inet cleanpath %s ", names[i]);
        assert_null(strstr(text.at, line));
    }
    assert_non_null(strstr(text.at, "issued { 0x0000000000000007 . 0x0006474846204000 }\n"));
    assert_non_null(strstr(text.at, "clock { 0x0000000000001234 . 0x0000000000005678 }\n"));
    assert_non_null(strstr(text.at, "turn { 0x0000000000000009 . 0x0000000000000000 }\n"));
}

static void without_memory_it_says_so(void **state)
{
    const struct cp_edge_policy *policy = policy_of(chains);
    cp_err err = CP_ERR_NOMEM;
    uint64_t takes = 0;

    (void)state;
    for (; err == CP_ERR_NOMEM; takes++) {
        struct cp_arena *small = cp_arena_open(1 << 20);
        struct cp_out out = cp_out_make(small);
        struct barrier_time time = {.now_us = NOW};
        cp_text text;

        cp_arena_fail_after(small, takes);
        err = barrier_filter(policy, &time, small, &out);
        if (err == CP_OK)
            err = cp_out_done(&out, &text);
        cp_arena_close(small);
    }
    assert_int_equal(err, CP_OK);
    assert_in_range(takes, 5, 200);
}

static void time_goes_on_from_the_greatest_that_was_seen(void **state)
{
    struct seen none = {0}, seen = {.now_us = 1000, .boot_us = 400};

    (void)state;
    assert_int_equal(seen_now(&none, 500, 999, 0), 500);
    assert_int_equal(seen_now(&none, 500, 999, 600), 600);
    assert_int_equal(seen_now(&seen, 500, 450, 0), 1050);
    assert_int_equal(seen_now(&seen, 2000, 450, 0), 2000);
    assert_int_equal(seen_now(&seen, 500, 450, 3000), 3000);
    assert_int_equal(seen_now(&seen, 0, 300, 0), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways_are_first_hops_and_what_may_come_first_there),
        cmocka_unit_test(steps_begin_where_the_one_before_ends),
        cmocka_unit_test(steps_are_as_many_as_locators),
        cmocka_unit_test(sids_are_those_that_may_be_passed),
        cmocka_unit_test(locals_are_our_own_sids_and_what_they_do),
        cmocka_unit_test(prefixes_stand_by_length_and_those_inside_of_others_twice),
        cmocka_unit_test(prefixes_of_other_classes_and_families_are_inside_of_none),
        cmocka_unit_test(an_end_is_what_unpacks_for_a_class_that_has_something_behind_it),
        cmocka_unit_test(the_later_end_of_two_lines_counts),
        cmocka_unit_test(what_is_over_is_left_out_and_a_century_is_the_most),
        cmocka_unit_test(all_ends_earlier_by_the_margin),
        cmocka_unit_test(a_policy_that_permits_nothing_fills_no_set),
        cmocka_unit_test(without_memory_it_says_so),
        cmocka_unit_test(time_goes_on_from_the_greatest_that_was_seen),
    };

    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
