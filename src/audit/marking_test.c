#include "world.h"

/* How rules and unknown elements count. */

static void put_unknown_line(struct world *w, cp_unknown unknown)
{
    put_line(w);
    put_node_trust(w, 0, 1, CP_UNKNOWN);
    w->rules[0].unknown = unknown;
}

static void unknown_counts_as_the_rule_says(void **state)
{
    struct world *w = *state;

    put_unknown_line(w, CP_UNKNOWN_IS_TRUSTED);
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_ALL);

    assert_int_equal(r->verdict, CP_VERDICT_OK);
    assert_true(r->clean_way);
    assert_null(r->undecided);
    w->rules[0].unknown = CP_UNKNOWN_IS_UNTRUSTED;
    r = audit(w, 1, CP_FAIL_ALL);
    assert_int_equal(r->verdict, CP_VERDICT_VIOLATION);
    assert_depths(r, 0, 1, 0);
}

static void an_undecided_element_is_no_exposure_and_tells_no_lies(void **state)
{
    struct world *w = *state;
    static const uint32_t way[] = {0, 1};

    put_unknown_line(w, CP_UNKNOWN_IS_UNDECIDED);
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_ALL);

    assert_depths(r, NEVER, NEVER, NEVER);
    assert_int_equal(r->verdict, CP_VERDICT_UNDECIDED);
    assert_null(r->exposure);
    assert_way(r->undecided, way, 2);
    assert_int_equal(r->undecided->rule, 0);
    assert_false(r->clean_way);
}

static void an_undecided_element_deeper_than_the_rule_asks_is_nothing(void **state)
{
    struct world *w = *state;

    put_detour(w, 0, CP_FAIL_ALL);
    put_node_trust(w, 0, 2, CP_UNKNOWN);
    w->rules[0].unknown = CP_UNKNOWN_IS_UNDECIDED;
    assert_int_equal(audit(w, 1, CP_FAIL_ALL)->verdict, CP_VERDICT_OK);
    w->rules[0].depth = 1;
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_ALL);

    assert_int_equal(r->verdict, CP_VERDICT_UNDECIDED);
    assert_int_equal(r->undecided->failure_count, 1);
}

static void a_violation_weighs_more_than_what_is_undecided(void **state)
{
    struct world *w = *state;

    put_unknown_line(w, CP_UNKNOWN_IS_UNDECIDED);
    put_link_trust(w, 0, 1, CP_UNTRUSTED);
    assert_int_equal(audit(w, 1, CP_FAIL_ALL)->verdict, CP_VERDICT_VIOLATION);
}

static void without_rules_all_is_well_and_nothing_judged(void **state)
{
    struct world *w = *state;

    put_line(w);
    w->treatment.rule_count = 0;
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_ALL);

    assert_int_equal(r->verdict, CP_VERDICT_OK);
    assert_false(r->judged);
    assert_true(r->clean_way);
    assert_int_equal(r->cut_depth, 1);
}

static void sixteen_kinds_of_under_failure_are_the_most(void **state)
{
    struct world *w = *state;
    struct cp_audit_request request = {.depth = 0, .failure_kinds = CP_FAIL_ALL};
    struct cp_audit *audit = NULL;
    struct cp_diag diag = {0};

    put_line(w);
    for (uint32_t depth = 1; depth < 16; depth++)
        put_rule(w, depth, CP_FAIL_ALL);
    put_rule(w, 7, CP_FAIL_ALL); /* judges like one there is */
    assert_int_equal(cp_audit_open(&w->judge, &request, w->arena, &audit, &diag), CP_OK);
    put_rule(w, 7, CP_FAIL_LINK);
    assert_int_equal(cp_audit_open(&w->judge, &request, w->arena, &audit, &diag), CP_ERR_LIMIT);
    assert_non_null(diag.why);
}

/* Rules of a word of its own, beside those of the first: marks come together, rules are told apart. */
static void rules_of_several_words_count_like_those_of_one(void **state)
{
    static uint64_t node_bad[WORLD_NODES], none[WORLD_LINKS];
    struct world *w = *state;

    put_line(w);
    put_node_trust(w, 0, 1, CP_TRUSTED);
    assert_int_equal(audit(w, 0, CP_FAIL_ALL)->verdict, CP_VERDICT_OK);
    uint32_t r = put_rule(w, 0, CP_FAIL_ALL);

    node_bad[1] = w->rules[0].bit; /* the same bit of another word */
    w->rules[r].node_bad = node_bad;
    w->rules[r].node_unknown = w->rules[r].link_bad = w->rules[r].link_unknown = none;
    w->rules[r].bit = w->rules[0].bit;
    const struct cp_demand_result *result = audit(w, 0, CP_FAIL_ALL);

    assert_int_equal(result->verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(result->exposure->rule, r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unknown_counts_as_the_rule_says),
        TEST(an_undecided_element_is_no_exposure_and_tells_no_lies),
        TEST(an_undecided_element_deeper_than_the_rule_asks_is_nothing),
        TEST(a_violation_weighs_more_than_what_is_undecided),
        TEST(without_rules_all_is_well_and_nothing_judged),
        TEST(rules_of_several_words_count_like_those_of_one),
        TEST(sixteen_kinds_of_under_failure_are_the_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
