#include "policy/policy.h"

#include <string.h>

#include "policy_file.h"

#include "base/out.h"

/* What a careful reader would ask about, and what not. */

enum { ARENA_BYTES = 256 << 20 };

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

/* Lines 1 to 8.  What follows begins on line 9. */
#define HEAD                                                                                           \
    "cleanpath-policy: 1\n"                                                                            \
    "id: p\n"                                                                                          \
    "authority: { by: x }\n"                                                                           \
    "maker-lists: { used: { makers: huawei },\n"                                                       \
    "  gone: { makers: [{ maker: zte, until: 2019-12-31 }, { maker: huawei, from: 2021-01-01 }] } }\n" \
    "products: { passive: { class: patch-panel } }\n"                                                  \
    "traffic: { gov: { says: x } }\n"                                                                  \
    "rules:\n"

/* What uses all that the head defines; tests may follow. */
#define USE                                                                    \
    "  - { id: use, says: s, forbid-transit: { maker-list: used }, of: gov,\n" \
    "      except: { product: passive } }\n"                                   \
    "  - { id: use-2, says: s, forbid-presence: { maker-list: gone } }\n"      \
    "tests:\n"                                                                 \
    "  - { at: 2020-06-01, of: gov, through: [a, b], expect: violates use }\n" \
    "  - { at: 2020-06-01, device: a, expect: undecided use-2 }\n"
#define TEST_OF_R "  - { at: 2020-06-01, with: { a: { maker: zte } }, expect: violates r }\n"
/* A rule r, all the rest used and tested: r alone can be warned of. */
#define RULE(rest) HEAD "  - { id: r, says: s, " rest " }\n" USE TEST_OF_R
#define BARE \
    "cleanpath-policy: 1\nid: p\nauthority: { by: x }\nrules: []\n" /* what follows on line 5 */
#define NO_RULES "4:8 policy 'p' forbids nothing: it has no rules\n"
#define TRANSIT(rest) HEAD "  - { id: r, says: s, forbid-transit: " rest " }\n" USE PATH_OF_R
#define PATH_OF_R "  - { at: 2020-06-01, through: [a, b], expect: violates r }\n"
#define IN_2020 "from: 2020-01-01, until: 2020-12-31, "

/* Warnings as "LINE:COLUMN SENTENCE", one a line. */
static cp_text warnings_of(cp_text text)
{
    const struct cp_policy_warning *warnings = NULL;
    const struct cp_policy *policy = policy_of(text, arena);
    struct cp_out out = cp_out_make(arena);
    uint32_t count = 0;

    assert_int_equal(cp_policy_warnings(policy, arena, &warnings, &count), CP_OK);
    for (uint32_t i = 0; i < count; i++) {
        cp_out_format(&out, "%u:%u ", warnings[i].place.line, warnings[i].place.column);
        cp_out_text(&out, warnings[i].sentence);
        cp_out_char(&out, '\n');
    }
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text;
}

struct expectation {
    const char *text, *want;
};

static void check(const struct expectation *list, size_t count)
{
    uint32_t wrong = 0;

    for (size_t i = 0; i < count; i++) {
        cp_text got = warnings_of(cp_text_of(list[i].text));
        if (cp_text_is(got, list[i].want))
            continue;
        print_error("%sgives\n%.*swhere\n%swas expected\n", list[i].text, (int)got.len, got.at,
                    list[i].want);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void a_policy_in_order_gives_none(void **state)
{
    static const struct expectation list[] = {
        {RULE("forbid-presence: { maker: zte }"), ""},
        {RULE("forbid-presence: { maker-list: gone }, from: 2019-12-31, until: 2020-12-31"), ""},
        {RULE("forbid-presence: { maker-list: gone }, from: 2020-01-01, until: 2021-01-01"), ""},
        {RULE("forbid-presence: { role: [core, edge] }, where: { role: [edge, access] }"), ""},
        {RULE("forbid-presence: { technology: 4g }, where: { technology: 5g }"), ""},
        {RULE("forbid-presence: { tag: a }, where: { tag: b }"), ""},
        {RULE("forbid-presence: { layer: [ip, radio] }, where: { layer: radio }"), ""},
        {RULE("forbid-presence: { maker: zte, role: core }, except: { role: core, tag: x }"), ""},
        {RULE("forbid-presence: { role: [core, edge] }, except: { role: core }"), ""},
        {RULE("forbid-presence: { installed-before: 2020-01-01 }, except: { installed-before: "
              "2019-12-31 }"),
         ""},
        {RULE("require: { maker: zte }, except: { maker: zte }"), ""},
        {RULE("forbid-install: { maker: zte, installed-before: 2020-01-02 }, from: 2020-01-01"),
         ""},
        {RULE("cap: { what: { maker: zte }, among: { role: a }, counted-in: sites, at-most: "
              "99.99% }"),
         ""},
        {RULE("cap: { what: { role: b }, among: { role: a }, counted-in: capacity, at-most: 1% }"),
         ""},
        {RULE("require: { maker-list: [gone, used] }, " IN_2020 "where: { role: core }"), ""},
        {TRANSIT("{ maker: zte, capability: [neither, can-route] }"), ""},
        {TRANSIT("{ product: passive }"), ""},
        {RULE("forbid-presence: { maker: zte, capability: neither }"), ""},
        {RULE("forbid-presence: { country-of-control: KP }"), ""}, /* somebody may be unknown */
    };

    (void)state;
    check(list, CP_COUNT(list));
}

static void a_rule_that_nothing_can_violate_is_told(void **state)
{
#define BLIND                                                                                    \
    " rule 'r' can never be violated: it is about transit, and what has the capability neither " \
    "counts for none\n"
    static const struct expectation list[] = {
        {RULE("forbid-presence: { maker-list: gone }, from: 2020-01-01, until: 2020-12-31"),
         "9:5 rule 'r' is against no maker on any of its days\n"},
        {RULE("require: { maker-list: gone }, from: 2020-01-01, until: 2020-12-31"),
         "9:5 rule 'r' allows no maker on any of its days\n"},
        {RULE("forbid-presence: { role: core }, " IN_2020 "where: { maker-list: gone }"),
         "9:5 rule 'r' can never be violated: its where names no maker on any of its days\n"},
        {"cleanpath-policy: 1\nid: p\nauthority: { by: x }\n"
         "makers: { acme: { country: KR } }\nrules:\n"
         "  - { id: r, says: s, forbid-presence: { maker: acme, country-of-control: KP } }\n"
         "tests: [{ at: 2020-06-01, with: { a: { maker: zte } }, expect: violates r }]\n",
         "6:5 rule 'r' is against no maker on any of its days\n"},
        {RULE("forbid-presence: { layer: ip }, where: { layer: [radio, optical] }"),
         "9:5 rule 'r' can never be violated: its forbid-presence and its where have no layer in "
         "common\n"},
        {RULE("forbid-presence: { layer: ip }, layers: [optical]"),
         "9:5 rule 'r' can never be violated: its layers have none of those that it selects\n"},
        {RULE("forbid-presence: { installed-before: 2020-01-02 }, where: { installed-after: "
              "2020-01-01 }"),
         "9:5 rule 'r' can never be violated: its forbid-presence and its where have no day of "
         "installation in common\n"},
        {RULE("forbid-install: { maker: zte, installed-before: 2020-01-01 }, from: 2020-01-01"),
         "9:5 rule 'r' can never be violated: what it selects was installed on none of its "
         "days\n"},
        {RULE("forbid-install: { maker: zte, installed-after: 2020-12-31 }, from: 2020-01-01, "
              "until: 2020-12-31"),
         "9:5 rule 'r' can never be violated: what it selects was installed on none of its "
         "days\n"},
        {RULE("cap: { what: { maker: zte }, among: { role: a }, counted-in: sites, at-most: "
              "100% }"),
         "9:5 rule 'r' can never be violated: no share is above 100 %\n"},
        {TRANSIT("{ maker: zte, capability: neither }"), "9:5" BLIND},
        {TRANSIT("{ maker: zte }, where: { capability: neither }"), "9:5" BLIND},
        {"cleanpath-policy: 1\nid: p\nauthority: { by: x }\n"
         "products: { dark: { capability: neither } }\nrules:\n"
         "  - { id: r, says: s, forbid-transit: { product: dark } }\n"
         "tests: [{ at: 2020-06-01, through: [a, b], expect: violates r }]\n",
         "6:5" BLIND},
        {RULE("cap: { what: { role: b }, among: { role: a }, counted-in: devices, at-most: 1% }"),
         "9:5 rule 'r' can never be violated: its what and its among have no role in common\n"},
    };

    (void)state;
    check(list, CP_COUNT(list));
}

static void a_rule_that_only_links_can_violate_is_told(void **state)
{
    static const struct expectation list[] = {
        {RULE("forbid-presence: { role: Core }, where: { role: [edge, access] }"),
         "9:5 rule 'r' can be violated by links only: its forbid-presence and its where have no "
         "role in common\n"},
        {RULE("forbid-presence: { site: a }, at: { site: b }"),
         "9:5 rule 'r' can be violated by links only: its forbid-presence and its at have no site "
         "in common\n"},
        {RULE("require: { maker: zte }, where: { country: KR }, at: { country: US }"),
         "9:5 rule 'r' can be violated by links only: its where and its at have no country in "
         "common\n"},
        {RULE("forbid-presence: { operator: KT }, where: { operator: SK }"),
         "9:5 rule 'r' can be violated by links only: its forbid-presence and its where have no "
         "operator in common\n"},
    };

    (void)state;
    check(list, CP_COUNT(list));
}

static void an_exception_that_takes_all_is_told(void **state)
{
#define ALL                                                                              \
    " rule 'r' excepts all that it is about: this exception asks nothing that the rule " \
    "does not ask already\n"
    static const struct expectation list[] = {
        {RULE("forbid-presence: { maker: zte }, except: { maker: [zte, huawei] }"), "9:64" ALL},
        {RULE("forbid-presence: { maker-list: used, role: core }, except: { maker-list: used }"),
         "9:82" ALL},
        {RULE("forbid-presence: { maker: zte }, where: { role: core }, except: [{ tag: x },\n"
              "      { role: [edge, CORE] }]"),
         "10:7" ALL},
        {RULE("require: { maker: zte }, where: { site: a }, except: { site: a }"), "9:76" ALL},
        {RULE("forbid-presence: { product: passive }, except: { product: passive }"), "9:70" ALL},
        {RULE("forbid-presence: { layer: ip, function: control, capability: neither },\n"
              "      except: { layer: [ip, radio], function: [control, storage], capability: "
              "neither }"),
         "10:15" ALL},
        {RULE("forbid-presence: { installed-before: 2019-01-01 },\n"
              "      except: { installed-before: 2019-01-01 }"),
         "10:15" ALL},
        {RULE("forbid-presence: { installed-after: 2019-01-01 },\n"
              "      except: { installed-after: 2018-01-01 }"),
         "10:15" ALL},
    };

    (void)state;
    check(list, CP_COUNT(list));
}

static void a_rule_without_a_test_that_violates_it_is_told(void **state)
{
    static const struct expectation list[] = {
        {HEAD "  - { id: r, says: s, forbid-presence: { maker: zte } }\n" USE
              "  - { at: 2020-01-01, device: a, expect: ok }\n",
         "9:5 rule 'r' has no test that expects it to be violated\n"},
        {"cleanpath-policy: 1\nid: p\nauthority: { by: x }\nrules:\n"
         "  - { id: a, says: s, forbid-presence: { maker: zte } }\n"
         "  - { id: b, says: s, forbid-presence: { maker: zte } }\n",
         "5:5 rule 'a' has no test that expects it to be violated\n"
         "6:5 rule 'b' has no test that expects it to be violated\n"},
    };

    (void)state;
    check(list, CP_COUNT(list));
}

static void a_licence_without_an_end_or_without_a_day_is_told(void **state)
{
    static const struct expectation list[] = {
        {HEAD USE "licences:\n  - { id: l, says: s, relaxes: use, from: 2020-01-01 }\n",
         "16:5 licence 'l' has no end: it says no until\n"},
        {HEAD USE "licences:\n  - { id: l, says: s, relaxes: use, granted: { on: 2020-01-02 }, "
                  "until: 2020-01-01 }\n",
         "16:5 licence 'l' never holds: it was granted after its last day\n"},
        {HEAD USE "licences:\n  - { id: l, says: s, relaxes: use, granted: { on: 2020-01-02 }, "
                  "until: 2020-01-01, extended: [{ on: 2020-01-01, until: 2020-01-02 }] }\n",
         ""},
    };

    (void)state;
    check(list, CP_COUNT(list));
}

static void what_nothing_uses_is_told(void **state)
{
    static const struct expectation list[] = {
        {BARE "maker-lists: { a: { makers: zte }, b: { makers: zte } }\n"
              "products: { c: { class: x, maker-list: b } }\n"
              "traffic: { d: { says: x } }\n",
         NO_RULES "5:16 maker list 'a' is used by no rule or licence\n"
                  "6:13 product 'c' is used by no rule or licence\n"
                  "7:12 traffic class 'd' is used by no rule\n"},
        {HEAD "  - { id: use, says: s, forbid-presence: { maker: zte }, from: 2020-01-01 }\n"
              "licences:\n"
              "  - { id: l, says: s, relaxes: use, until: 2020-02-01,\n"
              "      covers: { maker-list: [used, gone], product: passive } }\n"
              "tests:\n"
              "  - { at: 2020-06-01, device: a, expect: violates use }\n",
         "7:12 traffic class 'gov' is used by no rule\n"},
    };

    (void)state;
    check(list, CP_COUNT(list));
}

static void what_the_table_gives_to_another_is_told(void **state)
{
#define TAKEN(one, other) \
    " of '" one "' here and of '" other "' in the built-in table: here it is the former's\n"
    static const struct expectation list[] = {
        {BARE "makers:\n  acme: { names: [Acme Ltd,\n    华为] }\n",
         NO_RULES "7:5 name '华为' is a name" TAKEN("acme", "huawei")},
        {BARE "makers: { huawei: { names: [Huawei, 华为], software: VRP, pen: 2011 } }\n",
         NO_RULES},
        /* the whole maker under another name: all that is its goes with it */
        {BARE "makers: { hw: { names: [Huawei, 华为], software: VRP, pen: 2011,\n"
              "  affiliates: HiSilicon } }\n",
         NO_RULES},
        {BARE "makers:\n  hua-wei: { names: [HW Tech] }\n  cumulus-networks: { country: KR }\n",
         NO_RULES},
        {BARE "makers:\n  acme: { software: [Acme OS, VRP 8.2] }\n",
         NO_RULES "6:31 software 'VRP 8.2' is" TAKEN("acme", "huawei")},
        {BARE "makers:\n  acme: { pen: [4294967295,\n    2011] }\n",
         NO_RULES "7:5 enterprise number '2011' is" TAKEN("acme", "huawei")},
        {BARE "makers:\n  acme: { affiliates: [Acme East, HiSilicon] }\n",
         NO_RULES "6:35 maker 'HiSilicon' is an affiliate" TAKEN("acme", "huawei")},
    };

    (void)state;
    check(list, CP_COUNT(list));
}

static void a_policy_of_nobody_without_rules_or_in_no_time_zone_is_told(void **state)
{
    static const struct expectation list[] = {
        {"cleanpath-policy: 1\nid: p\nrules: []\n",
         "2:5 policy 'p' does not say whose it is: it has no authority\n"
         "3:8 policy 'p' forbids nothing: it has no rules\n"},
        {BARE "timezone: Asai/Seoul\n",
         NO_RULES "5:11 time zone 'Asai/Seoul' begins with no area of the IANA time zones: did you "
                  "mean 'Asia'\n"},
        {BARE "timezone: Moon/Tycho\n",
         NO_RULES "5:11 time zone 'Moon/Tycho' begins with no area of the IANA time zones\n"},
        {BARE "timezone: America/Argentina/Ushuaia\n", NO_RULES},
        {BARE "timezone: UTC\n", NO_RULES},
    };

    (void)state;
    check(list, CP_COUNT(list));
}

static void the_policies_that_stand_as_examples_have_only_untested_rules(void **state)
{
    static const char *const paths[] = {
        "examples/policies/base-ring.yaml",
        "examples/policies/kr-2014.yaml",
        "examples/policies/uk-2022.yaml",
        "examples/policies/us-2019.yaml",
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(paths); i++) {
        cp_text rest = warnings_of(policy_file_bytes(paths[i], arena));
        cp_text line = CP_TEXT("");
        while (cp_text_word(&rest, "\n", &line)) {
            if (!cp_text_ends(line, CP_TEXT("has no test that expects it to be violated")))
                fail_msg("%s: %.*s", paths[i], (int)line.len, line.at);
        }
    }
}

static void each_take_that_fails_is_reported(void **state)
{
    const struct cp_policy *policy =
        policy_of(policy_file_bytes("fuzz/corpus/policy/whole-language.yaml", arena), arena);
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *tight = cp_arena_open(ARENA_BYTES);
        const struct cp_policy_warning *warnings = NULL;
        uint32_t count = 0;
        assert_non_null(tight);
        cp_arena_fail_after(tight, takes);
        err = cp_policy_warnings(policy, tight, &warnings, &count);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(tight);
    }
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_policy_in_order_gives_none),
        CASE(a_rule_that_nothing_can_violate_is_told),
        CASE(a_rule_that_only_links_can_violate_is_told),
        CASE(an_exception_that_takes_all_is_told),
        CASE(a_rule_without_a_test_that_violates_it_is_told),
        CASE(a_licence_without_an_end_or_without_a_day_is_told),
        CASE(what_nothing_uses_is_told),
        CASE(what_the_table_gives_to_another_is_told),
        CASE(a_policy_of_nobody_without_rules_or_in_no_time_zone_is_told),
        CASE(the_policies_that_stand_as_examples_have_only_untested_rules),
        CASE(each_take_that_fails_is_reported),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
