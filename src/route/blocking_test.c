#include "route/blocking.h"

#include "small_case.h"

static void blocked(const char *policy)
{
    judged(policy);
    assert_int_equal(cp_blocking_open(&w.graph, w.judge, &w.marking, 0, w.arena, &w.finder), CP_OK);
    assert_int_equal(cp_blocking_find(w.finder, &w.ask, w.arena, &w.got), CP_OK);
    assert_true(w.got.exact);
}

static void assert_member(const struct cp_blocker *b, const char *id)
{
    cp_text is =
        b->kind == CP_OBJECT_NODE ? w.net->nodes[b->object].id : w.net->links[b->object].id;

    if (!cp_text_is(is, id))
        fail_msg("%.*s and not %s", (int)is.len, is.at, id);
}

/* a - x - b, and a - y - z - b */
static void put_two_ways(const char *x, const char *y, const char *z)
{
    node("a", "nokia");
    node("x", x);
    node("y", y);
    node("z", z);
    node("b", "nokia");
    link("ax", "a", "x", "");
    link("xb", "x", "b", "");
    link("ay", "a", "y", "");
    link("yz", "y", "z", "");
    link("zb", "z", "b", "");
}

static void the_smallest_cut_counts_elements_and_the_cheapest_their_prices(void **state)
{
    (void)state;
    put_two_ways("huawei", "huawei", "zte");
    price("x", "100");
    price("y", "20");
    price("y", "30");
    blocked(RULES HUAWEI ZTE);
    assert_int_equal(w.got.why, CP_BLOCKED_BY_RULES);
    assert_int_equal(w.got.smallest_count, 1);
    assert_member(&w.got.smallest[0], "x");
    assert_int_equal(w.got.smallest_cost, 100);
    assert_int_equal(w.got.cheapest_count, 2);
    assert_member(&w.got.cheapest[0], "y");
    assert_member(&w.got.cheapest[1], "z");
    assert_int_equal(w.got.cheapest[0].cost, 30); /* of two statements the larger */
    assert_int_equal(w.got.cheapest_cost, 31);
}

static void a_price_that_is_unknown_or_has_expired_is_one(void **state)
{
    (void)state;
    put_two_ways("huawei", "huawei", "huawei");
    price("x", "unknown");
    fact("x", "replacement-cost", "9", day("2026-11-27"));
    blocked(RULES HUAWEI);
    assert_int_equal(w.got.cheapest_count, 1);
    assert_int_equal(w.got.cheapest_cost, 1);
}

static void a_rule_alone_in_the_way_is_a_concession_with_the_path_it_would_give(void **state)
{
    (void)state;
    put_two_ways("huawei", "zte", "zte");
    blocked(RULES HUAWEI ZTE);
    assert_int_equal(w.got.concession_count, 2);
    assert_int_equal(w.got.concessions[0].rule, 0);
    assert_int_equal(w.got.concessions[0].cost, 2);
    assert_int_equal(w.got.concessions[1].rule, 1);
    assert_int_equal(w.got.concessions[1].cost, 3);
    assert_null(w.got.concessions[0].licence);
    assert_int_equal(w.got.rule_count, 0);
}

static void rules_that_only_together_are_in_the_way_are_named_together(void **state)
{
    (void)state;
    put_two_ways("huawei", "zte", "huawei");
    fact("x/card", "maker", "zte", CP_DATE_NONE);
    blocked(RULES HUAWEI ZTE);
    assert_int_equal(w.got.concession_count, 0);
    assert_int_equal(w.got.rule_count, 2);
    assert_int_equal(w.got.rules_cost, 2);
    assert_true(w.got.rules_exact);
    assert_int_equal(w.got.smallest[0].rule_count, 2);
}

#define LICENCE(id, rule, covers, from, until)                        \
    "  - { id: " id ", says: x, relaxes: " rule ", covers: { " covers \
    " }, granted: { by: M, on: 2020-01-01 }, from: " from ", until: " until " }\n"

static void a_concession_names_the_licence_that_would_help_and_until_when(void **state)
{
    (void)state;
    put_two_ways("huawei", "zte", "zte");
    blocked(RULES HUAWEI ZTE
            "licences:\n" LICENCE("old", "h", "maker: huawei", "2020-01-01", "2025-12-31")
                LICENCE("next", "h", "maker: huawei", "2027-01-01", "2027-06-30")
                    LICENCE("late", "h", "maker: zte", "2027-01-01", "2029-06-30")
                        LICENCE("some", "z", "tag: far", "2027-01-01", "2029-06-30"));
    assert_int_equal(w.got.concession_count, 2);
    assert_non_null(w.got.concessions[0].licence); /* late covers nothing of it */
    assert_true(cp_text_is(w.got.concessions[0].licence->id, "next"));
    assert_int_equal(w.got.concessions[0].until, day("2027-06-30"));
    assert_null(w.got.concessions[1].licence); /* covers neither y nor z */
}

static void a_licence_that_ended_is_told_with_its_end(void **state)
{
    (void)state;
    put_two_ways("huawei", "zte", "zte");
    blocked(RULES HUAWEI ZTE
            "licences:\n" LICENCE("old", "h", "maker: huawei", "2020-01-01", "2025-12-31"));
    assert_non_null(w.got.concessions[0].licence);
    assert_int_equal(w.got.concessions[0].until, day("2025-12-31"));
}

static void an_end_that_a_rule_is_against_is_part_of_every_cut(void **state)
{
    (void)state;
    node("a", "huawei");
    node("b", "nokia");
    link("ab", "a", "b", "");
    blocked(RULES HUAWEI);
    assert_int_equal(w.got.smallest_count, 1);
    assert_member(&w.got.smallest[0], "a");
}

static void a_lan_counts_once_whatever_goes_over_it(void **state)
{
    (void)state;
    node("a", "nokia");
    node("b", "nokia");
    node("c", "nokia");
    link("lan", "a", "b c", "lan");
    link("ab1", "a", "b", "");
    link("ab2", "a", "b", "");
    fact("lan", "maker", "huawei", CP_DATE_NONE);
    fact("ab1", "maker", "huawei", CP_DATE_NONE);
    fact("ab2", "maker", "huawei", CP_DATE_NONE);
    price("lan", "5");
    price("ab1", "7");
    price("ab2", "3");
    blocked(RULES HUAWEI);
    assert_int_equal(w.got.smallest_count, 1);
    assert_member(&w.got.smallest[0], "ab2");
    assert_int_equal(w.got.smallest_cost, 3);
}

static void without_any_way_nothing_is_said_of_rules(void **state)
{
    (void)state;
    node("a", "huawei");
    node("b", "nokia");
    blocked(RULES HUAWEI);
    assert_int_equal(w.got.why, CP_BLOCKED_ANYWAY);
    assert_int_equal(w.got.smallest_count + w.got.concession_count, 0);
}

static void a_node_is_no_way_to_itself(void **state)
{
    (void)state;
    put_two_ways("nokia", "nokia", "nokia");
    judged(RULES HUAWEI);
    w.ends[1] = w.ends[0];
    assert_int_equal(cp_blocking_open(&w.graph, w.judge, &w.marking, 0, w.arena, &w.finder), CP_OK);
    assert_int_equal(cp_blocking_find(w.finder, &w.ask, w.arena, &w.got), CP_OK);
    assert_int_equal(w.got.why, CP_BLOCKED_ANYWAY);
}

static void a_bound_that_only_the_clean_way_breaks_is_a_wish(void **state)
{
    (void)state;
    put_two_ways("huawei", "nokia", "nokia");
    w.ask.hops_max = 2;
    blocked(RULES HUAWEI);
    assert_int_equal(w.got.why, CP_BLOCKED_BY_WISHES);
    assert_int_equal(w.got.wishes, CP_WISH_HOPS);
    assert_int_equal(w.got.smallest_count, 1); /* or else this */
    assert_member(&w.got.smallest[0], "x");
}

static void a_bound_that_no_way_keeps_must_go_besides(void **state)
{
    (void)state;
    put_two_ways("huawei", "huawei", "nokia");
    w.ask.hops_max = 1;
    blocked(RULES HUAWEI);
    assert_int_equal(w.got.why, CP_BLOCKED_BY_RULES);
    assert_int_equal(w.got.wishes, CP_WISH_HOPS);
    assert_int_equal(w.got.smallest_count, 1);
}

/* Over the LAN to y, on to x, which is required, and over the LAN again: it counts once. */
static void a_lan_that_is_passed_twice_counts_once(void **state)
{
    struct cp_must_pass require = {.count = 1};
    uint32_t element;

    (void)state;
    node("a", "nokia");
    node("b", "nokia");
    node("x", "nokia");
    node("y", "nokia");
    node("z", "nokia");
    link("ay", "a", "y", "");
    link("az", "a", "z", "");
    link("lan", "a", "b y z", "lan");
    link("yx", "y", "x", "");
    link("xz", "x", "z", "");
    fact("ay", "maker", "huawei", CP_DATE_NONE);
    fact("az", "maker", "huawei", CP_DATE_NONE);
    fact("lan", "maker", "huawei", CP_DATE_NONE);
    judged(RULES HUAWEI);
    element = cp_graph_element_of_node(&w.graph.graph,
                                       w.graph.node_of_case[cp_case_node(w.net, CP_TEXT("x")).at]);
    require.elements = &element;
    w.ask.require = &require;
    w.ask.require_count = 1;
    assert_int_equal(cp_blocking_open(&w.graph, w.judge, &w.marking, 0, w.arena, &w.finder), CP_OK);
    assert_int_equal(cp_blocking_find(w.finder, &w.ask, w.arena, &w.got), CP_OK);
    assert_int_equal(w.got.smallest_count, 1);
    assert_member(&w.got.smallest[0], "lan");
}

static void seventeen_rules_in_a_row_go_together(void **state)
{
    static const char *const makers[] = {"m0", "m1",  "m2",  "m3",  "m4",  "m5",  "m6",  "m7", "m8",
                                         "m9", "m10", "m11", "m12", "m13", "m14", "m15", "m16"};
    char text[4096] =
        "cleanpath-policy: 1\nid: p\nmakers: { m0: {}, m1: {}, m2: {}, m3: {}, m4: {}, "
        "m5: {}, m6: {}, m7: {}, m8: {}, m9: {}, m10: {}, m11: {}, m12: {}, "
        "m13: {}, m14: {}, m15: {}, m16: {} }\nrules:\n";
    char last[8] = "a";

    (void)state;
    node("a", "nokia");
    for (size_t i = 0; i < CP_COUNT(makers); i++) {
        char rule[128];
        char between[16];

        (void)snprintf(rule, sizeof rule,
                       "  - { id: r%zu, says: x, forbid-transit: { maker: %s } }\n", i, makers[i]);
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s", rule);
        (void)snprintf(between, sizeof between, "l%zu", i);
        node(makers[i], makers[i]);
        link(between, last, makers[i], "");
        (void)snprintf(last, sizeof last, "%s", makers[i]);
    }
    node("b", "nokia");
    link("last", last, "b", "");
    blocked(text);
    assert_int_equal(w.got.rule_count, 17);
    assert_false(w.got.rules_exact);
    assert_int_equal(w.got.smallest_count, 17);
    assert_int_equal(w.got.rules_cost, 18);
}

static void a_search_past_its_budget_says_so(void **state)
{
    (void)state;
    put_two_ways("huawei", "huawei", "nokia");
    w.ask.hops_max = 3;
    w.ask.budget = 1;
    judged(RULES HUAWEI);
    assert_int_equal(cp_blocking_open(&w.graph, w.judge, &w.marking, 0, w.arena, &w.finder), CP_OK);
    assert_int_equal(cp_blocking_find(w.finder, &w.ask, w.arena, &w.got), CP_OK);
    assert_false(w.got.exact);
}

static void every_take_may_fail(void **state)
{
    (void)state;
    put_two_ways("huawei", "zte", "zte");
    judged(RULES HUAWEI ZTE);
    for (uint64_t takes = 0;; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);
        struct cp_blocking_finder *finder = NULL;
        cp_err err;

        cp_arena_fail_after(arena, takes);
        err = cp_blocking_open(&w.graph, w.judge, &w.marking, 0, arena, &finder);
        if (err == CP_OK)
            err = cp_blocking_find(finder, &w.ask, arena, &w.got);
        cp_blocking_close(finder);
        cp_arena_close(arena);
        if (err == CP_OK)
            break;
        assert_int_equal(err, CP_ERR_NOMEM);
    }
    assert_int_equal(w.got.concession_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_smallest_cut_counts_elements_and_the_cheapest_their_prices),
        TEST(a_price_that_is_unknown_or_has_expired_is_one),
        TEST(a_rule_alone_in_the_way_is_a_concession_with_the_path_it_would_give),
        TEST(rules_that_only_together_are_in_the_way_are_named_together),
        TEST(a_concession_names_the_licence_that_would_help_and_until_when),
        TEST(a_licence_that_ended_is_told_with_its_end),
        TEST(an_end_that_a_rule_is_against_is_part_of_every_cut),
        TEST(a_lan_counts_once_whatever_goes_over_it),
        TEST(without_any_way_nothing_is_said_of_rules),
        TEST(a_node_is_no_way_to_itself),
        TEST(a_bound_that_only_the_clean_way_breaks_is_a_wish),
        TEST(a_bound_that_no_way_keeps_must_go_besides),
        TEST(a_lan_that_is_passed_twice_counts_once),
        TEST(seventeen_rules_in_a_row_go_together),
        TEST(a_search_past_its_budget_says_so),
        TEST(every_take_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
