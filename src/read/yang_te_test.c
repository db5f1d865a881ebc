#include <stdio.h>

#include "yang_trial.h"

/* What RFC 8346, 8944 and 8795 say of links and nodes. */

#define NETWORKS(types, rest)                                                             \
    "{'ietf-network:networks': {'network': [{'network-id': 'n', 'network-types': {" types \
    "}, " rest "}]}}"
#define IP "'ietf-l3-unicast-topology:l3-unicast-topology': {}"
#define ETHERNET "'ietf-l2-topology:l2-topology': {}"
#define OTN "'ietf-te-topology:te-topology': {'ietf-otn-topology:otn-topology': {}}"
#define NODES "'node': [{'node-id': 'a'}, {'node-id': 'b'}]"
#define LINK(id, a, b, more)                                                                     \
    "{'link-id': '" id "', 'source': {'source-node': '" a "'}, 'destination': {'dest-node': '" b \
    "'}" more "}"
#define TE(attributes) ", 'ietf-te-topology:te': {'te-link-attributes': {" attributes "}}"
#define BANDWIDTH(form) TE("'max-link-bandwidth': {'te-bandwidth': {" form "}}")
#define LINKS(links) "'ietf-network-topology:link': [" links "]"

static const struct cp_link_rec *only_link(struct trial *t, const char *text)
{
    const struct cp_case *c = yang_case(t, text);

    assert_int_equal(c->link_count, 1);
    return &c->links[0];
}

static void bandwidths_of_traffic_engineering_are_bytes_a_second(void **state)
{
    static const struct {
        const char *form;
        uint64_t bps;
    } cases[] = {
        {"'generic': '0x1p20'", UINT64_C(8) << 20},
        {"'generic': '0x1.8p+30'", UINT64_C(12) << 30},
        {"'generic': '0X1.P4'", 128},
        {"'generic': '0x5f5e100'", 800000000},
        {"'generic': '1250000000'", UINT64_C(10000000000)},
        {"'generic': '0x0p0'", 0},
        {"'generic': '0x1.fffffep1'", 24}, /* below one byte it is cut off */
        {"'generic': '0x1p127'", CP_BPS_NONE},
        {"'generic': '0x'", CP_BPS_NONE},
        {"'generic': '0x1.1.1p2'", CP_BPS_NONE},
        {"'generic': '0,2,3,1'", CP_BPS_NONE}, /* a list of ODUs as the generic form has it */
        {"'ietf-otn-topology:odulist': [{'odu-type': 'ietf-layer1-types:ODU2', 'number': 1}, "
         "{'odu-type': 'ietf-layer1-types:ODU0', 'number': 8}]",
         UINT64_C(10037273000)},
        {"'ietf-otn-topology:odulist': [{'odu-type': 'ietf-layer1-types:ODU9', 'number': 1}]",
         CP_BPS_NONE},
    };

    /* RFC 8776 TEST, RFC 8294 TEST */
    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct trial t = trial_open();
        char text[1024];

        (void)snprintf(text, sizeof(text),
                       NETWORKS(OTN, NODES ", " LINKS(LINK("l", "a", "b", BANDWIDTH("%s")))),
                       cases[i].form);
        assert_int_equal(only_link(&t, text)->capacity_bps, cases[i].bps);
        assert_int_equal(
            count_remarks(t.made, CP_REMARK_FINDING,
                          "a bandwidth in units that are not read: the link has no limit", NULL),
            cases[i].bps == CP_BPS_NONE);
        trial_close(&t);
    }
}

static void rates_and_delays_of_ethernet_have_their_units(void **state)
{
    struct trial t = trial_open();
    const struct cp_link_rec *link = only_link(
        &t, NETWORKS(ETHERNET, NODES ", " LINKS(LINK("l", "a", "b",
                                                     ", 'ietf-l2-topology:l2-link-attributes': "
                                                     "{'rate': '10000000', 'delay': 12}"))));

    /* RFC 8944 TEST: kbit/s, microseconds */
    (void)state;
    assert_int_equal(link->capacity_bps, UINT64_C(10000000000));
    assert_int_equal(link->delay_us, 12);
    assert_int_equal(link->layer, CP_LAYER_ETHERNET);
    trial_close(&t);
}

static void of_two_directions_the_worse_counts(void **state)
{
    struct trial t = trial_open();
    const struct cp_link_rec *link = only_link(
        &t,
        NETWORKS(
            IP,
            NODES ", " LINKS(LINK(
                "l", "a", "b",
                TE("'te-delay-metric': 10, 'te-srlgs': {'value': [1, 2]}, "
                   "'max-link-bandwidth': {'te-bandwidth': {'generic': '2000'}}")) ", " LINK("m",
                                                                                             "b",
                                                                                             "a",
                                                                                             TE("'te-delay-metric': 20, 'te-srlgs': {'value': [2, 7]}, "
                                                                                                "'max-link-bandwidth': {'te-bandwidth': {'generic': '1000'}}")))));

    (void)state;
    assert_int_equal(link->delay_us, 20);
    assert_int_equal(link->capacity_bps, 8000);
    assert_int_equal(link->srlgs.count, 3);
    assert_text(t.made->srlgs[t.made->link_srlgs[link->srlgs.first + 2]], "7");
    trial_close(&t);
}

static void the_metric_of_the_igp_counts_before_that_of_traffic_engineering(void **state)
{
    static const struct {
        const char *more;
        uint32_t metric;
    } cases[] = {
        {", 'ietf-l3-unicast-topology:l3-link-attributes': {'metric1': 5}, 'ietf-te-topology:te': "
         "{'te-link-attributes': {'te-default-metric': 9}}",
         5},
        {", 'ietf-te-topology:te': {'te-link-attributes': {'te-default-metric': 9, 'te-igp-metric': 6}}",
         6},
        {", 'ietf-te-topology:te': {'te-link-attributes': {'te-default-metric': 9}}", 9},
        {"", 1},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        struct trial t = trial_open();
        char text[1024];
        const struct cp_link_rec *link;

        (void)snprintf(text, sizeof(text),
                       NETWORKS(IP, NODES ", " LINKS(LINK("l", "a", "b", "%s"))), cases[i].more);
        link = only_link(&t, text);
        assert_int_equal(t.made->ends[link->ends.first].metric, cases[i].metric);
        trial_close(&t);
    }
}

static void the_metric_of_traffic_engineering_beside_the_igps_is_a_fact_of_its_direction(
    void **state)
{
    struct trial t = trial_open();

    (void)state;
    (void)only_link(
        &t,
        NETWORKS(
            IP, NODES ", " LINKS(
                    LINK("l", "a", "b", TE("'te-default-metric': 9, 'te-igp-metric': 6")) ", " LINK(
                        "m", "b", "a", TE("'te-default-metric': 8, 'te-igp-metric': 6")))));
    assert_text(fact_of(t.made, t.made->link_facts, 0, "te-metric-ab"), "9");
    assert_text(fact_of(t.made, t.made->link_facts, 0, "te-metric-ba"), "8");
    trial_close(&t);
    t = trial_open();
    (void)only_link(
        &t, NETWORKS(IP, NODES ", " LINKS(LINK("l", "a", "b", TE("'te-default-metric': 9")))));
    assert_text(fact_of(t.made, t.made->link_facts, 0, "te-metric"), "");
    trial_close(&t);
}

static void a_metric_that_cannot_be_is_not_understood(void **state)
{
    static const char *const metrics[] = {"0", "4294967295", "'x'", "1.5", "-1", "{}"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(metrics); i++) {
        struct trial t = trial_open();
        char text[1024];

        (void)snprintf(
            text, sizeof(text),
            NETWORKS(IP, NODES ", " LINKS(LINK("l", "a", "b",
                                               ", 'ietf-l3-unicast-topology:l3-link-attributes': "
                                               "{'metric1': %s}"))),
            metrics[i]);
        (void)only_link(&t, text);
        assert_int_equal(t.made->inputs[0].not_understood, 1);
        trial_close(&t);
    }
}

static void what_is_down_is_there_and_taken_last(void **state)
{
    struct trial t = trial_open();
    const struct cp_link_rec *link = only_link(
        &t, NETWORKS(IP, NODES ", " LINKS(LINK("l", "a", "b",
                                               TE("'admin-status': 'down', 'te-igp-metric': 5")))));
    struct trial u = trial_open();
    const struct cp_link_rec *other = only_link(
        &u, NETWORKS(IP, "'node': [{'node-id': 'a'}, {'node-id': 'b', 'ietf-te-topology:te': "
                         "{'te-node-attributes': {'admin-status': 'ietf-te-types:down'}}}], " LINKS(
                             LINK("l", "a", "b", ""))));

    (void)state;
    assert_int_equal(t.made->ends[link->ends.first].metric, CP_METRIC_MAX);
    assert_text(link_fact(t.made, "l", "x-admin-status"), "down");
    assert_int_equal(u.made->ends[other->ends.first + 1].metric, CP_METRIC_MAX);
    trial_close(&t);
    trial_close(&u);
}

static void an_abstract_node_is_as_bad_as_the_network_under_it(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t, "{'ietf-network:networks': {'network': [{'network-id': 'n', 'network-types': {" IP "}, "
            "'node': [{'node-id': 'all', 'ietf-te-topology:te': {'te-node-attributes': {"
            "'is-abstract': [null], 'underlay-topology': {'network-ref': 'under'}}}}]}, "
            "{'network-id': 'under', 'network-types': {" OTN "}, " NODES "}]}}");

    (void)state;
    assert_int_equal(node_of(c, "all")->managed_by.count, 2);
    assert_text(part_fact(c, "all", "", "x-is-abstract", 0), "true");
    trial_close(&t);
}

static void what_carries_a_link_by_a_path_that_is_not_read_is_not_understood(void **state)
{
    struct trial t = trial_open();

    (void)state;
    (void)only_link(&t, NETWORKS(IP, NODES ", " LINKS(LINK(
                                         "l", "a", "b", TE("'underlay': {'primary-path': {}}")))));
    assert_int_equal(t.made->inputs[0].not_understood, 1);
    assert_text(link_fact(t.made, "l", "maker"), "unknown");
    trial_close(&t);
}

static void halves_with_one_plug_are_a_link_and_others_leave_the_network(void **state)
{
#define HALF(id, plug)                                                                           \
    "{'network-id': '" id "', 'network-types': {" OTN "}, 'node': [{'node-id': '" id "', "       \
    "'ietf-network-topology:termination-point': [{'tp-id': '1', 'ietf-te-topology:te': "         \
    "{'inter-domain-plug-id': '" plug "'}}]}], 'ietf-network-topology:link': [{'link-id': 'h" id \
    "', "                                                                                        \
    "'source': {'source-node': '" id "', 'source-tp': '1'}}]}"
    struct trial t = trial_open();
    const struct cp_case *c =
        yang_case(&t, "{'ietf-network:networks': {'network': [" HALF("x", "AQ==") ", " HALF(
                          "y", "AQ==") ", " HALF("z", "Ag==") ", " HALF("w", "AQ==") "]}}");
    const struct cp_end *ends = &c->ends[c->links[0].ends.first];

    /* RFC 8795 TEST */
    (void)state;
    assert_int_equal(c->link_count, 1);
    assert_text(c->nodes[ends[0].node.at].id, "x");
    assert_text(c->nodes[ends[1].node.at].id, "y");
    assert_text(ends[1].port, "1");
    assert_counts(c, 0, 4 + 4 + 2, 1,
                  1); /* of three halves it is not known which belong together */
    trial_close(&t);
}

static void a_bundle_rests_on_any_of_its_members(void **state)
{
#define FROM(id, tp, more)                                                          \
    "{'link-id': '" id "', 'source': {'source-node': 'a', 'source-tp': '" tp "'}, " \
    "'destination': {'dest-node': 'b'}" more "}"
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        NETWORKS(
            ETHERNET,
            "'node': [{'node-id': 'a', 'ietf-network-topology:termination-point': [{'tp-id': 'lag', "
            "'ietf-l2-topology:l2-termination-point-attributes': {'member-link-tp': ['p', 'q']}}]}, "
            "{'node-id': 'b'}], " LINKS(
                FROM("bundle", "lag", "") ", " FROM("one", "p", "") ", " FROM("two", "q", "") ", " FROM(
                    "more", "q",
                    "") ", " FROM("te", "t",
                                  ", 'ietf-te-topology:te': {'bundled-links': {'bundled-link': "
                                  "[{'sequence': 1, 'src-tp-ref': 'p'}, {'sequence': 2, 'src-tp-ref': 'gone'}]}}"))));

    (void)state;
    assert_int_equal(link_of(c, "bundle")->alternatives.count, 3); /* at q two links begin */
    assert_int_equal(link_of(c, "te")->alternatives.count, 1);
    assert_text(link_fact(c, "te", "maker"), "unknown");
    assert_int_equal(count_remarks(c, CP_REMARK_NOT_UNDERSTOOD,
                                   "a member of a bundle at which no link begins, or too many",
                                   NULL),
                     1);
    trial_close(&t);
}

static void places_come_of_both_models(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        NETWORKS(
            IP,
            "'node': [{'node-id': 'a', 'ietf-te-topology:te': {'geolocation': "
            "{'latitude': '37.5', 'longitude': 127.25, 'altitude': '9'}}}, "
            "{'node-id': 'b', 'ietf-geo-location:geo-location': {'latitude': '1', 'longitude': '2'}}, "
            "{'node-id': 'c', 'ietf-geo-location:geo-location': {'latitude': '1'}}, "
            "{'node-id': 'd', 'ietf-geo-location:geo-location': {'latitude': '91', 'longitude': '2'}}]"));

    (void)state;
    assert_int_equal(node_of(c, "a")->lat_udeg, 37500000);
    assert_int_equal(node_of(c, "a")->lon_udeg, 127250000);
    assert_int_equal(node_of(c, "b")->lon_udeg, 2000000);
    assert_int_equal(node_of(c, "c")->lat_udeg, CP_COORD_NONE);
    assert_int_equal(node_of(c, "d")->lon_udeg, CP_COORD_NONE);
    assert_int_equal(c->inputs[0].not_understood, 1);
    trial_close(&t);
}

static void a_router_id_is_the_loopback_where_a_prefix_says_so(void **state)
{
#define ROUTER(id, prefix)                                                                \
    "{'node-id': '" id "', 'ietf-l3-unicast-topology:l3-node-attributes': {'router-id': " \
    "['203.0.113.1'], 'prefix': [{'prefix': '" prefix "'}]}}"
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t, NETWORKS(IP, "'node': [" ROUTER("a", "203.0.113.1/32") ", " ROUTER(
                             "b", "203.0.113.0/24") ", " ROUTER("c", "203.0.113.10/32") "]"));

    (void)state;
    assert_text(node_of(c, "a")->loopback, "203.0.113.1");
    assert_int_equal(node_of(c, "b")->loopback.len, 0);
    assert_int_equal(node_of(c, "c")->loopback.len, 0);
    assert_text(part_fact(c, "b", "", "x-router-id", 0), "203.0.113.1");
    trial_close(&t);
}

static void ids_that_a_list_would_part_are_written_otherwise(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c =
        yang_case(&t, NETWORKS(ETHERNET, NODES ", " LINKS(LINK("x y|z", "a", "b", "") ", " LINK(
                                             "up", "a", "b",
                                             ", 'supporting-link': "
                                             "[{'network-ref': 'n', 'link-ref': 'x y|z'}]"))));

    (void)state;
    assert_text(link_fact(c, "x_y_z", "x-link-id"), "x y|z");
    assert_int_equal(link_of(c, "up")->alternatives.count, 1);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bandwidths_of_traffic_engineering_are_bytes_a_second),
        cmocka_unit_test(rates_and_delays_of_ethernet_have_their_units),
        cmocka_unit_test(of_two_directions_the_worse_counts),
        cmocka_unit_test(the_metric_of_the_igp_counts_before_that_of_traffic_engineering),
        cmocka_unit_test(
            the_metric_of_traffic_engineering_beside_the_igps_is_a_fact_of_its_direction),
        cmocka_unit_test(a_metric_that_cannot_be_is_not_understood),
        cmocka_unit_test(what_is_down_is_there_and_taken_last),
        cmocka_unit_test(an_abstract_node_is_as_bad_as_the_network_under_it),
        cmocka_unit_test(what_carries_a_link_by_a_path_that_is_not_read_is_not_understood),
        cmocka_unit_test(halves_with_one_plug_are_a_link_and_others_leave_the_network),
        cmocka_unit_test(a_bundle_rests_on_any_of_its_members),
        cmocka_unit_test(places_come_of_both_models),
        cmocka_unit_test(a_router_id_is_the_loopback_where_a_prefix_says_so),
        cmocka_unit_test(ids_that_a_list_would_part_are_written_otherwise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
