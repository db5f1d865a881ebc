#include "draft.h"

#include "base/out.h"
#include "model/limits.h"

/* Ids of the nodes in a range of demand_ends, a space after each. */
static void assert_nodes(const struct draft *d, cp_range range, const char *expected)
{
    char got[256];
    size_t len = 0;

    for (uint32_t i = 0; i < range.count; i++) {
        cp_text id = d->c->nodes[d->c->demand_ends[range.first + i].at].id;

        memcpy(got + len, id.at, id.len);
        len += id.len;
        got[len++] = ' ';
    }
    assert_text((cp_text){got, len}, expected);
}

/* Sites s (tag gov) and t; ip nodes a, c at s, b at t (tag gov), e nowhere; optical node o at s. */
static struct draft draft_sites(void)
{
    static const char *const nodes[][3] = {
        {"a", "s", ""}, {"b", "t", "gov"}, {"o", "s", "gov"}, {"c", "s", "gov"}, {"e", "", ""}};
    struct draft d = draft_open();

    draft_site(&d, "t", "");
    draft_site(&d, "s", "gov");
    draft_site(&d, "empty", "");
    for (size_t i = 0; i < CP_COUNT(nodes); i++) {
        struct cp_node_row row = draft_node_row(&d, nodes[i][0]);

        row.site = cp_text_of(nodes[i][1]);
        row.tags = cp_text_of(nodes[i][2]);
        row.layer = nodes[i][0][0] == 'o' ? CP_LAYER_OPTICAL : CP_LAYER_IP;
        draft_node_add(&d, &row);
    }
    return d;
}

static void ends_are_nodes_sites_or_tags(void **state)
{
    struct draft d = draft_sites();

    (void)state;
    draft_demand(&d, "a", "site:s");
    draft_demand(&d, "site:s", "tag:gov");
    draft_demand(&d, "site:t", "e");
    draft_finish(&d);
    assert_int_equal(d.c->demand_count, 3);
    assert_nodes(&d, d.c->demands[0].src, "a ");
    assert_nodes(&d, d.c->demands[0].dst, "a c ");
    assert_nodes(&d, d.c->demands[1].src, "a c ");
    assert_nodes(&d, d.c->demands[1].dst, "a b c ");
    assert_nodes(&d, d.c->demands[2].src, "b ");
    assert_text(d.c->demands[1].src_name, "site:s");
    assert_text(d.c->demands[1].dst_name, "tag:gov");
    draft_close(&d);
}

static void demands_keep_what_they_say(void **state)
{
    struct draft d = draft_sites();
    struct cp_demand_row row = cp_demand_row_make(draft_place(&d), CP_TEXT("a"), CP_TEXT("b"));

    (void)state;
    draft_demand(&d, "a", "b");
    row.id = CP_TEXT("vpn");
    row.traffic_class = CP_TEXT("sensitive");
    row.tags = CP_TEXT("x y");
    row.bandwidth_bps = 0;
    assert_int_equal(cp_build_demand(d.build, &row, &d.diag), CP_OK);
    draft_demand(&d, "b", "a");
    draft_finish(&d);
    assert_text(d.c->demands[0].id, "d1");
    assert_true(d.c->demands[0].bandwidth_bps == CP_BPS_NONE);
    assert_text(d.c->demands[0].traffic_class, "");
    assert_text(d.c->demands[1].id, "vpn");
    assert_text(d.c->demands[1].traffic_class, "sensitive");
    assert_int_equal(d.c->demands[1].tags.count, 2);
    assert_int_equal(d.c->demands[1].bandwidth_bps, 0);
    assert_int_equal(d.c->demands[1].place.line, 9);
    assert_text(d.c->demands[2].id, "d3");
    draft_close(&d);
}

static void demands_with_ends_that_cannot_be_are_left_out(void **state)
{
    static const struct {
        const char *src, *dst;
        const char *subject, *hint;
    } cases[] = {
        {"x", "a", "x", ""},
        {"a", "site:emptx", "emptx", "empty"},
        {"site:empty", "a", "empty", ""},
        {"a", "tag:go", "go", ""},
        {"a", "tag:", "", ""},
        {"a", "site:", "", ""},
        {"a", "o", "o", ""},
        {"a", "a", "a", ""},
        {"site:t", "b", "site:t", ""},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct draft d = draft_sites();

        draft_demand(&d, "a", "b");
        draft_demand(&d, cases[i].src, cases[i].dst);
        draft_demand(&d, "b", "c");
        draft_finish(&d);
        draft_left_out(&d, 0, 10, cases[i].subject, cases[i].hint);
        assert_int_equal(d.c->remark_count, 1);
        assert_int_equal(d.c->inputs[0].not_understood, 1);
        assert_int_equal(d.c->inputs[0].used, 10);
        assert_int_equal(d.c->demand_count, 2);
        assert_text(d.c->demands[1].id, "d3");
        assert_nodes(&d, d.c->demands[1].dst, "c ");
        draft_close(&d);
    }
}

static void demands_keep_what_they_want_of_their_paths(void **state)
{
    struct draft d = draft_sites();
    struct cp_demand_row row = cp_demand_row_make(draft_place(&d), CP_TEXT("a"), CP_TEXT("b"));

    (void)state;
    row.wished = (struct cp_wished){CP_METRIC_TE, CP_DISJOINT_SITE, CP_SAID_NO, 7, 3};
    row.avoid = CP_TEXT(" c  site:t ");
    row.avoid_column = 9;
    row.require = CP_TEXT("e");
    assert_int_equal(cp_build_demand(d.build, &row, &d.diag), CP_OK);
    draft_demand(&d, "a", "b");
    draft_finish(&d);
    assert_memory_equal(&d.c->demands[0].wished, &row.wished, sizeof(row.wished));
    assert_text(d.c->demands[0].avoid, "c  site:t");
    assert_int_equal(d.c->demands[0].avoid_place.column, 9);
    assert_int_equal(d.c->demands[0].avoid_place.line, row.place.line);
    assert_text(d.c->demands[0].require, "e");
    assert_int_equal(d.c->demands[0].require_place.column, row.place.column);
    assert_int_equal(d.c->demands[1].wished.metric, CP_METRIC_COUNT);
    assert_int_equal(d.c->demands[1].wished.disjoint, CP_DISJOINT_COUNT);
    assert_int_equal(d.c->demands[1].wished.co_routed, CP_SAID_NOTHING);
    assert_int_equal(d.c->demands[1].wished.hops_max, 0);
    assert_text(d.c->demands[1].avoid, "");
    draft_close(&d);
}

/* limit: names of a list */
static cp_err list_of(struct draft *d, uint32_t names, cp_text *list)
{
    struct cp_out out = cp_out_make(d->arena);

    for (uint32_t i = 0; i < names; i++)
        cp_out_str(&out, "a ");
    return cp_out_done(&out, list);
}

static void lists_of_names_and_wishes_have_limits(void **state)
{
    struct draft d = draft_sites();
    struct cp_demand_row row = cp_demand_row_make(draft_place(&d), CP_TEXT("a"), CP_TEXT("b"));

    (void)state;
    assert_int_equal(list_of(&d, CP_LIMIT_LIST_ITEMS, &row.avoid), CP_OK);
    assert_int_equal(cp_build_demand(d.build, &row, &d.diag), CP_OK);
    assert_int_equal(list_of(&d, CP_LIMIT_LIST_ITEMS + 1, &row.require), CP_OK);
    assert_int_equal(cp_build_demand(d.build, &row, &d.diag), CP_ERR_LIMIT);
    row.require = CP_TEXT("");
    row.wished.co_routed = CP_SAID_COUNT;
    assert_int_equal(cp_build_demand(d.build, &row, &d.diag), CP_ERR_RANGE);
    draft_close(&d);
}

static void words_of_wishes_are_found_by_their_names(void **state)
{
    (void)state;
    for (cp_metric i = 0; i < CP_METRIC_COUNT; i++)
        assert_int_equal(cp_metric_find(cp_text_of(cp_metric_name(i))), i);
    for (cp_disjoint i = 0; i < CP_DISJOINT_COUNT; i++)
        assert_int_equal(cp_disjoint_find(cp_text_of(cp_disjoint_name(i))), i);
    assert_int_equal(cp_metric_find(CP_TEXT("")), CP_METRIC_COUNT);
    assert_int_equal(cp_disjoint_find(CP_TEXT("nodes")), CP_DISJOINT_COUNT);
}

static void a_default_id_that_is_taken_is_refused(void **state)
{
    struct draft d = draft_sites();
    struct cp_demand_row row = cp_demand_row_make(draft_place(&d), CP_TEXT("a"), CP_TEXT("b"));

    (void)state;
    row.id = CP_TEXT("d2");
    assert_int_equal(cp_build_demand(d.build, &row, &d.diag), CP_OK);
    draft_demand(&d, "a", "b");
    draft_fails(&d, CP_ERR_CONFLICT, 10, "d2");
}

static void a_site_with_itself_is_a_demand_between_its_nodes(void **state)
{
    struct draft d = draft_sites();

    (void)state;
    draft_demand(&d, "site:s", "site:s");
    draft_finish(&d);
    assert_int_equal(d.c->demands[0].src.count, 2);
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_nodes_sites_or_tags),
        cmocka_unit_test(demands_keep_what_they_say),
        cmocka_unit_test(demands_with_ends_that_cannot_be_are_left_out),
        cmocka_unit_test(demands_keep_what_they_want_of_their_paths),
        cmocka_unit_test(lists_of_names_and_wishes_have_limits),
        cmocka_unit_test(words_of_wishes_are_found_by_their_names),
        cmocka_unit_test(a_default_id_that_is_taken_is_refused),
        cmocka_unit_test(a_site_with_itself_is_a_demand_between_its_nodes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
