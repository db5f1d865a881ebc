#include "trial.h"

/* The shapes are those of lldpd 1.0.16, in `json` and in `json0`. */

static const char one[] =
    "{\"lldp\":{\"interface\":{\"eth0\":{\"via\":\"LLDP\",\"rid\":\"1\",\"age\":\"0 day, 00:00:03\","
    "\"chassis\":{\"bee\":{\"id\":{\"type\":\"mac\",\"value\":\"ce:71:1e:42:ae:84\"},"
    "\"descr\":\"Some OS\\nline two\",\"mgmt-ip\":[\"fe80::1\",\"10.9.0.2\"],"
    "\"capability\":[{\"type\":\"Bridge\",\"enabled\":false}]}},"
    "\"port\":{\"id\":{\"type\":\"ifname\",\"value\":\"Gi0/1\"},\"descr\":\"uplink\",\"ttl\":\"120\"},"
    "\"lldp-med\":{\"inventory\":{\"software\":\"6.1\",\"serial\":\"SN1\",\"manufacturer\":\"ACME\","
    "\"model\":\"M1\"}},"
    "\"unknown-tlvs\":{\"unknown-tlv\":{\"oui\":\"33,44,55\",\"subtype\":\"2\",\"value\":\"55\"}}}}}}";

static const char one0[] =
    "{\"lldp\":[{\"interface\":[{\"name\":\"eth0\",\"via\":\"LLDP\",\"rid\":\"1\","
    "\"chassis\":[{\"id\":[{\"type\":\"mac\",\"value\":\"ce:71:1e:42:ae:84\"}],"
    "\"name\":[{\"value\":\"bee\"}],\"descr\":[{\"value\":\"Some OS\\nline two\"}],"
    "\"mgmt-ip\":[{\"value\":\"fe80::1\"},{\"value\":\"10.9.0.2\"}]}],"
    "\"port\":[{\"id\":[{\"type\":\"ifname\",\"value\":\"Gi0/1\"}],\"descr\":[{\"value\":\"uplink\"}],"
    "\"ttl\":[{\"value\":\"120\"}]}],"
    "\"lldp-med\":[{\"inventory\":[{\"software\":[{\"value\":\"6.1\"}],\"serial\":[{\"value\":\"SN1\"}],"
    "\"manufacturer\":[{\"value\":\"ACME\"}],\"model\":[{\"value\":\"M1\"}]}]}],"
    "\"unknown-tlvs\":[{\"unknown-tlv\":[{\"oui\":\"33,44,55\",\"value\":\"55\"}]}]}]}]}";

static void assert_bee(const struct cp_sighting *seen)
{
    assert_text(seen->port, "eth0");
    assert_string_equal(seen->protocol, "lldp");
    assert_text(seen->name, "bee");
    assert_text(seen->chassis_id, "ce:71:1e:42:ae:84");
    assert_text(seen->chassis_id_kind, "mac");
    assert_text(seen->port_id, "Gi0/1");
    assert_text(seen->port_id_kind, "interface-name");
    assert_text(seen->port_descr, "uplink");
    assert_text(seen->descr, "Some OS line two");
    assert_text(seen->address, "10.9.0.2");
    assert_text(seen->maker, "ACME");
    assert_text(seen->model, "M1");
    assert_text(seen->serial, "SN1");
    assert_text(seen->software, "6.1");
}

static void both_shapes_say_the_same(void **state)
{
    const char *const texts[] = {one, one0};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        struct trial t = trial_open();

        trial_add(&t, "a.json", texts[i]);
        assert_int_equal(t.set->seen_count, 1);
        assert_bee(&t.set->seen[0]);
        (void)trial_make(&t);
        assert_int_equal(t.made->inputs[1].not_understood, 0);
        assert_int_equal(
            count_remarks(t.made, CP_REMARK_IGNORED, "a TLV that the daemon does not know"), 1);
        trial_close(&t);
    }
}

static void several_on_one_port_without_names_or_with_the_name_id(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(
        &t, "a.json",
        "{\"lldp\":{\"interface\":["
        "{\"eth0\":{\"via\":\"LLDP\",\"chassis\":{\"id\":{\"type\":\"local\",\"value\":\"x\"}},"
        "\"port\":{\"id\":{\"type\":\"ifalias\",\"value\":\"y\"}}}},"
        "{\"eth0\":{\"via\":\"LLDP\",\"chassis\":{\"id\":{\"id\":{\"type\":\"ip\","
        "\"value\":\"10.0.0.9\"}}},\"port\":{\"id\":{\"type\":\"unhandled\",\"value\":\"70 31\"}}}}"
        "]}}");
    assert_int_equal(t.set->seen_count, 2);
    assert_text(t.set->seen[0].name, "");
    assert_text(t.set->seen[0].chassis_id_kind, "local");
    assert_text(t.set->seen[0].port_id_kind, "alias");
    assert_text(t.set->seen[1].name, "id");
    assert_text(t.set->seen[1].chassis_id, "10.0.0.9");
    assert_text(t.set->seen[1].chassis_id_kind, "address");
    assert_text(t.set->seen[1].port_id_kind, "");
    assert_text(t.set->seen[1].port_id, "p1");
    trial_close(&t);
}

static void cdp_tells_platform_and_serial(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(
        &t, "a.json",
        "{\"lldp\":{\"interface\":{\"eth0\":{\"via\":\"CDPv2\",\"chassis\":{"
        "\"sw1.example(SAL123)\":{\"id\":{\"type\":\"local\",\"value\":\"sw1.example(SAL123)\"},"
        "\"descr\":\"N9K-C9372TX running on\\nCisco NX-OS\",\"mgmt-ip\":\"10.0.0.7\"}},"
        "\"port\":{\"id\":{\"type\":\"ifname\",\"value\":\"Ethernet1/1\"}}}}}}");
    assert_int_equal(t.set->seen_count, 1);
    assert_string_equal(t.set->seen[0].protocol, "cdp");
    assert_text(t.set->seen[0].platform, "N9K-C9372TX");
    assert_text(t.set->seen[0].descr, "Cisco NX-OS");
    assert_text(t.set->seen[0].name, "sw1.example");
    assert_text(t.set->seen[0].serial, "SAL123");
    assert_text(t.set->seen[0].address, "10.0.0.7");
    trial_close(&t);
}

static void the_own_chassis_is_no_neighbour(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "vm.json",
              "{\"lldp\":{\"interface\":{\"eth0\":{\"status\":\"RX and TX\",\"chassis\":{\"vm\":{"
              "\"id\":{\"type\":\"mac\",\"value\":\"ca:fe:14:d2:f1:49\"},\"descr\":\"Debian\","
              "\"mgmt-ip\":[\"10.9.0.1\"]}},\"port\":{\"id\":{\"type\":\"mac\",\"value\":"
              "\"ca:fe:14:d2:f1:50\"},\"descr\":\"eth0\"},\"ttl\":{\"ttl\":\"120\"}}}}}");
    assert_int_equal(t.set->seen_count, 0);
    (void)trial_make(&t);
    assert_fact(&t, "vm", "", "sys-name", "vm");
    assert_fact(&t, "vm", "", "sys-descr", "Debian");
    assert_fact(&t, "vm", "", "mac", "ca:fe:14:d2:f1:49");
    assert_fact(&t, "vm", "", "address", "10.9.0.1");
    assert_fact(&t, "vm", "eth0", "mac", "ca:fe:14:d2:f1:50");
    trial_close(&t);
}

static void the_local_chassis_says_its_inventory(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(
        &t, "vm.json",
        "{\"local-chassis\":{\"chassis\":{\"vm\":{\"id\":{\"type\":\"local\",\"value\":\"z\"}}},"
        "\"lldp-med\":{\"inventory\":{\"manufacturer\":\"QEMU\",\"serial\":\"7\"}}}}");
    (void)trial_make(&t);
    assert_fact(&t, "vm", "", "maker", "QEMU");
    assert_fact(&t, "vm", "", "serial", "7");
    trial_close(&t);
}

static void a_neighbour_of_bad_bytes_hides_no_other(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.json",
              "{\"lldp\":{\"interface\":["
              "{\"eth0\":{\"via\":\"LLDP\",\"chassis\":{\"n\xff\":{\"id\":{\"type\":\"local\","
              "\"value\":\"x\"}}},\"port\":{\"id\":{\"type\":\"local\",\"value\":\"y\"}}}},"
              "{\"eth1\":{\"via\":\"LLDP\",\"chassis\":{\"b\":{\"id\":{\"type\":\"local\","
              "\"value\":\"b\"}}},\"port\":{\"id\":{\"type\":\"local\",\"value\":\"b\"}}}}]}}");
    assert_int_equal(t.set->seen_count, 2);
    assert_text(t.set->seen[0].name, "n?");
    assert_text(t.set->seen[1].name, "b");
    trial_close(&t);
}

static void what_has_no_chassis_is_not_understood(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.json",
              "{\"lldp\":{\"interface\":{\"eth0\":{\"via\":\"LLDP\",\"port\":{\"id\":\"y\"}},"
              "\"eth1\":{\"via\":\"XYZ\"},\"eth2\":{\"tx\":{\"tx\":\"5\"}}}},\"other\":1}");
    (void)trial_make(&t);
    assert_int_equal(t.made->inputs[1].not_understood, 3);
    assert_int_equal(count_remarks(t.made, CP_REMARK_IGNORED, "counters of an interface"), 1);
    trial_close(&t);
}

static void every_prefix_is_read_or_refused(void **state)
{
    (void)state;
    assert_prefixes("a.lldp", CP_TEXT(one));
    assert_prefixes("a.lldp", CP_TEXT(one0));
    assert_survives_no_memory("a.lldp", CP_TEXT(one));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_shapes_say_the_same),
        cmocka_unit_test(several_on_one_port_without_names_or_with_the_name_id),
        cmocka_unit_test(cdp_tells_platform_and_serial),
        cmocka_unit_test(the_own_chassis_is_no_neighbour),
        cmocka_unit_test(the_local_chassis_says_its_inventory),
        cmocka_unit_test(a_neighbour_of_bad_bytes_hides_no_other),
        cmocka_unit_test(what_has_no_chassis_is_not_understood),
        cmocka_unit_test(every_prefix_is_read_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
