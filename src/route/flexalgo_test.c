#include "route/flexalgo.h"

#include "small_case.h"

static struct cp_flexalgo_design design;
static struct cp_flexalgo_verdict verdict;

static struct cp_flexalgo_of of_world(void)
{
    return (struct cp_flexalgo_of){w.judge, &w.graph, &w.marking, 0};
}

static void designed(const char *policy, cp_flexalgo_kind kind)
{
    struct cp_flexalgo_of of;
    struct cp_flexalgo_ask ask = {kind, CP_METRIC_IGP, 130};

    judged(policy);
    of = of_world();
    assert_int_equal(cp_flexalgo_make(&of, &ask, w.arena, &design), CP_OK);
}

static void judged_at(uint32_t depth)
{
    struct cp_audit_request request = {.depth = depth, .failure_kinds = CP_FAIL_ALL};
    struct cp_flexalgo_of of = of_world();

    assert_int_equal(cp_flexalgo_judge(&of, &design, &request, &verdict), CP_OK);
    assert_true(verdict.exact);
}

static void assert_clean(void)
{
    for (int state = 0; state < CP_STATE_COUNT; state++)
        assert_int_equal(verdict.state_depth[state], CP_DEPTH_NONE);
}

static uint32_t graph_node(const char *id)
{
    return w.graph.node_of_case[cp_case_node(w.net, cp_text_of(id)).at];
}

static bool is_coloured(const char *link, const char *node)
{
    for (uint32_t i = 0; i < design.colour_count; i++) {
        const struct cp_link_rec *l = &w.net->links[w.graph.case_link[design.colours[i].link]];

        if (cp_text_is(l->id, link) && design.colours[i].node == graph_node(node))
            return true;
    }
    return false;
}

/* a - b, a - y - b, and c beside b; y is what the rule is against. */
static void put_triangle(void)
{
    node("a", "nokia");
    node("b", "nokia");
    node("c", "nokia");
    node("y", "huawei");
    link("ab", "a", "b", "");
    link("bc", "b", "c", "");
    link("ay", "a", "y", "");
    link("yb", "y", "b", "");
}

static void trusted_ends_colour_links_that_have_no_other_node_on_them(void **state)
{
    (void)state;
    put_triangle();
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    assert_int_equal(design.colour_count, 4);
    assert_true(is_coloured("ab", "a") && is_coloured("ab", "b"));
    assert_true(is_coloured("bc", "b") && is_coloured("bc", "c"));
    assert_int_equal(design.participant_count, 3);
    assert_int_equal(design.affinity_bit, 2);
    assert_int_equal(design.priority, 255);
}

static void or_they_colour_all_others(void **state)
{
    (void)state;
    put_triangle();
    designed(RULES HUAWEI, CP_FLEXALGO_EXCLUDE);
    assert_int_equal(design.colour_count, 2);
    assert_true(is_coloured("ay", "a") && is_coloured("yb", "b"));
}

static void a_lan_with_an_end_that_is_not_allowed_is_left_out(void **state)
{
    (void)state;
    node("a", "nokia");
    node("b", "nokia");
    node("y", "huawei");
    link("lan", "a", "b y", "lan");
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    assert_int_equal(design.colour_count, 0);
    judged_at(1);
    assert_int_equal(verdict.unserved, 1);
    assert_clean();
    assert_false(verdict.liar_joins);
}

static void each_part_has_its_best_connected_nodes_as_definers(void **state)
{
    (void)state;
    node("a", "nokia");
    node("b", "nokia");
    node("c", "nokia");
    node("d", "nokia");
    node("e", "nokia");
    node("f", "nokia");
    link("ac", "a", "c", "");
    link("bc", "b", "c", "");
    link("cd", "c", "d", "");
    link("ab", "a", "b", "");
    link("ef", "e", "f", "");
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    assert_int_equal(design.definer_count, 5);
    assert_int_equal(design.definers[0], graph_node("a"));
    assert_int_equal(design.definers[1], graph_node("b"));
    assert_int_equal(design.definers[2], graph_node("c"));
    assert_int_equal(design.definers[3], graph_node("e"));
    assert_int_equal(design.definers[4], graph_node("f"));
}

static void without_anyone_to_lie_nothing_is_hijacked(void **state)
{
    (void)state;
    node("a", "nokia");
    node("b", "nokia");
    link("ab", "a", "b", "");
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    judged_at(2);
    assert_clean();
    assert_false(verdict.hijacked);
    assert_int_equal(verdict.hijack_depth, CP_DEPTH_NONE);
    assert_int_equal(verdict.demand, CP_NONE);
}

static void the_highest_priority_does_not_beat_a_liar_that_says_it_too(void **state)
{
    (void)state;
    put_triangle();
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    judged_at(1);
    assert_clean();
    assert_true(verdict.hijacked);
    assert_int_equal(verdict.hijack_depth, 0);
    assert_int_equal(verdict.demand, 0);
}

/* a - b is nearer than y can make itself look, but a definition may leave a - b out. */
static void a_hijack_can_take_the_clean_ways_out(void **state)
{
    (void)state;
    put_triangle();
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    judged_at(0);
    assert_int_equal(verdict.hijack_depth, 0);
}

static void a_definer_that_nobody_outbids_keeps_its_definition_until_it_fails(void **state)
{
    (void)state;
    put_triangle();
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    design.unbeatable = graph_node("c");
    judged_at(0);
    assert_false(verdict.hijacked);
    assert_int_equal(verdict.hijack_depth, CP_DEPTH_NONE);
    judged_at(1);
    assert_false(verdict.hijacked);
    assert_int_equal(verdict.hijack_depth, 1);
    design.priority = 254; /* which a liar outbids whatever its system ID */
    judged_at(0);
    assert_true(verdict.hijacked);
}

static void a_forgotten_colour_closes_an_include_and_opens_an_exclude(void **state)
{
    (void)state;
    put_triangle();
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    design.colour_count = 0;
    judged_at(1);
    assert_clean();
    assert_int_equal(verdict.unserved, 1);

    struct cp_flexalgo_of of = of_world();
    struct cp_flexalgo_ask ask = {CP_FLEXALGO_EXCLUDE, CP_METRIC_IGP, 130};

    assert_int_equal(cp_flexalgo_make(&of, &ask, w.arena, &design), CP_OK);
    design.colour_count = 0;
    judged_at(1);
    assert_int_equal(verdict.unserved, 0);
    assert_true(verdict.liar_joins);
    assert_int_equal(verdict.state_depth[CP_STATE_STEADY], CP_DEPTH_NONE);
    assert_int_equal(verdict.state_depth[CP_STATE_LIAR], 1); /* when a - b is down */
}

/* Only a lets packets out to y, and y's way on to b is its own to open. */
static void one_trusted_end_is_enough_to_let_packets_out_to_a_liar(void **state)
{
    static struct cp_flexalgo_colour colours[5];

    (void)state;
    put_triangle();
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    memcpy(colours, design.colours, design.colour_count * sizeof *colours);
    colours[design.colour_count] = (struct cp_flexalgo_colour){2, graph_node("a")};
    design.colours = colours;
    design.colour_count++;
    judged_at(1);
    assert_true(verdict.liar_joins);
    assert_int_equal(verdict.state_depth[CP_STATE_LIAR], 1);
}

static void a_demand_whose_end_is_not_allowed_is_not_served(void **state)
{
    (void)state;
    node("a", "huawei");
    node("b", "nokia");
    link("ab", "a", "b", "");
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    judged_at(1);
    assert_int_equal(verdict.unserved, 1);
    assert_clean();
}

/*
 * a - p - b, or a - q - b.  When p - b goes, a's packets to p may go on over r; or, with p - r gone before, over s,
 * whose link to b is what the rule is against.  Nothing of r or s is on a's ways, before or after.
 */
static void a_failure_that_only_a_transition_meets_counts(void **state)
{
    static const char *const nodes[] = {"a", "b", "p", "q", "r", "s"};
    static struct cp_flexalgo_colour colours[16];
    uint32_t count = 0;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(nodes); i++)
        node(nodes[i], "nokia");
    link_at("ap", "a", "p", 2);
    link_at("pb", "p", "b", 2);
    link_at("aq", "a", "q", 4);
    link_at("qb", "q", "b", 3);
    link_at("pr", "p", "r", 2);
    link_at("rb", "r", "b", 4);
    link_at("ps", "p", "s", 3);
    link_at("sb", "s", "b", 5);
    fact("sb", "maker", "huawei", CP_DATE_NONE);
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    for (uint32_t l = 0; l < w.graph.graph.link_count; l++)
        for (uint32_t e = 0; e < 2; e++)
            colours[count++] =
                (struct cp_flexalgo_colour){l, w.graph.graph.end_node[2 * (size_t)l + e]};
    design.colours = colours;
    design.colour_count = count;
    judged_at(1);
    assert_int_equal(verdict.state_depth[CP_STATE_TRANSITION], CP_DEPTH_NONE);
    judged_at(2);
    assert_int_equal(verdict.state_depth[CP_STATE_TRANSITION], 2);
    assert_int_equal(verdict.state_depth[CP_STATE_STEADY], CP_DEPTH_NONE);
}

static void more_failures_than_are_searched_are_refused(void **state)
{
    struct cp_audit_request request = {.depth = CP_AUDIT_DEPTH_MAX + 1,
                                       .failure_kinds = CP_FAIL_ALL};
    struct cp_flexalgo_of of;

    (void)state;
    put_triangle();
    designed(RULES HUAWEI, CP_FLEXALGO_INCLUDE);
    of = of_world();
    assert_int_equal(cp_flexalgo_judge(&of, &design, &request, &verdict), CP_ERR_LIMIT);
}

static void every_take_may_fail(void **state)
{
    struct cp_flexalgo_ask ask = {CP_FLEXALGO_INCLUDE, CP_METRIC_IGP, 130};
    struct cp_flexalgo_of of;
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    put_triangle();
    judged(RULES HUAWEI);
    of = of_world();
    for (uint64_t takes = 0; err != CP_OK; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);

        cp_arena_fail_after(arena, takes);
        err = cp_flexalgo_make(&of, &ask, arena, &design);
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(trusted_ends_colour_links_that_have_no_other_node_on_them),
        TEST(or_they_colour_all_others),
        TEST(a_lan_with_an_end_that_is_not_allowed_is_left_out),
        TEST(each_part_has_its_best_connected_nodes_as_definers),
        TEST(without_anyone_to_lie_nothing_is_hijacked),
        TEST(the_highest_priority_does_not_beat_a_liar_that_says_it_too),
        TEST(a_hijack_can_take_the_clean_ways_out),
        TEST(a_definer_that_nobody_outbids_keeps_its_definition_until_it_fails),
        TEST(a_forgotten_colour_closes_an_include_and_opens_an_exclude),
        TEST(one_trusted_end_is_enough_to_let_packets_out_to_a_liar),
        TEST(a_demand_whose_end_is_not_allowed_is_not_served),
        TEST(a_failure_that_only_a_transition_meets_counts),
        TEST(more_failures_than_are_searched_are_refused),
        TEST(every_take_may_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
