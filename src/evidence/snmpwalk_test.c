#include "trial.h"

#include "objects.h"

static struct trial read_walk(const char *text)
{
    struct trial t = trial_open();

    trial_add(&t, "r1.txt", text);
    assert_int_equal(t.set->devices[0].format, CP_EVIDENCE_SNMPWALK);
    trial_make(&t);
    return t;
}

static const struct cp_input *counts(const struct trial *t)
{
    return &t->made->inputs[1];
}

static void assert_system(const char *text)
{
    struct trial t = read_walk(text);

    assert_fact(&t, "r1", "", "sys-descr", "Example OS 1 second line");
    assert_fact(&t, "r1", "", "sys-object-id", "1.3.6.1.4.1.99999.1");
    assert_fact(&t, "r1", "", "sys-name", "core");
    assert_fact(&t, "r1", "eth0", "mac", "02:00:00:00:00:0a");
    assert_int_equal(counts(&t)->not_understood, 0);
    assert_int_equal(counts(&t)->used, 5);
    assert_int_equal(counts(&t)->ignored, 1);
    trial_close(&t);
}

static void all_forms_say_the_same(void **state)
{
    (void)state;
    assert_system(".1.3.6.1.2.1.1.1.0 = STRING: \"Example OS 1\nsecond line\"\n"
                  ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99999.1\n"
                  ".1.3.6.1.2.1.1.3.0 = Timeticks: (12) 0:00:00.12\n"
                  ".1.3.6.1.2.1.1.5.0 = STRING: \"core\"\n"
                  ".1.3.6.1.2.1.2.2.1.2.1 = STRING: \"eth0\"\n"
                  ".1.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 02 00 00 00 00 0A \n");
    assert_system("iso.3.6.1.2.1.1.1.0 = STRING: \"Example OS 1\r\nsecond line\"\r\n"
                  "iso.3.6.1.2.1.1.2.0 = OID: iso.3.6.1.4.1.99999.1\r\n"
                  "iso.3.6.1.2.1.1.3.0 = Timeticks: (12) 0:00:00.12\r\n"
                  "iso.3.6.1.2.1.1.5.0 = STRING: \"core\"\r\n"
                  "iso.3.6.1.2.1.2.2.1.2.1 = STRING: \"eth0\"\r\n"
                  "iso.3.6.1.2.1.2.2.1.6.1 = Hex-STRING: 02 00 00 00 00 0A \r\n");
    assert_system("SNMPv2-MIB::sysDescr.0 = STRING: Example OS 1\nsecond line\n"
                  "SNMPv2-MIB::sysObjectID.0 = OID: SNMPv2-SMI::enterprises.99999.1\n"
                  "DISMAN-EVENT-MIB::sysUpTimeInstance = Timeticks: (12) 0:00:00.12\n"
                  "SNMPv2-MIB::sysName.0 = STRING: core\n"
                  "IF-MIB::ifDescr.1 = STRING: eth0\n"
                  "IF-MIB::ifPhysAddress.1 = STRING: 2:0:0:0:0:a\n");
    assert_system("sysDescr.0 = STRING: Example OS 1\nsecond line\n"
                  "sysObjectID.0 = OID: enterprises.99999.1\n"
                  "sysUpTimeInstance.0 = Timeticks: (12) 0:00:00.12\n"
                  "sysName.0 = STRING: core\n"
                  "ifDescr[1] = STRING: eth0\n"
                  "ifPhysAddress[1] = STRING: 2:0:0:0:0:a\n");
    assert_system(".iso.org.dod.internet.mgmt.mib-2.system.sysDescr.0 = Example OS 1\nsecond line\n"
                  ".iso.org.dod.internet.mgmt.mib-2.system.sysObjectID.0 = .1.3.6.1.4.1.99999.1\n"
                  ".iso.org.dod.internet.mgmt.mib-2.system.sysUpTime.0 = 0:0:00:00.12\n"
                  ".iso.org.dod.internet.mgmt.mib-2.system.sysName.0 = core\n"
                  ".iso.org.dod.internet.mgmt.mib-2.interfaces.ifTable.ifEntry.ifDescr.1 = eth0\n"
                  ".iso.org.dod.internet.mgmt.mib-2.interfaces.ifTable.ifEntry.ifPhysAddress.1 = "
                  "\"02 00 00 00 00 0A \"\n");
    assert_system(".1.3.6.1.2.1.1.1.0 \"Example OS 1\nsecond line\"\n"
                  ".1.3.6.1.2.1.1.2.0 .1.3.6.1.4.1.99999.1\n"
                  ".1.3.6.1.2.1.1.3.0 0:0:00:00.12\n"
                  ".1.3.6.1.2.1.1.5.0 \"core\"\n"
                  ".1.3.6.1.2.1.2.2.1.2.1 \"eth0\"\n"
                  ".1.3.6.1.2.1.2.2.1.6.1 \"02 00 00 00 00 0A \"\n");
}

static void long_octets_go_on_over_lines(void **state)
{
    struct trial t = read_walk(
        "SNMPv2-MIB::sysDescr.0 = Hex-STRING: 45 78 61 6D 70 6C 65 20 4F 53 20 41 42 43 44 45 \n"
        "46 47 \n"
        "SNMPv2-MIB::sysName.0 = STRING: core\n");

    (void)state;
    assert_fact(&t, "r1", "", "sys-descr", "Example OS ABCDEFG");
    assert_fact(&t, "r1", "", "sys-name", "core");
    assert_int_equal(counts(&t)->used, 2);
    trial_close(&t);
}

static void quotation_marks_inside_are_escaped(void **state)
{
    struct trial t = read_walk(".1.3.6.1.2.1.1.1.0 = STRING: \"a \\\"b\\\" \\\\c\"\n"
                               ".1.3.6.1.2.1.1.5.0 = \"\"\n"
                               ".1.3.6.1.2.1.1.2.0 = \n");

    (void)state;
    assert_fact(&t, "r1", "", "sys-descr", "a \"b\" \\c");
    assert_no_fact(&t, "r1", "", "sys-name");
    assert_no_fact(&t, "r1", "", "sys-object-id");
    trial_close(&t);
}

static void enumerations_may_be_words(void **state)
{
    struct trial t = read_walk("ENTITY-MIB::entPhysicalClass.1 = INTEGER: chassis(3)\n"
                               "ENTITY-MIB::entPhysicalClass.2 = powerSupply\n"
                               "ENTITY-MIB::entPhysicalMfgName.1 = STRING: Acme\n"
                               "ENTITY-MIB::entPhysicalName.2 = STRING: PSU\n"
                               "IF-MIB::ifDescr.1 = STRING: lo\n"
                               "IF-MIB::ifType.1 = softwareLoopback\n"
                               "IF-MIB::ifPhysAddress.1 = STRING: 2:0:0:0:0:1\n"
                               "LLDP-MIB::lldpLocChassisIdSubtype.0 = INTEGER: macAddress(4)\n"
                               "LLDP-MIB::lldpLocChassisId.0 = Hex-STRING: 02 00 00 00 00 0F \n");

    (void)state;
    assert_fact(&t, "r1", "", "maker", "Acme");
    assert_fact(&t, "r1", "PSU", "class", "power-supply");
    assert_no_fact(&t, "r1", "lo", "mac");
    assert_fact(&t, "r1", "", "mac", "02:00:00:00:00:0f");
    trial_close(&t);
}

static void what_is_not_there_is_no_value(void **state)
{
    struct trial t =
        read_walk("SNMPv2-MIB::sysDescr.0 = STRING: Example\n"
                  "SNMPv2-MIB::sysName.0 = No Such Object available on this agent at this OID\n"
                  "SNMPv2-MIB::sysName.0 = No Such Instance currently exists at this OID\n"
                  "SNMPv2-MIB::sysObjectID.0 = Wrong Type (should be OBJECT IDENTIFIER): "
                  "STRING: .1.3.6.1.4.1.99999\n"
                  "IF-MIB::ifName.1 = No more variables left in this MIB View (It is past the end "
                  "of the MIB tree)\n");

    (void)state;
    assert_fact(&t, "r1", "", "sys-descr", "Example");
    assert_no_fact(&t, "r1", "", "sys-name");
    assert_fact(&t, "r1", "", "sys-object-id", "1.3.6.1.4.1.99999");
    assert_int_equal(count_remarks(t.made, CP_REMARK_IGNORED, "an object without a value"), 3);
    trial_close(&t);
}

static void a_walk_that_ended_early_says_so(void **state)
{
    struct trial t = read_walk("MIB search path: /usr/share/snmp/mibs\n"
                               "Cannot find module (LLDP-MIB): At line 0 in (none)\n"
                               "SNMPv2-MIB::sysDescr.0 = STRING: Example\n"
                               "Timeout: No Response from 192.0.2.1\n");

    (void)state;
    assert_fact(&t, "r1", "", "sys-descr", "Example");
    assert_int_equal(counts(&t)->ignored, 3);
    assert_int_equal(count_remarks(t.made, CP_REMARK_FINDING,
                                   "the walk ended early: what it does not show may be there"),
                     1);
    trial_close(&t);
}

static void lines_that_are_no_records_are_not_understood(void **state)
{
    struct trial t = read_walk("SNMPv2-MIB::sysServices.0 = INTEGER: 72\n"
                               "what is this\n"
                               "SNMPv2-MIB::sysName.0 = STRING: \"core\"\n"
                               "and this\n");

    (void)state;
    assert_int_equal(counts(&t)->not_understood, 2);
    assert_fact(&t, "r1", "", "sys-name", "core");
    trial_close(&t);
}

static void indexes_with_words_are_ignored(void **state)
{
    struct trial t = read_walk("SNMPv2-MIB::sysDescr.0 = STRING: Example\n"
                               "LLDP-MIB::lldpRemManAddrIfSubtype.0.1.1.ipV4.\"a b\" = INTEGER: "
                               "ifIndex(2)\n");

    (void)state;
    assert_int_equal(count_remarks(t.made, CP_REMARK_IGNORED, "an index that is no row of numbers"),
                     1);
    trial_close(&t);
}

static void a_place_is_that_of_the_value(void **state)
{
    struct trial t = read_walk("SNMPv2-MIB::sysServices.0 = INTEGER: 72\n"
                               "SNMPv2-MIB::sysDescr.0 = STRING: Example\n");
    const struct cp_fact *fact = trial_find(&t, "r1", "", "sys-descr", 0);

    (void)state;
    assert_non_null(fact);
    assert_int_equal(fact->place.line, 2);
    assert_int_equal(fact->place.column, 34);
    trial_close(&t);
}

static void every_object_with_a_name_is_found_by_it(void **state)
{
    static const char *const names[] = {"cdpCacheAddress",
                                        "cdpCacheVersion",
                                        "cdpGlobalDeviceId",
                                        "dot1dBaseBridgeAddress",
                                        "entPhysicalMfgName",
                                        "ifAlias",
                                        "ifType",
                                        "lldpLocChassisId",
                                        "lldpRemSysName",
                                        "lldpV2RemSysName",
                                        "lldpXMedRemMfgName",
                                        "mtxrNeighborInterfaceID",
                                        "snmpEngineID",
                                        "sysDescr",
                                        "sysObjectID",
                                        "tmnxLldpRemSysName",
                                        "upsIdentModel"};
    struct cp_object object;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(names); i++)
        assert_int_equal(cp_object_find_name(cp_text_of(names[i]), CP_TEXT("3"), &object),
                         CP_OBJECT_OURS);
    assert_int_equal(cp_object_find_name(CP_TEXT("sysLocation"), CP_TEXT("0"), &object),
                     CP_OBJECT_OTHER);
}

#define ALL                                                               \
    "SNMPv2-MIB::sysDescr.0 = STRING: \"Example OS 1\nsecond line\"\n"    \
    "IF-MIB::ifDescr.1 = STRING: eth0\n"                                  \
    "LLDP-MIB::lldpRemChassisId.0.1.1 = Hex-STRING: 02 00 00 00 00 0F \n" \
    "LLDP-MIB::lldpRemSysName.0.1.1 = STRING: core\n"

static void every_prefix_is_read(void **state)
{
    (void)state;
    assert_prefixes("r1.snmpwalk", CP_TEXT(ALL));
}

static void survives_no_memory(void **state)
{
    (void)state;
    assert_survives_no_memory("r1.snmpwalk", CP_TEXT(ALL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_forms_say_the_same),
        cmocka_unit_test(long_octets_go_on_over_lines),
        cmocka_unit_test(quotation_marks_inside_are_escaped),
        cmocka_unit_test(enumerations_may_be_words),
        cmocka_unit_test(what_is_not_there_is_no_value),
        cmocka_unit_test(a_walk_that_ended_early_says_so),
        cmocka_unit_test(lines_that_are_no_records_are_not_understood),
        cmocka_unit_test(indexes_with_words_are_ignored),
        cmocka_unit_test(a_place_is_that_of_the_value),
        cmocka_unit_test(every_object_with_a_name_is_found_by_it),
        cmocka_unit_test(every_prefix_is_read),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
