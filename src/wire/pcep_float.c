#include "pcep_inside.h"

/*
 * A float is m * 2^e with m below 2^24.  Times a whole factor that is exact in 64 bits; the shift by e then says how
 * much is lost, and the way of rounding what to do about it.
 *
 * Bandwidth is rounded upwards: less than what was asked for would be a broken promise.  Either way
 * bits -> number -> bits -> number gives the same number (pcep_float_test tries it).
 */

enum { FRACTION_BITS = 23, EXPONENT_BIAS = 150, EXPONENT_MAX = 255, EXPONENT_LEAST = -149 };

#define MANTISSA_END (1u << (FRACTION_BITS + 1))

typedef enum { UPWARDS, NEAREST } rounding;

static uint64_t shifted_right(uint64_t value, uint32_t bits, rounding how)
{
    uint64_t dropped;

    if (bits == 0)
        return value;
    if (bits >= 64)
        return how == UPWARDS && value != 0 ? 1 : 0;
    dropped = value & (((uint64_t)1 << bits) - 1);
    value >>= bits;
    if (how == UPWARDS)
        return value + (dropped != 0);
    return value + (dropped >> (bits - 1));
}

static bool scaled(uint32_t bits, uint32_t factor, rounding how, uint64_t *value)
{
    uint32_t exponent = bits >> FRACTION_BITS & EXPONENT_MAX;
    uint64_t mantissa = bits & (MANTISSA_END / 2 - 1);
    int32_t shift = EXPONENT_LEAST;

    if (exponent == EXPONENT_MAX)
        return false;
    if (exponent != 0) {
        mantissa |= MANTISSA_END / 2;
        shift = (int32_t)exponent - EXPONENT_BIAS;
    }
    if (bits >> 31 != 0 && mantissa != 0)
        return false; /* minus zero is zero */
    mantissa *= factor;
    if (shift <= 0)
        *value = shifted_right(mantissa, (uint32_t)-shift, how);
    else if (shift >= 64 || mantissa > UINT64_MAX >> shift)
        *value = UINT64_MAX;
    else
        *value = mantissa << shift;
    return true;
}

/* mantissa * 2^shift, which is normal. */
static uint32_t packed(uint64_t mantissa, int32_t shift, rounding how)
{
    uint32_t over = 0;

    if (mantissa == 0)
        return 0;
    while (mantissa >> over >= MANTISSA_END)
        over++;
    mantissa = shifted_right(mantissa, over, how);
    shift += (int32_t)over;
    if (mantissa == MANTISSA_END) {
        mantissa /= 2;
        shift++;
    }
    while (mantissa < MANTISSA_END / 2) {
        mantissa *= 2;
        shift--;
    }
    return (uint32_t)(shift + EXPONENT_BIAS) << FRACTION_BITS |
           ((uint32_t)mantissa & (MANTISSA_END / 2 - 1));
}

bool cp_pcep_bps_of_float(uint32_t bits, uint64_t *bps)
{
    return scaled(bits, 8, UPWARDS, bps);
}

uint32_t cp_pcep_float_of_bps(uint64_t bps)
{
    return packed(bps, -3, UPWARDS);
}

bool cp_pcep_millionths_of_float(uint32_t bits, uint64_t *millionths)
{
    return scaled(bits, CP_PCEP_METRIC_UNIT, NEAREST, millionths);
}

uint32_t cp_pcep_float_of_millionths(uint64_t millionths)
{
    uint64_t whole = millionths / CP_PCEP_METRIC_UNIT;
    uint64_t rest = millionths % CP_PCEP_METRIC_UNIT;
    int32_t shift = 0;

    if (millionths == UINT64_MAX)
        return packed(1, 45, NEAREST); /* more than fits, for whoever reads it as we do */
    if (millionths == 0)
        return 0;
    /* Long division: one more binary digit each time, till there is one more than a float holds. */
    while (whole < MANTISSA_END) {
        rest *= 2;
        whole = whole * 2 + (rest >= CP_PCEP_METRIC_UNIT);
        rest -= rest >= CP_PCEP_METRIC_UNIT ? CP_PCEP_METRIC_UNIT : 0;
        shift--;
    }
    return packed(whole, shift, NEAREST);
}
