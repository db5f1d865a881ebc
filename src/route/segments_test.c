#include "route/segments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Lists in networks made by hand.  All that random ones can show: tests/cross/segments_test.c. */

enum { NODES = 1200, LINKS = 1400 };

struct world {
    struct cp_arena *arena;
    struct cp_case c;
    struct cp_judge judge;
    struct cp_judge_rule rule;
    struct cp_treatment treatment;
    struct cp_node_rec nodes[NODES];
    struct cp_link_rec links[LINKS];
    struct cp_end ends[4 * LINKS];
    uint64_t node_bad[NODES], node_unknown[NODES], link_bad[LINKS], link_unknown[LINKS];
    uint32_t first_rule;
    struct cp_net net;
    struct cp_audit_request request;
    cp_segments_judged judged;
    const struct cp_sids *sids;
    struct cp_segmenter *segmenter;
    uint32_t path_nodes[NODES], path_links[NODES];
    struct cp_path path;
};

static int open_world(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct world *w = arena == NULL ? NULL : CP_TAKE(arena, 1, struct world);

    if (w == NULL)
        return 1;
    w->arena = arena;
    w->c = (struct cp_case){.nodes = w->nodes, .links = w->links, .ends = w->ends};
    w->rule = (struct cp_judge_rule){.depth = 1,
                                     .failure_kinds = CP_FAIL_ALL,
                                     .node_bad = w->node_bad,
                                     .node_unknown = w->node_unknown,
                                     .link_bad = w->link_bad,
                                     .link_unknown = w->link_unknown,
                                     .bit = 1};
    w->treatment = (struct cp_treatment){.rules = &w->first_rule, .rule_count = 1};
    w->judge = (struct cp_judge){.rules = &w->rule,
                                 .treatments = &w->treatment,
                                 .rule_count = 1,
                                 .transit_count = 1,
                                 .treatment_count = 1,
                                 .net = &w->c};
    w->request = (struct cp_audit_request){.depth = 1, .failure_kinds = CP_FAIL_ALL};
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;

    cp_segmenter_close(w->segmenter);
    cp_arena_close(w->arena);
    return 0;
}

static void put_end(struct world *w, uint32_t link, uint32_t node, uint32_t metric)
{
    struct cp_link_rec *rec = &w->links[link];

    rec->ends.first = 4 * link;
    w->ends[4 * link + rec->ends.count++] = (struct cp_end){.node = {node}, .metric = metric};
    if (node >= w->c.node_count)
        w->c.node_count = node + 1;
}

static uint32_t join(struct world *w, uint32_t a, uint32_t b, uint32_t metric)
{
    uint32_t link = w->c.link_count++;

    put_end(w, link, a, metric);
    put_end(w, link, b, metric);
    return link;
}

enum { FROM_2_TO_3 = 12 }; /* an end of the diamond */

/* 0 - 1 - 3 and 0 - 2 - 3, equal. */
static void put_diamond(struct world *w)
{
    join(w, 0, 1, 1);
    join(w, 1, 3, 1);
    join(w, 0, 2, 1);
    join(w, 2, 3, 1);
}

static void put_path(struct world *w, const uint32_t *nodes, const uint32_t *links, uint32_t count)
{
    memcpy(w->path_nodes, nodes, (count + 1) * sizeof *nodes);
    memcpy(w->path_links, links, count * sizeof *links);
    w->path = (struct cp_path){.nodes = w->path_nodes, .links = w->path_links, .link_count = count};
}

static struct cp_segments_basis basis_of(const struct world *w)
{
    return (struct cp_segments_basis){.judge = &w->judge,
                                      .net = &w->net,
                                      .sids = w->sids,
                                      .request = w->request,
                                      .judged = w->judged};
}

static void begin(struct world *w)
{
    struct cp_segments_basis basis = basis_of(w);
    const struct cp_segments_ground *ground = NULL;

    assert_int_equal(cp_net_make(&w->c, w->arena, &w->net), CP_OK);
    assert_int_equal(cp_segments_ground_make(&basis, w->arena, &ground), CP_OK);
    assert_int_equal(cp_segmenter_open(ground, w->arena, &w->segmenter), CP_OK);
}

/* The path's own two are the demand's ends. */
static struct cp_segment_list find(struct world *w, bool strict, uint32_t depth_max)
{
    uint32_t first = w->path_nodes[0];
    uint32_t last = w->path_nodes[w->path.link_count];
    uint32_t ends[2] = {first < last ? first : last, first < last ? last : first};
    struct cp_segment_ask ask = {
        .path = &w->path, .ends = ends, .end_count = 2, .strict = strict, .depth_max = depth_max};
    struct cp_segment_list list;

    if (w->segmenter == NULL)
        begin(w);
    assert_int_equal(cp_segments_find(w->segmenter, &ask, w->arena, &list), CP_OK);
    return list;
}

static void assert_segment(const struct cp_segment *s, cp_segment_kind kind, uint32_t from,
                           uint32_t to, uint32_t link)
{
    assert_int_equal(s->kind, kind);
    assert_int_equal(s->from, from);
    assert_int_equal(s->to, to);
    assert_int_equal(s->link, link);
}

static void assert_depths(const struct cp_segment_proof *proof, uint32_t steady,
                          uint32_t transition, uint32_t liar)
{
    assert_int_equal(proof->state_depth[CP_STATE_STEADY], steady);
    assert_int_equal(proof->state_depth[CP_STATE_TRANSITION], transition);
    assert_int_equal(proof->state_depth[CP_STATE_LIAR], liar);
}

static const uint32_t upper_nodes[] = {0, 1, 3};
static const uint32_t upper_links[] = {0, 1};

static void a_path_whose_siblings_are_clean_is_one_segment(void **state)
{
    struct world *w = *state;
    struct cp_segment_list list;

    put_diamond(w);
    put_path(w, upper_nodes, upper_links, 2);
    list = find(w, false, CP_NONE);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.least, 1);
    assert_true(list.shortest && list.proof.clean);
    assert_segment(&list.at[0], CP_SEGMENT_NODE, 0, 3, CP_NONE);
    assert_depths(&list.proof, CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE);
}

static void an_equal_cost_sibling_that_is_forbidden_is_kept_off(void **state)
{
    struct world *w = *state;
    struct cp_segment_list list;

    put_diamond(w);
    w->node_bad[2] = 1;
    put_path(w, upper_nodes, upper_links, 2);
    list = find(w, false, CP_NONE);
    assert_int_equal(list.count, 2); /* and when a link fails packets must not go round */
    assert_segment(&list.at[0], CP_SEGMENT_ADJACENCY, 0, 1, 0);
    assert_segment(&list.at[1], CP_SEGMENT_ADJACENCY, 1, 3, 1);
    assert_depths(&list.proof, CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE);
}

static void without_failures_to_heed_a_longer_way_round_is_no_matter(void **state)
{
    struct world *w = *state;
    struct cp_segment_list list;

    put_diamond(w);
    w->node_bad[2] = 1;
    w->rule.depth = 0;
    w->ends[FROM_2_TO_3].metric = 9;
    put_path(w, upper_nodes, upper_links, 2);
    list = find(w, false, CP_NONE);
    assert_int_equal(list.count, 1);
    assert_true(list.proof.clean);
    assert_depths(&list.proof, 1, 1, 0); /* said, though no rule judges it */
}

static void what_is_reported_as_undecided_is_kept_off_too(void **state)
{
    struct world *w = *state;
    struct cp_segment_list list;

    put_diamond(w);
    w->node_unknown[2] = 1;
    w->rule.unknown = CP_UNKNOWN_IS_UNDECIDED;
    put_path(w, upper_nodes, upper_links, 2);
    list = find(w, false, CP_NONE);
    assert_int_equal(list.count, 2);
    assert_depths(&list.proof, CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE);
}

static void lies_count_where_all_states_do(void **state)
{
    struct world *w = *state;

    put_diamond(w);
    w->node_bad[2] = 1;
    w->ends[FROM_2_TO_3].metric = 9;
    w->request.depth = 0;
    w->rule.depth = 0;
    put_path(w, upper_nodes, upper_links, 2);
    w->judged = CP_SEGMENTS_ALL;
    assert_int_equal(find(w, false, CP_NONE).count, 2);
    cp_segmenter_close(w->segmenter);
    w->segmenter = NULL;
    w->request.states = 1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION;
    assert_int_equal(find(w, false, CP_NONE).count, 1);
}

static void against_lies_what_is_undecided_may_lie_too(void **state)
{
    struct world *w = *state;

    put_diamond(w);
    w->node_unknown[2] = 1;
    w->rule.unknown = CP_UNKNOWN_IS_UNDECIDED;
    w->ends[FROM_2_TO_3].metric = 9;
    w->request.depth = 0;
    w->rule.depth = 0;
    put_path(w, upper_nodes, upper_links, 2);
    w->judged = CP_SEGMENTS_ALL;
    assert_int_equal(find(w, false, CP_NONE).count, 2);
    cp_segmenter_close(w->segmenter);
    w->segmenter = NULL;
    w->request.states = 1u << CP_STATE_STEADY | 1u << CP_STATE_TRANSITION;
    assert_int_equal(find(w, false, CP_NONE).count, 1);
    cp_segmenter_close(w->segmenter);
    w->segmenter = NULL;
    w->request.states = 0;
    w->rule.unknown = CP_UNKNOWN_IS_TRUSTED;
    assert_int_equal(find(w, false, CP_NONE).count, 1);
}

static void of_parallel_links_an_adjacency_takes_one(void **state)
{
    struct world *w = *state;
    static const uint32_t nodes[] = {0, 1};
    static const uint32_t links[] = {1};
    struct cp_segment_list list;

    join(w, 0, 1, 1);
    join(w, 0, 1, 1);
    w->link_bad[0] = 1;
    put_path(w, nodes, links, 1);
    list = find(w, false, CP_NONE);
    assert_int_equal(list.count, 1);
    assert_segment(&list.at[0], CP_SEGMENT_ADJACENCY, 0, 1, 1);
}

static void over_a_lan_an_adjacency_names_the_end_it_goes_to(void **state)
{
    struct world *w = *state;
    static const uint32_t nodes[] = {0, 1, 3};
    static const uint32_t links[] = {0, 1};
    struct cp_segment_list list;

    w->c.link_count = 1;
    w->links[0].lan = true;
    put_end(w, 0, 0, 2);
    put_end(w, 0, 1, 1);
    put_end(w, 0, 2, 1);
    join(w, 1, 3, 1);
    join(w, 0, 2, 1); /* from here the LAN leads to 1 as well */
    w->node_bad[2] = 1;
    put_path(w, nodes, links, 2);
    list = find(w, false, CP_NONE);
    assert_int_equal(list.count, 2);
    assert_segment(&list.at[0], CP_SEGMENT_ADJACENCY, 0, 1, 0);
    assert_true(list.proof.clean);
}

static void a_strict_list_is_of_adjacencies_alone(void **state)
{
    struct world *w = *state;
    struct cp_segment_list list;

    put_diamond(w);
    put_path(w, upper_nodes, upper_links, 2);
    list = find(w, true, CP_NONE);
    assert_int_equal(list.count, 2);
    assert_segment(&list.at[0], CP_SEGMENT_ADJACENCY, 0, 1, 0);
    assert_segment(&list.at[1], CP_SEGMENT_ADJACENCY, 1, 3, 1);
}

static void too_long_a_list_is_refused_with_the_depth_that_would_do(void **state)
{
    struct world *w = *state;
    struct cp_segment_list list;

    put_diamond(w);
    w->node_bad[2] = 1;
    put_path(w, upper_nodes, upper_links, 2);
    list = find(w, false, 1);
    assert_null(list.at);
    assert_int_equal(list.count, 0);
    assert_int_equal(list.least, 2);
    assert_int_equal(list.depth, 1);
    assert_true(list.proof.clean);
    assert_non_null(find(w, false, 2).at);
    assert_null(find(w, true, 1).at);
    assert_null(find(w, true, 0).at);
}

static void what_the_headend_states_counts_before_the_callers_word(void **state)
{
    struct world *w = *state;
    static const struct cp_fact msd = {
        .attribute = {"msd", 3}, .value = {"1", 1}, .expires = CP_DATE_NONE};
    static const uint32_t node_facts[] = {0, 1, 1, 1, 1};
    static const uint32_t link_facts[] = {0, 0, 0, 0, 0};
    struct cp_segment_list list;

    put_diamond(w);
    w->node_bad[2] = 1;
    w->c.facts = &msd;
    w->c.node_facts = node_facts;
    w->c.link_facts = link_facts;
    put_path(w, upper_nodes, upper_links, 2);
    assert_int_equal(cp_net_make(&w->c, w->arena, &w->net), CP_OK);
    assert_int_equal(cp_sids_make(&w->c, &w->net, 0, w->arena, &w->sids, NULL), CP_OK);
    list = find(w, false, 9);
    assert_null(list.at);
    assert_int_equal(list.depth, 1);
    assert_int_equal(list.least, 2);
}

static void a_path_over_what_is_forbidden_has_no_list(void **state)
{
    struct world *w = *state;
    struct cp_segment_list list;

    put_diamond(w);
    w->link_bad[1] = 1;
    put_path(w, upper_nodes, upper_links, 2);
    list = find(w, false, CP_NONE);
    assert_null(list.at);
    assert_int_equal(list.least, CP_NONE);
    assert_false(list.proof.clean);
    assert_null(find(w, true, CP_NONE).at);
}

static void stretches_past_the_limit_are_not_tried_and_it_is_said(void **state)
{
    struct world *w = *state;
    struct cp_segment_list list;

    for (uint32_t i = 0; i < 1025; i++) {
        w->path_nodes[i] = i;
        w->path_links[i] = join(w, i, i + 1, 1);
    }
    w->path_nodes[1025] = 1025;
    w->path = (struct cp_path){.nodes = w->path_nodes, .links = w->path_links, .link_count = 1024};
    list = find(w, false, CP_NONE);
    assert_int_equal(list.count, 1);
    assert_true(list.shortest);
    w->path.link_count = 1025;
    list = find(w, false, CP_NONE);
    assert_int_equal(list.count, 2);
    assert_false(list.shortest);
}

/* ---- lists from outside ---- */

static struct cp_segment_proof prove(struct world *w, const struct cp_segment *list, uint32_t count)
{
    static const uint32_t ends[] = {0, 3};
    struct cp_segment_proof proof;

    if (w->segmenter == NULL)
        begin(w);
    struct cp_segments_given given = {.at = list, .count = count, .ends = ends, .end_count = 2};

    assert_int_equal(cp_segments_prove(w->segmenter, &given, &proof), CP_OK);
    return proof;
}

static void a_list_from_outside_is_as_bad_as_its_worst_segment(void **state)
{
    struct world *w = *state;
    static const struct cp_segment whole = {.kind = CP_SEGMENT_NODE, .from = 0, .to = 3};
    static const struct cp_segment over_bad[] = {
        {.kind = CP_SEGMENT_ADJACENCY, .from = 0, .to = 1, .link = 0},
        {.kind = CP_SEGMENT_ADJACENCY, .from = 1, .to = 3, .link = 1},
        {.kind = CP_SEGMENT_NODE, .from = 3, .to = 3}};
    struct cp_segment_proof proof;

    put_diamond(w);
    w->link_bad[1] = 1;
    proof = prove(w, over_bad, 1);
    assert_true(proof.clean);
    assert_depths(&proof, CP_DEPTH_NONE, CP_DEPTH_NONE, CP_DEPTH_NONE);
    proof = prove(w, over_bad, 3);
    assert_false(proof.clean);
    assert_depths(&proof, 0, 1, 0);
    proof = prove(w, &whole, 1);
    assert_false(proof.clean);
    assert_depths(&proof, 0, 1, 0);
    assert_true(prove(w, NULL, 0).clean);
}

static void a_list_that_does_not_hang_together_is_refused(void **state)
{
    struct world *w = *state;
    static const struct cp_segment wrong[][2] = {
        {{.kind = CP_SEGMENT_NODE, .from = 0, .to = 1},
         {.kind = CP_SEGMENT_NODE, .from = 2, .to = 3}},
        {{.kind = CP_SEGMENT_NODE, .from = 0, .to = 1},
         {.kind = CP_SEGMENT_ADJACENCY, .from = 1, .to = 3, .link = 0}},
        {{.kind = CP_SEGMENT_NODE, .from = 0, .to = 1},
         {.kind = CP_SEGMENT_ADJACENCY, .from = 1, .to = 3, .link = 4}},
        {{.kind = CP_SEGMENT_NODE, .from = 0, .to = 1},
         {.kind = CP_SEGMENT_ADJACENCY, .from = 1, .to = 3, .link = CP_NONE}},
        {{.kind = CP_SEGMENT_NODE, .from = 0, .to = 1},
         {.kind = CP_SEGMENT_ADJACENCY, .from = 1, .to = 1, .link = 1}},
        {{.kind = CP_SEGMENT_NODE, .from = 0, .to = 1},
         {.kind = CP_SEGMENT_NODE, .from = 1, .to = 4}},
        {{.kind = CP_SEGMENT_NODE, .from = 4, .to = 1},
         {.kind = CP_SEGMENT_NODE, .from = 1, .to = 3}},
    };
    struct cp_segment_proof proof;

    put_diamond(w);
    begin(w);
    for (size_t i = 0; i < CP_COUNT(wrong); i++) {
        struct cp_segments_given given = {.at = wrong[i], .count = 2};

        assert_int_equal(cp_segments_prove(w->segmenter, &given, &proof), CP_ERR_CONFLICT);
    }
}

static void memory_that_runs_out_is_told(void **state)
{
    struct world *w = *state;
    struct cp_segments_basis basis = basis_of(w);
    const struct cp_segments_ground *ground = NULL;
    cp_err err = CP_ERR_NOMEM;

    put_diamond(w);
    assert_int_equal(cp_net_make(&w->c, w->arena, &w->net), CP_OK);
    for (uint64_t takes = 0; err == CP_ERR_NOMEM; takes++) {
        struct cp_arena *arena = cp_arena_open(SIZE_MAX);

        cp_arena_fail_after(arena, takes);
        err = cp_segments_ground_make(&basis, arena, &ground);
        if (err == CP_OK) {
            struct cp_segmenter *segmenter = NULL;

            err = cp_segmenter_open(ground, arena, &segmenter);
            if (err == CP_OK)
                cp_segmenter_close(segmenter);
        }
        assert_true(err == CP_OK || err == CP_ERR_NOMEM);
        cp_arena_close(arena);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_path_whose_siblings_are_clean_is_one_segment),
        CASE(an_equal_cost_sibling_that_is_forbidden_is_kept_off),
        CASE(without_failures_to_heed_a_longer_way_round_is_no_matter),
        CASE(what_is_reported_as_undecided_is_kept_off_too),
        CASE(lies_count_where_all_states_do),
        CASE(against_lies_what_is_undecided_may_lie_too),
        CASE(of_parallel_links_an_adjacency_takes_one),
        CASE(over_a_lan_an_adjacency_names_the_end_it_goes_to),
        CASE(a_strict_list_is_of_adjacencies_alone),
        CASE(too_long_a_list_is_refused_with_the_depth_that_would_do),
        CASE(what_the_headend_states_counts_before_the_callers_word),
        CASE(a_path_over_what_is_forbidden_has_no_list),
        CASE(stretches_past_the_limit_are_not_tried_and_it_is_said),
        CASE(a_list_from_outside_is_as_bad_as_its_worst_segment),
        CASE(a_list_that_does_not_hang_together_is_refused),
        CASE(memory_that_runs_out_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
