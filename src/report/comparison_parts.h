#pragma once

#include "report/comparison.h"

/* Shared by what writes a comparison. */

/** The id of a row's thing on a side; empty where that has it not. */
cp_text cp_comparison_id(const struct cp_comparison *c, const struct cp_compare_row *row,
                         cp_side side);
/** Where that thing stands; PLACE_NONE. */
cp_place cp_comparison_place(const struct cp_comparison *c, const struct cp_compare_row *row,
                             cp_side side);
bool cp_comparison_shows(const struct cp_comparison_report *report,
                         const struct cp_compare_row *row);
