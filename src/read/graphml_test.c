#include "trial.h"

#include <stdio.h>

static const cp_role net = CP_ROLE_NETWORK;

#define GRAPH(edges, inside) \
    "<graphml><graph edgedefault=\"" edges "\">" inside "</graph></graphml>"
#define AB "<node id=\"a\"/><node id=\"b\"/>"

static void refused(const char *text, cp_err err, uint32_t line, uint32_t column,
                    const char *subject)
{
    assert_refused(net, "x.graphml", cp_text_of(text), err, line, column, subject);
}

static const char zoo[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    "<g:graphml xmlns:g=\"http://graphml.graphdrawing.org/xmlns\">\n"
    "<g:graph edgedefault=\"undirected\"><g:desc>x</g:desc>\n"
    "<g:data key=\"d9\">Net</g:data>\n"
    "<g:node id=\"0\"><g:data key=\"d0\">A &amp;amp; B</g:data><g:data key=\"d1\">37.5</g:data>"
    "<g:data key=\"d2\">127</g:data><g:data key=\"d5\">KR</g:data><g:port name=\"p1\"/></g:node>\n"
    "<g:node id=\"1\"><g:data key=\"d0\">A &amp;amp; B</g:data></g:node>\n<g:node id=\"2\"/>\n"
    "<g:edge source=\"0\" target=\"1\" sourceport=\"p1\"><g:data key=\"d4\">up</g:data></g:edge>\n"
    "<g:edge id=\"e\" source=\"1\" target=\"2\"><g:data key=\"d3\">2000.0</g:data>"
    "<g:data key=\"zz\">odd</g:data></g:edge>\n"
    "<g:hyperedge><g:endpoint node=\"0\"/><g:endpoint node=\"1\" port=\"q\"/>"
    "<g:endpoint node=\"2\"/></g:hyperedge>\n"
    "</g:graph>\n"
    "<g:key id=\"d0\" for=\"node\" attr.name=\"label\"/><g:key id=\"d1\" attr.name=\"Latitude\"/>"
    "<g:key id=\"d2\" for=\"node\" attr.name=\"Longitude\"/>"
    "<g:key id=\"d3\" for=\"edge\" attr.name=\"LinkSpeedRaw\"><g:default>1000.0</g:default></g:key>"
    "<g:key id=\"d4\" for=\"edge\" attr.name=\"label\"/>"
    "<g:key id=\"d5\" for=\"node\" attr.name=\"Country\"><g:default>JP</g:default></g:key>\n"
    "</g:graphml>\n";

static void keys_may_stand_anywhere_and_have_defaults(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x", zoo);

    (void)state;
    assert_int_equal(c->node_count, 3);
    assert_text(c->nodes[0].id, "A &amp; B");
    assert_text(c->nodes[1].id, "A &amp; B#2");
    assert_text(c->nodes[2].id, "2");
    assert_int_equal(c->nodes[0].lat_udeg, 37500000);
    assert_text(fact_of(c, c->node_facts, 0, "country"), "KR");
    assert_text(fact_of(c, c->node_facts, 1, "country"), "JP");
    assert_text(fact_of(c, c->node_facts, 1, "id"), "1");
    assert_text(fact_of(c, c->node_facts, 0, "port"), "p1");
    assert_text(c->links[0].id, "up");
    assert_text(c->ends[c->links[0].ends.first].port, "p1");
    assert_true(c->links[0].capacity_bps == 1000);
    assert_true(c->links[1].capacity_bps == 2000);
    assert_text(fact_of(c, c->link_facts, 1, "id"), "e");
    assert_text(fact_of(c, c->link_facts, 1, "zz"), "odd");
    assert_text(c->evidence[c->facts[0].evidence].source, "graphml");
    assert_int_equal(c->inputs[0].not_understood, 0);
    trial_close(&t);
}

static void a_hyperedge_is_a_lan(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x.graphml", zoo);

    (void)state;
    assert_int_equal(c->link_count, 3);
    assert_true(c->links[2].lan);
    assert_int_equal(c->links[2].ends.count, 3);
    assert_text(c->ends[c->links[2].ends.first + 1].port, "q");
    assert_text(c->links[2].id, "lan#1");
    trial_close(&t);
}

static void two_ends_of_a_hyperedge_are_a_link_and_one_is_nothing(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "x.graphml",
        GRAPH("undirected", AB "<hyperedge><endpoint node=\"a\"/><endpoint node=\"b\"/></hyperedge>"
                               "<hyperedge id=\"h\"><endpoint node=\"a\"/></hyperedge>"));

    (void)state;
    assert_int_equal(c->link_count, 1);
    assert_false(c->links[0].lan);
    assert_int_equal(c->inputs[0].ignored, 1);
    assert_text(c->remarks[0].subject, "h");
    trial_close(&t);
}

static void directed_edges_are_paired(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "x.graphml",
        GRAPH("directed", AB "<edge source=\"a\" target=\"b\"/><edge source=\"b\" target=\"a\"/>"
                             "<edge source=\"b\" target=\"a\" directed=\"false\"/>"));

    (void)state;
    assert_int_equal(c->link_count, 2);
    trial_close(&t);
    refused(GRAPH("directed",
                  AB "<edge source=\"a\" target=\"b\"/><edge source=\"b\" target=\"a\"/>\n"
                     "<edge source=\"a\" target=\"b\"/>"),
            CP_ERR_MALFORMED, 2, 1, "");
}

static void encodings_are_read(void **state)
{
    static const char latin1[] =
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><graphml>"
        "<graph edgedefault=\"directed\"><node id=\"\xe9\"/></graph></graphml>";
    char utf16[2 * sizeof(latin1)] = "\xff\xfe";
    static const char plain[] = GRAPH("directed", "<node id=\"x\"/>");
    struct trial t = trial_open();

    (void)state;
    assert_text(trial_network(&t, "x", latin1)->nodes[0].id, "\xc3\xa9");
    trial_close(&t);
    t = trial_open();
    for (size_t i = 0; i + 1 < sizeof(plain); i++)
        utf16[2 + 2 * i] = plain[i];
    assert_int_equal(trial_read(&t, net, "x", (cp_text){utf16, 2 * sizeof(plain)}), CP_OK);
    assert_int_equal(trial_make(&t)->node_count, 1);
    trial_close(&t);
}

static void entities_are_refused(void **state)
{
    (void)state;
    refused("<!DOCTYPE g [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;\">]>\n<graphml>&b;</graphml>",
            CP_ERR_MALFORMED, 1, 25, "a");
    refused("<!DOCTYPE g SYSTEM \"file:///etc/passwd\">\n<graphml>&b;</graphml>", CP_ERR_MALFORMED,
            1, 40, "file:///etc/passwd");
}

static void what_is_no_graphml_is_refused_in_its_place(void **state)
{
    (void)state;
    refused("<graph/>", CP_ERR_MALFORMED, 1, 1, "graph");
    refused("<graphml/>", CP_ERR_MALFORMED, 1, 1, "");
    refused(GRAPH("sideways", ""), CP_ERR_MALFORMED, 1, 10, "sideways");
    refused(GRAPH("directed", "<node/>"), CP_ERR_MALFORMED, 1, 40, "id");
    refused(GRAPH("directed", AB "<node id=\"a\"/>"), CP_ERR_DUPLICATE, 1, 68, "a");
    refused(GRAPH("directed", AB "\n<edge source=\"a\" target=\"c\"/>"), CP_ERR_UNKNOWN_ID, 2, 1,
            "c");
    refused(GRAPH("directed", "<node id=\"a\"><graph edgedefault=\"directed\"/></node>"),
            CP_ERR_MALFORMED, 1, 53, "");
    refused(
        "<graphml><graph edgedefault=\"directed\"/>\n<graph edgedefault=\"directed\"/></graphml>",
        CP_ERR_MALFORMED, 2, 1, "");
    refused("<graphml>\n<graph", CP_ERR_MALFORMED, 2, 1, "unclosed token");
    refused("<graphml><key id=\"a\"/><key id=\"a\"/></graphml>", CP_ERR_DUPLICATE, 1, 23, "a");
}

static void unknown_elements_and_stray_text_are_not_understood(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c =
        trial_network(&t, "x.graphml", GRAPH("undirected", AB "<vertex/>text<vertex/>"));

    (void)state;
    assert_int_equal(c->inputs[0].not_understood, 3);
    trial_close(&t);
}

static void elements_of_other_programs_inside_data_are_ignored(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "x.graphml",
        GRAPH("undirected",
              "<node id=\"a\"><data key=\"d\"><y:Shape><y:L>text<y:M/></y:L></y:Shape>"
              "</data></node>"));

    (void)state;
    assert_int_equal(c->inputs[0].not_understood, 0);
    assert_int_equal(
        count_remarks(c, CP_REMARK_IGNORED, "elements inside data belong to another program", NULL),
        1);
    trial_close(&t);
}

static void nesting_has_a_limit(void **state)
{
    char deep[1024] = "<graphml>";

    (void)state;
    for (int i = 0; i < 100; i++)
        append(deep, sizeof(deep), "<a>");
    refused(deep, CP_ERR_LIMIT, 1, 10 + 63 * 3, "a");
}

static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    assert_prefixes(net, "x.graphml", CP_TEXT(zoo));
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    assert_survives_no_memory(net, "x.graphml", CP_TEXT(zoo));
}

/* expat leaves an entity that it does not know out of an attribute without a word. */
static void a_document_type_elsewhere_is_refused(void **state)
{
    (void)state;
    refused("<!DOCTYPE graphml SYSTEM \"x.dtd\">\n" GRAPH("directed", "<node id=\"a&foo;b\"/>"),
            CP_ERR_MALFORMED, 1, 33, "x.dtd");
    refused("<!DOCTYPE graphml PUBLIC \"-//x\" \"y.dtd\">" GRAPH("directed", ""), CP_ERR_MALFORMED,
            1, 40, "y.dtd");
    refused("<!DOCTYPE graphml [ ]>\n" GRAPH("directed", "<node id=\"a&foo;b\"/>"),
            CP_ERR_MALFORMED, 2, 40, "undefined entity");
}

static void other_words_for_a_maker_are_a_finding(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "x.graphml",
        GRAPH(
            "undirected",
            "<node id=\"a\"><data key=\"Vendor\">huawei</data></node>"
            "<node id=\"b\"><data key=\"Vendor\">zte</data><data key=\"maker\">nokia</data></node>"));

    (void)state;
    assert_text(fact_of(c, c->node_facts, 0, "vendor"), "huawei");
    assert_int_equal(count_remarks(c, CP_REMARK_FINDING,
                                   "an attribute that may name a maker: only maker is read as one",
                                   NULL),
                     1);
    trial_close(&t);
}

static char *put(char *to, const char *text)
{
    size_t len = strlen(text);

    memcpy(to, text, len);
    return to + len;
}

/* nodes, each with so many ports, under so many keys with a default */
static cp_err read_large(uint32_t keys, uint32_t nodes, uint32_t ports)
{
    struct trial t = trial_open();
    char *text = CP_TAKE(t.arena, 128 + keys * 64u + nodes * 32u + nodes * ports * 20u, char);
    char *at = put(text, "<graphml>"), one[64];
    cp_err err;

    for (uint32_t i = 0; i < keys; i++) {
        (void)snprintf(one, sizeof(one), "<key id=\"%u\"><default>x</default></key>", i);
        at = put(at, one);
    }
    at = put(at, "<graph edgedefault=\"directed\">");
    for (uint32_t i = 0; i < nodes; i++) {
        (void)snprintf(one, sizeof(one), "<node id=\"%u\">", i);
        at = put(at, one);
        for (uint32_t k = 0; k < ports; k++)
            at = put(at, "<port name=\"p\"/>");
        at = put(at, "</node>");
    }
    at = put(at, "</graph></graphml>");
    err = trial_read(&t, net, "x.graphml", (cp_text){text, (size_t)(at - text)});
    assert_true(err == CP_OK || (t.diag.why != NULL && t.diag.place.line == 1));
    trial_close(&t);
    return err;
}

static void defaults_and_attributes_have_limits(void **state)
{
    (void)state;
    assert_int_equal(read_large(200, 1000, 0), CP_OK);
    assert_int_equal(read_large(200, 5001, 0), CP_ERR_LIMIT);
    assert_int_equal(read_large(257, 1, 0), CP_ERR_LIMIT);
    assert_int_equal(read_large(0, 2, 1024), CP_OK);
    assert_int_equal(read_large(0, 2, 1025), CP_ERR_LIMIT);
}

static void what_both_directions_say_is_one_fact_in_any_order(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "x.graphml",
        GRAPH("directed", AB "<edge source=\"a\" target=\"b\"><data key=\"z\">1</data>"
                             "<data key=\"y\">2</data></edge>"
                             "<edge source=\"b\" target=\"a\"><data key=\"y\">2</data>"
                             "<data key=\"x\">3</data><data key=\"z\">1</data></edge>"));

    (void)state;
    assert_int_equal(c->link_facts[1] - c->link_facts[0], 3);
    assert_text(c->facts[c->link_facts[0]].attribute, "z"); /* the order of the file stays */
    assert_text(c->facts[c->link_facts[0] + 2].attribute, "x");
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_may_stand_anywhere_and_have_defaults),
        cmocka_unit_test(a_hyperedge_is_a_lan),
        cmocka_unit_test(two_ends_of_a_hyperedge_are_a_link_and_one_is_nothing),
        cmocka_unit_test(directed_edges_are_paired),
        cmocka_unit_test(encodings_are_read),
        cmocka_unit_test(entities_are_refused),
        cmocka_unit_test(what_is_no_graphml_is_refused_in_its_place),
        cmocka_unit_test(unknown_elements_and_stray_text_are_not_understood),
        cmocka_unit_test(elements_of_other_programs_inside_data_are_ignored),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(every_prefix_is_read_or_refused),
        cmocka_unit_test(no_memory_is_an_error),
        cmocka_unit_test(a_document_type_elsewhere_is_refused),
        cmocka_unit_test(other_words_for_a_maker_are_a_finding),
        cmocka_unit_test(defaults_and_attributes_have_limits),
        cmocka_unit_test(what_both_directions_say_is_one_fact_in_any_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
