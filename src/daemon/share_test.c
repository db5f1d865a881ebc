#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "share.h"

#define MS UINT64_C(1000000)

static void test_a_burst_is_free(void **state)
{
    struct share s = share_make(10, 5 * MS);

    (void)state;
    share_charge(&s, SHARE_BURST_NS, 5 * MS);
    assert_int_equal(share_rest_ms(&s), 0);
    share_charge(&s, 1, 5 * MS);
    assert_int_equal(share_rest_ms(&s), 1);
}

static void test_who_takes_all_gets_one_part_of_the_time(void **state)
{
    struct share s = share_make(10, 0);
    uint64_t now_ns = 0, took_ns = 0;

    (void)state;
    while (now_ns < 100000 * MS) {
        uint64_t rest_ms = share_rest_ms(&s);

        now_ns += rest_ms * MS;
        if (rest_ms == 0) {
            now_ns += MS / 20;
            took_ns += MS / 20;
            share_charge(&s, MS / 20, now_ns);
        } else {
            share_charge(&s, 0, now_ns);
        }
    }
    assert_in_range(took_ns / MS, 9000, 10200);
}

static void test_who_was_quiet_for_years_has_no_more_than_a_burst(void **state)
{
    struct share s = share_make(2, 0);

    (void)state;
    share_charge(&s, 0, UINT64_MAX / 4);
    share_charge(&s, SHARE_BURST_NS + 1, UINT64_MAX / 4);
    assert_int_equal(share_rest_ms(&s), 1);
}

static void test_a_debt_is_paid_before_anything_is_saved(void **state)
{
    struct share s = share_make(2, 0);

    (void)state;
    share_charge(&s, (uint64_t)3 * SHARE_BURST_NS, 0);
    assert_int_equal(share_rest_ms(&s), 401);
    share_charge(&s, 0, 200 * MS);
    assert_int_equal(share_rest_ms(&s), 201);
    share_charge(&s, 0, 400 * MS);
    assert_int_equal(share_rest_ms(&s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_burst_is_free),
        cmocka_unit_test(test_who_takes_all_gets_one_part_of_the_time),
        cmocka_unit_test(test_who_was_quiet_for_years_has_no_more_than_a_burst),
        cmocka_unit_test(test_a_debt_is_paid_before_anything_is_saved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
