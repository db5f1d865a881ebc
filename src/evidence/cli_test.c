#include "trial.h"

#include <stdio.h>

/* Short outputs after those of networktocode/ntc-templates (Apache-2.0), names and serials changed. */

static const char vrp[] = "Huawei Versatile Routing Platform Software\n"
                          "VRP (R) software, Version 8.180 (NE40E V800R011C00SPC200)\n"
                          "Copyright (C) 2012-2018 Huawei Technologies Co., Ltd.\n"
                          "HUAWEI NE40E-X2-M8A uptime is 161 days, 0 hour, 20 minutes\n"
                          "\n"
                          "NE40E-X2-M8A version information:\n"
                          "- - - - - - - - - - - - - - - - -\n"
                          "MPU version information:\n"
                          "\n"
                          "MPU (Slave) 11 : uptime is 160 days, 22 hours, 1 minute\n"
                          "  MPU CR5D0MPUK170 version information:\n"
                          "  PCB         Version : CX68MPUK1 REV A\n"
                          "  PIC0:CR57L5XFI3 version information\n";

static const char ios[] =
    "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE9, RELEASE SOFTWARE "
    "(fc1)\n"
    "Technical Support: http://www.cisco.com/techsupport\n"
    "Copyright (c) 1986-2014 by Cisco Systems, Inc.\n"
    "Compiled Mon 03-Mar-14 22:53 by prod_rel_team\n"
    "\n"
    "sw1 uptime is 2 weeks, 1 day\n"
    "System image file is \"flash:c2960.bin\"\n"
    "cisco WS-C2960-8TC-L (PowerPC405) processor (revision M0) with 65536K bytes of memory.\n"
    "Processor board ID FOC1111X111\n";

static void vrp_version_says_system_box_and_boards(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "pe1.txt", vrp);
    (void)trial_make(&t);
    assert_fact(&t, "pe1", "", "software", "VRP 8.180");
    assert_fact(&t, "pe1", "", "model", "NE40E-X2-M8A");
    assert_fact(&t, "pe1", "", "maker", "HUAWEI");
    assert_fact(&t, "pe1", "", "sys-descr",
                "Huawei Versatile Routing Platform Software VRP (R) software, Version 8.180 (NE40E "
                "V800R011C00SPC200) Copyright (C) 2012-2018 Huawei Technologies Co., Ltd.");
    assert_fact(&t, "pe1", "MPU 11", "model", "CR5D0MPUK170");
    assert_fact(&t, "pe1", "MPU 11/PIC0", "model", "CR57L5XFI3");
    assert_int_equal(t.made->inputs[1].not_understood, 0);
    trial_close(&t);
}

static void ios_version_says_system_and_box(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt", ios);
    (void)trial_make(&t);
    assert_fact(&t, "a", "", "software", "IOS 12.2(55)SE9");
    assert_fact(&t, "a", "", "maker", "cisco");
    assert_fact(&t, "a", "", "model", "WS-C2960-8TC-L");
    assert_fact(&t, "a", "", "serial", "FOC1111X111");
    assert_fact(&t, "a", "", "sys-name", "sw1");
    assert_int_equal(t.made->inputs[1].not_understood, 0);
    trial_close(&t);
}

static char joined[16384];

/* Texts after each other, until NULL. */
static const char *together(const char *const *texts)
{
    size_t len = 0;

    for (; *texts != NULL; texts++)
        len += (size_t)snprintf(joined + len, sizeof(joined) - len, "%s", *texts);
    assert_true(len < sizeof(joined));
    return joined;
}

static void two_systems_in_one_output_are_not_understood(void **state)
{
    const char *const texts[] = {ios, vrp, NULL};
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt", together(texts));
    (void)trial_make(&t);
    assert_int_equal(t.made->fact_count, 0);
    assert_true(t.made->inputs[1].not_understood > 0);
    trial_close(&t);
}

static void one_word_of_a_banner_is_no_system(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt", "Huawei Versatile Routing Platform Software\nWelcome\n");
    (void)trial_make(&t);
    assert_int_equal(t.made->fact_count, 0);
    assert_int_equal(t.made->inputs[1].not_understood, 2);
    trial_close(&t);
}

static void a_session_is_cut_at_its_prompts(void **state)
{
    const char *const texts[] = {
        "Warning: only for staff\n<pe1>screen-length 0 temporary\nInfo: ok\n",
        "<pe1>display version\n", vrp, "<pe1>dis clock\n2026-11-28\n<pe1>quit\n", NULL};
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "log.txt", together(texts));
    (void)trial_make(&t);
    assert_fact(&t, "log", "", "sys-name", "pe1");
    assert_fact(&t, "log", "", "software", "VRP 8.180");
    assert_int_equal(t.made->inputs[1].not_understood, 0);
    assert_int_equal(count_remarks(t.made, CP_REMARK_IGNORED, "text before the first prompt"), 1);
    trial_close(&t);
}

static void the_output_of_another_device_is_not_understood(void **state)
{
    const char *const texts[] = {"sw9#show clock\n12:00\n", "<pe1>display version\n", vrp, NULL};
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "log.txt", together(texts));
    (void)trial_make(&t);
    assert_fact(&t, "log", "", "sys-name", "sw9");
    assert_no_fact(&t, "log", "", "software");
    assert_true(t.made->inputs[1].not_understood > 0);
    trial_close(&t);
}

static void pagers_and_colours_are_taken_away(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "Huawei Versatile Routing Platform Software\r\n"
              "  ---- More ----\x1b[42D                                          \x1b[42D"
              "VRP (R) software, Version 8.1\x1b[1m80\x1b[0m (NE40E)\r\r\n"
              " --More-- \b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b"
              "HUAWEI NE40E uptime is 1 day\r\n");
    (void)trial_make(&t);
    assert_fact(&t, "a", "", "software", "VRP 8.180");
    assert_fact(&t, "a", "", "model", "NE40E");
    trial_close(&t);
}

static void what_a_device_refused_or_a_filter_cut_is_ignored(void **state)
{
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt",
              "r1#show version\n"
              "          ^\n"
              "% Invalid input detected at '^' marker.\n"
              "r1#show version | include uptime\n"
              "r1 uptime is 1 day\n"
              "r1(config)#do show isis neighbors\n"
              "r9  L2 Gi0/1\n"
              "r1#\n");
    (void)trial_make(&t);
    assert_fact(&t, "a", "", "sys-name", "r1");
    assert_int_equal(t.made->inputs[1].not_understood, 0);
    assert_int_equal(count_remarks(t.made, CP_REMARK_IGNORED, "an output that a filter cut"), 1);
    assert_int_equal(
        count_remarks(t.made, CP_REMARK_IGNORED, "a command that the device did not take"), 2);
    assert_int_equal(
        count_remarks(t.made, CP_REMARK_IGNORED,
                      "the output of a command that says nothing of makers or neighbours"),
        1);
    trial_close(&t);
}

static void prompts_of_all_systems_name_the_device(void **state)
{
    static const char *const prompts[] = {"<core-1>",
                                          "[~core-1]",
                                          "core-1#",
                                          "core-1(config-if)#",
                                          "RP/0/RSP0/CPU0:core-1#",
                                          "user@core-1> ",
                                          "user@core-1:~$ ",
                                          "A:core-1# ",
                                          "*A:core-1>config# ",
                                          "A:admin@core-1# ",
                                          "[admin@core-1] > ",
                                          "core-1 # ",
                                          "core-1 (root) # ",
                                          "HRP_M<core-1>"};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(prompts); i++) {
        struct trial t = trial_open();
        const char *const texts[] = {prompts[i], "show clock\n12:00\n", NULL};

        trial_add(&t, "a.txt", together(texts));
        (void)trial_make(&t);
        assert_fact(&t, "a", "", "sys-name", "core-1");
        trial_close(&t);
    }
}

static void an_output_before_the_first_prompt_is_read(void **state)
{
    const char *const texts[] = {vrp, "<pe1>display clock\n", NULL};
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt", together(texts));
    (void)trial_make(&t);
    assert_fact(&t, "a", "", "software", "VRP 8.180");
    trial_close(&t);
}

static void a_typed_command_must_fit_what_was_printed(void **state)
{
    const char *const texts[] = {"<pe1>display device\n", vrp, NULL};
    struct trial t = trial_open();

    (void)state;
    trial_add(&t, "a.txt", together(texts));
    (void)trial_make(&t);
    assert_no_fact(&t, "a", "", "software");
    assert_true(t.made->inputs[1].not_understood > 0);
    trial_close(&t);
}

static void lines_too_long_and_bytes_of_any_kind_are_counted(void **state)
{
    static char text[70000];
    struct trial t = trial_open();

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    memcpy(text, "a\xff\x80\0b\n", 6);
    assert_int_equal(trial_read(&t, "a.txt", (cp_text){text, sizeof(text) - 1}, NULL), CP_OK);
    (void)trial_make(&t);
    assert_int_equal(t.made->inputs[1].not_understood, 2);
    trial_close(&t);
}

static void every_prefix_is_read(void **state)
{
    (void)state;
    assert_prefixes("a.txt", CP_TEXT(vrp));
    assert_prefixes("a.txt", CP_TEXT(ios));
}

static void no_memory_is_said(void **state)
{
    (void)state;
    assert_survives_no_memory("a.txt", CP_TEXT(vrp));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vrp_version_says_system_box_and_boards),
        cmocka_unit_test(ios_version_says_system_and_box),
        cmocka_unit_test(two_systems_in_one_output_are_not_understood),
        cmocka_unit_test(one_word_of_a_banner_is_no_system),
        cmocka_unit_test(a_session_is_cut_at_its_prompts),
        cmocka_unit_test(the_output_of_another_device_is_not_understood),
        cmocka_unit_test(pagers_and_colours_are_taken_away),
        cmocka_unit_test(what_a_device_refused_or_a_filter_cut_is_ignored),
        cmocka_unit_test(prompts_of_all_systems_name_the_device),
        cmocka_unit_test(an_output_before_the_first_prompt_is_read),
        cmocka_unit_test(a_typed_command_must_fit_what_was_printed),
        cmocka_unit_test(lines_too_long_and_bytes_of_any_kind_are_counted),
        cmocka_unit_test(every_prefix_is_read),
        cmocka_unit_test(no_memory_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
