#include "pcep_trial.h"

#include <math.h>
#include <string.h>

#include "pcep_inside.h"

static uint64_t bps_of(uint32_t bits)
{
    uint64_t bps = 1;

    assert_true(cp_pcep_bps_of_float(bits, &bps));
    return bps;
}

static uint64_t millionths_of(uint32_t bits)
{
    uint64_t millionths = 1;

    assert_true(cp_pcep_millionths_of_float(bits, &millionths));
    return millionths;
}

static void known_floats_are_known_numbers(void **state)
{
    (void)state;
    assert_int_equal(bps_of(0), 0);
    assert_int_equal(bps_of(0x80000000), 0); /* minus zero */
    assert_int_equal(bps_of(0x3f800000), 8); /* 1 byte a second */
    assert_int_equal(bps_of(0x42c80000), 800);
    assert_int_equal(bps_of(0x4cee6b28), 1000000000); /* 125 million bytes a second */
    assert_int_equal(bps_of(1), 1);                   /* the least there is, upwards */
    assert_int_equal(bps_of(0x3e000001), 2);          /* a little more than 1 bit a second */
    assert_true(bps_of(0x7f7fffff) == UINT64_MAX);
    assert_int_equal(millionths_of(0x42c80000), 100000000);
    assert_int_equal(millionths_of(0x3f000000), 500000);
    assert_int_equal(millionths_of(0x0000000a), 0);
    assert_true(millionths_of(0x7f7fffff) == UINT64_MAX);
}

static void no_number_and_below_zero_are_refused(void **state)
{
    static const uint32_t refused[] = {0x7f800000, 0xff800000, 0x7fc00000, 0xffffffff,
                                       0x7f800001, 0xbf800000, 0x80000001, 0xff7fffff};

    (void)state;
    for (size_t i = 0; i < CP_COUNT(refused); i++) {
        uint64_t value = 7;

        assert_false(cp_pcep_bps_of_float(refused[i], &value));
        assert_false(cp_pcep_millionths_of_float(refused[i], &value));
        assert_int_equal(value, 7);
    }
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void a_number_from_the_wire_goes_back_and_comes_again(void **state)
{
    uint64_t seed = 20261128;

    (void)state;
    for (uint32_t i = 0; i < 1000000; i++) {
        uint32_t bits = (uint32_t)next_random(&seed) & 0x7fffffff;
        uint64_t bps, millionths;

        if (bits >= 0x7f800000)
            continue;
        bps = bps_of(bits);
        millionths = millionths_of(bits);
        assert_true(bps_of(cp_pcep_float_of_bps(bps)) == bps);
        assert_true(millionths_of(cp_pcep_float_of_millionths(millionths)) == millionths);
    }
}

/* What a processor's own floats say, where a double holds all. */
static void numbers_are_as_floating_point_has_them(void **state)
{
    uint64_t seed = 8231;

    (void)state;
    for (uint32_t i = 0; i < 1000000; i++) {
        uint32_t bits = (uint32_t)(next_random(&seed) % 0x59000000); /* below 2^51 */
        float value;

        memcpy(&value, &bits, sizeof value);
        assert_true((double)bps_of(bits) == ceil((double)value * 8));
        if ((double)value < 4e9)
            assert_true(fabs((double)millionths_of(bits) - (double)value * 1e6) <= 0.5);
        if (bps_of(bits) < 1u << 24)
            continue;
        assert_int_equal(cp_pcep_float_of_bps(bps_of(bits)), bits);
    }
}

static void whole_metrics_of_24_bits_are_exact(void **state)
{
    (void)state;
    for (uint32_t metric = 0; metric < 1u << 24; metric += 997) {
        float value = (float)metric;
        uint32_t bits;

        memcpy(&bits, &value, sizeof bits);
        assert_int_equal(cp_pcep_float_of_millionths((uint64_t)metric * CP_PCEP_METRIC_UNIT), bits);
        assert_int_equal(millionths_of(bits), (uint64_t)metric * CP_PCEP_METRIC_UNIT);
    }
}

static void a_bandwidth_of_more_than_24_bits_is_written_upwards(void **state)
{
    (void)state;
    assert_true(bps_of(cp_pcep_float_of_bps(1000000007)) >= 1000000007);
    assert_true(bps_of(cp_pcep_float_of_bps(UINT64_MAX)) == UINT64_MAX);
    assert_true(bps_of(cp_pcep_float_of_bps(UINT64_MAX - 1)) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_floats_are_known_numbers),
        cmocka_unit_test(no_number_and_below_zero_are_refused),
        cmocka_unit_test(a_number_from_the_wire_goes_back_and_comes_again),
        cmocka_unit_test(numbers_are_as_floating_point_has_them),
        cmocka_unit_test(whole_metrics_of_24_bits_are_exact),
        cmocka_unit_test(a_bandwidth_of_more_than_24_bits_is_written_upwards),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
