#pragma once

#include "policy/language.h"

/**
 * A policy: what a person signed, as rules.  Read from a strict subset of YAML with a closed
 * vocabulary; every name knows its place.  The language is described in docs/man/cleanpath-policy.5.
 */

/**
 * file: index of the policy among the inputs, for places.
 * Errors: MALFORMED (YAML, vocabulary, types), DUPLICATE, UNKNOWN_ID (a class, list, product, rule or
 * maker that nothing defines), CONFLICT (what contradicts itself), LIMIT, NOMEM; the diag has line,
 * column, what was expected and the nearest known name.
 */
CP_MUST_USE cp_err cp_policy_read(cp_text bytes, uint32_t file, struct cp_arena *arena,
                                  const struct cp_policy **out, struct cp_diag *diag);

/** What a careful reader would ask about: nothing here keeps a policy from being used. */
struct cp_policy_warning {
    cp_place place;
    cp_text sentence; /* for people, without a full stop */
};

/**
 * In the order of the file: no authority, no rules, a time zone of no area, a rule that can never fire
 * (and why), a name, software, enterprise number or affiliate that this file and the built-in table
 * give to different makers, a licence without an end, a rule that no test expects to
 * be violated, a list, class or product that nothing uses.
 * *out [*count] is given in the arena.  Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_policy_warnings(const struct cp_policy *policy, struct cp_arena *arena,
                                      const struct cp_policy_warning **out, uint32_t *count);
