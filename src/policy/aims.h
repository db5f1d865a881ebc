#pragma once

#include "policy/language.h"

/** As cp_select_aims, of makers that stand on a list on some day of the window. */
void cp_select_aims_within(const struct cp_policy *policy, const struct cp_select *select,
                           struct cp_window window, cp_aim aim, uint8_t *target);
