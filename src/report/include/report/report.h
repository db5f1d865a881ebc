#pragma once

#include "audit/audit.h"
#include "base/out.h"

/** What an answer is made from.  All borrowed. */
struct cp_report {
    const struct cp_judge *judge;
    const struct cp_audit_request *request;
    const struct cp_demand_result *results; /* [demand_count] */
    bool colour;                            /* text: headings in colour, for a terminal */
    uint32_t
        columns; /* text: lines of at most so many, for a terminal; 0: a sentence is one line */
};

struct cp_report_summary {
    uint32_t ok, violation, undecided, no_path; /* demands */
    uint32_t uncovered; /* demands that no rule holds for (counted in ok or no_path too) */
    uint32_t presence_violations, presence_undecided;
    /* Share of the bandwidth (of the demands, where none states any) of demands that some rule holds
     * for, exposed with no failure and with at most one, in hundredths of a percent. */
    uint32_t exposed_now_bp, exposed_one_failure_bp;
    bool by_bandwidth;
    uint32_t without_bandwidth; /* of those demands: they state none, and weigh nothing by it */
};

struct cp_report_summary cp_report_summarize(const struct cp_report *report);
/** 0, 1 (a violation, also of presence, or a demand without a path) or 2 of DESIGN 4. */
int cp_report_exit_code(const struct cp_report_summary *summary);

/**
 * Sentences that a reader must know to read the answer right: what was not examined though the
 * policy asks for it, what was not understood, that there is nothing to judge, that a demand falls
 * under no rule, that a selector of the policy meets nothing.
 * *out [*count] is given in the arena.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_report_warnings(const struct cp_report *report, struct cp_arena *arena,
                                      const cp_text **out, uint32_t *count);

/** Each writes the whole answer.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_report_text(const struct cp_report *report, struct cp_out *out);
CP_MUST_USE cp_err cp_report_json(const struct cp_report *report, struct cp_out *out);
CP_MUST_USE cp_err cp_report_csv(const struct cp_report *report, struct cp_out *out);
