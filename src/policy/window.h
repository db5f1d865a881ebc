#pragma once

#include "policy/language.h"

#include "value.h"

/** The keys `from` and `until` of a mapping.  Errors: MALFORMED, RANGE, CONFLICT (until before from). */
CP_MUST_USE cp_err cp_window_read(const struct cp_yaml *map, struct cp_window *out,
                                  struct cp_diag *diag);
/** Whether some day is in both. */
bool cp_window_meets(struct cp_window a, struct cp_window b);

/** The shape of an IANA time zone name: "UTC", "Asia/Seoul", "Etc/GMT+9".  Errors: MALFORMED. */
CP_MUST_USE cp_err cp_timezone_check(cp_text name, cp_place place, struct cp_diag *diag);
