#pragma once

#include "model/case.h"

/**
 * A policy: what a person signed, as rules.  Read from a strict subset of YAML with a closed
 * vocabulary; every name knows its place.  Immutable; lies in the arena it was read into.
 */
struct cp_policy;

/**
 * file: index of the policy among the inputs, for places.
 * Errors: MALFORMED (YAML, vocabulary, types, a feature of the language that this release lacks),
 * DUPLICATE, UNKNOWN_ID (a class, list or maker that nothing defines), LIMIT, NOMEM; the diag has
 * line, column and the nearest known name.
 */
CP_MUST_USE cp_err cp_policy_read(cp_text bytes, uint32_t file, struct cp_arena *arena,
                                  const struct cp_policy **out, struct cp_diag *diag);

cp_text cp_policy_id(const struct cp_policy *policy);
cp_text cp_policy_says(const struct cp_policy *policy);
/** IANA name of the zone whose days the policy means; empty where it names none. */
cp_text cp_policy_timezone(const struct cp_policy *policy);
uint32_t cp_policy_rule_count(const struct cp_policy *policy);
uint32_t cp_policy_test_count(const struct cp_policy *policy);

/** One of the policy's own tests, carried out. */
struct cp_policy_outcome {
    cp_text says, expected, got; /* in the words of `expect` */
    bool passed;
    cp_place place;
};

/** Runs test number `test`.  Errors: NOMEM, LIMIT; MALFORMED where the test itself makes no sense. */
CP_MUST_USE cp_err cp_policy_test(const struct cp_policy *policy, uint32_t test,
                                  struct cp_arena *arena, struct cp_policy_outcome *out,
                                  struct cp_diag *diag);
