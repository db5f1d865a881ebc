#include "trial.h"

#include <stdio.h>

/* What a walk says several times, and descriptions of parts: no value that tells of a maker is lost. */

#define SYS_DESCR "1.3.6.1.2.1.1.1.0|4|"
#define SYS_OBJECT_ID "1.3.6.1.2.1.1.2.0|6|"
#define PART(column, part, tag, value) \
    "1.3.6.1.2.1.47.1.1.1.1." column "." part "|" tag "|" value "\n"

static struct trial read_walk(const char *text)
{
    struct trial t = trial_open();

    trial_add(&t, "r1.snmprec", text);
    trial_make(&t);
    return t;
}

static void assert_nth(const struct trial *t, const char *part, const char *attribute, uint32_t n,
                       const char *value, uint32_t line)
{
    const struct cp_fact *fact = trial_find(t, "r1", part, attribute, n);

    assert_non_null(fact);
    assert_text(fact->value, value);
    assert_int_equal(fact->place.line, line);
}

/* --- an object that stands several times ----------------------------------------------------- */

static void each_different_value_of_the_system_is_a_fact(void **state)
{
    struct trial t =
        read_walk(SYS_DESCR "Cisco IOS Software\n" SYS_DESCR "Huawei VRP\n" SYS_OBJECT_ID
                            "1.3.6.1.4.1.9.1.1\n" SYS_OBJECT_ID "1.3.6.1.4.1.2011.2.1\n"
                            "1.3.6.1.6.3.10.2.1.1.0|4x|8000000901020304\n"
                            "1.3.6.1.6.3.10.2.1.1.0|4x|800007DB01020304\n");

    (void)state;
    assert_nth(&t, "", "sys-descr", 0, "Cisco IOS Software", 1);
    assert_nth(&t, "", "sys-descr", 1, "Huawei VRP", 2);
    assert_nth(&t, "", "sys-object-id", 0, "1.3.6.1.4.1.9.1.1", 3);
    assert_nth(&t, "", "sys-object-id", 1, "1.3.6.1.4.1.2011.2.1", 4);
    assert_nth(&t, "", "engine-id", 0, "8000000901020304", 5);
    assert_nth(&t, "", "engine-id", 1, "800007db01020304", 6);
    assert_int_equal(t.made->inputs[1].used, 6);
    assert_int_equal(t.made->inputs[1].ignored, 0);
    trial_close(&t);
}

static void each_different_value_of_a_part_is_a_fact(void **state)
{
    struct trial t = read_walk(
        PART("5", "2", "2", "9") PART("7", "2", "4", "slot 3") PART("12", "2", "4", "Cisco")
            PART("12", "2", "4", "Huawei") PART("13", "2", "4", "n/a") PART("13", "2", "4", "X-1")
                PART("3", "2", "6", "1.3.6.1.4.1.9.12.3") PART("3", "2", "6", "1.3.6.1.4.1.2011.7")
                    PART("5", "1", "2", "3"));

    (void)state;
    assert_nth(&t, "slot 3", "maker", 0, "Cisco", 3);
    assert_nth(&t, "slot 3", "maker", 1, "Huawei", 4);
    assert_nth(&t, "slot 3", "model", 0, "X-1", 6);
    assert_nth(&t, "slot 3", "vendor-type", 0, "1.3.6.1.4.1.9.12.3", 7);
    assert_nth(&t, "slot 3", "vendor-type", 1, "1.3.6.1.4.1.2011.7", 8);
    trial_close(&t);
}

static void a_maker_behind_one_that_says_nothing_makes_a_part(void **state)
{
    struct trial t = read_walk(SYS_DESCR "x\n" PART("5", "2", "2", "10") PART("7", "2", "4", "p")
                                   PART("12", "2", "4", "n/a") PART("12", "2", "4", "Huawei"));

    (void)state;
    assert_nth(&t, "p", "maker", 0, "Huawei", 5);
    trial_close(&t);
}

static void the_same_value_again_counts_once(void **state)
{
    struct trial t =
        read_walk(SYS_DESCR "one\n" SYS_DESCR "two\n" SYS_DESCR "one\n" SYS_DESCR "two\n");

    (void)state;
    assert_nth(&t, "", "sys-descr", 0, "one", 1);
    assert_nth(&t, "", "sys-descr", 1, "two", 2);
    assert_null(trial_find(&t, "r1", "", "sys-descr", 2));
    assert_int_equal(
        count_remarks(t.made, CP_REMARK_IGNORED, "an object that stands twice with the same value"),
        2);
    assert_int_equal(t.made->inputs[1].used, 2);
    trial_close(&t);
}

static void of_what_names_no_maker_the_first_value_counts(void **state)
{
    struct trial t = read_walk(PART("5", "2", "2", "9") PART("7", "2", "4", "slot 3")
                                   PART("7", "2", "4", "slot 4"));

    (void)state;
    assert_fact(&t, "r1", "slot 3", "class", "module");
    assert_int_equal(count_remarks(t.made, CP_REMARK_IGNORED,
                                   "an object that stands twice: the first value counts"),
                     1);
    trial_close(&t);
}

static void values_of_one_object_are_bounded_and_the_rest_is_told(void **state)
{
    char text[70 * 40];
    size_t len = 0;
    struct trial t;

    (void)state;
    for (unsigned i = 0; i < 66; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, SYS_DESCR "system %u\n", i);
    t = read_walk(text);
    assert_nth(&t, "", "sys-descr", 63, "system 63", 64);
    assert_null(trial_find(&t, "r1", "", "sys-descr", 64));
    assert_int_equal(t.made->inputs[1].used, 64);
    assert_int_equal(t.made->inputs[1].not_understood, 2);
    trial_close(&t);
}

/* --- descriptions of parts ------------------------------------------------------------------- */

static void what_describes_a_named_part_is_a_fact_of_it(void **state)
{
    struct trial t = read_walk(
        PART("5", "1", "2", "3") PART("2", "2", "4", "Huawei Technologies LPUF-240 line card")
            PART("4", "2", "2", "1") PART("5", "2", "2", "9") PART("7", "2", "4", "slot 3")
                PART("2", "2", "4", "Nokia line card"));

    (void)state;
    assert_nth(&t, "slot 3", "sys-descr", 0, "Huawei Technologies LPUF-240 line card", 2);
    assert_nth(&t, "slot 3", "sys-descr", 1, "Nokia line card", 6);
    trial_close(&t);
}

static void a_description_that_names_the_part_is_told_too(void **state)
{
    struct trial t = read_walk(PART("5", "1", "2", "3") PART("5", "2", "2", "9")
                                   PART("2", "2", "4", "Huawei line card"));

    (void)state;
    assert_nth(&t, "Huawei line card", "sys-descr", 0, "Huawei line card", 3);
    trial_close(&t);
}

static void what_describes_the_only_chassis_describes_no_system(void **state)
{
    struct trial t = read_walk(SYS_DESCR "Example OS\n" PART("5", "1", "2", "3")
                                   PART("2", "1", "4", "Huawei NE40E chassis"));

    (void)state;
    assert_nth(&t, "", "chassis-descr", 0, "Huawei NE40E chassis", 3);
    assert_null(trial_find(&t, "r1", "", "sys-descr", 1));
    trial_close(&t);
}

static void a_description_that_repeats_name_or_model_is_not_told_again(void **state)
{
    struct trial t =
        read_walk(PART("5", "1", "2", "3") PART("5", "2", "2", "9") PART("5", "3", "2", "9")
                      PART("7", "2", "4", "slot 2") PART("7", "3", "4", "slot 3")
                          PART("2", "2", "4", "slot 2") PART("2", "3", "4", "LPUF-240")
                              PART("13", "3", "4", "LPUF-240"));

    (void)state;
    assert_no_fact(&t, "r1", "slot 2", "sys-descr");
    assert_no_fact(&t, "r1", "slot 3", "sys-descr");
    trial_close(&t);
}

static void fans_and_sockets_without_a_model_are_not_described(void **state)
{
    struct trial t = read_walk(
        PART("5", "1", "2", "3") PART("5", "2", "2", "7") PART("5", "3", "2", "10")
            PART("7", "2", "4", "fan 1") PART("7", "3", "4", "p1") PART("2", "2", "4", "Fan Tray")
                PART("2", "3", "4", "Copper socket") PART("12", "3", "4", "Acme"));

    (void)state;
    assert_no_fact(&t, "r1", "fan 1", "sys-descr");
    assert_fact(&t, "r1", "p1", "maker", "Acme");
    assert_no_fact(&t, "r1", "p1", "sys-descr");
    trial_close(&t);
}

static void every_prefix_is_read(void **state)
{
    (void)state;
    assert_prefixes("r1.snmprec", CP_TEXT(SYS_DESCR "a\n" SYS_DESCR "b\n" PART("12", "2", "4", "c")
                                              PART("12", "2", "4", "d")));
}

static void survives_no_memory(void **state)
{
    (void)state;
    assert_survives_no_memory("r1.snmprec", CP_TEXT(SYS_DESCR "a\n" SYS_DESCR "b\n" PART(
                                                "12", "2", "4", "c") PART("12", "2", "4", "d")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_different_value_of_the_system_is_a_fact),
        cmocka_unit_test(each_different_value_of_a_part_is_a_fact),
        cmocka_unit_test(a_maker_behind_one_that_says_nothing_makes_a_part),
        cmocka_unit_test(the_same_value_again_counts_once),
        cmocka_unit_test(of_what_names_no_maker_the_first_value_counts),
        cmocka_unit_test(values_of_one_object_are_bounded_and_the_rest_is_told),
        cmocka_unit_test(what_describes_a_named_part_is_a_fact_of_it),
        cmocka_unit_test(a_description_that_names_the_part_is_told_too),
        cmocka_unit_test(what_describes_the_only_chassis_describes_no_system),
        cmocka_unit_test(a_description_that_repeats_name_or_model_is_not_told_again),
        cmocka_unit_test(fans_and_sockets_without_a_model_are_not_described),
        cmocka_unit_test(every_prefix_is_read),
        cmocka_unit_test(survives_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
