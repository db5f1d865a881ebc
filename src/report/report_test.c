#include "report_fixture.h"

/* The answers that must come of the results, in every form. */

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
        WITH_FIXTURE(demands_without_bandwidth_beside_others_with_it_are_counted),
        cmocka_unit_test_setup_teardown(without_demands_presence_is_judged_and_said,
                                        open_without_demands, close_fixture),
        WITH_FIXTURE(same_results_give_the_same_bytes),
        WITH_FIXTURE(every_failed_allocation_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
