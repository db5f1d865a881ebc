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

static void kr_2014_is_read_whole(void **state)
{
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};

    (void)state;
    assert_int_equal(cp_policy_read(CP_TEXT(kr_2014), 0, arena, &policy, &diag), CP_OK);
    assert_true(cp_text_is(cp_policy_id(policy), "kr-2014"));
    assert_true(cp_text_starts(cp_policy_says(policy), CP_TEXT("Sensitive Korean")));
    assert_int_equal(cp_policy_rule_count(policy), 2);
    assert_int_equal(cp_policy_test_count(policy), 3);
}

static void kr_2014_passes_its_own_tests(void **state)
{
    static const char *const got[] = {"violates kr-1 at agg-7", "ok",
                                      "violates kr-1 at mw-3 because unknown"};
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};

    (void)state;
    assert_int_equal(cp_policy_read(CP_TEXT(kr_2014), 0, arena, &policy, &diag), CP_OK);
    for (uint32_t i = 0; i < CP_COUNT(got); i++) {
        struct cp_policy_outcome outcome = {0};
        assert_int_equal(cp_policy_test(policy, i, arena, &outcome, &diag), CP_OK);
        assert_true(outcome.passed);
        assert_true(cp_text_is(outcome.got, got[i]));
        assert_true(cp_text_eq(outcome.got, outcome.expected));
        assert_int_equal(outcome.place.line, 34 + i);
        assert_int_equal(outcome.place.column, 5);
    }
}

/* --- refusals ----------------------------------------------------------------------------- */

/* Lines 1 to 4 of every policy below. */
#define HEAD                                  \
    "cleanpath-policy: 1\n"                   \
    "id: p\n"                                 \
    "traffic: { sensitive: { says: all } }\n" \
    "maker-lists: { bad: { version: 2020-01-01, makers: [zte], affiliates: included } }\n"
#define RULES HEAD "rules:\n"                                                        /* line 5 */
#define RULE RULES "  - id: r\n    says: s\n    forbid-transit: { maker: huawei }\n" /* 6, 7, 8 */
#define PRESENCE RULES "  - id: r\n    says: s\n    forbid-presence: { maker: huawei }\n"
#define TESTS RULE "tests:\n" /* line 9 */

struct refusal {
    const char *text;
    cp_err err;
    uint32_t line, column;
    const char *why, *subject, *hint;
};

static const struct refusal refusals[] = {
    /* the head */
    {"a: b\n", CP_ERR_MALFORMED, 1, 1, "unknown key", "a", ""},
    {"- a\n", CP_ERR_MALFORMED, 1, 1, "expected a mapping", "", ""},
    {"x\n", CP_ERR_MALFORMED, 1, 1, "expected a mapping", "x", ""},
    {"id: p\nrules: []\n", CP_ERR_MALFORMED, 1, 1, "a key is missing", "cleanpath-policy", ""},
    {"cleanpath-policy: 1\nid: p\n", CP_ERR_MALFORMED, 1, 1, "a key is missing", "rules", ""},
    {"cleanpath-policy: 1\nrules: []\n", CP_ERR_MALFORMED, 1, 1, "a key is missing", "id", ""},
    {"cleanpath-policy: 2\nid: p\nrules: []\n", CP_ERR_MALFORMED, 1, 19,
     "only version 1 of the language is known", "2", ""},
    {"cleanpath-policy: 1\nid: a b\nrules: []\n", CP_ERR_MALFORMED, 2, 5,
     "expected a name without spaces", "a b", ""},
    {"cleanpath-policy: 1\nid:\nrules: []\n", CP_ERR_MALFORMED, 2, 4, "a value is missing", "id",
     ""},
    {"cleanpath-policy: 1\nid: [p]\nrules: []\n", CP_ERR_MALFORMED, 2, 5, "expected a text", "id",
     ""},
    {"cleanpath-policy: 1\nid: p\nid: q\nrules: []\n", CP_ERR_DUPLICATE, 3, 1,
     "this key stands twice", "id", ""},
    {HEAD "rulez: []\n", CP_ERR_MALFORMED, 5, 1, "unknown key", "rulez", "rules"},
    {HEAD "규칙: []\n", CP_ERR_MALFORMED, 5, 1, "unknown key", "규칙", ""},
    {HEAD "rules: {}\n", CP_ERR_MALFORMED, 5, 8, "expected a list", "rules", ""},
    {HEAD "rules: []\ntimezone: Mars!\n", CP_ERR_MALFORMED, 6, 11,
     "expected a time zone such as Asia/Seoul", "Mars!", ""},
    {HEAD "rules: []\ntimezone: Asia//Seoul\n", CP_ERR_MALFORMED, 6, 11,
     "expected a time zone such as Asia/Seoul", "Asia//Seoul", ""},
    {HEAD "rules: []\ntimezone: Asia/\n", CP_ERR_MALFORMED, 6, 11,
     "expected a time zone such as Asia/Seoul", "Asia/", ""},
    {HEAD "rules: []\nauthority: { ref: x }\n", CP_ERR_MALFORMED, 6, 12, "a key is missing", "by",
     ""},
    {HEAD "rules: []\nauthority: { by: x, onwer: y }\n", CP_ERR_MALFORMED, 6, 21, "unknown key",
     "onwer", ""},
    {HEAD "rules: []\ndefaults: { unknown: untrustet }\n", CP_ERR_MALFORMED, 6, 22, "unknown word",
     "untrustet", "untrusted"},
    /* classes and lists */
    {"cleanpath-policy: 1\nid: p\nrules: []\ntraffic: { a: { both-ends: { site-tags: [x] } } }\n",
     CP_ERR_MALFORMED, 4, 30, "unknown key", "site-tags", "site-tag"},
    {"cleanpath-policy: 1\nid: p\nrules: []\ntraffic: { a: { both-ends: {} } }\n", CP_ERR_MALFORMED,
     4, 28, "the selector is empty", "both-ends", ""},
    {"cleanpath-policy: 1\nid: p\nrules: []\ntraffic: { a: { both-ends: { tag: [x, x] } } }\n",
     CP_ERR_DUPLICATE, 4, 39, "this text stands twice", "x", ""},
    {"cleanpath-policy: 1\nid: p\nrules: []\n"
     "traffic: { a: { both-ends: { tag: x }, any-end: { tag: y } } }\n",
     CP_ERR_MALFORMED, 4, 40, "a class has both-ends or any-end, not both", "any-end", ""},
    {"cleanpath-policy: 1\nid: p\nrules: []\ntraffic: { a: { directions: forward } }\n",
     CP_ERR_MALFORMED, 4, 29, "not supported by this release", "forward", ""},
    {"cleanpath-policy: 1\nid: p\nrules: []\nmaker-lists: { a: { makers: [huawei, nokai] } }\n",
     CP_ERR_UNKNOWN_ID, 4, 38, "no such maker", "nokai", ""},
    {"cleanpath-policy: 1\nid: p\nrules: []\nmaker-lists: { a: { version: x } }\n",
     CP_ERR_MALFORMED, 4, 19, "a key is missing", "makers", ""},
    {"cleanpath-policy: 1\nid: p\nrules: []\nmaker-lists: { a: { makers: zte, affiliates: yes } }\n",
     CP_ERR_MALFORMED, 4, 46, "unknown word", "yes", ""},
    /* rules */
    {RULES "  - says: s\n", CP_ERR_MALFORMED, 6, 5, "a key is missing", "id", ""},
    {RULES "  - id: r\n", CP_ERR_MALFORMED, 6, 5, "a key is missing", "says", ""},
    {RULES "  - id: r\n    says: s\n", CP_ERR_MALFORMED, 6, 5,
     "a rule needs an effect such as forbid-transit", "r", ""},
    {RULE "    forbid-presence: { maker: zte }\n", CP_ERR_MALFORMED, 9, 5, "a rule has one effect",
     "forbid-presence", ""},
    {RULE "  - id: r\n    says: t\n    forbid-transit: { maker: zte }\n", CP_ERR_DUPLICATE, 9, 9,
     "two rules have this id", "r", ""},
    {RULE "    form: 2014-02-14\n", CP_ERR_MALFORMED, 9, 5, "unknown key", "form", ""},
    {RULE "    from: 14.2.2014\n", CP_ERR_MALFORMED, 9, 11, "expected a date, YYYY-MM-DD",
     "14.2.2014", ""},
    {RULE "    from: 2014-02-30\n", CP_ERR_RANGE, 9, 11, "no such day", "2014-02-30", ""},
    {RULE "    from: 2014-02-14\n    until: 2014-02-13\n", CP_ERR_CONFLICT, 10, 12,
     "it ends before it begins", "2014-02-13", ""},
    {RULE "    of: sensitiv\n", CP_ERR_UNKNOWN_ID, 9, 9, "no such traffic class", "sensitiv",
     "sensitive"},
    {RULE "    layers: [ip, optcal]\n", CP_ERR_MALFORMED, 9, 18, "unknown word", "optcal",
     "optical"},
    {RULE "    layers: [ip, ip]\n", CP_ERR_DUPLICATE, 9, 18, "this word stands twice", "ip", ""},
    {RULE "    layers: []\n", CP_ERR_MALFORMED, 9, 13, "the list is empty", "layers", ""},
    {RULE "    unknown: bad\n", CP_ERR_MALFORMED, 9, 14, "unknown word", "bad", ""},
    {RULE "    if-no-path: blok\n", CP_ERR_MALFORMED, 9, 17, "unknown word", "blok", "block"},
    {RULE "    under-failure: { any-four-of: [link] }\n", CP_ERR_MALFORMED, 9, 22, "unknown key",
     "any-four-of", "any-one-of"},
    {RULE "    under-failure: {}\n", CP_ERR_MALFORMED, 9, 20,
     "expected one of any-one-of, any-two-of, any-three-of", "under-failure", ""},
    {RULE "    under-failure: { any-one-of: [links] }\n", CP_ERR_MALFORMED, 9, 35, "unknown word",
     "links", "link"},
    {RULE "    at: { site-tag: x }\n", CP_ERR_MALFORMED, 9, 5, "does not go with forbid-transit",
     "at", ""},
    {PRESENCE "    of: sensitive\n", CP_ERR_MALFORMED, 9, 5, "does not go with forbid-presence",
     "of", ""},
    {PRESENCE "    at: { tag: x }\n", CP_ERR_MALFORMED, 9, 11, "not supported by this release",
     "tag", ""},
    {RULES "  - { id: r, says: s, forbid-transit: { maker: huawai } }\n", CP_ERR_UNKNOWN_ID, 6, 48,
     "no such maker", "huawai", "huawei"},
    {RULES "  - { id: r, says: s, forbid-transit: { maker: unknown } }\n", CP_ERR_MALFORMED, 6, 48,
     "this word means that nobody knows", "unknown", ""},
    {RULES "  - { id: r, says: s, forbid-transit: { maker-list: bda } }\n", CP_ERR_UNKNOWN_ID, 6,
     53, "no such maker list", "bda", ""},
    {RULES "  - { id: r, says: s, forbid-transit: {} }\n", CP_ERR_MALFORMED, 6, 39,
     "whom does it forbid", "forbid-transit", ""},
    {RULES "  - { id: r, says: s, forbid-transit: huawei }\n", CP_ERR_MALFORMED, 6, 39,
     "expected a mapping", "huawei", ""},
    {RULES "  - { id: r, says: s, forbid-transit: { maker: huawei, role: core } }\n",
     CP_ERR_MALFORMED, 6, 56, "not supported by this release", "role", ""},
    {RULES "  - { id: r, says: s, forbid-install: { maker: huawei } }\n", CP_ERR_MALFORMED, 6, 23,
     "not supported by this release", "forbid-install", ""},
    {RULES "  - { id: r, says: &s s }\n", CP_ERR_MALFORMED, 6, 20, "anchors are not allowed", "s",
     ""},
    /* tests */
    {TESTS "  - { through: [a, b], expect: ok }\n", CP_ERR_MALFORMED, 10, 5, "a key is missing",
     "at", ""},
    {TESTS "  - { at: 2020-01-01, expect: ok }\n", CP_ERR_MALFORMED, 10, 5,
     "a test has a path (through) or a device", "", ""},
    {TESTS "  - { at: 2020-01-01, through: [a], expect: ok }\n", CP_ERR_MALFORMED, 10, 32,
     "a path has at least two ends", "through", ""},
    {TESTS "  - { at: 2020-01-01, through: [a, b, a], expect: ok }\n", CP_ERR_DUPLICATE, 10, 39,
     "this text stands twice", "a", ""},
    {TESTS "  - { at: 2020-01-01, through: [a, b] }\n", CP_ERR_MALFORMED, 10, 5, "a key is missing",
     "expect", ""},
    {TESTS "  - { at: 2020-01-01, through: [a, b], expect: fine }\n", CP_ERR_MALFORMED, 10, 48,
     "expected ok, or violates RULE at ELEMENT, perhaps because unknown", "fine", ""},
    {TESTS "  - { at: 2020-01-01, through: [aa, bb], expect: violates q at bb }\n",
     CP_ERR_UNKNOWN_ID, 10, 50, "no such rule", "q", ""},
    {TESTS "  - { at: 2020-01-01, through: [agg-7, bb], expect: violates r at ag-7 }\n",
     CP_ERR_UNKNOWN_ID, 10, 53, "the test does not pass this element", "ag-7", "agg-7"},
    {TESTS
     "  - { at: 2020-01-01, through: [agg-7, bb], with: { agg7: { maker: zte } }, expect: ok }\n",
     CP_ERR_UNKNOWN_ID, 10, 53, "the test does not pass this element", "agg7", "agg-7"},
    {TESTS "  - { at: 2020-01-01, through: [a, b], with: { a: { makr: zte } }, expect: ok }\n",
     CP_ERR_MALFORMED, 10, 53, "unknown key", "makr", "maker"},
    {TESTS "  - { at: 2020-01-01, through: [a, b], with: { a: { layer: radio } }, expect: ok }\n",
     CP_ERR_MALFORMED, 10, 48, "a path begins and ends at ip nodes", "a", ""},
    {TESTS "  - { at: 2020-01-01, device: a, with: { a: { class: lan } }, expect: ok }\n",
     CP_ERR_MALFORMED, 10, 42, "classes of devices are not supported by this release", "lan", ""},
    {TESTS "  - { at: 2020-01-01, through: [a, b], expect: violates r at b because evidence }\n",
     CP_ERR_MALFORMED, 10, 48, "not supported by this release", "evidence", ""},
    {TESTS "  - { at: 2020-01-01, through: [a, b], expect: ok by licence x until 2020-02-02 }\n",
     CP_ERR_MALFORMED, 10, 48, "not supported by this release", "ok by licence x until 2020-02-02",
     ""},
    {TESTS "  - { at: 2020-01-01, through: [\"site:a\", b], expect: ok }\n", CP_ERR_MALFORMED, 10,
     33, "a test names single elements", "site:a", ""},
    {TESTS "  - { at: 2020-01-01, of: other, through: [a, b], expect: ok }\n", CP_ERR_UNKNOWN_ID,
     10, 27, "no such traffic class", "other", ""},
};

static uint32_t count_wrong(const struct refusal *want)
{
    const struct cp_policy *policy = NULL;
    struct cp_diag diag = {0};
    cp_err err = cp_policy_read(cp_text_of(want->text), 7, arena, &policy, &diag);

    if (err != want->err || diag.place.line != want->line || diag.place.column != want->column ||
        strcmp(diag.why, want->why) != 0 || strcmp(diag.subject, want->subject) != 0 ||
        strcmp(diag.hint, want->hint) != 0 || diag.place.file != 7) {
        print_error("%s: %s at %u:%u: %s: '%s'; '%s'?\n", want->text, cp_err_name(err),
                    diag.place.line, diag.place.column, diag.why == NULL ? "" : diag.why,
                    diag.subject, diag.hint);
        return 1;
    }
    return 0;
}

static void each_wrong_word_is_refused_at_its_place_with_the_nearest_right_one(void **state)
{
    uint32_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(refusals); i++)
        wrong += count_wrong(&refusals[i]);
    assert_int_equal(wrong, 0);
}

static void what_the_next_release_will_carry_out_is_refused_by_this_one(void **state)
{
    static const char *const rule_keys[] = {
        "forbid-install", "require", "cap", "near", "where", "except", "enough-evidence"};
    static const char *const file_keys[] = {"products", "licences"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(rule_keys) + CP_COUNT(file_keys); i++) {
        bool rule = i < CP_COUNT(rule_keys);
        const char *key = rule ? rule_keys[i] : file_keys[i - CP_COUNT(rule_keys)];
        struct cp_out out = cp_out_make(arena);
        cp_text text = CP_TEXT("");
        cp_out_format(&out, rule ? RULE "    %s: x\n" : RULE "%s: x\n", key);
        assert_int_equal(cp_out_done(&out, &text), CP_OK);
        struct refusal want = {
            text.at, CP_ERR_MALFORMED, 9, rule ? 5 : 1, "not supported by this release", key, ""};
        assert_int_equal(count_wrong(&want), 0);
    }
}

static void what_may_be_left_out_may_be_left_out(void **state)
{
    static const char *const texts[] = {
        "cleanpath-policy: 1\nid: p\nrules: []\n",
        RULE,
        PRESENCE,
        RULE "    if-no-path: allow\n    unknown: undecided\n    layers: ip\n",
        RULE "    under-failure: { any-three-of: [link, node, shared-risk-group] }\n",
        RULE "    from: 2014-02-14\n    until: 2014-02-14\n",
        RULES
        "  - { id: r, says: 예, forbid-transit: { maker: [화웨이, zte], maker-list: bad } }\n",
        HEAD "rules: []\ntimezone: UTC\ndefaults: { unknown: trusted }\n",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        const struct cp_policy *policy = NULL;
        struct cp_diag diag = {0};
        if (cp_policy_read(cp_text_of(texts[i]), 0, arena, &policy, &diag) != CP_OK)
            fail_msg("%s: %u:%u: %s", texts[i], diag.place.line, diag.place.column, diag.why);
    }
}

static void each_prefix_is_refused_with_a_place_or_read(void **state)
{
    cp_arena_mark mark = cp_arena_mark_get(arena);

    (void)state;
    for (size_t len = 0; len < sizeof(kr_2014); len++) {
        const struct cp_policy *policy = NULL;
        struct cp_diag diag = {0};
        cp_err err = cp_policy_read((cp_text){kr_2014, len}, 0, arena, &policy, &diag);
        if (err == CP_OK)
            assert_in_range(cp_policy_rule_count(policy), 0, 2);
        else
            assert_true(diag.why != NULL && diag.place.line > 0 && diag.place.column > 0);
        cp_arena_reset(arena, mark);
    }
}

static void each_take_that_fails_is_reported(void **state)
{
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
        const struct cp_policy *policy = NULL;
        struct cp_diag diag = {0};
        assert_non_null(tight);
        cp_arena_fail_after(tight, takes);
        err = cp_policy_read(CP_TEXT(kr_2014), 0, tight, &policy, &diag);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(tight);
    }
}

static void a_hint_that_finds_no_memory_is_an_error_too(void **state)
{
    static const char text[] = RULES "  - { id: r, says: s, forbid-transit: { maker: huawai } }\n";
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err == CP_ERR_NOMEM; takes++) {
        struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
        const struct cp_policy *policy = NULL;
        struct cp_diag diag = {0};
        assert_non_null(tight);
        cp_arena_fail_after(tight, takes);
        err = cp_policy_read(CP_TEXT(text), 0, tight, &policy, &diag);
        cp_arena_close(tight);
    }
    assert_int_equal(err, CP_ERR_UNKNOWN_ID);
}

static void too_many_classes_or_rules_are_refused(void **state)
{
    static const struct {
        const char *before, *each, *after;
        unsigned count;
        cp_err err;
    } cases[] = {
        {"traffic: {", "c%u: { says: x }, ", "}\nrules: []\n", 64, CP_OK},
        {"traffic: {", "c%u: { says: x }, ", "}\nrules: []\n", 65, CP_ERR_LIMIT},
        {"rules: [", "{ id: r%u, says: s, forbid-transit: { maker: zte } }, ", "]\n", 1024, CP_OK},
        {"rules: [", "{ id: r%u, says: s, forbid-transit: { maker: zte } }, ", "]\n", 1025,
         CP_ERR_LIMIT},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct cp_out out = cp_out_make(arena);
        const struct cp_policy *policy = NULL;
        struct cp_diag diag = {0};
        cp_text text = CP_TEXT("");
        cp_out_str(&out, "cleanpath-policy: 1\nid: p\n");
        cp_out_str(&out, cases[i].before);
        for (unsigned k = 0; k < cases[i].count; k++) {
            cp_text each = cp_text_of(cases[i].each);
            size_t number = cp_text_find(each, '%', 0);
            cp_out_text(&out, cp_text_sub(each, 0, number));
            cp_out_u64(&out, k);
            cp_out_text(&out, cp_text_sub(each, number + 2, each.len));
        }
        cp_out_str(&out, cases[i].after);
        assert_int_equal(cp_out_done(&out, &text), CP_OK);
        assert_int_equal(cp_policy_read(text, 0, arena, &policy, &diag), cases[i].err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(kr_2014_is_read_whole, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(kr_2014_passes_its_own_tests, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(
            each_wrong_word_is_refused_at_its_place_with_the_nearest_right_one, open_arena,
            close_arena),
        cmocka_unit_test_setup_teardown(what_the_next_release_will_carry_out_is_refused_by_this_one,
                                        open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_may_be_left_out_may_be_left_out, open_arena,
                                        close_arena),
        cmocka_unit_test_setup_teardown(each_prefix_is_refused_with_a_place_or_read, open_arena,
                                        close_arena),
        cmocka_unit_test(each_take_that_fails_is_reported),
        cmocka_unit_test(a_hint_that_finds_no_memory_is_an_error_too),
        cmocka_unit_test_setup_teardown(too_many_classes_or_rules_are_refused, open_arena,
                                        close_arena),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
