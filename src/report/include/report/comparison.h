#pragma once

#include "base/out.h"
#include "compare/compare.h"

/** Where two cases disagree, in every form of an answer. */
struct cp_comparison_report {
    const struct cp_comparison *comparison;
    cp_text names[CP_SIDES]; /* as the user gave them */
    uint32_t kinds;          /* bits of cp_differs that are shown and counted */
    cp_date as_of;           /* CP_DATE_NONE: not said */
};

#define CP_COMPARISON_ALL_KINDS ((UINT32_C(1) << CP_DIFFERS_COUNT) - 1)

/** How many differences of the kinds shown there are; notes are none. */
uint32_t cp_comparison_differences(const struct cp_comparison_report *report);
/** 0: none; 1: some; 2: none, but devices that cannot be told apart. */
int cp_comparison_exit_code(const struct cp_comparison_report *report);

/** Each writes the whole answer; JSON: schema cleanpath.compare/1.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_comparison_text(const struct cp_comparison_report *report,
                                      struct cp_out *out);
CP_MUST_USE cp_err cp_comparison_json(const struct cp_comparison_report *report,
                                      struct cp_out *out);
CP_MUST_USE cp_err cp_comparison_csv(const struct cp_comparison_report *report, struct cp_out *out);
