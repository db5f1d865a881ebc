#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/report.h"
#include "report/words.h"

/* What stands beside the demands, from a judgement made by hand: two policies, a rule of each kind. */

#define ARENA_BYTES ((size_t)16 << 20)

enum { PRESENT, INSTALLED, LISTED, RULES };

struct fixture {
    struct cp_arena *arena;
    struct cp_case net;
    struct cp_node_rec nodes[2];
    struct cp_site site;
    struct cp_policy policies[2];
    struct cp_judge_policy applied[2];
    struct cp_rule about[RULES], cap_rule, supplier_rule;
    struct cp_judge_rule rules[RULES];
    struct cp_presence presences[3];
    struct cp_cap caps[2];
    struct cp_suppliers suppliers;
    struct cp_licence licence;
    struct cp_licence_use uses[2];
    struct cp_gap gap;
    struct cp_judge judge;
    struct cp_audit_request request;
    struct cp_report report;
    uint32_t relaxes[1];
    uint64_t words[2];
};

static void make_rule(struct fixture *f, uint32_t at, cp_effect effect, bool require, cp_text id)
{
    f->about[at] = (struct cp_rule){.id = id, .says = CP_TEXT("It says."), .effect = effect};
    f->about[at].require = require;
    f->rules[at] = (struct cp_judge_rule){.id = id,
                                          .says = f->about[at].says,
                                          .rule = &f->about[at],
                                          .node_bad = f->words,
                                          .node_unknown = f->words,
                                          .link_bad = f->words,
                                          .link_unknown = f->words,
                                          .bit = 1};
}

static struct cp_presence presence_of(uint32_t rule, cp_trust trust, uint32_t site)
{
    return (struct cp_presence){.rule = rule,
                                .trust = (uint8_t)trust,
                                .kind = CP_OBJECT_NODE,
                                .object = 1,
                                .fact = CP_NONE,
                                .site = site};
}

static void make_totals(struct fixture *f)
{
    static const cp_text makers[] = {{"nokia", 5}};

    f->cap_rule = (struct cp_rule){.id = CP_TEXT("share"),
                                   .says = CP_TEXT("No more than a third."),
                                   .effect = CP_EFFECT_CAP,
                                   .unknown = CP_UNKNOWN_IS_UNDECIDED,
                                   .counted_in = CP_COUNTED_PREMISES,
                                   .at_most_bp = 3300};
    f->caps[0] = (struct cp_cap){.rule = &f->cap_rule,
                                 .policy = 1,
                                 .trust = CP_UNKNOWN,
                                 .counted = 3,
                                 .perhaps = 1,
                                 .whole = 10,
                                 .lowest_bp = 3000,
                                 .highest_bp = 4000,
                                 .reason = CP_TEXT("node a, n.csv:2")};
    f->caps[1] = f->caps[0];
    f->caps[1].trust = CP_TRUSTED;
    f->supplier_rule = (struct cp_rule){.id = CP_TEXT("two"),
                                        .says = CP_TEXT("Two suppliers."),
                                        .effect = CP_EFFECT_SUPPLIERS,
                                        .require = true,
                                        .at_least = 2};
    f->suppliers = (struct cp_suppliers){.rule = &f->supplier_rule,
                                         .policy = 1,
                                         .trust = CP_UNKNOWN,
                                         .names = makers,
                                         .count = 1,
                                         .unknown = 1,
                                         .elements = 4};
}

static void make_licences(struct fixture *f)
{
    f->licence = (struct cp_licence){.id = CP_TEXT("tgl"),
                                     .says = CP_TEXT("It may go on."),
                                     .by = CP_TEXT("Bureau"),
                                     .relaxes = f->relaxes,
                                     .relax_count = 1,
                                     .granted_on = CP_DATE_NONE};
    f->uses[0] = (struct cp_licence_use){
        .licence = &f->licence, .holds = true, .until = 20040, .nodes = 2, .links = 1};
    f->uses[1] = f->uses[0];
    f->uses[1].warn = true;
    f->uses[1].until = 20000;
    f->gap = (struct cp_gap){.rule = LISTED, .key = "role", .elements = 2, .kind = CP_OBJECT_NODE};
}

static int open_fixture(void **state)
{
    static struct fixture f;

    f = (struct fixture){.arena = cp_arena_open(ARENA_BYTES)};
    if (f.arena == NULL)
        return 1;
    f.nodes[0].id = CP_TEXT("a");
    f.nodes[1].id = CP_TEXT("r7");
    f.site.id = CP_TEXT("camp");
    f.net = (struct cp_case){.nodes = f.nodes, .node_count = 2, .sites = &f.site, .site_count = 1};
    make_rule(&f, PRESENT, CP_EFFECT_FORBID_PRESENCE, false, CP_TEXT("p1"));
    make_rule(&f, INSTALLED, CP_EFFECT_FORBID_INSTALL, false, CP_TEXT("i1"));
    make_rule(&f, LISTED, CP_EFFECT_FORBID_PRESENCE, true, CP_TEXT("l1"));
    for (uint32_t p = 0; p < 2; p++) {
        f.policies[p] = (struct cp_policy){.id = p == 0 ? CP_TEXT("kr") : CP_TEXT("us"),
                                           .by = p == 0 ? CP_TEXT("Seoul") : CP_TEXT(""),
                                           .file = CP_PLACE_NO_FILE,
                                           .rules = f.about,
                                           .rule_count = RULES};
        f.applied[p] = (struct cp_judge_policy){&f.policies[p], 20000};
    }
    f.presences[0] = presence_of(PRESENT, CP_UNTRUSTED, 0);
    f.presences[1] = presence_of(INSTALLED, CP_UNTRUSTED, CP_NONE);
    f.presences[2] = presence_of(LISTED, CP_UNKNOWN, 0);
    make_totals(&f);
    make_licences(&f);
    f.judge = (struct cp_judge){.policies = f.applied,
                                .rules = f.rules,
                                .presences = f.presences,
                                .caps = f.caps,
                                .suppliers = &f.suppliers,
                                .licences = f.uses,
                                .gaps = &f.gap,
                                .policy_count = 2,
                                .rule_count = RULES,
                                .presence_count = 3,
                                .cap_count = 2,
                                .supplier_count = 1,
                                .licence_count = 2,
                                .gap_count = 1,
                                .as_of = 20000,
                                .net = &f.net};
    f.report = (struct cp_report){.judge = &f.judge, .request = &f.request};
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    cp_arena_close(((struct fixture *)*state)->arena);
    return 0;
}

static const char *written(struct fixture *f,
                           cp_err (*write)(const struct cp_report *, struct cp_out *))
{
    struct cp_out out = cp_out_make(f->arena);
    cp_text text;

    assert_int_equal(write(&f->report, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.at;
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void findings_come_by_kind_and_leave_out_what_is_kept(void **state)
{
    static const cp_finding_kind kinds[] = {CP_FINDING_PRESENCE, CP_FINDING_PRESENCE,
                                            CP_FINDING_INSTALL, CP_FINDING_CAP,
                                            CP_FINDING_SUPPLIERS};
    struct fixture *f = *state;
    const struct cp_finding *findings;
    uint32_t count;

    assert_int_equal(cp_findings_collect(&f->judge, f->arena, &findings, &count), CP_OK);
    assert_int_equal(count, CP_COUNT(kinds));
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(findings[i].kind, kinds[i]);
    assert_false(findings[3].has_object);
    assert_true(findings[0].has_object);
}

static void unknown_shares_and_suppliers_count_as_the_rule_says(void **state)
{
    struct fixture *f = *state;
    struct cp_report_summary sums = cp_report_summarize(&f->report);

    assert_int_equal(sums.found[CP_FINDING_PRESENCE].violations, 1);
    assert_int_equal(sums.found[CP_FINDING_PRESENCE].undecided, 1);
    assert_int_equal(sums.found[CP_FINDING_INSTALL].violations, 1);
    assert_int_equal(sums.found[CP_FINDING_CAP].violations, 0);
    assert_int_equal(sums.found[CP_FINDING_CAP].undecided, 1);
    assert_int_equal(sums.found[CP_FINDING_SUPPLIERS].violations, 1);
    f->cap_rule.unknown = CP_UNKNOWN_IS_UNTRUSTED;
    f->supplier_rule.unknown = CP_UNKNOWN_IS_TRUSTED;
    sums = cp_report_summarize(&f->report);
    assert_int_equal(sums.found[CP_FINDING_CAP].violations, 1);
    assert_int_equal(sums.found[CP_FINDING_SUPPLIERS].violations, 0);
}

static void any_kind_of_finding_makes_the_exit_code(void **state)
{
    (void)state;
    for (int kind = 0; kind < CP_FINDING_COUNT; kind++) {
        struct cp_report_summary sums = {.ok = 1};

        sums.found[kind].undecided = 1;
        assert_int_equal(cp_report_exit_code(&sums), 2);
        sums.found[kind].violations = 1;
        assert_int_equal(cp_report_exit_code(&sums), 1);
    }
}

static void text_has_a_section_for_each_kind_and_names_the_policy(void **state)
{
    const char *text = written(*state, cp_report_text);

    assert_holds(text, "by policies kr and us on 2024-10-04.\n");
    assert_holds(text, "Policy kr, by Seoul.\n");
    assert_holds(text, "VIOLATIONS BY PRESENCE (1)\n"
                       "p1 of kr: It says.\n"
                       "  node r7 at camp:\n");
    assert_holds(text, "VIOLATIONS BY INSTALLATION (1)\n"
                       "i1 of kr: It says.\n"
                       "  node r7:\n");
    assert_holds(text, "TOO FEW SUPPLIERS (1)\n"
                       "two of us: Two suppliers.\n"
                       "  1 supplier of 4 elements, at least 2: nokia; 1 element is of unknown "
                       "maker\n");
    assert_holds(text, "UNDECIDED CAPS (1)\n"
                       "share of us: No more than a third.\n"
                       "  30 % to 40 % of premises, at most 33 %: node a, n.csv:2\n");
    assert_holds(text,
                 "Warning: rule l1 of kr does not reach 2 elements that state no role (first: "
                 "node a).\n");
    assert_holds(text, "; 1 presence violation, 1 undecided; 1 installation violation; 0 caps "
                       "exceeded, 1 undecided; 1 rule of suppliers violated.\n");
}

static void licences_that_end_soon_stand_apart(void **state)
{
    const char *text = written(*state, cp_report_text);

    assert_holds(text, "LICENCES ABOUT TO END (1)\n"
                       "tgl of kr: It may go on.\n"
                       "  by Bureau until 2024-10-04 (0 days left), relaxes p1; 2 nodes, 1 link\n");
    assert_holds(text,
                 "LICENCES IN FORCE (1)\n"
                 "tgl of kr: It may go on.\n"
                 "  by Bureau until 2024-11-13 (40 days left), relaxes p1; 2 nodes, 1 link\n");
}

static void json_has_every_finding_with_its_rule_and_authority(void **state)
{
    const char *text = written(*state, cp_report_json);

    assert_holds(text,
                 "\"policies\": [\n    {\"id\": \"kr\", \"says\": null, \"authority\": {\"by\": "
                 "\"Seoul\", \"ref\": null, \"owner\": null}, \"as_of\": \"2024-10-04\", "
                 "\"path\": null},\n");
    assert_holds(text, "      \"rule\": \"l1\",\n"
                       "      \"policy\": \"kr\",\n"
                       "      \"authority\": \"Seoul\",\n"
                       "      \"says\": \"It says.\",\n"
                       "      \"effect\": \"require\",\n");
    assert_holds(text, "  \"install\": [\n    {\n      \"rule\": \"i1\",\n");
    assert_holds(text, "      \"verdict\": \"undecided\",\n"
                       "      \"counted_in\": \"premises\",\n"
                       "      \"at_most_percent\": 33.00,\n"
                       "      \"lowest_percent\": 30.00,\n"
                       "      \"highest_percent\": 40.00,\n"
                       "      \"counted\": 3,\n"
                       "      \"perhaps\": 1,\n"
                       "      \"whole\": 10,\n");
    assert_holds(text, "      \"suppliers\": [\"nokia\"],\n      \"elements\": 4,\n");
    assert_holds(text, "      \"until\": \"2024-10-04\",\n      \"granted_on\": ");
    assert_holds(text, "      \"days_left\": 0,\n      \"warn\": true,\n");
    assert_holds(text,
                 "    {\"rule\": \"l1\", \"policy\": \"kr\", \"key\": \"role\", \"elements\": 2, "
                 "\"first\": \"a\", \"first_kind\": \"node\"}\n");
    assert_holds(text, "    \"supplier_violations\": 1,\n    \"supplier_undecided\": 0,\n");
}

static void a_share_without_a_bound_says_so(void **state)
{
    struct fixture *f = *state;

    f->caps[0].unweighed = f->caps[0].unweighed_counted = 2;
    assert_holds(written(f, cp_report_json), "\"highest_percent\": null,\n");
    assert_holds(written(f, cp_report_text),
                 "  30 % or more of premises, at most 33 %; 2 elements state no number: ");
}

static void policies_of_different_days_say_which(void **state)
{
    struct fixture *f = *state;

    f->applied[1].as_of = 20001;
    f->judge.as_of = 20001;
    assert_holds(written(f, cp_report_text), "by policies kr (2024-10-04) and us (2024-10-05).\n");
}

#define WITH_FIXTURE(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(findings_come_by_kind_and_leave_out_what_is_kept),
        WITH_FIXTURE(unknown_shares_and_suppliers_count_as_the_rule_says),
        WITH_FIXTURE(any_kind_of_finding_makes_the_exit_code),
        WITH_FIXTURE(text_has_a_section_for_each_kind_and_names_the_policy),
        WITH_FIXTURE(licences_that_end_soon_stand_apart),
        WITH_FIXTURE(json_has_every_finding_with_its_rule_and_authority),
        WITH_FIXTURE(a_share_without_a_bound_says_so),
        WITH_FIXTURE(policies_of_different_days_say_which),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
