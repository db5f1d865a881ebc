#include <stdio.h>

#include "draft.h"
#include "model/limits.h"

static void default_ids_count_parallel_links(void **state)
{
    static const char *const ids[] = {"a--b", "own", "a--b#2", "b--a#3", "a--c", "c--b"};
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b c");
    draft_link(&d, "", "a", "b");
    draft_link(&d, "own", "a", "b"); /* has an id, so it does not count */
    draft_link(&d, "", "a", "b");
    draft_link(&d, "", "b", "a");
    draft_link(&d, "", "a", "c");
    draft_link(&d, "", "c", "b");
    draft_finish(&d);
    assert_int_equal(d.c->link_count, CP_COUNT(ids));
    for (size_t i = 0; i < CP_COUNT(ids); i++) {
        assert_text(d.c->links[i].id, ids[i]);
        assert_int_equal(cp_case_link(d.c, cp_text_of(ids[i])).at, i);
    }
    assert_ends(&d, &d.c->links[3], "b a ");
    draft_close(&d);
}

/* Thousands of links without id among few nodes: each gets the number that plain counting gives. */
static void many_default_ids_are_all_different_and_found(void **state)
{
    enum { NODES = 24, LINKS = 3000 };
    static uint32_t counts[NODES][NODES];
    struct draft d = draft_open();
    uint32_t random = 1;
    char id[LINKS][32], name[2][8];

    (void)state;
    for (uint32_t v = 0; v < NODES; v++) {
        (void)snprintf(name[0], sizeof name[0], "n%u", v);
        draft_nodes(&d, name[0]);
    }
    for (uint32_t i = 0; i < LINKS; i++) {
        random = random * 1664525 + 1013904223;
        uint32_t a = (random >> 8) % NODES, b = (a + 1 + (random >> 16) % (NODES - 1)) % NODES;
        uint32_t ordinal = ++counts[a < b ? a : b][a < b ? b : a];

        (void)snprintf(name[0], sizeof name[0], "n%u", a);
        (void)snprintf(name[1], sizeof name[1], "n%u", b);
        draft_link(&d, "", name[0], name[1]);
        if (ordinal == 1)
            (void)snprintf(id[i], sizeof id[i], "%s--%s", name[0], name[1]);
        else
            (void)snprintf(id[i], sizeof id[i], "%s--%s#%u", name[0], name[1], ordinal);
    }
    draft_finish(&d);
    for (uint32_t i = 0; i < LINKS; i++) {
        assert_text(d.c->links[i].id, id[i]);
        assert_int_equal(cp_case_link(d.c, cp_text_of(id[i])).at, i);
    }
    assert_int_equal(cp_case_link(d.c, CP_TEXT("n0--n0")).at, CP_NONE);
    assert_int_equal(cp_case_link(d.c, CP_TEXT("")).at, CP_NONE);
    draft_close(&d);
}

/* Links, LANs of one row or several, and links that are left out, in any order. */
static void ends_are_those_of_the_row_whatever_stands_before(void **state)
{
    static const char *const cells[][3] = {
        {"a", "b", "a b "}, {"c", "a", "c a "}, {"d", "b", "d b "}, {"e", "zz", NULL}};
    static const char *const lans[][3] = {
        {"a b", "c", "a b c "}, {"e", "d", "e d "}, {"b c d e", "", "b c d e "}};
    uint32_t random = 7;

    (void)state;
    for (uint32_t trial = 0; trial < 300; trial++) {
        const char *expected[12];
        struct draft d = draft_open();
        uint32_t count = 0;

        draft_nodes(&d, "a b c d e");
        for (uint32_t i = 0; i < CP_COUNT(expected); i++) {
            random = random * 1664525 + 1013904223;
            uint32_t kind = (random >> 16) % 16, which = (random >> 24) % 4;

            if (kind < 12) {
                draft_link(&d, "", cells[which][0], cells[which][1]);
                if (cells[which][2] != NULL)
                    expected[count++] = cells[which][2];
            } else {
                draft_lan(&d, "", lans[which % 3][0], lans[which % 3][1]);
                expected[count++] = lans[which % 3][2];
            }
        }
        draft_lan(&d, "lan", "a", "zz");
        draft_lan(&d, "lan", "a", "b");
        draft_link(&d, "last", "d", "e");
        draft_lan(&d, "lan", "c", "a");
        draft_finish(&d);
        assert_int_equal(d.c->link_count, count + 2);
        for (uint32_t i = 0; i < count; i++)
            assert_ends(&d, &d.c->links[i], expected[i]);
        assert_ends(&d, draft_get_link(&d, "lan"), "a b c ");
        assert_ends(&d, draft_get_link(&d, "last"), "d e ");
        draft_close(&d);
    }
}

static void a_default_id_that_is_taken_is_refused(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b c");
    draft_link(&d, "", "a", "b");
    draft_link(&d, "a--b", "a", "c");
    draft_fails(&d, CP_ERR_CONFLICT, 4, "a--b");

    d = draft_open();
    draft_nodes(&d, "a b--c a--b c");
    draft_link(&d, "", "a", "b--c");
    draft_link(&d, "", "a--b", "c");
    draft_fails(&d, CP_ERR_CONFLICT, 6, "a--b--c");
}

static void ends_are_nodes_whatever_the_order_of_rows(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_link(&d, "", "x y", "b");
    draft_nodes(&d, "a b");
    draft_node(&d, "x y");
    draft_finish(&d);
    assert_ends(&d, &d.c->links[0], "x y b ");
    draft_close(&d);
}

static void a_link_with_an_end_that_is_not_there_is_left_out(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "router-a router-b");
    draft_link(&d, "l", "router-a", "rotuer-b");
    draft_link(&d, "", "router-b", "router-a");
    draft_link(&d, "last", "router-b", "router-a");
    draft_fact(&d, "last", "maker", "x");
    draft_finish(&d);
    draft_left_out(&d, 0, 3, "rotuer-b", "router-b");
    assert_int_equal(d.c->link_count, 2);
    assert_text(d.c->links[0].id, "router-b--router-a");
    assert_int_equal(cp_case_link(d.c, CP_TEXT("last")).at, 1);
    assert_int_equal(cp_case_link(d.c, CP_TEXT("l")).at, CP_NONE);
    assert_int_equal(d.c->facts[d.c->link_facts[1]].object, 1);
    assert_int_equal(d.c->inputs[0].used, 5);
    assert_int_equal(d.c->inputs[0].not_understood, 1);
    draft_close(&d);

    d = draft_open();
    draft_nodes(&d, "a b");
    draft_link(&d, "l", "a b", "b"); /* a list makes sense for a lan alone */
    draft_finish(&d);
    draft_left_out(&d, 0, 3, "a b", "");
    draft_close(&d);
}

static void what_a_left_out_link_supports_is_refused(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b");
    draft_link(&d, "l", "a", "x");
    draft_over(&d, "upper", "l");
    draft_fails(&d, CP_ERR_UNKNOWN_ID, 4, "l");
}

static void of_a_lan_the_row_with_an_end_that_is_not_there_is_left_out(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b c");
    draft_lan(&d, "gone", "x", "y");
    draft_lan(&d, "lan", "a x", "b");
    draft_link(&d, "l", "a", "b");
    draft_lan(&d, "lan", "a", "b");
    draft_lan(&d, "gone", "x", "a");
    draft_lan(&d, "lan", "b", "c");
    draft_lan(&d, "lan", "b", "y");
    draft_finish(&d);
    assert_int_equal(d.c->link_count, 2);
    assert_text(d.c->links[0].id, "l");
    assert_ends(&d, draft_get_link(&d, "lan"), "a b c ");
    assert_int_equal(d.c->remark_count, 4);
    draft_left_out(&d, 1, 5, "x", "");
    draft_left_out(&d, 3, 10, "y", "");
    assert_int_equal(d.c->inputs[0].used, 6);
    draft_close(&d);
}

static void metrics_default_as_documented(void **state)
{
    static const uint32_t cases[][4] = {{0, 0, 1, 1}, {7, 0, 7, 7}, {0, 7, 1, 7}, {3, 4, 3, 4}};
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b");
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct cp_link_row row = draft_link_row(&d, "a", "b");

        row.metric_ab = cases[i][0];
        row.metric_ba = cases[i][1];
        draft_link_add(&d, &row);
    }
    draft_finish(&d);
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        const struct cp_end *ends = &d.c->ends[d.c->links[i].ends.first];

        assert_int_equal(ends[0].metric, cases[i][2]);
        assert_int_equal(ends[1].metric, cases[i][3]);
    }
    draft_close(&d);
}

static void a_lan_row_lists_its_ends(void **state)
{
    struct draft d = draft_open();
    struct cp_link_row row;

    (void)state;
    draft_nodes(&d, "a b c e");
    draft_node(&d, "x y");
    row = draft_link_row(&d, "a  c ", "b a");
    row.link_class = CP_TEXT("lan");
    row.metric_ab = 3;
    row.metric_ba = 5;
    row.a_port = CP_TEXT("p1 p2");
    draft_link_add(&d, &row);
    draft_lan(&d, "", "x y", "e");
    draft_lan(&d, "", "a  c ", "b a");
    draft_finish(&d);
    assert_true(d.c->links[0].lan);
    assert_ends(&d, &d.c->links[0], "a c b ");
    assert_text(d.c->links[0].id, "a  c --b a");
    assert_int_equal(d.c->ends[0].metric, 3);
    assert_text(d.c->ends[1].port, "p2");
    assert_int_equal(d.c->ends[2].metric, 5);
    assert_int_equal(d.c->remark_count, 1); /* a has metric 3 and metric 5 */
    assert_int_equal(d.c->remarks[0].kind, CP_REMARK_FINDING);
    assert_ends(&d, &d.c->links[1], "x y e ");
    assert_text(d.c->links[2].id, "a  c --b a#2");
    draft_close(&d);
}

static void ports_of_a_list_are_as_many_as_its_ends(void **state)
{
    static const char *const ports[] = {"p1", "p1 p2 p3"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ports); i++) {
        struct draft d = draft_open();
        struct cp_link_row row;

        draft_nodes(&d, "a b c");
        row = draft_link_row(&d, "c", "a b");
        row.link_class = CP_TEXT("lan");
        row.b_port = cp_text_of(ports[i]);
        draft_link_add(&d, &row);
        draft_fails(&d, CP_ERR_CONFLICT, 4, ports[i]);
    }
}

static void rows_of_one_lan_are_joined(void **state)
{
    struct draft d = draft_open();
    const struct cp_link_rec *lan;
    struct cp_link_row row;

    (void)state;
    draft_nodes(&d, "a b c e f");
    draft_lan(&d, "m", "e", "f");
    draft_lan(&d, "l", "a", "b");
    draft_link(&d, "", "a", "b");
    draft_lan(&d, "m", "f", "c");
    row = draft_link_row(&d, "a", "c");
    row.id = CP_TEXT("l");
    row.link_class = CP_TEXT("lan");
    row.metric_ab = 9;
    row.a_port = CP_TEXT("p");
    row.srlgs = CP_TEXT("s");
    row.tags = CP_TEXT("t");
    row.maker = CP_TEXT("x");
    row.operator_name = CP_TEXT("kt");
    row.capacity_bps = 10;
    draft_link_add(&d, &row);
    row = draft_link_row(&d, "e", "a");
    row.id = CP_TEXT("l");
    row.link_class = CP_TEXT("lan");
    row.operator_name = CP_TEXT("skt");
    row.capacity_bps = 20;
    row.delay_us = 4;
    draft_link_add(&d, &row);
    draft_finish(&d);
    assert_int_equal(d.c->link_count, 3);
    assert_ends(&d, draft_get_link(&d, "m"), "e f c ");
    lan = draft_get_link(&d, "l");
    assert_ends(&d, lan, "a b c e ");
    assert_int_equal(d.c->ends[lan->ends.first].metric, 9);
    assert_text(d.c->ends[lan->ends.first].port, "p");
    assert_int_equal(d.c->ends[lan->ends.first + 3].metric, 1);
    assert_int_equal(lan->srlgs.count, 1);
    assert_int_equal(lan->tags.count, 1);
    assert_text(lan->operator_name, "kt");
    assert_int_equal(lan->capacity_bps, 10);
    assert_int_equal(lan->delay_us, 4);
    assert_int_equal(d.c->link_facts[2] - d.c->link_facts[1], 1);
    assert_int_equal(d.c->remark_count, 2); /* operator, capacity */
    assert_int_equal(d.c->inputs[0].used, 11);
    draft_close(&d);
}

static void lans_have_two_ends_and_agree_about_layers(void **state)
{
    struct draft d = draft_open();
    struct cp_link_row row;

    (void)state;
    draft_node(&d, "a");
    draft_lan(&d, "l", "a", "a");
    draft_fails(&d, CP_ERR_CONFLICT, 2, "l");

    d = draft_open();
    draft_nodes(&d, "a b c");
    draft_lan(&d, "l", "a", "b");
    row = draft_link_row(&d, "a", "c");
    row.id = CP_TEXT("l");
    row.link_class = CP_TEXT("lan");
    row.layer = CP_LAYER_ETHERNET;
    draft_link_add(&d, &row);
    draft_fails(&d, CP_ERR_CONFLICT, 5, "l");

    d = draft_open();
    draft_nodes(&d, "a b c");
    draft_link(&d, "x", "a", "b");
    draft_lan(&d, "l", "a", "b");
    row = draft_link_row(&d, "a", "c");
    row.id = CP_TEXT("l");
    row.link_class = CP_TEXT("lan");
    row.over = CP_TEXT("x");
    draft_link_add(&d, &row);
    draft_fails(&d, CP_ERR_CONFLICT, 6, "l");
}

static void a_lan_has_a_limit_of_ends(void **state)
{
    (void)state;
    for (uint32_t count = CP_LIMIT_LAN_ENDS; count <= CP_LIMIT_LAN_ENDS + 1; count++) {
        struct draft d = draft_open();

        for (uint32_t i = 0; i < count; i++) {
            char id[4] = {(char)('a' + i / 100), (char)('0' + i / 10 % 10), (char)('0' + i % 10)};

            draft_node(&d, id);
            draft_lan(&d, "l", "a00", i == 0 ? "a01" : id);
        }
        if (count <= CP_LIMIT_LAN_ENDS) {
            draft_finish(&d);
            assert_int_equal(d.c->links[0].ends.count, count);
            draft_close(&d);
        } else {
            draft_fails(&d, CP_ERR_LIMIT, 2 * count, "l");
        }
    }
}

static void an_id_of_a_link_is_not_a_lans(void **state)
{
    struct draft d = draft_open();
    struct cp_link_row row;

    (void)state;
    draft_nodes(&d, "a b");
    draft_link(&d, "l", "a", "b");
    row = draft_link_row(&d, "a", "b");
    row.id = CP_TEXT("l");
    row.link_class = CP_TEXT("lan");
    assert_int_equal(cp_build_link(d.build, &row, &d.diag), CP_ERR_DUPLICATE);
    row.id = CP_TEXT("m");
    draft_link_add(&d, &row);
    row.link_class = CP_TEXT("");
    assert_int_equal(cp_build_link(d.build, &row, &d.diag), CP_ERR_DUPLICATE);
    draft_close(&d);
}

static void over_names_alternatives(void **state)
{
    struct draft d = draft_open();
    const struct cp_link_rec *link;
    const cp_range *alternatives;

    (void)state;
    draft_nodes(&d, "a b");
    draft_over(&d, "ip", "o1 o2|x y | o2 o2 a--b");
    draft_link(&d, "o1", "a", "b");
    draft_link(&d, "o2", "a", "b");
    draft_link(&d, "x y", "a", "b");
    draft_link(&d, "", "a", "b");
    draft_finish(&d);
    link = draft_get_link(&d, "ip");
    alternatives = &d.c->alternatives[link->alternatives.first];
    assert_int_equal(link->alternatives.count, 3);
    assert_int_equal(alternatives[0].count, 2);
    assert_int_equal(d.c->supports[alternatives[0].first + 1].at, 2);
    assert_int_equal(alternatives[1].count, 1);
    assert_int_equal(d.c->supports[alternatives[1].first].at, 3);
    assert_int_equal(alternatives[2].count, 2);
    assert_int_equal(d.c->supports[alternatives[2].first + 1].at, 4);
    draft_close(&d);
}

static void a_faulty_over_is_refused(void **state)
{
    static const struct {
        const char *over;
        cp_err err;
        const char *subject;
    } cases[] = {
        {"o2", CP_ERR_UNKNOWN_ID, "o2"},        {"o1 |", CP_ERR_CONFLICT, ""},
        {"| o1", CP_ERR_CONFLICT, ""},          {"|", CP_ERR_CONFLICT, ""},
        {"o1|b--a", CP_ERR_UNKNOWN_ID, "b--a"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct draft d = draft_open();

        draft_nodes(&d, "a b");
        draft_link(&d, "o1", "a", "b");
        draft_link(&d, "", "a", "b");
        draft_over(&d, "ip", cases[i].over);
        draft_fails(&d, cases[i].err, 5, cases[i].subject);
    }
}

static void circles_below_are_refused(void **state)
{
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b");
    draft_over(&d, "l1", "l1");
    draft_fails(&d, CP_ERR_CONFLICT, 3, "l1");

    d = draft_open();
    draft_nodes(&d, "a b");
    draft_over(&d, "l1", "l2");
    draft_over(&d, "l2", "l4|l3");
    draft_over(&d, "l3", "l4 l2");
    draft_link(&d, "l4", "a", "b");
    draft_fails(&d, CP_ERR_CONFLICT, 4, "l2");
}

static void a_circle_longer_than_layers_are_deep_is_a_circle(void **state)
{
    enum { LINKS = CP_LIMIT_OVER_DEPTH + 10 };
    struct draft d = draft_open();

    (void)state;
    draft_nodes(&d, "a b");
    for (uint32_t i = 0; i < LINKS; i++) {
        char id[2] = {(char)('0' + i), 0}, below[2] = {(char)('0' + (i + 1) % LINKS), 0};

        draft_over(&d, id, below);
    }
    draft_fails(&d, CP_ERR_CONFLICT, 3, "0");
}

static void layers_have_a_limit_of_depth(void **state)
{
    (void)state;
    for (uint32_t depth = CP_LIMIT_OVER_DEPTH; depth <= CP_LIMIT_OVER_DEPTH + 1; depth++) {
        for (int down = 0; down < 2; down++) { /* whichever end the file begins with */
            struct draft d = draft_open();

            draft_nodes(&d, "a b");
            for (uint32_t i = 0; i <= depth; i++) {
                uint32_t at = down != 0 ? i : depth - i;
                char id[2] = {(char)('A' + at), 0}, below[2] = {(char)('A' + at + 1), 0};

                draft_over(&d, id, at == depth ? "" : below);
            }
            if (depth <= CP_LIMIT_OVER_DEPTH)
                draft_finish(&d);
            else
                assert_int_equal(cp_build_finish(d.build, CP_DATE_NONE, &d.c, &d.diag),
                                 CP_ERR_LIMIT);
            draft_close(&d);
        }
    }
}

static void an_ip_link_joins_ip_nodes(void **state)
{
    struct draft d = draft_open();
    struct cp_node_row node;
    struct cp_link_row link;

    (void)state;
    draft_node(&d, "a");
    node = draft_node_row(&d, "ola");
    node.layer = CP_LAYER_OPTICAL;
    draft_node_add(&d, &node);
    link = draft_link_row(&d, "a", "ola");
    link.layer = CP_LAYER_OPTICAL;
    draft_link_add(&d, &link);
    draft_link(&d, "l", "a", "ola");
    draft_fails(&d, CP_ERR_CONFLICT, 4, "ola");
}

static void srlgs_are_numbered_by_first_mention(void **state)
{
    struct draft d = draft_open();
    static const char *const srlgs[] = {"d2 d1", "", "d1 d3 d1"};

    (void)state;
    draft_nodes(&d, "a b");
    for (size_t i = 0; i < CP_COUNT(srlgs); i++) {
        struct cp_link_row row = draft_link_row(&d, "a", "b");

        row.srlgs = cp_text_of(srlgs[i]);
        draft_link_add(&d, &row);
    }
    draft_finish(&d);
    assert_int_equal(d.c->srlg_count, 3);
    assert_text(d.c->srlgs[0], "d2");
    assert_text(d.c->srlgs[2], "d3");
    assert_int_equal(d.c->links[1].srlgs.count, 0);
    assert_int_equal(d.c->links[2].srlgs.count, 2);
    assert_int_equal(d.c->link_srlgs[d.c->links[2].srlgs.first], 1);
    draft_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_ids_count_parallel_links),
        cmocka_unit_test(many_default_ids_are_all_different_and_found),
        cmocka_unit_test(ends_are_those_of_the_row_whatever_stands_before),
        cmocka_unit_test(a_default_id_that_is_taken_is_refused),
        cmocka_unit_test(ends_are_nodes_whatever_the_order_of_rows),
        cmocka_unit_test(a_link_with_an_end_that_is_not_there_is_left_out),
        cmocka_unit_test(what_a_left_out_link_supports_is_refused),
        cmocka_unit_test(of_a_lan_the_row_with_an_end_that_is_not_there_is_left_out),
        cmocka_unit_test(metrics_default_as_documented),
        cmocka_unit_test(a_lan_row_lists_its_ends),
        cmocka_unit_test(ports_of_a_list_are_as_many_as_its_ends),
        cmocka_unit_test(rows_of_one_lan_are_joined),
        cmocka_unit_test(lans_have_two_ends_and_agree_about_layers),
        cmocka_unit_test(a_lan_has_a_limit_of_ends),
        cmocka_unit_test(an_id_of_a_link_is_not_a_lans),
        cmocka_unit_test(over_names_alternatives),
        cmocka_unit_test(a_faulty_over_is_refused),
        cmocka_unit_test(circles_below_are_refused),
        cmocka_unit_test(a_circle_longer_than_layers_are_deep_is_a_circle),
        cmocka_unit_test(layers_have_a_limit_of_depth),
        cmocka_unit_test(an_ip_link_joins_ip_nodes),
        cmocka_unit_test(srlgs_are_numbered_by_first_mention),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
