#include "trial.h"

static const cp_role net = CP_ROLE_NETWORK;

static void refused(const char *text, cp_err err, uint32_t line, uint32_t column,
                    const char *subject)
{
    assert_refused(net, "x.gml", cp_text_of(text), err, line, column, subject);
}

static const char zoo[] =
    "# a comment [ \"\nCreator \"x\"\ngraph [\n  Network \"N [\"\n  list [ a 1 b [ c 2 ] ]\n"
    "  node [\n    id 0\n    label \"Caf&#xe9; &amp; Bar\"\n    Latitude -33.8\n"
    "    Longitude 1.512e2\n    Internal 1\n    graphics [ x 1.5 fill [ c \"#fff\" ] ]\n  ]\n"
    "  node [ id 1 label \"None\" hyperedge 1 ]\n  node [ label \"None\" id 7 Country \"\" ]\n"
    "  node [ id 9 label \"\" ]\n  node [ id 10 label None#2 ]\n"
    "  edge [ source 0 target 1 LinkSpeedRaw 2500000000.0 LinkSpeed \"2.5\" LinkSpeedUnits \"G\" ]\n"
    "  edge [ source 1 target 7 LinkSpeed \"155\" LinkSpeedUnits \"M\" label \"up\" ]\n"
    "  edge [ source 7 target 1 LinkLabel \"< 10 &x=1&bogus;\" label \"\" ]\n"
    "  edge [ source 9 target 9 ]\n  edge [ source 9 target 10 label \"None\" ]\n]\n";

static void nodes_are_named_by_their_labels(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x", zoo);

    (void)state;
    assert_int_equal(c->node_count, 5);
    assert_text(c->nodes[0].id, "Caf\xc3\xa9 & Bar");
    assert_text(c->nodes[1].id, "None");
    assert_text(c->nodes[2].id, "None#3"); /* None#2 stands in the file */
    assert_text(c->nodes[3].id, "9");
    assert_text(c->nodes[4].id, "None#2");
    assert_int_equal(count_remarks(c, CP_REMARK_FINDING,
                                   "a label that stands before: this node's id gets a number",
                                   NULL),
                     1);
    trial_close(&t);
}

static void what_has_no_column_is_a_fact(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x.gml", zoo);

    (void)state;
    assert_int_equal(c->nodes[0].lat_udeg, -33800000);
    assert_int_equal(c->nodes[0].lon_udeg, 151200000);
    assert_text(fact_of(c, c->node_facts, 0, "internal"), "1");
    assert_text(fact_of(c, c->node_facts, 0, "id"), "0");
    assert_text(fact_of(c, c->node_facts, 0, "graphics.fill.c"), "#fff");
    assert_text(fact_of(c, c->node_facts, 0, "latitude"), "");
    assert_text(fact_of(c, c->node_facts, 1, "hyperedge"), "1");
    assert_text(fact_of(c, c->link_facts, 2, "linklabel"), "< 10 &x=1&bogus;");
    assert_text(c->evidence[c->facts[0].evidence].source, "gml");
    assert_int_equal(c->facts[0].place.line, 7);
    trial_close(&t);
}

static void links_have_labels_or_default_ids(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x.gml", zoo);

    (void)state;
    assert_int_equal(c->link_count, 4);
    assert_text(c->links[0].id, "Caf\xc3\xa9 & Bar--None");
    assert_text(c->links[1].id, "up");
    assert_true(c->links[0].capacity_bps == UINT64_C(2500000000));
    assert_true(c->links[1].capacity_bps == 155000000);
    assert_true(c->links[2].capacity_bps == CP_BPS_NONE);
    assert_text(c->links[3].id, "9--None#2"); /* its label names a node */
    assert_text(fact_of(c, c->link_facts, 3, "label"), "None");
    assert_int_equal(c->inputs[0].not_understood, 0);
    trial_close(&t);
}

static void loops_and_graph_attributes_are_ignored_loudly(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x.gml", zoo);
    cp_text subject = CP_TEXT("x");

    (void)state;
    assert_int_equal(count_remarks(c, CP_REMARK_IGNORED, "link from a node to itself", NULL), 1);
    assert_int_equal(count_remarks(c, CP_REMARK_IGNORED,
                                   "attributes of the whole graph say nothing about a node or link",
                                   &subject),
                     1);
    assert_text(subject, "");
    assert_int_equal(c->inputs[0].ignored, 5);
    trial_close(&t);
}

static void repeated_link_labels_are_facts(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "x.gml",
        "graph [ node [ id 1 label a ] node [ id 2 label b ] edge [ source 1 target 2 "
        "label L ] edge [ source 1 target 2 label L ] ]");

    (void)state;
    assert_text(c->links[0].id, "a--b");
    assert_text(c->links[1].id, "a--b#2");
    assert_text(fact_of(c, c->link_facts, 1, "label"), "L");
    trial_close(&t);
}

#define NODES_AB "graph [ directed 1 node [ id 1 label a ] node [ id 2 label b ]\n"

static void directed_edges_are_paired_in_file_order(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c =
        trial_network(&t, "x.gml",
                      NODES_AB "edge [ source 1 target 2 label x LinkSpeedRaw 5 ]\n"
                               "edge [ source 1 target 2 label y ]\n"
                               "edge [ source 2 target 1 label x LinkSpeedRaw 3 maker \"ZTE\" ]\n"
                               "edge [ source 2 target 1 label z ] ]");

    (void)state;
    assert_int_equal(c->link_count, 2);
    assert_text(c->links[0].id, "x");
    assert_true(c->links[0].capacity_bps == 3);
    assert_text(fact_of(c, c->link_facts, 0, "maker"), "ZTE");
    assert_text(c->links[1].id, "y");
    assert_text(fact_of(c, c->link_facts, 1, "label"), "z");
    assert_int_equal(c->inputs[0].used, 6);
    trial_close(&t);
}

static void directed_edges_without_any_partner_are_links_with_a_finding(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "x.gml", NODES_AB "edge [ source 1 target 2 ] edge [ source 1 target 2 ] ]");

    (void)state;
    assert_int_equal(c->link_count, 2);
    assert_int_equal(c->remark_count, 1);
    assert_int_equal(c->remarks[0].kind, CP_REMARK_FINDING);
    trial_close(&t);
}

static void a_single_unpaired_edge_is_refused(void **state)
{
    (void)state;
    refused(NODES_AB "edge [ source 1 target 2 ]\nedge [ source 2 target 1 ]\n"
                     "edge [ source 2 target 1 label \"odd\" ] ]",
            CP_ERR_MALFORMED, 4, 1, "odd");
}

static void latin1_is_read_with_a_finding(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c =
        trial_network(&t, "x.gml", "graph [ node [ id 1 label \"Z\xfcrich\" ] ]");

    (void)state;
    assert_text(c->nodes[0].id, "Z\xc3\xbcrich");
    assert_int_equal(c->remarks[0].kind, CP_REMARK_FINDING);
    trial_close(&t);
}

static void broken_documents_are_refused_in_their_place(void **state)
{
    (void)state;
    refused("graph [\n node [ id 1 label \"a ]\n]", CP_ERR_MALFORMED, 2, 20, "");
    refused("graph [\n node [ id 1 ]\n", CP_ERR_MALFORMED, 3, 1, "");
    refused("graph [\n node [ id 1 ]\n]\n]", CP_ERR_MALFORMED, 4, 1, "");
    refused("graph [ node 5 ]", CP_ERR_MALFORMED, 1, 14, "5");
    refused("graph [ node [ id ] ]", CP_ERR_MALFORMED, 1, 16, "id");
    refused("graph [ node [ 7 1 ] ]", CP_ERR_MALFORMED, 1, 16, "7");
    refused("graph [ node [ id 1 id 2 ] ]", CP_ERR_DUPLICATE, 1, 21, "id");
    refused("graph [ node [ id 1 ]\nnode [ id 1 ] ]", CP_ERR_DUPLICATE, 2, 1, "1");
    refused("graph [ node [ x 1 ] ]", CP_ERR_MALFORMED, 1, 9, "");
    refused("graph [ node [ id 1 ]\nedge [ source 1\ntarget 3 ] ]", CP_ERR_UNKNOWN_ID, 3, 1, "3");
    refused("graph [ edge [ source 1 ] ]", CP_ERR_MALFORMED, 1, 9, "");
    refused("graph [ directed 2 ]", CP_ERR_MALFORMED, 1, 18, "2");
    refused("graph [ graph [ ] ]", CP_ERR_MALFORMED, 1, 9, "graph");
    refused("graph [ ]\ngraph [ ]", CP_ERR_MALFORMED, 2, 1, "graph");
    refused("graph [ node [ id 1 ] \x02 ]", CP_ERR_MALFORMED, 1, 23, "");
    refused("Version 1", CP_ERR_MALFORMED, 1, 10, "");
}

static void nesting_has_a_limit(void **state)
{
    char deep[1024] = "graph [ node [ id 1 ";

    (void)state;
    for (int i = 0; i < 100; i++)
        append(deep, sizeof(deep), "a [ ");
    refused(deep, CP_ERR_LIMIT, 1, 269, "a");
}

static void weights_are_no_metrics_and_it_is_said(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "x.gml", "graph [ node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 weight 7 ] ]");

    (void)state;
    assert_int_equal(c->ends[0].metric, 1);
    assert_text(fact_of(c, c->link_facts, 0, "weight"), "7");
    assert_int_equal(c->remarks[0].kind, CP_REMARK_FINDING);
    trial_close(&t);
}

static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    assert_prefixes(net, "x.gml", CP_TEXT(zoo));
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    assert_survives_no_memory(net, "x.gml", CP_TEXT(zoo));
    assert_survives_no_memory(
        net, "x.gml", CP_TEXT(NODES_AB "edge [ source 1 target 2 ] edge [ source 2 target 1 ] ]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_are_named_by_their_labels),
        cmocka_unit_test(what_has_no_column_is_a_fact),
        cmocka_unit_test(links_have_labels_or_default_ids),
        cmocka_unit_test(loops_and_graph_attributes_are_ignored_loudly),
        cmocka_unit_test(repeated_link_labels_are_facts),
        cmocka_unit_test(directed_edges_are_paired_in_file_order),
        cmocka_unit_test(directed_edges_without_any_partner_are_links_with_a_finding),
        cmocka_unit_test(a_single_unpaired_edge_is_refused),
        cmocka_unit_test(latin1_is_read_with_a_finding),
        cmocka_unit_test(broken_documents_are_refused_in_their_place),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(weights_are_no_metrics_and_it_is_said),
        cmocka_unit_test(every_prefix_is_read_or_refused),
        cmocka_unit_test(no_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
