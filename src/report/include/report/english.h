#pragma once

#include "base/out.h"
#include "policy/language.h"

/**
 * A policy as plain English, complete enough to sign: a sentence a line, a blank line between
 * sections, each under a heading in capitals.  Whatever changes a verdict is in it, with the defaults
 * filled in and what the built-in table adds to the makers that it names.  Words of the file stand as
 * they are, or in quotes where they could be taken for ours.
 * Errors: NOMEM.
 */
CP_MUST_USE cp_err cp_english_policy(const struct cp_policy *policy, struct cp_out *out);

/** The sections of one rule, of one licence, as they stand in it. */
void cp_english_rule(struct cp_out *out, const struct cp_policy *policy,
                     const struct cp_rule *rule);
void cp_english_licence(struct cp_out *out, const struct cp_policy *policy,
                        const struct cp_licence *licence);
