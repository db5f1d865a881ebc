#pragma once

#include "base/text.h"

/**
 * A number that is whole and not negative, and may be written as a decimal (2.5e9, 100.0), times
 * 10^places.  Errors: MALFORMED, RANGE (above max, negative, or not whole).
 */
CP_MUST_USE cp_err cp_number_whole(cp_text text, int places, uint64_t max, uint64_t *out);

/** The same, but rounded to the nearest whole. */
CP_MUST_USE cp_err cp_number_rounded(cp_text text, int places, uint64_t max, uint64_t *out);

/** Degrees to micro-degrees, within +-limit_deg.  Errors: MALFORMED, RANGE. */
CP_MUST_USE cp_err cp_number_degrees(cp_text text, int limit_deg, int32_t *out);

enum { CP_LAT_LIMIT_DEG = 90, CP_LON_LIMIT_DEG = 180 };
