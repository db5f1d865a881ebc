#pragma once

#include "base/out.h"
#include "model/case.h"

/**
 * What became of the records of a case's inputs, in every form of an answer: how many were used, how
 * many were ignored and by which rules, which were not understood, and what was found beside.
 */
struct cp_intake {
    const struct cp_case *net;
    const cp_text *written; /* [written_count] files made of it, as people name them */
    uint32_t written_count;
    cp_text form; /* of those: "csv", "rfc8345" */
};

/** A line an input with its three counts, all of them together, and a line a rule.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_intake_text(const struct cp_intake *intake, struct cp_arena *work,
                                  struct cp_out *out);
/** Schema cleanpath.import/1: the same, each record that was not understood, and the findings. */
CP_MUST_USE cp_err cp_intake_json(const struct cp_intake *intake, struct cp_arena *work,
                                  struct cp_out *out);
