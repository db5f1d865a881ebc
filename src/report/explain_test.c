#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "report/difference.h"
#include "report/explain.h"

/*
 * A small case under two readings of one policy.  Nodes a, c (nokia), r7 (huawei, at camp), links
 * a--r7 and r7--c; the demand d1 goes from a to c, over r7 today.
 */

#define ARENA_BYTES ((size_t)32 << 20)

static const char mild[] = "cleanpath-policy: 1\n"
                           "id: test\n"
                           "says: A policy for a test.\n"
                           "authority: { by: Office }\n"
                           "rules:\n"
                           "  - id: r1\n"
                           "    says: No ZTE.\n"
                           "    forbid-transit: { maker: zte }\n"
                           "  - id: r2\n"
                           "    says: No Huawei.\n"
                           "    forbid-transit: { maker: huawei }\n"
                           "licences:\n"
                           "  - id: l1\n"
                           "    says: It may stay.\n"
                           "    relaxes: r2\n"
                           "    covers: { site: camp }\n"
                           "    until: 2030-01-01\n";

static const char strict[] = "cleanpath-policy: 1\n"
                             "id: test\n"
                             "says: A policy for a test.\n"
                             "authority: { by: Office }\n"
                             "rules:\n"
                             "  - id: r2\n"
                             "    says: No Huawei.\n"
                             "    forbid-transit: { maker: huawei }\n"
                             "  - id: p1\n"
                             "    says: No Huawei in the camp.\n"
                             "    forbid-presence: { maker: huawei }\n"
                             "    at: { site: camp }\n";

enum { MILD, STRICT, SIDES };

struct fixture {
    struct cp_arena *arena;
    const struct cp_case *net;
    struct cp_judge_policy policies[SIDES];
    const struct cp_judge *judges[SIDES];
    struct cp_audit_request request;
    struct cp_demand_result results[SIDES][1];
    struct cp_demand_licence owed[1];
    struct cp_exposure exposure;
    cp_node way[2];
    cp_link over[1];
    struct cp_report reports[SIDES];
};

static void add_node(struct cp_build *build, uint32_t file, const char *id, const char *maker,
                     const char *site)
{
    struct cp_node_row row = cp_node_row_make((cp_place){file, 2, 0}, cp_text_of(id));

    row.maker = cp_text_of(maker);
    row.site = cp_text_of(site);
    assert_int_equal(cp_build_node(build, &row, NULL), CP_OK);
}

static void add_link(struct cp_build *build, uint32_t file, const char *a, const char *b)
{
    struct cp_link_row row = cp_link_row_make((cp_place){file, 3, 0}, cp_text_of(a), cp_text_of(b));

    assert_int_equal(cp_build_link(build, &row, NULL), CP_OK);
}

static void make_case(struct fixture *f)
{
    struct cp_build *build;
    struct cp_site_row site;
    struct cp_demand_row demand;
    uint32_t file;

    assert_int_equal(cp_build_open(f->arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("t.csv"), CP_TEXT("bytes"), &file), CP_OK);
    site = cp_site_row_make((cp_place){file, 1, 0}, CP_TEXT("camp"));
    assert_int_equal(cp_build_site(build, &site, NULL), CP_OK);
    add_node(build, file, "a", "Nokia", "");
    add_node(build, file, "r7", "Huawei", "camp");
    add_node(build, file, "c", "Nokia", "");
    add_link(build, file, "a", "r7");
    add_link(build, file, "r7", "c");
    demand = cp_demand_row_make((cp_place){file, 4, 0}, CP_TEXT("a"), CP_TEXT("c"));
    assert_int_equal(cp_build_demand(build, &demand, NULL), CP_OK);
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &f->net, NULL), CP_OK);
}

static void make_judge(struct fixture *f, uint32_t side, const char *policy)
{
    struct cp_diag diag = {.why = NULL};

    if (cp_policy_read(cp_text_of(policy), CP_PLACE_NO_FILE, f->arena, &f->policies[side].policy,
                       &diag) != CP_OK)
        fail_msg("line %u: %s: %s", diag.place.line, diag.why, diag.subject);
    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-21"), &f->policies[side].as_of), CP_OK);
    assert_int_equal(
        cp_judge_make(&(struct cp_judge_ask){&f->policies[side], 1, f->net, CP_DATE_NONE, 0, NULL},
                      f->arena, &f->judges[side], &diag),
        CP_OK);
    f->reports[side] = (struct cp_report){
        .judge = f->judges[side], .request = &f->request, .results = f->results[side]};
}

static struct cp_demand_result result_of(cp_verdict verdict, uint32_t depth)
{
    return (struct cp_demand_result){.verdict = verdict,
                                     .exposure_depth = depth,
                                     .cut_depth = 1,
                                     .state_depth = {depth, depth, depth},
                                     .judged = true};
}

/* Under the mild policy the demand is well by licence, under the strict one it is exposed today. */
static void make_results(struct fixture *f)
{
    f->way[0].at = 0;
    f->way[1].at = 1;
    f->exposure = (struct cp_exposure){
        .kind = CP_OBJECT_NODE, .element = 1, .nodes = f->way, .links = f->over, .node_count = 2};
    f->results[MILD][0] = result_of(CP_VERDICT_OK, CP_DEPTH_NONE);
    f->results[STRICT][0] = result_of(CP_VERDICT_VIOLATION, 0);
    f->results[STRICT][0].exposure = &f->exposure;
    f->owed[0] =
        (struct cp_demand_licence){.licence = f->policies[MILD].policy->licences,
                                   .until = f->policies[MILD].policy->licences->window.until,
                                   .without = CP_VERDICT_VIOLATION,
                                   .kind = CP_OBJECT_NODE,
                                   .element = 1,
                                   .rule = 1};
    f->reports[MILD].licences = f->owed;
}

static int open_fixture(void **state)
{
    static struct fixture f;

    f = (struct fixture){.arena = cp_arena_open(ARENA_BYTES), .request = {.depth = 1}};
    if (f.arena == NULL)
        return 1;
    make_case(&f);
    make_judge(&f, MILD, mild);
    make_judge(&f, STRICT, strict);
    make_results(&f);
    *state = &f;
    return 0;
}

static int close_fixture(void **state)
{
    cp_arena_close(((struct fixture *)*state)->arena);
    return 0;
}

typedef cp_err (*explain)(const struct cp_report *, const struct cp_asked *, uint32_t,
                          struct cp_out *);

static const char *explained(struct fixture *f, explain write, uint32_t side, struct cp_asked asked)
{
    struct cp_out out = cp_out_make(f->arena);
    cp_text text;

    assert_int_equal(write(&f->reports[side], &asked, 1, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.at;
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, text);
}

static void an_element_is_told_under_every_rule_down_to_the_fact_and_the_licence(void **state)
{
    const char *text =
        explained(*state, cp_explain_text, MILD, (struct cp_asked){CP_ASKED_NODE, 1});

    assert_holds(text, "node r7: trusted\n"
                       "  trusted under rule r1 of test (Office): No ZTE.\n"
                       "    because: maker huawei, t.csv:2\n"
                       "  trusted under rule r2 of test (Office): No Huawei.\n"
                       "    fact: maker huawei");
    assert_holds(text, "until 2030-01-01");
    text = explained(*state, cp_explain_json, MILD, (struct cp_asked){CP_ASKED_NODE, 1});
    assert_holds(
        text,
        "          \"licence\": {\"id\": \"l1\", \"policy\": \"test\", \"says\": \"It may stay.\", "
        "\"by\": null, \"ref\": null, \"until\": \"2030-01-01\"},\n");
    assert_holds(text, "              \"step\": \"licence\",\n");
}

static void a_site_shows_just_what_is_against_a_rule_there(void **state)
{
    const char *text =
        explained(*state, cp_explain_text, STRICT, (struct cp_asked){CP_ASKED_SITE, 0});

    assert_holds(text, "site camp: rules are against, or in doubt of, 1 element there\n"
                       "node r7: untrusted\n"
                       "  untrusted under rule r2 of test (Office): No Huawei.\n"
                       "    fact: maker huawei");
    assert_null(strstr(text, "link"));
    text = explained(*state, cp_explain_text, MILD, (struct cp_asked){CP_ASKED_SITE, 0});
    assert_holds(text, "0 elements there\n");
}

static void a_demand_shows_the_chain_of_what_decides(void **state)
{
    static const struct cp_asked demand = {CP_ASKED_DEMAND, 0};
    const char *text = explained(*state, cp_explain_text, STRICT, demand);

    assert_holds(text, "demand d1, a to c: violation\n"
                       "  no class, under r2\n"
                       "  exposed: today; without any way: at 1 failure\n"
                       "  today, forward, it meets node r7 on the way a > r7\n"
                       "  untrusted under rule r2 of test (Office): No Huawei.\n"
                       "    fact: maker huawei");
    text = explained(*state, cp_explain_text, MILD, demand);
    assert_holds(text, "demand d1, a to c: ok\n"
                       "  no class, under r1, r2\n"
                       "  exposed: not up to 1 failure; without any way: at 1 failure\n"
                       "  by licence l1 until 2030-01-01; without it violation, by node r7\n"
                       "  trusted under rule r2 of test (Office): No Huawei.\n");
    text = explained(*state, cp_explain_json, MILD, demand);
    assert_holds(
        text,
        "\"licence\": {\"id\": \"l1\", \"policy\": \"test\", \"says\": \"It may stay.\", "
        "\"by\": null, \"ref\": null, \"until\": \"2030-01-01\", \"without\": \"violation\"},\n");
}

static const struct cp_difference *difference_of(struct fixture *f, uint32_t before, uint32_t after)
{
    const struct cp_difference *difference;

    assert_int_equal(
        cp_difference_make(&f->reports[before], &f->reports[after], f->arena, &difference), CP_OK);
    return difference;
}

static const char *told(struct fixture *f, const struct cp_difference *difference)
{
    struct cp_out out = cp_out_make(f->arena);
    cp_text text;

    assert_int_equal(cp_difference_text(difference, &out), CP_OK);
    assert_int_equal(cp_out_done(&out, &text), CP_OK);
    return text.at;
}

static void what_gets_worse_is_told_with_both_reasons(void **state)
{
    const struct cp_difference *difference = difference_of(*state, MILD, STRICT);

    assert_true(cp_difference_is_worse(difference));
    assert_int_equal(difference->worse.elements, 1);
    assert_int_equal(difference->worse.demands, 1);
    assert_int_equal(difference->worse.findings, 1);
    const char *text = told(*state, difference);

    assert_holds(text, "rule r2: changed\n    - The licence l1 below relaxes it.\n");
    assert_holds(text, "rule p1: added\n    + It says: \"No Huawei in the camp.\"\n");
    assert_holds(text, "rule r1: gone\n    - It says: \"No ZTE.\"\n");
    assert_holds(text, "licence l1: gone\n");
    assert_holds(text, "node r7: trusted -> untrusted\n"
                       "    rule r2 of test (Office): No Huawei.\n"
                       "      before: trusted by licence l1 until 2030-01-01\n"
                       "      after: untrusted: maker huawei, t.csv:2\n"
                       "    rule p1 of test (Office): No Huawei in the camp.\n"
                       "      before: not in force\n"
                       "      after: untrusted: maker huawei, t.csv:2\n");
    assert_holds(text, "d1, a to c: ok -> violation\n"
                       "    before: by licence l1 until 2030-01-01; without it violation\n"
                       "    after: today, node r7: maker huawei, t.csv:2\n"
                       "    rule r2 of test (Office): No Huawei.\n");
    assert_holds(text, "presence, node r7 at camp: ok -> violation\n"
                       "    rule p1 of test (Office): No Huawei in the camp.\n"
                       "      after: maker huawei, t.csv:2\n");
}

static void what_gets_better_is_not_worse(void **state)
{
    const struct cp_difference *difference = difference_of(*state, STRICT, MILD);

    assert_false(cp_difference_is_worse(difference));
    assert_holds(told(*state, difference), "\nNothing gets worse.\n");
    assert_holds(told(*state, difference_of(*state, MILD, MILD)), "\nNo verdict changes.\n");
}

static cp_err write_within(struct fixture *f, uint32_t which, struct cp_out *out)
{
    static const struct cp_asked asked[] = {
        {CP_ASKED_NODE, 1}, {CP_ASKED_LINK, 0}, {CP_ASKED_SITE, 0}, {CP_ASKED_DEMAND, 0}};
    const struct cp_difference *difference;

    if (which == 0)
        return cp_explain_text(&f->reports[MILD], asked, CP_COUNT(asked), out);
    if (which == 1)
        return cp_explain_json(&f->reports[MILD], asked, CP_COUNT(asked), out);
    CP_TRY(cp_difference_make(&f->reports[MILD], &f->reports[STRICT], out->arena, &difference));
    return which == 2 ? cp_difference_text(difference, out) : cp_difference_json(difference, out);
}

static void every_failed_allocation_is_told(void **state)
{
    struct fixture *f = *state;

    for (uint32_t which = 0; which < 4; which++) {
        cp_arena_mark mark = cp_arena_mark_get(f->arena);
        cp_err err = CP_ERR_NOMEM;
        uint64_t takes = 0;

        for (; err != CP_OK && takes < 10000; takes++) {
            struct cp_out out = cp_out_make(f->arena);
            cp_text text;

            cp_arena_fail_after(f->arena, takes);
            err = write_within(f, which, &out);
            if (err == CP_OK)
                err = cp_out_done(&out, &text);
            assert_true(err == CP_OK || err == CP_ERR_NOMEM);
            cp_arena_reset(f->arena, mark);
        }
        assert_true(takes > 10);
        assert_int_equal(err, CP_OK);
        cp_arena_fail_after(f->arena, UINT64_MAX);
    }
}

#define WITH_FIXTURE(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(an_element_is_told_under_every_rule_down_to_the_fact_and_the_licence),
        WITH_FIXTURE(a_site_shows_just_what_is_against_a_rule_there),
        WITH_FIXTURE(a_demand_shows_the_chain_of_what_decides),
        WITH_FIXTURE(what_gets_worse_is_told_with_both_reasons),
        WITH_FIXTURE(what_gets_better_is_not_worse),
        WITH_FIXTURE(every_failed_allocation_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
