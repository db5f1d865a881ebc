#include <stdio.h>

#include "seen_trial.h"

static const char ambiguous[] =
    "a neighbour that several nodes may be: it is taken for none of them";
static const char conflict[] =
    "a neighbour whose name and address are of different nodes: it is taken for none of them";
static const char other_mac[] =
    "a neighbour that bears a node's name and another address: it is taken for another";
static const char disagree[] = "two devices disagree about what a port is connected to";
static const char moved[] = "a port sees another neighbour than the inventory has there";
static const char several[] =
    "several neighbours at one port: something between them does not show itself";

static uint32_t findings(const struct trial *t, const char *why)
{
    return count_remarks(t->made, CP_REMARK_FINDING, why);
}

static void a_link_is_seen_by_one_end_or_by_both(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), b;

    (void)state;
    seen_sees(&a, "Gi0/1", "b", "GigabitEthernet0/7");
    seen_sees(&a, "Gi0/2", "c.example.net", "1/1/1");
    b = seen_document(&t, "b", false);
    seen_sees(&b, "Gi0/7", "a.example.net", "GigabitEthernet0/1");
    (void)seen_document(&t, "c", true);
    trial_node(&t, "c");
    trial_make(&t);
    ASSERT_LINKS(&t, "a Gi0/1 - b Gi0/7 [a Gi0/1 lldp, b Gi0/7 lldp]",
                 "a Gi0/2 - c 1/1/1 [a Gi0/2 lldp]");
    assert_int_equal(findings(&t, disagree), 0);
    trial_close(&t);
}

static void what_a_neighbour_says_is_as_good_as_its_channel(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), b = {0};
    struct cp_sighting seen = seen_by_name(&a, "1", "x", "2");
    const struct cp_fact *fact;

    (void)state;
    seen.descr = CP_TEXT("Some System 1.0");
    seen.chassis_id = CP_TEXT("00:00:00:00:00:01");
    seen.chassis_id_kind = CP_TEXT("mac");
    seen.address = CP_TEXT("10.0.0.1");
    seen.platform = CP_TEXT("box 3");
    seen.software = CP_TEXT("sys 1");
    seen_add(&a, &seen);
    b = seen_document(&t, "b", false);
    seen.place.file = b.file;
    seen_add(&b, &seen);
    trial_make(&t);
    assert_fact(&t, "x", "", "sys-descr", "Some System 1.0");
    assert_fact(&t, "x", "", "sys-name", "x");
    assert_fact(&t, "x", "", "mac", "00:00:00:00:00:01");
    assert_fact(&t, "x", "", "address", "10.0.0.1");
    assert_fact(&t, "x", "", "model", "box 3");
    assert_fact(&t, "x", "", "software", "sys 1");
    fact = trial_find(&t, "x", "", "sys-descr", 0);
    assert_text(t.made->evidence[fact->evidence].kind, "neighbour-view");
    assert_text(t.made->evidence[fact->evidence].source, "lldp");
    fact = trial_find(&t, "x", "", "sys-descr", 1);
    assert_text(t.made->evidence[fact->evidence].kind, "unauthenticated-read");
    trial_close(&t);
}

static void a_port_is_known_by_any_of_its_names(void **state)
{
    static const struct {
        const char *id, *kind, *descr;
    } ways[] = {{"Gi0/7", "interface-name", ""},
                {"gigabitethernet 0/7", "interface-name", "to a"},
                {"00:00:00:00:0b:07", "mac", ""},
                {"107", "local", ""},
                {"to a", "alias", ""},
                {"7", "local", "GigabitEthernet0/7"},
                {"nobody knows", "local", ""},
                {"", "", ""}};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ways); i++) {
        struct trial t = trial_open();
        struct cp_device_doc a = seen_document(&t, "a", true), b;
        struct cp_sighting seen = seen_by_name(&a, "1", "b", ways[i].id);

        seen.port_id_kind = cp_text_of(ways[i].kind);
        seen.port_descr = cp_text_of(ways[i].descr);
        seen_add(&a, &seen);
        b = seen_document(&t, "b", true);
        seen_says(&b, "Gi0/7", "mac", "00:00:00:00:0b:07");
        seen_also(&b, "Gi0/7", "107");
        seen_also(&b, "Gi0/7", "to a");
        seen_sees(&b, "Gi0/7", "a", "1");
        seen_sees(&b, "Gi0/8", "z", "1");
        trial_make(&t);
        ASSERT_LINKS(&t, "a 1 - b Gi0/7 [a 1 lldp, b Gi0/7 lldp]", "b Gi0/8 - z 1 [b Gi0/8 lldp]");
        trial_close(&t);
    }
}

static void a_port_nobody_knows_is_called_by_what_looks_most_like_a_ports_name(void **state)
{
    static const struct {
        const char *id, *kind, *descr, *expected;
    } ways[] = {{"Te2/1/1", "", "asw22", "Te2/1/1"},
                {"00:1e:58:5c:09:f1", "mac", "Gi0/1", "Gi0/1"},
                {"00:1e:58:5c:09:f1", "mac", "the uplink", "00:1e:58:5c:09:f1"},
                {"001e.585c.09f1", "", "Port 3", "Port 3"},
                {"513", "local", "ge-0/0/1", "ge-0/0/1"},
                {"513", "local", "", "513"},
                {"", "", "eth0", "eth0"},
                {"uplink", "interface-name", "Gi0/1", "uplink"}};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(ways); i++) {
        struct trial t = trial_open();
        struct cp_device_doc a = seen_document(&t, "a", true);
        struct cp_sighting seen = seen_by_name(&a, "1", "b", ways[i].id);

        seen.port_id_kind = cp_text_of(ways[i].kind);
        seen.port_descr = cp_text_of(ways[i].descr);
        seen_add(&a, &seen);
        trial_make(&t);
        assert_text(t.made->ends[t.made->links[0].ends.first + 1].port, ways[i].expected);
        trial_close(&t);
    }
}

static void neighbours_that_name_no_port_are_one_link_where_there_is_but_one(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), b;

    (void)state;
    seen_sees(&a, "1", "b", "port the seventh");
    b = seen_document(&t, "b", true);
    seen_sees(&b, "7", "a", "port the first");
    trial_make(&t);
    ASSERT_LINKS(&t, "a 1 - b 7 [a 1 lldp, b 7 lldp]");
    trial_close(&t);
}

static void two_protocols_at_one_port_see_one_link(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true);
    struct cp_sighting seen = seen_by_name(&a, "Gi0/1", "phone.example.net", "Port 1");

    (void)state;
    seen.protocol = "cdp";
    seen_add(&a, &seen);
    seen = seen_by_name(&a, "Gi0/1", "phone", "00:00:00:00:00:99");
    seen.port_id_kind = CP_TEXT("mac");
    seen.chassis_id = CP_TEXT("00:00:00:00:00:99");
    seen.chassis_id_kind = CP_TEXT("mac");
    seen_add(&a, &seen);
    trial_make(&t);
    ASSERT_LINKS(&t, "a Gi0/1 - phone Port 1 [a Gi0/1 cdp, a Gi0/1 lldp]");
    trial_close(&t);
}

static void a_neighbour_is_known_by_its_chassis_id_its_name_or_its_address(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), doc;
    struct cp_sighting seen;

    (void)state;
    seen_sees_mac(&a, "1", "00:00:00:00:00:0b", "whatever", "1");
    seen_sees_mac(&a, "2", "00:00:00:00:0c:02", "", "2");
    seen = seen_by_name(&a, "3", "", "3");
    seen.address = CP_TEXT("10.0.0.4");
    seen_add(&a, &seen);
    seen_sees(&a, "4", "name-of-e", "4");
    seen = seen_by_name(&a, "5", "", "5");
    seen.serial = CP_TEXT("SN6");
    seen_add(&a, &seen);
    doc = seen_document(&t, "b", true);
    seen_says(&doc, "", "mac", "00:00:00:00:00:0b");
    doc = seen_document(&t, "c", true);
    seen_says(&doc, "2", "mac", "00:00:00:00:0c:02");
    doc = seen_document(&t, "d", true);
    seen_says(&doc, "", "address", "10.0.0.4");
    doc = seen_document(&t, "e", true);
    seen_also(&doc, "", "name-of-e");
    seen_says(&doc, "", "model", "x");
    doc = seen_document(&t, "f", true);
    seen_says(&doc, "", "serial", "SN6");
    trial_make(&t);
    ASSERT_LINKS(&t, "a 1 - b 1 [a 1 lldp]", "a 2 - c 2 [a 2 lldp]", "a 3 - d 3 [a 3 lldp]",
                 "a 4 - e 4 [a 4 lldp]", "a 5 - f 5 [a 5 lldp]");
    assert_int_equal(t.made->node_count, 6);
    trial_close(&t);
}

static void a_neighbour_nobody_read_is_a_node_under_its_name_or_its_chassis_id(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true);

    (void)state;
    seen_sees_mac(&a, "1", "00:00:00:00:00:01", "switch", "1");
    seen_sees_mac(&a, "2", "00:00:00:00:00:02", "switch", "1");
    seen_sees_mac(&a, "3", "00:00:00:00:00:03", "", "1");
    seen_sees_mac(&a, "4", "00:00:00:00:00:04", "other", "1");
    seen_sees(&a, "5", "plain", "1");
    trial_make(&t);
    ASSERT_LINKS(&t, "00:00:00:00:00:03 1 - a 3 [a 3 lldp]", "a 4 - other 1 [a 4 lldp]",
                 "a 5 - plain 1 [a 5 lldp]", "a 1 - switch 00:00:00:00:00:01 1 [a 1 lldp]",
                 "a 2 - switch 00:00:00:00:00:02 1 [a 2 lldp]");
    trial_close(&t);
}

static void links_of_the_inventory_are_confirmed_whatever_ports_are_called(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a;

    (void)state;
    trial_node(&t, "a");
    trial_node(&t, "b");
    trial_node(&t, "c");
    seen_link(&t, "cable 1", "b", "GigabitEthernet0/7", "a", "gi0/1");
    seen_link(&t, "", "a", "", "c", "");
    seen_link(&t, "", "a", "Gi0/3", "c", "");
    a = seen_document(&t, "a", true);
    seen_sees(&a, "Gi0/1", "b", "Gi0/7");
    seen_sees(&a, "Gi0/2", "c", "1");
    seen_sees(&a, "Gi0/3", "c", "2");
    trial_make(&t);
    ASSERT_LINKS(&t, "b GigabitEthernet0/7 - a gi0/1 [a Gi0/1 lldp]", "a  - c  [a Gi0/2 lldp]",
                 "a Gi0/3 - c  [a Gi0/3 lldp]");
    assert_int_equal(findings(&t, moved), 0);
    trial_close(&t);
}

static void a_moved_cable_is_a_finding_and_both_links_stay(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a;

    (void)state;
    trial_node(&t, "a");
    trial_node(&t, "b");
    trial_node(&t, "c");
    seen_link(&t, "a--b", "a", "1", "b", "7");
    a = seen_document(&t, "a", true);
    seen_sees(&a, "1", "c", "9");
    trial_make(&t);
    ASSERT_LINKS(&t, "a 1 - b 7 []", "a 1 - c 9 [a 1 lldp]");
    assert_int_equal(findings(&t, moved), 1);
    trial_close(&t);
}

static void devices_that_disagree_are_a_finding_and_all_links_stay(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), b, c;

    (void)state;
    seen_sees(&a, "1", "b", "7");
    b = seen_document(&t, "b", true);
    seen_sees(&b, "7", "c", "4");
    c = seen_document(&t, "c", true);
    seen_sees(&c, "4", "b", "7");
    trial_make(&t);
    ASSERT_LINKS(&t, "a 1 - b 7 [a 1 lldp]", "b 7 - c 4 [b 7 lldp, c 4 lldp]");
    assert_int_equal(findings(&t, disagree), 1);
    trial_close(&t);
}

static void a_device_that_bears_anothers_name_takes_nothing_from_it(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), doc;

    (void)state;
    seen_sees_mac(&a, "1", "00:00:00:00:00:0c", "core", "1");
    seen_sees_mac(&a, "2", "00:00:00:00:00:0e", "core", "1");
    doc = seen_document(&t, "core", true);
    seen_says(&doc, "", "mac", "00:00:00:00:00:0c");
    seen_sees(&doc, "1", "a", "1");
    doc = seen_document(&t, "evil", true);
    seen_says(&doc, "", "sys-name", "core");
    seen_says(&doc, "", "mac", "00:00:00:00:00:0e");
    seen_sees(&doc, "5", "x", "1");
    trial_make(&t);
    ASSERT_LINKS(&t, "a 1 - core 1 [a 1 lldp, core 1 lldp]",
                 "a 2 - core 00:00:00:00:00:0e 1 [a 2 lldp]", "evil 5 - x 1 [evil 5 lldp]");
    assert_int_equal(findings(&t, conflict), 1);
    trial_close(&t);
}

static void of_several_nodes_the_one_that_sees_back_is_meant(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), doc;

    (void)state;
    seen_sees(&a, "1", "twin", "9");
    seen_sees(&a, "2", "twin", "9");
    doc = seen_document(&t, "t1", true);
    seen_says(&doc, "", "sys-name", "twin");
    seen_sees(&doc, "9", "a", "1");
    doc = seen_document(&t, "t2", true);
    seen_says(&doc, "", "sys-name", "twin");
    seen_sees(&doc, "8", "z", "1");
    trial_make(&t);
    ASSERT_LINKS(&t, "a 1 - t1 9 [a 1 lldp, t1 9 lldp]", "a 2 - twin 9 [a 2 lldp]",
                 "t2 8 - z 1 [t2 8 lldp]");
    assert_int_equal(findings(&t, ambiguous), 1);
    trial_close(&t);
}

static void a_name_with_another_chassis_id_is_another(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), core;

    (void)state;
    seen_sees_mac(&a, "1", "00:00:00:00:00:66", "core", "1");
    core = seen_document(&t, "core", true);
    seen_says(&core, "", "mac", "00:00:00:00:00:0c");
    trial_make(&t);
    ASSERT_LINKS(&t, "a 1 - core 00:00:00:00:00:66 1 [a 1 lldp]");
    assert_int_equal(findings(&t, other_mac), 1);
    trial_close(&t);
}

static void several_neighbours_at_a_port_are_each_a_link(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true);

    (void)state;
    seen_sees(&a, "1", "b", "1");
    seen_sees(&a, "1", "c", "1");
    trial_make(&t);
    ASSERT_LINKS(&t, "a 1 - b 1 [a 1 lldp]", "a 1 - c 1 [a 1 lldp]");
    assert_int_equal(findings(&t, several), 2);
    trial_close(&t);
}

static void a_lan_of_the_inventory_is_seen_by_its_members(void **state)
{
    struct trial t = trial_open();
    struct cp_link_row row;
    struct cp_device_doc a;

    (void)state;
    trial_node(&t, "a");
    trial_node(&t, "b");
    trial_node(&t, "c");
    row = cp_link_row_make((cp_place){t.inventory, 3, 1}, CP_TEXT("a b c"), CP_TEXT(""));
    row.id = CP_TEXT("lan");
    row.link_class = CP_TEXT("lan");
    assert_int_equal(cp_build_link(t.build, &row, &t.diag), CP_OK);
    a = seen_document(&t, "a", true);
    seen_sees(&a, "1", "b", "1");
    seen_sees(&a, "1", "c", "1");
    trial_make(&t);
    ASSERT_LINKS(&t, "a  - b  - c  [a 1 lldp, a 1 lldp]");
    trial_close(&t);
}

static void sub_interfaces_are_their_port(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), b;

    (void)state;
    seen_sees(&a, "et-0/0/1", "b", "et-0/0/2.0");
    b = seen_document(&t, "b", true);
    seen_sees(&b, "et-0/0/2", "a", "et-0/0/1.0");
    trial_make(&t);
    ASSERT_LINKS(&t, "a et-0/0/1 - b et-0/0/2 [a et-0/0/1 lldp, b et-0/0/2 lldp]");
    trial_close(&t);
}

static void parallel_links_are_told_apart_by_their_ports(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true), b;

    (void)state;
    seen_sees(&a, "1", "b", "8");
    seen_sees(&a, "2", "b", "7");
    b = seen_document(&t, "b", true);
    seen_sees(&b, "7", "a", "2");
    seen_sees(&b, "8", "a", "1");
    trial_make(&t);
    ASSERT_LINKS(&t, "a 1 - b 8 [a 1 lldp, b 8 lldp]", "a 2 - b 7 [a 2 lldp, b 7 lldp]");
    trial_close(&t);
}

static void new_links_bear_no_id_that_another_has_or_gets(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a;

    (void)state;
    trial_node(&t, "a");
    trial_node(&t, "b");
    trial_node(&t, "c");
    seen_link(&t, "", "a", "1", "b", "1");
    seen_link(&t, "a--c", "b", "9", "c", "9");
    a = seen_document(&t, "a", true);
    seen_sees(&a, "5", "b", "5");
    seen_sees(&a, "6", "b", "6");
    seen_sees(&a, "7", "c", "7");
    trial_make(&t);
    assert_int_equal(t.made->link_count, 5);
    assert_text(t.made->links[0].id, "a--b");
    assert_text(t.made->links[2].id, "a:5--b:5");
    assert_text(t.made->links[4].id, "a:7--c:7");
    trial_close(&t);
}

static void a_link_is_ip_between_ip_nodes_alone(void **state)
{
    struct trial t = trial_open();
    struct cp_node_row row = cp_node_row_make((cp_place){t.inventory, 2, 1}, CP_TEXT("sw"));
    struct cp_device_doc a;

    (void)state;
    row.layer = CP_LAYER_ETHERNET;
    assert_int_equal(cp_build_node(t.build, &row, &t.diag), CP_OK);
    a = seen_document(&t, "a", true);
    seen_sees(&a, "1", "sw", "1");
    seen_sees(&a, "2", "x", "1");
    trial_make(&t);
    assert_int_equal(t.made->links[0].layer, CP_LAYER_ETHERNET);
    assert_int_equal(t.made->links[1].layer, CP_LAYER_IP);
    trial_close(&t);
}

static void a_device_that_sees_itself_has_no_link_to_itself(void **state)
{
    struct trial t = trial_open();
    struct cp_device_doc a = seen_document(&t, "a", true);

    (void)state;
    seen_sees(&a, "1", "a", "2");
    seen_sees(&a, "3", "", "");
    trial_make(&t);
    assert_int_equal(t.made->link_count, 0);
    assert_int_equal(findings(&t, "a device that sees itself: a loop, or a copy of it"), 1);
    assert_int_equal(findings(&t, "a neighbour that says neither who it is nor where"), 1);
    trial_close(&t);
}

static void a_neighbours_name_captures_nothing_that_a_user_wrote(void **state)
{
    static const char *const names[] = {"cable",      "b--c",        "b--c#2",     "seoul",
                                        "site:seoul", "tag:x",       "link:cable", "node:b",
                                        "b/slot 1",   "cable/optic", "b c",        "b--c/x"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++) {
        struct trial t = trial_open();
        struct cp_site_row site = cp_site_row_make((cp_place){t.inventory, 2, 1}, CP_TEXT("seoul"));
        struct cp_device_doc a;

        assert_int_equal(cp_build_site(t.build, &site, &t.diag), CP_OK);
        trial_node(&t, "b");
        trial_node(&t, "c");
        seen_link(&t, "cable", "b", "1", "c", "1");
        seen_link(&t, "", "b", "2", "c", "2");
        a = seen_document(&t, "a", true);
        seen_sees(&a, "1", names[i], "1");
        seen_sees_mac(&a, "2", "00:00:00:00:00:01", names[i], "1");
        trial_make(&t);
        assert_int_equal(cp_case_node(t.made, cp_text_of(names[i])).at, CP_NONE);
        assert_int_equal(t.made->link_count, 4);
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_link_is_seen_by_one_end_or_by_both),
        cmocka_unit_test(what_a_neighbour_says_is_as_good_as_its_channel),
        cmocka_unit_test(a_port_is_known_by_any_of_its_names),
        cmocka_unit_test(a_port_nobody_knows_is_called_by_what_looks_most_like_a_ports_name),
        cmocka_unit_test(neighbours_that_name_no_port_are_one_link_where_there_is_but_one),
        cmocka_unit_test(two_protocols_at_one_port_see_one_link),
        cmocka_unit_test(a_neighbour_is_known_by_its_chassis_id_its_name_or_its_address),
        cmocka_unit_test(a_neighbour_nobody_read_is_a_node_under_its_name_or_its_chassis_id),
        cmocka_unit_test(links_of_the_inventory_are_confirmed_whatever_ports_are_called),
        cmocka_unit_test(a_moved_cable_is_a_finding_and_both_links_stay),
        cmocka_unit_test(devices_that_disagree_are_a_finding_and_all_links_stay),
        cmocka_unit_test(a_device_that_bears_anothers_name_takes_nothing_from_it),
        cmocka_unit_test(of_several_nodes_the_one_that_sees_back_is_meant),
        cmocka_unit_test(a_name_with_another_chassis_id_is_another),
        cmocka_unit_test(several_neighbours_at_a_port_are_each_a_link),
        cmocka_unit_test(a_lan_of_the_inventory_is_seen_by_its_members),
        cmocka_unit_test(sub_interfaces_are_their_port),
        cmocka_unit_test(parallel_links_are_told_apart_by_their_ports),
        cmocka_unit_test(new_links_bear_no_id_that_another_has_or_gets),
        cmocka_unit_test(a_link_is_ip_between_ip_nodes_alone),
        cmocka_unit_test(a_device_that_sees_itself_has_no_link_to_itself),
        cmocka_unit_test(a_neighbours_name_captures_nothing_that_a_user_wrote),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
