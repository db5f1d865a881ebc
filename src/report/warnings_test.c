#include "report_fixture.h"

/* What an audit warns of. */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(an_audit_less_deep_than_the_policy_warns),
        WITH_FIXTURE(an_audit_without_a_kind_of_the_policy_warns),
        WITH_FIXTURE(srlgs_asked_for_where_there_are_none_are_a_warning),
        WITH_FIXTURE(demands_under_no_rule_are_a_warning),
        WITH_FIXTURE(selectors_that_nothing_meets_are_a_warning),
        WITH_FIXTURE(a_headline_with_a_warning_is_not_green),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
