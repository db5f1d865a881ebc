#include "policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "policy/trial.h"

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

/* Every test below stands on line 14, the first of its keys at column 7. */
#define HEAD                                                                                \
    "cleanpath-policy: 1\n"                                                                 \
    "id: p\n"                                                                               \
    "products: { passive: { class: patch-panel } }\n"                                       \
    "traffic: { gov: { says: all } }\n"                                                     \
    "rules:\n"                                                                              \
    "  - { id: transit-1, says: x, forbid-transit: { maker: huawei } }\n"                   \
    "  - { id: presence-1, says: x, forbid-presence: { maker: huawei } }\n"                 \
    "  - { id: cap-1, says: x, cap: { what: { maker: zte }, among: { role: access },\n"     \
    "      counted-in: devices, at-most: 35% } }\n"                                         \
    "  - { id: two, says: x, require: { at-least: 2 suppliers, among: { role: core } } }\n" \
    "licences:\n"                                                                           \
    "  - { id: tgl, relaxes: transit-1, says: x, until: 2020-01-01 }\n"                     \
    "tests:\n"                                                                              \
    "  - { "

static cp_err read_only_test(const char *test, struct cp_arena *in, const struct cp_trial **trial,
                             struct cp_diag *diag)
{
    const struct cp_policy *policy = NULL;
    cp_text text = CP_TEXT("");

    assert_int_equal(cp_text_join(CP_TEXT(HEAD), cp_text_of(test), arena, &text), CP_OK);
    assert_int_equal(cp_text_join(text, CP_TEXT(" }\n"), arena, &text), CP_OK);
    CP_TRY(cp_policy_read(text, 7, in, &policy, diag));
    assert_int_equal(policy->trial_count, 1);
    *trial = policy->trials;
    return CP_OK;
}

static const struct cp_trial *trial_of(const char *test)
{
    const struct cp_trial *trial = NULL;
    struct cp_diag diag = {0};

    if (read_only_test(test, arena, &trial, &diag) != CP_OK)
        fail_msg("%s: %u:%u: %s: '%s'", test, diag.place.line, diag.place.column, diag.why,
                 diag.subject);
    return trial;
}

/* --- what is accepted --------------------------------------------------------------------- */

#define AT "at: 2020-01-01, "

static void each_form_of_a_test_is_read(void **state)
{
    static const char *const tests[] = {
        AT "through: [a, b], expect: ok",
        AT "says: why, through: [a, b], of: gov, with: {}, expect: ok",
        AT "device: d, expect: ok",
        AT "with: { d: { maker: huawei }, e: {} }, expect: ok",
        AT "through: [a, x, b], with: { x: { class: patch panel } }, expect: violates transit-1",
        AT "through: [a, x, b], with: { x: { class: Leased_Circuit } }, expect: ok",
        AT "through: [a, x, b], with: { x: { ends: [b, a] } }, expect: ok",
        AT "through: [a, x, b], with: { x: { class: lan, ends: [a, b, unknown] } }, expect: ok",
        AT
        "device: d, with: { l: { ends: [d, unknown] } }, expect: violates presence-1 at l far end",
        AT "device: d, with: { l: { ends: [d, e], over: o, capacity: 100 }, e: {}, "
           "o: { layer: optical, ends: [d, e] } }, expect: violates presence-1 at o",
        AT
        "device: d, with: { d: { managed-by: [m, n] }, m: {} }, expect: violates presence-1 at n",
        /* beside a path or a device stands only what says where */
        AT "device: d, with: { e: { site: s } }, expect: ok",
        AT "device: d, with: { e: { site-tag: s } }, expect: ok",
        AT "device: d, with: { e: { operator: KT Corp } }, expect: ok",
        AT "device: d, with: { e: { lat: 37.5, lon: -127 } }, expect: ok",
        AT "with: { a: { site: s, country: KR }, b: { site: s, country: KR } }, expect: ok",
        /* attributes */
        AT "device: d, with: { d: { model: X, product: passive, technology: [5g, lte], "
           "capability: [can-route, can-see-traffic], function: control, premises: 1200, "
           "traffic: 0, installed: 2019-02-28, evidence: self-declared } }, expect: ok",
        AT "device: d, with: { d: { maker: unknown, role: unknown, product: unknown, "
           "technology: unknown, capability: unknown, function: unknown, installed: unknown, "
           "premises: unknown, traffic: unknown } }, "
           "expect: ok",
        AT "device: d, with: { d: { parts: [{ slot: x, maker: zte, software: VRP, model: m, "
           "product: passive, class: c, technology: 5g, capability: neither, "
           "function: [storage, computing], evidence: attested, installed: 2001-01-01 }] } }, "
           "expect: violates presence-1 at d/x",
        /* expectations */
        AT "through: [a, b], expect: ok by licence tgl",
        AT "through: [a, b], expect: ok by licence tgl until 2020-01-01",
        AT "through: [a, b], expect: violates transit-1 because unknown",
        AT "through: [a, b], expect: undecided transit-1 at b because evidence",
        AT "through: [a, b], expect: violates presence-1",
        AT "with: { d: {} }, expect: violates cap-1",
        AT "with: { d: {} }, expect: undecided two because unknown",
    };

    cp_arena_mark mark = cp_arena_mark_get(arena);

    (void)state;
    for (size_t i = 0; i < CP_COUNT(tests); i++) {
        cp_arena_reset(arena, mark);
        assert_non_null(trial_of(tests[i]));
    }
}

static void a_path_is_read_with_its_links(void **state)
{
    const struct cp_trial *trial =
        trial_of(AT "says: why, of: gov, through: [a, x, b], "
                    "with: { x: { class: leased-circuit, layer: optical } }, expect: ok");
    const struct cp_trial_thing *x = cp_trial_thing_find(trial, CP_TEXT("x"));

    (void)state;
    assert_true(cp_text_is(trial->says, "why"));
    assert_true(cp_text_is(trial->traffic_class, "gov"));
    assert_int_equal(trial->place.line, 14);
    assert_int_equal(trial->place.column, 5);
    assert_int_equal(trial->through.count, 3);
    assert_int_equal(trial->expect, CP_EXPECT_OK);
    assert_true(x->is_link && x->has_layer);
    assert_int_equal(x->layer, CP_LAYER_OPTICAL);
    assert_int_equal(x->ends.count, 2);
    assert_true(cp_text_is(x->ends.at[0], "a"));
    assert_true(cp_text_is(x->ends.at[1], "b"));
    assert_null(cp_trial_thing_find(trial, CP_TEXT("a")));
}

static void things_are_read_with_all_they_say(void **state)
{
    const struct cp_trial *trial = trial_of(
        AT "device: d, with: { d: { site: s, site-tag: [t, u], tag: v, technology: [5g, lte], "
           "premises: 12, lat: 1.5, lon: 2, evidence: attested, "
           "parts: [{ slot: x-1, maker: zte, evidence: claim }] } }, expect: ok");
    const struct cp_trial_thing *d = &trial->things[0];

    (void)state;
    assert_int_equal(trial->thing_count, 1);
    assert_false(d->is_link || d->has_layer);
    assert_true(cp_text_is(d->site, "s"));
    assert_true(cp_text_is(d->site_tags, "t u"));
    assert_true(cp_text_is(d->tags, "v"));
    assert_true(cp_text_is(d->technology, "5g lte"));
    assert_true(cp_text_is(d->premises, "12"));
    assert_true(cp_text_is(d->lat, "1.5"));
    assert_true(cp_text_is(d->evidence, "attested"));
    assert_int_equal(d->part_count, 1);
    assert_true(cp_text_is(d->parts[0].slot, "x-1"));
    assert_true(cp_text_is(d->parts[0].evidence, "claim"));
}

static void an_expectation_is_read_word_by_word(void **state)
{
    const struct cp_trial *trial =
        trial_of(AT "device: d, with: { l: { ends: [d, unknown] } }, "
                    "expect: violates presence-1 at l far end because unknown");
    cp_date day = CP_DATE_NONE;

    (void)state;
    assert_int_equal(trial->expect, CP_EXPECT_VIOLATES);
    assert_true(cp_text_is(trial->rule, "presence-1"));
    assert_true(cp_text_is(trial->element, "l far end"));
    assert_int_equal(trial->because, CP_BECAUSE_UNKNOWN);
    assert_int_equal(trial->licence_until, CP_DATE_NONE);

    trial = trial_of(AT "through: [a, b], expect: undecided transit-1 because evidence");
    assert_int_equal(trial->expect, CP_EXPECT_UNDECIDED);
    assert_int_equal(trial->element.len, 0);
    assert_int_equal(trial->because, CP_BECAUSE_EVIDENCE);

    trial = trial_of(AT "through: [a, b], expect: ok by licence tgl until 2020-02-29");
    assert_int_equal(trial->expect, CP_EXPECT_OK);
    assert_true(cp_text_is(trial->licence, "tgl"));
    assert_int_equal(cp_date_parse(CP_TEXT("2020-02-29"), &day), CP_OK);
    assert_int_equal(trial->licence_until, day);
}

/* --- what is refused ---------------------------------------------------------------------- */

#define EXPECTED                                                                     \
    "expected ok, ok by licence ID until DATE, or violates RULE at ELEMENT because " \
    "unknown"
#define STRANGER "the test does not have this element"
#define PATH AT "through: [aa, bb], "
#define DEVICE AT "device: dd, with: { dd: { "

static const struct {
    const char *test;
    cp_err err;
    uint32_t column;
    const char *why, *subject, *hint;
} refusals[] = {
    /* the subject */
    {"through: [a, b], expect: ok", CP_ERR_MALFORMED, 5, "a key is missing", "at", ""},
    {"at: 2020-02-30, device: d, expect: ok", CP_ERR_RANGE, 11, "no such day", "2020-02-30", ""},
    {AT "expect: ok", CP_ERR_MALFORMED, 5, "a test has a path (through), a device or things (with)",
     "", ""},
    {AT "device: d, through: [a, b], expect: ok", CP_ERR_MALFORMED, 23,
     "a test has a path (through) or a device, not both", "device", ""},
    {AT "device: d, of: gov, expect: ok", CP_ERR_MALFORMED, 34, "goes with a path only", "of", ""},
    {AT "through: [a, b], of: gvo, expect: ok", CP_ERR_UNKNOWN_ID, 44, "no such traffic class",
     "gvo", ""},
    {AT "through: [a], expect: ok", CP_ERR_MALFORMED, 32, "a path has at least two ends", "through",
     ""},
    {AT "through: a, expect: ok", CP_ERR_MALFORMED, 32, "expected a list", "a", ""},
    {AT "through: [a, b, a], expect: ok", CP_ERR_DUPLICATE, 39, "this text stands twice", "a", ""},
    {AT "through: [\"site:a\", b], expect: ok", CP_ERR_MALFORMED, 33,
     "a test names single elements", "site:a", ""},
    {AT "device: unknown, expect: ok", CP_ERR_MALFORMED, 31, "only an end of a link may be unknown",
     "unknown", ""},
    {AT "device: d e, expect: ok", CP_ERR_MALFORMED, 31, "expected a name without spaces", "d e",
     ""},
    {PATH "wiht: {}, expect: ok", CP_ERR_MALFORMED, 42, "unknown key", "wiht", "with"},
    /* things */
    {PATH "with: [], expect: ok", CP_ERR_MALFORMED, 48, "expected a mapping", "with", ""},
    {AT "through: [agg-7, b], with: { agg7: { maker: zte } }, expect: ok", CP_ERR_UNKNOWN_ID, 52,
     STRANGER, "agg7", "agg-7"},
    {AT "device: agg-7, with: { agg7: { maker: zte } }, expect: ok", CP_ERR_UNKNOWN_ID, 46,
     STRANGER, "agg7", "agg-7"},
    {DEVICE "makr: zte } }, expect: ok", CP_ERR_MALFORMED, 49, "unknown key", "makr", "maker"},
    {DEVICE "layer: optcal } }, expect: ok", CP_ERR_MALFORMED, 56, "unknown word", "optcal",
     "optical"},
    {DEVICE "evidence: attestet } }, expect: ok", CP_ERR_MALFORMED, 59, "unknown word", "attestet",
     "attested"},
    {DEVICE "capability: can-see } }, expect: ok", CP_ERR_MALFORMED, 61,
     "expected can-route, can-see-traffic or neither", "can-see", ""},
    {DEVICE "capability: [can-route, neither] } }, expect: ok", CP_ERR_CONFLICT, 73,
     "this word stands alone", "neither", ""},
    {DEVICE "function: [control, storag] } }, expect: ok", CP_ERR_MALFORMED, 69, "unknown word",
     "storag", "storage"},
    {DEVICE "product: pasive } }, expect: ok", CP_ERR_UNKNOWN_ID, 58, "no such product", "pasive",
     "passive"},
    {DEVICE "installed: 2019 } }, expect: ok", CP_ERR_MALFORMED, 60, "expected a date, YYYY-MM-DD",
     "2019", ""},
    {DEVICE "premises: many } }, expect: ok", CP_ERR_MALFORMED, 59,
     "expected a whole number, or unknown", "many", ""},
    {DEVICE "traffic: 1e9 } }, expect: ok", CP_ERR_MALFORMED, 58,
     "expected a whole number, or unknown", "1e9", ""},
    {DEVICE "lat: 91, lon: 0 } }, expect: ok", CP_ERR_RANGE, 54, "expected degrees from -90 to 90",
     "91", ""},
    {DEVICE "lat: 1, lon: east } }, expect: ok", CP_ERR_MALFORMED, 62,
     "expected degrees from -180 to 180", "east", ""},
    {DEVICE "lat: 1 } }, expect: ok", CP_ERR_MALFORMED, 49, "a point has lat and lon", "lat", ""},
    {DEVICE "class: leased-circiut } }, expect: ok", CP_ERR_UNKNOWN_ID, 56,
     "a misspelt class of links", "leased-circiut", "leased-circuit"},
    {DEVICE "capacity: 100 } }, expect: ok", CP_ERR_MALFORMED, 49, "only a link has it", "capacity",
     ""},
    {DEVICE "over: x } }, expect: ok", CP_ERR_MALFORMED, 49, "only a link has it", "over", ""},
    {AT "with: { a: { site: s, country: KR }, b: { site: s, country: US } }, expect: ok",
     CP_ERR_CONFLICT, 83, "its site is in another country", "US", ""},
    /* parts */
    {DEVICE "parts: { slot: x } } }, expect: ok", CP_ERR_MALFORMED, 56, "expected a list", "parts",
     ""},
    {DEVICE "parts: [{ maker: zte }] } }, expect: ok", CP_ERR_MALFORMED, 57, "a key is missing",
     "slot", ""},
    {DEVICE "parts: [{ slot: x }, { slot: x }] } }, expect: ok", CP_ERR_DUPLICATE, 78,
     "two parts have this slot", "x", ""},
    {DEVICE "parts: [{ slot: x, role: core }] } }, expect: ok", CP_ERR_MALFORMED, 68, "unknown key",
     "role", ""},
    /* links */
    {DEVICE "ends: [dd] } }, expect: ok", CP_ERR_MALFORMED, 55, "a link has at least two ends",
     "ends", ""},
    {AT "with: { a: {}, b: {}, c: {}, l: { ends: [a, b, c] } }, expect: ok", CP_ERR_MALFORMED, 63,
     "only a lan has more than two ends", "ends", ""},
    {AT "device: base-1, with: { l: { ends: [base1, unknown] } }, expect: ok", CP_ERR_UNKNOWN_ID,
     59, STRANGER, "base1", "base-1"},
    {AT "device: d, with: { l: { ends: [d, unknown], role: core } }, expect: ok", CP_ERR_MALFORMED,
     67, "a link has none of its own", "role", ""},
    {AT "device: d, with: { l: { ends: [d, unknown], over: [l1] }, l2: { ends: [d, unknown] } }, "
        "expect: ok",
     CP_ERR_UNKNOWN_ID, 74, STRANGER, "l1", ""},
    {AT "device: d, with: { l: { ends: [d, unknown] }, m: { ends: [d, l] } }, expect: ok",
     CP_ERR_MALFORMED, 84, "expected a node", "l", ""},
    {AT "device: d, with: { l: { ends: [d, e], layer: ip }, e: { layer: radio } }, expect: ok",
     CP_ERR_CONFLICT, 42, "a link of layer ip has ends of layer ip", "l", ""},
    {AT "device: d, with: { d: { managed-by: l }, l: { ends: [d, unknown] } }, expect: ok",
     CP_ERR_MALFORMED, 59, "expected a node", "l", ""},
    /* paths */
    {PATH "with: { aa: { layer: radio } }, expect: ok", CP_ERR_MALFORMED, 50,
     "a path begins and ends at ip nodes", "aa", ""},
    {PATH "with: { bb: { class: lan } }, expect: ok", CP_ERR_MALFORMED, 50,
     "a path begins and ends at ip nodes", "bb", ""},
    {AT "through: [a, l, m, b], with: { l: { class: lan }, m: { class: lan } }, expect: ok",
     CP_ERR_MALFORMED, 5, "two links without a node between", "m", ""},
    {AT "through: [a, l, b], with: { l: { ends: [a, c] }, c: {} }, expect: ok", CP_ERR_CONFLICT, 51,
     "on the path it joins others than its ends", "l", ""},
    /* expectations */
    {AT "through: [a, b]", CP_ERR_MALFORMED, 5, "a key is missing", "expect", ""},
    {PATH "expect: fine", CP_ERR_MALFORMED, 50, EXPECTED, "fine", ""},
    {PATH "expect: ok at aa", CP_ERR_MALFORMED, 50, EXPECTED, "ok at aa", ""},
    {PATH "expect: violates", CP_ERR_MALFORMED, 50, EXPECTED, "violates", ""},
    {PATH "expect: violates transit-1 aa", CP_ERR_MALFORMED, 50, EXPECTED, "violates transit-1 aa",
     ""},
    {PATH "expect: violates transit-1 at", CP_ERR_MALFORMED, 50, EXPECTED, "violates transit-1 at",
     ""},
    {PATH "expect: violates transit-1 at aa because", CP_ERR_MALFORMED, 50, EXPECTED,
     "violates transit-1 at aa because", ""},
    {PATH "expect: violates transit-1 at aa because maker", CP_ERR_MALFORMED, 50, EXPECTED,
     "violates transit-1 at aa because maker", ""},
    {PATH "expect: violates transit-2 at aa", CP_ERR_UNKNOWN_ID, 50, "no such rule", "transit-2",
     "transit-1"},
    {AT "through: [agg-7, b], expect: violates transit-1 at ag-7", CP_ERR_UNKNOWN_ID, 52, STRANGER,
     "ag-7", "agg-7"},
    {AT "device: d-1, with: { d-1: { parts: [{ slot: xcvr-3 }] } }, "
        "expect: violates presence-1 at d-1/xcvr3",
     CP_ERR_UNKNOWN_ID, 90, STRANGER, "d-1/xcvr3", "d-1/xcvr-3"},
    {PATH "expect: ok by licence", CP_ERR_MALFORMED, 50, EXPECTED, "ok by licence", ""},
    {PATH "expect: ok by licence tlg", CP_ERR_UNKNOWN_ID, 50, "no such licence", "tlg", ""},
    {PATH "expect: ok by licence tgl until", CP_ERR_MALFORMED, 50, "expected a date, YYYY-MM-DD",
     "", ""},
    {PATH "expect: ok by licence tgl until 2020-13-01", CP_ERR_RANGE, 50,
     "expected a date, YYYY-MM-DD", "2020-13-01", ""},
    {PATH "expect: ok by licence tgl till 2020-01-01", CP_ERR_MALFORMED, 50, EXPECTED,
     "ok by licence tgl till 2020-01-01", ""},
    /* what can never come of it */
    {AT "device: d, expect: violates transit-1 at d", CP_ERR_CONFLICT, 42,
     "the rule is about traffic, and the test has no path (through)", "transit-1", ""},
    {AT "device: d, expect: violates cap-1 at d", CP_ERR_CONFLICT, 42,
     "the rule counts: it is not violated at an element", "cap-1", ""},
    {AT "device: d, expect: violates two because evidence", CP_ERR_CONFLICT, 42,
     "the rule counts: no single evidence decides it", "two", ""},
};

static void each_wrong_word_is_refused_at_its_place(void **state)
{
    cp_arena_mark mark = cp_arena_mark_get(arena);
    uint32_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(refusals); i++) {
        cp_arena_reset(arena, mark);
        const struct cp_trial *trial = NULL;
        struct cp_diag diag = {0};
        cp_err err = read_only_test(refusals[i].test, arena, &trial, &diag);
        if (err == refusals[i].err && diag.place.file == 7 && diag.place.line == 14 &&
            diag.place.column == refusals[i].column && strcmp(diag.why, refusals[i].why) == 0 &&
            strcmp(diag.subject, refusals[i].subject) == 0 &&
            strcmp(diag.hint, refusals[i].hint) == 0)
            continue;
        print_error("%s: %s at %u:%u: %s: '%s'; '%s'?\n", refusals[i].test, cp_err_name(err),
                    diag.place.line, diag.place.column, diag.why == NULL ? "" : diag.why,
                    diag.subject, diag.hint);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void each_take_that_fails_is_reported(void **state)
{
    static const char test[] =
        AT "through: [a, l, b], with: { l: { class: lan, ends: [a, b, unknown], over: o }, "
           "o: { layer: optical, ends: [a, b] }, b: { managed-by: m, tag: [t, u], "
           "parts: [{ slot: x, technology: [5g, lte] }] } }, expect: violates transit-1 at b/x";
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
        const struct cp_trial *trial = NULL;
        struct cp_diag diag = {0};
        assert_non_null(tight);
        cp_arena_fail_after(tight, takes);
        err = read_only_test(test, tight, &trial, &diag);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(tight);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_form_of_a_test_is_read, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(a_path_is_read_with_its_links, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(things_are_read_with_all_they_say, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(an_expectation_is_read_word_by_word, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(each_wrong_word_is_refused_at_its_place, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(each_take_that_fails_is_reported, open_arena, close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
