#include "trial.h"

#define DESCR "1.3.6.1.2.1.1.1.0|4|Example OS 1\n"

static struct trial read_walk(const char *text)
{
    struct trial t = trial_open();

    trial_add(&t, "r1.snmprec", text);
    trial_make(&t);
    return t;
}

static const struct cp_input *counts(const struct trial *t)
{
    return &t->made->inputs[1];
}

static void the_system_says_what_it_is(void **state)
{
    struct trial t = read_walk("1.3.6.1.2.1.1.1.0|4x|4578616D706C65204F53\n"
                               "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1\n"
                               "1.3.6.1.2.1.1.3.0|67|123\n"
                               "1.3.6.1.2.1.1.5.0|4|r1\n"
                               "1.3.6.1.2.1.1.6.0|4|Cellar\n"
                               "1.3.6.1.6.3.10.2.1.1.0|4x|8000ABCD0301020304\r\n");

    (void)state;
    assert_fact(&t, "r1", "", "sys-descr", "Example OS");
    assert_fact(&t, "r1", "", "sys-object-id", "1.3.6.1.4.1.99999.1");
    assert_fact(&t, "r1", "", "sys-name", "r1");
    assert_fact(&t, "r1", "", "engine-id", "8000abcd0301020304");
    assert_int_equal(counts(&t)->used, 4);
    assert_int_equal(counts(&t)->ignored, 2);
    assert_int_equal(count_remarks(t.made, CP_REMARK_IGNORED,
                                   "an object that says nothing of makers or neighbours"),
                     2);
    trial_close(&t);
}

static void the_only_chassis_is_the_node_itself(void **state)
{
    struct trial t = read_walk("1.3.6.1.2.1.47.1.1.1.1.3.1|6|.1.3.6.1.4.1.99999.7\n"
                               "1.3.6.1.2.1.47.1.1.1.1.4.1|2|0\n"
                               "1.3.6.1.2.1.47.1.1.1.1.4.2|2|1\n"
                               "1.3.6.1.2.1.47.1.1.1.1.4.3|2|1\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.1|2|3\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.2|2|9\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.3|2|5\n"
                               "1.3.6.1.2.1.47.1.1.1.1.7.2|4|Slot 1\n"
                               "1.3.6.1.2.1.47.1.1.1.1.10.1|4|7.1.2\n"
                               "1.3.6.1.2.1.47.1.1.1.1.11.1|4|SN1\n"
                               "1.3.6.1.2.1.47.1.1.1.1.12.1|4|Acme\n"
                               "1.3.6.1.2.1.47.1.1.1.1.12.2|4|Other\n"
                               "1.3.6.1.2.1.47.1.1.1.1.13.1|4|A-100\n"
                               "1.3.6.1.2.1.47.1.1.1.1.13.2|4|n/a\n");

    (void)state;
    assert_fact(&t, "r1", "", "maker", "Acme");
    assert_fact(&t, "r1", "", "model", "A-100");
    assert_fact(&t, "r1", "", "serial", "SN1");
    assert_fact(&t, "r1", "", "class", "chassis");
    assert_fact(&t, "r1", "", "vendor-type", "1.3.6.1.4.1.99999.7");
    assert_fact(&t, "r1", "", "x-software-revision", "7.1.2");
    assert_no_fact(&t, "r1", "", "software");
    assert_fact(&t, "r1", "Slot 1", "maker", "Other");
    assert_fact(&t, "r1", "Slot 1", "class", "module");
    assert_no_fact(&t, "r1", "Slot 1", "model");
    assert_int_equal(
        count_remarks(t.made, CP_REMARK_IGNORED, "a slot, port or sensor without maker or serial"),
        2);
    assert_int_equal(counts(&t)->used + counts(&t)->ignored, 14);
    trial_close(&t);
}

static void chassis_beside_each_other_are_parts(void **state)
{
    struct trial t = read_walk("1.3.6.1.2.1.47.1.1.1.1.5.1|2|11\n"
                               "1.3.6.1.2.1.47.1.1.1.1.4.2|2|1\n"
                               "1.3.6.1.2.1.47.1.1.1.1.4.3|2|1\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.2|2|3\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.3|2|3\n"
                               "1.3.6.1.2.1.47.1.1.1.1.7.2|4|Switch 1\n"
                               "1.3.6.1.2.1.47.1.1.1.1.7.3|4|Switch 2\n"
                               "1.3.6.1.2.1.47.1.1.1.1.12.2|4|Acme\n"
                               "1.3.6.1.2.1.47.1.1.1.1.12.3|4|Other\n");

    (void)state;
    assert_no_fact(&t, "r1", "", "maker");
    assert_fact(&t, "r1", "Switch 1", "maker", "Acme");
    assert_fact(&t, "r1", "Switch 2", "maker", "Other");
    trial_close(&t);
}

static void a_chassis_in_a_chassis_is_a_part(void **state)
{
    struct trial t = read_walk("1.3.6.1.2.1.47.1.1.1.1.4.1|2|0\n"
                               "1.3.6.1.2.1.47.1.1.1.1.4.2|2|1\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.1|2|3\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.2|2|3\n"
                               "1.3.6.1.2.1.47.1.1.1.1.12.1|4|Acme\n"
                               "1.3.6.1.2.1.47.1.1.1.1.7.2|4|Drawer\n"
                               "1.3.6.1.2.1.47.1.1.1.1.12.2|4|Other\n");

    (void)state;
    assert_fact(&t, "r1", "", "maker", "Acme");
    assert_fact(&t, "r1", "Drawer", "maker", "Other");
    trial_close(&t);
}

static void parts_with_one_name_are_told_apart_by_their_numbers(void **state)
{
    struct trial t = read_walk("1.3.6.1.2.1.47.1.1.1.1.5.7|2|7\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.8|2|7\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.9|2|6\n"
                               "1.3.6.1.2.1.47.1.1.1.1.7.7|4|Fan\n"
                               "1.3.6.1.2.1.47.1.1.1.1.7.8|4|Fan\n"
                               "1.3.6.1.2.1.47.1.1.1.1.12.7|4|Acme\n"
                               "1.3.6.1.2.1.47.1.1.1.1.12.8|4|Other\n");

    (void)state;
    assert_fact(&t, "r1", "Fan #7", "maker", "Acme");
    assert_fact(&t, "r1", "Fan #8", "maker", "Other");
    assert_fact(&t, "r1", "power-supply 9", "class", "power-supply");
    trial_close(&t);
}

/* A module in a slot with one port that is an interface. */
#define PLUGGABLE                                       \
    "1.3.6.1.2.1.2.2.1.2.5|4|TenGigabitEthernet1/1\n"   \
    "1.3.6.1.2.1.31.1.1.1.1.5|4|Te1/1\n"                \
    "1.3.6.1.2.1.47.1.1.1.1.4.10|2|1\n"                 \
    "1.3.6.1.2.1.47.1.1.1.1.5.10|2|5\n"                 \
    "1.3.6.1.2.1.47.1.1.1.1.4.11|2|10\n"                \
    "1.3.6.1.2.1.47.1.1.1.1.5.11|2|9\n"                 \
    "1.3.6.1.2.1.47.1.1.1.1.7.11|4|Te1/1 Transceiver\n" \
    "1.3.6.1.2.1.47.1.1.1.1.12.11|4|Optics Inc\n"       \
    "1.3.6.1.2.1.47.1.1.1.1.4.12|2|11\n"                \
    "1.3.6.1.2.1.47.1.1.1.1.5.12|2|10\n"                \
    "1.3.6.1.2.1.47.1.1.1.1.11.12|4|S12\n"              \
    "1.3.6.1.2.1.47.1.1.1.1.13.12|4|SR\n"               \
    "1.3.6.1.2.1.47.1.3.2.1.2.12.0|6|1.3.6.1.2.1.2.2.1.1.5\n"

static void a_pluggable_is_named_below_its_port(void **state)
{
    struct trial t = read_walk(PLUGGABLE);

    (void)state;
    assert_fact(&t, "r1", "Te1/1/Transceiver", "maker", "Optics Inc");
    assert_fact(&t, "r1", "Te1/1", "model", "SR");
    trial_close(&t);
}

static void a_port_s_model_alone_is_its_kind(void **state)
{
    struct trial t = read_walk(DESCR "1.3.6.1.2.1.47.1.1.1.1.5.1|2|10\n"
                                     "1.3.6.1.2.1.47.1.1.1.1.7.1|4|Port 1\n"
                                     "1.3.6.1.2.1.47.1.1.1.1.13.1|4|Copper Port\n");

    (void)state;
    assert_no_fact(&t, "r1", "Port 1", "model");
    assert_int_equal(counts(&t)->used, 1);
    assert_int_equal(counts(&t)->ignored, 3);
    trial_close(&t);
}

static void makers_own_scalars_state_model_and_serial(void **state)
{
    struct trial t = read_walk("1.3.6.1.4.1.39165.1.1.0|4|DS-0001\n"
                               "1.3.6.1.4.1.12356.100.1.1.1.0|4|S1\n"
                               "1.3.6.1.2.1.33.1.1.1.0|4|Acme\n");

    (void)state;
    assert_fact(&t, "r1", "", "model", "DS-0001");
    assert_fact(&t, "r1", "", "serial", "S1");
    assert_fact(&t, "r1", "", "maker", "Acme");
    trial_close(&t);
}

static void enterprises_whose_objects_there_are_are_told_once(void **state)
{
    struct trial t = read_walk("1.3.6.1.4.1.99999.1.1.0|4|x\n"
                               "1.3.6.1.4.1.8.1.0|4|x\n"
                               "1.3.6.1.4.1.99999.1.2.0|4|x\n"
                               "1.3.6.1.4.1.99999999999.1.2.0|4|x\n"
                               "1.3.6.1.4.1.7|4|x\n");

    (void)state;
    assert_fact(&t, "r1", "", "private-objects", "1.3.6.1.4.1.99999");
    assert_text(trial_find(&t, "r1", "", "private-objects", 1)->value, "1.3.6.1.4.1.8");
    assert_null(trial_find(&t, "r1", "", "private-objects", 2));
    assert_int_equal(counts(&t)->ignored, 5);
    trial_close(&t);
}

static void a_loop_of_containment_ends(void **state)
{
    struct trial t = read_walk("1.3.6.1.2.1.47.1.1.1.1.4.1|2|2\n"
                               "1.3.6.1.2.1.47.1.1.1.1.4.2|2|1\n"
                               "1.3.6.1.2.1.47.1.1.1.1.4.3|2|3\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.1|2|9\n"
                               "1.3.6.1.2.1.47.1.1.1.1.5.2|2|3\n"
                               "1.3.6.1.2.1.47.1.1.1.1.12.3|4|Acme\n");

    (void)state;
    assert_fact(&t, "r1", "unknown 3", "maker", "Acme");
    trial_close(&t);
}

static void ports_say_their_macs(void **state)
{
    struct trial t = read_walk("1.3.6.1.2.1.2.2.1.2.1|4|eth0\n"
                               "1.3.6.1.2.1.2.2.1.2.2|4|vlan7\n"
                               "1.3.6.1.2.1.2.2.1.2.3|4|eth1\n"
                               "1.3.6.1.2.1.2.2.1.2.4|4|eth2\n"
                               "1.3.6.1.2.1.2.2.1.3.1|2|6\n"
                               "1.3.6.1.2.1.2.2.1.3.2|2|135\n"
                               "1.3.6.1.2.1.2.2.1.6.1|4x|020000000001\n"
                               "1.3.6.1.2.1.2.2.1.6.2|4x|020000000002\n"
                               "1.3.6.1.2.1.2.2.1.6.3|4|2:0:0:0:0:a\n"
                               "1.3.6.1.2.1.2.2.1.6.4|4x|000000000000\n");

    (void)state;
    assert_fact(&t, "r1", "eth0", "mac", "02:00:00:00:00:01");
    assert_no_fact(&t, "r1", "vlan7", "mac");
    assert_fact(&t, "r1", "eth1", "mac", "02:00:00:00:00:0a");
    assert_no_fact(&t, "r1", "eth2", "mac");
    trial_close(&t);
}

/* --- neighbours ---------------------------------------------------------------------------- */

static const struct cp_sighting *only_sighting(struct trial *t, const char *text)
{
    *t = trial_open();
    trial_add(t, "r1.snmprec", text);
    assert_int_equal(t->set->seen_count, 1);
    return &t->set->seen[0];
}

static void a_port_without_a_name_still_says_its_mac(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "r1.snmprec", "1.3.6.1.2.1.1.1.0|4|x\n1.3.6.1.2.1.2.2.1.6.7|4x|02000000000c\n");
    trial_make(&t);
    assert_fact(&t, "r1", "ifIndex.7", "mac", "02:00:00:00:00:0c");
    trial_close(&t);
}

static void lldp_neighbours_are_seen(void **state)
{
    struct trial t;
    const struct cp_sighting *seen =
        only_sighting(&t, DESCR "1.3.6.1.2.1.31.1.1.1.1.501|4|ge-0/0/1\n"
                                "1.0.8802.1.1.2.1.3.7.1.2.7|2|7\n"
                                "1.0.8802.1.1.2.1.3.7.1.3.7|4|501\n"
                                "1.0.8802.1.1.2.1.4.1.1.4.12.7.1|2|4\n"
                                "1.0.8802.1.1.2.1.4.1.1.5.12.7.1|4x|020000000001\n"
                                "1.0.8802.1.1.2.1.4.1.1.6.12.7.1|2|5\n"
                                "1.0.8802.1.1.2.1.4.1.1.7.12.7.1|4|xe-0/0/9\n"
                                "1.0.8802.1.1.2.1.4.1.1.8.12.7.1|4|to r1\n"
                                "1.0.8802.1.1.2.1.4.1.1.9.12.7.1|4|core-2\n"
                                "1.0.8802.1.1.2.1.4.1.1.10.12.7.1|4|Example OS 2\n"
                                "1.0.8802.1.1.2.1.4.2.1.3.12.7.1.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0"
                                ".0.0.1|2|2\n"
                                "1.0.8802.1.1.2.1.4.2.1.3.12.7.1.1.4.192.0.2.9|2|2\n"
                                "1.0.8802.1.1.2.1.5.4795.1.3.3.1.5.12.7.1|4|Acme\n");

    (void)state;
    assert_string_equal(seen->protocol, "lldp");
    assert_text(seen->port, "ge-0/0/1");
    assert_text(seen->chassis_id, "02:00:00:00:00:01");
    assert_text(seen->chassis_id_kind, "mac");
    assert_text(seen->port_id, "xe-0/0/9");
    assert_text(seen->port_id_kind, "interface-name");
    assert_text(seen->port_descr, "to r1");
    assert_text(seen->name, "core-2");
    assert_text(seen->descr, "Example OS 2");
    assert_text(seen->address, "192.0.2.9");
    assert_text(seen->maker, "Acme");
    assert_int_equal(seen->place.line, 5);
    trial_close(&t);
}

static void lldp_v2_neighbours_are_seen_at_interfaces(void **state)
{
    struct trial t;
    const struct cp_sighting *seen =
        only_sighting(&t, DESCR "1.3.6.1.2.1.31.1.1.1.1.3|4|eth3\n"
                                "1.3.111.2.802.1.1.13.1.4.1.1.5.0.3.1.9|2|7\n"
                                "1.3.111.2.802.1.1.13.1.4.1.1.6.0.3.1.9|4|box\n"
                                "1.3.111.2.802.1.1.13.1.4.1.1.10.0.3.1.9|4|core-2\n"
                                "1.3.111.2.802.1.1.13.1.4.2.1.3.0.3.1.9.2.16.32.1.13.184.0.0.0.0.0"
                                ".0.0.0.0.0.0.1|2|2\n");

    (void)state;
    assert_text(seen->port, "eth3");
    assert_text(seen->chassis_id, "box");
    assert_text(seen->chassis_id_kind, "local");
    assert_text(seen->name, "core-2");
    assert_text(seen->address, "2001:db8::1");
    trial_close(&t);
}

#define V1(column, tag, value) "1.0.8802.1.1.2.1.4.1.1." column ".0.7.1|" tag "|" value "\n"
#define V2(column, at, tag, value) \
    "1.3.111.2.802.1.1.13.1.4.1.1." column "." at "|" tag "|" value "\n"
#define BOTH_MIBS                                                                             \
    DESCR "1.3.6.1.2.1.31.1.1.1.1.3|4|eth3\n" V1("4", "2", "7") V1("5", "4", "box")           \
        V1("6", "2", "5") V1("7", "4", "xe-9")                                                \
            V1("9", "4", "core-2") "1.0.8802.1.1.2.1.5.4795.1.3.3.1.5.0.7.1|4|Acme\n" V2(     \
                "5", "0.3.1.9", "2", "7") V2("6", "0.3.1.9", "4", "box")                      \
                V2("7", "0.3.1.9", "2", "5") V2("8", "0.3.1.9", "4", "xe-9")                  \
                    V2("10", "0.3.1.9", "4", "core-2") V2("11", "0.3.1.9", "4", "Example OS") \
                        V2("5", "0.3.2.9", "2", "7") V2("6", "0.3.2.9", "4", "box")           \
                            V2("7", "0.3.2.9", "2", "5") V2("8", "0.3.2.9", "4", "xe-9")

static void a_neighbour_in_several_tables_of_lldp_is_seen_once(void **state)
{
    struct trial t;
    const struct cp_sighting *seen = only_sighting(&t, BOTH_MIBS);

    (void)state;
    assert_text(seen->port, "eth3");
    assert_text(seen->port_id, "xe-9");
    assert_text(seen->maker, "Acme");
    assert_text(seen->descr, "Example OS");
    trial_make(&t);
    assert_int_equal(
        count_remarks(t.made, CP_REMARK_IGNORED, "a neighbour that another row of LLDP gives, too"),
        10);
    trial_close(&t);
}

static void tables_of_lldp_that_contradict_each_other_are_both_seen(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "r1.snmprec",
              BOTH_MIBS V2("5", "0.3.3.9", "2", "7") V2("6", "0.3.3.9", "4", "box")
                  V2("7", "0.3.3.9", "2", "5") V2("8", "0.3.3.9", "4", "xe-9")
                      V2("10", "0.3.3.9", "4", "core-3"));
    assert_int_equal(t.set->seen_count, 2);
    trial_close(&t);
}

static void cdp_neighbours_are_seen(void **state)
{
    struct trial t;
    const struct cp_sighting *seen =
        only_sighting(&t, DESCR "1.3.6.1.2.1.31.1.1.1.1.3|4|Gi0/3\n"
                                "1.3.6.1.4.1.9.9.23.1.2.1.1.4.3.1|4x|C0000209\n"
                                "1.3.6.1.4.1.9.9.23.1.2.1.1.5.3.1|4|Example OS 2\n"
                                "1.3.6.1.4.1.9.9.23.1.2.1.1.6.3.1|4|core-2(ABC1234D5EF)\n"
                                "1.3.6.1.4.1.9.9.23.1.2.1.1.7.3.1|4|GigabitEthernet1/0/1\n"
                                "1.3.6.1.4.1.9.9.23.1.2.1.1.8.3.1|4|example X-1\n");

    (void)state;
    assert_string_equal(seen->protocol, "cdp");
    assert_text(seen->port, "Gi0/3");
    assert_text(seen->name, "core-2");
    assert_text(seen->serial, "ABC1234D5EF");
    assert_text(seen->port_id, "GigabitEthernet1/0/1");
    assert_text(seen->platform, "example X-1");
    assert_text(seen->descr, "Example OS 2");
    assert_text(seen->address, "192.0.2.9");
    trial_close(&t);
}

static void the_system_s_own_ids_are_facts(void **state)
{
    struct trial t = read_walk("1.0.8802.1.1.2.1.3.1.0|2|4\n"
                               "1.0.8802.1.1.2.1.3.2.0|4|02 00 00 00 00 0F\n"
                               "1.0.8802.1.1.2.1.3.3.0|4|r1\n"
                               "1.0.8802.1.1.2.1.3.4.0|4|Example OS 1\n"
                               "1.0.8802.1.1.2.1.3.8.1.3.1.4.192.0.2.1|2|5\n"
                               "1.0.8802.1.1.2.1.5.4795.1.2.6.0|4|Acme\n");

    (void)state;
    assert_fact(&t, "r1", "", "mac", "02:00:00:00:00:0f");
    assert_fact(&t, "r1", "", "sys-name", "r1");
    assert_fact(&t, "r1", "", "sys-descr", "Example OS 1");
    assert_fact(&t, "r1", "", "address", "192.0.2.1");
    assert_fact(&t, "r1", "", "maker", "Acme");
    trial_close(&t);
}

/* --- records ------------------------------------------------------------------------------- */

static void lines_are_used_ignored_or_not_understood(void **state)
{
    struct trial t =
        read_walk("# a comment\n"
                  "\n" DESCR "no record\n"
                  "1.3.6.1.2.1.1.5.0\n"
                  "1.3.6.1.2.1.1.5.0|y|x\n"
                  "1.3.6.1.2.1.1.5.0|4:writecache|value=x\n"
                  "1.3.6.1.2.1.1.5.0|128|\n"
                  "1.3.6.1.2.1.2.2.1.6.1|4x|02000000XXYY\n"
                  "1.3.6.1.2.1.2.2.1.6.x|4|1\n"
                  "1.3.6.1.2.1.2.2.1.2.99999999999|4|1\n" DESCR "1.3.6.1.2.1.2.1.0|2|7\n");

    (void)state;
    assert_int_equal(counts(&t)->used, 1);
    assert_int_equal(counts(&t)->not_understood, 4);
    assert_int_equal(counts(&t)->ignored, 7);
    assert_fact(&t, "r1", "", "sys-descr", "Example OS 1");
    assert_null(trial_find(&t, "r1", "", "sys-descr", 1));
    trial_close(&t);
}

static void a_walk_that_ended_early_says_so(void **state)
{
    struct trial t = read_walk(DESCR "# ended early: no answer any more\n");

    (void)state;
    assert_int_equal(count_remarks(t.made, CP_REMARK_FINDING,
                                   "the walk ended early: what it does not show may be there"),
                     1);
    trial_close(&t);
}

static void values_may_be_escaped(void **state)
{
    struct trial t = read_walk("1.3.6.1.2.1.1.1.0|4e|a\\x20b\\n\\\\c\\\n");

    (void)state;
    assert_fact(&t, "r1", "", "sys-descr", "a b \\c\\");
    trial_close(&t);
}

static void a_value_may_be_nothing(void **state)
{
    struct trial t = read_walk(DESCR "1.3.6.1.2.1.1.5.0|4|\n1.3.6.1.2.1.1.2.0|6|0.0\n"
                                     "1.3.6.1.6.3.10.2.1.1.0|4|\n");

    (void)state;
    assert_no_fact(&t, "r1", "", "sys-name");
    assert_no_fact(&t, "r1", "", "sys-object-id");
    assert_no_fact(&t, "r1", "", "engine-id");
    assert_int_equal(counts(&t)->used, 4);
    trial_close(&t);
}

static void every_prefix_is_read(void **state)
{
    (void)state;
    assert_prefixes("r1.snmprec", CP_TEXT(DESCR PLUGGABLE));
}

static void survives_no_memory(void **state)
{
    (void)state;
    assert_survives_no_memory("r1.snmprec", CP_TEXT(DESCR PLUGGABLE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_says_what_it_is),
        cmocka_unit_test(the_only_chassis_is_the_node_itself),
        cmocka_unit_test(chassis_beside_each_other_are_parts),
        cmocka_unit_test(a_chassis_in_a_chassis_is_a_part),
        cmocka_unit_test(parts_with_one_name_are_told_apart_by_their_numbers),
        cmocka_unit_test(a_pluggable_is_named_below_its_port),
        cmocka_unit_test(a_port_s_model_alone_is_its_kind),
        cmocka_unit_test(makers_own_scalars_state_model_and_serial),
        cmocka_unit_test(enterprises_whose_objects_there_are_are_told_once),
        cmocka_unit_test(a_loop_of_containment_ends),
        cmocka_unit_test(ports_say_their_macs),
        cmocka_unit_test(a_port_without_a_name_still_says_its_mac),
        cmocka_unit_test(lldp_neighbours_are_seen),
        cmocka_unit_test(lldp_v2_neighbours_are_seen_at_interfaces),
        cmocka_unit_test(a_neighbour_in_several_tables_of_lldp_is_seen_once),
        cmocka_unit_test(tables_of_lldp_that_contradict_each_other_are_both_seen),
        cmocka_unit_test(cdp_neighbours_are_seen),
        cmocka_unit_test(the_system_s_own_ids_are_facts),
        cmocka_unit_test(lines_are_used_ignored_or_not_understood),
        cmocka_unit_test(a_walk_that_ended_early_says_so),
        cmocka_unit_test(values_may_be_escaped),
        cmocka_unit_test(a_value_may_be_nothing),
        cmocka_unit_test(every_prefix_is_read),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
