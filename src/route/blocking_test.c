#include "route/blocking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"
#include "policy/policy.h"

/* Small networks with policies as people write them. */

#define RULES "cleanpath-policy: 1\nid: p\nrules:\n"
#define HUAWEI "  - { id: h, says: x, forbid-transit: { maker: huawei } }\n"
#define ZTE "  - { id: z, says: x, forbid-transit: { maker: zte } }\n"

static struct world {
    struct cp_arena *arena;
    struct cp_build *build;
    const struct cp_case *net;
    const struct cp_judge *judge;
    struct cp_net graph;
    struct cp_marking marking;
    struct cp_blocking_finder *finder;
    struct cp_blocking got;
    struct cp_path_ask ask;
    uint32_t ends[2];
} w;

static int open_world(void **state)
{
    uint32_t file = 0;

    (void)state;
    w = (struct world){.arena = cp_arena_open(SIZE_MAX)};
    w.ask = (struct cp_path_ask){.src = &w.ends[0],
                                 .dst = &w.ends[1],
                                 .src_count = 1,
                                 .dst_count = 1,
                                 .hops_max = CP_NONE,
                                 .delay_max_us = CP_PATH_DELAY_NONE};
    return cp_build_open(w.arena, &w.build) != CP_OK ||
           cp_build_input(w.build, CP_TEXT("t"), CP_TEXT(""), &file) != CP_OK;
}

static int close_world(void **state)
{
    (void)state;
    cp_blocking_close(w.finder);
    cp_arena_close(w.arena);
    return 0;
}

static const cp_place nowhere = {0, 2, 1};

static void node(const char *id, const char *maker)
{
    struct cp_node_row row = cp_node_row_make(nowhere, cp_text_of(id));

    row.maker = cp_text_of(maker);
    assert_int_equal(cp_build_node(w.build, &row, NULL), CP_OK);
}

static void link(const char *id, const char *a, const char *b, const char *class)
{
    struct cp_link_row row = cp_link_row_make(nowhere, cp_text_of(a), cp_text_of(b));

    row.id = cp_text_of(id);
    row.link_class = cp_text_of(class);
    assert_int_equal(cp_build_link(w.build, &row, NULL), CP_OK);
}

static void fact(const char *object, const char *attribute, const char *value, cp_date expires)
{
    struct cp_fact_row row = {.place = nowhere,
                              .object = cp_text_of(object),
                              .attribute = cp_text_of(attribute),
                              .value = cp_text_of(value),
                              .date = CP_DATE_NONE,
                              .expires = expires};

    assert_int_equal(cp_build_fact(w.build, &row, NULL), CP_OK);
}

static void price(const char *object, const char *value)
{
    fact(object, "replacement-cost", value, CP_DATE_NONE);
}

static cp_date day(const char *text)
{
    cp_date date = CP_DATE_NONE;

    assert_int_equal(cp_date_parse(cp_text_of(text), &date), CP_OK);
    return date;
}

static void judged(const char *text)
{
    const struct cp_policy *policy = NULL;
    struct cp_judge_policy asked = {.as_of = day("2026-11-28")};
    struct cp_diag diag = {0};
    struct cp_demand_row row = cp_demand_row_make(nowhere, CP_TEXT("a"), CP_TEXT("b"));

    assert_int_equal(cp_build_demand(w.build, &row, NULL), CP_OK);
    if (cp_build_finish(w.build, asked.as_of, &w.net, &diag) != CP_OK ||
        cp_policy_read(cp_text_of(text), 0, w.arena, &policy, &diag) != CP_OK)
        fail_msg("%s: %s", diag.why, diag.subject);
    asked.policy = policy;
    assert_int_equal(cp_judge_make(&(struct cp_judge_ask){&asked, 1, w.net, asked.as_of, 0, NULL},
                                   w.arena, &w.judge, NULL),
                     CP_OK);
    assert_int_equal(cp_net_make(w.net, w.arena, &w.graph), CP_OK);
    assert_int_equal(
        cp_marking_make(&w.graph, w.judge, &w.judge->treatments[0], w.arena, &w.marking), CP_OK);
    w.ends[0] = w.graph.node_of_case[cp_case_node(w.net, CP_TEXT("a")).at];
    w.ends[1] = w.graph.node_of_case[cp_case_node(w.net, CP_TEXT("b")).at];
}

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
        (void)strcat(text, rule);
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

#define TEST(fact) cmocka_unit_test_setup_teardown(fact, open_world, close_world)

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
        TEST(seventeen_rules_in_a_row_go_together),
        TEST(a_search_past_its_budget_says_so),
        TEST(every_take_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
