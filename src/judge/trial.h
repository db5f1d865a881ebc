#pragma once

#include "model/case.h"
#include "policy/trial.h"

/**
 * A policy's own test as a case of its own, which is judged by the same code as an audit's case.
 *
 * What the test does not describe, or of which it says no more than where it stands, has a maker that
 * every rule trusts where CP_JUDGE_TRIAL is given: it is not what the test is about.
 */
#define CP_TRIAL_TRUSTED_MAKER "taken as trusted"

struct cp_trial_case {
    const struct cp_case *net; /* one demand where the test has a path, else none */
    const cp_text *passed;     /* [passed_count] ids of the nodes and links of the path */
    uint32_t passed_count;
};

/**
 * Errors: MALFORMED (what a case may not be: over in a circle, say), and those of model/build.h; the place
 * in the diag is one of the test's.
 */
CP_MUST_USE cp_err cp_trial_case_make(const struct cp_trial *trial, struct cp_arena *arena,
                                      struct cp_trial_case *out, struct cp_diag *diag);
