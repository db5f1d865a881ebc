#include "yang_trial.h"

/* Inventories: which node an element is, and what its components are called. */

#define NETWORK(nodes) \
    "'ietf-network:networks': {'network': [{'network-id': 'n', 'node': [" nodes "]}]}"
#define INVENTORY(elements)                                                                           \
    "'ietf-network-inventory:network-inventory': {'network-elements': {'network-element': [" elements \
    "]}}"
#define COMPONENTS(list) "'components': {'component': [" list "]}"
#define MAP "'ietf-network-inventory-topology:inventory-mapping-attributes': "

static const char router[] = "{" NETWORK(
    "{'node-id': 'r1', " MAP "{'ne-ref': 'ne1'}, 'ietf-network-topology:termination-point': ["
    "{'tp-id': 'et-0/0/1', " MAP "{'ne-ref': 'ne1', 'port-ref': "
    "'/nwi:network-inventory/nwi:network-element/nwi:component[component-id=\\u0027p1\\u0027]'}}, "
    "{'tp-id': 'et-0/0/2'}]}") ",\n" INVENTORY("{'ne-id': 'ne1', 'name': 'core', 'mfg-name': 'Nokia', 'product-name': '7750', "
                                               "'software-rev': [{'name': 'TiMOS', 'revision': '22.10'}], 'hardware-rev': 'B',\n" COMPONENTS(
                                                   "{'component-id': 'c', 'class': 'iana-hardware:chassis', 'serial-number': 'S1', "
                                                   "'mfg-name': 'Flextronics'}, "
                                                   "{'component-id': 'b', 'class': 'iana-hardware:module', 'parent': ['c'], 'part-number': 'P'}, "
                                                   "{'component-id': 'p1', 'class': 'iana-hardware:port', 'parent': ['b']}, "
                                                   "{'component-id': 'x1', 'class': 'iana-hardware:module', 'parent': ['p1'], "
                                                   " 'mfg-name': 'Finisar', 'model-name': 'QSFP', 'serial-num': 'X'}, "
                                                   "{'component-id': 'p2', 'name': 'et-0/0/2', 'class': 'iana-hardware:port', 'parent': ['b']}, "
                                                   "{'component-id': 'p3', 'class': 'iana-hardware:port', 'parent': ['b']}, "
                                                   "{'component-id': 'x3', 'class': 'iana-hardware:module', 'parent': ['p3'], "
                                                   " 'mfg-name': 'Innolight'}") "}") "}";

static void the_element_and_its_only_chassis_are_the_node(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(&t, router);

    (void)state;
    assert_int_equal(c->node_count, 1);
    assert_text(part_fact(c, "r1", "", "maker", 0), "Nokia");
    assert_text(part_fact(c, "r1", "", "maker", 1),
                "Flextronics"); /* both stand: a contradiction shows */
    assert_text(part_fact(c, "r1", "", "model", 0), "7750");
    assert_text(part_fact(c, "r1", "", "software", 0), "TiMOS");
    assert_text(part_fact(c, "r1", "", "serial", 0), "S1");
    assert_text(part_fact(c, "r1", "", "class", 0), "chassis");
    assert_text(part_fact(c, "r1", "", "x-hardware-rev", 0), "B");
    assert_text(part_fact(c, "r1", "b", "part-number", 0), "P");
    trial_close(&t);
}

static void ports_and_what_stands_in_them_are_called_as_links_call_them(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(&t, router);

    (void)state;
    assert_text(part_fact(c, "r1", "et-0/0/1", "class", 0), "port");
    assert_text(part_fact(c, "r1", "et-0/0/1/x1", "maker", 0), "Finisar");
    assert_text(part_fact(c, "r1", "et-0/0/1/x1", "model", 0), "QSFP");
    assert_text(part_fact(c, "r1", "et-0/0/2", "class", 0), "port"); /* by its name */
    assert_text(part_fact(c, "r1", "p3/x3", "maker", 0), "Innolight");
    trial_close(&t);
}

static void each_record_is_counted_once(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(&t, router);

    (void)state;
    assert_counts(c, 0, 3 + 8, 0, 0);
    trial_close(&t);
}

static void an_element_may_come_in_a_file_of_its_own_before_or_after(void **state)
{
    static const char *const files[] = {
        "{" NETWORK("{'node-id': 'r1'}") "}",
        "{" INVENTORY("{'ne-id': 'r1', 'mfg-name': 'Nokia'}") "}",
    };

    (void)state;
    for (size_t first = 0; first < 2; first++) {
        struct trial t = trial_open();
        const struct cp_case *c;

        yang_add(&t, files[first]);
        c = yang_case(&t, files[1 - first]);
        assert_int_equal(c->node_count, 1);
        assert_text(part_fact(c, "r1", "", "maker", 0), "Nokia");
        trial_close(&t);
    }
}

static void an_element_may_be_a_node_of_a_table(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c;

    (void)state;
    yang_add(
        &t,
        "{" INVENTORY("{'ne-id': 'r1', 'mfg-name': 'Nokia', " COMPONENTS(
            "{'component-id': 'a/b', 'class': 'iana-hardware:module', 'mfg-name': 'Finisar'}") "}") "}");
    trial_add(&t, CP_ROLE_NETWORK, "nodes.csv", "id,layer\nr1,optical\nr1/a,ip\n");
    c = trial_make(&t);
    assert_int_equal(c->node_count, 2);
    assert_text(part_fact(c, "r1", "", "maker", 0), "Nokia");
    assert_text(part_fact(c, "r1", "a/b", "maker", 0), "Finisar"); /* and not of the node r1/a */
    trial_close(&t);
}

static void an_element_of_no_topology_is_a_node(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c =
        yang_case(&t, "{" INVENTORY("{'ne-id': 'alone', 'mfg-name': 'ZTE'}") "}");

    (void)state;
    assert_text(part_fact(c, "alone", "", "maker", 0), "ZTE");
    assert_int_equal(count_remarks(c, CP_REMARK_FINDING,
                                   "network elements that no topology names are nodes of layer ip",
                                   NULL),
                     1);
    trial_close(&t);
}

static void an_element_that_names_its_node_is_no_other(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        "{" NETWORK("{'node-id': 'a'}, {'node-id': 'b'}") ", " INVENTORY(
            "{'ne-id': 'a', 'mfg-name': 'Nokia', 'ietf-network-inventory-topology:node-ref': 'b', "
            "'ietf-network-inventory-topology:network-ref': 'n'}") "}");

    (void)state;
    assert_text(part_fact(c, "b", "", "maker", 0), "Nokia");
    assert_int_equal(part_fact(c, "a", "", "maker", 0).len, 0);
    trial_close(&t);
}

static void a_node_of_several_elements_has_the_parts_of_all(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        "{" NETWORK("{'node-id': 'v', 'ietf-network-topology:termination-point': [{'tp-id': '1', " MAP "{'ne-ref': 'x'}}, {'tp-id': '2', " MAP "{'ne-ref': 'y'}}]}") ", " INVENTORY(
            "{'ne-id': 'x', 'mfg-name': 'Nokia'}, {'ne-id': 'y', 'mfg-name': 'Huawei', " COMPONENTS(
                "{'component-id': 'c', 'class': 'iana-hardware:chassis', 'serial-num': '9'}") "}") "}");

    (void)state;
    assert_text(part_fact(c, "v", "x", "maker", 0), "Nokia");
    assert_text(part_fact(c, "v", "y", "maker", 0), "Huawei");
    assert_text(part_fact(c, "v", "y", "serial", 0), "9");
    trial_close(&t);
}

static void several_chassis_are_parts_and_the_node_has_all_their_makers(void **state)
{
#define CHASSIS(id, maker) \
    "{'component-id': '" id "', 'class': 'iana-hardware:chassis', 'mfg-name': '" maker "'}"
    struct trial t = trial_open();
    const struct cp_case *c =
        yang_case(&t, "{" INVENTORY("{'ne-id': 's', " COMPONENTS(CHASSIS("1", "Nokia") ", " CHASSIS(
                          "2", "Nokia") ", " CHASSIS("3", "ZTE")) "}") "}");

    (void)state;
    assert_text(part_fact(c, "s", "2", "maker", 0), "Nokia");
    assert_text(part_fact(c, "s", "", "maker", 0), "Nokia");
    assert_text(part_fact(c, "s", "", "maker", 1), "ZTE");
    assert_int_equal(part_fact(c, "s", "", "maker", 2).len, 0);
    trial_close(&t);
}

static void a_circle_of_parents_ends(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t, "{" INVENTORY("{'ne-id': 's', " COMPONENTS(
                "{'component-id': 'a', 'class': 'x:module', 'parent': ['b'], 'mfg-name': 'M'}, "
                "{'component-id': 'b', 'class': 'x:module', 'parent': ['a']}, "
                "{'component-id': 'd', 'class': 'x:module', 'parent': ['gone']}") "}") "}");

    (void)state;
    assert_text(part_fact(c, "s", "a", "maker", 0), "M");
    trial_close(&t);
}

static void ids_that_stand_twice_are_refused(void **state)
{
    (void)state;
    yang_refused("{" INVENTORY("{'ne-id': 'a'}, {'ne-id': 'a'}") "}", CP_ERR_DUPLICATE,
                 "two network elements with one ne-id");
    yang_refused("{" INVENTORY("{'ne-id': 'a', " COMPONENTS(
                     "{'component-id': 'c'}, {'component-id': 'c'}") "}") "}",
                 CP_ERR_DUPLICATE, "two components of one element with one id");
    yang_refused("{" INVENTORY("{'name': 'a'}") "}", CP_ERR_MALFORMED,
                 "a network element without ne-id");
    yang_refused("{" INVENTORY("{'ne-id': 'a', " COMPONENTS("{'name': 'c'}") "}") "}",
                 CP_ERR_MALFORMED, "a component without component-id");
}

static void locations_are_sites_and_racks_tell_what_stands_there(void **state)
{
    struct trial t = trial_open();
    const struct cp_case *c = yang_case(
        &t,
        "{" INVENTORY(
            "{'ne-id': 'a'}, {'ne-id': 'b', 'ietf-ni-location:location-ref': 'seoul'}") ", "
                                                                                        "'ietf-ni-location:locations': {'location': [{'id': 'seoul', 'name': 'Seoul', 'location-type': 'site', "
                                                                                        "'physical-address': {'country-code': 'KR'}, 'ietf-geo-location:geo-location': "
                                                                                        "{'latitude': '37.5', 'longitude': '127'}}], 'racks': {'rack': [{'id': 'r', 'rack-location': "
                                                                                        "{'location-ref': 'seoul', 'row-number': 1}, 'contained-chassis': [{'ne-ref': 'a', 'component-ref': 'c'}, "
                                                                                        "{'relative-position': 2}]}]}}}");

    (void)state;
    assert_int_equal(c->site_count, 1);
    assert_text(c->sites[0].country, "KR");
    assert_int_equal(c->sites[0].lat_udeg, 37500000);
    assert_int_equal(node_of(c, "a")->site, 0);
    assert_int_equal(node_of(c, "b")->site, 0);
    assert_counts(c, 0, 2 + 1 + 1, 6, 0);
    trial_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_element_and_its_only_chassis_are_the_node),
        cmocka_unit_test(ports_and_what_stands_in_them_are_called_as_links_call_them),
        cmocka_unit_test(each_record_is_counted_once),
        cmocka_unit_test(an_element_may_come_in_a_file_of_its_own_before_or_after),
        cmocka_unit_test(an_element_may_be_a_node_of_a_table),
        cmocka_unit_test(an_element_of_no_topology_is_a_node),
        cmocka_unit_test(an_element_that_names_its_node_is_no_other),
        cmocka_unit_test(a_node_of_several_elements_has_the_parts_of_all),
        cmocka_unit_test(several_chassis_are_parts_and_the_node_has_all_their_makers),
        cmocka_unit_test(a_circle_of_parents_ends),
        cmocka_unit_test(ids_that_stand_twice_are_refused),
        cmocka_unit_test(locations_are_sites_and_racks_tell_what_stands_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
