#include "policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/out.h"

#include "kr_2014.h"

enum { ARENA_BYTES = 64 << 20 };

static struct cp_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = cp_arena_open(ARENA_BYTES);
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    cp_arena_close(arena);
    return 0;
}

#define HEAD                                                                                \
    "cleanpath-policy: 1\n"                                                                 \
    "id: p\n"                                                                               \
    "traffic:\n"                                                                            \
    "  gov: { both-ends: { site-tag: gov } }\n"                                             \
    "  cov: { any-end: { tag: covered } }\n"                                                \
    "rules:\n"                                                                              \
    "  - { id: t, says: x, forbid-transit: { maker: huawei }, of: gov, from: 2014-02-14,\n" \
    "      until: 2014-12-31 }\n"                                                           \
    "  - { id: u, says: x, forbid-transit: { maker: zte }, of: cov, unknown: undecided }\n" \
    "  - { id: b, says: x, forbid-presence: { maker: huawei }, at: { site-tag: base } }\n"  \
    "tests:\n"

static struct cp_policy_outcome run_only_test(const char *test)
{
    const struct cp_policy *policy = NULL;
    struct cp_policy_outcome outcome = {0};
    struct cp_diag diag = {0};
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("");

    cp_out_format(&out, HEAD "  - { %s }\n", test);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    if (cp_policy_read(text, 0, arena, &policy, &diag) != CP_OK)
        fail_msg("%s: %u: %s: %s", test, diag.place.column, diag.why, diag.subject);
    assert_int_equal(cp_policy_test_count(policy), 1);
    if (cp_policy_test(policy, 0, arena, &outcome, &diag) != CP_OK)
        fail_msg("%s: %s: %s", test, diag.why, diag.subject);
    return outcome;
}

static const struct {
    const char *test, *got;
    bool passed;
} outcomes[] = {
    /* paths */
    {"at: 2014-03-01, of: gov, through: [a, b], expect: ok", "ok", true},
    {"at: 2014-03-01, of: gov, through: [a, b], expect: violates t at b", "ok", false},
    {"at: 2014-03-01, of: gov, through: [a, x, b], with: { x: { maker: 화웨이 } }, "
     "expect: violates t at x",
     "violates t at x", true},
    {"at: 2014-03-01, of: gov, through: [a, x, b], with: { x: { maker: huawei } }, expect: ok",
     "violates t at x", false},
    {"at: 2014-03-01, of: gov, through: [a, b], with: { b: { maker: HiSilicon } }, "
     "expect: violates t at b",
     "violates t at b", true},
    {"at: 2014-03-01, of: gov, through: [a, x, y, b], "
     "with: { x: { maker: huawei }, y: { maker: huawei } }, expect: violates t at y",
     "violates t at y", true},
    /* first and last day */
    {"at: 2014-02-13, of: gov, through: [a, b], with: { b: { maker: huawei } }, expect: ok", "ok",
     true},
    {"at: 2014-02-14, of: gov, through: [a, b], with: { b: { maker: huawei } }, "
     "expect: violates t at b",
     "violates t at b", true},
    {"at: 2014-12-31, of: gov, through: [a, b], with: { b: { maker: huawei } }, "
     "expect: violates t at b",
     "violates t at b", true},
    {"at: 2015-01-01, of: gov, through: [a, b], with: { b: { maker: huawei } }, expect: ok", "ok",
     true},
    /* unknown */
    {"at: 2014-03-01, of: gov, through: [a, x, b], with: { x: { maker: unknown } }, "
     "expect: violates t at x because unknown",
     "violates t at x because unknown", true},
    {"at: 2014-03-01, of: gov, through: [a, x, b], with: { x: { layer: radio } }, "
     "expect: violates t at x",
     "violates t at x because unknown", true},
    {"at: 2014-03-01, of: gov, through: [a, x, b], with: { x: { maker: huawei } }, "
     "expect: violates t at x because unknown",
     "violates t at x", false},
    {"at: 2014-03-01, of: cov, through: [a, x, b], with: { x: { maker: unknown } }, "
     "expect: undecided u at x because unknown",
     "undecided u at x because unknown", true},
    {"at: 2014-03-01, of: cov, through: [a, x, b], with: { x: { maker: unknown } }, "
     "expect: violates u at x",
     "undecided u at x because unknown", false},
    {"at: 2014-03-01, of: cov, through: [a, x, b], with: { x: { maker: huawei } }, expect: ok",
     "ok", true},
    /* selectors: where something stands says nothing of its maker */
    {"at: 2014-03-01, through: [a, x, b], with: { a: { site-tag: gov }, b: { site-tag: [gov, y] }, "
     "x: { maker: huawei } }, expect: violates t at x",
     "violates t at x", true},
    {"at: 2014-03-01, through: [a, x, b], with: { a: { site-tag: gov }, x: { maker: huawei } }, "
     "expect: ok",
     "ok", true},
    {"at: 2014-03-01, through: [a, x, b], with: { b: { tag: covered }, x: { maker: zte } }, "
     "expect: violates u at x",
     "violates u at x", true},
    /* parts, software, managers, links */
    {"at: 2014-03-01, of: gov, through: [a, x, b], "
     "with: { x: { maker: nokia, parts: [{ slot: card-1, maker: huawei }] } }, "
     "expect: violates t at x",
     "violates t at x", true},
    {"at: 2014-03-01, of: gov, through: [a, x, b], "
     "with: { x: { maker: nokia, software: VRP 8.2 } }, expect: violates t at x",
     "violates t at x", true},
    {"at: 2014-03-01, of: gov, through: [a, x, b], "
     "with: { x: { maker: nokia, managed-by: ems }, ems: { maker: huawei } }, "
     "expect: violates t at x",
     "violates t at x", true},
    {"at: 2014-03-01, of: gov, through: [a, x, b], "
     "with: { x: { maker: nokia, managed-by: [ems, a] } }, expect: ok",
     "ok", true},
    {"at: 2014-03-01, of: gov, through: [a, f-7, b], with: { f-7: { class: leased-circuit } }, "
     "expect: violates t at f-7 because unknown",
     "violates t at f-7 because unknown", true},
    {"at: 2014-03-01, of: gov, through: [a, f-7, b], "
     "with: { f-7: { class: leased-circuit, maker: nokia, evidence: contract, "
     "installed: 2012-01-01 } }, expect: ok",
     "ok", true},
    /* devices */
    {"at: 2014-03-01, device: d, with: { d: { site-tag: base, maker: huawei } }, "
     "expect: violates b at d",
     "violates b at d", true},
    {"at: 2014-03-01, device: d, with: { d: { site-tag: town, maker: huawei } }, expect: ok", "ok",
     true},
    {"at: 2014-03-01, device: d, expect: ok", "ok", true},
    {"at: 2014-03-01, device: d, with: { d: { site-tag: base, maker: nokia, "
     "parts: [{ slot: xcvr-3, maker: unknown }] } }, "
     "expect: violates b at d/xcvr-3 because unknown",
     "violates b at d/xcvr-3 because unknown", true},
    {"at: 2014-03-01, device: d, with: { d: { site-tag: base, layer: optical, maker: nokia, "
     "parts: [{ slot: xcvr-3, maker: huawei }] } }, expect: violates b at d/xcvr-4",
     "violates b at d/xcvr-3", false},
};

static void a_test_gives_what_an_audit_would(void **state)
{
    uint32_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(outcomes); i++) {
        struct cp_policy_outcome got = run_only_test(outcomes[i].test);
        if (got.passed == outcomes[i].passed && cp_text_is(got.got, outcomes[i].got))
            continue;
        print_error("%s: %.*s\n", outcomes[i].test, (int)got.got.len, got.got.at);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void a_test_says_what_it_is_and_where_it_stands(void **state)
{
    struct cp_policy_outcome got =
        run_only_test("says: 옛길, at: 2014-03-01, of: gov, through: [a, b], expect: ok");

    (void)state;
    assert_true(cp_text_is(got.says, "옛길"));
    assert_true(cp_text_is(got.expected, "ok"));
    assert_int_equal(got.place.line, 12);
    assert_int_equal(got.place.column, 5);
}

static void each_take_that_fails_is_reported(void **state)
{
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
        const struct cp_policy *policy = NULL;
        struct cp_policy_outcome outcome = {0};
        struct cp_diag diag = {0};
        assert_non_null(tight);
        assert_int_equal(cp_policy_read(CP_TEXT(kr_2014), 0, tight, &policy, &diag), CP_OK);
        cp_arena_fail_after(tight, takes);
        err = cp_policy_test(policy, 2, tight, &outcome, &diag);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(tight);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_test_gives_what_an_audit_would, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_test_says_what_it_is_and_where_it_stands, open_arena,
                                        close_arena),
        cmocka_unit_test(each_take_that_fails_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
