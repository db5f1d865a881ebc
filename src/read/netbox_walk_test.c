#include "netbox_lines.h"

#include "netbox.h"

/* Small networks, an object a line, and what links come of them. */

static struct net net; /* large */

static void two_devices(void)
{
    device(&net, 1, "a", "");
    device(&net, 2, "b", "");
    interface(&net, 1, 1);
    interface(&net, 2, 2);
}

static void a_cable_is_a_link_named_by_its_label_where_that_is_its_own(void **state)
{
    (void)state;
    two_devices();
    interface(&net, 3, 1);
    interface(&net, 4, 2);
    interface(&net, 5, 1);
    interface(&net, 6, 2);
    cable(&net, 1, "i1", "i2", ",\"label\":\"up\"");
    cable(&net, 2, "i3", "i4", ",\"label\":\"twice\"");
    cable(&net, 3, "i6", "i5", ",\"label\":\"twice\"");
    make(&net);
    ASSERT_LINKS(&net, "a--b ip [] by  <a:p3> <b:p4>", "a--b#2 ip [] by  <a:p5> <b:p6>",
                 "up ip [] by  <a:p1> <b:p2>");
    close_net(&net);
}

/* a -c1- f1|r1 =c2= r2|f3 -c3- b, and c and d on the second position. */
static void two_panels(const char *trunk)
{
    two_devices();
    device(&net, 3, "c", "");
    device(&net, 4, "d", "");
    device(&net, 5, "p", "");
    device(&net, 6, "q", "");
    interface(&net, 3, 3);
    interface(&net, 4, 4);
    rear(&net, 1, 5, 2);
    rear(&net, 2, 6, 2);
    front(&net, 1, 5, 1, 1);
    front(&net, 2, 5, 1, 2);
    front(&net, 3, 6, 2, 1);
    front(&net, 4, 6, 2, 2);
    cable(&net, 1, "i1", "f1", "");
    cable(&net, 2, "r1", "r2", trunk);
    cable(&net, 3, "f3", "i2", "");
    cable(&net, 4, "i3", "f2", "");
    cable(&net, 5, "f4", "i4", "");
    make(&net);
}

static void positions_are_kept_through_a_trunk(void **state)
{
    static const char *const trunks[] = {"", ",\"profile\":\"single-1c2p\"",
                                         ",\"profile\":{\"value\":\"single-1c2p\",\"label\":\"\"}"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(trunks); i++) {
        two_panels(trunks[i]);
        ASSERT_LINKS(&net, "a--b ip [] by  <a:p1> <b:p2> over cable-1 cable-2 cable-3",
                     "c--d ip [] by  <c:p3> <d:p4> over cable-4 cable-2 cable-5",
                     "cable-1 optical [] by  <a:p1> <p:f1>",
                     "cable-2 optical [] by  <p:r1> <q:r2> srlg cable-2",
                     "cable-3 optical [] by  <q:f3> <b:p2>", "cable-4 optical [] by  <c:p3> <p:f2>",
                     "cable-5 optical [] by  <q:f4> <d:p4>");
        assert_int_equal(net.c->nodes[cp_case_node(net.c, CP_TEXT("p")).at].layer,
                         CP_LAYER_OPTICAL);
        assert_text(
            fact_of(net.c, net.c->node_facts, cp_case_node(net.c, CP_TEXT("p")).at, "class"),
            "patch-panel");
        close_net(&net);
    }
}

static void a_breakout_is_several_links_that_share_their_cable(void **state)
{
    static const char *const profiles[] = {"", ",\"profile\":\"breakout-1c2p-2c1p\""};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(profiles); i++) {
        two_devices();
        device(&net, 3, "c", "");
        interface(&net, 3, 3);
        cable(&net, 7, "i1", "i2 i3", profiles[i]);
        make(&net);
        ASSERT_LINKS(&net, "a--b ip [] by  <a:p1> <b:p2> srlg cable-7",
                     "a--c ip [] by  <a:p1> <c:p3> srlg cable-7");
        close_net(&net);
    }
}

static void a_profile_joins_like_to_like_and_without_one_each_to_each(void **state)
{
    static const char *const profiles[] = {"trunk-2c1p", "never-heard-of"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(profiles); i++) {
        char more[64];

        (void)snprintf(more, sizeof(more), ",\"profile\":\"%s\"", profiles[i]);
        two_devices();
        device(&net, 3, "c", "");
        device(&net, 4, "d", "");
        interface(&net, 3, 3);
        interface(&net, 4, 4);
        cable(&net, 7, "i1 i3", "i2 i4", more);
        make(&net);
        if (i == 0)
            ASSERT_LINKS(&net, "a--b ip [] by  <a:p1> <b:p2> srlg cable-7",
                         "c--d ip [] by  <c:p3> <d:p4> srlg cable-7");
        else
            ASSERT_LINKS(&net, "a--b ip [] by  <a:p1> <b:p2> srlg cable-7",
                         "a--d ip [] by  <a:p1> <d:p4> srlg cable-7",
                         "b--c ip [] by  <b:p2> <c:p3> srlg cable-7",
                         "c--d ip [] by  <c:p3> <d:p4> srlg cable-7");
        close_net(&net);
    }
}

/* A port of two positions in front of two rear ports, as 4.5 has them. */
static void mappings_of_several_rear_ports_are_followed(void **state)
{
    (void)state;
    two_devices();
    device(&net, 3, "c", "");
    device(&net, 5, "p", "");
    interface(&net, 3, 3);
    rear(&net, 1, 5, 1);
    rear(&net, 2, 5, 1);
    add_line(
        &net,
        "{" URL(
            "dcim/front-ports") ",\"device\":5,\"name\":\"f9\",\"type\":\"lc\",\"positions\":2,"
                                "\"rear_ports\":[{\"position\":1,\"rear_port\":1,\"rear_port_position\":1},"
                                "{\"position\":2,\"rear_port\":2,\"rear_port_position\":1}]}",
        9u);
    cable(&net, 1, "i1", "f9", ",\"profile\":\"single-1c2p\"");
    cable(&net, 2, "r1", "i2", "");
    cable(&net, 3, "r2", "i3", "");
    make(&net);
    ASSERT_LINKS(&net, "a--b ip [] by  <a:p1> <b:p2> over cable-1 cable-2",
                 "a--c ip [] by  <a:p1> <c:p3> over cable-1 cable-3",
                 "cable-1 optical [] by  <a:p1> <p:f9> srlg cable-1",
                 "cable-2 optical [] by  <p:r1> <b:p2>", "cable-3 optical [] by  <p:r2> <c:p3>");
    close_net(&net);
}

static void a_circuit_between_two_cables_is_one_leased_link(void **state)
{
    (void)state;
    two_devices();
    circuit(&net, 1, "KT 1", ",\"commit_rate\":1000");
    term(&net, 1, 1, 'A', "");
    term(&net, 2, 1, 'Z', "");
    cable(&net, 1, "i1", "t1", "");
    cable(&net, 2, "t2", "i2", "");
    make(&net);
    ASSERT_LINKS(&net, "KT 1 ip [leased-circuit] by KT <a:p1> <b:p2> 1000000 bit/s");
    close_net(&net);
}

static void behind_a_panel_a_circuit_is_a_link_of_the_layer_below(void **state)
{
    (void)state;
    two_devices();
    device(&net, 5, "p", "");
    rear(&net, 1, 5, 1);
    front(&net, 1, 5, 1, 1);
    circuit(&net, 1, "KT-1", "");
    term(&net, 1, 1, 'A', "");
    term(&net, 2, 1, 'Z', "");
    cable(&net, 1, "i1", "f1", "");
    cable(&net, 2, "r1", "t1", "");
    cable(&net, 3, "t2", "i2", "");
    make(&net);
    ASSERT_LINKS(&net, "KT-1 optical [leased-circuit] by KT <p:r1> <b:p2>",
                 "a--b ip [] by  <a:p1> <b:p2> over cable-1 KT-1",
                 "cable-1 optical [] by  <a:p1> <p:f1>");
    close_net(&net);
}

static void circuits_back_to_back_are_links_below_with_their_operators(void **state)
{
    (void)state;
    two_devices();
    circuit(&net, 1, "KT-1", "");
    add_line(&net,
             "{\"id\":2," URL("circuits/circuits") ",\"cid\":\"X-2\",\"provider\":"
                                                   "{\"name\":\"Xtel\"}}",
             2);
    for (uint32_t i = 1; i <= 2; i++) {
        term(&net, 2 * i - 1, i, 'A', "");
        term(&net, 2 * i, i, 'Z', "");
    }
    cable(&net, 1, "i1", "t1", "");
    cable(&net, 2, "t2", "t3", "");
    cable(&net, 3, "t4", "i2", "");
    make(&net);
    ASSERT_LINKS(&net, "KT-1 ethernet [leased-circuit] by KT <a:p1> <b:p2>",
                 "X-2 ethernet [leased-circuit] by Xtel <a:p1> <b:p2>",
                 "a--b ip [] by  <a:p1> <b:p2> over KT-1 X-2");
    close_net(&net);
}

static void a_provider_network_is_a_node_that_circuits_lead_to(void **state)
{
    static const char *const ends[] = {
        ",\"provider_network\":{\"id\":4}",
        ",\"termination_type\":\"circuits.providernetwork\",\"termination_id\":4"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ends); i++) {
        two_devices();
        add_line(
            &net,
            "{" URL(
                "circuits/provider-networks") ",\"name\":\"MPLS\",\"provider\":{\"name\":\"KT\"}}",
            4u);
        for (uint32_t k = 1; k <= 2; k++) {
            circuit(&net, k, k == 1 ? "KT-1" : "KT-2", "");
            term(&net, 2 * k - 1, k, 'A', "");
            term(&net, 2 * k, k, 'Z', ends[i]);
        }
        cable(&net, 1, "i1", "t1", "");
        cable(&net, 2, "i2", "t3", "");
        make(&net);
        ASSERT_LINKS(&net, "KT-1 ip [leased-circuit] by KT <a:p1> <MPLS:>",
                     "KT-2 ip [leased-circuit] by KT <b:p2> <MPLS:>");
        close_net(&net);
    }
}

static void what_leads_nowhere_is_a_finding(void **state)
{
    static const char why[] = "a cable from an interface that ends in nothing";

    (void)state;
    two_devices();
    cable(&net, 1, "i1", "", "");
    make(&net);
    assert_int_equal(net.c->link_count, 0);
    assert_remark(&net, CP_REMARK_FINDING, why);
    close_net(&net);
    two_devices();
    circuit(&net, 1, "KT-1", "");
    term(&net, 1, 1, 'A', "");
    cable(&net, 1, "i1", "t1", "");
    make(&net);
    assert_remark(&net, CP_REMARK_FINDING, why);
    close_net(&net);
}

static void what_is_not_in_the_dump_is_not_understood(void **state)
{
    (void)state;
    two_devices();
    interface(&net, 3, 77);
    cable(&net, 1, "i1", "f8", "");
    make(&net);
    assert_remark(&net, CP_REMARK_NOT_UNDERSTOOD, "a cable that ends at a port that is not here");
    assert_remark(&net, CP_REMARK_NOT_UNDERSTOOD, "a port of a device that is not here");
    assert_int_equal(net.c->link_count, 0);
    close_net(&net);
}

static void an_interface_that_only_a_cable_shows_is_used(void **state)
{
    (void)state;
    device(&net, 1, "a", "");
    device(&net, 2, "b", "");
    interface(&net, 1, 1);
    add_line(
        &net,
        "{" URL(
            "dcim/cables") ",\"a_terminations\":[{\"object_type\":\"dcim.interface\",\"object_id\":1}],"
                           "\"b_terminations\":[{\"object_type\":\"dcim.interface\",\"object_id\":2,\"object\":"
                           "{\"id\":2,\"device\":{\"id\":2,\"name\":\"b\"},\"name\":\"eth9\"}}]}",
        1u);
    make(&net);
    ASSERT_LINKS(&net, "a--b ip [] by  <a:p1> <b:eth9>");
    close_net(&net);
}

static void cables_in_a_ring_of_panels_end_with_a_finding(void **state)
{
    (void)state;
    two_devices();
    device(&net, 5, "p", "");
    device(&net, 6, "q", "");
    for (uint32_t i = 1; i <= 2; i++) {
        rear(&net, i, 4 + i, 1);
        front(&net, i, 4 + i, i, 1);
    }
    cable(&net, 1, "i1", "f1", "");
    cable(&net, 2, "r1", "f2", "");
    cable(&net, 3, "r2", "f1", "");
    make(&net);
    assert_remark(&net, CP_REMARK_FINDING, "cables that go round in a loop");
    close_net(&net);
}

/* Cables of many ends each, one after the other: as many ways as stars. */
static void ways_without_number_are_bounded(void **state)
{
    (void)state;
    two_devices();
    device(&net, 5, "p", "");
    for (uint32_t i = 0; i < 40; i++) {
        rear(&net, 10 + i, 5, 1);
        front(&net, 10 + i, 5, 10 + i, 1);
    }
    cable(&net, 1, "i1", "f10 f11 f12 f13", "");
    for (uint32_t i = 0; i < 8; i++) {
        char a[64], b[64];
        uint32_t k = 10 + 4 * i;

        (void)snprintf(a, sizeof(a), "r%u r%u r%u r%u", k, k + 1, k + 2, k + 3);
        (void)snprintf(b, sizeof(b), "f%u f%u f%u f%u", k + 4, k + 5, k + 6, k + 7);
        cable(&net, 2 + i, a, b, "");
    }
    cable(&net, 20, "r42 r43 r44 r45", "i2", "");
    make(&net);
    assert_true(count_remarks(net.c, CP_REMARK_NOT_UNDERSTOOD,
                              "a way over too many cables, or too many ways", NULL) +
                    net.c->link_count >
                0);
    close_net(&net);
}

static void planned_things_are_not_there_unless_a_cable_says_so(void **state)
{
    static const char planned[] = ",\"status\":{\"value\":\"planned\",\"label\":\"Planned\"}";

    (void)state;
    device(&net, 1, "a", "");
    device(&net, 2, "b", planned);
    device(&net, 3, "c", planned);
    device(&net, 4, "d", ",\"status\":\"offline\"");
    interface(&net, 1, 1);
    interface(&net, 2, 2);
    interface(&net, 3, 3);
    interface(&net, 4, 4);
    interface(&net, 5, 1);
    cable(&net, 1, "i1", "i2", "");
    cable(&net, 2, "i3", "i4", planned);
    cable(&net, 3, "i4", "i5", ",\"status\":\"decommissioning\"");
    make(&net);
    ASSERT_LINKS(&net, "a--b ip [] by  <a:p1> <b:p2>", "d--a ip [] by  <d:p4> <a:p5>");
    assert_int_equal(net.c->node_count, 3);
    assert_remark(&net, CP_REMARK_IGNORED, "devices that are planned");
    assert_remark(&net, CP_REMARK_IGNORED, "what is planned is not there yet");
    assert_remark(&net, CP_REMARK_FINDING,
                  "a device that is planned, with a cable that is there: it counts as there");
    close_net(&net);
}

static void names_that_repeat_get_numbers_and_nameless_devices_their_own(void **state)
{
    (void)state;
    device(&net, 5, "r", "");
    device(&net, 3, "r", "");
    device(&net, 4, "r#2", "");
    add_line(&net, "{" URL("dcim/devices") ",\"name\":null}", 9u);
    make(&net);
    assert_int_equal(net.c->node_count, 4);
    assert_text(net.c->nodes[0].id, "r");
    assert_text(net.c->nodes[1].id, "r#2");
    assert_text(net.c->nodes[2].id, "r#3");
    assert_text(net.c->nodes[3].id, "device-9");
    close_net(&net);
}

static void links_through_the_air_virtual_circuits_and_chassis(void **state)
{
    (void)state;
    device(&net, 1, "a", ",\"virtual_chassis\":{\"id\":6}");
    device(&net, 2, "b", ",\"virtual_chassis\":{\"id\":6}");
    device(&net, 3, "c", "");
    for (uint32_t i = 1; i <= 3; i++)
        interface(&net, i, i);
    add_line(
        &net,
        "{" URL(
            "wireless/wireless-links") ",\"interface_a\":{\"id\":1},\"interface_b\":{\"id\":3},\"ssid\":\"x\"}",
        8u);
    add_line(
        &net,
        "{" URL("circuits/virtual-circuits") ",\"cid\":\"V1\",\"provider_network\":{\"id\":4}}",
        5u);
    for (uint32_t i = 1; i <= 3; i++)
        add_line(
            &net,
            "{" URL(
                "circuits/virtual-circuit-terminations") ",\"virtual_circuit\":{\"id\":5},"
                                                         "\"role\":{\"value\":\"%s\"},\"interface\":{\"id\":%u}}",
            i, i == 2 ? "hub" : "spoke", i);
    make(&net);
    ASSERT_LINKS(&net, "V1 ip [leased-circuit] by unknown <a:p1> <b:p2>",
                 "a--c ip [radio] by  <a:p1> <c:p3> over wireless-8",
                 "b--c ip [leased-circuit] by unknown <b:p2> <c:p3>",
                 "virtual-chassis-6 ip [virtual-chassis] by  <a:> <b:>",
                 "wireless-8 radio [radio] by  <a:p1> <c:p3>");
    close_net(&net);
}

static void two_netboxes_keep_their_numbers_apart(void **state)
{
    (void)state;
    two_devices();
    cable(&net, 1, "i1", "i2", "");
    add_line(&net, "{\"url\":\"https://other/nb/api/dcim/devices/1/\",\"name\":\"z\"}");
    add_line(&net,
             "{\"url\":\"https://other/nb/api/dcim/interfaces/1/\",\"device\":1,\"name\":\"e\"}");
    make(&net);
    ASSERT_LINKS(&net, "a--b ip [] by  <a:p1> <b:p2>");
    assert_int_equal(net.c->node_count, 3);
    close_net(&net);
}

static void an_object_twice_is_a_finding_and_in_other_words_an_error(void **state)
{
    (void)state;
    device(&net, 1, "a", "");
    device(&net, 1, "a", ",\"comments\":\"x\"");
    make(&net);
    assert_int_equal(net.c->node_count, 1);
    close_net(&net);
    device(&net, 1, "a", "");
    device(&net, 1, "a", ",\"serial\":\"x\"");
    net.t = trial_open();
    trial_add(&net.t, CP_ROLE_NETWORK, "lines", net.text);
    assert_int_equal(cp_read_finish(net.t.read, &net.t.diag), CP_ERR_DUPLICATE);
    assert_int_equal(net.t.diag.place.line, 2);
    close_net(&net);
}

static void kinds_are_used_passed_over_by_a_rule_or_not_understood(void **state)
{
    (void)state;
    device(&net, 1, "a", "");
    add_line(&net, "{" URL("dcim/power-feeds") "}", 1u);
    add_line(&net, "{" URL("ipam/vlans") "}", 1u);
    add_line(&net, "{" URL("plugins/bgp/sessions") "}", 1u);
    add_line(&net, "{\"model\":\"dcim.device\",\"pk\":1,\"fields\":{}}");
    add_line(&net, "{" URL("dcim/devices") ",\"name\":{\"a\":1}}", 2u);
    add_line(&net, "7");
    make(&net);
    assert_int_equal(net.c->inputs[0].used, 2);
    assert_int_equal(net.c->inputs[0].ignored, 2);
    assert_int_equal(net.c->inputs[0].not_understood, 4);
    close_net(&net);
}

/* The tables of NetBox's shuffled cables, one by one. */
static void profiles_lead_across_and_back(void **state)
{
    static const char *const names[] = {"single-1c12p",       "trunk-4c8p",
                                        "breakout-1c4p-4c1p", "trunk-4c4p-shuffle",
                                        "trunk-2c4p-shuffle", "breakout-2c4p-8c1p-shuffle"};
    static const uint32_t connectors[] = {1, 4, 1, 4, 2, 2};
    struct cp_nb_profile profile;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++) {
        assert_true(cp_nb_profile_parse(cp_text_of(names[i]), &profile));
        for (uint32_t c = 1; c <= connectors[i]; c++)
            for (uint32_t p = 1; p <= profile.a_positions; p++) {
                struct cp_nb_lane far = cp_nb_profile_across(profile, 0, (struct cp_nb_lane){c, p});
                struct cp_nb_lane back = cp_nb_profile_across(profile, 1, far);

                assert_true(far.position >= 1 && far.position <= profile.b_positions);
                assert_int_equal(back.connector, c);
                assert_int_equal(back.position, p);
            }
    }
    assert_true(cp_nb_profile_parse(CP_TEXT("breakout-2c4p-8c1p-shuffle"), &profile));
    assert_int_equal(cp_nb_profile_across(profile, 0, (struct cp_nb_lane){1, 3}).connector, 5);
    assert_int_equal(cp_nb_profile_across(profile, 0, (struct cp_nb_lane){2, 1}).connector, 3);
    assert_true(cp_nb_profile_parse(CP_TEXT("trunk-2c4p-shuffle"), &profile));
    assert_int_equal(cp_nb_profile_across(profile, 0, (struct cp_nb_lane){1, 4}).connector, 2);
    assert_int_equal(cp_nb_profile_across(profile, 0, (struct cp_nb_lane){1, 4}).position, 2);
    assert_false(cp_nb_profile_parse(CP_TEXT("breakout-1c4p-3c1p"), &profile));
    assert_false(cp_nb_profile_parse(CP_TEXT("single"), &profile));
    assert_false(cp_nb_profile_parse(CP_TEXT("trunk-0c4p"), &profile));
}

#define CASE(name) cmocka_unit_test(name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_cable_is_a_link_named_by_its_label_where_that_is_its_own),
        CASE(positions_are_kept_through_a_trunk),
        CASE(a_breakout_is_several_links_that_share_their_cable),
        CASE(a_profile_joins_like_to_like_and_without_one_each_to_each),
        CASE(mappings_of_several_rear_ports_are_followed),
        CASE(a_circuit_between_two_cables_is_one_leased_link),
        CASE(behind_a_panel_a_circuit_is_a_link_of_the_layer_below),
        CASE(circuits_back_to_back_are_links_below_with_their_operators),
        CASE(a_provider_network_is_a_node_that_circuits_lead_to),
        CASE(what_leads_nowhere_is_a_finding),
        CASE(what_is_not_in_the_dump_is_not_understood),
        CASE(an_interface_that_only_a_cable_shows_is_used),
        CASE(cables_in_a_ring_of_panels_end_with_a_finding),
        CASE(ways_without_number_are_bounded),
        CASE(planned_things_are_not_there_unless_a_cable_says_so),
        CASE(names_that_repeat_get_numbers_and_nameless_devices_their_own),
        CASE(links_through_the_air_virtual_circuits_and_chassis),
        CASE(two_netboxes_keep_their_numbers_apart),
        CASE(an_object_twice_is_a_finding_and_in_other_words_an_error),
        CASE(kinds_are_used_passed_over_by_a_rule_or_not_understood),
        CASE(profiles_lead_across_and_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
