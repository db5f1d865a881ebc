#include "trial.h"

/* Versions and parts as commands print them.  Samples after those of networktocode/ntc-templates
 * (Apache-2.0) and after the systems' own documentation, names and serials changed. */

static struct trial read_as(const char *text)
{
    struct trial t = trial_open();

    trial_add(&t, "d.txt", text);
    (void)trial_make(&t);
    assert_int_equal(t.made->inputs[1].not_understood, 0);
    return t;
}

static void vrp_boards_are_parts_by_slot(void **state)
{
    struct trial t =
        read_as("CE12808S's Device status:\n"
                "------------------------------------------------------------------------------\n"
                "Slot  Card   Type                     Online   Power Register     Alarm\n"
                "------------------------------------------------------------------------------\n"
                "3     -      CE-L24LQ-EC1             Present  On    Registered   Normal\n"
                "      FAN1   FAN-40SA-B               Present  On    Registered   Normal\n"
                "PWR1  -      PHD-3000WA               Present  On    Registered   Normal\n"
                "4     -      *CE6850-48S4Q-EI         Offline  -     Unregistered -\n");

    (void)state;
    assert_fact(&t, "d", "", "model", "CE12808S");
    assert_fact(&t, "d", "slot 3", "model", "CE-L24LQ-EC1");
    assert_fact(&t, "d", "slot 3/FAN1", "model", "FAN-40SA-B");
    assert_fact(&t, "d", "PWR1", "model", "PHD-3000WA");
    assert_no_fact(&t, "d", "slot 4", "model");
    assert_int_equal(count_remarks(t.made, CP_REMARK_IGNORED, "a part that is not there"), 1);
    trial_close(&t);
}

static void vrp_labels_tell_maker_and_serial(void **state)
{
    struct trial t = read_as("[Slot_1]\n"
                             "/$[Board Integration Version]\n"
                             "[Main_Board]\n"
                             "[Board Properties]\n"
                             "BoardType=S6730-H48X6C\n"
                             "BarCode=6R24C0010836\n"
                             "Item=02352FSF\n"
                             "VendorName=Huawei\n"
                             "[Port_XGigabitEthernet0/0/1]\n"
                             "[Board Properties]\n"
                             "BoardType=SFP-10G-LR\n"
                             "BarCode=FNS1\n"
                             "VendorName=FINISAR\n");

    (void)state;
    assert_fact(&t, "d", "slot 1", "model", "S6730-H48X6C");
    assert_fact(&t, "d", "slot 1", "serial", "6R24C0010836");
    assert_fact(&t, "d", "slot 1", "part-number", "02352FSF");
    assert_fact(&t, "d", "slot 1", "maker", "Huawei");
    assert_fact(&t, "d", "XGigabitEthernet0/0/1", "maker", "FINISAR");
    trial_close(&t);
}

static void cisco_inventory_gives_the_chassis_to_the_system(void **state)
{
    struct trial t = read_as("NAME: \"Chassis\",  DESCR: \"Nexus9000 C9396PX Chassis\"\n"
                             "PID: N9K-C9396PX         ,  VID: V02 ,  SN: SAL1\n"
                             "\n"
                             "NAME: \"Slot 1\",  DESCR: \"Ethernet Module\"\n"
                             "PID: N9K-M12PQ           ,  VID: V02 ,  SN: SAL2\n");

    (void)state;
    assert_fact(&t, "d", "", "model", "N9K-C9396PX");
    assert_fact(&t, "d", "", "serial", "SAL1");
    assert_fact(&t, "d", "Slot 1", "serial", "SAL2");
    trial_close(&t);
}

static void rows_that_stand_beside_their_heads_are_read_by_their_gaps(void **state)
{
    struct trial t =
        read_as("Mod Ports             Module-Type                      Model           Status\n"
                "--- ----- ------------------------------------- --------------------- ---------\n"
                "22   0    4-slot Fabric Module                  N9K-C9504-FM-E        ok\n"
                "\n"
                "Mod  MAC-Address(es)                         Serial-Num\n"
                "---  --------------------------------------  ----------\n"
                "22   NA                                      FOC2\n");

    (void)state;
    assert_fact(&t, "d", "module 22", "model", "N9K-C9504-FM-E");
    assert_fact(&t, "d", "module 22", "serial", "FOC2");
    trial_close(&t);
}

static void junos_hardware_is_a_tree_by_indent(void **state)
{
    struct trial t =
        read_as("Hardware inventory:\n"
                "Item             Version  Part number  Serial number     Description\n"
                "Chassis                                A1111             MX10-T\n"
                "FPC 1                     BUILTIN      BUILTIN           MPC BUILTIN\n"
                "  MIC 0          REV 30   750-028380   CALW4921          3D 2x 10GE XFP\n"
                "    PIC 0                 BUILTIN      BUILTIN           1x 10GE XFP\n"
                "      Xcvr 0              NON-JNPR     CC37BK0PQ         XFP-10G-SR\n");

    (void)state;
    assert_fact(&t, "d", "", "model", "MX10-T");
    assert_fact(&t, "d", "", "serial", "A1111");
    assert_fact(&t, "d", "FPC 1/MIC 0", "part-number", "750-028380");
    assert_no_fact(&t, "d", "FPC 1", "serial");
    assert_fact(&t, "d", "FPC 1/MIC 0/PIC 0/Xcvr 0", "serial", "CC37BK0PQ");
    assert_no_fact(&t, "d", "FPC 1/MIC 0/PIC 0/Xcvr 0", "part-number");
    trial_close(&t);
}

static void eos_inventory_tells_the_makers_of_optics(void **state)
{
    struct trial t = read_as("System information\n"
                             " DCS-7150S-52-CL 52-port SFP+ 10GigE 1RU + Clock\n"
                             " 02.00 JPE1 2013-03-27\n"
                             "System has 2 power supply slots\n"
                             " Slot Model Serial Number\n"
                             " 1 PWR-460AC-F K1\n"
                             "System has 52 transceiver slots\n"
                             " Port Manufacturer Model Serial Number Rev\n"
                             " 51 Arista Networks SFP-10G-SR XCW1 0002\n");

    (void)state;
    assert_fact(&t, "d", "", "model", "DCS-7150S-52-CL");
    assert_fact(&t, "d", "", "serial", "JPE1");
    assert_fact(&t, "d", "power supply 1", "serial", "K1");
    assert_fact(&t, "d", "transceiver 51", "maker", "Arista Networks");
    assert_fact(&t, "d", "transceiver 51", "model", "SFP-10G-SR");
    trial_close(&t);
}

static void zte_says_its_maker_in_each_shape(void **state)
{
    static const char *const texts[] = {
        "ZXCTN 6120H-S\n"
        "ZTE ZXCTN Software, Version: 6120H-S V5.10.00.50, Release software\n"
        "Copyright (c) 2022 by ZTE Corporation\n"
        "System uptime is 23 day(s)\n",
        "ZXR10 Router Operating System Software, ZTE Corporation:\n"
        "ZXR10 2928E Version Number    : 2900E Series V2.05.10B25\n"
        "Copyright (c) 2001-2013 By ZTE Corporation\n",
        "ZXR10 ROS Version V4.08.24R2\n"
        "ZXR10_5928E-FI Software, Version ZXR10 5900E V2.8.23.C.16.P11, RELEASE SOFTWARE\n"
        "Copyright (c) 2010-2015 by ZTE Corporation\n"};
    static const char *const wanted[][2] = {
        {"ZXROS 6120H-S V5.10.00.50", "ZXCTN 6120H-S"},
        {"ZXROS 2900E Series V2.05.10B25", "ZXR10 2928E"},
        {"ZXROS ZXR10 5900E V2.8.23.C.16.P11", "ZXR10_5928E-FI"}};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        struct trial t = read_as(texts[i]);

        assert_fact(&t, "d", "", "maker", "ZTE Corporation");
        assert_fact(&t, "d", "", "software", wanted[i][0]);
        assert_fact(&t, "d", "", "model", wanted[i][1]);
        trial_close(&t);
    }
}

static void zte_cards_are_parts_by_rack_shelf_and_slot(void **state)
{
    struct trial t =
        read_as("Rack Shelf Slot CfgType RealType Port  HardVer SoftVer         Status\n"
                "-------------------------------------------------------------------------------\n"
                "1    1     9    GTGH    GTGHG    16    V1.0.0  V2.1.0          INSERVICE\n");

    (void)state;
    assert_fact(&t, "d", "card 1/1/9", "model", "GTGHG");
    assert_fact(&t, "d", "card 1/1/9", "software", "V2.1.0");
    trial_close(&t);
}

static void versions_of_other_systems(void **state)
{
    static const char *const texts[] = {
        "TiMOS-C-20.10.R13 cpm/hops64 Nokia 7750 SR Copyright (c) 2000-2021 Nokia.\n"
        "All rights reserved.\nBuilt on Wed Jul 16 21:13:09 UTC 2025 by builder\n",
        "Arista vEOS\nHardware version:\nSerial number:       X1\n"
        "System MAC address:  2803.829a.1347\nSoftware image version: 4.14.7M\n",
        "Hostname: lab\nModel: mx240\nJunos: 13.3R1.4\nJUNOS Base OS boot [13.3R1.4]\n",
        "H3C Comware Software, Version 7.1.070, Release 6628P47\n"
        "Copyright (c) 2004-2023 New H3C Technologies Co., Ltd.\nH3C S6520X uptime is 1 week\n",
        "Version: FortiGate-60F v7.0.7,build0367,221005 (GA.F)\nSerial-Number: FGT1\n",
        "Cisco IOS XR Software, Version 6.1.4\nCopyright (c) 2013-2016 by Cisco\n\n"
        "Build Information:\n\ncisco NCS-5500 () processor\nr1 uptime is 4 weeks\n",
    };
    static const char *const wanted[][2] = {
        {"TiMOS-C-20.10.R13", "7750 SR"},
        {"EOS 4.14.7M", "vEOS"},
        {"Junos 13.3R1.4", "mx240"},
        {"Comware 7.1.070", "S6520X"},
        {"FortiOS v7.0.7,build0367,221005 (GA.F)", "FortiGate-60F"},
        {"IOS-XR 6.1.4", "NCS-5500"}};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(texts); i++) {
        struct trial t = read_as(texts[i]);

        assert_fact(&t, "d", "", "software", wanted[i][0]);
        assert_fact(&t, "d", "", "model", wanted[i][1]);
        assert_non_null(trial_find(&t, "d", "", "sys-descr", 0));
        trial_close(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vrp_boards_are_parts_by_slot),
        cmocka_unit_test(vrp_labels_tell_maker_and_serial),
        cmocka_unit_test(cisco_inventory_gives_the_chassis_to_the_system),
        cmocka_unit_test(rows_that_stand_beside_their_heads_are_read_by_their_gaps),
        cmocka_unit_test(junos_hardware_is_a_tree_by_indent),
        cmocka_unit_test(eos_inventory_tells_the_makers_of_optics),
        cmocka_unit_test(zte_says_its_maker_in_each_shape),
        cmocka_unit_test(zte_cards_are_parts_by_rack_shelf_and_slot),
        cmocka_unit_test(versions_of_other_systems),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
