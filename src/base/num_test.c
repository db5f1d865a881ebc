#include "base/num.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void sums_and_products_do_not_wrap(void **state)
{
    uint64_t out = 7;

    (void)state;
    assert_int_equal(cp_num_add(UINT64_MAX, 1, &out), CP_ERR_RANGE);
    assert_int_equal(cp_num_mul(UINT64_C(1) << 32, UINT64_C(1) << 32, &out), CP_ERR_RANGE);
    assert_int_equal(out, 7);
    assert_int_equal(cp_num_add(UINT64_MAX - 1, 1, &out), CP_OK);
    assert_true(out == UINT64_MAX);
    assert_int_equal(cp_num_mul(0, UINT64_MAX, &out), CP_OK);
    assert_int_equal(out, 0);
    assert_int_equal(cp_num_mul(UINT64_MAX / 3, 3, &out), CP_OK);
    assert_true(out == UINT64_MAX);
}

static void whole_numbers_are_digits_up_to_a_limit(void **state)
{
    static const char *const bad[] = {"", " 1", "1 ", "+1", "-1", "0x1", "1.0", "1e3", "a"};
    uint64_t out = 7;
    uint32_t small = 7;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_int_equal(cp_num_u64(cp_text_of(bad[i]), UINT64_MAX, &out), CP_ERR_MALFORMED);
    assert_int_equal(cp_num_u64(CP_TEXT("18446744073709551616"), UINT64_MAX, &out), CP_ERR_RANGE);
    assert_int_equal(cp_num_u64(CP_TEXT("99999999999999999999999x"), 5, &out), CP_ERR_MALFORMED);
    assert_int_equal(cp_num_u32(CP_TEXT("11"), 10, &small), CP_ERR_RANGE);
    assert_int_equal(cp_num_u32(CP_TEXT("1"), 0, &small), CP_ERR_RANGE);
    assert_int_equal(out, 7);
    assert_int_equal(small, 7);
    assert_int_equal(cp_num_u64(CP_TEXT("18446744073709551615"), UINT64_MAX, &out), CP_OK);
    assert_true(out == UINT64_MAX);
    assert_int_equal(cp_num_u32(CP_TEXT("00010"), 10, &small), CP_OK);
    assert_int_equal(small, 10);
    assert_int_equal(cp_num_u32(CP_TEXT("0"), 0, &small), CP_OK);
    assert_int_equal(small, 0);
}

static void decimals_are_scaled_exactly(void **state)
{
    static const struct {
        const char *text;
        int places;
        int64_t scaled;
    } cases[] = {
        {"0", 6, 0},
        {"-0.0", 6, 0},
        {"37.5326", 6, 37532600},
        {"-127.024612", 6, -127024612},
        {"+1", 0, 1},
        {".5", 1, 5},
        {"5.", 1, 50},
        {"1.5e-3", 6, 1500},
        {"1.5E+3", 0, 1500},
        {"0.4", 0, 0},
        {"0.5", 0, 1},
        {"-0.5", 0, -1},
        {"0.49999999999999999999999999", 0, 0},
        {"1.4999995", 6, 1500000},
        {"1234", -2, 12},
        {"1250", -2, 13},
        {"4", -1, 0},
        {"5", -1, 1},
        {"5", -2, 0},
        {"99", -2, 1},
        {"0e999999999999999999999", 6, 0},
        {"1e-999999999999999999999", 6, 0},
        {"0.00000000000000000000000000000001e32", 0, 1},
        {"100000000000000000000000000e-26", 0, 1},
        {"9223372036854775807", 0, INT64_MAX},
        {"-9223372036854775807", 0, -INT64_MAX},
        {"9223372036854775807.4", 0, INT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < CP_COUNT(cases); i++) {
        int64_t out = 7;

        assert_int_equal(cp_num_scaled(cp_text_of(cases[i].text), cases[i].places, &out), CP_OK);
        assert_int_equal(out, cases[i].scaled);
    }
}

static void what_is_no_decimal_is_refused(void **state)
{
    static const char *const bad[] = {"",      ".",   "-",   "+-1", "1e",   "1e+",
                                      "e5",    "nan", "inf", "NaN", "1,5",  "0x1",
                                      "1.2.3", " 1",  "1 ",  "--1", "1e1.5"};
    static const char *const large[] = {"9223372036854775808", "-9223372036854775808",
                                        "9223372036854775807.5", "1e19", "1e999999999999999999999"};
    int64_t out = 7;

    (void)state;
    for (size_t i = 0; i < CP_COUNT(bad); i++)
        assert_int_equal(cp_num_scaled(cp_text_of(bad[i]), 0, &out), CP_ERR_MALFORMED);
    for (size_t i = 0; i < CP_COUNT(large); i++)
        assert_int_equal(cp_num_scaled(cp_text_of(large[i]), 0, &out), CP_ERR_RANGE);
    assert_int_equal(out, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_and_products_do_not_wrap),
        cmocka_unit_test(whole_numbers_are_digits_up_to_a_limit),
        cmocka_unit_test(decimals_are_scaled_exactly),
        cmocka_unit_test(what_is_no_decimal_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
