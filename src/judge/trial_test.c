#include "judge/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/out.h"

enum { ARENA_BYTES = 64 << 20, FILE_BYTES = 1 << 20 };

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

/* Every test below stands on line 31. */
#define HEAD                                                                                     \
    "cleanpath-policy: 1\n"                                                                      \
    "id: p\n"                                                                                    \
    "products: { passive: { class: patch-panel } }\n"                                            \
    "traffic:\n"                                                                                 \
    "  gov: { both-ends: { site-tag: gov } }\n"                                                  \
    "  cov: { any-end: { tag: covered } }\n"                                                     \
    "rules:\n"                                                                                   \
    "  - { id: t, says: x, forbid-transit: { maker: huawei }, of: gov, from: 2014-02-14,\n"      \
    "      until: 2014-12-31, except: { product: passive } }\n"                                  \
    "  - { id: u, says: x, forbid-transit: { maker: zte }, of: cov, unknown: undecided }\n"      \
    "  - { id: b, says: x, forbid-presence: { maker: huawei }, at: { site-tag: base } }\n"       \
    "  - { id: core, says: x, require: { maker: [nokia, ericsson] }, where: { role: core },\n"   \
    "      enough-evidence: authenticated-read }\n"                                              \
    "  - { id: new, says: x, forbid-install: { maker: zte }, from: 2014-02-14 }\n"               \
    "  - { id: next, says: x, require: { maker: nokia }, near: { site-tag: fence, hops: 1,\n"    \
    "      look-through: [patch-panel, leased-circuit] } }\n"                                    \
    "  - { id: round, says: x, forbid-presence: { maker: huawei },\n"                            \
    "      near: { site-tag: fence, within: 5 km } }\n"                                          \
    "  - { id: half, says: x, cap: { what: { maker: huawei }, among: { role: access },\n"        \
    "      counted-in: devices, at-most: 50% } }\n"                                              \
    "  - { id: trunks, says: x, cap: { what: { maker: zte }, among: { tag: trunk },\n"           \
    "      counted-in: capacity, at-most: 10% }, unknown: undecided }\n"                         \
    "  - { id: two, says: x, require: { at-least: 2 suppliers, among: { role: transport } } }\n" \
    "licences:\n"                                                                                \
    "  - { id: l-t, says: x, relaxes: t, covers: { installed-before: 2010-01-01 },\n"            \
    "      from: 2014-03-01, until: 2014-06-30,\n"                                               \
    "      extended: [{ on: 2014-06-15, until: 2014-09-30 }] }\n"                                \
    "  - { id: l-b, says: x, relaxes: b, covers: { tag: spared } }\n"                            \
    "  - { id: l-half, says: x, relaxes: half, from: 2015-01-01, until: 2015-12-31 }\n"          \
    "tests:\n"

static const struct cp_policy *policy_with(const char *test)
{
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};
    struct cp_out out = cp_out_make(arena);
    cp_text text = CP_TEXT("");

    cp_out_str(&out, HEAD "  - { ");
    cp_out_str(&out, test);
    cp_out_str(&out, " }\n");
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    if (cp_policy_read(text, 3, arena, &policy, &diag) != CP_OK)
        fail_msg("%s: %u:%u: %s: %s", test, diag.place.line, diag.place.column, diag.why,
                 diag.subject);
    assert_int_equal(policy->trial_count, 1);
    return policy;
}

static struct cp_policy_outcome run_only_test(const char *test)
{
    struct cp_policy_outcome outcome = {0};
    struct cp_diag diag = {0};

    if (cp_policy_test(policy_with(test), 0, arena, &outcome, &diag) != CP_OK)
        fail_msg("%s: %s: %s", test, diag.why, diag.subject);
    return outcome;
}

struct outcome {
    const char *test, *got;
    bool passed;
};

static void assert_outcomes(const struct outcome *outcomes, size_t count)
{
    cp_arena_mark mark = cp_arena_mark_get(arena);
    uint32_t wrong = 0;

    for (size_t i = 0; i < count; i++) {
        cp_arena_reset(arena, mark);
        struct cp_policy_outcome got = run_only_test(outcomes[i].test);
        if (got.passed == outcomes[i].passed && cp_text_is(got.got, outcomes[i].got))
            continue;
        print_error("%s: %.*s\n", outcomes[i].test, (int)got.got.len, got.got.at);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* --- paths -------------------------------------------------------------------------------- */

#define MARCH "at: 2014-03-01, "
#define A_X_B MARCH "of: gov, through: [a, x, b], with: { x: "

static const struct outcome paths[] = {
    {MARCH "of: gov, through: [a, b], expect: ok", "ok", true},
    {MARCH "of: gov, through: [a, b], expect: violates t at b", "ok", false},
    {A_X_B "{ maker: 화웨이 } }, expect: violates t at x", "violates t at x", true},
    {A_X_B "{ maker: huawei } }, expect: violates t", "violates t at x", true},
    {A_X_B "{ maker: huawei } }, expect: violates t at a", "violates t at x", false},
    {A_X_B "{ maker: huawei } }, expect: ok", "violates t at x", false},
    {A_X_B "{ maker: huawei } }, expect: undecided t at x", "violates t at x", false},
    {MARCH "of: gov, through: [a, b], with: { b: { maker: HiSilicon } }, expect: violates t at b",
     "violates t at b", true},
    {MARCH "of: gov, through: [a, x, y, b], "
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
    {A_X_B "{ maker: unknown } }, expect: violates t at x because unknown",
     "violates t at x because unknown", true},
    {A_X_B "{ layer: radio } }, expect: violates t at x", "violates t at x because unknown", true},
    {A_X_B "{ maker: huawei } }, expect: violates t at x because unknown", "violates t at x",
     false},
    {MARCH "of: cov, through: [a, x, b], with: { x: { maker: unknown } }, "
           "expect: undecided u at x because unknown",
     "undecided u at x because unknown", true},
    {MARCH "of: cov, through: [a, x, b], with: { x: { maker: unknown } }, expect: violates u at x",
     "undecided u at x because unknown", false},
    {MARCH "of: cov, through: [a, x, b], with: { x: { maker: unknown } }, expect: ok",
     "undecided u at x because unknown", false},
    {MARCH "of: cov, through: [a, x, b], with: { x: { maker: huawei } }, expect: ok", "ok", true},
    /* selectors of traffic: where something stands says nothing of its maker */
    {MARCH "through: [a, x, b], with: { a: { site-tag: gov }, b: { site-tag: [gov, y] }, "
           "x: { maker: huawei } }, expect: violates t at x",
     "violates t at x", true},
    {MARCH "through: [a, x, b], with: { a: { site-tag: gov }, x: { maker: huawei } }, expect: ok",
     "ok", true},
    {MARCH "through: [a, x, b], with: { a: { site: s, site-tag: gov }, b: { site: s, role: y, "
           "operator: o, tag: z, lat: 1, lon: 2 }, x: { maker: huawei } }, expect: violates t at x",
     "violates t at x", true},
    {MARCH "through: [a, x, b], with: { b: { tag: covered }, x: { maker: zte } }, "
           "expect: violates u at x",
     "violates u at x", true},
    /* parts, software, managers, exceptions */
    {A_X_B "{ maker: nokia, parts: [{ slot: card-1, maker: huawei }] } }, expect: violates t at x",
     "violates t at x", true},
    {A_X_B "{ maker: nokia, parts: [{ slot: card-1, maker: huawei }] } }, "
           "expect: violates t at x/card-1",
     "violates t at x/card-1", true},
    {A_X_B
     "{ maker: nokia, parts: [{ slot: c-1, maker: huawei }, { slot: c-2, maker: nokia }] } }, "
     "expect: violates t at x/c-2",
     "violates t at x", false},
    {A_X_B "{ maker: nokia, software: VRP 8.2 } }, expect: violates t at x", "violates t at x",
     true},
    {A_X_B "{ maker: nokia, managed-by: ems }, ems: { maker: huawei } }, expect: violates t at x",
     "violates t at x", true},
    {A_X_B "{ maker: nokia, managed-by: [ems, a] } }, expect: ok", "ok", true},
    {A_X_B "{ maker: huawei, class: patch-panel } }, expect: ok", "ok", true},
    {A_X_B "{ maker: huawei, class: rectifier } }, expect: violates t at x", "violates t at x",
     true},
};

static void a_path_gives_what_an_audit_would(void **state)
{
    (void)state;
    assert_outcomes(paths, CP_COUNT(paths));
}

static const struct outcome links[] = {
    {MARCH "of: gov, through: [a, f-7, b], with: { f-7: { class: leased-circuit } }, "
           "expect: violates t at f-7 because unknown",
     "violates t at f-7 because unknown", true},
    {MARCH "of: gov, through: [a, f-7, b], with: { f-7: { class: leased-circuit, maker: nokia, "
           "evidence: attested, installed: 2012-01-01 } }, expect: ok",
     "ok", true},
    {MARCH "of: gov, through: [a, f-7, b], with: { f-7: { ends: [b, a], maker: huawei } }, "
           "expect: violates t at f-7",
     "violates t at f-7", true},
    /* what joins two that follow each other is passed too */
    {MARCH "of: gov, through: [a, b], with: { l: { ends: [b, a], maker: huawei } }, "
           "expect: violates t at l",
     "violates t at l", true},
    {MARCH "of: gov, through: [a, x, b], with: { l: { ends: [b, a], maker: huawei } }, expect: ok",
     "ok", true},
    {MARCH
     "of: gov, through: [a, x, b], with: { l: { class: lan, ends: [y, a, x], maker: huawei }, "
     "y: {} }, expect: violates t at l",
     "violates t at l", true},
    /* what carries it */
    {MARCH "of: gov, through: [a, l, b], with: { l: { class: leased-circuit, over: [o-1, o-2] }, "
           "o-1: { ends: [a, ola] }, o-2: { ends: [ola, b] }, "
           "ola: { layer: optical, maker: huawei } }, expect: violates t at l",
     "violates t at l", true},
    {MARCH "of: gov, through: [a, l, b], with: { l: { class: leased-circuit, over: [o-1, o-2] }, "
           "o-1: { ends: [a, ola] }, o-2: { ends: [ola, b] }, "
           "ola: { layer: optical, maker: nokia } }, expect: ok",
     "ok", true},
};

static void links_are_passed_and_carried(void **state)
{
    (void)state;
    assert_outcomes(links, CP_COUNT(links));
}

/* --- licences ----------------------------------------------------------------------------- */

#define OLD "of: gov, through: [a, b], with: { b: { maker: huawei, installed: 2009-12-31 } }, "
#define ACCESS(a, b) \
    "with: { a: { role: access, maker: " a " }, b: { role: access, maker: " b " } }, "

static const struct outcome licences[] = {
    {"at: 2014-02-28, " OLD "expect: violates t at b", "violates t at b", true},
    {MARCH OLD "expect: ok", "ok by licence l-t until 2014-06-30", true},
    {MARCH OLD "expect: ok by licence l-t", "ok by licence l-t until 2014-06-30", true},
    {MARCH OLD "expect: ok by licence l-t until 2014-06-30", "ok by licence l-t until 2014-06-30",
     true},
    /* a later extension changes nothing of what was known before */
    {"at: 2014-06-14, " OLD "expect: ok by licence l-t until 2014-09-30",
     "ok by licence l-t until 2014-06-30", false},
    {"at: 2014-06-15, " OLD "expect: ok by licence l-t until 2014-09-30",
     "ok by licence l-t until 2014-09-30", true},
    {"at: 2014-10-01, " OLD "expect: violates t at b", "violates t at b", true},
    {MARCH OLD "expect: ok by licence l-b", "ok by licence l-t until 2014-06-30", false},
    {MARCH "of: gov, through: [a, b], expect: ok by licence l-t", "ok", false},
    {MARCH "of: gov, through: [a, b], with: { b: { maker: huawei, installed: 2010-01-01 } }, "
           "expect: ok by licence l-t",
     "violates t at b", false},
    /* without an end */
    {MARCH "device: d, with: { d: { site-tag: base, maker: huawei, tag: spared } }, "
           "expect: ok by licence l-b",
     "ok by licence l-b", true},
    /* a rule that counts is lifted whole */
    {"at: 2015-06-01, " ACCESS("huawei", "huawei") "expect: ok by licence l-half until 2015-12-31",
     "ok by licence l-half until 2015-12-31", true},
    {"at: 2015-06-01, " ACCESS("huawei", "nokia") "expect: ok by licence l-half", "ok", false},
};

static void a_licence_decides_only_where_a_rule_would(void **state)
{
    (void)state;
    assert_outcomes(licences, CP_COUNT(licences));
}

/* --- what stands where, and how many ------------------------------------------------------ */

static const struct outcome places[] = {
    {MARCH "device: d, with: { d: { site-tag: base, maker: huawei } }, expect: violates b at d",
     "violates b at d", true},
    {MARCH "device: d, with: { d: { site-tag: town, maker: huawei } }, expect: ok", "ok", true},
    {MARCH "device: d, expect: ok", "ok", true},
    {MARCH "device: d, with: { d: { site-tag: base, maker: nokia, "
           "parts: [{ slot: xcvr-3, maker: unknown }] } }, "
           "expect: violates b at d/xcvr-3 because unknown",
     "violates b at d/xcvr-3 because unknown", true},
    {MARCH "device: d, with: { d: { site-tag: base, layer: optical, maker: nokia, "
           "parts: [{ slot: xcvr-3, maker: huawei }, { slot: xcvr-4, maker: nokia }] } }, "
           "expect: violates b at d/xcvr-4",
     "violates b at d/xcvr-3", false},
    /* any of the test's things */
    {MARCH "with: { d: { site: s, site-tag: base }, e: { site: s, maker: huawei } }, "
           "expect: violates b at e",
     "violates b at e", true},
    {MARCH "through: [a, b], with: { b: { site-tag: base, maker: huawei } }, "
           "expect: violates b at b",
     "violates b at b", true},
    /* evidence */
    {MARCH "device: d, with: { d: { role: core, maker: nokia } }, expect: ok", "ok", true},
    {MARCH "device: d, with: { d: { role: core, maker: nokia, evidence: attested } }, expect: ok",
     "ok", true},
    {MARCH "device: d, with: { d: { role: core, maker: nokia, evidence: claim } }, "
           "expect: violates core at d because evidence",
     "violates core at d because evidence", true},
    {MARCH "device: d, with: { d: { role: core, maker: nokia, evidence: claim } }, "
           "expect: violates core at d because unknown",
     "violates core at d because evidence", false},
    {MARCH "device: d, with: { d: { role: core, maker: unknown } }, "
           "expect: violates core at d because evidence",
     "violates core at d because unknown", false},
    {MARCH "device: d, with: { d: { role: core, maker: zte, installed: 2012-01-01 } }, "
           "expect: violates core at d",
     "violates core at d", true},
    /* installation */
    {MARCH
     "device: d, with: { d: { maker: zte, installed: 2014-02-14 } }, expect: violates new at d",
     "violates new at d", true},
    {MARCH "device: d, with: { d: { maker: zte, installed: 2014-02-13 } }, expect: ok", "ok", true},
    {MARCH "device: d, with: { d: { maker: zte } }, expect: violates new at d because unknown",
     "violates new at d because unknown", true},
    /* near */
    {MARCH "device: r, with: { r: { site-tag: fence, maker: nokia }, "
           "l: { class: leased-circuit, ends: [r, unknown] } }, "
           "expect: violates next at l far end because unknown",
     "violates next at l far end because unknown", true},
    {MARCH "device: r, with: { r: { site-tag: fence, maker: nokia }, l: { ends: [r, x] }, "
           "x: { maker: ericsson } }, expect: violates next at x",
     "violates next at x", true},
    {MARCH "device: r, with: { r: { site-tag: fence, maker: nokia }, l: { ends: [r, x] }, "
           "x: { maker: nokia }, m: { ends: [x, y] }, y: { maker: ericsson } }, expect: ok",
     "ok", true},
    {MARCH
     "device: r, with: { r: { site-tag: fence, maker: nokia }, l: { ends: [r, p] }, "
     "p: { class: patch-panel, maker: nokia }, m: { ends: [p, y] }, y: { maker: ericsson } }, "
     "expect: violates next at y",
     "violates next at y", true},
    {MARCH "with: { r: { site-tag: fence, lat: 37, lon: 127 }, "
           "x: { maker: huawei, lat: 37.04, lon: 127 } }, expect: violates round at x",
     "violates round at x", true},
    {MARCH "with: { r: { site-tag: fence, lat: 37, lon: 127 }, "
           "x: { maker: huawei, lat: 37.05, lon: 127 } }, expect: ok",
     "ok", true},
    /* shares and suppliers */
    {MARCH ACCESS("huawei", "huawei") "expect: violates half", "violates half", true},
    {MARCH ACCESS("huawei", "nokia") "expect: ok", "ok", true},
    {MARCH ACCESS("huawei", "nokia") "expect: violates half", "ok", false},
    {MARCH ACCESS("huawei", "unknown") "expect: violates half because unknown",
     "violates half because unknown", true},
    {MARCH "with: { a: {}, b: {}, l: { ends: [a, b], tag: trunk, capacity: 100, maker: zte, "
           "installed: 2001-01-01 }, m: { ends: [b, a], tag: trunk, capacity: 100 } }, "
           "expect: violates trunks",
     "violates trunks", true},
    {MARCH "with: { d: { role: transport, maker: nokia } }, expect: violates two", "violates two",
     true},
    {MARCH "with: { d: { role: transport, maker: nokia }, e: { role: transport, maker: ciena } }, "
           "expect: ok",
     "ok", true},
};

static void what_stands_somewhere_is_found(void **state)
{
    (void)state;
    assert_outcomes(places, CP_COUNT(places));
}

/* --- tests that make no sense ------------------------------------------------------------- */

static void an_impossible_test_is_refused_at_its_place(void **state)
{
    static const char *const tests[] = {
        MARCH "with: { a: {}, b: {}, l: { ends: [a, b], layer: optical, over: m }, "
              "m: { ends: [a, b], layer: optical, over: l } }, expect: ok",
        MARCH "with: { a: {}, b: {}, l: { ends: [a, b], class: leased line } }, expect: ok",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(tests); i++) {
        struct cp_policy_outcome outcome = {0};
        struct cp_diag diag = {0};
        assert_int_equal(cp_policy_test(policy_with(tests[i]), 0, arena, &outcome, &diag),
                         CP_ERR_MALFORMED);
        assert_int_equal(diag.place.file, 3);
        assert_int_equal(diag.place.line, 31);
        assert_int_equal(diag.place.column, 5);
        assert_non_null(diag.why);
    }
}

static void a_test_says_what_it_is_and_where_it_stands(void **state)
{
    struct cp_policy_outcome got =
        run_only_test("says: 옛길, at: 2014-03-01, of: gov, through: [a, b], expect: ok");

    (void)state;
    assert_true(cp_text_is(got.says, "옛길"));
    assert_true(cp_text_is(got.expected, "ok"));
    assert_int_equal(got.place.line, 31);
    assert_int_equal(got.place.column, 5);
}

/* --- real policies ------------------------------------------------------------------------ */

static cp_text file_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *bytes = CP_TAKE(arena, FILE_BYTES, char);

    if (file == NULL || bytes == NULL)
        fail_msg("%s cannot be read", path);
    size_t len = fread(bytes, 1, FILE_BYTES, file);
    assert_int_equal(fclose(file), 0);
    return (cp_text){bytes, len};
}

static uint32_t count_failed(const char *path, bool word_by_word)
{
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};
    uint32_t failed = 0;

    if (cp_policy_read(file_text(path), 0, arena, &policy, &diag) != CP_OK)
        fail_msg("%s:%u:%u: %s: %s", path, diag.place.line, diag.place.column, diag.why,
                 diag.subject);
    assert_true(policy->trial_count > 0);
    for (uint32_t i = 0; i < policy->trial_count; i++) {
        struct cp_policy_outcome got = {0};
        if (cp_policy_test(policy, i, arena, &got, &diag) != CP_OK)
            fail_msg("%s: test %u: %s: %s", path, i + 1, diag.why, diag.subject);
        if (got.passed && (!word_by_word || cp_text_eq(got.got, got.expected)))
            continue;
        print_error("%s:%u: %.*s\n", path, got.place.line, (int)got.got.len, got.got.at);
        failed++;
    }
    return failed;
}

static void the_examples_pass_their_own_tests(void **state)
{
    static const char *const exact[] = {
        "examples/policies/base-ring.yaml",
        "examples/policies/kr-2014.yaml",
        "examples/policies/uk-2022.yaml",
        "examples/policies/us-2019.yaml",
    };
    static const char *const others[] = {
        "examples/policies/au-2018.yaml",
        "examples/policies/clean-path-2020.yaml",
        "examples/policies/de-2026.yaml",
        "examples/policies/ndaa-889.yaml",
    };
    uint32_t failed = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(exact); i++)
        failed += count_failed(exact[i], true);
    for (size_t i = 0; i < CP_COUNT(others); i++)
        failed += count_failed(others[i], false);
    assert_int_equal(failed, 0);
}

static void each_take_that_fails_is_reported(void **state)
{
    static const char *const tests[] = {
        MARCH "of: gov, through: [a, l, x, b], with: { l: { class: lan, ends: [a, x, unknown], "
              "capacity: 5, over: o }, o: { layer: optical, ends: [a, b] }, "
              "x: { site-tag: base, maker: nokia, managed-by: m, lat: 1, lon: 2, "
              "parts: [{ slot: c, maker: huawei }] } }, expect: violates t at x/c",
        "at: 2015-06-01, " ACCESS("huawei", "huawei") "expect: ok by licence l-half",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(tests); i++) {
        const struct cp_policy *policy = policy_with(tests[i]);
        cp_err err = CP_ERR_NOMEM;
        for (uint64_t takes = 0; err != CP_OK; takes++) {
            struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
            struct cp_policy_outcome outcome = {0};
            struct cp_diag diag = {0};
            assert_non_null(tight);
            cp_arena_fail_after(tight, takes);
            err = cp_policy_test(policy, 0, tight, &outcome, &diag);
            assert_true(err == CP_OK ? outcome.passed : err == CP_ERR_NOMEM);
            cp_arena_close(tight);
        }
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_path_gives_what_an_audit_would),
        CASE(links_are_passed_and_carried),
        CASE(a_licence_decides_only_where_a_rule_would),
        CASE(what_stands_somewhere_is_found),
        CASE(an_impossible_test_is_refused_at_its_place),
        CASE(a_test_says_what_it_is_and_where_it_stands),
        CASE(the_examples_pass_their_own_tests),
        CASE(each_take_that_fails_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
