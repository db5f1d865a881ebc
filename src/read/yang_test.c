#include <stdio.h>

#include "yang_trial.h"

#define L3 "'network-types': {'ietf-l3-unicast-topology:l3-unicast-topology': {}}"
#define WSON \
    "'network-types': {'ietf-te-topology:te-topology': {'ietf-wson-topology:wson-topology': {}}}"
#define NETWORKS(networks) "{'ietf-network:networks': {'network': [" networks "]}}"
#define LINKS "'ietf-network-topology:link': "
#define ENDS(a, b) "'source': {'source-node': '" a "'}, 'destination': {'dest-node': '" b "'}"

/* A router over an optical node: the shape of RFC 8345's own examples (section 4.4.9). */
static const char two_layers[] = NETWORKS(
    "{'network-id': 'l1', " WSON ",\n"
    " 'node': [{'node-id': 'd1'}, {'node-id': 'o2'}, {'node-id': 'o3'}],\n"
    " " LINKS "[{'link-id': 'f1', " ENDS(
        "d1",
        "o2") "},\n"
              "  {'link-id': 'f1-back', " ENDS(
                  "o2",
                  "d1") "},\n"
                        "  {'link-id': 'f2', " ENDS("o2", "o3") "}, {'link-id': 'f2-back', " ENDS(
                            "o3",
                            "o2") "}]},\n"
                                  "{'network-id': 'l3', " L3
                                  ", 'supporting-network': [{'network-ref': 'l1'}],\n"
                                  " 'node': [{'node-id': 'd1', 'supporting-node': [{'network-ref': 'l1', 'node-ref': 'd1'}]},\n"
                                  "  {'node-id': 'd3', 'ietf-network-topology:termination-point': [{'tp-id': '1-0-1',\n"
                                  "   'supporting-termination-point': [{'network-ref': 'l1', 'node-ref': 'o3', 'tp-ref': 'x'}]}]}],\n"
                                  " " LINKS
                                  "[{'link-id': 'd1,d3', 'source': {'source-node': 'd1', 'source-tp': '1-2-1'},\n"
                                  "   'destination': {'dest-node': 'd3', 'dest-tp': '1-0-1'},\n"
                                  "   'supporting-link': [{'network-ref': 'l1', 'link-ref': 'f1'}, {'network-ref': 'l1', 'link-ref': 'f2-back'}],\n"
                                  "   'ietf-l3-unicast-topology:l3-link-attributes': {'metric1': '100', 'name': 'north'}},\n"
                                  "  {'link-id': 'd3,d1', 'source': {'source-node': 'd3', 'source-tp': '1-0-1'},\n"
                                  "   'destination': {'dest-node': 'd1', 'dest-tp': '1-2-1'},\n"
                                  "   'ietf-l3-unicast-topology:l3-link-attributes': {'metric1': 200}}]}");

static void a_node_of_ip_keeps_its_id_and_others_bear_their_networks(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(&t, two_layers);

    (void)state;
    assert_int_equal(c->node_count, 5);
    assert_int_equal(node_of(c, "d1")->layer, CP_LAYER_IP);
    assert_int_equal(node_of(c, "d1@l1")->layer, CP_LAYER_OPTICAL);
    assert_int_equal(node_of(c, "o2")->layer, CP_LAYER_OPTICAL);
    assert_text(part_fact(c, "d1@l1", "", "x-node-id", 0), "d1");
    trial_close(&t);
}

static void both_directions_are_one_link_with_a_metric_each(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(&t, two_layers);
    const struct cp_link_rec *link = link_of(c, "d1,d3");
    const struct cp_end *ends = &c->ends[link->ends.first];

    (void)state;
    assert_int_equal(c->link_count, 3);
    assert_int_equal(ends[0].metric, 100);
    assert_int_equal(ends[1].metric, 200);
    assert_text(ends[0].port, "1-2-1");
    assert_text(ends[1].port, "1-0-1");
    assert_text(link_fact(c, "d1,d3", "x-name"), "north");
    assert_text(link_fact(c, "d1,d3", "x-reverse-link-id"), "d3,d1");
    trial_close(&t);
}

static void what_a_thing_rests_on_counts_for_it(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(&t, two_layers);
    const struct cp_link_rec *link = link_of(c, "d1,d3");
    cp_range way;

    (void)state;
    assert_int_equal(node_of(c, "d1")->managed_by.count, 1);
    assert_text(c->nodes[c->managers[node_of(c, "d1")->managed_by.first].at].id, "d1@l1");
    assert_int_equal(node_of(c, "d3")->managed_by.count, 1); /* by its termination point */
    assert_text(c->nodes[c->managers[node_of(c, "d3")->managed_by.first].at].id, "o3");
    assert_int_equal(link->alternatives.count, 1); /* all of them carry it */
    way = c->alternatives[link->alternatives.first];
    assert_int_equal(way.count, 2);
    assert_text(c->links[c->supports[way.first].at].id, "f1");
    assert_text(c->links[c->supports[way.first + 1].at].id,
                "f2"); /* named by its other direction */
    trial_close(&t);
}

#define UNDER(node, point) "{'network-ref': 'o', 'node-ref': '" node "', 'tp-ref': '" point "'}"

static void what_a_node_rests_on_twice_is_told_once(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        NETWORKS("{'network-id': 'o', " WSON ", 'node': [{'node-id': 'o1'}, {'node-id': 'o2'}]},"
                 "{'network-id': 'ip', " L3 ", 'node': [{'node-id': 'r',"
                 " 'supporting-node': [{'network-ref': 'o', 'node-ref': 'o1'}],"
                 " 'ietf-network-topology:termination-point': ["
                 "{'tp-id': '1', 'supporting-termination-point': [" UNDER(
                     "o1", "x") "]},"
                                "{'tp-id': '2', 'supporting-termination-point': [" UNDER(
                                    "o2", "x") ", " UNDER("o1", "y") "]}]}]}"));
    const struct cp_node_rec *node = node_of(c, "r");
    uint32_t told = 0;

    (void)state;
    for (uint32_t i = 0; i < c->fact_count; i++)
        told += cp_text_is(c->facts[i].attribute, "managed_by");
    assert_int_equal(told, 2);
    assert_int_equal(node->managed_by.count, 2);
    assert_text(c->nodes[c->managers[node->managed_by.first].at].id, "o1");
    assert_text(c->nodes[c->managers[node->managed_by.first + 1].at].id, "o2");
    trial_close(&t);
}

static void nodes_links_and_ports_are_counted(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(&t, two_layers);

    (void)state;
    assert_counts(c, 0, 5 + 1 + 6, 2, 0);
    trial_close(&t);
}

static void references_reach_other_files_whatever_their_order(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c;

    (void)state;
    yang_add(&t,
             NETWORKS("{'network-id': 'up', " L3 ", 'node': [{'node-id': 'r', 'supporting-node': "
                      "[{'network-ref': 'down', 'node-ref': 'o'}]}, {'node-id': 's'}], " LINKS
                      "[{'link-id': 'rs', " ENDS(
                          "r", "s") ", 'supporting-link': "
                                    "[{'network-ref': 'down', 'link-ref': 'op'}]}]}"));
    c = yang_case(&t,
                  NETWORKS("{'network-id': 'down', " WSON ", 'node': [{'node-id': 'o'}, "
                           "{'node-id': 'p'}], " LINKS "[{'link-id': 'op', " ENDS("o", "p") "}]}"));
    assert_int_equal(node_of(c, "r")->managed_by.count, 1);
    assert_int_equal(link_of(c, "rs")->alternatives.count, 1);
    assert_counts(c, 0, 3, 0, 0);
    assert_counts(c, 1, 3, 0, 0);
    trial_close(&t);
}

static void pages_of_one_network_are_one_network(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c;

    (void)state;
    yang_add(&t,
             "{'ietf-network:network': [{'network-id': 'n', " L3 ", 'node': [{'node-id': 'a'}]}]}");
    c = yang_case(&t,
                  "{'ietf-network:network': [{'network-id': 'n', 'node': [{'node-id': 'b'}], " LINKS
                  "[{'link-id': 'ab', " ENDS("a", "b") "}]}]}");
    assert_int_equal(c->link_count, 1);
    trial_close(&t);
}

static void what_rests_on_nothing_known_is_not_understood(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        NETWORKS("{'network-id': 'n', " L3 ", 'node': [{'node-id': 'a', 'supporting-node': "
                 "[{'network-ref': 'gone', 'node-ref': 'x'}]}, {'node-id': 'b'}], " LINKS
                 "[{'link-id': 'ab', " ENDS("a", "b") ", 'supporting-link': "
                                                      "[{'network-ref': 'gone', 'link-ref': 'y'}]},"
                                                      " {'link-id': 'ac', " ENDS("a", "c") "}]}"));

    (void)state;
    assert_counts(c, 0, 3, 0, 3);
    assert_int_equal(count_remarks(c, CP_REMARK_NOT_UNDERSTOOD,
                                   "a link of which an end is not in its network", NULL),
                     1);
    trial_close(&t);
}

static void types_of_networks_are_layers(void **state)
{
    static const struct {
        const char *types;
        cp_layer layer;
    } cases[] = {
        {"{'ietf-l3-unicast-topology:l3-unicast-topology': {}}", CP_LAYER_IP},
        {"{'ietf-l2-topology:l2-topology': {}}", CP_LAYER_ETHERNET},
        {"{'ietf-te-topology:te-topology': {'ietf-otn-topology:otn-topology': {}}}",
         CP_LAYER_OPTICAL},
        {"{'ietf-te-topology:te-topology': {'ietf-microwave-topology:mw-topology': {}}}",
         CP_LAYER_RADIO},
        {"{'ietf-te-topology:te-topology': {'ietf-eth-te-topology:eth-tran-topology': {}}}",
         CP_LAYER_ETHERNET},
        {"{'acme:l2-topology': {}}", CP_LAYER_IP},
        {"{'ietf-te-topology:te-topology': {}}", CP_LAYER_IP},
        {"{}", CP_LAYER_IP},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct trial t = trial_open();
        char text[512];
        const struct cp_case *c;

        (void)snprintf(
            text, sizeof(text),
            NETWORKS("{'network-id': 'n', 'network-types': %s, 'node': [{'node-id': 'a'}]}"),
            cases[i].types);
        c = yang_case(&t, text);
        assert_int_equal(c->nodes[0].layer, cases[i].layer);
        assert_int_equal(count_remarks(c, CP_REMARK_FINDING,
                                       "a network whose types name no layer is read as one of ip",
                                       NULL),
                         i >= 5);
        trial_close(&t);
    }
}

static void one_way_alone_is_not_guessed_in_layer_ip(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t, NETWORKS("{'network-id': 'n', " L3 ", 'node': [{'node-id': 'a'}, {'node-id': 'b'}, "
                     "{'node-id': 'c'}], " LINKS "[{'link-id': 'ab', " ENDS(
                         "a", "b") "}, "
                                   "{'link-id': 'ba', " ENDS("b", "a") "}, {'link-id': 'bc', " ENDS(
                                       "b", "c") "}]}"));

    (void)state;
    assert_int_equal(c->link_count, 1);
    assert_counts(c, 0, 5, 0, 1);
    trial_close(&t);
}

static void a_network_that_states_one_way_throughout_has_links_of_both(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        NETWORKS(
            "{'network-id': 'n', " L3 ", 'node': [{'node-id': 'a'}, {'node-id': 'b'}], " LINKS
            "[{'link-id': 'ab', " ENDS("a", "b") "}, {'link-id': 'ab2', " ENDS("a", "b") "}]}"));

    (void)state;
    assert_int_equal(c->link_count, 2);
    assert_int_equal(count_remarks(c, CP_REMARK_FINDING,
                                   "links that lead one way are read as leading both", NULL),
                     1);
    trial_close(&t);
}

static void parallel_links_are_paired_by_their_ports(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t, NETWORKS("{'network-id': 'n', " L3
                     ", 'node': [{'node-id': 'a'}, {'node-id': 'b'}], " LINKS "["
                     "{'link-id': '1', 'source': {'source-node': 'a', 'source-tp': 'p'}, "
                     " 'destination': {'dest-node': 'b', 'dest-tp': 'q'}},"
                     "{'link-id': '2', 'source': {'source-node': 'a', 'source-tp': 'r'}, "
                     " 'destination': {'dest-node': 'b', 'dest-tp': 's'}},"
                     "{'link-id': '2b', 'source': {'source-node': 'b', 'source-tp': 's'}, "
                     " 'destination': {'dest-node': 'a', 'dest-tp': 'r'}},"
                     "{'link-id': '1b', 'source': {'source-node': 'b', 'source-tp': 'q'}, "
                     " 'destination': {'dest-node': 'a', 'dest-tp': 'p'}}]}"));

    (void)state;
    assert_int_equal(c->link_count, 2);
    assert_text(link_fact(c, "1", "x-reverse-link-id"), "1b");
    assert_text(link_fact(c, "2", "x-reverse-link-id"), "2b");
    trial_close(&t);
}

static void a_member_is_known_with_and_without_its_module_but_once(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c =
        yang_case(&t, "{'networks': {'network': [{'ietf-network:network-id': 'n', "
                      "'ietf-network:node': [{'ietf-network:node-id': 'a'}]}]}}");

    (void)state;
    assert_int_equal(c->node_count, 1);
    trial_close(&t);
    yang_refused(
        NETWORKS("{'network-id': 'n', 'node': [{'node-id': 'a', 'ietf-network:node-id': 'b'}]}"),
        CP_ERR_DUPLICATE, "this stands twice, with the name of its module and without");
    yang_refused(NETWORKS("{'network-id': 'n', 'node': [], 'ietf-network:node': []}"),
                 CP_ERR_DUPLICATE, "this stands twice, with the name of its module and without");
}

static void wrappers_and_arrays_are_looked_into_and_the_rest_is_ignored(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t, "[{'ietf-restconf:data': {'ietf-network:networks': {'network': [{'network-id': 'n', "
            "'node': [{'node-id': 'a'}]}]}, 'acme:alarms': {'alarm': [1]}}}, "
            "{'// note': {'ietf-network:networks': {}}, 'ietf-te:te': {'tunnels': {}}}]");

    (void)state;
    assert_int_equal(c->node_count, 1);
    assert_counts(c, 0, 1, 3, 0);
    trial_close(&t);
}

static void what_no_rule_reads_is_kept_as_a_fact_or_said(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t, NETWORKS("{'network-id': 'n', 'acme:colour': 'blue', 'node': [{'node-id': 'a', "
                     "'acme:rack': 7, 'acme:flags': ['x', 'y'], 'acme:deep': {'z': 1}, "
                     "'acme:nothing': null, 'acme:blank': ' ', 'acme:empty': [null]}]}"));

    (void)state;
    assert_text(part_fact(c, "a", "", "x-acme:rack", 0), "7");
    assert_text(part_fact(c, "a", "", "x-acme:flags", 1), "y");
    assert_text(part_fact(c, "a", "", "x-acme:empty", 0), "true");
    assert_int_equal(count_remarks(c, CP_REMARK_IGNORED, "no rule reads this member", NULL), 2);
    assert_int_equal(count_remarks(c, CP_REMARK_IGNORED, "empty values say nothing", NULL), 1);
    trial_close(&t);
}

static void what_breaks_the_model_is_refused(void **state)
{
    (void)state;
    yang_refused("{'ietf-network:networks': []}", CP_ERR_MALFORMED,
                 "neither a network nor an inventory is in this JSON");
    yang_refused(NETWORKS("{'node': []}"), CP_ERR_MALFORMED, "a network without network-id");
    yang_refused(NETWORKS("{'network-id': 'n', 'node': [{}]}"), CP_ERR_MALFORMED,
                 "a node without node-id");
    yang_refused(NETWORKS("{'network-id': 'n', 'node': [{'node-id': ''}]}"), CP_ERR_MALFORMED,
                 "an id that is empty");
    yang_refused(NETWORKS("{'network-id': 'n', 'node': [{'node-id': {}}]}"), CP_ERR_MALFORMED,
                 "a text or a number is expected here");
    yang_refused(NETWORKS("{'network-id': 'n', 'node': {'node-id': 'a'}}"), CP_ERR_MALFORMED,
                 "an array ([...]) is expected here");
    yang_refused(NETWORKS("{'network-id': 'n', 'node': [7]}"), CP_ERR_MALFORMED,
                 "an object ({...}) is expected here");
    yang_refused(NETWORKS("{'network-id': 'n', " LINKS "[{'link-id': 'l'}]}"), CP_ERR_MALFORMED,
                 "a link without link-id or source-node");
    yang_refused(NETWORKS("{'network-id': 'n', 'node': [{'node-id': 'a'}, {'node-id': 'a'}]}"),
                 CP_ERR_DUPLICATE, "an id that stands twice in one network");
    yang_refused(NETWORKS("{'network-id': 'n', " L3 "}, {'network-id': 'n', " WSON "}"),
                 CP_ERR_CONFLICT, "a network of this id is of another layer elsewhere");
    yang_refused(NETWORKS("{'network-id': 'n', 'node': [{'node-id': 'a', "
                          "'ietf-network-topology:termination-point': [{'x': 1}]}]}"),
                 CP_ERR_MALFORMED, "a termination point without tp-id");
}

static void every_prefix_is_refused_with_its_place(void **state)
{
    struct trial t = trial_open();
    cp_text text = yang_json(t.arena, two_layers);

    (void)state;
    assert_prefixes(CP_ROLE_NETWORK, "network.json", text);
    trial_close(&t);
}

static void without_memory_it_is_refused_for_that(void **state)
{
    struct trial t = trial_open();
    cp_text text = yang_json(t.arena, two_layers);
    cp_err err = CP_ERR_NOMEM;

    (void)state;
    assert_survives_no_memory(CP_ROLE_NETWORK, "network.json", text);
    for (uint64_t takes = 0; err == CP_ERR_NOMEM; takes++) {
        struct trial u = trial_open();

        assert_int_equal(trial_read(&u, CP_ROLE_NETWORK, "network.json", text), CP_OK);
        cp_arena_fail_after(u.arena, takes);
        err = cp_read_finish(u.read, &u.diag);
        assert_true(takes < 100000);
        trial_close(&u);
    }
    assert_int_equal(err, CP_OK);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_of_ip_keeps_its_id_and_others_bear_their_networks),
        cmocka_unit_test(both_directions_are_one_link_with_a_metric_each),
        cmocka_unit_test(what_a_thing_rests_on_counts_for_it),
        cmocka_unit_test(what_a_node_rests_on_twice_is_told_once),
        cmocka_unit_test(nodes_links_and_ports_are_counted),
        cmocka_unit_test(references_reach_other_files_whatever_their_order),
        cmocka_unit_test(pages_of_one_network_are_one_network),
        cmocka_unit_test(what_rests_on_nothing_known_is_not_understood),
        cmocka_unit_test(types_of_networks_are_layers),
        cmocka_unit_test(one_way_alone_is_not_guessed_in_layer_ip),
        cmocka_unit_test(a_network_that_states_one_way_throughout_has_links_of_both),
        cmocka_unit_test(parallel_links_are_paired_by_their_ports),
        cmocka_unit_test(a_member_is_known_with_and_without_its_module_but_once),
        cmocka_unit_test(wrappers_and_arrays_are_looked_into_and_the_rest_is_ignored),
        cmocka_unit_test(what_no_rule_reads_is_kept_as_a_fact_or_said),
        cmocka_unit_test(what_breaks_the_model_is_refused),
        cmocka_unit_test(every_prefix_is_refused_with_its_place),
        cmocka_unit_test(without_memory_it_is_refused_for_that),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
