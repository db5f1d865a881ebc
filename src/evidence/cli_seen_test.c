#include "trial.h"

#include <stdio.h>

/* Neighbours as commands print them.  Samples after those of networktocode/ntc-templates (Apache-2.0)
 * and after the systems' own documentation, names and addresses changed. */

static const struct cp_sighting *seen_at(const struct trial *t, uint32_t i)
{
    assert_true(i < t->set->seen_count);
    return &t->set->seen[i];
}

static void assert_seen(const struct trial *t, uint32_t i, const char *port, const char *name,
                        const char *far_port)
{
    assert_text(seen_at(t, i)->port, port);
    assert_text(seen_at(t, i)->name, name);
    assert_text(seen_at(t, i)->port_id, far_port);
}

static const char vrp[] = "GE1/0/11 has 2 neighbor(s):\n"
                          "\n"
                          "Neighbor index :1\n"
                          "Chassis type   :MAC address\n"
                          "Chassis ID     :00e0-fc01-0203\n"
                          "Port ID type   :Interface name\n"
                          "Port ID        :MultiGE0/0/0\n"
                          "Port description    :to core\n"
                          "System name         :AP_1\n"
                          "System description  :Huawei AP\n"
                          "Huawei Versatile Routing Platform Software\n"
                          "VRP (R) software, Version 1.111\n"
                          "\n"
                          "System capabilities supported   :wlanAccessPoint\n"
                          "Management address type  :ipv4\n"
                          "Management address value :10.1.1.1\n"
                          "Device 0 infomation:\n"
                          "  Device serial number :SN7\n"
                          "  Device model name    :S5735\n"
                          "Neighbor index :2\n"
                          "Chassis type   :Locally assigned\n"
                          "Chassis ID     :x1\n"
                          "Port ID type   :Locally assigned\n"
                          "Port ID        :7\n"
                          "\n"
                          "GE1/0/12 has 0 neighbor(s)\n";

static void vrp_lists_all_neighbours_of_a_port(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt", vrp);
    assert_int_equal(t.set->seen_count, 2);
    assert_seen(&t, 0, "GE1/0/11", "AP_1", "MultiGE0/0/0");
    assert_text(seen_at(&t, 0)->chassis_id, "00:e0:fc:01:02:03");
    assert_text(seen_at(&t, 0)->chassis_id_kind, "mac");
    assert_text(seen_at(&t, 0)->port_id_kind, "interface-name");
    assert_text(seen_at(&t, 0)->descr,
                "Huawei AP Huawei Versatile Routing Platform Software VRP (R) "
                "software, Version 1.111");
    assert_text(seen_at(&t, 0)->address, "10.1.1.1");
    assert_text(seen_at(&t, 0)->model, "S5735");
    assert_text(seen_at(&t, 0)->serial, "SN7");
    assert_seen(&t, 1, "GE1/0/11", "", "7");
    assert_text(seen_at(&t, 1)->chassis_id_kind, "local");
    (void)trial_make(&t);
    assert_int_equal(t.made->inputs[1].not_understood, 0);
    assert_int_equal(count_remarks(t.made, CP_REMARK_FINDING,
                                   "the output counts other neighbours than it lists"),
                     0);
    trial_close(&t);
}

static void a_neighbour_whose_description_says_again_who_it_is_is_not_believed(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "GE1/0/1 has 1 neighbor(s):\n"
              "Neighbor index :1\n"
              "Chassis type   :MAC address\n"
              "Chassis ID     :00e0-fc01-0203\n"
              "Port ID        :GE0/0/1\n"
              "System name    :evil\n"
              "System description :x\n"
              "System name    :core1\n"
              "Chassis ID     :00e0-fc99-9999\n"
              "System name    :core2\n");
    assert_seen(&t, 0, "GE1/0/1", "evil", "GE0/0/1");
    (void)trial_make(&t);
    assert_int_equal(
        count_remarks(t.made, CP_REMARK_NOT_UNDERSTOOD, "said twice of one thing in this output"),
        1);
    assert_int_equal(count_remarks(t.made, CP_REMARK_FINDING,
                                   "the output counts other neighbours than it lists"),
                     1);
    trial_close(&t);
}

/* What a neighbour says of itself is printed as it came. */
static struct trial read_with_prompt(const char *prompt)
{
    static const char before[] = "<pe1>display lldp neighbor\n"
                                 "GE1/0/1 has 1 neighbor(s):\n"
                                 "Neighbor index :1\n"
                                 "Chassis type   :MAC address\n"
                                 "Chassis ID     :00e0-fc01-0203\n"
                                 "Port ID        :GE0/0/1\n"
                                 "System description :x\n";
    static const char after[] = "System capabilities supported   :bridge\n"
                                "GE1/0/2 has 1 neighbor(s):\n"
                                "Neighbor index :1\n"
                                "Chassis type   :MAC address\n"
                                "Chassis ID     :00e0-fc01-0204\n"
                                "Port ID        :GE0/0/9\n";
    static char text[2048];
    struct trial t = trial_open();
    int len = snprintf(text, sizeof(text), "%s%s%s", before, prompt, after);

    assert_true(len > 0 && (size_t)len < sizeof(text));
    trial_add(&t, "a.txt", text);
    return t;
}

static void a_neighbour_that_prints_a_prompt_hides_no_other(void **state)
{
    struct trial t = read_with_prompt("<pe1>display clock\n");

    (void)state;
    assert_int_equal(t.set->seen_count, 2);
    assert_text(seen_at(&t, 1)->port, "GE1/0/2");
    assert_text(seen_at(&t, 1)->port_id, "GE0/0/9");
    trial_close(&t);
}

static void nor_silently_one_that_prints_a_command_of_ours_or_another_name(void **state)
{
    static const char *const prompts[] = {"<pe1>display version\n",
                                          "<pe1>display version | include x\n",
                                          "<other>display lldp neighbor\n"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(prompts); i++) {
        struct trial t = read_with_prompt(prompts[i]);

        assert_int_equal(t.set->seen_count, 1);
        (void)trial_make(&t);
        assert_true(t.made->inputs[1].not_understood >= 6);
        trial_close(&t);
    }
}

static void tables_of_vrp_5_and_8(void **state)
{
    static const char *const texts[] = {
        "Local Intf       Neighbor Dev             Neighbor Intf             Exptime\n"
        "GE1/0/1          p1                       GE1/0/2                   100\n",
        "Local Interface         Exptime(s) Neighbor Interface      Neighbor Device\n"
        "-------------------------------------------------------------------------\n"
        "GE1/0/1                        100 GE1/0/2                 p1\n"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        struct trial t = trial_open();

        trial_add(&t, "a.txt", texts[i]);
        assert_int_equal(t.set->seen_count, 1);
        assert_seen(&t, 0, "GE1/0/1", "p1", "GE1/0/2");
        trial_close(&t);
    }
}

static void ios_tables_are_cut_at_their_columns(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "Capability codes:\n"
              "    (R) Router, (B) Bridge\n"
              "\n"
              "Device ID           Local Intf     Hold-time  Capability      Port ID\n"
              "long_name_swt.josh-vGi0/2          120        R               Gi0/0\n"
              "Polycom VVX 500     Gi1/0/2        120        T               0004.f2d1.2222\n"
              "dx1.example.org\n"
              "                    Eth1/3         120                        Te1/1/1\n"
              "\n"
              "Total entries displayed: 3\n");
    assert_int_equal(t.set->seen_count, 3);
    assert_seen(&t, 0, "Gi0/2", "long_name_swt.josh-v", "Gi0/0");
    assert_seen(&t, 1, "Gi1/0/2", "Polycom VVX 500", "00:04:f2:d1:22:22");
    assert_seen(&t, 2, "Eth1/3", "dx1.example.org", "Te1/1/1");
    (void)trial_make(&t);
    assert_int_equal(t.made->inputs[1].not_understood, 0);
    assert_int_equal(
        count_remarks(t.made, CP_REMARK_FINDING, "a name as long as its column, which may be cut"),
        1);
    trial_close(&t);
}

static void cdp_rows_are_read_from_their_hold_time(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
              "r1.example.com\n"
              "                 Gig 1/0/1         155              R S I  ISR4331   Gig 0/0/1\n"
              "SEP0011          Gig 1/0/16        155              H P    IP Phone  Port 1\n"
              "sw9(SSI1) Eth1/17 165 S I s N5K-C5010P-BF Eth1/19\n"
              "\n"
              "Total cdp entries displayed : 3\n");
    assert_int_equal(t.set->seen_count, 3);
    assert_seen(&t, 0, "Gig 1/0/1", "r1.example.com", "Gig 0/0/1");
    assert_text(seen_at(&t, 0)->platform, "ISR4331");
    assert_text(seen_at(&t, 0)->port_id_kind, "interface-name");
    assert_seen(&t, 1, "Gig 1/0/16", "SEP0011", "Port 1");
    assert_text(seen_at(&t, 1)->platform, "IP Phone");
    assert_seen(&t, 2, "Eth1/17", "sw9", "Eth1/19");
    assert_text(seen_at(&t, 2)->serial, "SSI1");
    trial_close(&t);
}

static void cdp_in_detail_prefers_the_address_for_management(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "-------------------------\n"
              "Device ID: r1\n"
              "Entry address(es):\n"
              "  IP address: 10.0.0.1\n"
              "Platform: cisco WS-C2960,  Capabilities: Switch IGMP\n"
              "Interface: GigabitEthernet1/0/16,  Port ID (outgoing port): GigabitEthernet0/1\n"
              "Holdtime : 164 sec\n"
              "\n"
              "Version :\n"
              "Cisco IOS Software, C2960\n"
              "Copyright (c) Cisco\n"
              "\n"
              "advertisement version: 2\n"
              "Management address(es):\n"
              "  IP address: 10.0.0.2\n");
    assert_int_equal(t.set->seen_count, 1);
    assert_seen(&t, 0, "GigabitEthernet1/0/16", "r1", "GigabitEthernet0/1");
    assert_text(seen_at(&t, 0)->platform, "cisco WS-C2960");
    assert_text(seen_at(&t, 0)->address, "10.0.0.2");
    assert_text(seen_at(&t, 0)->descr, "Cisco IOS Software, C2960 Copyright (c) Cisco");
    trial_close(&t);
}

static void lldp_med_tells_what_the_neighbour_says_it_is(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "Local Intf: Gi0/1/7\n"
              "Chassis id: 10.10.0.1\n"
              "Port id: C8F9F9D61BC2:P1\n"
              "System Name: SEP1\n"
              "\n"
              "System Description:\n"
              "Phone 7962G\n"
              "\n"
              "Time remaining: 127 seconds\n"
              "Management Addresses:\n"
              "    IP: 10.10.0.1\n"
              "    S/W revision: SCCP42\n"
              "    Serial number: FCH1\n"
              "    Manufacturer: Cisco Systems, Inc.\n"
              "    Model: CP-7962G\n");
    assert_seen(&t, 0, "Gi0/1/7", "SEP1", "C8F9F9D61BC2:P1");
    assert_text(seen_at(&t, 0)->chassis_id_kind, "address");
    assert_text(seen_at(&t, 0)->maker, "Cisco Systems, Inc.");
    assert_text(seen_at(&t, 0)->model, "CP-7962G");
    assert_text(seen_at(&t, 0)->serial, "FCH1");
    assert_text(seen_at(&t, 0)->software, "SCCP42");
    trial_close(&t);
}

static void zte_cells_go_on_in_the_next_line(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "Total neighbors: 1\n"
              "Local Intf       Scope Chassis ID      Port ID         Hold-time System Name\n"
              "-----------------------------------------------------------------------------\n"
              "gei-0/1/0/1      NB    0019.8407.2400  gei-0/1/0/1     119       abcdefghijkl\n"
              "                                                                 mnop\n");
    assert_int_equal(t.set->seen_count, 1);
    assert_seen(&t, 0, "gei-0/1/0/1", "abcdefghijklmnop", "gei-0/1/0/1");
    trial_close(&t);
}

static void what_sr_os_cuts_is_no_name(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "Lcl Port      Scope Remote Chassis ID  Index  Remote Port     Remote Sys Name\n"
              "-------------------------------------------------------------------------------\n"
              "1/1/c11/1     NB    0C:00:2B:0F:FB:00  1      1/1/c11/1, 100* a-long-name-of-*\n"
              "Number of neighbors : 1\n");
    assert_int_equal(t.set->seen_count, 1);
    assert_seen(&t, 0, "1/1/c11/1", "", "1/1/c11/1");
    assert_text(seen_at(&t, 0)->chassis_id, "0c:00:2b:0f:fb:00");
    trial_close(&t);
}

static void eos_and_junos_in_detail(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "Interface Ethernet1 detected 1 LLDP neighbors:\n"
              "\n"
              "  - Chassis ID type: MAC address (4)\n"
              "    Chassis ID     : 001c.7357.a7a8\n"
              "  - Port ID type: Interface name(5)\n"
              "    Port ID     : \"Ethernet7\"\n"
              "  - System Name: \"abc\"\n"
              "  - IEEE802.1/IEEE802.3 Link Aggregation\n"
              "    Port ID                : 0\n");
    trial_add(&t, "b.txt",
              "LLDP Neighbor Information:\n"
              "Local Information:\n"
              "Local Interface    : xe-0/0/0.0\n"
              "Local Port ID      : 517\n"
              "\n"
              "Neighbour Information:\n"
              "Chassis type       : Mac address\n"
              "Chassis ID         : 00:1c:73:57:a7:a8\n"
              "Port type          : Locally assigned\n"
              "Port ID            : 502\n"
              "System name        : foo\n");
    assert_int_equal(t.set->seen_count, 2);
    assert_seen(&t, 0, "Ethernet1", "abc", "Ethernet7");
    assert_seen(&t, 1, "xe-0/0/0.0", "foo", "502");
    trial_close(&t);
}

static void lines_that_are_no_rows_are_not_understood(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "Port       Neighbor Device ID             Neighbor Port ID           TTL\n"
              "Et1        localhost                      Ethernet1                  120\n"
              "something else altogether\n");
    assert_int_equal(t.set->seen_count, 1);
    (void)trial_make(&t);
    assert_int_equal(t.made->inputs[1].not_understood, 1);
    trial_close(&t);
}

static void every_prefix_is_read(void **state)
{
    (void)state;
    assert_prefixes("a.txt", CP_TEXT(vrp));
    assert_survives_no_memory("a.txt", CP_TEXT(vrp));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vrp_lists_all_neighbours_of_a_port),
        cmocka_unit_test(a_neighbour_whose_description_says_again_who_it_is_is_not_believed),
        cmocka_unit_test(a_neighbour_that_prints_a_prompt_hides_no_other),
        cmocka_unit_test(nor_silently_one_that_prints_a_command_of_ours_or_another_name),
        cmocka_unit_test(tables_of_vrp_5_and_8),
        cmocka_unit_test(ios_tables_are_cut_at_their_columns),
        cmocka_unit_test(cdp_rows_are_read_from_their_hold_time),
        cmocka_unit_test(cdp_in_detail_prefers_the_address_for_management),
        cmocka_unit_test(lldp_med_tells_what_the_neighbour_says_it_is),
        cmocka_unit_test(zte_cells_go_on_in_the_next_line),
        cmocka_unit_test(what_sr_os_cuts_is_no_name),
        cmocka_unit_test(eos_and_junos_in_detail),
        cmocka_unit_test(lines_that_are_no_rows_are_not_understood),
        cmocka_unit_test(every_prefix_is_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
