#include "trial.h"

static const cp_role net = CP_ROLE_NETWORK;

static const char xml[] =
    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n"
    "<network xmlns=\"http://sndlib.zib.de/network\" version=\"1.0\">\n"
    "<meta><time>x</time><unit>KBITPERSEC</unit></meta>\n<networkStructure>\n"
    "<nodes coordinatesType=\"geographical\">\n"
    "<node id=\"seo\"><coordinates><x>126.98</x><y>37.57</y></coordinates></node>\n"
    "<node id=\"pus\"/>\n<node id=\"J\xe9ju\"/>\n</nodes>\n<links>\n"
    "<link id=\"L1\"><source>seo</source><target>pus</target><preInstalledModule><capacity>2500.5"
    "</capacity><cost>1.0</cost></preInstalledModule><preInstalledModule><capacity>1.0</capacity>"
    "</preInstalledModule><setupCost>3.0</setupCost><additionalModules><addModule><capacity>40.0"
    "</capacity><cost>2.0</cost></addModule></additionalModules></link>\n"
    "<link id=\"L2\"><source>pus</source><target>J\xe9ju</target></link>\n"
    "</links>\n</networkStructure>\n<demands>\n"
    "<demand id=\"D1\"><source>seo</source><target>J\xe9ju</target><routingUnit>2</routingUnit>"
    "<demandValue> 19.2906434 </demandValue><maxPathLength>5</maxPathLength></demand>\n"
    "<demand id=\"D2\"><source>seo</source><target>seo</target><demandValue>1</demandValue>"
    "</demand>\n</demands>\n</network>\n";

static void xml_networks_are_read_with_their_demands(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x", xml);

    (void)state;
    assert_int_equal(c->node_count, 3);
    assert_int_equal(c->nodes[0].lat_udeg, 37570000);
    assert_int_equal(c->nodes[0].lon_udeg, 126980000);
    assert_text(c->nodes[2].id, "J\xc3\xa9ju");
    assert_int_equal(c->link_count, 2);
    assert_text(c->links[0].id, "L1");
    assert_true(c->links[0].capacity_bps == 2501500);
    assert_true(c->links[1].capacity_bps == CP_BPS_NONE);
    assert_int_equal(c->demand_count, 1);
    assert_text(c->demands[0].id, "D1");
    assert_true(c->demands[0].bandwidth_bps == 38582); /* 19291 twice */
    assert_int_equal(c->inputs[0].used, 6);
    assert_int_equal(c->inputs[0].not_understood, 0);
    assert_int_equal(c->inputs[0].ignored, 6);
    trial_close(&t);
}

static const char native[] =
    "?SNDlib native format; type: network; version: 1.0\r\n# network\r\n\r\n"
    "DEMANDS (\r\n  D1 ( seo cju ) 1 34.50 UNLIMITED\r\n)\r\n"
    "NODES (\r\n  seo ( 126.98 37.57 )\t\tBORDERNODE\r\n  pus (129.04,35.10) ( ) ()\r\n  cju\r\n)\r\n"
    "LINKS (\r\n  L1 ( seo pus ) 2500.00 0.00 1.00 0.00 ( 40.00 3290.00 )\r\n"
    "  L2 ( pus cju ) 0.00 0.00 0.00 0.00 ( ) # none\r\n)\r\n"
    "ADMISSIBLE_PATHS (\r\n  D1 ( P0 ( L1 L2 ) )\r\n)";

static void native_networks_are_read_in_any_order(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(&t, "x", native);

    (void)state;
    assert_int_equal(c->node_count, 3);
    assert_int_equal(c->nodes[1].lat_udeg, 35100000);
    assert_int_equal(c->nodes[2].lat_udeg, CP_COORD_NONE);
    assert_text(fact_of(c, c->node_facts, 0, "bordernode"), "1");
    assert_true(c->links[0].capacity_bps == UINT64_C(2500000000));
    assert_true(c->links[1].capacity_bps == CP_BPS_NONE);
    assert_true(c->demands[0].bandwidth_bps == 34500000);
    assert_int_equal(count_remarks(c, CP_REMARK_FINDING,
                                   "no unit: capacities and demands are read as Mbit/s", NULL),
                     1);
    trial_close(&t);
}

static void native_meta_names_the_unit(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = trial_network(
        &t, "x",
        "?SNDlib native format; type: network; version: 1.0\nMETA (\n origin = a ( b\n"
        " unit = BYTEPERSEC\n)\nNODES ( a ( 500 0 )\n b )\nLINKS ( )\n"
        "DEMANDS ( d ( a b ) 1 10 UNLIMITED )\n");

    (void)state;
    assert_true(c->demands[0].bandwidth_bps == 80);
    assert_int_equal(c->nodes[0].lat_udeg, CP_COORD_NONE);
    assert_int_equal(count_remarks(c, CP_REMARK_IGNORED,
                                   "coordinates that are not all degrees are no places", NULL),
                     1);
    trial_close(&t);
}

static void unknown_units_are_not_understood(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c =
        trial_network(&t, "x",
                      "?SNDlib native format; type: network; version: 1.0\nMETA ( unit = STM1\n)\n"
                      "NODES ( a\nb ) LINKS ( ) DEMANDS ( d ( a b ) 1 10 3 )");

    (void)state;
    assert_int_equal(c->inputs[0].not_understood, 1);
    assert_true(c->demands[0].bandwidth_bps == CP_BPS_NONE);
    trial_close(&t);
}

static void a_demand_file_brings_demands_only(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c;
    cp_text subject = CP_TEXT("");

    (void)state;
    trial_add(&t, net, "nodes.csv", "id\nseo\npus\ncju\n");
    trial_add(&t, CP_ROLE_DEMANDS, "x", native);
    trial_add(&t, CP_ROLE_DEMANDS, "x",
              "?SNDlib native format; type: network; version: 1.0\nNODES ( seo\npus\ncju\ntae )\n"
              "DEMANDS ( D1 ( pus cju ) 1 10 3 )");
    c = trial_make(&t);
    assert_int_equal(c->node_count, 3);
    assert_int_equal(c->link_count, 0);
    assert_int_equal(c->demand_count, 2);
    assert_text(c->demands[0].id, "D1");
    assert_text(c->demands[1].id, "d2");
    assert_int_equal(count_remarks(c, CP_REMARK_FINDING,
                                   "a node of the demand file that the network lacks", &subject),
                     1);
    assert_text(subject, "tae");
    trial_close(&t);
}

static void demands_of_a_network_file_give_way(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c;

    (void)state;
    cp_read_leave_demands(t.read);
    trial_add(&t, net, "x", xml);
    trial_add(&t, CP_ROLE_DEMANDS, "demands.csv", "src,dst\nseo,pus\n");
    c = trial_make(&t);
    assert_int_equal(c->demand_count, 1);
    assert_int_equal(count_remarks(c, CP_REMARK_IGNORED,
                                   "demands in a network file give way to files of demands", NULL),
                     1);
    assert_int_equal(c->inputs[0].ignored, 7); /* two demands among them */
    trial_close(&t);
}

static void bad_xml(const char *text, cp_err err, uint32_t line, uint32_t column,
                    const char *subject)
{
    assert_refused(net, "x.xml", cp_text_of(text), err, line, column, subject);
}

#define NETWORK(inside) "<network>\n" inside "</network>"
#define NODES(type, inside) \
    "<networkStructure><nodes coordinatesType=\"" type "\">" inside "</nodes></networkStructure>\n"

static void broken_xml_is_refused_in_its_place(void **state)
{
    (void)state;
    bad_xml("<solution/>", CP_ERR_MALFORMED, 1, 1, "solution");
    bad_xml(NETWORK(NODES("polar", "")), CP_ERR_MALFORMED, 2, 19, "polar");
    bad_xml(NETWORK(NODES("pixel", "\n<node/>")), CP_ERR_MALFORMED, 3, 1, "id");
    bad_xml(NETWORK(NODES("pixel", "<node id=\"a\"/>\n<node id=\"a\"/>")), CP_ERR_DUPLICATE, 3, 1,
            "a");
    bad_xml(NETWORK(NODES("geographical", "<node id=\"a\"><coordinates>\n<x>200</x><y>0</y>"
                                          "</coordinates></node>")),
            CP_ERR_MALFORMED, 3, 7, "200");
    bad_xml(
        NETWORK(
            "<demands><demand id=\"d\">\n<source>a</source><target>b</target></demand></demands>"),
        CP_ERR_MALFORMED, 2, 10, "d");
    bad_xml(NETWORK("<demands><demand id=\"d\">\n<source>a</source><target>b</target>"
                    "<demandValue>1</demandValue></demand></demands>"),
            CP_ERR_UNKNOWN_ID, 3, 10, "a");
    bad_xml(
        NETWORK(NODES(
            "pixel",
            "<node id=\"a\"/><node id=\"b\"/>") "<demands><demand id=\"d\">"
                                                "<source>a</source><target>b</target>\n<demandValue>-1</demandValue></demand>"
                                                "</demands>"),
        CP_ERR_RANGE, 4, 16, "-1");
    bad_xml(
        NETWORK(
            "<demands><demand id=\"d\"><source>a</source>\n<source>b</source></demand></demands>"),
        CP_ERR_MALFORMED, 3, 10, "b");
}

static void broken_native_files_are_refused_in_their_place(void **state)
{
    static const struct {
        const char *text;
        cp_err err;
        uint32_t line, column;
        const char *subject;
    } bad[] = {
        {"NODES ( )", CP_ERR_MALFORMED, 1, 1, "NODES ( )"},
        {"?SNDlib native format; type: model; version: 1.0", CP_ERR_MALFORMED, 1, 1,
         "?SNDlib native format; type: model; version: 1.0"},
#define HEAD "?SNDlib native format; type: network; version: 1.0\n"
        {HEAD, CP_ERR_MALFORMED, 2, 1, ""},
        {HEAD "NODE ( )", CP_ERR_MALFORMED, 2, 1, "NODE"},
        {HEAD "NODES ( a", CP_ERR_MALFORMED, 2, 10, ""},
        {HEAD "NODES ( a )\nNODES ( b )", CP_ERR_DUPLICATE, 3, 1, "NODES"},
        {HEAD "NODES ( a )\nLINKS ( L ( a b ) 0 0 0 0 ( ) )", CP_ERR_UNKNOWN_ID, 3, 15, "b"},
        {HEAD "NODES ( a )\nLINKS ( L ( a a ) x 0 0 0 ( ) )", CP_ERR_MALFORMED, 3, 19, "x"},
        {HEAD "NODES ( a )\nLINKS ( L ( a a ) 0 0 0 0 )", CP_ERR_MALFORMED, 3, 27, ""},
        {HEAD "NODES ( a )\nDEMANDS ( )\n# LIN", CP_ERR_MALFORMED, 4, 6, "LINKS"},
        {HEAD "NODES ( a ) LINKS ( )\nDEMANDS ( d ( a\n c ) 1 1 1 )", CP_ERR_UNKNOWN_ID, 4, 2, "c"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_refused(net, "x.txt", cp_text_of(bad[i].text), bad[i].err, bad[i].line,
                       bad[i].column, bad[i].subject);
}

static void a_native_file_that_may_have_been_cut_is_a_finding(void **state)
{
    static const char *const why[] = {"the file has no section of demands: was it cut?",
                                      "the file ends inside a comment line"};
    static const struct {
        const char *end;
        uint32_t counts[CP_COUNT(why)];
    } cases[] = {
        {"", {1, 0}},
        {"# DEMANDS SECTION\n", {1, 0}},
        {"# DEMANDS SEC", {1, 1}},
        {"DEMANDS ( )\n# that is", {0, 1}},
        {"DEMANDS ( )\n# that is all\n", {0, 0}},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct trial t = trial_open();
        char text[200] = HEAD "NODES ( a\nb )\nLINKS ( )\n";
        const struct cp_case *c;

        append(text, sizeof(text), cases[i].end);
        c = trial_network(&t, "x", text);
        for (size_t k = 0; k < CP_COUNT(why); k++)
            assert_int_equal(count_remarks(c, CP_REMARK_FINDING, why[k], NULL), cases[i].counts[k]);
        trial_close(&t);
    }
}

static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    assert_prefixes(net, "x.xml", CP_TEXT(xml));
    assert_prefixes(net, "x.txt", CP_TEXT(native));
}

static void no_memory_is_an_error(void **state)
{
    (void)state;
    assert_survives_no_memory(net, "x.xml", CP_TEXT(xml));
    assert_survives_no_memory(net, "x.txt", CP_TEXT(native));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(xml_networks_are_read_with_their_demands),
        cmocka_unit_test(native_networks_are_read_in_any_order),
        cmocka_unit_test(native_meta_names_the_unit),
        cmocka_unit_test(unknown_units_are_not_understood),
        cmocka_unit_test(a_demand_file_brings_demands_only),
        cmocka_unit_test(demands_of_a_network_file_give_way),
        cmocka_unit_test(broken_xml_is_refused_in_its_place),
        cmocka_unit_test(broken_native_files_are_refused_in_their_place),
        cmocka_unit_test(a_native_file_that_may_have_been_cut_is_a_finding),
        cmocka_unit_test(every_prefix_is_read_or_refused),
        cmocka_unit_test(no_memory_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
