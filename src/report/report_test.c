#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "model/build.h"
#include "report/report.h"

/*
 * Results made by hand over a small case, and the answers that must come of them.
 * Nodes a, b, c (maker unknown), r7 (huawei, at camp, which is tagged base); the link a--r7 is in
 * the SRLG duct-7.
 */

#define ARENA_BYTES ((size_t)16 << 20)
#define DEMANDS 7u

static const char policy_text[] =
    "cleanpath-policy: 1\n"
    "id: test\n"
    "says: A policy for a test.\n"
    "makers: { huawei: { names: [Huawei] } }\n"
    "traffic:\n"
    "  sensitive: { says: Whatever names it. }\n"
    "rules:\n"
    "  - id: r1\n"
    "    says: Sensitive traffic avoids Huawei.\n"
    "    forbid-transit: { maker: huawei }\n"
    "    of: sensitive\n"
    "    unknown: undecided\n"
    "    under-failure: { any-one-of: [link, node, shared-risk-group] }\n"
    "  - id: p1\n"
    "    says: No Huawei serves a base.\n"
    "    forbid-presence: { maker: huawei }\n"
    "    at: { site-tag: base }\n"
    "    unknown: undecided\n";

struct fixture {
    struct cp_arena *arena;
    uint32_t file;
    const struct cp_case *net;
    const struct cp_judge *judge;
    struct cp_audit_request request;
    struct cp_demand_result results[DEMANDS];
    struct cp_exposure exposures[DEMANDS];
    struct cp_report report;
};

static void add_node(struct fixture *f, struct cp_build *build, const char *id, const char *maker,
                     const char *site)
{
    static const cp_place none = {0, 0, 0};
    struct cp_node_row row = cp_node_row_make(none, cp_text_of(id));

    row.place.file = f->file;
    row.place.line = 2;
    row.maker = cp_text_of(maker);
    row.site = cp_text_of(site);
    assert_int_equal(cp_build_node(build, &row, NULL), CP_OK);
}

static void add_link(struct fixture *f, struct cp_build *build, const char *a, const char *b,
                     const char *srlgs)
{
    struct cp_link_row row =
        cp_link_row_make((cp_place){f->file, 3, 0}, cp_text_of(a), cp_text_of(b));

    row.srlgs = cp_text_of(srlgs);
    assert_int_equal(cp_build_link(build, &row, NULL), CP_OK);
}

static void add_demand(struct fixture *f, struct cp_build *build, const char *traffic_class,
                       uint64_t bandwidth_bps)
{
    struct cp_demand_row row =
        cp_demand_row_make((cp_place){f->file, 4, 0}, CP_TEXT("a"), CP_TEXT("b"));

    row.traffic_class = cp_text_of(traffic_class);
    row.bandwidth_bps = bandwidth_bps;
    assert_int_equal(cp_build_demand(build, &row, NULL), CP_OK);
}

static void make_case(struct fixture *f, uint32_t demands)
{
    struct cp_build *build;
    struct cp_site_row site;

    assert_int_equal(cp_build_open(f->arena, &build), CP_OK);
    assert_int_equal(cp_build_input(build, CP_TEXT("t.csv"), CP_TEXT("bytes"), &f->file), CP_OK);
    site = cp_site_row_make((cp_place){f->file, 1, 0}, CP_TEXT("camp"));
    site.tags = CP_TEXT("base");
    assert_int_equal(cp_build_site(build, &site, NULL), CP_OK);
    add_node(f, build, "a", "Nokia", "");
    add_node(f, build, "b", "Nokia", "");
    add_node(f, build, "c", "", "camp");
    add_node(f, build, "r7", "Huawei", "camp");
    add_link(f, build, "a", "r7", "duct-7");
    add_link(f, build, "r7", "b", "");
    add_link(f, build, "a", "c", "");
    add_link(f, build, "c", "b", "");
    for (uint32_t d = 0; d < demands; d++)
        add_demand(f, build, d == 6 ? "" : "sensitive", d == 0 ? 3000 : 1000);
    assert_int_equal(cp_build_finish(build, CP_DATE_NONE, &f->net, NULL), CP_OK);
}

static void make_judge(struct fixture *f)
{
    const struct cp_policy *policy;
    cp_date date;
    struct cp_diag diag = {.why = NULL};
    cp_err err;

    err = cp_policy_read(CP_TEXT(policy_text), f->file, f->arena, &policy, &diag);
    if (err != CP_OK)
        fail_msg("line %u: %s: %s", diag.place.line, diag.why, diag.subject);
    assert_int_equal(cp_date_parse(CP_TEXT("2026-11-21"), &date), CP_OK);
    struct cp_judge_policy asked = {.policy = policy, .as_of = date};

    assert_int_equal(cp_judge_make(&(struct cp_judge_ask){&asked, 1, f->net, date, 0, NULL},
                                   f->arena, &f->judge, &diag),
                     CP_OK);
}

static cp_node node(const struct fixture *f, const char *id)
{
    return cp_case_node(f->net, cp_text_of(id));
}

static cp_link link_of(const struct fixture *f, const char *id)
{
    return cp_case_link(f->net, cp_text_of(id));
}

/* The way a, MIDDLE, over the link between them. */
static void set_way(struct fixture *f, struct cp_exposure *e, const char *middle, const char *link)
{
    cp_node *nodes = CP_TAKE(f->arena, 2, cp_node);
    cp_link *links = CP_TAKE(f->arena, 1, cp_link);

    nodes[0] = node(f, "a");
    nodes[1] = node(f, middle);
    links[0] = link_of(f, link);
    e->nodes = nodes;
    e->links = links;
    e->node_count = 2;
}

static struct cp_demand_result result_of(cp_verdict verdict, uint32_t exposure_depth)
{
    return (struct cp_demand_result){
        .verdict = verdict,
        .exposure_depth = exposure_depth,
        .cut_depth = CP_DEPTH_NONE,
        .state_depth = {exposure_depth, exposure_depth, exposure_depth},
        .clean_way = true,
        .judged = true,
    };
}

static struct cp_failure link_failure(const struct fixture *f, const char *id)
{
    return (struct cp_failure){CP_FAIL_LINK, link_of(f, id).at};
}

/* d1 violation today; d2 while c fails; d3 undecided; d4 no path; d5 a lie; d6 two deep; d7 free */
static void make_results(struct fixture *f)
{
    struct cp_exposure *e = f->exposures;

    e[0] = (struct cp_exposure){.kind = CP_OBJECT_NODE, .element = node(f, "r7").at};
    set_way(f, &e[0], "r7", "a--r7");
    e[1] = e[0];
    e[1].state = CP_STATE_TRANSITION;
    e[1].direction = CP_REVERSE;
    e[1].failures[0] = (struct cp_failure){CP_FAIL_NODE, node(f, "c").at};
    e[1].failure_count = 1;
    e[2] = (struct cp_exposure){.kind = CP_OBJECT_NODE, .element = node(f, "c").at};
    set_way(f, &e[2], "c", "a--c");
    e[4] = e[0];
    e[4].state = CP_STATE_LIAR;
    set_way(f, &e[4], "r7", "a--r7");
    e[5] = e[0];
    e[5].failures[0] = link_failure(f, "a--c");
    e[5].failures[1] = (struct cp_failure){CP_FAIL_SRLG, 0};
    e[5].failure_count = 2;

    f->results[0] = result_of(CP_VERDICT_VIOLATION, 0);
    f->results[0].exposure = &e[0];
    f->results[0].cut_depth = 1;
    f->results[0].cut[0] = (struct cp_failure){CP_FAIL_SRLG, 0};
    f->results[1] = result_of(CP_VERDICT_VIOLATION, 1);
    f->results[1].exposure = &e[1];
    f->results[2] = result_of(CP_VERDICT_UNDECIDED, CP_DEPTH_NONE);
    f->results[2].undecided = &e[2];
    f->results[2].clean_way = false;
    f->results[3] = result_of(CP_VERDICT_NO_PATH, CP_DEPTH_NONE);
    f->results[3].cut_depth = 0;
    f->results[3].clean_way = false;
    f->results[4] = result_of(CP_VERDICT_OK, CP_DEPTH_NONE);
    f->results[4].state_depth[CP_STATE_LIAR] = 0;
    f->results[4].liar = &e[4];
    f->results[5] = result_of(CP_VERDICT_OK, 2);
    f->results[5].exposure = &e[5];
    f->results[6] = result_of(CP_VERDICT_OK, CP_DEPTH_NONE);
    f->results[6].judged = false;
}

static int open_fixture(void **state, uint32_t demands)
{
    static struct fixture fixture;

    memset(&fixture, 0, sizeof(fixture));
    fixture.arena = cp_arena_open(ARENA_BYTES);
    if (fixture.arena == NULL)
        return 1;
    make_case(&fixture, demands);
    make_judge(&fixture);
    make_results(&fixture);
    fixture.request = (struct cp_audit_request){.depth = 2, .failure_kinds = CP_FAIL_ALL};
    fixture.report = (struct cp_report){
        .judge = fixture.judge, .request = &fixture.request, .results = fixture.results};
    *state = &fixture;
    return 0;
}

static int open_full(void **state)
{
    return open_fixture(state, DEMANDS);
}

static int open_without_demands(void **state)
{
    return open_fixture(state, 0);
}

static int close_fixture(void **state)
{
    cp_arena_close(((struct fixture *)*state)->arena);
    return 0;
}

typedef cp_err (*write_function)(const struct cp_report *report, struct cp_out *out);

static const char *written(struct fixture *f, write_function write)
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

static void the_summary_counts_verdicts_and_presence(void **state)
{
    struct fixture *f = *state;
    struct cp_report_summary sums = cp_report_summarize(&f->report);

    assert_int_equal(sums.ok, 3);
    assert_int_equal(sums.violation, 2);
    assert_int_equal(sums.undecided, 1);
    assert_int_equal(sums.no_path, 1);
    assert_int_equal(sums.uncovered, 1);
    assert_int_equal(sums.found[CP_FINDING_PRESENCE].violations, 1);
    assert_int_equal(sums.found[CP_FINDING_PRESENCE].undecided, 1);
}

/* d1 is 3000 of the 8000 bit/s that a rule holds for, d2 another 1000. */
static void exposed_shares_are_of_covered_bandwidth(void **state)
{
    struct fixture *f = *state;
    struct cp_report_summary sums = cp_report_summarize(&f->report);

    assert_true(sums.by_bandwidth);
    assert_int_equal(sums.exposed_now_bp, 3750);
    assert_int_equal(sums.exposed_one_failure_bp, 5000);
}

static void a_violation_makes_the_exit_code_1(void **state)
{
    struct cp_report_summary sums = {.violation = 1, .undecided = 1};

    (void)state;
    assert_int_equal(cp_report_exit_code(&sums), 1);
    sums = (struct cp_report_summary){.found[CP_FINDING_PRESENCE].violations = 1};
    assert_int_equal(cp_report_exit_code(&sums), 1);
    sums = (struct cp_report_summary){.no_path = 1};
    assert_int_equal(cp_report_exit_code(&sums), 1);
}

static void only_undecided_makes_the_exit_code_2(void **state)
{
    struct cp_report_summary sums = {.ok = 7, .undecided = 1};

    (void)state;
    assert_int_equal(cp_report_exit_code(&sums), 2);
    sums = (struct cp_report_summary){.found[CP_FINDING_PRESENCE].undecided = 1};
    assert_int_equal(cp_report_exit_code(&sums), 2);
}

static void all_ok_makes_the_exit_code_0(void **state)
{
    struct cp_report_summary sums = {.ok = 7};

    (void)state;
    assert_int_equal(cp_report_exit_code(&sums), 0);
}

static void json_has_the_shape_of_the_design(void **state)
{
    const char *text = written(*state, cp_report_json);

    assert_holds(text, "{\n  \"schema\": \"cleanpath.audit/1\",\n  \"as_of\": \"2026-11-21\",\n");
    assert_holds(text,
                 "  \"failures\": {\"depth\": 2, \"kinds\": [\"link\", \"node\", \"srlg\"]},");
    assert_holds(text, "      \"id\": \"d1\",\n"
                       "      \"src\": \"a\",\n"
                       "      \"dst\": \"b\",\n"
                       "      \"class\": \"sensitive\",\n"
                       "      \"bandwidth_bps\": 3000,\n"
                       "      \"verdict\": \"violation\",\n");
    assert_holds(text, "      \"exposure_depth\": 0,\n"
                       "      \"cut_depth\": 1,\n"
                       "      \"cut\": [\"duct-7\"],\n"
                       "      \"cut_kinds\": [\"srlg\"],\n"
                       "      \"states\": {\"steady\": 0, \"transition\": 0, \"repair\": null, "
                       "\"liar\": 0},\n"
                       "      \"exposure\": {\n"
                       "        \"state\": \"steady\",\n"
                       "        \"direction\": \"forward\",\n"
                       "        \"failures\": [],\n"
                       "        \"failure_kinds\": [],\n"
                       "        \"failing\": null,\n"
                       "        \"element\": \"r7\",\n"
                       "        \"element_kind\": \"node\",\n"
                       "        \"path\": [\"a\", \"r7\"],\n"
                       "        \"links\": [\"a--r7\"],\n"
                       "        \"rule\": \"r1\",\n"
                       "        \"policy\": \"test\",\n"
                       "        \"authority\": null,\n"
                       "        \"says\": \"Sensitive traffic avoids Huawei.\",\n"
                       "        \"reason\": \"maker huawei; t.csv:2\"\n"
                       "      },\n"
                       "      \"violation\": null,\n");
}

static void json_names_what_fails(void **state)
{
    const char *text = written(*state, cp_report_json);

    assert_holds(text, "        \"failures\": [\"c\"],\n"
                       "        \"failure_kinds\": [\"node\"],\n"
                       "        \"failing\": \"c\",\n");
    assert_holds(text, "        \"failures\": [\"a--c\", \"duct-7\"],\n"
                       "        \"failure_kinds\": [\"link\", \"srlg\"],\n"
                       "        \"failing\": null,\n");
}

static void json_says_null_where_there_is_nothing(void **state)
{
    const char *text = written(*state, cp_report_json);

    assert_holds(text, "      \"id\": \"d7\",\n"
                       "      \"src\": \"a\",\n"
                       "      \"dst\": \"b\",\n"
                       "      \"class\": null,\n");
    assert_holds(text, "      \"exposure_depth\": null,\n"
                       "      \"cut_depth\": null,\n"
                       "      \"cut\": null,\n"
                       "      \"cut_kinds\": null,\n");
    assert_holds(text, "      \"exposure\": null,\n");
}

static void text_says_the_worst_first_in_sentences(void **state)
{
    const char *text = written(*state, cp_report_text);

    assert_holds(text, "2 of 6 sensitive demands comply with policy test on 2026-11-21; 2 violate "
                       "it, 1 is undecided,");
    assert_holds(text, "VIOLATIONS TODAY (1)\n"
                       "r1: Sensitive traffic avoids Huawei.\n"
                       "  d1, a to b, today:\n"
                       "    node r7: maker huawei, t.csv:2\n"
                       "    way a > r7\n");
    assert_holds(text, "VIOLATIONS WHEN SOMETHING FAILS (1)\n"
                       "r1:\n"
                       "  d2, b to a (reverse), while node c fails:\n");
    assert_holds(text, "VIOLATIONS BY PRESENCE (1)\n"
                       "p1: No Huawei serves a base.\n"
                       "  node r7 at camp: maker huawei, t.csv:2\n");
    assert_holds(text, "NO PATH TODAY (1)\n  d4, a to b\n");
    assert_holds(text, "  d6, a to b, after link a--c and srlg duct-7 failed:\n");
    assert_holds(text, "  d5, a to b, if r7 lies:\n");
    assert_holds(text, "Summary: 3 ok, 2 violation, 1 undecided, 1 no-path; 1 presence violation");
    assert_holds(text, "Sensitive bandwidth exposed: 37.50 % today, 50 % after one failure.");
}

static void text_fits_the_columns_of_the_terminal(void **state)
{
    struct fixture *f = *state;
    const char *at;

    f->report.columns = 100;
    at = written(f, cp_report_text);
    while (*at != '\0') {
        const char *end = strchr(at, '\n');

        assert_non_null(end);
        assert_true(end - at <= 100);
        at = end + 1;
    }
}

static void text_without_columns_has_a_sentence_a_line(void **state)
{
    const char *text = written(*state, cp_report_text);

    assert_holds(text, "2 of 6 sensitive demands comply with policy test on 2026-11-21; 2 violate "
                       "it, 1 is undecided, 1 has no path.\n");
    assert_holds(text,
                 "\nSummary: 3 ok, 2 violation, 1 undecided, 1 no-path; 1 presence violation, "
                 "1 undecided; 1 demand falls under no rule.\n"
                 "Sensitive bandwidth exposed: 37.50 % today, 50 % after one failure.\n"
                 "1 demand loses every way when one thing fails.\n");
}

static void text_has_colours_only_when_asked(void **state)
{
    struct fixture *f = *state;

    assert_null(strchr(written(f, cp_report_text), '\033'));
    f->report.colour = true;
    assert_non_null(strchr(written(f, cp_report_text), '\033'));
}

static void csv_has_a_row_a_demand(void **state)
{
    const char *text = written(*state, cp_report_csv);
    uint32_t rows = 0;

    for (const char *at = strstr(text, "\r\n"); at != NULL; at = strstr(at + 2, "\r\n"))
        rows++;
    assert_int_equal(rows, 1 + DEMANDS);
    assert_holds(text, "\r\nd1,a,b,sensitive,3000,violation,yes,yes,0,1,0,0,,0,steady,forward,\"\","
                       "\"\",r7,node,\"a r7\",r1,maker huawei; t.csv:2,test,,"
                       "Sensitive traffic avoids Huawei.,\r\n");
    assert_holds(text, "\r\nd7,a,b,,1000,ok,no,yes,,,,,,,,,,,,,,,,,,,\r\n");
}

static void every_csv_row_has_as_many_cells_as_the_header(void **state)
{
    const char *text = written(*state, cp_report_csv);
    uint32_t commas = 0, wanted = 0;
    bool quoted = false;

    for (const char *at = text; *at != '\0'; at++) {
        quoted ^= *at == '"';
        commas += !quoted && *at == ',';
        if (quoted || *at != '\n')
            continue;
        if (wanted == 0)
            wanted = commas;
        assert_int_equal(commas, wanted);
        commas = 0;
    }
}

static void an_audit_less_deep_than_the_policy_warns(void **state)
{
    struct fixture *f = *state;

    assert_null(strstr(written(f, cp_report_json), "--failures"));
    f->request.depth = 0;
    assert_holds(written(f, cp_report_json), "--failures 1 judges all that is asked");
    assert_holds(written(f, cp_report_text), "Warning: the policy judges exposures");
    assert_holds(written(f, cp_report_json), "\"exposed_after_one_failure_percent\": null");
}

static void an_audit_without_a_kind_of_the_policy_warns(void **state)
{
    struct fixture *f = *state;

    f->request.failure_kinds = CP_FAIL_LINK;
    assert_holds(written(f, cp_report_json), "that were not examined: node, srlg\"");
}

static void srlgs_asked_for_where_there_are_none_are_a_warning(void **state)
{
    struct fixture *f = *state;
    struct cp_case net = *f->net;
    struct cp_judge judge = *f->judge;

    assert_null(strstr(written(f, cp_report_json), "no link names any"));
    net.srlg_count = 0;
    judge.net = &net;
    f->report.judge = &judge;
    for (uint32_t d = 0; d < DEMANDS; d++)
        f->results[d] = f->results[6];
    assert_holds(written(f, cp_report_json), "\"srlgs were to fail too, but no link names any\"");
    f->request.failure_kinds = CP_FAIL_SRLG;
    assert_holds(written(f, cp_report_text), "no link names any: no failure was examined.\n");
    f->report.judge = f->judge;
}

static void demands_under_no_rule_are_a_warning(void **state)
{
    struct fixture *f = *state;

    assert_holds(written(f, cp_report_json),
                 "\"1 demand falls under no rule about traffic: nothing is forbidden to it\"");
    assert_holds(written(f, cp_report_text), "Warning: 1 demand falls under no rule");
    f->results[6].judged = true;
    assert_holds(written(f, cp_report_json), "  \"warnings\": [],\n");
}

static void selectors_that_nothing_meets_are_a_warning(void **state)
{
    static const struct cp_unmet unmet[] = {{"site-tag", {"gvo", 3}, 0}, {"tag", {"x", 1}, 0}};
    struct fixture *f = *state;
    struct cp_judge judge = *f->judge;

    judge.unmet = unmet;
    judge.unmet_count = CP_COUNT(unmet);
    f->report.judge = &judge;
    assert_holds(written(f, cp_report_json), "nothing in the case bears: site-tag gvo, tag x\"");
    f->report.judge = f->judge;
}

static void a_headline_with_a_warning_is_not_green(void **state)
{
    struct fixture *f = *state;
    struct cp_judge judge = *f->judge;

    judge.presence_count = 0;
    f->report.judge = &judge;
    f->report.colour = true;
    for (uint32_t d = 0; d < DEMANDS; d++)
        f->results[d] = f->results[6];
    assert_memory_equal(written(f, cp_report_text), "\033[1;33m", 7);
    for (uint32_t d = 0; d < DEMANDS; d++)
        f->results[d].judged = true;
    assert_memory_equal(written(f, cp_report_text), "\033[1;32m", 7);
}

static void demands_without_bandwidth_beside_others_with_it_are_counted(void **state)
{
    struct fixture *f = *state;
    struct cp_report_summary sums = cp_report_summarize(&f->report);

    assert_int_equal(sums.without_bandwidth, 0);
    ((struct cp_demand *)(uintptr_t)f->net->demands)[3].bandwidth_bps = CP_BPS_NONE;
    ((struct cp_demand *)(uintptr_t)f->net->demands)[6].bandwidth_bps = CP_BPS_NONE;
    sums = cp_report_summarize(&f->report);
    assert_int_equal(sums.without_bandwidth, 1); /* d7 falls under no rule */
    assert_holds(written(f, cp_report_text), " and weighs nothing in");
    assert_holds(written(f, cp_report_json), "    \"without_bandwidth\": 1\n");
}

static void without_demands_presence_is_judged_and_said(void **state)
{
    struct fixture *f = *state;
    struct cp_report_summary sums = cp_report_summarize(&f->report);
    const char *text = written(f, cp_report_text);

    assert_int_equal(cp_report_exit_code(&sums), 1);
    assert_holds(text, "There are no demands");
    assert_holds(text, "VIOLATIONS BY PRESENCE (1)\n");
    assert_holds(written(f, cp_report_json), "  \"demands\": [],\n");
}

static void same_results_give_the_same_bytes(void **state)
{
    static const write_function writers[] = {cp_report_text, cp_report_json, cp_report_csv};

    for (size_t i = 0; i < CP_COUNT(writers); i++)
        assert_string_equal(written(*state, writers[i]), written(*state, writers[i]));
}

/* Each take fails in turn: always NOMEM, never a crash or half an answer taken for a whole one. */
static void every_failed_allocation_is_told(void **state)
{
    static const write_function writers[] = {cp_report_text, cp_report_json, cp_report_csv};
    struct fixture *f = *state;

    for (size_t i = 0; i < CP_COUNT(writers); i++) {
        cp_arena_mark mark = cp_arena_mark_get(f->arena);
        cp_err err = CP_ERR_NOMEM;
        uint64_t takes = 0;

        for (; err != CP_OK && takes < 10000; takes++) {
            struct cp_out out = cp_out_make(f->arena);
            cp_text text;

            cp_arena_fail_after(f->arena, takes);
            err = writers[i](&f->report, &out);
            if (err == CP_OK)
                err = cp_out_done(&out, &text);
            assert_true(err == CP_OK || err == CP_ERR_NOMEM);
            cp_arena_reset(f->arena, mark);
        }
        assert_true(takes > 3);
        assert_int_equal(err, CP_OK);
    }
}

#define WITH_FIXTURE(name) cmocka_unit_test_setup_teardown(name, open_full, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(the_summary_counts_verdicts_and_presence),
        WITH_FIXTURE(exposed_shares_are_of_covered_bandwidth),
        WITH_FIXTURE(a_violation_makes_the_exit_code_1),
        WITH_FIXTURE(only_undecided_makes_the_exit_code_2),
        WITH_FIXTURE(all_ok_makes_the_exit_code_0),
        WITH_FIXTURE(json_has_the_shape_of_the_design),
        WITH_FIXTURE(json_names_what_fails),
        WITH_FIXTURE(json_says_null_where_there_is_nothing),
        WITH_FIXTURE(text_says_the_worst_first_in_sentences),
        WITH_FIXTURE(text_fits_the_columns_of_the_terminal),
        WITH_FIXTURE(text_without_columns_has_a_sentence_a_line),
        WITH_FIXTURE(text_has_colours_only_when_asked),
        WITH_FIXTURE(csv_has_a_row_a_demand),
        WITH_FIXTURE(every_csv_row_has_as_many_cells_as_the_header),
        WITH_FIXTURE(an_audit_less_deep_than_the_policy_warns),
        WITH_FIXTURE(an_audit_without_a_kind_of_the_policy_warns),
        WITH_FIXTURE(srlgs_asked_for_where_there_are_none_are_a_warning),
        WITH_FIXTURE(demands_under_no_rule_are_a_warning),
        WITH_FIXTURE(selectors_that_nothing_meets_are_a_warning),
        WITH_FIXTURE(a_headline_with_a_warning_is_not_green),
        WITH_FIXTURE(demands_without_bandwidth_beside_others_with_it_are_counted),
        cmocka_unit_test_setup_teardown(without_demands_presence_is_judged_and_said,
                                        open_without_demands, close_fixture),
        WITH_FIXTURE(same_results_give_the_same_bytes),
        WITH_FIXTURE(every_failed_allocation_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
