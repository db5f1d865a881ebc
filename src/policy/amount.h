#pragma once

#include "value.h"

/**
 * Numbers with their unit, as a person writes them.  Errors of all: MALFORMED (with an example of
 * what was expected), RANGE.
 */

/** "2 suppliers", "1 supplier": at least 1. */
CP_MUST_USE cp_err cp_amount_suppliers(const struct cp_yaml *value, uint32_t *out,
                                       struct cp_diag *diag);
/** "60 days", "1 day": at least 1. */
CP_MUST_USE cp_err cp_amount_days(const struct cp_yaml *value, uint32_t *out, struct cp_diag *diag);
/** "35%", "35 %", "33.25%": 0 to 100, in hundredths of a percent. */
CP_MUST_USE cp_err cp_amount_share(const struct cp_yaml *value, uint32_t *out_bp,
                                   struct cp_diag *diag);
/** "5 km", "0.5 km", "500 m": at least 1 m. */
CP_MUST_USE cp_err cp_amount_distance(const struct cp_yaml *value, uint32_t *out_m,
                                      struct cp_diag *diag);
/** "20 ms", "0.5 ms", "800 us": 1 us to CP_LIMIT_POLICY_DELAY_MS, in microseconds. */
CP_MUST_USE cp_err cp_amount_delay(const struct cp_yaml *value, uint32_t *out_us,
                                   struct cp_diag *diag);
/** "3": 1 to CP_LIMIT_POLICY_HOPS. */
CP_MUST_USE cp_err cp_amount_hops(const struct cp_yaml *value, uint32_t *out, struct cp_diag *diag);
