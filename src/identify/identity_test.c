#include "identity_said.h"

static void nothing_is_known_of_what_nobody_speaks_of(void **state)
{
    (void)state;
    identify(NULL, 0);
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    assert_int_equal(software()->state, CP_IDENTITY_UNKNOWN);
    assert_non_null(box()->settle);
}

static void a_text_and_a_number_that_agree_conclude_at_the_grade_of_the_reading(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Cisco IOS XR Software (ASR9K), Version 6.6.3", READ},
             {"", "sys-object-id", OBJECT("9.1.2658"), READ});
    assert_concluded(box(), "cisco", CP_GRADE_UNAUTHENTICATED_READ);
    assert_concluded(software(), "cisco", CP_GRADE_UNAUTHENTICATED_READ);
}

static void what_describes_the_chassis_tells_of_the_box_and_of_no_software(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Cisco IOS Software", READ},
             {"", "chassis-descr", "Huawei Technologies NE40E chassis", READ});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
    assert_concluded(software(), "cisco", CP_GRADE_UNAUTHENTICATED_READ);
}

static void what_a_system_stands_on_is_no_contradiction(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Linux", READ}, {"", "sys-object-id", "1.3.6.1.4.1.40310", READ});
    assert_concluded(software(), "cumulus-networks", CP_GRADE_CLAIM);
    IDENTIFY({"", "sys-descr", "Skyhigh Secure Web Gateway 9; VMware, Inc.", READ});
    assert_concluded(software(), "skyhigh", CP_GRADE_UNAUTHENTICATED_READ);
    IDENTIFY({"", "sys-descr", "BenuOS, 5.2, Chassis Type : Dell R730", READ});
    assert_concluded(software(), "benu", CP_GRADE_UNAUTHENTICATED_READ);
    IDENTIFY({"", "sys-descr", "Linux", READ});
    assert_concluded(software(), "community", CP_GRADE_UNAUTHENTICATED_READ);
}

static void a_number_alone_is_a_claim_however_it_was_read(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-object-id", OBJECT("12356.101.1.1041"), STRONG});
    assert_concluded(box(), "fortinet", CP_GRADE_CLAIM);
}

static void an_agents_number_concludes_nothing(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-object-id", OBJECT("8072.3.2.10"), STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-object-id", OBJECT("1004849.1"), STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-object-id", "0.0", STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
}

static void private_objects_and_an_address_that_agree_are_a_claim(void **state)
{
    (void)state;
    IDENTIFY({"", "private-objects", OBJECT("2011"), STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "private-objects", OBJECT("2011"), STRONG},
             {"", "mac", "00:e0:fc:00:00:01", STRONG});
    assert_concluded(box(), "huawei", CP_GRADE_CLAIM);
    IDENTIFY({"", "private-objects", OBJECT("2011"), READ},
             {"", "sys-descr", "Cisco IOS XR Software (ASR9K), Version 6.6.3", READ});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

static void a_number_that_others_boxes_answer_concludes_nothing_alone(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-object-id", OBJECT("25506.1.1"), READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-object-id", OBJECT("25506.1.1"), READ},
             {"", "sys-descr", "Comware Platform Software", READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-object-id", OBJECT("25506.1.1"), READ},
             {"", "sys-descr", "HPE Comware Platform Software, HPE 5130", READ});
    assert_concluded(box(), "hpe", CP_GRADE_UNAUTHENTICATED_READ);
}

static void software_that_runs_on_others_boxes_says_nothing_of_the_box(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Hardware Model:UFI_S9600-32X, Software version: OcNOS,6.0.1", READ},
             {"", "sys-object-id", OBJECT("36673.100.1"), READ});
    assert_concluded(box(), "ufispace", CP_GRADE_UNAUTHENTICATED_READ);
    assert_concluded(software(), "ip-infusion", CP_GRADE_UNAUTHENTICATED_READ);
    IDENTIFY({"", "sys-descr", "Linux gw 5.10.0 x86_64", READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    assert_concluded(software(), "community", CP_GRADE_UNAUTHENTICATED_READ);
}

static void an_image_for_anybodys_server_leaves_the_box_unknown(void **state)
{
    (void)state;
    IDENTIFY(
        {"", "sys-descr", "Juniper Networks, Inc. vmx internet router, kernel JUNOS 20.4", READ},
        {"", "sys-object-id", OBJECT("2636.1.1"), READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    assert_concluded(software(), "juniper", CP_GRADE_UNAUTHENTICATED_READ);
}

static void makers_that_disagree_are_a_contradiction(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Cisco IOS Software, C2960", READ},
             {"", "sys-object-id", OBJECT("2636.1.1"), READ});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
    IDENTIFY({"", "maker", "nokia", ""}, {"", "maker", "juniper", STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

static void no_other_is_concluded_against_a_hint_of_a_guarded_maker(void **state)
{
    static const char *const hints[][2] = {
        {"engine-id", "800007db03001122334455"},
        {"mac", "00:e0:fc:00:00:01"},
        {"model", "S5720-56C-PWR-EI-AC"},
        {"sys-descr", "made for Huawei"},
        {"sys-descr", "myhuaweibox"},
        {"maker", "Hua-Wei Digital"},
        {"sys-descr", "DS-2CD2142FWD-I"},
        {"vendor-type", OBJECT("39165.1")},
        {"maker", "HiSilicon"},
        {"sys-descr", "\xec\xa4\x91\xec\x8b\xb1 ZXR10"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(hints); i++) {
        IDENTIFY({"", "sys-descr", "Cisco IOS XR Software (ASR9K)", STRONG},
                 {"", "sys-object-id", OBJECT("9.1.2658"), STRONG}, {"", "maker", "Cisco", STRONG},
                 {"", hints[i][0], hints[i][1], ""});
        if (box()->state != CP_IDENTITY_CONTRADICTED)
            fail_msg("%s %s", hints[i][0], hints[i][1]);
    }
}

static void letters_of_two_scripts_in_a_word_conclude_nothing(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Cisc\xd0\xbe IOS", READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-descr", "Cisco IOS by Hu\xd0\xb0wei", READ});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

static void a_part_has_its_own_maker(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Cisco IOS XR Software (ASR9K)", READ},
             {"xcvr-1", "maker", "HUAWEI", READ}, {"fan-1", "maker", "N/A", READ});
    assert_concluded(box(), "cisco", CP_GRADE_UNAUTHENTICATED_READ);
    assert_int_equal(identities->count, 4);
    assert_int_equal(identities->at[2].state, CP_IDENTITY_UNKNOWN);
    assert_concluded(&identities->at[3], "huawei", CP_GRADE_UNAUTHENTICATED_READ);
}

/* --- grades --------------------------------------------------------------------------------- */

static void the_best_graded_name_gives_the_grade(void **state)
{
    (void)state;
    IDENTIFY({"", "maker", "cisco", ""}, {"", "sys-descr", "Cisco IOS", STRONG});
    assert_concluded(box(), "cisco", CP_GRADE_AUTHENTICATED_READ);
    assert_null(box()->settle);
    IDENTIFY({"", "maker", "cisco", ""}, {"", "sys-object-id", OBJECT("9.1"), STRONG});
    assert_concluded(box(), "cisco", CP_GRADE_CLAIM);
    assert_non_null(box()->settle);
}

static void an_inspection_that_does_not_name_two_people_is_a_claim(void **state)
{
    static const struct {
        const char *who;
        cp_grade grade;
    } cases[] = {
        {"kim; lee", CP_GRADE_TWO_PERSON_INSPECTION},
        {"Kim Min-jun", CP_GRADE_CLAIM},
        {"", CP_GRADE_CLAIM},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        rest.who = cases[i].who;
        IDENTIFY({"", "maker", "nokia", "two-person-inspection"});
        assert_concluded(box(), "nokia", cases[i].grade);
        const char *why = identities->clues[box()->clues.first].why;
        if (cases[i].grade == CP_GRADE_CLAIM)
            assert_string_equal(why,
                                "an inspection that does not name two people: counts as a claim");
        else
            assert_null(why);
        rest.who = NULL;
    }
}

static void a_clue_past_the_life_of_its_grade_is_a_claim(void **state)
{
    static const struct {
        const char *date, *expires;
        cp_grade grade;
    } cases[] = {
        {NULL, NULL, CP_GRADE_AUTHENTICATED_READ},
        {"2025-11-28", NULL, CP_GRADE_AUTHENTICATED_READ},
        {"2025-11-27", NULL, CP_GRADE_CLAIM},
        {"2026-01-01", "2026-11-28", CP_GRADE_AUTHENTICATED_READ},
        {"2026-01-01", "2026-11-27", CP_GRADE_CLAIM},
        {NULL, "2026-11-27", CP_GRADE_CLAIM},
        {"2027-01-01", NULL, CP_GRADE_AUTHENTICATED_READ},
    };

    (void)state;
    options.as_of = day("2026-11-28");
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        rest.date = cases[i].date;
        rest.expires = cases[i].expires;
        IDENTIFY({"", "maker", "nokia", STRONG});
        assert_concluded(box(), "nokia", cases[i].grade);
        assert_int_equal(identities->clues[box()->clues.first].aged,
                         cases[i].grade == CP_GRADE_CLAIM);
    }
    rest.date = rest.expires = NULL;
    options.as_of = CP_DATE_NONE;
}

static void a_word_that_is_no_grade_counts_as_a_claim(void **state)
{
    (void)state;
    IDENTIFY({"", "maker", "nokia", "trust me"});
    assert_concluded(box(), "nokia", CP_GRADE_CLAIM);
}

/* --- whose is whose --------------------------------------------------------------------------- */

static void names_of_one_house_agree(void **state)
{
    static const struct {
        const char *text, *number, *maker;
    } cases[] = {
        {"Aruba JL679A 6100 12G", OBJECT("11.2.3"), "aruba"},
        {"HP Comware Platform Software, HP 5120", OBJECT("25506.1"), "hpe"},
        {"3Com SuperStack 3", OBJECT("25506.1"), "3com"},
        {"Dell SonicWALL SRA 4600", OBJECT("8741.6"), "sonicwall"},
        {"Ruckus Wireless ICX7150", OBJECT("1991.1"), "ruckus"},
        {"6500 7-SLOT OPTICAL (c) Ciena (R) Corporation", OBJECT("562.68"), "ciena"},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        IDENTIFY({"", "sys-descr", cases[i].text, READ},
                 {"", "sys-object-id", cases[i].number, READ});
        assert_concluded(box(), cases[i].maker, CP_GRADE_UNAUTHENTICATED_READ);
    }
}

static void a_borrowed_number_points_to_who_wrote_it_into_its_boxes(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-object-id", OBJECT("50001.1"), READ});
    assert_concluded(box(), "hikvision", CP_GRADE_CLAIM);
    IDENTIFY({"", "sys-object-id", OBJECT("10002.1"), READ});
    assert_concluded(box(), "ubiquiti", CP_GRADE_CLAIM);
}

static void what_fields_hold_that_is_no_name_names_nobody(void **state)
{
    static const char *const values[] = {"N/A",         "OEM", "Unknown", "0x168c",
                                         "UN344269584", "-",   "12"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(values); i++) {
        IDENTIFY({"", "maker", values[i], STRONG});
        assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    }
}

static void a_name_that_no_table_has_is_concluded_as_it_is_written(void **state)
{
    (void)state;
    IDENTIFY({"", "maker", "Quux Optical AG", STRONG});
    assert_concluded(box(), "Quux Optical AG", CP_GRADE_AUTHENTICATED_READ);
    assert_int_equal(box()->maker, CP_MAKER_OTHER);
    IDENTIFY({"", "maker", "Quux Optical AG", STRONG}, {"", "maker", "quux  optical ag", ""});
    assert_int_equal(box()->state, CP_IDENTITY_CONCLUDED);
    IDENTIFY({"", "maker", "Quux Optical AG", STRONG}, {"", "maker", "Other Optical AG", ""});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

static void the_name_of_a_host_is_no_evidence_alone(void **state)
{
    (void)state;
    IDENTIFY({"", "sys-descr", "Linux cisco-monitor 5.10.0 #1 SMP x86_64", READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
    IDENTIFY({"", "sys-descr", "Linux cisco-monitor 5.10.0 #1 SMP x86_64", READ},
             {"", "mac", "00:00:0c:00:00:01", READ});
    assert_concluded(box(), "cisco", CP_GRADE_CLAIM);
    IDENTIFY({"", "sys-descr", "Linux cisco-monitor 5.10.0 #1 SMP x86_64", READ},
             {"", "mac", "00:e0:fc:00:00:01", READ});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
}

static void the_only_chassis_speaks_for_the_box_and_an_address_of_a_port_too(void **state)
{
    (void)state;
    IDENTIFY({"ch", "class", "chassis", READ}, {"ch", "maker", "Juniper Networks", READ},
             {"card", "maker", "nokia", READ});
    assert_concluded(box(), "juniper", CP_GRADE_UNAUTHENTICATED_READ);
    IDENTIFY({"ch", "class", "chassis", READ}, {"ch", "maker", "Juniper Networks", READ},
             {"ge-0/0/0", "mac", "00:e0:fc:00:00:01", READ});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

static void who_never_made_a_box_made_the_software(void **state)
{
    (void)state;
    IDENTIFY({"", "maker", "Cumulus Networks", READ}, {"", "sys-object-id", OBJECT("40310"), READ},
             {"software", "maker", "community", ""});
    assert_int_equal(box()->state, CP_IDENTITY_UNKNOWN);
}

/* --- hostile -------------------------------------------------------------------------------- */

static void a_text_that_names_six_makers_says_nothing_alone(void **state)
{
    static const char six[] = "Cisco Juniper Nokia Arista Fortinet Ericsson router";

    (void)state;
    IDENTIFY({"", "sys-descr", six, STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
    IDENTIFY({"", "sys-descr", six, STRONG}, {"", "sys-object-id", OBJECT("9.1"), READ});
    assert_concluded(box(), "cisco", CP_GRADE_UNAUTHENTICATED_READ);
    IDENTIFY({"", "sys-descr", "Cisco Juniper Huawei", STRONG},
             {"", "sys-object-id", OBJECT("9.1"), READ});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

static void a_text_of_a_megabyte_is_read_whole(void **state)
{
    static char text[(1 << 20) + 1];

    (void)state;
    for (size_t i = 0; i < sizeof(text) - 1; i++)
        text[i] = "cisco ab-12 "[i % 12];
    (void)snprintf(text + sizeof(text) - 32, 32, "%s", " and at the end H u a w e i");
    IDENTIFY({"", "sys-descr", text, STRONG});
    assert_int_equal(box()->state, CP_IDENTITY_CONTRADICTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_known_of_what_nobody_speaks_of),
        cmocka_unit_test(a_text_and_a_number_that_agree_conclude_at_the_grade_of_the_reading),
        cmocka_unit_test(what_describes_the_chassis_tells_of_the_box_and_of_no_software),
        cmocka_unit_test(what_a_system_stands_on_is_no_contradiction),
        cmocka_unit_test(a_number_alone_is_a_claim_however_it_was_read),
        cmocka_unit_test(an_agents_number_concludes_nothing),
        cmocka_unit_test(private_objects_and_an_address_that_agree_are_a_claim),
        cmocka_unit_test(a_number_that_others_boxes_answer_concludes_nothing_alone),
        cmocka_unit_test(software_that_runs_on_others_boxes_says_nothing_of_the_box),
        cmocka_unit_test(an_image_for_anybodys_server_leaves_the_box_unknown),
        cmocka_unit_test(makers_that_disagree_are_a_contradiction),
        cmocka_unit_test(no_other_is_concluded_against_a_hint_of_a_guarded_maker),
        cmocka_unit_test(letters_of_two_scripts_in_a_word_conclude_nothing),
        cmocka_unit_test(a_part_has_its_own_maker),
        cmocka_unit_test(the_best_graded_name_gives_the_grade),
        cmocka_unit_test(an_inspection_that_does_not_name_two_people_is_a_claim),
        cmocka_unit_test(a_clue_past_the_life_of_its_grade_is_a_claim),
        cmocka_unit_test(a_word_that_is_no_grade_counts_as_a_claim),
        cmocka_unit_test(names_of_one_house_agree),
        cmocka_unit_test(a_borrowed_number_points_to_who_wrote_it_into_its_boxes),
        cmocka_unit_test(what_fields_hold_that_is_no_name_names_nobody),
        cmocka_unit_test(a_name_that_no_table_has_is_concluded_as_it_is_written),
        cmocka_unit_test(the_name_of_a_host_is_no_evidence_alone),
        cmocka_unit_test(the_only_chassis_speaks_for_the_box_and_an_address_of_a_port_too),
        cmocka_unit_test(who_never_made_a_box_made_the_software),
        cmocka_unit_test(a_text_that_names_six_makers_says_nothing_alone),
        cmocka_unit_test(a_text_of_a_megabyte_is_read_whole),
    };

    return cmocka_run_group_tests(tests, open_world, close_world);
}
