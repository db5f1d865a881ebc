#include "world.h"

/* What exposes a flow, and when.  All that random networks can show: tests/cross. */

/* ---- today ---- */

static void exposed_today_is_exposed_in_every_transition(void **state)
{
    struct world *w = *state;
    static const uint32_t way[] = {0, 1};

    put_line(w);
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_ALL);

    assert_depths(r, 0, 1, 0);
    assert_int_equal(r->verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(r->cut_depth, 1);
    assert_false(r->clean_way);
    assert_true(r->judged);
    assert_way(r->exposure, way, 2);
    assert_int_equal(r->exposure->state, CP_STATE_STEADY);
    assert_int_equal(r->exposure->failure_count, 0);
    assert_int_equal(r->exposure->kind, CP_OBJECT_NODE);
    assert_int_equal(r->exposure->element, 1);
    assert_int_equal(r->exposure->rule, 0);
    assert_null(r->violation);
    assert_null(r->undecided);
}

static void at_depth_0_no_transition_is_examined(void **state)
{
    struct world *w = *state;

    put_line(w);
    const struct cp_demand_result *r = audit(w, 0, CP_FAIL_ALL);

    assert_depths(r, 0, NEVER, 0);
    assert_int_equal(r->cut_depth, NEVER);
}

static void where_nothing_may_fail_there_is_no_transition(void **state)
{
    struct world *w = *state;

    put_line(w);
    assert_depths(audit(w, 2, 0), 0, NEVER, 0);
}

static void without_a_path_nothing_is_exposed(void **state)
{
    struct world *w = *state;

    put_line(w);
    w->c.link_count = 1;
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_ALL);

    assert_depths(r, NEVER, NEVER, NEVER);
    assert_int_equal(r->verdict, CP_VERDICT_NO_PATH);
    assert_int_equal(r->cut_depth, 0);
    assert_null(r->exposure);
    assert_null(r->liar);
}

static void one_of_two_equal_parallel_links_is_enough(void **state)
{
    struct world *w = *state;

    put_nodes(w, 2);
    join(w, 0, 1, 3);
    join(w, 0, 1, 3);
    put_rule(w, 0, CP_FAIL_ALL);
    put_link_trust(w, 0, 1, CP_UNTRUSTED);
    put_demand(w, 0, 1);
    const struct cp_demand_result *r = audit(w, 0, CP_FAIL_ALL);

    assert_int_equal(r->verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(r->exposure->kind, CP_OBJECT_LINK);
    assert_int_equal(r->exposure->element, 1);
    assert_int_equal(r->exposure->node_count, 2);
    assert_int_equal(r->exposure->links[0].at, 1);
    assert_true(r->clean_way);
}

static void the_way_back_counts_too(void **state)
{
    struct world *w = *state;
    static const uint32_t way[] = {2, 1};

    put_nodes(w, 3);
    put_link(w, 0, 1, 9, 1);
    put_link(w, 1, 2, 9, 1);
    put_link(w, 0, 2, 1, 9);
    put_rule(w, 0, CP_FAIL_ALL);
    put_node_trust(w, 0, 1, CP_UNTRUSTED);
    put_demand(w, 0, 2);
    const struct cp_demand_result *r = audit(w, 0, CP_FAIL_ALL);

    assert_int_equal(r->verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(r->exposure->direction, CP_REVERSE);
    assert_way(r->exposure, way, 2);
}

/* ---- failures ---- */

static void routers_that_disagree_expose_where_no_steady_state_does(void **state)
{
    struct world *w = *state;
    static const uint32_t way[] = {0, 1, 3};

    put_loop(w);
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_LINK | CP_FAIL_NODE);

    assert_int_equal(r->state_depth[CP_STATE_STEADY], NEVER);
    assert_int_equal(r->state_depth[CP_STATE_TRANSITION], 1);
    assert_int_equal(r->verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(r->exposure->state, CP_STATE_TRANSITION);
    assert_int_equal(r->exposure->failure_count, 1);
    assert_int_equal(r->exposure->failures[0].kind, CP_FAIL_LINK);
    assert_int_equal(r->exposure->failures[0].at, 1);
    assert_way(r->exposure, way, 3);
}

static void steady_needs_a_second_failure_there(void **state)
{
    struct world *w = *state;

    put_loop(w);
    const struct cp_demand_result *r = audit(w, 2, CP_FAIL_LINK | CP_FAIL_NODE);

    assert_int_equal(r->state_depth[CP_STATE_STEADY], 2);
    assert_int_equal(r->state_depth[CP_STATE_TRANSITION], 1);
    assert_int_equal(r->verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(r->cut_depth, 2);
}

static void an_exposure_deeper_than_the_rule_asks_is_reported_not_judged(void **state)
{
    struct world *w = *state;

    put_detour(w, 0, CP_FAIL_ALL);
    const struct cp_demand_result *r = audit(w, 1, CP_FAIL_ALL);

    assert_int_equal(r->state_depth[CP_STATE_STEADY], 1);
    assert_int_equal(r->verdict, CP_VERDICT_OK);
    assert_non_null(r->exposure);
    assert_null(r->violation);
}

static void a_failure_of_a_kind_that_the_rule_does_not_name_is_not_judged(void **state)
{
    struct world *w = *state;

    put_detour(w, 1, CP_FAIL_NODE | CP_FAIL_SRLG);
    assert_int_equal(audit(w, 1, CP_FAIL_ALL)->verdict, CP_VERDICT_OK);
    w->rules[0].failure_kinds = CP_FAIL_LINK;
    assert_int_equal(audit(w, 1, CP_FAIL_ALL)->verdict, CP_VERDICT_VIOLATION);
}

static void an_audit_less_deep_judges_less_than_the_rule_asks(void **state)
{
    struct world *w = *state;

    put_detour(w, 1, CP_FAIL_ALL);
    assert_int_equal(cp_audit_depth_wanted(&w->judge), 1);
    assert_int_equal(audit(w, 0, CP_FAIL_ALL)->verdict, CP_VERDICT_OK);
    assert_int_equal(audit(w, 1, CP_FAIL_ALL)->verdict, CP_VERDICT_VIOLATION);
}

/* Both direct links at once; the detour is over 2, which is forbidden. */
static void an_srlg_exposes_at_once_what_its_links_do_one_by_one(void **state)
{
    struct world *w = *state;
    static const uint32_t way[] = {0, 2};

    put_detour(w, 1, CP_FAIL_ALL);
    put_in_srlg(w, 0, 3);
    put_in_srlg(w, join(w, 0, 1, 1), 3);
    assert_depths(audit(w, 2, CP_FAIL_LINK), 2, 2, 2);
    const struct cp_demand_result *r = audit(w, 2, CP_FAIL_ALL);

    assert_depths(r, 1, 1, 1);
    assert_int_equal(r->verdict, CP_VERDICT_VIOLATION);
    assert_int_equal(r->exposure->failures[0].kind, CP_FAIL_SRLG);
    assert_int_equal(r->exposure->failures[0].at, 3);
    assert_way(r->exposure, way, 2);
}

/* Rule 0 forbids node 2 but today only; rule 1 forbids node 3 even after two failures. */
static void a_judged_exposure_behind_one_that_is_not_is_a_violation(void **state)
{
    struct world *w = *state;

    put_detour(w, 0, CP_FAIL_ALL);
    put_nodes(w, 4);
    join(w, 0, 3, 20);
    join(w, 3, 1, 20);
    put_rule(w, 2, CP_FAIL_ALL);
    put_node_trust(w, 1, 3, CP_UNTRUSTED);
    const struct cp_demand_result *r = audit(w, 2, CP_FAIL_LINK);

    assert_int_equal(r->exposure_depth, 1);
    assert_int_equal(r->exposure->element, 2);
    assert_int_equal(r->verdict, CP_VERDICT_VIOLATION);
    assert_non_null(r->violation);
    assert_int_equal(r->violation->failure_count, 2);
    assert_int_equal(r->violation->element, 3);
    assert_int_equal(r->violation->rule, 1);
    assert_int_equal(cp_audit_depth_wanted(&w->judge), 2);
}

/* ---- lies ---- */

static void a_lie_draws_packets_over_a_way_made_no_longer(void **state)
{
    struct world *w = *state;
    static const uint32_t way[] = {0, 2};

    put_detour(w, 0, CP_FAIL_ALL); /* 0 to 2 costs 5, a lie makes 2 to 1 cost 1 */
    w->ends[0].metric = 6;
    w->ends[1].metric = 6;
    const struct cp_demand_result *r = audit(w, 0, CP_FAIL_ALL);

    assert_depths(r, NEVER, NEVER, 0);
    assert_int_equal(r->verdict, CP_VERDICT_OK);
    assert_way(r->liar, way, 2);
    assert_int_equal(r->liar->state, CP_STATE_LIAR);
    w->ends[0].metric = 5; /* too near for a lie, both ways */
    w->ends[1].metric = 5;
    assert_depths(audit(w, 0, CP_FAIL_ALL), NEVER, NEVER, NEVER);
    assert_depths(audit(w, 1, CP_FAIL_ALL), 1, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(exposed_today_is_exposed_in_every_transition),
        TEST(at_depth_0_no_transition_is_examined),
        TEST(where_nothing_may_fail_there_is_no_transition),
        TEST(without_a_path_nothing_is_exposed),
        TEST(one_of_two_equal_parallel_links_is_enough),
        TEST(the_way_back_counts_too),
        TEST(routers_that_disagree_expose_where_no_steady_state_does),
        TEST(steady_needs_a_second_failure_there),
        TEST(an_exposure_deeper_than_the_rule_asks_is_reported_not_judged),
        TEST(a_failure_of_a_kind_that_the_rule_does_not_name_is_not_judged),
        TEST(an_audit_less_deep_judges_less_than_the_rule_asks),
        TEST(an_srlg_exposes_at_once_what_its_links_do_one_by_one),
        TEST(a_judged_exposure_behind_one_that_is_not_is_a_violation),
        TEST(a_lie_draws_packets_over_a_way_made_no_longer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
