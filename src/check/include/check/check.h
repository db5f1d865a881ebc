#pragma once

#include "model/bundle.h"

/**
 * Checks an answer against its certificate (cleanpath-bundle(5)) without searching: labels are compared over
 * every way out, what they point at is followed, the answer's numbers are counted again.
 *
 * Memory: the network, the answer's claims and one piece of the certificate.
 */
struct cp_check;

/** What came of it. */
struct cp_check_report {
    bool holds;
    const char *why;  /* where it does not: constant, lower case, no full stop */
    const char *file; /* that was not understood, at the place; NULL: all were */
    cp_place place;
    cp_text demand, element; /* ids of what it is about; may be empty */
    uint64_t covered,
        visited; /* flows under sets of failures: claimed about; followed one by one */
};

/**
 * network, answer: the files' bytes, borrowed.  A bad one is a refusal.  work: scratch, another arena,
 * which lives as long.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_check_open(cp_text network, cp_text answer, struct cp_arena *arena,
                                 struct cp_arena *work, struct cp_check **out);
/** The next piece of the certificate, without its length; gone after the call.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_check_piece(struct cp_check *check, cp_text piece);
/** All pieces of a certificate as it lies in its file.  Errors: NOMEM. */
CP_MUST_USE cp_err cp_check_certificate(struct cp_check *check, cp_text file);
/** Whether the manifest names the answer's inputs.  (That its sums are those of files is the caller's.) */
void cp_check_inputs(struct cp_check *check, const struct cp_bundle_manifest *manifest);
/** After all of it.  report: its texts live as long as the arena. */
void cp_check_finish(struct cp_check *check, struct cp_check_report *report);
