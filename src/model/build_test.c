#include "model/build.h"

#include "draft.h"
#include "model/limits.h"

static void rows_are_copied(void **state)
{
    struct draft d = draft_open();
    char id[] = "a", role[400], tag[] = "gov";
    struct cp_node_row row = cp_node_row_make(draft_place(&d), cp_text_of(id));
    struct cp_site_row site = cp_site_row_make(draft_place(&d), cp_text_of(tag));

    (void)state;
    memset(role, 'r', sizeof(role));
    row.role = (cp_text){role, sizeof(role)};
    row.tags = cp_text_of(tag);
    draft_node_add(&d, &row);
    assert_int_equal(cp_build_site(d.build, &site, &d.diag), CP_OK);
    assert_int_equal(
        cp_build_remark(d.build, CP_REMARK_FINDING, CP_PLACE_NONE, "why", cp_text_of(id), 1),
        CP_OK);
    memset(id, 'x', 1);
    memset(role, 'x', sizeof(role));
    memset(tag, 'x', 3);
    draft_finish(&d);
    assert_text(d.c->nodes[0].id, "a");
    assert_int_equal(d.c->nodes[0].role.len, sizeof(role));
    for (size_t i = 0; i < sizeof(role); i++)
        assert_int_equal(d.c->nodes[0].role.at[i], 'r');
    assert_true(cp_case_has_tag(d.c, d.c->nodes[0].tags, CP_TEXT("gov")));
    assert_int_equal(cp_case_node(d.c, CP_TEXT("a")).at, 0);
    assert_text(d.c->sites[0].id, "gov");
    assert_text(d.c->remarks[0].subject, "a");
    draft_close(&d);
}

static void everything_that_a_node_says_is_kept(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row row = draft_node_row(&d, "a");
    const struct cp_node_rec *node;

    (void)state;
    row.layer = CP_LAYER_RADIO;
    row.role = CP_TEXT("core");
    row.site = CP_TEXT("seoul");
    row.operator_name = CP_TEXT("kt");
    row.loopback = CP_TEXT("10.0.0.1");
    row.sid = CP_TEXT("16001");
    row.managed_by = CP_TEXT("ems b  ems");
    row.tags = CP_TEXT("x y");
    row.lat_udeg = -37532600;
    row.lon_udeg = 127024612;
    row.maker = CP_TEXT("Huawei");
    row.maker_place = (cp_place){0, 1, 9};
    row.model = CP_TEXT("NE40E");
    row.software = CP_TEXT("VRP");
    draft_site(&d, "seoul", "");
    draft_node_add(&d, &row);
    draft_nodes(&d, "b ems");
    draft_finish(&d);
    node = &d.c->nodes[0];
    assert_int_equal(node->layer, CP_LAYER_RADIO);
    assert_text(node->role, "core");
    assert_int_equal(node->site, 0);
    assert_text(node->operator_name, "kt");
    assert_text(node->loopback, "10.0.0.1");
    assert_text(node->sid, "16001");
    assert_int_equal(node->managed_by.count, 2);
    assert_int_equal(d.c->managers[node->managed_by.first].at, 2);
    assert_int_equal(d.c->managers[node->managed_by.first + 1].at, 1);
    assert_int_equal(node->tags.count, 2);
    assert_int_equal(node->lat_udeg, -37532600);
    assert_int_equal(node->lon_udeg, 127024612);
    assert_int_equal(node->place.line, 1);
    assert_int_equal(d.c->fact_count, 3);
    assert_text(d.c->facts[0].attribute, "maker");
    assert_text(d.c->facts[0].value, "Huawei");
    assert_int_equal(d.c->facts[0].place.column, 9);
    assert_int_equal(d.c->facts[0].date, CP_DATE_NONE);
    assert_text(d.c->facts[1].value, "NE40E");
    assert_text(d.c->facts[2].attribute, "software");
    assert_int_equal(d.c->facts[2].place.line, 1);
    assert_int_equal(d.c->nodes[1].site, CP_NONE);
    assert_int_equal(d.c->nodes[1].lat_udeg, CP_COORD_NONE);
    draft_close(&d);
}

static void everything_that_a_link_says_is_kept(void **state)
{
    struct draft d = draft_open();
    struct cp_link_row row = draft_link_row(&d, "a", "b");
    const struct cp_link_rec *link;

    (void)state;
    row.id = CP_TEXT("l1");
    row.a_port = CP_TEXT("et-0/0/1");
    row.layer = CP_LAYER_ETHERNET;
    row.link_class = CP_TEXT("leased-circuit");
    row.metric_ab = 5;
    row.capacity_bps = UINT64_C(100000000000);
    row.delay_us = 0;
    row.srlgs = CP_TEXT("duct-1 duct-2");
    row.maker = CP_TEXT("Nokia");
    row.operator_name = CP_TEXT("kt");
    row.tags = CP_TEXT("t");
    draft_nodes(&d, "a b");
    draft_link_add(&d, &row);
    draft_finish(&d);
    link = draft_get_link(&d, "l1");
    assert_int_equal(link->layer, CP_LAYER_ETHERNET);
    assert_text(link->link_class, "leased-circuit");
    assert_false(link->lan);
    assert_ends(&d, link, "a b ");
    assert_text(d.c->ends[link->ends.first].port, "et-0/0/1");
    assert_int_equal(d.c->ends[link->ends.first].metric, 5);
    assert_int_equal(d.c->ends[link->ends.first + 1].metric, 5);
    assert_true(link->capacity_bps == UINT64_C(100000000000));
    assert_int_equal(link->delay_us, 0);
    assert_int_equal(link->srlgs.count, 2);
    assert_text(d.c->srlgs[d.c->link_srlgs[link->srlgs.first + 1]], "duct-2");
    assert_text(link->operator_name, "kt");
    assert_int_equal(link->tags.count, 1);
    assert_int_equal(link->alternatives.count, 0);
    assert_int_equal(d.c->fact_count, 1);
    assert_int_equal(d.c->facts[0].kind, CP_OBJECT_LINK);
    assert_int_equal(d.c->link_facts[1] - d.c->link_facts[0], 1);
    draft_close(&d);
}

static void an_id_stands_once(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row node = draft_node_row(&d, "a");
    struct cp_site_row site = cp_site_row_make(draft_place(&d), CP_TEXT("a"));
    struct cp_link_row link = draft_link_row(&d, "a", "b");
    struct cp_demand_row demand = cp_demand_row_make(draft_place(&d), CP_TEXT("a"), CP_TEXT("b"));

    (void)state;
    link.id = CP_TEXT("a"); /* nodes, links, sites and demands do not share ids */
    demand.id = CP_TEXT("a");
    for (int round = 0; round < 2; round++) {
        cp_err err = round == 0 ? CP_OK : CP_ERR_DUPLICATE;

        assert_int_equal(cp_build_node(d.build, &node, &d.diag), err);
        assert_int_equal(cp_build_site(d.build, &site, &d.diag), err);
        assert_int_equal(cp_build_link(d.build, &link, &d.diag), err);
        assert_int_equal(cp_build_demand(d.build, &demand, &d.diag), err);
    }
    assert_string_equal(d.diag.subject, "a");
    assert_int_equal(d.diag.place.line, demand.place.line);
    draft_close(&d);
}

static void what_must_be_there_is_asked_for(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row node = draft_node_row(&d, "");
    struct cp_site_row site = cp_site_row_make(draft_place(&d), CP_TEXT(""));
    struct cp_link_row link = draft_link_row(&d, "a", "");
    struct cp_demand_row demand = cp_demand_row_make(draft_place(&d), CP_TEXT(""), CP_TEXT("b"));
    struct cp_fact_row fact = draft_fact_row(&d, "", "maker", "x");

    (void)state;
    assert_int_equal(cp_build_node(d.build, &node, &d.diag), CP_ERR_MALFORMED);
    assert_int_equal(cp_build_site(d.build, &site, &d.diag), CP_ERR_MALFORMED);
    assert_int_equal(cp_build_link(d.build, &link, &d.diag), CP_ERR_MALFORMED);
    assert_int_equal(cp_build_demand(d.build, &demand, &d.diag), CP_ERR_MALFORMED);
    assert_int_equal(cp_build_fact(d.build, &fact, &d.diag), CP_ERR_MALFORMED);
    fact = draft_fact_row(&d, "a", "", "x");
    assert_int_equal(cp_build_fact(d.build, &fact, &d.diag), CP_ERR_MALFORMED);
    fact = draft_fact_row(&d, "a", "maker", "");
    assert_int_equal(cp_build_fact(d.build, &fact, &d.diag), CP_ERR_MALFORMED);
    draft_finish(&d);
    assert_int_equal(d.c->inputs[0].used, 0);
    draft_close(&d);
}

static void text_is_utf8_without_control_characters(void **state)
{
    static const char *const bad[] = {"\x01", "a\nb",   "a\tb",        "\x7f",
                                      "\xff", "ab\xc3", "\xed\xa0\x80"};
    struct draft d = draft_open();

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++) {
        struct cp_node_row node = draft_node_row(&d, bad[i]);
        struct cp_fact_row fact = draft_fact_row(&d, "a", "maker", bad[i]);

        assert_int_equal(cp_build_node(d.build, &node, &d.diag), CP_ERR_MALFORMED);
        node = draft_node_row(&d, "a");
        node.tags = cp_text_of(bad[i]);
        assert_int_equal(cp_build_node(d.build, &node, &d.diag), CP_ERR_MALFORMED);
        assert_int_equal(d.diag.place.line, d.line);
        assert_int_equal(cp_build_fact(d.build, &fact, &d.diag), CP_ERR_MALFORMED);
    }
    draft_node(&d, "서울 1");
    draft_finish(&d);
    assert_text(d.c->nodes[0].id, "서울 1");
    draft_close(&d);
}

static void numbers_have_bounds(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row node = draft_node_row(&d, "a");
    struct cp_link_row link = draft_link_row(&d, "a", "b");

    (void)state;
    node.lat_udeg = 90000001;
    assert_int_equal(cp_build_node(d.build, &node, &d.diag), CP_ERR_RANGE);
    node.lat_udeg = -90000000;
    node.lon_udeg = -180000001;
    assert_int_equal(cp_build_node(d.build, &node, &d.diag), CP_ERR_RANGE);
    node.lon_udeg = 180000000;
    node.layer = CP_LAYER_COUNT;
    assert_int_equal(cp_build_node(d.build, &node, &d.diag), CP_ERR_RANGE);
    node.layer = CP_LAYER_IP;
    draft_node_add(&d, &node);
    link.metric_ba = UINT32_MAX;
    assert_int_equal(cp_build_link(d.build, &link, &d.diag), CP_ERR_RANGE);
    link.metric_ba = CP_METRIC_MAX;
    draft_link_add(&d, &link);
    draft_close(&d);
}

static void spaces_around_a_text_say_nothing(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row row = draft_node_row(&d, " a ");
    struct cp_node_row blank = draft_node_row(&d, "  ");

    (void)state;
    row.role = CP_TEXT(" core ");
    row.operator_name = CP_TEXT("  ");
    row.maker = CP_TEXT(" ");
    draft_node_add(&d, &row);
    assert_int_equal(cp_build_node(d.build, &blank, &d.diag), CP_ERR_MALFORMED);
    draft_finish(&d);
    assert_text(draft_get_node(&d, " a ")->role, "core");
    assert_text(draft_get_node(&d, " a ")->operator_name, "");
    assert_int_equal(d.c->fact_count, 0);
    draft_close(&d);
}

static void records_are_counted(void **state)
{
    struct draft d = draft_open();
    uint32_t other;

    (void)state;
    assert_int_equal(cp_build_input(d.build, CP_TEXT("b.csv"), CP_TEXT(""), &other), CP_OK);
    draft_nodes(&d, "a b");
    draft_link(&d, "", "a", "a");
    draft_link(&d, "", "a", "b");
    draft_demand(&d, "a", "b");
    draft_fact(&d, "a", "maker", "x");
    draft_fact(&d, "c", "maker", "x");
    cp_build_used(d.build, other, 5);
    cp_build_used(d.build, 99, 5);
    assert_int_equal(cp_build_remark(d.build, CP_REMARK_NOT_UNDERSTOOD, (cp_place){other, 1, 1},
                                     "why", CP_TEXT("x"), 1),
                     CP_OK);
    draft_finish(&d);
    assert_int_equal(d.c->input_count, 2);
    assert_text(d.c->inputs[0].path, "case.csv");
    assert_string_equal(d.c->inputs[0].sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_int_equal(d.c->inputs[0].used, 5);
    assert_int_equal(d.c->inputs[0].ignored, 1);
    assert_int_equal(d.c->inputs[0].not_understood, 1);
    assert_int_equal(d.c->inputs[1].used, 5);
    assert_int_equal(d.c->inputs[1].not_understood, 1);
    assert_int_equal(d.c->remark_count, 3);
    assert_int_equal(d.c->remarks[0].kind, CP_REMARK_IGNORED);
    assert_text(d.c->remarks[0].subject, "a");
    assert_string_equal(d.c->remarks[0].why, "link from a node to itself");
    assert_int_equal(d.c->remarks[0].place.line, 3);
    assert_text(d.c->remarks[2].subject, "c");
    draft_close(&d);
}

static void rows_count_unless_they_were_counted_otherwise(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_node(&d, "a");
    cp_build_counting(d.build, CP_COUNT_NO_ROWS);
    draft_node(&d, "b");
    draft_link(&d, "l", "a", "b");
    cp_build_counting(d.build, CP_COUNT_ROWS);
    draft_node(&d, "c");
    draft_finish(&d);
    assert_int_equal(d.c->inputs[0].used, 2);
    assert_int_equal(d.c->node_count, 3);
    draft_close(&d);
}

static void a_site_that_is_not_there_is_left_out_with_a_hint(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row row;

    (void)state;
    draft_site(&d, "busan", "");
    draft_site(&d, "seoul", "");
    row = draft_node_row(&d, "a");
    row.site = CP_TEXT("seol");
    draft_node_add(&d, &row);
    draft_finish(&d);
    draft_left_out(&d, 0, 3, "seol", "seoul");
    assert_int_equal(d.c->nodes[0].site, CP_NONE);
    assert_int_equal(d.c->inputs[0].used, 2);
    assert_int_equal(d.c->inputs[0].not_understood, 1);
    draft_close(&d);
}

static void without_sites_those_of_facts_are_made(void **state)
{
    struct draft d = draft_open();
    struct cp_fact_row old;

    (void)state;
    draft_nodes(&d, "a b c");
    draft_fact(&d, "a", "site", "s");
    draft_fact(&d, "node:b", "site", "t");
    draft_fact(&d, "nothing", "site", "u");
    old = draft_fact_row(&d, "c", "site", "old");
    old.expires = 1;
    assert_int_equal(cp_build_fact(d.build, &old, &d.diag), CP_OK);
    assert_int_equal(cp_build_finish(d.build, 2, &d.c, &d.diag), CP_OK);
    assert_int_equal(d.c->site_count, 2);
    assert_text(d.c->sites[0].id, "s");
    assert_int_equal(d.c->nodes[0].site, 0);
    assert_int_equal(d.c->nodes[1].site, 1);
    assert_int_equal(d.c->nodes[2].site, CP_NONE);
    draft_close(&d);
}

static void without_sites_those_named_are_made(void **state)
{
    struct draft d = draft_open();
    static const char *const sites[] = {"seoul", "", "busan", "seoul"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(sites); i++) {
        const char id[2] = {(char)('a' + i), 0};
        struct cp_node_row row = draft_node_row(&d, id);

        row.site = cp_text_of(sites[i]);
        draft_node_add(&d, &row);
    }
    draft_fact(&d, "site:busan", "country", "KR");
    draft_finish(&d);
    assert_int_equal(d.c->site_count, 2);
    assert_text(d.c->sites[1].id, "busan");
    assert_text(d.c->sites[1].country, "KR");
    assert_int_equal(d.c->sites[1].lat_udeg, CP_COORD_NONE);
    assert_int_equal(d.c->sites[1].place.line, 3);
    assert_int_equal(d.c->nodes[1].site, CP_NONE);
    assert_int_equal(d.c->nodes[3].site, 0);
    assert_int_equal(cp_case_site(d.c, CP_TEXT("busan")), 1);
    draft_close(&d);
}

static void a_manager_that_is_not_there_is_an_error(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row row;

    (void)state;
    draft_node(&d, "ems 1"); /* an id with a space is the whole cell */
    row = draft_node_row(&d, "a");
    row.managed_by = CP_TEXT("ems 1");
    draft_node_add(&d, &row);
    row = draft_node_row(&d, "b");
    row.managed_by = CP_TEXT("a ems");
    draft_node_add(&d, &row);
    draft_fails(&d, CP_ERR_UNKNOWN_ID, 3, "ems");
}

static void a_remark_counts_all_records_that_it_stands_for(void **state)
{
    struct draft d = draft_open();

    (void)state;
    assert_int_equal(
        cp_build_remark(d.build, CP_REMARK_IGNORED, (cp_place){0, 1, 1}, "why", CP_TEXT("x"), 132),
        CP_OK);
    assert_int_equal(cp_build_remark(d.build, CP_REMARK_NOT_UNDERSTOOD, (cp_place){0, 2, 1}, "why",
                                     CP_TEXT(""), 3),
                     CP_OK);
    draft_finish(&d);
    assert_int_equal(d.c->inputs[0].ignored, 132);
    assert_int_equal(d.c->inputs[0].not_understood, 3);
    assert_int_equal(d.c->remark_count, 2);
    assert_int_equal(d.c->remarks[0].count, 132);
    draft_close(&d);
}

static void characters_that_are_not_seen_are_refused(void **state)
{
    static const char *const makers[] = {"Hua\xe2\x80\x8bwei", "Hua\xc2\xadwei",
                                         "\xe2\x80\xaeieWauH", "Huawei\xef\xbb\xbf",
                                         "Hua\xc2\x9bwei"};
    struct draft d = draft_open();

    (void)state;
    for (size_t i = 0; i < CP_COUNT(makers); i++) {
        struct cp_node_row row = draft_node_row(&d, "r");

        row.maker = cp_text_of(makers[i]);
        assert_int_equal(cp_build_node(d.build, &row, &d.diag), CP_ERR_MALFORMED);
        assert_int_equal(d.diag.place.line, d.line);
    }
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_copied),
        cmocka_unit_test(everything_that_a_node_says_is_kept),
        cmocka_unit_test(everything_that_a_link_says_is_kept),
        cmocka_unit_test(an_id_stands_once),
        cmocka_unit_test(what_must_be_there_is_asked_for),
        cmocka_unit_test(text_is_utf8_without_control_characters),
        cmocka_unit_test(numbers_have_bounds),
        cmocka_unit_test(spaces_around_a_text_say_nothing),
        cmocka_unit_test(records_are_counted),
        cmocka_unit_test(rows_count_unless_they_were_counted_otherwise),
        cmocka_unit_test(a_site_that_is_not_there_is_left_out_with_a_hint),
        cmocka_unit_test(without_sites_those_named_are_made),
        cmocka_unit_test(without_sites_those_of_facts_are_made),
        cmocka_unit_test(a_manager_that_is_not_there_is_an_error),
        cmocka_unit_test(a_remark_counts_all_records_that_it_stands_for),
        cmocka_unit_test(characters_that_are_not_seen_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
