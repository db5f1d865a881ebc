#pragma once

#include "base/text.h"

/** Checked sums and products of sizes from outside.  Errors: RANGE; *out is then unchanged. */
CP_MUST_USE cp_err cp_num_add(uint64_t a, uint64_t b, uint64_t *out);
CP_MUST_USE cp_err cp_num_mul(uint64_t a, uint64_t b, uint64_t *out);

/** The sum, or UINT64_MAX where it would be more: costs of which that one means that there is no way. */
static inline uint64_t cp_num_plus(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/** A whole decimal number, digits only, not above max.  Errors: MALFORMED, RANGE. */
CP_MUST_USE cp_err cp_num_u64(cp_text text, uint64_t max, uint64_t *out);
CP_MUST_USE cp_err cp_num_u32(cp_text text, uint32_t max, uint32_t *out);

/**
 * A decimal number (sign, digits, fraction, exponent as in 1.5e-3) times 10^places, rounded to the
 * nearest whole (half away from zero).  Coordinates in degrees with places 6 are micro-degrees.
 * Errors: MALFORMED (also NaN, infinity), RANGE (beyond +-(2^63-1)).
 */
CP_MUST_USE cp_err cp_num_scaled(cp_text text, int places, int64_t *out);
