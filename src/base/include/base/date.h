#pragma once

#include "base/text.h"

/** A day of the Gregorian calendar, as days since 1970-01-01.  CP_DATE_NONE: not given. */
typedef int32_t cp_date;
#define CP_DATE_NONE INT32_MIN

/** YYYY-MM-DD, years 0001 to 9999.  Errors: MALFORMED, RANGE (no such day). */
CP_MUST_USE cp_err cp_date_parse(cp_text text, cp_date *out);
/** Writes YYYY-MM-DD and a zero. */
void cp_date_format(cp_date date, char out[11]);
