#pragma once

#include "base/text.h"

/* Moments are microseconds since 1970-01-01T00:00:00Z. */

#define CP_MOMENT_MAX UINT64_C(253402300799999999) /* the end of the year 9999 */

/** Writes 2026-11-28T12:00:00.000000Z and a zero; what is past CP_MOMENT_MAX as that. */
void cp_moment_format(uint64_t at_us, char out[28]);
/**
 * RFC 3339 in UTC alone: YYYY-MM-DDTHH:MM:SS, up to six digits of fraction, Z.
 * Errors: MALFORMED, RANGE (no such moment, before 1970; leap seconds are none).
 */
CP_MUST_USE cp_err cp_moment_parse(cp_text text, uint64_t *out_us);
