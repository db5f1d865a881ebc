#include "model/port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void folds(const char *name, const char *expected)
{
    struct cp_port_name buffer;
    cp_text got = cp_port_fold(cp_text_of(name), &buffer);

    if (!cp_text_is(got, expected))
        print_error("%s: %.*s, not %s\n", name, (int)got.len, got.at, expected);
    assert_true(cp_text_is(got, expected));
}

static void below(const char *name, const char *expected)
{
    struct cp_port_name buffer;
    cp_text got = cp_port_below(cp_port_fold(cp_text_of(name), &buffer));

    if (!cp_text_is(got, expected))
        print_error("%s: %.*s, not %s\n", name, (int)got.len, got.at, expected);
    assert_true(cp_text_is(got, expected));
}

static void names_of_one_port_are_one(void **state)
{
    static const char *const groups[][12] = {
        {"Gi0/1", "GigabitEthernet0/1", "gigabitethernet 0/1", "Gig 0/1", "GE0/1", "GigE 0/1",
         "gigabit-ethernet-0/1", "ge-0/1"},
        {"Te1/1", "TenGigabitEthernet1/1", "Ten-GigabitEthernet1/1", "TenGigE1/1", "XGE1/1",
         "10GE1/1", "XGigabitEthernet1/1", "Ten 1/1", "10GigabitEthernet 1/1",
         "ten-gigabit-ethernet-1/1"},
        {"Fa0/1", "FastEthernet0/1", "Fas 0/1", "FE0/1"},
        {"Eth1/1", "Ethernet1/1", "eth1/1", "Et1/1", "ethernet-1/1", "e1-1", "Ethernet 1/1"},
        {"Et1", "Ethernet1", "Eth1"},
        {"Hu0/0/0/0", "HundredGigE0/0/0/0", "100GE0/0/0/0", "HGE0/0/0/0",
         "HundredGigabitEthernet0/0/0/0"},
        {"Fo1/0/1", "FortyGigE1/0/1", "FortyGigabitEthernet1/0/1", "40GE1/0/1", "FGE1/0/1"},
        {"FH0/0/0/1", "FourHundredGigE0/0/0/1", "400GE0/0/0/1"},
        {"Twe1/0/1", "TwentyFiveGigE1/0/1", "25GE1/0/1", "Twenty-FiveGigE1/0/1", "WGE1/0/1",
         "TF1/0/1"},
        {"Tw1/0/1", "TwoGigabitEthernet1/0/1", "2.5GigabitEthernet1/0/1", "2.5GE1/0/1"},
        {"Fi1/0/1", "FiveGigabitEthernet1/0/1", "5GE1/0/1"},
        {"Fi0/0/0/1", "FiftyGigE0/0/0/1", "50GE0/0/0/1"},
        {"Po1", "port-channel1", "Port-channel 1", "Port-Channel1"},
        {"POS0/1", "PO0/1"},
        {"Bundle-Ether1", "BE1"},
        {"Mg0/RP0/CPU0/0", "MgmtEth0/RP0/CPU0/0", "MgmtEth 0/rp0/cpu0/0"},
        {"mgmt0", "Management0", "Ma0"},
        {"Lo0", "Loopback0", "lo0"},
        {"Vl10", "Vlan10", "vlan 10"},
        {"Eth-Trunk1", "eth-trunk 1"},
        {"BAGG1", "Bridge-Aggregation1"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(groups); i++)
        for (size_t j = 1; j < CP_COUNT(groups[i]) && groups[i][j] != NULL; j++) {
            if (!cp_port_same(cp_text_of(groups[i][0]), cp_text_of(groups[i][j])))
                print_error("%s and %s\n", groups[i][0], groups[i][j]);
            assert_true(cp_port_same(cp_text_of(groups[i][0]), cp_text_of(groups[i][j])));
        }
    for (size_t i = 0; i < CP_COUNT(groups); i++)
        for (size_t j = i + 1; j < CP_COUNT(groups); j++)
            assert_false(cp_port_same(cp_text_of(groups[i][0]), cp_text_of(groups[j][0])));
}

static void ports_of_one_device_are_not(void **state)
{
    static const char *const pairs[][2] = {
        {"eth0", "Ethernet0"},
        {"Vl10", "VLAN-10"},
        {"1/1/1", "1/11"},
        {"1/1", "11"},
        {"Slot 1 1", "Slot 11"},
        {"ge-0/0/1", "xe-0/0/1"},
        {"ge-0/0/1", "et-0/0/1"},
        {"Ethernet1", "Ethernet1/1"},
        {"Po1", "PO1/1"},
        {"port1.0.1", "port1.0.2"},
        {"Eth1/1/1", "Eth1/1"},
        {"1.1", "1.2"},
        {"et-0/0/1:0", "et-0/0/1:1"},
        {"lo", "lo0"},
        {"A1", "B1"},
        {"swp1s0", "swp1s1"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(pairs); i++)
        assert_false(cp_port_same(cp_text_of(pairs[i][0]), cp_text_of(pairs[i][1])));
}

static void names_without_a_number_stay_but_for_capitals_and_runs_of_spaces(void **state)
{
    (void)state;
    folds("br-lan", "br-lan");
    folds(" WAN  Port ", "wan port");
    folds("", "");
    folds("1/1/C1", "1/1/c1");
    folds("-", "-");
    folds("2.5", "2.5");
}

static void a_sub_interface_is_its_ports(void **state)
{
    (void)state;
    below("et-0/0/1.0", "et0/0/1");
    below("GigabitEthernet0/0/1.100", "ge0/0/1");
    below("Bundle-Ether12.7", "bundleether12");
    below("eth0.100", "eth0");
    below("1/1/c2/1", "1/1/c2/1");
}

static void a_dot_in_the_ports_own_number_stays(void **state)
{
    (void)state;
    below("port1.0.3", "port1.0.3");
    below("1.4", "1.4");
    below("vlan.7", "vlan.7");
    below("10.1", "10.1");
    below(".1", ".1");
    below("1.", "1.");
}

static void a_name_longer_than_ports_have_is_itself(void **state)
{
    char name[CP_PORT_NAME_BYTES + 1];
    struct cp_port_name buffer;
    cp_text text = {name, sizeof(name)};

    (void)state;
    memset(name, 'G', sizeof(name));
    for (size_t len = 0; len <= sizeof(name); len++) {
        cp_text got = cp_port_fold(cp_text_sub(text, 0, len), &buffer);

        assert_int_equal(got.len, len);
        assert_true(got.at == name || got.at == buffer.bytes);
    }
}

static void folding_twice_changes_nothing(void **state)
{
    static const char alphabet[] = "eEgGtTxXhH1023456./-_ :pofi";
    uint32_t seed = 7;

    (void)state;
    for (uint32_t round = 0; round < 200000; round++) {
        struct cp_port_name one, two;
        char name[12];
        size_t len = 0;
        cp_text folded;

        for (; len < sizeof(name) && (seed >> 28 != 0 || len < 2); len++) {
            seed = seed * 1664525u + 1013904223u;
            name[len] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
        }
        seed = seed * 1664525u + 1013904223u;
        folded = cp_port_fold((cp_text){name, len}, &one);
        if (!cp_text_eq(cp_port_fold(folded, &two), folded))
            print_error("%.*s: %.*s\n", (int)len, name, (int)folded.len, folded.at);
        assert_true(cp_text_eq(cp_port_fold(folded, &two), folded));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_one_port_are_one),
        cmocka_unit_test(ports_of_one_device_are_not),
        cmocka_unit_test(names_without_a_number_stay_but_for_capitals_and_runs_of_spaces),
        cmocka_unit_test(a_sub_interface_is_its_ports),
        cmocka_unit_test(a_dot_in_the_ports_own_number_stays),
        cmocka_unit_test(a_name_longer_than_ports_have_is_itself),
        cmocka_unit_test(folding_twice_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
