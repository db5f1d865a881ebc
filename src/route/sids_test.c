#include "route/sids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "model/build.h"

/* Routers a, b, c: links ab, bc, and a LAN n of all three. */

struct world {
    struct cp_arena *arena;
    struct cp_build *build;
    const struct cp_case *c;
    const struct cp_sids *sids;
    struct cp_net net;
    struct cp_diag diag;
    uint32_t line;
};

static cp_place place(struct world *w)
{
    return (cp_place){0, ++w->line, 1};
}

static int open_world(void **state)
{
    struct cp_arena *arena = cp_arena_open(SIZE_MAX);
    struct world *w = arena == NULL ? NULL : CP_TAKE(arena, 1, struct world);
    uint32_t file;

    if (w == NULL)
        return 1;
    w->arena = arena;
    assert_int_equal(cp_build_open(w->arena, &w->build), CP_OK);
    assert_int_equal(cp_build_input(w->build, CP_TEXT("x"), CP_TEXT(""), &file), CP_OK);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    cp_arena_close(((struct world *)*state)->arena);
    return 0;
}

static void put_node(struct world *w, const char *id, const char *sid)
{
    struct cp_node_row row = cp_node_row_make(place(w), cp_text_of(id));

    row.sid = cp_text_of(sid);
    assert_int_equal(cp_build_node(w->build, &row, NULL), CP_OK);
}

static void put_link(struct world *w, const char *id, const char *a, const char *b)
{
    struct cp_link_row row = cp_link_row_make(place(w), cp_text_of(a), cp_text_of(b));

    row.id = cp_text_of(id);
    if (strcmp(id, "n") == 0)
        row.link_class = CP_TEXT("lan");
    assert_int_equal(cp_build_link(w->build, &row, NULL), CP_OK);
}

static void put_net(struct world *w, const char *sid_a, const char *sid_b, const char *sid_c)
{
    put_node(w, "a", sid_a);
    put_node(w, "b", sid_b);
    put_node(w, "c", sid_c);
    put_link(w, "ab", "a", "b");
    put_link(w, "bc", "b", "c");
    put_link(w, "n", "a b", "c");
}

static void put_fact(struct world *w, const char *object, const char *attribute, const char *value)
{
    struct cp_fact_row row = {.place = place(w),
                              .object = cp_text_of(object),
                              .attribute = cp_text_of(attribute),
                              .value = cp_text_of(value),
                              .date = CP_DATE_NONE,
                              .expires = CP_DATE_NONE};

    assert_int_equal(cp_build_fact(w->build, &row, NULL), CP_OK);
}

static cp_err make(struct world *w)
{
    assert_int_equal(cp_build_finish(w->build, 0, &w->c, &w->diag), CP_OK);
    assert_int_equal(w->c->remark_count, 0);
    assert_int_equal(cp_net_make(w->c, w->arena, &w->net), CP_OK);
    return cp_sids_make(w->c, &w->net, 0, w->arena, &w->sids, &w->diag);
}

static void assert_refused(struct world *w, cp_err err, uint32_t line, const char *why)
{
    assert_int_equal(make(w), err);
    assert_string_equal(w->diag.why, why);
    assert_int_equal(w->diag.place.line, line);
}

enum { A, B, C };
enum { AB, BC, N };

static void assert_label(const struct world *w, uint32_t reader, uint32_t node, uint32_t label)
{
    struct cp_sid sid = cp_sids_of_node(w->sids, reader, node);

    assert_true(sid.known);
    assert_int_equal(sid.plane, CP_PLANE_SR_MPLS);
    assert_int_equal(sid.label, label);
}

/* ---- labels ---- */

static void a_number_in_the_srgb_is_a_label_and_a_small_one_an_index(void **state)
{
    struct world *w = *state;

    put_net(w, "16001", "2", "7999");
    assert_int_equal(make(w), CP_OK);
    assert_true(cp_sids_stated(w->sids));
    assert_label(w, A, A, 16001);
    assert_label(w, C, B, 16002);
    assert_label(w, A, C, 23999);
    assert_int_equal(cp_sids_index(w->sids, A), 1);
}

static void an_index_is_counted_in_the_readers_srgb(void **state)
{
    struct world *w = *state;

    put_net(w, "100", "label:400200", "");
    put_fact(w, "b", "srgb", "400000-400299");
    put_fact(w, "c", "srgb", "500000-500099 600000-600199");
    assert_int_equal(make(w), CP_OK);
    assert_label(w, A, A, 16100);
    assert_label(w, B, A, 400100);
    assert_label(w, C, A, 600000);
    assert_label(w, A, B, 16200);
    assert_label(w, B, B, 400200);
    assert_label(w, C, B, 600100);
    assert_false(cp_sids_of_node(w->sids, A, C).known);
}

static void past_the_readers_srgb_there_is_no_label(void **state)
{
    struct world *w = *state;

    put_net(w, "100", "5", "");
    put_fact(w, "b", "srgb", "400000-400099");
    assert_int_equal(make(w), CP_OK);
    assert_false(cp_sids_of_node(w->sids, B, A).known);
    assert_label(w, B, B, 400005);
}

static void a_number_outside_the_srgb_is_refused(void **state)
{
    put_net(*state, "1", "8000", "");
    assert_refused(*state, CP_ERR_RANGE, 2,
                   "a sid outside the SRGB of its node, as label and as index");
}

static void a_number_that_may_be_both_is_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "5000");
    put_fact(w, "c", "srgb", "1000-9999");
    assert_refused(w, CP_ERR_CONFLICT, 3,
                   "a sid that may be a label or an index: label:NUMBER or index:NUMBER says");
}

static void the_word_before_it_says_what_a_number_is(void **state)
{
    struct world *w = *state;

    put_net(w, "index:5000", "label:5000", "");
    put_fact(w, "a", "srgb", "1000-9999");
    put_fact(w, "b", "srgb", "1000-9999");
    assert_int_equal(make(w), CP_OK);
    assert_label(w, A, A, 6000);
    assert_label(w, A, B, 5000);
}

static void two_nodes_with_one_index_are_refused(void **state)
{
    put_net(*state, "7", "", "16007");
    assert_refused(*state, CP_ERR_DUPLICATE, 3, "a node with the sid of another one");
}

static void a_word_is_no_sid(void **state)
{
    put_net(*state, "", "x", "");
    assert_refused(*state, CP_ERR_MALFORMED, 2,
                   "no segment identifier: a label, an index or an IPv6 address");
}

static void both_planes_in_one_case_are_refused(void **state)
{
    put_net(*state, "7", "", "fd00::1");
    assert_refused(*state, CP_ERR_CONFLICT, 3,
                   "segment identifiers of both SR-MPLS and SRv6 in one case");
}

static void two_statements_about_one_block_are_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "a", "srgb", "17000-18000");
    put_fact(w, "a", "srgb", "17000-18000");
    put_fact(w, "a", "srgb", "17000-18001");
    assert_refused(w, CP_ERR_CONFLICT, 9, "another block of labels than stated before");
}

static void a_node_whose_blocks_overlap_is_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "b", "srgb", "15500-16999");
    put_fact(w, "b", "srlb", "14000-14999 16999-17100");
    assert_refused(w, CP_ERR_DUPLICATE, 2, "a node whose srlb overlaps its srgb");
}

static void a_stated_block_may_overlap_the_usual_other(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "a", "srgb", "15500-16999");
    put_fact(w, "b", "srlb", "16000-16099");
    assert_int_equal(make(w), CP_OK);
}

/* ---- adjacencies ---- */

static void an_adjacency_has_a_label_in_each_direction(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "ab", "adj-sid-ab", "24001");
    put_fact(w, "ab", "adj-sid-ba", "index:17");
    assert_int_equal(make(w), CP_OK);
    assert_int_equal(cp_sids_of_adjacency(w->sids, AB, A, B).label, 24001);
    assert_int_equal(cp_sids_of_adjacency(w->sids, AB, B, A).label, 15017);
    assert_false(cp_sids_of_adjacency(w->sids, BC, B, C).known);
}

static void on_a_lan_each_pair_of_ends_has_one(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "n/a/c", "adj-sid-ab", "24001");
    put_fact(w, "n/c/a", "adj-sid-ab", "24001");
    put_fact(w, "n/c/b", "adj-sid-ab", "24002");
    assert_int_equal(make(w), CP_OK);
    assert_int_equal(cp_sids_of_adjacency(w->sids, N, A, C).label, 24001);
    assert_int_equal(cp_sids_of_adjacency(w->sids, N, C, A).label, 24001);
    assert_int_equal(cp_sids_of_adjacency(w->sids, N, C, B).label, 24002);
    assert_false(cp_sids_of_adjacency(w->sids, N, A, B).known);
}

static void a_lan_without_a_pair_is_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "n/a", "adj-sid-ab", "24001");
    assert_refused(w, CP_ERR_UNKNOWN_ID, 7, "no two ends of the LAN: its part is FROM/TO");
}

static void one_label_for_two_adjacencies_of_a_node_is_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "ab", "adj-sid-ba", "24001");
    put_fact(w, "bc", "adj-sid-ab", "24001");
    assert_refused(w, CP_ERR_DUPLICATE, 2, "a node with one sid for two adjacencies");
}

static void a_label_of_the_srgb_is_no_adjacencys(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "ab", "adj-sid-ba", "16001");
    assert_refused(w, CP_ERR_RANGE, 7,
                   "no label of an adjacency: reserved, or inside the SRGB of its node");
}

/* ---- depth ---- */

static void the_depth_is_the_nodes_own_word(void **state)
{
    struct world *w = *state;

    put_net(w, "1", "2", "3");
    put_fact(w, "a", "msd", "0");
    put_fact(w, "b", "msd", "255");
    put_fact(w, "c", "msd", "unknown");
    assert_int_equal(make(w), CP_OK);
    assert_int_equal(cp_sids_depth(w->sids, A), 0);
    assert_int_equal(cp_sids_depth(w->sids, B), 255);
    assert_int_equal(cp_sids_depth(w->sids, C), CP_NONE);
}

/* RFC 9352 4.3 TEST */
static void without_room_for_a_header_srv6_has_one_segment(void **state)
{
    struct world *w = *state;

    put_net(w, "fd00:0:1::1", "", "");
    put_fact(w, "a", "msd", "0");
    put_fact(w, "b", "msd", "3");
    assert_int_equal(make(w), CP_OK);
    assert_int_equal(cp_sids_depth(w->sids, A), 1);
    assert_int_equal(cp_sids_depth(w->sids, B), 3);
}

/* ---- SRv6 ---- */

static void srv6_sids_are_addresses_inside_their_locators(void **state)
{
    struct world *w = *state;
    struct cp_sid sid;

    put_net(w, "fd00:0:1::e", "", "");
    put_fact(w, "a", "locator", "fd00:0:1::/48");
    put_fact(w, "ab", "adj-sid-ab", "fd00:0:1:1::");
    assert_int_equal(make(w), CP_OK);
    assert_int_equal(cp_sids_plane(w->sids), CP_PLANE_SRV6);
    sid = cp_sids_of_node(w->sids, B, A);
    assert_true(sid.known);
    assert_int_equal(sid.srv6[15], 0xe);
    assert_int_equal(cp_sids_of_adjacency(w->sids, AB, A, B).srv6[7], 1);
    assert_false(cp_sids_of_adjacency(w->sids, AB, B, A).known);
}

static void an_address_outside_the_locator_is_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "fd00:0:2::e", "", "");
    put_fact(w, "a", "locator", "fd00:0:1::/48");
    assert_refused(w, CP_ERR_RANGE, 1, "a sid outside the locator of its node");
}

static void one_address_for_two_things_is_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "fd00::e", "", "");
    put_fact(w, "bc", "adj-sid-ab", "fd00::e");
    assert_refused(w, CP_ERR_DUPLICATE, 2, "a node whose sid, or an adjacency's, stands twice");
}

/* ---- plans ---- */

static void assign(struct world *w, cp_plane plane)
{
    assert_int_equal(make(w), CP_OK);
    assert_int_equal(cp_sids_assign(w->sids, plane, w->arena, &w->sids, &w->diag), CP_OK);
}

static void a_plan_keeps_what_is_stated_and_fills_the_rest(void **state)
{
    struct world *w = *state;

    put_net(w, "", "1", "");
    put_fact(w, "ab", "adj-sid-ba", "15000");
    assign(w, CP_PLANE_SR_MPLS);
    assert_label(w, A, A, 16002);
    assert_label(w, A, B, 16001);
    assert_label(w, A, C, 16003);
    assert_int_equal(cp_sids_of_adjacency(w->sids, AB, A, B).label, 15000);
    assert_int_equal(cp_sids_of_adjacency(w->sids, N, A, B).label, 15001);
    assert_int_equal(cp_sids_of_adjacency(w->sids, AB, B, A).label, 15000);
    assert_int_equal(cp_sids_of_adjacency(w->sids, BC, B, C).label, 15001);
    assert_int_equal(cp_sids_of_adjacency(w->sids, N, B, C).label, 15003);
}

static void a_plan_of_srv6_has_a_locator_for_each_node(void **state)
{
    static const uint8_t end_of_b[16] = {0x5f, 0, 0, 0, 0, 0, 0, 2, 0, 1};
    static const uint8_t second_of_a[16] = {0x5f, 0, 0, 0, 0, 0, 0, 1, 1, 1};
    static const uint8_t end_of_c[16] = {0xfd, 0, 0, 0, 0, 1, 0, 1};
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "c", "locator", "fd00:0:1::/48");
    assign(w, CP_PLANE_SRV6);
    assert_memory_equal(cp_sids_of_node(w->sids, A, B).srv6, end_of_b, 16);
    assert_memory_equal(cp_sids_of_node(w->sids, A, C).srv6, end_of_c, 16);
    assert_memory_equal(cp_sids_of_adjacency(w->sids, N, A, B).srv6, second_of_a, 16);
}

static void a_plan_past_the_blocks_is_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "b", "srlb", "15000-15002");
    put_fact(w, "c", "srlb", "15000-15001");
    assert_int_equal(make(w), CP_OK);
    assert_int_equal(cp_sids_assign(w->sids, CP_PLANE_SR_MPLS, w->arena, &w->sids, &w->diag),
                     CP_ERR_LIMIT);
    assert_string_equal(w->diag.why, "more adjacencies than the SRLB of the node holds");
    assert_string_equal(w->diag.subject, "b");
}

static void a_plan_past_the_srgb_is_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "", "", "");
    put_fact(w, "c", "srgb", "16000-16002");
    assert_int_equal(make(w), CP_OK);
    assert_int_equal(cp_sids_assign(w->sids, CP_PLANE_SR_MPLS, w->arena, &w->sids, &w->diag),
                     CP_ERR_LIMIT);
    assert_string_equal(w->diag.subject, "c");
}

static void a_plan_of_the_other_plane_is_refused(void **state)
{
    struct world *w = *state;

    put_net(w, "1", "", "");
    assert_int_equal(make(w), CP_OK);
    assert_int_equal(cp_sids_assign(w->sids, CP_PLANE_SRV6, w->arena, &w->sids, &w->diag),
                     CP_ERR_CONFLICT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_number_in_the_srgb_is_a_label_and_a_small_one_an_index),
        CASE(an_index_is_counted_in_the_readers_srgb),
        CASE(past_the_readers_srgb_there_is_no_label),
        CASE(a_number_outside_the_srgb_is_refused),
        CASE(a_number_that_may_be_both_is_refused),
        CASE(the_word_before_it_says_what_a_number_is),
        CASE(two_nodes_with_one_index_are_refused),
        CASE(a_word_is_no_sid),
        CASE(both_planes_in_one_case_are_refused),
        CASE(two_statements_about_one_block_are_refused),
        CASE(a_node_whose_blocks_overlap_is_refused),
        CASE(a_stated_block_may_overlap_the_usual_other),
        CASE(an_adjacency_has_a_label_in_each_direction),
        CASE(on_a_lan_each_pair_of_ends_has_one),
        CASE(a_lan_without_a_pair_is_refused),
        CASE(one_label_for_two_adjacencies_of_a_node_is_refused),
        CASE(a_label_of_the_srgb_is_no_adjacencys),
        CASE(the_depth_is_the_nodes_own_word),
        CASE(without_room_for_a_header_srv6_has_one_segment),
        CASE(srv6_sids_are_addresses_inside_their_locators),
        CASE(an_address_outside_the_locator_is_refused),
        CASE(one_address_for_two_things_is_refused),
        CASE(a_plan_keeps_what_is_stated_and_fills_the_rest),
        CASE(a_plan_of_srv6_has_a_locator_for_each_node),
        CASE(a_plan_past_the_blocks_is_refused),
        CASE(a_plan_past_the_srgb_is_refused),
        CASE(a_plan_of_the_other_plane_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
