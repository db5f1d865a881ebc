#include "ground/metric.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Three links: 0 of nodes 0 and 1, 1 of nodes 1 and 2, and a LAN of all three. */
enum { NODES = 3, LINKS = 3, ENDS = 7 };

struct sketch {
    struct cp_node_rec nodes[NODES];
    struct cp_link_rec links[LINKS];
    struct cp_end ends[ENDS];
    struct cp_fact facts[8];
    uint32_t link_facts[LINKS + 1];
    struct cp_case c;
    struct cp_net net;
    struct cp_arena *arena;
};

static void sketch_open(struct sketch *s)
{
    memset(s, 0, sizeof *s);
    s->arena = cp_arena_open(SIZE_MAX);
    assert_non_null(s->arena);
    s->ends[0] = (struct cp_end){.node = {0}, .metric = 10};
    s->ends[1] = (struct cp_end){.node = {1}, .metric = 11};
    s->ends[2] = (struct cp_end){.node = {1}, .metric = 12};
    s->ends[3] = (struct cp_end){.node = {2}, .metric = 13};
    for (uint32_t v = 0; v < NODES; v++)
        s->ends[4 + v] = (struct cp_end){.node = {v}, .metric = 14 + v};
    s->links[0] = (struct cp_link_rec){.ends = {0, 2}, .delay_us = 500};
    s->links[1] = (struct cp_link_rec){.ends = {2, 2}, .delay_us = 0};
    s->links[2] = (struct cp_link_rec){.ends = {4, 3}, .delay_us = CP_DELAY_NONE, .lan = true};
    s->c = (struct cp_case){.nodes = s->nodes,
                            .links = s->links,
                            .ends = s->ends,
                            .facts = s->facts,
                            .link_facts = s->link_facts,
                            .node_count = NODES,
                            .link_count = LINKS};
    assert_int_equal(cp_net_make(&s->c, s->arena, &s->net), CP_OK);
}

/* Facts are given by link, ascending. */
static void say(struct sketch *s, uint32_t link, const char *attribute, const char *value)
{
    s->facts[s->c.fact_count++] = (struct cp_fact){.attribute = cp_text_of(attribute),
                                                   .value = cp_text_of(value),
                                                   .kind = CP_OBJECT_LINK,
                                                   .object = link};
    for (uint32_t l = link + 1; l <= LINKS; l++)
        s->link_facts[l]++;
}

static void assert_costs(struct sketch *s, cp_metric metric, const uint32_t *want)
{
    const uint32_t *cost = NULL;

    assert_int_equal(cp_metric_costs(&s->net, &s->c, metric, s->arena, &cost), CP_OK);
    CP_ASSERT(cost != NULL);
    assert_memory_equal(cost, want, ENDS * sizeof *want);
}

static void costs_of_the_igp_are_the_metrics_of_the_ends(void **state)
{
    static const uint32_t want[ENDS] = {10, 11, 12, 13, 14, 15, 16};
    struct sketch s;

    (void)state;
    sketch_open(&s);
    assert_costs(&s, CP_METRIC_IGP, want);
    cp_arena_close(s.arena);
}

static void a_te_metric_counts_before_that_of_the_igp_and_one_of_a_direction_before_both(
    void **state)
{
    static const uint32_t want[ENDS] = {7, 8, 12, 9, 6, 6, 6};
    struct sketch s;

    (void)state;
    sketch_open(&s);
    say(&s, 0, "te-metric", "8");
    say(&s, 0, "te-metric-ab", "7");
    say(&s, 0, "te-metric", "99"); /* the first counts */
    say(&s, 1, "te-metric-ba", "9");
    say(&s, 2, "te-metric-ab", "5"); /* a LAN has no direction */
    say(&s, 2, "te-metric", "6");
    assert_costs(&s, CP_METRIC_TE, want);
    cp_arena_close(s.arena);
}

static void what_is_no_te_metric_leaves_that_of_the_igp(void **state)
{
    static const uint32_t want[ENDS] = {10, 11, 12, 13, 14, 15, 16};
    struct sketch s;

    (void)state;
    sketch_open(&s);
    say(&s, 0, "te-metric", "unknown");
    say(&s, 1, "te-metric", "0");
    say(&s, 1, "maker", "8");
    say(&s, 2, "te-metric", "4294967295");
    assert_costs(&s, CP_METRIC_TE, want);
    cp_arena_close(s.arena);
}

static void a_delay_of_none_counts_one_and_one_not_stated_is_not_used(void **state)
{
    static const uint32_t want[ENDS] = {500, 500, 1, 1, CP_COST_NONE, CP_COST_NONE, CP_COST_NONE};
    struct sketch s;

    (void)state;
    sketch_open(&s);
    assert_costs(&s, CP_METRIC_DELAY, want);
    cp_arena_close(s.arena);
}

static void no_memory_is_an_error(void **state)
{
    const uint32_t *cost = NULL;
    struct sketch s;

    (void)state;
    sketch_open(&s);
    cp_arena_fail_after(s.arena, 0);
    assert_int_equal(cp_metric_costs(&s.net, &s.c, CP_METRIC_TE, s.arena, &cost), CP_ERR_NOMEM);
    cp_arena_close(s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_of_the_igp_are_the_metrics_of_the_ends),
        cmocka_unit_test(
            a_te_metric_counts_before_that_of_the_igp_and_one_of_a_direction_before_both),
        cmocka_unit_test(what_is_no_te_metric_leaves_that_of_the_igp),
        cmocka_unit_test(a_delay_of_none_counts_one_and_one_not_stated_is_not_used),
        cmocka_unit_test(no_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
