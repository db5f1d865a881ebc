#include "control/headend.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_release_is_found_by_the_longest_row_that_begins_it(void **state)
{
    (void)state;
    assert_string_equal(cp_headend_find(CP_TEXT("frr-8.4.4"))->system, "frr-8.4");
    assert_string_equal(cp_headend_find(CP_TEXT("frr-8.5"))->system, "frr-8");
    assert_string_equal(cp_headend_find(CP_TEXT("frr-10.7.1"))->system, "frr-10");
    assert_string_equal(cp_headend_find(CP_TEXT("junos"))->system, "junos");
}

static void what_is_not_in_the_table_is_not_guessed(void **state)
{
    (void)state;
    assert_null(cp_headend_find(CP_TEXT("")));
    assert_null(cp_headend_find(CP_TEXT("frr")));
    assert_null(cp_headend_find(CP_TEXT("frr-80")));
    assert_null(cp_headend_find(CP_TEXT("my-junos")));
    assert_false(cp_headend_fails_closed(NULL));
}

static void every_row_says_what_it_does_and_where_that_is_from(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < cp_headend_count(); i++) {
        const struct cp_headend *h = cp_headend_at(i);

        assert_true(strlen(h->words) > 0 && strlen(h->source) > 0 && strlen(h->lost_words) > 0);
        assert_ptr_equal(cp_headend_find(cp_text_of(h->system)), h);
        assert_int_not_equal(h->colour_forms, 0);
    }
    assert_null(cp_headend_at(cp_headend_count()));
}

static void only_what_was_measured_to_drop_is_said_to_fail_closed(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < cp_headend_count(); i++)
        if (cp_headend_fails_closed(cp_headend_at(i)))
            assert_true(strncmp(cp_headend_at(i)->source, "measured", 8) == 0);
    assert_true(cp_headend_fails_closed(cp_headend_find(CP_TEXT("linux-agent"))));
    assert_false(cp_headend_fails_closed(cp_headend_find(CP_TEXT("junos"))));
}

static void none_is_said_to_keep_its_orders_for_longer_than_is_known(void **state)
{
    (void)state;
    assert_int_equal(cp_headend_keeps_us(cp_headend_find(CP_TEXT("frr-8.4.4"))), 30000000);
    assert_int_equal(cp_headend_keeps_us(cp_headend_find(CP_TEXT("frr-10.7.1"))), 30000000);
    assert_int_equal(cp_headend_keeps_us(cp_headend_find(CP_TEXT("junos"))), 60000000);
    assert_int_equal(cp_headend_keeps_us(cp_headend_find(CP_TEXT("sr-os"))), 0);
    assert_int_equal(cp_headend_keeps_us(NULL), 0);
    assert_non_null(strstr(cp_headend_lost_words(cp_headend_find(CP_TEXT("frr-9"))), "forgets"));
    assert_non_null(strstr(cp_headend_lost_words(NULL), "not known"));
    for (uint32_t i = 0; i < cp_headend_count(); i++)
        assert_true((cp_headend_at(i)->keeps_us == UINT64_MAX) ==
                    (cp_headend_at(i)->when_lost == CP_HEADEND_KEEPS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_release_is_found_by_the_longest_row_that_begins_it),
        cmocka_unit_test(what_is_not_in_the_table_is_not_guessed),
        cmocka_unit_test(every_row_says_what_it_does_and_where_that_is_from),
        cmocka_unit_test(only_what_was_measured_to_drop_is_said_to_fail_closed),
        cmocka_unit_test(none_is_said_to_keep_its_orders_for_longer_than_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
