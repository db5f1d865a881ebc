#pragma once

#include "value.h"

/** Days on which a rule holds: both ends included; CP_DATE_NONE: open. */
struct cp_window {
    cp_date from, until;
};

/** The keys `from` and `until` of a mapping.  Errors: MALFORMED, RANGE, CONFLICT (until before from). */
CP_MUST_USE cp_err cp_window_read(const struct cp_yaml *map, struct cp_window *out,
                                  struct cp_diag *diag);
bool cp_window_holds(struct cp_window window, cp_date date);

/** The shape of an IANA time zone name: "UTC", "Asia/Seoul", "Etc/GMT+9".  Errors: MALFORMED. */
CP_MUST_USE cp_err cp_timezone_check(cp_text name, cp_place place, struct cp_diag *diag);
