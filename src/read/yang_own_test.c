#include "yang_trial.h"

/* Networks of our own: docs/yang/cleanpath-network.yang.  That all of a case comes back is shown by what
 * writes it; here, what each form of entry becomes, and what is refused. */

#define OWN "cleanpath-network:"
#define TYPE "'network-types': {'cleanpath-network:cleanpath': {}}, '" OWN "layer': "
#define NETWORKS(networks, beside) \
    "{'ietf-network:networks': {'network': [" networks "]" beside "}}"
#define IP(nodes, links)                                 \
    "{'network-id': 'ip', " TYPE "'ip', 'node': [" nodes \
    "], 'ietf-network-topology:link': [" links "]}"
#define NODE(id) "{'node-id': '" id "'}"
#define LINK(id, a, b, more)                                                                     \
    "{'link-id': '" id "', 'source': {'source-node': '" a "'}, 'destination': {'dest-node': '" b \
    "'}" more "}"

static void a_node_is_its_record_and_its_facts(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        NETWORKS(
            IP("{'node-id': 'a%20b', '" OWN "node': {'id': 'a b', 'role': 'core', 'site': 's', "
               "'operator': 'KT', 'maker': 'Nokia', 'model': '7750', 'software': 'TiMOS', "
               "'latitude': '37.5', 'loopback': '192.0.2.1 2001:db8::1', 'sid': '16001', "
               "'managed-by': ['m'], 'tag': ['x', 'y'], 'fact': ["
               "{'number': 1, 'part': 'card', 'attribute': 'maker', 'value': 'ZTE', "
               "'evidence': 'label', 'source': 'visit', 'who': 'Kim', 'date': '2026-01-02', "
               "'expires': '2027-01-02'}, "
               "{'number': 2, 'attribute': 'colour', 'value': 'blue', 'foreign': true}]}}, " NODE(
                   "m"),
               ""),
            ", '" OWN "site': [{'id': 's', 'name': 'Seoul', 'country': 'KR'}]"));
    const struct cp_node_rec *node = node_of(c, "a b");
    const struct cp_fact *fact = NULL;

    (void)state;
    assert_text(node->role, "core");
    assert_text(c->sites[node->site].name, "Seoul");
    assert_text(node->loopback, "192.0.2.1 2001:db8::1");
    assert_int_equal(node->managed_by.count, 1);
    assert_int_equal(node->tags.count, 2);
    assert_text(part_fact(c, "a b", "", "maker", 0), "Nokia");
    assert_text(part_fact(c, "a b", "", "colour", 0), "blue");
    for (uint32_t i = 0; i < c->fact_count; i++)
        if (cp_text_is(c->facts[i].part, "card"))
            fact = &c->facts[i];
    assert_non_null(fact);
    assert_text(fact->value, "ZTE");
    assert_text(c->evidence[fact->evidence].who, "Kim");
    assert_true(fact->date != CP_DATE_NONE && fact->expires != CP_DATE_NONE);
    assert_counts(c, 0, 2 + 2 + 1, 0, 0);
    trial_close(&t);
}

static void two_names_in_a_list_are_not_the_one_that_they_make_together(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        NETWORKS(
            IP(NODE("a") ", " NODE("b") ", {'node-id': 'a%20b', '" OWN "node': {'id': 'a b'}}, "
                                        "{'node-id': 'c', '" OWN
                                        "node': {'managed-by': ['a', 'b']}}",
               LINK("x", "a", "b", "") ", " LINK("y", "a", "b", "") ", " LINK(
                   "x%20y", "a", "b",
                   ", '" OWN
                   "link': {'id': 'x y'}") ", " LINK("up", "a", "b",
                                                     ", 'supporting-link': [{'network-ref': 'ip', 'link-ref': 'x'}, "
                                                     "{'network-ref': 'ip', 'link-ref': 'y'}]")),
            ""));
    const struct cp_link_rec *up = &c->links[cp_case_link(c, CP_TEXT("up")).at];

    (void)state;
    assert_int_equal(node_of(c, "c")->managed_by.count, 2);
    assert_int_equal(up->alternatives.count, 1);
    assert_int_equal(c->alternatives[up->alternatives.first].count, 2);
    trial_close(&t);
}

static void a_link_is_two_entries_with_a_metric_each(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        NETWORKS(
            IP("{'node-id': 'a', 'ietf-network-topology:termination-point': [{'tp-id': 'p%201', '" OWN
               "port': 'p 1'}]}, " NODE("b"),
               "{'link-id': 'l', 'source': {'source-node': 'a', 'source-tp': 'p%201'}, "
               "'destination': {'dest-node': 'b'}, '" OWN "metric': 3, '" OWN
               "link': {'class': 'dark-fibre', 'capacity-bps': '1000', 'delay-us': 7, 'operator': 'KT', "
               "'maker': 'LS', 'srlg': ['1', 'duct'], 'tag': ['t'], 'fact': [{'number': 1, "
               "'attribute': 'installed', 'value': '2020-01-01'}]}}, " LINK(
                   "l;reverse", "b", "a", ", '" OWN "metric': 9, '" OWN "reverse-of': 'l'")),
            ""));
    const struct cp_link_rec *link = link_of(c, "l");
    const struct cp_end *ends = &c->ends[link->ends.first];

    (void)state;
    assert_int_equal(c->link_count, 1);
    assert_int_equal(ends[0].metric, 3);
    assert_int_equal(ends[1].metric, 9);
    assert_text(ends[0].port, "p 1");
    assert_text(link->link_class, "dark-fibre");
    assert_int_equal(link->capacity_bps, 1000);
    assert_int_equal(link->delay_us, 7);
    assert_int_equal(link->srlgs.count, 2);
    assert_text(link_fact(c, "l", "maker"), "LS");
    assert_text(link_fact(c, "l", "installed"), "2020-01-01");
    assert_counts(c, 0, 3 + 2 + 1, 0, 0);
    trial_close(&t);
}

static const char lan[] = NETWORKS(
    IP(NODE("a") ", " NODE("b") ", " NODE(
           "c") ", {'node-id': 'l;lan', '" OWN "lan': {'capacity-bps': '5', "
                "'alternative': [{'number': 1, 'link': ['x']}, {'number': 2, 'link': ['x', 'y']}]}}",
       LINK("x", "a", "b", "") ", " LINK("l;3", "c", "l;lan", ", '" OWN "metric': 30, '" OWN "lan-end': 3") ", " LINK(
           "l;1", "a", "l;lan",
           ", '" OWN "metric': 10, '" OWN
           "lan-end': 1") ", " LINK("l;1;reverse", "l;lan", "a",
                                    ", '" OWN
                                    "reverse-of': 'l;1'") ", " LINK("l;2", "b", "l;lan",
                                                                    ", '" OWN "metric': 20, '" OWN
                                                                    "lan-end': 2") ", " LINK("y",
                                                                                             "b",
                                                                                             "c",
                                                                                             "") ", " LINK("z",
                                                                                                           "a",
                                                                                                           "c",
                                                                                                           ", 'supporting-link': [{'network-ref': 'ip', 'link-ref': 'l;1'}, "
                                                                                                           "{'network-ref': 'ip', 'link-ref': 'y'}]")),
    "");

static void a_lan_is_one_link_with_its_ends_in_their_order(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(&t, lan);
    const struct cp_link_rec *link = link_of(c, "l");
    const struct cp_end *ends = &c->ends[link->ends.first];

    (void)state;
    assert_int_equal(c->link_count, 4);
    assert_true(link->lan);
    assert_int_equal(link->ends.count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(ends[i].metric, 10 * (i + 1));
    assert_text(c->nodes[ends[2].node.at].id, "c");
    assert_int_equal(link->capacity_bps, 5);
    assert_counts(c, 0, 4 + 7, 0, 0);
    trial_close(&t);
}

static void ways_below_are_those_listed_or_all_that_support(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(&t, lan);
    cp_range ways = link_of(c, "l")->alternatives, one = link_of(c, "z")->alternatives;

    (void)state;
    assert_int_equal(ways.count, 2);
    assert_int_equal(c->alternatives[ways.first + 1].count, 2);
    assert_int_equal(one.count, 1);
    assert_int_equal(c->alternatives[one.first].count, 2);
    assert_text(c->links[c->supports[c->alternatives[one.first].first].at].id, "l");
    trial_close(&t);
}

static void a_link_may_end_at_a_node_of_another_layer(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t, NETWORKS("{'network-id': 'optical', " TYPE "'optical', 'node': [" NODE(
                         "o") ", {'node-id': 'r', '" OWN
                              "home-network': 'ip'}], 'ietf-network-topology:link': [" LINK(
                                  "f", "r", "o", "") "]}, " IP(NODE("r"), ""),
                     ""));
    const struct cp_link_rec *link = link_of(c, "f");

    (void)state;
    assert_int_equal(c->node_count, 2);
    assert_int_equal(link->layer, CP_LAYER_OPTICAL);
    assert_int_equal(c->nodes[c->ends[link->ends.first].node.at].layer, CP_LAYER_IP);
    trial_close(&t);
}

static void demands_come_with_the_networks_unless_they_have_files(void **state)
{
    static const char text[] = NETWORKS(
        IP(NODE("a") ", " NODE("b"), ""),
        ", '" OWN
        "demand': [{'id': 'd', 'src': 'a', 'dst': 'b', 'class': 'x', 'bandwidth-bps': '8', "
        "'metric': 'te', 'disjoint': 'site', 'co-routed': true, 'max-hops': 3, 'avoid': 'a b', "
        "'tag': ['t']}]");
    struct trial t = trial_open(), u = trial_open();
    const struct cp_case *c = yang_case(&t, text);

    (void)state;
    assert_int_equal(c->demand_count, 1);
    assert_int_equal(c->demands[0].bandwidth_bps, 8);
    assert_text(c->demands[0].traffic_class, "x");
    assert_int_equal(c->demands[0].wished.metric, CP_METRIC_TE);
    assert_int_equal(c->demands[0].wished.disjoint, CP_DISJOINT_SITE);
    assert_int_equal(c->demands[0].wished.co_routed, CP_SAID_YES);
    assert_int_equal(c->demands[0].wished.hops_max, 3);
    assert_text(c->demands[0].avoid, "a b");
    cp_read_leave_demands(u.read);
    c = yang_case(&u, text);
    assert_int_equal(c->demand_count, 0);
    assert_counts(c, 0, 2, 1, 0);
    trial_close(&t);
    trial_close(&u);
}

static void what_the_module_does_not_have_is_not_understood(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        NETWORKS(IP("{'node-id': 'a', '" OWN "node': {'vendor': 'ZTE'}, 'acme:maker': 'ZTE'}", ""),
                 ", '" OWN "policy': 'x'"));

    (void)state;
    assert_counts(c, 0, 1, 0, 3);
    trial_close(&t);
}

static void what_breaks_the_module_is_refused(void **state)
{
#define LAN(ends) IP(NODE("a") ", {'node-id': 'l;lan', '" OWN "lan': {}}", ends)
    (void)state;
    yang_refused(NETWORKS(LAN(""), ""), CP_ERR_MALFORMED,
                 "a LAN needs links from two nodes at least");
    yang_refused(NETWORKS(LAN(LINK("l;1", "a", "l;lan", ", '" OWN "lan-end': 1")), ""),
                 CP_ERR_MALFORMED, "a LAN needs links from two nodes at least");
    yang_refused(NETWORKS(LAN(LINK("l;1", "a", "b", ", '" OWN "lan-end': 1")), ""),
                 CP_ERR_MALFORMED, "an end of a LAN without number, or of no pseudonode");
    yang_refused(NETWORKS(LAN(LINK("l;1", "a", "l;lan", ", '" OWN "lan-end': 'x'")), ""),
                 CP_ERR_MALFORMED, "an end of a LAN without number, or of no pseudonode");
    yang_refused(NETWORKS(IP(NODE("a"), LINK("1", "a", "b", ", '" OWN "reverse-of': 'l'") ", " LINK(
                                            "2", "a", "b", ", '" OWN "reverse-of': 'l'")),
                          ""),
                 CP_ERR_DUPLICATE, "two links back of one");
    yang_refused(NETWORKS(IP(NODE("a"), LINK("1", "a", "b", ", '" OWN "metric': 0")), ""),
                 CP_ERR_RANGE, "a metric that is no whole number from 1 to 4294967294");
    yang_refused(
        NETWORKS(IP(NODE("a"), LINK("1", "a", "b", ", '" OWN "lan-end': 1, '" OWN "link': {}")),
                 ""),
        CP_ERR_MALFORMED, "a link without link-id, source or destination, or of several kinds");
    yang_refused(NETWORKS(IP("{'node-id': 'a', '" OWN "node': {}, '" OWN "lan': {}}", ""), ""),
                 CP_ERR_MALFORMED, "a node without node-id, or of several kinds");
    yang_refused(NETWORKS("{'network-id': 'n', 'network-types': {'" OWN "cleanpath': {}}}", ""),
                 CP_ERR_MALFORMED, "a network of cleanpath without its layer");
    yang_refused(NETWORKS("{'network-id': 'n', " TYPE "'sky'}", ""), CP_ERR_MALFORMED, "no layer");
    yang_refused(NETWORKS(IP("{'node-id': 'a', '" OWN
                             "node': {'fact': [{'attribute': 'maker', 'value': 'x', "
                             "'date': '2026-13-01'}]}}",
                             ""),
                          ""),
                 CP_ERR_MALFORMED, "no date: YYYY-MM-DD");
    yang_refused(NETWORKS(IP(NODE("a") ", " NODE("a"), ""), ""), CP_ERR_DUPLICATE,
                 "id is used twice");
}

static void every_prefix_and_each_take_of_memory_is_survived(void **state)
{
    struct trial t = trial_open();
    cp_text text = yang_json(t.arena, lan);

    (void)state;
    assert_prefixes(CP_ROLE_NETWORK, "network.json", text);
    assert_survives_no_memory(CP_ROLE_NETWORK, "network.json", text);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_is_its_record_and_its_facts),
        cmocka_unit_test(two_names_in_a_list_are_not_the_one_that_they_make_together),
        cmocka_unit_test(a_link_is_two_entries_with_a_metric_each),
        cmocka_unit_test(a_lan_is_one_link_with_its_ends_in_their_order),
        cmocka_unit_test(ways_below_are_those_listed_or_all_that_support),
        cmocka_unit_test(a_link_may_end_at_a_node_of_another_layer),
        cmocka_unit_test(demands_come_with_the_networks_unless_they_have_files),
        cmocka_unit_test(what_the_module_does_not_have_is_not_understood),
        cmocka_unit_test(what_breaks_the_module_is_refused),
        cmocka_unit_test(every_prefix_and_each_take_of_memory_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
